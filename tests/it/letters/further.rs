//! One sentence in further languages: chosen by the service, approved by a named person, and printed only then.
//! Must not know: any of these languages.

use crate::support::{
    World,
    cases::{AUNT, Case},
};
use serde_json::json;

const PAGE: &str = "/further-languages";
const POLISH: &str = "Ten list jest ważny";

fn text(case: &mut Case) -> String {
    let task = case.tasks[0].clone();
    let letter = case.counsellor.letter_draft(&task, "L1").unwrap();
    let text = case.counsellor.browser.page(&format!("/letters/{letter}/text")).unwrap();
    let page = format!("/letters/{letter}");
    let why = [("return_why", "It needs other languages.")];
    case.clinician.browser.done(&page, &format!("{page}/return"), &why).unwrap();
    text
}

#[test]
fn a_sentence_stands_on_letters_once_it_is_chosen_and_approved_and_not_before() {
    let world = World::new(861);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L1");
    assert!(!text(&mut case).contains(POLISH), "nobody has chosen it");
    let chosen = [("chosen[]", "pl"), ("chosen[]", "ur")];
    let not_allowed = case.counsellor.browser.submit(PAGE, PAGE, &chosen).unwrap();
    assert_eq!(not_allowed.status, 403);
    case.clinician.browser.done(PAGE, PAGE, &chosen).unwrap();
    let said = text(&mut case);
    let (polish, farewell) = (said.find(POLISH).unwrap(), said.find("Yours sincerely").unwrap());
    assert!(polish < farewell && said.contains("یہ خط اہم ہے"), "{said}");
    let withdraw = format!("{PAGE}/pl/withdraw");
    let silent = case.clinician.browser.submit(PAGE, &withdraw, &[]).unwrap();
    assert!(silent.status == 422 && silent.text().contains("why the approval is withdrawn"));
    case.clinician.browser.done(PAGE, &withdraw, &[("withdrawn_why", "It reads oddly.")]).unwrap();
    let said = text(&mut case);
    assert!(!said.contains(POLISH) && said.contains("یہ خط اہم ہے"), "{said}");
    let page = case.clinician.browser.page(PAGE).unwrap();
    assert!(page.contains("It reads oddly.") && page.contains("It stands on no letter"), "{page}");
    let checked = [("checked_by", "Ewa Nowak"), ("checked_role", "translator")];
    case.clinician.browser.done(PAGE, &format!("{PAGE}/pl/approve"), &checked).unwrap();
    assert!(text(&mut case).contains(POLISH));
    // Whoever has said how they read is written to so, and needs no offer.
    super::reads(&mut case, 0, "en", "16");
    assert!(!text(&mut case).contains(POLISH));
}

#[test]
fn a_language_without_a_font_is_not_offered_and_the_page_says_so() {
    let world = World::new(862);
    let mut amir = world.clinician();
    let page = amir.browser.page(PAGE).unwrap();
    assert!(page.contains("Not offered: the program has no font"), "{page}");
    assert!(page.contains("chosen-ar") && !page.contains("chosen-zh"), "{page}");
    let chosen = json!({"chosen": ["zh"]}).to_string();
    let path = format!("/api/v1{PAGE}");
    let refused =
        amir.program.send("POST", &path, Some("application/json"), Some(chosen.as_bytes())).unwrap();
    assert_eq!(refused.status, 422, "{}", refused.text());
}

#[test]
fn a_letter_says_of_each_sentence_which_language_it_is_and_which_way_it_runs() {
    let world = World::new(863);
    let mut case = Case::new(&world, &[AUNT]);
    let chosen = [("chosen[]", "pa"), ("chosen[]", "ar")];
    case.clinician.browser.done(PAGE, PAGE, &chosen).unwrap();
    let code = case.sent(&world, 0, "L1");
    let (_, shown) = kinward::demo::people::letter_open(&world.address, &code, AUNT.born).unwrap();
    assert!(shown.contains("<li lang=\"ar\" dir=\"rtl\">") && shown.contains("<li lang=\"pa\" dir=\"ltr\">"));
    let printed = std::fs::read(&world.left_the_house("letters")[0]).unwrap();
    let raw = String::from_utf8_lossy(&printed);
    assert!(raw.contains("/Lang(ar)") || raw.contains("/Lang (ar)"), "the file says which language it is");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.pdf");
    std::fs::write(&file, &printed).unwrap();
    let text = std::process::Command::new("pdftotext").arg(&file).arg("-").output().unwrap();
    // A reader of places puts blanks and marks of direction between the pieces of a word.
    let bare = |text: &str| -> String {
        text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\u{202a}'..='\u{202e}')).collect()
    };
    let text = bare(&String::from_utf8_lossy(&text.stdout));
    assert!(text.contains("ਪੰਜਾਬੀ") && text.contains(&bare("هذه الرسالة مهمة")), "{text}");
}
