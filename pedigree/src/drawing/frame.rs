//! How high everything is: rows of symbols, words under them, and the lines between.
//! Must not know: who stands where along a row.

/// From a symbol's middle to the foot of the first line of words under it.
pub(super) const FIRST_LINE: f64 = 36.0;
pub(super) const LINE: f64 = 15.0;
/// Over the middle of a symbol: the symbol, its slash, its brackets, its badge.
const HEAD: f64 = 32.0;
const ARC: f64 = 8.0;
/// Over a row with a curve from somebody to their second symbol.
const CURVE: f64 = 16.0;
const UNDER_WORDS: f64 = 10.0;
const LANE: f64 = 9.0;
const STEM: f64 = 12.0;
const TWIN_STEM: f64 = 30.0;

/// What one row needs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RowNeed {
    /// Lines of words under the symbols.
    pub lines: usize,
    /// Further down for a mark between symbol and words.
    pub lowered: f64,
    pub arcs: usize,
    pub curves: bool,
    /// Between this row and the next.
    pub lanes: usize,
    pub twins: bool,
}

impl RowNeed {
    fn head(self) -> f64 {
        let arcs = if self.arcs > 0 { 8.0 + self.arcs as f64 * ARC } else { 0.0 };
        HEAD + arcs + if self.curves { CURVE } else { 0.0 }
    }

    fn foot(self) -> f64 {
        FIRST_LINE + self.lowered + (self.lines.max(1) as f64 - 1.0) * LINE + 4.0
    }

    fn gap(self) -> f64 {
        UNDER_WORDS + self.lanes as f64 * LANE + if self.twins { TWIN_STEM } else { STEM }
    }
}

/// Heights in pixels from the top.
pub(super) struct Frame {
    middles: Vec<f64>,
    feet: Vec<f64>,
}

impl Frame {
    pub fn new(rows: &[RowNeed], top: f64) -> Frame {
        let mut frame = Frame { middles: Vec::new(), feet: Vec::new() };
        let mut edge = top;
        for row in rows {
            let middle = edge + row.head();
            frame.middles.push(middle);
            frame.feet.push(middle + row.foot());
            edge = middle + row.foot() + row.gap();
        }
        frame
    }

    pub fn middle(&self, row: usize) -> f64 {
        self.middles.get(row).copied().unwrap_or(0.0)
    }

    /// Where the words of a row end.
    pub fn foot(&self, row: usize) -> f64 {
        self.feet.get(row).copied().unwrap_or(0.0)
    }

    pub fn bottom(&self) -> f64 {
        self.feet.last().copied().unwrap_or(0.0)
    }

    /// A lane between a row and the next.
    pub fn lane(&self, row: usize, lane: usize) -> f64 {
        self.foot(row) + UNDER_WORDS + lane as f64 * LANE
    }

    /// The height of an arc over a row's symbols.
    pub fn arc(&self, row: usize, level: usize) -> f64 {
        self.middle(row) - HEAD - level as f64 * ARC
    }
}
