//! The compartments that are sealed at rest, as values and as types: a key of one can never open another.
//! Must not know: which table holds what; `Content` says that where the content is defined.

use super::{envelope::Unlocked, sealed::Grant};
use crate::db::closed;
use std::sync::OnceLock;

closed! {
    /// The sealed compartments. N and O hold no words about anyone; S is hashed, never opened.
    pub enum Compartment {
        /// Personal findings and notes.
        Personal = "P",
        /// Contact and identity.
        Contact = "K",
        /// What must not be known outside the room it was said in: parentage, adoption, abuse.
        Sealed = "Y",
        /// People's words and reasons behind a consent or decision.
        Detail = "D",
        /// The familial core, the letter that carries it, and what its reader answers: all that the relatives' wing opens.
        Familial = "F",
    }
}

/// A compartment as a type.
pub trait Kind: Sized + 'static {
    const COMPARTMENT: Compartment;
    #[doc(hidden)]
    fn place(of: &Unlocked) -> &OnceLock<Grant<Self>>;
}

macro_rules! kinds {
    ($($name:ident = $variant:ident in $field:ident),* $(,)?) => {$(
        /// The type of the compartment whose letter it bears.
        pub enum $name {}
        impl Kind for $name {
            const COMPARTMENT: Compartment = Compartment::$variant;
            fn place(of: &Unlocked) -> &OnceLock<Grant<Self>> { &of.$field }
        }
    )*};
}
kinds! { P = Personal in p, K = Contact in k, Y = Sealed in y, D = Detail in d, F = Familial in f }
