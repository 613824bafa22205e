//! The form that sets how a person may be reached.
//! Must not know: any finding, or what was written to whom.

use super::person_open;
use crate::{
    access::{Answer, Input, Staff, pages::Here, permission::may},
    clinic::{
        letters::take_back::take_back,
        people::{
            contact::{Contact, contact_of, contact_set},
            safety::{is_kept_back, kept_back},
        },
    },
    db::UtcDate,
    error::Result,
    ids::PersonId,
};
use actix_web::web;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactEntry {
    /// Lines separated by line feeds, without name and postcode.
    #[serde(default)]
    address: String,
    #[serde(default)]
    postcode: String,
    /// Where it is not the United Kingdom.
    country: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    #[serde(default)]
    source: String,
    /// The day on which it was known to be right; today where it is left out.
    as_of: Option<UtcDate>,
    /// What the form's page showed; a program may leave it out.
    mark: Option<String>,
}

pub(super) async fn set(
    staff: Staff<may::PersonEdit>,
    house: Here,
    id: web::Path<PersonId>,
    input: Input<ContactEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    let back = house
        .act(&caller, move |act, _| {
            let (_, proof) = person_open(act.conn(), &of, id)?;
            if is_kept_back(act.conn(), &of, id)? {
                return Err(kept_back());
            }
            let lines: Vec<&str> =
                entry.address.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            let contact = Contact {
                person_id: id,
                service_id: of.service,
                address_lines: lines.join("\n"),
                postcode: entry.postcode.trim().to_owned(),
                country: entry.country.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
                email: entry.email,
                phone: entry.phone,
                source: entry.source.trim().to_owned(),
                as_of: entry.as_of.unwrap_or(act.at.date()),
                returned: None,
            };
            let stands = contact_of(act.conn(), proof.grant()?, of.service, id)?;
            Contact::shown(stands.as_ref()).still(entry.mark.as_deref(), &Contact::shown(Some(&contact)))?;
            let changed = contact_set(act, &proof, contact)?;
            take_back(act, id, changed)
        })
        .await?;
    let next = if back == 0 { "contact" } else { "taken-back" };
    Ok(Answer::done(format!("/people/{id}#{next}"), json!({"person": id, "letters_taken_back": back})))
}
