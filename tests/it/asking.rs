//! A decision one question a page: kept as it goes on, read once more, and made of the answers; a draft lets nothing happen.
//! Must not know: how a draft is kept.

use crate::support::{
    World,
    cases::{Case, SISTER},
};
use kinward::demo::people::weighed;
use serde_json::{Value, json};

/// The answers of one question at a time, as a page's form would send them.
fn answers() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    vec![
        ("view", vec![("first_view", "would_decline")]),
        ("relative", vec![("proximity", "In our own breast clinic since 2024.")]),
        ("model", vec![("model", "familial")]),
        ("silence", vec![("harm_if_not_shared", "No checks in time."), ("not_shared_grade", "severe")]),
        ("sharing", vec![("harm_if_shared", "The two may fall out."), ("shared_grade", "moderate")]),
        (
            "principles",
            vec![
                ("autonomy", "His wish, and her choice."),
                ("beneficence", "Checks every year."),
                ("non_maleficence", "Nobody is named."),
                ("justice", "As for every sister."),
            ],
        ),
        ("reasons", vec![("reasons[]", "A1"), ("reasons[]", "RL2")]),
        ("tried", vec![("steps_tried", "Two talks and a call.")]),
        (
            "advice",
            vec![
                ("adviser", "The Guardian: go on."),
                ("advice_named", "unnamed"),
                ("dissent", "nobody"),
                ("pressure", "nobody"),
            ],
        ),
        ("proband", vec![("proband_informed", "Told by telephone.")]),
        (
            "outcome",
            vec![
                ("outcome", "applied"),
                ("level", "L1"),
                ("least_level", "L0 would not tell what to ask for."),
                ("inferable_why", "He knows that she can tell, and was told so."),
                ("legal_basis", "public_interest"),
            ],
        ),
        ("days", vec![("review_on-day", "1"), ("review_on-month", "3"), ("review_on-year", "2027")]),
    ]
}

#[test]
fn a_decision_is_answered_page_by_page_changed_on_the_way_and_made_at_the_end() {
    let world = World::new(1301);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    let whole = format!("/tasks/{task}/decision");
    let start = case.clinician.browser.page(&whole).unwrap();
    assert!(start.contains("The proband does not agree"), "the warning stands before the first question");
    assert!(start.contains("no letter leaves for 24 hours"), "{start}");
    assert!(start.contains(&format!("href=\"{whole}/questions/view\"")), "{start}");
    let mut page = format!("{whole}/questions/view");
    for (place, (question, fields)) in answers().iter().enumerate() {
        assert_eq!(page, format!("{whole}/questions/{question}"), "each leads to the next");
        let html = case.clinician.browser.page(&page).unwrap();
        assert!(html.contains(&format!("Question {} of 12", place + 1)), "{html}");
        let mut fields = fields.clone();
        if !html.contains("name=\"inferable_why\"") {
            fields.retain(|(field, _)| *field != "inferable_why");
        }
        let seen = case.clinician.browser.submit(&page, &page, &fields).unwrap();
        assert_eq!(seen.status, 303, "{question}: {}", seen.text());
        page = seen.location.unwrap();
        assert_eq!(case.state(0), "decision_needed", "answers let nothing happen");
    }
    assert_eq!(page, format!("{whole}/check"));
    let html = case.clinician.browser.page(&page).unwrap();
    for said in ["In our own breast clinic", "(RL2)", "1 March 2027", "Avoiding harm: Nobody is named."] {
        assert!(html.contains(said), "{said}: {html}");
    }
    // One answer is changed: its page holds what was said, and leads back to the check.
    let change = format!("{whole}/questions/sharing?from=check");
    assert!(html.contains(&format!("href=\"{change}\"")), "{html}");
    let html = case.clinician.browser.page(&change).unwrap();
    assert!(html.contains("The two may fall out.</textarea>") && html.contains("value=\"check\""), "{html}");
    let address = format!("{whole}/questions/sharing");
    let changed =
        [("harm_if_shared", "They do not speak as it is."), ("shared_grade", "slight"), ("then", "check")];
    let seen = case.clinician.browser.submit(&change, &address, &changed).unwrap();
    assert_eq!(seen.location.unwrap(), page);
    case.clinician.browser.done(&page, &page, &[]).unwrap();
    assert_eq!(case.state(0), "route_agreed");
    let facts = case.clinician.program.api(&whole).unwrap();
    let decided = &facts["decisions"][0];
    assert_eq!(decided["harm_if_shared"], "They do not speak as it is.");
    assert_eq!(decided["review_on"], "1 March 2027");
    assert!(facts["begun"].is_null(), "the draft is gone with the decision");
}

#[test]
fn a_draft_waits_for_whoever_began_it_and_is_nobody_elses() {
    let world = World::new(1302);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    let whole = format!("/tasks/{task}/decision");
    let page = format!("{whole}/questions/silence");
    // Half an answer is kept when it is asked for, and not taken for one.
    let half = [("harm_if_not_shared", "No checks in time."), ("then", "later")];
    let seen = case.clinician.browser.submit(&page, &page, &half).unwrap();
    assert_eq!(seen.location.as_deref(), Some(whole.as_str()));
    let half = [("harm_if_not_shared", "No checks in time.")];
    let seen = case.clinician.browser.submit(&page, &page, &half).unwrap();
    assert_eq!(seen.status, 422);
    assert!(
        seen.text().contains("Choose one of the answers.")
            && seen.text().contains("No checks in time.</textarea>")
    );
    // Signed in anew, it goes on where it stopped; the form that has all questions holds it, too.
    let mut again = world.clinician();
    let html = again.browser.page(&whole).unwrap();
    assert!(
        html.contains("Go on where you stopped") && html.contains("No checks in time.</textarea>"),
        "{html}"
    );
    assert!(again.browser.page(&page).unwrap().contains("No checks in time.</textarea>"));
    // Another clinician sees none of it.
    let mut other = world.second_clinician();
    other.family_claim(&case.reference, "asked for a second opinion").unwrap();
    assert!(!other.browser.page(&whole).unwrap().contains("No checks in time."));
    assert!(other.program.api(&whole).unwrap()["begun"].is_null());
    // Nothing is made of half the answers.
    let told =
        case.clinician.program.api_post(&format!("{whole}/check"), &json!({})).unwrap_err().to_string();
    assert!(told.contains("has no answer yet"), "{told}");
    assert_eq!(case.state(0), "decision_needed");
    case.clinician.browser.done(&whole, &format!("{whole}/draft/forget"), &[]).unwrap();
    assert!(case.clinician.program.api(&whole).unwrap()["begun"].is_null());
}

#[test]
fn two_windows_of_one_question_do_not_overwrite_each_other_unseen() {
    let world = World::new(1306);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    let page = format!("/tasks/{task}/decision/questions/silence");
    let browser = &mut case.clinician.browser;
    let hidden = |html: &str, name: &str| {
        let rest = html.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let (first, second) = (browser.page(&page).unwrap(), browser.page(&page).unwrap());
    let mut send = |html: &str, words: &str| {
        let fields = [
            ("form_token", hidden(html, "form_token")),
            ("seen", hidden(html, "seen")),
            ("harm_if_not_shared", words.to_owned()),
            ("not_shared_grade", "severe".to_owned()),
        ];
        let body = serde_urlencoded::to_string(fields).unwrap();
        let kind = Some("application/x-www-form-urlencoded");
        browser.send("POST", &page, kind, Some(body.as_bytes())).unwrap()
    };
    assert_eq!(send(&first, "No checks in time.").status, 303);
    let seen = send(&second, "Nothing much, I think.");
    let html = seen.text();
    assert_eq!(seen.status, 409, "{html}");
    assert!(html.contains("changed in another window") && html.contains("No checks in time."), "{html}");
    assert!(
        html.contains("How severe: Severe") && html.contains("Nothing much, I think.</textarea>"),
        "{html}"
    );
    assert!(html.contains("href=\"#harm_if_not_shared\""), "{html}");
    assert_eq!(send(&second, "No checks in time.").status, 303, "the same answer changes nothing");
    // Whoever has read both saves theirs.
    assert_eq!(send(&html, "Nothing much, I think.").status, 303);
    let html = case.clinician.browser.page(&page).unwrap();
    assert!(html.contains("Nothing much, I think.</textarea>"), "{html}");
}

#[test]
fn what_a_decision_lacks_leads_to_its_question_and_the_packs_words_come_after_ones_own_view() {
    let world = World::new(1307);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    let whole = format!("/tasks/{task}/decision");
    let start = case.clinician.browser.page(&whole).unwrap();
    let (above, folded) = start.split_once("All questions on one page").unwrap();
    assert!(!above.contains("What this pack asks"), "{above}");
    let (view, hints) = (folded.find("name=\"first_view\""), folded.find("What this pack asks"));
    assert!(view < hints && view.is_some(), "there, too, one's own view comes first");
    let first = case.clinician.browser.page(&format!("{whole}/questions/view")).unwrap();
    assert!(first.contains("what would you do?") && !first.contains("What the policy pack asks<"), "{first}");
    for (question, fields) in answers() {
        let page = format!("{whole}/questions/{question}");
        let html = case.clinician.browser.page(&page).unwrap();
        if question != "view" {
            assert!(html.contains("What the policy pack asks<"), "{question}");
        }
        let asked = |field: &str| html.contains(&format!("name=\"{field}\""));
        let mut fields: Vec<_> = fields.into_iter().filter(|(field, _)| asked(field)).collect();
        for (field, value) in &mut fields {
            if *field == "legal_basis" {
                *value = "none_needed";
            }
        }
        assert_eq!(case.clinician.browser.submit(&page, &page, &fields).unwrap().status, 303, "{question}");
    }
    assert!(
        case.clinician
            .browser
            .page(&whole)
            .unwrap()
            .split("All questions")
            .next()
            .unwrap()
            .contains("What this pack asks")
    );
    let check = format!("{whole}/check");
    let seen = case.clinician.browser.submit(&check, &check, &[]).unwrap();
    let html = seen.text();
    assert_eq!(seen.status, 422, "{html}");
    let link =
        format!("<li><a href=\"{whole}/questions/outcome?from=check\">Somebody is told without agreement");
    assert!(html.contains(&link), "{html}");
    let ground = json!({"outcome": "applied", "level": "L1", "least_level": "L0 would not do.",
        "inferable_why": "He knows that she can tell, and was told so.", "legal_basis": "public_interest"});
    case.clinician.program.api_post(&format!("{whole}/questions/outcome"), &ground).unwrap();
    case.clinician.browser.done(&check, &check, &[]).unwrap();
    let html = case.clinician.browser.page(&whole).unwrap();
    assert!(
        html.contains("First view, before what the pack asks") && html.contains("I would not apply it now")
    );
    let report = case.clinician.program.api("/reports").unwrap();
    let told: Vec<&str> = report["views"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["applied"]["words"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        ["0", "fewer than 5", "0", "0"],
        "the other way, and small numbers are hidden: {report}"
    );
}

#[test]
fn an_answer_that_cannot_be_is_told_of_where_it_is_given() {
    let world = World::new(1303);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    let whole = format!("/tasks/{task}/decision");
    let days = format!("{whole}/questions/days");
    let wrong = [("review_on-day", "31"), ("review_on-month", "2"), ("review_on-year", "2027")];
    let seen = case.clinician.browser.submit(&days, &days, &wrong).unwrap();
    assert!(seen.status == 422 && seen.text().contains("Enter a day, a month and a year"), "{}", seen.text());
    let told = |program: &mut kinward::demo::browser::Browser, question: &str, body: &Value| {
        program.api_post(&format!("{whole}/questions/{question}"), body).unwrap_err().to_string()
    };
    let program = &mut case.clinician.program;
    assert!(
        told(program, "model", &json!({"dissent": "nobody"})).contains("Nothing here is called 'dissent'")
    );
    assert!(told(program, "model", &json!({"model": 7})).contains("text or a list"));
    assert!(
        told(program, "nothing", &json!({})).contains("404")
            || told(program, "nothing", &json!({})).contains("not")
    );
    // What no page offers is refused at its own question.
    for (question, wrong) in [
        ("model", json!({"model": "everybody's"})),
        ("reasons", json!({"reasons": ["A1", "ZZZ"]})),
        ("reasons", json!({"reasons": "A1"})),
        ("silence", json!({"harm_if_not_shared": "No checks.", "not_shared_grade": "awful"})),
    ] {
        assert!(told(program, question, &wrong).contains("answers that are offered"), "{question}");
    }
    let past = json!({"stance": "refused", "words": "Not her.", "revisit_on": "2020-01-01"});
    let refused = case.counsellor.program.api_post(&format!("/tasks/{task}/consent"), &past).unwrap_err();
    assert!(refused.public().contains("has passed"), "{refused}");
    assert_eq!(case.state(0), "decision_needed");
    // Once the proband agrees there is nothing to decide, and no question is asked any more.
    case.counsellor.consent(&task, "given", "L1", "Yes, after all.").unwrap();
    let refused = case.clinician.program.api(&format!("{whole}/questions/model")).unwrap_err().to_string();
    assert!(refused.contains("Nothing waits for a decision"), "{refused}");
    let decision = weighed(json!({"model": "familial"}));
    assert!(case.clinician.program.api_post(&whole, &decision).is_err());
}

#[test]
fn each_decision_has_a_fingerprint_of_itself_and_the_one_before_that_the_record_keeps() {
    let world = World::new(1304);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    let whole = format!("/tasks/{task}/decision");
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    case.clinician.decision(&task, "declined", "L1", &["RL2"]).unwrap();
    case.counsellor.consent(&task, "refused", "L1", "Still not.").unwrap();
    case.clinician.decision(&task, "applied", "L1", &["A1"]).unwrap();
    let facts = case.clinician.program.api(&whole).unwrap();
    let prints: Vec<&str> =
        (0..2).map(|place| facts["decisions"][place]["fingerprint"].as_str().unwrap()).collect();
    assert!(prints[0] != prints[1] && prints.iter().all(|print| print.len() == 64), "{prints:?}");
    let mut guardian = world.at_work("ruth.adeyemi");
    guardian.family_claim(&case.reference, "a check of one decision").unwrap();
    let record = guardian.browser.page(&format!("/families/{}/record", case.family)).unwrap();
    for print in prints {
        assert!(record.contains(print), "the Guardian finds it in the record: {print}\n{record}");
    }
}

#[test]
fn answers_from_before_the_proband_spoke_again_are_read_once_more_and_a_decision_says_what_set_it_aside() {
    let world = World::new(1305);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    let whole = format!("/tasks/{task}/decision");
    let far = json!({"stance": "refused", "words": "Not her.", "revisit_on": "2099-01-01"});
    case.counsellor.program.api_post(&format!("/tasks/{task}/consent"), &far).unwrap();
    let item = &case.clinician.program.api("/queues/decisions").unwrap()["items"][0]["due"];
    assert_eq!(item, "7 December 2026", "asking again does not put the decision off");
    for (question, fields) in answers() {
        let page = format!("{whole}/questions/{question}");
        let html = case.clinician.browser.page(&page).unwrap();
        let asked = |field: &str| html.contains(&format!("name=\"{field}\""));
        let fields: Vec<_> = fields.into_iter().filter(|(field, _)| asked(field)).collect();
        assert_eq!(case.clinician.browser.submit(&page, &page, &fields).unwrap().status, 303, "{question}");
    }
    world.clock.advance_seconds(60);
    case.counsellor.consent(&task, "withdrawn", "L1", "I said no, and mean it.").unwrap();
    let check = format!("{whole}/check");
    assert!(case.clinician.browser.page(&check).unwrap().contains("has said something since you answered"));
    let refused = case.clinician.program.api_post(&check, &json!({})).unwrap_err();
    assert!(refused.public().contains("save one of the questions once more"), "{refused}");
    let again = json!({"proband_informed": "Told again today."});
    case.clinician.program.api_post(&format!("{whole}/questions/proband"), &again).unwrap();
    case.clinician.browser.done(&check, &check, &[]).unwrap();
    assert_eq!(case.state(0), "route_agreed");
    case.counsellor.consent(&task, "refused", "L1", "Still not.").unwrap();
    let html = case.clinician.browser.page(&whole).unwrap();
    assert!(html.contains("when the proband was heard again"), "{html}");
    let late =
        weighed(json!({"model": "individual", "outcome": "declined", "level": "L1", "reasons": ["RL2"],
        "harm_if_not_shared": "None.", "harm_if_shared": "Some.", "steps_tried": "None.", "adviser": "nobody",
        "proband_informed": "Yes.", "review_on": "2020-01-01"}));
    let refused = case.clinician.program.api_post(&whole, &late).unwrap_err();
    assert!(refused.public().contains("is not ahead"), "{refused}");
}
