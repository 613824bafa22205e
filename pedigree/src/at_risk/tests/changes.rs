//! What a result changes, whose test tells most, and what a frequency, a twin or an illness adds.
//! Must not know: anything the public functions do not show.

use super::{super::*, by_words, family};
use crate::model::{Life, Person, Sex};

fn ids(family: &Pedigree, words: &[&str]) -> Vec<PersonId> {
    let ids = by_words(family);
    words.iter().map(|words| ids[*words].clone()).collect()
}

fn words(family: &Pedigree, found: &[PersonId]) -> Vec<String> {
    found.iter().map(|id| kin_path(family, &"p".into(), id).unwrap().words).collect()
}

#[test]
fn a_negative_aunt_would_close_her_child_and_a_positive_one_open_hers() {
    let family = family(Sex::Female);
    let proband = PersonId::from("p");
    let cascade =
        Cascade::new(&family, &proband, &Locus::rare(Mode::AutosomalDominant), &Evidence::new()).unwrap();
    let aunt = &ids(&family, &["mother's sister"])[0];
    let negative = cascade.what_if(aunt, Known::NonCarrier).unwrap();
    assert_eq!(words(&family, &negative.closed), ["mother's sister's daughter"]);
    assert!(negative.opened.is_empty() && negative.next.is_empty());
    let positive = cascade.what_if(aunt, Known::Carrier).unwrap();
    let closed = words(&family, &positive.closed);
    assert!(closed.contains(&"father".to_owned()) && closed.contains(&"father's sister's son".to_owned()));
    assert_eq!(words(&family, &positive.obligate), ["mother"]);
    let next = words(&family, &positive.next);
    assert!(
        next.contains(&"mother's sister's daughter".to_owned())
            && next.contains(&"mother's mother".to_owned())
    );
    let cousin =
        positive.moved.iter().find(|moved| moved.id == ids(&family, &["mother's sister's daughter"])[0]);
    let Moved { before, after, .. } = cousin.unwrap();
    assert_eq!((before.to_string(), after.to_string()), ("1 in 8".into(), "1 in 2".into()));
    // Nothing was kept.
    assert!(cascade.relatives().iter().all(|relative| relative.tested.is_none()));
}

#[test]
fn taking_a_result_back_opens_what_it_had_closed() {
    let family = family(Sex::Male);
    let proband = PersonId::from("p");
    let mut evidence = Evidence::new();
    let mother = &ids(&family, &["mother"])[0];
    evidence.add_result(mother, Known::NonCarrier);
    let cascade = Cascade::new(&family, &proband, &Locus::rare(Mode::AutosomalDominant), &evidence).unwrap();
    let change = cascade.what_if(mother, Known::Carrier).unwrap();
    let opened = words(&family, &change.opened);
    assert!(opened.contains(&"mother's sister's daughter".to_owned()), "{opened:?}");
    assert!(words(&family, &change.closed).contains(&"father's sister".to_owned()));
}

#[test]
fn the_prior_is_by_place_and_the_present_by_results() {
    let family = family(Sex::Female);
    let mut evidence = Evidence::new();
    evidence.add_result(&ids(&family, &["father"])[0], Known::NonCarrier);
    let found = at_risk(&family, &"p".into(), &Locus::rare(Mode::AutosomalDominant), &evidence).unwrap();
    let aunt = found.iter().find(|relative| relative.path.words == "mother's sister").unwrap();
    assert_eq!((aunt.prior.to_string(), aunt.present.to_string()), ("1 in 4".into(), "1 in 2".into()));
    assert_eq!(
        aunt.why,
        "mother's sister: her sister passed the variant to the proband unless it is new in the proband; half the chance of the proband's mother"
    );
}

#[test]
fn a_parent_tells_a_family_most_and_the_dead_are_not_asked() {
    let mut family = family(Sex::Female);
    let proband = PersonId::from("p");
    let locus = Locus::rare(Mode::AutosomalDominant);
    let telling = Cascade::new(&family, &proband, &locus, &Evidence::new()).unwrap().most_telling().unwrap();
    let order = words(&family, &telling.iter().map(|one| one.id.clone()).collect::<Vec<_>>());
    assert_eq!(order[0], "mother", "{order:?}");
    assert!(telling.is_sorted_by(|one, other| one.bits >= other.bits));
    // The proband's daughter tells of nobody but her son.
    let daughter = telling.iter().find(|one| one.id == ids(&family, &["daughter"])[0]).unwrap();
    let expected = 0.811_278_124_459_132_9 - 0.5;
    assert!((daughter.bits - expected).abs() < 1e-6, "{}", daughter.bits);
    let mut dead = Pedigree::new();
    for person in family.persons() {
        let mother = person.id == ids(&family, &["mother"])[0];
        let life = if mother { Life::Deceased } else { person.life };
        dead.add_person(Person { life, ..person.clone() });
    }
    for (child, parent) in family.links_of(BIOLOGICAL) {
        dead.add_parent(child, parent, BIOLOGICAL);
    }
    family = dead;
    let telling = Cascade::new(&family, &proband, &locus, &Evidence::new()).unwrap().most_telling().unwrap();
    assert!(telling.iter().all(|one| one.id != ids(&family, &["mother"])[0]));
}

#[test]
fn an_identical_twin_has_the_others_result() {
    let mut pair = family(Sex::Female);
    pair.add_person(Person::new("twin", Sex::Female));
    for parent in pair.parents(&"p".into(), BIOLOGICAL).to_vec() {
        pair.add_parent(&"twin".into(), &parent, BIOLOGICAL);
    }
    pair.add_twins(["p".into(), "twin".into()], Zygosity::Monozygotic);
    let found = at_risk(&pair, &"p".into(), &Locus::rare(Mode::AutosomalDominant), &Evidence::new()).unwrap();
    let twin = found.iter().find(|relative| relative.id == "twin".into()).unwrap();
    assert!(twin.obligate && twin.next);
    assert_eq!(twin.why, "sister: an identical twin carries the variant");
    let mut evidence = Evidence::new();
    evidence.add_result(&"twin".into(), Known::NonCarrier);
    let error = at_risk(&pair, &"p".into(), &Locus::rare(Mode::AutosomalDominant), &evidence).unwrap_err();
    assert_eq!(error, AtRiskError::Contradiction { people: vec!["p".into(), "twin".into()] });
    assert!(!error.to_string().contains("parent"), "{error}");
}

#[test]
fn a_common_variant_leaves_everybody_a_chance_and_closes_lines_all_the_same() {
    let family = family(Sex::Female);
    let mut evidence = Evidence::new();
    let [brother, nephew] = [0, 1].map(|at| ids(&family, &["brother", "brother's daughter"])[at].clone());
    evidence.add_result(&brother, Known::NonCarrier);
    let locus = Locus { mode: Mode::AutosomalRecessive, frequency: 0.02, de_novo: 0.0 };
    let found = at_risk(&family, &"p".into(), &locus, &evidence).unwrap();
    let niece = found.iter().find(|relative| relative.id == nephew).unwrap();
    assert_eq!(niece.present.to_string(), "about 1 in 50", "from her other parent, like anybody");
    let reason = niece.not_at_risk.as_deref().unwrap();
    assert_eq!(
        reason,
        "the variant could only have come through someone who was tested and does not carry it"
    );
    let aunt = found.iter().find(|relative| relative.path.words == "mother's sister").unwrap();
    assert!(aunt.not_at_risk.is_none() && aunt.present > Chance::new(0.5), "{}", aunt.present);
}

#[test]
fn illness_moves_a_chance_and_closes_no_line() {
    let family = family(Sex::Female);
    let mut evidence = Evidence::new();
    let brother = ids(&family, &["brother"])[0].clone();
    evidence.add_likelihood(&brother, [1.0, 0.1, 0.1]);
    let found = at_risk(&family, &"p".into(), &Locus::rare(Mode::AutosomalDominant), &evidence).unwrap();
    let brother = found.iter().find(|relative| relative.id == brother).unwrap();
    assert_eq!(
        (brother.prior.to_string(), brother.present.to_string()),
        ("1 in 2".into(), "about 1 in 11".into())
    );
    assert!(brother.not_at_risk.is_none() && brother.tested.is_none());
}
