//! Somebody acts for a relative: asks and is shown nothing, is checked by staff, comes back with a second code, and what ends it.
//! Must not know: rows; people act through the real application.

mod apart;
mod ended;
mod themselves;

use crate::{
    access::essence,
    support::{
        TODAY, World,
        cases::{AUNT, Case, SISTER, report},
    },
};
use kinward::demo::{
    browser::{Browser, Seen},
    people::{Kin, asks_to_act, last_part, letter_open, list_of, reply},
};
use serde_json::{Value, json};

const NEPHEW: Kin =
    Kin { relation: "sister's son", given: "Piers", family: "Wray", born: ("2017", "10", "2"), email: None };
/// Sixteen a week after these stories begin.
const NEARLY: Kin = Kin { born: ("2010", "12", "1"), ..NEPHEW };

const ANN: (&str, &str, &str) = ("helper", "Ann Lee", "01632 960 001");

fn ask(world: &World, code: &str, kin: &Kin, as_what: (&str, &str, &str)) {
    asks_to_act(&mut world.browser(), code, kin.born, as_what).unwrap();
}

/// The newest of those who asked, as an address.
pub fn newest(case: &mut Case, place: usize) -> String {
    let at = format!("/tasks/{}/proxies", case.tasks[place]);
    let list = case.counsellor.program.api(&at).unwrap();
    format!("{at}/{}", list["proxies"][0]["proxy"].as_str().unwrap())
}

pub fn helper() -> Value {
    json!({"authority": "helper", "evidence": ["person_said"], "phoned": "yes", "finding": "agrees",
        "found_on": "2026-11-23", "found_how": "She told us so on the telephone.",
        "proxy_words": "They read everything together, she says."})
}

fn parent() -> Value {
    json!({"authority": "parent", "evidence": ["document_seen"], "phoned": "yes",
        "proxy_words": "Phoned the school's number for her; birth certificate seen."})
}

fn attorney() -> Value {
    json!({"authority": "attorney", "evidence": ["register_number"], "register": "7000 1234 5678",
        "phoned": "yes", "finding": "lacks_capacity", "found_on": "2026-11-20",
        "found_how": "Her own doctor, in the memory clinic.", "proxy_words": "Phoned the care home's own number."})
}

/// Agreed to; the second code, as staff are shown it once.
pub fn granted(case: &mut Case, at: &str, entry: &Value) -> String {
    let shown = case.counsellor.program.api_post(&format!("{at}/grant"), entry).unwrap();
    shown["code"].as_str().unwrap().to_owned()
}

fn refused(case: &mut Case, at: &str, entry: &Value) -> String {
    case.counsellor.program.api_post(&format!("{at}/grant"), entry).unwrap_err().public().to_owned()
}

/// At the page that asks for the second code, by code and date of birth.
fn at_the_second_door(world: &World, code: &str, kin: &Kin) -> Browser {
    to_the_second_door(world.browser(), code, kin)
}

fn to_the_second_door(mut browser: Browser, code: &str, kin: &Kin) -> Browser {
    browser.done("/r/code", "/r/code", &[("code", code)]).unwrap();
    let born = [("day", kin.born.2), ("month", kin.born.1), ("year", kin.born.0)];
    browser.done("/r/birth-date", "/r/birth-date", &born).unwrap();
    browser.done("/r/for-you", "/r/for-you", &[("for_you", "carer")]).unwrap();
    browser.done("/r/acting", "/r/acting", &[("acting", "second_code")]).unwrap();
    browser
}

fn second_code(browser: &mut Browser, second: &str) -> Seen {
    browser.submit("/r/acting/code", "/r/acting/code", &[("second_code", second)]).unwrap()
}

/// Somebody who was let in by both codes, and reads.
pub fn reads_for(world: &World, code: &str, kin: &Kin, second: &str) -> (Browser, String) {
    let mut browser = at_the_second_door(world, code, kin);
    let seen = second_code(&mut browser, second);
    assert_eq!(seen.location.as_deref(), Some("/r/before"), "{}", seen.text());
    browser.done("/r/before", "/r/before", &[("before", "now")]).unwrap();
    let letter = browser.page("/r/letter").unwrap();
    (browser, letter)
}

/// What whoever types this second code is answered.
fn tried(world: &World, code: &str, kin: &Kin, second: &str) -> (u16, Vec<(String, String)>, String) {
    essence(&second_code(&mut at_the_second_door(world, code, kin), second))
}

fn queued(case: &mut Case, queue: &str) -> usize {
    let page = case.counsellor.program.api(&format!("/queues/{queue}")).unwrap();
    list_of(&page, "items").unwrap().iter().filter(|item| item["family"] == case.reference.as_str()).count()
}

fn in_step(world: &World) {
    assert_eq!(crate::queues::histories::compare(world), (vec![], vec![]));
}

/// A child's own copy, which the proband hands over; its code.
fn childs_copy(world: &World, child: Kin) -> (Case, String) {
    let mut case = Case::of(world, &report("fh_ldlr"), "fh", &[SISTER, child]);
    let task = format!("/tasks/{}", case.tasks[1]);
    case.counsellor.browser.done(&task, &format!("{task}/come-of-age"), &[]).unwrap();
    let said = format!("{task}/consent");
    let fields = [("stance", "given"), ("route", "proband_tells"), ("level", "L2"), ("words", "I will.")];
    let why = ("inferable_why", "They all know who was tested.");
    case.counsellor.browser.done_where_asked(&said, &said, &fields, why).unwrap();
    let copies = format!("{task}/copies");
    let done = case.counsellor.browser.done_where_asked(&task, &copies, &[("level", "L2")], why).unwrap();
    let letter = last_part(&done);
    case.counsellor.letter_submit(&letter).unwrap();
    case.clinician.letter_approve(&letter).unwrap();
    let page = format!("/letters/{letter}");
    case.counsellor.browser.done(&page, &format!("{page}/handed"), &[]).unwrap();
    let code = kinward::demo::code_of(&mut case.counsellor, &letter).unwrap();
    (case, code)
}

#[test]
fn whoever_asks_to_act_is_shown_nothing_moves_nothing_and_is_one_item_of_work() {
    let world = World::new(2601);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let mut carer = world.browser();
    carer.done("/r/code", "/r/code", &[("code", &code)]).unwrap();
    let born = [("day", SISTER.born.2), ("month", SISTER.born.1), ("year", SISTER.born.0)];
    carer.done("/r/birth-date", "/r/birth-date", &born).unwrap();
    let mut shown = String::new();
    let mut next = carer.done("/r/for-you", "/r/for-you", &[("for_you", "carer")]).unwrap();
    for (fields, leads) in [
        (&[("acting", "ask")][..], "/r/acting/as"),
        (&[("acting_as", "helper")], "/r/acting/name"),
        (&[("own_name", "Ann Lee")], "/r/acting/phone"),
        (&[("own_phone", "01632 960 001"), ("own_times", "Evenings")], "/r/acting/check"),
        (&[], "/r/acting/asked"),
    ] {
        shown += &carer.page(&next).unwrap();
        // An empty form is refused beside its field, but for the one that only confirms.
        if !fields.is_empty() {
            let seen = carer.submit(&next, &next, &[]).unwrap();
            assert_eq!(seen.status, 422, "{next}");
            shown += &seen.text();
        }
        next = carer.done(&next, &next, fields).unwrap();
        assert_eq!(next, leads);
    }
    shown += &carer.page(&next).unwrap();
    assert!(shown.contains("We will phone you") && shown.contains("We must speak to the person first"));
    for telling in ["BRCA2", "Wray", "breast", "kw-letter", "gene", &case.reference] {
        assert!(!shown.contains(telling), "{telling}");
    }
    assert!(!carer.get("/r/letter").unwrap().text().contains("BRCA2"));
    assert_eq!((case.state(0).as_str(), queued(&mut case, "replies")), ("sent", 1));
    // Once more, by somebody else: still one.
    ask(&world, &code, &SISTER, ("attorney", "Bo Lee", "01632 960 002"));
    assert_eq!(queued(&mut case, "replies"), 1);
    // The relative herself is not kept out by it.
    let (mut herself, letter) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert!(letter.contains("BRCA2"));
    reply(&mut herself, "question", &[("question", "Who is Ann?")]).unwrap();
    in_step(&world);
    let page = case.counsellor.browser.page(&format!("/tasks/{}/proxies", case.tasks[0])).unwrap();
    assert!(page.contains("Ann Lee") && page.contains("Bo Lee"), "{page}");
    // To whoever may not read it, it is one more reply.
    let mut jo = world.at_work("jo.taylor");
    jo.family_claim(&case.reference, "sends the letters").unwrap();
    let task = format!("/tasks/{}", case.tasks[0]);
    let seen = jo.browser.page(&task).unwrap() + &jo.browser.page("/queues/replies").unwrap();
    assert!(!seen.contains("Ann Lee") && !seen.contains("asks to act"), "{seen}");
    assert_eq!(jo.browser.get(&format!("{task}/proxies")).unwrap().status, 403);
}

#[test]
fn a_mother_reads_for_her_child_of_nine_and_says_nothing_that_is_the_childs_to_say() {
    let world = World::new(2602);
    let (mut case, code) = childs_copy(&world, NEPHEW);
    ask(&world, &code, &NEPHEW, ("parent", "Tamsin Wray", "01632 960 001"));
    let at = newest(&mut case, 1);
    let html = case.counsellor.browser.page(&at).unwrap();
    assert!(html.contains("Age today of the person") && html.contains(">9<"), "{html}");
    assert!(!html.contains("value=\"attorney\""), "only what is possible at nine: {html}");
    let on_record = json!({"authority": "parent", "evidence": ["on_record"], "phoned": "yes", "proxy_words": "She says so."});
    assert!(refused(&mut case, &at, &on_record).contains("Nobody is on our record"));
    assert!(refused(&mut case, &at, &helper()).contains("not as a helper"));
    let second = granted(&mut case, &at, &parent());
    let (mut mother, letter) = reads_for(&world, &code, &NEPHEW, &second);
    assert!(letter.contains("LDLR") && letter.contains("You act for the person on the letter"), "{letter}");
    let choices = mother.page("/r/choices").unwrap();
    assert!(choices.contains("What would help them?"), "{choices}");
    assert!(!choices.contains("value=\"not_know\"") && !choices.contains("value=\"not_me\""), "{choices}");
    assert!(!mother.page("/r/before").unwrap().contains("rather_not"));
    for choice in ["not_know", "not_me"] {
        let sent = mother.submit("/r/choices", "/r/choices", &[("choice", choice)]).unwrap();
        assert_eq!(sent.status, 422, "{choice}");
        let seen = mother.get(&format!("/r/answer/{choice}")).unwrap();
        assert_eq!(seen.location.as_deref(), Some("/r/choices"), "{choice}");
    }
    let unread = [("before", "rather_not")];
    assert_eq!(mother.submit("/r/before", "/r/before", &unread).unwrap().status, 422);
    reply(&mut mother, "appointment", &[("by", "phone"), ("needs", "After school")]).unwrap();
    assert_eq!(case.state(1), "wants_appointment");
    let html = case.counsellor.browser.page(&format!("/tasks/{}", case.tasks[1])).unwrap();
    assert!(html.contains("Given for them by"), "{html}");
    assert!(html.contains("Tamsin Wray, parent or guardian, with parental responsibility"), "{html}");
    in_step(&world);
}

#[test]
fn what_was_agreed_for_a_child_ends_on_their_sixteenth_birthday_and_then_no_parent_can() {
    let world = World::new(2603);
    let (mut case, code) = childs_copy(&world, NEARLY);
    ask(&world, &code, &NEARLY, ("parent", "Tamsin Wray", "01632 960 001"));
    let at = newest(&mut case, 1);
    let second = granted(&mut case, &at, &parent());
    let (_, letter) = reads_for(&world, &code, &NEARLY, &second);
    assert!(letter.contains("LDLR"));
    let html = case.counsellor.browser.page(&at).unwrap();
    assert!(html.contains("until 30 November 2026"), "{html}");
    world.clock.advance_days(8);
    case.counsellor = world.counsellor();
    let nobody = tried(&world, &code, &NEARLY, &unknown());
    assert_eq!(tried(&world, &code, &NEARLY, &second), nobody, "sixteen today");
    assert!(case.counsellor.browser.page(&at).unwrap().contains("Its last day has passed"));
    // Nor is it agreed to once more: they get a letter of their own.
    ask(&world, &code, &NEARLY, ("parent", "Tamsin Wray", "01632 960 001"));
    let again = newest(&mut case, 1);
    let html = case.counsellor.browser.page(&again).unwrap();
    assert!(html.contains("no parent reads them for them"), "{html}");
    assert!(html.contains("Write this young person a letter of their own"), "{html}");
    assert!(refused(&mut case, &again, &parent()).contains("Offer them a letter of their own"));
    assert!(refused(&mut case, &again, &attorney()).contains("younger than 18"));
    let why = json!({"declined_why": "At sixteen he reads it himself; she was told so."});
    case.counsellor.program.api_post(&format!("{again}/decline"), &why).unwrap();
    assert_eq!(queued(&mut case, "replies"), 0);
    in_step(&world);
}

fn unknown() -> String {
    kinward_family::invitation::InvitationCode::from_bytes(&[9; 8]).shown()
}

#[test]
fn an_attorney_acts_only_for_somebody_who_cannot_decide_and_their_no_acts_at_once() {
    let world = World::new(2604);
    let mut case = Case::new(&world, &[AUNT]);
    let code = case.sent(&world, 0, "L2");
    ask(&world, &code, &AUNT, ("attorney", "Ann Lee", "01632 960 001"));
    let at = newest(&mut case, 0);
    let without = |field: &str| {
        let mut entry = attorney();
        entry.as_object_mut().unwrap().remove(field);
        entry
    };
    for (field, says) in [
        ("finding", "only where the person cannot decide"),
        ("found_on", "Give the day"),
        ("found_how", "who found so"),
        ("register", "number under which it is registered"),
        ("evidence", "Nothing of this shows"),
        ("phoned", "on a number that we hold"),
        ("proxy_words", "whom you spoke to"),
        ("authority", "next of kin may not"),
    ] {
        let said = refused(&mut case, &at, &without(field));
        assert!(said.contains(says), "{field}: {said}");
    }
    let mut agrees = attorney();
    agrees["finding"] = json!("agrees");
    assert!(refused(&mut case, &at, &agrees).contains("only where the person cannot decide"));
    let mut kin = attorney();
    kin["authority"] = json!("next_of_kin");
    assert!(refused(&mut case, &at, &kin).contains("parent, attorney, deputy, helper"), "not even as a type");
    let second = granted(&mut case, &at, &attorney());
    let page = case.counsellor.browser.page(&at).unwrap();
    assert!(
        page.contains("7000 1234 5678") && page.contains("memory clinic") && !page.contains(&second),
        "{page}"
    );
    let (mut attorney, _) = reads_for(&world, &code, &AUNT, &second);
    let asked = attorney.page("/r/answer/not_know").unwrap();
    assert!(asked.contains("They do not have to know") && !asked.contains("children_too"), "{asked}");
    reply(&mut attorney, "not_know", &[("children_too", "yes")]).unwrap();
    assert_eq!((case.state(0).as_str(), queued(&mut case, "objections")), ("do_not_contact", 1));
    let wishes = case.counsellor.program.api(&format!("/people/{}/not-to-know", case.people[0])).unwrap();
    let said = &wishes["history"][0];
    assert_eq!(said["source"], "Said online by somebody who may decide it for them", "{wishes}");
    assert_eq!(said["reaches"], "This person", "of her children nobody else can ask");
    // What they said for her they may take back.
    let (mut again, _) = reads_for(&world, &code, &AUNT, &second);
    reply(&mut again, "question", &[("question", "May she be seen at home?")]).unwrap();
    assert_eq!(case.state(0), "has_question");
    in_step(&world);
}

#[test]
fn a_carer_reads_beside_somebody_who_agrees_to_it() {
    let world = World::new(2605);
    let mut case = Case::new(&world, &[AUNT]);
    let code = case.sent(&world, 0, "L2");
    ask(&world, &code, &AUNT, ANN);
    let at = newest(&mut case, 0);
    let mut unasked = helper();
    unasked["finding"] = json!(null);
    assert!(refused(&mut case, &at, &unasked).contains("only where that person agrees"));
    // By the page, as people do it; the code stands on the answer and nowhere else.
    let fields = [
        ("authority", "helper"),
        ("evidence[]", "person_said"),
        ("phoned", "yes"),
        ("finding", "agrees"),
        ("found_on-day", TODAY.2),
        ("found_on-month", TODAY.1),
        ("found_on-year", TODAY.0),
        ("found_how", "She told us so on the telephone."),
        ("proxy_words", "They read everything together."),
    ];
    let seen = case.counsellor.browser.submit(&at, &format!("{at}/grant"), &fields).unwrap();
    assert_eq!(seen.status, 200, "{}", seen.text());
    let html = seen.text();
    let second = html.split("kw-code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(!case.counsellor.browser.page(&at).unwrap().contains(&second));
    let twice = case.counsellor.browser.submit(&at, &format!("{at}/grant"), &fields).unwrap();
    assert_eq!(twice.status, 409, "sent again, nothing is shown again");
    let (mut carer, letter) = reads_for(&world, &code, &AUNT, &second);
    assert!(letter.contains("BRCA2"));
    reply(&mut carer, "already_tested", &[("seen_by", "The clinic in Truro")]).unwrap();
    assert_eq!(case.state(0), "already_tested");
    // A page left open asks for the second code again.
    world.clock.advance_seconds(60 * 30);
    assert!(carer.page("/r/letter").unwrap().contains("Are you still there?"));
    let born = [("day", AUNT.born.2), ("month", AUNT.born.1), ("year", AUNT.born.0)];
    assert_eq!(carer.done("/r/birth-date", "/r/birth-date", &born).unwrap(), "/r/for-you");
    assert!(!carer.get("/r/letter").unwrap().text().contains("BRCA2"));
    in_step(&world);
}
