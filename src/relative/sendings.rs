//! Sendings as they are looked up: what is due, what was lost, what hangs on an invitation.
//! Must not know: what a letter says, or what moves a sending.

use super::{
    invitation::invitation_get,
    outbox::{Post, PostState, posts},
    pause::channel_pauses,
};
use crate::{
    db::{Conn, UtcDate, UtcTime},
    error::Result,
    ids::{InvitationId, PostId, ServiceId},
    keys::Keys,
};
use diesel::prelude::*;

diesel::allow_tables_to_appear_in_same_query!(posts, channel_pauses);

/// Sendings that may be claimed now, oldest first, of every service. Those of a paused channel wait.
pub fn posts_due(conn: &mut Conn, now: UtcTime, most: i64) -> Result<Vec<Post>> {
    let paused = channel_pauses::table
        .filter(channel_pauses::service_id.eq(posts::service_id))
        .filter(channel_pauses::channel.eq(posts::channel))
        .filter(channel_pauses::ends_at.gt(now));
    Ok(posts::table
        .filter(diesel::dsl::not(diesel::dsl::exists(paused)))
        .filter(posts::state.eq(PostState::Queued).or(posts::state.eq(PostState::Retry)))
        .filter(posts::not_before.le(now))
        .order((posts::not_before.asc(), posts::id.asc()))
        .limit(most)
        .load(conn)?)
}

/// Sendings whose worker vanished: claimed too long ago, or in `sending` past the lease.
pub fn posts_lost(conn: &mut Conn, now: UtcTime) -> Result<Vec<Post>> {
    Ok(posts::table
        .filter(posts::state.eq(PostState::Claimed).or(posts::state.eq(PostState::Sending)))
        .filter(posts::claimed_until.lt(now))
        .load(conn)?)
}

/// Sendings whose provider is to be asked now what became of them, the longest due first.
pub fn posts_to_ask(conn: &mut Conn, now: UtcTime, most: i64) -> Result<Vec<Post>> {
    Ok(posts::table
        .filter(posts::state.eq(PostState::Uncertain).or(posts::state.eq(PostState::Accepted)))
        .filter(posts::ask_at.le(now))
        .order((posts::ask_at.asc(), posts::id.asc()))
        .limit(most)
        .load(conn)?)
}

/// The sending with this id, of whichever service: a provider names no service.
pub fn post_anywhere(conn: &mut Conn, id: PostId) -> Result<Option<Post>> {
    Ok(posts::table.find(id).first(conn).optional()?)
}

/// What a letter was posted with beside its words: the date that opens it, and the address that is told of it.
pub struct PostedWith {
    pub birth_date: Option<UtcDate>,
    pub email: Option<String>,
    pub mobile: Option<String>,
}

/// None for a letter that is not posted yet.
pub fn posted_with(
    conn: &mut Conn,
    keys: &Keys,
    service: ServiceId,
    invitation: InvitationId,
) -> Result<Option<PostedWith>> {
    if posts_of(conn, service, invitation)?.is_empty() {
        return Ok(None);
    }
    let carried = invitation_get(conn, service, invitation)?.carried(conn, keys)?;
    Ok(Some(PostedWith { birth_date: carried.birth_date, email: carried.email, mobile: carried.mobile }))
}

pub fn post_get(conn: &mut Conn, service: ServiceId, id: PostId) -> Result<Post> {
    Ok(posts::table.filter(posts::service_id.eq(service)).filter(posts::id.eq(id)).first(conn)?)
}

pub(super) fn posts_of(conn: &mut Conn, service: ServiceId, invitation: InvitationId) -> Result<Vec<Post>> {
    Ok(posts::table
        .filter(posts::service_id.eq(service))
        .filter(posts::invitation_id.eq(invitation))
        .order(posts::channel.desc())
        .load(conn)?)
}

/// A page of a service's sendings, the newest first: those after `after`, or from the start.
///
/// # Errors
/// A sending to go on after that is not of this service.
pub fn post_page(conn: &mut Conn, service: ServiceId, after: Option<PostId>, most: i64) -> Result<Vec<Post>> {
    let mut query = posts::table.filter(posts::service_id.eq(service)).into_boxed();
    if let Some(after) = after {
        let last = post_get(conn, service, after)?;
        query = query
            .filter(posts::changed_at.le(last.changed_at))
            .filter(posts::changed_at.lt(last.changed_at).or(posts::id.lt(last.id)));
    }
    Ok(query.order((posts::changed_at.desc(), posts::id.desc())).limit(most).load(conn)?)
}

/// The sendings that somebody must settle, the newest first. Each state is asked for by itself: of all of them together, in order,
/// the database would read every sending there is until it had found so many.
pub fn post_trouble(conn: &mut Conn, service: ServiceId, most: i64) -> Result<Vec<Post>> {
    let mut all: Vec<Post> = Vec::new();
    for state in PostState::ALL.iter().copied().filter(|state| state.is_trouble()) {
        let of_state = posts::table
            .filter(posts::service_id.eq(service))
            .filter(posts::state.eq(state))
            .order((posts::changed_at.desc(), posts::id.desc()))
            .limit(most);
        all.extend(of_state.load::<Post>(conn)?);
    }
    all.sort_by_key(|post| std::cmp::Reverse((post.changed_at, post.id)));
    all.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(all)
}

/// The sendings of a service, those in trouble and the newest first.
pub fn post_list(conn: &mut Conn, service: ServiceId, most: i64) -> Result<Vec<Post>> {
    let mut all: Vec<Post> = posts::table
        .filter(posts::service_id.eq(service))
        .order((posts::changed_at.desc(), posts::id.asc()))
        .limit(most)
        .load(conn)?;
    all.sort_by_key(|post| !post.state.is_trouble());
    Ok(all)
}
