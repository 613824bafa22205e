//! The public check: one answer for everything that is not known, and no way in.
//! Must not know: how a certificate is made.

use super::*;

#[test]
fn whatever_is_not_known_is_answered_with_the_same_bytes() {
    let world = World::new(407);
    let mut case = Case::new(&world, &[SISTER]);
    let issued = issue(&mut case, FIELDS);
    let digest = digest(&mut case, &issued.id);
    let nowhere = "00000000-0000-4000-8000-000000000000";
    let (id, short) = (issued.id.as_str(), &digest[..16]);
    let mut anybody = world.browser();
    let mut answers = vec![];
    for (identifier, digest) in [
        (nowhere, digest.as_str()),
        (id, "0000000000000000"),
        (id, &digest[..15]),
        (id, &digest[..17]),
        (id, ""),
        ("", short),
        ("", ""),
        ("not an id", "<script>"),
        (&id.replace('-', ""), short),
    ] {
        answers.push((format!("form {identifier} {digest}"), check(&mut anybody, identifier, digest)));
    }
    for path in [
        format!("/certificate/{nowhere}?digest={short}"),
        format!("/certificate/{id}?digest=0"),
        format!("/certificate/{id}?digest="),
        format!("/certificate/x?digest={short}"),
    ] {
        answers.push((path.clone(), anybody.get(&path).unwrap()));
    }
    let (_, first) = &answers[0];
    assert_eq!(first.status, 404);
    for (what, seen) in &answers {
        assert_eq!((seen.status, &seen.body), (first.status, &first.body), "{what}");
    }
    for grouped in [
        digest.clone(),
        short.to_uppercase(),
        format!("{}-{} {}-{}", &digest[..4], &digest[4..8], &digest[8..12], &digest[12..16]),
    ] {
        assert_eq!(check(&mut anybody, id, &grouped).status, 200, "{grouped}");
    }
    assert_eq!(anybody.get(&format!("/certificate/{id}?digest={short}")).unwrap().status, 200);
    // The address alone asks for the digest, whether or not there is such a certificate.
    let (there, none) = (
        anybody.get(&format!("/certificate/{id}")).unwrap(),
        anybody.get(&format!("/certificate/{nowhere}")).unwrap(),
    );
    assert_eq!((there.status, there.body), (200, none.body));
    let known = anybody.api_post("/certificate", &json!({"identifier": id, "digest": short})).unwrap();
    assert_eq!((known["known"].as_bool(), known["standing"].as_str()), (Some(true), Some("valid")));
    assert_eq!(known["issued_on"], "2026-11-23");
    let api = |browser: &mut Browser, body: Value| {
        let body = serde_json::to_vec(&body).unwrap();
        browser.send("POST", "/api/v1/certificate", Some("application/json"), Some(&body)).unwrap()
    };
    let unknown = api(&mut anybody, json!({"identifier": nowhere, "digest": short}));
    let mistyped = api(&mut anybody, json!({"identifier": id}));
    assert_eq!((unknown.status, &unknown.body), (404, &mistyped.body));
}

/// The check needs nothing of staff: the page can be made without anybody signed in.
#[test]
fn the_public_page_offers_no_way_in() {
    let world = World::new(411);
    let page = world.browser().page("/certificate").unwrap();
    assert!(!page.contains("form_token") && !page.contains("Sign out") && page.contains("Identifier"));
}

#[test]
fn a_certificate_of_the_amended_report_stands_in_its_second_version() {
    let world = World::new(413);
    let mut case = Case::new(&world, &[SISTER]);
    let first = issue(&mut case, FIELDS);
    let mut amended: Value = serde_json::from_slice(&report("brca2_germline")).unwrap();
    for entry in amended["entry"].as_array_mut().unwrap() {
        if entry["resource"]["resourceType"] == "DiagnosticReport" {
            entry["resource"]["status"] = "amended".into();
            entry["resource"]["issued"] = "2026-11-20T09:00:00Z".into();
        }
    }
    let newer = case.counsellor.report_upload(&serde_json::to_vec(&amended).unwrap()).unwrap().unwrap();
    let page = case.counsellor.result(&newer).unwrap();
    case.counsellor.findings_mark(&newer, &page).unwrap();
    case.counsellor.result_separate(&newer, "breast_ovarian", "autosomal_dominant", "R242").unwrap();
    case.counsellor.conversation(&newer, "at_result", crate::support::TODAY, "Still yes.").unwrap();
    case.counsellor.at_risk_confirm(&newer).unwrap();
    case.result = newer;
    let second = issue(&mut case, FIELDS).value();
    assert_eq!(
        (&second["classification_version"], &second["classification_date"]),
        (&json!(2), &json!("2026-11-20"))
    );
    assert_eq!(
        (&first.value()["classification_version"], verdict(&world, &first.json)),
        (&json!(1), Verdict::Superseded(crate::support::monday()))
    );
}

/// The page as grey dots: width, and one byte a dot.
fn photographed(pdf: &[u8], dots_an_inch: u32) -> (usize, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.pdf");
    std::fs::write(&file, pdf).unwrap();
    let done = Command::new("pdftoppm")
        .args(["-gray", "-singlefile", "-r", &dots_an_inch.to_string()])
        .args([&file, &folder.path().join("a")])
        .status();
    assert!(done.is_ok_and(|status| status.success()), "pdftoppm is part of poppler-utils");
    let picture = std::fs::read(folder.path().join("a.pgm")).unwrap();
    // "P5", width, height, depth, one blank, then the dots.
    let blanks = picture.iter().enumerate().filter(|(_, b)| b.is_ascii_whitespace()).map(|(at, _)| at);
    let head = blanks.take(4).last().unwrap();
    let words = String::from_utf8_lossy(&picture[..head]).into_owned();
    let width = words.split_whitespace().nth(1).unwrap().parse().unwrap();
    (width, picture[head + 1..].to_vec())
}

#[test]
fn the_square_code_on_paper_holds_the_address_of_the_check_page() {
    const INCH: f32 = 25.4;
    let world = World::new(414);
    let mut case = Case::new(&world, &[SISTER]);
    let issued = issue(&mut case, FIELDS);
    let digest = digest(&mut case, &issued.id);
    let address = format!("{}/certificate/{}?digest={}", world.address, issued.id, &digest[..16]);
    let code = qrcodegen::QrCode::encode_text(&address, qrcodegen::QrCodeEcc::Quartile).unwrap();
    let (width, dots) = photographed(&issued.pdf, 300);
    let at = |mm: f32| mm / INCH * 300.0;
    let (left, step) = (at(25.0), at(34.0) / code.size() as f32);
    let middle = |n: i32| (n as f32 + 0.5) * step;
    let stands_at = |top: usize| {
        (0..code.size()).all(|y| {
            (0..code.size()).all(|x| {
                let row = top + middle(y) as usize;
                let dark = dots.get(row * width + (left + middle(x)) as usize).is_some_and(|dot| *dot < 128);
                dark == code.get_module(x, y)
            })
        })
    };
    assert!((0..dots.len() / width).any(stands_at), "no such code on the page");
    let mut anybody = world.browser();
    let path = address.strip_prefix(&world.address).unwrap();
    assert!(anybody.page(path).unwrap().contains("This certificate stands"));
}
