//! Who knows what, who does not want to know, and who rings: hard cases H6, H25 and H27 of the domain notes.
//! Must not know: how any of it is stored, except where a wish is planted behind the pages' back.

use crate::{
    people::told,
    queues::numbered,
    support::{
        TODAY, World,
        cases::{AUNT, Case, SISTER},
    },
};
use diesel::RunQueryDsl;
use kinward::{
    audit,
    clinic::queue::item::work_open_all,
    demo::people::{Kin, letter_open, proband_of, text_of},
    relative::outbox,
};
use serde_json::{Value, json};

const NUMBER: &str = "9434765919";

/// Both result files know the sister by her NHS number.
pub fn known_by_number(case: &mut Case, place: usize, kin: &Kin) {
    let body = json!({"given_name": kin.given, "family_name": kin.family, "nhs_number": NUMBER,
        "birth_date": format!("{}-{:0>2}-{:0>2}", kin.born.0, kin.born.1, kin.born.2)});
    case.counsellor.program.api_post(&format!("/people/{}/identity", case.people[place]), &body).unwrap();
}

fn wish(case: &mut Case, place: usize, topics: &[&str]) -> Value {
    let page = format!("/people/{}/not-to-know", case.people[place]);
    let said = json!({"topics": topics, "scope": "self", "words": "She told us on the telephone: not that."});
    case.counsellor.program.api_post(&page, &said).unwrap()
}

fn letter_state(case: &mut Case, letter: &str) -> String {
    text_of(&case.counsellor.program.api(&format!("/letters/{letter}")).unwrap(), "state").unwrap()
}

fn open_for(world: &World, subject: &str, queue: &str) -> usize {
    let open = world.house.db.read(|conn| work_open_all(conn, world.service.id)).unwrap();
    open.iter().filter(|item| item.subject_id == subject && item.queue.as_str() == queue).count()
}

#[test]
fn h6_who_does_not_want_to_know_the_gene_gets_no_letter_that_tells_it_from_any_branch() {
    let world = World::new(1301);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    // Another proband of the same kindred, with a file of their own in which the sister stands as well.
    let mut other = Case::with(&world, &numbered(7), &[SISTER]);
    known_by_number(&mut case, 0, &SISTER);
    known_by_number(&mut other, 0, &SISTER);
    for one in [&mut case, &mut other] {
        one.agree(0, "L2");
    }
    let (own, second) = (case.approved(0, "L2"), other.approved(0, "L2"));
    case.agree(1, "L2");
    let aunts = case.approved(1, "L2");
    let kept = wish(&mut case, 0, &["gene"]);
    assert_eq!(kept["kept"]["letters_stopped"], 2, "{kept}");
    assert_eq!(
        (letter_state(&mut case, &own), letter_state(&mut other, &second)),
        ("stopped".into(), "stopped".into())
    );
    assert_eq!(letter_state(&mut case, &aunts), "approved", "her aunt is another person");
    assert_eq!(world.send(), 1, "the aunt's paper and nothing else");
    for one in [&mut case, &mut other] {
        let task = one.tasks[0].clone();
        let refused = one.counsellor.letter_draft(&task, "L2").unwrap_err();
        assert!(refused.public().contains("L1 at most"), "{refused}");
        let page = one.counsellor.browser.page(&format!("/tasks/{task}")).unwrap();
        assert!(page.contains("Do not tell") && page.contains("Does not want to know which gene"), "{page}");
        assert!(
            page.contains("value=\"L1\"") && !page.contains("value=\"L2\""),
            "no level is offered that is refused"
        );
    }
    // Another route to her makes no difference: a decision instead of an agreement.
    let task = other.tasks[0].clone();
    other.counsellor.consent(&task, "refused", "L1", "Not her after all.").unwrap();
    let refused = other.clinician.decision(&task, "applied", "L2", &["A1"]).unwrap_err();
    assert!(refused.public().contains("L1 at most"), "nobody decides over their wish: {refused}");
    let page = other.clinician.browser.page(&format!("/tasks/{task}/decision")).unwrap();
    assert!(page.contains("The relative does not want to know"), "{page}");
    other.clinician.decision(&task, "applied", "L1", &["A1"]).unwrap();
    assert!(other.counsellor.letter_draft(&task, "L2").is_err());
    // What does not tell it may go.
    let letter = other.counsellor.letter_draft(&task, "L1").unwrap();
    let text = other.counsellor.browser.page(&format!("/letters/{letter}/text")).unwrap();
    assert!(!text.contains("BRCA2"), "{text}");
}

#[test]
fn h6_who_does_not_want_to_know_at_all_is_written_to_from_no_branch() {
    let world = World::new(1302);
    let mut case = Case::new(&world, &[SISTER]);
    let mut other = Case::with(&world, &numbered(7), &[SISTER]);
    known_by_number(&mut case, 0, &SISTER);
    known_by_number(&mut other, 0, &SISTER);
    case.agree(0, "L1");
    other.agree(0, "L0");
    let (own, second) = (case.approved(0, "L1"), other.approved(0, "L0"));
    wish(&mut case, 0, &["condition_exists"]);
    assert_eq!(case.state(0), "do_not_contact");
    assert_eq!(
        (letter_state(&mut case, &own), letter_state(&mut other, &second)),
        ("stopped".into(), "stopped".into())
    );
    assert_eq!(world.send(), 0);
    let task = other.tasks[0].clone();
    let refused = other.counsellor.letter_draft(&task, "L0").unwrap_err();
    assert!(refused.public().contains("asked not to be contacted"), "{refused}");
    // Somebody is to see it.
    assert!(case.counsellor.browser.page("/queues/objections").unwrap().contains(&case.reference));
}

#[test]
fn h20_an_objection_holds_from_every_branch_for_that_person_alone_and_is_counted() {
    let world = World::new(1320);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let mut other = Case::with(&world, &numbered(7), &[SISTER]);
    known_by_number(&mut case, 0, &SISTER);
    known_by_number(&mut other, 0, &SISTER);
    let code = case.sent(&world, 0, "L1");
    case.agree(1, "L1");
    other.agree(0, "L1");
    let (aunts, second) = (case.approved(1, "L1"), other.approved(0, "L1"));
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    kinward::demo::people::reply(&mut browser, "not_know", &[]).unwrap();
    assert_eq!(case.state(0), "do_not_contact");
    world.send();
    assert_eq!(letter_state(&mut other, &second), "stopped", "the second branch cannot write to her");
    assert_eq!(letter_state(&mut case, &aunts), "sent", "it is not a stop for the family");
    let task = other.tasks[0].clone();
    assert!(other.counsellor.letter_draft(&task, "L0").is_err());
    let register = case.clinician.program.api("/objections").unwrap();
    let entries = register["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 1, "{register}");
    assert_eq!(
        (entries[0]["family"].as_str(), entries[0]["came"].as_str()),
        (Some(&*case.reference), Some("Online, by the person"))
    );
    assert!(!register.to_string().contains("Wray"), "nobody is named in it");
}

#[test]
fn what_stands_is_asked_again_at_approval_and_before_the_first_byte() {
    let world = World::new(1303);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    for place in [0, 1] {
        case.agree(place, "L1");
    }
    case.approved(0, "L1");
    let task = case.tasks[1].clone();
    let waiting = case.counsellor.letter_draft(&task, "L1").unwrap();
    case.counsellor.letter_submit(&waiting).unwrap();
    // Planted behind the pages' back, as if it had come while both were on their way.
    for person in &case.people {
        let row = format!(
            "INSERT INTO objections (id, service_id, person_id, scope, source, at, topic, seq) VALUES ('{person}', '{}', '{person}', 'self', 'staff', '2026-11-23 10:00:00', 'own_risk', 1)",
            world.service.id
        );
        world.house.db.write(|conn| Ok(diesel::sql_query(row.as_str()).execute(conn)?)).unwrap();
    }
    let refused = case.clinician.letter_approve(&waiting).unwrap_err();
    assert!(refused.public().contains("does not want to know"), "{refused}");
    let posts = world.house.db.read(|conn| outbox::post_list(conn, world.service.id, 10)).unwrap();
    assert_eq!(posts.len(), 2, "the paper and its notice");
    assert_eq!(world.send(), 0);
    assert!(world.left_the_house("letters").is_empty());
    let page = case.counsellor.program.api(&format!("/tasks/{}", case.tasks[0])).unwrap();
    assert_eq!(page["letters"][0]["state"], "stopped");
    let why = text_of(&page["letters"][0], "ended_why").unwrap();
    assert!(why.contains("does not want to know a part"), "{why}");
}

#[test]
fn nobody_is_named_to_who_does_not_want_to_know_who_was_tested() {
    let world = World::new(1304);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "given", "L3", "She may know that it was me.").unwrap();
    wish(&mut case, 0, &["who_the_proband_is"]);
    let refused = case.counsellor.letter_draft(&task, "L3").unwrap_err();
    assert!(refused.public().contains("L2 at most"), "{refused}");
    let page = case.counsellor.browser.page(&format!("/tasks/{task}")).unwrap();
    assert!(page.contains("value=\"L2\"") && !page.contains("value=\"L3\""), "{page}");
    case.counsellor.letter_draft(&task, "L2").unwrap();
}

#[test]
fn a_letter_that_has_gone_and_tells_it_can_no_longer_be_read_online() {
    let world = World::new(1305);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let (code, lower) = (case.sent(&world, 0, "L2"), case.sent(&world, 1, "L0"));
    for place in [0, 1] {
        wish(&mut case, place, &["own_risk", "gene"]);
    }
    let (_, shown) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert!(shown.contains("Please phone us about your letter") && !shown.contains("BRCA2"), "{shown}");
    let (_, shown) = letter_open(&world.address, &lower, AUNT.born).unwrap();
    assert!(!shown.contains("Please phone us about your letter"), "it tells no more than she wants: {shown}");
}

#[test]
fn h6_a_wish_is_brought_up_again_by_what_happens_and_by_no_day() {
    let world = World::new(1306);
    let mut case = Case::new(&world, &[SISTER]);
    let (task, person) = (case.tasks[0].clone(), case.people[0].clone());
    case.agree(0, "L1");
    let page = format!("/people/{person}/not-to-know");
    for (field, wrong) in [
        ("topics", json!({"topics": [], "scope": "self", "words": "Nothing of it."})),
        ("words", json!({"topics": ["gene"], "scope": "self", "words": " "})),
        ("scope", json!({"topics": ["gene"], "scope": "lifted", "words": "Nothing of it."})),
    ] {
        let (status, facts) = told(&mut case.counsellor, &page, &wrong);
        assert_eq!((status, facts["field"].as_str()), (422, Some(field)), "{facts}");
    }
    let kept = wish(&mut case, 0, &["condition_exists"]);
    let objection = kept["kept"]["objections"][0].as_str().unwrap().to_owned();
    let twice = json!({"topics": ["condition_exists"], "scope": "self", "words": "Not that."});
    assert_eq!(told(&mut case.counsellor, &page, &twice).0, 409, "one wish, one item");
    case.counsellor
        .browser
        .done(&format!("/objections/{objection}"), &format!("/objections/{objection}/seen"), &[])
        .unwrap();
    // Years pass. Nothing comes up, and nothing may go.
    world.clock.advance_days(4 * 365);
    (case.counsellor, case.clinician) = (world.counsellor(), world.clinician());
    assert_eq!(case.state(0), "do_not_contact");
    assert_eq!(open_for(&world, &task, "discussion_due") + open_for(&world, &objection, "objections"), 0);
    assert!(case.counsellor.letter_draft(&task, "L0").is_err());
    // Neither by the old way round, nor without what happened and what they said.
    let sneaked = told(&mut case.counsellor, &format!("/tasks/{task}/object"), &json!({"scope": "lifted"}));
    assert_eq!(sneaked.0, 422);
    let lift = format!("{page}/lift");
    for (field, wrong) in [
        ("trigger", json!({"topic": "condition_exists", "words": "She rang and asked."})),
        (
            "trigger",
            json!({"topic": "condition_exists", "trigger": "a_year_has_passed", "words": "She rang."}),
        ),
        ("words", json!({"topic": "condition_exists", "trigger": "new_treatment", "words": ""})),
    ] {
        let (status, facts) = told(&mut case.counsellor, &lift, &wrong);
        assert_eq!((status, facts["field"].as_str()), (422, Some(field)), "{facts}");
    }
    let other = json!({"topic": "gene", "trigger": "they_ask", "words": "She rang and asked."});
    assert_eq!(told(&mut case.counsellor, &lift, &other).0, 409, "that wish does not stand");
    let asked = [
        ("topic", "condition_exists"),
        ("trigger", "they_ask"),
        ("words", "She rang: she wants to hear it now."),
    ];
    case.counsellor.browser.done(&page, &lift, &asked).unwrap();
    assert_eq!(case.state(0), "identified", "she is asked about like anybody else");
    let html = case.counsellor.browser.page(&page).unwrap();
    assert!(
        html.contains("What brought it up again: They ask themselves")
            && html.contains("wants to hear it now")
    );
    assert!(html.contains("not that"), "what was recorded stays: {html}");
    case.agree(0, "L1");
    case.counsellor.letter_draft(&task, "L1").unwrap();
}

#[test]
fn staff_of_every_kind_see_the_banner_and_only_those_who_may_read_reasons_the_words() {
    let world = World::new(1307);
    let mut case = Case::new(&world, &[SISTER]);
    let (task, person) = (case.tasks[0].clone(), case.people[0].clone());
    wish(&mut case, 0, &["gene"]);
    let knows = format!("/tasks/{task}/knows");
    let entry = json!({"topic": "condition_exists", "known": "confirmed", "told_by": "Her mother",
        "told_on": "2026-11-20", "how_known": "She said so when she rang on Friday."});
    case.counsellor.program.api_post(&knows, &entry).unwrap();
    let proband = case.counsellor.result(&case.result.clone()).unwrap();
    let proband = text_of(proband_of(&proband).unwrap(), "person").unwrap();
    let said = json!({"topics": ["own_risk"], "scope": "self", "words": "Nothing more about myself."});
    case.counsellor.program.api_post(&format!("/people/{proband}/not-to-know"), &said).unwrap();
    let mut clerk = world.at_work("jo.taylor");
    let mut guardian = world.at_work("ruth.adeyemi");
    for work in [&mut clerk, &mut guardian] {
        work.family_claim(&case.reference, "asked to look at addresses").unwrap();
    }
    for (work, reads) in [(&mut clerk, false), (&mut guardian, true), (&mut case.counsellor, true)] {
        let html = work.browser.page(&format!("/tasks/{task}")).unwrap();
        assert!(html.contains("Do not tell") && html.contains("Does not know,"), "{html}");
        assert!(html.contains("talked about without telling anything new"), "{html}");
        assert_eq!(html.contains("when she rang on Friday"), reads);
        let html = work.browser.page(&format!("/people/{person}/not-to-know")).unwrap();
        assert!(html.contains("A letter to them tells L1 at most"));
        assert_eq!(html.contains("on the telephone: not that"), reads);
        assert_eq!(work.browser.get(&knows).unwrap().status == 200, reads);
    }
    for (work, reads) in [(&mut clerk, false), (&mut case.counsellor, true)] {
        let html = work.browser.page(&format!("/people/{person}")).unwrap();
        assert!(html.contains("Do not tell") && html.contains("Does not know,"), "{html}");
        assert_eq!(html.contains("when she rang on Friday"), reads);
        assert!(
            work.browser
                .page(&format!("/people/{proband}"))
                .unwrap()
                .contains("Does not want to know their own risk")
        );
    }
    let record = world.house.db.read(|conn| audit::of_service(conn, world.service.id)).unwrap();
    let read = |deed: &str| record.iter().filter(|row| row.deed == deed).count();
    assert!(read("who_knows_what.read") >= 7 && read("objection.read") >= 8, "every reading leaves its row");
}

#[test]
fn h27_who_was_told_something_wrong_stays_among_the_work_until_it_is_put_right() {
    let world = World::new(1308);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    let tells =
        json!({"stance": "given", "route": "proband_tells", "level": "L2", "words": "I will tell her."});
    case.counsellor.program.api_post(&format!("/tasks/{task}/consent"), &tells).unwrap();
    let (page, knows) = (format!("/tasks/{task}"), format!("/tasks/{task}/knows"));
    // What nobody can give a source for is not known.
    for known in ["believed", "confirmed", "misinformed"] {
        for words in [json!(null), json!(""), json!(" . ")] {
            let entry = json!({"topic": "own_risk", "known": known, "how_known": words});
            let (status, facts) = told(&mut case.counsellor, &knows, &entry);
            assert_eq!((status, facts["field"].as_str()), (422, Some("how_known")), "{facts}");
        }
    }
    let later = json!({"topic": "gene", "known": "unknown", "told_on": "2026-11-24"});
    assert_eq!(told(&mut case.counsellor, &knows, &later).1["field"], "told_on");
    case.counsellor.program.api_post(&knows, &json!({"topic": "gene", "known": "unknown"})).unwrap();
    assert_eq!(open_for(&world, &task, "discussion_due"), 0);
    let wrong = [
        ("topic", "own_risk"),
        ("known", "misinformed"),
        ("told_by", "The proband"),
        ("told_on-day", TODAY.2),
        ("told_on-month", TODAY.1),
        ("told_on-year", TODAY.0),
        ("how_known", "She rang: her sister had told her that only men can have it."),
    ];
    case.counsellor.browser.done(&knows, &knows, &wrong).unwrap();
    let html = case.counsellor.browser.page(&page).unwrap();
    assert!(html.contains("Misinformed about:") && html.contains("write to them again"), "{html}");
    assert_eq!(open_for(&world, &task, "discussion_due"), 1);
    let queue = case.counsellor.browser.page("/queues/discussion_due").unwrap();
    assert!(queue.contains("Put right what they were told") && queue.contains(&knows), "{queue}");
    // Reissued: the proband agrees that the clinic writes.
    case.sent(&world, 0, "L2");
    assert_eq!(open_for(&world, &task, "discussion_due"), 1, "a letter alone puts nothing right");
    let right = json!({"topic": "own_risk", "known": "confirmed", "told_by": "Our letter",
        "how_known": "She rang about the letter and said it back rightly."});
    case.counsellor.program.api_post(&knows, &right).unwrap();
    assert_eq!(open_for(&world, &task, "discussion_due"), 0);
    let html = case.counsellor.browser.page(&page).unwrap();
    assert!(!html.contains("Misinformed") && html.contains("said it back rightly"), "{html}");
    let html = case.counsellor.browser.page(&knows).unwrap();
    assert!(html.contains("only men can have it"), "what was recorded stays: {html}");
}

#[test]
fn what_a_relative_knows_is_kept_with_the_decision_about_them() {
    let world = World::new(1309);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    let entry = json!({"topic": "who_the_proband_is", "known": "believed", "how_known": "Her mother thinks that she guesses."});
    case.counsellor.program.api_post(&format!("/tasks/{task}/knows"), &entry).unwrap();
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    case.clinician.decision(&task, "declined", "L1", &["X7"]).unwrap();
    let facts = case.clinician.program.api(&format!("/tasks/{task}/decision")).unwrap();
    let known = facts["decisions"][0]["facts"].to_string();
    assert!(
        known.contains("Believed to know: who was tested (Her mother thinks that she guesses.)"),
        "{known}"
    );
}

#[test]
fn h25_whoever_asks_who_has_it_is_answered_by_a_page_that_names_nobody() {
    let world = World::new(1310);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let refused = case.tasks[0].clone();
    case.counsellor.consent(&refused, "refused", "L1", "Not her.").unwrap();
    let page = format!("/families/{}/enquiries", case.family);
    let mut clerk = world.at_work("jo.taylor");
    clerk.family_claim(&case.reference, "she rang and gave the reference").unwrap();
    let html = clerk.browser.page(&page).unwrap();
    assert!(html.contains("I cannot say whether anybody is or was a patient here"), "{html}");
    assert!(html.contains("Policy pack England 2020") && html.contains("KW-2"), "{html}");
    assert!(
        html.contains("also where somebody in the family has refused to share"),
        "a refusal is on file: {html}"
    );
    let note = [
        ("teller", "Tamsin, who says that she is a sister"),
        ("about", "Rosalind"),
        ("account", "zqhearsay: Rosalind had an operation last winter."),
        ("asked", "Who in the family has it?"),
        ("answered[]", "neither_confirmed_nor_denied"),
        ("answered[]", "general_information"),
        ("support", "yes"),
    ];
    clerk.browser.done(&page, &page, &note).unwrap();
    // What was told stands on no page of whoever answers the telephone: no name, of the tested or of anybody.
    let proband = case.counsellor.result(&case.result.clone()).unwrap();
    let named = text_of(proband_of(&proband).unwrap(), "family_name").unwrap();
    for work in [&mut clerk, &mut case.counsellor] {
        let html = work.browser.page(&page).unwrap();
        assert!(html.contains("Neither confirmed nor denied"), "{html}");
        assert!(html.contains("led to support of their own"), "{html}");
        let names = ["Rosalind", "Tamsin", "Wray", "Ottilie", "Farr", "zqhearsay", "BRCA2", "cancer"];
        for name in names.into_iter().chain([named.as_str()]) {
            assert!(!html.contains(name), "{name}: {html}");
        }
    }
    let listed = case.counsellor.program.api(&page).unwrap();
    let one = format!("/enquiries/{}", text_of(&listed["notes"][0], "enquiry").unwrap());
    assert_eq!(clerk.browser.get(&one).unwrap().status, 403, "what was told is not for everybody");
    let html = case.counsellor.browser.page(&one).unwrap();
    let provenance = "Told by <span class=\"kw-typed\">Tamsin, who says that she is a sister</span> about <span class=\"kw-typed\">Rosalind</span>";
    assert!(html.contains(provenance) && html.contains("zqhearsay"), "{html}");
    // It moved nobody and is on nobody's page.
    assert_eq!(case.state(0), "decision_needed");
    let mut pages = vec![format!("/results/{}", case.result), format!("/families/{}", case.family)];
    for place in [0, 1] {
        pages.push(format!("/people/{}", case.people[place]));
        pages.push(format!("/tasks/{}", case.tasks[place]));
    }
    for page in pages {
        assert!(!case.counsellor.browser.page(&page).unwrap().contains("zqhearsay"), "{page}");
    }
    let record = world.house.db.read(|conn| audit::of_service(conn, world.service.id)).unwrap();
    for deed in ["enquiry.recorded", "enquiry.read"] {
        assert!(record.iter().any(|row| row.deed == deed), "{deed}");
    }
}

#[test]
fn h25_a_note_can_hold_no_finding_and_lead_to_no_person() {
    let world = World::new(1311);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/families/{}/enquiries", case.family);
    let whole = json!({"teller": "Somebody who did not say", "account": "Nothing.", "asked": "Who has it?",
        "answered": ["own_doctor"], "support": "no"});
    for (field, value) in [
        ("person", json!(case.people[0])),
        ("result", json!(case.result)),
        ("finding", json!("BRCA2")),
        ("task", json!(case.tasks[0])),
        ("teller", json!(" ")),
        ("account", json!("")),
        ("asked", json!("")),
        ("answered", json!([])),
        ("answered", json!(["told_them_who"])),
        ("support", json!("perhaps")),
    ] {
        let mut wrong = whole.clone();
        wrong[field] = value;
        let (status, facts) = told(&mut case.counsellor, &page, &wrong);
        assert_eq!((status, facts["field"].as_str()), (422, Some(field)), "{facts}");
    }
    case.counsellor.program.api_post(&page, &whole).unwrap();
    let columns = &crate::schema::data_map()["enquiries"];
    let known: Vec<&str> = columns.keys().map(String::as_str).collect();
    assert_eq!(known, ["at", "by_staff", "family_id", "id", "sealed", "service_id"]);
    // A Guardian reads what is said, and writes nothing down.
    let mut guardian = world.at_work("ruth.adeyemi");
    guardian.family_claim(&case.reference, "asked to look at the telephone").unwrap();
    let html = guardian.browser.page(&page).unwrap();
    assert!(html.contains("Say this, and nothing more") && !html.contains("Save this note"), "{html}");
    assert_eq!(told(&mut guardian, &page, &whole).0, 403);
}
