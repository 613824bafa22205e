//! Words of one letter's own: who writes them, what they may not tell, who reads them before they go.
//! Must not know: rows.

use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use kinward::demo::people::{AtWork, letter_open, list_of, text_of};
use kinward_family::language::Language;
use serde_json::Value;
use sha2::Digest;

fn json(who: &mut AtWork, address: &str) -> Value {
    who.program.api(address).unwrap()
}

/// Where the block that holds `words` is changed: "en/5".
fn place(who: &mut AtWork, letter: &str, language: usize, words: &str) -> String {
    let page = json(who, &format!("/letters/{letter}/words"));
    let parts = list_of(&page["sides"][language], "parts").unwrap().clone();
    let holds = |part: &&Value| part["lines"].to_string().contains(words);
    text_of(parts.iter().find(holds).unwrap(), "page").unwrap()
}

fn change(who: &mut AtWork, letter: &str, place: &str, words: &str, why: &str) -> Result<(), String> {
    let page = format!("/letters/{letter}/words/{place}");
    let fields = [("block_words", words), ("words_why", why)];
    who.browser.done(&page, &page, &fields).map(|_| ()).map_err(|e| e.public().to_owned())
}

fn check(who: &mut AtWork, letter: &str, place: &str, words: &str) -> String {
    let page = format!("/letters/{letter}/words/{place}");
    who.browser.submit(&page, &page, &[("block_words", words), ("check_only", "yes")]).unwrap().text()
}

fn approve(who: &mut AtWork, letter: &str, seen: Option<&str>) -> Result<(), String> {
    let page = format!("/letters/{letter}");
    let fields: Vec<(&str, &str)> = seen.map(|seen| ("words_seen", seen)).into_iter().collect();
    who.browser
        .done(&page, &format!("{page}/approve"), &fields)
        .map(|_| ())
        .map_err(|e| e.public().to_owned())
}

fn hash(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn drafted(world: &World, level: &str) -> (Case, String) {
    let mut case = Case::new(world, &[AUNT, SISTER]);
    case.agree(0, level);
    let task = case.tasks[0].clone();
    let letter = case.counsellor.letter_draft(&task, level).unwrap();
    (case, letter)
}

const CHOICES: &str = "have the test";
const MAY_HAVE: &str = "You may or may not have it.";

#[test]
fn a_sentence_for_one_reader_is_seen_by_a_second_person_and_read_by_its_reader() {
    let world = World::new(861);
    let (mut case, letter) = drafted(&world, "L2");
    let before = json(&mut case.counsellor, &format!("/letters/{letter}"));
    let at = place(&mut case.counsellor, &letter, 0, CHOICES);
    let words = "talk to us first\nhave the test\nwait as long as you like\nchoose not to know";
    let tried = check(&mut case.counsellor, &letter, &at, words);
    assert!(tried.contains("Nothing is saved yet") && tried.contains("wait as long as you like"), "{tried}");
    assert!(tried.contains("reading ease"), "{tried}");
    assert_eq!(json(&mut case.counsellor, &format!("/letters/{letter}"))["pdf_sha256"], before["pdf_sha256"]);
    change(&mut case.counsellor, &letter, &at, words, "").unwrap();
    let after = json(&mut case.counsellor, &format!("/letters/{letter}"));
    assert_ne!(after["pdf_sha256"], before["pdf_sha256"], "other words are other bytes");
    let pdf = case.counsellor.browser.get(&format!("/letters/{letter}/pdf")).unwrap();
    assert_eq!(hash(&pdf.body), text_of(&after, "pdf_sha256").unwrap());
    for other in ["en/18", "cy/12", "cy+en/12", "en/24"] {
        let seen = case.counsellor.browser.get(&format!("/letters/{letter}/as/{other}")).unwrap();
        assert!(seen.status == 200 && seen.body.starts_with(b"%PDF-"), "{other}: {}", seen.status);
        assert_ne!(hash(&seen.body), text_of(&after, "pdf_sha256").unwrap());
    }
    assert_eq!(case.counsellor.browser.get(&format!("/letters/{letter}/as/fr/12")).unwrap().status, 404);
    case.counsellor.letter_submit(&letter).unwrap();
    assert!(change(&mut case.counsellor, &letter, &at, "other", "").is_err(), "what is handed on stays");
    let seen = case.clinician.browser.page(&format!("/letters/{letter}")).unwrap();
    assert!(seen.contains("Words of this letter") && seen.contains("wait as long as you like"), "{seen}");
    assert!(seen.contains("[taken out: "), "what went is shown too");
    let unseen = approve(&mut case.clinician, &letter, None).unwrap_err();
    assert!(unseen.contains("Read what was changed"), "{unseen}");
    let earlier = text_of(&before, "pdf_sha256").unwrap();
    assert!(approve(&mut case.clinician, &letter, Some(&earlier)).is_err(), "bound to the very letter");
    approve(&mut case.clinician, &letter, Some(&text_of(&after, "pdf_sha256").unwrap())).unwrap();
    assert_eq!(world.send(), 1);
    let code = kinward::demo::code_of(&mut case.counsellor, &letter).unwrap();
    let (_, page) = letter_open(&world.address, &code, AUNT.born).unwrap();
    assert!(page.contains("wait as long as you like") && !page.contains("take time to think"), "{page}");
    assert!(!page.contains("/r/letter/cy"), "nobody has written these words in Welsh");
    assert!(page.contains("/r/letter/en/24"), "and in large print they are the same");
}

#[test]
fn what_typed_words_may_not_tell_is_found_before_anybody_gets_them() {
    let world = World::new(862);
    let (mut case, letter) = drafted(&world, "L1");
    let at = place(&mut case.counsellor, &letter, 0, MAY_HAVE);
    let result = json(&mut case.counsellor, &format!("/results/{}", case.result));
    let name = |part| text_of(&result["proband"], part).unwrap();
    let proband = format!("{} {}", name("given_name"), name("family_name"));
    for (words, found) in [
        (format!("{proband} asked us to write."), "the proband"),
        ("It is in BRCA2.".to_owned(), "does not tell"),
    ] {
        let held = change(&mut case.counsellor, &letter, &at, &words, "");
        assert!(held.as_ref().is_err_and(|held| held.contains(found)), "{words}: {held:?}");
    }
    // A given name alone is an ordinary word in a template, and not where somebody typed it.
    let tried = check(&mut case.counsellor, &letter, &at, &format!("We saw {}.", SISTER.given));
    assert!(tried.contains("given name") && tried.contains("These words need a reason"), "{tried}");
    // What a reason may excuse is shown, and asks for it.
    let tried = check(&mut case.counsellor, &letter, &at, "She may tell you more. Your sister knows of it.");
    assert!(tried.contains("These words need a reason") && tried.contains("sister"), "{tried}");
    change(&mut case.counsellor, &letter, &at, "Your sister knows of it.", "").unwrap();
    let held = case.counsellor.letter_submit(&letter).unwrap_err();
    assert!(held.public().contains("points to one person"), "{}", held.public());
    // Back to the template's words, and it goes.
    let page = format!("/letters/{letter}/words/{at}");
    case.counsellor.browser.done(&page, &format!("{page}/undo"), &[]).unwrap();
    case.counsellor.letter_submit(&letter).unwrap();
    assert_eq!(json(&mut case.clinician, &format!("/letters/{letter}"))["changes"], serde_json::json!([]));
    case.clinician.letter_approve(&letter).unwrap();
}

#[test]
fn at_the_lowest_level_typed_words_do_not_say_what_it_is_about() {
    let world = World::new(863);
    let (mut case, letter) = drafted(&world, "L0");
    let at = place(&mut case.counsellor, &letter, 0, "take time to think");
    for telling in ["have the genetic test", "ask about cancer", "hear about a gene"] {
        let held = change(&mut case.counsellor, &letter, &at, telling, "").unwrap_err();
        assert!(held.contains("does not tell"), "{telling}: {held}");
    }
    change(&mut case.counsellor, &letter, &at, "come and talk to us", "").unwrap();
}

#[test]
fn what_is_locked_is_nobodys_and_what_is_clinical_needs_a_reason() {
    let world = World::new(864);
    let (mut case, letter) = drafted(&world, "L2");
    let page = json(&mut case.counsellor, &format!("/letters/{letter}/words"));
    let locked = |words: &str| {
        let parts = list_of(&page["sides"][0], "parts").unwrap();
        parts.iter().find(|part| part["lines"].to_string().contains(words)).unwrap()["page"].is_null()
    };
    assert!(locked("Dear ") && locked("How to contact us") && locked("We will not tell your family"));
    for at in ["en/0", "en/999", "cy/5", "fr/1"] {
        assert!(
            change(&mut case.counsellor, &letter, at, "Other words.", "A reason that is long.").is_err(),
            "{at}"
        );
    }
    let clinical = place(&mut case.counsellor, &letter, 0, "We do not know if you have the gene change.");
    let words = "We do not know if you have the gene change. Please call us soon.";
    let asked = change(&mut case.counsellor, &letter, &clinical, words, "short").unwrap_err();
    assert!(asked.contains("Say in a sentence why"), "{asked}");
    change(&mut case.counsellor, &letter, &clinical, words, "Treatment begins next month.").unwrap();
    let page = json(&mut case.counsellor, &format!("/letters/{letter}"));
    assert_eq!(text_of(&page["changes"][0], "why").unwrap(), "Treatment begins next month.");
    assert!(page["changes"][0]["clinical"].as_bool().unwrap());
    // Whoever is not the author, or has nothing to do with the family, changes nothing.
    assert!(case.clinician.browser.get(&format!("/letters/{letter}/words")).unwrap().status >= 400);
    let mut guardian = world.at_work("ruth.adeyemi");
    assert!(guardian.browser.get(&format!("/letters/{letter}/words")).unwrap().status >= 400);
}

#[test]
fn a_letter_in_two_languages_is_changed_in_both_or_in_neither() {
    let world = World::new(865);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L2");
    super::reads(&mut case, 0, "cy+en", "12");
    let task = case.tasks[0].clone();
    let letter = case.counsellor.letter_draft(&task, "L2").unwrap();
    let english = place(&mut case.counsellor, &letter, 1, CHOICES);
    assert!(english.starts_with(Language::English.code()));
    change(&mut case.counsellor, &letter, &english, "talk to us\nhave the test", "").unwrap();
    let held = case.counsellor.letter_submit(&letter).unwrap_err();
    assert!(held.public().contains("not changed alike in Welsh"), "{}", held.public());
    let welsh = english.replace("en/", "cy/");
    change(&mut case.counsellor, &letter, &welsh, "siarad â ni\ncael y prawf", "").unwrap();
    case.counsellor.letter_submit(&letter).unwrap();
}

#[test]
fn a_form_that_was_refused_keeps_what_was_typed() {
    let world = World::new(866);
    let (mut case, letter) = drafted(&world, "L2");
    let at = place(&mut case.counsellor, &letter, 0, CHOICES);
    let page = format!("/letters/{letter}/words/{at}");
    for (typed, says) in [
        ("Call 01632 960 999 instead", "a block of their own"),
        ("Dear {{recipient_name}}", "a mark of the templates"),
        ("", "There are no words"),
    ] {
        for only in [vec![], vec![("check_only", "yes")]] {
            let fields: Vec<(&str, &str)> = [("block_words", typed)].into_iter().chain(only).collect();
            let seen = case.counsellor.browser.submit(&page, &page, &fields).unwrap();
            assert_eq!(seen.status, 422, "{typed}");
            let text = seen.text();
            assert!(text.contains(says) && text.contains(typed), "{typed}: {text}");
        }
    }
}
