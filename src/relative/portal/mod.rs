//! The portal: how a request becomes a visit and a `family::Page` becomes an answer. It can send nothing else.
//! Must not know: the professionals' wing; what an answer does there goes through the listener.

mod acting;
mod adding;
mod answered;
mod answering;
mod details;
mod entering;
mod origin;
mod progress;
mod reading;

use self::{
    origin::{language_name, language_preferred, language_told, place_of},
    progress::{Wants, skipped},
};
use super::{
    invitation::{Invitation, Readable},
    listener::Listener,
    proxy::proxy_stands,
    reply::Whose,
    visit::{self, Found, Stage, Visit},
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
    mutant,
};
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{
        Cookie, SameSite,
        time::{Duration, OffsetDateTime},
    },
    http::header,
    web,
};
use kinward_family::{
    language::Language,
    letter::Letter,
    page::{Acting, Again, FormPage, Frame, FrameNotice, Page, Reader, Saved, path, wording_approved},
    service::ServiceCard,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};
use subtle::ConstantTimeEq;

macro_rules! portal {
    ($method:ident $path:expr, $handler:path, $about:literal) => {
        Route {
            method: stringify!($method),
            path: $path,
            who: Who::Visitor,
            about: $about,
            form_on: &[],
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
    portal!(GET "/r/acting", acting::start_page, "Somebody acts for the person: have they a second code?"),
    portal!(POST "/r/acting", acting::start, "Whether they have a second code"),
    portal!(GET "/r/acting/code", acting::code_page, "Where the second code is typed"),
    portal!(POST "/r/acting/code", acting::code, "A second code was typed"),
    portal!(GET "/r/acting/as", acting::as_page, "As what somebody asks to act"),
    portal!(POST "/r/acting/as", acting::as_what, "As what they act"),
    portal!(GET "/r/acting/name", acting::name_page, "The name of whoever asks"),
    portal!(POST "/r/acting/name", acting::name, "Their name"),
    portal!(GET "/r/acting/phone", acting::phone_page, "How whoever asks is phoned"),
    portal!(POST "/r/acting/phone", acting::phone, "Their phone number"),
    portal!(GET "/r/acting/check", acting::check_page, "Check what you ask"),
    portal!(POST "/r/acting/check", acting::check, "Ask to act for the person"),
    portal!(GET "/r/acting/asked", acting::asked, "What happens after asking"),
    portal!(GET "/r/acting/end", details::acting_end_page, "Who acts for whoever reads"),
    portal!(POST "/r/acting/end", details::acting_end, "Nobody acts for them any more"),
    portal!(GET "/r/before", reading::before_page, "Read now, later or not at all"),
    portal!(POST "/r/before", reading::before, "When to read"),
    portal!(GET "/r/letter", reading::letter, "The letter"),
    portal!(GET "/r/letter.pdf", reading::letter_pdf, "The letter as it was printed"),
    portal!(GET "/r/letter/{language}", reading::letter_in, "The letter in another language"),
    portal!(GET "/r/letter/{language}/{size}", reading::letter_as, "The letter in large print, or in another language"),
    portal!(GET "/r/choices", answering::choices_page, "What would you like to do?"),
    portal!(POST "/r/choices", answering::choices, "What was chosen"),
    portal!(GET "/r/answer/{choice}", answering::answer_page, "The questions of one choice"),
    portal!(POST "/r/answer/{choice}", answering::answer, "The answers of one choice"),
    portal!(GET "/r/more/{section}", adding::more_page, "What may be added to an answer"),
    portal!(POST "/r/more/{section}", adding::more, "Something was added to an answer"),
    portal!(GET "/r/check", answering::check_page, "Check your answers"),
    portal!(POST "/r/check", answering::check, "Confirm and send"),
    portal!(GET "/r/done", answering::done, "What happens next"),
    portal!(GET "/r/back", reading::back, "Coming back"),
    portal!(GET "/r/details", details::details, "What is held about whoever reads"),
    portal!(GET "/r/details/{wish}", details::wish_page, "What may be asked about one's own details"),
    portal!(POST "/r/details/{wish}", details::wish, "Something is asked about one's own details"),
    portal!(GET "/r/answered", answered::page, "What was asked and answered"),
    portal!(POST "/r/answered", answered::enough, "The answer is enough for now"),
    portal!(GET "/r/stop", entering::stop, "Stop here"),
    portal!(GET "/r/language/{language}", entering::language, "On in another language"),
];

/// The one page with a script, ours: it takes the code from the part of the address that the browser keeps to itself.
pub const SCRIPTED: &str = path::CODE;

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
    /// What becomes of the visit's cookie.
    cookie: CookieChange,
    had_cookie: bool,
    /// What would open a visit again that is not live.
    again: Again,
    fields: BTreeMap<String, String>,
    /// A keyed index of where the request came from.
    place: String,
    /// The last part of `/r/answer/{choice}` and its like.
    last: String,
    /// What stands after it, in `/r/letter/{language}/{size}`.
    size: String,
    /// Where a link to another language stood.
    at: String,
    /// What the browser asked for, or was told to ask for; none until somebody chose or was let in.
    language: Option<Language>,
    /// For whom the visit is, once it is known.
    reader: Reader,
    now: UtcTime,
}

impl Call<'_> {
    /// The visit's letter, or where to go instead.
    fn admitted(&mut self) -> Result<std::result::Result<(Visit, Invitation), Shown>> {
        let Some(visit) = self.visit.clone() else {
            return Ok(Err(if self.had_cookie {
                Shown::Page(Box::new(Page::TimedOut { again: self.again }))
            } else {
                Shown::Go(path::CODE.into())
            }));
        };
        match self.house.db.read(|conn| visit::visit_invitation(conn, &visit, self.now.date())) {
            Ok(invitation) => self.acts(visit, invitation),
            Err(problem) if problem.trouble() == Trouble::NotSignedIn => {
                Ok(Err(Shown::Go(path::CODE.into())))
            }
            Err(problem) => Err(problem),
        }
    }

    /// Whoever acts for the person is asked for with every page; where it no longer stands, they are told what a wrong code
    /// would tell them, and the visit is back at the door.
    fn acts(
        &mut self,
        visit: Visit,
        invitation: Invitation,
    ) -> Result<std::result::Result<(Visit, Invitation), Shown>> {
        let Some(proxy) = visit.proxy_id else { return Ok(Ok((visit, invitation))) };
        let (house, today) = (self.house, self.now.date());
        let stands = house
            .db
            .read(|conn| proxy_stands(conn, &house.keys, &house.policy, &invitation, proxy, today))?;
        match stands {
            Some(authority) => {
                self.reader = authority.reader();
                Ok(Ok((visit, invitation)))
            }
            None => {
                house.db.write(|conn| visit::visit_acts(conn, &visit, None, Stage::Asked))?;
                Ok(Err(Shown::Page(Box::new(Page::Acting(Acting::NotMatched)))))
            }
        }
    }

    /// As `admitted`, for whoever has come far enough to be shown what is wanted; others are sent to what they skipped.
    fn reached(&mut self, wants: Wants) -> Result<std::result::Result<(Visit, Invitation), Shown>> {
        Ok(self.admitted()?.and_then(|(visit, invitation)| {
            match skipped(visit.stage, wants, invitation.reading == Readable::Yes) {
                None => Ok((visit, invitation)),
                Some(page) => Err(Shown::Go(page)),
            }
        }))
    }

    /// Whose answers this reader is shown.
    fn whose(&self) -> Whose {
        Whose::read_by(self.visit.as_ref().and_then(|visit| visit.proxy_id))
    }

    /// The letter that an invitation opens.
    fn letter(&self, invitation: &Invitation) -> Result<Letter> {
        self.house.db.read(|conn| invitation.letter(conn, &self.house.keys))
    }

    /// Runs `work` as an act of the relative who holds this letter.
    fn act<T>(&self, invitation: &Invitation, work: impl FnOnce(&mut Act<'_>) -> Result<T>) -> Result<T> {
        self.house.act_as(ActorKind::Relative, invitation.id.as_str(), invitation.service_id, work)
    }

    fn start_visit(&mut self) -> Result<Visit> {
        let chance = self.house.chance.as_ref();
        let (secret, visit) = self.house.db.write(|conn| visit::visit_start(conn, chance, self.now))?;
        self.cookie = CookieChange::Set(secret);
        self.visit = Some(visit.clone());
        Ok(visit)
    }
}

/// What an answer does to the visit's cookie.
enum CookieChange {
    Keep,
    Set(String),
    Remove,
}

/// What an answer tells the browser to keep until it is closed.
struct Cookies {
    visit: CookieChange,
    language: Option<Language>,
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
    body: std::result::Result<web::Bytes, actix_web::Error>,
    handler: Handler,
) -> HttpResponse {
    let body = body.unwrap_or_default();
    let posted = req.method() == actix_web::http::Method::POST;
    let secure = house.config.secure();
    let cookie = req.cookie(cookie_name(secure)).map(|cookie| cookie.value().to_owned());
    let address = req.path().to_owned();
    let last = ["choice", "section", "language", "wish"].iter().find_map(|name| req.match_info().get(name));
    let last = last.unwrap_or_default().to_owned();
    let size = req.match_info().get("size").unwrap_or_default().to_owned();
    let at = req.query_string().strip_prefix("at=").unwrap_or_default().replace("%2F", "/");
    let place = house.keys.code_index(&place_of(&req, house.config.proxies));
    let (told, prefers) = (language_told(&req, secure), language_preferred(&req));
    let listener: Arc<dyn Listener> = Arc::clone(listener.get_ref());
    let done = house
        .run(move |house| {
            let now = house.clock.now();
            let periods = &house.policy.periods;
            let found = match &cookie {
                Some(secret) => house.db.read(|conn| visit::visit_found(conn, secret, now, periods))?,
                None => Found::Gone,
            };
            // A visit left open shows nothing; it can only be gone on with, by its date of birth, or ended.
            let wakes = [path::BIRTH_DATE, path::STOP].contains(&address.as_str());
            let (visit, again) = match found {
                Found::Live(visit) => (Some(visit), Again::BirthDate),
                Found::Idle(visit) => (wakes.then_some(visit), Again::BirthDate),
                Found::Gone => (None, Again::CodeAndBirthDate),
            };
            let fields = if posted { form(&body) } else { BTreeMap::new() };
            let mut call = Call {
                house,
                listener: listener.as_ref(),
                visit,
                cookie: CookieChange::Keep,
                had_cookie: cookie.is_some(),
                again,
                fields,
                place,
                last,
                size,
                at,
                language: told,
                reader: Reader::Themselves,
                now,
            };
            let shown = if posted && !form_is_this_visits(&call, &address) {
                let form = FormPage::at(&address).ok_or_else(Error::not_found)?;
                Shown::Again(Box::new(match &call.visit {
                    Some(_) => Page::NotTaken { form },
                    None => Page::TimedOut { again: call.again },
                }))
            } else {
                call.fields.remove("form_token");
                handler(&mut call)?
            };
            let service = service_of(house, call.visit.as_ref())?;
            let token = call.visit.as_ref().map(|visit| visit.form_token.clone()).unwrap_or_default();
            let tell = call.language.filter(|language| told != Some(*language));
            let cookies = Cookies { visit: call.cookie, language: tell };
            let (language, reader) = (call.language.unwrap_or(prefers), call.reader);
            let (status, html) = match shown {
                Shown::Go(to) => return Ok((303, Out::Go(to), cookies)),
                Shown::Pdf(bytes) => return Ok((200, Out::Pdf(bytes), cookies)),
                Shown::Page(page) => (200, render(house, &service, language, reader, &token, &page)?),
                Shown::Again(page) => (422, render(house, &service, language, reader, &token, &page)?),
            };
            Ok((status, Out::Html(html), cookies))
        })
        .await;
    let (status, out, cookies) = match done {
        Ok(done) => done,
        Err(problem) => {
            let page = went_wrong(&house, &problem, told.unwrap_or(prefers)).await;
            (problem.status().as_u16(), page, Cookies { visit: CookieChange::Keep, language: None })
        }
    };
    respond(status, out, cookies, secure)
}

enum Out {
    Go(String),
    Pdf(Vec<u8>),
    Html(String),
}

fn respond(status: u16, out: Out, cookies: Cookies, secure: bool) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(mutant::status(status)).unwrap_or_default();
    let mut response = HttpResponse::build(status);
    let kept = |name: &'static str, value: String| {
        Cookie::build(name, value)
            .path("/")
            .http_only(true)
            .secure(secure)
            .same_site(SameSite::Strict)
            .finish()
    };
    let visits = |secret: String| kept(cookie_name(secure), secret);
    match cookies.visit {
        CookieChange::Keep => {}
        CookieChange::Set(secret) => {
            response.cookie(visits(secret));
        }
        CookieChange::Remove => {
            let mut gone = visits(String::new());
            // The library's own removal dates the cookie by this machine's clock.
            gone.set_max_age(Duration::ZERO);
            gone.set_expires(OffsetDateTime::UNIX_EPOCH);
            response.cookie(gone);
        }
    }
    if let Some(language) = cookies.language {
        response.cookie(kept(language_name(secure), language.code().to_owned()));
    }
    let mut response = match out {
        Out::Go(to) => response.insert_header((header::LOCATION, to)).finish(),
        Out::Pdf(bytes) => response
            .content_type("application/pdf")
            .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"letter.pdf\""))
            .body(bytes),
        Out::Html(html) => response.content_type("text/html; charset=utf-8").body(html),
    };
    mutant::headers(response.headers_mut());
    response
}

/// The page for a fault of ours. It says the same whatever the fault was.
async fn went_wrong(house: &web::Data<Arc<House>>, problem: &Error, language: Language) -> Out {
    // Neither face of an error holds personal data; where there is no inner cause, the public face is all that is known.
    let (trouble, cause) = (problem.trouble(), problem.cause().unwrap_or(problem.public()));
    let page = match trouble {
        Trouble::NotFound => Page::NotFound,
        Trouble::BadInput
        | Trouble::NotSignedIn
        | Trouble::NotAllowed
        | Trouble::NotNow
        | Trouble::TooMany => {
            tracing::info!(?trouble, cause, "a portal request was refused");
            Page::WentWrong { saved: Saved::No }
        }
        Trouble::Busy | Trouble::Config | Trouble::Inner => {
            tracing::error!(?trouble, cause, "a portal request failed");
            Page::WentWrong { saved: Saved::No }
        }
    };
    let html = house
        .run(move |house| render(house, &service_of(house, None)?, language, Reader::Themselves, "", &page))
        .await;
    Out::Html(html.unwrap_or_else(|_| "Something went wrong. Please try again later.".into()))
}

/// The page that stands for every portal address that does not exist.
pub fn not_found(house: &House, req: &HttpRequest) -> Result<String> {
    let told = language_told(req, house.config.secure());
    let language = told.unwrap_or_else(|| language_preferred(req));
    render(house, &service_of(house, None)?, language, Reader::Themselves, "", &Page::NotFound)
}

fn render(
    house: &House,
    service: &ServiceCard,
    language: Language,
    reader: Reader,
    form_token: &str,
    page: &Page,
) -> Result<String> {
    let notices = notices(house.config.demo, *WORDS_APPROVED && !house.policy.verified_by.is_empty());
    page.html(&Frame { service, form_token, language, assets: "/assets", notices, reader })
        .map(mutant::page)
        .map_err(|e| Error::inner(format!("a portal page cannot be made: {e}")))
}

/// Whether a named person has signed for the pages. A letter that stands on one was approved by its service, or it would not
/// have been drafted.
static WORDS_APPROVED: LazyLock<bool> = LazyLock::new(wording_approved);

/// What every page must say of this installation.
fn notices(demo: bool, approved: bool) -> &'static [FrameNotice] {
    match (demo, approved) {
        (true, true) => &[FrameNotice::Demonstration],
        (true, false) => &[FrameNotice::Demonstration, FrameNotice::Unapproved],
        (false, false) => &[FrameNotice::Unapproved],
        (false, true) => &[],
    }
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

/// Longest form that is read, in bytes: many times what all its fields may hold, so that who wrote too much is told where.
const LONGEST: usize = 256 * 1024;

/// A form's fields. One that cannot be read, broke off, is longer than any or says a field twice has none: its page then
/// asks for them again, and nothing is called a fault.
fn form(body: &[u8]) -> BTreeMap<String, String> {
    if body.len() > LONGEST {
        return BTreeMap::new();
    }
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(body).unwrap_or_default();
    let count = pairs.len();
    let fields: BTreeMap<String, String> = pairs.into_iter().collect();
    if fields.len() == count { fields } else { BTreeMap::new() }
}

/// True where the form carries its visit's token. The form for the code stands before any visit, and needs none.
fn form_is_this_visits(call: &Call<'_>, address: &str) -> bool {
    let sent = call.fields.get("form_token").map(String::as_str).unwrap_or_default();
    match &call.visit {
        Some(visit) => bool::from(sent.as_bytes().ct_eq(visit.form_token.as_bytes())),
        None => address == path::CODE,
    }
}
