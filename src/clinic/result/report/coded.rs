//! Coded values: what a code or a wording means, and what a written-out variant name says.
//! Must not know: which element of a report a value stands in.

use super::json::{Json, clean, one_line};
use super::{Presence, Significance, SourceClass, Zygosity};

/// Longest HGVS name that is read, in bytes: an insertion is written out letter by letter.
const LONGEST_NAME: usize = 4_000;

/// Code, wording and meaning; the code is LOINC's answer code, the wording is compared in lower case.
pub type Answers<T> = [(&'static str, &'static str, T)];

/// Answers to genomic source class (48002-0).
pub const SOURCES: &Answers<SourceClass> = &[
    ("LA6683-2", "germline", SourceClass::Germline),
    ("LA18194-3", "likely germline", SourceClass::LikelyGermline),
    ("LA6684-0", "somatic", SourceClass::Somatic),
    ("LA18195-0", "likely somatic", SourceClass::LikelySomatic),
    ("LA10429-1", "fetal", SourceClass::Fetal),
    ("LA18196-8", "likely fetal", SourceClass::Fetal),
    ("LA26807-0", "de novo", SourceClass::DeNovo),
    ("LA18197-6", "unknown genomic origin", SourceClass::Unknown),
];
/// Answers to whether a variant was found.
pub const PRESENCES: &Answers<Presence> = &[
    ("LA9633-4", "present", Presence::Present),
    ("", "detected", Presence::Present),
    ("", "positive", Presence::Present),
    ("LA9634-2", "absent", Presence::Absent),
    ("", "not detected", Presence::Absent),
    ("", "negative", Presence::Absent),
    ("LA18198-4", "no call", Presence::Unclear),
    ("LA11884-6", "indeterminate", Presence::Unclear),
];
/// Answers to allelic state (53034-5).
pub const ZYGOSITIES: &Answers<Zygosity> = &[
    ("LA6706-1", "heterozygous", Zygosity::Heterozygous),
    ("LA6705-3", "homozygous", Zygosity::Homozygous),
    ("LA6707-9", "hemizygous", Zygosity::Hemizygous),
    ("LA6703-8", "heteroplasmic", Zygosity::Heteroplasmic),
    ("LA6704-6", "homoplasmic", Zygosity::Homoplasmic),
];
/// Answers to clinical significance (53037-8).
pub const SIGNIFICANCES: &Answers<Significance> = &[
    ("LA6668-3", "pathogenic", Significance::Pathogenic),
    ("LA26332-9", "likely pathogenic", Significance::LikelyPathogenic),
    ("LA26333-7", "uncertain significance", Significance::Uncertain),
    ("", "variant of uncertain significance", Significance::Uncertain),
    ("", "vus", Significance::Uncertain),
    ("LA26334-5", "likely benign", Significance::LikelyBenign),
    ("LA6675-8", "benign", Significance::Benign),
];
/// A CodeableConcept, or a plain text in its place.
pub struct Coded<'a> {
    pub codings: &'a [Json],
    pub text: &'a str,
}

impl<'a> Coded<'a> {
    /// Reads a concept, or a text where a sender wrote one instead.
    pub fn of(value: Option<&'a Json>) -> Self {
        Coded {
            codings: value.map_or(&[], |v| v.items("coding")),
            text: value.map_or("", |v| if v.as_str().is_empty() { v.str("text") } else { v.as_str() }),
        }
    }

    /// Codes of LOINC and of the genomics guide; the same digits in another system mean something else.
    pub fn codes(&self) -> impl Iterator<Item = &'a str> {
        let ours = |c: &&Json| {
            c.str("system").contains("loinc.org") || c.str("system").contains("genomics-reporting")
        };
        let unsaid = self.codings.iter().filter(|c| c.str("system").is_empty());
        self.codings.iter().filter(ours).chain(unsaid).map(|c| c.str("code")).filter(|c| !c.is_empty())
    }

    /// Displays and text, blank ones left out.
    pub fn wordings(&self) -> impl Iterator<Item = &'a str> {
        let displays = self.codings.iter().map(|c| c.str("display"));
        displays.chain([self.text]).filter(|w| !w.trim().is_empty())
    }

    /// The best words for a person to read: wording before code.
    pub fn line(&self) -> Option<String> {
        self.wordings().chain(self.codings.iter().map(|c| c.str("code"))).find_map(one_line)
    }

    /// The HGVS name of the given kind (`c`, `p`, `g`), whichever part of the concept holds it.
    pub fn hgvs(&self, kind: &str) -> Option<String> {
        let marker = format!("{kind}.");
        let named = |t: &&str| t.starts_with(&marker) || t.contains(&format!(":{marker}"));
        let name =
            self.codings.iter().map(|c| c.str("code")).chain(self.wordings()).map(str::trim).find(named)?;
        Some(clean(name)).filter(|name| name.len() <= LONGEST_NAME)
    }

    /// What stands where a name should be and has the shape of one, letter for letter: a name with a slip in it is kept,
    /// so that whoever marks the finding is told where it goes wrong.
    pub fn name_as_received(&self) -> Option<String> {
        let shaped = |text: &&str| {
            let marked = text.chars().nth(1) == Some('.') || text.contains(':');
            marked && !text.contains(char::is_whitespace)
        };
        let name =
            self.codings.iter().map(|c| c.str("code")).chain(self.wordings()).map(str::trim).find(shaped)?;
        Some(clean(name)).filter(|name| name.len() <= LONGEST_NAME)
    }

    /// What is meant, or the sender's words when that is not known or code and wording contradict each other.
    pub fn answer<T: Clone + PartialEq>(&self, answers: &Answers<T>) -> Result<T, String> {
        let plain = |w: &str| w.split('(').next().unwrap_or("").trim().to_lowercase();
        let by_code = self.codes().filter_map(|code| answers.iter().find(|(c, _, _)| *c == code));
        let by_word = self.wordings().filter_map(|w| answers.iter().find(|(_, word, _)| *word == plain(w)));
        let mut meant = by_code.chain(by_word).map(|(_, _, meaning)| meaning);
        match meant.next() {
            Some(first) if meant.all(|other| other == first) => Ok(first.clone()),
            Some(_) | None => {
                let codes = self.codings.iter().map(|c| c.str("code"));
                let words: Vec<&str> = self.wordings().chain(codes.filter(|c| !c.is_empty())).collect();
                Err(one_line(&words.join(" / ")).unwrap_or_default())
            }
        }
    }
}

/// The `value[x]` of an Observation or component: its name and itself.
pub fn value_of(node: &Json) -> Option<&(String, Json)> {
    node.members().iter().find(|(key, _)| key.starts_with("value"))
}

/// A value of any FHIR type in a few words.
pub fn value_in_words(value: &Json) -> Option<String> {
    let number = |v: &Json| v.get("value").and_then(|n| serde_json::to_string(n).ok()).unwrap_or_default();
    match value {
        Json::Bool(_) | Json::Number(_) => serde_json::to_string(value).ok(),
        Json::Object(_) if value.get("value").is_some() => {
            one_line(&format!("{} {}", number(value), value.str("unit")))
        }
        Json::Object(_) | Json::Text(_) => Coded::of(Some(value)).line(),
        Json::Null | Json::List(_) => None,
    }
}

/// The parts of a name such as `NM_000106.5(CYP2D6):c.886C>T (p.Arg296Cys)` or
/// `NM_022787.3(NMNAT1):c.[53A>G];[769G>A] AND Cone-rod dystrophy`.
#[derive(Default)]
pub struct Named {
    pub transcript: Option<String>,
    pub gene: Option<String>,
    pub hgvs_c: Option<String>,
    pub hgvs_p: Option<String>,
    pub condition: Option<String>,
}

impl Named {
    /// Reads what is there; everything stays empty for other text.
    pub fn parse(text: &str) -> Named {
        let Some((reference, rest)) = text.trim().split_once(':').filter(|(r, _)| !r.contains(' ')) else {
            return Named::default();
        };
        let (outer, inner) = reference.split_once('(').unwrap_or((reference, ""));
        let inner = inner.strip_suffix(')').unwrap_or(inner);
        // `NC_000013.11(NM_000059.4):c.` names a transcript where others name the gene.
        let transcript_inside = inner.contains('_') || inner.starts_with("ENST");
        let accession = if transcript_inside { inner } else { outer };
        let change = rest.split_whitespace().next().filter(|c| c.starts_with("c."));
        let protein = rest.split_once(" (p.").and_then(|(_, p)| p.split_whitespace().next());
        Named {
            transcript: one_line(accession),
            gene: one_line(inner).filter(|_| !transcript_inside),
            hgvs_c: change.and_then(|c| one_line(&format!("{accession}:{c}"))),
            hgvs_p: protein.and_then(|p| one_line(&format!("p.{}", p.strip_suffix(')').unwrap_or(p)))),
            condition: rest.split_once(" AND ").and_then(|(_, c)| one_line(c)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concept(text: &str) -> Json {
        super::super::json::parse(text.as_bytes()).expect("fixture")
    }

    fn significance(text: &str) -> Result<Significance, String> {
        Coded::of(Some(&concept(text))).answer(SIGNIFICANCES)
    }

    #[test]
    fn code_and_wording_are_both_heard() {
        let loinc = r#"{"coding":[{"system":"http://loinc.org","code":"LA6668-3"}]}"#;
        assert_eq!(significance(loinc), Ok(Significance::Pathogenic));
        assert_eq!(
            significance(r#"{"text":"Likely Pathogenic (class 4)"}"#),
            Ok(Significance::LikelyPathogenic)
        );
        assert_eq!(significance(r#""Benign""#), Ok(Significance::Benign));
        assert_eq!(significance(r#"{"text":"risk allele"}"#), Err("risk allele".to_owned()));
    }

    #[test]
    fn a_code_that_contradicts_its_wording_means_nothing() {
        let torn = r#"{"coding":[{"system":"http://loinc.org","code":"LA6668-3","display":"Benign"}]}"#;
        assert_eq!(significance(torn), Err("Benign / LA6668-3".to_owned()));
    }

    #[test]
    fn the_same_digits_in_another_system_are_not_loinc() {
        let other = r#"{"coding":[{"system":"http://lab.example/codes","code":"LA6668-3"}]}"#;
        assert!(significance(other).is_err());
    }

    #[test]
    fn a_written_out_name_gives_its_parts() {
        let named = Named::parse("NM_000106.5(CYP2D6):c.886C>T (p.Arg296Cys)");
        assert_eq!(named.gene.as_deref(), Some("CYP2D6"));
        assert_eq!(named.hgvs_c.as_deref(), Some("NM_000106.5:c.886C>T"));
        assert_eq!(named.hgvs_p.as_deref(), Some("p.Arg296Cys"));
        let pair = Named::parse("NM_022787.3(NMNAT1):c.[53A>G];[769G>A] AND Cone-rod dystrophy");
        assert_eq!(
            (pair.gene.as_deref(), pair.condition.as_deref()),
            (Some("NMNAT1"), Some("Cone-rod dystrophy"))
        );
        let genomic = Named::parse("NC_000013.11(NM_000059.4):c.68-7T>A");
        assert_eq!((genomic.gene, genomic.transcript.as_deref()), (None, Some("NM_000059.4")));
        assert!(Named::parse("rs: 17").gene.is_none() && Named::parse("").transcript.is_none());
    }
}
