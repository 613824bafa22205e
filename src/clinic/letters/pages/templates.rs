//! Templates as staff see them: which there are, what each says with made-up facts, who has approved it.
//! Must not know: any family.

use super::{Nothing, reading::one_heading_lower};
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
            self, Approval, approval_of, approvals, template_approve, template_get, template_withdraw,
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
    standing: &[Approval],
    names: &[(StaffId, String)],
    may_approve: bool,
) -> Result<View> {
    let card = template.card();
    let approval = approval_of(standing, template);
    let called = |id: StaffId| {
        let known = names.iter().find(|(known, _)| *known == id);
        known.map_or_else(|| "a former colleague".to_owned(), |(_, name)| name.clone())
    };
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
        review_date: card.review_date.clone(),
        reading_target: card.reading_target.clone(),
        hard_because: card.hard_because.clone(),
        approved_by: approval.map(|approval| called(approval.by_staff)),
        approved_on: approval.map(|approval| approval.at.shown()),
        checked_by: approval.map(|approval| approval.checked_by.clone()),
        may_approve,
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
    let (standing, names) =
        house.read(move |conn, _| Ok((approvals(conn, of.service)?, staff_names(conn, of.service)?))).await?;
    let view = view_of(template, &standing, &names, allows(&caller.roles, Permission::TemplateApprove))?;
    Answer::page("template", format!("Template: {}, {}", view.name, view.language), &caller, view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApproveEntry {
    #[serde(default)]
    checked_by: String,
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
    house.act(&caller, move |act, _| template_approve(act, who, template, &entry.checked_by)).await?;
    Ok(Answer::done(format!("/templates/{kind}/{code}"), json!({"kind": kind, "approved": true})))
}

pub(super) async fn withdraw(
    staff: Staff<may::TemplateApprove>,
    house: Here,
    path: web::Path<(String, String)>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let caller = staff.caller;
    input.open(&caller)?;
    let (kind, code) = path.into_inner();
    let template = template_get(&kind, language(&code)?)?;
    let of = caller.clone();
    house.act(&caller, move |act, _| template_withdraw(act, &of, template)).await?;
    Ok(Answer::done(format!("/templates/{kind}/{code}"), json!({"kind": kind, "approved": false})))
}
