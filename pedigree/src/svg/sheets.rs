//! A drawing on sheets of paper that are glued together: with overlap, marks, and the key on each.
//! Must not know: why anything is where it is.

use super::{
    MARGIN, key,
    text::{escaped, number},
};
use crate::drawing::Drawing;

/// Landscape, at 96 pixels an inch: words of 12 pixels are 9 points high.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    A4,
    A3,
}

/// What is drawn on two neighbouring sheets: 10 mm.
const OVERLAP: f64 = 38.0;
/// No printer prints to the edge of the paper.
const EDGE: f64 = 38.0;
const HEADER: f64 = 34.0;
/// How long a mark is.
const MARK: f64 = 14.0;

impl Paper {
    /// Width and height in pixels.
    fn size(self) -> (f64, f64) {
        match self {
            Paper::A4 => (1122.0, 793.0),
            Paper::A3 => (1587.0, 1122.0),
        }
    }

    fn millimetres(self) -> (u32, u32) {
        match self {
            Paper::A4 => (297, 210),
            Paper::A3 => (420, 297),
        }
    }
}

/// A stretch of the drawing along one direction: from, to, and which it is of how many.
#[derive(Debug, Clone, Copy)]
struct Piece {
    from: f64,
    to: f64,
    at: usize,
    of: usize,
}

/// The stretches that cover a length, each no longer than `room`, each overlapping the next.
fn pieces(start: f64, length: f64, room: f64) -> Vec<Piece> {
    let step = (room - OVERLAP).max(1.0);
    let of = (((length - OVERLAP).max(1.0)) / step).ceil().max(1.0);
    (0..of as usize)
        .map(|at| {
            let from = start + at as f64 * step;
            Piece { from, to: from + room, at, of: of as usize }
        })
        .collect()
}

impl Drawing {
    /// The drawing on as many sheets as it takes, row by row from the upper left, at full size.
    pub fn sheets(&self, paper: Paper) -> Vec<String> {
        let (width, height) = paper.size();
        let room = width - 2.0 * EDGE;
        let key_height = key::height(&self.key, room);
        let rest = (height - 2.0 * EDGE - HEADER - key_height).max(200.0);
        let across = pieces(self.left, self.width, room);
        let down = pieces(0.0, self.height, rest);
        let count = across.len() * down.len();
        let mut sheets = Vec::new();
        for row in &down {
            for column in &across {
                sheets.push(self.sheet(paper, *column, *row, sheets.len() + 1, count));
            }
        }
        sheets
    }

    fn sheet(&self, paper: Paper, column: Piece, row: Piece, number_of: usize, count: usize) -> String {
        let (width, height) = paper.size();
        let (wide, high) = paper.millimetres();
        let (room, rest) = (column.to - column.from, row.to - row.from);
        let body = self.body(|low, high| {
            high.0 >= column.from && low.0 <= column.to && high.1 >= row.from && low.1 <= row.to
        });
        let place = if count == 1 {
            String::new()
        } else {
            format!(" (row {} of {}, column {} of {})", row.at + 1, row.of, column.at + 1, column.of)
        };
        let heading = format!("{}. Sheet {number_of} of {count}{place}", self.title);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{wide}mm\" height=\"{high}mm\" viewBox=\"0 0 {w} {h}\">\n\
             <title>{title}</title>\n<desc>{desc}</desc>\n{patterns}\
             <path d=\"M0 0h{w}v{h}h-{w}Z\" fill=\"#fff\"/>\n\
             <g fill=\"none\" stroke=\"#000\" stroke-width=\"2\" font-family=\"Arial, Helvetica, sans-serif\" font-size=\"12\">\n\
             <text x=\"{EDGE}\" y=\"{head}\" stroke=\"none\" fill=\"#000\" font-weight=\"bold\">{title}</text>\n\
             <svg x=\"{EDGE}\" y=\"{top}\" width=\"{room}\" height=\"{rest}\" viewBox=\"{left} {from} {room} {rest}\" overflow=\"hidden\">\n{body}</svg>\n\
             {marks}{key}</g>\n</svg>\n",
            w = number(width),
            h = number(height),
            title = escaped(&heading),
            desc = escaped(&self.desc),
            patterns = super::symbol::PATTERNS,
            head = number(EDGE + 12.0),
            top = number(EDGE + HEADER),
            room = number(room),
            rest = number(rest),
            left = number(column.from),
            from = number(row.from),
            marks = marks(column, row, number_of),
            key = key::draw(&self.key, EDGE, EDGE + HEADER + rest, width - 2.0 * EDGE - MARGIN),
        )
    }
}

/// Short strokes at the edges where a neighbouring sheet begins or ends, with that sheet's number: never a line across
/// the family.
fn marks(column: Piece, row: Piece, number_of: usize) -> String {
    let (left, top) = (EDGE, EDGE + HEADER);
    let (right, bottom) = (left + column.to - column.from, top + row.to - row.from);
    let mut marks = String::new();
    let mut mark = |at: (f64, f64), way: (f64, f64)| {
        let end = (at.0 + way.0 * MARK, at.1 + way.1 * MARK);
        let points = [at.0, at.1, end.0, end.1].map(number);
        let [x, y, to_x, to_y] = points;
        marks += &format!("<path class=\"overlap\" d=\"M{x} {y}L{to_x} {to_y}\" stroke-width=\"1\"/>\n");
    };
    let mut names: Vec<(f64, f64, &str, usize)> = Vec::new();
    let mut upright = |x: f64| {
        mark((x, top), (0.0, 1.0));
        mark((x, bottom), (0.0, -1.0));
    };
    if column.at > 0 {
        upright(left + OVERLAP);
        names.push((left + OVERLAP, top - 4.0, "middle", number_of - 1));
    }
    if column.at + 1 < column.of {
        upright(right - OVERLAP);
        names.push((right - OVERLAP, top - 4.0, "middle", number_of + 1));
    }
    let mut level = |y: f64| {
        mark((left, y), (1.0, 0.0));
        mark((right, y), (-1.0, 0.0));
    };
    if row.at > 0 {
        level(top + OVERLAP);
        names.push((left + 2.0, top + OVERLAP - 4.0, "start", number_of - column.of));
    }
    if row.at + 1 < row.of {
        level(bottom - OVERLAP);
        names.push((left + 2.0, bottom - OVERLAP + 14.0, "start", number_of + column.of));
    }
    for (x, y, anchor, sheet) in names {
        marks += &format!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\" fill=\"#000\">sheet {sheet}</text>\n",
            number(x),
            number(y)
        );
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_everything_and_overlap() {
        let pieces = pieces(-64.0, 2000.0, 1000.0);
        assert_eq!(pieces.len(), 3);
        assert!(pieces.windows(2).all(|pair| pair[0].to - pair[1].from == OVERLAP));
        assert!(pieces[0].from == -64.0 && pieces[2].to >= 1936.0);
        assert_eq!(super::pieces(0.0, 900.0, 1000.0).len(), 1);
    }
}
