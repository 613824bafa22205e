//! Templates of words: read into blocks and pieces before any value is put in, so that no value can add structure and
//! nothing is ever run. Must not know: who the words are for, or what the values mean.

mod markup;
mod passages;
mod published;
mod read;
mod revised;
mod shelf;

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    block::Block,
    condition::Actionability,
    disclosure::Level,
    language::Language,
    lint::{MONTHS, WELSH_MONTHS},
};

pub(crate) use published::find;
pub use published::{published, templates};
pub use read::{SaysWrong, points, says_wrong};
pub use revised::{Head, Unfit};
pub use shelf::Shelf;

/// Why a text could not be composed. Holds no value that was to be put into it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordingError {
    #[error(
        "There is no {0} wording for this text yet. Write in English, or ask for a translation to be approved."
    )]
    NoTranslation(&'static str),
    #[error(
        "Whoever signs has no job title in {0} on record, and a letter in {0} is signed with one. Ask whoever looks after the accounts to add it (kinward staff title), or choose another language."
    )]
    NoTitle(&'static str),
    #[error("There is no {kind} template for level {level} in version {version}. Choose another level.")]
    NoTemplate { kind: String, level: Level, version: String },
    #[error("A letter of this kind ({0}) is not written for such a condition.")]
    NotForThis(String),
    #[error("A letter of this kind ({0}) needs something else: {1}.")]
    Parts(String, &'static str),
    #[error(
        "The template is wrong at line {line}: {problem}. Mend the template and publish it as a new version."
    )]
    Template { line: usize, problem: String },
    #[error("The template {0} asks for a value that this letter does not have: {1}. Nothing was written.")]
    MissingValue(String, String),
    #[error("This is not a date. Give year, month and day, with a year from 1880 to 2999.")]
    Date,
    #[error("The stored letter cannot be opened: its {0} cannot be read. Write a new letter instead.")]
    Stored(&'static str),
}

/// What stands at the head of a template: what it is for, who may use it, and who has approved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateCard {
    pub kind: String,
    pub language: Language,
    pub version: String,
    pub levels: Vec<Level>,
    /// For conditions of these classes only; empty for all.
    pub classes: Vec<Actionability>,
    /// The rules it follows, by the ids of the policy packs.
    pub policy: Vec<String>,
    /// Names and roles; empty while nobody has approved the wording.
    pub approvers: Vec<String>,
    /// Who has checked its medical statements or its translation; empty while nobody has.
    pub checked: Vec<String>,
    /// By when it is to be read again, in words: "November 2027".
    pub review_date: String,
    /// The reading age aimed at, in words.
    pub reading_target: String,
    /// Why it is harder to read than that, where it has to be.
    pub hard_because: Option<String>,
}

impl TemplateCard {
    /// When it is to be read again as staff read it, whatever language its reader reads: "November 2027".
    pub fn review_date_in_english(&self) -> String {
        match self.language {
            Language::English => self.review_date.clone(),
            Language::Welsh => {
                let months = WELSH_MONTHS.iter().zip(MONTHS);
                let said = months
                    .fold(self.review_date.clone(), |said, (welsh, english)| said.replace(welsh, english));
                said.strip_prefix("mis ").unwrap_or(&said).to_owned()
            }
        }
    }
}

/// Whether the words of a block may be changed for one letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Law, privacy, contacts: only a new version of the template changes them.
    Locked,
    Editable,
    /// Editable, with a reason: what it says can change what somebody does about their health.
    Clinical,
}

/// A template: its head, and its blocks with places for values in their texts.
#[derive(Debug, Clone)]
pub struct Template {
    pub(crate) card: Arc<TemplateCard>,
    /// As it was written, passages in place: what an approval is of.
    source: Arc<str>,
    marks: Vec<Mark>,
    footer: Words,
}

/// A block of a template: for which levels and classes, how firm, and what.
#[derive(Debug, Clone)]
struct Mark {
    levels: Vec<Level>,
    classes: Vec<Actionability>,
    /// Only where this table has rows.
    with: Option<String>,
    lock: Lock,
    shape: Shape,
}

#[derive(Debug, Clone)]
enum Shape {
    Title(Words),
    Heading(Words),
    Paragraph(Words),
    List(Vec<Words>),
    Facts(Vec<(Words, Words)>),
    /// Rows that come as a value, by its name; where there are none nothing is printed.
    Table(String),
    Code,
    SignOff,
    /// What follows begins on a page of its own.
    NewPage,
}

/// A text as the template has it: pieces that are said, and places for values.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Words(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Said(String),
    Place(String),
}

/// What is put into a template: one line a value, the code where there is one, and the lines that sign.
pub struct Values {
    pub words: BTreeMap<&'static str, String>,
    /// Rows of label and value, by the name of their table.
    pub tables: BTreeMap<&'static str, Vec<(String, String)>>,
    pub code: Option<String>,
    pub sign_off: Vec<String>,
}

/// A template with its values in place.
pub struct Filled {
    pub heading: String,
    pub blocks: Vec<Block>,
    /// How firm each block is, in their order.
    pub locks: Vec<Lock>,
    pub footer: String,
    /// Of the template: its head, and its text as an approval is of it.
    pub card: Arc<TemplateCard>,
    pub source: Arc<str>,
}

impl Template {
    pub fn card(&self) -> &TemplateCard {
        &self.card
    }

    /// Its text as it was written, head included, with its passages in place.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Puts the values in, each into the text of a block that already stands. `class` is that of the condition, where the
    /// level tells one.
    ///
    /// # Errors
    /// A level or class the template is not for; a value that is missing, which is never a blank.
    pub fn fill(
        &self,
        level: Level,
        class: Option<Actionability>,
        values: &Values,
    ) -> Result<Filled, WordingError> {
        let card = &self.card;
        if !card.levels.contains(&level) {
            return Err(WordingError::NoTemplate {
                kind: card.kind.clone(),
                level,
                version: card.version.clone(),
            });
        }
        if class.is_some_and(|class| !card.classes.is_empty() && !card.classes.contains(&class)) {
            return Err(WordingError::NotForThis(card.kind.clone()));
        }
        let mut words = values.words.clone();
        words.insert("version", card.version.clone());
        words.insert("review_date", card.review_date.clone());
        let name = || format!("{} {level}", card.kind);
        let say =
            |text: &Words| text.filled(&words).map_err(|place| WordingError::MissingValue(name(), place));
        let mut filled = Filled {
            heading: String::new(),
            blocks: Vec::new(),
            locks: Vec::new(),
            footer: say(&self.footer)?,
            card: self.card.clone(),
            source: self.source.clone(),
        };
        let rows = |table: &String| {
            let missing = || WordingError::MissingValue(name(), table.clone());
            values.tables.get(table.as_str()).ok_or_else(missing)
        };
        for mark in self.marks.iter().filter(|mark| mark.is_for(level, class)) {
            if mark.with.as_ref().map(rows).transpose()?.is_some_and(Vec::is_empty) {
                continue;
            }
            let block = match &mark.shape {
                Shape::Title(text) => {
                    filled.heading = say(text)?;
                    continue;
                }
                Shape::Heading(text) => Block::Heading(say(text)?),
                Shape::Paragraph(text) => Block::Paragraph(say(text)?),
                Shape::List(items) => Block::List(items.iter().map(say).collect::<Result<_, _>>()?),
                Shape::Facts(rows) => Block::Facts(
                    rows.iter().map(|(l, v)| Ok((say(l)?, say(v)?))).collect::<Result<_, WordingError>>()?,
                ),
                Shape::Table(table) => match rows(table)? {
                    rows if rows.is_empty() => continue,
                    rows => Block::Facts(rows.clone()),
                },
                Shape::Code => Block::Code(
                    values.code.clone().ok_or_else(|| WordingError::MissingValue(name(), "code".into()))?,
                ),
                Shape::SignOff => Block::SignOff(values.sign_off.clone()),
                Shape::NewPage => Block::NewPage,
            };
            filled.blocks.push(block);
            filled.locks.push(mark.lock);
        }
        Ok(filled)
    }

    /// The order and kind of its blocks, without a word: what two languages of one template have in common.
    pub fn shape(&self) -> Vec<String> {
        let shape = |mark: &Mark| {
            let places: Vec<&str> = {
                let mut places: Vec<&str> = mark.shape.texts().into_iter().flat_map(Words::places).collect();
                places.sort_unstable();
                places.dedup();
                places
            };
            let (levels, classes): (Vec<_>, Vec<_>) = (
                mark.levels.iter().map(|l| l.as_str()).collect(),
                mark.classes.iter().map(|c| c.as_str()).collect(),
            );
            format!(
                "{} {:?} {} {} {} {}",
                mark.shape.name(),
                mark.lock,
                mark.with.as_deref().unwrap_or("always"),
                levels.join("+"),
                classes.join("+"),
                places.join(" ")
            )
        };
        self.marks.iter().map(shape).collect()
    }
}

impl Mark {
    /// Where no condition is told, only what is for every class is said.
    fn is_for(&self, level: Level, class: Option<Actionability>) -> bool {
        self.levels.contains(&level)
            && (self.classes.is_empty() || class.is_some_and(|class| self.classes.contains(&class)))
    }
}

impl Shape {
    fn texts(&self) -> Vec<&Words> {
        match self {
            Shape::Title(text) | Shape::Heading(text) | Shape::Paragraph(text) => vec![text],
            Shape::List(items) => items.iter().collect(),
            Shape::Facts(rows) => rows.iter().flat_map(|(label, value)| [label, value]).collect(),
            Shape::Table(_) | Shape::Code | Shape::SignOff | Shape::NewPage => Vec::new(),
        }
    }

    /// With the number of its items, which no translation may change.
    fn name(&self) -> String {
        match self {
            Shape::Title(_) => "title".into(),
            Shape::Heading(_) => "heading".into(),
            Shape::Paragraph(_) => "paragraph".into(),
            Shape::List(items) => format!("list of {}", items.len()),
            Shape::Facts(rows) => format!("facts of {}", rows.len()),
            Shape::Table(name) => format!("table of {name}"),
            Shape::Code => "code".into(),
            Shape::SignOff => "signature".into(),
            Shape::NewPage => "page".into(),
        }
    }
}

impl Words {
    /// The text with its values, or the name of the one that is missing.
    fn filled(&self, values: &BTreeMap<&'static str, String>) -> Result<String, String> {
        let mut text = String::new();
        for piece in &self.0 {
            text.push_str(match piece {
                Piece::Said(said) => said,
                Piece::Place(name) => values.get(name.as_str()).ok_or_else(|| name.clone())?,
            });
        }
        Ok(text)
    }

    /// As the template has it, places and all.
    fn written(&self) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Said(said) => said.clone(),
            Piece::Place(name) => format!("{{{{{name}}}}}"),
        };
        self.0.iter().map(piece).collect()
    }

    /// Without its places, each of which is a gap.
    fn said(&self) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Said(said) => said.clone(),
            Piece::Place(_) => " … ".to_owned(),
        };
        self.0.iter().map(piece).collect()
    }

    fn places(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Place(name) => Some(name.as_str()),
            Piece::Said(_) => None,
        })
    }
}

#[cfg(test)]
mod tests;
