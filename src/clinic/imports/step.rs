//! What the worker does for an import, a piece at a time, each in an act of its own in the name of whoever brought it: reads some
//! families, brings in one, takes one back. Must not know: how a worker runs.

use super::{
    family::{FamilyState, ImportFamily, Moved, Rows, families_next, families_put, family_get, family_move},
    people::{Problem, Source, proposed, somebody},
    question::{Other, Question, Said as Decided},
    state::{Import, ImportState, import_follow, import_read, import_row, import_unread, imports_ordered},
    table::Table,
    undo::family_undo,
};
use crate::{
    access::{
        Caller, InFamily, Permission,
        family::{families_related, family_open, relationship_start},
        permission::allows,
    },
    audit::{Act, Deed},
    clinic::{
        imports::mapping::{Field, Mapping},
        people::{
            change::{Alike, FreshIds, Said, There, alike, plan_apply},
            contact::{Contact, contacts_bring},
            person::{Person, Sought, families_sought, persons_sought},
        },
    },
    db::{Conn, UtcDate},
    error::{Error, Result, Trouble},
    ids::{FamilyId, ImportFamilyId, ImportId, PersonId},
    keys::digest,
    relative::listener::Ordered,
};
use std::collections::{BTreeMap, HashMap};

/// Imports that one round looks at.
const IMPORTS: i64 = 20;
/// How often a piece is tried that ends in a fault of ours.
const TRIES: i32 = 3;
/// Rows that are read in one act.
const ROWS: usize = 5_000;
/// Before the reference of a piece.
pub const READ: &str = "import-read:";
pub const BRING: &str = "import-family:";
pub const BACK: &str = "import-back:";

/// Pieces of imports of every service: `most` of each.
pub fn pieces_ordered(conn: &mut Conn, most: i64) -> Result<Vec<Ordered>> {
    let mut ordered = Vec::new();
    for (id, service, by, state) in imports_ordered(conn, IMPORTS)? {
        let mut piece = |reference| ordered.push(Ordered { service, by, reference });
        let next =
            |conn: &mut Conn, state, last_first| families_next(conn, service, id, state, last_first, most);
        match state {
            ImportState::Reading => piece(format!("{READ}{id}")),
            ImportState::Running => {
                next(conn, FamilyState::Waiting, false)?
                    .iter()
                    .for_each(|one| piece(format!("{BRING}{one}")));
            }
            ImportState::Undoing => {
                next(conn, FamilyState::Done, true)?.iter().for_each(|one| piece(format!("{BACK}{one}")));
            }
            ImportState::Brought
            | ImportState::Ready
            | ImportState::Cancelled
            | ImportState::Done
            | ImportState::Undone
            | ImportState::Dropped => {}
        }
    }
    Ok(ordered)
}

/// Whether a reference is one of ours.
pub fn is_piece(reference: &str) -> bool {
    [READ, BRING, BACK].iter().any(|start| reference.starts_with(start))
}

/// Does one piece. What holds it up is answered as an error, and then nothing of it is kept.
///
/// # Errors
/// Whatever a person would be told who did it alone.
pub fn piece_do(act: &mut Act<'_>, reference: &str) -> Result<()> {
    if let Some(id) = reference.strip_prefix(READ) {
        let import = import_of(act, id)?;
        return families_read(act, &import);
    }
    if let Some(id) = reference.strip_prefix(BRING) {
        let (import, family) = family_of(act, id, ImportState::Running, FamilyState::Waiting)?;
        return family_bring(act, &import, &family);
    }
    let id = reference.strip_prefix(BACK).unwrap_or_default();
    let (import, family) = family_of(act, id, ImportState::Undoing, FamilyState::Done)?;
    family_undo(act, &import, &family)
}

/// Puts a piece aside that could not be done: a fault of ours is tried again, behind all others; then it is held, or kept.
///
/// # Errors
/// One that was taken up meanwhile.
pub fn piece_hold(act: &mut Act<'_>, reference: &str, problem: &Error) -> Result<()> {
    if let Some(id) = reference.strip_prefix(READ) {
        let import = import_of(act, id)?;
        return import_unread(act, &import, &told(problem));
    }
    let bring = reference.strip_prefix(BRING);
    let (import, family) = match (bring, reference.strip_prefix(BACK)) {
        (Some(id), _) => family_of(act, id, ImportState::Running, FamilyState::Waiting)?,
        (None, back) => family_of(act, back.unwrap_or_default(), ImportState::Undoing, FamilyState::Done)?,
    };
    let unlocked = import.keys(act)?;
    let rows = family.open(unlocked.grant()?)?;
    let ours = match problem.trouble() {
        Trouble::BadInput
        | Trouble::NotNow
        | Trouble::NotFound
        | Trouble::NotAllowed
        | Trouble::NotSignedIn => false,
        Trouble::TooMany | Trouble::Busy | Trouble::Config | Trouble::Inner => true,
    };
    let (to, rows) = match (ours && family.tries + 1 < TRIES, bring.is_some()) {
        (true, _) => (family.state, rows),
        (false, true) => (FamilyState::Held, Rows { lines: Vec::new(), why: Some(told(problem)), ..rows }),
        (false, false) => (FamilyState::Kept, Rows { why: Some(told(problem)), ..rows }),
    };
    let moved = Moved {
        to,
        tries: family.tries + i32::from(ours),
        family: family.family_id,
        opened: family.opened,
        change: family.change_id,
        rows,
    };
    family_moved(act, &import, &family, moved)
}

fn told(problem: &Error) -> String {
    match problem.trouble() {
        Trouble::NotFound => "You have nothing to do with this family any more, or it is no longer there.".to_owned(),
        Trouble::BadInput | Trouble::NotNow | Trouble::NotAllowed | Trouble::NotSignedIn => {
            problem.public().to_owned()
        }
        Trouble::TooMany | Trouble::Busy | Trouble::Config | Trouble::Inner => "Something went wrong on our side, several times. If it happens again, tell your service's administrator the time it happened.".to_owned(),
    }
}

fn import_of(act: &mut Act<'_>, id: &str) -> Result<Import> {
    let id: ImportId = id.parse().map_err(|_| Error::inner("a piece of no import"))?;
    let import = import_row(act.conn, act.service, id)?;
    if import.state == ImportState::Reading { Ok(import) } else { Err(taken_up()) }
}

/// A family and its import, read under the act's lock.
fn family_of(
    act: &mut Act<'_>,
    id: &str,
    at: ImportState,
    stands: FamilyState,
) -> Result<(Import, ImportFamily)> {
    let id: ImportFamilyId = id.parse().map_err(|_| Error::inner("a family of no import"))?;
    let family = family_get(act.conn, act.service, id)?;
    let import = import_row(act.conn, act.service, family.import_id)?;
    if import.state == at && family.state == stands { Ok((import, family)) } else { Err(taken_up()) }
}

fn taken_up() -> Error {
    Error::not_now("This piece of the import was taken up already.")
}

/// Moves a family, records it, and ends the import with its last.
pub(super) fn family_moved(
    act: &mut Act<'_>,
    import: &Import,
    family: &ImportFamily,
    moved: Moved,
) -> Result<()> {
    let unlocked = import.keys(act)?;
    let (to, into) = (moved.to, moved.family.or(family.family_id));
    family_move(act, family, unlocked.grant()?, moved)?;
    act.record(Deed::ImportFamilyMoved, ("import", import.id.as_str()), into, to.as_str())?;
    import_follow(act, import)
}

/// What addresses say that they come from.
fn source(import: &Import) -> (String, UtcDate) {
    let on = import.started_at.date();
    (format!("Brought in from the older system on {}", on.shown()), on)
}

/// Families of a file in the order in which they begin, each with the places of its rows.
fn grouped(table: &Table, mapping: &Mapping) -> Vec<(String, Vec<usize>)> {
    let mut at: HashMap<&str, usize> = HashMap::new();
    let mut families: Vec<(String, Vec<usize>)> = Vec::new();
    for (place, line) in table.rows.iter().enumerate() {
        let reference = mapping.cell(&line.cells, Field::Family);
        let family = *at.entry(reference).or_insert_with(|| {
            families.push((reference.to_owned(), Vec::new()));
            families.len() - 1
        });
        if let Some((_, places)) = families.get_mut(family) {
            places.push(place);
        }
    }
    families
}

/// Reads the next families of a file: what is wrong with them, and who may be there already or stands there twice.
pub fn families_read(act: &mut Act<'_>, import: &Import) -> Result<()> {
    let caller = Caller::of_order(act, import.started_by, Permission::ImportRun)?;
    let unlocked = import.keys(act)?;
    let table = import.table(&unlocked)?;
    let mapping = import.mapping_said()?;
    let families = grouped(&table, &mapping);
    let twice = Twice::of(&table, &families, &mapping);
    let from = usize::try_from(import.read_to).map_err(Error::inner)?;
    let (mut read, mut rows) = (Vec::new(), 0);
    for (reference, places) in families.iter().skip(from) {
        if rows >= ROWS {
            break;
        }
        rows += places.len();
        let lines = places.iter().filter_map(|place| table.rows.get(*place).cloned()).collect();
        read.push(Rows { reference: reference.clone(), lines, ..Rows::default() });
    }
    let people: Vec<Vec<(u32, Said)>> = read.iter().map(|rows| said_of(rows, &mapping)).collect();
    let known = Known::read(act, &caller, &people)?;
    let (words, as_of) = source(import);
    let source = Source { words: &words, as_of, service: import.service_id };
    for (rows, people) in read.iter_mut().zip(&people) {
        for (row, said) in people {
            rows.questions.extend(known.asked(*row, said));
            rows.questions.extend(twice.asked(*row, said));
        }
        let mut ids = FreshIds::draw(|| PersonId::new(act.chance()), rows.lines.len());
        let mut proposed = proposed(rows, &mapping, &There::nobody(), &mut ids, &source)?;
        let nowhere = (import.service_id, FamilyId::new(act.chance()));
        proposed.plan(&There::nobody(), nowhere, act.at, act.policy().dates);
        rows.problems = proposed.problems;
        if rows.reference.is_empty() {
            rows.problems.extend(rows.lines.iter().map(|line| Problem {
                row: line.number,
                column: Field::Family,
                what: "This row belongs to no family.".into(),
                to_do: "Write the family reference of the old system into it.".into(),
            }));
        }
        rows.problems.sort_by_key(|problem| problem.row);
    }
    families_put(act, import, unlocked.grant()?, import.read_to, &read)?;
    let to = from + read.len();
    act.record(Deed::ImportFamiliesRead, ("import", import.id.as_str()), None, &read.len().to_string())?;
    import_read(act, import, i32::try_from(to).map_err(Error::inner)?, to >= families.len())
}

fn said_of(rows: &Rows, mapping: &Mapping) -> Vec<(u32, Said)> {
    let mut ignored = Vec::new();
    rows.lines.iter().map(|line| (line.number, somebody(line, mapping, &mut ignored).said)).collect()
}

/// A name and a birth, as they are compared; none where one of them is not known.
fn name_key(said: &Said) -> Option<String> {
    let name = |name: &Option<String>| {
        name.as_ref()
            .map(|name| name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>())
    };
    Some(format!("{}|{}|{}", name(&said.given_name)?, name(&said.family_name)?, said.birth_date?))
}

/// Who of the file stands in an earlier row of it.
struct Twice {
    /// By NHS number: the first row, with its family and birth.
    numbers: HashMap<String, (u32, usize, Option<UtcDate>)>,
    /// By name and birth: the first row, with its family and number.
    names: HashMap<String, (u32, usize, Option<String>)>,
    family_of: HashMap<u32, usize>,
}

impl Twice {
    fn of(table: &Table, families: &[(String, Vec<usize>)], mapping: &Mapping) -> Self {
        let mut family_of = HashMap::new();
        for (family, (_, places)) in families.iter().enumerate() {
            let lines = places.iter().filter_map(|place| table.rows.get(*place));
            family_of.extend(lines.map(|line| (line.number, family)));
        }
        let mut twice = Self { numbers: HashMap::new(), names: HashMap::new(), family_of };
        let mut ignored = Vec::new();
        for line in &table.rows {
            let said = somebody(line, mapping, &mut ignored).said;
            ignored.clear();
            let family = twice.family_of.get(&line.number).copied().unwrap_or_default();
            if let Some(key) = name_key(&said) {
                twice.names.entry(key).or_insert((line.number, family, said.nhs_number.clone()));
            }
            if let Some(number) = said.nhs_number {
                twice.numbers.entry(number).or_insert((line.number, family, said.birth_date));
            }
        }
        twice
    }

    fn asked(&self, row: u32, said: &Said) -> Option<Question> {
        let own = self.family_of.get(&row).copied();
        let other = |first: u32, family: usize| match own == Some(family) {
            true => Other::Row(first),
            false => Other::Elsewhere(first),
        };
        let number = said.nhs_number.as_ref().and_then(|number| self.numbers.get(number));
        if let Some((first, family, born)) = number.filter(|(first, ..)| *first < row) {
            let exact = born.is_some() && *born == said.birth_date;
            return Some(Question { row, other: other(*first, *family), by_number: true, exact, said: None });
        }
        let name = name_key(said).and_then(|key| self.names.get(&key));
        let (first, family, number) = name.filter(|(first, ..)| *first < row)?;
        // Two numbers are two people.
        if number.is_some() && said.nhs_number.is_some() {
            return None;
        }
        Some(Question { row, other: other(*first, *family), by_number: false, exact: false, said: None })
    }
}

/// People of families that whoever brings the file in has to do with, who may stand in it.
struct Known {
    people: Vec<Person>,
    numbers: HashMap<String, Vec<usize>>,
    names: HashMap<String, Vec<usize>>,
}

impl Known {
    /// Two statements for any number of rows, and one for the relationships.
    fn read(act: &mut Act<'_>, caller: &Caller, people: &[Vec<(u32, Said)>]) -> Result<Self> {
        let mut sought = Vec::new();
        for (_, said) in people.iter().flatten() {
            sought.extend(said.nhs_number.clone().map(Sought::Number));
            if let (Some(name), Some(born)) = (&said.family_name, said.birth_date) {
                sought.push(Sought::Named(name.clone(), born));
            }
        }
        act.record(Deed::PersonSought, ("staff", caller.staff.as_str()), None, "import")?;
        let families = families_sought(act, &sought)?;
        let proofs = families_related(act.conn(), caller, &families)?;
        let people = if proofs.is_empty() { Vec::new() } else { persons_sought(act, &proofs, &sought)? };
        let mut known = Self { people: Vec::new(), numbers: HashMap::new(), names: HashMap::new() };
        for (at, person) in people.iter().enumerate() {
            if let Some(number) = &person.nhs_number {
                known.numbers.entry(number.clone()).or_default().push(at);
            }
            let said = Said {
                given_name: person.given_name.clone(),
                family_name: person.family_name.clone(),
                birth_date: person.birth_date,
                ..Said::default()
            };
            if let Some(key) = name_key(&said) {
                known.names.entry(key).or_default().push(at);
            }
        }
        Ok(Self { people, ..known })
    }

    fn asked(&self, row: u32, said: &Said) -> Vec<Question> {
        let by_number = said.nhs_number.as_ref().and_then(|number| self.numbers.get(number));
        let by_name = name_key(said).and_then(|key| self.names.get(&key));
        let mut places: Vec<usize> = by_number.into_iter().chain(by_name).flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        let question = |person: &Person| {
            let (by_number, exact) = match alike(person, said)? {
                Alike::Number { same_birth } => (true, same_birth),
                Alike::Name => (false, false),
            };
            let other = Other::There(person.id, person.family_id);
            Some(Question { row, other, by_number, exact, said: None })
        };
        places.iter().filter_map(|at| self.people.get(*at)).filter_map(question).collect()
    }
}

/// The one file that a family comes into, where somebody of it is said to stand there; none where it gets one of its own.
///
/// # Errors
/// People who stand in two files.
pub fn comes_into(rows: &Rows) -> Result<Option<FamilyId>> {
    let mut families: Vec<FamilyId> = Vec::new();
    for question in rows.questions.iter().filter(|question| question.said == Some(Decided::Same)) {
        if let Other::There(_, family) = question.other
            && !families.contains(&family)
        {
            families.push(family);
        }
    }
    match families.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        _ => Err(Error::bad_input(
            "People of this family stand in two files. Say of those in one of the two that they are in a family of their own as well. Nothing was saved.",
        )
        .at("said")),
    }
}

/// Why a family is left out of which every row is.
const NOBODY: &str = "You said of every row of this family to leave it out.";

/// Why whoever brought a family in has to do with it.
const REASON: &str = "Brought in from the older system";

/// Brings one family in: all of it, or nothing.
fn family_bring(act: &mut Act<'_>, import: &Import, family: &ImportFamily) -> Result<()> {
    let caller = Caller::of_order(act, import.started_by, Permission::ImportRun)?;
    let unlocked = import.keys(act)?;
    let rows = family.open(unlocked.grant()?)?;
    // Nobody of it is left: no file is opened for nobody.
    if rows.is_left_out() {
        let rows = Rows { lines: Vec::new(), why: Some(NOBODY.to_owned()), ..rows };
        let to = FamilyState::LeftOut;
        let moved = Moved { to, tries: family.tries, family: None, opened: false, change: None, rows };
        return family_moved(act, import, family, moved);
    }
    let mapping = import.mapping_said()?;
    let (proof, opened) = file_of(act, &caller, comes_into(&rows)?)?;
    let there = There::read(act.conn(), &proof)?;
    let (words, as_of) = source(import);
    let source = Source { words: &words, as_of, service: import.service_id };
    let mut ids = FreshIds::draw(|| PersonId::new(act.chance()), rows.lines.len());
    let mut proposed = proposed(&rows, &mapping, &there, &mut ids, &source)?;
    let plan = proposed.plan(&there, (proof.service(), proof.family()), act.at, act.policy().dates);
    if let Some(problem) = proposed.problems.first() {
        return Err(Error::bad_input(format!("Row {}: {} {}", problem.row, problem.what, problem.to_do)));
    }
    let change = match plan.is_empty() {
        true => None,
        false => Some(plan_apply(act, &proof, &there, &plan)?),
    };
    contacts_bring(act, &proof, &proposed.contacts)?;
    let addresses = proposed.contacts.iter().map(|contact| Ok((contact.person_id, address_digest(contact)?)));
    let rows = Rows { lines: Vec::new(), addresses: addresses.collect::<Result<_>>()?, ..rows };
    let moved = Moved {
        to: FamilyState::Done,
        tries: family.tries,
        family: Some(proof.family()),
        opened,
        change,
        rows,
    };
    family_moved(act, import, family, moved)
}

/// The file that is there, for whoever may change who is in it; or a new one.
fn file_of(act: &mut Act<'_>, caller: &Caller, into: Option<FamilyId>) -> Result<(InFamily, bool)> {
    if let Some(family) = into {
        if !allows(&caller.roles, Permission::PedigreeEdit) {
            return Err(Error::not_allowed(Permission::PedigreeEdit.as_str()));
        }
        return Ok((caller.in_family(act.conn(), family)?, false));
    }
    let (family, _) = family_open(act)?;
    relationship_start(act, caller.staff, family.id, REASON)?;
    Ok((caller.in_family(act.conn(), family.id)?, true))
}

/// Tells an address that still stands as it came from one that was changed.
pub(super) fn address_digest(contact: &Contact) -> Result<String> {
    let parts: BTreeMap<&str, &str> = BTreeMap::from([
        ("address", contact.address_lines.as_str()),
        ("postcode", contact.postcode.as_str()),
        ("email", contact.email.as_deref().unwrap_or_default()),
        ("phone", contact.phone.as_deref().unwrap_or_default()),
        ("source", contact.source.as_str()),
        ("country", contact.country.as_deref().unwrap_or_default()),
        ("printed", if contact.is_restricted() { "never" } else { "" }),
        ("returned", if contact.has_come_back() { "yes" } else { "" }),
    ]);
    let text = serde_json::to_vec(&parts).map_err(Error::inner)?;
    Ok(digest(&text))
}
