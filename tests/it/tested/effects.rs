//! What a confirmed result does for the family: it settles, closes, opens, and a correction undoes it.
//! Must not know: how a chance is computed.

use super::BRCA2;
use crate::support::{
    TODAY, World,
    cases::{AUNT, Case, SISTER},
};
use kinward::demo::people::{Kin, list_of, proband_of, text_of};
use serde_json::{Value, json};

pub const NIECE: Kin = Kin {
    relation: "sister's daughter",
    given: "Hester",
    family: "Wray",
    born: ("1990", "3", "9"),
    email: None,
};
const NEPHEW: Kin =
    Kin { relation: "sister's son", given: "Piers", family: "Wray", born: ("2015", "10", "2"), email: None };

/// Places in the family that these stories are about.
const IN_ORDER: &[Kin] = &[SISTER, NIECE, NEPHEW, AUNT];
const HERS: usize = 0;
const NIECES: usize = 1;
const NEPHEWS: usize = 2;
const AUNTS: usize = 3;

impl Case {
    /// What was confirmed is taken away again: it was never this person's.
    pub fn taken_away(&mut self, own: &str) {
        let fields = [("says", "void"), ("reason", "It is the report of another family's patient.")];
        let new = self.counsellor.own_result_correct(own, &fields).unwrap();
        self.clinician.own_result_confirm(&new).unwrap();
    }

    pub fn states(&mut self) -> Vec<String> {
        (0..self.tasks.len()).map(|place| self.state(place)).collect()
    }

    pub fn listed(&mut self, place: usize) -> Value {
        let person = self.people[place].clone();
        let page = self.counsellor.program.api(&format!("/results/{}/at-risk", self.result)).unwrap();
        list_of(&page, "relatives").unwrap().iter().find(|one| one["person"] == *person).unwrap().clone()
    }
}

#[test]
fn whoever_is_added_after_the_list_was_checked_is_not_forgotten_and_others_letters_go_on() {
    let world = World::new(829);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L2");
    let (list, family) = (format!("/results/{}/at-risk", case.result), case.family.clone());
    let opened = case.counsellor.browser.page(&list).unwrap();
    let proband =
        text_of(proband_of(&case.counsellor.result(&case.result.clone()).unwrap()).unwrap(), "person")
            .unwrap();
    let aunt = case.counsellor.relative_add(&family, &proband, &AUNT, TODAY).unwrap();
    let result = case.counsellor.result(&case.result.clone()).unwrap();
    assert_eq!(result["state"], "widened");
    let queue = case.counsellor.program.api("/queues/at_risk_to_check").unwrap();
    assert_eq!(list_of(&queue, "items").unwrap().len(), 1, "a person is asked to look: {queue}");
    case.approved(0, "L2");

    // Who had opened the list before signs for nobody they did not see.
    let seen = opened.split("name=\"seen\" value=\"").nth(1).map(|rest| rest.split('"').next().unwrap());
    let seen = seen.map_or("an older list".to_owned(), str::to_owned);
    let stale = case.counsellor.browser.submit(&list, &list, &[("seen", &seen)]).unwrap();
    assert!(stale.status == 409 && stale.text().contains("This list has changed since"), "{}", stale.text());
    let now = case.counsellor.program.api(&list).unwrap();
    let mark = text_of(&now, "mark").unwrap();
    case.counsellor.browser.done(&list, &list, &[("seen", &mark)]).unwrap();
    let now = case.counsellor.program.api(&list).unwrap();
    let row = list_of(&now, "relatives").unwrap().iter().find(|one| one["person"] == aunt.as_str()).unwrap();
    assert!(row["task"].is_string(), "{row}");
    let queue = case.counsellor.program.api("/queues/at_risk_to_check").unwrap();
    assert!(list_of(&queue, "items").unwrap().is_empty());
}

#[test]
fn h29_a_negative_result_closes_whoever_descends_from_it_and_nobody_else() {
    let world = World::new(811);
    let mut case = Case::new(&world, IN_ORDER);
    assert_eq!(case.states(), ["identified", "identified", "wait_age", "identified"]);
    let sister = case.people[HERS].clone();
    let own = case.tested(&sister, "noncarrier");
    assert_eq!(case.states(), ["tested", "not_at_risk", "not_at_risk", "identified"]);
    let open = case.counsellor.program.api("/queues").unwrap();
    let of_hers =
        |item: &&Value| item["link"].as_str().is_some_and(|link| link.contains(&case.tasks[NIECES]));
    assert_eq!(list_of(&open, "items").unwrap().iter().filter(of_hers).count(), 0, "nothing is waited for");
    // It was another woman's result: whoever it closed is open again, the child as a child.
    case.taken_away(&own);
    assert_eq!(case.states(), ["identified", "identified", "wait_age", "identified"]);
}

#[test]
fn letters_that_have_not_left_stop_with_the_result_that_closes() {
    let world = World::new(812);
    let mut case = Case::new(&world, IN_ORDER);
    case.agree(HERS, "L2");
    case.agree(NIECES, "L2");
    let (hers, nieces) = (case.approved(HERS, "L2"), case.approved(NIECES, "L2"));
    let sister = case.people[HERS].clone();
    case.tested(&sister, "noncarrier");
    assert_eq!(world.send(), 0, "nothing leaves for either of them");
    for (letter, why) in [(hers, "tested"), (nieces, "eligibility")] {
        let page = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
        assert_eq!(page["state"], "stopped", "{why}");
    }
    assert_eq!(case.states()[..2], ["tested", "not_at_risk"]);
    let task = case.counsellor.program.api(&format!("/tasks/{}", case.tasks[NIECES])).unwrap();
    assert_eq!(
        task["letters"][0]["ended_why"],
        "the list of relatives at risk changed, or is being checked again"
    );
    assert!(case.counsellor.letter_draft(&case.tasks[NIECES].clone(), "L2").is_err());
}

#[test]
fn whoever_holds_a_letter_is_told_that_it_no_longer_holds_for_them() {
    let world = World::new(813);
    let mut case = Case::new(&world, IN_ORDER);
    case.sent(&world, NIECES, "L2");
    let sister = case.people[HERS].clone();
    let own = case.tested(&sister, "noncarrier");
    assert_eq!(case.state(NIECES), "to_tell");
    let task = case.counsellor.program.api(&format!("/tasks/{}", case.tasks[NIECES])).unwrap();
    assert_eq!(task["next_step"], "Tell them that the letter no longer holds for them");
    case.taken_away(&own);
    assert_eq!(case.state(NIECES), "sent");
    case.tested(&sister, "noncarrier");
    let (page, settle) =
        (format!("/tasks/{}", case.tasks[NIECES]), format!("/tasks/{}/settle", case.tasks[NIECES]));
    case.counsellor.browser.done(&page, &settle, &[]).unwrap();
    assert_eq!(case.state(NIECES), "done");
}

#[test]
fn a_child_found_living_waits_for_age_and_whoever_was_cleared_meanwhile_stays_closed() {
    let world = World::new(830);
    let mut case = Case::new(&world, IN_ORDER);
    let person = |case: &Case, place: usize, what: &str| format!("/people/{}/{what}", case.people[place]);
    let lives = |case: &mut Case, place: usize| {
        let why = json!({"alive_reason": "The register had mistaken one for another"});
        let path = person(case, place, "alive");
        case.counsellor.program.api_post(&path, &why).unwrap();
        case.state(place)
    };
    for place in [NIECES, NEPHEWS] {
        let path = person(&case, place, "died");
        case.counsellor.program.api_post(&path, &json!({"died_on": "2020-05-01"})).unwrap();
        assert_eq!(case.state(place), "deceased");
    }
    assert_eq!(lives(&mut case, NEPHEWS), "wait_age", "a child is not asked about before its age");
    let sister = case.people[HERS].clone();
    case.tested(&sister, "noncarrier");
    assert_eq!(case.states(), ["tested", "deceased", "not_at_risk", "identified"]);
    assert_eq!(lives(&mut case, NIECES), "not_at_risk", "her mother does not have the variant");
}

#[test]
fn a_relative_recorded_as_affected_is_not_closed_by_anothers_result_without_a_word() {
    let world = World::new(831);
    let mut case = Case::new(&world, IN_ORDER);
    let niece = case.people[NIECES].clone();
    let ill =
        json!({"sex_at_birth": "female", "life": "living", "affected": "yes", "had": "breast cancer 34"});
    case.counsellor.program.api_post(&format!("/people/{niece}/particulars"), &ill).unwrap();
    let (result, sister) = (case.result.clone(), case.people[HERS].clone());
    let own = case.counsellor.own_result_record(&result, &sister, "noncarrier", BRCA2, TODAY).unwrap();
    // Before: whoever is to confirm it reads whom it would close.
    let facts = case.clinician.program.api(&format!("/relative-results/{own}")).unwrap();
    assert_eq!(facts["doubted"][0]["person"], niece.as_str());
    assert_eq!(facts["doubted"].as_array().unwrap().len(), 1, "the nephew is not ill");
    let page = case.clinician.browser.page(&format!("/relative-results/{own}")).unwrap();
    assert!(page.contains("Recorded as affected") && page.contains("breast cancer at 34"), "{page}");
    case.clinician.own_result_confirm(&own).unwrap();
    // After: it stays to be seen on the list and on her page, by those who may read results.
    for path in [format!("/results/{result}/at-risk"), format!("/tasks/{}", case.tasks[NIECES])] {
        let page = case.counsellor.browser.page(&path).unwrap();
        assert!(page.contains("Recorded as affected") && page.contains("breast cancer at 34"), "{page}");
        assert!(!world.at_work("jo.taylor").browser.page(&path).unwrap_or_default().contains("breast"));
    }
    // A result of her own speaks for itself.
    case.tested(&niece, "noncarrier");
    let page = case.counsellor.browser.page(&format!("/results/{result}/at-risk")).unwrap();
    assert!(!page.contains("Recorded as affected"), "{page}");
}

#[test]
fn an_objection_stands_whatever_a_result_says() {
    let world = World::new(814);
    let mut case = Case::new(&world, IN_ORDER);
    let (page, object) =
        (format!("/tasks/{}", case.tasks[NIECES]), format!("/tasks/{}/object", case.tasks[NIECES]));
    case.counsellor.browser.done(&page, &object, &[("scope", "self")]).unwrap();
    let sister = case.people[HERS].clone();
    let own = case.tested(&sister, "noncarrier");
    assert_eq!(case.state(NIECES), "do_not_contact");
    case.taken_away(&own);
    assert_eq!(case.state(NIECES), "do_not_contact");
}

#[test]
fn a_positive_result_opens_the_next_tier() {
    let world = World::new(815);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let (result, sister) = (case.result.clone(), case.people[0].clone());
    // Added after the list was checked: nobody has a task for them yet.
    let page = case.counsellor.result(&result).unwrap();
    let proband = text_of(proband_of(&page).unwrap(), "person").unwrap();
    let family = case.family.clone();
    for kin in [NIECE, NEPHEW] {
        case.people.push(case.counsellor.relative_add(&family, &proband, &kin, TODAY).unwrap());
    }
    assert!(case.listed(2)["task"].is_null());
    case.tested(&sister, "het");
    assert_eq!(case.state(0), "tested");
    for (place, state) in [(2, "identified"), (3, "wait_age")] {
        let task = case.listed(place)["task"].as_str().unwrap().to_owned();
        assert_eq!(case.counsellor.task_state(&task).unwrap(), state);
    }
}

#[test]
fn a_positive_result_opens_what_an_earlier_negative_one_had_closed() {
    let world = World::new(816);
    let mut case = Case::new(&world, IN_ORDER);
    let sister = case.people[HERS].clone();
    let own = case.tested(&sister, "noncarrier");
    assert_eq!(case.state(NIECES), "not_at_risk");
    let fields = [
        ("says", "het"),
        ("variant", BRCA2),
        ("tested_on-day", TODAY.2),
        ("tested_on-month", TODAY.1),
        ("tested_on-year", TODAY.0),
        ("laboratory", "Severnside"),
        ("source", "laboratory_report"),
        ("reason", "The laboratory had swapped two samples and reported anew."),
    ];
    let new = case.counsellor.own_result_correct(&own, &fields).unwrap();
    assert_eq!(case.state(NIECES), "not_at_risk", "a correction that nobody confirmed moves nothing");
    case.clinician.own_result_confirm(&new).unwrap();
    assert_eq!(case.states(), ["tested", "identified", "wait_age", "identified"]);
}

#[test]
fn a_result_that_could_not_tell_moves_nobody() {
    let world = World::new(817);
    let mut case = Case::new(&world, IN_ORDER);
    let before = case.states();
    let sister = case.people[HERS].clone();
    case.tested(&sister, "uninformative");
    assert_eq!(case.states(), before);
    // The next test of hers is no correction.
    case.tested(&sister, "noncarrier");
    assert_eq!(case.states()[..2], ["tested", "not_at_risk"]);
}

#[test]
fn a_result_whose_relatives_are_all_settled_is_open_again_when_one_is_found_at_risk() {
    let world = World::new(818);
    let mut case = Case::new(&world, &[SISTER, NIECE]);
    let result = case.result.clone();
    let sister = case.people[0].clone();
    let standing = |case: &mut Case| text_of(&case.counsellor.result(&result).unwrap(), "state").unwrap();
    let own = case.tested(&sister, "noncarrier");
    let page = case.counsellor.program.api(&format!("/results/{result}/at-risk")).unwrap();
    for one in list_of(&page, "relatives").unwrap().iter().filter(|one| one["state_title"] == "To discuss") {
        let task = format!("/tasks/{}", one["task"].as_str().unwrap());
        case.counsellor.browser.done(&task, &format!("{task}/object"), &[("scope", "self")]).unwrap();
    }
    assert_eq!(standing(&mut case), "review");
    let page = format!("/results/{result}");
    case.counsellor.browser.done(&page, &format!("{page}/close"), &[]).unwrap();
    assert_eq!(standing(&mut case), "closed_with_triggers");
    case.taken_away(&own);
    assert_eq!(standing(&mut case), "active");
    assert_eq!(case.state(1), "identified");
}

#[test]
fn before_the_list_is_checked_a_result_counts_in_it_and_moves_nobody() {
    let world = World::new(819);
    let mut case = Case::new(&world, IN_ORDER);
    let sister = case.people[HERS].clone();
    case.tested(&sister, "noncarrier");
    let page = format!("/results/{}/at-risk", case.result);
    let uncle =
        Kin { relation: "brother", given: "Corwin", family: "Wray", born: ("1961", "6", "30"), email: None };
    let of = case.counsellor.result(&case.result.clone()).unwrap();
    let proband = text_of(proband_of(&of).unwrap(), "person").unwrap();
    let family = case.family.clone();
    let late = [Kin { relation: "sister's daughter", given: "Ione", ..NIECE }, uncle];
    for kin in late {
        case.people.push(case.counsellor.relative_add(&family, &proband, &kin, TODAY).unwrap());
    }
    case.counsellor.browser.done(&page, &page, &[]).unwrap();
    for (place, state) in [(4, "not_at_risk"), (5, "identified")] {
        let task = case.listed(place)["task"].as_str().unwrap().to_owned();
        assert_eq!(case.counsellor.task_state(&task).unwrap(), state, "{place}");
    }
}

#[test]
fn whoever_may_not_read_results_learns_none_from_a_chance() {
    let world = World::new(820);
    let mut case = Case::new(&world, IN_ORDER);
    let mut jo = world.at_work("jo.taylor");
    jo.family_claim(&case.reference, "keeps the addresses").unwrap();
    let at_risk = format!("/results/{}/at-risk", case.result);
    let rows = |jo: &mut kinward::demo::people::AtWork| {
        let page = jo.program.api(&at_risk).unwrap();
        let rows: Vec<Value> = list_of(&page, "relatives").unwrap().clone();
        rows.into_iter()
            .map(|mut row| {
                row.as_object_mut().unwrap().remove("state_title");
                row
            })
            .collect::<Vec<Value>>()
    };
    let before = rows(&mut jo);
    let niece = case.people[NIECES].clone();
    // Her daughter carries it: the sister does too, without a test.
    case.tested(&niece, "het");
    assert_eq!(rows(&mut jo), before, "an administrator sees the same list, but for where each stands");
    assert!(before.iter().all(|row| row["now"].is_null()));
    let hers = case.listed(HERS);
    assert_eq!(
        (hers["now"]["obligate"].as_bool(), hers["now"]["chance"].as_str()),
        (Some(true), Some("more than 99 in 100"))
    );
    assert_eq!(case.listed(AUNTS)["now"]["own"], Value::Null);
    assert_eq!(case.listed(NEPHEWS)["now"]["chance"], "1 in 2");
}

#[test]
fn h19_a_result_of_an_identical_twin_is_at_once_the_others_and_needs_a_reason() {
    let world = World::new(821);
    let mut case = Case::new(&world, &[SISTER]);
    let sister = case.people[0].clone();
    let table = format!("/families/{}/people/table", case.family);
    let mark = text_of(&case.counsellor.program.api(&table).unwrap(), "mark").unwrap();
    let file = case.counsellor.program.api(&format!("/families/{}", case.family)).unwrap();
    let people = file["people"].as_array().unwrap();
    let hers = people.iter().find(|one| one["person"].as_str() == Some(&*sister.to_string())).unwrap();
    let rows = json!([{"relation": "identical twin", "of": hers["number"], "given_name": "Tilda", "family_name": "Wray"}]);
    let entry = json!({"step": "save", "mark": mark, "rows": rows});
    case.counsellor.program.api_post(&table, &entry).unwrap();
    let result = case.result.clone();
    let record = case.counsellor.own_result_record(&result, &sister, "noncarrier", BRCA2, TODAY);
    let own = record.unwrap();
    let page = format!("/relative-results/{own}");
    let view = case.clinician.browser.page(&page).unwrap();
    assert!(view.contains("This is at once the result of an identical twin") && view.contains("Tilda Wray"));
    let confirm = format!("{page}/confirm");
    let stopped = case.clinician.browser.submit(&page, &confirm, &[]).unwrap();
    assert!(stopped.status == 422 && stopped.text().contains("who may not want to know it"), "a hard stop");
    assert_eq!(case.state(0), "identified", "nothing was moved");
    let reason = [("twin_reason", "Both were seen together and both want to know.")];
    case.clinician.browser.done(&page, &confirm, &reason).unwrap();
    assert_eq!(case.state(0), "tested");
    let page = case.counsellor.program.api(&format!("/results/{result}/at-risk")).unwrap();
    let twin = list_of(&page, "relatives").unwrap().iter().find(|one| one["name"] == "Tilda Wray").unwrap();
    assert_eq!(twin["now"]["chance"], "none", "one genome: {twin}");
}

#[test]
fn a_family_that_was_changed_since_is_followed_when_the_list_is_checked_again() {
    let world = World::new(822);
    let mut case = Case::new(&world, IN_ORDER);
    let page = format!("/results/{}/at-risk", case.result);
    assert_eq!(case.counsellor.program.api(&page).unwrap()["may_confirm"], false, "nothing has changed");
    // Planted by hand: the state a task would have kept from before results counted.
    let niece = case.tasks[NIECES].clone();
    let sql = format!("UPDATE relative_tasks SET state = 'not_at_risk' WHERE id = '{niece}'");
    world.house.db.write(|conn| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(sql), conn)?)).unwrap();
    let view = case.counsellor.program.api(&page).unwrap();
    assert_eq!((view["outdated"].as_i64(), view["may_confirm"].as_bool()), (Some(1), Some(true)));
    case.counsellor.browser.done(&page, &page, &[]).unwrap();
    assert_eq!(case.state(NIECES), "identified");
}
