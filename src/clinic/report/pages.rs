//! Pages of what the service learns: the report, the register of objections with its chart, and inquiries.
//! Must not know: names, or anybody's words but the answers to an inquiry.

mod counts;
mod figures;
mod inquiry;
mod objections;
mod reports;

use crate::access::route::{Route, route};

pub const ROUTES: &[Route] = &[
    route!(GET "/reports" ReportView reports::page, "What decisions say as numbers: ?from=2026-01&to=2026-11; small numbers are hidden"),
    route!(GET "/reports.csv" ReportView reports::table, "The same numbers as a table for a spreadsheet"),
    route!(GET "/reports/cascade" CascadeReportView figures::hub, "The reports on the cascade"),
    route!(GET "/reports/cascade/funnel" CascadeReportView figures::funnel, "How far relatives came, by degree, sex and route: ?from=2026-01&to=2026-11&condition=lynch; small numbers are hidden"),
    route!(GET "/reports/cascade/funnel.csv" CascadeReportView figures::funnel_table, "The same numbers as a table for a spreadsheet"),
    route!(GET "/reports/cascade/time-to-inform" CascadeReportView figures::time, "How long it took from the report until relatives knew, by route: a Kaplan-Meier estimate"),
    route!(GET "/reports/cascade/time-to-inform.csv" CascadeReportView figures::time_table, "The same numbers as a table for a spreadsheet"),
    route!(GET "/reports/cascade/uptake" CascadeReportView figures::uptake, "The share of each family's relatives who were tested, and what chance alone would give"),
    route!(GET "/reports/cascade/uptake.csv" CascadeReportView figures::uptake_table, "The same numbers as a table for a spreadsheet"),
    route!(GET "/reports/cascade/queue-ages" CascadeReportView figures::queue_ages, "How long open work has waited, by who has taken it and by queue"),
    route!(GET "/reports/cascade/queue-ages.csv" CascadeReportView figures::queue_ages_table, "The same numbers as a table for a spreadsheet"),
    route!(GET "/reports/cascade/qs41" CascadeReportView figures::qs41, "The measures of NICE QS41, statement 5, with their denominators"),
    route!(GET "/reports/cascade/qs41.csv" CascadeReportView figures::qs41_table, "The same numbers as a table for a spreadsheet"),
    route!(GET "/reports/cascade/outcomes" CascadeReportView figures::outcomes, "What relatives' tests said, and why others have none"),
    route!(GET "/reports/cascade/outcomes.csv" CascadeReportView figures::outcomes_table, "The same numbers as a table for a spreadsheet"),
    route!(GET "/reports/cascade/equity" CascadeReportView figures::equity, "Informed and tested by sex, degree, language and needs"),
    route!(GET "/reports/cascade/equity.csv" CascadeReportView figures::equity_table, "The same numbers as a table for a spreadsheet"),
    route!(GET "/reports/cascade/workload" CascadeReportView figures::workload, "How much work was done in the last twelve whole weeks"),
    route!(GET "/reports/cascade/workload.csv" CascadeReportView figures::workload_table, "The same numbers as a table for a spreadsheet"),
    route!(POST "/reports/cascade/counts" CascadeReportView counts::order, "Have the relatives of some months counted by the worker, where they are too many for a page: report, from, to, condition; one that was stopped goes on", form on "/reports/cascade"),
    route!(POST "/reports/cascade/counts/{id}/stop" CascadeReportView counts::stop, "Stop such a count; what was counted is kept for going on", form on "/reports/cascade"),
    route!(GET "/objections" ReportView objections::page, "The register of objections, and the chart of their rate: ?page="),
    route!(GET "/inquiries/{id}" ReportView inquiry::page, "An inquiry into a signal in the chart of objections"),
    route!(POST "/inquiries/{id}/close" InquiryAnswer inquiry::close, "Say how notice was given, what was found and what is changed, and close the inquiry", form on "/inquiries/{id}"),
];
