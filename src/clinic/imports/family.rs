//! One family of an import: its rows and questions, sealed until it is brought in; then only what undoing it needs.
//! Must not know: how a row is read, or how a family is brought in.

use super::{
    people::Problem,
    question::{Other, Question, Said as Decided},
    state::Import,
    table::Line,
};
use crate::{
    audit::Act,
    db::{Conn, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyChangeId, FamilyId, ImportFamilyId, ImportId, PersonId, ServiceId},
    keys::{Grant, Sealed, compartment::K, content},
};
use diesel::prelude::*;

diesel::table! {
    import_families (id) {
        id -> Text,
        service_id -> Text,
        import_id -> Text,
        place -> Integer,
        state -> Text,
        row_count -> Integer,
        problems -> Integer,
        questions -> Integer,
        known -> Integer,
        tries -> Integer,
        family_id -> Nullable<Text>,
        opened -> Bool,
        change_id -> Nullable<Text>,
        changed_at -> Timestamp,
        sealed -> Nullable<Binary>,
    }
}

closed! {
    pub enum FamilyState {
        Waiting = "waiting",
        Done = "done",
        /// It could not be brought in; the reason says why.
        Held = "held",
        /// Something is wrong with its rows, or the import was given up before it came to this one.
        LeftOut = "left_out",
        Undone = "undone",
        /// Something was done with it since: it stays.
        Kept = "kept",
    }
}

/// Every permitted step of a family of an import; what is not listed is refused.
pub const STEPS: &[(FamilyState, FamilyState)] = &[
    (FamilyState::Waiting, FamilyState::Done),
    (FamilyState::Waiting, FamilyState::Held),
    (FamilyState::Waiting, FamilyState::LeftOut),
    // A fault of ours: tried again.
    (FamilyState::Waiting, FamilyState::Waiting),
    (FamilyState::Done, FamilyState::Undone),
    (FamilyState::Done, FamilyState::Kept),
    (FamilyState::Done, FamilyState::Done),
];

impl FamilyState {
    pub const fn title(self) -> &'static str {
        match self {
            FamilyState::Waiting => "Still to come",
            FamilyState::Done => "Brought in",
            FamilyState::Held => "Held, with the reason",
            FamilyState::LeftOut => "Left out",
            FamilyState::Undone => "Taken back",
            FamilyState::Kept => "Kept: something was done with it",
        }
    }
}

/// A family as stored.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = import_families)]
pub struct ImportFamily {
    pub id: ImportFamilyId,
    pub service_id: ServiceId,
    pub import_id: ImportId,
    pub place: i32,
    pub state: FamilyState,
    pub row_count: i32,
    /// How many things are wrong with it.
    pub problems: i32,
    /// How many questions nobody has answered yet.
    pub questions: i32,
    /// How many of its people are on file already, as far as was said.
    pub known: i32,
    /// How often it ended in a fault of ours.
    pub tries: i32,
    /// The file that it came into.
    pub family_id: Option<FamilyId>,
    /// That file was opened for it.
    pub opened: bool,
    pub change_id: Option<FamilyChangeId>,
    pub changed_at: UtcTime,
    sealed: Option<Vec<u8>>,
}

/// What is sealed of it.
#[derive(Clone, Default, minicbor::Encode, minicbor::Decode)]
pub struct Rows {
    /// As the old system calls it.
    #[n(0)]
    pub reference: String,
    /// Gone once it is in.
    #[n(1)]
    pub lines: Vec<Line>,
    #[n(2)]
    pub problems: Vec<Problem>,
    #[n(3)]
    pub questions: Vec<Question>,
    /// Why it is held or kept.
    #[n(4)]
    pub why: Option<String>,
    /// Whose address came with it, and a digest of that.
    #[n(5)]
    pub addresses: Vec<(PersonId, String)>,
}
content!(K at "import_families.sealed" holds Rows);

impl Rows {
    /// The first row of it in the file.
    pub fn first(&self) -> u32 {
        self.lines.first().map_or(0, |line| line.number)
    }

    /// Whether every row was said to be left out.
    pub fn is_left_out(&self) -> bool {
        let out = |row: u32| self.questions.iter().any(|q| q.row == row && q.said == Some(Decided::Out));
        self.lines.iter().all(|line| out(line.number))
    }

    fn open_questions(&self) -> usize {
        self.questions.iter().filter(|question| question.said.is_none()).count()
    }

    fn known(&self) -> usize {
        let known = |q: &&Question| {
            matches!((q.other, q.said), (Other::There(..), Some(Decided::Same | Decided::Apart)))
        };
        self.questions.iter().filter(known).count()
    }
}

impl ImportFamily {
    pub fn open(&self, grant: &Grant<K>) -> Result<Rows> {
        let bytes =
            self.sealed.clone().ok_or_else(|| Error::inner("a family of an import without its rows"))?;
        Sealed::from_bytes(bytes).open(grant, self.id.as_str())
    }
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Families as they were read.
pub fn families_put(
    act: &mut Act<'_>,
    import: &Import,
    grant: &Grant<K>,
    from: i32,
    read: &[Rows],
) -> Result<()> {
    for (at, one) in read.iter().enumerate() {
        let id = ImportFamilyId::new(act.chance());
        let row = ImportFamily {
            id,
            service_id: import.service_id,
            import_id: import.id,
            place: from + count(at),
            state: FamilyState::Waiting,
            row_count: count(one.lines.len()),
            problems: count(one.problems.len()),
            questions: count(one.open_questions()),
            known: count(one.known()),
            tries: 0,
            family_id: None,
            opened: false,
            change_id: None,
            changed_at: act.at,
            sealed: Some(Sealed::seal(grant, act.chance(), id.as_str(), one)?.into_bytes()),
        };
        diesel::insert_into(import_families::table).values(row).execute(act.conn())?;
    }
    Ok(())
}

/// A family whose questions were answered.
pub fn family_decided(act: &mut Act<'_>, family: &ImportFamily, grant: &Grant<K>, rows: &Rows) -> Result<()> {
    let sealed = Sealed::seal(grant, act.chance(), family.id.as_str(), rows)?;
    diesel::update(
        import_families::table.find(family.id).filter(import_families::service_id.eq(family.service_id)),
    )
    .set((
        import_families::questions.eq(count(rows.open_questions())),
        import_families::known.eq(count(rows.known())),
        import_families::sealed.eq(sealed.into_bytes()),
    ))
    .execute(act.conn())?;
    Ok(())
}

/// Where a family goes, once.
pub struct Moved {
    pub to: FamilyState,
    pub tries: i32,
    pub family: Option<FamilyId>,
    pub opened: bool,
    pub change: Option<FamilyChangeId>,
    pub rows: Rows,
}

/// Moves a family from where it stands.
///
/// # Errors
/// One that was moved meanwhile.
pub fn family_move(act: &mut Act<'_>, family: &ImportFamily, grant: &Grant<K>, moved: Moved) -> Result<()> {
    let taken_up = || Error::not_now("This family of the import was taken up already.");
    if !STEPS.contains(&(family.state, moved.to)) {
        return Err(taken_up());
    }
    let at = act.at;
    let sealed = Sealed::seal(grant, act.chance(), family.id.as_str(), &moved.rows)?;
    let as_it_was = import_families::table
        .filter(import_families::service_id.eq(family.service_id))
        .filter(import_families::id.eq(family.id))
        .filter(import_families::state.eq(family.state));
    let rows = diesel::update(as_it_was)
        .set((
            import_families::state.eq(moved.to),
            import_families::tries.eq(moved.tries),
            import_families::family_id.eq(moved.family),
            import_families::opened.eq(moved.opened),
            import_families::change_id.eq(moved.change),
            import_families::changed_at.eq(at),
            import_families::sealed.eq(sealed.into_bytes()),
        ))
        .execute(act.conn())?;
    if rows == 1 { Ok(()) } else { Err(taken_up()) }
}

/// Leaves out what waits: all of it, or only what something is wrong with. Its rows are forgotten; what was wrong stays.
pub fn families_leave_out(
    act: &mut Act<'_>,
    import: &Import,
    grant: &Grant<K>,
    only_wrong: bool,
) -> Result<()> {
    let least = i32::from(only_wrong);
    let waiting: Vec<ImportFamily> = import_families::table
        .filter(import_families::service_id.eq(import.service_id))
        .filter(import_families::import_id.eq(import.id))
        .filter(import_families::state.eq(FamilyState::Waiting))
        .filter(import_families::problems.ge(least))
        .load(act.conn())?;
    for family in waiting {
        let rows = Rows { lines: Vec::new(), ..family.open(grant)? };
        let to = FamilyState::LeftOut;
        family_move(
            act,
            &family,
            grant,
            Moved { to, tries: family.tries, family: None, opened: false, change: None, rows },
        )?;
    }
    Ok(())
}

/// Forgets every family of an import that is read again, or over without anything having come in.
pub fn families_forget(act: &mut Act<'_>, import: &Import) -> Result<()> {
    let of_import = import_families::table
        .filter(import_families::service_id.eq(import.service_id))
        .filter(import_families::import_id.eq(import.id));
    diesel::delete(of_import).execute(act.conn())?;
    Ok(())
}

pub fn family_get(conn: &mut Conn, service: ServiceId, id: ImportFamilyId) -> Result<ImportFamily> {
    Ok(import_families::table
        .filter(import_families::service_id.eq(service))
        .filter(import_families::id.eq(id))
        .first(conn)?)
}

/// A family that is next, by what is not sealed of it.
#[derive(Queryable)]
pub struct Next {
    pub id: ImportFamilyId,
    pub rows: i32,
    pub tries: i32,
}

/// Families of an import in one state. For bringing in, those first that never failed, in their order; for undoing `last_first` and
/// nothing else, so that none waits for one behind it.
pub fn families_next(
    conn: &mut Conn,
    service: ServiceId,
    import: ImportId,
    state: FamilyState,
    last_first: bool,
    most: i64,
) -> Result<Vec<Next>> {
    let of_import = import_families::table
        .filter(import_families::service_id.eq(service))
        .filter(import_families::import_id.eq(import))
        .filter(import_families::state.eq(state))
        .select((import_families::id, import_families::row_count, import_families::tries))
        .limit(most);
    Ok(match last_first {
        true => of_import.order(import_families::place.desc()).load(conn)?,
        false => of_import.order((import_families::tries.asc(), import_families::place.asc())).load(conn)?,
    })
}

/// Whether a later family of the import came into the same file, and stands there still.
pub fn has_later(conn: &mut Conn, family: &ImportFamily) -> Result<bool> {
    let later: i64 = import_families::table
        .filter(import_families::service_id.eq(family.service_id))
        .filter(import_families::import_id.eq(family.import_id))
        .filter(import_families::state.eq(FamilyState::Done))
        .filter(import_families::family_id.eq(family.family_id))
        .filter(import_families::place.gt(family.place))
        .count()
        .get_result(conn)?;
    Ok(later > 0)
}

/// Which families of an import are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    All,
    Asked,
    Wrong,
    In(FamilyState),
}

/// Families of an import in their order.
pub fn families_list(
    conn: &mut Conn,
    import: &Import,
    which: Which,
    skip: i64,
    most: i64,
) -> Result<Vec<ImportFamily>> {
    let mut query = import_families::table
        .filter(import_families::service_id.eq(import.service_id))
        .filter(import_families::import_id.eq(import.id))
        .into_boxed();
    query = match which {
        Which::All => query,
        Which::Asked => query.filter(import_families::questions.gt(0)),
        Which::Wrong => query.filter(import_families::problems.gt(0)),
        Which::In(state) => query.filter(import_families::state.eq(state)),
    };
    Ok(query.order(import_families::place.asc()).offset(skip).limit(most).load(conn)?)
}

/// How an import stands, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    pub families: i64,
    pub rows: i64,
    pub problems: i64,
    pub wrong_families: i64,
    pub questions: i64,
    pub known: i64,
    pub waiting: i64,
    pub done: i64,
    pub done_rows: i64,
    pub held: i64,
    pub left_out: i64,
    pub undone: i64,
    pub kept: i64,
}

pub fn counts(conn: &mut Conn, service: ServiceId, import: ImportId) -> Result<Counts> {
    type Sums = (FamilyState, i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>);
    use diesel::dsl::{count_star, sum};
    let of_import = import_families::table
        .filter(import_families::service_id.eq(service))
        .filter(import_families::import_id.eq(import));
    let by_state: Vec<Sums> = of_import
        .group_by(import_families::state)
        .select((
            import_families::state,
            count_star(),
            sum(import_families::row_count),
            sum(import_families::problems),
            sum(import_families::questions),
            sum(import_families::known),
        ))
        .load(conn)?;
    let wrong_families: i64 = of_import.filter(import_families::problems.gt(0)).count().get_result(conn)?;
    let mut counts = Counts { wrong_families, ..Counts::default() };
    for (state, families, rows, problems, questions, known) in by_state {
        let rows = rows.unwrap_or_default();
        counts.families += families;
        counts.rows += rows;
        counts.problems += problems.unwrap_or_default();
        counts.questions += questions.unwrap_or_default();
        counts.known += known.unwrap_or_default();
        match state {
            FamilyState::Waiting => counts.waiting += families,
            FamilyState::Done => {
                counts.done += families;
                counts.done_rows += rows;
            }
            FamilyState::Held => counts.held += families,
            FamilyState::LeftOut => counts.left_out += families,
            FamilyState::Undone => counts.undone += families,
            FamilyState::Kept => counts.kept += families,
        }
    }
    Ok(counts)
}
