//! One pair: a plan played in two worlds, compared, searched, and, where it fails, made as small as it can be.
//! Must not know: how many pairs there are.

use crate::{
    compare::{Difference, Tallies, compare},
    decode::{Finder, like_canaries},
    existence::unseen,
    plan::Plan,
    play::{Played, play},
    world::Template,
};
use kinward::error::Result;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What pairs came to. Those of several processes are added up.
#[derive(Default, Serialize, Deserialize)]
pub struct Count {
    pub pairs: usize,
    pub tallies: Tallies,
    pub commands: usize,
    pub refused: usize,
    pub released: usize,
    pub objected: usize,
    pub staff_differ: usize,
    /// Pairs with two families whose relatives are written to, with an amended report, and in which the second world's
    /// application died; and how often it did.
    pub two_families: usize,
    pub amended: usize,
    /// Pairs in which a relative's own result was confirmed, in one world or in both.
    pub tested: usize,
    pub crashed: usize,
    pub crashes: usize,
    /// Families seen by somebody without a letter, of them such whose letters had left in the one world, and answers compared.
    pub unseen: usize,
    pub unseen_left: usize,
    pub unseen_answers: usize,
    /// Canaries drawn, and how many of them staff can find.
    pub canaries: usize,
    pub with_staff: usize,
    /// Bytes that were searched.
    pub searched: usize,
    pub failures: Vec<String>,
}

impl Count {
    pub fn add(&mut self, other: Count) {
        self.pairs += other.pairs;
        self.commands += other.commands;
        self.refused += other.refused;
        self.released += other.released;
        self.objected += other.objected;
        self.staff_differ += other.staff_differ;
        self.two_families += other.two_families;
        self.amended += other.amended;
        self.tested += other.tested;
        self.crashed += other.crashed;
        self.crashes += other.crashes;
        self.unseen += other.unseen;
        self.unseen_left += other.unseen_left;
        self.unseen_answers += other.unseen_answers;
        self.canaries += other.canaries;
        self.with_staff += other.with_staff;
        self.searched += other.searched;
        self.failures.extend(other.failures);
        for (surface, tally) in other.tallies {
            let sum = self.tallies.entry(surface).or_default();
            sum.times += tally.times;
            sum.bytes += tally.bytes;
            sum.full += tally.full;
        }
    }
}

/// Why a pair fails.
pub enum Failure {
    Differs(Difference),
    Canary { label: String, surface: String, canary: String },
}

impl Failure {
    fn label(&self) -> &str {
        match self {
            Failure::Differs(difference) => &difference.label,
            Failure::Canary { label, .. } => label,
        }
    }

    pub fn surface(&self) -> &str {
        match self {
            Failure::Differs(difference) => &difference.surface,
            Failure::Canary { surface, .. } => surface,
        }
    }

    fn told(&self) -> String {
        match self {
            Failure::Differs(difference) => format!(
                "after '{}', {} ({}) differs between the two worlds:\n{}",
                difference.label, difference.surface, difference.name, difference.diff
            ),
            Failure::Canary { label, surface, canary } => {
                format!("after '{label}', the planted word {canary} can be read in {surface}")
            }
        }
    }
}

pub struct Prover {
    pub template: Template,
    finder: Finder,
}

impl Prover {
    pub fn new() -> Self {
        Self { template: Template::new(), finder: Finder::default() }
    }

    /// Plays a pair and counts it. Answers why it fails, if it does.
    pub fn pair(&mut self, plan: &Plan, count: &mut Count) -> Result<Option<Failure>> {
        let (one, other) = (play(&self.template, plan, 0)?, play(&self.template, plan, 1)?);
        count.pairs += 1;
        for played in [&one, &other] {
            count.commands += played.commands;
            count.refused += played.refused;
        }
        count.released += usize::from(one.letters_sent > 0);
        count.objected += one.objections;
        count.two_families += usize::from(plan.families.len() > 1);
        count.amended += usize::from(plan.families.iter().any(|family| family.amended));
        count.tested += usize::from(one.own_results + other.own_results > 0);
        count.crashed += usize::from(other.crashes > 0);
        count.crashes += other.crashes;
        count.staff_differ += usize::from(one.staff != other.staff);
        let differs = compare(&one, &other, &mut count.tallies);
        let spoken = self.search(&one, &other, count);
        Ok(differs.map(Failure::Differs).or(spoken))
    }

    /// Somebody without a letter, where others have letters and where nobody has.
    pub fn unseen(&mut self, plan: &Plan, count: &mut Count) -> Result<()> {
        let (differs, answers, left) = unseen(&self.template, plan)?;
        count.unseen += 1;
        count.unseen_left += usize::from(left);
        count.unseen_answers += answers;
        count.failures.extend(differs.map(|told| format!("Seed {}: {told}", plan.seed)));
        Ok(())
    }

    /// The second witness: no canary of either world in anything that relatives can see of either; and each with staff.
    fn search(&mut self, one: &Played, other: &Played, count: &mut Count) -> Option<Failure> {
        let mut failure = None;
        let mut all: BTreeSet<&String> = BTreeSet::new();
        for played in [one, other] {
            all.extend(played.canaries.iter().chain(&played.turned_away));
            let there: BTreeSet<String> = like_canaries(&played.staff).into_iter().collect();
            for canary in &played.canaries {
                count.canaries += 1;
                if there.contains(canary) {
                    count.with_staff += 1;
                } else if std::env::var_os("PROVE_TALK").is_some() {
                    eprintln!("staff cannot find {canary}");
                }
            }
        }
        for step in one.steps.iter().chain(&other.steps) {
            for seen in &step.seen {
                count.searched += seen.bytes.len();
                // The rows of a table are each by themselves; most stood there before.
                let rows = seen.surface.starts_with("table ");
                for part in seen.bytes.split(|byte| rows && *byte == b'\n') {
                    if let Some(canary) = self.finder.find(part).into_iter().find(|word| all.contains(word)) {
                        let (label, surface) = (step.label.clone(), seen.surface.clone());
                        failure.get_or_insert(Failure::Canary { label, surface, canary });
                    }
                }
            }
        }
        failure
    }

    /// Drops commands and variations as long as the pair still fails, and tells what is left.
    pub fn told(&mut self, plan: &Plan, failure: Failure) -> String {
        let (mut plan, mut failure, mut tries) = (plan.clone(), failure, 0);
        let mut attempt = |fewer: Plan, plan: &mut Plan, failure: &mut Failure| {
            tries += 1;
            if let Ok(Some(still)) = self.pair(&fewer, &mut Count::default()) {
                (*plan, *failure) = (fewer, still);
            }
        };
        let mut fewer = plan.clone();
        let failed_at = plan.commands.iter().position(|command| command.label == failure.label());
        fewer.commands.truncate(failed_at.map_or(plan.commands.len(), |at| at + 1));
        attempt(fewer, &mut plan, &mut failure);
        for kind in plan.kinds.clone() {
            let mut fewer = plan.clone();
            fewer.kinds.remove(&kind);
            attempt(fewer, &mut plan, &mut failure);
        }
        // From the end: what comes later depends on what came before.
        for place in (1..plan.commands.len()).rev() {
            let mut fewer = plan.clone();
            if place < fewer.commands.len() {
                fewer.commands.remove(place);
                attempt(fewer, &mut plan, &mut failure);
            }
        }
        let mut told = format!("Seed {}: {}\n", plan.seed, failure.told());
        told.push_str(&format!("Smallest script that still shows it ({tries} tries):\n"));
        for command in &plan.commands {
            let side = command.side.map_or(String::new(), |side| format!(" (world {} alone)", side + 1));
            told.push_str(&format!("  {}{side}\n", command.label));
        }
        let alike = plan.kinds.is_empty() && plan.commands.iter().all(|command| command.side.is_none());
        if alike && matches!(failure, Failure::Differs(_)) {
            told.push_str(
                "These worlds are alike: something asks this machine for its time or its chance.\n",
            );
        }
        told.push_str(&format!("What differs between the worlds: {:?}\n", plan.kinds));
        told
    }
}
