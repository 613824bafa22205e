//! What words that somebody typed for one letter must not say besides: the proband by any name, anybody by their first letters,
//! more than the letter itself tells, other conditions and genes, variants in any spelling, whoever it points to, and how old they are.
//! Must not know: who typed them, or what becomes of what is found.

use super::{Found, Matter, watched};
use crate::{
    access::InFamily,
    audit::Act,
    clinic::{
        cascade::task::Task,
        people::person::Person,
        result::{release, state::result_row},
    },
    error::Result,
};
use kinward_family::{
    condition::Condition,
    disclosure::Level,
    fact::{FamilialFact, GenomicName, ProteinName, spelling},
    language::Language,
    letter::{Letter, Passage},
    lint::{Forbidden, scan},
    pointing,
    wording::published,
};
use std::{collections::HashSet, sync::LazyLock};

/// What typed words are read for, beside what the whole letter is.
pub struct Typed {
    words: Vec<Forbidden>,
    initials: Vec<Forbidden>,
    /// The letter's own variants in every spelling; none below the level that tells them.
    own_variants: Vec<String>,
    year: u16,
}

/// Words that stand in small letters in our own templates: as a name one of them is written with a capital.
static ORDINARY: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let words = published().iter().flat_map(|template| template.body().split(|c: char| !c.is_alphabetic()));
    words.filter(|word| word.starts_with(char::is_lowercase)).map(str::to_owned).collect()
});

/// Words of our own templates that are written in capitals throughout, such as GP: whoever has those for initials is not meant.
static CAPITALS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let words = published().iter().flat_map(|template| template.body().split(|c: char| !c.is_alphabetic()));
    words.filter(|word| word.len() > 1 && word.chars().all(char::is_uppercase)).map(str::to_owned).collect()
});

impl Typed {
    /// What the words of `letter` are read for, in the family of `task`.
    ///
    /// # Errors
    /// Only what reading the result may meet.
    pub(super) fn of(
        act: &mut Act<'_>,
        proof: &InFamily,
        task: &Task,
        letter: &Letter,
        people: &[Person],
    ) -> Result<Typed> {
        let result = result_row(act.conn(), proof, task.result_id)?;
        let fact = release::fact_preview(act, proof, &result)?;
        let level = letter.level();
        let mut words: Vec<Forbidden> =
            pointing::typed().map(|word| watched(Matter::KinWord, word)).collect();
        for person in people.iter().filter(|person| person.is_proband) {
            words.extend(names(person, letter));
        }
        words.extend(beyond(&fact, level));
        words.extend(elsewhere(&fact, level, letter));
        let told = letter.disclosure().fact().filter(|_| level >= Level::L2);
        let own_variants = told.map(|told| own_variants(told, &fact)).unwrap_or_default();
        let others = people.iter().filter(|person| person.id != task.person_id);
        let named = letter.disclosure().named().is_some();
        let others = others.filter(|person| !(person.is_proband && named));
        let reader: Vec<String> =
            people.iter().filter(|person| person.id == task.person_id).flat_map(initials).collect();
        let initials = others.flat_map(initials).filter(|letters| !reader.contains(letters));
        let initials = initials.map(|letters| watched(Matter::Initials, letters)).collect();
        Ok(Typed { words, initials, own_variants, year: letter.day().year() })
    }

    /// What is found in one passage that somebody typed. What its template says there may be said again.
    pub(super) fn read(&self, passage: &Passage) -> Vec<Found> {
        let was = passage.instead_of.as_deref().unwrap_or_default();
        let here = |matter, at: usize, found: String| Found {
            matter,
            part: passage.place.words(),
            sentence: passage.sentence(at).to_owned(),
            found,
        };
        let mut all = Vec::new();
        for hit in scan(&passage.words, &self.words) {
            let Ok(matter) = hit.why.parse::<Matter>() else { continue };
            let again = matches!(matter, Matter::KinWord | Matter::BeyondLevel)
                && !scan(was, &[Forbidden::new(hit.word.as_str(), "")]).is_empty();
            if again {
                continue;
            }
            let plain = hit.found.starts_with(char::is_lowercase) && ORDINARY.contains(&hit.found);
            // "You may" is no May: a reason is asked for, and enough.
            let matter = if matter == Matter::ProbandName && plain { Matter::GivenName } else { matter };
            all.push(here(matter, hit.at, hit.found));
        }
        for hit in scan(&passage.words, &self.initials) {
            let ours = CAPITALS.contains(&hit.found) || hit.found.chars().any(char::is_lowercase);
            if !ours && scan(was, &[Forbidden::new(hit.word.as_str(), "")]).is_empty() {
                all.push(here(Matter::Initials, hit.at, hit.found));
            }
        }
        let before: Vec<String> = spelling::spelled(was).into_iter().map(|one| one.key).collect();
        for variant in spelling::spelled(&passage.words) {
            if !self.own_variants.contains(&variant.key) && !before.contains(&variant.key) {
                all.push(here(Matter::BeyondLevel, variant.at, variant.found));
            }
        }
        let before: Vec<String> = pointing::ages(was, self.year).into_iter().map(|(_, age)| age).collect();
        for (at, age) in pointing::ages(&passage.words, self.year) {
            if !before.contains(&age) {
                all.push(here(Matter::Date, at, age));
            }
        }
        all
    }
}

/// Each name of the proband by itself, but those that the reader has too; none where the letter names them.
fn names(proband: &Person, letter: &Letter) -> Vec<Forbidden> {
    if letter.disclosure().named().is_some() {
        return Vec::new();
    }
    let own = letter.own_names();
    let given = proband.given_name.iter().chain(&proband.letter_given_name);
    let given = given.flat_map(|name| std::iter::once(name.as_str()).chain(name.split_whitespace()));
    let family = proband.family_name.iter().chain(&proband.letter_family_name).map(String::as_str);
    let all = given.chain(family).map(|name| watched(Matter::ProbandName, name));
    all.filter(|name| scan(&own, std::slice::from_ref(name)).is_empty()).collect()
}

/// The first letters of somebody's names, of the first given name and of all of them: "R F" for Rose Ann Farr, and "R A F".
/// They are written as capitals only, with or without points, so that no word in small letters is taken for them.
fn initials(person: &Person) -> Vec<String> {
    let first = |name: &str| name.chars().next().map(|letter| letter.to_uppercase().to_string());
    let both = [
        person.given_name.as_ref().zip(person.family_name.as_ref()),
        person.letter_given_name.as_ref().zip(person.letter_family_name.as_ref()),
    ];
    let mut all = Vec::new();
    for (given, family) in both.into_iter().flatten() {
        let given: Vec<String> = given.split_whitespace().filter_map(first).collect();
        if let (Some(one), Some(last)) = (given.first(), first(family)) {
            all.extend([format!("{one} {last}"), format!("{} {last}", given.join(" "))]);
        }
    }
    all.sort();
    all.dedup();
    all
}

/// What a higher level of this very fact would say, and this one does not.
fn beyond(fact: &FamilialFact, level: Level) -> Vec<Forbidden> {
    let word = |words: &str| watched(Matter::BeyondLevel, words);
    let mut all: Vec<Forbidden> = Vec::new();
    let condition = fact.condition();
    if level <= Level::L1 {
        all.push(word(fact.gene().as_str()));
        all.extend(fact.variants().iter().map(|variant| word(variant.as_str())));
        all.extend(spelling::parts_of_genes().map(|part| word(&part.word)));
        all.extend(condition.names().chain(condition.hints()).map(word));
    }
    if level == Level::L0 {
        let plain = Language::ALL.into_iter().filter_map(|language| condition.plain_name(language));
        all.extend(plain.chain(pointing::telling()).map(word));
    }
    all
}

/// Other conditions of the table and their genes, but for what the letter says itself.
fn elsewhere(fact: &FamilialFact, level: Level, letter: &Letter) -> Vec<Forbidden> {
    let own = fact.condition();
    let mut all: Vec<Forbidden> = Vec::new();
    for condition in Condition::all() {
        for gene in condition.genes().iter().filter(|gene| *gene != fact.gene()) {
            all.push(watched(Matter::Gene, gene.as_str()));
        }
        // What has no genes in the table is a name for all that the table does not know.
        if condition.key() != own.key() && !condition.genes().is_empty() {
            all.extend(condition.names().map(|name| watched(Matter::BeyondLevel, name)));
        }
    }
    let mut told = letter.changed(Vec::new()).map(|letter| letter.plain_text()).unwrap_or_default();
    if level >= Level::L2 {
        for name in own.names() {
            told.push('\n');
            told.push_str(name);
        }
    }
    let said: HashSet<String> = scan(&told, &all).into_iter().map(|hit| hit.word).collect();
    all.retain(|word| !said.contains(&word.word));
    all
}

/// Every spelling of the variants that the letter tells; protein and genome come from the report.
fn own_variants(told: &FamilialFact, known: &FamilialFact) -> Vec<String> {
    let mut keys: Vec<String> =
        told.variants().iter().flat_map(|variant| spelling::keys_of(variant.as_str())).collect();
    for (name, detail) in known.detailed_variants().filter(|(name, _)| told.variants().contains(name)) {
        keys.extend(spelling::keys_of(name.as_str()));
        let protein = detail.and_then(|detail| detail.protein.as_ref()).map(ProteinName::as_str);
        let genomic = detail.and_then(|detail| detail.genomic.as_ref()).map(GenomicName::as_str);
        keys.extend(protein.into_iter().chain(genomic).flat_map(spelling::keys_of));
    }
    keys
}
