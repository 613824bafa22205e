//! A person's place in the tree: relatives added from there, and what ties them corrected, each of it undone as a whole.
//! Must not know: how the page is laid out.

use super::{Case, SISTER, World, deeds, json, line, text_of, told};
use serde_json::Value;

#[test]
fn relatives_are_added_from_a_person_and_ties_are_corrected_there() {
    let world = World::new(1431);
    let mut case = Case::new(&world, &[SISTER]);
    let family = case.family.clone();
    let tamsin = case.people[0].clone();
    let of = |what: &str| format!("/people/{tamsin}/{what}");
    let mut send = |path: &str, body: Value| {
        let (status, answer) = told(&mut case.counsellor, path, &body);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    };
    let husband = json!({"relation": "husband", "given_name": "Tom", "family_name": "Hale"});
    let shown = send(&of("relatives"), husband.clone());
    assert_eq!(shown["added"], 1, "shown first");
    let mut save = husband;
    save["step"] = json!("save");
    send(&of("relatives"), save);
    let tom = text_of(&line(&mut case.counsellor, &family, "Tom Hale"), "person").unwrap();
    let mut send = |path: &str, body: Value| {
        let (status, answer) = told(&mut case.counsellor, path, &body);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    };
    send(
        &of("relatives"),
        json!({"step": "save", "relation": "daughter", "with": tom, "given_name": "Wren"}),
    );
    send(&of("couples"), json!({"partner": tom, "couple": "ended", "consanguinity": "denied"}));
    send(
        &of("particulars"),
        json!({"sex_at_birth": "female", "gender": "man", "life": "living", "age": "41", "affected": "no", "had": "asthma 4"}),
    );
    let shown = line(&mut case.counsellor, &family, "Tamsin Wray");
    assert_eq!((&shown["sex"], &shown["children"]), (&json!("Man; female at birth"), &json!(1)), "{shown}");
    assert!(shown["partners"].as_str().unwrap().ends_with("(no longer)"), "{shown}");
    assert_eq!(shown["health"], "Not affected: asthma at 4");
    let page = case.counsellor.browser.page(&of("place")).unwrap();
    assert!(page.contains("no longer together, asked, and not related to each other"), "{page}");

    let wren = text_of(&line(&mut case.counsellor, &family, "Wren"), "person").unwrap();
    let parents = format!("/people/{wren}/parents");
    let (status, _) = told(&mut case.counsellor, &parents, &json!({"parent": tom, "how": ["legal"]}));
    assert_eq!(status, 200);
    assert!(line(&mut case.counsellor, &family, "Wren")["parents"].as_str().unwrap().contains("(by law)"));
    let page = case.counsellor.program.api(&format!("/families/{family}")).unwrap();
    let change = json!({"change": page["last_change"]["change"]});
    assert_eq!(told(&mut case.counsellor, &format!("/families/{family}/undo"), &change).0, 200);
    assert!(!line(&mut case.counsellor, &family, "Wren")["parents"].as_str().unwrap().contains("(by law)"));
    assert!(deeds(&world, &family).iter().any(|deed| deed == "ties.changed"));
}

#[test]
fn what_cannot_be_is_refused_at_its_field() {
    let world = World::new(1432);
    let mut case = Case::new(&world, &[SISTER]);
    let tamsin = case.people[0].clone();
    let proband =
        text_of(&line(&mut case.counsellor, &case.family.clone(), "Rosalind May Ashdown"), "person").unwrap();
    let mut refused = |path: String, body: Value| {
        let (status, answer) = told(&mut case.counsellor, &path, &body);
        (status, text_of(&answer, "field").unwrap_or_default(), answer["problem"].to_string())
    };
    let (status, field, words) =
        refused(format!("/people/{tamsin}/parents"), json!({"parent": proband, "how": ["biological"]}));
    assert_eq!((status, field.as_str()), (422, "parent"), "{words}");
    assert!(words.contains("Tamsin Wray") || words.contains("Rosalind"), "people are named: {words}");
    let (status, field, words) =
        refused(format!("/people/{tamsin}/relatives"), json!({"relation": "mother", "life": "perhaps"}));
    assert_eq!((status, field.as_str()), (422, "life"), "{words}");
    let (status, field, _) = refused(
        format!("/people/{tamsin}/twins"),
        json!({"twin": "00000000-0000-4000-8000-000000000000", "zygosity": "unknown"}),
    );
    assert_eq!((status, field.as_str()), (422, "twin"));
    let (status, field, _) = refused(format!("/people/{tamsin}/particulars"), json!({"age": "old"}));
    assert_eq!((status, field.as_str()), (422, "age"));
}

#[test]
fn a_death_without_a_day_stops_what_was_on_its_way_and_a_pregnancy_is_nobody_to_write_to() {
    let world = World::new(1433);
    let mut case = Case::new(&world, &[SISTER]);
    let tamsin = case.people[0].clone();
    let rows = json!([{"relation": "pregnancy", "of": "", "life": "pregnancy 12 weeks"}, {"relation": "son", "given_name": "Max"}]);
    assert_eq!(super::rows(&mut case.counsellor, &case.family.clone(), "save", rows).0, 200);
    let listed = case.counsellor.program.api(&format!("/results/{}/at-risk", case.result)).unwrap();
    let names: Vec<String> = listed["relatives"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect();
    assert!(names.contains(&"Max".to_owned()), "{names:?}");
    assert_eq!(names.len(), 4, "the sister, the son and both parents, and nobody unborn: {names:?}");
    let dies = |case: &mut Case| {
        let particulars = format!("/people/{tamsin}/particulars");
        let entry = json!({"life": "deceased", "sex_at_birth": "female"});
        assert_eq!(told(&mut case.counsellor, &particulars, &entry).0, 200);
        assert_eq!(case.state(0), "deceased");
        let page = case.counsellor.program.api(&format!("/families/{}", case.family)).unwrap();
        let change = json!({"change": page["last_change"]["change"]});
        told(&mut case.counsellor, &format!("/families/{}/undo", case.family), &change)
    };
    let (status, undone) = dies(&mut case);
    assert_eq!(status, 200, "nothing had begun: {undone}");
    assert_eq!(case.state(0), "identified", "recorded as dead by mistake, and followed again");
    case.agree(0, "L2");
    let (status, refused) = dies(&mut case);
    assert!(
        status == 409 && refused["problem"].as_str().unwrap().contains("the death of Tamsin Wray"),
        "{refused}"
    );
}

#[test]
fn a_large_family_s_page_asks_the_database_no_more_often_than_a_small_one_s() {
    let world = World::new(1434);
    let mut case = Case::new(&world, &[SISTER]);
    let family = case.family.clone();
    let page = format!("/families/{family}");
    let mut statements = |upto: usize| {
        let rows: Vec<Value> = (0..upto)
            .map(|at| json!({"relation": "sister", "given_name": "S".repeat(at + 1), "family_name": "Wray", "had": "asthma 4"}))
            .collect();
        let (status, saved) = super::rows(&mut case.counsellor, &family, "save", json!(rows));
        assert_eq!(status, 200, "{saved}");
        [
            page.clone(),
            format!("{page}/people/table"),
            format!("{page}/people/text"),
            format!("{page}/export"),
        ]
        .map(|path| {
            case.counsellor.browser.page(&path).unwrap();
            world.house.db.recorder().start();
            case.counsellor.browser.page(&path).unwrap();
            world.house.db.recorder().take().len()
        })
    };
    let few = statements(3);
    assert!(few.iter().all(|count| *count > 2), "nothing was heard: {few:?}");
    assert_eq!(statements(30), few);
}
