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
    let own = ["invitations", "posts", "visits", "wrong_tries", "replies"];
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
