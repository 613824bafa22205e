//! The wall seen from outside: rare words planted in everything personal, of the proband and of another relative, and
//! looked for in everything a relative gets.
//! Must not know: how the wall is built.

use crate::{
    schema::data_map,
    support::{
        TODAY, World,
        cases::{AUNT, BROTHER, Case, SISTER, report},
        portal_path,
    },
};
use kinward::{
    demo::{browser::Browser, people::letter_open},
    relative::portal,
};

/// Words that stand in the proband's report, names and conversations, and in another relative's own results, and nowhere
/// else.
const PLANTED: &[&str] = &[
    "Zquorvane",
    "Xylbrant",
    "zqfinding",
    "zqconclusion",
    "zqspoken",
    "1959-07-13",
    "13 July 1959",
    "CYP2D6zq",
    "9990000018",
    "zqlaboratory",
    "zqcorrected",
    "zqrejected",
    "zqknows",
    "zqwish",
    "zqhearsay",
    // Why a letter may go though its reader can tell who was tested.
    "can work out who was tested",
];
/// All that a letter at L3 may hold of these.
const NAME: [&str; 2] = ["Zquorvane", "Xylbrant"];

/// The germline report with everything personal in it replaced by planted words.
fn planted_report() -> Vec<u8> {
    let mut report: serde_json::Value = serde_json::from_slice(&report("brca2_germline")).unwrap();
    for entry in report["entry"].as_array_mut().unwrap() {
        let resource = &mut entry["resource"];
        match resource["resourceType"].as_str().unwrap() {
            "Patient" => {
                resource["name"] =
                    serde_json::json!([{"use": "official", "given": ["Zquorvane"], "family": "Xylbrant"}]);
                resource["birthDate"] = "1959-07-13".into();
            }
            "DiagnosticReport" => resource["conclusion"] = "zqconclusion: bilateral disease at 41".into(),
            "Observation" => resource["note"] = serde_json::json!([{"text": "zqfinding"}]),
            _ => {}
        }
    }
    serde_json::to_vec(&report).unwrap()
}

fn case(world: &World) -> Case {
    let mut case = Case::with(world, &planted_report(), &[SISTER, AUNT, BROTHER]);
    for task in case.tasks.clone() {
        case.counsellor
            .consent(&task, "given", "L2", "zqspoken: yes, but say nothing of my operation")
            .unwrap();
    }
    tested_brother(&mut case);
    talked_about(&mut case);
    case
}

/// What the relatives are said to know, what the aunt does not want to know, and what somebody told of them all.
fn talked_about(case: &mut Case) {
    let work = &mut case.counsellor.program;
    for task in &case.tasks {
        let entry = serde_json::json!({"topic": "own_risk", "known": "misinformed", "told_by": "zqknows: Zquorvane",
            "how_known": "zqknows: Zquorvane Xylbrant told them that it was only her illness"});
        work.api_post(&format!("/tasks/{task}/knows"), &entry).unwrap();
    }
    let wish = serde_json::json!({"topics": ["who_the_proband_is"], "scope": "self", "words": "zqwish: not after Zquorvane"});
    work.api_post(&format!("/people/{}/not-to-know", case.people[1]), &wish).unwrap();
    let told = serde_json::json!({"teller": "zqhearsay", "about": "zqhearsay Zquorvane", "account": "zqhearsay",
        "asked": "zqhearsay", "answered": ["own_doctor"], "support": "no"});
    work.api_post(&format!("/families/{}/enquiries", case.family), &told).unwrap();
}

/// The brother's own test, everything of it in planted words: one that was rejected, one that was corrected, one that stands.
fn tested_brother(case: &mut Case) {
    let (result, brother) = (case.result.clone(), case.people[2].clone());
    let record = |case: &mut Case| {
        case.counsellor.own_result_record(&result, &brother, "het", "c.5946del", TODAY).unwrap()
    };
    let rejected = record(case);
    let page = format!("/relative-results/{rejected}");
    let reason = [("reason", "zqrejected: not his report")];
    case.clinician.browser.done(&page, &format!("{page}/reject"), &reason).unwrap();
    let old = record(case);
    case.clinician.own_result_confirm(&old).unwrap();
    let fields = [
        ("says", "hom"),
        ("variant", "c.5946del"),
        ("tested_on-day", TODAY.2),
        ("tested_on-month", TODAY.1),
        ("tested_on-year", TODAY.0),
        ("laboratory", "zqlaboratory of the north"),
        ("source", "other_service"),
        ("reason", "zqcorrected: the copies were miscounted"),
    ];
    let new = case.counsellor.own_result_correct(&old, &fields).unwrap();
    case.clinician.own_result_confirm(&new).unwrap();
}

/// Everything a relative's browser can be shown with a letter in hand.
fn every_page(browser: &mut Browser) -> Vec<(String, Vec<u8>)> {
    let mut seen = Vec::new();
    for route in portal::ROUTES.iter().filter(|route| route.method == "GET" && route.path != "/r/stop") {
        let paths: Vec<String> = if route.path.contains("{choice}") {
            kinward_family::page::Choice::ALL.iter().map(|c| kinward_family::page::path::answer(*c)).collect()
        } else {
            vec![portal_path(route.path, "")]
        };
        for path in paths {
            let answer = browser.get(&path).unwrap();
            assert!(answer.status < 400, "{path} answered {}", answer.status);
            let mut bytes = answer.body.clone();
            bytes.extend(
                answer.headers.iter().flat_map(|(name, value)| format!("{name}: {value}\n").into_bytes()),
            );
            seen.push((path, bytes));
        }
    }
    seen
}

fn find(what: &str, bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    let flat: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    PLANTED
        .iter()
        .filter(|word| flat.contains(&word.to_lowercase()))
        .map(|word| format!("{what}: {word}"))
        .collect()
}

#[test]
fn nothing_planted_in_the_probands_record_reaches_a_relative() {
    let world = World::new(41);
    let mut case = case(&world);
    let mut found = Vec::new();
    let mut looked_at = 0;
    for (place, level, born) in [(0, "L2", SISTER.born), (1, "L0", AUNT.born)] {
        let letter = case.approved(place, level);
        world.send();
        let code = kinward::demo::code_of(&mut case.counsellor, &letter).unwrap();
        let (mut browser, _) = letter_open(&world.address, &code, born).unwrap();
        for (path, bytes) in every_page(&mut browser) {
            looked_at += 1;
            found.extend(find(&path, &bytes));
        }
        let text = case.counsellor.browser.page(&format!("/letters/{letter}/text")).unwrap();
        found.extend(find("the letter's text", text.as_bytes()));
    }
    for file in world.left_the_house("mail") {
        looked_at += 1;
        found.extend(find("a mail", &std::fs::read(file).unwrap()));
    }
    assert!(looked_at > 30, "only {looked_at} things were looked at");
    assert!(found.is_empty(), "{found:?}");
    // The words are where they should be: staff with a relationship see them, so the search can find.
    let staff = case.counsellor.browser.page(&format!("/results/{}", case.result)).unwrap();
    assert!(!find("staff", staff.as_bytes()).is_empty());
    let brothers = format!("/results/{}/relatives/{}", case.result, case.people[2]);
    let listed = case.counsellor.program.api(&brothers).unwrap();
    let mut his = String::new();
    for one in listed["results"].as_array().unwrap() {
        let page = format!("/relative-results/{}", one["relative_result"].as_str().unwrap());
        his.push_str(&case.counsellor.browser.page(&page).unwrap());
    }
    assert_eq!(find("the brother's", his.as_bytes()).len(), 3);
}

/// The file as it is printed, read by a program of its own.
fn printed(file: &std::path::Path) -> String {
    let out = std::process::Command::new("pdftotext").arg(file).arg("-").output();
    // Without the tool the words inside the file cannot be read: that is said, and it is a failure.
    let out = out.expect("pdftotext is needed: tests/setup.sh installs poppler-utils");
    String::from_utf8_lossy(&out.stdout).into_owned()
}

#[test]
fn a_letter_that_names_the_proband_tells_one_relative_the_name_and_nothing_else_of_theirs() {
    let world = World::new(47);
    let mut case = case(&world);
    let words = "zqspoken: she may know that it was me, but not of my operation";
    case.counsellor.consent(&case.tasks[0].clone(), "given", "L3", words).unwrap();
    let letters = [(0, "L3", SISTER.born), (1, "L2", AUNT.born)].map(|(place, level, born)| {
        let letter = case.approved(place, level);
        (kinward::demo::code_of(&mut case.counsellor, &letter).unwrap(), level, born)
    });
    world.send();
    let mut named = Vec::new();
    for (code, level, born) in letters {
        let (mut browser, letter) = letter_open(&world.address, &code, born).unwrap();
        assert_eq!(letter.contains("Zquorvane Xylbrant agreed"), level == "L3");
        for (path, bytes) in every_page(&mut browser) {
            named.extend(find(&format!("{level} {path}"), &bytes));
        }
    }
    let letter = ["/r/letter", "/r/letter/en"].map(|page| NAME.map(|word| format!("L3 {page}: {word}")));
    assert_eq!(named, letter.concat(), "the name, in the one letter");
    let files = world.left_the_house("letters");
    assert_eq!(files.len(), 2);
    let mut printed: Vec<String> =
        files.iter().flat_map(|file| find("printed", printed(file).as_bytes())).collect();
    printed.sort();
    assert_eq!(printed, ["printed: Xylbrant", "printed: Zquorvane"]);
    let mails = world.left_the_house("mail");
    assert_eq!(mails.len(), 1);
    assert!(mails.iter().all(|mail| find("mail", &std::fs::read(mail).unwrap()).is_empty()));
}

#[test]
fn the_letter_as_printed_holds_nothing_planted() {
    let world = World::new(42);
    let mut case = case(&world);
    case.approved(0, "L2");
    world.send();
    let files = world.left_the_house("letters");
    assert_eq!(files.len(), 1);
    let text = printed(&files[0]);
    assert!(text.contains("Tamsin Wray"), "the reader of the file sees its words");
    assert!(find("the printed letter", text.as_bytes()).is_empty());
}

#[test]
fn a_name_in_a_care_of_line_holds_the_letter_back() {
    let world = World::new(46);
    let mut case = case(&world);
    let (person, task) = (case.people[0].clone(), case.tasks[0].clone());
    let live_at = |case: &mut Case, address: &str| {
        let page = format!("/people/{person}");
        let fields = [("address", address), ("postcode", "GL5 1AA"), ("source", "Told by the family")];
        case.counsellor.browser.done(&page, &format!("{page}/contact"), &fields).unwrap();
        case.counsellor.letter_draft(&task, "L0").map_err(|refused| refused.public().to_owned())
    };
    let held = live_at(&mut case, "c/o Zquorvane Xylbrant\n2 Larch Close").unwrap_err();
    assert!(held.contains("held back") && held.contains("the address holds the proband"), "{held}");
    // What a reason might excuse becomes a draft, and goes no further without one.
    for address in ["Zquorvane\n2 Larch Close", "c/o my daughter\n2 Larch Close", "2 Xylbrant Street\nStroud"]
    {
        let letter = live_at(&mut case, address).unwrap_or_else(|held| panic!("{address}: {held}"));
        let held = case.counsellor.letter_submit(&letter).unwrap_err().public().to_owned();
        assert!(held.contains("held back") && held.contains("the address"), "{address}: {held}");
        assert!(
            !held.contains("Zquorvane") && !held.contains("Xylbrant"),
            "a refusal repeats no name: {held}"
        );
        case.counsellor.letter_return(&letter).unwrap();
    }
}

#[test]
fn no_line_of_the_log_holds_anything_planted() {
    let world = World::new(45);
    let mut case = case(&world);
    let letter = case.approved(0, "L2");
    world.send();
    let code = kinward::demo::code_of(&mut case.counsellor, &letter).unwrap();
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    every_page(&mut browser);
    case.counsellor.browser.get("/results/none").unwrap();
    tracing::info!("the log is listened to");
    let log = crate::support::logged();
    assert!(log.contains("the log is listened to"));
    let mut found = find("the log", log.as_bytes());
    found.extend(
        [code.as_str(), "Tamsin", "tamsin.wray@mail.example"]
            .iter()
            .filter(|w| log.contains(**w))
            .map(|w| (*w).to_owned()),
    );
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn refusals_and_errors_say_nothing_planted() {
    let world = World::new(43);
    let mut case = case(&world);
    let mut found = Vec::new();
    for path in ["/families/claim", "/results/none", "/tasks/none", "/api/v1/results/none"] {
        found.extend(find(path, &case.counsellor.browser.get(path).unwrap().body));
    }
    let task = case.tasks[0].clone();
    let refused = case.counsellor.letter_draft(&task, "L9").unwrap_err();
    found.extend(find("a refusal", refused.public().as_bytes()));
    assert!(found.is_empty(), "{found:?}");
}

/// Somebody asks to act for the sister, and tries a second code that opens nothing.
fn acted_for(world: &World, code: &str) {
    let asked = ("helper", "Ann Lee", "01632 960 001");
    kinward::demo::people::asks_to_act(&mut world.browser(), code, SISTER.born, asked).unwrap();
    let mut browser = world.browser();
    browser.done("/r/code", "/r/code", &[("code", code)]).unwrap();
    let born = [("day", SISTER.born.2), ("month", SISTER.born.1), ("year", SISTER.born.0)];
    browser.done("/r/birth-date", "/r/birth-date", &born).unwrap();
    browser.done("/r/for-you", "/r/for-you", &[("for_you", "carer")]).unwrap();
    let typed = [("second_code", code)];
    assert_eq!(browser.submit("/r/acting/code", "/r/acting/code", &typed).unwrap().status, 422);
}

#[test]
fn no_statement_of_a_relatives_request_or_of_sending_names_a_personal_column() {
    let world = World::new(44);
    let mut case = case(&world);
    let letter = case.approved(0, "L2");
    let code = kinward::demo::code_of(&mut case.counsellor, &letter).unwrap();
    let recorder = world.house.db.recorder();
    recorder.start();
    assert_eq!(world.send(), 2, "the paper and the notice go while the recorder listens");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    every_page(&mut browser);
    kinward::demo::people::reply(&mut browser, "appointment", &[("by", "phone")]).unwrap();
    let (mut again, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    kinward::demo::people::reply(&mut again, "not_know", &[]).unwrap();
    acted_for(&world, &code);
    let heard = recorder.take();
    assert!(heard.len() > 50, "the recorder heard {}", heard.len());
    let wrong: Vec<_> = personal_columns()
        .into_iter()
        .filter(|names| heard.iter().any(|sql| names.iter().any(|name| sql.contains(name))))
        .collect();
    assert!(wrong.is_empty(), "a relative's request touched {wrong:?}");
    let named = |table: &str| heard.iter().any(|sql| sql.contains(table));
    assert!(
        named("invitations") && named("replies") && named("proxies"),
        "the recorder hears what there is to hear"
    );
}

#[test]
fn what_staff_write_beside_an_answer_reaches_no_relative_and_stands_in_no_statement_of_theirs() {
    let world = World::new(48);
    let mut case = case(&world);
    let letter = case.approved(0, "L2");
    world.send();
    let code = kinward::demo::code_of(&mut case.counsellor, &letter).unwrap();
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    let email = [("notify", "email"), ("email", "her.own@mail.example")];
    kinward::demo::people::ask(&mut browser, "Who has it?", &email).unwrap();
    let task = case.tasks[0].clone();
    let page = case.counsellor.question_page(&task).unwrap();
    let named =
        case.counsellor.browser.submit(&page, &page, &[("answer_en", "Zquorvane Xylbrant has.")]).unwrap();
    assert!(named.status >= 400, "the name is held back");
    let words =
        [("answer_en", "We cannot say. Your sister may ask, too."), ("answer_why", "zqspoken: she has one")];
    let answer =
        kinward::demo::people::last_part(&case.counsellor.browser.done(&page, &page, &words).unwrap());
    let at = format!("/answers/{answer}");
    case.counsellor.answer_submit(&answer).unwrap();
    let why = [("returned_why", "zqrejected: say it more gently")];
    case.clinician.browser.done(&at, &format!("{at}/return"), &why).unwrap();
    case.counsellor.browser.done(&at, &format!("{at}/words"), &words).unwrap();
    case.counsellor.answer_submit(&answer).unwrap();
    let seen = case.clinician.program.api(&at).unwrap();
    let seen = seen["answer"]["fingerprint"].as_str().unwrap().to_owned();
    let agreed = [("words_seen", seen.as_str()), ("found_agreed", "yes")];
    case.clinician.browser.done(&at, &format!("{at}/release"), &agreed).unwrap();
    let staff = case.counsellor.browser.page(&at).unwrap();
    assert!(!find("staff", staff.as_bytes()).is_empty(), "the search can find");
    let recorder = world.house.db.recorder();
    recorder.start();
    assert_eq!(world.send(), 1);
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    let mut found = Vec::new();
    for (path, bytes) in every_page(&mut browser) {
        found.extend(find(&path, &bytes));
    }
    assert!(browser.page("/r/answered").unwrap().contains("We cannot say."));
    browser.done("/r/answered", "/r/answered", &[]).unwrap();
    kinward::demo::people::reply(&mut browser, "not_know", &[]).unwrap();
    let heard = recorder.take();
    for file in world.left_the_house("mail") {
        found.extend(find("a mail", &std::fs::read(file).unwrap()));
    }
    assert!(found.is_empty(), "{found:?}");
    assert!(heard.iter().any(|sql| sql.contains("answer_drafts")), "the stop reaches what staff wrote");
    for column in personal_columns() {
        assert!(!heard.iter().any(|sql| column.iter().any(|name| sql.contains(name))), "{column:?}");
    }
}

/// Every column that no statement of a relative may name, in either database's quotes.
fn personal_columns() -> Vec<[String; 2]> {
    let personal = |class: &str| ["P", "Y", "D-detail"].contains(&class);
    let named =
        |table: &str, column: &str| [format!("`{table}`.`{column}`"), format!("\"{table}\".\"{column}\"")];
    data_map()
        .into_iter()
        .flat_map(|(table, columns)| {
            columns
                .into_iter()
                .filter(|(_, class)| personal(class))
                .map(|(column, _)| named(&table, &column))
                .collect::<Vec<_>>()
        })
        .collect()
}
