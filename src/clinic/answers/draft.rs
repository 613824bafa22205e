//! An answer's states from draft to told, and every permitted step. Its words are compartment D until they are released.
//! Must not know: what the words may not tell, or how a relative is told.

use crate::{
    access::{Caller, InFamily},
    audit::{Act, Deed},
    clinic::queue::item::{Queue, Subject, SubjectKind, Wanted, follow},
    db::{Conn, UtcTime, closed},
    error::{Error, Result},
    ids::{AnswerId, FamilyId, LetterId, ReplyId, ServiceId, StaffId, TaskId},
    keys::{Sealed, content},
};
use diesel::prelude::*;
use kinward_family::language::Language;
use std::collections::BTreeMap;

diesel::table! {
    answer_drafts (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        task_id -> Text,
        letter_id -> Text,
        reply_id -> Text,
        state -> Text,
        author_id -> Text,
        drafted_at -> Timestamp,
        approver_id -> Nullable<Text>,
        released_at -> Nullable<Timestamp>,
        ended_why -> Nullable<Text>,
        sealed -> Binary,
    }
}

closed! {
    pub enum AnswerState {
        Draft = "draft",
        Submitted = "submitted",
        Returned = "returned",
        /// Released, and a person tells its reader that it is there.
        ToTell = "to_tell",
        Released = "released",
        Withdrawn = "withdrawn",
    }
}

impl AnswerState {
    /// As staff read it.
    pub const fn title(self) -> &'static str {
        match self {
            AnswerState::Draft => "Draft",
            AnswerState::Submitted => "Waits for a second person",
            AnswerState::Returned => "Returned to its author",
            AnswerState::ToTell => "Released; somebody tells them",
            AnswerState::Released => "Released",
            AnswerState::Withdrawn => "Withdrawn",
        }
    }

    /// Whether its reader can read it.
    pub const fn is_out(self) -> bool {
        match self {
            AnswerState::ToTell | AnswerState::Released => true,
            AnswerState::Draft | AnswerState::Submitted | AnswerState::Returned | AnswerState::Withdrawn => {
                false
            }
        }
    }
}

closed! {
    pub enum AnswerCommand {
        Word = "word",
        Submit = "submit",
        Return = "return",
        Release = "release",
        /// As `release`, where no notice can tell its reader.
        ReleaseToTell = "release_to_tell",
        /// Its reader was told, or has read it.
        Tell = "tell",
        /// Its notice will not arrive.
        Untell = "untell",
        Withdraw = "withdraw",
    }
}

/// Every permitted step; what is not listed is refused.
pub const STEPS: &[(AnswerState, AnswerCommand, AnswerState)] = {
    use AnswerCommand as C;
    use AnswerState as S;
    &[
        (S::Draft, C::Word, S::Draft),
        (S::Returned, C::Word, S::Draft),
        (S::Draft, C::Submit, S::Submitted),
        (S::Submitted, C::Return, S::Returned),
        (S::Submitted, C::Release, S::Released),
        (S::Submitted, C::ReleaseToTell, S::ToTell),
        (S::ToTell, C::Tell, S::Released),
        (S::Released, C::Untell, S::ToTell),
        (S::Draft, C::Withdraw, S::Withdrawn),
        (S::Submitted, C::Withdraw, S::Withdrawn),
        (S::Returned, C::Withdraw, S::Withdrawn),
        (S::ToTell, C::Withdraw, S::Withdrawn),
        (S::Released, C::Withdraw, S::Withdrawn),
    ]
};

/// The state after `command`, or that the step is not permitted.
pub fn step(from: AnswerState, command: AnswerCommand) -> Option<AnswerState> {
    STEPS.iter().find(|(state, by, _)| *state == from && *by == command).map(|(_, _, to)| *to)
}

/// The queues a state asks for. While nobody has answered, the relative's own item stands in the queue of replies.
pub fn wanted(state: AnswerState) -> Vec<Wanted> {
    match state {
        AnswerState::Submitted => vec![Queue::AnswersToApprove.into()],
        AnswerState::ToTell => vec![Queue::AnswersToTell.into()],
        AnswerState::Draft | AnswerState::Returned | AnswerState::Released | AnswerState::Withdrawn => vec![],
    }
}

/// What staff wrote: the words by language, why what the gate found may stand, and why it was returned or withdrawn.
#[derive(Clone, Default, minicbor::Encode, minicbor::Decode)]
pub struct Written {
    #[n(0)]
    pub(super) words: BTreeMap<String, String>,
    #[n(1)]
    pub why: String,
    #[n(2)]
    pub returned_why: Option<String>,
    #[n(3)]
    pub withdrawn_why: Option<String>,
}
content!(D at "answer_drafts.sealed" holds Written);

impl Written {
    pub fn new(words: &[(Language, &str)], why: &str) -> Self {
        let words = words.iter().map(|(language, text)| (language.code().to_owned(), (*text).to_owned()));
        Self { words: words.collect(), why: why.trim().to_owned(), ..Self::default() }
    }

    /// As it was typed, every language we write in.
    pub fn typed(&self) -> Vec<(Language, &str)> {
        let text = |language: Language| self.words.get(language.code()).map_or("", String::as_str);
        Language::ALL.into_iter().map(|language| (language, text(language))).collect()
    }
}

/// An answer, and nothing of its words: all that rules need, also those that run when a relative answers. The sealed column is
/// never selected with it: the relatives' wing has no grant on it.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = answer_drafts)]
pub struct AnswerDraft {
    pub id: AnswerId,
    pub service_id: ServiceId,
    pub family_id: FamilyId,
    pub task_id: TaskId,
    /// The letter whose code the question came by.
    pub letter_id: LetterId,
    pub reply_id: ReplyId,
    pub state: AnswerState,
    pub author_id: StaffId,
    pub drafted_at: UtcTime,
    pub approver_id: Option<StaffId>,
    pub released_at: Option<UtcTime>,
    /// Why it was withdrawn, where no person did.
    pub ended_why: Option<String>,
}

impl AnswerDraft {
    fn subject(&self) -> Subject {
        Subject {
            kind: SubjectKind::Answer,
            id: self.id.to_string(),
            family: Some(self.family_id),
            task: Some(self.task_id),
        }
    }

    pub fn written(&self, conn: &mut Conn, proof: &InFamily) -> Result<Written> {
        let sealed: Sealed<Written> =
            answer_drafts::table.find(self.id).select(answer_drafts::sealed).first(conn)?;
        sealed.open(proof.grant()?, self.id.as_str())
    }
}

pub(super) fn answer_insert(
    act: &mut Act<'_>,
    proof: &InFamily,
    draft: &AnswerDraft,
    written: &Written,
) -> Result<()> {
    let sealed = Sealed::seal(proof.grant()?, act.chance(), draft.id.as_str(), written)?;
    diesel::insert_into(answer_drafts::table)
        .values((
            answer_drafts::id.eq(draft.id),
            answer_drafts::service_id.eq(draft.service_id),
            answer_drafts::family_id.eq(draft.family_id),
            answer_drafts::task_id.eq(draft.task_id),
            answer_drafts::letter_id.eq(draft.letter_id),
            answer_drafts::reply_id.eq(draft.reply_id),
            answer_drafts::state.eq(draft.state),
            answer_drafts::author_id.eq(draft.author_id),
            answer_drafts::drafted_at.eq(draft.drafted_at),
            answer_drafts::sealed.eq(sealed),
        ))
        .execute(act.conn())?;
    act.record(Deed::AnswerDrafted, ("answer", draft.id.as_str()), Some(draft.family_id), "")?;
    follow(act, &draft.subject(), &wanted(draft.state))
}

/// Other words, or other reasons, for the same answer.
pub(super) fn answer_write(
    act: &mut Act<'_>,
    proof: &InFamily,
    draft: &AnswerDraft,
    written: &Written,
) -> Result<()> {
    let sealed = Sealed::seal(proof.grant()?, act.chance(), draft.id.as_str(), written)?;
    diesel::update(answer_drafts::table.find(draft.id))
        .set(answer_drafts::sealed.eq(sealed))
        .execute(act.conn())?;
    Ok(())
}

/// Moves an answer by a listed step, with its queue and its record.
///
/// # Errors
/// A step that is not listed, in words that say how it stands.
pub(super) fn answer_move(
    act: &mut Act<'_>,
    draft: &AnswerDraft,
    command: AnswerCommand,
    deed: Deed,
    note: &str,
) -> Result<AnswerState> {
    let to = step(draft.state, command).ok_or_else(|| refused(draft))?;
    let as_it_was = answer_drafts::table
        .filter(answer_drafts::id.eq(draft.id))
        .filter(answer_drafts::state.eq(draft.state));
    if diesel::update(as_it_was).set(answer_drafts::state.eq(to)).execute(act.conn())? != 1 {
        return Err(Error::not_now("This answer was changed just now. Open it again. Nothing was changed."));
    }
    act.record(deed, ("answer", draft.id.as_str()), Some(draft.family_id), note)?;
    follow(act, &draft.subject(), &wanted(to))?;
    Ok(to)
}

fn refused(draft: &AnswerDraft) -> Error {
    let title = draft.state.title();
    Error::not_now(format!("Of this answer that cannot be done now. It is: {title}. Nothing was changed."))
}

/// An answer with the proof that the caller has to do with its family.
///
/// # Errors
/// Not found, also where it exists in a family that is none of the caller's.
pub fn answer_open(conn: &mut Conn, caller: &Caller, id: AnswerId) -> Result<(AnswerDraft, InFamily)> {
    let draft = answer_row(conn, caller.service, id)?;
    let proof = caller.in_family(conn, draft.family_id)?;
    Ok((draft, proof))
}

pub(super) fn answer_row(conn: &mut Conn, service: ServiceId, id: AnswerId) -> Result<AnswerDraft> {
    Ok(answer_drafts::table
        .filter(answer_drafts::service_id.eq(service))
        .filter(answer_drafts::id.eq(id))
        .select(AnswerDraft::as_select())
        .first(conn)?)
}

/// The answers to one relative's questions, newest first.
pub fn answers_of(conn: &mut Conn, service: ServiceId, task: TaskId) -> Result<Vec<AnswerDraft>> {
    Ok(answer_drafts::table
        .filter(answer_drafts::service_id.eq(service))
        .filter(answer_drafts::task_id.eq(task))
        .order((answer_drafts::drafted_at.desc(), answer_drafts::id.asc()))
        .select(AnswerDraft::as_select())
        .load(conn)?)
}

/// All of a family, in the order in which they were begun.
pub(super) fn answers_of_family(conn: &mut Conn, proof: &InFamily) -> Result<Vec<AnswerDraft>> {
    Ok(answer_drafts::table
        .filter(answer_drafts::service_id.eq(proof.service()))
        .filter(answer_drafts::family_id.eq(proof.family()))
        .order((answer_drafts::drafted_at.asc(), answer_drafts::id.asc()))
        .select(AnswerDraft::as_select())
        .load(conn)?)
}

/// Those to questions that came by one letter's code.
pub(super) fn answers_by_letter(
    conn: &mut Conn,
    service: ServiceId,
    letter: LetterId,
) -> Result<Vec<AnswerDraft>> {
    Ok(answer_drafts::table
        .filter(answer_drafts::service_id.eq(service))
        .filter(answer_drafts::letter_id.eq(letter))
        .filter(answer_drafts::state.ne(AnswerState::Withdrawn))
        .order(answer_drafts::id.asc())
        .select(AnswerDraft::as_select())
        .load(conn)?)
}

/// Every answer's id and state, for the test that compares queues with states.
pub fn answer_states(conn: &mut Conn, service: ServiceId) -> Result<Vec<(AnswerId, AnswerState)>> {
    Ok(answer_drafts::table
        .filter(answer_drafts::service_id.eq(service))
        .select((answer_drafts::id, answer_drafts::state))
        .load(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_released_that_no_second_person_was_handed() {
        for state in AnswerState::ALL.iter().filter(|state| **state != AnswerState::Submitted) {
            for command in [AnswerCommand::Release, AnswerCommand::ReleaseToTell] {
                assert_eq!(step(*state, command), None, "{state}");
            }
        }
    }

    #[test]
    fn everything_can_be_withdrawn_and_nothing_comes_back() {
        for state in AnswerState::ALL {
            let to = step(*state, AnswerCommand::Withdraw);
            assert_eq!(to.is_some(), *state != AnswerState::Withdrawn, "{state}");
        }
        assert!(AnswerCommand::ALL.iter().all(|command| step(AnswerState::Withdrawn, *command).is_none()));
    }
}
