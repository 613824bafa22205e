//! The columns of a copied row that are computed from others, each by the rule of the module whose column it is.
//! Must not know: any rule itself.

use super::{
    copy::{Differs, With},
    pattern::Cell,
};
use crate::{
    clinic::{letters, people, result, sharing},
    db::rows::{Table, Value},
    error::{Error, Result},
};

/// The hash of the very bytes of a letter, which is set anew.
pub fn letter_sha(with: &With<'_>, differs: &Differs, row: &[Cell]) -> Result<String> {
    let place =
        with.tables.iter().find(|table| table.name == "letters").and_then(|t| t.place("invitation_id"));
    let invitation = match place.and_then(|place| row.get(place)) {
        Some(Cell::Text(text)) => differs.text(text),
        _ => return Err(Error::inner("a letter without its invitation")),
    };
    letters::letter::sha256_copied(with.keys, &invitation, &clear_of(differs, row)?)
}

fn clear_of(differs: &Differs, row: &[Cell]) -> Result<zeroize::Zeroizing<Vec<u8>>> {
    row.iter()
        .find_map(|cell| match cell {
            Cell::Sealed(of) => Some(differs.clear(of)),
            Cell::Same(_)
            | Cell::Text(_)
            | Cell::Time(_)
            | Cell::Day(_)
            | Cell::Due { .. }
            | Cell::DueNamed(_) => None,
        })
        .ok_or_else(|| Error::inner("a row without what is sealed in it"))
}

/// The columns of a decision whose fingerprint they make, in its order.
const OF_A_DECISION: [&str; 15] = [
    "id",
    "service_id",
    "family_id",
    "task_id",
    "seq",
    "model",
    "outcome",
    "level",
    "review_on",
    "policy_pack",
    "policy_version",
    "reason_codes_version",
    "by_staff",
    "by_role",
    "at",
];

/// The fingerprint of a relative's first decision.
pub fn decision_print(with: &With<'_>, differs: &Differs, table: &Table, row: &[Cell]) -> Result<String> {
    let shown = |name: &str| {
        Ok(match table.place(name).and_then(|place| row.get(place)) {
            Some(Cell::Text(text)) => differs.text(text),
            Some(Cell::Time(at)) => differs.time(*at).to_string(),
            Some(Cell::Day(day)) => differs.day(*day).to_string(),
            Some(Cell::Same(Value::Number(number))) => number.to_string(),
            _ => return Err(Error::inner(format!("a decision whose {name} cannot be copied"))),
        })
    };
    let fields = OF_A_DECISION.iter().map(|name| shown(name)).collect::<Result<Vec<String>>>()?;
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let clear = clear_of(differs, row)?;
    debug_assert_eq!(with.service.to_string(), *fields.get(1).unwrap_or(&""));
    sharing::chain::fingerprint_copied(sharing::chain::BEGINNING, &fields, &clear)
}

/// Sets the indexes of a row by what is sealed in it.
pub fn derive(with: &With<'_>, table: &Table, values: &mut [Value], clear: Option<&[u8]>) -> Result<()> {
    let mut put = |name: &str, value: Option<String>| {
        if let Some(cell) = table.place(name).and_then(|place| values.get_mut(place)) {
            *cell = value.map_or(Value::Null, Value::Text);
        }
    };
    let of = || clear.ok_or_else(|| Error::inner(format!("{}: a row without what is sealed", table.name)));
    match table.name.as_str() {
        "persons" => {
            let (nhs, name) = people::person::indexes_copied(with.keys, with.service, of()?)?;
            put("nhs_index", nhs);
            put("name_index", name);
        }
        "reports" => {
            let (digest, same) = result::intake::indexes_copied(with.keys, with.service, of()?)?;
            put("digest_index", Some(digest));
            put("same_index", same);
        }
        "results" => put("identifier_index", result::state::index_copied(with.keys, with.service, of()?)?),
        "invitations" => {
            let id = match table.place("id").and_then(|place| values.get(place)) {
                Some(Value::Text(id)) => id.clone(),
                _ => return Err(Error::inner("an invitation without its id")),
            };
            let index = with.keys.code_index(with.keys.code(&id).canonical());
            if let Some(cell) = table.place("code_hash").and_then(|place| values.get_mut(place)) {
                *cell = Value::Text(index);
            }
        }
        _ => {}
    }
    Ok(())
}
