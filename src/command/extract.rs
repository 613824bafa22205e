//! `kinward extract`: a de-identified extract for one research project, and the key that its pseudonyms come from.
//! Must not know: what is in a row.

use super::house::open;
use crate::{
    access::{House, service::service_list},
    audit::ActorKind,
    clinic::report::extract::{Extract, extract_make, readme, schema},
    error::{Error, Result},
    keys::project::{ProjectKey, owners_own},
};
use std::{io::Write, path::Path};

/// Opens the installation and writes the extract.
pub fn extract(project: &str, key: &Path, out: &Path) -> Result<u8> {
    let house = open()?;
    let (extract, made) = extract_write(&house, project, key, out)?;
    if made {
        eprintln!(
            "The project's key was made: {}. Keep it apart from the extract and from backups.",
            key.display()
        );
    }
    print!("{}", readme(project, &extract));
    Ok(0)
}

/// Writes `decisions.jsonl`, `decisions.schema.json` and `README.txt` into a new folder; answers what was written, and whether
/// the key was made.
///
/// # Errors
/// A folder that has something in it; a key file inside it, or that is none of ours.
pub fn extract_write(house: &House, project: &str, key: &Path, out: &Path) -> Result<(Extract, bool)> {
    if out.exists() && out.read_dir().map_or(true, |mut entries| entries.next().is_some()) {
        return Err(Error::bad_input(format!("{} is not an empty folder; name a new one", out.display())));
    }
    let absolute = |path: &Path| std::path::absolute(path).map_err(Error::inner);
    if absolute(key)?.starts_with(absolute(out)?) {
        return Err(Error::bad_input(
            "--key: the key leads back from the extract to people; keep it in another folder than --out",
        ));
    }
    let service = house
        .db
        .read(service_list)?
        .into_iter()
        .next()
        .ok_or_else(|| Error::config("no service is set up yet: there is nothing to extract"))?;
    let (key, made) = ProjectKey::open_or_make(project, key, house.chance.as_ref())?;
    // On the record first: an extract that could not be written is better than one that nobody knows of.
    let extract =
        house.act_as(ActorKind::CommandLine, "extract", service.id, |act| extract_make(act, &key))?;
    let failed = |e| Error::bad_input(format!("{} cannot be written: {e}", out.display()));
    std::fs::create_dir_all(out).map_err(failed)?;
    let mut lines = String::new();
    for row in &extract.rows {
        lines.push_str(&serde_json::to_string(row).map_err(Error::inner)?);
        lines.push('\n');
    }
    let described = serde_json::to_string_pretty(&schema(&house.policy.reason_codes_version));
    for (name, text) in [
        ("decisions.jsonl", lines),
        ("decisions.schema.json", described.map_err(Error::inner)? + "\n"),
        ("README.txt", readme(project, &extract)),
    ] {
        let mut file = owners_own(&out.join(name)).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
    }
    Ok((extract, made))
}
