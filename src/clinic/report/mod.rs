//! What a service learns from its own decisions: measures, the chart of objections, inquiries, and extracts for research.
//! Must not know: names, or anybody's words. It counts, and what is too small to count is not shown.

pub mod cascade;
pub mod chart;
pub mod count;
pub(in crate::clinic) mod csv;
pub mod executed;
pub mod extract;
pub mod hiding;
pub mod inquiry;
pub mod measures;
pub mod month;
pub mod opened;
pub mod pages;
pub mod rates;
pub mod register;
pub mod standing;
pub mod survival;
pub mod wilson;
pub mod xmr;
