//! What a relative may add to an answer, a page each and none of it needed: their GP, who else might want to know, how to
//! reach them. Must not know: who answers, or what the service does with it.

use std::collections::BTreeMap;

use super::{
    choice::{Choice, Notify, Relation, Section},
    problem::{FieldProblem, Problem},
    reply::{Form, PHONE, REMARK, Reply},
    words::RelativesWords,
};
use crate::{
    language::Language,
    letter::TextSize,
    person::{EmailAddress, MobileNumber},
};

/// Longest texts, in characters.
pub(super) const GP: usize = 200;
pub(super) const TIMES: usize = 200;
pub(super) const NAME: usize = 100;
pub(super) const BORN: usize = 30;
pub(super) const EMAIL: usize = 254;

/// The fields of each person that can be named on one page: name, how they are related, and when they were born.
pub(super) const ROWS: [[&str; 3]; 6] = [
    ["name_1", "relation_1", "born_1"],
    ["name_2", "relation_2", "born_2"],
    ["name_3", "relation_3", "born_3"],
    ["name_4", "relation_4", "born_4"],
    ["name_5", "relation_5", "born_5"],
    ["name_6", "relation_6", "born_6"],
];

/// Their GP, in their own words, and whether the service may tell that GP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gp {
    pub who: Option<RelativesWords>,
    pub tell: bool,
}

/// Somebody who might want to know, as the relative tells of them. Nobody is written to because of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub relation: Relation,
    pub name: Option<RelativesWords>,
    /// A year or an age, as they know it.
    pub born: Option<RelativesWords>,
}

/// Who else might want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Others {
    /// How many children, and how old.
    pub children: Option<RelativesWords>,
    pub people: Vec<Told>,
}

/// How they would like to be reached, and to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub notify: Notify,
    pub email: Option<EmailAddress>,
    pub mobile: Option<MobileNumber>,
    /// When it is safe or good to call, and when it is not.
    pub times: Option<RelativesWords>,
    /// No message is left, and nobody else is told who calls.
    pub discreet: bool,
    pub size: TextSize,
    pub language: Language,
    /// Braille, audio, Easy Read, another language.
    pub format: Option<RelativesWords>,
}

/// The pages that were answered, an empty answer too: nobody is asked twice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct More {
    pub gp: Option<Gp>,
    pub others: Option<Others>,
    pub contact: Option<Contact>,
}

/// All that one answer says: the choice with its questions, and what was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    pub reply: Reply,
    pub more: More,
}

impl Others {
    /// False where the page was left empty.
    pub fn asks(&self) -> bool {
        self.children.is_some() || !self.people.is_empty()
    }
}

impl Contact {
    /// False where everything was left as it is for everybody.
    pub fn asks(&self) -> bool {
        let typed = [&self.times, &self.format].into_iter().any(Option::is_some);
        let usual =
            (self.notify, self.size, self.language) == (Notify::Post, TextSize::Ordinary, Language::English);
        typed || self.discreet || self.email.is_some() || self.mobile.is_some() || !usual
    }
}

impl Answers {
    /// Reads what `to_fields` wrote, or the form of an answer page, which adds nothing.
    pub fn parse(fields: &BTreeMap<String, String>) -> Result<Self, Vec<FieldProblem>> {
        let reply = Reply::parse(fields)?;
        let mut more = More::default();
        for section in reply.choice().sections() {
            if fields.contains_key(section.seen()) {
                more.read(*section, fields)?;
            }
        }
        Ok(Self { reply, more })
    }

    /// What was said before, with one page of it said anew.
    pub fn adding(
        mut self,
        section: Section,
        fields: &BTreeMap<String, String>,
    ) -> Result<Self, Vec<FieldProblem>> {
        self.more.read(section, fields)?;
        Ok(self)
    }

    /// Another choice, or the same with other answers; what was added stays where it still belongs.
    pub fn instead(self, reply: Reply) -> Self {
        let mut more = self.more;
        for section in Section::ALL.iter().filter(|section| !reply.choice().sections().contains(section)) {
            more.forget(*section);
        }
        Self { reply, more }
    }

    /// The next page that was not answered yet.
    pub fn next(&self) -> Option<Section> {
        self.reply.choice().sections().iter().copied().find(|section| !self.more.has(*section))
    }

    /// A mark of what these answers say (FNV-1a), by which a page that shows older ones is told. It keeps nothing secret.
    pub fn mark(&self) -> String {
        let fields = self.to_fields();
        let bytes =
            fields.iter().flat_map(|(name, text)| [name.as_bytes(), &[0], text.as_bytes(), &[0]]).flatten();
        let mark = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |mark, byte| {
            (mark ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        format!("{mark:016x}")
    }

    pub fn to_fields(&self) -> BTreeMap<String, String> {
        let mut fields = self.reply.to_fields();
        for section in self.reply.choice().sections() {
            fields.extend(self.more.fields(*section));
        }
        fields
    }
}

impl More {
    fn has(&self, section: Section) -> bool {
        match section {
            Section::Gp => self.gp.is_some(),
            Section::Others => self.others.is_some(),
            Section::Contact => self.contact.is_some(),
        }
    }

    fn forget(&mut self, section: Section) {
        match section {
            Section::Gp => self.gp = None,
            Section::Others => self.others = None,
            Section::Contact => self.contact = None,
        }
    }

    fn read(&mut self, section: Section, fields: &BTreeMap<String, String>) -> Result<(), Vec<FieldProblem>> {
        let mut form = Form::new(fields);
        match section {
            Section::Gp => self.gp = Some(gp(&mut form)),
            Section::Others => self.others = Some(others(&mut form)),
            Section::Contact => self.contact = contact(&mut form),
        }
        form.done()
    }

    /// The form of one page as it was answered; nothing where it was not.
    pub(super) fn fields(&self, section: Section) -> BTreeMap<String, String> {
        let words = |words: &Option<RelativesWords>| words.as_ref().map(|words| words.as_str().to_owned());
        let yes = |yes: bool| yes.then(|| "yes".to_owned());
        let mut fields: Vec<(&str, Option<String>)> = match section {
            Section::Gp => match &self.gp {
                None => Vec::new(),
                Some(gp) => vec![("gp", words(&gp.who)), ("gp_tell", yes(gp.tell))],
            },
            Section::Others => match &self.others {
                None => Vec::new(),
                Some(others) => others_fields(others),
            },
            Section::Contact => match &self.contact {
                None => Vec::new(),
                Some(contact) => contact_fields(contact),
            },
        };
        if self.has(section) {
            fields.push((section.seen(), Some("yes".to_owned())));
        }
        fields.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?))).collect()
    }
}

fn gp(form: &mut Form<'_>) -> Gp {
    let faults = form.faults();
    let (who, tell) = (form.words("gp", GP), form.text("gp_tell") == "yes");
    if tell && who.is_none() && form.faults() == faults {
        form.wrong("gp", Problem::GpMissing);
    }
    Gp { who, tell }
}

pub(super) fn others(form: &mut Form<'_>) -> Others {
    let children = form.words("children", REMARK);
    let mut people = Vec::new();
    for [name, relation, born] in ROWS {
        let (named, born) = (form.words(name, NAME), form.words(born, BORN));
        match form.text(relation).parse::<Relation>() {
            Ok(relation) => people.push(Told { relation, name: named, born }),
            Err(_) if named.is_some() || born.is_some() => form.wrong(relation, Problem::RelationMissing),
            Err(_) => {}
        }
    }
    Others { children, people }
}

pub(super) fn others_fields(others: &Others) -> Vec<(&'static str, Option<String>)> {
    let words = |words: &Option<RelativesWords>| words.as_ref().map(|words| words.as_str().to_owned());
    let people = others.people.iter().zip(ROWS).flat_map(|(told, [name, relation, born])| {
        [
            (name, words(&told.name)),
            (relation, Some(told.relation.as_str().to_owned())),
            (born, words(&told.born)),
        ]
    });
    std::iter::once(("children", words(&others.children))).chain(people).collect()
}

/// The form of the page as it was answered.
pub(super) fn contact_fields(contact: &Contact) -> Vec<(&'static str, Option<String>)> {
    let words = |words: &Option<RelativesWords>| words.as_ref().map(|words| words.as_str().to_owned());
    vec![
        ("notify", Some(contact.notify.as_str().to_owned())),
        ("email", contact.email.as_ref().map(|email| email.as_str().to_owned())),
        ("mobile", contact.mobile.as_ref().map(|mobile| mobile.as_str().to_owned())),
        ("safe_times", words(&contact.times)),
        ("discreet", contact.discreet.then(|| "yes".to_owned())),
        ("size", Some(contact.size.as_str().to_owned())),
        ("language", Some(contact.language.code().to_owned())),
        ("format", words(&contact.format)),
    ]
}

pub(super) fn contact(form: &mut Form<'_>) -> Option<Contact> {
    let notify: Option<Notify> = form.one_of("notify", Problem::NotifyMissing);
    let email = form.words("email", EMAIL).and_then(|typed| {
        EmailAddress::parse(typed.as_str()).map_err(|_| form.wrong("email", Problem::EmailUnreadable)).ok()
    });
    let mobile = form.words("mobile", PHONE).and_then(|typed| {
        MobileNumber::parse(typed.as_str()).map_err(|_| form.wrong("mobile", Problem::MobileUnreadable)).ok()
    });
    match notify {
        Some(Notify::Email) if email.is_none() && !form.blames("email") => {
            form.wrong("email", Problem::EmailMissing);
        }
        Some(Notify::Text) if mobile.is_none() && !form.blames("mobile") => {
            form.wrong("mobile", Problem::MobileMissing);
        }
        Some(Notify::Post | Notify::Phone | Notify::Email | Notify::Text) | None => {}
    }
    let times = form.words("safe_times", TIMES);
    let discreet = form.text("discreet") == "yes";
    // Only a hand-made form lacks these: ordinary print and English are what was not chosen otherwise.
    let size = form.text("size").parse().unwrap_or_default();
    let language = form.text("language").parse().unwrap_or_default();
    let format = form.words("format", REMARK);
    Some(Contact { notify: notify?, email, mobile, times, discreet, size, language, format })
}

impl Choice {
    /// What may be added to this answer, in the order of the pages. Who wants nothing is asked nothing.
    pub fn sections(self) -> &'static [Section] {
        match self {
            Self::Appointment | Self::AlreadyTested => &[Section::Gp, Section::Others, Section::Contact],
            Self::Think | Self::Question => &[Section::Contact],
            Self::NotKnow | Self::NotMe => &[],
        }
    }
}

impl Section {
    /// The field that says that the page was answered.
    fn seen(self) -> &'static str {
        match self {
            Self::Gp => "gp_seen",
            Self::Others => "others_seen",
            Self::Contact => "contact_seen",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
        fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    fn asked() -> Answers {
        Answers::parse(&form(&[("choice", "appointment"), ("by", "phone")])).unwrap()
    }

    fn problems(section: Section, fields: &[(&str, &str)]) -> Vec<(&'static str, Problem)> {
        let wrong = asked().adding(section, &form(fields)).expect_err("the form should be refused");
        wrong.into_iter().map(|wrong| (wrong.field, wrong.problem)).collect()
    }

    #[test]
    fn each_page_is_asked_once_and_may_be_left_empty() {
        let mut answers = asked();
        for section in [Section::Gp, Section::Others, Section::Contact] {
            assert_eq!(answers.next(), Some(section));
            answers = answers.adding(section, &form(&[("notify", "post")])).unwrap();
        }
        assert_eq!(answers.next(), None);
        assert_eq!(Answers::parse(&answers.to_fields()), Ok(answers));
    }

    #[test]
    fn who_wants_nothing_or_holds_a_strangers_letter_is_asked_nothing_more() {
        for choice in [Choice::NotKnow, Choice::NotMe] {
            let answers = Answers::parse(&form(&[("choice", choice.as_str())])).unwrap();
            assert_eq!(answers.next(), None);
        }
    }

    #[test]
    fn another_choice_keeps_what_still_belongs_to_it_and_nothing_else() {
        let answers = asked()
            .adding(Section::Gp, &form(&[("gp", "Dr Ash, Ludlow"), ("gp_tell", "yes")]))
            .unwrap()
            .adding(Section::Contact, &form(&[("notify", "phone"), ("mobile", "07700 900123")]))
            .unwrap();
        let think = Reply::parse(&form(&[("choice", "think"), ("remind", "3")])).unwrap();
        let changed = answers.instead(think);
        assert!(changed.more.gp.is_none() && changed.more.contact.is_some());
        let quiet = Reply::parse(&form(&[("choice", "not_know")])).unwrap();
        assert_eq!(changed.instead(quiet).more, More::default());
    }

    #[test]
    fn what_cannot_be_used_is_told_beside_its_field() {
        assert_eq!(problems(Section::Gp, &[("gp_tell", "yes")]), [("gp", Problem::GpMissing)]);
        assert_eq!(
            problems(Section::Others, &[("name_2", "Wren"), ("relation_2", "")]),
            [("relation_2", Problem::RelationMissing)]
        );
        assert_eq!(problems(Section::Contact, &[]), [("notify", Problem::NotifyMissing)]);
        assert_eq!(
            problems(Section::Contact, &[("notify", "email"), ("mobile", "12")]),
            [("mobile", Problem::MobileUnreadable), ("email", Problem::EmailMissing)]
        );
        assert_eq!(
            problems(Section::Contact, &[("notify", "text"), ("mobile", "020 7946 0000")]),
            [("mobile", Problem::MobileUnreadable)]
        );
    }

    #[test]
    fn people_are_told_of_with_or_without_a_name() {
        let told = asked()
            .adding(
                Section::Others,
                &form(&[
                    ("relation_1", "child"),
                    ("name_3", "Ann Lee"),
                    ("relation_3", "cousin"),
                    ("born_3", "about 1970"),
                ]),
            )
            .unwrap();
        let people = told.more.others.clone().unwrap().people;
        assert_eq!(people.len(), 2);
        assert_eq!(people[0], Told { relation: Relation::Child, name: None, born: None });
        assert_eq!(people[1].relation, Relation::Cousin);
        // Kept from the first row on.
        assert_eq!(Answers::parse(&told.to_fields()), Ok(told));
    }
}
