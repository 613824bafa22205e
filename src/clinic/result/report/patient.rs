//! The Patient of a report: name, date of birth, NHS number, address, as far as the laboratory gives them.
//! Must not know: findings, persons already on file, databases.

use super::json::{Json, one_line};
use super::{BirthDate, Patient, Sex};

const NHS_NUMBER: &str = "https://fhir.nhs.uk/Id/nhs-number";
/// Older ways senders name the NHS number's system.
const NHS_NUMBER_ONCE: [&str; 2] = ["http://fhir.nhs.net/Id/nhs-number", "urn:oid:2.16.840.1.113883.2.1.4.1"];

/// Reads the Patient. Whatever is wrong with the identity goes to `notes`, one sentence each.
pub fn read(body: &Json, notes: &mut Vec<String>) -> Patient {
    let name = best(
        body.items("name"),
        &["official", "usual", ""],
        &["old", "maiden", "nickname", "anonymous", "temp"],
    );
    let address = best(body.items("address"), &["home", ""], &["old", "billing", "temp"]);
    let (nhs_number, local_ids) = identifiers(body, notes);
    let words = |list: &[Json]| list.iter().filter_map(|t| one_line(t.as_str())).collect::<Vec<_>>();
    let given = name.map(|n| words(texts(n, "given")).join(" ")).filter(|g| !g.is_empty());
    let mut address_lines = address.map(|a| words(texts(a, "line"))).unwrap_or_default();
    for part in ["city", "district", "state", "country"] {
        address_lines.extend(address.and_then(|a| a.line(part)));
    }
    if address_lines.is_empty() {
        address_lines.extend(address.and_then(|a| a.line("text")));
    }
    let died = matches!(body.get("deceasedBoolean"), Some(Json::Bool(true)))
        || body.line("deceasedDateTime").is_some();
    let patient = Patient {
        given,
        family: name.and_then(|n| n.line("family")),
        name_text: name.and_then(|n| n.line("text")),
        birth_date: body.line("birthDate").map(birth_date),
        sex: body.line("gender").map(sex),
        nhs_number,
        address_lines,
        postcode: address.and_then(|a| a.line("postalCode")),
        deceased: died,
        local_ids,
    };
    if patient.family.is_none() && patient.name_text.is_none() {
        notes.push("The report gives no name for the patient.".to_owned());
    }
    if !matches!(patient.birth_date, Some(BirthDate::Full { .. })) {
        notes.push("The report gives no full date of birth.".to_owned());
    }
    patient
}

/// The texts under `key`; some senders write one text where FHIR has a list.
fn texts<'a>(node: &'a Json, key: &str) -> &'a [Json] {
    match node.get(key) {
        Some(one @ Json::Text(_)) => std::slice::from_ref(one),
        Some(Json::List(list)) => list,
        Some(Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_)) | None => &[],
    }
}

/// The entry with the best `use`; ended and former ones only if there is nothing else.
fn best<'a>(entries: &'a [Json], wanted: &[&str], last: &[&str]) -> Option<&'a Json> {
    let use_of = |entry: &Json| entry.str("use").to_owned();
    let by_wish = wanted.iter().find_map(|wish| entries.iter().find(|e| use_of(e) == *wish));
    by_wish.or_else(|| entries.iter().find(|e| !last.contains(&e.str("use")))).or_else(|| entries.first())
}

fn sex(word: String) -> Sex {
    match word.as_str() {
        "female" => Sex::Female,
        "male" => Sex::Male,
        "other" => Sex::Other,
        "unknown" => Sex::Unknown,
        _ => Sex::Unlisted(word),
    }
}

fn birth_date(text: String) -> BirthDate {
    let digits = |part: &str, len: usize| {
        (part.len() == len && part.bytes().all(|b| b.is_ascii_digit()))
            .then(|| part.parse::<u16>().ok())
            .flatten()
    };
    let mut parts = text.split('-');
    let year = parts.next().and_then(|p| digits(p, 4));
    let month = parts.next().and_then(|p| digits(p, 2));
    let day = parts.next().and_then(|p| digits(p, 2));
    match (year, month, day, parts.next()) {
        (Some(year), Some(month), Some(day), None) if year > 0 && day >= 1 && day <= days(year, month) => {
            let narrow = |n: u16| u8::try_from(n).unwrap_or(0);
            BirthDate::Full { year, month: narrow(month), day: narrow(day) }
        }
        _ => BirthDate::Partial(text),
    }
}

/// Days in a month of the Gregorian calendar; 0 for a month that is none.
fn days(year: u16, month: u16) -> u16 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}

/// The one NHS number whose check digit is right, and every other identifier.
fn identifiers(body: &Json, notes: &mut Vec<String>) -> (Option<String>, Vec<String>) {
    let mut numbers: Vec<String> = Vec::new();
    let mut local_ids = Vec::new();
    for identifier in body.items("identifier").iter().filter(|i| i.str("use") != "old") {
        let Some(value) = identifier.line("value") else { continue };
        let digits: String = value.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let system = identifier.line("system").unwrap_or_default();
        if system != NHS_NUMBER && !NHS_NUMBER_ONCE.contains(&system.as_str()) {
            local_ids.push(format!("{system}|{value}"));
        } else if !check_digit_fits(&digits) {
            notes.push("The NHS number in the report fails its check digit and was not used.".to_owned());
            local_ids.push(format!("{system}|{value}"));
        } else if !numbers.contains(&digits) {
            numbers.push(digits);
        }
    }
    if numbers.len() > 1 {
        notes.push("The report gives two NHS numbers; neither was used.".to_owned());
        local_ids.extend(numbers.drain(..).map(|n| format!("{NHS_NUMBER}|{n}")));
    }
    (numbers.pop(), local_ids)
}

/// Ten digits, the last of them the modulus 11 check digit (NHS Data Dictionary).
fn check_digit_fits(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits.iter().zip((1..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    digits.len() == 10 && number.len() == 10 && sum.is_multiple_of(11)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patient(text: &str) -> (Patient, Vec<String>) {
        let mut notes = Vec::new();
        (read(&super::super::json::parse(text.as_bytes()).expect("fixture"), &mut notes), notes)
    }

    #[test]
    fn a_date_of_birth_is_a_date_or_kept_as_written() {
        assert!(birth_date("1961-04-09".into()) == BirthDate::Full { year: 1961, month: 4, day: 9 });
        assert!(birth_date("2000-02-29".into()) == BirthDate::Full { year: 2000, month: 2, day: 29 });
        for text in [
            "1961",
            "1961-04",
            "1900-02-29",
            "1961-13-01",
            "1961-04-31",
            "09/04/1961",
            "1961-4-9",
            "1961-04-09-1",
        ] {
            assert!(birth_date(text.into()) == BirthDate::Partial(text.into()), "{text}");
        }
    }

    #[test]
    fn an_nhs_number_counts_only_with_its_check_digit() {
        let with = |value: &str| {
            patient(&format!(
                r#"{{"identifier":[{{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"{value}"}}]}}"#
            ))
        };
        assert_eq!(with("999 000 0018").0.nhs_number.as_deref(), Some("9990000018"));
        let (wrong, notes) = with("9990000019");
        assert_eq!((wrong.nhs_number, wrong.local_ids.len()), (None, 1));
        assert!(notes.iter().any(|n| n.contains("check digit")));
        assert_eq!(with("999000001").0.nhs_number, None);
        assert_eq!(with("9990000O18").0.nhs_number, None);
    }

    #[test]
    fn two_nhs_numbers_are_no_nhs_number() {
        let (both, notes) = patient(
            r#"{"identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"},
            {"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000026"}]}"#,
        );
        assert_eq!((both.nhs_number, both.local_ids.len()), (None, 2));
        assert!(notes.iter().any(|n| n.contains("two NHS numbers")));
    }

    #[test]
    fn the_official_name_wins_and_a_former_one_loses() {
        let (person, _) = patient(
            r#"{"name":[{"use":"maiden","family":"Before"},{"use":"nickname","family":"Nick"},
            {"use":"official","family":"Now","given":["Anna","Maria"]}],"deceasedDateTime":"2024"}"#,
        );
        assert_eq!((person.given.as_deref(), person.family.as_deref()), (Some("Anna Maria"), Some("Now")));
        assert!(person.deceased);
    }

    #[test]
    fn debug_says_nothing_of_who_it_is() {
        let (person, _) = patient(r#"{"name":[{"family":"Ashdown"}],"birthDate":"1961-04-09"}"#);
        assert_eq!(format!("{person:?} {:?}", person.birth_date), "Patient(..) Some(BirthDate(..))");
    }
}
