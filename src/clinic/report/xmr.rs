//! An XmR chart: mean, limits from the moving ranges, and the signals that something other than chance is at work.
//! Must not know: what is charted.

use crate::db::closed;

/// Limits are the mean and so many mean moving ranges either side (3 / d2, with d2 = 1.128 for ranges of two).
/// Source: Wheeler; NHS Making Data Count.
const LIMIT: f64 = 2.66;
/// A moving range above so many mean ranges is left out when limits are computed (D4 for ranges of two). Source: as above.
const SCREEN: f64 = 3.267;

closed! {
    /// What may not be chance. Source: NHS Making Data Count.
    pub enum Signal {
        AboveLimit = "above_limit",
        BelowLimit = "below_limit",
        /// So many in a row on one side of the mean.
        RunAbove = "run_above",
        RunBelow = "run_below",
        /// So many in a row, each above or each below the one before.
        Rising = "rising",
        Falling = "falling",
        /// Two of three in the outer third between mean and limit, or beyond.
        OuterHigh = "outer_high",
        OuterLow = "outer_low",
    }
}

impl Signal {
    /// As staff read it; `run` is how many make a run.
    pub fn words(self, run: usize) -> String {
        match self {
            Self::AboveLimit => "above the upper limit".to_owned(),
            Self::BelowLimit => "below the lower limit".to_owned(),
            Self::RunAbove => format!("{run} months in a row above the mean"),
            Self::RunBelow => format!("{run} months in a row below the mean"),
            Self::Rising => format!("{run} months in a row, each higher than the one before"),
            Self::Falling => format!("{run} months in a row, each lower than the one before"),
            Self::OuterHigh => "two of three months close to the upper limit or above it".to_owned(),
            Self::OuterLow => "two of three months close to the lower limit or below it".to_owned(),
        }
    }
}

/// Mean and limits. `lower` may be below what can be counted: then nothing can fall below it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    pub mean: f64,
    pub lower: f64,
    pub upper: f64,
    /// Moving ranges that were left out.
    pub screened: usize,
}

/// A chart's limits, and each signal with the place of the value that completes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    pub limits: Limits,
    pub signals: Vec<(usize, Signal)>,
}

fn mean(of: &[f64]) -> Option<f64> {
    let count = u32::try_from(of.len()).ok().filter(|count| *count > 0)?;
    Some(of.iter().sum::<f64>() / f64::from(count))
}

/// The limits of a series; none for fewer than two values.
pub fn limits(values: &[f64]) -> Option<Limits> {
    let pairs = values.iter().zip(values.iter().skip(1));
    let ranges: Vec<f64> = pairs.map(|(before, after)| (after - before).abs()).collect();
    let all = mean(&ranges)?;
    let kept: Vec<f64> = ranges.iter().copied().filter(|range| *range <= SCREEN * all).collect();
    let (middle, range) = (mean(values)?, mean(&kept)?);
    let away = LIMIT * range;
    let screened = ranges.len() - kept.len();
    Some(Limits { mean: middle, lower: middle - away, upper: middle + away, screened })
}

/// The chart of a series, where `run` values make a run; none for fewer than two values.
pub fn chart(values: &[f64], run: usize) -> Option<Chart> {
    let limits = limits(values)?;
    let mut signals = Vec::new();
    for (place, value) in values.iter().enumerate() {
        if *value > limits.upper {
            signals.push((place, Signal::AboveLimit));
        }
        if *value < limits.lower {
            signals.push((place, Signal::BelowLimit));
        }
    }
    let sides = [(Signal::RunAbove, 1.0), (Signal::RunBelow, -1.0)];
    for (signal, side) in sides {
        let beyond = values.iter().map(|value| (value - limits.mean) * side > 0.0);
        signals.extend(completed(beyond, run).map(|place| (place, signal)));
    }
    // A trend of so many values has one step fewer.
    for (signal, side) in [(Signal::Rising, 1.0), (Signal::Falling, -1.0)] {
        let steps = values.iter().zip(values.iter().skip(1)).map(|(a, b)| (b - a) * side > 0.0);
        signals.extend(completed(steps, run.saturating_sub(1)).map(|place| (place + 1, signal)));
    }
    let third = (limits.upper - limits.mean) * 2.0 / 3.0;
    for (signal, side) in [(Signal::OuterHigh, 1.0), (Signal::OuterLow, -1.0)] {
        let outer: Vec<bool> = values.iter().map(|value| (value - limits.mean) * side > third).collect();
        signals.extend(two_of_three(&outer).map(|place| (place, signal)));
    }
    signals.sort_unstable();
    Some(Chart { limits, signals })
}

/// Where `run` in a row are true for the first time: once for each stretch, however long it goes on.
fn completed(each: impl Iterator<Item = bool>, run: usize) -> impl Iterator<Item = usize> {
    let counted = each.scan(0usize, |so_far, holds| {
        *so_far = if holds { *so_far + 1 } else { 0 };
        Some(*so_far)
    });
    counted.enumerate().filter(move |(_, so_far)| run > 0 && *so_far == run).map(|(place, _)| place)
}

/// Where two of three are true, the last of them among the two; once for each stretch of it.
fn two_of_three(each: &[bool]) -> impl Iterator<Item = usize> {
    let at = |place: usize, back: usize| place.checked_sub(back).and_then(|place| each.get(place)).copied();
    let holds = move |place: usize| {
        at(place, 0) == Some(true) && (at(place, 1) == Some(true) || at(place, 2) == Some(true))
    };
    (0..each.len()).filter(move |place| {
        let before = place.checked_sub(1).is_some_and(holds) || place.checked_sub(2).is_some_and(holds);
        holds(*place) && !before
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(one: f64, other: f64) {
        assert!((one - other).abs() < 1e-9, "{one} is not {other}");
    }

    fn signals(values: &[f64]) -> Vec<(usize, Signal)> {
        chart(values, 7).unwrap().signals
    }

    #[test]
    fn mean_and_limits_of_a_series_reckoned_by_hand() {
        // Ranges 2, 1, 3, 2: their mean is 2. 11.2 and 5.32 either side.
        let by_hand = limits(&[10.0, 12.0, 11.0, 14.0, 12.0]).unwrap();
        near(by_hand.mean, 11.8);
        near(by_hand.upper, 11.8 + 2.66 * 2.0);
        near(by_hand.lower, 11.8 - 2.66 * 2.0);
        assert_eq!(by_hand.screened, 0);
    }

    #[test]
    fn a_moving_range_far_above_the_others_is_left_out() {
        // Ranges: ten of 1 and two of 20, mean 50 / 12 = 4.1667; 3.267 times that is 13.61, so both 20s go.
        let values = [5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 26.0, 6.0, 5.0, 6.0, 5.0, 6.0, 5.0];
        let by_hand = limits(&values).unwrap();
        assert_eq!(by_hand.screened, 2);
        near(by_hand.mean, 92.0 / 13.0);
        near(by_hand.upper, 92.0 / 13.0 + 2.66);
        // The 5s lie in the outer third below: twice two of three of them.
        let low = Signal::OuterLow;
        assert_eq!(signals(&values), [(2, low), (6, Signal::AboveLimit), (10, low)]);
    }

    #[test]
    fn a_value_below_the_lower_limit_is_a_signal() {
        let values = [20.0, 21.0, 20.0, 21.0, 20.0, 21.0, 1.0, 21.0, 20.0, 21.0, 20.0, 21.0, 20.0];
        assert_eq!(signals(&values), [(3, Signal::OuterHigh), (6, Signal::BelowLimit)]);
    }

    #[test]
    fn seven_on_one_side_are_a_signal_and_six_are_none() {
        // Mean 10: seven of 11 and 11.5, then as far below. Limits lie well outside.
        let six = [8.0, 12.0, 11.0, 12.0, 11.0, 12.0, 11.0, 8.0, 9.0, 8.0, 9.0, 8.0];
        let found = signals(&six);
        assert!(!found.iter().any(|(_, signal)| matches!(signal, Signal::RunAbove)), "{found:?}");
        let seven = [7.0, 12.0, 11.0, 12.0, 11.0, 12.0, 11.0, 12.0, 8.0, 7.0, 8.0, 9.0];
        let found = signals(&seven);
        assert!(found.contains(&(7, Signal::RunAbove)), "{found:?}");
        let turned: Vec<f64> = seven.iter().map(|value| 20.0 - value).collect();
        let found = signals(&turned);
        assert!(found.contains(&(7, Signal::RunBelow)), "{found:?}");
    }

    #[test]
    fn a_long_run_is_one_signal_and_a_value_on_the_mean_breaks_it() {
        let mut long = vec![12.0; 10];
        long.extend([8.0; 10]);
        let found = signals(&long);
        let runs: Vec<_> =
            found.iter().filter(|(_, s)| matches!(s, Signal::RunAbove | Signal::RunBelow)).collect();
        assert_eq!(runs, [&(6, Signal::RunAbove), &(16, Signal::RunBelow)]);
        let broken =
            [12.0, 12.0, 12.0, 12.0, 10.0, 12.0, 12.0, 12.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 10.0];
        near(limits(&broken).unwrap().mean, 10.0);
        let found = signals(&broken);
        assert!(!found.iter().any(|(_, signal)| *signal == Signal::RunAbove), "{found:?}");
    }

    #[test]
    fn seven_that_rise_are_a_trend_and_six_are_none() {
        let base = [10.0, 14.0, 9.0, 13.0];
        let mut seven = base.to_vec();
        seven.extend([8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 9.0]);
        // The low 8 begins it: seven values, six steps up.
        assert!(signals(&seven).contains(&(10, Signal::Rising)), "{:?}", signals(&seven));
        let mut six = base.to_vec();
        six.extend([8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 9.0]);
        assert!(!signals(&six).iter().any(|(_, signal)| *signal == Signal::Rising));
        let turned: Vec<f64> = seven.iter().map(|value| 30.0 - value).collect();
        assert!(signals(&turned).contains(&(10, Signal::Falling)));
        // One that stays as it was breaks it.
        let mut flat = base.to_vec();
        flat.extend([8.0, 9.0, 10.0, 10.0, 12.0, 13.0, 14.0, 9.0]);
        assert!(!signals(&flat).iter().any(|(_, signal)| *signal == Signal::Rising));
    }

    #[test]
    fn two_of_three_in_the_outer_third_are_a_signal_on_one_side_only() {
        // Mean 141 / 14 = 10.07, mean range 42 / 13 = 3.23: the outer third goes from 15.8 to 18.7.
        let values = [10.0, 8.0, 10.0, 8.0, 10.0, 8.0, 10.0, 16.0, 10.0, 16.0, 9.0, 8.0, 10.0, 8.0];
        let of = limits(&values).unwrap();
        let third = of.mean + (of.upper - of.mean) * 2.0 / 3.0;
        assert!(16.0 > third && 16.0 < of.upper && 10.0 < third, "{of:?}");
        let outer: Vec<_> = signals(&values).into_iter().filter(|(_, s)| *s == Signal::OuterHigh).collect();
        assert_eq!(outer, [(9, Signal::OuterHigh)]);
        // One of three is none.
        let single = [10.0, 8.0, 10.0, 8.0, 10.0, 8.0, 10.0, 17.0, 10.0, 9.0, 17.0, 8.0, 10.0, 8.0];
        assert!(
            !signals(&single).iter().any(|(_, signal)| *signal == Signal::OuterHigh),
            "{:?}",
            signals(&single)
        );
        let turned: Vec<f64> = values.iter().map(|value| 20.0 - value).collect();
        assert!(signals(&turned).contains(&(9, Signal::OuterLow)));
    }

    #[test]
    fn a_steady_series_says_nothing_and_one_value_has_no_chart() {
        assert_eq!(signals(&[5.0, 6.0, 5.0, 4.0, 5.0, 6.0, 4.0, 5.0, 6.0, 5.0, 4.0, 5.0]), []);
        assert_eq!(chart(&[5.0], 7), None);
        assert_eq!(chart(&[], 7), None);
        // All alike: no range, no signal.
        assert_eq!(signals(&[0.0; 14]), []);
    }
}
