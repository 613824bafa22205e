//! A letter on the screen: what it says, what stands behind it, and what may be done with it.
//! Must not know: findings; the only words here are the letter's own.

use super::{
    Nothing,
    back::{SentBackView, sent_back_view},
    held::Held,
    sheet::SheetShown,
    short,
    words::{Change, changes_of},
};
use crate::{
    access::{
        Answer, Caller, InFamily, Input, Permission, Staff,
        family::family_get,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        cascade::task::{task_open, task_row},
        letters::{
            approvers::{Approver, approvers},
            dated::{letter_redate, outdated},
            draft::{Chosen, letter_draft},
            exception::standing,
            ground::{Ground, ground_of},
            letter::{
                Agreed, LetterRow, LetterState, asks_inference, letter_approve, letter_open, letter_return,
                letter_submit,
            },
            own_words::reasons_of,
            replaced::may_be_replaced,
            shown::level_words,
            templates::{approval_of_words, approvals},
        },
        people::safety::{Safety, is_kept_back, kept_back, safety_now},
        recontact::differs_why,
        referral::follow::goes_with,
        sharing::{
            consent::limits_now, cooling::cooling_now, inferable::inference_of, pages::guessed::Guessed,
        },
    },
    error::{Error, Result},
    ids::{CertificateId, FamilyId, InvitationId, LetterId, PersonId, StaffId, TaskId},
    pdf,
};
use actix_web::{HttpResponse, http::header, web};
use kinward_family::{disclosure::Level, kind::Kind, letter::Letter, person::RecipientName};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DraftEntry {
    level: String,
    /// Why L1 or L2 is right though the relative can tell who was tested; needed where the task's page asks for it.
    inferable_why: Option<String>,
    /// Of a child, which of those responsible for them the letter goes to.
    reader: Option<PersonId>,
    /// Of somebody of 16 or 17: that their own address was checked.
    #[serde(default)]
    own_address: String,
}

pub(super) async fn draft(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<DraftEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let level: Level =
        entry.level.parse().map_err(|_| Error::bad_input("Choose a level from L0 to L3.").at("level"))?;
    let (of, id) = (caller.clone(), id.into_inner());
    let letter = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            let chosen = Chosen { reader: entry.reader, own_address: entry.own_address == "yes" };
            letter_draft(act, &of, &proof, &task, level, &chosen, entry.inferable_why.as_deref())
        })
        .await?;
    Ok(Answer::done(format!("/letters/{letter}"), json!({"letter": letter})))
}

#[derive(Serialize)]
struct View {
    letter: LetterId,
    task: TaskId,
    invitation: InvitationId,
    family: FamilyId,
    reference: String,
    recipient: String,
    kind_words: &'static str,
    handed_over: bool,
    may_hand: bool,
    person: PersonId,
    /// What stands about reaching this person, where it is not the usual.
    safety: Option<&'static str>,
    state: LetterState,
    state_words: &'static str,
    handed_on: Option<String>,
    came_back_on: Option<String>,
    ended_why: Option<String>,
    /// Before then it cannot leave, though it can be submitted and approved.
    waits_until: Option<String>,
    /// The proband's, in their words, while the letter has not left; for whoever may read the reasoning.
    limits: Option<String>,
    level: String,
    level_words: &'static str,
    template_version: String,
    /// Who approved the template's wording; nobody yet where empty.
    /// Who has approved its wording, in each of its languages; empty where somebody has not.
    approvals: Vec<String>,
    template_review: String,
    author: String,
    drafted_at: String,
    approver: Option<String>,
    approved_at: Option<String>,
    pdf_sha256: String,
    html: String,
    html_language: &'static str,
    html_label: &'static str,
    text: String,
    /// How many days ago its date is, where that is too long for it to go on.
    outdated: Option<i64>,
    may_redate: bool,
    may_submit: bool,
    may_approve: bool,
    may_return: bool,
    /// Why it was sent back; of a draft, why the letter was whose place it takes.
    sent_back: Option<SentBackView>,
    /// Who can approve it, before it is; for whoever works on it.
    approvers: Vec<Approver>,
    /// Why it gives another class than the new report, where it does.
    differs_why: Option<String>,
    /// It has gone, and another can take its place.
    may_replace: bool,
    /// It goes to the adoption register with a separate sheet; for whoever may see that.
    sheet: Option<SheetShown>,
    /// The certificate that goes with it to another service.
    certificate: Option<CertificateId>,
    /// The viewer wrote it, so a second person approves it.
    own: bool,
    /// What the leak gate finds, while something can still be done about it.
    held: Option<Held>,
    /// Words of its own, beside the template's, for those who draft and approve.
    changes: Vec<Change>,
    may_word: bool,
    /// Whether its reader can tell who was tested, in the same time.
    guessed: Option<Guessed>,
}

pub(super) async fn page(
    staff: Staff<may::LetterView>,
    house: Here,
    id: web::Path<LetterId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house.act(&caller, move |act, _| view(act, &of, id)).await?;
    // Names no person: titles stay in the history of a browser.
    let title = format!("Letter {} at {}, {}", short(id.as_str()), view.level, view.reference);
    Answer::page("letter", title, &caller, view)
}

/// A letter opened for reading, which is on the record.
fn read(act: &mut Act<'_>, caller: &Caller, id: LetterId) -> Result<(LetterRow, InFamily, Letter)> {
    let (row, proof) = letter_open(act.conn(), caller, id)?;
    let person = task_row(act.conn, caller.service, row.task_id)?.person_id;
    if is_kept_back(act.conn(), caller, person)? {
        return Err(kept_back());
    }
    // What somebody's own test said is for those who may read results.
    if ground_of(row.kind()?) == Ground::OwnResult && !allows(&caller.roles, Permission::ResultView) {
        return Err(Error::not_allowed(Permission::ResultView.as_str()));
    }
    act.record(Deed::LetterRead, ("letter", id.as_str()), Some(row.family_id), "")?;
    let letter = row.reopen(act.keys(), proof.grant()?)?;
    Ok((row, proof, letter))
}

fn view(act: &mut Act<'_>, caller: &Caller, id: LetterId) -> Result<View> {
    let (row, proof, letter) = read(act, caller, id)?;
    let names = staff_names(act.conn(), caller.service)?;
    let name = |id: StaffId| names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
    let own = row.author_id == caller.staff;
    let (draft, submitted) = (row.state == LetterState::Draft, row.state == LetterState::Submitted);
    let approves = allows(&caller.roles, Permission::LetterApprove);
    let drafts = allows(&caller.roles, Permission::LetterDraft);
    let has_not_left = match row.state {
        LetterState::Draft | LetterState::Submitted | LetterState::Approved => true,
        LetterState::Sent | LetterState::Stopped => false,
    };
    let limits = match has_not_left && allows(&caller.roles, Permission::ReasoningView) {
        true => {
            act.record(
                Deed::ConsentRead,
                ("relative_task", row.task_id.as_str()),
                Some(row.family_id),
                "limits",
            )?;
            limits_now(act.conn(), &proof, row.task_id)?
        }
        false => None,
    };
    let waits = match row.state {
        LetterState::Draft | LetterState::Submitted | LetterState::Approved => {
            cooling_now(act.conn, caller.service, row.task_id, act.at)?
        }
        LetterState::Sent | LetterState::Stopped => None,
    };
    let held = if (drafts || approves) && row.state != LetterState::Stopped {
        Some(Held::of(&row, own, standing(act, &proof, &row, &letter)?, name))
    } else {
        None
    };
    let guessed = if (drafts || approves) && (draft || submitted) && asks_inference(&row)? {
        let task = task_row(act.conn(), caller.service, row.task_id)?;
        let now = inference_of(act, &proof, &task, &[row.reader(&task)])?;
        Some(Guessed::shown(now, row.level()?, &names))
    } else {
        None
    };
    let person = task_row(act.conn, caller.service, row.task_id)?.person_id;
    let (safety, _) = safety_now(act.conn(), caller.service, person)?;
    let reasons =
        if letter.changes().is_empty() { Vec::new() } else { reasons_of(act.conn(), &proof, row.id)? };
    let outdated = outdated(act, &letter).filter(|_| draft || submitted);
    let passes = outdated.is_none()
        && held.as_ref().is_none_or(Held::passes)
        && guessed.as_ref().is_none_or(Guessed::passes);
    Ok(View {
        letter: row.id,
        task: row.task_id,
        invitation: row.invitation_id,
        family: row.family_id,
        reference: family_get(act.conn(), &proof)?.reference,
        recipient: letter
            .recipient()
            .map(RecipientName::full)
            .or(letter.to().name_line())
            .unwrap_or_else(|| "whom it may concern".into()),
        handed_over: row.is_handed_over()?,
        may_hand: row.is_handed_over()? && row.state == LetterState::Approved && drafts,
        kind_words: letter.kind().name(),
        person,
        safety: (safety != Safety::MayWrite).then(|| safety.title()),
        state: row.state,
        state_words: row.state.words(row.is_handed_over()?),
        handed_on: row.handed_at.map(|at| at.shown()),
        came_back_on: row.came_back_at.map(|at| at.shown()),
        ended_why: row.ended_why.map(|why| why.words_to(&caller.roles).to_owned()),
        limits,
        waits_until: waits
            .filter(|_| allows(&caller.roles, Permission::ReasoningView))
            .map(|wait| wait.ends_at.shown()),
        level_words: level_words(&letter),
        template_version: row.template_version.clone(),
        approvals: approved_by(act, &letter, &names)?,
        template_review: letter.template().review_date_in_english(),
        author: name(row.author_id).unwrap_or_else(|| "a former colleague".into()),
        drafted_at: row.drafted_at.shown(),
        approver: row.approver_id.and_then(name),
        approved_at: row.approved_at.map(|at| at.shown()),
        html: one_heading_lower(&letter.html()),
        html_language: letter.language().tag(),
        html_label: "The letter as it is read",
        text: letter.plain_text(),
        outdated,
        may_redate: drafts && own && outdated.is_some(),
        may_submit: draft && drafts && passes,
        may_word: draft && drafts && own,
        changes: if drafts || approves { changes_of(&letter, &reasons, name) } else { Vec::new() },
        may_approve: submitted && approves && !own && passes,
        may_return: (draft || submitted) && approves,
        sent_back: if drafts || approves { sent_back_view(act, &proof, &row, name)? } else { None },
        approvers: match (draft || submitted) && (drafts || approves) {
            true => approvers(act.conn(), &row)?,
            false => Vec::new(),
        },
        differs_why: differs_why(act.conn(), &proof, row.id)?,
        may_replace: drafts && may_be_replaced(act, &row)?,
        sheet: match letter.kind() == Kind::AdoptionRegister
            && row.state != LetterState::Stopped
            && allows(&caller.roles, Permission::ResultView)
        {
            true => Some(SheetShown::of(act, &proof, &row)?),
            false => None,
        },
        certificate: match letter.kind() == Kind::OtherService
            && row.state != LetterState::Stopped
            && allows(&caller.roles, Permission::ResultView)
        {
            true => goes_with(act.conn(), caller.service, &row)?,
            false => None,
        },
        own,
        held,
        guessed,
        level: row.level,
        pdf_sha256: row.pdf_sha256,
    })
}

/// Who approved the wording and who had checked it; nothing where one of its languages is not approved.
fn approved_by(act: &mut Act<'_>, letter: &Letter, names: &[(StaffId, String)]) -> Result<Vec<String>> {
    let service = act.service;
    let standing = approvals(act.conn(), service)?;
    let mut said = Vec::new();
    for wording in letter.wordings() {
        let Some(approval) = approval_of_words(&standing, &wording.card, &wording.source) else {
            return Ok(Vec::new());
        };
        let by = names.iter().find(|(known, _)| *known == approval.by_staff);
        let by = by.map_or("a former colleague", |(_, name)| name.as_str());
        said.push(format!("{}: {by}, checked by {}", wording.language.name(), approval.checked_words()));
    }
    Ok(said)
}

/// A letter inside a page is a part of it: its headings go down by one. Its own texts are escaped, so these are tags.
pub(super) fn one_heading_lower(html: &str) -> String {
    html.replace("<h2>", "<h3 class=\"nhsuk-heading-xs\">")
        .replace("</h2>", "</h3>")
        .replace("<h1>", "<h2>")
        .replace("</h1>", "</h2>")
}

pub(super) async fn pdf(
    staff: Staff<may::LetterView>,
    house: Here,
    id: web::Path<LetterId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let bytes = house
        .act(&caller, move |act, _| {
            let (row, _, letter) = read(act, &of, id)?;
            if row.state == LetterState::Stopped {
                return Err(Error::not_now(
                    "This letter was stopped. It is not printed any more; its text can still be read.",
                ));
            }
            let pdf =
                pdf::letter(&letter).map_err(|e| Error::inner(format!("a letter cannot be set: {e}")))?;
            // Only the very bytes that were written are shown: other bytes would be another letter.
            if pdf.sha256() != row.pdf_sha256 {
                return Err(Error::not_now(
                    "This letter would no longer come out as it was written. Its text can still be read.",
                ));
            }
            Ok(pdf.bytes().to_vec())
        })
        .await?;
    Ok(inline("application/pdf", "letter.pdf", bytes))
}

/// The letter as it would be for somebody who reads in other languages or another size; no such letter goes out.
pub(super) async fn as_read(
    staff: Staff<may::LetterDraft>,
    house: Here,
    path: web::Path<(LetterId, String, String)>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (id, languages, size) = path.into_inner();
    let (Ok(languages), Ok(size)) = (languages.parse(), size.parse()) else { return Err(Error::not_found()) };
    let of = caller.clone();
    let bytes = house
        .act(&caller, move |act, _| {
            let (_, _, letter) = read(act, &of, id)?;
            let other = letter.as_read(languages, size).map_err(|e| Error::not_now(e.to_string()))?;
            let pdf =
                pdf::letter(&other).map_err(|e| Error::not_now(format!("The letter cannot be set: {e}")))?;
            Ok(pdf.bytes().to_vec())
        })
        .await?;
    Ok(inline("application/pdf", "letter.pdf", bytes))
}

pub(super) async fn text(
    staff: Staff<may::LetterView>,
    house: Here,
    id: web::Path<LetterId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let text = house
        .act(&caller, move |act, _| read(act, &of, id).map(|(_, _, letter)| letter.plain_text()))
        .await?;
    Ok(inline("text/plain; charset=utf-8", "letter.txt", text.into_bytes()))
}

/// A file to be looked at in the browser, with a name that tells nothing.
pub(super) fn inline(content_type: &'static str, name: &str, bytes: Vec<u8>) -> Answer {
    let shown = format!("inline; filename=\"{name}\"");
    Answer::Raw(
        HttpResponse::Ok()
            .content_type(content_type)
            .insert_header((header::CONTENT_DISPOSITION, shown))
            .body(bytes),
    )
}

pub(super) async fn submit(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<LetterId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    input.open(&staff.caller)?;
    moved(staff.caller, house, id.into_inner(), |act, _, proof, row| letter_submit(act, proof, row)).await
}

pub(super) async fn redate(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<LetterId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    input.open(&staff.caller)?;
    moved(staff.caller, house, id.into_inner(), |act, _, proof, row| letter_redate(act, proof, row)).await
}

pub(super) async fn approve(
    staff: Staff<may::LetterApprove>,
    house: Here,
    id: web::Path<LetterId>,
    input: Input<Agreed>,
) -> Result<Answer> {
    let agrees = input.open(&staff.caller)?;
    moved(staff.caller, house, id.into_inner(), move |act, of, proof, row| {
        letter_approve(act, of, proof, row, &agrees)
    })
    .await
}

pub(super) async fn send_back(
    staff: Staff<may::LetterApprove>,
    house: Here,
    id: web::Path<LetterId>,
    input: Input<ReturnEntry>,
) -> Result<Answer> {
    let entry = input.open(&staff.caller)?;
    moved(staff.caller, house, id.into_inner(), move |act, _, proof, row| {
        letter_return(act, proof, row, &entry.return_why)
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReturnEntry {
    /// Why it goes back; its author may stop it without.
    #[serde(default)]
    return_why: String,
}

/// One step of a letter, and back to it.
async fn moved(
    caller: Caller,
    house: Here,
    id: LetterId,
    step: impl FnOnce(&mut Act<'_>, &Caller, &InFamily, &LetterRow) -> Result<()> + Send + 'static,
) -> Result<Answer> {
    let of = caller.clone();
    let state = house
        .act(&caller, move |act, _| {
            let (row, proof) = letter_open(act.conn(), &of, id)?;
            step(act, &of, &proof, &row)?;
            Ok(letter_open(act.conn(), &of, id)?.0.state)
        })
        .await?;
    Ok(Answer::done(format!("/letters/{id}"), json!({"letter": id, "state": state})))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_inside_a_page_has_no_first_heading() {
        assert_eq!(
            one_heading_lower("<h1>A</h1><h2>B</h2><p>&lt;h1&gt;</p>"),
            "<h2>A</h2><h3 class=\"nhsuk-heading-xs\">B</h3><p>&lt;h1&gt;</p>"
        );
    }
}
