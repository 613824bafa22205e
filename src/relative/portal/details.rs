//! What is held about whoever reads, as far as their letter goes; what was sent to them; and what they ask about it.
//! Must not know: where their name and address came from; that is told in one sentence for everybody.

use super::{Call, Shown, progress::Wants};
use crate::{
    audit::{Act, Deed},
    db::UtcTime,
    error::{Error, Result},
    relative::{
        invitation::{Invitation, invitations_of},
        outbox::{Channel, PostState},
        reply::reply_list,
        sendings::posts_of,
        wish::{wish_list, wish_make},
    },
};
use kinward_family::{
    letter::LetterDate,
    page::{Held, Page, Reader, SentBy, SentShown, Typed, Wish, WishKind, WishShown, path},
};

pub(super) fn details(call: &mut Call<'_>) -> Result<Shown> {
    let (_, invitation) = match call.reached(Wants::Details)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if let Some(elsewhere) = for_themselves(call) {
        return Ok(elsewhere);
    }
    let held = call.act(&invitation, |act| held_about(act, &invitation))?;
    Shown::page(Page::Details(held))
}

/// Where whoever acts for another is sent: what is held about a person is that person's to ask, or for staff to look at.
fn for_themselves(call: &Call<'_>) -> Option<Shown> {
    (call.reader != Reader::Themselves).then(|| Shown::Go(path::BACK.into()))
}

fn held_about(act: &mut Act<'_>, invitation: &Invitation) -> Result<Held> {
    act.record(Deed::LetterOpened, ("invitation", invitation.id.as_str()), None, "details")?;
    let keys = act.keys();
    let (letter, service) = (invitation.letter(act.conn, keys)?, invitation.service_id);
    let mut held = Held::of(&letter);
    let born = invitation.carried(act.conn, keys)?.birth_date;
    for other in invitations_of(act.conn, service, &invitation.task_ref)? {
        // The same reference also holds letters to others about them: a parent, a practice.
        let theirs = other.id == invitation.id
            || (other.carried(act.conn, keys)?.birth_date == born
                && other.letter(act.conn, keys)?.recipient() == letter.recipient());
        if theirs {
            held.sent.extend(sent_with(act, &other)?);
        }
    }
    held.sent.sort_by_key(|sent| (sent.on.year(), sent.on.month(), sent.on.day(), sent.by));
    for row in reply_list(act.conn, service, &invitation.task_ref)? {
        if row.invitation_id == invitation.id {
            held.answered.push((day(row.at)?, row.choice()?));
        }
    }
    for row in wish_list(act.conn, service, &invitation.task_ref)? {
        if row.invitation_id == invitation.id {
            held.wishes.push(WishShown { on: day(row.at)?, kind: row.kind()?, end: row.end()? });
        }
    }
    Ok(held)
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
    let (year, month, day) = at.date().ymd();
    let part = |number| u8::try_from(number).map_err(Error::inner);
    LetterDate::new(u16::try_from(year).map_err(Error::inner)?, part(month)?, part(day)?)
        .map_err(Error::inner)
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
    let invitation = match call.reached(Wants::Details)? {
        Ok((_, invitation)) => invitation,
        Err(elsewhere) => return Ok(Err(elsewhere)),
    };
    if let Some(elsewhere) = for_themselves(call) {
        return Ok(Err(elsewhere));
    }
    let kind = call.last.parse().map_err(|_| Error::not_found())?;
    Ok(Ok((kind, invitation)))
}
