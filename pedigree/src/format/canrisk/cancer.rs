//! The five cancers of CanRisk as conditions, both ways.
//! Must not know: columns beyond the names of these five.

use crate::model::{Affected, Condition, Person};

/// Column, and the condition that it becomes.
pub(super) const CANCERS: [(&str, &str); 5] = [
    ("BC1", "breast cancer"),
    ("BC2", "contralateral breast cancer"),
    ("OC", "ovarian cancer"),
    ("PRO", "prostate cancer"),
    ("PAN", "pancreatic cancer"),
];

/// Other words that services use for them, in lower case.
const OTHER_WORDS: [(&str, &[&str]); 5] = [
    ("BC1", &["bc1", "bc", "breast", "breast ca", "ca breast"]),
    ("BC2", &["bc2", "second breast cancer"]),
    ("OC", &["oc", "ovarian", "ovary", "ovarian ca", "ca ovary"]),
    ("PRO", &["pro", "prostate", "prostate ca"]),
    ("PAN", &["pan", "pancreatic", "pancreas", "pancreatic ca"]),
];

/// The condition of a column.
pub(super) fn condition(column: &str, age: Option<u16>) -> Option<Condition> {
    let (_, code) = CANCERS.iter().find(|(own, _)| *own == column)?;
    Some(Condition { code: (*code).to_owned(), age })
}

/// The column of a condition, if it is one of the five.
pub(super) fn column(code: &str) -> Option<&'static str> {
    let code = code.trim().to_lowercase();
    let named = CANCERS.iter().find(|(_, own)| *own == code).map(|(column, _)| *column);
    named.or_else(|| {
        OTHER_WORDS.iter().find(|(_, words)| words.contains(&code.as_str())).map(|(column, _)| *column)
    })
}

/// A first breast cancer.
pub(super) fn breast(person: &Person) -> Option<&Condition> {
    person.conditions.iter().find(|condition| column(&condition.code) == Some("BC1"))
}

/// What a file says of someone with these cancers and no other.
pub(super) fn affected_by(cancers: &[Condition]) -> Affected {
    if cancers.is_empty() { Affected::No } else { Affected::Yes }
}
