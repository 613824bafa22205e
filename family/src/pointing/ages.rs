//! Ages, years and days of birth in a text: how old somebody is tells who it is.
//! Must not know: whose age it is, or how a date of this family is written; that is looked for beside it.

use crate::lint::{MONTHS, WELSH_MONTHS, fold};

/// A word, with the bytes it came from.
struct Word {
    folded: String,
    from: usize,
    to: usize,
    ends_sentence: bool,
}

const BORN: [&str; 7] = ["born", "ganwyd", "anwyd", "ganed", "aned", "geni", "eni"];
const TENS: [&str; 16] = [
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "ugain",
    "tridegau",
    "pedwardegau",
    "pumdegau",
    "chwedegau",
    "saithdegau",
    "wythdegau",
    "nawdegau",
];
const DECADES: [&str; 8] =
    ["twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties"];

/// Where an age, a year before `year`, or a day of birth stands: byte offset and words.
pub fn ages(text: &str, year: u16) -> Vec<(usize, String)> {
    let words = words(text);
    let at = |place: usize| words.get(place).map_or("", |word| word.folded.as_str());
    let before = |place: usize, back: usize| place.checked_sub(back).map_or("", at);
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (place, word) in words.iter().enumerate() {
        let said = word.folded.as_str();
        if found.last().is_some_and(|(_, to)| word.to <= *to) {
            continue;
        }
        if BORN.contains(&said) {
            let sentence = words.get(place..).unwrap_or_default();
            let length =
                sentence.iter().position(|word| word.ends_sentence).map_or(sentence.len(), |at| at + 1);
            let days = sentence.iter().take(length.min(7)).rev();
            let day = days
                .into_iter()
                .find(|word| word.folded.bytes().any(|b| b.is_ascii_digit()) || is_month(&word.folded));
            found.extend(day.map(|day| (word.from, day.to)));
            continue;
        }
        let aged = matches!(before(place, 1), "aged" | "age" | "oedran" | "oed")
            || (before(place, 1) == "of" && before(place, 2) == "age");
        if DECADES.contains(&said) || (aged && TENS.iter().any(|ten| said.starts_with(ten))) {
            found.push((word.from, word.to));
            continue;
        }
        let Ok(number) = said.parse::<u16>() else { continue };
        if (1900..year).contains(&number) && said.len() == 4 {
            found.push((word.from, word.to));
            continue;
        }
        let old = match at(place + 1) {
            "oed" | "mlwydd" | "blwydd" | "yo" => true,
            "years" | "year" | "yrs" | "yr" => matches!(at(place + 2), "old" | "of" | "oed"),
            _ => false,
        };
        // "A lady of 45", and no "8 of 10".
        let of = before(place, 1) == "of" && number >= 10 && !is_number(before(place, 2));
        if (1..=120).contains(&number) && (aged || old || of) {
            let from = place.checked_sub(usize::from(aged || of)).and_then(|first| words.get(first));
            let to = if old { words.get(place + 1) } else { None };
            found.push((from.unwrap_or(word).from, to.unwrap_or(word).to));
        }
    }
    found.into_iter().filter_map(|(from, to)| Some((from, text.get(from..to)?.to_owned()))).collect()
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

fn is_month(word: &str) -> bool {
    MONTHS.iter().chain(&WELSH_MONTHS).any(|month| month.eq_ignore_ascii_case(word))
}

fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        if !c.is_alphanumeric() {
            open = false;
            if let Some(last) = words.last_mut() {
                last.ends_sentence |= matches!(c, '.' | '?' | '!' | '\n');
            }
            continue;
        }
        if !open {
            words.push(Word { folded: String::new(), from: at, to: at, ends_sentence: false });
            open = true;
        }
        if let Some(word) = words.last_mut() {
            fold(c, &mut word.folded);
            word.to = at + c.len_utf8();
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        ages(text, 2026).into_iter().map(|(_, words)| words).collect()
    }

    #[test]
    fn ages_years_and_days_of_birth_are_found_in_both_languages() {
        for (text, is) in [
            ("A lady of 45 had the test.", "of 45"),
            ("Mae hi'n 45 oed.", "45 oed"),
            ("somebody aged 45", "aged 45"),
            ("a 45-year-old", "45-year"),
            ("born in 1981 in Leeds", "born in 1981"),
            ("Somebody born on 23 June came.", "born on 23 June"),
            ("It was found in 1998.", "1998"),
            ("in their forties", "forties"),
            ("aged forty-five", "forty"),
            ("ganwyd yn 1981", "ganwyd yn 1981"),
            ("at the age of 30", "of 30"),
        ] {
            assert_eq!(found(text), [is], "{text}");
        }
    }

    #[test]
    fn a_chance_a_time_and_a_year_to_come_are_none() {
        for text in [
            "About 1 in 2 people, 8 of 10 of them.",
            "Call us between 9 and 5, in 2027, or in 2026.",
            "You may have been born with it. We have 3 rooms.",
            "wait for 10 weeks",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
