//! Reading: now, later or not at all; the letter, and coming back to it.
//! Must not know: anything beyond the letter that carried the code.

use super::{Call, Shown, answered::goes_on_reading, progress::Wants};
use crate::{
    audit::Deed,
    error::{Error, Result},
    pdf,
    relative::{
        answer::asking,
        invitation::{Invitation, Readable, invitation_readable},
        proxy::given_by,
        reply::{Whose, reply_last, reply_shown},
        visit::{Stage, visit_stage},
    },
};
use kinward_family::{
    language::{Language, Languages},
    letter::{Letter, TextSize, WordingError},
    page::{Choice, ComeBack, LetterShown, Page, Problem, Reader, Reading, path},
};

pub(super) fn before_page(call: &mut Call<'_>) -> Result<Shown> {
    match call.reached(Wants::BeforeReading)? {
        Ok(_) => Shown::page(Page::BeforeYouRead { problem: None }),
        Err(elsewhere) => Ok(elsewhere),
    }
}

pub(super) fn before(call: &mut Call<'_>) -> Result<Shown> {
    let (visit, invitation) = match call.reached(Wants::BeforeReading)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    match call.fields.get("before").and_then(|text| text.parse::<Reading>().ok()) {
        Some(Reading::Now) => {
            call.house.db.write(|conn| visit_stage(conn, &visit, Stage::Reading))?;
            Shown::go(goes_on_reading(call, &invitation)?)
        }
        Some(Reading::Later) => Shown::page(Page::NotNow),
        // What is not theirs to say for another is not offered; whoever sends it all the same chooses again.
        Some(reading) if !call.reader.offers_reading(reading) => {
            Shown::again(Page::BeforeYouRead { problem: Some(Problem::ReadingMissing) })
        }
        Some(Reading::RatherNot) => Shown::go(path::answer(Choice::NotKnow)),
        None => Shown::again(Page::BeforeYouRead { problem: Some(Problem::ReadingMissing) }),
    }
}

/// Records that the letter was shown, in the act that makes sure that it still may be. False where it was stopped.
fn shown(call: &Call<'_>, invitation: &Invitation, how: &str) -> Result<bool> {
    let for_another = call.reader != Reader::Themselves;
    call.act(invitation, |act| {
        let readable = invitation_readable(act, invitation.id)?;
        let note = match (readable, for_another) {
            (true, false) => how.to_owned(),
            (true, true) => format!("{how} for another"),
            (false, _) => "withheld".to_owned(),
        };
        act.record(Deed::LetterOpened, ("invitation", invitation.id.as_str()), None, &note)?;
        Ok(readable)
    })
}

pub(super) fn letter(call: &mut Call<'_>) -> Result<Shown> {
    let invitation = match call.reached(Wants::Letter)? {
        Ok((_, invitation)) => invitation,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let (letter, also) = read(call, &invitation)?;
    read_online(call, &invitation, &letter, letter.languages(), &also)
}

/// The letter in one of the languages that it may be read in, and in no other.
pub(super) fn letter_in(call: &mut Call<'_>) -> Result<Shown> {
    let (invitation, letter, also, languages) = match asked_in(call)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    read_online(call, &invitation, &letter, languages, &also)
}

pub(super) fn letter_pdf(call: &mut Call<'_>) -> Result<Shown> {
    let invitation = match call.reached(Wants::Letter)? {
        Ok((_, invitation)) => invitation,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let letter = call.letter(&invitation)?;
    downloaded(call, &invitation, &letter)
}

/// The letter as it would be printed for somebody who reads otherwise: the same words, larger or in another language.
pub(super) fn letter_as(call: &mut Call<'_>) -> Result<Shown> {
    let (invitation, letter, _, languages) = match asked_in(call)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let size: TextSize = call.size.parse().map_err(|_| Error::not_found())?;
    downloaded(call, &invitation, &letter.as_read(languages, size).map_err(unreadable)?)
}

type Asked = (Invitation, Letter, Vec<Language>, Languages);

/// The letter, and the languages that its address asks for, if it may be read in them.
fn asked_in(call: &mut Call<'_>) -> Result<std::result::Result<Asked, Shown>> {
    let invitation = match call.reached(Wants::Letter)? {
        Ok((_, invitation)) => invitation,
        Err(elsewhere) => return Ok(Err(elsewhere)),
    };
    let languages: Languages = call.last.parse().map_err(|_| Error::not_found())?;
    let (letter, also) = read(call, &invitation)?;
    let own = letter.languages();
    let may = languages == own
        || match languages {
            Languages::Only(one) => also.contains(&one) || own.in_order().contains(&one),
            Languages::WelshThenEnglish => false,
        };
    if !may {
        return Err(Error::not_found());
    }
    Ok(Ok((invitation, letter, also, languages)))
}

fn read(call: &Call<'_>, invitation: &Invitation) -> Result<(Letter, Vec<Language>)> {
    call.house.db.read(|conn| invitation.letter_and_also(conn, &call.house.keys))
}

fn unreadable(problem: WordingError) -> Error {
    Error::inner(format!("a letter cannot be read otherwise: {problem}"))
}

fn read_online(
    call: &Call<'_>,
    invitation: &Invitation,
    letter: &Letter,
    languages: Languages,
    also: &[Language],
) -> Result<Shown> {
    if !shown(call, invitation, "read online")? {
        return Shown::page(Page::Withheld);
    }
    let others: Vec<Language> = match letter.languages() {
        Languages::Only(own) => {
            Language::ALL.into_iter().filter(|one| *one == own || also.contains(one)).collect()
        }
        Languages::WelshThenEnglish => Vec::new(),
    };
    let as_read = letter.as_read(languages, letter.size()).map_err(unreadable)?;
    Shown::page(Page::TheLetter(LetterShown::of(&as_read, &others)))
}

fn downloaded(call: &Call<'_>, invitation: &Invitation, letter: &Letter) -> Result<Shown> {
    let pdf = pdf::letter(letter).map_err(|e| Error::inner(format!("a letter cannot be set: {e}")))?;
    if !shown(call, invitation, "downloaded")? {
        return Shown::go(path::LETTER);
    }
    Ok(Shown::Pdf(pdf.bytes().to_vec()))
}

pub(super) fn back(call: &mut Call<'_>) -> Result<Shown> {
    let (_, invitation) = match call.reached(Wants::Letter)? {
        Ok(here) => here,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let (house, listener, whose) = (call.house, call.listener, call.whose());
    let readable = invitation.reading == Readable::Yes;
    let back = house.db.read(|conn| {
        let current = match reply_shown(conn, &invitation, whose)? {
            None => None,
            Some(reply) => {
                // To whoever gave it, it is their own.
                let by = reply.proxy_id.filter(|_| whose == Whose::Everybodys);
                Some((reply.choice()?, given_by(conn, &house.keys, &invitation, by)?))
            }
        };
        let given = reply_last(conn, invitation.service_id, invitation.id)?.is_some();
        // What was withheld may be in other hands: nothing more is said of whose letter it is.
        let handed = match readable {
            true => listener.handed_on(conn, invitation.service_id, invitation.id)?.pop(),
            false => None,
        };
        Ok(ComeBack {
            answered_otherwise: current.is_none() && given,
            current,
            readable,
            asking: asking(conn, &invitation, whose)?,
            handed: handed.map(|newest| newest.stands),
        })
    })?;
    Shown::page(Page::ComeBack(back))
}
