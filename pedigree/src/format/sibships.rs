//! Sibships in plain text, as a counsellor types them; after the notation of a Belfast geneticist (docs in README).
//! Must not know: anything but text; a name in it is the caller's to keep.
//!
//! ```text
//! = F1                                 a family (where there are several, or to name it)
//! # a comment
//! [Tom] + (Ann)                        a couple; the lines under it are its children
//! -- (Sue, 62, breast cancer @40) + [Bob]
//!    -- [Kit, proband]                 indented: a child of the couple above
//! -- [\Max, 54]                        \ has died, here aged 54
//! -% (Eve) -% (Liz)                    twins from two eggs: both carry the sign; %% from one egg, -? not known
//! -- {[Ray]}                           adopted by the couple above
//! --X 9w                               a loss; XT termination, XE ectopic, XS stillbirth, P pregnancy
//! -- <3>                               three brothers and sisters; [2] two brothers, (n) nobody knows how many
//! (Sue) ++ [Jim]                       whoever is named again is the same person; ++ related by descent
//! ```
//!
//! - **Symbols**: `[ ]` man, `( )` woman, `< >` not said (sex assigned at birth). First in it: `\` has died, `*` affected.
//! - **Who**: what stands before the first comma is the id; `[1: Tom]` gives id and name; `[]` is somebody without a name.
//!   A bare number is how many people it is; the id 1 is written `[1:]`.
//! - **Facts**, after commas, in any order: `62` age, `d.62` died at that age, `b.1950`, `9w` weeks of pregnancy,
//!   `proband`, `consultand`, `affected`, `unaffected`, `man`, `woman`, `non-binary` (gender), `#2` second-born, `x3` `xn`
//!   several people, `childless`, `infertile`; anything else is a condition, with `@40` for the age at which it began.
//!   `legal=ID` a parent by law (and, of the couple above, not by descent), `also legal=ID`, `donor=ID`, `carried=ID`.
//! - **Couples**: `+`, related `++`, asked and not related `+-`; then `//` for no longer; then `|` for no children by choice
//!   and `||` for infertility. A couple stands on a line of its own or beside a child. `?` is a couple nobody knows.
//! - In double quotation marks any text is only itself; `""` in them is one such mark.
//!
//! ```
//! use kinward_pedigree::format::{Format, read, write};
//! let text = "[Tom] + (Ann)\n-- (Sue, 62, breast cancer @40) + [Bob]\n   -- [Kit, proband]\n-- [\\Max, 54]\n-- <3>\n";
//! let families = read(text, Some(Format::Sibships))?;
//! assert_eq!(families[0].pedigree.persons().len(), 7);
//! let again = write(&families[0], Format::Sibships)?.text;
//! assert_eq!(again.lines().next(), Some("[Tom] + (Ann)"));
//!
//! let error = read("[Tom] + (Ann)\n-- (Sue, breast cancer 40)\n", Some(Format::Sibships)).unwrap_err();
//! assert!(error.to_string().starts_with("Line 2, column 10: expected @ before an age"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod family;
mod line;
mod symbol;
mod writing;

use super::{FamilyFile, FormatError};
use family::Reading;
#[cfg(test)]
pub(super) use writing::HOLDS;
pub(super) use writing::write;

/// Reads every family of a text, in order.
///
/// # Errors
/// The first place that is not in the notation, or that says of somebody what an earlier line excludes.
pub(super) fn read(text: &str) -> Result<Vec<FamilyFile>, FormatError> {
    let mut families = Vec::new();
    let mut reading: Option<Reading> = None;
    let mut comments = Vec::new();
    for (line, text) in text.lines().enumerate().map(|(at, line)| (at + 1, line)) {
        let trimmed = text.trim();
        if let Some(comment) = trimmed.strip_prefix('#') {
            comments.push(comment.to_owned());
        } else if let Some(name) = trimmed.strip_prefix('=') {
            families.extend(reading.take().map(Reading::finish).transpose()?);
            let name = line::family_name(line, name)?;
            reading = Some(Reading::new(name, std::mem::take(&mut comments)));
        } else if !trimmed.is_empty() {
            let line = line::parse(line, text)?;
            reading
                .get_or_insert_with(|| Reading::new(String::new(), std::mem::take(&mut comments)))
                .take(line)?;
        }
        if let Some(reading) = &mut reading {
            reading.keep(std::mem::take(&mut comments));
        }
    }
    families.extend(reading.map(Reading::finish).transpose()?);
    Ok(families)
}

#[cfg(test)]
mod tests;
