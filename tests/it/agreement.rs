//! The agreement sheet: every relative at once, one answer for several, a last day, and a signature bound to the rows.
//! Must not know: how a letter is written.

mod death;
mod office;

use crate::people::told;
use crate::support::{
    World,
    cases::{AUNT, BROTHER, Case, SISTER},
};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use kinward::{
    audit::{self, Act, ActorKind, Deed},
    clinic::{cascade::listener::Cascade, sharing::consent::consents},
    db::{UtcDate, UtcTime},
    demo::people::{AtWork, text_of},
    ids::{ConsentId, FamilyId, ServiceId, StaffId, TaskId},
    relative::outbox::{self, PostState},
    worker::begin,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const WHY: &str = "They know that they can work it out, and she says that this is right.";

fn sheet(case: &mut Case) -> Value {
    let page = format!("/results/{}/agreement", case.result);
    case.counsellor.program.api(&page).unwrap()
}

fn agrees(more: Value) -> Value {
    let mut body = json!({"route": "clinic_letter", "level": "L2", "stance": "given", "words": "Write to them.",
        "inferable_why": WHY});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn row<'a>(sheet: &'a Value, task: &str) -> &'a Value {
    sheet["rows"].as_array().unwrap().iter().find(|row| row["task"] == task).unwrap()
}

fn stances(case: &mut Case, place: usize) -> usize {
    let page = format!("/tasks/{}/consent", case.tasks[place]);
    case.counsellor.program.api(&page).unwrap()["history"].as_array().unwrap().len()
}

/// A day later sessions have ended.
fn days_later(world: &World, case: &mut Case, days: i64) {
    world.clock.advance_days(days);
    (case.counsellor, case.clinician) = (world.counsellor(), world.clinician());
}

#[test]
fn every_relative_stands_on_one_page_with_what_may_be_told_by_which_way() {
    let world = World::new(3101);
    let mut case = Case::new(&world, &[SISTER, AUNT, BROTHER]);
    case.agree(0, "L1");
    let aunts = format!("/tasks/{}/consent", case.tasks[1]);
    let tells = json!({"route": "proband_tells", "level": "L2", "stance": "given_with_limits",
        "words": "I will ring her, but not before Christmas."});
    case.counsellor.program.api_post(&aunts, &tells).unwrap();
    let facts = sheet(&mut case);
    let told = |task: &str| -> Vec<String> {
        let cells = row(&facts, task)["told"].as_array().unwrap().clone();
        cells.iter().map(|cell| cell["words"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(told(&case.tasks[0]), ["By letter", "By letter", "No", "No"]);
    assert_eq!(told(&case.tasks[1]), ["The proband tells", "The proband tells", "The proband tells", "No"]);
    assert_eq!(told(&case.tasks[2]), ["Not asked", "Not asked", "Not asked", "Not asked"]);
    let aunt = row(&facts, &case.tasks[1]);
    assert_eq!(aunt["limits"], "I will ring her, but not before Christmas.");
    assert_eq!(aunt["since"], "23 November 2026");
    let html = case.counsellor.browser.page(&format!("/results/{}/agreement", case.result)).unwrap();
    assert!(
        html.contains("nhsuk-table--responsive") && html.contains(&format!("href=\"{aunts}\"")),
        "{html}"
    );
    // A Guardian reads it and records nothing; an administrator does not see it.
    let page = format!("/results/{}/agreement", case.result);
    let mut ruth = world.at_work("ruth.adeyemi");
    ruth.family_claim(&case.reference, "a complaint is looked into").unwrap();
    let read = ruth.browser.page(&page).unwrap();
    assert!(read.contains("By letter") && !read.contains("Record one answer"), "{read}");
    let mut jo = world.at_work("jo.taylor");
    jo.family_claim(&case.reference, "keeps the addresses").unwrap();
    assert_eq!(jo.browser.get(&page).unwrap().status, 403);
}

#[test]
fn one_answer_for_several_is_recorded_for_each_of_them_or_for_none() {
    let world = World::new(3102);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let page = format!("/results/{}/agreement", case.result);
    let work = &mut case.counsellor;
    // Somebody can tell who was tested, and there is no reason: whoever stands in the way is named, nobody gets a row.
    let bare = agrees(json!({"who": "everybody", "inferable_why": null}));
    let (status, facts) = told(work, &page, &bare);
    assert_eq!((status, &facts["field"]), (422, &json!("inferable_why")), "{facts}");
    let words = facts["problem"].as_str().unwrap();
    assert!(words.starts_with("Tamsin Wray (sister): This relative can tell"), "{words}");
    let said = |case: &mut Case| [stances(case, 0), stances(case, 1)];
    assert_eq!(said(&mut case), [0, 0]);
    // What is wrong with the answer itself is nobody's.
    let (_, facts) = told(&mut case.counsellor, &page, &agrees(json!({"who": "everybody", "words": " "})));
    assert_eq!(facts["field"], "words");
    assert!(facts["problem"].as_str().unwrap().starts_with("Write what was said"), "{facts}");
    // By a form: brothers and sisters, each with an entry of their own.
    let fields = [
        ("who", "siblings"),
        ("stance", "given"),
        ("route", "clinic_letter"),
        ("level", "L2"),
        ("words", "Yes, all of them."),
        ("inferable_why", WHY),
    ];
    assert_eq!(case.counsellor.browser.done(&page, &page, &fields).unwrap(), page);
    assert_eq!(said(&mut case), [1, 0]);
    assert_eq!(case.state(0), "route_agreed");
    let tasks = case.tasks.clone();
    let one =
        json!({"who": "chosen", "relatives": [tasks[1]], "stance": "thinking", "words": "Not sure yet."});
    assert_eq!(told(&mut case.counsellor, &page, &one).0, 200);
    assert_eq!(case.state(1), "thinking");
    for (more, field) in [
        (json!({"who": "chosen"}), "relatives"),
        (json!({"who": "children"}), "who"),
        (json!({"who": "next_of_kin"}), "who"),
        (json!({"who": "everybody", "stance": "next_of_kin_consents"}), "stance"),
    ] {
        let (status, facts) = told(&mut case.counsellor, &page, &agrees(more));
        assert_eq!((status, &facts["field"]), (422, &json!(field)), "{facts}");
    }
    assert_eq!(
        told(&mut case.counsellor, &page, &agrees(json!({"who": "everybody", "by": "her husband"}))).0,
        422
    );
    let both = agrees(json!({"who": "chosen", "relatives": tasks}));
    assert_eq!(told(&mut case.counsellor, &page, &both).0, 200);
    assert_eq!((said(&mut case), case.state(1).as_str()), ([2, 2], "route_agreed"));
    // Somebody has died: a group passes them by, and to tick them is refused by name.
    let died = json!({"died_on": "2026-11-20"});
    let person = case.people[1].clone();
    case.counsellor.program.api_post(&format!("/people/{person}/died"), &died).unwrap();
    let (status, facts) = told(&mut case.counsellor, &page, &both);
    assert_eq!(status, 409, "{facts}");
    assert!(facts["problem"].as_str().unwrap().starts_with("Ottilie Farr (mother's sister):"), "{facts}");
    assert_eq!(said(&mut case), [2, 2]);
    assert_eq!(told(&mut case.counsellor, &page, &agrees(json!({"who": "everybody"}))).0, 200);
    assert_eq!(said(&mut case), [3, 2]);
}

#[test]
fn after_its_last_day_an_agreement_allows_no_letter_and_is_asked_for_again() {
    let world = World::new(3103);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let page = format!("/tasks/{}/consent", case.tasks[0]);
    for (more, why) in [
        (json!({"ends_on": "2026-11-22"}), "has passed"),
        (json!({"ends_on": "2026-12-01", "route": "proband_tells"}), "she tells herself"),
        (json!({"ends_on": "2026-12-01", "stance": "refused"}), "a refusal has none"),
    ] {
        let (status, facts) = told(&mut case.counsellor, &page, &agrees(more));
        assert_eq!((status, &facts["field"]), (422, &json!("ends_on")), "{why}: {facts}");
    }
    let until = agrees(json!({"ends_on": "2026-12-01"}));
    case.counsellor.program.api_post(&page, &until).unwrap();
    case.counsellor.program.api_post(&format!("/tasks/{}/consent", case.tasks[1]), &until).unwrap();
    // It stands in the queue from the beginning, due on its day.
    let asked = |case: &mut Case, step: &str| -> Vec<String> {
        let queue = case.counsellor.program.api("/queues/discussion_due").unwrap();
        let items = queue["items"].as_array().unwrap().iter();
        let of = items.filter(|item| item["next_step"].as_str().unwrap().contains(step));
        of.map(|item| format!("{}, {}", item["relation"], item["due"]).replace('"', "")).collect()
    };
    let mut due = asked(&mut case, "before the agreement runs out");
    due.sort();
    assert_eq!(due, ["mother's sister, 1 December 2026", "sister, 1 December 2026"]);
    // On the day itself a letter still goes.
    days_later(&world, &mut case, 8);
    case.approved(0, "L2");
    assert!(world.send() > 0);
    assert_eq!(case.state(0), "sent");
    // Another is approved and has not left when the day has passed.
    let letter = case.approved(1, "L2");
    days_later(&world, &mut case, 1);
    let facts = sheet(&mut case);
    assert_eq!(row(&facts, &case.tasks[1])["ended"], true);
    assert_eq!(row(&facts, &case.tasks[1])["told"][0]["words"], "No");
    assert_eq!(world.send(), 0, "nothing leaves any more");
    let seen = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
    assert_eq!(seen["state"], "stopped", "{seen}");
    assert_eq!(case.state(1), "identified");
    assert_eq!(case.state(0), "sent", "what has left stays where it is");
    assert!(case.counsellor.letter_draft(&case.tasks[1].clone(), "L0").is_err());
    assert_eq!(asked(&mut case, "before the agreement runs out"), Vec::<String>::new());
    assert_eq!(
        asked(&mut case, "how this relative should hear")
            .iter()
            .filter(|one| one.contains("sister,"))
            .count(),
        1
    );
    let rows = world.house.db.read(|conn| audit::of_service(conn, world.service.id)).unwrap();
    assert_eq!(rows.iter().filter(|row| row.deed == Deed::AgreementEnded.as_str()).count(), 1);
    assert_eq!(crate::queues::histories::compare(&world), (vec![], vec![]));
    assert_eq!(world.send(), 0, "and it is taken up once");
}

#[test]
fn an_agreement_that_ran_out_is_refused_before_anybody_has_taken_it_up() {
    let world = World::new(3104);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/tasks/{}/consent", case.tasks[0]);
    case.counsellor.program.api_post(&page, &agrees(json!({"ends_on": "2026-11-24"}))).unwrap();
    let letter = case.counsellor.letter_draft(&case.tasks[0].clone(), "L2").unwrap();
    case.counsellor.letter_submit(&letter).unwrap();
    days_later(&world, &mut case, 2);
    let refused = case.clinician.letter_approve(&letter).unwrap_err();
    assert!(refused.public().contains("its last day has passed"), "{}", refused.public());
    // Asked again in time, it stands anew and nothing stops.
    case.counsellor.program.api_post(&page, &agrees(json!({"ends_on": "2026-12-24"}))).unwrap();
    case.clinician.letter_approve(&letter).unwrap();
    assert!(world.send() > 0);
    assert_eq!(crate::queues::histories::compare(&world), (vec![], vec![]));
}

#[test]
fn the_last_question_before_a_letter_leaves_asks_for_the_last_day_too() {
    let world = World::new(3107);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/tasks/{}/consent", case.tasks[0]);
    case.counsellor.program.api_post(&page, &agrees(json!({"ends_on": "2026-11-24"}))).unwrap();
    case.approved(0, "L2");
    days_later(&world, &mut case, 2);
    // A worker that was about to send it when the day passed.
    let service = world.service.id;
    let posts = world.house.db.read(|conn| outbox::post_list(conn, service, 10)).unwrap();
    let paper = posts.into_iter().find(|post| post.state == PostState::Queued).unwrap();
    let until = world.house.clock.now().plus_seconds(900);
    let claim = |act: &mut Act<'_>| outbox::post_claim(act, &paper, "late", until);
    assert!(world.house.act_as(ActorKind::Worker, "late", service, claim).unwrap());
    assert!(begin(&world.house, &Cascade, "late", service, paper.id).unwrap().is_none());
    assert_eq!(case.state(0), "route_agreed", "not sent, and not forgotten");
    assert_eq!(crate::queues::histories::compare(&world), (vec![], vec![]));
    assert_eq!(world.send(), 0);
    assert_eq!(case.state(0), "identified");
}

#[test]
fn who_was_found_unable_to_decide_agrees_only_after_a_later_finding() {
    let world = World::new(3105);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let (sisters, aunts) =
        (format!("/tasks/{}/consent", case.tasks[0]), format!("/tasks/{}/consent", case.tasks[1]));
    let unable = |day: &str| {
        json!({"stance": "not_obtainable", "words": "A stroke.", "cause": "no_capacity", "assessed_on": day,
            "assessed": "Dr Rahman, at her bed.", "spokesperson": "nobody", "likely_view": "She would tell them."})
    };
    for day in ["1901-03-02", "2026-11-24"] {
        let (status, facts) = told(&mut case.counsellor, &sisters, &unable(day));
        assert_eq!((status, &facts["field"]), (422, &json!("assessed_on")), "{day}: {facts}");
    }
    case.counsellor.program.api_post(&sisters, &unable("2026-11-10")).unwrap();
    // Found about one relative, it puts her agreement about another in doubt as well; a refusal waits for nothing.
    assert!(case.counsellor.browser.page(&aunts).unwrap().contains("On 10 November 2026 it was found"));
    let able = |on: Value, how: Value| agrees(json!({"able_on": on, "able_how": how}));
    let how = json!("Dr Rahman: she follows it, weighs it and says it back.");
    for (on, how, field) in [
        (Value::Null, Value::Null, "able_on"),
        (json!("2026-11-09"), how.clone(), "able_on"),
        (json!("1901-11-20"), how.clone(), "able_on"),
        (json!("2026-11-20"), Value::Null, "able_how"),
    ] {
        let (status, facts) = told(&mut case.counsellor, &aunts, &able(on, how));
        assert_eq!((status, &facts["field"]), (422, &json!(field)), "{facts}");
    }
    let refuses = json!({"stance": "refused", "words": "Leave her alone."});
    assert_eq!(told(&mut case.counsellor, &aunts, &refuses).0, 200);
    case.counsellor.program.api_post(&aunts, &able(json!("2026-11-20"), how)).unwrap();
    let html = case.counsellor.browser.page(&aunts).unwrap();
    assert!(html.contains("Found able to decide this on 20 November 2026"), "{html}");
    // From then on there is no doubt any more.
    case.counsellor.program.api_post(&sisters, &agrees(json!({}))).unwrap();
}

/// The fingerprint as anybody can work it out from the stored rows, for stances that hold words alone.
fn from_the_rows(world: &World, case: &Case, words: &[(&str, &str)]) -> String {
    #[derive(minicbor::Encode)]
    struct Said(#[n(0)] String);
    type Row = (
        ConsentId,
        ServiceId,
        FamilyId,
        TaskId,
        String,
        String,
        String,
        Option<UtcDate>,
        Option<UtcDate>,
        StaffId,
        UtcTime,
        i32,
    );
    let family: FamilyId = case.family.parse().unwrap();
    let mut rows: Vec<Row> = world
        .house
        .db
        .read(|conn| {
            Ok(consents::table
                .filter(consents::family_id.eq(family))
                .select((
                    consents::id,
                    consents::service_id,
                    consents::family_id,
                    consents::task_id,
                    consents::route,
                    consents::level,
                    consents::stance,
                    consents::revisit_on,
                    consents::ends_on,
                    consents::by_staff,
                    consents::at,
                    consents::seq,
                ))
                .order((consents::task_id.asc(), consents::seq.desc()))
                .load(conn)?)
        })
        .unwrap();
    rows.dedup_by_key(|row| row.3);
    let mut digest = Sha256::new();
    let mut write = |field: &[u8]| {
        digest.update((field.len() as u64).to_be_bytes());
        digest.update(field);
    };
    write(case.result.as_bytes());
    for (id, service, family, task, route, level, stance, revisit, ends, by, at, seq) in rows {
        let day = |day: Option<UtcDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let said = words.iter().find(|(of, _)| *of == task.as_str()).unwrap().1;
        for field in [
            id.to_string(),
            service.to_string(),
            family.to_string(),
            task.to_string(),
            route,
            level,
            stance,
            day(revisit),
            day(ends),
            by.to_string(),
            at.to_string(),
            seq.to_string(),
        ] {
            write(field.as_bytes());
        }
        write(&minicbor::to_vec(Said(said.to_owned())).unwrap());
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn deeds(world: &World, deed: Deed) -> Vec<String> {
    let rows = world.house.db.read(|conn| audit::of_service(conn, world.service.id)).unwrap();
    rows.into_iter().filter(|row| row.deed == deed.as_str()).map(|row| row.note).collect()
}

fn signs(work: &mut AtWork, page: &str, more: Value) -> (u16, Value) {
    let mut body = json!({"signed_on": "2026-11-23", "way": "together", "witness": "Nia Morgan, counsellor"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    told(work, &format!("{page}/signed"), &body)
}

#[test]
fn a_signed_sheet_is_bound_to_the_stored_rows_and_says_what_has_changed_since() {
    let world = World::new(3106);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let page = format!("/results/{}/agreement", case.result);
    let (sister, aunt) = (case.tasks[0].clone(), case.tasks[1].clone());
    assert_eq!(case.counsellor.browser.get(&format!("{page}.pdf")).unwrap().status, 409, "nothing was said");
    let until = agrees(json!({"words": "Yes.", "ends_on": "2027-03-31"}));
    case.counsellor.program.api_post(&format!("/tasks/{sister}/consent"), &until).unwrap();
    let thinks = json!({"stance": "thinking", "words": "Let me think."});
    case.counsellor.program.api_post(&format!("/tasks/{aunt}/consent"), &thinks).unwrap();
    let facts = sheet(&mut case);
    let fingerprint = text_of(&facts, "fingerprint").unwrap();
    let words = [(sister.as_str(), "Yes."), (aunt.as_str(), "Let me think.")];
    assert_eq!(fingerprint, from_the_rows(&world, &case, &words), "anybody can work it out again");
    let pdf = case.counsellor.browser.get(&format!("{page}.pdf")).unwrap();
    assert!(pdf.status == 200 && pdf.body.starts_with(b"%PDF-1.7"));
    assert_eq!(deeds(&world, Deed::SheetPrinted), [fingerprint.as_str()]);
    let again = case.counsellor.browser.get(&format!("{page}.pdf")).unwrap();
    assert_eq!(pdf.body, again.body, "the same rows give the same paper");

    // Nobody signs for her, no other paper counts, and no day on which she cannot have signed.
    let printed = json!(fingerprint[..8].to_uppercase());
    let work = &mut case.counsellor;
    for (more, status, field) in [
        (json!({"printed": "ffffffff"}), 409, "printed"),
        (json!({"printed": "3f9a"}), 422, "printed"),
        (json!({"printed": printed, "signed_on": "2026-11-22"}), 422, "signed_on"),
        (json!({"printed": printed, "signed_on": "2026-11-24"}), 422, "signed_on"),
        (json!({"printed": printed, "witness": " "}), 422, "witness"),
        (json!({"printed": printed, "signed_by": "next_of_kin"}), 422, "signed_by"),
    ] {
        let (told, facts) = signs(work, &page, more);
        assert_eq!((told, &facts["field"]), (status, &json!(field)), "{facts}");
    }
    assert_eq!(signs(work, &page, json!({"printed": printed})).0, 200);
    let (twice, told_of) = signs(work, &page, json!({"printed": printed}));
    assert_eq!((twice, &told_of["field"]), (409, &json!("printed")), "one paper is signed once: {told_of}");
    assert_eq!(deeds(&world, Deed::SheetSigned), [fingerprint.as_str()]);
    let facts = sheet(&mut case);
    let signed = &facts["signed"][0];
    assert_eq!((&signed["matches"], &signed["changes"]), (&json!(true), &json!([])), "{signed}");
    assert_eq!(signed["witness"], "Nia Morgan, counsellor");

    // She says no after all: the paper stays on record, and the page says what it no longer says.
    let no = json!({"stance": "refused", "words": "No."});
    case.counsellor.program.api_post(&format!("/tasks/{aunt}/consent"), &no).unwrap();
    let facts = sheet(&mut case);
    let signed = &facts["signed"][0];
    assert_eq!(signed["matches"], false);
    let changes = signed["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{signed}");
    let line = changes[0].as_str().unwrap();
    assert!(
        line.contains("Ottilie Farr")
            && line.contains("Thinking about it")
            && line.contains("Does not agree"),
        "{line}"
    );
    assert_ne!(facts["fingerprint"], json!(fingerprint));
    let html = case.counsellor.browser.page(&page).unwrap();
    assert!(html.contains("No longer matches") && html.contains("Changed since it was signed"), "{html}");
    assert_eq!(signs(&mut case.counsellor, &page, json!({"printed": printed})).0, 409, "the old paper");
    // What is never to be shared stands on it, too.
    let lines = json!({"lines": "Larch Close"});
    let never = format!("/results/{}/never-share", case.result);
    case.counsellor.program.api_post(&never, &lines).unwrap();
    let signed = sheet(&mut case)["signed"][0]["changes"].to_string();
    assert!(signed.contains("Never to be shared: 1 added, 0 lifted"), "{signed}");
}

#[test]
fn one_answer_for_several_takes_back_no_refusal_and_no_window_that_is_out_of_date() {
    let world = World::new(3190);
    let mut case = Case::new(&world, &[SISTER, AUNT, BROTHER]);
    let page = format!("/results/{}/agreement", case.result);
    let seen = sheet(&mut case)["form"]["seen"].clone();
    let task = case.tasks[1].clone();
    case.counsellor.consent(&task, "refused", "L1", "Not her, never.").unwrap();
    let everybody = |more: Value| {
        let mut body = agrees(json!({"who": "everybody"}));
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    // Another window was open before she said no.
    assert_eq!(told(&mut case.counsellor, &page, &everybody(json!({"seen": seen}))).0, 409);
    // A fresh one takes nothing back, either, and names whom it would be.
    let fresh = sheet(&mut case)["form"]["seen"].clone();
    let (status, refused) = told(&mut case.counsellor, &page, &everybody(json!({"seen": fresh})));
    assert!(status == 409 && refused.to_string().contains("Ottilie Farr"), "{refused}");
    let (status, refused) = told(&mut case.counsellor, &page, &everybody(json!({"level": "L3"})));
    assert_eq!((status, &refused["field"]), (422, &json!("level")), "to be named is for one at a time");
    assert_eq!(stances(&mut case, 0), 0, "nothing was saved for anybody");
    let both = json!({"who": "chosen", "relatives": [case.tasks[0], case.tasks[2]]});
    case.counsellor.program.api_post(&page, &agrees(both)).unwrap();
    assert_eq!((stances(&mut case, 0), stances(&mut case, 1), stances(&mut case, 2)), (1, 1, 1));
}

#[test]
fn limits_stand_before_whoever_drafts_and_whoever_approves() {
    let world = World::new(3191);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    let limits = "Not before Christmas: she has an operation.";
    case.counsellor.consent(&task, "given_with_limits", "L2", limits).unwrap();
    let page = case.counsellor.browser.page(&format!("/tasks/{task}")).unwrap();
    assert!(page.contains(limits), "{page}");
    let letter = case.counsellor.letter_draft(&task, "L2").unwrap();
    case.counsellor.letter_submit(&letter).unwrap();
    let page = case.clinician.browser.page(&format!("/letters/{letter}")).unwrap();
    assert!(page.contains("The proband agreed with limits") && page.contains(limits), "{page}");
    let mut jo = world.at_work("jo.taylor");
    jo.family_claim(&case.reference, "keeps the addresses").unwrap();
    assert!(!jo.browser.page(&format!("/letters/{letter}")).unwrap().contains("Christmas"));
}
