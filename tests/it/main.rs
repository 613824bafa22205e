//! Stories through the real application, on whichever database KINWARD_TEST_DATABASE names (SQLite without it).
//! Must not know: how anything is done inside, except where a test looks at a row to say what it must be.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop there"
)]
#![allow(clippy::disallowed_methods, reason = "tests read the environment and plant rows by hand")]

mod a_decade;
mod access;
mod agreement;
mod answers;
mod asking;
mod certificate;
mod closing;
mod command;
mod conflict;
mod cooling;
mod demo_size;
mod entry;
mod fields;
mod gate;
mod hard_cases;
mod imports;
mod incoming;
mod inferable;
mod inside;
mod intake;
mod kept;
mod keys;
mod kindred;
mod knows;
mod learning;
mod letters;
mod naming;
mod odd;
mod packs;
mod pedigree_files;
mod people;
mod plans;
mod portal;
mod provider;
mod proxy;
mod queues;
mod record;
mod referral;
mod refusals;
mod refused;
mod reports;
mod requests;
mod risk;
mod routes;
mod safeguarding;
mod schema;
mod sending;
mod separation;
mod spoken;
mod stories;
mod support;
mod tested;
mod training;
mod variant;
mod wall;
