//! What ties people beside descent: couples, and people born together. Compartment Y.
//! Must not know: names, and what anyone has.

use super::{
    kinship::pedigree_id,
    particulars::{Childless, same_as_pedigree},
};
use crate::{
    access::InFamily,
    audit::Act,
    db::{Conn, closed},
    error::Result,
    ids::{FamilyId, PersonId, ServiceId, TieId},
    keys::{Sealed, content},
};
use diesel::prelude::*;
use kinward_pedigree as pedigree;

diesel::table! {
    ties (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        sealed -> Binary,
    }
}

closed! {
    /// What was said when a couple was asked whether they are related. That they denied it is worth keeping too.
    pub enum Consanguinity { NotAsked = "not_asked", Denied = "denied", Stated = "stated" }
}

closed! {
    /// Whether twins come from one egg.
    pub enum Zygosity { Monozygotic = "monozygotic", Dizygotic = "dizygotic", Unknown = "unknown" }
}

same_as_pedigree!(Consanguinity = Consanguinity: NotAsked, Denied, Stated);
same_as_pedigree!(Zygosity = Zygosity: Monozygotic, Dizygotic, Unknown);

/// A couple of whom something is known beyond their children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Couple {
    #[n(0)]
    pub one: PersonId,
    #[n(1)]
    pub other: PersonId,
    #[n(2)]
    pub ended: bool,
    #[n(3)]
    pub consanguinity: Consanguinity,
    #[n(4)]
    pub childless: Option<Childless>,
}

/// Two people or more born together.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Twins {
    #[n(0)]
    pub members: Vec<PersonId>,
    #[n(1)]
    pub zygosity: Zygosity,
}

/// Either; one row each.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub enum Tie {
    #[n(0)]
    Couple(#[n(0)] Couple),
    #[n(1)]
    Twins(#[n(0)] Twins),
}
content!(Y at "ties.sealed" holds Tie);

#[derive(Queryable, Insertable)]
#[diesel(table_name = ties)]
struct Row {
    id: TieId,
    service_id: ServiceId,
    family_id: FamilyId,
    sealed: Sealed<Tie>,
}

impl Couple {
    /// Two people who are, or were, a couple; in order of id, so that a couple is written in one way only.
    pub fn of(one: PersonId, other: PersonId) -> Self {
        let (one, other) = if one <= other { (one, other) } else { (other, one) };
        Self { one, other, ended: false, consanguinity: Consanguinity::NotAsked, childless: None }
    }

    pub fn is_of(&self, one: PersonId, other: PersonId) -> bool {
        (self.one, self.other) == (one, other) || (self.one, self.other) == (other, one)
    }
}

impl Tie {
    /// True where it is about this person.
    pub fn holds(&self, id: PersonId) -> bool {
        match self {
            Tie::Couple(couple) => couple.one == id || couple.other == id,
            Tie::Twins(twins) => twins.members.contains(&id),
        }
    }

    /// Says it in a pedigree.
    pub fn say(&self, tree: &mut pedigree::Pedigree) {
        match self {
            Tie::Couple(couple) => tree.add_union(pedigree::Union {
                ended: couple.ended,
                consanguinity: couple.consanguinity.into(),
                childless: couple.childless.map(Into::into),
                ..pedigree::Union::new(pedigree_id(couple.one), pedigree_id(couple.other))
            }),
            Tie::Twins(twins) => {
                tree.add_twins(twins.members.iter().copied().map(pedigree_id), twins.zygosity.into());
            }
        }
    }
}

/// Every tie of a family.
pub fn tie_list(conn: &mut Conn, proof: &InFamily) -> Result<Vec<(TieId, Tie)>> {
    let rows: Vec<Row> = ties::table
        .filter(ties::service_id.eq(proof.service()))
        .filter(ties::family_id.eq(proof.family()))
        .order(ties::id.asc())
        .load(conn)?;
    let grant = proof.grant()?;
    rows.into_iter().map(|row| Ok((row.id, row.sealed.open(grant, row.id.as_str())?))).collect()
}

/// Writes a tie: a new one, or in the place of one that stands. Whoever calls records it.
pub(super) fn tie_put(
    act: &mut Act<'_>,
    proof: &InFamily,
    stands: Option<TieId>,
    tie: &Tie,
) -> Result<TieId> {
    let id = stands.unwrap_or_else(|| TieId::new(act.chance()));
    let sealed = Sealed::seal(proof.grant()?, act.chance(), id.as_str(), tie)?;
    if stands.is_some() {
        diesel::update(ties::table.find(id)).set(ties::sealed.eq(sealed)).execute(act.conn())?;
    } else {
        let row = Row { id, service_id: act.service, family_id: proof.family(), sealed };
        diesel::insert_into(ties::table).values(row).execute(act.conn())?;
    }
    Ok(id)
}

/// Takes a tie away. Whoever calls records it.
pub(super) fn tie_remove(act: &mut Act<'_>, proof: &InFamily, id: TieId) -> Result<()> {
    diesel::delete(ties::table.find(id).filter(ties::family_id.eq(proof.family()))).execute(act.conn())?;
    Ok(())
}
