//! A relative's replies as staff read them: what was chosen, and each answer beside its question.
//! Must not know: which letter was answered, or what a reply moves.

use crate::{
    access::{Caller, InFamily, Permission, permission::allows},
    audit::{Act, Deed},
    clinic::{
        answers::draft::{AnswerState, answers_of},
        cascade::task::Task,
    },
    error::{Error, Result},
    ids::{AnswerId, ReplyId},
    keys::{Grant, compartment::F},
    relative::{
        proxy::{Authority, Proxy, proxy_list},
        reply::{ReplyRow, reply_list},
    },
};
use kinward_family::page::{
    Choice, Contact, Meeting, More, Notify, Others, Relation, RelativesWords, Reminder, Reply,
};
use serde::Serialize;

/// One reply; an answer may be changed, and the newest one counts.
#[derive(Serialize)]
pub(super) struct ReplyShown {
    reply: ReplyId,
    at: String,
    choice: &'static str,
    title: &'static str,
    answers: Vec<Answered>,
    counts: bool,
    /// What was answered to a question, or is being written.
    answer: Option<AnswerLine>,
    /// Where a question is answered that nobody has answered yet; for whoever may write.
    to_answer: Option<String>,
    #[serde(skip)]
    lives_far: bool,
    /// Where they are handed to a service near them, where they say that they live far away; for whoever may write.
    hand_to: Option<String>,
    /// Who gave it for them, and by what.
    given_by: Option<String>,
}

#[derive(Serialize)]
struct AnswerLine {
    answer: AnswerId,
    state: AnswerState,
    state_words: &'static str,
}

#[derive(Serialize)]
pub(super) struct Answered {
    question: &'static str,
    answer: String,
}

/// The replies of a relative, newest first. Reading them is on the record.
pub(super) fn replies(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    task: &Task,
) -> Result<Vec<ReplyShown>> {
    let rows = reply_list(act.conn(), task.service_id, task.id.as_str())?;
    if !rows.is_empty() {
        act.record(Deed::ReplyRead, ("relative_task", task.id.as_str()), Some(task.family_id), "")?;
    }
    let asked = rows.iter().any(|row| row.choice == Choice::Question.as_str());
    let mut answers = if asked { answers_of(act.conn, act.service, task.id)? } else { Vec::new() };
    answers.retain(|answer| answer.state != AnswerState::Withdrawn);
    let may_answer = allows(&caller.roles, Permission::LetterDraft);
    let grant = proof.grant()?;
    let proxies = proxy_list(act.conn, task.service_id, task.id.as_str())?;
    let mut all = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let mut reply = shown(grant, row, place == 0, &proxies)?;
        let answer = answers.iter().find(|answer| answer.reply_id == row.id);
        reply.answer = answer.map(|answer| AnswerLine {
            answer: answer.id,
            state: answer.state,
            state_words: answer.state.title(),
        });
        let open = answer.is_none() && row.choice == Choice::Question.as_str();
        reply.to_answer = (open && may_answer).then(|| format!("/tasks/{}/questions/{}", task.id, row.id));
        let far = place == 0 && reply.lives_far;
        reply.hand_to = (far && may_answer).then(|| format!("/tasks/{}/referral", task.id));
        all.push(reply);
    }
    Ok(all)
}

fn shown(grant: &Grant<F>, row: &ReplyRow, counts: bool, proxies: &[Proxy]) -> Result<ReplyShown> {
    let answers = row.answers(grant)?;
    let reply = &answers.reply;
    let by = row.proxy_id.and_then(|id| proxies.iter().find(|one| one.id == id));
    let given_by = by.map(|one| {
        let authority = one.authority.map_or("without authority", Authority::title);
        Ok::<_, Error>(format!("{}, {authority}", one.asking(grant)?.name.as_str()))
    });
    Ok(ReplyShown {
        reply: row.id,
        answer: None,
        to_answer: None,
        hand_to: None,
        lives_far: lives_far(reply),
        given_by: given_by.transpose()?,
        at: row.at.shown(),
        choice: reply.choice().as_str(),
        title: title(reply.choice()),
        answers: answered(reply).into_iter().chain(added(&answers.more)).collect(),
        counts,
    })
}

/// Whether they would be seen nearer to where they live.
fn lives_far(reply: &Reply) -> bool {
    match reply {
        Reply::Appointment { area, hand_over, .. } => area.is_some() || *hand_over,
        Reply::Think { .. }
        | Reply::NotKnow { .. }
        | Reply::AlreadyTested { .. }
        | Reply::Question { .. }
        | Reply::NotMe { .. } => false,
    }
}

pub(super) fn title(choice: Choice) -> &'static str {
    match choice {
        Choice::Appointment => "Would like an appointment",
        Choice::Think => "Needs time to think",
        Choice::NotKnow => "Does not want to know more",
        Choice::AlreadyTested => "Has been tested, or is seen by a service",
        Choice::Question => "Wants to ask something",
        Choice::NotMe => "The letter came to somebody else",
    }
}

/// Words beside their question, where there are any.
pub(super) fn said(question: &'static str, words: &Option<RelativesWords>) -> Option<Answered> {
    words.as_ref().map(|words| Answered { question, answer: words.as_str().to_owned() })
}

fn answered(reply: &Reply) -> Vec<Answered> {
    let chosen = |question, answer: &str| Some(Answered { question, answer: answer.to_owned() });
    match reply {
        Reply::Appointment { by, needs, interpreter, phone, times, area, hand_over } => vec![
            chosen("How to talk", meeting(*by)),
            said("Phone number", phone),
            said("Good times", times),
            said("What would help them", needs),
            said("Interpreter", interpreter),
            said("Lives far from here, and might be seen nearer", area),
            hand_over
                .then(|| {
                    chosen("A service near them may be asked, and told what it needs to test them", "yes")
                })
                .flatten(),
        ],
        Reply::Think { remind } => vec![chosen("Reminder", reminder(*remind))],
        Reply::NotKnow { children_too, confirm, reason } => vec![
            chosen("No letters about their children", if *children_too { "yes" } else { "no" }),
            chosen("One letter that confirms it", if *confirm { "yes" } else { "no" }),
            said("Reason", reason),
        ],
        Reply::AlreadyTested { seen_by } => vec![said("Where they were tested or are seen", seen_by)],
        Reply::Question { question, phone } => {
            vec![chosen("Question", question.as_str()), said("Phone number", phone)]
        }
        Reply::NotMe { right_person } => vec![said("How to reach the right person", right_person)],
    }
    .into_iter()
    .flatten()
    .collect()
}

/// What they added, page by page; nothing of a page that they left empty.
fn added(more: &More) -> Vec<Answered> {
    let chosen = |question, answer: &str| Some(Answered { question, answer: answer.to_owned() });
    let mut rows = Vec::new();
    if let Some(gp) = &more.gp {
        rows.push(said("GP", &gp.who));
        let may = if gp.tell { "yes" } else { "no: tell the GP nothing" };
        rows.push(gp.who.as_ref().and_then(|_| chosen("The GP may be told", may)));
    }
    let others = more.others.as_ref().map(others_answers).unwrap_or_default();
    let contact = more.contact.as_ref().map(contact_answers).unwrap_or_default();
    rows.into_iter().flatten().chain(others).chain(contact).collect()
}

/// Whom somebody tells of. They are on record as told by that person and nothing else, until staff have looked.
pub(super) fn others_answers(others: &Others) -> Vec<Answered> {
    let told = others.people.iter().map(|told| {
        let named = [&told.name, &told.born].into_iter().flatten().map(RelativesWords::as_str);
        let words: Vec<&str> = std::iter::once(related(told.relation)).chain(named).collect();
        Answered { question: "Tells of", answer: words.join(", ") }
    });
    said("Children", &others.children).into_iter().chain(told).collect()
}

/// How somebody wants to be reached and to read.
pub(super) fn contact_answers(contact: &Contact) -> Vec<Answered> {
    let chosen = |question, answer: &str| Some(Answered { question, answer: answer.to_owned() });
    let discreet = contact.discreet.then_some("leave no message, tell nobody else who they are");
    [
        chosen("Would like to hear from us", notify(contact.notify)),
        contact.email.as_ref().and_then(|email| chosen("E-mail", email.as_str())),
        contact.mobile.as_ref().and_then(|mobile| chosen("Mobile", mobile.as_str())),
        said("When to reach them", &contact.times),
        discreet.and_then(|words| chosen("Discreet", words)),
        chosen("Print", &format!("{} point", contact.size.points())),
        chosen("Language", contact.language.name()),
        said("Another format", &contact.format),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn related(relation: Relation) -> &'static str {
    match relation {
        Relation::Child => "child",
        Relation::Parent => "parent",
        Relation::Sibling => "brother or sister",
        Relation::Grandchild => "grandchild",
        Relation::Grandparent => "grandparent",
        Relation::AuntOrUncle => "aunt or uncle",
        Relation::NieceOrNephew => "niece or nephew",
        Relation::Cousin => "cousin",
        Relation::Other => "another relative",
    }
}

fn notify(notify: Notify) -> &'static str {
    match notify {
        Notify::Post => "by post",
        Notify::Email => "by e-mail",
        Notify::Text => "by text message",
        Notify::Phone => "by phone",
    }
}

fn meeting(by: Meeting) -> &'static str {
    match by {
        Meeting::Phone => "by phone",
        Meeting::Video => "by video call",
        Meeting::FaceToFace => "face to face",
    }
}

fn reminder(remind: Reminder) -> &'static str {
    match remind {
        Reminder::Never => "none",
        Reminder::OneMonth => "in 1 month",
        Reminder::ThreeMonths => "in 3 months",
        Reminder::SixMonths => "in 6 months",
    }
}
