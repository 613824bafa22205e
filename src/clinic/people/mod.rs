//! The people of a family: persons, how they may be reached, and who descends from whom.
//! Must not know: what was found in anyone.

pub mod contact;
pub mod dates;
pub mod kinship;
pub mod pages;
pub mod person;
pub mod printed;
