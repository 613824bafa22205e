//! Coming back to what was asked: the question, the answer, and that it is enough for now.
//! Must not know: who answered, or what being enough moves; it is told to the listener in the same act.

use super::{Call, Shown, progress::Wants};
use crate::{
    audit::Deed,
    error::Result,
    relative::{
        answer::{self, answers_enough, answers_seen, asking},
        invitation::{Invitation, invitation_readable},
    },
};
use kinward_family::page::{Asking, Enough, Page, path};

/// Where whoever may read their letter goes on: to the letter, or to where they see that an answer is there.
pub(super) fn goes_on_reading(call: &Call<'_>, invitation: &Invitation) -> Result<&'static str> {
    let asking = call.house.db.read(|conn| asking(conn, invitation, call.whose()))?;
    Ok(if asking == Asking::New { path::BACK } else { path::LETTER })
}

pub(super) fn page(call: &mut Call<'_>) -> Result<Shown> {
    let (_, invitation) = match call.reached(Wants::Letter)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    // Asked in the act that shows them, so that a stop that was committed first always wins.
    let shown = call.act(&invitation, |act| {
        let readable = invitation_readable(act, invitation.id)?;
        let note = if readable { "questions and answers" } else { "withheld" };
        act.record(Deed::LetterOpened, ("invitation", invitation.id.as_str()), None, note)?;
        if !readable {
            return Ok(None);
        }
        let keys = act.keys();
        let shown = answer::shown(act.conn, keys, &invitation, call.whose())?;
        answers_seen(act, call.listener, &shown)?;
        Ok(Some(shown))
    })?;
    match shown {
        None => Shown::go(path::LETTER),
        Some(shown) if shown.asked.is_empty() => Shown::go(path::BACK),
        Some(shown) => Shown::page(Page::Answered { asked: shown.asked, enough: shown.enough }),
    }
}

pub(super) fn enough(call: &mut Call<'_>) -> Result<Shown> {
    let (_, invitation) = match call.reached(Wants::Letter)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    call.act(&invitation, |act| {
        let readable = invitation_readable(act, invitation.id)?;
        act.record(Deed::LetterOpened, ("invitation", invitation.id.as_str()), None, "said to be enough")?;
        let keys = act.keys();
        let shown = answer::shown(act.conn, keys, &invitation, call.whose())?;
        // Pressed twice, or in another tab before, it is said once.
        match (readable, shown.enough) {
            (true, Enough::MaySay) => answers_enough(act, call.listener, &shown),
            (true, Enough::Said | Enough::NotAsked) | (false, _) => Ok(()),
        }
    })?;
    Shown::go(path::ANSWERED)
}
