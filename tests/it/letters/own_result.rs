//! A relative's own result: told once it is confirmed, by telephone first where the gene change was found, and theirs alone.
//! Must not know: rows, but that the open key of such a letter does not say what was found.

use super::{gone, in_step};
use crate::{
    support::{
        TODAY, World,
        cases::{AUNT, Case, SISTER},
    },
    tested::BRCA2,
};
use diesel::{QueryableByName, RunQueryDsl, sql_types::Text};
use kinward::demo::people::{letter_open, list_of};

/// A letter of the first relative's own result that has been drafted.
pub fn made(case: &mut Case, says: &str) -> String {
    let own = case.tested(&case.people[0].clone(), says);
    let page = format!("/relative-results/{own}");
    if says != "noncarrier" {
        let told = [("told", "appointment"), ("telling_words", "She comes on Thursday to hear it.")];
        case.counsellor.browser.done(&page, &format!("{page}/told"), &told).unwrap();
    }
    case.drafted(&page, &format!("{page}/letter"), &[])
}

fn waiting(case: &mut Case) -> usize {
    let queue = case.counsellor.program.api("/queues/results_to_tell").unwrap();
    list_of(&queue, "items").unwrap().len()
}

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = Text)]
    template_id: String,
}

#[test]
fn a_gene_change_found_is_told_by_telephone_before_it_is_written() {
    let world = World::new(861);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let (result, sister) = (case.result.clone(), case.people[0].clone());
    let own = case.counsellor.own_result_record(&result, &sister, "het", BRCA2, TODAY).unwrap();
    let page = format!("/relative-results/{own}");
    let (letter, told) = (format!("{page}/letter"), format!("{page}/told"));
    let (status, html) = case.tried(&page, &letter, &[]);
    assert!(status == 409 && html.contains("second person confirms"), "{html}");
    case.clinician.own_result_confirm(&own).unwrap();
    assert_eq!(waiting(&mut case), 1, "somebody has to tell her");
    let (status, html) = case.tried(&page, &letter, &[]);
    assert!(status == 409 && html.contains("telephone"), "{html}");
    let wordless = case.tried(&page, &told, &[("told", "not_reached"), ("telling_words", "no")]);
    assert_eq!(wordless.0, 422);
    let words = ("telling_words", "Rang three times this week; nobody answered.");
    case.counsellor.browser.done(&page, &told, &[("told", "not_reached"), words]).unwrap();
    assert_eq!(waiting(&mut case), 1, "trying is not telling");
    let letter = case.drafted(&page, &letter, &[]);
    let text = case.text(&letter);
    assert!(text.contains("The test found the gene change") && text.contains("BRCA2"), "{text}");
    assert!(text.contains("Each of your children may or may not have the gene change"), "{text}");
    // What was found is nobody's to rewrite; what it can mean is, with a reason.
    let words = case.counsellor.program.api(&format!("/letters/{letter}/words")).unwrap();
    let parts = list_of(&words["sides"][0], "parts").unwrap().clone();
    let page_of = |says: &str| {
        parts.iter().find(|part| part["lines"].to_string().contains(says)).unwrap()["page"].clone()
    };
    assert!(
        page_of("The test found the gene change").is_null() && page_of("Each of your children").is_string()
    );
    case.released(&letter);
    world.send();
    assert_eq!((gone(&world), case.state(0).as_str(), waiting(&mut case)), (1, "tested", 0));
    let code = case.code(&letter);
    assert!(letter_open(&world.address, &code, SISTER.born).unwrap().1.contains("found the gene change"));
    in_step(&world);
    // Whoever reads the database without its keys does not learn which of the two it was; nor does who may not read results.
    let kept: Vec<Key> = world
        .house
        .db
        .read(|conn| Ok(diesel::sql_query("SELECT template_id FROM letters").load(conn).unwrap()))
        .unwrap();
    assert_eq!(kept[0].template_id, "own_result");
    let mut office = world.at_work("jo.taylor");
    office.family_claim(&case.reference.clone(), "asked to print letters").unwrap();
    assert_eq!(office.browser.get(&format!("/letters/{letter}")).unwrap().status, 403);
    let task = office.browser.page(&format!("/tasks/{}", case.tasks[0])).unwrap();
    assert!(!task.contains(&letter), "{task}");
    // It comes back: somebody has to tell her again, and nobody reads it online.
    case.clinician.browser.done("/outbox/returned", "/outbox/returned", &[("code", &code)]).unwrap();
    assert_eq!((waiting(&mut case), case.state(0).as_str()), (1, "tested"));
    assert!(!letter_open(&world.address, &code, SISTER.born).unwrap().1.contains("found the gene change"));
    in_step(&world);
    // The aunt, her mother's sister, is still to be told of the family; nothing of the sister's result is hers.
    assert_eq!(case.state(1), "identified");
}

#[test]
fn a_gene_change_not_found_is_written_at_once_and_her_children_need_no_test() {
    let world = World::new(862);
    let mut case = Case::new(&world, &[SISTER]);
    let letter = made(&mut case, "noncarrier");
    let text = case.text(&letter);
    assert!(text.contains("did not find the gene change"), "{text}");
    assert!(text.contains("Your children cannot get this gene change from you"), "{text}");
    let again = format!("/relative-results/{}", last_result(&mut case));
    let (status, html) = case.tried(&again, &format!("{again}/letter"), &[]);
    assert!(status == 409 && html.contains("letter of this result already"), "{html}");
    case.released(&letter);
    // All relatives are settled by it, so the result is ready to close: her letter goes all the same.
    world.send();
    assert_eq!(gone(&world), 1);
    in_step(&world);
}

fn last_result(case: &mut Case) -> String {
    let page = format!("/results/{}/relatives/{}", case.result, case.people[0]);
    let html = case.counsellor.browser.page(&page).unwrap();
    html.split("href=\"/relative-results/").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn a_letter_of_a_result_that_was_corrected_stops_or_can_be_read_online_no_more() {
    let world = World::new(863);
    let mut case = Case::new(&world, &[SISTER]);
    let letter = made(&mut case, "noncarrier");
    case.released(&letter);
    world.send();
    let code = case.code(&letter);
    let own = last_result(&mut case);
    let fields = [
        ("says", "het"),
        ("variant", BRCA2),
        ("tested_on-day", "20"),
        ("tested_on-month", "11"),
        ("tested_on-year", "2026"),
        ("laboratory", "Severnside Genomic Laboratory Hub"),
        ("source", "laboratory_report"),
        ("reason", "Two samples were taken for each other."),
    ];
    let new = case.counsellor.own_result_correct(&own, &fields).unwrap();
    case.clinician.own_result_confirm(&new).unwrap();
    let (_, shown) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert!(!shown.contains("did not find"), "{shown}");
    assert_eq!(waiting(&mut case), 1, "she has to hear the right one");
    in_step(&world);
    // A letter of the right one that has not left stops when that, too, turns out to be wrong.
    let page = format!("/relative-results/{new}");
    let told = [("told", "spoken"), ("telling_words", "Told by telephone, and she will come.")];
    case.counsellor.browser.done(&page, &format!("{page}/told"), &told).unwrap();
    let second = case.drafted(&page, &format!("{page}/letter"), &[]);
    case.released(&second);
    case.taken_away(&new);
    world.send();
    assert_eq!(gone(&world), 1);
    let html = case.counsellor.browser.page(&format!("/letters/{second}")).unwrap();
    assert!(html.contains("the result it tells was corrected"), "{html}");
    assert_eq!(waiting(&mut case), 0, "nothing is told where no result stands");
    in_step(&world);
}
