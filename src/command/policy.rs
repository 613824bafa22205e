//! Words about policy packs: check them, compare two, and put the service under one.
//! Must not know: how a rule is applied.

use super::house::{open, read_text};
use crate::{
    access::service::service_list,
    audit::ActorKind,
    clinic::sharing::pack::pack_use,
    clock::{Clock, MachineClock},
    error::{Error, Result},
    policy::{
        Policy,
        pack::{Edition, Pack},
    },
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// Checks packs: those in files, or all that are built in. Says what nobody has checked.
pub fn policy_check(files: &[PathBuf]) -> Result<u8> {
    let policy = Policy::embedded()?;
    if files.is_empty() {
        println!("Figures {} {}, in force from {}.", policy.id, policy.version, policy.in_force_from);
        policy.packs().iter().for_each(tell);
    }
    for file in files {
        tell(&read(file)?);
    }
    Ok(0)
}

fn read(file: &Path) -> Result<Pack> {
    Pack::parse(&file.display().to_string(), &read_text(file)?)
}

fn tell(pack: &Pack) {
    println!("{} ({}):", pack.name, pack.id);
    for edition in pack.editions() {
        let to = edition.in_force_to.map_or_else(|| "on".to_owned(), |last| format!("to {last}"));
        let unchecked: Vec<&str> =
            edition.rules.iter().filter(|rule| !rule.checked).map(|rule| rule.id.as_str()).collect();
        println!("  {}: from {} {to}, {} rules", edition.version, edition.in_force_from, edition.rules.len());
        if !unchecked.is_empty() {
            println!("    not checked at their source: {}", unchecked.join(", "));
        }
    }
    if pack.verified_by.is_empty() {
        println!("  No named person has checked this pack.");
    }
}

/// What two packs ask differently today; each is named, or a file. Exit status 1 where they differ.
pub fn policy_diff(one: &str, other: &str) -> Result<u8> {
    let policy = Policy::embedded()?;
    let pack = |name: &str| {
        let file = Path::new(name);
        if file.extension().is_some() { read(file) } else { policy.pack(name).cloned() }
    };
    let (one, other) = (pack(one)?, pack(other)?);
    let today = MachineClock.now().date();
    let lines = differences(one.on(today)?, other.on(today)?);
    println!("{} against {}, as in force on {today}:", one.name, other.name);
    lines.iter().for_each(|line| println!("{line}"));
    if lines.is_empty() {
        println!("They ask the same.");
    }
    Ok(u8::from(!lines.is_empty()))
}

fn differences(one: &Edition, other: &Edition) -> Vec<String> {
    let mut lines = Vec::new();
    let mut put = |what: &str, left: Option<String>, right: Option<String>| {
        if left != right {
            lines.push(what.to_owned());
            lines.extend(left.map(|left| format!("  - {left}")));
            lines.extend(right.map(|right| format!("  + {right}")));
        }
    };
    let said = |edition: &Edition, what: &str| {
        edition.settings().into_iter().find(|(own, ..)| *own == what).map(|(_, words, _)| words)
    };
    let names: BTreeSet<&str> =
        one.settings().iter().chain(&other.settings()).map(|(what, ..)| *what).collect();
    for what in names {
        put(what, said(one, what), said(other, what));
    }
    let list = |items: &[String]| Some(items.join("; ")).filter(|items| !items.is_empty());
    put("Must be on file", list(&one.documents), list(&other.documents));
    put("No letter may say", list(&one.must_not_say), list(&other.must_not_say));
    let ids: BTreeSet<&str> = one.rules.iter().chain(&other.rules).map(|rule| rule.id.as_str()).collect();
    for id in ids {
        let text =
            |edition: &Edition| edition.rule(id).map(|rule| format!("{} ({})", rule.text, rule.source));
        put(&format!("Rule {id}"), text(one), text(other));
    }
    lines
}

/// Puts the one service of this installation under another pack.
pub fn policy_use(name: &str) -> Result<u8> {
    let house = open()?;
    let services = house.db.read(service_list)?;
    let [service] = services.as_slice() else {
        return Err(Error::bad_input("there must be one service here to put under a pack"));
    };
    let stopped =
        house.act_as(ActorKind::CommandLine, "policy use", service.id, |act| pack_use(act, name))?;
    println!("{} works under the pack {name} from now on. What was decided before stands.", service.name);
    if stopped > 0 {
        println!("{stopped} letters that had not left, and that it does not allow, were stopped.");
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::UtcDate;

    #[test]
    fn two_packs_differ_where_they_differ_and_one_is_like_itself() {
        let policy = Policy::embedded().unwrap();
        let day = UtcDate::new(2026, 11, 23).unwrap();
        let on = |name: &str| policy.pack(name).unwrap().on(day).unwrap();
        assert!(differences(on("england"), on("england")).is_empty());
        let lines = differences(on("england"), on("norway")).join("\n");
        assert!(
            lines.contains(
                "Where the proband does not agree\n  - both interests are weighed\n  + never against"
            )
        );
        assert!(differences(on("england"), on("scotland")).iter().any(|line| line == "Rule CAP-1"));
    }
}
