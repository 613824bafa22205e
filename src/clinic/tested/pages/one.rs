//! The page of one result of a relative: what it says, who stands for it, and what may be done with it now.
//! Must not know: what a result moves.

use super::says_choices;
use crate::{
    access::{
        Answer, Caller, Choice, Permission, Staff,
        family::family_reference,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        cascade::{
            affected::{Doubted, doubted_then},
            consequence::identical_twins,
        },
        people::person::{Person, person_get},
        result::state::result_row,
        tested::{
            fits::possible,
            relative_result::{inheritance_of, relative_result_open, relative_results_of, variants_of},
            said::{Command, Says, Source, State, step},
            telling::{Told, tellings_of},
        },
    },
    error::Result,
    ids::{FamilyId, PersonId, RelativeResultId, ResultId, StaffId},
};
use actix_web::web;
use serde::Serialize;

#[derive(Serialize)]
struct View {
    relative_result: RelativeResultId,
    result: ResultId,
    family: FamilyId,
    reference: String,
    person: PersonId,
    name: String,
    /// The family's variant, to compare with.
    variants: Vec<String>,
    says: &'static str,
    tested_on: Option<String>,
    laboratory: String,
    source: Option<&'static str>,
    variant: String,
    state: State,
    state_title: &'static str,
    by: String,
    at: String,
    /// Why what it corrects was wrong.
    reason: Option<String>,
    corrects: Option<RelativeResultId>,
    corrected_by: Option<RelativeResultId>,
    verdict: Option<Said>,
    own: bool,
    /// Whose result it is at once: those from the same egg.
    twins: Vec<String>,
    /// Whom it would leave not at risk, though they are recorded as affected.
    doubted: Vec<Doubted>,
    /// What was said to whose it is, oldest first.
    tellings: Vec<ToldLine>,
    /// A gene change found: told by telephone or in an appointment before a letter.
    speak_first: bool,
    told_choices: Vec<Choice>,
    may: May,
    choices: Vec<Choice>,
    sources: Vec<Choice>,
}

/// The second person's word.
#[derive(Serialize)]
struct Said {
    by: String,
    at: String,
    why: Option<String>,
    /// It is the recorder's own: taken back.
    own: bool,
}

/// One attempt to tell them.
#[derive(Serialize)]
struct ToldLine {
    title: &'static str,
    words: Option<String>,
    by: String,
    at: String,
}

#[derive(Serialize)]
struct May {
    /// Say that they were told.
    tell: bool,
    /// Draft the letter of it.
    write: bool,
    confirm: bool,
    reject: bool,
    correct: bool,
}

pub(super) async fn page(
    staff: Staff<may::ResultView>,
    house: Here,
    id: web::Path<RelativeResultId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| view(act, &of, id)).await?;
    // Names no person: titles stay in the history of a browser.
    let part = id.as_str().get(..8).unwrap_or_default();
    Answer::page("relative_result", format!("A relative's result {part}, {}", view.reference), &caller, view)
}

fn view(act: &mut Act<'_>, caller: &Caller, id: RelativeResultId) -> Result<View> {
    let (one, proof) = relative_result_open(act.conn(), caller, id)?;
    act.record(Deed::RelativeResultRead, ("relative_result", id.as_str()), Some(proof.family()), "")?;
    let result = result_row(act.conn(), &proof, one.result_id)?;
    let person = person_get(act.conn(), &proof, one.person_id)?;
    let names = staff_names(act.conn(), caller.service)?;
    // The newest that was put beside it; a rejected one is no correction.
    let corrected_by = relative_results_of(act.conn(), &proof, one.result_id)?
        .into_iter()
        .filter(|other| other.replaces_id == Some(id) && other.state != State::Rejected)
        .map(|other| other.id)
        .next_back();
    let own = one.by_staff == caller.staff;
    let may = |permission, command| allows(&caller.roles, permission) && step(one.state, command).is_some();
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let mut choices = possible(inheritance_of(&result)?, person.sex_at_birth);
    choices.push(Says::Void);
    let confirms = may(Permission::RelativeResultConfirm, Command::Confirm) && !own;
    let doubted = if confirms && one.finding.says.is_informative() {
        doubted_then(act, &proof, &result, person.id, one.finding.says)?
    } else {
        Vec::new()
    };
    let told = tellings_of(act.conn(), caller.service, id)?;
    let counts = one.counts();
    Ok(View {
        tellings: told
            .iter()
            .map(|row| {
                Ok(ToldLine {
                    title: row.told.title(),
                    words: row.words(&proof)?,
                    by: name_of(&names, row.by_staff),
                    at: row.at.shown(),
                })
            })
            .collect::<Result<_>>()?,
        speak_first: counts
            && one.finding.says != Says::NonCarrier
            && !told.iter().any(|row| row.told.comes_before_a_letter()),
        told_choices: Choice::all(Told::ALL.iter().filter(|told| **told != Told::Letter), Told::title),
        relative_result: id,
        result: one.result_id,
        family: proof.family(),
        reference: family_reference(act.conn(), caller.service, proof.family())?,
        person: person.id,
        name: person.shown(),
        variants: variants_of(act, &proof, &result)?,
        says: one.finding.says.title(),
        tested_on: one.finding.tested_on.map(|day| day.shown()),
        laboratory: one.finding.laboratory.clone(),
        source: one.finding.source.map(|source| source.title()),
        variant: one.finding.variant.clone(),
        state: one.state,
        state_title: one.state.title(),
        by: name_of(&names, one.by_staff),
        at: one.at.shown(),
        reason: some(&one.finding.reason),
        corrects: one.replaces_id,
        corrected_by,
        verdict: one.verdict.as_ref().map(|verdict| Said {
            by: name_of(&names, verdict.by_staff),
            at: verdict.at.shown(),
            why: some(&verdict.why),
            own: verdict.by_staff == one.by_staff,
        }),
        own,
        twins: identical_twins(act.conn(), &proof, person.id)?.iter().map(Person::shown).collect(),
        doubted,
        may: May {
            tell: one.state == State::Confirmed && allows(&caller.roles, Permission::RelativeResultRecord),
            write: counts && allows(&caller.roles, Permission::LetterDraft),
            confirm: confirms,
            reject: may(Permission::RelativeResultConfirm, Command::Reject),
            correct: may(Permission::RelativeResultRecord, Command::Correct) && corrected_by.is_none(),
        },
        choices: says_choices(&choices),
        sources: Choice::all(Source::ALL, Source::title),
    })
}

/// A colleague's name, from those looked up once for the page.
pub(super) fn name_of(names: &[(StaffId, String)], id: StaffId) -> String {
    let known = names.iter().find(|(known, _)| *known == id);
    known.map_or_else(|| "a former colleague".into(), |(_, name)| name.clone())
}
