//! The wall: everything that may reach a relative is made here, from the types of this crate alone.
//! Must not know: any database, network, clock or source of chance; any personal finding; who the proband is.
//!
//! What cannot be written, each beside its twin that can; the two differ in one line.
//!
//! A letter is made from parts, never by filling in its fields:
//! ```
//! use kinward_family::letter::Letter;
//! fn again(letter: Letter) -> Letter {
//!     letter.clone()
//! }
//! ```
//! ```compile_fail,E0451
//! use kinward_family::letter::Letter;
//! fn again(letter: Letter) -> Letter {
//!     Letter { ..letter }
//! }
//! ```
//! A familial fact is made by `FamilialFact::new`, never by filling in its fields:
//! ```
//! use kinward_family::fact::FamilialFact;
//! fn again(fact: FamilialFact) -> FamilialFact {
//!     fact.clone()
//! }
//! ```
//! ```compile_fail,E0451
//! use kinward_family::fact::FamilialFact;
//! fn again(fact: FamilialFact) -> FamilialFact {
//!     FamilialFact { ..fact }
//! }
//! ```
//! No letter is made from a text:
//! ```
//! use kinward_family::letter::{Letter, LetterParts, WordingError};
//! fn write(parts: LetterParts, text: String) -> Result<Letter, WordingError> {
//!     Letter::write(parts)
//! }
//! ```
//! ```compile_fail,E0308
//! use kinward_family::letter::{Letter, LetterParts, WordingError};
//! fn write(parts: LetterParts, text: String) -> Result<Letter, WordingError> {
//!     Letter::write(text)
//! }
//! ```
//! A disclosure that names the proband needs their `NamedIndex`; a fact alone is not enough:
//! ```
//! use kinward_family::{disclosure::Disclosure, fact::FamilialFact, named::NamedIndex};
//! fn disclose(fact: FamilialFact, named: NamedIndex) -> Disclosure {
//!     Disclosure::Named(fact, named)
//! }
//! ```
//! ```compile_fail,E0061
//! use kinward_family::{disclosure::Disclosure, fact::FamilialFact, named::NamedIndex};
//! fn disclose(fact: FamilialFact, named: NamedIndex) -> Disclosure {
//!     Disclosure::Named(fact)
//! }
//! ```
//! And no `NamedIndex` is made by filling in its fields:
//! ```
//! use kinward_family::{named::NamedIndex, person::RecipientName};
//! fn again(named: NamedIndex, other: RecipientName) -> NamedIndex {
//!     named
//! }
//! ```
//! ```compile_fail,E0451
//! use kinward_family::{named::NamedIndex, person::RecipientName};
//! fn again(named: NamedIndex, other: RecipientName) -> NamedIndex {
//!     NamedIndex { name: other, ..named }
//! }
//! ```
//! An address does not print itself, in a log or anywhere else; its Debug tells nothing:
//! ```
//! use kinward_family::person::PostalAddress;
//! fn log(address: &PostalAddress) -> String {
//!     format!("{:?}", address)
//! }
//! ```
//! ```compile_fail,E0277
//! use kinward_family::person::PostalAddress;
//! fn log(address: &PostalAddress) -> String {
//!     format!("{}", address)
//! }
//! ```
//! What a relative reads as an answer is made from reviewed words, never from a text:
//! ```
//! use kinward_family::answer::{BadAnswer, ReviewedAnswer, StoredAnswer};
//! fn answer(kept: &StoredAnswer) -> Result<ReviewedAnswer, BadAnswer> {
//!     ReviewedAnswer::reopen(kept)
//! }
//! ```
//! ```compile_fail,E0308
//! use kinward_family::answer::{BadAnswer, ReviewedAnswer, StoredAnswer};
//! fn answer(kept: &String) -> Result<ReviewedAnswer, BadAnswer> {
//!     ReviewedAnswer::reopen(kept)
//! }
//! ```
//! A letter does not turn into JSON; only its stored pieces are text:
//! ```
//! use kinward_family::letter::Letter;
//! fn keep(letter: &Letter) -> String {
//!     letter.store().fact_json
//! }
//! ```
//! ```compile_fail,E0277
//! use kinward_family::letter::Letter;
//! fn keep(letter: &Letter) -> String {
//!     serde_json::to_string(letter).unwrap()
//! }
//! ```

pub mod advice;
pub mod answer;
pub mod block;
pub mod condition;
pub mod disclosure;
pub mod fact;
pub mod further;
pub mod invitation;
pub mod kind;
pub mod language;
pub mod letter;
pub mod lint;
pub mod named;
pub mod notice;
pub mod page;
pub mod person;
pub mod pointing;
pub mod reading;
pub mod sample;
pub mod service;
pub mod wording;
pub mod writing;

pub use block::Block;
pub use wording::WordingError;
