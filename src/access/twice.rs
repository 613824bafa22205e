//! A form of staff that is sent twice, by a double press or because the page was slow, is done once: the second is answered as the
//! first was. Must not know: what any form does. A program says itself whether it asks twice.

use super::House;
use crate::db::UtcTime;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Seconds after which nobody waits any longer for a form that was never answered.
const GIVEN_UP: i64 = 30;
/// Sessions that are remembered before the old ones go.
const MOST: usize = 1_000;

/// A form that a session sent.
struct Last {
    digest: String,
    at: UtcTime,
    /// Where its sender was sent on to; none while it is being done.
    done: Option<String>,
}

/// The forms of each session that are being done, and those that were done since the last one came in, by the token that its
/// pages carry.
#[derive(Default)]
pub struct SentLast(Mutex<HashMap<String, Vec<Last>>>);

/// How a form stands that has just come in.
#[derive(Debug, PartialEq, Eq)]
pub enum Sent {
    First,
    /// The same is being done at this moment.
    BeingDone,
    /// The same was done just now, and its sender was sent on to here.
    Done(String),
}

impl SentLast {
    fn with<T>(&self, work: impl FnOnce(&mut HashMap<String, Vec<Last>>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A form has come in; for so many seconds after it was done, the same again is the same press.
    pub fn comes(&self, token: &str, digest: &str, now: UtcTime, same_press: i64) -> Sent {
        self.with(|all| {
            if all.len() >= MOST {
                all.retain(|_, forms| forms.iter().any(|one| now <= one.at.plus_seconds(GIVEN_UP)));
            }
            let forms = all.entry(token.to_owned()).or_default();
            match forms.iter().find(|one| one.digest == digest) {
                Some(Last { done: Some(to), at, .. }) if now <= at.plus_seconds(same_press) => {
                    return Sent::Done(to.clone());
                }
                Some(Last { done: None, at, .. }) if now <= at.plus_seconds(GIVEN_UP) => {
                    return Sent::BeingDone;
                }
                Some(_) | None => {}
            }
            // Whoever sends another form and then the first again means it: taken, given back, taken.
            forms.retain(|one| {
                one.done.is_none() && one.digest != digest && now <= one.at.plus_seconds(GIVEN_UP)
            });
            forms.push(Last { digest: digest.to_owned(), at: now, done: None });
            Sent::First
        })
    }

    /// A form was answered: its sender was sent on, or it was refused and may come again as it is.
    pub fn answered(&self, token: &str, digest: &str, now: UtcTime, to: Option<String>) {
        self.with(|all| {
            let Some(forms) = all.get_mut(token) else { return };
            match to {
                Some(to) => {
                    for one in forms.iter_mut().filter(|one| one.digest == digest) {
                        (one.at, one.done) = (now, Some(to.clone()));
                    }
                }
                None => forms.retain(|one| one.digest != digest),
            }
        });
    }
}

impl House {
    /// As `SentLast::comes`, where the same is being done only once that has ended, or nobody waits for it any more.
    pub async fn form_comes(&self, token: &str, digest: &str) -> Sent {
        const BREATH: std::time::Duration = std::time::Duration::from_millis(20);
        for _ in 0..GIVEN_UP * 50 {
            match self.sent.comes(token, digest, self.clock.now(), self.policy.work.same_press_seconds) {
                Sent::BeingDone => actix_web::rt::time::sleep(BREATH).await,
                stands @ (Sent::First | Sent::Done(_)) => return stands,
            }
        }
        Sent::First
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> UtcTime {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
        UtcTime::from_utc(day.and_hms_opt(10, 0, 0).unwrap()).plus_seconds(seconds)
    }

    #[test]
    fn the_same_press_is_answered_as_the_first_and_another_form_between_makes_it_a_new_one() {
        let sent = SentLast::default();
        assert_eq!(sent.comes("s", "take", at(0), 10), Sent::First);
        assert_eq!(sent.comes("s", "take", at(1), 10), Sent::BeingDone);
        assert_eq!(sent.comes("other", "take", at(1), 10), Sent::First);
        sent.answered("s", "take", at(2), Some("/queues".into()));
        assert_eq!(sent.comes("s", "take", at(12), 10), Sent::Done("/queues".into()));
        assert_eq!(sent.comes("s", "give back", at(4), 10), Sent::First);
        sent.answered("s", "give back", at(4), Some("/queues".into()));
        assert_eq!(sent.comes("s", "take", at(5), 10), Sent::First);
        sent.answered("s", "take", at(5), Some("/queues".into()));
        assert_eq!(sent.comes("s", "take", at(16), 10), Sent::First);
    }

    #[test]
    fn forms_that_are_pressed_twice_at_the_same_time_are_each_done_once() {
        let sent = SentLast::default();
        for form in ["one", "two"] {
            assert_eq!(sent.comes("s", form, at(0), 10), Sent::First);
        }
        for form in ["one", "two"] {
            assert_eq!(sent.comes("s", form, at(0), 10), Sent::BeingDone);
        }
        for form in ["one", "two"] {
            sent.answered("s", form, at(1), Some(format!("/{form}")));
        }
        for form in ["one", "two"] {
            assert_eq!(sent.comes("s", form, at(2), 10), Sent::Done(format!("/{form}")));
        }
    }

    #[test]
    fn what_was_refused_or_never_answered_may_come_again() {
        let sent = SentLast::default();
        assert_eq!(sent.comes("s", "call", at(0), 10), Sent::First);
        sent.answered("s", "call", at(1), None);
        assert_eq!(sent.comes("s", "call", at(1), 10), Sent::First);
        assert_eq!(sent.comes("s", "call", at(32), 10), Sent::First);
    }

    #[test]
    fn not_more_is_remembered_than_a_house_full() {
        let sent = SentLast::default();
        for n in 0..2_500 {
            sent.comes(&n.to_string(), "take", at(n / 10), 10);
        }
        assert!(sent.with(|all| all.len()) <= MOST);
    }
}
