//! The badge at a person's upper right that says how far informing this relative has come.
//! Must not know: what any status means for the work; the caller chooses the badge.

use super::text::number;
use serde::{Deserialize, Serialize};

/// Where a relative stands; told apart by shape and letter, never by colour. A person who died has no badge: the
/// slash through the symbol says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Badge {
    NotStarted,
    ToldByFamily,
    Sent,
    Returned,
    Responded,
    VariantFound,
    VariantNotFound,
    Declined,
    NotContactable,
    UnderAge,
    NotAtRisk,
    Elsewhere,
}

impl Badge {
    pub const ALL: [Badge; 12] = [
        Badge::NotStarted,
        Badge::ToldByFamily,
        Badge::Sent,
        Badge::Returned,
        Badge::Responded,
        Badge::VariantFound,
        Badge::VariantNotFound,
        Badge::Declined,
        Badge::NotContactable,
        Badge::UnderAge,
        Badge::NotAtRisk,
        Badge::Elsewhere,
    ];

    /// For the key of a drawing and for the cell of a table.
    pub fn meaning(self) -> &'static str {
        match self {
            Badge::NotStarted => "Not contacted",
            Badge::ToldByFamily => "Told by family, not confirmed",
            Badge::Sent => "Letter or message sent",
            Badge::Returned => "Letter returned",
            Badge::Responded => "Replied",
            Badge::VariantFound => "Tested, variant found",
            Badge::VariantNotFound => "Tested, variant not found",
            Badge::Declined => "Asked us not to contact",
            Badge::NotContactable => "Cannot be contacted",
            Badge::UnderAge => "Under age",
            Badge::NotAtRisk => "Not at risk",
            Badge::Elsewhere => "Lives elsewhere, referred",
        }
    }

    fn letter(self) -> &'static str {
        match self {
            Badge::NotStarted | Badge::NotAtRisk => "",
            Badge::ToldByFamily => "F",
            Badge::Sent | Badge::Returned => "N",
            Badge::Responded => "R",
            Badge::VariantFound => "+",
            Badge::VariantNotFound => "\u{2212}",
            Badge::Declined => "D",
            Badge::NotContactable => "!",
            Badge::UnderAge => "U",
            Badge::Elsewhere => "",
        }
    }

    /// 14 pixels across, black on white, around a middle.
    pub(super) fn draw(self, x: f64, y: f64) -> String {
        let shape = match self {
            Badge::NotStarted | Badge::Sent | Badge::Responded => "<circle r=\"7\"/>",
            Badge::ToldByFamily => "<circle r=\"7\" stroke-dasharray=\"2.5 2\"/>",
            Badge::Returned => "<circle r=\"7\"/><path d=\"M-7 7L7 -7\"/>",
            Badge::VariantFound | Badge::VariantNotFound => "<path d=\"M-7 -7H7V7H-7Z\"/>",
            Badge::Declined => "<path d=\"M-3 -7H3L7 -3V3L3 7H-3L-7 3V-3Z\"/>",
            Badge::NotContactable => "<path d=\"M0 -8L8 7H-8Z\"/>",
            Badge::UnderAge => "<path d=\"M0 -8L7 -3V7H-7V-3Z\"/>",
            Badge::NotAtRisk => "<path d=\"M-7 -2H7V2H-7Z\"/>",
            Badge::Elsewhere => "<path d=\"M-7 -3H1V-7L8 0L1 7V3H-7Z\"/>",
        };
        let letter = match self.letter() {
            "" => String::new(),
            letter => format!(
                "<text y=\"4\" text-anchor=\"middle\" font-size=\"10\" font-weight=\"bold\" stroke=\"none\" fill=\"#000\">{letter}</text>"
            ),
        };
        format!(
            "<g class=\"badge\" transform=\"translate({} {})\" fill=\"#fff\" stroke=\"#000\" stroke-width=\"1.3\">{shape}{letter}</g>\n",
            number(x),
            number(y)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_badges_look_or_read_alike() {
        let drawn: BTreeSet<String> = Badge::ALL.into_iter().map(|badge| badge.draw(0.0, 0.0)).collect();
        let read: BTreeSet<&str> = Badge::ALL.into_iter().map(Badge::meaning).collect();
        assert_eq!((drawn.len(), read.len()), (Badge::ALL.len(), Badge::ALL.len()));
    }
}
