//! The word for what comes back to the service's mailbox.
//! Must not know: what a delivery status message looks like.

use super::house::open;
use crate::{
    clinic::cascade::listener::Cascade,
    error::{Error, Result, Trouble},
    worker::bounced::{MOST, mail_heard},
};
use std::{
    fs::File,
    io::{Read, stdin},
    path::Path,
};

/// Reads one message and prints as JSON what was stored; `-` reads standard input, as a mail system pipes it.
pub fn mail_intake(file: &Path) -> Result<u8> {
    let named = |e: &dyn std::fmt::Display| Error::bad_input(format!("{}: {e}", file.display()));
    let input: Box<dyn Read> = if file == Path::new("-") {
        Box::new(stdin())
    } else {
        Box::new(File::open(file).map_err(|e| named(&e))?)
    };
    let mut message = Vec::new();
    input.take(MOST as u64 + 1).read_to_end(&mut message).map_err(|e| named(&e))?;
    let house = open()?;
    let heard = mail_heard(&house, &Cascade, &message)
        .map_err(|e| if e.trouble() == Trouble::BadInput { named(&e.public()) } else { e })?;
    println!("{}", serde_json::to_string(&heard).map_err(Error::inner)?);
    Ok(0)
}
