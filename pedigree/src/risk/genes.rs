//! What a person may have at one place of the genome, and how it comes down: states and tables, in five modes.
//! Must not know: families; at most two parents and a child are looked at.

use super::Locus;
use crate::{at_risk::Mode, model::Sex};

/// What is known of the sex of one genotype, as far as the mode asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Sex makes no difference.
    Any,
    Man,
    Woman,
    /// Sex makes a difference and is not known: it is a part of the state.
    Open,
}

/// One thing that a person may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    /// `Unknown` where sex makes no difference.
    pub sex: Sex,
    /// Copies of the variant.
    pub copies: u8,
    /// Copies of the gene, with the variant or without.
    pub of: u8,
}

const fn state(sex: Sex, copies: u8, of: u8) -> State {
    State { sex, copies, of }
}

use Sex::{Female, Male, Unknown};

const AUTOSOMAL: [State; 3] = [state(Unknown, 0, 2), state(Unknown, 1, 2), state(Unknown, 2, 2)];
const ONE_COPY: [State; 2] = [state(Unknown, 0, 1), state(Unknown, 1, 1)];
/// Men, then women, so that a part of the row serves each.
const ON_X: [State; 5] =
    [state(Male, 0, 1), state(Male, 1, 1), state(Female, 0, 2), state(Female, 1, 2), state(Female, 2, 2)];
const IN_MITOCHONDRIA: [State; 4] =
    [state(Male, 0, 1), state(Male, 1, 1), state(Female, 0, 1), state(Female, 1, 1)];
const ON_Y: [State; 3] = [state(Male, 0, 1), state(Male, 1, 1), state(Female, 0, 0)];

/// The states of one genotype, in the order that every table has them.
pub(super) fn states(mode: Mode, kind: Kind) -> &'static [State] {
    let by_sex: &'static [State] = match mode {
        Mode::AutosomalDominant | Mode::AutosomalRecessive => return &AUTOSOMAL,
        Mode::Mitochondrial if kind == Kind::Any => return &ONE_COPY,
        Mode::XLinked => &ON_X,
        Mode::Mitochondrial => &IN_MITOCHONDRIA,
        Mode::YLinked => &ON_Y,
    };
    let (men, women) = by_sex.split_at(2);
    match kind {
        Kind::Man => men,
        Kind::Woman => women,
        Kind::Open | Kind::Any => by_sex,
    }
}

/// The kind of a genotype. Where sex decides only what children get, it is asked of parents alone.
pub(super) fn kind(mode: Mode, sex: Sex, is_parent: bool) -> Kind {
    match mode {
        Mode::AutosomalDominant | Mode::AutosomalRecessive => Kind::Any,
        Mode::Mitochondrial if !is_parent => Kind::Any,
        Mode::Mitochondrial | Mode::XLinked | Mode::YLinked => match sex {
            Male => Kind::Man,
            Female => Kind::Woman,
            Unknown => Kind::Open,
        },
    }
}

/// The most copies of the variant that anyone of this kind can have.
pub(super) fn most_copies(mode: Mode, kind: Kind) -> u8 {
    states(mode, kind).iter().map(|state| state.copies).max().unwrap_or(0)
}

fn chance_of_sex(kind: Kind) -> f64 {
    if kind == Kind::Open { 0.5 } else { 1.0 }
}

/// The chance that so many of the copies have the variant, each on its own with the chance given.
fn chance_of_copies(copies: u8, chances: &[f64]) -> f64 {
    match (copies, chances) {
        (0, _) => chances.iter().map(|chance| 1.0 - chance).product(),
        (1, &[one]) => one,
        (1, &[one, other]) => one * (1.0 - other) + (1.0 - one) * other,
        (2, &[one, other]) => one * other,
        _ => 0.0,
    }
}

/// Of somebody whose parents are not recorded: Hardy-Weinberg.
pub(super) fn founder(locus: &Locus, kind: Kind) -> Vec<f64> {
    let chances = [locus.frequency; 2];
    let of = |state: &State| chances.get(..usize::from(state.of)).unwrap_or(&chances);
    let states = states(locus.mode, kind).iter();
    states.map(|state| chance_of_sex(kind) * chance_of_copies(state.copies, of(state))).collect()
}

/// Of a child, for every state of the recorded parents: the first parent's states outermost, the child's innermost.
/// A couple of one sex has no chance at all.
pub(super) fn child(locus: &Locus, child: Kind, parents: &[Kind]) -> Vec<f64> {
    let of_parent = |kind: Kind| states(locus.mode, kind).iter().map(Some).collect::<Vec<_>>();
    let (first, second) = match *parents {
        [first, second] => (of_parent(first), of_parent(second)),
        [first] => (of_parent(first), vec![None]),
        _ => (vec![None], vec![None]),
    };
    let mut table = Vec::new();
    for &one in &first {
        for &other in &second {
            let couple = couple(locus, one, other);
            table.extend(states(locus.mode, child).iter().map(|state| {
                couple.map_or(0.0, |[father, mother]| {
                    let gifts = gifts(locus.mode, state.sex, father, mother);
                    chance_of_sex(child) * chance_of_copies(state.copies, &gifts)
                })
            }));
        }
    }
    table
}

/// The chances that the copies which the father and the mother pass on have the variant; none for two of one sex.
fn couple(locus: &Locus, one: Option<&State>, other: Option<&State>) -> Option<[f64; 2]> {
    let passed = |parent: Option<&State>| {
        let share = match parent {
            Some(state) if state.of == 0 => 0.0,
            Some(state) => f64::from(state.copies) / f64::from(state.of),
            None => locus.frequency,
        };
        share + (1.0 - share) * locus.de_novo
    };
    let sex = |parent: Option<&State>| parent.map_or(Unknown, |state| state.sex);
    match (sex(one), sex(other)) {
        (Male, Male) | (Female, Female) => None,
        (Female, _) | (_, Male) => Some([passed(other), passed(one)]),
        (Male, _) | (_, Female) | (Unknown, Unknown) => Some([passed(one), passed(other)]),
    }
}

/// Whose copies a child of this sex has.
fn gifts(mode: Mode, sex: Sex, father: f64, mother: f64) -> Vec<f64> {
    match (mode, sex) {
        (Mode::AutosomalDominant | Mode::AutosomalRecessive, _) | (Mode::XLinked, Female | Unknown) => {
            vec![father, mother]
        }
        (Mode::XLinked, Male) | (Mode::Mitochondrial, _) => vec![mother],
        (Mode::YLinked, Male) => vec![father],
        (Mode::YLinked, Female | Unknown) => vec![],
    }
}
