//! The familial variant certificate from outside: its three forms, the public check, the command line, and what none of them says.
//! Must not know: how a certificate is made.

use crate::support::{
    World,
    cases::{Case, SISTER, report},
};
use kinward::{
    clinic::result::{
        certificate::verify::{Verdict, verify},
        report as reader,
    },
    demo::{
        browser::{Browser, Seen},
        people::{proband_of, text_of},
    },
    keys::Keys,
};
use serde_json::{Value, json};
use std::process::Command;

mod names;
mod public;

const FIELDS: &[(&str, &str)] =
    &[("method", "Sanger sequencing, exon 11"), ("control", "yes"), ("control_reference", "PC-2026-114")];

/// Words of the proband that stand nowhere else.
const PLANTED: &[&str] = &[
    "Zquorvane",
    "Xylbrant",
    "zqfinding",
    "zqconclusion",
    "zqspoken",
    "1959-07-13",
    "13 July 1959",
    "9990000018",
    "DPYD",
    "NM_000110",
    "R24-0061873",
    "zqspecimen",
    "zqsample",
];

fn planted_report() -> Vec<u8> {
    let mut report: Value = serde_json::from_slice(&report("brca2_germline")).unwrap();
    for entry in report["entry"].as_array_mut().unwrap() {
        let resource = &mut entry["resource"];
        match resource["resourceType"].as_str().unwrap() {
            "Patient" => {
                resource["name"] = json!([{"use": "official", "given": ["Zquorvane"], "family": "Xylbrant"}]);
                resource["birthDate"] = "1959-07-13".into();
            }
            "DiagnosticReport" => resource["conclusion"] = "zqconclusion: bilateral disease at 41".into(),
            "Specimen" => {
                resource["identifier"] = json!([{"value": "zqspecimen-1"}]);
                resource["accessionIdentifier"] = json!({"value": "zqsample-2"});
            }
            "Observation" => resource["note"] = json!([{"text": "zqfinding"}]),
            _ => {}
        }
    }
    serde_json::to_vec(&report).unwrap()
}

struct Issued {
    id: String,
    json: Vec<u8>,
    fhir: Vec<u8>,
    pdf: Vec<u8>,
}

impl Issued {
    fn value(&self) -> Value {
        serde_json::from_slice(&self.json).unwrap()
    }
}

fn issue(case: &mut Case, fields: &[(&str, &str)]) -> Issued {
    let page = format!("/results/{}/certificate", case.result);
    let location = case.counsellor.browser.done(&page, &page, fields).unwrap();
    let id = location.rsplit("#certificate-").next().unwrap().to_owned();
    let mut form = |kind: &str| {
        let seen = case.counsellor.browser.get(&format!("/certificates/{id}/{kind}")).unwrap();
        assert_eq!(seen.status, 200, "{kind}");
        seen.body
    };
    let (json, fhir, pdf) = (form("json"), form("fhir"), form("pdf"));
    Issued { id, json, fhir, pdf }
}

fn digest(case: &mut Case, id: &str) -> String {
    let page = case.counsellor.program.api(&format!("/results/{}/certificate", case.result)).unwrap();
    let listed =
        page["certificates"].as_array().unwrap().iter().find(|row| row["certificate"] == id).unwrap();
    text_of(listed, "digest").unwrap()
}

fn verdict(world: &World, file: &[u8]) -> Verdict {
    world.house.db.read(|conn| verify(conn, &world.house.keys, file)).unwrap()
}

fn printed(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (file, text) = (folder.path().join("a.pdf"), folder.path().join("a.txt"));
    std::fs::write(&file, pdf).unwrap();
    let done = Command::new("pdftotext").arg("-layout").arg(&file).arg(&text).status();
    assert!(
        done.is_ok_and(|status| status.success()),
        "pdftotext is part of poppler-utils, which tests/setup.sh installs"
    );
    std::fs::read_to_string(text).unwrap()
}

fn find(what: &str, bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    PLANTED
        .iter()
        .filter(|word| text.contains(&word.to_lowercase()))
        .map(|word| format!("{what}: {word}"))
        .collect()
}

fn check(browser: &mut Browser, identifier: &str, digest: &str) -> Seen {
    browser.submit("/certificate", "/certificate", &[("identifier", identifier), ("digest", digest)]).unwrap()
}

#[test]
fn the_three_forms_say_what_a_laboratory_needs_and_nothing_of_the_proband() {
    let world = World::new(401);
    let mut case = Case::with(&world, &planted_report(), &[SISTER]);
    case.agree(0, "L2");
    let issued = issue(&mut case, FIELDS);
    let value = issued.value();
    assert_eq!(value["version"], 2);
    assert_eq!(
        (value["gene"].as_str(), value["classification"].as_str()),
        (Some("BRCA2"), Some("pathogenic"))
    );
    assert_eq!(value["variants"][0]["coding"], "NM_000059.4:c.5946del");
    assert_eq!(value["variants"][0]["transcript"], "NM_000059.4");
    assert_eq!(value["variants"][0]["protein"], "NP_000050.3:p.(Ser1982Argfs*22)");
    assert_eq!(value["variants"][0]["build"], "GRCh38");
    assert!(value["variants"][0]["genomic"].as_str().unwrap().starts_with("NC_000013.11:g."));
    assert_eq!(value["classification_version"], 1);
    assert!(value["classification_date"].as_str().is_some_and(|day| day.len() == 10));
    assert_eq!(value["positive_control"], json!({"available": true, "reference": "PC-2026-114"}));
    assert_eq!(value["family_reference"], case.reference.as_str());
    assert!(value.get("biallelic").is_none(), "a dominant condition needs no zygosity");
    let paper = printed(&issued.pdf);
    for word in
        ["BRCA2", "NM_000059.4:c.5946del", "GRCh38", "PC-2026-114", "Sanger", &case.reference, &issued.id]
    {
        assert!(paper.contains(word), "{word} is not on paper:\n{paper}");
    }
    assert!(paper.contains("Page 1 of 1"), "{paper}");
    let digest = digest(&mut case, &issued.id);
    let mut anybody = world.browser();
    let shown = check(&mut anybody, &issued.id, &digest);
    assert_eq!(shown.status, 200);
    let text = shown.text();
    assert!(text.contains("This certificate stands") && text.contains("NM_000059.4:c.5946del"));
    let mut found = Vec::new();
    for (what, bytes) in [
        ("json", &issued.json),
        ("fhir", &issued.fhir),
        ("paper", &paper.into_bytes()),
        ("pdf", &issued.pdf),
        ("the public page", &shown.body),
    ] {
        found.extend(find(what, bytes));
    }
    assert!(found.is_empty(), "{found:?}");
    let fhir = String::from_utf8_lossy(&issued.fhir).into_owned();
    for absent in ["\"subject\"", "\"specimen\"", "Patient", "birth"] {
        assert!(!fhir.contains(absent), "{absent}");
    }
}

#[test]
fn our_own_intake_reads_the_same_variant_from_the_fhir_form() {
    let world = World::new(402);
    let mut case = Case::new(&world, &[SISTER]);
    let issued = issue(&mut case, FIELDS);
    let observation: Value = serde_json::from_slice(&issued.fhir).unwrap();
    assert_eq!(observation["resourceType"], "Observation");
    assert_eq!(
        observation["meta"]["profile"][0],
        "http://hl7.org/fhir/uv/genomics-reporting/StructureDefinition/variant"
    );
    let bundle = json!({
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Patient", "id": "p", "name": [{"family": "Other", "given": ["An"]}]}},
            {"fullUrl": "urn:uuid:2", "resource": {"resourceType": "DiagnosticReport", "id": "r", "status": "final",
                "code": {"text": "Genetic report"}, "subject": {"reference": "urn:uuid:1"}, "result": [{"reference": "urn:uuid:3"}]}},
            {"fullUrl": "urn:uuid:3", "resource": observation},
        ],
    });
    let again = reader::read(&serde_json::to_vec(&bundle).unwrap()).unwrap();
    let before = reader::read(&report("brca2_germline")).unwrap();
    let variant = |report: &reader::Report| {
        let found = report
            .findings
            .iter()
            .find(|f| f.kind == reader::FindingKind::Variant && f.gene.as_deref() == Some("BRCA2"));
        let f = found.unwrap();
        (
            f.hgvs_c.clone(),
            f.hgvs_p.clone(),
            f.hgvs_g.clone(),
            f.transcript.clone(),
            f.build.clone(),
            f.significance.clone(),
            f.presence,
        )
    };
    assert_eq!(variant(&again), variant(&before));
    let read = again.findings.iter().find(|f| f.gene.as_deref() == Some("BRCA2")).unwrap();
    assert_eq!(read.suggestion.mark, reader::Mark::Familial, "{}", read.suggestion.why);
}

#[test]
fn a_file_is_valid_changed_from_elsewhere_or_no_certificate() {
    let world = World::new(403);
    let mut case = Case::new(&world, &[SISTER]);
    let issued = issue(&mut case, FIELDS);
    assert!(matches!(verdict(&world, &issued.json), Verdict::Valid { .. }));
    assert!(matches!(verdict(&world, &issued.fhir), Verdict::Valid { .. }));
    let compact = serde_json::to_vec(&issued.value()).unwrap();
    assert!(matches!(verdict(&world, &compact), Verdict::Valid { .. }), "blanks are not what was signed");
    let changed = |file: &[u8], from: &str, to: &str| {
        let text = String::from_utf8_lossy(file).into_owned();
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1).into_bytes()
    };
    for (from, to) in
        [("c.5946del", "c.5947del"), ("PC-2026-114", "PC-2026-115"), ("pathogenic", "likely_pathogenic")]
    {
        assert_eq!(verdict(&world, &changed(&issued.json, from, to)), Verdict::Changed, "{from}");
    }
    let mut fhir: Value = serde_json::from_slice(&issued.fhir).unwrap();
    fhir["component"][2]["valueCodeableConcept"]["coding"][0]["code"] = "NM_000059.4:c.1del".into();
    assert_eq!(verdict(&world, &serde_json::to_vec(&fhir).unwrap()), Verdict::Changed, "a component alone");
    let mut more: Value = serde_json::from_slice(&issued.fhir).unwrap();
    more["subject"] = json!({"reference": "Patient/1"});
    assert_eq!(verdict(&world, &serde_json::to_vec(&more).unwrap()), Verdict::Changed, "something added");
    let other = Keys::in_memory(&kinward::clock::SeededChance::new(9)).unwrap();
    let there = world.house.db.read(|conn| verify(conn, &other, &issued.json)).unwrap();
    assert_eq!(there, Verdict::Elsewhere);
    let other_world = World::new(404);
    let verdict_there = verdict(&other_world, &issued.json);
    assert!(matches!(verdict_there, Verdict::NotInRegister | Verdict::Elsewhere), "{verdict_there:?}");
    let twice = changed(&issued.json, "\"gene\": \"BRCA2\"", "\"gene\": \"BRCA1\", \"gene\": \"BRCA2\"");
    for (what, file) in [
        ("nothing", b"".to_vec()),
        ("a list", b"[]".to_vec()),
        ("a report", report("brca2_germline")),
        ("paper", issued.pdf.clone()),
        ("a field twice", twice),
        ("no signature", changed(&issued.json, "\"signature\"", "\"signed\"")),
        ("another version", changed(&issued.json, "\"version\": 2", "\"version\": 1")),
    ] {
        let problem = world.house.db.read(|conn| verify(conn, &world.house.keys, &file)).unwrap_err();
        assert_eq!(problem.exit_status(), 2, "{what}: {}", problem.public());
    }
}

#[test]
fn an_amended_report_supersedes_a_certificate_in_the_same_act() {
    let world = World::new(405);
    let mut case = Case::new(&world, &[SISTER]);
    let issued = issue(&mut case, FIELDS);
    let digest = digest(&mut case, &issued.id);
    case.counsellor.report_upload(&report("brca2_amended")).unwrap().unwrap();
    assert!(matches!(verdict(&world, &issued.json), Verdict::Superseded(_)));
    assert!(matches!(verdict(&world, &issued.fhir), Verdict::Superseded(_)));
    let mut anybody = world.browser();
    let shown = check(&mut anybody, &issued.id, &digest[..16]);
    assert!(
        shown.status == 200 && shown.text().contains("Superseded on 23 November 2026"),
        "{}",
        shown.text()
    );
    let rows = world.house.db.read(|conn| kinward::audit::of_service(conn, world.service.id)).unwrap();
    let deeds: Vec<&str> = rows.iter().map(|row| row.deed.as_str()).collect();
    assert!(deeds.contains(&"certificate.issued") && deeds.contains(&"certificate.superseded"), "{deeds:?}");
    let page = format!("/results/{}/certificate", case.result);
    let refused = case.counsellor.browser.submit(&page, &page, FIELDS).unwrap();
    assert_eq!(refused.status, 409, "no new one about what was amended");
}

#[test]
fn a_certificate_is_taken_back_once() {
    let world = World::new(406);
    let mut case = Case::new(&world, &[SISTER]);
    let issued = issue(&mut case, &[("control", "no")]);
    let page = format!("/results/{}/certificate", case.result);
    let action = format!("/certificates/{}/withdraw", issued.id);
    case.counsellor.browser.done(&page, &action, &[]).unwrap();
    assert!(matches!(verdict(&world, &issued.json), Verdict::Withdrawn(_)));
    assert_eq!(case.counsellor.browser.submit(&page, &action, &[]).unwrap().status, 409);
}

#[test]
fn words_of_staff_that_name_the_family_are_refused() {
    let world = World::new(408);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/results/{}/certificate", case.result);
    for (method, reference) in [
        ("Sanger, as for Rosalind Ashdown", "PC-1"),
        ("Sanger", "ASHDOWN24"),
        ("Sanger", "Tamsin Wray"),
        ("Sanger", "999 000 0018"),
        ("Sanger", "1961-04-09"),
        ("Sanger sample 0061873", "PC-1"),
        ("Sanger <b>", "PC-1"),
    ] {
        let fields = [("method", method), ("control", "yes"), ("control_reference", reference)];
        let seen = case.counsellor.browser.submit(&page, &page, &fields).unwrap();
        assert_eq!(seen.status, 422, "{method} / {reference}");
    }
    let listed = case.counsellor.program.api(&page).unwrap();
    assert_eq!(listed["certificates"].as_array().unwrap().len(), 0, "nothing was issued");
}

#[test]
fn the_command_line_answers_with_words_and_status() {
    let world = World::new(410);
    let mut case = Case::new(&world, &[SISTER]);
    let issued = issue(&mut case, FIELDS);
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let secret = write("secret", kinward::keys::digest(b"another installation").as_bytes());
    let keys = folder.path().join("keys");
    let seal = kinward::keys::secret_from_file(&secret).unwrap();
    kinward::keys::file::KeyFile::create(&keys, seal, &kinward::clock::MachineChance).unwrap();
    let run = |file: &std::path::Path| {
        Command::new(env!("CARGO_BIN_EXE_kinward"))
            .args(["certificate", "verify"])
            .arg(file)
            .env("KINWARD_DATABASE", &world.house.config.database)
            .env("KINWARD_SECRET_FILE", &secret)
            .env("KINWARD_KEYS", &keys)
            .output()
            .unwrap()
    };
    let elsewhere = run(&write("a.json", &issued.json));
    assert_eq!(elsewhere.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&elsewhere.stdout).contains("issued elsewhere"));
    let text = String::from_utf8_lossy(&issued.fhir).replacen("c.5946del", "c.5947del", 1);
    let changed = run(&write("b.json", text.as_bytes()));
    assert_eq!(changed.status.code(), Some(1));
    let paper = run(&write("c.pdf", &issued.pdf));
    assert_eq!(paper.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&paper.stderr).contains("checked by its code"));
    assert_eq!(run(&folder.path().join("none.json")).status.code(), Some(2));
}

/// A recessive condition: two variants of one gene, one from each parent.
fn two_variants() -> Vec<u8> {
    let mut report: Value = serde_json::from_slice(&report("brca2_germline")).unwrap();
    let entries = report["entry"].as_array_mut().unwrap();
    let variant = entries
        .iter()
        .find(|entry| {
            entry["resource"]["resourceType"] == "Observation"
                && entry.to_string().contains("NM_000059.4:c.5946del")
        })
        .unwrap()
        .clone();
    let text = variant.to_string().replace("NM_000059.4:c.5946del", "NM_000059.4:c.68-7T>A");
    let mut other: Value = serde_json::from_str(&text).unwrap();
    other["fullUrl"] = "urn:uuid:5f0c7c52-8a55-4f0e-9f0a-0a3f7b9b6d11".into();
    other["resource"]["id"] = "second-variant".into();
    // What only the first variant has.
    other["resource"]["component"].as_array_mut().unwrap().retain(|component| {
        let code = &component["code"]["coding"][0]["code"];
        code != "48005-3" && code != "81290-9"
    });
    other["resource"]["component"].as_array_mut().unwrap().push(json!({
        "code": {"coding": [{"system": "http://loinc.org", "code": "53037-8"}]},
        "valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA6668-3", "display": "Pathogenic"}]}
    }));
    entries.push(other);
    serde_json::to_vec(&report).unwrap()
}

#[test]
fn a_recessive_condition_names_both_variants_and_says_how_they_come_together() {
    let world = World::new(412);
    let mut counsellor = world.counsellor();
    let result = counsellor.report_upload(&two_variants()).unwrap().unwrap();
    let page = counsellor.result(&result).unwrap();
    counsellor.findings_mark(&result, &page).unwrap();
    counsellor.result_separate(&result, "breast_ovarian", "autosomal_recessive", "R242").unwrap();
    counsellor.conversation(&result, "at_result", crate::support::TODAY, "Yes, they should know.").unwrap();
    let (family, proband) =
        (text_of(&page, "family").unwrap(), text_of(proband_of(&page).unwrap(), "person").unwrap());
    counsellor.relative_add(&family, &proband, &SISTER, crate::support::TODAY).unwrap();
    counsellor.at_risk_confirm(&result).unwrap();
    let address = format!("/results/{result}/certificate");
    let location = counsellor.browser.done(&address, &address, FIELDS).unwrap();
    let id = location.rsplit("#certificate-").next().unwrap();
    let mut form = |kind: &str| counsellor.browser.get(&format!("/certificates/{id}/{kind}")).unwrap().body;
    let (json, fhir, pdf) = (form("json"), form("fhir"), form("pdf"));
    let value: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(value["biallelic"], "different_variants");
    assert_eq!(value["variants"].as_array().unwrap().len(), 2);
    let bundle: Value = serde_json::from_slice(&fhir).unwrap();
    assert_eq!(
        (bundle["resourceType"].as_str(), bundle["entry"].as_array().unwrap().len()),
        (Some("Bundle"), 2)
    );
    assert!(matches!(verdict(&world, &fhir), Verdict::Valid { .. }));
    let mut cut = bundle;
    cut["entry"].as_array_mut().unwrap().pop();
    assert_eq!(
        verdict(&world, &serde_json::to_vec(&cut).unwrap()),
        Verdict::Changed,
        "one variant taken out"
    );
    let paper = printed(&pdf);
    for words in ["NM_000059.4:c.5946del", "NM_000059.4:c.68-7T>A", "one from each", "Page 1 of 1"] {
        assert!(paper.contains(words), "{words}: {paper}");
    }
}
