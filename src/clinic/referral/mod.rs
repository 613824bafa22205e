//! A relative who lives elsewhere is handed, with their own agreement, to their own service: certificate and letter go together,
//! and the relative stays ours until that service has said that it has them. Must not know: the proband, or findings.

pub mod follow;
pub mod kept;
pub mod pages;
pub mod prepare;
pub mod said;
pub mod settle;
pub mod states;
