//! After an amended report nobody who was told something by the old one is left before somebody has told them of the change.
//! Must not know: rows.

use crate::support::{
    TODAY, World,
    cases::{AUNT, BROTHER, Case, SISTER, report},
};
use kinward::demo::people::letter_open;
use serde_json::json;

const BRCA2: &str = "c.5946del";

fn wave(case: &mut Case) -> serde_json::Value {
    case.counsellor.program.api(&format!("/results/{}/recontact", case.result)).unwrap()
}

fn rows(seen: &serde_json::Value) -> Vec<serde_json::Value> {
    seen["rows"].as_array().unwrap().clone()
}

#[test]
fn all_that_rested_on_a_report_is_listed_until_none_is_left() {
    let world = World::new(841);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let code = case.sent(&world, 0, "L2");
    case.sent(&world, 1, "L1");
    let page = format!("/results/{}/certificate", case.result);
    case.counsellor.browser.done(&page, &page, &[("control", "no")]).unwrap();
    let (result, sister) = (case.result.clone(), case.people[0].clone());
    let own = case.counsellor.own_result_record(&result, &sister, "het", BRCA2, TODAY).unwrap();
    case.clinician.own_result_confirm(&own).unwrap();
    // Two letters, a certificate, and the sister's own test.
    let mut kinds: Vec<String> =
        rows(&wave(&mut case)).iter().map(|row| row["rests"].as_str().unwrap().to_owned()).collect();
    kinds.sort();
    assert_eq!(kinds, ["certificate", "letter", "letter", "own_result"]);
    case.counsellor.report_upload(&report("brca2_amended")).unwrap().unwrap();
    let seen = wave(&mut case);
    assert_eq!(seen["left"], json!(4));
    let queue = case.counsellor.browser.page("/queues/amended_results").unwrap();
    assert!(queue.contains(&format!("/results/{}/recontact", case.result)), "{queue}");
    assert_eq!(crate::queues::histories::compare(&world), (vec![], vec![]));

    // The sister is written to: what she was told, and how it is classified now.
    let letter = rows(&seen).into_iter().find(|row| row["may_write"] == json!(true)).unwrap();
    let ask = format!("/letters/{}/reclassified", letter["id"].as_str().unwrap());
    let change =
        [("now_class", "uncertain"), ("phoned", ""), ("recontact_words", "The laboratory wrote again.")];
    let drafted = case.counsellor.browser.done(&ask, &ask, &change).unwrap();
    let new = drafted.rsplit('/').next().unwrap().to_owned();
    assert_eq!(wave(&mut case)["left"], json!(4), "a draft has told nobody");
    case.counsellor.letter_submit(&new).unwrap();
    case.clinician.letter_approve(&new).unwrap();
    world.send();
    let text = case.counsellor.browser.page(&format!("/letters/{new}/text")).unwrap();
    assert!(text.contains("At first, experts linked it to"), "{text}");
    assert!(text.contains("Class now: Uncertain significance"), "{text}");
    assert!(text.contains("The laboratory changed the class of this variant on 18 November 2025."), "{text}");
    let anew = kinward::demo::code_of(&mut case.counsellor, &new).unwrap();
    assert!(letter_open(&world.address, &anew, SISTER.born).unwrap().1.contains("may change"));
    let (_, old) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert!(!old.contains("BRCA2"), "the old letter stays withheld");

    // The rest is spoken about, in words.
    let page = format!("/results/{}/recontact", case.result);
    let seen = wave(&mut case);
    assert_eq!(seen["left"], json!(3));
    for row in rows(&seen).into_iter().filter(|row| row["done"] == json!(false)) {
        let fields = [
            ("rests", row["rests"].as_str().unwrap()),
            ("subject", row["id"].as_str().unwrap()),
            ("how", "phone"),
            ("recontact_words", " "),
        ];
        let wordless = case.counsellor.browser.submit(&page, &page, &fields).unwrap();
        assert_eq!(wordless.status, 422);
        let fields = [fields[0], fields[1], fields[2], ("recontact_words", "She knows, and will wait.")];
        case.counsellor.browser.done(&page, &page, &fields).unwrap();
    }
    assert_eq!(wave(&mut case)["left"], json!(0));
    assert!(!case.counsellor.browser.page("/queues/amended_results").unwrap().contains("/recontact"));
    assert_eq!(crate::queues::histories::compare(&world), (vec![], vec![]));
}

/// The report with the variant called likely pathogenic, as the laboratory first had it.
fn likely() -> Vec<u8> {
    let text = String::from_utf8(report("brca2_germline")).unwrap();
    let changed = text.replace("LA6668-3", "LA26332-9").replace("\"Pathogenic\"", "\"Likely pathogenic\"");
    assert_ne!(text, changed);
    changed.into_bytes()
}

/// A letter of this direction, drafted.
pub fn made(world: &World, up: bool) -> (Case, String) {
    let (first, class) = if up { (likely(), "pathogenic") } else { (report("brca2_germline"), "uncertain") };
    let mut case = Case::with(world, &first, &[SISTER]);
    case.sent(world, 0, "L2");
    case.counsellor.report_upload(&report("brca2_amended")).unwrap().unwrap();
    let row = rows(&wave(&mut case)).remove(0);
    let ask = format!("/letters/{}/reclassified", row["id"].as_str().unwrap());
    let why = ("differs_why", if up { "The laboratory rang: a corrected report is on its way." } else { "" });
    let change = [("now_class", class), ("phoned", "spoken"), ("recontact_words", "Rang at ten."), why];
    let letter = case.drafted(&ask, &ask, &change);
    (case, letter)
}

/// The same to whoever was given a copy by the proband, and is given this one.
pub fn made_by_hand(world: &World, up: bool) -> (Case, String) {
    let (first, class) = if up { (likely(), "pathogenic") } else { (report("brca2_germline"), "uncertain") };
    let mut case = Case::with(world, &first, &[SISTER]);
    handed(&mut case);
    case.counsellor.report_upload(&report("brca2_amended")).unwrap().unwrap();
    let row = rows(&wave(&mut case)).remove(0);
    let ask = format!("/letters/{}/reclassified", row["id"].as_str().unwrap());
    let why = ("differs_why", if up { "The laboratory rang: a corrected report is on its way." } else { "" });
    let change = [
        ("now_class", class),
        ("phoned", "spoken"),
        ("goes", "hand"),
        ("recontact_words", "Rang at ten."),
        why,
    ];
    let letter = case.drafted(&ask, &ask, &change);
    (case, letter)
}

fn hand(case: &mut Case, letter: &str) {
    case.counsellor.letter_submit(letter).unwrap();
    case.clinician.letter_approve(letter).unwrap();
    let page = format!("/letters/{letter}");
    case.counsellor.browser.done(&page, &format!("{page}/handed"), &[]).unwrap();
}

/// The proband tells the first relative, and was given their copy.
fn handed(case: &mut Case) {
    let page = format!("/tasks/{}/consent", case.tasks[0]);
    let fields = [("stance", "given"), ("route", "proband_tells"), ("level", "L2"), ("words", "I will.")];
    case.counsellor.browser.done(&page, &page, &fields).unwrap();
    let task = format!("/tasks/{}", case.tasks[0]);
    let copy = case.counsellor.browser.done(&task, &format!("{task}/copies"), &[("level", "L2")]).unwrap();
    hand(case, copy.rsplit('/').next().unwrap());
}

#[test]
fn news_that_a_variant_matters_more_is_told_by_telephone_first() {
    let world = World::new(842);
    let mut case = Case::with(&world, &likely(), &[SISTER, AUNT]);
    case.sent(&world, 0, "L2");
    case.sent(&world, 1, "L1");
    case.counsellor.report_upload(&report("brca2_amended")).unwrap().unwrap();
    let rows = rows(&wave(&mut case));
    let told = |may: bool| {
        let row = rows.iter().find(|row| row["may_write"] == json!(may)).unwrap();
        format!("/letters/{}/reclassified", row["id"].as_str().unwrap())
    };
    let with =
        |class, phoned| [("now_class", class), ("phoned", phoned), ("recontact_words", "Rang at ten.")];
    let ask = told(true);
    // The new report says uncertain: whatever else the letter says needs a reason.
    let page = case.counsellor.browser.page(&ask).unwrap();
    assert!(page.contains("The new report says: <strong>Uncertain significance</strong>"), "{page}");
    let silent = case.counsellor.browser.submit(&ask, &ask, &with("pathogenic", "spoken")).unwrap();
    assert!(
        silent.status == 422 && silent.text().contains("classifies this variant as: Uncertain"),
        "{}",
        silent.text()
    );
    let with = |class, phoned| {
        let why = ("differs_why", "The laboratory rang: a corrected report is on its way.");
        [("now_class", class), ("phoned", phoned), ("recontact_words", "Rang at ten."), why]
    };
    let unrung = case.counsellor.browser.submit(&ask, &ask, &with("pathogenic", "")).unwrap();
    assert!(unrung.status == 422 && unrung.text().contains("telephone first"), "{}", unrung.text());
    let same = case.counsellor.browser.submit(&ask, &ask, &with("likely_pathogenic", "spoken")).unwrap();
    assert_eq!(same.status, 409, "no change is no letter: {}", same.text());
    let drafted = case.counsellor.browser.done(&ask, &ask, &with("pathogenic", "spoken")).unwrap();
    let page = case.clinician.browser.page(&drafted).unwrap();
    assert!(
        page.contains("The class is not the new report") && page.contains("The laboratory rang"),
        "{page}"
    );
    let text = case.counsellor.browser.page(&format!("{drafted}/text")).unwrap();
    assert!(
        text.contains("They now think that it matters") && text.contains("Class now: Pathogenic"),
        "{text}"
    );
    // The class that it had before stands nowhere as the class it has; and the day is not the report's.
    assert!(!text.contains("Classification:") && text.contains("has changed since we wrote"), "{text}");
    // The aunt was told no variant, so no letter tells her one now.
    let other = told(false);
    let refused = case.counsellor.browser.submit(&other, &other, &with("uncertain", "")).unwrap();
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains("names no variant"), "{}", refused.text());
}

#[test]
fn a_wish_not_to_be_contacted_stops_a_correction_too_and_it_stays_on_the_list() {
    let world = World::new(843);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    case.counsellor.report_upload(&report("brca2_amended")).unwrap().unwrap();
    let row = rows(&wave(&mut case)).remove(0);
    let ask = format!("/letters/{}/reclassified", row["id"].as_str().unwrap());
    let change = [("now_class", "uncertain"), ("phoned", ""), ("recontact_words", "By letter.")];
    let new = case.counsellor.browser.done(&ask, &ask, &change).unwrap();
    let new = new.rsplit('/').next().unwrap().to_owned();
    case.counsellor.letter_submit(&new).unwrap();
    case.clinician.letter_approve(&new).unwrap();
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    kinward::demo::people::reply(&mut browser, "not_know", &[]).unwrap();
    let before = world.left_the_house("letters").len();
    world.send();
    assert_eq!(world.left_the_house("letters").len(), before);
    assert_eq!(wave(&mut case)["left"], json!(1));
    assert_eq!(crate::queues::histories::compare(&world), (vec![], vec![]));
}

#[test]
fn whoever_was_given_a_copy_is_given_the_change_by_the_same_hand() {
    let world = World::new(844);
    let mut case = Case::new(&world, &[SISTER]);
    handed(&mut case);
    case.counsellor.report_upload(&report("brca2_amended")).unwrap().unwrap();
    let row = rows(&wave(&mut case)).remove(0);
    let ask = format!("/letters/{}/reclassified", row["id"].as_str().unwrap());
    let seen = case.counsellor.browser.page(&ask).unwrap();
    assert!(seen.contains("The proband hands it over, as before"), "{seen}");
    assert!(
        seen.contains("value=\"uncertain\" aria-describedby=\"now_class-uncertain-hint\" checked"),
        "{seen}"
    );
    let change = [("now_class", "uncertain"), ("goes", "hand"), ("recontact_words", "At the clinic.")];
    let new = case.counsellor.browser.done(&ask, &ask, &change).unwrap();
    let new = new.rsplit('/').next().unwrap().to_owned();
    let text = case.counsellor.browser.page(&format!("/letters/{new}/text")).unwrap();
    assert!(text.contains("has given you this letter, as they gave you one before"), "{text}");
    assert!(!text.contains("Your name and address come from"), "{text}");
    assert_eq!(wave(&mut case)["left"], json!(1));
    hand(&mut case, &new);
    world.send();
    assert!(world.left_the_house("letters").is_empty(), "nothing of this went by post");
    assert_eq!(wave(&mut case)["left"], json!(0));
    let code = kinward::demo::code_of(&mut case.counsellor, &new).unwrap();
    let (_, letter) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert!(letter.contains("may change"), "{letter}");
    assert_eq!(crate::queues::histories::compare(&world), (vec![], vec![]));
}

#[test]
fn what_was_posted_is_not_corrected_by_hand_and_the_newer_report_s_own_page_leads_to_the_elder_s() {
    let world = World::new(845);
    let mut case = Case::new(&world, &[SISTER]);
    case.sent(&world, 0, "L2");
    let new = case.counsellor.report_upload(&report("brca2_amended")).unwrap().unwrap();
    let row = rows(&wave(&mut case)).remove(0);
    let ask = format!("/letters/{}/reclassified", row["id"].as_str().unwrap());
    assert!(!case.counsellor.browser.page(&ask).unwrap().contains("How does it go?"));
    let change = json!({"now_class": "uncertain", "goes": "hand", "recontact_words": "By letter."});
    let told = case
        .counsellor
        .program
        .send("POST", &format!("/api/v1{ask}"), Some("application/json"), Some(change.to_string().as_bytes()))
        .unwrap();
    assert!(told.status == 422 && told.text().contains("did not hand over"), "{}", told.text());
    let page = case.counsellor.browser.page(&format!("/results/{new}/recontact")).unwrap();
    assert!(
        page.contains("This report stands") && page.contains(&format!("/results/{}/recontact", case.result))
    );
    assert!(!page.contains("nothing rests on it"), "{page}");
}

#[test]
fn between_two_classes_that_lead_to_the_same_care_the_page_says_that_no_letter_is_needed() {
    let world = World::new(848);
    let mut case = Case::new(&world, &[SISTER]);
    case.sent(&world, 0, "L2");
    let text = String::from_utf8(report("brca2_amended")).unwrap();
    let amended =
        text.replace("LA26333-7", "LA26332-9").replace("\"Uncertain significance\"", "\"Likely pathogenic\"");
    case.counsellor.report_upload(amended.as_bytes()).unwrap().unwrap();
    let row = rows(&wave(&mut case)).remove(0);
    let ask = format!("/letters/{}/reclassified", row["id"].as_str().unwrap());
    let seen = case.counsellor.browser.page(&ask).unwrap();
    assert!(
        seen.contains("no letter is needed") && seen.contains("Say there that nothing is needed"),
        "{seen}"
    );
    let mut sent = |fields: &[(&str, &str)]| {
        let seen = case.counsellor.browser.submit(&ask, &ask, fields).unwrap();
        (seen.status, seen.text())
    };
    let none = sent(&[("now_class", "likely_pathogenic")]);
    assert!(none.0 == 409 && none.1.contains("lead to the same test and the same care"), "{}", none.1);
    // Words are asked for where the form says so: of a telephone call, and of no letter alone.
    let why = ("differs_why", "An expert group has said so since, on 3 November.");
    let unsaid = sent(&[("now_class", "uncertain"), why, ("phoned", "spoken")]);
    assert!(unsaid.0 == 422 && unsaid.1.contains("what was said on the telephone"), "{}", unsaid.1);
    assert_eq!(sent(&[("now_class", "uncertain"), why]).0, 303);
    assert_eq!(crate::queues::histories::compare(&world), (vec![], vec![]));
}

#[test]
fn the_list_after_an_amended_report_asks_the_database_no_more_often_for_many_than_for_few() {
    let statements = |relatives: &[kinward::demo::people::Kin], seed| {
        let world = World::new(seed);
        let mut case = Case::new(&world, relatives);
        for place in 0..relatives.len() {
            case.sent(&world, place, "L2");
        }
        case.counsellor.report_upload(&report("brca2_amended")).unwrap().unwrap();
        let page = format!("/results/{}/recontact", case.result);
        case.counsellor.browser.page(&page).unwrap();
        world.house.db.recorder().start();
        case.counsellor.browser.page(&page).unwrap();
        world.house.db.recorder().take().len()
    };
    let few = statements(&[SISTER], 846);
    assert!(few > 2, "nothing was heard: {few}");
    assert_eq!(statements(&[SISTER, AUNT, BROTHER], 847), few);
}
