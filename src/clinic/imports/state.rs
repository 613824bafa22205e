//! An import, and where it stands: brought, read, looked at, brought in, ended or undone. Only whoever brought it sees it.
//! Must not know: what stands in its rows.

use super::{
    family::{FamilyState, families_forget, families_leave_out, families_next},
    mapping::Mapping,
    table::Table,
};
use crate::{
    access::Caller,
    audit::{Act, Deed},
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{ImportId, ServiceId, StaffId},
    keys::{Compartment, Sealed, envelope::Unlocked},
};
use diesel::prelude::*;

diesel::table! {
    imports (id) {
        id -> Text,
        service_id -> Text,
        state -> Text,
        started_by -> Text,
        started_at -> Timestamp,
        changed_at -> Timestamp,
        headings -> Text,
        mapping -> Nullable<Text>,
        row_count -> Integer,
        read_to -> Integer,
        told -> Nullable<Text>,
        sealed -> Nullable<Binary>,
        kept_until -> Nullable<Date>,
    }
}

closed! {
    /// Where an import stands. A stopped worker changes nothing of it: what is not done yet waits for the next.
    pub enum ImportState {
        /// Nobody has said yet what its columns mean.
        Brought = "brought",
        Reading = "reading",
        Ready = "ready",
        Running = "running",
        Cancelled = "cancelled",
        Done = "done",
        Undoing = "undoing",
        Undone = "undone",
        /// Given up before anything came in.
        Dropped = "dropped",
    }
}

impl ImportState {
    pub const fn title(self) -> &'static str {
        match self {
            ImportState::Brought => "Say what the columns mean",
            ImportState::Reading => "Being read",
            ImportState::Ready => "Ready to look at",
            ImportState::Running => "Under way",
            ImportState::Cancelled => "Cancelled",
            ImportState::Done => "Ended",
            ImportState::Undoing => "Being taken back",
            ImportState::Undone => "Taken back",
            ImportState::Dropped => "Given up",
        }
    }
}

/// Every permitted step of an import; what is not listed is refused.
pub const STEPS: &[(ImportState, ImportState)] = &[
    (ImportState::Brought, ImportState::Reading),
    (ImportState::Reading, ImportState::Ready),
    // It could not be read, by a fault of ours or because whoever brought it may not any more.
    (ImportState::Reading, ImportState::Brought),
    (ImportState::Ready, ImportState::Reading),
    (ImportState::Ready, ImportState::Running),
    (ImportState::Running, ImportState::Done),
    (ImportState::Running, ImportState::Cancelled),
    (ImportState::Cancelled, ImportState::Running),
    (ImportState::Cancelled, ImportState::Done),
    (ImportState::Cancelled, ImportState::Undoing),
    (ImportState::Done, ImportState::Undoing),
    (ImportState::Undoing, ImportState::Undone),
    (ImportState::Brought, ImportState::Dropped),
    (ImportState::Reading, ImportState::Dropped),
    (ImportState::Ready, ImportState::Dropped),
];

/// An import as stored.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = imports)]
pub struct Import {
    pub id: ImportId,
    pub service_id: ServiceId,
    pub state: ImportState,
    pub started_by: StaffId,
    pub started_at: UtcTime,
    pub changed_at: UtcTime,
    pub headings: String,
    mapping: Option<String>,
    pub row_count: i32,
    /// How many of its families were read so far.
    pub read_to: i32,
    /// What went wrong with reading it.
    pub told: Option<String>,
    sealed: Option<Vec<u8>>,
    /// The last day on which it waits for somebody.
    pub kept_until: Option<UtcDate>,
}

impl Import {
    /// The key of the import's own: nobody's family is known of its rows yet.
    pub fn keys(&self, act: &mut Act<'_>) -> Result<Unlocked> {
        act.unlock(self.id.as_str(), &[Compartment::Contact])
    }

    /// The file, as long as it is kept.
    ///
    /// # Errors
    /// One that is over, or under way.
    pub fn table(&self, unlocked: &Unlocked) -> Result<Table> {
        let bytes = self.sealed.clone().ok_or_else(|| {
            Error::not_now(
                "The file of this import is not kept any more. Choose it again on the page of imports.",
            )
        })?;
        Sealed::from_bytes(bytes).open(unlocked.grant()?, self.id.as_str())
    }

    /// What was said of its columns.
    pub fn mapping(&self, columns: usize) -> Option<Mapping> {
        Mapping::of_stored(self.mapping.as_deref()?, columns)
    }

    /// As above, by the columns it was stored with.
    ///
    /// # Errors
    /// One of which nobody has said anything: a fault of ours.
    pub fn mapping_said(&self) -> Result<Mapping> {
        let stored = self.mapping.as_deref().ok_or_else(|| Error::inner("an import without a mapping"))?;
        Mapping::of_stored(stored, stored.split(',').count())
            .ok_or_else(|| Error::inner("a stored mapping does not parse"))
    }
}

/// Keeps a file, sealed, until its import is over.
pub fn import_bring(act: &mut Act<'_>, caller: &Caller, table: &Table) -> Result<ImportId> {
    let id = ImportId::new(act.chance());
    let unlocked = act.holder_open(id.as_str())?;
    let import = Import {
        id,
        service_id: act.service,
        state: ImportState::Brought,
        started_by: caller.staff,
        started_at: act.at,
        changed_at: act.at,
        headings: table.headings_digest(),
        mapping: None,
        row_count: i32::try_from(table.rows.len()).map_err(Error::inner)?,
        read_to: 0,
        told: None,
        sealed: Some(Sealed::seal(unlocked.grant()?, act.chance(), id.as_str(), table)?.into_bytes()),
        kept_until: kept_until(act, ImportState::Brought),
    };
    diesel::insert_into(imports::table).values(&import).execute(act.conn())?;
    act.record(Deed::ImportBrought, ("import", id.as_str()), None, &import.row_count.to_string())?;
    Ok(id)
}

/// What was last said of columns with these headings.
pub fn mapping_remembered(conn: &mut Conn, import: &Import, columns: usize) -> Result<Option<Mapping>> {
    let stored: Option<Option<String>> = imports::table
        .filter(imports::service_id.eq(import.service_id))
        .filter(imports::headings.eq(&import.headings))
        .filter(imports::mapping.is_not_null())
        .order(imports::changed_at.desc())
        .select(imports::mapping)
        .first(conn)
        .optional()?;
    Ok(stored.flatten().and_then(|stored| Mapping::of_stored(&stored, columns)))
}

/// Says what the columns mean: the file is read from its beginning.
pub fn import_map(act: &mut Act<'_>, import: &Import, mapping: &Mapping) -> Result<()> {
    families_forget(act, import)?;
    moved(act, import, ImportState::Reading)?;
    diesel::update(imports::table.find(import.id).filter(imports::service_id.eq(import.service_id)))
        .set((
            imports::mapping.eq(mapping.stored()),
            imports::read_to.eq(0),
            imports::told.eq(None::<String>),
        ))
        .execute(act.conn())?;
    act.record(Deed::ImportMapped, ("import", import.id.as_str()), None, &mapping.stored())
}

/// So many families were read; of the last, that was all.
pub fn import_read(act: &mut Act<'_>, import: &Import, to: i32, all: bool) -> Result<()> {
    diesel::update(imports::table.find(import.id).filter(imports::service_id.eq(import.service_id)))
        .set(imports::read_to.eq(to))
        .execute(act.conn())?;
    if all { import_move(act, import, ImportState::Ready) } else { Ok(()) }
}

/// It could not be read.
pub fn import_unread(act: &mut Act<'_>, import: &Import, words: &str) -> Result<()> {
    import_move(act, import, ImportState::Brought)?;
    diesel::update(imports::table.find(import.id).filter(imports::service_id.eq(import.service_id)))
        .set(imports::told.eq(words))
        .execute(act.conn())?;
    Ok(())
}

/// Lets the worker bring it in. The file goes; each family keeps its own rows until it is in.
///
/// # Errors
/// Another file came in since this one was read: nobody was asked yet about people who stand in both.
pub fn import_start(act: &mut Act<'_>, import: &Import) -> Result<()> {
    // One that is coming in at this moment may have begun in the second in which this one was read.
    let came_in = imports::state
        .eq_any([ImportState::Cancelled, ImportState::Done])
        .and(imports::changed_at.gt(import.changed_at));
    let since: i64 = imports::table
        .filter(imports::service_id.eq(import.service_id))
        .filter(imports::id.ne(import.id))
        .filter(imports::state.eq(ImportState::Running).or(came_in))
        .count()
        .get_result(act.conn())?;
    if since > 0 {
        return Err(Error::not_now(
            "Another file came in since this one was read, and the same people may stand in it. When that one has ended, read this file again, look at its questions, and start it then. Nothing was changed.",
        ));
    }
    let unlocked = import.keys(act)?;
    import_move(act, import, ImportState::Running)?;
    families_leave_out(act, import, unlocked.grant()?, true)?;
    file_forget(act, import)?;
    import_follow(act, &Import { state: ImportState::Running, ..import.clone() })
}

/// Stops it, or lets it go on.
pub fn import_cancel(act: &mut Act<'_>, import: &Import) -> Result<()> {
    import_move(act, import, ImportState::Cancelled)
}

pub fn import_resume(act: &mut Act<'_>, import: &Import) -> Result<()> {
    import_move(act, import, ImportState::Running)?;
    import_follow(act, &Import { state: ImportState::Running, ..import.clone() })
}

/// Ends one that was cancelled: what waits is left out.
///
/// # Errors
/// One that goes on by now, as whoever looks at an older page cannot see.
pub fn import_close(act: &mut Act<'_>, import: &Import) -> Result<()> {
    if import.state != ImportState::Cancelled {
        return Err(stands_elsewhere());
    }
    let unlocked = import.keys(act)?;
    families_leave_out(act, import, unlocked.grant()?, false)?;
    import_move(act, import, ImportState::Done)
}

/// Lets the worker take back what came in.
pub fn import_undo(act: &mut Act<'_>, import: &Import) -> Result<()> {
    let unlocked = import.keys(act)?;
    families_leave_out(act, import, unlocked.grant()?, false)?;
    import_move(act, import, ImportState::Undoing)?;
    import_follow(act, &Import { state: ImportState::Undoing, ..import.clone() })
}

/// Gives it up before anything came in. Nothing of the file is left, and its keys are gone.
pub fn import_drop(act: &mut Act<'_>, import: &Import) -> Result<()> {
    import_move(act, import, ImportState::Dropped)?;
    families_forget(act, import)?;
    file_forget(act, import)?;
    act.holder_close(import.id.as_str())
}

fn file_forget(act: &mut Act<'_>, import: &Import) -> Result<()> {
    diesel::update(imports::table.find(import.id).filter(imports::service_id.eq(import.service_id)))
        .set(imports::sealed.eq(None::<Vec<u8>>))
        .execute(act.conn())?;
    Ok(())
}

/// An import whose last family was taken up has ended.
pub fn import_follow(act: &mut Act<'_>, import: &Import) -> Result<()> {
    let (waits, end) = match import.state {
        ImportState::Running => (FamilyState::Waiting, ImportState::Done),
        ImportState::Undoing => (FamilyState::Done, ImportState::Undone),
        ImportState::Brought
        | ImportState::Reading
        | ImportState::Ready
        | ImportState::Cancelled
        | ImportState::Done
        | ImportState::Undone
        | ImportState::Dropped => return Ok(()),
    };
    let left = !families_next(act.conn(), import.service_id, import.id, waits, false, 1)?.is_empty();
    if left { Ok(()) } else { import_move(act, import, end) }
}

/// Moves an import from where it stands, and records it.
///
/// # Errors
/// A step that is not listed; one that was moved meanwhile.
fn import_move(act: &mut Act<'_>, import: &Import, to: ImportState) -> Result<()> {
    moved(act, import, to)?;
    act.record(Deed::ImportMoved, ("import", import.id.as_str()), None, to.as_str())
}

fn stands_elsewhere() -> Error {
    Error::not_now("This import stands elsewhere by now. Look at its page again. Nothing was changed.")
}

fn moved(act: &mut Act<'_>, import: &Import, to: ImportState) -> Result<()> {
    let at = act.at;
    if !STEPS.contains(&(import.state, to)) {
        return Err(stands_elsewhere());
    }
    let as_it_was = imports::table
        .filter(imports::service_id.eq(import.service_id))
        .filter(imports::id.eq(import.id))
        .filter(imports::state.eq(import.state));
    let rows = diesel::update(as_it_was)
        .set((imports::state.eq(to), imports::changed_at.eq(at), imports::kept_until.eq(kept_until(act, to))))
        .execute(act.conn())?;
    if rows == 1 { Ok(()) } else { Err(stands_elsewhere()) }
}

/// How long an import that came to stand so waits for somebody; what the worker has in hand, or is over, waits for nobody.
fn kept_until(act: &Act<'_>, state: ImportState) -> Option<UtcDate> {
    match state {
        ImportState::Brought | ImportState::Ready | ImportState::Cancelled => {
            Some(act.at.date().plus_days(act.policy().work.import_kept_days))
        }
        ImportState::Reading
        | ImportState::Running
        | ImportState::Done
        | ImportState::Undoing
        | ImportState::Undone
        | ImportState::Dropped => None,
    }
}

/// Imports that nobody went on with for so long, of every service.
pub fn imports_kept_too_long(
    conn: &mut Conn,
    today: UtcDate,
    most: i64,
) -> Result<Vec<(ServiceId, ImportId)>> {
    Ok(imports::table
        .filter(imports::kept_until.lt(today))
        .select((imports::service_id, imports::id))
        .limit(most)
        .load(conn)?)
}

/// Gives up an import that nobody went on with: what is not in yet is forgotten, and what came in stays.
///
/// # Errors
/// One that somebody went on with meanwhile.
pub fn import_lapse(act: &mut Act<'_>, id: ImportId) -> Result<()> {
    let import = import_row(act.conn, act.service, id)?;
    if import.kept_until.is_none_or(|until| until >= act.at.date()) {
        return Err(Error::not_now("Somebody went on with this import. Nothing was changed."));
    }
    match import.state {
        ImportState::Cancelled => import_close(act, &import),
        ImportState::Brought
        | ImportState::Reading
        | ImportState::Ready
        | ImportState::Running
        | ImportState::Done
        | ImportState::Undoing
        | ImportState::Undone
        | ImportState::Dropped => import_drop(act, &import),
    }
}

/// An import, for whoever brought it.
///
/// # Errors
/// Not found, in the same words for all others.
pub fn import_open(conn: &mut Conn, caller: &Caller, id: ImportId) -> Result<Import> {
    let import = import_row(conn, caller.service, id)?;
    if import.started_by == caller.staff { Ok(import) } else { Err(Error::not_found()) }
}

pub fn import_row(conn: &mut Conn, service: ServiceId, id: ImportId) -> Result<Import> {
    Ok(imports::table.filter(imports::service_id.eq(service)).filter(imports::id.eq(id)).first(conn)?)
}

/// The caller's imports, newest first.
pub fn import_list(conn: &mut Conn, caller: &Caller, skip: i64, most: i64) -> Result<Vec<Listed>> {
    Ok(imports::table
        .filter(imports::service_id.eq(caller.service))
        .filter(imports::started_by.eq(caller.staff))
        .order((imports::started_at.desc(), imports::id.asc()))
        .select((imports::id, imports::state, imports::started_at, imports::row_count))
        .offset(skip)
        .limit(most)
        .load(conn)?)
}

/// An import in a list, without its file.
#[derive(Queryable)]
pub struct Listed {
    pub id: ImportId,
    pub state: ImportState,
    pub started_at: UtcTime,
    pub row_count: i32,
}

/// Imports that wait for the worker, of every service, the oldest first: where each stands, and whose it is.
pub fn imports_ordered(
    conn: &mut Conn,
    most: i64,
) -> Result<Vec<(ImportId, ServiceId, StaffId, ImportState)>> {
    let at_work = [ImportState::Reading, ImportState::Running, ImportState::Undoing];
    Ok(imports::table
        .filter(imports::state.eq_any(at_work))
        .order((imports::started_at.asc(), imports::id.asc()))
        .select((imports::id, imports::service_id, imports::started_by, imports::state))
        .limit(most)
        .load(conn)?)
}
