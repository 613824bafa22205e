//! A family as a CanRisk file of any version, and what that version has no place for.
//! Must not know: how a file is read.

use super::super::family_file::kept_value;
use super::super::loss::{Feature, lost, sentence, shortened};
use super::super::parents::father_and_mother;
use super::super::{FamilyFile, Format, WriteError, Written};
use super::row::{OLDEST, YEARS};
use super::version::{CanRiskVersion, PATHOLOGY};
use super::{VERSION, cancer};
use crate::model::{Condition, Life, ParentKind, Person, PersonId, Sex, Zygosity};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const HOLDS: &[Feature] = &[
    Feature::FamilyName,
    Feature::Names,
    Feature::Death,
    Feature::Unborn,
    Feature::Proband,
    Feature::Status,
    Feature::Conditions,
    Feature::BirthYear,
    Feature::Age,
    Feature::Twins,
    Feature::Zygosity,
];

/// How long CanRisk lets these be.
const LONGEST_ID: usize = 7;
const LONGEST_FAMILY: usize = 13;
const LONGEST_NAME: usize = 8;

/// The names under which people stand in the file.
struct Ids<'a> {
    of: BTreeMap<&'a PersonId, String>,
    taken: BTreeSet<String>,
    next: usize,
}

impl<'a> Ids<'a> {
    /// Ids that fit stay; the others are numbered.
    fn new(people: &[&'a Person], lost: &mut Vec<String>) -> Ids<'a> {
        let fit = |person: &&&Person| fits(person.id.as_str(), LONGEST_ID);
        let taken = people.iter().filter(fit).map(|person| person.id.to_string()).collect();
        let mut ids = Ids { of: BTreeMap::new(), taken, next: 1 };
        let mut renamed = Vec::new();
        for person in people {
            let id = if fit(&person) { person.id.to_string() } else { ids.fresh() };
            if id != person.id.as_str() {
                renamed.push(format!("{} as {id}", person.id));
            }
            ids.of.insert(&person.id, id);
        }
        if !renamed.is_empty() {
            let renamed: Vec<&str> = renamed.iter().map(String::as_str).collect();
            lost.push(format!(
                "CanRisk takes ids of up to {LONGEST_ID} letters, digits and hyphens. Written with others: {}.",
                shortened(&renamed)
            ));
        }
        ids
    }

    fn fresh(&mut self) -> String {
        loop {
            let id = self.next.to_string();
            self.next += 1;
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }

    fn get(&self, id: &PersonId) -> String {
        self.of.get(id).cloned().unwrap_or_else(|| "0".to_owned())
    }
}

fn fits(text: &str, longest: usize) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !text.is_empty() && text != "0" && text.len() <= longest && text.bytes().all(known)
}

/// Writes one family; without a version, the one it came in, else the newest.
///
/// # Errors
/// No proband or several; a parent whose sex is not known; parents other than one man and one woman.
pub(crate) fn write(file: &FamilyFile, version: Option<CanRiskVersion>) -> Result<Written, WriteError> {
    let head = file.kept.of_file(Format::CanRisk);
    let came_in = kept_value(head, VERSION).and_then(CanRiskVersion::numbered);
    let version = version.or(came_in).unwrap_or(CanRiskVersion::NEWEST);
    let family = &file.pedigree;
    let mut lost = lost(file, Format::CanRisk, HOLDS);
    let people = people(file, &mut lost)?;
    if people.iter().filter(|person| person.proband).count() != 1 {
        return Err(WriteError::OneProband(Format::CanRisk));
    }
    let number = match came_in {
        Some(own) if own == version => kept_value(head, VERSION).unwrap_or(version.number()),
        Some(_) | None => version.number(),
    };
    let mut text = format!("##CanRisk {number}\n");
    for (name, value) in head.iter().filter(|(name, _)| name != VERSION) {
        if version.takes_factor(name, came_in.unwrap_or(version)) {
            text += &format!("##{name}={value}\n");
        } else {
            lost.push(format!("The risk factor {name}: CanRisk {number} has no place for it."));
        }
    }
    text += &format!("##{}\n", version.columns().join("\t"));
    let mut ids = Ids::new(&people, &mut lost);
    let name = family_name(file, &mut lost);
    let twins = twin_marks(file, &people, &mut lost);
    let mut added = Vec::new();
    // Twins have the parents in common, the added ones too.
    let mut of_twins: BTreeMap<&String, String> = BTreeMap::new();
    let mut rows = Vec::new();
    let mut unheld = Unheld::default();
    for person in &people {
        let mut parents = father_and_mother(family, &person.id)?.map(|id| id.map(|id| ids.get(&id.into())));
        if parents.iter().flatten().count() == 1 {
            for (parent, sex) in parents.iter_mut().zip(["M", "F"]) {
                if parent.is_none() {
                    let mark = twins.get(&person.id);
                    if let Some(id) = mark.and_then(|mark| of_twins.get(mark)) {
                        *parent = Some(id.clone());
                        continue;
                    }
                    let id = ids.fresh();
                    of_twins.extend(mark.map(|mark| (mark, id.clone())));
                    added.push(format!(
                        "{id} ({} of {})",
                        if sex == "M" { "father" } else { "mother" },
                        person.id
                    ));
                    rows.push(stranger(&name, &id, sex, version));
                    *parent = Some(id);
                }
            }
        }
        let [father, mother] = parents.map(|parent| parent.unwrap_or_else(|| "0".to_owned()));
        let sex = if person.sex == Sex::Male { "M" } else { "F" };
        let age = person.age.filter(|age| (1..=OLDEST).contains(age));
        if age != person.age {
            unheld.ages.push(person.id.clone());
        }
        let year = person.birth_year.filter(|year| YEARS.contains(year));
        if year != person.birth_year {
            unheld.years.push(person.id.clone());
        }
        let label = file.labels.get(&person.id).filter(|label| fits(label, LONGEST_NAME) && *label != "NA");
        if label.is_none() && file.labels.contains_key(&person.id) {
            unheld.names.push(person.id.clone());
        }
        let zero = || "0".to_owned();
        let mut row = vec![
            name.clone(),
            label.cloned().unwrap_or_else(|| "NA".to_owned()),
            u8::from(person.proband).to_string(),
            ids.get(&person.id),
            father,
            mother,
            sex.to_owned(),
            twins.get(&person.id).cloned().unwrap_or_else(zero),
            u8::from(person.life == Life::Deceased).to_string(),
            age.map_or_else(zero, |age| age.to_string()),
            year.map_or_else(zero, |year| year.to_string()),
        ];
        row.extend(cancers(person, age, &mut unheld));
        row.extend(further(file, &person.id, version, &mut unheld));
        rows.push(row);
    }
    for row in rows {
        text += &row.join("\t");
        text.push('\n');
    }
    if !added.is_empty() {
        let added: Vec<&str> = added.iter().map(String::as_str).collect();
        lost.push(format!(
            "CanRisk takes both parents or none. Added, with nothing known of them: {}.",
            shortened(&added)
        ));
    }
    lost.extend(unheld.sentences(version));
    Ok(Written { text, lost })
}

/// Everyone the file can have: those who were born, and whose sex is known.
fn people<'a>(file: &'a FamilyFile, lost: &mut Vec<String>) -> Result<Vec<&'a Person>, WriteError> {
    let family = &file.pedigree;
    let (people, left): (Vec<&Person>, Vec<&Person>) = family.persons().iter().partition(|person| {
        person.sex != Sex::Unknown && matches!(person.life, Life::Living | Life::Deceased)
    });
    if let Some(parent) =
        left.iter().find(|person| !family.children(&person.id, ParentKind::Biological).is_empty())
    {
        return Err(WriteError::Sex(parent.id.clone()));
    }
    if let Some(proband) = left.iter().find(|person| person.proband) {
        return Err(WriteError::Sex(proband.id.clone()));
    }
    if !left.is_empty() {
        let ids: Vec<&str> = left.iter().map(|person| person.id.as_str()).collect();
        lost.push(format!(
            "Left out, as CanRisk has only people who were born and whose sex is known: {}.",
            shortened(&ids)
        ));
    }
    Ok(people)
}

fn family_name(file: &FamilyFile, lost: &mut Vec<String>) -> String {
    if file.name.is_empty() {
        return "1".to_owned();
    }
    if fits(&file.name, LONGEST_FAMILY) {
        return file.name.clone();
    }
    lost.push(format!("The family's name: CanRisk takes up to {LONGEST_FAMILY} letters, digits and hyphens, and 1 stands there."));
    "1".to_owned()
}

/// The marks of twins from one egg, two to a mark.
fn twin_marks<'a>(
    file: &'a FamilyFile,
    people: &[&Person],
    lost: &mut Vec<String>,
) -> BTreeMap<&'a PersonId, String> {
    let written: BTreeSet<&PersonId> = people.iter().map(|person| &person.id).collect();
    let mut marks = BTreeMap::new();
    let mut free = ('1'..='9').chain('A'..='Z').chain('a'..='z');
    for set in file.pedigree.twins() {
        let pair = match set.members.as_slice() {
            [one, other] if set.zygosity == Zygosity::Monozygotic => {
                let same = file.pedigree.parents(one, ParentKind::Biological)
                    == file.pedigree.parents(other, ParentKind::Biological)
                    && file.pedigree.sex(one) == file.pedigree.sex(other);
                [one, other].iter().all(|id| written.contains(*id)).then_some([one, other]).filter(|_| same)
            }
            _ => None,
        };
        match (pair, free.next()) {
            (Some(pair), Some(mark)) => marks.extend(pair.map(|id| (id, mark.to_string()))),
            _ => lost.push(sentence("That these were born together:", &set.members, Format::CanRisk)),
        }
    }
    marks
}

/// What people have that their columns cannot hold.
#[derive(Default)]
struct Unheld {
    ages: Vec<PersonId>,
    years: Vec<PersonId>,
    names: Vec<PersonId>,
    status: Vec<PersonId>,
    conditions: Vec<String>,
    genes: BTreeMap<String, Vec<PersonId>>,
}

impl Unheld {
    fn sentences(self, version: CanRiskVersion) -> Vec<String> {
        let mut lost = Vec::new();
        let mut say = |what: &str, ids: &[PersonId]| {
            if !ids.is_empty() {
                lost.push(sentence(what, ids, Format::CanRisk));
            }
        };
        say("An age that is not from 1 to 110, of", &self.ages);
        say("A year of birth that is not from 1700 to 2099, of", &self.years);
        say("A name that is not up to 8 letters and digits, of", &self.names);
        say("Affected or not, other than by one of its five cancers:", &self.status);
        if !self.conditions.is_empty() {
            let listed: Vec<&str> = self.conditions.iter().map(String::as_str).collect();
            lost.push(format!("Conditions that are not its five cancers, or ages beyond the person's own: {}: CanRisk has no place for them.", shortened(&listed)));
        }
        for (gene, ids) in self.genes {
            let ids: Vec<&str> = ids.iter().map(PersonId::as_str).collect();
            lost.push(format!(
                "The result of {gene} of {}: CanRisk {} has no place for it.",
                shortened(&ids),
                version.number()
            ));
        }
        lost
    }
}

/// The five columns of cancers.
fn cancers(person: &Person, age: Option<u16>, unheld: &mut Unheld) -> Vec<String> {
    let mut found: BTreeMap<&str, &Condition> = BTreeMap::new();
    for condition in &person.conditions {
        let column = cancer::column(&condition.code).filter(|column| match (*column, person.sex) {
            ("OC", Sex::Male) | ("PRO", Sex::Female) => false,
            ("BC2", _) => cancer::breast(person).is_some(),
            _ => true,
        });
        match column {
            Some(column) if !found.contains_key(column) => {
                found.insert(column, condition);
            }
            _ => unheld.conditions.push(format!("{} of {}", condition.code, person.id)),
        }
    }
    let written: Vec<Condition> = found.values().map(|condition| (*condition).clone()).collect();
    if person.affected != cancer::affected_by(&written) {
        unheld.status.push(person.id.clone());
    }
    let field = |(column, _): (&str, &str)| {
        let Some(condition) = found.get(column) else { return "0".to_owned() };
        let held =
            condition.age.filter(|found| (1..=OLDEST).contains(found) && age.is_none_or(|age| *found <= age));
        if held != condition.age {
            unheld.conditions.push(format!("the age of {} of {}", condition.code, person.id));
        }
        held.map_or_else(|| "AU".to_owned(), |age| age.to_string())
    };
    cancer::CANCERS.into_iter().map(field).collect()
}

/// Descent, genes and pathology as they were kept.
fn further(file: &FamilyFile, id: &PersonId, version: CanRiskVersion, unheld: &mut Unheld) -> Vec<String> {
    let kept = file.kept.of(Format::CanRisk, id);
    let columns = version.columns();
    for (name, _) in kept.iter().filter(|(name, _)| !columns.contains(&name.as_str())) {
        unheld.genes.entry(name.clone()).or_default().push(id.clone());
    }
    let value = |name: &str| kept_value(kept, name).unwrap_or(nothing(name)).to_owned();
    columns.iter().skip(16).map(|name| value(name)).collect()
}

/// The sign of a column for "not tested" or "not known".
fn nothing(column: &str) -> &'static str {
    match column {
        "Ashkn" => "0",
        PATHOLOGY => "0:0:0:0:0",
        _ => "0:0",
    }
}

/// The row of a parent who is not in the family.
fn stranger(family: &str, id: &str, sex: &str, version: CanRiskVersion) -> Vec<String> {
    let mut row: Vec<String> = [family, "NA", "0", id, "0", "0", sex].map(str::to_owned).into();
    row.extend(vec!["0".to_owned(); 9]);
    row.extend(version.columns().iter().skip(16).map(|column| nothing(column).to_owned()));
    row
}
