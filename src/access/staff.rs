//! Members of staff, and the proof that one is calling with a permission: `Staff<P>` in a handler's arguments.
//! Must not know: any family; whether this person has to do with one is asked in `family.rs`.

use super::{
    House,
    password::Hashed,
    permission::{May, Permission, Role, allows},
    session,
};
use crate::{
    audit::{Act, ActorKind, Deed},
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{ServiceId, StaffId},
    keys::{self, Keys},
    policy::Periods,
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use diesel::prelude::*;
use kinward_family::{language::Language, service::Signatory};
use std::{future::Future, marker::PhantomData, pin::Pin, sync::Arc};

diesel::table! {
    staff (id) {
        id -> Text,
        service_id -> Text,
        username -> Text,
        display_name -> Text,
        job_title -> Text,
        password_hash -> Text,
        created_at -> Timestamp,
        disabled_at -> Nullable<Timestamp>,
        job_title_cy -> Nullable<Text>,
    }
}

diesel::table! {
    staff_roles (staff_id, role) {
        staff_id -> Text,
        role -> Text,
        service_id -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(staff, staff_roles);

/// A member of staff as stored.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = staff)]
pub struct StaffMember {
    pub id: StaffId,
    pub service_id: ServiceId,
    pub username: String,
    pub display_name: String,
    pub job_title: String,
    pub password_hash: String,
    pub created_at: UtcTime,
    pub disabled_at: Option<UtcTime>,
    /// As a letter in Welsh is signed.
    pub job_title_cy: Option<String>,
}

/// How a person came: a browser with a cookie, or a program with a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// Carries the form token that every form of this session must send back.
    Cookie(String),
    Token,
}

/// Who is calling, as the database had it at the beginning of the request.
#[derive(Debug, Clone)]
pub struct Caller {
    pub staff: StaffId,
    pub service: ServiceId,
    pub display_name: String,
    pub job_title: String,
    pub job_title_cy: Option<String>,
    pub roles: Vec<Role>,
    pub session_hash: String,
    pub via: Via,
    /// What the handler was called for; asked again inside the act.
    pub calls_for: Permission,
    /// What a relationship unlocks; useless before one is found.
    pub(super) keys: Arc<Keys>,
}

impl Caller {
    /// Somebody who exists in a unit test alone.
    #[cfg(test)]
    pub(crate) fn stand_in(roles: Vec<Role>) -> Self {
        let chance = crate::clock::SeededChance::new(1);
        Self {
            staff: StaffId::new(&chance),
            service: ServiceId::new(&chance),
            display_name: String::new(),
            job_title: String::new(),
            job_title_cy: None,
            roles,
            session_hash: String::new(),
            via: Via::Token,
            calls_for: Permission::QueueView,
            keys: Arc::new(Keys::in_memory(&chance).unwrap()),
        }
    }

    /// The first of the caller's roles, as a decision names it.
    pub fn role(&self) -> &'static str {
        self.roles.first().map_or("none", |role| role.as_str())
    }
}

/// The proof: the caller is signed in and a role of theirs has permission `P`.
pub struct Staff<P> {
    pub caller: Caller,
    proof: PhantomData<P>,
}

/// Name of the session cookie; bound to the host wherever https is used.
pub fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-kinward" } else { "kinward" }
}

/// True for the half of the address space that programs use.
pub fn is_api(req: &HttpRequest) -> bool {
    req.path().starts_with("/api/")
}

impl<P: May> FromRequest for Staff<P> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let credentials = credentials(req);
        let house = req.app_data::<web::Data<Arc<House>>>().cloned();
        let req = req.clone();
        Box::pin(async move {
            let house = house.ok_or_else(|| Error::inner("no house"))?;
            let credentials = credentials?;
            let caller = house.run(move |house| caller_find(house, credentials, P::PERMISSION)).await?;
            // A page that says why something was refused still knows whose menu to show.
            req.extensions_mut().insert(caller.clone());
            if allows(&caller.roles, P::PERMISSION) {
                Ok(Self { caller, proof: PhantomData })
            } else {
                Err(Error::not_allowed(P::PERMISSION.as_str()))
            }
        })
    }
}

enum Credentials {
    Cookie(String),
    Bearer(String),
}

/// A browser's cookie opens pages only, a token the API only: neither can be used to forge the other's requests.
fn credentials(req: &HttpRequest) -> Result<Credentials> {
    if is_api(req) {
        let header = req.headers().get("authorization").and_then(|value| value.to_str().ok());
        return header
            .and_then(|value| value.strip_prefix("Bearer "))
            .map(|token| Credentials::Bearer(token.to_owned()))
            .ok_or_else(Error::not_signed_in);
    }
    let secure = req.app_data::<web::Data<Arc<House>>>().is_some_and(|house| house.config.secure());
    req.cookie(cookie_name(secure))
        .map(|cookie| Credentials::Cookie(cookie.value().to_owned()))
        .ok_or_else(Error::not_signed_in)
}

fn caller_find(house: &House, credentials: Credentials, calls_for: Permission) -> Result<Caller> {
    let now = house.clock.now();
    let (hash, cookie) = match credentials {
        Credentials::Cookie(secret) => (keys::digest(secret.as_bytes()), true),
        Credentials::Bearer(token) => (keys::token::session_of(&house.keys, &token, now)?, false),
    };
    house.db.read(|conn| {
        let session = session::session_live(conn, &hash, now, &house.policy.periods)?;
        let member: StaffMember = staff::table
            .find(session.staff_id)
            .filter(staff::disabled_at.is_null())
            .first(conn)
            .optional()?
            .ok_or_else(Error::not_signed_in)?;
        session::session_seen(conn, &session, now)?;
        Ok(Caller {
            staff: member.id,
            service: member.service_id,
            display_name: member.display_name,
            job_title: member.job_title,
            job_title_cy: member.job_title_cy,
            roles: staff_roles_of(conn, member.id)?,
            session_hash: session.id_hash,
            via: if cookie { Via::Cookie(session.form_token) } else { Via::Token },
            calls_for,
            keys: Arc::new(house.keys.clone()),
        })
    })
}

impl Caller {
    /// Whoever ordered what is done now, when their session may long have ended: within an act in their name, with the account
    /// and the roles that the database has at this moment. What it is about asks for their relationship as ever.
    ///
    /// # Errors
    /// An account that was closed, a role that is no longer held; an act in another's name.
    pub fn of_order(act: &mut Act<'_>, by: StaffId, calls_for: Permission) -> Result<Self> {
        if act.actor.kind != ActorKind::Staff || act.actor.id != by.as_str() {
            return Err(Error::inner("an order is carried out in the name of whoever gave it"));
        }
        let service = act.service;
        let member: Option<StaffMember> = staff::table
            .find(by)
            .filter(staff::service_id.eq(service))
            .filter(staff::disabled_at.is_null())
            .first(act.conn())
            .optional()?;
        let roles = staff_roles_of(act.conn(), by)?;
        let Some(member) = member.filter(|_| allows(&roles, calls_for)) else {
            return Err(Error::not_now(
                "Whoever started this has no account any more, or no longer the role that it needs. Nothing was saved: a colleague takes it up.",
            ));
        };
        Ok(Self {
            staff: member.id,
            service,
            display_name: member.display_name,
            job_title: member.job_title,
            job_title_cy: member.job_title_cy,
            roles,
            // No session: where one is asked for, this opens nothing.
            session_hash: String::new(),
            via: Via::Token,
            calls_for,
            keys: Arc::new(act.keys().clone()),
        })
    }

    /// Asked inside the act, under its lock: is the session still open, the account still there, the role still held?
    /// What was true when the request began may have been taken away since.
    pub fn still_may(&self, conn: &mut Conn, now: UtcTime, periods: &Periods) -> Result<()> {
        session::session_live(conn, &self.session_hash, now, periods)?;
        let there: i64 = staff::table
            .filter(staff::id.eq(self.staff))
            .filter(staff::disabled_at.is_null())
            .count()
            .get_result(conn)?;
        if there == 0 {
            return Err(Error::not_signed_in());
        }
        if allows(&staff_roles_of(conn, self.staff)?, self.calls_for) {
            Ok(())
        } else {
            Err(Error::not_allowed(self.calls_for.as_str()))
        }
    }
}

pub fn staff_roles_of(conn: &mut Conn, id: StaffId) -> Result<Vec<Role>> {
    Ok(staff_roles::table
        .filter(staff_roles::staff_id.eq(id))
        .select(staff_roles::role)
        .order(staff_roles::role.asc())
        .load(conn)?)
}

/// A new member of staff.
#[derive(Clone)]
pub struct StaffOpening {
    pub username: String,
    pub display_name: String,
    pub job_title: String,
    pub password: Hashed,
    pub roles: Vec<Role>,
}

/// Adds a member of staff with their roles.
///
/// # Errors
/// A name that is taken, or a member without a name or a role.
pub fn staff_add(act: &mut Act<'_>, opening: StaffOpening) -> Result<StaffId> {
    let username = session::username_fold(&opening.username);
    if username.is_empty() || opening.display_name.trim().is_empty() || opening.roles.is_empty() {
        return Err(Error::bad_input("a member of staff needs a username, a name and at least one role"));
    }
    let taken: i64 = staff::table.filter(staff::username.eq(&username)).count().get_result(act.conn())?;
    if taken > 0 {
        return Err(Error::bad_input("that username is taken"));
    }
    let member = StaffMember {
        id: StaffId::new(act.chance()),
        service_id: act.service,
        username,
        display_name: opening.display_name.trim().to_owned(),
        job_title: opening.job_title.trim().to_owned(),
        password_hash: opening.password.into_stored(),
        created_at: act.at,
        disabled_at: None,
        job_title_cy: None,
    };
    let (id, service) = (member.id, act.service);
    diesel::insert_into(staff::table).values(&member).execute(act.conn())?;
    for role in &opening.roles {
        diesel::insert_into(staff_roles::table)
            .values((
                staff_roles::staff_id.eq(id),
                staff_roles::role.eq(*role),
                staff_roles::service_id.eq(service),
            ))
            .execute(act.conn())?;
    }
    act.record(Deed::StaffAdded, ("staff", id.as_str()), None, "")?;
    Ok(id)
}

/// What a member of staff is called under a letter in Welsh.
///
/// # Errors
/// No such account; a title that cannot be printed.
pub fn staff_title_cy(act: &mut Act<'_>, username: &str, title: &str) -> Result<()> {
    let member = staff_by_username(act.conn(), username)?
        .ok_or_else(|| Error::bad_input("nobody has this username, or the account is disabled"))?;
    let signatory = Signatory::parse(&member.display_name, &member.job_title)
        .and_then(|signatory| signatory.in_welsh(Some(title)))
        .map_err(|e| Error::bad_input(format!("this title cannot stand under a letter: {e}")))?;
    diesel::update(staff::table.find(member.id))
        .set(staff::job_title_cy.eq(signatory.role_in(Language::Welsh)))
        .execute(act.conn())?;
    act.record(Deed::StaffTitled, ("staff", member.id.as_str()), None, "cy")
}

/// Disables a member of staff at once: their sessions end in the same transaction.
pub fn staff_disable(act: &mut Act<'_>, username: &str) -> Result<()> {
    let member = staff_by_username(act.conn(), username)?.ok_or_else(Error::not_found)?;
    let at = act.at;
    diesel::update(staff::table.find(member.id)).set(staff::disabled_at.eq(at)).execute(act.conn())?;
    session::session_end_all(act.conn(), member.id, at)?;
    act.record(Deed::StaffDisabled, ("staff", member.id.as_str()), None, "")
}

pub fn staff_by_username(conn: &mut Conn, username: &str) -> Result<Option<StaffMember>> {
    Ok(staff::table
        .filter(staff::username.eq(session::username_fold(username)))
        .filter(staff::disabled_at.is_null())
        .first(conn)
        .optional()?)
}

/// Everyone of a service, by name: for owners of work and authors of entries.
pub fn staff_names(conn: &mut Conn, service: ServiceId) -> Result<Vec<(StaffId, String)>> {
    Ok(staff::table
        .filter(staff::service_id.eq(service))
        .order(staff::display_name.asc())
        .select((staff::id, staff::display_name))
        .load(conn)?)
}

/// What one member of staff is called.
pub fn staff_name(conn: &mut Conn, service: ServiceId, id: StaffId) -> Result<String> {
    Ok(staff::table
        .filter(staff::service_id.eq(service))
        .filter(staff::id.eq(id))
        .select(staff::display_name)
        .first(conn)?)
}

/// Everyone of a service who has a role and an account.
pub fn staff_of_role(conn: &mut Conn, service: ServiceId, role: Role) -> Result<Vec<StaffId>> {
    let holders = staff_roles::table
        .filter(staff_roles::service_id.eq(service))
        .filter(staff_roles::role.eq(role))
        .select(staff_roles::staff_id);
    Ok(staff::table
        .filter(staff::service_id.eq(service))
        .filter(staff::disabled_at.is_null())
        .filter(staff::id.eq_any(holders))
        .order(staff::display_name.asc())
        .select(staff::id)
        .load(conn)?)
}

pub fn staff_get(conn: &mut Conn, service: ServiceId, id: StaffId) -> Result<StaffMember> {
    Ok(staff::table.filter(staff::service_id.eq(service)).filter(staff::id.eq(id)).first(conn)?)
}
