//! What the relatives' wing tells, and asks of, whoever runs the cascade, inside its own transaction.
//! Must not know: who listens. Only opaque references and closed words go across.

use super::proxy::Authority;
use crate::{
    audit::Act,
    db::{Conn, UtcDate, UtcTime, bounded::Bounded},
    error::{Error, Result},
    ids::{AnswerId, InvitationId, ServiceId, StaffId, WishId},
    policy::Policy,
};
use kinward_family::{
    page::{Choice, Handed},
    person::EmailAddress,
};

/// Why a post may not go out now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MayNotSend {
    /// Something stopped it: it is cancelled.
    Stopped,
    /// It is right, and waits until then.
    Before(UtcTime),
}

/// One piece of work that a member of staff ordered and left: whose, and by a reference that means nothing here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordered {
    pub service: ServiceId,
    pub by: StaffId,
    pub reference: String,
}

/// What stands in a day's e-mail to a member of staff: a queue's name, how much stands in it, is theirs, and is late.
pub struct Digested {
    pub to: EmailAddress,
    pub lines: Vec<(&'static str, Bounded, i64, Bounded)>,
}

/// An answer in closed words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    pub choice: Choice,
    /// An objection reaches letters about their children, too.
    pub children_too: bool,
    /// One letter is to say that an objection was heard.
    pub confirm: bool,
    /// When to ask again.
    pub remind_months: Option<u8>,
    /// Whether a service near them may be asked; none where the answer does not say.
    pub hand_over: Option<bool>,
    /// By which authority somebody else answered for them; none where they answered themselves.
    pub for_them: Option<Authority>,
}

/// A letter about whoever holds a letter of ours that went to another service: by its invitation, which opens nothing there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedOn {
    pub letter: InvitationId,
    pub on: UtcTime,
    pub stands: Handed,
}

/// The professionals' side of the relatives' wing.
pub trait Listener: Send + Sync {
    /// Asked under lock, immediately before the first byte leaves.
    fn may_send(
        &self,
        act: &mut Act<'_>,
        invitation: InvitationId,
    ) -> Result<std::result::Result<(), MayNotSend>>;
    /// Asked under lock, immediately before the notice of an answer leaves.
    fn may_tell(&self, act: &mut Act<'_>, answer: AnswerId) -> Result<bool>;
    /// Whether the outside of this letter must not say who sends it.
    fn goes_plain(&self, conn: &mut Conn, service: ServiceId, invitation: InvitationId) -> Result<bool>;
    /// The paper letter has gone.
    fn letter_sent(&self, act: &mut Act<'_>, invitation: InvitationId) -> Result<()>;
    /// Staff gave the paper letter's sending up: nobody must wait for this letter any more.
    fn letter_given_up(&self, act: &mut Act<'_>, invitation: InvitationId) -> Result<()>;
    /// The paper letter had been taken for sent, did not go after all, and staff gave its sending up.
    fn letter_failed(&self, act: &mut Act<'_>, invitation: InvitationId) -> Result<()>;
    /// The paper letter came back in the post: it is withheld online, and its address is not written to again.
    fn letter_came_back(&self, act: &mut Act<'_>, invitation: InvitationId) -> Result<()>;
    /// To which other services whoever holds this letter was handed, oldest first; only where it has left.
    fn handed_on(
        &self,
        conn: &mut Conn,
        service: ServiceId,
        invitation: InvitationId,
    ) -> Result<Vec<HandedOn>>;
    /// A sending needs a person: refused, uncertain or given up.
    fn post_in_trouble(
        &self,
        act: &mut Act<'_>,
        post: &str,
        invitation: InvitationId,
        trouble: bool,
    ) -> Result<()>;
    /// Too many wrong dates of birth: the code is locked. `locked` is false when staff open it again.
    fn code_locked(&self, act: &mut Act<'_>, invitation: InvitationId, locked: bool) -> Result<()>;
    /// A relative has answered.
    fn reply_heard(&self, act: &mut Act<'_>, invitation: InvitationId, heard: Heard) -> Result<()>;
    /// A relative asks something about their own details.
    fn wish_heard(&self, act: &mut Act<'_>, invitation: InvitationId, wish: WishId) -> Result<()>;
    /// Whoever asked was shown the answer.
    fn answer_seen(&self, act: &mut Act<'_>, answer: AnswerId) -> Result<()>;
    /// Whoever asked says that the answer is enough for now.
    fn answer_enough(&self, act: &mut Act<'_>, answer: AnswerId) -> Result<()>;
    /// The notice of an answer will not arrive: a person tells.
    fn answer_untold(&self, act: &mut Act<'_>, answer: AnswerId) -> Result<()>;
    /// Somebody asked to act for a relative, or that has moved: known by a reference that means nothing here.
    fn proxies_moved(&self, act: &mut Act<'_>, task_ref: &str) -> Result<()>;
    /// Somebody says the person has died. Staff check before anything is recorded as fact; contact stops at once.
    fn death_told(&self, act: &mut Act<'_>, invitation: InvitationId) -> Result<()>;
    /// What had a last day that has passed, of every service and by references that mean nothing here; at most `most`.
    fn days_passed(&self, conn: &mut Conn, today: UtcDate, most: i64) -> Result<Vec<(ServiceId, String)>>;
    /// The last day of one of these has passed: what follows from it is done.
    fn day_passed(&self, act: &mut Act<'_>, reference: &str) -> Result<()>;
    /// What staff ordered and left, of every service: at most `most` of each order.
    fn ordered(&self, conn: &mut Conn, most: i64) -> Result<Vec<Ordered>>;
    /// Does one piece of it, in an act of whoever ordered it. An error undoes the piece.
    fn ordered_do(&self, act: &mut Act<'_>, reference: &str) -> Result<()>;
    /// Work so late that whoever leads is told, of every service and by references that mean nothing here.
    fn works_late(
        &self,
        conn: &mut Conn,
        policy: &Policy,
        today: UtcDate,
        most: i64,
    ) -> Result<Vec<(ServiceId, String)>>;
    /// Marks one of them, once.
    fn work_escalate(&self, act: &mut Act<'_>, reference: &str) -> Result<()>;
    /// Members of staff who have had no e-mail of theirs today.
    fn digests_due(
        &self,
        conn: &mut Conn,
        policy: &Policy,
        now: UtcTime,
        most: i64,
    ) -> Result<Vec<(ServiceId, String)>>;
    /// Marks one as being sent, and answers what stands in it.
    fn digest_begin(&self, act: &mut Act<'_>, reference: &str) -> Result<Option<Digested>>;
    /// What became of it.
    fn digest_end(&self, act: &mut Act<'_>, reference: &str, sent: bool) -> Result<()>;
    /// Puts aside one piece that could not be done, with the reason.
    fn ordered_hold(&self, act: &mut Act<'_>, reference: &str, problem: &Error) -> Result<()>;
}
