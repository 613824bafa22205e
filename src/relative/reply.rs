//! What a relative answers: kept as said, in order, and told to the professionals' wing in the same act.
//! Must not know: what the answer will move, or anything of the family.

use super::{
    invitation::Invitation,
    listener::{Heard, Listener},
    proxy::Authority,
    wish::wish_make,
};
use crate::{
    audit::{Act, Deed},
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{InvitationId, ProxyId, ReplyId, ServiceId},
    keys::{Grant, Sealed, compartment::F, content},
};
use diesel::prelude::*;
use kinward_family::page::{Answers, Choice, Reply, Wish};
use std::collections::BTreeMap;

diesel::table! {
    replies (id) {
        id -> Text,
        service_id -> Text,
        invitation_id -> Text,
        task_ref -> Text,
        seq -> Integer,
        choice -> Text,
        at -> Timestamp,
        sealed -> Binary,
        proxy_id -> Nullable<Text>,
    }
}

/// A reply as stored; the words are opened by whoever may read them.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = replies)]
pub struct ReplyRow {
    pub id: ReplyId,
    pub service_id: ServiceId,
    pub invitation_id: InvitationId,
    pub task_ref: String,
    pub seq: i32,
    pub choice: String,
    pub at: UtcTime,
    sealed: Sealed<Words>,
    /// Who gave it for them; none where they gave it themselves.
    pub proxy_id: Option<ProxyId>,
}

/// The answer's fields, in a relative's own words where they typed any.
#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Words(#[n(0)] BTreeMap<String, String>);
content!(F at "replies.sealed" holds Words);

impl ReplyRow {
    pub fn choice(&self) -> Result<Choice> {
        self.choice.parse().map_err(|_| Error::inner("a stored choice is not one"))
    }

    /// What was answered, as typed values again.
    pub fn answers(&self, grant: &Grant<F>) -> Result<Answers> {
        let words = self.sealed.open(grant, self.id.as_str())?;
        Answers::parse(&words.0).map_err(|_| Error::inner("a stored reply is not one"))
    }
}

/// Keeps a reply and tells the professionals' wing. An answer may be changed: the newest one counts.
pub fn reply_give(
    act: &mut Act<'_>,
    listener: &dyn Listener,
    invitation: &Invitation,
    answers: &Answers,
    by: Option<(ProxyId, Authority)>,
) -> Result<()> {
    let reply = &answers.reply;
    let last: Option<i32> = replies::table
        .filter(replies::service_id.eq(invitation.service_id))
        .filter(replies::invitation_id.eq(invitation.id))
        .order(replies::seq.desc())
        .select(replies::seq)
        .first(act.conn())
        .optional()?;
    let keys = act.keys();
    let unlocked = invitation.unlocked(act.conn, keys)?;
    let id = ReplyId::new(act.chance());
    let words = Words(answers.to_fields());
    let row = ReplyRow {
        id,
        service_id: act.service,
        invitation_id: invitation.id,
        task_ref: invitation.task_ref.clone(),
        seq: last.unwrap_or(0) + 1,
        choice: reply.choice().as_str().to_owned(),
        at: act.at,
        sealed: Sealed::seal(unlocked.grant()?, act.chance(), id.as_str(), &words)?,
        proxy_id: by.map(|(proxy, _)| proxy),
    };
    diesel::insert_into(replies::table).values(&row).execute(act.conn())?;
    let note = if by.is_some() { "for another" } else { "" };
    act.record(Deed::ReplyGiven, ("reply", row.id.as_str()), None, note)?;
    let mut heard = Heard {
        choice: reply.choice(),
        children_too: false,
        confirm: false,
        remind_months: None,
        hand_over: None,
        for_them: by.map(|(_, authority)| authority),
    };
    match reply {
        Reply::NotKnow { children_too, confirm, .. } => {
            (heard.children_too, heard.confirm) = (*children_too, *confirm);
        }
        Reply::Think { remind } => heard.remind_months = remind.months(),
        Reply::Appointment { hand_over, .. } => heard.hand_over = Some(*hand_over),
        Reply::AlreadyTested { .. } | Reply::Question { .. } | Reply::NotMe { .. } => {}
    }
    // How they want to be reached, and whom they tell of, are wishes like any other, in whichever way they were said.
    if let Some(contact) = answers.more.contact.as_ref().filter(|contact| contact.asks()) {
        wish_make(act, listener, invitation, &Wish::Reach(contact.clone()))?;
    }
    if let Some(others) = answers.more.others.as_ref().filter(|others| others.asks()) {
        wish_make(act, listener, invitation, &Wish::Others(others.clone()))?;
    }
    listener.reply_heard(act, invitation.id, heard)
}

/// The choice of the newest reply to a letter.
pub fn reply_last(conn: &mut Conn, service: ServiceId, invitation: InvitationId) -> Result<Option<Choice>> {
    let choice: Option<String> = replies::table
        .filter(replies::service_id.eq(service))
        .filter(replies::invitation_id.eq(invitation))
        .order(replies::seq.desc())
        .select(replies::choice)
        .first(conn)
        .optional()?;
    choice.map(|text| text.parse().map_err(|_| Error::inner("a stored choice is not one"))).transpose()
}

/// Whose answers somebody is shown: whoever the letter is to all that were given to it, whoever acts for them their own alone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Everybodys,
    Of(ProxyId),
}

impl Whose {
    pub fn read_by(proxy: Option<ProxyId>) -> Self {
        proxy.map_or(Self::Everybodys, Self::Of)
    }

    pub(super) fn holds(self, reply: &ReplyRow) -> bool {
        match self {
            Self::Everybodys => true,
            Self::Of(proxy) => reply.proxy_id == Some(proxy),
        }
    }
}

/// The newest reply to a letter among those that somebody is shown.
pub(super) fn reply_shown(
    conn: &mut Conn,
    invitation: &Invitation,
    whose: Whose,
) -> Result<Option<ReplyRow>> {
    let all: Vec<ReplyRow> = replies::table
        .filter(replies::service_id.eq(invitation.service_id))
        .filter(replies::invitation_id.eq(invitation.id))
        .order(replies::seq.desc())
        .load(conn)?;
    Ok(all.into_iter().find(|reply| whose.holds(reply)))
}

/// What whoever the letter is to sent with its code, newest first; not what somebody sent for them.
pub(super) fn replies_own(conn: &mut Conn, invitation: &Invitation) -> Result<Vec<ReplyRow>> {
    Ok(replies::table
        .filter(replies::service_id.eq(invitation.service_id))
        .filter(replies::invitation_id.eq(invitation.id))
        .filter(replies::proxy_id.is_null())
        .order(replies::seq.desc())
        .load(conn)?)
}

/// Every reply under one reference of the professionals' wing, newest first.
pub fn reply_list(conn: &mut Conn, service: ServiceId, task_ref: &str) -> Result<Vec<ReplyRow>> {
    Ok(replies::table
        .filter(replies::service_id.eq(service))
        .filter(replies::task_ref.eq(task_ref))
        .order((replies::at.desc(), replies::seq.desc()))
        .load(conn)?)
}

/// The questions that were asked with one letter's code, newest first.
pub fn questions_of(conn: &mut Conn, service: ServiceId, invitation: InvitationId) -> Result<Vec<ReplyRow>> {
    Ok(replies::table
        .filter(replies::service_id.eq(service))
        .filter(replies::invitation_id.eq(invitation))
        .filter(replies::choice.eq(Choice::Question.as_str()))
        .order(replies::seq.desc())
        .load(conn)?)
}

/// One reply under a reference of the professionals' wing.
pub fn reply_get(conn: &mut Conn, service: ServiceId, task_ref: &str, id: ReplyId) -> Result<ReplyRow> {
    Ok(replies::table
        .filter(replies::service_id.eq(service))
        .filter(replies::task_ref.eq(task_ref))
        .filter(replies::id.eq(id))
        .first(conn)?)
}
