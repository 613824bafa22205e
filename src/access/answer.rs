//! What a handler answers: a page for people and the same facts as JSON for programs, or where to go next.
//! Must not know: what stands on the page.

use super::{
    Caller, Permission,
    input::Typed,
    permission::allows,
    refused::{Kept, Refused, ShownAgain, kept, shown_again},
    staff::Via,
    staff::is_api,
};
use crate::error::{Error, Result};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::header::{self, HeaderValue},
};
use handlebars::Handlebars;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};

/// The staff templates, embedded and compiled once; strict, so a missing field is an error and never a blank.
#[derive(Clone)]
pub struct Pages(Arc<Handlebars<'static>>);

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../templates/staff/", $name, ".hbs")))),*]
    };
}

/// Every staff template; a test compares the list with the folder.
pub const TEMPLATES: &[(&str, &str)] = templates![
    "answer",
    "at_risk",
    "batch",
    "batch_approve",
    "batch_draft",
    "batches",
    "calendar",
    "trigger",
    "treatments",
    "closed",
    "import",
    "import_problems",
    "import_questions",
    "imports",
    "incident",
    "incident_new",
    "transfer",
    "transfer_new",
    "case",
    "cases",
    "call",
    "call_new",
    "calls",
    "certificate_check",
    "certificates",
    "contradiction",
    "conflicts",
    "cover",
    "digest",
    "saved_views",
    "team",
    "team_fields",
    "teams",
    "work_changed",
    "work_together",
    "consent",
    "consent_fields",
    "conversation",
    "crumbs",
    "decision",
    "decision_check",
    "emergency",
    "decision_fields",
    "decision_question",
    "difference",
    "do_not_tell",
    "in_doubt",
    "enquiries",
    "enquiry",
    "entry_cell",
    "families",
    "family",
    "family_drawing",
    "family_export",
    "family_import",
    "family_plan",
    "family_table",
    "family_text",
    "field_date",
    "field_date_given",
    "field_line",
    "field_radios",
    "field_text",
    "follow_up",
    "figure",
    "figures",
    "gp",
    "home",
    "house",
    "inferable",
    "inferable_why",
    "inquiry",
    "invitation",
    "kindred",
    "kindred_plan",
    "knows",
    "layout",
    "letter",
    "letter_block",
    "letter_html",
    "letter_words",
    "template",
    "wording",
    "wording_letter",
    "wordings",
    "templates",
    "not_to_know",
    "objection",
    "options",
    "objections",
    "outbox",
    "personal_letter",
    "pack",
    "approval_history",
    "further",
    "approvers",
    "reclassified",
    "recontact",
    "responsibility",
    "returned",
    "pack_hints",
    "pack_settings",
    "pedigree_svg",
    "person",
    "field_boxes",
    "field_choice",
    "person_identity",
    "person_place",
    "post",
    "problem",
    "proband_died",
    "proxies",
    "proxy",
    "proxy_code",
    "queues",
    "reason_boxes",
    "record",
    "referral",
    "referral_new",
    "relative_result",
    "relative_results",
    "report_again",
    "request",
    "request_new",
    "requests",
    "report_new",
    "report_unreadable",
    "reports",
    "result",
    "safety",
    "say_this",
    "sheet",
    "sign_in",
    "spoken",
    "task",
    "wish",
    "training",
    "training_answer",
    "training_case",
    "what_if",
    "who_knows",
];

impl Pages {
    /// # Errors
    /// A template that does not compile, by its name.
    pub fn load() -> Result<Self> {
        static COMPILED: OnceLock<Pages> = OnceLock::new();
        match COMPILED.get() {
            Some(pages) => Ok(pages.clone()),
            None => {
                let pages = Self::compile()?;
                Ok(COMPILED.get_or_init(|| pages).clone())
            }
        }
    }

    fn compile() -> Result<Self> {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        for (name, text) in TEMPLATES {
            registry
                .register_template_string(name, text)
                .map_err(|e| Error::inner(format!("template {name}: {e}")))?;
        }
        Ok(Self(Arc::new(registry)))
    }

    fn render(&self, template: &str, view: &Value) -> Result<String> {
        self.0.render(template, view).map_err(|e| {
            // The library's message may quote a value: only where it stands is kept.
            Error::inner(format!(
                "template {template} line {:?}: {}",
                e.line_no,
                e.template_name.unwrap_or_default()
            ))
        })
    }
}

/// What a handler answers.
pub enum Answer {
    Page {
        template: &'static str,
        title: String,
        view: Value,
        caller: Option<Caller>,
        status: u16,
    },
    /// Done; go on at `location`. A program gets `facts` instead.
    Done {
        location: String,
        facts: Value,
    },
    File {
        content_type: &'static str,
        name: Option<String>,
        bytes: Vec<u8>,
    },
    Raw(HttpResponse),
}

impl Answer {
    /// A page for `caller`, and its facts for a program.
    pub fn page(
        template: &'static str,
        title: impl Into<String>,
        caller: &Caller,
        view: impl Serialize,
    ) -> Result<Self> {
        Ok(Self::Page {
            template,
            title: title.into(),
            view: serde_json::to_value(view).map_err(|e| Error::inner(format!("view of {template}: {e}")))?,
            caller: Some(caller.clone()),
            status: 200,
        })
    }

    pub fn done(location: impl Into<String>, facts: Value) -> Self {
        Self::Done { location: location.into(), facts }
    }
}

impl Responder for Answer {
    type Body = BoxBody;

    fn respond_to(self, req: &HttpRequest) -> HttpResponse {
        let api = is_api(req);
        match self {
            Answer::Raw(response) => response,
            Answer::File { content_type, name, bytes } => {
                let mut response = HttpResponse::Ok();
                response.content_type(content_type);
                if let Some(name) = name {
                    response.insert_header((
                        header::CONTENT_DISPOSITION,
                        format!("attachment; filename=\"{name}\""),
                    ));
                }
                response.body(bytes)
            }
            Answer::Done { facts, .. } if api => HttpResponse::Ok().json(facts),
            Answer::Done { location, .. } => {
                HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
            }
            Answer::Page { view, status, .. } if api => {
                HttpResponse::build(actix_web::http::StatusCode::from_u16(status).unwrap_or_default())
                    .json(view)
            }
            Answer::Page { template, title, view, caller, status } => {
                page(req, template, &title, &view, caller.as_ref(), status)
            }
        }
    }
}

/// Renders a staff page inside the layout; with the form that was refused, where one was and it stands on this page.
pub fn page(
    req: &HttpRequest,
    template: &str,
    title: &str,
    view: &Value,
    caller: Option<&Caller>,
    status: u16,
) -> HttpResponse {
    let Some(house) = req.app_data::<actix_web::web::Data<std::sync::Arc<super::House>>>() else {
        return HttpResponse::InternalServerError().finish();
    };
    let form_token = match caller.map(|c| &c.via) {
        Some(Via::Cookie(token)) => token.as_str(),
        Some(Via::Token) | None => "",
    };
    let extensions = req.extensions();
    let refused = extensions.get::<Refused>();
    let error = if refused.is_some() { "Error: " } else { "" };
    let whole = json!({
        "title": format!("{error}{title}"),
        "template": template,
        "form_token": form_token,
        "demo": house.config.demo,
        "signed_in": caller.map(|c| json!({"name": c.display_name, "role": c.role(), "job_title": c.job_title})),
        "menu": caller.map(|c| menu(c, req.path())),
        "path": req.path(),
        "v": view,
    });
    match house.pages.render("layout", &whole) {
        Ok(html) => {
            let typed = extensions.get::<Typed>();
            let again = refused.and_then(|refused| shown_again(&html, refused, typed));
            let html = match (extensions.get::<Kept>(), typed) {
                (Some(once_more), Some(typed)) => kept(&html, once_more, typed).unwrap_or(html),
                (Some(_) | None, _) => html,
            };
            let status = refused.filter(|_| again.is_some()).map_or(status, |refused| refused.status);
            let mut response =
                HttpResponse::build(actix_web::http::StatusCode::from_u16(status).unwrap_or_default());
            response
                .insert_header((header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")));
            if again.is_some() {
                response.extensions_mut().insert(ShownAgain);
            }
            response.body(again.unwrap_or(html))
        }
        Err(problem) => {
            tracing::error!(cause = problem.cause(), "a page could not be made");
            HttpResponse::InternalServerError().body(Error::inner("").public().to_owned())
        }
    }
}

/// The menu, with nothing in it that the caller's roles would be refused.
const MENU: &[(&str, &str, Permission)] = &[
    ("/", "Home", Permission::QueueView),
    ("/queues", "Queues", Permission::QueueView),
    ("/families", "Families", Permission::FamilyView),
    ("/calendar", "Calendar", Permission::TaskView),
    ("/reports/new", "New report", Permission::ReportIntake),
    ("/outbox", "Sending", Permission::OutboxView),
    ("/templates", "Templates", Permission::LetterView),
    ("/reports", "Reports", Permission::ReportView),
    ("/reports/cascade", "Cascade", Permission::CascadeReportView),
    ("/conflicts", "Conflicts", Permission::ConflictSet),
];

fn menu(caller: &Caller, path: &str) -> Vec<Value> {
    let section = |path: &str| path.split('/').nth(1).unwrap_or_default().to_owned();
    // Laboratory reports and ours share a section: a page's own entry comes before the first of its section.
    let below =
        |href: &str| path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let own = MENU
        .iter()
        .rev()
        .find(|(href, _, _)| *href == path || (href.matches('/').count() > 1 && below(href)));
    let here = own.or_else(|| MENU.iter().find(|(href, _, _)| section(href) == section(path)));
    MENU.iter()
        .filter(|(_, _, needed)| allows(&caller.roles, *needed))
        .map(|(href, text, _)| {
            json!({"href": href, "text": text, "here": here.is_some_and(|(here, _, _)| here == href)})
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;

    #[test]
    fn every_template_compiles() {
        Pages::load().unwrap();
    }

    #[test]
    fn a_guardian_is_offered_nothing_that_would_be_refused() {
        let guardian = Caller::stand_in(vec![Role::Guardian]);
        let menu = menu(&guardian, "/queues/decisions");
        let shown: Vec<_> = menu.iter().map(|item| item["text"].as_str().unwrap()).collect();
        assert_eq!(shown, ["Home", "Queues", "Families", "Calendar", "Reports", "Cascade", "Conflicts"]);
        let here = menu.iter().map(|item| item["here"] == true).collect::<Vec<_>>();
        assert_eq!(here, [false, true, false, false, false, false, false]);
    }

    #[test]
    fn of_two_entries_of_one_section_one_is_here() {
        let clinician = Caller::stand_in(vec![Role::Clinician]);
        for (path, text) in [
            ("/reports/new", "New report"),
            ("/reports", "Reports"),
            ("/reports/x/unreadable", "New report"),
            ("/reports/cascade", "Cascade"),
            ("/reports/cascade/funnel", "Cascade"),
            ("/", "Home"),
        ] {
            let menu = menu(&clinician, path);
            let here: Vec<_> = menu.iter().filter(|item| item["here"] == true).collect();
            assert_eq!((here.len(), here[0]["text"].as_str()), (1, Some(text)), "{path}");
        }
    }
}
