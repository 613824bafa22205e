//! How large a letter's text is set.
//! Must not know: fonts, pages, or who needs which.

use std::str::FromStr;

/// Ordinary text, or large print. Source of the sizes: NHS England, Accessible Information Standard (DAPB1605), 2025.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum TextSize {
    #[default]
    Ordinary,
    Large16,
    Large18,
    Large20,
    Large24,
}

/// A size that no letter is set in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a size we set letters in. Use 12, 16, 18, 20 or 24.")]
pub struct UnknownSize(pub String);

impl TextSize {
    pub const ALL: [TextSize; 5] =
        [Self::Ordinary, Self::Large16, Self::Large18, Self::Large20, Self::Large24];

    /// Of ordinary text; headings are larger in proportion.
    pub fn points(self) -> u8 {
        match self {
            Self::Ordinary => 12,
            Self::Large16 => 16,
            Self::Large18 => 18,
            Self::Large20 => 20,
            Self::Large24 => 24,
        }
    }

    /// The stored key.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ordinary => "12",
            Self::Large16 => "16",
            Self::Large18 => "18",
            Self::Large20 => "20",
            Self::Large24 => "24",
        }
    }
}

impl FromStr for TextSize {
    type Err = UnknownSize;
    fn from_str(key: &str) -> Result<Self, UnknownSize> {
        Self::ALL.into_iter().find(|size| size.as_str() == key).ok_or_else(|| UnknownSize(key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_reads_back_and_is_as_large_as_its_key_says() {
        for size in TextSize::ALL {
            assert_eq!(size.as_str().parse::<TextSize>(), Ok(size));
            assert_eq!(size.as_str(), size.points().to_string());
        }
        assert!("14".parse::<TextSize>().is_err());
    }
}
