//! Pages of conversation, consent, decision and objection: one form each, and what was recorded before.
//! Must not know: findings; how far a level goes is said in the level's own words.

mod agreement;
mod asking;
mod balance;
mod decided;
pub(in crate::clinic) mod died;
mod emergency;
mod enquiries;
mod form;
pub(in crate::clinic) mod guessed;
pub(in crate::clinic) mod knows;
mod library;
mod never_share;
pub(in crate::clinic) mod not_to_know;
mod objections;
mod paper;
mod several;
mod sheet;
mod talk;
mod trainer;

use super::{consent::Route as Way, conversation::ConversationKind};
use crate::{
    access::{
        Choice, InFamily,
        family::family_get,
        route::{Route, route},
    },
    clinic::{
        cascade::task::{Task, position_of},
        people::person::person_get,
    },
    db::Conn,
    error::Result,
    ids::{FamilyId, ResultId, StaffId, TaskId},
};
use kinward_family::disclosure::Level;
use serde::Serialize;

pub const ROUTES: &[Route] = &[
    route!(GET "/results/{id}/conversations/new" ConversationRecord talk::page, "The form for a conversation, with the earlier ones"),
    route!(POST "/results/{id}/conversations" ConversationRecord talk::record, "Record a conversation", form on "/results/{id}/conversations/new"),
    route!(POST "/results/{id}/never-share" ConversationRecord never_share::record, "Record words that are never to be shared", form on "/results/{id}/conversations/new"),
    route!(POST "/results/{id}/never-share/{item}/lift" ConversationRecord never_share::lift, "Lift such words, with the reason", form on "/results/{id}/conversations/new"),
    route!(GET "/tasks/{id}/consent" ConsentRecord agreement::page, "The proband's stances about one relative, and the form for the next"),
    route!(POST "/tasks/{id}/consent" ConsentRecord agreement::record, "Record the proband's stance about one relative", form on "/tasks/{id}/consent"),
    route!(GET "/results/{id}/agreement" ReasoningView sheet::page, "The agreement sheet: what the proband says of every relative at once, and what they signed"),
    route!(POST "/results/{id}/agreement" ConsentRecord several::record, "Record one stance about several relatives, all of them or none", form on "/results/{id}/agreement"),
    route!(GET "/results/{id}/agreement.pdf" ReasoningView sheet::pdf, "The agreement sheet for the proband to read and sign, as PDF with the fingerprint of the rows"),
    route!(POST "/results/{id}/agreement/signed" ConsentRecord sheet::sign, "Record that the proband signed the sheet as it stands", form on "/results/{id}/agreement"),
    route!(GET "/tasks/{id}/decision" ReasoningView balance::page, "The decisions about one relative, and the form for the next"),
    route!(POST "/tasks/{id}/decision" DecisionRecord balance::record, "Record a confidentiality decision", form on "/tasks/{id}/decision"),
    route!(GET "/tasks/{id}/decision/questions/{question}" DecisionRecord asking::page, "One question of a decision that is being made, with what was answered so far"),
    route!(POST "/tasks/{id}/decision/questions/{question}" DecisionRecord asking::save, "Keep the answer to one question, for later or to go on", form on "/tasks/{id}/decision/questions/{question}"),
    route!(GET "/tasks/{id}/decision/check" DecisionRecord asking::check, "All answers so far, to be read before the decision is made"),
    route!(POST "/tasks/{id}/decision/check" DecisionRecord asking::record, "Make the decision of the answers so far", form on "/tasks/{id}/decision/check"),
    route!(POST "/tasks/{id}/decision/draft/forget" DecisionRecord asking::forget, "Throw the answers so far away", form on "/tasks/{id}/decision"),
    route!(POST "/tasks/{id}/decision/{decision}/sign" DecisionRecord balance::sign, "Sign a colleague's decision, where the policy pack asks for a second clinician", form on "/tasks/{id}/decision"),
    route!(POST "/tasks/{id}/decision/{decision}/emergency" DecisionRecord emergency::record, "Let a decision go that waits, because it cannot; another clinician reviews that", form on "/tasks/{id}/decision"),
    route!(GET "/emergencies/{id}" ReasoningView emergency::page, "Why a decision did not wait, and its review"),
    route!(POST "/emergencies/{id}/review" EmergencyReview emergency::review, "Review that a decision did not wait", form on "/emergencies/{id}"),
    route!(GET "/tasks/{id}/decision.pdf" ReasoningView balance::pdf, "The newest decision with every field, as PDF"),
    route!(GET "/tasks/{id}/knows" ReasoningView knows::page, "What one relative knows, who told them and how we know, and the form for the next entry"),
    route!(POST "/tasks/{id}/knows" ConversationRecord knows::record, "Record what a relative knows of one topic", form on "/tasks/{id}/knows"),
    route!(GET "/cases" ReasoningView library::list, "The worked examples"),
    route!(GET "/cases/{id}" ReasoningView library::one, "One worked example, with a balance to compare with"),
    route!(GET "/people/{id}/not-to-know" TaskView not_to_know::page, "What one person does not want to know, and the forms that record and lift it"),
    route!(POST "/people/{id}/not-to-know" TaskMove not_to_know::record, "Record what a person does not want to know; letters that tell it stop", form on "/people/{id}/not-to-know"),
    route!(POST "/people/{id}/not-to-know/lift" TaskMove not_to_know::lift, "Lift such a wish, with what brought it up again", form on "/people/{id}/not-to-know"),
    route!(POST "/people/{id}/not-to-know/whose-word" TaskMove not_to_know::whose_word, "Say whose word it was, where the same letter's reader said later that it is not theirs: whose=theirs|not_theirs", form on "/people/{id}/not-to-know"),
    route!(GET "/families/{id}/enquiries" FamilyView enquiries::page, "What to say when somebody rings or writes, the form for the note, and who did before"),
    route!(POST "/families/{id}/enquiries" EnquiryRecord enquiries::record, "Write down what somebody told and what they were answered", form on "/families/{id}/enquiries"),
    route!(GET "/enquiries/{id}" ReasoningView enquiries::note, "What somebody told, as told by them"),
    route!(GET "/training" TrainingTake trainer::list, "Training for decisions: what is to be done"),
    route!(GET "/training/{id}" TrainingTake trainer::one, "A worked case to decide, without its balance"),
    route!(POST "/training/{id}" TrainingTake trainer::take, "Answer a worked case", form on "/training/{id}"),
    route!(GET "/training/{id}/answer" TrainingTake trainer::answer, "One's own newest answer beside the balance of the case, with its points"),
    route!(GET "/objections/{id}" TaskView objections::page, "An objection to being contacted"),
    route!(POST "/objections/{id}/seen" TaskMove objections::seen, "Close the item that says an objection came"),
];

/// Which relative a page is about. Only staff with the proof see it.
#[derive(Serialize)]
struct About {
    task: TaskId,
    result: ResultId,
    family: FamilyId,
    reference: String,
    name: String,
    relation: String,
}

impl About {
    fn of(conn: &mut Conn, proof: &InFamily, task: &Task) -> Result<Self> {
        Ok(Self {
            task: task.id,
            result: task.result_id,
            family: task.family_id,
            reference: family_get(conn, proof)?.reference,
            name: person_get(conn, proof, task.person_id)?.shown(),
            relation: position_of(conn, proof, task)?.path_words,
        })
    }

    /// For the end of a page's title. Names no person: titles stay in the history of a browser.
    fn title(&self) -> String {
        format!("relative {}, {}", self.task.as_str().get(..8).unwrap_or_default(), self.reference)
    }
}

/// The levels up to the most that can be agreed to or decided: only the proband's own agreement can name them.
fn levels(most: Level) -> Vec<Choice> {
    let label = |level: Level| format!("{level}: {}", level.plain());
    Choice::all(Level::ALL.into_iter().filter(|level| *level <= most), label)
}

/// A kind of conversation as staff read it.
pub(in crate::clinic) fn kind_title(kind: ConversationKind) -> &'static str {
    match kind {
        ConversationKind::BeforeTest => "Before the test",
        ConversationKind::AtResult => "Telling the proband their result",
        ConversationKind::After => "After the result",
        ConversationKind::Telephone => "By telephone",
    }
}

/// A route as staff read it.
pub(in crate::clinic) fn way_title(way: Way) -> &'static str {
    match way {
        Way::ProbandTells => "The proband tells them",
        Way::ClinicLetter => "The clinic writes to them",
    }
}

/// A colleague's name, from those looked up once for the page.
fn name_of(names: &[(StaffId, String)], id: StaffId) -> String {
    names
        .iter()
        .find(|(known, _)| *known == id)
        .map_or_else(|| "a former colleague".into(), |(_, name)| name.clone())
}
