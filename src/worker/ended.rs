//! Last days that have passed: whoever runs the cascade says which, and does what follows. Asked before anything is sent.
//! Must not know: what had a last day.

use super::ROUND;
use crate::{access::House, audit::ActorKind, error::Result, relative::listener::Listener};

/// Takes up what had a last day that has passed. One that cannot be taken up does not hold up the rest.
pub(super) fn days(house: &House, listener: &dyn Listener, worker: &str) -> Result<()> {
    let today = house.clock.now().date();
    for (service, reference) in house.db.read(|conn| listener.days_passed(conn, today, ROUND))? {
        let done =
            house.act_as(ActorKind::Worker, worker, service, |act| listener.day_passed(act, &reference));
        if let Err(problem) = done {
            tracing::error!(cause = problem.cause(), "a last day that has passed could not be taken up");
        }
    }
    Ok(())
}
