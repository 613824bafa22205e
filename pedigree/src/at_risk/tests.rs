//! Stories for `at_risk.rs`: one table a mode of inheritance, then what tests change.
//! Must not know: anything the public functions do not show.

mod changes;

use super::*;
use crate::{
    model::{Person, Sex},
    plan::relation_plan,
    relation::Relation,
};

const RELATIVES: [&str; 18] = [
    "mother",
    "father",
    "sister",
    "brother",
    "daughter",
    "son",
    "maternal half-brother",
    "mother's mother",
    "mother's father",
    "father's mother",
    "mother's sister",
    "mother's brother",
    "father's sister",
    "sister's son",
    "brother's daughter",
    "daughter's son",
    "mother's sister's daughter",
    "father's sister's son",
];

/// A proband with every relative of the list; people on the way are added only where they are missing.
fn family(sex: Sex) -> Pedigree {
    let mut family = Pedigree::new();
    family.add_person(Person { proband: true, ..Person::new("p", sex) });
    for label in RELATIVES {
        if by_words(&family).contains_key(label) {
            continue;
        }
        let mut next = family.persons().len();
        let mut ids = || {
            next += 1;
            PersonId::from(format!("x{next}"))
        };
        let relation = Relation::parse(label).unwrap();
        relation_plan(&family, &"p".into(), &relation, &mut ids).unwrap().apply(&mut family);
    }
    family
}

fn by_words(family: &Pedigree) -> BTreeMap<String, PersonId> {
    let people = family.persons().iter().map(|person| person.id.clone());
    people.filter_map(|id| kin_path(family, &"p".into(), &id).map(|path| (path.words, id))).collect()
}

fn list(sex: Sex, mode: Mode, known: &[(&str, Known)]) -> BTreeMap<String, AtRisk> {
    let family = family(sex);
    let ids = by_words(&family);
    let mut evidence = Evidence::new();
    known.iter().for_each(|(words, known)| evidence.add_result(&ids[*words], *known));
    let found = at_risk(&family, &"p".into(), &Locus::rare(mode), &evidence).unwrap();
    assert_eq!(found.len(), ids.len(), "everyone related by descent, and the proband not");
    for relative in &found {
        assert_eq!(relative.not_at_risk.is_some(), relative.present.is_none(), "{}", relative.why);
        assert!(relative.why.starts_with(&format!("{}: ", relative.path.words)), "{}", relative.why);
        assert!(!relative.is_certain() || relative.present.is_certain(), "{}", relative.why);
    }
    found.into_iter().map(|relative| (relative.path.words.clone(), relative)).collect()
}

fn check(found: &BTreeMap<String, AtRisk>, expected: &[(&str, &str)]) {
    for (words, chance) in expected {
        let relative = &found[*words];
        let certain = if relative.is_certain() { " certain" } else { "" };
        assert_eq!(format!("{}{certain}", relative.present), *chance, "{}", relative.why);
    }
}

#[test]
fn dominant_chances_halve_with_every_degree() {
    let found = list(Sex::Female, Mode::AutosomalDominant, &[]);
    for relative in found.values() {
        let expected = format!("1 in {}", 1 << relative.path.degree);
        assert_eq!(
            (relative.present.to_string(), relative.is_certain()),
            (expected, false),
            "{}",
            relative.why
        );
    }
}

#[test]
fn recessive_parents_and_children_carry_and_chances_halve_from_there() {
    let expected = [
        ("mother", "1 in 1 certain"),
        ("father", "1 in 1 certain"),
        ("son", "1 in 1 certain"),
        ("daughter", "1 in 1 certain"),
        // One copy, or two.
        ("sister", "3 in 4"),
        ("maternal half-brother", "1 in 2"),
        ("mother's mother", "1 in 2"),
        ("mother's sister", "1 in 2"),
        ("daughter's son", "1 in 2"),
        // A brother or sister has one copy on average, and passes half of what they have.
        ("sister's son", "1 in 2"),
        ("mother's sister's daughter", "1 in 4"),
    ];
    let found = list(Sex::Male, Mode::AutosomalRecessive, &[]);
    check(&found, &expected);
    assert!(found["sister"].why.contains("affected (1 in 4)"), "{}", found["sister"].why);
}

#[test]
fn a_man_has_his_x_from_his_mother_and_gives_it_to_his_daughters() {
    let expected = [
        ("mother", "1 in 1"),
        ("father", "none"),
        ("father's mother", "none"),
        ("father's sister", "none"),
        ("father's sister's son", "none"),
        ("sister", "1 in 2"),
        ("brother", "1 in 2"),
        ("brother's daughter", "1 in 2"),
        ("sister's son", "1 in 4"),
        ("maternal half-brother", "1 in 2"),
        ("daughter", "1 in 1 certain"),
        ("son", "none"),
        ("daughter's son", "1 in 2"),
        ("mother's mother", "1 in 2"),
        ("mother's father", "1 in 2"),
        // From her mother by half, or from her father for certain; her brother from his mother only.
        ("mother's sister", "3 in 4"),
        ("mother's brother", "1 in 4"),
    ];
    check(&list(Sex::Male, Mode::XLinked, &[]), &expected);
}

#[test]
fn a_woman_has_an_x_of_each_parent() {
    let expected = [
        ("mother", "1 in 2"),
        ("father", "1 in 2"),
        ("father's mother", "1 in 2"),
        ("sister", "3 in 4"),
        ("brother", "1 in 4"),
        ("son", "1 in 2"),
        ("daughter", "1 in 2"),
        ("maternal half-brother", "1 in 4"),
        ("father's sister", "1 in 4"),
    ];
    check(&list(Sex::Female, Mode::XLinked, &[]), &expected);
}

#[test]
fn mitochondria_come_down_the_mothers_line_only() {
    let expected = [
        ("mother", "1 in 1"),
        ("mother's mother", "1 in 1"),
        ("mother's father", "none"),
        ("mother's brother", "1 in 1"),
        ("mother's sister's daughter", "1 in 1"),
        ("sister's son", "1 in 1"),
        ("brother's daughter", "none"),
        ("maternal half-brother", "1 in 1"),
        ("father", "none"),
        ("father's sister", "none"),
        ("daughter", "1 in 1 certain"),
        ("daughter's son", "1 in 1 certain"),
    ];
    check(&list(Sex::Female, Mode::Mitochondrial, &[]), &expected);
    check(
        &list(Sex::Male, Mode::Mitochondrial, &[]),
        &[("son", "none"), ("daughter", "none"), ("mother", "1 in 1")],
    );
}

#[test]
fn the_sentence_says_through_whom_and_that_both_sides_are_open() {
    let found = list(Sex::Female, Mode::AutosomalDominant, &[]);
    let why = |words: &str| found[words].why.as_str();
    let open = "; both parents' sides stay open until one parent is tested";
    assert_eq!(
        why("mother's sister"),
        format!(
            "mother's sister: her sister may have passed the variant to the proband; half the chance of the proband's mother{open}"
        )
    );
    assert_eq!(
        why("father's sister's son"),
        format!(
            "father's sister's son: his mother's brother may have passed the variant to the proband; half the chance of the proband's father's sister{open}"
        )
    );
    assert_eq!(why("father"), format!("father: he may have passed the variant to the proband{open}"));
    assert_eq!(why("son"), "son: the proband may have passed the variant to this child");
    assert_eq!(
        why("daughter's son"),
        "daughter's son: his mother may have inherited the variant from the proband; half the chance of the proband's daughter"
    );
    assert_eq!(
        why("sister's son"),
        format!(
            "sister's son: his mother may have inherited the variant from the same parent as the proband; half the chance of the proband's sister{open}"
        )
    );
}

#[test]
fn a_negative_mother_closes_her_side_and_points_to_the_father() {
    let found = list(Sex::Female, Mode::AutosomalDominant, &[("mother", Known::NonCarrier)]);
    let expected = [
        ("mother", "none"),
        ("mother's mother", "none"),
        ("mother's sister's daughter", "none"),
        ("maternal half-brother", "none"),
        ("father", "1 in 1"),
        ("father's mother", "1 in 2"),
        ("father's sister", "1 in 2"),
        ("sister", "1 in 2"),
    ];
    check(&found, &expected);
    assert!(found["father"].why.contains("unless it is new in the proband"), "{}", found["father"].why);
    assert!(found["mother's mother"].why.contains("someone who was tested"));
}

#[test]
fn a_positive_mother_closes_the_fathers_side() {
    let found = list(Sex::Female, Mode::AutosomalDominant, &[("mother", Known::Carrier)]);
    let expected = [
        ("mother", "1 in 1 certain"),
        ("mother's sister", "1 in 2"),
        ("father", "none"),
        ("father's sister", "none"),
        ("sister", "1 in 2"),
        ("maternal half-brother", "1 in 2"),
    ];
    check(&found, &expected);
    assert_eq!(found["mother's sister"].why, "mother's sister: her sister carries the variant");
}

#[test]
fn whoever_stands_between_two_carriers_carries_it_too() {
    let found = list(Sex::Female, Mode::AutosomalDominant, &[("mother's sister's daughter", Known::Carrier)]);
    let expected = [
        ("mother", "1 in 1 certain"),
        ("mother's sister", "1 in 1 certain"),
        ("mother's mother", "1 in 2"),
        ("mother's father", "1 in 2"),
        ("mother's brother", "1 in 2"),
        ("father", "none"),
        ("sister", "1 in 2"),
    ];
    check(&found, &expected);
    assert!(found["mother"].why.contains("only through her"), "{}", found["mother"].why);
}

#[test]
fn a_negative_brother_clears_his_children_and_nobody_else() {
    let before = list(Sex::Male, Mode::AutosomalDominant, &[]);
    let after = list(Sex::Male, Mode::AutosomalDominant, &[("brother", Known::NonCarrier)]);
    for (words, relative) in &after {
        let cleared = words.starts_with("brother");
        assert_eq!(relative.not_at_risk.is_some(), cleared, "{words}");
        assert!(cleared || relative.present.to_string() == before[words].present.to_string(), "{words}");
    }
}

#[test]
fn a_child_who_also_descends_from_elsewhere_is_not_cleared() {
    let mut family = family(Sex::Female);
    let ids = by_words(&family);
    family.add_person(Person::new("both", Sex::Male));
    for parent in ["brother", "father's sister"] {
        family.add_parent(&"both".into(), &ids[parent], ParentKind::Biological);
    }
    let mut evidence = Evidence::new();
    evidence.add_result(&ids["brother"], Known::NonCarrier);
    let locus = Locus::rare(Mode::AutosomalDominant);
    let found = at_risk(&family, &"p".into(), &locus, &evidence).unwrap();
    assert_eq!(found.iter().find(|r| r.id == "both".into()).unwrap().present.to_string(), "1 in 8");
}

#[test]
fn two_negative_parents_leave_the_children_and_a_word_about_siblings() {
    let known = [("mother", Known::NonCarrier), ("father", Known::NonCarrier)];
    let found = list(Sex::Female, Mode::AutosomalDominant, &known);
    check(&found, &[("sister", "none"), ("father's mother", "none"), ("son", "1 in 2")]);
    assert!(found["sister"].not_at_risk.as_ref().unwrap().contains("some cells only"));
}

#[test]
fn nearest_come_first_and_a_stranger_has_no_list() {
    let family = family(Sex::Male);
    let locus = Locus::rare(Mode::XLinked);
    let found = at_risk(&family, &"p".into(), &locus, &Evidence::new()).unwrap();
    assert!(found.is_sorted_by_key(|relative| (relative.path.degree, relative.id.clone())));
    let nobody = at_risk(&family, &"nobody".into(), &locus, &Evidence::new());
    assert_eq!(nobody, Err(AtRiskError::NoProband("nobody".into())));
}

/// A man hands no mitochondrial variant on; that his daughter's daughter has it came from somewhere else, and those who
/// have it from there are not forgotten, however little is left of each explanation.
#[test]
fn a_carrier_beside_the_probands_line_opens_a_line_of_their_own() {
    let family = crate::format::read(
        "F man 0 0 1 0\nF daughter man 0 2 0\nF one 0 daughter 2 0\nF two 0 daughter 2 0\nF both man daughter 1 0\n",
        Some(crate::format::Format::Ped),
    );
    let family = family.unwrap().remove(0).pedigree;
    for carriers in [&["one"][..], &["one", "both"]] {
        let mut evidence = Evidence::new();
        carriers.iter().for_each(|id| evidence.add_result(&(*id).into(), Known::Carrier));
        let listed = at_risk(&family, &"man".into(), &Locus::rare(Mode::Mitochondrial), &evidence).unwrap();
        for id in ["daughter", "two"] {
            let one = listed.iter().find(|one| one.id.as_str() == id).unwrap();
            assert!(one.present.is_certain() && one.not_at_risk.is_none(), "{id}: {:?}", one.not_at_risk);
        }
    }
}
