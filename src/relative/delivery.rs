//! What a provider, or the mail system, says became of a sending after it was handed over. It never goes backwards.
//! Must not know: who said it, over which way, or what the letter says.

use super::{
    attempt::accepted,
    listener::Listener,
    outbox::{Channel, Post, PostState, post_get, post_move, posts},
    sendings::posts_of,
};
use crate::{
    audit::{Act, Deed},
    db::{UtcTime, closed},
    error::Result,
    ids::PostId,
};
use diesel::prelude::*;

closed! {
    /// The words of GOV.UK Notify for a message or a letter, and those a delivery status message has beside them.
    pub enum Delivery {
        Created = "created",
        PendingVirusCheck = "pending-virus-check",
        /// A letter that will be printed.
        Accepted = "accepted",
        Sending = "sending",
        Pending = "pending",
        /// It is tried again by the mail system.
        Delayed = "delayed",
        /// Handed on, to where nothing more can be known.
        Sent = "sent",
        /// A letter that was printed and given to the post.
        Received = "received",
        Delivered = "delivered",
        TemporaryFailure = "temporary-failure",
        PermanentFailure = "permanent-failure",
        TechnicalFailure = "technical-failure",
        VirusScanFailed = "virus-scan-failed",
        ValidationFailed = "validation-failed",
        Cancelled = "cancelled",
        /// A letter that came back in the post.
        Returned = "returned-letter",
    }
}

impl Delivery {
    /// Where it stands on the way. What stands further on is never overwritten by what stands before it, and of two ends
    /// the first one counts; only that a letter came back is news after its end.
    const fn step(self) -> u8 {
        match self {
            Delivery::Created | Delivery::PendingVirusCheck => 0,
            Delivery::Accepted | Delivery::Sending | Delivery::Pending => 1,
            Delivery::Delayed => 2,
            Delivery::Sent | Delivery::Received => 3,
            Delivery::Delivered
            | Delivery::TemporaryFailure
            | Delivery::PermanentFailure
            | Delivery::TechnicalFailure
            | Delivery::VirusScanFailed
            | Delivery::ValidationFailed
            | Delivery::Cancelled => 4,
            Delivery::Returned => 5,
        }
    }

    /// What staff must know and do, where it surely did not arrive.
    pub const fn failed(self) -> Option<&'static str> {
        match self {
            Delivery::Created
            | Delivery::PendingVirusCheck
            | Delivery::Accepted
            | Delivery::Sending
            | Delivery::Pending
            | Delivery::Delayed
            | Delivery::Sent
            | Delivery::Received
            | Delivery::Delivered
            | Delivery::Returned => None,
            Delivery::TemporaryFailure => Some(
                "It could not be delivered for days: the mailbox is full, or nobody answers there. Check the address with the person. Nothing is sent another way by itself.",
            ),
            Delivery::PermanentFailure => Some(
                "It cannot be delivered: the address does not exist, or takes nothing. Check the address with the person. Nothing is sent another way by itself.",
            ),
            Delivery::TechnicalFailure => Some(
                "The provider failed and cannot say whether it went. Do not send it again before the provider has said so.",
            ),
            Delivery::VirusScanFailed => Some(
                "The provider took the letter's file for unsafe, and did not print it. Tell whoever runs this installation.",
            ),
            Delivery::ValidationFailed => Some(
                "The provider does not print the letter as it is set, for example because it has too many pages. Give it up and write it again.",
            ),
            Delivery::Cancelled => Some("It was cancelled at the provider, and did not go."),
        }
    }

    /// Whether sending it again may be offered: what the provider cannot account for may have gone.
    pub const fn may_go_again(self) -> bool {
        !matches!(self, Delivery::TechnicalFailure | Delivery::ValidationFailed | Delivery::VirusScanFailed)
    }

    /// As staff read it.
    pub const fn words(self) -> &'static str {
        match self {
            Delivery::Created => "with the provider",
            Delivery::PendingVirusCheck => "with the provider, being checked",
            Delivery::Accepted => "with the provider, to be printed",
            Delivery::Sending | Delivery::Pending => "on its way",
            Delivery::Delayed => "delayed, and still being tried",
            Delivery::Sent => "handed on; more cannot be known",
            Delivery::Received => "printed and posted",
            Delivery::Delivered => "delivered",
            Delivery::TemporaryFailure | Delivery::PermanentFailure => "not delivered",
            Delivery::TechnicalFailure => "failed at the provider",
            Delivery::VirusScanFailed | Delivery::ValidationFailed => "not printed",
            Delivery::Cancelled => "cancelled at the provider",
            Delivery::Returned => "came back in the post",
        }
    }

    /// Nothing more is said after it.
    const fn is_end(self) -> bool {
        self.step() >= 4
    }
}

/// What was heard of a sending: once, however often it is said, and never backwards. What was uncertain is known by it to
/// have arrived at the provider; what failed there after it was accepted asks for a person. Answers whether it was news.
pub fn delivery_heard(
    act: &mut Act<'_>,
    listener: &dyn Listener,
    id: PostId,
    said: Delivery,
    provider_ref: Option<&str>,
) -> Result<bool> {
    let post = post_get(act.conn, act.service, id)?;
    let news = post.delivery.is_none_or(|known| known.step() < said.step());
    let note = if news { said.as_str().to_owned() } else { format!("{said}: nothing new") };
    act.record(Deed::DeliveryHeard, ("post", id.as_str()), None, &note)?;
    if !news {
        return Ok(false);
    }
    let at = act.at;
    diesel::update(posts::table.find(id))
        .set((posts::delivery.eq(said), posts::delivery_at.eq(at)))
        .execute(act.conn())?;
    if said.is_end() {
        ask_at(act, id, None)?;
    }
    let mut post = Post { delivery: Some(said), ..post };
    if post.state == PostState::Uncertain && said.failed().is_none() {
        if let Some(provider_ref) = provider_ref {
            diesel::update(posts::table.find(id))
                .set(posts::provider_ref.eq(provider_ref))
                .execute(act.conn())?;
        }
        post_move(act, &post, PostState::Accepted, None)?;
        accepted(act, listener, &post)?;
        listener.post_in_trouble(act, id.as_str(), post.invitation_id, false)?;
        post.state = PostState::Accepted;
    }
    weigh(act, listener, &post, post.state)?;
    if said == Delivery::Returned && post.channel == Channel::Paper {
        listener.letter_came_back(act, post.invitation_id)?;
    }
    Ok(true)
}

/// What follows for a sending that is now in `state` from what its provider has said of it.
pub(super) fn weigh(
    act: &mut Act<'_>,
    listener: &dyn Listener,
    post: &Post,
    state: PostState,
) -> Result<PostState> {
    let may_have_gone = matches!(state, PostState::Accepted | PostState::Uncertain);
    let failed = post.delivery.and_then(Delivery::failed).filter(|_| may_have_gone);
    let Some(words) = failed else {
        if state == PostState::Accepted {
            listener.post_in_trouble(act, post.id.as_str(), post.invitation_id, false)?;
        }
        return Ok(state);
    };
    let was = Post { state, ..post.clone() };
    post_move(act, &was, PostState::Refused, Some(words))?;
    if post.channel == Channel::Paper {
        // Nobody is told by e-mail that a letter waits that did not go.
        for other in posts_of(act.conn, act.service, post.invitation_id)? {
            let of_letter = other.answer_id.is_none();
            if of_letter && matches!(other.state, PostState::Waiting | PostState::Queued | PostState::Retry) {
                post_move(act, &other, PostState::Cancelled, Some("its paper letter did not go"))?;
            }
        }
    }
    listener.post_in_trouble(act, post.id.as_str(), post.invitation_id, true)?;
    Ok(PostState::Refused)
}

/// The provider has no record of a sending that was uncertain: it surely did not arrive there, and may go again.
pub fn delivery_absent(act: &mut Act<'_>, listener: &dyn Listener, id: PostId) -> Result<()> {
    let post = post_get(act.conn, act.service, id)?;
    if post.state != PostState::Uncertain {
        return act.record(Deed::DeliveryHeard, ("post", id.as_str()), None, "settled meanwhile");
    }
    act.record(Deed::DeliveryHeard, ("post", id.as_str()), None, "the provider has no record of it")?;
    ask_at(act, id, None)?;
    post_move(act, &post, PostState::Queued, None)?;
    listener.post_in_trouble(act, id.as_str(), post.invitation_id, false)
}

/// The provider could not be asked, or had nothing new: it is asked again later, more and more seldom.
pub fn delivery_unknown(act: &mut Act<'_>, id: PostId) -> Result<()> {
    let post = post_get(act.conn, act.service, id)?;
    act.record(Deed::DeliveryHeard, ("post", id.as_str()), None, "asked, and not answered")?;
    ask_later(act, &post)
}

/// Sets when the provider is to be asked what became of a sending, where that can still tell anything.
pub fn ask_later(act: &mut Act<'_>, post: &Post) -> Result<()> {
    let waits = match post.state {
        PostState::Accepted | PostState::Uncertain => !post.delivery.is_some_and(Delivery::is_end),
        PostState::Waiting
        | PostState::Queued
        | PostState::Claimed
        | PostState::Sending
        | PostState::Refused
        | PostState::Retry
        | PostState::GivenUp
        | PostState::Cancelled => false,
    };
    let next = next_asking(act, post).filter(|_| waits);
    ask_at(act, post.id, next)
}

fn next_asking(act: &Act<'_>, post: &Post) -> Option<UtcTime> {
    let periods = &act.policy().periods;
    let passed = (act.at.unix() - post.changed_at.unix()) / 60;
    if passed > periods.delivery_ask_days * 24 * 60 {
        return None;
    }
    let steps = &periods.delivery_ask_minutes;
    let step = steps.iter().find(|step| passed < **step * 10).or(steps.last()).copied()?;
    Some(act.at.plus_seconds(60 * step))
}

fn ask_at(act: &mut Act<'_>, id: PostId, at: Option<UtcTime>) -> Result<()> {
    diesel::update(posts::table.find(id)).set(posts::ask_at.eq(at)).execute(act.conn())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_is_further_on_than_every_step_on_the_way() {
        for one in Delivery::ALL {
            assert_eq!(
                one.failed().is_some(),
                one.is_end() && !one.words().starts_with("delivered") && *one != Delivery::Returned,
                "{one}"
            );
        }
        assert!(Delivery::Returned.step() > Delivery::Delivered.step());
    }
}
