//! Which wording a service may write with: each version in each language is approved by a named clinician, who says who has
//! checked it. Must not know: any family; what is approved are words that every family may get.

use crate::{
    access::Caller,
    audit::{Act, Deed},
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{ApprovalId, ServiceId, StaffId},
};
use diesel::prelude::*;
use kinward_family::{
    language::{Language, Languages},
    letter::Letter,
    wording::{self, Template, TemplateCard},
};
use sha2::{Digest, Sha256};

diesel::table! {
    template_approvals (id) {
        id -> Text,
        service_id -> Text,
        kind -> Text,
        language -> Text,
        version -> Text,
        digest -> Text,
        checked_by -> Text,
        by_staff -> Text,
        at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        ended_by -> Nullable<Text>,
        checked_role -> Text,
        ended_why -> Nullable<Text>,
    }
}

/// An approval as stored. `digest` is of the template's words: an approval of other words counts for nothing.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = template_approvals)]
pub struct Approval {
    pub id: ApprovalId,
    pub service_id: ServiceId,
    pub kind: String,
    pub language: String,
    pub version: String,
    pub digest: String,
    /// Who has checked the medical statements and, of a translation, the translation.
    pub checked_by: String,
    pub by_staff: StaffId,
    pub at: UtcTime,
    pub ended_at: Option<UtcTime>,
    pub ended_by: Option<StaffId>,
    /// The role of whoever checked it; empty of approvals from before it was asked for.
    pub checked_role: String,
    pub ended_why: Option<String>,
}

/// Who has checked what is approved, as somebody typed it.
#[derive(Debug, Clone, Copy)]
pub struct CheckedBy<'a> {
    pub name: &'a str,
    pub role: &'a str,
}

impl CheckedBy<'_> {
    /// A first and a family name, and a role: whoever reads it later must know whom to ask.
    ///
    /// # Errors
    /// Which of the two is missing.
    fn read(self) -> Result<(String, String)> {
        let (name, role) = (self.name.trim(), self.role.trim());
        let parts =
            name.split_whitespace().filter(|part| part.chars().filter(|c| c.is_alphabetic()).count() >= 2);
        if parts.count() < 2 {
            return Err(Error::bad_input(
                "Give the first and family name of whoever has checked the wording. Nothing was saved.",
            )
            .at("checked_by"));
        }
        if role.chars().filter(|c| c.is_alphabetic()).count() < 3 {
            return Err(Error::bad_input(
                "Give the role of whoever has checked the wording. Nothing was saved.",
            )
            .at("checked_role"));
        }
        Ok((name.to_owned(), role.to_owned()))
    }
}

impl Approval {
    /// "Dr Mair Hughes, consultant".
    pub fn checked_words(&self) -> String {
        match self.checked_role.as_str() {
            "" => self.checked_by.clone(),
            role => format!("{}, {role}", self.checked_by),
        }
    }
}

/// Every template there is: of letters and notices to relatives, and of letters to and about the proband.
pub fn all() -> impl Iterator<Item = &'static Template> {
    wording::published().iter().chain(super::personal::published())
}

/// One of them.
///
/// # Errors
/// Not found.
pub fn template_get(kind: &str, language: Language) -> Result<&'static Template> {
    all()
        .find(|template| template.card().kind == kind && template.card().language == language)
        .ok_or_else(Error::not_found)
}

/// Of a template's text as it was written, head and passages included, in hexadecimal: no change of the program changes it.
pub fn digest_of(source: &str) -> String {
    crate::keys::to_hex(&Sha256::digest(source.as_bytes()))
}

/// The approvals of a service that stand, newest first.
pub fn approvals(conn: &mut Conn, service: ServiceId) -> Result<Vec<Approval>> {
    Ok(template_approvals::table
        .filter(template_approvals::service_id.eq(service))
        .filter(template_approvals::ended_at.is_null())
        .order((template_approvals::at.desc(), template_approvals::id.asc()))
        .load(conn)?)
}

/// Every approval of one template that there ever was, newest first.
pub fn approvals_ever(
    conn: &mut Conn,
    service: ServiceId,
    kind: &str,
    language: &str,
) -> Result<Vec<Approval>> {
    Ok(template_approvals::table
        .filter(template_approvals::service_id.eq(service))
        .filter(template_approvals::kind.eq(kind))
        .filter(template_approvals::language.eq(language))
        .order((template_approvals::at.desc(), template_approvals::id.asc()))
        .load(conn)?)
}

/// What an approval is of: the words of one version in one language.
pub struct Worded {
    pub kind: String,
    pub language: String,
    pub version: String,
    pub digest: String,
}

impl Worded {
    pub fn of(template: &Template) -> Self {
        Self::of_words(template.card(), template.source())
    }

    /// The same, of the template that a letter was written with.
    pub fn of_words(card: &TemplateCard, source: &str) -> Self {
        Self {
            kind: card.kind.clone(),
            language: card.language.code().to_owned(),
            version: card.version.clone(),
            digest: digest_of(source),
        }
    }

    /// The approval that stands of exactly these words.
    pub fn approval<'a>(&self, approvals: &'a [Approval]) -> Option<&'a Approval> {
        approvals.iter().find(|approval| {
            approval.kind == self.kind
                && approval.language == self.language
                && approval.version == self.version
                && approval.digest == self.digest
        })
    }

    fn note(&self) -> String {
        format!("{} {} {}", self.kind, self.language, self.version)
    }
}

/// The approval under which a template may be used, where it has one.
pub fn approval_of<'a>(approvals: &'a [Approval], template: &Template) -> Option<&'a Approval> {
    Worded::of(template).approval(approvals)
}

/// The same, of the template that a letter was written with.
pub fn approval_of_words<'a>(
    approvals: &'a [Approval],
    card: &TemplateCard,
    source: &str,
) -> Option<&'a Approval> {
    Worded::of_words(card, source).approval(approvals)
}

/// Approves words for the service: from now on letters may be drafted with them.
///
/// # Errors
/// Nobody named who has checked them; words that are approved already.
pub fn words_approve(act: &mut Act<'_>, staff: StaffId, words: Worded, checked: CheckedBy<'_>) -> Result<()> {
    let (checked_by, checked_role) = checked.read()?;
    let service = act.service;
    if words.approval(&approvals(act.conn(), service)?).is_some() {
        return Err(Error::not_now("This wording is approved already. Nothing was changed."));
    }
    let note = words.note();
    let row = Approval {
        id: ApprovalId::new(act.chance()),
        service_id: service,
        kind: words.kind,
        language: words.language,
        version: words.version,
        digest: words.digest,
        checked_by,
        by_staff: staff,
        at: act.at,
        ended_at: None,
        ended_by: None,
        checked_role,
        ended_why: None,
    };
    diesel::insert_into(template_approvals::table).values(&row).execute(act.conn())?;
    act.record(Deed::TemplateApproved, ("template", row.id.as_str()), None, &note)
}

/// Withdraws an approval: nothing more is drafted with the words, and what was drafted is neither approved nor sent.
///
/// # Errors
/// Words that are not approved; no reason.
pub fn words_withdraw(act: &mut Act<'_>, caller: &Caller, words: &Worded, why: &str) -> Result<()> {
    let service = act.service;
    let standing = approvals(act.conn(), service)?;
    let Some(approval) = words.approval(&standing) else {
        return Err(Error::not_now("This wording is not approved. Nothing was changed."));
    };
    let why = why.trim();
    if why.chars().filter(|c| c.is_alphabetic()).count() < 3 {
        return Err(Error::bad_input(
            "Say in a sentence why the approval is withdrawn, so that whoever mends the wording knows. Nothing was changed.",
        )
        .at("withdrawn_why"));
    }
    let at = act.at;
    diesel::update(template_approvals::table.find(approval.id))
        .set((
            template_approvals::ended_at.eq(at),
            template_approvals::ended_by.eq(caller.staff),
            template_approvals::ended_why.eq(why),
        ))
        .execute(act.conn())?;
    act.record(Deed::TemplateWithdrawn, ("template", approval.id.as_str()), None, &words.note())
}

/// Refuses a letter to or about the proband in whose languages the service has not approved its template.
///
/// # Errors
/// Which language, and who approves it.
pub(super) fn personal_usable(act: &mut Act<'_>, kind: &str, languages: Languages) -> Result<()> {
    let service = act.service;
    let standing = approvals(act.conn(), service)?;
    for language in languages.in_order() {
        if approval_of(&standing, template_get(kind, *language)?).is_none() {
            return Err(Error::not_now(format!(
                "The {} wording of this letter has not been approved for this service. A clinician reads and approves it under Templates. Nothing was made.",
                language.name()
            )));
        }
    }
    Ok(())
}

/// Refuses a letter in whose languages the service has not approved its template.
///
/// # Errors
/// Which template, and who approves it.
pub(super) fn letter_usable(act: &mut Act<'_>, letter: &Letter) -> Result<()> {
    match unapproved(act, letter)? {
        None => Ok(()),
        Some(language) => Err(Error::not_now(format!(
            "The {} wording of \"{}\" has not been approved for this service. A clinician reads and approves it under Templates. No letter was drafted.",
            language.name(),
            letter.kind().name()
        ))),
    }
}

/// The first language of a letter whose words the service has not approved, or no longer.
pub(super) fn unapproved(act: &mut Act<'_>, letter: &Letter) -> Result<Option<Language>> {
    let service = act.service;
    let standing = approvals(act.conn(), service)?;
    let first = letter
        .wordings()
        .iter()
        .find(|wording| approval_of_words(&standing, &wording.card, &wording.source).is_none());
    Ok(first.map(|wording| wording.language))
}
