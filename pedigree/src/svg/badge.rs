//! A badge as SVG: 14 pixels across, black on white, told apart by shape and letter.
//! Must not know: where it stands.

use crate::drawing::{Badge, WORDS};

/// Around 0, 0.
pub(super) fn badge(badge: Badge) -> String {
    let shape = match badge {
        Badge::NotStarted | Badge::Sent | Badge::Responded => "<circle r=\"7\"/>",
        Badge::ToldByFamily => "<circle r=\"7\" stroke-dasharray=\"2.5 2\"/>",
        Badge::Returned => "<circle r=\"7\"/><path d=\"M-8 8L8 -8\"/>",
        Badge::VariantFound | Badge::VariantNotFound => "<path d=\"M-7 -7H7V7H-7Z\"/>",
        Badge::Declined => "<path d=\"M-3 -7H3L7 -3V3L3 7H-3L-7 3V-3Z\"/>",
        Badge::NotContactable => "<path d=\"M0 -9L9 7H-9Z\"/>",
        Badge::UnderAge => "<path d=\"M0 -10L7 -5V7H-7V-5Z\"/>",
        Badge::NotAtRisk => "<path d=\"M-7 -2H7V2H-7Z\"/>",
        Badge::Elsewhere => "<path d=\"M-7 -3H1V-7L8 0L1 7V3H-7Z\"/>",
    };
    let letter = match badge.letter() {
        "" => String::new(),
        letter => format!(
            "<text y=\"4.5\" text-anchor=\"middle\" font-size=\"{WORDS}\" font-weight=\"bold\" stroke=\"none\" fill=\"#000\">{letter}</text>"
        ),
    };
    format!("<g class=\"badge\" fill=\"#fff\" stroke=\"#000\" stroke-width=\"1.3\">{shape}{letter}</g>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_badges_look_alike() {
        let drawn: BTreeSet<String> = Badge::ALL.into_iter().map(badge).collect();
        assert_eq!(drawn.len(), Badge::ALL.len());
    }
}
