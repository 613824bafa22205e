//! Every address of the list, called as nobody, as every role, as staff without a relationship and as a relative.
//! Must not know: what any address does when it is allowed.

use crate::support::{
    World,
    cases::{Case, SISTER},
};
use kinward::{
    access::{Permission, Role, route::Who},
    app::routes,
    config::Wing,
    demo::{
        browser::{Browser, Seen},
        clinic::{PASSWORD, STAFF},
        people::letter_open,
    },
};
use std::collections::BTreeSet;

const NOWHERE: &str = "00000000-0000-4000-8000-000000000000";

/// The path with ids that exist in no family.
pub fn filled(path: &str) -> String {
    let parts: Vec<String> = path
        .split('/')
        .map(|part| match part {
            "{choice}" => "think".to_owned(),
            "{section}" => "contact".to_owned(),
            "{size}" => "18".to_owned(),
            "{wish}" => "copy".to_owned(),
            "{language}" => "cy".to_owned(),
            "{queue}" => "replies".to_owned(),
            part if part.starts_with('{') => NOWHERE.to_owned(),
            part => part.to_owned(),
        })
        .collect();
    parts.join("/")
}

fn call(browser: &mut Browser, method: &str, path: &str) -> Seen {
    let kind =
        if path.starts_with("/api/") { "application/json" } else { "application/x-www-form-urlencoded" };
    match method {
        "GET" => browser.get(path).unwrap(),
        _ => {
            let body: &[u8] = if path.starts_with("/api/") { b"{}" } else { b"" };
            browser.send(method, path, Some(kind), Some(body)).unwrap()
        }
    }
}

#[test]
fn the_licences_of_what_is_served_are_served_with_it() {
    let world = World::new(640);
    for (path, says) in [
        (
            "/assets/nhsuk-licence.txt",
            "The above copyright notice and this permission notice shall be included",
        ),
        ("/assets/font-licence.txt", "SIL Open Font License"),
    ] {
        let seen = world.browser().get(path).unwrap();
        assert!(seen.status == 200 && seen.text().contains(says), "{path}");
    }
}

#[test]
fn nobody_gets_in_anywhere_without_signing_in() {
    let world = World::new(31);
    let mut called = 0;
    for (path, route) in routes(Wing::All) {
        let Who::Staff(_) = route.who else { continue };
        let mut browser = world.browser();
        let seen = call(&mut browser, route.method, &filled(&path));
        let sent_to_sign_in = seen.status == 303 && seen.location.as_deref() == Some("/sign-in");
        assert!(sent_to_sign_in || seen.status == 401, "{} {path} answered {}", route.method, seen.status);
        called += 1;
    }
    assert!(called > 60, "only {called} addresses were called");
}

/// The table again, by hand from the design, so that a slip in permission.rs is not its own proof.
fn may(role: Role, permission: Permission) -> bool {
    use Permission as P;
    let all = [P::QueueView, P::QueueTake, P::FamilyView, P::FamilyClaim, P::TaskView];
    let clinical = [
        P::ReportIntake,
        P::ReportUnreadable,
        P::ResultView,
        P::FindingMark,
        P::RelativeResultRecord,
        P::RelativeResultConfirm,
        P::CertificateIssue,
        P::PersonEdit,
        P::SafetySet,
        P::PedigreeEdit,
        P::PedigreeExport,
        P::SealedView,
        P::TaskMove,
        P::ConversationRecord,
        P::ReasoningView,
        P::EnquiryRecord,
        P::CallTake,
        P::CallMatch,
        P::TrainingTake,
        P::ConsentRecord,
        P::LetterDraft,
        P::TemplateWrite,
        P::LetterView,
        P::LetterApprove,
        P::BatchView,
        P::OutboxView,
        P::ReplyView,
        P::CascadeReportView,
        P::ProxyCheck,
        P::CodeReopen,
        P::IncidentRecord,
        P::TransferRecord,
        P::RequestMake,
        P::RequestView,
    ];
    let administrative = [
        P::EnquiryRecord,
        P::CallTake,
        P::ReportIntake,
        P::PersonEdit,
        P::LetterView,
        P::OutboxView,
        P::OutboxSettle,
        P::CodeReopen,
        P::TeamSet,
        P::TreatmentMark,
        P::ImportRun,
    ];
    all.contains(&permission)
        || match role {
            Role::Counsellor => clinical.contains(&permission) || permission == P::ImportRun,
            Role::Clinician => {
                clinical.contains(&permission)
                    || [
                        P::DecisionRecord,
                        P::OutboxSettle,
                        P::SafetyRelease,
                        P::KindredJoin,
                        P::EmergencyReview,
                        P::ContradictionView,
                        P::ContradictionRecord,
                        P::ReportView,
                        P::InquiryAnswer,
                        P::TemplateApprove,
                        P::BatchOversee,
                        P::TeamSet,
                        P::TreatmentMark,
                        P::RequestSettle,
                    ]
                    .contains(&permission)
            }
            Role::Administrator => administrative.contains(&permission),
            Role::Guardian => [
                P::ReasoningView,
                P::IncidentRecord,
                P::EmergencyReview,
                P::TrainingTake,
                P::RecordView,
                P::ConflictSet,
                P::ReportView,
                P::CascadeReportView,
                P::InquiryAnswer,
                P::RequestView,
                P::AdviceGive,
            ]
            .contains(&permission),
        }
}

#[test]
fn every_role_reaches_what_it_may_and_nothing_else() {
    let world = World::new(32);
    for (username, _, _, role) in STAFF {
        let mut browser = world.browser();
        browser.sign_in(username, PASSWORD).unwrap();
        let mut program = world.browser();
        program.sign_in_api(username, PASSWORD).unwrap();
        for (path, route) in routes(Wing::All) {
            let Who::Staff(permission) = route.who else { continue };
            if path.ends_with("/sign-out") {
                continue;
            }
            let by = if path.starts_with("/api/") { &mut program } else { &mut browser };
            let seen = call(by, route.method, &filled(&path));
            let allowed = may(*role, permission);
            assert_eq!(
                seen.status != 403,
                allowed,
                "{role} {} {path} ({permission}) answered {}",
                route.method,
                seen.status
            );
            assert!(seen.status < 500, "{role} {} {path} answered {}", route.method, seen.status);
        }
    }
}

#[test]
fn staff_without_a_relationship_see_the_same_as_where_nothing_is() {
    let world = World::new(33);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L2");
    let letter = case.approved(0, "L2");
    let mut stranger = world.browser();
    stranger.sign_in("jo.taylor", PASSWORD).unwrap();
    let mut other = world.browser();
    other.sign_in("ruth.adeyemi", PASSWORD).unwrap();
    let own = case.tested(&case.people[0].clone(), "het");
    for (there, nowhere) in [
        (format!("/relative-results/{own}"), format!("/relative-results/{NOWHERE}")),
        (
            format!("/results/{}/relatives/{}", case.result, case.people[0]),
            format!("/results/{NOWHERE}/relatives/{NOWHERE}"),
        ),
        (format!("/families/{}", case.family), format!("/families/{NOWHERE}")),
        (format!("/tasks/{}", case.tasks[0]), format!("/tasks/{NOWHERE}")),
        (format!("/people/{}", case.people[0]), format!("/people/{NOWHERE}")),
        (format!("/letters/{letter}"), format!("/letters/{NOWHERE}")),
        (format!("/letters/{letter}/pdf"), format!("/letters/{NOWHERE}/pdf")),
        (format!("/families/{}/pedigree.svg", case.family), format!("/families/{NOWHERE}/pedigree.svg")),
        (format!("/results/{}/at-risk", case.result), format!("/results/{NOWHERE}/at-risk")),
    ] {
        for browser in [&mut stranger, &mut other] {
            let (one, two) = (browser.get(&there).unwrap(), browser.get(&nowhere).unwrap());
            if one.status == 403 {
                continue;
            }
            assert_eq!(one.status, 404, "{there}");
            assert_eq!(two.status, 404);
            let same = |seen: &Seen| seen.text().replace(&there, "").replace(&nowhere, "");
            assert_eq!(same(&one), same(&two), "{there} tells that something is there");
        }
    }
}

#[test]
fn a_relative_reaches_no_staff_address_and_no_other_relatives_letter() {
    let world = World::new(34);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L1");
    let (mut relative, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    for (path, route) in routes(Wing::All) {
        let Who::Staff(_) = route.who else { continue };
        let seen = call(&mut relative, route.method, &filled(&path));
        let turned_away = seen.status == 401 || seen.location.as_deref() == Some("/sign-in");
        assert!(turned_away, "{} {path} answered {} to a relative", route.method, seen.status);
    }
    // A visit shows the one letter its code belongs to: there is no address that could name another.
    let relatives: BTreeSet<&str> = routes(Wing::Relative)
        .iter()
        .filter(|(path, _)| path.contains('{'))
        .map(|(_, route)| route.path)
        .collect();
    assert_eq!(
        relatives,
        BTreeSet::from([
            "/r/answer/{choice}",
            "/r/details/{wish}",
            "/r/language/{language}",
            "/r/letter/{language}",
            "/r/letter/{language}/{size}",
            "/r/more/{section}"
        ])
    );
}

#[test]
fn each_wing_serves_only_its_own() {
    assert!(routes(Wing::Relative).iter().all(|(path, _)| path.starts_with("/r")));
    assert!(routes(Wing::Staff).iter().all(|(path, _)| !path.starts_with("/r/") && path != "/r"));
}

#[test]
fn the_api_description_lists_every_address_of_the_api() {
    let world = World::new(35);
    let described: serde_json::Value =
        serde_json::from_slice(&world.browser().get("/api/v1/openapi.json").unwrap().body).unwrap();
    let described: BTreeSet<String> = described["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods
                .as_object()
                .unwrap()
                .keys()
                .map(move |m| format!("{} {path}", m.to_uppercase()))
                .collect::<Vec<_>>()
        })
        .collect();
    let mounted: BTreeSet<String> = routes(Wing::All)
        .into_iter()
        .filter_map(|(path, route)| {
            let below = path.strip_prefix("/api/v1")?.to_owned();
            Some(format!("{} {}", route.method, if below.is_empty() { "/".to_owned() } else { below }))
        })
        .collect();
    assert_eq!(described, mounted);
    assert!(mounted.len() > 40);
}

#[test]
fn unknown_methods_and_addresses_are_refused() {
    let world = World::new(36);
    let mut browser = world.browser();
    assert_eq!(browser.send("DELETE", "/families", None, None).unwrap().status, 405);
    // A refusal names what would be answered, in both wings.
    for (method, path, allowed) in [
        ("DELETE", "/families", "GET"),
        ("DELETE", "/wordings", "GET, POST"),
        ("PUT", "/r/code", "GET, POST"),
        ("POST", "/r/letter", "GET"),
    ] {
        let refused = browser.send(method, path, None, None).unwrap();
        assert_eq!((refused.status, refused.header("allow")), (405, Some(allowed)), "{method} {path}");
    }
    assert_eq!(browser.get("/no/such/page").unwrap().status, 404);
    assert_eq!(browser.get("/r/no-such-page").unwrap().status, 404);
}
