//! Whether a row is about somebody who is there already, or stands in the file twice: asked of a person, never settled by itself.
//! Must not know: how two people are compared.

use crate::{
    db::closed,
    error::{Error, Result},
    ids::{FamilyId, PersonId},
};

closed! {
    /// What a person says of two who may be one.
    pub enum Said {
        /// One and the same: the family comes into the file where they stand, or two rows become one person.
        Same = "same",
        /// One and the same, and this family stays a file of its own.
        Apart = "apart",
        Another = "another",
        Out = "out",
    }
}

impl Said {
    pub const fn title(self) -> &'static str {
        match self {
            Said::Same => "The same person: they become one",
            Said::Apart => "The same person, in a family of their own as well",
            Said::Another => "Another person",
            Said::Out => "Leave this row out",
        }
    }
}

/// Who the other one is.
#[derive(Clone, Copy, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub enum Other {
    /// Somebody on file, in a family that whoever brings this in has to do with.
    #[n(0)]
    There(#[n(0)] PersonId, #[n(1)] FamilyId),
    /// An earlier row of the same family.
    #[n(1)]
    Row(#[n(0)] u32),
    /// An earlier row, of another family of the file.
    #[n(2)]
    Elsewhere(#[n(0)] u32),
}

/// One question.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub struct Question {
    /// Of the row that it is about.
    #[n(0)]
    pub row: u32,
    #[n(1)]
    pub other: Other,
    /// They have the same NHS number; otherwise the same name and birth.
    #[n(2)]
    pub by_number: bool,
    /// They have the same NHS number and the same date of birth: such can be decided together.
    #[n(3)]
    pub exact: bool,
    #[n(4)]
    pub said: Option<Said>,
}

impl Question {
    /// What can be said; `may_tie` is whether whoever is asked may change who is in a family that is there.
    pub fn offers(&self, may_tie: bool) -> Vec<Said> {
        let mut offers = match self.other {
            Other::There(..) if may_tie => vec![Said::Same, Said::Apart],
            Other::There(..) | Other::Elsewhere(_) => vec![Said::Apart],
            Other::Row(_) => vec![Said::Same],
        };
        // One number is one person's: where they are two, one of the numbers is wrong, and the file is corrected.
        if !self.by_number {
            offers.push(Said::Another);
        }
        offers.push(Said::Out);
        offers
    }

    /// # Errors
    /// What cannot be said of these two.
    pub fn decide(&mut self, said: Said, may_tie: bool) -> Result<()> {
        if !self.offers(may_tie).contains(&said) {
            return Err(Error::bad_input(
                "This cannot be said of these two. Two people with one NHS number are one person, or one of the numbers is wrong: then leave the row out, and correct it. Nothing was saved.",
            )
            .at("said"));
        }
        self.said = Some(said);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(other: Other, by_number: bool) -> Question {
        Question { row: 3, other, by_number, exact: false, said: None }
    }

    #[test]
    fn one_number_is_never_two_people() {
        for other in [Other::Row(2), Other::Elsewhere(2)] {
            assert!(!question(other, true).offers(true).contains(&Said::Another));
            assert!(question(other, false).offers(true).contains(&Said::Another));
            assert!(question(other, true).decide(Said::Another, true).is_err());
        }
    }
}
