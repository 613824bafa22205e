//! What holds for every family and every format: what is not said to be lost comes back.
//! Must not know: how any format looks.

use super::loss::Feature;
use super::{FamilyFile, Format, WriteError, Written, read, write};
use crate::model::{
    Affected, Childless, Condition, Consanguinity, Count, Gender, Life, ParentKind, Pedigree, Person,
    PersonId, Sex, Union, Zygosity,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::{BTreeMap, BTreeSet};

const WRITTEN: [Format; 7] = [
    Format::Ped,
    Format::CanRisk,
    Format::Ga4gh,
    Format::Phenopackets,
    Format::Fhir,
    Format::Sibships,
    Format::Table,
];

fn holds(format: Format) -> &'static [Feature] {
    match format {
        Format::Ped => super::ped::HOLDS,
        Format::CanRisk => super::canrisk::HOLDS,
        Format::Ga4gh => super::ga4gh::HOLDS,
        Format::Phenopackets => super::phenopackets::HOLDS,
        Format::Fhir => super::fhir::HOLDS,
        Format::Sibships => super::sibships::HOLDS,
        Format::Table => super::table::HOLDS,
        Format::Gedcom => &[],
    }
}

/// Ids as programs and as people give them, the awkward ones too.
fn id(at: usize) -> PersonId {
    const ODD: [&str; 9] = ["0", "x", "a b", "n", "\"q\"", "#5", "[3]", "é,;:", "\\*"];
    match ODD.get(at / 3) {
        Some(odd) if at % 3 == 2 => PersonId::from(*odd),
        Some(_) | None => PersonId::from(format!("p{at}")),
    }
}

fn person() -> impl Strategy<Value = Person> {
    let life = select(vec![
        Life::Living,
        Life::Living,
        Life::Living,
        Life::Deceased,
        Life::Pregnancy,
        Life::Stillbirth,
        Life::Miscarriage,
        Life::Termination,
        Life::Ectopic,
    ]);
    let sex = select(vec![Sex::Male, Sex::Female, Sex::Male, Sex::Female, Sex::Unknown]);
    let gender = prop::option::weighted(0.1, select(vec![Gender::Man, Gender::Woman, Gender::NonBinary]));
    let affected = select(vec![Affected::Yes, Affected::No, Affected::Unknown]);
    let code =
        select(vec!["breast cancer", "ovarian cancer", "gout", "type 2", "proband", "a, b", "x\"", ""]);
    let condition =
        (code, prop::option::of(0..120u16)).prop_map(|(code, age)| Condition { code: code.into(), age });
    let count =
        prop::option::weighted(0.1, select(vec![Count::Several(3), Count::Several(1), Count::Unknown]));
    let childless = prop::option::weighted(0.1, select(vec![Childless::Choice, Childless::Infertile]));
    let numbers = (
        prop::option::weighted(0.1, any::<u8>()),
        prop::option::of(1850..2030i32),
        prop::option::of(0..250u16),
        prop::option::weighted(0.1, any::<u16>()),
    );
    let conditions = prop::collection::vec(condition, 0..3);
    let all = (life, sex, gender, affected, conditions, count, childless, numbers, prop::bool::weighted(0.1));
    all.prop_map(|(life, sex, gender, affected, conditions, count, childless, numbers, consultand)| Person {
        gender,
        life,
        weeks: numbers.0,
        consultand,
        affected,
        conditions,
        birth_year: numbers.1,
        age: numbers.2,
        birth_order: numbers.3,
        count: count.unwrap_or_default(),
        childless,
        ..Person::new("", sex)
    })
}

/// A family that can be, with anything that the model holds in it.
fn family() -> impl Strategy<Value = FamilyFile> {
    let people =
        prop::collection::vec((person(), any::<[Index; 6]>(), any::<[u8; 6]>(), any::<bool>()), 1..25);
    (people, any::<Index>(), select(vec!["F", "Family no. 1"])).prop_map(|(people, proband, name)| {
        let mut file = FamilyFile::new(name, Pedigree::new());
        let size = people.len();
        let mut by_sex: BTreeMap<Sex, Vec<PersonId>> = BTreeMap::new();
        for (at, (person, chosen, dice, named)) in people.into_iter().enumerate() {
            let own = id(at);
            let (sex, born) = (person.sex, matches!(person.life, Life::Living | Life::Deceased));
            let proband = proband.index(size) == at;
            file.pedigree.add_person(Person { id: own.clone(), proband, ..person });
            if named {
                file.labels.insert(own.clone(), format!("Name, of {at}"));
            }
            relate(&mut file.pedigree, &own, &by_sex, chosen, dice);
            // Whoever was not born, or is of a sex nobody knows, has no children here; other tests have them.
            if born {
                by_sex.entry(sex).or_default().push(own);
            }
        }
        twins(&mut file.pedigree);
        file
    })
}

fn relate(
    family: &mut Pedigree,
    own: &PersonId,
    by_sex: &BTreeMap<Sex, Vec<PersonId>>,
    chosen: [Index; 6],
    dice: [u8; 6],
) {
    let of = |sex, index: Index| by_sex.get(&sex).map(|all| index.get(all).clone());
    let [mother, father, other, woman, man, _] = chosen;
    if dice[0] < 180 {
        for (sex, index, die) in [(Sex::Female, mother, dice[1]), (Sex::Male, father, dice[2])] {
            match of(sex, index) {
                Some(parent) if die < 20 => family.add_donor(own, &parent),
                Some(parent) if die < 220 => family.add_parent(own, &parent, ParentKind::Biological),
                _ => {}
            }
        }
    }
    if let Some(legal) = of(Sex::Male, other).filter(|_| dice[3] < 30) {
        family.add_parent(own, &legal, ParentKind::Legal);
    }
    if let Some(carrier) = of(Sex::Female, woman).filter(|_| dice[4] < 15) {
        family.add_parent(own, &carrier, ParentKind::Gestational);
    }
    if let (Some(woman), Some(man), 0..40) = (of(Sex::Female, woman), of(Sex::Male, man), dice[5]) {
        let consanguinity =
            [Consanguinity::NotAsked, Consanguinity::Denied, Consanguinity::Stated][usize::from(dice[5] % 3)];
        let childless =
            [None, None, Some(Childless::Choice), Some(Childless::Infertile)][usize::from(dice[5] % 4)];
        let ended = dice[5].is_multiple_of(5);
        family.add_union(Union { ended, consanguinity, childless, ..Union::new(woman, man) });
    }
}

/// Makes twins of some who have the same parents.
fn twins(family: &mut Pedigree) {
    let mut sibships: BTreeMap<Vec<PersonId>, Vec<PersonId>> = BTreeMap::new();
    for person in family.persons() {
        let parents = family.parents(&person.id, ParentKind::Biological);
        if !parents.is_empty() {
            sibships.entry(parents.to_vec()).or_default().push(person.id.clone());
        }
    }
    for (at, children) in sibships.values().enumerate() {
        if let ([one, other, ..], zygosity) =
            (children.as_slice(), [Zygosity::Unknown, Zygosity::Monozygotic, Zygosity::Dizygotic][at % 3])
        {
            let same = family.sex(one) == family.sex(other) || zygosity != Zygosity::Monozygotic;
            if same {
                family.add_twins([one.clone(), other.clone()], zygosity);
            }
        }
    }
}

/// Takes a feature out of a family.
fn strip(file: &mut FamilyFile, feature: Feature) {
    let ids: Vec<PersonId> = file.pedigree.persons().iter().map(|person| person.id.clone()).collect();
    let mut each = |change: &dyn Fn(&mut Person)| ids.iter().for_each(|id| file.pedigree.change(id, change));
    match feature {
        Feature::FamilyName => file.name = String::new(),
        Feature::Names => file.labels.clear(),
        Feature::Gender => each(&|person| person.gender = None),
        Feature::Death => each(&|person| {
            if person.life == Life::Deceased {
                person.life = Life::Living;
            }
        }),
        Feature::Unborn => each(&|person| {
            if !matches!(person.life, Life::Living | Life::Deceased) {
                person.life = Life::Living;
            }
        }),
        Feature::Weeks => each(&|person| person.weeks = None),
        Feature::Proband => each(&|person| person.proband = false),
        Feature::Consultand => each(&|person| person.consultand = false),
        Feature::Status => each(&|person| person.affected = Affected::Unknown),
        Feature::Conditions => each(&|person| person.conditions.clear()),
        Feature::BirthYear => each(&|person| person.birth_year = None),
        Feature::Age => each(&|person| person.age = None),
        Feature::BirthOrder => each(&|person| person.birth_order = None),
        Feature::Groups => each(&|person| person.count = Count::One),
        Feature::Childless => each(&|person| person.childless = None),
        Feature::LegalParents => rebuild(file, |kind, _| kind != ParentKind::Legal, true),
        Feature::Carriers => rebuild(file, |kind, _| kind != ParentKind::Gestational, true),
        Feature::Donors => rebuild(file, |_, _| true, false),
        Feature::Couples => unions(file, |family, union| {
            let [one, other] = &union.partners;
            family.has_child_together(one, other).then(|| union.clone())
        }),
        Feature::EndedCouples => unions(file, |_, union| Some(Union { ended: false, ..union.clone() })),
        Feature::Consanguinity => {
            unions(file, |_, union| Some(Union { consanguinity: Consanguinity::NotAsked, ..union.clone() }));
        }
        Feature::ChildlessCouples => {
            unions(file, |_, union| Some(Union { childless: None, ..union.clone() }))
        }
        Feature::Twins => copy(file, |_, _| true, true, |_, union| Some(union.clone()), false),
        Feature::Zygosity => {
            let sets: Vec<Vec<PersonId>> =
                file.pedigree.twins().iter().map(|set| set.members.clone()).collect();
            sets.into_iter().for_each(|set| file.pedigree.add_twins(set, Zygosity::Unknown));
        }
    }
}

fn rebuild(file: &mut FamilyFile, keeps: impl Fn(ParentKind, &PersonId) -> bool, donors: bool) {
    copy(file, keeps, donors, |_, union| Some(union.clone()), true);
}

fn unions(file: &mut FamilyFile, change: impl Fn(&Pedigree, &Union) -> Option<Union>) {
    copy(file, |_, _| true, true, change, true);
}

fn copy(
    file: &mut FamilyFile,
    keeps: impl Fn(ParentKind, &PersonId) -> bool,
    donors: bool,
    union: impl Fn(&Pedigree, &Union) -> Option<Union>,
    twins: bool,
) {
    let old = std::mem::take(&mut file.pedigree);
    let new = &mut file.pedigree;
    old.persons().iter().for_each(|person| new.add_person(person.clone()));
    for kind in ParentKind::ALL {
        for (child, parent) in old.links_of(kind).filter(|(child, _)| keeps(kind, child)) {
            if donors && kind == ParentKind::Biological && old.is_donor(child, parent) {
                new.add_donor(child, parent);
            } else {
                new.add_parent(child, parent, kind);
            }
        }
    }
    old.unions().filter_map(|own| union(&old, own)).for_each(|own| new.add_union(own));
    if twins {
        old.twins().iter().for_each(|set| new.add_twins(set.members.clone(), set.zygosity));
    }
}

type Links = BTreeSet<(PersonId, PersonId, ParentKind, bool)>;

/// A family without the order in which it was put together, and without couples of whom nothing is said but a child.
#[derive(Debug, PartialEq)]
struct Plain {
    name: String,
    labels: BTreeMap<PersonId, String>,
    persons: BTreeMap<PersonId, String>,
    links: Links,
    unions: Vec<Union>,
    twins: Vec<crate::Twins>,
}

fn plain(file: &FamilyFile) -> Plain {
    let family = &file.pedigree;
    let links = ParentKind::ALL.into_iter().flat_map(|kind| {
        family.links_of(kind).map(move |(child, parent)| {
            let donor = kind == ParentKind::Biological && family.is_donor(child, parent);
            (child.clone(), parent.clone(), kind, donor)
        })
    });
    let bare = |union: &&Union| {
        let [one, other] = &union.partners;
        **union == Union::new(one.clone(), other.clone()) && family.has_child_together(one, other)
    };
    Plain {
        name: file.name.clone(),
        labels: file.labels.clone(),
        persons: family
            .persons()
            .iter()
            .map(|person| (person.id.clone(), serde_json::to_string(person).unwrap()))
            .collect(),
        links: links.collect(),
        unions: family.unions().filter(|union| !bare(union)).cloned().collect(),
        twins: family.twins().to_vec(),
    }
}

fn again(written: &Written, format: Format) -> Result<FamilyFile, TestCaseError> {
    let mut families = read(&written.text, Some(format)).map_err(|error| {
        TestCaseError::fail(format!("{format:?} cannot read what it wrote: {error}\n{}", written.text))
    })?;
    prop_assert_eq!(families.len(), 1);
    Ok(families.remove(0))
}

/// A sentence that says that something is gone, and not merely how something was written.
fn is_loss(sentence: &str) -> bool {
    sentence.contains("has no place for")
}

fn check(file: &FamilyFile, format: Format) -> Result<(), TestCaseError> {
    let written = match (write(file, format), format) {
        (Ok(written), _) => written,
        // These two cannot say everything of everybody, and say so instead.
        (Err(WriteError::Sex(_)), Format::CanRisk) | (Err(WriteError::Id { .. }), Format::Phenopackets) => {
            return Ok(());
        }
        (Err(error), format) => return Err(TestCaseError::fail(format!("{format:?}: {error}"))),
    };
    let back = again(&written, format)?;
    let same = plain(&back) == plain(file);
    if written.lost.is_empty() {
        prop_assert_eq!(
            plain(&back),
            plain(file),
            "{:?} said that nothing was lost\n{}",
            format,
            written.text
        );
    } else if written.lost.iter().any(|sentence| is_loss(sentence)) {
        prop_assert!(!same, "{format:?} said that something was lost: {:?}\n{}", written.lost, written.text);
    }
    // What came back is what the format holds: it comes back again, whole.
    let twice = write(&back, format).map_err(|error| TestCaseError::fail(format!("{format:?}: {error}")))?;
    let losses: Vec<&String> = twice.lost.iter().filter(|sentence| is_loss(sentence)).collect();
    prop_assert!(losses.is_empty(), "{format:?} loses again: {losses:?}\n{}", written.text);
    prop_assert_eq!(plain(&again(&twice, format)?), plain(&back), "{:?}\n{}", format, twice.text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_not_said_to_be_lost_comes_back(file in family(), format in select(WRITTEN.to_vec())) {
        check(&file, format)?;
    }

    #[test]
    fn a_family_of_what_the_format_holds_comes_back_whole(file in family(), format in select(WRITTEN.to_vec())) {
        let mut file = file;
        for feature in Feature::ALL {
            if !holds(format).contains(&feature) {
                strip(&mut file, feature);
            }
        }
        check(&file, format)?;
    }

    #[test]
    fn every_feature_that_a_format_does_not_hold_is_named(
        file in family(), format in select(WRITTEN.to_vec()), feature in select(Feature::ALL.to_vec())
    ) {
        let mut without = file.clone();
        strip(&mut without, feature);
        // That they come from one egg goes with the twins.
        let with_twins = feature == Feature::Zygosity && !holds(format).contains(&Feature::Twins);
        if with_twins || holds(format).contains(&feature) || plain(&without) == plain(&file) {
            return Ok(());
        }
        if let (Ok(with), Ok(without)) = (write(&file, format), write(&without, format)) {
            let more = with.lost.len() > without.lost.len() || with.lost.iter().any(|said| !without.lost.contains(said));
            prop_assert!(more, "{format:?} does not name {feature:?}: {:?}", with.lost);
        }
    }

    #[test]
    fn any_text_is_a_family_or_an_error_with_its_place(text in "\\PC{0,40}|[-\\[\\](){}<>+%?X*\\\\,:@=\"# \n\ta-c0-3]{0,60}") {
        for format in Format::ALL.into_iter().map(Some).chain([None]) {
            if let Err(error) = read(&text, format) {
                prop_assert!(error.line >= 1 && error.column >= 1 && error.line <= text.lines().count() + 1, "{error}");
            }
        }
    }
}
