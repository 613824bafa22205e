//! What an older system holds of families and relatives, brought in from a spreadsheet: read, looked at, decided, brought in by
//! the worker, undone. Must not know: any finding; nothing of anybody's personal account comes in by this way.

pub mod decided;
pub mod family;
pub mod mapping;
pub mod pages;
pub mod people;
pub mod question;
pub mod reading;
pub mod sheet;
pub mod state;
pub mod step;
pub mod table;
pub mod undo;
