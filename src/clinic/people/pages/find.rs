//! Finding a person by NHS number, or by surname and date of birth, among the families the caller has to do with.
//! Must not know: anyone else's families: what is there and what is not look alike. Sent as a form, so that no address holds a name.

use super::super::person::{Sought, persons_found};
use crate::{
    access::{
        Answer, Input, Staff, family::families_related, family::family_references, pages::Here,
        permission::may,
    },
    audit::Deed,
    db::UtcDate,
    error::{Error, Result},
    ids::FamilyId,
};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    nhs_number: Option<String>,
    family_name: Option<String>,
    birth_date: Option<UtcDate>,
}

impl Entry {
    fn sought(self) -> Result<Sought> {
        let given = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        match (given(self.nhs_number), given(self.family_name), self.birth_date) {
            (Some(number), _, _) => Sought::number(&number),
            (None, Some(name), Some(born)) => Ok(Sought::Named(name, born)),
            (None, _, _) => Err(Error::bad_input(
                "Enter an NHS number, or a surname and a date of birth. A surname alone would tell too much.",
            )),
        }
    }
}

/// Answers with the family, if it is one of the caller's. Every search is on the record.
pub(super) async fn find(staff: Staff<may::FamilyView>, house: Here, input: Input<Entry>) -> Result<Answer> {
    let caller = staff.caller;
    let sought = input.open(&caller)?.sought()?;
    let of = caller.clone();
    let found = house
        .act(&caller, move |act, _| {
            act.record(Deed::PersonSought, ("staff", of.staff.as_str()), None, sought.kind())?;
            let families = persons_found(act, &sought)?;
            let related = families_related(act.conn(), &of, &families)?;
            let ids: Vec<FamilyId> = related.iter().map(|proof| proof.family()).collect();
            family_references(act.conn(), of.service, &ids)
        })
        .await?;
    match found.as_slice() {
        [(family, reference)] => Ok(Answer::done(
            format!("/families/{family}"),
            json!({"families": [{"id": family, "reference": reference}]}),
        )),
        [] => Err(Error::not_now(
            "Nobody in a family you have to do with has this number or name and date. If you were given a reference, open the file by it.",
        )),
        several => {
            let references: Vec<&str> = several.iter().map(|(_, reference)| reference.as_str()).collect();
            Err(Error::not_now(format!(
                "Several of your families fit: {}. Open one by its reference.",
                references.join(", ")
            )))
        }
    }
}
