//! An address that must not be printed (H-10): refused at the draft, at the approval and again at the last moment.
//! Must not know: why it must not.

use crate::support::{
    World,
    cases::{AUNT, Case},
};
use diesel::RunQueryDsl;
use serde_json::{Value, json};

fn sql(world: &World, text: &str) {
    world.house.db.write(|conn| Ok(diesel::sql_query(text).execute(conn)?)).unwrap();
}

/// How the aunt is reached, with what is said of printing.
fn contact(case: &mut Case, printing: Option<&str>) -> kinward::error::Result<Value> {
    let path = format!("/people/{}/contact", case.people[0]);
    let mut entry =
        json!({"address": "9 Larch Close\nStroud", "postcode": "GL5 1AA", "source": "Told by her"});
    if let Some(printing) = printing {
        entry["printing"] = printing.into();
    }
    case.counsellor.program.api_post(&path, &entry)
}

#[test]
fn a_restricted_address_stops_what_is_on_its_way_and_takes_no_letter() {
    let world = World::new(871);
    let mut case = Case::new(&world, &[AUNT]);
    contact(&mut case, None).unwrap();
    case.agree(0, "L2");
    let letter = case.approved(0, "L2");
    contact(&mut case, Some("never")).unwrap();
    let stopped = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
    assert_eq!((stopped["state"].as_str(), world.send()), (Some("stopped"), 0));
    assert!(stopped["ended_why"].as_str().unwrap().contains("must not be printed"));
    let task = case.tasks[0].clone();
    let refused = case.counsellor.letter_draft(&task, "L2").unwrap_err();
    assert!(refused.public().contains("must not be printed"), "{refused}");
    // A form from before, or a program that says nothing of it, does not lift it; nor does whoever may not.
    contact(&mut case, None).unwrap();
    assert!(case.counsellor.letter_draft(&task, "L2").is_err());
    let page = format!("/people/{}", case.people[0]);
    let html = case.counsellor.browser.page(&page).unwrap();
    assert!(
        html.contains("This address must not be printed") && html.contains("value=\"never\" selected"),
        "{html}"
    );
    assert!(contact(&mut case, Some("allowed")).unwrap_err().public().contains("safety.release"));
    let entry = json!({"address": "9 Larch Close\nStroud", "postcode": "GL5 1AA", "source": "Told by her", "printing": "allowed"});
    case.clinician.program.api_post(&format!("{page}/contact"), &entry).unwrap();
    case.approved(0, "L2");
    assert_eq!((world.send(), world.left_the_house("letters").len()), (1, 1));
}

#[test]
fn approval_and_the_last_moment_ask_again() {
    let world = World::new(872);
    let mut case = Case::new(&world, &[AUNT]);
    let person = case.people[0].clone();
    // Past the acts that stop a letter at once: a row is put back, as a restored copy or a fault of ours would.
    let keep = |name: &str| {
        sql(
            &world,
            &format!("CREATE TABLE kept_{name} AS SELECT sealed FROM contacts WHERE person_id = '{person}'"),
        );
    };
    let put_back = |name: &str| {
        sql(
            &world,
            &format!(
                "UPDATE contacts SET sealed = (SELECT sealed FROM kept_{name}) WHERE person_id = '{person}'"
            ),
        );
    };
    contact(&mut case, Some("allowed")).unwrap();
    keep("allowed");
    contact(&mut case, Some("never")).unwrap();
    keep("never");
    put_back("allowed");
    case.agree(0, "L2");
    let letter = case.counsellor.letter_draft(&case.tasks[0].clone(), "L2").unwrap();
    case.counsellor.letter_submit(&letter).unwrap();
    put_back("never");
    let refused = case.clinician.letter_approve(&letter).unwrap_err();
    assert!(refused.public().contains("must not be printed"), "{refused}");
    put_back("allowed");
    case.clinician.letter_approve(&letter).unwrap();
    put_back("never");
    assert_eq!(world.send(), 0);
    let stopped = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
    assert!(stopped["ended_why"].as_str().unwrap().contains("must not be printed"));
    assert!(world.left_the_house("letters").is_empty() && world.left_the_house("print").is_empty());
}
