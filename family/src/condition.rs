//! The table of familial conditions: what each is called, to staff and in plain words.
//! Must not know: any family, or any person's findings.

use std::{fmt, str::FromStr, sync::LazyLock};

use crate::{
    fact::{BadFact, Gene, Inheritance, TestCode},
    language::Language,
};

/// Every published version, newest first. An older one stays here as long as a letter written from it may be reopened.
const PUBLISHED: [&str; 1] = [include_str!("../../policies/conditions.toml")];

/// A table that cannot be read is left out rather than stopping the service; a test reads each one and counts its rows.
static TABLES: LazyLock<Vec<Table>> =
    LazyLock::new(|| PUBLISHED.iter().filter_map(|text| toml::from_str(text).ok()).collect());

/// What can be done about a condition, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(try_from = "String")]
pub enum Actionability {
    ChildhoodActionable,
    AdultActionable,
    Reproductive,
    NotPreventable,
}

impl Actionability {
    pub const ALL: [Actionability; 4] =
        [Self::ChildhoodActionable, Self::AdultActionable, Self::Reproductive, Self::NotPreventable];

    /// The stable key, as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ChildhoodActionable => "childhood_actionable",
            Self::AdultActionable => "adult_actionable",
            Self::Reproductive => "reproductive",
            Self::NotPreventable => "not_preventable",
        }
    }

    /// In words for staff.
    pub fn name(self) -> &'static str {
        match self {
            Self::ChildhoodActionable => "Something can be done from childhood",
            Self::AdultActionable => "Something can be done for adults",
            Self::Reproductive => "Matters when planning a family",
            Self::NotPreventable => "Not preventable at present",
        }
    }
}

impl FromStr for Actionability {
    type Err = BadFact;
    fn from_str(key: &str) -> Result<Self, BadFact> {
        Self::ALL.into_iter().find(|a| a.as_str() == key).ok_or_else(|| BadFact::Unlisted(key.to_owned()))
    }
}

impl TryFrom<String> for Actionability {
    type Error = BadFact;
    fn try_from(key: String) -> Result<Self, BadFact> {
        key.parse()
    }
}

/// A cell of the table that a source may stand behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cell {
    Genes,
    Inheritance,
    TestCodes,
    MinPredictiveAge,
    Frequency,
    Actionability,
    Wording,
}

impl Cell {
    pub const ALL: [Cell; 7] = [
        Self::Genes,
        Self::Inheritance,
        Self::TestCodes,
        Self::MinPredictiveAge,
        Self::Frequency,
        Self::Actionability,
        Self::Wording,
    ];

    /// In words for staff: "Not verified: age for predictive testing".
    pub fn name(self) -> &'static str {
        match self {
            Self::Genes => "genes",
            Self::Inheritance => "inheritance",
            Self::TestCodes => "test codes",
            Self::MinPredictiveAge => "age for predictive testing",
            Self::Frequency => "frequency of the variant",
            Self::Actionability => "what can be done",
            Self::Wording => "wording for relatives",
        }
    }
}

/// The source behind a cell, and when it was checked (`YYYY-MM`).
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verified {
    pub source: String,
    pub checked: String,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    version: String,
    date: String,
    condition: Vec<Row>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    key: String,
    staff_name: String,
    #[serde(default)]
    also_called: Vec<String>,
    #[serde(default)]
    hints: Vec<String>,
    /// The same inside a sentence, where it is written otherwise there.
    in_sentence: Option<String>,
    genes: Vec<Gene>,
    inheritance: Inheritance,
    test_codes: Vec<TestCode>,
    relative_test_code: TestCode,
    actionability: Actionability,
    min_predictive_age: Option<u8>,
    frequency: Option<f64>,
    note: String,
    #[serde(default)]
    verified: Sources,
    en: Words,
    cy: Option<Words>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Sources {
    genes: Option<Verified>,
    inheritance: Option<Verified>,
    test_codes: Option<Verified>,
    min_predictive_age: Option<Verified>,
    frequency: Option<Verified>,
    actionability: Option<Verified>,
    wording: Option<Verified>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    /// The medical name in this language, for its clinicians; the English one is `staff_name`.
    name: Option<String>,
    plain_name: String,
    what_it_can_mean: String,
    children: String,
}

/// A row of one published version of the table: a handle that is free to copy.
#[derive(Clone, Copy)]
pub struct Condition {
    table: &'static Table,
    row: &'static Row,
}

impl Condition {
    /// Every condition of the current table, in its order.
    pub fn all() -> Vec<Condition> {
        TABLES.first().map(rows).unwrap_or_default()
    }

    /// From the current table.
    pub fn by_key(key: &str) -> Option<Condition> {
        Self::all().into_iter().find(|c| c.key() == key)
    }

    /// From the table a letter was written with.
    pub fn by_key_at(key: &str, version: &str) -> Option<Condition> {
        TABLES.iter().find(|t| t.version == version)?.find(key)
    }

    /// The conditions that list this gene symbol; empty for one the table does not know (offer `unlisted_rare`).
    pub fn for_gene(symbol: &str) -> Vec<Condition> {
        Self::all().into_iter().filter(|c| c.row.genes.iter().any(|g| g.as_str() == symbol)).collect()
    }

    /// Version of the table this row belongs to, such as `2026.1`.
    pub fn table_version(self) -> &'static str {
        &self.table.version
    }
    /// Date of that version, `YYYY-MM-DD`.
    pub fn table_date(self) -> &'static str {
        &self.table.date
    }
    /// The stable key, as stored.
    pub fn key(self) -> &'static str {
        &self.row.key
    }
    /// The condition's medical name.
    pub fn staff_name(self) -> &'static str {
        &self.row.staff_name
    }
    /// The medical name in a language; none where it is not translated.
    pub fn name_in(self, language: Language) -> Option<&'static str> {
        match language {
            Language::English => Some(self.staff_name()),
            Language::Welsh => self.row.cy.as_ref()?.name.as_deref(),
        }
    }
    /// Every medical name: in each language, and those that it has besides, old ones and short ones.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let said = Language::ALL.into_iter().filter_map(move |language| self.name_in(language));
        said.chain(self.row.also_called.iter().map(String::as_str))
    }
    /// Words that would tell which condition it is without naming it.
    pub fn hints(self) -> impl Iterator<Item = &'static str> {
        self.row.hints.iter().map(String::as_str)
    }
    /// As `name_in`, inside a sentence.
    pub fn name_in_sentence(self, language: Language) -> Option<&'static str> {
        match language {
            Language::English => Some(self.row.in_sentence.as_deref().unwrap_or(self.staff_name())),
            Language::Welsh => self.name_in(language),
        }
    }
    /// What an L1 letter calls it, to stand in mid-sentence; none where it is not translated.
    pub fn plain_name(self, language: Language) -> Option<&'static str> {
        self.words(language).map(|w| w.plain_name.as_str())
    }
    /// One to three plain sentences.
    pub fn what_it_can_mean(self, language: Language) -> Option<&'static str> {
        self.words(language).map(|w| w.what_it_can_mean.as_str())
    }
    /// What a relative with children should know, one to three plain sentences.
    pub fn children(self, language: Language) -> Option<&'static str> {
        self.words(language).map(|w| w.children.as_str())
    }
    pub fn genes(self) -> &'static [Gene] {
        &self.row.genes
    }
    pub fn inheritance(self) -> Inheritance {
        self.row.inheritance
    }
    /// Codes under which the condition itself is tested for.
    pub fn test_codes(self) -> &'static [TestCode] {
        &self.row.test_codes
    }
    /// The code under which a relative is tested for a known variant: predictive (R242) or carrier (R244).
    pub fn relative_test_code(self) -> &'static TestCode {
        &self.row.relative_test_code
    }
    pub fn actionability(self) -> Actionability {
        self.row.actionability
    }
    /// Years; 0 is from birth; none where no figure can be given, which the note explains.
    pub fn min_predictive_age(self) -> Option<u8> {
        self.row.min_predictive_age
    }
    /// Share of all copies of the gene, in the population, that have a variant such as the family's, from 0 to 1; none
    /// where no figure can be given for the condition as a whole.
    pub fn frequency(self) -> Option<f64> {
        self.row.frequency
    }
    /// What staff should know beside the figures.
    pub fn note(self) -> &'static str {
        &self.row.note
    }

    /// The source behind a cell; none means it must be shown to staff as unverified.
    pub fn verified(self, cell: Cell) -> Option<&'static Verified> {
        let sources = &self.row.verified;
        match cell {
            Cell::Genes => sources.genes.as_ref(),
            Cell::Inheritance => sources.inheritance.as_ref(),
            Cell::TestCodes => sources.test_codes.as_ref(),
            Cell::MinPredictiveAge => sources.min_predictive_age.as_ref(),
            Cell::Frequency => sources.frequency.as_ref(),
            Cell::Actionability => sources.actionability.as_ref(),
            Cell::Wording => sources.wording.as_ref(),
        }
    }

    /// The cells that no source stands behind.
    pub fn unverified(self) -> Vec<Cell> {
        Cell::ALL.into_iter().filter(|&cell| self.verified(cell).is_none()).collect()
    }

    fn words(self, language: Language) -> Option<&'static Words> {
        match language {
            Language::English => Some(&self.row.en),
            Language::Welsh => self.row.cy.as_ref(),
        }
    }
}

fn rows(table: &'static Table) -> Vec<Condition> {
    table.condition.iter().map(|row| Condition { table, row }).collect()
}

impl Table {
    fn find(&'static self, key: &str) -> Option<Condition> {
        rows(self).into_iter().find(|c| c.key() == key)
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key() && self.table_version() == other.table_version()
    }
}
impl Eq for Condition {}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Condition({})", self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::reading_ease;

    #[test]
    fn every_published_table_can_be_read_and_none_is_left_out() {
        for text in PUBLISHED {
            toml::from_str::<Table>(text).unwrap();
        }
        assert_eq!(TABLES.len(), PUBLISHED.len());
        assert_eq!(Condition::all().len(), 22);
        for condition in Condition::all() {
            assert_eq!(Condition::by_key(condition.key()), Some(condition));
            assert_eq!(Condition::by_key_at(condition.key(), condition.table_version()), Some(condition));
        }
        let mut keys: Vec<_> = Condition::all().into_iter().map(Condition::key).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 22, "a key is used twice");
    }

    #[test]
    fn a_gene_leads_to_its_conditions_and_an_unknown_one_to_none() {
        let keys = |gene| Condition::for_gene(gene).into_iter().map(Condition::key).collect::<Vec<_>>();
        assert_eq!(keys("BRCA2"), ["breast_ovarian"]);
        assert_eq!(keys("SCN5A"), ["long_qt", "brugada"]);
        assert!(keys("PRKAG2").is_empty() && keys("brca2").is_empty());
        let rare = Condition::by_key("unlisted_rare").unwrap();
        assert!(rare.genes().is_empty());
        assert_eq!(rare.plain_name(Language::English), Some("a rare inherited health condition"));
        assert_eq!(rare.plain_name(Language::Welsh), Some("cyflwr iechyd etifeddol prin"));
    }

    #[test]
    fn every_condition_has_its_medical_name_in_both_languages() {
        for condition in Condition::all() {
            assert_eq!(condition.name_in(Language::English), Some(condition.staff_name()));
            let welsh = condition.name_in(Language::Welsh).unwrap();
            assert!(!welsh.is_empty() && welsh != condition.staff_name(), "{}", condition.key());
        }
    }

    #[test]
    fn what_no_source_stands_behind_is_shown_as_unverified() {
        let brca = Condition::by_key("breast_ovarian").unwrap();
        assert!(brca.verified(Cell::TestCodes).is_some());
        assert_eq!(brca.min_predictive_age(), Some(18));
        assert!(brca.unverified().contains(&Cell::MinPredictiveAge));
        assert!(Condition::by_key("unlisted_rare").unwrap().unverified() == Cell::ALL);
        // No clinician has signed any wording yet; whoever changes this line has the signature.
        assert!(Condition::all().into_iter().all(|c| c.unverified().contains(&Cell::Wording)));
    }

    #[test]
    fn a_frequency_is_a_share_and_those_given_rest_on_no_source_yet() {
        let given: Vec<_> = Condition::all().into_iter().filter(|c| c.frequency().is_some()).collect();
        assert_eq!(given.len(), 2);
        for condition in given {
            assert!(condition.frequency().is_some_and(|share| share > 0.0 && share < 0.5), "{condition:?}");
            assert!(condition.unverified().contains(&Cell::Frequency), "{condition:?}");
        }
    }

    #[test]
    fn plain_words_are_plain_and_name_no_gene() {
        for condition in Condition::all() {
            for text in [condition.what_it_can_mean(Language::English), condition.children(Language::English)]
            {
                let ease = reading_ease(text.unwrap());
                assert!(ease.longest_sentence <= 20, "{}: {ease:?}", condition.key());
                assert!(ease.flesch >= 60.0, "{}: {ease:?}", condition.key());
            }
            let name = condition.plain_name(Language::English).unwrap();
            assert!(name.starts_with("a ") && !name.ends_with('.'), "{name}");
            let every_gene = Condition::all().into_iter().flat_map(|c| c.genes());
            let words = [name, condition.what_it_can_mean(Language::English).unwrap()].join(" ");
            for gene in every_gene {
                assert!(!words.split(|c: char| !c.is_alphanumeric()).any(|w| w == gene.as_str()), "{words}");
            }
        }
    }
}
