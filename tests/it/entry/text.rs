//! A family written as text beside those who are there: numbers are people, errors name their line, nothing is doubled.
//! Must not know: the notation beyond what a counsellor types.

use super::{Case, SISTER, World, json, line, list_of, names, text_of, told};
use kinward::demo::people::AtWork;
use serde_json::Value;

fn address(case: &Case) -> String {
    format!("/families/{}/people/text", case.family)
}

/// The text of the family as it stands, with something written below it.
fn with(work: &mut AtWork, path: &str, more: &str) -> (String, Value) {
    let page = work.program.api(path).unwrap();
    let text = format!("{}{more}", text_of(&page, "text").unwrap());
    (text, page["mark"].clone())
}

fn send(work: &mut AtWork, path: &str, step: &str, text: &str, mark: &Value) -> (u16, Value) {
    told(work, path, &json!({"step": step, "text": text, "format": "sibships", "mark": mark}))
}

#[test]
fn what_stands_below_the_family_s_own_text_is_added_to_it() {
    let world = World::new(1411);
    let mut case = Case::new(&world, &[SISTER]);
    let path = address(&case);
    let (text, mark) = with(&mut case.counsellor, &path, "");
    let (status, same) = send(&mut case.counsellor, &path, "check", &text, &mark);
    assert_eq!((status, &same["lines"]), (200, &json!([])), "{text}: {same}");

    let tamsin = text_of(&line(&mut case.counsellor, &case.family.clone(), "Tamsin Wray"), "number").unwrap();
    let more = format!(
        "({tamsin}) + [Tom Hale]\n-- (Wren Hale, b.1990, asthma @4)\n-- [\\Max Hale, d.20]\n-- P 12w\n"
    );
    let (text, mark) = with(&mut case.counsellor, &path, &more);
    let (status, seen) = send(&mut case.counsellor, &path, "check", &text, &mark);
    assert_eq!(status, 200, "{seen}");
    assert_eq!(seen["added"], 4, "{seen}");
    assert_eq!(names(&mut case.counsellor, &case.family.clone()).len(), 4, "a look saves nothing");
    let (status, saved) = send(&mut case.counsellor, &path, "save", &text, &mark);
    assert_eq!((status, &saved["added"]), (200, &json!(4)), "{saved}");
    let wren = line(&mut case.counsellor, &case.family.clone(), "Wren Hale");
    assert_eq!((&wren["relation"], &wren["born"]), (&json!("sister's daughter"), &json!("Born 1990")));
    assert_eq!(wren["health"], "asthma at 4");
    assert_eq!(line(&mut case.counsellor, &case.family.clone(), "Max Hale")["life"], "Died at 20");

    let (text, mark) = with(&mut case.counsellor, &path, "");
    let (_, same) = send(&mut case.counsellor, &path, "check", &text, &mark);
    assert_eq!(same["lines"], json!([]), "what was saved reads as it is: {text}");
    let (status, _) = send(&mut case.counsellor, &path, "save", &text, &mark);
    assert_eq!(status, 409, "there is nothing to save");
}

#[test]
fn an_error_names_its_line_and_the_page_shows_the_lines() {
    let world = World::new(1412);
    let mut case = Case::new(&world, &[SISTER]);
    let path = address(&case);
    let (text, mark) = with(&mut case.counsellor, &path, "[Tom] + (Ann)\n-- (Sue, cough 40)\n");
    let at = text.lines().count();
    let (status, refused) = send(&mut case.counsellor, &path, "check", &text, &mark);
    assert_eq!((status, refused["field"].as_str()), (422, Some("text")), "{refused}");
    assert!(refused["problem"].as_str().unwrap().starts_with(&format!("Line {at}, column")), "{refused}");

    let mark = mark.as_str().unwrap();
    let parts = [("mark", mark), ("format", "sibships"), ("step", "check"), ("text", text.as_str())];
    let seen = case.counsellor.browser.submit_parts(&path, &path, &parts).unwrap();
    let html = seen.text();
    assert_eq!(seen.status, 422);
    assert!(html.contains(&format!("<li><a href=\"#text\">Line {at}, column")), "{html}");
    assert!(
        html.contains("id=\"text-error\"") && html.contains("(Sue, cough 40)</textarea>")
            || html.contains("(Sue, cough 40)\n</textarea>")
    );
    assert!(html.contains("<li>-- (Sue, cough 40)</li>"), "the text with its lines numbered");
}

#[test]
fn who_may_be_there_already_is_asked_and_never_guessed() {
    let world = World::new(1413);
    let mut case = Case::new(&world, &[SISTER]);
    let path = address(&case);
    let (text, mark) =
        with(&mut case.counsellor, &path, "[Tom Hale] + (Tamsin Wray, b.1964)\n-- (Wren Hale)\n");
    let (status, seen) = send(&mut case.counsellor, &path, "check", &text, &mark);
    assert_eq!((status, &seen["waiting"]), (200, &json!(1)), "{seen}");
    let row = &list_of(&seen, "rows").unwrap()[0];
    assert!(row["options"][1]["label"].as_str().unwrap().contains("same name and year of birth"), "{row}");
    let (status, refused) = send(&mut case.counsellor, &path, "save", &text, &mark);
    let field = format!("who-{}", row["place"]);
    assert_eq!((status, refused["field"].as_str()), (422, Some(field.as_str())), "{refused}");

    let answer =
        json!({"step": "save", "text": text, "format": "sibships", "mark": mark, field: case.people[0]});
    let (status, saved) = told(&mut case.counsellor, &path, &answer);
    assert_eq!((status, &saved["added"]), (200, &json!(2)), "{saved}");
    let wren = line(&mut case.counsellor, &case.family.clone(), "Wren Hale");
    assert_eq!(wren["relation"], "sister's daughter");
    assert_eq!(
        names(&mut case.counsellor, &case.family.clone())
            .iter()
            .filter(|name| *name == "Tamsin Wray")
            .count(),
        1
    );
}
