//! The kinds of letters that leave a service: to whom each goes, how much it may tell, what it needs beside.
//! Must not know: the words of any letter, or when one is due.

use std::str::FromStr;

use crate::disclosure::Level;

/// Every kind. A letter to the proband, and one about the proband, is none of these: it is made in the professionals' wing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    DirectContact,
    FamilyLetter,
    WhomItMayConcern,
    Reminder,
    Closing,
    Replaced,
    StopConfirmed,
    ParentOfMinor,
    YoungPerson,
    ResultFound,
    ResultNotFound,
    ReclassifiedUp,
    ReclassifiedDown,
    Abroad,
    GpOfRelative,
    AddressWanted,
    OtherService,
    AdoptionRegister,
}

/// Who holds the letter in the end, and so what stands above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A person, by post.
    Person,
    /// A person, from the hand of a relative of theirs: no address stands on it.
    ByHand,
    /// Whoever reads it.
    Whoever,
    /// A practice, a service or a register.
    House,
}

/// What a kind tells beside its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    Nothing,
    /// The day of an earlier letter.
    Earlier,
    /// Of whom it speaks, where that is not its reader.
    Subject,
    /// How the variant was classified before, and is now.
    Reclassified,
}

struct Card {
    kind: Kind,
    key: &'static str,
    name: &'static str,
    form: Form,
    levels: &'static [Level],
    asks: Asks,
}

const fn card(
    kind: Kind,
    key: &'static str,
    name: &'static str,
    form: Form,
    levels: &'static [Level],
    asks: Asks,
) -> Card {
    Card { kind, key, name, form, levels, asks }
}

const L0: &[Level] = &[Level::L0];
const L1: &[Level] = &[Level::L1];
const L2: &[Level] = &[Level::L2];
const L1_L2: &[Level] = &[Level::L1, Level::L2];

const CARDS: [Card; 18] = [
    card(
        Kind::DirectContact,
        "direct_contact",
        "Direct contact",
        Form::Person,
        &[Level::L0, Level::L1, Level::L2, Level::L3],
        Asks::Nothing,
    ),
    card(
        Kind::FamilyLetter,
        "family_letter",
        "Family letter, handed over",
        Form::ByHand,
        L1_L2,
        Asks::Nothing,
    ),
    card(
        Kind::WhomItMayConcern,
        "whom_it_may_concern",
        "To whom it may concern",
        Form::Whoever,
        L1,
        Asks::Nothing,
    ),
    card(Kind::Reminder, "reminder", "Reminder", Form::Person, L0, Asks::Earlier),
    card(Kind::Closing, "closing", "Closing letter", Form::Person, L0, Asks::Earlier),
    card(Kind::Replaced, "replaced", "Replaces an earlier letter", Form::Person, L1_L2, Asks::Earlier),
    card(Kind::StopConfirmed, "stop_confirmed", "We have stopped writing", Form::Person, L0, Asks::Nothing),
    card(
        Kind::ParentOfMinor,
        "parent_of_minor",
        "To the parent or carer of a child",
        Form::Person,
        L1_L2,
        Asks::Subject,
    ),
    card(
        Kind::YoungPerson,
        "young_person",
        "To a young person of 16 or 17",
        Form::Person,
        L1_L2,
        Asks::Nothing,
    ),
    card(Kind::ResultFound, "result_found", "Own result: gene change found", Form::Person, L2, Asks::Nothing),
    card(
        Kind::ResultNotFound,
        "result_not_found",
        "Own result: gene change not found",
        Form::Person,
        L2,
        Asks::Nothing,
    ),
    card(
        Kind::ReclassifiedUp,
        "reclassified_up",
        "Variant reclassified: it matters now",
        Form::Person,
        L2,
        Asks::Reclassified,
    ),
    card(
        Kind::ReclassifiedDown,
        "reclassified_down",
        "Variant reclassified: it matters less",
        Form::Person,
        L2,
        Asks::Reclassified,
    ),
    card(Kind::Abroad, "abroad", "To a relative abroad", Form::Person, L2, Asks::Nothing),
    card(Kind::GpOfRelative, "gp_of_relative", "To a relative's GP", Form::House, L1_L2, Asks::Subject),
    card(
        Kind::AddressWanted,
        "address_wanted",
        "To a relative's GP: address wanted",
        Form::House,
        L0,
        Asks::Subject,
    ),
    card(Kind::OtherService, "other_service", "To another genetics service", Form::House, L2, Asks::Subject),
    card(
        Kind::AdoptionRegister,
        "adoption_register",
        "To the adoption register",
        Form::House,
        L1,
        Asks::Nothing,
    ),
];

impl Kind {
    /// In the order in which a family meets them.
    pub const ALL: [Kind; 18] = [
        Self::DirectContact,
        Self::FamilyLetter,
        Self::WhomItMayConcern,
        Self::Reminder,
        Self::Closing,
        Self::Replaced,
        Self::StopConfirmed,
        Self::ParentOfMinor,
        Self::YoungPerson,
        Self::ResultFound,
        Self::ResultNotFound,
        Self::ReclassifiedUp,
        Self::ReclassifiedDown,
        Self::Abroad,
        Self::GpOfRelative,
        Self::AddressWanted,
        Self::OtherService,
        Self::AdoptionRegister,
    ];

    /// Every kind has its row; a test looks for each.
    fn card(self) -> &'static Card {
        CARDS.iter().find(|card| card.kind == self).unwrap_or(&CARDS[0])
    }

    /// The stored key, which is also the name of its template.
    pub fn as_str(self) -> &'static str {
        self.card().key
    }
    /// In words for staff.
    pub fn name(self) -> &'static str {
        self.card().name
    }
    pub fn form(self) -> Form {
        self.card().form
    }
    /// The levels at which it can be written.
    pub fn levels(self) -> &'static [Level] {
        self.card().levels
    }
    pub fn asks(self) -> Asks {
        self.card().asks
    }
    /// Whether its words promise what only somebody in the United Kingdom can have, so that it goes to no address abroad.
    pub fn stays_at_home(self) -> bool {
        match self {
            Self::DirectContact
            | Self::FamilyLetter
            | Self::WhomItMayConcern
            | Self::ParentOfMinor
            | Self::YoungPerson
            | Self::GpOfRelative
            | Self::AddressWanted
            | Self::AdoptionRegister => true,
            Self::Reminder
            | Self::Closing
            | Self::Replaced
            | Self::StopConfirmed
            | Self::ResultFound
            | Self::ResultNotFound
            | Self::ReclassifiedUp
            | Self::ReclassifiedDown
            | Self::Abroad
            | Self::OtherService => false,
        }
    }
}

/// A key that is no kind of letter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a kind of letter.")]
pub struct UnknownKind(pub String);

impl FromStr for Kind {
    type Err = UnknownKind;
    fn from_str(key: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == key).ok_or_else(|| UnknownKind(key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_own_row_and_reads_back() {
        for (place, card) in CARDS.iter().enumerate() {
            assert_eq!((card.kind as usize, Kind::ALL[place]), (place, card.kind), "{}", card.key);
            assert_eq!(card.key.parse::<Kind>(), Ok(card.kind));
            assert!(!card.levels.is_empty() && card.levels.is_sorted());
        }
        assert!("letter_waits".parse::<Kind>().is_err());
    }

    #[test]
    fn only_a_letter_from_the_service_to_the_relative_can_name_who_was_tested() {
        let naming: Vec<Kind> = Kind::ALL.into_iter().filter(|k| k.levels().contains(&Level::L3)).collect();
        assert_eq!(naming, [Kind::DirectContact]);
    }
}
