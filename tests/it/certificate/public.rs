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
