//! Who can approve a letter: colleagues whose role may, but its author and whoever is kept out of the family; of each whether
//! they have the family already. Must not know: what the letter says, or whom it is for.

use super::letter::LetterRow;
use crate::{
    access::{
        Permission, Role,
        conflict::conflict_list,
        family::staff_related,
        permission::allows,
        staff::{staff_names, staff_of_role},
    },
    db::Conn,
    error::Result,
    ids::{ServiceId, StaffId},
};
use serde::Serialize;

/// Somebody who can approve a letter.
#[derive(Debug, Serialize)]
pub struct Approver {
    pub name: String,
    /// Otherwise a link to the letter shows them nothing before they take its work from the queue.
    pub has_family: bool,
}

/// Who can approve words for the service that `author` wrote, by name; empty where nobody can.
pub fn wording_approvers(conn: &mut Conn, service: ServiceId, author: StaffId) -> Result<Vec<String>> {
    let mut able: Vec<StaffId> = Vec::new();
    for role in Role::ALL {
        if allows(&[*role], Permission::TemplateApprove) {
            able.extend(staff_of_role(conn, service, *role)?);
        }
    }
    let names = staff_names(conn, service)?.into_iter();
    Ok(names.filter(|(id, _)| able.contains(id) && *id != author).map(|(_, name)| name).collect())
}

/// By name; empty where nobody can.
pub fn approvers(conn: &mut Conn, row: &LetterRow) -> Result<Vec<Approver>> {
    let mut able: Vec<StaffId> = Vec::new();
    for role in Role::ALL {
        if allows(&[*role], Permission::LetterApprove) {
            able.extend(staff_of_role(conn, row.service_id, *role)?);
        }
    }
    let kept_out: Vec<StaffId> = conflict_list(conn, row.service_id)?
        .into_iter()
        .filter(|lock| lock.family_id == row.family_id)
        .map(|lock| lock.staff_id)
        .collect();
    let related = staff_related(conn, row.service_id, row.family_id)?;
    Ok(staff_names(conn, row.service_id)?
        .into_iter()
        .filter(|(id, _)| able.contains(id) && *id != row.author_id && !kept_out.contains(id))
        .map(|(id, name)| Approver { name, has_family: related.contains(&id) })
        .collect())
}
