//! The page of one relative task: who, why at risk, what stands on record, letters, replies, and the steps possible now.
//! Must not know: findings. What the caller may not read is left out, not hidden.

use super::{
    asked::{WishLine, wishes_listed},
    closing::Closed,
    listed::Now,
    referred::{ReferralLine, referrals_listed},
    replies::{ReplyShown, replies, title},
    spoken::{SpokenLine, spoken_listed},
    suits::Suits,
    urgent::Urgent,
    written::{LetterLine, letters},
};
use crate::{
    access::{
        Answer, Caller, Choice, InFamily, Permission, Staff,
        family::family_reference,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        cascade::{
            chances::family_chances,
            said_dead::{answered_since, said_to_have_died},
            shown::state_shown,
            spoken::is_heard,
            steps::step,
            task::{Task, TaskCommand, TaskState, position_of, task_open},
            urgency::urgency_due,
        },
        kindred::pages::{Joined, joined_of},
        letters::{
            fitting::fitting,
            follow_up::next_of,
            hand_over::copies_of,
            house::written_about,
            pages::personal::{Listed, listed as personal_listed},
        },
        people::{
            contact::contact_of,
            elsewhere::{files_elsewhere, has_died_elsewhere},
            health::health_read,
            person::{Person, person_get},
            safety::{Safety, safety_now},
        },
        proxy::proxies_words,
        result::state::{ResultState, result_row, result_standing},
        sharing::{
            basis::{Basis, BasisKind, basis_of},
            consent::{Consent, consent_list, limits_now, naming_consent, stances_open},
            cooling::cooling_now,
            execution::undone_of_family,
            objection::{objects, standing_anywhere},
            pack::{level_barred, pack_now, wish_barred},
            pages::{
                died::ProbandDied,
                guessed::Guessed,
                knows::Banner,
                not_to_know::{DoNotTell, InDoubt},
                way_title,
            },
            way::{Way, ways_said},
        },
    },
    db::UtcDate,
    error::Result,
    ids::{FamilyId, PersonId, ResultId, TaskId},
    relative::reply::ReplyRow,
};
use actix_web::web;
use kinward_family::disclosure::Level;
use serde::Serialize;

#[derive(Serialize)]
struct TaskPage {
    /// The reminder or closing letter that comes next, and from when on.
    follow_up: Option<FollowUp>,
    task: TaskId,
    result: ResultId,
    family: FamilyId,
    family_reference: String,
    person: PersonId,
    name: String,
    /// What letters cannot print of the name, in words.
    unprintable: Option<String>,
    birth_date: Option<String>,
    died_on: Option<String>,
    /// What is missing before a letter can be written.
    missing: Vec<&'static str>,
    relation: String,
    degree: i32,
    side: String,
    chance: String,
    why: String,
    /// With every confirmed result; none for who may not read results, or where results do not fit together.
    now: Option<Now>,
    /// Nobody can be written to until the list of relatives at risk has been checked again.
    check_again: bool,
    /// What was decided and is late; for whoever may read the reasoning.
    undone: Option<String>,
    /// Under a neutral name for who may not read what was said.
    state: &'static str,
    state_title: &'static str,
    next_step: &'static str,
    /// Somebody who had the letter says that they have died, and nobody has found out yet.
    said_dead: bool,
    /// The answer that came after that, with the same letter.
    answered_since: Option<Since>,
    in_doubt: Option<InDoubt>,
    since: String,
    objects: bool,
    /// A letter came back from the address that stands.
    post_came_back: bool,
    /// What they know and do not know.
    knows: Banner,
    do_not_tell: DoNotTell,
    /// Other files in which they are in this service's care; for whoever decides.
    elsewhere: Vec<String>,
    /// Another file that holds them has their death on record, and this one has not.
    died_elsewhere: bool,
    /// The same relative in joined files; for whoever reads results.
    joined: Vec<Joined>,
    /// What stands about reaching this person, where it is not the usual.
    safety: Option<&'static str>,
    may_safety: bool,
    /// None where the caller may not read the reasoning, the letters or the replies.
    reasoning: Option<Reasoning>,
    letters: Option<Vec<LetterLine>>,
    /// To the proband about this relative; for who may read results.
    personal_letters: Option<Vec<Listed>>,
    replies: Option<Vec<ReplyShown>>,
    /// Answers that came by telephone, face to face or on paper.
    spoken: Vec<SpokenLine>,
    /// How they were handed to another service.
    referrals: Vec<ReferralLine>,
    /// What they ask about their own details.
    wishes: Vec<WishLine>,
    /// That somebody acts for them or asks to; for whoever checks it.
    proxies: Option<&'static str>,
    may: May,
    /// None where the caller may not read the reasoning.
    urgent: Option<Urgent>,
    /// By when, for who may not read why.
    urgent_by: Option<String>,
    proband_died: Option<ProbandDied>,
    closed: Closed,
}

/// What the proband said and what now allows writing.
#[derive(Serialize)]
struct Reasoning {
    stances: Vec<StanceLine>,
    basis: String,
    /// In the proband's words; whoever writes goes by them.
    limits: Option<String>,
    /// Until when no letter leaves, and why.
    waits: Option<String>,
    /// Why a letter may tell less than the basis allows.
    capped: Option<String>,
    /// The levels a letter may have on this basis, of the kind that suits this relative today.
    levels: Vec<Choice>,
    suits: Suits,
    /// Why no letter of this kind can be written on this basis, and what would help.
    no_level: Option<String>,
    guessed: Guessed,
}

#[derive(Serialize)]
struct StanceLine {
    stance: &'static str,
    /// Only where they agree: nobody else has chosen a way or a level.
    agrees: bool,
    route: &'static str,
    level: String,
    at: String,
    revisit_on: Option<String>,
    ends_on: Option<String>,
}

/// What was answered after somebody had said that the relative has died.
#[derive(Serialize)]
struct Since {
    at: String,
    /// For who may read replies.
    title: Option<&'static str>,
}

impl Since {
    fn of(reply: &ReplyRow, may_read: bool) -> Result<Self> {
        let title = if may_read { Some(title(reply.choice()?)) } else { None };
        Ok(Self { at: reply.at.shown(), title })
    }
}

/// What follows a letter that was not answered.
#[derive(Serialize)]
struct FollowUp {
    words: &'static str,
    from: String,
    may_now: bool,
}

/// What the caller may do, in the state the task is in.
#[derive(Serialize)]
struct May {
    see_result: bool,
    edit_person: bool,
    consent: bool,
    see_consent: bool,
    decide: bool,
    see_decision: bool,
    draft: bool,
    /// A copy for the proband to hand over.
    copy: bool,
    /// To a practice, a service or a register.
    house: bool,
    /// Ask the proband where this relative lives.
    ask_address: bool,
    settle: bool,
    /// An answer that came otherwise than on the letter's pages.
    answer: bool,
    address_found: bool,
    come_of_age: bool,
    object: bool,
    press: bool,
}

pub(super) async fn page(staff: Staff<may::TaskView>, house: Here, id: web::Path<TaskId>) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| task_page(act, &of, *id)).await?;
    // Names no person: titles stay in the history of a browser.
    let part = view.task.as_str().get(..8).unwrap_or_default();
    Answer::page("task", format!("Relative {part}, {}", view.family_reference), &caller, view)
}

fn task_page(act: &mut Act<'_>, caller: &Caller, id: TaskId) -> Result<TaskPage> {
    let (task, proof) = task_open(act.conn(), caller, id)?;
    let position = position_of(act.conn(), &proof, &task)?;
    let person = person_get(act.conn(), &proof, task.person_id)?;
    let contact = contact_of(act.conn(), proof.grant()?, caller.service, person.id)?;
    let has_address = contact.is_some();
    let may = |permission| allows(&caller.roles, permission);
    let reasoning = if may(Permission::ReasoningView) { Some(reasoning(act, &proof, &task)?) } else { None };
    let letters = if may(Permission::LetterView) { Some(letters(act, caller, &proof, &task)?) } else { None };
    let replies = if may(Permission::ReplyView) { Some(replies(act, caller, &proof, &task)?) } else { None };
    let proxies = if may(Permission::ProxyCheck) { proxies_words(act, id)? } else { None };
    let mut shown = state_shown(&caller.roles, task.state);
    let said_dead = said_to_have_died(act.conn(), &proof, &task, &person)?;
    if said_dead {
        shown.next_step = "Find out whether they have died";
    }
    let in_doubt = InDoubt::of(act.conn(), &proof, task.person_id)?;
    if in_doubt.is_some() {
        shown.next_step = "Find out whose word it was that they do not want to know";
    }
    let since = answered_since(act.conn(), &proof, &task, &person)?;
    let copy = copies_of(act.conn, act.service, std::slice::from_ref(&task))?.pop();
    // Only for whoever reads that the proband tells.
    if shown.state == TaskState::ProbandTells.as_str()
        && let Some(next) = copy.as_ref().and_then(|copy| copy.state.copy_next())
    {
        shown.next_step = next;
    }
    let mut may_do = May::of(
        caller,
        &task,
        reasoning.as_ref().is_some_and(|r| !r.levels.is_empty() || r.no_level.is_some()),
        !stances_open(act.conn(), &proof, &task)?.is_empty(),
    );
    may_do.copy = may_do.copy && copy.is_none();
    // Of somebody whom the proband did not ask us to write to they are asked nothing.
    may_do.ask_address =
        may_do.ask_address && ways_said(act.conn(), &proof)?.get(&task.id) == Some(&Way::ClinicWrites);
    Ok(TaskPage {
        may: may_do,
        said_dead,
        answered_since: since.map(|reply| Since::of(&reply, may(Permission::ReplyView))).transpose()?,
        in_doubt,
        family_reference: family_reference(act.conn(), caller.service, task.family_id)?,
        objects: objects(act.conn(), caller.service, person.id)?,
        post_came_back: contact.is_some_and(|contact| contact.has_come_back()),
        knows: Banner::of(act, caller, &proof, &task)?,
        do_not_tell: DoNotTell::of(act, &proof, task.person_id)?,
        elsewhere: match may(Permission::DecisionRecord) {
            true => files_elsewhere(act, caller, task.person_id, task.family_id)?,
            false => Vec::new(),
        },
        died_elsewhere: may(Permission::ResultView)
            && !person.has_died()
            && has_died_elsewhere(act, person.id)?,
        joined: match may(Permission::ResultView) {
            true => joined_of(act, caller, &task)?,
            false => Vec::new(),
        },
        safety: Some(safety_now(act.conn(), caller.service, person.id)?.0)
            .filter(|safety| *safety != Safety::MayWrite)
            .map(Safety::title),
        may_safety: may(Permission::SafetySet),
        missing: missing(&person, has_address),
        person: person.id,
        name: person.shown(),
        unprintable: person.unprintable(),
        birth_date: person.birth_date.map(UtcDate::shown),
        died_on: person.died_on.map(UtcDate::shown),
        task: id,
        result: task.result_id,
        family: task.family_id,
        relation: position.path_words,
        degree: task.degree,
        side: position.side,
        chance: position.chance,
        why: position.why,
        now: if may(Permission::ResultView) { chance_now(act, &proof, &task)? } else { None },
        check_again: result_standing(act.conn(), caller.service, task.result_id)?.state
            == ResultState::CheckAgain,
        undone: match reasoning.is_some() {
            true => {
                let today = act.at.date();
                let late = undone_of_family(act.conn(), caller.service, task.family_id, today)?;
                late.iter().find(|one| one.task == id).map(|one| one.words(today))
            }
            false => None,
        },
        state: shown.state,
        state_title: shown.title,
        next_step: shown.next_step,
        since: task.changed_at.shown(),
        reasoning,
        letters,
        personal_letters: match may(Permission::ResultView) {
            true => Some(personal_listed(act, &proof, id.as_str())?),
            false => None,
        },
        replies,
        spoken: match may(Permission::ReplyView) {
            true => spoken_listed(act, &proof, &task)?,
            false => Vec::new(),
        },
        referrals: match may(Permission::ReplyView) {
            true => referrals_listed(act, id)?,
            false => Vec::new(),
        },
        wishes: match may(Permission::ReplyView) {
            true => wishes_listed(act, &task)?,
            false => Vec::new(),
        },
        proxies,
        urgent: if may(Permission::ReasoningView) { Some(Urgent::of(act, &proof, &task)?) } else { None },
        urgent_by: match may(Permission::ReasoningView) {
            true => None,
            false => urgency_due(act.conn(), caller.service, id)?.map(UtcDate::shown),
        },
        follow_up: match may(Permission::LetterDraft) {
            true => {
                let (periods, today) = (act.policy().periods.clone(), act.at.date());
                next_of(act.conn(), &task, &periods)?.map(|next| FollowUp {
                    words: next.kind.name(),
                    from: next.from.shown(),
                    may_now: next.from <= today,
                })
            }
            false => None,
        },
        proband_died: ProbandDied::of(act.conn(), &proof, task.result_id)?,
        closed: Closed::of(act, caller, &proof, &task)?,
    })
}

/// Reading it is on the record: a chance can tell what another relative's test said.
fn chance_now(act: &mut Act<'_>, proof: &InFamily, task: &Task) -> Result<Option<Now>> {
    let result = result_row(act.conn(), proof, task.result_id)?;
    let note = "a relative's chance";
    act.record(Deed::ResultRead, ("result", result.id.as_str()), Some(proof.family()), note)?;
    let figures = act.policy().chances;
    let chances = family_chances(act.conn(), proof, &result, figures)?;
    let health = health_read(act, proof)?;
    let one = chances.relatives.iter().find(|one| one.person.id == task.person_id);
    Ok(one.and_then(|one| Now::of(one, &health)))
}

fn missing(person: &Person, has_address: bool) -> Vec<&'static str> {
    let parts = [
        (person.is_named(), "full name"),
        (person.birth_date.is_some(), "date of birth"),
        (has_address, "address"),
    ];
    parts.into_iter().filter(|(there, _)| !there).map(|(_, what)| what).collect()
}

/// Reading it is on the record, also where nothing was said yet.
fn reasoning(act: &mut Act<'_>, proof: &InFamily, task: &Task) -> Result<Reasoning> {
    let stances = consent_list(act.conn(), proof, task.id)?;
    let today = act.at.date();
    let basis = basis_of(act.conn(), proof.service(), task.id, today)?;
    act.record(Deed::ConsentRead, ("relative_task", task.id.as_str()), Some(proof.family()), "stances")?;
    let most = basis.as_ref().map(|basis| basis.level);
    let names = naming_consent(act.conn(), proof.service(), task.id, today)?.is_some();
    let staff = staff_names(act.conn(), proof.service())?;
    let wishes = standing_anywhere(act.conn(), proof.service(), task.person_id)?;
    let wished = match most {
        Some(most) => wish_barred(act.conn(), proof.service(), task.person_id, most)?,
        None => None,
    };
    let fitting = fitting(act, proof, task)?;
    let suits = Suits::of(act, proof, &fitting)?;
    let (_, edition) = pack_now(act)?;
    Ok(Reasoning {
        suits,
        no_level: most.and_then(|most| fitting.out_of_reach(most)),
        stances: stances.iter().rev().map(StanceLine::of).collect(),
        basis: basis_words(basis.as_ref()),
        limits: limits_now(act.conn(), proof, task.id)?,
        waits: cooling_now(act.conn, act.service, task.id, act.at)?
            .map(|wait| wait.words(act.policy().periods.cooling_off_hours)),
        capped: capped(most.and_then(|most| level_barred(edition, most)), wished),
        levels: Level::ALL
            .into_iter()
            .filter(|level| most.is_some_and(|most| *level <= most) && (*level < Level::L3 || names))
            .filter(|level| *level <= edition.most_level() && fitting.levels().contains(level))
            .filter(|level| wishes.iter().all(|one| !one.topic.is_told_at(*level)))
            .map(|level| Choice::of(level, level.as_str()).hint(level.plain()))
            .collect(),
        guessed: Guessed::of(act, proof, task, &staff)?,
    })
}

/// By the pack in force, by what the relative does not want to know, or by both.
fn capped(by_pack: Option<String>, by_wish: Option<String>) -> Option<String> {
    match (by_pack, by_wish) {
        (Some(pack), Some(wish)) => Some(format!("{pack} {wish}")),
        (one, other) => one.or(other),
    }
}

fn basis_words(basis: Option<&Basis>) -> String {
    let Some(basis) = basis else {
        return "Nothing on record allows writing to this relative now.".into();
    };
    let rests = match basis.kind {
        BasisKind::Consent => "The proband agrees to a letter from the clinic",
        BasisKind::Decision => "A recorded decision allows a letter from the clinic",
        BasisKind::OwnResult => "A result of their own is on record",
        BasisKind::Wish => "They asked not to be contacted",
    };
    format!("{rests}, up to {}. {}", basis.level, basis.level.plain())
}

impl StanceLine {
    fn of(consent: &Consent) -> Self {
        Self {
            stance: consent.stance.title(),
            agrees: consent.stance.is_agreement(),
            route: way_title(consent.route),
            level: consent.level.clone(),
            at: consent.at.shown(),
            revisit_on: consent.revisit_on.map(UtcDate::shown),
            ends_on: consent.ends_on.map(UtcDate::shown),
        }
    }
}

impl May {
    fn of(caller: &Caller, task: &Task, has_level: bool, stances: bool) -> Self {
        let may = |permission| allows(&caller.roles, permission);
        let can = |command| step(task.state, command).is_some();
        let moves = may(Permission::TaskMove);
        Self {
            see_result: may(Permission::ResultView),
            edit_person: may(Permission::PersonEdit),
            consent: may(Permission::ConsentRecord) && stances,
            see_consent: may(Permission::ConsentRecord),
            decide: may(Permission::DecisionRecord) && can(TaskCommand::DecideToWrite),
            see_decision: may(Permission::ReasoningView),
            draft: may(Permission::LetterDraft) && can(TaskCommand::Draft) && has_level,
            copy: may(Permission::LetterDraft) && task.state == TaskState::ProbandTells,
            house: may(Permission::LetterDraft) && written_about(task.state),
            ask_address: may(Permission::ResultView) && task.state == TaskState::NotReached,
            settle: moves && can(TaskCommand::Settle),
            answer: moves && is_heard(task.state),
            address_found: moves && can(TaskCommand::FindAddress),
            come_of_age: moves && can(TaskCommand::ComeOfAge),
            object: moves && can(TaskCommand::Object) && task.state != TaskState::DoNotContact,
            press: may(Permission::TaskMove),
        }
    }
}
