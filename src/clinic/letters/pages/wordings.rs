//! The workshop: a service's own wordings, written, looked at with made-up and with real facts, approved, retired.
//! Must not know: findings; a real letter is opened like any other, and on the record.

use super::{reading::one_heading_lower, templates::name_of};
use crate::{
    access::{
        Answer, Caller, Choice, Input, Nothing, Permission, Staff,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::Deed,
    clinic::letters::{
        approvers::wording_approvers,
        difference::{Run, around_changes, difference},
        letter::letter_open,
        list::drafts_of,
        templates::{CheckedBy, template_get},
        wording_problems::{advice_of, problems_of},
        wordings::{
            WordingEntry, WordingRow, WordingState, wording_approve, wording_begin, wording_get,
            wording_list, wording_retire, wording_return, wording_save, wording_submit, wording_take_back,
            wording_twin,
        },
    },
    error::{Error, Result},
    ids::{LetterId, StaffId, WordingId},
};
use actix_web::web;
use kinward_family::{
    advice::is_easy,
    condition::Actionability,
    kind::Kind,
    language::{Language, Languages},
    letter::{Letter, TextSize},
    reading::reading_ease,
    sample,
    wording::Shelf,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize)]
struct Row {
    wording: WordingId,
    name: String,
    language: &'static str,
    version: String,
    state: &'static str,
    in_use: bool,
    waits: bool,
    author: String,
    saved_at: String,
}

/// A wording as it stands in a list.
#[derive(Serialize)]
struct Waits {
    wording: WordingId,
    name: String,
    author: String,
    /// The caller wrote it, and cannot be the second person.
    own: bool,
}

#[derive(Serialize)]
struct ListView {
    /// Those that wait for a second person.
    waiting: Vec<Waits>,
    rows: Vec<Row>,
    may_write: bool,
    kinds: Vec<Choice>,
    languages: Vec<Choice>,
}

fn called(names: &[(StaffId, String)], id: StaffId) -> String {
    names
        .iter()
        .find(|(known, _)| *known == id)
        .map_or_else(|| "a former colleague".into(), |(_, name)| name.clone())
}

pub(super) async fn list(staff: Staff<may::LetterView>, house: Here) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let (rows, names) = house
        .read(move |conn, _| Ok((wording_list(conn, of.service, None)?, staff_names(conn, of.service)?)))
        .await?;
    let each = |row: WordingRow| {
        Ok(Row {
            wording: row.id,
            name: name_of(&row.kind),
            language: row.language()?.name(),
            version: row.version(),
            state: row.state.title(),
            in_use: row.state == WordingState::Approved,
            waits: row.state == WordingState::Submitted,
            author: called(&names, row.author_id),
            saved_at: row.saved_at.shown(),
        })
    };
    let waits = |row: &WordingRow| {
        Ok(Waits {
            wording: row.id,
            name: format!("{}, {}, version {}", name_of(&row.kind), row.language()?.name(), row.version()),
            author: called(&names, row.author_id),
            own: row.author_id == caller.staff,
        })
    };
    let submitted = rows.iter().filter(|row| row.state == WordingState::Submitted);
    let view = ListView {
        waiting: submitted.map(waits).collect::<Result<_>>()?,
        rows: rows.into_iter().map(each).collect::<Result<_>>()?,
        may_write: allows(&caller.roles, Permission::TemplateWrite),
        kinds: Kind::ALL.iter().map(|kind| Choice::of(kind.as_str(), kind.name())).collect(),
        languages: Language::ALL.iter().map(|one| Choice::of(one.code(), one.name())).collect(),
    };
    Answer::page("wordings", "Our own wordings", &caller, view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BeginEntry {
    kind: String,
    language: String,
    /// The version whose other language this is.
    twin: Option<WordingId>,
}

pub(super) async fn begin(
    staff: Staff<may::TemplateWrite>,
    house: Here,
    input: Input<BeginEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let language: Language = entry
        .language
        .parse()
        .map_err(|_| Error::bad_input("Choose the language. Nothing was begun.").at("language"))?;
    let base = template_get(&entry.kind, language)
        .map_err(|_| Error::bad_input("Choose the kind of letter. Nothing was begun.").at("kind"))?;
    let of = caller.clone();
    let wording = house
        .act(&caller, move |act, _| {
            let twin = entry.twin.map(|id| wording_get(act.conn(), of.service, id)).transpose()?;
            wording_begin(act, of.staff, base, twin.as_ref())
        })
        .await?;
    Ok(Answer::done(format!("/wordings/{wording}"), json!({"wording": wording})))
}

#[derive(Serialize)]
struct Preview {
    level: &'static str,
    level_words: &'static str,
    html: String,
    html_language: &'static str,
    html_label: String,
    /// English only: the formula knows no other language.
    measured: bool,
    flesch: i64,
    grade: i64,
    easy: bool,
}

#[derive(Serialize)]
struct Mine {
    letter: LetterId,
    drafted_at: String,
}

#[derive(Serialize)]
struct View {
    wording: WordingId,
    kind: String,
    name: String,
    language: &'static str,
    tag: &'static str,
    version: String,
    based_on: String,
    state: WordingState,
    state_words: &'static str,
    retired_why: Option<String>,
    author: String,
    saved_at: String,
    why: String,
    review_date: String,
    hard_because: String,
    body: String,
    runs: Vec<Run>,
    locked_changed: bool,
    problems: Vec<String>,
    may_write: bool,
    may_submit: bool,
    may_approve: bool,
    may_retire: bool,
    /// Its author may take it back while nobody has approved it.
    may_take_back: bool,
    own: bool,
    /// Who can approve it, for its author.
    approvers: Vec<String>,
    asks_who: bool,
    advice: Vec<String>,
    /// The language in which this version is still missing.
    missing: Option<Choice>,
    previews: Vec<Preview>,
    mine: Vec<Mine>,
}

fn previews(row: &WordingRow) -> Result<Vec<Preview>> {
    let (kind, language) = (row.kind()?, row.language()?);
    let shelf = Shelf::with(vec![row.template()?]);
    let mut previews = Vec::new();
    for level in kind.levels() {
        let class = Actionability::AdultActionable;
        let parts = sample::parts(kind, *level, class, Languages::Only(language), TextSize::default())
            .ok_or_else(|| Error::inner("a made-up letter has no parts"))?;
        // A level that cannot be written is named among what keeps the wording from being used.
        let Ok(letter) = Letter::write_with(parts, &shelf) else { continue };
        let prose = letter.wordings().iter().map(Letter::prose).collect::<Vec<_>>().join("\n");
        let ease = reading_ease(&prose);
        previews.push(Preview {
            level: level.as_str(),
            level_words: level.plain(),
            html: one_heading_lower(&one_heading_lower(&letter.html())),
            html_language: language.tag(),
            html_label: format!("The letter at {level}, with made-up facts"),
            measured: language == Language::English,
            flesch: ease.flesch.round() as i64,
            grade: ease.grade.round().max(0.0) as i64,
            easy: is_easy(&prose),
        });
    }
    Ok(previews)
}

pub(super) async fn page(
    staff: Staff<may::LetterView>,
    house: Here,
    id: web::Path<WordingId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house.read(move |conn, _| view(conn, &of, id)).await?;
    let title = format!("Wording {}: {}, {}", view.version, view.name, view.language);
    Answer::page("wording", title, &caller, view)
}

fn view(conn: &mut crate::db::Conn, caller: &Caller, id: WordingId) -> Result<View> {
    let row = wording_get(conn, caller.service, id)?;
    let names = staff_names(conn, caller.service)?;
    let (template, base, language) = (row.template()?, row.base()?, row.language()?);
    let own = row.author_id == caller.staff;
    let writes = own && row.state == WordingState::Draft && allows(&caller.roles, Permission::TemplateWrite);
    let problems = match row.state {
        WordingState::Draft | WordingState::Submitted => problems_of(conn, &row)?,
        WordingState::Approved | WordingState::Retired => Vec::new(),
    };
    let approves = allows(&caller.roles, Permission::TemplateApprove);
    let other = Language::ALL.into_iter().find(|one| *one != language);
    let lacks = row.state != WordingState::Retired && wording_twin(conn, &row)?.is_none();
    let drafts = match allows(&caller.roles, Permission::LetterDraft) {
        true => drafts_of(conn, caller.service, caller.staff, &row.kind)?,
        false => Vec::new(),
    };
    Ok(View {
        wording: row.id,
        kind: row.kind.clone(),
        name: name_of(&row.kind),
        language: language.name(),
        tag: language.tag(),
        version: row.version(),
        based_on: row.based_on.clone(),
        state: row.state,
        state_words: row.state.title(),
        retired_why: row.retired_why.clone(),
        author: called(&names, row.author_id),
        saved_at: row.saved_at.shown(),
        why: row.why.clone(),
        review_date: template.card().review_date.clone(),
        hard_because: template.card().hard_because.clone().unwrap_or_default(),
        body: template.body().trim().to_owned(),
        runs: around_changes(difference(base.body().trim(), template.body().trim()), 3),
        locked_changed: template.locked_words() != base.locked_words(),
        may_submit: writes && problems.is_empty(),
        may_approve: row.state == WordingState::Submitted && approves && !own && problems.is_empty(),
        may_retire: row.state != WordingState::Retired && approves,
        problems,
        may_write: writes,
        may_take_back: own
            && row.state == WordingState::Submitted
            && allows(&caller.roles, Permission::TemplateWrite),
        own,
        approvers: if own { wording_approvers(conn, caller.service, row.author_id)? } else { Vec::new() },
        asks_who: own && matches!(row.state, WordingState::Draft | WordingState::Submitted),
        advice: match row.state {
            WordingState::Draft | WordingState::Submitted => advice_of(&row)?,
            WordingState::Approved | WordingState::Retired => Vec::new(),
        },
        missing: other
            .filter(|_| lacks && allows(&caller.roles, Permission::TemplateWrite))
            .map(|one| Choice::of(one.code(), one.name())),
        previews: previews(&row)?,
        mine: drafts.into_iter().map(|(letter, at)| Mine { letter, drafted_at: at.shown() }).collect(),
    })
}

pub(super) async fn save(
    staff: Staff<may::TemplateWrite>,
    house: Here,
    id: web::Path<WordingId>,
    input: Input<WordingEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let of = caller.clone();
    moved(caller, house, id.into_inner(), move |act, row| wording_save(act, of.staff, row, &entry)).await
}

pub(super) async fn submit(
    staff: Staff<may::TemplateWrite>,
    house: Here,
    id: web::Path<WordingId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let caller = staff.caller;
    input.open(&caller)?;
    let who = caller.staff;
    moved(caller, house, id.into_inner(), move |act, row| wording_submit(act, who, row)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApproveEntry {
    #[serde(default)]
    checked_by: String,
    #[serde(default)]
    checked_role: String,
    /// That changed words about the law, privacy or contacts were read.
    locked_read: Option<String>,
}

pub(super) async fn approve(
    staff: Staff<may::TemplateApprove>,
    house: Here,
    id: web::Path<WordingId>,
    input: Input<ApproveEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let who = caller.staff;
    moved(caller, house, id.into_inner(), move |act, row| {
        let checked = CheckedBy { name: &entry.checked_by, role: &entry.checked_role };
        wording_approve(act, who, row, checked, entry.locked_read.is_some())
    })
    .await
}

pub(super) async fn send_back(
    staff: Staff<may::TemplateApprove>,
    house: Here,
    id: web::Path<WordingId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let caller = staff.caller;
    input.open(&caller)?;
    moved(caller, house, id.into_inner(), wording_return).await
}

pub(super) async fn take_back(
    staff: Staff<may::TemplateWrite>,
    house: Here,
    id: web::Path<WordingId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let caller = staff.caller;
    input.open(&caller)?;
    let who = caller.staff;
    moved(caller, house, id.into_inner(), move |act, row| wording_take_back(act, who, row)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RetireEntry {
    retired_why: String,
}

pub(super) async fn retire(
    staff: Staff<may::TemplateApprove>,
    house: Here,
    id: web::Path<WordingId>,
    input: Input<RetireEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let of = caller.clone();
    moved(caller, house, id.into_inner(), move |act, row| wording_retire(act, &of, row, &entry.retired_why))
        .await
}

async fn moved(
    caller: Caller,
    house: Here,
    id: WordingId,
    step: impl FnOnce(&mut crate::audit::Act<'_>, &WordingRow) -> Result<()> + Send + 'static,
) -> Result<Answer> {
    let service = caller.service;
    let state = house
        .act(&caller, move |act, _| {
            let row = wording_get(act.conn(), service, id)?;
            step(act, &row)?;
            Ok(wording_get(act.conn(), service, id)?.state)
        })
        .await?;
    Ok(Answer::done(format!("/wordings/{id}"), json!({"wording": id, "state": state})))
}

#[derive(Serialize)]
struct RealView {
    wording: WordingId,
    version: String,
    letter: LetterId,
    html: String,
    html_language: &'static str,
    html_label: &'static str,
}

/// With the facts of a draft of one's own. It is kept nowhere.
pub(super) async fn real(
    staff: Staff<may::LetterDraft>,
    house: Here,
    path: web::Path<(WordingId, LetterId)>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (wording, letter) = path.into_inner();
    let of = caller.clone();
    let view = house
        .act(&caller, move |act, _| {
            let row = wording_get(act.conn(), of.service, wording)?;
            let (of_letter, proof) = letter_open(act.conn(), &of, letter)?;
            if of_letter.author_id != of.staff || of_letter.template_id != row.kind {
                return Err(Error::not_found());
            }
            act.record(Deed::LetterRead, ("letter", letter.as_str()), Some(of_letter.family_id), "")?;
            let mut templates = vec![row.template()?];
            templates.extend(wording_twin(act.conn(), &row)?.map(|twin| twin.template()).transpose()?);
            let real = of_letter.reopen(act.keys(), proof.grant()?)?;
            let shelf = Shelf::with(templates);
            let letter_now = real.rewritten(&shelf).map_err(|e| Error::not_now(e.to_string()))?;
            if letter_now.template_version() != row.version() {
                return Err(Error::not_now(
                    "This letter is in a language, or at a level, that this version does not have yet.",
                ));
            }
            Ok(RealView {
                wording,
                version: row.version(),
                letter,
                html: one_heading_lower(&letter_now.html()),
                html_language: letter_now.language().tag(),
                html_label: "The letter in these words",
            })
        })
        .await?;
    Answer::page("wording_letter", format!("A letter in the words of {}", view.version), &caller, view)
}
