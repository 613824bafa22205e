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
    let locus = pedigree::Locus::rare(mode_of(inheritance_of(result)?));
    let proband = pedigree_id(result.person_id);
    let mut known = pedigree::Evidence::new();
    for (person, says) in &own {
        known_of(*says).into_iter().for_each(|says| known.add_result(&pedigree_id(*person), says));
    }
    let by_position =
        pedigree::at_risk(&tree, &proband, &locus, &pedigree::Evidence::new()).map_err(no_list)?;
    let now = pedigree::at_risk(&tree, &proband, &locus, &known).map_err(no_list)?;
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

/// Told without ids: who it is stands on the family's page.
fn no_list(problem: pedigree::AtRiskError) -> Error {
    match problem {
        pedigree::AtRiskError::Contradiction { people } => Error::not_now(format!(
            "The results of {} people in this family cannot all be true. Check each result that is on file. Nothing was changed.",
            people.len()
        )),
        pedigree::AtRiskError::Risk(pedigree::RiskError::Tangled { .. }) => Error::not_now(
            "Too many couples in this family are related to each other for an exact answer. Leave out a link to a shared ancestor whom no result depends on. Nothing was changed.",
        ),
        pedigree::AtRiskError::NoProband(_) | pedigree::AtRiskError::Risk(_) => Error::not_now(
            "The tree of this family cannot be as it is recorded. See what is marked on the family's page, and correct it. Nothing was changed.",
        ),
    }
}

/// What each relative's own test said, of those that count.
fn own_results(conn: &mut Conn, proof: &InFamily, result: &TestResult) -> Result<BTreeMap<PersonId, Says>> {
    let all = relative_results_of(conn, proof, result.id)?;
    Ok(all.iter().filter(|one| one.counts()).map(|one| (one.person_id, one.finding.says)).collect())
}

impl Reading {
    fn of(one: &pedigree::AtRisk) -> Self {
        Self {
            chance: if one.not_at_risk.is_some() { "none".into() } else { one.present.to_string() },
            at_risk: one.not_at_risk.is_none(),
            certain: one.is_certain(),
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
