//! What stands in the cells of a row: a birth, a life, what somebody has or had, a note, each in the words people use.
//! Must not know: any other row, or the family.

use crate::{
    clinic::people::{
        health::{Affected, Condition},
        particulars::{Childless, Gender, Life},
        ties::Zygosity,
    },
    db::UtcDate,
};

/// "1984", "15 3 1984", "41 years".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Born {
    On(UtcDate),
    In(i32),
    Aged(u16),
}

/// # Errors
/// In words: what a birth is written as.
pub fn born(text: &str) -> Result<Born, &'static str> {
    const WORDS: &str =
        "Enter a year (1984), a date (15 3 1984) or an age (41 years). Leave it empty if none is known.";
    let text = text.trim();
    if let Some(age) = age(text) {
        return Ok(Born::Aged(age));
    }
    if text.len() == 4 && text.chars().all(|c| c.is_ascii_digit()) {
        return text.parse().map(Born::In).map_err(|_| WORDS);
    }
    date(text).map(Born::On).ok_or(WORDS)
}

/// "41", "41y", "41 years", "age 41", "at 41": at most three digits, so that it is no year.
fn age(text: &str) -> Option<u16> {
    let text = text.trim().to_lowercase();
    let text = ["aged ", "age ", "at "].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(&text);
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let unit = text.get(digits.len()..).unwrap_or_default().trim();
    let years = matches!(unit, "" | "y" | "yr" | "yrs" | "year" | "years" | "years old");
    (years && (1..=3).contains(&digits.len()))
        .then(|| digits.parse().ok())
        .flatten()
        .filter(|age| *age <= 125)
}

/// Day, month, year, the month as number or in English; or a date as programs write it.
fn date(text: &str) -> Option<UtcDate> {
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    let parts: Vec<&str> =
        text.split([' ', '/', '.', '-']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let [day, month, year] = parts.as_slice() else { return None };
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let month = month.parse::<u32>().ok().or_else(|| {
        let start = month.to_lowercase();
        let at = MONTHS.iter().position(|name| start.get(..3) == Some(*name))?;
        u32::try_from(at + 1).ok()
    })?;
    let year = (year.len() == 4).then(|| year.parse().ok()).flatten()?;
    UtcDate::new(year, month, day.parse().ok()?)
}

/// What became of somebody: nothing said, or died (when), or never born alive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lived {
    pub life: Option<Life>,
    pub died_on: Option<UtcDate>,
    pub age: Option<u16>,
    pub weeks: Option<u8>,
}

/// # Errors
/// In words: what a life is written as.
pub fn lived(text: &str) -> Result<Lived, &'static str> {
    const WORDS: &str = "Leave it empty for somebody alive. Otherwise: died, died at 54, a date (3 5 2019), pregnancy, miscarriage, stillbirth, termination or ectopic, with the weeks (pregnancy 12 weeks).";
    let text = text.trim().to_lowercase();
    let rest = |words: &[&str]| words.iter().find_map(|word| text.strip_prefix(word)).map(str::trim);
    for (life, words) in [
        (Life::Pregnancy, ["pregnancy", "pregnant"].as_slice()),
        (Life::Miscarriage, ["miscarriage"].as_slice()),
        (Life::Stillbirth, ["stillbirth", "stillborn"].as_slice()),
        (Life::Termination, ["termination"].as_slice()),
        (Life::Ectopic, ["ectopic"].as_slice()),
    ] {
        let Some(rest) = rest(words) else { continue };
        let weeks = rest.trim_start_matches("pregnancy").trim().trim_start_matches("at ").trim();
        if weeks.is_empty() {
            return Ok(Lived { life: Some(life), ..Lived::default() });
        }
        let number: String = weeks.chars().take_while(char::is_ascii_digit).collect();
        let unit = weeks.get(number.len()..).unwrap_or_default().trim();
        let weeks = matches!(unit, "" | "w" | "wk" | "week" | "weeks").then(|| number.parse().ok()).flatten();
        return Ok(Lived { life: Some(life), weeks: Some(weeks.ok_or(WORDS)?), ..Lived::default() });
    }
    if matches!(text.as_str(), "alive" | "living" | "no") {
        return Ok(Lived::default());
    }
    let died = Lived { life: Some(Life::Deceased), ..Lived::default() };
    let when = rest(&["died", "dead", "deceased", "d.", "yes"]).unwrap_or(&text);
    let when = when.strip_prefix("on ").unwrap_or(when).trim();
    if when.is_empty() {
        return Ok(died);
    }
    if let Some(age) = age(when) {
        return Ok(Lived { age: Some(age), ..died });
    }
    date(when).map(|on| Lived { died_on: Some(on), life: None, ..died }).ok_or(WORDS)
}

/// "breast cancer 41; ovarian cancer", "affected", "not affected".
///
/// # Errors
/// In words: an age that is none.
pub fn had(text: &str) -> Result<(Option<Affected>, Vec<Condition>), &'static str> {
    let mut affected = None;
    let mut conditions = Vec::new();
    for part in text.split([';', ',']).map(str::trim).filter(|part| !part.is_empty()) {
        match part.to_lowercase().as_str() {
            "affected" | "yes" => affected = Some(Affected::Yes),
            "not affected" | "unaffected" | "no" => affected = Some(Affected::No),
            _ => conditions.push(condition(part)?),
        }
    }
    Ok((affected, conditions))
}

fn condition(part: &str) -> Result<Condition, &'static str> {
    let (words, last) = part.rsplit_once(' ').unwrap_or((part, ""));
    if last.is_empty() || !last.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(Condition { words: part.to_owned(), age: None });
    }
    let age = age(last)
        .ok_or("Enter each condition with the age at which it began: breast cancer 41; ovarian cancer 60.")?;
    let words = words.trim().trim_end_matches('@').trim();
    let words =
        [" at age", " at", " aged", " age"].iter().find_map(|end| words.strip_suffix(end)).unwrap_or(words);
    Ok(Condition { words: words.trim().to_owned(), age: Some(age) })
}

/// One thing that a note says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    TwinOf(String, Zygosity),
    Gender(Gender),
    People(u16),
    Adopted,
    Donor,
    Childless(Childless),
    Consultand,
    /// Somebody else than the one who is there under the same name.
    AnotherPerson,
}

/// # Errors
/// In words: what notes can say.
pub fn notes(text: &str) -> Result<Vec<Note>, &'static str> {
    text.split([';', ',']).map(str::trim).filter(|part| !part.is_empty()).map(note).collect()
}

fn note(part: &str) -> Result<Note, &'static str> {
    let text = part.to_lowercase().replace('\u{2019}', "'");
    for (start, zygosity) in [
        ("identical twin of ", Zygosity::Monozygotic),
        ("non-identical twin of ", Zygosity::Dizygotic),
        ("twin of ", Zygosity::Unknown),
    ] {
        if let Some(of) = text.strip_prefix(start) {
            return Ok(Note::TwinOf(of.trim().to_owned(), zygosity));
        }
    }
    let people = text.strip_suffix(" people").or_else(|| text.strip_prefix('x')).map(str::trim);
    match (text.as_str(), people) {
        ("man", _) => Ok(Note::Gender(Gender::Man)),
        ("woman", _) => Ok(Note::Gender(Gender::Woman)),
        ("non-binary" | "nonbinary", _) => Ok(Note::Gender(Gender::NonBinary)),
        ("adopted", _) => Ok(Note::Adopted),
        ("donor", _) => Ok(Note::Donor),
        ("no children" | "childless", _) => Ok(Note::Childless(Childless::Choice)),
        ("infertile", _) => Ok(Note::Childless(Childless::Infertile)),
        ("asks for advice" | "consultand", _) => Ok(Note::Consultand),
        ("another person", _) => Ok(Note::AnotherPerson),
        (_, Some("several" | "n")) => Ok(Note::People(0)),
        (_, Some(count)) if count.parse::<u16>().is_ok_and(|count| (1..=99).contains(&count)) => {
            Ok(Note::People(count.parse().unwrap_or(1)))
        }
        (_, Some(_) | None) => Err(
            "A note can be: twin of 3, identical twin of II-2, woman, man, non-binary, adopted, donor, 3 people, several people, no children, infertile, asks for advice, another person. Separate several by semicolons.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> UtcDate {
        UtcDate::new(year, month, day).unwrap()
    }

    #[test]
    fn a_birth_is_a_year_a_date_or_an_age() {
        assert_eq!(born("1984"), Ok(Born::In(1984)));
        for text in ["15 3 1984", "15/3/1984", "15.03.1984", "1984-03-15", "15 March 1984", "15-mar-1984"] {
            assert_eq!(born(text), Ok(Born::On(day(1984, 3, 15))), "{text}");
        }
        for text in ["41", "41y", "41 years", "aged 41", "age 41"] {
            assert_eq!(born(text), Ok(Born::Aged(41)), "{text}");
        }
        for text in ["84 or 85", "31 2 1984", "15 3 84", "March", "198"] {
            assert!(born(text).is_err(), "{text}: {:?}", born(text));
        }
    }

    #[test]
    fn a_life_is_told_in_the_words_people_use() {
        let died = Lived { life: Some(Life::Deceased), ..Lived::default() };
        assert_eq!(lived("died"), Ok(died));
        for text in ["died at 54", "54", "d. 54", "at 54", "Died aged 54"] {
            assert_eq!(lived(text), Ok(Lived { age: Some(54), ..died }), "{text}");
        }
        let on = Lived { died_on: Some(day(2019, 5, 3)), ..Lived::default() };
        assert_eq!(lived("3 5 2019"), Ok(on));
        assert_eq!(lived("died on 3 May 2019"), Ok(on));
        let weeks = Lived { life: Some(Life::Pregnancy), weeks: Some(12), ..Lived::default() };
        assert_eq!(lived("pregnancy 12 weeks"), Ok(weeks));
        assert!(lived("pregnant, 12w").is_err());
        assert_eq!(lived("miscarriage at 9w").map(|lived| lived.weeks), Ok(Some(9)));
        assert_eq!(lived("alive"), Ok(Lived::default()));
        for text in ["2019", "gone", "pregnancy soon"] {
            assert!(lived(text).is_err(), "{text}");
        }
    }

    #[test]
    fn conditions_come_with_their_ages() {
        let (affected, conditions) = had("breast cancer 41; ovarian cancer at 60, affected; Lynch").unwrap();
        assert_eq!(affected, Some(Affected::Yes));
        let told: Vec<_> = conditions.iter().map(|c| (c.words.as_str(), c.age)).collect();
        assert_eq!(told, [("breast cancer", Some(41)), ("ovarian cancer", Some(60)), ("Lynch", None)]);
        assert_eq!(had("not affected").unwrap(), (Some(Affected::No), vec![]));
        assert!(had("breast cancer 1984").is_err());
    }

    #[test]
    fn notes_say_one_thing_each() {
        assert_eq!(
            notes("Identical twin of 3; woman").unwrap(),
            [Note::TwinOf("3".into(), Zygosity::Monozygotic), Note::Gender(Gender::Woman)]
        );
        assert_eq!(
            notes("3 people; x4; several people").unwrap(),
            [Note::People(3), Note::People(4), Note::People(0)]
        );
        assert!(notes("likes tea").is_err());
    }
}
