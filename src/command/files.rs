//! Words that only read files: pedigrees, variant names, certificates, policy packs.
//! Must not know: the database.

use super::house::{open, read_text};
use crate::{
    clinic::result::{
        certificate::verify::{Verdict, verify},
        report::hgvs,
    },
    error::{Error, Result, Trouble},
    policy::Policy,
};
use kinward_pedigree::{self as pedigree, format, format::FamilyFile};
use std::{io::BufRead, path::Path};

pub fn pedigree_check(file: &Path) -> Result<u8> {
    let mut sound = true;
    for family in pedigree_read(file)? {
        println!("Family {}: {} people.", family.name, family.pedigree.persons().len());
        for problem in family.problems() {
            sound &= problem.problem.is_note();
            eprintln!("{}: family {}: {problem}", file.display(), family.name);
        }
    }
    Ok(if sound { 0 } else { 2 })
}

/// Draws the one family of a file.
pub fn pedigree_draw(file: &Path, output: &Path) -> Result<u8> {
    let families = pedigree_read(file)?;
    let [family] = families.as_slice() else {
        return Err(Error::bad_input(format!(
            "{} holds {} families; put the one to draw into a file of its own",
            file.display(),
            families.len()
        )));
    };
    let drawing = pedigree::draw(&family.pedigree, &std::collections::BTreeMap::new());
    std::fs::write(output, drawing)
        .map_err(|e| Error::bad_input(format!("{} cannot be written: {e}", output.display())))?;
    Ok(0)
}

fn pedigree_read(file: &Path) -> Result<Vec<FamilyFile>> {
    format::read(&read_text(file)?, None).map_err(|e| Error::bad_input(format!("{}: {e}", file.display())))
}

/// One JSON line a name: what was given, whether it is valid, and where it is not.
pub fn variant_check(name: &str) -> Result<u8> {
    let names: Vec<String> = if name == "-" {
        std::io::stdin().lock().lines().collect::<std::io::Result<_>>().map_err(Error::inner)?
    } else {
        vec![name.to_owned()]
    };
    let mut all_valid = true;
    for name in names.iter().filter(|name| !name.is_empty()) {
        let problem = hgvs::check(name).err();
        all_valid &= problem.is_none();
        println!(
            "{}",
            serde_json::json!({
                "input": name,
                "valid": problem.is_none(),
                "position": problem.as_ref().map(|p| p.position),
                "problem": problem.as_ref().map(|p| p.problem.clone()),
            })
        );
    }
    Ok(if all_valid { 0 } else { 2 })
}

/// Says what there is to say of a certificate; exit status 1 where it does not stand.
pub fn certificate_verify(file: &Path) -> Result<u8> {
    let bytes = std::fs::read(file)
        .map_err(|e| Error::bad_input(format!("{} cannot be read: {e}", file.display())))?;
    let house = open()?;
    let verdict = house
        .db
        .read(|conn| verify(conn, &house.keys, &bytes))
        .map_err(|e| if e.trouble() == Trouble::BadInput { in_file(file, &e) } else { e })?;
    println!("{}", verdict.words());
    Ok(match verdict {
        Verdict::Valid { .. } => 0,
        Verdict::Changed
        | Verdict::Elsewhere
        | Verdict::Superseded(_)
        | Verdict::Withdrawn(_)
        | Verdict::NotInRegister => 1,
    })
}

fn in_file(file: &Path, problem: &Error) -> Error {
    Error::bad_input(format!("{}: {}", file.display(), problem.public()))
}

pub fn policy_check(file: Option<&Path>) -> Result<u8> {
    let pack = match file {
        Some(file) => Policy::parse(&read_text(file)?)?,
        None => Policy::embedded()?,
    };
    println!("Pack {} version {}, in force from {}.", pack.id, pack.version, pack.in_force_from);
    if pack.verified_by.is_empty() {
        println!("No named person has checked it yet.");
    }
    Ok(0)
}
