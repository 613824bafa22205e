//! The small markup of templates, read into blocks. Nothing in it is run: a place for a value is a name, and no more.
//! Must not know: what a value is, or who may change which block.

use std::sync::Arc;

use super::{Lock, Mark, Piece, Shape, Template, TemplateCard, WordingError, Words};
use crate::{condition::Actionability, disclosure::Level};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    kind: String,
    language: String,
    version: String,
    levels: Vec<String>,
    #[serde(default)]
    classes: Vec<String>,
    #[serde(default)]
    policy: Vec<String>,
    approvers: Vec<String>,
    checked: Vec<String>,
    review_date: String,
    reading_target: String,
    hard_because: Option<String>,
    footer: String,
}

/// For what the blocks that follow are.
#[derive(Clone)]
struct Mode {
    levels: Vec<Level>,
    classes: Vec<Actionability>,
    with: Option<String>,
    lock: Lock,
}

impl Template {
    /// Reads the small markup: `# ` title, `## ` heading, `- ` item, `:: label | value` fact, `{{code}}` or
    /// `{{signatory}}` alone on a line, anything else a paragraph, which an empty line ends. A line that begins with `@` says
    /// for what the blocks below it are: `@levels L1 L2`, `@classes reproductive`, `@all`, `@locked`, `@editable`,
    /// `@clinical`; `@with TABLE` says that they stand only where that table has rows, until `@always`; `@page` begins a new
    /// page. `::: TABLE` is a table whose rows come as a value.
    ///
    /// # Errors
    /// The line, and what is wrong with it.
    pub fn parse(text: &str) -> Result<Template, WordingError> {
        let wrong = |line, problem: &str| WordingError::Template { line, problem: problem.to_owned() };
        let (head, body) = text
            .strip_prefix("+++\n")
            .and_then(|rest| rest.split_once("\n+++\n"))
            .ok_or_else(|| wrong(1, "the head between two +++ lines is missing"))?;
        let card = card(head).map_err(|problem| wrong(1, &problem))?;
        let whole =
            Mode { levels: card.0.levels.clone(), classes: Vec::new(), with: None, lock: Lock::Editable };
        let (mut marks, mut mode, mut open): (Vec<Mark>, _, _) = (Vec::new(), whole.clone(), false);
        let first = head.lines().count() + 3;
        for (at, line) in body.lines().enumerate().map(|(i, line)| (first + i, line.trim())) {
            if let Some(order) = line.strip_prefix('@') {
                if order == "page" {
                    marks.push(mode.mark(Shape::NewPage));
                } else {
                    mode.turn(order, &whole).map_err(|problem| wrong(at, problem))?;
                }
                open = false;
                continue;
            }
            add_line(&mut marks, &mode, line, open).map_err(|problem| wrong(at, &problem))?;
            open = !line.is_empty();
        }
        let template = Template { card: Arc::new(card.0), source: text.into(), marks, footer: card.1 };
        template.one_title_each().map_err(|problem| wrong(first, &problem))?;
        Ok(template)
    }

    /// Whoever is written to reads one title, whatever the level and the condition.
    fn one_title_each(&self) -> Result<(), String> {
        let classes = Actionability::ALL.into_iter().map(Some).chain([None]);
        for (level, class) in self.card.levels.iter().flat_map(|l| classes.clone().map(move |c| (*l, c))) {
            let titles = self
                .marks
                .iter()
                .filter(|mark| mark.is_for(level, class) && matches!(mark.shape, Shape::Title(_)))
                .count();
            if titles != 1 {
                return Err(format!("level {level} has {titles} titles; each has one"));
            }
        }
        Ok(())
    }
}

fn card(head: &str) -> Result<(TemplateCard, Words), String> {
    let front: Front =
        toml::from_str(head).map_err(|_| "a line of the head is missing or unknown".to_owned())?;
    let levels = front
        .levels
        .iter()
        .map(|l| l.parse().map_err(|_| "a level is not one of L0 to L3".to_owned()))
        .collect::<Result<Vec<Level>, _>>()?;
    if levels.is_empty() || !levels.is_sorted_by(|a, b| a < b) {
        return Err("the levels are missing, doubled or out of order".into());
    }
    let footer = words(&front.footer)?;
    let card = TemplateCard {
        kind: front.kind,
        language: front.language.parse().map_err(|_| "the language is not en or cy".to_owned())?,
        version: front.version,
        levels,
        classes: front.classes.iter().map(|key| class(key)).collect::<Result<_, _>>()?,
        policy: front.policy,
        approvers: front.approvers,
        checked: front.checked,
        review_date: front.review_date,
        reading_target: front.reading_target,
        hard_because: front.hard_because,
    };
    Ok((card, footer))
}

fn class(key: &str) -> Result<Actionability, &'static str> {
    key.parse().map_err(|_| "a class is not one of the table of conditions")
}

impl Mode {
    fn mark(&self, shape: Shape) -> Mark {
        let Mode { levels, classes, with, lock } = self.clone();
        Mark { levels, classes, with, lock, shape }
    }

    fn turn(&mut self, order: &str, whole: &Mode) -> Result<(), &'static str> {
        let mut parts = order.split_whitespace();
        let (word, rest): (&str, Vec<&str>) = (parts.next().unwrap_or_default(), parts.collect());
        match (word, rest.as_slice()) {
            ("all", []) => (self.levels, self.classes) = (whole.levels.clone(), Vec::new()),
            ("classes", ["all"]) => self.classes = Vec::new(),
            ("always", []) => self.with = None,
            ("with", [table]) if is_name(table) => self.with = Some((*table).to_owned()),
            ("locked", []) => self.lock = Lock::Locked,
            ("editable", []) => self.lock = Lock::Editable,
            ("clinical", []) => self.lock = Lock::Clinical,
            ("levels", levels @ [_, ..]) => {
                self.levels = levels
                    .iter()
                    .map(|l| l.parse().map_err(|_| "a level is not one of L0 to L3"))
                    .collect::<Result<_, _>>()?;
                if !self.levels.iter().all(|level| whole.levels.contains(level)) {
                    return Err("a level is not among those of the head");
                }
            }
            ("classes", classes @ [_, ..]) => {
                self.classes = classes.iter().map(|key| class(key)).collect::<Result<_, _>>()?;
            }
            _ => return Err("what follows the @ is not known"),
        }
        Ok(())
    }
}

/// Adds one line to the blocks; `open` says that the line before belongs to the block before.
fn add_line(marks: &mut Vec<Mark>, mode: &Mode, line: &str, open: bool) -> Result<(), String> {
    let last = if open { marks.last_mut().map(|mark| &mut mark.shape) } else { None };
    let shape = if line.is_empty() {
        return Ok(());
    } else if line == "{{code}}" {
        Shape::Code
    } else if line == "{{signatory}}" {
        Shape::SignOff
    } else if let Some(title) = line.strip_prefix("# ") {
        Shape::Title(words(title)?)
    } else if let Some(heading) = line.strip_prefix("## ") {
        Shape::Heading(words(heading)?)
    } else if let Some(item) = line.strip_prefix("- ") {
        if let Some(Shape::List(items)) = last {
            items.push(words(item)?);
            return Ok(());
        }
        Shape::List(vec![words(item)?])
    } else if let Some(table) = line.strip_prefix("::: ") {
        if !is_name(table) {
            return Err("a table has a name in small letters".into());
        }
        Shape::Table(table.to_owned())
    } else if let Some(fact) = line.strip_prefix(":: ") {
        let (label, value) =
            fact.split_once(" | ").ok_or("a fact needs a label, then \" | \", then a value")?;
        let row = (words(label.trim())?, words(value.trim())?);
        if let Some(Shape::Facts(rows)) = last {
            rows.push(row);
            return Ok(());
        }
        Shape::Facts(vec![row])
    } else if line.starts_with(['#', '-', ':', '+', '<', '*', '|']) {
        return Err("a line starts with a mark that is not known".into());
    } else {
        if let Some(Shape::Paragraph(text)) = last {
            text.0.push(Piece::Said(" ".into()));
            text.0.extend(words(line)?.0);
            return Ok(());
        }
        Shape::Paragraph(words(line)?)
    };
    marks.push(mode.mark(shape));
    Ok(())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// A place for a value is `{{name}}` and nothing else: no helpers, no conditions, no unescaped forms.
fn words(text: &str) -> Result<Words, String> {
    let wrong = |what: &str| {
        let shown: String = what.trim().chars().take(40).collect();
        format!(
            "\"{shown}\" is not right: a place for a value is written {{{{name}}}}, in small letters, and no other brace or \\ stands in the words"
        )
    };
    let plain = |text: &str| !text.contains(['{', '}', '\\']);
    let mut parts = text.split("{{");
    let before = parts.next().unwrap_or_default();
    if !plain(before) {
        return Err(wrong(before));
    }
    let mut pieces = vec![Piece::Said(before.to_owned())];
    for part in parts {
        let (name, after) = part.split_once("}}").ok_or_else(|| wrong(&format!("{{{{{part}")))?;
        if !is_name(name) {
            return Err(wrong(&format!("{{{{{name}}}}}")));
        }
        // Each of these two is a block, and its line holds nothing else.
        if matches!(name, "code" | "signatory") {
            return Err(format!("{{{{{name}}}}} stands alone on a line of its own"));
        }
        if !plain(after) {
            return Err(wrong(after));
        }
        pieces.extend([Piece::Place(name.to_owned()), Piece::Said(after.to_owned())]);
    }
    pieces.retain(|piece| *piece != Piece::Said(String::new()));
    Ok(Words(pieces))
}
