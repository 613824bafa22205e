//! What the worker does for staff: late work is marked for whoever leads, and those who asked get the day's e-mail.
//! Must not know: what the work is about. The mark that an e-mail is being sent stands before its first byte, so that a worker
//! which is killed never sends the day's second.

use super::{ROUND, Transports};
use crate::{
    access::House,
    audit::ActorKind,
    error::Result,
    ids::PostId,
    mail::{Digest, Parcel, PostRef, Sent},
    relative::listener::Listener,
};
use kinward_family::language::Language;

/// Marks what is so late that whoever leads is told.
pub fn late(house: &House, listener: &dyn Listener, worker: &str) -> Result<()> {
    let today = house.clock.now().date();
    let found = house.db.read(|conn| listener.works_late(conn, &house.policy, today, ROUND))?;
    for (service, reference) in found {
        let done =
            house.act_as(ActorKind::Worker, worker, service, |act| listener.work_escalate(act, &reference));
        if let Err(problem) = done {
            tracing::debug!(cause = problem.cause(), "a piece of late work was left");
        }
    }
    Ok(())
}

/// Sends the day's e-mails. Answers how many were handed over.
pub fn digests(house: &House, listener: &dyn Listener, ways: &Transports, worker: &str) -> Result<usize> {
    let now = house.clock.now();
    let due = house.db.read(|conn| listener.digests_due(conn, &house.policy, now, ROUND))?;
    let mut sent = 0;
    for (service, reference) in due {
        let begun =
            house.act_as(ActorKind::Worker, worker, service, |act| listener.digest_begin(act, &reference));
        let digested = match begun {
            Ok(Some(digested)) => digested,
            Ok(None) => continue,
            Err(problem) => {
                tracing::debug!(cause = problem.cause(), "a day's e-mail was left");
                continue;
            }
        };
        let digest = Digest::new(digested.to, &digested.lines, &house.config.address);
        let id = PostId::new(house.chance.as_ref());
        let post = PostRef::new(id, &ways.host, now, Language::English);
        let accepted = matches!(ways.email.send(&post, &Parcel::Digest(&digest)), Sent::Accepted { .. });
        sent += usize::from(accepted);
        house.act_as(ActorKind::Worker, worker, service, |act| {
            listener.digest_end(act, &reference, accepted)
        })?;
    }
    Ok(sent)
}
