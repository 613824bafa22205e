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

/// The form that a session sent last.
struct Last {
    digest: String,
    at: UtcTime,
    /// Where its sender was sent on to; none while it is being done.
    done: Option<String>,
}

/// The last form of each session that has sent one, by the token that its pages carry.
#[derive(Default)]
pub struct SentLast(Mutex<HashMap<String, Last>>);

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
    fn with<T>(&self, work: impl FnOnce(&mut HashMap<String, Last>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A form has come in; for so many seconds after it was done, the same again is the same press.
    pub fn comes(&self, token: &str, digest: &str, now: UtcTime, same_press: i64) -> Sent {
        self.with(|all| {
            if let Some(last) = all.get(token).filter(|last| last.digest == digest) {
                match &last.done {
                    Some(to) if now <= last.at.plus_seconds(same_press) => return Sent::Done(to.clone()),
                    None if now <= last.at.plus_seconds(GIVEN_UP) => return Sent::BeingDone,
                    Some(_) | None => {}
                }
            }
            if all.len() >= MOST {
                all.retain(|_, last| now <= last.at.plus_seconds(GIVEN_UP));
            }
            all.insert(token.to_owned(), Last { digest: digest.to_owned(), at: now, done: None });
            Sent::First
        })
    }

    /// A form was answered: its sender was sent on, or it was refused and may come again as it is.
    pub fn answered(&self, token: &str, digest: &str, now: UtcTime, to: Option<String>) {
        self.with(|all| {
            let Some(last) = all.get_mut(token).filter(|last| last.digest == digest) else { return };
            match to {
                Some(to) => *last = Last { digest: digest.to_owned(), at: now, done: Some(to) },
                None => {
                    all.remove(token);
                }
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
