//! What a laboratory needs of a familial variant besides its coding name: protein, genome, when it was classified.
//! Must not know: the person it was found in; the one thing of zygosity that it holds is what recessive inheritance needs.

use super::BadFact;

/// Characters of HGVS names; none of them can carry a sentence.
fn is_hgvs(text: &str) -> bool {
    (1..=200).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".:_>+-*=()[];?^".contains(&b))
}

/// `accession.version`, as reference sequences are written.
fn is_accession(text: &str) -> bool {
    text.rsplit_once('.').is_some_and(|(name, version)| {
        name.len() >= 4
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && (1..=4).contains(&version.len())
            && version.bytes().all(|b| b.is_ascii_digit())
    })
}

/// A versioned accession, or a part of an LRG, which has no version.
pub(super) fn is_reference(text: &str) -> bool {
    let lrg = text.strip_prefix("LRG_").is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_digit())
            && rest.len() <= 12
            && rest.bytes().all(|b| b.is_ascii_digit() || b == b't' || b == b'p')
    });
    lrg || is_accession(text)
}

/// One HGVS protein name, with its reference sequence or, as laboratories write it behind a coding name, without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProteinName(String);

impl ProteinName {
    pub fn parse(text: &str) -> Result<ProteinName, BadFact> {
        let change = match text.split_once(':') {
            Some((reference, change)) if is_reference(reference) => change,
            Some(_) => return Err(BadFact::OtherName),
            None => text,
        };
        let ok = is_hgvs(text) && change.len() > 2 && change.starts_with("p.") && !change.contains(':');
        if ok { Ok(ProteinName(text.to_owned())) } else { Err(BadFact::OtherName) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One HGVS genomic name with its versioned reference sequence: the coordinates, as the laboratory gave them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenomicName(String);

impl GenomicName {
    pub fn parse(text: &str) -> Result<GenomicName, BadFact> {
        let shape = text.split_once(':').is_some_and(|(reference, change)| {
            is_reference(reference)
                && ["g.", "m."].iter().any(|kind| change.starts_with(kind))
                && change.bytes().any(|b| b.is_ascii_digit())
                && !change.contains(':')
        });
        if is_hgvs(text) && shape { Ok(GenomicName(text.to_owned())) } else { Err(BadFact::OtherName) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The genome build that coordinates count on. One that is not listed is not passed on: the versioned accession of a
/// genomic name says it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Build {
    Grch37,
    Grch38,
}

impl Build {
    /// Reads `GRCh38`, `GRCh38.p14`, `hg38` and the like.
    pub fn parse(text: &str) -> Option<Build> {
        let plain = text.trim().to_ascii_lowercase();
        let name = plain.split_once(".p").map_or(plain.as_str(), |(name, _)| name);
        match name {
            "grch37" | "hg19" => Some(Build::Grch37),
            "grch38" | "hg38" => Some(Build::Grch38),
            _ => None,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Build::Grch37 => "GRCh37",
            Build::Grch38 => "GRCh38",
        }
    }
}

/// When a variant was classified, and which version of the laboratory's word on it this is: 1, then 2 after an
/// amended report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassifiedOn {
    day: String,
    version: u16,
}

impl ClassifiedOn {
    /// The day of a FHIR date or instant, such as `2026-11-23` or `2026-11-23T10:00:00Z`.
    pub fn parse(text: &str, version: u16) -> Result<ClassifiedOn, BadFact> {
        let day = text.get(..10).unwrap_or_default();
        let rest = text.get(10..).unwrap_or_default();
        let digits = |from: usize, to: usize| {
            day.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()))
        };
        let number = |from, to| digits(from, to).and_then(|part| part.parse::<u16>().ok());
        let real = number(0, 4).is_some_and(|year| (1980..=2200).contains(&year))
            && number(5, 7).is_some_and(|month| (1..=12).contains(&month))
            && number(8, 10).is_some_and(|day| (1..=31).contains(&day))
            && day.bytes().enumerate().all(|(at, b)| (b == b'-') == (at == 4 || at == 7));
        if real && (rest.is_empty() || rest.starts_with('T')) {
            Ok(ClassifiedOn { day: day.to_owned(), version: version.max(1) })
        } else {
            Err(BadFact::Day)
        }
    }

    /// Year, month and day: `2026-11-23`.
    pub fn day(&self) -> &str {
        &self.day
    }

    pub fn version(&self) -> u16 {
        self.version
    }
}

/// How the variants of a recessive condition come together: what a relative's laboratory must look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Biallelic {
    /// The variants named, one from each side of the family.
    DifferentVariants,
    /// The one variant named, from both sides.
    SameVariant,
}

impl Biallelic {
    /// The stable key.
    pub fn as_str(self) -> &'static str {
        match self {
            Biallelic::DifferentVariants => "different_variants",
            Biallelic::SameVariant => "same_variant",
        }
    }

    /// As a certificate says it; it names no person.
    pub fn name(self) -> &'static str {
        match self {
            Biallelic::DifferentVariants => {
                "The condition needs two of the named variants, one from each parent"
            }
            Biallelic::SameVariant => "The condition needs the named variant from both parents",
        }
    }
}

/// The other names of one variant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VariantDetail {
    pub protein: Option<ProteinName>,
    pub genomic: Option<GenomicName>,
    pub build: Option<Build>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_letter_for_letter_and_hold_no_sentence() {
        for good in ["NP_000050.3:p.(Ser1982Argfs*22)", "p.Arg296Cys", "p.?", "LRG_293p1:p.(Ser1982fs)"] {
            assert_eq!(ProteinName::parse(good).unwrap().as_str(), good);
        }
        for bad in
            ["", "p.", "p.Arg 296", "Mary was ill", "NP_000050:p.Arg1Cys", "NP_000050.3:c.1A>G", "a:p.b"]
        {
            assert!(ProteinName::parse(bad).is_err(), "{bad}");
        }
        for good in ["NC_000013.11:g.32340301del", "NC_012920.1:m.3243A>G"] {
            assert_eq!(GenomicName::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "NC_000013:g.1A>G", "chr13:g.1A>G", "NC_000013.11:c.1A>G", "NC_000013.11:g.born 1961"]
        {
            assert!(GenomicName::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_build_is_listed_or_nothing() {
        assert_eq!(Build::parse("GRCh38.p14"), Some(Build::Grch38));
        assert_eq!(Build::parse(" hg19 "), Some(Build::Grch37));
        for other in ["", "38", "T2T-CHM13v2.0", "GRCh38 of Mary"] {
            assert_eq!(Build::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_classification_has_a_day_and_never_an_hour() {
        let at = ClassifiedOn::parse("2026-11-23T10:00:00Z", 2).unwrap();
        assert_eq!((at.day(), at.version()), ("2026-11-23", 2));
        for bad in ["", "2026", "2026-13-01", "2026-11-23 Mary", "26-11-2023x", "2026-1-123"] {
            assert!(ClassifiedOn::parse(bad, 1).is_err(), "{bad}");
        }
    }
}
