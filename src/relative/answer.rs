//! What the service answered to a relative's question: kept for them, shown with their letter, taken back when that stops.
//! Must not know: who wrote it, or why it was released or taken back. It takes a `ReviewedAnswer`; there is no other way in.

use super::{
    invitation::{Invitation, Readable},
    listener::Listener,
    outbox::{self, Channel},
    reply::{ReplyRow, Whose, questions_of, reply_last},
};
use crate::{
    audit::{Act, Deed},
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{AnswerId, InvitationId, ReplyId, ServiceId},
    keys::{Grant, Keys, Sealed, compartment::F, content},
};
use diesel::prelude::*;
use kinward_family::{
    answer::{ReviewedAnswer, StoredAnswer},
    language::Language,
    letter::LetterDate,
    page::{Answer, Asked, Asking, Choice, Enough, Reply},
    person::{EmailAddress, MobileNumber},
};

diesel::table! {
    answers (id) {
        id -> Text,
        service_id -> Text,
        invitation_id -> Text,
        reply_id -> Text,
        given_at -> Timestamp,
        seen_at -> Nullable<Timestamp>,
        enough_at -> Nullable<Timestamp>,
        taken_back_at -> Nullable<Timestamp>,
        sealed -> Binary,
    }
}

/// An answer as stored.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = answers)]
pub struct AnswerRow {
    pub id: AnswerId,
    pub service_id: ServiceId,
    pub invitation_id: InvitationId,
    pub reply_id: ReplyId,
    pub given_at: UtcTime,
    /// When it was first shown to whoever asked.
    pub seen_at: Option<UtcTime>,
    /// When they said that it was enough for now.
    pub enough_at: Option<UtcTime>,
    pub taken_back_at: Option<UtcTime>,
    sealed: Sealed<Given>,
}

/// Its words, and how its reader is told that it is there.
#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Given {
    #[n(0)]
    words_json: String,
    #[n(1)]
    pub email: Option<String>,
    #[n(2)]
    pub mobile: Option<String>,
    /// Of the notice.
    #[n(3)]
    language: String,
}
content!(F at "answers.sealed" holds Given);

impl Given {
    pub fn language(&self) -> Language {
        self.language.parse().unwrap_or_default()
    }

    fn words(&self) -> Result<ReviewedAnswer> {
        ReviewedAnswer::reopen(&StoredAnswer { words_json: self.words_json.clone() })
            .map_err(|e| Error::inner(format!("a stored answer cannot be made again: {e}")))
    }
}

/// How whoever asked hears that an answer is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tell {
    Email(EmailAddress),
    Text(MobileNumber),
    /// By a person: by phone, or by post.
    Person,
}

/// An answer on its way to its reader.
pub struct Giving<'a> {
    pub id: AnswerId,
    pub invitation: InvitationId,
    pub reply: ReplyId,
    pub words: &'a ReviewedAnswer,
    pub tell: &'a Tell,
    /// Of the notice.
    pub language: Language,
    pub grant: &'a Grant<F>,
}

/// Gives an answer: from now on it can be read with the letter, and its notice is in the outbox.
pub fn answer_give(act: &mut Act<'_>, giving: Giving<'_>) -> Result<()> {
    let (email, mobile) = match giving.tell {
        Tell::Email(email) => (Some(email.as_str().to_owned()), None),
        Tell::Text(mobile) => (None, Some(mobile.as_str().to_owned())),
        Tell::Person => (None, None),
    };
    let words_json = giving.words.store().words_json;
    let given = Given { words_json, email, mobile, language: giving.language.code().to_owned() };
    let row = AnswerRow {
        id: giving.id,
        service_id: act.service,
        invitation_id: giving.invitation,
        reply_id: giving.reply,
        given_at: act.at,
        seen_at: None,
        enough_at: None,
        taken_back_at: None,
        sealed: Sealed::seal(giving.grant, act.chance(), giving.id.as_str(), &given)?,
    };
    diesel::insert_into(answers::table).values(&row).execute(act.conn())?;
    match giving.tell {
        Tell::Email(_) => outbox::post_of_answer(act, giving.invitation, giving.id, Channel::Email),
        Tell::Text(_) => outbox::post_of_answer(act, giving.invitation, giving.id, Channel::Text),
        Tell::Person => Ok(()),
    }
}

/// Takes an answer back: it is shown no more, and nobody is told of it any more.
pub fn answer_take_back(act: &mut Act<'_>, listener: &dyn Listener, id: AnswerId) -> Result<()> {
    let at = act.at;
    let standing = answers::table.find(id).filter(answers::taken_back_at.is_null());
    diesel::update(standing).set(answers::taken_back_at.eq(at)).execute(act.conn())?;
    outbox::recall_answer(act, listener, id)
}

/// How its reader is told of an answer.
pub fn answer_given(conn: &mut Conn, keys: &Keys, invitation: &Invitation, id: AnswerId) -> Result<Given> {
    let row: AnswerRow =
        answers::table.filter(answers::service_id.eq(invitation.service_id)).find(id).first(conn)?;
    row.sealed.open(invitation.unlocked(conn, keys)?.grant()?, id.as_str())
}

/// When an answer was first looked at, and when its reader said that it was enough.
pub fn answer_heard(
    conn: &mut Conn,
    service: ServiceId,
    id: AnswerId,
) -> Result<(Option<UtcTime>, Option<UtcTime>)> {
    Ok(answers::table
        .filter(answers::service_id.eq(service))
        .filter(answers::id.eq(id))
        .select((answers::seen_at, answers::enough_at))
        .first(conn)?)
}

/// What stands, newest first, of the questions that somebody is shown.
fn standing(conn: &mut Conn, invitation: &Invitation, questions: &[ReplyRow]) -> Result<Vec<AnswerRow>> {
    let asked: Vec<ReplyId> = questions.iter().map(|reply| reply.id).collect();
    Ok(answers::table
        .filter(answers::service_id.eq(invitation.service_id))
        .filter(answers::invitation_id.eq(invitation.id))
        .filter(answers::reply_id.eq_any(asked))
        .filter(answers::taken_back_at.is_null())
        .order((answers::given_at.desc(), answers::id.asc()))
        .load(conn)?)
}

fn questions(conn: &mut Conn, invitation: &Invitation, whose: Whose) -> Result<Vec<ReplyRow>> {
    let all = questions_of(conn, invitation.service_id, invitation.id)?;
    Ok(all.into_iter().filter(|reply| whose.holds(reply)).collect())
}

/// How far the newest question of a letter has come. Of a letter that may not be read, nothing.
pub fn asking(conn: &mut Conn, invitation: &Invitation, whose: Whose) -> Result<Asking> {
    if invitation.reading != Readable::Yes {
        return Ok(Asking::Nothing);
    }
    let questions = questions(conn, invitation, whose)?;
    let given = standing(conn, invitation, &questions)?;
    if given.iter().any(|row| row.seen_at.is_none()) {
        return Ok(Asking::New);
    }
    Ok(match (waiting(conn, invitation, questions, &given)?, given.is_empty()) {
        (Some(_), _) => Asking::Waits,
        (None, false) => Asking::Read,
        (None, true) => Asking::Nothing,
    })
}

/// The newest question, where it is what counts of the replies and nobody has answered it.
fn waiting(
    conn: &mut Conn,
    invitation: &Invitation,
    questions: Vec<ReplyRow>,
    given: &[AnswerRow],
) -> Result<Option<ReplyRow>> {
    if reply_last(conn, invitation.service_id, invitation.id)? != Some(Choice::Question) {
        return Ok(None);
    }
    Ok(questions.into_iter().next().filter(|reply| given.iter().all(|row| row.reply_id != reply.id)))
}

/// What the page of questions and answers shows.
pub struct Shown {
    pub asked: Vec<Asked>,
    pub enough: Enough,
    standing: Vec<AnswerId>,
    unseen: Vec<AnswerId>,
}

/// Every question that was answered, newest first, and the newest one where it was not yet.
pub fn shown(conn: &mut Conn, keys: &Keys, invitation: &Invitation, whose: Whose) -> Result<Shown> {
    let questions = questions(conn, invitation, whose)?;
    let given = standing(conn, invitation, &questions)?;
    let waits = waiting(conn, invitation, questions.clone(), &given)?.map(|reply| reply.id);
    let unlocked = invitation.unlocked(conn, keys)?;
    let grant = unlocked.grant()?;
    let mut asked = Vec::new();
    for reply in questions {
        let answers = given.iter().filter(|row| row.reply_id == reply.id);
        let mut answers = answers.map(|row| answer_of(row, grant)).collect::<Result<Vec<_>>>()?.into_iter();
        let first = answers.next();
        if first.is_none() && waits != Some(reply.id) {
            continue;
        }
        let Reply::Question { question, .. } = reply.answers(grant)?.reply else { continue };
        let on = day(reply.at)?;
        asked.push(Asked { question: question.clone(), on, answer: first });
        asked.extend(answers.map(|answer| Asked { question: question.clone(), on, answer: Some(answer) }));
    }
    let newest = given.first();
    let enough = match newest {
        _ if waits.is_some() => Enough::NotAsked,
        None => Enough::NotAsked,
        Some(row) if row.enough_at.is_some() => Enough::Said,
        Some(_) => Enough::MaySay,
    };
    Ok(Shown {
        asked,
        enough,
        unseen: given.iter().filter(|row| row.seen_at.is_none()).map(|row| row.id).collect(),
        standing: given.iter().map(|row| row.id).collect(),
    })
}

fn answer_of(row: &AnswerRow, grant: &Grant<F>) -> Result<Answer> {
    let words = row.sealed.open(grant, row.id.as_str())?.words()?;
    Ok(Answer { words, on: day(row.given_at)? })
}

fn day(at: UtcTime) -> Result<LetterDate> {
    let (year, month, day) = at.date().ymd();
    let parts = (u16::try_from(year), u8::try_from(month), u8::try_from(day));
    let (Ok(year), Ok(month), Ok(day)) = parts else { return Err(Error::inner("a day of no calendar")) };
    LetterDate::new(year, month, day).map_err(Error::inner)
}

/// Whoever asked is shown the answers: those that were new are new no more.
pub fn answers_seen(act: &mut Act<'_>, listener: &dyn Listener, shown: &Shown) -> Result<()> {
    let at = act.at;
    for id in &shown.unseen {
        diesel::update(answers::table.find(*id)).set(answers::seen_at.eq(at)).execute(act.conn())?;
        act.record(Deed::AnswerOpened, ("answer", id.as_str()), None, "")?;
        listener.answer_seen(act, *id)?;
    }
    Ok(())
}

/// Whoever asked says that the answers are enough for now.
pub fn answers_enough(act: &mut Act<'_>, listener: &dyn Listener, shown: &Shown) -> Result<()> {
    let at = act.at;
    for id in &shown.standing {
        let unsaid = answers::table.find(*id).filter(answers::enough_at.is_null());
        if diesel::update(unsaid).set(answers::enough_at.eq(at)).execute(act.conn())? == 1 {
            act.record(Deed::AnswerEnough, ("answer", id.as_str()), None, "")?;
            listener.answer_enough(act, *id)?;
        }
    }
    Ok(())
}
