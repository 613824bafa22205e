//! Reading: now, later or not at all; the letter, and coming back to it.
//! Must not know: anything beyond the letter that carried the code.

use super::{Call, Shown};
use crate::{
    audit::Deed,
    error::{Error, Result},
    pdf,
    relative::reply::reply_last,
};
use kinward_family::page::{Choice, LetterShown, Page, Problem, Reading, path};

pub(super) fn before_page(call: &mut Call<'_>) -> Result<Shown> {
    match call.admitted()? {
        Ok(_) => Shown::page(Page::BeforeYouRead { problem: None }),
        Err(elsewhere) => Ok(elsewhere),
    }
}

pub(super) fn before(call: &mut Call<'_>) -> Result<Shown> {
    if let Err(elsewhere) = call.admitted()? {
        return Ok(elsewhere);
    }
    match call.fields.get("before").and_then(|text| text.parse::<Reading>().ok()) {
        Some(Reading::Now) => Shown::go(path::LETTER),
        Some(Reading::Later) => Shown::page(Page::NotNow),
        Some(Reading::RatherNot) => Shown::go(path::answer(Choice::NotKnow)),
        None => Shown::again(Page::BeforeYouRead { problem: Some(Problem::ReadingMissing) }),
    }
}

pub(super) fn letter(call: &mut Call<'_>) -> Result<Shown> {
    let (_, invitation) = match call.admitted()? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    call.act(&invitation, |act| {
        act.record(Deed::LetterOpened, ("invitation", invitation.id.as_str()), None, "read online")
    })?;
    Shown::page(Page::TheLetter(LetterShown::from(&invitation.letter(&call.house.keys)?)))
}

pub(super) fn letter_pdf(call: &mut Call<'_>) -> Result<Shown> {
    let (_, invitation) = match call.admitted()? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let pdf = pdf::letter(&invitation.letter(&call.house.keys)?)
        .map_err(|e| Error::inner(format!("a letter cannot be set: {e}")))?;
    call.act(&invitation, |act| {
        act.record(Deed::LetterOpened, ("invitation", invitation.id.as_str()), None, "downloaded")
    })?;
    Ok(Shown::Pdf(pdf.bytes().to_vec()))
}

pub(super) fn back(call: &mut Call<'_>) -> Result<Shown> {
    let (_, invitation) = match call.admitted()? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let last = call.house.db.read(|conn| reply_last(conn, invitation.service_id, invitation.id))?;
    let current = last.map(|row| row.reply()).transpose()?.map(|reply| reply.choice());
    Shown::page(Page::ComeBack { current })
}
