//! The report as a table for a spreadsheet: one line a number, in the words of the page.
//! Must not know: what is hidden; it is handed what may be shown.

use super::{hiding::Told, measures::Report};

/// Section, item, measure, number; lines end as RFC 4180 asks.
pub fn csv(report: &Report) -> String {
    let mut lines: Vec<[String; 4]> = vec![["section", "item", "measure", "number"].map(str::to_owned)];
    let mut line = |section: &str, item: &str, measure: &str, told: Told| {
        lines.push([section.to_owned(), item.to_owned(), measure.to_owned(), told.words()]);
    };
    let period = format!("{} to {}", report.from, report.to);
    line("decisions", &period, "applied", report.total.applied);
    line("decisions", &period, "declined", report.total.declined);
    for side in &report.sides {
        line("reasons by side", side.side, "times given", side.given);
    }
    for reason in &report.reasons {
        line("reasons by code", &reason.code, "times given", reason.given);
    }
    for category in &report.categories {
        let item = format!("{} ({})", category.category, category.side);
        line("reasons by category", &item, "times given", category.given);
    }
    for month in &report.months {
        let item = month.month.to_string();
        line("by month", &item, "applied", month.applied);
        line("by month", &item, "declined", month.declined);
        line("by month", &item, "reasons for", month.for_applying);
        line("by month", &item, "reasons against", month.against);
    }
    for (place, one) in report.professionals.iter().enumerate() {
        let item = format!("{} ({})", one.who, place + 1);
        line("by professional", &item, "applied", one.applied);
        line("by professional", &item, "declined", one.declined);
    }
    for grade in &report.grades {
        line("harm", grade.grade, "if not shared", grade.not_shared);
        line("harm", grade.grade, "if shared", grade.shared);
    }
    for one in &report.views {
        line("first view and outcome", one.view, "applied", one.applied);
        line("first view and outcome", one.view, "declined", one.declined);
    }
    for one in &report.executed {
        line("what came of it", one.words, "decisions", one.decisions);
    }
    let standing = &report.standing;
    line("confidentiality without a balance", "refused or withdrawn", "relatives today", standing.refused);
    line("confidentiality without a balance", "undecided", "relatives today", standing.undecided);
    line("uninformed refusals", "standing", "relatives today", standing.uninformed);
    lines.iter().map(|cells| format!("{}\r\n", cells.each_ref().map(|cell| quoted(cell)).join(","))).collect()
}

/// In quotes where a comma, a quote or a line end would be taken for ours; and nothing begins as a formula does.
pub(in crate::clinic) fn quoted(cell: &str) -> String {
    let cell = match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    };
    match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_it_must_be_and_is_never_a_formula() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("no day, no letter"), "\"no day, no letter\"");
        assert_eq!(quoted("the \"day\""), "\"the \"\"day\"\"\"");
        assert_eq!(quoted("=1+1"), "'=1+1");
    }
}
