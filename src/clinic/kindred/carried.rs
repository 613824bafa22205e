//! A person who stands in joined files has been tested once: what is confirmed in one file is written into the other, where a
//! second person confirms it as any result. Compartment P. Must not know: letters, or what a result moves.

use super::joined::{Kindred, kindred_people, kindreds};
use crate::{
    access::InFamily,
    audit::Act,
    clinic::{
        people::person::{SexAtBirth, person_get},
        result::{
            release::{Copies, proband_copies},
            state::TestResult,
        },
        tested::{
            relative_result::{
                Entry, Finding, Of, RelativeResult, inheritance_of, relative_result_carry,
                relative_result_correct, relative_results_of, variants_of,
            },
            said::{Says, Source, State},
            verdict::verdict_reject,
        },
    },
    db::UtcDate,
    error::{Error, Result},
    ids::{FamilyId, KindredId, PersonId, RelativeResultId, ResultId, ServiceId},
    keys::Compartment,
};
use diesel::prelude::*;
use kinward_family::fact::Inheritance;

diesel::table! {
    carried_results (relative_result_id) {
        relative_result_id -> Text,
        service_id -> Text,
        kindred_id -> Text,
    }
}

/// At the join: what `from` holds of everybody who stands in both files is written into `into`. Answers how many.
pub(super) fn results_carry(
    act: &mut Act<'_>,
    from: (&InFamily, &TestResult),
    into: (&InFamily, &Kindred),
    pairs: &[(PersonId, PersonId)],
    own_there: PersonId,
) -> Result<usize> {
    let mut carried = 0;
    for (here, there) in pairs.iter().filter(|(_, there)| *there != own_there) {
        let Some(finding) = known_of(act, from, *here)? else { continue };
        let of = Of { family: into.1.family_id, result: into.1.result_id, person: *there };
        let by = into.0.staff();
        if let Some(id) = relative_result_carry(act, into.0.grant()?, of, by, &finding)? {
            keep(act, id, into.1.id)?;
            carried += 1;
        }
    }
    Ok(carried)
}

/// A relative's result was confirmed: it is written into every file that is joined by this variant and holds them.
pub(in crate::clinic) fn result_carry(
    act: &mut Act<'_>,
    proof: &InFamily,
    of: &RelativeResult,
) -> Result<()> {
    if !of.finding.says.is_informative() && of.finding.says != Says::Void {
        return Ok(());
    }
    let service = act.service;
    let joined: Vec<(KindredId, FamilyId, ResultId, PersonId)> = kindreds::table
        .inner_join(kindred_people::table)
        .filter(kindreds::service_id.eq(service))
        .filter(kindreds::result_id.eq(of.result_id))
        .filter(kindreds::parted_at.is_null())
        .filter(kindred_people::person_id.eq(of.person_id))
        .order(kindreds::id.asc())
        .select((
            kindreds::twin_id,
            kindreds::other_family_id,
            kindreds::other_result_id,
            kindred_people::other_id,
        ))
        .load(act.conn())?;
    let reason = if of.finding.says == Says::Void || of.replaces_id.is_some() {
        "It was corrected in the joined file, and confirmed there."
    } else {
        ""
    };
    let finding = Finding { reason: reason.to_owned(), ..of.finding.clone() };
    for (twin, family, result, person) in joined {
        let unlocked = act.unlock(family.as_str(), &[Compartment::Personal])?;
        let of = Of { family, result, person };
        if let Some(id) = relative_result_carry(act, unlocked.grant()?, of, proof.staff(), &finding)? {
            keep(act, id, twin)?;
        }
    }
    Ok(())
}

/// The files are parted: what came from the other one is turned away where it waits, and where it counts a correction that
/// takes it away waits for a second person. Answers how many wait.
pub(super) fn results_part(act: &mut Act<'_>, proof: &InFamily, side: &Kindred) -> Result<usize> {
    const WHY: &str = "The files were parted, and this came from the other one.";
    let carried: Vec<RelativeResultId> = carried_results::table
        .filter(carried_results::service_id.eq(act.service))
        .filter(carried_results::kindred_id.eq(side.id))
        .select(carried_results::relative_result_id)
        .load(act.conn())?;
    let nothing = Entry {
        says: Some(Says::Void),
        tested_on: None,
        laboratory: String::new(),
        source: None,
        variant: String::new(),
    };
    let mut waiting = 0;
    let all = relative_results_of(act.conn(), proof, side.result_id)?;
    let is_waited = |id| all.iter().any(|one| one.replaces_id == Some(id) && one.state == State::Recorded);
    for one in all.iter().filter(|one| carried.contains(&one.id)) {
        match one.state {
            // A correction waits already: whoever looks at it decides.
            State::Confirmed if is_waited(one.id) => {}
            State::Recorded => verdict_reject(act, proof, one, WHY)?,
            State::Confirmed => {
                relative_result_correct(act, proof, one, &nothing, WHY)?;
                waiting += 1;
            }
            State::Rejected | State::Corrected => {}
        }
    }
    Ok(waiting)
}

fn keep(act: &mut Act<'_>, id: RelativeResultId, kindred: KindredId) -> Result<()> {
    let service: ServiceId = act.service;
    diesel::insert_into(carried_results::table)
        .values((
            carried_results::relative_result_id.eq(id),
            carried_results::service_id.eq(service),
            carried_results::kindred_id.eq(kindred),
        ))
        .execute(act.conn())?;
    Ok(())
}

/// What a file holds of one person: the proband's own report, or the relative's result that counts.
fn known_of(
    act: &mut Act<'_>,
    (proof, result): (&InFamily, &TestResult),
    person: PersonId,
) -> Result<Option<Finding>> {
    if person == result.person_id {
        return proband_finding(act, proof, result).map(Some);
    }
    let counting = relative_results_of(act.conn(), proof, result.id)?;
    let one = counting.into_iter().find(|one| one.person_id == person && one.counts());
    Ok(one.map(|one| Finding { reason: String::new(), ..one.finding }))
}

fn proband_finding(act: &mut Act<'_>, proof: &InFamily, result: &TestResult) -> Result<Finding> {
    let sex = person_get(act.conn(), proof, result.person_id)?.sex_at_birth;
    let copies = proband_copies(act.conn(), proof, result.id)?;
    let issued: Option<UtcDate> =
        result.about.issued.as_deref().and_then(|text| text.get(..10)).and_then(|day| day.parse().ok());
    let variant = variants_of(act, proof, result)?.into_iter().next();
    Ok(Finding {
        says: proband_says(inheritance_of(result)?, sex, copies),
        tested_on: Some(issued.unwrap_or(result.received_at.date())),
        laboratory: result.about.lab.clone().unwrap_or_else(|| "not stated on the report".to_owned()),
        source: Some(Source::LaboratoryReport),
        variant: variant.ok_or_else(|| Error::inner("a separated result without a variant"))?,
        reason: String::new(),
    })
}

/// What a proband's report says, in the words that a relative's result has.
fn proband_says(inheritance: Inheritance, sex: SexAtBirth, copies: Copies) -> Says {
    match (inheritance, sex, copies) {
        (Inheritance::Mitochondrial, _, _) => Says::Carrier,
        (Inheritance::XLinked, SexAtBirth::Male, _) => Says::Hemi,
        (_, _, Copies::One) => Says::Het,
        (Inheritance::AutosomalRecessive, _, Copies::Both) => Says::Hom,
        (_, _, Copies::Both | Copies::OneAtLeast) => Says::Carrier,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::tested::fits::says_possible;

    #[test]
    fn whatever_a_proband_has_can_stand_as_a_relatives_result() {
        for inheritance in Inheritance::ALL {
            for sex in SexAtBirth::ALL {
                for copies in [Copies::One, Copies::Both, Copies::OneAtLeast] {
                    let says = proband_says(inheritance, *sex, copies);
                    assert!(says_possible(says, inheritance, *sex).is_ok(), "{inheritance:?} {sex} {says}");
                }
            }
        }
    }
}
