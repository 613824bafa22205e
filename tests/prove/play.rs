//! Carries a plan out in one world and keeps all that relatives and outsiders could see of each command.
//! Must not know: what the other world shows.

mod answer;
mod extra;

use crate::{
    plan::{Command, Kin, Plan, REPORTS, Relative, What, X_LINKED},
    vary::{Kind, Personal, Rng},
    visit::Holder,
    world::{CLINICIAN, COUNSELLOR, GUARDIAN, Template, World, log_take},
};
use kinward::{
    demo::{
        naming_for,
        people::{WEIGHED, list_of, proband_of, text_of},
    },
    error::{Error, Result},
};
use kinward_family::invitation::InvitationCode;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Something that could be seen.
#[derive(Clone)]
pub struct Seen {
    pub surface: String,
    pub name: String,
    pub bytes: Vec<u8>,
}

/// All that one command showed.
pub struct Step {
    pub label: String,
    /// Only this side had it, so there is nothing to compare it with; it is searched for canaries all the same.
    pub alone: bool,
    pub seen: Vec<Seen>,
}

/// What one side of a pair came to.
pub struct Played {
    pub steps: Vec<Step>,
    pub canaries: Vec<String>,
    /// Canaries of what was refused.
    pub turned_away: Vec<String>,
    /// Pages that staff see at the end.
    pub staff: Vec<u8>,
    pub refused: usize,
    pub commands: usize,
    pub letters_sent: usize,
    pub objections: usize,
    /// Results of relatives' own tests that a second person confirmed.
    pub own_results: usize,
    /// How often this world's application died and was started anew.
    pub crashes: usize,
}

pub const RELATIVES_TABLES: &[&str] =
    &["invitations", "posts", "visits", "wrong_tries", "replies", "wishes", "answers", "proxies"];

pub struct Play<'a> {
    pub world: World,
    plan: &'a Plan,
    personal: Personal,
    files: Vec<File>,
    /// The family that the command in hand is about.
    at: usize,
    other_results: Vec<String>,
    written_over: Vec<String>,
    known_files: BTreeSet<String>,
    seen: Vec<Seen>,
}

/// A family as this world knows it.
#[derive(Default)]
struct File {
    report: Vec<u8>,
    result: String,
    elders: Vec<String>,
    family: String,
    proband: String,
    reference: String,
    people: BTreeMap<usize, String>,
    others: Vec<String>,
    /// By person, under the result that is in hand; and all there ever were.
    tasks: BTreeMap<String, String>,
    every_task: BTreeSet<String>,
    codes: BTreeMap<usize, String>,
    corrected: Vec<String>,
    own_results: Vec<String>,
}

/// A code that can be read and opens nothing.
pub fn unused_code() -> String {
    InvitationCode::from_bytes(&[7; 8]).shown()
}

pub fn play(template: &Template, plan: &Plan, side: usize) -> Result<Played> {
    let mut play = Play::new(template, plan, side)?;
    let mut played = Played {
        steps: Vec::new(),
        canaries: Vec::new(),
        turned_away: Vec::new(),
        staff: Vec::new(),
        refused: 0,
        commands: 0,
        letters_sent: 0,
        objections: 0,
        own_results: 0,
        crashes: 0,
    };
    for command in plan.commands.iter().filter(|command| command.side.is_none_or(|only| only == side)) {
        let canaries = play.personal.canaries.len();
        let outcome = play.carry_out(command);
        played.commands += 1;
        if let Err(problem) = &outcome {
            played.refused += 1;
            // What was refused is kept nowhere: staff cannot find it either, and nobody else may.
            played.turned_away.extend(play.personal.canaries.drain(canaries..));
            if std::env::var_os("PROVE_TALK").is_some() {
                eprintln!("{} seed {}: {}", command.label, plan.seed, problem);
            }
        }
        play.look(outcome.is_ok(), command.side.is_some());
        let seen = play.take_seen();
        played.letters_sent += seen.iter().filter(|seen| seen.surface == "letters (PDF)").count();
        played.steps.push(Step { label: command.label.clone(), alone: command.side.is_some(), seen });
    }
    played.crashes = play.world.deaths();
    played.objections = usize::from(play.world.rows_of("replies").contains("not_know"));
    played.own_results = play.files.iter().map(|file| file.own_results.len()).sum();
    played.staff = play.staff_view()?;
    played.turned_away.extend(play.written_over);
    played.canaries = play.personal.canaries;
    Ok(played)
}

impl<'a> Play<'a> {
    pub fn new(template: &Template, plan: &'a Plan, side: usize) -> Result<Self> {
        let crashes = if side == 1 { plan.crashes.clone() } else { BTreeSet::new() };
        let play = Play {
            world: World::new(template, plan.seed, plan.batches)?.dying_after(crashes),
            plan,
            personal: Personal::new(plan.seed, side, &plan.kinds),
            files: plan.families.iter().map(|_| File::default()).collect(),
            at: 0,
            other_results: Vec::new(),
            written_over: Vec::new(),
            known_files: BTreeSet::new(),
            seen: Vec::new(),
        };
        log_take();
        kinward::mutant::forget();
        Ok(play)
    }

    pub fn carry_out(&mut self, command: &Command) -> Result<()> {
        self.world.chance.begin(&command.label);
        self.at = command.family;
        self.step(command)
    }

    /// All that was seen since the last time.
    pub fn take_seen(&mut self) -> Vec<Seen> {
        std::mem::take(&mut self.seen)
    }

    pub fn keep(&mut self, seen: Seen) {
        self.seen.push(seen);
    }

    /// Choices within a command that must be the same in both worlds.
    pub fn low_rng(&self) -> Rng {
        Rng::new(self.plan.seed, &format!("within a command, after {}", self.seen.len()))
    }

    /// After a command: what left the house, what stands in the relatives' own tables, what was logged.
    fn look(&mut self, taken: bool, alone: bool) {
        for (name, bytes) in self.world.left_the_house() {
            if self.known_files.insert(name.clone()) {
                let surface = match name.split('/').next() {
                    _ if name.ends_with(".pdf") => "letters (PDF)",
                    Some("mail") => "e-mails (MIME)",
                    Some("print") => "print manifests",
                    _ => "other files",
                };
                let bytes = [name.as_bytes(), b"\n", &bytes].concat();
                self.keep(Seen { surface: surface.into(), name, bytes });
            }
        }
        for table in RELATIVES_TABLES {
            let rows = self.world.rows_of(table);
            if !rows.is_empty() {
                let surface = format!("table {table}");
                self.keep(Seen { surface, name: (*table).into(), bytes: rows.into_bytes() });
            }
        }
        // A line of a command that only one side has cannot be compared; its words are searched like all others.
        let surface = if alone { "log (one side)" } else { "log" };
        self.keep(Seen { surface: surface.into(), name: "log".into(), bytes: log_take() });
        let words = if taken { "taken" } else { "refused" };
        let surface = "steps staff can take".into();
        self.keep(Seen { surface, name: words.into(), bytes: words.into() });
    }

    fn step(&mut self, command: &Command) -> Result<()> {
        let label = command.label.as_str();
        match command.what {
            What::Report => self.report(label),
            What::Mark => self.mark(label),
            What::Separate => {
                let page = self.world.get(COUNSELLOR, &format!("/results/{}", self.here().result))?;
                let (condition, inheritance, test) = naming_for(&page)?;
                let fields = json!({"condition": condition, "inheritance": inheritance, "test_code": test});
                self.post(COUNSELLOR, &format!("/results/{}/separate", self.here().result), &fields)
            }
            What::Conversation => self.conversation(label, "at_result"),
            What::AddRelative(place) => self.add_relative(place),
            What::AddOther(place) => self.add_other(label, self.plan.families[self.at].others[place]),
            What::ConfirmList => self.confirm(),
            What::Claim => {
                let fields =
                    json!({"reference": self.here().reference, "reason": "asked to decide and approve"});
                self.post(CLINICIAN, "/families/claim", &fields)?;
                self.post(GUARDIAN, "/families/claim", &fields)
            }
            What::Basis(place) => self.basis(label, place),
            What::Declined(place) => {
                let (task, level) = (self.task(place)?, self.relative(place).level);
                self.consent(&task, label, "refused", level)?;
                self.decision(&task, label, "declined", level)
            }
            What::Letter(place) => self.letter(label, place),
            What::Answer(place) => self.answer(label, place),
            What::Withdraw(place) => {
                let (task, level) = (self.task(place)?, self.relative(place).level);
                self.consent(&task, label, "withdrawn", level)
            }
            What::RelativeDied(place) => {
                let person = self.file().people.get(&place).cloned().ok_or_else(nobody)?;
                let died_on = self.world.house.clock.now().date().to_string();
                self.post(COUNSELLOR, &format!("/people/{person}/died"), &json!({"died_on": died_on}))
            }
            What::Tested(place, says) => {
                let person = self.file().people.get(&place).cloned().ok_or_else(nobody)?;
                self.tested(label, &person, says)
            }
            What::Send => self.world.send().map(|_| ()),
            What::Hours(hours) => {
                self.world.clock.advance_seconds(3600 * hours);
                self.world.sign_in()
            }
            What::Amended => self.amended(label),
            What::Visit(place, scene) => {
                let code = self.file().codes.get(&place).cloned().unwrap_or_else(unused_code);
                let born = self.relative(place).born;
                let task = self.task(place).ok();
                self.visit(&Holder { code, born, task }, scene)
            }
            What::Stranger => self.stranger(),
            What::Extra(extra) => self.extra(label, extra),
        }
    }

    fn here(&self) -> &File {
        &self.files[self.at]
    }

    fn file(&mut self) -> &mut File {
        &mut self.files[self.at]
    }

    fn relative(&self, place: usize) -> &'a Relative {
        &self.plan.families[self.at].relatives[place]
    }

    fn post(&mut self, who: usize, path: &str, fields: &Value) -> Result<()> {
        self.world.post(who, path, fields).map(|_| ())
    }

    fn task(&self, place: usize) -> Result<String> {
        let file = &self.files[self.at];
        file.people.get(&place).and_then(|person| file.tasks.get(person)).cloned().ok_or_else(nobody)
    }

    fn upload(&mut self, bytes: &[u8]) -> Result<Value> {
        let program = self.world.program(COUNSELLOR)?;
        let seen = program.send("POST", "/api/v1/reports", Some("application/fhir+json"), Some(bytes))?;
        serde_json::from_slice(&seen.body).map_err(Error::inner)
    }

    fn report(&mut self, label: &str) -> Result<()> {
        let report = self.plan.families[self.at].report;
        let bytes = self.personal.report(REPORTS[report].1, label, report == X_LINKED);
        let came = self.upload(&bytes)?;
        let result = text_of(&came, "result")?;
        let page = self.world.get(COUNSELLOR, &format!("/results/{result}"))?;
        let (family, reference) = (text_of(&page, "family")?, text_of(&page, "family_reference")?);
        let proband = text_of(proband_of(&page)?, "person")?;
        *self.file() = File { report: bytes, result, family, reference, proband, ..File::default() };
        Ok(())
    }

    /// The same report once more, amended, with another conclusion: of the same patient, under the same number.
    fn amended(&mut self, label: &str) -> Result<()> {
        let mut bundle: Value = serde_json::from_slice(&self.here().report).map_err(Error::inner)?;
        for entry in bundle["entry"].as_array_mut().into_iter().flatten() {
            let resource = &mut entry["resource"];
            if resource["resourceType"] == "DiagnosticReport" {
                resource["status"] = "amended".into();
                resource["conclusion"] = self.personal.text(Kind::Conclusion, label).into();
            }
        }
        let came = self.upload(bundle.to_string().as_bytes())?;
        let newer = text_of(&came, "result")?;
        let elder = std::mem::replace(&mut self.file().result, newer);
        self.file().elders.push(elder);
        self.file().tasks.clear();
        Ok(())
    }

    fn mark(&mut self, label: &str) -> Result<()> {
        let page = self.world.get(COUNSELLOR, &format!("/results/{}", self.here().result))?;
        for (number, finding) in list_of(&page, "findings")?.iter().enumerate() {
            let mark = if text_of(finding, "suggestion")? == "familial" { "familial" } else { "personal" };
            let why = self.personal.text(Kind::MarkReasons, &format!("{label} {number}"));
            let path =
                format!("/results/{}/findings/{}/mark", self.here().result, text_of(finding, "finding")?);
            self.post(COUNSELLOR, &path, &json!({"mark": mark, "why": why}))?;
        }
        Ok(())
    }

    fn conversation(&mut self, label: &str, kind: &str) -> Result<()> {
        let mut words = |what: &str| self.personal.text(Kind::Conversation, &format!("{label} {what}"));
        let fields = json!({
            "held_on": "2026-11-23", "kind": kind, "present": words("present"), "told": words("told"),
            "said": words("said"), "next_step": words("next"),
        });
        self.post(COUNSELLOR, &format!("/results/{}/conversations", self.here().result), &fields)
    }

    fn add_relative(&mut self, place: usize) -> Result<()> {
        let relative = self.relative(place);
        let (year, month, day) = relative.born;
        let fields = json!({
            "relation": relative.relation, "from": self.here().proband, "given_name": relative.given,
            "family_name": relative.family, "birth_date": format!("{year:04}-{month:02}-{day:02}"),
        });
        let path = format!("/families/{}/people", self.here().family);
        let person = text_of(&self.world.post(COUNSELLOR, &path, &fields)?, "person")?;
        let contact = json!({
            "address": format!("{} Larch Close\nStroud", 3 + place), "postcode": "GL5 1AA",
            "email": relative.email.then(|| format!("{}@mail.example", relative.given.to_lowercase())),
            "source": "Told by the family", "as_of": "2026-11-23",
        });
        self.post(COUNSELLOR, &format!("/people/{person}/contact"), &contact)?;
        self.file().people.insert(place, person);
        Ok(())
    }

    fn add_other(&mut self, label: &str, (relation, from, years): Kin) -> Result<()> {
        let fields = json!({
            "relation": relation, "from": self.here().proband,
            "given_name": self.personal.name(Kind::Others, &format!("{label} given")),
            "family_name": self.personal.name(Kind::Others, &format!("{label} family")),
            "birth_date": self.personal.date(Kind::Others, &format!("{label} born"), from, years),
            "nhs_number": self.personal.nhs_number(Kind::Others, &format!("{label} number")),
        });
        let path = format!("/families/{}/people", self.here().family);
        let person = text_of(&self.world.post(COUNSELLOR, &path, &fields)?, "person")?;
        self.file().others.push(person);
        Ok(())
    }

    fn confirm(&mut self) -> Result<()> {
        let path = format!("/results/{}/at-risk", self.here().result);
        self.post(COUNSELLOR, &path, &json!({}))?;
        let page = self.world.get(COUNSELLOR, &path)?;
        for relative in list_of(&page, "relatives")? {
            if let (Ok(person), Ok(task)) = (text_of(relative, "person"), text_of(relative, "task")) {
                self.file().every_task.insert(task.clone());
                self.file().tasks.insert(person, task);
            }
        }
        Ok(())
    }

    /// Something that allows the same letter, by whichever way this side's family goes.
    fn basis(&mut self, label: &str, place: usize) -> Result<()> {
        let (task, level) = (self.task(place)?, self.relative(place).level);
        let mut rng: Rng = self.personal.rng(Kind::Basis, label);
        let done = match rng.below(5) {
            0 => self.consent(&task, label, "given", level),
            1 => self.consent(&task, label, "given_with_limits", level),
            2 => self
                .consent(&task, &format!("{label} first"), "thinking", level)
                .and_then(|()| self.consent(&task, label, "given", level)),
            way => self
                .consent(&task, label, if way == 3 { "refused" } else { "not_obtainable" }, level)
                .and_then(|()| self.decision(&task, label, "applied", level)),
        };
        // A decision against a refusal waits before a letter can leave by it. Here every world waits as long: when a letter
        // leaves is not what is compared (docs/assurance/noninterference.md).
        self.world.chance.begin(&format!("{label} wait"));
        self.world.clock.advance_seconds(3600 * self.world.house.policy.periods.cooling_off_hours);
        self.world.sign_in()?;
        done
    }

    fn consent(&mut self, task: &str, label: &str, stance: &str, level: &str) -> Result<()> {
        let words = self.personal.text(Kind::ConsentWords, label);
        let page = format!("/tasks/{task}/consent");
        let agrees = stance.starts_with("given");
        let why = if agrees { self.accepted(&page, "/guessed/asks", label, level)? } else { None };
        let fields = json!({"route": "clinic_letter", "level": level, "stance": stance, "words": words,
            "inferable_why": why, "cause": "not_found"});
        self.post(COUNSELLOR, &format!("/tasks/{task}/consent"), &fields)
    }

    /// The reason why a letter may go though its reader can tell who was tested, where a page asks for it: whether it does
    /// goes by the family's shape, in which the two worlds may differ.
    fn accepted(&mut self, page: &str, asks: &str, label: &str, level: &str) -> Result<Option<String>> {
        let asked = self.world.get(CLINICIAN, page)?.pointer(asks) == Some(&Value::Bool(true));
        let why = format!("{label} {page} why");
        Ok((asked && level != "L0").then(|| self.personal.text(Kind::ConsentWords, &why)))
    }

    fn decision(&mut self, task: &str, label: &str, outcome: &str, level: &str) -> Result<()> {
        let mut rng = self.personal.rng(Kind::Decision, label);
        let mut reasons = vec!["A2", "RL2"];
        reasons.extend(["A1", "A3", "A6", "X4"].iter().filter(|_| rng.percent(50)));
        let page = format!("/tasks/{task}/decision");
        let why = match outcome {
            "applied" => self.accepted(&page, "/form/guessed/asks", label, level)?,
            _ => None,
        };
        let mut words = |what: &str| self.personal.text(Kind::Decision, &format!("{label} {what}"));
        let mut fields = json!({
            "model": if outcome == "applied" { "familial" } else { "individual" }, "outcome": outcome,
            "level": level, "reasons": reasons, "harm_if_not_shared": words("not shared"),
            "harm_if_shared": words("shared"), "steps_tried": words("steps"), "adviser": words("adviser"),
            "proband_informed": words("informed"), "inferable_why": why,
        });
        for (field, as_shown) in WEIGHED {
            let is_choice = field.ends_with("grade") || field == "advice_named";
            fields[field] = if is_choice { as_shown.into() } else { words(field).into() };
        }
        fields["not_shared_grade"] = rng.one(&["slight", "moderate", "severe", "not_known"]).into();
        fields["shared_grade"] = rng.one(&["slight", "moderate", "not_known"]).into();
        fields["advice_named"] = rng.one(&["unnamed", "named", "nobody"]).into();
        let grounds: &[&str] =
            if outcome == "applied" { &["public_interest", "statute"] } else { &["none_needed"] };
        fields["legal_basis"] = rng.one(grounds).into();
        self.post(CLINICIAN, &page, &fields)
    }

    fn letter(&mut self, label: &str, place: usize) -> Result<()> {
        let (task, level) = (self.task(place)?, self.relative(place).level);
        let page = format!("/tasks/{task}");
        let why = self.accepted(&page, "/reasoning/guessed/asks", label, level)?;
        // Each of the three is a command of its own: what one draws does not shift the next one's chance.
        self.world.chance.begin(&format!("{label} draft"));
        let entry = json!({"level": level, "inferable_why": why});
        let made = self.world.post(COUNSELLOR, &format!("{page}/letters"), &entry)?;
        let letter = text_of(&made, "letter")?;
        self.world.chance.begin(&format!("{label} submit"));
        self.post(COUNSELLOR, &format!("/letters/{letter}/submit"), &json!({}))?;
        self.world.chance.begin(&format!("{label} approve"));
        self.post(CLINICIAN, &format!("/letters/{letter}/approve"), &json!({}))?;
        let words = self.world.get_bytes(COUNSELLOR, &format!("/letters/{letter}/text"))?;
        let code = code_in(&words)?;
        self.keep(Seen { surface: "letters (text)".into(), name: letter.clone(), bytes: words });
        self.file().codes.insert(place, code);
        Ok(())
    }
}

fn nobody() -> Error {
    Error::inner("a relative without a task")
}

/// The code as it stands on the letter.
fn code_in(words: &[u8]) -> Result<String> {
    String::from_utf8_lossy(words)
        .split_whitespace()
        .find(|word| word.len() == 14 && InvitationCode::parse(word).is_ok())
        .map(str::to_owned)
        .ok_or_else(|| Error::inner("a letter without a code"))
}
