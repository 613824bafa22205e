//! The page of those who act for a relative or ask to: what they asked, what was checked, and the second code, shown once.
//! Must not know: findings, or what stands in a letter.

use super::{
    check::{
        Check, Evidence, Finding, GrantEntry, Verdict, checks_of, finding_for, not_at_that_age,
        proxy_check_code, proxy_check_decline, proxy_check_end, proxy_check_grant,
    },
    entered::{AskEntry, Came, letters_to_act_on, proxy_enter},
};
use crate::{
    access::{
        Answer, Caller, Choice, InFamily, Input, Nothing, Permission, Staff,
        family::family_get,
        pages::Here,
        permission::{allows, may},
        route::{Route, route},
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        cascade::task::{Task, task_open},
        letters::{ground::kind_words, letter::letter_by_invitation},
        people::person::person_get,
    },
    db::UtcDate,
    error::{Error, Result},
    ids::{FamilyId, LetterId, ProxyId, StaffId, TaskId},
    policy::Proxies,
    relative::{
        invitation::invitation_get,
        proxy::{Authority, EndedWhy, Proxy, ProxyState, age_of, proxy_get, proxy_list},
    },
};
use actix_web::web;
use kinward_family::page::{ActingAs, RelativesWords};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub const ROUTES: &[Route] = &[
    route!(GET "/tasks/{id}/proxies" ProxyCheck page, "Who acts for a relative, or asks to"),
    route!(POST "/tasks/{id}/proxies" ProxyCheck enter, "Somebody asked by phone or in person to act for a relative", form on "/tasks/{id}/proxies"),
    route!(GET "/tasks/{id}/proxies/{proxy}" ProxyCheck one, "One of them: what they asked, what was checked, and what can be done"),
    route!(POST "/tasks/{id}/proxies/{proxy}/grant" ProxyCheck grant, "Agree that somebody acts for a relative; answers a second code, once", form on "/tasks/{id}/proxies/{proxy}"),
    route!(POST "/tasks/{id}/proxies/{proxy}/decline" ProxyCheck decline, "Decline it, with the reason", form on "/tasks/{id}/proxies/{proxy}"),
    route!(POST "/tasks/{id}/proxies/{proxy}/code" ProxyCheck code, "Another second code in place of the one before; answers it, once", form on "/tasks/{id}/proxies/{proxy}"),
    route!(POST "/tasks/{id}/proxies/{proxy}/end" ProxyCheck end, "Withdraw it: nothing more is shown from now on", form on "/tasks/{id}/proxies/{proxy}"),
];

#[derive(Serialize)]
struct CheckLine {
    title: &'static str,
    at: String,
    by: String,
    authority: Option<&'static str>,
    evidence: Vec<&'static str>,
    register: Option<String>,
    finding: Option<&'static str>,
    found_on: Option<String>,
    found_how: Option<String>,
    words: String,
}

#[derive(Serialize)]
struct Line {
    proxy: ProxyId,
    name: String,
    asked_as: &'static str,
    asked: String,
    state: ProxyState,
    state_words: &'static str,
    stands: bool,
}

#[derive(Serialize)]
struct List {
    task: TaskId,
    family: FamilyId,
    reference: String,
    name: String,
    proxies: Vec<Line>,
    /// What can be written down of somebody who asks staff; nothing where there is no letter to read.
    letters: Vec<Choice>,
    acting_as: Vec<Choice>,
    came: Vec<Choice>,
}

async fn page(staff: Staff<may::ProxyCheck>, house: Here, id: web::Path<TaskId>) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            act.record(Deed::ProxyRead, ("relative_task", id.as_str()), Some(proof.family()), "")?;
            let proxies = proxy_list(act.conn(), of.service, id.as_str())?;
            Ok(List {
                task: id,
                family: proof.family(),
                reference: family_get(act.conn(), &proof)?.reference,
                name: person_get(act.conn(), &proof, task.person_id)?.shown(),
                proxies: proxies.iter().map(|one| line(act, &proof, one)).collect::<Result<_>>()?,
                letters: letters_offered(act, &task)?,
                acting_as: ActingAs::ALL.iter().map(|one| Choice::of(one.as_str(), asked_as(*one))).collect(),
                came: Choice::all(Came::ALL, Came::title),
            })
        })
        .await?;
    Answer::page("proxies", title("Acting for a relative", id.as_str(), &view.reference), &caller, view)
}

fn letters_offered(act: &mut Act<'_>, task: &Task) -> Result<Vec<Choice>> {
    letters_to_act_on(act, task)?
        .iter()
        .map(|row| {
            let label = format!("{}, {}", kind_words(row.kind()?), row.drafted_at.shown());
            Ok(Choice::of(row.id, label))
        })
        .collect()
}

async fn enter(
    staff: Staff<may::ProxyCheck>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<AskEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    let proxy = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            proxy_enter(act, &proof, &task, &entry)
        })
        .await?;
    Ok(done(id, proxy, Verdict::Entered))
}

fn line(act: &mut Act<'_>, proof: &InFamily, proxy: &Proxy) -> Result<Line> {
    let asking = proxy.asking(proof.grant()?)?;
    let age = age_now(act, proxy)?;
    let (today, rules) = (act.at.date(), act.policy().proxies);
    Ok(Line {
        proxy: proxy.id,
        name: asking.name.as_str().to_owned(),
        asked_as: asked_as(asking.acting_as),
        asked: proxy.asked_at.shown(),
        state: proxy.state,
        state_words: state_words(proxy, today),
        stands: proxy.stands(age, &rules, today).is_some(),
    })
}

fn age_now(act: &mut Act<'_>, proxy: &Proxy) -> Result<Option<i32>> {
    let (keys, today) = (act.keys(), act.at.date());
    let invitation = invitation_get(act.conn, act.service, proxy.invitation_id)?;
    age_of(&invitation, act.conn, keys, today)
}

#[derive(Serialize)]
struct View {
    task: TaskId,
    family: FamilyId,
    reference: String,
    /// Of the relative.
    relative: String,
    of: Line,
    phone: String,
    times: Option<String>,
    letter: LetterId,
    letter_words: &'static str,
    authority: Option<&'static str>,
    ends_on: Option<String>,
    ended_why: Option<&'static str>,
    may_settle: bool,
    may_end: bool,
    /// How old the person is, and who for that reason can not act for them.
    age: Option<i32>,
    rules: Vec<String>,
    /// A young person reads their own letter, which can be written.
    offer_own: bool,
    authorities: Vec<Choice>,
    evidence: Vec<Choice>,
    findings: Vec<Choice>,
    checks: Vec<CheckLine>,
}

async fn one(
    staff: Staff<may::ProxyCheck>,
    house: Here,
    path: web::Path<(TaskId, ProxyId)>,
) -> Result<Answer> {
    let (caller, (id, which)) = (staff.caller, path.into_inner());
    let of = caller.clone();
    let view = house
        .act(&caller, move |act, _| {
            let (task, proof, proxy) = proxy_open(act, &of, id, which)?;
            act.record(Deed::ProxyRead, ("proxy", which.as_str()), Some(proof.family()), "")?;
            view(act, &of, &task, &proof, &proxy)
        })
        .await?;
    let title = title("Request to act", which.as_str(), &view.reference);
    Answer::page("proxy", title, &caller, view)
}

fn view(act: &mut Act<'_>, caller: &Caller, task: &Task, proof: &InFamily, proxy: &Proxy) -> Result<View> {
    let rules = act.policy().proxies;
    let asking = proxy.asking(proof.grant()?)?;
    let row = letter_by_invitation(act.conn, act.service, proxy.invitation_id)?;
    let age = age_now(act, proxy)?;
    let names = staff_names(act.conn(), caller.service)?;
    let checks = checks_of(act.conn(), proof, proxy.id)?;
    let is_asked = proxy.state == ProxyState::Asked;
    let is_young = |age| (rules.parent_below_age..rules.attorney_from_age).contains(&age);
    Ok(View {
        task: task.id,
        family: proof.family(),
        reference: family_get(act.conn(), proof)?.reference,
        relative: person_get(act.conn(), proof, task.person_id)?.shown(),
        of: line(act, proof, proxy)?,
        phone: asking.phone.as_str().to_owned(),
        times: asking.times.as_ref().map(RelativesWords::as_str).map(str::to_owned),
        letter: row.id,
        letter_words: kind_words(row.kind()?),
        authority: proxy.authority.map(Authority::title),
        ends_on: proxy.ends_on.map(UtcDate::shown),
        ended_why: proxy.ended_why.map(EndedWhy::words),
        may_settle: is_asked,
        may_end: matches!(proxy.state, ProxyState::Granted | ProxyState::Locked),
        rules: age.map(|age| barred_at(age, &rules)).unwrap_or_default(),
        offer_own: is_asked && age.is_some_and(is_young) && allows(&caller.roles, Permission::LetterDraft),
        age,
        authorities: Authority::ALL
            .iter()
            .filter(|one| age.is_some_and(|age| one.admits(age, &rules)))
            .map(|one| {
                let needs = finding_for(*one).map(|needed| format!("Needs: {}.", needed.title()));
                Choice::of(one, one.title()).hint(needs.as_deref())
            })
            .collect(),
        evidence: Choice::all(Evidence::ALL, Evidence::title),
        findings: Choice::all(Finding::ALL, Finding::title),
        checks: checks.iter().map(|check| check_line(proof, check, &names)).collect::<Result<_>>()?,
    })
}

/// Names no person: titles stay in the history of a browser.
fn title(what: &str, id: &str, reference: &str) -> String {
    format!("{what} {}, {reference}", id.get(..8).unwrap_or_default())
}

fn check_line(proof: &InFamily, check: &Check, names: &[(StaffId, String)]) -> Result<CheckLine> {
    let checked = check.checked(proof)?;
    let by = names.iter().find(|(known, _)| *known == check.by_staff);
    Ok(CheckLine {
        title: check.verdict.title(),
        at: check.at.shown(),
        by: by.map_or_else(|| "a former colleague".to_owned(), |(_, name)| name.clone()),
        authority: checked.authority.map(Authority::title),
        evidence: checked.evidence.iter().map(|one| one.title()).collect(),
        register: checked.register,
        finding: checked.finding.map(Finding::title),
        found_on: checked.found_on.map(UtcDate::shown),
        found_how: checked.found_how,
        words: checked.words,
    })
}

/// What nobody can do for somebody of that age, in words.
fn barred_at(age: i32, rules: &Proxies) -> Vec<String> {
    let barred = Authority::ALL.iter().filter(|one| !one.admits(age, rules));
    barred.map(|one| not_at_that_age(*one, age, rules)).collect()
}

pub(in crate::clinic) fn asked_as(acting_as: ActingAs) -> &'static str {
    match acting_as {
        ActingAs::Parent => "parent or guardian",
        ActingAs::Attorney => "attorney for health and welfare, or deputy",
        ActingAs::Helper => "carer or helper, without such authority",
    }
}

fn state_words(proxy: &Proxy, today: UtcDate) -> &'static str {
    match proxy.state {
        ProxyState::Asked => "Asked: nothing is shown",
        ProxyState::Granted if proxy.ends_on.is_some_and(|ends| ends < today) => "Its last day has passed",
        ProxyState::Granted => "May act",
        ProxyState::Locked => "Locked after too many wrong second codes",
        ProxyState::Declined => "Declined",
        ProxyState::Ended => "Ended",
    }
}

/// One of those of this relative, with the proof that the caller has to do with the family.
fn proxy_open(
    act: &mut Act<'_>,
    caller: &Caller,
    id: TaskId,
    proxy: ProxyId,
) -> Result<(Task, InFamily, Proxy)> {
    let (task, proof) = task_open(act.conn(), caller, id)?;
    let proxy = proxy_get(act.conn(), caller.service, proxy)?;
    if proxy.task_ref != id.as_str() {
        return Err(Error::not_found());
    }
    Ok((task, proof, proxy))
}

/// The second code: on this page and nowhere else.
#[derive(Serialize)]
struct Code {
    task: TaskId,
    proxy: ProxyId,
    family: FamilyId,
    reference: String,
    name: String,
    code: String,
}

fn coded(caller: &Caller, code: Code) -> Result<Answer> {
    let title = title("Second code", code.proxy.as_str(), &code.reference);
    Answer::page("proxy_code", title, caller, code)
}

async fn grant(
    staff: Staff<may::ProxyCheck>,
    house: Here,
    path: web::Path<(TaskId, ProxyId)>,
    input: Input<GrantEntry>,
) -> Result<Answer> {
    let (caller, (id, which)) = (staff.caller, path.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    let code = house
        .act(&caller, move |act, _| {
            let (task, proof, proxy) = proxy_open(act, &of, id, which)?;
            let code = proxy_check_grant(act, &proof, &task, &proxy, entry)?;
            Ok(Code {
                task: id,
                proxy: which,
                family: proof.family(),
                reference: family_get(act.conn(), &proof)?.reference,
                name: proxy.asking(proof.grant()?)?.name.as_str().to_owned(),
                code: code.shown(),
            })
        })
        .await?;
    coded(&caller, code)
}

async fn code(
    staff: Staff<may::ProxyCheck>,
    house: Here,
    path: web::Path<(TaskId, ProxyId)>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let (caller, (id, which)) = (staff.caller, path.into_inner());
    let Nothing {} = input.open(&caller)?;
    let of = caller.clone();
    let code = house
        .act(&caller, move |act, _| {
            let (_, proof, proxy) = proxy_open(act, &of, id, which)?;
            let code = proxy_check_code(act, &proof, &proxy)?;
            Ok(Code {
                task: id,
                proxy: which,
                family: proof.family(),
                reference: family_get(act.conn(), &proof)?.reference,
                name: proxy.asking(proof.grant()?)?.name.as_str().to_owned(),
                code: code.shown(),
            })
        })
        .await?;
    coded(&caller, code)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declined {
    #[serde(default)]
    declined_why: String,
}

async fn decline(
    staff: Staff<may::ProxyCheck>,
    house: Here,
    path: web::Path<(TaskId, ProxyId)>,
    input: Input<Declined>,
) -> Result<Answer> {
    let (caller, (id, which)) = (staff.caller, path.into_inner());
    let Declined { declined_why } = input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let (_, proof, proxy) = proxy_open(act, &of, id, which)?;
            proxy_check_decline(act, &proof, &proxy, &declined_why)
        })
        .await?;
    Ok(done(id, which, Verdict::Declined))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawn {
    #[serde(default)]
    withdrawn_why: String,
}

async fn end(
    staff: Staff<may::ProxyCheck>,
    house: Here,
    path: web::Path<(TaskId, ProxyId)>,
    input: Input<Withdrawn>,
) -> Result<Answer> {
    let (caller, (id, which)) = (staff.caller, path.into_inner());
    let Withdrawn { withdrawn_why } = input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let (_, proof, proxy) = proxy_open(act, &of, id, which)?;
            proxy_check_end(act, &proof, &proxy, &withdrawn_why)
        })
        .await?;
    Ok(done(id, which, Verdict::Ended))
}

fn done(id: TaskId, proxy: ProxyId, verdict: Verdict) -> Answer {
    Answer::done(
        format!("/tasks/{id}/proxies/{proxy}"),
        json!({"task": id, "proxy": proxy, "verdict": verdict}),
    )
}
