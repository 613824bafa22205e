//! What is wrong with a file, where, and what was expected there; and why a family cannot be written.
//! Must not know: any one format.

use super::Format;
use crate::model::PersonId;
use std::borrow::Cow;

/// Where a file is not what it should be. Line and column count from 1; in a file of columns a column is a field,
/// elsewhere a character.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Line {line}, column {column}{}: expected {expected}.", place.as_deref().map(|name| format!(" ({name})")).unwrap_or_default())]
pub struct FormatError {
    pub line: usize,
    pub column: usize,
    /// The name of the column, or the path of the element, where it has one.
    pub place: Option<String>,
    pub expected: Cow<'static, str>,
}

impl FormatError {
    pub fn new(line: usize, column: usize, expected: impl Into<Cow<'static, str>>) -> FormatError {
        FormatError { line, column, place: None, expected: expected.into() }
    }

    pub(crate) fn at(self, place: impl Into<String>) -> FormatError {
        FormatError { place: Some(place.into()), ..self }
    }
}

/// Why a family cannot be written in a format at all; what it would merely lose is in `Written::lost`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    #[error("{} is read, but not written. Choose another format.", .0.title())]
    ReadOnly(Format),
    #[error("{} holds one family to a file, and these are {families}. Write each to a file of its own.", format.title())]
    Several { format: Format, families: usize },
    #[error("{id:?} cannot be in this file: {why}. Give another id or name.")]
    Id { id: String, why: &'static str },
    #[error(
        "The parents of {0} cannot be in this file: it holds at most one man and one woman. Correct the parents, or choose another format."
    )]
    Parents(PersonId),
    #[error(
        "{0} is named as a relative but is not in the family. Add this person, or remove what names them."
    )]
    Stranger(PersonId),
    #[error("The sex of {0} is not known, and this file needs it. Record it, or leave this person out.")]
    Sex(PersonId),
    #[error("Nobody is in this family, and {} needs somebody.", .0.title())]
    Nobody(Format),
    #[error("{} needs one proband and no other. Say who it is.", .0.title())]
    OneProband(Format),
    #[error("{} tells everyone by their relation to the proband. Say who the proband is.", .0.title())]
    NoProband(Format),
}
