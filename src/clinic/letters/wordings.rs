//! A service's own wordings of the published templates: written by one, approved by another, retired with a reason.
//! Must not know: any family. They are words that every family may get; the program never runs them.

use super::{
    templates::{CheckedBy, Worded, template_get, words_approve, words_withdraw},
    wording_problems::problems_of,
};
use crate::{
    access::{Caller, staff::staff_names},
    audit::{Act, Deed},
    db::{Conn, UtcTime, closed},
    error::{Error, Result},
    ids::{ServiceId, StaffId, WordingId},
};
use diesel::prelude::*;
use kinward_family::{
    kind::Kind,
    language::Language,
    letter::{Letter, LetterParts},
    lint::{Forbidden, scan},
    wording::{Head, Shelf, Template, WordingError},
};

diesel::table! {
    wordings (id) {
        id -> Text,
        service_id -> Text,
        kind -> Text,
        language -> Text,
        number -> Integer,
        based_on -> Text,
        source -> Text,
        state -> Text,
        author_id -> Text,
        saved_at -> Timestamp,
        why -> Text,
        retired_why -> Nullable<Text>,
    }
}

closed! {
    pub enum WordingState {
        Draft = "draft",
        Submitted = "submitted",
        /// Letters are drafted with it, while its approval stands.
        Approved = "approved",
        Retired = "retired",
    }
}

impl WordingState {
    pub const fn title(self) -> &'static str {
        match self {
            WordingState::Draft => "Draft",
            WordingState::Submitted => "Waiting for approval",
            WordingState::Approved => "Approved",
            WordingState::Retired => "Retired",
        }
    }
}

/// One wording of one language. Both languages of a version have the same number.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = wordings)]
pub struct WordingRow {
    pub id: WordingId,
    pub service_id: ServiceId,
    pub kind: String,
    pub language: String,
    pub number: i32,
    /// The version of the published template that it stands for.
    pub based_on: String,
    pub source: String,
    pub state: WordingState,
    pub author_id: StaffId,
    pub saved_at: UtcTime,
    /// Why the service writes it otherwise.
    pub why: String,
    pub retired_why: Option<String>,
}

impl WordingRow {
    pub fn kind(&self) -> Result<Kind> {
        self.kind.parse().map_err(|_| Error::inner("a stored kind of letter does not parse"))
    }

    pub fn language(&self) -> Result<Language> {
        self.language.parse().map_err(|_| Error::inner("a stored language does not parse"))
    }

    /// Read again, as whoever drafts reads it.
    pub fn template(&self) -> Result<Template> {
        Template::parse(&self.source).map_err(Error::inner)
    }

    /// The published template that it stands for.
    pub fn base(&self) -> Result<&'static Template> {
        template_get(&self.kind, self.language()?)
    }

    pub fn version(&self) -> String {
        format!("S{}", self.number)
    }
}

/// What somebody writes of a wording; the rest of its head is the published template's.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordingEntry {
    pub wording_body: String,
    pub review_date: String,
    #[serde(default)]
    pub hard_because: String,
    #[serde(default)]
    pub wording_why: String,
}

/// Letters are worded with the newest of the service's own wordings that is approved in all their languages, else with the
/// published one.
///
/// # Errors
/// What the kind of letter does not have, in words.
pub(in crate::clinic) fn letter_write(act: &mut Act<'_>, parts: LetterParts) -> Result<Letter> {
    let service = act.service;
    let own: Vec<String> = wordings::table
        .filter(wordings::service_id.eq(service))
        .filter(wordings::kind.eq(parts.kind.as_str()))
        .filter(wordings::state.eq(WordingState::Approved))
        .select(wordings::source)
        .load(act.conn())?;
    let own = own.iter().map(|source| Template::parse(source)).collect::<std::result::Result<Vec<_>, _>>();
    let shelf = Shelf::with(own.map_err(Error::inner)?);
    Letter::write_with(parts, &shelf).map_err(|e| Error::not_now(format!("The letter cannot be worded: {e}")))
}

pub fn wording_get(conn: &mut Conn, service: ServiceId, id: WordingId) -> Result<WordingRow> {
    Ok(wordings::table.filter(wordings::service_id.eq(service)).filter(wordings::id.eq(id)).first(conn)?)
}

/// All of a kind, or of every kind, the newest first.
pub fn wording_list(conn: &mut Conn, service: ServiceId, kind: Option<&str>) -> Result<Vec<WordingRow>> {
    let mut query = wordings::table.filter(wordings::service_id.eq(service)).into_boxed();
    if let Some(kind) = kind {
        query = query.filter(wordings::kind.eq(kind.to_owned()));
    }
    Ok(query.order((wordings::number.desc(), wordings::language.asc(), wordings::kind.asc())).load(conn)?)
}

/// The same version in another language, where there is one that was not retired.
pub fn wording_twin(conn: &mut Conn, row: &WordingRow) -> Result<Option<WordingRow>> {
    Ok(wordings::table
        .filter(wordings::service_id.eq(row.service_id))
        .filter(wordings::kind.eq(&row.kind))
        .filter(wordings::number.eq(row.number))
        .filter(wordings::language.ne(&row.language))
        .filter(wordings::state.ne(WordingState::Retired))
        .first(conn)
        .optional()?)
}

/// Begins a wording as a copy of the published template, of a number of its own or beside `twin`.
///
/// # Errors
/// A kind that is no letter to a relative; a twin that has this language already.
pub fn wording_begin(
    act: &mut Act<'_>,
    staff: StaffId,
    base: &Template,
    twin: Option<&WordingRow>,
) -> Result<WordingId> {
    let (service, card) = (act.service, base.card());
    if card.kind.parse::<Kind>().is_err() {
        return Err(Error::not_now(
            "Only letters to relatives have wordings of a service's own. This one can be approved as it is.",
        ));
    }
    let number = match twin {
        Some(twin) if twin.kind != card.kind || twin.language == card.language.code() => {
            return Err(Error::not_now("That version has this language already. Nothing was begun."));
        }
        Some(twin) if wording_twin(act.conn(), twin)?.is_some() => {
            return Err(Error::not_now("That version has this language already. Nothing was begun."));
        }
        Some(twin) => twin.number,
        None => {
            let known: Option<i32> = wordings::table
                .filter(wordings::service_id.eq(service))
                .filter(wordings::kind.eq(&card.kind))
                .select(diesel::dsl::max(wordings::number))
                .first(act.conn())?;
            known.unwrap_or(0) + 1
        }
    };
    let head = Head {
        number: u32::try_from(number).map_err(Error::inner)?,
        review_date: card.review_date.clone(),
        hard_because: card.hard_because.clone(),
    };
    let template = base.revised(&head, base.body()).map_err(Error::inner)?;
    let row = WordingRow {
        id: WordingId::new(act.chance()),
        service_id: service,
        kind: card.kind.clone(),
        language: card.language.code().to_owned(),
        number,
        based_on: card.version.clone(),
        source: template.source().to_owned(),
        state: WordingState::Draft,
        author_id: staff,
        saved_at: act.at,
        why: String::new(),
        retired_why: None,
    };
    diesel::insert_into(wordings::table).values(&row).execute(act.conn())?;
    act.record(Deed::WordingBegun, ("wording", row.id.as_str()), None, &note(&row))?;
    Ok(row.id)
}

/// Keeps what its author wrote.
///
/// # Errors
/// Another than the author; no draft; the line that cannot be read.
pub fn wording_save(act: &mut Act<'_>, staff: StaffId, row: &WordingRow, entry: &WordingEntry) -> Result<()> {
    if row.state != WordingState::Draft {
        return Err(refuse(row, "changed"));
    }
    if row.author_id != staff {
        return Err(Error::not_now(
            "Only its author changes a wording; you may be the second person. Nothing was saved.",
        ));
    }
    let hard = entry.hard_because.trim();
    let head = Head {
        number: u32::try_from(row.number).map_err(Error::inner)?,
        review_date: review_date(&entry.review_date)?,
        hard_because: (!hard.is_empty()).then(|| hard.to_owned()),
    };
    let template = row.base()?.revised(&head, &entry.wording_body).map_err(|wrong| unreadable(&wrong))?;
    let at = act.at;
    diesel::update(wordings::table.find(row.id))
        .set((
            wordings::source.eq(template.source()),
            wordings::why.eq(entry.wording_why.trim()),
            wordings::saved_at.eq(at),
        ))
        .execute(act.conn())?;
    act.record(Deed::WordingSaved, ("wording", row.id.as_str()), None, &note(row))
}

/// Where the words cannot be read, and why.
fn unreadable(wrong: &WordingError) -> Error {
    if let WordingError::Template { line: 0, problem } = wrong {
        return Error::bad_input(format!("This cannot be read: {problem}. Nothing was saved."))
            .at("hard_because");
    }
    let said = match wrong {
        WordingError::Template { line, problem } => {
            format!("Line {line} of the words cannot be read: {problem}.")
        }
        WordingError::NoTranslation(_)
        | WordingError::NoTitle(_)
        | WordingError::NoTemplate { .. }
        | WordingError::NotForThis(_)
        | WordingError::Parts(..)
        | WordingError::MissingValue(..)
        | WordingError::Date
        | WordingError::Stored(_) => wrong.to_string(),
    };
    Error::bad_input(format!("{said} Nothing was saved.")).at("wording_body")
}

/// "May 2028": a month and a year, as letters print it.
fn review_date(text: &str) -> Result<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let year = text.rsplit(' ').next().and_then(|year| year.parse::<u16>().ok());
    let has_month = text.split(' ').count() >= 2 && text.chars().count() <= 40;
    match year {
        Some(2026..=2999) if has_month => Ok(text),
        _ => Err(Error::bad_input(
            "Write by when these words are read again, as month and year: May 2028. Nothing was saved.",
        )
        .at("review_date")),
    }
}

/// Its author hands it to a second person.
///
/// # Errors
/// Whatever keeps it from being used.
pub fn wording_submit(act: &mut Act<'_>, staff: StaffId, row: &WordingRow) -> Result<()> {
    if row.state != WordingState::Draft || row.author_id != staff {
        return Err(refuse(row, "handed on"));
    }
    let problems = problems_of(act.conn(), row)?;
    if !problems.is_empty() {
        return Err(Error::not_now(format!("{} Nothing was changed.", problems.join(" "))));
    }
    wording_move(act, row, WordingState::Submitted)?;
    act.record(Deed::WordingSubmitted, ("wording", row.id.as_str()), None, &note(row))
}

/// A second person approves it: from now on letters are drafted with it.
///
/// # Errors
/// The author; locked words that changed and were not read; whatever approving a template asks.
pub fn wording_approve(
    act: &mut Act<'_>,
    staff: StaffId,
    row: &WordingRow,
    checked: CheckedBy<'_>,
    locked_read: bool,
) -> Result<()> {
    if row.state != WordingState::Submitted {
        return Err(refuse(row, "approved"));
    }
    if row.author_id == staff {
        return Err(Error::not_now(
            "You wrote these words. A second person approves them. Nothing was changed.",
        ));
    }
    let author = staff_names(act.conn(), row.service_id)?.into_iter().find(|(id, _)| *id == row.author_id);
    if author.is_some_and(|(_, name)| is_same_name(&name, checked.name)) {
        return Err(Error::bad_input(
            "Whoever wrote the words cannot be the one who has checked them. Name somebody else. Nothing was changed.",
        )
        .at("checked_by"));
    }
    let (template, base) = (row.template()?, row.base()?);
    if template.locked_words() != base.locked_words() && !locked_read {
        return Err(Error::bad_input(
            "Words about the law, privacy or contacts were changed. Read them, and tick that they may stand. Nothing was changed.",
        )
        .at("locked_read"));
    }
    let problems = problems_of(act.conn(), row)?;
    if !problems.is_empty() {
        return Err(Error::not_now(format!("{} Nothing was changed.", problems.join(" "))));
    }
    words_approve(act, staff, Worded::of(&template), checked)?;
    wording_move(act, row, WordingState::Approved)
}

/// The second person sends it back to its author.
pub fn wording_return(act: &mut Act<'_>, row: &WordingRow) -> Result<()> {
    if row.state != WordingState::Submitted {
        return Err(refuse(row, "sent back"));
    }
    wording_move(act, row, WordingState::Draft)?;
    act.record(Deed::WordingReturned, ("wording", row.id.as_str()), None, &note(row))
}

/// Its author takes back what nobody has approved yet.
///
/// # Errors
/// Another than the author; one that waits for nobody.
pub fn wording_take_back(act: &mut Act<'_>, staff: StaffId, row: &WordingRow) -> Result<()> {
    if row.state != WordingState::Submitted {
        return Err(refuse(row, "taken back"));
    }
    if row.author_id != staff {
        return Err(Error::not_now(
            "Only its author takes a wording back; you may be the second person. Nothing was changed.",
        ));
    }
    wording_move(act, row, WordingState::Draft)?;
    act.record(Deed::WordingReturned, ("wording", row.id.as_str()), None, &note(row))
}

/// Whether two names are of one person, as far as names tell: with a title or a second name more, too.
fn is_same_name(one: &str, other: &str) -> bool {
    let holds = |text: &str, name: &str| !scan(text, &[Forbidden::new(name, "")]).is_empty();
    let ends = |name: &str| -> String {
        let parts: Vec<&str> = name
            .split_whitespace()
            .filter(|part| {
                !matches!(part.trim_end_matches('.').to_lowercase().as_str(), "dr" | "prof" | "professor")
            })
            .collect();
        match parts.as_slice() {
            [first, .., last] => format!("{first} {last}"),
            few => few.join(" "),
        }
    };
    holds(one, other) || holds(other, one) || holds(&ends(one), &ends(other))
}

/// How many wordings wait for a second person other than `staff`.
pub fn wordings_waiting(conn: &mut Conn, service: ServiceId, staff: StaffId) -> Result<i64> {
    Ok(wordings::table
        .filter(wordings::service_id.eq(service))
        .filter(wordings::state.eq(WordingState::Submitted))
        .filter(wordings::author_id.ne(staff))
        .count()
        .get_result(conn)?)
}

/// Nothing more is drafted with it, and a letter that was is neither approved nor sent any more.
///
/// # Errors
/// One that is retired already; no reason.
pub fn wording_retire(act: &mut Act<'_>, caller: &Caller, row: &WordingRow, why: &str) -> Result<()> {
    let why = why.trim();
    if row.state == WordingState::Retired {
        return Err(refuse(row, "retired"));
    }
    if why.chars().count() < 10 {
        return Err(Error::bad_input("Say in a sentence why these words are retired. Nothing was changed.")
            .at("retired_why"));
    }
    if row.state == WordingState::Approved {
        words_withdraw(act, caller, &Worded::of(&row.template()?), why)?;
    }
    wording_move(act, row, WordingState::Retired)?;
    diesel::update(wordings::table.find(row.id)).set(wordings::retired_why.eq(why)).execute(act.conn())?;
    act.record(Deed::WordingRetired, ("wording", row.id.as_str()), None, &note(row))
}

fn wording_move(act: &mut Act<'_>, row: &WordingRow, to: WordingState) -> Result<()> {
    let moved = diesel::update(
        wordings::table
            .filter(wordings::id.eq(row.id))
            .filter(wordings::state.eq(row.state))
            .filter(wordings::saved_at.eq(row.saved_at)),
    )
    .set(wordings::state.eq(to))
    .execute(act.conn())?;
    if moved == 1 {
        Ok(())
    } else {
        Err(Error::not_now("This wording was changed just now. Open it again. Nothing was changed."))
    }
}

fn refuse(row: &WordingRow, what: &str) -> Error {
    let state = row.state.title().to_lowercase();
    Error::not_now(format!("This wording cannot be {what}: it is {state}. Nothing was changed."))
}

fn note(row: &WordingRow) -> String {
    format!("{} {} {}", row.kind, row.language, row.version())
}
