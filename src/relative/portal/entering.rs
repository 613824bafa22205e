//! The way in: code, date of birth, and whether the letter is for whoever typed them.
//! Must not know: why a pair did not fit; unknown, expired, locked and wrong are one answer, byte for byte.

use super::{Call, Shown};
use crate::{
    audit::Deed,
    db::UtcDate,
    error::Result,
    relative::{invitation::birth_date_try, visit},
};
use kinward_family::page::{
    FieldProblem, ForYou, NameShown, Page, Problem, Typed, TypedDate, code_typed, path,
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
    let (guessing, candidate) = call.house.db.read(|conn| {
        Ok((visit::guessing(conn, call.now, periods)?, visit::visit_candidate(conn, &visit)?))
    })?;
    if !guessing && let Some(invitation) = candidate {
        let right = call.act(&invitation, |act| birth_date_try(act, call.listener, invitation.id, date))?;
        if right {
            call.house.db.write(|conn| visit::visit_admit(conn, &visit, &invitation))?;
            return Shown::go(path::FOR_YOU);
        }
    }
    visit::wrong_try(&call.house.db, call.now, periods)?;
    Shown::again(Page::NotMatched)
}

pub(super) fn for_you_page(call: &mut Call<'_>) -> Result<Shown> {
    let (_, invitation) = match call.admitted()? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let name = NameShown::from(invitation.letter(&call.house.keys)?.recipient());
    Shown::page(Page::IsThisForYou { name, problem: None })
}

pub(super) fn for_you(call: &mut Call<'_>) -> Result<Shown> {
    let (_, invitation) = match call.admitted()? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    match call.fields.get("for_you").and_then(|text| text.parse::<ForYou>().ok()) {
        Some(ForYou::Yes) => Shown::go(path::BEFORE),
        Some(ForYou::NotMe) => Shown::go(path::answer(kinward_family::page::Choice::NotMe)),
        Some(ForYou::Carer) => Shown::page(Page::Carer),
        Some(ForYou::Died) => {
            call.act(&invitation, |act| {
                act.record(
                    Deed::ReplyGiven,
                    ("invitation", invitation.id.as_str()),
                    None,
                    "said to have died",
                )?;
                call.listener.death_told(act, invitation.id)
            })?;
            Shown::page(Page::HasDied)
        }
        None => {
            let name = NameShown::from(invitation.letter(&call.house.keys)?.recipient());
            Shown::again(Page::IsThisForYou { name, problem: Some(Problem::ForYouMissing) })
        }
    }
}

pub(super) fn stop(call: &mut Call<'_>) -> Result<Shown> {
    if let Some(visit) = call.visit.take() {
        call.house.db.write(|conn| visit::visit_end(conn, &visit, call.now))?;
    }
    Shown::page(Page::Stopped)
}
