//! Stories of relatives who live elsewhere: handed with their agreement to their own service, acknowledged, chased, declined,
//! taken back, and never lost. Must not know: rows.

mod told;

use crate::{
    queues::histories::compare,
    support::{
        TODAY, World,
        cases::{AUNT, Case, SISTER, report},
    },
};
use kinward::{
    audit::{Act, ActorKind},
    clinic::cascade::listener::Cascade,
    demo::people::{last_part, letter_open, list_of, reply, text_of},
    relative::{
        delivery::{Delivery, delivery_heard},
        outbox,
    },
};
use serde_json::{Value, json};

/// A certificate of the case's result, issued now.
pub fn certificate(case: &mut Case) -> String {
    let page = format!("/results/{}/certificate", case.result);
    let done = case.counsellor.browser.done(&page, &page, &[("control", "no")]).unwrap();
    done.rsplit("#certificate-").next().unwrap().to_owned()
}

/// What is typed to hand somebody over who agreed by telephone.
fn by_phone(certificate: &str) -> Vec<(&str, &str)> {
    vec![
        ("agreed_how", "phone"),
        ("agreed_by", "themselves"),
        ("agreed_on-day", TODAY.2),
        ("agreed_on-month", TODAY.1),
        ("agreed_on-year", TODAY.0),
        ("handed_words", "Yes, tell the people in Truro, she said to Nia."),
        ("house_name", "Truro Genetics Service"),
        ("house_address", "2 Elm Road\nTruro"),
        ("house_postcode", "TR1 2BB"),
        ("house_phone", "01632 960 555"),
        ("reason", "lives_there"),
        ("certificate", certificate),
    ]
}

/// What they answered on the portal instead.
fn on_the_portal(certificate: &str) -> Vec<(&str, &str)> {
    let mut fields = by_phone(certificate);
    fields.retain(|(name, _)| !name.starts_with("agreed_") && *name != "handed_words");
    fields.push(("agreed_how", "portal"));
    fields
}

fn tried(case: &mut Case, place: usize, fields: &[(&str, &str)]) -> (u16, String) {
    let page = format!("/tasks/{}/referral", case.tasks[place]);
    let seen = case.counsellor.browser.submit(&page, &page, fields).unwrap();
    (seen.status, seen.text())
}

/// A referral of the relative at `place`, prepared; its id and that of its letter.
pub fn prepared(case: &mut Case, place: usize, fields: &[(&str, &str)]) -> (String, String) {
    let page = format!("/tasks/{}/referral", case.tasks[place]);
    let referral = last_part(&case.counsellor.browser.done(&page, &page, fields).unwrap());
    let letter = text_of(&shown(case, &referral), "letter").unwrap();
    (referral, letter)
}

/// As `prepared`, for somebody who agreed by telephone, with a certificate of its own.
pub fn prepared_by_phone(case: &mut Case, place: usize) -> (String, String) {
    let certificate = certificate(case);
    prepared(case, place, &by_phone(&certificate))
}

fn shown(case: &mut Case, referral: &str) -> Value {
    case.counsellor.program.api(&format!("/referrals/{referral}")).unwrap()
}

fn state(case: &mut Case, referral: &str) -> String {
    text_of(&shown(case, referral), "state").unwrap()
}

/// The second person opens the certificate, ticks it, and approves.
pub fn approved(case: &mut Case, letter: &str) {
    case.counsellor.letter_submit(letter).unwrap();
    let page = format!("/letters/{letter}");
    let seen = text_of(&case.clinician.program.api(&page).unwrap(), "certificate").unwrap();
    let pdf = case.clinician.browser.get(&format!("/certificates/{seen}/pdf")).unwrap();
    assert!(pdf.body.starts_with(b"%PDF"));
    case.clinician.browser.done(&page, &format!("{page}/approve"), &[("sheet_seen", &seen)]).unwrap();
}

fn step(case: &mut Case, referral: &str, what: &str, fields: &[(&str, &str)]) {
    let page = format!("/referrals/{referral}");
    case.counsellor.browser.done(&page, &format!("{page}/{what}"), fields).unwrap();
}

fn refused(case: &mut Case, referral: &str, what: &str, fields: &Value) -> u16 {
    let path = format!("/api/v1/referrals/{referral}/{what}");
    let body = fields.to_string();
    let seen =
        case.counsellor.program.send("POST", &path, Some("application/json"), Some(body.as_bytes())).unwrap();
    seen.status
}

const ACKNOWLEDGED: [(&str, &str); 5] = [
    ("acknowledged_by", "Dr Pascoe's secretary"),
    ("acknowledged_how", "phone"),
    ("acknowledged_on-day", TODAY.2),
    ("acknowledged_on-month", TODAY.1),
    ("acknowledged_on-year", TODAY.0),
];
const CHASED: [(&str, &str); 2] = [("chased_how", "phone"), ("chased_words", "Nobody answered.")];

/// The item of the referral in its queue: the day it is due, and who has it.
fn item(case: &mut Case) -> Option<(String, bool, Option<String>)> {
    let page = case.counsellor.program.api("/queues/referrals").unwrap();
    let items = list_of(&page, "items").unwrap().clone();
    let own = items.iter().find(|item| item["family"] == case.reference.as_str())?;
    let owner = own["owner"].as_str().map(str::to_owned);
    Some((text_of(own, "due").unwrap(), own["overdue"].as_bool().unwrap(), owner))
}

fn later(case: &mut Case, world: &World, days: i64) {
    world.clock.advance_days(days);
    (case.counsellor, case.clinician) = (world.counsellor(), world.clinician());
}

fn in_step(world: &World) {
    assert_eq!(compare(world), (vec![], vec![]));
}

/// The sister has read her letter, and asks to be seen where she lives.
fn answered_far_away(
    world: &World,
    case: &mut Case,
    hand_over: bool,
) -> (String, kinward::demo::browser::Browser) {
    let code = case.sent(world, 0, "L2");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    let mut fields = vec![("by", "phone"), ("area", "Truro")];
    if hand_over {
        fields.push(("hand_over", "yes"));
    }
    reply(&mut browser, "appointment", &fields).unwrap();
    (code, browser)
}

/// The referral has gone.
fn sent(world: &World, case: &mut Case) -> (String, String) {
    case.sent(world, 0, "L2");
    let (referral, letter) = prepared_by_phone(case, 0);
    approved(case, &letter);
    world.send();
    assert_eq!(state(case, &referral), "sent");
    (referral, letter)
}

#[test]
fn whoever_agreed_on_the_portal_is_handed_over_with_letter_and_certificate_and_is_told_once_they_are_there() {
    let world = World::new(3001);
    let mut case = Case::new(&world, &[SISTER]);
    let (_, mut browser) = answered_far_away(&world, &mut case, true);
    let task = format!("/tasks/{}", case.tasks[0]);
    let html = case.counsellor.browser.page(&task).unwrap();
    let link = format!("href=\"{task}/referral\">Hand to a service near them</a>");
    assert!(html.contains(&link) && html.contains("A service near them may be asked"), "{html}");
    let form = case.counsellor.browser.page(&format!("{task}/referral")).unwrap();
    assert!(form.contains("that a service near them may be asked") && form.contains("Truro"), "{form}");
    assert!(form.contains("No certificate of this result stands"), "{form}");
    let none = tried(&mut case, 0, &on_the_portal(""));
    assert!(none.0 == 422 && none.1.contains("Choose a certificate that stands"), "{}", none.1);
    let chosen = certificate(&mut case);
    let (referral, letter) = prepared(&mut case, 0, &on_the_portal(&chosen));
    let seen = shown(&mut case, &referral);
    assert_eq!(
        (&seen["agreed_by"], &seen["agreed_on"]),
        (&json!("The relative themselves"), &json!("23 November 2026"))
    );
    assert_eq!(item(&mut case).unwrap().2.as_deref(), Some("Nia Morgan"), "whoever began it has it");
    let text = case.counsellor.browser.page(&format!("/letters/{letter}/text")).unwrap();
    assert!(
        text.contains("Re: Tamsin Wray") && text.contains("NM_000059") && !text.contains("Ashdown"),
        "{text}"
    );
    // The second person sees the very certificate, and says so.
    case.counsellor.letter_submit(&letter).unwrap();
    let page = format!("/letters/{letter}");
    let unseen = case.clinician.browser.submit(&page, &format!("{page}/approve"), &[]).unwrap();
    assert!(unseen.status == 422 && unseen.text().contains("A certificate goes with this letter"));
    case.clinician.browser.done(&page, &format!("{page}/approve"), &[("sheet_seen", &chosen)]).unwrap();
    assert_eq!(
        refused(
            &mut case,
            &referral,
            "acknowledge",
            &json!({"acknowledged_by": "Them",
        "acknowledged_how": "phone", "acknowledged_on": "2026-11-23"})
        ),
        409,
        "nothing has left"
    );
    world.send();
    assert_eq!((state(&mut case, &referral).as_str(), case.state(0).as_str()), ("sent", "wants_appointment"));
    assert!(!browser.page("/r/back").unwrap().contains("your referral"));
    step(&mut case, &referral, "acknowledge", &ACKNOWLEDGED);
    assert_eq!((state(&mut case, &referral).as_str(), case.state(0).as_str()), ("acknowledged", "done"));
    let back = browser.page("/r/back").unwrap();
    assert!(
        back.contains("Your own service has your referral") && !back.contains("Truro Genetics"),
        "{back}"
    );
    // Half a year later somebody looks, and it is over.
    let due = item(&mut case).unwrap();
    assert!(!due.1, "{due:?}");
    later(&mut case, &world, 190);
    assert!(item(&mut case).unwrap().1, "it comes up by itself");
    step(&mut case, &referral, "look-again", &[("looked_words", "She waits for her appointment there.")]);
    assert!(!item(&mut case).unwrap().1);
    step(&mut case, &referral, "end", &[("ended_words", "Seen there; they wrote to us.")]);
    assert!(item(&mut case).is_none());
    in_step(&world);
}

#[test]
fn nobody_is_handed_over_on_anybody_elses_word() {
    let world = World::new(3002);
    let mut case = Case::new(&world, &[SISTER]);
    let _ = answered_far_away(&world, &mut case, false);
    let chosen = certificate(&mut case);
    // A place alone is no agreement, and the form does not offer it.
    let page = case.counsellor.browser.page(&format!("/tasks/{}/referral", case.tasks[0])).unwrap();
    assert!(!page.contains("value=\"portal\""), "{page}");
    let portal = tried(&mut case, 0, &on_the_portal(&chosen));
    assert!(
        portal.0 == 422 && portal.1.contains("does not say that a service near them may be asked"),
        "{}",
        portal.1
    );
    let mut other = by_phone(&chosen);
    other.retain(|(name, _)| *name != "agreed_by");
    other.push(("agreed_by", "for_them"));
    let other = tried(&mut case, 0, &other);
    assert!(other.0 == 422 && other.1.contains("Nobody agrees for somebody who is grown up"), "{}", other.1);
    for (without, says) in [
        ("agreed_how", "Choose how the relative agreed"),
        ("agreed_on-day", "agreed"),
        ("handed_words", "what they said"),
        ("house_phone", "telephone number or e-mail address"),
        ("reason", "Choose why this service"),
    ] {
        let mut fields = by_phone(&chosen);
        fields.retain(|(name, _)| *name != without);
        let seen = tried(&mut case, 0, &fields);
        assert!(seen.0 == 422 && seen.1.contains(says), "{without}: {}", seen.1);
    }
    prepared(&mut case, 0, &by_phone(&chosen));
    let twice = tried(&mut case, 0, &by_phone(&chosen));
    assert!(twice.0 == 409, "{}", twice.1);
    // By itself the letter cannot be written: nobody would wait for it.
    let houses = format!("/tasks/{}/houses", case.tasks[0]);
    let alone = [("house_kind", "other_service"), ("why", "agrees"), ("house_name", "X")];
    let alone = case.counsellor.browser.submit(&houses, &houses, &alone).unwrap();
    assert!(alone.status == 422 && alone.text().contains("by a referral"), "{}", alone.text());
    in_step(&world);
}

#[test]
fn what_nobody_acknowledges_is_chased_and_chased_again_and_never_lost() {
    let world = World::new(3003);
    let mut case = Case::new(&world, &[AUNT]);
    let (referral, _) = sent(&world, &mut case);
    assert!(!item(&mut case).unwrap().1);
    for times in 1..=3 {
        later(&mut case, &world, 17);
        assert!(item(&mut case).unwrap().1, "after {times} waits it is overdue");
        step(&mut case, &referral, "chase", &CHASED);
        let seen = shown(&mut case, &referral);
        assert_eq!((&seen["state"], &seen["chased"]), (&json!("chased"), &json!(times)));
        assert_eq!(seen["chased_enough"], json!(times >= 2));
        let due = item(&mut case).unwrap();
        assert!(!due.1 && due.2.as_deref() == Some("Nia Morgan"), "{due:?}");
    }
    let ended = json!({"ended_words": "Nobody answers."});
    assert_eq!(refused(&mut case, &referral, "end", &ended), 409, "silence ends nothing");
    assert_eq!(case.state(0), "sent", "she stays ours");
    in_step(&world);
}

#[test]
fn whoever_is_declined_comes_back_to_us_also_after_they_were_taken() {
    let world = World::new(3004);
    let mut case = Case::new(&world, &[AUNT]);
    let (referral, _) = sent(&world, &mut case);
    step(&mut case, &referral, "acknowledge", &ACKNOWLEDGED);
    assert_eq!(case.state(0), "done");
    let declined = [("declined_words", "They have no list for this."), ("declined_then", "another_service")];
    step(&mut case, &referral, "decline", &declined);
    assert_eq!(
        (state(&mut case, &referral).as_str(), case.state(0).as_str()),
        ("declined", "wants_appointment")
    );
    assert!(item(&mut case).is_some());
    in_step(&world);
    // Another service is asked: the first is over, the second is waited for.
    let chosen = certificate(&mut case);
    let (second, letter) = prepared(&mut case, 0, &by_phone(&chosen));
    assert_eq!(state(&mut case, &referral), "ended");
    assert_eq!(state(&mut case, &second), "prepared");
    // Its letter is sent back by the second person: it is not forgotten, and written again.
    case.counsellor.letter_submit(&letter).unwrap();
    case.clinician.letter_return(&letter).unwrap();
    assert_eq!(state(&mut case, &second), "prepared");
    let page = format!("/referrals/{second}");
    let again = case.counsellor.browser.done(&page, &format!("{page}/letter"), &[]).unwrap();
    approved(&mut case, &last_part(&again));
    world.send();
    assert_eq!(state(&mut case, &second), "sent");
    in_step(&world);
}

#[test]
fn a_relative_who_objects_takes_it_back_and_whoever_holds_it_is_told() {
    let world = World::new(3005);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    // The sister changes her answer before the letter leaves: nothing leaves.
    let (_, mut browser) = answered_far_away(&world, &mut case, true);
    let chosen = certificate(&mut case);
    let (first, letter) = prepared(&mut case, 0, &on_the_portal(&chosen));
    approved(&mut case, &letter);
    reply(&mut browser, "not_know", &[]).unwrap();
    assert_eq!((state(&mut case, &first).as_str(), case.state(0).as_str()), ("taken_back", "do_not_contact"));
    let before = world.left_the_house("letters").len();
    world.send();
    assert_eq!(world.left_the_house("letters").len(), before);
    in_step(&world);
    // The aunt's has left: somebody tells the other service.
    let code = case.sent(&world, 1, "L2");
    let (second, letter) = prepared(&mut case, 1, &by_phone(&chosen));
    approved(&mut case, &letter);
    world.send();
    let (mut browser, _) = letter_open(&world.address, &code, AUNT.born).unwrap();
    reply(&mut browser, "not_know", &[]).unwrap();
    assert_eq!(state(&mut case, &second), "to_tell");
    assert!(item(&mut case).is_some());
    assert_eq!(
        refused(
            &mut case,
            &second,
            "acknowledge",
            &json!({"acknowledged_by": "Them",
        "acknowledged_how": "phone", "acknowledged_on": "2026-11-23"})
        ),
        409
    );
    step(&mut case, &second, "told", &[("told_words", "Their secretary, today.")]);
    assert_eq!(state(&mut case, &second), "taken_back");
    in_step(&world);
}

#[test]
fn an_answer_that_no_longer_agrees_stops_the_letter_that_rests_on_it() {
    let world = World::new(3006);
    let mut case = Case::new(&world, &[SISTER]);
    let (_, mut browser) = answered_far_away(&world, &mut case, true);
    let chosen = certificate(&mut case);
    let (referral, letter) = prepared(&mut case, 0, &on_the_portal(&chosen));
    approved(&mut case, &letter);
    reply(&mut browser, "think", &[("remind", "1")]).unwrap();
    let before = world.left_the_house("letters").len();
    world.send();
    assert_eq!(world.left_the_house("letters").len(), before, "asked once more before it left");
    let page = case.counsellor.browser.page(&format!("/letters/{letter}")).unwrap();
    assert!(page.contains("Stopped"), "{page}");
    assert_eq!(state(&mut case, &referral), "prepared");
    assert_eq!(refused(&mut case, &referral, "letter", &json!({})), 409, "nor is it written again");
    let page = case.counsellor.browser.page(&format!("/referrals/{referral}")).unwrap();
    assert!(
        page.contains("They have changed the answer") && !page.contains("Draft its letter again"),
        "{page}"
    );
    assert!(item(&mut case).is_some(), "somebody looks");
    step(&mut case, &referral, "take-back", &[("taken_back_why", "She wants time.")]);
    in_step(&world);
}

#[test]
fn whoever_no_longer_agrees_after_it_left_is_ours_again_and_the_other_service_is_told() {
    let world = World::new(3011);
    let mut case = Case::new(&world, &[SISTER]);
    let (_, mut browser) = answered_far_away(&world, &mut case, true);
    let chosen = certificate(&mut case);
    let (referral, letter) = prepared(&mut case, 0, &on_the_portal(&chosen));
    approved(&mut case, &letter);
    world.send();
    step(&mut case, &referral, "acknowledge", &ACKNOWLEDGED);
    assert_eq!(case.state(0), "done");
    reply(&mut browser, "appointment", &[("by", "phone"), ("area", "Truro")]).unwrap();
    assert_eq!(
        (state(&mut case, &referral).as_str(), case.state(0).as_str()),
        ("to_tell", "wants_appointment")
    );
    let page = case.counsellor.browser.page(&format!("/referrals/{referral}")).unwrap();
    assert!(page.contains("no longer agrees that this service is asked"), "{page}");
    assert!(item(&mut case).is_some(), "somebody tells the other service");
    assert!(!browser.page("/r/back").unwrap().contains("has your referral"));
    in_step(&world);
}

#[test]
fn a_certificate_that_was_taken_back_goes_nowhere() {
    let world = World::new(3007);
    let mut case = Case::new(&world, &[AUNT]);
    case.sent(&world, 0, "L2");
    let chosen = certificate(&mut case);
    let (referral, letter) = prepared(&mut case, 0, &by_phone(&chosen));
    approved(&mut case, &letter);
    let page = format!("/results/{}/certificate", case.result);
    case.counsellor.browser.done(&page, &format!("/certificates/{chosen}/withdraw"), &[]).unwrap();
    let before = world.left_the_house("letters").len();
    world.send();
    assert_eq!(world.left_the_house("letters").len(), before);
    assert_eq!(state(&mut case, &referral), "prepared");
    in_step(&world);
}

#[test]
fn after_an_amended_report_the_wave_lists_letter_and_certificate_and_what_had_not_left_is_taken_back() {
    let world = World::new(3008);
    let mut case = Case::new(&world, &[AUNT, SISTER]);
    let (gone, letter) = sent(&world, &mut case);
    case.sent(&world, 1, "L2");
    let chosen = certificate(&mut case);
    let (kept, _) = prepared(&mut case, 1, &by_phone(&chosen));
    let certificate = text_of(&shown(&mut case, &gone), "certificate").unwrap();
    case.counsellor.report_upload(&report("brca2_amended")).unwrap().unwrap();
    let wave = case.counsellor.program.api(&format!("/results/{}/recontact", case.result)).unwrap();
    let listed: Vec<&str> =
        wave["rows"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    let went = wave["rows"].as_array().unwrap().iter().find(|row| row["id"] == certificate.as_str()).unwrap();
    assert_eq!(went["went_with"], json!([gone]), "and who holds it");
    assert!(listed.contains(&certificate.as_str()) && listed.contains(&letter.as_str()), "{listed:?}");
    assert_eq!((state(&mut case, &gone).as_str(), state(&mut case, &kept).as_str()), ("sent", "taken_back"));
    assert!(item(&mut case).is_some(), "what has left is waited for all the same");
    in_step(&world);
}

#[test]
fn a_letter_that_came_back_has_reached_nobody_there_and_is_written_again() {
    let world = World::new(3010);
    let mut case = Case::new(&world, &[AUNT]);
    let (referral, letter) = sent(&world, &mut case);
    let page = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
    let invitation = text_of(&page, "invitation").unwrap();
    let posts = world.house.db.read(|conn| outbox::post_list(conn, world.service.id, 100)).unwrap();
    let post = posts.iter().find(|post| post.invitation_id.as_str() == invitation).unwrap();
    let heard = |act: &mut Act<'_>| delivery_heard(act, &Cascade, post.id, Delivery::Returned, None);
    assert!(world.house.act_as(ActorKind::Provider, "notify", world.service.id, heard).unwrap());
    assert_eq!((state(&mut case, &referral).as_str(), case.state(0).as_str()), ("prepared", "sent"));
    assert!(item(&mut case).is_some());
    let page = format!("/referrals/{referral}");
    let again = case.counsellor.browser.done(&page, &format!("{page}/letter"), &[]).unwrap();
    approved(&mut case, &last_part(&again));
    world.send();
    assert_eq!(state(&mut case, &referral), "sent");
    in_step(&world);
}

#[test]
fn after_a_death_whoever_holds_the_referral_is_told() {
    let world = World::new(3011);
    let mut case = Case::new(&world, &[AUNT]);
    let (referral, _) = sent(&world, &mut case);
    step(&mut case, &referral, "acknowledge", &ACKNOWLEDGED);
    let died = json!({"died_on": "2026-11-20"});
    case.counsellor.program.api_post(&format!("/people/{}/died", case.people[0]), &died).unwrap();
    assert_eq!((state(&mut case, &referral).as_str(), case.state(0).as_str()), ("to_tell", "deceased"));
    let seen = shown(&mut case, &referral);
    assert_eq!(seen["ended_why"], "the relative has died");
    in_step(&world);
}

#[test]
fn what_was_handed_over_is_hidden_from_whoever_may_not_read_what_relatives_said() {
    let world = World::new(3009);
    let mut case = Case::new(&world, &[AUNT]);
    let (referral, _) = sent(&world, &mut case);
    let mut office = world.at_work("jo.taylor");
    assert_eq!(office.browser.get(&format!("/referrals/{referral}")).unwrap().status, 403);
    assert!(!office.browser.page("/queues").unwrap().contains("handed to another service"));
}
