//! One family in two files: two probands, one letter to each relative, the stricter word on names, and parting without loss.
//! Must not know: rows.

use crate::support::{
    World,
    cases::{BROTHER, Case, SISTER, report},
};
use kinward::demo::{
    clinic,
    people::{AtWork, letter_open, list_of, reply, text_of},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// The same variant in another proband, by another report: the brother of the first.
fn of_the_brother() -> Vec<u8> {
    let mut bundle: Value = serde_json::from_slice(&report("brca2_germline")).unwrap();
    for entry in bundle["entry"].as_array_mut().unwrap() {
        let resource = &mut entry["resource"];
        if resource["resourceType"] == "DiagnosticReport" {
            for identifier in resource["identifier"].as_array_mut().unwrap() {
                identifier["value"] = json!("KV-900018");
            }
        }
        if resource["resourceType"] == "Patient" {
            resource["identifier"] = json!([]);
            resource["name"] =
                json!([{"use": "official", "family": BROTHER.family, "given": [BROTHER.given]}]);
            resource["gender"] = json!("male");
            let (year, month, day) = BROTHER.born;
            resource["birthDate"] = json!(format!("{year}-{month:0>2}-{day:0>2}"));
        }
    }
    serde_json::to_vec(&bundle).unwrap()
}

/// Two files: a sister's, with her sister and her brother in it, and that brother's own, with the same sister.
struct Kindred {
    hers: Case,
    his: Case,
}

impl Kindred {
    fn new(world: &World) -> Self {
        let hers = Case::new(world, &[SISTER, BROTHER]);
        Self { hers, his: Case::with(world, &of_the_brother(), &[SISTER]) }
    }

    fn page(&self) -> String {
        format!("/results/{}/kindred", self.hers.result)
    }

    fn plan(&self) -> String {
        format!("{}/{}", self.page(), self.his.reference)
    }

    fn himself(&mut self) -> String {
        let result = self.his.result.clone();
        text_of(&self.his.counsellor.result(&result).unwrap()["proband"], "person").unwrap()
    }

    /// The sister is the same in both, and the brother of the one is the proband of the other.
    fn pairs(&mut self) -> [String; 2] {
        let himself = self.himself();
        [
            format!("{} {}", self.hers.people[0], self.his.people[0]),
            format!("{} {himself}", self.hers.people[1]),
        ]
    }

    /// Through the page, as a browser sends it: one field a person, all of one name. Answers the join's id.
    fn join(&mut self) -> String {
        let [sister, brother] = self.pairs();
        let why = "Both name each other as brother and sister; Nia rang both.";
        let fields =
            [("pairs[]", ""), ("pairs[]", sister.as_str()), ("pairs[]", brother.as_str()), ("why", why)];
        let plan = self.plan();
        self.hers.clinician.browser.done(&plan, &plan, &fields).unwrap();
        let page = self.hers.clinician.program.api(&self.page()).unwrap();
        text_of(&page["joined"][0], "kindred").unwrap()
    }

    /// The first waiting result of a file is confirmed by the counsellor.
    fn confirm_waiting(&mut self, result: &str, person: &str) -> String {
        let page = format!("/results/{result}/relatives/{person}");
        let all = self.hers.counsellor.program.api(&page).unwrap();
        let own = text_of(&list_of(&all, "results").unwrap()[0], "relative_result").unwrap();
        self.hers.counsellor.own_result_confirm(&own).unwrap();
        own
    }
}

fn told(work: &mut AtWork, path: &str, body: &Value) -> (u16, Value) {
    let (status, told) = crate::people::told(work, path, body);
    (status, told["field"].clone())
}

fn nothing_is_forgotten(world: &World) {
    let (missing, extra) = crate::queues::histories::compare(world);
    assert!(missing.is_empty() && extra.is_empty(), "{missing:?} {extra:?}");
}

#[test]
fn h18_two_probands_of_one_family_keep_both_consents_and_the_relative_gets_one_letter() {
    let world = World::new(1418);
    let mut two = Kindred::new(&world);
    // She may be named to their sister; he would rather not, and agrees to a letter that names nobody.
    two.hers.agree(0, "L3");
    two.his.agree(0, "L2");
    two.join();
    // Both words are kept, and the stricter counts for names.
    let task = two.hers.tasks[0].clone();
    let refused = two.hers.counsellor.letter_draft(&task, "L3").unwrap_err();
    assert!(refused.public().contains("a proband of a joined file has not agreed"), "{}", refused.public());
    for (case, level) in [(&mut two.hers, "L3"), (&mut two.his, "L2")] {
        let page = case.counsellor.program.api(&format!("/tasks/{}", case.tasks[0])).unwrap();
        assert_eq!(page["reasoning"]["stances"][0]["level"], level, "{page}");
    }
    // One letter, of whichever file writes first; the other waits and says so.
    two.hers.approved(0, "L2");
    assert_eq!((two.hers.state(0).as_str(), two.his.state(0).as_str()), ("writing", "elsewhere"));
    let other = two.his.tasks[0].clone();
    assert!(two.his.counsellor.letter_draft(&other, "L2").is_err());
    world.send();
    assert_eq!(world.left_the_house("letters").len(), 1, "the relative gets one letter");
    let page = two.his.counsellor.browser.page(&format!("/tasks/{other}")).unwrap();
    assert!(page.contains(&two.hers.reference) && page.contains("Letter sent"), "{page}");
    // The familial part is shared: his own result counts in her file once a second person has compared it.
    let (result, himself) = (two.hers.result.clone(), two.hers.people[1].clone());
    two.confirm_waiting(&result, &himself);
    assert_eq!(two.hers.state(1), "tested");
    // And what her file learns of their sister later, his file is given.
    let (sister, same) = (two.hers.people[0].clone(), two.his.people[0].clone());
    two.hers.tested(&sister, "noncarrier");
    let result = two.his.result.clone();
    two.confirm_waiting(&result, &same);
    assert_eq!(two.his.state(0), "tested");
    nothing_is_forgotten(&world);
}

#[test]
fn parted_files_go_on_alone_from_where_they_stood() {
    let world = World::new(1419);
    let mut two = Kindred::new(&world);
    two.hers.agree(0, "L2");
    two.his.agree(0, "L2");
    let kindred = two.join();
    let (result, brother) = (two.hers.result.clone(), two.hers.people[1].clone());
    let own = two.confirm_waiting(&result, &brother);
    two.hers.approved(0, "L2");
    world.send();
    assert_eq!(two.his.state(0), "elsewhere");
    let part = format!("/results/{}/joined/{kindred}/part", two.hers.result);
    assert_eq!(
        told(&mut two.hers.clinician, &part, &json!({"parted_why": "no"})),
        (422, json!("parted_why"))
    );
    assert_eq!(told(&mut two.hers.counsellor, &part, &json!({"parted_why": "Another family."})).0, 403);
    let why = [("parted_why", "Her sister and his are two women of one name.")];
    let page = two.page();
    two.hers.clinician.browser.done(&page, &part, &why).unwrap();
    // Her letter is where it was; his file takes his sister up again where he left it: he had agreed to a letter.
    assert_eq!((two.hers.state(0).as_str(), two.his.state(0).as_str()), ("sent", "route_agreed"));
    two.his.approved(0, "L2");
    world.send();
    assert_eq!(world.left_the_house("letters").len(), 2, "two women, a letter each");
    // His result, which had come from the other file and counted, waits to be taken away by a second person.
    let corrected = two.hers.counsellor.program.api(&format!("/relative-results/{own}")).unwrap();
    let correction = text_of(&corrected, "corrected_by").unwrap();
    assert_eq!(two.hers.state(1), "tested", "nothing moves before somebody has looked");
    two.hers.counsellor.own_result_confirm(&correction).unwrap();
    assert_eq!(two.hers.state(1), "identified");
    let html = two.hers.counsellor.browser.page(&page).unwrap();
    assert!(
        html.contains("Parted") && html.contains("two women of one name") && html.contains("Nia rang both")
    );
    assert_eq!(told(&mut two.hers.clinician, &part, &json!({"parted_why": "Once more, in words."})).0, 409);
    // Both files' records say that they were joined and parted.
    let mut guardian = world.at_work("ruth.adeyemi");
    for case in [&two.hers, &two.his] {
        guardian.family_claim(&case.reference, "asked who knew of the other file").unwrap();
        let record = guardian.browser.page(&format!("/families/{}/record", case.family)).unwrap();
        assert!(record.contains("kindred joined") && record.contains("kindred parted"), "{record}");
    }
    nothing_is_forgotten(&world);
}

#[test]
fn of_two_letters_in_hand_the_later_one_stops_and_what_has_left_stands() {
    let world = World::new(1420);
    let mut two = Kindred::new(&world);
    two.hers.agree(0, "L2");
    let first = two.hers.approved(0, "L2");
    world.clock.advance_seconds(60);
    // His file writes by a decision; hers by agreement.
    let his = two.his.tasks[0].clone();
    two.his.counsellor.consent(&his, "refused", "L1", "Not her.").unwrap();
    two.his.clinician.decision(&his, "applied", "L2", &["A1"]).unwrap();
    let second = two.his.approved(0, "L2");
    two.join();
    let state = |case: &mut Case, letter: &str| {
        text_of(&case.counsellor.program.api(&format!("/letters/{letter}")).unwrap(), "state").unwrap()
    };
    assert_eq!(state(&mut two.hers, &first), "approved");
    assert_eq!(state(&mut two.his, &second), "stopped");
    assert_eq!(two.his.state(0), "elsewhere");
    world.send();
    assert_eq!(world.left_the_house("letters").len(), 1);
    // It comes to a wrong door, and whoever opens it says so to the relatives' own process: now his file may write.
    let code = kinward::demo::code_of(&mut two.hers.counsellor, &first).unwrap();
    let (socket, address) = clinic::listen(0).unwrap();
    let house = Arc::new(crate::separation::relatives_house(&world, &address));
    let _serving = clinic::serve_wing(house, kinward::config::Wing::Relative, socket, 2).unwrap();
    let (mut neighbour, _) = letter_open(&address, &code, SISTER.born).unwrap();
    reply(&mut neighbour, "not_me", &[]).unwrap();
    assert_eq!((two.hers.state(0).as_str(), two.his.state(0).as_str()), ("not_reached", "route_agreed"));
    nothing_is_forgotten(&world);
}

#[test]
fn the_other_probands_refusal_stops_a_letter_that_names_and_no_other() {
    let world = World::new(1421);
    let mut two = Kindred::new(&world);
    two.join();
    two.hers.agree(0, "L3");
    let naming = two.hers.approved(0, "L3");
    let his = two.his.tasks[0].clone();
    assert_eq!(two.his.state(0), "elsewhere", "her letter is in hand");
    // He is asked all the same, and says no: his words are kept, and her name does not go out.
    let refusal = json!({"stance": "refused", "words": "She is not to learn it of us."});
    let (status, _) = told(&mut two.his.counsellor, &format!("/tasks/{his}/consent"), &refusal);
    assert_eq!(status, 200);
    let page = two.hers.counsellor.program.api(&format!("/letters/{naming}")).unwrap();
    assert_eq!(page["state"], "stopped", "{page}");
    assert_eq!(world.send(), 0);
    assert!(two.hers.counsellor.letter_draft(&two.hers.tasks[0].clone(), "L3").is_err());
    // What she agreed to of the familial part stands.
    two.hers.approved(0, "L2");
    assert!(world.send() > 0);
}

#[test]
fn nobody_is_taken_for_somebody_else_by_guess() {
    let world = World::new(1422);
    let mut two = Kindred::new(&world);
    let (page, plan) = (two.page(), two.plan());
    let html = two.hers.clinician.browser.page(&plan).unwrap();
    assert!(html.contains("same name and date of birth (not chosen: make sure first)"), "{html}");
    assert!(!html.contains("selected"), "a name and a date choose nobody");
    let [sister, brother] = two.pairs();
    let why = "Both name each other as brother and sister.";
    let entry = |pairs: &[&str], why: &str| json!({"pairs": pairs, "why": why});
    let himself = two.himself();
    let wrong = format!("{} {himself}", two.hers.people[0]);
    let work = &mut two.hers.clinician;
    for (pairs, why, field) in [
        (vec![], why, "pairs"),
        (vec!["", ""], why, "pairs"),
        (vec![sister.as_str()], "yes", "why"),
        (vec![wrong.as_str()], why, "pairs"),
        (vec![sister.as_str(), sister.as_str()], why, "pairs"),
        (vec!["somebody"], why, "pairs"),
    ] {
        assert_eq!(told(work, &plan, &entry(&pairs, why)), (422, json!(field)), "{pairs:?}");
    }
    // Whoever has to do with one of them alone joins nothing, and a counsellor does not either.
    assert_eq!(told(&mut two.hers.counsellor, &plan, &entry(&[&sister], why)).0, 403);
    let mut outside = world.second_clinician();
    outside.family_claim(&two.hers.reference, "asked to look at the family").unwrap();
    assert_eq!(told(&mut outside, &plan, &entry(&[&sister], why)), (409, json!("reference")));
    assert_eq!(
        told(&mut outside, &page, &json!({"reference": two.hers.reference})),
        (422, json!("reference"))
    );
    // Somebody has changed a date meanwhile: whoever joins looks again.
    let seen = text_of(&two.hers.clinician.program.api(&plan).unwrap(), "seen").unwrap();
    crate::knows::known_by_number(&mut two.his, 0, &SISTER);
    let mut stale = entry(&[&sister, &brother], why);
    stale["seen"] = json!(seen);
    assert_eq!(told(&mut two.hers.clinician, &plan, &stale).0, 409, "the file is not as it was seen");
    crate::knows::known_by_number(&mut two.hers, 0, &SISTER);
    let html = two.hers.clinician.browser.page(&plan).unwrap();
    assert!(html.contains("same NHS number (chosen)") && html.contains("selected"), "{html}");
    two.hers.clinician.program.api_post(&plan, &entry(&[&sister], why)).unwrap();
    assert_eq!(told(&mut two.hers.clinician, &plan, &entry(&[&sister], why)).0, 409, "once");
    // Somebody else is found to stand in both: they are added to the join.
    let more = two.hers.clinician.program.api_post(&plan, &entry(&[&sister, &brother], why)).unwrap();
    assert_eq!(more["results_to_confirm"], 1, "{more}");
    let told_why = two.hers.clinician.program.api(&page).unwrap()["joined"][0]["why"].to_string();
    assert_eq!(told_why.matches(why).count(), 2, "why each was taken for the same is kept: {told_why}");
    // Another variant is another letter.
    let mut lynch = world.clinician();
    let other = lynch.report_upload(&report("lynch_mlh1")).unwrap().unwrap();
    let reference = text_of(&lynch.result(&other).unwrap(), "family_reference").unwrap();
    assert_eq!(told(&mut lynch, &page, &json!({"reference": reference})), (409, json!("reference")));
    // The clerk sees no link.
    let mut clerk = world.at_work("jo.taylor");
    clerk.family_claim(&two.hers.reference, "asked to complete an address").unwrap();
    assert!(clerk.browser.page(&page).is_err());
    let task = clerk.browser.page(&format!("/tasks/{}", two.hers.tasks[0])).unwrap();
    assert!(!task.contains(&two.his.reference), "{task}");
}

#[test]
fn what_the_trees_do_not_bear_is_not_joined_and_what_is_joined_stays_one_person() {
    let world = World::new(1424);
    let mut two = Kindred::new(&world);
    let plan = two.plan();
    let [sister, brother] = two.pairs();
    let why = "Both name each other as brother and sister.";
    // Her mother is nobody's sister: unnamed people are told apart by their place in the tree.
    let page = two.hers.clinician.program.api(&plan).unwrap();
    let rows = page["rows"].as_array().unwrap().clone();
    let mother = rows.iter().find(|row| row["relation"] == "mother of the proband").expect("a mother");
    let wrong = format!("{} {}", mother["person"].as_str().unwrap(), two.his.people[0]);
    let entry = json!({"pairs": [wrong, brother], "why": why});
    let (status, told_of) = crate::people::told(&mut two.hers.clinician, &plan, &entry);
    assert_eq!((status, &told_of["field"]), (422, &json!("pairs")), "{told_of}");
    assert!(told_of.to_string().contains("cannot be the same two people"), "{told_of}");
    let entry = json!({"pairs": [sister, brother], "why": why});
    two.hers.clinician.program.api_post(&plan, &entry).unwrap();
    // Another date of birth would make two people of her: it is not taken in one file alone.
    let other = json!({"given_name": SISTER.given, "family_name": SISTER.family, "birth_date": "1965-02-17"});
    let person = format!("/people/{}/identity", two.his.people[0]);
    let (status, told_of) = crate::people::told(&mut two.his.counsellor, &person, &other);
    assert_eq!(status, 409, "{told_of}");
    // Words that are never to be shared hold in both.
    let words = json!({"lines": "c.5946del"});
    let never = format!("/results/{}/never-share", two.his.result);
    two.his.counsellor.program.api_post(&never, &words).unwrap();
    two.hers.agree(0, "L2");
    let task = two.hers.tasks[0].clone();
    let letter = two.hers.counsellor.letter_draft(&task, "L2").unwrap_err();
    assert!(letter.public().contains("never to be shared"), "{}", letter.public());
    two.hers.counsellor.letter_draft(&task, "L1").unwrap();
    // Whoever is kept out of the one file is kept out of both.
    let lock = json!({"reference": two.hers.reference, "reason": "This family is my own."});
    two.hers.clinician.program.api_post("/conflicts/own", &lock).unwrap();
    let his = format!("/families/{}", two.his.family);
    assert!(two.his.clinician.browser.page(&his).is_err(), "a joined file is of the same family");
}

#[test]
fn a_death_in_one_file_stops_the_letters_of_every_file_that_holds_the_person() {
    let world = World::new(1423);
    let mut two = Kindred::new(&world);
    for case in [&mut two.hers, &mut two.his] {
        crate::knows::known_by_number(case, 0, &SISTER);
    }
    two.hers.agree(0, "L2");
    let letter = two.hers.approved(0, "L2");
    let page = format!("/people/{}", two.his.people[0]);
    let died = [("died_on-day", "20"), ("died_on-month", "11"), ("died_on-year", "2026")];
    two.his.counsellor.browser.done(&page, &format!("{page}/died"), &died).unwrap();
    world.send();
    assert!(world.left_the_house("letters").is_empty(), "nobody writes to the dead");
    let ended = two.hers.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
    assert_eq!(ended["state"], "stopped", "{ended}");
    let again = two.hers.counsellor.letter_draft(&two.hers.tasks[0].clone(), "L2").unwrap_err();
    assert!(again.public().contains("their death on record"), "{}", again.public());
}
