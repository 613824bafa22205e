//! Rows of the quick entry table: each row a person, by relation to somebody who is there or stands in an earlier row.
//! Must not know: how rows reach it, or that anything is saved.

use super::{
    cells::{self, Born, Note},
    relation::{Typed, relation},
};
use crate::{
    clinic::people::{
        change::{FreshIds, Placed, Proposal, Said, There, matches},
        kinship::{ParentKind, pedigree_id, person_id},
        particulars::Particulars,
        person::SexAtBirth,
        ties::{Couple, Twins},
    },
    error::Result,
    ids::PersonId,
};
use kinward_pedigree as pedigree;
use std::collections::BTreeMap;

/// One row as it was typed; empty cells are empty.
#[derive(Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Row {
    /// From 1, as the page shows it.
    #[serde(skip)]
    pub number: usize,
    pub relation: String,
    pub of: String,
    pub given_name: String,
    pub family_name: String,
    pub sex: String,
    pub born: String,
    pub life: String,
    pub had: String,
    pub notes: String,
}

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongCell {
    pub row: usize,
    pub column: &'static str,
    pub words: String,
}

/// What the rows say, and which row is about whom.
pub struct Read {
    pub proposal: Proposal,
    pub row_of: BTreeMap<PersonId, usize>,
    pub wrong: Vec<WrongCell>,
}

impl Row {
    /// Every cell as it was typed, in the order of the columns.
    pub fn cells(&self) -> [&str; 9] {
        [
            &self.relation,
            &self.of,
            &self.given_name,
            &self.family_name,
            &self.sex,
            &self.born,
            &self.life,
            &self.had,
            &self.notes,
        ]
    }

    pub fn is_empty(&self) -> bool {
        self.cells().iter().all(|cell| cell.trim().is_empty())
    }
}

/// Most people one row can bring: the relative and everyone on the way.
pub const MOST_A_ROW: usize = pedigree::Relation::MOST_STEPS * 3;

/// Reads rows in their order. A row whose relation is there without a name is about that person; anybody else is new.
///
/// # Errors
/// Only faults of ours; what is wrong with the rows is in the answer.
pub fn read(there: &There, rows: &[Row], ids: &mut FreshIds) -> Result<Read> {
    let mut reading = Reading {
        there,
        numbers: there.numbers(),
        tree: there.tree.clone(),
        ids,
        read: Read { proposal: Proposal::default(), row_of: BTreeMap::new(), wrong: Vec::new() },
        at: 0,
    };
    for row in rows.iter().filter(|row| !row.is_empty()) {
        reading.at = row.number;
        reading.row(row)?;
    }
    Ok(reading.read)
}

/// What the cells of a row say of one person. What cannot be read goes to `wrong`, with the name of its cell.
pub fn said(row: &Row, notes: &[Note], wrong: &mut dyn FnMut(&'static str, String)) -> Said {
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let mut said =
        Said { given_name: given(&row.given_name), family_name: given(&row.family_name), ..Said::default() };
    said.sex = match row.sex.trim().to_lowercase().as_str() {
        "" => None,
        "f" | "female" => Some(SexAtBirth::Female),
        "m" | "male" => Some(SexAtBirth::Male),
        "u" | "unknown" => Some(SexAtBirth::Unknown),
        _ => {
            wrong("sex", "Choose female, male or not known.".into());
            None
        }
    };
    let mut particulars = Particulars::default();
    if !row.born.trim().is_empty() {
        match cells::born(&row.born) {
            Ok(Born::On(date)) => said.birth_date = Some(date),
            Ok(Born::In(year)) => particulars.birth_year = Some(year),
            Ok(Born::Aged(age)) => particulars.age = Some(age),
            Err(words) => wrong("born", words.into()),
        }
    }
    if !row.life.trim().is_empty() {
        match cells::lived(&row.life) {
            Ok(lived) => {
                said.died_on = lived.died_on;
                particulars.life = lived.life;
                particulars.weeks = lived.weeks;
                particulars.age = lived.age.or(particulars.age);
            }
            Err(words) => wrong("life", words.into()),
        }
    }
    match cells::had(&row.had) {
        Ok((affected, conditions)) => {
            said.affected = affected;
            said.conditions = conditions;
        }
        Err(words) => wrong("had", words.into()),
    }
    for note in notes {
        match note {
            Note::Gender(gender) => particulars.gender = Some(*gender),
            Note::People(count) => particulars.count = Some(*count),
            Note::Childless(why) => particulars.childless = Some(*why),
            Note::Consultand => particulars.consultand = Some(true),
            Note::TwinOf(_, _) | Note::Adopted | Note::Donor | Note::AnotherPerson => {}
        }
    }
    said.particulars = particulars;
    said
}

struct Reading<'a> {
    there: &'a There,
    numbers: BTreeMap<PersonId, String>,
    /// The family as it grows row by row.
    tree: pedigree::Pedigree,
    ids: &'a mut FreshIds,
    read: Read,
    /// The row that is being read.
    at: usize,
}

impl Reading<'_> {
    fn wrong(&mut self, column: &'static str, words: impl Into<String>) {
        self.read.wrong.push(WrongCell { row: self.at, column, words: words.into() });
    }

    /// The value, or nothing once the words are noted beside the cell.
    fn or_wrong<T>(
        &mut self,
        column: &'static str,
        read: std::result::Result<T, impl Into<String>>,
    ) -> Option<T> {
        read.map_err(|words| self.wrong(column, words)).ok()
    }

    fn row(&mut self, row: &Row) -> Result<()> {
        let typed = self.or_wrong_relation(row);
        let of = self.of(&row.of);
        let notes = self.or_wrong("notes", cells::notes(&row.notes)).unwrap_or_default();
        let mut said = self.said(row, &notes);
        let (Some(typed), Some((first, second))) = (typed, of) else { return Ok(()) };
        let person = match typed {
            Typed::Partner { sex, ended } => {
                let person = self.new_person(said.sex.unwrap_or(sex))?;
                said.sex = said.sex.or(Some(sex));
                let couple = Couple { ended, ..Couple::of(first, person) };
                self.tree.add_union(pedigree::Union::new(pedigree_id(first), pedigree_id(person)));
                self.read.proposal.couples.push(couple);
                Some(person)
            }
            Typed::Kin { relation, sex_open, twin, life } => {
                said.particulars.life = said.particulars.life.or(life);
                let by_law = notes.contains(&Note::Adopted);
                let gave = notes.contains(&Note::Donor);
                let sex = said.sex.filter(|_| sex_open).or(sex_open.then_some(SexAtBirth::Unknown));
                let person = self.relative(first, &relation, sex, (by_law, gave))?;
                if let Some(person) = person {
                    let last = relation.steps().last().map(|step| step.sex().into());
                    if said.sex.is_some() && !sex_open && said.sex != last {
                        self.wrong(
                            "sex",
                            format!("A {} is not of this sex. Change one of the two.", relation.label()),
                        );
                    }
                    said.sex = if sex_open { said.sex } else { last };
                    if let Some(zygosity) = twin {
                        self.read.proposal.twins.push(Twins { members: vec![first, person], zygosity });
                    }
                }
                person
            }
        };
        let Some(person) = person else { return Ok(()) };
        if let Some(second) = second {
            self.second_parent(person, second, notes.contains(&Note::Adopted));
        }
        self.twins(person, &notes);
        self.known_already(person, &said, &notes);
        self.read.row_of.insert(person, self.at);
        self.say(person, said);
        Ok(())
    }

    fn or_wrong_relation(&mut self, row: &Row) -> Option<Typed> {
        self.or_wrong("relation", relation(&row.relation))
    }

    /// From whom a relation is counted: nobody said is the proband; two are the parents of a child.
    fn of(&mut self, text: &str) -> Option<(PersonId, Option<PersonId>)> {
        let text = text.trim();
        if text.is_empty() {
            let proband = self.there.proband().map(|proband| proband.id);
            if proband.is_none() {
                self.wrong("of", "This family has no proband. Say whose relative this is, by number.");
            }
            return proband.map(|id| (id, None));
        }
        let lower = text.to_lowercase().replace(" and ", "+").replace(['&', ','], "+");
        let parts: Vec<&str> = lower.split('+').map(str::trim).collect();
        let found: Option<Vec<PersonId>> = parts.iter().map(|part| self.one_of(part)).collect();
        match found.as_deref() {
            Some([one]) => Some((*one, None)),
            Some([one, other]) if one != other => Some((*one, Some(*other))),
            Some(_) | None => {
                self.wrong("of", "Enter a number from the list of those who are there (II-3), or the number of an earlier row (4). For a child of two people: 1 and 4. Leave it empty for the proband.");
                None
            }
        }
    }

    fn one_of(&self, text: &str) -> Option<PersonId> {
        let row = text.trim_start_matches("row").trim().parse::<usize>().ok();
        if let Some(row) = row {
            return self.read.row_of.iter().find(|(_, at)| **at == row).map(|(id, _)| *id);
        }
        if text == "proband" {
            return self.there.proband().map(|proband| proband.id);
        }
        self.numbers.iter().find(|(_, number)| number.eq_ignore_ascii_case(text)).map(|(id, _)| *id)
    }

    fn said(&mut self, row: &Row, notes: &[Note]) -> Said {
        let mut found = Vec::new();
        let said = said(row, notes, &mut |column, words| found.push((column, words)));
        found.into_iter().for_each(|(column, words)| self.wrong(column, words));
        said
    }

    fn new_person(&mut self, sex: SexAtBirth) -> Result<PersonId> {
        let id = self.ids.next()?;
        self.tree.add_person(pedigree::Person::new(pedigree_id(id), sex.into()));
        self.read.proposal.new.push(id);
        Ok(id)
    }

    /// Whoever stands where a relation leads: a new person, or one who is there without a name. `sex` where the word
    /// leaves it open; `how` says whether their parents are by law only, and whether they gave egg or sperm.
    fn relative(
        &mut self,
        from: PersonId,
        relation: &pedigree::Relation,
        sex: Option<SexAtBirth>,
        (by_law, gave): (bool, bool),
    ) -> Result<Option<PersonId>> {
        let mut drawn = Vec::new();
        for _ in 0..MOST_A_ROW {
            drawn.push(pedigree_id(self.ids.next()?));
        }
        let mut fresh = drawn.into_iter();
        let mut new_id = || fresh.next().unwrap_or_default();
        let plan = match pedigree::relation_plan(&self.tree, &pedigree_id(from), relation, &mut new_id) {
            Ok(plan) => plan,
            Err(pedigree::PlanError::AlreadyThere(id)) => return self.there_already(person_id(&id)?),
            Err(pedigree::PlanError::Several(ids)) => {
                let several: Vec<String> =
                    ids.iter().filter_map(|id| person_id(id).ok()).map(|id| self.called(id)).collect();
                self.wrong(
                    "of",
                    format!(
                        "It is not certain who is meant on the way: {}. Say from which of them.",
                        several.join("; ")
                    ),
                );
                return Ok(None);
            }
            Err(
                problem @ (pedigree::PlanError::UnknownPerson(_)
                | pedigree::PlanError::NoRoom(_)
                | pedigree::PlanError::IdTaken(_)),
            ) => {
                let words = self.named_in(&problem.to_string());
                self.wrong("relation", words);
                return Ok(None);
            }
        };
        for (id, planned) in &plan.people {
            let asked = sex.filter(|_| *id == plan.new_person);
            let sex = asked.unwrap_or_else(|| (*planned).into());
            let person = person_id(id)?;
            self.tree.add_person(pedigree::Person::new(id.clone(), sex.into()));
            self.read.proposal.new.push(person);
            self.read.proposal.said.entry(person).or_default().sex = Some(sex);
        }
        for (child, parent) in &plan.parents {
            let kind = if by_law && *child == plan.new_person {
                ParentKind::Legal
            } else if gave && *parent == plan.new_person {
                ParentKind::Donor
            } else {
                ParentKind::Biological
            };
            let (child, parent) = (person_id(child)?, person_id(parent)?);
            self.link(child, parent, kind);
        }
        Ok(Some(person_id(&plan.new_person)?))
    }

    fn there_already(&mut self, id: PersonId) -> Result<Option<PersonId>> {
        let named = self
            .there
            .person(id)
            .is_some_and(|person| person.given_name.is_some() || person.family_name.is_some());
        if named || self.read.row_of.contains_key(&id) {
            let called = self.called(id);
            self.wrong("relation", format!("This relative is there already: {called}. Leave the row out, or correct them on their own page."));
            return Ok(None);
        }
        Ok(Some(id))
    }

    fn second_parent(&mut self, child: PersonId, other: PersonId, by_law: bool) {
        if !self.read.proposal.new.contains(&child) {
            return;
        }
        let kind = if by_law { ParentKind::Legal } else { ParentKind::Biological };
        self.link(child, other, kind);
    }

    fn link(&mut self, child: PersonId, parent: PersonId, kind: ParentKind) {
        let (in_child, in_parent) = (pedigree_id(child), pedigree_id(parent));
        crate::clinic::people::kinship::descent_say(&mut self.tree, &in_child, &in_parent, kind);
        self.read.proposal.kin.push((child, parent, kind));
    }

    fn twins(&mut self, person: PersonId, notes: &[Note]) {
        for note in notes {
            let Note::TwinOf(of, zygosity) = note else { continue };
            match self.one_of(of) {
                Some(of) => {
                    self.read.proposal.twins.push(Twins { members: vec![of, person], zygosity: *zygosity });
                }
                None => self.wrong("notes", "Say whose twin this is by a number that is there (II-3), or the number of an earlier row (4)."),
            }
        }
    }

    /// Nobody is entered twice by mistake: the same whole name and birth must be said to be another person.
    fn known_already(&mut self, person: PersonId, said: &Said, notes: &[Note]) {
        let nobody = pedigree::Pedigree::new();
        let nobody = Placed::of(&nobody, None);
        let known = matches(self.there, said, &nobody, &nobody, &pedigree_id(person));
        let known = known.into_iter().find(|found| found.person != person);
        if let Some(found) = known.filter(|_| !notes.contains(&Note::AnotherPerson)) {
            let called = self.called(found.person);
            self.wrong("given_name", format!("{called} is there already, with the {}. Leave the row out; or, if this is somebody else, write \"another person\" in the notes.", found.why));
        }
    }

    fn say(&mut self, person: PersonId, said: Said) {
        let planned = self.read.proposal.said.entry(person).or_default();
        *planned = Said { sex: said.sex.or(planned.sex), ..said };
    }

    /// "Ann Bell (II-3)", "row 4", or the number alone.
    fn called(&self, id: PersonId) -> String {
        let number = self.numbers.get(&id).map(|number| format!(" ({number})")).unwrap_or_default();
        match (self.there.person(id), self.read.row_of.get(&id)) {
            (Some(person), _) => format!("{}{number}", person.shown()),
            (None, Some(row)) => format!("row {row}"),
            (None, None) => "somebody on the way who is not named yet".into(),
        }
    }

    fn named_in(&self, words: &str) -> String {
        let ids =
            self.there.people.iter().map(|person| person.id).chain(self.read.proposal.new.iter().copied());
        ids.fold(words.to_owned(), |words, id| words.replace(id.as_str(), &self.called(id)))
    }
}
