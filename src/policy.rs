//! The policy: every timer, period, reason code and working day, as dated data that a service may replace.
//! Must not know: what is done with them. A number that belongs here may stand nowhere in code.

pub mod pack;

use crate::{
    db::UtcDate,
    error::{Error, Result},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The pack that is built in.
const EMBEDDED: &str = include_str!("../policies/uk.toml");

/// One pack. A decision stores `id` and `version` of the one it was made under.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    pub id: String,
    pub version: String,
    pub in_force_from: UtcDate,
    /// Who checked it, and when; empty where nobody has: shown to staff as unverified.
    pub verified_by: String,
    /// Queue key to working days.
    pub due_in_working_days: BTreeMap<String, u32>,
    pub periods: Periods,
    pub dates: DateLimits,
    pub franking: Weights,
    pub chances: Chances,
    pub proxies: Proxies,
    pub referrals: Referrals,
    pub order: Order,
    pub work: Work,
    pub years: Years,
    pub training: Training,
    pub texts: TextLimits,
    pub learning: Learning,
    /// Nation to days on which nobody works.
    pub bank_holidays: BTreeMap<String, Vec<UtcDate>>,
    pub reason_codes_version: String,
    pub reasons: Vec<Reason>,
    /// What each country asks, apart from these figures.
    #[serde(skip)]
    packs: Vec<pack::Pack>,
}

/// Periods in calendar days unless the name says otherwise.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Periods {
    pub code_valid_days: i64,
    pub wrong_dates_before_lock: i32,
    pub wrong_tries_an_hour: i32,
    pub wrong_tries_an_hour_from_one_place: i32,
    pub consent_revisit_days: i64,
    pub decision_review_days: i64,
    /// By when a decision to write is acted on, where none is named.
    pub decision_execute_days: i64,
    /// How long a decision against the proband's word waits before a letter can leave by it; 0 for no wait.
    pub cooling_off_hours: i64,
    /// By when another clinician reviews that such a decision did not wait.
    pub emergency_review_hours: i64,
    /// By when a request about somebody's own data is answered, and by when where it is complex; in calendar days.
    pub request_answer_days: i64,
    pub request_extended_days: i64,
    /// By when what is open about a relative who cannot wait is due.
    pub urgent_working_days: u32,
    /// After which it is asked whether the proband has told a relative.
    pub no_reply_days: i64,
    /// After a letter without an answer: one reminder.
    pub reminder_days: i64,
    /// After the reminder without an answer: the closing letter, and no more.
    pub closing_days: i64,
    pub visit_idle_minutes: i64,
    /// How long a visit that was left open is continued with the date of birth alone.
    pub visit_return_hours: i64,
    pub session_idle_minutes: i64,
    pub session_hours: i64,
    pub sign_in_failures_before_lock: i32,
    pub sign_in_lock_minutes: i64,
    /// How long a way out that is itself at fault is left alone.
    pub channel_pause_minutes: i64,
    /// Waits between tries; the last is repeated until the budget is spent.
    pub send_retry_minutes: Vec<i64>,
    /// By how much of itself a wait is lengthened at most.
    pub send_retry_longer_percent: i64,
    /// From the first try that was told "later".
    pub send_budget_hours: i64,
    /// How long a provider that takes no more at once is left alone.
    pub send_busy_minutes: i64,
    /// How often a provider is asked what became of a sending.
    pub delivery_ask_minutes: Vec<i64>,
    /// After which it is not asked any more.
    pub delivery_ask_days: i64,
    /// From which age somebody is written to themselves.
    pub young_person_age: i32,
    pub adult_age: i32,
    /// After so many days the date that a letter carries is brought up to the day before it goes on.
    pub letter_age_days: i64,
}

/// What a letter weighs, in grams.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    pub sheet_grams: u32,
    pub envelope_grams: u32,
    /// Where the carrier's steps end, rising.
    pub steps_grams: Vec<u32>,
}

/// What a date on record may be; outside of it the date is taken for a mistake.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateLimits {
    pub earliest_birth_year: i32,
    pub earliest_conversation_year: i32,
    /// Of capacity to decide about telling a relative.
    pub earliest_assessment_year: i32,
    /// In whole years, of a parent by descent when the child is born.
    pub youngest_parent_age: i32,
}

/// Who may act for somebody, by that person's age on the day.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proxies {
    pub parent_below_age: i32,
    pub attorney_from_age: i32,
    pub deputy_from_age: i32,
    pub helper_from_age: i32,
    /// In calendar days, after which it is checked anew.
    pub valid_days: i64,
}

/// A relative who was handed to their own service.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Referrals {
    /// After so many calendar days without a word the other service is asked, each time.
    pub chase_days: i64,
    /// After so many times somebody speaks to the relative instead.
    pub chased_most: i32,
    /// When it is looked whether the relative has been seen there, in calendar days.
    pub look_again_days: i64,
}

/// What comes first in a list of work: chance times what can be done, and what presses.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Class of the chance by position to its weight.
    pub chance: BTreeMap<String, i32>,
    /// Class of what can be done to its weight.
    pub can_be_done: BTreeMap<String, i32>,
    /// By how much an age that is reached counts more.
    pub age: i32,
    /// From so many points work is first, or soon.
    pub first_from: i32,
    pub soon_from: i32,
}

/// How work is put off, handed on together, and shown to whoever leads.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// In calendar days, where the state itself names no last day.
    pub snooze_most_days: i64,
    /// So many working days past its day, work is shown to whoever leads.
    pub escalate_after_working_days: u32,
    /// Pieces of work that are changed at once.
    pub together_most: usize,
    /// In calendar days, the longest that somebody stands in for a colleague.
    pub cover_most_days: i64,
    pub saved_views_most: i64,
    /// Seconds after a form was done in which the same again is the same press; less than nothing: never.
    pub same_press_seconds: i64,
    /// In calendar days, how long an import waits for whoever brought it.
    pub import_kept_days: i64,
    /// The hour of the day, in UTC, from which the day's e-mails to staff are sent.
    pub digest_hour: i64,
}

/// What is looked at again after a family was closed, and the hours of an incident. Calendar days unless the name says otherwise.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Years {
    pub look_again_days: i64,
    /// Where somebody was closed and no day was named.
    pub wait_days: i64,
    /// How many sources are tried before somebody counts as not to be found.
    pub searches_before_untraceable: usize,
    /// From when an incident is known until whoever oversees data protection is told.
    pub incident_report_hours: i64,
    /// By when another service says that it takes a family over.
    pub transfer_answer_days: i64,
}

/// What chances are computed with, each from 0 to 1.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chances {
    /// Share of all copies of the gene that have the variant, where the table of conditions gives none.
    pub variant_frequency: f64,
    /// Chance that a copy without the variant has it when it has been passed on.
    pub new_variant: f64,
}

/// What the service counts of its own decisions, and when a number is too small to be shown.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learning {
    /// A count from 1 up to the one below this is not shown.
    pub hide_below: u64,
    /// So many relatives are counted while somebody waits for the page; where there are more, the worker counts them.
    pub count_at_once: i64,
    /// In calendar days, for which figures that the worker counted are kept.
    pub count_kept_days: i64,
    /// Rows of an extract that share month, level, outcome and degree: fewer are made coarser.
    pub extract_least_alike: usize,
    /// Whole months that the chart of objections goes back.
    pub chart_months: u32,
    /// With fewer there are no limits and no signals.
    pub chart_least_months: usize,
    /// So many months on one side of the mean, or each above the one before, are a signal.
    pub chart_run: usize,
    /// Where the middle month has fewer objections than this, the page says that counts are small.
    pub chart_small_median: i64,
    /// A signal in one of so many whole months before this one opens an inquiry.
    pub inquiry_months: u32,
}

/// What somebody must have done before they may sign a decision.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    pub needed: bool,
    /// How many different cases are passed.
    pub cases: usize,
    /// Of a case's points, from 0 to 100.
    pub pass_percent: i32,
    /// In calendar days, for which a passed case counts.
    pub valid_days: i64,
    pub again_after_days: i64,
    pub warn_days: i64,
    pub points: TrainingPoints,
}

/// What each part of an answer earns.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingPoints {
    pub model: i32,
    pub outcome: i32,
    pub level: i32,
    /// For each reason that a good answer names.
    pub reason: i32,
    /// Reasons beyond those that cost nothing; each further one takes a point back.
    pub spare_reasons: usize,
}

/// Longest texts that staff type, in characters; a line end counts one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextLimits {
    /// Of every field that is one line.
    pub line: usize,
    /// Of every field that takes several lines, by its name. A test compares them with the pages.
    pub words: BTreeMap<String, usize>,
}

impl TextLimits {
    pub fn most(&self, field: &str) -> usize {
        self.words.get(field).copied().unwrap_or(self.line)
    }

    /// True for a field that takes several lines.
    pub fn is_words(&self, field: &str) -> bool {
        self.words.contains_key(field)
    }
}

/// On which side of the balance a reason stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// For applying the familial approach.
    For,
    /// Against it.
    Against,
}

/// A coded reason. Source: the code system that the pack names; the list is inferred and marked so.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    pub code: String,
    pub side: Side,
    pub category: Vec<String>,
    pub text: String,
    /// What the form must then ask.
    #[serde(default)]
    pub ask: String,
    /// What speaks against it, from research or guidance, with its source.
    #[serde(default)]
    pub counter: String,
}

impl Policy {
    /// The pack that is built in.
    ///
    /// # Errors
    /// A pack with an unknown field or a missing one, named with its line.
    pub fn embedded() -> Result<Self> {
        Ok(Self { packs: pack::Pack::embedded()?, ..Self::parse(EMBEDDED)? })
    }

    pub fn packs(&self) -> &[pack::Pack] {
        &self.packs
    }

    /// # Errors
    /// A name that no pack has, with those that there are.
    pub fn pack(&self, name: &str) -> Result<&pack::Pack> {
        self.packs.iter().find(|pack| pack.id == name).ok_or_else(|| {
            let known: Vec<&str> = self.packs.iter().map(|pack| pack.id.as_str()).collect();
            Error::bad_input(format!("there is no policy pack {name}; the packs are {}", known.join(", ")))
        })
    }

    pub fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|e| Error::config(format!("the policy pack cannot be read: {e}")))
    }

    pub fn reason(&self, code: &str) -> Option<&Reason> {
        self.reasons.iter().find(|r| r.code == code)
    }

    /// The day by which an item of `queue` is due, counted in working days of `nation` after `from`.
    ///
    /// # Errors
    /// A queue for which the pack has no timer.
    pub fn due(&self, queue: &str, nation: &str, from: UtcDate) -> Result<UtcDate> {
        let days = self
            .due_in_working_days
            .get(queue)
            .ok_or_else(|| Error::config(format!("policy pack {}: no timer for queue {queue}", self.id)))?;
        Ok(self.working_days_after(from, *days, nation))
    }

    /// The `days`-th working day after `from`; `from` itself where `days` is 0 and it is a working day.
    pub fn working_days_after(&self, from: UtcDate, days: u32, nation: &str) -> UtcDate {
        let mut day = from;
        let mut left = days;
        while left > 0 || !self.is_working_day(day, nation) {
            day = day.plus_days(1);
            if self.is_working_day(day, nation) {
                left = left.saturating_sub(1);
            }
        }
        day
    }

    /// The day before which something was due that is now past by `days` working days.
    pub fn working_days_before(&self, from: UtcDate, days: u32, nation: &str) -> UtcDate {
        let mut day = from;
        let mut left = days;
        while left > 0 {
            day = day.plus_days(-1);
            if self.is_working_day(day, nation) {
                left -= 1;
            }
        }
        day
    }

    pub fn is_working_day(&self, day: UtcDate, nation: &str) -> bool {
        day.weekday() < 5 && !self.bank_holidays.get(nation).is_some_and(|days| days.contains(&day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> UtcDate {
        UtcDate::new(y, m, d).unwrap()
    }

    #[test]
    fn two_working_days_after_christmas_eve_skip_the_holidays_of_the_nation() {
        let policy = Policy::embedded().unwrap();
        assert_eq!(policy.working_days_after(day(2026, 12, 24), 2, "england"), day(2026, 12, 30));
        assert_eq!(policy.working_days_after(day(2026, 12, 31), 1, "england"), day(2027, 1, 4));
        assert_eq!(policy.working_days_after(day(2026, 12, 31), 1, "scotland"), day(2027, 1, 5));
    }

    #[test]
    fn a_weekend_moves_to_monday() {
        let policy = Policy::embedded().unwrap();
        assert_eq!(policy.working_days_after(day(2026, 11, 21), 0, "england"), day(2026, 11, 23));
    }

    #[test]
    fn a_pack_with_an_unknown_field_is_refused_with_its_line() {
        let text = EMBEDDED.replacen("id = ", "colour = \"red\"\nid = ", 1);
        let refused = Policy::parse(&text).unwrap_err();
        assert!(refused.public().contains("colour"), "{refused}");
    }

    #[test]
    fn every_reason_code_stands_once() {
        let policy = Policy::embedded().unwrap();
        let mut codes: Vec<_> = policy.reasons.iter().map(|r| &r.code).collect();
        codes.sort();
        let all = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), all);
        assert!(all >= 26);
    }
}
