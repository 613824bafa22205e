//! A delivery status message that came back to the service's mailbox: which sending it is about, and what is stored of it.
//! Must not know: whom the e-mail was to; the report's own words are not kept.

use crate::{
    access::House,
    audit::ActorKind,
    error::{Error, Result},
    ids::PostId,
    mail::status::{Action, LONGEST, read},
    relative::{
        delivery::{Delivery, delivery_heard},
        listener::Listener,
        outbox::{Channel, PostState, post_anywhere},
    },
};
use serde::Serialize;

/// What became of a message that was read.
#[derive(Debug, Serialize, PartialEq, Eq)]
#[serde(tag = "heard", rename_all = "snake_case")]
pub enum Heard {
    /// Stored, or known already.
    Stored { post: PostId, delivery: Delivery, news: bool },
    /// It is about no e-mail that this installation has sent: nothing was stored.
    NotOurs,
}

/// Longest message that need be read, in bytes.
pub const MOST: usize = LONGEST;

/// Reads a message and stores what it says of a sending of ours.
///
/// # Errors
/// Bad input: a message that is no delivery status message.
pub fn mail_heard(house: &House, listener: &dyn Listener, message: &[u8]) -> Result<Heard> {
    let report = read(message)
        .map_err(|e| Error::bad_input(format!("this message cannot be used: {e}. Nothing was stored")))?;
    let host = house.config.mail_from.rsplit('@').next().unwrap_or_default();
    let Some(id) = ours(&report.message_id, host) else { return Ok(Heard::NotOurs) };
    let Some(post) = house.db.read(|conn| post_anywhere(conn, id))? else { return Ok(Heard::NotOurs) };
    let left = match post.state {
        PostState::Sending
        | PostState::Accepted
        | PostState::Refused
        | PostState::Retry
        | PostState::Uncertain
        | PostState::GivenUp
        | PostState::Cancelled => post.attempts > 0,
        PostState::Waiting | PostState::Queued | PostState::Claimed => false,
    };
    if post.channel != Channel::Email || !left {
        return Ok(Heard::NotOurs);
    }
    let delivery = match (report.action, report.class) {
        (Action::Failed, 4) => Delivery::TemporaryFailure,
        (Action::Failed, _) => Delivery::PermanentFailure,
        (Action::Delayed, _) => Delivery::Delayed,
        (Action::Delivered, _) => Delivery::Delivered,
        (Action::Relayed | Action::Expanded, _) => Delivery::Sent,
    };
    let news = house.act_as(ActorKind::CommandLine, "mail intake", post.service_id, |act| {
        delivery_heard(act, listener, id, delivery, None)
    })?;
    Ok(Heard::Stored { post: id, delivery, news })
}

/// The sending whose e-mail has this Message-ID, if it is one that this installation writes.
fn ours(message_id: &str, host: &str) -> Option<PostId> {
    let inner = message_id.strip_prefix('<')?.strip_suffix('>')?;
    let (id, at) = inner.split_once('@')?;
    if at.eq_ignore_ascii_case(host) { id.parse().ok() } else { None }
}
