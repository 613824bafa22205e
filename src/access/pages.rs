//! Signing in and out, for browsers and for programs, and the families a person has to do with.
//! Must not know: anything of a family but its reference.

use super::{
    Answer, Caller, House, Input, Staff, family,
    permission::may,
    route::{Route, Who, route},
    session,
    staff::{cookie_name, staff_by_username},
};
use crate::{
    audit::{self, Actor, ActorKind},
    error::{Error, Result},
    ids::RelationshipId,
    keys,
};
use actix_web::{
    HttpRequest, HttpResponse, Responder,
    cookie::{
        Cookie, SameSite,
        time::{Duration, OffsetDateTime},
    },
    web,
};
use serde_json::json;
use std::sync::Arc;

/// How handlers reach the house.
pub type Here = web::Data<Arc<House>>;

pub const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/sign-in",
        who: Who::Anyone,
        about: "The sign-in page",
        form_on: &[],
        mount: || web::get().to(sign_in_page),
    },
    Route {
        method: "POST",
        path: "/sign-in",
        who: Who::Anyone,
        about: "Sign in with a browser",
        form_on: &["/sign-in"],
        mount: || web::post().to(sign_in),
    },
    route!(POST "/sign-out" QueueView sign_out, "End this session"),
    route!(GET "/families" FamilyView families_page, "Families the caller has a relationship to, those taken up last first: after= goes on"),
    route!(POST "/families/claim" FamilyClaim family_claim, "Start a relationship to a family, by its reference and with a reason", form on "/families"),
];

/// For programs only: it has no page.
pub const API_ROUTES: &[Route] = &[Route {
    method: "POST",
    path: "/token",
    who: Who::Anyone,
    about: "A token for five minutes, for username and password",
    form_on: &[],
    mount: || web::post().to(token),
}];

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    username: String,
    password: String,
}

async fn sign_in_page(req: HttpRequest) -> HttpResponse {
    super::answer::page(&req, "sign_in", "Sign in", &json!({}), None, 200)
}

async fn sign_in(house: Here, input: Input<SignIn>) -> Result<HttpResponse> {
    let fields = input.open_unbound()?;
    let (secret, _, _) = house.run(move |house| session_open(house, &fields)).await?;
    let secure = house.config.secure();
    let cookie = Cookie::build(cookie_name(secure), secret)
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Strict)
        .finish();
    Ok(HttpResponse::SeeOther().cookie(cookie).insert_header(("location", "/")).finish())
}

async fn token(house: Here, input: Input<SignIn>) -> Result<Answer> {
    let fields = input.open_unbound()?;
    let facts = house
        .run(move |house| {
            let (_, hash, staff) = session_open(house, &fields)?;
            let token = keys::token::issue(&house.keys, &staff, &hash, house.clock.now())?;
            Ok(json!({"token": token, "expires_in": keys::token::LIFETIME}))
        })
        .await?;
    Ok(Answer::done("/", facts))
}

/// Opens a session; answers the cookie's secret, the row's key and the staff id. Wrong name and wrong password are alike.
fn session_open(house: &House, fields: &SignIn) -> Result<(String, String, String)> {
    let now = house.clock.now();
    let member = house.db.read(|conn| {
        session::sign_in_check_lock(conn, &fields.username, now)?;
        staff_by_username(conn, &fields.username)
    })?;
    let right =
        session::password_is_right(member.as_ref().map(|m| m.password_hash.as_str()), &fields.password);
    let Some(member) = member.filter(|_| right) else {
        session::sign_in_failed(&house.db, &fields.username, now, &house.policy.periods)?;
        let told = "The username or the password is not right. Check both and try again.";
        return Err(Error::bad_input(told).at("username"));
    };
    let actor = Actor { kind: ActorKind::Staff, id: member.id.to_string() };
    let (secret, hash) = audit::act(&house.db, &house.given(), member.service_id, actor, |act| {
        session::session_start(act, member.id, &member.username, &house.policy.periods)
    })?;
    Ok((secret, hash, member.id.to_string()))
}

async fn sign_out(
    req: HttpRequest,
    house: Here,
    staff: Staff<may::QueueView>,
    input: Input<serde_json::Map<String, serde_json::Value>>,
) -> Result<HttpResponse> {
    let caller: Caller = staff.caller;
    input.open(&caller)?;
    let (hash, id) = (caller.session_hash.clone(), caller.staff);
    house.act(&caller, move |act, _| session::session_end(act, &hash, id)).await?;
    let mut gone = Cookie::build(cookie_name(house.config.secure()), "").path("/").finish();
    // The library's own removal dates the cookie by this machine's clock.
    gone.set_max_age(Duration::ZERO);
    gone.set_expires(OffsetDateTime::UNIX_EPOCH);
    let mut response = Answer::done("/sign-in", json!({"signed_out": true})).respond_to(&req);
    response.add_cookie(&gone).map_err(Error::inner)?;
    Ok(response)
}

#[derive(serde::Deserialize)]
struct FamiliesAsked {
    #[serde(default)]
    after: String,
}

/// Families on one page.
const FAMILIES: usize = 100;

async fn families_page(
    staff: Staff<may::FamilyView>,
    house: Here,
    asked: web::Query<FamiliesAsked>,
) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let unknown = || Error::bad_input("There is no such page. Go back to the families.");
    let after = Some(asked.after.as_str()).filter(|text| !text.is_empty());
    let after: Option<RelationshipId> = after.map(str::parse).transpose().map_err(|_| unknown())?;
    let most = i64::try_from(FAMILIES + 1).unwrap_or(i64::MAX);
    let mut families = house.read(move |conn, _| family::family_list(conn, &of, after, most)).await?;
    let more = families.len() > FAMILIES;
    families.truncate(FAMILIES);
    let next = families.last().filter(|_| more).map(|(last, _)| format!("/families?after={last}"));
    let rows: Vec<_> = families
        .iter()
        .map(|(_, f)| json!({"id": f.id, "reference": f.reference, "since": f.created_at.date().shown()}))
        .collect();
    let may_import = super::permission::allows(&caller.roles, super::Permission::ImportRun);
    let view = json!({"families": rows, "count": rows.len(), "first": after.is_none(), "more": more, "next": next,
        "may_import": may_import});
    Answer::page("families", "Families", &caller, view)
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Claim {
    reference: String,
    reason: String,
}

async fn family_claim(staff: Staff<may::FamilyClaim>, house: Here, input: Input<Claim>) -> Result<Answer> {
    let caller = staff.caller;
    let claim = input.open(&caller)?;
    let of = caller.clone();
    let id = house
        .act(&caller, move |act, _| family::relationship_claim(act, &of, &claim.reference, &claim.reason))
        .await?;
    Ok(Answer::done(format!("/families/{id}"), json!({"family": id})))
}
