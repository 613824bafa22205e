//! The service that writes, and the person who signs.
//! Must not know: anything about the relative or the family.

use crate::{
    language::{Language, Languages},
    lint::{Forbidden, scan},
    person::{EmailAddress, address_line},
};

/// Why a service's details were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadService {
    #[error("The service's {0} is empty, too long, or has a character that cannot be printed in a letter.")]
    Field(&'static str),
    #[error(
        "The service's {0} must not tell why we write: \"{1}\" would show on a phone or an envelope. Use the trust's name."
    )]
    Telling(&'static str, String),
    #[error(
        "The portal's address must be a plain https address without ? or #, such as https://letters.example.nhs.uk/r."
    )]
    PortalAddress,
}

/// What a service is configured with, before it has been read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceParts {
    /// The service's own name, as on L1 and L2 letters.
    pub name: String,
    /// A neutral name that tells nothing of why it writes, as on notices and L0 letters: usually the trust's.
    pub sender_name: String,
    /// 1 to 6 lines, postcode last.
    pub address_lines: Vec<String>,
    pub phone: String,
    /// When the phone is answered: "Monday to Friday, 9am to 4pm".
    pub hours: String,
    pub email: String,
    pub web: String,
    /// Where a relative starts, in full: `https://letters.example.nhs.uk/r`.
    pub portal_address: String,
    /// What it calls itself in Welsh; without it nothing is written in Welsh.
    pub welsh: Option<WelshParts>,
}

/// A service's words in Welsh, before they have been read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WelshParts {
    pub name: String,
    pub sender_name: String,
    pub hours: String,
}

/// A service's details, each fit to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceCard(ServiceParts);

impl ServiceCard {
    pub fn parse(parts: ServiceParts) -> Result<ServiceCard, BadService> {
        let email =
            EmailAddress::parse(parts.email.trim()).map_err(|_| BadService::Field("e-mail address"))?;
        let card = ServiceParts {
            name: line("name", &parts.name)?,
            sender_name: line("neutral sender name", &parts.sender_name)?,
            address_lines: parts
                .address_lines
                .iter()
                .map(|l| line("address", l))
                .collect::<Result<_, _>>()?,
            phone: phone(&parts.phone)?,
            hours: line("opening hours", &parts.hours)?,
            email: email.as_str().to_owned(),
            web: web("web address", &parts.web)?,
            portal_address: portal(&parts.portal_address)?,
            welsh: parts.welsh.map(welsh).transpose()?,
        };
        if !(1..=6).contains(&card.address_lines.len()) {
            return Err(BadService::Field("address"));
        }
        let seen_by_anyone = [
            ("neutral sender name", &card.sender_name),
            ("portal address", &card.portal_address),
            ("opening hours", &card.hours),
        ];
        let in_welsh = card.welsh.iter().flat_map(|welsh| {
            [("neutral sender name in Welsh", &welsh.sender_name), ("opening hours in Welsh", &welsh.hours)]
        });
        for (field, text) in seen_by_anyone.into_iter().chain(in_welsh) {
            if let Some(word) = telling(text) {
                return Err(BadService::Telling(field, word));
            }
        }
        Ok(ServiceCard(card))
    }

    pub fn name(&self) -> &str {
        &self.0.name
    }
    /// The neutral name: tells nothing of why it writes.
    pub fn sender_name(&self) -> &str {
        &self.0.sender_name
    }
    pub fn address_lines(&self) -> &[String] {
        &self.0.address_lines
    }
    pub fn phone(&self) -> &str {
        &self.0.phone
    }
    pub fn hours(&self) -> &str {
        &self.0.hours
    }
    pub fn email(&self) -> &str {
        &self.0.email
    }
    pub fn web(&self) -> &str {
        &self.0.web
    }
    pub fn portal_address(&self) -> &str {
        &self.0.portal_address
    }

    pub fn welsh(&self) -> Option<&WelshParts> {
        self.0.welsh.as_ref()
    }
    pub fn name_in(&self, language: Language) -> Option<&str> {
        self.in_language(language, &self.0.name, |welsh| &welsh.name)
    }
    pub fn sender_name_in(&self, language: Language) -> Option<&str> {
        self.in_language(language, &self.0.sender_name, |welsh| &welsh.sender_name)
    }
    pub fn hours_in(&self, language: Language) -> Option<&str> {
        self.in_language(language, &self.0.hours, |welsh| &welsh.hours)
    }

    fn in_language<'a>(
        &'a self,
        language: Language,
        english: &'a str,
        welsh: fn(&WelshParts) -> &String,
    ) -> Option<&'a str> {
        match language {
            Language::English => Some(english),
            Language::Welsh => self.0.welsh.as_ref().map(|parts| welsh(parts).as_str()),
        }
    }

    /// The card as somebody in another country needs it: the telephone number with the code of the United Kingdom before it.
    pub(crate) fn seen_from(&self, abroad: bool) -> ServiceCard {
        let mut card = self.clone();
        if let Some(rest) = self.0.phone.strip_prefix('0').filter(|rest| abroad && !rest.starts_with('0')) {
            card.0.phone = format!("+44 {rest}");
        }
        card
    }

    /// The head of a letter that names its sender in full; none where a language lacks words for it.
    pub fn open_lines(&self, languages: Languages) -> Option<Vec<String>> {
        let mut lines = self.each(languages, ServiceCard::name_in)?;
        lines.extend(self.0.address_lines.iter().cloned());
        lines.extend(self.phone_lines(languages)?);
        lines.push(format!("{} {}", labels(languages, |said| said.email), self.0.email));
        lines.push(format!("{} {}", labels(languages, |said| said.web), self.0.web));
        Some(lines)
    }

    /// The head of a letter that tells nothing: address lines such as "Department of Genetics" are left out.
    pub(crate) fn discreet_lines(&self, languages: Languages) -> Option<Vec<String>> {
        let mut lines = self.each(languages, ServiceCard::sender_name_in)?;
        lines.extend(self.0.address_lines.iter().filter(|l| telling(l).is_none()).cloned());
        lines.extend(self.phone_lines(languages)?);
        Some(lines)
    }

    /// The number once, with when it is answered in each language.
    fn phone_lines(&self, languages: Languages) -> Option<Vec<String>> {
        let hours = self.each(languages, ServiceCard::hours_in)?;
        let label = labels(languages, |said| said.phone);
        Some(vec![format!("{label} {} ({})", self.0.phone, hours.join(" / "))])
    }

    /// Once each, in the order of the languages.
    fn each<'a>(
        &'a self,
        languages: Languages,
        say: fn(&'a ServiceCard, Language) -> Option<&'a str>,
    ) -> Option<Vec<String>> {
        let said: Option<Vec<&str>> = languages.in_order().iter().map(|l| say(self, *l)).collect();
        let mut said: Vec<String> = said?.into_iter().map(str::to_owned).collect();
        said.dedup();
        Some(said)
    }
}

/// The person whose name stands under a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signatory {
    name: String,
    role: String,
}

impl Signatory {
    pub fn parse(name: &str, role: &str) -> Result<Signatory, BadService> {
        Ok(Signatory { name: line("signatory's name", name)?, role: line("signatory's role", role)? })
    }

    pub fn name(&self) -> &str {
        &self.name
    }
    pub fn role(&self) -> &str {
        &self.role
    }

    /// What may stand under an L0 letter: a role such as "Genetic counsellor" would tell why we write.
    pub(crate) fn discreet_lines(&self) -> Vec<String> {
        [&self.name, &self.role].into_iter().filter(|l| telling(l).is_none()).cloned().collect()
    }
}

/// What stands before a number or an address.
struct Labels {
    phone: &'static str,
    email: &'static str,
    web: &'static str,
}

/// "Phone:", "Ffôn / Phone:".
fn labels(languages: Languages, which: fn(&Labels) -> &'static str) -> String {
    let said: Vec<&str> = languages
        .in_order()
        .iter()
        .map(|language| {
            which(&match language {
                Language::English => Labels { phone: "Phone", email: "Email", web: "Web" },
                Language::Welsh => Labels { phone: "Ffôn", email: "E-bost", web: "Gwefan" },
            })
        })
        .collect();
    format!("{}:", said.join(" / "))
}

fn welsh(parts: WelshParts) -> Result<WelshParts, BadService> {
    Ok(WelshParts {
        name: line("name in Welsh", &parts.name)?,
        sender_name: line("neutral sender name in Welsh", &parts.sender_name)?,
        hours: line("opening hours in Welsh", &parts.hours)?,
    })
}

/// The first word in a text that hints at health or family matters, if there is one.
fn telling(text: &str) -> Option<String> {
    const STEMS: [&str; 12] = [
        "genetic",
        "genom",
        "cancer",
        "oncolog",
        "clinic",
        "hereditary",
        "inherit",
        "cardi",
        "tumour",
        // Welsh: genetics, hereditary, disease; "canser" and "clinig" are near enough to be wanted too.
        "geneteg",
        "canser",
        "clinig",
    ];
    const WORDS: [&str; 17] = [
        "teulu",
        "teuluol",
        "prawf",
        "profion",
        "canlyniad",
        "canlyniadau",
        "gene",
        "genes",
        "condition",
        "result",
        "results",
        "test",
        "tests",
        "testing",
        "family",
        "families",
        "familial",
    ];
    let folded = text.to_lowercase();
    // "Cardiff" is a place.
    let stem = STEMS.into_iter().find(|stem| folded.replace("cardiff", "").contains(stem));
    let words: Vec<Forbidden> = WORDS.iter().map(|w| Forbidden::new(*w, "")).collect();
    stem.map(str::to_owned).or_else(|| scan(text, &words).into_iter().next().map(|hit| hit.found))
}

fn line(field: &'static str, text: &str) -> Result<String, BadService> {
    address_line(text).map_err(|_| BadService::Field(field))
}

fn phone(text: &str) -> Result<String, BadService> {
    let text = text.trim();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let ok = (5..=15).contains(&digits)
        && text.len() <= 30
        && text.bytes().all(|b| b.is_ascii_digit() || b" +()-".contains(&b));
    if ok { Ok(text.to_owned()) } else { Err(BadService::Field("phone number")) }
}

fn web(field: &'static str, text: &str) -> Result<String, BadService> {
    let text = text.trim();
    let ok = (4..=120).contains(&text.len())
        && text.contains('.')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-/:_~".contains(&b));
    if ok { Ok(text.to_owned()) } else { Err(BadService::Field(field)) }
}

/// Unencrypted only on the machine itself, where a demonstration runs.
fn portal(text: &str) -> Result<String, BadService> {
    let text = text.trim().trim_end_matches('/');
    let own_machine = ["http://127.0.0.1", "http://localhost"].iter().any(|start| {
        text.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    });
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-/:_~".contains(&b));
    let named = text
        .strip_prefix("https://")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()));
    if text.len() <= 120 && plain && (own_machine || named) {
        Ok(text.to_owned())
    } else {
        Err(BadService::PortalAddress)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn parts() -> ServiceParts {
        ServiceParts {
            name: "Northmoor Genetics Service".into(),
            sender_name: "Northmoor NHS Trust".into(),
            address_lines: vec![
                "Department of Clinical Genetics".into(),
                "1 Moor Lane".into(),
                "Northmoor NM1 2AB".into(),
            ],
            phone: "0113 496 0000".into(),
            hours: "Monday to Friday, 9am to 4pm".into(),
            email: "genetics@northmoor.example".into(),
            web: "www.northmoor.example/genetics".into(),
            portal_address: "https://letters.northmoor.example/r".into(),
            welsh: Some(WelshParts {
                name: "Gwasanaeth Geneteg Northmoor".into(),
                sender_name: "Ymddiriedolaeth GIG Northmoor".into(),
                hours: "dydd Llun i ddydd Gwener, 9am tan 4pm".into(),
            }),
        }
    }

    #[test]
    fn a_service_card_keeps_what_it_was_given() {
        let card = ServiceCard::parse(parts()).unwrap();
        assert_eq!(card.name(), "Northmoor Genetics Service");
        let english = Languages::default();
        assert_eq!(card.open_lines(english).unwrap().len(), 7);
        assert_eq!(
            card.discreet_lines(english).unwrap(),
            [
                "Northmoor NHS Trust",
                "1 Moor Lane",
                "Northmoor NM1 2AB",
                "Phone: 0113 496 0000 (Monday to Friday, 9am to 4pm)"
            ]
        );
        assert_eq!(
            card.discreet_lines(Languages::WelshThenEnglish).unwrap(),
            [
                "Ymddiriedolaeth GIG Northmoor",
                "Northmoor NHS Trust",
                "1 Moor Lane",
                "Northmoor NM1 2AB",
                "Ffôn / Phone: 0113 496 0000 (dydd Llun i ddydd Gwener, 9am tan 4pm / Monday to Friday, 9am to 4pm)"
            ]
        );
        let english_only = ServiceCard::parse(ServiceParts { welsh: None, ..parts() }).unwrap();
        assert_eq!(english_only.open_lines(Languages::WelshThenEnglish), None);
    }

    #[test]
    fn a_sender_or_address_that_tells_why_we_write_is_refused() {
        for name in ["Clinical Genetics", "Family Health Service", "Cancer Centre", "Test Results Team"] {
            let refused = ServiceCard::parse(ServiceParts { sender_name: name.into(), ..parts() });
            assert!(matches!(refused, Err(BadService::Telling("neutral sender name", _))), "{name}");
        }
        for name in ["Cardiff and Vale UHB", "Northmoor General Hospital", "Latest Hospitals"] {
            assert!(
                ServiceCard::parse(ServiceParts { sender_name: name.into(), ..parts() }).is_ok(),
                "{name}"
            );
        }
        let refused = ServiceCard::parse(ServiceParts {
            portal_address: "https://genetics.example/r".into(),
            ..parts()
        });
        assert!(matches!(refused, Err(BadService::Telling("portal address", _))));
        let welsh = Some(WelshParts { sender_name: "Gwasanaeth Geneteg".into(), ..parts().welsh.unwrap() });
        let refused = ServiceCard::parse(ServiceParts { welsh, ..parts() });
        assert!(matches!(refused, Err(BadService::Telling("neutral sender name in Welsh", _))));
        let refused =
            ServiceCard::parse(ServiceParts { hours: "Genetics line: 9am to 4pm".into(), ..parts() });
        assert!(matches!(refused, Err(BadService::Telling("opening hours", _))));
    }

    #[test]
    fn a_portal_address_is_plain_and_encrypted() {
        for good in ["https://letters.example/r/", "http://127.0.0.1:8080/r", "http://localhost:8080/r"] {
            assert!(
                ServiceCard::parse(ServiceParts { portal_address: good.into(), ..parts() }).is_ok(),
                "{good}"
            );
        }
        for bad in [
            "",
            "letters.example",
            "http://letters.example/r",
            "https://letters.example/r?c=1",
            "https://a b",
            "javascript:alert(1)",
            "http://localhost.evil.example",
            "https://",
        ] {
            let refused = ServiceCard::parse(ServiceParts { portal_address: bad.into(), ..parts() });
            assert_eq!(refused, Err(BadService::PortalAddress), "{bad}");
        }
    }

    #[test]
    fn nothing_empty_or_unprintable_enters_a_card_or_a_signature() {
        assert!(ServiceCard::parse(ServiceParts { hours: String::new(), ..parts() }).is_err());
        assert!(ServiceCard::parse(ServiceParts { address_lines: vec![], ..parts() }).is_err());
        assert!(ServiceCard::parse(ServiceParts { phone: "call me".into(), ..parts() }).is_err());
        assert!(ServiceCard::parse(ServiceParts { name: "A\nB".into(), ..parts() }).is_err());
        assert!(Signatory::parse("Dr A. Example", "").is_err());
        let signatory = Signatory::parse("Dr A. Example", "Genetic counsellor").unwrap();
        assert_eq!(signatory.discreet_lines(), ["Dr A. Example"]);
    }
}
