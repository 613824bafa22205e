//! A second person releases an answer, or returns it; and how whoever asked hears that it is there.
//! Must not know: how a notice leaves the house.

use super::{
    draft::{AnswerCommand, AnswerDraft, AnswerState, Written, answer_drafts, answer_move, answer_write},
    held::held,
    words::{Standing, may_stand, standing},
};
use crate::{
    access::{InFamily, service::service_get},
    audit::{Act, Deed},
    clinic::{
        cascade::{
            steps::step as task_step,
            task::{Task, TaskCommand, task_move, task_row},
        },
        letters::letter::{LetterRow, letter_row},
        people::{
            contact::contact_of,
            safety::{Safety, safety_now},
        },
    },
    error::{Error, Result},
    relative::{
        answer::{Giving, Tell, answer_give},
        reply::reply_list,
    },
};
use diesel::prelude::*;
use kinward_family::{
    language::Language,
    page::{Choice, Contact, Notify, Reply},
};

/// To what the second person said yes.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreed {
    /// The fingerprint of the words that they read.
    #[serde(default)]
    pub words_seen: String,
    /// That what was found may stand for the reason given.
    pub found_agreed: Option<String>,
}

/// Releases an answer: its reader can read it from now on, and hears of it the way they chose. `texts` says whether there is
/// a way for text messages here.
///
/// # Errors
/// Its author; words that were not read; whatever holds it now.
pub fn answer_release(
    act: &mut Act<'_>,
    proof: &InFamily,
    draft: &AnswerDraft,
    agreed: &Agreed,
    texts: bool,
) -> Result<AnswerState> {
    if draft.author_id == proof.staff() {
        return Err(Error::not_now(
            "You wrote this answer. A second person releases it. Nothing was changed.",
        ));
    }
    if let Some(held) = held(act, draft)? {
        return Err(held.refusal());
    }
    let now = standing(act, proof, draft)?;
    read_and_agreed(&now, agreed)?;
    let task = task_row(act.conn, act.service, draft.task_id)?;
    let letter = letter_row(act.conn, act.service, draft.letter_id)?;
    let way = way_of(act, proof, &task, &letter, texts)?;
    let command = match &way.tell {
        Tell::Person => AnswerCommand::ReleaseToTell,
        Tell::Email(_) | Tell::Text(_) => AnswerCommand::Release,
    };
    let state = answer_move(act, draft, command, Deed::AnswerReleased, &letter.level)?;
    let at = act.at;
    diesel::update(answer_drafts::table.find(draft.id))
        .set((answer_drafts::approver_id.eq(proof.staff()), answer_drafts::released_at.eq(at)))
        .execute(act.conn())?;
    let giving = Giving {
        id: draft.id,
        invitation: letter.invitation_id,
        reply: draft.reply_id,
        words: &now.answer,
        tell: &way.tell,
        language: way.language,
        grant: proof.grant()?,
    };
    answer_give(act, giving)?;
    if newest_question(act, &task)? == Some(draft.reply_id)
        && task_step(task.state, TaskCommand::AnswerQuestion).is_some()
    {
        task_move(act, &task, TaskCommand::AnswerQuestion, None)?;
    }
    Ok(state)
}

fn read_and_agreed(now: &Standing, agreed: &Agreed) -> Result<()> {
    may_stand(now)?;
    if agreed.words_seen != now.fingerprint {
        return Err(Error::not_now(
            "The answer is not the one that you read. Open it again, and read it. Nothing was changed.",
        ));
    }
    if !now.found.is_empty() && agreed.found_agreed.is_none() {
        return Err(Error::bad_input(
            "Something was found in this answer. Read what, and why it may stand, and tick that you agree, or return it. Nothing was changed.",
        )
        .at("found_agreed"));
    }
    Ok(())
}

/// The second person sends it back to its author, and says why.
///
/// # Errors
/// Its author; no reason.
pub fn answer_return(act: &mut Act<'_>, proof: &InFamily, draft: &AnswerDraft, why: &str) -> Result<()> {
    if draft.author_id == proof.staff() {
        return Err(Error::not_now("You wrote this answer: withdraw it, or let somebody else read it."));
    }
    let why = why.trim();
    if why.chars().count() < 10 {
        return Err(Error::bad_input(
            "Say in a sentence what is to be changed: its author goes by it. Nothing was changed.",
        )
        .at("returned_why"));
    }
    let written = Written { returned_why: Some(why.to_owned()), ..draft.written(act.conn(), proof)? };
    answer_move(act, draft, AnswerCommand::Return, Deed::AnswerReturned, "")?;
    answer_write(act, proof, draft, &written)
}

/// Somebody has told whoever asked that the answer is there, or told them the answer.
pub fn answer_told(act: &mut Act<'_>, draft: &AnswerDraft) -> Result<()> {
    answer_move(act, draft, AnswerCommand::Tell, Deed::AnswerTold, "by staff").map(|_| ())
}

/// How whoever asked hears of an answer, and what a person who tells them goes by.
pub struct Way {
    pub tell: Tell,
    /// Of the notice.
    pub language: Language,
    /// The way that they chose; none where they said nothing of it.
    pub chosen: Option<Notify>,
    pub phone: Option<String>,
    pub times: Option<String>,
    pub discreet: bool,
}

/// By what they last said of it, or by the e-mail on record; by a person where somebody may be reached in one way alone.
pub fn way_of(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    letter: &LetterRow,
    texts: bool,
) -> Result<Way> {
    let grant = proof.grant()?;
    let (mut said, mut phone): (Option<Contact>, Option<String>) = (None, None);
    for row in reply_list(act.conn(), task.service_id, task.id.as_str())? {
        if row.invitation_id != letter.invitation_id {
            continue;
        }
        let answers = row.answers(grant)?;
        said = said.or(answers.more.contact);
        let typed = match answers.reply {
            Reply::Question { phone, .. } | Reply::Appointment { phone, .. } => phone,
            Reply::Think { .. }
            | Reply::NotKnow { .. }
            | Reply::AlreadyTested { .. }
            | Reply::NotMe { .. } => None,
        };
        phone = phone.or(typed.map(|words| words.as_str().to_owned()));
    }
    let reader = letter.reader(task);
    let known = contact_of(act.conn, proof.grant()?, act.service, reader)?;
    let email = known.as_ref().map(|known| known.email_address()).transpose()?.flatten();
    let one_way = safety_now(act.conn, act.service, reader)?.0 == Safety::OnlyThisWay;
    let chosen = said.as_ref().map(|said| said.notify);
    let tell = match (chosen, &said) {
        _ if one_way => Tell::Person,
        (Some(Notify::Email), Some(Contact { email: Some(own), .. })) => Tell::Email(own.clone()),
        (Some(Notify::Text), Some(Contact { mobile: Some(own), .. })) if texts => Tell::Text(own.clone()),
        (Some(Notify::Email) | None, _) => email.map_or(Tell::Person, Tell::Email),
        (Some(Notify::Text | Notify::Post | Notify::Phone), _) => Tell::Person,
    };
    let service = act.service;
    let card = service_get(act.conn(), service)?.card()?;
    let written_in = letter.reopen(act.keys(), proof.grant()?)?.language();
    let wanted = said.as_ref().map_or(written_in, |said| said.language);
    let language = Some(wanted).filter(|language| card.sender_name_in(*language).is_some());
    let mobile = said.as_ref().and_then(|said| said.mobile.as_ref()).map(|mobile| mobile.as_str().to_owned());
    Ok(Way {
        tell,
        language: language.unwrap_or_default(),
        chosen,
        phone: mobile.or(phone).or(known.and_then(|known| known.phone)),
        times: said.as_ref().and_then(|said| said.times.as_ref()).map(|words| words.as_str().to_owned()),
        discreet: said.is_some_and(|said| said.discreet),
    })
}

/// The newest question of a relative.
fn newest_question(act: &mut Act<'_>, task: &Task) -> Result<Option<crate::ids::ReplyId>> {
    let rows = reply_list(act.conn(), task.service_id, task.id.as_str())?;
    Ok(rows.into_iter().find(|row| row.choice == Choice::Question.as_str()).map(|row| row.id))
}
