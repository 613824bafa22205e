//! Who is calling, what they may do, and which families they have to do with.
//! Must not know: any finding, letter or reply. Authority is read from the database, never from a token's claims.
#![deny(clippy::wildcard_enum_match_arm)]

pub mod answer;
pub mod choice;
pub mod conflict;
pub mod day_fields;
pub mod family;
pub mod house;
pub mod input;
mod json;
pub mod origin;
pub mod pages;
pub mod password;
pub mod permission;
pub mod refused;
pub mod route;
pub mod service;
pub mod session;
pub mod staff;
pub mod text;
pub mod twice;
pub mod upload;

pub use answer::Answer;
pub use choice::Choice;
pub use day_fields::DayFields;
pub use family::InFamily;
pub use house::House;
pub use input::{Input, Nothing};
pub use permission::{Permission, Role};
pub use staff::{Caller, Staff};
