//! What the worker does for an import, a piece at a time, each in an act of its own in the name of whoever brought it: reads some
//! families, brings some in, takes some back. Must not know: how a worker runs.

use super::{
    family::{FamilyState, ImportFamily, Moved, Next, Rows, families_next, family_get, family_move},
    people::{Source, proposed},
    question::{Other, Said as Decided},
    reading::families_read,
    state::{Import, ImportState, import_follow, import_row, import_unread, imports_ordered},
    undo::family_undo,
};
use crate::{
    access::{
        Caller, InFamily, Permission,
        family::{family_open, relationship_start},
        permission::allows,
    },
    audit::{Act, Deed},
    clinic::people::{
        change::{FreshIds, There, plan_apply},
        contact::{Contact, contacts_bring},
    },
    db::{Conn, UtcDate},
    error::{Error, Result, Trouble},
    ids::{FamilyId, ImportFamilyId, ImportId, PersonId},
    keys::digest,
    relative::listener::Ordered,
};
use std::collections::BTreeMap;

/// Imports that one round looks at.
const IMPORTS: i64 = 20;
/// How often a piece is tried that ends in a fault of ours.
const TRIES: i32 = 3;
/// Rows that one act brings in or takes back: few enough that a page need not wait, enough that the disk is not waited for with
/// each family.
const TOGETHER: i32 = 50;
/// Before the reference of a piece.
pub const READ: &str = "import-read:";
pub const BRING: &str = "import-family:";
pub const BACK: &str = "import-back:";

/// Pieces of imports of every service: `most` of each.
pub fn pieces_ordered(conn: &mut Conn, most: i64) -> Result<Vec<Ordered>> {
    let mut ordered = Vec::new();
    for (id, service, by, state) in imports_ordered(conn, IMPORTS)? {
        let mut piece = |reference| ordered.push(Ordered { service, by, reference });
        let pieces = |conn: &mut Conn, of, last_first| -> Result<Vec<String>> {
            let next = families_next(conn, service, id, of, last_first, most * i64::from(TOGETHER))?;
            let most = usize::try_from(most).map_err(Error::inner)?;
            Ok(groups(&next).into_iter().take(most).collect())
        };
        match state {
            ImportState::Reading => piece(format!("{READ}{id}")),
            ImportState::Running => {
                pieces(conn, FamilyState::Waiting, false)?
                    .iter()
                    .for_each(|some| piece(format!("{BRING}{some}")));
            }
            ImportState::Undoing => {
                pieces(conn, FamilyState::Done, true)?.iter().for_each(|some| piece(format!("{BACK}{some}")));
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

/// Families that one act takes up together, as a piece names them. One that was put aside comes alone: it holds up nobody.
fn groups(next: &[Next]) -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    let mut room = 0;
    for one in next {
        match groups.last_mut() {
            Some(group) if one.tries == 0 && one.rows <= room => {
                group.push(',');
                group.push_str(one.id.as_str());
                room -= one.rows;
            }
            Some(_) | None => {
                groups.push(one.id.to_string());
                room = if one.tries == 0 { TOGETHER - one.rows } else { 0 };
            }
        }
    }
    groups
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
    let work = Work::of(reference);
    let (import, families) = work.standing(act)?;
    for family in &families {
        match work.brings {
            true => family_bring(act, &import, family)?,
            false => family_undo(act, &import, family)?,
        }
    }
    import_follow(act, &import)
}

/// Puts a piece aside that could not be done. Of several families each is tried alone; a fault of ours is tried again, behind all
/// others; then the family is held, or kept.
///
/// # Errors
/// One that was taken up meanwhile.
pub fn piece_hold(act: &mut Act<'_>, reference: &str, problem: &Error) -> Result<()> {
    if let Some(id) = reference.strip_prefix(READ) {
        let import = import_of(act, id)?;
        return import_unread(act, &import, &told(problem));
    }
    let work = Work::of(reference);
    let (import, families) = work.standing(act)?;
    let unlocked = import.keys(act)?;
    let ours = problem.is_ours();
    for family in &families {
        let rows = family.open(unlocked.grant()?)?;
        let again = work.is_of_several || (ours && family.tries + 1 < TRIES);
        let (to, rows) = match (again, work.brings) {
            (true, _) => (family.state, rows),
            (false, true) => {
                (FamilyState::Held, Rows { lines: Vec::new(), why: Some(told(problem)), ..rows })
            }
            (false, false) => (FamilyState::Kept, Rows { why: Some(told(problem)), ..rows }),
        };
        let moved = Moved {
            to,
            tries: family.tries + i32::from(again || ours),
            family: family.family_id,
            opened: family.opened,
            change: family.change_id,
            rows,
        };
        family_moved(act, &import, family, moved)?;
    }
    import_follow(act, &import)
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

/// What a piece does, and with which families.
struct Work<'a> {
    brings: bool,
    families: &'a str,
    is_of_several: bool,
}

impl<'a> Work<'a> {
    fn of(reference: &'a str) -> Self {
        let (brings, families) = match (reference.strip_prefix(BRING), reference.strip_prefix(BACK)) {
            (Some(families), _) => (true, families),
            (None, families) => (false, families.unwrap_or_default()),
        };
        Self { brings, families, is_of_several: families.contains(',') }
    }

    /// Those of its families that still wait for it, and their import, read under the act's lock.
    fn standing(&self, act: &mut Act<'_>) -> Result<(Import, Vec<ImportFamily>)> {
        let (at, stands) = match self.brings {
            true => (ImportState::Running, FamilyState::Waiting),
            false => (ImportState::Undoing, FamilyState::Done),
        };
        let mut import = None;
        let mut families = Vec::new();
        for id in self.families.split(',') {
            let id: ImportFamilyId = id.parse().map_err(|_| Error::inner("a family of no import"))?;
            let family = family_get(act.conn, act.service, id)?;
            if import.is_none() {
                import = Some(import_row(act.conn, act.service, family.import_id)?);
            }
            if family.state == stands {
                families.push(family);
            }
        }
        match import.filter(|import| import.state == at && !families.is_empty()) {
            Some(import) => Ok((import, families)),
            None => Err(taken_up()),
        }
    }
}

fn taken_up() -> Error {
    Error::not_now("This piece of the import was taken up already.")
}

/// Moves a family, and records it.
pub(super) fn family_moved(
    act: &mut Act<'_>,
    import: &Import,
    family: &ImportFamily,
    moved: Moved,
) -> Result<()> {
    let unlocked = import.keys(act)?;
    let (to, into) = (moved.to, moved.family.or(family.family_id));
    family_move(act, family, unlocked.grant()?, moved)?;
    act.record(Deed::ImportFamilyMoved, ("import", import.id.as_str()), into, to.as_str())
}

/// What addresses say that they come from.
pub(super) fn source(import: &Import) -> (String, UtcDate) {
    let on = import.started_at.date();
    (format!("Brought in from the older system on {}", on.shown()), on)
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
