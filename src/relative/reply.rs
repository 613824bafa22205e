//! What a relative answers: kept as said, in order, and told to the professionals' wing in the same act.
//! Must not know: what the answer will move, or anything of the family.

use super::{invitation::Invitation, listener::Listener};
use crate::{
    audit::{Act, Deed},
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{InvitationId, ReplyId, ServiceId},
};
use diesel::prelude::*;
use kinward_family::page::Reply;
use std::collections::BTreeMap;

diesel::table! {
    replies (id) {
        id -> Text,
        service_id -> Text,
        invitation_id -> Text,
        task_ref -> Text,
        seq -> Integer,
        choice -> Text,
        answer_json -> Text,
        at -> Timestamp,
    }
}

/// A reply as stored. No Debug: it holds a relative's words.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = replies)]
pub struct ReplyRow {
    pub id: ReplyId,
    pub service_id: ServiceId,
    pub invitation_id: InvitationId,
    pub task_ref: String,
    pub seq: i32,
    pub choice: String,
    pub answer_json: String,
    pub at: UtcTime,
}

impl ReplyRow {
    /// What was answered, as typed values again.
    pub fn reply(&self) -> Result<Reply> {
        let fields: BTreeMap<String, String> = serde_json::from_str(&self.answer_json)
            .map_err(|_| Error::inner("a stored reply does not parse"))?;
        Reply::parse(&fields).map_err(|_| Error::inner("a stored reply is not one"))
    }
}

/// Keeps a reply and tells the professionals' wing. An answer may be changed: the newest one counts.
pub fn reply_give(
    act: &mut Act<'_>,
    listener: &dyn Listener,
    invitation: &Invitation,
    reply: &Reply,
) -> Result<()> {
    let last: Option<i32> = replies::table
        .filter(replies::service_id.eq(invitation.service_id))
        .filter(replies::invitation_id.eq(invitation.id))
        .order(replies::seq.desc())
        .select(replies::seq)
        .first(act.conn())
        .optional()?;
    let row = ReplyRow {
        id: ReplyId::new(act.chance()),
        service_id: act.service,
        invitation_id: invitation.id,
        task_ref: invitation.task_ref.clone(),
        seq: last.unwrap_or(0) + 1,
        choice: reply.choice().as_str().to_owned(),
        answer_json: serde_json::to_string(&reply.to_fields()).map_err(Error::inner)?,
        at: act.at,
    };
    diesel::insert_into(replies::table).values(&row).execute(act.conn())?;
    act.record(Deed::ReplyGiven, ("reply", row.id.as_str()), None, "")?;
    let (children_too, months) = match reply {
        Reply::NotKnow { children_too, .. } => (*children_too, None),
        Reply::Think { remind } => (false, remind.months()),
        Reply::Appointment { .. }
        | Reply::AlreadyTested { .. }
        | Reply::Question { .. }
        | Reply::NotMe { .. } => (false, None),
    };
    listener.reply_heard(act, invitation.id, reply.choice(), children_too, months)
}

/// The newest reply to a letter.
pub fn reply_last(conn: &mut Conn, service: ServiceId, invitation: InvitationId) -> Result<Option<ReplyRow>> {
    Ok(replies::table
        .filter(replies::service_id.eq(service))
        .filter(replies::invitation_id.eq(invitation))
        .order(replies::seq.desc())
        .first(conn)
        .optional()?)
}

/// Every reply under one reference of the professionals' wing, newest first.
pub fn reply_list(conn: &mut Conn, service: ServiceId, task_ref: &str) -> Result<Vec<ReplyRow>> {
    Ok(replies::table
        .filter(replies::service_id.eq(service))
        .filter(replies::task_ref.eq(task_ref))
        .order((replies::at.desc(), replies::seq.desc()))
        .load(conn)?)
}
