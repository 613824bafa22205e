//! What a relative has read, by their own answer, or may have read, by a copy that the proband was given for them.
//! Must not know: what they answered, beyond whether it was theirs to read.

use super::topic::Topic;
use crate::{
    clinic::{
        cascade::task::Task,
        letters::{
            letter::{LetterState, letter_by_invitation},
            list::letters_of_tasks,
        },
    },
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::InvitationId,
    relative::reply::reply_list,
};
use kinward_family::{disclosure::Level, page::Choice};

/// A letter that its reader answered, or that was given away for them.
pub struct Read {
    pub level: Level,
    /// When that was.
    pub at: UtcTime,
}

impl Read {
    /// True where it tells this.
    pub fn tells(&self, topic: Topic) -> bool {
        topic.is_told_at(self.level)
    }

    /// What it tells of this, as staff read it. A letter that only asks to be contacted names no condition.
    pub fn words(&self, topic: Topic) -> &'static str {
        if self.only_asks() && topic == Topic::ConditionExists { SOMETHING } else { topic.words() }
    }

    /// True where it tells neither condition nor variant.
    pub fn only_asks(&self) -> bool {
        self.level == Level::L0
    }
}

const SOMETHING: &str =
    "that there is something about their health that we would like to talk to them about, and no more";
/// What somebody who had such a letter does not know by it.
pub const WHICH_CONDITION: &str = "which condition it is";

/// Of the letters that this relative has answered the one that tells most; nothing where they answered none, or only that
/// it was not theirs or that they do not want to know: neither needs reading.
pub fn letter_read(conn: &mut Conn, task: &Task) -> Result<Option<Read>> {
    let mut seen: Vec<InvitationId> = Vec::new();
    let mut most: Option<Read> = None;
    // Newest first: of each letter the newest answer counts.
    for reply in reply_list(conn, task.service_id, task.id.as_str())? {
        if seen.contains(&reply.invitation_id) {
            continue;
        }
        seen.push(reply.invitation_id);
        let choice: Choice = reply.choice.parse().map_err(|_| Error::inner("a stored choice is not one"))?;
        if !has_read(choice) {
            continue;
        }
        let level = letter_by_invitation(conn, task.service_id, reply.invitation_id)?.level()?;
        if most.as_ref().is_none_or(|most| level > most.level) {
            most = Some(Read { level, at: reply.at });
        }
    }
    Ok(most)
}

/// The copy for this relative that the proband was given last: whether it reached them, nobody can say.
pub fn copy_given(conn: &mut Conn, task: &Task) -> Result<Option<Read>> {
    let mut newest = None;
    for row in letters_of_tasks(conn, task.service_id, vec![task.id])? {
        if row.state == LetterState::Sent && row.is_handed_over()? {
            let at = row.handed_at.or(row.approved_at).unwrap_or(row.drafted_at);
            newest = Some(Read { level: row.level()?, at });
        }
    }
    Ok(newest)
}

const fn has_read(choice: Choice) -> bool {
    match choice {
        Choice::Appointment | Choice::Think | Choice::AlreadyTested | Choice::Question => true,
        Choice::NotKnow | Choice::NotMe => false,
    }
}
