//! The pause of a whole way out: where the fault is the channel's and no sending's, nothing more is tried on it for a time.
//! Must not know: what waits, or to whom it goes.

use super::outbox::Channel;
use crate::{
    audit::{Act, Deed},
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::ServiceId,
};
use diesel::prelude::*;

diesel::table! {
    channel_pauses (service_id, channel) {
        service_id -> Text,
        channel -> Text,
        words -> Text,
        began_at -> Timestamp,
        ends_at -> Timestamp,
    }
}

/// A channel of a service that is left alone until `ends_at`, and what went wrong.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = channel_pauses)]
pub struct Pause {
    pub service_id: ServiceId,
    pub channel: Channel,
    pub words: String,
    pub began_at: UtcTime,
    pub ends_at: UtcTime,
}

/// Pauses a channel of the act's service for as long as the policy says.
pub(super) fn channel_pause(act: &mut Act<'_>, channel: Channel, words: &str) -> Result<()> {
    let (service, at) = (act.service, act.at);
    let ends_at = at.plus_seconds(60 * act.policy().periods.channel_pause_minutes);
    let row = channel_pauses::table.find((service, channel));
    let known = diesel::update(row)
        .set((
            channel_pauses::words.eq(words),
            channel_pauses::began_at.eq(at),
            channel_pauses::ends_at.eq(ends_at),
        ))
        .execute(act.conn())?;
    if known == 0 {
        let pause = Pause { service_id: service, channel, words: words.to_owned(), began_at: at, ends_at };
        diesel::insert_into(channel_pauses::table).values(&pause).execute(act.conn())?;
    }
    act.record(Deed::ChannelPaused, ("channel", channel.as_str()), None, "")
}

/// Staff say that the fault is mended: what waits is tried at once.
///
/// # Errors
/// A channel that is not paused.
pub fn channel_resume(act: &mut Act<'_>, channel: Channel) -> Result<()> {
    let (service, at) = (act.service, act.at);
    let row = channel_pauses::table.find((service, channel));
    let ended = diesel::update(row.filter(channel_pauses::ends_at.gt(at)))
        .set(channel_pauses::ends_at.eq(at))
        .execute(act.conn())?;
    if ended == 0 {
        return Err(Error::not_now("This way out is not paused. Nothing was changed."));
    }
    act.record(Deed::ChannelResumed, ("channel", channel.as_str()), None, "")
}

/// The channels of a service that are paused now.
pub fn channels_paused(conn: &mut Conn, service: ServiceId, now: UtcTime) -> Result<Vec<Pause>> {
    Ok(channel_pauses::table
        .filter(channel_pauses::service_id.eq(service))
        .filter(channel_pauses::ends_at.gt(now))
        .order(channel_pauses::channel.asc())
        .load(conn)?)
}
