//! Which families are played, as the figures shape them: how large, how far on, and what becomes of each relative.
//! Must not know: how any of it is done, or that families are copied afterwards.

use super::{names::below, shape::Shape};
use crate::clock::Chance;

/// How far a family has got. Each stage is begun on a day of its own, counted from the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Received,
    Separated,
    Told,
    Listed,
    Agreed,
    Written,
    Sent,
    Answered,
    Tested,
    Confirmed,
    Settled,
}

impl Stage {
    pub const ALL: [Stage; 11] = [
        Stage::Received,
        Stage::Separated,
        Stage::Told,
        Stage::Listed,
        Stage::Agreed,
        Stage::Written,
        Stage::Sent,
        Stage::Answered,
        Stage::Tested,
        Stage::Confirmed,
        Stage::Settled,
    ];

    /// The day, counted from the report, on which it begins. Weekdays, when the report came on a Monday to Wednesday.
    pub const fn day(self) -> i64 {
        match self {
            Stage::Received => 0,
            Stage::Separated => 2,
            Stage::Told => 8,
            Stage::Listed => 15,
            Stage::Agreed => 22,
            Stage::Written => 29,
            Stage::Sent => 35,
            Stage::Answered => 56,
            Stage::Tested => 91,
            Stage::Confirmed => 93,
            Stage::Settled => 119,
        }
    }
}

/// What becomes of a relative, as far as the family gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The proband tells them.
    TheyTell,
    /// The service writes, and they answer with a choice of the portal; or do not answer.
    Letter(Option<&'static str>),
    Thinking,
    /// The proband refuses, and a clinician lets it be for now, or writes without naming anybody, or has not decided.
    Refused(Option<&'static str>),
    /// They want no contact.
    Objects,
    /// Nobody has asked yet.
    Open,
}

#[derive(Debug, Clone)]
pub struct Relative {
    /// Whose relative: the proband's, or the one's at that place in the list.
    pub of: Option<usize>,
    pub relation: &'static str,
    pub woman: bool,
    /// How many years after the proband they were born.
    pub years_after: i32,
    pub away: bool,
    pub fate: Fate,
    /// What their own test said, where they had one.
    pub tested: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    BreastOvarian,
    Fh,
    Lynch,
    Cardiomyopathy,
}

#[derive(Debug, Clone)]
pub struct Plan {
    pub condition: Condition,
    pub woman: bool,
    /// The weekday the report comes: 0 is Monday.
    pub weekday: i64,
    pub last: Stage,
    pub relatives: Vec<Relative>,
}

/// Kin in the order in which a family comes to name them: near ones first.
const KIN: [(Option<usize>, &str, bool, i32); 26] = [
    (None, "sister", true, 2),
    (None, "son", false, 27),
    (None, "brother", false, -3),
    (None, "daughter", true, 30),
    (None, "mother's sister", true, -26),
    (None, "sister", true, -5),
    (None, "father's brother", false, -29),
    (Some(0), "daughter", true, 29),
    (None, "brother", false, 4),
    (None, "daughter", true, 34),
    (None, "mother's brother", false, -22),
    (Some(2), "son", false, 25),
    (None, "son", false, 32),
    (Some(4), "daughter", true, 3),
    (Some(5), "daughter", true, 22),
    (None, "father's sister", true, -24),
    (Some(6), "son", false, 1),
    (Some(8), "daughter", true, 33),
    (Some(10), "daughter", true, 8),
    (Some(0), "son", false, 32),
    (None, "mother's sister", true, -20),
    (Some(15), "daughter", true, 6),
    (Some(2), "daughter", true, 28),
    (Some(20), "son", false, 9),
    (Some(4), "son", false, 6),
    (Some(5), "son", false, 25),
];

/// As many families as are asked for: every stage is there, most have come to their end, and sizes run from least to most.
pub fn plans(shape: &Shape, chance: &dyn Chance, count: usize) -> Vec<Plan> {
    let of = &shape.conditions;
    let conditions: Vec<Condition> = [
        (Condition::BreastOvarian, of.breast_ovarian),
        (Condition::Fh, of.familial_hypercholesterolaemia),
        (Condition::Lynch, of.lynch),
        (Condition::Cardiomyopathy, of.cardiomyopathy),
    ]
    .into_iter()
    .flat_map(|(condition, times)| std::iter::repeat_n(condition, times))
    .collect();
    let stages = Stage::ALL.len();
    (0..count)
        .map(|place| {
            // The first few stand at each stage; half of all have come to their end.
            let last = match place % (2 * stages - 2) {
                stage if stage + 1 < stages => Stage::ALL.get(stage).copied().unwrap_or(Stage::Settled),
                _ => Stage::Settled,
            };
            let condition =
                conditions.get(place * 7 % conditions.len().max(1)).copied().unwrap_or(Condition::Lynch);
            // A walk over the quantiles that comes by all of them, however the stages fall.
            let quantile = (f64::from(u32::try_from(place * 13 % count).unwrap_or(0)) + 0.5)
                / f64::from(u32::try_from(count).unwrap_or(1));
            let relatives = shape.relatives(quantile, condition == Condition::Fh);
            Plan {
                condition,
                woman: below(chance, 100) < 61,
                weekday: i64::try_from(place % 3).unwrap_or(0),
                last,
                relatives: KIN.iter().take(relatives).map(|kin| relative(shape, chance, *kin)).collect(),
            }
        })
        .collect()
}

fn relative(
    shape: &Shape,
    chance: &dyn Chance,
    (of, relation, woman, years_after): (Option<usize>, &'static str, bool, i32),
) -> Relative {
    let often = |percent: u32| below(chance, 100) < usize::try_from(percent).unwrap_or(0);
    let degree = if of.is_none() && !relation.contains(' ') { 1 } else { 2 };
    let informed = often(shape.informed_percent(degree, woman));
    let tested = informed && often(shape.tested.percent);
    let fate = match (informed, often(shape.by_letter.percent)) {
        // Whoever asks for an appointment is seen; of the others some ask, and most do not answer.
        (true, true) if tested => Fate::Letter(Some("appointment")),
        (true, true) => Fate::Letter(
            [None, None, Some("think"), Some("question")].get(below(chance, 4)).copied().flatten(),
        ),
        (true, false) => Fate::TheyTell,
        (false, _) => match below(chance, 10) {
            0..=2 => Fate::Thinking,
            3 => Fate::Refused(Some("applied")),
            4..=5 => Fate::Refused(Some("declined")),
            6 => Fate::Refused(None),
            7 => Fate::Objects,
            _ => Fate::Open,
        },
    };
    let says = if often(shape.positive.percent) { "het" } else { "noncarrier" };
    // Children that the figures ask for beside those of the list of kin: a third of relatives are under 16.
    let younger = if years_after >= 22 && often(shape.under_16.percent) { 8 } else { 0 };
    Relative {
        of,
        relation,
        woman,
        years_after: years_after + younger,
        away: often(shape.out_of_area.percent),
        fate,
        tested: tested.then_some(says),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SeededChance;

    #[test]
    fn every_stage_is_there_and_half_have_come_to_their_end() {
        let (shape, chance) = (Shape::embedded().unwrap(), SeededChance::new(1));
        let plans = plans(&shape, &chance, 60);
        for stage in Stage::ALL {
            assert!(plans.iter().any(|plan| plan.last == stage), "{stage:?}");
        }
        let ended = plans.iter().filter(|plan| plan.last == Stage::Settled).count();
        assert!((25..40).contains(&ended), "{ended}");
        let relatives: Vec<&Relative> = plans.iter().flat_map(|plan| &plan.relatives).collect();
        let share = |count: usize| count * 100 / relatives.len();
        let heard = |one: &&&Relative| matches!(one.fate, Fate::TheyTell | Fate::Letter(_));
        let informed = share(relatives.iter().filter(heard).count());
        assert!((60..80).contains(&informed), "{informed}");
        let away = share(relatives.iter().filter(|one| one.away).count());
        assert!((25..43).contains(&away), "{away}");
    }
}
