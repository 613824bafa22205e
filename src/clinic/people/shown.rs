//! Two windows on one person: a form carries a mark of what its page showed, and is refused where that is no longer so.
//! Must not know: which form it is, or what the parts are but for their names.

use crate::error::{Error, Result};
use sha2::{Digest as _, Sha256};

/// What a form shows of a person: each part as the page calls it, with its value where there is one.
pub struct Shown(pub Vec<(&'static str, Option<String>)>);

impl Shown {
    /// A mark of the values, for the form to carry.
    pub fn mark(&self) -> String {
        let mut digest = Sha256::new();
        for (_, value) in &self.0 {
            // With its length, so that no two lists of values read the same.
            let text = value.as_ref().map_or_else(|| "-".to_owned(), |text| format!("{} {text}", text.len()));
            digest.update(text.as_bytes());
        }
        digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Compares what stands now with the mark of what the form's page showed, and with what is to be saved. A program that
    /// sends no mark has shown nothing.
    ///
    /// # Errors
    /// Somebody changed it meanwhile to something else than what is to be saved.
    pub fn still(&self, mark: Option<&str>, typed: &Shown) -> Result<()> {
        if mark.is_none_or(|mark| mark == self.mark()) {
            return Ok(());
        }
        let mut differing = Vec::new();
        for ((name, stands), (_, typed)) in self.0.iter().zip(&typed.0) {
            if stands != typed {
                let stands =
                    stands.as_ref().map_or_else(|| "empty".to_owned(), |text| text.replace('\n', ", "));
                differing.push(format!("{name}: {stands}"));
            }
        }
        if differing.is_empty() {
            return Ok(());
        }
        Err(Error::not_now(format!(
            "Somebody changed this meanwhile. On record now, unlike what you typed: {}. What you typed is still in the form: correct it, then send it once more. Nothing was saved.",
            differing.join("; ")
        )))
    }
}
