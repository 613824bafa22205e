//! A relative's replies as staff read them: what was chosen, and each answer beside its question.
//! Must not know: which letter was answered, or what a reply moves.

use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::cascade::task::Task,
    error::{Error, Result},
    keys::{Grant, compartment::F},
    relative::{
        proxy::{Authority, Proxy, proxy_list},
        reply::{ReplyRow, reply_list},
    },
};
use kinward_family::page::{Choice, Meeting, More, Notify, Relation, RelativesWords, Reminder, Reply};
use serde::Serialize;

/// One reply; an answer may be changed, and the newest one counts.
#[derive(Serialize)]
pub(super) struct ReplyShown {
    at: String,
    choice: &'static str,
    title: &'static str,
    answers: Vec<Answered>,
    counts: bool,
    /// Who gave it for them, and by what.
    given_by: Option<String>,
}

#[derive(Serialize)]
struct Answered {
    question: &'static str,
    answer: String,
}

/// The replies of a relative, newest first. Reading them is on the record.
pub(super) fn replies(act: &mut Act<'_>, proof: &InFamily, task: &Task) -> Result<Vec<ReplyShown>> {
    let rows = reply_list(act.conn(), task.service_id, task.id.as_str())?;
    if !rows.is_empty() {
        act.record(Deed::ReplyRead, ("relative_task", task.id.as_str()), Some(task.family_id), "")?;
    }
    let grant = proof.grant()?;
    let proxies = proxy_list(act.conn, task.service_id, task.id.as_str())?;
    rows.iter().enumerate().map(|(place, row)| shown(grant, row, place == 0, &proxies)).collect()
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
        given_by: given_by.transpose()?,
        at: row.at.shown(),
        choice: reply.choice().as_str(),
        title: title(reply.choice()),
        answers: answered(reply).into_iter().chain(added(&answers.more)).collect(),
        counts,
    })
}

fn title(choice: Choice) -> &'static str {
    match choice {
        Choice::Appointment => "Would like an appointment",
        Choice::Think => "Needs time to think",
        Choice::NotKnow => "Does not want to know more",
        Choice::AlreadyTested => "Has been tested, or is seen by a service",
        Choice::Question => "Wants to ask something",
        Choice::NotMe => "The letter came to somebody else",
    }
}

fn answered(reply: &Reply) -> Vec<Answered> {
    let said = |question, words: &Option<RelativesWords>| {
        words.as_ref().map(|words| Answered { question, answer: words.as_str().to_owned() })
    };
    let chosen = |question, answer: &str| Some(Answered { question, answer: answer.to_owned() });
    match reply {
        Reply::Appointment { by, needs, interpreter, phone, times, area } => vec![
            chosen("How to talk", meeting(*by)),
            said("Phone number", phone),
            said("Good times", times),
            said("What would help them", needs),
            said("Interpreter", interpreter),
            said("Lives far from here, and might be seen nearer", area),
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
    let said = |question, words: &Option<RelativesWords>| {
        words.as_ref().map(|words| Answered { question, answer: words.as_str().to_owned() })
    };
    let chosen = |question, answer: &str| Some(Answered { question, answer: answer.to_owned() });
    let mut rows = Vec::new();
    if let Some(gp) = &more.gp {
        rows.push(said("GP", &gp.who));
        let may = if gp.tell { "yes" } else { "no: tell the GP nothing" };
        rows.push(gp.who.as_ref().and_then(|_| chosen("The GP may be told", may)));
    }
    if let Some(others) = &more.others {
        rows.push(said("Children", &others.children));
        for told in &others.people {
            let named = [&told.name, &told.born].into_iter().flatten().map(RelativesWords::as_str);
            let words: Vec<&str> = std::iter::once(related(told.relation)).chain(named).collect();
            rows.push(chosen("Tells of", &words.join(", ")));
        }
    }
    if let Some(contact) = &more.contact {
        rows.push(chosen("Would like to hear from us", notify(contact.notify)));
        rows.push(contact.email.as_ref().and_then(|email| chosen("E-mail", email.as_str())));
        rows.push(contact.mobile.as_ref().and_then(|mobile| chosen("Mobile", mobile.as_str())));
        rows.push(said("When to reach them", &contact.times));
        rows.push(
            contact
                .discreet
                .then_some("leave no message, tell nobody else who they are")
                .and_then(|words| chosen("Discreet", words)),
        );
        rows.push(chosen("Print", &format!("{} point", contact.size.points())));
        rows.push(chosen("Language", contact.language.name()));
        rows.push(said("Another format", &contact.format));
    }
    rows.into_iter().flatten().collect()
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
