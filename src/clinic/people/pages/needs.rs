//! The form on a person's page that says how they read.
//! Must not know: any letter; what is not sent yet is taken back and written anew.

use super::person_open;
use crate::{
    access::{Answer, Choice, Input, Staff, pages::Here, permission::may},
    clinic::{
        letters::take_back::take_back,
        people::{
            needs::{Needs, needs_set},
            person::Changed,
        },
    },
    error::{Error, Result},
    ids::PersonId,
};
use actix_web::web;
use kinward_family::{language::Languages, letter::TextSize};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What the form shows.
#[derive(Serialize)]
pub(super) struct NeedsShown {
    languages: Vec<Choice>,
    sizes: Vec<Choice>,
    other: String,
}

impl NeedsShown {
    pub(super) fn of(needs: &Needs) -> Self {
        let language =
            |one: &Languages| Choice::of(one.code(), one.name()).chosen(needs.languages == Some(*one));
        let size = |one: &TextSize| {
            let what = if *one == TextSize::default() { "as usual" } else { "large print" };
            Choice::of(one.as_str(), format!("{} point, {what}", one.points())).chosen(needs.size == *one)
        };
        Self {
            languages: Languages::ALL.iter().map(language).collect(),
            sizes: TextSize::ALL.iter().map(size).collect(),
            other: needs.other.clone(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NeedsEntry {
    /// `en`, `cy` or `cy+en`; empty where the person was not asked.
    #[serde(default)]
    letter_languages: String,
    /// 12, 16, 18, 20 or 24.
    #[serde(default)]
    text_size: String,
    #[serde(default)]
    other_needs: String,
}

pub(super) async fn set(
    staff: Staff<may::PersonEdit>,
    house: Here,
    id: web::Path<PersonId>,
    input: Input<NeedsEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let needs = Needs {
        languages: match entry.letter_languages.as_str() {
            "" => None,
            code => Some(
                code.parse().map_err(|_| Error::bad_input("Choose a language.").at("letter_languages"))?,
            ),
        },
        size: match entry.text_size.as_str() {
            "" => TextSize::default(),
            key => key.parse().map_err(|_| Error::bad_input("Choose a size.").at("text_size"))?,
        },
        other: entry.other_needs,
    };
    let of = caller.clone();
    let back = house
        .act(&caller, move |act, _| {
            let (_, proof) = person_open(act.conn(), &of, id)?;
            let changed = needs_set(act, &proof, id, &needs)?;
            take_back(act, id, changed.then_some(Changed::Needs))
        })
        .await?;
    let next = if back == 0 { "needs" } else { "taken-back" };
    Ok(Answer::done(format!("/people/{id}#{next}"), json!({"person": id, "letters_taken_back": back})))
}
