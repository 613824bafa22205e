//! Builds the application: every route of both wings and the API from their lists, behind the same guards.
//! Must not know: what any route does.

mod address;

use crate::{
    access::{
        self, House,
        input::{self, Typed},
        origin::CameFrom,
        refused::{Refused, ShownAgain},
        route::{Route, Who},
        twice::Sent,
    },
    clinic::{self, cascade::listener::Cascade},
    config::Wing,
    error::{Error, Result, Told},
    relative::{self, listener::Listener},
};
use actix_web::{
    App, Error as ActixError, HttpMessage, HttpRequest, HttpResponse, HttpServer, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{Service, ServiceFactory, ServiceRequest, ServiceResponse, Url, fn_service},
    http::{Method, StatusCode, Uri, header},
    middleware::{Compress, Next, from_fn},
    web,
};
use address::{Address, Addresses};
use serde_json::{Value, json};
use std::sync::Arc;

/// Icons that the design system's style sheet asks for.
macro_rules! icon {
    ($name:literal) => {
        (
            concat!("/assets/images/nhsuk-icon-", $name, ".svg"),
            "image/svg+xml",
            include_bytes!(concat!(env!("KINWARD_ASSETS"), "/nhsuk-icon-", $name, ".svg")),
        )
    };
}

const FILES: &[(&str, &str, &[u8])] = &[
    (
        "/assets/nhsuk.css",
        "text/css; charset=utf-8",
        include_bytes!(concat!(env!("KINWARD_ASSETS"), "/nhsuk.css")),
    ),
    ("/assets/code.js", "text/javascript; charset=utf-8", include_bytes!("../templates/assets/code.js")),
    ("/assets/kinward.css", "text/css; charset=utf-8", include_bytes!("../templates/assets/kinward.css")),
    (
        "/assets/font-licence.txt",
        "text/plain; charset=utf-8",
        include_bytes!(concat!(env!("KINWARD_ASSETS"), "/font-licence.txt")),
    ),
    (
        "/assets/nhsuk-licence.txt",
        "text/plain; charset=utf-8",
        include_bytes!("../templates/assets/nhsuk-licence.txt"),
    ),
    icon!("arrow-down"),
    icon!("arrow-up-down"),
    icon!("arrow-up"),
    icon!("cross"),
];

/// Every route a wing has, with the path it is mounted at.
pub fn routes(wing: Wing) -> Vec<(String, &'static Route)> {
    let staff = matches!(wing, Wing::All | Wing::Staff);
    let mut all = Vec::new();
    if staff {
        for route in clinic::routes() {
            all.push((route.path.to_owned(), route));
            // Signing in with a browser has no twin for programs: they ask for a token.
            if route.who != Who::Anyone {
                all.push((format!("/api/v1{}", route.path.trim_end_matches('/')), route));
            }
        }
        // A laboratory's program checks a certificate without an account, as its people do.
        for route in access::pages::API_ROUTES.iter().chain(clinic::result::certificate::check::ROUTES) {
            all.push((format!("/api/v1{}", route.path), route));
        }
        for route in relative::receipts::ROUTES {
            all.push((format!("/api/v1{}", route.path), route));
        }
    }
    if matches!(wing, Wing::All | Wing::Relative) {
        all.extend(relative::portal::ROUTES.iter().map(|route| (route.path.to_owned(), route)));
    }
    all
}

/// The application of one process. Called once a worker thread.
pub fn build(
    house: Arc<House>,
    wing: Wing,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = ActixError,
        InitError = (),
    >,
> {
    let listener: Arc<dyn Listener> = Arc::new(Cascade);
    App::new()
        .app_data(web::Data::new(house))
        .app_data(web::Data::new(listener))
        .app_data(web::Data::new(wing))
        .app_data(web::PayloadConfig::new(access::input::LONGEST))
        .app_data(web::PathConfig::default().error_handler(|_, _| Error::not_found().into()))
        .app_data(web::QueryConfig::default().error_handler(|_, _| {
            let told =
                "This address says something twice, or what no page here knows. Go back and choose again.";
            Error::bad_input(told).into()
        }))
        .wrap(Compress::default())
        .wrap(from_fn(guard))
        .configure(move |config| mount(config, wing))
        .default_service(fn_service(move |req| answer(wing, req)))
}

/// Which list an answer comes from, for whoever stands around it.
#[derive(Clone, Copy)]
struct Answering(&'static Route);

/// Answers from the lists of routes. Their patterns are made once a process and not, as the framework would, once a
/// thread: there are some hundreds, twice.
async fn answer(
    wing: Wing,
    mut req: ServiceRequest,
) -> std::result::Result<ServiceResponse<BoxBody>, ActixError> {
    let Some(address) = Addresses::of(wing).find(req.match_info().unprocessed()) else {
        return Ok(req.into_response(HttpResponse::from_error(Error::not_found())));
    };
    let Some(route) = address.route(req.method().as_str()) else {
        let allowed = (header::ALLOW, address.allowed());
        return Ok(req.into_response(HttpResponse::MethodNotAllowed().insert_header(allowed).finish()));
    };
    address.pattern().capture_match_info(req.match_info_mut());
    req.extensions_mut().insert(Answering(route));
    match (route.mount)().new_service(()).await {
        Ok(handler) => handler.call(req).await,
        Err(()) => Ok(req.into_response(HttpResponse::InternalServerError().finish())),
    }
}

fn mount(config: &mut web::ServiceConfig, wing: Wing) {
    for (path, kind, bytes) in FILES {
        config.route(path, web::get().to(move || async move { asset(kind, bytes) }));
    }
    config.route("/health", web::get().to(|| async { "ok" }));
    config.route(
        "/api/v1/openapi.json",
        web::get().to(move || async move { HttpResponse::Ok().json(openapi(wing)) }),
    );
}

fn asset(kind: &'static str, bytes: &'static [u8]) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kind))
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .body(bytes)
}

/// Before and after every request: refuses forms sent from elsewhere, shows errors, sets the headers.
async fn guard(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> std::result::Result<ServiceResponse<BoxBody>, ActixError> {
    if let Err(refused) = from_here(req.request()) {
        let (http, _) = req.into_parts();
        let mut response = ServiceResponse::new(http.clone(), refused.error_response());
        show_error(&http, &mut response);
        set_headers(&http, &mut response);
        return Ok(response);
    }
    input::read_form(&mut req).await;
    let form = sent_form(req.request());
    if let Some((house, token, digest)) = &form
        && let Sent::Done(to) = house.form_comes(token, digest).await
    {
        let sent_on = HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish();
        let mut response = req.into_response(sent_on);
        let http = response.request().clone();
        set_headers(&http, &mut response);
        return Ok(response);
    }
    // The request may not be held while it is routed, so it is taken from the response afterwards.
    let response = next.call(req).await?.map_into_boxed_body();
    if let Some((house, token, digest)) = &form {
        let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
        house.sent.answered(token, digest, house.clock.now(), to.map(str::to_owned));
    }
    let mut response = show_form_again(response).await?;
    let http = response.request().clone();
    show_error(&http, &mut response);
    set_headers(&http, &mut response);
    Ok(response)
}

/// A form of staff, by whose page sent it and what it says. A relative's answers say themselves what they take the place of.
fn sent_form(req: &HttpRequest) -> Option<(Arc<House>, String, String)> {
    if req.path() == "/r" || req.path().starts_with("/r/") {
        return None;
    }
    let house = Arc::clone(req.app_data::<web::Data<Arc<House>>>()?.get_ref());
    let (token, digest) = req.extensions().get::<Typed>()?.digest(req.path())?;
    Some((house, token, digest))
}

/// A command that a browser sends must come from our own pages.
fn from_here(req: &HttpRequest) -> Result<()> {
    let reads = matches!(*req.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || access::staff::is_api(req) || CameFrom::of(req) != CameFrom::Elsewhere {
        return Ok(());
    }
    Err(Error::from_elsewhere())
}

/// A form that was refused is answered with its own page, the message in it and everything typed kept, by the page's
/// own handler for the same caller. Where that page cannot be shown, or has no such form now, the error stays bare.
async fn show_form_again(
    response: ServiceResponse<BoxBody>,
) -> std::result::Result<ServiceResponse<BoxBody>, ActixError> {
    let Some((address, uri, refused)) = form_refused(&response) else { return Ok(response) };
    let Some(page) = address.route("GET") else { return Ok(response) };
    let Ok(handler) = (page.mount)().new_service(()).await else { return Ok(response) };
    // What was sent is answered and nothing holds the request any more: it goes on as one that reads the form's page.
    let (http, bare) = response.into_parts();
    http.extensions_mut().insert(refused);
    let mut reading = ServiceRequest::from_request(http);
    let head = reading.head_mut();
    head.method = Method::GET;
    head.uri = uri.clone();
    reading.match_info_mut().set(Url::new(uri));
    address.pattern().capture_match_info(reading.match_info_mut());
    let again = handler.call(reading).await?;
    if again.response().extensions().contains::<ShownAgain>() {
        return Ok(again);
    }
    Ok(ServiceResponse::new(again.into_parts().0, bare))
}

/// The page that a refused form stands on, its address, and why it was refused.
fn form_refused(response: &ServiceResponse<BoxBody>) -> Option<(&'static Address, Uri, Refused)> {
    let req = response.request();
    let kept = matches!(
        response.status(),
        StatusCode::UNPROCESSABLE_ENTITY
            | StatusCode::CONFLICT
            | StatusCode::TOO_MANY_REQUESTS
            | StatusCode::SERVICE_UNAVAILABLE
    );
    if !kept || req.method() != Method::POST || access::staff::is_api(req) {
        return None;
    }
    let told = response.response().extensions().get::<Told>().cloned()?;
    let extensions = req.extensions();
    let typed = extensions.get::<Typed>();
    let of_another_session = typed.is_some_and(|typed| !typed.of_session(extensions.get::<access::Caller>()));
    if of_another_session && CameFrom::of(req) != CameFrom::OwnPage {
        return None;
    }
    let form = form_route(req)?;
    let known =
        |name: &str| req.match_info().get(name).or_else(|| typed?.get(name)).filter(|value| is_id(value));
    let filled = form.form_on.iter().find_map(|page| with_parameters(page, known))?;
    let page = Addresses::of(Wing::Staff).find(&filled)?;
    let refused = Refused {
        action: req.path().to_owned(),
        told: match of_another_session {
            true if access::upload::is_in_parts(req) => {
                format!("{SENT_BEFORE_SIGN_IN} Choose the file again, too.")
            }
            true => SENT_BEFORE_SIGN_IN.to_owned(),
            false => told.words,
        },
        field: told.field,
        also: told.also,
        status: response.status().as_u16(),
    };
    Some((page, filled.parse().ok()?, refused))
}

/// The form's token is an earlier session's, and the browser says that our own page sent it: it had grown old.
const SENT_BEFORE_SIGN_IN: &str = "This was not saved: you have signed in again since the page was opened. \
     Everything you typed is still here. Check it and send it again now.";

fn form_route(req: &HttpRequest) -> Option<&'static Route> {
    let Answering(route) = req.extensions().get::<Answering>().copied()?;
    (route.method == "POST").then_some(route)
}

/// What was typed into a page whose session has ended: the same form, folded up, without a token. Sending it has no
/// effect but that its own page comes again with it. Only for what our own page sent.
fn kept_for_after_sign_in(req: &HttpRequest) -> Option<Value> {
    let extensions = req.extensions();
    let typed = extensions.get::<Typed>().filter(|typed| !typed.is_empty())?;
    let form = form_route(req).filter(|form| !form.form_on.is_empty() && form.who != Who::Anyone)?;
    let ours = CameFrom::of(req) == CameFrom::OwnPage && form.method == req.method().as_str();
    ours.then(|| json!({"action": req.path(), "fields": typed.fields()}))
}

/// An address with its parameters filled in; nothing where one is not known.
fn with_parameters<'a>(path: &str, known: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    let part = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some(name) => known(name).map(str::to_owned),
        None => Some(part.to_owned()),
    };
    Some(path.split('/').map(part).collect::<Option<Vec<_>>>()?.join("/"))
}

/// Ids and keys: nothing that would need another spelling in an address.
fn is_id(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Turns a bare error into a page for people or JSON for programs. A person without a session is shown where to sign in.
fn show_error(req: &HttpRequest, response: &mut ServiceResponse<BoxBody>) {
    let told = response.response().extensions().get::<Told>().cloned();
    let status = response.status();
    let Some(Told { words: told, field, also }) = told else { return };
    let sent_form = req.method() == Method::POST || req.extensions().contains::<Refused>();
    let alone = req.app_data::<web::Data<Wing>>().is_some_and(|wing| *wing.get_ref() == Wing::Relative);
    let relative = alone || req.path() == "/r" || req.path().starts_with("/r/");
    let shown = if access::staff::is_api(req) {
        let further: Vec<_> =
            also.iter().map(|(field, words)| json!({"problem": words, "field": field})).collect();
        HttpResponse::build(status).json(json!({"problem": told, "field": field, "further": further}))
    } else if relative {
        let page = req
            .app_data::<web::Data<Arc<House>>>()
            .and_then(|house| relative::portal::not_found(house, req).ok())
            .unwrap_or_default();
        HttpResponse::build(status).content_type("text/html; charset=utf-8").body(page)
    } else if status == StatusCode::UNAUTHORIZED && !sent_form {
        HttpResponse::SeeOther().insert_header((header::LOCATION, "/sign-in")).finish()
    } else {
        let heading = match status {
            StatusCode::NOT_FOUND => "Page not found",
            StatusCode::FORBIDDEN => "Not allowed",
            StatusCode::UNAUTHORIZED => "You are signed out",
            StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY => "There is a problem",
            _ => "Something went wrong",
        };
        let view = json!({
            "heading": heading,
            "told": told,
            // Most messages say so themselves.
            "say_unchanged": !told.contains("Nothing was") && !told.contains("nothing was"),
            "sign_in": status == StatusCode::UNAUTHORIZED,
            "kept": (status == StatusCode::UNAUTHORIZED).then(|| kept_for_after_sign_in(req)).flatten(),
            // A button alone has nothing to be corrected.
            "typed_something": sent_form && req.extensions().get::<Typed>().is_some_and(|typed| !typed.is_empty()),
            "typed": req.extensions().get::<Typed>().map(Typed::long_words).unwrap_or_default(),
        });
        let caller = req.extensions().get::<access::Caller>().cloned();
        access::answer::page(req, "problem", heading, &view, caller.as_ref(), status.as_u16())
    };
    *response.response_mut() = shown;
}

fn set_headers(req: &HttpRequest, response: &mut ServiceResponse<BoxBody>) {
    const WITH_OUR_SCRIPT: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    const HEADERS: &[(&str, &str)] = &[
        (
            "content-security-policy",
            "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=(), interest-cohort=()"),
    ];
    let secure = req.app_data::<web::Data<Arc<House>>>().is_some_and(|house| house.config.secure());
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(header::HeaderName::from_static(name), header::HeaderValue::from_static(value));
    }
    if req.path() == relative::portal::SCRIPTED {
        headers.insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(WITH_OUR_SCRIPT));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    }
    if secure {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            header::HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
}

/// Serves a wing on a listening socket until the handle is stopped.
///
/// # Errors
/// A socket that cannot be used.
pub fn serve(
    house: Arc<House>,
    wing: Wing,
    socket: std::net::TcpListener,
    threads: usize,
) -> Result<actix_web::dev::Server> {
    Ok(HttpServer::new(move || build(Arc::clone(&house), wing))
        .workers(threads)
        .listen(socket)
        .map_err(|e| Error::config(format!("the address cannot be listened on: {e}")))?
        .run())
}

/// The API's description, made from the same list that mounts it.
pub fn openapi(wing: Wing) -> Value {
    let mut paths = serde_json::Map::new();
    for (path, route) in routes(wing) {
        let Some(below) = path.strip_prefix("/api/v1") else { continue };
        let needs = match route.who {
            Who::Anyone => json!([]),
            Who::Staff(_) | Who::Visitor => json!([{"token": []}]),
            Who::Provider => json!([{"provider": []}]),
        };
        let permission = match route.who {
            Who::Staff(permission) => permission.as_str(),
            Who::Anyone | Who::Visitor | Who::Provider => "none",
        };
        let names: Vec<_> = below
            .split('/')
            .filter_map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')))
            .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
            .collect();
        let mut operation = json!({
            "summary": route.about,
            "description": format!("Permission: {permission}."),
            "parameters": names,
            "security": needs,
            "responses": {
                "200": {"description": "The facts of the page, or what was done"},
                "401": {"description": "No valid token"},
                "403": {"description": "The role does not allow it"},
                "404": {"description": "Nothing here that the caller can see"},
                "409": {"description": "The rules refuse it in the state things are in"},
                "422": {"description": "The input cannot be taken as it is"}
            }
        });
        if let (true, Some(fields)) = (route.method == "POST", operation.as_object_mut()) {
            let body = json!({"content": {"application/json": {"schema": {"type": "object"}}}});
            fields.insert("requestBody".into(), body);
        }
        let entry = paths
            .entry(if below.is_empty() { "/".to_owned() } else { below.to_owned() })
            .or_insert_with(|| json!({}));
        if let Some(methods) = entry.as_object_mut() {
            methods.insert(route.method.to_lowercase(), operation);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Kinward", "version": env!("CARGO_PKG_VERSION")},
        "servers": [{"url": "/api/v1"}],
        "components": {"securitySchemes": {
            "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            "provider": {"type": "http", "scheme": "bearer", "description": "The token that the provider was given for its calls"}
        }},
        "paths": paths,
    })
}
