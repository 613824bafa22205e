//! How sure a share is: Wilson's interval for one share, and the limits that chance alone keeps shares of one size within.
//! Must not know: what is counted.

/// Two ends of a range of shares, both from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub lower: f64,
    pub upper: f64,
}

/// The standard normal's 97.5 per cent point: 95 per cent lie within it on both sides.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// The tails beyond two and beyond three standard deviations, as funnel plots draw them: 95 and 99.8 per cent lie within.
pub const TWO_SIGMA: f64 = 0.025;
pub const THREE_SIGMA: f64 = 0.001;

/// Wilson's score interval for `events` of `of`; none where there is nobody, or more than all.
///
/// With p = events / n: (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n). It stays between 0 and 1 and holds for small n,
/// which the usual p ± z √(p(1−p)/n) does not. Source: Wilson EB, J Am Stat Assoc 1927;22:209-212; recommended by Newcombe
/// RG, Stat Med 1998;17:857-872.
pub fn wilson(events: u32, of: u32, z: f64) -> Option<Interval> {
    if of == 0 || events > of {
        return None;
    }
    let (n, p) = (f64::from(of), f64::from(events) / f64::from(of));
    let square = z * z;
    let middle = p + square / (2.0 * n);
    let reach = z * (p * (1.0 - p) / n + square / (4.0 * n * n)).sqrt();
    let whole = 1.0 + square / n;
    // Of nobody and of everybody one end is exact, and is not left to rounding.
    let lower = if events == 0 { 0.0 } else { (middle - reach) / whole };
    let upper = if events == of { 1.0 } else { (middle + reach) / whole };
    Some(Interval { lower, upper })
}

/// Between which shares a group of `of` lies by chance where each has the chance `p`, but for `tail` on either side.
///
/// The exact binomial limits of a funnel plot, between whole numbers in a straight line. With F(r) = P(R ≤ r) for R
/// binomial(n, p) and r the smallest number with F(r) > q: (r − (F(r) − q) / (F(r) − F(r−1))) / n, for q = `tail` and
/// q = 1 − `tail`, held between 0 and 1. Source: Spiegelhalter DJ, Stat Med 2005;24:1185-1202, appendix A.1.1.
pub fn funnel_limits(p: f64, of: u32, tail: f64) -> Option<Interval> {
    if of == 0 || !(0.0..=1.0).contains(&p) {
        return None;
    }
    if p <= 0.0 || p >= 1.0 {
        return Some(Interval { lower: p, upper: p });
    }
    Some(Interval { lower: binomial_point(p, of, tail), upper: binomial_point(p, of, 1.0 - tail) })
}

fn binomial_point(p: f64, of: u32, q: f64) -> f64 {
    let n = f64::from(of);
    let odds = (p / (1.0 - p)).ln();
    // By logarithms: (1 − p)ⁿ of a large group would be too small to be written down.
    let mut log_mass = n * (-p).ln_1p();
    let mut below = 0.0;
    for r in 0..=of {
        let mass = log_mass.exp();
        let up_to = below + mass;
        if up_to > q || r == of {
            let share = if mass > 0.0 { ((up_to - q) / mass).clamp(0.0, 1.0) } else { 0.0 };
            return ((f64::from(r) - share) / n).clamp(0.0, 1.0);
        }
        below = up_to;
        log_mass += (f64::from(of - r) / f64::from(r + 1)).ln() + odds;
    }
    1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nobody_has_no_interval_and_none_and_all_have_one_exact_end() {
        assert_eq!(wilson(0, 0, Z_95), None);
        assert_eq!(wilson(3, 2, Z_95), None);
        assert_eq!(wilson(0, 10, Z_95).unwrap().lower, 0.0);
        assert_eq!(wilson(10, 10, Z_95).unwrap().upper, 1.0);
    }

    #[test]
    fn a_group_of_which_all_or_none_are_expected_has_no_room() {
        assert_eq!(funnel_limits(0.0, 9, TWO_SIGMA), Some(Interval { lower: 0.0, upper: 0.0 }));
        assert_eq!(funnel_limits(1.0, 9, TWO_SIGMA), Some(Interval { lower: 1.0, upper: 1.0 }));
        assert_eq!(funnel_limits(0.4, 0, TWO_SIGMA), None);
    }

    proptest! {
        #[test]
        fn an_interval_holds_its_share_and_mirrors(of in 1u32..500, part in 0.0f64..=1.0) {
            let events = (0..=of).find(|n| f64::from(*n) >= part * f64::from(of)).unwrap_or(of);
            let one = wilson(events, of, Z_95).unwrap();
            let share = f64::from(events) / f64::from(of);
            prop_assert!((0.0..=share).contains(&one.lower) && (share..=1.0).contains(&one.upper));
            let other = wilson(of - events, of, Z_95).unwrap();
            prop_assert!((one.lower + other.upper - 1.0).abs() < 1e-12);
        }

        #[test]
        fn a_funnel_is_wider_for_three_sigma_and_holds_what_is_expected(of in 1u32..2000, p in 0.01f64..0.99) {
            let (two, three) = (funnel_limits(p, of, TWO_SIGMA).unwrap(), funnel_limits(p, of, THREE_SIGMA).unwrap());
            prop_assert!(three.lower <= two.lower && two.upper <= three.upper);
            prop_assert!(two.lower <= p && p <= two.upper, "{two:?}");
        }
    }
}
