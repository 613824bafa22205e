//! Answering: choices of equal weight, one page each, checked by the relative before anything is sent.
//! Must not know: what an answer moves; it is kept and told to the listener in one act.

use super::{Call, Shown, progress::Wants};
use crate::{
    audit::Deed,
    error::{Error, Result},
    relative::{
        invitation::Invitation,
        proxy::proxy_now,
        reply::{ReplyRow, reply_give, reply_last, reply_shown},
        visit::{self, Stage},
    },
};
use kinward_family::page::{Answers, Before, Choice, Page, Problem, Reader, Reply, Typed, path};

pub(super) fn choices_page(call: &mut Call<'_>) -> Result<Shown> {
    let (_, invitation) = match call.reached(Wants::Choices)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let current = last_shown(call, &invitation)?.map(|reply| reply.choice()).transpose()?;
    Shown::page(Page::Choices { current, problem: None })
}

pub(super) fn choices(call: &mut Call<'_>) -> Result<Shown> {
    if let Err(elsewhere) = call.reached(Wants::Choices)? {
        return Ok(elsewhere);
    }
    match call.fields.get("choice").and_then(|text| text.parse::<Choice>().ok()) {
        Some(choice) if call.reader.offers(choice) => Shown::go(path::answer(choice)),
        Some(_) | None => {
            Shown::again(Page::Choices { current: None, problem: Some(Problem::ChoiceMissing) })
        }
    }
}

pub(super) fn answer_page(call: &mut Call<'_>) -> Result<Shown> {
    let Ok(choice) = call.last.parse::<Choice>() else { return unknown(call) };
    let (visit, invitation) = match offered(call, choice)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let kept = kept(call, &visit, &invitation)?;
    if choice == Choice::NotMe && kept.is_none() && is_sent(call, &visit, &invitation)? {
        return Shown::go(path::DONE);
    }
    // What was typed before comes back, so that a change asks nothing twice.
    let typed = match kept {
        Some(kept) if kept.reply.choice() == choice => Typed::from(&kept.reply),
        Some(_) | None => Typed::nothing(),
    };
    Shown::page(Page::Answer { choice, typed, problems: Vec::new() })
}

pub(super) fn answer(call: &mut Call<'_>) -> Result<Shown> {
    let Ok(choice) = call.last.parse::<Choice>() else { return unknown(call) };
    let (visit, invitation) = match offered(call, choice)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if call.reader != Reader::Themselves {
        // Of their children, and of a letter to themselves, only the person can ask.
        call.fields.remove("children_too");
        call.fields.remove("confirm");
    }
    // The address decides, whatever the form says.
    call.fields.insert("choice".into(), choice.as_str().to_owned());
    match Reply::parse(&call.fields) {
        Ok(reply) => {
            let answers = match kept(call, &visit, &invitation)? {
                Some(kept) => kept.instead(reply),
                None => Answers { reply, more: Default::default() },
            };
            keep(call, &visit, &invitation, &answers)?;
            Shown::go(after(call, &answers))
        }
        Err(problems) => Shown::again(Page::Answer { choice, typed: Typed::again(&call.fields), problems }),
    }
}

pub(super) fn check_page(call: &mut Call<'_>) -> Result<Shown> {
    let (visit, invitation) = match call.admitted()? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let Some(answers) = kept(call, &visit, &invitation)? else { return Shown::go(path::CHOICES) };
    match call.reached(Wants::Answer(answers.reply.choice()))? {
        Ok(_) if after(call, &answers) != path::CHECK => Shown::go(after(call, &answers)),
        Ok(_) => {
            let before = before(call, &invitation)?;
            Shown::page(Page::CheckAnswers(answers, before))
        }
        Err(elsewhere) => Ok(elsewhere),
    }
}

pub(super) fn check(call: &mut Call<'_>) -> Result<Shown> {
    let (visit, invitation) = match call.admitted()? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let Some(answers) = kept(call, &visit, &invitation)? else {
        // Pressed twice, or in another tab before: whoever has answered is told that it arrived.
        let last = last_shown(call, &invitation)?;
        return Shown::go(if last.is_some() { path::DONE } else { path::CHOICES });
    };
    if let Err(elsewhere) = call.reached(Wants::Answer(answers.reply.choice()))? {
        return Ok(elsewhere);
    }
    if after(call, &answers) != path::CHECK {
        return Shown::go(after(call, &answers));
    }
    // A page from before another tab changed the answer sends nothing: what is sent is what was read.
    if call.fields.get("shown").is_some_and(|shown| *shown != answers.mark()) {
        return Shown::go(path::CHECK);
    }
    call.act(&invitation, |act| {
        if !visit::visit_waits(act.conn, &visit)? {
            return act.record(
                Deed::ReplyGiven,
                ("invitation", invitation.id.as_str()),
                None,
                "sent already",
            );
        }
        let by = match visit.proxy_id {
            None => None,
            // Asked again where it counts: what was withdrawn first wins.
            Some(proxy) => Some((proxy, proxy_now(act, &invitation, proxy)?)),
        };
        reply_give(act, call.listener, &invitation, &answers, by)?;
        if answers.reply.choice() == Choice::NotMe {
            // Whichever way they came: nothing more of another's letter is shown in this visit.
            visit::visit_stage(act.conn(), &visit, Stage::NotMe)?;
        }
        visit::visit_answer(act.conn(), &visit, None)
    })?;
    Shown::go(path::DONE)
}

pub(super) fn done(call: &mut Call<'_>) -> Result<Shown> {
    let (_, invitation) = match call.admitted()? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let last = last_shown(call, &invitation)?.map(|reply| reply.choice()).transpose()?;
    let Some(choice) = last else { return Shown::go(path::CHOICES) };
    if let Err(elsewhere) = call.reached(Wants::Answer(choice))? {
        return Ok(elsewhere);
    }
    let letter = call.letter(&invitation)?;
    let reference =
        kinward_family::invitation::FamilyReference::parse(letter.reference()).map_err(Error::inner)?;
    let days = call.house.policy.due_in_working_days.get("replies").copied();
    // Nothing is promised to who wants nothing, and nothing sooner than the reminder to who wants time.
    let days = days.filter(|_| choice != Choice::NotKnow && choice != Choice::Think);
    Shown::page(Page::Done { reference, choice, within: days.and_then(|days| u16::try_from(days).ok()) })
}

/// The newest answer that this reader is shown.
fn last_shown(call: &Call<'_>, invitation: &Invitation) -> Result<Option<ReplyRow>> {
    let whose = call.whose();
    call.house.db.read(|conn| reply_shown(conn, invitation, whose))
}

/// What stands now and would be replaced.
fn before(call: &Call<'_>, invitation: &Invitation) -> Result<Before> {
    if let Some(reply) = last_shown(call, invitation)? {
        return Ok(Before::Own(reply.choice()?));
    }
    let any = call.house.db.read(|conn| reply_last(conn, invitation.service_id, invitation.id))?;
    Ok(if any.is_some() { Before::Another } else { Before::Nothing })
}

/// Whether "not me" was said in this visit and has been sent: then its form is not shown again.
fn is_sent(call: &Call<'_>, visit: &visit::Visit, invitation: &Invitation) -> Result<bool> {
    if visit.stage != Stage::NotMe {
        return Ok(false);
    }
    let last = last_shown(call, invitation)?;
    Ok(last.is_some_and(|reply| reply.at >= visit.started_at && reply.choice == Choice::NotMe.as_str()))
}

/// A choice that does not exist, told only to whoever was let in.
fn unknown(call: &mut Call<'_>) -> Result<Shown> {
    match call.admitted()? {
        Ok(_) => Err(Error::not_found()),
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// As `reached`, for a choice that is this reader's to make.
fn offered(
    call: &mut Call<'_>,
    choice: Choice,
) -> Result<std::result::Result<(visit::Visit, Invitation), Shown>> {
    let reached = call.reached(Wants::Answer(choice))?;
    let offers = call.reader.offers(choice);
    Ok(reached.and_then(|here| if offers { Ok(here) } else { Err(Shown::Go(path::CHOICES.into())) }))
}

/// Where an answer goes on: to the next page that may be added, or to be checked. To an answer for another nothing is added.
pub(super) fn after(call: &Call<'_>, answers: &Answers) -> String {
    let next = answers.next().filter(|_| call.reader == Reader::Themselves);
    next.map_or_else(|| path::CHECK.to_owned(), path::more)
}

/// Keeps an answer with its visit until it is confirmed.
pub(super) fn keep(
    call: &Call<'_>,
    visit: &visit::Visit,
    invitation: &Invitation,
    answers: &Answers,
) -> Result<()> {
    let (house, fields) = (call.house, answers.to_fields());
    house.db.write(|conn| {
        let sealed = visit::answer_seal(conn, house, visit, invitation, fields)?;
        visit::visit_answer(conn, visit, Some(sealed))
    })
}

pub(super) fn kept(
    call: &Call<'_>,
    visit: &visit::Visit,
    invitation: &Invitation,
) -> Result<Option<Answers>> {
    let house = call.house;
    let fields = house.db.read(|conn| visit::answer_open(conn, house, visit, invitation))?;
    let Some(fields) = fields else { return Ok(None) };
    Answers::parse(&fields).map(Some).map_err(|_| Error::inner("a kept answer is not one"))
}
