//! A print batch: every letter that is due, in one folder with its manifest, whole or not at all.
//! Must not know: whom the letters are to.

use super::{letter_made_again, take};
use crate::{
    access::House,
    audit::ActorKind,
    error::Result,
    mail::{Outside, Postage, PrintBatch, PrintItem},
    pdf::LetterPdf,
    relative::{
        listener::Listener,
        outbox::{self, Outcome, Post},
    },
};
use std::path::Path;

/// Prints what is due into `folder`. Answers how many letters the batch holds.
pub(super) fn print(
    house: &House,
    listener: &dyn Listener,
    folder: &Path,
    worker: &str,
    due: &[Post],
) -> Result<usize> {
    let mut letters: Vec<(Post, LetterPdf, Outside, Postage)> = Vec::new();
    for post in due {
        let Some((post, invitation)) = take(house, listener, worker, post)? else { continue };
        match letter_made_again(house, &post, &invitation) {
            Ok((pdf, abroad)) => {
                let (service, of) = (post.service_id, post.invitation_id);
                let plain = house.db.read(|conn| listener.goes_plain(conn, service, of))?;
                let outside = if plain { Outside::Plain } else { Outside::Usual };
                let postage = match abroad {
                    true => Postage::International,
                    false if crate::mutant::first_class() => Postage::First,
                    false => Postage::Second,
                };
                letters.push((post, pdf, outside, postage));
            }
            Err(words) => {
                settle(house, listener, worker, &post, Outcome::Refused { words: words.to_owned() })?
            }
        }
    }
    if letters.is_empty() {
        return Ok(0);
    }
    let mut bytes = [0u8; 16];
    house.chance.fill(&mut bytes);
    let items: Vec<PrintItem<'_>> = letters
        .iter()
        .map(|(post, pdf, envelope, postage)| PrintItem {
            post: post.id,
            pdf: pdf.bytes(),
            sha256: &post.pdf_sha256,
            pages: u32::try_from(pdf.pages()).unwrap_or(u32::MAX),
            postage: *postage,
            envelope: *envelope,
        })
        .collect();
    // The folder takes its name only when it is whole, so a failure surely printed nothing and may be tried again.
    let written = PrintBatch::write(folder, uuid::Builder::from_random_bytes(bytes).into_uuid(), &items);
    for (post, ..) in &letters {
        let outcome = match &written {
            Ok(batch) => Outcome::Accepted { provider_ref: name_of(batch) },
            Err(problem) => Outcome::Retry { words: problem.to_string() },
        };
        settle(house, listener, worker, post, outcome)?;
    }
    Ok(letters.len())
}

fn name_of(batch: &PrintBatch) -> String {
    batch.folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn settle(house: &House, listener: &dyn Listener, worker: &str, post: &Post, outcome: Outcome) -> Result<()> {
    house
        .act_as(ActorKind::Worker, worker, post.service_id, |act| {
            outbox::post_outcome(act, listener, post, outcome)
        })
        .map(|_| ())
}
