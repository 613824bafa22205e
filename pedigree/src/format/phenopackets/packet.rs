//! One person's packet: what the model holds of it, and the rest as it stands.
//! Must not know: the pedigree.

use super::super::FamilyFile;
use super::super::FormatError;
use super::super::json::Element;
use super::{PACKET, sex};
use crate::model::{Condition, Life, PersonId, Sex};

/// Takes from a packet what the model holds, and keeps it whole.
pub(super) fn read(file: &mut FamilyFile, packet: Element<'_>) -> Result<(), FormatError> {
    let subject = packet.need("subject")?;
    let id = PersonId::from(subject.need("id")?.text()?);
    let born = subject.get_any(&["dateOfBirth", "date_of_birth"]).map(year).transpose()?;
    let last = subject.get_any(&["timeAtLastEncounter", "time_at_last_encounter"]);
    let mut age = last.map(age_of).transpose()?.flatten();
    let mut life = None;
    if let Some(vital) = subject.get_any(&["vitalStatus", "vital_status"]) {
        life = match vital.get("status").map(Element::text).transpose()? {
            Some("DECEASED") => Some(Life::Deceased),
            Some("ALIVE" | "UNKNOWN_STATUS") | None => None,
            Some(_) => return Err(vital.need("status")?.wrong("ALIVE, DECEASED or UNKNOWN_STATUS")),
        };
        let death = vital.get_any(&["timeOfDeath", "time_of_death"]).map(age_of).transpose()?.flatten();
        age = death.or(age);
    }
    let own_sex = subject.get("sex").map(sex).transpose()?;
    let mut conditions = Vec::new();
    for disease in packet.items_of("diseases")? {
        if disease.get("excluded").map_or(Ok(false), Element::boolean)? {
            continue;
        }
        let term = disease.need("term")?;
        let code = match (term.text_of("label")?, term.text_of("id")?) {
            (Some(label), _) if !label.is_empty() => label,
            (_, Some(id)) => id,
            _ => return Err(term.wrong("an id or a label in this object")),
        };
        let onset = disease.get("onset").map(age_of).transpose()?.flatten();
        conditions.push(Condition { code: code.to_owned(), age: onset });
    }
    let mut conflict = false;
    file.pedigree.change(&id, |person| {
        match own_sex {
            Some(sex) if person.sex == Sex::Unknown => person.sex = sex,
            Some(sex) => conflict = sex != Sex::Unknown && sex != person.sex,
            None => {}
        }
        person.birth_year = born.or(person.birth_year);
        person.age = age.or(person.age);
        person.life = life.unwrap_or(person.life);
        person.conditions = conditions;
    });
    if conflict {
        let place = subject.need("sex")?;
        return Err(place.wrong("the sex that pedigree.persons gives this person"));
    }
    if file.pedigree.person(&id).is_some() {
        file.kept.persons.insert(id, vec![(PACKET.to_owned(), packet.raw().to_owned())]);
    }
    Ok(())
}

/// The year of a timestamp.
fn year(element: Element<'_>) -> Result<i32, FormatError> {
    let text = element.text()?;
    let digits = text.split(['-', 'T']).next().unwrap_or_default();
    digits.parse().map_err(|_| element.wrong("a time as in 1950-01-31T00:00:00Z"))
}

/// The whole years of an age; none where the time is told in another way.
fn age_of(element: Element<'_>) -> Result<Option<u16>, FormatError> {
    let Some(age) = element.get("age") else { return Ok(None) };
    let Some(duration) = age.get_any(&["iso8601duration", "iso8601Duration"]) else { return Ok(None) };
    let text = duration.text()?;
    years(text).ok_or_else(|| duration.wrong("a duration as in P38Y7M"))
}

/// Whole years of a duration, "P38Y7M"; nought where it has only months or days.
fn years(text: &str) -> Option<Option<u16>> {
    let rest = text.strip_prefix('P')?;
    let (date, time) = rest.split_once('T').unwrap_or((rest, ""));
    let mut years = 0;
    let mut digits = String::new();
    for mark in date.chars() {
        match mark {
            '0'..='9' | '.' => digits.push(mark),
            'Y' | 'M' | 'W' | 'D' => {
                let number: f64 = digits.parse().ok()?;
                digits.clear();
                if mark == 'Y' {
                    years = format!("{}", number.trunc()).parse().ok()?;
                }
            }
            _ => return None,
        }
    }
    let time_known = time.chars().all(|mark| mark.is_ascii_digit() || matches!(mark, '.' | 'H' | 'M' | 'S'));
    (digits.is_empty() && time_known && rest.len() > 1).then_some(Some(years))
}
