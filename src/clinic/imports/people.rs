//! The rows of one family as people: what each says, what is wrong with it, and the proposal that follows, by the rules that
//! hold for rows typed by hand. Must not know: whether anything is saved.

use super::{
    family::Rows,
    mapping::{Field, Mapping},
    question::{Other, Said as Decided},
    table::Line,
};
use crate::{
    clinic::people::{
        change::{FreshIds, Names, Plan, Proposal, Said, There, compare},
        contact::Contact,
        entry::rows::{Row, said},
        kinship::ParentKind,
        person::{SexAtBirth, Sought},
    },
    db::{UtcDate, UtcTime},
    error::Result,
    ids::{FamilyId, PersonId, ServiceId},
    policy::DateLimits,
};
use std::collections::BTreeMap;

/// Most people of one family, as everywhere.
pub const MOST: usize = crate::clinic::people::entry::text::MOST;

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Problem {
    #[n(0)]
    pub row: u32,
    /// By the name that mappings give it.
    #[n(1)]
    pub column: Field,
    #[n(2)]
    pub what: String,
    #[n(3)]
    pub to_do: String,
}

const CORRECT: &str = "Correct it in the file, and bring this family in again.";

/// One row as somebody.
#[derive(Clone)]
pub struct Somebody {
    pub row: u32,
    pub number: String,
    pub said: Said,
    mother: String,
    father: String,
    address: String,
    postcode: String,
}

/// Reads one row by itself.
pub fn somebody(line: &Line, mapping: &Mapping, problems: &mut Vec<Problem>) -> Somebody {
    let cell = |field| mapping.cell(&line.cells, field);
    let mut wrong = |column, what: String, to_do: &str| {
        problems.push(Problem { row: line.number, column, what, to_do: to_do.to_owned() });
    };
    let (mut given_name, mut family_name) =
        (cell(Field::GivenName).to_owned(), cell(Field::FamilyName).to_owned());
    if given_name.is_empty() && family_name.is_empty() {
        let whole = cell(Field::Name);
        // As in every text: the last word is the family name, and what is shown before anything is saved says so.
        (given_name, family_name) = match whole.rsplit_once(' ') {
            Some((given, family)) => (given.trim().to_owned(), family.to_owned()),
            None => (whole.to_owned(), String::new()),
        };
    }
    let dead = dead(cell(Field::Dead));
    let died_on = day(cell(Field::DiedOn));
    let life = Some(&died_on[..]).filter(|died| !died.is_empty()).unwrap_or(dead);
    if dead == "no" && !cell(Field::DiedOn).is_empty() {
        wrong(Field::Dead, "It says no, and a day of death stands beside it.".into(), CORRECT);
    }
    if cell(Field::Born) == "0" {
        wrong(
            Field::Born,
            "0 may mean that it is not known, or somebody born this year.".into(),
            "Leave it empty where it is not known, or write the year. Correct it in the file, and bring this family in again.",
        );
    }
    let typed = Row {
        given_name,
        family_name,
        sex: sex(cell(Field::Sex)).to_owned(),
        born: day(cell(Field::Born)),
        life: life.to_owned(),
        ..Row::default()
    };
    let mut said = said(&typed, &[], &mut |column, words| {
        let field = match column {
            "sex" => Field::Sex,
            "born" => Field::Born,
            "life" if cell(Field::DiedOn).is_empty() => Field::Dead,
            "life" => Field::DiedOn,
            _ => Field::Name,
        };
        wrong(field, "It cannot be read.".into(), &words);
    });
    match Some(cell(Field::NhsNumber)).filter(|text| !text.is_empty()).map(Sought::number) {
        Some(Ok(Sought::Number(number))) => said.nhs_number = Some(number),
        Some(Ok(Sought::Named(..))) | None => {}
        Some(Err(problem)) => wrong(Field::NhsNumber, problem.public().to_owned(), CORRECT),
    }
    said.proband = match cell(Field::Proband).to_lowercase().as_str() {
        "" | "no" | "n" | "0" | "false" => false,
        "yes" | "y" | "1" | "true" | "x" | "proband" | "index" => true,
        _ => {
            wrong(
                Field::Proband,
                "It cannot be read.".into(),
                "Write yes for the proband of a family, and leave it empty for all others.",
            );
            false
        }
    };
    let parent = |field| Some(cell(field)).filter(|text| *text != "0").unwrap_or_default().to_owned();
    Somebody {
        row: line.number,
        number: cell(Field::Number).to_owned(),
        said,
        mother: parent(Field::Mother),
        father: parent(Field::Father),
        address: cell(Field::Address).to_owned(),
        postcode: cell(Field::Postcode).to_owned(),
    }
}

/// Whether somebody has died, in the words of the table or as older systems write yes and no. "Died" with 1 is no age.
fn dead(text: &str) -> &str {
    match text.to_lowercase().as_str() {
        "0" | "n" | "no" | "false" | "alive" | "living" => "no",
        "1" | "y" | "true" | "x" => "yes",
        _ => text,
    }
}

/// A day as databases export it, as people write it: without the midnight behind it, and with strokes between its parts.
fn day(text: &str) -> String {
    let midnight = |rest: &str| !rest.is_empty() && rest.chars().all(|c| matches!(c, '0' | ':' | '.' | 'Z'));
    let day = match text.split_once(['T', ' ']) {
        Some((day, time)) if midnight(time) => day,
        Some(_) | None => text,
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = day.split('/').collect();
    match (parts.as_slice(), day.split_at_checked(4)) {
        ([year, month, of_month], _) if year.len() == 4 && parts.iter().all(|part| digits(part)) => {
            format!("{year}-{month:0>2}-{of_month:0>2}")
        }
        (_, Some((year, rest))) if day.len() == 8 && digits(day) => {
            let (month, of_month) = rest.split_at(2);
            format!("{year}-{month}-{of_month}")
        }
        _ => day.to_owned(),
    }
}

/// The words of the table, or the codes of NHS data and of pedigree files.
fn sex(text: &str) -> &str {
    match text {
        "1" => "male",
        "2" => "female",
        "0" | "9" => "unknown",
        words => words,
    }
}

/// What a family of the file proposes.
pub struct Proposed {
    pub proposal: Proposal,
    /// From which row each person comes.
    pub row_of: BTreeMap<PersonId, u32>,
    pub contacts: Vec<Contact>,
    pub problems: Vec<Problem>,
}

/// Where addresses say that they come from.
pub struct Source<'a> {
    pub words: &'a str,
    pub as_of: UtcDate,
    pub service: ServiceId,
}

/// All rows of a family together, as they were decided. `there` is the family that they come into.
///
/// # Errors
/// Only faults of ours; what is wrong with the rows is in the answer.
pub fn proposed(
    rows: &Rows,
    mapping: &Mapping,
    there: &There,
    ids: &mut FreshIds,
    source: &Source<'_>,
) -> Result<Proposed> {
    let mut problems = Vec::new();
    let left_out = |row: u32| rows.questions.iter().any(|q| q.row == row && q.said == Some(Decided::Out));
    let people: Vec<Somebody> = rows
        .lines
        .iter()
        .filter(|line| !left_out(line.number))
        .map(|line| somebody(line, mapping, &mut problems))
        .collect();
    if people.len() > MOST {
        let what = format!("This family has {} people; {MOST} are taken at once.", people.len());
        problems.push(Problem {
            row: rows.first(),
            column: Field::Family,
            what,
            to_do: "Divide it in the file.".into(),
        });
    }
    let mut all =
        Proposed { proposal: Proposal::default(), row_of: BTreeMap::new(), contacts: Vec::new(), problems };
    let mut is: BTreeMap<u32, PersonId> = BTreeMap::new();
    let mut of_number: BTreeMap<&str, PersonId> = BTreeMap::new();
    for one in &people {
        let known =
            rows.questions.iter().filter(|q| q.row == one.row && q.said == Some(Decided::Same)).find_map(
                |q| match q.other {
                    Other::There(person, _) => Some(person),
                    Other::Row(row) => is.get(&row).copied(),
                    Other::Elsewhere(_) => None,
                },
            );
        let id = match known {
            Some(id) => id,
            None => {
                let id = ids.next()?;
                all.proposal.new.push(id);
                id
            }
        };
        is.insert(one.row, id);
        all.row_of.entry(id).or_insert(one.row);
        let said = match there.person(id) {
            Some(known) => one.said.clone().beside(known),
            None => one.said.clone(),
        };
        let before = all.proposal.said.remove(&id).unwrap_or_default();
        all.proposal.said.insert(id, before.and(said));
        if !one.number.is_empty() && of_number.insert(&one.number, id).is_some_and(|other| other != id) {
            all.problems.push(Problem {
                row: one.row,
                column: Field::Number,
                what: format!("Number {} stands twice in this family.", one.number),
                to_do: "Give every person of a family a number of their own.".into(),
            });
        }
        if there.person(id).is_none() {
            all.contact(one, id, source);
        }
    }
    all.probands(&people, &is, there);
    for one in &people {
        let Some(child) = is.get(&one.row).copied() else { continue };
        for (number, column, sex) in
            [(&one.mother, Field::Mother, SexAtBirth::Female), (&one.father, Field::Father, SexAtBirth::Male)]
        {
            if !number.is_empty() {
                all.parent(
                    one.row,
                    child,
                    (of_number.get(number.as_str()).copied(), number),
                    (column, sex),
                    there,
                );
            }
        }
    }
    Ok(all)
}

impl Proposed {
    fn wrong(&mut self, row: u32, column: Field, what: impl Into<String>, to_do: &str) {
        self.problems.push(Problem { row, column, what: what.into(), to_do: to_do.to_owned() });
    }

    fn contact(&mut self, one: &Somebody, person: PersonId, source: &Source<'_>) {
        if one.address.is_empty() && one.postcode.is_empty() {
            return;
        }
        let lines: Vec<&str> =
            one.address.split(['\n', ',']).map(str::trim).filter(|line| !line.is_empty()).collect();
        let contact = Contact {
            person_id: person,
            service_id: source.service,
            address_lines: lines.join("\n"),
            postcode: one.postcode.clone(),
            email: None,
            phone: None,
            source: source.words.to_owned(),
            as_of: source.as_of,
            returned: None,
            country: None,
            never_printed: None,
        };
        match contact.postal_address() {
            Ok(_) => self.contacts.push(contact),
            Err(problem) => {
                let column =
                    if problem.field() == Some("postcode") { Field::Postcode } else { Field::Address };
                let what = problem.public().replace(" Nothing was saved.", "");
                self.wrong(one.row, column, what, "Correct it, or leave both address and postcode empty.");
            }
        }
    }

    /// One proband at most, whoever is there already counted.
    fn probands(&mut self, people: &[Somebody], is: &BTreeMap<u32, PersonId>, there: &There) {
        let mut known = there.proband().map(|person| person.id);
        for one in people.iter().filter(|one| one.said.proband) {
            let id = is.get(&one.row).copied();
            match known {
                Some(_) if known != id => {
                    self.wrong(
                        one.row,
                        Field::Proband,
                        "Another person is the proband of this family.",
                        "Mark one person of a family.",
                    );
                }
                Some(_) | None => known = id,
            }
        }
    }

    fn parent(
        &mut self,
        row: u32,
        child: PersonId,
        (parent, number): (Option<PersonId>, &str),
        (column, sex): (Field, SexAtBirth),
        there: &There,
    ) {
        let Some(parent) = parent else {
            return self.wrong(
                row,
                column,
                format!("Nobody in this family has the number {number}."),
                "Add a row for the parent, or leave the cell empty.",
            );
        };
        let known = there.person(parent).map(|person| person.sex_at_birth);
        let said = self.proposal.said.entry(parent).or_default();
        let told = said.sex.or(known).filter(|told| *told != SexAtBirth::Unknown);
        match told {
            Some(other) if other != sex => {
                let what = match sex {
                    SexAtBirth::Female => "The mother is said to be male.",
                    SexAtBirth::Male | SexAtBirth::Unknown => "The father is said to be female.",
                };
                return self.wrong(
                    row,
                    column,
                    what,
                    "Check both rows: the numbers of mother and father may have changed places.",
                );
            }
            Some(_) => {}
            None => said.sex = Some(sex),
        }
        let link = (child, parent, ParentKind::Biological);
        if !self.proposal.kin.contains(&link) {
            self.proposal.kin.push(link);
        }
    }

    /// What this would change, and what is wrong with that, by the rules of every entry.
    pub fn plan(
        &mut self,
        there: &There,
        in_family: (ServiceId, FamilyId),
        now: UtcTime,
        limits: DateLimits,
    ) -> Plan {
        let plan = compare(there, &self.proposal, in_family, now);
        let outcome = plan.outcome_in(there, in_family, now);
        let names = Names::of_outcome(there, &outcome);
        for wrong in plan.wrongs(there, &outcome, &names, limits, now.date()) {
            let first = self.row_of.values().min().copied().unwrap_or_default();
            let row = wrong.of.and_then(|id| self.row_of.get(&id).copied()).unwrap_or(first);
            let column = match wrong.field {
                "born" => Field::Born,
                "died" => Field::DiedOn,
                "nhs_number" => Field::NhsNumber,
                "family_name" => Field::FamilyName,
                "given_name" => Field::GivenName,
                _ => Field::Mother,
            };
            self.wrong(row, column, wrong.words, CORRECT);
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SeededChance;

    fn read(rows: &[[&str; 8]]) -> Proposed {
        use Field as F;
        let fields = [F::Family, F::Number, F::Name, F::Sex, F::Born, F::Mother, F::Father, F::Proband];
        let mapping = Mapping::said(fields.into_iter().map(Some).collect()).unwrap();
        let lines = rows
            .iter()
            .zip(2..)
            .map(|(cells, number)| Line { number, cells: cells.map(str::to_owned).to_vec() });
        let rows = Rows { reference: "1".into(), lines: lines.collect(), ..Rows::default() };
        let chance = SeededChance::new(1);
        let mut ids = FreshIds::draw(|| PersonId::new(&chance), 20);
        let service = ServiceId::new(&chance);
        let source = Source { words: "x", as_of: UtcDate::new(2026, 1, 1).unwrap(), service };
        let mut read = proposed(&rows, &mapping, &There::nobody(), &mut ids, &source).unwrap();
        let limits = crate::policy::Policy::embedded().unwrap().dates;
        let now = UtcTime::from_utc(
            chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap().and_hms_opt(9, 0, 0).unwrap(),
        );
        read.plan(&There::nobody(), (service, FamilyId::new(&chance)), now, limits);
        read
    }

    #[test]
    fn a_family_is_tied_by_numbers_and_a_parent_gets_their_sex_from_being_one() {
        let read = read(&[
            ["1", "1", "Ann Bell", "2", "1980", "2", "3", "yes"],
            ["1", "2", "Mary Bell", "", "1950", "", "0", ""],
            ["1", "3", "Tom Bell", "M", "", "", "", ""],
        ]);
        assert_eq!(read.problems, []);
        assert_eq!((read.proposal.new.len(), read.proposal.kin.len()), (3, 2));
        let mother = &read.proposal.said[&read.proposal.new[1]];
        assert_eq!((mother.sex, mother.family_name.as_deref()), (Some(SexAtBirth::Female), Some("Bell")));
        assert!(read.proposal.said[&read.proposal.new[0]].proband);
    }

    #[test]
    fn whether_somebody_has_died_is_read_as_older_systems_write_it() {
        use Field as F;
        let fields = [F::Family, F::Number, F::Name, F::Born, F::Dead, F::DiedOn];
        let mapping = Mapping::said(fields.into_iter().map(Some).collect()).unwrap();
        let one = |born: &str, dead: &str, died_on: &str| {
            let cells = ["1", "1", "Ann Bell", born, dead, died_on].map(str::to_owned).to_vec();
            let mut problems = Vec::new();
            let said = somebody(&Line { number: 2, cells }, &mapping, &mut problems).said;
            (said.died_on, said.particulars.life.is_some(), problems.len())
        };
        let day = UtcDate::new(1990, 1, 1);
        for living in ["", "0", "no", "N", "false", "alive"] {
            assert_eq!(one("1950", living, ""), (None, false, 0), "{living}");
        }
        for dead in ["1", "yes", "Y", "true", "x", "died", "died at 54"] {
            assert_eq!(one("1950", dead, ""), (None, true, 0), "{dead}");
        }
        assert_eq!(one("1950", "", "1.1.1990"), (day, false, 0));
        assert_eq!(one("1950", "1", "1.1.1990"), (day, false, 0));
        assert_eq!(one("1950", "no", "1.1.1990").2, 1, "both cannot be");
        assert_eq!(one("0", "", "").2, 1, "0 is nobody's year");
        for exported in
            ["1990-01-01 00:00", "1990-01-01T00:00:00", "1/1/1990 00:00:00", "1990/1/1", "19900101"]
        {
            assert_eq!(one("1950", "", exported), (day, false, 0), "{exported}");
        }
        assert_eq!(one("1950", "", "1990-01-01 13:30").2, 1, "an hour is no part of a day");
    }

    #[test]
    fn what_cannot_be_names_its_row_and_column() {
        let read = read(&[
            ["1", "1", "Ann Bell", "q", "1980", "2", "9", "yes"],
            ["1", "2", "Mary Bell", "M", "1975", "", "", "maybe"],
            ["1", "2", "Tom Bell", "M", "then", "", "", "yes"],
        ]);
        let told: Vec<_> = read.problems.iter().map(|one| (one.row, one.column)).collect();
        use Field as F;
        for wanted in [
            (2, F::Sex),
            (3, F::Proband),
            (4, F::Born),
            (4, F::Number),
            (4, F::Proband),
            (2, F::Father),
            (2, F::Mother),
        ] {
            assert!(told.contains(&wanted), "{wanted:?} {:?}", read.problems);
        }
        assert!(read.problems.iter().all(|one| !one.what.is_empty() && !one.to_do.is_empty()));
    }
}
