//! Every field of every form of staff, found by walking the pages: what is too long or cannot be seen is refused beside it
//! and kept, and a message calls a field as its page does. Must not know: what a field means.

use crate::support::{
    TODAY, World,
    cases::{AUNT, BROTHER, Case, SISTER, report},
    forms::{Form, crawl, forms_of, route_of},
};
use kinward::{
    access::{answer::TEMPLATES, route::Who},
    app::routes,
    config::Wing,
    demo::{
        browser::{Browser, Seen, form_token},
        people::{AtWork, Kin, asks_to_act},
    },
    policy::Policy,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const COUSIN: Kin = Kin {
    relation: "mother's sister's daughter",
    given: "Isolde",
    family: "Nankivell",
    born: ("1970", "3", "9"),
    email: None,
};

/// A clinic in which every form that takes words stands on some page, and those who can see them.
fn clinic(world: &World) -> (Case, Vec<(&'static str, Vec<Form>)>) {
    let mut case = Case::new(world, &[SISTER, AUNT, COUSIN, BROTHER]);
    let page = format!("/results/{}/conversations/new", case.result);
    let lines = [("lines", "Penhaligon")];
    case.counsellor.browser.done(&page, &format!("/results/{}/never-share", case.result), &lines).unwrap();
    // The sister agrees and lives in a house called as the gene is, so that her letter is held.
    case.agree(0, "L2");
    let sister = format!("/people/{}", case.people[0]);
    let contact = [
        ("address", "Ashdown\nStroud"),
        ("postcode", "GL5 1AA"),
        ("source", "her"),
        ("as_of-day", TODAY.2),
        ("as_of-month", TODAY.1),
        ("as_of-year", TODAY.0),
    ];
    case.counsellor.browser.done(&sister, &format!("{sister}/contact"), &contact).unwrap();
    let task = case.tasks[0].clone();
    case.counsellor.letter_draft(&task, "L1").unwrap();
    let kind = [("kind", "direct_contact"), ("language", "en")];
    case.counsellor.browser.done("/wordings", "/wordings", &kind).unwrap();
    let presses = json!({"pressing": "journey", "pressing_words": "She leaves on Friday, she says."});
    case.counsellor.program.api_post(&format!("/tasks/{task}/urgent"), &presses).unwrap();
    // The aunt is refused, so that a decision can be made; the cousin has died, so that the date can be corrected.
    let aunt = case.tasks[1].clone();
    case.counsellor.consent(&aunt, "refused", "L1", "Not her.").unwrap();
    let cousin = case.people[2].clone();
    let page = format!("/people/{cousin}");
    let died = [("died_on-day", "1"), ("died_on-month", "10"), ("died_on-year", "2026")];
    case.counsellor.browser.done(&page, &format!("{page}/died"), &died).unwrap();
    acted_for(world, &mut case);
    rung(&mut case);
    let mut forms = Vec::new();
    case.counsellor.report_upload(&report("broken_no_patient")).unwrap().unwrap_err();
    let fresh = case.counsellor.report_upload(&report("lynch_mlh1")).unwrap().unwrap();
    let (told, fresh) = (format!("/results/{}", case.result), format!("/results/{fresh}"));
    for (who, work) in [("counsellor", &mut case.counsellor), ("clinician", &mut case.clinician)] {
        forms.push((who, walked(&mut work.browser, [&told, &fresh])));
    }
    let html = case.counsellor.browser.page(&page).unwrap();
    forms.push(("counsellor", forms_of(&page, &html)));
    // A file that was looked at comes again as a text.
    let import = format!("/families/{}/import", case.family);
    let ped = b"F1 a 0 0 1 1\nF1 b a 0 2 2\n";
    let seen = case.counsellor.browser.upload(&import, &import, "file", "family.ped", ped).unwrap();
    forms.push(("counsellor", forms_of(&import, &seen.text())));
    (case, forms)
}

/// Two ask to act for somebody; one is agreed to, so that every form about them stands somewhere.
fn acted_for(world: &World, case: &mut Case) {
    let code = case.sent(world, 3, "L1");
    for name in ["Ann Lee", "Bo Lee"] {
        let asked = ("helper", name, "01632 960 001");
        asks_to_act(&mut world.browser(), &code, BROTHER.born, asked).unwrap();
    }
    let at = format!("/tasks/{}/proxies", case.tasks[3]);
    let listed = case.counsellor.program.api(&at).unwrap();
    let granted = json!({"authority": "helper", "evidence": ["person_said"], "phoned": "yes", "finding": "agrees",
        "found_on": "2026-11-23", "found_how": "Said so on the telephone.", "proxy_words": "They read it together."});
    let one = listed["proxies"][0]["proxy"].as_str().unwrap();
    case.counsellor.program.api_post(&format!("{at}/{one}/grant"), &granted).unwrap();
}

/// Three calls: one waits, one is put to the family, one was closed.
fn rung(case: &mut Case) {
    let mut calls = Vec::new();
    for _ in 0..3 {
        let entry = json!({"caller": "relative", "teller": "Ann Lee", "ring_back": "after six", "account": "Nothing.",
            "asked": "What it is.", "answered": ["general_information"], "support": "no"});
        let taken = case.counsellor.program.api_post("/calls", &entry).unwrap();
        calls.push(format!("/calls/{}", taken["call"].as_str().unwrap()));
    }
    let matched =
        json!({"reference": case.reference, "identity": "in_person", "match_words": "Her passport."});
    case.counsellor.program.api_post(&format!("{}/match", calls[1]), &matched).unwrap();
    let closed = json!({"close_identity": "not_established", "close_words": "Nobody is there."});
    case.counsellor.program.api_post(&format!("{}/close", calls[2]), &closed).unwrap();
}

/// All that links lead to.
fn walked(browser: &mut Browser, results: [&str; 2]) -> Vec<Form> {
    crawl(browser, &["/", "/families", "/queues", "/reports/new", results[0], results[1]])
        .into_iter()
        .flat_map(|(_, forms)| forms)
        .collect()
}

/// Text fields as the templates write them.
fn in_templates() -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut words, mut lines) = (BTreeSet::new(), BTreeSet::new());
    for (name, template) in TEMPLATES {
        if ["field_line", "field_text", "field_date", "field_date_given", "field_radios", "problem"]
            .contains(name)
        {
            continue;
        }
        for (opening, several) in
            [("<textarea", true), ("{{> field_text ", true), ("<input", false), ("{{> field_line ", false)]
        {
            for rest in template.split(opening).skip(1) {
                let tag = rest.split(if opening.starts_with('<') { ">" } else { "}}" }).next().unwrap();
                let of_text = !opening.starts_with("<input") || tag.contains("type=\"text\"");
                // A cell of the table of rows is named with its row; the walk finds it.
                if of_text && !tag.contains("{{name}}") {
                    let set = if several { &mut words } else { &mut lines };
                    set.insert(tag.split("name=\"").nth(1).unwrap().split('"').next().unwrap().to_owned());
                }
            }
        }
    }
    (words, lines)
}

#[test]
fn every_field_of_several_lines_has_its_length_in_the_policy_pack_and_no_other() {
    let (words, _) = in_templates();
    let pack: BTreeSet<String> = Policy::embedded().unwrap().texts.words.into_keys().collect();
    assert_eq!(pack, words);
}

/// As `Browser::submit`, in parts.
fn in_parts(browser: &mut Browser, form: &Form, fields: &[(&str, &str)]) -> Seen {
    let token = form_token(&browser.page(&form.page).unwrap()).unwrap();
    let mut body = String::new();
    for (name, value) in [("form_token", token.as_str())].iter().chain(fields) {
        body.push_str(&format!(
            "--b7f3\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str("--b7f3--\r\n");
    let kind = Some("multipart/form-data; boundary=b7f3");
    browser.send("POST", &form.action, kind, Some(body.as_bytes())).unwrap()
}

/// Sends one field with one text, everything else left empty, and looks at the page that comes again.
fn sent(work: &mut AtWork, form: &Form, name: &str, text: &str) -> String {
    let hidden = form.controls.iter().filter(|one| one.kind == "hidden" && one.name != "form_token");
    let mut fields: Vec<(&str, &str)> = hidden.map(|one| (one.name.as_str(), one.value.as_str())).collect();
    fields.push((name, text));
    let seen = match form.in_parts {
        true => in_parts(&mut work.browser, form, &fields),
        false => work.browser.submit(&form.page, &form.action, &fields).unwrap(),
    };
    assert_eq!(seen.status, 422, "{} {name}: {}", form.action, seen.text());
    seen.text()
}

#[test]
fn what_is_too_long_or_cannot_be_seen_is_refused_beside_its_field_and_kept() {
    let world = World::new(4711);
    let (mut case, walks) = clinic(&world);
    let limits = Policy::embedded().unwrap().texts;
    let mut tried = BTreeSet::new();
    for (who, forms) in walks {
        for form in forms {
            let route = route_of("POST", &form.action).unwrap();
            let work = if who == "clinician" { &mut case.clinician } else { &mut case.counsellor };
            for control in form.controls.iter().filter(|control| control.is_text()) {
                let name = control.name.as_str();
                let of_a_date = ["-day", "-month", "-year"].iter().any(|part| name.ends_with(part));
                // Of a table the first row stands for all.
                let first_row = name.rsplit_once('-').map_or(name, |(base, row)| {
                    if row.bytes().all(|digit| digit.is_ascii_digit()) { base } else { name }
                });
                if of_a_date || !tried.insert((route, first_row.to_owned())) {
                    continue;
                }
                let beside = format!("id=\"{}-error\"", control.id);
                let most = limits.most(name);
                // A whole family's text is bounded by what is read of a file.
                if most < 100_000 {
                    let long = "x".repeat(most + 1);
                    let html = sent(work, &form, name, &long);
                    let told = html.contains("characters; the most is ") && html.contains(&beside);
                    assert!(told, "{route} {name}: {html}");
                    assert!(html.contains(&long), "{route} {name}: what was typed is gone");
                }
                for (text, left, says) in [
                    ("safe\u{202e}word", "safeword", "(U+202E), line 1, character 5"),
                    ("zero\u{200b}width", "zerowidth", "a zero width space (U+200B)"),
                    ("nul\0l", "null", "a null character (U+0000)"),
                ] {
                    let html = sent(work, &form, name, text);
                    assert!(html.contains(says) && html.contains(&beside), "{route} {name}: {html}");
                    assert!(html.contains(left), "{route} {name}: {html}");
                }
            }
        }
    }
    // No form with words was passed by, and no field. The public check of a certificate keeps nothing; why a twin's result
    // may stand is asked only where somebody has an identical twin (tests/it/tested/effects.rs), what weighs after a
    // death only where the proband has died (tests/it/hard_cases.rs), an inquiry only after a signal (tests/it/learning.rs),
    // an emergency only while a decision waits (tests/it/cooling.rs), and why files are parted only where some are joined
    // (tests/it/kindred.rs), and who has checked a template only before it is approved (tests/it/letters/templates.rs);
    // what was done about an amended report only after one (tests/it/letters/recontact.rs); why a report is taken in again
    // only where it is there (tests/it/intake.rs); that somebody was told their own result only where one is confirmed
    // (tests/it/letters/own_result.rs), who is responsible only for a child (tests/it/letters/child.rs), and what is answered
    // only where a relative has asked (tests/it/answers/words.rs); what was done about a referral only where there is one
    // (tests/it/referral.rs); what opens somebody again only where they are closed
    // (tests/it/closing.rs), and what was found of an address, a wrong reader, a transfer or an additional finding only after it
    // began (tests/it/hard_cases); what is answered to a request only where one was made (tests/it/requests.rs).
    let (words, lines) = in_templates();
    // What a list of work is narrowed to stands in its address and is no form that is kept.
    let elsewhere = [
        "family",
        "username",
        "identifier",
        "digest",
        "twin_reason",
        "after_death",
        "emergency_words",
        "review_words",
        "notice_given",
        "found",
        "changed",
        "parted_why",
        "checked_by",
        "checked_role",
        "recontact_words",
        "differs_why",
        "again_why",
        "telling_words",
        "responsible_words",
        "answer_en",
        "answer_cy",
        "answer_why",
        "returned_why",
        "chased_words",
        "acknowledged_by",
        "acknowledged_words",
        "declined_words",
        "looked_words",
        "told_words",
        "ended_words",
        "taken_back_why",
        "search_said",
        "additional_words",
        "answer_words",
        "notified_words",
        "reported_words",
        "trigger_why",
        "skipped_why",
        "answered_words",
        "extended_why",
        "harm_read_by",
        "opt_out",
        "others_weighed",
    ];
    let fields: BTreeSet<String> =
        words.union(&lines).filter(|name| !elsewhere.contains(&name.as_str())).cloned().collect();
    let walked: BTreeSet<String> = tried.iter().map(|(_, name)| name.clone()).collect();
    assert_eq!(fields.difference(&walked).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn a_form_that_takes_words_names_the_page_on_which_it_comes_again() {
    let world = World::new(4712);
    let (_, walks) = clinic(&world);
    let forms: BTreeMap<&str, Form> = walks
        .into_iter()
        .flat_map(|(_, forms)| forms)
        .filter(|form| form.controls.iter().any(|control| control.is_text()))
        .map(|form| (route_of("POST", &form.action).unwrap(), form))
        .collect();
    for path in forms.keys() {
        let route =
            kinward::clinic::routes().find(|route| route.method == "POST" && route.path == *path).unwrap();
        assert!(!route.form_on.is_empty(), "{path} loses what was typed");
    }
    assert!(forms.len() >= 14, "{:?}", forms.keys());
}

#[test]
fn a_message_calls_a_field_as_its_page_does() {
    let world = World::new(4713);
    let (mut case, walks) = clinic(&world);
    let mut quoted = BTreeSet::new();
    for (who, forms) in walks {
        for form in forms {
            if form.controls.iter().all(|control| control.kind == "hidden") || form.action == "/reports" {
                continue;
            }
            let work = if who == "clinician" { &mut case.clinician } else { &mut case.counsellor };
            if form.in_parts {
                continue;
            }
            let Ok(seen) = work.browser.submit(&form.page, &form.action, &[]) else { continue };
            let html = seen.text();
            let Some(told) = html.split("nhsuk-error-summary__list\">\n<li>").nth(1) else { continue };
            let told = told.split("</li>").next().unwrap();
            let told = told.rsplit_once("\">").map_or(told, |(_, words)| words).trim_end_matches("</a>");
            let told = format!(" {told}");
            for word in told.split(" &#x27;").skip(1).map(|rest| rest.split("&#x27;").next().unwrap()) {
                let labelled =
                    html.contains(&format!(">{word}</label>")) || html.contains(&format!(">{word}</legend>"));
                let ours = |name: &str| name.split(['-', '[']).next().unwrap().replace('_', " ") == word;
                let internal = form.controls.iter().any(|control| ours(&control.name));
                assert!(labelled || !internal, "{}: no label says '{word}': {told}", form.action);
                if labelled {
                    quoted.insert((form.action.clone(), word.to_owned()));
                }
            }
            assert!(!told.split([' ', '>', '\'']).any(|word| word.contains('_')), "{}: {told}", form.action);
        }
    }
    assert!(quoted.len() >= 5, "{quoted:?}");
}

#[test]
fn a_program_is_told_the_same_of_every_command() {
    let world = World::new(4714);
    let mut amir = world.clinician();
    let mut nia = world.counsellor();
    let mut ruth = world.at_work("ruth.adeyemi");
    let mut commands = 0;
    for (path, route) in routes(Wing::Staff) {
        let Who::Staff(_) = route.who else { continue };
        let takes_a_file = path == "/api/v1/reports";
        if route.method != "POST" || !path.starts_with("/api/") || takes_a_file || path.ends_with("/sign-out")
        {
            continue;
        }
        let path = crate::routes::filled(&path);
        for (text, says) in
            [("x\u{2066}", "cannot be seen"), ("\0", "U+0000"), (&*"x".repeat(20_000), "the most is")]
        {
            let answer = |program: &mut Browser| -> (u16, Value) {
                let body = serde_json::to_vec(&json!({"any_words": text})).unwrap();
                let seen = program.send("POST", &path, Some("application/json"), Some(&body)).unwrap();
                (seen.status, serde_json::from_slice(&seen.body).unwrap())
            };
            let (mut status, mut facts) = answer(&mut amir.program);
            if status == 403 {
                (status, facts) = answer(&mut nia.program);
            }
            if status == 403 {
                (status, facts) = answer(&mut ruth.program);
            }
            assert_eq!((status, facts["field"].as_str()), (422, Some("any_words")), "{path}: {facts}");
            assert!(facts["problem"].as_str().unwrap().contains(says), "{path}: {facts}");
        }
        commands += 1;
    }
    assert!(commands > 25, "{commands}");
}
