//! The page for whoever takes a call, which names nobody, and the page on which it is matched, answered or closed.
//! Must not know: people, results or findings. To whoever took a call every call looks alike afterwards.

use super::{
    call::{
        CallEntry, CallState, CallerKind, CannotWait, Identity, Said, call_get, call_take, calls_taken,
        said_read,
    },
    settle::{call_answer, call_close, call_match, call_put_back, call_reopen},
};
use crate::{
    access::{
        Answer, Caller, Choice, Input, Permission, Staff,
        family::{families_related, family_by_reference, family_reference, family_references},
        pages::Here,
        permission::{allows, may},
        route::{Route, route},
        service::service_get,
        staff::staff_names,
    },
    audit::Act,
    clinic::{
        people::person::{Sought, persons_found},
        sharing::enquiry::{Answered, Script, Support},
    },
    error::Result,
    ids::{CallId, FamilyId, StaffId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub const ROUTES: &[Route] = &[
    route!(GET "/calls" CallTake list, "The calls that the caller took, and by when each is rung back"),
    route!(GET "/calls/new" CallTake form, "What to say when somebody rings or writes, and the form for the note"),
    route!(POST "/calls" CallTake take, "Keep a call; nobody is told whether any family fits", form on "/calls/new"),
    route!(GET "/calls/{id}" CallMatch page, "What somebody who rang told and asked, and the families of the caller's that fit"),
    route!(POST "/calls/{id}/match" CallMatch matches, "Say which family a call is about, and how who rang was established", form on "/calls/{id}"),
    route!(POST "/calls/{id}/put-back" CallMatch put_back, "Take a call away from the wrong family", form on "/calls/{id}"),
    route!(POST "/calls/{id}/answer" CallMatch answer, "Say what whoever rang was answered; it stands with the family", form on "/calls/{id}"),
    route!(POST "/calls/{id}/close" CallMatch close, "Close a call without a family", form on "/calls/{id}"),
    route!(POST "/calls/{id}/reopen" CallMatch reopen, "Open a closed call again", form on "/calls/{id}"),
];

/// Calls on the list of whoever took them.
const SHOWN: i64 = 50;

/// A call as whoever took it sees it ever after: the same for every call, whatever it came to.
#[derive(Serialize)]
struct Line {
    at: String,
    caller: &'static str,
    rung_back_by: String,
    /// Where the viewer may see what was said.
    link: Option<String>,
}

#[derive(Serialize)]
struct Calls {
    calls: Vec<Line>,
    may_match: bool,
}

async fn list(staff: Staff<may::CallTake>, house: Here) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let view = house
        .read(move |conn, _| {
            let may_match = allows(&of.roles, Permission::CallMatch);
            let calls = calls_taken(conn, of.service, of.staff, SHOWN)?
                .into_iter()
                .map(|call| Line {
                    at: call.taken_at.shown(),
                    caller: call.caller.title(),
                    rung_back_by: call.due_on.shown(),
                    link: may_match.then(|| format!("/calls/{}", call.id)),
                })
                .collect();
            Ok(Calls { calls, may_match })
        })
        .await?;
    Answer::page("calls", "Calls that you took", &caller, view)
}

#[derive(Serialize)]
struct Form {
    script: Script,
    callers: Vec<Choice>,
    answers: Vec<Choice>,
    supports: Vec<Choice>,
    pressing: Vec<Choice>,
}

async fn form(staff: Staff<may::CallTake>, house: Here) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let view = house
        .read(move |conn, house| {
            let nation = service_get(conn, of.service)?.nation;
            let pack = house.policy.pack(&nation)?;
            let edition = pack.on(house.clock.now().date())?;
            Ok(Form {
                script: Script::of(pack, edition),
                callers: Choice::all(CallerKind::ALL, CallerKind::title),
                answers: Choice::all(Answered::ALL, Answered::title),
                supports: Choice::all(Support::ALL, Support::title),
                pressing: vec![
                    Choice::of(CannotWait::No, "It can wait"),
                    Choice::of(
                        CannotWait::Yes,
                        "They say that it cannot: a pregnancy, an operation, an illness",
                    ),
                ],
            })
        })
        .await?;
    Answer::page("call_new", "Somebody rings or writes", &caller, view)
}

async fn take(staff: Staff<may::CallTake>, house: Here, input: Input<CallEntry>) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let by = caller.staff;
    let call = house.act(&caller, move |act, _| call_take(act, by, entry)).await?;
    Ok(Answer::done("/calls", json!({"call": call.id, "rung_back_by": call.due_on.shown()})))
}

/// A family of the viewer's that a call may be about, and why.
#[derive(Serialize)]
struct Fits {
    reference: String,
    why: &'static str,
}

#[derive(Serialize)]
struct Step {
    identity: Option<&'static str>,
    words: String,
}

#[derive(Serialize)]
struct View {
    call: CallId,
    part: String,
    at: String,
    by: String,
    caller: &'static str,
    rung_back_by: String,
    state: &'static str,
    teller: String,
    born: Option<String>,
    teller_address: Option<String>,
    quoted: Option<String>,
    ring_back: String,
    account: String,
    asked: String,
    answered: Vec<&'static str>,
    support: bool,
    cannot_wait: bool,
    settled: Vec<Step>,
    settled_by: Option<String>,
    settled_at: Option<String>,
    family: Option<FamilyId>,
    reference: Option<String>,
    waits: bool,
    to_return: bool,
    closed: bool,
    fits: Vec<Fits>,
    answers: Vec<Choice>,
    supports: Vec<Choice>,
    established: Vec<Choice>,
    identities: Vec<Choice>,
}

async fn page(staff: Staff<may::CallMatch>, house: Here, id: web::Path<CallId>) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| view(act, &of, id)).await?;
    Answer::page("call", format!("Call {}", view.part), &caller, view)
}

fn view(act: &mut Act<'_>, of: &Caller, id: CallId) -> Result<View> {
    let call = call_get(act.conn(), of.service, id)?;
    if let Some(family) = call.family_id {
        of.in_family(act.conn(), family)?;
    }
    let said = said_read(act, &call)?;
    let names = staff_names(act.conn(), of.service)?;
    let named = |id: StaffId| {
        let known = names.iter().find(|(known, _)| *known == id);
        known.map_or_else(|| "a former colleague".to_owned(), |(_, name)| name.clone())
    };
    let waits = call.state == CallState::Unmatched;
    let fits = if waits { fitting(act, of, &said)? } else { Vec::new() };
    let reference =
        call.family_id.map(|family| family_reference(act.conn(), of.service, family)).transpose()?;
    Ok(View {
        call: id,
        part: id.as_str().get(..8).unwrap_or_default().to_owned(),
        at: call.taken_at.shown(),
        by: named(call.taken_by),
        caller: call.caller.title(),
        rung_back_by: call.due_on.shown(),
        state: call.state.title(),
        born: said.birth_date.map(|day| day.shown()),
        answered: said.answered.iter().map(|one| one.title()).collect(),
        support: said.support == Support::Yes,
        cannot_wait: said.cannot_wait == Some(CannotWait::Yes),
        settled: said
            .settled
            .iter()
            .map(|step| Step { identity: step.identity.map(Identity::title), words: step.words.clone() })
            .collect(),
        teller: said.teller,
        teller_address: said.teller_address,
        quoted: said.quoted,
        ring_back: said.ring_back,
        account: said.account,
        asked: said.asked,
        settled_by: call.settled_by.map(named),
        settled_at: call.settled_at.map(|at| at.shown()),
        family: call.family_id,
        reference,
        waits,
        to_return: call.state == CallState::Matched,
        closed: call.state == CallState::Closed,
        fits,
        answers: Choice::all(Answered::ALL, Answered::title),
        supports: Choice::all(Support::ALL, Support::title),
        established: Choice::all(Identity::established(), Identity::title),
        identities: Choice::all(Identity::ALL, Identity::title),
    })
}

/// Families of the viewer's that a call may be about: by the reference that was quoted, or by name and date of birth. Nobody
/// else's is told: what is not there and what is not theirs look alike.
fn fitting(act: &mut Act<'_>, of: &Caller, said: &Said) -> Result<Vec<Fits>> {
    let quoted: Vec<FamilyId> = match &said.quoted {
        Some(text) => family_by_reference(act.conn(), of, text).ok().into_iter().collect(),
        None => Vec::new(),
    };
    let surname = said.teller.split_whitespace().last().map(str::to_owned);
    let named = match surname.zip(said.birth_date) {
        Some((name, born)) => persons_found(act, &Sought::Named(name, born))?,
        None => Vec::new(),
    };
    let mut fits = Vec::new();
    for (families, why) in
        [(quoted, "the reference that they quote"), (named, "somebody of this surname and date of birth")]
    {
        let related = families_related(act.conn(), of, &families)?;
        let ids: Vec<FamilyId> = related.iter().map(|proof| proof.family()).collect();
        let references = family_references(act.conn(), of.service, &ids)?;
        fits.extend(references.into_iter().map(|(_, reference)| Fits { reference, why }));
    }
    Ok(fits)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Match {
    reference: String,
    identity: Identity,
    match_words: String,
}

async fn matches(
    staff: Staff<may::CallMatch>,
    house: Here,
    id: web::Path<CallId>,
    input: Input<Match>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    let family = house
        .act(&caller, move |act, _| {
            call_match(act, &of, id, &entry.reference, entry.identity, &entry.match_words)
        })
        .await?;
    Ok(Answer::done(format!("/calls/{id}"), json!({"call": id, "family": family})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PutBack {
    put_back_why: String,
}

async fn put_back(
    staff: Staff<may::CallMatch>,
    house: Here,
    id: web::Path<CallId>,
    input: Input<PutBack>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    house.act(&caller, move |act, _| call_put_back(act, &of, id, &entry.put_back_why)).await?;
    Ok(Answer::done(format!("/calls/{id}"), json!({"call": id, "state": CallState::Unmatched})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Back {
    #[serde(default)]
    answered: Vec<Answered>,
    support: Support,
}

async fn answer(
    staff: Staff<may::CallMatch>,
    house: Here,
    id: web::Path<CallId>,
    input: Input<Back>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    let (family, enquiry) =
        house.act(&caller, move |act, _| call_answer(act, &of, id, entry.answered, entry.support)).await?;
    Ok(Answer::done(
        format!("/families/{family}/enquiries#notes"),
        json!({"call": id, "family": family, "enquiry": enquiry}),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Close {
    close_identity: Identity,
    close_words: String,
}

async fn close(
    staff: Staff<may::CallMatch>,
    house: Here,
    id: web::Path<CallId>,
    input: Input<Close>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (by, id) = (caller.staff, id.into_inner());
    house
        .act(&caller, move |act, _| call_close(act, by, id, entry.close_identity, &entry.close_words))
        .await?;
    Ok(Answer::done("/queues/unmatched_calls", json!({"call": id, "state": CallState::Closed})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reopen {
    reopen_why: String,
}

async fn reopen(
    staff: Staff<may::CallMatch>,
    house: Here,
    id: web::Path<CallId>,
    input: Input<Reopen>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (by, id) = (caller.staff, id.into_inner());
    house.act(&caller, move |act, _| call_reopen(act, by, id, &entry.reopen_why)).await?;
    Ok(Answer::done(format!("/calls/{id}"), json!({"call": id, "state": CallState::Unmatched})))
}
