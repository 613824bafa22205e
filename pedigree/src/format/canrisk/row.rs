//! A person's row of a CanRisk file: its fields by the names of the columns, each checked.
//! Must not know: other rows.

use super::super::FormatError;
use super::super::parents::Kin;
use super::version::PATHOLOGY;
use super::{cancer, sex};
use crate::model::{Condition, Sex};
use std::borrow::Cow;

/// The oldest age that CanRisk takes.
pub(super) const OLDEST: u16 = 110;
/// The years of birth that it takes.
pub(super) const YEARS: std::ops::RangeInclusive<i32> = 1700..=2099;

pub(super) struct Row<'a> {
    pub line: usize,
    columns: &'a [&'static str],
    fields: Vec<&'a str>,
}

impl<'a> Row<'a> {
    /// Cuts a row at its tabs, or at its spaces where it has none.
    ///
    /// # Errors
    /// Another number of fields than of columns.
    pub fn new(line: usize, text: &'a str, columns: &'a [&'static str]) -> Result<Row<'a>, FormatError> {
        let mut fields: Vec<&str> = if text.contains('\t') {
            text.split('\t').map(str::trim).collect()
        } else {
            text.split_whitespace().collect()
        };
        while fields.len() > columns.len() && fields.last() == Some(&"") {
            fields.pop();
        }
        if fields.len() != columns.len() {
            let expected = format!("{} fields, one for each column name", columns.len());
            return Err(FormatError::new(line, fields.len().min(columns.len()) + 1, expected));
        }
        Ok(Row { line, columns, fields })
    }

    pub fn field(&self, name: &str) -> &'a str {
        let at = self.columns.iter().position(|column| *column == name);
        at.and_then(|at| self.fields.get(at)).copied().unwrap_or("0")
    }

    pub fn wrong(&self, name: &str, expected: impl Into<Cow<'static, str>>) -> FormatError {
        let at = self.columns.iter().position(|column| *column == name).unwrap_or(0);
        FormatError::new(self.line, at + 1, expected).at(name)
    }

    pub fn kin(&self) -> Result<Kin<'a>, FormatError> {
        let id = self.field("IndivID");
        if id.is_empty() || id == "0" {
            return Err(self.wrong("IndivID", "an id other than 0, which means nobody"));
        }
        let sex = sex(self.field("Sex")).ok_or_else(|| self.wrong("Sex", "M or F"))?;
        let parent = |name| Some(self.field(name)).filter(|id| *id != "0" && !id.is_empty());
        let (father, mother) = (parent("FathID"), parent("MothID"));
        Ok(Kin { line: self.line, family: self.field("FamID"), id, father, mother, sex })
    }

    pub fn name(&self) -> Option<&'a str> {
        Some(self.field("Name")).filter(|name| !matches!(*name, "" | "NA" | "0"))
    }

    pub fn flag(&self, name: &str) -> Result<bool, FormatError> {
        match self.field(name) {
            "0" => Ok(false),
            "1" => Ok(true),
            _ => Err(self.wrong(name, "0 or 1")),
        }
    }

    fn number(&self, name: &str) -> Option<u16> {
        let text = self.field(name);
        let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| digits)
    }

    pub fn age(&self) -> Result<Option<u16>, FormatError> {
        match self.number("Age").filter(|age| *age <= OLDEST) {
            Some(0) => Ok(None),
            Some(age) => Ok(Some(age)),
            None => Err(self.wrong("Age", "an age from 1 to 110, or 0 where it is not known")),
        }
    }

    pub fn year_of_birth(&self) -> Result<Option<i32>, FormatError> {
        match self.number("Yob").map(i32::from) {
            Some(0) => Ok(None),
            Some(year) if YEARS.contains(&year) => Ok(Some(year)),
            _ => Err(self.wrong("Yob", "a year from 1700 to 2099, or 0 where it is not known")),
        }
    }

    /// The cancers of the row, in the order of the columns.
    pub fn cancers(&self, sex: Sex) -> Result<Vec<Condition>, FormatError> {
        let mut cancers = Vec::new();
        let age = self.age()?;
        for (column, _) in cancer::CANCERS {
            let found = match (self.field(column), self.number(column)) {
                (_, Some(0)) => continue,
                ("AU", _) => None,
                (_, Some(found)) if found <= OLDEST => Some(found),
                _ => {
                    return Err(
                        self.wrong(column, "an age from 1 to 110, AU (age unknown) or 0 (no such cancer)")
                    );
                }
            };
            if found.zip(age).is_some_and(|(found, age)| found > age) {
                return Err(self.wrong(column, "an age no higher than that in the column Age"));
            }
            match (column, sex) {
                ("OC", Sex::Male) => return Err(self.wrong(column, "0 for a man")),
                ("PRO", Sex::Female) => return Err(self.wrong(column, "0 for a woman")),
                ("BC2", _) if self.number("BC1") == Some(0) => {
                    return Err(self.wrong(column, "0, as there is no first breast cancer in BC1"));
                }
                _ => {}
            }
            cancers.extend(cancer::condition(column, found));
        }
        Ok(cancers)
    }

    /// What the model has no place for, where it is more than "not tested" and "not known".
    pub fn further(&self) -> Result<Vec<(String, String)>, FormatError> {
        let mut further = Vec::new();
        if self.flag("Ashkn")? {
            further.push(("Ashkn".to_owned(), "1".to_owned()));
        }
        for &gene in self.columns.iter().skip(17) {
            let text = self.field(gene);
            let known = |mark: &str| matches!(mark, "0" | "P" | "N");
            if gene == PATHOLOGY {
                if text.split(':').count() != 5 || !text.split(':').all(known) {
                    return Err(self.wrong(gene, "five of P, N or 0 with : between them"));
                }
            } else if !matches!(text, "0:0" | "S:P" | "S:N" | "T:P" | "T:N") {
                let expected =
                    "S (searched) or T (tested for a known variant), then : and P or N; or 0:0 (not tested)";
                return Err(self.wrong(gene, expected));
            }
            if text.split(':').any(|mark| mark != "0") {
                further.push((gene.to_owned(), text.to_owned()));
            }
        }
        Ok(further)
    }
}
