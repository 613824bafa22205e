//! A table with column names: a row a person, commas, semicolons, tabs or spaces between the columns, in any order.
//! Must not know: what a column means that it does not know by name; such a one is kept as it stands.
//!
//! Needed: `id`, `father`, `mother`, `sex`; the other columns are listed in `table/columns.rs`, with the names that other
//! programs give them. Several values in one field stand with `;` between them. It holds everything that the model holds.
//!
//! ```
//! use kinward_pedigree::format::{Format, read};
//! let families = read("id,dad,mom,sex,yob\n1,0,0,M,1950\n2,0,0,F,\n3,1,2,F,1980\n", Some(Format::Table))?;
//! assert_eq!(families[0].pedigree.persons()[2].birth_year, Some(1980));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod columns;
mod value;

use super::family_file::kept_value;
use super::fields::{Field, Separator, fields, filled_lines, held};
use super::loss::{Feature, lost};
use super::parents::{Kin, check, father_and_mother};
use super::{FamilyFile, Format, FormatError, Kept, WriteError, Written};
use crate::model::{ParentKind, Pedigree, Person, PersonId, Sex, Union};
use columns::Column;
use std::collections::BTreeMap;

pub(crate) const HOLDS: &[Feature] = &Feature::ALL;

struct Row<'a> {
    line: usize,
    fields: &'a [Field],
    heads: &'a Heads,
}

/// The columns of the first line: what each is, and its name there.
struct Heads {
    columns: Vec<(Option<Column>, String)>,
    /// Whether 2 stands for affected, as in PED, and not 1.
    affected_is_two: bool,
}

impl Heads {
    fn place(&self, wanted: Column) -> Option<usize> {
        self.columns.iter().position(|(column, _)| *column == Some(wanted))
    }
}

impl<'a> Row<'a> {
    fn field(&self, column: Column) -> Option<&'a Field> {
        self.heads.place(column).and_then(|at| self.fields.get(at))
    }

    /// What stands in a column, if anything does.
    fn text(&self, column: Column) -> Option<&'a str> {
        let field = self.field(column)?;
        let nothing = !field.quoted && matches!(field.text.as_str(), "" | "NA" | ".");
        (!nothing).then_some(field.text.as_str())
    }

    fn wrong(&self, column: Column, expected: impl Into<std::borrow::Cow<'static, str>>) -> FormatError {
        let at = self.heads.place(column).unwrap_or(0);
        let name = self.heads.columns.get(at).map_or_else(String::new, |(_, name)| name.clone());
        FormatError::new(self.line, at + 1, expected).at(name)
    }

    fn parent(&self, column: Column) -> Option<&'a str> {
        let field = self.field(column)?;
        self.text(column).filter(|text| field.quoted || (*text != "0" && *text != "-1"))
    }
}

/// Reads every family of a table, in the order they begin; without a column for the family, one.
///
/// # Errors
/// Column names without id, father, mother or sex; the first row that is not as its columns say.
pub(super) fn read(text: &str) -> Result<Vec<FamilyFile>, FormatError> {
    let mut lines = filled_lines(text);
    let Some((line, first)) = lines.next() else {
        return Err(FormatError::new(1, 1, "column names: id, father, mother, sex and any others"));
    };
    let separator = separator(first);
    let mut heads = heads(line, fields(line, first, separator)?)?;
    let cut: Vec<(usize, Vec<Field>)> = lines
        .map(|(line, text)| Ok((line, row_fields(line, text, separator, &heads)?)))
        .collect::<Result<_, FormatError>>()?;
    if let Some(at) = heads.place(Column::Affected) {
        let two = |(_, fields): &(usize, Vec<Field>)| fields.get(at).is_some_and(|field| field.text == "2");
        heads.affected_is_two = cut.iter().any(two);
    }
    let rows: Vec<Row<'_>> =
        cut.iter().map(|(line, fields)| Row { line: *line, fields, heads: &heads }).collect();
    let kin = rows.iter().map(kin).collect::<Result<Vec<_>, _>>()?;
    let column = |column: Column| (heads.place(column).map_or(1, |at| at + 1), column.name());
    check(&kin, &[column(Column::Id), column(Column::Father), column(Column::Mother)])?;
    let mut families: Vec<FamilyFile> = Vec::new();
    let mut place: BTreeMap<&str, usize> = BTreeMap::new();
    for (row, kin) in rows.iter().zip(&kin) {
        let at = *place.entry(kin.family).or_insert(families.len());
        if at == families.len() {
            families.push(begun(kin.family, &heads));
        }
        let Some(file) = families.get_mut(at) else { continue };
        take(file, row, kin)?;
    }
    Ok(families)
}

fn separator(first: &str) -> Separator {
    let found = ['\t', ',', ';'].into_iter().find(|&mark| first.contains(mark));
    found.map_or(Separator::Space, Separator::One)
}

fn heads(line: usize, names: Vec<Field>) -> Result<Heads, FormatError> {
    let has_sex = names.iter().any(|name| Column::named(&name.text, true) == Some(Column::Sex));
    let mut columns: Vec<(Option<Column>, String)> = Vec::new();
    for name in names {
        let column = Column::named(&name.text, has_sex);
        let again = |(earlier, own): &(Option<Column>, String)| {
            if column.is_some() { *earlier == column } else { *own == name.text }
        };
        if columns.iter().any(again) {
            let expected = "a column that is not there already under this or another name";
            return Err(FormatError::new(line, columns.len() + 1, expected).at(name.text));
        }
        columns.push((column, name.text));
    }
    let heads = Heads { columns, affected_is_two: false };
    for needed in [Column::Id, Column::Father, Column::Mother, Column::Sex] {
        if heads.place(needed).is_none() {
            let expected = format!("a column named {}", needed.name());
            return Err(FormatError::new(line, heads.columns.len() + 1, expected));
        }
    }
    Ok(heads)
}

fn row_fields(
    line: usize,
    text: &str,
    separator: Separator,
    heads: &Heads,
) -> Result<Vec<Field>, FormatError> {
    let found = fields(line, text, separator)?;
    if found.len() == heads.columns.len() {
        return Ok(found);
    }
    let expected = format!("{} fields, one for each column name", heads.columns.len());
    Err(FormatError::new(line, found.len().min(heads.columns.len()) + 1, expected))
}

fn kin<'a>(row: &Row<'a>) -> Result<Kin<'a>, FormatError> {
    let (Some(id), Some(sex)) = (row.field(Column::Id), row.field(Column::Sex)) else {
        return Err(row.wrong(Column::Id, "an id and a sex"));
    };
    if !id.quoted && (id.text.is_empty() || id.text == "0") {
        return Err(row.wrong(Column::Id, "an id other than 0, which means nobody"));
    }
    let Some(sex) = value::sex(&sex.text) else {
        return Err(row.wrong(Column::Sex, "1 or M (man), 2 or F (woman) or 0 (unknown)"));
    };
    let family = row.field(Column::Family).map_or("", |field| field.text.as_str());
    let (father, mother) = (row.parent(Column::Father), row.parent(Column::Mother));
    Ok(Kin { line: row.line, family, id: &id.text, father, mother, sex })
}

fn begun(name: &str, heads: &Heads) -> FamilyFile {
    let kept = Kept { format: Some(Format::Table), ..Kept::default() };
    let mut file = FamilyFile { kept, ..FamilyFile::new(name, Pedigree::new()) };
    let unknown: Vec<&str> =
        heads.columns.iter().filter(|(column, _)| column.is_none()).map(|(_, name)| name.as_str()).collect();
    if !unknown.is_empty() {
        file.note(
            None,
            format!("Kept as they stand, and not understood: the columns {}.", unknown.join(", ")),
        );
    }
    if heads.place(Column::Affected).is_some() {
        let (yes, no) = if heads.affected_is_two { ("2", "1") } else { ("1", "0") };
        file.note(None, format!("In the column of who is affected, {yes} is read as yes and {no} as no."));
    }
    file
}

fn take(file: &mut FamilyFile, row: &Row<'_>, kin: &Kin<'_>) -> Result<(), FormatError> {
    let mut problem = None;
    let id = kin.add_to(file, |person| {
        for column in Column::OF_PERSON {
            if let Some(text) = row.text(column)
                && let Err(expected) = value::read(person, column, text, row.heads.affected_is_two)
            {
                problem.get_or_insert_with(|| row.wrong(column, expected));
            }
        }
    });
    if let Some(problem) = problem {
        return Err(problem);
    }
    if let Some(name) = row.text(Column::Name) {
        file.labels.insert(id.clone(), name.to_owned());
    }
    let listed = |column| row.text(column).map(value::ids).unwrap_or_default();
    let items = |column| row.text(column).map(value::items).unwrap_or_default();
    for (column, kind) in
        [(Column::LegalParents, ParentKind::Legal), (Column::CarriedBy, ParentKind::Gestational)]
    {
        for parent in listed(column) {
            file.pedigree.add_parent(&id, &parent.into(), kind);
        }
    }
    for donor in listed(Column::Donors) {
        file.pedigree.add_donor(&id, &donor.into());
    }
    for parts in items(Column::Twins) {
        let Some((other, zygosity)) = value::twin(&parts) else {
            return Err(row.wrong(Column::Twins, "ids, each with :mz, :dz or nothing after it"));
        };
        file.pedigree.add_twins([id.clone(), other], zygosity);
    }
    for parts in items(Column::Partners) {
        let Some(union) = value::union(&id, &parts) else {
            let expected = "ids, each with any of :ended, :related, :unrelated, :choice, :infertile after it";
            return Err(row.wrong(Column::Partners, expected));
        };
        file.pedigree.add_union(union);
    }
    let further = row.heads.columns.iter().zip(row.fields).filter(|((column, _), _)| column.is_none());
    let kept: Vec<(String, String)> =
        further.map(|((_, name), field)| (name.clone(), field.text.clone())).collect();
    if !kept.is_empty() {
        file.kept.persons.insert(id, kept);
    }
    Ok(())
}

/// Writes families into one table with tabs; a column that nobody fills is left out.
///
/// # Errors
/// A text that no line can hold, or parents other than at most one man and one woman.
pub(super) fn write(files: &[FamilyFile]) -> Result<Written, WriteError> {
    let mut rows: Vec<BTreeMap<Column, String>> = Vec::new();
    let mut further: Vec<Vec<(String, String)>> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut lost_of_all = Vec::new();
    for file in files {
        let mut unions: BTreeMap<&PersonId, Vec<&Union>> = BTreeMap::new();
        file.pedigree.unions().for_each(|union| unions.entry(&union.partners[0]).or_default().push(union));
        for person in file.pedigree.persons() {
            let own = unions.get(&person.id).map_or(&[][..], Vec::as_slice);
            rows.push(row(file, person, own)?);
            let kept = file.kept.of(Format::Table, &person.id);
            for (name, _) in kept {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
            further.push(kept.to_vec());
        }
        lost_of_all.extend(lost(file, Format::Table, HOLDS));
    }
    let always = [Column::Id, Column::Father, Column::Mother, Column::Sex];
    let used: Vec<Column> = Column::ALL
        .into_iter()
        .filter(|column| always.contains(column) || rows.iter().any(|row| row.contains_key(column)))
        .collect();
    let further_heads = names.iter().map(|name| held(name, &[]));
    let heads = used.iter().map(|column| Ok(column.name().to_owned())).chain(further_heads);
    let mut text = heads.collect::<Result<Vec<_>, _>>()?.join("\t") + "\n";
    for (row, kept) in rows.iter().zip(&further) {
        let own = used.iter().map(|column| Ok(row.get(column).cloned().unwrap_or_default()));
        let filled = |name| kept_value(kept, name).filter(|value| !value.is_empty());
        let more =
            names.iter().map(|name| filled(name).map_or_else(|| Ok(String::new()), |value| held(value, &[])));
        text += &own.chain(more).collect::<Result<Vec<_>, _>>()?.join("\t");
        text.push('\n');
    }
    Ok(Written { text, lost: lost_of_all })
}

/// What stands in the columns of a person.
fn row(
    file: &FamilyFile,
    person: &Person,
    unions: &[&Union],
) -> Result<BTreeMap<Column, String>, WriteError> {
    let (family, id) = (&file.pedigree, &person.id);
    let mut row = BTreeMap::new();
    let held = |text: &str| held(text, &["0", "NA", ".", "-1"]);
    let [father, mother] = father_and_mother(family, id)?;
    let parent = |id: Option<&str>| id.map_or(Ok("0".to_owned()), held);
    let sex = match person.sex {
        Sex::Male => "1",
        Sex::Female => "2",
        Sex::Unknown => "0",
    };
    row.insert(Column::Id, held(id.as_str())?);
    row.insert(Column::Father, parent(father)?);
    row.insert(Column::Mother, parent(mother)?);
    row.insert(Column::Sex, sex.to_owned());
    for column in Column::OF_PERSON {
        if let Some(text) = value::write(person, column) {
            row.insert(column, held(&text)?);
        }
    }
    let ids = |ids: Vec<&PersonId>| value::written(ids.into_iter().map(|id| vec![id.to_string()]));
    let linked = |kind| family.parents(id, kind).iter().collect::<Vec<_>>();
    let given = linked(ParentKind::Biological).into_iter().filter(|parent| family.is_donor(id, parent));
    let texts = [
        (Column::Family, (!file.name.is_empty()).then(|| file.name.clone())),
        (Column::Name, file.labels.get(id).cloned()),
        (Column::LegalParents, ids(linked(ParentKind::Legal))),
        (Column::CarriedBy, ids(linked(ParentKind::Gestational))),
        (Column::Donors, ids(given.collect())),
        (Column::Twins, value::twins_after(family, id)),
        (Column::Partners, value::unions_after(unions, id)),
    ];
    for (column, text) in texts {
        if let Some(text) = text {
            row.insert(column, held(&text)?);
        }
    }
    Ok(row)
}

#[cfg(test)]
mod tests;
