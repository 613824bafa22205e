//! An inquiry: what a signal in the chart of objections sets going. It asks first how notice was given, and blames nobody.
//! Must not know: who objected, or who wrote to them. Answers are sealed (D), under a key of the inquiry's own.

use super::{chart::chart, month::Month, rates::objections_in, xmr::Signal};
use crate::{
    audit::{Act, Deed},
    clinic::queue::item::{Queue, Subject, SubjectKind, Wanted, follow},
    db::{Conn, UtcDate, UtcTime},
    error::{Error, Result},
    ids::{InquiryId, ServiceId, StaffId},
    keys::{Compartment, Sealed, content},
};
use diesel::prelude::*;

diesel::table! {
    inquiries (id) {
        id -> Text,
        service_id -> Text,
        month -> Date,
        signal -> Text,
        opened_at -> Timestamp,
        closed_by -> Nullable<Text>,
        closed_at -> Nullable<Timestamp>,
        sealed -> Nullable<Binary>,
    }
}

/// An inquiry without its answers.
#[derive(Debug, Clone, Queryable)]
pub struct Inquiry {
    pub id: InquiryId,
    month: UtcDate,
    pub signal: Signal,
    pub opened_at: UtcTime,
    pub closed_by: Option<StaffId>,
    pub closed_at: Option<UtcTime>,
}

impl Inquiry {
    pub fn month(&self) -> Month {
        Month::of(self.month)
    }
}

/// What was found out. No Debug and no Serialize.
#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Answers {
    #[n(0)]
    pub notice_given: String,
    #[n(1)]
    pub found: String,
    #[n(2)]
    pub changed: String,
}
content!(D at "inquiries.sealed" holds Answers);

/// The queues an inquiry asks for.
pub fn wanted(closed: bool) -> Vec<Wanted> {
    if closed { vec![] } else { vec![Queue::Inquiries.into()] }
}

fn subject(id: InquiryId) -> Subject {
    Subject { kind: SubjectKind::Inquiry, id: id.to_string(), family: None, task: None }
}

/// Looks at the whole months before this one, in the act that records an objection. A whole month does not change any more,
/// so the first objection of a month looks and the others need not. The relatives' wing may run this: it opens nothing.
pub fn signals_look(act: &mut Act<'_>) -> Result<()> {
    let (service, rule) = (act.service, act.policy().learning);
    let this = Month::of(act.at.date());
    if objections_in(act.conn(), service, this)? != 1 {
        return Ok(());
    }
    let since = this.earlier(rule.inquiry_months);
    let found = chart(act.conn(), service, this, &rule)?.points;
    for point in found.into_iter().filter(|point| point.counted.month >= since) {
        for signal in point.signals {
            inquiry_open(act, point.counted.month, signal)?;
        }
    }
    Ok(())
}

/// Opens an inquiry, once for a month and a signal.
fn inquiry_open(act: &mut Act<'_>, month: Month, signal: Signal) -> Result<()> {
    let service = act.service;
    let known: i64 = inquiries::table
        .filter(inquiries::service_id.eq(service))
        .filter(inquiries::month.eq(month.first_day()))
        .filter(inquiries::signal.eq(signal))
        .count()
        .get_result(act.conn())?;
    if known > 0 {
        return Ok(());
    }
    let (id, at) = (InquiryId::new(act.chance()), act.at);
    diesel::insert_into(inquiries::table)
        .values((
            inquiries::id.eq(id),
            inquiries::service_id.eq(service),
            inquiries::month.eq(month.first_day()),
            inquiries::signal.eq(signal),
            inquiries::opened_at.eq(at),
        ))
        .execute(act.conn())?;
    act.record(Deed::InquiryOpened, ("inquiry", id.as_str()), None, &format!("{month} {signal}"))?;
    follow(act, &subject(id), &wanted(false))
}

/// Keeps what was found out and closes the inquiry.
///
/// # Errors
/// An answer left empty; an inquiry that is closed already.
pub fn inquiry_close(act: &mut Act<'_>, id: InquiryId, staff: StaffId, answers: Answers) -> Result<()> {
    if inquiry_get(act.conn, act.service, id)?.closed_at.is_some() {
        return Err(Error::not_now(
            "This inquiry is closed. What was found stands on its page. Nothing was changed.",
        ));
    }
    let fields = [
        ("notice_given", "how notice was given", &answers.notice_given),
        ("found", "what was found", &answers.found),
        ("changed", "what is changed, or 'nothing' and why", &answers.changed),
    ];
    for (field, what, text) in fields {
        if text.trim().chars().count() < 3 {
            return Err(Error::bad_input(format!("Write {what}. Nothing was saved.")).at(field));
        }
    }
    let unlocked = act.holder_open(id.as_str())?;
    let sealed = Sealed::seal(unlocked.grant()?, act.chance(), id.as_str(), &answers)?;
    let (service, at) = (act.service, act.at);
    diesel::update(inquiries::table.filter(inquiries::service_id.eq(service)).filter(inquiries::id.eq(id)))
        .set((
            inquiries::closed_by.eq(staff),
            inquiries::closed_at.eq(at),
            inquiries::sealed.eq(sealed.into_bytes()),
        ))
        .execute(act.conn())?;
    act.record(Deed::InquiryClosed, ("inquiry", id.as_str()), None, "")?;
    follow(act, &subject(id), &wanted(true))
}

/// What was found out, where it is closed. Reading it is on the record.
pub fn answers_read(act: &mut Act<'_>, id: InquiryId) -> Result<Option<Answers>> {
    let service = act.service;
    act.record(Deed::InquiryRead, ("inquiry", id.as_str()), None, "")?;
    let sealed: Option<Vec<u8>> = inquiries::table
        .filter(inquiries::service_id.eq(service))
        .filter(inquiries::id.eq(id))
        .select(inquiries::sealed)
        .first(act.conn())?;
    let Some(bytes) = sealed else { return Ok(None) };
    let unlocked = act.unlock(id.as_str(), &[Compartment::Detail])?;
    Ok(Some(Sealed::from_bytes(bytes).open(unlocked.grant()?, id.as_str())?))
}

/// # Errors
/// Not found, also where it is another service's.
pub fn inquiry_get(conn: &mut Conn, service: ServiceId, id: InquiryId) -> Result<Inquiry> {
    Ok(inquiries::table
        .filter(inquiries::service_id.eq(service))
        .filter(inquiries::id.eq(id))
        .select((
            inquiries::id,
            inquiries::month,
            inquiries::signal,
            inquiries::opened_at,
            inquiries::closed_by,
            inquiries::closed_at,
        ))
        .first(conn)?)
}

/// The inquiries of a service, the newest first.
pub fn inquiry_list(conn: &mut Conn, service: ServiceId, most: i64) -> Result<Vec<Inquiry>> {
    Ok(inquiries::table
        .filter(inquiries::service_id.eq(service))
        .order((inquiries::month.desc(), inquiries::signal.asc()))
        .limit(most)
        .select((
            inquiries::id,
            inquiries::month,
            inquiries::signal,
            inquiries::opened_at,
            inquiries::closed_by,
            inquiries::closed_at,
        ))
        .load(conn)?)
}

/// Every inquiry's id and whether it is closed, for the test that compares queues with states.
pub fn inquiry_states(conn: &mut Conn, service: ServiceId) -> Result<Vec<(InquiryId, bool)>> {
    let all = inquiry_list(conn, service, i64::MAX)?;
    Ok(all.into_iter().map(|one| (one.id, one.closed_at.is_some())).collect())
}
