//! Time and chance, passed in: the only file that asks the machine for either.
//! Must not know: who asks, or what for.

use crate::db::UtcTime;
use std::sync::{
    Mutex,
    atomic::{AtomicI64, Ordering},
};

/// What time it is, in UTC, to the millisecond.
pub trait Clock: Send + Sync {
    fn now(&self) -> UtcTime;
}

/// The machine's clock.
pub struct MachineClock;

impl Clock for MachineClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> UtcTime {
        UtcTime::from_utc(chrono::Utc::now().naive_utc())
    }
}

/// A clock that a story can move: the machine's time and an offset, or a fixed time.
pub struct StoryClock {
    fixed: Option<UtcTime>,
    offset_seconds: AtomicI64,
}

impl StoryClock {
    /// Stands still at `at` until it is moved.
    pub fn fixed(at: UtcTime) -> Self {
        Self { fixed: Some(at), offset_seconds: AtomicI64::new(0) }
    }

    /// Runs with the machine, `seconds` away from it.
    pub fn offset(seconds: i64) -> Self {
        Self { fixed: None, offset_seconds: AtomicI64::new(seconds) }
    }

    pub fn advance_seconds(&self, seconds: i64) {
        self.offset_seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn advance_days(&self, days: i64) {
        self.advance_seconds(days * 86_400);
    }

    /// Back to the machine's own time.
    pub fn settle(&self) {
        self.offset_seconds.store(0, Ordering::SeqCst);
    }
}

impl Clock for StoryClock {
    fn now(&self) -> UtcTime {
        let base = match self.fixed {
            Some(at) => at,
            None => MachineClock.now(),
        };
        base.plus_seconds(self.offset_seconds.load(Ordering::SeqCst))
    }
}

/// Bytes that nobody can foresee.
pub trait Chance: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's randomness.
pub struct MachineChance;

impl Chance for MachineChance {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for chance")]
    fn fill(&self, bytes: &mut [u8]) {
        // Without randomness no id and no code is safe to make: stopping is the only right answer.
        if let Err(problem) = getrandom::fill(bytes) {
            tracing::error!(%problem, "the operating system gives no randomness");
            std::process::abort();
        }
    }
}

/// Repeatable chance for tests: SplitMix64 from a seed.
pub struct SeededChance(Mutex<u64>);

impl SeededChance {
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }
}

impl Chance for SeededChance {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^= z >> 31;
            for (byte, source) in chunk.iter_mut().zip(z.to_le_bytes()) {
                *byte = source;
            }
        }
    }
}
