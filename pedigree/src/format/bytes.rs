//! The text of a file's bytes, or what they are instead of text and what to do.
//! Must not know: any format, beyond the word with which GEDCOM names its characters.

use super::FormatError;

/// UTF-8, or UTF-16 by its mark or by the zeros in it.
///
/// # Errors
/// The first byte that is not such text.
pub(super) fn text(bytes: &[u8]) -> Result<String, FormatError> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [first, 0, ..] if *first != 0 => utf16(bytes, u16::from_le_bytes),
        [0, second, ..] if *second != 0 => utf16(bytes, u16::from_be_bytes),
        _ => utf8(bytes),
    }?;
    // Old Macintosh programs end a line with a carriage return alone.
    let text = if text.contains('\n') { text } else { text.replace('\r', "\n") };
    match text.find('\0') {
        Some(at) => Err(at_end(
            text.get(..at).unwrap_or_default(),
            "text; here stands a zero, which no text holds. The file may be damaged, or of another kind",
        )),
        None => Ok(text),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, FormatError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let mut text = String::new();
    for mark in char::decode_utf16(units) {
        match mark {
            Ok(mark) => text.push(mark),
            Err(_) => {
                return Err(at_end(
                    &text,
                    "UTF-16 as the file's first bytes say; save the file again as UTF-8",
                ));
            }
        }
    }
    if rest.is_empty() {
        Ok(text)
    } else {
        Err(at_end(&text, "a second byte, as in UTF-16; the file may have been cut off"))
    }
}

fn at_end(text: &str, expected: &'static str) -> FormatError {
    let line = text.matches('\n').count() + 1;
    let last = text.rsplit('\n').next().unwrap_or_default();
    FormatError::new(line, last.chars().count() + 1, expected)
}

fn utf8(bytes: &[u8]) -> Result<String, FormatError> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error,
    };
    let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
    let good = String::from_utf8_lossy(good);
    let says = |word: &str| good.contains(&format!("CHAR {word}"));
    let expected = if says("ANSEL") {
        "UTF-8; the file says that it is in ANSEL. Export it again from the program it came from, as UTF-8"
    } else if says("ANSI") || says("IBM") {
        "UTF-8; the file says that it is in the characters of one kind of computer. Export it again as UTF-8"
    } else {
        "UTF-8; this may be Windows-1252 or Latin-1. Open the file where it came from and save it as UTF-8"
    };
    Err(at_end(&good, expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_is_read_in_either_order_with_its_mark_or_without() {
        for mark in [true, false] {
            for (order, to) in [(0xfeffu16.to_le_bytes(), true), (0xfeffu16.to_be_bytes(), false)] {
                let mut bytes = if mark { order.to_vec() } else { vec![] };
                for unit in "0 HEAD\nÄ𝄞".encode_utf16() {
                    bytes.extend(if to { unit.to_le_bytes() } else { unit.to_be_bytes() });
                }
                assert_eq!(text(&bytes).unwrap(), "0 HEAD\nÄ𝄞");
                bytes.pop();
                assert_eq!(text(&bytes).unwrap_err().line, 2);
            }
        }
    }

    #[test]
    fn a_carriage_return_alone_ends_a_line_and_a_zero_is_no_text() {
        assert_eq!(text(b"F a 0 0 1 1\rF b 0 0 2 1\r").unwrap(), "F a 0 0 1 1\nF b 0 0 2 1\n");
        assert_eq!(text(b"a\r\nb\r\n").unwrap(), "a\r\nb\r\n");
        let zero = text(b"F a 0 0 1 1\nF b\0 0 0 2 1\n").unwrap_err();
        assert_eq!((zero.line, zero.column), (2, 4));
    }

    #[test]
    fn other_characters_are_named_with_what_to_do() {
        let ansel = text(b"0 HEAD\n1 CHAR ANSEL\n0 @I@ INDI\n1 NAME Z\xe8o /Tit/\n").unwrap_err();
        assert_eq!((ansel.line, ansel.column), (4, 9));
        assert!(ansel.expected.contains("ANSEL"));
        assert!(text(b"F kid\xe9 0 0 1 1\n").unwrap_err().expected.contains("Windows-1252"));
        assert_eq!(text(b"").unwrap(), "");
    }
}
