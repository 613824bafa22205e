//! What holds for every family, shown on random ones: sound families, and wild ones with circles and strangers.
//! Must not know: anything that is not public, but for the checks of a drawing.

use crate::{
    Affected, AtRisk, AtRiskError, Badge, DrawOptions, Drawing, Evidence, Known, Label, Life, Locus, Mode,
    ParentKind, Pedigree, Person, PersonId, Problem, RiskError, Sex, at_risk, draw, generation_numbers,
    kin_path, score, svg,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn id(at: usize) -> PersonId {
    PersonId::from(format!("p{at:02}"))
}

fn sex() -> impl Strategy<Value = Sex> {
    prop_oneof![Just(Sex::Male), Just(Sex::Female), Just(Sex::Unknown)]
}

/// A family that can be: parents come before their children, one man and one woman at most, years fit.
fn sound() -> impl Strategy<Value = Pedigree> {
    let person =
        (sex(), any::<[bool; 3]>(), any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4u8);
    prop::collection::vec(person, 0..40).prop_map(|people| {
        let mut family = Pedigree::new();
        let mut by_sex: [Vec<PersonId>; 2] = Default::default();
        for (at, (sex, [deceased, proband, affected], one, other, parents)) in people.into_iter().enumerate()
        {
            let birth_year = (parents % 2 == 0).then_some(1800 + i32::try_from(at).unwrap());
            let life = if deceased { Life::Deceased } else { Life::Living };
            let affected = if affected { Affected::Yes } else { Affected::No };
            family.add_person(Person { life, proband, affected, birth_year, ..Person::new(id(at), sex) });
            let [women, men] = &by_sex;
            for (chosen, among, wanted) in [(one, women, parents != 1), (other, men, parents > 1)] {
                if wanted && !among.is_empty() {
                    family.add_parent(&id(at), chosen.get(among), ParentKind::Biological);
                }
            }
            match sex {
                Sex::Female => by_sex[0].push(id(at)),
                Sex::Male => by_sex[1].push(id(at)),
                Sex::Unknown => {}
            }
        }
        family
    })
}

/// Whatever can be said, possible or not.
fn wild() -> impl Strategy<Value = Pedigree> {
    let people =
        prop::collection::vec((0..25usize, sex(), any::<bool>(), prop::option::of(1900..2020i32)), 0..25);
    let links = prop::collection::vec((0..28usize, 0..28usize, any::<bool>()), 0..50);
    (people, links).prop_map(|(people, links)| {
        let mut family = Pedigree::new();
        for (at, sex, proband, birth_year) in people {
            family.add_person(Person { proband, birth_year, ..Person::new(id(at), sex) });
        }
        for (child, parent, legal) in links {
            let kind = if legal { ParentKind::Legal } else { ParentKind::Biological };
            family.add_parent(&id(child), &id(parent), kind);
        }
        family
    })
}

fn labels(family: &Pedigree) -> BTreeMap<PersonId, Label> {
    let badges = Badge::ALL.into_iter().map(Some).chain([None]).cycle();
    let people = family.persons().iter().zip(badges).enumerate();
    let label = |at: usize, badge| Label { lines: vec!["<&\"x\u{1}".repeat(at % 7); at % 4], badge };
    people.map(|(at, (person, badge))| (person.id.clone(), label(at, badge))).collect()
}

fn check_drawing(family: &Pedigree) {
    let drawing = Drawing::new(family, &DrawOptions { labels: labels(family), ..DrawOptions::default() });
    svg::tests::assert_well_formed(&drawing.svg());
    let judged = score(&drawing);
    assert_eq!((judged.n, judged.gates.total()), (family.persons().len(), 0), "{judged:?}");
    assert_eq!(generation_numbers(family).len(), family.persons().len());
}

/// Either the family and the results can be, and every chance is one, or the reason is told.
fn check_risks(family: &Pedigree, mode: Mode, known: &BTreeMap<PersonId, Known>) {
    let mut evidence = Evidence::new();
    let of_family = known.iter().filter(|(id, _)| family.person(id).is_some());
    of_family.for_each(|(id, known)| evidence.add_result(id, *known));
    let impossible = family.validate().iter().any(|problem| !problem.is_note());
    for proband in family.persons().iter().take(3) {
        let found: Vec<AtRisk> = match at_risk(family, &proband.id, &Locus::rare(mode), &evidence) {
            Ok(found) => found,
            Err(AtRiskError::Contradiction { people }) => {
                assert!(people.iter().all(|id| *id == proband.id || known.contains_key(id)), "{people:?}");
                continue;
            }
            // Three people of unknown sex in a ring of couples are no problem to `validate`.
            Err(AtRiskError::Risk(RiskError::Couple(_) | RiskError::Tangled { .. })) => continue,
            Err(error) => {
                assert!(impossible, "{error}");
                continue;
            }
        };
        let relatives =
            family.persons().iter().filter(|other| kin_path(family, &proband.id, &other.id).is_some());
        assert_eq!(found.len(), relatives.count());
        for relative in found {
            let chances = [relative.prior.value(), relative.present.value()];
            assert!(chances.iter().all(|chance| (0.0..=1.0).contains(chance)), "{chances:?}");
            assert!(relative.not_at_risk.is_none() || !relative.is_certain(), "{}", relative.why);
            assert!(relative.not_at_risk.is_none() || relative.present.is_none(), "{}", relative.why);
        }
    }
}

fn modes() -> impl Strategy<Value = Mode> {
    use Mode::{AutosomalDominant, AutosomalRecessive, Mitochondrial, XLinked, YLinked};
    prop::sample::select(vec![AutosomalDominant, AutosomalRecessive, XLinked, Mitochondrial, YLinked])
}

fn tests_of() -> impl Strategy<Value = BTreeMap<PersonId, Known>> {
    let known = prop::sample::select(vec![Known::Carrier, Known::NonCarrier]);
    prop::collection::btree_map((0..30usize).prop_map(id), known, 0..5)
}

/// So many, or as many as `PROPTEST_CASES` asks for.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever looks for rare families says how many on the command line"
)]
pub(crate) fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|asked| asked.parse().ok()).unwrap_or(usual)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(48), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_sound_family_is_found_sound_and_drawn(family in sound()) {
        prop_assert!(family.validate().iter().all(Problem::is_note), "{:?}", family.validate());
        check_drawing(&family);
    }

    #[test]
    fn whatever_is_said_can_be_judged_and_drawn(family in wild()) {
        family.validate();
        check_drawing(&family);
    }

    #[test]
    fn risks_are_chances_whatever_the_family(family in wild(), mode in modes(), known in tests_of()) {
        check_risks(&family, mode, &known);
    }

    #[test]
    fn risks_are_chances_in_sound_families(family in sound(), mode in modes(), known in tests_of()) {
        check_risks(&family, mode, &known);
    }

    #[test]
    fn kinship_is_as_near_in_both_directions(family in sound()) {
        for one in family.persons().iter().take(6) {
            for other in family.persons() {
                let there = kin_path(&family, &one.id, &other.id).map(|path| path.degree);
                let back = kin_path(&family, &other.id, &one.id).map(|path| path.degree);
                prop_assert_eq!(there, back);
            }
        }
    }

    #[test]
    fn a_drawing_does_not_depend_on_the_order_of_entry(family in sound()) {
        let mut reversed = Pedigree::new();
        family.persons().iter().rev().for_each(|person| reversed.add_person(person.clone()));
        for (child, parent) in family.links_of(ParentKind::Biological) {
            reversed.add_parent(child, parent, ParentKind::Biological);
        }
        prop_assert_eq!(draw(&family, &BTreeMap::new()), draw(&reversed, &BTreeMap::new()));
    }
}

#[test]
fn a_very_long_line_of_descent_is_drawn_and_judged() {
    let mut family = Pedigree::new();
    for at in 0..600usize {
        family.add_person(Person::new(format!("{at:04}"), Sex::Female));
        if at > 0 {
            family.add_parent(
                &format!("{at:04}").into(),
                &format!("{:04}", at - 1).into(),
                ParentKind::Biological,
            );
        }
    }
    assert_eq!(family.validate(), []);
    check_drawing(&family);
    let locus = Locus::rare(Mode::AutosomalDominant);
    let found = at_risk(&family, &"0599".into(), &locus, &Evidence::new()).unwrap();
    let hundred = found.iter().filter(|relative| relative.path.degree <= 100);
    assert!(hundred.clone().all(|relative| relative.not_at_risk.is_none()), "a small chance is not none");
    assert_eq!(hundred.count(), 100);
}
