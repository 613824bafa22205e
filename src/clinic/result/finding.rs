//! The findings of a result, one row an Observation, and the mark that tells familial from personal. Compartment P.
//! Must not know: relatives. A finding leaves this wing through release.rs or not at all.

use super::{
    report::{self, hgvs},
    state::{ResultCommand, Standing, result_list},
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    db::{Conn, UtcTime, closed},
    error::{Error, Result},
    ids::{FindingId, ResultId, ServiceId, StaffId},
    keys::{Grant, Sealed, compartment::P, content},
};
use diesel::prelude::*;

diesel::table! {
    findings (id) {
        id -> Text,
        service_id -> Text,
        result_id -> Text,
        sealed -> Binary,
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

/// A finding as stored.
#[derive(Queryable, Insertable)]
#[diesel(table_name = findings)]
struct Row {
    id: FindingId,
    service_id: ServiceId,
    result_id: ResultId,
    sealed: Sealed<Words>,
}

/// What a finding says and what it was marked: the part that is sealed. Shown to staff with a relationship only; it has
/// neither Debug nor Serialize, so that it cannot fall into a log or an answer whole.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub struct Words {
    #[n(0)]
    pub position: i32,
    #[n(1)]
    pub kind: String,
    #[n(2)]
    pub summary: String,
    #[n(3)]
    pub gene: Option<String>,
    #[n(4)]
    pub hgvs_c: Option<String>,
    #[n(5)]
    pub hgvs_p: Option<String>,
    #[n(6)]
    pub zygosity: Option<String>,
    #[n(7)]
    pub source_class: String,
    #[n(8)]
    pub significance: Option<String>,
    #[n(9)]
    pub condition: Option<String>,
    #[n(10)]
    pub not_understood: String,
    #[n(11)]
    pub json: String,
    #[n(12)]
    pub suggestion: Mark,
    #[n(13)]
    pub suggestion_why: String,
    #[n(14)]
    pub mark: Option<Mark>,
    #[n(15)]
    pub marked_by: Option<StaffId>,
    #[n(16)]
    pub marked_at: Option<UtcTime>,
    /// The words of whoever marked it, and nobody else's.
    #[n(17)]
    pub mark_why: Option<String>,
    #[n(18)]
    pub hgvs_g: Option<String>,
    #[n(19)]
    pub build: Option<String>,
}
content!(P at "findings.sealed" holds Words);

/// A finding that was opened.
#[derive(Clone)]
pub struct Finding {
    pub id: FindingId,
    pub words: Words,
}

/// Keeps what a laboratory wrote: every Observation, whether or not it was understood.
pub(super) fn finding_keep(
    act: &mut Act<'_>,
    grant: &Grant<P>,
    result: ResultId,
    read: &report::Finding,
) -> Result<()> {
    let words = Words {
        position: i32::try_from(read.position).map_err(Error::inner)?,
        kind: read.kind.as_str().to_owned(),
        summary: read.summary.clone(),
        gene: read.gene.clone(),
        hgvs_c: full_name(read),
        hgvs_p: read.hgvs_p.clone(),
        hgvs_g: read.hgvs_g.clone(),
        build: read.build.clone(),
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
    crate::mutant::tell(&read.json);
    let id = FindingId::new(act.chance());
    let sealed = Sealed::seal(grant, act.chance(), id.as_str(), &words)?;
    let row = Row { id, service_id: act.service, result_id: result, sealed };
    diesel::insert_into(findings::table).values(&row).execute(act.conn())?;
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
pub fn finding_list(act: &mut Act<'_>, proof: &InFamily, result: ResultId) -> Result<Vec<Finding>> {
    act.record(Deed::ResultRead, ("result", result.as_str()), Some(proof.family()), "findings")?;
    findings_of(act.conn(), proof, result)
}

/// For rules inside this stage that show nothing to anyone.
pub(super) fn findings_of(conn: &mut Conn, proof: &InFamily, result: ResultId) -> Result<Vec<Finding>> {
    let rows: Vec<Row> = findings::table
        .filter(findings::service_id.eq(proof.service()))
        .filter(findings::result_id.eq(result))
        .load(conn)?;
    let grant = proof.grant()?;
    let mut findings = rows
        .into_iter()
        .map(|row| Ok(Finding { id: row.id, words: row.sealed.open(grant, row.id.as_str())? }))
        .collect::<Result<Vec<_>>>()?;
    findings.sort_by_key(|finding| finding.words.position);
    Ok(findings)
}

/// Marks one finding: who and when stand beside it, and why in their own words where they gave any. A mark without words
/// of its own follows the suggestion, whose words are never stored as a person's.
///
/// # Errors
/// A reason left out where the mark is not the one suggested; a finding of another result.
pub fn finding_mark(
    act: &mut Act<'_>,
    proof: &InFamily,
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
    let row: Row = findings::table
        .filter(findings::service_id.eq(proof.service()))
        .filter(findings::result_id.eq(result.id))
        .filter(findings::id.eq(finding))
        .first(act.conn())?;
    let grant = proof.grant()?;
    let words = row.sealed.open(grant, finding.as_str())?;
    if mark == Mark::Familial {
        name_is_valid(&words)?;
    }
    let why = why.map(str::trim).filter(|text| !text.is_empty());
    if why.is_none() && mark != words.suggestion {
        return Err(Error::bad_input(format!(
            "This mark differs from the suggestion ({}). Say why in a few words; nothing was saved.",
            words.suggestion
        ))
        .at("why"));
    }
    let marked = Words {
        mark: Some(mark),
        marked_by: Some(proof.staff()),
        marked_at: Some(act.at),
        mark_why: why.map(str::to_owned),
        ..words
    };
    let sealed = Sealed::seal(grant, act.chance(), finding.as_str(), &marked)?;
    diesel::update(findings::table.find(finding)).set(findings::sealed.eq(sealed)).execute(act.conn())?;
    act.record(Deed::FindingMarked, ("finding", finding.as_str()), Some(proof.family()), mark.as_str())
}

/// A finding enters the joint account under a coding name that any laboratory reads alike, or not at all. The name stays
/// as it was received: nobody here can know what was meant. Of its other names the door leaves out what is not valid.
///
/// # Errors
/// The letter where the name goes wrong, and why.
pub(super) fn name_is_valid(words: &Words) -> Result<()> {
    let Some(name) = &words.hgvs_c else { return Ok(()) };
    hgvs::check(name).map_err(|problem| {
        Error::not_now(format!(
            "The coding name of this finding is not a valid HGVS name, so it cannot be marked familial: {name}, {problem}. \
             Ask the laboratory for a corrected report; the name is kept as it was received, and nothing was saved."
        ))
        .at("mark")
    })
}

/// What a family's results say that the leak gate compares a letter with.
pub(in crate::clinic) struct Untold {
    /// Every gene, told or not.
    pub genes: Vec<String>,
    /// Names of variants and conditions of findings that are not in the joint account.
    pub words: Vec<String>,
}

/// From every result of the family, whichever a letter is about: an amended report's elder, and another person's.
pub(in crate::clinic) fn untold_of(conn: &mut Conn, proof: &InFamily) -> Result<Untold> {
    let mut findings = Vec::new();
    for result in result_list(conn, proof)? {
        findings.extend(findings_of(conn, proof, result.id)?);
    }
    let genes = findings.iter().filter_map(|finding| finding.words.gene.as_deref());
    let genes = genes.flat_map(|list| list.split(", ")).map(str::to_owned).collect();
    let apart = findings.iter().filter(|finding| finding.words.mark != Some(Mark::Familial));
    let words = apart
        .flat_map(|finding| {
            let w = &finding.words;
            [&w.hgvs_c, &w.hgvs_p, &w.hgvs_g, &w.condition].into_iter().flatten().cloned().collect::<Vec<_>>()
        })
        .collect();
    Ok(Untold { genes, words })
}
