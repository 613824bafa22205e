//! What is held about whoever reads, as far as their letter goes; what was sent to them; and what they ask about it.
//! Must not know: where their name and address came from; that is told in one sentence for everybody.

use super::{Call, Shown, progress::Wants};
use crate::{
    audit::{Act, Deed},
    db::{UtcDate, UtcTime},
    error::{Error, Result},
    relative::{
        invitation::{Invitation, Readable, invitation_get, invitations_of},
        listener::Listener,
        outbox::{Channel, PostState},
        proxy::{EndedWhy, given_by, initials_of, proxies_end, proxies_open},
        reply::reply_list,
        sendings::posts_of,
        wish::{wish_list, wish_make},
    },
};
use kinward_family::{
    letter::{Letter, LetterDate},
    page::{
        ActsShown, AnsweredShown, HandedShown, Held, Page, Reader, Reply, SentBy, SentShown, Typed, Wish,
        WishKind, WishShown, path,
    },
};

pub(super) fn details(call: &mut Call<'_>) -> Result<Shown> {
    let invitation = match own(call)? {
        Ok(invitation) => invitation,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let held = call.act(&invitation, |act| held_about(act, call.listener, &invitation))?;
    Shown::page(Page::Details(held))
}

/// Where whoever acts for another is sent: what is held about a person is that person's to ask, or for staff to look at.
fn for_themselves(call: &Call<'_>) -> Option<Shown> {
    (call.reader != Reader::Themselves).then(|| Shown::Go(path::BACK.into()))
}

fn held_about(act: &mut Act<'_>, listener: &dyn Listener, invitation: &Invitation) -> Result<Held> {
    act.record(Deed::LetterOpened, ("invitation", invitation.id.as_str()), None, "details")?;
    let keys = act.keys();
    let (letter, service) = (invitation.letter(act.conn, keys)?, invitation.service_id);
    let mut held = Held::of(&letter);
    for other in theirs(act, invitation, &letter)? {
        held.sent.extend(sent_with(act, &other)?);
        held.acts.extend(acting_with(act, &other)?);
    }
    held.sent.sort_by_key(|sent| (sent.on.year(), sent.on.month(), sent.on.day(), sent.by));
    for row in reply_list(act.conn, service, &invitation.task_ref)? {
        if row.invitation_id == invitation.id {
            let by = given_by(act.conn, keys, invitation, row.proxy_id)?;
            held.answered.push(AnsweredShown { on: day(row.at)?, choice: row.choice()?, by });
        }
    }
    // The same answer sent again on one day is one line.
    held.answered.dedup();
    for row in wish_list(act.conn, service, &invitation.task_ref)? {
        if row.invitation_id == invitation.id {
            held.wishes.push(WishShown { on: day(row.at)?, kind: row.kind()?, end: row.end()? });
        }
    }
    // What was withheld may be in other hands: nothing more is said of whose letter it is.
    if invitation.reading == Readable::Yes {
        reached_by(act, invitation, &mut held)?;
        held.handed = handed_to(act, listener, invitation)?;
    }
    Ok(held)
}

/// The number they gave last with an answer of their own, and how they asked to be reached.
fn reached_by(act: &mut Act<'_>, invitation: &Invitation, held: &mut Held) -> Result<()> {
    let (keys, service) = (act.keys(), invitation.service_id);
    let unlocked = invitation.unlocked(act.conn, keys)?;
    let grant = unlocked.grant()?;
    for row in reply_list(act.conn, service, &invitation.task_ref)? {
        let own = row.invitation_id == invitation.id && row.proxy_id.is_none();
        if own && held.phone.is_none() {
            held.phone = match row.answers(grant)?.reply {
                Reply::Appointment { phone, .. } | Reply::Question { phone, .. } => phone,
                Reply::Think { .. }
                | Reply::NotKnow { .. }
                | Reply::AlreadyTested { .. }
                | Reply::NotMe { .. } => None,
            };
        }
    }
    let wishes = wish_list(act.conn, service, &invitation.task_ref)?;
    let mut theirs = wishes.iter().filter(|row| row.invitation_id == invitation.id);
    let reach = theirs.find(|row| row.kind().is_ok_and(|kind| kind == WishKind::Reach));
    held.reach = match reach.map(|row| row.wish(grant)).transpose()? {
        Some(Wish::Reach(contact)) => Some(contact),
        Some(Wish::Correct { .. } | Wish::Copy { .. } | Wish::Delete { .. } | Wish::Others(_)) | None => None,
    };
    Ok(())
}

/// Which other services had a letter about them, by the name that stands on it.
fn handed_to(
    act: &mut Act<'_>,
    listener: &dyn Listener,
    invitation: &Invitation,
) -> Result<Vec<HandedShown>> {
    let keys = act.keys();
    let mut handed = Vec::new();
    for one in listener.handed_on(act.conn, invitation.service_id, invitation.id)? {
        let letter = invitation_get(act.conn, invitation.service_id, one.letter)?.letter(act.conn, keys)?;
        handed.extend(HandedShown::of(&letter, day(one.on)?, one.stands));
    }
    Ok(handed)
}

/// The letters to whoever reads: the same reference also holds letters to others about them, a parent or a practice.
fn theirs(act: &mut Act<'_>, invitation: &Invitation, letter: &Letter) -> Result<Vec<Invitation>> {
    let keys = act.keys();
    let born = invitation.carried(act.conn, keys)?.birth_date;
    let mut theirs = Vec::new();
    for other in invitations_of(act.conn, invitation.service_id, &invitation.task_ref)? {
        let same = other.id == invitation.id
            || (other.carried(act.conn, keys)?.birth_date == born
                && other.letter(act.conn, keys)?.recipient() == letter.recipient());
        theirs.extend(same.then_some(other));
    }
    Ok(theirs)
}

/// Who may read a letter for them.
fn acting_with(act: &mut Act<'_>, invitation: &Invitation) -> Result<Vec<ActsShown>> {
    let (today, keys) = (act.at.date(), act.keys());
    let open = proxies_open(act.conn, invitation.service_id, invitation.id, today)?;
    let unlocked = invitation.unlocked(act.conn, keys)?;
    open.into_iter()
        .map(|(one, authority, ends)| {
            Ok(ActsShown {
                acting_as: authority.acting_as(),
                initials: initials_of(invitation, &one.asking(unlocked.grant()?)?),
                asked: day(one.asked_at)?,
                until: date(ends)?,
            })
        })
        .collect()
}

/// What has surely left with a letter, or was given into a hand.
fn sent_with(act: &mut Act<'_>, invitation: &Invitation) -> Result<Vec<SentShown>> {
    let mut sent = Vec::new();
    for post in posts_of(act.conn, invitation.service_id, invitation.id)? {
        if post.state == PostState::Accepted {
            let by = match post.channel {
                Channel::Paper => SentBy::Paper,
                Channel::Email => SentBy::Email,
                Channel::Text => SentBy::Text,
                Channel::Hand => SentBy::Hand,
            };
            sent.push(SentShown { on: day(post.changed_at)?, by });
        }
    }
    Ok(sent)
}

fn day(at: UtcTime) -> Result<LetterDate> {
    date(at.date())
}

fn date(date: UtcDate) -> Result<LetterDate> {
    let (year, month, day) = date.ymd();
    let part = |number| u8::try_from(number).map_err(Error::inner);
    LetterDate::new(u16::try_from(year).map_err(Error::inner)?, part(month)?, part(day)?)
        .map_err(Error::inner)
}

/// Who acts for whoever reads, asked before it ends.
pub(super) fn acting_end_page(call: &mut Call<'_>) -> Result<Shown> {
    let invitation = match own(call)? {
        Ok(invitation) => invitation,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let acts = call.act(&invitation, |act| Ok(held_about(act, call.listener, &invitation)?.acts))?;
    Shown::page(Page::ActingEnd(acts))
}

/// All of it ends, for every letter to whoever reads: a code says nothing of a name, and they know whom they meant.
pub(super) fn acting_end(call: &mut Call<'_>) -> Result<Shown> {
    let invitation = match own(call)? {
        Ok(invitation) => invitation,
        Err(elsewhere) => return Ok(elsewhere),
    };
    call.act(&invitation, |act| {
        let keys = act.keys();
        let letter = invitation.letter(act.conn, keys)?;
        // Recorded also where nobody acts any more: it was asked.
        act.record(Deed::LetterOpened, ("invitation", invitation.id.as_str()), None, "nobody is to act")?;
        for one in theirs(act, &invitation, &letter)? {
            proxies_end(act, call.listener, one.id, EndedWhy::ByPerson)?;
        }
        Ok(())
    })?;
    Shown::go(path::ACTING_END)
}

pub(super) fn wish_page(call: &mut Call<'_>) -> Result<Shown> {
    match asked(call)? {
        Ok((kind, _)) => Shown::page(Page::Wish { kind, typed: Typed::nothing(), problems: Vec::new() }),
        Err(elsewhere) => Ok(elsewhere),
    }
}

pub(super) fn wish(call: &mut Call<'_>) -> Result<Shown> {
    let (kind, invitation) = match asked(call)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    match Wish::parse(kind, &call.fields) {
        Ok(wish) => {
            call.act(&invitation, |act| wish_make(act, call.listener, &invitation, &wish))?;
            Shown::go(path::DETAILS)
        }
        Err(problems) => Shown::again(Page::Wish { kind, typed: Typed::again(&call.fields), problems }),
    }
}

/// What is asked for and by whom, or where to go instead.
fn asked(call: &mut Call<'_>) -> Result<std::result::Result<(WishKind, Invitation), Shown>> {
    let invitation = match own(call)? {
        Ok(invitation) => invitation,
        Err(elsewhere) => return Ok(Err(elsewhere)),
    };
    let kind = call.last.parse().map_err(|_| Error::not_found())?;
    Ok(Ok((kind, invitation)))
}

/// The letter of somebody who reads for themselves, or where to go instead.
fn own(call: &mut Call<'_>) -> Result<std::result::Result<Invitation, Shown>> {
    let invitation = match call.reached(Wants::Details)? {
        Ok((_, invitation)) => invitation,
        Err(elsewhere) => return Ok(Err(elsewhere)),
    };
    Ok(match for_themselves(call) {
        Some(elsewhere) => Err(elsewhere),
        None => Ok(invitation),
    })
}
