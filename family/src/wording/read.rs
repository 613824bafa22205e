//! What words that every family may get must not say: whom to call, who was tested, what it is, that their reader has it.
//! Must not know: who wrote them; what a published template says may be said again.

use std::fmt;

use super::Template;
use crate::{
    condition::Condition,
    disclosure::Level,
    fact::spelling::spelled,
    kind::Kind,
    lint::{Forbidden, scan},
    pointing,
    writing::{NotPlain, plain},
};

/// Something that a wording says and may not. Shows the words as they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaysWrong {
    NotPlain(String),
    Kin(String),
    /// A gene, a condition or a variant that no mark put there.
    Names(String),
    /// At the lowest level, what it is about.
    Telling(String),
    /// That its reader has the gene change, which a letter of its kind does not know.
    HasIt(String),
}

impl fmt::Display for SaysWrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SaysWrong::NotPlain(text) => write!(
                f,
                "It holds a telephone number, an address of the web or of e-mail, or something that is no plain word: \"{text}\". How to reach the service stands in marks ({{{{phone}}}}, {{{{portal}}}}, {{{{email}}}}), so that it is right in every letter."
            ),
            SaysWrong::Kin(word) => write!(
                f,
                "\"{word}\" points to one person, or tells of a refusal. Every family may get these words."
            ),
            SaysWrong::Names(word) => write!(
                f,
                "\"{word}\" names a gene, a condition or a variant. Only marks do that ({{{{gene}}}}, {{{{condition}}}}, {{{{variants}}}}), because every family may get these words."
            ),
            SaysWrong::Telling(word) => write!(
                f,
                "At level L0, \"{word}\" says what the letter is about. That level tells nothing of it."
            ),
            SaysWrong::HasIt(text) => write!(
                f,
                "\"{text}\" says that its reader has it, or does not. A letter of this kind cannot know."
            ),
        }
    }
}

const HAS_IT: [&str; 10] = [
    "you have it",
    "you have the gene change",
    "you have this gene change",
    "you do not have it",
    "you carry",
    "you are a carrier",
    "you are affected",
    "mae'r newid genyn gennych",
    "mae gennych y newid genyn",
    "rydych yn cario",
];
const MAYBE: [&str; 12] =
    ["if", "may", "might", "whether", "could", "can", "or not", "os", "efallai", "a yw", "a oes", "gallai"];

/// Everything that `own` says and `base` does not, and that it may not.
pub fn says_wrong(own: &Template, base: &Template) -> Vec<SaysWrong> {
    let kind: Option<Kind> = own.card.kind.parse().ok();
    let tells_own = matches!(kind, Some(Kind::ResultFound | Kind::ResultNotFound));
    let mut all = Vec::new();
    for level in &own.card.levels {
        let was = base.said(*level).join("\n");
        for text in own.said(*level) {
            all.extend(not_plain(&text, &was));
            let found = |words: Vec<&str>| new_in(&text, &was, words);
            all.extend(found(pointing::kin().collect()).into_iter().map(SaysWrong::Kin));
            let conditions = || Condition::all().into_iter().filter(|one| !one.genes().is_empty());
            let names =
                conditions().flat_map(|one| one.names().chain(one.genes().iter().map(|gene| gene.as_str())));
            all.extend(found(names.collect()).into_iter().map(SaysWrong::Names));
            all.extend(spelled(&text).into_iter().map(|one| SaysWrong::Names(one.found)));
            if *level == Level::L0 {
                all.extend(found(pointing::telling().collect()).into_iter().map(SaysWrong::Telling));
            }
            if !tells_own {
                all.extend(has_it(&text, &was));
            }
        }
    }
    let mut once: Vec<SaysWrong> = Vec::new();
    for one in all {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    once
}

/// Words of people that it says and its base does not: advice, because some of them are right for every family.
pub fn points(own: &Template, base: &Template) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for level in &own.card.levels {
        let was = base.said(*level).join("\n");
        for text in own.said(*level) {
            all.extend(new_in(&text, &was, pointing::typed().collect()));
        }
    }
    all.sort();
    all.dedup();
    all
}

fn new_in(text: &str, was: &str, words: Vec<&str>) -> Vec<String> {
    let forbidden: Vec<Forbidden> = words.into_iter().map(|word| Forbidden::new(word, "")).collect();
    let before: Vec<String> = scan(was, &forbidden).into_iter().map(|hit| hit.word).collect();
    scan(text, &forbidden)
        .into_iter()
        .filter(|hit| !before.contains(&hit.word))
        .map(|hit| hit.found)
        .collect()
}

/// Addresses that the published words have, such as the Information Commissioner's, stay.
fn not_plain(text: &str, was: &str) -> Option<SaysWrong> {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let known: Vec<String> = was.split_whitespace().map(bare).collect();
    let rest: Vec<&str> = text.split_whitespace().filter(|word| !known.contains(&bare(word))).collect();
    let wrong = |line: &str| plain(line).err().filter(|bad| !matches!(bad, NotPlain::Tag));
    let which = rest.iter().find(|word| wrong(word).is_some());
    let whole = rest.join(" ");
    match which {
        Some(word) => Some(SaysWrong::NotPlain((*word).to_owned())),
        None => wrong(&whole).map(|_| SaysWrong::NotPlain(whole.chars().take(60).collect())),
    }
}

fn has_it(text: &str, was: &str) -> Vec<SaysWrong> {
    let hedges: Vec<Forbidden> = MAYBE.iter().map(|word| Forbidden::new(*word, "")).collect();
    let said: Vec<Forbidden> = HAS_IT.iter().map(|words| Forbidden::new(*words, "")).collect();
    text.split_inclusive(['.', '!', '?', '\n'])
        .map(str::trim)
        .filter(|sentence| !sentence.is_empty() && !was.contains(sentence))
        .filter(|sentence| !scan(sentence, &said).is_empty() && scan(sentence, &hedges).is_empty())
        .map(|sentence| SaysWrong::HasIt(sentence.chars().take(80).collect()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wording::{Head, published};

    fn own(from: &str, to: &str) -> (Template, &'static Template) {
        let base = published().iter().find(|t| t.card.kind == "direct_contact").unwrap();
        let head = Head { number: 1, review_date: "May 2028".into(), hard_because: None };
        assert!(base.body().contains(from), "{from}");
        (base.revised(&head, &base.body().replace(from, to)).unwrap(), base)
    }

    #[test]
    fn what_every_family_may_get_names_nobody_and_nothing() {
        let (fine, base) = own("take time to think", "wait for as long as you like");
        assert_eq!(says_wrong(&fine, base), []);
        for (words, wrong) in [
            ("call 01632 960 999", "telephone"),
            ("look at evil.com/abc", "evil.com/abc"),
            ("ask your sister", "sister"),
            ("read about BRCA1", "BRCA1"),
            ("read about Lynch syndrome", "Lynch syndrome"),
            ("ask for c.499C>T", "c.499C>T"),
            ("hear of your genetic test", "L0"),
            ("know that you have it", "cannot know"),
        ] {
            let (bad, base) = own("take time to think", words);
            let said: Vec<String> = says_wrong(&bad, base).iter().map(ToString::to_string).collect();
            assert!(said.iter().any(|said| said.contains(wrong)), "{words}: {said:?}");
        }
        let (people, base) = own("take time to think", "ask the man");
        assert_eq!(points(&people, base), ["man"]);
    }

    #[test]
    fn an_address_that_the_published_words_have_may_stay_in_others() {
        let (kept, base) = own("You can also complain to the", "You may complain to the");
        assert_eq!(says_wrong(&kept, base), []);
    }
}
