//! Ways in which a family is typed: rows of a table, or a text in a notation that others use too. All end in a proposal.
//! Must not know: what is in the family already is changed elsewhere; nothing is saved here.

pub mod cells;
mod relation;
pub mod rows;
pub mod text;
