//! Looks at finished words for what they must not say.
//! Must not know: whose names it is looking for, or what happens to a hit.

use std::{collections::HashMap, fmt};

/// A word, name, number or date that a text must not hold, and why, for the member of staff who sees the hit.
#[derive(Clone, PartialEq, Eq)]
pub struct Forbidden {
    pub word: String,
    pub why: String,
    /// Folded once, because many texts are searched for it.
    target: Target,
}

/// Something forbidden that was found. `at` is a byte offset into the text; `found` is what stands there.
#[derive(Clone, PartialEq, Eq)]
pub struct Hit {
    pub word: String,
    pub why: String,
    pub found: String,
    pub at: usize,
}

pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(crate) const WELSH_MONTHS: [&str; 12] = [
    "Ionawr",
    "Chwefror",
    "Mawrth",
    "Ebrill",
    "Mai",
    "Mehefin",
    "Gorffennaf",
    "Awst",
    "Medi",
    "Hydref",
    "Tachwedd",
    "Rhagfyr",
];
const ROMAN: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
const ORDINALS: [&str; 31] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first",
    "twenty-second",
    "twenty-third",
    "twenty-fourth",
    "twenty-fifth",
    "twenty-sixth",
    "twenty-seventh",
    "twenty-eighth",
    "twenty-ninth",
    "thirtieth",
    "thirty-first",
];

impl Forbidden {
    pub fn new(word: impl Into<String>, why: impl Into<String>) -> Forbidden {
        let word = word.into();
        Forbidden { target: Target::of(&word), word, why: why.into() }
    }

    /// A date in the spellings people use: `3/4/1962`, `03-04-62`, `1962-04-03`, `3rd April 1962`, `Apr 3, 1962`, `third of
    /// April 1962`, `3 Ebrill 1962`. White space, points and strokes between the parts make no difference to `scan`.
    pub fn date(year: u16, month: u8, day: u8, why: &str) -> Vec<Forbidden> {
        let place = usize::from(month).wrapping_sub(1);
        let mut names: Vec<&str> = Vec::new();
        for full in [MONTHS, WELSH_MONTHS].iter().filter_map(|months| months.get(place)) {
            names.extend([*full, full.get(..3).unwrap_or(full)]);
        }
        names.extend((month == 9).then_some("Sept"));
        names.extend(ROMAN.get(place));
        let ordinal = match (day % 10, day) {
            (_, 11..=13) => "th",
            (1, _) => "st",
            (2, _) => "nd",
            (3, _) => "rd",
            _ => "th",
        };
        let mut days = vec![format!("{day}"), format!("{day:02}"), format!("{day}{ordinal}")];
        days.extend(ORDINALS.get(usize::from(day).wrapping_sub(1)).map(|word| (*word).to_owned()));
        let two = format!("{:02}", year % 100);
        let mut spellings = vec![
            format!("{year}-{month:02}-{day:02}"),
            format!("{year}/{month}/{day}"),
            format!("{year}/{day}/{month}"),
        ];
        for y in [year.to_string(), two] {
            spellings.push(format!("{day}/{month}/{y}"));
            spellings.push(format!("{day:02}/{month:02}/{y}"));
            spellings.push(format!("{month}/{day}/{y}"));
            spellings.push(format!("{month:02}/{day:02}/{y}"));
            for name in &names {
                for d in &days {
                    spellings.push(format!("{d} {name} {y}"));
                    spellings.push(format!("{name} {d} {y}"));
                    spellings.push(format!("{name} the {d} {y}"));
                    spellings.push(format!("{d} of {name} {y}"));
                    spellings.push(format!("{d} day of {name} {y}"));
                    spellings.push(format!("{y} {name} {d}"));
                }
            }
        }
        spellings.sort();
        spellings.dedup();
        spellings.into_iter().map(|word| Forbidden::new(word, why)).collect()
    }
}

/// Where the text holds anything forbidden: whole words, whatever their case or accents, and whatever stands between
/// the parts of a name or number ("Smith-Jones" is found in "smith jones", "943 476 5919" in "9434765919").
pub fn scan(text: &str, forbidden: &[Forbidden]) -> Vec<Hit> {
    let words = words(text);
    // Only a word with the same first letter can begin a hit: of a long list, few words are compared with few.
    let mut beginning: HashMap<char, Vec<usize>> = HashMap::new();
    for (start, word) in words.iter().enumerate() {
        if let Some(letter) = word.folded.chars().next() {
            beginning.entry(letter).or_default().push(start);
        }
    }
    let mut hits = Vec::new();
    for f in forbidden {
        let target = &f.target;
        let starts = target.whole.chars().next().and_then(|letter| beginning.get(&letter));
        for &start in starts.into_iter().flatten() {
            let Some(first) = words.get(start) else { continue };
            if !target.whole.starts_with(first.folded.as_str()) {
                continue;
            }
            let rest = words.get(start..).unwrap_or_default();
            if let Some(last) = matching(rest, target).and_then(|count| rest.get(count - 1)) {
                let found = text.get(first.from..last.to).unwrap_or_default().to_owned();
                hits.push(Hit { word: f.word.clone(), why: f.why.clone(), found, at: first.from });
            }
        }
    }
    hits.sort_by_key(|h| h.at);
    hits
}

/// What is looked for, folded: part by part, and run together.
#[derive(Clone, PartialEq, Eq)]
struct Target {
    words: Vec<Word>,
    whole: String,
}

impl Target {
    fn of(text: &str) -> Target {
        let words = words(text);
        let whole = words.iter().map(|word| word.folded.as_str()).collect();
        Target { words, whole }
    }
}

/// A run of letters and digits, folded, with the bytes it came from.
#[derive(Clone, PartialEq, Eq)]
struct Word {
    folded: String,
    from: usize,
    to: usize,
    /// Whether white space, rather than a hyphen or an apostrophe, stands before it.
    after_space: bool,
}

fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (mut open, mut space) = (false, true);
    for (at, c) in text.char_indices() {
        if is_invisible(c) {
            continue;
        }
        if !c.is_alphanumeric() && !is_mark(c) {
            space = if open { c.is_whitespace() } else { space || c.is_whitespace() };
            open = false;
            continue;
        }
        if !open {
            words.push(Word { folded: String::new(), from: at, to: at, after_space: space });
            (open, space) = (true, false);
        }
        if let Some(word) = words.last_mut() {
            fold(c, &mut word.folded);
            word.to = at + c.len_utf8();
        }
    }
    words
}

/// How many of these words spell the target, if they do from the first on.
fn matching(words: &[Word], target: &Target) -> Option<usize> {
    let (parts, whole) = (&target.words, &target.whole);
    if words.len() >= parts.len() && words.iter().zip(parts).all(|(w, t)| w.folded == t.folded) {
        return Some(parts.len());
    }
    // A short number or a single plain word must stand as it is: "a man" is not the name Aman, nor "34 62" a date; but
    // "M1 1AA" is the postcode M11AA.
    let digits = whole.chars().any(|c| c.is_ascii_digit());
    let shortest = if whole.chars().any(char::is_alphabetic) { 5 } else { 6 };
    if digits && whole.chars().count() < shortest {
        return None;
    }
    let across_spaces = parts.len() > 1 || digits;
    // "R o s e" is Rose: letters set apart are one word, while "a man" still is not Aman.
    let letter = |word: &Word| word.folded.chars().count() == 1;
    let spaced = words.first().is_some_and(letter) && whole.chars().count() > 2;
    let mut left = whole.as_str();
    for (i, word) in words.iter().enumerate() {
        if i > 0 && word.after_space && !across_spaces && !(spaced && letter(word)) {
            return None;
        }
        left = left.strip_prefix(word.folded.as_str())?;
        if left.is_empty() {
            return Some(i + 1);
        }
    }
    None
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}')
}

/// Characters that print nothing, with which a word could be hidden from a reader of letters.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

const PLAIN: [(&str, &str); 26] = [
    ("a", "àáâãäåāăąǎạảấầẩẫậắằẳẵặ"),
    ("ae", "æ"),
    ("c", "çćĉċč"),
    ("d", "ďđð"),
    ("e", "èéêëēĕėęěẹẻẽếềểễệ"),
    ("g", "ĝğġģ"),
    ("h", "ĥħ"),
    ("i", "ìíîïĩīĭįıǐỉị"),
    ("j", "ĵ"),
    ("k", "ķ"),
    ("l", "ĺļľŀł"),
    ("n", "ñńņňŉ"),
    ("o", "òóôõöøōŏőǒọỏốồổỗộớờởỡợơ"),
    ("oe", "œ"),
    ("r", "ŕŗř"),
    ("s", "śŝşšș"),
    ("ss", "ß"),
    ("t", "ţťŧț"),
    ("th", "þ"),
    ("u", "ùúûüũūŭůűųǔụủứừửữựư"),
    ("w", "ŵẁẃẅ"),
    ("y", "ýÿŷỳỹỷỵ"),
    ("z", "źżž"),
    ("f", "ſ"),
    ("ng", "ŋ"),
    ("'", "ʼ"),
];

/// Lower case without the accents of Latin letters; other scripts keep theirs.
pub(crate) fn fold(c: char, into: &mut String) {
    if is_mark(c) {
        return;
    }
    if c.is_ascii() {
        into.push(c.to_ascii_lowercase());
        return;
    }
    for lower in c.to_lowercase().filter(|&c| !is_mark(c)) {
        match PLAIN.iter().find(|(_, accented)| accented.contains(lower)) {
            Some((plain, _)) if !lower.is_ascii() => into.push_str(plain),
            _ => into.push(lower),
        }
    }
}

/// A hit may hold a name: only where it is, never what it is.
impl fmt::Debug for Hit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hit(at {})", self.at)
    }
}
impl fmt::Debug for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Forbidden(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, word: &str) -> Vec<String> {
        scan(text, &[Forbidden::new(word, "why")]).into_iter().map(|h| h.found).collect()
    }

    #[test]
    fn a_name_is_found_whatever_its_case_accents_and_joints() {
        for (text, word) in [
            ("Your cousin MARY'S result", "Mary"),
            ("Dear José,", "Jose"),
            ("Dear Jose\u{301},", "José"),
            ("Siân Ŵyn", "sian wyn"),
            ("o'brien came", "O’Brien"),
            ("OBrien came", "O'Brien"),
            ("Smith Jones", "Smith-Jones"),
            ("Ma\u{200B}ry", "Mary"),
            ("NHS 943 476 5919.", "9434765919"),
            ("SW1A1AA", "SW1A 1AA"),
            ("Müller-Groß", "MULLER GROSS"),
            ("Мария пришла", "мария"),
            ("M11AA", "M1 1AA"),
            ("R o s e came", "Rose"),
            ("R.o.s.e. came", "Rose"),
        ] {
            assert_eq!(found(text, word).len(), 1, "{word} in {text}");
        }
    }

    #[test]
    fn a_word_within_a_word_or_by_chance_is_not_a_hit() {
        for (text, word) in [
            ("Maryland", "Mary"),
            ("a man came", "Aman"),
            ("general", "gene"),
            ("call 0113 34 62", "3/4/1962"),
            ("nothing", ""),
            ("nothing", "—"),
        ] {
            assert!(found(text, word).is_empty(), "{word} in {text}");
        }
    }

    #[test]
    fn a_hit_says_where_and_why() {
        let hits = scan(
            "Ask Zoë or Mary.",
            &[Forbidden::new("mary", "a relative"), Forbidden::new("zoe", "the proband")],
        );
        assert_eq!(
            hits.iter().map(|h| (h.at, h.found.as_str(), h.why.as_str())).collect::<Vec<_>>(),
            [(4, "Zoë", "the proband"), (12, "Mary", "a relative")]
        );
        assert_eq!(format!("{hits:?}"), "[Hit(at 4), Hit(at 12)]");
    }

    #[test]
    fn a_date_of_birth_is_found_in_every_usual_spelling() {
        let dates = Forbidden::date(1962, 4, 3, "why");
        for text in [
            "3/4/1962",
            "03/04/1962",
            "3.4.62",
            "03-04-62",
            "1962-04-03",
            "3 April 1962",
            "3rd April 1962",
            "03 Apr 1962",
            "April 3, 1962",
            "the 3rd of April 1962",
            "19620403",
            "04/03/1962",
            "4/3/62",
            "third of April, 1962",
            "1962 April 3",
            "3.iv.1962",
            "3 Ebrill 1962",
            "the 3rd day of Apr. 1962",
        ] {
            assert!(!scan(&format!("born {text}, here"), &dates).is_empty(), "{text}");
        }
        for text in ["3 April 1963", "13/4/1962", "22 November 2026", "1962"] {
            assert!(scan(text, &dates).is_empty(), "{text}");
        }
        assert!(Forbidden::date(1962, 4, 11, "why").iter().any(|f| f.word == "11th April 1962"));
    }
}
