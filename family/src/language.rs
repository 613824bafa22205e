//! The languages a relative can be written to in.
//! Must not know: which language a given relative chose.

use std::str::FromStr;

/// English or Welsh. A further language is a variant here and a folder of templates; where one is missing, composing in it
/// is refused with a clear error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    #[default]
    English,
    Welsh,
}

/// A language code other than `en` and `cy`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a language we write in. Use en or cy.")]
pub struct UnknownLanguage(pub String);

impl Language {
    pub const ALL: [Language; 2] = [Self::English, Self::Welsh];

    /// The stored code, ISO 639-1.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Welsh => "cy",
        }
    }

    /// The BCP 47 tag, for `lang` attributes and document properties.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en-GB",
            Self::Welsh => "cy-GB",
        }
    }

    /// The language's name, in English, for staff.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Welsh => "Welsh",
        }
    }

    /// The language's name in itself, for whoever reads it.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Welsh => "Cymraeg",
        }
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;
    fn from_str(code: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL.into_iter().find(|l| l.code() == code).ok_or_else(|| UnknownLanguage(code.to_owned()))
    }
}

/// In which languages one letter is written: in one, or in both with the Welsh first, as services in Wales send them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Languages {
    Only(Language),
    WelshThenEnglish,
}

impl Languages {
    pub const ALL: [Languages; 3] =
        [Self::Only(Language::English), Self::Only(Language::Welsh), Self::WelshThenEnglish];

    /// In the order in which they stand in the letter; the first is the letter's own.
    pub fn in_order(self) -> &'static [Language] {
        match self {
            Self::Only(Language::English) => &[Language::English],
            Self::Only(Language::Welsh) => &[Language::Welsh],
            Self::WelshThenEnglish => &[Language::Welsh, Language::English],
        }
    }

    /// The language of the whole: of its title, and of who reads it aloud.
    pub fn first(self) -> Language {
        match self {
            Self::Only(language) => language,
            Self::WelshThenEnglish => Language::Welsh,
        }
    }

    /// The stored code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Only(language) => language.code(),
            Self::WelshThenEnglish => "cy+en",
        }
    }

    /// In English, for staff.
    pub fn name(self) -> &'static str {
        match self {
            Self::Only(language) => language.name(),
            Self::WelshThenEnglish => "Welsh, then English",
        }
    }
}

impl Default for Languages {
    fn default() -> Self {
        Self::Only(Language::English)
    }
}

impl FromStr for Languages {
    type Err = UnknownLanguage;
    fn from_str(code: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL.into_iter().find(|l| l.code() == code).ok_or_else(|| UnknownLanguage(code.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_and_a_tag_is_no_code() {
        for language in Language::ALL {
            assert_eq!(language.code().parse::<Language>(), Ok(language));
            assert!(language.tag().starts_with(language.code()));
            assert!(language.tag().parse::<Language>().is_err());
        }
        for languages in Languages::ALL {
            assert_eq!(languages.code().parse::<Languages>(), Ok(languages));
            assert_eq!(languages.in_order().first(), Some(&languages.first()));
        }
    }
}
