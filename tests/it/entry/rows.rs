//! The quick entry table: a whole family in one go, errors beside their cells, and nothing saved before it was seen.
//! Must not know: the page's markup beyond what says where an error belongs.

use super::{Case, SISTER, World, deeds, json, line, list_of, names, rows, text_of, told};

#[test]
fn a_family_is_entered_in_one_go_and_taken_back_in_one_go() {
    let world = World::new(1401);
    let mut case = Case::new(&world, &[SISTER]);
    let family = case.family.clone();
    let typed = json!([
        {"relation": "sister", "given_name": "Ann", "family_name": "Bell", "born": "1964"},
        {"relation": "mother", "given_name": "Ida", "family_name": "Bell", "born": "3 5 1940", "life": "died at 71", "had": "breast cancer 41"},
        {"relation": "mother's sister", "given_name": "Una", "family_name": "Farr", "life": "died"},
        {"relation": "twin sister", "of": "3", "given_name": "Uma", "family_name": "Farr"},
        {"relation": "husband", "of": "1", "given_name": "Tom", "family_name": "Hale"},
        {"relation": "pregnancy", "of": "1 and 5", "life": "pregnancy 12 weeks"},
        {"relation": "brother", "notes": "3 people; woman"},
    ]);
    let before = names(&mut case.counsellor, &family);
    assert_eq!(before, ["Rosalind May Ashdown", "Tamsin Wray", "not named yet", "not named yet"]);
    let (status, preview) = rows(&mut case.counsellor, &family, "check", typed.clone());
    assert_eq!(status, 200, "{preview}");
    assert_eq!(
        preview["added"], 8,
        "six new people, and the aunt's parents; the mother is there without a name"
    );
    let lines = preview["lines"].to_string();
    assert!(lines.contains("Adds Ann Bell: sister of the proband, female, born 1964"), "{lines}");
    assert!(lines.contains("Adds Una Farr: mother's sister of the proband, female, died"), "{lines}");
    assert!(lines.contains("Changes Ida Bell (I-"), "{lines}");
    assert!(lines.contains("Says of Ida Bell (I-"), "{lines}");
    assert!(lines.contains("Adds Tom Hale: partner of Ann Bell"), "{lines}");
    assert_eq!(names(&mut case.counsellor, &family), before, "a look saves nothing");

    let (status, saved) = rows(&mut case.counsellor, &family, "save", typed);
    assert_eq!(status, 200, "{saved}");
    let ida = line(&mut case.counsellor, &family, "Ida Bell");
    assert_eq!(ida["relation"], "mother");
    assert_eq!(ida["life"], "Died at 71");
    assert_eq!(ida["born"], "Born 3 May 1940");
    assert_eq!(ida["health"], "breast cancer at 41");
    let ann = line(&mut case.counsellor, &family, "Ann Bell");
    assert_eq!(ann["parents"], line(&mut case.counsellor, &family, &before[0])["parents"], "full sisters");
    let tom = line(&mut case.counsellor, &family, "Tom Hale");
    assert_eq!((&tom["relation"], &tom["children"]), (&json!("sister's partner"), &json!(1)));
    let record = deeds(&world, &family);
    for deed in ["people.added", "kinship.changed", "ties.changed", "health.changed"] {
        assert_eq!(record.iter().filter(|done| *done == deed).count(), 1, "{deed}: {record:?}");
    }

    let page = case.counsellor.program.api(&format!("/families/{family}")).unwrap();
    assert_eq!(page["last_change"]["stands"], json!([]));
    let change = text_of(&page["last_change"], "change").unwrap();
    let (status, undone) =
        told(&mut case.counsellor, &format!("/families/{family}/undo"), &json!({"change": change}));
    assert_eq!(status, 200, "{undone}");
    assert_eq!(names(&mut case.counsellor, &family), before);
    assert_eq!(deeds(&world, &family).iter().filter(|deed| *deed == "family_change.undone").count(), 1);
    let (status, _) =
        told(&mut case.counsellor, &format!("/families/{family}/undo"), &json!({"change": change}));
    assert_eq!(status, 409, "once is enough");
}

#[test]
fn what_stands_on_a_change_holds_it() {
    let world = World::new(1402);
    let mut case = Case::new(&world, &[SISTER]);
    let family = case.family.clone();
    let typed = json!([{"relation": "sister", "given_name": "Ann", "family_name": "Bell", "born": "1964"}]);
    let (_, saved) = rows(&mut case.counsellor, &family, "save", typed);
    let ann = text_of(&line(&mut case.counsellor, &family, "Ann Bell"), "person").unwrap();
    let undo = format!("/families/{family}/undo");
    let change = json!({"change": saved["change"]});
    let address = json!({"address": "9 Larch Close", "postcode": "GL5 1AA", "source": "The family"});
    assert_eq!(told(&mut case.counsellor, &format!("/people/{ann}/contact"), &address).0, 200);
    let (status, refused) = told(&mut case.counsellor, &undo, &change);
    assert_eq!(status, 409);
    let words = refused["problem"].as_str().unwrap();
    assert!(words.contains("how to reach Ann Bell") && words.contains("is on record"), "{words}");
    case.counsellor.at_risk_confirm(&case.result).unwrap();
    let (_, refused) = told(&mut case.counsellor, &undo, &change);
    assert!(refused["problem"].as_str().unwrap().contains("put on the list of those at risk"), "{refused}");
    assert_eq!(line(&mut case.counsellor, &family, "Ann Bell")["person"], ann.as_str());
}

#[test]
fn each_wrong_cell_is_told_of_beside_itself_and_everything_stays() {
    let world = World::new(1403);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/families/{}/people/table", case.family);
    let mark = text_of(&case.counsellor.program.api(&page).unwrap(), "mark").unwrap();
    let fields = [
        ("mark", mark.as_str()),
        ("relation-1", "cousin"),
        ("given_name-1", "Rose <b>"),
        ("relation-2", "daughter"),
        ("born-2", "31 2 1990"),
        ("life-2", "soon"),
        ("relation-12", "sister"),
        ("given_name-12", "Tamsin"),
        ("family_name-12", "Wray"),
        ("born-12", "17 2 1964"),
        ("step", "check"),
    ];
    let seen = case.counsellor.browser.submit(&page, &page, &fields).unwrap();
    let html = seen.text();
    assert_eq!(seen.status, 422);
    for (cell, words) in [
        ("relation-1", "Part 1 of the relation"),
        ("born-2", "Enter a year (1984)"),
        ("life-2", "Leave it empty for somebody alive"),
        ("given_name-12", "Tamsin Wray"),
    ] {
        assert!(html.contains(&format!("<li><a href=\"#{cell}\">{words}")), "{cell}: {html}");
        assert!(html.contains(&format!("id=\"{cell}-error\"")), "{cell}");
    }
    assert!(html.contains("value=\"Rose &lt;b&gt;\"") && html.contains("value=\"soon\""));
    assert!(
        html.contains("id=\"notes-16\"") && !html.contains("id=\"notes-17\""),
        "twelve rows and four more"
    );

    let fields = [("mark", mark.as_str()), ("relation-1", "daughter"), ("given_name-1", "Wren")];
    let html = case.counsellor.browser.submit(&page, &page, &fields).unwrap().text();
    assert!(html.contains("value=\"Wren\"") && !html.contains("error-summary"), "Enter keeps what is typed");
    let seen = html.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let again =
        [("mark", mark.as_str()), ("seen", &seen), ("relation-1", "daughter"), ("given_name-1", "Wren")];
    let plan = case.counsellor.browser.submit(&page, &page, &again).unwrap().text();
    assert!(
        plan.contains("Adds Wren: daughter of the proband"),
        "Enter again shows what will be saved: {plan}"
    );
    assert!(plan.contains("<input type=\"hidden\" name=\"given_name-1\" value=\"Wren\">"));
    assert!(html.contains("name=\"relation-2\" type=\"text\" autocomplete=\"off\" spellcheck=\"false\" list=\"relations\" autofocus"), "{html}");
}

#[test]
fn numbers_that_have_moved_are_refused() {
    let world = World::new(1404);
    let mut case = Case::new(&world, &[SISTER]);
    let table = format!("/families/{}/people/table", case.family);
    let mark = text_of(&case.counsellor.program.api(&table).unwrap(), "mark").unwrap();
    let one = json!([{"relation": "brother", "given_name": "Bryn", "family_name": "Wray", "born": "1950"}]);
    let body = json!({"step": "save", "mark": mark, "rows": one});
    assert_eq!(told(&mut case.counsellor, &table, &body).0, 200);
    let two = json!([{"relation": "daughter", "of": "II-2", "given_name": "Wren"}]);
    let (status, refused) =
        told(&mut case.counsellor, &table, &json!({"step": "save", "mark": mark, "rows": two}));
    assert_eq!(status, 409, "{refused}");
    assert!(refused["problem"].as_str().unwrap().contains("other numbers"), "{refused}");
}

#[test]
fn what_cannot_be_is_refused_with_the_people_named() {
    let world = World::new(1405);
    let mut case = Case::new(&world, &[SISTER]);
    let family = case.family.clone();
    let (status, refused) = rows(
        &mut case.counsellor,
        &family,
        "check",
        json!([
            {"relation": "daughter", "given_name": "Wren", "family_name": "Wray", "born": "1962"},
            {"relation": "son", "of": "1", "given_name": "Max", "born": "1961"},
        ]),
    );
    assert_eq!(status, 422, "{refused}");
    let words = refused.to_string();
    assert!(words.contains("their child Wren Wray") && words.contains("A parent by descent"), "{words}");
    assert!(words.contains("born-1") && words.contains("born-2"), "{words}");
    assert_eq!(list_of(&refused, "further").unwrap().len(), 1);
    let (_, refused) =
        rows(&mut case.counsellor, &family, "check", json!([{"relation": "wife", "of": "IX-9"}]));
    assert_eq!(refused["field"], "of-1");
}

#[test]
fn who_may_not_see_results_sees_neither_conditions_nor_adoption() {
    let world = World::new(1406);
    let mut case = Case::new(&world, &[SISTER]);
    let family = case.family.clone();
    let typed = json!([
        {"relation": "daughter", "given_name": "Wren", "family_name": "Wray", "born": "1990", "had": "zqcondition 20"},
        {"relation": "daughter", "given_name": "Ada", "family_name": "Wray", "born": "1992", "notes": "adopted"},
        {"relation": "mother", "of": "2", "given_name": "Zqbirth", "family_name": "Mother", "born": "1970"},
    ]);
    let (status, saved) = rows(&mut case.counsellor, &family, "save", typed);
    assert_eq!(status, 200, "{saved}");
    assert_eq!(line(&mut case.counsellor, &family, "Wren Wray")["health"], "zqcondition at 20");
    let drawing = format!("/families/{family}/pedigree.svg");
    for username in ["jo.taylor", "ruth.adeyemi"] {
        let mut other = world.at_work(username);
        other.family_claim(&case.reference, "asked to look at addresses").unwrap();
        let page = other.browser.page(&format!("/families/{family}")).unwrap();
        let svg = other.browser.page(&drawing).unwrap();
        for text in [&page, &svg] {
            assert!(!text.contains("zqcondition") && !text.contains("Zqbirth"), "{username}: {text}");
            assert!(!text.contains("by law") && !text.contains("affected"), "{username}: {text}");
        }
        assert!(page.contains("Ada Wray"));
        assert_eq!(told(&mut other, &format!("/families/{family}/people/table"), &json!({})).0, 403);
    }
    assert!(deeds(&world, &family).iter().any(|deed| deed == "health.read"));
}
