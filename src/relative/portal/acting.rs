//! Whoever acts for the person the letter is addressed to: they ask to, or come with the second code that staff gave them.
//! Must not know: whether anybody by that name is known, or what staff check; asking is answered alike whoever asks.

use super::{Call, CookieChange, Shown, progress::Wants};
use crate::{
    audit::Deed,
    error::Result,
    relative::{
        guessing::{guessing, wrong_try},
        invitation::{Invitation, Readable},
        proxy::{proxy_ask, second_code_try},
        visit::{self, Stage, Visit},
    },
};
use kinward_family::page::{
    Acting, ActingAs, ActingFor, ActingStep, AskToAct, FieldProblem, Page, Problem, Typed, path,
    second_code_typed,
};
use std::collections::BTreeMap;

/// Kept in place of what was asked, once it was sent.
const SENT: &str = "sent";

fn show(acting: Acting) -> Result<Shown> {
    Shown::page(Page::Acting(acting))
}

fn again(acting: Acting) -> Result<Shown> {
    Shown::again(Page::Acting(acting))
}

fn go(step: ActingStep) -> Result<Shown> {
    Shown::go(step.address())
}

pub(super) fn start_page(call: &mut Call<'_>) -> Result<Shown> {
    match call.reached(Wants::Acting)? {
        Ok(_) => show(Acting::Start { problem: None }),
        Err(elsewhere) => Ok(elsewhere),
    }
}

pub(super) fn start(call: &mut Call<'_>) -> Result<Shown> {
    if let Err(elsewhere) = call.reached(Wants::Acting)? {
        return Ok(elsewhere);
    }
    match call.fields.get("acting").and_then(|text| text.parse::<ActingFor>().ok()) {
        Some(ActingFor::SecondCode) => go(ActingStep::Code),
        Some(ActingFor::Ask) => go(ActingStep::As),
        None => again(Acting::Start { problem: Some(Problem::ActingMissing) }),
    }
}

pub(super) fn code_page(call: &mut Call<'_>) -> Result<Shown> {
    match call.reached(Wants::Acting)? {
        Ok(_) => show(Acting::SecondCode { typed: Typed::nothing(), problem: None }),
        Err(elsewhere) => Ok(elsewhere),
    }
}

pub(super) fn code(call: &mut Call<'_>) -> Result<Shown> {
    let (visit, invitation) = match call.reached(Wants::Acting)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let code = match second_code_typed(&call.fields) {
        Ok(code) => code,
        Err(FieldProblem { problem, .. }) => {
            return again(Acting::SecondCode { typed: Typed::again(&call.fields), problem: Some(problem) });
        }
    };
    let periods = &call.house.policy.periods;
    let waits = call.house.db.read(|conn| guessing(conn, call.now, &call.place, periods))?;
    let admitted = match waits {
        true => None,
        false => call.act(&invitation, |act| second_code_try(act, call.listener, invitation.id, &code))?,
    };
    match admitted {
        Some((proxy, authority)) => {
            // Under a new secret, as after the date of birth: one known before opens nothing.
            let (house, now) = (call.house, call.now);
            let (secret, admitted) = house.db.write(|conn| {
                let (secret, admitted) = visit::visit_admit(conn, house, &visit, &invitation, now)?;
                visit::visit_acts(conn, &admitted, Some(proxy), Stage::Theirs)?;
                Ok((secret, admitted))
            })?;
            (call.cookie, call.visit) = (CookieChange::Set(secret), Some(admitted));
            call.reader = authority.reader();
            Shown::go(match invitation.reading {
                Readable::Yes => path::BEFORE,
                Readable::Withheld => path::LETTER,
            })
        }
        None => {
            wrong_try(&call.house.db, call.now, &call.place, periods)?;
            again(Acting::NotMatched)
        }
    }
}

pub(super) fn as_page(call: &mut Call<'_>) -> Result<Shown> {
    match call.reached(Wants::Acting)? {
        Ok(_) => show(Acting::As { problem: None }),
        Err(elsewhere) => Ok(elsewhere),
    }
}

pub(super) fn as_what(call: &mut Call<'_>) -> Result<Shown> {
    let (visit, invitation, asked) = match begun(call, None)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    match AskToAct::acting_as(&call.fields) {
        Some(_) => keep(call, &visit, &invitation, asked, ActingStep::Name),
        None => again(Acting::As { problem: Some(Problem::ActingAsMissing) }),
    }
}

pub(super) fn name_page(call: &mut Call<'_>) -> Result<Shown> {
    match begun(call, Some(ActingStep::Name))? {
        Ok((_, _, asked)) => show(named(call, &asked, Typed::again(&asked), Vec::new())),
        Err(elsewhere) => Ok(elsewhere),
    }
}

pub(super) fn name(call: &mut Call<'_>) -> Result<Shown> {
    let (visit, invitation, asked) = match begun(call, Some(ActingStep::Name))? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    match AskToAct::name(&call.fields) {
        Ok(_) => keep(call, &visit, &invitation, asked, ActingStep::Phone),
        Err(problems) => again(named(call, &asked, Typed::again(&call.fields), problems)),
    }
}

fn named(
    call: &Call<'_>,
    asked: &BTreeMap<String, String>,
    typed: Typed,
    problems: Vec<FieldProblem>,
) -> Acting {
    let acting_as = AskToAct::acting_as(asked).unwrap_or(ActingAs::Helper);
    Acting::Name { acting_as, young_from: call.house.policy.proxies.parent_below_age, typed, problems }
}

pub(super) fn phone_page(call: &mut Call<'_>) -> Result<Shown> {
    match begun(call, Some(ActingStep::Phone))? {
        Ok((_, _, asked)) => show(Acting::Phone { typed: Typed::again(&asked), problems: Vec::new() }),
        Err(elsewhere) => Ok(elsewhere),
    }
}

pub(super) fn phone(call: &mut Call<'_>) -> Result<Shown> {
    let (visit, invitation, asked) = match begun(call, Some(ActingStep::Phone))? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    match AskToAct::reached(&call.fields) {
        Ok(_) => keep(call, &visit, &invitation, asked, ActingStep::Check),
        Err(problems) => again(Acting::Phone { typed: Typed::again(&call.fields), problems }),
    }
}

pub(super) fn check_page(call: &mut Call<'_>) -> Result<Shown> {
    match begun(call, Some(ActingStep::Check))? {
        Ok((_, _, asked)) => match AskToAct::parse(&asked) {
            Ok(asking) => show(Acting::Check(asking)),
            Err(missing) => go(missing),
        },
        Err(elsewhere) => Ok(elsewhere),
    }
}

pub(super) fn check(call: &mut Call<'_>) -> Result<Shown> {
    let (visit, invitation, asked) = match begun(call, Some(ActingStep::Check))? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let asking = match AskToAct::parse(&asked) {
        Ok(asking) => asking,
        Err(missing) => return go(missing),
    };
    let house = call.house;
    call.act(&invitation, |act| {
        // Pressed twice, it is asked once.
        if !visit::asking_waits(act.conn, &visit)? {
            return act.record(
                Deed::ProxyAsked,
                ("invitation", invitation.id.as_str()),
                None,
                "sent already",
            );
        }
        proxy_ask(act, call.listener, &invitation, &asking)?;
        let sent = BTreeMap::from([(SENT.to_owned(), "yes".to_owned())]);
        visit::asking_keep(act.conn, house, &visit, &invitation, sent)
    })?;
    Shown::go(path::ACTING_ASKED)
}

pub(super) fn asked(call: &mut Call<'_>) -> Result<Shown> {
    let (visit, invitation) = match call.reached(Wants::Acting)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let house = call.house;
    let asked = house.db.read(|conn| visit::asking_open(conn, house, &visit, &invitation))?;
    if !asked.contains_key(SENT) {
        return go(ActingStep::Start);
    }
    let days = house.policy.due_in_working_days.get("replies").copied();
    show(Acting::Asked { within: days.and_then(|days| u16::try_from(days).ok()) })
}

type Begun = (Visit, Invitation, BTreeMap<String, String>);

/// What was asked so far, for a page of the asking; or where to go, where a page before it was skipped.
fn begun(call: &mut Call<'_>, wanted: Option<ActingStep>) -> Result<std::result::Result<Begun, Shown>> {
    let (visit, invitation) = match call.reached(Wants::Acting)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(Err(elsewhere)),
    };
    let house = call.house;
    let asked = house.db.read(|conn| visit::asking_open(conn, house, &visit, &invitation))?;
    if wanted.is_some() && asked.contains_key(SENT) {
        return Ok(Err(Shown::Go(path::ACTING_ASKED.into())));
    }
    let place = |step: ActingStep| ActingStep::ALL.iter().position(|one| *one == step);
    match (wanted, AskToAct::parse(&asked)) {
        (Some(wanted), Err(missing)) if place(missing) < place(wanted) => {
            Ok(Err(Shown::Go(missing.address().into())))
        }
        (Some(_), Ok(_) | Err(_)) | (None, Ok(_) | Err(_)) => Ok(Ok((visit, invitation, asked))),
    }
}

/// Keeps what one page asked beside what the others did.
fn keep(
    call: &Call<'_>,
    visit: &Visit,
    invitation: &Invitation,
    mut asked: BTreeMap<String, String>,
    next: ActingStep,
) -> Result<Shown> {
    const FIELDS: [&str; 4] = ["acting_as", "own_name", "own_phone", "own_times"];
    asked.remove(SENT);
    for field in FIELDS {
        if let Some(text) = call.fields.get(field) {
            asked.insert(field.to_owned(), text.clone());
        }
    }
    let house = call.house;
    house.db.write(|conn| visit::asking_keep(conn, house, visit, invitation, asked))?;
    go(next)
}
