//! A chance in the words that a clinic uses: "1 in 2", "about 1 in 7".
//! Must not know: whose chance it is.

use serde::{Deserialize, Serialize};
use std::fmt;

/// From 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Chance(f64);

/// Below this there is none worth a word, and above one less this it is certain: rounding, and what is rarer than any
/// variant that is looked for.
const NOTHING: f64 = 1e-6;

/// How far from a simple fraction a chance may be and still be called one, as a part of itself.
const CLOSE: f64 = 0.005;

impl Chance {
    pub const NONE: Chance = Chance(0.0);
    pub const CERTAIN: Chance = Chance(1.0);

    /// What is beyond 0 and 1 is rounding, and is taken off.
    pub fn new(chance: f64) -> Chance {
        Chance(chance.clamp(0.0, 1.0))
    }

    pub fn value(self) -> f64 {
        self.0
    }

    /// Whether the words for it are "1 in 1".
    pub fn is_certain(self) -> bool {
        1.0 - self.0 < NOTHING
    }

    /// Whether the word for it is "none".
    pub fn is_none(self) -> bool {
        self.0 < NOTHING
    }

    /// The fraction in lowest terms that it is within rounding of: eighths and simpler ones, halves of halves, and three
    /// of them.
    fn simple(self) -> Option<(u32, u32)> {
        let close = |&(part, whole): &(u32, u32)| {
            let fraction = f64::from(part) / f64::from(whole);
            // Both it and what it leaves to one, so that 199 in 200 is not taken for certain.
            (self.0 - fraction).abs() <= CLOSE * fraction.min(1.0 - fraction)
        };
        let eighths = (2..=8).flat_map(|whole| (1..whole).map(move |part| (part, whole)));
        let halves = (4..=10).flat_map(|times| [(1, 1 << times), (3, 1 << times)]);
        eighths.chain(halves).find(close)
    }
}

impl fmt::Display for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.simple() {
            _ if self.is_none() => f.write_str("none"),
            _ if self.is_certain() => f.write_str("1 in 1"),
            Some((part, whole)) => write!(f, "{part} in {whole}"),
            None if self.0 > 0.995 => f.write_str("more than 99 in 100"),
            None if self.0 > 0.5 => write!(f, "about {:.0} in 100", 100.0 * self.0),
            None if self.0 < 0.0001 => f.write_str("less than 1 in 10,000"),
            None => write!(f, "about 1 in {:.0}", 1.0 / self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chance_is_called_by_the_fraction_it_is_close_to() {
        for (chance, words) in [
            (0.0, "none"),
            (1e-9, "none"),
            (0.5, "1 in 2"),
            (0.5005, "1 in 2"),
            (0.25, "1 in 4"),
            (2.0 / 3.0, "2 in 3"),
            (0.2, "1 in 5"),
            (0.375, "3 in 8"),
            (3.0 / 16.0, "3 in 16"),
            (1.0 / 1024.0, "1 in 1024"),
            (0.145, "about 1 in 7"),
            (0.9, "about 90 in 100"),
            (0.52, "about 52 in 100"),
            (0.999, "more than 99 in 100"),
            (1.0 - 1e-9, "1 in 1"),
            (1.0 / 30_000.0, "less than 1 in 10,000"),
        ] {
            assert_eq!(Chance::new(chance).to_string(), words, "{chance}");
        }
    }

    #[test]
    fn rounding_beyond_one_is_taken_off() {
        assert_eq!(Chance::new(1.0 + 1e-16), Chance::CERTAIN);
        assert_eq!(Chance::new(-1e-18), Chance::NONE);
    }
}
