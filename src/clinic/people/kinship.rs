//! Who descends from whom in a family file, and the pedigree that follows from it.
//! Must not know: names beyond passing them through, and any finding.

use super::{
    by_law::by_law,
    dates::descent_possible,
    health::HealthOf,
    identity::nhs_number,
    person::{self, Identity, Person},
    ties::{Tie, tie_list},
};
use crate::{
    access::InFamily,
    audit::Act,
    db::{Conn, closed},
    error::{Error, Result},
    ids::{KinshipId, PersonId},
    keys::{Sealed, content},
};
use diesel::prelude::*;
use kinward_pedigree as pedigree;

diesel::table! {
    kinships (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        child_id -> Text,
        parent_id -> Text,
        sealed -> Binary,
    }
}

closed! {
    /// How somebody is a parent: by descent (a donor, too, who gave egg or sperm and no more), by law, or by carrying.
    pub enum ParentKind {
        Biological = "biological",
        Legal = "legal",
        Donor = "donor",
        Gestational = "gestational",
    }
}

impl ParentKind {
    /// Whether what is inherited can come from them.
    pub const fn is_by_descent(self) -> bool {
        match self {
            ParentKind::Biological | ParentKind::Donor => true,
            ParentKind::Legal | ParentKind::Gestational => false,
        }
    }
}

/// How a parent is one, and how else. Sealed apart from everything else: it tells of adoption and of donors.
#[derive(minicbor::Encode, minicbor::Decode)]
struct Descent(#[n(0)] ParentKind, #[n(1)] Option<Vec<ParentKind>>);
content!(Y at "kinships.sealed" holds Descent);

/// The pedigree of a family, with persons' ids as its own; of what they have it says nothing.
pub fn pedigree_of(conn: &mut Conn, proof: &InFamily) -> Result<pedigree::Pedigree> {
    let people = person::person_list(conn, proof)?;
    pedigree_from(conn, proof, &people)
}

pub(in crate::clinic) fn pedigree_from(
    conn: &mut Conn,
    proof: &InFamily,
    people: &[Person],
) -> Result<pedigree::Pedigree> {
    pedigree_with(conn, proof, people, &HealthOf::new())
}

/// As [`pedigree_from`], with what they are said to have, for whoever may view results.
pub(in crate::clinic) fn pedigree_with(
    conn: &mut Conn,
    proof: &InFamily,
    people: &[Person],
    health: &HealthOf,
) -> Result<pedigree::Pedigree> {
    let (kin, ties) = (descents(conn, proof)?, tie_list(conn, proof)?);
    let kin = kin.iter().flat_map(|link| link.kinds.iter().map(|kind| (link.child, link.parent, *kind)));
    Ok(tree_of(people.iter(), health, kin, ties.iter().map(|(_, tie)| tie)))
}

/// A pedigree of people, what they have, and what ties them.
pub(super) fn tree_of<'a>(
    people: impl Iterator<Item = &'a Person>,
    health: &HealthOf,
    kin: impl Iterator<Item = (PersonId, PersonId, ParentKind)>,
    ties: impl Iterator<Item = &'a Tie>,
) -> pedigree::Pedigree {
    let mut tree = pedigree::Pedigree::new();
    for person in people {
        let mut drawn = in_pedigree(person);
        if let Some(health) = health.get(&person.id) {
            health.say(&mut drawn);
        }
        tree.add_person(drawn);
    }
    for (child, parent, kind) in kin {
        descent_say(&mut tree, &pedigree_id(child), &pedigree_id(parent), kind);
    }
    ties.for_each(|tie| tie.say(&mut tree));
    tree
}

/// A person as the pedigree knows them: no name, no day.
pub(in crate::clinic) fn in_pedigree(person: &Person) -> pedigree::Person {
    let said = &person.particulars;
    pedigree::Person {
        gender: said.gender.map(Into::into),
        life: person.life().into(),
        weeks: said.weeks,
        proband: person.is_proband,
        consultand: said.consultand == Some(true),
        birth_year: person.birth_date.map(|d| d.ymd().0).or(said.birth_year),
        age: said.age,
        birth_order: said.birth_order,
        count: said.pedigree_count(),
        childless: said.childless.map(Into::into),
        ..pedigree::Person::new(pedigree_id(person.id), person.sex_at_birth.into())
    }
}

pub(super) fn descent_say(
    tree: &mut pedigree::Pedigree,
    child: &pedigree::PersonId,
    parent: &pedigree::PersonId,
    kind: ParentKind,
) {
    match kind {
        ParentKind::Biological => tree.add_parent(child, parent, pedigree::ParentKind::Biological),
        ParentKind::Legal => tree.add_parent(child, parent, pedigree::ParentKind::Legal),
        ParentKind::Donor => tree.add_donor(child, parent),
        ParentKind::Gestational => tree.add_parent(child, parent, pedigree::ParentKind::Gestational),
    }
}

/// A child and one of their parents, with every way in which they are one.
pub(super) struct Descends {
    pub id: KinshipId,
    pub child: PersonId,
    pub parent: PersonId,
    pub kinds: Vec<ParentKind>,
}

/// Every child and parent of a family.
pub(super) fn descents(conn: &mut Conn, proof: &InFamily) -> Result<Vec<Descends>> {
    let edges: Vec<(KinshipId, PersonId, PersonId, Sealed<Descent>)> = kinships::table
        .filter(kinships::service_id.eq(proof.service()))
        .filter(kinships::family_id.eq(proof.family()))
        .select((kinships::id, kinships::child_id, kinships::parent_id, kinships::sealed))
        .order(kinships::id.asc())
        .load(conn)?;
    let grant = proof.grant()?;
    edges
        .into_iter()
        .map(|(id, child, parent, sealed)| {
            let Descent(first, also) = sealed.open(grant, id.as_str())?;
            let kinds = std::iter::once(first).chain(also.unwrap_or_default()).collect();
            Ok(Descends { id, child, parent, kinds })
        })
        .collect()
}

/// Everyone in the family in the one order that lists are read in: the proband, then the nearest by descent, of equals the
/// elder, those whose birth is not known after them; last those who are not related by descent.
pub fn nearest_first(tree: &pedigree::Pedigree, people: &[Person]) -> Vec<PersonId> {
    let proband = people.iter().find(|person| person.is_proband).map(|person| pedigree_id(person.id));
    let degree = |person: &Person| match &proband {
        Some(_) if person.is_proband => 0,
        Some(proband) => {
            pedigree::kin_path(tree, proband, &pedigree_id(person.id)).map_or(u32::MAX, |path| path.degree)
        }
        None => u32::MAX,
    };
    let mut placed: Vec<_> = people
        .iter()
        .map(|person| {
            (degree(person), person.birth_date.is_none(), person.birth_date, person.created_at, person.id)
        })
        .collect();
    placed.sort();
    placed.into_iter().map(|(.., id)| id).collect()
}

/// The place of one person in `nearest_first`, for sorting what is about people.
pub fn place_in(order: &[PersonId], id: PersonId) -> usize {
    order.iter().position(|known| *known == id).unwrap_or(order.len())
}

pub fn pedigree_id(id: PersonId) -> pedigree::PersonId {
    pedigree::PersonId::from(id.as_str())
}

pub fn person_id(id: &pedigree::PersonId) -> Result<PersonId> {
    id.as_str().parse().map_err(|_| Error::inner("a pedigree holds a person who is not in the family"))
}

/// A relative as staff add one: how they stand to somebody, and who they are.
#[derive(Clone)]
pub struct NewRelative {
    pub from: PersonId,
    pub relation: pedigree::Relation,
    pub identity: Identity,
    /// Whether whoever adds them may see how a parent is one. Relations are walked through the family they see.
    pub sees_sealed: bool,
}

/// Adds a relative where the relation says, with the placeholders that the way to them needs.
///
/// # Errors
/// A relation that fits several people already in the family, or one that is there already: staff choose, nothing is guessed.
pub fn relative_add(act: &mut Act<'_>, proof: &InFamily, new: NewRelative) -> Result<PersonId> {
    let whole = pedigree_of(act.conn(), proof)?;
    let tree = if new.sees_sealed { whole } else { by_law(&whole) };
    let mut next = 0u32;
    let mut placeholder = || {
        next += 1;
        pedigree::PersonId::from(format!("new-{next}").as_str())
    };
    let plan = pedigree::relation_plan(&tree, &pedigree_id(new.from), &new.relation, &mut placeholder)
        .map_err(|problem| relation_refused(act, proof, &problem))?;
    if let Some(text) = &new.identity.nhs_number {
        person::number_free(act, proof, &nhs_number(text)?, None)?;
    }
    let mut made = std::collections::BTreeMap::new();
    for (id, sex) in &plan.people {
        let identity = if *id == plan.new_person { new.identity.clone() } else { Identity::default() };
        made.insert(
            id.clone(),
            person::person_add(act, proof.grant()?, proof.family(), false, (*sex).into(), identity)?,
        );
    }
    let real = |id: &pedigree::PersonId| match made.get(id) {
        Some(person) => Ok(*person),
        None => person_id(id),
    };
    for (child, parent) in &plan.parents {
        kinship_put(act, proof, None, (real(child)?, real(parent)?), &[ParentKind::Biological])?;
    }
    let added = real(&plan.new_person)?;
    descent_possible(act, proof, added)?;
    let grown = pedigree_of(act.conn(), proof)?;
    if let Some(problem) = grown.validate().into_iter().find(|problem| !problem.is_note()) {
        // Why not may be what is sealed.
        let why =
            if new.sees_sealed { problem.to_string() } else { "ask a counsellor of this family.".into() };
        return Err(Error::bad_input(format!("The family cannot look like this: {why}")));
    }
    Ok(added)
}

fn relation_refused(act: &mut Act<'_>, proof: &InFamily, problem: &pedigree::PlanError) -> Error {
    let several = match problem {
        pedigree::PlanError::Several(ids) => ids,
        pedigree::PlanError::AlreadyThere(_) => {
            return Error::not_now(
                "This relative is in the family already. Open their page and complete it there.",
            )
            .at("relation");
        }
        pedigree::PlanError::UnknownPerson(_)
        | pedigree::PlanError::NoRoom(_)
        | pedigree::PlanError::IdTaken(_) => {
            return Error::bad_input(problem.to_string()).at("relation");
        }
    };
    let names: Vec<String> = several
        .iter()
        .filter_map(|id| person_id(id).ok())
        .filter_map(|id| person::person_get(act.conn(), proof, id).ok())
        .map(|person| person.shown())
        .collect();
    Error::not_now(format!(
        "This relative may already be in the family, or several people fit on the way: {}. Say from which of them, in \"relative of\".",
        names.join("; ")
    ))
    .at("from")
}

/// Says in how many ways somebody is a parent; where they are none any more, the link goes. Whoever calls records it.
pub(super) fn kinship_put(
    act: &mut Act<'_>,
    proof: &InFamily,
    stands: Option<KinshipId>,
    (child, parent): (PersonId, PersonId),
    kinds: &[ParentKind],
) -> Result<()> {
    let Some((first, also)) = kinds.split_first() else {
        if let Some(id) = stands {
            diesel::delete(kinships::table.find(id).filter(kinships::family_id.eq(proof.family())))
                .execute(act.conn())?;
        }
        return Ok(());
    };
    let id = stands.unwrap_or_else(|| KinshipId::new(act.chance()));
    let descent = Descent(*first, Some(also.to_vec()).filter(|also| !also.is_empty()));
    let sealed = Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &descent)?;
    if stands.is_some() {
        diesel::update(kinships::table.find(id)).set(kinships::sealed.eq(sealed)).execute(act.conn())?;
        return Ok(());
    }
    let service = act.service;
    diesel::insert_into(kinships::table)
        .values((
            kinships::id.eq(id),
            kinships::service_id.eq(service),
            kinships::family_id.eq(proof.family()),
            kinships::child_id.eq(child),
            kinships::parent_id.eq(parent),
            kinships::sealed.eq(sealed),
        ))
        .execute(act.conn())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(minicbor::Encode)]
    struct First(#[n(0)] ParentKind);

    #[test]
    fn a_parent_sealed_before_there_could_be_several_ways_opens_as_one() {
        let first = minicbor::to_vec(First(ParentKind::Legal)).unwrap();
        let Descent(kind, also) = minicbor::decode(&first).unwrap();
        assert_eq!((kind, also), (ParentKind::Legal, None));
    }
}
