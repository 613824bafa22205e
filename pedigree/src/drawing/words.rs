//! The words under a person: what the symbol cannot say, the caller's own lines, broken where too long, the number.
//! Must not know: where the person stands.

use crate::model::{Gender, Life, Person, Sex};

/// About how many signs fit on a line before it is broken at a space.
const LINE_SIGNS: usize = 18;

/// About how wide a text is at so many pixels in a sans-serif face; rather too wide than too narrow.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    let of = |sign: char| match sign {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | 'I' | ' ' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '('
        | ')' | '-' => 4.5,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 11.5,
        'A'..='Z' => 9.0,
        _ if sign.is_control() => 13.0,
        _ if sign.is_ascii() => 7.0,
        _ if u32::from(sign) < 0x1100 => 9.0,
        _ => 13.0,
    };
    text.chars().map(of).sum::<f64>() * size / 12.0
}

/// What is said of a person under the symbol, apart from the caller's lines.
pub(super) fn facts(person: &Person, ages: bool) -> Vec<String> {
    let mut facts = Vec::new();
    // Where the sex assigned at birth is not known, nothing is said of it.
    let at_birth = match (person.gender, person.sex) {
        (Some(Gender::Woman | Gender::NonBinary), Sex::Male) => Some("AMAB"),
        (Some(Gender::Man | Gender::NonBinary), Sex::Female) => Some("AFAB"),
        (Some(Gender::Man), Sex::Male) | (Some(Gender::Woman), Sex::Female) => None,
        (Some(_), Sex::Unknown) | (None, _) => None,
    };
    facts.extend(at_birth.map(str::to_owned));
    let weeks = person.weeks.map(|weeks| format!("{weeks} wk"));
    match person.life {
        Life::Stillbirth => facts.push(weeks.map_or("SB".to_owned(), |weeks| format!("SB {weeks}"))),
        Life::Ectopic => facts.push("ECT".to_owned()),
        Life::Living | Life::Deceased | Life::Pregnancy | Life::Miscarriage | Life::Termination => {
            facts.extend(weeks);
        }
    }
    if ages {
        facts.extend(years(person));
        for condition in &person.conditions {
            facts.extend(condition.age.map(|age| format!("{} {age}", condition.code)));
        }
    }
    facts
}

/// "b. 1961", "63 y", "d. 52".
fn years(person: &Person) -> Vec<String> {
    let born = person.birth_year.map(|year| format!("b. {year}"));
    let age =
        person.age.map(|age| if person.life.is_over() { format!("d. {age}") } else { format!("{age} y") });
    born.into_iter().chain(age).collect()
}

/// The lines, each broken at spaces where it is long. A long word stays whole.
pub(super) fn broken(lines: &[String]) -> Vec<String> {
    let mut broken = Vec::new();
    for line in lines {
        let mut here = String::new();
        for word in line.split_whitespace() {
            if !here.is_empty() && here.chars().count() + 1 + word.chars().count() > LINE_SIGNS {
                broken.push(std::mem::take(&mut here));
            }
            if !here.is_empty() {
                here.push(' ');
            }
            here.push_str(word);
        }
        if !here.is_empty() {
            broken.push(here);
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_broken_between_words() {
        let lines = ["Replied: wants an appointment".to_owned(), "Llanfairpwllgwyngyll".to_owned()];
        assert_eq!(broken(&lines), ["Replied: wants an", "appointment", "Llanfairpwllgwyngyll"]);
    }

    #[test]
    fn the_sex_at_birth_is_written_only_where_it_differs_and_is_known() {
        let person = |sex, gender| Person { gender, ..Person::new("a", sex) };
        assert_eq!(facts(&person(Sex::Male, Some(Gender::Woman)), true), ["AMAB"]);
        assert_eq!(facts(&person(Sex::Female, Some(Gender::NonBinary)), true), ["AFAB"]);
        assert!(facts(&person(Sex::Male, Some(Gender::Man)), true).is_empty());
        assert!(facts(&person(Sex::Unknown, Some(Gender::NonBinary)), true).is_empty());
    }

    #[test]
    fn a_stillbirth_says_its_week_and_a_death_its_age() {
        let stillborn = Person { life: Life::Stillbirth, weeks: Some(28), ..Person::new("a", Sex::Male) };
        assert_eq!(facts(&stillborn, false), ["SB 28 wk"]);
        let dead = Person {
            life: Life::Deceased,
            age: Some(52),
            birth_year: Some(1940),
            ..Person::new("a", Sex::Male)
        };
        assert_eq!(facts(&dead, true), ["b. 1940", "d. 52"]);
        assert!(facts(&dead, false).is_empty());
    }
}
