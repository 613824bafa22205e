//! Numbers that chances are worked out in: ordinary ones, and ones that never vanish.
//! Must not know: what they count.

/// What the passes need of a number; never below zero.
pub(super) trait Number: Copy {
    const ZERO: Self;

    fn of(value: f64) -> Self;
    fn plus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    /// Zero of zero is zero.
    fn over(self, other: Self) -> Self;
    /// Times two to the power given.
    fn shifted(self, power: i64) -> Self;
    /// The power of two that brings the largest of these to one or just below, or why there is none.
    fn power(largest_of: &[Self]) -> Result<i64, Vanished>;
    /// The ordinary number, and the power of two it is to be multiplied with.
    fn parts(self) -> (f64, i64);
    /// The power of two of the smallest of these that is not zero; 0 for a kind of number that never vanishes.
    fn least_power(of: &[Self]) -> i64;
}

/// Nothing is left of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vanished {
    /// It cannot be.
    Impossible,
    /// It may be too small for this kind of number.
    TooSmall,
}

/// The power of two of an ordinary number that is neither zero nor subnormal.
fn exponent(value: f64) -> i64 {
    ((value.to_bits() >> 52) & 0x7FF) as i64 - 1023
}

/// Two to this power, which must be an ordinary number.
fn two_to(power: i64) -> f64 {
    f64::from_bits(((power.clamp(-1022, 1023) + 1023) as u64) << 52)
}

/// Below this an entry may have lost what a later result makes the only thing that counts.
const LEAST_POWER: i64 = -500;

/// A product of entries whose powers add up to less may have become zero, which a later result could make the only thing
/// that counts.
pub(super) const LEAST_PRODUCT: i64 = -1000;

impl Number for f64 {
    const ZERO: f64 = 0.0;

    fn of(value: f64) -> f64 {
        value
    }

    fn plus(self, other: f64) -> f64 {
        self + other
    }

    fn times(self, other: f64) -> f64 {
        self * other
    }

    fn over(self, other: f64) -> f64 {
        if other == 0.0 { 0.0 } else { self / other }
    }

    fn shifted(self, power: i64) -> f64 {
        self * two_to(power)
    }

    fn power(largest_of: &[f64]) -> Result<i64, Vanished> {
        let largest = largest_of.iter().copied().fold(0.0, f64::max);
        // A one that rounding has moved stays where it is.
        let power = exponent(largest * (1.0 - 8.0 * f64::EPSILON)) + 1;
        if power < LEAST_POWER { Err(Vanished::TooSmall) } else { Ok(power) }
    }

    fn parts(self) -> (f64, i64) {
        (self, 0)
    }

    fn least_power(of: &[f64]) -> i64 {
        let some = of.iter().copied().filter(|value| *value > 0.0);
        // A subnormal has lost digits already.
        exponent(some.fold(1.0, f64::min)).min(0)
    }
}

/// An ordinary number with room for any power of two. Used where ordinary numbers come near zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Wide {
    /// Zero, or from 1 up to below 2.
    fraction: f64,
    power: i64,
}

impl Wide {
    fn new(value: f64, power: i64) -> Wide {
        if value == 0.0 {
            return Wide::ZERO;
        }
        // Subnormal numbers are brought up first.
        let (value, power) =
            if value < f64::MIN_POSITIVE { (value * two_to(200), power - 200) } else { (value, power) };
        let own = exponent(value);
        let fraction = f64::from_bits((value.to_bits() & !(0x7FF << 52)) | (1023 << 52));
        Wide { fraction, power: power + own }
    }
}

impl Number for Wide {
    const ZERO: Wide = Wide { fraction: 0.0, power: 0 };

    fn of(value: f64) -> Wide {
        Wide::new(value, 0)
    }

    fn plus(self, other: Wide) -> Wide {
        if self.fraction == 0.0 {
            return other;
        }
        if other.fraction == 0.0 {
            return self;
        }
        let (high, low) = if self.power >= other.power { (self, other) } else { (other, self) };
        let apart = low.power - high.power;
        if apart < -200 { high } else { Wide::new(high.fraction + low.fraction * two_to(apart), high.power) }
    }

    fn times(self, other: Wide) -> Wide {
        Wide::new(self.fraction * other.fraction, self.power + other.power)
    }

    fn over(self, other: Wide) -> Wide {
        if other.fraction == 0.0 {
            return Wide::ZERO;
        }
        Wide::new(self.fraction / other.fraction, self.power - other.power)
    }

    fn shifted(self, power: i64) -> Wide {
        if self.fraction == 0.0 { self } else { Wide { power: self.power + power, ..self } }
    }

    fn power(largest_of: &[Wide]) -> Result<i64, Vanished> {
        let some = largest_of.iter().filter(|number| number.fraction != 0.0);
        some.map(|number| number.power).max().ok_or(Vanished::Impossible)
    }

    fn parts(self) -> (f64, i64) {
        (self.fraction, self.power)
    }

    fn least_power(_: &[Wide]) -> i64 {
        0
    }
}
