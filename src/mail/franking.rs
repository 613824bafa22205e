//! The cover of a print batch, for whoever franks it: how many letters of which postage, envelope and weight, and nobody's name.
//! Must not know: whom a letter is to, or which letter is which.

use super::print::{PrintError, PrintItem, csv_cell};
use std::collections::BTreeMap;

/// What paper weighs, and where the carrier's weight steps end. All in grams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Franking {
    /// Each holds two pages.
    pub sheet: u32,
    pub envelope: u32,
    /// The last gram of each step, rising.
    pub steps: Vec<u32>,
}

/// What letters of one kind add up to.
#[derive(Default)]
struct Sum {
    letters: usize,
    pages: u64,
    sheets: u64,
}

impl Franking {
    /// Comma-separated, one line for each postage, envelope and weight step that occurs, and one for all.
    ///
    /// # Errors
    /// A letter heavier than the last step.
    pub(super) fn cover(&self, batch: &str, items: &[PrintItem<'_>]) -> Result<String, PrintError> {
        let mut sums: BTreeMap<(&str, &str, u32), Sum> = BTreeMap::new();
        let mut all = Sum::default();
        for item in items {
            let sheets = item.pages.div_ceil(2);
            let weight = sheets.saturating_mul(self.sheet).saturating_add(self.envelope);
            let step = self.steps.iter().find(|step| weight <= **step).ok_or(PrintError::TooHeavy(sheets))?;
            let of = sums.entry((item.postage.as_str(), item.envelope.as_str(), *step)).or_default();
            for sum in [of, &mut all] {
                sum.letters += 1;
                sum.pages += u64::from(item.pages);
                sum.sheets += u64::from(sheets);
            }
        }
        let mut text = String::from("batch,postage,envelope,grams_up_to,letters,pages,sheets\r\n");
        let mut line = |postage: &str, envelope: &str, step: String, sum: &Sum| {
            let counts = [sum.letters.to_string(), sum.pages.to_string(), sum.sheets.to_string()];
            let [letters, pages, sheets] = &counts;
            let cells = [batch, postage, envelope, &step, letters, pages, sheets];
            text.push_str(&cells.map(csv_cell).join(","));
            text.push_str("\r\n");
        };
        for ((postage, envelope, step), sum) in &sums {
            line(postage, envelope, step.to_string(), sum);
        }
        line("all", "all", String::new(), &all);
        Ok(text)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{
        super::print::{Outside, Postage},
        *,
    };

    pub(crate) fn sample() -> Franking {
        Franking { sheet: 5, envelope: 8, steps: vec![100, 250] }
    }

    fn item(pages: u32, postage: Postage, envelope: Outside) -> PrintItem<'static> {
        let post = "0b9fd0a4-6f0e-4b0e-9d2c-5a4b1f6f2a11".parse().unwrap();
        PrintItem { post, pdf: b"", sha256: "", pages, postage, envelope }
    }

    #[test]
    fn a_cover_counts_by_postage_envelope_and_weight_and_names_nobody() {
        let items = [
            item(2, Postage::Second, Outside::Usual),
            item(3, Postage::Second, Outside::Usual),
            item(38, Postage::Second, Outside::Usual),
            item(2, Postage::Second, Outside::Plain),
            item(1, Postage::First, Outside::Usual),
        ];
        let expected = "batch,postage,envelope,grams_up_to,letters,pages,sheets\r\n\
            B,first,usual,100,1,1,1\r\n\
            B,second,plain,100,1,2,1\r\n\
            B,second,usual,100,2,5,3\r\n\
            B,second,usual,250,1,38,19\r\n\
            B,all,all,,5,46,24\r\n";
        assert_eq!(sample().cover("B", &items).unwrap(), expected);
    }

    #[test]
    fn a_letter_that_no_step_takes_is_not_batched() {
        let heavy = [item(200, Postage::Second, Outside::Usual)];
        assert!(matches!(sample().cover("B", &heavy), Err(PrintError::TooHeavy(100))));
    }
}
