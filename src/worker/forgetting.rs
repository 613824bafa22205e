//! Forgetting: what was kept only for a while is removed once its time is over.
//! Must not know: sendings, or what was kept; the policy says for how long, and its owner removes it.

use crate::{access::House, error::Result, relative::visit};

/// Removes the portal's visits that nobody can come back to. Answers how many. Two workers at once do no harm.
pub fn visits(house: &House) -> Result<usize> {
    let forgotten = visit::visits_forget(&house.db, house.clock.now(), &house.policy.periods)?;
    if forgotten > 0 {
        tracing::info!(forgotten, "old visits of the portal were removed");
    }
    Ok(forgotten)
}
