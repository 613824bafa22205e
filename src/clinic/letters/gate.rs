//! The leak gate: before a letter is kept or approved, its every word is compared with what it must not say.
//! Must not know: how to word a letter; it only refuses.

use crate::{
    access::InFamily,
    clinic::{
        cascade::task::Task,
        people::person::{Person, contacts_of, person_list},
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
pub fn check(conn: &mut Conn, proof: InFamily, task: &Task, letter: &Letter) -> Result<()> {
    let people = person_list(conn, proof)?;
    let others: Vec<&Person> = people.iter().filter(|person| person.id != task.person_id).collect();
    let mut forbidden: Vec<Forbidden> = others.iter().flat_map(|person| words_of(person)).collect();
    let ids: Vec<_> = others.iter().map(|person| person.id).collect();
    for contact in contacts_of(conn, proof.service(), &ids)? {
        forbidden.push(Forbidden::new(contact.postcode, "another person's postcode"));
    }
    forbidden.extend(
        [
            "mother", "father", "sister", "brother", "aunt", "uncle", "cousin", "niece", "nephew", "son",
            "daughter", "refused", "consent",
        ]
        .map(|word| Forbidden::new(word, "a word that points to one person or tells of a refusal")),
    );
    let told: Vec<&str> = letter.disclosure().fact().map(|fact| fact.gene().as_str()).into_iter().collect();
    for gene in finding::genes_of(conn, proof.service(), task.result_id)? {
        if !told.contains(&gene.as_str()) {
            forbidden.push(Forbidden::new(gene, "a gene outside the joint account"));
        }
    }
    // What the recipient shares with others (a family name, a house) is theirs to see in their own address.
    let own: Vec<String> = letter
        .address_lines()
        .iter()
        .flat_map(|line| line.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>())
        .collect();
    let hits: Vec<String> = scan(&letter.plain_text(), &forbidden)
        .into_iter()
        .filter(|hit| !hit.word.split_whitespace().all(|word| own.contains(&word.to_lowercase())))
        .map(|hit| hit.why)
        .collect();
    if hits.is_empty() {
        return Ok(());
    }
    Err(Error::not_now(format!(
        "The letter was held back: it contains {}. Nothing was saved; tell whoever looks after the templates.",
        hits.join("; ")
    )))
}

fn words_of(person: &Person) -> Vec<Forbidden> {
    let mut words = Vec::new();
    for name in [&person.given_name, &person.family_name].into_iter().flatten() {
        words.push(Forbidden::new(name.clone(), "another person's name"));
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
