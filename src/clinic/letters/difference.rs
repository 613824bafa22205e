//! Two texts word by word: what stayed, what went, what is new.
//! Must not know: whose texts they are.

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

/// A run of words that share their fate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    pub stayed: bool,
    pub went: bool,
    pub new: bool,
    pub text: String,
}

/// The words of both, those that went before those that took their place.
pub fn difference(was: &str, now: &str) -> Vec<Run> {
    let diff = TextDiff::configure().algorithm(similar::Algorithm::Patience).diff_words(was, now);
    let mut runs: Vec<Run> = Vec::new();
    for change in diff.iter_all_changes() {
        let tag = change.tag();
        let (stayed, went, new) =
            (tag == ChangeTag::Equal, tag == ChangeTag::Delete, tag == ChangeTag::Insert);
        match runs.last_mut() {
            Some(last) if (last.stayed, last.went, last.new) == (stayed, went, new) => {
                last.text.push_str(change.value());
            }
            _ => runs.push(Run { stayed, went, new, text: change.value().to_owned() }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(was: &str, now: &str) -> String {
        let mark = |run: &Run| match (run.went, run.new) {
            (true, _) => format!("-{}-", run.text),
            (_, true) => format!("+{}+", run.text),
            _ => run.text.clone(),
        };
        difference(was, now).iter().map(mark).collect()
    }

    #[test]
    fn words_that_went_and_words_that_came_are_told_apart() {
        assert_eq!(said("You may have it.", "You may have it."), "You may have it.");
        assert_eq!(said("You may have it.", "You may well have it."), "You may +well +have it.");
        assert_eq!(said("call us today", "write today"), "-call us-+write+ today");
        assert_eq!(said("", "new"), "+new+");
        assert_eq!(said("one\ntwo", "one"), "one-\ntwo-");
    }
}
