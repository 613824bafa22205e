//! The proband tells their relatives themself: a pack for them, and a copy for each with a code of its own.
//! Must not know: rows.

use crate::support::{
    World,
    cases::{AUNT, Case, SISTER, report},
};
use kinward::demo::people::{Kin, letter_open, proband_of, reply, text_of};

/// The proband will tell this relative.
fn tells(case: &mut Case, place: usize) {
    let page = format!("/tasks/{}/consent", case.tasks[place]);
    let fields = [("stance", "given"), ("route", "proband_tells"), ("level", "L2"), ("words", "I will.")];
    case.counsellor.browser.done(&page, &page, &fields).unwrap();
}

fn pack(case: &Case) -> String {
    format!("/results/{}/pack", case.result)
}

/// Approves every copy that waits, as the second person.
fn approve(case: &mut Case, letter: &str) {
    case.counsellor.letter_submit(letter).unwrap();
    case.clinician.letter_approve(letter).unwrap();
}

fn letters_on(page: &str) -> Vec<String> {
    let mut found: Vec<String> = page
        .split("href=\"/letters/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|id| !id.contains('/'))
        .map(str::to_owned)
        .collect();
    found.dedup();
    found
}

/// What stands in the frame of a printed copy.
fn code_on(case: &mut Case, letter: &str) -> String {
    kinward::demo::code_of(&mut case.counsellor, letter).unwrap_or_default()
}

#[test]
fn each_relative_whom_the_proband_tells_gets_a_copy_with_a_code_of_their_own() {
    let world = World::new(821);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    tells(&mut case, 0);
    tells(&mut case, 1);
    let page = pack(&case);
    assert!(case.counsellor.browser.page(&page).unwrap().contains("each of the 2"));
    case.counsellor.browser.done(&page, &page, &[("level", "L2")]).unwrap();
    let letters = letters_on(&case.counsellor.browser.page(&page).unwrap());
    assert_eq!(letters.len(), 2);
    let codes: Vec<String> = letters.iter().map(|letter| code_on(&mut case, letter)).collect();
    assert_ne!(codes[0], codes[1]);
    // Before it is approved and given away its code opens nothing, and it goes by no post.
    assert!(letter_open(&world.address, &codes[0], SISTER.born).is_err());
    approve(&mut case, &letters[0]);
    world.send();
    assert!(world.left_the_house("letters").is_empty());
    assert!(letter_open(&world.address, &codes[0], SISTER.born).is_err());
    let given = format!("/letters/{}", letters[0]);
    case.counsellor.browser.done(&given, &format!("{given}/handed"), &[]).unwrap();
    let (mut browser, letter) = letter_open(&world.address, &codes[0], SISTER.born).unwrap();
    assert!(letter.contains("A relative of yours has given you this letter"), "{letter}");
    reply(&mut browser, "appointment", &[("by", "phone")]).unwrap();
    assert_eq!(case.state(0), "wants_appointment");
    assert_eq!(case.state(1), "proband_tells", "the other copy is another's");
}

/// The letter that the proband takes home, as it is printed, in one line.
fn read(case: &mut Case) -> String {
    let pdf = case.counsellor.browser.get(&format!("{}/letter.pdf", pack(case))).unwrap();
    assert_eq!(pdf.status, 200);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pack.pdf");
    std::fs::write(&file, &pdf.body).unwrap();
    let text = std::process::Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output().unwrap();
    String::from_utf8_lossy(&text.stdout).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_pack_says_what_goes_to_the_family_whom_a_child_hears_it_from_and_whom_they_asked_us_not_to_tell() {
    let world = World::new(828);
    let nephew =
        Kin { relation: "sister's son", given: "Piers", born: ("2015", "10", "2"), email: None, ..SISTER };
    let mut case = Case::of(&world, &report("fh_ldlr"), "fh", &[SISTER, nephew]);
    let child = format!("/tasks/{}", case.tasks[1]);
    case.counsellor.browser.done(&child, &format!("{child}/come-of-age"), &[]).unwrap();
    case.agree(0, "L2");
    case.agree(1, "L2");
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "withdrawn", "L2", "Not her, after all.").unwrap();
    let text = read(&mut case);
    assert!(text.contains("A letter to a relative can name it"), "{text}");
    assert!(!text.contains("for you alone. We do not share it"), "{text}");
    assert!(text.contains("We write to whoever looks after them, as you agreed."), "{text}");
    // The father and the mother have not been spoken of yet.
    assert!(text.contains("Tamsin Wray You asked us not to tell them."), "{text}");
    assert_eq!(text.matches("Who tells them").count(), 2, "{text}");
    assert!(text.matches("classed as pathogenic").count() == 1 && !text.contains("LDLR, "), "{text}");
}

#[test]
fn the_pack_tells_the_proband_what_they_said_and_never_what_a_relative_did() {
    let world = World::new(822);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let code = case.sent(&world, 0, "L2");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    reply(&mut browser, "not_know", &[]).unwrap();
    assert_eq!(case.state(0), "do_not_contact");
    let text = read(&mut case);
    assert!(text.contains("We write to them, as you agreed."), "{text}");
    assert!(text.contains("BRCA2") && text.contains("This page is for you."), "{text}");
    for never in ["do not contact", "stopped writing", "objected", "no longer"] {
        assert!(!text.to_lowercase().contains(never), "{never}: {text}");
    }
}

#[test]
fn when_the_proband_will_not_tell_after_all_the_copy_that_was_not_given_is_stopped() {
    let world = World::new(823);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    tells(&mut case, 0);
    tells(&mut case, 1);
    let page = pack(&case);
    case.counsellor.browser.done(&page, &page, &[("level", "L1")]).unwrap();
    let letters = letters_on(&case.counsellor.browser.page(&page).unwrap());
    for letter in &letters {
        approve(&mut case, letter);
    }
    let given = format!("/letters/{}", letters[0]);
    case.counsellor.browser.done(&given, &format!("{given}/handed"), &[]).unwrap();
    let code = code_on(&mut case, &letters[0]);
    let tasks = case.tasks.clone();
    for task in &tasks {
        case.counsellor.consent(task, "withdrawn", "L1", "Neither of them.").unwrap();
    }
    let kept = format!("/letters/{}", letters[1]);
    let refused = case.counsellor.browser.submit(&kept, &format!("{kept}/handed"), &[]).unwrap();
    assert_eq!(refused.status, 409, "{}", refused.text());
    let never = code_on(&mut case, &letters[1]);
    assert!(letter_open(&world.address, &never, AUNT.born).is_err());
    // What was given cannot be taken out of a hand; it cannot be read online any more.
    let opened = letter_open(&world.address, &code, SISTER.born);
    assert!(opened.is_err() || !opened.unwrap().1.contains("gene change"));
}

#[test]
fn whoever_nobody_can_date_gets_a_copy_without_a_name_or_code() {
    let world = World::new(824);
    let mut case = Case::new(&world, &[SISTER]);
    tells(&mut case, 0);
    let person = format!("/people/{}", case.people[0]);
    let names = [("given_name", SISTER.given), ("family_name", SISTER.family)];
    case.counsellor.browser.done(&person, &format!("{person}/identity"), &names).unwrap();
    let page = format!("/tasks/{}", case.tasks[0]);
    case.counsellor.browser.done(&page, &format!("{page}/copies"), &[("level", "L2")]).unwrap();

    let letter = letters_on(&case.counsellor.browser.page(&pack(&case)).unwrap()).remove(0);
    let text = case.counsellor.browser.page(&format!("/letters/{letter}/text")).unwrap();
    assert!(text.contains("To whom it may concern") && !text.contains("BRCA2"), "{text}");
    assert!(!text.contains(SISTER.family) && code_on(&mut case, &letter).is_empty(), "{text}");
    approve(&mut case, &letter);
    let given = format!("/letters/{letter}");
    case.counsellor.browser.done(&given, &format!("{given}/handed"), &[]).unwrap();
    assert!(case.counsellor.browser.page(&given).unwrap().contains("Handed over"));
    // Withdrawn later, it stays what it is: nobody can call it back, and nothing breaks.
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "withdrawn", "L1", "No, after all.").unwrap();
}

#[test]
fn the_probands_letter_waits_for_approval_and_is_never_made_of_an_amended_report() {
    let world = World::new(825);
    let mut case = Case::new(&world, &[SISTER]);
    let letter = format!("{}/letter.pdf", pack(&case));
    assert_eq!(case.counsellor.browser.get(&letter).unwrap().status, 200);
    let wording = "/templates/result_and_pack/en";
    let why = [("withdrawn_why", "The second page frightens people.")];
    case.clinician.browser.done(wording, &format!("{wording}/withdraw"), &why).unwrap();
    assert_eq!(case.counsellor.browser.get(&letter).unwrap().status, 409, "nobody stands behind its words");
    let by = [("checked_by", "Dr Mair Hughes"), ("checked_role", "consultant")];
    case.clinician.browser.done(wording, &format!("{wording}/approve"), &by).unwrap();
    assert_eq!(case.counsellor.browser.get(&letter).unwrap().status, 200);
    case.counsellor.report_upload(&crate::support::cases::report("brca2_amended")).unwrap().unwrap();
    let seen = case.counsellor.browser.get(&letter).unwrap();
    assert!(seen.status == 409 && seen.text().contains("amended this report"), "{}", seen.text());
}

#[test]
fn what_held_up_a_copy_is_said_and_what_could_be_drafted_stays() {
    let world = World::new(826);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    tells(&mut case, 0);
    let page = format!("/tasks/{}/consent", case.tasks[1]);
    let fields = [("stance", "given"), ("route", "proband_tells"), ("level", "L1"), ("words", "A little.")];
    case.counsellor.browser.done(&page, &page, &fields).unwrap();
    let page = pack(&case);
    let seen = case.counsellor.browser.submit(&page, &page, &[("level", "L2")]).unwrap();
    assert!(seen.status == 409 && seen.text().contains("1 drafted. For 1 of those"), "{}", seen.text());
    assert_eq!(letters_on(&case.counsellor.browser.page(&page).unwrap()).len(), 1);
}

#[test]
fn after_a_copy_was_handed_over_the_relatives_page_says_so() {
    let world = World::new(827);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    tells(&mut case, 0);
    let task = format!("/tasks/{}", case.tasks[0]);
    case.counsellor.browser.done(&task, &format!("{task}/copies"), &[("level", "L2")]).unwrap();
    let page = case.counsellor.browser.page(&task).unwrap();
    assert!(page.contains("Hand the copy for the proband to a second person"), "{page}");
    assert!(!page.contains("Draft the copy"), "there is one");
    let letter = letters_on(&page).remove(0);
    approve(&mut case, &letter);
    let page = case.counsellor.browser.page(&task).unwrap();
    assert!(page.contains("Give the approved copy to the proband"), "{page}");
    assert!(page.contains("Does not know") && !page.contains("May know by now"), "{page}");
    let given = format!("/letters/{letter}");
    case.counsellor.browser.done(&given, &format!("{given}/handed"), &[]).unwrap();
    let page = case.counsellor.browser.page(&task).unwrap();
    assert!(page.contains("Find out if the copy that the proband was given has reached"), "{page}");
    assert!(page.contains("May know by now") && page.contains("given a copy for them on 23 November 2026"));
    assert!(page.contains("Handed over 23 November 2026") && !page.contains(": sent"), "{page}");
    // The administrator learns nothing of what the proband said.
    let mut jo = world.at_work("jo.taylor");
    jo.family_claim(&case.reference, "sends letters").unwrap();
    let page = jo.browser.page(&task).unwrap();
    assert!(!page.contains("Find out if the copy"), "{page}");
}

#[test]
fn two_who_are_not_named_yet_are_told_apart_in_the_pack() {
    let world = World::new(828);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let family = format!("/families/{}", case.family);
    let rows = serde_json::json!([{"relation": "brother"}, {"relation": "brother"}]);
    let (status, saved) = crate::entry::rows(&mut case.counsellor, &case.family, "save", rows);
    assert_eq!(status, 200, "{family}: {saved}");
    let result = case.result.clone();
    case.counsellor.at_risk_confirm(&result).unwrap();
    let page = case.counsellor.browser.page(&pack(&case)).unwrap();
    for heading in ["Not named yet: brother, number 1", "Not named yet: brother, number 2"] {
        assert!(page.contains(heading), "{heading}: {page}");
    }
}

#[test]
fn the_pack_asks_the_database_no_more_often_for_many_than_for_few() {
    let world = World::new(829);
    let mut case = Case::new(&world, &[SISTER]);
    let result = case.result.clone();
    let mut statements = |upto: usize| {
        let rows: Vec<serde_json::Value> = (0..upto)
            .map(|at| {
                let name = format!("{}ia", "L".repeat(at + 1));
                serde_json::json!({"relation": "sister", "given_name": name, "family_name": "Wray"})
            })
            .collect();
        let rows = serde_json::json!(rows);
        let (status, saved) = crate::entry::rows(&mut case.counsellor, &case.family, "save", rows);
        assert_eq!(status, 200, "{saved}");
        for (_, task) in case.counsellor.at_risk_confirm(&result).unwrap() {
            let page = format!("/tasks/{task}/consent");
            let fields =
                [("stance", "given"), ("route", "proband_tells"), ("level", "L1"), ("words", "I will.")];
            case.counsellor.browser.submit(&page, &page, &fields).unwrap();
        }
        let page = pack(&case);
        case.counsellor.browser.submit(&page, &page, &[("level", "L1")]).unwrap();
        case.counsellor.browser.page(&page).unwrap();
        world.house.db.recorder().start();
        case.counsellor.browser.page(&page).unwrap();
        world.house.db.recorder().take().len()
    };
    let few = statements(2);
    assert!(few > 2, "nothing was heard: {few}");
    assert_eq!(statements(9), few);
}

#[test]
fn the_probands_letter_in_two_languages_says_in_each_who_tells_whom() {
    let world = World::new(830);
    let mut case = Case::new(&world, &[SISTER]);
    tells(&mut case, 0);
    let result = case.result.clone();
    let page = case.counsellor.result(&result).unwrap();
    let proband = text_of(proband_of(&page).unwrap(), "person").unwrap();
    let needs = format!("/people/{proband}");
    let fields = [("letter_languages", "cy+en"), ("text_size", "12")];
    case.counsellor.browser.done(&needs, &format!("{needs}/needs"), &fields).unwrap();
    let pdf = case.counsellor.browser.get(&format!("{}/letter.pdf", pack(&case))).unwrap();
    assert_eq!(pdf.status, 200);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pack.pdf");
    std::fs::write(&file, &pdf.body).unwrap();
    let text = std::process::Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output().unwrap();
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    assert_eq!(
        (text.matches("Chi fydd yn dweud").count(), text.matches("You tell them").count()),
        (1, 1),
        "{text}"
    );
}
