//! Who gets in, who is out at once, and what a stranger to a family is told: nothing, in the same bytes as everyone.
//! Must not know: what any page is for.

use crate::support::{
    World,
    cases::{Case, SISTER},
    portal_path,
};
use kinward::{
    access::{
        Role,
        password::hash,
        session,
        staff::{StaffOpening, staff_add, staff_disable},
    },
    audit::ActorKind,
    clock::SeededChance,
    demo::{
        browser::{Browser, Seen, form_token},
        clinic::PASSWORD,
        people::{AtWork, add_nothing, letter_open, text_of},
    },
    relative::portal::ROUTES,
};
use serde_json::json;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// One request with the headers given and none of a browser's own.
pub fn raw(base: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Seen {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
    let mut request = ureq::http::Request::builder().method(method).uri(format!("{base}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = match body {
        [] => agent.run(request.body(()).unwrap()),
        _ => agent.run(request.body(body).unwrap()),
    };
    let mut answer = answer.unwrap();
    let text = |value: &ureq::http::HeaderValue| value.to_str().unwrap().to_owned();
    let headers: Vec<_> = answer.headers().iter().map(|(n, v)| (n.as_str().to_owned(), text(v))).collect();
    let location = headers.iter().find(|(name, _)| name == "location").map(|(_, value)| value.clone());
    Seen {
        status: answer.status().as_u16(),
        body: answer.body_mut().read_to_vec().unwrap(),
        location,
        headers,
    }
}

/// An answer without what differs from one request to the next by its nature.
pub fn essence(seen: &Seen) -> (u16, Vec<(String, String)>, String) {
    let mut headers = seen.headers.clone();
    headers.retain(|(name, _)| name != "date" && name != "set-cookie");
    headers.sort();
    (seen.status, headers, seen.text())
}

/// The answer, without the name that it gives back to whoever typed it.
fn try_to_sign_in(world: &World, username: &str, password: &str) -> Seen {
    let form = serde_urlencoded::to_string([("username", username), ("password", password)]).unwrap();
    let mut seen = raw(&world.address, "POST", "/sign-in", &[FORM], form.as_bytes());
    seen.body = seen.text().replacen(&format!(" value=\"{username}\""), "", 1).into_bytes();
    seen.headers.retain(|(name, _)| name != "content-length");
    seen
}

/// A clinician who has to do with no family.
fn stranger(world: &World) -> AtWork {
    let opening = StaffOpening {
        username: "lee.outside".into(),
        display_name: "Lee Outside".into(),
        job_title: "Clinical geneticist".into(),
        // Hashed as an installation hashes them; the demonstration's own hash costs next to nothing.
        password: hash(PASSWORD, &SeededChance::new(1)).unwrap(),
        roles: vec![Role::Clinician],
    };
    let added = |act: &mut kinward::audit::Act<'_>| staff_add(act, opening).map(|_| ());
    world.house.act_as(ActorKind::CommandLine, "test", world.service.id, added).unwrap();
    world.at_work("lee.outside")
}

#[test]
fn a_wrong_name_and_a_wrong_password_are_answered_alike() {
    let world = World::new(101);
    let (name, password) = (
        try_to_sign_in(&world, "nobody", PASSWORD),
        try_to_sign_in(&world, "nia.morgan", "not the right one"),
    );
    assert_eq!(name.status, 422);
    assert_eq!(essence(&name), essence(&password));
    assert!(name.header("set-cookie").is_none() && password.header("set-cookie").is_none());
    let token = |name: &str, password: &str| {
        let body = json!({"username": name, "password": password}).to_string();
        raw(&world.address, "POST", "/api/v1/token", &[("content-type", "application/json")], body.as_bytes())
    };
    assert_eq!(essence(&token("nobody", PASSWORD)), essence(&token("nia.morgan", "not the right one")));
    assert_eq!(try_to_sign_in(&world, "nia.morgan", PASSWORD).status, 303);
}

#[test]
fn failures_lock_a_name_known_or_not_in_every_spelling_for_a_while() {
    let world = World::new(102);
    let periods = &world.house.policy.periods;
    for spellings in [["nia.morgan", " NIA.Morgan ", "Nia.Morgan."], ["no.such", "NO.SUCH ", "no.such."]] {
        for failure in 0..periods.sign_in_failures_before_lock {
            let spelling = spellings[usize::try_from(failure).unwrap() % 3];
            assert_eq!(try_to_sign_in(&world, spelling, "not the right one").status, 422, "{failure}");
        }
        for spelling in spellings {
            assert_eq!(try_to_sign_in(&world, spelling, PASSWORD).status, 429, "{spelling}");
        }
    }
    let known = essence(&try_to_sign_in(&world, "nia.morgan", PASSWORD));
    assert_eq!(known, essence(&try_to_sign_in(&world, "no.such", PASSWORD)));
    assert_eq!(try_to_sign_in(&world, "amir.rahman", PASSWORD).status, 303, "another's name is not locked");
    world.clock.advance_seconds(60 * periods.sign_in_lock_minutes - 1);
    assert_eq!(try_to_sign_in(&world, "nia.morgan", PASSWORD).status, 429);
    world.clock.advance_seconds(1);
    assert_eq!(try_to_sign_in(&world, "nia.morgan", PASSWORD).status, 303);
}

#[test]
fn guesses_at_the_same_time_are_all_counted() {
    let world = World::new(103);
    let (house, now) = (&world.house, world.house.clock.now());
    let periods = &house.policy.periods;
    let start = std::sync::Barrier::new(4);
    std::thread::scope(|scope| {
        for guess in 1..periods.sign_in_failures_before_lock {
            let start = &start;
            scope.spawn(move || {
                if guess <= 4 {
                    // Four connections are open before the first guess.
                    house.db.read(|_| Ok(start.wait())).unwrap();
                    start.wait();
                }
                session::sign_in_failed(&house.db, "nia.morgan", now, periods).unwrap();
            });
        }
    });
    assert_eq!(try_to_sign_in(&world, "nia.morgan", "the last but none").status, 422);
    assert_eq!(try_to_sign_in(&world, "nia.morgan", PASSWORD).status, 429, "a guess was not counted");
}

#[test]
fn a_session_ends_when_nobody_is_there_and_in_any_case_in_the_evening() {
    let world = World::new(104);
    let periods = &world.house.policy.periods;
    let mut nia = world.counsellor();
    world.clock.advance_seconds(60 * periods.session_idle_minutes - 1);
    nia.browser.page("/queues").unwrap();
    world.clock.advance_seconds(60 * periods.session_idle_minutes);
    let seen = nia.browser.get("/queues").unwrap();
    assert_eq!((seen.status, seen.location.as_deref()), (303, Some("/sign-in")));

    nia.browser.sign_in("nia.morgan", PASSWORD).unwrap();
    let steps = periods.session_hours * 6;
    for _ in 1..steps {
        world.clock.advance_seconds(600);
        nia.browser.page("/queues").unwrap();
    }
    world.clock.advance_seconds(600);
    assert_eq!(
        nia.browser.get("/queues").unwrap().status,
        303,
        "busy all day, and still out after ten hours"
    );
}

#[test]
fn signing_out_ends_the_session_and_not_only_the_cookie() {
    let world = World::new(105);
    let signed_in = try_to_sign_in(&world, "nia.morgan", PASSWORD);
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let page = || raw(&world.address, "GET", "/queues", &[("cookie", &cookie)], b"");
    let token = form_token(&page().text()).unwrap();
    let form = format!("form_token={token}");
    assert_eq!(
        raw(&world.address, "POST", "/sign-out", &[FORM, ("cookie", &cookie)], form.as_bytes()).status,
        303
    );
    assert_eq!(page().status, 303, "the kept cookie opens nothing");
}

#[test]
fn staff_who_are_disabled_are_out_at_once() {
    let world = World::new(106);
    let mut nia = world.counsellor();
    nia.browser.page("/queues").unwrap();
    let disabled = |act: &mut kinward::audit::Act<'_>| staff_disable(act, "nia.morgan");
    world.house.act_as(ActorKind::CommandLine, "test", world.service.id, disabled).unwrap();
    assert_eq!(nia.browser.get("/queues").unwrap().status, 303);
    assert_eq!(nia.program.get("/api/v1/queues").unwrap().status, 401);
    let again = try_to_sign_in(&world, "nia.morgan", PASSWORD);
    assert_eq!(essence(&again), essence(&try_to_sign_in(&world, "nobody", PASSWORD)));
}

#[test]
fn a_form_that_did_not_come_from_our_own_page_is_refused() {
    let world = World::new(107);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    let signed_in = try_to_sign_in(&world, "nia.morgan", PASSWORD);
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let own = raw(&world.address, "GET", &format!("/tasks/{task}"), &[("cookie", &cookie)], b"").text();
    let own = form_token(&own).unwrap();
    let foreign = form_token(&case.counsellor.browser.page("/queues").unwrap()).unwrap();
    assert_ne!(own, foreign, "two sessions of one person have two tokens");
    let object = |token: &str, header: (&str, &str)| {
        let headers = [FORM, ("cookie", &cookie), header];
        let form = format!("form_token={token}&scope=self");
        raw(&world.address, "POST", &format!("/tasks/{task}/object"), &headers, form.as_bytes()).status
    };
    let here = ("origin", world.address.as_str());
    assert_eq!(object(&foreign, here), 422);
    assert_eq!(object("", here), 422);
    // An older browser hides the origin of pages that send no referrer: its form token decides.
    assert_eq!(object(&foreign, ("origin", "null")), 422);
    let headers = [FORM, ("cookie", &cookie), ("sec-fetch-site", "cross-site")];
    let told = raw(&world.address, "POST", &format!("/tasks/{task}/object"), &headers, b"scope=self").text();
    assert!(told.contains("was not sent from Kinward&#x27;s own page. Nothing was changed."), "{told}");
    assert!(!told.contains("role does not allow"), "{told}");
    for elsewhere in [
        ("origin", "https://elsewhere.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        assert_eq!(object(&own, elsewhere), 403, "{elsewhere:?}");
    }
    assert_eq!(case.state(0), "identified", "nothing was changed");
    assert_eq!(object(&own, here), 303);
    assert_eq!(case.state(0), "do_not_contact");
}

#[test]
fn a_cookie_does_not_open_the_api_and_a_token_opens_no_page() {
    let world = World::new(108);
    let signed_in = try_to_sign_in(&world, "nia.morgan", PASSWORD);
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let asked = json!({"username": "nia.morgan", "password": PASSWORD}).to_string();
    let json = ("content-type", "application/json");
    let token = raw(&world.address, "POST", "/api/v1/token", &[json], asked.as_bytes());
    let token: serde_json::Value = serde_json::from_slice(&token.body).unwrap();
    let bearer = format!("Bearer {}", text_of(&token, "token").unwrap());
    let get = |path, header| raw(&world.address, "GET", path, &[header], b"").status;
    assert_eq!(get("/queues", ("cookie", &cookie)), 200);
    assert_eq!(get("/api/v1/queues", ("cookie", &cookie)), 401);
    assert_eq!(get("/api/v1/queues", ("authorization", &bearer)), 200);
    assert_eq!(get("/queues", ("authorization", &bearer)), 303, "shown where to sign in");
    world.clock.advance_seconds(kinward::keys::token::LIFETIME);
    assert_eq!(get("/api/v1/queues", ("authorization", &bearer)), 401, "a token has its time");
}

#[test]
fn a_field_nobody_asked_for_is_refused_and_nothing_happens() {
    let world = World::new(109);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    let page = format!("/tasks/{task}/consent");
    let fields = [
        ("route", "clinic_letter"),
        ("level", "L2"),
        ("stance", "given"),
        ("words", "Yes, do."),
        ("by_staff", "someone-else"),
    ];
    assert_eq!(case.counsellor.browser.submit(&page, &page, &fields).unwrap().status, 422);
    let mut entry = serde_json::Map::new();
    entry.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
    let refused = case.counsellor.program.api_post(&page, &json!(entry)).unwrap_err();
    assert!(refused.public().contains("422"), "{refused}");
    assert_eq!(case.state(0), "identified");
    for extra in ["service_id", "roles", "state"] {
        let form = format!("username=nia.morgan&password={PASSWORD}&{extra}=x");
        assert_eq!(raw(&world.address, "POST", "/sign-in", &[FORM], form.as_bytes()).status, 422, "{extra}");
    }
    let twice = format!("username=nia.morgan&username=amir.rahman&password={PASSWORD}");
    assert_eq!(raw(&world.address, "POST", "/sign-in", &[FORM], twice.as_bytes()).status, 422);
}

#[test]
fn a_family_is_claimed_with_its_reference_and_a_reason() {
    let world = World::new(110);
    let case = Case::new(&world, &[SISTER]);
    let mut lee = stranger(&world);
    let family = format!("/families/{}", case.family);
    assert_eq!(lee.browser.get(&family).unwrap().status, 404);
    assert!(lee.family_claim(&case.reference, "  why  ").is_err(), "three letters are no reason");
    assert!(lee.family_claim("KW-0000-0000", "asked by the counsellor").is_err(), "a reference of nobody");
    assert!(lee.family_claim("not a reference", "asked by the counsellor").is_err());
    assert!(lee.family_claim(&case.family, "asked by the counsellor").is_err(), "an id is no reference");
    assert_eq!(lee.browser.get(&family).unwrap().status, 404, "none of these opened anything");
    lee.family_claim(&case.reference, "asked by the counsellor").unwrap();
    assert_eq!(lee.browser.get(&family).unwrap().status, 200);
}

#[test]
fn what_is_none_of_yours_looks_like_what_does_not_exist() {
    let world = World::new(111);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L2");
    let letter = case.approved(0, "L2");
    let invitation =
        text_of(&case.counsellor.program.api(&format!("/letters/{letter}")).unwrap(), "invitation");
    let (task, result, person) = (&case.tasks[0], &case.result, &case.people[0]);
    let mut paths = vec![
        (format!("/families/{}", case.family), &case.family),
        (format!("/families/{}/pedigree.svg", case.family), &case.family),
        (format!("/people/{person}"), person),
        (format!("/letters/{letter}"), &letter),
    ];
    paths.extend(["pdf", "text"].map(|end| (format!("/letters/{letter}/{end}"), &letter)));
    paths.extend(
        ["", "/report", "/at-risk", "/conversations/new", "/certificate"]
            .map(|end| (format!("/results/{result}{end}"), result)),
    );
    paths.extend(
        ["", "/consent", "/decision", "/decision.pdf"].map(|end| (format!("/tasks/{task}{end}"), task)),
    );
    let invitation = invitation.unwrap();
    paths.push((format!("/invitations/{invitation}"), &invitation));
    let mut lee = stranger(&world);
    for (path, id) in paths {
        let there = case.counsellor.browser.get(&path).unwrap().status;
        assert_eq!(there, if path.ends_with("decision.pdf") { 404 } else { 200 }, "{path}");
        for (browser, prefix) in [(&mut lee.browser, ""), (&mut lee.program, "/api/v1")] {
            let none = path.replace(id.as_str(), "8f7d2f0e-3f7c-4d8e-9a3b-0c1d2e3f4a5b");
            let foreign = browser.get(&format!("{prefix}{path}")).unwrap();
            assert_eq!(foreign.status, 404, "{prefix}{path}");
            assert_eq!(
                essence(&foreign),
                essence(&browser.get(&format!("{prefix}{none}")).unwrap()),
                "{path}"
            );
        }
    }
    assert!(Browser::new(&world.address).get(&format!("/families/{}", case.family)).unwrap().status == 303);
}

#[test]
fn no_page_of_a_letter_is_kept_and_none_tells_its_code() {
    let world = World::new(113);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let mut browser = world.browser();
    let entered = browser.submit("/r/code", "/r/code", &[("code", &code)]).unwrap();
    let cookie = entered.header("set-cookie").unwrap().to_lowercase();
    assert!(cookie.contains("httponly") && cookie.contains("samesite=strict"), "{cookie}");
    let mut answers = vec![("POST /r/code".to_owned(), entered)];
    answers
        .push(("wrong".into(), browser.submit("/r/birth-date", "/r/birth-date", &[("day", "1")]).unwrap()));
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    let next = browser.done("/r/answer/think", "/r/answer/think", &[("remind", "1")]).unwrap();
    add_nothing(&mut browser, next).unwrap();
    for route in ROUTES.iter().filter(|route| route.method == "GET" && route.path != "/r/stop") {
        let path = portal_path(route.path, "think");
        answers.push((path.clone(), browser.get(&path).unwrap()));
    }
    answers.push(("POST /r/check".into(), browser.submit("/r/check", "/r/check", &[]).unwrap()));
    answers.push(("/r/done".into(), browser.get("/r/done").unwrap()));
    answers.push(("/r/nowhere".into(), browser.get("/r/nowhere").unwrap()));
    let codes = [code.to_lowercase(), code.replace('-', "").to_lowercase()];
    let tells = |text: &str| codes.iter().any(|code| text.to_lowercase().contains(code));
    for (what, seen) in answers {
        assert_eq!(seen.header("cache-control"), Some("no-store"), "{what}");
        assert_eq!(seen.header("referrer-policy"), Some("no-referrer"), "{what}");
        let policy = seen.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{what}");
        assert!(seen.headers.iter().all(|(_, value)| !tells(value)), "{what}");
        // The letter is shown as it was printed, with its code; it is the only page that may.
        assert!(!tells(&seen.text()) || what.starts_with("/r/letter"), "{what}");
        assert!(seen.header("set-cookie").is_none() || what == "POST /r/code", "{what}");
        assert!(
            !seen.text().contains("http://") || what.starts_with("/r/letter"),
            "{what} names another place"
        );
    }
}
