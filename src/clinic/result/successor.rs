//! What the newest report under one number says of a variant that relatives were told by an elder one: its class, and nothing
//! else of that report. Must not know: relatives, letters, or who was told.

use super::{
    finding::findings_of,
    state::{TestResult, result_list},
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    error::Result,
    ids::ResultId,
};
use kinward_family::letter::{AcmgClass, LetterDate};

/// How a variant stands in the newest report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassNow {
    Class(AcmgClass),
    /// It is in the report, and in no class that we know.
    NotClassed,
    /// The report does not name it.
    NotNamed,
    /// Nothing has come after the report by which they were told.
    NoNewer,
}

impl ClassNow {
    pub const fn class(self) -> Option<AcmgClass> {
        match self {
            ClassNow::Class(class) => Some(class),
            ClassNow::NotClassed | ClassNow::NotNamed | ClassNow::NoNewer => None,
        }
    }

    /// In words for whoever writes about it, where there is no class.
    pub const fn why_none(self) -> Option<&'static str> {
        match self {
            ClassNow::Class(_) => None,
            ClassNow::NotClassed => {
                Some("The new report names this variant and gives it no class that can be read.")
            }
            ClassNow::NotNamed => Some("The new report does not name this variant."),
            ClassNow::NoNewer => {
                Some("No newer report has come in under the number of the one they were told by.")
            }
        }
    }
}

/// The result that replaced `elder` in the end; nothing where none did.
pub fn successor_of(results: &[TestResult], elder: ResultId) -> Option<&TestResult> {
    let mut newest: Option<&TestResult> = None;
    // No chain is longer than the list, so this ends.
    for _ in results {
        let of = newest.map_or(elder, |newest| newest.id);
        match results.iter().find(|result| result.supersedes_id == Some(of)) {
            Some(next) => newest = Some(next),
            None => break,
        }
    }
    newest
}

/// The day on which the laboratory issued what replaced `elder`, where it says so.
pub fn issued_now(act: &mut Act<'_>, proof: &InFamily, elder: ResultId) -> Result<Option<LetterDate>> {
    let results = result_list(act.conn(), proof)?;
    let issued = successor_of(&results, elder).and_then(|newest| newest.about.issued.clone());
    let mut parts = issued.as_deref().unwrap_or_default().get(..10).unwrap_or_default().splitn(3, '-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) =
        (year.map(str::parse), month.map(str::parse), day.map(str::parse))
    else {
        return Ok(None);
    };
    Ok(LetterDate::new(year, month, day).ok())
}

/// The class of the variants named `names` in what replaced `elder`; of several the least, as for a letter.
pub fn class_now(
    act: &mut Act<'_>,
    proof: &InFamily,
    elder: ResultId,
    gene: &str,
    names: &[String],
) -> Result<ClassNow> {
    let results = result_list(act.conn(), proof)?;
    let Some(newest) = successor_of(&results, elder) else { return Ok(ClassNow::NoNewer) };
    act.record(Deed::ResultRead, ("result", newest.id.as_str()), Some(proof.family()), "class of a variant")?;
    let findings = findings_of(act.conn(), proof, newest.id)?;
    let mut least: Option<ClassNow> = None;
    for name in names {
        let of_it = |words: &&super::finding::Words| {
            words.gene.as_deref() == Some(gene) && words.hgvs_c.as_deref() == Some(name.as_str())
        };
        let Some(words) = findings.iter().map(|finding| &finding.words).find(of_it) else {
            return Ok(ClassNow::NotNamed);
        };
        let Some(class) = words.significance.as_deref().and_then(|class| class.parse::<AcmgClass>().ok())
        else {
            return Ok(ClassNow::NotClassed);
        };
        least = Some(match least {
            Some(ClassNow::Class(other)) => ClassNow::Class(other.min(class)),
            Some(ClassNow::NotClassed | ClassNow::NotNamed | ClassNow::NoNewer) | None => {
                ClassNow::Class(class)
            }
        });
    }
    Ok(least.unwrap_or(ClassNow::NotNamed))
}
