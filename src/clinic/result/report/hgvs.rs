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
    if sequence == Sequence::Protein {
        protein::read(cursor)?
    } else {
        nucleic::read(cursor, sequence)?
    }
    cursor.end()
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
mod tests {
    use super::*;

    const VALID: &[&str] = &[
        "NM_000059.4:c.5946del",
        "NM_000059.4(BRCA2):c.5946del",
        "NM_000059.4:c.5946delT",
        "NM_003482.3:c.7900_7901delCA",
        "NM_000249.4:c.1852_1854del",
        "NM_000527.5:c.681C>G",
        "NM_000256.3:c.2373dup",
        "NM_000059.4:c.68-7T>A",
        "NM_000059.4:c.-39-1_-39del",
        "NC_000013.11(NM_000059.4):c.8487+3A>G",
        "NM_004006.3:c.(6438+1_6439-1)_(7309+1_7310-1)del",
        "NM_004006.3:c.(?_-245)_(31+1_32-1)dup",
        "NM_000059.4:c.*110A>C",
        "NM_000059.4:c.-1_1insA",
        "NM_000059.4:c.76_77insT",
        "NM_000059.4:c.93_93+1insT",
        "NM_000059.4:c.100+50_101-50insTT",
        "NM_000059.4:c.76_77insN[12]",
        "NM_000059.4:c.76_77ins[GCA;23_40inv]",
        "NM_000059.4:c.76_78delinsTT",
        "NM_000059.4:c.76_78inv",
        "NM_000044.3:c.171GCA[34]",
        "NM_002024.5:c.-128_-126[79]",
        "NM_000492.4:c.1210-34TG[11]T[5]",
        "NM_002024.5:c.-129CGG[(600_800)]",
        "NM_000059.4:c.123=",
        "NM_000059.4:c.=",
        "NM_022787.3(NMNAT1):c.[53A>G];[769G>A]",
        "NM_022787.3:c.[53A>G;769G>A]",
        "NM_022787.3:c.53A>G(;)769G>A",
        "NC_000003.11:g.128625063C>T",
        "NC_000023.11:g.(31060227_31100351)_(33274278_33417151)dup",
        "NG_012232.1:g.954966C>T",
        "NC_012920.1:m.3243A>G",
        "NC_012920.1:m.16563_13del",
        "NR_002196.2:n.601G>T",
        "NM_000059.4:r.76a>u",
        "NM_000059.4:r.(76a>u)",
        "NM_000059.4:r.spl",
        "LRG_293t1:c.5946del",
        "ENST00000380152.8:c.5946del",
        "NP_000050.3:p.(Ser1982Argfs*22)",
        "NP_000050.3:p.Ser1982ArgfsTer22",
        "NP_000050.3:p.S1982Rfs*22",
        "NP_000050.3:p.Ser1982fs",
        "NP_054768.2:p.Arg417Cys",
        "NP_000068.1:p.Ala4_Pro11del",
        "NP_000068.1:p.(Lys23_Val25delinsTer)",
        "NP_000068.1:p.His4_Gln5insAlaCys",
        "NP_000068.1:p.Trp24Ter",
        "NP_000068.1:p.W24*",
        "NP_000068.1:p.Cys188=",
        "NP_000068.1:p.Met1?",
        "NP_000068.1:p.Met1ext-5",
        "NP_000068.1:p.Ter110GlnextTer17",
        "NP_000068.1:p.Gln18[23]",
        "NP_000068.1:p.[(Ser68Arg)];[(Asn594del)]",
        "NP_000068.1:p.?",
        "NP_000068.1:p.0",
        "NP_000068.1:p.(=)",
    ];

    /// Each with the character (from 1) where it goes wrong and a word of the reason.
    const INVALID: &[(&str, usize, &str)] = &[
        ("", 1, "no name"),
        ("c.5946del", 1, "missing"),
        ("NM_000059.4", 1, "missing"),
        ("NM_000059:c.5946del", 10, "version"),
        ("NM_000059.:c.5946del", 11, "version"),
        ("NM_000059.0:c.5946del", 11, "zero"),
        ("NM_59.4:c.5946del", 6, "digits"),
        ("BRCA2:c.5946del", 1, "known"),
        ("NM_000059.4:\u{441}.5946del", 13, "Cyrillic"),
        ("NM_000059.4:c.68\u{2013}7T>A", 17, "dash"),
        ("NM_000059.4:c.5946 del", 19, "spaces"),
        ("NM_000059.4:c.5946d\u{e9}l", 20, "plain"),
        ("NM_000059.4:5946del", 13, "colon"),
        ("NM_000059.4:C.5946del", 13, "colon"),
        ("NM_000059.4.c.5946del", 1, "missing"),
        ("NM_000059.4:c5946del", 13, "colon"),
        ("NC_000013.11:c.5946del", 14, "coding transcript"),
        ("NM_000059.4:g.5946del", 13, "genomic"),
        ("NM_000059.4:p.Ser1982Arg", 13, "protein"),
        ("NR_002196.2:c.601G>T", 13, "coding transcript"),
        ("NM_000059.4(NM_000060.4):c.5946del", 13, "behind"),
        ("NM_000059.4(BRCA2:c.5946del", 18, "closed"),
        ("NM_000059.4:c.", 15, "position"),
        ("NM_000059.4:c.5946", 19, "what changed"),
        ("NM_000059.4:c.0A>G", 15, "zero"),
        ("NM_000059.4:c.076A>G", 15, "zero"),
        ("NM_000059.4:c.78_76del", 15, "reversed"),
        ("NM_000059.4:c.101-5_100+5del", 15, "reversed"),
        ("NM_000059.4:c.*3_76del", 15, "reversed"),
        ("NM_000059.4:c.-3_-9del", 15, "reversed"),
        ("NM_000059.4:c.76_76del", 15, "one position"),
        ("NC_000013.11:g.32340301_32340299del", 16, "reversed"),
        ("NC_000013.11:g.100+1A>G", 19, "introns"),
        ("NC_000013.11:g.-5A>G", 16, "position"),
        ("NM_000059.4:c.68-0T>A", 18, "zero"),
        ("NM_000059.4:c.68-T>A", 18, "intron"),
        ("NM_000059.4:c.76A>A", 19, "="),
        ("NM_000059.4:c.76A>", 19, "base"),
        ("NM_000059.4:c.76AC>GT", 17, "delins"),
        ("NM_000059.4:c.76A>GT", 20, "delins"),
        ("NM_000059.4:c.76_77A>G", 20, "delins"),
        ("NM_000059.4:c.76a>g", 17, "capitals"),
        ("NM_000059.4:c.76A>U", 19, "base"),
        ("NM_000059.4:c.76insT", 17, "two neighbours"),
        ("NM_000059.4:c.76_79insT", 20, "two neighbours"),
        ("NM_000059.4:c.76_77ins", 23, "inserted"),
        ("NM_000059.4:c.76_78delCA", 23, "as many"),
        ("NM_000059.4:c.76delA7", 21, "end here"),
        ("NM_000059.4:c.76_78del3", 23, "end here"),
        ("NM_000059.4:c.76inv", 17, "range"),
        ("NM_000059.4:c.76_78con5", 20, "what changed"),
        ("NM_000059.4:c.52CAG[", 21, "count"),
        ("NM_000059.4:c.52CAG[28", 23, "closed"),
        ("NM_000059.4:c.(7309+1_6439-1)_(7310_7400)del", 16, "reversed"),
        ("NM_000059.4:c.76A>G;", 20, "end here"),
        ("NM_000059.4:c.[76A>G", 21, "closed"),
        ("NC_012920.1:m.16570A>G", 15, "16,569"),
        ("NM_000059.4:r.76A>U", 17, "small"),
        ("NP_000050.3:p.(Ser1982Argfs*22", 31, "closed"),
        ("NP_000050.3:p.ser1982Arg", 15, "amino acid"),
        ("NP_000050.3:p.Sor1982Arg", 15, "amino acid"),
        ("NP_000050.3:p.Arg97X", 20, "Ter"),
        ("NP_000050.3:p.Arg97Arg", 20, "="),
        ("NP_000050.3:p.Arg97W", 20, "three"),
        ("NP_000050.3:p.Arg", 18, "position"),
        ("NP_000050.3:p.Arg97", 20, "what changed"),
        ("NP_000050.3:p.Val25_Lys23del", 15, "reversed"),
        ("NP_000050.3:p.His4_Gln7insAla", 24, "two neighbours"),
        ("NP_000050.3:p.Lys23_Val25Ala", 26, "delins"),
        ("NP_000050.3:p.Arg97Profs*1", 26, "one"),
        ("NP_000050.3:p.Arg97ProfsX23", 25, "Ter"),
        ("NM_000059.4:c.99999999999A>G", 15, "too large"),
    ];

    #[test]
    fn names_that_are_written_correctly_are_valid() {
        for name in VALID {
            assert_eq!(check(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn a_wrong_name_is_refused_at_the_right_letter_with_the_reason() {
        let wrongly_judged: Vec<String> = INVALID
            .iter()
            .filter_map(|(name, position, word)| {
                let problem = check(name).err();
                let right =
                    problem.as_ref().is_some_and(|p| p.position == *position && p.problem.contains(word));
                (!right).then(|| format!("{name}: wanted {position} ({word}), told {problem:?}"))
            })
            .collect();
        assert!(wrongly_judged.is_empty(), "{wrongly_judged:#?}");
    }

    #[test]
    fn a_name_without_end_is_refused() {
        assert_eq!(check(&"A".repeat(2_000_000)).expect_err("long").position, LONGEST + 1);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_stumble(name in ".{0,60}", at in 0usize..40, letter in proptest::char::any()) {
            let _ = check(&name);
            for valid in VALID {
                let changed: String = valid.chars().enumerate().map(|(n, c)| if n == at { letter } else { c }).collect();
                let _ = check(&changed);
            }
        }
    }
}
