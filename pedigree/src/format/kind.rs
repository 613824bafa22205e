//! The formats by name, and which of them a text looks like.
//! Must not know: how any of them is read or written.

use serde::{Deserialize, Serialize};

/// A format in which families are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// PED, LINKAGE, PLINK's .ped and .fam, QTDT.
    Ped,
    /// CanRisk and BOADICEA, 1.0 to 4.0.
    CanRisk,
    /// The GA4GH Pedigree as FHIR.
    Ga4gh,
    /// A Phenopackets `Family`.
    Phenopackets,
    /// FHIR R4 FamilyMemberHistory.
    Fhir,
    /// GEDCOM 5.5.1 and 7; read only.
    Gedcom,
    /// Sibships in plain text.
    Sibships,
    /// A row a person under a row of column names.
    Table,
}

impl Format {
    pub const ALL: [Format; 8] = [
        Format::Ped,
        Format::CanRisk,
        Format::Ga4gh,
        Format::Phenopackets,
        Format::Fhir,
        Format::Gedcom,
        Format::Sibships,
        Format::Table,
    ];

    /// One word, as a command line takes it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Ped => "ped",
            Format::CanRisk => "canrisk",
            Format::Ga4gh => "ga4gh",
            Format::Phenopackets => "phenopackets",
            Format::Fhir => "fhir",
            Format::Gedcom => "gedcom",
            Format::Sibships => "sibships",
            Format::Table => "table",
        }
    }

    /// The format of that name.
    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }

    /// What it is, for people.
    pub fn words(self) -> &'static str {
        match self {
            Format::Ped => "PED (LINKAGE, PLINK, QTDT)",
            Format::CanRisk => "CanRisk (BOADICEA) 1.0 to 4.0",
            Format::Ga4gh => "GA4GH Pedigree (FHIR)",
            Format::Phenopackets => "Phenopackets family",
            Format::Fhir => "FHIR R4 family history",
            Format::Gedcom => "GEDCOM 5.5.1 or 7",
            Format::Sibships => "sibships in plain text",
            Format::Table => "table with column names",
        }
    }

    /// Its name in a sentence.
    pub fn title(self) -> &'static str {
        match self {
            Format::Ped => "PED",
            Format::CanRisk => "CanRisk",
            Format::Ga4gh => "GA4GH Pedigree",
            Format::Phenopackets => "Phenopackets",
            Format::Fhir => "FHIR family history",
            Format::Gedcom => "GEDCOM",
            Format::Sibships => "Sibship notation",
            Format::Table => "A table",
        }
    }

    /// All of them in words, for a message.
    pub(crate) fn listed() -> String {
        Format::ALL.map(Format::words).join("; ")
    }

    pub fn reads(self) -> bool {
        match self {
            Format::Ped
            | Format::CanRisk
            | Format::Ga4gh
            | Format::Phenopackets
            | Format::Fhir
            | Format::Gedcom
            | Format::Sibships
            | Format::Table => true,
        }
    }

    pub fn writes(self) -> bool {
        match self {
            Format::Gedcom => false,
            Format::Ped
            | Format::CanRisk
            | Format::Ga4gh
            | Format::Phenopackets
            | Format::Fhir
            | Format::Sibships
            | Format::Table => true,
        }
    }

    /// Whether one file holds several families.
    pub fn holds_several(self) -> bool {
        match self {
            Format::Ped | Format::Table | Format::Sibships => true,
            Format::CanRisk | Format::Ga4gh | Format::Phenopackets | Format::Fhir | Format::Gedcom => false,
        }
    }

    /// The format that a text looks like, by its first lines; of JSON, by the names in it.
    pub fn detect(text: &str) -> Option<Format> {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
        if line.to_ascii_lowercase().starts_with("##canrisk") || line.starts_with("BOADICEA import pedigree")
        {
            return Some(Format::CanRisk);
        }
        let mut marks = text.chars().filter(|mark| !mark.is_whitespace());
        let json =
            matches!((marks.next(), marks.next()), (Some('{'), Some('"' | '}')) | (Some('['), Some('{')));
        if json {
            return Some(json_kind(text));
        }
        if line.split_whitespace().take(2).eq(["0", "HEAD"]) {
            return Some(Format::Gedcom);
        }
        let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        let Some(line) = line else { return text.starts_with('#').then_some(Format::Ped) };
        if line.starts_with(['[', '(', '<', '{', '=', '?']) {
            return Some(Format::Sibships);
        }
        let names: Vec<String> = line
            .split([',', ';', '\t', ' '])
            .map(|name| name.trim_matches('"').to_ascii_lowercase())
            .collect();
        let headed = |ending: &str| names.iter().any(|name| name.contains(ending));
        let father = headed("father") || headed("fath") || headed("dad") || headed("pat");
        let mother = headed("mother") || headed("moth") || headed("mom") || headed("mum") || headed("mat");
        if father && mother && headed("id") {
            return Some(Format::Table);
        }
        (line.split_whitespace().count() >= 5).then_some(Format::Ped)
    }
}

fn json_kind(text: &str) -> Format {
    let says = |words: &str| text.contains(words);
    if says("\"resourceType\"") {
        let pedigree = says("\"Composition\"") || says("KIN:") || says("pedigree-fhir-ig");
        return if pedigree { Format::Ga4gh } else { Format::Fhir };
    }
    Format::Phenopackets
}
