//! Which letter suits a relative on the day it is written, and to whom it goes: by age, by where they live, and by what the
//! table of conditions says of children. Must not know: what any letter says.

use super::{
    draft::{address_of, letter_date_of},
    fitting::{NO_CHILD_ABROAD, NO_YOUNG_ABROAD, PROBAND_READS, level_words},
};
use crate::{
    access::InFamily,
    audit::Act,
    clinic::{
        cascade::at_risk::waits_for_age,
        people::{
            contact::contact_of,
            elsewhere::has_died_elsewhere,
            person::{Person, person_get},
            responsibility::responsible_for,
            safety::is_held,
        },
        result::state::TestResult,
        sharing::pack::wish_barred,
    },
    db::UtcDate,
    error::{Error, Result},
    ids::PersonId,
    policy::Periods,
};
use kinward_family::{
    disclosure::Level,
    kind::Kind,
    letter::{Addressee, Matter, Subject},
};

/// What whoever drafts says beside the level.
#[derive(Default)]
pub struct Chosen {
    /// Which of those with parental responsibility a letter about a child goes to.
    pub reader: Option<PersonId>,
    /// That the address of somebody of 16 or 17 is one at which they themselves get their post.
    pub own_address: bool,
}

/// A letter's kind and its reader.
pub(super) struct Suited {
    pub kind: Kind,
    pub to: Addressee,
    pub matter: Matter,
    pub reader: Person,
}

/// The kind that suits somebody born then, on `today`, at home or abroad. Whose date of birth nobody knows counts as grown
/// up: without one no letter is drafted.
pub fn suits(born: Option<UtcDate>, today: UtcDate, abroad: bool, periods: &Periods) -> Kind {
    match born.map(|born| born.age_on(today)) {
        Some(age) if age < periods.young_person_age => Kind::ParentOfMinor,
        Some(age) if age < periods.adult_age => Kind::YoungPerson,
        Some(_) | None if abroad => Kind::Abroad,
        Some(_) | None => Kind::DirectContact,
    }
}

/// Whether a letter that suited somebody by their age no longer does.
pub(super) fn is_outgrown(kind: Kind, born: Option<UtcDate>, today: UtcDate, periods: &Periods) -> bool {
    let by_age = matches!(kind, Kind::ParentOfMinor | Kind::YoungPerson);
    by_age && suits(born, today, false, periods) != kind
}

/// The letter that suits `person` today.
///
/// # Errors
/// A child for whose condition nothing is done yet, or for whom nobody is on record as responsible; an address that nobody
/// has checked; a level that this kind does not have.
pub(super) fn suited(
    act: &mut Act<'_>,
    proof: &InFamily,
    result: &TestResult,
    person: Person,
    level: Level,
    chosen: &Chosen,
) -> Result<Suited> {
    let (service, today) = (act.service, act.at.date());
    let contact = contact_of(act.conn(), proof.grant()?, service, person.id)?;
    let abroad = contact.is_some_and(|contact| contact.country.is_some());
    let kind = suits(person.birth_date, today, abroad, &act.policy().periods);
    if !kind.levels().contains(&level) {
        return Err(Error::not_now(format!(
            "By this person's age and address they get the letter \u{201c}{}\u{201d}, which is written at {}. No letter was drafted.",
            kind.name(),
            level_words(kind.levels())
        ))
        .at("level"));
    }
    if kind == Kind::ParentOfMinor {
        return to_parent(act, proof, result, &person, level, chosen);
    }
    let address = address_of(act, proof, person.id)?;
    if kind == Kind::YoungPerson && address.is_abroad() {
        return Err(Error::not_now(format!("{NO_YOUNG_ABROAD} No letter was drafted.")));
    }
    if kind == Kind::YoungPerson && !chosen.own_address {
        return Err(Error::bad_input(
            "A letter to somebody of 16 or 17 goes to them and to nobody else. Say that you have checked that this is where they themselves get their post. No letter was drafted.",
        )
        .at("own_address"));
    }
    Ok(Suited {
        kind,
        to: Addressee::Person(person.recipient()?, address),
        matter: Matter::Nothing,
        reader: person,
    })
}

/// A child is never written to: the letter goes to one who is on record as responsible for them.
fn to_parent(
    act: &mut Act<'_>,
    proof: &InFamily,
    result: &TestResult,
    child: &Person,
    level: Level,
    chosen: &Chosen,
) -> Result<Suited> {
    let (service, today) = (act.service, act.at.date());
    if let Some(from) = waits_for_age(act, result, child).filter(|from| *from > today) {
        return Err(Error::not_now(format!(
            "For this condition nothing is done before a later age, so nobody is written to about this child now. From {} on it can be looked at again. No letter was drafted.",
            from.shown()
        )));
    }
    let all = responsible_for(act.conn(), proof, child.id)?;
    let is_proband = |holder: PersonId| holder == result.person_id;
    let holders: Vec<_> = all.iter().filter(|one| !is_proband(one.holder_id)).collect();
    if chosen.reader.is_some_and(is_proband) || (holders.is_empty() && !all.is_empty()) {
        return Err(Error::not_now(format!("{PROBAND_READS} No letter was drafted.")).at("reader"));
    }
    let reader = match (chosen.reader, holders.as_slice()) {
        (_, []) => {
            return Err(Error::not_now(
                "Say first who has parental responsibility for this child, and who told us so: on the child\u{2019}s page. A child is never written to. No letter was drafted.",
            ));
        }
        (None, [only]) => only.holder_id,
        (Some(chosen), all) if all.iter().any(|one| one.holder_id == chosen) => chosen,
        (None | Some(_), _) => {
            return Err(Error::bad_input(
                "Choose to which of those responsible for this child the letter goes. No letter was drafted.",
            )
            .at("reader"));
        }
    };
    let reader = person_get(act.conn(), proof, reader)?;
    if reader.has_died() || has_died_elsewhere(act, reader.id)? {
        return Err(Error::not_now("Whoever this letter would go to has died. No letter was drafted."));
    }
    if is_held(act.conn(), service, reader.id)? {
        return Err(Error::not_now(
            "A safeguarding hold stands for whoever this letter would go to. No letter was drafted.",
        ));
    }
    if let Some(why) = wish_barred(act.conn(), service, reader.id, level)? {
        return Err(Error::not_now(format!(
            "{why} That is so of whoever this letter would go to. No letter was drafted."
        )));
    }
    let born =
        child.birth_date.ok_or_else(|| Error::not_now("Add the child\u{2019}s date of birth first."))?;
    if contact_of(act.conn(), proof.grant()?, service, reader.id)?.is_none() {
        return Err(Error::not_now(format!(
            "There is no address for {}, to whom this letter would go. Add it on their page first. No letter was drafted.",
            reader.shown()
        )));
    }
    let address = address_of(act, proof, reader.id)?;
    if address.is_abroad() {
        return Err(Error::not_now(format!("{NO_CHILD_ABROAD} No letter was drafted.")));
    }
    Ok(Suited {
        kind: Kind::ParentOfMinor,
        to: Addressee::Person(reader.recipient()?, address),
        matter: Matter::Subject(Subject { name: child.recipient()?, birth_date: letter_date_of(born)? }),
        reader,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    #[test]
    fn a_letter_suits_by_the_day_it_is_written() {
        let periods = Policy::embedded().unwrap().periods;
        let born = UtcDate::new(2010, 11, 24);
        let on = |year, month, day| UtcDate::new(year, month, day).unwrap();
        for (today, kind) in [
            (on(2026, 11, 23), Kind::ParentOfMinor),
            (on(2026, 11, 24), Kind::YoungPerson),
            (on(2028, 11, 23), Kind::YoungPerson),
            (on(2028, 11, 24), Kind::DirectContact),
        ] {
            assert_eq!(suits(born, today, false, &periods), kind, "{today}");
        }
        assert_eq!(suits(born, on(2028, 11, 24), true, &periods), Kind::Abroad);
        assert!(is_outgrown(Kind::ParentOfMinor, born, on(2026, 11, 24), &periods));
        assert!(!is_outgrown(Kind::YoungPerson, born, on(2026, 11, 24), &periods));
        assert!(!is_outgrown(Kind::DirectContact, born, on(2026, 11, 24), &periods));
    }
}
