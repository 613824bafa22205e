//! The way in: code, date of birth, and whether the letter is for whoever typed them.
//! Must not know: why a pair did not fit; unknown, expired, locked and wrong are one answer, byte for byte.

use super::{Call, CookieChange, Shown, answered::goes_on_reading};
use crate::{
    audit::Deed,
    db::UtcDate,
    error::Result,
    relative::{
        guessing::{guessing, wrong_try},
        invitation::{Invitation, Readable, birth_date_try},
        reply::replies_own,
        visit::{self, Stage},
    },
};
use kinward_family::page::{
    ActingStep, Choice, FieldProblem, ForYou, NameShown, Page, Problem, Typed, TypedDate, code_typed, path,
};

pub(super) fn start(_: &mut Call<'_>) -> Result<Shown> {
    Shown::page(Page::Start)
}

pub(super) fn code_page(_: &mut Call<'_>) -> Result<Shown> {
    Shown::page(Page::EnterCode { typed: Typed::nothing(), problem: None })
}

pub(super) fn code(call: &mut Call<'_>) -> Result<Shown> {
    let code = match code_typed(&call.fields) {
        Ok(code) => code,
        Err(FieldProblem { problem, .. }) => {
            return Shown::again(Page::EnterCode {
                typed: Typed::again(&call.fields),
                problem: Some(problem),
            });
        }
    };
    let visit = match call.visit.clone() {
        Some(visit) => visit,
        None => call.start_visit()?,
    };
    let hash = call.house.keys.code_index(code.canonical());
    call.house.db.write(|conn| visit::visit_code(conn, &visit, &hash))?;
    Shown::go(path::BIRTH_DATE)
}

pub(super) fn birth_date_page(call: &mut Call<'_>) -> Result<Shown> {
    match &call.visit {
        Some(visit) if visit.code_hash.is_some() => {
            Shown::page(Page::BirthDate { typed: Typed::nothing(), problem: None })
        }
        Some(_) | None => Shown::go(path::CODE),
    }
}

pub(super) fn birth_date(call: &mut Call<'_>) -> Result<Shown> {
    let Some(visit) = call.visit.clone().filter(|visit| visit.code_hash.is_some()) else {
        return Shown::go(path::CODE);
    };
    let typed = match TypedDate::parse(&call.fields) {
        Ok(date) => date,
        Err(problem) => {
            return Shown::again(Page::BirthDate {
                typed: Typed::again(&call.fields),
                problem: Some(problem),
            });
        }
    };
    let date = UtcDate::new(i32::from(typed.year()), u32::from(typed.month()), u32::from(typed.day()));
    if date.is_some_and(|date| date > call.now.date()) {
        let problem = FieldProblem { field: "day", problem: Problem::DateInFuture };
        return Shown::again(Page::BirthDate { typed: Typed::again(&call.fields), problem: Some(problem) });
    }
    let periods = &call.house.policy.periods;
    let (waits, candidate) = call.house.db.read(|conn| {
        Ok((guessing(conn, call.now, &call.place, periods)?, visit::visit_candidate(conn, &visit)?))
    })?;
    if !waits && let Some(invitation) = candidate {
        let right = call.act(&invitation, |act| birth_date_try(act, call.listener, invitation.id, date))?;
        if right {
            let house = call.house;
            let (secret, admitted) =
                house.db.write(|conn| visit::visit_admit(conn, house, &visit, &invitation, call.now))?;
            call.cookie = CookieChange::Set(secret);
            if call.language.is_none() {
                call.language = Some(call.letter(&invitation)?.language());
            }
            let next = goes_on(call, &admitted, &invitation)?;
            call.visit = Some(admitted);
            return Shown::go(next);
        }
    }
    wrong_try(&call.house.db, call.now, &call.place, periods)?;
    Shown::again(Page::NotMatched)
}

/// Where a visit goes on once its date was right: where it was left, or at the first question.
fn goes_on(call: &Call<'_>, visit: &visit::Visit, invitation: &Invitation) -> Result<String> {
    Ok(match visit.stage {
        Stage::Door | Stage::Asked | Stage::Died => path::FOR_YOU.into(),
        Stage::NotMe => path::answer(Choice::NotMe),
        Stage::Theirs | Stage::Reading if visit.answer.is_some() => path::CHECK.into(),
        Stage::Theirs => path::BEFORE.into(),
        Stage::Reading => goes_on_reading(call, invitation)?.into(),
    })
}

pub(super) fn for_you_page(call: &mut Call<'_>) -> Result<Shown> {
    let (visit, invitation) = match call.admitted()? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if let Some(said) = said_already(visit.stage) {
        return said;
    }
    let name = NameShown::of(&call.letter(&invitation)?);
    Shown::page(Page::IsThisForYou { name, problem: None })
}

/// Whoever said that the letter is not theirs is not asked again in this visit.
fn said_already(stage: Stage) -> Option<Result<Shown>> {
    match stage {
        Stage::NotMe => Some(Shown::go(path::answer(Choice::NotMe))),
        Stage::Died => Some(Shown::page(Page::HasDied)),
        Stage::Door | Stage::Asked | Stage::Theirs | Stage::Reading => None,
    }
}

pub(super) fn for_you(call: &mut Call<'_>) -> Result<Shown> {
    let (visit, invitation) = match call.admitted()? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if let Some(said) = said_already(visit.stage) {
        return said;
    }
    match call.fields.get("for_you").and_then(|text| text.parse::<ForYou>().ok()) {
        Some(ForYou::Yes) => {
            let answered = has_answered(call, &invitation)?;
            // Whoever acted for the person until now, and says that they are the person, begins anew.
            if visit.stage != Stage::Reading || visit.proxy_id.is_some() {
                let stage = if answered { Stage::Reading } else { Stage::Theirs };
                call.house.db.write(|conn| visit::visit_acts(conn, &visit, None, stage))?;
            }
            Shown::go(match invitation.reading {
                Readable::Yes if answered => path::BACK,
                Readable::Yes => path::BEFORE,
                Readable::Withheld => path::LETTER,
            })
        }
        Some(ForYou::NotMe) => {
            call.house.db.write(|conn| visit::visit_stage(conn, &visit, Stage::NotMe))?;
            Shown::go(path::answer(Choice::NotMe))
        }
        Some(ForYou::Carer) => {
            // Nothing more is shown in this visit before a second code.
            call.house.db.write(|conn| visit::visit_acts(conn, &visit, None, Stage::Asked))?;
            Shown::go(ActingStep::Start.address())
        }
        Some(ForYou::Died) => {
            call.act(&invitation, |act| {
                act.record(
                    Deed::ReplyGiven,
                    ("invitation", invitation.id.as_str()),
                    None,
                    "said to have died",
                )?;
                visit::visit_stage(act.conn(), &visit, Stage::Died)?;
                call.listener.death_told(act, invitation.id)
            })?;
            Shown::page(Page::HasDied)
        }
        None => {
            let name = NameShown::of(&call.letter(&invitation)?);
            Shown::again(Page::IsThisForYou { name, problem: Some(Problem::ForYouMissing) })
        }
    }
}

/// Whoever has read the letter and answered it comes back to their answer. Nobody is led past "before you read" by what they
/// could say without reading, or by what somebody else said for them.
fn has_answered(call: &Call<'_>, invitation: &Invitation) -> Result<bool> {
    let own = call.house.db.read(|conn| replies_own(conn, invitation))?.into_iter().next();
    Ok(match own.map(|own| own.choice()).transpose()? {
        None | Some(Choice::NotKnow | Choice::NotMe) => false,
        Some(Choice::Appointment | Choice::Think | Choice::AlreadyTested | Choice::Question) => true,
    })
}

pub(super) fn stop(call: &mut Call<'_>) -> Result<Shown> {
    if let Some(visit) = call.visit.take() {
        call.house.db.write(|conn| visit::visit_end(conn, &visit, call.now))?;
    }
    if call.had_cookie {
        call.cookie = CookieChange::Remove;
    }
    Shown::page(Page::Stopped)
}

/// Goes on where the link stood, in the language it names; a language or a place that we do not know changes nothing.
pub(super) fn language(call: &mut Call<'_>) -> Result<Shown> {
    if let Ok(language) = call.last.parse() {
        call.language = Some(language);
    }
    Shown::go(if path::is_page(&call.at) { call.at.clone() } else { path::START.into() })
}
