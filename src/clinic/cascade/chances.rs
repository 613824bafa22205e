//! What a family's shape and every confirmed result say of each relative: a chance by position, a chance now, and why.
//! Must not know: what the variant is, or what is done about a chance.

use crate::{
    access::InFamily,
    clinic::{
        people::{
            kinship::{nearest_first, pedigree_from, pedigree_id, person_id, place_in},
            person::{Person, person_list},
        },
        result::state::TestResult,
        tested::{
            relative_result::{inheritance_of, relative_results_of},
            said::Says,
        },
    },
    db::Conn,
    error::{Error, Result},
    ids::PersonId,
};
use kinward_family::fact::Inheritance;
use kinward_pedigree as pedigree;
use std::collections::BTreeMap;

/// One relative on the list, before or after a task stands for them.
#[derive(Clone)]
pub struct Listed {
    pub person: Person,
    pub degree: u32,
    pub side: &'static str,
    pub path_words: String,
    /// By position alone: no relative's test is in it.
    pub by_position: Reading,
    /// With every confirmed result of the family.
    pub now: Reading,
    /// What the relative's own test said, where it counts.
    pub own: Option<Says>,
}

/// One way of reading a relative's chance.
#[derive(Clone)]
pub struct Reading {
    /// "1 in 2", or "none".
    pub chance: String,
    pub at_risk: bool,
    /// Carries it without doubt: tested, or because of who else does.
    pub certain: bool,
    pub why: String,
}

/// Everyone who may be at risk by this result, nearest first, each with the path that says why.
pub fn family_chances(conn: &mut Conn, proof: &InFamily, result: &TestResult) -> Result<Vec<Listed>> {
    let people = person_list(conn, proof)?;
    let tree = pedigree_from(conn, proof, &people)?;
    let own = own_results(conn, proof, result)?;
    let mode = mode_of(inheritance_of(result)?);
    let proband = pedigree_id(result.person_id);
    let known: BTreeMap<pedigree::PersonId, pedigree::Known> =
        own.iter().filter_map(|(person, says)| Some((pedigree_id(*person), known_of(*says)?))).collect();
    let by_position = pedigree::at_risk(&tree, &proband, mode, &BTreeMap::new());
    let now = pedigree::at_risk(&tree, &proband, mode, &known);
    let order = nearest_first(&tree, &people);
    let mut listed = by_position
        .into_iter()
        .map(|one| {
            let id = person_id(&one.id)?;
            let person = people.iter().find(|person| person.id == id).cloned();
            let now = now.iter().find(|now| now.id == one.id);
            let (person, now) = person
                .zip(now)
                .ok_or_else(|| Error::inner("the list names someone who is not in the family"))?;
            Ok(Listed {
                person,
                degree: one.path.degree,
                side: match one.path.side {
                    pedigree::Side::Maternal => "mother's side",
                    pedigree::Side::Paternal => "father's side",
                    pedigree::Side::Both => "both sides",
                    pedigree::Side::Own => "own line",
                },
                path_words: one.path.words.clone(),
                now: Reading::of(now),
                by_position: Reading::of(&one),
                own: own.get(&id).copied(),
            })
        })
        .collect::<Result<Vec<Listed>>>()?;
    // A pregnancy or a loss is nobody who could be written to; what follows for the parents is theirs.
    listed.retain(|one| !one.person.life().is_unborn());
    listed.sort_by_key(|one| place_in(&order, one.person.id));
    Ok(listed)
}

/// What each relative's own test said, of those that count.
fn own_results(conn: &mut Conn, proof: &InFamily, result: &TestResult) -> Result<BTreeMap<PersonId, Says>> {
    let all = relative_results_of(conn, proof, result.id)?;
    Ok(all.iter().filter(|one| one.counts()).map(|one| (one.person_id, one.finding.says)).collect())
}

impl Reading {
    fn of(one: &pedigree::AtRisk) -> Self {
        Self {
            chance: if one.not_at_risk.is_some() { "none".into() } else { one.chance.to_string() },
            at_risk: one.not_at_risk.is_none(),
            certain: one.certain,
            why: one.not_at_risk.clone().unwrap_or_else(|| one.why.clone()),
        }
    }
}

fn known_of(says: Says) -> Option<pedigree::Known> {
    match says {
        Says::Het | Says::Hom | Says::Hemi | Says::Carrier => Some(pedigree::Known::Carrier),
        Says::NonCarrier => Some(pedigree::Known::NonCarrier),
        Says::Uninformative | Says::Void => None,
    }
}

fn mode_of(inheritance: Inheritance) -> pedigree::Mode {
    match inheritance {
        Inheritance::AutosomalDominant => pedigree::Mode::AutosomalDominant,
        Inheritance::AutosomalRecessive => pedigree::Mode::AutosomalRecessive,
        Inheritance::XLinked => pedigree::Mode::XLinked,
        Inheritance::Mitochondrial => pedigree::Mode::Mitochondrial,
    }
}
