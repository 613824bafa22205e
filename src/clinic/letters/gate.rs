//! The leak gate: before a letter is submitted or approved, its every word is compared with what it must not say.
//! Must not know: how to word a letter, or who may let a hit stand; it says what was found and where.

mod gather;
mod typed;

pub use gather::{watch_of, watch_of_answer};

use crate::{db::closed, error::Error};
use kinward_family::{
    disclosure::Level,
    letter::{Letter, Passage, Place},
    lint::{Forbidden, scan},
};
use serde::Serialize;

closed! {
    /// What a hit would tell.
    pub enum Matter {
        ProbandName = "proband_name",
        FullName = "full_name",
        GivenName = "given_name",
        FamilyName = "family_name",
        Initials = "initials",
        NhsNumber = "nhs_number",
        Date = "date",
        Postcode = "postcode",
        Address = "address",
        Phone = "phone",
        Email = "email",
        KinWord = "kin_word",
        Gene = "gene",
        Finding = "finding",
        NeverShare = "never_share",
        Policy = "policy",
        BeyondLevel = "beyond_level",
    }
}

impl Matter {
    pub const fn words(self) -> &'static str {
        match self {
            Matter::ProbandName => "the proband's name",
            Matter::FullName => "another person's name",
            Matter::GivenName => "another person's given name",
            Matter::FamilyName => "another person's family name",
            Matter::Initials => "the first letters of another person's names",
            Matter::NhsNumber => "another person's NHS number",
            Matter::Date => "a date of birth or death, an age or a year",
            Matter::Postcode => "another person's postcode",
            Matter::Address => "another person's address",
            Matter::Phone => "another person's phone number",
            Matter::Email => "another person's e-mail address",
            Matter::KinWord => "a word that points to one person or tells of a refusal",
            Matter::Gene => "a gene outside the joint account",
            Matter::Finding => "a finding outside the joint account",
            Matter::NeverShare => "words that are never to be shared",
            Matter::Policy => "words that the policy pack in force forbids",
            Matter::BeyondLevel => "something that this letter, at its level, does not tell",
        }
    }

    /// True where no reason can let it stand.
    pub const fn is_absolute(self) -> bool {
        match self {
            Matter::ProbandName
            | Matter::NhsNumber
            | Matter::Gene
            | Matter::NeverShare
            | Matter::Policy
            | Matter::BeyondLevel => true,
            Matter::FullName
            | Matter::GivenName
            | Matter::FamilyName
            | Matter::Initials
            | Matter::Date
            | Matter::Postcode
            | Matter::Address
            | Matter::Phone
            | Matter::Email
            | Matter::KinWord
            | Matter::Finding => false,
        }
    }
}

/// One thing a letter must not say: the matter travels as the reason of the word looked for.
fn watched(matter: Matter, words: impl Into<String>) -> Forbidden {
    Forbidden::new(words, matter.as_str())
}

/// All that a letter must not say. The body is a template filled with closed values, where a name such as May or Will is a
/// word like any other: there whole names are looked for. What somebody typed stands in the address, and there each name
/// alone is too much; what somebody typed for this letter in the body is read for all of it, and for what its level leaves out.
#[derive(Default)]
pub struct Watch {
    pub anywhere: Vec<Forbidden>,
    pub in_address: Vec<Forbidden>,
    pub typed: Option<typed::Typed>,
}

impl Watch {
    /// These words alone, that somebody asked never to pass on.
    pub fn of_words(words: &[String]) -> Self {
        let never = |words: &String| Forbidden::new(words, Matter::NeverShare.as_str());
        Self { anywhere: words.iter().map(never).collect(), ..Self::default() }
    }
}

/// Something found: what it would tell, in which part, in which sentence, and as it stands there. Staff read it on the
/// letter's page; it has no Debug, so that it cannot fall into a log.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
pub struct Found {
    #[n(0)]
    pub matter: Matter,
    #[n(1)]
    pub part: String,
    #[n(2)]
    pub sentence: String,
    #[n(3)]
    pub found: String,
}

/// Reads a letter as a whole, and then part by part to say where each hit stands.
pub fn read(letter: &Letter, watch: &Watch) -> Vec<Found> {
    let text = letter.plain_text();
    let hits = scan(&text, &watch.anywhere);
    let mut found = Vec::new();
    for hit in hits {
        let again = Forbidden::new(hit.word, hit.why);
        let passages = letter.passages();
        let mut here: Vec<Found> =
            passages.iter().flat_map(|passage| in_passage(passage, std::slice::from_ref(&again))).collect();
        if here.is_empty() {
            here.extend(again.why.parse().ok().map(|matter| Found {
                matter,
                part: "two parts that follow each other".into(),
                sentence: hit.found.clone(),
                found: hit.found,
            }));
        }
        found.extend(here);
    }
    for address in letter.passages().iter().filter(|passage| passage.place == Place::Address) {
        found.extend(in_passage(address, &watch.in_address));
    }
    for typed in letter.passages().iter().filter(|passage| passage.instead_of.is_some()) {
        // What the letter itself tells stands in that list for its address alone.
        let told = |matter| letter.level() >= Level::L2 && matches!(matter, Matter::Gene | Matter::Finding);
        found.extend(in_passage(typed, &watch.in_address).into_iter().filter(|hit| !told(hit.matter)));
        found.extend(watch.typed.iter().flat_map(|watch| watch.read(typed)));
    }
    // What is the proband's name is told as that, and not as somebody's name besides.
    let proband: Vec<(String, String)> = found
        .iter()
        .filter(|hit| hit.matter == Matter::ProbandName)
        .map(|hit| (hit.part.clone(), hit.found.clone()))
        .collect();
    let is_name = |matter| matches!(matter, Matter::GivenName | Matter::FamilyName);
    found.retain(|hit| {
        !is_name(hit.matter)
            || !proband.iter().any(|(part, name)| *part == hit.part && name.contains(&hit.found))
    });
    let mut once: Vec<Found> = Vec::new();
    for hit in found {
        if !once.contains(&hit) {
            once.push(hit);
        }
    }
    once
}

pub(super) fn in_passage(passage: &Passage, forbidden: &[Forbidden]) -> Vec<Found> {
    scan(&passage.words, forbidden)
        .into_iter()
        .filter_map(|hit| {
            Some(Found {
                matter: hit.why.parse().ok()?,
                part: passage.place.words(),
                sentence: passage.sentence(hit.at).to_owned(),
                found: hit.found,
            })
        })
        .collect()
}

/// Reads words that somebody typed as an answer to whoever asked with the code of a letter of this level: all of it as
/// strictly as what is typed in such a letter.
pub fn read_answer(words: &str, level: Level, watch: &Watch) -> Vec<Found> {
    // No template stands behind an answer, so nothing in it is said again.
    let instead_of = Some(String::new());
    let passage = Passage { place: Place::Section(None), words: words.to_owned(), instead_of };
    let told = |matter| level >= Level::L2 && matches!(matter, Matter::Gene | Matter::Finding);
    let mut found = in_passage(&passage, &watch.anywhere);
    found.extend(in_passage(&passage, &watch.in_address).into_iter().filter(|hit| !told(hit.matter)));
    found.extend(watch.typed.iter().flat_map(|typed| typed.read(&passage)));
    let mut once: Vec<Found> = Vec::new();
    for hit in found {
        let hit = Found { part: "the answer".into(), ..hit };
        if !once.contains(&hit) {
            once.push(hit);
        }
    }
    once
}

/// The refusal, by kind and part: the words themselves stand on the letter's page and are not repeated here.
pub fn held_back(found: &[Found], what_now: &str) -> Error {
    let mut places: Vec<String> =
        found.iter().map(|hit| format!("{} holds {}", hit.part, hit.matter.words())).collect();
    places.dedup();
    Error::not_now(format!("The letter was held back: {}. {what_now}", places.join("; ")))
}

#[cfg(test)]
mod tests {
    //! Letters with something planted in their address: the gate finds it, in whatever way it is written.

    use super::{gather::watch_person, *};
    use crate::{
        clinic::people::person::{Person, SexAtBirth},
        clock::SeededChance,
        db::{UtcDate, UtcTime},
        ids::{FamilyId, PersonId, ServiceId},
    };
    use kinward_family::{
        disclosure::Disclosure,
        invitation::{FamilyReference, InvitationCode},
        kind::Kind,
        language::Languages,
        letter::{Addressee, LetterDate, LetterParts, TextSize},
        person::{PostalAddress, RecipientName},
        service::{ServiceCard, ServiceParts, Signatory},
    };
    use proptest::prelude::*;

    fn letter(line: &str) -> Option<Letter> {
        let lines = ["2 Larch Close".to_owned(), line.to_owned()];
        Letter::write(LetterParts {
            kind: Kind::DirectContact,
            disclosure: Disclosure::ContactUs,
            to: Addressee::Person(
                RecipientName::parse("Tamsin", "Wray").ok()?,
                PostalAddress::parse(&lines, "GL5 1AA").ok()?,
            ),
            matter: kinward_family::letter::Matter::Nothing,
            service: ServiceCard::parse(ServiceParts {
                name: "Northmoor Genetics Service".into(),
                sender_name: "Northmoor NHS Trust".into(),
                address_lines: vec!["1 Moor Lane".into(), "Northmoor NM1 2AB".into()],
                phone: "0113 496 0000".into(),
                hours: "Monday to Friday, 9am to 4pm".into(),
                email: "genetics@northmoor.example".into(),
                web: "www.northmoor.example".into(),
                portal_address: "https://letters.northmoor.example/r".into(),
                welsh: None,
            })
            .ok()?,
            signatory: Signatory::parse("Nia Morgan", "Counsellor").ok()?,
            reference: FamilyReference::from_bytes(&[5; 8]),
            code: Some(InvitationCode::from_bytes(&[7; 8])),
            date: LetterDate::new(2026, 11, 23).ok()?,
            languages: Languages::default(),
            size: TextSize::default(),
            further: Vec::new(),
        })
        .ok()
    }

    fn other(given: &str, family: &str) -> Person {
        let chance = SeededChance::new(3);
        Person {
            id: PersonId::new(&chance),
            service_id: ServiceId::new(&chance),
            family_id: FamilyId::new(&chance),
            created_at: UtcTime::from_utc(chrono::NaiveDateTime::default()),
            is_proband: false,
            sex_at_birth: SexAtBirth::Unknown,
            given_name: Some(given.into()),
            family_name: Some(family.into()),
            birth_date: UtcDate::new(1962, 4, 3),
            nhs_number: Some("9434765919".into()),
            died_on: None,
            letter_given_name: None,
            letter_family_name: None,
            death_corrections: Vec::new(),
            particulars: Default::default(),
        }
    }

    fn found(line: &str, person: &Person) -> Vec<Found> {
        let letter = letter(line).unwrap_or_else(|| panic!("no letter can have this line: {line}"));
        let mut watch = Watch::default();
        watch_person(&mut watch, person, &letter);
        watch.anywhere.push(watched(Matter::Postcode, "M1 7ZQ"));
        read(&letter, &watch)
    }

    #[test]
    fn a_hit_says_what_where_and_in_which_line() {
        let hits = found("Rose Cottage", &other("Rose", "Farr"));
        assert_eq!(hits.len(), 1);
        assert_eq!(
            (hits[0].matter, hits[0].part.as_str(), hits[0].sentence.as_str(), hits[0].found.as_str()),
            (Matter::GivenName, "the address", "Rose Cottage", "Rose")
        );
        assert!(found("Prose Cottage", &other("Rose", "Farr")).is_empty());
        assert!(found("Tamsin House", &other("Tamsin", "Farr")).is_empty(), "it is the recipient's own");
    }

    #[test]
    fn somebodys_death_on_the_day_a_letter_is_written_does_not_hold_it() {
        let died = |month, day| Person { died_on: UtcDate::new(2026, month, day), ..other("Rose", "Farr") };
        assert!(found("Stroud", &died(11, 23)).is_empty(), "the letter's own date");
        assert!(found("Stroud", &died(11, 20)).is_empty(), "November 20, 26 can be read in it");
        assert_eq!(found("20th November", &died(11, 20)).len(), 0, "a day without a year is none");
        assert_eq!(found("22 November 2026", &died(11, 22)).len(), 1, "another day is still found");
    }

    const NAMES: &[(&str, &[&str])] = &[
        ("Rose", &["Rose", "ROSE", "rosé", "R\u{f3}s\u{e8}", "R o s e", "R.O.S.E."]),
        ("O'Brien", &["OBrien", "O\u{2019}BRIEN", "o'brien", "O Brien", "\u{d3}'Brien", "O`Brien"]),
        (
            "Smith-Jones",
            &["Smith Jones", "SMITH-JONES", "SmithJones", "smith  jones", "Sm\u{ed}th\u{2013}Jones"],
        ),
        ("Siân", &["Sian", "SIÂN", "siàn", "S-i-a-n"]),
        ("De la Cruz", &["de la cruz", "DELACRUZ", "De-La-Cruz", "Dè lá Cruz"]),
    ];
    const DATES: &[&str] = &[
        "3/4/1962",
        "03.04.62",
        "1962-04-03",
        "3 April 1962",
        "3rd of APRIL, 1962",
        "April 3 1962",
        "third April 1962",
        "3 Ebrill 1962",
        "19620403",
        "03 - 04 - 1962",
        "4/3/62",
    ];
    const POSTCODES: &[&str] = &["M1 7ZQ", "m17zq", "M1-7ZQ", "M 1 7 Z Q", "M1  7zq"];

    proptest! {
        #[test]
        fn what_belongs_to_others_is_found_however_it_is_written(
            name in 0..NAMES.len(), form in 0..6usize, which in 0..4usize,
            before in "(c/o |care of |The |At )?", after in "( Cottage| House|'s House)?", upper in any::<bool>(),
        ) {
            let (real, forms) = NAMES[name];
            let (planted, matter) = match which {
                0 => (forms[form % forms.len()], Matter::GivenName),
                1 => (forms[form % forms.len()], Matter::FamilyName),
                2 => (DATES[(form + 5 * name) % DATES.len()], Matter::Date),
                _ => (POSTCODES[form % POSTCODES.len()], Matter::Postcode),
            };
            let planted = if upper { planted.to_uppercase() } else { planted.to_owned() };
            let person = if which == 1 { other("Ottilie", real) } else { other(real, "Farr") };
            let line = format!("{before}{planted}{after}");
            prop_assume!(letter(&line).is_some());
            let hits = found(&line, &person);
            prop_assert!(hits.iter().any(|hit| hit.matter == matter && hit.part == "the address"), "{line}");
        }
    }
}
