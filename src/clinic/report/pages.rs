//! Pages of what the service learns: the report, the register of objections with its chart, and inquiries.
//! Must not know: names, or anybody's words but the answers to an inquiry.

mod inquiry;
mod objections;
mod reports;

use crate::access::route::{Route, route};

pub const ROUTES: &[Route] = &[
    route!(GET "/reports" ReportView reports::page, "What decisions say as numbers: ?from=2026-01&to=2026-11; small numbers are hidden"),
    route!(GET "/reports.csv" ReportView reports::table, "The same numbers as a table for a spreadsheet"),
    route!(GET "/objections" ReportView objections::page, "The register of objections, and the chart of their rate: ?page="),
    route!(GET "/inquiries/{id}" ReportView inquiry::page, "An inquiry into a signal in the chart of objections"),
    route!(POST "/inquiries/{id}/close" InquiryAnswer inquiry::close, "Say how notice was given, what was found and what is changed, and close the inquiry", form on "/inquiries/{id}"),
];
