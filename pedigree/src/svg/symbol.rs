//! The symbol of one person as SVG: outline, filling, slash, brackets, arrow, and what stands inside.
//! Must not know: where the person stands, or whose child they are. Everything is drawn around 0, 0.

use crate::drawing::{Fill, LOSS_FOOT, LOSS_HALF, LOSS_TIP, Look, Shape, WORDS};

/// Patterns for the parts of a symbol, told apart without colour; each drawing brings them along.
pub(super) const PATTERNS: &str = "<defs>\
    <pattern id=\"kw-fill-1\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path d=\"M0 0H5V5H0Z\" fill=\"#fff\" stroke=\"none\"/><path d=\"M0 0V5\" stroke=\"#000\" stroke-width=\"4\"/></pattern>\
    <pattern id=\"kw-fill-2\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 0H5V5H0Z\" fill=\"#fff\" stroke=\"none\"/><circle cx=\"2.5\" cy=\"2.5\" r=\"1.3\" fill=\"#000\" stroke=\"none\"/></pattern>\
    <pattern id=\"kw-fill-3\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 0H4V4H0Z\" fill=\"#fff\" stroke=\"none\"/><path d=\"M0 2H4M2 0V4\" stroke=\"#000\" stroke-width=\"1\"/></pattern>\
    <pattern id=\"kw-fill-4\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 0H4V4H0Z\" fill=\"#fff\" stroke=\"none\"/><path d=\"M0 2H4\" stroke=\"#000\" stroke-width=\"1.5\"/></pattern>\
    </defs>\n";

/// The fill of a pattern.
fn pattern(number: usize) -> String {
    if number == 0 { "#000".to_owned() } else { format!("url(#kw-fill-{})", number.min(4)) }
}

/// The symbol; `first_pattern` is that of the first part.
pub(super) fn symbol(look: &Look, first_pattern: usize) -> String {
    let dashes = if look.copy { " stroke-dasharray=\"4 3\"" } else { "" };
    let outline = outline(look.shape);
    let fill = match &look.fill {
        Fill::Full => "#000".to_owned(),
        Fill::Parts { of: 1, .. } => pattern(first_pattern),
        Fill::Parts { filled, .. } if look.shape == Shape::Triangle => {
            pattern(first_pattern + filled.first().copied().unwrap_or(0))
        }
        Fill::Empty | Fill::Parts { .. } => "#fff".to_owned(),
    };
    let dark = fill == "#000";
    let mut drawn = format!("<{outline} fill=\"{fill}\"{dashes}/>");
    if let Fill::Parts { of, filled } = &look.fill
        && *of > 1
        && look.shape != Shape::Triangle
    {
        for &at in filled {
            drawn += &part(look.shape, at, *of, first_pattern + at);
        }
    }
    if !look.inside.is_empty() {
        let (edge, ink) = if dark { ("#000", "#fff") } else { ("#fff", "#000") };
        let size = if look.inside.len() > 2 { WORDS } else { 14.0 };
        drawn += &format!(
            "<text y=\"5\" text-anchor=\"middle\" font-size=\"{size}\" font-weight=\"bold\" stroke=\"{edge}\" stroke-width=\"3\" paint-order=\"stroke\" fill=\"{ink}\">{}</text>",
            look.inside
        );
    }
    if look.over {
        drawn += match look.shape {
            Shape::Triangle => "<path class=\"deceased\" d=\"M-14 0L14 -26\"/>",
            Shape::Square | Shape::Circle | Shape::Diamond => {
                "<path class=\"deceased\" d=\"M-24 24L24 -24\"/>"
            }
        };
    }
    if look.adopted {
        drawn += "<path class=\"adopted\" d=\"M-17 -22H-22V22H-17M17 -22H22V22H17\"/>";
    }
    if let Some(mark) = &look.arrow {
        // Flat enough to stay clear of the slash of someone who died.
        drawn += "<path d=\"M-46 18L-26 10.5\"/><path d=\"M-23 9L-31 8L-28 15Z\" fill=\"#000\" stroke-width=\"1\"/>";
        if !mark.is_empty() {
            drawn += &format!(
                "<text x=\"-49\" y=\"23\" text-anchor=\"end\" font-weight=\"bold\" stroke=\"none\" fill=\"#000\">{mark}</text>"
            );
        }
    }
    drawn
}

fn outline(shape: Shape) -> String {
    match shape {
        Shape::Square => "path d=\"M-16 -16H16V16H-16Z\"".to_owned(),
        Shape::Circle => "circle r=\"16\"".to_owned(),
        Shape::Diamond => "path d=\"M0 -18L18 0L0 18L-18 0Z\"".to_owned(),
        Shape::Triangle => format!("path d=\"M0 -{LOSS_TIP}L{LOSS_HALF} -{LOSS_FOOT}H-{LOSS_HALF}Z\""),
    }
}

/// A half or a quarter of a symbol with its pattern: left and right, or from the upper left row by row.
pub(super) fn part(shape: Shape, at: usize, of: usize, number: usize) -> String {
    let d = match (shape, of, at) {
        (Shape::Square, 2, 0) => "M-16 -16H0V16H-16Z",
        (Shape::Square, 2, _) => "M0 -16H16V16H0Z",
        (Shape::Square, _, 0) => "M-16 -16H0V0H-16Z",
        (Shape::Square, _, 1) => "M0 -16H16V0H0Z",
        (Shape::Square, _, 2) => "M-16 0H0V16H-16Z",
        (Shape::Square, _, _) => "M0 0H16V16H0Z",
        (Shape::Circle, 2, 0) => "M0 -16A16 16 0 0 0 0 16Z",
        (Shape::Circle, 2, _) => "M0 -16A16 16 0 0 1 0 16Z",
        (Shape::Circle, _, 0) => "M0 0V-16A16 16 0 0 0 -16 0Z",
        (Shape::Circle, _, 1) => "M0 0V-16A16 16 0 0 1 16 0Z",
        (Shape::Circle, _, 2) => "M0 0V16A16 16 0 0 1 -16 0Z",
        (Shape::Circle, _, _) => "M0 0V16A16 16 0 0 0 16 0Z",
        (Shape::Diamond | Shape::Triangle, 2, 0) => "M0 -18L-18 0L0 18Z",
        (Shape::Diamond | Shape::Triangle, 2, _) => "M0 -18L18 0L0 18Z",
        (Shape::Diamond | Shape::Triangle, _, 0) => "M0 0V-18L-18 0Z",
        (Shape::Diamond | Shape::Triangle, _, 1) => "M0 0V-18L18 0Z",
        (Shape::Diamond | Shape::Triangle, _, 2) => "M0 0V18L-18 0Z",
        (Shape::Diamond | Shape::Triangle, _, _) => "M0 0V18L18 0Z",
    };
    format!("<path d=\"{d}\" fill=\"{}\" stroke-width=\"1.3\"/>", pattern(number))
}
