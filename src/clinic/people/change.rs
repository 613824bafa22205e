//! A family as somebody proposes it, whichever way it was entered, and the plan that follows: what is added, what changes.
//! Must not know: how a proposal was typed, or what is shown of a plan.

mod check;
mod compare;
mod correct;
mod matching;
mod standing;
mod undo;
mod words;
mod write;

pub use check::Wrong;
pub use compare::compare;
pub use matching::{Alike, Match, Placed, alike, matches};
pub use undo::{LastChange, change_last, change_undo};
pub use words::Names;
pub(super) use words::couple_facts;
pub use write::{changes_forget, plan_apply};

use super::{
    health::{Affected, Condition, Health, HealthOf, health_of},
    kinship::{Descends, ParentKind, descents, pedigree_id, tree_of},
    particulars::Particulars,
    person::{Person, SexAtBirth, Who, person_list},
    ties::{Couple, Tie, Twins, tie_list},
};
use crate::{
    access::InFamily,
    db::{Conn, UtcDate, UtcTime},
    error::{Error, Result},
    ids::{FamilyId, PersonId, ServiceId, TieId},
};
use kinward_pedigree as pedigree;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// What an entry says of one person. What it does not say stays as it is.
#[derive(Clone, Default)]
pub struct Said {
    pub sex: Option<SexAtBirth>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub birth_date: Option<UtcDate>,
    pub nhs_number: Option<String>,
    pub died_on: Option<UtcDate>,
    pub particulars: Particulars,
    pub affected: Option<Affected>,
    pub conditions: Vec<Condition>,
    /// That they are the proband; that somebody is not is never said.
    pub proband: bool,
}

/// People, new or there already, and what ties them. New people have ids of their own from the beginning.
#[derive(Clone, Default)]
pub struct Proposal {
    /// In the order they were entered.
    pub new: Vec<PersonId>,
    pub said: BTreeMap<PersonId, Said>,
    /// Child, parent, how.
    pub kin: Vec<(PersonId, PersonId, ParentKind)>,
    pub couples: Vec<Couple>,
    pub twins: Vec<Twins>,
}

/// Ids for new people: drawn beforehand and given out in their order, so that lists keep the order of entry.
pub struct FreshIds(std::vec::IntoIter<PersonId>);

impl FreshIds {
    pub fn draw(one: impl Fn() -> PersonId, most: usize) -> Self {
        let mut ids: Vec<PersonId> = (0..most).map(|_| one()).collect();
        ids.sort();
        Self(ids.into_iter())
    }

    /// # Errors
    /// More people than were said to be coming.
    #[expect(clippy::should_implement_trait, reason = "it can fail, which no iterator does")]
    pub fn next(&mut self) -> Result<PersonId> {
        self.0.next().ok_or_else(|| Error::inner("more people than ids were drawn for"))
    }
}

/// Everything of a family that a proposal is compared with.
pub struct There {
    pub people: Vec<Person>,
    pub health: HealthOf,
    pub tree: pedigree::Pedigree,
    pub(super) kin: Vec<Descends>,
    pub(super) ties: Vec<(TieId, Tie)>,
}

impl There {
    /// A family that nobody is in yet.
    pub fn nobody() -> Self {
        Self {
            people: Vec::new(),
            health: HealthOf::new(),
            tree: pedigree::Pedigree::new(),
            kin: Vec::new(),
            ties: Vec::new(),
        }
    }

    /// The family as it stands, for a rule that compares: whoever shows what people have asks [`super::health::health_read`].
    pub fn read(conn: &mut Conn, proof: &InFamily) -> Result<Self> {
        let health = health_of(conn, proof)?;
        Self::with(conn, proof, health)
    }

    /// The family with what is already read of what people have.
    pub fn with(conn: &mut Conn, proof: &InFamily, health: HealthOf) -> Result<Self> {
        let people = person_list(conn, proof)?;
        let (kin, ties) = (descents(conn, proof)?, tie_list(conn, proof)?);
        let tree = tree_of(
            people.iter(),
            &health,
            kin.iter().flat_map(|link| link.kinds.iter().map(|kind| (link.child, link.parent, *kind))),
            ties.iter().map(|(_, tie)| tie),
        );
        Ok(Self { people, health, tree, kin, ties })
    }

    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// Everybody who is a parent of a person, with every way in which they are.
    pub fn parents_of(&self, id: PersonId) -> impl Iterator<Item = (PersonId, &[ParentKind])> {
        self.kin.iter().filter(move |link| link.child == id).map(|link| (link.parent, link.kinds.as_slice()))
    }

    /// Couples and twins that a person is in.
    pub fn ties_of(&self, id: PersonId) -> impl Iterator<Item = &Tie> {
        self.ties.iter().map(|(_, tie)| tie).filter(move |tie| tie.holds(id))
    }

    pub fn proband(&self) -> Option<&Person> {
        self.people.iter().find(|person| person.is_proband)
    }

    /// Numbers as the drawing gives them: "II-3".
    pub fn numbers(&self) -> BTreeMap<PersonId, String> {
        let numbers = pedigree::generation_numbers(&self.tree);
        let number = |person: &Person| Some((person.id, numbers.get(&pedigree_id(person.id))?.clone()));
        self.people.iter().filter_map(number).collect()
    }

    /// A mark of who has which number. An entry that speaks of II-3 carries it: had somebody else changed the family
    /// meanwhile, II-3 might be another person.
    pub fn mark(&self) -> String {
        let numbered: Vec<String> =
            self.numbers().into_iter().map(|(id, number)| format!("{id} {number}")).collect();
        let digest = Sha256::digest(numbered.join("\n").as_bytes());
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// One row of a table, before and after; nothing before is new, nothing after is gone.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub(super) struct OfPerson {
    #[n(0)]
    pub id: PersonId,
    #[n(1)]
    pub before: Option<Who>,
    #[n(2)]
    pub after: Option<Who>,
    /// Whether a death that this says stopped what was on its way to them.
    #[n(3)]
    #[cbor(default)]
    pub stopped: bool,
}

#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub(super) struct OfKin {
    #[n(0)]
    pub child: PersonId,
    #[n(1)]
    pub parent: PersonId,
    #[n(2)]
    pub before: Vec<ParentKind>,
    #[n(3)]
    pub after: Vec<ParentKind>,
}

#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub(super) struct OfTie {
    #[n(0)]
    pub id: Option<TieId>,
    #[n(1)]
    pub before: Option<Tie>,
    #[n(2)]
    pub after: Option<Tie>,
}

#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub(super) struct OfHealth {
    #[n(0)]
    pub id: PersonId,
    #[n(1)]
    pub before: Health,
    #[n(2)]
    pub after: Health,
}

/// What will be written, row by row; applied in one act, and turned round to undo it.
#[derive(Clone, Default)]
pub struct Plan {
    pub(super) people: Vec<OfPerson>,
    pub(super) kin: Vec<OfKin>,
    pub(super) ties: Vec<OfTie>,
    pub(super) health: Vec<OfHealth>,
}

impl Plan {
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.kin.is_empty() && self.ties.is_empty() && self.health.is_empty()
    }

    /// How many people are new in it.
    pub fn added(&self) -> usize {
        self.people.iter().filter(|one| one.before.is_none()).count()
    }

    /// What takes it back.
    fn turned_round(&self) -> Self {
        let person =
            |one: &OfPerson| OfPerson { before: one.after.clone(), after: one.before.clone(), ..one.clone() };
        let kin = |one: &OfKin| OfKin { before: one.after.clone(), after: one.before.clone(), ..one.clone() };
        let tie = |one: &OfTie| OfTie { id: one.id, before: one.after.clone(), after: one.before.clone() };
        let health =
            |one: &OfHealth| OfHealth { id: one.id, before: one.after.clone(), after: one.before.clone() };
        Self {
            people: self.people.iter().map(person).collect(),
            kin: self.kin.iter().map(kin).collect(),
            ties: self.ties.iter().map(tie).collect(),
            health: self.health.iter().map(health).collect(),
        }
    }

    /// The family as the plan leaves it.
    pub fn outcome(&self, there: &There, proof: &InFamily, now: UtcTime) -> There {
        self.outcome_in(there, (proof.service(), proof.family()), now)
    }

    /// As `outcome`, also of a family that is not there yet.
    pub fn outcome_in(&self, there: &There, (service, family): (ServiceId, FamilyId), now: UtcTime) -> There {
        let mut people = there.people.clone();
        for one in &self.people {
            let Some(after) = &one.after else {
                people.retain(|person| person.id != one.id);
                continue;
            };
            match people.iter_mut().find(|person| person.id == one.id) {
                Some(person) => *person = person.clone().being(after.clone()),
                None => people.push(Person::blank(one.id, service, family, now).being(after.clone())),
            }
        }
        let mut health = there.health.clone();
        for one in &self.health {
            health.insert(one.id, one.after.clone());
        }
        let mut kin: BTreeMap<(PersonId, PersonId), Vec<ParentKind>> =
            there.kin.iter().map(|link| ((link.child, link.parent), link.kinds.clone())).collect();
        for one in &self.kin {
            kin.insert((one.child, one.parent), one.after.clone());
        }
        let mut ties = there.ties.clone();
        for one in &self.ties {
            ties.retain(|(id, _)| Some(*id) != one.id);
        }
        let after = self.ties.iter().filter_map(|one| one.after.as_ref());
        let tree = tree_of(
            people.iter(),
            &health,
            kin.iter().flat_map(|((child, parent), kinds)| kinds.iter().map(|kind| (*child, *parent, *kind))),
            ties.iter().map(|(_, tie)| tie).chain(after),
        );
        There { people, health, tree, kin: Vec::new(), ties: Vec::new() }
    }
}
