//! Who a text is addressed to: a name, a postal address, an e-mail address, each safe to print as it stands.
//! Must not know: how the person is related to anyone.

use std::fmt;

/// Why a name or an address was refused; never repeats what was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadContact {
    #[error("A name has 1 to 70 characters. Shorten it, or fill it in.")]
    NameLength,
    #[error(
        "A name is letters with spaces, hyphens, apostrophes and full stops. Remove anything else, and line breaks."
    )]
    NameCharacter,
    #[error("An address needs 1 to 5 lines between the name and the postcode, each of 1 to 60 characters.")]
    AddressLines,
    #[error(
        "An address line has a character that a label must not have, or starts with one. Retype the line."
    )]
    AddressCharacter,
    #[error("Post cannot go to \"no fixed abode\". Choose another route for this person.")]
    NoFixedAbode,
    #[error("This is not a UK postcode. Write it like LS9 7TF.")]
    Postcode,
    #[error("This is not the name of another country. Write it in full, in letters, like Ireland.")]
    Country,
    #[error("This is not an e-mail address we can send to. Write it like name@example.org, without spaces.")]
    Email,
}

/// Given and family name, kept as given but for spaces at the ends and doubled spaces.
#[derive(Clone, PartialEq, Eq)]
pub struct RecipientName {
    given: String,
    family: String,
}

impl RecipientName {
    pub fn parse(given: &str, family: &str) -> Result<RecipientName, BadContact> {
        Ok(RecipientName { given: name(given)?, family: name(family)? })
    }

    pub fn given(&self) -> &str {
        &self.given
    }

    pub fn family(&self) -> &str {
        &self.family
    }

    /// As on the envelope: "Jo Smith".
    pub fn full(&self) -> String {
        format!("{} {}", self.given, self.family)
    }

    /// For a screen that others may see: "Jo S.".
    pub fn first_name_and_initial(&self) -> String {
        let first = self.given.split(' ').next().unwrap_or_default();
        let initial = self.family.chars().find(|&c| is_letter(c) && !is_mark(c));
        match initial {
            Some(c) => format!("{first} {}.", c.to_uppercase()),
            None => first.to_owned(),
        }
    }
}

/// The lines between name and last line (1 to 5, so that a label has 3 to 7), and the last line: a postcode or a country.
#[derive(Clone, PartialEq, Eq)]
pub struct PostalAddress {
    lines: Vec<String>,
    last_line: String,
    abroad: bool,
}

impl PostalAddress {
    /// `lines` without name and postcode; empty lines at the end are dropped, as forms send them.
    pub fn parse(lines: &[String], postcode: &str) -> Result<PostalAddress, BadContact> {
        Ok(PostalAddress { lines: middle_lines(lines)?, last_line: uk_postcode(postcode)?, abroad: false })
    }

    /// An address in another country, which stands last, in capitals, as the post wants it.
    pub fn abroad(lines: &[String], country: &str) -> Result<PostalAddress, BadContact> {
        let lines = middle_lines(lines)?;
        let country = tidy(country).ok_or(BadContact::Country)?.to_uppercase();
        let letters = country.chars().all(|c| is_letter(c) || " -'\u{2019}()".contains(c));
        let home = ["UK", "UNITED KINGDOM", "GREAT BRITAIN", "ENGLAND", "WALES", "SCOTLAND", "BFPO"];
        let known =
            (2..=50).contains(&country.chars().count()) && letters && !home.contains(&country.as_str());
        if known {
            Ok(PostalAddress { lines, last_line: country, abroad: true })
        } else {
            Err(BadContact::Country)
        }
    }

    /// The lines between name and last line.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// A postcode in capitals with one space (`LS9 7TF`), or a country in capitals.
    pub fn last_line(&self) -> &str {
        &self.last_line
    }

    pub fn is_abroad(&self) -> bool {
        self.abroad
    }
}

fn middle_lines(lines: &[String]) -> Result<Vec<String>, BadContact> {
    let filled = lines.len() - lines.iter().rev().take_while(|l| l.trim().is_empty()).count();
    if !(1..=5).contains(&filled) {
        return Err(BadContact::AddressLines);
    }
    let lines = lines.iter().take(filled).map(|l| address_line(l)).collect::<Result<Vec<_>, _>>()?;
    let said = lines.join(" ").to_lowercase().replace('-', " ");
    if said.contains("no fixed abode") || said.contains("no fixed address") || said.trim() == "nfa" {
        return Err(BadContact::NoFixedAbode);
    }
    Ok(lines)
}

/// An address that can stand in a mail header as it is: printable ASCII, one `@`, no space, no quoting.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    pub fn parse(text: &str) -> Result<EmailAddress, BadContact> {
        let part = |s: &str, also: &[u8]| {
            !s.is_empty()
                && s.bytes().all(|b| b.is_ascii_alphanumeric() || also.contains(&b))
                && !s.starts_with(['.', '-'])
                && !s.ends_with(['.', '-'])
                && !s.contains("..")
        };
        let ok = text.len() <= 254
            && text.split_once('@').is_some_and(|(local, domain)| {
                local.len() <= 64
                    && part(local, b".!#$%&'*+/^_`{|}~-")
                    && part(domain, b".-")
                    && domain.contains('.')
                    && domain.split('.').all(|label| part(label, b"-") && label.len() <= 63)
            });
        if ok { Ok(EmailAddress(text.to_owned())) } else { Err(BadContact::Email) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Text messages go to UK mobile numbers alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This is not a UK mobile number. Write it like 07700 900123.")]
pub struct BadMobile;

/// A UK mobile number, kept as eleven digits: text messages go nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct MobileNumber(String);

impl MobileNumber {
    /// With or without spaces, and with 0, +44 or 0044 before it.
    pub fn parse(text: &str) -> Result<MobileNumber, BadMobile> {
        let close: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
        let rest = ["+44", "0044", "0"].iter().find_map(|start| close.strip_prefix(start));
        // 070 are personal numbers, and 076 was pagers.
        let mobile = rest.filter(|rest| {
            rest.len() == 10
                && rest.bytes().all(|b| b.is_ascii_digit())
                && rest.starts_with('7')
                && !rest.starts_with("70")
                && !rest.starts_with("76")
        });
        mobile.map(|rest| MobileNumber(format!("0{rest}"))).ok_or(BadMobile)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A letter or vowel sign of any script that prints something. Fillers print nothing and could hide one name in another.
fn is_letter(c: char) -> bool {
    let filler = matches!(c, '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}');
    // Signs of the Indic scripts that kill a vowel are part of a name but not "alphabetic" to Unicode.
    let indic_sign =
        matches!(c, '\u{0900}'..='\u{0DFF}') && !c.is_numeric() && c != '\u{0964}' && c != '\u{0965}';
    (c.is_alphabetic() && !filler) || is_mark(c) || indic_sign
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}')
}

/// Trims, joins doubled spaces, and refuses any run of accents that would climb out of its line.
fn tidy(text: &str) -> Option<String> {
    let tidy = text.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
    let mut marks = 0;
    for c in tidy.chars() {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        if marks > 2 {
            return None;
        }
    }
    Some(tidy)
}

fn name(text: &str) -> Result<String, BadContact> {
    let name = tidy(text).ok_or(BadContact::NameCharacter)?;
    if !(1..=70).contains(&name.chars().count()) {
        return Err(BadContact::NameLength);
    }
    let allowed = |c: char| is_letter(c) || " -'\u{2019}.".contains(c);
    let starts = name.chars().next().is_some_and(|c| is_letter(c) && !is_mark(c));
    if starts && name.chars().all(allowed) { Ok(name) } else { Err(BadContact::NameCharacter) }
}

/// One printed line of an address; also used for the service's own.
pub(crate) fn address_line(text: &str) -> Result<String, BadContact> {
    let line = tidy(text).ok_or(BadContact::AddressCharacter)?;
    if !(1..=60).contains(&line.chars().count()) {
        return Err(BadContact::AddressLines);
    }
    let letter_or_digit = |c: char| is_letter(c) || c.is_ascii_digit();
    let allowed = |c: char| letter_or_digit(c) || " -'\u{2019}.,/&():+#".contains(c);
    let starts = line.chars().next().is_some_and(|c| letter_or_digit(c) && !is_mark(c));
    if starts && line.chars().all(allowed) { Ok(line) } else { Err(BadContact::AddressCharacter) }
}

/// The shape only (`A9 9AA` to `AA9A 9AA`, and GIR 0AA): whether it exists is for an address service.
fn uk_postcode(text: &str) -> Result<String, BadContact> {
    let code: String = text.chars().filter(|&c| c != ' ').map(|c| c.to_ascii_uppercase()).collect();
    let shape: String = code
        .chars()
        .map(|c| match c {
            'A'..='Z' => 'A',
            '0'..='9' => '9',
            _ => '?',
        })
        .collect();
    let known = ["A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA"].contains(&shape.as_str());
    match code.split_at_checked(code.len().saturating_sub(3)) {
        Some((out, inward)) if known || code == "GIR0AA" => Ok(format!("{out} {inward}")),
        _ => Err(BadContact::Postcode),
    }
}

impl fmt::Debug for RecipientName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecipientName(..)")
    }
}

impl fmt::Debug for PostalAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostalAddress(..)")
    }
}

impl fmt::Debug for MobileNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MobileNumber(..)")
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|&l| l.to_owned()).collect()
    }

    #[test]
    fn names_of_many_scripts_are_kept_as_they_are() {
        for (given, family) in [
            ("Jo", "Smith"),
            ("Siân", "Llŷr-ap Rhys"),
            ("Seán", "O’Brien"),
            ("José", "Núñez"),
            ("Jose\u{301}", "N"),
            ("Мария", "Иванова"),
            ("小明", "王"),
            ("محمد", "علي"),
            ("कृष्ण", "शर्मा"),
            ("J. R.", "Ng"),
        ] {
            let name = RecipientName::parse(given, family).unwrap();
            assert_eq!(name.full(), format!("{given} {family}"));
        }
        assert_eq!(RecipientName::parse("  Mary  Ann ", "Smith").unwrap().full(), "Mary Ann Smith");
        assert_eq!(RecipientName::parse("Mary Ann", "o'Neill").unwrap().first_name_and_initial(), "Mary O.");
    }

    #[test]
    fn a_name_cannot_carry_lines_markup_or_unseen_characters() {
        for bad in [
            "Jo\nSmith",
            "Jo\r\nBcc: x",
            "Jo\tS",
            "Jo\u{2028}S",
            "Jo\u{202E}S",
            "Jo\u{200B}S",
            "Jo\u{200D}S",
            "Jo\u{AD}S",
            "<b>Jo",
            "{{code}}",
            "Jo*",
            "#Jo",
            "$Jo",
            "Jo\\",
            "_Jo_",
            "[Jo]",
            "Jo2",
            "'Jo",
            "\u{3164}",
            "Z\u{300}\u{301}\u{302}a",
        ] {
            assert_eq!(RecipientName::parse(bad, "Smith"), Err(BadContact::NameCharacter), "{bad:?}");
        }
        for bad in ["", "  ", &"a".repeat(71)] {
            assert_eq!(RecipientName::parse("Jo", bad), Err(BadContact::NameLength), "{bad:?}");
        }
    }

    #[test]
    fn an_address_is_what_a_window_envelope_can_take() {
        let address =
            PostalAddress::parse(&lines(&["Flat 2/1", "12 High Street", "Leeds", "", ""]), "ls97tf").unwrap();
        assert_eq!(address.lines(), ["Flat 2/1", "12 High Street", "Leeds"]);
        assert_eq!((address.last_line(), address.is_abroad()), ("LS9 7TF", false));
        for (bad, why) in [
            (lines(&[]), BadContact::AddressLines),
            (lines(&["", ""]), BadContact::AddressLines),
            (lines(&["1", "2", "3", "4", "5", "6"]), BadContact::AddressLines),
            (lines(&["1 High St", "", "Leeds"]), BadContact::AddressLines),
            (lines(&["1 High St\nLeeds"]), BadContact::AddressCharacter),
            (lines(&["@home"]), BadContact::AddressCharacter),
            (lines(&["(rear)"]), BadContact::AddressCharacter),
            (lines(&["1 High <b>St"]), BadContact::AddressCharacter),
            (lines(&["1 High \u{202E}St"]), BadContact::AddressCharacter),
            (lines(&["No fixed abode", "Leeds"]), BadContact::NoFixedAbode),
            (lines(&["NFA"]), BadContact::NoFixedAbode),
        ] {
            assert_eq!(PostalAddress::parse(&bad, "LS9 7TF"), Err(why), "{bad:?}");
        }
        for good in ["M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 1HQ", "EC1A 1BB", "gir 0aa"] {
            assert!(PostalAddress::parse(&lines(&["1 High St"]), good).is_ok(), "{good}");
        }
        for bad in ["", "LS9", "12345", "LS9 7TFF", "L\nS9 7TF", "ЛS9 7TF", "75001 Paris"] {
            let result = PostalAddress::parse(&lines(&["1 High St"]), bad);
            assert_eq!(result, Err(BadContact::Postcode), "{bad:?}");
        }
        let paris = PostalAddress::abroad(&lines(&["4 rue Neuve", "75001 Paris"]), "France").unwrap();
        assert_eq!((paris.last_line(), paris.is_abroad()), ("FRANCE", true));
        for bad in ["", "X", "Wales", "united kingdom", "BFPO", "France 1", "Fran\nce", "{{code}}"] {
            let result = PostalAddress::abroad(&lines(&["1 High St"]), bad);
            assert_eq!(result, Err(BadContact::Country), "{bad:?}");
        }
    }

    #[test]
    fn an_email_address_cannot_carry_a_header() {
        for good in ["jo@example.org", "jo.smith+nhs@mail.example.co.uk", "o'brien@example.org"] {
            assert_eq!(EmailAddress::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "jo",
            "jo@",
            "@example.org",
            "jo@example",
            "jo@@example.org",
            "jo smith@example.org",
            "jo@example.org ",
            "a\r\nBcc: x@example.org",
            "a\nb@example.org",
            "\"a b\"@example.org",
            "=?utf-8?q?a?=@example.org",
            "-oQ/tmp@example.org",
            "jo@-example.org",
            "jo@exam..ple.org",
            "jo@[127.0.0.1]",
            "jö@example.org",
            "jo@example.org,x@example.org",
            "Jo <jo@example.org>",
        ] {
            assert_eq!(EmailAddress::parse(bad), Err(BadContact::Email), "{bad:?}");
        }
    }

    #[test]
    fn debug_tells_nothing() {
        let name = RecipientName::parse("Jo", "Smith").unwrap();
        let address = PostalAddress::parse(&lines(&["12 High Street"]), "LS9 7TF").unwrap();
        let email = EmailAddress::parse("jo@example.org").unwrap();
        let printed = format!("{name:?} {address:?} {email:?}");
        assert_eq!(printed, "RecipientName(..) PostalAddress(..) EmailAddress(..)");
    }
}
