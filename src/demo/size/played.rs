//! The families that are played: people act through the real application, stage by stage, as in the seeded clinic.
//! Must not know: that what they leave is copied. Everybody's name is a word that stands nowhere else, so that it can be found again.

use super::{
    names::{lab_number, line_of, number, word},
    plan::{Condition, Fate, Plan, Stage},
};
use crate::{
    access::House,
    clinic::cascade::listener::Cascade,
    clock::StoryClock,
    config::Wing,
    db::UtcDate,
    demo::{
        browser::Browser,
        families::{code_of, of_another},
        inside::Inside,
        people::{AtWork, ask, day_parts, letter_open_at, list_of, proband_of, reply, text_of, weighed},
        story::naming_for,
    },
    error::{Error, Result},
    worker::{Transports, dispatch},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// A family under way.
pub struct Played {
    pub plan: Plan,
    /// Its place among those that are played; its words are made of it.
    place: usize,
    result: String,
    pub family: String,
    pub reference: String,
    proband: String,
    people: Vec<String>,
    /// Of each relative of the plan, where there is one.
    tasks: Vec<Option<String>>,
    /// Of everybody else on the list: parents and grandparents that nobody has named.
    others: Vec<String>,
    letters: Vec<Option<String>>,
}

/// Everybody at work on the played families.
pub struct AtWorkOnAll<'a> {
    house: &'a Arc<House>,
    clock: &'a StoryClock,
    ways: Transports,
    site: Browser,
    nia: AtWork,
    amir: AtWork,
}

impl<'a> AtWorkOnAll<'a> {
    pub fn open(house: &'a Arc<House>, clock: &'a StoryClock) -> Result<Self> {
        let site = Browser::inside(&Inside::open(Arc::clone(house), Wing::All));
        let ways = Transports::from_config(house)?;
        let (nia, amir) =
            (AtWork::sign_in_at(&site, "nia.morgan")?, AtWork::sign_in_at(&site, "amir.rahman")?);
        Ok(Self { house, clock, ways, site, nia, amir })
    }

    /// Plays all of them, a day after the other.
    pub fn play(&mut self, plans: Vec<Plan>) -> Result<Vec<Played>> {
        let mut all: Vec<Played> = plans
            .into_iter()
            .enumerate()
            .map(|(place, plan)| Played {
                plan,
                place,
                result: String::new(),
                family: String::new(),
                reference: String::new(),
                proband: String::new(),
                people: Vec::new(),
                tasks: Vec::new(),
                others: Vec::new(),
                letters: Vec::new(),
            })
            .collect();
        let end = Stage::Settled.day() + 7;
        for day in 0..end {
            let due = |played: &Played, stage: Stage| {
                stage <= played.plan.last && played.plan.weekday + stage.day() == day
            };
            if Stage::ALL.iter().any(|stage| all.iter().any(|played| due(played, *stage))) {
                self.nia = AtWork::sign_in_at(&self.site, "nia.morgan")?;
                self.amir = AtWork::sign_in_at(&self.site, "amir.rahman")?;
                let mut begun = 0;
                for stage in Stage::ALL {
                    for played in all.iter_mut().filter(|played| due(played, stage)) {
                        self.begin(played, stage)?;
                        // Hours differ, so that no two things happen at once.
                        self.clock.advance_seconds(41);
                        begun += 1;
                        if begun % 5 == 0 {
                            self.again()?;
                        }
                    }
                }
                // What left the house leaves on that day.
                for _ in 0..3 {
                    dispatch(self.house, &Cascade, &self.ways, "demo")?;
                }
            }
            self.clock.advance_seconds(86_400 - (self.house.clock.now().unix() - 32_400).rem_euclid(86_400));
        }
        self.taken()?;
        Ok(all)
    }

    /// Some of the open work is somebody's.
    fn taken(&mut self) -> Result<()> {
        self.nia = AtWork::sign_in_at(&self.site, "nia.morgan")?;
        let mut items = Vec::new();
        let mut next = Some("/queues?owner=none".to_owned());
        while let Some(path) = next {
            let seen = self.nia.program.api(&path)?;
            items.extend(list_of(&seen, "items")?.iter().filter_map(|item| text_of(item, "id").ok()));
            next = text_of(&seen, "next").ok();
        }
        for item in items.iter().step_by(4) {
            // What is not a counsellor's to do stays open to all.
            let _ = self.nia.program.api_post(&format!("/work/{item}/take"), &json!({}));
        }
        Ok(())
    }

    /// A program's token is good for minutes.
    fn again(&mut self) -> Result<()> {
        for (work, name) in [(&mut self.nia, "nia.morgan"), (&mut self.amir, "amir.rahman")] {
            work.program = self.site.another();
            work.program.sign_in_api(name, crate::demo::clinic::PASSWORD)?;
        }
        Ok(())
    }

    fn today(&self) -> UtcDate {
        self.house.clock.now().date()
    }

    fn begin(&mut self, played: &mut Played, stage: Stage) -> Result<()> {
        match stage {
            Stage::Received => self.received(played),
            Stage::Separated => self.separated(played),
            Stage::Told => self.told(played),
            Stage::Listed => self.listed(played),
            Stage::Agreed => self.agreed(played),
            Stage::Written => self.written(played),
            Stage::Sent => self.sent(played),
            Stage::Answered => self.answered(played),
            Stage::Tested => self.tested(played),
            Stage::Confirmed => self.confirmed(played),
            Stage::Settled => self.settled(played),
        }
    }

    fn received(&mut self, played: &mut Played) -> Result<()> {
        let report = match played.plan.condition {
            Condition::BreastOvarian => crate::demo::families::BRCA,
            Condition::Fh => crate::demo::families::FH,
            Condition::Lynch => crate::demo::families::LYNCH,
            Condition::Cardiomyopathy => crate::demo::families::HCM,
        };
        let place = played.place;
        let (given, family) = (word('g', place, 0), word('s', place, 0));
        let born = self.born(0);
        let report = of_another(report, &lab_number(place), &given, &family, &born.to_string())?;
        let report = with_patient(&report, &number(place), played.plan.woman)?;
        played.result = self.nia.report_upload(&report)?.map_err(Error::not_now)?;
        let page = self.nia.result(&played.result)?;
        played.family = text_of(&page, "family")?;
        played.reference = text_of(&page, "family_reference")?;
        played.proband = text_of(proband_of(&page)?, "person")?;
        Ok(())
    }

    /// Somebody born so many years after a proband of 45, on the same day each year.
    fn born(&self, years_after: i32) -> UtcDate {
        let (year, month, day) = self.today().plus_days(-200).ymd();
        UtcDate::new(year - 45 + years_after, month, day.min(28)).unwrap_or(self.today())
    }

    fn separated(&mut self, played: &mut Played) -> Result<()> {
        let page = self.nia.result(&played.result)?;
        self.nia.findings_mark(&played.result, &page)?;
        let (condition, inheritance, test) = naming_for(&page)?;
        self.nia.result_separate(&played.result, &condition, &inheritance, &test)
    }

    fn told(&mut self, played: &mut Played) -> Result<()> {
        let today = day_parts(self.today());
        let today = (today.0.as_str(), today.1.as_str(), today.2.as_str());
        self.nia.conversation(
            &played.result,
            "at_result",
            today,
            "Some of them I can tell myself. Please write to the others.",
        )?;
        for (place, relative) in played.plan.relatives.iter().enumerate() {
            let from = match relative.of {
                None => &played.proband,
                Some(of) => {
                    played.people.get(of).ok_or_else(|| Error::inner("kin of somebody who is not there"))?
                }
            };
            let line = line_of(relative.relation, relative.of);
            let new = json!({
                "relation": relative.relation,
                "from": from,
                "given_name": word('g', played.place, place + 1),
                "family_name": word('s', played.place, line),
                "birth_date": self.born(relative.years_after),
            });
            let path = format!("/families/{}/people", played.family);
            let person = text_of(&self.nia.program.api_post(&path, &new)?, "person")?;
            let (street, postcode) = if relative.away {
                ("Fell View\nCarlisle", "CA1 1AA")
            } else {
                ("Larch Close\nStroud", "GL5 1AA")
            };
            let contact = json!({
                "address": format!("{} {street}", place + 3),
                "postcode": postcode,
                "source": "Told by the family",
                "as_of": self.today(),
            });
            self.nia.program.api_post(&format!("/people/{person}/contact"), &contact)?;
            played.people.push(person);
        }
        self.amir.family_claim(&played.reference, "asked by the counsellor to decide and approve")
    }

    fn listed(&mut self, played: &mut Played) -> Result<()> {
        let listed = self.nia.at_risk_confirm(&played.result)?;
        let task_of =
            |person: &String| listed.iter().find(|(of, _)| of == person).map(|(_, task)| task.clone());
        played.tasks = played.people.iter().map(task_of).collect();
        let others = listed.iter().filter(|(person, _)| !played.people.contains(person));
        played.others = others.map(|(_, task)| task.clone()).collect();
        played.letters = vec![None; played.people.len()];
        Ok(())
    }

    /// The tasks of the plan's relatives with what becomes of them.
    fn fates(played: &Played) -> Vec<(usize, String, Fate)> {
        let with = played.plan.relatives.iter().zip(&played.tasks).enumerate();
        with.filter_map(|(place, (relative, task))| Some((place, task.clone()?, relative.fate))).collect()
    }

    /// Where each relative stands, read once: every look at a relative's own page is on the record.
    fn states(&mut self, played: &Played) -> Result<BTreeMap<String, String>> {
        let page = self.nia.program.api(&format!("/families/{}", played.family))?;
        list_of(&page, "tasks")?
            .iter()
            .map(|one| Ok((text_of(one, "task")?, text_of(one, "state")?)))
            .collect()
    }

    fn stance(&mut self, task: &str, state: Option<&String>, stance: &Value) -> Result<bool> {
        let state = state.map_or("", String::as_str);
        // A child waits for an age, and nobody is asked about them before.
        if !["identified", "thinking", "decision_needed"].contains(&state) {
            return Ok(false);
        }
        self.nia.program.api_post(&format!("/tasks/{task}/consent"), stance).map(|_| true)
    }

    fn agreed(&mut self, played: &mut Played) -> Result<()> {
        let states = self.states(played)?;
        for (place, task, fate) in Self::fates(played) {
            match fate {
                Fate::Letter(_) => {
                    let at = |level: &str| json!({"route": "clinic_letter", "level": level, "stance": "given", "words": "Yes, write. Not my name."});
                    // Where the reader could tell who was tested, less is told.
                    if self.stance(&task, states.get(&task), &at("L2")).is_err() {
                        let _ = self.stance(&task, states.get(&task), &at("L0"));
                    }
                }
                Fate::TheyTell => {
                    let told = json!({"route": "proband_tells", "level": "L2", "stance": "given", "words": "I will tell them on Sunday."});
                    self.stance(&task, states.get(&task), &told)?;
                }
                Fate::Thinking => {
                    let thinks = json!({"route": "clinic_letter", "level": "L1", "stance": "thinking", "words": "Let me think about it."});
                    self.stance(&task, states.get(&task), &thinks)?;
                }
                Fate::Refused(outcome) => {
                    let refuses = json!({"route": "clinic_letter", "level": "L1", "stance": "refused", "words": "Not them. We do not speak.", "refusal_reasons": [], "heard": []});
                    let asked = self.stance(&task, states.get(&task), &refuses)?;
                    if let (true, Some(outcome)) = (asked, outcome) {
                        self.decide(&task, outcome, place)?;
                    }
                }
                Fate::Objects | Fate::Open => {}
            }
        }
        if played.plan.last >= Stage::Written {
            for task in played.others.clone() {
                let told = json!({"route": "proband_tells", "level": "L2", "stance": "given", "words": "They know already."});
                self.stance(&task, states.get(&task), &told)?;
            }
        }
        Ok(())
    }

    fn decide(&mut self, task: &str, outcome: &str, place: usize) -> Result<()> {
        let applied = outcome == "applied";
        let reasons: &[&str] = match (applied, place % 2) {
            (true, 0) => &["A3", "A6", "A10", "RL2"],
            (true, _) => &["A3", "A10"],
            (false, _) => &["RL2", "X4", "A2"],
        };
        let decision = weighed(json!({
            "model": if applied { "familial" } else { "individual" },
            "outcome": outcome,
            "level": if applied { "L0" } else { "L1" },
            "harm_if_not_shared": "The relative would not be offered checks that can prevent serious illness.",
            "harm_if_shared": "The patient may come to trust us less; the letter names nobody.",
            "steps_tried": "Two conversations and a telephone call; more time given.",
            "adviser": "The Caldicott Guardian, without names",
            "proband_informed": "Told by telephone, with the reasons.",
            "reasons": reasons,
        }));
        self.amir.program.api_post(&format!("/tasks/{task}/decision"), &decision).map(|_| ())
    }

    fn written(&mut self, played: &mut Played) -> Result<()> {
        let states = self.states(played)?;
        for (place, task, fate) in Self::fates(played) {
            let writes = match fate {
                Fate::Letter(_) | Fate::Refused(Some("applied")) => {
                    states.get(&task).is_some_and(|state| state == "route_agreed")
                }
                Fate::Objects => {
                    if states.get(&task).is_some_and(|state| state == "identified") {
                        self.nia.program.api_post(&format!("/tasks/{task}/object"), &json!({}))?;
                    }
                    false
                }
                Fate::TheyTell | Fate::Thinking | Fate::Refused(_) | Fate::Open => false,
            };
            if !writes {
                continue;
            }
            let draft = |work: &mut AtWork, level: &str| {
                let made =
                    work.program.api_post(&format!("/tasks/{task}/letters"), &json!({"level": level}))?;
                text_of(&made, "letter")
            };
            let letter = draft(&mut self.nia, "L2").or_else(|_| draft(&mut self.nia, "L0"));
            let Ok(letter) = letter else { continue };
            // Of families that stop here, some letters are not handed on yet.
            if played.plan.last > Stage::Written || place % 2 == 0 {
                let submitted = self.nia.program.api_post(&format!("/letters/{letter}/submit"), &json!({}));
                if submitted.is_err() {
                    continue;
                }
            }
            if let Some(kept) = played.letters.get_mut(place) {
                *kept = Some(letter);
            }
        }
        Ok(())
    }

    fn sent(&mut self, played: &mut Played) -> Result<()> {
        for (_, letter) in
            played.letters.iter().enumerate().filter_map(|(place, one)| Some((place, one.clone()?)))
        {
            // What the gate holds, or what waits for a second clinician, stays with whoever approves letters.
            let _ = self.amir.program.api_post(&format!("/letters/{letter}/approve"), &json!({}));
        }
        Ok(())
    }

    fn answered(&mut self, played: &mut Played) -> Result<()> {
        let states = self.states(played)?;
        for (place, task, fate) in Self::fates(played) {
            let (Fate::Letter(Some(choice)), Some(Some(letter))) = (fate, played.letters.get(place)) else {
                continue;
            };
            if states.get(&task).is_none_or(|state| state != "sent") {
                continue;
            }
            let code = code_of(&mut self.nia, letter)?;
            let years = played.plan.relatives.get(place).map_or(0, |relative| relative.years_after);
            let (year, month, day) = self.born_at_told(played, years);
            let (mut browser, _) = letter_open_at(&self.site, &code, (&year, &month, &day))?;
            match choice {
                "appointment" => {
                    reply(&mut browser, choice, &[("by", "phone"), ("needs", "Mornings are best")])?
                }
                "question" => ask(&mut browser, "Is there a test for this near me?", &[("notify", "post")])?,
                _ => reply(&mut browser, choice, &[("remind", "6")])?,
            }
        }
        Ok(())
    }

    /// The date of birth that was entered on the day the proband was told.
    fn born_at_told(&self, played: &Played, years_after: i32) -> (String, String, String) {
        let told = self.today().plus_days(Stage::Told.day() - Stage::Answered.day());
        debug_assert!(played.plan.last >= Stage::Answered, "asked of a family that has got so far");
        let (year, month, day) = told.plus_days(-200).ymd();
        day_parts(UtcDate::new(year - 45 + years_after, month, day.min(28)).unwrap_or(told))
    }

    fn tested(&mut self, played: &mut Played) -> Result<()> {
        let states = self.states(played)?;
        let variant = match played.plan.condition {
            Condition::BreastOvarian => "c.5946del",
            Condition::Fh => "c.681C>G",
            Condition::Lynch => "c.1852_1854del",
            Condition::Cardiomyopathy => "c.2373dup",
        };
        let takes = ["proband_tells", "wants_appointment"];
        for (place, task, _) in Self::fates(played) {
            let says = played.plan.relatives.get(place).and_then(|relative| relative.tested);
            let (Some(says), Some(person)) = (says, played.people.get(place)) else { continue };
            if !states.get(&task).is_some_and(|state| takes.contains(&state.as_str())) {
                continue;
            }
            let entry = json!({
                "says": says,
                "variant": variant,
                "tested_on": self.today().plus_days(-14),
                "laboratory": "Severnside Genomic Laboratory Hub",
                "source": "laboratory_report",
            });
            let path = format!("/results/{}/relatives/{person}", played.result);
            // What cannot be, with what is known of the others, is not recorded.
            let _ = self.nia.program.api_post(&path, &entry);
        }
        Ok(())
    }

    fn confirmed(&mut self, played: &mut Played) -> Result<()> {
        for person in played.people.clone() {
            let page = self.amir.program.api(&format!("/results/{}/relatives/{person}", played.result))?;
            let owns: Vec<String> = list_of(&page, "results")?
                .iter()
                .filter_map(|one| text_of(one, "relative_result").ok())
                .collect();
            for own in owns {
                if self
                    .amir
                    .program
                    .api_post(&format!("/relative-results/{own}/confirm"), &json!({"twin_reason": ""}))
                    .is_ok()
                {
                    let told =
                        json!({"told": "spoken", "telling_words": "Told by telephone what the test said."});
                    let _ = self.nia.program.api_post(&format!("/relative-results/{own}/told"), &told);
                }
            }
        }
        Ok(())
    }

    fn settled(&mut self, played: &mut Played) -> Result<()> {
        let states = self.states(played)?;
        let settles = [
            "proband_tells",
            "sent",
            "wants_appointment",
            "wants_time",
            "already_tested",
            "question_answered",
            "tested",
        ];
        let tasks: Vec<String> = played.tasks.iter().flatten().chain(&played.others).cloned().collect();
        for task in tasks {
            if states.get(&task).is_some_and(|state| settles.contains(&state.as_str())) {
                let _ = self.nia.program.api_post(&format!("/tasks/{task}/settle"), &json!({}));
            }
        }
        let _ = self.nia.program.api_post(&format!("/results/{}/close", played.result), &json!({}));
        Ok(())
    }
}

/// The report with the proband's number and sex.
fn with_patient(report: &[u8], number: &str, woman: bool) -> Result<Vec<u8>> {
    let mut bundle: Value = serde_json::from_slice(report).map_err(Error::inner)?;
    let entries = bundle.get_mut("entry").and_then(Value::as_array_mut);
    for resource in entries.into_iter().flatten().filter_map(|entry| entry.get_mut("resource")) {
        let Some(resource) = resource.as_object_mut() else { continue };
        if resource.get("resourceType").and_then(Value::as_str) == Some("Patient") {
            let identifier = json!([{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": number}]);
            resource.insert("identifier".into(), identifier);
            resource.insert("gender".into(), if woman { "female" } else { "male" }.into());
        }
    }
    serde_json::to_vec(&bundle).map_err(Error::inner)
}
