//! The pages of a family and its people: the overview, adding a relative, who a person is and how they may be reached.
//! Must not know: findings, and the words of any conversation.

mod contact;
mod drawing;
mod export;
mod family;
mod find;
mod needs;
mod place;
mod plan;
mod printing;
mod responsibility;
mod safety;
mod standing;
mod table;
mod text;
mod told;
mod undo;

use needs::NeedsShown;

use super::{
    contact::{Contact, contact_of},
    dates::{death_correct, death_take_back, person_died},
    kinship::{NewRelative, relative_add},
    needs::needs_of,
    person::{Identity, Person, person_family, person_get, person_identify},
    safety::{Safety, is_kept_back, safety_now},
};
use crate::{
    access::{
        Answer, Caller, Choice, DayFields, InFamily, Input, Permission, Staff,
        family::family_get,
        pages::Here,
        permission::{allows, may},
        route::{Route, route},
    },
    clinic::{
        cascade::at_risk::results_widen,
        cascade::{consequence::tasks_live, task::tasks_die},
        letters::take_back::{TakenBack, take_back, taken_back},
        sharing::pages::{knows::Banner, not_to_know::DoNotTell},
    },
    db::{Conn, UtcDate},
    error::{Error, Result},
    ids::{FamilyId, PersonId, ResultId},
};
use actix_web::web;
use kinward_pedigree::Relation;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub const ROUTES: &[Route] = &[
    route!(GET "/families/{id}" FamilyView family::page, "A family: its people, drawing, results, relative tasks and open work"),
    route!(GET "/families/{id}/pedigree.svg" FamilyView drawing::page, "The drawing of a family"),
    route!(GET "/families/{id}/pedigree" FamilyView drawing::sheet, "The drawing of a family as a page to print, also without anything that says who anybody is"),
    route!(POST "/families/{id}/people" PersonEdit relative, "Add a relative, by how they are related to somebody in the family", form on "/families/{id}"),
    route!(GET "/families/{id}/people/table" PedigreeEdit table::page, "A table in which several relatives are entered at once"),
    route!(POST "/families/{id}/people/table" PedigreeEdit table::entered, "Enter several relatives: look at the rows, see what would be saved, or save it", form on "/families/{id}/people/table"),
    route!(GET "/families/{id}/people/text" PedigreeEdit text::page, "The family as text in the notation of sibships, to write relatives beside those who are there"),
    route!(POST "/families/{id}/people/text" PedigreeEdit text::entered, "Enter relatives as text: see who may be there already and what would be saved, or save it", form on "/families/{id}/people/text"),
    route!(GET "/families/{id}/import" PedigreeEdit text::import_page, "The page for bringing a pedigree file into a family"),
    route!(POST "/families/{id}/import" PedigreeEdit text::import, "Look at a pedigree file: who is in it, who may be there already, what would be saved; saves nothing", form on "/families/{id}/import"),
    route!(GET "/families/{id}/export" FamilyView export::page, "The formats in which a family can leave, and what each would lose"),
    route!(GET "/families/{id}/export/{format}" FamilyView export::share_safe, "The family as a file without names, ages, conditions or proband"),
    route!(POST "/families/{id}/export" PedigreeExport export::full, "The family as a file with everything the format holds, with a reason", form on "/families/{id}/export"),
    route!(GET "/people/{id}/place" PedigreeEdit place::page, "A person's place in the tree: who is around them, and how it is corrected"),
    route!(POST "/people/{id}/relatives" PedigreeEdit place::relative, "Add a relative of this person: see what would be saved, or save it", form on "/people/{id}/place"),
    route!(POST "/people/{id}/particulars" PedigreeEdit place::particulars, "Say what a person's sex, gender, life and conditions are", form on "/people/{id}/place"),
    route!(POST "/people/{id}/parents" PedigreeEdit place::parent, "Say in which ways somebody is a parent of this person, or that they are none", form on "/people/{id}/place"),
    route!(POST "/people/{id}/couples" PedigreeEdit place::couple, "Say that this person and another are or were a couple, and whether they are related", form on "/people/{id}/place"),
    route!(POST "/people/{id}/twins" PedigreeEdit place::twins, "Say who was born together with this person", form on "/people/{id}/place"),
    route!(POST "/families/{id}/undo" PedigreeEdit undo::undo, "Take the last change of the family back, as long as nothing stands on it", form on "/families/{id}"),
    route!(POST "/people/find" FamilyView find::find, "Find a person's family by NHS number, or by surname and date of birth", form on "/families"),
    route!(GET "/people/{id}" PersonEdit person, "Who a person is and how they may be reached"),
    route!(POST "/people/{id}/identity" PersonEdit identity, "Complete or correct who a person is", form on "/results/{result}" | "/people/{id}"),
    route!(POST "/people/{id}/needs" PersonEdit needs::set, "Set how a person reads: language, size, other help", form on "/people/{id}"),
    route!(POST "/people/{id}/contact" PersonEdit contact::set, "Set how a person may be reached, and where that came from", form on "/people/{id}"),
    route!(GET "/people/{id}/responsibility" PedigreeEdit responsibility::page, "Who has parental responsibility for a child, and who said so"),
    route!(POST "/people/{id}/responsibility" PedigreeEdit responsibility::record, "Record who has parental responsibility for a child, and who said so", form on "/people/{id}/responsibility"),
    route!(POST "/people/{id}/responsibility/{responsibility}/end" PedigreeEdit responsibility::end, "Parental responsibility that holds no more"),
    route!(GET "/people/{id}/safety" SafetySet safety::page, "Whether it is safe to reach a person, and who said so"),
    route!(POST "/people/{id}/safety" SafetySet safety::set, "Say whether and how a person may be reached; a hold stops what has not left", form on "/people/{id}/safety"),
    route!(POST "/people/{id}/died" PersonEdit died, "Record a death; whatever was on its way to the person stops", form on "/people/{id}"),
    route!(POST "/people/{id}/death-date" PersonEdit death_date, "Correct the date of a death on record, with a reason", form on "/people/{id}"),
    route!(POST "/people/{id}/alive" PersonEdit alive, "Take a death back that was recorded by mistake, with a reason; the person is followed again", form on "/people/{id}"),
];

/// The family of a person, with the proof that the caller has to do with it.
fn person_open(conn: &mut Conn, caller: &Caller, id: PersonId) -> Result<(Person, InFamily)> {
    let family = person_family(conn, caller.service, id)?;
    let proof = caller.in_family(conn, family)?;
    Ok((person_get(conn, &proof, id)?, proof))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RelativeEntry {
    #[serde(default)]
    relation: String,
    from: Option<PersonId>,
    given_name: Option<String>,
    family_name: Option<String>,
    birth_date: Option<UtcDate>,
    nhs_number: Option<String>,
    letter_given_name: Option<String>,
    letter_family_name: Option<String>,
}

async fn relative(
    staff: Staff<may::PersonEdit>,
    house: Here,
    id: web::Path<FamilyId>,
    input: Input<RelativeEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    let relation =
        Relation::parse(&entry.relation).map_err(|e| Error::bad_input(e.to_string()).at("relation"))?;
    let from = entry
        .from
        .ok_or_else(|| Error::bad_input("Say whose relative this is. Nothing was saved.").at("from"))?;
    let identity = Identity {
        given_name: entry.given_name,
        family_name: entry.family_name,
        birth_date: entry.birth_date,
        nhs_number: entry.nhs_number,
        letter_given_name: entry.letter_given_name,
        letter_family_name: entry.letter_family_name,
    };
    let person = house
        .act(&caller, move |act, _| {
            let proof = of.in_family(act.conn(), id)?;
            let sees_sealed = allows(&of.roles, Permission::SealedView);
            let person = relative_add(act, &proof, NewRelative { from, relation, identity, sees_sealed })?;
            results_widen(act, &proof)?;
            Ok(person)
        })
        .await?;
    // The next thing that a letter needs is how they may be reached.
    Ok(Answer::done(format!("/people/{person}#contact"), json!({"family": id, "person": person})))
}

#[derive(Serialize)]
struct PersonPage {
    person: PersonId,
    family: FamilyId,
    family_reference: String,
    name: String,
    is_proband: bool,
    /// Whether the caller may see and correct how this person is tied to others.
    may_place: bool,
    given_name: Option<String>,
    family_name: Option<String>,
    birth_date: Option<String>,
    birth: Option<DayFields>,
    nhs_number: Option<String>,
    letter_given_name: Option<String>,
    letter_family_name: Option<String>,
    /// What letters cannot print of the name, in words.
    unprintable: Option<String>,
    died_on: Option<String>,
    death_corrections: Vec<CorrectionShown>,
    contact: Option<ContactShown>,
    /// Nothing while it is kept back.
    needs: Option<NeedsShown>,
    /// A hold stands, and somebody else has taken it.
    kept_back: bool,
    /// Where something other than the usual stands.
    safety: Option<&'static str>,
    may_safety: bool,
    /// What the two forms carry, so that an old window does not undo a newer one.
    identity_mark: String,
    contact_mark: String,
    printing: Vec<Choice>,
    taken_back: Vec<TakenBack>,
    /// Where this person stands as a relative; one for each result they are at risk by.
    tasks: Vec<standing::TaskLink>,
    /// Of a child: that it can be said who is responsible for them.
    may_responsible: bool,
    /// What they know and do not know, for each of these.
    knows: Vec<Banner>,
    do_not_tell: DoNotTell,
}

/// A date of death that stood before.
#[derive(Serialize)]
struct CorrectionShown {
    stood: String,
    corrected_on: String,
    reason: String,
    /// It was taken back as a mistake.
    alive: bool,
}

#[derive(Serialize)]
struct ContactShown {
    address: String,
    postcode: String,
    country: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    source: String,
    as_of: String,
    restricted: bool,
    /// A letter to it came back.
    came_back: bool,
}

async fn person(staff: Staff<may::PersonEdit>, house: Here, id: web::Path<PersonId>) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let view = house
        .act(&caller, move |act, _| {
            let (person, proof) = person_open(act.conn(), &of, *id)?;
            let kept_back = is_kept_back(act.conn(), &of, *id)?;
            let (safety, _) = safety_now(act.conn(), of.service, *id)?;
            let contact = match kept_back {
                true => None,
                false => contact_of(act.conn(), proof.grant()?, of.service, *id)?,
            };
            let needs = match kept_back {
                true => None,
                false => Some(needs_of(act.conn(), proof.grant()?, of.service, *id)?),
            };
            let do_not_tell = DoNotTell::of(act, &proof, *id)?;
            let knows = standing::banners(act, &of, &proof, *id)?;
            let (today, adult) = (act.at.date(), act.policy().periods.adult_age);
            let conn = act.conn();
            Ok(PersonPage {
                do_not_tell,
                knows,
                kept_back,
                safety: (safety != Safety::MayWrite).then(|| safety.title()),
                may_safety: allows(&of.roles, Permission::SafetySet),
                taken_back: taken_back(conn, of.service, *id)?,
                tasks: standing::task_links(conn, &of, &proof, *id)?,
                person: person.id,
                family: person.family_id,
                family_reference: family_get(conn, &proof)?.reference,
                name: person.shown(),
                unprintable: person.unprintable(),
                identity_mark: person.identity().shown().mark(),
                contact_mark: Contact::shown(contact.as_ref()).mark(),
                printing: printing::choices(contact.as_ref()),
                is_proband: person.is_proband,
                may_place: allows(&of.roles, Permission::PedigreeEdit),
                may_responsible: allows(&of.roles, Permission::PedigreeEdit)
                    && person.birth_date.is_some_and(|born| born.age_on(today) < adult),
                birth_date: person.birth_date.map(UtcDate::shown),
                birth: person.birth_date.map(DayFields::from),
                died_on: person.died_on.map(UtcDate::shown),
                death_corrections: person
                    .death_corrections
                    .into_iter()
                    .map(|correction| CorrectionShown {
                        stood: correction.stood.shown(),
                        corrected_on: correction.corrected_on.shown(),
                        reason: correction.reason,
                        alive: correction.alive,
                    })
                    .collect(),
                given_name: person.given_name,
                family_name: person.family_name,
                nhs_number: person.nhs_number,
                letter_given_name: person.letter_given_name,
                letter_family_name: person.letter_family_name,
                needs: needs.as_ref().map(NeedsShown::of),
                contact: contact.map(|contact| ContactShown {
                    restricted: contact.is_restricted(),
                    came_back: contact.has_come_back(),
                    address: contact.address_lines,
                    postcode: contact.postcode,
                    country: contact.country,
                    email: contact.email,
                    phone: contact.phone,
                    source: contact.source,
                    as_of: contact.as_of.shown(),
                }),
            })
        })
        .await?;
    // Names no person: titles stay in the history of a browser.
    let part = view.person.as_str().get(..8).unwrap_or_default();
    Answer::page("person", format!("Person {part}, {}", view.family_reference), &caller, view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentityEntry {
    given_name: Option<String>,
    family_name: Option<String>,
    birth_date: Option<UtcDate>,
    nhs_number: Option<String>,
    letter_given_name: Option<String>,
    letter_family_name: Option<String>,
    /// The result whose page sent the form, to go back to.
    result: Option<ResultId>,
    /// What the form's page showed; a program may leave it out.
    mark: Option<String>,
}

async fn identity(
    staff: Staff<may::PersonEdit>,
    house: Here,
    id: web::Path<PersonId>,
    input: Input<IdentityEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    let next = entry.result.map_or(format!("/people/{id}"), |result| format!("/results/{result}"));
    let identity = Identity {
        given_name: entry.given_name,
        family_name: entry.family_name,
        birth_date: entry.birth_date,
        nhs_number: entry.nhs_number,
        letter_given_name: entry.letter_given_name,
        letter_family_name: entry.letter_family_name,
    };
    let back = house
        .act(&caller, move |act, _| {
            let (person, proof) = person_open(act.conn(), &of, id)?;
            person.identity().shown().still(entry.mark.as_deref(), &identity.shown())?;
            let changed = person_identify(act, &proof, id, identity)?;
            take_back(act, id, changed)
        })
        .await?;
    Ok(Answer::done(next, json!({"person": id, "letters_taken_back": back})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeathEntry {
    died_on: Option<UtcDate>,
}

async fn died(
    staff: Staff<may::PersonEdit>,
    house: Here,
    id: web::Path<PersonId>,
    input: Input<DeathEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    let on = entry
        .died_on
        .ok_or_else(|| Error::bad_input("Give the date of death. Nothing was saved.").at("died_on"))?;
    house
        .act(&caller, move |act, _| {
            let (_, proof) = person_open(act.conn(), &of, id)?;
            person_died(act, &proof, id, on)?;
            tasks_die(act, id).map(|_| ())
        })
        .await?;
    Ok(Answer::done(format!("/people/{id}"), json!({"person": id, "died_on": on})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeathCorrectionEntry {
    died_on: Option<UtcDate>,
    #[serde(default)]
    reason: String,
}

async fn death_date(
    staff: Staff<may::PersonEdit>,
    house: Here,
    id: web::Path<PersonId>,
    input: Input<DeathCorrectionEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let DeathCorrectionEntry { died_on, reason } = input.open(&caller)?;
    let of = caller.clone();
    let on = died_on
        .ok_or_else(|| Error::bad_input("Give the right date of death. Nothing was saved.").at("died_on"))?;
    house
        .act(&caller, move |act, _| {
            let (_, proof) = person_open(act.conn(), &of, id)?;
            death_correct(act, &proof, id, on, &reason)
        })
        .await?;
    Ok(Answer::done(format!("/people/{id}"), json!({"person": id, "died_on": on})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AliveEntry {
    #[serde(default)]
    alive_reason: String,
}

async fn alive(
    staff: Staff<may::PersonEdit>,
    house: Here,
    id: web::Path<PersonId>,
    input: Input<AliveEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let AliveEntry { alive_reason } = input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let (_, proof) = person_open(act.conn(), &of, id)?;
            death_take_back(act, &proof, id, &alive_reason)?;
            let living = person_get(act.conn(), &proof, id)?;
            tasks_live(act, &proof, &living)
        })
        .await?;
    Ok(Answer::done(format!("/people/{id}"), json!({"person": id, "died_on": null})))
}
