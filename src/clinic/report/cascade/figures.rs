//! The list of reports on the cascade: what each is called, where it stands, and who counts it.
//! Must not know: how any of them is counted or shown.

use super::{
    cohort::{Asked, Relative, cohort},
    equity::equity,
    figure::Figure,
    funnel::funnel,
    outcomes::outcomes,
    qs41::qs41,
    queue_ages::queue_ages,
    time_to_inform::time_to_inform,
    uptake::uptake,
    workload::workload,
};
use crate::{
    access::Caller,
    audit::Act,
    db::closed,
    error::{Error, Result},
};

closed! {
    /// In the order in which they are offered; the text is the last part of the address.
    pub enum Which {
        Funnel = "funnel",
        Uptake = "uptake",
        Time = "time-to-inform",
        QueueAges = "queue-ages",
        Qs41 = "qs41",
        Outcomes = "outcomes",
        Equity = "equity",
        Workload = "workload",
    }
}

impl Which {
    pub const fn name(self) -> &'static str {
        match self {
            Which::Funnel => "Cascade funnel",
            Which::Uptake => "Uptake by family",
            Which::Time => "Time to informed",
            Which::QueueAges => "Age of open work",
            Which::Qs41 => "NICE QS41, statement 5",
            Which::Outcomes => "Outcomes and reasons not tested",
            Which::Equity => "Equity",
            Which::Workload => "Workload",
        }
    }

    pub const fn about(self) -> &'static str {
        match self {
            Which::Funnel => {
                "How far relatives came, from identified to their own result, by degree, sex and route."
            }
            Which::Uptake => {
                "The share of each family's relatives who were tested, and what chance alone would give."
            }
            Which::Time => "How long it took from the report until relatives knew, by route.",
            Which::QueueAges => {
                "How long open work has waited, by who has taken it and by queue, with the oldest."
            }
            Which::Qs41 => {
                "Relatives offered a test and tested, by degree, as the quality standard measures it."
            }
            Which::Outcomes => "What relatives' tests said, and why others have none.",
            Which::Equity => "Informed and tested by sex, degree, language and needs.",
            Which::Workload => "How much work was done in the last twelve whole weeks, by queue.",
        }
    }

    pub const fn path(self) -> &'static str {
        match self {
            Which::Funnel => "/reports/cascade/funnel",
            Which::Uptake => "/reports/cascade/uptake",
            Which::Time => "/reports/cascade/time-to-inform",
            Which::QueueAges => "/reports/cascade/queue-ages",
            Which::Qs41 => "/reports/cascade/qs41",
            Which::Outcomes => "/reports/cascade/outcomes",
            Which::Equity => "/reports/cascade/equity",
            Which::Workload => "/reports/cascade/workload",
        }
    }

    /// Whether it counts people of some months and a condition, with small numbers hidden; the others count pieces of work as
    /// they stand today.
    pub const fn counts_people(self) -> bool {
        match self {
            Which::Funnel | Which::Uptake | Which::Time | Which::Qs41 | Which::Outcomes | Which::Equity => {
                true
            }
            Which::QueueAges | Which::Workload => false,
        }
    }

    /// Counts. Whoever calls puts the reading on the record.
    pub fn figure(self, act: &mut Act<'_>, caller: &Caller, asked: &Asked) -> Result<Figure> {
        match self {
            Which::QueueAges => queue_ages(act, caller),
            Which::Workload => workload(act, caller),
            Which::Funnel | Which::Uptake | Which::Time | Which::Qs41 | Which::Outcomes | Which::Equity => {
                let all = cohort(act, asked)?;
                self.of_people(act, &all)
                    .ok_or_else(|| Error::inner("a report that counts people and has no figure"))
            }
        }
    }

    /// What it says of these relatives; none where it counts work.
    pub fn of_people(self, act: &Act<'_>, all: &[Relative]) -> Option<Figure> {
        let limit = act.policy().learning.hide_below;
        match self {
            Which::Funnel => Some(funnel(all, limit)),
            Which::Uptake => Some(uptake(all, limit)),
            Which::Time => Some(time_to_inform(all, act.at.date(), limit)),
            Which::Qs41 => Some(qs41(all, limit)),
            Which::Outcomes => Some(outcomes(all, limit)),
            Which::Equity => Some(equity(all, limit)),
            Which::QueueAges | Which::Workload => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stands_at_the_address_that_names_it() {
        for which in Which::ALL {
            assert_eq!(which.path(), format!("/reports/cascade/{which}"));
        }
    }
}
