//! Conversation, consent and decision: why relatives may or may not be told, in the words of those who spoke.
//! Must not know: findings, letters or addresses.

pub mod answered;
mod balance;
pub mod basis;
pub mod capacity;
pub mod cases;
pub mod chain;
pub mod consent;
pub mod conversation;
pub mod cooling;
pub mod decision;
pub mod draft;
pub mod emergency;
pub mod enquiry;
pub mod execution;
pub mod facts;
pub mod inferable;
pub mod knows;
pub mod never_share;
pub mod not_to_know;
pub mod objection;
pub mod pack;
pub mod pages;
pub mod prompts;
pub mod question;
pub mod refusal;
pub mod run_out;
pub mod sheet;
pub mod signature;
pub mod signed;
pub mod stance;
pub mod stricter;
pub mod topic;
pub mod training;
pub mod unasked;
pub mod way;
pub mod whose_word;
