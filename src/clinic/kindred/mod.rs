//! One family in two files, because two of it were tested. The files are joined, never merged: nothing is moved or sealed
//! anew, so that parting loses nothing. Must not know: what was found, beyond that both results name the same variant.

pub mod carried;
pub mod join;
pub mod joined;
pub mod one_letter;
pub mod pages;
pub mod plan;
