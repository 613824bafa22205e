//! The values of a table's columns, both ways.
//! Must not know: lines or columns of a file.

use super::columns::Column;
use crate::model::{
    Affected, Childless, Condition, Consanguinity, Count, Gender, Life, Pedigree, Person, PersonId, Sex,
    Union, Zygosity,
};

const LIVES: [(Life, &str); 7] = [
    (Life::Living, "living"),
    (Life::Deceased, "deceased"),
    (Life::Pregnancy, "pregnancy"),
    (Life::Stillbirth, "stillbirth"),
    (Life::Miscarriage, "miscarriage"),
    (Life::Termination, "termination"),
    (Life::Ectopic, "ectopic"),
];
const GENDERS: [(Gender, &str); 3] =
    [(Gender::Man, "man"), (Gender::Woman, "woman"), (Gender::NonBinary, "non-binary")];
const CHILDLESS: [(Childless, &str); 2] =
    [(Childless::Choice, "choice"), (Childless::Infertile, "infertile")];
const ZYGOSITIES: [(Zygosity, &str); 2] = [(Zygosity::Monozygotic, "mz"), (Zygosity::Dizygotic, "dz")];

/// The sex of the usual signs and words.
pub(super) fn sex(text: &str) -> Option<Sex> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "m" | "male" | "man" => Some(Sex::Male),
        "2" | "f" | "female" | "woman" => Some(Sex::Female),
        "" | "0" | "3" | "-9" | "na" | "." | "u" | "x" | "?" | "unknown" | "unspecified" => {
            Some(Sex::Unknown)
        }
        _ => None,
    }
}

/// Puts a value of a column into a person.
///
/// # Errors
/// What the column expects.
pub(super) fn read(
    person: &mut Person,
    column: Column,
    text: &str,
    affected_is_two: bool,
) -> Result<(), &'static str> {
    let word = text.to_ascii_lowercase();
    match column {
        Column::Gender => {
            person.gender = Some(find(&GENDERS, &word).ok_or("man, woman or non-binary")?);
        }
        Column::Life => {
            let life = match word.as_str() {
                "0" | "no" | "false" | "alive" => Some(Life::Living),
                "1" | "yes" | "true" | "dead" => Some(Life::Deceased),
                word => find(&LIVES, word),
            };
            person.life =
                life.ok_or("living, deceased, pregnancy, stillbirth, miscarriage, termination or ectopic")?;
        }
        Column::Weeks => person.weeks = Some(text.parse().map_err(|_| "weeks as a whole number")?),
        Column::Proband => person.proband = yes(&word).ok_or("yes or no")?,
        Column::Consultand => person.consultand = yes(&word).ok_or("yes or no")?,
        Column::Affected => {
            person.affected = match (word.as_str(), affected_is_two) {
                ("2", true) | ("1", false) | ("yes" | "true" | "affected", _) => Affected::Yes,
                ("1", true) | ("0", false) | ("no" | "false" | "unaffected", _) => Affected::No,
                ("0", true) | ("-9" | "unknown" | "x", _) => Affected::Unknown,
                _ => return Err("yes, no or unknown, or the same number for each on every line"),
            };
        }
        Column::Conditions => {
            person.conditions = items(text).iter().map(|item| condition(item)).collect::<Result<_, _>>()?
        }
        Column::BirthYear => person.birth_year = Some(text.parse().map_err(|_| "a year")?),
        Column::Age => person.age = Some(text.parse().map_err(|_| "an age in whole years")?),
        Column::BirthOrder => {
            person.birth_order = Some(text.parse().map_err(|_| "a whole number, 1 for the eldest")?)
        }
        Column::Count => {
            person.count = match word.as_str() {
                "n" => Count::Unknown,
                "1" => Count::One,
                word => Count::Several(word.parse().map_err(|_| "how many people this is, or n")?),
            };
        }
        Column::Childless => {
            person.childless = Some(find(&CHILDLESS, &word).ok_or("choice or infertile")?);
        }
        Column::Family
        | Column::Id
        | Column::Father
        | Column::Mother
        | Column::Sex
        | Column::Name
        | Column::LegalParents
        | Column::CarriedBy
        | Column::Donors
        | Column::Twins
        | Column::Partners => {}
    }
    Ok(())
}

fn condition(parts: &[String]) -> Result<Condition, &'static str> {
    const EXPECTED: &str = "conditions with ; between them, each with :age after it or nothing";
    match parts {
        [code] => Ok(Condition { code: code.clone(), age: None }),
        [code, age] => Ok(Condition { code: code.clone(), age: Some(age.parse().map_err(|_| EXPECTED)?) }),
        _ => Err(EXPECTED),
    }
}

fn yes(word: &str) -> Option<bool> {
    match word {
        "1" | "yes" | "true" | "y" => Some(true),
        "0" | "no" | "false" | "n" => Some(false),
        _ => None,
    }
}

fn find<T: Copy>(words: &[(T, &str)], word: &str) -> Option<T> {
    words.iter().find(|(_, own)| *own == word).map(|(value, _)| *value)
}

fn word<T: PartialEq>(words: &[(T, &'static str)], value: &T) -> Option<&'static str> {
    words.iter().find(|(own, _)| own == value).map(|(_, word)| *word)
}

/// What a person's column holds, if anything beyond the default.
pub(super) fn write(person: &Person, column: Column) -> Option<String> {
    let told = |yes: bool| yes.then(|| "yes".to_owned());
    match column {
        Column::Gender => person.gender.and_then(|gender| word(&GENDERS, &gender)).map(str::to_owned),
        Column::Life => word(&LIVES, &person.life).filter(|_| person.life != Life::Living).map(str::to_owned),
        Column::Weeks => person.weeks.map(|weeks| weeks.to_string()),
        Column::Proband => told(person.proband),
        Column::Consultand => told(person.consultand),
        Column::Affected => match person.affected {
            Affected::Yes => told(true),
            Affected::No => Some("no".to_owned()),
            Affected::Unknown => None,
        },
        Column::Conditions => {
            let age = |age: &u16| age.to_string();
            let parts = |condition: &Condition| {
                [Some(condition.code.clone()), condition.age.as_ref().map(age)]
                    .into_iter()
                    .flatten()
                    .collect()
            };
            written(person.conditions.iter().map(parts))
        }
        Column::BirthYear => person.birth_year.map(|year| year.to_string()),
        Column::Age => person.age.map(|age| age.to_string()),
        Column::BirthOrder => person.birth_order.map(|place| place.to_string()),
        Column::Count => match person.count {
            Count::One => None,
            // One is not several; it would be read as a single person.
            Count::Several(1) => Some("01".to_owned()),
            Count::Several(count) => Some(count.to_string()),
            Count::Unknown => Some("n".to_owned()),
        },
        Column::Childless => person.childless.and_then(|why| word(&CHILDLESS, &why)).map(str::to_owned),
        Column::Family
        | Column::Id
        | Column::Father
        | Column::Mother
        | Column::Sex
        | Column::Name
        | Column::LegalParents
        | Column::CarriedBy
        | Column::Donors
        | Column::Twins
        | Column::Partners => None,
    }
}

/// The items of a field, cut at `;`, each cut at `:`; a backslash takes the next sign as it is.
pub(super) fn items(text: &str) -> Vec<Vec<String>> {
    let mut items = vec![vec![String::new()]];
    let mut marks = text.chars();
    while let Some(mark) = marks.next() {
        match (mark, items.last_mut()) {
            (';', _) => items.push(vec![String::new()]),
            (':', Some(item)) => item.push(String::new()),
            (mark, Some(item)) => {
                let mark = if mark == '\\' { marks.next().unwrap_or(mark) } else { mark };
                if let Some(part) = item.last_mut() {
                    part.push(mark);
                }
            }
            (_, None) => {}
        }
    }
    items
}

/// Ids alone: the first part of each item.
pub(super) fn ids(text: &str) -> Vec<String> {
    items(text).into_iter().filter_map(|parts| parts.into_iter().next()).collect()
}

/// Items as one field; none, where there is no item.
pub(super) fn written(items: impl Iterator<Item = Vec<String>>) -> Option<String> {
    let escape = |part: String| {
        part.chars()
            .flat_map(|mark| matches!(mark, '\\' | ';' | ':').then_some('\\').into_iter().chain([mark]))
            .collect::<String>()
    };
    let items: Vec<String> =
        items.map(|parts| parts.into_iter().map(escape).collect::<Vec<_>>().join(":")).collect();
    if items.is_empty() { None } else { Some(items.join(";")) }
}

/// The other twin and what is said of the eggs.
pub(super) fn twin(parts: &[String]) -> Option<(PersonId, Zygosity)> {
    match parts {
        [other] => Some((other.as_str().into(), Zygosity::Unknown)),
        [other, kind] => Some((other.as_str().into(), find(&ZYGOSITIES, &kind.to_lowercase())?)),
        _ => None,
    }
}

/// The rest of the set that a person is the first of.
pub(super) fn twins_after(family: &Pedigree, id: &PersonId) -> Option<String> {
    let set = family.twins_of(id).filter(|set| set.members.first() == Some(id))?;
    let kind = word(&ZYGOSITIES, &set.zygosity).map(str::to_owned);
    let others = set.members.iter().skip(1);
    written(others.map(|other| std::iter::once(other.to_string()).chain(kind.clone()).collect()))
}

/// A partner and what is said of the couple.
pub(super) fn union(id: &PersonId, parts: &[String]) -> Option<Union> {
    let (partner, said) = parts.split_first()?;
    let mut union = Union::new(id.clone(), partner.as_str());
    for word in said {
        match word.to_lowercase().as_str() {
            "ended" => union.ended = true,
            "related" => union.consanguinity = Consanguinity::Stated,
            "unrelated" => union.consanguinity = Consanguinity::Denied,
            word => union.childless = Some(find(&CHILDLESS, word)?),
        }
    }
    Some(union)
}

/// The couples that a person is the first of.
pub(super) fn unions_after(unions: &[&Union], id: &PersonId) -> Option<String> {
    let own = unions.iter().filter(|union| union.partners.first() == Some(id));
    written(own.map(|union| {
        let [_, partner] = &union.partners;
        let related = match union.consanguinity {
            Consanguinity::NotAsked => None,
            Consanguinity::Denied => Some("unrelated"),
            Consanguinity::Stated => Some("related"),
        };
        let childless = union.childless.and_then(|why| word(&CHILDLESS, &why));
        let said = [union.ended.then_some("ended"), related, childless].into_iter().flatten();
        std::iter::once(partner.to_string()).chain(said.map(str::to_owned)).collect()
    }))
}
