//! What one asks and another must answer by a day: the Guardian's advice, a person's rights in what is held, data for research.
//! Must not know: findings, or what anybody decided.

pub mod ask;
pub mod pages;
