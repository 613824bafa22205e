//! A laboratory report, from the bytes of a FHIR R4 Bundle to values: bytes in, values out.
//! Must not know: databases, clocks, who is asking, what staff decide about a finding.

/// Declares a closed list with the stable word each entry is stored and shown as.
macro_rules! words {
    ($(#[$note:meta])* $name:ident { $($(#[$why:meta])* $entry:ident = $word:literal),+ $(,)? }) => {
        $(#[$note])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$why])* $entry),+ }
        impl $name {
            /// Every entry, in order.
            pub const ALL: &[$name] = &[$($name::$entry),+];
            /// The stable word for storage and programs.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$entry => $word),+ }
            }
        }
    };
}

/// The same for a list that keeps what it does not know in the sender's words.
macro_rules! open_words {
    ($(#[$note:meta])* $name:ident { $($entry:ident = $word:literal),+ $(,)? } $other:ident) => {
        $(#[$note])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name { $($entry,)+ $other(String) }
        impl $name {
            /// The stable word, or the sender's own for what is not in the list.
            pub fn as_str(&self) -> &str {
                match self { $($name::$entry => $word,)+ $name::$other(text) => text }
            }
        }
    };
}

mod bundle;
mod coded;
pub mod hgvs;
pub mod json;
mod observation;
mod patient;
mod same;
mod suggestion;
mod unreadable;

use std::fmt;

pub use json::MAX_BYTES;
pub use unreadable::{Unreadable, UnreadableProblem};

/// Reads a laboratory report. Every Observation in the file becomes one [`Finding`]; what is not understood is
/// kept and named, and a file that could be about somebody else is refused.
pub fn read(bytes: &[u8]) -> Result<Report, Unreadable> {
    bundle::read(json::text_of(bytes)?, &json::parse(bytes)?)
}

/// What a laboratory sent about one proband.
#[derive(Clone, PartialEq)]
pub struct Report {
    pub lab: Option<String>,
    /// `system|value` of the DiagnosticReport: an amended report carries the same one.
    pub report_identifier: Option<String>,
    pub status: ReportStatus,
    /// As written by the laboratory: a FHIR instant, or a less exact date.
    pub issued: Option<String>,
    pub patient: Patient,
    /// Every Observation, in the order of the file.
    pub findings: Vec<Finding>,
    /// Every resource that is neither an Observation nor the Patient, kept as received.
    pub others: Vec<OtherResource>,
    pub conclusion: Option<String>,
    pub has_diagnostic_report: bool,
    /// What staff should know about the file as a whole, one sentence each.
    pub notes: Vec<String>,
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Report({:?}, {} findings, {} others)", self.status, self.findings.len(), self.others.len())
    }
}

open_words! {
    /// Status of the DiagnosticReport.
    ReportStatus {
        Registered = "registered", Partial = "partial", Preliminary = "preliminary", Final = "final",
        Amended = "amended", Corrected = "corrected", Appended = "appended", Cancelled = "cancelled",
        EnteredInError = "entered-in-error", NotStated = "not-stated",
    } Unknown
}

/// Who the report is about. Debug prints nothing of it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Patient {
    /// Given names joined with spaces.
    pub given: Option<String>,
    pub family: Option<String>,
    /// The name as one text, where the sender gave it so.
    pub name_text: Option<String>,
    pub birth_date: Option<BirthDate>,
    pub sex: Option<Sex>,
    /// Ten digits with a correct check digit, without spaces.
    pub nhs_number: Option<String>,
    pub address_lines: Vec<String>,
    pub postcode: Option<String>,
    /// The sender says that the patient has died.
    pub deceased: bool,
    /// All other identifiers, `system|value`.
    pub local_ids: Vec<String>,
}

impl fmt::Debug for Patient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Patient(..)")
    }
}

/// A date of birth. Debug prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub enum BirthDate {
    Full {
        year: u16,
        month: u8,
        day: u8,
    },
    /// A year, a year and month, or a text that is no date: as received.
    Partial(String),
}

impl fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BirthDate(..)")
    }
}

open_words! {
    /// FHIR administrative gender.
    Sex { Female = "female", Male = "male", Other = "other", Unknown = "unknown" } Unlisted
}

/// A resource that is kept but not read as a finding. Debug prints its type only.
#[derive(Clone, PartialEq, Eq)]
pub struct OtherResource {
    pub resource_type: String,
    pub id: Option<String>,
    /// As received.
    pub json: String,
}

impl fmt::Debug for OtherResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OtherResource({})", self.resource_type)
    }
}

/// One Observation. Debug prints its place and kind only: what was found is about a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    /// Order among the Observations of the file, from 0.
    pub position: usize,
    /// `fullUrl`, else the id, else the element path.
    pub source_id: String,
    pub kind: FindingKind,
    /// Observation status as received (`final`, `amended`, ..), empty when not stated.
    pub status: String,
    pub presence: Presence,
    /// One line for staff.
    pub summary: String,
    /// Gene symbol; several are joined with `, `.
    pub gene: Option<String>,
    /// As named by the laboratory, with its reference sequence where it gave one.
    pub hgvs_c: Option<String>,
    pub hgvs_p: Option<String>,
    pub hgvs_g: Option<String>,
    /// The reference sequence that `hgvs_c` counts on.
    pub transcript: Option<String>,
    pub build: Option<String>,
    pub zygosity: Option<Zygosity>,
    pub source_class: SourceClass,
    pub significance: Option<Significance>,
    /// Several are joined with `; `.
    pub condition: Option<String>,
    /// `source_id` of the findings this one rests on; a reference out of the file as received.
    pub derived_from: Vec<String>,
    /// `source_id` of the findings this one puts together, likewise.
    pub members: Vec<String>,
    /// Components and elements that are kept in `json` but not read.
    pub not_understood: Vec<String>,
    /// The resource as received.
    pub json: String,
    pub suggestion: Suggestion,
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Finding({}, {:?}, {:?})", self.position, self.kind, self.suggestion.mark)
    }
}

words! {
    /// What an Observation states.
    FindingKind {
        Variant = "variant", DiagnosticImplication = "diagnostic_implication",
        TherapeuticImplication = "therapeutic_implication", Genotype = "genotype", Haplotype = "haplotype",
        Other = "other",
    }
}

words! {
    /// Whether a variant that was looked for is there.
    Presence {
        Present = "present", Absent = "absent",
        /// No call, indeterminate, or a wording that is not understood.
        Unclear = "unclear",
        NotStated = "not_stated",
    }
}

words! {
    /// Where the variant arose.
    SourceClass {
        Germline = "germline", LikelyGermline = "likely_germline", Somatic = "somatic",
        /// Stated so, or not stated for a tumour specimen.
        LikelySomatic = "likely_somatic",
        Fetal = "fetal", DeNovo = "de_novo",
        /// Stated as unknown, or a wording that is not understood.
        Unknown = "unknown",
        NotStated = "not_stated",
    }
}

open_words! {
    /// Allelic state.
    Zygosity {
        Heterozygous = "heterozygous", Homozygous = "homozygous", Hemizygous = "hemizygous",
        Heteroplasmic = "heteroplasmic", Homoplasmic = "homoplasmic",
    } Other
}

open_words! {
    /// Classification (ACMG class) as the laboratory states it.
    Significance {
        Pathogenic = "pathogenic", LikelyPathogenic = "likely_pathogenic", Uncertain = "uncertain",
        LikelyBenign = "likely_benign", Benign = "benign",
    } Other
}

/// A first guess at what belongs to the family. Only a suggestion: a person marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub mark: Mark,
    /// One sentence for staff; names no gene and no person.
    pub why: String,
}

words! {
    /// Familial or personal, or for a person to say.
    Mark { Familial = "familial", Personal = "personal", Uncertain = "uncertain" }
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! fixture {
        ($name:literal) => {
            include_bytes!(concat!("../../../../tests/data/reports/", $name)).as_slice()
        };
    }

    fn good(bytes: &[u8]) -> Report {
        read(bytes).unwrap_or_else(|e| panic!("{e}"))
    }

    fn of_gene<'r>(report: &'r Report, kind: FindingKind, gene: &str) -> &'r Finding {
        let mut found = report.findings.iter().filter(|f| f.kind == kind && f.gene.as_deref() == Some(gene));
        found.next().expect("finding")
    }

    #[test]
    fn a_germline_report_is_read_whole_in_whatever_order_it_stands() {
        let report = good(fixture!("brca2_germline.json"));
        assert_eq!(report.lab.as_deref(), Some("Kestrel Vale Genomic Laboratory"));
        let identifier = "https://genomics.kestrelvale.example/report-number|R24-0061873";
        assert_eq!(report.report_identifier.as_deref(), Some(identifier));
        assert_eq!((report.status.clone(), report.has_diagnostic_report), (ReportStatus::Final, true));
        assert!(
            report
                .conclusion
                .as_deref()
                .is_some_and(|c| c.ends_with("variant.\nTesting is available for relatives."))
        );
        let patient = &report.patient;
        assert_eq!(
            (patient.given.as_deref(), patient.family.as_deref()),
            (Some("Rosalind May"), Some("Ashdown"))
        );
        assert!(patient.birth_date == Some(BirthDate::Full { year: 1961, month: 4, day: 9 }));
        assert_eq!((patient.nhs_number.as_deref(), patient.local_ids.len()), (Some("9990000018"), 1));
        assert_eq!(patient.address_lines, ["14 Mill Lane", "Nether Poppleton", "Ashby Vale"]);
        assert!(report.notes.is_empty(), "{:?}", report.notes);
        let variant = of_gene(&report, FindingKind::Variant, "BRCA2");
        assert_eq!(variant.hgvs_c.as_deref(), Some("NM_000059.4:c.5946del"));
        assert_eq!(variant.zygosity, Some(Zygosity::Heterozygous));
        assert_eq!((variant.source_class, variant.presence), (SourceClass::Germline, Presence::Present));
        assert_eq!(variant.significance, Some(Significance::Pathogenic));
        assert_eq!(variant.suggestion.mark, Mark::Familial);
        let line = "BRCA2 NM_000059.4:c.5946del NP_000050.3:p.(Ser1982Argfs*22), heterozygous, germline, pathogenic: \
                    breast-ovarian cancer, familial, susceptibility to, 2";
        assert_eq!(variant.summary, line);
        assert_eq!(variant.not_understood, ["component 82155-3", "method", "extension worksheet"]);
        for name in [&variant.hgvs_c, &variant.hgvs_p, &variant.hgvs_g].into_iter().flatten() {
            assert_eq!(hgvs::check(name), Ok(()));
        }
        let meaning = of_gene(&report, FindingKind::DiagnosticImplication, "BRCA2");
        assert_eq!((meaning.position, meaning.suggestion.mark), (0, Mark::Familial));
        assert_eq!(meaning.derived_from, [variant.source_id.as_str()]);
        let medicine = of_gene(&report, FindingKind::TherapeuticImplication, "DPYD");
        assert_eq!(medicine.summary, "DPYD, Fluorouracil, Intermediate metabolizer");
        assert_eq!(medicine.suggestion.mark, Mark::Personal);
        assert_eq!(of_gene(&report, FindingKind::Genotype, "DPYD").suggestion.mark, Mark::Personal);
        let kinds: Vec<&str> = report.others.iter().map(|o| o.resource_type.as_str()).collect();
        assert_eq!(
            kinds,
            ["Organization", "MolecularSequence", "Specimen", "DiagnosticReport", "ServiceRequest"]
        );
        let all = report.findings.iter().map(|f| &f.json).chain(report.others.iter().map(|o| &o.json));
        let text = std::str::from_utf8(fixture!("brca2_germline.json")).expect("UTF-8");
        assert!(all.into_iter().all(|json| text.contains(json.as_str())), "kept byte for byte");
    }

    #[test]
    fn an_amended_report_is_recognised_and_its_variant_is_no_longer_familial() {
        let (first, second) = (good(fixture!("brca2_germline.json")), good(fixture!("brca2_amended.json")));
        assert_eq!(first.report_identifier, second.report_identifier);
        assert_eq!(second.status, ReportStatus::Amended);
        let variant = of_gene(&second, FindingKind::Variant, "BRCA2");
        assert_eq!(
            (&variant.significance, variant.suggestion.mark),
            (&Some(Significance::Uncertain), Mark::Uncertain)
        );
    }

    #[test]
    fn each_condition_the_clinic_sees_is_read() {
        let reports = [
            (fixture!("lynch_mlh1.json"), "MLH1", 4),
            (fixture!("fh_ldlr.json"), "LDLR", 4),
            (fixture!("dmd_carrier.json"), "DMD", 3),
            (fixture!("hcm_mybpc3.json"), "MYBPC3", 4),
        ];
        for (bytes, gene, findings) in reports {
            let report = good(bytes);
            assert_eq!(report.findings.len(), findings, "{gene}");
            let familial = report.findings.iter().filter(|f| f.suggestion.mark == Mark::Familial);
            let kinds: Vec<_> = familial.map(|f| (f.kind, f.gene.as_deref())).collect();
            assert_eq!(kinds.len(), 2, "{gene}: {kinds:?}");
            assert!(kinds.contains(&(FindingKind::Variant, Some(gene))));
            let name = of_gene(&report, FindingKind::Variant, gene).hgvs_c.as_deref().expect("name");
            assert_eq!(hgvs::check(name), Ok(()));
            assert!(report.notes.is_empty() && report.patient.nhs_number.is_some());
        }
        let absent = of_gene(&good(fixture!("lynch_mlh1.json")), FindingKind::Variant, "BRAF").clone();
        assert_eq!((absent.presence, absent.source_class), (Presence::Absent, SourceClass::LikelySomatic));
        assert!(absent.summary.starts_with("Not found: BRAF") && absent.suggestion.mark == Mark::Uncertain);
        let enzyme = good(fixture!("dmd_carrier.json")).findings.remove(0);
        assert_eq!(enzyme.kind, FindingKind::Other);
        assert!(
            enzyme.summary.ends_with("412.5 U/L") && enzyme.json.contains("412.50"),
            "{}",
            enzyme.summary
        );
    }

    #[test]
    fn a_broken_file_is_refused_with_the_problem_and_the_place() {
        use UnreadableProblem::*;
        let files = [
            (fixture!("broken_empty.json"), Empty, "line 1"),
            (fixture!("broken_truncated.json"), NotJson, "line 498"),
            (fixture!("broken_xml.json"), NotJson, "line 1, column 1"),
            (fixture!("broken_not_utf8.json"), NotUtf8, "line "),
            (fixture!("broken_duplicate_key.json"), DuplicateKey, "line 23, column 12, key \"status\""),
            (fixture!("broken_too_deep.json"), TooDeep, "line "),
            (fixture!("broken_not_a_bundle.json"), NotABundle, "resourceType"),
            (fixture!("broken_entry_without_type.json"), NotABundle, "Bundle.entry[3].resource.resourceType"),
            (fixture!("broken_no_patient.json"), NoPatient, "Bundle.entry"),
            (fixture!("broken_no_findings.json"), NoFindings, "Bundle.entry"),
            (fixture!("broken_two_patients.json"), TwoPatients, "Bundle.entry[10].resource"),
            (fixture!("broken_two_subjects.json"), TwoPatients, "Bundle.entry[2].resource.subject"),
            (fixture!("broken_wrong_subject.json"), BrokenReference, "Bundle.entry[0].resource.subject"),
        ];
        for (bytes, problem, place) in files {
            let error = read(bytes).expect_err(problem.as_str());
            assert_eq!(error.problem, problem, "{error}");
            assert!(error.place.starts_with(place), "{error}");
            assert!(!error.to_string().contains("Ashdown"));
        }
    }

    #[test]
    fn debug_of_a_report_names_nobody_and_nothing_found() {
        let report = good(fixture!("brca2_germline.json"));
        let shown = format!("{report:?} {:?} {:?} {:?}", report.patient, report.findings, report.others);
        assert!(
            ["Ashdown", "9990000018", "BRCA2", "DPYD", "AV1"].iter().all(|w| !shown.contains(w)),
            "{shown}"
        );
    }

    fn sample(name: &str) -> Option<Report> {
        let here = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/samples");
        let folder = std::env::var_os("KINWARD_SAMPLES").unwrap_or_else(|| here.into());
        let path = std::path::Path::new(&folder).join("fhir").join(name);
        let bytes = std::fs::read(&path).ok();
        if bytes.is_none() {
            eprintln!("SAMPLES MISSING: {} - this test checked NOTHING", path.display());
        }
        bytes.map(|b| good(&b))
    }

    #[test]
    fn every_variant_of_the_tumour_sample_is_somatic_and_personal() {
        let Some(report) = sample("Bundle-bundle-oncology-report-example.json") else { return };
        assert_eq!((report.findings.len(), report.lab.as_deref()), (12, Some("CEGAT")));
        for finding in &report.findings {
            assert_eq!((finding.kind, finding.source_class), (FindingKind::Variant, SourceClass::Somatic));
            assert_eq!(finding.suggestion.mark, Mark::Personal);
            assert_eq!(hgvs::check(finding.hgvs_c.as_deref().expect("name")), Ok(()));
        }
        let first = &report.findings[0];
        assert_eq!(first.transcript.as_deref(), Some("NM_006218.4"), "the one the name counts on");
        assert!(first.not_understood.iter().any(|n| n.contains("NM_006218.3")), "{:?}", first.not_understood);
    }

    #[test]
    fn the_compound_heterozygote_sample_gives_two_variants_of_one_gene() {
        let Some(report) = sample("Bundle-bundle-compound-heterozygote.json") else { return };
        let kinds: Vec<_> =
            report.findings.iter().map(|f| (f.kind, f.gene.as_deref(), f.suggestion.mark)).collect();
        let variant = (FindingKind::Variant, Some("NMNAT1"), Mark::Familial);
        assert_eq!(kinds, [variant, variant, (FindingKind::Genotype, Some("NMNAT1"), Mark::Uncertain)]);
        assert!(report.findings.iter().all(|f| f.condition.as_deref() == Some("Cone-rod dystrophy")));
        assert_eq!((report.has_diagnostic_report, report.status), (false, ReportStatus::NotStated));
        assert_eq!(
            (report.lab.as_deref(), report.patient.given.as_deref()),
            (Some("aTypingLab Inc"), Some("John"))
        );
    }

    #[test]
    fn the_mixed_sample_has_a_patient_without_a_name_and_all_its_findings() {
        let Some(report) = sample("Bundle-bundle-cgexample.json") else { return };
        assert_eq!((report.findings.len(), report.others.len()), (11, 5));
        assert!(report.patient.family.is_none() && report.notes.iter().any(|n| n.contains("no name")));
        let marks: Vec<_> = report.findings.iter().map(|f| f.suggestion.mark).collect();
        use Mark::*;
        assert_eq!(marks[..6], [Familial, Familial, Uncertain, Uncertain, Uncertain, Uncertain]);
        assert_eq!(marks[6..], [Personal; 5]);
        let variant = of_gene(&report, FindingKind::Variant, "ACAD9");
        assert_eq!(
            variant.hgvs_p.as_deref(),
            Some("NP_054768.2:p.Arg417Cys"),
            "the component, not the display"
        );
        assert_eq!(variant.condition.as_deref(), Some("acyl-CoA dehydrogenase 9 deficiency"));
        assert_eq!(
            of_gene(&report, FindingKind::Variant, "CYP2D6").members.len(),
            2,
            "gene known from its members"
        );
        assert_eq!(of_gene(&report, FindingKind::Genotype, "CYP2C9, VKORC1").suggestion.mark, Personal);
    }

    proptest::proptest! {
        #[test]
        fn no_change_of_bytes_makes_it_stumble(
            edits in proptest::collection::vec((0usize..16_000, proptest::num::u8::ANY, 0u8..9), 1..8)
        ) {
            let mut bytes = fixture!("brca2_germline.json").to_vec();
            for (at, byte, how) in edits {
                let at = at % bytes.len();
                match how {
                    0 => bytes[at] = byte,
                    1 => bytes.insert(at, b"{}[],:\"\\ 0n"[usize::from(byte) % 11]),
                    // Most changes leave it JSON, so that what reads the Bundle is tried too.
                    3.. if bytes[at].is_ascii_alphanumeric() => bytes[at] = b'0' + byte % 10,
                    3.. => {}
                    2 => drop(bytes.drain(at..(at + usize::from(byte)).min(bytes.len() - 1))),
                }
            }
            let _ = read(&bytes);
        }
    }
}
