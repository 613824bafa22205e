//! Conversation, consent and decision: why relatives may or may not be told, in the words of those who spoke.
//! Must not know: findings, letters or addresses.

pub mod basis;
pub mod cases;
pub mod consent;
pub mod conversation;
pub mod decision;
pub mod inferable;
pub mod never_share;
pub mod objection;
pub mod pack;
pub mod pages;
pub mod refusal;
pub mod signature;
pub mod training;
