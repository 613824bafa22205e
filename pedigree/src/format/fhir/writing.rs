//! A family as FHIR family history: everyone by what they are to the proband, with their parents named beside it.
//! Must not know: how it is read.

use super::super::family_file::kept_value;
use super::super::loss::{Feature, lost, lost_years, sentence};
use super::super::{FamilyFile, Format, WriteError, Written};
use super::resource::{
    FreshIds, age, gender_code, kept_object, put_ids, put_year, resource_ids, write_condition, write_patient,
};
use super::role::{Bond, Role, Said, Side};
use super::{HISTORY, PARENT, SIBLING, twin_code};
use crate::model::{Life, ParentKind, Pedigree, Person, PersonId, Sex};
use crate::{KinPath, kin_path};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub(crate) const HOLDS: &[Feature] = &[
    Feature::Names,
    Feature::Gender,
    Feature::Death,
    Feature::Unborn,
    Feature::Proband,
    Feature::Conditions,
    Feature::BirthYear,
    Feature::Age,
    Feature::LegalParents,
    Feature::Carriers,
    Feature::Couples,
    Feature::EndedCouples,
    Feature::Twins,
    Feature::Zygosity,
];

const ROLES: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";

/// Writes one family.
///
/// # Errors
/// No proband, or several.
pub(crate) fn write(file: &FamilyFile) -> Result<Written, WriteError> {
    let family = &file.pedigree;
    let mut probands = family.persons().iter().filter(|person| person.proband);
    let (Some(proband), None) = (probands.next(), probands.next()) else {
        return Err(WriteError::OneProband(Format::Fhir));
    };
    let mut lost = lost(file, Format::Fhir, HOLDS);
    lost.extend(lost_years(file, Format::Fhir));
    lost.extend(own_losses(file, proband));
    let ids = resource_ids(file);
    let id = |person: &PersonId| ids.get(person).cloned().unwrap_or_default();
    let reference = |person: &PersonId| {
        let kind = if *person == proband.id { "Patient" } else { HISTORY };
        json!({ "reference": format!("{kind}/{}", id(person)) })
    };
    let mut fresh = FreshIds::beside(file, Format::Fhir, &ids);
    let kept = file.kept.of(Format::Fhir, &proband.id);
    let mut resources = vec![write_patient(file, proband, &id(&proband.id), kept_value(kept, "Patient"))];
    let mut old: Vec<Map<String, Value>> = kept
        .iter()
        .filter(|(name, _)| name == "Condition")
        .map(|(_, text)| kept_object(Some(text)))
        .collect();
    for condition in &proband.conditions {
        let mut resource = write_condition(condition, &mut old);
        resource.insert("resourceType".to_owned(), json!("Condition"));
        resource.entry("id".to_owned()).or_insert_with(|| json!(fresh.next("c")));
        resource.insert("subject".to_owned(), reference(&proband.id));
        resources.push(Value::Object(resource));
    }
    let twins = Twinned::of(family);
    let mut ages = Vec::new();
    for person in family.persons().iter().filter(|person| person.id != proband.id) {
        let mut history = kept_object(kept_value(file.kept.of(Format::Fhir, &person.id), HISTORY));
        history.insert("resourceType".to_owned(), json!(HISTORY));
        put_ids(&mut history, &person.id, &id(&person.id));
        history.entry("status".to_owned()).or_insert_with(|| json!("completed"));
        history.insert("patient".to_owned(), reference(&proband.id));
        relationship(family, &proband.id, person, &mut history);
        extensions(family, person, &twins, &reference, &mut history);
        about(file, person, &mut history);
        if person.age.is_some() && age_place(person, &history).is_none() {
            ages.push(person.id.clone());
        }
        resources.push(Value::Object(history));
    }
    for (_, text) in file.kept.of_file(Format::Fhir) {
        resources.push(Value::Object(kept_object(Some(text))));
    }
    if !ages.is_empty() {
        lost.push(sentence("The age, beside the year of birth, of", &ages, Format::Fhir));
    }
    let entries: Vec<Value> = resources.into_iter().map(|resource| json!({ "resource": resource })).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries });
    Ok(Written { text: serde_json::to_string_pretty(&bundle).unwrap_or_default() + "\n", lost })
}

/// What family history has no place for though it has for other people or couples.
fn own_losses(file: &FamilyFile, proband: &Person) -> Vec<String> {
    let family = &file.pedigree;
    let mut lost = Vec::new();
    if proband.age.is_some() {
        lost.push(sentence("The age of the proband,", std::slice::from_ref(&proband.id), Format::Fhir));
    }
    let others = |has: &dyn Fn(&Person) -> bool| {
        let others = family.persons().iter().filter(|person| person.id != proband.id && has(person));
        others.map(|person| person.id.clone()).collect::<Vec<_>>()
    };
    let mut say = |what: &str, ids: Vec<PersonId>| {
        lost.extend((!ids.is_empty()).then(|| sentence(what, &ids, Format::Fhir)));
    };
    say("The gender, apart from the sex assigned at birth, of", others(&|person| person.gender.is_some()));
    let unborn = others(&|person| !matches!(person.life, Life::Living | Life::Deceased));
    say("That this was a pregnancy, a loss or a stillbirth:", unborn);
    if proband.life.is_loss() {
        let what = "What kind of loss this was (written as a stillbirth):";
        lost.push(sentence(what, std::slice::from_ref(&proband.id), Format::Fhir));
    }
    for union in family.unions().filter(|union| !union.partners.contains(&proband.id)) {
        let [one, other] = &union.partners;
        if union.ended {
            lost.push(sentence("That they are no longer a couple:", &union.partners, Format::Fhir));
        } else if !family.has_child_together(one, other) {
            lost.push(sentence("The couple", &union.partners, Format::Fhir));
        }
    }
    lost
}

/// Everyone born together with others, and the set.
struct Twinned<'a>(BTreeMap<&'a PersonId, &'a crate::Twins>);

impl<'a> Twinned<'a> {
    fn of(family: &'a Pedigree) -> Twinned<'a> {
        Twinned(family.twins().iter().flat_map(|set| set.members.iter().map(move |id| (id, set))).collect())
    }
}

/// The code and the words of a relationship; what was kept, where the code is the same.
fn relationship(family: &Pedigree, proband: &PersonId, person: &Person, history: &mut Map<String, Value>) {
    let (role, words) = role_of(family, proband, person);
    let kept =
        history.get("relationship").and_then(|concept| concept.get("coding")).and_then(Value::as_array);
    let kept: Vec<Role> =
        kept.into_iter().flatten().filter_map(|coding| Role::coded(coding.get("code")?.as_str()?)).collect();
    let untied = kept.first().is_some_and(|kept| role == Role::Other(Sex::Unknown) && !is_tie(*kept));
    if kept.first() == Some(&role) || untied || kept.first().is_some_and(|kept| is_same(*kept, role)) {
        return;
    }
    let code = role.code().unwrap_or("FAMMEMB");
    history.insert(
        "relationship".to_owned(),
        json!({ "coding": [{ "system": ROLES, "code": code }], "text": words }),
    );
}

/// Whether a code makes the relative a parent, child or partner of the proband, whatever else is said.
fn is_tie(role: Role) -> bool {
    match role {
        Role::Oneself
        | Role::Parent(_)
        | Role::LegalParent(_)
        | Role::Carrier
        | Role::Child(..)
        | Role::LegalChild(_)
        | Role::Partner(..)
        | Role::Twin(..) => true,
        Role::Sibling(..)
        | Role::HalfSibling(_)
        | Role::Grandparent(..)
        | Role::GreatGrandparent(..)
        | Role::AuntOrUncle(..)
        | Role::Cousin(_)
        | Role::NieceOrNephew(_)
        | Role::Grandchild(_)
        | Role::Other(_) => false,
    }
}

/// Whether a kept code says what the family says, with a sex it leaves open, or said less surely.
fn is_same(kept: Role, now: Role) -> bool {
    let sexless = |role: Role| match role {
        Role::Child(_, _) => Role::Child(Sex::Unknown, Said::Natural),
        Role::Sibling(_, _) => Role::Sibling(Sex::Unknown, Said::Natural),
        Role::Partner(_, bond) => Role::Partner(Sex::Unknown, bond),
        Role::Twin(_, zygosity) => Role::Twin(Sex::Unknown, zygosity),
        other => other,
    };
    let sexes = [kept.sex(), now.sex()];
    sexless(kept) == sexless(now) && (sexes.contains(&Sex::Unknown) || sexes[0] == sexes[1])
}

/// What somebody is to the proband, as near as a code says it, and in words.
fn role_of(family: &Pedigree, proband: &PersonId, person: &Person) -> (Role, String) {
    let (id, sex) = (&person.id, person.sex);
    let parents = |kind| family.parents(proband, kind).contains(id);
    if parents(ParentKind::Biological) {
        return (Role::Parent(sex), "parent by descent".to_owned());
    }
    if parents(ParentKind::Legal) {
        return (Role::LegalParent(sex), "parent by law".to_owned());
    }
    if parents(ParentKind::Gestational) {
        return (Role::Carrier, "carried the pregnancy".to_owned());
    }
    let children = |kind| family.children(proband, kind).contains(id);
    if children(ParentKind::Biological) {
        return (Role::Child(sex, Said::Natural), "child by descent".to_owned());
    }
    if children(ParentKind::Legal) {
        return (Role::LegalChild(sex), "child by law".to_owned());
    }
    if let Some(set) = family.twins_of(proband).filter(|set| set.members.contains(id)) {
        return (Role::Twin(sex, set.zygosity), "born together with the proband".to_owned());
    }
    if let Some(union) = family.union_of(proband, id) {
        let bond = if union.ended { Bond::Former } else { Bond::Lasting };
        return (Role::Partner(Sex::Unknown, bond), "partner".to_owned());
    }
    match kin_path(family, proband, id) {
        Some(path) => (by_path(family, &path, sex), path.words),
        None => (Role::Other(Sex::Unknown), "family member".to_owned()),
    }
}

/// The code of a relative by descent who is neither parent nor child.
fn by_path(family: &Pedigree, path: &KinPath, sex: Sex) -> Role {
    let steps: Vec<&str> = path.words.split("'s ").collect();
    let up = |word: &str| matches!(word, "mother" | "father" | "parent");
    let down = |word: &str| matches!(word, "son" | "daughter" | "child");
    let across = |word: &str| matches!(word, "sister" | "brother" | "sibling");
    let side = || match path.through.first().map(|first| family.sex(first)) {
        Some(Sex::Female) => Some(Side::Mother),
        Some(Sex::Male) => Some(Side::Father),
        Some(Sex::Unknown) | None => None,
    };
    match steps.as_slice() {
        [only] if across(only) => Role::Sibling(sex, Said::Natural),
        [only] if only.contains("half") => Role::HalfSibling(sex),
        [one, other] if up(one) && up(other) => Role::Grandparent(side(), sex),
        [one, other] if up(one) && across(other) && sex != Sex::Unknown => Role::AuntOrUncle(side(), sex),
        [one, other] if across(one) && down(other) => Role::NieceOrNephew(sex),
        [one, other] if down(one) && down(other) => Role::Grandchild(sex),
        [one, two, three] if up(one) && up(two) && up(three) => Role::GreatGrandparent(side(), sex),
        [one, two, three] if up(one) && across(two) && down(three) => Role::Cousin(side()),
        _ => Role::Other(Sex::Unknown),
    }
}

/// Parents, and whoever was born together with this person, by reference.
fn extensions(
    family: &Pedigree,
    person: &Person,
    twins: &Twinned<'_>,
    reference: &dyn Fn(&PersonId) -> Value,
    history: &mut Map<String, Value>,
) {
    let kept = history.get("extension").and_then(Value::as_array).cloned().unwrap_or_default();
    let ours =
        |extension: &Value| [PARENT, SIBLING].iter().any(|url| extension.get("url") == Some(&json!(url)));
    let mut extensions: Vec<Value> = kept.into_iter().filter(|extension| !ours(extension)).collect();
    let mut add = |url: &str, code: &str, other: &PersonId| {
        let concept = json!({ "coding": [{ "system": ROLES, "code": code }] });
        extensions.push(json!({ "url": url, "extension": [
            { "url": "type", "valueCodeableConcept": concept },
            { "url": "reference", "valueReference": reference(other) },
        ] }));
    };
    for kind in ParentKind::ALL {
        for parent in family.parents(&person.id, kind) {
            let sex = family.sex(parent);
            let role = match kind {
                ParentKind::Biological => Role::Parent(sex),
                ParentKind::Legal => Role::LegalParent(sex),
                ParentKind::Gestational => Role::Carrier,
            };
            add(PARENT, role.code().unwrap_or("NPRN"), parent);
        }
    }
    if let Some(set) = twins.0.get(&person.id) {
        for other in set.members.iter().filter(|other| **other != person.id) {
            add(SIBLING, twin_code(set.zygosity), other);
        }
    }
    if extensions.is_empty() {
        history.remove("extension");
    } else {
        history.insert("extension".to_owned(), Value::Array(extensions));
    }
}

/// Name, sex, birth, age, death and conditions.
fn about(file: &FamilyFile, person: &Person, history: &mut Map<String, Value>) {
    match file.labels.get(&person.id) {
        Some(name) => history.insert("name".to_owned(), json!(name)),
        None => history.remove("name"),
    };
    if person.sex == Sex::Unknown {
        history.remove("sex");
    } else {
        let system = "http://hl7.org/fhir/administrative-gender";
        let sex = json!({ "coding": [{ "system": system, "code": gender_code(person.sex) }] });
        history.insert("sex".to_owned(), sex);
    }
    if person.birth_year.is_some() {
        history.remove("bornPeriod");
    }
    put_year(history, "bornDate", person.birth_year);
    death(person, history);
    let name = age_place(person, history);
    for place in ["ageAge", "deceasedAge"] {
        let kept =
            history.get(place).and_then(|age| age.get("value")).and_then(Value::as_f64).map(f64::trunc);
        match person.age.filter(|_| name == Some(place)) {
            Some(years) if kept != Some(f64::from(years)) => {
                history.insert(place.to_owned(), age(years));
            }
            Some(_) => {}
            None => {
                history.remove(place);
            }
        }
    }
    let kept = history.get("condition").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut old: Vec<Map<String, Value>> = kept.iter().filter_map(|kept| kept.as_object().cloned()).collect();
    let conditions: Vec<Value> = person
        .conditions
        .iter()
        .map(|condition| Value::Object(write_condition(condition, &mut old)))
        .collect();
    if conditions.is_empty() {
        history.remove("condition");
    } else {
        history.insert("condition".to_owned(), Value::Array(conditions));
    }
}

/// Leaves one way of saying that somebody is dead: the kept one, or the plainest.
fn death(person: &Person, history: &mut Map<String, Value>) {
    let other_words = ["deceasedString", "deceasedDate", "deceasedRange"];
    let dead = person.life == Life::Deceased;
    if !dead || (person.age.is_some() && !other_words.iter().any(|name| history.contains_key(*name))) {
        history.remove("deceasedBoolean");
    }
    if !dead {
        other_words.iter().for_each(|name| {
            history.remove(*name);
        });
    } else if person.age.is_none() && !other_words.iter().any(|name| history.contains_key(*name)) {
        history.insert("deceasedBoolean".to_owned(), json!(true));
    }
}

/// Where an age can stand: at death, or where there is no date of birth, as FHIR asks (fhs-1); elsewhere nowhere.
fn age_place(person: &Person, history: &Map<String, Value>) -> Option<&'static str> {
    let in_words =
        ["deceasedString", "deceasedDate", "deceasedRange"].iter().any(|name| history.contains_key(*name));
    if person.life == Life::Deceased && !in_words {
        Some("deceasedAge")
    } else {
        person.birth_year.is_none().then_some("ageAge")
    }
}
