//! The queue of reports that could not be read: nothing that came in is lost, and somebody settles each.
//! Must not know: families; an unreadable report belongs to none yet.

use super::intake::{ReportState, report_settle};
use crate::{
    audit::{Act, Deed},
    clinic::queue::item::{Queue, Subject, SubjectKind, Wanted, follow},
    error::{Error, Result},
    ids::ReportId,
};

/// The queues a report's state asks for.
pub fn wanted(state: ReportState) -> Vec<Wanted> {
    match state {
        ReportState::Unreadable => vec![Queue::UnreadableReports.into()],
        ReportState::Read | ReportState::Settled => vec![],
    }
}

pub(super) fn follow_report(act: &mut Act<'_>, id: ReportId, state: ReportState) -> Result<()> {
    let subject = Subject { kind: SubjectKind::Report, id: id.to_string(), family: None, task: None };
    follow(act, &subject, &wanted(state))
}

/// Somebody asked the laboratory again, or found that it was no report: the item is done, the bytes stay.
///
/// # Errors
/// A report that is not waiting; a note left out.
pub fn unreadable_settle(act: &mut Act<'_>, id: ReportId, what_was_done: &str) -> Result<()> {
    if what_was_done.trim().is_empty() {
        return Err(Error::bad_input(
            "Say what was done, for example 'asked the laboratory to send it again'.",
        )
        .at("what_was_done"));
    }
    if !report_settle(act, id, what_was_done.trim())? {
        return Err(Error::not_now("This report is not waiting. Nothing was changed."));
    }
    follow_report(act, id, ReportState::Settled)?;
    act.record(Deed::ReportSettled, ("report", id.as_str()), None, "")
}
