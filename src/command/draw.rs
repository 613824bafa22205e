//! `kinward pedigree draw`: the drawing of a family in a file, its measures, and sheets for the printer.
//! Must not know: the database, and how anyone is placed.

use super::pedigree::{format_named, pedigree_read_one, put};
use crate::error::{Error, Result};
use kinward_pedigree::{DrawOptions, Drawing, Paper, format::Format, score};
use std::path::PathBuf;

/// What is asked, as on the command line.
#[derive(Debug, clap::Args)]
pub struct DrawAsked {
    file: PathBuf,
    /// The format of the file; without it, the one it looks like.
    #[arg(long, value_parser = format_named)]
    format: Option<Format>,
    /// Where the drawing goes.
    #[arg(short, long)]
    output: PathBuf,
    /// Print the drawing's measures as JSON.
    #[arg(long)]
    score: bool,
    /// Shapes, lines and numbers only: no age, condition or mark of the proband.
    #[arg(long)]
    share_safe: bool,
    /// One symbol for brothers and sisters without partner, child or anything known.
    #[arg(long)]
    collapse: bool,
    /// A folder for sheets to print, A4 across, with marks where they overlap.
    #[arg(long, value_name = "DIR")]
    sheets: Option<PathBuf>,
    /// Sheets of A3 instead.
    #[arg(long, requires = "sheets")]
    a3: bool,
}

/// Draws the one family of a file.
pub fn pedigree_draw(asked: &DrawAsked) -> Result<u8> {
    if asked.output.extension().is_none_or(|kind| !kind.eq_ignore_ascii_case("svg")) {
        return Err(Error::bad_input(format!(
            "the drawing is an SVG: give --output a name that ends in .svg, not {}",
            asked.output.display()
        )));
    }
    let family = pedigree_read_one(&asked.file, asked.format)?;
    let drawing = Drawing::new(
        &family.pedigree,
        &DrawOptions {
            ages: true,
            share_safe: asked.share_safe,
            collapse: asked.collapse,
            ..DrawOptions::default()
        },
    );
    put(&asked.output, drawing.svg().as_bytes())?;
    if let Some(folder) = &asked.sheets {
        std::fs::create_dir_all(folder)
            .map_err(|e| Error::bad_input(format!("{} cannot be made: {e}", folder.display())))?;
        let paper = if asked.a3 { Paper::A3 } else { Paper::A4 };
        for (at, sheet) in drawing.sheets(paper).iter().enumerate() {
            put(&folder.join(format!("sheet-{}.svg", at + 1)), sheet.as_bytes())?;
        }
    }
    if asked.score {
        println!("{}", serde_json::to_string(&score(&drawing)).map_err(Error::inner)?);
    }
    Ok(0)
}
