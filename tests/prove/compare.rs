//! Two worlds side by side: the first thing that differs, told so that a person can see it, and the tally of what was compared.
//! Must not know: why anything differs.

use crate::play::Played;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The first thing that differs.
pub struct Difference {
    pub label: String,
    pub surface: String,
    pub name: String,
    pub diff: String,
}

/// How often a surface was compared, over how many bytes, and how often it had more than 64.
#[derive(Default, Clone, Serialize, Deserialize)]
pub struct Tally {
    pub times: usize,
    pub bytes: usize,
    pub full: usize,
}

pub type Tallies = BTreeMap<String, Tally>;

/// Compares command by command; commands that only one side had are left out.
pub fn compare(one: &Played, other: &Played, tallies: &mut Tallies) -> Option<Difference> {
    let both = |played: &'_ Played| -> Vec<usize> {
        (0..played.steps.len()).filter(|place| !played.steps[*place].alone).collect()
    };
    let (left, right) = (both(one), both(other));
    assert_eq!(left.len(), right.len(), "both worlds have the same commands");
    for (left, right) in left.into_iter().zip(right) {
        let (left, right) = (&one.steps[left], &other.steps[right]);
        assert_eq!(left.label, right.label);
        for place in 0..left.seen.len().max(right.seen.len()) {
            let (a, b) = (left.seen.get(place), right.seen.get(place));
            if let (Some(a), Some(b)) = (a, b)
                && (&a.surface, &a.name, &a.bytes) == (&b.surface, &b.name, &b.bytes)
            {
                let tally = tallies.entry(a.surface.clone()).or_default();
                tally.times += 1;
                tally.bytes += a.bytes.len();
                tally.full += usize::from(a.bytes.len() > 64);
                continue;
            }
            let text = |seen: Option<&crate::play::Seen>| {
                seen.map(|seen| format!("{}\n{}", seen.name, readable(&seen.bytes))).unwrap_or_default()
            };
            let named = a.or(b).unwrap();
            return Some(Difference {
                label: left.label.clone(),
                surface: named.surface.clone(),
                name: named.name.clone(),
                diff: unified(&text(a), &text(b)),
            });
        }
    }
    None
}

/// Text as it is; anything else spelt out.
fn readable(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            bytes.split(|byte| *byte == b'\n').map(|line| format!("{}\n", line.escape_ascii())).collect()
        }
    }
}

/// As `unified`, of whatever bytes.
pub fn unified_bytes(one: &[u8], other: &[u8]) -> String {
    unified(&readable(one), &readable(other))
}

/// The lines that differ, with three that do not on either side.
fn unified(one: &str, other: &str) -> String {
    let (one, other): (Vec<&str>, Vec<&str>) = (one.lines().collect(), other.lines().collect());
    let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let most = one.len().min(other.len()) - same;
    let end = one.iter().rev().zip(other.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let from = same.saturating_sub(3);
    let mut told = format!("@@ line {} @@\n", same + 1);
    let cut = |line: &str| line.chars().take(400).collect::<String>();
    let mut lines = |sign: char, lines: &[&str]| {
        for line in lines.iter().take(30) {
            told.push_str(&format!("{sign}{}\n", cut(line)));
        }
    };
    lines(' ', &one[from..same]);
    lines('-', &one[same..one.len() - end]);
    lines('+', &other[same..other.len() - end]);
    lines(' ', &one[one.len() - end..(one.len() - end + 3).min(one.len())]);
    told
}

/// What the second world's helper of a test must see: a change of one line, told as such.
pub fn self_test() {
    let told = unified("a\nb\nc\nd\n", "a\nb\nX\nd\n");
    assert_eq!(told, "@@ line 3 @@\n a\n b\n-c\n+X\n d\n");
    assert_eq!(unified("a\n", "a\nb\n"), "@@ line 2 @@\n a\n+b\n");
}
