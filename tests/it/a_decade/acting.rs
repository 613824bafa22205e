//! A clinic of made-up families, what happens to them, and staff who do the next thing that each state asks for.
//! Must not know: what the laws are.

use super::made::{numbered, surname};
use crate::support::World;
use kinward::{
    access::{Role, staff::staff_of_role},
    audit::{Act, ActorKind},
    clinic::{
        cascade::{listener::Cascade, steps::TaskState, task::task_states},
        result::state::{ResultState, result_states},
    },
    clock::{Chance, SeededChance},
    demo::{
        clinic::trained,
        people::{AtWork, weighed},
    },
    ids::TaskId,
    relative::{
        invitation::{InvitationState, invitation_get, invitation_states},
        reply::reply_give,
    },
};
use kinward_family::page::{Answers, Choice};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const WHY: &str = "They were told that they can work it out.";

struct Family {
    number: usize,
    result: String,
    proband: String,
    proband_lives: bool,
    /// How often the report was amended.
    amended: usize,
    /// By task: the person and the result.
    people: BTreeMap<String, (String, String)>,
    recessive: bool,
}

pub struct Clinic<'a> {
    world: &'a World,
    chance: SeededChance,
    counsellor: AtWork,
    clinician: AtWork,
    clerk: AtWork,
    families: Vec<Family>,
    streets: usize,
    /// When the clinicians last trained, in days since the beginning.
    trained: i64,
    days: i64,
    /// What is open is brought to an end: nobody is asked for another letter.
    ending: bool,
}

impl<'a> Clinic<'a> {
    pub fn new(world: &'a World, seed: u64, families: usize) -> Self {
        let (counsellor, clinician) = (world.counsellor(), world.clinician());
        let clerk = world.at_work("jo.taylor");
        let chance = SeededChance::new(seed);
        let mut clinic = Self {
            world,
            chance,
            counsellor,
            clinician,
            clerk,
            families: Vec::new(),
            streets: 0,
            trained: 0,
            days: 0,
            ending: false,
        };
        for number in 0..families {
            clinic.family_comes(number);
        }
        clinic
    }

    fn one(&self, of: usize) -> usize {
        let mut bytes = [0; 8];
        self.chance.fill(&mut bytes);
        usize::try_from(u64::from_be_bytes(bytes) % of as u64).unwrap()
    }

    fn of<T: Clone>(&self, all: &[T]) -> T {
        all[self.one(all.len())].clone()
    }

    /// Whatever the rules say to it; only a fault of ours is none of their answers.
    fn tell(&mut self, clinician: bool, path: &str, fields: &Value) -> Option<Value> {
        let work = if clinician { &mut self.clinician } else { &mut self.counsellor };
        let (status, told) = crate::people::told(work, path, fields);
        assert!(status < 500, "{path} {fields}: {told}");
        (status == 200).then_some(told)
    }

    fn read(&mut self, path: &str) -> Value {
        self.counsellor.program.api(path).unwrap()
    }

    fn lives(&mut self, person: &str) {
        self.streets += 1;
        let contact = json!({"address": format!("{} Larch Close\nStroud", self.streets), "postcode": "GL5 1AA",
            "source": "Told by the family"});
        self.tell(false, &format!("/people/{person}/contact"), &contact);
    }

    /// A report comes in, and the family with it.
    fn family_comes(&mut self, number: usize) {
        let recessive = number % 4 == 3;
        let gene = if recessive { "CFTR" } else { "BRCA2" };
        let result = self.counsellor.report_upload(&numbered(number, gene, 0)).unwrap().unwrap();
        let page = self.read(&format!("/results/{result}"));
        let (family, proband) = (page["family"].as_str().unwrap(), &page["proband"]["person"]);
        let (family, proband) = (family.to_owned(), proband.as_str().unwrap().to_owned());
        let name = surname(number);
        let adults: &[&str] = &["sister", "brother", "mother's sister", "father's brother"];
        for (place, relation) in adults.iter().enumerate().take(2 + self.one(3)) {
            let kin = json!({"relation": relation, "from": proband, "given_name": format!("Kin{}", ["a", "e", "i", "o"][place]),
                "family_name": name, "birth_date": format!("19{}-0{}-1{}", 55 + self.one(30), 1 + self.one(9), self.one(9))});
            let told = self.tell(false, &format!("/families/{family}/people"), &kin).unwrap();
            self.lives(told["person"].as_str().unwrap());
        }
        for (relation, given) in [("son", "Ifan"), ("daughter", "Wren")] {
            let kin = json!({"relation": relation, "from": proband, "given_name": given, "family_name": name,
                "birth_date": format!("20{:02}-0{}-1{}", 9 + self.one(14), 1 + self.one(9), self.one(9))});
            let told = self.tell(false, &format!("/families/{family}/people"), &kin).unwrap();
            self.lives(told["person"].as_str().unwrap());
        }
        let claimed = json!({"reference": page["family_reference"], "reason": "asked to approve letters"});
        self.tell(true, "/families/claim", &claimed);
        self.families.push(Family {
            number,
            result,
            proband,
            proband_lives: true,
            amended: 0,
            people: BTreeMap::new(),
            recessive,
        });
        for _ in 0..6 {
            self.results_work(number);
        }
    }

    /// Some days pass, everybody signs in again, and the worker has its rounds.
    pub fn days_pass(&mut self) {
        let days = i64::try_from(7 + self.one(57)).unwrap();
        self.world.clock.advance_days(days);
        self.days += days;
        // What was learnt counts for two years.
        if self.days - self.trained > 600 {
            self.trained = self.days;
            let service = self.world.service.id;
            let train = |act: &mut Act<'_>| {
                staff_of_role(act.conn, service, Role::Clinician)?
                    .into_iter()
                    .try_for_each(|id| trained(act, id))
            };
            self.world.house.act_as(ActorKind::CommandLine, "years", service, train).unwrap();
        }
        (self.counsellor, self.clinician) = (self.world.counsellor(), self.world.clinician());
        self.clerk = self.world.at_work("jo.taylor");
        // A round takes up fifty at once.
        for _ in 0..2 {
            self.world.send();
        }
    }

    fn states(&self) -> Vec<(TaskId, TaskState)> {
        let service = self.world.service.id;
        let mut all = self.world.house.db.read(|conn| task_states(conn, service)).unwrap();
        // Two databases list them in orders of their own, and what happens is drawn for one after the other.
        all.sort_unstable();
        all
    }

    fn person_of(&self, task: &str) -> Option<(usize, String)> {
        let mut all = self.families.iter();
        all.find_map(|family| Some((family.number, family.people.get(task)?.0.clone())))
    }

    /// What happens to people, whatever anybody does.
    pub fn things_happen(&mut self) {
        self.answers();
        let tasks = self.states();
        for (task, state) in &tasks {
            let Some((_, person)) = self.person_of(task.as_str()) else { continue };
            match self.one(220) {
                0 => {
                    let today = self.world.house.clock.now().date();
                    self.tell(false, &format!("/people/{person}/died"), &json!({"died_on": today}));
                }
                1..=4 => self.lives(&person),
                5 | 6 => {
                    let entry = json!({"scope": "self"});
                    self.tell(false, &format!("/tasks/{task}/object"), &entry);
                }
                7..=9 if *state == TaskState::Waiting || *state == TaskState::Done => {
                    self.tell(false, &format!("/tasks/{task}/came-back"), &json!({}));
                }
                10..=13 if *state == TaskState::Sent => self.post_comes_back(task.as_str()),
                _ => {}
            }
        }
        for at in 0..self.families.len() {
            match self.one(280) {
                0..=2 if self.families[at].proband_lives => {
                    let today = self.world.house.clock.now().date();
                    let died = format!("/people/{}/died", self.families[at].proband);
                    self.families[at].proband_lives = false;
                    self.tell(false, &died, &json!({"died_on": today}));
                }
                3..=6 if self.families[at].amended < 1 => self.amended(at),
                _ => {}
            }
        }
        if self.one(22) == 0 {
            let condition = self.of(&["breast_ovarian", "breast_ovarian", "cystic_fibrosis"]);
            let entry =
                json!({"condition": condition, "treatment_words": "A tablet, as published in spring."});
            self.clerk.program.api_post("/treatments", &entry).unwrap();
        }
    }

    fn amended(&mut self, at: usize) {
        let (number, recessive) = (self.families[at].number, self.families[at].recessive);
        self.families[at].amended += 1;
        let gene = if recessive { "CFTR" } else { "BRCA2" };
        let bytes = numbered(number, gene, self.families[at].amended);
        self.families[at].result = self.counsellor.report_upload(&bytes).unwrap().unwrap();
    }

    fn post_comes_back(&mut self, task: &str) {
        let letters = self.read(&format!("/tasks/{task}"))["letters"].clone();
        let Some(letter) = letters[0]["letter"].as_str() else { return };
        let Ok(code) = kinward::demo::code_of(&mut self.counsellor, letter) else { return };
        let (status, told) =
            crate::people::told(&mut self.clinician, "/outbox/returned", &json!({"code": code}));
        assert!(status < 500, "{told}");
    }

    /// Some of those who hold a letter answer it, early or after years.
    fn answers(&mut self) {
        let service = self.world.service.id;
        let mut open = self.world.house.db.read(|conn| invitation_states(conn, service)).unwrap();
        open.retain(|(_, state)| *state == InvitationState::Open);
        open.sort();
        for (id, _) in open {
            if self.one(7) > 0 {
                continue;
            }
            let choice = self.of(&[
                Choice::Appointment,
                Choice::Appointment,
                Choice::Appointment,
                Choice::Think,
                Choice::AlreadyTested,
                Choice::Question,
                Choice::NotKnow,
                Choice::NotMe,
            ]);
            let fields =
                [("choice", choice.as_str()), ("by", "phone"), ("remind", "3"), ("question", "Is it so?")];
            let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            let answers = Answers::parse(&fields).unwrap();
            let give = |act: &mut Act<'_>| {
                let invitation = invitation_get(act.conn, service, id)?;
                reply_give(act, &Cascade, &invitation, &answers, None)
            };
            let done = self.world.house.act_as(ActorKind::Relative, "years", service, give);
            assert!(!matches!(&done, Err(problem) if problem.cause().is_some()), "{done:?}");
        }
    }

    /// Staff do what is open, most of it at once, all of it in the end: of `lazy` things one is left.
    pub fn staff_work(&mut self, lazy: usize) {
        self.ending = lazy == 1;
        for at in 0..self.families.len() {
            let number = self.families[at].number;
            if lazy == 1 || self.one(lazy) > 0 {
                self.results_work(number);
                self.results_work(number);
            }
        }
        for (task, state) in self.states() {
            if lazy > 1 && self.one(lazy) == 0 {
                continue;
            }
            if let Some((_, person)) = self.person_of(task.as_str()) {
                self.task_work(task.as_str(), state, &person);
            }
        }
        self.objections_seen();
    }

    fn objections_seen(&mut self) {
        let items = self.read("/queues/objections")["items"].clone();
        for item in items.as_array().unwrap() {
            if let Some(link) = item["link"].as_str()
                && self.tell(false, &format!("{link}/seen"), &json!({})).is_none()
            {
                let person = self.read(link)["person"].as_str().unwrap().to_owned();
                let found =
                    json!({"whose": self.of(&["theirs", "not_theirs"]), "words": "We asked her sister."});
                self.tell(false, &format!("/people/{person}/not-to-know/whose-word"), &found);
            }
        }
    }

    fn results_work(&mut self, number: usize) {
        let at = self.families.iter().position(|family| family.number == number).unwrap();
        let result = self.families[at].result.clone();
        let service = self.world.service.id;
        let all = self.world.house.db.read(|conn| result_states(conn, service)).unwrap();
        let state = all.iter().find(|(id, _)| id.as_str() == result).unwrap().1;
        match state {
            ResultState::Triage | ResultState::TriageAmended => {
                let page = self.read(&format!("/results/{result}"));
                self.counsellor.findings_mark(&result, &page).unwrap();
                let (condition, inheritance, test) = match self.families[at].recessive {
                    true => ("cystic_fibrosis", "autosomal_recessive", "R185"),
                    false => ("breast_ovarian", "autosomal_dominant", "R242"),
                };
                self.counsellor.result_separate(&result, condition, inheritance, test).unwrap();
            }
            ResultState::Discuss => {
                let (year, month, day) =
                    kinward::demo::people::day_parts(self.world.house.clock.now().date());
                let today = (year.as_str(), month.as_str(), day.as_str());
                let said = "Yes, they should know.";
                let _ = self.counsellor.conversation(&result, "at_result", today, said);
            }
            ResultState::Pedigree | ResultState::CheckAgain | ResultState::Widened => {
                self.tell(false, &format!("/results/{result}/at-risk"), &json!({}));
                let list = self.read(&format!("/results/{result}/at-risk"));
                for one in list["relatives"].as_array().unwrap() {
                    if let (Some(task), Some(person)) = (one["task"].as_str(), one["person"].as_str()) {
                        let known = (person.to_owned(), result.clone());
                        self.families[at].people.insert(task.to_owned(), known);
                    }
                }
            }
            ResultState::Review => {
                self.tell(false, &format!("/results/{result}/close"), &json!({}));
            }
            ResultState::Active
            | ResultState::Closed
            | ResultState::NothingFamilial
            | ResultState::Superseded => {}
        }
    }

    fn consent(&mut self, task: &str, stance: &str) {
        let entry = json!({"route": self.of(&["clinic_letter", "clinic_letter", "proband_tells"]), "level": "L1",
            "stance": stance, "words": "So she said.", "inferable_why": WHY, "cause": "not_found"});
        self.tell(false, &format!("/tasks/{task}/consent"), &entry);
    }

    /// Of a proband who has died, their wish was looked for; whoever lives is not found.
    fn cannot_say(&mut self, task: &str) {
        if self.proband_lives(task) {
            return self.consent(task, "not_obtainable");
        }
        let died = json!({"route": "clinic_letter", "level": "L1", "stance": "not_obtainable", "cause": "died",
            "words": "She cannot say.", "wish_searched": "Her notes.", "wish_found": "Nothing."});
        self.tell(false, &format!("/tasks/{task}/consent"), &died);
    }

    fn close(&mut self, task: &str, outcome: &str) -> bool {
        let entry = json!({"outcome": outcome, "closed_why": "So it was agreed with all of us."});
        self.tell(false, &format!("/tasks/{task}/close"), &entry).is_some()
    }

    /// The next thing for one relative.
    fn task_work(&mut self, task: &str, state: TaskState, person: &str) {
        let settle = format!("/tasks/{task}/settle");
        match state {
            TaskState::Identified | TaskState::Thinking => {
                let stance = if self.ending {
                    "refused"
                } else {
                    self.of(&["given", "given", "given", "refused", "thinking", "not_obtainable"])
                };
                self.consent(task, stance);
            }
            TaskState::DecisionNeeded => {
                let outcome = if self.ending { "declined" } else { self.of(&["applied", "declined"]) };
                let reasons = if outcome == "applied" { ["A1", "RL2"] } else { ["RL2", "X4"] };
                let mut entry = json!({"model": "familial", "outcome": outcome, "level": "L1", "reasons": reasons,
                    "harm_if_not_shared": "No checks in time.", "harm_if_shared": "Grief.",
                    "steps_tried": "Two talks.", "adviser": "The Guardian.",
                    "proband_informed": "By telephone.", "inferable_why": WHY});
                if !self.proband_lives(task) {
                    entry["after_death"] = json!("Little distress; great benefit; for their own care alone.");
                }
                if self.tell(true, &format!("/tasks/{task}/decision"), &weighed(entry)).is_none() {
                    self.cannot_say(task);
                }
            }
            TaskState::NotNow => {
                let outcome = self.of(&["never_told_refused", "never_told_decided"]);
                if !self.close(task, outcome) {
                    self.tell(false, &settle, &json!({}));
                }
            }
            TaskState::ProbandTells => {
                if self.one(2) == 0 || !self.close(task, "told") {
                    self.tell(false, &settle, &json!({}));
                }
            }
            TaskState::RouteAgreed => {
                let entry = json!({"level": "L1", "inferable_why": WHY});
                if self.ending {
                    self.consent(task, "refused");
                    self.cannot_say(task);
                } else if self.tell(false, &format!("/tasks/{task}/letters"), &entry).is_none() {
                    self.consent(task, "given");
                }
            }
            TaskState::Writing => {
                let letters = self.read(&format!("/tasks/{task}"))["letters"].clone();
                let Some(letter) = letters[0]["letter"].as_str() else { return };
                self.tell(false, &format!("/letters/{letter}/submit"), &json!({}));
                let approved = self.tell(true, &format!("/letters/{letter}/approve"), &json!({}));
                if approved.is_none() && self.ending {
                    let why = json!({"return_why": "Nobody writes it any more."});
                    self.tell(true, &format!("/letters/{letter}/return"), &why);
                }
            }
            TaskState::Sent => {
                if self.ending || self.one(4) == 0 {
                    self.close(task, "lost");
                }
            }
            TaskState::WantsAppointment => {
                let result = self.result_of(task);
                let says = self.of(&["het", "noncarrier"]);
                let today = self.world.house.clock.now().date();
                let entry = json!({"says": says, "variant": "c.5946del", "tested_on": today,
                    "laboratory": "Severnside", "source": "laboratory_report"});
                let own = self.tell(false, &format!("/results/{result}/relatives/{person}"), &entry);
                if let Some(own) = own.as_ref().and_then(|own| own["relative_result"].as_str()) {
                    self.tell(true, &format!("/relative-results/{own}/confirm"), &json!({}));
                } else {
                    self.tell(false, &settle, &json!({}));
                }
            }
            TaskState::WantsTime | TaskState::QuestionAnswered => {
                if !self.close(task, "declined_informed") {
                    self.tell(false, &settle, &json!({}));
                }
            }
            TaskState::HasQuestion | TaskState::AlreadyTested | TaskState::ToTell => {
                self.tell(false, &settle, &json!({}));
            }
            TaskState::NotReached => self.looked_for(task, person),
            TaskState::WaitAge => {
                if !self.close(task, "too_young") {
                    self.tell(false, &format!("/tasks/{task}/come-of-age"), &json!({}));
                }
            }
            TaskState::Tested
            | TaskState::Elsewhere
            | TaskState::DoNotContact
            | TaskState::Waiting
            | TaskState::Deceased
            | TaskState::NotAtRisk
            | TaskState::Suspended
            | TaskState::Done => {}
        }
    }

    fn result_of(&self, task: &str) -> String {
        self.families.iter().find_map(|family| Some(family.people.get(task)?.1.clone())).unwrap()
    }

    fn proband_lives(&self, task: &str) -> bool {
        self.families.iter().any(|family| family.proband_lives && family.people.contains_key(task))
    }

    /// One source after the other; after two, nobody is looked for any more.
    fn looked_for(&mut self, task: &str, person: &str) {
        for source in ["practice", "national_register"] {
            self.tell(false, &format!("/tasks/{task}/searches"), &json!({"source": source}));
            let found = self.of(&["no", "no", "yes"]);
            let said = json!({"was_found": found, "search_said": "They looked, and said so."});
            self.tell(false, &format!("/tasks/{task}/searches/end"), &said);
            if found == "yes" {
                self.lives(person);
                self.tell(false, &format!("/tasks/{task}/address-found"), &json!({}));
                return;
            }
        }
        if !self.close(task, "untraceable") {
            self.tell(false, &format!("/tasks/{task}/settle"), &json!({}));
        }
    }
}
