//! Why a file was refused, where in it, and what staff should do: no word of it is about the patient.
//! Must not know: how files are read.

/// Why a file was refused, where in it, and what to do. Holds nothing about the patient.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} ({place}): {what_to_do}.", problem.sentence())]
pub struct Unreadable {
    pub problem: UnreadableProblem,
    /// `line 3, column 14`, or an element path such as `Bundle.entry[4].resource.subject`.
    pub place: String,
    pub what_to_do: String,
}

impl Unreadable {
    pub(super) fn new(problem: UnreadableProblem, place: impl Into<String>) -> Self {
        Unreadable { problem, place: place.into(), what_to_do: problem.advice().to_owned() }
    }

    pub(super) fn advise(self, what_to_do: &str) -> Self {
        Unreadable { what_to_do: what_to_do.to_owned(), ..self }
    }
}

words! {
    /// Reasons to refuse a file.
    UnreadableProblem {
        Empty = "empty", TooLarge = "too_large", NotUtf8 = "not_utf8", NotJson = "not_json", TooDeep = "too_deep",
        TooMany = "too_many", DuplicateKey = "duplicate_key", NotABundle = "not_a_bundle", NoPatient = "no_patient",
        TwoPatients = "two_patients", NoFindings = "no_findings",
        /// Every finding is about a patient who is not in the file.
        BrokenReference = "broken_reference",
    }
}

impl UnreadableProblem {
    fn sentence(self) -> &'static str {
        match self {
            Self::Empty => "There is nothing in this file",
            Self::TooLarge => "This file is too large for a laboratory report",
            Self::NotUtf8 => "This file is not text in UTF-8",
            Self::NotJson => "This file is not well-formed JSON",
            Self::TooDeep => "This file is nested more deeply than any laboratory report",
            Self::TooMany => "This file holds more values than any laboratory report",
            Self::DuplicateKey => {
                "This file says the same thing twice in one place, and only one can be meant"
            }
            Self::NotABundle => "This file is not a FHIR Bundle",
            Self::NoPatient => "This file does not say who the patient is",
            Self::TwoPatients => "This file is about more than one patient",
            Self::NoFindings => "This file has no findings",
            Self::BrokenReference => "The findings belong to a patient who is not in this file",
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::Empty => "choose the file again, or ask the laboratory to send it again",
            Self::TooLarge => {
                "the limit is 20 MiB; ask the laboratory for the report without attached images or raw data"
            }
            Self::NotUtf8 => {
                "it may be compressed, a scan or saved in an old encoding; ask the laboratory for the report as FHIR JSON"
            }
            Self::NotJson => "it may have been changed after export; ask the laboratory to send it again",
            Self::TooDeep | Self::TooMany => "ask the laboratory for the report alone, without raw data",
            Self::DuplicateKey => {
                "do not guess which is right; ask the laboratory to correct and resend the report"
            }
            Self::NotABundle => "ask the laboratory for the whole report as one FHIR R4 Bundle",
            Self::NoPatient => "ask the laboratory to include the Patient in the Bundle",
            Self::TwoPatients => "ask the laboratory for one file for each patient",
            Self::NoFindings => {
                "check that this is the report and not the order; ask the laboratory for the Observations"
            }
            Self::BrokenReference => "do not use it; ask the laboratory to check whose result this is",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_one_sentence_that_says_what_to_do() {
        let error = Unreadable::new(UnreadableProblem::TwoPatients, "Bundle.entry[4].resource");
        let sentence = "This file is about more than one patient (Bundle.entry[4].resource): \
                        ask the laboratory for one file for each patient.";
        assert_eq!(error.to_string(), sentence);
    }

    #[test]
    fn every_problem_has_a_word_of_its_own() {
        let words: std::collections::HashSet<&str> =
            UnreadableProblem::ALL.iter().map(|p| p.as_str()).collect();
        assert_eq!(words.len(), UnreadableProblem::ALL.len());
    }
}
