//! Queues are not a second truth: after any history they hold exactly what the states of things ask for. And how work is
//! taken, given and found. Must not know: what any item's subject holds.

pub mod histories;

use crate::support::{
    World,
    cases::{AUNT, Case, SISTER, report},
};
use diesel::RunQueryDsl;
pub use histories::compare;
use kinward::{
    access::{
        Role,
        staff::{StaffOpening, staff_add, staff_disable},
    },
    audit::{self, Act, ActorKind, Deed},
    clinic::{
        queue::item::{Queue, work_open_all},
        result::intake::report_receive,
    },
    demo::people::{AtWork, list_of, text_of},
    ids::StaffId,
};
use serde_json::{Value, json};

/// The germline report under a number of its own: another family's.
pub fn numbered(number: usize) -> Vec<u8> {
    let mut bundle: Value = serde_json::from_slice(&report("brca2_germline")).unwrap();
    for entry in bundle["entry"].as_array_mut().unwrap() {
        if entry["resource"]["resourceType"] == "DiagnosticReport" {
            for identifier in entry["resource"]["identifier"].as_array_mut().unwrap() {
                identifier["value"] = json!(format!("KV-{number}"));
            }
        }
    }
    serde_json::to_vec(&bundle).unwrap()
}

fn receive(world: &World, bytes: &[u8]) {
    let receive = |act: &mut Act<'_>| report_receive(act, bytes, None, None).map(|_| ());
    world.house.act_as(ActorKind::CommandLine, "test", world.service.id, receive).unwrap();
}

fn items(work: &mut AtWork, path: &str) -> Vec<Value> {
    list_of(&work.program.api(path).unwrap(), "items").unwrap().clone()
}

fn first_item(work: &mut AtWork, queue: &str) -> String {
    text_of(&items(work, &format!("/queues/{queue}"))[0], "id").unwrap()
}

fn counsellor_added(world: &World, username: &str) -> StaffId {
    let opening = StaffOpening {
        username: username.into(),
        display_name: username.into(),
        job_title: "Genetic counsellor".into(),
        password: kinward::demo::clinic::password(),
        roles: vec![Role::Counsellor],
    };
    let add = |act: &mut Act<'_>| staff_add(act, opening);
    world.house.act_as(ActorKind::CommandLine, "test", world.service.id, add).unwrap()
}

/// Somebody of the same role who has to do with nothing yet.
pub fn counsellor_at_work(world: &World, username: &str) -> AtWork {
    counsellor_added(world, username);
    world.at_work(username)
}

#[test]
fn a_planted_difference_between_queue_and_state_is_found() {
    let world = World::new(601);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    case.agree(0, "L2");
    let task = case.tasks[0].clone();
    case.counsellor.letter_draft(&task, "L2").unwrap();
    receive(&world, b"no report");
    assert_eq!(compare(&world), (vec![], vec![]));
    let open = world.house.db.read(|conn| work_open_all(conn, world.service.id)).unwrap();
    assert!(open.len() > 3);
    for item in open {
        let deeds = [
            (format!("DELETE FROM work_items WHERE id = '{}'", item.id), (1, 0)),
            (format!("UPDATE work_items SET closed_at = opened_at WHERE id = '{}'", item.id), (1, 0)),
            (format!("UPDATE work_items SET queue = 'replies' WHERE id = '{}'", item.id), (1, 1)),
            (format!("UPDATE work_items SET subject_id = 'x' WHERE id = '{}'", item.id), (1, 1)),
        ];
        for (sql, (missing, too_many)) in deeds {
            let undone = world.house.db.write(|conn| {
                diesel::sql_query(&sql).execute(conn)?;
                let today = world.house.clock.now().date();
                let (lacks, has) = histories::compare_on(conn, world.service.id, today);
                assert_eq!((lacks.len(), has.len()), (missing, too_many), "{sql}");
                Err::<(), _>(kinward::error::Error::not_now("undone"))
            });
            assert!(undone.is_err());
        }
    }
}

#[test]
fn of_eight_who_take_one_item_one_gets_it_and_the_others_are_told() {
    let world = World::new(602);
    receive(&world, &numbered(1));
    let names: Vec<String> = (0..8).map(|number| format!("counsellor.{number}")).collect();
    let mut people: Vec<AtWork> = names
        .iter()
        .map(|name| {
            counsellor_added(&world, name);
            world.at_work(name)
        })
        .collect();
    let path = format!("/api/v1/work/{}/take", first_item(&mut people[0], "new_results"));
    let start = std::sync::Barrier::new(8);
    let mut told: Vec<u16> = std::thread::scope(|scope| {
        let takes = |work: &'_ mut AtWork| {
            start.wait();
            work.program.send("POST", &path, Some("application/json"), Some(b"{}")).unwrap().status
        };
        let threads: Vec<_> = people.iter_mut().map(|work| scope.spawn(move || takes(work))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    told.sort_unstable();
    assert_eq!(told, [200, 409, 409, 409, 409, 409, 409, 409]);
    let rows = world.house.db.read(|conn| audit::of_service(conn, world.service.id)).unwrap();
    assert_eq!(rows.iter().filter(|row| row.deed == Deed::WorkTaken.as_str()).count(), 1);
    let related = rows.iter().filter(|row| row.deed == Deed::RelationshipStarted.as_str()).count();
    assert_eq!(related, 1, "only who has the work has to do with the family");
}

#[test]
fn taking_work_opens_its_family_and_handing_it_over_gives_it_away() {
    let world = World::new(603);
    receive(&world, &numbered(1));
    let (mut nia, mut amir) = (world.counsellor(), world.clinician());
    let item = &items(&mut nia, "/queues/new_results")[0];
    let (work, reference) = (text_of(item, "id").unwrap(), text_of(item, "family").unwrap());
    assert_eq!((item["link"].as_str(), item["may_take"].as_bool()), (None, Some(true)));
    let subject =
        world.house.db.read(|conn| work_open_all(conn, world.service.id)).unwrap()[0].subject_id.clone();
    let page = format!("/results/{subject}");
    assert_eq!(nia.browser.get(&page).unwrap().status, 404);
    assert_eq!(nia.browser.done("/queues", &format!("/work/{work}/take"), &[]).unwrap(), page);
    assert!(nia.browser.page(&page).unwrap().contains(&reference));
    assert_eq!(amir.browser.get(&page).unwrap().status, 404, "another has nothing to do with it yet");
    assert!(amir.browser.done("/queues", &format!("/work/{work}/take"), &[]).is_err());
    let staff = items(&mut nia, "/queues?owner=me");
    assert_eq!((staff.len(), staff[0]["owner"].as_str()), (1, Some("Nia Morgan")));
    let colleagues = nia.program.api("/queues").unwrap();
    let of_amir = list_of(&colleagues, "colleagues").unwrap().iter().find(|c| c["name"] == "Dr Amir Rahman");
    let to = text_of(of_amir.unwrap(), "id").unwrap();
    nia.browser.done("/queues", &format!("/work/{work}/hand-over"), &[("to", &to)]).unwrap();
    assert!(items(&mut nia, "/queues?owner=me").is_empty());
    assert_eq!(items(&mut amir, "/queues?owner=me").len(), 1);
    amir.browser.done("/queues", &format!("/work/{work}/take"), &[]).unwrap();
    assert_eq!(amir.browser.get(&page).unwrap().status, 200);
    amir.browser.done("/queues", &format!("/work/{work}/hand-over"), &[]).unwrap();
    assert_eq!(items(&mut amir, "/queues?owner=none").len(), 1, "back to everyone");
}

#[test]
fn work_is_not_given_to_who_has_left_nor_taken_by_who_may_not_do_it() {
    let world = World::new(604);
    receive(&world, &numbered(1));
    receive(&world, b"no report");
    let gone = counsellor_added(&world, "has.left");
    let leave = |act: &mut Act<'_>| staff_disable(act, "has.left");
    world.house.act_as(ActorKind::CommandLine, "test", world.service.id, leave).unwrap();
    let (mut nia, mut jo) = (world.counsellor(), world.at_work("jo.taylor"));
    let (result, unreadable) =
        (first_item(&mut nia, "new_results"), first_item(&mut nia, "unreadable_reports"));
    let given = nia.browser.submit("/queues", &format!("/work/{result}/hand-over"), &[("to", gone.as_str())]);
    assert_eq!(given.unwrap().status, 422);
    for item in [result, unreadable] {
        let taken = jo.browser.submit("/queues", &format!("/work/{item}/take"), &[]).unwrap();
        assert_eq!(taken.status, 403, "personal findings are not an administrator's work");
    }
    assert!(items(&mut nia, "/queues").iter().all(|item| item["taken"] == false));
    assert!(items(&mut jo, "/queues").iter().all(|item| item["may_take"] == false));
}

#[test]
fn what_stands_in_the_address_narrows_the_list() {
    let world = World::new(605);
    (1..=3).for_each(|number| receive(&world, &numbered(number)));
    receive(&world, b"no report");
    world.clock.advance_days(1);
    let mut nia = world.counsellor();
    let work = first_item(&mut nia, "new_results");
    nia.browser.done("/queues", &format!("/work/{work}/take"), &[]).unwrap();
    let mut lengths = |day: &str| {
        let paths =
            ["", "?owner=me", "?owner=none", "?due=today", "?due=overdue", "?queue=new_results&owner=none"];
        let counted = paths.map(|path| items(&mut nia, &format!("/queues{path}")).len());
        (day.to_owned(), counted)
    };
    assert_eq!(lengths("tuesday"), ("tuesday".into(), [4, 1, 3, 1, 0, 2]));
    for path in ["?owner=somebody", "?due=later", "?queue=nowhere", "?after=x"] {
        assert_eq!(nia.browser.get(&format!("/queues{path}")).unwrap().status, 422, "{path}");
    }
    world.clock.advance_days(2);
    nia = world.counsellor();
    let mut overdue = items(&mut nia, "/queues?due=overdue");
    assert_eq!(overdue.len(), 4);
    assert!(overdue.iter().all(|item| item["overdue"] == true));
    overdue.truncate(1);
    assert_eq!(overdue[0]["queue"], "unreadable_reports", "the most pressing first");
    assert_eq!(items(&mut nia, "/queues?due=overdue&owner=me").len(), 1);
    assert!(items(&mut nia, "/queues/replies").is_empty());
}

#[test]
fn what_is_due_is_due_on_a_working_day() {
    let world = World::new(606);
    let policy = &world.house.policy;
    for day in 0..45 {
        receive(&world, &numbered(day));
        receive(&world, format!("no report {day}").as_bytes());
        world.clock.advance_days(1);
    }
    let open = world.house.db.read(|conn| work_open_all(conn, world.service.id)).unwrap();
    assert_eq!(open.len(), 90);
    for item in open {
        let days = policy.due_in_working_days[item.queue.as_str()];
        assert!(policy.is_working_day(item.due_on, &world.service.nation), "{}", item.due_on);
        let between = (1..=item.due_on.days_since(item.opened_at.date())).filter(|day| {
            policy.is_working_day(item.opened_at.date().plus_days(*day), &world.service.nation)
        });
        assert_eq!(u32::try_from(between.count()).unwrap(), days, "{} from {}", item.due_on, item.opened_at);
    }
}

#[test]
fn home_counts_what_the_queues_hold() {
    let world = World::new(607);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    case.agree(0, "L2");
    case.counsellor.consent(&case.tasks[1].clone(), "refused", "L1", "Not her.").unwrap();
    (1..=30).for_each(|number| receive(&world, &numbered(number)));
    receive(&world, b"no report");
    let work = &mut case.counsellor;
    let taken = first_item(work, "new_results");
    work.browser.done("/queues", &format!("/work/{taken}/take"), &[]).unwrap();
    let home = work.program.api("").unwrap();
    assert_eq!(home["mine"], 1);
    let all = ["open", "empty"].map(|list| list_of(&home, list).unwrap().clone()).concat();
    assert_eq!(all.len(), Queue::ALL.len());
    for count in all {
        let queue = text_of(&count, "queue").unwrap();
        let mut pages = 0;
        let mut next = Some(format!("/queues?queue={queue}"));
        while let Some(path) = next {
            let page = work.program.api(&path).unwrap();
            pages += list_of(&page, "items").unwrap().len();
            next = page["next"].as_str().map(str::to_owned);
        }
        assert_eq!(count["open"], pages, "{queue}");
    }
    let open = list_of(&home, "open").unwrap();
    assert!(open.iter().any(|count| count["queue"] == "new_results" && count["open"] == 30));
}

#[test]
fn a_long_list_of_work_asks_the_database_no_more_often_than_a_short_one() {
    let world = World::new(608);
    let mut nia = world.counsellor();
    let mut statements = |upto: usize| {
        let there = items(&mut nia, "/queues").len();
        (there..upto).for_each(|number| receive(&world, &numbered(number)));
        ["/queues", "/queues/new_results", "/"].map(|path| {
            nia.browser.page(path).unwrap();
            world.house.db.recorder().start();
            nia.browser.page(path).unwrap();
            world.house.db.recorder().take().len()
        })
    };
    let few = statements(3);
    let many = statements(25);
    assert!(few.iter().all(|count| *count > 2), "nothing was heard: {few:?}");
    assert_eq!(few, many);
    (25..30).for_each(|number| receive(&world, &numbered(number)));
    assert_eq!(statements(25), many, "and thirty, of which a page holds twenty-five");
}
