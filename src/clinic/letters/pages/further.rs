//! The page of further languages: what each sentence says, whether it can be printed, who has approved it, and which the service
//! has chosen. Must not know: any family.

use super::templates::{ApproveEntry, Past, WithdrawEntry, history};
use crate::{
    access::{
        Answer, Input, Permission, Staff,
        pages::Here,
        permission::{allows, may},
        service::service_get,
        staff::staff_names,
    },
    clinic::letters::{
        further::{KIND, chosen, further_choose, has_font, worded},
        templates::{approvals, approvals_ever, words_approve, words_withdraw},
    },
    error::{Error, Result},
};
use actix_web::web;
use kinward_family::further::Further;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize)]
struct Row {
    code: &'static str,
    name: &'static str,
    own_name: &'static str,
    direction: &'static str,
    sentence: &'static str,
    /// Without one it is not offered.
    has_font: bool,
    approved: bool,
    chosen: bool,
    /// Stands on letters that are drafted from now on.
    printed: bool,
    history: Vec<Past>,
}

#[derive(Serialize)]
struct View {
    english: &'static str,
    version: &'static str,
    rows: Vec<Row>,
    offered: usize,
    may_approve: bool,
}

pub(super) async fn page(staff: Staff<may::LetterView>, house: Here) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let view = house
        .read(move |conn, _| {
            let service = service_get(conn, of.service)?;
            let (standing, names) = (approvals(conn, of.service)?, staff_names(conn, of.service)?);
            let chosen = chosen(&service);
            let mut rows = Vec::new();
            for one in Further::all() {
                let words = worded(one);
                let ever = approvals_ever(conn, of.service, KIND, one.code())?;
                let (approved, has_font) = (words.approval(&standing).is_some(), has_font(one));
                let chosen = chosen.contains(&one);
                rows.push(Row {
                    code: one.code(),
                    name: one.name(),
                    own_name: one.own_name(),
                    direction: one.direction().as_str(),
                    sentence: one.sentence(),
                    has_font,
                    approved,
                    chosen,
                    printed: has_font && approved && chosen,
                    history: history(&ever, &words, &names),
                });
            }
            let first = Further::all().into_iter().next();
            Ok(View {
                english: first.map(Further::english).unwrap_or_default(),
                version: first.map(Further::version).unwrap_or_default(),
                offered: rows.iter().filter(|row| row.has_font).count(),
                rows,
                may_approve: allows(&of.roles, Permission::TemplateApprove),
            })
        })
        .await?;
    Answer::page("further", "Further languages", &caller, view)
}

fn language(code: &str) -> Result<Further> {
    Further::by_code(code).ok_or_else(Error::not_found)
}

fn done(code: &str) -> Answer {
    Answer::done(format!("/further-languages#{code}"), json!({"language": code}))
}

pub(super) async fn approve(
    staff: Staff<may::TemplateApprove>,
    house: Here,
    code: web::Path<String>,
    input: Input<ApproveEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (entry, one) = (input.open(&caller)?, language(&code)?);
    if !has_font(one) {
        return Err(Error::not_now(
            "The program has no font for this language, so it is not offered. Nothing was changed.",
        ));
    }
    let who = caller.staff;
    house.act(&caller, move |act, _| words_approve(act, who, worded(one), entry.checked())).await?;
    Ok(done(one.code()))
}

pub(super) async fn withdraw(
    staff: Staff<may::TemplateApprove>,
    house: Here,
    code: web::Path<String>,
    input: Input<WithdrawEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (entry, one) = (input.open(&caller)?, language(&code)?);
    let of = caller.clone();
    house.act(&caller, move |act, _| words_withdraw(act, &of, &worded(one), &entry.withdrawn_why)).await?;
    Ok(done(one.code()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChooseEntry {
    #[serde(default)]
    chosen: Vec<String>,
}

pub(super) async fn choose(
    staff: Staff<may::TemplateApprove>,
    house: Here,
    input: Input<ChooseEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    house.act(&caller, move |act, _| further_choose(act, &entry.chosen)).await?;
    Ok(Answer::done("/further-languages", json!({"chosen": true})))
}
