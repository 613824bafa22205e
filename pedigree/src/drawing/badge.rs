//! The badge at a person's upper right that says how far informing this relative has come.
//! Must not know: what any status means for the work, which is the caller's; or how a badge is drawn.

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

    /// What stands in the badge; nothing where the shape says it.
    pub(crate) fn letter(self) -> &'static str {
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_badges_read_alike() {
        let read: BTreeSet<&str> = Badge::ALL.into_iter().map(Badge::meaning).collect();
        assert_eq!(read.len(), Badge::ALL.len());
    }
}
