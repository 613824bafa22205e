//! Codes that a person reads off paper: the invitation code of one letter, and the family reference.
//! Must not know: which letter or family a code belongs to, or where its bytes came from.

use std::fmt;

/// Crockford's base 32: no I, L, O or U, so that nothing on paper can be read two ways.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Why a code was refused. Never says which part of a code was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCode {
    #[error("The code has 12 letters and numbers, like ABCD-EFGH-JKMN. Check it against your letter.")]
    InvitationShape,
    #[error("One of the letters or numbers is not right. Check the code against your letter.")]
    InvitationCheck,
    #[error("A family reference looks like KW-7F3K-9QXM. Check it against the letter.")]
    ReferenceShape,
}

/// The value 0 to 31 of what someone typed, taking O for 0 and I or L for 1.
fn value(typed: char) -> Option<u8> {
    let symbol = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    SYMBOLS.iter().position(|&s| char::from(s) == symbol).and_then(|i| u8::try_from(i).ok())
}

fn symbol(value: u64) -> char {
    SYMBOLS.get((value & 31) as usize).map_or('0', |&s| char::from(s))
}

/// The symbols someone typed, without the spaces, hyphens and dashes that people add or leave out.
fn values(typed: &str) -> Option<Vec<u8>> {
    let separator = |c: char| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    typed.chars().filter(|&c| !separator(c)).map(value).collect()
}

/// The first `count` groups of five bits of the bytes, as symbols.
fn spell(bytes: &[u8; 8], count: u32) -> String {
    let bits = u64::from_be_bytes(*bytes);
    (1..=count).map(|i| symbol(bits >> (64 - 5 * i))).collect()
}

/// Horner's rule over GF(32) (x^5 + x^2 + 1) with base x: since the powers of x at 12 places all differ, every single
/// wrong symbol and every swap of two symbols changes the sum.
fn weighted_sum(values: impl IntoIterator<Item = u8>) -> u8 {
    values.into_iter().fold(0, |sum, v| times_x(sum) ^ v)
}

fn times_x(v: u8) -> u8 {
    let doubled = v << 1;
    if doubled & 32 == 0 { doubled } else { (doubled ^ 0b10_0101) & 31 }
}

fn in_fours(symbols: &str) -> String {
    let mut shown = String::new();
    for (i, c) in symbols.chars().enumerate() {
        if i > 0 && i % 4 == 0 {
            shown.push('-');
        }
        shown.push(c);
    }
    shown
}

/// A one-letter secret: 12 symbols, 55 bits of chance and a check symbol, shown as `ABCD-EFGH-JKMN`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct InvitationCode(String);

impl InvitationCode {
    /// From eight bytes of good randomness, of which the first 55 bits are used.
    pub fn from_bytes(bytes: &[u8; 8]) -> InvitationCode {
        let mut code = spell(bytes, 11);
        let check = times_x(weighted_sum(code.chars().filter_map(value)));
        code.push(symbol(u64::from(check)));
        InvitationCode(code)
    }

    /// Reads what a person typed; a wrong check symbol is an error before anything is looked up.
    pub fn parse(typed: &str) -> Result<InvitationCode, BadCode> {
        let values = values(typed).filter(|v| v.len() == 12).ok_or(BadCode::InvitationShape)?;
        if weighted_sum(values.iter().copied()) != 0 {
            return Err(BadCode::InvitationCheck);
        }
        Ok(InvitationCode(values.into_iter().map(|v| symbol(u64::from(v))).collect()))
    }

    /// The 12 symbols without hyphens: what is hashed and compared.
    pub fn canonical(&self) -> &str {
        &self.0
    }

    /// As printed: three groups of four.
    pub fn shown(&self) -> String {
        in_fours(&self.0)
    }
}

impl fmt::Debug for InvitationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitationCode(..)")
    }
}

/// A family's reference on paper, such as `KW-7F3K-9QXM`: 40 bits of chance, so it tells no order and no count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FamilyReference(String);

impl FamilyReference {
    /// From eight bytes of randomness, of which the first 40 bits are used.
    pub fn from_bytes(bytes: &[u8; 8]) -> FamilyReference {
        FamilyReference(format!("KW-{}", in_fours(&spell(bytes, 8))))
    }

    /// Reads what a person typed, with or without `KW`, spaces and hyphens.
    pub fn parse(typed: &str) -> Result<FamilyReference, BadCode> {
        let values = values(typed).ok_or(BadCode::ReferenceShape)?;
        let symbols: String = values.into_iter().map(|v| symbol(u64::from(v))).collect();
        let body = match symbols.len() {
            8 => symbols.as_str(),
            10 => symbols.strip_prefix("KW").ok_or(BadCode::ReferenceShape)?,
            _ => return Err(BadCode::ReferenceShape),
        };
        Ok(FamilyReference(format!("KW-{}", in_fours(body))))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FamilyReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_code_survives_paper_and_a_hurried_reader(bytes: [u8; 8]) {
            let code = InvitationCode::from_bytes(&bytes);
            prop_assert_eq!(code.canonical().len(), 12);
            prop_assert_eq!(code.shown().len(), 14);
            prop_assert_eq!(&InvitationCode::parse(&code.shown()).unwrap(), &code);
            let hurried = code.shown().to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            prop_assert_eq!(&InvitationCode::parse(&hurried).unwrap(), &code);
            prop_assert_eq!(format!("{:?}", code), "InvitationCode(..)");
        }

        #[test]
        fn one_wrong_symbol_or_one_swap_is_always_noticed(bytes: [u8; 8], at in 0usize..12, other in 0usize..12, put in 0usize..32) {
            let code = InvitationCode::from_bytes(&bytes);
            let right: Vec<char> = code.canonical().chars().collect();
            let mut wrong = right.clone();
            wrong[at] = char::from(SYMBOLS[put]);
            let mut swapped = right.clone();
            swapped.swap(at, other);
            for typed in [wrong, swapped] {
                let result = InvitationCode::parse(&typed.iter().collect::<String>());
                if typed == right { prop_assert!(result.is_ok()) } else { prop_assert_eq!(result, Err(BadCode::InvitationCheck)) }
            }
        }

        #[test]
        fn a_reference_reads_back_with_and_without_its_letters(bytes: [u8; 8]) {
            let reference = FamilyReference::from_bytes(&bytes);
            prop_assert_eq!(&FamilyReference::parse(reference.as_str()).unwrap(), &reference);
            prop_assert_eq!(&FamilyReference::parse(&reference.as_str()[3..].to_lowercase()).unwrap(), &reference);
        }
    }

    #[test]
    fn codes_of_a_wrong_shape_are_refused() {
        for bad in ["", "ABCD", "ABCD-EFGH-JKMNP", "ABCD-EFGH-JKM!", "ABCD-EFGH-JKMU", "АBCD-EFGH-JKMN"] {
            assert_eq!(InvitationCode::parse(bad), Err(BadCode::InvitationShape), "{bad:?}");
        }
        for bad in ["", "KW", "KW-7F3K-9QX", "KX-7F3K-9QXM", "KW-7F3K-9QXM-1"] {
            assert_eq!(FamilyReference::parse(bad), Err(BadCode::ReferenceShape), "{bad:?}");
        }
        assert_eq!(FamilyReference::parse(" kw 7f3k 9qxm ").unwrap().as_str(), "KW-7F3K-9QXM");
    }
}
