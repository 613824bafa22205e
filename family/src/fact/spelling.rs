//! Everything in a text that has the shape of a variant's name, in whatever spelling, and which name it spells.
//! Must not know: whose variant it is, or whether it may be told.

use crate::lint::Forbidden;

/// A piece of a text that looks like a variant. Two spellings of one variant have one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelled {
    /// A byte offset into the text.
    pub at: usize,
    pub found: String,
    pub key: String,
}

/// The name of an amino acid in three letters, and in one.
const ACIDS: [(&str, char); 22] = [
    ("ala", 'a'),
    ("arg", 'r'),
    ("asn", 'n'),
    ("asp", 'd'),
    ("cys", 'c'),
    ("gln", 'q'),
    ("glu", 'e'),
    ("gly", 'g'),
    ("his", 'h'),
    ("ile", 'i'),
    ("leu", 'l'),
    ("lys", 'k'),
    ("met", 'm'),
    ("phe", 'f'),
    ("pro", 'p'),
    ("ser", 's'),
    ("thr", 't'),
    ("trp", 'w'),
    ("tyr", 'y'),
    ("val", 'v'),
    ("sec", 'u'),
    ("ter", '*'),
];

/// What begins the name of a sequence that variants are counted on.
const REFERENCES: [&str; 10] = ["nm_", "np_", "nc_", "ng_", "nr_", "lrg_", "enst0", "ensp0", "ensg0", "nt_"];

/// Finds them: with and without a transcript, in one letter and in three, with and without `p.` and brackets.
pub fn spelled(text: &str) -> Vec<Spelled> {
    let mut all = Vec::new();
    let mut from = 0;
    while let Some(rest) = text.get(from..) {
        let Some(start) = rest.find(|c: char| is_sign(c)).map(|at| from + at) else { break };
        let tail = text.get(start..).unwrap_or_default();
        let end = start + tail.find(|c: char| !is_sign(c)).unwrap_or(tail.len());
        let token = text.get(start..end).unwrap_or_default();
        // "c. 499C>T", "Arg 167 Trp" and "499 C > T" are what they are without the spaces.
        let (shown, key) = match (key_of(token), joined(text, start, end)) {
            (Some(key), _) => (token, Some(key)),
            (None, Some(reach)) => {
                let whole = text.get(start..reach).unwrap_or_default();
                (whole, key_of(&without_spaces(whole)))
            }
            (None, None) => (token, None),
        };
        if let Some(key) = key {
            let shown = shown.trim_end_matches(['.', ':', ';', '(', '[']);
            all.push(Spelled { at: start, found: shown.to_owned(), key });
            from = start + shown.len().max(1);
        } else {
            from = end;
        }
    }
    all
}

/// The keys under which a variant's own name would be found, transcript and all.
pub fn keys_of(name: &str) -> Vec<String> {
    let parts = name.split_once(':').map(|(reference, change)| [reference, change]);
    let all = std::iter::once(name).chain(parts.into_iter().flatten());
    let mut keys: Vec<String> = all.filter_map(key_of).collect();
    // A frame shift is told by where it begins.
    let short: Vec<String> =
        keys.iter().filter_map(|key| key.find("fs").map(|at| key.chars().take(at + 2).collect())).collect();
    keys.extend(short);
    keys
}

fn is_sign(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_.:>+-*=()[]?;".contains(c)
}

fn without_spaces(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// How far a name may reach over spaces: three pieces more at most, each of which belongs to one.
fn joined(text: &str, start: usize, end: usize) -> Option<usize> {
    let mut reach = end;
    let mut longest = None;
    for _ in 0..4 {
        let rest = text.get(reach..)?;
        let gap = rest.len() - rest.trim_start_matches(' ').len();
        let next = rest.trim_start_matches(' ');
        let len = next.find(|c: char| !is_sign(c)).unwrap_or(next.len());
        if gap == 0 || len == 0 {
            break;
        }
        reach += gap + len;
        let whole = without_spaces(text.get(start..reach).unwrap_or_default());
        if key_of(&whole).is_some() {
            longest = Some(reach);
        }
    }
    longest
}

/// What a token spells; nothing where it has no shape of a variant.
fn key_of(token: &str) -> Option<String> {
    let low = token.to_ascii_lowercase();
    let plain: String = low.chars().filter(|c| !"()[]?;".contains(*c)).collect();
    let plain = plain.trim_matches(['.', ':', '-', ';', '=']);
    if let Some((reference, change)) = plain.split_once(':') {
        // Of a name with its reference, both count.
        let change = key_of(change);
        if is_reference(reference) || change.is_some() {
            return Some(format!("{reference}:{}", change.unwrap_or_default()));
        }
        return None;
    }
    if is_reference(plain) {
        return Some(plain.to_owned());
    }
    if let Some(number) = plain.strip_prefix("rs")
        && number.len() >= 3
        && number.bytes().all(|b| b.is_ascii_digit())
    {
        return Some(plain.to_owned());
    }
    if let Some(change) = plain.strip_prefix("p.") {
        let named = change.starts_with(|c: char| c.is_ascii_alphabetic()) && has_digit(change);
        return protein(change).or_else(|| named.then(|| format!("p.{change}")));
    }
    for kind in ["c.", "g.", "m.", "n.", "r."] {
        if let Some(change) = plain.strip_prefix(kind) {
            return is_change_of(change).then(|| change.to_owned());
        }
    }
    if is_change(plain) {
        return Some(plain.to_owned());
    }
    // In one letter it must be written as such: "R167W", and no house "12a".
    let short = |key: &String| three_letters(plain) || one_letter(token, key);
    protein(plain).filter(short)
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
}

fn is_reference(text: &str) -> bool {
    REFERENCES.iter().any(|start| text.starts_with(start)) && has_digit(text)
}

fn three_letters(text: &str) -> bool {
    ACIDS.iter().any(|(three, _)| text.starts_with(three))
}

/// Capitals around two digits or more: "W1A" is a part of London.
fn one_letter(token: &str, key: &str) -> bool {
    let inner = token.trim_matches(['(', ')', '[', ']', '.', ':', ';']);
    let capital = inner.starts_with(|c: char| c.is_ascii_uppercase())
        && !inner.ends_with(|c: char| c.is_ascii_lowercase() && c != 's' && c != 'l' && c != 'p');
    capital && key.bytes().filter(u8::is_ascii_digit).count() >= 2
}

/// What may follow a kind of sequence: a place, and what became of it.
fn is_change_of(change: &str) -> bool {
    let placed = change.starts_with(|c: char| c.is_ascii_digit() || "-*".contains(c)) && has_digit(change);
    let became = [">", "del", "dup", "ins", "inv", "con", "="].iter().any(|word| change.contains(word));
    let bases = change.trim_start_matches(|c: char| c.is_ascii_digit());
    placed && (became || bases.bytes().all(|b| b"acgt+-".contains(&b) || b.is_ascii_digit()))
}

/// "499c>t", "5946del", "185delag", "76_77insa": a change that says no kind.
fn is_change(text: &str) -> bool {
    let bases = |text: &str| text.bytes().all(|b| b"acgtu".contains(&b));
    let place = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_digit())
            && text.bytes().all(|b| b.is_ascii_digit() || b"+-_*".contains(&b))
    };
    if let Some((before, after)) = text.split_once('>') {
        let at = before.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(before.len());
        let (number, from) = before.split_at_checked(at).unwrap_or((before, ""));
        return place(number) && !from.is_empty() && bases(from) && !after.is_empty() && bases(after);
    }
    ["delins", "del", "dup", "ins"]
        .iter()
        .any(|word| text.split_once(word).is_some_and(|(number, after)| place(number) && bases(after)))
}

/// "arg167trp", "r167w", "s1982rfs*22": the acid, the place, and what became of it, all in one letter.
fn protein(change: &str) -> Option<String> {
    let (first, rest) = acid(change)?;
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (place, after) = rest.split_at_checked(digits)?;
    if place.is_empty() || place.len() > 5 {
        return None;
    }
    let key = |became: &str| Some(format!("{first}{place}{became}"));
    match after {
        "=" => return key("="),
        "*" | "x" | "stop" | "ter" => return key("*"),
        _ => {}
    }
    if after.starts_with("fs") {
        return key("fs");
    }
    if after.starts_with("del") || after.starts_with("dup") || after.starts_with("ext") {
        return key(after);
    }
    if let Some(second) = after.strip_prefix('_') {
        let (second, more) = acid(second)?;
        return has_digit(more).then(|| format!("{first}{place}_{second}{more}"));
    }
    let (second, more) = acid(after)?;
    if more.is_empty() {
        return key(&second.to_string());
    }
    more.starts_with("fs").then(|| key("fs"))?
}

/// The acid at the head of a text, in one letter, and what follows it.
fn acid(text: &str) -> Option<(char, &str)> {
    if let Some((three, one)) = ACIDS.iter().find(|(three, _)| text.starts_with(three)) {
        return Some((*one, text.strip_prefix(three)?));
    }
    let one = text.chars().next()?;
    let known = ACIDS.iter().any(|(_, acid)| *acid == one);
    known.then(|| Some((one, text.strip_prefix(one)?)))?
}

/// Words that speak of a place in a gene without naming a change.
pub fn parts_of_genes() -> impl Iterator<Item = Forbidden> {
    ["exon", "exons", "intron", "codon", "nucleotide", "transcript", "ecson"]
        .into_iter()
        .map(|word| Forbidden::new(word, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        spelled(text).into_iter().map(|one| one.found).collect()
    }

    #[test]
    fn a_variant_is_found_in_every_spelling() {
        for (text, is) in [
            ("It is c.499C>T.", "c.499C>T"),
            ("It is p.(Arg167Trp), which", "p.(Arg167Trp)"),
            ("called R167W today", "R167W"),
            ("Arg167Trp", "Arg167Trp"),
            ("arg167trp", "arg167trp"),
            ("Arg 167 Trp here", "Arg 167 Trp"),
            ("c. 499C>T", "c. 499C>T"),
            ("499 C > T", "499 C > T"),
            ("499C>T", "499C>T"),
            ("185delAG and more", "185delAG"),
            ("the change c.5946del in a gene", "c.5946del"),
            ("NM_000551.4:c.499C>T", "NM_000551.4:c.499C>T"),
            ("rs5030821", "rs5030821"),
            ("g.10191506C>T", "g.10191506C>T"),
            ("m.3243A>G", "m.3243A>G"),
            ("R167*", "R167*"),
            ("Ser1982fs", "Ser1982fs"),
            ("NP_000542.1", "NP_000542.1"),
        ] {
            assert_eq!(found(text), [is], "{text}");
        }
    }

    #[test]
    fn ordinary_words_and_numbers_are_no_variant() {
        for text in [
            "Call us between 9am and 5pm, in room 12a or B2.",
            "About 1 in 2 people. R208 is a test code, R208.1 too.",
            "Our office is in W1A 1AA, or SW1A 2AA.",
            "Mr. 3 and c. are nothing; p. 4 of the booklet",
            "take time to think, or choose not to know",
            "his 3 questions, 10 minutes, 24-hour",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn two_spellings_of_one_variant_have_one_key() {
        let own = keys_of("NP_000542.1:p.(Arg167Trp)");
        for text in ["R167W", "p.Arg167Trp", "Arg167Trp", "p.(Arg167Trp)", "p.R167W", "NP_000542.1"] {
            assert!(
                spelled(text).iter().all(|one| own.contains(&one.key)),
                "{text}: {:?} {own:?}",
                spelled(text)
            );
        }
        assert!(!own.contains(&spelled("R167Q")[0].key));
        let own = keys_of("NM_000551.4:c.499C>T");
        for text in ["c.499C>T", "499C>T", "NM_000551.4:c.499C>T"] {
            assert!(own.contains(&spelled(text)[0].key), "{text}");
        }
        let own = keys_of("NP_000050.3:p.(Ser1982Argfs*22)");
        assert!(
            own.contains(&spelled("p.(Ser1982Argfs*22)")[0].key)
                && own.contains(&spelled("Ser1982fs")[0].key)
        );
    }
}
