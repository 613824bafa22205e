//! A letter as it is read aloud: SSML 1.1 of the same words in the same order, with codes and numbers said sign by sign.
//! Must not know: which voice reads, or who listens.

use super::{Letter, twins::escape};
use crate::block::Block;

impl Letter {
    /// The whole letter for a speech program: one `<p>` a part, with rests where a page would have space.
    pub fn ssml(&self) -> String {
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<speak version=\"1.1\" xmlns=\"http://www.w3.org/2001/10/synthesis\" xml:lang=\"{}\">\n",
            self.language().tag()
        );
        let mut put = |part: String| {
            out.push_str(&part);
            out.push('\n');
        };
        for line in self.sender().iter().chain(&self.address_lines()) {
            put(format!("<p>{}</p>", self.said(line)));
        }
        put(format!("<p>{}</p>", escape(&self.date())));
        put(format!("<p>{}</p>", self.said(&self.reference_line())));
        for wording in self.wordings() {
            put(format!("<p xml:lang=\"{}\">", wording.language.tag()));
            put(format!("<break strength=\"x-strong\"/><emphasis>{}</emphasis>", escape(&wording.heading)));
            put("</p>".into());
            for block in &wording.blocks {
                let words = match block {
                    Block::NewPage => continue,
                    Block::Heading(text) => {
                        format!("<break strength=\"x-strong\"/><emphasis>{}</emphasis>", escape(text))
                    }
                    Block::Paragraph(text) => self.said(text),
                    Block::List(items) => rests(items.iter().map(|item| self.said(item))),
                    Block::Facts(rows) => rests(rows.iter().map(|(label, value)| {
                        // What a clinic must copy exactly is said sign by sign where it is not a word.
                        let exact = value.contains(|c: char| c.is_ascii_digit() || c == ':');
                        let value = if exact { signs(value) } else { self.said(value) };
                        format!("{}: {value}", escape(label))
                    })),
                    Block::Code(code) => signs(code),
                    Block::SignOff(lines) => rests(lines.iter().map(|line| self.said(line))),
                    Block::Further(all) => rests(all.iter().map(|one| {
                        format!("<lang xml:lang=\"{}\">{}</lang>", one.code(), escape(one.sentence()))
                    })),
                };
                put(format!("<p xml:lang=\"{}\">{words}</p>", wording.language.tag()));
            }
            put(format!("<p xml:lang=\"{}\">{}</p>", wording.language.tag(), escape(&wording.footer)));
        }
        put("</speak>".into());
        out
    }

    /// Escaped words; the phone number is said as one, and the reference sign by sign.
    fn said(&self, text: &str) -> String {
        let phone = self.service().phone();
        let escaped = escape(text).replace(
            &escape(phone),
            &format!("<say-as interpret-as=\"telephone\">{}</say-as>", escape(phone)),
        );
        escaped.replace(self.reference(), &signs(self.reference()))
    }
}

fn signs(text: &str) -> String {
    format!("<say-as interpret-as=\"characters\">{}</say-as>", escape(text))
}

fn rests(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("<break strength=\"medium\"/>\n")
}
