//! The register of objections, its chart, and the inquiry that a signal opens.
//! Must not know: how limits are reckoned; src/clinic/report/xmr.rs has that by hand.

use crate::{
    people::told,
    queues::compare,
    separation::relatives_house,
    support::{
        World,
        cases::{AUNT, Case, SISTER},
    },
};
use diesel::{QueryDsl, RunQueryDsl};
use kinward::{
    audit::{self, Deed},
    clinic::report::inquiry::inquiries,
    config::Wing,
    demo::{
        clinic,
        people::{AtWork, letter_open, list_of, reply, text_of},
    },
};
use serde_json::{Value, json};
use std::sync::Arc;

impl World {
    fn sql(&self, statements: &[String]) {
        self.house
            .db
            .write(|conn| {
                for statement in statements {
                    diesel::sql_query(statement).execute(conn).unwrap_or_else(|e| panic!("{statement}: {e}"));
                }
                Ok(())
            })
            .unwrap();
    }

    /// Months of letters that left and objections that came, put in by hand: the newest is the month before this one.
    fn months_planted(&self, case: &Case, objections: &[usize]) {
        let (mut statements, mut number) = (Vec::new(), 0);
        let months = (0..).map(|back: usize| 2026 * 12 + 9 - back).take(objections.len());
        for (month, count) in months.zip(objections.iter().rev()) {
            let day = format!("{}-{:02}-15 10:00:00", month / 12, month % 12 + 1);
            for place in 0..10 {
                number += 1;
                let id = |kind: u8| format!("{number:08x}-0000-4000-8000-00000000000{kind}");
                statements.push(format!(
                    "INSERT INTO invitations (id, service_id, task_ref, code_hash, state, reading, wrong_dates, created_at, ends_on, holder_ref, sealed) \
                     SELECT '{}', service_id, task_ref, 'planted {number}', state, reading, wrong_dates, created_at, ends_on, holder_ref, sealed FROM invitations WHERE code_hash NOT LIKE 'planted%'",
                    id(1)
                ));
                statements.push(format!(
                    "INSERT INTO posts (id, service_id, invitation_id, channel, pdf_sha256, state, attempts, not_before, queued_at, changed_at) \
                     VALUES ('{}', '{}', '{}', 'paper', '', 'accepted', 1, '{day}', '{day}', '{day}')",
                    id(2), self.service.id, id(1)
                ));
                if place < *count {
                    statements.push(format!(
                        "INSERT INTO objections (id, service_id, person_id, scope, source, at) VALUES ('{}', '{}', '{}', 'self', 'portal', '{day}')",
                        id(3), self.service.id, case.people.last().unwrap()
                    ));
                }
            }
        }
        self.sql(&statements);
    }
}

fn objects(work: &mut AtWork, task: &str) {
    let page = format!("/tasks/{task}");
    work.browser.done(&page, &format!("{page}/object"), &[("scope", "self")]).unwrap();
}

fn listed(work: &mut AtWork) -> Vec<Value> {
    list_of(&work.program.api("/objections").unwrap(), "inquiries").unwrap().clone()
}

#[test]
fn the_register_names_nobody_and_a_family_only_to_those_who_have_to_do_with_it() {
    let world = World::new(1321);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let code = case.sent(&world, 0, "L2");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    reply(&mut browser, "not_know", &[]).unwrap();
    let aunt = case.tasks[1].clone();
    objects(&mut case.counsellor, &aunt);
    let mut guardian = world.at_work("ruth.adeyemi");
    let facts = guardian.program.api("/objections").unwrap();
    let entries = list_of(&facts, "entries").unwrap();
    assert_eq!(entries.len(), 2);
    assert!(entries.iter().all(|one| one["family"] == "Another family" && one["objection"].is_null()));
    let came: Vec<&str> = entries.iter().map(|one| one["came"].as_str().unwrap()).collect();
    assert!(came.contains(&"Online, by the person") && came.contains(&"Recorded by staff"), "{came:?}");
    let related = case.clinician.program.api("/objections").unwrap();
    let entry = &list_of(&related, "entries").unwrap()[0];
    assert_eq!(entry["family"], case.reference.as_str());
    assert_eq!(
        (entry["at"].as_str(), entry["state"].as_str()),
        (Some("23 November 2026"), Some("Holds; waits to be seen"))
    );
    for work in [&mut guardian, &mut case.clinician] {
        let page = work.browser.page("/objections").unwrap();
        for name in ["Tamsin", "Wray", "Ottilie", "Farr"] {
            assert!(!page.contains(name), "{name}");
        }
    }
    // Seen, and then taken back by the relative herself.
    for entry in list_of(&related, "entries").unwrap() {
        let id = text_of(entry, "objection").unwrap();
        case.counsellor.program.api_post(&format!("/objections/{id}/seen"), &json!({})).unwrap();
    }
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    reply(&mut browser, "appointment", &[("by", "phone")]).unwrap();
    let facts = guardian.program.api("/objections").unwrap();
    let mut states: Vec<&str> =
        list_of(&facts, "entries").unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    states.sort_unstable();
    assert_eq!(states, ["Holds", "The person has come back"]);
    assert_eq!(told(&mut case.counsellor, "/objections", &json!({})).0, 405);
    assert_eq!(case.counsellor.browser.get("/objections").unwrap().status, 403);
}

/// The queues hold what the states ask for; objections that were planted as long past have no item, and nobody else lacks one.
fn queues_hold(world: &World) {
    let (missing, extra) = compare(world);
    let real: Vec<_> = missing.iter().filter(|(_, _, id)| !id.contains("-0000-4000-8000-")).collect();
    assert!(real.is_empty() && extra.is_empty(), "{real:?} {extra:?}");
}

#[test]
fn a_month_that_stands_out_opens_one_inquiry_that_asks_first_how_notice_was_given() {
    let world = World::new(1322);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    case.sent(&world, 0, "L2");
    world.months_planted(&case, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 10]);
    assert!(listed(&mut case.clinician).is_empty(), "looking at the chart opens nothing");
    let (sister, aunt) = (case.tasks[0].clone(), case.tasks[1].clone());
    objects(&mut case.counsellor, &sister);
    let open = listed(&mut case.clinician);
    assert_eq!(open.len(), 1, "{open:?}");
    assert_eq!((open[0]["month"].as_str(), open[0]["open"].as_bool()), (Some("October 2026"), Some(true)));
    objects(&mut case.counsellor, &aunt);
    assert_eq!(listed(&mut case.clinician).len(), 1, "once for a month and a signal");
    let page = case.clinician.browser.page("/objections").unwrap();
    assert!(page.contains("One month stands out: October 2026."), "{page}");
    assert!(page.contains("Counts are small") && page.contains("<title id=\"chart-title\">"), "{page}");
    assert_eq!(page.matches("class=\"kw-chart__signal\"").count(), 1);
    assert_eq!(page.matches("class=\"kw-chart__point\"").count(), 12);
    assert!(page.contains("<th class=\"nhsuk-table__header\" scope=\"row\">October 2026</th>"));

    // It is in its queue, for those who may answer; taking it leads to its page.
    let queue = case.clinician.program.api("/queues/inquiries").unwrap();
    let item = text_of(&list_of(&queue, "items").unwrap()[0], "id").unwrap();
    queues_hold(&world);
    let inquiry = format!("/inquiries/{}", text_of(&open[0], "inquiry").unwrap());
    let led = case.clinician.browser.done("/queues", &format!("/work/{item}/take"), &[]).unwrap();
    assert_eq!(led, inquiry);
    assert_eq!(case.counsellor.browser.get(&inquiry).unwrap().status, 403);
    let form = case.clinician.browser.page(&inquiry).unwrap();
    let first = form.split("<label").nth(1).unwrap().split("</label>").next().unwrap();
    assert!(first.ends_with("How was notice given?"), "{first}");
    assert!(form.contains("above the upper limit"), "{form}");

    let close = format!("{inquiry}/close");
    let answers =
        json!({"notice_given": "  ", "found": "A new template.", "changed": "The old one is back."});
    let (status, facts) = told(&mut case.clinician, &close, &answers);
    assert_eq!((status, facts["field"].as_str()), (422, Some("notice_given")));
    let fields = [
        ("notice_given", "By telephone, and since August not at all. Vermilion."),
        ("found", "A new template said nothing of saying no."),
        ("changed", "The sentence is back."),
    ];
    case.clinician.browser.done(&inquiry, &close, &fields).unwrap();
    let mut guardian = world.at_work("ruth.adeyemi");
    let read = guardian.browser.page(&inquiry).unwrap();
    assert!(
        read.contains("since August not at all")
            && read.contains("Dr Amir Rahman")
            && !read.contains("<textarea")
    );
    assert_eq!(
        told(&mut guardian, &close, &json!({"notice_given": "abc", "found": "abc", "changed": "abc"})).0,
        409
    );
    assert_eq!(listed(&mut guardian)[0]["open"], false);
    queues_hold(&world);
    let rows = world.house.db.read(|conn| audit::of_service(conn, world.service.id)).unwrap();
    for deed in [Deed::InquiryOpened, Deed::InquiryRead, Deed::InquiryClosed] {
        assert!(rows.iter().any(|row| row.deed == deed.as_str() && row.object_kind == "inquiry"), "{deed}");
    }
    assert!(!rows.iter().any(|row| serde_json::to_string(row).unwrap().contains("Vermilion")));
    assert_eq!(guardian.browser.get("/inquiries/00000000-0000-4000-8000-000000000000").unwrap().status, 404);
}

#[test]
fn a_relative_who_objects_opens_it_too_with_the_least_authority_there_is() {
    let world = World::new(1325);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let code = case.sent(&world, 0, "L2");
    world.months_planted(&case, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 10]);
    let (socket, address) = clinic::listen(0).unwrap();
    let house = Arc::new(relatives_house(&world, &address));
    let _serving = clinic::serve_wing(house, Wing::Relative, socket, 2).unwrap();
    let (mut browser, _) = letter_open(&address, &code, SISTER.born).unwrap();
    reply(&mut browser, "not_know", &[]).unwrap();
    let open = listed(&mut case.clinician);
    assert_eq!(open.len(), 1, "{open:?}");
    // And staff write down under a key of its own what the relatives' process could not have made.
    let close = format!("/inquiries/{}/close", text_of(&open[0], "inquiry").unwrap());
    let answers = json!({"notice_given": "By letter.", "found": "Nothing.", "changed": "Nothing."});
    assert_eq!(told(&mut case.clinician, &close, &answers).0, 200);
}

#[test]
fn where_months_are_alike_or_few_nothing_is_opened() {
    let world = World::new(1323);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    case.sent(&world, 0, "L2");
    world.months_planted(&case, &[1, 9]);
    let sister = case.tasks[0].clone();
    objects(&mut case.counsellor, &sister);
    assert!(listed(&mut case.clinician).is_empty());
    let page = case.clinician.browser.page("/objections").unwrap();
    assert!(
        page.contains("There are 2 whole months with letters so far. Limits are drawn from 12 on."),
        "{page}"
    );
}

#[test]
fn what_is_found_out_is_sealed_where_it_lies() {
    let world = World::new(1324);
    let mut case = Case::new(&world, &[SISTER]);
    case.sent(&world, 0, "L2");
    world.months_planted(&case, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 10]);
    let sister = case.tasks[0].clone();
    objects(&mut case.counsellor, &sister);
    let id = text_of(&listed(&mut case.clinician)[0], "inquiry").unwrap();
    let answers =
        json!({"notice_given": "Vermilion letters.", "found": "Vermilion.", "changed": "Vermilion."});
    case.clinician.program.api_post(&format!("/inquiries/{id}/close"), &answers).unwrap();
    let facts = case.clinician.program.api(&format!("/inquiries/{id}")).unwrap();
    assert_eq!(facts["found"]["found"], "Vermilion.");
    let stored: Option<Vec<u8>> =
        world.house.db.read(|conn| Ok(inquiries::table.select(inquiries::sealed).first(conn)?)).unwrap();
    let stored = stored.unwrap();
    assert!(stored.len() > 60 && !stored.windows(9).any(|run| run == b"Vermilion"));
}
