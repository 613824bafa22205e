//! The story told once, from a laboratory's report to a relative's answer, with everything that left the house kept.
//! Must not know: the database; every step is a page or an address of the API.

use super::{
    clinic,
    families::code_of,
    people::{AtWork, Kin, day_parts, letter_open, list_of, proband_of, reply, step, text_of},
};
use crate::{
    access::{House, service::Service},
    audit,
    clinic::cascade::listener::Cascade,
    clock::{Clock, StoryClock},
    error::{Error, Result},
    worker::{Transports, dispatch},
};
use kinward_family::condition::Condition;
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// The report the story is told with where none is given.
const DEFAULT: &[u8] = include_bytes!("../../tests/data/reports/brca2_germline.json");

/// Tells the story into `into`. Nothing half-made stays: it is told in a folder beside it, which takes its name at the end.
pub fn once(into: &Path, report: Option<&[u8]>) -> Result<u8> {
    let name = into.file_name().and_then(|name| name.to_str()).unwrap_or("story");
    let beside = into.with_file_name(format!(".{name}.being-told"));
    let _ = std::fs::remove_dir_all(&beside);
    std::fs::create_dir_all(&beside)
        .map_err(|e| Error::bad_input(format!("{} cannot be made: {e}", beside.display())))?;
    let told = tell(&beside, report.unwrap_or(DEFAULT));
    let kept = told.and_then(|steps| {
        let _ = std::fs::remove_dir(into);
        std::fs::rename(&beside, into)
            .map_err(|e| Error::bad_input(format!("{} cannot be made: {e}", into.display())))?;
        Ok(steps)
    });
    match kept {
        Ok(steps) => {
            table(&steps);
            println!("Everything that left the house is in {}.", into.display());
            Ok(0)
        }
        Err(problem) => {
            let _ = std::fs::remove_dir_all(&beside);
            Err(problem)
        }
    }
}

fn table(steps: &[Value]) {
    let width = |field: &str| {
        steps
            .iter()
            .filter_map(|s| s.get(field))
            .filter_map(Value::as_str)
            .map(|t| t.chars().count())
            .max()
            .unwrap_or(0)
    };
    let (who, what, before) = (width("who"), width("what"), width("state_before"));
    for told in steps {
        let text = |field: &str| told.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        println!(
            "{:<who$}  {:<what$}  {:<before$} -> {}",
            text("who"),
            text("what"),
            text("state_before"),
            text("state_after")
        );
    }
}

/// What staff would choose for the familial part: the table's row for the gene, or the row for what no row names.
pub fn naming_for(page: &Value) -> Result<(String, String, String)> {
    let gene = list_of(page, "findings")?
        .iter()
        .filter(|finding| finding.get("suggestion").and_then(Value::as_str) == Some("familial"))
        .find_map(|finding| finding.get("gene").and_then(Value::as_str))
        .unwrap_or_default();
    let row = Condition::for_gene(gene).into_iter().next().or_else(|| Condition::by_key("unlisted_rare"));
    let row = row.ok_or_else(|| Error::inner("the condition table has no row for what is unlisted"))?;
    Ok((row.key().into(), row.inheritance().as_str().into(), row.relative_test_code().as_str().into()))
}

/// How long before now the story begins, in seconds: a day of it is waited, and it ends today.
const BEGINS_BEFORE: i64 = 90_000;

struct Telling<'a> {
    house: Arc<House>,
    clock: Arc<StoryClock>,
    service: Service,
    ways: Transports,
    counsellor: AtWork,
    clinician: AtWork,
    folder: &'a Path,
    steps: Vec<Value>,
}

const NIA: &str = "counsellor Nia Morgan";
const AMIR: &str = "clinician Dr Amir Rahman";

fn tell(folder: &Path, report: &[u8]) -> Result<Vec<Value>> {
    let (socket, address) = clinic::listen(0)?;
    let database = Database::new(folder);
    let clock = Arc::new(StoryClock::offset(-BEGINS_BEFORE));
    let config = clinic::config(folder, format!("sqlite:{}", database.0.display()), address.clone());
    let (house, service) =
        clinic::house(config, Arc::clone(&clock) as Arc<dyn Clock>, clinic::machine_chance())?;
    let house = Arc::new(house);
    let ways = Transports::from_config(&house)?;
    let _serving = clinic::serve(Arc::clone(&house), socket, 1)?;
    let mut telling = Telling {
        counsellor: AtWork::sign_in(&address, "nia.morgan")?,
        clinician: AtWork::sign_in(&address, "amir.rahman")?,
        house,
        clock,
        service,
        ways,
        folder,
        steps: Vec::new(),
    };
    telling.story(report)?;
    telling.keep_record()?;
    Ok(telling.steps)
}

impl Telling<'_> {
    fn told(&mut self, who: &str, what: &str, before: &str, after: &str) {
        self.steps.push(step(what, who, before, after));
    }

    fn story(&mut self, report: &[u8]) -> Result<()> {
        let result = match self.counsellor.report_upload(report)? {
            Ok(result) => result,
            Err(words) => return Err(Error::bad_input(words)),
        };
        self.told(NIA, "uploads the laboratory's report", "nothing", "triage");
        let page = self.counsellor.result(&result)?;
        self.identify(&page)?;
        let [familial, looked_at, personal] = self.counsellor.findings_mark(&result, &page)?;
        let marks = format!("marks {familial} findings familial, {} personal", looked_at + personal);
        self.told(NIA, &marks, "triage", "triage");
        if familial == 0 {
            self.counsellor.result_separate(&result, "", "", "")?;
            self.expect_result(&result, "nothing_familial")?;
            self.told(
                NIA,
                "closes triage: nothing familial, nobody is written to",
                "triage",
                "nothing_familial",
            );
            return self.nobody_was_written_to();
        }
        let (condition, inheritance, test) = naming_for(&page)?;
        self.counsellor.result_separate(&result, &condition, &inheritance, &test)?;
        self.expect_result(&result, "discuss")?;
        self.told(NIA, "separates the familial part", "triage", "discuss");
        self.cascade(&result, &page)
    }

    /// A report need not say who the patient is; then a person completes it before anything else.
    fn identify(&mut self, page: &Value) -> Result<()> {
        if proband_of(page)?.get("complete").and_then(Value::as_bool) != Some(false) {
            return Ok(());
        }
        let result = text_of(page, "result")?;
        let person = text_of(proband_of(page)?, "person")?;
        let fields = [
            ("given_name", "Robin"),
            ("family_name", "Quillfeather"),
            ("birth_date-day", "4"),
            ("birth_date-month", "5"),
            ("birth_date-year", "1984"),
        ];
        self.counsellor.browser.done(
            &format!("/results/{result}"),
            &format!("/people/{person}/identity"),
            &fields,
        )?;
        self.told(NIA, "adds who the patient is: the report does not say", "triage", "triage");
        Ok(())
    }

    fn cascade(&mut self, result: &str, page: &Value) -> Result<()> {
        let (year, month, day) = day_parts(self.house.clock.now().date());
        let today = (year.as_str(), month.as_str(), day.as_str());
        self.counsellor.conversation(
            result,
            "at_result",
            today,
            "My sister should know. My aunt: I would rather not. My brother, perhaps.",
        )?;
        self.expect_result(result, "pedigree")?;
        self.told(NIA, "tells the patient and writes down what was said", "discuss", "pedigree");
        let (family, proband) = (text_of(page, "family")?, text_of(proband_of(page)?, "person")?);
        let kin = |relation, given, family, born, email| Kin { relation, given, family, born, email };
        let relatives = [
            kin("sister", "Tamsin", "Wray", ("1991", "2", "17"), Some("tamsin.wray@mail.example")),
            kin("mother's sister", "Ottilie", "Farr", ("1959", "8", "5"), None),
            kin("brother", "Jory", "Blewett", ("1988", "12", "1"), None),
        ];
        let mut people = Vec::new();
        for relative in &relatives {
            people.push(self.counsellor.relative_add(&family, &proband, relative, today)?);
        }
        self.told(NIA, "adds sister, mother's sister and brother", "pedigree", "pedigree");
        let listed = self.counsellor.at_risk_confirm(result)?;
        self.expect_result(result, "active")?;
        self.told(NIA, "checks the list of relatives at risk", "pedigree", "active");
        let reference = text_of(page, "family_reference")?;
        self.clinician.family_claim(&reference, "asked by the counsellor to decide and approve")?;
        let task = |place: usize| {
            let person = people.get(place);
            listed
                .iter()
                .find(|(of, _)| Some(of) == person)
                .map(|(_, task)| task.clone())
                .ok_or_else(|| Error::inner("a relative without a task"))
        };
        let (sister, aunt, brother) = (task(0)?, task(1)?, task(2)?);
        self.sister_agreed(&sister)?;
        self.aunt_decided(&aunt)?;
        self.brother_withdrawn(&brother)?;
        self.keep_papers(result, &family, &aunt)
    }

    fn sister_agreed(&mut self, task: &str) -> Result<()> {
        self.counsellor.consent(task, "given", "L2", "Yes, tell my sister. Not my name.")?;
        self.told(NIA, "sister: the patient agrees to a letter at L2", "identified", "route_agreed");
        let letter = self.letter(task, "L2")?;
        self.told(AMIR, "sister: approves the letter Nia wrote", "writing", "approved");
        self.send()?;
        self.expect_task(task, "sent")?;
        self.told("worker", "sister: the letter goes, then a notice by e-mail", "approved", "sent");
        let code = code_of(&mut self.counsellor, &letter)?;
        let (mut browser, _) = letter_open(&self.house.config.address, &code, ("1991", "2", "17"))?;
        reply(&mut browser, "appointment", &[("by", "phone"), ("needs", "After four, please")])?;
        self.expect_task(task, "wants_appointment")?;
        self.told("relative Tamsin Wray", "reads, and asks for an appointment", "sent", "wants_appointment");
        Ok(())
    }

    fn aunt_decided(&mut self, task: &str) -> Result<()> {
        self.counsellor.consent(task, "refused", "L1", "I would rather she did not hear it from you.")?;
        self.told(NIA, "mother's sister: the patient refuses", "identified", "decision_needed");
        self.clinician.decision(task, "applied", "L1", &["A1", "A2", "A6", "RL2"])?;
        self.told(
            AMIR,
            "mother's sister: weighs both sides and applies the familial approach",
            "decision_needed",
            "route_agreed",
        );
        let letter = self.letter(task, "L1")?;
        self.send()?;
        self.expect_task(task, "writing")?;
        self.told(
            "worker",
            "mother's sister: nothing leaves while the decision can be thought over",
            "approved",
            "approved",
        );
        self.wait()?;
        self.send()?;
        self.expect_task(task, "sent")?;
        self.told("worker", "mother's sister: a letter at L1 goes, naming nobody", "approved", "sent");
        let code = code_of(&mut self.counsellor, &letter)?;
        let (mut browser, _) = letter_open(&self.house.config.address, &code, ("1959", "8", "5"))?;
        reply(&mut browser, "not_know", &[])?;
        self.expect_task(task, "do_not_contact")?;
        self.told("relative Ottilie Farr", "chooses not to know", "sent", "do_not_contact");
        Ok(())
    }

    fn brother_withdrawn(&mut self, task: &str) -> Result<()> {
        self.counsellor.consent(task, "given", "L2", "All right, write to him.")?;
        self.letter(task, "L2")?;
        self.told(NIA, "brother: the patient agrees; a letter is approved", "identified", "approved");
        self.counsellor.consent(task, "withdrawn", "L2", "I have changed my mind. Do not write to him.")?;
        self.send()?;
        self.expect_task(task, "decision_needed")?;
        self.told(
            NIA,
            "brother: the patient withdraws; the letter is stopped",
            "approved",
            "decision_needed",
        );
        Ok(())
    }

    fn letter(&mut self, task: &str, level: &str) -> Result<String> {
        let letter = self.counsellor.letter_draft(task, level)?;
        self.counsellor.letter_submit(&letter)?;
        self.clinician.letter_approve(&letter)?;
        Ok(letter)
    }

    /// The wait after a decision passes; sessions have ended, and everyone signs in again.
    fn wait(&mut self) -> Result<()> {
        self.clock.advance_seconds(3600 * self.house.policy.periods.cooling_off_hours);
        let address = &self.house.config.address;
        self.counsellor = AtWork::sign_in(address, "nia.morgan")?;
        self.clinician = AtWork::sign_in(address, "amir.rahman")?;
        Ok(())
    }

    fn send(&self) -> Result<()> {
        for _ in 0..2 {
            dispatch(&self.house, &Cascade, &self.ways, "story")?;
        }
        Ok(())
    }

    fn expect_result(&mut self, result: &str, state: &str) -> Result<()> {
        expect("the result", &text_of(&self.counsellor.result(result)?, "state")?, state)
    }

    fn expect_task(&mut self, task: &str, state: &str) -> Result<()> {
        expect("a relative", &self.counsellor.task_state(task)?, state)
    }

    fn nobody_was_written_to(&self) -> Result<()> {
        self.send()?;
        let letters = std::fs::read_dir(self.folder.join("letters")).map_or(0, Iterator::count);
        if letters == 0 {
            Ok(())
        } else {
            Err(Error::not_now("somebody was written to about a result with nothing familial"))
        }
    }

    /// What a service would keep of this: tree, certificate, decision.
    fn keep_papers(&mut self, result: &str, family: &str, decided: &str) -> Result<()> {
        let page = format!("/results/{result}/certificate");
        let fields =
            [("method", "Sanger sequencing"), ("control", "yes"), ("control_reference", "PC-2026-114")];
        let location = self.clinician.browser.done(&page, &page, &fields)?;
        let certificate = location.rsplit("#certificate-").next().unwrap_or_default().to_owned();
        let wanted = [
            (format!("/families/{family}/pedigree.svg"), "pedigree.svg"),
            (format!("/certificates/{certificate}/json"), "certificate.json"),
            (format!("/certificates/{certificate}/fhir"), "certificate.fhir.json"),
            (format!("/certificates/{certificate}/pdf"), "certificate.pdf"),
            (format!("/tasks/{decided}/decision.pdf"), "decision.pdf"),
        ];
        for (path, name) in wanted {
            let seen = self.clinician.browser.get(&path)?;
            if seen.status != 200 {
                return Err(Error::not_now(format!("{path} answered {}", seen.status)));
            }
            self.keep(name, &seen.body)?;
        }
        Ok(())
    }

    /// The record, verified first, and the story itself.
    fn keep_record(&mut self) -> Result<()> {
        let rows = self.house.db.read(|conn| {
            audit::verify(conn, self.service.id, &self.house.keys, None)?;
            audit::of_service(conn, self.service.id)
        })?;
        let mut lines = String::new();
        for row in &rows {
            lines.push_str(&serde_json::to_string(row).map_err(Error::inner)?);
            lines.push('\n');
        }
        self.keep("audit.jsonl", lines.as_bytes())?;
        let story = json!({"steps": self.steps, "audit_rows": rows.len()});
        self.keep("story.json", serde_json::to_string_pretty(&story).map_err(Error::inner)?.as_bytes())
    }

    fn keep(&self, name: &str, bytes: &[u8]) -> Result<()> {
        std::fs::write(self.folder.join(name), bytes)
            .map_err(|e| Error::inner(format!("{name} cannot be kept: {e}")))
    }
}

fn expect(what: &str, is: &str, should: &str) -> Result<()> {
    if is == should {
        Ok(())
    } else {
        Err(Error::not_now(format!("{what} is '{is}' where the story wants '{should}'")))
    }
}

/// The throw-away database: gone, with its side files, when the story ends.
struct Database(PathBuf);

impl Database {
    fn new(folder: &Path) -> Self {
        Self(folder.join(".kinward.db"))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{ending}", self.0.display()));
        }
    }
}
