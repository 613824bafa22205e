//! The figure that chances are computed with, where it comes from, and whether anybody has checked it.
//! Must not know: any person.

use crate::{clinic::result::state::TestResult, policy::Policy};
use kinward_family::condition::{Cell, Condition};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Figure {
    /// "1 in 10,000 copies of the gene".
    frequency: String,
    /// "the table of conditions 2026.1, for cystic fibrosis".
    from: String,
    /// The source, and when it was checked; none where nobody has.
    checked: Option<String>,
}

impl Figure {
    pub(super) fn of(result: &TestResult, policy: &Policy, frequency: f64) -> Self {
        let condition = result.about.condition_key.as_deref().and_then(Condition::by_key);
        let (from, checked) = match condition.filter(|condition| condition.frequency().is_some()) {
            Some(condition) => (
                format!(
                    "the table of conditions {}, for {}",
                    condition.table_version(),
                    condition.staff_name()
                ),
                condition.verified(Cell::Frequency).map(|by| format!("{}, {}", by.source, by.checked)),
            ),
            None => (
                format!(
                    "policy pack {} {}, for any variant that one family is known by",
                    policy.id, policy.version
                ),
                Some(policy.verified_by.clone()).filter(|by| !by.is_empty()),
            ),
        };
        Self { frequency: in_words(frequency), from, checked }
    }
}

/// "1 in 10,000": a figure is no more exact than what it is an estimate of.
fn in_words(share: f64) -> String {
    let mut digits: Vec<char> = format!("{:.0}", 1.0 / share.max(1e-9)).chars().collect();
    let mut place = digits.len();
    while place > 3 {
        place -= 3;
        digits.insert(place, ',');
    }
    format!("1 in {}", digits.into_iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_one_in_so_many() {
        let words = [0.0001, 0.02, 0.06, 1.0 / 1_234_567.0].map(in_words);
        assert_eq!(words, ["1 in 10,000", "1 in 50", "1 in 17", "1 in 1,234,567"]);
    }
}
