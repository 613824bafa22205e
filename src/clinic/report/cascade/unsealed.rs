//! THE ONE PLACE where relatives of a whole service are opened to be counted: sex, language, size of print, condition and what
//! a test said come out; names, addresses and words have no place to. Must not know: who anybody is; it is skipped unread.

use super::super::opened::{AT_ONCE, only_read};
use crate::{
    audit::Act,
    clinic::{
        people::{
            needs::reading_needs,
            person::{SexAtBirth, persons},
        },
        result::state::results,
        tested::{relative_result::relative_results, said::Says},
    },
    db::UtcTime,
    error::{Error, Result},
    ids::{FamilyId, PersonId, RelativeResultId, ResultId},
    keys::{
        Compartment, Content, Sealed,
        compartment::{K, P},
        envelope::Unlocked,
    },
};
use diesel::prelude::*;
use kinward_family::{
    language::{Language, Languages},
    letter::TextSize,
};
use minicbor::{Decoder, decode};
use std::collections::{BTreeMap, BTreeSet};
use zeroize::Zeroizing;

#[derive(minicbor::Decode)]
struct Sex {
    #[n(1)]
    at_birth: SexAtBirth,
}

#[derive(minicbor::Decode)]
struct Condition {
    #[n(5)]
    key: Option<String>,
}

#[derive(minicbor::Decode)]
struct Said {
    #[n(0)]
    says: Says,
}

#[derive(minicbor::Decode)]
struct Reads {
    #[n(0)]
    languages: Option<String>,
    #[n(1)]
    size: Option<String>,
    #[n(2)]
    other: Filled,
}

/// Whether anything is written there. What it is goes no further than this line.
struct Filled(bool);

impl<'b, C> minicbor::Decode<'b, C> for Filled {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> std::result::Result<Self, decode::Error> {
        Ok(Self(!d.str()?.is_empty()))
    }
}

only_read!(Sex of K, "persons.sealed");
only_read!(Reads of K, "reading_needs.sealed");
only_read!(Condition of P, "results.sealed");
only_read!(Said of P, "relative_results.sealed");

/// How somebody reads, as far as it is on record.
#[derive(Debug, Clone, Copy, Default, minicbor::Encode, minicbor::Decode)]
pub struct Reading {
    /// Alone or with English.
    #[n(0)]
    pub welsh: bool,
    /// Larger print, or anything else that staff see to.
    #[n(1)]
    pub needs: bool,
}

/// The keys of these families, for what is counted of their relatives.
pub struct Keys(BTreeMap<FamilyId, Unlocked>);

impl Keys {
    fn of(&self, family: FamilyId) -> Result<&Unlocked> {
        self.0.get(&family).ok_or_else(|| Error::inner("a family whose key was not asked for"))
    }
}

pub fn keys_of(act: &mut Act<'_>, families: impl Iterator<Item = FamilyId>) -> Result<Keys> {
    let families: Vec<FamilyId> = families.collect::<BTreeSet<_>>().into_iter().collect();
    let mut all = BTreeMap::new();
    for some in families.chunks(AT_ONCE) {
        let holders: Vec<&str> = some.iter().map(FamilyId::as_str).collect();
        let unlocked = act.unlock_many(&holders, &[Compartment::Personal, Compartment::Contact])?;
        all.extend(some.iter().copied().zip(unlocked));
    }
    Ok(Keys(all))
}

/// When these results came in, and of which condition each is.
pub fn results_of(
    act: &mut Act<'_>,
    keys: &Keys,
    ids: &[ResultId],
) -> Result<BTreeMap<ResultId, (UtcTime, Option<String>)>> {
    let service = act.service;
    let mut all = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        let rows: Vec<(ResultId, FamilyId, UtcTime, Sealed<Condition>)> = results::table
            .filter(results::service_id.eq(service))
            .filter(results::id.eq_any(some.to_vec()))
            .select((results::id, results::family_id, results::received_at, results::sealed))
            .load(act.conn())?;
        for (id, family, at, sealed) in rows {
            let condition = sealed.open(keys.of(family)?.grant()?, id.as_str())?;
            all.insert(id, (at, condition.key));
        }
    }
    Ok(all)
}

pub fn sexes_of(act: &mut Act<'_>, keys: &Keys, ids: &[PersonId]) -> Result<BTreeMap<PersonId, SexAtBirth>> {
    let service = act.service;
    let mut all = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        let rows: Vec<(PersonId, FamilyId, Sealed<Sex>)> = persons::table
            .filter(persons::service_id.eq(service))
            .filter(persons::id.eq_any(some.to_vec()))
            .select((persons::id, persons::family_id, persons::sealed))
            .load(act.conn())?;
        for (id, family, sealed) in rows {
            all.insert(id, sealed.open(keys.of(family)?.grant()?, id.as_str())?.at_birth);
        }
    }
    Ok(all)
}

/// How these people read, by family; who was not asked is not among them.
pub fn readings_of(
    act: &mut Act<'_>,
    keys: &Keys,
    people: &BTreeMap<PersonId, FamilyId>,
) -> Result<BTreeMap<PersonId, Reading>> {
    let service = act.service;
    let ids: Vec<PersonId> = people.keys().copied().collect();
    let mut all = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        let rows: Vec<(PersonId, Sealed<Reads>)> = reading_needs::table
            .filter(reading_needs::service_id.eq(service))
            .filter(reading_needs::person_id.eq_any(some.to_vec()))
            .select((reading_needs::person_id, reading_needs::sealed))
            .load(act.conn())?;
        for (id, sealed) in rows {
            let Some(family) = people.get(&id) else { continue };
            let reads = sealed.open(keys.of(*family)?.grant()?, id.as_str())?;
            let larger = reads.size.is_some_and(|size| size != TextSize::default().as_str());
            let languages: Option<Languages> = reads.languages.and_then(|code| code.parse().ok());
            let welsh = languages.is_some_and(|languages| languages.in_order().contains(&Language::Welsh));
            all.insert(id, Reading { welsh, needs: larger || reads.other.0 });
        }
    }
    Ok(all)
}

/// A relative's own result as it is counted, oldest first among its kind.
pub struct Own {
    pub id: RelativeResultId,
    pub result: ResultId,
    pub person: PersonId,
    pub replaces: Option<RelativeResultId>,
    pub at: UtcTime,
    pub says: Says,
}

pub fn own_results_of(act: &mut Act<'_>, keys: &Keys, ids: &[ResultId]) -> Result<Vec<Own>> {
    type Row =
        (RelativeResultId, ResultId, PersonId, FamilyId, Option<RelativeResultId>, UtcTime, Sealed<Said>);
    let service = act.service;
    let mut all = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        let rows: Vec<Row> = relative_results::table
            .filter(relative_results::service_id.eq(service))
            .filter(relative_results::result_id.eq_any(some.to_vec()))
            .order((relative_results::result_id.asc(), relative_results::seq.asc()))
            .select((
                relative_results::id,
                relative_results::result_id,
                relative_results::person_id,
                relative_results::family_id,
                relative_results::replaces_id,
                relative_results::at,
                relative_results::sealed,
            ))
            .load(act.conn())?;
        for (id, result, person, family, replaces, at, sealed) in rows {
            let says = sealed.open(keys.of(family)?.grant()?, id.as_str())?.says;
            all.push(Own { id, result, person, replaces, at, says });
        }
    }
    Ok(all)
}
