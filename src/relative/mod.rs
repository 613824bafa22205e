//! The relatives' wing: posts, codes on letters, the portal and what relatives answer.
//! Must not know: the professionals' wing. It names no finding, decision or task; what must be told or asked there goes
//! through `Listener`, which the professionals' wing implements.
#![deny(clippy::wildcard_enum_match_arm)]

pub mod answer;
mod attempt;
pub mod delivery;
pub mod guessing;
pub mod invitation;
pub mod listener;
pub mod outbox;
pub mod pause;
pub mod portal;
pub mod proxy;
pub mod receipts;
pub mod reply;
mod sendings;
pub mod settle;
pub mod visit;
pub mod wish;
