//! The page of an inquiry: the signal, three questions, and what was found once it is closed.
//! Must not know: whose objections they were.

use crate::{
    access::{
        Answer, Caller, Input, Permission, Staff,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::Act,
    clinic::report::inquiry::{Answers, answers_read, inquiry_close, inquiry_get},
    error::Result,
    ids::InquiryId,
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize)]
struct Found {
    notice_given: String,
    found: String,
    changed: String,
    by: String,
    at: String,
}

#[derive(Serialize)]
struct View {
    inquiry: InquiryId,
    month: String,
    signal: String,
    opened: String,
    found: Option<Found>,
    may_answer: bool,
}

pub(super) async fn page(
    staff: Staff<may::ReportView>,
    house: Here,
    id: web::Path<InquiryId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house.act(&caller, move |act, _| view(act, &of, id)).await?;
    Answer::page("inquiry", format!("Inquiry into objections, {}", view.month), &caller, view)
}

fn view(act: &mut Act<'_>, caller: &Caller, id: InquiryId) -> Result<View> {
    let inquiry = inquiry_get(act.conn(), caller.service, id)?;
    let names = staff_names(act.conn(), caller.service)?;
    let by = inquiry.closed_by.and_then(|by| names.into_iter().find(|(id, _)| *id == by));
    let found = answers_read(act, id)?.map(|answers| Found {
        notice_given: answers.notice_given,
        found: answers.found,
        changed: answers.changed,
        by: by.map_or_else(|| "a former colleague".to_owned(), |(_, name)| name),
        at: inquiry.closed_at.map_or_else(String::new, |at| at.shown()),
    });
    Ok(View {
        inquiry: id,
        month: inquiry.month().shown(),
        signal: inquiry.signal.words(act.policy().learning.chart_run),
        opened: inquiry.opened_at.shown(),
        may_answer: found.is_none() && allows(&caller.roles, Permission::InquiryAnswer),
        found,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    notice_given: String,
    found: String,
    changed: String,
}

pub(super) async fn close(
    staff: Staff<may::InquiryAnswer>,
    house: Here,
    id: web::Path<InquiryId>,
    input: Input<Entry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (by, id) = (caller.staff, id.into_inner());
    let answers = Answers { notice_given: entry.notice_given, found: entry.found, changed: entry.changed };
    house.act(&caller, move |act, _| inquiry_close(act, id, by, answers)).await?;
    Ok(Answer::done(format!("/inquiries/{id}"), json!({"inquiry": id, "closed": true})))
}
