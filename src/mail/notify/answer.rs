//! What an answer of GOV.UK Notify, or its failing to come, means for the post it was about.
//! Must not know: how a request is made or signed.

use super::super::{Found, Sent, without_address};
use serde_json::Value;
use std::io;

/// What a status and a body mean after something was handed over. `hidden` is whom it was for.
pub(super) fn outcome(status: u16, body: &Value, hidden: &str) -> Sent {
    let said = || words(status, body, hidden);
    match status {
        201 => match id_of(body) {
            Some(id) => Sent::Accepted { provider_ref: id },
            None => Sent::Uncertain { words: "GOV.UK Notify said yes without saying to what".to_owned() },
        },
        400 | 413 | 422 => Sent::Refused { code: status, words: said() },
        // Key, clock or address of the service: every other post would meet it too.
        300..=399 | 401 | 403 | 404 | 405 => Sent::Retry { words: said(), pause_channel: true },
        429 => Sent::Busy { words: said() },
        _ => Sent::Uncertain { words: said() },
    }
}

/// What it means that no answer came. Only where nothing can have left is it tried again.
pub(super) fn fault(problem: &ureq::Error) -> Sent {
    use ureq::{Error as E, Timeout};
    // Its own words may hold an address of ours, never one of a relative: bodies are not repeated.
    let words = format!("GOV.UK Notify could not be reached: {problem}");
    let (refused, bad_certificate) = match problem {
        E::Io(io) => (
            io.kind() == io::ErrorKind::ConnectionRefused,
            // Only this is known to come before the first byte of a request; other faults of TLS may come later.
            io.kind() == io::ErrorKind::InvalidData && io.to_string().contains("peer certificate"),
        ),
        _ => (false, false),
    };
    let unset = matches!(
        problem,
        E::BadUri(_) | E::Http(_) | E::InvalidProxyUrl | E::RequireHttpsOnly(_) | E::TlsRequired
    );
    let not_begun = refused
        || matches!(
            problem,
            E::HostNotFound | E::ConnectionFailed | E::Timeout(Timeout::Resolve | Timeout::Connect)
        );
    if bad_certificate || unset {
        Sent::Retry { words, pause_channel: true }
    } else if not_begun {
        Sent::Retry { words, pause_channel: false }
    } else {
        Sent::Uncertain { words: format!("after the request may have left: {problem}") }
    }
}

/// What the list of notifications under our reference says: one that is there was taken, and an empty list has none.
pub(super) fn said_of(body: &Value, reference: &str) -> Found {
    let Some(list) = body.get("notifications").and_then(Value::as_array) else { return Found::Unknown };
    let ours = |one: &&Value| one.get("reference").and_then(Value::as_str) == Some(reference);
    match list.iter().find(ours) {
        None if list.is_empty() => Found::Absent,
        // A list of others is no answer to what was asked.
        None => Found::Unknown,
        Some(one) => match (id_of(one), one.get("status").and_then(Value::as_str)) {
            (Some(provider_ref), Some(status)) => Found::Taken { provider_ref, status: status.to_owned() },
            _ => Found::Unknown,
        },
    }
}

fn id_of(body: &Value) -> Option<String> {
    let id = body.get("id").and_then(Value::as_str)?;
    (!id.is_empty() && id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        .then(|| id.to_owned())
}

/// The kinds and words of the errors it names, without whom they are about.
fn words(status: u16, body: &Value, hidden: &str) -> String {
    let text = |one: &Value, name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let named: Vec<String> = body
        .get("errors")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|one| format!("{}: {}", text(one, "error"), text(one, "message")))
        .collect();
    let said = format!("GOV.UK Notify answered {status} {}", named.join("; "));
    let (local, domain) = hidden.split_once('@').unwrap_or((hidden, hidden));
    if local.is_empty() { said.chars().take(300).collect() } else { without_address(&said, local, domain) }
}
