//! One symbol of the notation: who stands in it and what is said of them.
//! Must not know: who is whose child; other symbols.

use super::super::FormatError;
use super::line::Cursor;
use crate::model::{Affected, Childless, Condition, Count, Gender, Life, Person, Sex};

/// A symbol as it stands on a line.
#[derive(Debug, Clone)]
pub(super) struct Symbol {
    pub line: usize,
    pub column: usize,
    pub sex: Sex,
    /// In braces: the couple above adopted this person.
    pub adopted: bool,
    /// None: somebody without a name.
    pub handle: Option<String>,
    pub label: Option<String>,
    pub facts: Vec<Fact>,
    pub links: Vec<Link>,
}

/// Something said of a person alone.
#[derive(Debug, Clone)]
pub(super) enum Fact {
    Life(Life),
    Age(u16),
    BirthYear(i32),
    Weeks(u8),
    Proband,
    Consultand,
    Affected(Affected),
    Gender(Gender),
    BirthOrder(u16),
    Count(Count),
    Childless(Childless),
    Condition(Condition),
}

/// How a child names a parent beside the couple above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// By law, and not by descent.
    Legal,
    /// By law, and by descent where the couple above says so.
    AlsoLegal,
    Donor,
    Carried,
}

#[derive(Debug, Clone)]
pub(super) struct Link {
    pub column: usize,
    pub role: Role,
    pub parent: String,
}

pub(super) const ROLES: [(&str, Role); 4] = [
    ("also legal", Role::AlsoLegal),
    ("legal", Role::Legal),
    ("donor", Role::Donor),
    ("carried", Role::Carried),
];
pub(super) const WORDS: [(&str, Fact); 9] = [
    ("proband", Fact::Proband),
    ("consultand", Fact::Consultand),
    ("affected", Fact::Affected(Affected::Yes)),
    ("unaffected", Fact::Affected(Affected::No)),
    ("man", Fact::Gender(Gender::Man)),
    ("woman", Fact::Gender(Gender::Woman)),
    ("non-binary", Fact::Gender(Gender::NonBinary)),
    ("childless", Fact::Childless(Childless::Choice)),
    ("infertile", Fact::Childless(Childless::Infertile)),
];

impl Symbol {
    /// Reads a symbol at the cursor, with its braces if it has them.
    pub fn read(at: &mut Cursor<'_>) -> Result<Symbol, FormatError> {
        let adopted = at.takes("{");
        at.spaces();
        let column = at.column();
        let (sex, close) = match at.peek() {
            Some('[') => (Sex::Male, ']'),
            Some('(') => (Sex::Female, ')'),
            Some('<') => (Sex::Unknown, '>'),
            _ => return Err(at.wrong("a symbol: [ ] man, ( ) woman, < > not said")),
        };
        at.next();
        let mut symbol = Symbol {
            line: at.line,
            column,
            sex,
            adopted,
            handle: None,
            label: None,
            facts: Vec::new(),
            links: Vec::new(),
        };
        symbol.who(at, close)?;
        while at.takes(",") {
            symbol.fact(at, close)?;
        }
        if !at.takes(&close.to_string()) {
            return Err(at.wrong(format!("{close} to close the symbol, or a comma before a further fact")));
        }
        at.spaces();
        if adopted && !at.takes("}") {
            return Err(at.wrong("} to close the braces of somebody adopted"));
        }
        at.spaces();
        Ok(symbol)
    }

    /// The marks, the id and the name: all before the first comma.
    fn who(&mut self, at: &mut Cursor<'_>, close: char) -> Result<(), FormatError> {
        loop {
            at.spaces();
            if at.takes("\\") {
                self.facts.push(Fact::Life(Life::Deceased));
            } else if at.takes("*") {
                self.facts.push(Fact::Affected(Affected::Yes));
            } else {
                break;
            }
        }
        let column = at.column();
        let handle = at.text(&[close, ',', ':'])?;
        if at.takes(":") {
            let label = at.text(&[close, ','])?;
            self.label = Some(label.text).filter(|label| !label.is_empty());
            self.handle = (handle.quoted || !handle.text.is_empty()).then_some(handle.text);
            return Ok(());
        }
        if handle.quoted {
            self.handle = Some(handle.text);
            return Ok(());
        }
        let count = match handle.text.as_str() {
            "" => return Ok(()),
            "n" => Some(Count::Unknown),
            text if text.bytes().all(|byte| byte.is_ascii_digit()) => match text.parse() {
                Ok(count @ 2..) => Some(Count::Several(count)),
                Ok(_) | Err(_) => {
                    let expected = "how many people this is, 2 or more; for the id 1 write [1:]";
                    return Err(at.wrong_at(column, expected));
                }
            },
            _ => None,
        };
        match count {
            Some(count) => self.facts.push(Fact::Count(count)),
            None => self.handle = Some(handle.text),
        }
        Ok(())
    }

    fn fact(&mut self, at: &mut Cursor<'_>, close: char) -> Result<(), FormatError> {
        at.spaces();
        let column = at.column();
        let text = at.text(&[close, ',', '@', '='])?;
        if at.takes("@") {
            let age = at.text(&[close, ','])?;
            let Ok(age) = age.text.parse() else {
                return Err(at.wrong_at(column, "an age in whole years after @"));
            };
            self.facts.push(Fact::Condition(Condition { code: text.text, age: Some(age) }));
            return Ok(());
        }
        if at.takes("=") {
            let role = ROLES.iter().find(|(word, _)| *word == text.text).map(|(_, role)| *role);
            let Some(role) = role else {
                return Err(at.wrong_at(column, "legal=, also legal=, donor= or carried= and an id"));
            };
            let parent = at.text(&[close, ','])?.text;
            self.links.push(Link { column, role, parent });
            return Ok(());
        }
        if text.quoted {
            self.facts.push(Fact::Condition(Condition { code: text.text, age: None }));
            return Ok(());
        }
        match plain(&text.text) {
            Ok(facts) => self.facts.extend(facts),
            Err(expected) => return Err(at.wrong_at(column, expected)),
        }
        Ok(())
    }

    /// Whether it stands for several people and has no id to be named again by.
    pub fn is_nameless_group(&self) -> bool {
        self.handle.is_none() && self.facts.iter().any(|fact| matches!(fact, Fact::Count(_)))
    }
}

/// What an unquoted fact says; mostly one thing, two for "died at".
pub(super) fn plain(text: &str) -> Result<Vec<Fact>, &'static str> {
    const EXPECTED: &str = "a fact: an age, b.1950, d.62, 9w, proband, or a condition";
    let number = |text: &str| text.trim().parse::<u16>().ok();
    if let Some((_, fact)) = WORDS.iter().find(|(word, _)| *word == text) {
        return Ok(vec![fact.clone()]);
    }
    if let Some(year) = text.strip_prefix("b.") {
        return year.trim().parse().map(|year| vec![Fact::BirthYear(year)]).map_err(|_| "a year after b.");
    }
    if let Some(age) = text.strip_prefix("d.") {
        let age = number(age).filter(|age| *age < 200).ok_or("an age in whole years after d.")?;
        return Ok(vec![Fact::Life(Life::Deceased), Fact::Age(age)]);
    }
    if let Some(place) = text.strip_prefix('#') {
        return number(place)
            .map(|place| vec![Fact::BirthOrder(place)])
            .ok_or("a whole number after #, 1 for the eldest");
    }
    let (digits, unit) = text.split_at(text.find(|mark: char| !mark.is_ascii_digit()).unwrap_or(text.len()));
    match (number(digits), unit) {
        (Some(age), "") if age < 200 => return Ok(vec![Fact::Age(age)]),
        (Some(_), "") => return Err("b. before a year of birth (b.1950), or an age in whole years"),
        (Some(age), "y") => return Ok(vec![Fact::Age(age)]),
        (Some(weeks), "w") => {
            return u8::try_from(weeks).map(|weeks| vec![Fact::Weeks(weeks)]).map_err(|_| "fewer weeks");
        }
        _ => {}
    }
    if let Some(count) = text.strip_prefix('x') {
        if count == "n" {
            return Ok(vec![Fact::Count(Count::Unknown)]);
        }
        if let Some(count) = number(count) {
            return Ok(vec![Fact::Count(Count::Several(count))]);
        }
    }
    if text.is_empty() {
        return Err(EXPECTED);
    }
    let last = text.split_whitespace().last().unwrap_or_default();
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(
            "@ before an age (breast cancer @40), or quotation marks around a condition that ends in a number",
        );
    }
    Ok(vec![Fact::Condition(Condition { code: text.to_owned(), age: None })])
}

impl Fact {
    /// Puts it into a person; what was said before of the same kind is replaced, conditions come together.
    pub fn apply(&self, person: &mut Person) {
        match self {
            Fact::Life(life) => person.life = *life,
            Fact::Age(age) => person.age = Some(*age),
            Fact::BirthYear(year) => person.birth_year = Some(*year),
            Fact::Weeks(weeks) => person.weeks = Some(*weeks),
            Fact::Proband => person.proband = true,
            Fact::Consultand => person.consultand = true,
            Fact::Affected(affected) => person.affected = *affected,
            Fact::Gender(gender) => person.gender = Some(*gender),
            Fact::BirthOrder(place) => person.birth_order = Some(*place),
            Fact::Count(count) => person.count = *count,
            Fact::Childless(why) => person.childless = Some(*why),
            Fact::Condition(condition) => person.conditions.push(condition.clone()),
        }
    }
}
