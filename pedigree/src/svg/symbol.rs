//! The symbol of one person, by the usual pedigree symbols: square, circle, diamond; filled, slashed, with an arrow.
//! Must not know: where the person stands, or whose child they are. Everything is drawn around 0, 0.

use crate::model::{Affected, Person, Sex};

/// From the middle of a symbol to its side, in pixels.
pub(super) const RADIUS: f64 = 16.0;
/// A diamond is a square of 0.8 of the size on its tip, which reaches a little further.
const DIAMOND: f64 = 18.0;

/// From the middle of a symbol straight up to its edge.
pub(super) fn reach(sex: Sex) -> f64 {
    match sex {
        Sex::Male | Sex::Female => RADIUS,
        Sex::Unknown => DIAMOND,
    }
}

/// The symbol. `mark` is the letter at the proband's arrow, "P", or "P2" where there are several.
pub(super) fn symbol(person: &Person, mark: Option<&str>) -> String {
    let fill = if person.affected == Affected::Yes { "#000" } else { "#fff" };
    let shape = match person.sex {
        Sex::Male => "<path d=\"M-16 -16H16V16H-16Z\"",
        Sex::Female => "<circle r=\"16\"",
        Sex::Unknown => "<path d=\"M0 -18L18 0L0 18L-18 0Z\"",
    };
    let mut drawn = format!("{shape} fill=\"{fill}\"/>");
    if person.life.is_over() {
        drawn += "<path class=\"deceased\" d=\"M-24 24L24 -24\"/>";
    }
    if let Some(mark) = mark {
        // Flat enough to stay clear of the slash of someone who died.
        drawn +=
            "<path d=\"M-46 18L-22 9\"/><path d=\"M-20 8L-28 7L-25 14Z\" fill=\"#000\" stroke-width=\"1\"/>";
        drawn += &format!(
            "<text x=\"-49\" y=\"23\" text-anchor=\"end\" font-weight=\"bold\" stroke=\"none\" fill=\"#000\">{mark}</text>"
        );
    }
    drawn
}
