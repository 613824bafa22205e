//! The part of a name after `c.`, `g.`, `m.`, `n.` or `r.`: positions and what happens there.
//! Must not know: reference sequences, proteins.

use super::{Checked, Cursor, Sequence, alleles, prefix};

/// Length of the human mitochondrial reference, in bases.
const MITOCHONDRION: u64 = 16_569;

/// Reads the whole description.
pub fn read(cursor: &mut Cursor, sequence: Sequence) -> Checked<()> {
    if sequence == Sequence::Rna {
        if cursor.eat("spl") || cursor.eat("0") {
            return Ok(());
        }
        let whole = *cursor;
        if cursor.eat("(") {
            // `r.(76a>u)` is a prediction; `r.(4_6)del` an uncertain place.
            if change(cursor, sequence).is_ok() && cursor.eat(")") && cursor.end().is_ok() {
                return Ok(());
            }
            *cursor = whole;
        }
    }
    alleles(cursor, &mut |cursor| change(cursor, sequence))
}

/// A position: region (-1 before the coding part, 0 in it, 1 after it), base from 1, bases into the intron.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Point {
    region: i8,
    base: i64,
    offset: i64,
}

impl Point {
    fn read(cursor: &mut Cursor, sequence: Sequence) -> Checked<Point> {
        let start = *cursor;
        let regions = matches!(sequence, Sequence::Coding | Sequence::Rna);
        let region = if regions && cursor.eat("-") { -1 } else { i8::from(regions && cursor.eat("*")) };
        let base = cursor.number("a position is missing: a number from 1")?;
        if sequence == Sequence::Mitochondrial && base > MITOCHONDRION {
            return Err(start.fault("the mitochondrial sequence has 16,569 positions"));
        }
        let sign = match cursor.peek() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            Some(_) | None => 0,
        };
        if sign != 0 && matches!(sequence, Sequence::Genomic | Sequence::Mitochondrial) {
            return Err(cursor.fault("genomic positions know no introns: + and - belong to c. and n."));
        }
        let mut offset = 0;
        if sign != 0 {
            cursor.at += 1;
            offset = cursor.number("the distance into the intron is missing")?;
        }
        let whole = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let base = whole(base) * if region < 0 { -1 } else { 1 };
        Ok(Point { region, base, offset: sign * whole(offset) })
    }

    fn order(self) -> (i8, i64, i64) {
        (self.region, self.base, self.offset)
    }

    /// Bases from here to `end`, both counted; `None` where an intron or the end of the coding part lies between.
    fn span(self, end: Point) -> Option<i64> {
        let exonic = self.offset == 0 && end.offset == 0;
        if self.region == end.region && self.base == end.base {
            Some(end.offset - self.offset + 1)
        } else if self.region == end.region && exonic {
            Some(end.base - self.base + 1)
        } else if (self.region, end.region) == (-1, 0) && exonic {
            // There is no position 0 between -1 and 1.
            Some(end.base - self.base)
        } else {
            None
        }
    }

    fn next_to(self, end: Point) -> bool {
        let middle_of_intron =
            self.region == end.region && self.base + 1 == end.base && self.offset > 0 && end.offset < 0;
        let after_the_stop =
            (self.region, end.region) == (0, 1) && end.base == 1 && self.offset == 0 && end.offset == 0;
        self.span(end).map_or(middle_of_intron || after_the_stop, |bases| bases == 2)
    }
}

/// A point, an unknown place `?`, or an uncertain one `(a_b)`.
#[derive(Clone, Copy)]
struct Place {
    first: Option<Point>,
    last: Option<Point>,
    certain: bool,
}

impl Place {
    fn read(cursor: &mut Cursor, sequence: Sequence) -> Checked<Place> {
        if cursor.eat("?") {
            return Ok(Place { first: None, last: None, certain: false });
        }
        if !cursor.eat("(") {
            let point = Point::read(cursor, sequence)?;
            return Ok(Place { first: Some(point), last: Some(point), certain: true });
        }
        let start = *cursor;
        let end = |cursor: &mut Cursor| {
            if cursor.eat("?") { Ok(None) } else { Point::read(cursor, sequence).map(Some) }
        };
        let first = end(cursor)?;
        cursor.need("_", "an uncertain place is written (from_to)")?;
        let last = end(cursor)?;
        in_order(&start, first, last, sequence)?;
        cursor.need(")", "the bracket is not closed")?;
        Ok(Place { first, last, certain: false })
    }
}

fn in_order(start: &Cursor, first: Option<Point>, last: Option<Point>, sequence: Sequence) -> Checked<()> {
    match (first, last) {
        (Some(a), Some(b)) if a == b => Err(start.fault("one position is not written as a range")),
        // The mitochondrion is a circle: a range may run over its start.
        (Some(a), Some(b)) if a.order() > b.order() && sequence != Sequence::Mitochondrial => {
            Err(start.fault("the range is reversed: the lower position comes first"))
        }
        (Some(_) | None, Some(_) | None) => Ok(()),
    }
}

fn is_base(letter: u8, sequence: Sequence) -> bool {
    let letters: &[u8] = if sequence == Sequence::Rna { b"acgunbdhkmrsvwy" } else { b"ACGTNBDHKMRSVWY" };
    letters.contains(&letter)
}

fn bases<'a>(cursor: &mut Cursor<'a>, sequence: Sequence) -> &'a [u8] {
    cursor.take_while(|letter| is_base(letter, sequence))
}

fn change(cursor: &mut Cursor, sequence: Sequence) -> Checked<()> {
    if cursor.eat("=") {
        return Ok(());
    }
    let start = *cursor;
    let from = Place::read(cursor, sequence)?;
    let to = if cursor.eat("_") { Some(Place::read(cursor, sequence)?) } else { None };
    if let Some(to) = to {
        in_order(&start, from.last.or(from.first), to.first.or(to.last), sequence)?;
    } else if !from.certain && from.first.is_none() && from.last.is_none() {
        return Ok(());
    }
    let range = to.is_some() || !from.certain;
    let span = match (from.first, to) {
        (Some(_), None) if from.certain => Some(1),
        (Some(a), Some(to)) if from.certain && to.certain => to.first.and_then(|b| a.span(b)),
        (Some(_) | None, Some(_) | None) => None,
    };
    let here = *cursor;
    if cursor.eat("=") {
        // Mosaic `85=/T>C` and chimaeric `85=//T>C`: some copies are as the reference.
        if cursor.eat("//") || cursor.eat("/") { letters(cursor, sequence, to.is_some()) } else { Ok(()) }
    } else if cursor.eat("delins") {
        inserted(cursor, sequence)
    } else if cursor.eat("del") || cursor.eat("dup") {
        let before = *cursor;
        let written = i64::try_from(bases(cursor, sequence).len()).unwrap_or(i64::MAX);
        if written > 0 && span.is_some_and(|span| span > 0 && span != written) {
            return Err(before.fault("there are not as many bases as the positions say"));
        }
        if here.rest().starts_with(b"del") && cursor.eat("ins") { inserted(cursor, sequence) } else { Ok(()) }
    } else if cursor.eat("inv") {
        if range { Ok(()) } else { Err(here.fault("an inversion needs a range of positions")) }
    } else if cursor.eat("ins") {
        let between = match (from.first, to.and_then(|to| to.first)) {
            (Some(a), Some(b)) if from.certain => a.next_to(b),
            (Some(_) | None, Some(_) | None) => !from.certain,
        };
        if !between {
            return Err(here.fault("an insertion stands between two neighbours, as in 76_77insT"));
        }
        inserted(cursor, sequence)
    } else if cursor.eat("[") {
        cursor.count()
    } else {
        // An uncertain place still names one base: `(33038277_33038278)C>T`.
        letters(cursor, sequence, to.is_some())
    }
}

/// A substitution `A>G` or repeats `CAG[28]`.
fn letters(cursor: &mut Cursor, sequence: Sequence, range: bool) -> Checked<()> {
    let start = *cursor;
    let old = bases(cursor, sequence);
    if old.is_empty() {
        let other_case = start.peek().is_some_and(|b| b"acgutnACGUTN".contains(&b)) && !is_word(&start);
        return Err(start.fault(match (other_case, sequence == Sequence::Rna) {
            (false, _) => "what changed is missing or unknown: > del dup ins delins inv [n] =",
            (true, false) => "DNA bases are written in capitals: A C G T",
            (true, true) => "RNA bases are written in small letters: a c g u",
        }));
    }
    if cursor.eat(">") {
        if range {
            return Err(start.fault("a change of several bases is written with delins"));
        }
        if old.len() > 1 {
            return Err(start.fault("a change of several bases is written with delins"));
        }
        let after = *cursor;
        let new = bases(cursor, sequence);
        return match new.len() {
            0 => Err(after.fault("the new base is missing")),
            1 if new == old => Err(after.fault("nothing changes here; no change is written with =")),
            1 => Ok(()),
            _ => {
                cursor.at -= new.len() - 1;
                Err(cursor.fault("a change to several bases is written with delins"))
            }
        };
    }
    loop {
        cursor.need("[", "after the bases comes > or a number of repeats in [ ]")?;
        cursor.count()?;
        if bases(cursor, sequence).is_empty() {
            return Ok(());
        }
    }
}

/// A word such as `con` starts with a letter that could be a base.
fn is_word(cursor: &Cursor) -> bool {
    cursor.rest().iter().take_while(|b| b.is_ascii_lowercase()).count() >= 3
}

fn inserted(cursor: &mut Cursor, sequence: Sequence) -> Checked<()> {
    if !cursor.eat("[") {
        return inserted_part(cursor, sequence);
    }
    inserted_part(cursor, sequence)?;
    while cursor.eat(";") {
        inserted_part(cursor, sequence)?;
    }
    cursor.need("]", "the bracket is not closed")
}

fn inserted_part(cursor: &mut Cursor, sequence: Sequence) -> Checked<()> {
    // What comes from another sequence names it: `ins[NC_000022.10:g.35788169_35788352]`.
    let word = cursor.rest().split(|b| matches!(b, b']' | b';')).next().unwrap_or_default();
    if word.contains(&b':') {
        let other = prefix(cursor)?;
        if other == Sequence::Protein {
            return Err(cursor.fault("the inserted bases come from a protein, which has none"));
        }
        return copied(cursor, other);
    }
    if !bases(cursor, sequence).is_empty() {
        return if cursor.eat("[") { cursor.count() } else { Ok(()) };
    }
    if !cursor.peek().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'-' | b'*')) {
        return Err(cursor.fault("the inserted bases are missing"));
    }
    copied(cursor, sequence)
}

/// Bases that are copied from elsewhere: `858_895`, or turned round, `858_895inv`.
fn copied(cursor: &mut Cursor, sequence: Sequence) -> Checked<()> {
    let start = *cursor;
    let first = Point::read(cursor, sequence)?;
    cursor.need("_", "the inserted bases, or where they come from (from_to), are missing")?;
    let last = Point::read(cursor, sequence)?;
    in_order(&start, Some(first), Some(last), sequence)?;
    cursor.eat("inv");
    Ok(())
}
