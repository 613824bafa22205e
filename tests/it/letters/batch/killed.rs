//! A worker that is killed in the middle of a batch: a process of its own, and no warning.
//! Must not know: where in a letter it was.

use super::{agreed, all_rounds, batch, counts, draft, letters_in};
use crate::{
    queues::compare,
    support::{World, monday},
};
use kinward::{
    access::{House, answer::Pages},
    clinic::cascade::listener::Cascade,
    clock::{SeededChance, StoryClock},
    db::Db,
    demo::clinic,
    keys::Keys,
    policy::Policy,
    worker::ordered,
};
use std::{process::Command, sync::Arc, time::Duration};

const DATABASE: &str = "KINWARD_TEST_BATCH_DATABASE";
const SEED: &str = "KINWARD_TEST_BATCH_SEED";

/// The worker's own process: this very program, with nothing but this test, which does nothing where nobody asked for it.
#[test]
fn a_worker_in_a_process_of_its_own() {
    let (Ok(database), Ok(seed)) = (std::env::var(DATABASE), std::env::var(SEED)) else { return };
    let folder = tempfile::tempdir().unwrap();
    // Keys of the world that asks; ids of nobody's.
    let seed: u64 = seed.parse().unwrap();
    let keys = Keys::in_memory(&SeededChance::new(seed)).unwrap();
    let config = clinic::config(folder.path(), database, "http://127.0.0.1".to_owned());
    let house = House {
        db: Db::open(&config.database, config.connections).unwrap(),
        clock: Arc::new(StoryClock::fixed(monday())),
        chance: clinic::machine_chance(),
        keys,
        policy: Policy::embedded().unwrap(),
        pages: Pages::load().unwrap(),
        sent: Default::default(),
        config,
    };
    loop {
        if ordered::round(&house, &Cascade, "to be killed").unwrap() == 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn a_worker_that_is_killed_leaves_whole_letters_and_the_next_goes_on_where_it_stopped() {
    let world = World::new(881);
    let mut case = agreed(&world, 12);
    let id = draft(&mut case.counsellor, "hands_on");
    let mut worker = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "letters::batch::killed::a_worker_in_a_process_of_its_own"])
        .env(DATABASE, &world.house.config.database)
        .env(SEED, world.seed.to_string())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let done = |case: &mut crate::support::cases::Case| counts(&batch(&mut case.counsellor, &id, "done"))[1];
    for _ in 0..2_000 {
        if done(&mut case) > 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    worker.kill().unwrap();
    worker.wait().unwrap();
    let seen = batch(&mut case.counsellor, &id, "done");
    let [all, before, held, waiting, _] = counts(&seen);
    assert!(before > 0 && all == before + held + waiting && held == 0, "{seen}");
    // What is done is whole, what is not done has left nothing behind.
    assert_eq!((letters_in(&world, "submitted"), letters_in(&world, "draft")), (before as usize, 0));
    assert_eq!(compare(&world), (vec![], vec![]));
    all_rounds(&world);
    assert_eq!(counts(&batch(&mut case.counsellor, &id, "done")), [12, 12, 0, 0, 0]);
    assert_eq!((letters_in(&world, "submitted"), compare(&world)), (12, (vec![], vec![])));
}
