//! Kinward, the map: one line a module, in dependency order; each may use those above it. docs/ARCHITECTURE.md explains.
//! Must not know: nothing is hidden here; what is absent where is said in each module's second line.

pub mod access; // who calls, what they may do
pub mod app; // builds the application
pub mod audit; // the record
pub mod clinic; // the professionals' wing
pub mod clock; // time and chance, passed in
pub mod command; // what each word of the command line does
pub mod config; // read once
pub mod db; // the pool, the one transaction, time
pub mod demo;
pub mod error; // two faces of what went wrong
pub mod ids; // one newtype an object
pub mod keys; // the secret and what is derived from it
pub mod mail; // ways out of the house
pub mod mutant; // planted leaks for the proof; nothing without the feature
pub mod pdf; // a letter as bytes
pub mod policy; // dated data: timers, periods, reasons
pub mod relative; // the relatives' wing
pub mod worker; // sends what is due // the seeded clinic and the story
