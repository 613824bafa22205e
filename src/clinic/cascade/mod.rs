//! The cascade: which relatives are at risk, and each one's way from identified to done.
//! Must not know: findings, or the words of conversations.

pub mod affected;
pub mod asked;
pub mod at_risk;
pub mod chances;
pub mod closing;
pub mod closure;
pub mod consequence;
pub mod listener;
pub mod pages;
pub mod said_dead;
pub mod sealed;
pub mod search;
pub mod shown;
pub mod spoken;
pub mod steps;
pub mod task;
pub mod treatment;
pub mod trigger;
pub mod triggers_listed;
pub mod urgency;
