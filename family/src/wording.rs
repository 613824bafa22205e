//! Templates of words: parsed into blocks before any value is put in, so that no value can add structure.
//! Must not know: who the words are for, or what the values mean.

use std::{collections::BTreeMap, sync::LazyLock};

use handlebars::Handlebars;

use crate::{block::Block, disclosure::Level, language::Language};

/// Every published template. A sent version is never edited: a change is a new file with a new version.
const PUBLISHED: [&str; 5] = [
    include_str!("../../templates/relative/letters/en/direct_contact.l0.md"),
    include_str!("../../templates/relative/letters/en/direct_contact.l1.md"),
    include_str!("../../templates/relative/letters/en/direct_contact.l2.md"),
    include_str!("../../templates/relative/letters/en/direct_contact.l3.md"),
    include_str!("../../templates/relative/notices/en/letter_waits.md"),
];

/// A template that cannot be read is left out, so that its letter is refused; a test reads each one.
static TEMPLATES: LazyLock<Vec<Template>> =
    LazyLock::new(|| PUBLISHED.iter().filter_map(|text| Template::parse(text).ok()).collect());

/// A registry of its own: strict, so that a missing value is an error and never a blank, and without escaping,
/// because what it writes is plain text; HTML is escaped once, later, where it is made.
static PLAIN: LazyLock<Handlebars<'static>> = LazyLock::new(|| {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.register_escape_fn(str::to_owned);
    registry
});

/// Why a text could not be composed. Holds no value that was to be put into it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordingError {
    #[error(
        "There is no {0} wording for this text yet. Write in English, or ask for a translation to be approved."
    )]
    NoTranslation(&'static str),
    #[error("There is no {kind} template for level {level} in version {version}. Choose another level.")]
    NoTemplate { kind: String, level: Level, version: String },
    #[error(
        "The template is wrong at line {line}: {problem}. Mend the template and publish it as a new version."
    )]
    Template { line: usize, problem: &'static str },
    #[error("The template {0} asks for a value that this letter does not have. Nothing was written.")]
    MissingValue(String),
    #[error("This is not a date. Give year, month and day, with a year from 2000 to 2999.")]
    Date,
    #[error("The stored letter cannot be opened: its {0} cannot be read. Write a new letter instead.")]
    Stored(&'static str),
}

/// What stands at the head of a template: who may use it, and who has approved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateCard {
    pub kind: String,
    pub level: Level,
    pub language: Language,
    pub version: String,
    /// Names and roles; empty while nobody has approved the wording.
    pub approvers: Vec<String>,
    /// By when it is to be read again, in words: "November 2027".
    pub review_date: String,
    /// The reading age aimed at, in words.
    pub reading_target: String,
}

/// Every template of a letter or notice, for staff to look at.
pub fn templates() -> Vec<TemplateCard> {
    TEMPLATES.iter().map(|t| t.card.clone()).collect()
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    kind: String,
    level: String,
    language: String,
    version: String,
    approvers: Vec<String>,
    review_date: String,
    reading_target: String,
    footer: String,
}

/// A template: its head, and its blocks with places for values in their texts.
pub(crate) struct Template {
    pub(crate) card: TemplateCard,
    heading: String,
    blocks: Vec<Mark>,
    footer: String,
}

enum Mark {
    Text(Block),
    Code,
    SignOff,
}

/// What is put into a template: one line a value, the code, and the lines that sign.
pub(crate) struct Values {
    pub(crate) words: BTreeMap<&'static str, String>,
    pub(crate) code: String,
    pub(crate) sign_off: Vec<String>,
}

/// A template with its values in place.
pub(crate) struct Filled {
    pub(crate) heading: String,
    pub(crate) blocks: Vec<Block>,
    pub(crate) footer: String,
}

impl Template {
    /// The published template for these, or why there is none.
    pub(crate) fn find(
        kind: &str,
        level: Level,
        language: Language,
        version: Option<&str>,
    ) -> Result<&'static Template, WordingError> {
        if !TEMPLATES.iter().any(|t| t.card.language == language) {
            return Err(WordingError::NoTranslation(language.name()));
        }
        let fits = |t: &&Template| {
            let card = &t.card;
            card.kind == kind
                && card.level == level
                && card.language == language
                && version.is_none_or(|v| v == card.version)
        };
        TEMPLATES.iter().find(fits).ok_or_else(|| WordingError::NoTemplate {
            kind: kind.to_owned(),
            level,
            version: version.unwrap_or("any").to_owned(),
        })
    }

    /// Reads the small markup: `# ` title, `## ` heading, `- ` item, `:: label | value` fact, `{{code}}` or
    /// `{{signatory}}` alone on a line, anything else a paragraph, which an empty line ends.
    pub(crate) fn parse(text: &str) -> Result<Template, WordingError> {
        let wrong = |line, problem| WordingError::Template { line, problem };
        let (head, body) = text
            .strip_prefix("+++\n")
            .and_then(|rest| rest.split_once("\n+++\n"))
            .ok_or(wrong(1, "the head between two +++ lines is missing"))?;
        let front: Front =
            toml::from_str(head).map_err(|_| wrong(1, "a line of the head is missing or unknown"))?;
        let level = front.level.parse().map_err(|_| wrong(1, "the level is not one of L0 to L3"))?;
        let language = front.language.parse().map_err(|_| wrong(1, "the language is not en or cy"))?;
        let (mut heading, mut blocks, mut open) = (None, Vec::new(), false);
        let first = head.lines().count() + 3;
        for (at, line) in body.lines().enumerate().map(|(i, line)| (first + i, line.trim())) {
            check_places(line).map_err(|problem| wrong(at, problem))?;
            if let Some(title) = line.strip_prefix("# ") {
                if heading.replace(title.to_owned()).is_some() {
                    return Err(wrong(at, "there are two titles"));
                }
            } else {
                add_line(&mut blocks, line, open).map_err(|problem| wrong(at, problem))?;
            }
            open = !line.is_empty();
        }
        check_places(&front.footer).map_err(|problem| wrong(1, problem))?;
        Ok(Template {
            heading: heading.ok_or(wrong(first, "the title is missing"))?,
            blocks,
            footer: front.footer,
            card: TemplateCard {
                kind: front.kind,
                level,
                language,
                version: front.version,
                approvers: front.approvers,
                review_date: front.review_date,
                reading_target: front.reading_target,
            },
        })
    }

    /// Puts the values in, each into the text of a block that already stands.
    pub(crate) fn fill(&self, values: &Values) -> Result<Filled, WordingError> {
        let mut words = values.words.clone();
        words.insert("version", self.card.version.clone());
        words.insert("review_date", self.card.review_date.clone());
        let say = |text: &String| {
            let name = || format!("{} {}", self.card.kind, self.card.level);
            PLAIN.render_template(text, &words).map_err(|_| WordingError::MissingValue(name()))
        };
        let block = |mark: &Mark| {
            Ok(match mark {
                Mark::Code => Block::Code(values.code.clone()),
                Mark::SignOff => Block::SignOff(values.sign_off.clone()),
                Mark::Text(Block::Heading(text)) => Block::Heading(say(text)?),
                Mark::Text(Block::Paragraph(text)) => Block::Paragraph(say(text)?),
                Mark::Text(Block::List(items)) => {
                    Block::List(items.iter().map(say).collect::<Result<_, _>>()?)
                }
                Mark::Text(Block::Facts(rows)) => Block::Facts(
                    rows.iter().map(|(l, v)| Ok((say(l)?, say(v)?))).collect::<Result<_, WordingError>>()?,
                ),
                Mark::Text(Block::Code(code)) => Block::Code(code.clone()),
                Mark::Text(Block::SignOff(lines)) => Block::SignOff(lines.clone()),
            })
        };
        let blocks = self.blocks.iter().map(block).collect::<Result<_, WordingError>>()?;
        Ok(Filled { heading: say(&self.heading)?, blocks, footer: say(&self.footer)? })
    }
}

/// Adds one line to the blocks; `open` says that the line before belongs to the block before.
fn add_line(blocks: &mut Vec<Mark>, line: &str, open: bool) -> Result<(), &'static str> {
    let last = if open { blocks.last_mut() } else { None };
    let text = if line.is_empty() {
        return Ok(());
    } else if line == "{{code}}" {
        Mark::Code
    } else if line == "{{signatory}}" {
        Mark::SignOff
    } else if let Some(heading) = line.strip_prefix("## ") {
        Mark::Text(Block::Heading(heading.to_owned()))
    } else if let Some(item) = line.strip_prefix("- ") {
        if let Some(Mark::Text(Block::List(items))) = last {
            items.push(item.to_owned());
            return Ok(());
        }
        Mark::Text(Block::List(vec![item.to_owned()]))
    } else if let Some(fact) = line.strip_prefix(":: ") {
        let (label, value) =
            fact.split_once(" | ").ok_or("a fact needs a label, then \" | \", then a value")?;
        let row = (label.trim().to_owned(), value.trim().to_owned());
        if let Some(Mark::Text(Block::Facts(rows))) = last {
            rows.push(row);
            return Ok(());
        }
        Mark::Text(Block::Facts(vec![row]))
    } else if line.starts_with(['#', '-', ':', '+', '<', '*', '|']) {
        return Err("a line starts with a mark that is not known");
    } else {
        if let Some(Mark::Text(Block::Paragraph(text))) = last {
            text.push(' ');
            text.push_str(line);
            return Ok(());
        }
        Mark::Text(Block::Paragraph(line.to_owned()))
    };
    blocks.push(text);
    Ok(())
}

/// A place for a value is `{{name}}` and nothing else: no helpers, no conditions, no unescaped forms.
fn check_places(line: &str) -> Result<(), &'static str> {
    let mut parts = line.split("{{");
    let before = parts.next().unwrap_or_default();
    let named = |part: &str| {
        part.split_once("}}").is_some_and(|(name, after)| {
            !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
                && !after.contains(['{', '}', '\\'])
        })
    };
    let ok = !before.contains(['{', '}', '\\']) && parts.all(named);
    if ok { Ok(()) } else { Err("a place for a value is written {{name}}, in small letters") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "+++\nkind = \"k\"\nlevel = \"L1\"\nlanguage = \"en\"\nversion = \"1\"\napprovers = []\nreview_date = \"May 2027\"\nreading_target = \"9\"\nfooter = \"{{version}}\"\n+++\n";

    fn values(words: &[(&'static str, &str)]) -> Values {
        let words = words.iter().map(|(k, v)| (*k, (*v).to_owned())).collect();
        Values { words, code: "ABCD".into(), sign_off: vec!["Jo".into(), "Nurse".into()] }
    }

    fn fill(body: &str, words: &[(&'static str, &str)]) -> Result<Filled, WordingError> {
        Template::parse(&format!("{HEAD}{body}"))?.fill(&values(words))
    }

    #[test]
    fn every_published_template_can_be_read() {
        for text in PUBLISHED {
            Template::parse(text).map(|_| ()).unwrap();
        }
        let cards = templates();
        let known: Vec<_> = cards.iter().map(|c| (c.kind.as_str(), c.level)).collect();
        assert_eq!(
            known,
            [
                ("direct_contact", Level::L0),
                ("direct_contact", Level::L1),
                ("direct_contact", Level::L2),
                ("direct_contact", Level::L3),
                ("letter_waits", Level::L0),
            ]
        );
        assert!(cards.iter().all(|c| c.approvers.is_empty()), "whoever changes this line has the approval");
    }

    #[test]
    fn the_markup_becomes_blocks() {
        let body = "# T\n\nOne\ntwo {{x}}\n\n## H\n- a\n- b\n\n- c\n:: L | {{x}}\n:: M | n\n\n{{code}}\n\n{{signatory}}\n";
        let filled = fill(body, &[("x", "X")]).unwrap();
        assert_eq!((filled.heading.as_str(), filled.footer.as_str()), ("T", "1"));
        let row = |l: &str, v: &str| (l.to_owned(), v.to_owned());
        assert_eq!(
            filled.blocks,
            [
                Block::Paragraph("One two X".into()),
                Block::Heading("H".into()),
                Block::List(vec!["a".into(), "b".into()]),
                Block::List(vec!["c".into()]),
                Block::Facts(vec![row("L", "X"), row("M", "n")]),
                Block::Code("ABCD".into()),
                Block::SignOff(vec!["Jo".into(), "Nurse".into()]),
            ]
        );
    }

    #[test]
    fn a_missing_value_is_an_error_and_never_a_blank() {
        assert_eq!(fill("# T\nDear {{x}}\n", &[]).err(), Some(WordingError::MissingValue("k L1".into())));
        assert!(fill("# {{x}}\n", &[]).is_err());
    }

    #[test]
    fn a_value_is_only_ever_text() {
        let nasty = "## x\n- y {{code}} {{{z}}} <b>&amp;</b> :: a | b";
        let filled = fill("# T\nDear {{x}}\n", &[("x", nasty)]).unwrap();
        assert_eq!(filled.blocks, [Block::Paragraph(format!("Dear {nasty}"))]);
    }

    #[test]
    fn a_template_that_does_more_than_place_values_is_refused() {
        for body in [
            "no title\n",
            "# T\n# U\n",
            "# T\n{{{x}}}\n",
            "# T\n{{&x}}\n",
            "# T\n{{#if x}}y{{/if}}\n",
            "# T\n{{lookup a b}}\n",
            "# T\n{{> p}}\n",
            "# T\n{{x\n",
            "# T\n{{ x }}\n",
            "# T\n<b>x</b>\n",
            "# T\n### x\n",
            "# T\n:: label only\n",
            "# T\n\\{{x}}\n",
        ] {
            let refused = Template::parse(&format!("{HEAD}{body}")).map(|_| ());
            assert!(matches!(refused, Err(WordingError::Template { .. })), "{body:?}");
        }
        assert!(Template::parse("# T\n").is_err());
        let at = Template::parse(&format!("{HEAD}# T\n\n{{{{x\n")).map(|_| ());
        assert!(matches!(at, Err(WordingError::Template { line: 13, .. })), "{at:?}");
    }

    #[test]
    fn welsh_is_refused_in_words() {
        let refused = Template::find("direct_contact", Level::L1, Language::Welsh, None).map(|_| ());
        assert!(refused.unwrap_err().to_string().starts_with("There is no Welsh wording"));
        assert!(Template::find("letter_waits", Level::L3, Language::English, None).is_err());
        assert!(Template::find("direct_contact", Level::L1, Language::English, Some("1999.1")).is_err());
    }
}
