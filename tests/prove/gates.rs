//! What must hold for the proof to count, each with a sentence; and the table that says what was compared.
//! Must not know: any world.

use crate::{compare, decode, kept, leaks::Caught, pair::Count, store::is_postgres, world::portal_routes};
use std::time::Duration;

/// How many things hold or do not.
pub const HOW_MANY: usize = 13;

/// Surfaces that are not addresses of the portal.
const OTHER_SURFACES: &[&str] = &[
    "letters (text)",
    "letters (PDF)",
    "e-mails (MIME)",
    "print manifests",
    "table invitations",
    "table posts",
    "table visits",
    "table replies",
    "table wishes",
    "table answers",
    "what is not the portal's",
];
/// Compared too, but often short or empty: a count of wrong tries, those who ask to act for somebody, a log in which nothing went wrong.
const SHORT_SURFACES: &[&str] = &["table wrong_tries", "table proxies", "log", "steps staff can take"];

pub fn self_tests() {
    compare::self_test();
    decode::self_test();
    kept::self_test();
}

fn surfaces() -> Vec<String> {
    let mut all: Vec<String> =
        portal_routes().iter().map(|(method, path)| format!("{method} {path}")).collect();
    all.extend(OTHER_SURFACES.iter().map(|surface| (*surface).to_owned()));
    all
}

pub fn problems(count: &Count, caught: &[Caught]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut must = |holds: bool, sentence: String| {
        if !holds {
            problems.push(sentence);
        }
    };
    let share = |part: usize, whole: usize| (100 * part).checked_div(whole).unwrap_or(0);
    must(count.failures.is_empty(), format!("{} pairs failed; see above.", count.failures.len()));
    let masks: toml::Table = toml::from_str(include_str!("masks.toml")).unwrap();
    must(
        masks.len() == 1 && masks["masks"].as_array().is_some_and(Vec::is_empty),
        "tests/prove/masks.toml is not empty: something is overlooked.".into(),
    );
    // Asked for its planted leaks alone.
    if count.pairs == 0 && !caught.is_empty() {
        leaks_caught(caught, &mut must);
        return problems;
    }
    let known: Vec<String> =
        surfaces().into_iter().chain(SHORT_SURFACES.iter().map(|surface| (*surface).to_owned())).collect();
    let strange: Vec<&String> = count.tallies.keys().filter(|surface| !known.contains(surface)).collect();
    must(strange.is_empty(), format!("Something was seen that is on no list: {strange:?}."));
    // A short run, as in a test of the whole, cannot see everything often; a proof must.
    let least = (count.pairs / 5).min(100);
    let seldom: Vec<String> = surfaces()
        .into_iter()
        .filter(|surface| count.tallies.get(surface).is_none_or(|tally| tally.full < least))
        .collect();
    must(
        seldom.is_empty(),
        format!("Compared with more than 64 bytes fewer than {least} times: {seldom:?}."),
    );
    must(
        share(count.staff_differ, count.pairs) >= 95,
        format!(
            "Staff see a difference in {} of {} pairs only; at least 95 in 100 are needed, or nothing personal differs.",
            count.staff_differ, count.pairs
        ),
    );
    must(
        count.canaries > 0 && count.with_staff == count.canaries,
        format!("Staff find {} of {} planted words; all are needed.", count.with_staff, count.canaries),
    );
    must(
        share(count.released, count.pairs) >= 30,
        format!("A letter left in {} of {} pairs only; 30 in 100 are needed.", count.released, count.pairs),
    );
    must(
        share(count.objected, count.pairs) >= 10,
        format!(
            "Somebody chose not to know in {} of {} pairs only; 10 in 100 are needed.",
            count.objected, count.pairs
        ),
    );
    must(
        share(count.refused, count.commands) < 10,
        format!(
            "{} of {} commands were refused; fewer than 10 in 100 may be.",
            count.refused, count.commands
        ),
    );
    must(
        share(count.two_families, count.pairs) >= 12 && share(count.amended, count.pairs) >= 4,
        format!(
            "{} of {} pairs have two families that are written to, and {} an amended report; 12 and 4 in 100 are needed.",
            count.two_families, count.pairs, count.amended
        ),
    );
    must(
        share(count.tested, count.pairs) >= 5,
        format!(
            "A relative's own result was confirmed in {} of {} pairs only; 5 in 100 are needed.",
            count.tested, count.pairs
        ),
    );
    must(
        share(count.crashed, count.pairs) >= 8,
        format!(
            "The second world died in {} of {} pairs only; 8 in 100 are needed.",
            count.crashed, count.pairs
        ),
    );
    must(
        count.unseen >= count.pairs / 25 && 2 * count.unseen_left > count.unseen,
        format!(
            "Somebody without a letter looked at {} families, of which {} had letters; one in 25 pairs, and most of them with letters, are needed.",
            count.unseen, count.unseen_left
        ),
    );
    leaks_caught(caught, &mut must);
    problems
}

fn leaks_caught(caught: &[Caught], must: &mut impl FnMut(bool, String)) {
    let mut needed: Vec<usize> = caught.iter().filter_map(|one| one.pairs).collect();
    needed.sort_unstable();
    let loose: Vec<&str> =
        caught.iter().filter(|one| one.pairs.is_none()).map(|one| one.name.as_str()).collect();
    must(
        loose.is_empty() && needed.get(needed.len() / 2).is_none_or(|median| *median <= 20),
        format!("Planted leaks that were not caught, or not soon: {loose:?}, pairs needed {needed:?}."),
    );
}

pub fn table(count: &Count, caught: &[Caught], seed: u64, took: Duration) {
    let on = if is_postgres() { "PostgreSQL" } else { "SQLite" };
    println!(
        "\nTwo worlds, one script: seed {seed}, {} pairs on {on}, {:.0} s",
        count.pairs,
        took.as_secs_f32()
    );
    println!("\n{:<32}{:>12}{:>16}{:>16}", "what a relative can see", "compared", "bytes", "over 64 bytes");
    for (surface, tally) in &count.tallies {
        println!("{surface:<32}{:>12}{:>16}{:>16}", tally.times, tally.bytes, tally.full);
    }
    println!("\n{:<52}{:>12}", "pairs in which staff see a difference", count.staff_differ);
    println!("{:<52}{:>12}", "pairs in which a letter left", count.released);
    println!("{:<52}{:>12}", "pairs in which somebody chose not to know", count.objected);
    println!("{:<52}{:>12}", "pairs with two families that are written to", count.two_families);
    println!("{:<52}{:>12}", "pairs with an amended report", count.amended);
    println!("{:<52}{:>12}", "pairs in which a relative's own result counted", count.tested);
    println!("{:<52}{:>12}", "pairs in which the second world died", count.crashed);
    println!("{:<52}{:>12}", "times that it was started anew", count.crashes);
    println!("{:<52}{:>12}", "families seen by somebody without a letter", count.unseen);
    println!("{:<52}{:>12}", "of them with letters that had left", count.unseen_left);
    println!("{:<52}{:>12}", "answers compared to somebody without a letter", count.unseen_answers);
    println!("{:<52}{:>12}", "commands", count.commands);
    println!("{:<52}{:>12}", "commands that were refused", count.refused);
    println!("{:<52}{:>12}", "planted words", count.canaries);
    println!("{:<52}{:>12}", "planted words that staff find", count.with_staff);
    println!("{:<52}{:>12}", "bytes searched for planted words, decoded", count.searched);
    println!("{:<52}{:>12}", "pairs that failed", count.failures.len());
    if !caught.is_empty() {
        println!("\n{:<44}{:>12}  seen in", "planted leak", "pairs needed");
    }
    for one in caught {
        let pairs = one.pairs.map_or("NOT CAUGHT".to_owned(), |pairs| pairs.to_string());
        println!("{:<44}{pairs:>12}  {}", one.name, one.by);
    }
    println!();
}
