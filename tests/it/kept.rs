//! What was typed outlives the session it was typed in, and nobody else's page can make use of that.
//! Must not know: how a session is kept.

use crate::support::{
    World,
    cases::{Case, SISTER},
    forms::{attribute, forms_of},
};
use kinward::demo::{
    browser::{Browser, Seen, form_token},
    clinic::PASSWORD,
};

const FORM: &str = "application/x-www-form-urlencoded";
const SAID: &str = "She would rather tell them <herself>,\r\nafter Christmas & before Easter.";

/// A page that was opened in a session, and what a person typed into its form.
fn typed(browser: &mut Browser, page: &str) -> Vec<u8> {
    let token = form_token(&browser.page(page).unwrap()).unwrap();
    let fields = [("form_token", token.as_str()), ("stance", "refused"), ("level", "L1"), ("words", SAID)];
    let fields = [&fields[..], &[("route", "clinic_letter")]].concat();
    serde_urlencoded::to_string(&fields).unwrap().into_bytes()
}

fn send(browser: &mut Browser, page: &str, body: &[u8], says: &[(&str, &str)]) -> Seen {
    send_as(browser, page, FORM, body, says)
}

fn send_as(browser: &mut Browser, page: &str, kind: &str, body: &[u8], says: &[(&str, &str)]) -> Seen {
    browser.also = says.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let seen = browser.send("POST", page, Some(kind), Some(body)).unwrap();
    browser.also.clear();
    seen
}

const OURS: &[(&str, &str)] = &[("sec-fetch-site", "same-origin")];

/// The one form of a page that posts to an address, as a browser would send it.
fn as_it_stands(page: &str, html: &str) -> Vec<u8> {
    let form = forms_of(page, html).into_iter().find(|form| form.action == page).unwrap();
    let mut fields: Vec<(String, String)> = Vec::new();
    let area = |id: &str| {
        let text = html.split(&format!(" id=\"{id}\"")).nth(1).unwrap().split_once('>').unwrap().1;
        let text = text.split("</textarea>").next().unwrap().trim_start_matches('\n');
        attribute(&format!(" a=\"{text}\""), "a").unwrap().replace("&gt;", ">")
    };
    for control in &form.controls {
        let tag = |id: &str| {
            html.split(&format!(" id=\"{id}\"")).nth(1).unwrap().split('>').next().unwrap().to_owned()
        };
        match control.kind.as_str() {
            "radio" | "checkbox" if !tag(&control.id).contains(" checked") => {}
            "textarea" => fields.push((control.name.clone(), area(&control.id))),
            _ => fields.push((control.name.clone(), control.value.replace("&gt;", ">"))),
        }
    }
    serde_urlencoded::to_string(&fields).unwrap().into_bytes()
}

fn stances(case: &mut Case) -> usize {
    let task = case.tasks[0].clone();
    let facts = case.counsellor.program.api(&format!("/tasks/{task}/consent")).unwrap().to_string();
    facts.matches("She would rather tell them").count()
}

#[test]
fn a_page_from_before_a_new_sign_in_comes_again_with_all_that_was_typed_and_can_be_sent() {
    let world = World::new(921);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/tasks/{}/consent", case.tasks[0]);
    let body = typed(&mut case.counsellor.browser, &page);
    // Signed in again in another tab of the same browser.
    case.counsellor.browser.sign_in("nia.morgan", PASSWORD).unwrap();
    let seen = send(&mut case.counsellor.browser, &page, &body, OURS);
    let html = seen.text();
    assert_eq!((seen.status, stances(&mut case)), (422, 0));
    assert!(
        html.contains("This was not saved: you have signed in again since the page was opened."),
        "{html}"
    );
    assert!(html.contains("after Christmas &amp; before Easter.</textarea>"), "{html}");
    let again = send(&mut case.counsellor.browser, &page, &as_it_stands(&page, &html), OURS);
    assert_eq!((again.status, stances(&mut case)), (303, 1), "{}", again.text());
    // An origin says the same as a browser's own word for it.
    let origin = world.address.clone();
    let by_origin = send(&mut case.counsellor.browser, &page, &body, &[("origin", &origin)]);
    assert!(by_origin.text().contains("after Christmas &amp; before Easter.</textarea>"));
}

#[test]
fn where_the_session_has_ended_the_words_wait_on_the_page_until_somebody_is_signed_in() {
    let world = World::new(922);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/tasks/{}/consent", case.tasks[0]);
    let body = typed(&mut case.counsellor.browser, &page);
    case.counsellor.browser.done("/", "/sign-out", &[]).unwrap();
    for _ in 0..2 {
        // The cookie is gone, and pressing again before signing in loses nothing either.
        let seen = send(&mut case.counsellor.browser, &page, &body, OURS);
        let html = seen.text();
        assert_eq!((seen.status, seen.header("cache-control")), (401, Some("no-store")));
        assert!(html.contains("target=\"_blank\"") && html.contains("Go on with what I typed"), "{html}");
        assert!(html.contains("kw-typed\">She would rather tell them &lt;herself&gt;,"), "{html}");
        assert_eq!(form_token(&html), None, "it holds nothing that could save");
    }
    let html = send(&mut case.counsellor.browser, &page, &body, OURS).text();
    case.counsellor.browser.sign_in("nia.morgan", PASSWORD).unwrap();
    let seen = send(&mut case.counsellor.browser, &page, &as_it_stands(&page, &html), OURS);
    let html = seen.text();
    assert_eq!((seen.status, stances(&mut case)), (422, 0));
    assert!(html.contains("after Christmas &amp; before Easter.</textarea>"), "{html}");
    let saved = send(&mut case.counsellor.browser, &page, &as_it_stands(&page, &html), OURS);
    assert_eq!((saved.status, stances(&mut case)), (303, 1), "{}", saved.text());
}

#[test]
fn a_session_that_ended_by_itself_keeps_the_words_too() {
    let world = World::new(923);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/tasks/{}/consent", case.tasks[0]);
    let body = typed(&mut case.counsellor.browser, &page);
    world.clock.advance_seconds(60 * (world.house.policy.periods.session_idle_minutes + 1));
    let seen = send(&mut case.counsellor.browser, &page, &body, OURS);
    assert_eq!(seen.status, 401);
    assert!(seen.text().contains("name=\"words\" value=\"She would rather"), "{}", seen.text());
}

#[test]
fn a_family_typed_as_text_waits_too_though_its_form_can_bring_a_file() {
    let world = World::new(926);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/families/{}/people/text", case.family);
    let html = case.counsellor.browser.page(&page).unwrap();
    let (token, more) = (form_token(&html).unwrap(), "[Tom Hale] + (Ann Bell)\n-- (Wren Hale)\n");
    let mark = html.split("name=\"mark\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let part = |name: &str, value: &str| {
        format!("--b7f3\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let parts = [("form_token", token.as_str()), ("mark", &mark), ("text", more), ("step", "check")];
    let body: String = parts.iter().map(|(name, value)| part(name, value)).collect();
    case.counsellor.browser.done("/", "/sign-out", &[]).unwrap();
    let browser = &mut case.counsellor.browser;
    browser.also = vec![("sec-fetch-site".into(), "same-origin".into())];
    let kind = Some("multipart/form-data; boundary=b7f3");
    let seen = browser.send("POST", &page, kind, Some(format!("{body}--b7f3--\r\n").as_bytes())).unwrap();
    browser.also.clear();
    let html = seen.text();
    assert!(seen.status == 401 && html.contains("Go on with what I typed"), "{html}");
    browser.sign_in("nia.morgan", PASSWORD).unwrap();
    let seen = send(browser, &page, &as_it_stands(&page, &html), OURS);
    let html = seen.text();
    assert_eq!(seen.status, 422, "{html}");
    assert!(
        html.contains("-- (Wren Hale)\n</textarea>") || html.contains("-- (Wren Hale)</textarea>"),
        "{html}"
    );
}

#[test]
fn what_another_site_posts_has_no_effect_and_stands_in_no_form() {
    let world = World::new(924);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/tasks/{}/consent", case.tasks[0]);
    let stale = typed(&mut case.counsellor.browser, &page);
    case.counsellor.browser.sign_in("nia.morgan", PASSWORD).unwrap();
    let forged = String::from_utf8(stale.clone()).unwrap().split_once('&').unwrap().1.to_owned().into_bytes();
    let mut nobody = world.browser();
    for says in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[],
    ] {
        for body in [&stale, &forged] {
            for browser in [&mut case.counsellor.browser, &mut nobody] {
                let seen = send(browser, &page, body, says);
                let html = seen.text();
                assert!([401, 403, 422].contains(&seen.status), "{says:?}: {}", seen.status);
                let echoed = forms_of(&page, &html).iter().any(|form| form.action == page);
                assert!(!echoed && !html.contains("</textarea>"), "{says:?}: {html}");
                if says.iter().any(|(_, value)| *value != "null") {
                    assert!(!html.contains("tell them"), "{says:?}: {html}");
                }
            }
        }
    }
    assert_eq!(stances(&mut case), 0);
}

#[test]
fn a_report_chosen_before_a_new_sign_in_is_asked_for_again() {
    let world = World::new(925);
    let mut nia = world.counsellor();
    let token = form_token(&nia.browser.page("/reports/new").unwrap()).unwrap();
    nia.browser.sign_in("nia.morgan", PASSWORD).unwrap();
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n{token}\r\n--b\r\n\
         Content-Disposition: form-data; name=\"report\"; filename=\"a.json\"\r\n\r\n{{}}\r\n--b--\r\n"
    );
    let seen =
        send_as(&mut nia.browser, "/reports", "multipart/form-data; boundary=b", body.as_bytes(), OURS);
    let html = seen.text();
    assert_eq!(seen.status, 422);
    assert!(
        html.contains("you have signed in again") && html.contains("Choose the file again, too."),
        "{html}"
    );
    assert!(form_token(&html).is_some_and(|fresh| fresh != token));
}
