//! Letters to and about the proband that a second person approves before they are printed: what was asked is kept, and the letter
//! is made again from the record, byte for byte or not at all. Compartment P. Must not know: the outbox; people print these.

use super::{PersonalKind, PersonalParts, address, gate, gp, personal_pdf, personal_write};
use crate::{
    access::{Caller, InFamily, family::family_get, service::service_get},
    audit::{Act, Deed},
    clinic::{
        letters::{draft::letter_date_of, templates::personal_usable},
        queue::item::{Queue, Subject, SubjectKind, Wanted, follow},
    },
    db::{Conn, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, PersonalLetterId, ServiceId, StaffId},
    keys::{Sealed, content},
    pdf::{ClinicLetter, Pdf},
};
use diesel::prelude::*;
use kinward_family::{invitation::FamilyReference, service::Signatory};

diesel::table! {
    personal_letters (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        kind -> Text,
        subject_id -> Text,
        state -> Text,
        pdf_sha256 -> Text,
        author_id -> Text,
        drafted_at -> Timestamp,
        approver_id -> Nullable<Text>,
        approved_at -> Nullable<Timestamp>,
        sealed -> Binary,
    }
}

closed! {
    pub enum PersonalState { Draft = "draft", Approved = "approved", Stopped = "stopped" }
}

impl PersonalState {
    /// As staff read it.
    pub const fn title(self) -> &'static str {
        match self {
            PersonalState::Draft => "Waits for a second person",
            PersonalState::Approved => "Approved, to be printed",
            PersonalState::Stopped => "Stopped",
        }
    }
}

closed! {
    pub enum PersonalCommand { Approve = "approve", Stop = "stop" }
}

/// Every permitted step; what is not listed is refused.
pub const STEPS: &[(PersonalState, PersonalCommand, PersonalState)] = &[
    (PersonalState::Draft, PersonalCommand::Approve, PersonalState::Approved),
    (PersonalState::Draft, PersonalCommand::Stop, PersonalState::Stopped),
    (PersonalState::Approved, PersonalCommand::Stop, PersonalState::Stopped),
];

/// What whoever drafted it said.
#[derive(Clone, Default, minicbor::Encode, minicbor::Decode)]
pub struct Asked {
    #[n(0)]
    pub house_name: String,
    /// Without name and postcode, a line each.
    #[n(1)]
    pub house_address: String,
    #[n(2)]
    pub house_postcode: String,
    /// That the proband agrees, when they said so, and to whom.
    #[n(3)]
    pub agreed: String,
    #[n(4)]
    pub signatory_name: String,
    #[n(5)]
    pub signatory_role: String,
}
content!(P at "personal_letters.sealed" holds Asked);

/// One as stored.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = personal_letters)]
pub struct PersonalRow {
    pub id: PersonalLetterId,
    service_id: ServiceId,
    family_id: FamilyId,
    kind: String,
    /// The result or the relative task it is about.
    pub subject_id: String,
    pub state: PersonalState,
    pdf_sha256: String,
    pub author_id: StaffId,
    pub drafted_at: UtcTime,
    pub approver_id: Option<StaffId>,
    pub approved_at: Option<UtcTime>,
    sealed: Sealed<Asked>,
}

impl PersonalRow {
    pub fn kind(&self) -> Result<PersonalKind> {
        let known = PersonalKind::ALL.into_iter().find(|kind| kind.as_str() == self.kind);
        known.ok_or_else(|| Error::inner("a stored kind of personal letter does not parse"))
    }

    pub fn asked(&self, proof: &InFamily) -> Result<Asked> {
        self.sealed.open(proof.grant()?, self.id.as_str())
    }
}

/// The queues a state asks for.
pub fn wanted(state: PersonalState) -> Vec<Wanted> {
    match state {
        PersonalState::Draft => vec![Queue::LettersToApprove.into()],
        PersonalState::Approved | PersonalState::Stopped => vec![],
    }
}

fn subject(id: PersonalLetterId, family: FamilyId) -> Subject {
    Subject { kind: SubjectKind::PersonalLetter, id: id.to_string(), family: Some(family), task: None }
}

/// Drafts one. It goes straight to a second person.
///
/// # Errors
/// What its kind asks for and is missing; words that must not be in it; a wording that nobody has approved.
pub fn personal_draft(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    kind: PersonalKind,
    subject_id: String,
    asked: Asked,
) -> Result<PersonalLetterId> {
    let id = PersonalLetterId::new(act.chance());
    let asked = Asked {
        signatory_name: caller.display_name.clone(),
        signatory_role: caller.job_title.clone(),
        ..asked
    };
    let draft = PersonalRow {
        id,
        service_id: act.service,
        family_id: proof.family(),
        kind: kind.as_str().to_owned(),
        subject_id,
        state: PersonalState::Draft,
        pdf_sha256: String::new(),
        author_id: proof.staff(),
        drafted_at: act.at,
        approver_id: None,
        approved_at: None,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &asked)?,
    };
    let (_, pdf) = made(act, proof, &draft)?;
    let row = PersonalRow { pdf_sha256: pdf.sha256().to_owned(), ..draft };
    diesel::insert_into(personal_letters::table).values(&row).execute(act.conn())?;
    act.record(Deed::PersonalDrafted, ("personal_letter", id.as_str()), Some(proof.family()), kind.as_str())?;
    follow(act, &subject(id, proof.family()), &wanted(row.state))?;
    Ok(id)
}

/// The letter from the record as it is now, through the gate.
fn made(act: &mut Act<'_>, proof: &InFamily, row: &PersonalRow) -> Result<(ClinicLetter, Pdf)> {
    let (kind, asked) = (row.kind()?, row.asked(proof)?);
    let service = act.service;
    let card = service_get(act.conn(), service)?;
    let signatory = Signatory::parse(&asked.signatory_name, &asked.signatory_role)
        .map_err(|e| Error::bad_input(format!("Your name or job title cannot stand under a letter: {e}")))?;
    let content = match kind {
        PersonalKind::GpOfProband => gp::content(act, proof, &row.subject_id, &asked)?,
        PersonalKind::AddressFromProband => address::content(act, proof, &row.subject_id)?,
        PersonalKind::ResultAndPack | PersonalKind::AdoptionDetails => {
            return Err(Error::inner("this kind of personal letter is not kept"));
        }
    };
    let needs = content.needs.unwrap_or_default();
    let languages = needs.languages.unwrap_or_else(|| card.usual_languages());
    personal_usable(act, kind.as_str(), languages)?;
    let letter = personal_write(&PersonalParts {
        kind,
        to: content.to,
        subject: Some(content.subject),
        gene: None,
        condition: content.condition,
        tables: content.tables,
        service: card.card()?,
        signatory,
        reference: FamilyReference::parse(&family_get(act.conn(), proof)?.reference).map_err(Error::inner)?,
        date: letter_date_of(row.drafted_at.date())?,
        languages,
        size: needs.size,
    })?;
    gate::checked(act, proof, kind, &letter, &content.may_name)?;
    let pdf = personal_pdf(&letter)?;
    Ok((letter, pdf))
}

/// The letter as it was drafted.
///
/// # Errors
/// One that would come out otherwise by now: it is drafted again.
pub fn personal_again(act: &mut Act<'_>, proof: &InFamily, row: &PersonalRow) -> Result<(ClinicLetter, Pdf)> {
    let (letter, pdf) = made(act, proof, row)?;
    if pdf.sha256() == row.pdf_sha256 {
        return Ok((letter, pdf));
    }
    Err(Error::not_now(
        "What this letter is made of has changed since it was drafted. Stop it, and draft it again.",
    ))
}

/// A second person approves it: from now on it can be printed.
///
/// # Errors
/// Its author; one that would come out otherwise by now.
pub fn personal_approve(act: &mut Act<'_>, proof: &InFamily, row: &PersonalRow) -> Result<()> {
    if row.author_id == proof.staff() {
        return Err(Error::not_now(
            "You wrote this letter. A second person approves it. Nothing was changed.",
        ));
    }
    personal_again(act, proof, row)?;
    moved(act, proof, row, PersonalCommand::Approve, Deed::PersonalApproved)?;
    let at = act.at;
    diesel::update(personal_letters::table.find(row.id))
        .set((personal_letters::approver_id.eq(proof.staff()), personal_letters::approved_at.eq(at)))
        .execute(act.conn())?;
    Ok(())
}

/// It is not to be printed, or not any more.
pub fn personal_stop(act: &mut Act<'_>, proof: &InFamily, row: &PersonalRow) -> Result<()> {
    moved(act, proof, row, PersonalCommand::Stop, Deed::PersonalStopped)
}

fn moved(
    act: &mut Act<'_>,
    proof: &InFamily,
    row: &PersonalRow,
    command: PersonalCommand,
    deed: Deed,
) -> Result<()> {
    let step = STEPS.iter().find(|(from, by, _)| *from == row.state && *by == command);
    let Some((_, _, to)) = step else {
        return Err(Error::not_now(format!(
            "This letter is {}; that cannot be done now. Nothing was changed.",
            row.state
        )));
    };
    let as_it_was = personal_letters::table
        .filter(personal_letters::id.eq(row.id))
        .filter(personal_letters::state.eq(row.state));
    if diesel::update(as_it_was).set(personal_letters::state.eq(*to)).execute(act.conn())? != 1 {
        return Err(Error::not_now("This letter was changed just now. Open it again. Nothing was changed."));
    }
    act.record(deed, ("personal_letter", row.id.as_str()), Some(proof.family()), &row.kind)?;
    follow(act, &subject(row.id, proof.family()), &wanted(*to))
}

/// A personal letter with the proof that the caller has to do with its family.
///
/// # Errors
/// Not found, also where it exists in a family that is none of the caller's.
pub fn personal_open(
    conn: &mut Conn,
    caller: &Caller,
    id: PersonalLetterId,
) -> Result<(PersonalRow, InFamily)> {
    let row: PersonalRow = personal_letters::table
        .filter(personal_letters::service_id.eq(caller.service))
        .filter(personal_letters::id.eq(id))
        .first(conn)?;
    let proof = caller.in_family(conn, row.family_id)?;
    Ok((row, proof))
}

/// Those about one result or relative, newest first.
pub fn personal_list(conn: &mut Conn, proof: &InFamily, subject: &str) -> Result<Vec<PersonalRow>> {
    Ok(personal_letters::table
        .filter(personal_letters::service_id.eq(proof.service()))
        .filter(personal_letters::family_id.eq(proof.family()))
        .filter(personal_letters::subject_id.eq(subject))
        .order((personal_letters::drafted_at.desc(), personal_letters::id.asc()))
        .load(conn)?)
}

/// Every one's id and state, for the test that compares queues with states.
pub fn personal_states(
    conn: &mut Conn,
    service: ServiceId,
) -> Result<Vec<(PersonalLetterId, PersonalState)>> {
    Ok(personal_letters::table
        .filter(personal_letters::service_id.eq(service))
        .select((personal_letters::id, personal_letters::state))
        .load(conn)?)
}
