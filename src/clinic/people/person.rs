//! Persons of a family: who they are, sealed, and found by blind indexes. Compartment K.
//! Must not know: any finding, and what anyone was told.

use super::{
    dates::{DeathCorrection, birth_possible, descent_possible, life_possible},
    printed::name_for_letters_possible,
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, PersonId, ServiceId},
    keys::{Grant, Sealed, compartment::K, content},
    policy::DateLimits,
};
use diesel::prelude::*;
use kinward_family::person::RecipientName;
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
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
struct Who {
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
}

impl Row {
    fn open(self, grant: &Grant<K>) -> Result<Person> {
        let who = self.sealed.open(grant, self.id.as_str())?;
        Ok(Person {
            id: self.id,
            service_id: self.service_id,
            family_id: self.family_id,
            created_at: self.created_at,
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
        })
    }

    fn seal(act: &Act<'_>, grant: &Grant<K>, person: &Person) -> Result<Self> {
        let who = Who {
            is_proband: person.is_proband,
            sex_at_birth: person.sex_at_birth,
            given_name: person.given_name.clone(),
            family_name: person.family_name.clone(),
            birth_date: person.birth_date,
            nhs_number: person.nhs_number.clone(),
            died_on: person.died_on,
            death_corrections: person.death_corrections.clone(),
            letter_given_name: person.letter_given_name.clone(),
            letter_family_name: person.letter_family_name.clone(),
        };
        let index = |kind, text: String| act.keys().blind_index(person.service_id, kind, &text);
        let named = person.family_name.as_ref().zip(person.birth_date);
        Ok(Self {
            id: person.id,
            service_id: person.service_id,
            family_id: person.family_id,
            created_at: person.created_at,
            nhs_index: person.nhs_number.clone().map(|number| index(NHS_NUMBER, number)).transpose()?,
            name_index: named.map(|(name, born)| index(NAMED, folded(name, born))).transpose()?,
            sealed: Sealed::seal(grant, act.chance(), person.id.as_str(), &who)?,
        })
    }
}

/// A surname with a date of birth, so that the same person is found however the name was written.
fn folded(family_name: &str, born: UtcDate) -> String {
    let name: String = family_name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    format!("{name}|{born}")
}

const NHS_NUMBER: &str = "nhs number";
const NAMED: &str = "name and birth date";

/// What somebody is looked for by.
pub enum Sought {
    /// Ten digits whose check digit holds.
    Number(String),
    Named(String, UtcDate),
}

impl Sought {
    /// # Errors
    /// A number whose check digit does not fit.
    pub fn number(text: &str) -> Result<Self> {
        nhs_number(text).map(Self::Number)
    }

    /// What kind of search it was, for the record.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Number(_) => NHS_NUMBER,
            Self::Named(_, _) => NAMED,
        }
    }
}

/// The families of this service that hold somebody like this, related to the caller or not.
pub fn persons_found(act: &mut Act<'_>, sought: &Sought) -> Result<Vec<FamilyId>> {
    let (service, kind) = (act.service, sought.kind());
    let of = persons::table.filter(persons::service_id.eq(service)).select(persons::family_id).distinct();
    Ok(match sought {
        Sought::Number(number) => {
            let index = act.keys().blind_index(service, kind, number)?;
            of.filter(persons::nhs_index.eq(index)).load(act.conn())?
        }
        Sought::Named(name, born) => {
            let index = act.keys().blind_index(service, kind, &folded(name, *born))?;
            of.filter(persons::name_index.eq(index)).load(act.conn())?
        }
    })
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

/// Who a person is, as staff give it. Every part may be missing: a placeholder in a pedigree has none.
#[derive(Clone, Default)]
pub struct Identity {
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub birth_date: Option<UtcDate>,
    pub nhs_number: Option<String>,
    /// In letters that can be printed; both or neither.
    pub letter_given_name: Option<String>,
    pub letter_family_name: Option<String>,
}

impl Identity {
    /// # Errors
    /// A name or number that cannot be one, a date of birth outside what the policy takes for possible.
    pub fn checked(self, limits: DateLimits, today: UtcDate) -> Result<Self> {
        if let (Some(given), Some(family)) = (&self.given_name, &self.family_name) {
            RecipientName::parse(given, family).map_err(|e| Error::bad_input(e.to_string()))?;
        }
        name_for_letters_possible(&self)?;
        if let Some(born) = self.birth_date {
            birth_possible(born, limits, today)?;
        }
        let nhs_number = match self.nhs_number {
            None => None,
            Some(text) => Some(nhs_number(&text)?),
        };
        Ok(Self { nhs_number, ..self })
    }
}

/// Ten digits whose check digit holds (modulus 11), without spaces.
fn nhs_number(text: &str) -> Result<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let number: std::result::Result<nhs_number::NHSNumber, _> = digits.parse();
    match number {
        Ok(number) if number.validate_check_digit() && digits.len() == 10 => Ok(digits),
        Ok(_) | Err(_) => {
            Err(Error::bad_input("This is not an NHS number: the check digit does not fit. Copy it again.")
                .at("nhs_number"))
        }
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
    let person = Person {
        id: PersonId::new(act.chance()),
        service_id: act.service,
        family_id: family,
        is_proband,
        sex_at_birth: sex,
        given_name: identity.given_name,
        family_name: identity.family_name,
        birth_date: identity.birth_date,
        nhs_number: identity.nhs_number,
        died_on: None,
        death_corrections: vec![],
        letter_given_name: identity.letter_given_name,
        letter_family_name: identity.letter_family_name,
        created_at: act.at,
    };
    let id = person.id;
    let row = Row::seal(act, grant, &person)?;
    diesel::insert_into(persons::table).values(&row).execute(act.conn())?;
    act.record(Deed::PersonAdded, ("person", id.as_str()), Some(family), "")?;
    Ok(id)
}

pub(super) fn person_put(act: &mut Act<'_>, proof: &InFamily, person: &Person) -> Result<()> {
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

/// What a letter goes by, where it changed. Letters made before it must not go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    Name,
    BirthDate,
    Address,
    Email,
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
    let changed = if was.name_for_letters() != now.name_for_letters() {
        Some(Changed::Name)
    } else {
        (was.birth_date != now.birth_date).then_some(Changed::BirthDate)
    };
    if let (Some(born), Some(died)) = (now.birth_date, now.died_on) {
        life_possible(born, died)?;
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

    #[test]
    fn an_nhs_number_must_check() {
        assert!(nhs_number("999 000 0018").is_ok() || nhs_number("999 000 0026").is_ok());
        assert!(nhs_number("9990000000").is_err() || nhs_number("9990000001").is_err());
        assert!(nhs_number("12").is_err());
        assert!(nhs_number("abcdefghij").is_err());
    }
}
