//! Made-up names for made-up people, and NHS numbers of the range that is kept free for tests; and the words by which the
//! people of a played family are found again.
//! Must not know: whose they are.

use crate::clock::Chance;

const WOMEN: &[&str] = &[
    "Aderyn", "Alys", "Amina", "Angharad", "Anna", "Beca", "Bethan", "Bronwen", "Carys", "Catrin", "Ceri",
    "Chloe", "Delyth", "Dilys", "Efa", "Eira", "Eleri", "Elin", "Emily", "Enfys", "Erin", "Esther", "Fatima",
    "Ffion", "Gaynor", "Glenys", "Grace", "Gwen", "Hannah", "Heledd", "Iman", "Iona", "Isla", "Jade",
    "Jasmine", "Joan", "Kavita", "Laura", "Leila", "Lowri", "Mabli", "Mair", "Mali", "Marged", "Megan",
    "Mercy", "Morwenna", "Nadia", "Nerys", "Nia", "Olwen", "Priya", "Rhian", "Rhiannon", "Ruth", "Sara",
    "Seren", "Sian", "Siwan", "Tamsin", "Tegan", "Uma", "Wendy", "Zainab",
];
const MEN: &[&str] = &[
    "Aled", "Alun", "Aneirin", "Arthur", "Arun", "Bleddyn", "Bryn", "Caradog", "Cai", "Dafydd", "Daniel",
    "David", "Dewi", "Dylan", "Eifion", "Elis", "Emrys", "Euan", "Evan", "Farid", "Gareth", "George",
    "Geraint", "Gethin", "Glyn", "Gwilym", "Harri", "Hassan", "Huw", "Idris", "Ieuan", "Ifan", "Imran",
    "Iolo", "Isaac", "Ivor", "Jack", "Joseph", "Kofi", "Leo", "Liam", "Llew", "Macsen", "Mal", "Mark",
    "Mihangel", "Morgan", "Nathan", "Noah", "Osian", "Owain", "Paul", "Peredur", "Rajan", "Rhodri", "Rhys",
    "Robin", "Samuel", "Steffan", "Tomos", "Trystan", "Urien", "Wyn", "Yusuf",
];
const FIRST: &[&str] = &[
    "Ab", "Al", "Bar", "Bel", "Bran", "Cal", "Car", "Cor", "Dar", "Del", "El", "Fen", "Gar", "Gor", "Hal",
    "Hol", "Ken", "Lan", "Mar", "Mel", "Nor", "Os", "Pen", "Quar", "Ren", "Ros", "Sel", "Tal", "Tre", "Val",
    "Wal", "Yar",
];
const SECOND: &[&str] = &[
    "ber", "bury", "combe", "croft", "dale", "den", "field", "ford", "gate", "ham", "hurst", "ing", "ley",
    "low", "man", "mere", "more", "ness", "nock", "rick", "ridge", "row", "sey", "shaw", "stead", "stock",
    "ton", "vane", "ville", "wick", "win", "worth",
];

/// A number below `most`; 0 where there is nothing to choose from.
pub fn below(chance: &dyn Chance, most: usize) -> usize {
    let mut bytes = [0u8; 8];
    chance.fill(&mut bytes);
    usize::try_from(u64::from_le_bytes(bytes) >> 1).unwrap_or_default().checked_rem(most).unwrap_or_default()
}

fn one_of(chance: &dyn Chance, of: &'static [&'static str]) -> &'static str {
    of.get(below(chance, of.len())).copied().unwrap_or("Robin")
}

pub fn given(chance: &dyn Chance, woman: bool) -> String {
    one_of(chance, if woman { WOMEN } else { MEN }).to_owned()
}

/// One of a thousand.
pub fn surname(chance: &dyn Chance) -> String {
    format!("{}{}", one_of(chance, FIRST), one_of(chance, SECOND))
}

/// A number that checks, of the range 999 000 0000 and on, which is given to nobody: another one for each of 500,000 places.
pub fn nhs_number(place: u64) -> String {
    let nine = 999_000_000 + place % 500_000 * 2;
    // Some have no check digit; the odd one beside it then has.
    let checked = |nine: u64| {
        let digits: Vec<u64> = nine.to_string().bytes().map(|digit| u64::from(digit - b'0')).collect();
        let sum: u64 = digits.iter().zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
        let check = (11 - sum % 11) % 11;
        (check < 10).then(|| format!("{nine}{check}"))
    };
    checked(nine).or_else(|| checked(nine + 1)).unwrap_or_default()
}

/// A word that stands nowhere else: a given name or a surname.
pub fn word(kind: char, place: usize, person: usize) -> String {
    let letter =
        |number: usize| u32::try_from(number % 26).ok().and_then(|n| char::from_u32(97 + n)).unwrap_or('a');
    format!("Qz{kind}{}{}{}{}", letter(place / 26), letter(place), letter(person / 26), letter(person))
}

/// Which family of the played one somebody was born into: the surname.
pub fn line_of(relation: &str, of: Option<usize>) -> usize {
    match of {
        None if relation.starts_with("mother") => 1,
        None => 0,
        Some(place) => 2 + place % 3,
    }
}

/// The number of a laboratory's report.
pub fn lab_number(place: usize) -> String {
    format!("KVQZ-{place:04}")
}

/// The proband's number.
pub fn number(place: usize) -> String {
    nhs_number(499_000 + u64::try_from(place).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clinic::people::person::Sought, clock::SeededChance};

    #[test]
    fn names_are_many_and_numbers_check() {
        let chance = SeededChance::new(1);
        let surnames: std::collections::BTreeSet<String> = (0..5000).map(|_| surname(&chance)).collect();
        assert!(surnames.len() > 900, "{}", surnames.len());
        for place in (0..2000).chain([499_999]) {
            assert!(Sought::number(&nhs_number(place)).is_ok(), "{place}");
        }
    }
}
