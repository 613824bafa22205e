//! Letters drafted and approved together: progress that can be left, reasons for what is held, and nothing done twice.
//! Must not know: rows, except to damage one or to say that a person did not see it.

mod approving;
mod killed;
mod lists;

use crate::{
    queues::compare,
    support::{
        World,
        cases::{Case, SISTER},
    },
};
use diesel::RunQueryDsl;
use kinward::{
    access::staff::staff_disable,
    audit::{self, Act, ActorKind, Deed},
    clinic::cascade::listener::Cascade,
    demo::people::{AtWork, Kin, last_part, list_of, text_of},
    worker::ordered,
};
use serde_json::{Value, json};

pub const KINDS: [&str; 4] = ["sister", "brother", "mother's sister", "mother's brother"];
const GIVEN: [&str; 12] = [
    "Aurelie", "Bastian", "Cosima", "Dorian", "Elfrida", "Florian", "Gudrun", "Hadrian", "Isolde", "Jorian",
    "Katinka", "Lucian",
];

/// Relatives with names of their own.
pub fn kindred(count: usize) -> Vec<Kin> {
    (0..count)
        .map(|number| Kin {
            relation: KINDS[number % KINDS.len()],
            given: GIVEN[number],
            family: "Wray",
            ..SISTER
        })
        .collect()
}

/// A family whose proband agreed to letters at L0 to all of them.
pub fn agreed(world: &World, count: usize) -> Case {
    let mut case = Case::new(world, &kindred(count));
    (0..count).for_each(|place| case.agree(place, "L0"));
    case
}

/// One round of a worker.
pub fn round(world: &World, worker: &str) -> usize {
    ordered::round(&world.house, &Cascade, worker).unwrap()
}

/// The worker until nothing is left.
pub fn all_rounds(world: &World) {
    while round(world, "w") > 0 {}
}

pub fn draft(work: &mut AtWork, then: &str) -> String {
    let page = "/letter-batches/draft";
    last_part(&work.browser.done(page, page, &[("level", "allowed"), ("then", then)]).unwrap())
}

pub fn batch(work: &mut AtWork, id: &str, show: &str) -> Value {
    work.program.api(&format!("/letter-batches/{id}?show={show}")).unwrap()
}

/// All, done, held, waiting, left out.
pub fn counts(seen: &Value) -> [i64; 5] {
    ["all", "done", "held", "waiting", "left_out"].map(|name| seen["batch"]["counts"][name].as_i64().unwrap())
}

pub fn lines(seen: &Value) -> Vec<Value> {
    list_of(seen, "lines").unwrap().clone()
}

pub fn sql(world: &World, statement: &str) -> usize {
    world.house.db.write(|conn| Ok(diesel::sql_query(statement).execute(conn)?)).unwrap()
}

pub fn letters_in(world: &World, state: &str) -> usize {
    let all = |conn: &mut _| kinward::clinic::letters::letter::letter_states(conn, world.service.id);
    let all = world.house.db.read(all).unwrap();
    all.iter().filter(|(_, at)| at.as_str() == state).count()
}

#[test]
fn all_that_can_be_drafted_is_drafted_and_what_is_held_says_why() {
    let world = World::new(851);
    let mut case = agreed(&world, 5);
    // One has no address any more that a letter could go to, one is not to be written to for now.
    let (moved, held) = (case.people[1].clone(), case.people[2].clone());
    sql(&world, &format!("DELETE FROM contacts WHERE person_id = '{moved}'"));
    let safety = format!("/people/{held}/safety");
    let fields = [("mark", "hold"), ("words", "Her neighbour rang: somebody opens her post.")];
    case.counsellor.browser.done(&safety, &safety, &fields).unwrap();
    let page = case.counsellor.browser.page("/queues/letters_to_write").unwrap();
    assert!(page.contains("href=\"/letter-batches/draft\""), "{page}");
    let page = case.counsellor.browser.page("/letter-batches/draft").unwrap();
    assert!(page.contains("5 relatives have a letter to write") && !page.contains(" checked"), "{page}");
    assert!(!page.contains(GIVEN[0]), "a list of work names nobody");
    let id = draft(&mut case.counsellor, "stays");
    let seen = batch(&mut case.counsellor, &id, "held");
    assert_eq!((counts(&seen), seen["batch"]["state"].as_str()), ([5, 0, 0, 5, 0], Some("running")));
    let page = case.counsellor.browser.page(&format!("/letter-batches/{id}")).unwrap();
    assert!(page.contains("0 of 5 letters drafted, 5 still to come."), "{page}");
    assert!(!page.contains("http-equiv") && !page.contains("aria-live"), "{page}");
    all_rounds(&world);
    let seen = batch(&mut case.counsellor, &id, "held");
    assert_eq!((counts(&seen), seen["batch"]["state"].as_str()), ([5, 3, 2, 0, 0], Some("done")));
    let lines = lines(&seen);
    let why: Vec<&str> = lines.iter().map(|line| line["why"].as_str().unwrap()).collect();
    assert!(why.iter().any(|why| why.contains("There is no address for this person. Add it")), "{why:?}");
    assert!(why.iter().any(|why| why.contains("A safeguarding hold stands")), "{why:?}");
    let links = lines.iter().all(|line| line["link"].as_str().unwrap().starts_with("/tasks/"));
    assert!(links, "{lines:?}");
    // The relatives who are held stand where they stood, and their work with them.
    assert_eq!((case.state(1), case.state(0)), ("route_agreed".into(), "writing".into()));
    assert_eq!(letters_in(&world, "draft"), 3);
    let page = case.counsellor.browser.page(&format!("/letter-batches/{id}")).unwrap();
    assert!(
        page.contains("3 of 5 letters drafted, 2 held.") && !page.contains("Cancel this batch"),
        "{page}"
    );
}

/// The house of one is called by the name of another: a reason may excuse it, and nobody has written one yet.
fn lives_in_a_name(case: &mut Case) {
    let page = format!("/people/{}", case.people[0]);
    let address = format!("{} Cottage\nStroud", GIVEN[1]);
    let fields = [
        ("address", address.as_str()),
        ("postcode", "GL5 1AA"),
        ("source", "Told by the family"),
        ("as_of-day", "23"),
        ("as_of-month", "11"),
        ("as_of-year", "2026"),
    ];
    case.counsellor.browser.done(&page, &format!("{page}/contact"), &fields).unwrap();
}

#[test]
fn a_draft_in_which_something_was_found_is_held_with_that_though_none_is_handed_on() {
    let world = World::new(859);
    let mut case = agreed(&world, 3);
    lives_in_a_name(&mut case);
    let id = draft(&mut case.counsellor, "stays");
    all_rounds(&world);
    // The page of a batch that has ended opens on what needs somebody.
    let seen = case.counsellor.program.api(&format!("/letter-batches/{id}")).unwrap();
    assert_eq!((counts(&seen), letters_in(&world, "draft")), ([3, 2, 1, 0, 0], 3));
    let held = &lines(&seen)[0];
    let why = held["why"].as_str().unwrap();
    assert!(why.contains("another person's given name") && why.starts_with("It is drafted"), "{why}");
    let link = held["link"].as_str().unwrap().to_owned();
    assert!(case.counsellor.browser.page(&link).unwrap().contains("Say why these words may stand"));
    assert_eq!(compare(&world), (vec![], vec![]));
}

#[test]
fn what_nothing_is_found_in_goes_on_by_itself_and_the_rest_waits_for_its_author() {
    let world = World::new(852);
    let mut case = agreed(&world, 3);
    lives_in_a_name(&mut case);
    let id = draft(&mut case.counsellor, "hands_on");
    all_rounds(&world);
    let seen = batch(&mut case.counsellor, &id, "held");
    assert_eq!(counts(&seen), [3, 2, 1, 0, 0]);
    let line = &lines(&seen)[0];
    let why = line["why"].as_str().unwrap();
    assert!(why.starts_with("It is drafted, and waits for you. The letter was held back: "), "{why}");
    assert!(why.contains("another person's given name") && !why.contains(GIVEN[1]), "{why}");
    assert!(line["link"].as_str().unwrap().starts_with("/letters/"), "{line}");
    assert_eq!((letters_in(&world, "draft"), letters_in(&world, "submitted")), (1, 2));
    assert_eq!(compare(&world), (vec![], vec![]));
}

#[test]
fn a_level_that_is_not_allowed_or_tells_who_was_tested_is_held() {
    let world = World::new(853);
    let mut case = Case::new(&world, &kindred(2));
    case.agree(0, "L2");
    case.agree(1, "L0");
    let page = "/letter-batches/draft";
    let fields = [("level", "L1"), ("then", "stays")];
    let id = last_part(&case.counsellor.browser.done(page, page, &fields).unwrap());
    all_rounds(&world);
    let seen = batch(&mut case.counsellor, &id, "held");
    let held = counts(&seen)[2];
    assert!(held >= 1, "{seen}");
    assert_eq!(case.state(1), "route_agreed", "no more than was agreed to");
    for (level, then) in [("L3", "stays"), ("", "stays"), ("L0", "sends"), ("L0", "")] {
        let seen = case.counsellor.browser.submit(page, page, &[("level", level), ("then", then)]).unwrap();
        assert_eq!(seen.status, 422, "{level} {then}: {}", seen.text());
        assert!(seen.text().contains("Nothing was started."));
    }
}

#[test]
fn a_worker_that_is_gone_loses_nothing_and_another_does_nothing_twice() {
    let world = World::new(854);
    let mut case = agreed(&world, 12);
    let id = draft(&mut case.counsellor, "stays");
    // Pressed twice: what stands in a batch is not taken up again.
    let again =
        case.counsellor.program.api_post("/letter-batches/draft", &json!({"level": "L0", "then": "stays"}));
    assert!(again.unwrap_err().to_string().contains("stands in a batch already"));
    assert_eq!(round(&world, "first"), 10);
    assert_eq!(counts(&batch(&mut case.counsellor, &id, "held")), [12, 10, 0, 2, 0]);
    // The first is never seen again. Two others come, at the same time.
    std::thread::scope(|scope| {
        for worker in ["second", "third"] {
            let world = &world;
            scope.spawn(move || while round(world, worker) > 0 {});
        }
    });
    assert_eq!(counts(&batch(&mut case.counsellor, &id, "done")), [12, 12, 0, 0, 0]);
    assert_eq!((letters_in(&world, "draft"), compare(&world)), (12, (vec![], vec![])));
    let record = world.house.db.read(|conn| audit::of_service(conn, world.service.id)).unwrap();
    let of = |deed: Deed| record.iter().filter(|row| row.deed == deed.as_str()).collect::<Vec<_>>();
    let drafted = of(Deed::LetterDrafted);
    assert_eq!((drafted.len(), of(Deed::BatchLetterMoved).len(), of(Deed::BatchEnded).len()), (12, 12, 1));
    let by: Vec<&str> = of(Deed::BatchStarted).iter().map(|row| row.actor_id.as_str()).collect();
    assert!(
        drafted.iter().all(|row| row.actor_kind == "staff" && row.actor_id == by[0]),
        "whoever ordered it"
    );
}

#[test]
fn a_fault_of_ours_is_tried_again_behind_the_others_and_then_held() {
    let world = World::new(855);
    let mut case = agreed(&world, 3);
    sql(&world, &format!("UPDATE consents SET level = 'L9' WHERE task_id = '{}'", case.tasks[0]));
    let id = draft(&mut case.counsellor, "stays");
    round(&world, "w");
    assert_eq!(counts(&batch(&mut case.counsellor, &id, "held")), [3, 2, 0, 1, 0]);
    all_rounds(&world);
    let seen = batch(&mut case.counsellor, &id, "held");
    assert_eq!((counts(&seen), seen["batch"]["state"].as_str()), ([3, 2, 1, 0, 0], Some("done")));
    let why = lines(&seen)[0]["why"].as_str().unwrap().to_owned();
    assert!(why.starts_with("Something went wrong on our side, several times."), "{why}");
}

#[test]
fn a_batch_that_is_cancelled_keeps_what_is_done_and_leaves_the_rest() {
    let world = World::new(856);
    let mut case = agreed(&world, 12);
    let id = draft(&mut case.counsellor, "stays");
    round(&world, "w");
    let page = format!("/letter-batches/{id}");
    case.counsellor.browser.done(&page, &format!("{page}/cancel"), &[]).unwrap();
    assert_eq!(round(&world, "w"), 0);
    let seen = batch(&mut case.counsellor, &id, "left_out");
    assert_eq!((counts(&seen), lines(&seen).len()), ([12, 10, 0, 0, 2], 2));
    assert_eq!(seen["batch"]["state"], "cancelled");
    let twice = case.counsellor.program.api_post(&format!("{page}/cancel"), &json!({}));
    assert!(twice.unwrap_err().to_string().contains("has ended already"));
    // What was left out can be taken up anew.
    let next = draft(&mut case.counsellor, "stays");
    all_rounds(&world);
    assert_eq!(counts(&batch(&mut case.counsellor, &next, "done")), [2, 2, 0, 0, 0]);
    assert_eq!(letters_in(&world, "draft"), 12);
}

#[test]
fn a_batch_is_seen_by_whoever_started_it_and_by_those_who_oversee_and_tells_them_no_more_than_they_may_know()
{
    let world = World::new(857);
    let mut case = agreed(&world, 2);
    sql(&world, &format!("DELETE FROM contacts WHERE person_id = '{}'", case.people[0]));
    let id = draft(&mut case.counsellor, "stays");
    all_rounds(&world);
    let page = format!("/letter-batches/{id}");
    let mut lee = world.second_clinician();
    let seen = batch(&mut lee, &id, "held");
    let line = &lines(&seen)[0];
    assert_eq!(counts(&seen), [2, 1, 1, 0, 0]);
    assert_eq!(line["family"], case.reference.as_str());
    assert!(line["why"].is_null() && line["link"].is_null() && line["relation"].is_null(), "{line}");
    let html = lee.browser.page(&page).unwrap();
    assert!(html.contains("only its reference is shown") && !html.contains("no address"), "{html}");
    assert_eq!(list_of(&lee.program.api("/letter-batches?by=all").unwrap(), "batches").unwrap().len(), 1);
    assert!(list_of(&lee.program.api("/letter-batches").unwrap(), "batches").unwrap().is_empty());
    // Another counsellor does not learn that there is one, and an administrator has nothing to do with any.
    let mut other = crate::queues::counsellor_at_work(&world, "sam.other");
    for path in [page.clone(), format!("{page}?show=done"), format!("/letter-batches/{}", case.family)] {
        assert_eq!(other.browser.get(&path).unwrap().status, 404, "{path}");
    }
    assert!(list_of(&other.program.api("/letter-batches?by=all").unwrap(), "batches").unwrap().is_empty());
    let cancelled =
        other.program.send("POST", &format!("/api/v1{page}/cancel"), Some("application/json"), Some(b"{}"));
    assert_eq!(cancelled.unwrap().status, 404);
    assert_eq!(world.at_work("jo.taylor").browser.get(&page).unwrap().status, 403);
    // The reasons that were read are on the family's record.
    let record = world.house.db.read(|conn| audit::of_service(conn, world.service.id)).unwrap();
    let read = |row: &&audit::Row| row.deed == Deed::BatchRead.as_str() && row.family_id.is_some();
    assert_eq!(record.iter().filter(read).count(), 0, "those without the family read none");
    batch(&mut case.counsellor, &id, "held");
    let record = world.house.db.read(|conn| audit::of_service(conn, world.service.id)).unwrap();
    assert_eq!(record.iter().filter(read).count(), 1);
}

#[test]
fn whoever_left_or_lost_the_family_writes_nothing_more_by_a_batch_of_theirs() {
    let world = World::new(858);
    let mut case = agreed(&world, 2);
    let id = draft(&mut case.counsellor, "stays");
    let own = format!("/families/{}", case.family);
    case.counsellor
        .browser
        .done(&own, &format!("{own}/conflict"), &[("reason", "A cousin of mine.")])
        .unwrap();
    all_rounds(&world);
    let seen = batch(&mut case.clinician, &id, "held");
    assert_eq!(counts(&seen), [2, 0, 2, 0, 0]);
    let why = lines(&seen)[0]["why"].as_str().unwrap().to_owned();
    assert!(why.contains("has nothing to do with this family any more"), "{why}");
    let mine = batch(&mut case.counsellor, &id, "held");
    assert!(lines(&mine).is_empty(), "to whoever is kept out, its letters are not there");
    // The clinician takes it up, and leaves before it is done.
    let id = draft(&mut case.clinician, "stays");
    let leave = |act: &mut Act<'_>| staff_disable(act, "amir.rahman");
    world.house.act_as(ActorKind::CommandLine, "test", world.service.id, leave).unwrap();
    all_rounds(&world);
    let mut lee = world.second_clinician();
    lee.family_claim(&case.reference, "takes this over").unwrap();
    let seen = batch(&mut lee, &id, "held");
    let why = text_of(&lines(&seen)[0], "why").unwrap();
    assert!(why.contains("has no account any more"), "{why}");
    assert_eq!((letters_in(&world, "draft"), compare(&world)), (0, (vec![], vec![])));
}

/// Files below `folder` that hold `words`, by their names.
fn holding(folder: &std::path::Path, words: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found = entries.flat_map(|path| match path.is_dir() {
        true => holding(&path, words),
        false if std::fs::read_to_string(&path).unwrap().contains(words) => vec![path.display().to_string()],
        false => Vec::new(),
    });
    found.collect()
}

#[test]
fn nothing_but_what_staff_ordered_is_done_in_the_name_of_whoever_ordered_it() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = holding(&source, "Caller::of_order");
    found.sort();
    let ordered = [
        "imports/reading.rs",
        "imports/step.rs",
        "imports/undo.rs",
        "letters/batch/step.rs",
        "report/count/step.rs",
    ];
    let as_listed = found.iter().zip(ordered).all(|(path, end)| path.ends_with(end));
    assert!(found.len() == ordered.len() && as_listed, "{found:?}");
}
