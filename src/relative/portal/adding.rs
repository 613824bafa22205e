//! What may be added to an answer, a page each: none of it is needed, and each is asked once.
//! Must not know: what the service does with it; it is part of the answer, and is sent with it.

use super::{
    Call, Shown,
    answering::{after, keep, kept},
    progress::Wants,
};
use crate::{
    error::{Error, Result},
    relative::{invitation::Invitation, reply::replies_own, visit::Visit},
};
use kinward_family::page::{Answers, Page, Reader, Section, Typed, path};

pub(super) fn more_page(call: &mut Call<'_>) -> Result<Shown> {
    let (section, _, invitation, answers) = match begun(call)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    // How somebody wants to be reached stands as they said it last: a changed answer must not take it back unseen.
    let typed = match section == Section::Contact && answers.more.contact.is_none() {
        true => last_reached(call, &invitation)?
            .map_or(Typed::nothing(), |last| Typed::added(&last.more, section)),
        false => Typed::added(&answers.more, section),
    };
    Shown::page(Page::More { choice: answers.reply.choice(), section, typed, problems: Vec::new() })
}

pub(super) fn more(call: &mut Call<'_>) -> Result<Shown> {
    let (section, visit, invitation, answers) = match begun(call)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let choice = answers.reply.choice();
    match answers.adding(section, &call.fields) {
        Ok(answers) => {
            keep(call, &visit, &invitation, &answers)?;
            // The same page with room for one more.
            let again = section == Section::Others && call.fields.contains_key("add");
            Shown::go(if again { path::more(section) } else { after(call, &answers) })
        }
        Err(problems) => {
            Shown::again(Page::More { choice, section, typed: Typed::again(&call.fields), problems })
        }
    }
}

/// The newest answer that they sent themselves with this letter's code and that says how to reach them. Not every one does.
fn last_reached(call: &Call<'_>, invitation: &Invitation) -> Result<Option<Answers>> {
    call.house.db.read(|conn| {
        let unlocked = invitation.unlocked(conn, &call.house.keys)?;
        for reply in replies_own(conn, invitation)? {
            let answers = reply.answers(unlocked.grant()?)?;
            if answers.more.contact.is_some() {
                return Ok(Some(answers));
            }
        }
        Ok(None)
    })
}

type Begun = (Section, Visit, Invitation, Answers);

/// The answer to which something is added, or where to go instead. A page that does not belong to the choice is not there.
fn begun(call: &mut Call<'_>) -> Result<std::result::Result<Begun, Shown>> {
    let (visit, invitation) = match call.admitted()? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(Err(elsewhere)),
    };
    let section: Section = call.last.parse().map_err(|_| Error::not_found())?;
    let Some(answers) = kept(call, &visit, &invitation)? else {
        return Ok(Err(Shown::Go(path::CHOICES.into())));
    };
    if let Err(elsewhere) = call.reached(Wants::Answer(answers.reply.choice()))? {
        return Ok(Err(elsewhere));
    }
    if call.reader != Reader::Themselves || !answers.reply.choice().sections().contains(&section) {
        return Ok(Err(Shown::Go(after(call, &answers))));
    }
    Ok(Ok((section, visit, invitation, answers)))
}
