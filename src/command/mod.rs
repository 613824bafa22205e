//! What each word of the command line does. One function a word; each answers an exit status.
//! Must not know: how the words are spelt; main.rs does.

mod draw;
mod extract;
mod files;
mod house;
mod keys;
mod mail;
mod pedigree;
mod policy;
mod record;
mod risk;

pub use draw::{DrawAsked, pedigree_draw};
pub use extract::{extract, extract_write};
pub use files::{certificate_verify, variant_check};
pub use house::{
    doctor, intake, migrate, open, report_read, serve, staff_add, staff_disable, staff_title, start_log, work,
};
pub use keys::{keys_make, keys_retire, keys_rotate, keys_share, keys_status};
pub use mail::mail_intake;
pub use pedigree::{Conversion, format_named, pedigree_check, pedigree_convert};
pub use policy::{policy_check, policy_diff, policy_use};
pub use record::{audit_checkpoint, audit_verify};
pub use risk::{RiskAsked, pedigree_risk};

pub use crate::demo::{
    demo, demo_letters, demo_once,
    size::open::{Asked as DemoAsked, demo_of_size},
};
