//! Sealed values opened and sealed again without their type: for the clinic that the demonstration makes by copying families.
//! Must not know: what is inside. Its two functions are banned everywhere but there (clippy.toml).

use super::{
    compartment::{Compartment, D, F, K, P, Y},
    envelope::Unlocked,
    sealed::{disclose, enclose},
};
use crate::{clock::Chance, error::Result};
use zeroize::Zeroizing;

/// Finds the compartment that a ciphertext of the column `place` and the row `row` is of, and opens it.
pub fn opened(
    of: &Unlocked,
    place: &str,
    row: &str,
    bytes: &[u8],
) -> Option<(Compartment, Zeroizing<Vec<u8>>)> {
    let tried = |compartment: &Compartment| {
        let clear = match compartment {
            Compartment::Personal => disclose(of.grant::<P>().ok()?, place, row, bytes),
            Compartment::Contact => disclose(of.grant::<K>().ok()?, place, row, bytes),
            Compartment::Sealed => disclose(of.grant::<Y>().ok()?, place, row, bytes),
            Compartment::Detail => disclose(of.grant::<D>().ok()?, place, row, bytes),
            Compartment::Familial => disclose(of.grant::<F>().ok()?, place, row, bytes),
        };
        Some((*compartment, clear.ok()?))
    };
    Compartment::ALL.iter().find_map(tried)
}

/// Seals bytes for a column and a row, as `Sealed::seal` seals what they say.
///
/// # Errors
/// As `Sealed::seal`.
pub fn sealed(
    of: &Unlocked,
    chance: &dyn Chance,
    compartment: Compartment,
    (place, row): (&str, &str),
    clear: &[u8],
) -> Result<Vec<u8>> {
    match compartment {
        Compartment::Personal => enclose(of.grant::<P>()?, chance, place, row, clear),
        Compartment::Contact => enclose(of.grant::<K>()?, chance, place, row, clear),
        Compartment::Sealed => enclose(of.grant::<Y>()?, chance, place, row, clear),
        Compartment::Detail => enclose(of.grant::<D>()?, chance, place, row, clear),
        Compartment::Familial => enclose(of.grant::<F>()?, chance, place, row, clear),
    }
}
