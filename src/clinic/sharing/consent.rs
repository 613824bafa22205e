//! The proband's stance, per relative, route and level: stepwise, append-only, never a tick box. Compartment D.
//! Must not know: the decision that may follow a refusal.

pub use super::stance::{ConsentEntry, Route, Stance};

use super::{
    basis,
    capacity::{Able, able_of},
    execution::execution_end,
    inferable::{inference_accept, readers_of},
    refusal::Refusal,
    run_out::agreement_follow,
    stance::{Sound, consent_sound},
    stricter::{is_naming_refused, naming_follow},
    unasked::{Cause, Unasked},
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        cascade::{
            steps::step,
            task::{Task, TaskCommand, TaskState, task_move, task_row},
        },
        letters::{self, letter::LetterState},
        people::person::{Person, person_get},
        result::state::result_row,
    },
    db::{Conn, UtcDate, UtcTime},
    error::{Error, Result},
    ids::{ConsentId, FamilyId, PersonId, ServiceId, StaffId, TaskId},
    keys::{Sealed, content},
    relative::outbox::OnceGone,
};
use diesel::prelude::*;
use kinward_family::{disclosure::Level, named::NamedIndex};

diesel::table! {
    consents (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        task_id -> Text,
        route -> Text,
        level -> Text,
        stance -> Text,
        revisit_on -> Nullable<Date>,
        ends_on -> Nullable<Date>,
        by_staff -> Text,
        at -> Timestamp,
        seq -> Integer,
        sealed -> Binary,
    }
}

/// A stance as stored; the words are opened by whoever may read them.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = consents)]
pub struct Consent {
    pub id: ConsentId,
    pub service_id: ServiceId,
    pub family_id: FamilyId,
    pub task_id: TaskId,
    pub route: Route,
    pub level: String,
    pub stance: Stance,
    pub revisit_on: Option<UtcDate>,
    /// Of an agreement: the last day on which it allows a letter.
    pub ends_on: Option<UtcDate>,
    pub by_staff: StaffId,
    pub at: UtcTime,
    pub seq: i32,
    sealed: Sealed<Words>,
}

/// The proband's own words, limits and reasons; with a refusal, the interview that was held about it; where they cannot be
/// asked, what stands in the place of their word; that they can decide this, where somebody found so.
#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Words(#[n(0)] String, #[n(1)] Option<Refusal>, #[n(2)] Option<Unasked>, #[n(3)] Option<Able>);
content!(D at "consents.sealed" holds Words);

impl Consent {
    /// All that is sealed, for a fingerprint.
    pub(super) fn opened(&self, proof: &InFamily) -> Result<Words> {
        self.sealed.open(proof.grant()?, self.id.as_str())
    }

    pub fn words(&self, proof: &InFamily) -> Result<String> {
        Ok(self.opened(proof)?.0)
    }

    /// The interview about a refusal; nothing for any other stance.
    pub fn refusal(&self, proof: &InFamily) -> Result<Option<Refusal>> {
        if !self.stance.is_refusal() {
            return Ok(None);
        }
        Ok(Some(self.opened(proof)?.1.unwrap_or_default()))
    }

    /// Why they cannot be asked; nothing for any other stance, and for what was recorded before this was asked.
    pub fn unasked(&self, proof: &InFamily) -> Result<Option<Unasked>> {
        Ok(self.opened(proof)?.2)
    }

    /// That they can decide this, where it was found.
    pub fn able(&self, proof: &InFamily) -> Result<Option<Able>> {
        Ok(self.opened(proof)?.3)
    }
}

/// Records a stance and moves the relative's task; a withdrawal stops in this act all that has not left the house.
///
/// # Errors
/// A stance whose parts do not fit together; an agreement of who was found unable to decide; a step the task's state does
/// not allow.
pub fn consent_record(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    entry: ConsentEntry,
) -> Result<ConsentId> {
    let Sound { agrees, route, level, ends_on, unasked } = consent_sound(act, &entry)?;
    life_check(act, proof, task, unasked.as_ref())?;
    let able = able_of(act, proof, task, &entry)?;
    let today = act.at.date();
    let before = basis::basis_of(act.conn, act.service, task.id, today)?;
    let handed_before = basis::hand_over_basis(act.conn, act.service, task.id, today)?;
    let refusal = Refusal { reasons: entry.refusal_reasons, heard: entry.heard };
    let asked_again = entry.revisit_on.unwrap_or(today.plus_days(act.policy().periods.consent_revisit_days));
    let revisit_on = match entry.stance {
        Stance::Thinking => Some(asked_again),
        // Nobody has refused what they have not heard of: it is asked again.
        Stance::Refused | Stance::Withdrawn if !refusal.is_informed() => Some(asked_again),
        Stance::Refused
        | Stance::Withdrawn
        | Stance::Given
        | Stance::GivenWithLimits
        | Stance::NotObtainable => entry.revisit_on,
    };
    // The day on which the task is looked at again: a decision after a refusal is not put off by asking again.
    let due = if entry.stance.is_refusal() { None } else { revisit_on };
    let id = ConsentId::new(act.chance());
    let refusal = Some(refusal).filter(|_| entry.stance.is_refusal());
    let words = Words(entry.words.trim().to_owned(), refusal, unasked, able);
    let row = Consent {
        id,
        service_id: act.service,
        family_id: proof.family(),
        task_id: task.id,
        route,
        level: level.as_str().to_owned(),
        stance: entry.stance,
        revisit_on,
        ends_on,
        by_staff: proof.staff(),
        at: act.at,
        seq: 1 + basis::last_seq(act.conn, act.service, task.id)?,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &words)?,
    };
    diesel::insert_into(consents::table).values(&row).execute(act.conn())?;
    act.record(Deed::ConsentRecorded, ("consent", id.as_str()), Some(proof.family()), row.stance.as_str())?;
    // A decision weighed another stance: there is nothing of it left to be done.
    execution_end(act, task.id)?;
    // Whatever narrows what may be told stops what was made under the wider stance and has not left yet.
    let after = basis::basis_of(act.conn, act.service, task.id, today)?;
    let handed_after = basis::hand_over_basis(act.conn, act.service, task.id, today)?;
    let narrower = |before: &Option<basis::Basis>, after: &Option<basis::Basis>| match (before, after) {
        (Some(before), Some(after)) => after.level < before.level,
        (Some(_), None) => true,
        (None, Some(_) | None) => false,
    };
    let narrowed = narrower(&before, &after) || narrower(&handed_before, &handed_after);
    // What narrows is taken at once: nobody's second thoughts wait for a reason of ours.
    let why = entry.inferable_why.as_deref().filter(|why| !why.trim().is_empty());
    if agrees && route == Route::ClinicLetter && (!narrowed || why.is_some()) {
        let readers = readers_of(act, proof, task)?;
        inference_accept(act, proof, task, &readers, level, why)?;
    }
    if narrowed {
        letters::letter::letters_stop(
            act,
            task.id,
            letters::letter::Stop::ConsentChanged,
            OnceGone::Withheld,
        )?;
    }
    naming_follow(act, task)?;
    let letters = letters::letter::letters_of(act.conn, act.service, task.id)?;
    let now = task_row(act.conn, act.service, task.id)?.state;
    match effect(now, &letters, entry.stance.command(route)) {
        Effect::Moves | Effect::Refused => {
            task_move(act, task, entry.stance.command(route), due)?;
        }
        Effect::Recorded => agreement_follow(act, task, now)?,
    }
    Ok(id)
}

/// The dead say nothing any more, and nobody is taken for dead by a form about something else.
fn life_check(act: &mut Act<'_>, proof: &InFamily, task: &Task, unasked: Option<&Unasked>) -> Result<()> {
    let died = proband_of(act.conn, proof, task)?.has_died();
    match (died, unasked.map(|unasked| unasked.cause)) {
        (true, Some(Cause::Died)) | (false, None | Some(Cause::NotFound | Cause::NoCapacity | Cause::Other)) => Ok(()),
        (true, None | Some(Cause::NotFound | Cause::NoCapacity | Cause::Other)) => Err(Error::bad_input(
            "The proband has died, so nothing new is said by them. Choose 'Cannot be asked', and write down what they wished in their lifetime. Nothing was saved.",
        )
        .at("stance")),
        (false, Some(Cause::Died)) => Err(Error::bad_input(
            "No death is on record for the proband. Record it on their page first. Nothing was saved.",
        )
        .at("cause")),
    }
}

/// Who was tested.
pub(in crate::clinic::sharing) fn proband_of(
    conn: &mut Conn,
    proof: &InFamily,
    task: &Task,
) -> Result<Person> {
    let result = result_row(conn, proof, task.result_id)?;
    person_get(conn, proof, result.person_id)
}

/// What a stance does to a task whose letters stand so.
enum Effect {
    Moves,
    /// It is on record and the task stays.
    Recorded,
    Refused,
}

/// A letter in hand, or one that can no longer be called back, is where the relative's way goes on from; after one that
/// has gone, a stance moves only what it still can, so that whoever answers is heard. It is on record either way.
fn effect(now: TaskState, letters: &[LetterState], command: TaskCommand) -> Effect {
    let in_hand = letters.iter().any(|state| match state {
        LetterState::Draft | LetterState::Submitted | LetterState::Approved => true,
        LetterState::Sent | LetterState::Stopped => false,
    });
    // While a joined file tells them, nothing is done here; what was said counts for names, and once it is taken up again.
    if now == TaskState::Elsewhere {
        return Effect::Recorded;
    }
    match (in_hand, step(now, command).is_some(), letters.contains(&LetterState::Sent)) {
        (true, true | false, true | false) | (false, false, true) => Effect::Recorded,
        (false, true, true | false) => Effect::Moves,
        (false, false, false) => Effect::Refused,
    }
}

/// The stances that may be recorded about this relative now, by at least one route: what the form offers.
pub fn stances_open(conn: &mut Conn, proof: &InFamily, task: &Task) -> Result<Vec<Stance>> {
    let letters = letters::letter::letters_of(conn, proof.service(), task.id)?;
    let died = proband_of(conn, proof, task)?.has_died();
    let taken = |command| !matches!(effect(task.state, &letters, command), Effect::Refused);
    let open = |stance: &Stance| {
        (!died || *stance == Stance::NotObtainable)
            && Route::ALL.iter().any(|route| taken(stance.command(*route)))
    };
    Ok(Stance::ALL.iter().copied().filter(open).collect())
}

/// After a letter on its way was stopped: where nothing allows writing any more, the task goes where the last stance leads.
pub fn stance_follow(act: &mut Act<'_>, id: TaskId) -> Result<()> {
    let today = act.at.date();
    if basis::basis_of(act.conn, act.service, id, today)?.is_some() {
        return Ok(());
    }
    // One that has run out leads nowhere: the proband is asked again.
    let last = consent_last(act.conn, act.service, id)?.filter(|last| !last.has_ended(today));
    let Some(last) = last else { return Ok(()) };
    let (task, command) = (task_row(act.conn, act.service, id)?, last.stance.command(last.route));
    if step(task.state, command).is_some() {
        task_move(act, &task, command, None)?;
    }
    Ok(())
}

/// After another file has let go of a relative: the task goes where what stands about them leads, if anything does.
pub fn stance_resume(act: &mut Act<'_>, id: TaskId) -> Result<()> {
    let Some(last) = consent_last(act.conn, act.service, id)? else { return Ok(()) };
    let allowed = basis::basis_of(act.conn, act.service, id, act.at.date())?.is_some();
    let command = if allowed { TaskCommand::AgreeLetter } else { last.stance.command(last.route) };
    let task = task_row(act.conn, act.service, id)?;
    if step(task.state, command).is_some() {
        task_move(act, &task, command, None)?;
    }
    Ok(())
}

/// The consent by which the proband may be named to the relative of this task today: their own last word, at L3, for a
/// letter, set aside by nothing, not past the day on which it was to be asked again, and against the word of no other
/// proband whose file is joined.
pub fn naming_consent(
    conn: &mut Conn,
    service: ServiceId,
    task: TaskId,
    today: UtcDate,
) -> Result<Option<ConsentId>> {
    let basis = basis::basis_of(conn, service, task, today)?;
    let names = basis.filter(|basis| basis.kind == basis::BasisKind::Consent && basis.level == Level::L3);
    if names.is_none() {
        return Ok(None);
    }
    let of = task_row(conn, service, task)?;
    if is_naming_refused(conn, service, &of)? {
        return Ok(None);
    }
    let last =
        consent_last(conn, service, task)?.filter(|last| last.revisit_on.is_none_or(|day| today <= day));
    Ok(names.zip(last).filter(|(basis, last)| basis.id == last.id.to_string()).map(|(_, last)| last.id))
}

/// THE ONE PLACE where the proband's name becomes something a letter can hold; a test in tests/architecture.rs keeps it so.
///
/// # Errors
/// No live consent that names this relative; a proband without a full name.
pub fn named_index(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: TaskId,
    proband: PersonId,
) -> Result<NamedIndex> {
    let (service, today) = (act.service, act.at.date());
    let consent = naming_consent(act.conn(), service, task, today)?.ok_or_else(|| {
        Error::not_now(
            "No agreement stands by which the proband may be named to this relative, or a proband of a joined file has not agreed to it. Choose L2 or lower, or ask again.",
        )
    })?;
    let name = person_get(act.conn(), proof, proband)?.recipient().map_err(|_| {
        Error::not_now("The proband has no full name on record that a letter could print. Complete it first.")
    })?;
    NamedIndex::by_consent(name, consent.as_str()).ok_or_else(|| Error::inner("a consent without an id"))
}

/// The stances of a task, oldest first.
pub fn consent_list(conn: &mut Conn, proof: &InFamily, task: TaskId) -> Result<Vec<Consent>> {
    Ok(consents::table
        .filter(consents::service_id.eq(proof.service()))
        .filter(consents::task_id.eq(task))
        .order(consents::seq.asc())
        .load(conn)?)
}

/// Every stance of a family, oldest first.
pub(super) fn consents_of_family(conn: &mut Conn, proof: &InFamily) -> Result<Vec<Consent>> {
    Ok(consents::table
        .filter(consents::service_id.eq(proof.service()))
        .filter(consents::family_id.eq(proof.family()))
        .order((consents::at.asc(), consents::seq.asc(), consents::id.asc()))
        .load(conn)?)
}

/// A stance without the words: all that the rules ask for.
#[derive(Debug, Clone, Queryable)]
pub(super) struct StanceNow {
    pub id: ConsentId,
    pub route: Route,
    pub level: String,
    pub stance: Stance,
    pub revisit_on: Option<UtcDate>,
    pub ends_on: Option<UtcDate>,
    pub seq: i32,
}

impl StanceNow {
    /// An agreement whose last day has passed.
    pub fn has_ended(&self, today: UtcDate) -> bool {
        self.ends_on.is_some_and(|day| day < today)
    }
}

/// The stance that stands now.
pub(super) fn consent_last(conn: &mut Conn, service: ServiceId, task: TaskId) -> Result<Option<StanceNow>> {
    Ok(consents::table
        .filter(consents::service_id.eq(service))
        .filter(consents::task_id.eq(task))
        .order(consents::seq.desc())
        .select((
            consents::id,
            consents::route,
            consents::level,
            consents::stance,
            consents::revisit_on,
            consents::ends_on,
            consents::seq,
        ))
        .first(conn)
        .optional()?)
}

/// The limits under which the proband agreed, in their words, as long as that is their last word; whoever writes goes by them.
pub fn limits_now(conn: &mut Conn, proof: &InFamily, task: TaskId) -> Result<Option<String>> {
    let last = consent_list(conn, proof, task)?.pop();
    last.filter(|last| last.stance == Stance::GivenWithLimits).map(|last| last.words(proof)).transpose()
}

/// The newest stance about a relative, in two words; nothing where the proband was not asked.
pub fn stance_last(conn: &mut Conn, service: ServiceId, task: TaskId) -> Result<Option<String>> {
    Ok(consent_last(conn, service, task)?.map(|last| match last.stance.is_agreement() {
        true => format!("{}, up to {}", last.stance.title(), last.level),
        false => last.stance.title().to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(minicbor::Encode)]
    struct Before(#[n(0)] String);

    #[test]
    fn words_that_were_sealed_before_refusals_were_explored_still_open() {
        let bytes = minicbor::to_vec(Before("No.".into())).unwrap();
        let Words(said, refusal, unasked, able) = minicbor::decode(&bytes).unwrap();
        assert!(said == "No." && refusal.is_none() && unasked.is_none() && able.is_none());
    }
}
