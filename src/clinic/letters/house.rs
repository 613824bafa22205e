//! Letters about a relative to a practice, a service or a register: to tell what the relative was told, to ask where they
//! live, to hand them over, or to have them sought. Must not know: the proband; none of these ever names them.

use super::{
    draft::{Beside, Written, letter_date_of, letter_frame, letter_keep, may_be_written_to},
    ground::{Ground, stands_beside, tells},
    letter::{LetterRow, LetterState},
    list::letter_rows,
    register::{self, SheetSaid},
};
use crate::{
    access::{Caller, InFamily, Role},
    audit::{Act, Deed},
    clinic::{
        cascade::task::{Task, TaskState},
        people::{
            contact::contact_of,
            person::{Person, person_get},
        },
        result::{release, state::result_row},
        sharing::{
            basis::{Basis, basis_of},
            pack::letter_barred,
        },
    },
    db::closed,
    error::{Error, Result},
    ids::{InvitationId, LetterId, ReleaseId},
};
use kinward_family::{
    disclosure::{Disclosure, Level},
    kind::Kind,
    letter::{Addressee, HouseName, Matter, Subject},
    person::PostalAddress,
};

closed! {
    /// What is written to a house: four of the kinds of letters, and no other.
    pub enum HouseKind {
        GpOfRelative = "gp_of_relative",
        AddressWanted = "address_wanted",
        OtherService = "other_service",
        AdoptionRegister = "adoption_register",
    }
}

impl HouseKind {
    pub const fn kind(self) -> Kind {
        match self {
            HouseKind::GpOfRelative => Kind::GpOfRelative,
            HouseKind::AddressWanted => Kind::AddressWanted,
            HouseKind::OtherService => Kind::OtherService,
            HouseKind::AdoptionRegister => Kind::AdoptionRegister,
        }
    }

    /// Those that are written by themselves. A relative is handed to another service by a referral, which is waited for.
    pub const BY_THEMSELVES: [HouseKind; 3] =
        [HouseKind::GpOfRelative, HouseKind::AddressWanted, HouseKind::AdoptionRegister];

    /// What whoever chooses it reads.
    pub const fn hint(self) -> &'static str {
        match self {
            HouseKind::GpOfRelative => {
                "Tells their practice what the relative\u{2019}s own letter told, and no more. It has no code."
            }
            HouseKind::AddressWanted => "Asks their practice to help us reach them. It says nothing of why.",
            HouseKind::OtherService => {
                "Hands a relative over who lives elsewhere, with the variant. The proband is not named."
            }
            HouseKind::AdoptionRegister => {
                "Asks the register to trace a relative who was separated from the family and whom nobody can find. A doctor signs it. Who anybody is stands on a separate sheet, which the second person sees, too."
            }
        }
    }
}

closed! {
    /// Why a practice or service is written to about somebody.
    pub enum Why {
        /// They said that it may be.
        Agrees = "agrees",
        /// Their letter came back, or they cannot be found.
        NotReached = "not_reached",
    }
}

impl Why {
    pub const fn title(self) -> &'static str {
        match self {
            Why::Agrees => "The relative agrees to it",
            Why::NotReached => "The relative could not be reached",
        }
    }
}

/// To whom, and why.
pub struct House {
    pub kind: HouseKind,
    pub name: String,
    /// Without name and postcode, a line each.
    pub address: String,
    pub postcode: String,
    /// Where it is not the United Kingdom.
    pub country: Option<String>,
    pub why: Option<Why>,
    /// Only to the register, whose sheet says who everybody is.
    pub sheet: SheetSaid,
}

/// Drafts the letter.
///
/// # Errors
/// Nothing that allows it; somebody who neither agrees nor is out of reach; a name or address that
/// cannot be printed; one of the kind that is in hand already; as for any letter.
pub fn house_draft(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    task: &Task,
    house: &House,
) -> Result<LetterId> {
    may_be_written_to(act, task, Ground::Agreement)?;
    let (service, today) = (act.service, act.at.date());
    let basis = basis_of(act.conn(), service, task.id, today)?.ok_or_else(|| {
        Error::not_now(
            "Nothing on record allows writing about this relative: record the proband's agreement to a clinic letter, or a decision. No letter was drafted.",
        )
    })?;
    let rows = letter_rows(act.conn, service, task.id)?;
    may_be_asked(task, house, caller)?;
    for row in &rows {
        let in_hand = match row.state {
            LetterState::Draft | LetterState::Submitted | LetterState::Approved => true,
            LetterState::Sent | LetterState::Stopped => false,
        };
        if in_hand && row.kind()? == house.kind.kind() {
            return Err(Error::not_now("Such a letter is in hand already. No letter was drafted."));
        }
    }
    let person = person_get(act.conn(), proof, task.person_id)?;
    if house.kind == HouseKind::AdoptionRegister
        && contact_of(act.conn(), proof.grant()?, service, person.id)?.is_some()
    {
        return Err(Error::not_now(
            "There is an address for this relative on record, so that the register is not needed. No letter was drafted.",
        ));
    }
    let young = act.policy().periods.young_person_age;
    let is_child = person.birth_date.is_some_and(|born| born.age_on(today) < young);
    if is_child && (house.kind == HouseKind::GpOfRelative || house.kind == HouseKind::AddressWanted) {
        return Err(Error::not_now(
            "What is written about a child goes to whoever is responsible for them. Speak to the practice. No letter was drafted.",
        ));
    }
    let rests = match house.kind {
        HouseKind::AdoptionRegister => Some(register::said(act, proof, task, &house.sheet)?),
        HouseKind::GpOfRelative | HouseKind::AddressWanted | HouseKind::OtherService => None,
    };
    let to = addressee(house)?;
    let (release, disclosure, follows_id) = told(act, proof, task, house.kind, &basis, &rows)?;
    if let Some(why) = letter_barred(act, task, disclosure.level())? {
        return Err(Error::not_now(format!("{why} No letter was drafted.")));
    }
    let matter = match house.kind {
        HouseKind::AdoptionRegister => Matter::Nothing,
        HouseKind::GpOfRelative | HouseKind::AddressWanted | HouseKind::OtherService => {
            Matter::Subject(subject(&person)?)
        }
    };
    let frame = letter_frame(act, caller, proof, None)?;
    // Without a code: whoever opened the practice's letter online would be taken for the relative.
    let letter = frame.letter(act, house.kind.kind(), disclosure, to, matter, None)?;
    let invitation = InvitationId::new(act.chance());
    let beside = Beside { reader_id: None, follows_id };
    let id = letter_keep(act, proof, task, Written { letter, release, invitation, beside })?;
    let mut note = house.why.map_or("", |why| why.as_str());
    if let Some((named_by, said)) = rests {
        note = named_by.as_str();
        register::rests_keep(act, proof, id, named_by, said)?;
    }
    act.record(Deed::HouseWrittenTo, ("letter", id.as_str()), Some(proof.family()), note)?;
    Ok(id)
}

/// States in which a practice or service may have to be written to about a relative.
pub(in crate::clinic) fn written_about(state: TaskState) -> bool {
    match state {
        TaskState::RouteAgreed
        | TaskState::Writing
        | TaskState::Sent
        | TaskState::WantsAppointment
        | TaskState::WantsTime
        | TaskState::HasQuestion
        | TaskState::QuestionAnswered
        | TaskState::AlreadyTested
        | TaskState::NotReached
        | TaskState::Done => true,
        TaskState::Identified
        | TaskState::Thinking
        | TaskState::DecisionNeeded
        | TaskState::NotNow
        | TaskState::ProbandTells
        | TaskState::Tested
        | TaskState::Elsewhere
        | TaskState::ToTell
        | TaskState::DoNotContact
        | TaskState::WaitAge
        | TaskState::Waiting
        | TaskState::Deceased
        | TaskState::NotAtRisk
        | TaskState::Suspended => false,
    }
}

/// Whether this may be written about a relative who stands there.
fn may_be_asked(task: &Task, house: &House, caller: &Caller) -> Result<()> {
    let out_of_reach = task.state == TaskState::NotReached;
    let refused =
        |words: &str, field: &str| Err(Error::bad_input(format!("{words} No letter was drafted.")).at(field));
    match (house.kind, house.why) {
        (HouseKind::GpOfRelative, Some(Why::Agrees)) | (HouseKind::OtherService, Some(Why::Agrees)) => Ok(()),
        (HouseKind::GpOfRelative | HouseKind::AddressWanted, Some(Why::NotReached)) if out_of_reach => Ok(()),
        (HouseKind::GpOfRelative | HouseKind::AddressWanted, Some(Why::NotReached)) => refused(
            "By the record this relative is not out of reach: enter the letter that came back first.",
            "why",
        ),
        (HouseKind::AddressWanted, Some(Why::Agrees) | None) => {
            refused("An address is asked for where a relative could not be reached.", "why")
        }
        (HouseKind::OtherService, Some(Why::NotReached)) => {
            refused("A relative is handed over to another service where they agree to it.", "why")
        }
        (HouseKind::GpOfRelative | HouseKind::OtherService, None) => {
            refused("Say why a practice or service is written to about this relative.", "why")
        }
        (HouseKind::AdoptionRegister, _) if caller.roles.contains(&Role::Clinician) => Ok(()),
        (HouseKind::AdoptionRegister, _) => Err(Error::not_now(
            "The register asks for a letter that a doctor signs. A clinician drafts it. No letter was drafted.",
        )),
    }
}

/// What it tells. To their practice no more than the relative was told, in the very words of the fact; of a search nothing.
fn told(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    kind: HouseKind,
    basis: &Basis,
    rows: &[LetterRow],
) -> Result<(ReleaseId, Disclosure, Option<LetterId>)> {
    if kind != HouseKind::GpOfRelative {
        let result = result_row(act.conn(), proof, task.result_id)?;
        let level = kind.kind().levels().last().copied().unwrap_or(Level::L0);
        let (release, disclosure) = release::fact_release(act, proof, &result, task.id, level, basis)?;
        return Ok((release, disclosure, None));
    }
    let mut found = None;
    for row in rows {
        let kind = row.kind()?;
        let told = tells(kind) && !stands_beside(kind) && row.reader_id.is_none();
        if row.state == LetterState::Sent && told && row.level()? > Level::L0 {
            found = Some(row);
        }
    }
    let earlier = found.ok_or_else(|| {
        Error::not_now(
            "No letter has told this relative anything yet, so there is nothing that their practice could be told. No letter was drafted.",
        )
    })?;
    let disclosure = match earlier.reopen(act.keys(), proof.grant()?)?.disclosure() {
        Disclosure::ConditionClass(fact) => Disclosure::ConditionClass(fact.clone()),
        Disclosure::Variant(fact) | Disclosure::Named(fact, _) => Disclosure::Variant(fact.clone()),
        Disclosure::ContactUs => return Err(Error::inner("a letter that told something tells nothing")),
    };
    if disclosure.level() > basis.level {
        return Err(Error::not_now(format!(
            "The relative was told more than what stands on record now allows ({}). No letter was drafted.",
            basis.level
        )));
    }
    Ok((earlier.release_id, disclosure, Some(earlier.id)))
}

fn addressee(house: &House) -> Result<Addressee> {
    let name = HouseName::parse(&house.name)
        .map_err(|e| Error::bad_input(format!("{e} No letter was drafted.")).at("house_name"))?;
    let lines: Vec<String> =
        house.address.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    let address = match &house.country {
        Some(country) => PostalAddress::abroad(&lines, country),
        None => PostalAddress::parse(&lines, &house.postcode),
    };
    let address =
        address.map_err(|e| Error::bad_input(format!("{e} No letter was drafted.")).at("house_address"))?;
    Ok(Addressee::House(name, address))
}

pub(in crate::clinic::letters) fn subject(person: &Person) -> Result<Subject> {
    let born = person.birth_date.ok_or_else(|| {
        Error::not_now("Add this person's date of birth first: a practice tells people apart by it.")
    })?;
    Ok(Subject { name: person.recipient()?, birth_date: letter_date_of(born)? })
}
