//! Relatives side by side: by degree, by sex, and by the way in which they hear.
//! Must not know: what is counted of each group.

use super::cohort::{Relative, Way};
use crate::clinic::people::person::SexAtBirth;

pub struct Group<'a> {
    pub name: &'static str,
    pub of: Vec<&'a Relative>,
}

/// All relatives, each in one group.
pub struct Split<'a> {
    /// For the page.
    pub id: &'static str,
    pub caption: &'static str,
    pub first: &'static str,
    pub groups: Vec<Group<'a>>,
}

pub const fn sex_words(sex: SexAtBirth) -> &'static str {
    match sex {
        SexAtBirth::Female => "Female",
        SexAtBirth::Male => "Male",
        SexAtBirth::Unknown => "Not known",
    }
}

const fn degree_words(degree: i32) -> &'static str {
    match degree {
        i32::MIN..=1 => FIRST,
        2 => SECOND,
        3..=i32::MAX => FURTHER,
    }
}

pub const FIRST: &str = "First degree";
pub const SECOND: &str = "Second degree";
pub const FURTHER: &str = "Third degree or further";
const DEGREES: [&str; 3] = [FIRST, SECOND, FURTHER];

/// Each of `all` under the name that `named` gives it, in the order of `names`.
pub fn grouped<'a>(
    all: &[&'a Relative],
    names: impl IntoIterator<Item = &'static str>,
    named: impl Fn(&Relative) -> &'static str,
) -> Vec<Group<'a>> {
    let of = |name: &'static str| Group {
        name,
        of: all.iter().copied().filter(|relative| named(relative) == name).collect(),
    };
    names.into_iter().map(of).collect()
}

pub fn by_degree<'a>(all: &[&'a Relative]) -> Split<'a> {
    let groups = grouped(all, DEGREES, |relative| degree_words(relative.degree));
    Split { id: "degree", caption: "By degree of kinship", first: "Degree", groups }
}

pub fn by_sex<'a>(all: &[&'a Relative]) -> Split<'a> {
    let names = SexAtBirth::ALL.iter().map(|sex| sex_words(*sex));
    let groups = grouped(all, names, |relative| sex_words(relative.sex));
    Split { id: "sex", caption: "By sex at birth", first: "Sex", groups }
}

pub fn by_way<'a>(all: &[&'a Relative]) -> Split<'a> {
    let groups = grouped(all, Way::ALL.iter().map(|way| way.words()), |relative| relative.way().words());
    Split { id: "route", caption: "By route", first: "Route", groups }
}
