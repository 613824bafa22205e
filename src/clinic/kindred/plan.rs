//! Before two files are joined: both of them, and who may be the same person in each, for somebody to say.
//! Must not know: what joining does. Nobody is ever taken for somebody else by guess.

use crate::{
    access::{
        Caller, InFamily,
        family::{family_by_reference, family_get},
    },
    audit::Act,
    clinic::{
        kindred::joined::{Kindred, kindred_pairs, kindreds_of},
        people::{
            kinship::{pedigree_id, pedigree_of},
            person::{Person, SexAtBirth, person_list},
        },
        result::state::{ResultState, TestResult, result_list, result_open},
        tested::relative_result::{open_for_results, variants_of},
    },
    error::{Error, Result},
    ids::{PersonId, ResultId},
};
use kinward_pedigree::{KinPath, Pedigree, kin_path};

/// One of the two files.
pub struct Side {
    pub proof: InFamily,
    pub result: TestResult,
    pub reference: String,
    pub people: Vec<Person>,
    tree: Pedigree,
}

/// Who stands in both: here, and there.
pub type Pair = (PersonId, PersonId);

impl Side {
    fn of(act: &mut Act<'_>, proof: InFamily, result: TestResult) -> Result<Self> {
        let reference = family_get(act.conn(), &proof)?.reference;
        let people = person_list(act.conn(), &proof)?;
        let tree = pedigree_of(act.conn(), &proof)?;
        Ok(Self { proof, result, reference, people, tree })
    }

    /// What one person is to another by descent, in this file's tree: "mother's sister".
    pub fn relation(&self, of: PersonId, to: PersonId) -> Option<KinPath> {
        kin_path(&self.tree, &pedigree_id(to), &pedigree_id(of))
    }

    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }
}

/// Somebody here who may be somebody there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    pub here: PersonId,
    pub there: PersonId,
    pub why: &'static str,
    /// A number is no accident; a name and a date can be.
    pub is_sure: bool,
}

/// A join that stands: both sides, and who is known to stand in both.
pub type Standing = (Kindred, Kindred, Vec<Pair>);

/// Two files that may be joined.
pub struct Plan {
    pub here: Side,
    pub there: Side,
    pub guesses: Vec<Guess>,
    /// Both sides of the join that stands already, and who is known to stand in both.
    pub standing: Option<Standing>,
}

impl Plan {
    /// What whoever joins has seen of both files.
    pub fn mark(&self) -> String {
        let line = |person: &Person| {
            let number = person.nhs_number.as_deref().unwrap_or_default();
            format!(
                "{} {} {:?} {number} {}\n",
                person.id,
                person.shown(),
                person.birth_date,
                person.has_died()
            )
        };
        let seen: String = self.here.people.iter().chain(&self.there.people).map(line).collect();
        crate::keys::digest(seen.as_bytes())
    }
}

/// Both files, as somebody sees them who has to do with both.
///
/// # Errors
/// A file that the caller has nothing to do with; the same file; no result there about the same variant.
pub fn plan_of(act: &mut Act<'_>, caller: &Caller, id: ResultId, reference: &str) -> Result<Plan> {
    let (result, proof) = result_open(act.conn(), caller, id)?;
    open_for_results(&result)?;
    let family = family_by_reference(act.conn(), caller, reference)?;
    if family == proof.family() {
        return Err(
            Error::bad_input("This is the reference of the same file. Give the other one's.").at("reference")
        );
    }
    let other = caller.in_family(act.conn(), family).map_err(|_| {
        Error::not_now(
            "You have to do with one of the two files alone. Open the other by its reference first, with your reason.",
        )
        .at("reference")
    })?;
    let ours = variants_of(act, &proof, &result)?;
    let mut same = None;
    for one in result_list(act.conn(), &other)? {
        if is_separated(one.state) && same.is_none() && alike(&ours, &variants_of(act, &other, &one)?) {
            same = Some(one);
        }
    }
    let there = same.ok_or_else(|| {
        Error::not_now(
            "No result in the other file is about the same variant and separated. Relatives of both may need both letters, so the files are not joined.",
        )
        .at("reference")
    })?;
    let (here, there) = (Side::of(act, proof, result)?, Side::of(act, other, there)?);
    let guesses = guesses(&here.people, &there.people);
    let standing = standing(act, &here, &there)?;
    Ok(Plan { here, there, guesses, standing })
}

fn standing(act: &mut Act<'_>, here: &Side, there: &Side) -> Result<Option<Standing>> {
    let own = kindreds_of(act.conn(), &here.proof, here.result.id)?;
    let own = own.into_iter().find(|one| one.stands() && one.other_result_id == there.result.id);
    let Some(own) = own else { return Ok(None) };
    let theirs = kindreds_of(act.conn(), &there.proof, there.result.id)?;
    let Some(other) = theirs.into_iter().find(|one| one.id == own.twin_id) else { return Ok(None) };
    let pairs = kindred_pairs(act.conn(), here.proof.service(), own.id)?;
    Ok(Some((own, other, pairs)))
}

/// Far enough that its variant is known to be familial, and not replaced.
fn is_separated(state: ResultState) -> bool {
    match state {
        ResultState::Pedigree
        | ResultState::CheckAgain
        | ResultState::Active
        | ResultState::Widened
        | ResultState::Review
        | ResultState::Closed => true,
        ResultState::Triage
        | ResultState::TriageAmended
        | ResultState::Discuss
        | ResultState::NothingFamilial
        | ResultState::Superseded => false,
    }
}

fn alike(one: &[String], other: &[String]) -> bool {
    let plain = |names: &[String]| {
        let mut names: Vec<String> = names.iter().map(|name| name.split_whitespace().collect()).collect();
        names.sort();
        names
    };
    plain(one) == plain(other)
}

fn guesses(here: &[Person], there: &[Person]) -> Vec<Guess> {
    let mut found = Vec::new();
    for one in here {
        for other in there.iter().filter(|other| differs(one, other).is_none()) {
            let why = if one.nhs_number.is_some() && one.nhs_number == other.nhs_number {
                Some(("same NHS number", true))
            } else if one.is_named()
                && one.birth_date.is_some()
                && one.birth_date == other.birth_date
                && folded(&one.shown()) == folded(&other.shown())
            {
                Some(("same name and date of birth", false))
            } else {
                None
            };
            found.extend(why.map(|(why, is_sure)| Guess { here: one.id, there: other.id, why, is_sure }));
        }
    }
    found
}

/// Two pairs that the trees do not bear: what the one is to the other here, and there.
pub fn unlike(plan: &Plan, one: Pair, other: Pair) -> Option<(String, String)> {
    let (here, there) = (plan.here.relation(one.0, other.0)?, plan.there.relation(one.1, other.1)?);
    let plain = |words: &str| words.replace("half-", "");
    // Where a sex is not recorded the words are vague, and only how close they are can be compared.
    let is_vague = |words: &str| ["parent", "sibling", "child"].iter().any(|vague| words.contains(vague));
    let alike = if is_vague(&here.words) || is_vague(&there.words) {
        here.degree == there.degree
    } else {
        plain(&here.words) == plain(&there.words)
    };
    (!alike).then_some((here.words, there.words))
}

fn folded(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// What two recorded facts say cannot be one person, also that one file knows of a death.
pub fn differs(one: &Person, other: &Person) -> Option<&'static str> {
    let death = (one.has_died() != other.has_died())
        .then_some("one file says that they have died, and the other that they are alive");
    identity_differs(one, other).or(death)
}

/// What number, date of birth and sex say cannot be one person.
pub fn identity_differs(one: &Person, other: &Person) -> Option<&'static str> {
    fn known<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
        one.zip(other).is_some_and(|(one, other)| one != other)
    }
    let sex = |person: &Person| Some(person.sex_at_birth).filter(|sex| *sex != SexAtBirth::Unknown);
    if known(one.nhs_number.as_ref(), other.nhs_number.as_ref()) {
        Some("their NHS numbers differ")
    } else if known(one.birth_date.as_ref(), other.birth_date.as_ref()) {
        Some("their dates of birth differ")
    } else if known(sex(one).as_ref(), sex(other).as_ref()) {
        Some("their sex at birth differs")
    } else {
        None
    }
}
