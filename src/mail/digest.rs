//! The day's e-mail to a member of staff: numbers and the names of queues, and where home is.
//! Must not know: any family or person. Its words are this program's own, so nothing that was typed can stand in it.

use crate::db::bounded::Bounded;
use kinward_family::person::EmailAddress;

/// An e-mail to staff. The names of queues are words of the program itself: text that somebody typed does not fit in.
pub struct Digest {
    to: EmailAddress,
    text: String,
}

/// A queue's name; how much stands in it, how much of it is theirs, how much is late.
pub type Line = (&'static str, Bounded, i64, Bounded);

impl Digest {
    /// `home` is the address of the staff pages.
    pub fn new(to: EmailAddress, lines: &[Line], home: &str) -> Self {
        let mut text = String::from("Good morning. This is what stands in your queues today.\n\n");
        for (title, open, mine, late) in lines {
            text.push_str(&format!("{title}: {}", number(*open)));
            if *mine > 0 {
                text.push_str(&format!(", {mine} yours"));
            }
            if late.number > 0 {
                text.push_str(&format!(", {} late", number(*late)));
            }
            text.push('\n');
        }
        if lines.is_empty() {
            text.push_str("Nothing waits.\n");
        }
        text.push_str(&format!(
            "\n{home}/\n\nYou asked for this e-mail. You can end it on your home page.\n"
        ));
        Self { to, text }
    }

    pub fn to(&self) -> &EmailAddress {
        &self.to
    }
    pub fn subject(&self) -> &'static str {
        "Your queues today"
    }
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn number(of: Bounded) -> String {
    if of.more { format!("more than {}", of.number) } else { of.number.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_numbers_names_of_queues_and_the_way_home() {
        let to = EmailAddress::parse("nia@severnside.example").unwrap();
        let (none, one, three) = (Bounded::of(0), Bounded::of(1), Bounded::of(3));
        let lines = [
            ("New results", three, 1, none),
            ("Calls to return", one, 0, one),
            ("No reply yet", Bounded::of(1001), 0, none),
        ];
        let digest = Digest::new(to, &lines, "https://s.example");
        assert_eq!(
            digest.text(),
            "Good morning. This is what stands in your queues today.\n\nNew results: 3, 1 yours\nCalls to return: 1, 1 late\nNo reply yet: more than 1000\n\nhttps://s.example/\n\nYou asked for this e-mail. You can end it on your home page.\n"
        );
    }
}
