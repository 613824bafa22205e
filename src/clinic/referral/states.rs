//! Where a referral to a relative's own service stands, what can happen to it, and every permitted step.
//! Must not know: the database, or what was said.

use crate::{
    clinic::queue::item::{Queue, Wanted},
    db::{UtcDate, closed},
};

closed! {
    pub enum ReferralState {
        /// Its letter is being written and approved; it has not left.
        Prepared = "prepared",
        Sent = "sent",
        /// Nobody there answered in time, and they were asked again.
        Chased = "chased",
        /// The other service says that it has the relative; looked at again on a day.
        Acknowledged = "acknowledged",
        /// The other service does not take them: they are ours, and somebody goes on.
        Declined = "declined",
        /// Taken back after it had left: somebody tells the other service.
        ToTell = "to_tell",
        TakenBack = "taken_back",
        Ended = "ended",
    }
}

impl ReferralState {
    /// As staff read it.
    pub const fn title(self) -> &'static str {
        match self {
            ReferralState::Prepared => "Prepared",
            ReferralState::Sent => "Sent, not acknowledged",
            ReferralState::Chased => "Chased, not acknowledged",
            ReferralState::Acknowledged => "Acknowledged",
            ReferralState::Declined => "Declined by the other service",
            ReferralState::ToTell => "Taken back; the other service is to be told",
            ReferralState::TakenBack => "Taken back",
            ReferralState::Ended => "Ended",
        }
    }

    /// What staff do next.
    pub const fn next_step(self) -> &'static str {
        match self {
            ReferralState::Prepared => {
                "Have its letter approved, put the certificate with it, and see that it leaves"
            }
            ReferralState::Sent | ReferralState::Chased => "Ask the other service whether it has come",
            ReferralState::Acknowledged => "Look whether the relative has been seen",
            ReferralState::Declined => "Go on with the relative: they are ours",
            ReferralState::ToTell => "Tell the other service that it was taken back",
            ReferralState::TakenBack | ReferralState::Ended => "Nothing",
        }
    }

    /// Whether nothing more follows from it.
    pub const fn is_over(self) -> bool {
        match self {
            ReferralState::TakenBack | ReferralState::Ended => true,
            ReferralState::Prepared
            | ReferralState::Sent
            | ReferralState::Chased
            | ReferralState::Acknowledged
            | ReferralState::Declined
            | ReferralState::ToTell => false,
        }
    }

    /// Whether it is under way, so that there is no second one for this relative.
    pub const fn is_under_way(self) -> bool {
        match self {
            ReferralState::Prepared
            | ReferralState::Sent
            | ReferralState::Chased
            | ReferralState::Acknowledged => true,
            ReferralState::Declined
            | ReferralState::ToTell
            | ReferralState::TakenBack
            | ReferralState::Ended => false,
        }
    }
}

closed! {
    pub enum ReferralCommand {
        /// Its letter was stopped or was lost: another is written.
        WriteAgain = "write_again",
        /// Its letter has left.
        Send = "send",
        /// Its letter came back, or did not go after all.
        Lose = "lose",
        Chase = "chase",
        Acknowledge = "acknowledge",
        Decline = "decline",
        LookAgain = "look_again",
        TakeBack = "take_back",
        /// The other service was told that it was taken back.
        Tell = "tell",
        End = "end",
    }
}

/// Every permitted step; what is not listed is refused. docs/states.txt shows it to people.
pub const STEPS: &[(ReferralState, ReferralCommand, ReferralState)] = {
    use ReferralCommand as C;
    use ReferralState as S;
    &[
        (S::Prepared, C::WriteAgain, S::Prepared),
        (S::Prepared, C::Send, S::Sent),
        (S::Sent, C::Lose, S::Prepared),
        (S::Chased, C::Lose, S::Prepared),
        (S::Sent, C::Chase, S::Chased),
        (S::Chased, C::Chase, S::Chased),
        (S::Sent, C::Acknowledge, S::Acknowledged),
        (S::Chased, C::Acknowledge, S::Acknowledged),
        (S::Sent, C::Decline, S::Declined),
        (S::Chased, C::Decline, S::Declined),
        // They said yes, and do not see the relative after all.
        (S::Acknowledged, C::Decline, S::Declined),
        (S::Acknowledged, C::LookAgain, S::Acknowledged),
        (S::Acknowledged, C::End, S::Ended),
        (S::Declined, C::End, S::Ended),
        (S::Prepared, C::TakeBack, S::TakenBack),
        (S::Declined, C::TakeBack, S::TakenBack),
        (S::Sent, C::TakeBack, S::ToTell),
        (S::Chased, C::TakeBack, S::ToTell),
        (S::Acknowledged, C::TakeBack, S::ToTell),
        (S::ToTell, C::Tell, S::TakenBack),
        // It was leaving while it was taken back.
        (S::TakenBack, C::Send, S::ToTell),
    ]
};

/// The state after `command`, or that the step is not permitted.
pub fn step(from: ReferralState, command: ReferralCommand) -> Option<ReferralState> {
    STEPS.iter().find(|(state, by, _)| *state == from && *by == command).map(|(_, _, to)| *to)
}

/// The queues a state asks for; `due` is the day the step itself named.
pub fn wanted(state: ReferralState, due: Option<UtcDate>) -> Vec<Wanted> {
    if state.is_over() { vec![] } else { vec![Wanted { queue: Queue::Referrals, due }] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ReferralCommand as C;
    use ReferralState as S;

    #[test]
    fn nobody_is_forgotten_before_their_own_service_has_them() {
        for (from, command, to) in STEPS {
            let by_a_person = matches!(command, C::TakeBack | C::Tell | C::End);
            assert!(by_a_person || !wanted(*to, None).is_empty(), "{from} by {command} is forgotten in {to}");
        }
        for state in [S::Prepared, S::Sent, S::Chased, S::Declined, S::ToTell] {
            assert_eq!(wanted(state, None).len(), 1, "{state}");
        }
    }

    #[test]
    fn chasing_has_no_end_but_an_answer() {
        assert_eq!(step(S::Chased, C::Chase), Some(S::Chased));
        assert_eq!(step(S::Sent, C::End), None);
        assert_eq!(step(S::Chased, C::End), None);
    }

    #[test]
    fn whatever_has_left_is_taken_back_with_a_word_to_whoever_holds_it() {
        for state in [S::Sent, S::Chased, S::Acknowledged] {
            assert_eq!(step(state, C::TakeBack), Some(S::ToTell));
        }
        assert_eq!(step(S::TakenBack, C::Send), Some(S::ToTell));
    }

    #[test]
    fn only_what_has_left_is_acknowledged() {
        for state in S::ALL.iter().filter(|state| !matches!(state, S::Sent | S::Chased)) {
            assert_eq!(step(*state, C::Acknowledge), None, "{state}");
        }
    }
}
