//! What a laboratory sends becomes a result, is known again, or waits with its reason; nothing is half-made or lost.
//! Must not know: what a finding means, beyond what the page says of it.

use crate::support::{
    World,
    cases::{AUNT, Case, SISTER, report},
};
use diesel::{QueryableByName, RunQueryDsl, sql_types::BigInt};
use kinward::{
    db::Conn,
    demo::{
        browser::Seen,
        people::{AtWork, Kin, list_of, text_of},
    },
};
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// The number that a statement of one number answers.
pub fn number(world: &World, sql: &str) -> i64 {
    let counted: Vec<Count> = world
        .house
        .db
        .read(|conn| match conn {
            Conn::Sqlite(conn) => Ok(diesel::sql_query(sql).load(conn)?),
            Conn::Postgres(conn) => Ok(diesel::sql_query(sql).load(conn)?),
        })
        .unwrap();
    counted[0].n
}

/// How many rows stand in each table that a report may fill.
fn rows(world: &World) -> Vec<(&'static str, i64)> {
    let count = |table| (table, number(world, &format!("SELECT count(*) AS n FROM {table}")));
    ["results", "findings", "families", "persons", "contacts", "relationships", "relative_tasks", "letters"]
        .into_iter()
        .map(count)
        .collect()
}

fn count(world: &World, table: &str) -> i64 {
    rows(world).iter().find(|(name, _)| *name == table).unwrap().1
}

fn upload(work: &mut AtWork, bytes: &[u8]) -> Seen {
    work.browser.upload("/reports/new", "/reports", "report", "report.json", bytes).unwrap()
}

/// The same report sent by a program.
fn post(work: &mut AtWork, bytes: &[u8]) -> (u16, Value) {
    let seen =
        work.program.send("POST", "/api/v1/reports", Some("application/fhir+json"), Some(bytes)).unwrap();
    (seen.status, serde_json::from_slice(&seen.body).unwrap())
}

fn waiting(work: &mut AtWork, queue: &str) -> usize {
    list_of(&work.program.api(&format!("/queues/{queue}")).unwrap(), "items").unwrap().len()
}

/// The germline report, changed.
fn changed(change: impl Fn(&mut Value)) -> Vec<u8> {
    let mut bundle: Value = serde_json::from_slice(&report("brca2_germline")).unwrap();
    change(&mut bundle);
    serde_json::to_vec(&bundle).unwrap()
}

fn resources<'a>(bundle: &'a mut Value, kind: &'static str) -> impl Iterator<Item = &'a mut Value> {
    let entries = bundle["entry"].as_array_mut().unwrap().iter_mut();
    entries.map(|entry| &mut entry["resource"]).filter(move |resource| resource["resourceType"] == kind)
}

/// The published examples, which are not part of this project; nothing where they are knowingly left out.
fn samples() -> Vec<Vec<u8>> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/samples");
    let folder = std::env::var("KINWARD_SAMPLES").map_or(beside, PathBuf::from).join("fhir");
    let names = ["cgexample", "compound-heterozygote", "oncology-report-example"];
    let files = names.map(|name| std::fs::read(folder.join(format!("Bundle-bundle-{name}.json"))));
    if let Some(missing) = files.iter().find_map(|file| file.as_ref().err()) {
        eprintln!("SAMPLES MISSING: {missing} (name their folder in KINWARD_SAMPLES)");
        let known = std::env::var("KINWARD_WITHOUT_SAMPLES").is_ok_and(|value| value == "1");
        assert!(known, "without the samples this tests less: set KINWARD_WITHOUT_SAMPLES=1 if that is meant");
        return vec![];
    }
    files.into_iter().map(Result::unwrap).collect()
}

#[test]
fn every_observation_of_every_good_report_is_a_finding_and_its_bytes_come_back() {
    let world = World::new(501);
    let mut nia = world.counsellor();
    let names = ["brca2_germline", "brca2_amended", "dmd_carrier", "fh_ldlr", "hcm_mybpc3", "lynch_mlh1"];
    for bytes in names.map(report).into_iter().chain(samples()) {
        let before = count(&world, "results");
        let result = nia.report_upload(&bytes).unwrap().unwrap();
        assert_eq!(count(&world, "results"), before + 1);
        let mut bundle: Value = serde_json::from_slice(&bytes).unwrap();
        let observations: Vec<Value> = resources(&mut bundle, "Observation").map(|o| o.clone()).collect();
        let page = nia.result(&result).unwrap();
        let findings = list_of(&page, "findings").unwrap();
        assert_eq!(findings.len(), observations.len());
        for finding in findings {
            let kept: Value = serde_json::from_str(&text_of(finding, "json").unwrap()).unwrap();
            assert!(observations.contains(&kept), "{kept}");
            assert!(!text_of(finding, "summary").unwrap().is_empty());
        }
        let shown = nia.browser.page(&format!("/results/{result}")).unwrap();
        assert!(
            shown.matches("&quot;Observation&quot;").count() >= observations.len(),
            "the source is shown"
        );
        let report = nia.browser.get(&format!("/results/{result}/report")).unwrap();
        assert_eq!(report.body, bytes);
        assert_eq!(report.header("content-type"), Some("application/fhir+json"));
    }
    assert_eq!((waiting(&mut nia, "amended_results"), waiting(&mut nia, "unreadable_reports")), (1, 0));
}

#[test]
fn every_broken_report_waits_with_its_reason_and_nothing_is_half_made() {
    let world = World::new(502);
    let mut nia = world.counsellor();
    let before = rows(&world);
    let folder = format!("{}/tests/data/reports", env!("CARGO_MANIFEST_DIR"));
    let names = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap());
    let broken: Vec<String> =
        names.filter(|name| name.starts_with("broken_")).map(|name| name.replace(".json", "")).collect();
    for (count, name) in broken.iter().enumerate() {
        let bytes = report(name);
        let (status, facts) = post(&mut nia, &bytes);
        assert_eq!(status, 422, "{name}");
        let told = |what: &str| text_of(&facts, what).unwrap();
        assert!(!told("problem").is_empty() && !told("place").is_empty(), "{name}: {facts}");
        let advice = told("what_to_do");
        assert!(advice.contains("ask ") || advice.contains("choose "), "{name}: {advice}");
        for word in ["Rosalind", "Ashdown", "9990000018"] {
            assert!(!facts.to_string().contains(word), "{name} repeats {word}");
        }
        let again = upload(&mut nia, &bytes);
        assert_eq!(again.status, 422, "{name}: and the same to a browser");
        assert!(again.text().contains(&told("problem")), "{name}");
        assert!(again.text().contains(&told("place").replace('"', "&quot;")), "{name}");
        assert_eq!(waiting(&mut nia, "unreadable_reports"), count + 1, "{name}");
        let page = format!("/reports/{}/unreadable", told("report"));
        assert_eq!(nia.browser.get(&format!("{page}/bytes")).unwrap().body, bytes);
    }
    assert!(broken.len() >= 12);
    assert_eq!(rows(&world), before);
}

#[test]
fn a_file_too_large_for_a_report_is_refused_with_its_size_and_no_part_of_it_is_kept() {
    let world = World::new(503);
    let mut nia = world.counsellor();
    let before = rows(&world);
    let mut huge = b"{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"note\":\"".to_vec();
    huge.resize(50 * 1024 * 1024, b'x');
    huge.extend_from_slice(b"\"}");
    let says =
        "larger than 20 MiB, the most for a laboratory report: it has 50.1 MiB. Nothing of it was kept.";
    let seen = upload(&mut nia, &huge);
    assert_eq!(seen.status, 422);
    let html = seen.text();
    assert!(html.contains(says) && html.contains("href=\"#report\""), "{html}");
    let (status, facts) = post(&mut nia, &huge);
    assert_eq!((status, facts["field"].as_str()), (422, Some("report")));
    assert!(facts["problem"].as_str().unwrap().contains(says), "{facts}");
    assert_eq!((waiting(&mut nia, "unreadable_reports"), rows(&world)), (0, before));
    assert_eq!(number(&world, "SELECT count(*) AS n FROM reports"), 0);

    // And the same from a file on disk, before anything is opened or made.
    let file = world.folder.path().join("huge.json");
    std::fs::write(&file, &huge).unwrap();
    let into = world.folder.path().join("out");
    let (file, out) = (file.to_str().unwrap(), into.to_str().unwrap());
    for words in [&["demo", "--once", out, "--report", file][..], &["intake", file]] {
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_kinward")).args(words).output().unwrap();
        let told = String::from_utf8(run.stderr).unwrap();
        assert!(run.status.code() == Some(2) && told.contains(says), "{words:?}: {told}");
    }
    let left: Vec<_> = world.left_the_house("").into_iter().filter(|path| path.ends_with("out")).collect();
    assert!(left.is_empty() && !world.folder.path().join(".out.being-told").exists());
}

#[test]
fn an_unreadable_report_waits_until_somebody_says_what_was_done() {
    let world = World::new(504);
    let mut nia = world.counsellor();
    let (_, facts) = post(&mut nia, b"this is no report");
    let page = format!("/reports/{}", text_of(&facts, "report").unwrap());
    let settle = |nia: &mut AtWork, words| {
        let shown = format!("{page}/unreadable");
        nia.browser.done(&shown, &format!("{page}/settle"), &[("what_was_done", words)])
    };
    assert!(settle(&mut nia, " ").is_err());
    assert_eq!(waiting(&mut nia, "unreadable_reports"), 1);
    settle(&mut nia, "Asked the laboratory to send it again").unwrap();
    assert_eq!(waiting(&mut nia, "unreadable_reports"), 0);
    assert!(settle(&mut nia, "once more").is_err());
    assert!(nia.browser.page(&format!("{page}/unreadable")).unwrap().contains("send it again"));
}

#[test]
fn the_same_report_twice_is_said_and_leads_to_the_first() {
    let world = World::new(505);
    let mut nia = world.counsellor();
    let result = nia.report_upload(&report("lynch_mlh1")).unwrap().unwrap();
    let before = rows(&world);
    let again = upload(&mut nia, &report("lynch_mlh1"));
    assert_eq!(again.status, 409);
    assert!(again.text().contains("here already") && again.text().contains(&format!("/results/{result}")));
    let (status, facts) = post(&mut nia, &report("lynch_mlh1"));
    assert_eq!((status, text_of(&facts, "outcome").unwrap()), (200, "again".into()));
    let elsewhere = upload(&mut world.clinician(), &report("lynch_mlh1"));
    assert_eq!(elsewhere.status, 409);
    assert!(elsewhere.text().contains("received before") && !elsewhere.text().contains(&result));
    assert_eq!(rows(&world), before);
}

#[test]
fn reports_that_follow_one_another_within_seconds_are_each_taken_in_and_a_double_press_once() {
    let world = World::under(522, |policy| policy.work.same_press_seconds = 10);
    let mut nia = world.counsellor();
    let led = |seen: Seen| seen.location.clone().unwrap_or_else(|| panic!("{} {}", seen.status, seen.text()));
    let first = led(upload(&mut nia, &report("lynch_mlh1")));
    let second = led(upload(&mut nia, &report("hcm_mybpc3")));
    assert_ne!(first, second, "another file is another form");
    assert_eq!(led(upload(&mut nia, &report("hcm_mybpc3"))), second, "the same press");
    assert_eq!(number(&world, "SELECT count(*) AS n FROM reports"), 2);
}

#[test]
fn another_file_that_says_the_same_is_taken_in_with_a_reason_only() {
    let world = World::new(521);
    let mut nia = world.counsellor();
    let bytes = report("lynch_mlh1");
    let result = nia.report_upload(&bytes).unwrap().unwrap();
    let before = rows(&world);
    // The laboratory's system exports it once more: other spaces, the same words.
    let other: Value = serde_json::from_slice(&bytes).unwrap();
    let other = serde_json::to_vec(&other).unwrap();
    assert_ne!(other, bytes);
    let seen = upload(&mut nia, &other);
    assert_eq!(seen.status, 409);
    let html = seen.text();
    assert!(html.contains("says the same of the same patient") && html.contains(&result), "{html}");
    let (status, facts) = post(&mut nia, &other);
    assert_eq!((status, text_of(&facts, "outcome").unwrap()), (409, "same".into()));
    assert_eq!(rows(&world), before, "nothing was saved");
    assert_eq!(nia.result(&result).unwrap()["state"], json!("triage"), "and nothing stopped");
    let other = String::from_utf8(other).unwrap();
    let asked = text_of(&facts, "report").unwrap();
    assert!(html.contains(&format!("name=\"again_of\" value=\"{asked}\"")), "{html}");
    // The reason is for the file that somebody was asked about, and for no other.
    let wrong = String::from_utf8(report("hcm_mybpc3")).unwrap();
    let fields =
        [("again_why", "The first was the draft."), ("again_of", asked.as_str()), ("report", wrong.as_str())];
    let seen = nia.browser.submit_parts("/reports/new", "/reports", &fields).unwrap();
    assert_eq!(seen.status, 422);
    assert_eq!(rows(&world), before);
    assert!(seen.text().contains("not the file that you were asked about"), "{}", seen.text());
    let fields =
        [("again_why", "The first was the draft."), ("again_of", asked.as_str()), ("report", other.as_str())];
    let taken = nia.browser.submit_parts("/reports/new", "/reports", &fields).unwrap();
    assert_eq!(taken.status, 303, "{}", taken.text());
    let second = taken.location.unwrap().rsplit('/').next().unwrap().to_owned();
    assert_ne!(second, result);
    let page = nia.browser.page(&format!("/results/{second}")).unwrap();
    assert!(page.contains("The first was the draft."), "{page}");
    // A program says it in a header, in any letters.
    let mut say = |why: &str| {
        nia.program.also = vec![("x-again-why".to_owned(), why.to_owned())];
        let told = post(&mut nia, &bytes);
        nia.program.also.clear();
        told
    };
    let (status, facts) = say("Gwell copi, o\u{2019}r labordy yn \u{c2}n.");
    assert_eq!((status, text_of(&facts, "outcome").unwrap()), (200, "result".into()), "{facts}");
}

#[test]
fn a_report_by_api_is_the_same_report() {
    let world = World::new(506);
    let mut nia = world.counsellor();
    let (status, facts) = post(&mut nia, &report("hcm_mybpc3"));
    assert_eq!((status, text_of(&facts, "outcome").unwrap()), (200, "result".into()));
    let result = text_of(&facts, "result").unwrap();
    let page = nia.browser.page(&format!("/results/{result}")).unwrap();
    assert!(page.contains("MYBPC3") && page.contains(&text_of(&facts, "family_reference").unwrap()));
    assert_eq!(upload(&mut nia, &report("hcm_mybpc3")).status, 409);
    assert_eq!(waiting(&mut nia, "new_results"), 1);
}

#[test]
fn what_is_not_understood_is_shown_and_not_dropped() {
    let world = World::new(507);
    let mut nia = world.counsellor();
    let odd = json!({"code": {"text": "Quillon index"}, "valueString": "seven and a half"});
    let bytes = changed(|bundle| {
        for observation in resources(bundle, "Observation") {
            observation["component"].as_array_mut().unwrap().push(odd.clone());
        }
        let other =
            json!({"resource": {"resourceType": "ImagingStudy", "id": "zq-scan", "status": "available"}});
        bundle["entry"].as_array_mut().unwrap().push(other);
    });
    let result = nia.report_upload(&bytes).unwrap().unwrap();
    let page = nia.result(&result).unwrap();
    for finding in list_of(&page, "findings").unwrap() {
        assert!(finding["not_understood"].to_string().contains("Quillon index"), "{finding}");
    }
    assert!(page["others"].to_string().contains("ImagingStudy"));
    let shown = nia.browser.page(&format!("/results/{result}")).unwrap();
    assert!(
        shown.contains("Quillon index")
            && shown.contains("seven and a half")
            && shown.contains("ImagingStudy")
    );
}

#[test]
fn h13_an_amended_report_stops_all_that_hangs_on_its_elder_and_has_not_left() {
    let world = World::new(508);
    let kin = |relation, given, family| Kin { relation, given, family, ..AUNT };
    let relatives =
        [SISTER, AUNT, kin("brother", "Jory", "Blewett"), kin("mother's brother", "Perran", "Oates")];
    let mut case = Case::new(&world, &relatives);
    case.sent(&world, 0, "L2");
    for place in 1..4 {
        case.agree(place, "L2");
    }
    let tasks = case.tasks.clone();
    let draft = case.counsellor.letter_draft(&tasks[1], "L2").unwrap();
    let submitted = case.counsellor.letter_draft(&tasks[2], "L2").unwrap();
    case.counsellor.letter_submit(&submitted).unwrap();
    let approved = case.approved(3, "L2");
    let newer = case.counsellor.report_upload(&report("brca2_amended")).unwrap().unwrap();
    for letter in [&draft, &submitted, &approved] {
        let page = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
        assert_eq!(
            (page["state"].as_str(), page["ended_why"].as_str()),
            (Some("stopped"), Some("the report was amended"))
        );
    }
    for place in 0..4 {
        assert_eq!(case.state(place), "suspended_classification");
    }
    let (elder, now) =
        (case.counsellor.result(&case.result).unwrap(), case.counsellor.result(&newer).unwrap());
    assert_eq!(
        (elder["state"].as_str(), now["state"].as_str()),
        (Some("superseded"), Some("triage_amended"))
    );
    assert_eq!((&elder["successor"], &now["elder"]), (&json!(newer), &json!(case.result)));
    assert_eq!(elder["family"], now["family"]);
    // The new report, and whoever had been told by the old one.
    assert_eq!(waiting(&mut case.counsellor, "amended_results"), 2);
    for queue in ["letters_to_write", "letters_to_approve", "no_reply", "to_send"] {
        assert_eq!(waiting(&mut case.counsellor, queue), 0, "{queue}");
    }
    let sendings = case.counsellor.program.api("/outbox").unwrap();
    let states: Vec<_> =
        list_of(&sendings, "sendings").unwrap().iter().map(|s| s["state"].as_str()).collect();
    assert_eq!(states.iter().filter(|state| **state == Some("cancelled")).count(), 1, "{states:?}");
    assert_eq!(states.iter().filter(|state| **state == Some("accepted")).count(), 2, "{states:?}");
    assert_eq!((world.send(), world.left_the_house("letters").len()), (0, 1));
}

#[test]
fn a_number_that_comes_back_with_another_patient_is_held() {
    let world = World::new(509);
    let mut nia = world.counsellor();
    let elder = nia.report_upload(&report("brca2_germline")).unwrap().unwrap();
    let before = rows(&world);
    let other: [fn(&mut Value); 3] = [
        |patient| patient["birthDate"] = json!("1988-01-02"),
        |patient| {
            for number in patient["identifier"].as_array_mut().unwrap() {
                number["value"] = json!("9990000026");
            }
        },
        |patient| patient["name"] = json!([{"given": ["Zennor"], "family": "Quillfeather"}]),
    ];
    for (count, change) in other.into_iter().enumerate() {
        let bytes = changed(|bundle| resources(bundle, "Patient").for_each(change));
        let (status, facts) = post(&mut nia, &bytes);
        assert_eq!((status, facts["problem"].as_str()), (422, Some("another patient")), "{facts}");
        assert_eq!(waiting(&mut nia, "unreadable_reports"), count + 1);
    }
    assert_eq!(rows(&world), before);
    assert_eq!(nia.result(&elder).unwrap()["state"], "triage", "the elder is untouched");
    let married = changed(|bundle| {
        resources(bundle, "Patient").for_each(|p| p["name"][1]["family"] = json!("Quillfeather"))
    });
    assert_eq!(post(&mut nia, &married).0, 200, "who has married is the same patient");
}

#[test]
fn a_tumours_findings_release_nothing() {
    let world = World::new(510);
    let Some(tumour) = samples().pop() else { return };
    let mut nia = world.counsellor();
    let result = nia.report_upload(&tumour).unwrap().unwrap();
    let page = nia.result(&result).unwrap();
    let [familial, ..] = nia.findings_mark(&result, &page).unwrap();
    assert_eq!(familial, 0);
    nia.result_separate(&result, "", "", "").unwrap();
    assert_eq!(nia.result(&result).unwrap()["state"], "nothing_familial");
    assert!(nia.at_risk_confirm(&result).is_err());
    assert!(nia.result_separate(&result, "breast_ovarian", "autosomal_dominant", "R242").is_err());
    assert_eq!((count(&world, "relative_tasks"), count(&world, "letters")), (0, 0));
}

#[test]
fn a_tumours_finding_marked_familial_by_mistake_does_not_pass_the_door() {
    let world = World::new(511);
    let Some(tumour) = samples().pop() else { return };
    let mut nia = world.counsellor();
    let result = nia.report_upload(&tumour).unwrap().unwrap();
    let page = nia.result(&result).unwrap();
    nia.findings_mark(&result, &page).unwrap();
    for finding in list_of(&page, "findings").unwrap().iter().filter(|f| f["kind"] == "variant") {
        let id = text_of(finding, "finding").unwrap();
        let fields = [("mark", "familial"), ("why", "Looks inherited to me")];
        let shown = format!("/results/{result}");
        nia.browser.done(&shown, &format!("{shown}/findings/{id}/mark"), &fields).unwrap();
        let tried = nia.result_separate(&result, "breast_ovarian", "autosomal_dominant", "R242");
        assert!(tried.is_err(), "{finding}");
        let back = [("mark", "personal"), ("why", "")];
        nia.browser.done(&shown, &format!("{shown}/findings/{id}/mark"), &back).unwrap();
    }
    assert_eq!(nia.result(&result).unwrap()["state"], "triage");
}
