//! The people of a family: persons, how they may be reached, and who descends from whom.
//! Must not know: what was found in anyone.

pub mod by_law;
pub mod change;
pub mod contact;
pub mod dates;
pub mod elsewhere;
pub mod entry;
pub mod export;
pub mod health;
pub mod identity;
pub mod kinship;
pub mod needs;
pub mod pages;
pub mod particulars;
pub mod person;
pub mod printed;
pub mod responsibility;
pub mod safety;
pub mod shown;
pub mod sought;
pub mod ties;
