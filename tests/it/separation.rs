//! What a thief gets: of a stolen database file nothing in clear, of a stolen relatives' process nothing personal.
//! Must not know: how the wall is built; it opens the file and the connection as a thief would.

use crate::{
    schema::data_map,
    support::{
        World,
        cases::{Case, SISTER},
    },
};
use kinward::{
    access::House,
    db::{Conn, Db, Kind},
    demo::{clinic, people::letter_open},
    policy::Policy,
};
use std::sync::Arc;

/// The relatives' process of a world: its own login, and the keys that its wing is given.
pub fn relatives_house(world: &World, address: &str) -> House {
    let mut config = world.house.config.clone();
    config.address = address.to_owned();
    if world.house.db.kind() == Kind::Postgres {
        config.database = login_as_relatives(world);
    }
    House {
        db: Db::open(&config.database, 2).unwrap(),
        clock: Arc::clone(&world.house.clock),
        chance: Arc::clone(&world.house.chance),
        keys: world.house.keys.of_relatives_wing(),
        policy: Policy::embedded().unwrap(),
        pages: kinward::access::answer::Pages::load().unwrap(),
        sent: Default::default(),
        config,
    }
}

/// A login that is a member of the role and nothing else; its connection string is what a thief would find.
fn login_as_relatives(world: &World) -> String {
    let url = &world.house.config.database;
    let (before, rest) = url.split_once("://").unwrap();
    let (_, host) = rest.rsplit_once('@').unwrap();
    let name = format!("portal_{}", host.rsplit_once('/').unwrap().1);
    let make = format!("CREATE ROLE {name} LOGIN PASSWORD 'made-for-a-test' IN ROLE kinward_relative");
    raw(&world.house.db, &make).unwrap();
    format!("{before}://{name}:made-for-a-test@{host}")
}

fn raw(db: &Db, sql: &str) -> Result<usize, diesel::result::Error> {
    use diesel::RunQueryDsl;
    let mut outcome = Ok(0);
    db.read(|conn| {
        outcome = match conn {
            Conn::Sqlite(conn) => diesel::sql_query(sql).execute(conn),
            Conn::Postgres(conn) => diesel::sql_query(sql).execute(conn),
        };
        Ok(())
    })
    .unwrap();
    outcome
}

#[test]
fn a_relative_reads_and_answers_through_a_process_with_the_least_authority_there_is() {
    let world = World::new(601);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L2");
    let letter = case.approved(0, "L2");
    world.send();
    let code = kinward::demo::code_of(&mut case.counsellor, &letter).unwrap();
    let (socket, address) = clinic::listen(0).unwrap();
    let _serving = clinic::serve_wing(
        Arc::new(relatives_house(&world, &address)),
        kinward::config::Wing::Relative,
        socket,
        2,
    )
    .unwrap();
    let (mut browser, _) = letter_open(&address, &code, SISTER.born).unwrap();
    kinward::demo::people::reply(&mut browser, "appointment", &[("by", "phone")]).unwrap();
    assert_eq!(browser.get("/queues").unwrap().status, 404, "no page of staff is served here");
    // Staff see the answer through their own process.
    let task = case.counsellor.browser.page(&format!("/tasks/{}", case.tasks[0])).unwrap();
    assert!(String::from_utf8_lossy(task.as_bytes()).contains("appointment"));
    // Other ends of a visit go through the same authority.
    for (answer, fields) in [("not_know", vec![]), ("not_me", vec![])] {
        let (mut again, _) = letter_open(&address, &code, SISTER.born).unwrap();
        kinward::demo::people::reply(&mut again, answer, &fields).unwrap();
    }
}

#[test]
fn a_stolen_connection_reads_no_personal_column_in_any_way() {
    let world = World::new(602);
    if world.house.db.kind() == Kind::Sqlite {
        // SQLite has no roles: there the statement test of wall.rs and the sealed bytes stand in this test's place.
        eprintln!("no roles on SQLite: what a stolen connection reads is tried on PostgreSQL alone");
        return;
    }
    Case::new(&world, &[SISTER]);
    let thief = relatives_house(&world, "http://127.0.0.1").db;
    let mut tried = 0;
    let own = ["invitations", "posts", "visits", "wrong_tries", "replies", "wishes", "answers", "proxies"];
    for (table, columns) in data_map() {
        for (column, class) in columns {
            let never = match class.as_str() {
                "P" | "Y" | "D-detail" => true,
                "K" | "S" => !own.contains(&table.as_str()),
                _ => false,
            };
            if !never || (table == "key_envelopes" && column == "wrapped") {
                continue;
            }
            tried += 1;
            for sql in [
                format!("SELECT \"{column}\" FROM \"{table}\" LIMIT 1"),
                format!("SELECT count(*) FROM \"{table}\" WHERE \"{column}\" IS NOT NULL"),
                format!("SELECT row_to_json(t) FROM \"{table}\" t LIMIT 1"),
                format!("COPY \"{table}\" (\"{column}\") TO STDOUT"),
                format!(
                    "CREATE TEMP VIEW stolen AS SELECT \"{column}\" FROM \"{table}\"; SELECT * FROM stolen"
                ),
                format!("DO $$ BEGIN PERFORM \"{column}\" FROM \"{table}\" LIMIT 1; END $$"),
                format!("EXPLAIN ANALYZE SELECT \"{column}\" FROM \"{table}\""),
                format!("SELECT query_to_xml('SELECT \"{column}\" FROM \"{table}\"', true, true, '')"),
                format!("UPDATE \"{table}\" SET \"{column}\" = NULL RETURNING \"{column}\""),
            ] {
                let outcome = batch(&thief, &sql);
                let said = outcome.expect_err(&format!("{sql} was answered"));
                assert!(said.contains("permission denied"), "{sql}: {said}");
            }
        }
    }
    assert!(tried > 20, "only {tried} columns were tried");
    // The connection works: it is the grants that refuse.
    batch(&thief, "SELECT id, state FROM relative_tasks").unwrap();
    // Of the wrapped keys it sees those of one compartment alone, and can make none of its own.
    assert_eq!(count(&thief, "SELECT count(*) AS n FROM key_envelopes WHERE compartment <> 'F'"), 0);
    assert!(count(&thief, "SELECT count(*) AS n FROM key_envelopes") > 0);
    assert!(batch(&thief, "DELETE FROM key_envelopes").is_err());
    for sql in
        ["CREATE TABLE mine (a int)", "SET ROLE kinward", "ALTER TABLE persons DISABLE ROW LEVEL SECURITY"]
    {
        assert!(batch(&thief, sql).is_err(), "{sql}");
    }
}

/// Runs a text of statements as a thief at a prompt would; answers what the server says.
fn batch(db: &Db, sql: &str) -> Result<(), String> {
    use diesel::connection::SimpleConnection;
    let mut outcome = Ok(());
    db.read(|conn| {
        outcome = match conn {
            Conn::Sqlite(conn) => conn.batch_execute(sql),
            Conn::Postgres(conn) => conn.batch_execute(sql),
        };
        Ok(())
    })
    .unwrap();
    outcome.map_err(|e| e.to_string())
}

fn count(db: &Db, sql: &str) -> i64 {
    use diesel::RunQueryDsl;
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    db.read(|conn| match conn {
        Conn::Sqlite(conn) => Ok(diesel::sql_query(sql).get_result::<Count>(conn)?.n),
        Conn::Postgres(conn) => Ok(diesel::sql_query(sql).get_result::<Count>(conn)?.n),
    })
    .unwrap()
}

/// Everything that lies beside a world's database: the file, what is not yet merged into it, its index of that.
fn stolen_files(world: &World) -> Vec<u8> {
    let path = world.house.config.database.trim_start_matches("sqlite:").to_owned();
    ["", "-wal", "-shm"]
        .iter()
        .filter_map(|end| std::fs::read(format!("{path}{end}")).ok())
        .flatten()
        .collect()
}

/// As `pg_dump` or `sqlite3 .dump` would print it: every cell of every table, bytes as hexadecimal and as they are.
fn dumped(world: &World) -> Vec<u8> {
    use diesel::{RunQueryDsl, sql_types::Text};
    #[derive(diesel::QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        line: String,
    }
    let mut all = Vec::new();
    for (table, columns) in data_map() {
        for column in columns.keys() {
            let sql = match world.house.db.kind() {
                Kind::Sqlite => format!(
                    "SELECT coalesce(CAST(\"{column}\" AS TEXT), '') || ' ' || hex(\"{column}\") AS line FROM \"{table}\""
                ),
                Kind::Postgres => format!("SELECT coalesce(\"{column}\"::text, '') AS line FROM \"{table}\""),
            };
            let lines: Vec<Line> = world
                .house
                .db
                .read(|conn| match conn {
                    Conn::Sqlite(conn) => Ok(diesel::sql_query(&sql).load(conn).unwrap_or_default()),
                    Conn::Postgres(conn) => Ok(diesel::sql_query(&sql).load(conn)?),
                })
                .unwrap();
            all.extend(lines.into_iter().flat_map(|found| found.line.into_bytes()));
            all.push(b'\n');
        }
    }
    all
}

#[test]
fn a_stolen_database_shows_no_name_address_finding_or_word() {
    let world = World::new(603);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L2", "zqrefusal: my sister would tell everyone").unwrap();
    case.clinician.decision(&task, "applied", "L2", &["A1", "RL2"]).unwrap();
    let letter = case.approved(0, "L2");
    case.cooled(&world);
    world.send();
    let code = kinward::demo::code_of(&mut case.counsellor, &letter).unwrap();
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    let words = [("question", "zqquestion: what does it mean?")];
    kinward::demo::people::reply(&mut browser, "question", &words).unwrap();
    let secrets = [
        "Tamsin",
        "Wray",
        "Larch Close",
        "GL5 1AA",
        "tamsin.wray",
        "1964-02-17",
        "BRCA2",
        "c.5946",
        "zqrefusal",
        "zqquestion",
        "they should know",
        "Told by the family",
        &code,
        "asked to approve",
    ];
    let staff = case.counsellor.browser.page(&format!("/results/{}", case.result)).unwrap();
    assert!(staff.contains("BRCA2"), "staff see what a thief must not");
    let mut loot = vec![("the dump", dumped(&world))];
    if world.house.db.kind() == Kind::Sqlite {
        loot.push(("the file", stolen_files(&world)));
    }
    for (what, bytes) in loot {
        assert!(bytes.len() > 10_000, "{what} is {} bytes", bytes.len());
        let lower = bytes.to_ascii_lowercase();
        for secret in secrets {
            for form in [secret.to_lowercase(), kinward::keys::to_hex(secret.as_bytes())] {
                let there = lower.windows(form.len()).any(|run| run == form.as_bytes());
                assert!(!there, "{what} shows '{secret}'");
            }
        }
        // What it does show is known and listed: states, references, days.
        let shows = |word: &str| lower.windows(word.len()).any(|run| run == word.as_bytes());
        assert!(shows(&case.reference.to_lowercase()) && !shows("autosomal"));
    }
}
