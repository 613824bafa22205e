//! Reports on more relatives than are counted while somebody waits for the page: counted by the worker, a part at a time, and kept
//! as figures. Must not know: who anybody is; and once the figures are there, nothing of any one relative.

pub mod part;
pub mod state;
pub mod step;
