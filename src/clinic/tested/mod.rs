//! Relatives' own results: what a relative's test for the family's variant said, and the second person's word on it.
//! Must not know: what a result moves in the cascade, or the words of any letter.

pub mod fits;
pub mod pages;
pub mod relative_result;
pub mod said;
pub mod telling;
pub mod verdict;
