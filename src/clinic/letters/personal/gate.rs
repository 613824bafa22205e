//! The leak gate of letters to and about the proband: each may name whom it is about and nobody else, and only the letters that
//! are about findings may tell any. Must not know: how such a letter is worded.

use super::PersonalKind;
use crate::{
    access::InFamily,
    audit::Act,
    clinic::{
        letters::gate::{self, Matter},
        people::{
            contact::contacts_of,
            person::{Person, person_list},
        },
        result::{finding, state::result_list},
        sharing::never_share,
    },
    error::Result,
    ids::PersonId,
    pdf::ClinicLetter,
};
use kinward_family::{
    condition::Condition,
    letter::{Passage, Place},
    lint::Forbidden,
};

/// Reads it as a whole.
///
/// # Errors
/// What it must not say, by kind and part; no reason lets it stand, because no relative's name has to be in such a letter.
pub(super) fn checked(
    act: &mut Act<'_>,
    proof: &InFamily,
    kind: PersonalKind,
    letter: &ClinicLetter,
    may_name: &[PersonId],
) -> Result<()> {
    let forbidden = forbidden(act, proof, kind, may_name)?;
    let mut passages: Vec<Passage> = letter.wordings.iter().flat_map(|wording| wording.passages()).collect();
    let address = letter.address.iter().skip(1).cloned().collect::<Vec<_>>().join("\n");
    passages.push(Passage { place: Place::Address, words: address, instead_of: None });
    let found: Vec<_> = passages.iter().flat_map(|passage| gate::in_passage(passage, &forbidden)).collect();
    if found.is_empty() {
        return Ok(());
    }
    Err(gate::held_back(&found, "Nothing was made."))
}

fn forbidden(
    act: &mut Act<'_>,
    proof: &InFamily,
    kind: PersonalKind,
    may_name: &[PersonId],
) -> Result<Vec<Forbidden>> {
    let conn = act.conn();
    let word = |matter: Matter, words: &str| Forbidden::new(words, matter.as_str());
    let mut all: Vec<Forbidden> =
        never_share::standing(conn, proof)?.iter().map(|words| word(Matter::NeverShare, words)).collect();
    let people = person_list(conn, proof)?;
    let others: Vec<&Person> = people.iter().filter(|person| !may_name.contains(&person.id)).collect();
    let own: Vec<String> =
        people.iter().filter(|person| may_name.contains(&person.id)).map(Person::shown).collect();
    for person in &others {
        let name = person.shown();
        if person.is_named() && !own.contains(&name) {
            all.push(word(Matter::FullName, &name));
        }
        all.extend(person.nhs_number.iter().map(|number| word(Matter::NhsNumber, number)));
    }
    // How anybody but the proband is reached is nobody's who gets one of these.
    let relatives: Vec<PersonId> = people.iter().filter(|one| !one.is_proband).map(|one| one.id).collect();
    for contact in contacts_of(conn, proof, &relatives)? {
        all.extend(contact.phone.iter().map(|phone| word(Matter::Phone, phone)));
        all.extend(contact.email.iter().map(|email| word(Matter::Email, email)));
    }
    match kind {
        PersonalKind::AddressFromProband | PersonalKind::AdoptionDetails => {
            let untold = finding::untold_of(conn, proof)?;
            all.extend(untold.genes.iter().map(|gene| word(Matter::Gene, gene)));
            let words = untold.words.iter().filter(|words| words.trim().chars().count() > 3);
            all.extend(words.map(|words| word(Matter::Finding, words)));
            for result in result_list(conn, proof)? {
                let condition = result.about.condition_key.as_deref().and_then(Condition::by_key);
                all.extend(condition.map(|condition| word(Matter::Finding, condition.staff_name())));
            }
        }
        PersonalKind::ResultAndPack | PersonalKind::GpOfProband => {}
    }
    Ok(all)
}
