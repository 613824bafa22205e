//! The versions of the CanRisk format and the columns of each.
//! Must not know: what stands in a column.

/// A version of the CanRisk pedigree data file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CanRiskVersion {
    V1,
    /// Adds BARD1.
    V2,
    /// Adds the risk factors ethnicity, Volpara and Stratus.
    V3,
    /// Adds HOXB13.
    V4,
}

/// The column of a breast tumour's five markers.
pub(super) const PATHOLOGY: &str = "ER:PR:HER2:CK14:CK56";

const PERSON: [&str; 17] = [
    "FamID", "Name", "Target", "IndivID", "FathID", "MothID", "Sex", "MZtwin", "Dead", "Age", "Yob", "BC1",
    "BC2", "OC", "PRO", "PAN", "Ashkn",
];

/// Risk factors that every version has.
const FACTORS: [&str; 14] = [
    "menarche",
    "parity",
    "first_live_birth",
    "oc_use",
    "mht_use",
    "bmi",
    "alcohol",
    "menopause",
    "birads",
    "height",
    "tl",
    "endo",
    "prs_bc",
    "prs_oc",
];

impl CanRiskVersion {
    pub const ALL: [CanRiskVersion; 4] =
        [CanRiskVersion::V1, CanRiskVersion::V2, CanRiskVersion::V3, CanRiskVersion::V4];
    pub const NEWEST: CanRiskVersion = CanRiskVersion::V4;

    /// As the first line of a file says it.
    pub fn number(self) -> &'static str {
        match self {
            CanRiskVersion::V1 => "1.0",
            CanRiskVersion::V2 => "2.0",
            CanRiskVersion::V3 => "3.0",
            CanRiskVersion::V4 => "4.0",
        }
    }

    /// The version of a number, with or without `.0`.
    pub fn numbered(number: &str) -> Option<CanRiskVersion> {
        let whole = number.strip_suffix(".0").unwrap_or(number);
        CanRiskVersion::ALL.into_iter().find(|version| version.number().strip_suffix(".0") == Some(whole))
    }

    /// The version that a file's first line names, and the number as it stands there.
    pub(super) fn of_head(line: &str) -> Option<(CanRiskVersion, &str)> {
        let mut words = line.split_whitespace();
        let named = words.next().is_some_and(|word| word.eq_ignore_ascii_case("##canrisk"));
        let number = words.next().filter(|_| named)?;
        Some((CanRiskVersion::numbered(number)?, number))
    }

    /// The genes, in the order of their columns.
    pub(super) fn genes(self) -> &'static [&'static str] {
        match self {
            CanRiskVersion::V1 => &["BRCA1", "BRCA2", "PALB2", "ATM", "CHEK2", "RAD51D", "RAD51C", "BRIP1"],
            CanRiskVersion::V2 | CanRiskVersion::V3 => {
                &["BRCA1", "BRCA2", "PALB2", "ATM", "CHEK2", "BARD1", "RAD51D", "RAD51C", "BRIP1"]
            }
            CanRiskVersion::V4 => {
                &["BRCA1", "BRCA2", "PALB2", "ATM", "CHEK2", "BARD1", "RAD51D", "RAD51C", "BRIP1", "HOXB13"]
            }
        }
    }

    /// All columns, in order.
    pub(super) fn columns(self) -> Vec<&'static str> {
        PERSON.into_iter().chain(self.genes().iter().copied()).chain([PATHOLOGY]).collect()
    }

    /// Whether a risk factor that came in one version can stand in this one; one that nobody lists can in no older one.
    pub(super) fn takes_factor(self, name: &str, from: CanRiskVersion) -> bool {
        self >= from || self >= CanRiskVersion::V3 || FACTORS.contains(&name.to_ascii_lowercase().as_str())
    }
}
