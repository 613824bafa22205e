//! How hard a text is to read: Flesch, Flesch-Kincaid and SMOG by one rule for syllables.
//! Must not know: who reads it.

use crate::lint::fold;

/// How hard a text is to read. `flesch` 60 and above is plain English; sentence lengths are in words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReadingEase {
    pub flesch: f64,
    /// Flesch-Kincaid grade: years of school in the United States; age is about five more.
    pub grade: f64,
    /// SMOG grade, by the number of words of three syllables or more.
    pub smog: f64,
    pub words_per_sentence: f64,
    pub longest_sentence: usize,
}

/// Flesch reading ease. A sentence ends at `.`, `!`, `?` or `:` before white space, or at a line break.
pub fn reading_ease(text: &str) -> ReadingEase {
    let (mut sentences, mut words, mut syllables, mut longest) = (0usize, 0usize, 0usize, 0usize);
    let mut long_words = 0usize;
    for line in text.lines() {
        let mut length = 0;
        for token in line.split_whitespace() {
            if token.chars().any(char::is_alphanumeric) {
                length += 1;
                let count = syllable_count(token);
                syllables += count;
                long_words += usize::from(count >= 3);
            }
            if token.ends_with(['.', '!', '?', ':']) && length > 0 {
                (sentences, words, longest, length) = (sentences + 1, words + length, longest.max(length), 0);
            }
        }
        if length > 0 {
            (sentences, words, longest) = (sentences + 1, words + length, longest.max(length));
        }
    }
    if words == 0 {
        return ReadingEase {
            flesch: 100.0,
            grade: 0.0,
            smog: 0.0,
            words_per_sentence: 0.0,
            longest_sentence: 0,
        };
    }
    let (per_sentence, per_word) = (words as f64 / sentences as f64, syllables as f64 / words as f64);
    ReadingEase {
        flesch: 206.835 - 1.015 * per_sentence - 84.6 * per_word,
        grade: 0.39 * per_sentence + 11.8 * per_word - 15.59,
        smog: 1.043 * (30.0 * long_words as f64 / sentences as f64).sqrt() + 3.1291,
        words_per_sentence: per_sentence,
        longest_sentence: longest,
    }
}

/// One rule for every word: each run of vowels is a syllable, a last silent `e`, `es` or `ed` is not; at least one.
fn syllable_count(word: &str) -> usize {
    let mut folded = String::new();
    word.chars().filter(|c| c.is_alphabetic()).for_each(|c| fold(c, &mut folded));
    let vowel = |c: char| "aeiouy".contains(c);
    let runs = |s: &str| {
        let mut before = false;
        s.chars().filter(|&c| std::mem::replace(&mut before, vowel(c)) != before && before).count()
    };
    let silent = ["es", "ed", "e"]
        .into_iter()
        .find_map(|ending| folded.strip_suffix(ending).map(|stem| (ending, stem)));
    let count = match silent {
        Some((ending, stem)) => {
            let last = stem.chars().last().unwrap_or('e');
            // "table", "wanted", "changes" speak their ending; "made", "asked", "names" do not.
            let spoken = vowel(last)
                || (ending == "e" && last == 'l' && !stem.chars().rev().nth(1).is_none_or(vowel))
                || (ending == "ed" && "td".contains(last))
                || (ending == "es" && "cgsxz".contains(last))
                || (ending == "es" && "ch sh".split(' ').any(|s| stem.ends_with(s)));
            if spoken { runs(&folded) } else { runs(stem) }
        }
        None => runs(&folded),
    };
    count.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_ease_knows_short_words_from_long_ones() {
        let easy = reading_ease("The cat sat. The dog ran to the cat.");
        assert_eq!((easy.longest_sentence, easy.words_per_sentence), (6, 4.5));
        assert!(easy.flesch > 100.0, "{easy:?}");
        let hard = reading_ease("Predisposition to malignancy necessitates multidisciplinary surveillance.");
        assert!(hard.flesch < 0.0, "{hard:?}");
        assert_eq!(reading_ease("").longest_sentence, 0);
        for (word, count) in [
            ("cat", 1),
            ("made", 1),
            ("table", 2),
            ("wanted", 2),
            ("asked", 1),
            ("changes", 2),
            ("names", 1),
            ("family", 3),
            ("the", 1),
            ("genetics", 3),
            ("choose", 1),
            ("people", 2),
            ("letter", 2),
        ] {
            assert_eq!(syllable_count(word), count, "{word}");
        }
    }
}
