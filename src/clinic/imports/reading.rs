//! The rows of a file read, some families at a time: what is wrong with each, and who may be there already or stands in the file
//! twice. Must not know: how a family is brought in.

use super::{
    family::{Rows, families_put},
    people::{Problem, Source, proposed, somebody},
    question::{Other, Question},
    state::{Import, import_read},
    step::source,
    table::Table,
};
use crate::{
    access::{Caller, Permission, family::families_related},
    audit::{Act, Deed},
    clinic::{
        imports::mapping::{Field, Mapping},
        people::{
            change::{Alike, FreshIds, Said, There, alike},
            person::{Person, Sought, families_sought, persons_sought},
        },
    },
    db::UtcDate,
    error::{Error, Result},
    ids::{FamilyId, PersonId},
};
use std::collections::HashMap;

/// Rows that are read in one act.
const ROWS: usize = 5_000;

/// Families of a file in the order in which they begin, each with the places of its rows.
fn grouped(table: &Table, mapping: &Mapping) -> Vec<(String, Vec<usize>)> {
    let mut at: HashMap<&str, usize> = HashMap::new();
    let mut families: Vec<(String, Vec<usize>)> = Vec::new();
    for (place, line) in table.rows.iter().enumerate() {
        let reference = mapping.cell(&line.cells, Field::Family);
        let family = *at.entry(reference).or_insert_with(|| {
            families.push((reference.to_owned(), Vec::new()));
            families.len() - 1
        });
        if let Some((_, places)) = families.get_mut(family) {
            places.push(place);
        }
    }
    families
}

/// Reads the next families of a file: what is wrong with them, and who may be there already or stands there twice.
pub fn families_read(act: &mut Act<'_>, import: &Import) -> Result<()> {
    let caller = Caller::of_order(act, import.started_by, Permission::ImportRun)?;
    let unlocked = import.keys(act)?;
    let table = import.table(&unlocked)?;
    let mapping = import.mapping_said()?;
    let families = grouped(&table, &mapping);
    let twice = Twice::of(&table, &families, &mapping);
    let from = usize::try_from(import.read_to).map_err(Error::inner)?;
    let (mut read, mut rows) = (Vec::new(), 0);
    for (reference, places) in families.iter().skip(from) {
        if rows >= ROWS {
            break;
        }
        rows += places.len();
        let lines = places.iter().filter_map(|place| table.rows.get(*place).cloned()).collect();
        read.push(Rows { reference: reference.clone(), lines, ..Rows::default() });
    }
    let people: Vec<Vec<(u32, Said)>> = read.iter().map(|rows| said_of(rows, &mapping)).collect();
    let known = Known::read(act, &caller, &people)?;
    let (words, as_of) = source(import);
    let source = Source { words: &words, as_of, service: import.service_id };
    for (rows, people) in read.iter_mut().zip(&people) {
        for (row, said) in people {
            rows.questions.extend(known.asked(*row, said));
            rows.questions.extend(twice.asked(*row, said));
        }
        let mut ids = FreshIds::draw(|| PersonId::new(act.chance()), rows.lines.len());
        let mut proposed = proposed(rows, &mapping, &There::nobody(), &mut ids, &source)?;
        let nowhere = (import.service_id, FamilyId::new(act.chance()));
        proposed.plan(&There::nobody(), nowhere, act.at, act.policy().dates);
        rows.problems = proposed.problems;
        if rows.reference.is_empty() {
            rows.problems.extend(rows.lines.iter().map(|line| Problem {
                row: line.number,
                column: Field::Family,
                what: "This row belongs to no family.".into(),
                to_do: "Write the family reference of the old system into it.".into(),
            }));
        }
        rows.problems.sort_by_key(|problem| problem.row);
    }
    families_put(act, import, unlocked.grant()?, import.read_to, &read)?;
    let to = from + read.len();
    act.record(Deed::ImportFamiliesRead, ("import", import.id.as_str()), None, &read.len().to_string())?;
    import_read(act, import, i32::try_from(to).map_err(Error::inner)?, to >= families.len())
}

fn said_of(rows: &Rows, mapping: &Mapping) -> Vec<(u32, Said)> {
    let mut ignored = Vec::new();
    rows.lines.iter().map(|line| (line.number, somebody(line, mapping, &mut ignored).said)).collect()
}

/// A name and a birth, as they are compared; none where one of them is not known.
fn name_key(said: &Said) -> Option<String> {
    let name = |name: &Option<String>| {
        name.as_ref()
            .map(|name| name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>())
    };
    Some(format!("{}|{}|{}", name(&said.given_name)?, name(&said.family_name)?, said.birth_date?))
}

/// Who of the file stands in an earlier row of it.
struct Twice {
    /// By NHS number: the first row, with its family and birth.
    numbers: HashMap<String, (u32, usize, Option<UtcDate>)>,
    /// By name and birth: the first row, with its family and number.
    names: HashMap<String, (u32, usize, Option<String>)>,
    family_of: HashMap<u32, usize>,
}

impl Twice {
    fn of(table: &Table, families: &[(String, Vec<usize>)], mapping: &Mapping) -> Self {
        let mut family_of = HashMap::new();
        for (family, (_, places)) in families.iter().enumerate() {
            let lines = places.iter().filter_map(|place| table.rows.get(*place));
            family_of.extend(lines.map(|line| (line.number, family)));
        }
        let mut twice = Self { numbers: HashMap::new(), names: HashMap::new(), family_of };
        let mut ignored = Vec::new();
        for line in &table.rows {
            let said = somebody(line, mapping, &mut ignored).said;
            ignored.clear();
            let family = twice.family_of.get(&line.number).copied().unwrap_or_default();
            if let Some(key) = name_key(&said) {
                twice.names.entry(key).or_insert((line.number, family, said.nhs_number.clone()));
            }
            if let Some(number) = said.nhs_number {
                twice.numbers.entry(number).or_insert((line.number, family, said.birth_date));
            }
        }
        twice
    }

    fn asked(&self, row: u32, said: &Said) -> Option<Question> {
        let own = self.family_of.get(&row).copied();
        let other = |first: u32, family: usize| match own == Some(family) {
            true => Other::Row(first),
            false => Other::Elsewhere(first),
        };
        let number = said.nhs_number.as_ref().and_then(|number| self.numbers.get(number));
        if let Some((first, family, born)) = number.filter(|(first, ..)| *first < row) {
            let exact = born.is_some() && *born == said.birth_date;
            return Some(Question { row, other: other(*first, *family), by_number: true, exact, said: None });
        }
        let name = name_key(said).and_then(|key| self.names.get(&key));
        let (first, family, number) = name.filter(|(first, ..)| *first < row)?;
        // Two numbers are two people.
        if number.is_some() && said.nhs_number.is_some() {
            return None;
        }
        Some(Question { row, other: other(*first, *family), by_number: false, exact: false, said: None })
    }
}

/// People of families that whoever brings the file in has to do with, who may stand in it.
struct Known {
    people: Vec<Person>,
    numbers: HashMap<String, Vec<usize>>,
    names: HashMap<String, Vec<usize>>,
}

impl Known {
    /// Two statements for any number of rows, and one for the relationships.
    fn read(act: &mut Act<'_>, caller: &Caller, people: &[Vec<(u32, Said)>]) -> Result<Self> {
        let mut sought = Vec::new();
        for (_, said) in people.iter().flatten() {
            sought.extend(said.nhs_number.clone().map(Sought::Number));
            if let (Some(name), Some(born)) = (&said.family_name, said.birth_date) {
                sought.push(Sought::Named(name.clone(), born));
            }
        }
        act.record(Deed::PersonSought, ("staff", caller.staff.as_str()), None, "import")?;
        let families = families_sought(act, &sought)?;
        let proofs = families_related(act.conn(), caller, &families)?;
        let people = if proofs.is_empty() { Vec::new() } else { persons_sought(act, &proofs, &sought)? };
        let mut known = Self { people: Vec::new(), numbers: HashMap::new(), names: HashMap::new() };
        for (at, person) in people.iter().enumerate() {
            if let Some(number) = &person.nhs_number {
                known.numbers.entry(number.clone()).or_default().push(at);
            }
            let said = Said {
                given_name: person.given_name.clone(),
                family_name: person.family_name.clone(),
                birth_date: person.birth_date,
                ..Said::default()
            };
            if let Some(key) = name_key(&said) {
                known.names.entry(key).or_default().push(at);
            }
        }
        Ok(Self { people, ..known })
    }

    fn asked(&self, row: u32, said: &Said) -> Vec<Question> {
        let by_number = said.nhs_number.as_ref().and_then(|number| self.numbers.get(number));
        let by_name = name_key(said).and_then(|key| self.names.get(&key));
        let mut places: Vec<usize> = by_number.into_iter().chain(by_name).flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        let question = |person: &Person| {
            let (by_number, exact) = match alike(person, said)? {
                Alike::Number { same_birth } => (true, same_birth),
                Alike::Name => (false, false),
            };
            let other = Other::There(person.id, person.family_id);
            Some(Question { row, other, by_number, exact, said: None })
        };
        places.iter().filter_map(|at| self.people.get(*at)).filter_map(question).collect()
    }
}
