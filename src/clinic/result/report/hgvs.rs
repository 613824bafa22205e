//! Checks a variant name (HGVS nomenclature) letter by letter and says where and why it is not one.
//! Must not know: reports, genes, transcripts' real sequences; it cannot say whether the variant exists.

mod nucleic;
mod protein;

/// Longest name that is checked, in characters.
const LONGEST: usize = 5_000;

/// Why a name is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("character {position}: {problem}")]
pub struct HgvsProblem {
    /// Counted in characters from 1; one past the end when something is missing there.
    pub position: usize,
    pub problem: String,
}

/// Checks one name with its reference sequence, such as `NM_000059.4:c.5946del`.
pub fn check(name: &str) -> Result<(), HgvsProblem> {
    plain(name)?;
    let mut cursor = Cursor { text: name.as_bytes(), at: 0 };
    whole(&mut cursor).map_err(|Fault { at, why }| HgvsProblem { position: at + 1, problem: why.to_owned() })
}

/// A name is written in plain ASCII: letters that only look the same are the most dangerous kind of typing error.
fn plain(name: &str) -> Result<(), HgvsProblem> {
    let problem = |at: usize, why: &str| Err(HgvsProblem { position: at + 1, problem: why.to_owned() });
    for (at, letter) in name.chars().enumerate() {
        match letter {
            _ if at >= LONGEST => return problem(at, "the name is too long"),
            '!'..='~' => {}
            '\u{2010}'..='\u{2015}' | '\u{2212}' => {
                return problem(at, "this is a long dash; write a plain hyphen (-)");
            }
            '\u{370}'..='\u{52f}' => {
                return problem(
                    at,
                    "this is a Greek or Cyrillic letter that may look like a Latin one; type it again",
                );
            }
            _ if letter.is_whitespace() => return problem(at, "a name has no spaces"),
            _ => return problem(at, "only plain letters, digits and signs are allowed; type this one again"),
        }
    }
    if name.is_empty() { problem(0, "there is no name") } else { Ok(()) }
}

/// What kind of sequence positions are counted on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sequence {
    Coding,
    Genomic,
    NonCoding,
    Mitochondrial,
    Rna,
    Protein,
}

struct Fault {
    at: usize,
    why: &'static str,
}

type Checked<T> = Result<T, Fault>;

/// Walks over the letters of a name.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn eat(&mut self, word: &str) -> bool {
        let there = self.rest().starts_with(word.as_bytes());
        self.at += if there { word.len() } else { 0 };
        there
    }

    fn need(&mut self, word: &str, why: &'static str) -> Checked<()> {
        if self.eat(word) { Ok(()) } else { Err(self.fault(why)) }
    }

    fn fault(&self, why: &'static str) -> Fault {
        Fault { at: self.at, why }
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let len = self.rest().iter().take_while(|b| wanted(**b)).count();
        let taken = self.rest().get(..len).unwrap_or_default();
        self.at += len;
        taken
    }

    /// A whole number from 1, without leading zeros, at most ten digits.
    fn number(&mut self, why: &'static str) -> Checked<u64> {
        let start = *self;
        let digits = self.take_while(|b| b.is_ascii_digit());
        let number = std::str::from_utf8(digits).ok().and_then(|d| d.parse::<u64>().ok()).unwrap_or(0);
        match (digits.first(), digits.len()) {
            (None, _) => Err(start.fault(why)),
            (Some(b'0'), _) => Err(start.fault("numbers start from 1 and have no leading zero")),
            (Some(_), 11..) => Err(start.fault("the number is too large")),
            (Some(_), _) => Ok(number),
        }
    }

    /// `[28]`, `[(600_800)]` or `[?]`; the opening bracket is already eaten.
    fn count(&mut self) -> Checked<()> {
        if self.eat("(") {
            let start = *self;
            let low = self.bound()?;
            self.need("_", "a range of counts is written (low_high)")?;
            let high = self.bound()?;
            if let (Some(low), Some(high)) = (low, high)
                && low >= high
            {
                return Err(start.fault("the lower count comes first"));
            }
            self.need(")", "the bracket is not closed")?;
        } else {
            self.bound()?;
        }
        self.need("]", "the bracket is not closed")
    }

    fn bound(&mut self) -> Checked<Option<u64>> {
        if self.eat("?") { Ok(None) } else { self.number("a count of repeats is missing").map(Some) }
    }

    fn end(&self) -> Checked<()> {
        if self.rest().is_empty() { Ok(()) } else { Err(self.fault("the name should end here")) }
    }
}

fn whole(cursor: &mut Cursor) -> Checked<()> {
    let sequence = prefix(cursor)?;
    if sequence == Sequence::Protein {
        protein::read(cursor)?
    } else {
        nucleic::read(cursor, sequence)?
    }
    cursor.end()
}

/// Checks a protein description without its reference sequence, `p.(Ser1982Argfs*22)`: laboratories write it so behind
/// a coding name, which carries the reference for both.
pub fn check_protein(name: &str) -> Result<(), HgvsProblem> {
    if name.contains(':') {
        return check(name);
    }
    plain(name)?;
    let mut cursor = Cursor { text: name.as_bytes(), at: 0 };
    let read = |cursor: &mut Cursor| {
        cursor.need("p.", "a protein name begins with p.")?;
        protein::read(cursor)?;
        cursor.end()
    };
    read(&mut cursor).map_err(|Fault { at, why }| HgvsProblem { position: at + 1, problem: why.to_owned() })
}

/// The reference sequence, and the letter that says what is counted on it.
fn prefix(cursor: &mut Cursor) -> Checked<Sequence> {
    let reference = Reference::read(cursor)?;
    let kind = *cursor;
    let sequence = match cursor.take_while(|b| b != b'.') {
        b"c" => Sequence::Coding,
        b"g" => Sequence::Genomic,
        b"n" => Sequence::NonCoding,
        b"m" => Sequence::Mitochondrial,
        b"r" => Sequence::Rna,
        b"p" => Sequence::Protein,
        _ => return Err(kind.fault("after the colon comes c. g. m. n. r. or p.")),
    };
    cursor.need(".", "a full stop is missing after the letter")?;
    if !reference.fits(sequence) {
        return Err(kind.fault(Reference::wanted(sequence)));
    }
    Ok(sequence)
}

/// Changes on one or both copies: `[a;b]`, `[a];[b]`, `[a](;)[b]`, or `a(;)b` where the phase is not known.
fn alleles(cursor: &mut Cursor, change: &mut impl FnMut(&mut Cursor) -> Checked<()>) -> Checked<()> {
    loop {
        if cursor.eat("[") {
            change(cursor)?;
            while cursor.eat(";") || cursor.eat("(;)") {
                change(cursor)?;
            }
            cursor.need("]", "the bracket is not closed")?;
        } else {
            change(cursor)?;
        }
        if !(cursor.eat("(;)") || cursor.rest().starts_with(b";[") && cursor.eat(";")) {
            return Ok(());
        }
    }
}

/// What the accession says about the sequence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reference {
    Genome,
    Transcript,
    NonCodingTranscript,
    /// A transcript inside a genomic sequence, `NC_000013.11(NM_000059.4)`, or one that may be coding or not.
    AnyTranscript,
    Protein,
}

impl Reference {
    fn read(cursor: &mut Cursor) -> Checked<Reference> {
        let start = *cursor;
        if !start.rest().contains(&b':') {
            return Err(start.fault("the reference sequence and a colon are missing, as in NM_000059.4:c."));
        }
        let outer = Reference::accession(cursor)?;
        if !cursor.eat("(") {
            cursor.need(":", "after the reference sequence comes a colon")?;
            return Ok(outer);
        }
        let is_accession =
            [&b"NM_"[..], b"NR_", b"XM_", b"XR_", b"ENST"].iter().any(|p| cursor.rest().starts_with(p));
        let inner = if is_accession {
            if outer != Reference::Genome {
                return Err(cursor.fault("a transcript in brackets belongs behind a genomic sequence"));
            }
            Reference::accession(cursor)?
        } else {
            let symbol = cursor.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
            if symbol.is_empty() {
                return Err(cursor.fault("a gene symbol or transcript is missing in the brackets"));
            }
            outer
        };
        cursor.need("):", "the bracket is not closed with ): here")?;
        Ok(if inner == Reference::Transcript { Reference::AnyTranscript } else { inner })
    }

    fn accession(cursor: &mut Cursor) -> Checked<Reference> {
        let start = *cursor;
        if cursor.eat("LRG_") {
            cursor.number("the number of the LRG is missing")?;
            let part = if cursor.eat("t") {
                Reference::AnyTranscript
            } else if cursor.eat("p") {
                Reference::Protein
            } else {
                return Ok(Reference::Genome);
            };
            return cursor.number("the number of the transcript or protein is missing").map(|_| part);
        }
        let (kind, lengths): (_, &[usize]) =
            match cursor.take_while(|b| b.is_ascii_alphabetic() || b == b'_') {
                b"NC_" | b"NG_" | b"NT_" | b"NW_" => (Reference::Genome, &[6, 9]),
                b"NM_" | b"XM_" => (Reference::Transcript, &[6, 9]),
                b"NR_" | b"XR_" => (Reference::NonCodingTranscript, &[6, 9]),
                b"NP_" | b"XP_" | b"YP_" => (Reference::Protein, &[6, 9]),
                b"ENSG" => (Reference::Genome, &[11]),
                b"ENST" => (Reference::AnyTranscript, &[11]),
                b"ENSP" => (Reference::Protein, &[11]),
                _ => return Err(start.fault(
                    "this is no reference sequence that is known here (NM_, NC_, NG_, NP_, LRG_, ENST ..)",
                )),
            };
        let digits = cursor.take_while(|b| b.is_ascii_digit());
        if !lengths.contains(&digits.len()) {
            return Err(cursor.fault("the accession has the wrong number of digits"));
        }
        cursor.need(".", "the version of the reference sequence is missing, as in NM_000059.4")?;
        cursor.number("the version of the reference sequence is missing, as in NM_000059.4")?;
        Ok(kind)
    }

    fn fits(self, sequence: Sequence) -> bool {
        match sequence {
            Sequence::Coding => matches!(self, Reference::Transcript | Reference::AnyTranscript),
            Sequence::NonCoding | Sequence::Rna => !matches!(self, Reference::Genome | Reference::Protein),
            Sequence::Genomic | Sequence::Mitochondrial => self == Reference::Genome,
            Sequence::Protein => self == Reference::Protein,
        }
    }

    fn wanted(sequence: Sequence) -> &'static str {
        match sequence {
            Sequence::Coding => "c. counts on a coding transcript (NM_, ENST, LRG_1t1)",
            Sequence::NonCoding | Sequence::Rna => {
                "n. and r. count on a transcript (NR_, NM_, ENST, LRG_1t1)"
            }
            Sequence::Genomic | Sequence::Mitochondrial => {
                "g. and m. count on a genomic sequence (NC_, NG_, LRG_1)"
            }
            Sequence::Protein => "p. counts on a protein (NP_, ENSP, LRG_1p1)",
        }
    }
}

#[cfg(test)]
mod tests;
