//! Letters: drafted from facts alone, read by the leak gate, approved by a second person, posted to the relatives' wing.
//! Must not know: findings; the only facts here came through the one door.

mod also_read;
pub mod approvers;
pub mod batch;
pub mod confirm_stop;
pub mod dated;
pub mod difference;
pub mod draft;
pub mod exception;
pub mod fitting;
pub mod follow_up;
mod found;
pub mod further;
pub mod gate;
mod gone;
pub mod ground;
pub mod hand_over;
pub mod house;
pub mod letter;
pub(in crate::clinic) mod list;
pub mod own_result;
pub mod own_words;
pub mod pages;
pub mod personal;
pub mod register;
pub mod replaced;
pub mod returned;
pub mod sent_back;
mod shown;
pub mod stop;
mod stopping;
mod suited;
pub mod take_back;
pub mod templates;
pub mod wording_problems;
pub mod wordings;
