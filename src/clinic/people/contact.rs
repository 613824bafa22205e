//! How a person may be reached: address, e-mail, telephone, and where each came from. Compartment K.
//! Must not know: any finding, and who the person is beyond their id.

use super::{
    person::{Changed, person_get},
    shown::Shown,
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    db::{Conn, UtcDate},
    error::{Error, Result},
    ids::{FamilyId, PersonId, ServiceId},
    keys::{Grant, Sealed, compartment::K, content},
};
use diesel::prelude::*;
use kinward_family::person::{BadContact, EmailAddress, MobileNumber, PostalAddress};
use std::fmt;

diesel::table! {
    contacts (person_id) {
        person_id -> Text,
        service_id -> Text,
        sealed -> Binary,
    }
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
    /// Addresses from which letters to this person came back, each as `address_key` spells it.
    #[n(8)]
    pub returned: Option<Vec<String>>,
    /// Where it is not the United Kingdom. Then there is no postcode of ours: what the country has for one stands in a line.
    #[n(9)]
    pub country: Option<String>,
    /// The address is restricted: it is never printed, and no letter goes to it by post.
    #[n(10)]
    pub never_printed: Option<bool>,
}
content!(K at "contacts.sealed" holds Contact);

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contact({})", self.person_id)
    }
}

impl Contact {
    /// As the form on a page shows it; where there is none yet, every part is empty.
    pub fn shown(of: Option<&Self>) -> Shown {
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let part = |of_contact: fn(&Self) -> &String| of.and_then(|contact| given(of_contact(contact)));
        Shown(vec![
            ("address", part(|contact| &contact.address_lines)),
            ("postcode", part(|contact| &contact.postcode)),
            ("country", of.and_then(|contact| contact.country.clone())),
            ("email", of.and_then(|contact| contact.email.clone())),
            ("phone", of.and_then(|contact| contact.phone.clone())),
            ("printing", of.filter(|contact| contact.is_restricted()).map(|_| "never printed".to_owned())),
            ("where it came from", part(|contact| &contact.source)),
        ])
    }

    /// The address in one spelling, so that a comma or a capital makes no other address of it.
    fn address_key(&self) -> String {
        let kept = |c: &char| c.is_alphanumeric();
        format!("{}{}{}", self.address_lines, self.postcode, self.country.as_deref().unwrap_or_default())
            .chars()
            .filter(kept)
            .flat_map(char::to_lowercase)
            .collect()
    }

    /// Whether a letter to this very address came back.
    pub fn has_come_back(&self) -> bool {
        self.returned.iter().flatten().any(|address| *address == self.address_key())
    }

    /// Whether the address must not be printed.
    pub fn is_restricted(&self) -> bool {
        self.never_printed == Some(true)
    }

    pub fn postal_address(&self) -> Result<PostalAddress> {
        let lines: Vec<String> = self.address_lines.lines().map(str::to_owned).collect();
        let address = match &self.country {
            Some(_) if !self.postcode.is_empty() => {
                return Err(Error::bad_input(
                    "Write the postcode of another country into the address, where its people write it, and leave the field for a UK postcode empty. Nothing was saved.",
                )
                .at("postcode"));
            }
            Some(country) => PostalAddress::abroad(&lines, country),
            None => PostalAddress::parse(&lines, &self.postcode),
        };
        address.map_err(|e| {
            let field = match e {
                BadContact::Postcode => "postcode",
                BadContact::Country => "country",
                BadContact::NameLength
                | BadContact::NameCharacter
                | BadContact::AddressLines
                | BadContact::AddressCharacter
                | BadContact::NoFixedAbode
                | BadContact::Email => "address",
            };
            Error::bad_input(e.to_string()).at(field)
        })
    }

    /// The last line of the address, as an envelope shows it.
    pub fn last_line(&self) -> String {
        self.country.as_deref().map_or_else(|| self.postcode.clone(), str::to_uppercase)
    }

    /// The number that a text message can go to; none where the one on record is no mobile of this country.
    pub fn mobile(&self) -> Option<MobileNumber> {
        self.phone.as_deref().and_then(|phone| MobileNumber::parse(phone).ok())
    }

    pub fn email_address(&self) -> Result<Option<EmailAddress>> {
        self.email
            .as_deref()
            .map(EmailAddress::parse)
            .transpose()
            .map_err(|e| Error::bad_input(e.to_string()).at("email"))
    }
}

/// Sets how a person may be reached; the whole row at once, with where it came from. Answers what changed of that which
/// letters go by.
pub fn contact_set(act: &mut Act<'_>, proof: &InFamily, mut contact: Contact) -> Result<Option<Changed>> {
    let person = person_get(act.conn(), proof, contact.person_id)?;
    let (address, email) = (contact.postal_address()?, contact.email_address()?);
    let stood = contact_of(act.conn(), proof.grant()?, proof.service(), person.id)?;
    contact.returned = stood.as_ref().and_then(|stood| stood.returned.clone());
    // What nobody spoke of stays as it is: an older form must not lift it.
    contact.never_printed = contact.never_printed.or(stood.as_ref().and_then(|stood| stood.never_printed));
    let restricted = contact.is_restricted() && !stood.as_ref().is_some_and(Contact::is_restricted);
    let moved = stood.as_ref().is_some_and(|stood| stood.address_key() != contact.address_key());
    if moved && contact.has_come_back() {
        return Err(Error::bad_input(
            "A letter to this address came back. It is not written to again: find out where this person lives now. Nothing was saved.",
        )
        .at("address"));
    }
    let changed = match stood {
        Some(_) if restricted => Some(Changed::Printing),
        Some(was) if was.postal_address().ok().as_ref() != Some(&address) => Some(Changed::Address),
        Some(was) => (was.email_address()? != email).then_some(Changed::Email),
        None => None,
    };
    if contact.as_of > act.at.date() {
        return Err(Error::bad_input("The date of the address is in the future. Check it.").at("as_of"));
    }
    if contact.source.trim().is_empty() {
        return Err(Error::bad_input("Say where the address came from. A relative may ask.").at("source"));
    }
    contact_keep(act, proof.grant()?, person.id, &contact)?;
    act.record(Deed::ContactChanged, ("person", person.id.as_str()), Some(proof.family()), "")?;
    Ok(changed)
}

/// Addresses of people who have none yet, all of one family at once. Whoever calls records it with the people.
///
/// # Errors
/// An address that cannot be one.
pub(in crate::clinic) fn contacts_bring(
    act: &mut Act<'_>,
    proof: &InFamily,
    brought: &[Contact],
) -> Result<()> {
    for contact in brought {
        contact.postal_address()?;
        contact_keep(act, proof.grant()?, contact.person_id, contact)?;
    }
    Ok(())
}

/// Takes back an address that was brought in, where it stands as it came. Whoever calls records it.
///
/// # Errors
/// One that was changed since.
pub(in crate::clinic) fn contact_take_back(
    act: &mut Act<'_>,
    proof: &InFamily,
    person: PersonId,
    came: impl Fn(&Contact) -> bool,
) -> Result<()> {
    let Some(stands) = contact_of(act.conn(), proof.grant()?, proof.service(), person)? else {
        return Ok(());
    };
    if !came(&stands) {
        return Err(Error::not_now(
            "How somebody is reached who came in with this was changed since. Nothing was changed.",
        ));
    }
    let row = contacts::table.find(person).filter(contacts::service_id.eq(proof.service()));
    diesel::delete(row).execute(act.conn())?;
    Ok(())
}

/// Notes that a letter came back from the address `posted`: it is never written to again. One that was corrected since stays as
/// it is.
pub(in crate::clinic) fn contact_came_back(
    act: &mut Act<'_>,
    grant: &Grant<K>,
    family: FamilyId,
    person: PersonId,
    posted: &PostalAddress,
) -> Result<()> {
    let service = act.service;
    let Some(mut contact) = contact_of(act.conn(), grant, service, person)? else {
        return Ok(());
    };
    if contact.postal_address().ok().as_ref() != Some(posted) {
        return Ok(());
    }
    if !contact.has_come_back() {
        let key = contact.address_key();
        contact.returned.get_or_insert_default().push(key);
    }
    contact_keep(act, grant, person, &contact)?;
    act.record(Deed::ContactChanged, ("person", person.as_str()), Some(family), "came back")
}

fn contact_keep(act: &mut Act<'_>, grant: &Grant<K>, person: PersonId, contact: &Contact) -> Result<()> {
    let sealed = Sealed::seal(grant, act.chance(), person.as_str(), contact)?;
    let rows =
        diesel::update(contacts::table.find(person)).set(contacts::sealed.eq(&sealed)).execute(act.conn())?;
    if rows == 0 {
        let service = act.service;
        diesel::insert_into(contacts::table)
            .values((
                contacts::person_id.eq(person),
                contacts::service_id.eq(service),
                contacts::sealed.eq(&sealed),
            ))
            .execute(act.conn())?;
    }
    Ok(())
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
