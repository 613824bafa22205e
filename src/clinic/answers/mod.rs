//! What is answered to a relative who asked something: drafted, read by the gate and by a second person, released, told.
//! Must not know: how a relative's browser is answered.

pub mod draft;
pub mod held;
pub mod pages;
pub mod release;
pub mod stop;
pub mod words;
