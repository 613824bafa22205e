//! How the database finds what each list page asks for: by an index, and never by reading a large table from end to end.
//! Must not know: what a page says. The statements are heard as the pages send them; their plans are of a made-up clinic.

use crate::{demo_size::filled, support::World};
use diesel::RunQueryDsl;
use kinward::{
    db::{Conn, Db, Kind, rows},
    demo::people::{AtWork, list_of, text_of},
};
use std::collections::BTreeSet;

/// Tables that grow with families and hold some here: the made-up clinic has no batches of letters, whose lists are looked at in
/// letters/batch/lists.rs. All others hold some rows a member of staff, a template or an hour.
const LARGE: &[&str] = &[
    "audit_rows",
    "conflicts",
    "consents",
    "contacts",
    "conversations",
    "decisions",
    "executions",
    "families",
    "findings",
    "import_families",
    "invitations",
    "key_envelopes",
    "kinships",
    "knowledge",
    "letters",
    "objections",
    "persons",
    "posts",
    "relationships",
    "relative_results",
    "relative_tasks",
    "releases",
    "replies",
    "reports",
    "results",
    "triggers",
    "work_items",
];

/// Where a plan reads a large table whole, the step that does. All of one service's rows are as good as all, unless the statement
/// stops at a page.
fn whole(kind: Kind, sql: &str, plan: &[String], large: &[&str]) -> Vec<String> {
    let pages = sql.contains(" LIMIT ");
    let mut table = String::new();
    let mut found = Vec::new();
    for step in plan {
        let words: Vec<&str> = step.split_whitespace().collect();
        let after = |word: &str| {
            let place = words.iter().position(|known| *known == word)?;
            words.get(place + 1).map(|name| name.trim_matches('"').to_owned())
        };
        let named = match kind {
            Kind::Sqlite => after("SCAN").or_else(|| after("SEARCH")),
            // A bitmap's step names its index; its table stands in the step around it.
            Kind::Postgres => after("on").filter(|_| !step.contains("Bitmap Index Scan")),
        };
        table = named.unwrap_or(table);
        let all = match kind {
            Kind::Sqlite => words.first() == Some(&"SCAN") || (!pages && step.ends_with("(service_id=?)")),
            Kind::Postgres => {
                let condition = step.split_once("Index Cond: ").map(|(_, condition)| condition);
                let service_alone =
                    condition.is_some_and(|of| of.contains("service_id") && !of.contains(" AND "));
                step.contains("Seq Scan on ") || (!pages && service_alone)
            }
        };
        if all && large.contains(&table.as_str()) {
            found.push(step.trim().to_owned());
        }
    }
    found
}

/// What a page asks of the database, once it has been seen before.
fn asked(world: &World, work: &mut AtWork, path: &str) -> Vec<String> {
    work.browser.page(path).unwrap();
    world.house.db.recorder().start();
    work.browser.page(path).unwrap();
    world.house.db.recorder().take()
}

/// Every list page, narrowed and turned, and the page of one family.
fn heard(world: &World) -> BTreeSet<String> {
    let (mut nia, mut amir, mut jo) = (world.counsellor(), world.clinician(), world.at_work("jo.taylor"));
    let mut pages = vec!["/".to_owned(), "/queues".to_owned(), "/families".to_owned(), "/outbox".to_owned()];
    for filter in [
        "owner=me",
        "owner=none",
        "due=overdue",
        "queue=no_reply&due=today",
        "queue=decisions&owner=me",
        "queue=replies&owner=none",
        "sort=priority",
        "sort=age",
        "priority=first&sort=priority",
        "snoozed=yes",
        "due=escalated",
    ] {
        pages.push(format!("/queues?{filter}"));
    }
    pages.extend(["/letter-batches", "/letter-batches/draft", "/queues/letters_to_write"].map(str::to_owned));
    let entry = format!("2027-03-02_{}", world.service.id);
    pages.extend(["/calendar".to_owned(), format!("/calendar?month=2027-03&after={entry}")]);
    // The second page of each, as its own links lead there.
    for (path, list, key) in [
        ("/queues", "items", "next"),
        ("/queues?sort=priority", "items", "next"),
        ("/queues?sort=age", "items", "next"),
        ("/outbox", "sendings", "next"),
        ("/families", "families", "next"),
    ] {
        let first = nia.program.api(path).unwrap();
        assert!(!list_of(&first, list).unwrap().is_empty(), "{path}");
        pages.extend(text_of(&first, key).ok());
    }
    let families = nia.program.api("/families").unwrap();
    let family = text_of(&list_of(&families, "families").unwrap()[0], "id").unwrap();
    pages.extend([format!("/families/{family}"), format!("/families/{family}/letter-batch")]);
    let mut all = BTreeSet::new();
    for page in &pages {
        all.extend(asked(world, &mut nia, page));
    }
    for page in [
        "/",
        "/queues?due=overdue",
        "/queues/letters_to_approve",
        "/letter-batches?by=all",
        "/letter-batches/approve",
        "/objections",
        "/outbox",
    ] {
        all.extend(asked(world, &mut amir, page));
    }
    for page in ["/", "/queues/to_send", "/outbox"] {
        all.extend(asked(world, &mut jo, page));
    }
    all.into_iter()
        // What asks for one of none is answered without looking.
        .filter(|sql| sql.starts_with("SELECT") && !sql.contains("(1=0)"))
        .collect()
}

/// An import from its questions to what is left when it was taken back, with what the worker asks for.
fn heard_of_import(world: &World, import: &str) -> BTreeSet<String> {
    let mut nia = world.counsellor();
    let page = format!("/imports/{import}");
    let mut all = BTreeSet::new();
    for button in ["", "start", "cancel", "resume", "undo"] {
        if !button.is_empty() {
            crate::imports::press(&mut nia, import, button);
        }
        for rest in ["", "?page=2", "?show=waiting&page=3", "?show=done", "/problems", "/questions?page=2"] {
            all.extend(asked(world, &mut nia, &format!("{page}{rest}")));
        }
        all.extend(asked(world, &mut nia, "/imports?page=1"));
        world.house.db.recorder().start();
        crate::imports::round(world);
        if button == "resume" {
            crate::imports::all_rounds(world);
        }
        all.extend(world.house.db.recorder().take());
    }
    all.into_iter().filter(|sql| sql.starts_with("SELECT") && !sql.contains("(1=0)")).collect()
}

/// The statements that read a large table whole.
fn wrong(world: &World, statements: &BTreeSet<String>) -> Vec<String> {
    // A connection of its own: a plan that was asked for before is kept, and would not see that an index is gone.
    let db = &Db::open(&world.house.config.database, 1).unwrap();
    // Of a handful of rows a database may take any index, or the table itself: which, says nothing.
    let holds_some = |table: &&&str| crate::imports::count(world, table) >= 50;
    let large: Vec<&str> = LARGE.iter().filter(holds_some).copied().collect();
    assert!(large.len() > 20, "only {large:?} hold enough to be looked at");
    let of = |sql: &String| {
        let steps = whole(db.kind(), sql, &rows::plan(db, sql).unwrap(), &large);
        steps.into_iter().map(|step| format!("{step}: {sql}")).collect::<Vec<_>>()
    };
    statements.iter().flat_map(of).collect()
}

pub fn raw(world: &World, sql: &str) {
    world
        .house
        .db
        .read(|conn| {
            match conn {
                Conn::Sqlite(conn) => diesel::sql_query(sql).execute(conn)?,
                Conn::Postgres(conn) => diesel::sql_query(sql).execute(conn)?,
            };
            Ok(())
        })
        .unwrap();
}

#[test]
fn no_list_page_reads_a_large_table_from_end_to_end_and_a_missing_index_is_noticed() {
    let (world, _) = filled(883, 300);
    let import = crate::imports::read(&mut world.counsellor(), &crate::imports::families(1, 300));
    raw(&world, "ANALYZE import_families");
    let mut statements = heard(&world);
    statements.extend(heard_of_import(&world, &import));
    assert!(statements.len() > 40, "only {} statements were heard", statements.len());
    // A few hundred families fit into so few pages of PostgreSQL that it may well read them whole. Where that costs too much,
    // as it does with many families, it takes an index if there is one that helps, and the one that looks at fewer rows.
    if world.house.db.kind() == Kind::Postgres {
        for setting in [
            "enable_seqscan = off",
            "random_page_cost = 0.1",
            "cpu_tuple_cost = 1",
            "cpu_index_tuple_cost = 1",
        ] {
            raw(&world, &format!("ALTER DATABASE {} SET {setting}", database(&world)));
        }
    }
    let found = wrong(&world, &statements);
    assert!(found.is_empty(), "{}", found.join("\n"));
    // The check is worth something: without one index it fails.
    for index in ["persons_by_family", "letters_by_invitation"] {
        let made_again = taken_away(&world, index);
        assert!(!wrong(&world, &statements).is_empty(), "nobody misses {index}");
        raw(&world, &made_again);
    }
}

fn database(world: &World) -> String {
    let url = &world.house.config.database;
    url.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned()
}

/// Drops an index; answers the statement of the migration that makes it again.
fn taken_away(world: &World, index: &str) -> String {
    let start = format!("CREATE INDEX {index} ");
    let mut files: Vec<_> = std::fs::read_dir(format!("{}/migrations/sqlite", env!("CARGO_MANIFEST_DIR")))
        .unwrap()
        .map(|folder| folder.unwrap().path().join("up.sql"))
        .collect();
    files.sort();
    let of = |file: &std::path::PathBuf| -> Option<String> {
        let migration = std::fs::read_to_string(file).unwrap();
        migration.split(";\n").map(str::trim).find(|sql| sql.starts_with(&start)).map(str::to_owned)
    };
    let again = files.iter().rev().find_map(of).unwrap();
    raw(world, &format!("DROP INDEX {index}"));
    again
}
