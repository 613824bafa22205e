//! Sendings: the list without names, one sending, and what a person says became of it.
//! Must not know: what a letter says, or to whom it goes.

use super::short;
use crate::{
    access::{
        Answer, Choice, Input, Permission, Staff,
        conflict::{families_barred, is_barred},
        family::{families_related, family_references},
        pages::Here,
        permission::{allows, may},
    },
    clinic::{
        cascade::listener::Cascade,
        letters::letter::{letter_by_invitation, letter_families},
    },
    db::UtcTime,
    error::{Error, Result},
    ids::{AnswerId, FamilyId, InvitationId, LetterId, PostId},
    relative::{
        delivery::Delivery,
        outbox::{Channel, Post, PostState, post_get, post_page, post_trouble},
        pause::{Pause, channel_resume, channels_paused},
        settle::{Settlement, post_settle, settlements},
    },
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Sendings on the list's page.
const NEWEST: i64 = 50;
/// Those in trouble that are listed above them, on the first page.
const TROUBLE: i64 = 200;

#[derive(Serialize)]
struct Sending {
    post: PostId,
    short: String,
    family: String,
    channel: &'static str,
    state: PostState,
    state_words: String,
    trouble: bool,
    attempts: i32,
    problem: Option<String>,
    /// What the provider last said became of it, and when.
    delivery: Option<&'static str>,
    delivered: Option<String>,
    queued: String,
    changed: String,
}

impl Sending {
    fn of(post: Post, reference: Option<String>, now: UtcTime, reasons: bool) -> Self {
        let waits = post.state == PostState::Queued && post.attempts == 0 && now < post.not_before;
        Self {
            post: post.id,
            short: short(post.id.as_str()).to_owned(),
            family: reference.unwrap_or_else(|| "no family".into()),
            channel: match post.answer_id {
                None => channel_title(post.channel),
                Some(_) => answer_title(post.channel),
            },
            state: post.state,
            state_words: match waits {
                // Why is for those who may read it; the day alone would tell them, too.
                true if !reasons => "Waits its turn".to_owned(),
                true => format!("Leaves after {} at the earliest", post.not_before.shown()),
                false => state_words(post.state).to_owned(),
            },
            trouble: post.state.is_trouble(),
            attempts: post.attempts,
            problem: post.problem,
            delivery: post.delivery.map(Delivery::words),
            delivered: post.delivery_at.map(UtcTime::shown),
            queued: post.queued_at.shown(),
            changed: post.changed_at.shown(),
        }
    }
}

fn channel_title(channel: Channel) -> &'static str {
    match channel {
        Channel::Paper => "Letter on paper",
        Channel::Email => "E-mail that a letter waits",
        Channel::Text => "Text message that a letter waits",
        Channel::Hand => "Letter to be handed over",
    }
}

/// What tells of an answer.
fn answer_title(channel: Channel) -> &'static str {
    match channel {
        Channel::Text => "Text message that an answer waits",
        Channel::Email | Channel::Paper | Channel::Hand => "E-mail that an answer waits",
    }
}

fn state_words(state: PostState) -> &'static str {
    match state {
        PostState::Waiting => "Waits for its paper letter, or to be handed over",
        PostState::Queued => "Queued",
        PostState::Claimed | PostState::Sending => "Going out",
        PostState::Accepted => "Accepted for delivery",
        PostState::Refused => "Refused",
        PostState::Retry => "Will be tried again",
        PostState::Uncertain => "Uncertain",
        PostState::GivenUp => "Given up, may still arrive",
        PostState::Cancelled => "Cancelled",
    }
}

#[derive(Serialize)]
struct List {
    pauses: Vec<PauseShown>,
    may_resume: bool,
    /// What somebody must settle; on the first page only.
    trouble: Vec<Sending>,
    sendings: Vec<Sending>,
    first: bool,
    next: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct ListAsked {
    #[serde(default)]
    after: String,
}

/// A way out that is left alone for a time.
#[derive(Serialize)]
struct PauseShown {
    channel: Channel,
    title: &'static str,
    words: String,
    began: String,
    ends: String,
}

impl From<Pause> for PauseShown {
    fn from(pause: Pause) -> Self {
        Self {
            channel: pause.channel,
            title: channel_title(pause.channel),
            words: pause.words,
            began: pause.began_at.shown(),
            ends: pause.ends_at.shown(),
        }
    }
}

pub(super) async fn list(
    staff: Staff<may::OutboxView>,
    house: Here,
    asked: web::Query<ListAsked>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (service, viewer) = (caller.service, caller.staff);
    let may_resume = allows(&caller.roles, Permission::OutboxSettle);
    let reasons = allows(&caller.roles, Permission::ReasoningView);
    let unknown = || Error::bad_input("There is no such page. Go back to the sendings.");
    let after = Some(asked.after.as_str()).filter(|text| !text.is_empty());
    let after: Option<PostId> = after.map(str::parse).transpose().map_err(|_| unknown())?;
    let view = house
        .read(move |conn, house| {
            let pauses = channels_paused(conn, service, house.clock.now())?;
            let now = house.clock.now();
            let trouble = if after.is_none() { post_trouble(conn, service, TROUBLE)? } else { Vec::new() };
            let mut posts = post_page(conn, service, after, NEWEST + 1)?;
            let more = i64::try_from(posts.len()).is_ok_and(|count| count > NEWEST);
            posts.truncate(usize::try_from(NEWEST).unwrap_or(usize::MAX));
            let next = posts.last().filter(|_| more).map(|last| format!("/outbox?after={}", last.id));
            let invitations: Vec<InvitationId> =
                trouble.iter().chain(&posts).map(|post| post.invitation_id).collect();
            let families = letter_families(conn, service, &invitations)?;
            let ids: Vec<FamilyId> = families.iter().map(|(_, family)| *family).collect();
            let references = family_references(conn, service, &ids)?;
            let barred = families_barred(conn, service, viewer)?;
            let hidden = |invitation| {
                families.iter().any(|(known, family)| *known == invitation && barred.contains(family))
            };
            let reference = |invitation| {
                let (_, family) = families.iter().find(|(known, _)| *known == invitation)?;
                references.iter().find(|(known, _)| known == family).map(|(_, reference)| reference.clone())
            };
            let shown = |posts: Vec<Post>| {
                posts
                    .into_iter()
                    .filter(|post| !hidden(post.invitation_id))
                    .map(|post| {
                        let of = reference(post.invitation_id);
                        Sending::of(post, of, now, reasons)
                    })
                    .collect()
            };
            // What is listed above is not listed twice.
            posts.retain(|post| !trouble.iter().any(|other| other.id == post.id));
            let pauses = pauses.into_iter().map(PauseShown::from).collect();
            let (trouble, sendings) = (shown(trouble), shown(posts));
            Ok(List { pauses, may_resume, trouble, sendings, first: after.is_none(), next })
        })
        .await?;
    Answer::page("outbox", "Sending", &caller, view)
}

#[derive(Serialize)]
struct One {
    sending: Sending,
    /// Only for those who have to do with its family.
    letter: Option<LetterId>,
    /// The answer that it tells of.
    answer: Option<AnswerId>,
    may_settle: bool,
    settlements: Vec<Choice>,
}

fn offered(how: &Settlement) -> Choice {
    let (label, hint) = match how {
        Settlement::CameThrough => ("It came through", "You know that it went out. Nothing is sent again."),
        Settlement::SendAgain => {
            ("Send it again", "You know that it did not go out. Everything is asked again first.")
        }
        Settlement::NotSent => (
            "It surely did not go out, and shall not",
            "It will not be tried again, and its code opens nothing from now on.",
        ),
        Settlement::GiveUp => (
            "Give this sending up",
            "It will not be tried again. If it may have gone, its code still works: whoever receives it can answer.",
        ),
    };
    Choice::of(how, label).hint(hint)
}

pub(super) async fn page(
    staff: Staff<may::OutboxView>,
    house: Here,
    id: web::Path<PostId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house
        .read(move |conn, house| {
            let post = post_get(conn, of.service, id)?;
            let letter = letter_by_invitation(conn, of.service, post.invitation_id)?;
            let family = [letter.family_id];
            if is_barred(conn, of.service, of.staff, letter.family_id)? {
                return Err(Error::not_found());
            }
            let reference =
                family_references(conn, of.service, &family)?.pop().map(|(_, reference)| reference);
            let related = !families_related(conn, &of, &family)?.is_empty();
            let settlements = settlements(post.state, post.delivery);
            let answer = post.answer_id;
            let sending =
                Sending::of(post, reference, house.clock.now(), allows(&of.roles, Permission::ReasoningView));
            Ok(One {
                answer: answer.filter(|_| related && allows(&of.roles, Permission::ReplyView)),
                letter: related.then_some(letter.id),
                may_settle: !settlements.is_empty() && allows(&of.roles, Permission::OutboxSettle),
                settlements: settlements.iter().map(offered).collect(),
                sending,
            })
        })
        .await?;
    let title = format!("Sending {}, {}", view.sending.short, view.sending.family);
    Answer::page("post", title, &caller, view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settling {
    how: Settlement,
}

pub(super) async fn settle(
    staff: Staff<may::OutboxSettle>,
    house: Here,
    id: web::Path<PostId>,
    input: Input<Settling>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (how, of, id) = (input.open(&caller)?.how, caller.clone(), id.into_inner());
    house
        .act(&caller, move |act, _| {
            let post = post_get(act.conn(), of.service, id)?;
            let letter = letter_by_invitation(act.conn(), of.service, post.invitation_id)?;
            if is_barred(act.conn(), of.service, of.staff, letter.family_id)? {
                return Err(Error::not_found());
            }
            post_settle(act, &Cascade, id, how)
        })
        .await?;
    Ok(Answer::done("/outbox", json!({"post": id, "settled": how})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Resuming {
    channel: Channel,
}

pub(super) async fn resume(
    staff: Staff<may::OutboxSettle>,
    house: Here,
    input: Input<Resuming>,
) -> Result<Answer> {
    let caller = staff.caller;
    let channel = input.open(&caller)?.channel;
    house.act(&caller, move |act, _| channel_resume(act, channel)).await?;
    Ok(Answer::done("/outbox", json!({"channel": channel, "resumed": true})))
}
