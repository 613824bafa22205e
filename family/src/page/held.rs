//! What a service holds about a relative, as that relative may see it: nothing beyond the letter that carried the code.
//! Must not know: who else is in the family, or where in it this person stands.

use std::{collections::BTreeMap, fmt};

use super::{
    acting::{ActsShown, GivenBy},
    choice::{Choice, Handed, SentBy, WishEnd, WishKind},
    more::{Contact, EMAIL, NAME, Others, contact, contact_fields, others, others_fields},
    problem::{FieldProblem, Problem},
    reply::{Form, NEEDS, PHONE, QUESTION},
    words::RelativesWords,
};
use crate::{
    kind::Kind,
    letter::{Letter, LetterDate},
};

/// One thing that was sent: when, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentShown {
    pub on: LetterDate,
    pub by: SentBy,
}

/// One thing that was asked for on these pages, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WishShown {
    pub on: LetterDate,
    pub kind: WishKind,
    /// None while the service has not looked at it.
    pub end: Option<WishEnd>,
}

/// One answer to the letter: when, which, and who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredShown {
    pub on: LetterDate,
    pub choice: Choice,
    pub by: GivenBy,
}

/// Another service to which a letter about whoever reads went: its name is that on the letter, which a second person read.
#[derive(Clone, PartialEq, Eq)]
pub struct HandedShown {
    on: LetterDate,
    service: String,
    stands: Handed,
}

impl HandedShown {
    /// Of the letter that went there; none of a letter to nobody in particular.
    pub fn of(letter: &Letter, on: LetterDate, stands: Handed) -> Option<Self> {
        let service = letter.to().name_line()?;
        (letter.kind() == Kind::OtherService).then_some(Self { on, service, stands })
    }

    pub(super) fn on(&self) -> LetterDate {
        self.on
    }

    pub(super) fn service(&self) -> &str {
        &self.service
    }

    pub(super) fn stands(&self) -> Handed {
        self.stands
    }
}

/// Name and address as they stand on the letter, what was sent, what was answered and what was asked.
#[derive(Clone, PartialEq, Eq)]
pub struct Held {
    name: String,
    address: Vec<String>,
    pub sent: Vec<SentShown>,
    pub answered: Vec<AnsweredShown>,
    /// The number they gave last with an answer of their own.
    pub phone: Option<RelativesWords>,
    /// How they themselves asked to be reached, as they said it last.
    pub reach: Option<Contact>,
    /// Which other services had a letter about them from us, oldest first.
    pub handed: Vec<HandedShown>,
    pub wishes: Vec<WishShown>,
    /// Who may read and answer for them.
    pub acts: Vec<ActsShown>,
}

impl Held {
    /// Of whoever a letter is addressed to.
    pub fn of(letter: &Letter) -> Self {
        let name = letter.to().name_line().unwrap_or_default();
        // Without the name, which stands above.
        let address = letter.to().window().into_iter().skip(1).collect();
        Self {
            name,
            address,
            sent: Vec::new(),
            answered: Vec::new(),
            phone: None,
            reach: None,
            handed: Vec::new(),
            wishes: Vec::new(),
            acts: Vec::new(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn address(&self) -> &[String] {
        &self.address
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held(..)")
    }
}

/// What a relative asks about their own details.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    Correct {
        name: Option<RelativesWords>,
        address: Option<RelativesWords>,
        email: Option<RelativesWords>,
        phone: Option<RelativesWords>,
    },
    /// A copy of all that is held.
    Copy {
        how: Option<RelativesWords>,
    },
    /// Something is to be taken out.
    Delete {
        what: RelativesWords,
    },
    Reach(Contact),
    Others(Others),
}

impl Wish {
    /// Reads the form of one wish.
    ///
    /// # Errors
    /// Every problem, in the order of the page.
    pub fn parse(kind: WishKind, fields: &BTreeMap<String, String>) -> Result<Self, Vec<FieldProblem>> {
        let mut form = Form::new(fields);
        let wish = match kind {
            WishKind::Correct => Some(correct(&mut form)),
            WishKind::Copy => Some(Self::Copy { how: form.words("how", NEEDS) }),
            WishKind::Delete => {
                let what = form.words("what", QUESTION);
                if what.is_none() && !form.blames("what") {
                    form.wrong("what", Problem::WishMissing);
                }
                what.map(|what| Self::Delete { what })
            }
            WishKind::Reach => contact(&mut form).map(Self::Reach),
            WishKind::Others => {
                let told = others(&mut form);
                if !told.asks() && form.faults() == 0 {
                    form.wrong("children", Problem::NobodyTold);
                }
                Some(Self::Others(told))
            }
        };
        form.done()?;
        wish.ok_or_else(Vec::new)
    }

    pub fn kind(&self) -> WishKind {
        match self {
            Self::Correct { .. } => WishKind::Correct,
            Self::Copy { .. } => WishKind::Copy,
            Self::Delete { .. } => WishKind::Delete,
            Self::Reach(_) => WishKind::Reach,
            Self::Others(_) => WishKind::Others,
        }
    }

    /// The form that `parse` would read as this wish.
    pub fn to_fields(&self) -> BTreeMap<String, String> {
        let words = |words: &Option<RelativesWords>| words.as_ref().map(|words| words.as_str().to_owned());
        let fields = match self {
            Self::Correct { name, address, email, phone } => vec![
                ("right_name", words(name)),
                ("right_address", words(address)),
                ("right_email", words(email)),
                ("right_phone", words(phone)),
            ],
            Self::Copy { how } => vec![("how", words(how))],
            Self::Delete { what } => vec![("what", Some(what.as_str().to_owned()))],
            Self::Reach(contact) => contact_fields(contact),
            Self::Others(told) => others_fields(told),
        };
        fields.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?))).collect()
    }
}

fn correct(form: &mut Form<'_>) -> Wish {
    let name = form.words("right_name", NAME);
    let address = form.words("right_address", NEEDS);
    let email = form.words("right_email", EMAIL);
    let phone = form.words("right_phone", PHONE);
    let nothing = [&name, &address, &email, &phone].into_iter().all(Option::is_none);
    if nothing && form.faults() == 0 {
        form.wrong("right_name", Problem::NothingToCorrect);
    }
    Wish::Correct { name, address, email, phone }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
        fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn what_is_asked_is_kept_exactly() {
        for (kind, fields) in [
            (WishKind::Correct, form(&[("right_name", "Jo Smythe"), ("right_address", "1 New Road\nLeeds")])),
            (WishKind::Copy, form(&[])),
            (WishKind::Delete, form(&[("what", "My old address")])),
            (WishKind::Others, form(&[("relation_1", "cousin"), ("name_1", "Ann Lee")])),
            (WishKind::Reach, form(&[("notify", "text"), ("mobile", "07700900123"), ("size", "18")])),
        ] {
            let wish = Wish::parse(kind, &fields).unwrap();
            assert_eq!(wish.kind(), kind);
            assert_eq!(Wish::parse(kind, &wish.to_fields()), Ok(wish));
        }
    }

    #[test]
    fn a_wish_without_words_is_told_where_they_are_missing() {
        let missing = |kind| Wish::parse(kind, &form(&[])).unwrap_err()[0];
        assert_eq!(
            missing(WishKind::Correct),
            FieldProblem { field: "right_name", problem: Problem::NothingToCorrect }
        );
        assert_eq!(missing(WishKind::Delete), FieldProblem { field: "what", problem: Problem::WishMissing });
        assert_eq!(
            missing(WishKind::Reach),
            FieldProblem { field: "notify", problem: Problem::NotifyMissing }
        );
    }
}
