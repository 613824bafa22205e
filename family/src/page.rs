//! The only thing a relative's browser can be sent: one screen of the portal, made of typed contents.
//! Must not know: who is signed in, the address of a database row, or fact that is not in its own contents; where it will be sent.

mod acting;
mod answered;
mod choice;
mod code;
mod content;
mod date;
mod frame;
mod held;
mod more;
pub mod path;
mod portal;
mod problem;
mod reply;
mod shown;
#[cfg(test)]
mod tests;
mod typed;
mod words;

pub use self::{
    acting::{Acting, ActsShown, AskToAct, GivenBy, Initials, Reader},
    answered::{Answer, Asked, Asking, Enough},
    choice::{
        ActingAs, ActingFor, Choice, ForYou, Handed, Meeting, NotOffered, Notify, Reading, Relation,
        Reminder, Section, SentBy, WishEnd, WishKind,
    },
    code::{code_typed, second_code_typed},
    date::TypedDate,
    frame::{Frame, FrameNotice},
    held::{AnsweredShown, HandedShown, Held, SentShown, Wish, WishShown},
    more::{Answers, Contact, Gp, More, Others, Told},
    path::{ActingStep, FormPage},
    portal::{PageError, wording_approved},
    problem::{FieldProblem, Problem},
    reply::{Before, Reply},
    shown::{LetterShown, NameShown},
    typed::Typed,
    words::RelativesWords,
};
use crate::invitation::FamilyReference;

/// A screen. Every variant that holds a problem shows the same screen again with the problem beside its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// What this is and what you need. `/r`
    Start,
    /// `/r/code`, field `code`.
    EnterCode { typed: Typed, problem: Option<Problem> },
    /// `/r/birth-date`, fields `day`, `month`, `year`.
    BirthDate { typed: Typed, problem: Option<FieldProblem> },
    /// The one answer to a code that is unknown, expired, replaced, locked or used by another, and to a wrong date.
    /// It holds nothing, so it cannot tell these apart.
    NotMatched,
    /// `/r/for-you`, field `for_you`.
    IsThisForYou { name: NameShown, problem: Option<Problem> },
    /// `/r/before`, field `before`.
    BeforeYouRead { problem: Option<Problem> },
    /// `/r/letter`
    TheLetter(LetterShown),
    /// `/r/letter`, where the letter was stopped after it had gone. It holds nothing, so it cannot tell one reason from another.
    Withheld,
    /// `/r/choices`, field `choice`. `current` is what was answered before.
    Choices { current: Option<Choice>, problem: Option<Problem> },
    /// `/r/answer/{choice}`: the questions that belong to a choice; `Reply::parse` reads the form.
    Answer { choice: Choice, typed: Typed, problems: Vec<FieldProblem> },
    /// `/r/more/{section}`: what may be added to an answer; `Answers::adding` reads the form.
    More { choice: Choice, section: Section, typed: Typed, problems: Vec<FieldProblem> },
    /// Told at `/r/for-you`; recorded by that answer, asks nothing further.
    HasDied,
    /// Below `/r/acting`: somebody acts for the person, or asks to. Staff check first; nothing is shown.
    Acting(Acting),
    /// `/r/acting/end`: who acts for whoever reads, and the form that ends it; nobody, once it has ended.
    ActingEnd(Vec<ActsShown>),
    /// Chose not to read now.
    NotNow,
    /// `/r/check`, confirmed by POST.
    CheckAnswers(Answers, Before),
    /// `/r/done`. `within` is the number of working days in which the service acts, where it acts at all.
    Done { reference: FamilyReference, choice: Choice, within: Option<u16> },
    /// `/r/details`: what is held about whoever reads, and what was sent to them.
    Details(Held),
    /// `/r/details/{wish}`; `Wish::parse` reads the form.
    Wish { kind: WishKind, typed: Typed, problems: Vec<FieldProblem> },
    /// `/r/back`: signed in again after reading or answering.
    ComeBack(ComeBack),
    /// `/r/answered`: what was asked, newest first, and what was answered. Its form says that this is enough for now.
    Answered { asked: Vec<Asked>, enough: Enough },
    /// `/r/stop`
    Stopped,
    /// Unused for a while.
    TimedOut { again: Again },
    /// A form that does not belong to this visit as it is now: nothing of it was taken, nothing kept was lost.
    NotTaken { form: FormPage },
    /// A fault of ours.
    WentWrong { saved: Saved },
    /// No such page, and equally one that this person may not see.
    NotFound,
}

/// What whoever comes back is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComeBack {
    /// The answer that counts, and who gave it. To whoever acts for another only what they gave themselves.
    pub current: Option<(Choice, GivenBy)>,
    /// An answer counts that somebody else gave: whoever acts for another is told that there is one, and not which.
    pub answered_otherwise: bool,
    /// False where the letter was stopped.
    pub readable: bool,
    pub asking: Asking,
    /// Where the newest referral to another service stands; none where none has left.
    pub handed: Option<Handed>,
}

/// Whether what the relative sent was kept, when something went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    Yes,
    No,
    /// We cannot tell; the relative is asked to look.
    Unknown,
}

/// What opens a letter again that was left open for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// The visit is still known.
    BirthDate,
    CodeAndBirthDate,
}

impl Page {
    /// The whole page. No script, nothing from another host; the bytes depend on the page and the frame alone.
    pub fn html(&self, frame: &Frame<'_>) -> Result<String, PageError> {
        let portal = portal::Portal::of(frame.spoken())?;
        portal.write(self.template(), &content::of(self, frame, &portal.words)?)
    }

    /// The template's name, which is also the key of its title.
    fn template(&self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::EnterCode { .. } => "code",
            Self::BirthDate { .. } => "birth-date",
            Self::NotMatched => "not-matched",
            Self::IsThisForYou { .. } => "for-you",
            Self::BeforeYouRead { .. } => "before",
            Self::TheLetter(_) => "letter",
            Self::Withheld => "withheld",
            Self::Choices { .. } => "choices",
            Self::Answer { choice, .. } => match choice {
                Choice::Appointment => "answer-appointment",
                Choice::Think => "answer-think",
                Choice::NotKnow => "answer-not_know",
                Choice::AlreadyTested => "answer-already_tested",
                Choice::Question => "answer-question",
                Choice::NotMe => "answer-not_me",
            },
            Self::More { section, .. } => match section {
                Section::Gp => "more-gp",
                Section::Others => "more-others",
                Section::Contact => "more-contact",
            },
            Self::HasDied => "has-died",
            Self::Acting(acting) => acting.template(),
            Self::ActingEnd(_) => "acting-end",
            Self::NotNow => "not-now",
            Self::CheckAnswers(..) => "check",
            Self::Done { .. } => "done",
            Self::ComeBack(_) => "back",
            Self::Details(_) => "details",
            Self::Wish { kind, .. } => match kind {
                WishKind::Correct => "wish-correct",
                WishKind::Reach => "wish-reach",
                WishKind::Others => "wish-others",
                WishKind::Copy => "wish-copy",
                WishKind::Delete => "wish-delete",
            },
            Self::Answered { .. } => "answered",
            Self::Stopped => "stopped",
            Self::TimedOut { .. } => "timed-out",
            Self::NotTaken { .. } => "not-taken",
            Self::WentWrong { .. } => "went-wrong",
            Self::NotFound => "not-found",
        }
    }

    /// The way back that the page offers. Where a step must not be undone by going back, there is none.
    fn back(&self, reader: Reader) -> Option<String> {
        let address = match self {
            Self::EnterCode { .. } => path::START,
            Self::BirthDate { .. } | Self::NotMatched => path::CODE,
            Self::BeforeYouRead { .. } | Self::Withheld => path::FOR_YOU,
            Self::Acting(acting) => return acting.back().map(str::to_owned),
            Self::TheLetter(_) | Self::NotNow => path::BEFORE,
            Self::Choices { .. } => path::LETTER,
            Self::Details(_) => path::BACK,
            Self::Wish { .. } | Self::ActingEnd(_) => path::DETAILS,
            Self::Answered { .. } => path::BACK,
            Self::Answer { choice, .. } => match choice {
                Choice::Appointment | Choice::Think | Choice::AlreadyTested | Choice::Question => {
                    path::CHOICES
                }
                // Reached without reading as well, and then the letter must stay unread.
                Choice::NotKnow => path::BEFORE,
                // Whoever said "not me" is not asked again in this visit: there is nothing to go back to.
                Choice::NotMe => return None,
            },
            Self::More { choice, section, .. } => {
                let before = choice.sections().iter().take_while(|one| *one != section).last();
                return Some(before.map_or_else(|| path::answer(*choice), |before| path::more(*before)));
            }
            Self::CheckAnswers(answers, _) => {
                let choice = answers.reply.choice();
                // Nothing is added to an answer for another.
                if reader.acts_for_another() {
                    return Some(path::answer(choice));
                }
                return Some(
                    choice.sections().last().map_or_else(|| path::answer(choice), |last| path::more(*last)),
                );
            }
            Self::Start
            | Self::IsThisForYou { .. }
            | Self::HasDied
            | Self::Done { .. }
            | Self::ComeBack(_)
            | Self::Stopped
            | Self::TimedOut { .. }
            | Self::NotTaken { .. }
            | Self::WentWrong { .. }
            | Self::NotFound => return None,
        };
        Some(address.to_owned())
    }

    /// Where the page's form, if it has one, is sent: the page's own address.
    fn action(&self) -> Option<String> {
        let address = match self {
            Self::EnterCode { .. } => path::CODE,
            Self::BirthDate { .. } => path::BIRTH_DATE,
            Self::IsThisForYou { .. } => path::FOR_YOU,
            Self::BeforeYouRead { .. } => path::BEFORE,
            Self::Choices { .. } => path::CHOICES,
            Self::Answer { choice, .. } => return Some(path::answer(*choice)),
            Self::More { section, .. } => return Some(path::more(*section)),
            Self::Wish { kind, .. } => return Some(path::wish(*kind)),
            Self::CheckAnswers(..) => path::CHECK,
            Self::Answered { enough: Enough::MaySay, .. } => path::ANSWERED,
            Self::Acting(acting) => return acting.action().map(str::to_owned),
            Self::ActingEnd(acts) if !acts.is_empty() => path::ACTING_END,
            Self::Start
            | Self::NotMatched
            | Self::TheLetter(_)
            | Self::Withheld
            | Self::HasDied
            | Self::NotNow
            | Self::Done { .. }
            | Self::ComeBack(_)
            | Self::Details(_)
            | Self::ActingEnd(_)
            | Self::Answered { enough: Enough::NotAsked | Enough::Said, .. }
            | Self::Stopped
            | Self::TimedOut { .. }
            | Self::NotTaken { .. }
            | Self::WentWrong { .. }
            | Self::NotFound => return None,
        };
        Some(address.to_owned())
    }

    /// Where the page is found again: what a link to another language leads back to.
    fn address(&self) -> String {
        if let Some(action) = self.action() {
            return action;
        }
        match self {
            Self::NotMatched => path::CODE,
            Self::TheLetter(_) | Self::Withheld => path::LETTER,
            Self::HasDied => path::FOR_YOU,
            Self::Acting(acting) => acting.address(),
            Self::ActingEnd(_) => path::ACTING_END,
            Self::NotNow => path::BEFORE,
            Self::Done { .. } => path::DONE,
            Self::ComeBack(_) => path::BACK,
            Self::Details(_) => path::DETAILS,
            Self::Answered { .. } => path::ANSWERED,
            Self::TimedOut { again: Again::BirthDate } => path::BIRTH_DATE,
            Self::TimedOut { again: Again::CodeAndBirthDate } => path::CODE,
            Self::NotTaken { form } => return form.address(),
            Self::Start
            | Self::EnterCode { .. }
            | Self::BirthDate { .. }
            | Self::IsThisForYou { .. }
            | Self::BeforeYouRead { .. }
            | Self::Choices { .. }
            | Self::Answer { .. }
            | Self::More { .. }
            | Self::Wish { .. }
            | Self::CheckAnswers(..)
            | Self::Stopped
            | Self::WentWrong { .. }
            | Self::NotFound => path::START,
        }
        .to_owned()
    }

    /// Whether the page takes the code from its own address, where a square code led to it. It alone has a script.
    fn reads_code(&self) -> bool {
        self.template() == "code"
    }

    /// Whether the page is shown only after a code and a date: then "Stop here" stands on it.
    fn signed_in(&self) -> bool {
        match self {
            Self::IsThisForYou { .. }
            | Self::BeforeYouRead { .. }
            | Self::TheLetter(_)
            | Self::Withheld
            | Self::Choices { .. }
            | Self::Answer { .. }
            | Self::More { .. }
            | Self::HasDied
            | Self::Acting(_)
            | Self::ActingEnd(_)
            | Self::NotNow
            | Self::CheckAnswers(..)
            | Self::Done { .. }
            | Self::Details(_)
            | Self::Wish { .. }
            | Self::ComeBack(_)
            | Self::Answered { .. } => true,
            Self::Start
            | Self::EnterCode { .. }
            | Self::BirthDate { .. }
            | Self::NotMatched
            | Self::Stopped
            | Self::TimedOut { .. }
            | Self::NotTaken { .. }
            | Self::WentWrong { .. }
            | Self::NotFound => false,
        }
    }
}
