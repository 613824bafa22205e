//! How a person settles a sending that no program can settle: refused, uncertain, or given up without knowing.
//! Must not know: why the letter was written. A code stays usable as long as its letter may still arrive.

use super::{
    attempt::accepted,
    delivery::Delivery,
    listener::Listener,
    outbox::{Channel, OnceGone, Post, PostState, post_get, post_move, posts, recall, untold},
};
use crate::{
    audit::Act,
    db::{UtcTime, closed},
    error::{Error, Result},
    ids::PostId,
};
use diesel::prelude::*;

closed! {
    /// How a person settles a sending in trouble.
    pub enum Settlement {
        CameThrough = "came_through",
        SendAgain = "send_again",
        /// It surely did not go, and shall not: its code is closed.
        NotSent = "not_sent",
        GiveUp = "give_up",
    }
}

/// What a person may say of a sending in this state, of which its provider last said `delivery`.
pub fn settlements(state: PostState, delivery: Option<Delivery>) -> &'static [Settlement] {
    use Settlement::{CameThrough, GiveUp, NotSent, SendAgain};
    match state {
        PostState::Uncertain => &[CameThrough, SendAgain, NotSent, GiveUp],
        // What the provider cannot account for is not sent again.
        PostState::Refused if delivery.is_some_and(|said| !said.may_go_again()) => &[GiveUp],
        PostState::Refused => &[SendAgain, GiveUp],
        PostState::GivenUp => &[NotSent],
        PostState::Waiting
        | PostState::Queued
        | PostState::Claimed
        | PostState::Sending
        | PostState::Accepted
        | PostState::Retry
        | PostState::Cancelled => &[],
    }
}

/// A person settles a sending that was refused or is uncertain, or says of one given up that it surely did not go.
pub fn post_settle(act: &mut Act<'_>, listener: &dyn Listener, id: PostId, how: Settlement) -> Result<()> {
    let post = post_get(act.conn, act.service, id)?;
    if !settlements(post.state, post.delivery).contains(&how) {
        return Err(Error::not_now(format!(
            "This cannot be said of a sending that is {}. Nothing was changed.",
            post.state
        )));
    }
    match how {
        Settlement::CameThrough => {
            post_move(act, &post, PostState::Accepted, None)?;
            accepted(act, listener, &post)?;
        }
        Settlement::SendAgain => {
            post_move(act, &post, PostState::Queued, None)?;
            begin_anew(act, id)?;
        }
        Settlement::NotSent => {
            post_move(act, &post, PostState::Cancelled, Some("surely not sent, says staff"))?;
            // A letter given up was stopped then, and another may be under way: only its code is left.
            if post.channel == Channel::Paper && post.state == PostState::GivenUp {
                recall(act, listener, post.invitation_id, OnceGone::StaysReadable)?;
            } else if post.channel == Channel::Paper {
                listener.letter_given_up(act, post.invitation_id)?;
            }
            untold(act, listener, &post)?;
        }
        Settlement::GiveUp => {
            let unknown = post.state == PostState::Uncertain;
            let to = if unknown { PostState::GivenUp } else { PostState::Cancelled };
            post_move(act, &post, to, Some("given up by staff"))?;
            if post.channel == Channel::Paper && failed_after_all(&post) {
                // It was taken for sent, or might have been, and its code opened: nobody has it.
                recall(act, listener, post.invitation_id, OnceGone::StaysReadable)?;
                listener.letter_given_up(act, post.invitation_id)?;
                listener.letter_failed(act, post.invitation_id)?;
            } else if post.channel == Channel::Paper {
                listener.letter_given_up(act, post.invitation_id)?;
            }
            untold(act, listener, &post)?;
        }
    }
    listener.post_in_trouble(act, id.as_str(), post.invitation_id, false)
}

/// Whether its provider had accepted it, and then said that it did not go.
fn failed_after_all(post: &Post) -> bool {
    post.state == PostState::Refused && post.delivery.and_then(Delivery::failed).is_some()
}

/// Somebody says that it may go again: its tries and what was said of the last one count no more.
fn begin_anew(act: &mut Act<'_>, id: PostId) -> Result<()> {
    let now = act.at;
    diesel::update(posts::table.find(id))
        .set((
            posts::retries.eq(0),
            posts::retry_since.eq(None::<UtcTime>),
            posts::delivery.eq(None::<Delivery>),
            posts::delivery_at.eq(None::<UtcTime>),
            posts::ask_at.eq(None::<UtcTime>),
            posts::not_before.eq(now),
        ))
        .execute(act.conn())?;
    Ok(())
}
