//! Bodies that no page of ours sends, to every address there is: none is a fault of ours, and none tells more than another.
//! Must not know: what any address does with a good one.

use crate::{
    routes::filled,
    support::{
        World,
        cases::{Case, SISTER},
        portal_path,
    },
};
use kinward::{
    access::route::Who,
    app::routes,
    config::Wing,
    demo::{
        browser::{Browser, form_token, words},
        people::letter_open,
    },
};

const FORM: &str = "application/x-www-form-urlencoded";

/// Name, content type and body; `{token}` is the form token of the session or visit.
fn bodies() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let long = |count: usize| format!("form_token={{token}}&code={}", "A".repeat(count)).into_bytes();
    vec![
        ("nothing", FORM, Vec::new()),
        ("no token", FORM, b"code=ABCD".to_vec()),
        ("a field twice", FORM, b"form_token={token}&code=AAAA-BBBB-CCCC&code=DDDD".to_vec()),
        ("the token twice", FORM, b"form_token={token}&form_token={token}".to_vec()),
        ("a list and one", FORM, b"form_token={token}&reasons=A1&reasons[]=A1".to_vec()),
        ("unknown fields", FORM, b"form_token={token}&approved_by=me&=&&&=x".to_vec()),
        (
            "bytes that are no text",
            FORM,
            b"form_token={token}&code=\xff\xfe&words=%ff%00%c0%80&day=%FF".to_vec(),
        ),
        ("broken escapes", FORM, b"form_token={token}&code=%&words=%zz%2".to_vec()),
        (
            "impossible dates",
            FORM,
            b"form_token={token}&day=99999999999999999999&month=-1&year=0&held_on-day=1e9".to_vec(),
        ),
        ("50,000 characters", FORM, long(50_000)),
        ("300,000 characters", FORM, long(300_000)),
        ("1 MB", FORM, long(1_000_000)),
        ("2 MB", FORM, long(2_000_000)),
        ("JSON", "application/json", br#"{"code":"AAAA","words":null}"#.to_vec()),
        ("deep JSON", "application/json", "[".repeat(100_000).into_bytes()),
        ("a list in JSON", "application/json", br#"[{"a":1},[],"x",1e999]"#.to_vec()),
        ("plain text", "text/plain", b"code=AAAA".to_vec()),
        ("no parts", "multipart/form-data; boundary=b", b"--b--\r\n".to_vec()),
        ("no boundary", "multipart/form-data", b"x".to_vec()),
        ("half a part", "multipart/form-data; boundary=b", b"--b\r\nContent-Disp".to_vec()),
        ("no content type", "", b"code=AAAA".to_vec()),
    ]
}

fn send(browser: &mut Browser, path: &str, kind: &str, body: &[u8], token: &str) -> (u16, String) {
    let needle = b"{token}";
    let mut filled_in = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.windows(needle.len()).take(64).position(|part| part == needle) {
        filled_in.extend_from_slice(&rest[..at]);
        filled_in.extend_from_slice(token.as_bytes());
        rest = &rest[at + needle.len()..];
    }
    filled_in.extend_from_slice(rest);
    let kind = Some(kind).filter(|kind| !kind.is_empty());
    let seen = browser.send("POST", path, kind, Some(&filled_in)).unwrap_or_else(|e| panic!("{path}: {e}"));
    (seen.status, seen.text())
}

#[test]
fn no_address_of_staff_calls_an_odd_body_a_fault_of_ours() {
    let world = World::new(931);
    let (mut nia, mut amir) = (world.counsellor(), world.clinician());
    let mut tried = 0;
    for (path, route) in routes(Wing::Staff) {
        if route.method != "POST"
            || path.ends_with("/sign-out")
            || path.ends_with("sign-in")
            || path.ends_with("token")
        {
            continue;
        }
        let (api, path) = (path.starts_with("/api/"), filled(&path));
        for work in [&mut nia, &mut amir] {
            let token = form_token(&work.browser.page("/queues").unwrap()).unwrap();
            for (what, kind, body) in bodies() {
                let by = if api { &mut work.program } else { &mut work.browser };
                let (status, html) = send(by, &path, kind, &body, &token);
                assert!(
                    (300..500).contains(&status) || (api && status == 200),
                    "{path}, {what}: {status} {html}"
                );
                assert!(!html.contains("on our side"), "{path}, {what}: {html}");
                tried += 1;
            }
        }
    }
    assert!(tried > 2000, "{tried}");
}

#[test]
fn signing_in_with_an_odd_body_is_refused_like_any_other() {
    let world = World::new(932);
    for path in ["/sign-in", "/api/v1/token"] {
        for (what, kind, body) in bodies() {
            let (status, html) = send(&mut world.browser(), path, kind, &body, "");
            assert_eq!(status, 422, "{path}, {what}: {html}");
        }
    }
    let long = format!("username={}&password={}", "x".repeat(190), "y".repeat(500_000));
    let (status, html) = send(&mut world.browser(), "/sign-in", FORM, long.as_bytes(), "");
    assert!(status == 422 && html.contains("is not right"), "{html}");
}

#[test]
fn no_address_of_relatives_calls_an_odd_body_a_fault_of_ours_at_any_step_of_a_visit() {
    let world = World::new(933);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let mut tried = 0;
    for (path, route) in routes(Wing::Relative) {
        let Who::Visitor = route.who else { continue };
        if route.method != "POST" {
            continue;
        }
        let path = filled(&path);
        for (what, kind, body) in bodies() {
            let mut at_the_door = world.browser();
            at_the_door.done("/r/code", "/r/code", &[("code", &code)]).unwrap();
            for (who, mut browser) in [("nobody", world.browser()), ("at the door", at_the_door)] {
                let page = browser.get(&path).unwrap().text();
                let token = form_token(&page).unwrap_or_default();
                let (status, html) = send(&mut browser, &path, kind, &body, &token);
                assert!(status < 500, "{who}, {path}, {what}: {status}");
                assert!(!words(&html).contains("something went wrong"), "{who}, {path}, {what}: {html}");
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "{tried}");
    // One who was let in and has come as far as one can.
    let (mut inside, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    for (path, _) in routes(Wing::Relative).into_iter().filter(|(_, route)| route.method == "POST") {
        if path == "/r/for-you" || path == "/r/check" {
            continue;
        }
        for choice in ["appointment", "think", "not-know", "already-tested", "question", "not-me"] {
            let path = portal_path(&path, choice);
            for (what, kind, body) in bodies() {
                let token = form_token(&inside.page("/r/choices").unwrap()).unwrap();
                let (status, html) = send(&mut inside, &path, kind, &body, &token);
                assert!(status < 500, "inside, {path}, {what}: {status}");
                assert!(!words(&html).contains("something went wrong"), "inside, {path}, {what}: {html}");
            }
            if !path.contains(choice) {
                break;
            }
        }
    }
}

#[test]
fn an_endless_code_is_answered_as_any_that_is_none() {
    let world = World::new(934);
    let answer = |code: &str| {
        let body = format!("code={code}");
        let (status, html) = send(&mut world.browser(), "/r/code", FORM, body.as_bytes(), "");
        assert!(!html.contains("something went wrong"), "{html}");
        (status, html.replace(&format!(" value=\"{code}\""), ""))
    };
    let wrong = answer("ABCD");
    assert_eq!(wrong.0, 422);
    let long = answer(&"A".repeat(50_000));
    // What was typed comes back cut; nothing else differs.
    let without_typed = |html: &str| html.replace(&"A".repeat(10_000), "").replace(" value=\"\"", "");
    assert_eq!((long.0, without_typed(&long.1)), (422, without_typed(&wrong.1)));
}
