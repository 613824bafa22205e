//! Which templates a service may write with: each version in each language is approved by a named clinician, who says who has
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
    /// Who has checked the medical statements and, of a translation, the translation: name and role.
    pub checked_by: String,
    pub by_staff: StaffId,
    pub at: UtcTime,
    pub ended_at: Option<UtcTime>,
    pub ended_by: Option<StaffId>,
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

/// The approval under which a template may be used, where it has one.
pub fn approval_of<'a>(approvals: &'a [Approval], template: &Template) -> Option<&'a Approval> {
    approval_of_words(approvals, template.card(), template.source())
}

/// The same, of the template that a letter was written with.
pub fn approval_of_words<'a>(
    approvals: &'a [Approval],
    card: &TemplateCard,
    source: &str,
) -> Option<&'a Approval> {
    let digest = digest_of(source);
    approvals.iter().find(|approval| {
        approval.kind == card.kind
            && approval.language == card.language.code()
            && approval.version == card.version
            && approval.digest == digest
    })
}

/// Approves a template for the service: from now on letters may be drafted with it.
///
/// # Errors
/// Nobody named who has checked it; a template that is approved already.
pub fn template_approve(
    act: &mut Act<'_>,
    staff: StaffId,
    template: &Template,
    checked_by: &str,
) -> Result<()> {
    let checked_by = checked_by.trim();
    if checked_by.is_empty() {
        return Err(Error::bad_input("Say who has checked the wording: name and role.").at("checked_by"));
    }
    let service = act.service;
    if approval_of(&approvals(act.conn(), service)?, template).is_some() {
        return Err(Error::not_now("This template is approved already. Nothing was changed."));
    }
    let card = template.card();
    let row = Approval {
        id: ApprovalId::new(act.chance()),
        service_id: service,
        kind: card.kind.clone(),
        language: card.language.code().to_owned(),
        version: card.version.clone(),
        digest: digest_of(template.source()),
        checked_by: checked_by.to_owned(),
        by_staff: staff,
        at: act.at,
        ended_at: None,
        ended_by: None,
    };
    diesel::insert_into(template_approvals::table).values(&row).execute(act.conn())?;
    act.record(Deed::TemplateApproved, ("template", row.id.as_str()), None, &note(template))
}

/// Withdraws an approval: nothing more is drafted with the template. What was drafted stays as it is.
///
/// # Errors
/// A template that is not approved.
pub fn template_withdraw(act: &mut Act<'_>, caller: &Caller, template: &Template) -> Result<()> {
    let service = act.service;
    let standing = approvals(act.conn(), service)?;
    let Some(approval) = approval_of(&standing, template) else {
        return Err(Error::not_now("This template is not approved. Nothing was changed."));
    };
    let at = act.at;
    diesel::update(template_approvals::table.find(approval.id))
        .set((template_approvals::ended_at.eq(at), template_approvals::ended_by.eq(caller.staff)))
        .execute(act.conn())?;
    act.record(Deed::TemplateWithdrawn, ("template", approval.id.as_str()), None, &note(template))
}

fn note(template: &Template) -> String {
    let card = template.card();
    format!("{} {} {}", card.kind, card.language.code(), card.version)
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
    let service = act.service;
    let standing = approvals(act.conn(), service)?;
    for wording in letter.wordings() {
        if approval_of_words(&standing, &wording.card, &wording.source).is_none() {
            return Err(Error::not_now(format!(
                "The {} wording of \"{}\" has not been approved for this service. A clinician reads and approves it under Templates. No letter was drafted.",
                wording.language.name(),
                letter.kind().name()
            )));
        }
    }
    Ok(())
}
