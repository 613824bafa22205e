//! The portal: how a request becomes a visit and a `family::Page` becomes an answer. It can send nothing else.
//! Must not know: the professionals' wing; what an answer does there goes through the listener.

mod answering;
mod entering;
mod reading;

use super::{
    invitation::Invitation,
    listener::Listener,
    visit::{self, Visit},
};
use crate::{
    access::{
        House,
        route::{Route, Who},
        service::{Service, service_get, service_list},
    },
    audit::{Act, ActorKind},
    db::UtcTime,
    error::{Error, Result, Trouble},
};
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite},
    http::header,
    web,
};
use kinward_family::{
    language::Language,
    page::{Frame, Page, Saved, path},
    service::ServiceCard,
};
use std::{collections::BTreeMap, sync::Arc};
use subtle::ConstantTimeEq;

macro_rules! portal {
    ($method:ident $path:expr, $handler:path, $about:literal) => {
        Route {
            method: stringify!($method),
            path: $path,
            who: Who::Visitor,
            about: $about,
            mount: || portal!(@ $method).to(|req, house, listener, body| answer(req, house, listener, body, $handler)),
        }
    };
    (@ GET) => { web::get() };
    (@ POST) => { web::post() };
}

/// Every address a relative's browser can reach.
pub const ROUTES: &[Route] = &[
    portal!(GET "/r", entering::start, "Start"),
    portal!(GET "/r/code", entering::code_page, "Where the code is typed"),
    portal!(POST "/r/code", entering::code, "A code was typed"),
    portal!(GET "/r/birth-date", entering::birth_date_page, "Where the date of birth is typed"),
    portal!(POST "/r/birth-date", entering::birth_date, "A date of birth was typed"),
    portal!(GET "/r/for-you", entering::for_you_page, "Is this letter for you?"),
    portal!(POST "/r/for-you", entering::for_you, "Whom the letter is for"),
    portal!(GET "/r/before", reading::before_page, "Read now, later or not at all"),
    portal!(POST "/r/before", reading::before, "When to read"),
    portal!(GET "/r/letter", reading::letter, "The letter"),
    portal!(GET "/r/letter.pdf", reading::letter_pdf, "The letter as it was printed"),
    portal!(GET "/r/choices", answering::choices_page, "What would you like to do?"),
    portal!(POST "/r/choices", answering::choices, "What was chosen"),
    portal!(GET "/r/answer/{choice}", answering::answer_page, "The questions of one choice"),
    portal!(POST "/r/answer/{choice}", answering::answer, "The answers of one choice"),
    portal!(GET "/r/check", answering::check_page, "Check your answers"),
    portal!(POST "/r/check", answering::check, "Confirm and send"),
    portal!(GET "/r/done", answering::done, "What happens next"),
    portal!(GET "/r/back", reading::back, "Coming back"),
    portal!(GET "/r/stop", entering::stop, "Stop here"),
];

/// How the portal reaches whoever runs the cascade.
pub type Listening = web::Data<Arc<dyn Listener>>;

/// What a request of a visit is answered with.
enum Shown {
    Page(Box<Page>),
    /// The same page with a status that says there is a problem.
    Again(Box<Page>),
    Go(String),
    Pdf(Vec<u8>),
}

impl Shown {
    fn page(page: Page) -> Result<Self> {
        Ok(Self::Page(Box::new(page)))
    }
    fn again(page: Page) -> Result<Self> {
        Ok(Self::Again(Box::new(page)))
    }
    fn go(to: impl Into<String>) -> Result<Self> {
        Ok(Self::Go(to.into()))
    }
}

/// One request: what was sent, and the visit it belongs to.
struct Call<'a> {
    house: &'a House,
    listener: &'a dyn Listener,
    visit: Option<Visit>,
    /// A new visit's secret, to be set as a cookie.
    new_cookie: Option<String>,
    had_cookie: bool,
    fields: BTreeMap<String, String>,
    /// The last part of `/r/answer/{choice}`.
    choice: String,
    now: UtcTime,
}

impl Call<'_> {
    /// The visit's letter, or where to go instead.
    fn admitted(&mut self) -> Result<std::result::Result<(Visit, Invitation), Shown>> {
        let Some(visit) = self.visit.clone() else {
            return Ok(Err(if self.had_cookie {
                Shown::Page(Box::new(Page::TimedOut))
            } else {
                Shown::Go(path::CODE.into())
            }));
        };
        match self.house.db.read(|conn| visit::visit_invitation(conn, &visit)) {
            Ok(invitation) => Ok(Ok((visit, invitation))),
            Err(problem) if problem.trouble() == Trouble::NotSignedIn => {
                Ok(Err(Shown::Go(path::CODE.into())))
            }
            Err(problem) => Err(problem),
        }
    }

    /// Runs `work` as an act of the relative who holds this letter.
    fn act<T>(&self, invitation: &Invitation, work: impl FnOnce(&mut Act<'_>) -> Result<T>) -> Result<T> {
        self.house.act_as(ActorKind::Relative, invitation.id.as_str(), invitation.service_id, work)
    }

    fn start_visit(&mut self) -> Result<Visit> {
        let chance = self.house.chance.as_ref();
        let (secret, visit) = self.house.db.write(|conn| visit::visit_start(conn, chance, self.now))?;
        self.new_cookie = Some(secret);
        self.visit = Some(visit.clone());
        Ok(visit)
    }
}

type Handler = fn(&mut Call<'_>) -> Result<Shown>;

fn cookie_name(secure: bool) -> &'static str {
    // A path of its own would forbid the __Host- prefix; the wings have different hosts where both are served by https.
    if secure { "__Host-visit" } else { "visit" }
}

/// The one way in and out of the portal.
async fn answer(
    req: HttpRequest,
    house: web::Data<Arc<House>>,
    listener: Listening,
    body: web::Bytes,
    handler: Handler,
) -> HttpResponse {
    let posted = req.method() == actix_web::http::Method::POST;
    let secure = house.config.secure();
    let cookie = req.cookie(cookie_name(secure)).map(|cookie| cookie.value().to_owned());
    let choice = req.match_info().get("choice").unwrap_or_default().to_owned();
    let listener: Arc<dyn Listener> = Arc::clone(listener.get_ref());
    let done = house
        .run(move |house| {
            let now = house.clock.now();
            let periods = &house.policy.periods;
            let visit = match &cookie {
                Some(secret) => house.db.read(|conn| visit::visit_live(conn, secret, now, periods))?,
                None => None,
            };
            let fields = if posted { form(&body)? } else { BTreeMap::new() };
            let mut call = Call {
                house,
                listener: listener.as_ref(),
                visit,
                new_cookie: None,
                had_cookie: cookie.is_some(),
                fields,
                choice,
                now,
            };
            let shown = if posted && !form_is_this_visits(&call) {
                Shown::Again(Box::new(Page::TimedOut))
            } else {
                call.fields.remove("form_token");
                handler(&mut call)?
            };
            let service = service_of(house, call.visit.as_ref())?;
            let token = call.visit.as_ref().map(|visit| visit.form_token.clone()).unwrap_or_default();
            let (status, html) = match shown {
                Shown::Go(to) => return Ok((303, Out::Go(to), call.new_cookie)),
                Shown::Pdf(bytes) => return Ok((200, Out::Pdf(bytes), call.new_cookie)),
                Shown::Page(page) => (200, render(&service, &token, &page)?),
                Shown::Again(page) => (422, render(&service, &token, &page)?),
            };
            Ok((status, Out::Html(html), call.new_cookie))
        })
        .await;
    let (status, out, new_cookie) = match done {
        Ok(done) => done,
        Err(problem) => (problem.status().as_u16(), went_wrong(&house, &problem).await, None),
    };
    respond(status, out, new_cookie.map(|secret| (cookie_name(secure), secret, secure)))
}

enum Out {
    Go(String),
    Pdf(Vec<u8>),
    Html(String),
}

fn respond(status: u16, out: Out, cookie: Option<(&'static str, String, bool)>) -> HttpResponse {
    let mut response = HttpResponse::build(actix_web::http::StatusCode::from_u16(status).unwrap_or_default());
    if let Some((name, secret, secure)) = cookie {
        response.cookie(
            Cookie::build(name, secret)
                .path("/")
                .http_only(true)
                .secure(secure)
                .same_site(SameSite::Strict)
                .finish(),
        );
    }
    match out {
        Out::Go(to) => response.insert_header((header::LOCATION, to)).finish(),
        Out::Pdf(bytes) => response
            .content_type("application/pdf")
            .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"letter.pdf\""))
            .body(bytes),
        Out::Html(html) => response.content_type("text/html; charset=utf-8").body(html),
    }
}

/// The page for a fault of ours. It says the same whatever the fault was.
async fn went_wrong(house: &web::Data<Arc<House>>, problem: &Error) -> Out {
    tracing::error!(cause = problem.cause(), "a portal request failed");
    let page = match problem.trouble() {
        Trouble::NotFound => Page::NotFound,
        Trouble::BadInput
        | Trouble::NotSignedIn
        | Trouble::NotAllowed
        | Trouble::NotNow
        | Trouble::TooMany
        | Trouble::Busy
        | Trouble::Config
        | Trouble::Inner => Page::WentWrong { saved: Saved::No },
    };
    let html = house.run(move |house| render(&service_of(house, None)?, "", &page)).await;
    Out::Html(html.unwrap_or_else(|_| "Something went wrong. Please try again later.".into()))
}

/// The page that stands for every portal address that does not exist.
pub fn not_found(house: &House) -> Result<String> {
    render(&service_of(house, None)?, "", &Page::NotFound)
}

fn render(service: &ServiceCard, form_token: &str, page: &Page) -> Result<String> {
    page.html(&Frame { service, form_token, language: Language::English, assets: "/assets" })
        .map_err(|e| Error::inner(format!("a portal page cannot be made: {e}")))
}

/// The service a visit belongs to; before that is known, the first one of this installation.
fn service_of(house: &House, visit: Option<&Visit>) -> Result<ServiceCard> {
    let service: Service = house.db.read(|conn| match visit.and_then(|visit| visit.service_id) {
        Some(id) => service_get(conn, id),
        None => {
            service_list(conn)?.into_iter().next().ok_or_else(|| Error::config("no service is set up yet"))
        }
    })?;
    service.card()
}

/// A form's fields; one sent twice is refused.
fn form(body: &[u8]) -> Result<BTreeMap<String, String>> {
    if body.len() > 16 * 1024 {
        return Err(Error::bad_input("the form is too large"));
    }
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_bytes(body).map_err(|_| Error::bad_input("the form cannot be read"))?;
    let count = pairs.len();
    let fields: BTreeMap<String, String> = pairs.into_iter().collect();
    if fields.len() == count { Ok(fields) } else { Err(Error::bad_input("a field was sent twice")) }
}

/// True where the form carries its visit's token. The form for the code stands before any visit.
fn form_is_this_visits(call: &Call<'_>) -> bool {
    let sent = call.fields.get("form_token").map(String::as_str).unwrap_or_default();
    match &call.visit {
        Some(visit) => bool::from(sent.as_bytes().ct_eq(visit.form_token.as_bytes())),
        None => sent.is_empty() && call.fields.contains_key("code"),
    }
}
