//! The words of an answer: what they may not tell, and why something that was found may stand.
//! Must not know: findings. An answer tells nothing that the letter whose code it was asked by does not tell.

use super::{
    draft::{
        AnswerCommand, AnswerDraft, AnswerState, Written, answer_insert, answer_move, answer_write,
        answers_of,
    },
    held::held,
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        cascade::task::{Task, task_row},
        letters::{
            gate::{self, Found, Watch},
            letter::{LetterRow, letter_row},
        },
    },
    error::{Error, Result},
    ids::{AnswerId, ReplyId},
    keys::digest,
    relative::reply::{ReplyRow, reply_get},
};
use kinward_family::{answer::ReviewedAnswer, language::Language, page::Reply};

/// Words as they are typed on a form.
pub struct Typed<'a> {
    pub words: Vec<(Language, &'a str)>,
    /// Why what the gate finds may stand.
    pub why: &'a str,
}

/// What the gate finds in an answer, and whether its author has said why it may stand.
pub struct Standing {
    pub answer: ReviewedAnswer,
    pub found: Vec<Found>,
    pub why: String,
    /// Of the very words that were read and the reason beside them.
    pub fingerprint: String,
}

/// The question that a reply asks.
///
/// # Errors
/// Not found, for a reply of somebody else; one that asks nothing.
pub fn question_of(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    reply: ReplyId,
) -> Result<(ReplyRow, String)> {
    let row = reply_get(act.conn(), task.service_id, task.id.as_str(), reply)?;
    match row.answers(proof.grant()?)?.reply {
        Reply::Question { question, .. } => Ok((row, question.as_str().to_owned())),
        Reply::Appointment { .. }
        | Reply::Think { .. }
        | Reply::NotKnow { .. }
        | Reply::AlreadyTested { .. }
        | Reply::NotMe { .. } => Err(Error::not_now("This reply asks nothing. Nothing was saved.")),
    }
}

/// Begins an answer to a question.
///
/// # Errors
/// One that is being answered or has been; a letter that may not be read; words that no reason excuses.
pub fn answer_begin(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    reply: ReplyId,
    typed: &Typed<'_>,
) -> Result<AnswerId> {
    let (row, _) = question_of(act, proof, task, reply)?;
    let letter =
        crate::clinic::letters::letter::letter_by_invitation(act.conn, act.service, row.invitation_id)?;
    let others = answers_of(act.conn, act.service, task.id)?;
    if others.iter().any(|one| one.reply_id == reply && one.state != AnswerState::Withdrawn) {
        return Err(Error::not_now(
            "Somebody is answering this, or has. Open their answer. Nothing was saved.",
        ));
    }
    let draft = AnswerDraft {
        id: AnswerId::new(act.chance()),
        service_id: act.service,
        family_id: proof.family(),
        task_id: task.id,
        letter_id: letter.id,
        reply_id: reply,
        state: AnswerState::Draft,
        author_id: proof.staff(),
        drafted_at: act.at,
        approver_id: None,
        released_at: None,
        ended_why: None,
    };
    if let Some(held) = held(act, &draft)? {
        return Err(held.refusal());
    }
    let written = Written::new(&typed.words, typed.why);
    savable(act, proof, task, &letter, &written)?;
    answer_insert(act, proof, &draft, &written)?;
    Ok(draft.id)
}

/// Other words for one's own answer that nobody else has been handed.
///
/// # Errors
/// Another than the author; words that no reason excuses.
pub fn answer_word(
    act: &mut Act<'_>,
    proof: &InFamily,
    draft: &AnswerDraft,
    typed: &Typed<'_>,
) -> Result<()> {
    authors(draft, proof)?;
    let task = task_row(act.conn, act.service, draft.task_id)?;
    let letter = letter_row(act.conn, act.service, draft.letter_id)?;
    let written = Written {
        returned_why: draft.written(act.conn(), proof)?.returned_why,
        ..Written::new(&typed.words, typed.why)
    };
    answer_move(act, draft, AnswerCommand::Word, Deed::AnswerWorded, "")?;
    savable(act, proof, &task, &letter, &written)?;
    answer_write(act, proof, draft, &written)
}

/// The author hands the answer to a second person.
///
/// # Errors
/// Another than the author; something found that nobody has said may stand.
pub fn answer_submit(act: &mut Act<'_>, proof: &InFamily, draft: &AnswerDraft) -> Result<()> {
    authors(draft, proof)?;
    if let Some(held) = held(act, draft)? {
        return Err(held.refusal());
    }
    may_stand(&standing(act, proof, draft)?)?;
    answer_move(act, draft, AnswerCommand::Submit, Deed::AnswerSubmitted, "").map(|_| ())
}

/// Nothing was found, or its author has said why it may stand.
///
/// # Errors
/// What was found, by kind.
pub(super) fn may_stand(standing: &Standing) -> Result<()> {
    let absolute: Vec<&Found> = standing.found.iter().filter(|hit| hit.matter.is_absolute()).collect();
    if !absolute.is_empty() {
        return Err(held_back(&absolute, TAKE_OUT));
    }
    let all: Vec<&Found> = standing.found.iter().collect();
    if !all.is_empty() && standing.why.chars().count() < 10 {
        return Err(held_back(&all, SAY_WHY));
    }
    Ok(())
}

/// What the gate finds in an answer now.
///
/// # Errors
/// Words that are none.
pub fn standing(act: &mut Act<'_>, proof: &InFamily, draft: &AnswerDraft) -> Result<Standing> {
    let task = task_row(act.conn, act.service, draft.task_id)?;
    let letter = letter_row(act.conn, act.service, draft.letter_id)?;
    let written = draft.written(act.conn(), proof)?;
    tried(act, proof, &task, &letter, &written)
}

/// Whether the words hold something that nobody watched for when they were released.
pub(super) fn answer_holds(
    act: &mut Act<'_>,
    proof: &InFamily,
    draft: &AnswerDraft,
    watch: &Watch,
) -> Result<bool> {
    let letter = letter_row(act.conn, act.service, draft.letter_id)?;
    let written = draft.written(act.conn(), proof)?;
    let answer = ReviewedAnswer::by_review(&written.typed())
        .map_err(|_| Error::inner("an answer that was released is none"))?;
    Ok(!gate::read_answer(&answer.whole(), letter.level()?, watch).is_empty())
}

fn tried(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    letter: &LetterRow,
    written: &Written,
) -> Result<Standing> {
    let answer = ReviewedAnswer::by_review(&written.typed()).map_err(|(language, bad)| {
        let field = format!("answer_{}", language.code());
        Error::bad_input(format!("{bad} Nothing was saved.")).at(&field)
    })?;
    let letter = letter.reopen(act.keys(), proof.grant()?)?;
    let watch = gate::watch_of_answer(act, proof, task, &letter)?;
    let fingerprint = digest(format!("{}\n{}", answer.store().words_json, written.why).as_bytes());
    let found = gate::read_answer(&answer.whole(), letter.level(), &watch);
    Ok(Standing { found, why: written.why.clone(), answer, fingerprint })
}

/// What no reason lets stand is never kept.
fn savable(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    letter: &LetterRow,
    written: &Written,
) -> Result<()> {
    let standing = tried(act, proof, task, letter, written)?;
    let absolute: Vec<&Found> = standing.found.iter().filter(|hit| hit.matter.is_absolute()).collect();
    if absolute.is_empty() { Ok(()) } else { Err(held_back(&absolute, TAKE_OUT).at("answer_en")) }
}

fn authors(draft: &AnswerDraft, proof: &InFamily) -> Result<()> {
    if draft.author_id == proof.staff() {
        return Ok(());
    }
    Err(Error::not_now(
        "Only its author changes an answer; you may be the second person. Nothing was changed.",
    ))
}

/// The refusal, by kind: the words themselves stand on the answer's page and are not repeated here.
fn held_back(found: &[&Found], what_now: &str) -> Error {
    let mut kinds: Vec<&str> = found.iter().map(|hit| hit.matter.words()).collect();
    kinds.dedup();
    Error::not_now(format!("The answer was held back: it holds {}. {what_now}", kinds.join("; ")))
}

const TAKE_OUT: &str = "No reason can let this stand. Nothing was saved: take it out of your words.";
const SAY_WHY: &str = "Nothing was changed. Take it out, or write in a sentence why it may stand: the second person decides by it.";
