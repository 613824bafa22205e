//! A plot as plain shapes with their places: bars, lines, steps, dots and words, in at most four tones.
//! Must not know: what is plotted. What a tone means is told by a label beside it and by its dashes, never by colour alone.

use serde::{Serialize, Serializer};

/// One of the four: each has a colour and, for lines, dashes of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    One,
    Two,
    Three,
    Four,
}

impl Tone {
    pub const ALL: [Tone; 4] = [Tone::One, Tone::Two, Tone::Three, Tone::Four];
}

impl Serialize for Tone {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(match self {
            Tone::One => "one",
            Tone::Two => "two",
            Tone::Three => "three",
            Tone::Four => "four",
        })
    }
}

#[derive(Debug, Serialize)]
struct Bar {
    x: String,
    y: String,
    width: String,
    height: String,
    tone: Tone,
}

#[derive(Debug, Serialize)]
struct Line {
    x1: String,
    y1: String,
    x2: String,
    y2: String,
    tone: Tone,
}

#[derive(Debug, Serialize)]
struct Drawn {
    d: String,
    tone: Tone,
}

#[derive(Debug, Serialize)]
struct Dot {
    x: String,
    y: String,
    tone: Tone,
}

#[derive(Debug, Serialize)]
struct Words {
    x: String,
    y: String,
    anchor: &'static str,
    words: String,
}

/// Drawn in the order of the fields: what stands later lies above.
#[derive(Debug, Default, Serialize)]
pub struct Plot {
    width: String,
    height: String,
    title: String,
    desc: String,
    areas: Vec<Drawn>,
    ticks: Vec<Line>,
    bars: Vec<Bar>,
    lines: Vec<Line>,
    steps: Vec<Drawn>,
    dots: Vec<Dot>,
    words: Vec<Words>,
}

/// Where in its line a word begins.
#[derive(Debug, Clone, Copy)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// In the plot's own units, to a tenth.
pub fn at(value: f64) -> String {
    format!("{value:.1}")
}

impl Plot {
    /// An empty plot; the title names it, and `desc` says in words what it shows.
    pub fn new(title: impl Into<String>, desc: impl Into<String>, width: f64, height: f64) -> Self {
        Self {
            width: at(width),
            height: at(height),
            title: title.into(),
            desc: desc.into(),
            ..Self::default()
        }
    }

    pub fn bar(&mut self, (x, y): (f64, f64), width: f64, height: f64, tone: Tone) {
        self.bars.push(Bar { x: at(x), y: at(y), width: at(width), height: at(height), tone });
    }

    /// A thin line behind everything, to read a value by.
    pub fn tick(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        self.ticks.push(Line { x1: at(x1), y1: at(y1), x2: at(x2), y2: at(y2), tone: Tone::One });
    }

    pub fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), tone: Tone) {
        self.lines.push(Line { x1: at(x1), y1: at(y1), x2: at(x2), y2: at(y2), tone });
    }

    /// From point to point, straight.
    pub fn through(&mut self, points: &[(f64, f64)], tone: Tone) {
        self.steps.push(Drawn { d: path(points), tone });
    }

    /// A pale area within these points.
    pub fn area(&mut self, points: &[(f64, f64)], tone: Tone) {
        self.areas.push(Drawn { d: format!("{} Z", path(points)), tone });
    }

    pub fn dot(&mut self, (x, y): (f64, f64), tone: Tone) {
        self.dots.push(Dot { x: at(x), y: at(y), tone });
    }

    pub fn word(&mut self, (x, y): (f64, f64), anchor: Anchor, words: impl Into<String>) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        self.words.push(Words { x: at(x), y: at(y), anchor, words: words.into() });
    }
}

fn path(points: &[(f64, f64)]) -> String {
    let parts = points.iter().enumerate();
    let parts =
        parts.map(|(place, (x, y))| format!("{}{} {}", if place == 0 { "M" } else { "L" }, at(*x), at(*y)));
    parts.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_begins_with_a_move_and_an_area_is_closed() {
        let mut plot = Plot::new("t", "d", 100.0, 50.0);
        plot.through(&[(0.0, 1.0), (2.5, 3.0)], Tone::Two);
        plot.area(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)], Tone::One);
        let told = serde_json::to_value(&plot).unwrap();
        assert_eq!(told["steps"][0]["d"], "M0.0 1.0 L2.5 3.0");
        assert_eq!(told["areas"][0]["d"], "M0.0 0.0 L1.0 0.0 L1.0 1.0 Z");
        assert_eq!(told["steps"][0]["tone"], "two");
    }
}
