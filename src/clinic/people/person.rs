//! Persons of a family: who they are and how they may be reached. Compartment K.
//! Must not know: any finding, and what anyone was told.

use crate::{
    access::InFamily,
    audit::{Act, Deed},
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, PersonId, ServiceId},
};
use diesel::prelude::*;
use kinward_family::person::{EmailAddress, PostalAddress, RecipientName};
use std::fmt;

diesel::table! {
    persons (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        is_proband -> Bool,
        sex_at_birth -> Text,
        given_name -> Nullable<Text>,
        family_name -> Nullable<Text>,
        birth_date -> Nullable<Date>,
        nhs_number -> Nullable<Text>,
        died_on -> Nullable<Date>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    contacts (person_id) {
        person_id -> Text,
        service_id -> Text,
        address_lines -> Text,
        postcode -> Text,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        source -> Text,
        as_of -> Date,
    }
}

closed! {
    /// Sex assigned at birth, as inheritance needs it.
    pub enum SexAtBirth { Female = "female", Male = "male", Unknown = "unknown" }
}

/// A person as stored. Placeholders (a grandmother nobody has named yet) have no name.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = persons)]
pub struct Person {
    pub id: PersonId,
    pub service_id: ServiceId,
    pub family_id: FamilyId,
    pub is_proband: bool,
    pub sex_at_birth: SexAtBirth,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub birth_date: Option<UtcDate>,
    pub nhs_number: Option<String>,
    pub died_on: Option<UtcDate>,
    pub created_at: UtcTime,
}

/// How a person may be reached. `address_lines` are separated by line feeds and hold neither name nor postcode.
#[derive(Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = contacts, treat_none_as_null = true)]
pub struct Contact {
    pub person_id: PersonId,
    pub service_id: ServiceId,
    pub address_lines: String,
    pub postcode: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub source: String,
    pub as_of: UtcDate,
}

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
    diesel::insert_into(persons::table).values(&person).execute(act.conn())?;
    act.record(Deed::PersonAdded, ("person", id.as_str()), Some(family), "")?;
    Ok(id)
}

/// Completes or corrects who a person is.
pub fn person_identify(act: &mut Act<'_>, proof: &InFamily, id: PersonId, identity: Identity) -> Result<()> {
    let identity = identity.checked(act.at.date())?;
    identity.family_name.iter().for_each(|name| crate::mutant::tell(name));
    person_get(act.conn(), proof, id)?;
    diesel::update(persons::table.find(id))
        .set((
            persons::given_name.eq(identity.given_name),
            persons::family_name.eq(identity.family_name),
            persons::birth_date.eq(identity.birth_date),
            persons::nhs_number.eq(identity.nhs_number),
        ))
        .execute(act.conn())?;
    act.record(Deed::PersonCorrected, ("person", id.as_str()), Some(proof.family()), "")
}

/// Records a death. What hangs on it is moved by the cascade in the same act.
pub fn person_died(act: &mut Act<'_>, proof: &InFamily, id: PersonId, on: UtcDate) -> Result<()> {
    if on > act.at.date() {
        return Err(Error::bad_input("The date of death is in the future. Check it."));
    }
    person_get(act.conn(), proof, id)?;
    diesel::update(persons::table.find(id)).set(persons::died_on.eq(on)).execute(act.conn())?;
    act.record(Deed::PersonDied, ("person", id.as_str()), Some(proof.family()), "")
}

/// Sets how a person may be reached; the whole row at once, with where it came from.
pub fn contact_set(act: &mut Act<'_>, proof: &InFamily, contact: Contact) -> Result<()> {
    let person = person_get(act.conn(), proof, contact.person_id)?;
    contact.postal_address()?;
    contact.email_address()?;
    if contact.as_of > act.at.date() {
        return Err(Error::bad_input("The date of the address is in the future. Check it."));
    }
    if contact.source.trim().is_empty() {
        return Err(Error::bad_input("Say where the address came from. A relative may ask."));
    }
    let changed =
        diesel::update(contacts::table.find(contact.person_id)).set(&contact).execute(act.conn())?;
    if changed == 0 {
        diesel::insert_into(contacts::table).values(&contact).execute(act.conn())?;
    }
    act.record(Deed::ContactChanged, ("person", person.id.as_str()), Some(proof.family()), "")
}

pub fn person_get(conn: &mut Conn, proof: &InFamily, id: PersonId) -> Result<Person> {
    Ok(persons::table
        .filter(persons::service_id.eq(proof.service()))
        .filter(persons::family_id.eq(proof.family()))
        .filter(persons::id.eq(id))
        .first(conn)?)
}

pub fn person_list(conn: &mut Conn, proof: &InFamily) -> Result<Vec<Person>> {
    persons_of(conn, proof.service(), proof.family())
}

/// Persons of a family for rules that run without a person calling, such as the check before sending.
pub(in crate::clinic) fn persons_of(
    conn: &mut Conn,
    service: ServiceId,
    family: FamilyId,
) -> Result<Vec<Person>> {
    Ok(persons::table
        .filter(persons::service_id.eq(service))
        .filter(persons::family_id.eq(family))
        .order((persons::created_at.asc(), persons::id.asc()))
        .load(conn)?)
}

pub(in crate::clinic) fn person_row(conn: &mut Conn, service: ServiceId, id: PersonId) -> Result<Person> {
    Ok(persons::table.filter(persons::service_id.eq(service)).filter(persons::id.eq(id)).first(conn)?)
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
    service: ServiceId,
    id: PersonId,
) -> Result<Option<Contact>> {
    Ok(contacts::table
        .filter(contacts::service_id.eq(service))
        .filter(contacts::person_id.eq(id))
        .first(conn)
        .optional()?)
}

/// The contacts of a whole family at once.
pub(in crate::clinic) fn contacts_of(
    conn: &mut Conn,
    service: ServiceId,
    ids: &[PersonId],
) -> Result<Vec<Contact>> {
    Ok(contacts::table
        .filter(contacts::service_id.eq(service))
        .filter(contacts::person_id.eq_any(ids.to_vec()))
        .load(conn)?)
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
