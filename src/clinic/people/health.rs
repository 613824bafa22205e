//! What members of a family are said to have: affected or not, and their conditions. Compartment P.
//! Must not know: names, and what a laboratory found. Guardians and administrators are never shown it.

use crate::{
    access::InFamily,
    audit::{Act, Deed},
    db::{Conn, closed},
    error::Result,
    ids::{FamilyId, PersonId, ServiceId},
    keys::{Sealed, content},
};
use diesel::prelude::*;
use kinward_pedigree as pedigree;
use std::collections::BTreeMap;

diesel::table! {
    health (person_id) {
        person_id -> Text,
        service_id -> Text,
        family_id -> Text,
        sealed -> Binary,
    }
}

closed! {
    /// Whether somebody has the condition that the family is seen for.
    pub enum Affected { Yes = "yes", No = "no" }
}

/// One condition, in the words it was told in.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Condition {
    #[n(0)]
    pub words: String,
    /// Years, when it began.
    #[n(1)]
    pub age: Option<u16>,
}

/// What is said of one person. Nothing of it is said by a laboratory.
#[derive(Clone, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Health {
    #[n(0)]
    pub affected: Option<Affected>,
    #[n(1)]
    pub conditions: Vec<Condition>,
}
content!(P at "health.sealed" holds Health);

/// By person; whoever is not in it, nothing is said of.
pub type HealthOf = BTreeMap<PersonId, Health>;

#[derive(Queryable, Insertable)]
#[diesel(table_name = health)]
struct Row {
    person_id: PersonId,
    service_id: ServiceId,
    family_id: FamilyId,
    sealed: Sealed<Health>,
}

impl Health {
    /// As the pedigree says it.
    pub fn say(&self, person: &mut pedigree::Person) {
        person.affected = match self.affected {
            Some(Affected::Yes) => pedigree::Affected::Yes,
            Some(Affected::No) => pedigree::Affected::No,
            None => pedigree::Affected::Unknown,
        };
        person.conditions = self
            .conditions
            .iter()
            .map(|condition| pedigree::Condition { code: condition.words.clone(), age: condition.age })
            .collect();
    }

    /// "Affected: breast cancer at 41"; nothing where nothing is said.
    pub fn words(&self) -> Option<String> {
        let conditions: Vec<String> = self
            .conditions
            .iter()
            .map(|condition| match condition.age {
                Some(age) => format!("{} at {age}", condition.words),
                None => condition.words.clone(),
            })
            .collect();
        let conditions = conditions.join(", ");
        let affected = match self.affected {
            Some(Affected::Yes) => "Affected",
            Some(Affected::No) => "Not affected",
            None => "",
        };
        match (affected, conditions.as_str()) {
            ("", "") => None,
            (words, "") | ("", words) => Some(words.to_owned()),
            (affected, conditions) => Some(format!("{affected}: {conditions}")),
        }
    }
}

impl From<&pedigree::Person> for Health {
    fn from(person: &pedigree::Person) -> Self {
        Self {
            affected: match person.affected {
                pedigree::Affected::Yes => Some(Affected::Yes),
                pedigree::Affected::No => Some(Affected::No),
                pedigree::Affected::Unknown => None,
            },
            conditions: person
                .conditions
                .iter()
                .map(|condition| Condition { words: condition.code.clone(), age: condition.age })
                .collect(),
        }
    }
}

/// What is said of everyone in a family, for somebody who may view results: the reading is on the record.
pub fn health_read(act: &mut Act<'_>, proof: &InFamily) -> Result<HealthOf> {
    let all = health_of(act.conn(), proof)?;
    if !all.is_empty() {
        act.record(Deed::HealthRead, ("family", proof.family().as_str()), Some(proof.family()), "")?;
    }
    Ok(all)
}

/// As [`health_read`], for a rule that compares and shows nothing.
pub(super) fn health_of(conn: &mut Conn, proof: &InFamily) -> Result<HealthOf> {
    let rows: Vec<Row> = health::table
        .filter(health::service_id.eq(proof.service()))
        .filter(health::family_id.eq(proof.family()))
        .load(conn)?;
    let grant = proof.grant()?;
    rows.into_iter().map(|row| Ok((row.person_id, row.sealed.open(grant, row.person_id.as_str())?))).collect()
}

/// Writes what is said of a person; nothing takes it away. Whoever calls records it.
pub(super) fn health_put(act: &mut Act<'_>, proof: &InFamily, id: PersonId, said: &Health) -> Result<()> {
    diesel::delete(health::table.find(id).filter(health::family_id.eq(proof.family())))
        .execute(act.conn())?;
    if *said == Health::default() {
        return Ok(());
    }
    let sealed = Sealed::seal(proof.grant()?, act.chance(), id.as_str(), said)?;
    let row = Row { person_id: id, service_id: act.service, family_id: proof.family(), sealed };
    diesel::insert_into(health::table).values(row).execute(act.conn())?;
    Ok(())
}
