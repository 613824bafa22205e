//! Asks providers what became of what they may have, or have, and stores what they say.
//! Must not know: which provider it is, or what was sent.

use super::{ROUND, Transports, reference};
use crate::{
    access::House,
    audit::ActorKind,
    error::Result,
    mail::Found,
    relative::{
        delivery::{Delivery, ask_later, delivery_absent, delivery_heard, delivery_unknown},
        listener::Listener,
        outbox::{Post, PostState, post_get, posts_to_ask},
    },
};

/// Days after which a provider may have forgotten what it had: that it has nothing is then no answer. GOV.UK Notify keeps
/// seven.
const REMEMBERED: i64 = 5;

/// One that cannot be stored does not hold up the rest; it is asked about again.
pub(super) fn providers(
    house: &House,
    listener: &dyn Listener,
    ways: &Transports,
    worker: &str,
) -> Result<()> {
    let now = house.clock.now();
    for post in house.db.read(|conn| posts_to_ask(conn, now, ROUND))? {
        let Some(way) = ways.of(post.channel) else { continue };
        let never_had =
            |post: &Post| post.state == PostState::Uncertain && now.days_since(post.changed_at) < REMEMBERED;
        let found = way.ask(&reference(ways, &post));
        let stored = house.act_as(ActorKind::Worker, worker, post.service_id, |act| match &found {
            Found::Taken { provider_ref, status } => {
                // A word that is not known tells that it is there, and no more.
                let said: Delivery = status.parse().unwrap_or(Delivery::Created);
                delivery_heard(act, listener, post.id, said, Some(provider_ref))?;
                let stands = post_get(act.conn, act.service, post.id)?;
                ask_later(act, &stands)
            }
            Found::Absent if never_had(&post) => delivery_absent(act, listener, post.id),
            Found::Absent | Found::Unknown => delivery_unknown(act, post.id),
        });
        if let Err(problem) = stored {
            tracing::error!(cause = problem.cause(), "what a provider said could not be stored");
        }
    }
    Ok(())
}
