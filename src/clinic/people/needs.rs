//! How a person reads: in which language, how large, and what else helps them. Compartment K.
//! Must not know: any letter, or any finding. Source: NHS England, Accessible Information Standard (DAPB1605), 2025.

use super::person::person_get;
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    db::Conn,
    error::{Error, Result},
    ids::{PersonId, ServiceId},
    keys::{Grant, Sealed, compartment::K, content},
};
use diesel::prelude::*;
use kinward_family::{language::Languages, letter::TextSize};

diesel::table! {
    reading_needs (person_id) {
        person_id -> Text,
        service_id -> Text,
        sealed -> Binary,
    }
}

/// What was asked, as stored: the keys of languages and size, and words for staff.
#[derive(Clone, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
struct Kept {
    #[n(0)]
    languages: Option<String>,
    #[n(1)]
    size: Option<String>,
    #[n(2)]
    other: String,
}
content!(K at "reading_needs.sealed" holds Kept);

/// How somebody reads. Where they were not asked for a language, the service's own way counts.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Needs {
    pub languages: Option<Languages>,
    pub size: TextSize,
    /// Braille, audio, Easy Read, an interpreter, who helps: for staff, who see to it by hand.
    pub other: String,
}

pub(in crate::clinic) fn needs_of(
    conn: &mut Conn,
    grant: &Grant<K>,
    service: ServiceId,
    person: PersonId,
) -> Result<Needs> {
    let sealed: Option<Sealed<Kept>> = reading_needs::table
        .filter(reading_needs::service_id.eq(service))
        .filter(reading_needs::person_id.eq(person))
        .select(reading_needs::sealed)
        .first(conn)
        .optional()?;
    let Some(sealed) = sealed else { return Ok(Needs::default()) };
    let kept = sealed.open(grant, person.as_str())?;
    let damaged = |_| Error::inner("how somebody reads does not parse");
    Ok(Needs {
        languages: kept.languages.map(|code| code.parse().map_err(damaged)).transpose()?,
        size: match kept.size {
            Some(key) => key.parse().map_err(|_| Error::inner("a stored text size does not parse"))?,
            None => TextSize::default(),
        },
        other: kept.other,
    })
}

/// Sets how a person reads; the whole row at once. Answers whether letters come out otherwise now.
pub fn needs_set(act: &mut Act<'_>, proof: &InFamily, person: PersonId, needs: &Needs) -> Result<bool> {
    let person = person_get(act.conn(), proof, person)?.id;
    let service = act.service;
    let was = needs_of(act.conn(), proof.grant()?, service, person)?;
    let kept = Kept {
        languages: needs.languages.map(|languages| languages.code().to_owned()),
        size: Some(needs.size.as_str().to_owned()),
        other: needs.other.trim().to_owned(),
    };
    let sealed = Sealed::seal(proof.grant()?, act.chance(), person.as_str(), &kept)?;
    let rows = diesel::update(reading_needs::table.find(person))
        .set(reading_needs::sealed.eq(&sealed))
        .execute(act.conn())?;
    if rows == 0 {
        diesel::insert_into(reading_needs::table)
            .values((
                reading_needs::person_id.eq(person),
                reading_needs::service_id.eq(service),
                reading_needs::sealed.eq(&sealed),
            ))
            .execute(act.conn())?;
    }
    act.record(Deed::NeedsChanged, ("person", person.as_str()), Some(proof.family()), "")?;
    Ok(was.languages != needs.languages || was.size != needs.size)
}
