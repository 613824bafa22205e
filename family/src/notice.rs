//! The short messages that a letter, or an answer, waits: nothing in them tells why.
//! Must not know: the letter, its code, or that health has anything to do with it.

use std::{collections::BTreeMap, fmt};

use crate::{
    block::Block,
    disclosure::Level,
    language::Language,
    person::{EmailAddress, MobileNumber},
    service::ServiceCard,
    wording::{self, Values, WordingError},
};

/// A message that anyone may see on a locked phone. It holds a full plain address and no code.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    to: EmailAddress,
    subject: String,
    text: String,
}

impl Notice {
    /// "You have a letter", from the service's neutral name.
    pub fn letter_waits(
        to: EmailAddress,
        service: &ServiceCard,
        language: Language,
    ) -> Result<Notice, WordingError> {
        Self::of("letter_waits", to, service, language)
    }

    /// "You have an answer", from the same name and to the same page.
    pub fn answer_waits(
        to: EmailAddress,
        service: &ServiceCard,
        language: Language,
    ) -> Result<Notice, WordingError> {
        Self::of("answer_waits", to, service, language)
    }

    fn of(
        kind: &str,
        to: EmailAddress,
        service: &ServiceCard,
        language: Language,
    ) -> Result<Notice, WordingError> {
        let (subject, paragraphs) = waits(kind, service, language)?;
        Ok(Notice { to, subject, text: paragraphs.join("\n\n") + "\n" })
    }

    pub fn to(&self) -> &EmailAddress {
        &self.to
    }
    pub fn subject(&self) -> &str {
        &self.subject
    }
    /// Plain text, lines ended by a line feed.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The same as a text message: one line, which may stand on a locked phone.
#[derive(Clone, PartialEq, Eq)]
pub struct TextNotice {
    to: MobileNumber,
    text: String,
}

impl TextNotice {
    /// "You have a letter", where to read it, and that the code is on paper.
    pub fn letter_waits(
        to: MobileNumber,
        service: &ServiceCard,
        language: Language,
    ) -> Result<TextNotice, WordingError> {
        Self::of("letter_waits_text", to, service, language)
    }

    /// "You have an answer", and where to read it.
    pub fn answer_waits(
        to: MobileNumber,
        service: &ServiceCard,
        language: Language,
    ) -> Result<TextNotice, WordingError> {
        Self::of("answer_waits_text", to, service, language)
    }

    fn of(
        kind: &str,
        to: MobileNumber,
        service: &ServiceCard,
        language: Language,
    ) -> Result<TextNotice, WordingError> {
        let (heading, paragraphs) = waits(kind, service, language)?;
        Ok(TextNotice { to, text: format!("{heading}. {}", paragraphs.join(" ")) })
    }

    pub fn to(&self) -> &MobileNumber {
        &self.to
    }
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for TextNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TextNotice(..)")
    }
}

/// Heading and paragraphs of a notice, from nothing but the service's own neutral words.
fn waits(
    kind: &str,
    service: &ServiceCard,
    language: Language,
) -> Result<(String, Vec<String>), WordingError> {
    let sender = service.sender_name_in(language).ok_or(WordingError::NoTranslation(language.name()))?;
    let words = BTreeMap::from([
        ("sender_name", sender.to_owned()),
        ("portal", service.portal_address().to_owned()),
        ("phone", service.phone().to_owned()),
    ]);
    let template = wording::find(kind, Level::L0, language, None)?;
    let values = Values { words, tables: BTreeMap::new(), code: None, sign_off: Vec::new() };
    let filled = template.fill(Level::L0, None, &values)?;
    let mut paragraphs = Vec::new();
    for block in filled.blocks {
        match block {
            Block::Paragraph(text) => paragraphs.push(text),
            Block::Heading(_)
            | Block::List(_)
            | Block::Facts(_)
            | Block::Code(_)
            | Block::SignOff(_)
            | Block::Further(_)
            | Block::NewPage => {
                let problem = "a notice is paragraphs only".to_owned();
                return Err(WordingError::Template { line: 1, problem });
            }
        }
    }
    paragraphs.push(filled.footer);
    Ok((filled.heading, paragraphs))
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Notice(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service;

    fn notice() -> Notice {
        let card = ServiceCard::parse(service::tests::parts()).unwrap();
        Notice::letter_waits(EmailAddress::parse("jo@example.org").unwrap(), &card, Language::English)
            .unwrap()
    }

    fn answer_notice(language: Language) -> Notice {
        let card = ServiceCard::parse(service::tests::parts()).unwrap();
        Notice::answer_waits(EmailAddress::parse("jo@example.org").unwrap(), &card, language).unwrap()
    }

    #[test]
    fn a_notice_tells_nothing_of_why() {
        let notices = [notice(), answer_notice(Language::English)];
        let said = notices.map(|notice| format!("{}\n{}", notice.subject(), notice.text())).concat();
        let said = said.to_lowercase();
        for word in [
            "gene",
            "genom",
            "genetic",
            "condition",
            "result",
            "clinic",
            "test",
            "famil",
            "health",
            "relative",
            "cancer",
            "heart",
            "inherit",
            "doctor",
            "hospital",
            "patient",
            "appointment",
            "risk",
            "ill",
            "mother",
            "cousin",
        ] {
            assert!(!said.contains(word), "{word}");
        }
    }

    #[test]
    fn a_notice_gives_a_plain_address_and_no_code() {
        let notice = notice();
        assert_eq!(notice.subject(), "You have a letter from Northmoor NHS Trust");
        assert!(notice.text().lines().any(|line| line == "https://letters.northmoor.example/r"));
        assert!(!notice.text().contains(['?', '#', '<']));
        assert_eq!(notice.to().as_str(), "jo@example.org");
        assert_eq!(format!("{notice:?}"), "Notice(..)");
    }

    #[test]
    fn a_notice_of_an_answer_says_whose_it_is_in_either_language() {
        let (english, welsh) = (answer_notice(Language::English), answer_notice(Language::Welsh));
        assert_eq!(english.subject(), "You have an answer from Northmoor NHS Trust");
        assert_eq!(welsh.subject(), "Mae gennych ateb gan Ymddiriedolaeth GIG Northmoor");
        for notice in [english, welsh] {
            assert!(notice.text().lines().any(|line| line == "https://letters.northmoor.example/r"));
            assert!(!notice.text().contains(['?', '#', '<']));
        }
    }

    #[test]
    fn a_text_message_is_one_short_line_that_tells_nothing_of_why() {
        let card = ServiceCard::parse(service::tests::parts()).unwrap();
        let to = MobileNumber::parse("+44 7700 900123").unwrap();
        assert_eq!(to.as_str(), "07700900123");
        for wrong in ["", "01632 960700", "070 1234 5678", "+33 7700 900123", "07700 90012", "0770090012a"] {
            assert!(MobileNumber::parse(wrong).is_err(), "{wrong}");
        }
        let each = Language::ALL.into_iter().flat_map(|language| {
            [TextNotice::letter_waits, TextNotice::answer_waits].map(|made| made(to.clone(), &card, language))
        });
        for text in each {
            let text = text.unwrap();
            assert!(text.text().contains("https://letters.northmoor.example/r"), "{}", text.text());
            // Two messages of 153 characters at most.
            assert!(text.text().chars().count() <= 306 && !text.text().contains('\n'), "{}", text.text());
            for word in ["gene", "clinic", "health", "famil", "iechyd", "teulu", "genet"] {
                assert!(!text.text().to_lowercase().contains(word), "{word}");
            }
        }
    }

    #[test]
    fn a_notice_in_welsh_needs_the_services_name_in_welsh() {
        let parts = service::tests::parts();
        let card = ServiceCard::parse(parts.clone()).unwrap();
        let to = EmailAddress::parse("jo@example.org").unwrap();
        let welsh = Notice::letter_waits(to.clone(), &card, Language::Welsh).unwrap();
        assert_eq!(welsh.subject(), "Mae gennych lythyr gan Ymddiriedolaeth GIG Northmoor");
        let card = ServiceCard::parse(service::ServiceParts { welsh: None, ..parts }).unwrap();
        let refused = Notice::letter_waits(to, &card, Language::Welsh);
        assert_eq!(refused, Err(WordingError::NoTranslation("Welsh")));
    }
}
