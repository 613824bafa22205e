//! The leak gate: before a letter is kept or approved, its every word is compared with what it must not say.
//! Must not know: how to word a letter; it only refuses.

use crate::{
    access::InFamily,
    clinic::{
        cascade::task::Task,
        people::{
            contact::contacts_of,
            person::{Person, person_list},
        },
        result::finding,
    },
    db::Conn,
    error::{Error, Result},
};
use kinward_family::{
    letter::Letter,
    lint::{Forbidden, scan},
};

/// Reads a letter against the family's names, dates, numbers and addresses, kin terms, and genes outside the joint account.
///
/// # Errors
/// What stands in the letter that must not, by kind: the words themselves are not repeated.
pub fn check(conn: &mut Conn, proof: &InFamily, task: &Task, letter: &Letter) -> Result<()> {
    let people = person_list(conn, proof)?;
    let others: Vec<&Person> = people.iter().filter(|person| person.id != task.person_id).collect();
    let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    let recipient = letter.recipient();
    // The body is a template filled with closed values, where a name such as May or Will is a word like any other: there
    // whole names are looked for. What somebody typed stands in the address, and there each name alone is too much.
    let mut forbidden: Vec<Forbidden> = others.iter().flat_map(|person| words_of(person)).collect();
    let names: Vec<Forbidden> = others
        .iter()
        .flat_map(|person| names_of(person))
        .filter(|word| !same(&word.word, recipient.given()) && !same(&word.word, recipient.family()))
        .collect();
    let ids: Vec<_> = others.iter().map(|person| person.id).collect();
    for contact in contacts_of(conn, proof, &ids)? {
        // People of one house share it.
        if !same(&contact.postcode, letter.address().postcode()) {
            forbidden.push(Forbidden::new(contact.postcode, "another person's postcode"));
        }
    }
    forbidden.extend(
        [
            "mother", "father", "sister", "brother", "aunt", "uncle", "cousin", "niece", "nephew", "son",
            "daughter", "refused", "consent",
        ]
        .map(|word| Forbidden::new(word, "a word that points to one person or tells of a refusal")),
    );
    let told: Vec<&str> = letter.disclosure().fact().map(|fact| fact.gene().as_str()).into_iter().collect();
    for gene in finding::genes_of(conn, proof, task.result_id)? {
        if !told.contains(&gene.as_str()) {
            forbidden.push(Forbidden::new(gene, "a gene outside the joint account"));
        }
    }
    // A street may be called what some family is called; nothing else is excused because it stands in the address, for an
    // address line is where a care-of name slips in.
    let street: Vec<String> = letter
        .address()
        .lines()
        .iter()
        .flat_map(|line| line.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>())
        .collect();
    let in_address = scan(&letter.address().lines().join("\n"), &names)
        .into_iter()
        .filter(|hit| !(hit.why == FAMILY_NAME && street.contains(&hit.word.to_lowercase())));
    let hits: Vec<String> =
        scan(&letter.plain_text(), &forbidden).into_iter().chain(in_address).map(|hit| hit.why).collect();
    if hits.is_empty() {
        return Ok(());
    }
    Err(Error::not_now(format!(
        "The letter was held back: it contains {}. Nothing was saved. Look at the relative's name and address first; if they are right, tell whoever looks after the templates.",
        hits.join("; ")
    )))
}

const FAMILY_NAME: &str = "another person's family name";

/// Each name by itself.
fn names_of(person: &Person) -> Vec<Forbidden> {
    let given = person.given_name.iter().chain(&person.letter_given_name);
    let given = given.flat_map(|name| name.split_whitespace());
    let mut names: Vec<Forbidden> =
        given.map(|part| Forbidden::new(part, "another person's given name")).collect();
    let family = person.family_name.iter().chain(&person.letter_family_name);
    names.extend(family.map(|name| Forbidden::new(name.clone(), FAMILY_NAME)));
    names
}

fn words_of(person: &Person) -> Vec<Forbidden> {
    let mut words = Vec::new();
    let both = [
        person.given_name.as_ref().zip(person.family_name.as_ref()),
        person.letter_given_name.as_ref().zip(person.letter_family_name.as_ref()),
    ];
    for (given, family) in both.into_iter().flatten() {
        words.push(Forbidden::new(format!("{given} {family}"), "another person's name"));
    }
    if let Some(number) = &person.nhs_number {
        words.push(Forbidden::new(number.clone(), "another person's NHS number"));
    }
    if let Some(born) = person.birth_date {
        let (year, month, day) = born.ymd();
        if let (Ok(year), Ok(month), Ok(day)) = (u16::try_from(year), u8::try_from(month), u8::try_from(day))
        {
            words.extend(Forbidden::date(year, month, day));
        }
    }
    words
}
