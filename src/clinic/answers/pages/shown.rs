//! What the page of a question and its answer shows, to whoever writes it and to whoever reads it second.
//! Must not know: findings; it shows the question, the words typed, and what the gate found in them.

use crate::{
    access::{
        Caller, InFamily, Permission, family::family_reference, permission::allows, service::service_get,
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        answers::{
            draft::{AnswerDraft, AnswerState, Written, answer_open, answers_of},
            held::{Held, held},
            release::{Way, way_of},
            words::{Standing, question_of, standing},
        },
        cascade::task::{Task, task_open, task_row},
        letters::{
            gate::Found,
            letter::{LetterRow, Stop, letter_by_invitation, letter_row},
        },
        people::safety::is_kept_back,
    },
    error::Result,
    ids::{AnswerId, FamilyId, LetterId, ReplyId, StaffId, TaskId},
    relative::answer::{Tell, answer_heard},
};
use kinward_family::{advice::advice, answer::MOST_CHARACTERS, language::Language, page::Notify};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct View {
    task: TaskId,
    reply: ReplyId,
    letter: LetterId,
    family: FamilyId,
    pub reference: String,
    /// How much the letter tells whose code the question came by, and so the answer at most.
    level: String,
    level_words: &'static str,
    question: String,
    asked: String,
    /// Where the form of the words goes; nothing for whoever may not write now.
    writes: Option<String>,
    sides: Vec<Side>,
    why: String,
    most: usize,
    /// What keeps an answer from its reader now.
    held: Option<&'static str>,
    /// None while nobody has written anything.
    answer: Option<One>,
    /// One that is being written, or was, where this page is only the question's.
    other: Option<AnswerId>,
}

/// The answer in one language, as it was typed.
#[derive(Serialize)]
struct Side {
    field: String,
    language: &'static str,
    tag: &'static str,
    typed: String,
    advice: Vec<String>,
}

#[derive(Serialize)]
struct One {
    answer: AnswerId,
    state: AnswerState,
    state_words: &'static str,
    author: String,
    drafted: String,
    approver: Option<String>,
    released: Option<String>,
    returned_why: Option<String>,
    withdrawn_why: Option<String>,
    ended_why: Option<String>,
    found: Vec<Hit>,
    /// Some of it can be excused by nobody.
    absolute: bool,
    fingerprint: String,
    out: bool,
    seen: Option<String>,
    enough: Option<String>,
    way: Option<WayShown>,
    own: bool,
    may_submit: bool,
    may_release: bool,
    may_tell: bool,
    may_withdraw: bool,
}

#[derive(Serialize)]
struct Hit {
    what: &'static str,
    #[serde(flatten)]
    hit: Found,
}

/// How whoever asked hears of it.
#[derive(Serialize)]
struct WayShown {
    words: &'static str,
    by_person: bool,
    phone: Option<String>,
    times: Option<String>,
    discreet: bool,
}

/// A question that nobody has answered yet.
pub(super) fn question(act: &mut Act<'_>, caller: &Caller, task: TaskId, reply: ReplyId) -> Result<View> {
    let (task, proof) = task_open(act.conn(), caller, task)?;
    let (row, _) = question_of(act, &proof, &task, reply)?;
    let letter = letter_by_invitation(act.conn, act.service, row.invitation_id)?;
    let others = answers_of(act.conn, act.service, task.id)?;
    let other = others.iter().find(|one| one.reply_id == reply && one.state != AnswerState::Withdrawn);
    let would_be = AnswerDraft {
        id: AnswerId::new(act.chance()),
        service_id: act.service,
        family_id: proof.family(),
        task_id: task.id,
        letter_id: letter.id,
        reply_id: reply,
        state: AnswerState::Draft,
        author_id: caller.staff,
        drafted_at: act.at,
        approver_id: None,
        released_at: None,
        ended_why: None,
    };
    let held = held(act, &would_be)?;
    let writes = format!("/tasks/{}/questions/{reply}", task.id);
    let writes = Some(writes).filter(|_| other.is_none() && held.is_none());
    let other = other.map(|other| other.id);
    let view = view(act, &proof, &task, &letter, &would_be, &Written::default())?;
    Ok(View { held: held.map(Held::words), writes, other, ..view })
}

/// An answer, with what may be done with it now.
pub(super) fn answer(act: &mut Act<'_>, caller: &Caller, id: AnswerId, texts: bool) -> Result<View> {
    let (draft, proof) = answer_open(act.conn(), caller, id)?;
    act.record(Deed::AnswerRead, ("answer", id.as_str()), Some(draft.family_id), "")?;
    let task = task_row(act.conn, act.service, draft.task_id)?;
    let letter = letter_row(act.conn, act.service, draft.letter_id)?;
    let written = draft.written(act.conn(), &proof)?;
    let (own, may_draft) = (draft.author_id == caller.staff, allows(&caller.roles, Permission::LetterDraft));
    let writable = match draft.state {
        AnswerState::Draft | AnswerState::Returned => own && may_draft,
        AnswerState::Submitted | AnswerState::ToTell | AnswerState::Released | AnswerState::Withdrawn => {
            false
        }
    };
    let waits = match draft.state {
        AnswerState::Draft | AnswerState::Submitted | AnswerState::Returned => true,
        AnswerState::ToTell | AnswerState::Released | AnswerState::Withdrawn => false,
    };
    let held = held(act, &draft)?.filter(|_| waits);
    let one = one(act, caller, &proof, (&task, &letter), &draft, &written, texts)?;
    let view = view(act, &proof, &task, &letter, &draft, &written)?;
    Ok(View {
        held: held.map(Held::words),
        writes: writable.then(|| format!("/answers/{id}/words")),
        answer: Some(one),
        ..view
    })
}

fn view(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    letter: &LetterRow,
    draft: &AnswerDraft,
    written: &Written,
) -> Result<View> {
    let (row, question) = question_of(act, proof, task, draft.reply_id)?;
    act.record(Deed::ReplyRead, ("relative_task", task.id.as_str()), Some(task.family_id), "a question")?;
    let service = act.service;
    let card = service_get(act.conn(), service)?.card()?;
    let spoken =
        |(language, text): &(Language, &str)| card.sender_name_in(*language).is_some() || !text.is_empty();
    let side = |(language, text): (Language, &str)| Side {
        field: format!("answer_{}", language.code()),
        language: language.name(),
        tag: language.tag(),
        typed: text.to_owned(),
        advice: match language {
            Language::English => advice(text, None).iter().map(|one| one.words()).collect(),
            Language::Welsh => Vec::new(),
        },
    };
    let level = letter.level()?;
    Ok(View {
        task: task.id,
        reply: draft.reply_id,
        letter: letter.id,
        family: task.family_id,
        reference: family_reference(act.conn(), service, task.family_id)?,
        level: letter.level.clone(),
        level_words: level.plain(),
        question,
        asked: row.at.shown(),
        writes: None,
        sides: written.typed().into_iter().filter(spoken).map(side).collect(),
        why: written.why.clone(),
        most: MOST_CHARACTERS,
        held: None,
        answer: None,
        other: None,
    })
}

fn one(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    (task, letter): (&Task, &LetterRow),
    draft: &AnswerDraft,
    written: &Written,
    texts: bool,
) -> Result<One> {
    let names = staff_names(act.conn(), caller.service)?;
    let name = |id: StaffId| {
        let known = names.iter().find(|(known, _)| *known == id);
        known.map_or_else(|| "a former colleague".to_owned(), |(_, name)| name.clone())
    };
    let out = draft.state.is_out();
    let read_by_gate = draft.state != AnswerState::Withdrawn && !out;
    let now: Option<Standing> = if read_by_gate { Some(standing(act, proof, draft)?) } else { None };
    let found = now.as_ref().map(|now| now.found.clone()).unwrap_or_default();
    let was_out = draft.released_at.is_some();
    let (seen, enough) = if was_out { answer_heard(act.conn, act.service, draft.id)? } else { (None, None) };
    let kept_back = is_kept_back(act.conn(), caller, letter.reader(task))?;
    let way = match draft.state {
        AnswerState::Withdrawn => None,
        AnswerState::Draft
        | AnswerState::Submitted
        | AnswerState::Returned
        | AnswerState::ToTell
        | AnswerState::Released => Some(way_of(act, proof, task, letter, texts)?).filter(|_| !kept_back),
    };
    let may = |permission| allows(&caller.roles, permission);
    let own = draft.author_id == caller.staff;
    Ok(One {
        answer: draft.id,
        state: draft.state,
        state_words: draft.state.title(),
        author: name(draft.author_id),
        drafted: draft.drafted_at.shown(),
        approver: draft.approver_id.map(name),
        released: draft.released_at.map(|at| at.shown()),
        returned_why: written.returned_why.clone(),
        withdrawn_why: written.withdrawn_why.clone().filter(|why| !why.is_empty()),
        ended_why: draft
            .ended_why
            .as_deref()
            .and_then(|why| why.parse::<Stop>().ok())
            .map(|why| why.words_to(&caller.roles).to_owned()),
        absolute: found.iter().any(|hit| hit.matter.is_absolute()),
        found: found.into_iter().map(|hit| Hit { what: hit.matter.words(), hit }).collect(),
        fingerprint: now.map(|now| now.fingerprint).unwrap_or_default(),
        out,
        seen: seen.map(|at| at.shown()),
        enough: enough.map(|at| at.shown()),
        way: way.map(|way| way_shown(way, draft.state)),
        own,
        may_submit: draft.state == AnswerState::Draft && own && may(Permission::LetterDraft),
        may_release: draft.state == AnswerState::Submitted && !own && may(Permission::LetterApprove),
        may_tell: draft.state == AnswerState::ToTell && may(Permission::LetterDraft),
        may_withdraw: draft.state != AnswerState::Withdrawn && may(Permission::LetterDraft),
    })
}

fn way_shown(way: Way, state: AnswerState) -> WayShown {
    let by_person = way.tell == Tell::Person || state == AnswerState::ToTell;
    let words = match (&way.tell, way.chosen) {
        (Tell::Email(_), _) if state != AnswerState::ToTell => {
            "by e-mail, which says only that an answer waits"
        }
        (Tell::Text(_), _) if state != AnswerState::ToTell => {
            "by text message, which says only that an answer waits"
        }
        (Tell::Email(_) | Tell::Text(_), _) => "by a person: the message did not arrive",
        (Tell::Person, Some(Notify::Phone)) => "by phone, as they asked",
        (Tell::Person, Some(Notify::Post)) => "by post, as they asked: write them a line, or phone",
        (Tell::Person, Some(Notify::Email | Notify::Text) | None) => "by a person: phone them, or write",
    };
    WayShown { words, by_person, phone: way.phone, times: way.times, discreet: way.discreet }
}
