//! Somebody who had a relative's letter says that they have died: that is found out before anything is sent again.
//! Must not know: who said so, or from where; a portal's word is no date of death.

use super::{steps::TaskState, task::Task};
use crate::{
    access::InFamily,
    clinic::{
        letters::{list::letter_list, stop::Stop},
        people::person::Person,
    },
    db::{Conn, closed},
    error::{Error, Result},
    relative::reply::{ReplyRow, reply_list},
};

closed! {
    /// Staff found out that the relative lives.
    pub enum Lives { Yes = "yes" }
}

/// Whether their newest letter was stopped because they are said to have died, and nobody has found out yet.
pub fn said_to_have_died(conn: &mut Conn, proof: &InFamily, task: &Task, person: &Person) -> Result<bool> {
    if task.state != TaskState::NotReached || person.has_died() {
        return Ok(false);
    }
    let letters = letter_list(conn, proof, task.id)?;
    Ok(letters.first().is_some_and(|letter| letter.ended_why == Some(Stop::Died)))
}

/// The newest answer that came with a letter after somebody had said that its relative has died: the report moves them to those
/// not reached, so that whoever stands elsewhere has answered since. Nothing where they are on record as dead.
pub fn answered_since(
    conn: &mut Conn,
    proof: &InFamily,
    task: &Task,
    person: &Person,
) -> Result<Option<ReplyRow>> {
    if task.state == TaskState::NotReached || person.has_died() {
        return Ok(None);
    }
    let letters = letter_list(conn, proof, task.id)?;
    let Some(newest) = letters.first().filter(|letter| letter.ended_why == Some(Stop::Died)) else {
        return Ok(None);
    };
    let replies = reply_list(conn, proof.service(), task.id.as_str())?;
    Ok(replies.into_iter().next().filter(|reply| reply.invitation_id == newest.invitation_id))
}

/// Nothing is sent again to somebody who is said to have died, until staff say that they live.
///
/// # Errors
/// That nobody has said so.
pub(super) fn lives(
    conn: &mut Conn,
    proof: &InFamily,
    task: &Task,
    person: &Person,
    lives: Option<Lives>,
) -> Result<()> {
    if lives.is_none() && said_to_have_died(conn, proof, task, person)? {
        return Err(Error::bad_input(
            "Somebody who had the letter says that this person has died. Find out first. If it is so, record it on their page; if they live, say so here. Nothing was changed.",
        )
        .at("lives"));
    }
    Ok(())
}
