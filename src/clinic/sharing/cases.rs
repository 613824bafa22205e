//! The library of worked examples: thirty hard cases, each with what speaks for telling and against, and the codes it shows.
//! Must not know: any family of the service. Dated data (`policies/cases.toml`), made up, and marked as checked by nobody.

use super::decision::{Model, Outcome};
use crate::{
    db::closed,
    error::{Error, Result},
};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

const EMBEDDED: &str = include_str!("../../../policies/cases.toml");

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Library {
    pub version: String,
    /// Empty where nobody has: shown as unverified.
    pub verified_by: String,
    pub cases: Vec<WorkedCase>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkedCase {
    pub id: String,
    pub title: String,
    pub story: String,
    pub to_do: String,
    pub for_telling: String,
    pub against_telling: String,
    /// Reason codes of the policy.
    pub codes: Vec<String>,
    /// Kept from the library's own pages: whoever trains sees it after their own answer.
    #[serde(skip_serializing)]
    pub balance: ModelBalance,
}

closed! {
    /// How far an answer to a worked case goes, least first.
    pub enum Reach { Nobody = "none", L0 = "L0", L1 = "L1", L2 = "L2" }
}

/// The answer that a learner's own is compared with.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelBalance {
    /// Those that can be defended: one, or both.
    pub models: Vec<Model>,
    pub outcomes: Vec<Outcome>,
    /// The highest level that serves.
    pub level: Reach,
    /// Reason codes that a good answer names.
    pub names: Vec<String>,
}

impl Library {
    /// # Errors
    /// A library that breaks its form, with the line.
    pub fn embedded() -> Result<&'static Self> {
        static READ: OnceLock<Library> = OnceLock::new();
        match READ.get() {
            Some(library) => Ok(library),
            None => {
                let read = toml::from_str(EMBEDDED)
                    .map_err(|e| Error::config(format!("policies/cases.toml: {e}")))?;
                Ok(READ.get_or_init(|| read))
            }
        }
    }

    pub fn case(&self, id: &str) -> Option<&WorkedCase> {
        self.cases.iter().find(|case| case.id == id)
    }

    /// The cases that show a reason, as (id, title).
    pub fn of_code(&self, code: &str) -> Vec<(String, String)> {
        let shows = |case: &&WorkedCase| case.codes.iter().any(|own| own == code);
        self.cases.iter().filter(shows).map(|case| (case.id.clone(), case.title.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    #[test]
    fn all_thirty_are_told_and_each_shows_reasons_that_there_are() {
        let (library, policy) = (Library::embedded().unwrap(), Policy::embedded().unwrap());
        let ids: Vec<String> = library.cases.iter().map(|case| case.id.clone()).collect();
        assert_eq!(ids, (1..=30).map(|number| format!("H{number}")).collect::<Vec<_>>());
        for case in &library.cases {
            assert!(!case.codes.is_empty(), "{}", case.id);
            for code in &case.codes {
                assert!(policy.reason(code).is_some(), "{}: {code}", case.id);
            }
            let balance = &case.balance;
            assert!(!balance.models.is_empty() && !balance.names.is_empty(), "{}", case.id);
            assert!(balance.names.iter().all(|name| case.codes.contains(name)), "{}", case.id);
            // Whoever may be told is told something, and whoever is not told is told nothing.
            let told = balance.outcomes.contains(&Outcome::Applied);
            assert!(!balance.outcomes.is_empty() && told == (balance.level > Reach::Nobody), "{}", case.id);
        }
        // Every reason that a professional may give against has a story to read before they give it.
        for code in ["RL1", "RL2", "RL3", "RL4", "ST1", "ST3"] {
            assert!(!library.of_code(code).is_empty(), "{code}");
        }
    }
}
