//! A request: what is asked, by when it is answered, and what was answered. Compartment D, under a key of its own.
//! Must not know: whose advice a decision rests on; that stands with the decision.

use crate::{
    access::{Caller, InFamily, Permission, conflict::families_barred},
    audit::{Act, Deed},
    clinic::queue::item::{Queue, Subject, SubjectKind, Wanted, follow},
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, RequestId, ServiceId, StaffId},
    keys::{Compartment, Sealed, content},
};
use diesel::prelude::*;

diesel::table! {
    requests (id) {
        id -> Text,
        service_id -> Text,
        kind -> Text,
        family_id -> Nullable<Text>,
        made_by -> Text,
        made_at -> Timestamp,
        due_on -> Nullable<Date>,
        extended_at -> Nullable<Timestamp>,
        outcome -> Nullable<Text>,
        settled_by -> Nullable<Text>,
        settled_at -> Nullable<Timestamp>,
        sealed -> Binary,
    }
}

closed! {
    /// What is asked. Source: domain notes 3.4 (Q6, Q14, Q18).
    pub enum RequestKind {
        /// Of the Guardian, about a family.
        Advice = "advice",
        /// A copy of what is held about somebody.
        Access = "access",
        /// That something wrong is put right.
        Rectify = "rectify",
        /// That what is held is disposed of.
        Erase = "erase",
        /// Data of many families for a project; no family's own.
        Extract = "extract",
    }
}

impl RequestKind {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Advice => "Advice of the Guardian",
            Self::Access => "A copy of what we hold about them",
            Self::Rectify => "Something wrong put right",
            Self::Erase => "What we hold disposed of",
            Self::Extract => "An extract for research",
        }
    }

    pub const fn queue(self) -> Queue {
        match self {
            Self::Advice => Queue::Advice,
            Self::Access | Self::Rectify | Self::Erase => Queue::AccessRequests,
            Self::Extract => Queue::Extracts,
        }
    }

    /// A person's own right, which has a day by law.
    pub const fn is_a_right(self) -> bool {
        match self {
            Self::Access | Self::Rectify | Self::Erase => true,
            Self::Advice | Self::Extract => false,
        }
    }

    /// Who answers it.
    pub const fn answered_with(self) -> Permission {
        match self {
            Self::Advice | Self::Extract => Permission::AdviceGive,
            Self::Access | Self::Rectify | Self::Erase => Permission::RequestSettle,
        }
    }
}

closed! {
    pub enum Outcome { Done = "done", Partly = "partly", Declined = "declined", Withdrawn = "withdrawn" }
}

impl Outcome {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Done => "Done, or advice given",
            Self::Partly => "Done in part",
            Self::Declined => "Declined",
            Self::Withdrawn => "Not asked any more",
        }
    }

    const fn gives(self) -> bool {
        match self {
            Self::Done | Self::Partly => true,
            Self::Declined | Self::Withdrawn => false,
        }
    }
}

/// What was asked and answered. No Debug and no Serialize.
#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Words {
    #[n(0)]
    pub asked: String,
    #[n(1)]
    pub extended_why: Option<String>,
    #[n(2)]
    pub answered: Option<String>,
    /// What was left out because it is somebody else's.
    #[n(3)]
    pub others_weighed: Option<String>,
    /// Which health professional read it, for whether it could do serious harm.
    #[n(4)]
    pub harm_read_by: Option<String>,
    /// How the national data opt-out was applied.
    #[n(5)]
    pub opt_out: Option<String>,
}
content!(D at "requests.sealed" holds Words);

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    pub request_outcome: Outcome,
    pub answered_words: String,
    #[serde(default)]
    pub others_weighed: Option<String>,
    #[serde(default)]
    pub harm_read_by: Option<String>,
    #[serde(default)]
    pub opt_out: Option<String>,
}

/// A request without its words.
#[derive(Debug, Clone, Queryable)]
pub struct Request {
    pub id: RequestId,
    pub service_id: ServiceId,
    pub kind: RequestKind,
    pub family_id: Option<FamilyId>,
    pub made_by: StaffId,
    pub made_at: UtcTime,
    pub due_on: Option<UtcDate>,
    pub extended_at: Option<UtcTime>,
    pub outcome: Option<Outcome>,
    pub settled_by: Option<StaffId>,
    pub settled_at: Option<UtcTime>,
}

type Columns = (
    requests::id,
    requests::service_id,
    requests::kind,
    requests::family_id,
    requests::made_by,
    requests::made_at,
    requests::due_on,
    requests::extended_at,
    requests::outcome,
    requests::settled_by,
    requests::settled_at,
);

const COLUMNS: Columns = (
    requests::id,
    requests::service_id,
    requests::kind,
    requests::family_id,
    requests::made_by,
    requests::made_at,
    requests::due_on,
    requests::extended_at,
    requests::outcome,
    requests::settled_by,
    requests::settled_at,
);

/// The queues that a request asks for, until it is answered.
pub fn wanted(kind: RequestKind, due: Option<UtcDate>, outcome: Option<Outcome>) -> Vec<Wanted> {
    if outcome.is_some() { vec![] } else { vec![Wanted { queue: kind.queue(), due }] }
}

fn request_follow(act: &mut Act<'_>, one: &Request) -> Result<()> {
    let subject =
        Subject { kind: SubjectKind::Request, id: one.id.to_string(), family: one.family_id, task: None };
    follow(act, &subject, &wanted(one.kind, one.due_on, one.outcome))
}

fn missing(field: &str, words: &str) -> Error {
    Error::bad_input(format!("{words} Nothing was saved.")).at(field)
}

fn said(words: &str) -> bool {
    words.trim().chars().count() >= 3
}

/// Asks. `family` is given for all but an extract, which is no family's own.
///
/// # Errors
/// No words.
pub fn request_make(
    act: &mut Act<'_>,
    staff: StaffId,
    kind: RequestKind,
    family: Option<&InFamily>,
    asked: &str,
) -> Result<RequestId> {
    if (kind == RequestKind::Extract) == family.is_some() {
        return Err(missing("request_kind", "Choose what is asked for here."));
    }
    if !said(asked) {
        return Err(missing("request_words", "Write what is asked, by whom, and how they can be reached."));
    }
    let days = act.policy().periods.request_answer_days;
    let one = Request {
        id: RequestId::new(act.chance()),
        service_id: act.service,
        kind,
        family_id: family.map(InFamily::family),
        made_by: staff,
        made_at: act.at,
        due_on: kind.is_a_right().then(|| act.at.date().plus_days(days)),
        extended_at: None,
        outcome: None,
        settled_by: None,
        settled_at: None,
    };
    let words = Words {
        asked: asked.trim().to_owned(),
        extended_why: None,
        answered: None,
        others_weighed: None,
        harm_read_by: None,
        opt_out: None,
    };
    let unlocked = act.holder_open(one.id.as_str())?;
    let sealed = Sealed::seal(unlocked.grant()?, act.chance(), one.id.as_str(), &words)?;
    diesel::insert_into(requests::table)
        .values((
            requests::id.eq(one.id),
            requests::service_id.eq(one.service_id),
            requests::kind.eq(one.kind),
            requests::family_id.eq(one.family_id),
            requests::made_by.eq(one.made_by),
            requests::made_at.eq(one.made_at),
            requests::due_on.eq(one.due_on),
            requests::sealed.eq(sealed.into_bytes()),
        ))
        .execute(act.conn())?;
    act.record(Deed::RequestMade, ("request", one.id.as_str()), one.family_id, kind.as_str())?;
    request_follow(act, &one)?;
    Ok(one.id)
}

/// # Errors
/// Not found, also where it is another service's, or of a family that the caller has nothing to do with.
pub fn request_get(conn: &mut Conn, caller: &Caller, id: RequestId) -> Result<Request> {
    let one: Request = requests::table
        .filter(requests::service_id.eq(caller.service))
        .filter(requests::id.eq(id))
        .select(COLUMNS)
        .first(conn)?;
    if let Some(family) = one.family_id {
        caller.in_family(conn, family)?;
    }
    Ok(one)
}

/// The service's requests, those that wait first; none of a family that the caller is kept out of.
pub fn request_list(conn: &mut Conn, caller: &Caller, most: i64) -> Result<Vec<Request>> {
    let barred = families_barred(conn, caller.service, caller.staff)?;
    Ok(requests::table
        .filter(requests::service_id.eq(caller.service))
        .filter(requests::family_id.is_null().or(requests::family_id.ne_all(barred)))
        .order((requests::settled_at.is_not_null().asc(), requests::made_at.desc(), requests::id.asc()))
        .limit(most)
        .select(COLUMNS)
        .load(conn)?)
}

/// What was asked and answered. Reading it is on the record.
pub fn request_read(act: &mut Act<'_>, one: &Request) -> Result<Words> {
    act.record(Deed::RequestRead, ("request", one.id.as_str()), one.family_id, "")?;
    opened(act, one)
}

fn opened(act: &mut Act<'_>, one: &Request) -> Result<Words> {
    let sealed: Vec<u8> = requests::table.find(one.id).select(requests::sealed).first(act.conn())?;
    let unlocked = act.unlock(one.id.as_str(), &[Compartment::Detail])?;
    Sealed::from_bytes(sealed).open(unlocked.grant()?, one.id.as_str())
}

fn kept(act: &mut Act<'_>, one: &Request, words: &Words) -> Result<()> {
    let unlocked = act.unlock(one.id.as_str(), &[Compartment::Detail])?;
    let sealed = Sealed::seal(unlocked.grant()?, act.chance(), one.id.as_str(), words)?;
    diesel::update(requests::table.find(one.id))
        .set(requests::sealed.eq(sealed.into_bytes()))
        .execute(act.conn())?;
    Ok(())
}

/// Whoever asked is told that it takes longer; once.
///
/// # Errors
/// A request without a day by law, or one that was put off or answered already; no reason.
pub fn request_extend(act: &mut Act<'_>, one: &Request, why: &str) -> Result<()> {
    if !one.kind.is_a_right() || one.extended_at.is_some() || one.outcome.is_some() {
        return Err(Error::not_now(
            "The day of this request cannot be moved, or not again. Nothing was changed.",
        ));
    }
    if !said(why) {
        return Err(missing(
            "extended_why",
            "Write why it takes longer, and when whoever asked was told so.",
        ));
    }
    let words = Words { extended_why: Some(why.trim().to_owned()), ..opened(act, one)? };
    kept(act, one, &words)?;
    let due_on = one.made_at.date().plus_days(act.policy().periods.request_extended_days);
    let at = act.at;
    diesel::update(requests::table.find(one.id))
        .set((requests::due_on.eq(due_on), requests::extended_at.eq(at)))
        .execute(act.conn())?;
    act.record(Deed::RequestExtended, ("request", one.id.as_str()), one.family_id, "")?;
    request_follow(act, &Request { due_on: Some(due_on), ..one.clone() })
}

/// Answers it. Advice, and data that leave, are agreed to by somebody else than whoever asked.
///
/// # Errors
/// One that is answered already; the same person; what must be weighed before something is given is not there.
pub fn request_settle(act: &mut Act<'_>, staff: StaffId, one: &Request, answer: Answered) -> Result<()> {
    if one.outcome.is_some() {
        return Err(Error::not_now("This request is answered already. Nothing was changed."));
    }
    if !one.kind.is_a_right() && one.made_by == staff && answer.request_outcome != Outcome::Withdrawn {
        return Err(Error::not_now("Whoever asked cannot answer this themselves. Nothing was changed."));
    }
    let given =
        |words: Option<String>| words.filter(|words| said(words)).map(|words| words.trim().to_owned());
    let (others, harm, opt_out) =
        (given(answer.others_weighed), given(answer.harm_read_by), given(answer.opt_out));
    if !said(&answer.answered_words) {
        return Err(missing("answered_words", "Write what was answered, and why."));
    }
    if answer.request_outcome.gives() {
        if one.kind == RequestKind::Access && others.is_none() {
            return Err(missing(
                "others_weighed",
                "Write what was left out because it is somebody else's, or that nothing was.",
            ));
        }
        if one.kind == RequestKind::Access && harm.is_none() {
            return Err(missing("harm_read_by", "Write which health professional read it for serious harm."));
        }
        if one.kind == RequestKind::Extract && opt_out.is_none() {
            return Err(missing("opt_out", "Write how those who opted out of research were left out."));
        }
    }
    let words = Words {
        answered: Some(answer.answered_words.trim().to_owned()),
        others_weighed: others,
        harm_read_by: harm,
        opt_out,
        ..opened(act, one)?
    };
    kept(act, one, &words)?;
    let (at, outcome) = (act.at, answer.request_outcome);
    diesel::update(requests::table.find(one.id))
        .set((requests::outcome.eq(outcome), requests::settled_by.eq(staff), requests::settled_at.eq(at)))
        .execute(act.conn())?;
    act.record(Deed::RequestSettled, ("request", one.id.as_str()), one.family_id, outcome.as_str())?;
    request_follow(act, &Request { outcome: Some(outcome), ..one.clone() })
}

/// Every request's kind and whether it is answered, for the test that compares queues with states.
pub fn request_states(
    conn: &mut Conn,
    service: ServiceId,
) -> Result<Vec<(RequestId, RequestKind, Option<Outcome>)>> {
    Ok(requests::table
        .filter(requests::service_id.eq(service))
        .select((requests::id, requests::kind, requests::outcome))
        .load(conn)?)
}
