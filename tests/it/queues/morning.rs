//! What the worker does for staff: late work is shown once to whoever leads, and who asked gets one e-mail a working day.
//! Must not know: what any item's subject holds.

use super::{items, numbered, receive};
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use kinward::{
    audit::{self, ActorKind, Deed},
    clinic::cascade::listener::Cascade,
    demo::people::list_of,
    mail::{Parcel, PostRef, Sent, Transport},
    relative::listener::Listener,
    worker::{Paper, Transports, morning},
};

#[test]
fn what_is_long_past_its_day_is_shown_once_to_whoever_leads() {
    let world = World::new(661);
    receive(&world, &numbered(1));
    let late = |world: &World| morning::late(&world.house, &Cascade, "worker").unwrap();
    let marked = |world: &World| {
        let rows = world.house.db.read(|conn| audit::of_service(conn, world.service.id)).unwrap();
        rows.iter().filter(|row| row.deed == Deed::WorkEscalated.as_str()).count()
    };
    world.clock.advance_days(8);
    late(&world);
    assert_eq!(marked(&world), 0, "due on Wednesday, and not yet five working days past");
    world.clock.advance_days(2);
    late(&world);
    late(&world);
    assert_eq!(marked(&world), 1, "once");
    let mut amir = world.clinician();
    let home = amir.program.api("").unwrap();
    let told = list_of(&home, "needs").unwrap().iter().find(|line| line["href"] == "/queues?due=escalated");
    assert_eq!(told.unwrap()["count"], 1);
    assert_eq!(items(&mut amir, "/queues?due=escalated").len(), 1);
    let mut nia = world.counsellor();
    let home = nia.program.api("").unwrap();
    assert!(list_of(&home, "needs").unwrap().iter().all(|line| line["href"] != "/queues?due=escalated"));
}

/// Keeps what it is handed, and says that it went.
#[derive(Default, Clone)]
struct Kept(std::sync::Arc<std::sync::Mutex<Vec<String>>>);

impl Transport for Kept {
    fn send(&self, _: &PostRef, parcel: &Parcel<'_>) -> Sent {
        let Parcel::Digest(digest) = parcel else { panic!("only the day's e-mail") };
        let text = format!("{}\n{}\n{}", digest.to().as_str(), digest.subject(), digest.text());
        self.0.lock().unwrap().push(text);
        Sent::Accepted { provider_ref: "kept".into() }
    }
}

#[test]
fn whoever_asks_for_it_gets_one_email_a_working_day_with_numbers_and_nobodys_name() {
    let world = World::new(662);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    receive(&world, &numbered(1));
    let kept = Kept::default();
    let ways = Transports {
        paper: Paper::Each(Box::new(kept.clone())),
        email: Box::new(kept.clone()),
        text: None,
        host: "mail.example".into(),
    };
    let send = || morning::digests(&world.house, &Cascade, &ways, "worker").unwrap();
    assert_eq!(send(), 0, "nobody asked");
    let chosen = [("digest", "yes"), ("email", "nia.morgan@severnside.example")];
    case.counsellor.browser.done("/digest", "/digest", &chosen).unwrap();
    let wrong = case.counsellor.browser.submit("/digest", "/digest", &[("digest", "yes"), ("email", "nia")]);
    assert_eq!(wrong.unwrap().status, 422);
    assert_eq!(send(), 1);
    assert_eq!(send(), 0, "never the day's second");
    let text = kept.0.lock().unwrap()[0].clone();
    assert!(text.starts_with("nia.morgan@severnside.example\nYour queues today\n"), "{text}");
    assert!(text.contains("New results: 1\n") && text.contains("Conversations due: 6\n"), "{text}");
    for name in [SISTER.given, SISTER.family, AUNT.given, case.reference.as_str(), "BRCA"] {
        assert!(!text.contains(name), "{name}");
    }
    // A worker that was killed between the mark and the sending: it is not sent again, and that is seen.
    world.clock.advance_days(1);
    world
        .house
        .act_as(ActorKind::Worker, "killed", world.service.id, |act| {
            let now = world.house.clock.now();
            let due = Cascade.digests_due(act.conn, &world.house.policy, now, 10)?;
            Cascade.digest_begin(act, &due[0].1).map(|digested| assert!(digested.is_some()))
        })
        .unwrap();
    assert_eq!(send(), 0);
    let mut nia = world.counsellor();
    assert!(nia.browser.page("/digest").unwrap().contains("nobody knows whether it went"));
    // Not on a Saturday; and no more once it was ended.
    world.clock.advance_days(4);
    assert_eq!(send(), 0, "28 November 2026 is a Saturday");
    world.clock.advance_days(2);
    let mut nia = world.counsellor();
    nia.browser.done("/digest", "/digest", &[("digest", "no")]).unwrap();
    assert_eq!(send(), 0);
}
