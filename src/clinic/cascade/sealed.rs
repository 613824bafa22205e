//! Why results contradict each other, as a clinician has found: a tie that is none by descent, or a variant that is new.
//! Compartment Y. Must not know: letters, queues, or any page but its own; chances are computed with it, silently.

use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::people::kinship::pedigree_id,
    db::{Conn, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, PersonId, ResultId, SealedMatterId, ServiceId, StaffId},
    keys::{Sealed, content},
};
use diesel::prelude::*;
use kinward_pedigree::{ParentKind, Pedigree};

diesel::table! {
    sealed_matters (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        result_id -> Text,
        by_staff -> Text,
        at -> Timestamp,
        seq -> Integer,
        sealed -> Binary,
    }
}

closed! {
    pub enum Kind {
        /// A recorded parent is not one by descent.
        Apart = "apart",
        /// The variant is new in somebody: no parent has it.
        New = "new",
        /// An earlier matter was wrong.
        TakenBack = "taken_back",
    }
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = sealed_matters)]
struct Row {
    id: SealedMatterId,
    service_id: ServiceId,
    family_id: FamilyId,
    result_id: ResultId,
    by_staff: StaffId,
    at: UtcTime,
    seq: i32,
    sealed: Sealed<Matter>,
}

/// One matter. It has neither Debug nor Serialize, so that it cannot fall into a log or an answer whole.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub struct Matter {
    #[n(0)]
    pub kind: Kind,
    /// Of a tie: child and parent.
    #[n(1)]
    pub tie: Option<(PersonId, PersonId)>,
    #[n(2)]
    pub takes_back: Option<SealedMatterId>,
    #[n(3)]
    pub reason: String,
}
content!(Y at "sealed_matters.sealed" holds Matter);

/// A matter that was opened.
#[derive(Clone)]
pub struct SealedMatter {
    pub id: SealedMatterId,
    pub result_id: ResultId,
    pub by_staff: StaffId,
    pub at: UtcTime,
    pub matter: Matter,
    pub stands: bool,
}

/// Puts a matter on the sealed record.
///
/// # Errors
/// No reason; a tie that is not on record; something that does not stand and is taken back.
pub fn matter_record(
    act: &mut Act<'_>,
    proof: &InFamily,
    tree: &Pedigree,
    result: ResultId,
    matter: Matter,
) -> Result<SealedMatterId> {
    if matter.reason.trim().chars().count() < 10 {
        return Err(Error::bad_input(
            "Write in a sentence how this is known and with whom it was weighed. Nothing was saved.",
        )
        .at("reason"));
    }
    let all = matters_of(act.conn(), proof)?;
    let unknown = |words: &str| Err(Error::bad_input(format!("{words} Nothing was saved.")).at("what"));
    match matter.kind {
        Kind::Apart => {
            let is_tie = |(child, parent): (PersonId, PersonId)| {
                tree.parents(&pedigree_id(child), ParentKind::Biological).contains(&pedigree_id(parent))
            };
            if !matter.tie.is_some_and(is_tie) {
                return unknown("Choose a child and a parent who are tied in this family.");
            }
        }
        Kind::New => {}
        Kind::TakenBack => {
            let stands = |one: &SealedMatter| one.stands && Some(one.id) == matter.takes_back;
            if !all.iter().any(stands) {
                return unknown("This does not stand any more.");
            }
        }
    }
    let id = SealedMatterId::new(act.chance());
    let row = Row {
        id,
        service_id: act.service,
        family_id: proof.family(),
        result_id: result,
        by_staff: proof.staff(),
        at: act.at,
        seq: i32::try_from(all.len() + 1).map_err(Error::inner)?,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &matter)?,
    };
    diesel::insert_into(sealed_matters::table).values(&row).execute(act.conn())?;
    // Which kind it is stays sealed: a Guardian reads the record.
    act.record(Deed::SealedRecorded, ("result", result.as_str()), Some(proof.family()), "")?;
    Ok(id)
}

/// Every matter of a family, oldest first.
pub fn matters_of(conn: &mut Conn, proof: &InFamily) -> Result<Vec<SealedMatter>> {
    let rows: Vec<Row> = sealed_matters::table
        .filter(sealed_matters::service_id.eq(proof.service()))
        .filter(sealed_matters::family_id.eq(proof.family()))
        .order(sealed_matters::seq.asc())
        .load(conn)?;
    let grant = proof.grant()?;
    let opened = rows.into_iter().map(|row| {
        Ok(SealedMatter {
            matter: row.sealed.open(grant, row.id.as_str())?,
            id: row.id,
            result_id: row.result_id,
            by_staff: row.by_staff,
            at: row.at,
            stands: true,
        })
    });
    let mut all = opened.collect::<Result<Vec<SealedMatter>>>()?;
    let taken: Vec<SealedMatterId> = all.iter().filter_map(|one| one.matter.takes_back).collect();
    for one in &mut all {
        one.stands = one.matter.kind != Kind::TakenBack && !taken.contains(&one.id);
    }
    Ok(all)
}

/// What stands for the chances of one result: ties that pass nothing on, and whether a variant may be new.
pub struct Standing {
    pub apart: Vec<(PersonId, PersonId)>,
    pub is_new: bool,
}

pub fn standing(conn: &mut Conn, proof: &InFamily, result: ResultId) -> Result<Standing> {
    let all = matters_of(conn, proof)?;
    let stands = || all.iter().filter(|one| one.stands);
    Ok(Standing {
        apart: stands().filter_map(|one| one.matter.tie).collect(),
        is_new: stands().any(|one| one.matter.kind == Kind::New && one.result_id == result),
    })
}

/// The family as copies of a gene were passed on in it: without these ties.
pub fn without(tree: &Pedigree, apart: &[(PersonId, PersonId)]) -> Pedigree {
    let mut family = Pedigree::new();
    tree.persons().iter().cloned().for_each(|person| family.add_person(person));
    for kind in [ParentKind::Biological, ParentKind::Legal, ParentKind::Gestational] {
        for (child, parent) in tree.links_of(kind) {
            let is_apart =
                |(c, p): &(PersonId, PersonId)| pedigree_id(*c) == *child && pedigree_id(*p) == *parent;
            if kind == ParentKind::Biological && apart.iter().any(is_apart) {
                continue;
            }
            if kind == ParentKind::Biological && tree.is_donor(child, parent) {
                family.add_donor(child, parent);
            } else {
                family.add_parent(child, parent, kind);
            }
        }
    }
    tree.unions().cloned().for_each(|union| family.add_union(union));
    tree.twins().iter().cloned().for_each(|set| family.add_twins(set.members, set.zygosity));
    family
}
