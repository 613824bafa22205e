//! A family that is a colleague's own: the file is closed to them, their work in it goes back, and the Guardian lifts it.
//! Must not know: how a lock is kept.

use crate::people::told;
use crate::support::{
    World,
    cases::{Case, SISTER},
};
use kinward::{
    audit::{self, Deed},
    demo::people::{AtWork, list_of, text_of},
};
use serde_json::{Value, json};

const NOWHERE: &str = "00000000-0000-4000-8000-000000000000";

fn items_of(work: &mut AtWork, reference: &str) -> Vec<Value> {
    let all = list_of(&work.program.api("/queues").unwrap(), "items").unwrap().clone();
    all.into_iter().filter(|item| item["family"] == reference).collect()
}

fn open_everywhere(work: &mut AtWork) -> i64 {
    let home = work.program.api("").unwrap();
    list_of(&home, "open").unwrap().iter().map(|queue| queue["open"].as_i64().unwrap()).sum()
}

fn staff_of(guardian: &mut AtWork, name: &str) -> String {
    let view = guardian.program.api("/conflicts").unwrap();
    let all = list_of(&view, "colleagues").unwrap();
    text_of(all.iter().find(|one| one["name"] == name).unwrap(), "id").unwrap()
}

#[test]
fn h30_whoever_says_that_a_family_is_theirs_is_out_at_once_and_their_work_goes_back() {
    let world = World::new(2301);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L2");
    let letter = case.approved(0, "L2");
    let other = {
        // Another family of hers, which stays as it was.
        let result =
            case.counsellor.report_upload(&crate::support::cases::report("lynch_mlh1")).unwrap().unwrap();
        text_of(&case.counsellor.result(&result).unwrap(), "family").unwrap()
    };
    let (family, reference, task) = (case.family.clone(), case.reference.clone(), case.tasks[0].clone());
    let discuss = case.tested(&case.people[0].clone(), "het");
    let taken = items_of(&mut case.clinician, &reference).remove(0);
    let item = text_of(&taken, "id").unwrap();
    let nia = &mut case.counsellor;
    assert_eq!(told(nia, &format!("/work/{item}/take"), &json!({})).0, 200);
    let page = format!("/families/{family}");
    assert_eq!(told(nia, &format!("{page}/conflict"), &json!({"reason": "mine"})).0, 422, "in a few words");
    let words = "Her sister is married to my brother, Quillfeather.";
    nia.browser.done(&page, &format!("{page}/conflict"), &[("reason", words)]).unwrap();
    // Nothing of it is there any more, in the words for what does not exist.
    for (there, nowhere) in [
        (page.clone(), format!("/families/{NOWHERE}")),
        (format!("/tasks/{task}"), format!("/tasks/{NOWHERE}")),
        (format!("/people/{}", case.people[0]), format!("/people/{NOWHERE}")),
        (format!("/results/{}", case.result), format!("/results/{NOWHERE}")),
        (format!("/letters/{letter}"), format!("/letters/{NOWHERE}")),
        (format!("/relative-results/{discuss}"), format!("/relative-results/{NOWHERE}")),
        (format!("{page}/pedigree.svg"), format!("/families/{NOWHERE}/pedigree.svg")),
    ] {
        let (one, two) = (nia.browser.get(&there).unwrap(), nia.browser.get(&nowhere).unwrap());
        assert_eq!((one.status, two.status), (404, 404), "{there}");
        assert_eq!(one.text().replace(&there, ""), two.text().replace(&nowhere, ""), "{there}");
    }
    assert_eq!(nia.browser.get(&format!("/families/{other}")).unwrap().status, 200);
    for list in ["/families", "/queues", "/outbox"] {
        assert!(!nia.browser.page(list).unwrap().contains(&reference), "{list}");
    }
    let (hers, all) = (open_everywhere(nia), open_everywhere(&mut case.clinician));
    assert!(hers < all, "{hers} of {all}");
    let (status, claimed) =
        told(nia, "/families/claim", &json!({"reference": reference, "reason": "I want to see it"}));
    let (_, unknown) =
        told(nia, "/families/claim", &json!({"reference": "KW-7F3K-9QXM", "reason": "I want to see it"}));
    assert_eq!((status, &claimed), (422, &unknown));
    assert_eq!(told(nia, &format!("/work/{item}/take"), &json!({})).0, 404);
    assert_eq!(told(nia, &format!("/work/{item}/hand-over"), &json!({"to": null})).0, 404);
    // What she had taken is everybody's, and is not given to her again.
    let there = items_of(&mut case.clinician, &reference);
    let item_now = there.iter().find(|one| one["id"] == item.as_str()).unwrap();
    assert_eq!(item_now["taken"], false, "{item_now}");
    let mut guardian = world.at_work("ruth.adeyemi");
    let id = staff_of(&mut guardian, "Nia Morgan");
    let (status, why) = told(&mut case.clinician, &format!("/work/{item}/hand-over"), &json!({"to": id}));
    assert_eq!(status, 409, "{why}");
    assert_eq!(told(&mut case.clinician, &format!("/work/{item}/take"), &json!({})).0, 200);
    // The Guardian sees who, and in which file; why, once they have opened it.
    let html = guardian.browser.page("/conflicts").unwrap();
    assert!(
        html.contains(&reference) && html.contains("Nia Morgan") && !html.contains("Quillfeather"),
        "{html}"
    );
    assert_eq!(case.clinician.browser.get("/conflicts").unwrap().status, 403);
    guardian.family_claim(&reference, "asked to look at a lock").unwrap();
    assert!(guardian.browser.page("/conflicts").unwrap().contains("Quillfeather"));
    let view = guardian.program.api("/conflicts").unwrap();
    let lock = text_of(&view["locks"][0], "conflict").unwrap();
    let lift = format!("/conflicts/{lock}/lift");
    assert_eq!(told(&mut case.clinician, &lift, &json!({"reason": "She may see it again."})).0, 403);
    assert_eq!(told(&mut guardian, &lift, &json!({"reason": ""})).0, 422);
    guardian.browser.done("/conflicts", &lift, &[("reason", "It was another family of that name.")]).unwrap();
    assert_eq!(told(&mut guardian, &lift, &json!({"reason": "And once more, please."})).0, 404);
    // She begins anew, as anybody does.
    let nia = &mut case.counsellor;
    assert_eq!(nia.browser.get(&page).unwrap().status, 404);
    nia.family_claim(&reference, "back after the lock was lifted").unwrap();
    assert_eq!(nia.browser.get(&page).unwrap().status, 200);
    let rows = world.house.db.read(|conn| audit::of_service(conn, world.service.id)).unwrap();
    for deed in [Deed::ConflictSet, Deed::ConflictLifted] {
        let row = rows.iter().find(|row| row.deed == deed.as_str()).unwrap();
        assert_eq!((row.object_id.as_str(), row.family_id.as_deref()), (id.as_str(), Some(family.as_str())));
    }
}

#[test]
fn h30_the_guardian_keeps_a_colleague_out_and_never_lifts_a_lock_of_their_own() {
    let world = World::new(2302);
    let case = Case::new(&world, &[SISTER]);
    let mut guardian = world.at_work("ruth.adeyemi");
    let mut jo = world.at_work("jo.taylor");
    jo.family_claim(&case.reference, "asked to keep the addresses").unwrap();
    let id = staff_of(&mut guardian, "Jo Taylor");
    let fields = [
        ("colleague", id.as_str()),
        ("reference", case.reference.as_str()),
        ("reason", "She lives next door to the proband."),
    ];
    guardian.browser.done("/conflicts", "/conflicts", &fields).unwrap();
    assert_eq!(jo.browser.get(&format!("/families/{}", case.family)).unwrap().status, 404);
    assert!(jo.family_claim(&case.reference, "asked to keep the addresses").is_err());
    assert_eq!(guardian.browser.submit("/conflicts", "/conflicts", &fields).unwrap().status, 409, "once");
    let own = json!({"reference": case.reference, "reason": "The proband is my neighbour, too."});
    world.second_guardian();
    assert_eq!(told(&mut guardian, "/conflicts/own", &own).0, 200);
    assert_eq!(told(&mut guardian, "/conflicts/own", &own).0, 422, "to her the file is not there");
    let view = guardian.program.api("/conflicts").unwrap();
    let lock =
        list_of(&view, "locks").unwrap().iter().find(|lock| lock["colleague"] == "Ruth Adeyemi").unwrap();
    let lift = format!("/conflicts/{}/lift", text_of(lock, "conflict").unwrap());
    let (status, why) = told(&mut guardian, &lift, &json!({"reason": "I may see it again."}));
    assert_eq!((status, why.to_string().contains("Another Guardian")), (409, true), "{why}");
    assert_eq!(guardian.browser.get(&format!("/families/{}", case.family)).unwrap().status, 404);
}
