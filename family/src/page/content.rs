//! What each page's template is given: the frame, the form fields with their labels and problems, and nothing else.
//! Must not know: how the page looks (templates), or what the words are (the wording file).

mod acting;
mod added;
mod answered;
mod checked;
mod held;

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Again, Page, Saved,
    acting::Reader,
    choice::{Choice, ForYou, Meeting, Reading, Reminder},
    frame::Frame,
    path,
    portal::{PageError, Words},
    problem::{FieldProblem, grouped},
    reply::{self, Before},
    shown::LetterShown,
    typed::Typed,
};
use crate::{
    language::{Language, Languages},
    letter::TextSize,
};

/// One line of the error summary.
#[derive(Serialize)]
struct Summary {
    field: &'static str,
    text: String,
}

/// The content of a page as its template reads it.
pub(super) fn of(page: &Page, frame: &Frame<'_>, words: &Words) -> Result<Value, PageError> {
    let problems = problems(page);
    let view = View { words, language: frame.spoken(), problems: &problems, reader: frame.reader };
    let summary: Result<Vec<Summary>, PageError> = problems
        .iter()
        .map(|wrong| Ok(Summary { field: wrong.field, text: view.sentence(wrong)? }))
        .collect();
    let notices: Result<Vec<&str>, PageError> =
        frame.notices.iter().map(|notice| words.get("notice", notice.key())).collect();
    let (service, spoken) = (frame.service, frame.spoken());
    let address = page.address();
    let other = match frame.other() {
        Some(other) => json!({
            "address": format!("{}/{}?at={address}", path::LANGUAGE, other.code()),
            "lang": other.tag(), "name": other.own_name(),
        }),
        None => json!({ "address": null }),
    };
    Ok(json!({
        "lang": words.lang,
        "assets": frame.assets,
        "notices": notices?,
        "form_token": frame.form_token,
        // The neutral name: a page may be seen over a shoulder.
        "service": {
            "name": service.sender_name_in(spoken), "phone": service.phone(), "dial": frame.dial(),
            "hours": service.hours_in(spoken), "email": service.email(),
        },
        "other_language": other,
        "title": words.get("title", page.template())?,
        "acting": frame.reader.acts_for_another() && page.signed_in(),
        "back": page.back(frame.reader),
        "action": page.action(),
        "signed_in": page.signed_in(),
        "reads_code": page.reads_code(),
        "problems": summary?,
        "page": view.page(page)?,
    }))
}

/// What is wrong on this page, in the order of its fields.
fn problems(page: &Page) -> Vec<FieldProblem> {
    let one = |field, problem: &Option<super::Problem>| {
        problem.iter().map(|&problem| FieldProblem { field, problem }).collect()
    };
    match page {
        Page::EnterCode { problem, .. } => one("code", problem),
        Page::BirthDate { problem, .. } => problem.iter().copied().collect(),
        Page::IsThisForYou { problem, .. } => one("for_you", problem),
        Page::BeforeYouRead { problem } => one("before", problem),
        Page::Choices { problem, .. } => one("choice", problem),
        Page::Answer { problems, .. } | Page::More { problems, .. } | Page::Wish { problems, .. } => {
            problems.clone()
        }
        Page::Acting(acting) => acting.problems(),
        Page::Start
        | Page::NotMatched
        | Page::TheLetter(_)
        | Page::Withheld
        | Page::HasDied
        | Page::NotNow
        | Page::CheckAnswers(..)
        | Page::Details(_)
        | Page::ActingEnd(_)
        | Page::Done { .. }
        | Page::ComeBack(_)
        | Page::Answered { .. }
        | Page::Stopped
        | Page::TimedOut { .. }
        | Page::NotTaken { .. }
        | Page::WentWrong { .. }
        | Page::NotFound => Vec::new(),
    }
}

/// One page's contents being put into words.
struct View<'a> {
    words: &'a Words,
    /// Of dates, which the words alone do not give.
    language: Language,
    problems: &'a [FieldProblem],
    reader: Reader,
}

impl View<'_> {
    fn page(&self, page: &Page) -> Result<Value, PageError> {
        Ok(match page {
            Page::EnterCode { typed, .. } => json!({ "code": self.text("code", typed, None)? }),
            Page::BirthDate { typed, .. } => self.birth_date(typed)?,
            Page::IsThisForYou { name, .. } => json!({
                "name": name.as_str(),
                "for_you": self.radios("for_you", ForYou::ALL, ForYou::as_str, None)?,
            }),
            Page::BeforeYouRead { .. } => {
                let all = Reading::ALL.iter().copied().filter(|one| self.reader.offers_reading(*one));
                let all: Vec<Reading> = all.collect();
                json!({ "before": self.radios("before", &all, Reading::as_str, None)? })
            }
            Page::TheLetter(letter) => self.letter(letter)?,
            Page::Choices { current, .. } => {
                let current = current.map(Choice::as_str);
                let all = Choice::ALL.iter().copied().filter(|one| self.reader.offers(*one));
                let all: Vec<Choice> = all.collect();
                json!({ "choice": self.radios("choice", &all, Choice::as_str, current)? })
            }
            Page::Answer { choice, typed, .. } => self.answer(*choice, typed)?,
            Page::More { section, typed, .. } => self.more(*section, typed)?,
            Page::Details(held) => self.held(held)?,
            Page::Wish { kind, typed, .. } => self.wish(*kind, typed)?,
            Page::Acting(acting) => self.acting(acting)?,
            Page::ActingEnd(acts) => json!({ "acts": self.acts(acts)?, "details": path::DETAILS }),
            Page::CheckAnswers(answers, before) => json!({
                "rows": self.checked(answers)?, "mark": answers.mark(),
                "before": match before {
                    Before::Own(choice) => Some(self.word("choice", choice.as_str())?),
                    Before::Nothing | Before::Another => None,
                },
                "another": *before == Before::Another,
                "ends_wish": *before == Before::Own(Choice::NotKnow) && answers.reply.asks_for_contact(),
            }),
            Page::Done { reference, choice, within } => json!({
                "reference": reference.as_str(), "next": self.word("next", choice.as_str())?, "within": within,
                // Whoever holds another's letter is led nowhere but out.
                "not_theirs": *choice == Choice::NotMe,
            }),
            Page::ComeBack(back) => self.come_back(back)?,
            Page::Answered { asked, enough } => self.answered(asked, *enough),
            Page::WentWrong { saved } => json!({ "saved": match saved {
                Saved::Yes => "yes",
                Saved::No => "no",
                Saved::Unknown => "unknown",
            }}),
            Page::TimedOut { again } => json!({ "known": match again {
                Again::BirthDate => true,
                Again::CodeAndBirthDate => false,
            }}),
            Page::NotTaken { form } => json!({ "again": form.address() }),
            Page::Start
            | Page::NotMatched
            | Page::Withheld
            | Page::HasDied
            | Page::NotNow
            | Page::Stopped
            | Page::NotFound => json!({}),
        })
    }

    /// The letter, and the ways to it for whoever reads otherwise.
    fn letter(&self, letter: &LetterShown) -> Result<Value, PageError> {
        let mut sizes = Vec::new();
        for size in TextSize::ALL.into_iter().filter(|size| *size != TextSize::Ordinary) {
            let label = self.words.get("size", size.as_str())?;
            sizes.push(json!({ "address": path::letter_as(letter.languages(), size), "label": label }));
        }
        let other = |language: &Language| {
            json!({
                "address": path::letter_in(Languages::Only(*language)),
                "lang": language.tag(), "name": language.own_name(),
            })
        };
        Ok(json!({
            "letter": letter.html(), "lang": letter.language().tag(),
            "pdf": path::letter_as(letter.languages(), TextSize::Ordinary),
            "sizes": sizes, "others": letter.others().iter().map(other).collect::<Vec<_>>(),
        }))
    }

    fn answer(&self, choice: Choice, typed: &Typed) -> Result<Value, PageError> {
        let words = |field, most| self.text(field, typed, Some(most));
        Ok(match choice {
            Choice::Appointment => json!({
                "by": self.radios("by", Meeting::ALL, Meeting::as_str, Some(typed.field("by")))?,
                "phone": words("phone", reply::PHONE)?,
                "times": words("times", reply::REMARK)?,
                "needs": words("needs", reply::NEEDS)?,
                "interpreter": words("interpreter", reply::INTERPRETER)?,
                "area": words("area", reply::AREA)?,
                "hand_over": typed.field("hand_over") == "yes",
            }),
            Choice::Think => {
                let remind = Some(typed.field("remind")).filter(|remind| !remind.is_empty());
                let chosen = remind.unwrap_or(Reminder::Never.as_str());
                json!({ "remind": self.radios("remind", Reminder::ALL, Reminder::as_str, Some(chosen))? })
            }
            Choice::NotKnow => json!({
                "children_too": typed.field("children_too") == "yes",
                "confirm": typed.field("confirm") == "yes",
                "reason": words("reason", reply::REMARK)?,
            }),
            Choice::AlreadyTested => json!({ "seen_by": words("seen_by", reply::REMARK)? }),
            Choice::Question => {
                json!({ "question": words("question", reply::QUESTION)?, "phone": words("phone", reply::PHONE)? })
            }
            Choice::NotMe => json!({ "right_person": words("right_person", reply::REMARK)? }),
        })
    }

    fn birth_date(&self, typed: &Typed) -> Result<Value, PageError> {
        let wrong = self.problems.first();
        let part = |field: &str| json!({ "value": typed.field(field), "wrong": wrong.is_some_and(|w| w.field == field) });
        Ok(json!({
            "day": part("day"), "month": part("month"), "year": part("year"),
            "problem": wrong.map(|wrong| self.sentence(wrong)).transpose()?,
        }))
    }

    /// A text field: its name, which is its id too, what was typed, the most it takes, and what is wrong.
    fn text(&self, field: &'static str, typed: &Typed, most: Option<usize>) -> Result<Value, PageError> {
        Ok(json!({
            "name": field, "value": typed.field(field), "most": most.map(grouped), "problem": self.problem(field)?,
        }))
    }

    /// Radios of equal weight: every answer of the list, labelled from the section of the same name as the field, none
    /// chosen unless `chosen` says so. The first one's id is
    /// the field's name, where the error summary leads.
    fn radios<A: Copy>(
        &self,
        field: &'static str,
        all: &[A],
        as_str: fn(A) -> &'static str,
        chosen: Option<&str>,
    ) -> Result<Value, PageError> {
        let mut options = Vec::new();
        for (place, answer) in all.iter().enumerate() {
            let value = as_str(*answer);
            let id = if place == 0 { field.to_owned() } else { format!("{field}-{}", place + 1) };
            let label = self.word(field, value)?;
            options
                .push(json!({ "id": id, "value": value, "label": label, "checked": chosen == Some(value) }));
        }
        Ok(json!({ "name": field, "options": options, "problem": self.problem(field)? }))
    }

    /// A word as whoever reads is told it.
    fn word(&self, section: &'static str, key: &str) -> Result<&str, PageError> {
        match self.reader {
            Reader::Themselves => self.words.get(section, key),
            Reader::ForThem { .. } => self.words.get_for_them(section, key),
        }
    }

    fn problem(&self, field: &str) -> Result<Option<String>, PageError> {
        let wrong = self.problems.iter().find(|wrong| wrong.field == field);
        wrong.map(|wrong| self.sentence(wrong)).transpose()
    }

    /// What is wrong, in words. `{field}` stands for the field's name as the page that asks to check has it, so that
    /// a line of the summary can be understood alone.
    fn sentence(&self, wrong: &FieldProblem) -> Result<String, PageError> {
        let sentence = wrong.problem.sentence(self.word("problem", wrong.problem.key())?);
        if !sentence.contains("{field}") {
            return Ok(sentence);
        }
        Ok(sentence.replace("{field}", self.word("row", wrong.field)?))
    }
}
