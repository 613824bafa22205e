//! The page that asks to check: every answer beside its question, and where to change it.
//! Must not know: how the page looks, or whether an answer is a good one.

use serde_json::{Value, json};

use super::{
    super::{
        choice::Section,
        more::{Answers, Contact, More, ROWS},
        path,
        portal::PageError,
        reply::Reply,
        words::RelativesWords,
    },
    View,
};
use crate::{language::Language, letter::TextSize};

/// A field, what was answered (nothing if it was left empty), and where to change it.
type Row = (&'static str, Option<String>, String);

/// Of what nobody had to fill in only what was, or one line that says that nothing was.
fn lines(rows: Vec<(&'static str, Option<String>)>) -> Vec<(&'static str, Option<String>)> {
    let first = rows.first().cloned();
    let given: Vec<_> = rows.into_iter().filter(|(_, value)| value.is_some()).collect();
    if given.is_empty() { first.into_iter().collect() } else { given }
}

impl View<'_> {
    /// The rows of the page that asks to check: label, value (`null` if left empty) and where to change it.
    pub(super) fn checked(&self, answers: &Answers) -> Result<Vec<Value>, PageError> {
        let reply = &answers.reply;
        let choice = reply.choice();
        let typed = |words: &Option<RelativesWords>| words.as_ref().map(|words| words.as_str().to_owned());
        let chosen = |section, key| self.word(section, key).map(|label| Some(label.to_owned()));
        let asked = match reply {
            Reply::Appointment { by, needs, interpreter, phone, times, area, hand_over } => vec![
                ("by", chosen("by", by.as_str())?),
                ("phone", typed(phone)),
                ("times", typed(times)),
                ("needs", typed(needs)),
                ("interpreter", typed(interpreter)),
                ("area", typed(area)),
                ("hand_over", chosen("row", if *hand_over { "yes" } else { "no" })?),
            ],
            Reply::Think { remind } => vec![("remind", chosen("remind", remind.as_str())?)],
            // Of their children, and of a letter to themselves, only they can ask.
            Reply::NotKnow { reason, .. } if self.reader.acts_for_another() => {
                vec![("reason", typed(reason))]
            }
            Reply::NotKnow { children_too, confirm, reason } => vec![
                ("children_too", if *children_too { chosen("row", "yes")? } else { None }),
                ("confirm", if *confirm { chosen("row", "yes")? } else { None }),
                ("reason", typed(reason)),
            ],
            Reply::AlreadyTested { seen_by } => vec![("seen_by", typed(seen_by))],
            Reply::Question { question, phone } => {
                vec![("question", Some(question.as_str().to_owned())), ("phone", typed(phone))]
            }
            Reply::NotMe { right_person } => vec![("right_person", typed(right_person))],
        };
        let row = |field: &str, value: Option<String>, change: String| -> Result<Value, PageError> {
            Ok(json!({ "label": self.word("row", field)?, "value": value, "change": change }))
        };
        let added = choice.sections().iter().map(|section| self.added(*section, &answers.more));
        let added: Vec<Vec<(&str, Option<String>, String)>> = added.collect::<Result<_, _>>()?;
        let first = row("choice", chosen("choice", choice.as_str())?, path::CHOICES.to_owned());
        // What was left empty is added by the same page as what was not.
        let others = asked
            .into_iter()
            .filter(|(_, value)| value.is_some())
            .map(|(field, value)| row(field, value, format!("{}#{field}", path::answer(choice))));
        let added = added.into_iter().flatten().map(|(field, value, change)| row(field, value, change));
        std::iter::once(first).chain(others).chain(added).collect()
    }

    /// The rows of one page that may be added; none where it was not answered.
    fn added(&self, section: Section, more: &More) -> Result<Vec<Row>, PageError> {
        let change = |field: &str| format!("{}#{field}", path::more(section));
        let typed = |words: &Option<RelativesWords>| words.as_ref().map(|words| words.as_str().to_owned());
        let chosen = |section, key: &str| self.word(section, key).map(|label| Some(label.to_owned()));
        let yes = |yes: bool| chosen("row", if yes { "yes" } else { "no" });
        let rows: Vec<(&'static str, Option<String>)> = match section {
            Section::Gp => match &more.gp {
                None => Vec::new(),
                Some(gp) => {
                    let tell = if gp.who.is_some() { yes(gp.tell)? } else { None };
                    vec![("gp", typed(&gp.who)), ("gp_tell", tell)]
                }
            },
            Section::Others => match &more.others {
                None => Vec::new(),
                Some(others) => {
                    let mut rows = vec![("children", typed(&others.children))];
                    for (told, [name, ..]) in others.people.iter().zip(ROWS) {
                        let relation = self.words.get("relation", told.relation.as_str())?;
                        let parts = [Some(relation.to_owned()), typed(&told.name), typed(&told.born)];
                        rows.push((name, Some(parts.into_iter().flatten().collect::<Vec<_>>().join(", "))));
                    }
                    rows
                }
            },
            Section::Contact => match &more.contact {
                None => Vec::new(),
                Some(contact) => self.contact_rows(contact)?,
            },
        };
        Ok(lines(rows).into_iter().map(|(field, value)| (field, value, change(field))).collect())
    }

    /// How somebody wants to be reached: the way, and what is not as it is for everybody.
    pub(super) fn contact_rows(
        &self,
        contact: &Contact,
    ) -> Result<Vec<(&'static str, Option<String>)>, PageError> {
        let typed = |words: &Option<RelativesWords>| words.as_ref().map(|words| words.as_str().to_owned());
        let word = |section, key: &str| self.word(section, key).map(str::to_owned);
        let size = (contact.size != TextSize::Ordinary).then(|| word("size", contact.size.as_str()));
        let usual = [contact.language, self.language].iter().all(|one| *one == Language::English);
        Ok(vec![
            ("notify", Some(word("notify", contact.notify.as_str())?)),
            ("email", contact.email.as_ref().map(|email| email.as_str().to_owned())),
            ("mobile", contact.mobile.as_ref().map(|mobile| mobile.as_str().to_owned())),
            ("safe_times", typed(&contact.times)),
            ("discreet", contact.discreet.then(|| word("row", "yes")).transpose()?),
            ("size", size.transpose()?),
            ("language", (!usual).then(|| contact.language.own_name().to_owned())),
            ("format", typed(&contact.format)),
        ])
    }
}
