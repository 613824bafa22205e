//! Draws the families of a file: `cargo run -p kinward-pedigree --example draw -- FILE OUT.svg`.
//! Must not know: anything that is not public. With several families, each goes to OUT-NAME.svg.
//!
//! Words after the two files: `score` prints the measures as JSON, `share` draws what relatives may see, `collapse`
//! makes one symbol of plain brothers and sisters, `sheets` writes A4 sheets beside OUT, `time` prints milliseconds.

use kinward_pedigree::{DrawOptions, Drawing, Paper, format, score};
use std::{error::Error, fs, time::Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [file, out, ..] = words.as_slice() else { return Err("say: draw FILE OUT.svg".into()) };
    let asked = |word: &str| words.iter().skip(2).any(|given| given == word);
    let options = DrawOptions {
        ages: true,
        share_safe: asked("share"),
        collapse: asked("collapse"),
        ..DrawOptions::default()
    };
    let families = format::read(&fs::read_to_string(file)?, None)?;
    for family in &families {
        let name = if families.len() == 1 {
            out.clone()
        } else {
            out.replace(".svg", &format!("-{}.svg", family.name))
        };
        let start = Instant::now();
        let drawing = Drawing::new(&family.pedigree, &options);
        fs::write(&name, drawing.svg())?;
        if asked("time") {
            eprintln!(
                "{} people: {:.1} ms",
                family.pedigree.persons().len(),
                start.elapsed().as_secs_f64() * 1000.0
            );
        }
        if asked("score") {
            println!("{}", serde_json::to_string(&score(&drawing))?);
        }
        if asked("sheets") {
            for (at, sheet) in drawing.sheets(Paper::A4).iter().enumerate() {
                fs::write(name.replace(".svg", &format!("-sheet{}.svg", at + 1)), sheet)?;
            }
        }
    }
    Ok(())
}
