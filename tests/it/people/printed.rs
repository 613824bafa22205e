//! Names that letters cannot print: kept as they are, said at once wherever it matters, and printed as the name for letters.
//! Must not know: which font prints them.

use super::told;
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use kinward::demo::people::{Kin, text_of};
use serde_json::json;

const BOTH: Kin = Kin { given: "明", family: "李", ..SISTER };
const SAYS: &str = "Letters cannot print 明 李. A letter needs this name in Latin letters.";

#[test]
fn a_name_that_letters_cannot_print_is_kept_and_said_wherever_a_letter_is_thought_of() {
    let world = World::new(731);
    let mut case = Case::new(&world, &[BOTH, AUNT]);
    case.agree(0, "L2");
    let (person, task) = (format!("/people/{}", case.people[0]), format!("/tasks/{}", case.tasks[0]));
    let pages = [person.clone(), task.clone(), format!("/results/{}/at-risk", case.result)];
    for page in &pages {
        assert!(case.counsellor.browser.page(page).unwrap().contains(SAYS), "{page}");
    }
    let draft = json!({"level": "L2"});
    assert_eq!(told(&mut case.counsellor, &format!("{task}/letters"), &draft).0, 409);
    let named = |given: &str, family: &str| {
        json!({"given_name": "明", "family_name": "李", "birth_date": "1964-02-17",
            "letter_given_name": given, "letter_family_name": family})
    };
    let form = format!("{person}/identity");
    for (given, family) in [("Ming", ""), ("Ming", "李")] {
        assert_eq!(told(&mut case.counsellor, &form, &named(given, family)).0, 422, "{given} {family}");
    }
    assert_eq!(told(&mut case.counsellor, &form, &named("Ming", "Li")).0, 200);
    for page in &pages {
        let page = case.counsellor.browser.page(page).unwrap();
        assert!(!page.contains("Letters cannot print") && page.contains("明 李"), "{page}");
    }
    let (status, facts) = told(&mut case.counsellor, &format!("{task}/letters"), &draft);
    assert_eq!(status, 200, "{facts}");
    let letter = case.counsellor.browser.page(&format!("/letters/{}", text_of(&facts, "letter").unwrap()));
    assert!(letter.unwrap().contains("Ming Li"));
    let (_, facts) = told(&mut case.counsellor, &form, &named("Mingxia", "Li"));
    assert_eq!(facts["letters_taken_back"], 1, "the letter would name them otherwise");
}

#[test]
fn no_letter_holds_another_persons_name_for_letters() {
    let world = World::new(732);
    let mut case = Case::new(&world, &[BOTH, AUNT]);
    case.agree(1, "L2");
    let named = json!({"given_name": "明", "family_name": "李", "birth_date": "1964-02-17",
        "letter_given_name": "Mingxia", "letter_family_name": "Lee"});
    let form = format!("/people/{}/identity", case.people[0]);
    assert_eq!(told(&mut case.counsellor, &form, &named).0, 200);
    let address =
        json!({"address": "c/o Mingxia\n9 Larch Close", "postcode": "GL5 1AA", "source": "The family"});
    let contact = format!("/people/{}/contact", case.people[1]);
    assert_eq!(told(&mut case.counsellor, &contact, &address).0, 200);
    let draft = format!("/tasks/{}/letters", case.tasks[1]);
    let (status, facts) = told(&mut case.counsellor, &draft, &json!({"level": "L2"}));
    assert!(status == 409 && facts.to_string().contains("given name"), "{status} {facts}");
}
