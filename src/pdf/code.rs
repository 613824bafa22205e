//! A square code (QR) as dark bars on a square, so that it is drawn with lines and needs no picture.
//! Must not know: what its text means, or where on a page it stands.

use super::PdfError;
use qrcodegen::{QrCode, QrCodeEcc};

/// `side` squares each way; a bar is (column, row, length).
#[derive(Clone)]
pub(super) struct Square {
    pub side: usize,
    pub bars: Vec<(usize, usize, usize)>,
}

impl Square {
    /// Readable with a quarter of it dirty or folded.
    ///
    /// # Errors
    /// A text too long for any code.
    pub(super) fn of(text: &str) -> Result<Self, PdfError> {
        let code = QrCode::encode_text(text, QrCodeEcc::Quartile).map_err(|_| PdfError::Code)?;
        let mut bars: Vec<(usize, usize, usize)> = Vec::new();
        let side = usize::try_from(code.size()).map_err(|_| PdfError::Code)?;
        for (row, y) in (0..code.size()).enumerate() {
            for (column, x) in (0..code.size()).enumerate() {
                if !code.get_module(x, y) {
                    continue;
                }
                match bars.last_mut() {
                    Some((from, at, length)) if *at == row && *from + *length == column => *length += 1,
                    Some(_) | None => bars.push((column, row, 1)),
                }
            }
        }
        Ok(Self { side, bars })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_cover_exactly_the_dark_squares() {
        let text = "https://genetics.example/certificate/1";
        let code = QrCode::encode_text(text, QrCodeEcc::Quartile).expect("code");
        let square = Square::of(text).expect("square");
        let dark = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
        let wanted = dark.filter(|(x, y)| code.get_module(*x, *y)).count();
        assert_eq!(square.bars.iter().map(|(_, _, length)| length).sum::<usize>(), wanted);
        assert!(Square::of(&"a".repeat(5_000)).is_err());
    }
}
