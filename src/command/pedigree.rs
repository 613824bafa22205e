//! Words about files of families: check one, convert it.
//! Must not know: the database; how any format looks.

use crate::{
    clock::{Clock, MachineClock},
    error::{Error, Result},
};
use kinward_pedigree::format::{self, CanRiskVersion, FamilyFile, Format, Written};
use std::{
    io::Read,
    path::{Path, PathBuf},
};

/// A format by its name on the command line.
pub fn format_named(name: &str) -> std::result::Result<Format, String> {
    let names = || Format::ALL.map(Format::name).join(", ");
    Format::named(name).ok_or_else(|| format!("the formats are {}", names()))
}

/// What to convert into what.
pub struct Conversion {
    pub file: PathBuf,
    pub to: Format,
    /// None: what the file looks like.
    pub from: Option<Format>,
    /// None: the version the file came in, else the newest.
    pub canrisk_version: Option<CanRiskVersion>,
    /// One family of several, by its name in the file.
    pub family: Option<String>,
    /// None: standard output.
    pub output: Option<PathBuf>,
}

/// Says how many people each family has, and what cannot be or is worth knowing, with the lines.
pub fn pedigree_check(file: &Path, from: Option<Format>) -> Result<u8> {
    let mut sound = true;
    for family in pedigree_read(file, from)? {
        println!("Family {}: {} people.", family.name, family.pedigree.persons().len());
        sound &= told_problems(file, &family);
    }
    Ok(if sound { 0 } else { 2 })
}

/// Writes a file in another format, and says on standard error what that format has no place for.
pub fn pedigree_convert(conversion: &Conversion) -> Result<u8> {
    let Conversion { file, to, from, canrisk_version, family, output } = conversion;
    let mut families = pedigree_read(file, *from)?;
    if let Some(name) = family {
        families.retain(|own| own.name == *name);
        if families.is_empty() {
            return Err(Error::bad_input(format!("{} has no family named {name}", file.display())));
        }
    }
    for family in &mut families {
        told_problems(file, family);
        family.date.get_or_insert_with(|| MachineClock.now().date().to_string());
    }
    let written = match (families.as_slice(), canrisk_version) {
        ([family], Some(version)) if *to == Format::CanRisk => format::write_canrisk(family, *version),
        (families, _) => format::write_all(families, *to),
    };
    let Written { text, lost } = written.map_err(|e| {
        let choose = if families.len() > 1 { " Or choose one of them with --family NAME." } else { "" };
        Error::bad_input(format!("{}: {e}{choose}", file.display()))
    })?;
    for sentence in &lost {
        eprintln!("{}: {sentence}", file.display());
    }
    match output {
        Some(output) => put(output, text.as_bytes())?,
        None => print!("{text}"),
    }
    Ok(0)
}

/// Whether nothing in the family is impossible; says what is, and what a reader should know.
fn told_problems(file: &Path, family: &FamilyFile) -> bool {
    let place = if family.name.is_empty() {
        file.display().to_string()
    } else {
        format!("{}: family {}", file.display(), family.name)
    };
    for note in &family.notes {
        eprintln!("{place}: {note}");
    }
    let problems = family.problems();
    for problem in &problems {
        eprintln!("{place}: {problem}");
    }
    problems.iter().all(|found| found.problem.is_note())
}

/// The one family of a file.
pub(super) fn pedigree_read_one(file: &Path, from: Option<Format>) -> Result<FamilyFile> {
    let mut families = pedigree_read(file, from)?;
    match (families.pop(), families.len()) {
        (Some(family), 0) => Ok(family),
        (last, others) => Err(Error::bad_input(format!(
            "{} holds {} families; put the one that is meant into a file of its own",
            file.display(),
            others + usize::from(last.is_some())
        ))),
    }
}

/// The families of a file; `-` reads standard input.
fn pedigree_read(file: &Path, from: Option<Format>) -> Result<Vec<FamilyFile>> {
    let cannot = |e: std::io::Error| Error::bad_input(format!("{} cannot be read: {e}", file.display()));
    let bytes = if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(cannot)?;
        bytes
    } else {
        std::fs::read(file).map_err(cannot)?
    };
    format::read_bytes(&bytes, from).map_err(|e| Error::bad_input(format!("{}: {e}", file.display())))
}

/// Puts a whole file in its place, or leaves what was there.
pub(super) fn put(output: &Path, bytes: &[u8]) -> Result<()> {
    let cannot = |e: std::io::Error| Error::bad_input(format!("{} cannot be written: {e}", output.display()));
    let mut beside = output.as_os_str().to_owned();
    beside.push(".part");
    let written = std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, output));
    written.map_err(|e| {
        // What was begun is taken away; whether that works does not change what is said.
        std::fs::remove_file(&beside).ok();
        cannot(e)
    })
}
