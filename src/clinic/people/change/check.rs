//! Whether a family can look as a plan leaves it: names, dates, and who descends from whom. What cannot be is named.
//! Must not know: where it was entered; each thing wrong says about whom it is and about which part of them.

use super::{Names, Plan, There};
use crate::{
    clinic::people::{dates::life_possible, kinship::pedigree_id, person::Person},
    db::UtcDate,
    error::Error,
    ids::PersonId,
    policy::DateLimits,
};
use kinward_pedigree as pedigree;

/// One thing that is wrong with a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Whom it is about, where it is about one person.
    pub of: Option<PersonId>,
    /// Which part of them, by the name that forms give it.
    pub field: &'static str,
    pub words: String,
}

impl Plan {
    /// Everything that is wrong with the family as this leaves it, but for what was wrong before.
    pub fn wrongs(
        &self,
        there: &There,
        outcome: &There,
        names: &Names,
        limits: DateLimits,
        today: UtcDate,
    ) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        for id in self.people.iter().map(|one| one.id) {
            let Some(person) = outcome.person(id) else { continue };
            wrongs.extend(person_wrong(person, there.person(id), limits, today));
        }
        if wrongs.is_empty() {
            wrongs.extend(too_young(outcome, there, names, limits));
        }
        let before = there.tree.validate();
        for problem in outcome.tree.validate() {
            if problem.is_note() || before.contains(&problem) {
                continue;
            }
            let of = problem.ids().first().and_then(|id| id.as_str().parse().ok());
            let words = names.named_in(&problem.to_string());
            // The policy's own limit has said it better already.
            let said = matches!(problem, pedigree::Problem::ChildOlderThanParent { .. })
                && wrongs.iter().any(|wrong| wrong.field == "born");
            if !said {
                wrongs.push(Wrong { of, field: "relation", words });
            }
        }
        wrongs
    }
}

fn person_wrong(person: &Person, was: Option<&Person>, limits: DateLimits, today: UtcDate) -> Option<Wrong> {
    let of = Some(person.id);
    let told = |field, problem: Error| Some(Wrong { of, field, words: unsaved(problem.public()) });
    if let Err(problem) = person.identity().checked(limits, today) {
        let field = match problem.field() {
            Some("birth_date") => "born",
            Some("nhs_number") => "nhs_number",
            Some("family_name") => "family_name",
            Some(_) | None if problem.public().contains("date of birth") => "born",
            Some(_) | None => "given_name",
        };
        return told(field, problem);
    }
    let (year, _, _) = today.ymd();
    if person.particulars.birth_year.is_some_and(|born| born > year || born < limits.earliest_birth_year) {
        let words =
            format!("The year of birth is not between {} and {year}. Check it.", limits.earliest_birth_year);
        return Some(Wrong { of, field: "born", words });
    }
    if let Some(died) = person.died_on {
        if died > today {
            return Some(Wrong {
                of,
                field: "died",
                words: "The date of death is in the future. Check it.".into(),
            });
        }
        if let Err(problem) = life_possible(person, died) {
            return told("died", problem);
        }
        if let Some(stands) = was.and_then(|was| was.died_on).filter(|stands| *stands != died) {
            let words = format!(
                "The death is on record with another date, {}. If that is wrong, correct it on the person's own page and say why.",
                stands.shown()
            );
            return Some(Wrong { of, field: "died", words });
        }
    }
    let life = person.life();
    if life.is_unborn() && (person.birth_date.is_some() || person.particulars.birth_year.is_some()) {
        let words = "Somebody who was not born alive has no date of birth. Leave it out, or correct what became of the pregnancy.";
        return Some(Wrong { of, field: "born", words: words.into() });
    }
    if person.particulars.weeks.is_some_and(|weeks| weeks == 0 || weeks > 45) {
        return Some(Wrong { of, field: "died", words: "A pregnancy has 1 to 45 weeks. Check it.".into() });
    }
    None
}

/// Children by descent whose parent was younger than the policy takes for possible, where this plan makes it so.
fn too_young(outcome: &There, there: &There, names: &Names, limits: DateLimits) -> Vec<Wrong> {
    let mut wrongs = Vec::new();
    let links: Vec<_> = outcome.tree.links_of(pedigree::ParentKind::Biological).collect();
    for (child, parent) in links {
        let of = |id: &pedigree::PersonId| outcome.people.iter().find(|p| pedigree_id(p.id) == *id);
        let (Some(child), Some(parent)) = (of(child), of(parent)) else { continue };
        let age = match (parent.birth_date, child.birth_date) {
            (Some(parent), Some(child)) => parent.age_on(child),
            _ => match (born_year(parent), born_year(child)) {
                // By the year alone the parent may be a year younger than the difference.
                (Some(parent), Some(child)) => child - parent,
                (None, _) | (_, None) => continue,
            },
        };
        let unchanged = there.person(child.id).is_some_and(|was| was.who() == child.who())
            && there.person(parent.id).is_some_and(|was| was.who() == parent.who())
            && there
                .tree
                .parents(&pedigree_id(child.id), pedigree::ParentKind::Biological)
                .contains(&pedigree_id(parent.id));
        if age < limits.youngest_parent_age && !unchanged {
            let older = match age {
                ..0 => "younger than".to_owned(),
                0 => "as old as".to_owned(),
                1 => "1 year older than".to_owned(),
                age => format!("{age} years older than"),
            };
            let words = format!(
                "{} would be {older} their child {}. A parent by descent is at least {} years older. Check both dates, and whose child this is.",
                names.of(parent.id),
                names.of(child.id),
                limits.youngest_parent_age
            );
            let of = if there.person(child.id).is_none() { child.id } else { parent.id };
            wrongs.push(Wrong { of: Some(of), field: "born", words });
        }
    }
    wrongs
}

fn born_year(person: &Person) -> Option<i32> {
    person.birth_date.map(|born| born.ymd().0).or(person.particulars.birth_year)
}

/// A message of a form that was to be saved at once, where nothing is saved yet.
fn unsaved(words: &str) -> String {
    words.replace(" Nothing was saved.", "")
}
