//! The record: a hash-chained row for every act and every read of personal findings, in the caller's own transaction.
//! Must not know: any personal data. A row holds who, what, which object and when; never what was in it.
#![deny(clippy::wildcard_enum_match_arm)]

pub mod copied;
mod deed;
mod verify;

pub use deed::Deed;
pub use verify::{Checkpoint, Verified, checkpoint, verify};

use crate::{
    clock::{Chance, Clock},
    db::{Conn, Db, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, ServiceId},
    keys::{
        Compartment, Keys,
        envelope::{self, Unlocked},
    },
    policy::Policy,
};
use diesel::prelude::*;

diesel::table! {
    audit_heads (service_id) {
        service_id -> Text,
        seq -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    audit_rows (service_id, seq) {
        service_id -> Text,
        seq -> BigInt,
        at -> Timestamp,
        actor_kind -> Text,
        actor_id -> Text,
        deed -> Text,
        object_kind -> Text,
        object_id -> Text,
        family_id -> Nullable<Text>,
        note -> Text,
        prev_hash -> Text,
        hash -> Text,
    }
}

closed! {
    /// Who acts.
    pub enum ActorKind { Staff = "staff", Relative = "relative", Worker = "worker", CommandLine = "command_line", Provider = "provider" }
}

/// Who acts: the kind, and an id that means nothing outside.
#[derive(Debug, Clone)]
pub struct Actor {
    pub kind: ActorKind,
    pub id: String,
}

/// What every act is given and none may fetch for itself.
pub struct Given<'a> {
    pub clock: &'a dyn Clock,
    pub chance: &'a dyn Chance,
    pub keys: &'a Keys,
    pub policy: &'a Policy,
}

/// An act under way: the connection of its transaction, its time, who acts, and the duty to leave a record.
pub struct Act<'a> {
    /// The transaction's connection; a field, so that it can be lent while the act's other facts are read.
    pub conn: &'a mut Conn,
    given: &'a Given<'a>,
    pub at: UtcTime,
    pub service: ServiceId,
    pub actor: Actor,
    recorded: u32,
}

/// Runs `work` as one act of `service`. The service's head row is locked first, so the acts of one service follow one
/// another on both databases: whichever commits first is seen by the next.
///
/// # Errors
/// What `work` answers; an act that leaves no record is undone and is a fault of ours.
pub fn act<T>(
    db: &Db,
    given: &Given<'_>,
    service: ServiceId,
    actor: Actor,
    work: impl FnOnce(&mut Act<'_>) -> Result<T>,
) -> Result<T> {
    db.write(|conn| {
        let locked = diesel::update(audit_heads::table.filter(audit_heads::service_id.eq(service)))
            .set(audit_heads::seq.eq(audit_heads::seq))
            .execute(conn)?;
        if locked != 1 {
            return Err(Error::inner("a service without an audit head"));
        }
        // Time is taken under the lock: later acts never carry earlier times than those they follow.
        let mut act = Act { conn, given, at: given.clock.now(), service, actor, recorded: 0 };
        let value = work(&mut act)?;
        if act.recorded == 0 {
            return Err(Error::inner("an act left no record and was undone"));
        }
        Ok(value)
    })
}

/// Opens the chain of a new service; its first row says so.
pub fn open_chain(conn: &mut Conn, given: &Given<'_>, service: ServiceId, actor: Actor) -> Result<()> {
    diesel::insert_into(audit_heads::table)
        .values((
            audit_heads::service_id.eq(service),
            audit_heads::seq.eq(0i64),
            audit_heads::hash.eq(verify::GENESIS),
        ))
        .execute(conn)?;
    let mut act = Act { conn, given, at: given.clock.now(), service, actor, recorded: 0 };
    act.holder_open(service.as_str())?;
    act.record(Deed::ServiceOpened, ("service", service.as_str()), None, "")
}

impl<'a> Act<'a> {
    pub fn conn(&mut self) -> &mut Conn {
        self.conn
    }

    pub fn chance(&self) -> &dyn Chance {
        self.given.chance
    }

    pub fn keys(&self) -> &'a Keys {
        self.given.keys
    }

    /// Makes the keys of a new holder: a family, or a service for what has no family yet.
    pub fn holder_open(&mut self, holder: &str) -> Result<Unlocked> {
        envelope::holder_open(self.conn, self.given.keys, self.given.chance, self.at, self.service, holder)
    }

    /// Forgets the keys of a holder that is over: what was sealed with them never opens again.
    pub fn holder_close(&mut self, holder: &str) -> Result<()> {
        envelope::holder_close(self.conn, self.service, holder)
    }

    /// Unlocks compartments of a holder for a rule that acts without a person's relationship; architecture.rs lists them.
    #[expect(clippy::disallowed_methods, reason = "within an act; its own callers are listed")]
    pub fn unlock(&mut self, holder: &str, wanted: &[Compartment]) -> Result<Unlocked> {
        envelope::unlock(self.conn, self.given.keys, self.service, holder, wanted)
    }

    /// As `unlock`, for many holders with one statement, in the order asked.
    #[expect(clippy::disallowed_methods, reason = "within an act; its own callers are listed")]
    pub fn unlock_many(&mut self, holders: &[&str], wanted: &[Compartment]) -> Result<Vec<Unlocked>> {
        envelope::unlock_many(self.conn, self.given.keys, self.service, holders, wanted)
    }

    pub fn policy(&self) -> &'a Policy {
        self.given.policy
    }

    /// Writes one row of the record. `note` is for words of our own (states, codes), never for what somebody typed.
    pub fn record(
        &mut self,
        deed: Deed,
        object: (&str, &str),
        family: Option<FamilyId>,
        note: &str,
    ) -> Result<()> {
        let (seq, prev): (i64, String) = audit_heads::table
            .filter(audit_heads::service_id.eq(self.service))
            .select((audit_heads::seq, audit_heads::hash))
            .first(self.conn)?;
        let row = Row {
            service_id: self.service.to_string(),
            seq: seq + 1,
            at: self.at,
            actor_kind: self.actor.kind.to_string(),
            actor_id: self.actor.id.clone(),
            deed: deed.to_string(),
            object_kind: object.0.to_owned(),
            object_id: object.1.to_owned(),
            family_id: family.map(|f| f.to_string()),
            note: note.to_owned(),
            prev_hash: prev,
            hash: String::new(),
        };
        let row = Row { hash: self.given.keys.audit_seal(&row.canonical()), ..row };
        diesel::update(audit_heads::table.filter(audit_heads::service_id.eq(self.service)))
            .set((audit_heads::seq.eq(row.seq), audit_heads::hash.eq(&row.hash)))
            .execute(self.conn)?;
        diesel::insert_into(audit_rows::table).values(&row).execute(self.conn)?;
        self.recorded += 1;
        Ok(())
    }
}

/// One row of the record, as stored and as shown to a Guardian.
#[derive(Debug, Clone, Queryable, Insertable, serde::Serialize)]
#[diesel(table_name = audit_rows)]
pub struct Row {
    pub service_id: String,
    pub seq: i64,
    pub at: UtcTime,
    pub actor_kind: String,
    pub actor_id: String,
    pub deed: String,
    pub object_kind: String,
    pub object_id: String,
    pub family_id: Option<String>,
    pub note: String,
    pub prev_hash: String,
    pub hash: String,
}

impl Row {
    /// The bytes that are sealed: every field but the seal, each with its length, so that no two rows read alike.
    fn canonical(&self) -> Vec<u8> {
        let family = self.family_id.as_deref().unwrap_or("-");
        let (seq, at) = (self.seq.to_string(), self.at.to_string());
        let fields = [
            "v1",
            &self.service_id,
            &seq,
            &at,
            &self.actor_kind,
            &self.actor_id,
            &self.deed,
            &self.object_kind,
            &self.object_id,
            family,
            &self.note,
            &self.prev_hash,
        ];
        fields.iter().flat_map(|f| format!("{}:{f};", f.len()).into_bytes()).collect()
    }
}

/// The record of one family, newest first.
pub fn of_family(
    conn: &mut Conn,
    service: ServiceId,
    family: FamilyId,
    before: i64,
    most: i64,
) -> Result<Vec<Row>> {
    Ok(audit_rows::table
        .filter(audit_rows::service_id.eq(service))
        .filter(audit_rows::family_id.eq(family.as_str()))
        .filter(audit_rows::seq.lt(before))
        .order(audit_rows::seq.desc())
        .limit(most)
        .load(conn)?)
}

/// The whole record of a service, oldest first.
pub fn of_service(conn: &mut Conn, service: ServiceId) -> Result<Vec<Row>> {
    Ok(audit_rows::table
        .filter(audit_rows::service_id.eq(service))
        .order(audit_rows::seq.asc())
        .load(conn)?)
}
