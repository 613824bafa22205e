//! The further languages in which a service's letters say that they are important: which it has chosen, which sentences it has
//! approved, and for which there is a font. Must not know: what a letter says, or who reads which language.

use super::templates::{Approval, Worded, approvals};
use crate::{
    access::service::{Service, service_further},
    audit::{Act, Deed},
    error::{Error, Result},
    keys::to_hex,
    pdf,
};
use kinward_family::further::Further;
use sha2::{Digest, Sha256};

/// Under which sentences are approved, beside the kinds of letters.
pub const KIND: &str = "further_language";

/// What an approval of a sentence is of.
pub fn worded(one: Further) -> Worded {
    Worded {
        kind: KIND.to_owned(),
        language: one.code().to_owned(),
        version: one.version().to_owned(),
        digest: to_hex(&Sha256::digest(one.sentence().as_bytes())),
    }
}

/// Whether the program has a font in which it can be printed.
pub fn has_font(one: Further) -> bool {
    pdf::prints_further(one)
}

/// The languages that a service has chosen, in the table's order.
pub fn chosen(service: &Service) -> Vec<Further> {
    let said: Vec<&str> = service.further_languages.split(',').collect();
    Further::all().into_iter().filter(|one| said.contains(&one.code())).collect()
}

/// Those that stand on its letters: chosen, approved, and with a font.
pub fn printed(service: &Service, standing: &[Approval]) -> Vec<Further> {
    let stands = |one: &Further| has_font(*one) && worded(*one).approval(standing).is_some();
    chosen(service).into_iter().filter(stands).collect()
}

/// As `printed`, for a letter that is being written.
pub(super) fn further_printed(act: &mut Act<'_>, service: &Service) -> Result<Vec<Further>> {
    let standing = approvals(act.conn(), service.id)?;
    Ok(printed(service, &standing))
}

/// Chooses the languages; one that is not approved stands on no letter before it is.
///
/// # Errors
/// A language that is not in the table, or that no font can print.
pub fn further_choose(act: &mut Act<'_>, codes: &[String]) -> Result<()> {
    for code in codes {
        let known = Further::by_code(code).filter(|one| has_font(*one));
        if known.is_none() {
            return Err(Error::bad_input(
                "Choose languages from the list. One without a font in the program cannot be printed. Nothing was saved.",
            )
            .at("chosen"));
        }
    }
    let ordered: Vec<&str> = Further::all()
        .into_iter()
        .map(Further::code)
        .filter(|code| codes.iter().any(|chosen| chosen == code))
        .collect();
    let (service, said) = (act.service, ordered.join(","));
    service_further(act.conn(), service, &said)?;
    act.record(Deed::FurtherLanguagesChosen, ("service", service.as_str()), None, &said)
}
