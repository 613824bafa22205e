//! What became of one attempt at a sending: accepted, refused, tried again later within a budget, or uncertain.
//! Must not know: how a transport found out, or what the letter says.

use super::{
    delivery,
    listener::Listener,
    outbox::{Channel, Post, PostState, post_get, post_move, posts},
    pause::channel_pause,
    sendings::posts_of,
};
use crate::{
    audit::Act,
    db::UtcTime,
    error::{Error, Result},
    mutant,
};
use diesel::prelude::*;

/// What a transport said of an attempt. No variant claims more than is known.
pub enum Outcome {
    Accepted {
        provider_ref: String,
    },
    Refused {
        words: String,
    },
    Retry {
        words: String,
    },
    /// It surely did not go, because the other side takes no more at once: not this sending's fault.
    Busy {
        words: String,
    },
    /// It surely did not go, and the fault is the channel's: nothing else would go either.
    ChannelAtFault {
        words: String,
    },
    Uncertain {
        words: String,
    },
}

/// When a sending that was told "later" is due again.
enum Again {
    At(UtcTime),
    /// The budget is spent: a person must look.
    Never,
}

/// Stores the outcome of an attempt that was begun as `post`.
///
/// # Errors
/// A worker whose lease ran out: its late word is refused, also where another has begun a later attempt.
pub fn post_outcome(
    act: &mut Act<'_>,
    listener: &dyn Listener,
    post: &Post,
    outcome: Outcome,
) -> Result<PostState> {
    let now = post_get(act.conn, act.service, post.id)?;
    if now.attempts != post.attempts || now.claimed_by != post.claimed_by {
        return Err(Error::not_now("This sending is another worker's by now. Its outcome is not stored."));
    }
    let to = match outcome {
        Outcome::Accepted { provider_ref } => {
            post_move(act, post, PostState::Accepted, None)?;
            let kept = format!("{provider_ref}{}", mutant::sequence());
            diesel::update(posts::table.find(post.id))
                .set(posts::provider_ref.eq(kept))
                .execute(act.conn())?;
            accepted(act, listener, post)?;
            // Its provider may have said more before this was stored.
            return delivery::weigh(act, listener, &now, PostState::Accepted);
        }
        Outcome::Refused { words } => {
            post_move(act, post, PostState::Refused, Some(&words))?;
            PostState::Refused
        }
        Outcome::Uncertain { words } => {
            post_move(act, post, PostState::Uncertain, Some(&words))?;
            PostState::Uncertain
        }
        Outcome::ChannelAtFault { words } => {
            post_move(act, post, PostState::Retry, Some(&words))?;
            // It is due as soon as the pause ends.
            due_again(act, post, act.at)?;
            channel_pause(act, post.channel, &words)?;
            PostState::Retry
        }
        Outcome::Busy { words } => {
            let wait = 60 * act.policy().periods.send_busy_minutes;
            later(act, post, &words, wait, post.retries)?
        }
        Outcome::Retry { words } => {
            let wait = wait_of(act, post);
            later(act, post, &words, wait, post.retries.saturating_add(1))?
        }
    };
    listener.post_in_trouble(act, post.id.as_str(), post.invitation_id, to.is_trouble())?;
    Ok(to)
}

/// It surely did not go: tried again after `wait` seconds, unless that would be past its budget.
fn later(act: &mut Act<'_>, post: &Post, words: &str, wait: i64, retries: i32) -> Result<PostState> {
    let since = post.retry_since.unwrap_or(act.at);
    match again(act, since, wait) {
        Again::At(at) => {
            post_move(act, post, PostState::Retry, Some(words))?;
            due_again(act, post, at)?;
            diesel::update(posts::table.find(post.id))
                .set((posts::retries.eq(retries), posts::retry_since.eq(since)))
                .execute(act.conn())?;
            Ok(PostState::Retry)
        }
        Again::Never => {
            let hours = act.policy().periods.send_budget_hours;
            let words = format!("for {hours} hours it could not be handed over; the last time: {words}");
            let words: String = words.chars().take(400).collect();
            post_move(act, post, PostState::Refused, Some(&words))?;
            Ok(PostState::Refused)
        }
    }
}

fn again(act: &Act<'_>, since: UtcTime, wait: i64) -> Again {
    let at = act.at.plus_seconds(wait);
    let spent = since.plus_seconds(3600 * act.policy().periods.send_budget_hours);
    if at <= spent { Again::At(at) } else { Again::Never }
}

/// Seconds until the next try: the policy's wait, lengthened by a part that goes by the sending's own id, so that what failed
/// together is not tried together, and the same failure always waits as long.
fn wait_of(act: &Act<'_>, post: &Post) -> i64 {
    let periods = &act.policy().periods;
    let tried = usize::try_from(post.retries).unwrap_or_default();
    let waits = &periods.send_retry_minutes;
    let minutes = waits.get(tried).or(waits.last()).copied().unwrap_or(1);
    let spread =
        post.id.as_str().bytes().fold(post.retries.unsigned_abs(), |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(u32::from(byte))
        });
    let longer = 60 * minutes * periods.send_retry_longer_percent * i64::from(spread % 101) / 10_000;
    60 * minutes + longer
}

fn due_again(act: &mut Act<'_>, post: &Post, at: UtcTime) -> Result<()> {
    diesel::update(posts::table.find(post.id)).set(posts::not_before.eq(at)).execute(act.conn())?;
    Ok(())
}

/// The paper has gone: the e-mail that announces it may follow, and the cascade hears of it.
pub(super) fn accepted(act: &mut Act<'_>, listener: &dyn Listener, post: &Post) -> Result<()> {
    match post.channel {
        Channel::Email | Channel::Text | Channel::Hand => Ok(()),
        Channel::Paper => {
            for other in posts_of(act.conn, act.service, post.invitation_id)? {
                if other.state == PostState::Waiting {
                    post_move(act, &other, PostState::Queued, None)?;
                }
            }
            listener.letter_sent(act, post.invitation_id)
        }
    }
}

/// A worker vanished. What had only been claimed goes back; what may have left is uncertain until a person says.
pub fn post_lost(act: &mut Act<'_>, listener: &dyn Listener, post: &Post) -> Result<()> {
    match post.state {
        PostState::Claimed => post_move(act, post, PostState::Queued, None),
        PostState::Sending => {
            post_move(act, post, PostState::Uncertain, Some("the sender stopped while sending"))?;
            listener.post_in_trouble(act, post.id.as_str(), post.invitation_id, true)
        }
        PostState::Waiting
        | PostState::Queued
        | PostState::Accepted
        | PostState::Refused
        | PostState::Retry
        | PostState::Uncertain
        | PostState::GivenUp
        | PostState::Cancelled => Err(Error::inner("only what a worker holds can be lost")),
    }
}
