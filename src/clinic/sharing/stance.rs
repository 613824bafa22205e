//! What a proband can say about telling a relative, by which way, and what each stance must have whoever it is about.
//! Must not know: which relative, what was said before, or what follows.

use super::{
    refusal::{Heard, RefusalReason},
    run_out::last_day,
    unasked::{Cause, Spokesperson, Unasked},
};
use crate::{
    audit::Act,
    clinic::cascade::task::TaskCommand,
    db::{UtcDate, closed},
    error::{Error, Result},
};
use kinward_family::disclosure::Level;

closed! {
    /// How a relative is to hear.
    pub enum Route {
        ProbandTells = "proband_tells",
        ClinicLetter = "clinic_letter",
    }
}

closed! {
    /// What the proband says to it. There is no "next of kin consents".
    pub enum Stance {
        Thinking = "thinking",
        Given = "given",
        GivenWithLimits = "given_with_limits",
        Refused = "refused",
        Withdrawn = "withdrawn",
        /// Dead, unreachable, or without capacity for this decision now: the words say which.
        NotObtainable = "not_obtainable",
    }
}

impl Stance {
    pub const fn title(self) -> &'static str {
        match self {
            Stance::Thinking => "Thinking about it",
            Stance::Given => "Agrees",
            Stance::GivenWithLimits => "Agrees, with limits",
            Stance::Refused => "Does not agree",
            Stance::Withdrawn => "Has withdrawn agreement",
            Stance::NotObtainable => "Cannot be asked",
        }
    }

    /// They were asked, and say yes.
    pub const fn is_agreement(self) -> bool {
        match self {
            Stance::Given | Stance::GivenWithLimits => true,
            Stance::Thinking | Stance::Refused | Stance::Withdrawn | Stance::NotObtainable => false,
        }
    }

    /// They were asked, and say no.
    pub const fn is_refusal(self) -> bool {
        match self {
            Stance::Refused | Stance::Withdrawn => true,
            Stance::Thinking | Stance::Given | Stance::GivenWithLimits | Stance::NotObtainable => false,
        }
    }

    pub(super) fn command(self, route: Route) -> TaskCommand {
        match (self, route) {
            (Stance::Thinking, Route::ProbandTells | Route::ClinicLetter) => TaskCommand::Think,
            (Stance::Given | Stance::GivenWithLimits, Route::ClinicLetter) => TaskCommand::AgreeLetter,
            (Stance::Given | Stance::GivenWithLimits, Route::ProbandTells) => TaskCommand::AgreeProbandTells,
            (Stance::Refused | Stance::NotObtainable, Route::ProbandTells | Route::ClinicLetter) => {
                TaskCommand::NeedDecision
            }
            (Stance::Withdrawn, Route::ProbandTells | Route::ClinicLetter) => TaskCommand::Withdraw,
        }
    }
}

/// A stance as staff record it.
#[derive(Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentEntry {
    /// Needed where the proband agrees.
    pub route: Option<Route>,
    /// L0 to L3: the most that may be told by this route; L3 names the proband to this one relative. Needed where the proband agrees.
    pub level: Option<String>,
    pub stance: Stance,
    /// The proband's own words, limits and reasons.
    pub words: String,
    pub revisit_on: Option<UtcDate>,
    /// Of an agreement to a letter: its last day.
    pub ends_on: Option<UtcDate>,
    /// Why L1 or L2 is right though the relative can tell who was tested; needed where the page asks for it.
    pub inferable_why: Option<String>,
    /// Of a refusal: why, and what the proband had heard before.
    #[serde(default)]
    pub refusal_reasons: Vec<RefusalReason>,
    #[serde(default)]
    pub heard: Vec<Heard>,
    /// Of a proband who cannot be asked: why, and what each cause needs (`Unasked`).
    pub cause: Option<Cause>,
    pub wish_searched: Option<String>,
    pub wish_found: Option<String>,
    pub assessed_on: Option<UtcDate>,
    pub assessed: Option<String>,
    pub spokesperson: Option<Spokesperson>,
    pub likely_view: Option<String>,
    /// Where there was doubt whether they can decide this: on which day it was found that they can, by whom and how.
    pub able_on: Option<UtcDate>,
    pub able_how: Option<String>,
}

/// A stance whose parts fit together, whoever it is about.
pub(super) struct Sound {
    pub agrees: bool,
    pub route: Route,
    pub level: Level,
    pub ends_on: Option<UtcDate>,
    pub unasked: Option<Unasked>,
}

/// What a stance must have, whoever it is about.
///
/// # Errors
/// No words; a level that cannot be agreed to here; a day that cannot be.
pub(super) fn consent_sound(act: &Act<'_>, entry: &ConsentEntry) -> Result<Sound> {
    let agrees = entry.stance.is_agreement();
    if agrees && (entry.route.is_none() || entry.level.is_none()) {
        return Err(Error::bad_input(
            "Choose how the relative is to hear, and the most that may be told. Nothing was saved.",
        )
        .at(if entry.route.is_none() { "route" } else { "level" }));
    }
    // A refusal or a withdrawal must never wait for a choice that only agreement needs.
    let route = entry.route.unwrap_or(Route::ClinicLetter);
    let level: Level = entry
        .level
        .as_deref()
        .unwrap_or("L0")
        .parse()
        .map_err(|_| Error::bad_input("Choose a level from L0 to L3.").at("level"))?;
    if level > Level::L2 && agrees && route == Route::ProbandTells {
        return Err(Error::bad_input(
            "Whoever tells a relative themselves needs no agreement to be named. Choose L2 or lower, or the clinic's letter.",
        )
        .at("level"));
    }
    if entry.words.trim().chars().count() < 3 {
        return Err(Error::bad_input("Write what was said, in the person's own words. Nothing was saved.")
            .at("words"));
    }
    let today = act.at.date();
    if let Some(day) = entry.revisit_on.filter(|day| *day < today) {
        return Err(Error::bad_input(format!(
            "{} has passed: give a day on which this is asked again. Nothing was saved.",
            day.shown()
        ))
        .at("revisit_on"));
    }
    let ends_on = last_day(entry, route, today)?;
    if let Some(day) = ends_on.filter(|day| entry.revisit_on.is_some_and(|again| again > *day)) {
        return Err(Error::bad_input(format!(
            "After {} they are asked again in any case: leave the day of asking empty, or give an earlier one. Nothing was saved.",
            day.shown()
        ))
        .at("revisit_on"));
    }
    let unasked = match entry.stance {
        Stance::NotObtainable => Some(Unasked::of(entry, act.policy().dates, today)?),
        Stance::Thinking | Stance::Given | Stance::GivenWithLimits | Stance::Refused | Stance::Withdrawn => {
            None
        }
    };
    Ok(Sound { agrees, route, level, ends_on, unasked })
}
