//! Stories and properties for `risk.rs`, and what several of them begin with.
//! Must not know: how chances are worked out.

mod brute;
mod double;
mod large;
mod slow_way;
mod stories;

use super::{Answer, Evidence, Known, Locus, Model};
use crate::{
    at_risk::Mode,
    model::{ParentKind, Pedigree, Person, PersonId, Sex},
};

/// A family in short: "m w", "f m", "c w = f + m"; sexes m, w, u.
fn family(lines: &[&str]) -> Pedigree {
    let mut family = Pedigree::new();
    for line in lines {
        let (person, parents) = line.split_once('=').unwrap_or((line, ""));
        let (id, sex) = person.trim().split_once(' ').unwrap();
        let sex = match sex {
            "m" => Sex::Male,
            "w" => Sex::Female,
            _ => Sex::Unknown,
        };
        family.add_person(Person::new(id, sex));
        for parent in parents.split('+').map(str::trim).filter(|id| !id.is_empty()) {
            family.add_parent(&id.into(), &parent.into(), ParentKind::Biological);
        }
    }
    family
}

/// So rare that it does not show, and yet possible.
const RARE: f64 = 1e-15;

fn locus(mode: Mode, frequency: f64) -> Locus {
    Locus { mode, frequency, de_novo: 0.0 }
}

fn evidence(results: &[(&str, Known)]) -> Evidence {
    let mut evidence = Evidence::new();
    results.iter().for_each(|(id, known)| evidence.add_result(&(*id).into(), *known));
    evidence
}

/// The chance of a person to carry the variant.
fn carrier(family: &Pedigree, locus: &Locus, evidence: &Evidence, id: &str) -> f64 {
    match Model::new(family, locus).unwrap().answer(evidence).unwrap() {
        Answer::Chances { persons, .. } => {
            persons.iter().find(|person| person.id.as_str() == id).unwrap().carrier()
        }
        Answer::Contradiction { people, .. } => panic!("{people:?}"),
    }
}

fn conflict(family: &Pedigree, locus: &Locus, evidence: &Evidence) -> Vec<String> {
    match Model::new(family, locus).unwrap().answer(evidence).unwrap() {
        Answer::Contradiction { people, smallest: true } => people.iter().map(|id| id.to_string()).collect(),
        other => panic!("{other:?}"),
    }
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
}
