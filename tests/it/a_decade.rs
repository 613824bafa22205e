//! Ten years of a clinic on a clock that a test moves: families by seed, relatives who answer, move, die and grow up, post that
//! comes back, reports that are amended, staff who act by simple rules. At every step the laws of a_decade/laws.rs hold. It takes
//! longest, and has a name that lets it begin first.
//! Must not know: what should happen to anybody; only that nobody is lost, made up or asked twice by one trigger.

mod acting;
mod laws;
mod made;

use crate::support::World;
use acting::Clinic;
use kinward::clinic::cascade::{
    steps::{TaskState, is_settled},
    trigger::{TriggerKind, TriggerState},
};
use laws::Laws;
use std::collections::{BTreeMap, BTreeSet};

const FAMILIES: usize = 24;
const YEARS: i64 = 10;

fn sql(world: &World, text: &str) {
    use diesel::RunQueryDsl;
    let done = world.house.db.write(|conn| match conn {
        kinward::db::Conn::Sqlite(conn) => Ok(diesel::sql_query(text).execute(conn)?),
        kinward::db::Conn::Postgres(conn) => Ok(diesel::sql_query(text).execute(conn)?),
    });
    assert_eq!(done.unwrap(), 1, "{text}");
}

/// Settled, closed with a trigger, or stopped by an amended report that is followed in its own right.
fn ends(state: TaskState) -> bool {
    is_settled(state) || state == TaskState::Suspended
}

#[test]
fn ten_years_of_a_clinic_lose_nobody_and_every_trigger_fires_once() {
    let world = World::new(3330);
    let seed = std::env::var("KINWARD_YEARS_SEED").map_or(20_261_129, |text| text.parse().unwrap());
    let mut clinic = Clinic::new(&world, seed, FAMILIES);
    let mut laws = Laws::default();
    let began = world.house.clock.now();
    let mut steps = 0;
    let mut states: BTreeSet<TaskState> = BTreeSet::new();
    while world.house.clock.now().days_since(began) < YEARS * 365 {
        clinic.days_pass();
        clinic.things_happen();
        clinic.staff_work(3);
        steps += 1;
        let broken = laws.broken(&world);
        assert_eq!(broken, Vec::<String>::new(), "seed {seed}, step {steps}");
        states.extend(laws.tasks.values().copied());
    }
    // The last year's work is done, and nothing new happens.
    for _ in 0..16 {
        clinic.days_pass();
        clinic.staff_work(1);
        let broken = laws.broken(&world);
        assert_eq!(broken, Vec::<String>::new(), "seed {seed}, at the end");
    }
    // What opened on the very last day is brought to an end, too.
    for _ in 0..8 {
        clinic.staff_work(1);
    }
    assert_eq!(laws.broken(&world), Vec::<String>::new(), "seed {seed}, on the last day");
    let open: Vec<_> = laws.tasks.iter().filter(|(_, state)| !ends(**state)).collect();
    let mut fired: BTreeMap<TriggerKind, usize> = BTreeMap::new();
    for one in crate::closing::triggers(&world).iter().filter(|one| one.state == TriggerState::Fired) {
        *fired.entry(one.kind).or_default() += 1;
    }
    let told = format!("seed {seed}, {} relatives, {steps} steps: {states:?}, {fired:?}", laws.tasks.len());
    assert!(open.is_empty(), "without an end or a trigger after ten years: {open:?}; {told}");
    let missing: Vec<_> = TriggerKind::ALL.iter().filter(|kind| !fired.contains_key(kind)).collect();
    assert!(missing.is_empty(), "never fired in ten years: {missing:?}; {told}");
    assert!(laws.tasks.len() >= 3 * FAMILIES && states.len() >= 15, "{told}");

    // The laws see what they are there to see: each of these faults is planted, and found.
    let waiting = crate::closing::triggers(&world)
        .into_iter()
        .find(|one| one.state == TriggerState::Waiting && one.task_id.is_some() && one.due_on.is_some())
        .unwrap();
    let found = |laws: &mut Laws, says: &str| {
        let broken = laws.broken(&world);
        assert!(broken.iter().any(|one| one.contains(says)), "{says}: {broken:?}");
    };
    sql(&world, &format!("DELETE FROM triggers WHERE id = '{}'", waiting.id));
    found(&mut laws, "waits for nothing");
    let lost = laws.tasks.iter().find(|(_, state)| **state == TaskState::Done).unwrap().0.clone();
    sql(&world, &format!("UPDATE relative_tasks SET state = 'sent' WHERE id = '{lost}'"));
    found(&mut laws, "without a record");
    let closure = format!("DELETE FROM closures WHERE ended_at IS NULL AND task_id = '{lost}'");
    sql(&world, &closure);
    let twice = crate::closing::triggers(&world)
        .into_iter()
        .find(|one| one.state == TriggerState::Fired && one.kind == TriggerKind::WaitEnds)
        .unwrap();
    sql(&world, &format!("UPDATE triggers SET state = 'waiting' WHERE id = '{}'", twice.id));
    found(&mut laws, "was not taken up");
    clinic.days_pass();
    found(&mut laws, "more than once");
}
