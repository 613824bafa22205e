//! A drawing as SVG: black on white, readable in print and by name for those who hear it.
//! Must not know: why anything is where it is.

mod badge;
mod key;
mod sheets;
mod symbol;
#[cfg(test)]
pub(crate) mod tests;
mod text;

pub use sheets::Paper;

use crate::{
    drawing::{DrawOptions, Drawing, Label, Stroke, Symbol, Tie},
    model::{Pedigree, PersonId},
};
use std::collections::BTreeMap;
use text::{escaped, line_of_text, number};

const MARGIN: f64 = 20.0;
/// For a page to show around a symbol that has the keyboard's focus, by this class; a browser shows its own as well.
const RING: &str = "<rect class=\"ring\" x=\"-26\" y=\"-28\" width=\"52\" height=\"54\" rx=\"4\" stroke=\"none\" pointer-events=\"all\"/>";

/// Draws everyone in the family, with a key to whatever needs one. Links that make a circle are left out, as are
/// labels of people who are not in the family. The same family and labels always give the same text.
pub fn draw(family: &Pedigree, labels: &BTreeMap<PersonId, Label>) -> String {
    Drawing::new(family, &DrawOptions { labels: labels.clone(), ..DrawOptions::default() }).svg()
}

impl Drawing {
    /// The whole drawing in one document.
    pub fn svg(&self) -> String {
        let room = (self.width - MARGIN).max(key::narrowest(&self.key)).max(self.width.min(640.0));
        let width = (room + MARGIN).max(self.width).ceil();
        let height = (self.height + key::height(&self.key, room)).ceil();
        let body = self.body(|_, _| true);
        let key = key::draw(&self.key, self.left + MARGIN, self.height, room);
        self.document(width, height, self.left, &self.title, &format!("{body}{key}"))
    }

    /// A document around what is drawn, white behind it.
    fn document(&self, width: f64, height: f64, left: f64, title: &str, inner: &str) -> String {
        // What can be reached by keyboard must not be hidden behind the role of a picture.
        let linked = self.symbols.iter().any(|symbol| symbol.href.is_some());
        let role = if linked { "group" } else { "img" };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"{role}\" width=\"{w}\" height=\"{h}\" viewBox=\"{left} 0 {w} {h}\">\n\
             <title>{title}</title>\n<desc>{desc}</desc>\n{patterns}\
             <path d=\"M{left} 0h{w}v{h}h-{w}Z\" fill=\"#fff\"/>\n\
             <g fill=\"none\" stroke=\"#000\" stroke-width=\"2\" font-family=\"Arial, Helvetica, sans-serif\" font-size=\"12\">\n\
             {inner}</g>\n</svg>\n",
            w = number(width),
            h = number(height),
            left = number(left),
            title = escaped(title),
            desc = escaped(&self.desc),
            patterns = symbol::PATTERNS,
        )
    }

    /// Lines, then symbols with what stands at them in reading order, then the numerals; of what is `shown` between
    /// two corners.
    fn body(&self, shown: impl Fn((f64, f64), (f64, f64)) -> bool) -> String {
        let mut body = String::new();
        for stroke in &self.strokes {
            let of = |pick: fn(&(f64, f64)) -> f64| stroke.points.iter().map(pick);
            let low = (of(|p| p.0).fold(f64::INFINITY, f64::min), of(|p| p.1).fold(f64::INFINITY, f64::min));
            let high = (
                of(|p| p.0).fold(f64::NEG_INFINITY, f64::max),
                of(|p| p.1).fold(f64::NEG_INFINITY, f64::max),
            );
            if shown(low, high) {
                body += &path(stroke);
            }
        }
        for (at, symbol) in self.symbols.iter().enumerate() {
            if shown((symbol.x - 80.0, symbol.y - 40.0), (symbol.x + 60.0, symbol.y + 120.0)) {
                body += &self.person(at, symbol);
            }
        }
        let alone = self.words.iter().filter(|words| words.of.is_none());
        let alone = alone.filter(|words| shown((words.x, words.y - 12.0), (words.x + 40.0, words.y)));
        let alone: String = alone.map(line_of_text).collect();
        body + &halo(&alone)
    }

    fn person(&self, at: usize, symbol: &Symbol) -> String {
        let words: String =
            self.words.iter().filter(|words| words.of == Some(at)).map(line_of_text).collect();
        let badge = symbol.badge.map(|(badge, x, y)| {
            format!("<g transform=\"translate({} {})\">{}</g>\n", number(x), number(y), badge::badge(badge))
        });
        let ring = if symbol.href.is_some() { RING } else { "" };
        let drawn = format!(
            "<g class=\"person\" transform=\"translate({} {})\">{ring}{}</g>\n{}{}",
            number(symbol.x),
            number(symbol.y),
            symbol::symbol(&symbol.look, self.key.first_pattern),
            badge.unwrap_or_default(),
            halo(&words)
        );
        match &symbol.href {
            None => drawn,
            Some(href) => {
                format!(
                    "<a href=\"{}\" aria-label=\"{}\">\n{drawn}</a>\n",
                    escaped(href),
                    escaped(&symbol.told)
                )
            }
        }
    }
}

/// Words with a white edge, so that a line behind them does not make them hard to read.
fn halo(words: &str) -> String {
    if words.is_empty() {
        return String::new();
    }
    format!("<g fill=\"#000\" stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\">\n{words}</g>\n")
}

/// One line.
fn path(stroke: &Stroke) -> String {
    let at = |point: &(f64, f64)| format!("{} {}", number(point.0), number(point.1));
    if let (Tie::Same, [start, from, one, other, to, end]) = (stroke.tie, stroke.points.as_slice()) {
        return format!(
            "<path class=\"same\" d=\"M{}L{}C{} {} {}L{}\" stroke-width=\"1\" stroke-dasharray=\"2 3\"/>\n",
            at(start),
            at(from),
            at(one),
            at(other),
            at(to),
            at(end)
        );
    }
    let dashes = if stroke.dashed { " stroke-dasharray=\"5 4\"" } else { "" };
    let points: Vec<String> = stroke.points.iter().map(at).collect();
    format!("<path class=\"line\" d=\"M{}\"{dashes}/>\n", points.join("L"))
}
