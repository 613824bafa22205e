//! How long something takes where not everybody has got there: the Kaplan-Meier estimate with its band.
//! Must not know: what is waited for.

use super::wilson::Interval;

/// One who was watched: for how many days, and whether it happened on the last of them or they were last seen waiting then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Watched {
    pub days: u32,
    pub happened: bool,
}

/// A day on which it happened to somebody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    pub day: u32,
    /// Who still waited as that day began.
    pub at_risk: u32,
    pub happened: u32,
    /// The share that still waits after that day.
    pub waiting: f64,
    /// Where that share may lie, with 95 per cent; none where nobody waits any more.
    pub band: Option<Interval>,
}

/// The estimate: steps in the order of days, and all who were watched.
#[derive(Debug, Clone, Default)]
pub struct Curve {
    steps: Vec<Step>,
    watched: Vec<Watched>,
}

/// The share that still waits after each day.
///
/// S(t) = Π (1 − dᵢ/nᵢ) over the days tᵢ ≤ t, with nᵢ still waiting and dᵢ to whom it happened; whoever was last seen
/// waiting on a day counts as waiting on that day. Source: Kaplan EL, Meier P, J Am Stat Assoc 1958;53:457-481.
///
/// The band is the log-log one: S^exp(±z √V / ln S), with Greenwood's V = Σ dᵢ / (nᵢ (nᵢ − dᵢ)) the variance of ln S. It
/// stays between 0 and 1. Sources: Greenwood M, Rep Public Health Med Subj 1926;33:1-26; Kalbfleisch JD, Prentice RL, The
/// Statistical Analysis of Failure Time Data, 2nd edition 2002, section 1.4.1.
pub fn kaplan_meier(mut watched: Vec<Watched>, z: f64) -> Curve {
    watched.sort_unstable();
    let mut at_risk = u32::try_from(watched.len()).unwrap_or(u32::MAX);
    let (mut waiting, mut variance) = (1.0f64, 0.0f64);
    let mut steps = Vec::new();
    for same_day in watched.chunk_by(|one, other| one.days == other.days) {
        let Some(day) = same_day.first().map(|one| one.days) else { continue };
        let count = |of: usize| u32::try_from(of).unwrap_or(u32::MAX);
        let happened = count(same_day.iter().filter(|one| one.happened).count());
        if happened > 0 {
            let (n, d) = (f64::from(at_risk), f64::from(happened));
            waiting = if happened >= at_risk { 0.0 } else { waiting * (1.0 - d / n) };
            variance += d / (n * (n - d));
            steps.push(Step { day, at_risk, happened, waiting, band: band(waiting, variance, z) });
        }
        at_risk = at_risk.saturating_sub(count(same_day.len()));
    }
    Curve { steps, watched }
}

fn band(waiting: f64, variance: f64, z: f64) -> Option<Interval> {
    if waiting <= 0.0 {
        return None;
    }
    let reach = z * variance.sqrt() / waiting.ln();
    let (one, other) = (waiting.powf(reach.exp()), waiting.powf((-reach).exp()));
    Some(Interval { lower: one.min(other), upper: one.max(other) })
}

impl Curve {
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    pub fn watched(&self) -> usize {
        self.watched.len()
    }

    /// The last day on which anybody was watched.
    pub fn last_day(&self) -> u32 {
        self.watched.last().map_or(0, |one| one.days)
    }

    /// Who still waits as a day begins.
    pub fn at_risk(&self, day: u32) -> u64 {
        u64::try_from(self.watched.iter().filter(|one| one.days >= day).count()).unwrap_or(u64::MAX)
    }

    /// To how many it has happened by the end of a day.
    pub fn happened_by(&self, day: u32) -> u64 {
        u64::try_from(self.watched.iter().filter(|one| one.happened && one.days <= day).count())
            .unwrap_or(u64::MAX)
    }

    /// The last step by the end of a day; none before the first.
    pub fn at(&self, day: u32) -> Option<&Step> {
        self.steps.iter().rev().find(|step| step.day <= day)
    }

    /// The first day by which it has happened to half of all; none where it has not yet.
    pub fn median(&self) -> Option<u32> {
        // Half of all is half of all, whichever way the factors were rounded.
        self.steps.iter().find(|step| step.waiting <= 0.5 + 1e-9).map(|step| step.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::report::wilson::Z_95;

    fn watched(text: &str) -> Vec<Watched> {
        text.split(' ')
            .map(|one| Watched {
                days: one.trim_end_matches('+').parse().unwrap(),
                happened: !one.ends_with('+'),
            })
            .collect()
    }

    #[test]
    fn whoever_was_last_seen_on_a_day_counts_as_waiting_on_it() {
        // Five; at day 3 four wait, at day 5 two.
        let curve = kaplan_meier(watched("2+ 3 3+ 5 9+"), Z_95);
        let steps: Vec<_> = curve.steps().iter().map(|step| (step.day, step.at_risk, step.waiting)).collect();
        assert_eq!(steps, [(3, 4, 0.75), (5, 2, 0.375)]);
        assert_eq!((curve.median(), curve.at_risk(5), curve.happened_by(5)), (Some(5), 2, 2));
        assert_eq!(curve.at(4).map(|step| step.day), Some(3));
        assert!(curve.at(2).is_none());
    }

    #[test]
    fn nobody_has_no_steps_and_where_it_has_happened_to_all_there_is_no_band() {
        let none = kaplan_meier(Vec::new(), Z_95);
        assert!(none.steps().is_empty() && none.median().is_none() && none.last_day() == 0);
        let all = kaplan_meier(watched("1 2"), Z_95);
        let last = all.steps().last().unwrap();
        assert!(last.waiting == 0.0 && last.band.is_none());
        assert!(all.steps().first().unwrap().band.is_some_and(|band| band.lower < 0.5 && band.upper > 0.5));
    }
}
