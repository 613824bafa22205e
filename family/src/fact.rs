//! The familial fact: the part of a result that belongs to the family, and nothing else of it.
//! Must not know: the person it was found in, how it was found, or any other finding of theirs.

mod detail;
pub mod spelling;

pub use detail::{Biallelic, Build, ClassifiedOn, GenomicName, ProteinName, VariantDetail};

use std::{fmt, str::FromStr};

use crate::{condition::Condition, language::Language};

/// Why a familial fact, or a part of one, was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFact {
    #[error(
        "This is not a gene symbol. Use the HGNC symbol: capital letters, digits and hyphens, 15 at most."
    )]
    Gene,
    #[error(
        "This is not a variant name with its transcript. Write it like NM_000059.4:c.5946del, without spaces."
    )]
    Variant,
    #[error(
        "This is not a test directory code. Write R, a number, and a part if there is one: R208 or R208.1."
    )]
    TestCode,
    #[error(
        "This is not a protein or genomic variant name. Write it like NP_000050.3:p.(Ser1982Argfs*22) or NC_000013.11:g.32340301del, without spaces."
    )]
    OtherName,
    #[error("This is not a day that a classification can carry. Write it like 2026-11-23.")]
    Day,
    #[error("There must be one detail for each variant. Check the list of variants.")]
    DetailCount,
    #[error("A familial fact holds 1 to 4 variants of one gene. Check the list of variants.")]
    VariantCount,
    #[error("The same variant is listed twice. Remove one of them.")]
    VariantTwice,
    #[error("\"{0}\" is not one of the listed values. Choose one from the list.")]
    Unlisted(String),
}

/// A gene symbol as HGNC writes it (upper case, 1 to 15 characters), such as `BRCA2` or `HLA-B`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct Gene(String);

impl Gene {
    /// Reads a symbol exactly as given; case is not mended, because `orf` symbols are a sign of a wrong list.
    pub fn parse(text: &str) -> Result<Gene, BadFact> {
        let symbol = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-';
        let ok = (1..=15).contains(&text.len())
            && text.bytes().all(symbol)
            && text.as_bytes().first() != Some(&b'-');
        if ok { Ok(Gene(text.to_owned())) } else { Err(BadFact::Gene) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Gene {
    type Error = BadFact;
    fn try_from(text: String) -> Result<Gene, BadFact> {
        Gene::parse(&text)
    }
}

/// One HGVS coding name with its transcript, kept letter for letter as the laboratory wrote it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariantName(String);

impl VariantName {
    /// At most 200 characters of the HGVS character set: `accession.version:c.change`, or `:n.` on a transcript that
    /// codes for nothing. An LRG has no version; a gene or a transcript may stand in brackets behind the accession.
    pub fn parse(text: &str) -> Result<VariantName, BadFact> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b".:_>+-*=()[];?^".contains(&b);
        let shape = text.split_once(':').is_some_and(|(reference, change)| {
            let (outer, inner) = match reference.split_once('(') {
                Some((outer, inner)) => (outer, inner.strip_suffix(')')),
                None => (reference, Some("-")),
            };
            let symbol = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || b == b'.';
            detail::is_reference(outer)
                && inner.is_some_and(|inner| !inner.is_empty() && inner.bytes().all(symbol))
                && ["c.", "n."].iter().any(|kind| change.starts_with(kind))
                && change.bytes().any(|b| b.is_ascii_digit())
                && !change.contains(':')
        });
        if text.len() <= 200 && text.bytes().all(allowed) && shape {
            Ok(VariantName(text.to_owned()))
        } else {
            Err(BadFact::Variant)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The reference sequence, with its version, that the name counts on.
    pub fn transcript(&self) -> &str {
        let reference = self.0.split_once(':').map_or("", |(reference, _)| reference);
        match reference.split_once('(') {
            Some((outer, inner)) => {
                let inner = inner.trim_end_matches(')');
                // A gene stands in the same brackets as a transcript.
                if detail::is_reference(inner) { inner } else { outer }
            }
            None => reference,
        }
    }
}

/// A code of the NHS England National Genomic Test Directory: `R208` or, with its part, `R208.1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct TestCode(String);

impl TestCode {
    pub fn parse(text: &str) -> Result<TestCode, BadFact> {
        let number = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
        };
        let ok = text.strip_prefix('R').is_some_and(|rest| match rest.split_once('.') {
            None => number(rest, 4),
            Some((test, part)) => number(test, 4) && number(part, 2),
        });
        if ok { Ok(TestCode(text.to_owned())) } else { Err(BadFact::TestCode) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for TestCode {
    type Error = BadFact;
    fn try_from(text: String) -> Result<TestCode, BadFact> {
        TestCode::parse(&text)
    }
}

/// How the condition is passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(try_from = "String")]
pub enum Inheritance {
    AutosomalDominant,
    AutosomalRecessive,
    XLinked,
    Mitochondrial,
}

impl Inheritance {
    pub const ALL: [Inheritance; 4] =
        [Self::AutosomalDominant, Self::AutosomalRecessive, Self::XLinked, Self::Mitochondrial];

    /// The stable key, as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AutosomalDominant => "autosomal_dominant",
            Self::AutosomalRecessive => "autosomal_recessive",
            Self::XLinked => "x_linked",
            Self::Mitochondrial => "mitochondrial",
        }
    }

    /// As a report says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AutosomalDominant => "Autosomal dominant",
            Self::AutosomalRecessive => "Autosomal recessive",
            Self::XLinked => "X-linked",
            Self::Mitochondrial => "Mitochondrial",
        }
    }

    /// The same in a letter's language.
    pub fn name_in(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::English, _) => self.name(),
            (Language::Welsh, Self::AutosomalDominant) => "Awtosomaidd trechol",
            (Language::Welsh, Self::AutosomalRecessive) => "Awtosomaidd enciliol",
            (Language::Welsh, Self::XLinked) => "Cysylltiedig ag X",
            (Language::Welsh, Self::Mitochondrial) => "Mitocondriaidd",
        }
    }
}

impl FromStr for Inheritance {
    type Err = BadFact;
    fn from_str(key: &str) -> Result<Self, BadFact> {
        Self::ALL.into_iter().find(|i| i.as_str() == key).ok_or_else(|| BadFact::Unlisted(key.to_owned()))
    }
}

impl TryFrom<String> for Inheritance {
    type Error = BadFact;
    fn try_from(key: String) -> Result<Self, BadFact> {
        key.parse()
    }
}

/// The ACMG classes that may reach a relative. An uncertain or benign variant has no value here, so it cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Classification {
    Pathogenic,
    LikelyPathogenic,
}

impl Classification {
    pub const ALL: [Classification; 2] = [Self::Pathogenic, Self::LikelyPathogenic];

    /// The stable key, as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pathogenic => "pathogenic",
            Self::LikelyPathogenic => "likely_pathogenic",
        }
    }

    /// As a report says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pathogenic => "Pathogenic",
            Self::LikelyPathogenic => "Likely pathogenic",
        }
    }
}

impl FromStr for Classification {
    type Err = BadFact;
    fn from_str(key: &str) -> Result<Self, BadFact> {
        Self::ALL.into_iter().find(|c| c.as_str() == key).ok_or_else(|| BadFact::Unlisted(key.to_owned()))
    }
}

/// What belongs to the family: a condition, one gene, its 1 to 4 variants, their class, inheritance and test code.
#[derive(Clone, PartialEq, Eq)]
pub struct FamilialFact {
    condition: Condition,
    gene: Gene,
    variants: Vec<VariantName>,
    classification: Classification,
    inheritance: Inheritance,
    test_code: TestCode,
    /// One for each variant, in the same order; empty unless `detailed` was called.
    details: Vec<VariantDetail>,
    classified: Option<ClassifiedOn>,
    biallelic: Option<Biallelic>,
}

impl FamilialFact {
    /// Puts together parts that are each already valid; refuses 0 or more than 4 variants, and one listed twice.
    pub fn new(
        condition: Condition,
        gene: Gene,
        variants: Vec<VariantName>,
        classification: Classification,
        inheritance: Inheritance,
        test_code: TestCode,
    ) -> Result<FamilialFact, BadFact> {
        if !(1..=4).contains(&variants.len()) {
            return Err(BadFact::VariantCount);
        }
        if variants.iter().enumerate().any(|(i, v)| variants.iter().skip(i + 1).any(|w| w == v)) {
            return Err(BadFact::VariantTwice);
        }
        Ok(FamilialFact {
            condition,
            gene,
            variants,
            classification,
            inheritance,
            test_code,
            details: Vec::new(),
            classified: None,
            biallelic: None,
        })
    }

    /// The same fact with what a laboratory needs besides: other names, when it was classified, and, for recessive
    /// inheritance alone, how the variants come together. Letters print none of it.
    pub fn detailed(
        self,
        details: Vec<VariantDetail>,
        classified: Option<ClassifiedOn>,
        biallelic: Option<Biallelic>,
    ) -> Result<FamilialFact, BadFact> {
        if details.len() != self.variants.len() {
            return Err(BadFact::DetailCount);
        }
        // Zygosity is the proband's own, save where inheritance cannot be told without it.
        let biallelic = biallelic.filter(|_| self.inheritance == Inheritance::AutosomalRecessive);
        Ok(FamilialFact { details, classified, biallelic, ..self })
    }

    pub fn condition(&self) -> Condition {
        self.condition
    }
    pub fn gene(&self) -> &Gene {
        &self.gene
    }
    pub fn variants(&self) -> &[VariantName] {
        &self.variants
    }
    pub fn classification(&self) -> Classification {
        self.classification
    }
    pub fn inheritance(&self) -> Inheritance {
        self.inheritance
    }
    pub fn test_code(&self) -> &TestCode {
        &self.test_code
    }
    /// Each variant with its detail, where it has one.
    pub fn detailed_variants(&self) -> impl Iterator<Item = (&VariantName, Option<&VariantDetail>)> {
        self.variants.iter().enumerate().map(|(place, name)| (name, self.details.get(place)))
    }
    pub fn classified(&self) -> Option<&ClassifiedOn> {
        self.classified.as_ref()
    }
    pub fn biallelic(&self) -> Option<Biallelic> {
        self.biallelic
    }
}

/// Prints the condition's key only: a log line must not tell which variant runs in a family.
impl fmt::Debug for FamilialFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FamilialFact({})", self.condition.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gene_is_an_hgnc_symbol_and_nothing_else() {
        for good in ["BRCA2", "HLA-B", "F8", "CALM1", "ABCDEFGHIJ12345"] {
            assert_eq!(Gene::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "brca2", "BRCA 2", "BRCA2\n", "-A", "ABCDEFGHIJ123456", "ГЕН", "{{GENE}}"] {
            assert_eq!(Gene::parse(bad), Err(BadFact::Gene), "{bad:?}");
        }
    }

    #[test]
    fn a_variant_is_kept_letter_for_letter() {
        for good in [
            "NM_000059.4:c.5946del",
            "NM_000527.5:c.681C>G",
            "ENST00000380152.8:c.68-7T>A",
            "NM_007294.4:c.(4185+1_4186-1)_(4357+1_4358-1)dup",
            "LRG_292t1:c.*36C>G",
            "NM_004006.3:c.[76A>C;83G>C]",
            "NM_000059.4(BRCA2):c.5946del",
            "NC_000013.11(NM_000059.4):c.8487+3A>G",
            "NR_003137.2:n.64_65insT",
        ] {
            assert_eq!(VariantName::parse(good).unwrap().as_str(), good);
        }
        for (name, transcript) in [
            ("NM_000059.4(BRCA2):c.5946del", "NM_000059.4"),
            ("NC_000013.11(NM_000059.4):c.8487+3A>G", "NM_000059.4"),
            ("LRG_292t1:c.*36C>G", "LRG_292t1"),
        ] {
            assert_eq!(VariantName::parse(name).unwrap().transcript(), transcript);
        }
        for bad in [
            "",
            "c.5946del",
            "BRCA2:c.5946del",
            "NM_000059.4:p.Ser1982fs",
            "NM_000059.4:c.",
            "NM_000059:c.5946del",
            "NM_000059.4: c.5946del",
            "NM_000059.4:c.5946del\nBcc: x",
            "NM_000059.4:c.5946del <b>",
            "NM_000059.4:c.1:c.2",
            "NM_000059.4(:c.1del",
            "NM_000059.4():c.1del",
            "NM_000059.4(Mary was):c.1del",
            "NC_000013.11:g.32340301del",
        ] {
            assert_eq!(VariantName::parse(bad), Err(BadFact::Variant), "{bad:?}");
        }
    }

    #[test]
    fn a_test_code_is_r_and_a_number() {
        for good in ["R1", "R208", "R208.1", "R9999.12"] {
            assert_eq!(TestCode::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "R", "208", "r208", "R20800", "R208.", "R208.123", "R208.a", "R2 08"] {
            assert_eq!(TestCode::parse(bad), Err(BadFact::TestCode), "{bad:?}");
        }
    }

    #[test]
    fn every_key_reads_back_and_an_uncertain_variant_has_none() {
        for i in Inheritance::ALL {
            assert_eq!(i.as_str().parse::<Inheritance>().unwrap(), i);
        }
        for c in Classification::ALL {
            assert_eq!(c.as_str().parse::<Classification>().unwrap(), c);
        }
        for never in ["uncertain_significance", "benign", "likely_benign", "Pathogenic", ""] {
            assert!(never.parse::<Classification>().is_err(), "{never}");
        }
    }

    #[test]
    fn a_fact_has_one_to_four_different_variants() {
        let condition = Condition::by_key("breast_ovarian").unwrap();
        let variant = |n: usize| VariantName::parse(&format!("NM_000059.4:c.{n}del")).unwrap();
        let make = |variants| {
            FamilialFact::new(
                condition,
                Gene::parse("BRCA2").unwrap(),
                variants,
                Classification::Pathogenic,
                Inheritance::AutosomalDominant,
                TestCode::parse("R242").unwrap(),
            )
        };
        assert_eq!(make(vec![]), Err(BadFact::VariantCount));
        assert_eq!(make((1..=5).map(variant).collect()), Err(BadFact::VariantCount));
        assert_eq!(make(vec![variant(1), variant(1)]), Err(BadFact::VariantTwice));
        let fact = make((1..=4).map(variant).collect()).unwrap();
        assert_eq!(fact.variants().len(), 4);
        assert_eq!(format!("{fact:?}"), "FamilialFact(breast_ovarian)");
    }
}
