//! The list tests: what must be complete is a list, and here it is compared with reality.
//! Must not know: how any of it works; it reads files and manifests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop there"
)]

#[path = "architecture/unlocked.rs"]
mod unlocked;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_under(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_under(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<PathBuf> {
    ["src", "family/src", "pedigree/src"]
        .iter()
        .flat_map(|dir| files_under(&root().join(dir), ".rs"))
        .collect()
}

/// Who may use whom: left uses right, never back. docs/ARCHITECTURE.md shows the same list to people.
const MAY_USE: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("ids", &["db", "clock"]),
    ("db", &["error", "ids"]),
    ("clock", &["db"]),
    ("config", &["error"]),
    ("policy", &["db", "error"]),
    ("keys", &["clock", "config", "db", "error", "ids"]),
    ("audit", &["clock", "db", "error", "ids", "keys", "policy"]),
    ("access", &["audit", "clock", "config", "db", "error", "ids", "keys", "policy"]),
    ("pdf", &["mutant"]),
    ("mutant", &[]),
    ("mail", &["db", "ids", "mutant", "pdf"]),
    ("relative", &["access", "audit", "clock", "db", "error", "ids", "keys", "mutant", "pdf", "policy"]),
    ("clinic", &["access", "audit", "db", "error", "ids", "keys", "mutant", "pdf", "policy", "relative"]),
    ("worker", &["access", "audit", "config", "error", "ids", "keys", "mail", "mutant", "pdf", "relative"]),
    ("app", &["access", "clinic", "config", "error", "relative"]),
    (
        "command",
        &[
            "access", "app", "audit", "clinic", "clock", "config", "db", "demo", "error", "keys", "policy",
            "worker",
        ],
    ),
    (
        "demo",
        &[
            "access", "app", "audit", "clinic", "clock", "command", "config", "db", "error", "ids", "keys",
            "pdf", "policy", "worker",
        ],
    ),
];

/// The part of a file that is not its tests.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

fn modules_used(text: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut word = String::new();
            for letter in list.chars() {
                match letter {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        used.insert(std::mem::take(&mut word).trim().to_owned());
                    }
                    _ if depth == 0 => word.push(letter),
                    _ => {}
                }
            }
            used.insert(word.trim().to_owned());
        } else {
            used.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    used.iter()
        .map(|path| path.split("::").next().unwrap_or_default().trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn modules_use_only_those_the_list_allows() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    for file in files_under(&root().join("src"), ".rs") {
        let inside = file.strip_prefix(root().join("src")).unwrap().to_owned();
        let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        let module = first.trim_end_matches(".rs").to_owned();
        if ["lib", "main"].contains(&module.as_str()) {
            continue;
        }
        let Some(may) = allowed.get(module.as_str()) else {
            wrong.push(format!("{module} is not on the list"));
            continue;
        };
        let text = fs::read_to_string(&file).unwrap();
        for used in modules_used(without_tests(&text)) {
            if used != module && !may.contains(&used.as_str()) {
                wrong.push(format!("{} uses {used}", inside.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "against the list of who may use whom (docs/ARCHITECTURE.md):\n{}",
        wrong.join("\n")
    );
}

#[test]
fn the_reader_of_use_lines_sees_what_it_must() {
    let text =
        "use crate::{\n    access::{House, Role},\n    db::Conn,\n};\nlet x = crate::clinic::result::f();";
    let seen: Vec<_> = modules_used(text).into_iter().collect();
    assert_eq!(seen, ["access", "clinic", "db"]);
}

#[test]
fn every_file_opens_with_what_it_is_for_and_must_not_know() {
    let mut wrong = Vec::new();
    for file in sources() {
        let text = fs::read_to_string(&file).unwrap();
        let head: Vec<&str> = text.lines().take(4).collect();
        let opens = head.first().is_some_and(|line| line.starts_with("//! "));
        let tests_only = file.to_string_lossy().ends_with("tests.rs");
        let says = head.iter().any(|line| line.contains("Must not know"));
        if !opens || !(says || tests_only) {
            wrong.push(file.display().to_string());
        }
    }
    assert!(wrong.is_empty(), "files without their two lines:\n{}", wrong.join("\n"));
}

#[test]
fn no_file_is_longer_than_five_hundred_lines() {
    for file in sources().into_iter().chain(files_under(&root().join("tests"), ".rs")) {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= 500, "{} has {lines}", file.display());
    }
}

#[test]
fn the_inner_crates_depend_on_nothing_that_could_fetch() {
    for (package, banned) in [
        (
            "kinward-family",
            ["diesel", "actix-web", "lettre", "tokio", "chrono", "uuid", "getrandom"].as_slice(),
        ),
        (
            "kinward-pedigree",
            ["diesel", "actix-web", "lettre", "tokio", "chrono", "kinward-family"].as_slice(),
        ),
    ] {
        let out = Command::new(env!("CARGO"))
            .args(["tree", "--locked", "--offline", "-p", package, "-e", "normal", "--prefix", "none"])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let tree = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(tree.contains(package), "cargo tree said nothing of {package}");
        for line in tree.lines() {
            let name = line.split_whitespace().next().unwrap_or_default();
            assert!(!banned.contains(&name), "{package} has grown a dependency it must not have: {name}");
        }
    }
}

#[test]
fn migrations_pair_up_by_name() {
    let names = |kind: &str| -> BTreeSet<String> {
        fs::read_dir(root().join("migrations").join(kind))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(!names("sqlite").is_empty());
}

#[test]
fn no_template_prints_what_it_was_not_made_to() {
    // Fragments that our own crates made: the letter's HTML and the pedigree's SVG.
    const ALLOWED: &[&str] = &["letter_html.hbs", "pedigree_svg.hbs", "letter.hbs"];
    let mut wrong = Vec::new();
    for file in files_under(&root().join("templates"), ".hbs") {
        // The one script there is, on the one page that takes a code from its own address.
        let ours = "{{#if reads_code}}\n<script src=\"{{assets}}/code.js\" defer></script>\n{{/if}}";
        let text = fs::read_to_string(&file).unwrap().replacen(ours, "", 1);
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        for raw in ["{{{", "{{&", "<script", "style=\"", "javascript:"] {
            if text.contains(raw) && !(raw == "{{{" && ALLOWED.contains(&name.as_str())) {
                wrong.push(format!("{}: {raw}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_staff_template_is_on_the_list_and_every_one_listed_exists() {
    let listed: BTreeSet<String> =
        kinward::access::answer::TEMPLATES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let there: BTreeSet<String> = files_under(&root().join("templates/staff"), ".hbs")
        .iter()
        .map(|file| file.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(listed, there);
}

#[test]
fn the_states_that_people_read_are_those_in_force() {
    use kinward::clinic::{cascade::steps, result::state, tested::said};
    let mut text = String::from("Every state of a relative task, every command, and where it leads.\n\n");
    text.push_str(&steps::product());
    macro_rules! steps {
        ($of:literal, $($part:ident),+ in $steps:path) => {
            text.push_str(concat!("\nEvery permitted step of ", $of, "; what is not listed is refused.\n\n"));
            for ($($part,)+ to) in $steps {
                text.push_str(&[$(steps!(@ $part)),+].concat());
                text.push_str(&format!("{to}\n"));
            }
        };
        (@ $part:ident) => { format!("{:<1$}", $part.as_str(), if stringify!($part) == "from" { 26 } else { 22 }) };
    }
    steps!("a result", from, command in state::STEPS);
    steps!("a relative's own result", from, command in said::STEPS);
    steps!("a letter to or about the proband", from, command in kinward::clinic::letters::personal::kept::STEPS);
    steps!("a sending", from in kinward::relative::outbox::STEPS);
    steps!("an import", from in kinward::clinic::imports::state::STEPS);
    steps!("a family of an import", from in kinward::clinic::imports::family::STEPS);
    steps!("a letter of a batch", from in kinward::clinic::letters::batch::row::STEPS);
    steps!("a trigger", from, command in kinward::clinic::cascade::trigger::STEPS);
    steps!("an incident", from, command in kinward::clinic::incident::STEPS);
    steps!("a transfer", from, command in kinward::clinic::transfer::STEPS);
    steps!("an answer to a relative", from, command in kinward::clinic::answers::draft::STEPS);
    steps!("a referral to a relative's own service", from, command in kinward::clinic::referral::states::STEPS);
    steps!("whoever acts for a relative", from, command in kinward::relative::proxy::STEPS);
    is_as_written("docs/states.txt", &text);
}

#[test]
fn the_permissions_that_people_read_are_those_in_force() {
    is_as_written("docs/permissions.txt", &kinward::access::permission::matrix());
}

/// A list that people read, against the code. It is written anew on request only, so that a change is looked at.
fn is_as_written(name: &str, text: &str) {
    let file = root().join(name);
    if std::env::var_os("KINWARD_WRITE_LISTS").is_some() {
        fs::write(&file, text).unwrap();
    }
    assert_eq!(
        fs::read_to_string(&file).unwrap_or_default(),
        text,
        "{name}: look at the change, then write it anew with KINWARD_WRITE_LISTS=1 cargo test --test architecture"
    );
}

#[test]
fn the_relatives_wing_never_names_the_professionals_wing() {
    for file in files_under(&root().join("src/relative"), ".rs") {
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains("crate::clinic"), "{}", file.display());
    }
}

#[test]
fn planted_leaks_are_in_one_file_and_in_nothing_that_is_installed() {
    let manifest: toml::Table =
        toml::from_str(&fs::read_to_string(root().join("Cargo.toml")).unwrap()).unwrap();
    let features = manifest["features"].as_table().unwrap();
    let default = features.get("default").and_then(|value| value.as_array());
    assert!(default.is_none_or(Vec::is_empty), "the program has features without being asked");
    assert_eq!(features.keys().collect::<Vec<_>>(), ["mutants"], "a feature that is on no list");
    // Put together here, so that this file does not say it either.
    let asks = ["feature = ", "\"mutants\""].concat();
    for file in files_under(&root().join("src"), ".rs") {
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(text.contains(&asks), file.ends_with("src/mutant.rs"), "{}", file.display());
    }
    for (file, least) in [("tests/run.sh", 3), ("Makefile", 1)] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        let built: Vec<&str> = text.lines().filter(|line| line.contains("mutants")).collect();
        assert!(built.len() >= least, "{file} no longer tests with the planted leaks");
        // What is tested has them; what is built to be used is built without.
        let used = |line: &str| line.contains("cargo build") || line.contains("cargo run");
        assert!(!built.into_iter().any(used), "{file}");
    }
    let tests = fs::read_to_string(root().join("tests/run.sh")).unwrap();
    for of_all in tests.lines().filter(|line| line.contains("${whole[@]}")) {
        assert!(of_all.contains("cargo test") || of_all.contains("cargo clippy"), "{of_all}");
    }
}

/// Holds that `made` stands in one file of the application and in no other.
fn only_in(home: &str, made: &str) {
    for file in files_under(&root().join("src"), ".rs") {
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(text.contains(made), file.ends_with(home), "{}", file.display());
    }
}

#[test]
fn only_the_door_makes_a_fact() {
    only_in("clinic/result/release.rs", "FamilialFact::new");
}

#[test]
fn only_a_live_consent_makes_a_name_for_a_letter() {
    only_in("clinic/sharing/consent.rs", "NamedIndex::by_consent");
}

#[test]
fn only_the_editor_makes_words_of_ones_own() {
    only_in("clinic/letters/own_words.rs", "ReviewedParagraph::by_review");
    only_in("clinic/answers/words.rs", "ReviewedAnswer::by_review");
    only_in("relative/answer.rs", "ReviewedAnswer::reopen");
}

/// A letter that is drafted for somebody has the words that its service has approved; made-up letters have the published ones.
#[test]
fn letters_to_people_are_worded_in_one_place() {
    let may =
        ["pages/templates.rs", "pages/wordings.rs", "letters/wordings.rs", "letters/wording_problems.rs"];
    for file in files_under(&root().join("src/clinic"), ".rs") {
        let text = fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        let writes = text.contains("Letter::write(") || text.contains("Letter::write_with(");
        assert!(!writes || may.iter().any(|end| file.ends_with(end)), "{}", file.display());
    }
}

#[test]
fn nothing_committed_names_a_registry_host_or_a_machine() {
    let listed = Command::new("git").args(["ls-files"]).current_dir(root()).output();
    let Ok(listed) = listed else { panic!("git is needed for this test") };
    // Put together here, so that this file does not name them either.
    let mut hosts: Vec<String> = [
        ["registry", "npmjs"],
        ["pypi", "org"],
        ["files", "pythonhosted"],
        ["static", "crates"],
        ["index", "crates"],
    ]
    .map(|parts| parts.join("."))
    .into();
    hosts.push(root().to_string_lossy().into_owned());
    let mut wrong = Vec::new();
    for name in String::from_utf8_lossy(&listed.stdout).lines() {
        // Cargo's own lock file names its index; cargo writes it so and reads nothing else.
        if name == "Cargo.lock" {
            continue;
        }
        let Ok(text) = fs::read_to_string(root().join(name)) else { continue };
        for host in &hosts {
            if text.contains(host.as_str()) {
                wrong.push(format!("{name}: {host}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
