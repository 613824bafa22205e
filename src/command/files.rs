//! Words that only read files: variant names, certificates, policy packs.
//! Must not know: the database.

use super::house::open;
use crate::{
    clinic::result::{
        certificate::verify::{Verdict, verify},
        report::hgvs,
    },
    error::{Error, Result, Trouble},
};
use std::{io::BufRead, path::Path};

/// One JSON line a name: what was given, whether it is valid, and where it is not. An empty line is a name that is not.
pub fn variant_check(name: &str) -> Result<u8> {
    let mut all_valid = true;
    let mut say = |name: &[u8]| {
        let text = String::from_utf8_lossy(name);
        let problem = hgvs::check(&text).err();
        all_valid &= problem.is_none();
        println!(
            "{}",
            serde_json::json!({
                "input": text,
                "valid": problem.is_none(),
                "position": problem.as_ref().map(|p| p.position),
                "problem": problem.as_ref().map(|p| p.problem.clone()),
            })
        );
    };
    if name == "-" {
        for line in std::io::stdin().lock().split(b'\n') {
            let line = line.map_err(Error::inner)?;
            say(line.strip_suffix(b"\r").unwrap_or(&line));
        }
    } else {
        say(name.as_bytes());
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
