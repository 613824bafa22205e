//! A referral as stored: where it stands, whose words it rests on, and each thing that was done about it, which is never changed.
//! Must not know: what allows it, or what follows for the relative.

pub use super::said::{EndedWhy, Particulars, Said};

use super::states::{ReferralCommand, ReferralState, step, wanted};
use crate::{
    access::{Caller, InFamily},
    audit::{Act, Deed},
    clinic::queue::item::{Subject, SubjectKind, follow},
    db::{Conn, UtcDate, UtcTime},
    error::{Error, Result},
    ids::{
        CertificateId, FamilyId, LetterId, ReferralId, ReferralStepId, ReplyId, ServiceId, StaffId, TaskId,
    },
    keys::Sealed,
};
use diesel::prelude::*;

diesel::table! {
    referrals (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        task_id -> Text,
        letter_id -> Text,
        certificate_id -> Text,
        reply_id -> Nullable<Text>,
        state -> Text,
        chased -> Integer,
        prepared_by -> Text,
        prepared_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
        look_on -> Nullable<Date>,
        ended_why -> Nullable<Text>,
        sealed -> Binary,
    }
}

diesel::table! {
    referral_steps (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        referral_id -> Text,
        step -> Text,
        by_staff -> Text,
        at -> Timestamp,
        sealed -> Binary,
    }
}

/// A referral, and nothing of what was said: all that rules need, also those that run when a relative answers. The sealed
/// column is never selected with it: the relatives' wing has no grant on it.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = referrals)]
pub struct Referral {
    pub id: ReferralId,
    pub service_id: ServiceId,
    pub family_id: FamilyId,
    pub task_id: TaskId,
    /// The newest letter of it.
    pub letter_id: LetterId,
    pub certificate_id: CertificateId,
    /// The answer on the relatives' pages that it rests on, where it rests on one.
    pub reply_id: Option<ReplyId>,
    pub state: ReferralState,
    /// How often the other service was asked again.
    pub chased: i32,
    pub prepared_by: StaffId,
    pub prepared_at: UtcTime,
    pub sent_at: Option<UtcTime>,
    /// The day on which somebody looks at it, where the state names one.
    pub look_on: Option<UtcDate>,
    pub ended_why: Option<EndedWhy>,
}

impl Referral {
    pub(super) fn subject(&self) -> Subject {
        Subject {
            kind: SubjectKind::Referral,
            id: self.id.to_string(),
            family: Some(self.family_id),
            task: Some(self.task_id),
        }
    }

    pub fn particulars(&self, conn: &mut Conn, proof: &InFamily) -> Result<Particulars> {
        let sealed: Sealed<Particulars> =
            referrals::table.find(self.id).select(referrals::sealed).first(conn)?;
        sealed.open(proof.grant()?, self.id.as_str())
    }
}

/// One thing that was done, as stored.
#[derive(Queryable, Insertable)]
#[diesel(table_name = referral_steps)]
pub struct Step {
    pub id: ReferralStepId,
    service_id: ServiceId,
    family_id: FamilyId,
    referral_id: ReferralId,
    pub step: ReferralCommand,
    pub by_staff: StaffId,
    pub at: UtcTime,
    sealed: Sealed<Said>,
}

impl Step {
    pub fn said(&self, proof: &InFamily) -> Result<Said> {
        self.sealed.open(proof.grant()?, self.id.as_str())
    }
}

pub(super) fn referral_insert(
    act: &mut Act<'_>,
    proof: &InFamily,
    referral: &Referral,
    particulars: &Particulars,
) -> Result<()> {
    let sealed = Sealed::seal(proof.grant()?, act.chance(), referral.id.as_str(), particulars)?;
    diesel::insert_into(referrals::table)
        .values((
            referrals::id.eq(referral.id),
            referrals::service_id.eq(referral.service_id),
            referrals::family_id.eq(referral.family_id),
            referrals::task_id.eq(referral.task_id),
            referrals::letter_id.eq(referral.letter_id),
            referrals::certificate_id.eq(referral.certificate_id),
            referrals::reply_id.eq(referral.reply_id),
            referrals::state.eq(referral.state),
            referrals::chased.eq(referral.chased),
            referrals::prepared_by.eq(referral.prepared_by),
            referrals::prepared_at.eq(referral.prepared_at),
            referrals::sealed.eq(sealed),
        ))
        .execute(act.conn())?;
    act.record(Deed::ReferralPrepared, ("referral", referral.id.as_str()), Some(referral.family_id), "")?;
    follow(act, &referral.subject(), &wanted(referral.state, None))
}

/// Moves a referral by a listed step, with its queue and its record; `look_on` is the day on which somebody looks again.
///
/// # Errors
/// A step that is not listed, in words that say how it stands.
pub(super) fn referral_move(
    act: &mut Act<'_>,
    referral: &Referral,
    command: ReferralCommand,
    look_on: Option<UtcDate>,
) -> Result<ReferralState> {
    let to = step(referral.state, command).ok_or_else(|| {
        let title = referral.state.title();
        Error::not_now(format!(
            "With this referral that cannot be done now. It is: {title}. Nothing was changed."
        ))
    })?;
    let as_it_was =
        referrals::table.filter(referrals::id.eq(referral.id)).filter(referrals::state.eq(referral.state));
    let moved = diesel::update(as_it_was)
        .set((referrals::state.eq(to), referrals::look_on.eq(look_on)))
        .execute(act.conn())?;
    if moved != 1 {
        return Err(Error::not_now(
            "This referral was changed just now. Open it again. Nothing was changed.",
        ));
    }
    let note = format!("{} -> {to}", referral.state);
    act.record(Deed::ReferralMoved, ("referral", referral.id.as_str()), Some(referral.family_id), &note)?;
    follow(act, &referral.subject(), &wanted(to, look_on))?;
    Ok(to)
}

/// Keeps what was said of a step.
pub(super) fn step_keep(
    act: &mut Act<'_>,
    proof: &InFamily,
    referral: &Referral,
    command: ReferralCommand,
    said: &Said,
) -> Result<()> {
    let id = ReferralStepId::new(act.chance());
    let row = Step {
        id,
        service_id: act.service,
        family_id: proof.family(),
        referral_id: referral.id,
        step: command,
        by_staff: proof.staff(),
        at: act.at,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), said)?,
    };
    diesel::insert_into(referral_steps::table).values(&row).execute(act.conn())?;
    Ok(())
}

pub(super) fn chased_again(act: &mut Act<'_>, referral: &Referral) -> Result<()> {
    diesel::update(referrals::table.find(referral.id))
        .set(referrals::chased.eq(referral.chased + 1))
        .execute(act.conn())?;
    Ok(())
}

pub(super) fn sent_on(act: &mut Act<'_>, referral: &Referral) -> Result<()> {
    let at = act.at;
    diesel::update(referrals::table.find(referral.id)).set(referrals::sent_at.eq(at)).execute(act.conn())?;
    Ok(())
}

pub(super) fn letter_is(act: &mut Act<'_>, referral: &Referral, letter: LetterId) -> Result<()> {
    diesel::update(referrals::table.find(referral.id))
        .set(referrals::letter_id.eq(letter))
        .execute(act.conn())?;
    Ok(())
}

pub(super) fn ended_by(act: &mut Act<'_>, referral: &Referral, why: EndedWhy) -> Result<()> {
    diesel::update(referrals::table.find(referral.id))
        .set(referrals::ended_why.eq(why))
        .execute(act.conn())?;
    Ok(())
}

/// A referral with the proof that the caller has to do with its family.
///
/// # Errors
/// Not found, also where it exists in a family that is none of the caller's.
pub fn referral_open(conn: &mut Conn, caller: &Caller, id: ReferralId) -> Result<(Referral, InFamily)> {
    let row: Referral = referrals::table
        .filter(referrals::service_id.eq(caller.service))
        .filter(referrals::id.eq(id))
        .select(Referral::as_select())
        .first(conn)?;
    let proof = caller.in_family(conn, row.family_id)?;
    Ok((row, proof))
}

/// The referrals of one relative, newest first.
pub fn referrals_of(conn: &mut Conn, service: ServiceId, task: TaskId) -> Result<Vec<Referral>> {
    Ok(referrals::table
        .filter(referrals::service_id.eq(service))
        .filter(referrals::task_id.eq(task))
        .order((referrals::prepared_at.desc(), referrals::id.asc()))
        .select(Referral::as_select())
        .load(conn)?)
}

/// The referral whose newest letter this is.
pub(in crate::clinic) fn referral_by_letter(
    conn: &mut Conn,
    service: ServiceId,
    letter: LetterId,
) -> Result<Option<Referral>> {
    Ok(referrals::table
        .filter(referrals::service_id.eq(service))
        .filter(referrals::letter_id.eq(letter))
        .select(Referral::as_select())
        .first(conn)
        .optional()?)
}

/// The referrals with which a certificate has left: to whom it went stands there.
pub(in crate::clinic) fn referrals_holding(
    conn: &mut Conn,
    service: ServiceId,
    certificate: &str,
) -> Result<Vec<ReferralId>> {
    Ok(referrals::table
        .filter(referrals::service_id.eq(service))
        .filter(referrals::certificate_id.eq(certificate))
        .filter(referrals::sent_at.is_not_null())
        .order((referrals::prepared_at.asc(), referrals::id.asc()))
        .select(referrals::id)
        .load(conn)?)
}

/// What was done about a referral, oldest first.
pub fn steps_of(conn: &mut Conn, proof: &InFamily, referral: ReferralId) -> Result<Vec<Step>> {
    Ok(referral_steps::table
        .filter(referral_steps::service_id.eq(proof.service()))
        .filter(referral_steps::family_id.eq(proof.family()))
        .filter(referral_steps::referral_id.eq(referral))
        .order((referral_steps::at.asc(), referral_steps::id.asc()))
        .load(conn)?)
}

/// Every referral's id and state, for the test that compares queues with states.
pub fn referral_states(conn: &mut Conn, service: ServiceId) -> Result<Vec<(ReferralId, ReferralState)>> {
    Ok(referrals::table
        .filter(referrals::service_id.eq(service))
        .select((referrals::id, referrals::state))
        .load(conn)?)
}
