//! The templates of letters to and about the proband, in each language.
//! Must not know: what is put into them.

use super::PersonalKind;
use kinward_family::{
    disclosure::Level,
    language::Language,
    wording::{Template, TemplateCard, WordingError},
};
use std::sync::LazyLock;

macro_rules! published {
    ($($name:literal,)+) => {
        const PUBLISHED: &[&str] = &[$(
            include_str!(concat!("../../../../templates/staff/letters/en/", $name, ".md")),
            include_str!(concat!("../../../../templates/staff/letters/cy/", $name, ".md")),
        )+];
    };
}

published! {
    "result_and_pack",
    "address_from_proband",
    "gp_of_proband",
    "adoption_details",
}

/// A template that cannot be read is left out, so that its letter is refused; a test reads each one.
static TEMPLATES: LazyLock<Vec<Template>> =
    LazyLock::new(|| PUBLISHED.iter().filter_map(|text| Template::parse(text).ok()).collect());

/// Their heads, for staff to look at.
pub fn cards() -> Vec<TemplateCard> {
    TEMPLATES.iter().map(|template| template.card().clone()).collect()
}

pub fn published() -> &'static [Template] {
    &TEMPLATES
}

pub(super) fn find(kind: PersonalKind, language: Language) -> Result<&'static Template, WordingError> {
    let fits =
        |template: &&Template| template.card().kind == kind.as_str() && template.card().language == language;
    TEMPLATES.iter().find(fits).ok_or_else(|| WordingError::NoTemplate {
        kind: kind.as_str().to_owned(),
        level: Level::L2,
        version: "any".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_template_in_both_languages_and_they_say_the_same() {
        for text in PUBLISHED {
            if let Err(problem) = Template::parse(text) {
                panic!("{problem}");
            }
        }
        for kind in PersonalKind::ALL {
            let [english, welsh] = [Language::English, Language::Welsh].map(|l| find(kind, l).unwrap());
            assert_eq!(english.shape(), welsh.shape(), "{}", kind.as_str());
            assert_eq!(english.card().version, welsh.card().version);
        }
        let signed = |card: &TemplateCard| !card.approvers.is_empty() || !card.checked.is_empty();
        assert!(!cards().iter().any(signed), "whoever changes this line has the signature");
    }
}
