//! The code as typed on the portal, read with one of our problems for an answer.
//! Must not know: whether any letter carries the code.

use std::collections::BTreeMap;

use super::problem::{FieldProblem, Problem};
use crate::invitation::{BadCode, InvitationCode};

/// Reads the field `code`. A wrong shape and a wrong check symbol are one problem: both can be told from the text alone.
pub fn code_typed(fields: &BTreeMap<String, String>) -> Result<InvitationCode, FieldProblem> {
    read(fields, "code", Problem::CodeMissing)
}

/// Reads the field `second_code`, in the same way.
pub fn second_code_typed(fields: &BTreeMap<String, String>) -> Result<InvitationCode, FieldProblem> {
    read(fields, "second_code", Problem::SecondCodeMissing)
}

fn read(
    fields: &BTreeMap<String, String>,
    field: &'static str,
    missing: Problem,
) -> Result<InvitationCode, FieldProblem> {
    let text = fields.get(field).map_or("", |text| text.trim());
    let wrong = |problem| FieldProblem { field, problem };
    if text.is_empty() {
        return Err(wrong(missing));
    }
    InvitationCode::parse(text).map_err(|bad| match bad {
        BadCode::InvitationShape | BadCode::InvitationCheck | BadCode::ReferenceShape => {
            wrong(Problem::CodeUnreadable)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<InvitationCode, Problem> {
        code_typed(&BTreeMap::from([("code".to_owned(), text.to_owned())])).map_err(|wrong| wrong.problem)
    }

    #[test]
    fn a_code_pasted_from_anywhere_is_read() {
        let code = InvitationCode::from_bytes(&[7, 1, 8, 2, 8, 1, 8, 2]);
        assert_eq!(read(&format!("  {}\r\n", code.shown().to_lowercase())), Ok(code));
    }

    #[test]
    fn what_cannot_be_a_code_is_said_before_anything_is_looked_up() {
        assert_eq!(read("  "), Err(Problem::CodeMissing));
        assert_eq!(read("hello"), Err(Problem::CodeUnreadable));
        assert_eq!(read("0000-0000-0001"), Err(Problem::CodeUnreadable));
    }
}
