//! What one asks and another must answer by a day: the Guardian's advice, a person's rights in what is held, data for research.
//! Must not know: how a request is stored.

use crate::{
    hard_cases::told,
    support::{
        World,
        cases::{Case, SISTER},
    },
};
use kinward::demo::people::AtWork;
use serde_json::json;

fn queued(work: &mut AtWork, queue: &str) -> Vec<serde_json::Value> {
    work.program.api(&format!("/queues/{queue}")).unwrap()["items"].as_array().unwrap().clone()
}

/// What the newest request is called, from the page that says it was made.
fn asked(work: &mut AtWork, path: &str, fields: &serde_json::Value) -> String {
    work.program.api_post(path, fields).unwrap()["request"].as_str().unwrap().to_owned()
}

#[test]
fn the_guardian_is_asked_and_advises_and_whoever_asked_cannot_advise_themselves() {
    let world = World::new(3800);
    let mut case = Case::new(&world, &[SISTER]);
    let family = case.family.clone();
    let words = "She refuses, her sister plans a family. May we write?";
    let fields = [("request_kind", "advice"), ("request_words", words)];
    let page = format!("/families/{family}/requests/new");
    case.counsellor.browser.done(&page, &format!("/families/{family}/requests"), &fields).unwrap();
    let mut guardian = world.at_work("ruth.adeyemi");
    let waiting = queued(&mut guardian, "advice");
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    assert!(waiting[0]["link"].is_null(), "she has nothing to do with this family until she takes it");
    let item = waiting[0]["id"].as_str().unwrap();
    guardian.program.api_post(&format!("/work/{item}/take"), &json!({})).unwrap();
    let link = queued(&mut guardian, "advice")[0]["link"].as_str().unwrap().to_owned();
    assert!(guardian.browser.page(&link).unwrap().contains("plans a family"));
    let settle = format!("{link}/settle");
    let advice = json!({"request_outcome": "done", "answered_words": "Ask her once more; then yes."});
    assert_eq!(told(&mut case.counsellor, &settle, &advice).0, 403, "advice is the Guardian's to give");
    let nothing = json!({"request_outcome": "done", "answered_words": ""});
    assert_eq!(told(&mut guardian, &settle, &nothing), (422, json!("answered_words")));
    let fields = [("request_outcome", "done"), ("answered_words", "Ask her once more; then yes.")];
    guardian.browser.done(&link, &settle, &fields).unwrap();
    assert!(queued(&mut guardian, "advice").is_empty());
    let html = case.counsellor.browser.page(&link).unwrap();
    assert!(html.contains("Ask her once more") && html.contains("Ruth Adeyemi"), "{html}");
    assert_eq!(told(&mut guardian, &settle, &advice).0, 409, "once");
    let (missing, extra) = crate::queues::histories::compare(&world);
    assert!(missing.is_empty() && extra.is_empty(), "{missing:?} {extra:?}");
}

#[test]
fn a_copy_is_given_within_the_time_of_the_law_and_never_before_others_and_harm_were_weighed() {
    let world = World::new(3801);
    let mut case = Case::new(&world, &[SISTER]);
    let path = format!("/families/{}/requests", case.family);
    let ask = json!({"request_kind": "access", "request_words": "The proband, in person: a copy of all."});
    let request = format!("/requests/{}", asked(&mut case.counsellor, &path, &ask));
    let due = |case: &mut Case| {
        queued(&mut case.clinician, "access_requests")[0]["due"].as_str().unwrap().to_owned()
    };
    assert_eq!(due(&mut case), "21 December 2026", "four weeks");
    let settle = format!("{request}/settle");
    let mut answer = json!({"request_outcome": "done", "answered_words": "Sent by registered post."});
    assert_eq!(told(&mut case.counsellor, &settle, &answer).0, 403);
    assert_eq!(told(&mut case.clinician, &settle, &answer), (422, json!("others_weighed")));
    answer["others_weighed"] = json!("What her sister told of herself was left out.");
    assert_eq!(told(&mut case.clinician, &settle, &answer), (422, json!("harm_read_by")));
    let extend = format!("{request}/extend");
    assert_eq!(
        told(&mut case.clinician, &extend, &json!({"extended_why": ""})),
        (422, json!("extended_why"))
    );
    let why = json!({"extended_why": "Three paper files; told her on Monday."});
    assert_eq!(told(&mut case.clinician, &extend, &why).0, 200);
    assert_eq!(told(&mut case.clinician, &extend, &why).0, 409, "once");
    assert!(due(&mut case).contains("February 2027"), "two months more");
    answer["harm_read_by"] = json!("Amir Chaudhry, consultant");
    assert_eq!(told(&mut case.clinician, &settle, &answer).0, 200);
    assert!(queued(&mut case.clinician, "access_requests").is_empty());
    let html = case.counsellor.browser.page(&request).unwrap();
    assert!(html.contains("What her sister told") && html.contains("Three paper files"), "{html}");
    let (missing, extra) = crate::queues::histories::compare(&world);
    assert!(missing.is_empty() && extra.is_empty(), "{missing:?} {extra:?}");
}

#[test]
fn an_extract_is_agreed_to_by_the_guardian_who_says_how_those_who_opted_out_were_left_out() {
    let world = World::new(3802);
    let mut counsellor = world.counsellor();
    let fields = [("request_words", "Project ROWAN, approved in May: decisions of three years.")];
    counsellor.browser.done("/requests/new", "/requests", &fields).unwrap();
    let mut guardian = world.at_work("ruth.adeyemi");
    let link = queued(&mut guardian, "extracts")[0]["link"].as_str().unwrap().to_owned();
    let settle = format!("{link}/settle");
    let mut answer = json!({"request_outcome": "done", "answered_words": "Agreed, for two years."});
    assert_eq!(told(&mut guardian, &settle, &answer), (422, json!("opt_out")));
    answer["opt_out"] = json!("Checked on the day before.");
    assert_eq!(told(&mut guardian, &settle, &answer).0, 200);
    let html = counsellor.browser.page("/requests").unwrap();
    assert!(html.contains("An extract for research") && html.contains("Done, or advice given"), "{html}");
    assert!(counsellor.browser.page(&link).unwrap().contains("Agreed, for two years."));
    assert_eq!(world.at_work("jo.taylor").browser.get(&link).unwrap().status, 403);
}

#[test]
fn nobody_reads_what_was_asked_of_a_family_that_they_have_nothing_to_do_with() {
    let world = World::new(3803);
    let mut case = Case::new(&world, &[SISTER]);
    let path = format!("/families/{}/requests", case.family);
    let ask = json!({"request_kind": "erase", "request_words": "The aunt: dispose of her address."});
    let request = asked(&mut case.counsellor, &path, &ask);
    let mut guardian = world.at_work("ruth.adeyemi");
    assert_eq!(guardian.browser.get(&format!("/requests/{request}")).unwrap().status, 404);
    let listed = guardian.browser.page("/requests").unwrap();
    assert!(listed.contains("What we hold disposed of") && !listed.contains(&request), "{listed}");
    let extract = json!({"request_kind": "extract", "request_words": "All of this family."});
    assert_eq!(told(&mut case.counsellor, &path, &extract), (422, json!("request_kind")));
}
