//! The search for an address: one source at a time, each with what came of it.
//! Must not know: the address; it stands with the person.

use super::task::{Task, TaskState};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    db::{Conn, UtcTime, closed},
    error::{Error, Result},
    ids::{SearchId, ServiceId, StaffId, TaskId},
    keys::{Sealed, content},
};
use diesel::prelude::*;

diesel::table! {
    searches (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        task_id -> Text,
        source -> Text,
        begun_at -> Timestamp,
        by_staff -> Text,
        ended_at -> Nullable<Timestamp>,
        found -> Nullable<Bool>,
        sealed -> Nullable<Binary>,
    }
}

closed! {
    /// Who is asked. Never whoever lives at the address from which post came back.
    pub enum Source {
        Proband = "proband",
        Practice = "practice",
        /// The national register of patients.
        NationalRegister = "national_register",
        OtherService = "other_service",
        OtherRelative = "other_relative",
    }
}

impl Source {
    pub const fn title(self) -> &'static str {
        match self {
            Source::Proband => "The proband",
            Source::Practice => "Their general practice",
            Source::NationalRegister => "The national register of patients",
            Source::OtherService => "Another genetics service",
            Source::OtherRelative => "Another relative who agreed to be asked",
        }
    }
}

#[derive(minicbor::Encode, minicbor::Decode)]
struct Said(#[n(0)] String);
content!(D at "searches.sealed" holds Said);

#[derive(Queryable, Selectable)]
#[diesel(table_name = searches)]
pub struct Search {
    pub id: SearchId,
    pub source: Source,
    pub begun_at: UtcTime,
    pub by_staff: StaffId,
    pub ended_at: Option<UtcTime>,
    pub found: Option<bool>,
}

/// Begins to ask one source.
///
/// # Errors
/// A relative who was reached; another source that has not answered; one that was asked already.
pub fn search_begin(act: &mut Act<'_>, proof: &InFamily, task: &Task, source: Source) -> Result<SearchId> {
    if task.state != TaskState::NotReached {
        return Err(Error::not_now("Nobody is looked for here: the address stands. Nothing was changed."));
    }
    let known = searches_of(act.conn, act.service, task.id)?;
    if known.iter().any(|one| one.ended_at.is_none()) {
        return Err(Error::not_now(
            "One source at a time: say first what came of the one that was asked. Nothing was changed.",
        ));
    }
    if known.iter().any(|one| one.source == source && one.begun_at >= task.changed_at) {
        return Err(
            Error::not_now("This source was asked already. Ask another. Nothing was changed.").at("source")
        );
    }
    let (id, service, at) = (SearchId::new(act.chance()), act.service, act.at);
    diesel::insert_into(searches::table)
        .values((
            searches::id.eq(id),
            searches::service_id.eq(service),
            searches::family_id.eq(proof.family()),
            searches::task_id.eq(task.id),
            searches::source.eq(source),
            searches::begun_at.eq(at),
            searches::by_staff.eq(proof.staff()),
        ))
        .execute(act.conn())?;
    act.record(
        Deed::SearchBegun,
        ("relative_task", task.id.as_str()),
        Some(proof.family()),
        source.as_str(),
    )?;
    Ok(id)
}

/// Says what came of asking.
///
/// # Errors
/// No words; one that has ended.
pub fn search_end(act: &mut Act<'_>, proof: &InFamily, task: &Task, found: bool, said: &str) -> Result<()> {
    if said.trim().chars().count() < 3 {
        return Err(Error::bad_input("Write what they answered. Nothing was saved.").at("search_said"));
    }
    let known = searches_of(act.conn, act.service, task.id)?;
    let open = known.iter().find(|one| one.ended_at.is_none());
    let open = open.ok_or_else(|| Error::not_now("Nobody is being asked now. Nothing was saved."))?;
    let sealed = Sealed::seal(proof.grant()?, act.chance(), open.id.as_str(), &Said(said.trim().to_owned()))?;
    let at = act.at;
    diesel::update(searches::table.find(open.id))
        .set((searches::ended_at.eq(at), searches::found.eq(found), searches::sealed.eq(sealed.into_bytes())))
        .execute(act.conn())?;
    let note = if found { "found" } else { "not found" };
    act.record(Deed::SearchEnded, ("relative_task", task.id.as_str()), Some(proof.family()), note)
}

/// Every source that was asked about a relative, in order.
pub fn searches_of(conn: &mut Conn, service: ServiceId, task: TaskId) -> Result<Vec<Search>> {
    Ok(searches::table
        .filter(searches::service_id.eq(service))
        .filter(searches::task_id.eq(task))
        .order((searches::begun_at.asc(), searches::id.asc()))
        .select(Search::as_select())
        .load(conn)?)
}

/// How many different sources were asked without finding them.
pub(super) fn searches_ended(conn: &mut Conn, service: ServiceId, task: TaskId) -> Result<usize> {
    let mut sources: Vec<Source> = searches_of(conn, service, task)?
        .into_iter()
        .filter(|one| one.found == Some(false))
        .map(|one| one.source)
        .collect();
    sources.sort();
    sources.dedup();
    Ok(sources.len())
}
