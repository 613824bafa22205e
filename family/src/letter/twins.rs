//! A letter as plain text and as an HTML fragment: the same words in the same order, from the same blocks.
//! Must not know: how either will be styled or sent.

use super::{Letter, Wording};
use crate::{block::Block, further::Further};

impl Letter {
    /// The whole letter as text, one empty line between parts. This is the letter's canonical form: hash this.
    pub fn plain_text(&self) -> String {
        let mut parts = vec![
            self.sender().join("\n"),
            self.address_lines().join("\n"),
            self.date(),
            self.reference_line(),
        ];
        for wording in self.wordings() {
            parts.push(wording.heading.clone());
            parts.extend(wording.blocks.iter().map(|block| match block {
                Block::Heading(text) | Block::Paragraph(text) | Block::Code(text) => text.clone(),
                Block::List(items) => items.iter().map(|i| format!("- {i}")).collect::<Vec<_>>().join("\n"),
                Block::Facts(rows) => {
                    rows.iter().map(|(l, v)| format!("{l}: {v}")).collect::<Vec<_>>().join("\n")
                }
                Block::SignOff(lines) => lines.join("\n"),
                Block::Further(all) => all.iter().map(|one| one.sentence()).collect::<Vec<_>>().join("\n"),
                Block::NewPage => String::new(),
            }));
            parts.push(wording.footer.clone());
        }
        parts.retain(|part| !part.is_empty());
        let mut text = parts.join("\n\n");
        text.push('\n');
        text
    }

    /// What its reader reads in one language: paragraphs and items, a line each, without addresses, codes and tables. How easy
    /// it is to read is measured on this.
    pub fn prose(wording: &Wording) -> String {
        let mut lines: Vec<&str> = Vec::new();
        for block in &wording.blocks {
            match block {
                Block::Paragraph(text) => lines.push(text),
                Block::List(items) => lines.extend(items.iter().map(String::as_str)),
                Block::Heading(_)
                | Block::Facts(_)
                | Block::Code(_)
                | Block::SignOff(_)
                | Block::Further(_)
                | Block::NewPage => {}
            }
        }
        lines.join("\n")
    }

    /// The whole letter as an HTML fragment with one `<h1>` for each language; every text in it is escaped.
    pub fn html(&self) -> String {
        let mut html = String::new();
        let mut put = |part: String| {
            html.push_str(&part);
            html.push('\n');
        };
        put(format!("<p class=\"letter-sender\">{}</p>", lines(self.sender())));
        let window = self.address_lines();
        if !window.is_empty() {
            put(format!("<p class=\"letter-address\">{}</p>", lines(&window)));
        }
        put(format!("<p>{}</p>", escape(&self.date())));
        put(format!("<p>{}</p>", escape(&self.reference_line())));
        let apart = self.wordings().len() > 1;
        for wording in self.wordings() {
            if apart {
                put(format!("<div lang=\"{}\">", wording.language.tag()));
            }
            self.wording_html(wording, &mut put);
            if apart {
                put("</div>".into());
            }
        }
        html
    }

    fn wording_html(&self, wording: &Wording, put: &mut impl FnMut(String)) {
        put(format!("<h1>{}</h1>", escape(&wording.heading)));
        for block in &wording.blocks {
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
                Block::Further(all) => format!("<ul class=\"letter-further\">{}</ul>", further(all)),
                Block::NewPage => "<hr>".into(),
            });
        }
        put(format!("<p class=\"letter-footer\">{}</p>", escape(&wording.footer)));
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

/// Each says in which language it is, and which way it runs.
fn further(all: &[Further]) -> String {
    let item = |one: &Further| {
        let (tag, way) = (one.code(), one.direction().as_str());
        format!("<li lang=\"{tag}\" dir=\"{way}\">{}</li>", escape(one.sentence()))
    };
    all.iter().map(item).collect()
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|l| escape(l)).collect::<Vec<_>>().join("<br>")
}

pub(super) fn escape(text: &str) -> String {
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
