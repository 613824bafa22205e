//! The record: it holds after a story, every reading is in it, and whoever changes it is found out, or needs a checkpoint.
//! Must not know: what was read or done, only that it was.

use crate::support::{
    World,
    cases::{Case, SISTER, report},
};
use diesel::RunQueryDsl;
use kinward::{
    audit::{self, ActorKind, Checkpoint, Deed, Row},
    db::Conn,
    demo::people::{letter_open, reply, text_of},
    error::{Error, Result},
};

fn sql(conn: &mut Conn, text: &str) -> usize {
    diesel::sql_query(text).execute(conn).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn rows(world: &World) -> Vec<Row> {
    world.house.db.read(|conn| audit::of_service(conn, world.service.id)).unwrap()
}

fn checkpoint(world: &World) -> Checkpoint {
    world.house.db.read(|conn| audit::checkpoint(conn, world.service.id)).unwrap()
}

fn verify(world: &World, outside: Option<&Checkpoint>) -> Result<audit::Verified> {
    world.house.db.read(|conn| audit::verify(conn, world.service.id, &world.house.keys, outside))
}

/// A letter read and answered, a decision made: a record of some length.
fn story(world: &World) -> Case {
    let mut case = Case::new(world, &[SISTER, crate::support::cases::AUNT]);
    let code = case.sent(world, 0, "L2");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    let words = [("by", "phone"), ("phone", "01632 960 999"), ("needs", "Zephyrine comes with me")];
    reply(&mut browser, "appointment", &words).unwrap();
    let aunt = case.tasks[1].clone();
    case.counsellor.consent(&aunt, "refused", "L1", "Never, not after Quillon Street.").unwrap();
    case.clinician.decision(&aunt, "applied", "L1", &["A1", "RL2"]).unwrap();
    case
}

#[test]
fn the_record_of_a_whole_story_holds() {
    let world = World::new(201);
    let begun = checkpoint(&world);
    story(&world);
    let held = verify(&world, None).unwrap();
    assert!(held.rows > 50 && !held.against_checkpoint, "{held:?}");
    assert!(verify(&world, Some(&begun)).unwrap().against_checkpoint);
    assert!(verify(&world, Some(&checkpoint(&world))).is_ok());
    let times: Vec<_> = rows(&world).iter().map(|row| row.at).collect();
    assert!(times.is_sorted());
}

#[test]
fn every_reading_leaves_its_row() {
    let world = World::new(202);
    let mut case = story(&world);
    let mut guardian = world.at_work("ruth.adeyemi");
    guardian.family_claim(&case.reference, "asked to look at the record").unwrap();
    let (sister, aunt) = (case.tasks[0].clone(), case.tasks[1].clone());
    let page = case.counsellor.program.api(&format!("/tasks/{sister}")).unwrap();
    let letter = text_of(&page["letters"][0], "letter").unwrap();
    let (result, family) = (case.result.clone(), case.family.clone());
    let person = case.people[0].clone();
    for (path, deed) in [
        (format!("/results/{result}"), Deed::ResultRead),
        (format!("/results/{result}"), Deed::ReportFetched),
        (format!("/results/{result}/report"), Deed::ReportFetched),
        (format!("/results/{result}/at-risk"), Deed::ResultRead),
        (format!("/results/{result}/conversations/new"), Deed::ConversationRead),
        (format!("/letters/{letter}"), Deed::LetterRead),
        (format!("/letters/{letter}/pdf"), Deed::LetterRead),
        (format!("/letters/{letter}/text"), Deed::LetterRead),
        (format!("/tasks/{sister}"), Deed::ConsentRead),
        (format!("/tasks/{sister}"), Deed::LetterRead),
        (format!("/tasks/{sister}"), Deed::ReplyRead),
        (format!("/tasks/{sister}"), Deed::KnowledgeRead),
        (format!("/tasks/{sister}/knows"), Deed::KnowledgeRead),
        (format!("/families/{family}/enquiries"), Deed::EnquiryRead),
        (format!("/people/{person}"), Deed::KnowledgeRead),
        (format!("/people/{person}"), Deed::ObjectionRead),
        (format!("/people/{person}/not-to-know"), Deed::ObjectionRead),
        (format!("/tasks/{aunt}/consent"), Deed::ConsentRead),
        (format!("/tasks/{aunt}/decision"), Deed::DecisionRead),
        (format!("/tasks/{aunt}/decision.pdf"), Deed::DecisionRead),
        (format!("/families/{family}/record"), Deed::RecordRead),
    ] {
        let reader = if path.ends_with("/record") { &mut guardian } else { &mut case.counsellor };
        for (browser, prefix) in [(&mut reader.browser, ""), (&mut reader.program, "/api/v1")] {
            let before = rows(&world).len();
            assert_eq!(browser.get(&format!("{prefix}{path}")).unwrap().status, 200, "{path}");
            let new = &rows(&world)[before..];
            let found = new.iter().any(|row| {
                row.deed == deed.as_str()
                    && row.actor_kind == "staff"
                    && row.family_id.as_deref() == Some(family.as_str())
            });
            assert!(found, "{prefix}{path} left no {deed}: {new:?}");
        }
    }
    verify(&world, None).unwrap();
}

#[test]
fn an_act_that_records_nothing_is_undone_and_so_is_a_record_without_its_act() {
    let world = World::new(203);
    let (house, service) = (&world.house, world.service.id);
    let before = checkpoint(&world);
    let silent = house.act_as(ActorKind::Worker, "test", service, |act| {
        sql(act.conn(), "UPDATE services SET phone = '0'");
        Ok(())
    });
    assert!(silent.is_err());
    let failed = house.act_as(ActorKind::Worker, "test", service, |act| {
        sql(act.conn(), "UPDATE services SET phone = '1'");
        act.record(Deed::WorkDone, ("service", "x"), None, "")?;
        Err::<(), _>(Error::not_now("and then it went wrong"))
    });
    assert!(failed.is_err());
    assert_eq!(checkpoint(&world), before);
    let kept = house.db.read(|conn| kinward::access::service::service_get(conn, service)).unwrap();
    assert_eq!(kept.phone, world.service.phone);
}

#[test]
fn where_the_record_cannot_be_written_nothing_is_done_and_nothing_is_read() {
    let world = World::new(204);
    let mut case = Case::new(&world, &[SISTER]);
    let rename = |from: &str, to: &str| {
        world.house.db.read(|conn| Ok(sql(conn, &format!("ALTER TABLE {from} RENAME TO {to}")))).unwrap()
    };
    rename("audit_rows", "audit_rows_gone");
    let consent = case.counsellor.consent(&case.tasks[0], "given", "L2", "Yes.").unwrap_err();
    let read = case.counsellor.browser.get(&format!("/results/{}", case.result)).unwrap();
    let sent =
        case.counsellor.browser.upload("/reports/new", "/reports", "report", "r.json", &report("fh_ldlr"));
    rename("audit_rows_gone", "audit_rows");
    assert!(consent.public().contains("500"), "{consent}");
    assert_eq!(read.status, 500);
    assert!(!read.text().contains("BRCA2") && !read.text().contains("audit_rows"));
    assert_eq!(sent.unwrap().status, 500);
    assert_eq!(case.state(0), "identified");
    verify(&world, None).unwrap();
}

/// What each attack needs of the record: its length, and the hash of the row before its last three.
fn attacks(length: i64) -> Vec<(&'static str, Vec<String>, bool)> {
    let (middle, near, next) = (length / 2, length - 3, length + 1);
    let set = |what: &str| vec![format!("UPDATE audit_rows SET {what} WHERE seq = {middle}")];
    let head = |seq: i64| {
        format!("UPDATE audit_heads SET seq = {seq}, hash = (SELECT hash FROM audit_rows WHERE seq = {seq})")
    };
    let moved = |from: i64, to: i64| format!("UPDATE audit_rows SET seq = {to} WHERE seq = {from}");
    let delete = |which: &str| format!("DELETE FROM audit_rows WHERE {which}");
    let columns = "at, actor_kind, actor_id, deed, object_kind, object_id, family_id, note, prev_hash, hash";
    let copied = format!(
        "INSERT INTO audit_rows (service_id, seq, {columns}) SELECT service_id, {next}, {columns} FROM audit_rows WHERE seq = {length}"
    );
    vec![
        ("a note edited", set("note = 'nothing to see'"), true),
        ("another actor", set("actor_id = 'somebody-else'"), true),
        ("another kind of actor", set("actor_kind = 'worker'"), true),
        ("another deed", set("deed = 'result.moved', object_kind = 'x'"), true),
        ("another family", set("family_id = 'of-nobody'"), true),
        ("another time", set("at = '2020-01-01 00:00:00'"), true),
        ("a row of the middle gone", vec![delete(&format!("seq = {middle}"))], true),
        (
            "a row gone and the gap closed",
            vec![delete(&format!("seq = {near}")), moved(near + 1, near)],
            true,
        ),
        ("two swapped", vec![moved(near, -1), moved(middle, near), moved(-1, middle)], true),
        ("the last one twice", vec![copied.clone(), head(next)], true),
        ("the last one twice, the head as it was", vec![copied], true),
        ("the tail cut", vec![delete(&format!("seq > {near}"))], true),
        ("all gone", vec![delete("seq > 0")], true),
        // Whoever can write the head as well can shorten the record: only what was kept elsewhere tells.
        ("the tail cut, the head with it", vec![delete(&format!("seq > {near}")), head(near)], false),
        (
            "all gone, the head with it",
            vec![delete("seq > 0"), "UPDATE audit_heads SET seq = 0, hash = 'genesis'".into()],
            false,
        ),
    ]
}

#[test]
fn whoever_changes_the_record_is_found_out_or_needs_a_checkpoint() {
    let world = World::new(205);
    story(&world);
    let outside = checkpoint(&world);
    for (name, statements, found_inside) in attacks(outside.seq) {
        let mut seen = (false, false);
        // Done, looked at, and undone.
        let undone = world.house.db.write(|conn| {
            for statement in &statements {
                assert!(sql(conn, statement) > 0, "{name}: {statement}");
            }
            let mut holds = |point| audit::verify(conn, world.service.id, &world.house.keys, point).is_ok();
            seen = (!holds(None), !holds(Some(&outside)));
            Err::<(), _>(Error::not_now("undone"))
        });
        assert!(undone.is_err());
        assert_eq!(seen, (found_inside, true), "{name}: found without and with a checkpoint");
    }
    verify(&world, Some(&outside)).unwrap();
}

#[test]
fn an_old_copy_that_is_worked_on_is_another_history() {
    let world = World::new(206);
    let old = checkpoint(&world);
    story(&world);
    let outside = checkpoint(&world);
    world
        .house
        .db
        .write(|conn| {
            sql(conn, &format!("DELETE FROM audit_rows WHERE seq > {}", old.seq));
            sql(conn, &format!("UPDATE audit_heads SET seq = {}, hash = '{}'", old.seq, old.hash));
            Ok(())
        })
        .unwrap();
    assert!(verify(&world, None).is_ok(), "by itself an old copy looks whole");
    let cut = verify(&world, Some(&outside)).unwrap_err();
    assert!(cut.public().contains("old copy"), "{cut}");
    while checkpoint(&world).seq <= outside.seq {
        let noted = |act: &mut audit::Act<'_>| act.record(Deed::WorkDone, ("service", "x"), None, "");
        world.house.act_as(ActorKind::Worker, "test", world.service.id, noted).unwrap();
    }
    assert!(verify(&world, None).is_ok());
    let other = verify(&world, Some(&outside)).unwrap_err();
    assert!(other.public().contains("another history"), "{other}");
    assert!(verify(&world, Some(&old)).is_ok(), "what both share is not doubted");
}

#[test]
fn a_record_sealed_with_another_secret_does_not_hold() {
    let world = World::new(207);
    let other = kinward::keys::Keys::in_memory(&kinward::clock::SeededChance::new(9)).unwrap();
    let found = world.house.db.read(|conn| audit::verify(conn, world.service.id, &other, None));
    assert!(found.unwrap_err().public().contains("row 1 "));
}

#[test]
fn nobody_is_named_in_the_record() {
    let world = World::new(208);
    let case = story(&world);
    let text: String =
        rows(&world).iter().map(|row| serde_json::to_string(row).unwrap().to_lowercase()).collect();
    for word in [
        "rosalind",
        "ashdown",
        "tamsin",
        "wray",
        "ottilie",
        "farr",
        "larch",
        "gl5",
        "mail.example",
        "zephyrine",
        "quillon",
        "960 999",
        "brca",
        "c.",
        "1964-02-17",
        "nia",
        "amir",
        "phone",
        "believe",
        "trust",
    ] {
        let at = text.find(word).map(|at| &text[at.saturating_sub(120)..text.len().min(at + 40)]);
        assert_eq!(at, None, "{word}");
    }
    assert!(text.contains(&case.result), "the ids of things are in it");
}

#[test]
fn a_long_record_is_read_page_by_page_to_its_beginning() {
    let world = World::new(209);
    let case = Case::new(&world, &[SISTER]);
    let mut guardian = world.at_work("ruth.adeyemi");
    guardian.family_claim(&case.reference, "a check of the whole file").unwrap();
    let first = format!("/families/{}/record", case.family);
    for _ in 0..220 {
        guardian.browser.get(&first).unwrap();
    }
    let (mut page, mut numbers, mut pages) = (first.clone(), Vec::new(), 0);
    loop {
        let facts = guardian.program.api(&page).unwrap();
        let entries = facts["entries"].as_array().unwrap();
        numbers.extend(entries.iter().map(|entry| entry["number"].as_i64().unwrap()));
        pages += 1;
        match facts["older"].as_str() {
            Some(older) => page = older.to_owned(),
            None => break,
        }
    }
    assert!(pages > 1 && numbers.len() > 220 && numbers.is_sorted_by(|one, next| one > next), "{numbers:?}");
    let html = guardian.browser.page(&page).unwrap();
    assert!(
        html.contains("family.opened") || html.contains("report received"),
        "it ends where the file began: {html}"
    );
    assert!(
        html.contains("The newest entries")
            && guardian.browser.page(&first).unwrap().contains("Older entries")
    );
    assert_eq!(guardian.browser.get(&format!("{first}?before=long")).unwrap().status, 422);
}
