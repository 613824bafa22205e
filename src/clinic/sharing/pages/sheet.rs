//! The agreement sheet as a page: every relative at once, what may be told them by which way, the form for several at once,
//! and what the proband signed. Must not know: findings, or what is decided against a wish.

use super::{
    agreement::Asked,
    died::ProbandDied,
    name_of, paper,
    several::{Class, candidates},
};
use crate::{
    access::{
        Answer, Caller, Choice, InFamily, Input, Permission, Staff,
        family::family_get,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        people::person::person_get,
        result::state::{TestResult, result_open},
        sharing::{
            consent::{Route as Way, Stance},
            sheet::{Line, Sheet, Stands, sheet_of},
            signed::{Signed, SignedEntry, SignedWay, sheet_sign, signed_list},
        },
    },
    db::UtcDate,
    error::{Error, Result},
    ids::{FamilyId, ResultId, StaffId, TaskId},
};
use actix_web::web;
use kinward_family::disclosure::Level;
use serde::Serialize;
use serde_json::json;

/// One relative: a cell for each level, and what stands.
#[derive(Serialize)]
struct Row {
    task: TaskId,
    name: String,
    relation: String,
    /// From L0 to L3.
    told: Vec<Cell>,
    /// Nothing where they have not been asked.
    stance: Option<&'static str>,
    ended: bool,
    limits: Option<String>,
    since: Option<String>,
    ends_on: Option<String>,
    /// None once the proband has died: nobody is asked again.
    revisit_on: Option<String>,
    decided: Option<String>,
}

#[derive(Serialize)]
struct Cell {
    column: &'static str,
    words: &'static str,
}

#[derive(Serialize)]
struct SignedShown {
    signed_on: String,
    way: &'static str,
    signer: String,
    witness: String,
    by: String,
    at: String,
    short: String,
    matches: bool,
    changes: Vec<String>,
}

#[derive(Serialize)]
struct View {
    result: ResultId,
    received: String,
    family: FamilyId,
    reference: String,
    proband_died: Option<ProbandDied>,
    columns: Vec<&'static str>,
    rows: Vec<Row>,
    /// Of what stands now.
    fingerprint: String,
    short: String,
    /// Newest first.
    signed: Vec<SignedShown>,
    may_print: bool,
    may_sign: bool,
    ways: Vec<Choice>,
    /// The form for several at once; none where nothing more can be recorded, or the caller may not.
    form: Option<Form>,
}

#[derive(Serialize)]
struct Form {
    classes: Vec<Choice>,
    relatives: Vec<Choice>,
    /// Who is on the list and not in any class, because nothing more is recorded about them.
    left_out: Vec<String>,
    /// The sheet as it stands, for the form to carry.
    seen: String,
    asked: Asked,
    guessed: Reason,
}

/// The field for the reason that L1 and L2 need where a relative can tell who was tested: of several one may.
#[derive(Serialize)]
struct Reason {
    asks: bool,
}

/// What a letter at each level tells, as the head of a column.
const fn column(level: Level) -> &'static str {
    match level {
        Level::L0 => "To contact us (L0)",
        Level::L1 => "Kind of condition (L1)",
        Level::L2 => "Gene and variant (L2)",
        Level::L3 => "Who was tested (L3)",
    }
}

pub(super) async fn page(
    staff: Staff<may::ReasoningView>,
    house: Here,
    id: web::Path<ResultId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house.act(&caller, move |act, _| view(act, &of, id)).await?;
    // Names no person: titles stay in the history of a browser.
    let title = format!("Agreement sheet, {}, result of {}", view.reference, view.received);
    Answer::page("sheet", title, &caller, view)
}

fn view(act: &mut Act<'_>, caller: &Caller, id: ResultId) -> Result<View> {
    let (result, proof) = result_open(act.conn(), caller, id)?;
    let sheet = sheet_read(act, &proof, id)?;
    let names = staff_names(act.conn(), caller.service)?;
    let proband_died = ProbandDied::of(act.conn(), &proof, id)?;
    let signed = signed_list(act.conn(), &proof, id)?;
    let records = allows(&caller.roles, Permission::ConsentRecord);
    let said = sheet.said().next().is_some();
    Ok(View {
        form: if records { form(act, &proof, &sheet, proband_died.is_some())? } else { None },
        result: id,
        received: result.received_at.shown(),
        family: result.family_id,
        reference: family_get(act.conn(), &proof)?.reference,
        columns: Level::ALL.into_iter().map(column).collect(),
        rows: sheet.lines.iter().map(|line| row(line, proband_died.is_some())).collect(),
        short: short(&sheet.fingerprint),
        signed: signed.iter().map(|one| signed_shown(one, &sheet, &names)).collect(),
        may_print: said && proband_died.is_none(),
        may_sign: said && records,
        ways: Choice::all(SignedWay::ALL, SignedWay::title),
        proband_died,
        fingerprint: sheet.fingerprint,
    })
}

/// The sheet, with its reading on the record.
fn sheet_read(act: &mut Act<'_>, proof: &InFamily, id: ResultId) -> Result<Sheet> {
    let sheet = sheet_of(act, proof, id)?;
    act.record(Deed::ConsentRead, ("result", id.as_str()), Some(proof.family()), "agreement sheet")?;
    Ok(sheet)
}

fn row(line: &Line, died: bool) -> Row {
    let stands = line.stands.as_ref();
    let cell = |level: Level| Cell { column: column(level), words: told(stands, level) };
    Row {
        task: line.task.id,
        name: line.name.clone(),
        relation: line.position.path_words.clone(),
        told: Level::ALL.into_iter().map(cell).collect(),
        stance: stands.map(|stands| stands.row.stance.title()),
        ended: stands.is_some_and(|stands| stands.ended),
        limits: stands
            .filter(|stands| stands.row.stance == Stance::GivenWithLimits)
            .map(|stands| stands.words.clone()),
        since: stands.map(|stands| stands.row.at.date().shown()),
        ends_on: stands.and_then(|stands| stands.row.ends_on).map(UtcDate::shown),
        revisit_on: stands.filter(|_| !died).and_then(|stands| stands.row.revisit_on).map(UtcDate::shown),
        decided: line.decided.map(|level| format!("A decision lets the clinic write, up to {level}")),
    }
}

/// What the proband lets be told at this level, and by which way.
fn told(stands: Option<&Stands>, level: Level) -> &'static str {
    match stands {
        None => "Not asked",
        Some(stands) if stands.allows(level, Way::ClinicLetter) => "By letter",
        Some(stands) if stands.allows(level, Way::ProbandTells) => "The proband tells",
        Some(_) => "No",
    }
}

fn signed_shown(one: &Signed, sheet: &Sheet, names: &[(StaffId, String)]) -> SignedShown {
    SignedShown {
        signed_on: one.signed_on.shown(),
        way: one.way.title(),
        signer: one.signer.clone(),
        witness: one.witness.clone(),
        by: name_of(names, one.by_staff),
        at: one.at.shown(),
        short: short(&one.fingerprint),
        matches: one.matches(sheet),
        changes: one.changes(sheet),
    }
}

/// Where the sheet of a result stands.
pub(super) fn address(result: ResultId) -> String {
    format!("/results/{result}/agreement")
}

/// "3f9a 12c0 77de 0b41": enough to compare by eye.
pub(super) fn short(fingerprint: &str) -> String {
    let signs: Vec<char> = fingerprint.chars().take(16).collect();
    signs.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn form(act: &mut Act<'_>, proof: &InFamily, sheet: &Sheet, died: bool) -> Result<Option<Form>> {
    let (open, stances) = candidates(act, proof, sheet)?;
    if open.is_empty() {
        return Ok(None);
    }
    let fits = |class: &&Class| **class == Class::Chosen || open.iter().any(|line| class.holds(line));
    let relatives = open.iter().map(|line| {
        let now = line.stands.as_ref().map(|stands| format!("Now: {}", stands.in_words()));
        Choice::of(line.task.id, line.whom()).hint(now.as_deref())
    });
    let closed = sheet.lines.iter().filter(|line| open.iter().all(|one| one.task.id != line.task.id));
    Ok(Some(Form {
        classes: Choice::all(Class::ALL.iter().filter(fits), Class::title),
        relatives: relatives.collect(),
        left_out: closed.map(Line::whom).collect(),
        seen: sheet.fingerprint.clone(),
        asked: Asked::of(act.policy(), &stances, died),
        guessed: Reason { asks: true },
    }))
}

pub(super) async fn pdf(
    staff: Staff<may::ReasoningView>,
    house: Here,
    id: web::Path<ResultId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let bytes = house.act(&caller, move |act, _| printed(act, &of, id)).await?;
    Ok(Answer::File { content_type: "application/pdf", name: Some("agreement-sheet.pdf".into()), bytes })
}

fn printed(act: &mut Act<'_>, caller: &Caller, id: ResultId) -> Result<Vec<u8>> {
    let (result, proof) = result_open(act.conn(), caller, id)?;
    let sheet = sheet_of(act, &proof, id)?;
    let proband = person_get(act.conn(), &proof, result.person_id)?;
    if proband.has_died() {
        return Err(Error::not_now(
            "The proband has died, so nothing new is signed. What they agreed to in their lifetime stands on the page.",
        ));
    }
    if sheet.said().next().is_none() {
        return Err(Error::not_now(
            "The proband has said nothing yet about any relative, so there is nothing to read and sign.",
        ));
    }
    let object = ("result", id.as_str());
    act.record(Deed::SheetPrinted, object, Some(proof.family()), &sheet.fingerprint)?;
    paper::pdf(act, &proof, &proband, &sheet)
}

pub(super) async fn sign(
    staff: Staff<may::ConsentRecord>,
    house: Here,
    id: web::Path<ResultId>,
    input: Input<SignedEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    let signed = house
        .act(&caller, move |act, _| {
            let (result, proof): (TestResult, InFamily) = result_open(act.conn(), &of, id)?;
            let sheet = sheet_of(act, &proof, id)?;
            sheet_sign(act, &proof, &result, &sheet, entry)
        })
        .await?;
    Ok(Answer::done(format!("{}#signed", address(id)), json!({"result": id, "signed": signed})))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_shown_in_groups_that_can_be_compared() {
        assert_eq!(short("3f9a12c077de0b41ffff"), "3f9a 12c0 77de 0b41");
    }
}
