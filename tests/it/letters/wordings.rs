//! The workshop: a service's own wording from its first word to a letter in the post, and after it was retired.
//! Must not know: rows.

use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use kinward::demo::people::{AtWork, last_part, letter_open, text_of};
use serde_json::Value;

fn json(who: &mut AtWork, address: &str) -> Value {
    who.program.api(address).unwrap()
}

fn begin(who: &mut AtWork, kind: &str, language: &str, twin: Option<&str>) -> Result<String, String> {
    let mut fields = vec![("kind", kind), ("language", language)];
    fields.extend(twin.map(|twin| ("twin", twin)));
    let done = who.browser.done("/wordings", "/wordings", &fields);
    done.map(|location| last_part(&location)).map_err(|e| e.public().to_owned())
}

fn save(who: &mut AtWork, wording: &str, body: &str, hard: &str) -> Result<(), String> {
    let page = format!("/wordings/{wording}");
    let fields = [
        ("wording_body", body),
        ("review_date", "May 2028"),
        ("hard_because", hard),
        ("wording_why", "Our readers ask for it."),
    ];
    who.browser.done(&page, &page, &fields).map(|_| ()).map_err(|e| e.public().to_owned())
}

fn step(who: &mut AtWork, wording: &str, step: &str, fields: &[(&str, &str)]) -> Result<(), String> {
    let page = format!("/wordings/{wording}");
    let done = who.browser.done(&page, &format!("{page}/{step}"), fields);
    done.map(|_| ()).map_err(|e| e.public().to_owned())
}

fn body(who: &mut AtWork, wording: &str) -> String {
    text_of(&json(who, &format!("/wordings/{wording}")), "body").unwrap()
}

/// Written, handed on and approved.
fn approved(case: &mut Case, language: &str, twin: Option<&str>, from: &str, to: &str) -> String {
    let wording = begin(&mut case.counsellor, "direct_contact", language, twin).unwrap();
    let was = body(&mut case.counsellor, &wording);
    assert!(was.contains(from), "{was}");
    save(&mut case.counsellor, &wording, &was.replace(from, to), "").unwrap();
    step(&mut case.counsellor, &wording, "submit", &[]).unwrap();
    step(
        &mut case.clinician,
        &wording,
        "approve",
        &[("checked_by", CHECKED), ("checked_role", "consultant")],
    )
    .unwrap();
    wording
}

const CHECKED: &str = "Elin Price";
const THINK: (&str, &str) = ("take time to think", "wait for as long as you like");

fn letter(case: &mut Case, place: usize) -> (String, Value) {
    let task = case.tasks[place].clone();
    let letter = case.counsellor.letter_draft(&task, "L2").unwrap();
    let page = json(&mut case.counsellor, &format!("/letters/{letter}"));
    (letter, page)
}

#[test]
fn a_services_own_words_are_written_by_one_approved_by_another_and_sent() {
    let world = World::new(871);
    let mut case = Case::new(&world, &[AUNT, SISTER]);
    (0..2).for_each(|place| case.agree(place, "L2"));
    let wording = begin(&mut case.counsellor, "direct_contact", "en", None).unwrap();
    let page = case.counsellor.browser.page(&format!("/wordings/{wording}")).unwrap();
    assert!(page.contains("what the published template says") && !page.contains("Hand to a second person"));
    let was = body(&mut case.counsellor, &wording);
    save(&mut case.counsellor, &wording, &was.replace(THINK.0, THINK.1), "").unwrap();
    let page = case.counsellor.browser.page(&format!("/wordings/{wording}")).unwrap();
    assert!(
        page.contains("[taken out: ") && page.contains(THINK.1) && page.contains("Reading ease"),
        "{page}"
    );
    // Nothing is written with it before a second person has read it.
    assert!(
        step(
            &mut case.clinician,
            &wording,
            "approve",
            &[("checked_by", CHECKED), ("checked_role", "consultant")]
        )
        .is_err()
    );
    step(&mut case.counsellor, &wording, "submit", &[]).unwrap();
    assert!(save(&mut case.counsellor, &wording, &was, "").is_err(), "what is handed on stays");
    let (early, page) = letter(&mut case, 1);
    assert_eq!(text_of(&page, "template_version").unwrap(), "2026.2");
    // With the facts of a real draft, and nothing changes in it.
    let shown = case.counsellor.browser.page(&format!("/wordings/{wording}/letters/{early}")).unwrap();
    assert!(shown.contains(THINK.1) && shown.contains("BRCA2") && shown.contains(SISTER.given), "{shown}");
    assert_eq!(json(&mut case.counsellor, &format!("/letters/{early}"))["pdf_sha256"], page["pdf_sha256"]);
    assert!(
        step(&mut case.clinician, &wording, "approve", &[("checked_by", ""), ("checked_role", "")]).is_err()
    );
    step(
        &mut case.clinician,
        &wording,
        "approve",
        &[("checked_by", CHECKED), ("checked_role", "consultant")],
    )
    .unwrap();
    let (late, page) = letter(&mut case, 0);
    assert_eq!(text_of(&page, "template_version").unwrap(), "S1");
    assert!(page["approvals"].to_string().contains(CHECKED), "{page}");
    case.counsellor.letter_submit(&late).unwrap();
    case.clinician.letter_approve(&late).unwrap();
    assert_eq!(world.send(), 1);
    // Retired after it left: the letter keeps its words, and the next has the published ones.
    assert!(step(&mut case.clinician, &wording, "retire", &[("retired_why", "no")]).is_err());
    step(&mut case.clinician, &wording, "retire", &[("retired_why", "The service asks for shorter words.")])
        .unwrap();
    let code = kinward::demo::code_of(&mut case.counsellor, &late).unwrap();
    let (_, read) = letter_open(&world.address, &code, AUNT.born).unwrap();
    assert!(read.contains(THINK.1), "{read}");
    case.clinician.letter_return(&early).unwrap();
    let (_, page) = letter(&mut case, 1);
    assert_eq!(text_of(&page, "template_version").unwrap(), "2026.2");
    let listed = case.counsellor.browser.page("/wordings").unwrap();
    assert!(listed.contains("version S1") && listed.contains("Retired"), "{listed}");
}

#[test]
fn a_letter_in_two_languages_waits_until_both_have_the_new_words() {
    let world = World::new(872);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L2");
    super::reads(&mut case, 0, "cy+en", "12");
    let english = approved(&mut case, "en", None, THINK.0, THINK.1);
    let (early, page) = letter(&mut case, 0);
    assert_eq!(text_of(&page, "template_version").unwrap(), "2026.2", "not in one language alone");
    case.clinician.letter_return(&early).unwrap();
    // A twin with another shape is refused, with the place.
    let welsh = begin(&mut case.counsellor, "direct_contact", "cy", Some(&english)).unwrap();
    assert!(begin(&mut case.counsellor, "direct_contact", "cy", Some(&english)).is_err(), "once");
    let was = body(&mut case.counsellor, &welsh);
    let bent = was.replacen("\n## ", "\n", 1);
    save(&mut case.counsellor, &welsh, &bent, "").unwrap();
    let held = step(&mut case.counsellor, &welsh, "submit", &[]).unwrap_err();
    assert!(held.contains("not those of its other language"), "{held}");
    save(&mut case.counsellor, &welsh, &was.replace("cymryd amser i feddwl", "aros"), "").unwrap();
    let problems = json(&mut case.counsellor, &format!("/wordings/{welsh}"))["problems"].to_string();
    assert_eq!(problems, "[]");
    step(&mut case.counsellor, &welsh, "submit", &[]).unwrap();
    step(&mut case.clinician, &welsh, "approve", &[("checked_by", CHECKED), ("checked_role", "consultant")])
        .unwrap();
    let (_, page) = letter(&mut case, 0);
    assert_eq!(text_of(&page, "template_version").unwrap(), "S1");
    assert!(text_of(&page, "text").unwrap().contains(THINK.1));
}

#[test]
fn nothing_that_somebody_types_is_ever_run_and_what_a_reader_needs_stays() {
    let world = World::new(873);
    let mut case = Case::new(&world, &[AUNT]);
    let wording = begin(&mut case.counsellor, "direct_contact", "en", None).unwrap();
    let was = body(&mut case.counsellor, &wording);
    for typed in [
        "{{#if x}}y{{/if}}",
        "{{{recipient_name}}}",
        "{{> layout}}",
        "{{lookup this \"x\"}}",
        "<script>x</script>",
        "@include x",
    ] {
        let page = format!("/wordings/{wording}");
        let body = format!("{typed}\n{was}");
        let fields = [("wording_body", body.as_str()), ("review_date", "May 2028"), ("wording_why", "")];
        let seen = case.counsellor.browser.submit(&page, &page, &fields).unwrap();
        assert_eq!(seen.status, 422, "{typed}");
        assert!(seen.text().contains("Line 1 of the words cannot be read"), "{typed}: {}", seen.text());
        assert!(seen.text().contains("take time to think"), "what was typed comes again");
    }
    for (from, to, says) in [
        ("{{code}}", "Your code stands above.", "the code is missing"),
        ("{{phone}}", "our number", "{{phone}} is missing"),
        ("{{reference}}", "it", "{{reference}} is missing"),
        ("{{signatory}}", "Us", "the signature is missing"),
        ("take time to think", "ask about {{nhs_number}}", "no value for {{nhs_number}}"),
        (
            "take time to think",
            "read this item to the end although it has so many words in it that nobody would wish to read all of them at once",
            "harder to read",
        ),
    ] {
        save(&mut case.counsellor, &wording, &was.replace(from, to), "").unwrap();
        let held = step(&mut case.counsellor, &wording, "submit", &[]);
        assert!(held.as_ref().is_err_and(|held| held.contains(says)), "{from}: {held:?}");
    }
    for date in ["soon", "2028", "May 1999", "May \"2028"] {
        let page = format!("/wordings/{wording}");
        let fields = [("wording_body", was.as_str()), ("review_date", date), ("wording_why", "")];
        assert_eq!(case.counsellor.browser.submit(&page, &page, &fields).unwrap().status, 422, "{date}");
    }
    assert!(begin(&mut case.counsellor, "letter_waits", "en", None).is_err(), "a notice is no letter");
    let mut other = world.second_clinician();
    assert!(save(&mut other, &wording, &was, "").is_err(), "only its author writes it");
}

#[test]
fn locked_words_that_changed_are_read_with_care_and_no_author_approves_their_own() {
    let world = World::new(874);
    let mut case = Case::new(&world, &[AUNT]);
    let wording = begin(&mut case.clinician, "direct_contact", "en", None).unwrap();
    let was = body(&mut case.clinician, &wording);
    let (from, to) = ("We will not tell your family what you choose.", "We tell nobody what you choose.");
    assert!(was.contains(from));
    save(&mut case.clinician, &wording, &was.replace(from, to), "").unwrap();
    step(&mut case.clinician, &wording, "submit", &[]).unwrap();
    let mut other = world.second_clinician();
    let page = other.browser.page(&format!("/wordings/{wording}")).unwrap();
    assert!(page.contains("Locked words were changed"), "{page}");
    let approval = [("checked_by", CHECKED), ("checked_role", "consultant"), ("locked_read", "yes")];
    assert!(step(&mut case.clinician, &wording, "approve", &approval).unwrap_err().contains("You wrote"));
    let unread = step(&mut other, &wording, "approve", &approval[..2]).unwrap_err();
    assert!(unread.contains("tick that they may stand"), "{unread}");
    step(&mut other, &wording, "return", &[]).unwrap();
    step(&mut case.clinician, &wording, "submit", &[]).unwrap();
    step(&mut other, &wording, "approve", &approval).unwrap();
}

#[test]
fn a_letter_in_words_that_were_retired_is_neither_approved_nor_sent() {
    let world = World::new(875);
    let mut case = Case::new(&world, &[AUNT, SISTER]);
    (0..2).for_each(|place| case.agree(place, "L2"));
    let wording = approved(&mut case, "en", None, THINK.0, THINK.1);
    let (waits, _) = letter(&mut case, 1);
    let (goes, _) = letter(&mut case, 0);
    for one in [&waits, &goes] {
        // Where its reader could tell who was tested, somebody says why it may go.
        case.counsellor.letter_accept(one).ok();
        case.counsellor.letter_submit(one).unwrap();
    }
    case.clinician.letter_approve(&goes).unwrap();
    step(&mut case.clinician, &wording, "retire", &[("retired_why", "A sentence in it is wrong.")]).unwrap();
    let held = case.clinician.letter_approve(&waits).unwrap_err();
    assert!(
        held.public().contains("draft it again: it is then written with the wording"),
        "{}",
        held.public()
    );
    let page = case.clinician.browser.page(&format!("/letters/{waits}")).unwrap();
    assert!(page.contains("neither approved nor sent like this"), "{page}");
    let page = case.clinician.browser.page("/letter-batches/approve").unwrap();
    assert!(page.contains("draft it again"), "{page}");
    assert_eq!(world.send(), 0, "what was approved does not leave either");
    let page = json(&mut case.counsellor, &format!("/letters/{goes}"));
    assert_eq!(text_of(&page, "state").unwrap(), "stopped");
    assert!(text_of(&page, "ended_why").unwrap().contains("retired the wording"), "{page}");
    let (again, page) = letter(&mut case, 0);
    assert_eq!(text_of(&page, "template_version").unwrap(), "2026.2");
    case.counsellor.letter_accept(&again).ok();
    case.counsellor.letter_submit(&again).unwrap();
    case.clinician.letter_approve(&again).unwrap();
    assert_eq!(world.send(), 1);
}

#[test]
fn words_for_every_family_name_nobody_and_keep_what_is_locked() {
    let world = World::new(876);
    let mut case = Case::new(&world, &[AUNT]);
    let wording = begin(&mut case.counsellor, "direct_contact", "en", None).unwrap();
    let was = body(&mut case.counsellor, &wording);
    for (from, to, says) in [
        (THINK.0, "ask your sister", "points to one person"),
        (THINK.0, "call 01632 960 999", "How to reach the service stands in marks"),
        (THINK.0, "look at evil.example/abc", "evil.example/abc"),
        (THINK.0, "read about BRCA1", "Only marks do that"),
        (THINK.0, "know that you have it", "cannot know"),
        (THINK.0, "ask {{code}} again", "{{code}} stands alone"),
        (THINK.0, "ask {{who}} again", "no value for {{who}}"),
        (
            "We cannot tell you who had the test, or anything about their health. We keep what we know about you private too.",
            "Thank you.",
            "a locked part is left out",
        ),
    ] {
        assert!(was.contains(from), "{from}");
        let held = save(&mut case.counsellor, &wording, &was.replace(from, to), "")
            .and_then(|()| step(&mut case.counsellor, &wording, "submit", &[]));
        assert!(held.as_ref().is_err_and(|held| held.contains(says)), "{to}: {held:?}");
    }
    save(&mut case.counsellor, &wording, &was.replace(THINK.0, "call us, you must"), "").unwrap();
    let page = case.counsellor.browser.page(&format!("/wordings/{wording}")).unwrap();
    assert!(page.contains("It could be said better") && page.contains("it is their choice"), "{page}");
}

#[test]
fn what_waits_is_listed_taken_back_and_checked_by_another_than_its_author() {
    let world = World::new(877);
    let mut case = Case::new(&world, &[AUNT]);
    let wording = begin(&mut case.counsellor, "direct_contact", "en", None).unwrap();
    let was = body(&mut case.counsellor, &wording);
    save(&mut case.counsellor, &wording, &was.replace(THINK.0, THINK.1), "").unwrap();
    let page = case.counsellor.browser.page(&format!("/wordings/{wording}")).unwrap();
    assert!(page.contains("A second person approves it. Who can:"), "{page}");
    step(&mut case.counsellor, &wording, "submit", &[]).unwrap();
    let listed = case.clinician.browser.page("/wordings").unwrap();
    assert!(listed.contains("Waiting for a second person"), "{listed}");
    assert!(
        case.clinician
            .browser
            .page("/")
            .unwrap()
            .contains("Wordings of our own that wait for a second person: 1")
    );
    step(&mut case.counsellor, &wording, "take-back", &[]).unwrap();
    assert!(!case.clinician.browser.page("/wordings").unwrap().contains("Waiting for a second person"));
    step(&mut case.counsellor, &wording, "submit", &[]).unwrap();
    let author = text_of(&json(&mut case.clinician, &format!("/wordings/{wording}")), "author").unwrap();
    for named in [author.clone(), format!("Dr {author}")] {
        let fields = [("checked_by", named.as_str()), ("checked_role", "consultant")];
        let held = step(&mut case.clinician, &wording, "approve", &fields).unwrap_err();
        assert!(held.contains("Whoever wrote the words"), "{named}: {held}");
    }
    let fields = [("checked_by", CHECKED), ("checked_role", "consultant")];
    step(&mut case.clinician, &wording, "approve", &fields).unwrap();
}
