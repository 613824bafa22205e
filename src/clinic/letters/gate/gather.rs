//! What a letter must not say: gathered from the family's people, findings and never-share items.
//! Must not know: the words of templates, or what happens to a hit.

use super::{Matter, Watch, typed::Typed, watched};
use crate::{
    access::InFamily,
    audit::Act,
    clinic::{
        cascade::task::Task,
        people::{
            contact::{Contact, contacts_of},
            person::{Person, person_list},
        },
        result::finding::{self, Untold},
        sharing::{never_share, pack::pack_now},
    },
    db::UtcDate,
    error::Result,
};
use kinward_family::{
    fact::{GenomicName, ProteinName},
    kind::Form,
    language::Language,
    letter::Letter,
    lint::{Forbidden, scan},
    pointing,
};

/// Everything `letter` must not say to the relative of `task`.
///
/// # Errors
/// Only what reading the family's record may meet.
pub fn watch_of(act: &mut Act<'_>, proof: &InFamily, task: &Task, letter: &Letter) -> Result<Watch> {
    gathered(act, proof, task, letter, !letter.changes().is_empty())
}

/// Everything an answer must not say to whoever asked with the code of `letter`: what that letter must not say, and what typed
/// words could tell beyond it.
///
/// # Errors
/// As `watch_of`.
pub fn watch_of_answer(act: &mut Act<'_>, proof: &InFamily, task: &Task, letter: &Letter) -> Result<Watch> {
    gathered(act, proof, task, letter, true)
}

fn gathered(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    letter: &Letter,
    somebody_types: bool,
) -> Result<Watch> {
    let (_, edition) = pack_now(act)?;
    let conn = act.conn();
    let mut watch = Watch::default();
    let people = person_list(conn, proof)?;
    let contacts = contacts_of(conn, proof, &people.iter().map(|person| person.id).collect::<Vec<_>>())?;
    let own = contacts.iter().find(|contact| contact.person_id == task.person_id);
    // A letter that names nobody names the relative it is about as little as anybody else.
    let unnamed = letter.to().form() == Form::House && letter.matter().subject().is_none();
    for person in people.iter().filter(|person| unnamed || person.id != task.person_id) {
        watch_person(&mut watch, person, letter);
    }
    for contact in contacts.iter().filter(|contact| contact.person_id != task.person_id) {
        watch_contact(&mut watch, contact, own, letter);
    }
    watch.anywhere.extend(pointing::kin().map(|word| watched(Matter::KinWord, word)));
    watch_findings(&mut watch, finding::untold_of(conn, proof)?, letter);
    let mut never = never_share::standing(conn, proof)?;
    never.extend(never_share::standing_joined(act, task.result_id)?);
    watch.anywhere.extend(never.into_iter().map(|words| watched(Matter::NeverShare, words)));
    watch.anywhere.extend(edition.must_not_say.iter().map(|words| watched(Matter::Policy, words)));
    if somebody_types {
        watch.typed = Some(Typed::of(act, proof, task, letter, &people)?);
    }
    Ok(watch)
}

/// True where `words` hold `word`, however it is written.
fn holds(words: &str, word: &str) -> bool {
    !scan(words, &[Forbidden::new(word, "")]).is_empty()
}

pub(super) fn watch_person(watch: &mut Watch, person: &Person, letter: &Letter) {
    let recipient = letter.own_names();
    // A proband who agreed to be named to this reader is named in the body, and still never on the envelope.
    let agreed = person.is_proband
        && letter.disclosure().named().is_some_and(|named| named.name().full() == person.shown());
    let matter = if person.is_proband { Matter::ProbandName } else { Matter::FullName };
    let both = [
        person.given_name.as_ref().zip(person.family_name.as_ref()),
        person.letter_given_name.as_ref().zip(person.letter_family_name.as_ref()),
    ];
    for (given, family) in both.into_iter().flatten() {
        let first = given.split_whitespace().next().unwrap_or_default();
        for name in [
            format!("{given} {family}"),
            format!("{family} {given}"),
            format!("{first} {family}"),
            format!("{family} {first}"),
        ] {
            // Of two people with one name, the letter may be to either.
            if !holds(&recipient, &name) {
                let list = if agreed { &mut watch.in_address } else { &mut watch.anywhere };
                list.push(watched(matter, name));
            }
        }
    }
    // Each name by itself, and all of them run together.
    let given = person
        .given_name
        .iter()
        .chain(&person.letter_given_name)
        .flat_map(|name| std::iter::once(name.as_str()).chain(name.split_whitespace()));
    let names = given.map(|name| (Matter::GivenName, name));
    let family = person.family_name.iter().chain(&person.letter_family_name);
    let family = family.map(|name| (Matter::FamilyName, name.as_str()));
    for (matter, name) in names.chain(family) {
        if !holds(&recipient, name) {
            watch.in_address.push(watched(matter, name));
        }
    }
    watch.anywhere.extend(person.nhs_number.iter().map(|number| watched(Matter::NhsNumber, number)));
    // The day the letter is written stands in every letter. Whatever it can be read as is no leak: somebody's death on
    // that day, or on "November 20, 26" in a letter of November 2026, must not decide whether it goes.
    let mut days: Vec<Forbidden> =
        [person.birth_date, person.died_on].into_iter().flatten().flat_map(spellings).collect();
    let written: Vec<String> = scan(&letter.own_days(), &days).into_iter().map(|hit| hit.word).collect();
    days.retain(|day| !written.contains(&day.word));
    watch.anywhere.extend(days);
}

fn spellings(day: UtcDate) -> Vec<Forbidden> {
    let (year, month, day) = day.ymd();
    match (u16::try_from(year), u8::try_from(month), u8::try_from(day)) {
        (Ok(year), Ok(month), Ok(day)) => Forbidden::date(year, month, day, Matter::Date.as_str()),
        (Err(_), _, _) | (_, Err(_), _) | (_, _, Err(_)) => Vec::new(),
    }
}

pub(super) fn watch_contact(watch: &mut Watch, contact: &Contact, own: Option<&Contact>, letter: &Letter) {
    let mut put = |matter, words: &str| watch.anywhere.push(watched(matter, words));
    // People of one house share it: its postcode, its first line and its telephone.
    let house = letter.to().address();
    let same_end = house.is_some_and(|house| holds(house.last_line(), &contact.last_line()));
    // A country tells nobody's address; what it has for a postcode stands in a line.
    if !same_end && contact.country.is_none() {
        put(Matter::Postcode, &contact.postcode);
    }
    for line in contact.address_lines.lines().filter(|line| line.contains(|c: char| c.is_ascii_digit())) {
        let shared = same_end && house.is_some_and(|house| house.lines().iter().any(|own| holds(own, line)));
        if !shared {
            put(Matter::Address, line);
        }
    }
    let own_phone = own.and_then(|own| own.phone.as_deref()).map(national);
    let phone = contact.phone.as_deref().map(national).filter(|number| own_phone.as_ref() != Some(number));
    if let Some(number) = phone {
        for start in ["0", "44", "0044", "440", "00440"] {
            put(Matter::Phone, &format!("{start}{number}"));
        }
    }
    let own_email = own.and_then(|own| own.email.as_deref()).unwrap_or_default();
    for email in contact.email.iter().filter(|email| !email.eq_ignore_ascii_case(own_email)) {
        put(Matter::Email, email);
    }
}

/// The digits of a number without what is dialled before them at home or from abroad.
fn national(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let home = digits.trim_start_matches("00").strip_prefix("44").map(str::to_owned);
    home.unwrap_or(digits).trim_start_matches('0').to_owned()
}

/// Findings are told apart by their marks. Words that the approved condition table itself uses in this letter are no leak,
/// and neither is a name that the joint account tells: an elder report may have had the same variant, unmarked.
fn watch_findings(watch: &mut Watch, untold: Untold, letter: &Letter) {
    let fact = letter.disclosure().fact();
    let gene = fact.map(|fact| fact.gene().as_str());
    for name in untold.genes {
        let list = if gene == Some(name.as_str()) { &mut watch.in_address } else { &mut watch.anywhere };
        list.push(watched(Matter::Gene, name));
    }
    let approved: String = fact
        .map(|fact| {
            let condition = fact.condition();
            let texts = letter.languages().in_order().iter().flat_map(|language| {
                [
                    condition.plain_name(*language),
                    condition.what_it_can_mean(*language),
                    condition.children(*language),
                ]
            });
            let mut told: Vec<&str> = texts.flatten().collect();
            told.extend(Language::ALL.iter().filter_map(|language| condition.name_in(*language)));
            for (name, detail) in fact.detailed_variants() {
                told.push(name.as_str());
                told.extend(detail.and_then(|detail| detail.protein.as_ref()).map(ProteinName::as_str));
                told.extend(detail.and_then(|detail| detail.genomic.as_ref()).map(GenomicName::as_str));
            }
            told.join("\n")
        })
        .unwrap_or_default();
    for words in untold.words.into_iter().filter(|words| words.trim().chars().count() > 3) {
        let list = if holds(&approved, &words) { &mut watch.in_address } else { &mut watch.anywhere };
        list.push(watched(Matter::Finding, words));
    }
}
