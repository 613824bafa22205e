//! The letter that a draft would be, as the page of a relative speaks of it: its kind, and who may get it in their place.
//! Must not know: what allows a letter, or what it tells.

use crate::{
    access::{Choice, InFamily},
    audit::Act,
    clinic::{letters::fitting::Fitting, people::person::person_get},
    error::Result,
};
use kinward_family::kind::Kind;
use serde::Serialize;

/// The letter that a draft would be, by the relative's age and address.
#[derive(Serialize)]
pub(super) struct Suits {
    words: &'static str,
    /// It goes to whoever is responsible for them.
    to_parent: bool,
    readers: Vec<Choice>,
    /// The proband is responsible, too, and gets no such letter.
    proband_reads: bool,
    /// It goes to somebody of 16 or 17, whose own address is checked.
    young: bool,
}

impl Suits {
    pub(super) fn of(act: &mut Act<'_>, proof: &InFamily, fitting: &Fitting) -> Result<Self> {
        let to_parent = fitting.kind == Kind::ParentOfMinor;
        let mut readers = Vec::new();
        for reader in fitting.readers.iter().filter(|_| to_parent) {
            readers.push(Choice::of(reader, person_get(act.conn(), proof, *reader)?.shown()));
        }
        Ok(Self {
            words: fitting.kind.name(),
            to_parent,
            readers,
            proband_reads: fitting.proband_reads,
            young: fitting.kind == Kind::YoungPerson,
        })
    }
}
