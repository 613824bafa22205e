//! Families that come as files and leave as files: looked at before anything is kept, and leaving without names by default.
//! Must not know: any one format beyond a sample of it.

use super::{Case, SISTER, World, deeds, json, line, list_of, names, text_of, told};
use kinward_pedigree::format::{Format, read};

const PED: &str =
    "F1 dad 0 0 1 1\nF1 mum 0 0 2 1\nF1 pro dad mum 2 2\nF1 bro dad mum 1 1\nF1 sis dad mum 2 0\n";

#[test]
fn a_file_is_looked_at_matched_by_a_person_saved_and_undone() {
    let world = World::new(1421);
    let mut case = Case::new(&world, &[SISTER]);
    let family = case.family.clone();
    let (page, save) = (format!("/families/{family}/import"), format!("/families/{family}/people/text"));
    let seen = case.counsellor.browser.upload(&page, &page, "file", "family.ped", PED.as_bytes()).unwrap();
    let html = seen.text();
    assert_eq!(seen.status, 200, "{html}");
    assert!(html.contains("who-1") && html.contains("F1 sis dad mum 2 0"), "{html}");
    let before = names(&mut case.counsellor, &family);
    assert_eq!(before.len(), 4, "nothing is kept");

    let look = json!({"file": PED, "format": "ped"});
    let (status, shown) = told(&mut case.counsellor, &page, &look);
    assert_eq!(status, 200, "{shown}");
    let rows = list_of(&shown, "rows").unwrap();
    assert_eq!(rows.len(), 5);
    let same = |place: usize| -> String {
        let options = list_of(&rows[place], "options").unwrap();
        let first = options.iter().find(|one| one["label"].as_str().unwrap().starts_with("Same as"));
        text_of(first.unwrap(), "value").unwrap()
    };
    let mut answer = json!({"step": "save", "file": PED, "format": "ped"});
    for (place, who) in [(1, same(0)), (2, same(1)), (4, "new".into()), (5, "out".into())] {
        answer[format!("who-{place}")] = json!(who);
    }
    let (status, refused) = told(&mut case.counsellor, &save, &answer);
    assert_eq!(
        (status, refused["field"].as_str()),
        (422, Some("who-3")),
        "the proband of both is asked for: {refused}"
    );
    let proband = text_of(&line(&mut case.counsellor, &family, "Rosalind May Ashdown"), "person").unwrap();
    answer["who-3"] = json!(proband);
    let (status, saved) = told(&mut case.counsellor, &save, &answer);
    assert_eq!((status, &saved["added"]), (200, &json!(1)), "{saved}");
    let page = case.counsellor.program.api(&format!("/families/{family}")).unwrap();
    let brother =
        list_of(&page, "people").unwrap().iter().find(|one| one["relation"] == "brother").unwrap().clone();
    assert_eq!(brother["health"], "Not affected");

    let change = json!({"change": page["last_change"]["change"]});
    assert_eq!(told(&mut case.counsellor, &format!("/families/{family}/undo"), &change).0, 200);
    assert_eq!(names(&mut case.counsellor, &family), before);
}

#[test]
fn a_file_that_cannot_be_is_refused_with_its_line_and_one_that_is_too_large_as_it_comes() {
    let world = World::new(1422);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/families/{}/import", case.family);
    let mut upload = |bytes: &[u8]| {
        let seen = case.counsellor.browser.upload(&page, &page, "file", "family.ped", bytes).unwrap();
        (seen.status, seen.text())
    };
    let (status, html) = upload(b"F1 a 0 0 1 1\nF1 b a 0 nine 1\n");
    assert!(status == 422 && html.contains("Line 2, column 5"), "{html}");
    let (status, html) = upload(b"F1 a b 0 1 1\nF1 b a 0 1 1\n");
    assert!(status == 422 && html.contains("their own ancestors"), "{html}");
    let (status, html) = upload(b"F1 a 0 0 1 1\nF2 b 0 0 1 1\n");
    assert!(status == 422 && html.contains("F1, F2") && html.contains("id=\"which-error\""), "{html}");
    let (status, html) = upload(b"\xff\xfe\x00");
    assert!(status == 422 && html.contains("UTF-8"), "{html}");
    let (status, html) = upload(&vec![b' '; 3 * 1024 * 1024]);
    assert!(status == 422 && html.contains("too large"), "{html}");
}

#[test]
fn a_family_leaves_without_names_unless_somebody_says_why() {
    let world = World::new(1423);
    let mut case = Case::new(&world, &[SISTER]);
    let family = case.family.clone();
    let rows = json!([
        {"relation": "daughter", "given_name": "Wren", "family_name": "Wray", "born": "1990", "had": "zqcondition 20"},
        {"relation": "daughter", "given_name": "Ada", "family_name": "Wray", "notes": "adopted"},
        {"relation": "mother", "of": "2", "given_name": "Zqbirth"},
    ]);
    assert_eq!(super::rows(&mut case.counsellor, &family, "save", rows).0, 200);
    let export = format!("/families/{family}/export");
    let page = case.counsellor.browser.page(&export).unwrap();
    assert!(page.contains("Share-safe") && page.contains("With names and conditions"));

    let mut safe = 0;
    for format in Format::ALL.into_iter().filter(|format| format.writes()) {
        let seen = case.counsellor.browser.get(&format!("{export}/{}", format.name())).unwrap();
        if seen.status == 409 {
            continue;
        }
        let text = seen.text();
        assert_eq!(seen.status, 200, "{text}");
        for secret in [
            "Wren",
            "Wray",
            "Tamsin",
            "Rosalind",
            "1990",
            "1964",
            "zqcondition",
            "Zqbirth",
            "adopt",
            "proband",
        ] {
            assert!(
                !text.to_lowercase().contains(&secret.to_lowercase()),
                "{}: {secret}: {text}",
                format.name()
            );
        }
        let people = read(&text, Some(format)).unwrap()[0].pedigree.persons().len();
        assert_eq!(people, 6, "{}: everybody but the birth mother", format.name());
        safe += 1;
    }
    assert!(safe >= 4, "only {safe} formats can be written share-safe");

    let body = |reason: &str| json!({"format": "table", "reason": reason});
    let (status, refused) = told(&mut case.counsellor, &export, &body("so"));
    assert_eq!((status, refused["field"].as_str()), (422, Some("reason")));
    let fields = [("format", "table"), ("reason", "The service of her sister asked for it")];
    let seen = case.counsellor.browser.submit(&export, &export, &fields).unwrap();
    let text = seen.text();
    assert!(seen.status == 200 && text.contains("Wren Wray") && text.contains("zqcondition"), "{text}");
    assert!(seen.header("content-disposition").unwrap().contains(&case.reference));
    assert_eq!(deeds(&world, &family).iter().filter(|deed| *deed == "family.exported").count(), 1);
    assert!(
        case.counsellor.browser.page(&export).unwrap().contains("The service of her sister asked for it")
    );

    let mut jo = world.at_work("jo.taylor");
    jo.family_claim(&case.reference, "asked to look at addresses").unwrap();
    let page = jo.browser.page(&export).unwrap();
    assert!(page.contains("Share-safe") && !page.contains("With names"));
    assert_eq!(told(&mut jo, &export, &body("I would like to have it")).0, 403);
}
