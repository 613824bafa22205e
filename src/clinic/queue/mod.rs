//! What is to be done: items, queues, home.
//! Must not know: what an item's subject holds.

pub mod conflict;
pub mod counts;
pub mod item;
pub mod pages;
mod subject;
