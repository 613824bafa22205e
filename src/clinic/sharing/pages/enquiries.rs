//! The page for whoever answers the telephone: what to say, the form for the note, and the notes so far without their words.
//! Must not know: people, results or findings. Nobody is named on it; what was told is on a page of its own.

use super::name_of;
use crate::{
    access::{
        Answer, Choice, Input, Permission, Staff,
        family::family_get,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::Deed,
    clinic::sharing::{
        enquiry::{
            Answered, Enquiry, EnquiryEntry, Script, Support, enquiry_family, enquiry_get, enquiry_list,
            enquiry_record,
        },
        pack::pack_now,
    },
    error::Result,
    ids::{EnquiryId, FamilyId, StaffId},
};
use actix_web::web;
use serde::Serialize;
use serde_json::json;

/// A note without what was told: who answered, when, and what.
#[derive(Serialize)]
struct Line {
    enquiry: EnquiryId,
    at: String,
    by: String,
    answered: Vec<&'static str>,
    support: bool,
}

impl Line {
    fn of(one: &Enquiry, names: &[(StaffId, String)]) -> Self {
        Self {
            enquiry: one.id,
            at: one.at.shown(),
            by: name_of(names, one.by_staff),
            answered: one.account.answered.iter().map(|code| code.title()).collect(),
            support: one.account.support == Support::Yes,
        }
    }
}

#[derive(Serialize)]
struct View {
    family: FamilyId,
    reference: String,
    script: Script,
    may_record: bool,
    /// What was told may be read.
    may_read: bool,
    /// Newest first.
    notes: Vec<Line>,
    answers: Vec<Choice>,
    supports: Vec<Choice>,
}

pub(super) async fn page(
    staff: Staff<may::FamilyView>,
    house: Here,
    id: web::Path<FamilyId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house
        .act(&caller, move |act, _| {
            let proof = of.in_family(act.conn(), id)?;
            let names = staff_names(act.conn(), of.service)?;
            let (pack, edition) = pack_now(act)?;
            let notes = enquiry_list(act.conn(), &proof)?;
            act.record(Deed::EnquiryRead, ("family", id.as_str()), Some(id), "without words")?;
            Ok(View {
                family: id,
                reference: family_get(act.conn(), &proof)?.reference,
                script: Script::of(pack, edition),
                may_record: allows(&of.roles, Permission::EnquiryRecord),
                may_read: allows(&of.roles, Permission::ReasoningView),
                notes: notes.iter().map(|one| Line::of(one, &names)).collect(),
                answers: Choice::all(Answered::ALL, Answered::title),
                supports: Choice::all(Support::ALL, Support::title),
            })
        })
        .await?;
    Answer::page("enquiries", format!("Somebody rings, {}", view.reference), &caller, view)
}

pub(super) async fn record(
    staff: Staff<may::EnquiryRecord>,
    house: Here,
    id: web::Path<FamilyId>,
    input: Input<EnquiryEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    let enquiry = house
        .act(&caller, move |act, _| {
            let proof = of.in_family(act.conn(), id)?;
            enquiry_record(act, &proof, entry)
        })
        .await?;
    Ok(Answer::done(format!("/families/{id}/enquiries#notes"), json!({"family": id, "enquiry": enquiry})))
}

#[derive(Serialize)]
struct Note {
    enquiry: EnquiryId,
    family: FamilyId,
    reference: String,
    at: String,
    by: String,
    teller: String,
    about: Option<String>,
    account: String,
    asked: String,
    answered: Vec<&'static str>,
    support: bool,
}

pub(super) async fn note(
    staff: Staff<may::ReasoningView>,
    house: Here,
    id: web::Path<EnquiryId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house
        .act(&caller, move |act, _| {
            let family = enquiry_family(act.conn(), of.service, id)?;
            let proof = of.in_family(act.conn(), family)?;
            let names = staff_names(act.conn(), of.service)?;
            let one = enquiry_get(act.conn(), &proof, id)?;
            act.record(Deed::EnquiryRead, ("enquiry", id.as_str()), Some(family), "")?;
            Ok(Note {
                enquiry: id,
                family,
                reference: family_get(act.conn(), &proof)?.reference,
                at: one.at.shown(),
                by: name_of(&names, one.by_staff),
                answered: one.account.answered.iter().map(|code| code.title()).collect(),
                support: one.account.support == Support::Yes,
                teller: one.account.teller,
                about: one.account.about,
                account: one.account.account,
                asked: one.account.asked,
            })
        })
        .await?;
    let part = id.as_str().get(..8).unwrap_or_default();
    Answer::page("enquiry", format!("Enquiry {part}, {}", view.reference), &caller, view)
}
