//! The part of a name after `p.`: amino acids and what happens to them.
//! Must not know: reference sequences, DNA.

use super::{Checked, Cursor, alleles};

const RESIDUES: &[(&str, u8)] = &[
    ("Ala", b'A'),
    ("Arg", b'R'),
    ("Asn", b'N'),
    ("Asp", b'D'),
    ("Cys", b'C'),
    ("Gln", b'Q'),
    ("Glu", b'E'),
    ("Gly", b'G'),
    ("His", b'H'),
    ("Ile", b'I'),
    ("Leu", b'L'),
    ("Lys", b'K'),
    ("Met", b'M'),
    ("Phe", b'F'),
    ("Pro", b'P'),
    ("Ser", b'S'),
    ("Thr", b'T'),
    ("Trp", b'W'),
    ("Tyr", b'Y'),
    ("Val", b'V'),
    ("Sec", b'U'),
];
/// Three-letter words without a one-letter form of their own in a name.
const WORDS: &[(&str, u8)] = &[("Ter", b'*'), ("Xaa", b'X')];

/// Reads the whole description, predicted `( )` or not.
pub fn read(cursor: &mut Cursor) -> Checked<()> {
    let mut style = Style::Unknown;
    alleles(cursor, &mut |cursor| {
        let predicted = cursor.eat("(");
        change(cursor, &mut style)?;
        // One bracket may predict all changes of one copy: `[(Ser68Arg;Asn594del)]`.
        while predicted && cursor.eat(";") {
            change(cursor, &mut style)?;
        }
        if predicted { cursor.need(")", "the bracket is not closed") } else { Ok(()) }
    })
}

/// One name writes its amino acids in one way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Unknown,
    One,
    Three,
}

fn residue(cursor: &mut Cursor, style: &mut Style) -> Checked<u8> {
    let start = *cursor;
    if cursor.eat("*") {
        return Ok(b'*');
    }
    if let Some((_, letter)) = WORDS.iter().find(|(word, _)| cursor.eat(word)) {
        return Ok(*letter);
    }
    let (letter, now) = if let Some((_, letter)) = RESIDUES.iter().find(|(word, _)| cursor.eat(word)) {
        (*letter, Style::Three)
    } else {
        let tail = cursor.rest().get(1..).unwrap_or_default();
        let word_follows = [&b"fs"[..], b"del", b"dup", b"ins", b"ext"].iter().any(|w| tail.starts_with(w));
        let misspelt = tail.first().is_some_and(u8::is_ascii_lowercase) && !word_follows;
        match cursor.peek() {
            Some(b'X') => return Err(start.fault("a stop is written Ter or *, an unknown amino acid Xaa")),
            Some(letter) if !misspelt && RESIDUES.iter().any(|(_, one)| *one == letter) => {
                cursor.at += 1;
                (letter, Style::One)
            }
            Some(_) | None => return Err(start.fault("this is no amino acid: write Arg or R")),
        }
    };
    if *style != Style::Unknown && *style != now {
        return Err(start.fault("use one-letter or three-letter amino acids, not both"));
    }
    *style = now;
    Ok(letter)
}

fn residues(cursor: &mut Cursor, style: &mut Style) -> Checked<()> {
    residue(cursor, style)?;
    loop {
        if cursor.eat("[") {
            cursor.count()?;
        }
        if !cursor.peek().is_some_and(|b| b.is_ascii_uppercase() || b == b'*') {
            return Ok(());
        }
        residue(cursor, style)?;
    }
}

fn change(cursor: &mut Cursor, style: &mut Style) -> Checked<()> {
    if cursor.eat("0?") || cursor.eat("0") || cursor.eat("?") || cursor.eat("=") {
        return Ok(());
    }
    let start = *cursor;
    let old = residue(cursor, style)?;
    let first = cursor.number("the position of the amino acid is missing")?;
    let mut last = None;
    if cursor.eat("_") {
        residue(cursor, style)?;
        let end = cursor.number("the position of the amino acid is missing")?;
        if end == first {
            return Err(start.fault("one position is not written as a range"));
        }
        if end < first {
            return Err(start.fault("the range is reversed: the lower position comes first"));
        }
        last = Some(end);
    }
    let here = *cursor;
    if cursor.eat("delins") {
        residues(cursor, style)
    } else if cursor.eat("del") || cursor.eat("dup") {
        Ok(())
    } else if cursor.eat("ins") {
        if last != Some(first + 1) {
            return Err(here.fault("an insertion stands between two neighbours, as in His4_Gln5insAla"));
        }
        // Only how many are known, `ins23`, or where a stop comes, `ins*63`.
        if cursor.peek().is_some_and(|b| b.is_ascii_digit()) {
            return cursor.number("how many amino acids are inserted is missing").map(|_| ());
        }
        residues(cursor, style)?;
        if cursor.peek().is_some_and(|b| b.is_ascii_digit()) {
            return cursor.number("where the new stop stands is missing").map(|_| ());
        }
        Ok(())
    } else if cursor.eat("[") {
        cursor.count()
    } else if last.is_some() {
        Err(here.fault("a change of several amino acids is written with delins"))
    } else if cursor.eat("=") || cursor.eat("?") {
        Ok(())
    } else if cursor.eat("fs") {
        frameshift(cursor)
    } else if cursor.eat("ext") {
        extension(cursor, style)
    } else if cursor.rest().is_empty() || cursor.peek() == Some(b')') {
        Err(here.fault("what changed is missing: a new amino acid, del dup ins delins fs ext ="))
    } else {
        let new = residue(cursor, style)?;
        if cursor.eat("fs") {
            frameshift(cursor)
        } else if cursor.eat("ext") {
            extension(cursor, style)
        } else if new == old {
            Err(here.fault("nothing changes here; no change is written with ="))
        } else {
            // One of several: `Gly56Ala^Ser^Cys`.
            while cursor.eat("^") {
                residue(cursor, style)?;
            }
            Ok(())
        }
    }
}

/// After `fs`: nothing, or where the new reading frame stops.
fn frameshift(cursor: &mut Cursor) -> Checked<()> {
    if cursor.peek() == Some(b'X') {
        return Err(cursor.fault("a stop is written Ter or *"));
    }
    if !(cursor.eat("Ter") || cursor.eat("*")) || cursor.eat("?") {
        return Ok(());
    }
    let start = *cursor;
    match cursor.number("how far away the new stop is, is missing; unknown is ?")? {
        1 => Err(start.fault("a stop at position one is no frameshift but a change to Ter")),
        _ => Ok(()),
    }
}

/// After `ext`: a new start before the old one (`-5`), a new stop after it (`Ter17`), or the new amino acids up to the
/// new stop (`AsnLysGlyThrTer`).
fn extension(cursor: &mut Cursor, style: &mut Style) -> Checked<()> {
    cursor.eat("Met");
    if !(cursor.eat("-") || cursor.eat("Ter") || cursor.eat("*")) {
        let start = *cursor;
        let written = residues(cursor, style).is_ok();
        let new = start.rest().get(..cursor.at.saturating_sub(start.at)).unwrap_or_default();
        if written && (new.ends_with(b"Ter") || new.ends_with(b"*")) {
            return Ok(());
        }
        return Err(start.fault("how far the protein is extended is missing: -5 or Ter17"));
    }
    if cursor.eat("?") {
        Ok(())
    } else {
        cursor.number("how far the protein is extended is missing").map(|_| ())
    }
}
