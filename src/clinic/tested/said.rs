//! The closed words of a relative's own result: what it says, how we know, and where it stands.
//! Must not know: whose it is.

use crate::{
    clinic::queue::item::{Queue, Wanted},
    db::closed,
};

closed! {
    /// What a relative's test said about the family's variant.
    pub enum Says {
        Het = "het",
        Hom = "hom",
        Hemi = "hemi",
        /// It is there; how many copies was not told.
        Carrier = "carrier",
        NonCarrier = "noncarrier",
        /// The test was done and could not tell.
        Uninformative = "uninformative",
        /// Only as a correction: what was recorded is not this person's result, and nothing stands in its place.
        Void = "void",
    }
}

impl Says {
    /// As staff read it.
    pub const fn title(self) -> &'static str {
        match self {
            Says::Het => "Has the variant: one copy",
            Says::Hom => "Has the variant: two copies",
            Says::Hemi => "Has the variant, on the only X",
            Says::Carrier => "Has the variant; the report does not say how many copies",
            Says::NonCarrier => "Does not have the variant",
            Says::Uninformative => "The test could not tell",
            Says::Void => "No result: what was recorded is not this person's",
        }
    }

    /// True where it says whether the person has the variant.
    pub const fn is_informative(self) -> bool {
        match self {
            Says::Het | Says::Hom | Says::Hemi | Says::Carrier | Says::NonCarrier => true,
            Says::Uninformative | Says::Void => false,
        }
    }
}

closed! {
    /// How we know. What a relative only told us is asked for in writing first.
    pub enum Source {
        LaboratoryReport = "laboratory_report",
        OtherService = "other_service",
        OwnRecord = "own_record",
    }
}

impl Source {
    pub const fn title(self) -> &'static str {
        match self {
            Source::LaboratoryReport => "The laboratory's report",
            Source::OtherService => "A letter from another service, with the report's words",
            Source::OwnRecord => "Our own test record",
        }
    }
}

closed! {
    /// Where a relative's result stands.
    pub enum State {
        /// One person has written it down. It moves nothing yet.
        Recorded = "recorded",
        /// A second person has compared it with its source: it counts.
        Confirmed = "confirmed",
        Rejected = "rejected",
        /// It counted until a confirmed correction took its place.
        Corrected = "corrected",
    }
}

impl State {
    pub const fn title(self) -> &'static str {
        match self {
            State::Recorded => "To be confirmed",
            State::Confirmed => "Confirmed",
            State::Rejected => "Rejected",
            State::Corrected => "No longer valid: corrected",
        }
    }
}

closed! {
    /// What can happen to a relative's result.
    pub enum Command { Confirm = "confirm", Reject = "reject", Correct = "correct" }
}

/// Every permitted step; what is not listed is refused. docs/states.txt shows it to people.
pub const STEPS: &[(State, Command, State)] = &[
    (State::Recorded, Command::Confirm, State::Confirmed),
    (State::Recorded, Command::Reject, State::Rejected),
    (State::Confirmed, Command::Correct, State::Corrected),
];

/// The state after `command`, or that the step is not permitted.
pub fn step(from: State, command: Command) -> Option<State> {
    STEPS.iter().find(|(state, by, _)| *state == from && *by == command).map(|(_, _, to)| *to)
}

/// The queues a state asks for; `told` where whose it is need not be told any more.
pub fn wanted(state: State, told: bool) -> Vec<Wanted> {
    match state {
        State::Recorded => vec![Queue::ResultsToConfirm.into()],
        State::Confirmed if !told => vec![Queue::ResultsToTell.into()],
        State::Confirmed | State::Rejected | State::Corrected => vec![],
    }
}
