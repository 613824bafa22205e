//! Hard cases of who is related to whom: adopted, carrying without a test, related to their own partner.
//! Must not know: how a chance is computed.

use super::told;
use crate::support::{
    TODAY, World,
    cases::{Case, SISTER, report},
};
use kinward::demo::people::{AtWork, Kin, list_of, proband_of, text_of};
use serde_json::{Value, json};

#[test]
fn h9_an_adopted_childs_two_families_and_two_numbers_are_never_seen_together_by_who_may_not() {
    let world = World::new(1409);
    let mut case = Case::new(&world, &[SISTER]);
    let table = format!("/families/{}/people/table", case.family);
    let mark = case.counsellor.program.api(&table).unwrap()["mark"].as_str().unwrap().to_owned();
    let rows = json!([
        {"relation": "daughter", "given_name": "Ada", "family_name": "Ashdown", "born": "1992-05-04", "notes": "adopted"},
        {"relation": "mother", "of": "1", "given_name": "Zqbirth", "family_name": "Mother", "born": "1970"},
    ]);
    case.counsellor.program.api_post(&table, &json!({"step": "save", "mark": mark, "rows": rows})).unwrap();
    // By law the proband's daughter, by descent another woman's: the variant did not come to her.
    let list = case.counsellor.program.api(&format!("/results/{}/at-risk", case.result)).unwrap();
    let at_risk: Vec<&Value> = list_of(&list, "relatives").unwrap().iter().collect();
    assert!(at_risk.iter().all(|one| !one["name"].as_str().unwrap_or_default().contains("Ada")), "{list}");
    let mut clerk = world.at_work("jo.taylor");
    clerk.family_claim(&case.reference, "asked to complete an address").unwrap();
    for page in ["", "/pedigree.svg", "/pedigree"] {
        let html = clerk.browser.page(&format!("/families/{}{page}", case.family)).unwrap();
        assert!(
            !html.contains("Zqbirth") && !html.contains("adopt") && !html.contains("by law"),
            "{page}: {html}"
        );
    }
    assert!(clerk.browser.page(&format!("/families/{}", case.family)).unwrap().contains("Ada"));
    // She was given a new number: by the old one nobody is found, and only the new one stands with her.
    let family = case.counsellor.program.api(&format!("/families/{}", case.family)).unwrap();
    let people = family["people"].as_array().unwrap();
    let ada = people.iter().find(|one| one["name"].as_str().unwrap_or_default().contains("Ada")).unwrap();
    let identity = format!("/people/{}/identity", ada["person"].as_str().unwrap());
    let numbered = |number: &str| json!({"given_name": "Ada", "family_name": "Ashdown", "birth_date": "1992-05-04", "nhs_number": number});
    assert_eq!(told(&mut case.counsellor, &identity, &numbered("9434765919")).0, 200);
    assert_eq!(told(&mut case.counsellor, &identity, &numbered("9990000026")).0, 200);
    let found =
        |work: &mut AtWork, number: &str| told(work, "/people/find", &json!({"nhs_number": number})).0;
    assert_eq!(found(&mut case.counsellor, "9990000026"), 200);
    assert_ne!(found(&mut case.counsellor, "9434765919"), 200);
    let html = clerk.browser.page(&identity.replace("/identity", "")).unwrap();
    assert!(!html.contains("943 476 5919") && !html.contains("9434765919"), "{html}");
}

#[test]
fn h15_who_carries_without_a_test_is_shown_so_to_clinicians_alone_and_no_letter_infers_it() {
    const NIECE: Kin = Kin {
        relation: "sister's daughter",
        given: "Hester",
        family: "Wray",
        born: ("1990", "3", "9"),
        email: None,
    };
    let world = World::new(1415);
    let mut case = Case::new(&world, &[SISTER, NIECE]);
    case.agree(0, "L2");
    let task = case.tasks[0].clone();
    let before = case.counsellor.letter_draft(&task, "L2").unwrap();
    let text = |case: &mut Case, letter: &str| {
        let text = case.counsellor.browser.page(&format!("/letters/{letter}/text")).unwrap();
        // But for its code.
        text.lines().filter(|line| !line.contains('-') && !line.contains("/r")).collect::<Vec<_>>().join("\n")
    };
    let said = text(&mut case, &before);
    case.counsellor.letter_submit(&before).unwrap();
    case.clinician.letter_return(&before).unwrap();
    let niece = case.people[1].clone();
    case.tested(&niece, "het");
    // The daughter's result is at once her mother's, and her mother was not asked.
    let hers = case.listed(0);
    assert_eq!(hers["now"]["obligate"], json!(true), "{hers}");
    let mut clerk = world.at_work("jo.taylor");
    clerk.family_claim(&case.reference, "asked to complete an address").unwrap();
    for page in [format!("/tasks/{task}"), format!("/results/{}/at-risk", case.result)] {
        let html = clerk.browser.page(&page).unwrap();
        let says = html.contains("99 in 100") || html.contains("without a test") || html.contains("bligate");
        assert!(!says, "{page}: {html}");
    }
    let after = case.counsellor.letter_draft(&task, "L2").unwrap();
    assert_eq!(text(&mut case, &after), said, "her letter says what it said before her daughter was tested");
}

/// The report of one variant, said to be in the gene of a recessive condition.
fn recessive(world: &World) -> (AtWork, String, String, String) {
    let bytes = String::from_utf8(report("brca2_germline")).unwrap().replace("BRCA2", "CFTR").into_bytes();
    let mut nia = world.counsellor();
    let result = nia.report_upload(&bytes).unwrap().unwrap();
    let page = nia.result(&result).unwrap();
    nia.findings_mark(&result, &page).unwrap();
    nia.result_separate(&result, "cystic_fibrosis", "autosomal_recessive", "R185").unwrap();
    nia.conversation(&result, "at_result", TODAY, "Yes, they should know.").unwrap();
    let (family, proband) =
        (text_of(&page, "family").unwrap(), text_of(proband_of(&page).unwrap(), "person").unwrap());
    (nia, result, family, proband)
}

#[test]
fn h16_where_two_copies_are_needed_partners_are_asked_once_whether_they_are_kin_or_not() {
    let world = World::new(1416);
    let (mut nia, result, family, proband) = recessive(&world);
    let table = format!("/families/{family}/people/table");
    let mark = nia.program.api(&table).unwrap()["mark"].as_str().unwrap().to_owned();
    let rows = json!([
        {"relation": "brother", "given_name": "Perran", "family_name": "Trewin", "born": "1963-02-01"},
        {"relation": "wife", "of": "1", "given_name": "Isla", "family_name": "Trewin", "born": "1965-02-01"},
    ]);
    nia.program.api_post(&table, &json!({"step": "save", "mark": mark, "rows": rows})).unwrap();
    let kin = json!({"relation": "mother's sister's son", "from": proband, "given_name": "Jago",
        "family_name": "Trewin", "birth_date": "1962-02-01"});
    nia.program.api_post(&format!("/families/{family}/people"), &kin).unwrap();
    let all = nia.program.api(&format!("/families/{family}")).unwrap();
    let named = |name: &str| {
        let mut people = all["people"].as_array().unwrap().iter();
        let found = people.find(|one| one["name"].as_str().unwrap_or_default().contains(name));
        text_of(found.unwrap(), "person").unwrap()
    };
    let (brother, wife, cousin) = (named("Perran"), named("Isla"), named("Jago"));
    // The proband and her cousin are a couple: the tree is a loop from then on.
    let couple = json!({"partner": cousin, "couple": "together"});
    let tied = told(&mut nia, &format!("/people/{proband}/couples"), &couple);
    assert_eq!(tied.0, 200, "{tied:?}");
    let tasks = nia.at_risk_confirm(&result).unwrap();
    let of = |tasks: &[(String, String)], person: &str| {
        let found: Vec<String> =
            tasks.iter().filter(|(known, _)| known == person).map(|(_, task)| task.clone()).collect();
        found
    };
    assert_eq!(of(&tasks, &cousin).len(), 1, "kin by descent and partner: one task");
    assert!(of(&tasks, &wife).is_empty(), "nobody knows yet that her husband carries it");
    let mut amir = world.clinician();
    let reference = text_of(&nia.result(&result).unwrap(), "family_reference").unwrap();
    amir.family_claim(&reference, "asked to confirm results").unwrap();
    let own = nia.own_result_record(&result, &brother, "het", "c.5946del", TODAY).unwrap();
    amir.own_result_confirm(&own).unwrap();
    let list = nia.program.api(&format!("/results/{result}/at-risk")).unwrap();
    let hers =
        list_of(&list, "relatives").unwrap().iter().find(|one| one["person"] == *wife).unwrap().clone();
    let task = hers["task"].as_str().unwrap().to_owned();
    assert_eq!(nia.task_state(&task).unwrap(), "identified");
    // No letter about a variant of his family is for her.
    nia.consent(&task, "given", "L2", "He will speak to her.").unwrap();
    let letter = told(&mut nia, &format!("/tasks/{task}/letters"), &json!({"level": "L2"}));
    assert_ne!(letter.0, 200, "{letter:?}");
    // Asked and negative is kept, and settles it.
    let own = nia.own_result_record(&result, &wife, "noncarrier", "c.5946del", TODAY).unwrap();
    amir.own_result_confirm(&own).unwrap();
    assert_eq!(nia.task_state(&task).unwrap(), "tested");
    assert_eq!(crate::queues::compare(&world), (vec![], vec![]));
}
