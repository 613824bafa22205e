//! The one place that asks the pedigree engine: everyone's chance, what contradicts what, and whose test would tell most.
//! Must not know: who anybody is; a family here is ids, ties and results.

use kinward_pedigree::{
    Answer, AtRisk, Evidence, Known, Locus, Model, Pedigree, PersonId, RiskError, at_risk,
};
use std::collections::BTreeMap;

/// Carrier chance of everyone, from 0 to 1.
pub type Chances = BTreeMap<PersonId, f64>;

/// What is asked of the engine.
pub struct Question<'a> {
    pub tree: &'a Pedigree,
    pub locus: Locus,
    pub proband: &'a PersonId,
    pub probands: Known,
    /// Relatives' results that count.
    pub known: &'a BTreeMap<PersonId, Known>,
}

/// What the engine says.
pub struct Odds {
    /// Of anybody in the population of the same sex.
    pub unrelated: Chances,
    pub now: Now,
}

/// With every result that counts.
pub enum Now {
    Fit(Chances),
    /// The fewest people whose results cannot all be true.
    Contradiction(Vec<PersonId>),
}

/// Above this a chance is as good as certain: what is left is that the variant came in twice.
const CERTAIN: f64 = 0.999;

/// As many people are tried as the next to be tested; of more, the least certain.
const MOST_TRIED: usize = 40;

/// # Errors
/// Loops too many for the tables, or a family that cannot be.
pub fn odds(question: &Question<'_>) -> Result<Odds, RiskError> {
    let model = Model::new(question.tree, &question.locus)?;
    let unrelated = chances(&model, &Evidence::new())?.unwrap_or_default();
    let now = match model.answer(&question.evidence(question.known))? {
        Answer::Contradiction { people, .. } => Now::Contradiction(people.into_iter().cloned().collect()),
        now @ Answer::Chances { .. } => Now::Fit(of(now).unwrap_or_default()),
    };
    Ok(Odds { unrelated, now })
}

impl Question<'_> {
    fn evidence(&self, known: &BTreeMap<PersonId, Known>) -> Evidence {
        let mut evidence = Evidence::new();
        evidence.add_result(self.proband, self.probands);
        for (id, said) in known.iter().filter(|(id, _)| *id != self.proband) {
            evidence.add_result(id, *said);
        }
        evidence
    }

    /// Everyone by the family's shape, where `known` are the results: the way to them, why, and who carries it for certain.
    pub fn shape(&self, known: &BTreeMap<PersonId, Known>) -> Vec<AtRisk> {
        at_risk(self.tree, self.proband, self.locus.mode, known)
    }

    /// Of the people who are still open, how much each one's test would tell of all of them, in bits: 1 is as much as
    /// telling one person whose chance is 1 in 2. Expected over both answers; nobody who is certain is in it.
    pub fn tells(&self, now: &Chances, open: &[PersonId]) -> BTreeMap<PersonId, f64> {
        let Ok(model) = Model::new(self.tree, &self.locus) else { return BTreeMap::new() };
        let unsure = |id: &PersonId| now.get(id).copied().map_or(0.0, doubt);
        let mut tried: Vec<&PersonId> = open.iter().filter(|id| unsure(id) > 0.0).collect();
        tried.sort_by(|one, other| unsure(other).total_cmp(&unsure(one)));
        tried.truncate(MOST_TRIED);
        let before: f64 = open.iter().map(unsure).sum();
        let told = |id: &PersonId| {
            let chance = now.get(id).copied()?;
            let mut left = 0.0;
            for (said, share) in [(Known::Carrier, chance), (Known::NonCarrier, 1.0 - chance)] {
                let mut known = self.known.clone();
                known.insert(id.clone(), said);
                let after = chances(&model, &self.evidence(&known)).ok()??;
                let of = |id: &PersonId| after.get(id).copied().map_or(0.0, doubt);
                left += share * open.iter().map(of).sum::<f64>();
            }
            Some((id.clone(), (before - left).max(0.0)))
        };
        tried.into_iter().filter_map(told).collect()
    }
}

/// None where the results contradict each other.
fn chances(model: &Model<'_>, evidence: &Evidence) -> Result<Option<Chances>, RiskError> {
    Ok(of(model.answer(evidence)?))
}

fn of(answer: Answer<'_>) -> Option<Chances> {
    match answer {
        Answer::Chances { persons, .. } => {
            Some(persons.into_iter().map(|person| (person.id.clone(), person.carrier())).collect())
        }
        Answer::Contradiction { .. } => None,
    }
}

/// How much is not known where the chance is `p`, in bits: none where it is certain, 1 where it is 1 in 2.
fn doubt(p: f64) -> f64 {
    let part = |share: f64| if share > 0.0 { -share * share.log2() } else { 0.0 };
    part(p) + part(1.0 - p)
}

pub fn is_certain(chance: f64) -> bool {
    chance >= CERTAIN
}

/// "1 in 2", "about 1 in 7", "9 in 10", "almost certain", "none".
pub fn in_words(chance: f64) -> String {
    if chance <= 0.0 {
        return "none".into();
    }
    if chance >= 1.0 - 1e-9 {
        return "certain".into();
    }
    if is_certain(chance) {
        return "almost certain".into();
    }
    let about = |share: f64| if (share - chance).abs() <= 0.01 * chance { "" } else { "about " };
    if chance <= 0.55 {
        let of = (1.0 / chance).round();
        // Three digits say all that a frequency, which is an estimate, can bear.
        let scale = 10f64.powf((of.log10().floor() - 2.0).max(0.0));
        let of = (of / scale).round() * scale;
        return format!("{}1 in {}", about(1.0 / of), thousands(of));
    }
    let of = OF.into_iter().find(|of| about_off(chance, *of) <= 0.02).unwrap_or(100.0);
    let in_them = (chance * of).round().min(of - 1.0);
    format!("{}{in_them} in {of}", about(in_them / of))
}

/// What a chance above a half is said of.
const OF: [f64; 9] = [2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 20.0, 50.0];

/// How far from a chance the nearest part of so many is, as a share of it.
fn about_off(chance: f64, of: f64) -> f64 {
    let in_them = (chance * of).round().min(of - 1.0);
    (in_them / of - chance).abs() / chance
}

fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "50%", "14.3%", "under 0.1%".
pub fn percent(chance: f64) -> String {
    let percent = chance * 100.0;
    if chance > 0.0 && percent < 0.1 {
        return "under 0.1%".into();
    }
    if chance < 1.0 && percent > 99.9 {
        return "over 99.9%".into();
    }
    let text = format!("{percent:.1}");
    format!("{}%", text.strip_suffix(".0").unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinward_pedigree::{Mode, ParentKind, Person, Sex};

    #[test]
    fn a_chance_is_said_as_people_say_it() {
        for (chance, words, figure) in [
            (0.0, "none", "0%"),
            (0.5, "1 in 2", "50%"),
            (0.50005, "1 in 2", "50%"),
            (0.1339, "about 1 in 7", "13.4%"),
            (2.0 / 3.0, "2 in 3", "66.7%"),
            (0.91, "about 9 in 10", "91%"),
            (0.0002, "1 in 5,000", "under 0.1%"),
            (1.0 / 12_345.0, "1 in 12,300", "under 0.1%"),
            (0.9998, "almost certain", "over 99.9%"),
            (1.0, "certain", "100%"),
        ] {
            assert_eq!((in_words(chance).as_str(), percent(chance).as_str()), (words, figure), "{chance}");
        }
        assert_eq!(in_words(0.997), "about 49 in 50", "never all of them");
    }

    /// Grandmother, her daughter with a man, and their children: the proband, a sister, and the sister's son.
    fn family() -> Pedigree {
        let mut family = Pedigree::new();
        for (id, sex) in [
            ("mother", Sex::Female),
            ("father", Sex::Male),
            ("proband", Sex::Female),
            ("sister", Sex::Female),
            ("nephew", Sex::Male),
        ] {
            family.add_person(Person::new(id, sex));
        }
        for (child, parent) in [
            ("proband", "mother"),
            ("proband", "father"),
            ("sister", "mother"),
            ("sister", "father"),
            ("nephew", "sister"),
        ] {
            family.add_parent(&child.into(), &parent.into(), ParentKind::Biological);
        }
        family
    }

    fn asked_of<T>(known: &[(&str, Known)], look: impl FnOnce(&Question<'_>, Odds) -> T) -> T {
        let tree = family();
        let known = known.iter().map(|(id, said)| (PersonId::from(*id), *said)).collect();
        let question = Question {
            tree: &tree,
            locus: Locus { mode: Mode::AutosomalDominant, frequency: 1e-4, de_novo: 0.0 },
            proband: &"proband".into(),
            probands: Known::Carrier,
            known: &known,
        };
        let odds = odds(&question).unwrap();
        look(&question, odds)
    }

    #[test]
    fn the_mothers_test_tells_more_than_the_nephews() {
        asked_of(&[], |question, odds| {
            let Now::Fit(now) = odds.now else { panic!("it fits") };
            let open: Vec<PersonId> = ["mother", "father", "sister", "nephew"].map(Into::into).into();
            let tells = question.tells(&now, &open);
            let of = |id: &str| tells[&PersonId::from(id)];
            // The mother's answer settles the father's too; a sister's settles her own, and half of her son's.
            assert!(of("mother") > of("sister") && of("sister") > of("nephew"), "{tells:?}");
            assert!(of("mother") > 1.9 && of("mother") < 2.2, "{tells:?}");
        });
    }

    #[test]
    fn results_that_cannot_all_be_true_are_named_and_no_more_of_them_than_needed() {
        let known =
            [("mother", Known::NonCarrier), ("father", Known::NonCarrier), ("sister", Known::NonCarrier)];
        asked_of(&known, |_, odds| {
            let Now::Contradiction(people) = odds.now else { panic!("they cannot all be true") };
            let people: Vec<&str> = people.iter().map(PersonId::as_str).collect();
            assert_eq!(people, ["mother", "father", "proband"]);
        });
    }

    #[test]
    fn an_obligate_carrier_is_one_without_a_test() {
        asked_of(&[("nephew", Known::Heterozygous)], |question, odds| {
            let Odds { now: Now::Fit(now), unrelated } = odds else { panic!("it fits") };
            let sister = "sister".into();
            let shape = question.shape(question.known);
            let certain = |id: &str| shape.iter().any(|one| one.id.as_str() == id && one.certain);
            assert!(certain("sister") && certain("nephew") && !certain("mother"));
            assert!(is_certain(now[&sister]));
            assert!((unrelated[&sister] - 0.0002).abs() < 1e-6);
        });
    }
}
