//! The outbox: what is to leave the house, sent at most once or visibly uncertain. It takes a `family::Letter`; there is no
//! `post(String)`. Must not know: why a letter may go; that is asked of the listener, under lock, before the first byte.

pub use super::{
    attempt::{Outcome, post_lost, post_outcome},
    sendings::{
        post_anywhere, post_get, post_list, post_page, post_trouble, posted_with, posts_due, posts_lost,
        posts_to_ask,
    },
};

use super::{
    delivery::Delivery,
    invitation::{
        Carried, Invitation, InvitationState, Readable, invitation_get, invitation_insert, invitation_state,
        invitation_withhold,
    },
    listener::{Listener, MayNotSend},
    proxy::{EndedWhy, proxies_end},
    sendings::posts_of,
};
use crate::{
    audit::{Act, Deed},
    db::{UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{AnswerId, InvitationId, PostId, ServiceId},
    keys::{Grant, Sealed, compartment::F},
    mutant,
};
use diesel::prelude::*;
use kinward_family::{
    kind::Form,
    language::Language,
    letter::Letter,
    person::{EmailAddress, MobileNumber},
};

diesel::table! {
    posts (id) {
        id -> Text,
        service_id -> Text,
        invitation_id -> Text,
        channel -> Text,
        pdf_sha256 -> Text,
        state -> Text,
        attempts -> Integer,
        claimed_by -> Nullable<Text>,
        claimed_until -> Nullable<Timestamp>,
        not_before -> Timestamp,
        provider_ref -> Nullable<Text>,
        problem -> Nullable<Text>,
        queued_at -> Timestamp,
        changed_at -> Timestamp,
        retries -> Integer,
        retry_since -> Nullable<Timestamp>,
        delivery -> Nullable<Text>,
        delivery_at -> Nullable<Timestamp>,
        ask_at -> Nullable<Timestamp>,
        answer_id -> Nullable<Text>,
    }
}

closed! {
    pub enum Channel {
        Paper = "paper",
        Email = "email",
        /// A text message to a mobile phone.
        Text = "text",
        /// From hand to hand: a person says when.
        Hand = "hand",
    }
}

closed! {
    /// The states of one sending. Source: design section 2; `sending` is committed before the first byte leaves.
    pub enum PostState {
        /// An e-mail that waits until its paper letter has gone, or a letter that waits to be handed over.
        Waiting = "waiting",
        Queued = "queued",
        Claimed = "claimed",
        Sending = "sending",
        Accepted = "accepted",
        Refused = "refused",
        Retry = "retry",
        Uncertain = "uncertain",
        /// Given up without knowing whether it left: nobody waits for it, and its code still works if it arrives.
        GivenUp = "given_up",
        Cancelled = "cancelled",
    }
}

impl PostState {
    /// True where a person must look.
    pub const fn is_trouble(self) -> bool {
        match self {
            PostState::Refused | PostState::Uncertain => true,
            PostState::Waiting
            | PostState::Queued
            | PostState::Claimed
            | PostState::Sending
            | PostState::Accepted
            | PostState::Retry
            | PostState::GivenUp
            | PostState::Cancelled => false,
        }
    }
}

/// Every permitted step; what is not listed is refused.
pub const STEPS: &[(PostState, PostState)] = {
    use PostState as S;
    &[
        (S::Waiting, S::Queued),
        // Handed over, says a person.
        (S::Waiting, S::Accepted),
        (S::Waiting, S::Cancelled),
        (S::Queued, S::Claimed),
        (S::Queued, S::Cancelled),
        (S::Retry, S::Claimed),
        (S::Retry, S::Cancelled),
        (S::Claimed, S::Sending),
        (S::Claimed, S::Queued),
        (S::Claimed, S::Cancelled),
        (S::Sending, S::Accepted),
        (S::Sending, S::Refused),
        (S::Sending, S::Retry),
        (S::Sending, S::Uncertain),
        // The provider said yes, and says later that it could not be delivered.
        (S::Accepted, S::Refused),
        (S::Uncertain, S::Refused),
        // A person settles what no program can know: it came through, or it surely did not and may go again.
        (S::Uncertain, S::Accepted),
        (S::Uncertain, S::Queued),
        (S::Uncertain, S::GivenUp),
        (S::GivenUp, S::Cancelled),
        (S::Uncertain, S::Cancelled),
        (S::Refused, S::Queued),
        (S::Refused, S::Cancelled),
    ]
};

/// One sending as stored. To whom, its invitation carries.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = posts)]
pub struct Post {
    pub id: PostId,
    pub service_id: ServiceId,
    pub invitation_id: InvitationId,
    pub channel: Channel,
    pub pdf_sha256: String,
    pub state: PostState,
    pub attempts: i32,
    pub claimed_by: Option<String>,
    pub claimed_until: Option<UtcTime>,
    pub not_before: UtcTime,
    pub provider_ref: Option<String>,
    pub problem: Option<String>,
    pub queued_at: UtcTime,
    pub changed_at: UtcTime,
    /// Tries that were told "later", and since when; a fault of the whole way out counts for neither.
    pub retries: i32,
    pub retry_since: Option<UtcTime>,
    /// What the provider last said became of it.
    pub delivery: Option<Delivery>,
    pub delivery_at: Option<UtcTime>,
    /// When the provider is asked what became of it.
    pub ask_at: Option<UtcTime>,
    /// The answer whose notice it is; none of a letter and its notice.
    pub answer_id: Option<AnswerId>,
}

/// A letter on its way out, with what the portal needs to open it.
pub struct Posting<'a> {
    pub letter: &'a Letter,
    pub pdf_sha256: &'a str,
    pub invitation: InvitationId,
    pub task_ref: &'a str,
    /// Whose key seals what the letter carries, and that key.
    pub holder_ref: &'a str,
    pub grant: &'a Grant<F>,
    /// What opens it online; none where nobody opens it.
    pub birth_date: Option<UtcDate>,
    /// It must not leave earlier.
    pub not_before: Option<UtcTime>,
    /// Where given, an e-mail says that a letter waits, after the paper has gone.
    pub email: Option<EmailAddress>,
    /// Languages beside its own in which it may be read online.
    pub also_in: Vec<Language>,
    /// Where given, a text message says so.
    pub mobile: Option<MobileNumber>,
}

/// Puts a letter into the outbox: its invitation and its sendings, in the act that approved it.
pub fn post(act: &mut Act<'_>, posting: Posting<'_>) -> Result<()> {
    let stored = posting.letter.store();
    // A letter without a code is carried like the others, and opens nothing from the first day on.
    let (code, state) = match posting.letter.code() {
        Some(code) => (code.clone(), InvitationState::Waiting),
        None => (act.keys().code(posting.invitation.as_str()), InvitationState::Closed),
    };
    let carried = Carried {
        fact_json: stored.fact_json,
        recipient_json: stored.recipient_json,
        words_json: Some(stored.words_json).filter(|words| !words.is_empty()),
        birth_date: posting.birth_date,
        email: posting.email.as_ref().map(|email| email.as_str().to_owned()),
        also_in: Some(posting.also_in.iter().map(|language| language.code().to_owned()).collect()),
        mobile: posting.mobile.as_ref().map(|mobile| mobile.as_str().to_owned()),
    };
    let invitation = Invitation {
        id: posting.invitation,
        service_id: act.service,
        task_ref: posting.task_ref.to_owned(),
        code_hash: act.keys().code_index(code.canonical()),
        state,
        reading: Readable::Yes,
        wrong_dates: 0,
        created_at: act.at,
        ends_on: act.at.date().plus_days(act.policy().periods.code_valid_days + mutant::longer()),
        holder_ref: posting.holder_ref.to_owned(),
        sealed: Sealed::seal(posting.grant, act.chance(), posting.invitation.as_str(), &carried)?,
    };
    invitation_insert(act, &invitation)?;
    if posting.letter.kind().form() == Form::ByHand {
        return post_of_letter(act, &posting, Channel::Hand, PostState::Waiting);
    }
    post_of_letter(act, &posting, Channel::Paper, PostState::Queued)?;
    if posting.email.is_some() {
        post_of_letter(act, &posting, Channel::Email, PostState::Waiting)?;
    }
    if posting.mobile.is_some() {
        post_of_letter(act, &posting, Channel::Text, PostState::Waiting)?;
    }
    Ok(())
}

fn post_of_letter(
    act: &mut Act<'_>,
    posting: &Posting<'_>,
    channel: Channel,
    state: PostState,
) -> Result<()> {
    let not_before = posting.not_before.unwrap_or(act.at).plus_seconds(mutant::held_back());
    let post = post_new(act, posting.invitation, channel, state);
    post_insert(act, Post { pdf_sha256: posting.pdf_sha256.to_owned(), not_before, ..post })
}

/// Puts the notice of an answer into the outbox. The letter has gone: whoever asked holds its code.
pub(super) fn post_of_answer(
    act: &mut Act<'_>,
    invitation: InvitationId,
    answer: AnswerId,
    channel: Channel,
) -> Result<()> {
    let post = post_new(act, invitation, channel, PostState::Queued);
    post_insert(act, Post { answer_id: Some(answer), ..post })
}

/// A sending that nobody has tried, and that may leave now.
fn post_new(act: &Act<'_>, invitation: InvitationId, channel: Channel, state: PostState) -> Post {
    Post {
        id: PostId::new(act.chance()),
        service_id: act.service,
        invitation_id: invitation,
        channel,
        pdf_sha256: String::new(),
        state,
        attempts: 0,
        claimed_by: None,
        claimed_until: None,
        not_before: act.at,
        provider_ref: None,
        problem: None,
        queued_at: act.at,
        changed_at: act.at,
        retries: 0,
        retry_since: None,
        delivery: None,
        delivery_at: None,
        ask_at: None,
        answer_id: None,
    }
}

fn post_insert(act: &mut Act<'_>, post: Post) -> Result<()> {
    let channel = post.channel;
    diesel::insert_into(posts::table).values(&post).execute(act.conn())?;
    act.record(Deed::PostQueued, ("post", post.id.as_str()), None, channel.as_str())
}

/// What becomes, online, of a letter that has left or may have left when it is called back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnceGone {
    /// It was right when it went, and is only not wanted any more.
    StaysReadable,
    /// It must not be read any more.
    Withheld,
}

/// A letter was given into somebody's hand: its code opens from now on.
///
/// # Errors
/// A letter that does not wait to be handed over.
pub fn handed_over(act: &mut Act<'_>, listener: &dyn Listener, invitation: InvitationId) -> Result<()> {
    let waiting = posts_of(act.conn, act.service, invitation)?
        .into_iter()
        .find(|post| post.channel == Channel::Hand && post.state == PostState::Waiting);
    let Some(post) = waiting else {
        return Err(Error::not_now("This letter does not wait to be handed over. Nothing was changed."));
    };
    post_move(act, &post, PostState::Accepted, None)?;
    invitation_state(act, invitation, InvitationState::Open)?;
    listener.letter_sent(act, invitation)
}

/// Calls back what has not begun to leave. Answers true where nobody need wait for this letter: nothing of it has left, or
/// it was given up. Its code is closed only where nothing can have left; otherwise `once_gone` says whether it can still
/// be read online, from this act on.
pub fn recall(
    act: &mut Act<'_>,
    listener: &dyn Listener,
    invitation: InvitationId,
    once_gone: OnceGone,
) -> Result<bool> {
    let (mut ended, mut surely_not_sent) = (true, true);
    for post in posts_of(act.conn, act.service, invitation)? {
        match post.state {
            PostState::Waiting | PostState::Queued | PostState::Claimed | PostState::Retry => {
                post_move(act, &post, PostState::Cancelled, None)?;
                untold(act, listener, &post)?;
            }
            PostState::Refused => {
                post_move(act, &post, PostState::Cancelled, None)?;
                listener.post_in_trouble(act, post.id.as_str(), invitation, false)?;
                untold(act, listener, &post)?;
            }
            PostState::Cancelled => {}
            PostState::GivenUp => surely_not_sent = false,
            PostState::Sending | PostState::Accepted | PostState::Uncertain => {
                (ended, surely_not_sent) = (false, false);
            }
        }
    }
    if surely_not_sent {
        let was = invitation_get(act.conn, act.service, invitation)?.state;
        invitation_state(act, invitation, InvitationState::Closed)?;
        if was == InvitationState::Locked {
            listener.code_locked(act, invitation, false)?;
        }
    } else if once_gone == OnceGone::Withheld {
        invitation_withhold(act, invitation)?;
    }
    if surely_not_sent || once_gone == OnceGone::Withheld {
        proxies_end(act, listener, invitation, EndedWhy::LetterStopped)?;
    }
    Ok(ended)
}

/// A notice that was to tell of an answer will not arrive.
pub(super) fn untold(act: &mut Act<'_>, listener: &dyn Listener, post: &Post) -> Result<()> {
    post.answer_id.map_or(Ok(()), |answer| listener.answer_untold(act, answer))
}

/// Calls back the notice of an answer that is not to be read any more. One that has left cannot be unsent.
pub(super) fn recall_answer(act: &mut Act<'_>, listener: &dyn Listener, answer: AnswerId) -> Result<()> {
    let found: Option<Post> =
        posts::table.filter(posts::answer_id.eq(answer)).first(act.conn()).optional()?;
    let Some(post) = found else { return Ok(()) };
    match post.state {
        PostState::Waiting
        | PostState::Queued
        | PostState::Claimed
        | PostState::Retry
        | PostState::Refused => post_move(act, &post, PostState::Cancelled, None)?,
        PostState::Sending
        | PostState::Accepted
        | PostState::Uncertain
        | PostState::GivenUp
        | PostState::Cancelled => return Ok(()),
    }
    listener.post_in_trouble(act, post.id.as_str(), post.invitation_id, false)
}

/// A text message that there is no way for, though the letter it tells of has gone on paper.
pub fn post_without_way(act: &mut Act<'_>, post: &Post) -> Result<()> {
    post_move(act, post, PostState::Cancelled, Some("no way for text messages is set up here"))
}

/// What a letter waited for is lifted: its sendings that were not tried yet are due now.
pub fn let_go(act: &mut Act<'_>, invitation: InvitationId) -> Result<()> {
    let (service, now) = (act.service, act.at);
    diesel::update(
        posts::table
            .filter(posts::service_id.eq(service))
            .filter(posts::invitation_id.eq(invitation))
            .filter(posts::attempts.eq(0))
            .filter(posts::not_before.gt(now)),
    )
    .set(posts::not_before.eq(now))
    .execute(act.conn())?;
    Ok(())
}

/// Moves a sending by a listed step from the state it was read in; the change of one row is the claim.
pub(super) fn post_move(act: &mut Act<'_>, post: &Post, to: PostState, problem: Option<&str>) -> Result<()> {
    if !STEPS.contains(&(post.state, to)) {
        return Err(not_listed(post.state, to));
    }
    let at = act.at;
    let moved =
        diesel::update(posts::table.filter(posts::id.eq(post.id)).filter(posts::state.eq(post.state)))
            .set((posts::state.eq(to), posts::problem.eq(problem), posts::changed_at.eq(at)))
            .execute(act.conn())?;
    if moved != 1 {
        return Err(Error::not_now("This sending was moved just now. Open it again."));
    }
    let note = format!("{} -> {to}", post.state);
    act.record(Deed::PostMoved, ("post", post.id.as_str()), None, &note)
}

fn not_listed(from: PostState, to: PostState) -> Error {
    Error::not_now(format!("This sending is {from}; it cannot become {to}. Nothing was changed."))
}

/// Claims a sending for `worker` until `until`. False where another was first.
///
/// # Errors
/// A sending that is not one that waits to go.
pub fn post_claim(act: &mut Act<'_>, post: &Post, worker: &str, until: UtcTime) -> Result<bool> {
    if !STEPS.contains(&(post.state, PostState::Claimed)) {
        return Err(not_listed(post.state, PostState::Claimed));
    }
    let at = act.at;
    let claimed =
        diesel::update(posts::table.filter(posts::id.eq(post.id)).filter(posts::state.eq(post.state)))
            .set((
                posts::state.eq(PostState::Claimed),
                posts::claimed_by.eq(worker),
                posts::claimed_until.eq(until),
                posts::changed_at.eq(at),
            ))
            .execute(act.conn())?;
    let note = if claimed == 1 { "claimed" } else { "another was first" };
    act.record(Deed::PostMoved, ("post", post.id.as_str()), None, note)?;
    Ok(claimed == 1)
}

/// Asks the listener once more and commits `sending`: after this, and only after this, the first byte may leave.
/// Answers the letter and the sending, or nothing where something stopped it.
pub fn post_begin(
    act: &mut Act<'_>,
    listener: &dyn Listener,
    id: PostId,
    worker: &str,
) -> Result<Option<(Post, Invitation)>> {
    let post = post_get(act.conn, act.service, id)?;
    if post.state != PostState::Claimed || post.claimed_by.as_deref() != Some(worker) {
        act.record(Deed::PostMoved, ("post", id.as_str()), None, "no longer ours")?;
        return Ok(None);
    }
    let asked = match post.answer_id {
        _ if !mutant::may_go() => Err(MayNotSend::Stopped),
        None => listener.may_send(act, post.invitation_id)?,
        Some(answer) if listener.may_tell(act, answer)? => Ok(()),
        Some(_) => Err(MayNotSend::Stopped),
    };
    if let Err(MayNotSend::Before(not_before)) = asked {
        post_move(act, &post, PostState::Queued, None)?;
        diesel::update(posts::table.find(id)).set(posts::not_before.eq(not_before)).execute(act.conn())?;
        return Ok(None);
    }
    if asked.is_err() {
        // What stopped it may itself have cancelled the sending in this act.
        let now = post_get(act.conn, act.service, id)?;
        if now.state != PostState::Cancelled {
            post_move(act, &now, PostState::Cancelled, Some("stopped before sending"))?;
        }
        return Ok(None);
    }
    diesel::update(posts::table.find(id)).set(posts::attempts.eq(post.attempts + 1)).execute(act.conn())?;
    post_move(act, &post, PostState::Sending, None)?;
    let mut invitation = invitation_get(act.conn, act.service, post.invitation_id)?;
    // The code on the paper must work when the paper arrives; trying again unlocks nothing.
    if post.channel == Channel::Paper && invitation.state == InvitationState::Waiting {
        invitation_state(act, post.invitation_id, InvitationState::Open)?;
        invitation.state = InvitationState::Open;
    }
    Ok(Some((Post { state: PostState::Sending, attempts: post.attempts + 1, ..post }, invitation)))
}
