//! A result's way from the laboratory to the one door: intake, findings, separation, release.
//! Must not know: any relative's reply, or how a letter looks.

pub mod additional;
pub mod certificate;
pub mod finding;
pub mod intake;
pub mod pages;
pub mod release;
pub mod report;
pub mod separation;
pub mod state;
pub mod successor;
pub mod too_long;
pub mod unreadable;
