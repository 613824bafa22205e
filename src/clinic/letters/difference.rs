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

/// The words of both, those that went before those that took their place; where less than half stayed, the whole of one after
/// the whole of the other, because nobody can read them mixed.
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
    let stayed: usize =
        runs.iter().filter(|run| run.stayed).map(|run| run.text.split_whitespace().count()).sum();
    let longest = was.split_whitespace().count().max(now.split_whitespace().count());
    if stayed * 2 < longest && !was.is_empty() && !now.is_empty() {
        let whole = |went: bool, text: &str| Run { stayed: false, went, new: !went, text: text.to_owned() };
        let between = Run { stayed: true, went: false, new: false, text: "\n".into() };
        return vec![whole(true, was), between, whole(false, now)];
    }
    runs
}

/// The same with what stayed cut down to `lines` beside each change, for texts too long to be read again as a whole.
pub fn around_changes(runs: Vec<Run>, lines: usize) -> Vec<Run> {
    let last = runs.len().saturating_sub(1);
    let short = |(at, run): (usize, Run)| {
        let all: Vec<&str> = run.text.split_inclusive('\n').collect();
        let head = if at == 0 { 0 } else { lines };
        let tail = if at == last { 0 } else { lines };
        if !run.stayed || all.len() <= head + tail + 1 {
            return run;
        }
        let kept = all.iter().take(head).chain(["[…]\n"].iter()).chain(all.iter().skip(all.len() - tail));
        Run { text: kept.copied().collect(), ..run }
    };
    runs.into_iter().enumerate().map(short).collect()
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
        assert_eq!(said("call us all today", "write us all today"), "-call-+write+ us all today");
        assert_eq!(said("call us today", "write when you like"), "-call us today-\n+write when you like+");
        assert_eq!(said("", "new"), "+new+");
        assert_eq!(said("one\ntwo\nthree", "one\ntwo"), "one\ntwo-\nthree-");
    }

    #[test]
    fn of_a_long_text_only_what_stands_beside_a_change_is_shown() {
        let long = |middle: &str| format!("a\nb\nc\nd\ne\n{middle}\nf\ng\nh\ni\nj\nk\n");
        let runs = around_changes(difference(&long("x"), &long("y")), 2);
        let text: String = runs.iter().map(|run| run.text.as_str()).collect();
        assert_eq!(text, "[…]\nd\ne\nxy\nf\n[…]\n");
        let same: String =
            around_changes(difference("a\nb\nc\n", "a\nb\nc\n"), 2).into_iter().map(|run| run.text).collect();
        assert_eq!(same, "[…]\n", "nothing differs");
    }
}
