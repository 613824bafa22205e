//! What is to be done: items, queues, home.
//! Must not know: what an item's subject holds.

pub mod absence;
pub mod conflict;
pub mod counts;
pub mod digest;
pub mod hands;
pub mod item;
mod kinds;
pub mod late;
pub mod listed;
pub mod pages;
pub mod priority;
mod subject;
pub mod team;
pub mod view;
