//! The findings of a result, one row an Observation, and the mark that tells familial from personal. Compartment P.
//! Must not know: relatives. A finding leaves this wing through release.rs or not at all.

use super::{
    report,
    state::{ResultCommand, Standing},
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    db::{Conn, UtcTime, closed},
    error::{Error, Result},
    ids::{FindingId, ResultId, ServiceId, StaffId},
};
use diesel::prelude::*;

diesel::table! {
    findings (id) {
        id -> Text,
        service_id -> Text,
        result_id -> Text,
        position -> Integer,
        kind -> Text,
        summary -> Text,
        gene -> Nullable<Text>,
        hgvs_c -> Nullable<Text>,
        hgvs_p -> Nullable<Text>,
        zygosity -> Nullable<Text>,
        source_class -> Text,
        significance -> Nullable<Text>,
        condition -> Nullable<Text>,
        not_understood -> Text,
        json -> Text,
        suggestion -> Text,
        suggestion_why -> Text,
        mark -> Nullable<Text>,
        marked_by -> Nullable<Text>,
        marked_at -> Nullable<Timestamp>,
        mark_why -> Nullable<Text>,
    }
}

closed! {
    /// To which account a finding belongs. Source: Parker and Lucassen, BMJ 2004;329:165.
    pub enum Mark {
        /// The joint account: may be used for relatives' care, through the door.
        Familial = "familial",
        /// The personal account: confidential to the patient.
        Personal = "personal",
        /// Not settled; treated as personal until it is.
        Uncertain = "uncertain",
    }
}

impl Mark {
    /// As staff read it.
    pub const fn title(self) -> &'static str {
        match self {
            Mark::Familial => "Familial",
            Mark::Personal => "Personal",
            Mark::Uncertain => "Uncertain",
        }
    }

    /// What the mark means for relatives.
    pub const fn meaning(self) -> &'static str {
        match self {
            Mark::Familial => "Relatives may have it too. It may be used for their care.",
            Mark::Personal => "It belongs to the proband alone. It never reaches a relative.",
            Mark::Uncertain => "Not settled. It is treated as personal until it is.",
        }
    }
}

/// A finding as stored. Shown to staff with a relationship only; has no Debug, so that it cannot fall into a log.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = findings)]
pub struct Finding {
    pub id: FindingId,
    pub service_id: ServiceId,
    pub result_id: ResultId,
    pub position: i32,
    pub kind: String,
    pub summary: String,
    pub gene: Option<String>,
    pub hgvs_c: Option<String>,
    pub hgvs_p: Option<String>,
    pub zygosity: Option<String>,
    pub source_class: String,
    pub significance: Option<String>,
    pub condition: Option<String>,
    pub not_understood: String,
    pub json: String,
    pub suggestion: Mark,
    pub suggestion_why: String,
    pub mark: Option<Mark>,
    pub marked_by: Option<StaffId>,
    pub marked_at: Option<UtcTime>,
    /// The words of whoever marked it, and nobody else's.
    pub mark_why: Option<String>,
}

/// Keeps what a laboratory wrote: every Observation, whether or not it was understood.
pub(super) fn finding_keep(act: &mut Act<'_>, result: ResultId, read: &report::Finding) -> Result<()> {
    let finding = Finding {
        id: FindingId::new(act.chance()),
        service_id: act.service,
        result_id: result,
        position: i32::try_from(read.position).map_err(Error::inner)?,
        kind: read.kind.as_str().to_owned(),
        summary: read.summary.clone(),
        gene: read.gene.clone(),
        hgvs_c: full_name(read),
        hgvs_p: read.hgvs_p.clone(),
        zygosity: read.zygosity.as_ref().map(|z| z.as_str().to_owned()),
        source_class: read.source_class.as_str().to_owned(),
        significance: read.significance.as_ref().map(|s| s.as_str().to_owned()),
        condition: read.condition.clone(),
        not_understood: read.not_understood.join("\n"),
        json: read.json.clone(),
        suggestion: match read.suggestion.mark {
            report::Mark::Familial => Mark::Familial,
            report::Mark::Personal => Mark::Personal,
            report::Mark::Uncertain => Mark::Uncertain,
        },
        suggestion_why: read.suggestion.why.clone(),
        mark: None,
        marked_by: None,
        marked_at: None,
        mark_why: None,
    };
    diesel::insert_into(findings::table).values(&finding).execute(act.conn())?;
    Ok(())
}

/// The variant's name with its reference sequence, for a variant that is there; what is absent has no name to test for.
fn full_name(read: &report::Finding) -> Option<String> {
    let name = read.hgvs_c.as_ref().filter(|_| read.presence != report::Presence::Absent)?;
    match &read.transcript {
        Some(transcript) if !name.contains(':') => Some(format!("{transcript}:{name}")),
        Some(_) | None => Some(name.clone()),
    }
}

/// The findings of a result, in the laboratory's order. Reading them is an act and leaves a record.
pub fn finding_list(act: &mut Act<'_>, proof: InFamily, result: ResultId) -> Result<Vec<Finding>> {
    act.record(Deed::ResultRead, ("result", result.as_str()), Some(proof.family()), "findings")?;
    findings_of(act.conn(), proof.service(), result)
}

/// For rules inside this stage that show nothing to anyone.
pub(super) fn findings_of(conn: &mut Conn, service: ServiceId, result: ResultId) -> Result<Vec<Finding>> {
    Ok(findings::table
        .filter(findings::service_id.eq(service))
        .filter(findings::result_id.eq(result))
        .order(findings::position.asc())
        .load(conn)?)
}

/// Marks one finding: who and when stand beside it, and why in their own words where they gave any. A mark without words
/// of its own follows the suggestion, whose words are never stored as a person's.
///
/// # Errors
/// A reason left out where the mark is not the one suggested; a finding of another result.
pub fn finding_mark(
    act: &mut Act<'_>,
    proof: InFamily,
    result: Standing,
    finding: FindingId,
    mark: Mark,
    why: Option<&str>,
) -> Result<()> {
    if !result.state.permits(ResultCommand::SeparateFamilial) {
        return Err(Error::not_now(
            "These findings are separated already. Take the result back to separation first; nothing was saved.",
        ));
    }
    let row: Finding = findings::table
        .filter(findings::service_id.eq(proof.service()))
        .filter(findings::result_id.eq(result.id))
        .filter(findings::id.eq(finding))
        .first(act.conn())?;
    let why = why.map(str::trim).filter(|text| !text.is_empty());
    if why.is_none() && mark != row.suggestion {
        return Err(Error::bad_input(format!(
            "This mark differs from the suggestion ({}). Say why in a few words; nothing was saved.",
            row.suggestion
        )));
    }
    let (at, staff) = (act.at, proof.staff());
    diesel::update(findings::table.find(finding))
        .set((
            findings::mark.eq(mark),
            findings::marked_by.eq(staff),
            findings::marked_at.eq(at),
            findings::mark_why.eq(why),
        ))
        .execute(act.conn())?;
    act.record(Deed::FindingMarked, ("finding", finding.as_str()), Some(proof.family()), mark.as_str())
}

/// Every gene a result names, told or not: what the leak gate compares a letter with.
pub(in crate::clinic) fn genes_of(
    conn: &mut Conn,
    service: ServiceId,
    result: ResultId,
) -> Result<Vec<String>> {
    let genes: Vec<Option<String>> = findings::table
        .filter(findings::service_id.eq(service))
        .filter(findings::result_id.eq(result))
        .select(findings::gene)
        .load(conn)?;
    Ok(genes
        .into_iter()
        .flatten()
        .flat_map(|list| list.split(", ").map(str::to_owned).collect::<Vec<_>>())
        .collect())
}
