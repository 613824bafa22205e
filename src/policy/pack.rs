//! A policy pack: what the law and guidance of one country ask of whoever shares, in editions with dates, each rule with its
//! source. Must not know: any family. What breaks the form, or leaves a day without an edition, is refused with its line.

use crate::{
    db::UtcDate,
    error::{Error, Result},
};
use kinward_family::disclosure::Level;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, ops::Range};
use toml::Spanned;

/// The packs that are built in, by the name of their file.
const EMBEDDED: &[(&str, &str)] = &[
    ("england", include_str!("../../policies/packs/england.toml")),
    ("wales", include_str!("../../policies/packs/wales.toml")),
    ("scotland", include_str!("../../policies/packs/scotland.toml")),
    ("northern_ireland", include_str!("../../policies/packs/northern_ireland.toml")),
    ("france", include_str!("../../policies/packs/france.toml")),
    ("norway", include_str!("../../policies/packs/norway.toml")),
    ("denmark", include_str!("../../policies/packs/denmark.toml")),
    ("netherlands", include_str!("../../policies/packs/netherlands.toml")),
    ("sweden", include_str!("../../policies/packs/sweden.toml")),
    ("australia", include_str!("../../policies/packs/australia.toml")),
];

/// The pack of one country, its editions in order of their dates and without a gap.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    pub id: String,
    pub name: String,
    /// Who checked it, and when; empty where nobody has: shown to staff as unverified.
    pub verified_by: String,
    pub editions: Vec<Spanned<Edition>>,
}

/// What holds from one day to another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    pub version: String,
    pub in_force_from: UtcDate,
    /// The last day; none while it is in force.
    pub in_force_to: Option<UtcDate>,
    /// Whose the familial part is taken to be where nothing else is said; the form begins with it.
    pub default_model: Setting<Account>,
    pub default_route: Setting<Hearing>,
    pub against_refusal: Setting<AgainstRefusal>,
    /// The most that a letter of the clinic may tell, whatever was agreed.
    pub most_level: Setting<String>,
    /// The furthest degree to which a decision may reach without the proband's agreement.
    pub furthest_degree: Option<Setting<i32>>,
    /// Whether a second clinician signs a decision before it counts.
    pub second_sign_off: Setting<bool>,
    /// What must be on file beside the decision, in words.
    #[serde(default)]
    pub documents: Vec<String>,
    /// Whether nobody may be told without agreement before all of them are on file.
    pub documents_needed: Option<Setting<bool>>,
    /// Words that no letter may hold.
    #[serde(default)]
    pub must_not_say: Vec<String>,
    /// What whoever answers the telephone says.
    pub enquiries: Option<Enquiries>,
    pub rules: Vec<Rule>,
}

/// The words for somebody who rings or writes, and the rule they follow from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enquiries {
    /// In the order in which they are said.
    pub say: Vec<String>,
    /// What may be given to anybody.
    pub general: String,
    pub rule: String,
}

/// A setting, and the rule of the same edition that it follows from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting<T> {
    pub is: T,
    pub rule: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    Individual,
    Familial,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hearing {
    ProbandTells,
    ClinicLetter,
}

/// What may be done where the proband does not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgainstRefusal {
    /// Both interests are weighed, and the outcome is acted on.
    Weigh,
    /// Nobody is told against the proband's will; weighed only where they cannot be asked.
    OnlyWhereNotAsked,
}

/// One rule, in our words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub id: String,
    pub text: String,
    pub source: String,
    /// False: nobody has read the source for this; shown as unverified.
    pub checked: bool,
    pub in_force_from: UtcDate,
    pub in_force_to: Option<UtcDate>,
}

impl Pack {
    /// The edition in force on a day.
    ///
    /// # Errors
    /// A day before the first edition, or after the last.
    pub fn on(&self, day: UtcDate) -> Result<&Edition> {
        self.editions().find(|edition| edition.covers(day)).ok_or_else(|| {
            Error::not_now(format!(
                "The policy pack {} has no edition in force on {}. Ask whoever runs the service.",
                self.name,
                day.shown()
            ))
        })
    }

    pub fn editions(&self) -> impl Iterator<Item = &Edition> {
        self.editions.iter().map(Spanned::get_ref)
    }

    /// Reads a pack; `name` is how a message calls the file.
    ///
    /// # Errors
    /// The file, the line and what is expected there.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let wrong = |span: Option<Range<usize>>, words: &str| {
            let before = text.get(..span.map_or(0, |span| span.start)).unwrap_or_default();
            Error::bad_input(format!("{name}: line {}: {words}", before.matches('\n').count() + 1))
        };
        let pack: Self = toml::from_str(text)
            .map_err(|e: toml::de::Error| wrong(e.span(), e.message().trim_end_matches(['\n', '.'])))?;
        if pack.editions.is_empty() {
            return Err(wrong(None, "the pack has no edition"));
        }
        for edition in &pack.editions {
            edition.get_ref().check().map_err(|words| wrong(Some(edition.span()), &words))?;
        }
        for pair in pack.editions.windows(2) {
            if let [before, after] = pair {
                follows(before.get_ref(), after.get_ref())
                    .map_err(|words| wrong(Some(after.span()), &words))?;
            }
        }
        Ok(pack)
    }

    pub(super) fn embedded() -> Result<Vec<Self>> {
        EMBEDDED
            .iter()
            .map(|(name, text)| {
                let pack = Self::parse(&format!("policies/packs/{name}.toml"), text)?;
                if pack.id == *name {
                    Ok(pack)
                } else {
                    Err(Error::config(format!("{name} calls itself {}", pack.id)))
                }
            })
            .collect()
    }
}

/// Every day after the first edition's first has an edition, and one alone.
fn follows(before: &Edition, after: &Edition) -> std::result::Result<(), String> {
    let (version, starts) = (&after.version, after.in_force_from.to_string());
    match before.in_force_to {
        None => Err(format!(
            "edition {version} begins on {starts}, and edition {} before it has no last day",
            before.version
        )),
        Some(last) if last.plus_days(1) == after.in_force_from => Ok(()),
        Some(last) if last < after.in_force_from => {
            Err(format!("no edition is in force between {last} and {starts}, where {version} begins"))
        }
        Some(last) => {
            Err(format!("edition {version} begins on {starts}, before the one before it ends on {last}"))
        }
    }
}

impl Edition {
    fn covers(&self, day: UtcDate) -> bool {
        self.in_force_from <= day && self.in_force_to.is_none_or(|last| day <= last)
    }

    /// A letter's highest level; `check` has made sure that it is one.
    pub fn most_level(&self) -> Level {
        self.most_level.is.parse().unwrap_or(Level::L0)
    }

    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// A rule as a page quotes it: its words and where they are from.
    pub fn quoted(&self, id: &str) -> String {
        self.rule(id).map_or_else(String::new, |rule| {
            let unread = if rule.checked { "" } else { "; not verified" };
            format!("{} ({}: {}{unread})", rule.text, rule.id, rule.source)
        })
    }

    /// Each setting in words, with the rule it follows from.
    pub fn settings(&self) -> Vec<(&'static str, String, &str)> {
        let model = match self.default_model.is {
            Account::Individual => "the patient's alone",
            Account::Familial => "the family's, the patient unnamed",
        };
        let route = match self.default_route.is {
            Hearing::ProbandTells => "the proband tells them",
            Hearing::ClinicLetter => "the clinic writes to them",
        };
        let refusal = match self.against_refusal.is {
            AgainstRefusal::Weigh => "both interests are weighed",
            AgainstRefusal::OnlyWhereNotAsked => {
                "never against their will; weighed where they cannot be asked"
            }
        };
        let sign = if self.second_sign_off.is { "a second clinician signs" } else { "one clinician decides" };
        let mut settings = vec![
            ("Familial part is taken to be", model.to_owned(), self.default_model.rule.as_str()),
            ("Relatives hear first by", route.to_owned(), &self.default_route.rule),
            ("Where the proband does not agree", refusal.to_owned(), &self.against_refusal.rule),
            ("Most that a letter tells", self.most_level.is.clone(), &self.most_level.rule),
            ("Signing a decision", sign.to_owned(), &self.second_sign_off.rule),
        ];
        settings.extend(self.documents_needed.iter().map(|needed| {
            let words =
                if needed.is { "on file before anybody is told" } else { "on file where they can be" };
            ("What this pack lists as documents", words.to_owned(), needed.rule.as_str())
        }));
        settings.extend(self.furthest_degree.iter().map(|degree| {
            ("Furthest degree without agreement", degree.is.to_string(), degree.rule.as_str())
        }));
        settings
    }

    fn check(&self) -> std::result::Result<(), String> {
        if self.in_force_to.is_some_and(|last| last < self.in_force_from) {
            return Err(format!("edition {} ends before it begins", self.version));
        }
        if self.most_level.is.parse::<Level>().is_err() {
            return Err(format!("most_level is {}, and must be L0, L1, L2 or L3", self.most_level.is));
        }
        let mut ids = BTreeSet::new();
        if let Some(twice) = self.rules.iter().find(|rule| !ids.insert(&rule.id)) {
            return Err(format!("rule {} stands twice in edition {}", twice.id, self.version));
        }
        let words = self.enquiries.iter().map(|words| ("What is said to whoever rings", words.rule.as_str()));
        for (what, id) in self.settings().into_iter().map(|(what, _, id)| (what, id)).chain(words) {
            let rule = self.rule(id).ok_or_else(|| {
                format!("\"{what}\" names the rule {id}, which edition {} does not have", self.version)
            })?;
            let ends = rule.in_force_to.is_some_and(|last| self.in_force_to.is_none_or(|own| last < own));
            if rule.in_force_from > self.in_force_from || ends {
                return Err(format!("rule {id} is not in force as long as edition {} is", self.version));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = r#"id = "here"
name = "Here"
verified_by = ""

[[editions]]
version = "1"
in_force_from = "2020-01-01"
in_force_to = "2025-12-31"
default_model = { is = "familial", rule = "R" }
default_route = { is = "proband_tells", rule = "R" }
against_refusal = { is = "weigh", rule = "R" }
most_level = { is = "L2", rule = "R" }
second_sign_off = { is = false, rule = "R" }
rules = [{ id = "R", text = "Weigh.", source = "Nobody", checked = false, in_force_from = "2020-01-01" }]

[[editions]]
version = "2"
in_force_from = "2026-01-01"
default_model = { is = "individual", rule = "R" }
default_route = { is = "proband_tells", rule = "R" }
against_refusal = { is = "only_where_not_asked", rule = "R" }
most_level = { is = "L0", rule = "R" }
second_sign_off = { is = true, rule = "R" }
rules = [{ id = "R", text = "Ask.", source = "Nobody", checked = false, in_force_from = "2026-01-01" }]
"#;

    fn refused(from: &str, to: &str) -> String {
        assert!(TWO.contains(from), "{from}");
        Pack::parse("here.toml", &TWO.replacen(from, to, 1)).unwrap_err().public().to_owned()
    }

    #[test]
    fn the_edition_of_the_day_holds_and_a_day_before_the_first_has_none() {
        let pack = Pack::parse("here.toml", TWO).unwrap();
        let day = |y, m, d| UtcDate::new(y, m, d).unwrap();
        assert_eq!(pack.on(day(2025, 12, 31)).unwrap().version, "1");
        assert_eq!(pack.on(day(2026, 1, 1)).unwrap().version, "2");
        assert!(pack.on(day(2019, 12, 31)).is_err());
    }

    #[test]
    fn what_breaks_the_form_is_refused_with_its_line() {
        for (from, to, line, says) in [
            ("version = \"2\"", "version = \"2\"\ncolour = 1", 18, "colour"),
            (
                "in_force_to = \"2025-12-31\"",
                "in_force_to = \"2025-12-30\"",
                16,
                "no edition is in force between 2025-12-30",
            ),
            ("in_force_to = \"2025-12-31\"\n", "", 15, "has no last day"),
            (
                "in_force_to = \"2025-12-31\"",
                "in_force_to = \"2026-01-31\"",
                16,
                "before the one before it ends",
            ),
            ("most_level = { is = \"L0\"", "most_level = { is = \"L9\"", 16, "L9"),
            (
                "most_level = { is = \"L0\", rule = \"R\"",
                "most_level = { is = \"L0\", rule = \"Q\"",
                16,
                "the rule Q",
            ),
        ] {
            let words = refused(from, to);
            assert!(
                words.starts_with(&format!("here.toml: line {line}: ")) && words.contains(says),
                "{words}"
            );
        }
    }

    #[test]
    fn every_pack_that_is_built_in_is_sound_and_says_what_nobody_has_checked() {
        let packs = Pack::embedded().unwrap();
        assert_eq!(packs.len(), 10);
        for pack in &packs {
            let now = pack.on(UtcDate::new(2026, 11, 23).unwrap()).unwrap();
            assert!(
                now.rules.iter().all(|rule| !rule.source.is_empty() && rule.text.ends_with('.')),
                "{}",
                pack.id
            );
            let words = now.enquiries.as_ref().unwrap();
            let said = words.say.len() >= 2 && !words.general.is_empty();
            assert!(said, "{} leaves whoever answers the telephone without words", pack.id);
        }
    }
}
