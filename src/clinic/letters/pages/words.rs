//! The editor of one letter: its blocks, which of them may be changed, and a page for each of those.
//! Must not know: findings; what is typed here is read by the gate before anybody sees it as a letter.

use super::{reading::one_heading_lower, short};
use crate::{
    access::{
        Answer, Caller, InFamily, Input, Nothing, Staff, family::family_get, pages::Here, permission::may,
    },
    audit::{Act, Deed},
    clinic::{
        cascade::task::task_row,
        letters::{
            difference::{Run, difference},
            gate::Found,
            letter::{LetterRow, LetterState, letter_open},
            own_words::{Reason, Spot, Trial, block_open, shown_as, words_change, words_try, words_undo},
        },
        people::safety::{is_kept_back, kept_back},
    },
    error::{Error, Result},
    ids::{FamilyId, LetterId, StaffId, TaskId},
};
use actix_web::web;
use kinward_family::{
    advice::{advice, is_easy},
    block::Block,
    language::Language,
    letter::{Letter, MOST_CHARACTERS, ReviewedParagraph, Wording},
    reading::reading_ease,
    wording::Lock,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// One block that says something else than the template, for whoever approves the letter.
#[derive(Serialize)]
pub(super) struct Change {
    language: &'static str,
    tag: &'static str,
    runs: Vec<Run>,
    clinical: bool,
    why: Option<String>,
    by: String,
    at: String,
}

/// What was changed in a letter, with the reasons.
pub(super) fn changes_of(
    letter: &Letter,
    reasons: &[Reason],
    name: impl Fn(StaffId) -> Option<String>,
) -> Vec<Change> {
    let each = |change: &ReviewedParagraph| {
        let spot = Spot { language: change.language(), at: change.at() };
        let reason = reasons.iter().find(|reason| reason.spot == spot);
        Change {
            language: spot.language.name(),
            tag: spot.language.tag(),
            runs: difference(&change.was().join("\n"), &change.words().join("\n")),
            clinical: letter
                .open_block(spot.language, spot.at)
                .is_some_and(|open| open.lock == Lock::Clinical),
            why: reason.map(|reason| reason.why.clone()).filter(|why| !why.is_empty()),
            by: reason.and_then(|reason| name(reason.by)).unwrap_or_else(|| "a former colleague".into()),
            at: reason.map(|reason| reason.at.shown()).unwrap_or_default(),
        }
    };
    letter.changes().iter().map(each).collect()
}

#[derive(Serialize)]
struct Part {
    /// Counted from 1.
    number: usize,
    /// Where it is changed; nothing where it is locked.
    page: Option<String>,
    heading: bool,
    lines: Vec<String>,
    changed: bool,
    clinical: bool,
}

#[derive(Serialize)]
struct Side {
    language: &'static str,
    tag: &'static str,
    title: String,
    ease: Ease,
    parts: Vec<Part>,
}

/// How easy the whole letter is, where it is English: the formulas know no other language.
#[derive(Serialize)]
struct Ease {
    measured: bool,
    flesch: i64,
    grade: i64,
    easy: bool,
}

impl Ease {
    fn of(letter: &Letter, language: Language) -> Self {
        let wording = letter.wordings().iter().find(|wording| wording.language == language);
        let prose = wording.map(Letter::prose).unwrap_or_default();
        let ease = reading_ease(&prose);
        Self {
            measured: language == Language::English,
            flesch: ease.flesch.round() as i64,
            grade: ease.grade.round().max(0.0) as i64,
            easy: is_easy(&prose),
        }
    }
}

#[derive(Serialize)]
struct About {
    letter: LetterId,
    task: TaskId,
    family: FamilyId,
    reference: String,
    recipient: String,
}

#[derive(Serialize)]
struct ListView {
    about: About,
    sides: Vec<Side>,
}

/// A draft of the caller's own, opened to be changed.
fn opened(act: &mut Act<'_>, caller: &Caller, id: LetterId) -> Result<(LetterRow, InFamily, Letter)> {
    let (row, proof) = letter_open(act.conn(), caller, id)?;
    let person = task_row(act.conn, caller.service, row.task_id)?.person_id;
    if is_kept_back(act.conn(), caller, person)? {
        return Err(kept_back());
    }
    if row.state != LetterState::Draft || row.author_id != caller.staff {
        return Err(Error::not_now(
            "Only the author changes a letter's words, and only while it is a draft.",
        ));
    }
    act.record(Deed::LetterRead, ("letter", id.as_str()), Some(row.family_id), "")?;
    let letter = row.reopen(act.keys(), proof.grant()?)?;
    Ok((row, proof, letter))
}

fn about(act: &mut Act<'_>, proof: &InFamily, row: &LetterRow, letter: &Letter) -> Result<About> {
    let recipient = letter.to().person().map(|name| name.full()).or(letter.to().name_line());
    Ok(About {
        letter: row.id,
        task: row.task_id,
        family: row.family_id,
        reference: family_get(act.conn(), proof)?.reference,
        recipient: recipient.unwrap_or_else(|| "whom it may concern".into()),
    })
}

fn parts(letter: &Letter, language: Language, blocks: &[Block]) -> Vec<Part> {
    let each = |(at, block): (usize, &Block)| {
        let open = letter.open_block(language, at);
        let lines = match block {
            Block::Heading(text) | Block::Paragraph(text) | Block::Code(text) => vec![text.clone()],
            Block::List(lines) | Block::SignOff(lines) => lines.clone(),
            Block::Facts(rows) => rows.iter().map(|(label, value)| format!("{label}: {value}")).collect(),
            Block::Further(all) => all.iter().map(|one| one.sentence().to_owned()).collect(),
            Block::NewPage => return None,
        };
        Some(Part {
            number: at + 1,
            page: open.as_ref().map(|_| format!("{}/{at}", language.code())),
            heading: matches!(block, Block::Heading(_)),
            lines,
            changed: open.as_ref().is_some_and(|open| open.was != open.now),
            clinical: open.is_some_and(|open| open.lock == Lock::Clinical),
        })
    };
    blocks.iter().enumerate().filter_map(each).collect()
}

pub(super) async fn list(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<LetterId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house
        .act(&caller, move |act, _| {
            let (row, proof, letter) = opened(act, &of, id)?;
            let side = |wording: &Wording| Side {
                language: wording.language.name(),
                tag: wording.language.tag(),
                title: wording.heading.clone(),
                ease: Ease::of(&letter, wording.language),
                parts: parts(&letter, wording.language, &wording.blocks),
            };
            let sides = letter.wordings().iter().map(side).collect();
            Ok(ListView { about: about(act, &proof, &row, &letter)?, sides })
        })
        .await?;
    let title = format!("Words of letter {}, {}", short(id.as_str()), view.about.reference);
    Answer::page("letter_words", title, &caller, view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WordsEntry {
    #[serde(default)]
    block_words: String,
    #[serde(default)]
    words_why: String,
    /// By which the block is known as it was when its writer opened it; a program may leave it out.
    words_shown: Option<String>,
    /// Only looks what the words would do, and keeps nothing.
    check_only: Option<String>,
}

#[derive(Serialize)]
struct BlockView {
    about: About,
    language: &'static str,
    code: &'static str,
    tag: &'static str,
    place: usize,
    list: bool,
    clinical: bool,
    changed: bool,
    was: Vec<String>,
    /// What the letter says there now.
    now: Vec<String>,
    shown: String,
    words: String,
    why: String,
    most: usize,
    ease: Ease,
    /// What was tried and not saved; nothing where the page was only opened.
    trial: Option<TrialView>,
}

#[derive(Serialize)]
struct TrialView {
    found: Vec<Hit>,
    /// Some of it can be excused by nobody.
    absolute: bool,
    advice: Vec<String>,
    runs: Vec<Run>,
    html: String,
    html_language: &'static str,
    html_label: &'static str,
}

#[derive(Serialize)]
struct Hit {
    what: &'static str,
    #[serde(flatten)]
    hit: Found,
}

fn trial_view(trial: Trial, spot: Spot, was: &[String]) -> TrialView {
    let now = trial.letter.open_block(spot.language, spot.at).map(|open| open.now).unwrap_or_default();
    let (was, now) = (was.join("\n"), now.join("\n"));
    TrialView {
        absolute: trial.standing.is_absolute(),
        found: trial.standing.found.into_iter().map(|hit| Hit { what: hit.matter.words(), hit }).collect(),
        advice: match spot.language {
            Language::English => advice(&now, Some(&was)).iter().map(|one| one.words()).collect(),
            Language::Welsh => Vec::new(),
        },
        runs: difference(&was, &now),
        html: one_heading_lower(&trial.letter.html()),
        html_language: trial.letter.language().tag(),
        html_label: "The letter as it would be read",
    }
}

fn block_view(
    act: &mut Act<'_>,
    caller: &Caller,
    id: LetterId,
    spot: Spot,
    typed: Option<WordsEntry>,
) -> Result<BlockView> {
    let (row, proof, letter) = opened(act, caller, id)?;
    let open = block_open(&letter, spot)?;
    let (was, says, shown) = (open.was.clone(), open.now.clone(), shown_as(&open));
    let now = says.join("\n");
    let (list, clinical) = (matches!(open.block, Block::List(_)), open.lock == Lock::Clinical);
    let trial =
        typed.as_ref().map(|typed| words_try(act, &proof, &row, spot, &typed.block_words)).transpose()?;
    let ease = Ease::of(trial.as_ref().map_or(&letter, |trial| &trial.letter), spot.language);
    let (words, why) =
        typed.map_or((now.clone(), String::new()), |typed| (typed.block_words, typed.words_why));
    Ok(BlockView {
        about: about(act, &proof, &row, &letter)?,
        language: spot.language.name(),
        code: spot.language.code(),
        tag: spot.language.tag(),
        place: spot.at,
        list,
        clinical,
        changed: was.join("\n") != now,
        words,
        why,
        most: MOST_CHARACTERS,
        ease,
        trial: trial.map(|trial| trial_view(trial, spot, &was)),
        was,
        now: says,
        shown,
    })
}

type Where = (LetterId, String, String);

fn spot((id, code, at): Where) -> Result<(LetterId, Spot)> {
    let (language, at) = (code.parse().ok(), at.parse().ok());
    let (Some(language), Some(at)) = (language, at) else { return Err(Error::not_found()) };
    Ok((id, Spot { language, at }))
}

pub(super) async fn block(
    staff: Staff<may::LetterDraft>,
    house: Here,
    path: web::Path<Where>,
) -> Result<Answer> {
    let (id, spot) = spot(path.into_inner())?;
    shown(staff.caller, house, id, spot, None).await
}

async fn shown(
    caller: Caller,
    house: Here,
    id: LetterId,
    spot: Spot,
    typed: Option<WordsEntry>,
) -> Result<Answer> {
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| block_view(act, &of, id, spot, typed)).await?;
    let title = format!(
        "Change part {} ({}) of letter {}, {}",
        spot.at + 1,
        spot.language.name(),
        short(id.as_str()),
        view.about.reference
    );
    Answer::page("letter_block", title, &caller, view)
}

pub(super) async fn change(
    staff: Staff<may::LetterDraft>,
    house: Here,
    path: web::Path<Where>,
    input: Input<WordsEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let typed = input.open(&caller)?;
    let (id, spot) = spot(path.into_inner())?;
    if typed.check_only.is_some() {
        return shown(caller, house, id, spot, Some(typed)).await;
    }
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let (row, proof) = letter_open(act.conn(), &of, id)?;
            let shown = typed.words_shown.as_deref();
            words_change(act, &proof, &row, spot, &typed.block_words, &typed.words_why, shown)
        })
        .await?;
    Ok(Answer::done(format!("/letters/{id}/words"), json!({"letter": id})))
}

pub(super) async fn undo(
    staff: Staff<may::LetterDraft>,
    house: Here,
    path: web::Path<Where>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let caller = staff.caller;
    input.open(&caller)?;
    let (id, spot) = spot(path.into_inner())?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let (row, proof) = letter_open(act.conn(), &of, id)?;
            words_undo(act, &proof, &row, spot)
        })
        .await?;
    Ok(Answer::done(format!("/letters/{id}/words"), json!({"letter": id})))
}
