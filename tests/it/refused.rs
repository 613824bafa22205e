//! A form that is refused comes again on its own page: why on top and beside the field, and everything typed still there.
//! Must not know: how the page is put together again.

use crate::{
    access::raw,
    support::{
        World,
        cases::{AUNT, Case, SISTER, report},
    },
};
use kinward::demo::{
    browser::{Browser, Seen, form_token},
    people::{AtWork, text_of},
};
use serde_json::{Value, json};

/// Sends a form and looks at the page that refuses it.
fn refused(work: &mut AtWork, page: &str, action: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let seen = work.browser.submit(page, action, fields).unwrap();
    let html = seen.text();
    assert!(html.contains("<title>Error: "), "{action}: {html}");
    assert_eq!(html.matches("class=\"nhsuk-error-summary ").count(), 1, "{action}: {html}");
    (seen.status, html)
}

/// What a program is answered for the same.
fn told(program: &mut Browser, path: &str, body: &Value) -> (u16, Value) {
    let body = serde_json::to_vec(body).unwrap();
    let seen =
        program.send("POST", &format!("/api/v1{path}"), Some("application/json"), Some(&body)).unwrap();
    (seen.status, serde_json::from_slice::<Value>(&seen.body).unwrap()["field"].clone())
}

/// The tag with an id, as it stands on the page.
fn tag<'a>(html: &'a str, id: &str) -> &'a str {
    let (before, after) =
        html.split_once(&format!(" id=\"{id}\"")).unwrap_or_else(|| panic!("no {id} in {html}"));
    let start = before.rfind('<').unwrap();
    &html[start..before.len() + 5 + id.len() + 1 + after.find('>').unwrap() + 1]
}

/// The summary leads to a control, and the message stands beside it once.
fn assert_tells_at(html: &str, control: &str, words: &str) {
    assert!(html.contains(&format!("<li><a href=\"#{control}\">{words}")), "{control}: {html}");
    let beside =
        format!("id=\"{control}-error\"><span class=\"nhsuk-u-visually-hidden\">Error:</span> {words}");
    assert_eq!(html.matches(&beside).count(), 1, "{control}: {html}");
    assert_eq!(html.matches(&format!("{control}-error\"")).count(), 2, "described once: {html}");
    assert_eq!(html.matches("nhsuk-form-group--error").count(), 1, "{html}");
    assert_eq!(html.matches(&format!(" id=\"{control}\"")).count(), 1, "{html}");
}

#[test]
fn every_form_names_a_page_that_there_is() {
    let mut forms = 0;
    for form in kinward::clinic::routes().filter(|route| !route.form_on.is_empty()) {
        assert_eq!(form.method, "POST", "{}", form.path);
        for page in form.form_on {
            let shape = |path: &str| {
                path.split('/')
                    .map(|part| if part.starts_with('{') { "{}" } else { part })
                    .collect::<Vec<_>>()
                    .join("/")
            };
            let known = kinward::clinic::routes()
                .any(|route| route.method == "GET" && shape(route.path) == shape(page));
            assert!(known, "{}: there is no page {page}", form.path);
        }
        // The last page can always be found: by what stands in the form's own address.
        let last = form.form_on.last().unwrap();
        for name in last.split('/').filter(|part| part.starts_with('{')) {
            assert!(form.path.contains(name), "{}: {last} needs {name}", form.path);
        }
        forms += 1;
    }
    assert!(forms >= 14, "{forms}");
}

#[test]
fn a_relative_with_a_day_that_does_not_exist_is_asked_for_again_with_all_that_was_typed() {
    let world = World::new(901);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/families/{}", case.family);
    let action = format!("{page}/people");
    let sister = case.people[0].clone();
    let fields = [
        ("relation", "daughter"),
        ("from", sister.as_str()),
        ("given_name", "Anna \"Nan\" <i>"),
        ("family_name", ""),
        ("birth_date-day", "31"),
        ("birth_date-month", "2"),
        ("birth_date-year", "1980"),
        ("nhs_number", ""),
    ];
    let (status, html) = refused(&mut case.counsellor, &page, &action, &fields);
    assert_eq!(status, 422);
    assert_tells_at(&html, "birth_date-day", "Enter the date of birth as day, month and year");
    assert!(tag(&html, "birth_date-day").contains("value=\"31\""), "{}", tag(&html, "birth_date-day"));
    assert!(tag(&html, "birth_date-year").contains("nhsuk-input--error"));
    assert!(tag(&html, "given_name").contains("value=\"Anna &quot;Nan&quot; &lt;i&gt;\""));
    assert!(html.contains("<option value=\"daughter\" selected>"));
    assert!(html.contains(&format!("<option value=\"{sister}\" selected>")));
    assert_eq!(html.matches(" selected>").count(), 2, "the proband is not chosen any more");
    assert!(html.contains("aria-describedby=\"birth_date-hint birth_date-day-error\""));
    let body = json!({"relation": "daughter", "from": sister, "birth_date": "1980-02-31"});
    assert_eq!(told(&mut case.counsellor.program, &action, &body), (422, json!("birth_date")));
}

#[test]
fn a_rule_refuses_on_the_page_too() {
    let world = World::new(902);
    let mut case = Case::new(&world, &[AUNT]);
    let page = format!("/families/{}", case.family);
    let aunt = case.people[0].clone();
    // Her parents came into the family with her: a second mother cannot be added.
    let fields =
        [("relation", "mother"), ("from", aunt.as_str()), ("given_name", "Sofia"), ("family_name", "Farr")];
    let (status, html) = refused(&mut case.counsellor, &page, &format!("{page}/people"), &fields);
    assert_eq!(status, 409);
    assert!(html.contains("<li><a href=\"#relation\">This relative is in the family already"), "{html}");
    assert!(tag(&html, "relation").contains("nhsuk-select--error"), "{}", tag(&html, "relation"));
    assert!(tag(&html, "given_name").contains("value=\"Sofia\""));
}

#[test]
fn contact_and_identity_and_death_keep_to_their_own_form() {
    let world = World::new(903);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/people/{}", case.people[0]);
    let fields = [("address", "9 Larch Close\r\nStroud"), ("postcode", "nowhere"), ("source", "")];
    let (_, html) = refused(&mut case.counsellor, &page, &format!("{page}/contact"), &fields);
    assert_tells_at(&html, "postcode", "This is not a UK postcode.");
    assert!(html.contains(">\n9 Larch Close\r\nStroud</textarea>"), "{html}");
    assert!(!tag(&html, "source").contains("value="), "what was emptied stays empty");
    assert!(tag(&html, "given_name").contains("value=\"Tamsin\""), "another form is as it was");
    let body = json!({"address": "9 Larch Close", "postcode": "nowhere", "source": "her"});
    assert_eq!(
        told(&mut case.counsellor.program, &format!("{page}/contact"), &body),
        (422, json!("postcode"))
    );

    let (_, html) = refused(&mut case.counsellor, &page, &format!("{page}/died"), &[]);
    assert_tells_at(&html, "died_on-day", "Give the date of death.");
    assert!(html.contains("<details open class"), "the form is not folded away: {html}");
    let (_, html) =
        refused(&mut case.counsellor, &page, &format!("{page}/identity"), &[("nhs_number", "1234567890")]);
    assert_tells_at(&html, "nhs_number", "This is not an NHS number");
    assert!(!tag(&html, "given_name").contains("value="));
}

#[test]
fn a_mark_is_refused_beside_its_own_finding() {
    let world = World::new(904);
    let mut counsellor = world.counsellor();
    let result = counsellor.report_upload(&report("brca2_germline")).unwrap().unwrap();
    let page = format!("/results/{result}");
    let facts = counsellor.result(&result).unwrap();
    let finding = text_of(&facts["findings"][0], "finding").unwrap();
    let other = if facts["findings"][0]["suggestion"] == "personal" { "uncertain" } else { "personal" };
    let action = format!("{page}/findings/{finding}/mark");
    let (status, html) = refused(&mut counsellor, &page, &action, &[("mark", other), ("why", "")]);
    assert_eq!(status, 422);
    assert_tells_at(&html, &format!("why-{finding}"), "This mark differs from the suggestion");
    assert!(tag(&html, &format!("mark-{finding}-{other}")).contains("checked"));
    assert_eq!(told(&mut counsellor.program, &action, &json!({"mark": other})), (422, json!("why")));
    let (_, html) = refused(&mut counsellor, &page, &action, &[("why", "I do not know")]);
    assert!(html.contains(&format!("<li><a href=\"#mark-{finding}-")), "{html}");
    assert!(
        tag(&html, &format!("why-{finding}")).contains("I do not know") || html.contains("\nI do not know<")
    );
    assert_eq!(told(&mut counsellor.program, &action, &json!({})), (422, json!("mark")));
}

#[test]
fn stance_and_decision_keep_every_word_and_every_choice() {
    let world = World::new(905);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/tasks/{}/consent", case.tasks[0]);
    let said = [("stance", "given"), ("route", "clinic_letter"), ("words", "Not before Christmas, please.")];
    let (_, html) = refused(&mut case.counsellor, &page, &page, &said);
    assert!(html.contains("<li><a href=\"#level-L0\">Choose how the relative is to hear"), "{html}");
    assert!(tag(&html, "stance-given").contains(" checked"));
    assert!(tag(&html, "route-clinic_letter").contains(" checked"));
    assert!(html.contains("\nNot before Christmas, please.</textarea>"));
    assert!(html.contains("aria-describedby=\"level-hint level-L0-error\""), "{html}");

    case.counsellor.consent(&case.tasks[0].clone(), "refused", "L0", "No, never.").unwrap();
    let page = format!("/tasks/{}/decision", case.tasks[0]);
    let mut clinician = world.clinician();
    let against = case.counsellor.browser.page(&page).unwrap_or_default();
    let form = clinician.browser.page(&page).unwrap_or(against);
    let code = form.split("id=\"reason-").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = [
        ("model", "joint_account"),
        ("harm_if_not_shared", "She cannot choose to be tested."),
        ("harm_if_shared", "x"),
        ("reasons[]", code.as_str()),
        ("steps_tried", "Two talks & a letter <to him>."),
        ("outcome", "applied"),
        ("level", "L1"),
    ];
    let (status, html) = refused(&mut clinician, &page, &page, &fields);
    assert_eq!(status, 422);
    assert!(tag(&html, &format!("reason-{code}")).contains(" checked"), "{html}");
    assert!(html.contains("Two talks &amp; a letter &lt;to him&gt;.</textarea>"), "{html}");
    assert!(html.contains("\nShe cannot choose to be tested.</textarea>"));
}

#[test]
fn a_wrong_password_keeps_the_name_and_never_the_password() {
    let world = World::new(906);
    let typed = [("username", "nia.morgan"), ("password", "Rather-wrong-4711")];
    let mut browser = world.browser();
    let seen = browser.submit("/sign-in", "/sign-in", &typed).unwrap();
    let html = seen.text();
    assert_eq!(seen.status, 422);
    assert_tells_at(&html, "username", "The username or the password is not right.");
    assert!(tag(&html, "username").contains("value=\"nia.morgan\""));
    assert!(!html.contains("Rather-wrong-4711"));
    let token = told(&mut browser, "/token", &json!({"username": "nia.morgan", "password": "wrong"}));
    assert_eq!(token, (422, json!("username")));
}

#[test]
fn a_family_s_file_a_colleague_and_a_control_are_asked_for_again() {
    let world = World::new(907);
    let mut case = Case::new(&world, &[SISTER]);
    let work = &mut case.counsellor;
    let reason = "Her GP asked me to look";
    let claim = [("reference", "KW-7F3K-9QXM"), ("reason", reason)];
    let (_, html) = refused(work, "/families", "/families/claim", &claim);
    assert_tells_at(&html, "reference", "");
    assert!(tag(&html, "reference").contains("value=\"KW-7F3K-9QXM\"") && html.contains(reason));
    assert_eq!(
        told(&mut work.program, "/families/claim", &json!({"reference": "KW-7F3K-9QXM", "reason": "x"})),
        (422, json!("reason"))
    );

    let page = format!("/results/{}/certificate", case.result);
    let (_, html) =
        refused(work, &page, &page, &[("method", "Sanger sequencing"), ("control_reference", "")]);
    assert_tells_at(&html, "control-yes", "Choose whether a positive control is available.");
    assert!(tag(&html, "method").contains("value=\"Sanger sequencing\""));

    let queues = work.browser.page("/queues").unwrap();
    let (_, rest) = queues.split_once("id=\"item-").unwrap();
    let id = rest.split('"').next().unwrap().to_owned();
    let page = format!("/work/together?do=hand_over&item[]={id}");
    let typed = [("do", "hand_over"), ("items", id.as_str()), ("to", "somebody"), ("why", "load")];
    let (_, html) = refused(work, &page, "/work/together", &typed);
    assert_tells_at(&html, "to", "Choose a colleague or a team. Nothing was changed.");
    assert!(html.contains("<option value=\"load\" selected"), "{html}");

    let page = format!("/results/{}/conversations/new", case.result);
    let talk = [("kind", "after"), ("held_on-year", "2030"), ("held_on-month", "1"), ("held_on-day", "1")];
    let words = [("present", "She"), ("told", "All"), ("said", "Well then"), ("next_step", "None")];
    let action = format!("/results/{}/conversations", case.result);
    let (_, html) = refused(work, &page, &action, &[&talk[..], &words[..]].concat());
    assert_tells_at(&html, "held_on-day", "The date of the conversation is in the future.");
    assert!(html.contains("\nWell then</textarea>") && tag(&html, "kind-after").contains(" checked"));
}

#[test]
fn the_proband_s_names_are_asked_for_again_where_the_form_stood() {
    let world = World::new(908);
    let mut counsellor = world.counsellor();
    let mut bundle: Value = serde_json::from_slice(&report("brca2_germline")).unwrap();
    for entry in bundle["entry"].as_array_mut().unwrap() {
        if entry["resource"]["resourceType"] == "Patient" {
            entry["resource"].as_object_mut().unwrap().remove("birthDate");
        }
    }
    let result = counsellor.report_upload(&serde_json::to_vec(&bundle).unwrap()).unwrap().unwrap();
    let page = format!("/results/{result}");
    let html = counsellor.browser.page(&page).unwrap();
    let person = html.split("action=\"/people/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let fields = [("result", result.as_str()), ("given_name", "Morwenna"), ("nhs_number", "12")];
    let (_, html) = refused(&mut counsellor, &page, &format!("/people/{person}/identity"), &fields);
    assert_tells_at(&html, "nhs_number", "This is not an NHS number");
    assert!(html.contains(&format!("name=\"result\" value=\"{result}\"")), "{html}");
    assert!(tag(&html, "given_name").contains("value=\"Morwenna\""));
}

#[test]
fn what_another_page_sent_is_never_offered_to_be_sent_again() {
    let world = World::new(909);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/families/{}", case.family);
    let token = form_token(&case.counsellor.browser.page(&page).unwrap()).unwrap();
    let mut send = |token: &str| -> Seen {
        let body = format!("form_token={token}&relation=nobody&given_name=Planted");
        let form = Some("application/x-www-form-urlencoded");
        case.counsellor.browser.send("POST", &format!("{page}/people"), form, Some(body.as_bytes())).unwrap()
    };
    assert!(send(&token).text().contains("value=\"Planted\""));
    let foreign = send("another");
    assert_eq!(foreign.status, 422);
    assert!(!foreign.text().contains("Planted"));
    assert!(!foreign.text().contains(&format!("action=\"{page}/people\"")));
    // Without a session there is nothing to show at all.
    let bare = raw(
        &world.address,
        "POST",
        &format!("{page}/people"),
        &[("content-type", "application/x-www-form-urlencoded")],
        b"relation=x",
    );
    assert_eq!(bare.status, 401);
}
