//! What illness, age and tests that may err say of somebody's copies: likelihoods, for `evidence.rs` to multiply.
//! Must not know: any condition's figures; they are the caller's, dated and checked there.

use super::Evidence;
use crate::model::{Affected, Pedigree, Person, Sex};
use serde::{Deserialize, Serialize};

/// The chance to have become ill, up to and with an age.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Years of age up to which this counts, beginning after the band before.
    pub until: u16,
    /// With 0, 1 and 2 copies.
    pub men: [f64; 3],
    pub women: [f64; 3],
}

/// How often people are ill by an age, in bands. Older than the last band counts as the last band.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Band>", into = "Vec<Band>")]
pub struct Penetrance {
    bands: Vec<Band>,
}

/// What a table of chances to be ill cannot say. Bands count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PenetranceError {
    #[error("The table has no band. Give at least one.")]
    Empty,
    #[error("Band {0} does not end after the one before it. Put the bands in order of age.")]
    Order(usize),
    #[error("Band {0} has a chance that is not from 0 to 1. Correct it.")]
    Chance(usize),
    #[error(
        "In band {0} fewer are ill than in the one before. Give the chance to be ill by that age, not in it."
    )]
    Falls(usize),
    #[error("Sensitivity and specificity are chances from 0 to 1. Correct them.")]
    Quality,
}

impl Band {
    fn all(&self) -> impl Iterator<Item = f64> {
        self.men.into_iter().chain(self.women)
    }
}

impl Penetrance {
    /// # Errors
    /// Bands that are none, out of order, with chances out of bounds, or with fewer ill at a higher age.
    pub fn new(bands: Vec<Band>) -> Result<Penetrance, PenetranceError> {
        if bands.is_empty() {
            return Err(PenetranceError::Empty);
        }
        let mut before: Option<&Band> = None;
        for (band, number) in bands.iter().zip(1..) {
            if !band.all().all(|chance| (0.0..=1.0).contains(&chance)) {
                return Err(PenetranceError::Chance(number));
            }
            if before.is_some_and(|before| before.until >= band.until) {
                return Err(PenetranceError::Order(number));
            }
            if before.is_some_and(|before| before.all().zip(band.all()).any(|(before, now)| now < before)) {
                return Err(PenetranceError::Falls(number));
            }
            before = Some(band);
        }
        Ok(Penetrance { bands })
    }

    /// How likely it is that a man, and that a woman, is as this person is, with 0, 1 and 2 copies. None where nothing
    /// is known, or somebody is well at an age that nobody knows. Ill at an unknown age counts as ill by the last band.
    pub fn likelihoods(&self, person: &Person) -> Option<[[f64; 3]; 2]> {
        let of_age = |age: u16| self.bands.iter().find(|band| age <= band.until).or(self.bands.last());
        let ill = match (person.affected, person.age) {
            (Affected::Unknown, _) | (Affected::No, None) => return None,
            (Affected::Yes, None) => self.bands.last()?,
            (Affected::Yes | Affected::No, Some(age)) => of_age(age)?,
        };
        let seen = |chances: [f64; 3]| match person.affected {
            Affected::No => chances.map(|chance| 1.0 - chance),
            Affected::Yes | Affected::Unknown => chances,
        };
        let (men, women) = (seen(ill.men), seen(ill.women));
        Some(match person.sex {
            Sex::Male => [men, men],
            Sex::Female => [women, women],
            Sex::Unknown => [men, women],
        })
    }

    /// Adds what everyone's health says. `except` are those whose health is no evidence, such as the one whose illness
    /// led to the family.
    pub fn add_to(&self, evidence: &mut Evidence, family: &Pedigree, except: impl Fn(&Person) -> bool) {
        for person in family.persons().iter().filter(|person| !except(person)) {
            if let Some([man, woman]) = self.likelihoods(person) {
                evidence.add_likelihood_by_sex(&person.id, man, woman);
            }
        }
    }
}

impl TryFrom<Vec<Band>> for Penetrance {
    type Error = PenetranceError;

    fn try_from(bands: Vec<Band>) -> Result<Penetrance, PenetranceError> {
        Penetrance::new(bands)
    }
}

impl From<Penetrance> for Vec<Band> {
    fn from(table: Penetrance) -> Vec<Band> {
        table.bands
    }
}

/// How far a test can be believed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TestQuality {
    sensitivity: f64,
    specificity: f64,
}

impl TestQuality {
    /// `sensitivity`: the share of carriers in whom it finds the variant. `specificity`: the share of others in whom it
    /// finds none.
    ///
    /// # Errors
    /// A share that is not from 0 to 1.
    pub fn new(sensitivity: f64, specificity: f64) -> Result<TestQuality, PenetranceError> {
        if [sensitivity, specificity].iter().all(|share| (0.0..=1.0).contains(share)) {
            Ok(TestQuality { sensitivity, specificity })
        } else {
            Err(PenetranceError::Quality)
        }
    }

    /// How likely it is, with 0, 1 and 2 copies, that the test finds the variant, or that it does not.
    pub fn likelihood(self, found: bool) -> [f64; 3] {
        if found {
            [1.0 - self.specificity, self.sensitivity, self.sensitivity]
        } else {
            [self.specificity, 1.0 - self.sensitivity, 1.0 - self.sensitivity]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        at_risk::Mode,
        model::ParentKind,
        risk::{Answer, Known, Locus, Model},
    };

    fn table() -> Penetrance {
        let band = |until, carrier: f64| Band {
            until,
            men: [0.0, carrier / 2.0, carrier / 2.0],
            women: [0.0, carrier, carrier],
        };
        Penetrance::new(vec![band(40, 0.2), band(60, 0.5), band(80, 0.8)]).unwrap()
    }

    fn person(id: &str, sex: Sex, affected: Affected, age: Option<u16>) -> Person {
        Person { affected, age, ..Person::new(id, sex) }
    }

    /// The daughter of a carrier who is well at sixty: half and half before, a half times a half against a half after.
    #[test]
    fn growing_old_and_well_lowers_the_chance() {
        let mut family = Pedigree::new();
        family.add_person(person("m", Sex::Female, Affected::Yes, Some(35)));
        family.add_person(person("d", Sex::Female, Affected::No, Some(60)));
        family.add_person(person("s", Sex::Male, Affected::No, None));
        for child in ["d", "s"] {
            family.add_parent(&child.into(), &"m".into(), ParentKind::Biological);
        }
        let mut evidence = Evidence::new();
        evidence.add_result(&"m".into(), Known::Heterozygous);
        table().add_to(&mut evidence, &family, |person| person.id.as_str() == "m");
        let locus = Locus { mode: Mode::AutosomalDominant, frequency: 1e-15, de_novo: 0.0 };
        let Ok(Answer::Chances { persons, .. }) = Model::new(&family, &locus).unwrap().answer(&evidence)
        else {
            panic!()
        };
        assert!((persons[1].carrier() - 1.0 / 3.0).abs() < 1e-12);
        assert!((persons[2].carrier() - 0.5).abs() < 1e-12, "well at an age that nobody knows says nothing");
    }

    #[test]
    fn bands_are_by_age_and_sex_and_the_last_one_stays() {
        let row = |sex, affected, age| table().likelihoods(&person("p", sex, affected, age));
        assert_eq!(row(Sex::Female, Affected::Yes, Some(40)), Some([[0.0, 0.2, 0.2]; 2]));
        assert_eq!(row(Sex::Female, Affected::Yes, Some(41)), Some([[0.0, 0.5, 0.5]; 2]));
        assert_eq!(row(Sex::Male, Affected::No, Some(99)), Some([[1.0, 0.6, 0.6]; 2]));
        assert_eq!(row(Sex::Unknown, Affected::Yes, None), Some([[0.0, 0.4, 0.4], [0.0, 0.8, 0.8]]));
        assert_eq!(row(Sex::Male, Affected::Unknown, Some(50)), None);
    }

    #[test]
    fn a_test_that_may_err_moves_a_chance_by_how_far_it_can_be_believed() {
        let quality = TestQuality::new(0.9, 0.95).unwrap();
        assert_eq!(quality.likelihood(true)[1], 0.9);
        let mut family = Pedigree::new();
        family.add_person(Person::new("p", Sex::Female));
        let mut evidence = Evidence::new();
        evidence.add_likelihood(&"p".into(), quality.likelihood(true));
        let locus = Locus { mode: Mode::Mitochondrial, frequency: 0.1, de_novo: 0.0 };
        let Ok(Answer::Chances { persons, .. }) = Model::new(&family, &locus).unwrap().answer(&evidence)
        else {
            panic!()
        };
        assert!((persons[0].carrier() - 0.09 / (0.09 + 0.9 * 0.05)).abs() < 1e-12);
        assert_eq!(TestQuality::new(1.1, 1.0), Err(PenetranceError::Quality));
    }

    #[test]
    fn a_table_that_cannot_be_says_which_band() {
        let band = |until, chance| Band { until, men: [chance; 3], women: [chance; 3] };
        assert_eq!(Penetrance::new(vec![]), Err(PenetranceError::Empty));
        assert_eq!(Penetrance::new(vec![band(40, 0.1), band(40, 0.2)]), Err(PenetranceError::Order(2)));
        assert_eq!(Penetrance::new(vec![band(40, f64::NAN)]), Err(PenetranceError::Chance(1)));
        assert_eq!(Penetrance::new(vec![band(40, 0.2), band(50, 0.1)]), Err(PenetranceError::Falls(2)));
        let text = r#"[{"until":40,"men":[0,0.1,0.1],"women":[0,2,2]}]"#;
        assert!(serde_json::from_str::<Penetrance>(text).unwrap_err().to_string().contains("Band 1"));
    }
}
