//! Families that many tests begin with: a result separated and told, relatives on the list, a letter on its way.
//! Must not know: what is tested with them.

use super::{TODAY, World};
use kinward::demo::people::{AtWork, Kin, proband_of, text_of};

pub fn report(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/data/reports/{name}.json", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

pub const SISTER: Kin = Kin {
    relation: "sister",
    given: "Tamsin",
    family: "Wray",
    born: ("1964", "2", "17"),
    email: Some("tamsin.wray@mail.example"),
};
pub const AUNT: Kin = Kin {
    relation: "mother's sister",
    given: "Ottilie",
    family: "Farr",
    born: ("1941", "8", "5"),
    email: None,
};

pub const BROTHER: Kin =
    Kin { relation: "brother", given: "Corwin", family: "Wray", born: ("1961", "6", "30"), email: None };

/// A family whose list of relatives at risk is confirmed.
pub struct Case {
    pub counsellor: AtWork,
    pub clinician: AtWork,
    pub result: String,
    pub family: String,
    pub reference: String,
    /// One per relative, in the order given.
    pub people: Vec<String>,
    pub tasks: Vec<String>,
}

impl Case {
    /// BRCA2, the given relatives.
    pub fn new(world: &World, relatives: &[Kin]) -> Self {
        Self::with(world, &report("brca2_germline"), relatives)
    }

    pub fn with(world: &World, bytes: &[u8], relatives: &[Kin]) -> Self {
        Self::of(world, bytes, "breast_ovarian", relatives)
    }

    /// A family with another condition.
    pub fn of(world: &World, bytes: &[u8], condition: &str, relatives: &[Kin]) -> Self {
        let mut counsellor = world.counsellor();
        let mut clinician = world.clinician();
        let result = counsellor.report_upload(bytes).unwrap().unwrap();
        let page = counsellor.result(&result).unwrap();
        counsellor.findings_mark(&result, &page).unwrap();
        counsellor.result_separate(&result, condition, "autosomal_dominant", "R242").unwrap();
        counsellor.conversation(&result, "at_result", TODAY, "Yes, they should know.").unwrap();
        let (family, proband) =
            (text_of(&page, "family").unwrap(), text_of(proband_of(&page).unwrap(), "person").unwrap());
        let reference = text_of(&page, "family_reference").unwrap();
        let people: Vec<String> = relatives
            .iter()
            .map(|kin| counsellor.relative_add(&family, &proband, kin, TODAY).unwrap())
            .collect();
        let listed = counsellor.at_risk_confirm(&result).unwrap();
        let tasks = people
            .iter()
            .map(|person| listed.iter().find(|(of, _)| of == person).map(|(_, task)| task.clone()).unwrap())
            .collect();
        clinician.family_claim(&reference, "asked to approve letters").unwrap();
        Self { counsellor, clinician, result, family, reference, people, tasks }
    }

    pub fn agree(&mut self, place: usize, level: &str) {
        let task = self.tasks[place].clone();
        self.counsellor.consent(&task, "given", level, "Yes, write to her.").unwrap();
    }

    /// A letter drafted by the counsellor and approved by the clinician; its id.
    pub fn approved(&mut self, place: usize, level: &str) -> String {
        let task = self.tasks[place].clone();
        let letter = self.counsellor.letter_draft(&task, level).unwrap();
        self.counsellor.letter_submit(&letter).unwrap();
        self.clinician.letter_approve(&letter).unwrap();
        letter
    }

    /// A letter that has gone, and its code.
    pub fn sent(&mut self, world: &World, place: usize, level: &str) -> String {
        self.agree(place, level);
        let letter = self.approved(place, level);
        world.send();
        kinward::demo::code_of(&mut self.counsellor, &letter).unwrap()
    }

    /// The wait after a decision is over; both have signed in again, because it was longer than a day's work.
    pub fn cooled(&mut self, world: &World) {
        world.cooled();
        (self.counsellor, self.clinician) = (world.counsellor(), world.clinician());
    }

    pub fn state(&mut self, place: usize) -> String {
        let task = self.tasks[place].clone();
        self.counsellor.task_state(&task).unwrap()
    }
}
