//! Where a text of a played family differs in another one: ids, names, numbers, days.
//! Must not know: what the text is of.

use crate::db::UtcDate;
use std::collections::HashMap;

/// A text as a run of parts.
pub type Text = Vec<Seg>;

#[derive(Debug, Clone, PartialEq)]
pub enum Seg {
    Same(String),
    /// An id, by its place in the family.
    Id(usize),
    /// A name or number, by its place among the words.
    Word(usize),
    /// The hash of a letter, by its place among the letters.
    Sha(usize),
    /// The fingerprint of a decision.
    Print(usize),
    /// 2026-11-23
    Day(UtcDate),
    /// [2026,11,23]
    DayList(UtcDate),
}

/// All that is looked for in texts.
pub struct Known {
    ids: Vec<String>,
    /// By their first three bytes, the longest first.
    starts: HashMap<Vec<u8>, Vec<(String, Seg)>>,
}

const START: usize = 3;

impl Known {
    /// `same` are texts of the one installation, with what stands for them in the other.
    pub fn new(
        ids: Vec<String>,
        words: &[String],
        shas: &[String],
        prints: &[String],
        same: &[(String, String)],
    ) -> Self {
        let numbered = |all: &[String], seg: fn(usize) -> Seg| -> Vec<(String, Seg)> {
            all.iter().enumerate().map(|(place, text)| (text.clone(), seg(place))).collect()
        };
        let mut all = numbered(&ids, Seg::Id);
        all.extend(numbered(words, Seg::Word));
        all.extend(numbered(shas, Seg::Sha));
        all.extend(numbered(prints, Seg::Print));
        all.extend(same.iter().map(|(from, to)| (from.clone(), Seg::Same(to.clone()))));
        let mut starts: HashMap<Vec<u8>, Vec<(String, Seg)>> = HashMap::new();
        for (text, seg) in all.into_iter().filter(|(text, _)| text.len() >= START) {
            let start = text.as_bytes().iter().take(START).copied().collect();
            starts.entry(start).or_default().push((text, seg));
        }
        for of in starts.values_mut() {
            of.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        }
        Self { ids, starts }
    }

    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// The parts of a text. Days in what is sealed move with the family; days in a column of texts are versions, and stay.
    pub fn taken_apart(&self, text: &str, days: bool) -> Text {
        let mut parts = Vec::new();
        let mut same = String::new();
        let mut left = text;
        while let Some(next) = left.chars().next() {
            let found = self.found(left).or_else(|| if days { day_at(left, &same) } else { None });
            match found {
                Some((length, seg)) => {
                    match seg {
                        Seg::Same(other) => same.push_str(&other),
                        seg => {
                            if !same.is_empty() {
                                parts.push(Seg::Same(std::mem::take(&mut same)));
                            }
                            parts.push(seg);
                        }
                    }
                    left = left.get(length..).unwrap_or_default();
                }
                None => {
                    same.push(next);
                    left = left.get(next.len_utf8()..).unwrap_or_default();
                }
            }
        }
        if !same.is_empty() || parts.is_empty() {
            parts.push(Seg::Same(same));
        }
        parts
    }

    fn found(&self, at: &str) -> Option<(usize, Seg)> {
        let start = at.as_bytes().get(..START)?;
        let of = self.starts.get(start)?;
        of.iter().find(|(text, _)| at.starts_with(text.as_str())).map(|(text, seg)| (text.len(), seg.clone()))
    }
}

/// A day at the beginning of `at`, if it is not part of a longer number or the version of something.
fn day_at(at: &str, before: &str) -> Option<(usize, Seg)> {
    let first = at.as_bytes().first()?;
    if before.ends_with(|last: char| last.is_ascii_digit()) || before.ends_with("version\":\"") {
        return None;
    }
    if first.is_ascii_digit() {
        let text = at.get(..10)?;
        let day: UtcDate = text.parse().ok()?;
        // Of this form, and nothing else that parses.
        return (day.to_string() == text && is_lived(day)).then_some((10, Seg::Day(day)));
    }
    if *first == b'[' {
        let inside = at.get(1..at.find(']')?)?;
        let mut numbers = inside.split(',').map(str::parse::<u32>);
        let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day)), None) =
            (numbers.next(), numbers.next(), numbers.next(), numbers.next())
        else {
            return None;
        };
        let day = UtcDate::new(i32::try_from(year).ok()?, month, day).filter(|day| is_lived(*day))?;
        return Some((inside.len() + 2, Seg::DayList(day)));
    }
    None
}

fn is_lived(day: UtcDate) -> bool {
    (1900..2100).contains(&day.ymd().0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart_where_families_differ() {
        let known = Known::new(
            vec!["aaaa-1".into()],
            &["Qzg".into(), "Qzgab".into()],
            &["0f0f0f".into()],
            &[],
            &[("old.example".into(), "new.example".into())],
        );
        let day = |d| UtcDate::new(2026, 11, d).unwrap();
        let text =
            "Qzgab of aaaa-1, [2026,11,23] 2026-11-24T10: old.example \"version\":\"2026-11-01\" 0f0f0f";
        let parts = known.taken_apart(text, true);
        assert_eq!(
            parts,
            [
                Seg::Word(1),
                Seg::Same(" of ".into()),
                Seg::Id(0),
                Seg::Same(", ".into()),
                Seg::DayList(day(23)),
                Seg::Same(" ".into()),
                Seg::Day(day(24)),
                Seg::Same("T10: new.example \"version\":\"2026-11-01\" ".into()),
                Seg::Sha(0),
            ]
        );
        assert_eq!(known.taken_apart("2026-11-24", false), [Seg::Same("2026-11-24".into())]);
    }
}
