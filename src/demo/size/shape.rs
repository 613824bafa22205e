//! The figures that a made-up clinic of any size is shaped by: dated data of `policies/demo_shape.toml`.
//! Must not know: how a family is made.

use crate::error::{Error, Result};
use serde::Deserialize;

const EMBEDDED: &str = include_str!("../../../policies/demo_shape.toml");

/// A share of a hundred, and where it was found.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    pub percent: u32,
    pub source: String,
    pub mark: Mark,
}

/// How well a figure is known.
#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The source was read.
    V,
    /// Its abstract was.
    A,
    /// A choice of our own.
    D,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FamilySize {
    pub fewest: u32,
    pub median: u32,
    pub most: u32,
    pub source: String,
    pub mark: Mark,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mean {
    pub mean: f64,
    pub source: String,
    pub mark: Mark,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Informed {
    pub percent: u32,
    pub women_percent: u32,
    pub men_percent: u32,
    pub first_degree_percent: u32,
    pub second_degree_percent: u32,
    pub source: String,
    pub mark: Mark,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    pub years: i64,
    pub stuck_percent: u32,
    pub source: String,
    pub mark: Mark,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    pub breast_ovarian: usize,
    pub familial_hypercholesterolaemia: usize,
    pub lynch: usize,
    pub cardiomyopathy: usize,
    pub source: String,
    pub mark: Mark,
}

/// All of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    pub version: String,
    /// Nobody, so far.
    pub verified_by: String,
    pub family_size: FamilySize,
    pub family_size_fh: Mean,
    pub informed: Informed,
    pub tested: Share,
    pub positive: Share,
    pub under_16: Share,
    pub out_of_area: Share,
    pub by_letter: Share,
    pub history: History,
    pub conditions: Conditions,
}

impl Shape {
    /// # Errors
    /// A file that does not fit this program, which is a fault of ours.
    pub fn embedded() -> Result<Self> {
        toml::from_str(EMBEDDED).map_err(|e| Error::config(format!("policies/demo_shape.toml: {e}")))
    }

    /// How many relatives the family at `quantile` (0 to 1) has: half of all families at most the median, few very many.
    pub fn relatives(&self, quantile: f64, of_fh: bool) -> usize {
        let size = &self.family_size;
        let (few, middle, most) = (f64::from(size.fewest), f64::from(size.median), f64::from(size.most));
        // A service that follows families as FH services do finds more of each.
        let times = if of_fh { self.family_size_fh.mean / FOUND_MEAN } else { 1.0 };
        let found = if quantile <= 0.5 {
            few + (middle - few) * 2.0 * quantile
        } else {
            middle * (most / middle).powf((2.0 * quantile - 1.0).powf(STEEP))
        };
        (few..=most).contains(&(found * times).round()).then_some(found * times).map_or(
            if found * times < few { size.fewest } else { size.most },
            |fits| {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "between one and thirty"
                )]
                let whole = fits.round() as u32;
                whole
            },
        ) as usize
    }

    /// How likely a relative heard, of a hundred: by degree and by whether they are a woman, around the share of all.
    pub fn informed_percent(&self, degree: u32, woman: bool) -> u32 {
        let of = &self.informed;
        let by_degree = if degree <= 1 { of.first_degree_percent } else { of.second_degree_percent };
        let by_sex = if woman { of.women_percent } else { of.men_percent };
        (by_degree * by_sex / of.percent.max(1)).min(95)
    }
}

/// How steeply the larger half of families grows towards the largest.
const STEEP: f64 = 2.2;
/// The mean that follows from fewest, median, most and `STEEP`.
const FOUND_MEAN: f64 = 5.3;

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(of_fh: bool) -> Vec<usize> {
        let shape = Shape::embedded().unwrap();
        (0..1000).map(|place| shape.relatives((f64::from(place) + 0.5) / 1000.0, of_fh)).collect()
    }

    #[test]
    fn families_are_as_large_as_the_sources_say() {
        let sizes = sizes(false);
        assert_eq!((sizes[0], sizes[500], sizes[999]), (1, 4, 26));
        let mean = |sizes: &[usize]| sizes.iter().sum::<usize>() as f64 / 1000.0;
        assert!((4.8..5.8).contains(&mean(&sizes)), "{}", mean(&sizes));
        let fh = mean(&super::tests::sizes(true));
        assert!((6.9..7.7).contains(&fh), "{fh}");
    }

    #[test]
    fn every_figure_says_where_it_is_from_and_nobody_has_checked_them() {
        let shape = Shape::embedded().unwrap();
        assert!(shape.verified_by.is_empty(), "name whoever checked it in the guide too");
        let sources = [&shape.tested, &shape.positive, &shape.under_16, &shape.out_of_area, &shape.by_letter];
        assert!(sources.iter().all(|share| share.source.len() > 20 && share.percent < 100));
        assert_eq!(shape.by_letter.mark, Mark::D);
    }

    #[test]
    fn women_and_near_relatives_hear_more_often() {
        let shape = Shape::embedded().unwrap();
        assert!(shape.informed_percent(1, true) > shape.informed_percent(1, false));
        assert!(shape.informed_percent(1, false) > shape.informed_percent(2, false));
    }
}
