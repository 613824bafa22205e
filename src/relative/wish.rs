//! What a relative asks about their own details: to be reached otherwise, to correct, to have a copy, to delete. Kept as
//! asked, and told to the professionals' wing in the same act. Must not know: what stands on record there.

use super::{invitation::Invitation, listener::Listener};
use crate::{
    audit::{Act, Deed},
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{InvitationId, ServiceId, WishId},
    keys::{Grant, Sealed, compartment::F, content},
};
use diesel::prelude::*;
use kinward_family::page::{Wish, WishEnd, WishKind};
use std::collections::BTreeMap;

diesel::table! {
    wishes (id) {
        id -> Text,
        service_id -> Text,
        invitation_id -> Text,
        task_ref -> Text,
        kind -> Text,
        at -> Timestamp,
        ended -> Nullable<Text>,
        ended_at -> Nullable<Timestamp>,
        sealed -> Binary,
    }
}

/// A wish as stored; what was typed is opened by whoever sees to it.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = wishes)]
pub struct WishRow {
    pub id: WishId,
    pub service_id: ServiceId,
    pub invitation_id: InvitationId,
    pub task_ref: String,
    kind: String,
    pub at: UtcTime,
    ended: Option<String>,
    pub ended_at: Option<UtcTime>,
    sealed: Sealed<Asked>,
}

/// The form's fields.
#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Asked(#[n(0)] BTreeMap<String, String>);
content!(F at "wishes.sealed" holds Asked);

impl WishRow {
    pub fn kind(&self) -> Result<WishKind> {
        self.kind.parse().map_err(|_| Error::inner("a stored wish is none"))
    }

    /// What became of it; none while nobody has said.
    pub fn end(&self) -> Result<Option<WishEnd>> {
        let end = self.ended.as_deref().map(str::parse).transpose();
        end.map_err(|_| Error::inner("the end of a stored wish is none"))
    }

    pub fn wish(&self, grant: &Grant<F>) -> Result<Wish> {
        let asked = self.sealed.open(grant, self.id.as_str())?;
        Wish::parse(self.kind()?, &asked.0).map_err(|_| Error::inner("a stored wish is none"))
    }
}

/// Keeps a wish and tells the professionals' wing.
pub fn wish_make(
    act: &mut Act<'_>,
    listener: &dyn Listener,
    invitation: &Invitation,
    wish: &Wish,
) -> Result<()> {
    let keys = act.keys();
    let unlocked = invitation.unlocked(act.conn, keys)?;
    let id = WishId::new(act.chance());
    let row = WishRow {
        id,
        service_id: act.service,
        invitation_id: invitation.id,
        task_ref: invitation.task_ref.clone(),
        kind: wish.kind().as_str().to_owned(),
        at: act.at,
        ended: None,
        ended_at: None,
        sealed: Sealed::seal(unlocked.grant()?, act.chance(), id.as_str(), &Asked(wish.to_fields()))?,
    };
    diesel::insert_into(wishes::table).values(&row).execute(act.conn())?;
    act.record(Deed::WishMade, ("wish", id.as_str()), None, wish.kind().as_str())?;
    listener.wish_heard(act, invitation.id, id)
}

/// Says what became of a wish. The words of staff stand where their work does; the relative reads one of a closed list.
///
/// # Errors
/// A wish that is ended already.
pub fn wish_end(act: &mut Act<'_>, row: &WishRow, end: WishEnd) -> Result<()> {
    let at = act.at;
    let ended = diesel::update(wishes::table.filter(wishes::id.eq(row.id)).filter(wishes::ended.is_null()))
        .set((wishes::ended.eq(end.as_str()), wishes::ended_at.eq(at)))
        .execute(act.conn())?;
    if ended != 1 {
        return Err(Error::not_now("Somebody has seen to this already. Nothing was changed."));
    }
    act.record(Deed::WishEnded, ("wish", row.id.as_str()), None, end.as_str())
}

pub fn wish_get(conn: &mut Conn, service: ServiceId, id: WishId) -> Result<WishRow> {
    Ok(wishes::table.filter(wishes::service_id.eq(service)).filter(wishes::id.eq(id)).first(conn)?)
}

/// Every wish under one reference of the professionals' wing, newest first.
pub fn wish_list(conn: &mut Conn, service: ServiceId, task_ref: &str) -> Result<Vec<WishRow>> {
    Ok(wishes::table
        .filter(wishes::service_id.eq(service))
        .filter(wishes::task_ref.eq(task_ref))
        .order((wishes::at.desc(), wishes::id.asc()))
        .load(conn)?)
}

/// Those that nobody has seen to, for the test that compares queues with states.
pub fn wishes_open(conn: &mut Conn, service: ServiceId) -> Result<Vec<WishId>> {
    Ok(wishes::table
        .filter(wishes::service_id.eq(service))
        .filter(wishes::ended.is_null())
        .select(wishes::id)
        .load(conn)?)
}
