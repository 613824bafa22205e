//! What is said of one person beside names and dates, as a form holds it and as it is saved.
//! Must not know: who the person is tied to.

use super::{corrected, open};
use crate::{
    access::{Answer, Choice, Input, Staff, pages::Here, permission::may},
    clinic::people::{
        change::Plan,
        entry::cells,
        health::{Affected, Condition, Health},
        particulars::{Childless, Gender, Life, Particulars},
        person::{Person, SexAtBirth},
    },
    error::{Error, Result},
    ids::PersonId,
};
use actix_web::web;
use serde::{Deserialize, Serialize};

/// As the form holds it; what is empty says nothing.
#[derive(Serialize)]
pub(super) struct Saying {
    sexes: Vec<Choice>,
    genders: Vec<Choice>,
    lives: Vec<Choice>,
    childless: Vec<Choice>,
    affected: Vec<Choice>,
    weeks: Option<u8>,
    birth_year: Option<i32>,
    age: Option<u16>,
    birth_order: Option<u16>,
    count: Option<u16>,
    consultand: bool,
    had: String,
}

impl Saying {
    pub fn of(person: &Person, health: Option<&Health>) -> Self {
        let said = &person.particulars;
        let conditions: Vec<String> = health
            .into_iter()
            .flat_map(|health| &health.conditions)
            .map(|condition| match condition.age {
                Some(age) => format!("{} {age}", condition.words),
                None => condition.words.clone(),
            })
            .collect();
        let sex = |sex| match sex {
            SexAtBirth::Female => "Female",
            SexAtBirth::Male => "Male",
            SexAtBirth::Unknown => "Not known",
        };
        let affected = |affected| match affected {
            Affected::Yes => "Affected",
            Affected::No => "Not affected",
        };
        Self {
            sexes: Choice::among(SexAtBirth::ALL, sex, Some(person.sex_at_birth)),
            genders: Choice::among(Gender::ALL, Gender::title, said.gender),
            lives: Choice::among(Life::ALL, Life::title, Some(person.life())),
            childless: Choice::among(Childless::ALL, Childless::title, said.childless),
            affected: Choice::among(Affected::ALL, affected, health.and_then(|health| health.affected)),
            weeks: said.weeks,
            birth_year: said.birth_year,
            age: said.age,
            birth_order: said.birth_order,
            count: said.count,
            consultand: said.consultand == Some(true),
            had: conditions.join("; "),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::clinic::people::pages) struct SayingEntry {
    sex_at_birth: Option<SexAtBirth>,
    gender: Option<Gender>,
    life: Option<Life>,
    weeks: Option<String>,
    birth_year: Option<String>,
    age: Option<String>,
    birth_order: Option<String>,
    count: Option<String>,
    childless: Option<Childless>,
    consultand: Option<String>,
    affected: Option<Affected>,
    had: Option<String>,
}

/// A number of a field, where it was filled.
fn number<T: std::str::FromStr>(
    text: &Option<String>,
    field: &'static str,
    words: &str,
) -> Result<Option<T>> {
    let Some(text) = text.as_deref().map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| Error::bad_input(format!("{words} Nothing was saved.")).at(field))
}

impl SayingEntry {
    fn particulars(&self, person: &Person) -> Result<Particulars> {
        let life = self.life.unwrap_or(Life::Living);
        if person.died_on.is_some() && !life.is_over() {
            return Err(Error::bad_input(
                "The death of this person is on record with its date. If it was recorded by mistake, say so on their own page. Nothing was saved.",
            )
            .at("life"));
        }
        // With a date of death, that date says it.
        let said_by_date = person.died_on.is_some() && life == Life::Deceased;
        Ok(Particulars {
            gender: self.gender,
            life: Some(life).filter(|life| *life != Life::Living && !said_by_date),
            weeks: number(&self.weeks, "weeks", "Enter the weeks as a whole number.")?,
            birth_year: number(&self.birth_year, "birth_year", "Enter the year of birth with four digits.")?
                .filter(|_| person.birth_date.is_none()),
            age: number(&self.age, "age", "Enter the age in whole years.")?,
            birth_order: number(
                &self.birth_order,
                "birth_order",
                "Enter the place among brothers and sisters as a whole number.",
            )?,
            count: number(&self.count, "count", "Enter how many people this is, or 0 where nobody knows.")?,
            childless: self.childless,
            consultand: self.consultand.as_ref().map(|_| true),
        })
    }

    fn health(&self) -> Result<Health> {
        let (_, conditions): (_, Vec<Condition>) = cells::had(self.had.as_deref().unwrap_or_default())
            .map_err(|words| Error::bad_input(format!("{words} Nothing was saved.")).at("had"))?;
        Ok(Health { affected: self.affected, conditions })
    }
}

pub(in crate::clinic::people::pages) async fn particulars(
    staff: Staff<may::PedigreeEdit>,
    house: Here,
    id: web::Path<PersonId>,
    input: Input<SayingEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let (there, proof) = open(act, &of, id)?;
            let was = there.person(id).ok_or_else(Error::not_found)?;
            let is = Person {
                sex_at_birth: entry.sex_at_birth.unwrap_or(was.sex_at_birth),
                particulars: entry.particulars(was)?,
                ..was.clone()
            };
            let plan = Plan::of_person(&there, &is, entry.health()?);
            corrected(act, &proof, &there, plan, "life")
        })
        .await?;
    Ok(Answer::done(format!("/people/{id}/place#said"), serde_json::json!({"person": id})))
}
