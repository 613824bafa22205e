//! Somebody rings or writes and quotes a reference, or nothing: taken by one, matched to a family or not by another.
//! Must not know: findings, letters or what anybody decided. Whoever takes a call is never told whether anybody is known.

pub mod call;
pub mod pages;
pub mod settle;
