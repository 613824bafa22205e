//! Reading: now, later or not at all; the letter, and coming back to it.
//! Must not know: anything beyond the letter that carried the code.

use super::{Call, Shown, answered::goes_on_reading, progress::Wants};
use crate::{
    audit::Deed,
    error::{Error, Result},
    pdf,
    relative::{
        answer::asking,
        invitation::{Invitation, Readable, invitation_readable},
        reply::reply_last,
        visit::{Stage, visit_stage},
    },
};
use kinward_family::page::{Choice, LetterShown, Page, Problem, Reading, path};

pub(super) fn before_page(call: &mut Call<'_>) -> Result<Shown> {
    match call.reached(Wants::BeforeReading)? {
        Ok(_) => Shown::page(Page::BeforeYouRead { problem: None }),
        Err(elsewhere) => Ok(elsewhere),
    }
}

pub(super) fn before(call: &mut Call<'_>) -> Result<Shown> {
    let (visit, invitation) = match call.reached(Wants::BeforeReading)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    match call.fields.get("before").and_then(|text| text.parse::<Reading>().ok()) {
        Some(Reading::Now) => {
            call.house.db.write(|conn| visit_stage(conn, &visit, Stage::Reading))?;
            Shown::go(goes_on_reading(call, &invitation)?)
        }
        Some(Reading::Later) => Shown::page(Page::NotNow),
        Some(Reading::RatherNot) => Shown::go(path::answer(Choice::NotKnow)),
        None => Shown::again(Page::BeforeYouRead { problem: Some(Problem::ReadingMissing) }),
    }
}

/// Records that the letter was shown, in the act that makes sure that it still may be. False where it was stopped.
fn shown(call: &Call<'_>, invitation: &Invitation, how: &str) -> Result<bool> {
    call.act(invitation, |act| {
        let readable = invitation_readable(act, invitation.id)?;
        let note = if readable { how } else { "withheld" };
        act.record(Deed::LetterOpened, ("invitation", invitation.id.as_str()), None, note)?;
        Ok(readable)
    })
}

pub(super) fn letter(call: &mut Call<'_>) -> Result<Shown> {
    let (_, invitation) = match call.reached(Wants::Letter)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if !shown(call, &invitation, "read online")? {
        return Shown::page(Page::Withheld);
    }
    Shown::page(Page::TheLetter(LetterShown::from(&call.letter(&invitation)?)))
}

pub(super) fn letter_pdf(call: &mut Call<'_>) -> Result<Shown> {
    let (_, invitation) = match call.reached(Wants::Letter)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let pdf = pdf::letter(&call.letter(&invitation)?)
        .map_err(|e| Error::inner(format!("a letter cannot be set: {e}")))?;
    if !shown(call, &invitation, "downloaded")? {
        return Shown::go(path::LETTER);
    }
    Ok(Shown::Pdf(pdf.bytes().to_vec()))
}

pub(super) fn back(call: &mut Call<'_>) -> Result<Shown> {
    let (_, invitation) = match call.reached(Wants::Letter)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let (current, asking) = call.house.db.read(|conn| {
        let current = reply_last(conn, invitation.service_id, invitation.id)?;
        Ok((current, asking(conn, &invitation)?))
    })?;
    Shown::page(Page::ComeBack { current, readable: invitation.reading == Readable::Yes, asking })
}
