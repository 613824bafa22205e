//! Data keys: one a holder (family or service) and compartment, wrapped by the compartment's key, and unlocked as grants.
//! Must not know: who asks. `access::family` and the few rules that a test lists are the only callers of `unlock`.

use super::{
    Keys,
    compartment::{Compartment, Kind},
    sealed::Grant,
    service::{KeyService, Secret, Wrapped},
};
use crate::{
    clock::Chance,
    db::{Conn, Db, UtcTime},
    error::{Error, Result},
    ids::ServiceId,
};
use diesel::prelude::*;
use std::sync::{Arc, OnceLock};

diesel::table! {
    key_envelopes (holder_id, compartment, version) {
        holder_id -> Text,
        compartment -> Text,
        version -> Integer,
        service_id -> Text,
        kek_version -> Integer,
        wrapped -> Binary,
        made_at -> Timestamp,
    }
}

/// A wrapped data key as stored.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = key_envelopes)]
pub struct Envelope {
    pub holder_id: String,
    pub compartment: Compartment,
    pub version: i32,
    pub service_id: ServiceId,
    pub kek_version: i32,
    pub wrapped: Vec<u8>,
    pub made_at: UtcTime,
}

impl Envelope {
    /// What a wrapped key is bound to: under another holder, compartment or version it does not open.
    fn context(service: ServiceId, holder: &str, compartment: Compartment, version: i32) -> String {
        format!("kinward-data-key-v1|{service}|{holder}|{compartment}|{version}")
    }

    fn unwrap(&self, keys: &dyn KeyService) -> Result<Secret> {
        let context = Self::context(self.service_id, &self.holder_id, self.compartment, self.version);
        let wrapped = Wrapped { version: self.kek_version, bytes: self.wrapped.clone() };
        keys.unwrap(self.compartment, &context, &wrapped)
    }
}

/// The keys of one holder, each unwrapped when it is first asked for.
pub struct Unlocked {
    service: ServiceId,
    holder: String,
    envelopes: Vec<Envelope>,
    keys: Arc<dyn KeyService>,
    pub(super) p: OnceLock<Grant<super::compartment::P>>,
    pub(super) k: OnceLock<Grant<super::compartment::K>>,
    pub(super) y: OnceLock<Grant<super::compartment::Y>>,
    pub(super) d: OnceLock<Grant<super::compartment::D>>,
    pub(super) f: OnceLock<Grant<super::compartment::F>>,
}

impl Unlocked {
    fn new(keys: &Keys, service: ServiceId, holder: &str, envelopes: Vec<Envelope>) -> Self {
        Self {
            service,
            holder: holder.to_owned(),
            envelopes,
            keys: Arc::clone(keys.service()),
            p: OnceLock::new(),
            k: OnceLock::new(),
            y: OnceLock::new(),
            d: OnceLock::new(),
            f: OnceLock::new(),
        }
    }

    /// The key of one compartment.
    ///
    /// # Errors
    /// Inner, where this process holds no key of the compartment or it was not unlocked for this caller.
    pub fn grant<C: Kind>(&self) -> Result<&Grant<C>> {
        let place = C::place(self);
        if let Some(grant) = place.get() {
            return Ok(grant);
        }
        let mut keys = self
            .envelopes
            .iter()
            .filter(|envelope| envelope.compartment == C::COMPARTMENT)
            .map(|envelope| Ok((envelope.version, envelope.unwrap(self.keys.as_ref())?)))
            .collect::<Result<Vec<_>>>()?;
        keys.sort_by_key(|(version, _)| *version);
        if keys.is_empty() {
            return Err(Error::inner(format!("compartment {} was not unlocked here", C::COMPARTMENT)));
        }
        Ok(place.get_or_init(|| Grant::new(self.service, &self.holder, keys)))
    }
}

/// Makes the keys of a new holder and unlocks them.
///
/// # Errors
/// Busy or config, where the keeper of keys cannot wrap.
pub fn holder_open(
    conn: &mut Conn,
    keys: &Keys,
    chance: &dyn Chance,
    at: UtcTime,
    service: ServiceId,
    holder: &str,
) -> Result<Unlocked> {
    let (unlocked, made) = holder_keys(keys, chance, at, service, holder)?;
    for envelope in &made {
        diesel::insert_into(key_envelopes::table).values(envelope).execute(conn)?;
    }
    Ok(unlocked)
}

/// Makes the keys of a new holder; whoever calls stores what is answered beside them.
///
/// # Errors
/// As `holder_open`.
pub fn holder_keys(
    keys: &Keys,
    chance: &dyn Chance,
    at: UtcTime,
    service: ServiceId,
    holder: &str,
) -> Result<(Unlocked, Vec<Envelope>)> {
    let made = Compartment::ALL
        .iter()
        .map(|compartment| {
            let context = Envelope::context(service, holder, *compartment, 1);
            let wrapped = keys.service().wrap(*compartment, &context, &Secret::random(chance), chance)?;
            Ok(Envelope {
                holder_id: holder.to_owned(),
                compartment: *compartment,
                version: 1,
                service_id: service,
                kek_version: wrapped.version,
                wrapped: wrapped.bytes,
                made_at: at,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok((Unlocked::new(keys, service, holder, made.clone()), made))
}

/// Forgets the keys of a holder.
///
/// # Errors
/// Only what the database answers.
pub fn holder_close(conn: &mut Conn, service: ServiceId, holder: &str) -> Result<()> {
    let of_holder = key_envelopes::table
        .filter(key_envelopes::service_id.eq(service))
        .filter(key_envelopes::holder_id.eq(holder));
    diesel::delete(of_holder).execute(conn)?;
    Ok(())
}

/// Unlocks those of a holder's compartments that are `wanted`. Whoever calls has asked whether the caller may.
///
/// # Errors
/// Inner, where the holder has no keys at all.
pub fn unlock(
    conn: &mut Conn,
    keys: &Keys,
    service: ServiceId,
    holder: &str,
    wanted: &[Compartment],
) -> Result<Unlocked> {
    #[expect(clippy::disallowed_methods, reason = "one of the two ways in, through the other")]
    let mut one = unlock_many(conn, keys, service, &[holder], wanted)?;
    one.pop().ok_or_else(|| Error::inner("a holder that was asked for is missing"))
}

/// As `unlock`, for several holders with one statement; answered in the order asked.
///
/// # Errors
/// As `unlock`.
pub fn unlock_many(
    conn: &mut Conn,
    keys: &Keys,
    service: ServiceId,
    holders: &[&str],
    wanted: &[Compartment],
) -> Result<Vec<Unlocked>> {
    let mut envelopes: Vec<Envelope> = key_envelopes::table
        .filter(key_envelopes::service_id.eq(service))
        .filter(key_envelopes::holder_id.eq_any(holders.to_vec()))
        .filter(key_envelopes::compartment.eq_any(wanted.to_vec()))
        .load(conn)?;
    let unlocked = holders.iter().map(|holder| {
        let (own, others) = std::mem::take(&mut envelopes).into_iter().partition(|e| e.holder_id == *holder);
        envelopes = others;
        Unlocked::new(keys, service, holder, own)
    });
    Ok(unlocked.collect())
}

/// Rewraps, in steps of `step` envelopes and one transaction each, what older keys of a compartment wrap. A kill leaves
/// whole steps; the next run goes on where it stopped. Answers how many were rewrapped.
///
/// # Errors
/// As `KeyService`; what was rewrapped stays.
pub fn rewrap(db: &Db, keys: &Keys, chance: &dyn Chance, compartment: Compartment, step: i64) -> Result<u64> {
    let newest = keys.service().version(compartment)?;
    let mut done = 0;
    loop {
        let count = db.write(|conn| {
            let old: Vec<Envelope> = key_envelopes::table
                .filter(key_envelopes::compartment.eq(compartment))
                .filter(key_envelopes::kek_version.lt(newest))
                .order((key_envelopes::holder_id.asc(), key_envelopes::version.asc()))
                .limit(step)
                .load(conn)?;
            for envelope in &old {
                let key = envelope.unwrap(keys.service().as_ref())?;
                let context = Envelope::context(
                    envelope.service_id,
                    &envelope.holder_id,
                    compartment,
                    envelope.version,
                );
                let wrapped = keys.service().wrap(compartment, &context, &key, chance)?;
                diesel::update(
                    key_envelopes::table
                        .find((&envelope.holder_id, compartment, envelope.version))
                        .filter(key_envelopes::kek_version.eq(envelope.kek_version)),
                )
                .set((
                    key_envelopes::kek_version.eq(wrapped.version),
                    key_envelopes::wrapped.eq(wrapped.bytes),
                ))
                .execute(conn)?;
            }
            Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
        })?;
        done += count;
        if count == 0 {
            return Ok(done);
        }
    }
}

/// How many data keys each version of a compartment's key still wraps.
pub fn wrapped_by(conn: &mut Conn, compartment: Compartment) -> Result<Vec<(i32, i64)>> {
    Ok(key_envelopes::table
        .filter(key_envelopes::compartment.eq(compartment))
        .group_by(key_envelopes::kek_version)
        .select((key_envelopes::kek_version, diesel::dsl::count_star()))
        .order(key_envelopes::kek_version.asc())
        .load(conn)?)
}

/// Forgets every key of a compartment but the newest.
///
/// # Errors
/// Not now, where an older one still wraps a data key: forgetting it would make that data unreadable.
pub fn retire(db: &Db, keys: &Keys, compartment: Compartment) -> Result<()> {
    let newest = keys.service().version(compartment)?;
    let left: i64 = db
        .read(|conn| wrapped_by(conn, compartment))?
        .into_iter()
        .filter(|(version, _)| *version < newest)
        .map(|(_, count)| count)
        .sum();
    if left > 0 {
        return Err(Error::not_now(format!(
            "Older keys of compartment {compartment} still wrap {left} data keys. Run 'kinward keys rotate {compartment} --resume' first. Nothing was forgotten."
        )));
    }
    keys.service().retire_before(compartment, newest)
}
