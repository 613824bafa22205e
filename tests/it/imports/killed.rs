//! A worker that is killed while it brings families in, after any step: the next goes on, and nothing comes in twice or half.
//! Must not know: where in a family it was.

use super::{all_rounds, brought, columns, families, left, press, read, round, seen, state_counts};
use crate::support::World;
use kinward::{
    audit::ActorKind,
    clinic::cascade::listener::Cascade,
    error::{Error, Result},
    relative::listener::{Listener, Ordered},
};
use std::{process::Command, time::Duration};

fn pieces(world: &World) -> Vec<Ordered> {
    world.house.db.read(|conn| Cascade.ordered(conn, 1)).unwrap()
}

/// One piece; where `dies`, the worker is gone before it is committed.
fn piece(world: &World, piece: &Ordered, dies: bool) -> Result<()> {
    world.house.act_as(ActorKind::Staff, piece.by.as_str(), piece.service, |act| {
        Cascade.ordered_do(act, &piece.reference)?;
        if dies { Err(Error::inner("killed here, for the test")) } else { Ok(()) }
    })
}

#[test]
fn a_fault_after_any_step_leaves_whole_families_and_the_end_is_the_same() {
    let mut ends = Vec::new();
    for fault_at in 0..4 {
        let world = World::new(8821);
        let mut work = world.counsellor();
        // Four people each: twelve families to a piece.
        let id = brought(&mut work, &families(1, 26));
        let said = columns(&mut work, &id);
        work.program.api_post(&format!("/imports/{id}/columns"), &said).unwrap();
        let empty = left(&world);
        press(&mut work, &id, "start");
        let mut step = 0;
        while let Some(next) = pieces(&world).into_iter().next() {
            if step == fault_at {
                let before = left(&world);
                piece(&world, &next, true).unwrap_err();
                assert_eq!(left(&world), before, "step {step}");
            }
            piece(&world, &next, false).unwrap();
            // Whoever comes late with the same piece finds it done.
            let late = piece(&world, &next, false).unwrap_err();
            assert!(late.public().contains("taken up already"), "{late}");
            step += 1;
        }
        let seen = seen(&mut work, &id);
        assert_eq!(
            (step, seen["state"].as_str(), state_counts(&seen)),
            (3, Some("done"), [0, 26, 0, 0, 0, 0])
        );
        // And back, with the same fault.
        press(&mut work, &id, "undo");
        let mut step = 0;
        let all = left(&world);
        while let Some(next) = pieces(&world).into_iter().next() {
            if step == fault_at {
                let before = left(&world);
                piece(&world, &next, true).unwrap_err();
                assert_eq!(left(&world), before, "step back {step}");
            }
            piece(&world, &next, false).unwrap();
            step += 1;
        }
        assert_eq!((step, left(&world)), (3, empty));
        ends.push(all);
    }
    ends.dedup();
    assert_eq!(ends.len(), 1, "{ends:?}");
}

#[test]
fn a_long_file_is_read_by_the_worker_a_piece_at_a_time() {
    let world = World::new(8822);
    let mut work = world.counsellor();
    let id = brought(&mut work, &families(1, 1_500));
    let said = columns(&mut work, &id);
    work.program.api_post(&format!("/imports/{id}/columns"), &said).unwrap();
    let seen = seen(&mut work, &id);
    assert_eq!(
        (seen["state"].as_str(), seen["so_far"].as_str()),
        (Some("reading"), Some("5000 of 6000 rows read"))
    );
    let next = pieces(&world).into_iter().next().unwrap();
    piece(&world, &next, true).unwrap_err();
    assert_eq!(round(&world), 1);
    let seen = self::seen(&mut work, &id);
    assert_eq!(
        (seen["state"].as_str(), &seen["counts"]["families"], &seen["counts"]["problems"]),
        (Some("ready"), &1_500.into(), &0.into()),
        "{seen}"
    );
}

#[test]
fn a_worker_that_is_killed_without_a_warning_leaves_whole_families() {
    let world = World::new(8823);
    let mut work = world.counsellor();
    let id = read(&mut work, &families(1, 60));
    let empty = left(&world);
    press(&mut work, &id, "start");
    let mut worker = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "letters::batch::killed::a_worker_in_a_process_of_its_own"])
        .env("KINWARD_TEST_BATCH_DATABASE", &world.house.config.database)
        .env("KINWARD_TEST_BATCH_SEED", world.seed.to_string())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    for _ in 0..2_000 {
        if state_counts(&seen(&mut work, &id))[1] > 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    worker.kill().unwrap();
    worker.wait().unwrap();
    let [waiting, done, held, ..] = state_counts(&seen(&mut work, &id));
    assert!(done > 0 && held == 0 && waiting + done == 60, "{waiting} {done} {held}");
    let came = |now: [i64; 6]| now.iter().zip(empty).map(|(now, before)| now - before).collect::<Vec<_>>();
    assert_eq!(came(left(&world)), [1, 4, 4, 1, 1, 1].map(|each| each * done));
    all_rounds(&world);
    assert_eq!(came(left(&world)), [60, 240, 240, 60, 60, 60]);
}
