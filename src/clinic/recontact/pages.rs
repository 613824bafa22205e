//! The page of an amended report: everything that rested on it, what was done about each, and how much is left.
//! Must not know: how a letter is worded.

use super::{
    Change, How, Recontact, Resting, Rests, Said, class_reported, nothing_to_tell, reclassified_draft,
    recontact_record, resting,
};
use crate::{
    access::{
        Answer, Choice, InFamily, Input, Staff,
        family::family_get,
        pages::Here,
        permission::may,
        route::{Route, route},
        staff::staff_names,
    },
    audit::Deed,
    clinic::{
        cascade::task::{task_list, task_row},
        letters::{ground::kind_words, letter::letter_open},
        people::person::{Person, person_get, person_list},
        referral::kept::referrals_holding,
        result::state::{ResultState, result_open},
    },
    error::{Error, Result},
    ids::{FamilyId, LetterId, ReferralId, ResultId, StaffId, TaskId},
};
use actix_web::web;
use kinward_family::{
    disclosure::Level,
    kind::{Form, Kind},
    language::Language,
    letter::AcmgClass,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub const ROUTES: &[Route] = &[
    route!(GET "/results/{id}/recontact" ConversationRecord page, "Everything that rested on an amended report, and what was done about each"),
    route!(POST "/results/{id}/recontact" ConversationRecord record, "Say what was done about one thing that rested on an amended report", form on "/results/{id}/recontact"),
    route!(POST "/letters/{id}/reclassified" LetterDraft draft, "Draft the letter that says that a variant is classified otherwise now", form on "/letters/{id}/reclassified"),
    route!(GET "/letters/{id}/reclassified" LetterDraft ask, "What such a letter needs to know"),
];

#[derive(Serialize)]
struct Row {
    rests: Rests,
    id: String,
    what: String,
    who: Option<String>,
    task: Option<TaskId>,
    at: String,
    done: bool,
    on_its_way: bool,
    how: Option<&'static str>,
    by: Option<String>,
    done_on: Option<String>,
    words: Option<String>,
    differs_why: Option<String>,
    letter: Option<LetterId>,
    /// Of a certificate: the referrals with which it left. Who holds it stands there.
    went_with: Vec<ReferralId>,
    /// A letter that told the variant can be answered by one that says what changed.
    may_write: bool,
}

#[derive(Serialize)]
struct View {
    result: ResultId,
    family: FamilyId,
    reference: String,
    /// The report stands: what was told by an elder one is listed there.
    stands: bool,
    elder: Option<ResultId>,
    left: usize,
    all: usize,
    rows: Vec<Row>,
    ways: Vec<Choice>,
}

fn what(one: &Resting) -> String {
    match one.letter {
        Some((kind, level)) => format!("{} at {level}", kind_words(kind)),
        None if one.rests == Rests::Certificate => "Certificate of the familial variant".to_owned(),
        None => "A relative's own test".to_owned(),
    }
}

fn row_of(proof: &InFamily, one: Resting, who: Option<String>, names: &[(StaffId, String)]) -> Result<Row> {
    // What went to somebody else than the relative is spoken about with whoever holds it.
    let told_variant = one.letter.is_some_and(|(kind, level)| {
        level >= Level::L2 && kind.form() != Form::House && kind != Kind::ParentOfMinor
    });
    let what = what(&one);
    let by = |done: &Recontact| {
        let known = names.iter().find(|(known, _)| *known == done.by_staff);
        known.map_or_else(|| "a former colleague".to_owned(), |(_, name)| name.clone())
    };
    let (words, differs_why) = match &one.done {
        Some(done) => done.words(proof).map(|(words, why)| (Some(words), why))?,
        None => (None, None),
    };
    Ok(Row {
        rests: one.rests,
        what,
        who,
        task: one.task,
        at: one.at.shown(),
        done: one.is_done(),
        on_its_way: one.on_its_way,
        how: one.done.as_ref().map(|done| done.how.title()),
        by: one.done.as_ref().map(by),
        done_on: one.done.as_ref().map(|done| done.at.shown()),
        words,
        differs_why,
        letter: one.done.as_ref().and_then(|done| done.letter_id),
        went_with: Vec::new(),
        may_write: told_variant && !one.is_done() && !one.on_its_way,
        id: one.id,
    })
}

async fn page(staff: Staff<may::ConversationRecord>, house: Here, id: web::Path<ResultId>) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house
        .act(&caller, move |act, _| {
            let (result, proof) = result_open(act.conn(), &of, id)?;
            let names = staff_names(act.conn(), of.service)?;
            act.record(Deed::RecontactRead, ("result", id.as_str()), Some(proof.family()), "")?;
            let all = resting(act.conn, act.service, result.id)?;
            let left = all.iter().filter(|one| !one.is_done()).count();
            let people = person_list(act.conn(), &proof)?;
            let tasks = task_list(act.conn(), &proof)?;
            let called = |task: TaskId| {
                let person = tasks.iter().find(|one| one.id == task)?.person_id;
                people.iter().find(|one| one.id == person).map(Person::shown)
            };
            let mut rows = Vec::new();
            for one in all {
                let who = one.task.and_then(called);
                let mut row = row_of(&proof, one, who, &names)?;
                if row.rests == Rests::Certificate {
                    row.went_with = referrals_holding(act.conn(), of.service, &row.id)?;
                }
                rows.push(row);
            }
            // What is left stands first.
            rows.sort_by_key(|row| row.done);
            Ok(View {
                result: id,
                family: proof.family(),
                reference: family_get(act.conn(), &proof)?.reference,
                stands: result.state != ResultState::Superseded,
                elder: result.supersedes_id,
                left,
                all: rows.len(),
                rows,
                ways: Choice::all([How::Phone, How::ToldOtherwise, How::NotNeeded], How::title),
            })
        })
        .await?;
    Answer::page("recontact", format!("What rested on an amended report, {}", view.reference), &caller, view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    rests: Option<Rests>,
    #[serde(default)]
    subject: String,
    how: Option<How>,
    #[serde(default)]
    recontact_words: String,
}

async fn record(
    staff: Staff<may::ConversationRecord>,
    house: Here,
    id: web::Path<ResultId>,
    input: Input<Entry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let rests = entry.rests.ok_or_else(|| Error::bad_input("Say what this is about."))?;
    let how = entry
        .how
        .filter(|how| *how != How::Letter)
        .ok_or_else(|| Error::bad_input("Choose what was done.").at("how"))?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let (_, proof) = result_open(act.conn(), &of, id)?;
            let said = Said {
                rests,
                id: &entry.subject,
                how,
                letter: None,
                words: &entry.recontact_words,
                differs_why: None,
            };
            recontact_record(act, &proof, id, &said)
        })
        .await?;
    Ok(Answer::done(format!("/results/{id}/recontact"), json!({"result": id})))
}

#[derive(Serialize)]
struct Asked {
    letter: LetterId,
    task: TaskId,
    result: ResultId,
    family: FamilyId,
    reference: String,
    who: String,
    /// How it was classified when they were written to; nothing where they were told no variant.
    was: Option<&'static str>,
    /// How the new report classifies it.
    now: Option<&'static str>,
    /// Why that cannot be said, where it cannot.
    now_unknown: Option<&'static str>,
    /// Why the new report's class needs no letter, where it does not.
    nothing_to_tell: Option<&'static str>,
    /// Both classes lead to the same care, and a letter may still be right.
    same_care: bool,
    /// The proband handed over the letter that this one corrects.
    handed_over: bool,
    ways: Vec<Choice>,
    classes: Vec<Choice>,
    calls: Vec<Choice>,
}

const CALLS: [(&str, &str); 2] = [("spoken", "Spoken to"), ("not_reached", "Tried, and not reached")];

async fn ask(staff: Staff<may::LetterDraft>, house: Here, id: web::Path<LetterId>) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house
        .act(&caller, move |act, _| {
            let (row, proof) = letter_open(act.conn(), &of, id)?;
            act.record(Deed::RecontactRead, ("letter", id.as_str()), Some(proof.family()), "")?;
            let reported = class_reported(act, &proof, &row)?;
            let now = reported.and_then(|(_, now)| now.class());
            let handed_over = row.is_handed_over()?;
            let conn = act.conn();
            let task = task_row(conn, of.service, row.task_id)?;
            Ok(Asked {
                letter: id,
                task: task.id,
                result: task.result_id,
                family: proof.family(),
                reference: family_get(conn, &proof)?.reference,
                who: person_get(conn, &proof, task.person_id)?.shown(),
                was: reported.map(|(was, _)| was.name_in(Language::English)),
                now: now.map(|class| class.name_in(Language::English)),
                nothing_to_tell: reported.zip(now).and_then(|((was, _), now)| nothing_to_tell(was, now)),
                same_care: reported
                    .zip(now)
                    .is_some_and(|((was, _), now)| was == AcmgClass::LikelyPathogenic && now > was),
                now_unknown: reported.and_then(|(_, now)| now.why_none()),
                handed_over,
                ways: match handed_over {
                    true => vec![
                        Choice::of("hand", "The proband hands it over, as before"),
                        Choice::of("post", "By post"),
                    ],
                    false => Vec::new(),
                },
                // The report's own stands first.
                classes: now
                    .into_iter()
                    .chain(AcmgClass::ALL.into_iter().rev().filter(|class| now != Some(*class)))
                    .map(|class| {
                        let reported = now == Some(class);
                        Choice::of(class.as_str(), class.name_in(Language::English))
                            .hint(reported.then_some("As the new report says"))
                            .chosen(reported)
                    })
                    .collect(),
                calls: CALLS.map(|(value, label)| Choice::of(value, label)).into(),
            })
        })
        .await?;
    Answer::page(
        "reclassified",
        format!("A variant is classified otherwise, {}", view.reference),
        &caller,
        view,
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeEntry {
    #[serde(default)]
    now_class: String,
    #[serde(default)]
    differs_why: String,
    /// As the earlier letter went, where it is left out.
    #[serde(default)]
    goes: String,
    #[serde(default)]
    phoned: String,
    #[serde(default)]
    recontact_words: String,
}

async fn draft(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<LetterId>,
    input: Input<ChangeEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let goes = match entry.goes.as_str() {
        "" => None,
        "hand" => Some(true),
        "post" => Some(false),
        _ => return Err(Error::bad_input("Choose how it goes.").at("goes")),
    };
    let mut change = Change {
        differs_why: Some(entry.differs_why).filter(|why| !why.trim().is_empty()),
        by_hand: false,
        now: entry
            .now_class
            .parse()
            .map_err(|_| Error::bad_input("Choose how it is classified now.").at("now_class"))?,
        phoned: CALLS.iter().any(|(value, _)| *value == entry.phoned),
        words: entry.recontact_words,
    };
    let of = caller.clone();
    let letter = house
        .act(&caller, move |act, _| {
            let (row, proof) = letter_open(act.conn(), &of, id)?;
            change.by_hand = goes.map_or_else(|| row.is_handed_over(), Ok)?;
            reclassified_draft(act, &of, &proof, &row, &change)
        })
        .await?;
    Ok(Answer::done(format!("/letters/{letter}"), json!({"letter": letter})))
}
