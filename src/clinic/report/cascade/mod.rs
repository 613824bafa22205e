//! Reports on the cascade: how far relatives have come, how long it took, and what waits; each a finding, a plot and tables.
//! Must not know: names, or anybody's words. What is too small to count is not shown.

pub mod cohort;
mod equity;
pub mod figure;
pub mod figures;
mod funnel;
mod outcomes;
mod plot;
mod qs41;
mod queue_ages;
mod splits;
mod time_to_inform;
mod trace;
mod unsealed;
mod uptake;
mod workload;
