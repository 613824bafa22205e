//! A made-up clinic of any size: its families are such as acts leave, and acts go on with them.
//! Must not know: how they are made.

use crate::{queues::histories::compared::compare, support::World};
use diesel::{QueryableByName, RunQueryDsl, sql_types::BigInt};
use kinward::{
    audit,
    db::{Conn, Kind},
    demo::{
        people::{AtWork, letter_open, list_of, text_of},
        size,
    },
};
use serde_json::{Value, json};

/// A world whose service was opened years ago, with so many families.
pub fn filled(seed: u64, families: u64) -> (World, size::Filled) {
    let world = World::configured(seed, |_, _, clock| clock.advance_days(-2000));
    world.clock.advance_days(2000);
    let now = kinward::clock::Clock::now(world.clock.as_ref());
    let filled = size::fill(&world.house, &world.service, now, families, seed).unwrap();
    (world, filled)
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn count(world: &World, sql: &str) -> i64 {
    let sql = format!("SELECT count(*) AS number FROM {sql}");
    let numbers: Vec<Number> = world
        .house
        .db
        .read(|conn| match conn {
            Conn::Sqlite(conn) => Ok(diesel::sql_query(&sql).load(conn)?),
            Conn::Postgres(conn) => Ok(diesel::sql_query(&sql).load(conn)?),
        })
        .unwrap();
    numbers[0].number
}

/// Takes work of a queue, the most pressing first or the last; answers the pages it leads to.
fn taken(work: &mut AtWork, queue: &str, most: usize, pressing: bool) -> Vec<String> {
    let mut ids = Vec::new();
    let mut next = Some(format!("/queues?queue={queue}&owner=none"));
    while let Some(path) = next {
        let page = work.program.api(&path).unwrap();
        ids.extend(list_of(&page, "items").unwrap().iter().map(|item| text_of(item, "id").unwrap()));
        next = page["next"].as_str().map(str::to_owned);
    }
    if !pressing {
        ids.reverse();
    }
    ids.truncate(most);
    ids.iter().map(|id| work.browser.done("/queues", &format!("/work/{id}/take"), &[]).unwrap()).collect()
}

#[test]
fn a_made_up_clinic_is_such_as_its_acts_would_leave() {
    let (world, filled) = filled(881, 200);
    assert_eq!(filled.families, 200);
    // The queues tell what the states say, in every copy.
    let (missing, surplus) = compare(&world);
    assert!(missing.is_empty() && surplus.is_empty(), "missing {missing:?}, surplus {surplus:?}");
    // The record holds from its first row to its head, and no row is earlier than the one before it.
    let record = world
        .house
        .db
        .read(|conn| {
            audit::verify(conn, world.service.id, &world.house.keys, None)?;
            audit::of_service(conn, world.service.id)
        })
        .unwrap();
    assert!(record.windows(2).all(|two| two[0].at <= two[1].at));
    assert_eq!(record.iter().filter(|row| row.deed == "report.received").count(), 200);
    if world.house.db.kind() == Kind::Sqlite {
        assert_eq!(count(&world, "pragma_foreign_key_check"), 0);
    }
    // The shape.
    let share = |some: &str, all: &str| count(&world, some) * 100 / count(&world, all);
    let tasks = count(&world, "relative_tasks");
    assert!(tasks > 600, "{tasks}");
    for (what, percent, of) in [
        (
            "a task settled or further than asked",
            share("relative_tasks WHERE state <> 'identified'", "relative_tasks"),
            60..=98,
        ),
        ("open work", share("work_items WHERE closed_at IS NULL", "work_items"), 4..=40),
        (
            "somebody's open work",
            share(
                "work_items WHERE closed_at IS NULL AND owner_id IS NOT NULL",
                "work_items WHERE closed_at IS NULL",
            ),
            5..=40,
        ),
    ] {
        assert!(of.contains(&percent), "{what}: {percent} %");
    }
    for queue in ["decisions", "letters_to_approve", "no_reply", "replies", "waiting_for_age"] {
        assert!(
            count(&world, &format!("work_items WHERE closed_at IS NULL AND queue = '{queue}'")) > 0,
            "{queue}"
        );
    }
}

#[test]
fn whoever_works_on_a_made_up_family_finds_what_any_family_has() {
    let (world, _) = filled(882, 150);
    let (mut nia, mut amir) = (world.counsellor(), world.clinician());
    // Every page a family's own page leads to.
    let mut seen = 0;
    for queue in [
        "discussion_due",
        "at_risk_to_check",
        "thinking_time",
        "decisions",
        "no_reply",
        "replies",
        "waiting_for_age",
    ] {
        for page in taken(&mut nia, queue, 2, true) {
            let html = nia.browser.page(&page).unwrap();
            for part in html.split("href=\"").skip(1) {
                let to = part.split('"').next().unwrap().replace("&amp;", "&").replace("&#x3D;", "=");
                let to = to.as_str();
                let own =
                    ["/families/", "/people/", "/results/", "/tasks/", "/letters/", "/relative-results/"];
                if own.iter().any(|start| to.starts_with(start)) && !to.contains('#') {
                    let status = nia.browser.get(to).unwrap().status;
                    assert_eq!(status, 200, "{to}, from {page}");
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 60, "{seen}");
    // A letter that waits is approved and leaves; what is approved is what the hash said.
    let letters = taken(&mut amir, "letters_to_approve", 3, true);
    assert!(!letters.is_empty());
    for letter in &letters {
        assert_eq!(
            amir.browser.get(&format!("{letter}/pdf")).map(|seen| seen.status).unwrap_or(0) / 100,
            2,
            "{letter}"
        );
        // One that has waited long carries an old day: its author brings that up to today first.
        if amir.browser.done(letter, &format!("{letter}/approve"), &[]).is_err() {
            nia.browser.done(letter, &format!("{letter}/date"), &[]).unwrap();
            let _ = nia.letter_submit(letter.rsplit('/').next().unwrap());
            amir.browser.done(letter, &format!("{letter}/approve"), &[]).unwrap();
        }
    }
    assert!(world.send() >= letters.len());
    // Whoever got a letter opens it by its code, which was never stored, and answers it.
    let mut answered = 0;
    for task in taken(&mut nia, "no_reply", 60, false) {
        let page = nia.program.api(&task).unwrap();
        let Some(letter) =
            list_of(&page, "letters").unwrap().first().map(|one| text_of(one, "letter").unwrap())
        else {
            continue;
        };
        let Ok(code) = kinward::demo::code_of(&mut nia, &letter) else { continue };
        let person = text_of(&page, "person").unwrap();
        let about = nia.program.api(&format!("/people/{person}")).unwrap();
        let part = |name: &str| about["birth"][name].to_string().trim_matches('"').to_owned();
        let (year, month, day) = (part("year"), part("month"), part("day"));
        let born = format!("{year:0>4}-{month:0>2}-{day:0>2}");
        // A code works for a year.
        let Ok((mut browser, _)) = letter_open(&world.address, &code, (&year, &month, &day)) else {
            continue;
        };
        kinward::demo::people::reply(&mut browser, "appointment", &[("by", "phone")]).unwrap();
        assert_eq!(nia.task_state(task.rsplit('/').next().unwrap()).unwrap(), "wants_appointment");
        // And is found by number's and name's indexes.
        let sought = json!({"family_name": about["family_name"], "birth_date": born});
        let found: Value = nia.program.api_post("/people/find", &sought).unwrap();
        assert_eq!(list_of(&found, "families").unwrap().len(), 1);
        answered += 1;
        break;
    }
    assert_eq!(answered, 1);
    let (missing, surplus) = compare(&world);
    assert!(missing.is_empty() && surplus.is_empty(), "missing {missing:?}, surplus {surplus:?}");
    world.house.db.read(|conn| audit::verify(conn, world.service.id, &world.house.keys, None)).unwrap();
}
