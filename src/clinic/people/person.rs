//! Persons of a family: who they are and how they may be reached. Compartment K.
//! Must not know: any finding, and what anyone was told.

use crate::{
    access::InFamily,
    audit::{Act, Deed},
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, PersonId, ServiceId},
    keys::{Grant, Sealed, compartment::K, content},
};
use diesel::prelude::*;
use kinward_family::person::{EmailAddress, PostalAddress, RecipientName};
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

diesel::table! {
    contacts (person_id) {
        person_id -> Text,
        service_id -> Text,
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

/// How a person may be reached. `address_lines` are separated by line feeds and hold neither name nor postcode.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Contact {
    #[n(0)]
    pub person_id: PersonId,
    #[n(1)]
    pub service_id: ServiceId,
    #[n(2)]
    pub address_lines: String,
    #[n(3)]
    pub postcode: String,
    #[n(4)]
    pub email: Option<String>,
    #[n(5)]
    pub phone: Option<String>,
    #[n(6)]
    pub source: String,
    #[n(7)]
    pub as_of: UtcDate,
}
content!(K at "contacts.sealed" holds Contact);

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Person({})", self.id)
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contact({})", self.person_id)
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
        let (Some(given), Some(family)) = (&self.given_name, &self.family_name) else {
            return Err(Error::not_now("This person has no full name yet. Add it before writing to them."));
        };
        RecipientName::parse(given, family).map_err(|e| Error::bad_input(e.to_string()))
    }
}

impl Contact {
    pub fn postal_address(&self) -> Result<PostalAddress> {
        let lines: Vec<String> = self.address_lines.lines().map(str::to_owned).collect();
        PostalAddress::parse(&lines, &self.postcode).map_err(|e| Error::bad_input(e.to_string()))
    }

    pub fn email_address(&self) -> Result<Option<EmailAddress>> {
        self.email
            .as_deref()
            .map(EmailAddress::parse)
            .transpose()
            .map_err(|e| Error::bad_input(e.to_string()))
    }
}

/// Who a person is, as staff give it. Every part may be missing: a placeholder in a pedigree has none.
#[derive(Clone, Default)]
pub struct Identity {
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub birth_date: Option<UtcDate>,
    pub nhs_number: Option<String>,
}

impl Identity {
    /// # Errors
    /// A name or number that cannot be one, a birth date in the future.
    pub fn checked(self, today: UtcDate) -> Result<Self> {
        if let (Some(given), Some(family)) = (&self.given_name, &self.family_name) {
            RecipientName::parse(given, family).map_err(|e| Error::bad_input(e.to_string()))?;
        }
        if self.birth_date.is_some_and(|born| born > today) {
            return Err(Error::bad_input("The date of birth is in the future. Check it."));
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
            Err(Error::bad_input("This is not an NHS number: the check digit does not fit. Copy it again."))
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
    let identity = identity.checked(act.at.date())?;
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
        created_at: act.at,
    };
    let id = person.id;
    let row = Row::seal(act, grant, &person)?;
    diesel::insert_into(persons::table).values(&row).execute(act.conn())?;
    act.record(Deed::PersonAdded, ("person", id.as_str()), Some(family), "")?;
    Ok(id)
}

fn person_put(act: &mut Act<'_>, proof: &InFamily, person: &Person) -> Result<()> {
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
    let identity = identity.checked(act.at.date())?;
    identity.family_name.iter().for_each(|name| crate::mutant::tell(name));
    let was = person_get(act.conn(), proof, id)?;
    let changed = if (&was.given_name, &was.family_name) != (&identity.given_name, &identity.family_name) {
        Some(Changed::Name)
    } else {
        (was.birth_date != identity.birth_date).then_some(Changed::BirthDate)
    };
    let now = Person {
        given_name: identity.given_name,
        family_name: identity.family_name,
        birth_date: identity.birth_date,
        nhs_number: identity.nhs_number,
        ..was
    };
    person_put(act, proof, &now)?;
    act.record(Deed::PersonCorrected, ("person", id.as_str()), Some(proof.family()), "")?;
    Ok(changed)
}

/// Records a death. What hangs on it is moved by the cascade in the same act.
pub fn person_died(act: &mut Act<'_>, proof: &InFamily, id: PersonId, on: UtcDate) -> Result<()> {
    if on > act.at.date() {
        return Err(Error::bad_input("The date of death is in the future. Check it."));
    }
    let person = Person { died_on: Some(on), ..person_get(act.conn(), proof, id)? };
    person_put(act, proof, &person)?;
    act.record(Deed::PersonDied, ("person", id.as_str()), Some(proof.family()), "")
}

/// Sets how a person may be reached; the whole row at once, with where it came from. Answers what changed of that which
/// letters go by.
pub fn contact_set(act: &mut Act<'_>, proof: &InFamily, contact: Contact) -> Result<Option<Changed>> {
    let person = person_get(act.conn(), proof, contact.person_id)?;
    let (address, email) = (contact.postal_address()?, contact.email_address()?);
    let changed = match contact_of(act.conn(), proof.grant()?, proof.service(), person.id)? {
        Some(was) if was.postal_address().ok().as_ref() != Some(&address) => Some(Changed::Address),
        Some(was) => (was.email_address()? != email).then_some(Changed::Email),
        None => None,
    };
    if contact.as_of > act.at.date() {
        return Err(Error::bad_input("The date of the address is in the future. Check it."));
    }
    if contact.source.trim().is_empty() {
        return Err(Error::bad_input("Say where the address came from. A relative may ask."));
    }
    let sealed = Sealed::seal(proof.grant()?, act.chance(), person.id.as_str(), &contact)?;
    let rows = diesel::update(contacts::table.find(person.id))
        .set(contacts::sealed.eq(&sealed))
        .execute(act.conn())?;
    if rows == 0 {
        let service = act.service;
        diesel::insert_into(contacts::table)
            .values((
                contacts::person_id.eq(person.id),
                contacts::service_id.eq(service),
                contacts::sealed.eq(&sealed),
            ))
            .execute(act.conn())?;
    }
    act.record(Deed::ContactChanged, ("person", person.id.as_str()), Some(proof.family()), "")?;
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

pub(in crate::clinic) fn contact_of(
    conn: &mut Conn,
    grant: &Grant<K>,
    service: ServiceId,
    id: PersonId,
) -> Result<Option<Contact>> {
    let sealed: Option<Sealed<Contact>> = contacts::table
        .filter(contacts::service_id.eq(service))
        .filter(contacts::person_id.eq(id))
        .select(contacts::sealed)
        .first(conn)
        .optional()?;
    sealed.map(|sealed| sealed.open(grant, id.as_str())).transpose()
}

/// The contacts of a whole family at once.
pub(in crate::clinic) fn contacts_of(
    conn: &mut Conn,
    proof: &InFamily,
    ids: &[PersonId],
) -> Result<Vec<Contact>> {
    let rows: Vec<(PersonId, Sealed<Contact>)> = contacts::table
        .filter(contacts::service_id.eq(proof.service()))
        .filter(contacts::person_id.eq_any(ids.to_vec()))
        .select((contacts::person_id, contacts::sealed))
        .load(conn)?;
    let grant = proof.grant()?;
    rows.into_iter().map(|(id, sealed)| sealed.open(grant, id.as_str())).collect()
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
