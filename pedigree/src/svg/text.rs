//! Text and numbers as an SVG document holds them.
//! Must not know: families.

use crate::drawing::{Anchor, WORDS, Words};

/// Safe between tags and in a quoted attribute. Characters that XML has no way to hold become a replacement sign.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\r' | '\t' => safe.push(' '),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            _ => safe.push(sign),
        }
    }
    safe
}

/// A measure to a tenth of a pixel: "12.5", "12".
pub(super) fn number(value: f64) -> String {
    // Adding nothing turns a negative nothing into a plain one.
    let tenths = (value * 10.0).round() / 10.0 + 0.0;
    tenths.to_string()
}

/// Text with a white edge, so that a line behind it does not make it hard to read.
pub(super) fn line_of_text(words: &Words) -> String {
    let anchor = match words.anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
    };
    let size =
        if words.size == WORDS { String::new() } else { format!(" font-size=\"{}\"", number(words.size)) };
    format!(
        "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\"{size}>{}</text>\n",
        number(words.x),
        number(words.y),
        escaped(&words.text)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_person_types_becomes_markup() {
        assert_eq!(escaped("<b a='1'>\"&\u{0}\n"), "&lt;b a=&#39;1&#39;&gt;&quot;&amp;\u{fffd} ");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([12.0, 12.54, -0.01].map(number), ["12", "12.5", "0"]);
    }
}
