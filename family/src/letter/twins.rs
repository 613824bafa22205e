//! A letter as plain text and as an HTML fragment: the same words in the same order, from the same blocks.
//! Must not know: how either will be styled or sent.

use super::Letter;
use crate::block::Block;

impl Letter {
    /// The whole letter as text, one empty line between parts. This is the letter's canonical form: hash this.
    pub fn plain_text(&self) -> String {
        let mut parts = vec![
            self.sender().join("\n"),
            self.address_lines().join("\n"),
            self.date(),
            format!("Our reference: {}", self.reference()),
            self.heading().to_owned(),
        ];
        parts.extend(self.blocks().iter().map(|block| match block {
            Block::Heading(text) | Block::Paragraph(text) | Block::Code(text) => text.clone(),
            Block::List(items) => items.iter().map(|i| format!("- {i}")).collect::<Vec<_>>().join("\n"),
            Block::Facts(rows) => {
                rows.iter().map(|(l, v)| format!("{l}: {v}")).collect::<Vec<_>>().join("\n")
            }
            Block::SignOff(lines) => lines.join("\n"),
        }));
        parts.push(self.footer().to_owned());
        let mut text = parts.join("\n\n");
        text.push('\n');
        text
    }

    /// The whole letter as an HTML fragment with one `<h1>`; every text in it is escaped.
    pub fn html(&self) -> String {
        let mut html = String::new();
        let mut put = |part: String| {
            html.push_str(&part);
            html.push('\n');
        };
        put(format!("<p class=\"letter-sender\">{}</p>", lines(self.sender())));
        put(format!("<p class=\"letter-address\">{}</p>", lines(self.address_lines())));
        put(format!("<p>{}</p>", escape(&self.date())));
        put(format!("<p>Our reference: {}</p>", escape(self.reference())));
        put(format!("<h1>{}</h1>", escape(self.heading())));
        for block in self.blocks() {
            put(match block {
                Block::Heading(text) => format!("<h2>{}</h2>", escape(text)),
                Block::Paragraph(text) => format!("<p>{}</p>", escape(text)),
                Block::List(items) => {
                    let items: String = items.iter().map(|i| format!("<li>{}</li>", escape(i))).collect();
                    format!("<ul>{items}</ul>")
                }
                Block::Facts(rows) => format!("<dl class=\"nhsuk-summary-list\">{}</dl>", facts(rows)),
                Block::Code(code) => {
                    format!("<p class=\"letter-code\"><strong>{}</strong></p>", escape(code))
                }
                Block::SignOff(signed) => format!("<p>{}</p>", lines(signed)),
            });
        }
        put(format!("<p class=\"letter-footer\">{}</p>", escape(self.footer())));
        html
    }
}

fn facts(rows: &[(String, String)]) -> String {
    let row = |(label, value): &(String, String)| {
        format!(
            "<div class=\"nhsuk-summary-list__row\"><dt class=\"nhsuk-summary-list__key\">{}</dt><dd class=\"nhsuk-summary-list__value\">{}</dd></div>",
            escape(label),
            escape(value)
        )
    };
    rows.iter().map(row).collect()
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|l| escape(l)).collect::<Vec<_>>().join("<br>")
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
