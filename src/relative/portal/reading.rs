//! Reading: now, later or not at all; the letter, and coming back to it.
//! Must not know: anything beyond the letter that carried the code.

use super::{Call, Shown, progress::Wants};
use crate::{
    audit::Deed,
    error::{Error, Result},
    pdf,
    relative::{
        invitation::{Invitation, Readable, invitation_readable},
        reply::reply_last,
        visit::{Stage, visit_stage},
    },
};
use kinward_family::page::{Choice, LetterShown, Page, Problem, Reader, Reading, path};

pub(super) fn before_page(call: &mut Call<'_>) -> Result<Shown> {
    match call.reached(Wants::BeforeReading)? {
        Ok(_) => Shown::page(Page::BeforeYouRead { problem: None }),
        Err(elsewhere) => Ok(elsewhere),
    }
}

pub(super) fn before(call: &mut Call<'_>) -> Result<Shown> {
    let (visit, _) = match call.reached(Wants::BeforeReading)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    match call.fields.get("before").and_then(|text| text.parse::<Reading>().ok()) {
        Some(Reading::Now) => {
            call.house.db.write(|conn| visit_stage(conn, &visit, Stage::Reading))?;
            Shown::go(path::LETTER)
        }
        Some(Reading::Later) => Shown::page(Page::NotNow),
        // What is not theirs to say for another is not offered; whoever sends it all the same chooses again.
        Some(reading) if !call.reader.offers_reading(reading) => {
            Shown::again(Page::BeforeYouRead { problem: Some(Problem::ReadingMissing) })
        }
        Some(Reading::RatherNot) => Shown::go(path::answer(Choice::NotKnow)),
        None => Shown::again(Page::BeforeYouRead { problem: Some(Problem::ReadingMissing) }),
    }
}

/// Records that the letter was shown, in the act that makes sure that it still may be. False where it was stopped.
fn shown(call: &Call<'_>, invitation: &Invitation, how: &str) -> Result<bool> {
    let for_another = call.reader != Reader::Themselves;
    call.act(invitation, |act| {
        let readable = invitation_readable(act, invitation.id)?;
        let note = match (readable, for_another) {
            (true, false) => how.to_owned(),
            (true, true) => format!("{how} for another"),
            (false, _) => "withheld".to_owned(),
        };
        act.record(Deed::LetterOpened, ("invitation", invitation.id.as_str()), None, &note)?;
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
    let current = call.house.db.read(|conn| reply_last(conn, invitation.service_id, invitation.id))?;
    Shown::page(Page::ComeBack { current, readable: invitation.reading == Readable::Yes })
}
