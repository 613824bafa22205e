//! Results that cannot all be true: everybody reads neutral words, nobody is written to, and why is for one role alone.
//! Must not know: how a contradiction is found.

use super::effects::NIECE;
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use kinward::demo::people::{AtWork, list_of, text_of};
use serde_json::Value;

const WORDS: [&str; 4] = ["parentage", "by descent of", "donor", "adopt"];

impl Case {
    fn at_risk(&mut self) -> Value {
        self.counsellor.program.api(&format!("/results/{}/at-risk", self.result)).unwrap()
    }

    fn of_relation(&mut self, relation: &str) -> Value {
        let page = self.at_risk();
        list_of(&page, "relatives").unwrap().iter().find(|one| one["relation"] == relation).unwrap().clone()
    }

    /// Mother and father do not have the proband's variant; the record ids of both.
    fn parents_negative(&mut self) -> [String; 2] {
        ["mother", "father"].map(|relation| {
            let person = text_of(&self.of_relation(relation), "person").unwrap();
            self.tested(&person, "noncarrier")
        })
    }

    fn result_state(&mut self) -> String {
        text_of(&self.counsellor.result(&self.result.clone()).unwrap(), "state").unwrap()
    }

    /// What a clinician found, on the sealed record.
    fn found(&mut self, what: &str) {
        let page = format!("/results/{}/contradiction", self.result);
        let fields =
            [("what", what), ("reason", "Weighed in the team on Monday; both samples were repeated.")];
        self.clinician.browser.done(&page, &page, &fields).unwrap();
    }

    /// The choice of the sealed page whose words hold these.
    fn choice(&mut self, held: &str) -> String {
        let page = self.clinician.program.api(&format!("/results/{}/contradiction", self.result)).unwrap();
        let choices = list_of(&page, "choices").unwrap().iter();
        let choice = choices.clone().find(|one| one["label"].as_str().unwrap().contains(held));
        text_of(choice.unwrap(), "value").unwrap()
    }
}

fn with_letter(world: &World) -> (Case, String) {
    let mut case = Case::new(world, &[SISTER, NIECE, AUNT]);
    case.agree(0, "L2");
    let letter = case.approved(0, "L2");
    (case, letter)
}

#[test]
fn results_that_do_not_fit_stop_every_letter_and_are_told_in_neutral_words() {
    let world = World::new(831);
    let (mut case, letter) = with_letter(&world);
    case.parents_negative();
    assert_eq!(case.result_state(), "check_again");
    assert_eq!(world.send(), 0, "nothing leaves");
    let stopped = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
    assert_eq!(stopped["state"], "stopped");
    // The mother's result closed her sister; what then did not fit closed nobody.
    assert_eq!(case.states(), ["route_agreed", "identified", "not_at_risk"]);
    let refused = case.counsellor.letter_draft(&case.tasks[0].clone(), "L2").unwrap_err().public().to_owned();
    assert!(refused.contains("not one that relatives may be written to about now"), "{refused}");
    let page = case.counsellor.browser.page(&format!("/results/{}/at-risk", case.result)).unwrap();
    assert!(
        page.contains("These results do not fit together as recorded") && page.contains("Check the samples")
    );
    let view = case.at_risk();
    let whose = list_of(&view["now"], "contradicting").unwrap();
    let numbers: Vec<&str> = whose.iter().map(|one| one["number"].as_str().unwrap()).collect();
    assert_eq!(
        (numbers.len(), whose.iter().filter(|one| one["is_proband"] == true).count()),
        (3, 1),
        "{numbers:?}"
    );
    assert!(!list_of(&view, "relatives").unwrap().is_empty() && view["may_confirm"] == false);
    let confirmed = case.counsellor.browser.submit(
        &format!("/tasks/{}", case.tasks[1]),
        &format!("/results/{}/at-risk", case.result),
        &[],
    );
    assert!(confirmed.unwrap().text().contains("do not fit together"), "not checked while it stands");
}

#[test]
fn the_possible_reason_is_on_one_page_for_one_role_and_reading_it_is_on_record() {
    let world = World::new(832);
    let (mut case, _) = with_letter(&world);
    case.parents_negative();
    let sealed = format!("/results/{}/contradiction", case.result);
    let mut ruth = world.at_work("ruth.adeyemi");
    let mut jo = world.at_work("jo.taylor");
    for work in [&mut ruth, &mut jo] {
        work.family_claim(&case.reference, "asked to look at the file").unwrap();
    }
    let others = |work: &mut AtWork, case: &Case| {
        assert_eq!(work.browser.get(&sealed).unwrap().status, 403);
        let mut read = String::new();
        for path in [
            format!("/results/{}/at-risk", case.result),
            format!("/families/{}", case.family),
            format!("/families/{}/pedigree.svg", case.family),
            format!("/tasks/{}", case.tasks[0]),
            "/queues".to_owned(),
        ] {
            read.push_str(&work.browser.get(&path).unwrap().text().to_lowercase());
        }
        for word in WORDS {
            assert!(!read.contains(word), "{word}");
        }
        assert!(!read.contains("/contradiction"), "not even a link tells of it");
    };
    others(&mut ruth, &case);
    others(&mut jo, &case);
    let mut nia = world.counsellor();
    others(&mut nia, &case);
    let page = case.clinician.browser.page(&sealed).unwrap().to_lowercase();
    assert!(page.contains("misattributed parentage"));
    let record = ruth.browser.page(&format!("/families/{}/record", case.family)).unwrap();
    assert!(record.contains("sealed read"));
}

#[test]
fn h10_what_was_found_counts_silently_and_looks_like_any_other_list_that_was_checked_again() {
    // Two families alike: in one the variant is new in the proband, in the other a recorded father is none.
    let mut seen = Vec::new();
    for held in ["new in somebody", "not a parent by descent of III-1"] {
        let world = World::new(833);
        let (mut case, _) = with_letter(&world);
        case.parents_negative();
        let what = case.choice(held);
        case.found(&what);
        let view = case.at_risk();
        assert!(list_of(&view["now"], "contradicting").unwrap().is_empty() && view["may_confirm"] == true);
        assert_eq!(case.result_state(), "check_again", "a person checks the list first");
        let page = format!("/results/{}/at-risk", case.result);
        case.counsellor.browser.done(&page, &page, &[]).unwrap();
        let mut jo = world.at_work("jo.taylor");
        jo.family_claim(&case.reference, "keeps the addresses").unwrap();
        let rows = jo.program.api(&page).unwrap();
        let rows: Vec<String> = list_of(&rows, "relatives")
            .unwrap()
            .iter()
            .map(|row| format!("{} {} {} {}", row["relation"], row["chance"], row["why"], row["state_title"]))
            .collect();
        // A counsellor reads of the chances now, and not which way they came.
        let now = case.at_risk();
        let now: Vec<String> = list_of(&now, "relatives")
            .unwrap()
            .iter()
            .map(|row| format!("{} {}", row["relation"], row["now"]["why"]))
            .collect();
        assert!(
            now.iter().all(|why| !why.contains("half") && why.contains("by the results on record")),
            "{now:?}"
        );
        let relative = case.counsellor.program.api(&format!("/tasks/{}", case.tasks[0])).unwrap();
        assert!(!relative.to_string().contains("half-"), "{relative}");
        let states = case.states();
        let svg = jo.browser.page(&format!("/families/{}/pedigree.svg", case.family)).unwrap();
        let ended = case.counsellor.program.api(&format!("/tasks/{}", case.tasks[0])).unwrap();
        seen.push((rows, now, states, svg, ended["letters"][0]["ended_why"].clone()));
    }
    assert_eq!(seen[0].2, ["not_at_risk", "not_at_risk", "not_at_risk"]);
    assert_eq!(seen[0], seen[1], "nobody can tell which of the two it was");
}

#[test]
fn a_corrected_result_makes_the_rest_fit_again() {
    let world = World::new(835);
    let (mut case, _) = with_letter(&world);
    let [_, father] = case.parents_negative();
    case.taken_away(&father);
    assert_eq!(case.result_state(), "check_again");
    let page = format!("/results/{}/at-risk", case.result);
    case.counsellor.browser.done(&page, &page, &[]).unwrap();
    assert_eq!(case.result_state(), "active");
    // The mother does not have it, so her sister is not at risk; the proband's own sister is.
    assert_eq!(case.states(), ["route_agreed", "identified", "not_at_risk"]);
    assert_eq!(case.of_relation("father")["now"]["chance"], "1 in 1");
}

#[test]
fn a_sealed_matter_that_was_wrong_is_taken_back_and_the_contradiction_stands_again() {
    let world = World::new(836);
    let (mut case, _) = with_letter(&world);
    case.parents_negative();
    let what = case.choice("new in somebody");
    let page = format!("/results/{}/contradiction", case.result);
    let silent = case.clinician.browser.submit(&page, &page, &[("what", &what), ("reason", "so")]).unwrap();
    assert!(silent.status == 422 && silent.text().contains("Write in a sentence how this is known"));
    case.found(&what);
    let list = format!("/results/{}/at-risk", case.result);
    case.counsellor.browser.done(&list, &list, &[]).unwrap();
    assert_eq!(case.result_state(), "review", "nobody is left at risk");
    let view = case.clinician.program.api(&page).unwrap();
    let matter = text_of(&list_of(&view, "matters").unwrap()[0], "matter").unwrap();
    let back = [("reason", "The laboratory found the swap after all.")];
    case.clinician.browser.done(&page, &format!("{page}/{matter}/take-back"), &back).unwrap();
    assert_eq!(case.result_state(), "check_again");
    let view = case.clinician.program.api(&page).unwrap();
    let matters = list_of(&view, "matters").unwrap();
    assert!(matters.len() == 2 && matters.iter().all(|one| one["stands"] == false));
}
