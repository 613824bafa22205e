//! Persons of a family: who they are, sealed, and found by blind indexes. Compartment K.
//! Must not know: any finding, and what anyone was told.

mod found;

use super::{
    dates::{DeathCorrection, descent_possible, life_possible},
    elsewhere::fits_elsewhere,
    particulars::{Life, Particulars, same_as_pedigree},
    sought::{NAMED, NHS_NUMBER, folded},
};
pub use super::{identity::Identity, sought::Sought};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, PersonId, ServiceId},
    keys::{Content, Grant, Keys, Sealed, compartment::K, content},
};
use diesel::prelude::*;
pub use found::{families_sought, persons_found, persons_of, persons_sought};
use kinward_family::person::RecipientName;
use kinward_pedigree as pedigree;
use std::fmt;

diesel::table! {
    persons (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        created_at -> Timestamp,
        nhs_index -> Nullable<Text>,
        name_index -> Nullable<Text>,
        sealed -> Binary,
    }
}

closed! {
    /// Sex assigned at birth, as inheritance needs it.
    pub enum SexAtBirth { Female = "female", Male = "male", Unknown = "unknown" }
}
same_as_pedigree!(SexAtBirth = Sex: Female, Male, Unknown);

/// A person as stored. The indexes are blind: they find the same number, or name and date, and say nothing else.
#[derive(Queryable, Insertable)]
#[diesel(table_name = persons)]
struct Row {
    id: PersonId,
    service_id: ServiceId,
    family_id: FamilyId,
    created_at: UtcTime,
    nhs_index: Option<String>,
    name_index: Option<String>,
    sealed: Sealed<Who>,
}

/// Who a person is: the part that is sealed. Placeholders (a grandmother nobody has named yet) have no name.
#[derive(Clone, PartialEq, minicbor::Encode, minicbor::Decode)]
pub(super) struct Who {
    #[n(0)]
    is_proband: bool,
    #[n(1)]
    sex_at_birth: SexAtBirth,
    #[n(2)]
    given_name: Option<String>,
    #[n(3)]
    family_name: Option<String>,
    #[n(4)]
    birth_date: Option<UtcDate>,
    #[n(5)]
    nhs_number: Option<String>,
    #[n(6)]
    died_on: Option<UtcDate>,
    #[n(7)]
    death_corrections: Vec<DeathCorrection>,
    #[n(8)]
    letter_given_name: Option<String>,
    #[n(9)]
    letter_family_name: Option<String>,
    #[n(10)]
    particulars: Option<Particulars>,
}
content!(K at "persons.sealed" holds Who);

/// A person who was opened.
#[derive(Clone)]
pub struct Person {
    pub id: PersonId,
    pub service_id: ServiceId,
    pub family_id: FamilyId,
    pub created_at: UtcTime,
    pub is_proband: bool,
    pub sex_at_birth: SexAtBirth,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub birth_date: Option<UtcDate>,
    pub nhs_number: Option<String>,
    pub died_on: Option<UtcDate>,
    /// Dates of death that stood before, oldest first.
    pub death_corrections: Vec<DeathCorrection>,
    /// As letters print it, where the name itself cannot be printed.
    pub letter_given_name: Option<String>,
    pub letter_family_name: Option<String>,
    /// What a drawing shows beside dates and names.
    pub particulars: Particulars,
}

impl Person {
    /// The part that is sealed.
    pub(super) fn who(&self) -> Who {
        Who {
            is_proband: self.is_proband,
            sex_at_birth: self.sex_at_birth,
            given_name: self.given_name.clone(),
            family_name: self.family_name.clone(),
            birth_date: self.birth_date,
            nhs_number: self.nhs_number.clone(),
            died_on: self.died_on,
            death_corrections: self.death_corrections.clone(),
            letter_given_name: self.letter_given_name.clone(),
            letter_family_name: self.letter_family_name.clone(),
            particulars: Some(self.particulars.clone()).filter(|said| *said != Particulars::default()),
        }
    }

    /// The same row, holding somebody who was sealed.
    pub(super) fn being(self, who: Who) -> Self {
        Self {
            is_proband: who.is_proband,
            sex_at_birth: who.sex_at_birth,
            given_name: who.given_name,
            family_name: who.family_name,
            birth_date: who.birth_date,
            nhs_number: who.nhs_number,
            died_on: who.died_on,
            death_corrections: who.death_corrections,
            letter_given_name: who.letter_given_name,
            letter_family_name: who.letter_family_name,
            particulars: who.particulars.unwrap_or_default(),
            ..self
        }
    }

    /// Somebody of whom nothing is known yet.
    pub(super) fn blank(
        id: PersonId,
        service_id: ServiceId,
        family_id: FamilyId,
        created_at: UtcTime,
    ) -> Self {
        Self {
            id,
            service_id,
            family_id,
            created_at,
            is_proband: false,
            sex_at_birth: SexAtBirth::Unknown,
            given_name: None,
            family_name: None,
            birth_date: None,
            nhs_number: None,
            died_on: None,
            death_corrections: Vec::new(),
            letter_given_name: None,
            letter_family_name: None,
            particulars: Particulars::default(),
        }
    }

    /// Names, date of birth and number, as staff give them.
    pub fn identity(&self) -> Identity {
        Identity {
            given_name: self.given_name.clone(),
            family_name: self.family_name.clone(),
            birth_date: self.birth_date,
            nhs_number: self.nhs_number.clone(),
            letter_given_name: self.letter_given_name.clone(),
            letter_family_name: self.letter_family_name.clone(),
        }
    }
}

impl Row {
    fn open(self, grant: &Grant<K>) -> Result<Person> {
        let who = self.sealed.open(grant, self.id.as_str())?;
        Ok(Person::blank(self.id, self.service_id, self.family_id, self.created_at).being(who))
    }

    fn seal(act: &Act<'_>, grant: &Grant<K>, person: &Person) -> Result<Self> {
        let who = person.who();
        let (nhs_index, name_index) = indexes(act.keys(), person.service_id, &who)?;
        Ok(Self {
            id: person.id,
            service_id: person.service_id,
            family_id: person.family_id,
            created_at: person.created_at,
            nhs_index,
            name_index,
            sealed: Sealed::seal(grant, act.chance(), person.id.as_str(), &who)?,
        })
    }
}

/// What somebody is found by: their number, and their surname with their date of birth.
fn indexes(keys: &Keys, service: ServiceId, who: &Who) -> Result<(Option<String>, Option<String>)> {
    let index = |kind, text: &str| keys.blind_index(service, kind, text);
    let named = who.family_name.as_ref().zip(who.birth_date);
    Ok((
        who.nhs_number.as_ref().map(|number| index(NHS_NUMBER, number)).transpose()?,
        named.map(|(name, born)| index(NAMED, &folded(name, born))).transpose()?,
    ))
}

/// As `indexes`, of what stands in a copied row before it is sealed.
///
/// # Errors
/// What is not a person.
pub fn indexes_copied(
    keys: &Keys,
    service: ServiceId,
    clear: &[u8],
) -> Result<(Option<String>, Option<String>)> {
    indexes(keys, service, &Who::decode(clear)?)
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Person({})", self.id)
    }
}

impl Person {
    /// For staff: the name, or that there is none yet.
    pub fn shown(&self) -> String {
        match (&self.given_name, &self.family_name) {
            (Some(given), Some(family)) => format!("{given} {family}"),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => "not named yet".into(),
        }
    }

    /// Alive, dead, not yet born or lost before birth, by all that is recorded.
    pub fn life(&self) -> Life {
        match (self.particulars.life, self.died_on) {
            (None | Some(Life::Living), Some(_)) => Life::Deceased,
            (life, _) => life.unwrap_or(Life::Living),
        }
    }

    /// Dead, on a day that is known or not: nothing is sent to them.
    pub fn has_died(&self) -> bool {
        self.life().is_over()
    }

    pub fn is_named(&self) -> bool {
        self.given_name.is_some() && self.family_name.is_some()
    }

    /// As a letter names them.
    ///
    /// # Errors
    /// A person without a full name.
    pub fn recipient(&self) -> Result<RecipientName> {
        let Some((given, family)) = self.name_for_letters() else {
            return Err(Error::not_now("This person has no full name yet. Add it before writing to them."));
        };
        RecipientName::parse(given, family).map_err(|e| Error::bad_input(e.to_string()))
    }
}

pub fn person_add(
    act: &mut Act<'_>,
    grant: &Grant<K>,
    family: FamilyId,
    is_proband: bool,
    sex: SexAtBirth,
    identity: Identity,
) -> Result<PersonId> {
    let identity = identity.checked(act.policy().dates, act.at.date())?;
    identity.family_name.iter().for_each(|name| crate::mutant::tell(name));
    let blank = Person::blank(PersonId::new(act.chance()), act.service, family, act.at);
    let person = Person {
        is_proband,
        sex_at_birth: sex,
        given_name: identity.given_name,
        family_name: identity.family_name,
        birth_date: identity.birth_date,
        nhs_number: identity.nhs_number,
        letter_given_name: identity.letter_given_name,
        letter_family_name: identity.letter_family_name,
        ..blank
    };
    person_insert(act, grant, &person)?;
    act.record(Deed::PersonAdded, ("person", person.id.as_str()), Some(family), "")?;
    Ok(person.id)
}

/// Whoever calls records it.
pub(super) fn person_insert(act: &mut Act<'_>, grant: &Grant<K>, person: &Person) -> Result<()> {
    let row = Row::seal(act, grant, person)?;
    diesel::insert_into(persons::table).values(&row).execute(act.conn())?;
    Ok(())
}

pub(super) fn person_put(act: &mut Act<'_>, proof: &InFamily, person: &Person) -> Result<()> {
    fits_elsewhere(act, person)?;
    let row = Row::seal(act, proof.grant()?, person)?;
    diesel::update(persons::table.find(row.id))
        .set((
            persons::nhs_index.eq(row.nhs_index),
            persons::name_index.eq(row.name_index),
            persons::sealed.eq(row.sealed),
        ))
        .execute(act.conn())?;
    Ok(())
}

/// Takes somebody out who was put in by mistake. Whoever calls has seen that nothing stands on them, and records it.
///
/// # Errors
/// Somebody on whom something stands after all: the database holds them.
pub(super) fn person_remove(act: &mut Act<'_>, proof: &InFamily, id: PersonId) -> Result<()> {
    use diesel::result::{DatabaseErrorKind, Error as Refused};
    let removed = diesel::delete(persons::table.find(id).filter(persons::family_id.eq(proof.family())));
    match removed.execute(act.conn()) {
        Ok(_) => Ok(()),
        Err(Refused::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)) => Err(Error::not_now(
            "Something is on record for a person who came in with this change. It cannot be undone any more.",
        )),
        Err(problem) => Err(problem.into()),
    }
}

/// What a letter goes by, where it changed. Letters made before it must not go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    Name,
    BirthDate,
    Address,
    /// The address must not be printed any more.
    Printing,
    Email,
    /// In which language, or how large, they read.
    Needs,
}

impl Changed {
    pub(super) fn between(was: &Person, now: &Person) -> Option<Self> {
        if was.name_for_letters() != now.name_for_letters() {
            return Some(Changed::Name);
        }
        (was.birth_date != now.birth_date).then_some(Changed::BirthDate)
    }
}

/// # Errors
/// An NHS number that somebody else of the family has already.
pub(super) fn number_free(
    act: &mut Act<'_>,
    proof: &InFamily,
    number: &str,
    of: Option<PersonId>,
) -> Result<()> {
    let has = |other: &Person| Some(other.id) != of && other.nhs_number.as_deref() == Some(number);
    match person_list(act.conn(), proof)?.into_iter().find(has) {
        None => Ok(()),
        Some(other) => Err(Error::bad_input(format!(
            "This NHS number is already {}'s in this family. Check whose it is. If it stands there by mistake, clear it on their page first. Nothing was saved.",
            other.shown()
        ))
        .at("nhs_number")),
    }
}

/// Completes or corrects who a person is. Answers what changed of that which letters go by.
pub fn person_identify(
    act: &mut Act<'_>,
    proof: &InFamily,
    id: PersonId,
    identity: Identity,
) -> Result<Option<Changed>> {
    let identity = identity.checked(act.policy().dates, act.at.date())?;
    identity.family_name.iter().for_each(|name| crate::mutant::tell(name));
    let was = person_get(act.conn(), proof, id)?;
    let now = Person {
        given_name: identity.given_name,
        family_name: identity.family_name,
        birth_date: identity.birth_date,
        nhs_number: identity.nhs_number,
        letter_given_name: identity.letter_given_name,
        letter_family_name: identity.letter_family_name,
        ..was.clone()
    };
    let changed = Changed::between(&was, &now);
    if let Some(number) = now.nhs_number.as_deref().filter(|_| now.nhs_number != was.nhs_number) {
        number_free(act, proof, number, Some(id))?;
    }
    if let Some(died) = now.died_on {
        life_possible(&now, died).map_err(|problem| problem.at("birth_date"))?;
    }
    person_put(act, proof, &now)?;
    descent_possible(act, proof, id)?;
    act.record(Deed::PersonCorrected, ("person", id.as_str()), Some(proof.family()), "")?;
    Ok(changed)
}

pub fn person_get(conn: &mut Conn, proof: &InFamily, id: PersonId) -> Result<Person> {
    let row: Row = persons::table
        .filter(persons::service_id.eq(proof.service()))
        .filter(persons::family_id.eq(proof.family()))
        .filter(persons::id.eq(id))
        .first(conn)?;
    row.open(proof.grant()?)
}

pub fn person_list(conn: &mut Conn, proof: &InFamily) -> Result<Vec<Person>> {
    let rows: Vec<Row> = persons::table
        .filter(persons::service_id.eq(proof.service()))
        .filter(persons::family_id.eq(proof.family()))
        .order((persons::created_at.asc(), persons::id.asc()))
        .load(conn)?;
    let grant = proof.grant()?;
    rows.into_iter().map(|row| row.open(grant)).collect()
}

/// For rules that run without a person calling, such as the check before sending.
pub(in crate::clinic) fn person_row(
    conn: &mut Conn,
    grant: &Grant<K>,
    service: ServiceId,
    id: PersonId,
) -> Result<Person> {
    let row: Row =
        persons::table.filter(persons::service_id.eq(service)).filter(persons::id.eq(id)).first(conn)?;
    row.open(grant)
}

/// Which family a person is in, before any relationship is known.
pub fn person_family(conn: &mut Conn, service: ServiceId, id: PersonId) -> Result<FamilyId> {
    Ok(persons::table
        .filter(persons::service_id.eq(service))
        .filter(persons::id.eq(id))
        .select(persons::family_id)
        .first(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the first databases hold it.
    #[derive(minicbor::Encode)]
    struct First(
        #[n(0)] bool,
        #[n(1)] SexAtBirth,
        #[n(2)] Option<String>,
        #[n(3)] Option<String>,
        #[n(4)] Option<UtcDate>,
        #[n(5)] Option<String>,
        #[n(6)] Option<UtcDate>,
        #[n(7)] Vec<DeathCorrection>,
        #[n(8)] Option<String>,
        #[n(9)] Option<String>,
    );

    #[test]
    fn somebody_sealed_before_there_was_more_to_say_opens_as_they_were() {
        let given = Some("Ann".to_owned());
        let first = First(true, SexAtBirth::Female, given, None, None, None, None, vec![], None, None);
        let who: Who = minicbor::decode(&minicbor::to_vec(&first).unwrap()).unwrap();
        assert_eq!(who.given_name.as_deref(), Some("Ann"));
        assert!(who.particulars.is_none());
    }
}
