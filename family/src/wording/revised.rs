//! A service's own wording of a published template: words may differ, what makes the letter safe may not.
//! Must not know: who wrote it, or who will approve it.

use std::collections::BTreeSet;

use super::{Lock, Mark, Shape, Template, TemplateCard, WordingError};
use crate::disclosure::Level;

/// What a revision says at its head; everything else there is the published template's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The service's count, from 1: version "S3" is its third.
    pub number: u32,
    pub review_date: String,
    /// Why it is harder to read than relatives need it.
    pub hard_because: Option<String>,
}

/// Why a revision cannot stand for its template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error(
        "At level {0}, the place {{{{{1}}}}} is missing. It stands in a locked part of the template, and its reader needs it."
    )]
    Place(Level, String),
    #[error("At level {0}, the {1} is missing.")]
    Part(Level, &'static str),
    #[error(
        "At level {0}, a locked part is left out, is no longer locked, or says something else altogether: \"{1} …\". Its words may differ; what it says about privacy, rights or contacts has to stay."
    )]
    Locked(Level, String),
    #[error(
        "Its blocks are not those of its other language: at block {0} one has \"{1}\" and the other \"{2}\"."
    )]
    Twin(usize, String, String),
}

impl TemplateCard {
    /// The service's count, of a wording of a service's own; 0 for what comes with the program.
    pub fn number(&self) -> u32 {
        self.version.strip_prefix('S').and_then(|number| number.parse().ok()).unwrap_or(0)
    }
}

impl Template {
    /// The words below its head, as somebody edits them.
    pub fn body(&self) -> &str {
        self.source.split_once("\n+++\n").map_or("", |(_, body)| body)
    }

    /// Another body under the same head, read like any template.
    ///
    /// # Errors
    /// The line of the body, counted from 1, and what is wrong with it; a text for the head that is no line.
    pub fn revised(&self, head: &Head, body: &str) -> Result<Template, WordingError> {
        let wrong = |problem: &str| WordingError::Template { line: 0, problem: problem.to_owned() };
        let texts = [Some(&head.review_date), head.hard_because.as_ref()];
        if texts
            .into_iter()
            .flatten()
            .any(|text| text.chars().any(|c| c.is_control() || matches!(c, '"' | '\\')))
        {
            return Err(wrong("the review date or the reason holds a quotation mark or a line end"));
        }
        let mut lines = vec!["+++".to_owned()];
        let was = self.source.split_once("\n+++\n").map_or("", |(was, _)| was);
        let ours = ["version", "review_date", "hard_because", "approvers", "checked"];
        let keeps = |line: &&str| !ours.iter().any(|name| line.starts_with(&format!("{name} =")));
        lines.extend(was.lines().skip(1).filter(keeps).map(str::to_owned));
        lines.push(format!("version = \"S{}\"", head.number));
        lines.push(format!("review_date = \"{}\"", head.review_date));
        lines.extend(head.hard_because.iter().map(|why| format!("hard_because = \"{why}\"")));
        lines.extend(["approvers = []".to_owned(), "checked = []".to_owned(), "+++".to_owned()]);
        let above = lines.len();
        let body = body.replace("\r\n", "\n");
        let source = format!("{}\n{}\n", lines.join("\n"), body.trim_end());
        Template::parse(&source).map_err(|wrong| match wrong {
            WordingError::Template { line, problem } => {
                WordingError::Template { line: line.saturating_sub(above), problem }
            }
            other => other,
        })
    }

    /// Whether it tells its reader, at every level, all that a locked part of `base` does: whom to call, the code, the
    /// reference, who signs.
    ///
    /// # Errors
    /// The first thing that is missing.
    pub fn stands_for(&self, base: &Template) -> Result<(), Unfit> {
        for level in &base.card.levels {
            let all = |_: &Mark| true;
            let (needed, ours) =
                (base.places(*level, |mark| mark.lock == Lock::Locked), self.places(*level, all));
            if let Some(place) = needed.difference(&ours).next() {
                return Err(Unfit::Place(*level, (*place).to_owned()));
            }
            let has = |of: &Template, part: fn(&Shape) -> bool| {
                of.marks.iter().any(|mark| mark.levels.contains(level) && part(&mark.shape))
            };
            let opens: fn(&Shape) -> bool = |shape| matches!(shape, Shape::Code);
            if has(base, opens) && !has(self, opens) {
                return Err(Unfit::Part(*level, "code"));
            }
            let signs: fn(&Shape) -> bool = |shape| matches!(shape, Shape::SignOff);
            if has(base, signs) && !has(self, signs) {
                return Err(Unfit::Part(*level, "signature"));
            }
            if let Some(begins) = self.left_out(base, *level) {
                return Err(Unfit::Locked(*level, begins));
            }
        }
        Ok(())
    }

    /// How a locked text of `base` begins that no locked text here stands for: half of its words at least.
    fn left_out(&self, base: &Template, level: Level) -> Option<String> {
        let locked = |of: &Template| -> Vec<String> {
            let marks =
                of.marks.iter().filter(|mark| mark.levels.contains(&level) && mark.lock == Lock::Locked);
            marks
                .filter(|mark| matches!(mark.shape, Shape::Paragraph(_) | Shape::List(_) | Shape::Facts(_)))
                .map(|mark| {
                    mark.shape.texts().into_iter().map(super::Words::written).collect::<Vec<_>>().join("\n")
                })
                .collect()
        };
        let words = |text: &str| -> BTreeSet<String> {
            let all = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            all.map(str::to_lowercase).collect()
        };
        let ours: Vec<BTreeSet<String>> = locked(self).iter().map(|text| words(text)).collect();
        let missing = locked(base).into_iter().find(|text| {
            let needed = words(text);
            !ours.iter().any(|have| needed.intersection(have).count() * 2 >= needed.len())
        })?;
        Some(missing.split_whitespace().take(6).collect::<Vec<_>>().join(" "))
    }

    /// What it says at a level, a text a block, with a mark for each value that comes later.
    pub fn said(&self, level: Level) -> Vec<String> {
        let marks = self.marks.iter().filter(|mark| mark.levels.contains(&level));
        marks.flat_map(|mark| mark.shape.texts()).map(super::Words::said).collect()
    }

    /// Whether its other language has the same blocks, for the same levels and classes, equally firm.
    ///
    /// # Errors
    /// The first block that differs.
    pub fn is_twin_of(&self, other: &Template) -> Result<(), Unfit> {
        let (ours, theirs) = (self.shape(), other.shape());
        let nothing = || "nothing".to_owned();
        for at in 0..ours.len().max(theirs.len()) {
            let (one, two) = (ours.get(at), theirs.get(at));
            if one != two {
                let said = |of: Option<&String>| of.cloned().unwrap_or_else(nothing);
                return Err(Unfit::Twin(at + 1, said(one), said(two)));
            }
        }
        Ok(())
    }

    /// Its locked words, as they were written: whoever approves is told where these were changed.
    pub fn locked_words(&self) -> String {
        let locked = self.marks.iter().filter(|mark| mark.lock == Lock::Locked);
        let words = |mark: &Mark| {
            mark.shape.texts().into_iter().map(super::Words::written).collect::<Vec<_>>().join("\n")
        };
        locked.map(words).filter(|words| !words.is_empty()).collect::<Vec<_>>().join("\n")
    }

    fn places(&self, level: Level, of: impl Fn(&Mark) -> bool) -> BTreeSet<&str> {
        let marks = self.marks.iter().filter(|mark| mark.levels.contains(&level) && of(mark));
        marks.flat_map(|mark| mark.shape.texts()).flat_map(super::Words::places).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wording::{Shelf, published};

    fn base() -> &'static Template {
        published().iter().find(|t| t.card.kind == "direct_contact").unwrap()
    }

    fn head() -> Head {
        Head { number: 3, review_date: "May 2028".into(), hard_because: None }
    }

    #[test]
    fn a_revision_has_its_own_words_and_the_head_of_what_it_stands_for() {
        let body = base().body().replace("take time to think", "wait for a while");
        let own = base().revised(&head(), &body).unwrap();
        assert_eq!((own.card.version.as_str(), own.card.number()), ("S3", 3));
        assert_eq!((&own.card.levels, &own.card.policy), (&base().card.levels, &base().card.policy));
        assert_eq!(own.card.review_date, "May 2028");
        assert!(own.source().contains("wait for a while") && own.stands_for(base()).is_ok());
        assert_eq!(own.locked_words(), base().locked_words());
        assert!(own.is_twin_of(base()).is_ok());
        let again = own.revised(&Head { number: 4, ..head() }, own.body()).unwrap();
        assert_eq!(again.body(), own.body(), "a revision of a revision");
        assert!(base().card.number() == 0);
        let shelf = Shelf::with(vec![own, again]);
        let english = [crate::language::Language::English];
        let both = [crate::language::Language::Welsh, english[0]];
        let version = |languages: &[crate::language::Language], version| {
            shelf.find("direct_contact", Level::L1, languages, version).map(|t| t[0].card.version.clone())
        };
        assert_eq!(version(&english, None).unwrap(), "S4");
        assert_eq!(version(&english, Some("S3")).unwrap(), "S3");
        assert_eq!(version(&both, None).unwrap(), "2026.2", "nothing in one language alone");
        assert!(version(&english, Some("S5")).is_err());
    }

    #[test]
    fn what_its_reader_needs_cannot_be_left_out() {
        let body = base().body();
        let without = |from: &str, to: &str| {
            assert!(body.contains(from), "{from}");
            base().revised(&head(), &body.replace(from, to)).unwrap().stands_for(base()).unwrap_err()
        };
        assert_eq!(without("{{code}}", "Your code."), Unfit::Part(Level::L0, "code"));
        assert_eq!(without("{{phone}}", "us"), Unfit::Place(Level::L0, "phone".into()));
        let signed = without("{{signatory}}", "The team");
        assert!(matches!(signed, Unfit::Part(Level::L0, "signature")), "{signed}");
        let told = without("{{phone}}", "us").to_string();
        assert!(told.contains("{{phone}}"), "{told}");
        let (from, to) = ("We keep what we know about you private too.", "");
        let left: String = body
            .replace(from, to)
            .replace("We cannot tell you who had the test, or anything about their health.", "");
        let told = base().revised(&head(), &left).unwrap().stands_for(base()).unwrap_err();
        assert!(
            matches!(&told, Unfit::Locked(Level::L1, begins) if begins.starts_with("We cannot tell you who")),
            "{told}"
        );
        let opened = base().revised(&head(), &body.replace("@locked", "@editable")).unwrap();
        assert!(matches!(opened.stands_for(base()), Err(Unfit::Locked(..))), "what was locked stays locked");
        let other = base().revised(&head(), &body.replace("## Your details", "Your details")).unwrap();
        assert!(matches!(other.is_twin_of(base()), Err(Unfit::Twin(..))));
        let locked = base().revised(&head(), &body.replace("## Your details", "## Details")).unwrap();
        assert_ne!(locked.locked_words(), base().locked_words());
    }

    #[test]
    fn a_wrong_line_is_told_by_its_place_in_the_body_and_nothing_is_run() {
        let wrong = |body: &str| base().revised(&head(), body).unwrap_err();
        for (body, line) in
            [("# T\n{{#if x}}\n", 2), ("# T\n\n@include x\n", 3), ("# T\n<b>\n", 2), ("{{{x}}}", 1)]
        {
            assert!(
                matches!(wrong(body), WordingError::Template { line: at, .. } if at == line),
                "{body}: {}",
                wrong(body)
            );
        }
        let odd = Head { hard_because: Some("\"\nkind = \"x\"".into()), ..head() };
        assert!(base().revised(&odd, base().body()).is_err());
        let closing = format!("{}\n+++\n# T\n", base().body());
        assert!(base().revised(&head(), &closing).is_err(), "no second head");
    }
}
