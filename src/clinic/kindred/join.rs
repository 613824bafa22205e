//! Joins two files of one family, and parts them again: one act each, with the reason, on the record of both.
//! Must not know: what either proband agreed to; who keeps it follows what was joined.

use super::{
    carried::{results_carry, results_part},
    joined::{Kindred, Words, kindred_people, kindreds, kindreds_of},
    one_letter::{letter_settle, resume},
    plan::{Pair, Plan, Side, differs, unlike},
};
use crate::{
    access::{Caller, InFamily},
    audit::{Act, Deed},
    clinic::{
        cascade::task::{Task, tasks_of_pairs},
        people::person::Person,
        sharing::stricter::naming_follow,
    },
    error::{Error, Result},
    ids::{KindredId, PersonId},
    keys::Sealed,
};
use diesel::prelude::*;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinEntry {
    /// Who stands in both files: two ids with a space between them, the one here first. Empty ones are nobody.
    #[serde(default)]
    pub pairs: Vec<String>,
    /// How it is known that this is one family.
    #[serde(default)]
    pub why: String,
    /// The files as they were seen; a program may leave it out.
    pub seen: Option<String>,
}

/// What joining came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Joined {
    pub kindred: KindredId,
    /// Results of people who stand in both that now wait to be confirmed in one of the files.
    pub carried: usize,
}

/// Joins the files of a plan, or says of more people that they stand in both. From now on whoever stands in both gets one letter, nobody is named against the word of
/// either proband, and what one file confirms of a person's own test is written into the other.
///
/// # Errors
/// No reason; nobody new who stands in both; two people who cannot be one; files that were changed meanwhile.
pub fn kindred_join(act: &mut Act<'_>, plan: &Plan, entry: &JoinEntry) -> Result<Joined> {
    let why = entry.why.trim();
    if why.chars().count() < 10 {
        return Err(Error::bad_input(
            "Write in a sentence how it is known that this is one family, and who said so. Nothing was saved.",
        )
        .at("why"));
    }
    if entry.seen.as_ref().is_some_and(|seen| *seen != plan.mark()) {
        return Err(Error::not_now(
            "Somebody in one of the files was changed since you opened this page. Look at both as they are now, then join them. Nothing was saved.",
        ));
    }
    let mut pairs = pairs_of(plan, &entry.pairs)?;
    let (here, there) = (&plan.here, &plan.there);
    let (own, other) = match &plan.standing {
        Some((own, other, known)) => {
            pairs.retain(|pair| !known.contains(pair));
            if pairs.is_empty() {
                return Err(Error::not_now(
                    "These files are joined, and everybody you chose is known to stand in both. Nothing was changed.",
                ));
            }
            if let Some(twice) =
                pairs.iter().find(|(one, same)| known.iter().any(|(a, b)| a == one || b == same))
            {
                let name = here.person(twice.0).map_or_else(String::new, Person::shown);
                return Err(Error::not_now(format!(
                    "{name} is taken for somebody else in these joined files. Part the files first, with the reason. Nothing was saved."
                ))
                .at("pairs"));
            }
            // Why the first were taken for the same stays, and why the later ones were stands below it.
            for (side, file) in [(own, here), (other, there)] {
                let words = side.words(&file.proof)?;
                let joined = format!("{}\n{}: {why}", words.joined, act.at.shown());
                words_put(act, &file.proof, side, Words { joined, ..words })?;
            }
            (own.clone(), other.clone())
        }
        None => {
            let (id, twin) = (KindredId::new(act.chance()), KindredId::new(act.chance()));
            (side_insert(act, (id, twin), here, there, why)?, side_insert(act, (twin, id), there, here, why)?)
        }
    };
    for (one, same) in &pairs {
        person_insert(act, own.id, *one, *same)?;
        person_insert(act, other.id, *same, *one)?;
    }
    let back: Vec<Pair> = pairs.iter().map(|(one, same)| (*same, *one)).collect();
    let carried = results_carry(
        act,
        (&here.proof, &here.result),
        (&there.proof, &other),
        &pairs,
        there.result.person_id,
    )? + results_carry(
        act,
        (&there.proof, &there.result),
        (&here.proof, &own),
        &back,
        here.result.person_id,
    )?;
    for task in tasks_joined(act, here, &pairs)? {
        letter_settle(act, &task)?;
        naming_follow(act, &task)?;
    }
    for task in tasks_joined(act, there, &back)? {
        naming_follow(act, &task)?;
    }
    for side in [&own, &other] {
        act.record(Deed::KindredJoined, ("kindred", side.id.as_str()), Some(side.family_id), "")?;
    }
    Ok(Joined { kindred: own.id, carried })
}

/// Parts two files: each goes on alone from where it stands, and what came from the other is taken back. Answers how many
/// results that counted wait for a second person to take them away.
///
/// # Errors
/// A join that does not stand; no reason; somebody who has to do with one of the two files alone.
pub fn kindred_part(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    side: &Kindred,
    why: &str,
) -> Result<usize> {
    let why = why.trim();
    if why.chars().count() < 10 {
        return Err(Error::bad_input(
            "Write in a sentence why these are not one family, or why they are followed apart. Nothing was changed.",
        )
        .at("parted_why"));
    }
    if !side.stands() {
        return Err(Error::not_now("These files are parted already. Nothing was changed."));
    }
    let other = caller.in_family(act.conn(), side.other_family_id).map_err(|_| {
        Error::not_now(
            "You have to do with one of the two files alone. Open the other by its reference first, with your reason.",
        )
    })?;
    let twins = kindreds_of(act.conn(), &other, side.other_result_id)?;
    let twin = twins.into_iter().find(|one| one.id == side.twin_id).ok_or_else(Error::not_found)?;
    let pairs = super::joined::kindred_pairs(act.conn(), caller.service, side.id)?;
    let (mine, theirs): (Vec<_>, Vec<_>) =
        pairs.into_iter().map(|(one, same)| ((side.result_id, one), (twin.result_id, same))).unzip();
    let mut tasks = tasks_of_pairs(act.conn(), caller.service, &mine)?;
    tasks.extend(tasks_of_pairs(act.conn(), caller.service, &theirs)?);
    for (proof, side) in [(proof, side), (&other, &twin)] {
        let words = side.words(proof)?;
        words_put(act, proof, side, Words { parted: Some(why.to_owned()), ..words })?;
        let at = act.at;
        diesel::update(kindreds::table.find(side.id))
            .set((kindreds::parted_by.eq(caller.staff), kindreds::parted_at.eq(at)))
            .execute(act.conn())?;
        act.record(Deed::KindredParted, ("kindred", side.id.as_str()), Some(side.family_id), "")?;
    }
    let waiting = results_part(act, proof, side)? + results_part(act, &other, &twin)?;
    for task in tasks {
        resume(act, &task)?;
    }
    Ok(waiting)
}

fn tasks_joined(act: &mut Act<'_>, side: &Side, pairs: &[Pair]) -> Result<Vec<Task>> {
    let of: Vec<_> = pairs.iter().map(|(person, _)| (side.result.id, *person)).collect();
    tasks_of_pairs(act.conn, act.service, &of)
}

fn side_insert(
    act: &mut Act<'_>,
    (id, twin): (KindredId, KindredId),
    own: &Side,
    other: &Side,
    why: &str,
) -> Result<Kindred> {
    let words = Words { joined: why.to_owned(), parted: None };
    let row = Kindred {
        id,
        service_id: act.service,
        twin_id: twin,
        family_id: own.proof.family(),
        result_id: own.result.id,
        other_family_id: other.proof.family(),
        other_result_id: other.result.id,
        by_staff: own.proof.staff(),
        at: act.at,
        parted_by: None,
        parted_at: None,
        sealed: Sealed::seal(own.proof.grant()?, act.chance(), id.as_str(), &words)?,
    };
    diesel::insert_into(kindreds::table).values(&row).execute(act.conn())?;
    Ok(row)
}

fn words_put(act: &mut Act<'_>, proof: &InFamily, side: &Kindred, words: Words) -> Result<()> {
    let sealed = Sealed::seal(proof.grant()?, act.chance(), side.id.as_str(), &words)?;
    diesel::update(kindreds::table.find(side.id)).set(kindreds::sealed.eq(sealed)).execute(act.conn())?;
    Ok(())
}

fn person_insert(act: &mut Act<'_>, kindred: KindredId, person: PersonId, other: PersonId) -> Result<()> {
    let service = act.service;
    diesel::insert_into(kindred_people::table)
        .values((
            kindred_people::kindred_id.eq(kindred),
            kindred_people::service_id.eq(service),
            kindred_people::person_id.eq(person),
            kindred_people::other_id.eq(other),
        ))
        .execute(act.conn())?;
    Ok(())
}

/// Who stands in both files, as it was said: each at most once, and nobody who cannot be the other.
fn pairs_of(plan: &Plan, said: &[String]) -> Result<Vec<Pair>> {
    let told = |words: String| Error::bad_input(format!("{words} Nothing was saved.")).at("pairs");
    let known: &[Pair] = plan.standing.as_ref().map_or(&[], |(_, _, pairs)| pairs);
    let is_known = |pair: Pair| known.contains(&pair);
    let mut pairs: Vec<Pair> = Vec::new();
    for said in said.iter().map(|said| said.trim()).filter(|said| !said.is_empty()) {
        let ids =
            said.split_once(' ').and_then(|(one, other)| Some((one.parse().ok()?, other.parse().ok()?)));
        let (one, other): (PersonId, PersonId) =
            ids.ok_or_else(|| told("Choose each person from the list.".into()))?;
        let people = plan.here.person(one).zip(plan.there.person(other));
        let (here, there) = people.ok_or_else(|| told("Choose each person from the list.".into()))?;
        if is_known((one, other)) {
            pairs.push((one, other));
            continue;
        }
        if let Some(why) = differs(here, there) {
            let (here, there) = (here.shown(), there.shown());
            return Err(told(format!(
                "{here} here and {there} there cannot be one person: {why}. Correct what is wrong in one of the files first, or choose somebody else."
            )));
        }
        if pairs.iter().any(|(known, same)| *known == one || *same == other) {
            return Err(told(format!(
                "{} was chosen twice. Everybody is one person at most.",
                there.shown()
            )));
        }
        pairs.push((one, other));
    }
    for (place, pair) in pairs.iter().enumerate() {
        let others = known.iter().chain(pairs.iter().take(place));
        let wrong = others
            .filter(|other| *other != pair && !is_known(*pair))
            .find_map(|other| unlike(plan, *pair, *other).map(|words| (*other, words)));
        if let Some((other, (here, there))) = wrong {
            let name = |side: &Side, id| side.person(id).map_or_else(String::new, Person::shown);
            return Err(told(format!(
                "{} is {}'s {here} here, and {} is {}'s {there} there: these cannot be the same two people. Choose somebody else, or correct the tree that is wrong first.",
                name(&plan.here, pair.0),
                name(&plan.here, other.0),
                name(&plan.there, pair.1),
                name(&plan.there, other.1),
            )));
        }
    }
    if pairs.is_empty() {
        return Err(told(
            "Say of at least one person that they stand in both files: nothing else connects them.".into(),
        ));
    }
    if pairs.contains(&(plan.here.result.person_id, plan.there.result.person_id)) {
        return Err(told(
            "The proband is the same person in both: these are two reports of one proband, not two probands."
                .into(),
        ));
    }
    Ok(pairs)
}
