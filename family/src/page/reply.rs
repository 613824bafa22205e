//! A relative's answer, complete and valid: one value for each thing they may choose, read from a form in one place.
//! Must not know: who answered, which letter it answers, or what the service does with it.

use std::collections::BTreeMap;

use super::{
    choice::{Choice, Meeting, Reminder},
    problem::{FieldProblem, Problem},
    words::RelativesWords,
};

/// Longest texts, in characters; the pages' hints take their numbers from here.
pub(super) const QUESTION: usize = 1000;
pub(super) const NEEDS: usize = 500;
pub(super) const REMARK: usize = 300;
pub(super) const INTERPRETER: usize = 60;
pub(super) const PHONE: usize = 40;
pub(super) const AREA: usize = 100;

/// What a relative answered. Each answer carries only the questions that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    Appointment {
        by: Meeting,
        needs: Option<RelativesWords>,
        interpreter: Option<RelativesWords>,
        phone: Option<RelativesWords>,
        times: Option<RelativesWords>,
        /// Where they live, where a service nearer to them might see them.
        area: Option<RelativesWords>,
        /// Such a service may be asked to see them, and be told what the letter tells.
        hand_over: bool,
    },
    Think {
        remind: Reminder,
    },
    NotKnow {
        children_too: bool,
        /// They want a letter that says that it was done.
        confirm: bool,
        reason: Option<RelativesWords>,
    },
    AlreadyTested {
        seen_by: Option<RelativesWords>,
    },
    Question {
        question: RelativesWords,
        phone: Option<RelativesWords>,
    },
    NotMe {
        right_person: Option<RelativesWords>,
    },
}

/// What was answered with the letter before, as far as whoever answers now may know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    Nothing,
    /// Their own, or what they may see of it.
    Own(Choice),
    /// Somebody else's, of which they are told no more.
    Another,
}

impl Reply {
    /// Whoever asks for this wants to hear from us: a wish not to know ends with it.
    pub fn asks_for_contact(&self) -> bool {
        match self {
            Self::Appointment { .. } | Self::Question { .. } => true,
            Self::Think { remind } => remind.months().is_some(),
            Self::NotKnow { .. } | Self::AlreadyTested { .. } | Self::NotMe { .. } => false,
        }
    }
}

impl Reply {
    /// Reads the form of an answer page. The field `choice` says which; fields of other answers are ignored.
    /// Fails with every problem at once, in the order of the page.
    pub fn parse(fields: &BTreeMap<String, String>) -> Result<Self, Vec<FieldProblem>> {
        let mut form = Form::new(fields);
        let reply = match form.one_of("choice", Problem::ChoiceMissing) {
            Some(Choice::Appointment) => form.appointment(),
            Some(Choice::Think) => {
                form.one_of("remind", Problem::ReminderMissing).map(|remind| Self::Think { remind })
            }
            Some(Choice::NotKnow) => Some(Self::NotKnow {
                children_too: form.text("children_too") == "yes",
                confirm: form.text("confirm") == "yes",
                reason: form.words("reason", REMARK),
            }),
            Some(Choice::AlreadyTested) => {
                Some(Self::AlreadyTested { seen_by: form.words("seen_by", REMARK) })
            }
            Some(Choice::Question) => form.question(),
            Some(Choice::NotMe) => Some(Self::NotMe { right_person: form.words("right_person", REMARK) }),
            None => None,
        };
        match reply {
            Some(reply) => form.done().map(|()| reply),
            None => Err(form.problems),
        }
    }

    pub fn choice(&self) -> Choice {
        match self {
            Self::Appointment { .. } => Choice::Appointment,
            Self::Think { .. } => Choice::Think,
            Self::NotKnow { .. } => Choice::NotKnow,
            Self::AlreadyTested { .. } => Choice::AlreadyTested,
            Self::Question { .. } => Choice::Question,
            Self::NotMe { .. } => Choice::NotMe,
        }
    }

    /// The form that `parse` would read as this reply: for storage (sealed by the caller) and for showing it again.
    pub fn to_fields(&self) -> BTreeMap<String, String> {
        let text = |words: &Option<RelativesWords>| words.as_ref().map(|words| words.as_str().to_owned());
        let chosen = |answer: &str| Some(answer.to_owned());
        let answers = match self {
            Self::Appointment { by, needs, interpreter, phone, times, area, hand_over } => vec![
                ("by", chosen(by.as_str())),
                ("needs", text(needs)),
                ("interpreter", text(interpreter)),
                ("phone", text(phone)),
                ("times", text(times)),
                ("area", text(area)),
                ("hand_over", hand_over.then(|| "yes".to_owned())),
            ],
            Self::Think { remind } => vec![("remind", chosen(remind.as_str()))],
            Self::NotKnow { children_too, confirm, reason } => vec![
                ("children_too", children_too.then(|| "yes".to_owned())),
                ("confirm", confirm.then(|| "yes".to_owned())),
                ("reason", text(reason)),
            ],
            Self::AlreadyTested { seen_by } => vec![("seen_by", text(seen_by))],
            Self::Question { question, phone } => {
                vec![("question", chosen(question.as_str())), ("phone", text(phone))]
            }
            Self::NotMe { right_person } => vec![("right_person", text(right_person))],
        };
        let choice = ("choice", chosen(self.choice().as_str()));
        let given = answers.into_iter().chain([choice]);
        given.filter_map(|(name, text)| Some((name.to_owned(), text?))).collect()
    }
}

/// A form being read: values out, problems collected.
pub(super) struct Form<'a> {
    fields: &'a BTreeMap<String, String>,
    problems: Vec<FieldProblem>,
}

impl<'a> Form<'a> {
    pub(super) fn new(fields: &'a BTreeMap<String, String>) -> Self {
        Self { fields, problems: Vec::new() }
    }
}

impl Form<'_> {
    /// Every problem found on the way, if there is one.
    pub(super) fn done(self) -> Result<(), Vec<FieldProblem>> {
        if self.problems.is_empty() { Ok(()) } else { Err(self.problems) }
    }

    pub(super) fn faults(&self) -> usize {
        self.problems.len()
    }

    pub(super) fn blames(&self, field: &str) -> bool {
        self.problems.iter().any(|wrong| wrong.field == field)
    }

    pub(super) fn wrong(&mut self, field: &'static str, problem: Problem) {
        self.problems.push(FieldProblem { field, problem });
    }

    pub(super) fn text(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", |text| text.trim())
    }

    pub(super) fn one_of<T: std::str::FromStr>(
        &mut self,
        field: &'static str,
        missing: Problem,
    ) -> Option<T> {
        let answer = self.text(field).parse().ok();
        if answer.is_none() {
            self.wrong(field, missing);
        }
        answer
    }

    pub(super) fn words(&mut self, field: &'static str, most: usize) -> Option<RelativesWords> {
        match RelativesWords::parse(self.text(field), most) {
            Ok(words) => words,
            Err(problem) => {
                self.wrong(field, problem);
                None
            }
        }
    }

    /// A phone number people can be called back on: digits as they are written in any country, and nothing else.
    fn phone(&mut self) -> Option<RelativesWords> {
        let phone = self.words("phone", PHONE)?;
        if is_phone(phone.as_str()) {
            return Some(phone);
        }
        self.wrong("phone", Problem::PhoneUnreadable);
        None
    }

    fn appointment(&mut self) -> Option<Reply> {
        let by = self.one_of("by", Problem::MeetingMissing);
        let phone = self.phone();
        let times = self.words("times", REMARK);
        let needs = self.words("needs", NEEDS);
        let interpreter = self.words("interpreter", INTERPRETER);
        let area = self.words("area", AREA);
        let hand_over = self.text("hand_over") == "yes";
        by.map(|by| Reply::Appointment { by, needs, interpreter, phone, times, area, hand_over })
    }

    fn question(&mut self) -> Option<Reply> {
        let faults = self.faults();
        let question = self.words("question", QUESTION);
        if question.is_none() && self.faults() == faults {
            self.wrong("question", Problem::QuestionMissing);
        }
        let phone = self.phone();
        question.map(|question| Reply::Question { question, phone })
    }
}

/// Seven to fifteen digits (the most any country uses), with the marks people put between them, a plus only in front.
pub(super) fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let marks = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '(' | ')' | '-'));
    let plus = text.trim_start_matches(['(', ' ']).chars().skip(1).any(|c| c == '+');
    (7..=15).contains(&digits) && marks && !plus
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::writing::Unseen;

    fn form(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
        fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    fn problems(fields: &[(&str, &str)]) -> Vec<(&'static str, Problem)> {
        let problems = Reply::parse(&form(fields)).expect_err("the form should be refused");
        problems.into_iter().map(|wrong| (wrong.field, wrong.problem)).collect()
    }

    #[test]
    fn asking_for_an_appointment_needs_only_the_way_to_meet() {
        let reply = Reply::parse(&form(&[("choice", "appointment"), ("by", "video"), ("needs", "  ")]));
        let expected = Reply::Appointment {
            by: Meeting::Video,
            needs: None,
            interpreter: None,
            phone: None,
            times: None,
            area: None,
            hand_over: false,
        };
        assert_eq!(reply, Ok(expected));
    }

    #[test]
    fn every_problem_is_told_at_once_in_the_order_of_the_page() {
        let (long, bad) = ("x".repeat(501), "\u{7}");
        let unseen = |name, place| {
            let sign = if place == 1 { '\u{7}' } else { '\0' };
            Problem::NotWriting(Unseen { sign, name, line: 1, place })
        };
        assert_eq!(
            problems(&[
                ("choice", "appointment"),
                ("phone", "0\u{0}0"),
                ("needs", &long),
                ("interpreter", bad)
            ]),
            [
                ("by", Problem::MeetingMissing),
                ("phone", unseen("a null character", 2)),
                ("needs", Problem::TooLong { most: 500 }),
                ("interpreter", unseen("a control character", 1)),
            ]
        );
    }

    #[test]
    fn a_question_must_be_asked_and_is_blamed_once() {
        assert_eq!(problems(&[("choice", "question")]), [("question", Problem::QuestionMissing)]);
        let long = "x".repeat(1001);
        assert_eq!(
            problems(&[("choice", "question"), ("question", &long)]),
            [("question", Problem::TooLong { most: 1000 })]
        );
    }

    #[test]
    fn no_choice_or_one_that_was_never_offered_is_the_same_problem() {
        assert_eq!(problems(&[]), [("choice", Problem::ChoiceMissing)]);
        assert_eq!(problems(&[("choice", "died")]), [("choice", Problem::ChoiceMissing)]);
    }

    #[test]
    fn what_cannot_be_dialled_is_told_beside_the_phone_number() {
        for phone in [
            "abc",
            "07700 90012x",
            "123456",
            "1234567890123456",
            "020+79460000",
            "020 7946\n0000",
            "07700.900123",
        ] {
            for (choice, field, text) in [("appointment", "by", "phone"), ("question", "question", "Why?")] {
                assert_eq!(
                    problems(&[("choice", choice), (field, text), ("phone", phone)]),
                    [("phone", Problem::PhoneUnreadable)],
                    "{phone}"
                );
            }
        }
        for phone in
            ["07700 900123", "+44 (0)20 7946-0000", "(+353) 1 234 5678", "1234567", "  020 7946 0000 "]
        {
            assert!(
                Reply::parse(&form(&[("choice", "question"), ("question", "Why?"), ("phone", phone)]))
                    .is_ok(),
                "{phone}"
            );
        }
    }

    #[test]
    fn not_wanting_to_know_asks_for_nothing_more() {
        let quiet = Reply::parse(&form(&[("choice", "not_know")]));
        assert_eq!(quiet, Ok(Reply::NotKnow { children_too: false, confirm: false, reason: None }));
        let children = Reply::parse(&form(&[("choice", "not_know"), ("children_too", "yes")]));
        assert_eq!(children, Ok(Reply::NotKnow { children_too: true, confirm: false, reason: None }));
    }

    proptest! {
        #[test]
        fn any_form_is_read_or_refused_and_what_is_read_is_kept_exactly(
            choice in prop::sample::select(Choice::ALL), by in "phone|video|x?", remind in "none|1|3|6|x?",
            children in "yes|", text in "\\PC{0,40}", long in any::<String>(),
        ) {
            let fields = form(&[
                ("choice", choice.as_str()), ("by", &by), ("remind", &remind), ("children_too", &children),
                ("needs", &text), ("interpreter", &long), ("phone", &text), ("reason", &long),
                ("seen_by", &text), ("question", &long), ("right_person", &text),
            ]);
            match Reply::parse(&fields) {
                Ok(reply) => {
                    prop_assert_eq!(reply.choice(), choice);
                    prop_assert_eq!(Reply::parse(&reply.to_fields()), Ok(reply));
                }
                Err(problems) => prop_assert!(!problems.is_empty()),
            }
        }
    }
}
