//! What a service learns from its decisions: numbers without people in them, the chart of objections, extracts.
//! Must not know: how anything is counted, except where a test says what the count must be.

mod extract;
mod objections;

use crate::support::{
    World,
    cases::{AUNT, BROTHER, Case, SISTER},
};
use kinward::{
    access::{
        Role,
        staff::{StaffOpening, staff_add, staff_by_username},
    },
    audit::{self, Act, ActorKind, Deed},
    clinic::report::{
        executed::{Executed, executed},
        measures::report_read,
        month::Month,
        opened::weighings,
        standing::{Standing, standing},
    },
    demo::{
        clinic::{password, trained},
        people::{AtWork, list_of, weighed},
    },
    error::Result,
};
use serde_json::{Value, json};

const INFORMED: &[&str] = &["benefits", "side_effects", "mostly_general", "tailorable"];

impl World {
    /// As an act of the command line, which leaves a row of its own.
    fn counted<T>(&self, count: impl FnOnce(&mut Act<'_>) -> Result<T>) -> T {
        let counted = |act: &mut Act<'_>| {
            let value = count(act)?;
            act.record(Deed::WorkDone, ("service", "counted"), None, "")?;
            Ok(value)
        };
        self.house.act_as(ActorKind::CommandLine, "test", self.service.id, counted).unwrap()
    }

    fn stands(&self) -> (u64, u64, u64) {
        let Standing { refused, undecided, uninformed } = self.counted(standing);
        (refused, undecided, uninformed)
    }

    fn came_of(&self) -> Vec<Executed> {
        self.counted(|act| {
            let this = Month::of(act.at.date());
            let decided = weighings(act, this.earlier(24), this)?;
            Ok(executed(act, &decided)?.into_iter().map(|(came, _)| came).collect())
        })
    }
}

fn clinician_added(world: &World, username: &str) -> AtWork {
    let opening = StaffOpening {
        username: username.into(),
        display_name: "Lee Outside".into(),
        job_title: "Clinical geneticist".into(),
        password: password(),
        roles: vec![Role::Clinician],
    };
    let added = |act: &mut Act<'_>| staff_add(act, opening).and_then(|id| trained(act, id));
    world.house.act_as(ActorKind::CommandLine, "test", world.service.id, added).unwrap();
    world.at_work(username)
}

fn refuses(work: &mut AtWork, task: &str, heard: &[&str]) {
    let said = json!({"stance": "refused", "words": "Not after Quillon Street.",
        "refusal_reasons": ["conflict"], "heard": heard});
    work.program.api_post(&format!("/tasks/{task}/consent"), &said).unwrap();
}

fn declines(work: &mut AtWork, task: &str, reasons: &[&str]) {
    let decision =
        weighed(json!({"model": "individual", "outcome": "declined", "level": "L1", "reasons": reasons,
        "harm_if_not_shared": "Zephyrine would not hear.", "harm_if_shared": "Zephyrine would be hurt.",
        "steps_tried": "Zephyrine.", "adviser": "Zephyrine.", "proband_informed": "Zephyrine."}));
    work.program.api_post(&format!("/tasks/{task}/decision"), &decision).unwrap();
}

fn line<'a>(report: &'a Value, list: &str, name: &str, of: &str) -> &'a Value {
    list_of(report, list)
        .unwrap()
        .iter()
        .find(|line| line[name] == of)
        .unwrap_or_else(|| panic!("{of}: {report}"))
}

/// Seven decisions of one clinician: six declined, three of them because the two cannot be told apart; one applied.
fn decided(world: &World) -> Case {
    let mut case = Case::new(world, &[SISTER, AUNT]);
    let (sister, aunt) = (case.tasks[0].clone(), case.tasks[1].clone());
    for task in [&sister, &aunt] {
        refuses(&mut case.counsellor, task, &[]);
    }
    for place in 0..6 {
        declines(&mut case.clinician, &sister, if place < 3 { &["RL1", "RL2"] } else { &["RL2"] });
    }
    case.clinician.decision(&aunt, "applied", "L1", &["A1", "RL2"]).unwrap();
    case
}

#[test]
fn reasons_are_counted_by_code_category_side_and_month_and_small_numbers_are_hidden() {
    let world = World::new(1301);
    decided(&world);
    let mut guardian = world.at_work("ruth.adeyemi");
    let report = guardian.program.api("/reports").unwrap();
    let words = |value: &Value| value["words"].as_str().unwrap().to_owned();
    assert_eq!(report["total"]["declined"]["count"], 6);
    assert_eq!(words(&report["total"]["applied"]), "fewer than 5");
    assert!(report["total"]["applied"]["count"].is_null(), "a hidden number is not in what a program gets");
    assert_eq!(words(&line(&report, "reasons", "code", "RL1")["given"]), "fewer than 5");
    assert_eq!(words(&line(&report, "reasons", "code", "A2")["given"]), "0");
    // RL1 is of both categories: structures has it alone, and relationships would tell it with RL2 beside.
    assert_eq!(words(&line(&report, "categories", "category", "structures")["given"]), "fewer than 5");
    assert_eq!(words(&line(&report, "reasons", "code", "RL2")["given"]), "not shown");
    assert_eq!(line(&report, "categories", "category", "relationships")["given"]["count"], 10);
    let month = line(&report, "months", "month", "2026-11");
    assert_eq!(
        (month["declined"]["count"].as_u64(), month["against"]["count"].as_u64()),
        (Some(6), Some(10))
    );
    assert_eq!(words(&month["for"]), "fewer than 5");
    assert_eq!(list_of(&report, "months").unwrap().len(), 12);
    // Every decision graded both: seven of each, and a grade nobody gave is none.
    assert_eq!(line(&report, "grades", "grade", "Slight")["shared"]["count"], 0);
    assert_ne!(
        line(&report, "grades", "grade", "Severe")["not_shared"]["count"],
        7,
        "it would tell the one applied"
    );
    let page = guardian.browser.page("/reports").unwrap();
    assert!(page.contains("fewer than 5") && page.contains("not shown") && page.contains("RL1"), "{page}");
    for word in ["Zephyrine", "Quillon", "Wray", "Farr", "Ashdown", "Rahman", "KW-"] {
        assert!(!page.contains(word) && !report.to_string().contains(word), "{word}");
    }
}

#[test]
fn a_period_is_chosen_by_its_months_and_wrong_ones_are_refused() {
    let world = World::new(1302);
    decided(&world);
    world.clock.advance_days(40);
    let mut clinician = world.clinician();
    let now = clinician.program.api("/reports?from=2026-12&to=2027-01").unwrap();
    assert_eq!(now["total"]["declined"]["count"], 0);
    assert_eq!((now["from"].as_str(), now["to"].as_str()), (Some("2026-12"), Some("2027-01")));
    let before = clinician.program.api("/reports?from=1999-01&to=2026-11").unwrap();
    assert_eq!(
        (before["from"].as_str(), before["total"]["declined"]["count"].as_u64()),
        (Some("2026-11"), Some(6))
    );
    let page = clinician.browser.page("/reports?from=2026-12&to=2027-01").unwrap();
    assert!(page.contains("<option value=\"2026-12\" selected>December 2026</option>"), "{page}");
    for wrong in ["?from=2027-01&to=2026-11", "?from=now", "?to=2026-13", "?from=2026-11-01"] {
        assert_eq!(clinician.browser.get(&format!("/reports{wrong}")).unwrap().status, 422, "{wrong}");
    }
}

#[test]
fn the_table_for_a_spreadsheet_says_what_the_page_says() {
    let world = World::new(1303);
    decided(&world);
    let mut guardian = world.at_work("ruth.adeyemi");
    let seen = guardian.browser.get("/reports.csv?from=2026-11&to=2026-11").unwrap();
    assert!(seen.header("content-type").unwrap().starts_with("text/csv"));
    assert!(seen.header("content-disposition").unwrap().contains("decisions-2026-11-2026-11.csv"));
    let text = seen.text();
    for line in [
        "section,item,measure,number",
        "decisions,2026-11 to 2026-11,declined,6",
        "reasons by code,RL1,times given,fewer than 5",
        "reasons by code,RL2,times given,not shown",
        "by professional,A colleague (1),declined,6",
    ] {
        assert!(text.contains(&format!("{line}\r\n")), "{line}: {text}");
    }
}

#[test]
fn whoever_decided_less_than_five_times_is_not_listed_and_nobody_is_named() {
    let world = World::new(1304);
    let case = decided(&world);
    let mut clinician = world.clinician();
    let report = clinician.program.api("/reports").unwrap();
    let listed = list_of(&report, "professionals").unwrap();
    assert_eq!((listed.len(), listed[0]["who"].as_str()), (1, Some("You")));
    assert_eq!(report["some_not_listed"], false);
    let mut colleague = clinician_added(&world, "lee.outside");
    colleague.family_claim(&case.reference, "asked for a second opinion").unwrap();
    declines(&mut colleague, &case.tasks[0], &["X1"]);
    let report = clinician.program.api("/reports").unwrap();
    let listed = list_of(&report, "professionals").unwrap();
    assert_eq!((listed.len(), report["some_not_listed"].as_bool()), (1, Some(true)));
    // Seven declined, six by one: either number with the other would tell what the colleague did.
    let both = listed[0]["declined"]["count"].is_u64() && report["total"]["declined"]["count"].is_u64();
    assert!(!both, "{report}");
}

#[test]
fn reading_is_on_the_record_and_asks_no_more_often_for_many_families_than_for_one() {
    let world = World::new(1305);
    let statements = |work: &mut AtWork| {
        work.browser.page("/reports").unwrap();
        world.house.db.recorder().start();
        work.browser.page("/reports").unwrap();
        world.house.db.recorder().take().len()
    };
    let family = |number: usize| {
        let mut case = Case::with(&world, &crate::queues::numbered(number), &[SISTER]);
        let task = case.tasks[0].clone();
        refuses(&mut case.counsellor, &task, &[]);
        declines(&mut case.clinician, &task, &["RL2"]);
    };
    let mut guardian = world.at_work("ruth.adeyemi");
    family(1);
    let one = statements(&mut guardian);
    (2..=6).for_each(family);
    assert!(one > 5, "nothing was heard: {one}");
    assert_eq!(statements(&mut guardian), one);
    let report = guardian.program.api("/reports").unwrap();
    assert_eq!(report["total"]["declined"]["count"], 6, "of families the reader has nothing to do with");
    let rows = world.house.db.read(|conn| audit::of_service(conn, world.service.id)).unwrap();
    let last = rows.last().unwrap();
    assert_eq!((last.deed.as_str(), last.note.as_str()), (Deed::MeasuresRead.as_str(), "2025-12 to 2026-11"));
    assert!(last.actor_kind == "staff" && last.family_id.is_none());
    assert!(
        !rows.iter().any(|row| row.deed == Deed::DecisionRead.as_str()),
        "no family's reasons were shown"
    );
}

#[test]
fn a_no_or_a_silence_that_nobody_weighs_is_counted_once_the_timer_has_run_out() {
    let world = World::new(1306);
    let mut case = Case::new(&world, &[SISTER, AUNT, BROTHER]);
    let (sister, aunt, brother) = (case.tasks[0].clone(), case.tasks[1].clone(), case.tasks[2].clone());
    refuses(&mut case.counsellor, &sister, INFORMED);
    refuses(&mut case.counsellor, &aunt, &["benefits"]);
    case.counsellor.consent(&brother, "thinking", "L1", "I do not know yet.").unwrap();
    assert_eq!(world.stands(), (0, 0, 1), "an uninformed refusal counts at once");
    // Ten working days after Monday 23 November are over with Monday 7 December.
    world.clock.advance_days(14);
    assert_eq!(world.stands(), (0, 0, 1));
    world.clock.advance_days(1);
    assert_eq!(world.stands(), (2, 1, 1));
    let mut clinician = world.clinician();
    declines(&mut clinician, &sister, &["RL2"]);
    assert_eq!(world.stands(), (1, 1, 1));
    declines(&mut clinician, &aunt, &["RL2"]);
    assert_eq!(world.stands(), (0, 1, 1), "weighed, and still uninformed");
    let mut counsellor = world.counsellor();
    counsellor.consent(&brother, "given", "L1", "Yes, write.").unwrap();
    refuses(&mut counsellor, &aunt, INFORMED);
    assert_eq!(world.stands(), (0, 0, 0), "said anew, and knowing what it is about");
    let mut guardian = world.at_work("ruth.adeyemi");
    let page = guardian.browser.page("/reports").unwrap();
    assert!(page.contains("Confidentiality without a balance"), "{page}");
}

#[test]
fn a_decision_is_done_by_its_day_or_late_or_not_yet_or_set_aside() {
    let world = World::new(1307);
    let mut case = Case::new(&world, &[SISTER, AUNT, BROTHER]);
    for task in case.tasks.clone() {
        refuses(&mut case.counsellor, &task, INFORMED);
        case.clinician.decision(&task, "applied", "L0", &["A1"]).unwrap();
    }
    assert_eq!(world.came_of(), [Executed::NotDue; 3]);
    case.approved(0, "L0");
    case.cooled(&world);
    world.send();
    let counts = |world: &World| {
        let came = world.came_of();
        [Executed::InTime, Executed::Late, Executed::NotDone, Executed::NotDue, Executed::FellAway]
            .map(|one| came.iter().filter(|other| **other == one).count())
    };
    assert_eq!(counts(&world), [1, 0, 0, 2, 0]);
    world.clock.advance_days(15);
    assert_eq!(counts(&world), [1, 0, 2, 0, 0], "fourteen days without another day named");
    (case.counsellor, case.clinician) = (world.counsellor(), world.clinician());
    case.approved(1, "L0");
    world.send();
    assert_eq!(counts(&world), [1, 1, 1, 0, 0]);
    let brother = case.tasks[2].clone();
    refuses(&mut case.counsellor, &brother, INFORMED);
    assert_eq!(counts(&world), [1, 1, 0, 0, 1], "a new word of the proband sets it aside");
}

#[test]
fn what_is_counted_for_the_page_is_all_that_comes_out() {
    let world = World::new(1308);
    decided(&world);
    let amir = world.house.db.read(|conn| staff_by_username(conn, "amir.rahman")).unwrap().unwrap();
    let report = world.counted(|act| {
        let this = Month::of(act.at.date());
        report_read(act, amir.id, this, this)
    });
    let text = serde_json::to_string(&report).unwrap();
    assert!(!text.contains("Zephyrine") && !text.contains(amir.id.as_str()), "{text}");
}
