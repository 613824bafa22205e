//! What of a family a format has no place for, in plain words that name the people.
//! Must not know: how any format is written; it is told what each holds.

use super::{FamilyFile, Format};
use crate::model::{Affected, Childless, Consanguinity, Count, Life, ParentKind, Person, PersonId, Zygosity};
use std::collections::BTreeSet;

/// What a family may hold beside ids, sexes and biological parents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Feature {
    FamilyName,
    Names,
    Gender,
    Death,
    Unborn,
    Weeks,
    Proband,
    Consultand,
    Status,
    Conditions,
    BirthYear,
    Age,
    BirthOrder,
    Groups,
    Childless,
    LegalParents,
    Carriers,
    Donors,
    Couples,
    EndedCouples,
    Consanguinity,
    ChildlessCouples,
    Twins,
    Zygosity,
}

impl Feature {
    pub const ALL: [Feature; 24] = [
        Feature::FamilyName,
        Feature::Names,
        Feature::Gender,
        Feature::Death,
        Feature::Unborn,
        Feature::Weeks,
        Feature::Proband,
        Feature::Consultand,
        Feature::Status,
        Feature::Conditions,
        Feature::BirthYear,
        Feature::Age,
        Feature::BirthOrder,
        Feature::Groups,
        Feature::Childless,
        Feature::LegalParents,
        Feature::Carriers,
        Feature::Donors,
        Feature::Couples,
        Feature::EndedCouples,
        Feature::Consanguinity,
        Feature::ChildlessCouples,
        Feature::Twins,
        Feature::Zygosity,
    ];

    fn words(self) -> &'static str {
        match self {
            Feature::FamilyName => "The family's name",
            Feature::Names => "The name of",
            Feature::Gender => "The gender, apart from the sex assigned at birth, of",
            Feature::Death => "The death of",
            Feature::Unborn => "That this was a pregnancy, a loss or a stillbirth:",
            Feature::Weeks => "The weeks of pregnancy of",
            Feature::Proband => "Who the proband is:",
            Feature::Consultand => "Who asks for advice:",
            Feature::Status => "Whether affected or not:",
            Feature::Conditions => "The conditions of",
            Feature::BirthYear => "The year of birth of",
            Feature::Age => "The age of",
            Feature::BirthOrder => "The place among brothers and sisters of",
            Feature::Groups => "That this is more than one person:",
            Feature::Childless => "Why there are no children of",
            Feature::LegalParents => "The legal parents of",
            Feature::Carriers => "Who carried",
            Feature::Donors => "That a parent was a donor, of",
            Feature::Couples => "The couple",
            Feature::EndedCouples => "That they are no longer a couple:",
            Feature::Consanguinity => "What was said of their being related:",
            Feature::ChildlessCouples => "Why they have no children:",
            Feature::Twins => "That these were born together:",
            Feature::Zygosity => "Whether these come from one egg:",
        }
    }

    /// Whom it concerns: one group a sentence for couples and twins, one group of all people otherwise.
    fn concerned(self, file: &FamilyFile) -> Vec<Vec<PersonId>> {
        let family = &file.pedigree;
        let people = |has: &dyn Fn(&Person) -> bool| {
            let ids: Vec<PersonId> = family
                .persons()
                .iter()
                .filter(|&person| has(person))
                .map(|person| person.id.clone())
                .collect();
            if ids.is_empty() { vec![] } else { vec![ids] }
        };
        let children = |kind| {
            let ids: BTreeSet<PersonId> = family.links_of(kind).map(|(child, _)| child.clone()).collect();
            if ids.is_empty() { vec![] } else { vec![ids.into_iter().collect()] }
        };
        let couples = |has: &dyn Fn(&crate::Union) -> bool| {
            family.unions().filter(|&union| has(union)).map(|union| union.partners.to_vec()).collect()
        };
        match self {
            Feature::FamilyName => {
                if file.name.is_empty() {
                    vec![]
                } else {
                    vec![vec![]]
                }
            }
            Feature::Names => people(&|person| file.labels.contains_key(&person.id)),
            Feature::Gender => people(&|person| person.gender.is_some()),
            Feature::Death => people(&|person| person.life == Life::Deceased),
            Feature::Unborn => people(&|person| !matches!(person.life, Life::Living | Life::Deceased)),
            Feature::Weeks => people(&|person| person.weeks.is_some()),
            Feature::Proband => people(&|person| person.proband),
            Feature::Consultand => people(&|person| person.consultand),
            Feature::Status => people(&|person| person.affected != Affected::Unknown),
            Feature::Conditions => people(&|person| !person.conditions.is_empty()),
            Feature::BirthYear => people(&|person| person.birth_year.is_some()),
            Feature::Age => people(&|person| person.age.is_some()),
            Feature::BirthOrder => people(&|person| person.birth_order.is_some()),
            Feature::Groups => people(&|person| person.count != Count::One),
            Feature::Childless => people(&|person| person.childless.is_some()),
            Feature::LegalParents => children(ParentKind::Legal),
            Feature::Carriers => children(ParentKind::Gestational),
            Feature::Donors => people(&|person| {
                family
                    .parents(&person.id, ParentKind::Biological)
                    .iter()
                    .any(|parent| family.is_donor(&person.id, parent))
            }),
            Feature::Couples => couples(&|union| {
                let [one, other] = &union.partners;
                !family.has_child_together(one, other)
            }),
            Feature::EndedCouples => couples(&|union| union.ended),
            Feature::Consanguinity => couples(&|union| union.consanguinity != Consanguinity::NotAsked),
            Feature::ChildlessCouples => {
                couples(&|union| matches!(union.childless, Some(Childless::Choice | Childless::Infertile)))
            }
            Feature::Twins => family.twins().iter().map(|set| set.members.clone()).collect(),
            Feature::Zygosity => {
                let told = family.twins().iter().filter(|set| set.zygosity != Zygosity::Unknown);
                told.map(|set| set.members.clone()).collect()
            }
        }
    }
}

/// A sentence for everything in the family that is not among what the format holds, and for what was kept in another.
pub(crate) fn lost(file: &FamilyFile, format: Format, holds: &[Feature]) -> Vec<String> {
    let mut lost = Vec::new();
    for feature in Feature::ALL {
        // A format without twins says so once: that they come from one egg goes with them.
        let said = feature == Feature::Zygosity && !holds.contains(&Feature::Twins);
        if !holds.contains(&feature) && !said {
            lost.extend(feature.concerned(file).iter().map(|ids| sentence(feature.words(), ids, format)));
        }
    }
    lost.extend(lost_kept(file, format));
    lost
}

/// The years that a date of ISO 8601 has four digits for.
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;

/// Says whose year of birth no such date can have.
pub(crate) fn lost_years(file: &FamilyFile, format: Format) -> Option<String> {
    let odd = |person: &&Person| person.birth_year.is_some_and(|year| !YEARS.contains(&year));
    let ids: Vec<PersonId> =
        file.pedigree.persons().iter().filter(odd).map(|person| person.id.clone()).collect();
    (!ids.is_empty()).then(|| sentence("A year of birth that is not from 1 to 9999, of", &ids, format))
}

/// Says what was kept of another format and is not in this one.
fn lost_kept(file: &FamilyFile, format: Format) -> Option<String> {
    let from = file.kept.format.filter(|&from| from != format)?;
    let mut names: Vec<String> = Vec::new();
    let of_people = file.kept.persons.values().flatten();
    for (name, value) in file.kept.file.iter().chain(of_people) {
        for name in beyond_the_model(from, name, value) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let listed = shortened(&names);
    (!names.is_empty()).then(|| {
        format!(
            "In the file as it came, and not in this one: {listed}: {} has no place for it.",
            format.title()
        )
    })
}

/// What something kept holds that the model does not: itself, or of an object of JSON the members that nobody reads.
fn beyond_the_model(from: Format, name: &str, value: &str) -> Vec<String> {
    match from {
        Format::Sibships => vec!["comments".to_owned()],
        // The version is a matter of the format alone.
        Format::CanRisk if name == "CanRisk" => vec![],
        Format::Ped | Format::Table | Format::CanRisk | Format::Gedcom => vec![name.to_owned()],
        Format::Ga4gh | Format::Phenopackets | Format::Fhir => {
            match READ.iter().find(|(kind, _)| *kind == name) {
                None => vec![name.to_owned()],
                Some((_, read)) => {
                    let object: serde_json::Map<String, serde_json::Value> =
                        serde_json::from_str(value).unwrap_or_default();
                    object
                        .into_iter()
                        .map(|(member, _)| member)
                        .filter(|member| !read.contains(&member.as_str()))
                        .collect()
                }
            }
        }
    }
}

/// The members that are read of what is kept whole, and those that say nothing of a family.
const READ: [(&str, &[&str]); 7] = [
    ("fullUrl", &[]),
    (
        "Patient",
        &[
            "resourceType",
            "id",
            "meta",
            "text",
            "identifier",
            "gender",
            "birthDate",
            "deceasedBoolean",
            "name",
            "extension",
        ],
    ),
    (
        "FamilyMemberHistory",
        &[
            "resourceType",
            "id",
            "meta",
            "text",
            "identifier",
            "status",
            "patient",
            "relationship",
            "extension",
            "name",
            "sex",
            "bornDate",
            "ageAge",
            "deceasedBoolean",
            "deceasedAge",
            "condition",
        ],
    ),
    ("Condition", &["resourceType", "id", "meta", "text", "identifier", "subject", "code", "onsetAge"]),
    (
        "Status",
        &["resourceType", "id", "meta", "text", "identifier", "status", "code", "subject", "valueBoolean"],
    ),
    (
        "Composition",
        &[
            "resourceType",
            "id",
            "meta",
            "text",
            "identifier",
            "status",
            "type",
            "subject",
            "date",
            "_date",
            "author",
            "title",
            "section",
        ],
    ),
    ("Phenopacket", &["id", "subject", "diseases", "metaData", "meta_data"]),
];

pub(crate) fn sentence(what: &str, ids: &[PersonId], format: Format) -> String {
    let ids: Vec<&str> = ids.iter().map(PersonId::as_str).collect();
    let space = if ids.is_empty() { "" } else { " " };
    format!("{what}{space}{}: {} has no place for it.", shortened(&ids), format.title())
}

/// The first of them, and how many more there are.
pub(crate) fn shortened(names: &[&str]) -> String {
    const SHOWN: usize = 20;
    let listed = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN { format!("{listed} and {} more", names.len() - SHOWN) } else { listed }
}
