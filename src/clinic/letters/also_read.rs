//! In which further languages the reader of a letter may open it online: asked once, when it is approved.
//! Must not know: who reads it, or how the pages look; a language that is not sure to be right is not offered.

use super::{
    gate,
    templates::{approval_of_words, approvals},
};
use crate::{access::InFamily, audit::Act, clinic::cascade::task::Task, error::Result};
use kinward_family::{
    language::{Language, Languages},
    letter::Letter,
};

/// The languages beside the letter's own in which its template is approved and the gate finds nothing. A letter with words of
/// its own has none: nobody has written them in another language.
pub(super) fn also_read(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    letter: &Letter,
) -> Result<Vec<Language>> {
    if !letter.changes().is_empty() {
        return Ok(Vec::new());
    }
    let service = act.service;
    let standing = approvals(act.conn(), service)?;
    let mut also = Vec::new();
    for language in Language::ALL {
        if letter.languages().in_order().contains(&language) {
            continue;
        }
        let Ok(other) = letter.as_read(Languages::Only(language), letter.size()) else { continue };
        let approved = other
            .wordings()
            .iter()
            .all(|wording| approval_of_words(&standing, &wording.card, &wording.source).is_some());
        if approved && gate::read(&other, &gate::watch_of(act, proof, task, &other)?).is_empty() {
            also.push(language);
        }
    }
    Ok(also)
}
