//! What follows a letter that nobody answered: one reminder, then a closing letter, and no more.
//! Must not know: rows.

use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use kinward::demo::people::{letter_open, reply};

fn later(world: &World, case: &mut Case, days: i64) {
    world.clock.advance_days(days);
    (case.counsellor, case.clinician) = (world.counsellor(), world.clinician());
}

fn follow(case: &mut Case) -> Result<String, String> {
    let page = format!("/tasks/{}", case.tasks[0]);
    let seen = case.counsellor.browser.submit(&page, &format!("{page}/follow-up"), &[]).unwrap();
    if seen.status >= 400 { Err(seen.text()) } else { Ok(seen.text()) }
}

fn letters(world: &World) -> usize {
    world.left_the_house("letters").len()
}

#[test]
fn one_reminder_then_a_closing_letter_and_no_more() {
    let world = World::new(831);
    let mut case = Case::new(&world, &[AUNT]);
    case.sent(&world, 0, "L2");
    assert!(follow(&mut case).unwrap_err().contains("too early"));
    later(&world, &mut case, 42);
    // It is looked at before it goes, and looking sends nothing.
    let page = format!("/tasks/{}/follow-up", case.tasks[0]);
    let seen = case.counsellor.browser.page(&page).unwrap();
    assert!(seen.contains("We wrote to you on 23 November 2026") && seen.contains("Send it"), "{seen}");
    assert_eq!(case.counsellor.browser.get(&format!("{page}.pdf")).unwrap().status, 200);
    let task = case.counsellor.browser.page(&format!("/tasks/{}", case.tasks[0])).unwrap();
    assert!(task.contains(&page) && !task.contains("Reminder at"), "{task}");
    assert!(case.counsellor.browser.page("/queues/no_reply").unwrap().contains(&case.reference));
    follow(&mut case).unwrap();
    assert!(follow(&mut case).is_err(), "one that is on its way is waited for");
    world.send();
    assert_eq!((letters(&world), case.state(0).as_str()), (2, "sent"));
    assert!(follow(&mut case).unwrap_err().contains("too early"));
    later(&world, &mut case, 42);
    follow(&mut case).unwrap();
    world.send();
    assert_eq!((letters(&world), case.state(0).as_str()), (3, "done"));
    assert!(follow(&mut case).unwrap_err().contains("Nothing more is sent"));
}

#[test]
fn a_reminder_says_nothing_of_what_it_is_about_and_its_code_still_answers() {
    let world = World::new(832);
    let mut case = Case::new(&world, &[SISTER]);
    case.sent(&world, 0, "L2");
    later(&world, &mut case, 42);
    follow(&mut case).unwrap();
    world.send();
    let page = case.counsellor.browser.page(&format!("/tasks/{}", case.tasks[0])).unwrap();
    let reminder = page.split("href=\"/letters/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let text = case.counsellor.browser.page(&format!("/letters/{reminder}/text")).unwrap();
    for word in ["BRCA2", "gene", "cancer", "test", "condition"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    assert!(text.contains("We wrote to you on 23 November 2026"), "{text}");
    let code = kinward::demo::code_of(&mut case.counsellor, reminder).unwrap();
    let (mut browser, letter) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert!(!letter.contains("BRCA2"));
    reply(&mut browser, "appointment", &[("by", "phone")]).unwrap();
    assert_eq!(case.state(0), "wants_appointment");
    later(&world, &mut case, 90);
    assert!(follow(&mut case).is_err(), "whoever has answered is not reminded");
}

#[test]
fn what_would_stop_a_letter_stops_a_reminder() {
    let world = World::new(833);
    let mut case = Case::new(&world, &[AUNT]);
    case.sent(&world, 0, "L2");
    later(&world, &mut case, 42);
    follow(&mut case).unwrap();
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "withdrawn", "L1", "No, after all.").unwrap();
    world.send();
    assert_eq!(letters(&world), 1, "the reminder did not leave");
    assert!(follow(&mut case).is_err(), "and none can be sent without agreement");
}
