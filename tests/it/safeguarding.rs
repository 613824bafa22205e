//! Whether it is safe to reach a relative: a hold stops everything, few see where they live, and a clinician releases it.
//! Must not know: how a mark is stored, except where one is planted by hand.

use crate::people::told;
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use diesel::RunQueryDsl;
use kinward::{
    clinic::{
        cascade::listener::Cascade,
        queue::item::{Queue, work_open_all},
    },
    demo::people::{letter_open, list_of, text_of},
    worker::{Paper, Transports, dispatch},
};
use serde_json::json;

const WHY: &str = "A man who opens her post must not learn of it, says the proband, Brackenmoor.";

fn held(world: &World) -> usize {
    let open = world.house.db.read(|conn| work_open_all(conn, world.service.id)).unwrap();
    open.iter().filter(|item| item.queue == Queue::Safeguarding).count()
}

#[test]
fn h24_a_hold_stops_what_has_not_left_and_only_whoever_has_taken_it_sees_where_she_lives() {
    let world = World::new(2401);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L2");
    let letter = case.approved(0, "L2");
    let (person, task) = (case.people[0].clone(), case.tasks[0].clone());
    let (page, safety) = (format!("/people/{person}"), format!("/people/{person}/safety"));
    assert!(case.counsellor.browser.page(&page).unwrap().contains("Larch Close"));
    assert_eq!(told(&mut case.counsellor, &safety, &json!({"mark": "hold"})).0, 422, "not without words");
    assert_eq!(held(&world), 0);
    case.counsellor
        .browser
        .done(&safety, &safety, &[("mark", "hold"), ("envelope", "plain"), ("words", WHY)])
        .unwrap();
    assert_eq!((held(&world), world.send()), (1, 0));
    assert_eq!(case.state(0), "route_agreed", "back to writing, for when it is safe");
    // Where she lives is kept back from everybody, the one who set it among them.
    let mut jo = world.at_work("jo.taylor");
    jo.family_claim(&case.reference, "asked to keep the addresses").unwrap();
    for work in [&mut case.counsellor, &mut case.clinician, &mut jo] {
        let html = work.browser.page(&page).unwrap();
        assert!(html.contains("Kept back: safeguarding") && !html.contains("Larch Close"), "{html}");
        let facts = work.program.api(&page).unwrap().to_string();
        assert!(!facts.contains("Larch Close") && !facts.contains("tamsin.wray@"), "{facts}");
        for shown in [
            format!("/letters/{letter}"),
            format!("/letters/{letter}/text"),
            format!("/letters/{letter}/pdf"),
        ] {
            let seen = work.browser.get(&shown).unwrap();
            assert!(seen.status == 409 && !seen.text().contains("Larch Close"), "{shown}: {}", seen.status);
        }
        let contact = json!({"address": "1 New Road\nStroud", "postcode": "GL5 1AA", "source": "her"});
        assert_eq!(told(work, &format!("{page}/contact"), &contact).0, 409);
    }
    // The words are for those who may know why.
    assert_eq!(jo.browser.get(&safety).unwrap().status, 403);
    assert!(case.clinician.browser.page(&safety).unwrap().contains("Brackenmoor"));
    assert!(case.counsellor.letter_draft(&task, "L1").unwrap_err().public().contains("safeguarding hold"));
    let released = json!({"mark": "may_be_written_to", "words": "She says that her post is safe."});
    assert_eq!(told(&mut case.counsellor, &safety, &released).0, 403, "a clinician releases it");
    // Whoever takes it sees; nobody else does.
    let queue = case.clinician.program.api("/queues/safeguarding").unwrap();
    let item = text_of(&list_of(&queue, "items").unwrap()[0], "id").unwrap();
    assert_eq!(told(&mut jo, &format!("/work/{item}/take"), &json!({})).0, 403);
    let to = case.clinician.browser.done("/queues", &format!("/work/{item}/take"), &[]).unwrap();
    assert_eq!(to, safety);
    assert!(case.clinician.browser.page(&page).unwrap().contains("Larch Close"));
    assert!(!case.counsellor.browser.page(&page).unwrap().contains("Larch Close"));
    assert!(case.counsellor.browser.page(&safety).unwrap().contains("Amir Rahman has taken this"));
    assert_eq!(
        told(&mut case.clinician, &safety, &json!({"mark": "may_be_written_to"})).0,
        422,
        "with words"
    );
    assert_eq!(told(&mut case.clinician, &safety, &released).0, 200);
    assert_eq!(held(&world), 0);
    assert!(case.counsellor.browser.page(&page).unwrap().contains("Larch Close"));
    // The letter that was stopped stays stopped; a new one goes.
    assert_eq!(world.send(), 0);
    case.approved(0, "L2");
    assert!(world.send() > 0);
}

#[test]
fn h24_a_hold_holds_from_another_probands_file_too() {
    let world = World::new(2405);
    let mut case = Case::new(&world, &[SISTER]);
    let mut other = Case::with(&world, &crate::queues::numbered(7), &[SISTER]);
    for one in [&mut case, &mut other] {
        crate::knows::known_by_number(one, 0, &SISTER);
        one.agree(0, "L1");
    }
    let second = other.approved(0, "L1");
    let safety = format!("/people/{}/safety", case.people[0]);
    case.counsellor.browser.done(&safety, &safety, &[("mark", "hold"), ("words", WHY)]).unwrap();
    let seen = other.counsellor.program.api(&format!("/people/{}", other.people[0])).unwrap().to_string();
    assert!(!seen.contains("Larch Close"), "where she lives is kept back there as well: {seen}");
    assert_eq!(other.counsellor.browser.get(&format!("/letters/{second}")).unwrap().status, 409);
    assert_eq!((other.state(0), world.send()), ("route_agreed".into(), 0));
    let task = other.tasks[0].clone();
    assert!(other.counsellor.letter_draft(&task, "L0").unwrap_err().public().contains("safeguarding hold"));
    // Released by a clinician, her letter may be written again from either.
    let released = [("mark", "may_be_written_to"), ("words", "She says that her post is safe.")];
    case.clinician.browser.done(&safety, &safety, &released).unwrap();
    other.counsellor.letter_draft(&task, "L0").unwrap();
}

#[test]
fn h24_a_letter_that_has_gone_is_not_shown_online_while_somebody_else_may_hold_it() {
    let world = World::new(2402);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let (_, html) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert!(html.contains("BRCA2"), "{html}");
    let safety = format!("/people/{}/safety", case.people[0]);
    assert_eq!(told(&mut case.counsellor, &safety, &json!({"mark": "hold", "words": WHY})).0, 200);
    let (_, html) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert!(!html.contains("BRCA2") && !html.contains("Brackenmoor") && !html.contains("safe"), "{html}");
}

#[test]
fn h24_once_it_is_safe_again_a_relative_whose_letter_had_left_can_be_written_to_again() {
    let world = World::new(2406);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let code = case.sent(&world, 0, "L2");
    let aunts = case.sent(&world, 1, "L1");
    let (mut browser, _) = letter_open(&world.address, &aunts, AUNT.born).unwrap();
    kinward::demo::people::reply(&mut browser, "appointment", &[("by", "phone")]).unwrap();
    let released = json!({"mark": "may_be_written_to", "words": "She says that her post is safe."});
    for person in case.people.clone() {
        let safety = format!("/people/{person}/safety");
        assert_eq!(told(&mut case.counsellor, &safety, &json!({"mark": "hold", "words": WHY})).0, 200);
        assert_eq!(
            (case.state(0) == "sent", case.state(1)),
            (person == case.people[0], "wants_appointment".into())
        );
        assert_eq!(told(&mut case.clinician, &safety, &released).0, 200);
    }
    // What was withheld stays so: another may have opened it. A new letter has a code of its own.
    assert_eq!((case.state(0), case.state(1)), ("route_agreed".into(), "wants_appointment".into()));
    let (_, html) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert!(!html.contains("BRCA2"), "{html}");
    let letter = case.approved(0, "L2");
    assert!(world.send() > 0);
    assert_eq!(case.state(0), "sent");
    let anew = kinward::demo::code_of(&mut case.counsellor, &letter).unwrap();
    let (_, html) = letter_open(&world.address, &anew, SISTER.born).unwrap();
    assert!(html.contains("BRCA2"), "{html}");
    assert_eq!(crate::queues::histories::compare(&world), (vec![], vec![]));
}

#[test]
fn h24_where_nothing_allows_a_letter_any_more_a_release_asks_for_what_is_missing() {
    let world = World::new(2407);
    let mut case = Case::new(&world, &[SISTER]);
    case.sent(&world, 0, "L1");
    let safety = format!("/people/{}/safety", case.people[0]);
    assert_eq!(told(&mut case.counsellor, &safety, &json!({"mark": "hold", "words": WHY})).0, 200);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "withdrawn", "L1", "Write no more to her.").unwrap();
    let released = json!({"mark": "may_be_written_to", "words": "She says that her post is safe."});
    assert_eq!(told(&mut case.clinician, &safety, &released).0, 200);
    assert_eq!(case.state(0), "decision_needed");
    assert_eq!(crate::queues::histories::compare(&world), (vec![], vec![]));
}

#[test]
fn h24_it_is_asked_again_before_the_first_byte_leaves() {
    let world = World::new(2403);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L1");
    let letter = case.approved(0, "L1");
    // Planted, as if another process had set it and died before it stopped anything.
    let plant = format!(
        "INSERT INTO contact_safety (id, service_id, family_id, person_id, seq, mark, envelope, by_staff, at, sealed) \
         SELECT '00000000-0000-4000-8000-000000000001', service_id, '{}', '{}', 1, 'hold', 'usual', id, created_at, '00' \
         FROM staff WHERE username = 'nia.morgan'",
        case.family, case.people[0]
    );
    world.house.db.write(|conn| Ok(diesel::sql_query(&plant).execute(conn)?)).unwrap();
    world.send();
    assert!(world.left_the_house("letters").is_empty());
    let row = "SELECT id FROM letters WHERE state = 'stopped' AND ended_why = 'safeguarding'";
    let stopped = world.house.db.write(|conn| {
        Ok(diesel::sql_query(format!("UPDATE letters SET state = state WHERE id IN ({row})"))
            .execute(conn)?)
    });
    assert_eq!(stopped.unwrap(), 1, "{letter}");
}

#[test]
fn h24_only_in_this_way_stops_what_was_written_before_and_is_read_by_whoever_writes_next() {
    let world = World::new(2404);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L1");
    case.approved(0, "L1");
    let (person, task) = (case.people[0].clone(), case.tasks[0].clone());
    let safety = format!("/people/{person}/safety");
    let entry = json!({"mark": "only_this_way", "envelope": "plain", "words": "Through her daughter, by hand, Brackenmoor."});
    assert_eq!(told(&mut case.counsellor, &safety, &entry).0, 200);
    assert_eq!((world.send(), held(&world)), (0, 0));
    let html = case.counsellor.browser.page(&format!("/tasks/{task}")).unwrap();
    assert!(html.contains("Only in the way that is written down") && html.contains(&safety), "{html}");
    assert!(case.counsellor.browser.page(&format!("/people/{person}")).unwrap().contains("Larch Close"));
    let letter = case.counsellor.letter_draft(&task, "L1").unwrap();
    let html = case.clinician.browser.page(&format!("/letters/{letter}")).unwrap();
    assert!(html.contains("Only in the way that is written down") && html.contains(&safety), "{html}");
    assert!(case.clinician.browser.page(&safety).unwrap().contains("Through her daughter, by hand"));
    // The printer is told that nothing outside may say who sends it, also after words were added that say nothing of it.
    let more = json!({"mark": "may_be_written_to", "words": "Her daughter says that the post is safe now."});
    assert_eq!(told(&mut case.counsellor, &safety, &more).0, 200);
    case.counsellor.letter_submit(&letter).unwrap();
    case.clinician.letter_approve(&letter).unwrap();
    let folder = world.folder.path().join("print");
    let ways = Transports {
        paper: Paper::Batches(folder.clone()),
        ..Transports::from_config(&world.house).unwrap()
    };
    assert_eq!(dispatch(&world.house, &Cascade, &ways, "test").unwrap(), 1);
    let batch = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let manifest = std::fs::read_to_string(batch.join("manifest.json")).unwrap();
    assert!(manifest.contains("\"envelope\": \"plain\""), "{manifest}");
    assert!(std::fs::read_to_string(batch.join("manifest.csv")).unwrap().contains(",second,plain"));
    // Whoever franks it counts, and reads nobody's name.
    let cover = std::fs::read_to_string(batch.join("franking.csv")).unwrap();
    assert!(cover.contains(",second,plain,100,1,") && cover.contains(",all,all,,1,"), "{cover}");
    assert!(!cover.contains("Larch") && !cover.contains("Farr"), "{cover}");
}
