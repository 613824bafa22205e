//! An import stopped, gone on with, ended early, and taken back as long as nothing was done with what came in.
//! Must not know: how a change is undone.

use super::{all_rounds, count, families, left, press, read, seen, state_counts};
use crate::support::World;
use kinward::{
    audit::ActorKind, clinic::cascade::listener::Cascade, demo::people::list_of, relative::listener::Listener,
};
use serde_json::json;

fn some(world: &World, most: i64) {
    for piece in world.house.db.read(|conn| Cascade.ordered(conn, most)).unwrap() {
        let done = |act: &mut kinward::audit::Act<'_>| Cascade.ordered_do(act, &piece.reference);
        world.house.act_as(ActorKind::Staff, piece.by.as_str(), piece.service, done).unwrap();
    }
}

#[test]
fn an_import_can_be_stopped_gone_on_with_and_ended_early() {
    let world = World::new(8831);
    let mut work = world.counsellor();
    let id = read(&mut work, &families(1, 40));
    press(&mut work, &id, "start");
    some(&world, 2);
    press(&mut work, &id, "cancel");
    all_rounds(&world);
    let page = work.browser.page(&format!("/imports/{id}")).unwrap();
    assert!(
        page.contains("24 of 40 families brought in") && page.contains("Go on with this import"),
        "{page}"
    );
    press(&mut work, &id, "resume");
    // A page from before offers to end it: not while it goes on.
    assert!(work.program.api_post(&format!("/imports/{id}/close"), &json!({})).is_err());
    some(&world, 1);
    press(&mut work, &id, "cancel");
    press(&mut work, &id, "close");
    let seen = seen(&mut work, &id);
    assert_eq!((seen["state"].as_str(), state_counts(&seen)), (Some("done"), [0, 36, 0, 4, 0, 0]));
    assert!(work.program.api_post(&format!("/imports/{id}/resume"), &json!({})).is_err());
}

#[test]
fn what_something_was_done_with_is_kept_and_named_and_the_rest_is_taken_back() {
    let world = World::new(8832);
    let mut work = world.counsellor();
    let empty = left(&world);
    let id = read(&mut work, &families(1, 4));
    press(&mut work, &id, "start");
    all_rounds(&world);
    let lines = list_of(&seen(&mut work, &id), "lines").unwrap().clone();
    let of = |old: &str| {
        lines.iter().find(|line| line["old_reference"] == old).unwrap()["family"].as_str().unwrap().to_owned()
    };
    // Of one somebody learns a new address, another is opened by a colleague.
    let shown = work.program.api(&format!("/families/{}", of("F1"))).unwrap();
    let person = list_of(&shown, "people")
        .unwrap()
        .iter()
        .find(|one| one["name"] == "Aurelieb Wrayb")
        .unwrap()["person"]
        .as_str()
        .unwrap()
        .to_owned();
    let contact = json!({"address": "9 New Road\nStroud", "postcode": "GL5 1AA", "source": "her", "as_of": "2026-11-23"});
    work.program.api_post(&format!("/people/{person}/contact"), &contact).unwrap();
    let reference =
        lines.iter().find(|line| line["old_reference"] == "F2").unwrap()["reference"].as_str().unwrap();
    world.clinician().family_claim(reference, "asked to look at it").unwrap();
    press(&mut work, &id, "undo");
    all_rounds(&world);
    let seen = seen(&mut work, &id);
    assert_eq!((seen["state"].as_str(), state_counts(&seen)), (Some("undone"), [0, 0, 0, 0, 2, 2]), "{seen}");
    let kept: Vec<(&str, &str)> = list_of(&seen, "lines")
        .unwrap()
        .iter()
        .map(|line| (line["old_reference"].as_str().unwrap(), line["why"].as_str().unwrap()))
        .collect();
    assert_eq!(kept.iter().map(|(old, _)| *old).collect::<Vec<_>>(), ["F1", "F2"]);
    assert!(
        kept[0].1.contains("was changed since") && kept[1].1.contains("a colleague has its file"),
        "{kept:?}"
    );
    let now = left(&world);
    assert_eq!(
        now.iter().zip(empty).map(|(now, before)| now - before).collect::<Vec<_>>(),
        [2, 8, 8, 2, 3, 2]
    );
    // The keys of those that are gone are gone with them.
    assert_eq!(count(&world, &format!("key_envelopes WHERE holder_id = '{}'", of("F3"))), 0);
    assert_eq!(work.browser.get(&format!("/families/{}", of("F3"))).unwrap().status, 404);
    assert_eq!(work.browser.get(&format!("/families/{}", of("F1"))).unwrap().status, 200);
}

#[test]
fn what_nobody_goes_on_with_is_given_up_and_forgotten_and_what_came_in_stays() {
    let world = World::new(8834);
    let mut work = world.counsellor();
    let looked_at = read(&mut work, &families(1, 3));
    let stopped = read(&mut work, &families(101, 20));
    press(&mut work, &stopped, "start");
    some(&world, 1);
    press(&mut work, &stopped, "cancel");
    let page = work.browser.page(&format!("/imports/{stopped}")).unwrap();
    assert!(page.contains("It waits for you until 24 December 2026"), "{page}");
    world.clock.advance_days(31);
    world.send();
    let mut work = world.counsellor();
    assert_eq!(seen(&mut work, &looked_at)["state"], "ready");
    world.clock.advance_days(1);
    world.send();
    let mut work = world.counsellor();
    assert_eq!(seen(&mut work, &looked_at)["state"], "dropped");
    let ended = seen(&mut work, &stopped);
    assert_eq!((ended["state"].as_str(), state_counts(&ended)), (Some("done"), [0, 12, 0, 8, 0, 0]));
    assert_eq!((count(&world, "import_families"), left(&world)[0]), (20, 12));
    assert_eq!(count(&world, "imports WHERE sealed IS NOT NULL"), 0);
}
