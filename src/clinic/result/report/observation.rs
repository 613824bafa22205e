//! One Observation as a finding: what each component and element says.
//! Must not know: the Bundle around it, the other findings, the patient.

use super::coded::{Coded, Named, PRESENCES, SIGNIFICANCES, SOURCES, ZYGOSITIES, value_in_words, value_of};
use super::json::{Json, one_line};
use super::{Finding, FindingKind, Mark, Presence, Significance, SourceClass, Suggestion, Zygosity};

/// Observation codes, and the endings of profile addresses that stand in where a sender leaves the code out.
const KINDS: &[(&str, FindingKind)] = &[
    ("69548-6", FindingKind::Variant),
    ("variant", FindingKind::Variant),
    ("84413-4", FindingKind::Genotype),
    ("genotype", FindingKind::Genotype),
    ("84414-2", FindingKind::Haplotype),
    ("haplotype", FindingKind::Haplotype),
    ("53037-8", FindingKind::DiagnosticImplication),
    ("diagnostic-implication", FindingKind::DiagnosticImplication),
    ("therapeutic-implication", FindingKind::TherapeuticImplication),
    ("53040-2", FindingKind::TherapeuticImplication),
    ("51961-1", FindingKind::TherapeuticImplication),
    ("83009-1", FindingKind::TherapeuticImplication),
];
/// The component that holds a variant's name written out, gene and protein included.
const WRITTEN_OUT: &str = "81252-9";
/// Elements that are read here or by the Bundle; every other one is named in `not_understood`.
const READ: &[&str] = &[
    "resourceType",
    "id",
    "meta",
    "text",
    "language",
    "status",
    "category",
    "code",
    "subject",
    "effectiveDateTime",
    "effectivePeriod",
    "effectiveInstant",
    "issued",
    "performer",
    "specimen",
    "component",
    "derivedFrom",
    "hasMember",
];

/// Most references of one Observation that are followed; the rest stay in its JSON.
pub const MAX_LINKS: usize = 200;
/// Most unread elements that are named for one finding.
const MAX_UNREAD: usize = 200;
/// Longest joined list of genes or conditions, in bytes.
const MAX_LIST: usize = 2_000;

/// Another Observation this one points at: its position when it is in the file, and its name.
pub struct Link {
    pub position: Option<usize>,
    pub name: String,
}

/// What the Bundle knows about an Observation before it is read.
pub struct Around {
    pub position: usize,
    pub source_id: String,
    pub json: String,
    pub derived_from: Vec<Link>,
    pub members: Vec<Link>,
    /// The specimen is a tumour.
    pub tumour: bool,
    /// The subject is something other than the patient.
    pub other_subject: bool,
}

/// A finding on its way: read, but not yet connected with the others.
pub struct Draft {
    pub finding: Finding,
    /// Positions of the findings in the same file that this one rests on.
    pub derived: Vec<usize>,
    pub members: Vec<usize>,
    /// Why this finding must not be taken at its word.
    pub doubt: Option<&'static str>,
    pub withdrawn: bool,
    pub about_medicine: bool,
    /// A genotype that puts two variants together.
    pub compound: bool,
    pub in_disease_genotype: bool,
    pub two_classifications: bool,
    /// Drug and effect, or whatever else the summary should say.
    pub remark: Vec<String>,
}

impl Draft {
    /// Reads one Observation. Nothing in it is an error: what is not understood is named.
    pub fn read(body: &Json, around: Around) -> Draft {
        let code = Coded::of(body.get("code"));
        let mut draft = Draft::empty(kind_of(body, &code), body.str("status"), around);
        if draft.finding.kind == FindingKind::Other {
            draft.remark.extend(code.line());
        }
        body.items("component").iter().for_each(|component| draft.component(component));
        // After the others: a written-out name only fills what no component of its own says.
        let written = body
            .items("component")
            .iter()
            .filter(|c| Coded::of(c.get("code")).codes().next() == Some(WRITTEN_OUT));
        for (_, name) in written.filter_map(value_of) {
            Coded::of(Some(name)).wordings().for_each(|name| draft.named(name));
        }
        let value_read = value_of(body).is_none_or(|(_, value)| draft.value(value));
        for (key, _) in body.members() {
            if key == "extension" || READ.contains(&key.as_str()) || (key.starts_with("value") && value_read)
            {
                continue;
            }
            draft.unread(key);
        }
        for extension in body.items("extension") {
            draft.unread(&format!("extension {}", extension.str("url").rsplit('/').next().unwrap_or("")));
        }
        for key in ["derivedFrom", "hasMember"].into_iter().filter(|key| body.items(key).len() > MAX_LINKS) {
            draft.unread(&format!("{key} (more than {MAX_LINKS})"));
        }
        if draft.finding.kind == FindingKind::Variant && body.get("dataAbsentReason").is_some() {
            draft.finding.presence = Presence::Unclear;
        }
        draft.fill_in();
        draft.withdrawn = ["entered-in-error", "cancelled"].contains(&body.str("status"));
        let modified = |node: &Json| node.get("modifierExtension").is_some();
        draft.doubt = if draft.withdrawn {
            Some("The laboratory has withdrawn this finding.")
        } else if modified(body)
            || body.items("component").iter().any(modified)
            || body.get("implicitRules").is_some()
        {
            Some("The laboratory added something that changes the meaning and that is not understood here.")
        } else if draft.doubt.is_some() || body.get("focus").is_some() {
            Some("This finding is about somebody or something other than the patient.")
        } else {
            None
        };
        draft
    }

    fn empty(kind: FindingKind, status: &str, around: Around) -> Draft {
        let positions = |links: &[Link]| links.iter().filter_map(|l| l.position).collect();
        let (derived, members) = (positions(&around.derived_from), positions(&around.members));
        let names = |links: Vec<Link>| links.into_iter().map(|l| l.name).collect();
        let finding = Finding {
            position: around.position,
            source_id: around.source_id,
            kind,
            status: one_line(status).unwrap_or_default(),
            presence: Presence::NotStated,
            summary: String::new(),
            gene: None,
            hgvs_c: None,
            hgvs_p: None,
            hgvs_g: None,
            transcript: None,
            build: None,
            zygosity: None,
            source_class: if around.tumour { SourceClass::LikelySomatic } else { SourceClass::NotStated },
            significance: None,
            condition: None,
            derived_from: names(around.derived_from),
            members: names(around.members),
            not_understood: Vec::new(),
            json: around.json,
            suggestion: Suggestion { mark: Mark::Uncertain, why: String::new() },
        };
        Draft {
            finding,
            derived,
            members,
            doubt: around.other_subject.then_some("The subject is not the patient."),
            withdrawn: false,
            about_medicine: false,
            compound: false,
            in_disease_genotype: false,
            two_classifications: false,
            remark: Vec::new(),
        }
    }

    fn unread(&mut self, what: &str) {
        if self.finding.not_understood.len() < MAX_UNREAD {
            self.finding
                .not_understood
                .push(one_line(what).unwrap_or_else(|| "an element with a very long name".to_owned()));
        }
    }

    fn component(&mut self, component: &Json) {
        let code = Coded::of(component.get("code"));
        let known = code.codes().next().unwrap_or("");
        let label = format!("component {}", one_line(known).or_else(|| code.line()).unwrap_or_default());
        let Some((_, value)) = value_of(component) else {
            return self.unread(&format!("{label} (no value)"));
        };
        let told = Coded::of(Some(value));
        let finding = &mut self.finding;
        let read = match known {
            "48018-6" => join(&mut finding.gene, told.line(), ", "),
            "48004-6" => keep(&mut finding.hgvs_c, told.hgvs("c").or_else(|| told.name_as_received())),
            "48005-3" => keep(&mut finding.hgvs_p, told.hgvs("p").or_else(|| told.name_as_received())),
            "81290-9" => keep(&mut finding.hgvs_g, told.hgvs("g").or_else(|| told.name_as_received())),
            "51958-7" => keep(
                &mut finding.transcript,
                told.codings.iter().find_map(|c| c.line("code")).or(told.line()),
            ),
            "62374-4" => keep(&mut finding.build, told.line()),
            "81259-4" => join(&mut finding.condition, told.line(), "; "),
            "53034-5" => {
                keep(&mut finding.zygosity, Some(told.answer(ZYGOSITIES).unwrap_or_else(Zygosity::Other)))
            }
            "48002-0" => {
                let told = told.answer(SOURCES).ok();
                // A tumour sample is only a hint, which the laboratory's word replaces; two different words cancel out.
                let silent =
                    matches!(finding.source_class, SourceClass::NotStated | SourceClass::LikelySomatic);
                let agreed = told.filter(|class| silent || *class == finding.source_class);
                finding.source_class = agreed.unwrap_or(SourceClass::Unknown);
                agreed.is_some()
            }
            "53037-8" => {
                self.classify(told.answer(SIGNIFICANCES).unwrap_or_else(Significance::Other));
                true
            }
            WRITTEN_OUT => true,
            "51963-7" | "therapeutic-implication" | "predicted-therapeutic-implication" => {
                self.remark.extend(told.line());
                true
            }
            _ => false,
        };
        if !read {
            self.unread(&label);
        }
    }

    /// Reads `value[x]`; false when it is there but not understood.
    fn value(&mut self, value: &Json) -> bool {
        let told = Coded::of(Some(value));
        match self.finding.kind {
            FindingKind::Variant => {
                let presence = told.answer(PRESENCES);
                self.finding.presence = presence.clone().unwrap_or(Presence::Unclear);
                return presence.is_ok();
            }
            FindingKind::DiagnosticImplication => {
                self.classify(told.answer(SIGNIFICANCES).unwrap_or_else(Significance::Other));
            }
            FindingKind::Genotype | FindingKind::Haplotype => {
                told.wordings().for_each(|name| self.named(name));
                self.compound = told.wordings().any(|w| w.contains("];["));
                // A star allele (`*2/*5`) is how answers to medicines are named; in an HGVS name the star is a stop.
                self.about_medicine =
                    told.line().is_some_and(|w| w.contains('*') && !w.contains(':') && !w.contains("p."));
                self.remark.extend(told.line());
            }
            FindingKind::TherapeuticImplication | FindingKind::Other => {
                self.remark.extend(value_in_words(value))
            }
        }
        true
    }

    /// What a written-out name tells, as far as no component has said it.
    fn named(&mut self, text: &str) {
        let named = Named::parse(text);
        let finding = &mut self.finding;
        finding.gene = finding.gene.take().or(named.gene);
        finding.hgvs_c = finding.hgvs_c.take().or(named.hgvs_c);
        finding.hgvs_p = finding.hgvs_p.take().or(named.hgvs_p);
        finding.condition = finding.condition.take().or(named.condition);
        finding.transcript = finding.transcript.take().or(named.transcript.filter(|t| !t.starts_with("NC_")));
    }

    /// A position counts on the reference its own name carries, whatever another component says.
    fn fill_in(&mut self) {
        let Some(named) = self.finding.hgvs_c.as_deref().map(Named::parse) else { return };
        if let (Some(stated), Some(counted)) = (&self.finding.transcript, &named.transcript)
            && stated != counted
        {
            self.unread(&format!("component 51958-7 ({stated}, but the name counts on {counted})"));
        }
        self.finding.transcript = named.transcript.or(self.finding.transcript.take());
        self.finding.gene = self.finding.gene.take().or(named.gene);
    }

    /// Takes in a classification. Of two different ones the graver stands, and a person must look.
    pub fn classify(&mut self, told: Significance) {
        match &self.finding.significance {
            Some(known) if *known == told => {}
            Some(known) => {
                let (graver, other) =
                    if gravity(known) >= gravity(&told) { (known, &told) } else { (&told, known) };
                let (graver, note) =
                    (graver.clone(), format!("a second classification ({})", spaced(other.as_str())));
                self.two_classifications = true;
                self.finding.significance = Some(graver);
                self.unread(&note);
            }
            None => self.finding.significance = Some(told),
        }
    }
}

fn kind_of(body: &Json, code: &Coded) -> FindingKind {
    let lists = body.get("meta").and_then(|m| m.get("profile"));
    let profiles = if let Some(Json::List(list)) = lists { list.as_slice() } else { &[] };
    let endings = profiles.iter().filter_map(|p| p.as_str().split('|').next()?.rsplit('/').next());
    let kind = |word: &str| KINDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind);
    code.codes().chain(endings).find_map(kind).unwrap_or(FindingKind::Other)
}

fn gravity(significance: &Significance) -> u8 {
    match significance {
        Significance::Pathogenic => 5,
        Significance::LikelyPathogenic => 4,
        Significance::Uncertain => 3,
        Significance::Other(_) => 2,
        Significance::LikelyBenign => 1,
        Significance::Benign => 0,
    }
}

/// Keeps the first value; false when nothing was told or it differs from what is known.
fn keep<T: PartialEq>(known: &mut Option<T>, told: Option<T>) -> bool {
    match (&known, told) {
        (_, None) => false,
        (Some(old), Some(new)) => *old == new,
        (None, new) => {
            *known = new;
            true
        }
    }
}

/// Adds a value to a joined list, once; false when nothing was told.
pub fn join(known: &mut Option<String>, told: Option<String>, between: &str) -> bool {
    let Some(told) = told else { return false };
    match known {
        Some(list) if list.split(between).any(|one| one == told) => {}
        Some(list) if list.len() > MAX_LIST => return false,
        Some(list) => list.extend([between, told.as_str()]),
        None => *known = Some(told),
    }
    true
}

/// A stable word as people read it.
pub fn spaced(word: &str) -> String {
    word.replace('_', " ")
}
