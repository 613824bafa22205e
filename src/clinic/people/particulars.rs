//! What a drawing shows of a person beside names and dates: gender, life, age, place among siblings, how many they are.
//! Must not know: who anyone descends from, and what anyone has.

use crate::db::closed;
use kinward_pedigree as pedigree;

closed! {
    /// What somebody is, where it is recorded apart from the sex assigned at birth.
    pub enum Gender { Man = "man", Woman = "woman", NonBinary = "non_binary" }
}

closed! {
    /// Alive, dead, not yet born, or lost before birth.
    pub enum Life {
        Living = "living",
        Deceased = "deceased",
        Pregnancy = "pregnancy",
        Stillbirth = "stillbirth",
        Miscarriage = "miscarriage",
        Termination = "termination",
        Ectopic = "ectopic",
    }
}

closed! {
    /// Why somebody, or a couple, has no children: by choice or for a reason nobody knows, or because they could not.
    pub enum Childless { Choice = "choice", Infertile = "infertile" }
}

impl Life {
    /// Dead, or born dead.
    pub const fn is_over(self) -> bool {
        match self {
            Life::Deceased | Life::Stillbirth => true,
            Life::Living | Life::Pregnancy | Life::Miscarriage | Life::Termination | Life::Ectopic => false,
        }
    }

    /// Not born alive, and not somebody who could be written to.
    pub const fn is_unborn(self) -> bool {
        match self {
            Life::Pregnancy | Life::Miscarriage | Life::Termination | Life::Ectopic | Life::Stillbirth => {
                true
            }
            Life::Living | Life::Deceased => false,
        }
    }

    /// As staff read it.
    pub const fn title(self) -> &'static str {
        match self {
            Life::Living => "Alive, as far as known",
            Life::Deceased => "Died",
            Life::Pregnancy => "Pregnancy",
            Life::Stillbirth => "Stillbirth",
            Life::Miscarriage => "Miscarriage",
            Life::Termination => "Termination of pregnancy",
            Life::Ectopic => "Ectopic pregnancy",
        }
    }
}

impl Gender {
    pub const fn title(self) -> &'static str {
        match self {
            Gender::Man => "Man",
            Gender::Woman => "Woman",
            Gender::NonBinary => "Non-binary",
        }
    }
}

impl Childless {
    pub const fn title(self) -> &'static str {
        match self {
            Childless::Choice => "No children",
            Childless::Infertile => "Infertile",
        }
    }
}

/// All of it may be missing, and mostly is: it says nothing then.
#[derive(Clone, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Particulars {
    #[n(0)]
    pub gender: Option<Gender>,
    #[n(1)]
    pub life: Option<Life>,
    /// Of a pregnancy, or at which it ended.
    #[n(2)]
    pub weeks: Option<u8>,
    /// Where no date of birth is known.
    #[n(3)]
    pub birth_year: Option<i32>,
    /// Years, when last heard of; at death for the dead.
    #[n(4)]
    pub age: Option<u16>,
    /// Place among brothers and sisters, the eldest first, where it is known without the years.
    #[n(5)]
    pub birth_order: Option<u16>,
    /// How many people this is; 0 where nobody knows how many. None: one.
    #[n(6)]
    pub count: Option<u16>,
    #[n(7)]
    pub childless: Option<Childless>,
    /// Who asks for advice, where it is not the proband.
    #[n(8)]
    pub consultand: Option<bool>,
}

impl Particulars {
    /// As the pedigree counts people.
    pub fn pedigree_count(&self) -> pedigree::Count {
        match self.count {
            None | Some(1) => pedigree::Count::One,
            Some(0) => pedigree::Count::Unknown,
            Some(several) => pedigree::Count::Several(several),
        }
    }

    /// "3 people", where it is not one.
    pub fn count_words(&self) -> Option<String> {
        match self.count {
            None | Some(1) => None,
            Some(0) => Some("several people, not known how many".into()),
            Some(several) => Some(format!("{several} people")),
        }
    }
}

/// Two lists of the same words, ours as stored and the pedigree's as drawn, in both directions.
macro_rules! same_as_pedigree {
    ($own:ident = $theirs:ident: $($name:ident),*) => {
        impl From<$own> for pedigree::$theirs {
            fn from(own: $own) -> Self {
                match own { $($own::$name => Self::$name),* }
            }
        }
        impl From<pedigree::$theirs> for $own {
            fn from(theirs: pedigree::$theirs) -> Self {
                match theirs { $(pedigree::$theirs::$name => Self::$name),* }
            }
        }
    };
}
pub(super) use same_as_pedigree;

same_as_pedigree!(Gender = Gender: Man, Woman, NonBinary);
same_as_pedigree!(Life = Life: Living, Deceased, Pregnancy, Stillbirth, Miscarriage, Termination, Ectopic);
same_as_pedigree!(Childless = Childless: Choice, Infertile);
