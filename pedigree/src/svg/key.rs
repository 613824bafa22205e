//! The key of a drawing as SVG: in columns, as many as the width holds.
//! Must not know: why an entry is there.

use super::{
    badge::badge,
    symbol::{part, symbol},
    text::{escaped, number},
};
use crate::drawing::{Fill, Key, LOSS_FOOT, LOSS_HALF, LOSS_TIP, Look, Shape, Sign, WORDS, width};

pub(super) const LINE: f64 = 26.0;
/// From the middle of a sign to the meaning.
const TO_MEANING: f64 = 24.0;
/// Left of the middle of a sign.
const SIGN: f64 = 16.0;
const BETWEEN: f64 = 30.0;

/// Columns, rows, and the width of a column.
fn grid(key: &Key, room: f64) -> (usize, usize, f64) {
    let widest = key.entries.iter().map(|entry| width(&entry.meaning, WORDS)).fold(0.0, f64::max);
    let column = SIGN + TO_MEANING + widest + BETWEEN;
    let mut columns = 1;
    while columns < key.entries.len() && (columns + 1) as f64 * column <= room {
        columns += 1;
    }
    (columns, key.entries.len().div_ceil(columns), column)
}

/// How high the key is where it may be so wide.
pub(super) fn height(key: &Key, room: f64) -> f64 {
    if key.entries.is_empty() { 0.0 } else { grid(key, room).1 as f64 * LINE + 8.0 }
}

/// How wide the key is with one column.
pub(super) fn narrowest(key: &Key) -> f64 {
    if key.entries.is_empty() { 0.0 } else { grid(key, 0.0).2 - BETWEEN + SIGN }
}

/// The key with its upper left corner at a place.
pub(super) fn draw(key: &Key, left: f64, top: f64, room: f64) -> String {
    let (_, rows, column) = grid(key, room);
    let mut drawn = String::new();
    for (at, entry) in key.entries.iter().enumerate() {
        let x = left + SIGN + (at / rows) as f64 * column;
        let y = top + LINE / 2.0 + (at % rows) as f64 * LINE;
        drawn += &format!(
            "<g class=\"key\" transform=\"translate({} {})\">{}<text x=\"{}\" y=\"4\" stroke=\"none\" fill=\"#000\">{}</text></g>\n",
            number(x),
            number(y),
            sign(&entry.sign),
            number(TO_MEANING),
            escaped(&entry.meaning)
        );
    }
    drawn
}

fn sign(sign: &Sign) -> String {
    match sign {
        Sign::Affected => "<path d=\"M-7 -7H7V7H-7Z\" fill=\"#000\"/>".to_owned(),
        Sign::Part { part: at, of, pattern } => {
            let whole = Look {
                shape: Shape::Square,
                fill: if *of == 1 { Fill::Parts { of: 1, filled: [0].into() } } else { Fill::Empty },
                over: false,
                inside: String::new(),
                adopted: false,
                arrow: None,
                childless: None,
                copy: false,
            };
            let piece = if *of == 1 { String::new() } else { part(Shape::Square, *at, *of, *pattern) };
            format!("<g transform=\"scale(0.6)\">{}{piece}</g>", symbol(&whole, *pattern))
        }
        Sign::Badge(which) => badge(*which),
        Sign::Letters(letters) => format!(
            "<text y=\"4\" text-anchor=\"middle\" font-weight=\"bold\" stroke=\"none\" fill=\"#000\">{letters}</text>"
        ),
        Sign::Dashes => "<path d=\"M-12 0H12\" stroke-dasharray=\"5 4\"/>".to_owned(),
        Sign::Copy => "<path d=\"M-8 -8H8V8H-8Z\" stroke-dasharray=\"4 3\"/>".to_owned(),
        Sign::Brackets => "<path d=\"M-5 -9H-9V9H-5M5 -9H9V9H5\"/>".to_owned(),
        Sign::Loss => format!(
            "<g transform=\"translate(0 13)\"><path d=\"M0 -{LOSS_TIP}L{LOSS_HALF} -{LOSS_FOOT}H-{LOSS_HALF}Z\"/></g>"
        ),
    }
}
