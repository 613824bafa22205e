//! Numbers of twice the length, to see what rounding does to ordinary ones.
//! Must not know: what they count.
//!
//! A number is the sum of two ordinary ones, the second below half a unit in the last place of the first
//! (T. J. Dekker, Numer Math 18 (1971) 224-242).

use super::super::number::{Number, Vanished};

#[derive(Clone, Copy)]
pub struct Double {
    high: f64,
    low: f64,
}

impl Double {
    fn sum(one: f64, other: f64) -> Double {
        let high = one + other;
        let part = high - one;
        Double { high, low: (one - (high - part)) + (other - part) }
    }
}

impl Number for Double {
    const ZERO: Double = Double { high: 0.0, low: 0.0 };

    fn of(value: f64) -> Double {
        Double { high: value, low: 0.0 }
    }

    fn plus(self, other: Double) -> Double {
        let sum = Double::sum(self.high, other.high);
        Double::sum(sum.high, sum.low + self.low + other.low)
    }

    fn times(self, other: Double) -> Double {
        let high = self.high * other.high;
        let low = self.high.mul_add(other.high, -high);
        Double::sum(high, low + (self.high * other.low + self.low * other.high))
    }

    fn over(self, other: Double) -> Double {
        if other.high == 0.0 {
            return Double::ZERO;
        }
        let first = self.high / other.high;
        let left = self.plus(other.times(Double::of(-first)));
        let second = left.high / other.high;
        let left = left.plus(other.times(Double::of(-second)));
        Double::sum(first, second).plus(Double::of(left.high / other.high))
    }

    fn shifted(self, power: i64) -> Double {
        Double { high: self.high.shifted(power), low: self.low.shifted(power) }
    }

    fn power(largest_of: &[Double]) -> Result<i64, Vanished> {
        f64::power(&largest_of.iter().map(|number| number.high).collect::<Vec<_>>())
    }

    fn parts(self) -> (f64, i64) {
        (self.high + self.low, 0)
    }

    /// As an ordinary number: it has the same room.
    fn least_power(of: &[Double]) -> i64 {
        of.iter().map(|value| f64::least_power(&[value.parts().0])).min().unwrap_or(0)
    }
}
