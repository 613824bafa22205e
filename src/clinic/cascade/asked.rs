//! What relatives ask about their own details, seen to by staff: how they want to be reached is taken over in one step; what is
//! to be corrected, copied or deleted a person does, and says what became of it. Must not know: findings.

use super::task::{Task, task_row};
use crate::{
    access::{Caller, InFamily},
    audit::Act,
    clinic::{
        letters::{letter::letter_by_invitation, take_back::take_back},
        people::{
            contact::{contact_of, contact_set},
            needs::{Needs, needs_of, needs_set},
            person::Changed,
            safety::{Envelope, SafetyEntry, safety_now, safety_set},
        },
        queue::item::{Queue, Subject, SubjectKind, follow},
    },
    db::Conn,
    error::{Error, Result},
    ids::{FamilyId, PersonId, WishId},
    relative::wish::{WishRow, wish_end, wish_get},
};
use kinward_family::{
    language::Languages,
    page::{Contact, Notify, Wish, WishEnd},
};

/// What is to be done about a wish.
pub const SEE_TO: &str = "See to what they ask";

/// Makes the queues tell whether a wish waits.
pub(super) fn wish_follow(act: &mut Act<'_>, family: FamilyId, wish: WishId, waits: bool) -> Result<()> {
    let subject = Subject { kind: SubjectKind::Wish, id: wish.to_string(), family: Some(family), task: None };
    let wanted: Vec<_> = waits.then_some(Queue::Replies.into()).into_iter().collect();
    follow(act, &subject, &wanted)
}

/// A wish, the relative's task, who asks, and the proof that the caller has to do with the family.
pub struct Opened {
    pub row: WishRow,
    pub task: Task,
    pub asks: PersonId,
    pub proof: InFamily,
}

/// # Errors
/// Not found, also where it exists in a family that is none of the caller's.
pub fn wish_open(conn: &mut Conn, caller: &Caller, id: WishId) -> Result<Opened> {
    let row = wish_get(conn, caller.service, id)?;
    let letter = letter_by_invitation(conn, caller.service, row.invitation_id)?;
    let proof = caller.in_family(conn, letter.family_id)?;
    let task = task_row(conn, caller.service, letter.task_id)?;
    Ok(Opened { asks: letter.reader(&task), row, task, proof })
}

/// Says what became of a wish.
///
/// # Errors
/// One that somebody has seen to already.
pub fn wish_settle(act: &mut Act<'_>, opened: &Opened, end: WishEnd) -> Result<()> {
    wish_end(act, &opened.row, end)?;
    wish_follow(act, opened.proof.family(), opened.row.id, false)
}

/// Puts on record how somebody wants to be reached and to read, and settles the wish. Answers how many letters that had not
/// left were taken back because they would have come out otherwise.
///
/// # Errors
/// A wish of another kind; an e-mail address where no postal address is known to stand beside it.
pub fn wish_take_over(act: &mut Act<'_>, caller: &Caller, opened: &Opened) -> Result<usize> {
    let (proof, person) = (&opened.proof, opened.asks);
    let Wish::Reach(contact) = opened.row.wish(proof.grant()?)? else {
        return Err(Error::not_now(
            "Only how somebody wants to be reached can be taken over. Change the rest by hand, then say what became of it. Nothing was changed.",
        ));
    };
    let mut back = 0;
    let was = needs_of(act.conn(), proof.grant()?, proof.service(), person)?;
    if needs_set(act, proof, person, &needs_with(was, &contact))? {
        back += take_back(act, person, Some(Changed::Needs))?;
    }
    if let Some(mut stands) = contact_of(act.conn(), proof.grant()?, proof.service(), person)? {
        let told = (contact.email.as_ref().map(|email| email.as_str().to_owned()), contact.mobile.as_ref());
        if told.0.is_some() || told.1.is_some() {
            stands.email = told.0.or(stands.email);
            stands.phone = told.1.map(|mobile| mobile.as_str().to_owned()).or(stands.phone);
            if !stands.source.contains(THEMSELVES) {
                stands.source = format!("{}; {THEMSELVES}", stands.source);
            }
            let changed = contact_set(act, proof, stands)?;
            back += take_back(act, person, changed)?;
        }
    }
    let (mark, envelope) = safety_now(act.conn(), proof.service(), person)?;
    if contact.discreet && envelope == Envelope::Usual {
        let words =
            "They asked on the relatives' pages: leave no message, and tell nobody else who they are.".into();
        safety_set(act, caller, proof, person, SafetyEntry { mark, envelope: Some(Envelope::Plain), words })?;
    }
    wish_settle(act, opened, WishEnd::Done)?;
    Ok(back)
}

const THEMSELVES: &str = "e-mail or phone by themselves, on the relatives' pages";

/// What is known of how somebody reads, with what they ask for now. Words for staff are added to those that stand.
fn needs_with(was: Needs, contact: &Contact) -> Needs {
    let notify = match contact.notify {
        Notify::Phone => Some("Would like to be phoned.".to_owned()),
        Notify::Text => Some("Would like a text message.".to_owned()),
        Notify::Post | Notify::Email => None,
    };
    let times = contact.times.as_ref().map(|times| format!("When to reach them: {}", times.as_str()));
    let format = contact.format.as_ref().map(|format| format!("Format: {}", format.as_str()));
    let discreet =
        contact.discreet.then(|| "Leave no message, and tell nobody else who they are.".to_owned());
    let new = [notify, times, format, discreet]
        .into_iter()
        .flatten()
        .filter(|line| !was.other.contains(line.as_str()));
    let other: Vec<String> =
        Some(was.other.clone()).filter(|words| !words.is_empty()).into_iter().chain(new).collect();
    Needs { languages: Some(Languages::Only(contact.language)), size: contact.size, other: other.join("\n") }
}
