//! Templates as staff see them: which there are, what each says with made-up facts, who has approved it.
//! Must not know: any family.

use super::reading::one_heading_lower;
use crate::{
    access::{
        Answer, Input, Permission, Staff,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    clinic::letters::{
        personal::PersonalKind,
        templates::{
            self, Approval, CheckedBy, Worded, approval_of, approvals, approvals_ever, template_get,
            words_approve, words_withdraw,
        },
    },
    error::{Error, Result},
    ids::StaffId,
};
use actix_web::web;
use kinward_family::{
    condition::Actionability,
    kind::Kind,
    language::{Language, Languages},
    letter::{Letter, TextSize},
    sample,
    wording::Template,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize)]
struct Row {
    kind: String,
    name: String,
    /// One for each language.
    languages: Vec<Status>,
}

#[derive(Serialize)]
struct Status {
    code: &'static str,
    language: &'static str,
    version: String,
    approved: bool,
}

#[derive(Serialize)]
struct ListView {
    rows: Vec<Row>,
    waiting: usize,
}

pub(super) fn name_of(kind: &str) -> String {
    let letter = kind.parse::<Kind>().ok().map(Kind::name);
    let personal = PersonalKind::ALL.into_iter().find(|one| one.as_str() == kind).map(PersonalKind::name);
    letter.or(personal).unwrap_or("Notice that a letter waits").to_owned()
}

pub(super) async fn list(staff: Staff<may::LetterView>, house: Here) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let standing = house.read(move |conn, _| approvals(conn, of.service)).await?;
    let mut rows: Vec<Row> = Vec::new();
    for template in templates::all() {
        let card = template.card();
        let status = Status {
            code: card.language.code(),
            language: card.language.name(),
            version: card.version.clone(),
            approved: approval_of(&standing, template).is_some(),
        };
        match rows.iter_mut().find(|row| row.kind == card.kind) {
            Some(row) => row.languages.push(status),
            None => {
                rows.push(Row { kind: card.kind.clone(), name: name_of(&card.kind), languages: vec![status] })
            }
        }
    }
    let waiting = rows.iter().flat_map(|row| &row.languages).filter(|status| !status.approved).count();
    Answer::page("templates", "Templates", &caller, ListView { rows, waiting })
}

#[derive(Serialize)]
struct Preview {
    level: &'static str,
    level_words: &'static str,
    html: String,
    html_language: &'static str,
    html_label: String,
}

/// One approval, and how it ended.
#[derive(Serialize)]
pub(super) struct Past {
    version: String,
    /// What was approved is what letters are drafted with today.
    these_words: bool,
    approved_by: String,
    approved_on: String,
    checked_by: String,
    withdrawn_by: Option<String>,
    withdrawn_on: Option<String>,
    withdrawn_why: Option<String>,
}

/// The history of one wording in words.
pub(super) fn history(ever: &[Approval], now: &Worded, names: &[(StaffId, String)]) -> Vec<Past> {
    let past = |one: &Approval| Past {
        version: one.version.clone(),
        these_words: one.version == now.version && one.digest == now.digest,
        approved_by: called(one.by_staff, names),
        approved_on: one.at.shown(),
        checked_by: one.checked_words(),
        withdrawn_by: one.ended_by.map(|by| called(by, names)),
        withdrawn_on: one.ended_at.map(|at| at.shown()),
        withdrawn_why: one.ended_why.clone(),
    };
    ever.iter().map(past).collect()
}

fn called(id: StaffId, names: &[(StaffId, String)]) -> String {
    let known = names.iter().find(|(known, _)| *known == id);
    known.map_or_else(|| "a former colleague".to_owned(), |(_, name)| name.clone())
}

#[derive(Serialize)]
struct View {
    kind: String,
    name: String,
    code: &'static str,
    language: &'static str,
    version: String,
    levels: String,
    classes: String,
    policy: String,
    review_date: String,
    reading_target: String,
    hard_because: Option<String>,
    approved_by: Option<String>,
    approved_on: Option<String>,
    checked_by: Option<String>,
    may_approve: bool,
    /// Every approval of this wording there ever was, newest first.
    history: Vec<Past>,
    /// The letter with made-up facts, at each of its levels.
    previews: Vec<Preview>,
}

fn language(code: &str) -> Result<Language> {
    code.parse().map_err(|_| Error::not_found())
}

fn previews(kind: &str, language: Language) -> Result<Vec<Preview>> {
    let Ok(kind) = kind.parse::<Kind>() else { return Ok(Vec::new()) };
    let preview = |level: &kinward_family::disclosure::Level| {
        let class = Actionability::AdultActionable;
        let parts = sample::parts(kind, *level, class, Languages::Only(language), TextSize::default())
            .ok_or_else(|| Error::inner("a made-up letter has no parts"))?;
        let letter = Letter::write(parts).map_err(Error::inner)?;
        Ok(Preview {
            level: level.as_str(),
            level_words: level.plain(),
            html: one_heading_lower(&one_heading_lower(&letter.html())),
            html_language: language.tag(),
            html_label: format!("The letter at {level}, with made-up facts"),
        })
    };
    kind.levels().iter().map(preview).collect()
}

fn view_of(
    template: &Template,
    (standing, ever): (&[Approval], &[Approval]),
    names: &[(StaffId, String)],
    may_approve: bool,
) -> Result<View> {
    let card = template.card();
    let approval = approval_of(standing, template);
    let classes: Vec<&str> = card.classes.iter().map(|class| class.name()).collect();
    let levels: Vec<&str> = card.levels.iter().map(|level| level.as_str()).collect();
    Ok(View {
        kind: card.kind.clone(),
        name: name_of(&card.kind),
        code: card.language.code(),
        language: card.language.name(),
        version: card.version.clone(),
        levels: levels.join(", "),
        classes: if classes.is_empty() { "every condition".to_owned() } else { classes.join(", ") },
        policy: card.policy.join(", "),
        review_date: card.review_date_in_english(),
        reading_target: card.reading_target.clone(),
        hard_because: card.hard_because.clone(),
        approved_by: approval.map(|approval| called(approval.by_staff, names)),
        approved_on: approval.map(|approval| approval.at.shown()),
        checked_by: approval.map(Approval::checked_words),
        may_approve,
        history: history(ever, &Worded::of(template), names),
        previews: previews(&card.kind, card.language)?,
    })
}

pub(super) async fn page(
    staff: Staff<may::LetterView>,
    house: Here,
    path: web::Path<(String, String)>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (kind, code) = path.into_inner();
    let template = template_get(&kind, language(&code)?)?;
    let of = caller.clone();
    let (standing, ever, names) = house
        .read(move |conn, _| {
            let standing = approvals(conn, of.service)?;
            Ok((standing, approvals_ever(conn, of.service, &kind, &code)?, staff_names(conn, of.service)?))
        })
        .await?;
    let view =
        view_of(template, (&standing, &ever), &names, allows(&caller.roles, Permission::TemplateApprove))?;
    Answer::page("template", format!("Template: {}, {}", view.name, view.language), &caller, view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApproveEntry {
    #[serde(default)]
    checked_by: String,
    #[serde(default)]
    checked_role: String,
}

impl ApproveEntry {
    pub(super) fn checked(&self) -> CheckedBy<'_> {
        CheckedBy { name: &self.checked_by, role: &self.checked_role }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WithdrawEntry {
    #[serde(default)]
    pub(super) withdrawn_why: String,
}

pub(super) async fn approve(
    staff: Staff<may::TemplateApprove>,
    house: Here,
    path: web::Path<(String, String)>,
    input: Input<ApproveEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (kind, code) = path.into_inner();
    let template = template_get(&kind, language(&code)?)?;
    let who = caller.staff;
    house.act(&caller, move |act, _| words_approve(act, who, Worded::of(template), entry.checked())).await?;
    Ok(Answer::done(format!("/templates/{kind}/{code}"), json!({"kind": kind, "approved": true})))
}

pub(super) async fn withdraw(
    staff: Staff<may::TemplateApprove>,
    house: Here,
    path: web::Path<(String, String)>,
    input: Input<WithdrawEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (kind, code) = path.into_inner();
    let template = template_get(&kind, language(&code)?)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| words_withdraw(act, &of, &Worded::of(template), &entry.withdrawn_why))
        .await?;
    Ok(Answer::done(format!("/templates/{kind}/{code}"), json!({"kind": kind, "approved": false})))
}
