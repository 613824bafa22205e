//! What is personal in a world: drawn for each side apart, each text with a canary of its own.
//! Must not know: what a relative may see.

use crate::plan::PROBAND;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A number from a seed and a name; the same on every machine.
pub fn hash(seed: u64, label: &str) -> u64 {
    let digest = kinward::keys::digest(format!("{seed}|{label}").as_bytes());
    u64::from_str_radix(&digest[..16], 16).unwrap()
}

/// Repeatable choices.
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64, label: &str) -> Self {
        Self(hash(seed, label))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 to `below` - 1.
    pub fn below(&mut self, below: usize) -> usize {
        usize::try_from(self.next() % below as u64).unwrap()
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    pub fn percent(&mut self, of_hundred: usize) -> bool {
        self.below(100) < of_hundred
    }
}

/// What differs between the two worlds of a pair. A pair that fails is tried again with fewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Name, date of birth, NHS number, sex, address of the proband.
    Identity,
    Conclusion,
    /// Other findings: how many, what they are, what stands beside them.
    OtherFindings,
    Laboratory,
    Dates,
    Specimen,
    MarkReasons,
    Conversation,
    ConsentWords,
    Decision,
    /// Whether the letter rests on agreement, or on a decision after a refusal.
    Basis,
    /// Where and when a relative was tested, and who said so.
    OwnResults,
    /// Relatives who are not written to.
    Others,
}

pub const KINDS: &[Kind] = &[
    Kind::Identity,
    Kind::Conclusion,
    Kind::OtherFindings,
    Kind::Laboratory,
    Kind::Dates,
    Kind::Specimen,
    Kind::MarkReasons,
    Kind::Conversation,
    Kind::ConsentWords,
    Kind::Decision,
    Kind::Basis,
    Kind::OwnResults,
    Kind::Others,
];

/// Draws what is personal on one side, and remembers each canary.
pub struct Personal {
    seed: u64,
    side: usize,
    kinds: BTreeSet<Kind>,
    pub canaries: Vec<String>,
}

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz234567";
const WORDS: &[&str] = &[
    "operation",
    "left",
    "at",
    "forty",
    "since",
    "the",
    "spring",
    "told",
    "nobody",
    "money",
    "work",
    "child",
    "tumour",
    "screening",
    "tablets",
    "heart",
    "unwell",
    "mother's",
    "never",
    "spoke",
    "moved",
    "away",
];

impl Personal {
    pub fn new(seed: u64, side: usize, kinds: &BTreeSet<Kind>) -> Self {
        Self { seed, side, kinds: kinds.clone(), canaries: Vec::new() }
    }

    /// Both sides draw the same where the kind is not varied.
    pub fn rng(&self, kind: Kind, label: &str) -> Rng {
        let side = if self.kinds.contains(&kind) { self.side } else { 0 };
        Rng::new(self.seed, &format!("{kind:?}|{label}|{side}"))
    }

    fn canary(&mut self, rng: &mut Rng, alphabet: &[u8]) -> String {
        let tail: String = (0..10).map(|_| char::from(rng.one(alphabet))).collect();
        let canary = format!("zq{tail}");
        self.canaries.push(canary.clone());
        canary
    }

    /// Words from a few to some thousand letters, with a canary among them. What staff type stays below the length that
    /// their shortest field has: a refusal would be a difference of the script, not of what relatives see.
    pub fn text(&mut self, kind: Kind, label: &str) -> String {
        let mut rng = self.rng(kind, label);
        let typed = match kind {
            Kind::Conversation | Kind::ConsentWords | Kind::Decision | Kind::MarkReasons | Kind::Basis => {
                true
            }
            Kind::Identity
            | Kind::Conclusion
            | Kind::OtherFindings
            | Kind::Laboratory
            | Kind::Dates
            | Kind::Specimen
            | Kind::OwnResults
            | Kind::Others => false,
        };
        let count = match rng.below(20) {
            0 if typed => 120,
            0 => 400,
            1..5 => 40,
            _ => 3 + rng.below(10),
        };
        let mut words: Vec<String> = (0..count).map(|_| rng.one(WORDS).to_owned()).collect();
        let canary = self.canary(&mut rng, LETTERS);
        words.insert(rng.below(count), canary);
        words.join(" ")
    }

    /// A name: letters alone, because names are.
    pub fn name(&mut self, kind: Kind, label: &str) -> String {
        let mut rng = self.rng(kind, label);
        let mut name = self.canary(&mut rng, &LETTERS[..26]);
        name[..1].make_ascii_uppercase();
        name
    }

    pub fn date(&self, kind: Kind, label: &str, from: usize, years: usize) -> String {
        let mut rng = self.rng(kind, label);
        format!("{:04}-{:02}-{:02}", from + rng.below(years), 1 + rng.below(12), 1 + rng.below(28))
    }

    /// A number with a right check digit, of the range that is given to nobody.
    pub fn nhs_number(&mut self, kind: Kind, label: &str) -> String {
        let mut rng = self.rng(kind, label);
        loop {
            let mut digits = vec![9, 9, 9];
            digits.extend((0..6).map(|_| rng.below(10)));
            let sum: usize = digits.iter().enumerate().map(|(place, digit)| (10 - place) * digit).sum();
            let check = (11 - sum % 11) % 11;
            if check < 10 {
                digits.push(check);
                let number: String = digits.iter().map(usize::to_string).collect();
                self.canaries.push(number.clone());
                return number;
            }
        }
    }

    /// A laboratory's report with everything personal in it drawn anew. What is familial stays as it is.
    pub fn report(&mut self, base: &[u8], label: &str, keeps_sex: bool) -> Vec<u8> {
        let mut bundle: Value = serde_json::from_slice(base).unwrap();
        let issued = self.date(Kind::Dates, &format!("{label} issued"), 2019, 7);
        let mut subject = Value::Null;
        for entry in bundle["entry"].as_array_mut().unwrap() {
            let url = entry["fullUrl"].clone();
            let resource = &mut entry["resource"];
            match resource["resourceType"].as_str().unwrap_or_default() {
                "Patient" => {
                    subject = url;
                    self.patient(resource, label, keeps_sex);
                }
                "DiagnosticReport" => {
                    resource["conclusion"] = self.text(Kind::Conclusion, label).into();
                    let number = self.text(Kind::Laboratory, &format!("{label} number"));
                    resource["identifier"][0]["value"] =
                        number.split(' ').find(|word| word.starts_with("zq")).unwrap().into();
                    resource["issued"] = format!("{issued}T09:30:00+00:00").into();
                    resource["effectiveDateTime"] = issued.clone().into();
                }
                "Organization" => resource["name"] = self.text(Kind::Laboratory, label).into(),
                "Specimen" => {
                    resource["note"] = json!([{"text": self.text(Kind::Specimen, label)}]);
                }
                _ => {}
            }
        }
        let more = self.more_findings(&subject, label);
        let entries = bundle["entry"].as_array_mut().unwrap();
        for entry in entries.iter_mut() {
            if entry["resource"]["resourceType"] == "DiagnosticReport" {
                let results = entry["resource"]["result"].as_array_mut().unwrap();
                results.extend(more.iter().map(|one| json!({"reference": one["fullUrl"]})));
            }
        }
        entries.extend(more);
        serde_json::to_vec(&bundle).unwrap()
    }

    fn patient(&mut self, patient: &mut Value, label: &str, keeps_sex: bool) {
        let given = self.name(Kind::Identity, &format!("{label} given"));
        let family = self.name(Kind::Identity, &format!("{label} family"));
        patient["name"] = json!([{"use": "official", "given": [given], "family": family}]);
        patient["birthDate"] =
            self.date(Kind::Identity, &format!("{label} born"), PROBAND.0, PROBAND.1).into();
        let number = self.nhs_number(Kind::Identity, &format!("{label} number"));
        let hospital = self.text(Kind::Identity, &format!("{label} hospital"));
        for identifier in patient["identifier"].as_array_mut().unwrap() {
            let nhs = identifier["system"].as_str().unwrap_or_default().ends_with("nhs-number");
            identifier["value"] = if nhs { number.clone() } else { hospital.clone() }.into();
        }
        if !keeps_sex {
            let mut rng = self.rng(Kind::Identity, &format!("{label} sex"));
            patient["gender"] = rng.one(&["female", "male"]).into();
        }
        let street = self.text(Kind::Identity, &format!("{label} street"));
        patient["address"] = json!([{"use": "home", "line": [street], "postalCode": "ZZ9 9ZZ"}]);
    }

    /// Findings that are this person's own: how they take a medicine, a tumour's marker, a level in the blood.
    fn more_findings(&mut self, subject: &Value, label: &str) -> Vec<Value> {
        let mut rng = self.rng(Kind::OtherFindings, &format!("{label} count"));
        let count = rng.below(5);
        (0..count)
            .map(|place| {
                let label = format!("{label} finding {place}");
                let words = self.text(Kind::OtherFindings, &label);
                let mut rng = self.rng(Kind::OtherFindings, &format!("{label} what"));
                let id = format!("urn:uuid:00000000-0000-4000-8000-{:012x}", rng.next() >> 20);
                let (code, name) = rng.one(&[
                    ("2157-6", "Creatine kinase"),
                    ("84413-4", "Genotype display name"),
                    ("81695-9", "Microsatellite instability"),
                ]);
                json!({"fullUrl": id, "resource": {
                    "resourceType": "Observation",
                    "status": "final",
                    "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": name}]},
                    "subject": {"reference": subject},
                    "valueString": format!("{} {words}", rng.below(2000)),
                    "note": [{"text": words}],
                }})
            })
            .collect()
    }
}
