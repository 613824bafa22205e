//! Breaks files: bytes, words and lines are changed, lost, doubled, moved, and taken from other files.
//! Must not know: who reads them.

/// Numbers that look random and are the same for the same seed (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }
}

pub struct Mutator {
    dice: Dice,
    files: Vec<Vec<u8>>,
    words: Vec<Vec<u8>>,
}

/// Words that readers stumble over.
const ODD: [&str; 24] = [
    "0",
    "-1",
    "99999999999999999999",
    "1e400",
    "NaN",
    "\"",
    "\"\"",
    "\\",
    "\u{feff}",
    "é",
    "𝄞",
    "\t",
    "\r",
    "\n",
    "\u{0}",
    "null",
    "{",
    "}",
    "[",
    "]",
    "@",
    "##",
    "=",
    ":",
];

impl Mutator {
    pub fn new(seed: u64, files: &[&[u8]]) -> Mutator {
        let files: Vec<Vec<u8>> = files.iter().map(|file| file.to_vec()).collect();
        let mut words: Vec<Vec<u8>> = ODD.iter().map(|word| word.as_bytes().to_vec()).collect();
        for file in &files {
            words.extend(
                file.split(|byte| byte.is_ascii_whitespace() || b",:;\"".contains(byte)).map(<[u8]>::to_vec),
            );
        }
        words.sort();
        words.dedup();
        words.retain(|word| !word.is_empty());
        Mutator { dice: Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1), files, words }
    }

    /// A file of the corpus, broken in one to eight places.
    pub fn next(&mut self) -> Vec<u8> {
        let at = self.dice.below(self.files.len());
        let mut bytes = self.files[at].clone();
        // Most often one: a file broken all over is refused at its first line, and tells of nothing further in.
        for _ in 0..=self.dice.below(8).min(self.dice.below(8)).min(self.dice.below(8)) {
            self.change(&mut bytes);
        }
        bytes.truncate(20_000);
        bytes
    }

    fn span(&mut self, bytes: &[u8], longest: usize) -> std::ops::Range<usize> {
        let start = self.dice.below(bytes.len() + 1);
        start..(start + self.dice.below(longest)).min(bytes.len())
    }

    /// The bounds of a word and of a line somewhere in the bytes.
    fn piece(&mut self, bytes: &[u8], ends: impl Fn(&u8) -> bool) -> std::ops::Range<usize> {
        let at = self.dice.below(bytes.len() + 1).min(bytes.len());
        let start = bytes[..at].iter().rposition(&ends).map_or(0, |end| end + 1);
        let end = bytes[at..].iter().position(&ends).map_or(bytes.len(), |end| at + end);
        start..end.max(start)
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let word_ends = |byte: &u8| byte.is_ascii_whitespace() || b",:;\"()[]<>{}@".contains(byte);
        let line_ends = |byte: &u8| *byte == b'\n';
        match self.dice.below(13) {
            0 => {
                let span = self.span(bytes, 2);
                let value = self.dice.next().to_le_bytes()[0];
                bytes[span].iter_mut().for_each(|byte| *byte ^= value);
            }
            1 => {
                let span = self.span(bytes, 30);
                bytes.drain(span);
            }
            2 => {
                let span = self.span(bytes, 60);
                let copy = bytes[span.clone()].to_vec();
                bytes.splice(span.end..span.end, copy);
            }
            3..=5 => {
                let word = self.words[self.dice.below(self.words.len())].clone();
                let piece = self.piece(bytes, word_ends);
                bytes.splice(piece, word);
            }
            6 => {
                let word = self.words[self.dice.below(self.words.len())].clone();
                let at = self.dice.below(bytes.len() + 1);
                bytes.splice(at..at, word);
            }
            7 => {
                let one = self.piece(bytes, word_ends);
                let other = self.piece(bytes, word_ends);
                let word = bytes[one].to_vec();
                bytes.splice(other, word);
            }
            8 => {
                let line = self.piece(bytes, line_ends);
                bytes.drain(line);
            }
            9 => {
                let line = self.piece(bytes, line_ends);
                let mut copy = bytes[line].to_vec();
                copy.push(b'\n');
                let at = self.piece(bytes, line_ends).start;
                bytes.splice(at..at, copy);
            }
            10 => bytes.truncate(self.dice.below(bytes.len() + 1)),
            11 => {
                let other = self.dice.below(self.files.len());
                let other = self.files[other].clone();
                let span = self.span(&other, 200);
                let at = self.dice.below(bytes.len() + 1);
                bytes.splice(at..at, other[span].to_vec());
            }
            _ => {
                let number = self.dice.next();
                let number =
                    if number.is_multiple_of(3) { number.to_string() } else { (number % 300).to_string() };
                let piece = self.piece(bytes, |byte| !byte.is_ascii_digit());
                bytes.splice(piece, number.into_bytes());
            }
        }
    }
}
