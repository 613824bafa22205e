//! Pages of requests: all of them, asking, and one with what was asked and answered.
//! Must not know: what a family's file holds.

use super::ask::{
    Answered, Outcome, Request, RequestKind, request_extend, request_get, request_list, request_make,
    request_read, request_settle,
};
use crate::{
    access::{
        Answer, Caller, Choice, Input, Staff,
        family::{families_related, family_reference, family_references},
        pages::Here,
        permission::{Permission, allows, may},
        route::{Route, route},
        staff::staff_names,
    },
    audit::Act,
    db::{UtcDate, UtcTime},
    error::{Error, Result},
    ids::{FamilyId, RequestId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub const ROUTES: &[Route] = &[
    route!(GET "/requests" RequestView list, "What was asked of the Guardian, of the service about somebody's data, and for research"),
    route!(GET "/requests/new" RequestMake form_extract, "The form that asks for an extract for research"),
    route!(POST "/requests" RequestMake make_extract, "Ask for an extract for research", form on "/requests/new"),
    route!(GET "/families/{id}/requests/new" RequestMake form, "The form that asks for advice about a family, or writes down what somebody asks about their data"),
    route!(POST "/families/{id}/requests" RequestMake make, "Ask the Guardian, or write down what somebody asks about their data", form on "/families/{id}/requests/new"),
    route!(GET "/requests/{id}" RequestView page, "A request: what is asked, by when, and what was answered"),
    route!(POST "/requests/{id}/extend" RequestSettle extend, "Move the day of a request once, with the reason", form on "/requests/{id}"),
    route!(POST "/requests/{id}/settle" RequestView settle, "Answer a request: request_outcome=done|partly|declined|withdrawn", form on "/requests/{id}"),
];

/// Requests on one page.
const SHOWN: i64 = 50;

#[derive(Serialize)]
struct Line {
    title: &'static str,
    family: Option<String>,
    made: String,
    due: Option<String>,
    outcome: Option<&'static str>,
    /// For those who have to do with its family.
    link: Option<String>,
}

#[derive(Serialize)]
struct List {
    requests: Vec<Line>,
    may_make: bool,
}

async fn list(staff: Staff<may::RequestView>, house: Here) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let view = house
        .read(move |conn, _| {
            let all = request_list(conn, &of, SHOWN)?;
            let families: Vec<FamilyId> = all.iter().filter_map(|one| one.family_id).collect();
            let references = family_references(conn, of.service, &families)?;
            let related = families_related(conn, &of, &families)?;
            let line = |one: Request| Line {
                title: one.kind.title(),
                family: one.family_id.and_then(|id| {
                    references.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone())
                }),
                made: one.made_at.shown(),
                due: one.due_on.map(UtcDate::shown),
                outcome: one.outcome.map(Outcome::title),
                link: one
                    .family_id
                    .is_none_or(|family| related.iter().any(|proof| proof.family() == family))
                    .then(|| format!("/requests/{}", one.id)),
            };
            let requests = all.into_iter().map(line).collect();
            Ok(List { requests, may_make: allows(&of.roles, Permission::RequestMake) })
        })
        .await?;
    Answer::page("requests", "Advice, rights and extracts", &caller, view)
}

#[derive(Serialize)]
struct Form {
    /// None for an extract, which is no family's own.
    family: Option<FamilyId>,
    family_reference: Option<String>,
    kinds: Vec<Choice>,
    days: i64,
}

async fn form(staff: Staff<may::RequestMake>, house: Here, id: web::Path<FamilyId>) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house
        .read(move |conn, house| {
            of.in_family(conn, id)?;
            let kinds = RequestKind::ALL.iter().filter(|kind| **kind != RequestKind::Extract);
            Ok(Form {
                family: Some(id),
                family_reference: Some(family_reference(conn, of.service, id)?),
                kinds: Choice::all(kinds, RequestKind::title),
                days: house.policy.periods.request_answer_days,
            })
        })
        .await?;
    let reference = view.family_reference.clone().unwrap_or_default();
    Answer::page("request_new", format!("A request, {reference}"), &caller, view)
}

async fn form_extract(staff: Staff<may::RequestMake>, house: Here) -> Result<Answer> {
    let caller = staff.caller;
    let days = house.policy.periods.request_answer_days;
    let view = Form { family: None, family_reference: None, kinds: Vec::new(), days };
    Answer::page("request_new", "An extract for research", &caller, view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Making {
    request_kind: RequestKind,
    request_words: String,
}

async fn make(
    staff: Staff<may::RequestMake>,
    house: Here,
    id: web::Path<FamilyId>,
    input: Input<Making>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let Making { request_kind, request_words } = input.open(&caller)?;
    let of = caller.clone();
    let request = house
        .act(&caller, move |act, _| {
            let proof = of.in_family(act.conn(), id)?;
            request_make(act, of.staff, request_kind, Some(&proof), &request_words)
        })
        .await?;
    Ok(Answer::done(format!("/requests/{request}"), json!({"request": request})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MakingExtract {
    request_words: String,
}

async fn make_extract(
    staff: Staff<may::RequestMake>,
    house: Here,
    input: Input<MakingExtract>,
) -> Result<Answer> {
    let caller = staff.caller;
    let MakingExtract { request_words } = input.open(&caller)?;
    let by = caller.staff;
    let request = house
        .act(&caller, move |act, _| request_make(act, by, RequestKind::Extract, None, &request_words))
        .await?;
    Ok(Answer::done(format!("/requests/{request}"), json!({"request": request})))
}

#[derive(Serialize)]
struct View {
    request: RequestId,
    title: &'static str,
    family: Option<FamilyId>,
    family_reference: Option<String>,
    made: String,
    by: String,
    due: Option<String>,
    late: bool,
    asked: String,
    extended: Option<String>,
    answered: Option<Given>,
    /// The form's choices; none for whoever does not answer it.
    outcomes: Vec<Choice>,
    asks_others: bool,
    asks_opt_out: bool,
    may_extend: bool,
}

#[derive(Serialize)]
struct Given {
    outcome: &'static str,
    words: String,
    others: Option<String>,
    harm: Option<String>,
    opt_out: Option<String>,
    by: String,
    at: String,
}

async fn page(staff: Staff<may::RequestView>, house: Here, id: web::Path<RequestId>) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| view(act, &of, id)).await?;
    let part = view.request.as_str().get(..8).unwrap_or_default();
    Answer::page("request", format!("Request {part}"), &caller, view)
}

fn view(act: &mut Act<'_>, caller: &Caller, id: RequestId) -> Result<View> {
    let one = request_get(act.conn(), caller, id)?;
    let words = request_read(act, &one)?;
    let names = staff_names(act.conn(), caller.service)?;
    let name = |id| {
        names.iter().find(|(known, _)| *known == id).map_or("a former colleague", |(_, name)| name).to_owned()
    };
    let open = one.outcome.is_none();
    let mut outcomes = Vec::new();
    if open && allows(&caller.roles, one.kind.answered_with()) {
        let own = !one.kind.is_a_right() && one.made_by == caller.staff;
        let offered = Outcome::ALL.iter().filter(|outcome| !own || **outcome == Outcome::Withdrawn);
        outcomes = Choice::all(offered, Outcome::title);
    }
    let reference = match one.family_id {
        Some(family) => Some(family_reference(act.conn(), caller.service, family)?),
        None => None,
    };
    let given = one.outcome.zip(words.answered).map(|(outcome, words_given)| Given {
        outcome: outcome.title(),
        words: words_given,
        others: words.others_weighed,
        harm: words.harm_read_by,
        opt_out: words.opt_out,
        by: one.settled_by.map(name).unwrap_or_default(),
        at: one.settled_at.map(UtcTime::shown).unwrap_or_default(),
    });
    Ok(View {
        request: id,
        title: one.kind.title(),
        family: one.family_id,
        family_reference: reference,
        made: one.made_at.shown(),
        by: name(one.made_by),
        due: one.due_on.map(UtcDate::shown),
        late: open && one.due_on.is_some_and(|due| due < act.at.date()),
        asked: words.asked,
        extended: words.extended_why,
        answered: given,
        asks_others: one.kind == RequestKind::Access && !outcomes.is_empty(),
        asks_opt_out: one.kind == RequestKind::Extract && !outcomes.is_empty(),
        may_extend: open
            && one.kind.is_a_right()
            && one.extended_at.is_none()
            && allows(&caller.roles, Permission::RequestSettle),
        outcomes,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Extending {
    extended_why: String,
}

async fn extend(
    staff: Staff<may::RequestSettle>,
    house: Here,
    id: web::Path<RequestId>,
    input: Input<Extending>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let Extending { extended_why } = input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let one = request_get(act.conn(), &of, id)?;
            request_extend(act, &one, &extended_why)
        })
        .await?;
    Ok(Answer::done(format!("/requests/{id}"), json!({"request": id, "extended": true})))
}

async fn settle(
    staff: Staff<may::RequestView>,
    house: Here,
    id: web::Path<RequestId>,
    input: Input<Answered>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let answer = input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let one = request_get(act.conn(), &of, id)?;
            // Who answers depends on what is asked, and is asked here.
            if !allows(&of.roles, one.kind.answered_with()) {
                return Err(Error::not_allowed(one.kind.answered_with().as_str()));
            }
            request_settle(act, of.staff, &one, answer)
        })
        .await?;
    Ok(Answer::done(format!("/requests/{id}"), json!({"request": id, "settled": true})))
}
