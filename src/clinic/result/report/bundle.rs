//! The Bundle: its resources and who points at whom, the one patient, and the report as a whole.
//! Must not know: what a finding means; databases, clocks.

use std::collections::{HashMap, HashSet};

use super::coded::Coded;
use super::json::{Json, one_line, pieces};
use super::observation::{Around, Draft, Link, MAX_LINKS};
use super::{
    OtherResource, Report, ReportStatus, Unreadable, UnreadableProblem as Problem, patient, suggestion,
};

/// Longest name by which a finding is pointed at, in bytes.
const MAX_NAME: usize = 255;

/// Reads the report out of a parsed file; `text` is the same file, for keeping resources as received.
pub fn read(text: &str, root: &Json) -> Result<Report, Unreadable> {
    let mut notes = Vec::new();
    let shelf = Shelf::fill(text, root, &mut notes)?;
    let about = shelf.one_patient()?;
    let reports: Vec<&Resource> = shelf.of_kind("DiagnosticReport").map(|(_, r)| r).collect();
    let report = reports.iter().find(|r| !r.body.items("result").is_empty()).or(reports.first()).copied();
    if reports.len() > 1 {
        notes.push(format!(
            "The file holds {} reports; {} was read.",
            reports.len(),
            report.map_or("", |r| &r.place)
        ));
    }
    if report.is_none() {
        notes.push("The file holds findings without a report around them.".to_owned());
    }
    let identifier = report.and_then(|r| r.body.items("identifier").iter().find_map(system_and_value));
    if identifier.is_none() {
        notes.push(
            "The report has no identifier, so an amended version cannot be recognised by itself.".to_owned(),
        );
    }
    let observations = || shelf.of_kind("Observation").map(|(_, r)| r);
    let status = report.and_then(|r| r.body.line("status")).map_or(ReportStatus::NotStated, status);
    if matches!(status, ReportStatus::EnteredInError | ReportStatus::Cancelled) {
        notes.push("The laboratory has withdrawn this report.".to_owned());
    }
    let codes = |r: &Resource| -> Vec<String> {
        r.body.items("conclusionCode").iter().filter_map(|c| Coded::of(Some(c)).line()).collect()
    };
    let conclusion = report.and_then(|r| r.body.prose("conclusion").or(Some(codes(r).join(", "))));
    Ok(Report {
        lab: report
            .into_iter()
            .chain(observations())
            .find_map(|r| shelf.laboratory(r))
            .or(shelf.only_organization()),
        report_identifier: identifier,
        status,
        issued: report
            .and_then(|r| r.body.line("issued"))
            .or_else(|| observations().find_map(|o| o.body.line("issued"))),
        patient: patient::read(about.body, &mut notes),
        findings: suggestion::connect(shelf.drafts(report)),
        others: shelf
            .resources
            .iter()
            .filter(|r| r.kind != "Observation" && r.kind != "Patient")
            .map(|r| OtherResource {
                resource_type: r.kind.to_owned(),
                id: one_line(r.id),
                json: r.as_received(),
            })
            .collect(),
        conclusion: conclusion.filter(|c| !c.is_empty()),
        has_diagnostic_report: report.is_some(),
        notes,
    })
}

fn status(word: String) -> ReportStatus {
    match word.as_str() {
        "registered" => ReportStatus::Registered,
        "partial" => ReportStatus::Partial,
        "preliminary" => ReportStatus::Preliminary,
        "final" => ReportStatus::Final,
        "amended" => ReportStatus::Amended,
        "corrected" => ReportStatus::Corrected,
        "appended" => ReportStatus::Appended,
        "cancelled" => ReportStatus::Cancelled,
        "entered-in-error" => ReportStatus::EnteredInError,
        _ => ReportStatus::Unknown(word),
    }
}

/// `system|value` of an Identifier that has a value.
fn system_and_value(identifier: &Json) -> Option<String> {
    let value = identifier.line("value")?;
    Some(format!("{}|{value}", identifier.line("system").unwrap_or_default()))
}

struct Resource<'a> {
    place: String,
    kind: &'a str,
    id: &'a str,
    full_url: &'a str,
    /// Index of the resource whose `contained` list this one stands in; its own index otherwise.
    within: usize,
    body: &'a Json,
    raw: Option<&'a str>,
}

impl Resource<'_> {
    fn name(&self) -> String {
        [self.full_url, self.id]
            .into_iter()
            .filter(|name| name.len() <= MAX_NAME)
            .find_map(one_line)
            .unwrap_or_else(|| self.place.clone())
    }

    fn as_received(&self) -> String {
        match self.raw {
            Some(raw) => raw.to_owned(),
            None => serde_json::to_string(self.body).unwrap_or_default(),
        }
    }
}

/// Whom a subject means.
enum Subject<'a> {
    ThePatient,
    NotStated,
    /// A device, a group, a specimen.
    SomethingElse,
    SomebodyElse(&'a str),
}

/// The specimens that are tumours: by index, and by `system|value`.
struct Tumours {
    at: HashSet<usize>,
    called: HashSet<String>,
}

/// Every resource of the file, contained ones and those of inner Bundles too, and the names they are called by.
struct Shelf<'a> {
    resources: Vec<Resource<'a>>,
    names: HashMap<String, usize>,
}

impl<'a> Shelf<'a> {
    fn fill(text: &'a str, root: &'a Json, notes: &mut Vec<String>) -> Result<Self, Unreadable> {
        if root.str("resourceType") != "Bundle" {
            return Err(Unreadable::new(Problem::NotABundle, "resourceType"));
        }
        let resource =
            |entry: &'a str| pieces(entry).find(|(key, _)| *key == "\"resource\"").map(|(_, raw)| raw);
        let entries = pieces(text).find(|(key, _)| *key == "\"entry\"").map_or("", |(_, raw)| raw);
        let raws: Vec<Option<&str>> = pieces(entries).map(|(_, entry)| resource(entry)).collect();
        let mut shelf = Shelf { resources: Vec::new(), names: HashMap::new() };
        shelf.put_entries("Bundle", root, &raws, notes)?;
        Ok(shelf)
    }

    fn put_entries(
        &mut self,
        place: &str,
        bundle: &'a Json,
        raws: &[Option<&'a str>],
        notes: &mut Vec<String>,
    ) -> Result<(), Unreadable> {
        let malformed = |place: String| Unreadable::new(Problem::NotABundle, place);
        match bundle.get("entry") {
            None | Some(Json::List(_) | Json::Object(_)) => {}
            Some(Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_)) => {
                return Err(malformed(format!("{place}.entry")));
            }
        }
        for (at, entry) in bundle.items("entry").iter().enumerate() {
            let place = format!("{place}.entry[{at}]");
            match (entry, entry.get("resource")) {
                (Json::Object(_), None) => notes.push(format!("{place} holds no resource.")),
                (Json::Object(_), Some(body @ Json::Object(_))) => {
                    let raw = raws.get(at).copied().flatten();
                    self.put(
                        format!("{place}.resource"),
                        entry.str("fullUrl").trim(),
                        body,
                        raw,
                        None,
                        notes,
                    )?;
                }
                _ => return Err(malformed(place)),
            }
        }
        Ok(())
    }

    fn put(
        &mut self,
        place: String,
        full_url: &'a str,
        body: &'a Json,
        raw: Option<&'a str>,
        container: Option<usize>,
        notes: &mut Vec<String>,
    ) -> Result<(), Unreadable> {
        let (kind, id) = (body.str("resourceType"), body.str("id"));
        if kind.trim().is_empty() {
            return Err(Unreadable::new(Problem::NotABundle, format!("{place}.resourceType")));
        }
        if kind == "Bundle" {
            return self.put_entries(&place, body, &[], notes);
        }
        let at = self.resources.len();
        let within = container.unwrap_or(at);
        let contained = container.map(|outer| format!("{outer}#{}", id.trim_start_matches('#')));
        let named =
            if contained.is_some() { contained } else { (!id.is_empty()).then(|| format!("{kind}/{id}")) };
        let url = (!full_url.is_empty()).then(|| full_url.to_owned());
        for name in named.into_iter().chain(url) {
            self.names.entry(name).or_insert(at);
        }
        self.resources.push(Resource { place: place.clone(), kind, id, full_url, within, body, raw });
        for (n, inner) in body.items("contained").iter().enumerate() {
            self.put(format!("{place}.contained[{n}]"), "", inner, None, Some(within), notes)?;
        }
        Ok(())
    }

    fn of_kind(&self, kind: &str) -> impl Iterator<Item = (usize, &Resource<'a>)> {
        self.resources.iter().enumerate().filter(move |(_, r)| r.kind == kind)
    }

    /// The resource a reference means: inside its container, beside it on its server, by address, by type and id.
    fn resolve(&self, from: &Resource, reference: &str) -> Option<usize> {
        let reference = reference.trim().split("/_history/").next().unwrap_or("");
        if let Some(inner) = reference.strip_prefix('#') {
            return self.names.get(&format!("{}#{inner}", from.within)).copied();
        }
        // The length first: comparing a huge name once for every reference would take minutes.
        let usual = Some(from.full_url).filter(|url| url.len() <= MAX_NAME && !reference.contains(':'));
        let beside =
            usual.and_then(|url| url.strip_suffix(from.id)?.strip_suffix('/')?.strip_suffix(from.kind));
        let on_server = beside.and_then(|base| self.names.get(&format!("{base}{reference}")));
        if let Some(found) = on_server.or_else(|| self.names.get(reference)) {
            return Some(*found);
        }
        let mut parts = reference.rsplit('/');
        let (id, kind) = (parts.next()?, parts.next()?);
        let found = *self.names.get(&format!("{kind}/{id}"))?;
        self.resources.get(found).filter(|r| r.full_url.is_empty()).map(|_| found)
    }

    /// The Patient the whole file is about. A file that could be about two people is refused.
    fn one_patient(&self) -> Result<&Resource<'a>, Unreadable> {
        let mut patients = self.of_kind("Patient").map(|(_, r)| r);
        let Some(patient) = patients.next() else {
            return Err(Unreadable::new(Problem::NoPatient, "Bundle.entry"));
        };
        if let Some(second) = patients.find(|other| other.body != patient.body) {
            return Err(Unreadable::new(Problem::TwoPatients, second.place.clone()));
        }
        if self.of_kind("Observation").next().is_none() {
            return Err(Unreadable::new(Problem::NoFindings, "Bundle.entry"));
        }
        let mut strays: Vec<(&str, &Resource)> = Vec::new();
        let mut anybody = false;
        for resource in
            self.resources.iter().filter(|r| ["Observation", "DiagnosticReport"].contains(&r.kind))
        {
            match self.subject(resource, patient) {
                Subject::ThePatient => anybody = true,
                Subject::SomebodyElse(who) => strays.push((who, resource)),
                Subject::NotStated | Subject::SomethingElse => {}
            }
        }
        let Some((who, first)) = strays.first() else { return Ok(patient) };
        let second = strays.iter().find(|(other, _)| other != who).map(|(_, r)| r);
        let place = |r: &Resource| format!("{}.subject", r.place);
        match second {
            Some(second) => Err(Unreadable::new(Problem::TwoPatients, place(second))),
            None if anybody => Err(Unreadable::new(Problem::TwoPatients, place(first))),
            // A Patient without any name to be called by can only be the one that is meant.
            None if patient.id.is_empty() && patient.full_url.is_empty() => Ok(patient),
            None => Err(Unreadable::new(Problem::BrokenReference, place(first))),
        }
    }

    fn subject(&self, of: &Resource<'a>, patient: &Resource<'a>) -> Subject<'a> {
        let Some(subject) = of.body.get("subject") else { return Subject::NotStated };
        let reference = subject.str("reference").trim();
        if let Some(found) = self.resolve(of, reference).and_then(|at| self.resources.get(at)) {
            return if found.kind == "Patient" { Subject::ThePatient } else { Subject::SomethingElse };
        }
        if !reference.is_empty() {
            return Subject::SomebodyElse(reference);
        }
        let Some(meant) = subject.get("identifier") else { return Subject::NotStated };
        let (system, value) = (meant.str("system"), meant.str("value"));
        let same_system =
            || patient.body.items("identifier").iter().take(MAX_LINKS).filter(|i| i.str("system") == system);
        if same_system().any(|i| i.str("value") == value) {
            Subject::ThePatient
        } else if same_system().next().is_some() {
            Subject::SomebodyElse(value)
        } else {
            Subject::NotStated
        }
    }

    fn drafts(&self, report: Option<&Resource<'a>>) -> Vec<Draft> {
        let positions: HashMap<usize, usize> =
            self.of_kind("Observation").enumerate().map(|(position, (at, _))| (at, position)).collect();
        let tumours = self.tumours();
        let of_report = report.is_some_and(|r| self.is_on_tumour(r, &tumours));
        let Some(patient) = self.of_kind("Patient").map(|(_, r)| r).next() else { return Vec::new() };
        self.of_kind("Observation")
            .enumerate()
            .map(|(position, (_, r))| {
                let stated = r.body.get("specimen").is_some();
                let around = Around {
                    position,
                    source_id: r.name(),
                    json: r.as_received(),
                    derived_from: self.links(r, "derivedFrom", &positions),
                    members: self.links(r, "hasMember", &positions),
                    tumour: if stated { self.is_on_tumour(r, &tumours) } else { of_report },
                    other_subject: matches!(self.subject(r, patient), Subject::SomethingElse),
                };
                Draft::read(r.body, around)
            })
            .collect()
    }

    fn links(&self, from: &Resource, key: &str, positions: &HashMap<usize, usize>) -> Vec<Link> {
        let link = |reference: &Json| {
            let found = self.resolve(from, reference.str("reference"));
            let name = found.and_then(|at| self.resources.get(at)).map(Resource::name);
            let called = || reference.get("identifier").and_then(system_and_value);
            let as_received =
                || reference.line("reference").or_else(called).or_else(|| reference.line("display"));
            let position = found.and_then(|at| positions.get(&at).copied());
            Some(Link { position, name: name.or_else(as_received)? })
        };
        from.body.items(key).iter().take(MAX_LINKS).filter_map(link).collect()
    }

    fn tumours(&self) -> Tumours {
        let mut tumours = Tumours { at: HashSet::new(), called: HashSet::new() };
        for (at, specimen) in self.of_kind("Specimen").filter(|(_, r)| is_tumour(r.body)) {
            tumours.at.insert(at);
            tumours.called.extend(specimen.body.items("identifier").iter().filter_map(system_and_value));
        }
        tumours
    }

    /// Whether every specimen a resource names is a tumour. A specimen may be named by its identifier only.
    fn is_on_tumour(&self, of: &Resource, tumours: &Tumours) -> bool {
        let is = |reference: &Json| {
            let found = self.resolve(of, reference.str("reference"));
            let called = reference.get("identifier").and_then(system_and_value);
            found.is_some_and(|at| tumours.at.contains(&at))
                || called.is_some_and(|name| tumours.called.contains(&name))
        };
        let specimens = of.body.items("specimen");
        !specimens.is_empty() && specimens.iter().all(is)
    }

    /// The organisation among those who performed it.
    fn laboratory(&self, of: &Resource) -> Option<String> {
        of.body.items("performer").iter().find_map(|performer| {
            let reference = performer.str("reference");
            let Some(found) = self.resolve(of, reference).and_then(|at| self.resources.get(at)) else {
                let organization =
                    performer.str("type") == "Organization" || reference.contains("Organization/");
                return performer.line("display").filter(|_| organization);
            };
            match found.kind {
                "Organization" => found.body.line("name"),
                "PractitionerRole" => {
                    let organization = found.body.get("organization")?;
                    let at = self.resolve(found, organization.str("reference"));
                    let name = at.and_then(|at| self.resources.get(at)).and_then(|r| r.body.line("name"));
                    name.or_else(|| organization.line("display"))
                }
                _ => None,
            }
        })
    }

    fn only_organization(&self) -> Option<String> {
        let mut all = self.of_kind("Organization");
        let (_, first) = all.next()?;
        if all.next().is_none() { first.body.line("name") } else { None }
    }
}

fn is_tumour(specimen: &Json) -> bool {
    let told = Coded::of(specimen.get("type"));
    let codes = told.codings.iter().map(|c| c.str("code"));
    told.wordings().chain(codes).map(str::to_lowercase).any(|word| {
        let tumour = ["tumour", "tumor", "neoplas", "carcinoma"].iter().any(|w| word.contains(w));
        tumour && !word.contains("non-") && !word.contains("normal")
    })
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    const FOUND: &str = r#"{"resource":{"resourceType":"Observation","subject":{"reference":"Patient/p"}}}"#;

    fn told(entries: &[&str]) -> Result<Report, (Problem, String)> {
        let text = format!(r#"{{"resourceType":"Bundle","entry":[{}]}}"#, entries.join(","));
        read(text.as_bytes()).map_err(|e| (e.problem, e.place))
    }

    #[test]
    fn references_are_followed_in_every_way_senders_write_them() {
        let patients = [
            (r#""fullUrl":"http://lab.example/fhir/Patient/p","#, "http://lab.example/fhir/Patient/p"),
            (r#""fullUrl":"http://lab.example/fhir/Patient/p","#, "Patient/p/_history/2"),
            (r#""fullUrl":"urn:uuid:1","#, "urn:uuid:1"),
            (r#""fullUrl":"urn:uuid:1","#, "Patient/p"),
            ("", "http://lab.example/fhir/Patient/p"),
        ];
        for (url, reference) in patients {
            let patient = format!(r#"{{{url}"resource":{{"resourceType":"Patient","id":"p"}}}}"#);
            let found = FOUND.replace("Patient/p", reference);
            assert!(told(&[&patient, &found]).is_ok(), "{url} {reference}");
        }
    }

    #[test]
    fn a_subject_on_another_server_is_another_patient() {
        let patient =
            r#"{"fullUrl":"http://a.example/Patient/p","resource":{"resourceType":"Patient","id":"p"}}"#;
        let found = FOUND.replace("Patient/p", "http://b.example/Patient/p");
        assert_eq!(told(&[patient, &found]).err().map(|e| e.0), Some(Problem::BrokenReference));
        assert_eq!(told(&[patient, &found, FOUND]).err().map(|e| e.0), Some(Problem::TwoPatients));
    }

    #[test]
    fn a_subject_with_another_number_is_another_patient() {
        let patient =
            r#"{"resource":{"resourceType":"Patient","id":"p","identifier":[{"system":"s","value":"1"}]}}"#;
        let found = |value| {
            FOUND.replace(
                r#""reference":"Patient/p""#,
                &format!(r#""identifier":{{"system":"s","value":"{value}"}}"#),
            )
        };
        assert!(told(&[patient, &found("1")]).is_ok());
        assert!(told(&[patient, &found("2")]).is_err());
    }

    #[test]
    fn the_same_patient_twice_is_one_patient() {
        let patient = r#"{"resource":{"resourceType":"Patient","id":"p","birthDate":"1961"}}"#;
        assert!(told(&[patient, patient, FOUND]).is_ok());
        let other = patient.replace("1961", "1962");
        assert_eq!(
            told(&[patient, &other, FOUND]).err(),
            Some((Problem::TwoPatients, "Bundle.entry[1].resource".into()))
        );
    }

    #[test]
    fn what_is_contained_or_in_an_inner_bundle_is_not_lost() {
        let report = r##"{"resource":{"resourceType":"DiagnosticReport","subject":{"reference":"#p"},"contained":[
            {"resourceType":"Patient","id":"p"},{"resourceType":"Observation","id":"o","subject":{"reference":"#p"}}]}}"##;
        let inner =
            r#"{"resource":{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Observation"}}]}}"#;
        let report = told(&[report, inner]).expect("read");
        assert_eq!((report.findings.len(), report.findings[0].source_id.as_str()), (2, "o"));
        assert_eq!(report.findings[1].source_id, "Bundle.entry[1].resource.entry[0].resource");
    }

    #[test]
    fn a_finding_about_a_device_is_kept_and_in_doubt() {
        let patient = r#"{"resource":{"resourceType":"Patient","id":"p"}}"#;
        let device = r#"{"resource":{"resourceType":"Device","id":"d"}}"#;
        let report = told(&[patient, device, &FOUND.replace("Patient/p", "Device/d")]).expect("read");
        assert!(report.findings[0].suggestion.why.contains("other than the patient"));
    }
}
