//! A finished letter part by part, so that whoever reads it for forbidden words can say where one stands.
//! Must not know: what is looked for, or why.

use super::{Letter, Wording};
use crate::block::Block;

/// A part of a letter, as its reader would point to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Sender,
    /// The name above the address.
    Recipient,
    Address,
    Date,
    Reference,
    Title,
    Greeting,
    SectionHeading,
    /// A paragraph, list, table or code below the heading named, or above the first one.
    Section(Option<String>),
    SignOff,
    Footer,
}

impl Place {
    /// "the address", "the section \"Why we are writing\"".
    pub fn words(&self) -> String {
        match self {
            Place::Sender => "the sender's details".into(),
            Place::Recipient => "the recipient's name".into(),
            Place::Address => "the address".into(),
            Place::Date => "the date".into(),
            Place::Reference => "the reference".into(),
            Place::Title => "the title".into(),
            Place::Greeting => "the greeting".into(),
            Place::SectionHeading => "a section's heading".into(),
            Place::Section(Some(heading)) => format!("the section \"{heading}\""),
            Place::Section(None) => "the opening".into(),
            Place::SignOff => "the signature".into(),
            Place::Footer => "the foot of the page".into(),
        }
    }
}

/// One part and its words.
#[derive(Clone, PartialEq, Eq)]
pub struct Passage {
    pub place: Place,
    pub words: String,
    /// What the template says here, where somebody wrote other words for this letter.
    pub instead_of: Option<String>,
}

impl Passage {
    fn printed(place: Place, words: String) -> Passage {
        Passage { place, words, instead_of: None }
    }

    /// The sentence (or line) in which the byte `at` stands.
    pub fn sentence(&self, at: usize) -> &str {
        let ends = |(place, mark): (usize, &str)| place + mark.len();
        let (before, after) =
            (self.words.get(..at).unwrap_or_default(), self.words.get(at..).unwrap_or_default());
        let marks = ["\n", ". ", "? ", "! "];
        let from =
            marks.iter().filter_map(|mark| before.rmatch_indices(mark).next().map(ends)).max().unwrap_or(0);
        let to = marks.iter().filter_map(|mark| after.match_indices(mark).next().map(ends)).min();
        self.words.get(from..to.map_or(self.words.len(), |to| at + to)).unwrap_or_default().trim()
    }
}

impl Letter {
    /// Every word of the letter, part by part, in the order in which they are printed.
    pub fn passages(&self) -> Vec<Passage> {
        let address: Vec<String> = self.address_lines().into_iter().skip(1).collect();
        let mut passages: Vec<Passage> = [
            (Place::Sender, self.sender().join("\n")),
            (Place::Recipient, self.to().name_line().unwrap_or_default()),
            (Place::Address, address.join("\n")),
            (Place::Date, self.date()),
            (Place::Reference, self.reference().to_owned()),
        ]
        .into_iter()
        .filter(|(_, words)| !words.is_empty())
        .map(|(place, words)| Passage::printed(place, words))
        .collect();
        for wording in self.wordings() {
            passages.extend(wording.passages());
        }
        passages
    }
}

impl Wording {
    /// The words of one language, part by part.
    pub fn passages(&self) -> Vec<Passage> {
        let mut passages = vec![Passage::printed(Place::Title, self.heading.clone())];
        let (mut heading, mut greeted) = (None, false);
        for (at, block) in self.blocks.iter().enumerate() {
            let section = Place::Section(heading.clone());
            let passage = match block {
                Block::Heading(words) => {
                    heading = Some(words.clone());
                    Passage::printed(Place::SectionHeading, words.clone())
                }
                Block::Paragraph(words) => {
                    // Every template opens with its greeting.
                    let place = if greeted { section } else { Place::Greeting };
                    greeted = true;
                    Passage::printed(place, words.clone())
                }
                Block::Code(words) => Passage::printed(section, words.clone()),
                Block::List(items) => Passage::printed(section, items.join("\n")),
                Block::Facts(rows) => {
                    let rows: Vec<String> = rows.iter().map(|(l, v)| format!("{l}: {v}")).collect();
                    Passage::printed(section, rows.join("\n"))
                }
                Block::SignOff(lines) => Passage::printed(Place::SignOff, lines.join("\n")),
                Block::Further(all) => {
                    let words: Vec<&str> = all.iter().map(|one| one.sentence()).collect();
                    Passage::printed(section, words.join("\n"))
                }
                Block::NewPage => continue,
            };
            let was = self.written.iter().find(|(place, _)| *place == at).map(|(_, was)| was.clone());
            passages.push(Passage { instead_of: was, ..passage });
        }
        passages.push(Passage::printed(Place::Footer, self.footer.clone()));
        passages
    }
}
