//! What makes words hard to read, sentence by sentence: advice to whoever writes them, never a bar.
//! Must not know: whose words they are. It is for English; other languages have their own readers.

use std::sync::LazyLock;

use crate::{
    lint::{Forbidden, MONTHS, scan},
    reading::reading_ease,
};

/// Words of a sentence and sentences of a paragraph. Source: NHS writing for patients.
const MOST_WORDS: usize = 20;
const MOST_SENTENCES: usize = 3;
/// How many times as long as the template's words may be.
const GROWN: usize = 2;

/// One thing to look at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Advice {
    LongSentence {
        words: usize,
        begins: String,
    },
    LongParagraph {
        sentences: usize,
    },
    /// A word that few readers know or many dislike, as it stands there, and what to write instead.
    Word {
        found: String,
        instead: &'static str,
    },
    /// Numbers are said as "1 in 2", and one is enough.
    Percent,
    ManyNumbers,
    /// Two sentences or more, and more than half of them, are passive.
    Passive,
    /// Longer than the template's words by far.
    Grown {
        words: usize,
        was: usize,
    },
}

impl Advice {
    /// As whoever writes reads it.
    pub fn words(&self) -> String {
        match self {
            Advice::LongSentence { words, begins } => {
                format!(
                    "A sentence of {words} words (\"{begins} …\"): make two of it. {MOST_WORDS} are enough."
                )
            }
            Advice::LongParagraph { sentences } => {
                format!("{sentences} sentences in one paragraph: {MOST_SENTENCES} are enough.")
            }
            Advice::Word { found, instead } => format!("\"{found}\": write it in plain words ({instead})."),
            Advice::Percent => "A percentage: say \"1 in 2\", or leave the number out.".into(),
            Advice::ManyNumbers => {
                "More than one number: many readers lose the thread. Keep the one that counts.".into()
            }
            Advice::Passive => "Mostly passive (\"was done\"): say who does what.".into(),
            Advice::Grown { words, was } => {
                format!("{words} words where the template has {was}: say the rest when you speak.")
            }
        }
    }
}

#[derive(serde::Deserialize)]
struct List {
    word: Vec<Entry>,
}

#[derive(serde::Deserialize)]
struct Entry {
    avoid: Vec<String>,
    instead: String,
}

/// Each word to do without, with what to write instead.
static WORDS: LazyLock<Vec<(Forbidden, String)>> = LazyLock::new(|| {
    let list: List =
        toml::from_str(include_str!("../../policies/plain_words.toml")).unwrap_or(List { word: Vec::new() });
    let each = |entry: Entry| {
        let Entry { avoid, instead } = entry;
        avoid.into_iter().map(move |word| (Forbidden::new(word, ""), instead.clone()))
    };
    list.word.into_iter().flat_map(each).collect()
});

/// Advice on a paragraph, or on a list whose items are lines of their own. `was` is what the template says there.
pub fn advice(text: &str, was: Option<&str>) -> Vec<Advice> {
    let mut all = Vec::new();
    let sentences = sentences(text);
    for sentence in &sentences {
        let words: Vec<&str> = sentence.split_whitespace().collect();
        if words.len() > MOST_WORDS {
            let begins = words.iter().take(4).copied().collect::<Vec<_>>().join(" ");
            all.push(Advice::LongSentence { words: words.len(), begins });
        }
    }
    let most = text.lines().map(|line| self::sentences(line).len()).max().unwrap_or(0);
    if most > MOST_SENTENCES {
        all.push(Advice::LongParagraph { sentences: most });
    }
    for (word, instead) in WORDS.iter() {
        all.extend(
            scan(text, std::slice::from_ref(word))
                .into_iter()
                .take(1)
                .map(|hit| Advice::Word { found: hit.found, instead: instead.as_str() }),
        );
    }
    if text.contains('%') || text.to_lowercase().contains("per cent") {
        all.push(Advice::Percent);
    }
    if numbers(text) > 1 {
        all.push(Advice::ManyNumbers);
    }
    let passive = sentences.iter().filter(|sentence| is_passive(sentence)).count();
    if passive > 1 && passive * 2 > sentences.len() {
        all.push(Advice::Passive);
    }
    if let Some(was) = was {
        let count = |text: &str| text.split_whitespace().count();
        if count(text) > GROWN * count(was).max(10) {
            all.push(Advice::Grown { words: count(text), was: count(was) });
        }
    }
    all
}

/// What stands before a colon is no sentence of its own here.
fn sentences(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for line in text.lines() {
        let mut sentence: Vec<&str> = Vec::new();
        for word in line.split_whitespace() {
            sentence.push(word);
            if word.ends_with(['.', '!', '?']) {
                all.push(std::mem::take(&mut sentence).join(" "));
            }
        }
        if !sentence.is_empty() {
            all.push(sentence.join(" "));
        }
    }
    all
}

/// "1 in 2" and a range count as one; the numbers of a date, a reference and a variant's name as none.
fn numbers(text: &str) -> usize {
    let words: Vec<&str> =
        text.split_whitespace().map(|word| word.trim_matches(|c: char| c.is_ascii_punctuation())).collect();
    let number = |word: &str| (1..=3).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
    let is_month = |word: &&str| MONTHS.contains(word);
    let joined = |word: &str| matches!(word, "in" | "to" | "and" | "-" | "–");
    let (mut count, mut at) = (0, 0);
    while let Some(word) = words.get(at) {
        // Numbers that follow each other are a telephone number.
        let run = words.iter().skip(at).take_while(|word| word.bytes().any(|b| b.is_ascii_digit())).count();
        if run == 1 && number(word) && !words.get(at + 1).is_some_and(is_month) {
            count += 1;
            if words.get(at + 1).is_some_and(|w| joined(w)) && words.get(at + 2).is_some_and(|w| number(w)) {
                at += 2;
            }
        }
        at += run.max(1);
    }
    count
}

/// A form of "to be" and, within two words, one that ends as a participle does.
fn is_passive(sentence: &str) -> bool {
    const BE: [&str; 8] = ["is", "are", "was", "were", "be", "been", "being", "am"];
    const IRREGULAR: [&str; 12] =
        ["found", "done", "made", "told", "sent", "given", "known", "seen", "shown", "taken", "kept", "held"];
    let words: Vec<String> = sentence
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase())
        .collect();
    words.iter().enumerate().any(|(at, word)| {
        BE.contains(&word.as_str())
            && words
                .iter()
                .skip(at + 1)
                .take(2)
                .any(|next| IRREGULAR.contains(&next.as_str()) || (next.len() > 4 && next.ends_with("ed")))
    })
}

/// Whether a letter's prose is as easy as relatives need it: Flesch 70 and more, grade 6 and SMOG 9 at most.
pub fn is_easy(prose: &str) -> bool {
    let ease = reading_ease(prose);
    ease.flesch >= 70.0 && ease.grade <= 6.0 && ease.smog <= 9.0 && ease.longest_sentence <= MOST_WORDS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        block::Block,
        condition::Actionability,
        kind::{Form, Kind},
        language::Languages,
        letter::{Letter, TextSize},
        sample,
    };

    #[test]
    fn each_fault_has_its_advice_and_plain_words_have_none() {
        let of = |text: &str| advice(text, None);
        assert_eq!(of("You may have it. A test can show this. There is a 1 in 2 chance."), []);
        let long = "We are writing to you because one of the people in your family came to see us in the clinic last year.";
        assert!(
            matches!(of(long).as_slice(), [Advice::LongSentence { words: 22, begins }] if begins == "We are writing to")
        );
        assert_eq!(of("One. Two. Three. Four."), [Advice::LongParagraph { sentences: 4 }]);
        assert_eq!(of("One item.\nTwo items.\nThree.\nFour."), [], "a list of four items is no paragraph");
        let [Advice::Word { found, instead }] = &of("It is a Mutation in the family.")[..] else { panic!() };
        assert_eq!((found.as_str(), *instead), ("Mutation", "gene change"));
        assert_eq!(of("The chance is 50%."), [Advice::Percent]);
        assert_eq!(of("Between 2 and 5 of us."), []);
        assert_eq!(of("Call before 3 or after 7, or on 9."), [Advice::ManyNumbers]);
        assert_eq!(of("A change was found. It was not looked for."), [Advice::Passive]);
        let grown = advice(&"word ".repeat(30), Some("A few words."));
        assert!(grown.contains(&Advice::Grown { words: 30, was: 3 }));
        assert_eq!(WORDS.len(), 67, "every line of the list is read");
    }

    #[test]
    fn our_own_letters_to_relatives_need_no_advice_but_for_what_a_condition_is_called() {
        let mut found = Vec::new();
        for kind in Kind::ALL {
            for level in kind.levels() {
                let languages = Languages::default();
                let class = Actionability::AdultActionable;
                let parts = sample::parts(kind, *level, class, languages, TextSize::default()).unwrap();
                let letter = Letter::write(parts).unwrap();
                if letter.template().hard_because.is_some() || kind.form() == Form::House {
                    continue;
                }
                // What follows on a page of its own is for a GP or another service.
                let page = |block: &&Block| !matches!(block, Block::NewPage);
                for block in letter.wordings()[0].blocks.iter().take_while(page) {
                    if let Block::Paragraph(text) = block {
                        let all = advice(text, None);
                        found.extend(
                            all.iter().map(|one| format!("{} {level}: {}", kind.as_str(), one.words())),
                        );
                    }
                }
            }
        }
        found.sort();
        found.dedup();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}
