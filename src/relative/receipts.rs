//! What GOV.UK Notify calls us about: how a message ended, and a letter that came back. Its guard is a bearer token of its own.
//! Must not know: whom a message went to, though the call says so; only our reference and the state are read.

use super::{
    delivery::{Delivery, delivery_heard},
    outbox::{Channel, Post, post_anywhere},
    portal::Listening,
};
use crate::{
    access::{
        House,
        route::{Route, Who},
        service::service_list,
    },
    audit::{ActorKind, Deed},
    error::{Error, Result},
    ids::PostId,
};
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use serde_json::Value;
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// Below `/api/v1`; the same answer for a reference that is ours and for one that is not.
pub const ROUTES: &[Route] = &[
    Route {
        method: "POST",
        path: "/notify/delivery",
        who: Who::Provider,
        about: "GOV.UK Notify says how an e-mail or text message ended",
        form_on: &[],
        mount: || web::post().to(delivery),
    },
    Route {
        method: "POST",
        path: "/notify/returned",
        who: Who::Provider,
        about: "GOV.UK Notify says that a letter came back",
        form_on: &[],
        mount: || web::post().to(returned),
    },
];

/// Longest call that is read, in bytes: many times what Notify sends.
const LONGEST: usize = 16 * 1024;
/// Shortest token, in characters: GOV.UK Notify asks for ten, and a guess must be hopeless.
pub const SHORTEST_TOKEN: usize = 32;

type Body = std::result::Result<web::Bytes, actix_web::Error>;

async fn delivery(
    req: HttpRequest,
    house: web::Data<Arc<House>>,
    to: Listening,
    body: Body,
) -> Result<HttpResponse> {
    hear(req, house, to, body, |call| {
        let said: Delivery = text(call, "status")?.parse().ok()?;
        // That a letter came back is said at the other address, and nowhere else.
        (said != Delivery::Returned).then_some(said)
    })
    .await
}

async fn returned(
    req: HttpRequest,
    house: web::Data<Arc<House>>,
    to: Listening,
    body: Body,
) -> Result<HttpResponse> {
    hear(req, house, to, body, |_| Some(Delivery::Returned)).await
}

/// Reads a call and stores what it says. Whoever has the token is answered the same whether the reference is known or not.
async fn hear(
    req: HttpRequest,
    house: web::Data<Arc<House>>,
    listener: Listening,
    body: Body,
    said: fn(&Value) -> Option<Delivery>,
) -> Result<HttpResponse> {
    let token = bearer(&req);
    let listener = Arc::clone(listener.get_ref());
    let body = body.ok();
    house
        .run(move |house| {
            may_call(house, token.as_deref())?;
            let unreadable =
                || Error::bad_input("This is not a call as GOV.UK Notify makes it. Nothing was stored.");
            let body = body.ok_or_else(unreadable)?;
            if body.len() > LONGEST {
                return Err(unreadable());
            }
            let call: Value = serde_json::from_slice(&body).map_err(|_| unreadable())?;
            if !call.is_object() {
                return Err(unreadable());
            }
            let id: Option<PostId> = text(&call, "reference").and_then(|id| id.parse().ok());
            let known = match id {
                Some(id) => house.db.read(|conn| post_anywhere(conn, id))?,
                None => None,
            };
            match (known.filter(|post| fits(post, &call)), said(&call)) {
                (Some(post), Some(said)) => {
                    house.act_as(ActorKind::Provider, "notify", post.service_id, |act| {
                        delivery_heard(act, listener.as_ref(), post.id, said, text(&call, "id"))
                    })?;
                }
                (Some(post), None) => heard_nothing(house, Some(&post), "a state that is not known")?,
                (None, _) => heard_nothing(house, None, "a reference that is not ours")?,
            }
            Ok(())
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Whether the call is about a message of the sending's own way, where it says which.
fn fits(post: &Post, call: &Value) -> bool {
    match (text(call, "notification_type"), post.channel) {
        (None, _)
        | (Some("email"), Channel::Email)
        | (Some("sms"), Channel::Text)
        | (Some("letter"), Channel::Paper) => true,
        (Some(_), Channel::Email | Channel::Text | Channel::Paper | Channel::Hand) => false,
    }
}

fn heard_nothing(house: &House, post: Option<&Post>, note: &str) -> Result<()> {
    let service = match post {
        Some(post) => Some(post.service_id),
        None => house.db.read(service_list)?.first().map(|service| service.id),
    };
    let Some(service) = service else { return Ok(()) };
    let id = post.map_or("unknown", |post| post.id.as_str());
    house.act_as(ActorKind::Provider, "notify", service, |act| {
        act.record(Deed::DeliveryHeard, ("post", id), None, note)
    })
}

fn text<'a>(call: &'a Value, name: &str) -> Option<&'a str> {
    call.get(name).and_then(Value::as_str)
}

fn bearer(req: &HttpRequest) -> Option<String> {
    let value = req.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::to_owned)
}

/// # Errors
/// Not signed in: the same whether a token is set, sent, or wrong.
fn may_call(house: &House, sent: Option<&str>) -> Result<()> {
    let file = house.config.notify.as_ref().and_then(|account| account.token_file.as_ref());
    let set = file.and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
    let set = set.trim();
    let same = bool::from(sent.unwrap_or_default().as_bytes().ct_eq(set.as_bytes()));
    if same && set.len() >= SHORTEST_TOKEN { Ok(()) } else { Err(Error::not_signed_in()) }
}
