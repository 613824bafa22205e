//! The questions of a confidentiality decision, in the order in which they are asked, and what each asks for.
//! Must not know: who decides, or about whom; what an answer means is the decision's.

use super::balance::WORDS;
use crate::error::{Error, Result};
use serde_json::{Map, Value};

/// Answers by field, as a form or a program sends them: text, a list of codes, or a day.
pub type Answers = Map<String, Value>;

/// One page of the form.
pub struct Question {
    /// Its part of the address.
    pub slug: &'static str,
    pub heading: &'static str,
    /// Each with the words before its answer where all are read together; none where the heading says it.
    pub fields: &'static [(&'static str, &'static str)],
}

/// Every field of `DecisionEntry`; a test compares.
pub const QUESTIONS: &[Question] = &[
    // First, and before the pack's own words: what it asks must not be what is answered.
    Question { slug: "view", heading: "What would you do?", fields: &[("first_view", "")] },
    Question {
        slug: "relative",
        heading: "What does the service know of this relative?",
        fields: &[("proximity", "")],
    },
    Question { slug: "model", heading: "Whose is the familial part here?", fields: &[("model", "")] },
    Question {
        slug: "silence",
        heading: "What may happen if this is not shared?",
        fields: &[("harm_if_not_shared", ""), ("not_shared_grade", "How severe")],
    },
    Question {
        slug: "sharing",
        heading: "What may happen if it is shared?",
        fields: &[("harm_if_shared", ""), ("shared_grade", "How severe")],
    },
    Question {
        slug: "principles",
        heading: "How do the four principles weigh?",
        fields: &[
            ("autonomy", "Autonomy"),
            ("beneficence", "Doing good"),
            ("non_maleficence", "Avoiding harm"),
            ("justice", "Justice"),
        ],
    },
    Question {
        slug: "reasons",
        heading: "Which reasons speak for it, and which against?",
        fields: &[("reasons", "")],
    },
    Question { slug: "tried", heading: "What was tried first?", fields: &[("steps_tried", "")] },
    Question {
        slug: "advice",
        heading: "Whom did you ask, and who presses?",
        fields: &[
            ("adviser", ""),
            ("advice_named", "Did they know who the proband is"),
            ("dissent", "Who disagreed"),
            ("pressure", "Pressure"),
        ],
    },
    Question {
        slug: "proband",
        heading: "Was the proband told of this?",
        fields: &[("proband_informed", ""), ("after_death", "After a death"), ("documents", "On file")],
    },
    Question {
        slug: "outcome",
        heading: "What do you decide?",
        fields: &[
            ("outcome", ""),
            ("level", "At most"),
            ("least_level", "Why not lower"),
            ("inferable_why", "Though they can tell who was tested"),
            ("legal_basis", "Ground of law"),
        ],
    },
    Question {
        slug: "days",
        heading: "By when, and when is it looked at again?",
        fields: &[("execute_by", "Acted on by"), ("review_on", "Looked at again on")],
    },
];

/// What may stay empty: a first view is nobody's duty, the policy names the day, and some is asked only where a relative can tell or the proband has died.
const OPTIONAL: &[&str] =
    &["first_view", "after_death", "documents", "inferable_why", "execute_by", "review_on"];

impl Question {
    pub fn by_slug(slug: &str) -> Option<(usize, &'static Question)> {
        QUESTIONS.iter().enumerate().find(|(_, question)| question.slug == slug)
    }

    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|(field, _)| *field)
    }

    /// What is still missing from the answers, first of all the words.
    ///
    /// # Errors
    /// The first field that lacks an answer, with what to write there.
    pub fn answered(&self, answers: &Answers) -> Result<()> {
        for field in self.names().filter(|field| !OPTIONAL.contains(field)) {
            let told = match (answers.get(field), WORDS.iter().find(|(known, ..)| *known == field)) {
                (Some(Value::String(words)), Some((_, what, _))) if words.trim().chars().count() < 3 => {
                    format!("Write {what}. If it is not known, say so.")
                }
                (None, Some((_, what, _))) => format!("Write {what}. If it is not known, say so."),
                (None, None) if field == "reasons" => "Choose at least one reason.".into(),
                (None, None) => "Choose one of the answers.".into(),
                (Some(_), _) => continue,
            };
            return Err(Error::bad_input(told).at(field));
        }
        Ok(())
    }

    pub fn is_answered(&self, answers: &Answers) -> bool {
        self.answered(answers).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::sharing::decision::DecisionEntry;
    use serde_json::json;
    use std::collections::BTreeSet;

    #[test]
    fn the_questions_ask_for_every_field_of_a_decision_once_and_for_nothing_else() {
        let asked: Vec<&str> = QUESTIONS.iter().flat_map(Question::names).collect();
        assert_eq!(asked.iter().collect::<BTreeSet<_>>().len(), asked.len());
        // A field that no decision has is refused by its name; one that is asked for nowhere would be missing.
        let mut sent: Answers = asked.iter().map(|field| ((*field).to_owned(), json!("x"))).collect();
        for (field, value) in [
            ("first_view", json!("undecided")),
            ("model", json!("familial")),
            ("outcome", json!("applied")),
            ("reasons", json!(["A1"])),
            ("documents", json!(["x"])),
            ("not_shared_grade", json!("severe")),
            ("shared_grade", json!("slight")),
            ("legal_basis", json!("public_interest")),
            ("advice_named", json!("unnamed")),
            ("execute_by", json!("2026-12-01")),
            ("review_on", json!("2027-01-01")),
        ] {
            assert!(sent.insert(field.into(), value).is_some(), "{field} is asked for");
        }
        let read = serde_json::from_value::<DecisionEntry>(Value::Object(sent.clone()));
        assert!(read.is_ok(), "{:?}", read.err());
        for field in asked.iter().filter(|field| !OPTIONAL.contains(field) && **field != "reasons") {
            let mut without = sent.clone();
            without.remove(*field);
            assert!(serde_json::from_value::<DecisionEntry>(Value::Object(without)).is_err(), "{field}");
        }
    }

    #[test]
    fn what_a_question_lacks_is_named_with_what_to_write() {
        let (_, silence) = Question::by_slug("silence").unwrap();
        let mut answers = Answers::new();
        let told = silence.answered(&answers).unwrap_err();
        assert!(told.field() == Some("harm_if_not_shared") && told.public().starts_with("Write what may"));
        answers.insert("harm_if_not_shared".into(), json!("No checks in time."));
        assert_eq!(silence.answered(&answers).unwrap_err().field(), Some("not_shared_grade"));
        answers.insert("not_shared_grade".into(), json!("severe"));
        assert!(silence.is_answered(&answers));
        assert!(Question::by_slug("days").unwrap().1.is_answered(&answers), "days may stay empty");
    }
}
