//! A delivery status message (RFC 3464), as mail systems send it back about an e-mail of ours: which one, and how it ended.
//! Must not know: whom the e-mail was to, or what follows. It reads what it must, within limits, and nothing that is nested.

/// Longest message that is read, in bytes.
pub const LONGEST: usize = 1024 * 1024;
/// Most parts, header fields and bytes of one field that are looked at; reports have three parts and a dozen fields.
const PARTS: usize = 8;
const FIELDS: usize = 200;
const FIELD: usize = 8 * 1024;

/// What a report says of one e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// As the original's header has it: `<…@…>`.
    pub message_id: String,
    pub action: Action,
    /// The class of the status: 2 for success, 4 for a fault that may pass, 5 for one that will not.
    pub class: u8,
}

/// RFC 3464, section 2.3.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Failed,
    Delayed,
    Delivered,
    Relayed,
    Expanded,
}

/// Why a message is no report that can be used. Says nothing of what was in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoReport {
    #[error("it is longer than any delivery status message")]
    TooLong,
    #[error("it is no delivery status message (multipart/report; report-type=delivery-status)")]
    OtherKind,
    #[error("it has no readable part that says what became of the message")]
    NoStatus,
    #[error("it speaks of several recipients; each of our e-mails has one")]
    SeveralRecipients,
    #[error("it does not say which message it is about (no Message-ID of the original)")]
    NoOriginal,
}

/// Reads one message as it came, with headers and body.
///
/// # Errors
/// Anything but one report about one recipient of one message.
pub fn read(message: &[u8]) -> Result<Report, NoReport> {
    if message.len() > LONGEST {
        return Err(NoReport::TooLong);
    }
    // What is not ASCII stands only in words for people, which are not read.
    let text = String::from_utf8_lossy(message).replace("\r\n", "\n");
    let (head, body) = apart(&text);
    let kind = field(head, "content-type").ok_or(NoReport::OtherKind)?;
    let is_report = kind.to_ascii_lowercase().starts_with("multipart/report")
        && parameter(&kind, "report-type").is_some_and(|of| of.eq_ignore_ascii_case("delivery-status"));
    let boundary = parameter(&kind, "boundary").filter(|text| !text.is_empty() && text.len() <= 70);
    let (true, Some(boundary)) = (is_report, boundary) else { return Err(NoReport::OtherKind) };
    let (mut status, mut original) = (None, None);
    for part in parts(body, &boundary) {
        let (head, body) = apart(part);
        let kind = field(head, "content-type").unwrap_or_default().to_ascii_lowercase();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        // The first of each counts: a second one was added by somebody else.
        match kind {
            "message/delivery-status" | "message/global-delivery-status" if is_plain(head) => {
                status.get_or_insert(status_of(body)?);
            }
            "message/rfc822" | "message/global" | "text/rfc822-headers" | "message/global-headers"
                if is_plain(head) =>
            {
                let id = field(apart(body.trim_start_matches('\n')).0, "message-id");
                original = original.or(id.filter(|id| is_message_id(id)));
            }
            _ => {}
        }
    }
    let (action, class) = status.ok_or(NoReport::NoStatus)?;
    Ok(Report { message_id: original.ok_or(NoReport::NoOriginal)?, action, class })
}

/// Headers, and what follows the first empty line.
fn apart(text: &str) -> (&str, &str) {
    match text.strip_prefix('\n') {
        Some(body) => ("", body),
        None => text.split_once("\n\n").unwrap_or((text, "")),
    }
}

/// The value of the first field of this name, unfolded.
fn field(head: &str, name: &str) -> Option<String> {
    let mut lines = head.split('\n').take(FIELDS).peekable();
    while let Some(line) = lines.next() {
        let found = line.split_once(':').filter(|(found, _)| found.trim_end().eq_ignore_ascii_case(name));
        let mut value = found.map(|(_, value)| value.trim().to_owned());
        while let Some(more) = lines.next_if(|line| line.starts_with([' ', '\t'])) {
            if let Some(value) = &mut value
                && value.len() < FIELD
            {
                value.push(' ');
                value.push_str(more.trim());
            }
        }
        if let Some(value) = value {
            return (value.len() <= FIELD).then(|| value.trim().to_owned());
        }
    }
    None
}

/// A parameter of a Content-Type, with or without quotes.
fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|part| {
        let (found, text) = part.split_once('=')?;
        let text = text.trim();
        let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        found.trim().eq_ignore_ascii_case(name).then(|| bare.to_owned())
    })
}

/// The parts between lines that are the boundary; what stands before the first and after the last is none.
fn parts<'a>(body: &'a str, boundary: &str) -> Vec<&'a str> {
    let (line, end) = (format!("--{boundary}"), format!("--{boundary}--"));
    let (mut found, mut begun, mut at) = (Vec::new(), None::<usize>, 0);
    for this in body.split_inclusive('\n') {
        let bare = this.trim_end();
        if bare == line || bare == end {
            if let Some(start) = begun {
                found.extend(body.get(start..at));
            }
            begun = (bare == line).then_some(at + this.len());
            if begun.is_none() || found.len() == PARTS {
                return found;
            }
        }
        at += this.len();
    }
    // Cut short: what had begun may lack its end.
    found
}

fn is_plain(head: &str) -> bool {
    let encoding = field(head, "content-transfer-encoding").unwrap_or_default().to_ascii_lowercase();
    matches!(encoding.as_str(), "" | "7bit" | "8bit")
}

/// The one recipient's action and the class of their status.
fn status_of(body: &str) -> Result<(Action, u8), NoReport> {
    let groups: Vec<&str> = body.split("\n\n").filter(|group| !group.trim().is_empty()).take(4).collect();
    let recipients: Vec<&&str> = groups.iter().filter(|group| field(group, "action").is_some()).collect();
    let [of] = recipients.as_slice() else {
        return Err(if recipients.is_empty() { NoReport::NoStatus } else { NoReport::SeveralRecipients });
    };
    let action = match field(of, "action").unwrap_or_default().to_ascii_lowercase().as_str() {
        "failed" => Action::Failed,
        "delayed" => Action::Delayed,
        "delivered" => Action::Delivered,
        "relayed" => Action::Relayed,
        "expanded" => Action::Expanded,
        _ => return Err(NoReport::NoStatus),
    };
    let status = field(of, "status").unwrap_or_default();
    let class = match status.split('.').next().unwrap_or_default() {
        "2" => 2,
        "4" => 4,
        "5" => 5,
        _ => return Err(NoReport::NoStatus),
    };
    // "It failed with success" was written by nobody who knows.
    let fits = match action {
        Action::Failed => class != 2,
        Action::Delayed => class == 4,
        Action::Delivered | Action::Relayed | Action::Expanded => class == 2,
    };
    if fits { Ok((action, class)) } else { Err(NoReport::NoStatus) }
}

fn is_message_id(text: &str) -> bool {
    let inner = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    inner.is_some_and(|id| {
        id.len() <= 200
            && id.matches('@').count() == 1
            && id.bytes().all(|b| b.is_ascii_graphic() && b != b'<' && b != b'>')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: &str = "<0b9fd0a4-6f0e-4b0e-9d2c-5a4b1f6f2a11@mail.hospital.example>";

    fn report(action: &str, status: &str, original: &str) -> String {
        format!(
            "From: MAILER-DAEMON@home.example\r\nTo: letters@hospital.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"b1/x\"\r\n\r\n\
             This is for people.\r\n--b1/x\r\nContent-Type: text/plain\r\n\r\nIt did not arrive. Message-ID: <no@one>\r\n\
             --b1/x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; home.example\r\n\r\n\
             Final-Recipient: rfc822; ann@home.example\r\nAction: {action}\r\nStatus: {status}\r\n\
             Diagnostic-Code: smtp; 550 nobody\r\n\there\r\n\r\n\
             --b1/x\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: letters@hospital.example\r\nMessage-ID:\r\n {original}\r\nSubject: A letter\r\n\r\n--b1/x--\r\n"
        )
    }

    fn said(text: &str) -> Result<(Action, u8), NoReport> {
        read(text.as_bytes()).map(|report| {
            assert_eq!(report.message_id, ID);
            (report.action, report.class)
        })
    }

    #[test]
    fn every_action_is_read_with_its_class() {
        for (action, status, read) in [
            ("failed", "5.1.1", (Action::Failed, 5)),
            ("Failed", "4.4.7", (Action::Failed, 4)),
            ("delayed", "4.4.1", (Action::Delayed, 4)),
            ("delivered", "2.0.0", (Action::Delivered, 2)),
            ("relayed", "2.0.0", (Action::Relayed, 2)),
            ("expanded", "2.0.0", (Action::Expanded, 2)),
        ] {
            assert_eq!(said(&report(action, status, ID)), Ok(read));
            assert_eq!(said(&report(action, status, ID).replace("\r\n", "\n")), Ok(read));
        }
    }

    #[test]
    fn what_is_no_report_of_ours_is_none() {
        let good = report("failed", "5.1.1", ID);
        let two =
            good.replace("Action: failed\r\n", "Action: failed\r\nStatus: 5.0.0\r\n\r\nAction: failed\r\n");
        for (text, why) in [
            (String::new(), NoReport::OtherKind),
            ("Subject: Hello\r\n\r\nI am away.\r\n".into(), NoReport::OtherKind),
            (good.replace("delivery-status;", "disposition-notification;"), NoReport::OtherKind),
            (good.replace("boundary", "border"), NoReport::OtherKind),
            (good.replace("multipart/report", "multipart/mixed"), NoReport::OtherKind),
            (report("failed", "2.0.0", ID), NoReport::NoStatus),
            (report("delivered", "5.0.0", ID), NoReport::NoStatus),
            (report("gone", "5.0.0", ID), NoReport::NoStatus),
            (report("failed", "", ID), NoReport::NoStatus),
            (
                good.replace(
                    "Content-Type: message/delivery-status",
                    "Content-Transfer-Encoding: base64\r\nContent-Type: message/delivery-status",
                ),
                NoReport::NoStatus,
            ),
            (two, NoReport::SeveralRecipients),
            (report("failed", "5.1.1", "none"), NoReport::NoOriginal),
            (report("failed", "5.1.1", "<a@b@c>"), NoReport::NoOriginal),
            (
                good.split("--b1/x\r\nContent-Type: text/rfc822").next().unwrap().to_owned(),
                NoReport::NoStatus,
            ),
        ] {
            assert_eq!(read(text.as_bytes()), Err(why), "{text}");
        }
        assert_eq!(read(&vec![b'x'; LONGEST + 1]), Err(NoReport::TooLong));
    }

    #[test]
    fn a_report_inside_a_report_or_after_the_end_is_not_read() {
        let good = report("failed", "5.1.1", ID);
        let outer = format!(
            "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n{good}\r\n--o--\r\n"
        );
        assert_eq!(read(outer.as_bytes()), Err(NoReport::OtherKind));
        let after = good.replace("--b1/x--", "--b1/x--\r\n--b1/x\r\nContent-Type: message/delivery-status\r\n\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n--b1/x--");
        assert_eq!(said(&after), Ok((Action::Failed, 5)));
    }

    proptest! {
        #[test]
        fn nothing_that_comes_in_breaks_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let _ = read(&bytes);
        }

        /// A report with a piece of it cut out, doubled or replaced is read as itself, or not at all.
        #[test]
        fn a_damaged_report_never_becomes_another(from in 0usize..900, length in 0usize..60, with in "[\\x00-\\x7f]{0,12}") {
            let good = report("failed", "5.1.1", ID);
            let from = from.min(good.len());
            let to = (from + length).min(good.len());
            let damaged = [&good[..from], &with, &good[to..]].concat();
            if let Ok(report) = read(damaged.as_bytes()) {
                prop_assert!(report.class != 2 || report.action != Action::Failed);
                prop_assert!(report.message_id.starts_with('<') && report.message_id.len() <= 202);
            }
        }
    }

    #[test]
    fn long_and_deep_input_is_refused() {
        let boundaries = "--b1/x\r\n".repeat(LONGEST / 8 - 200);
        let folded = format!("Content-Type: multipart/report{}", "\r\n ;a=b".repeat(LONGEST / 8));
        let many = report("failed", "5.1.1", ID).replace("This is for people.\r\n", &boundaries);
        let fields = format!("{}\r\n{}", "X: y\r\n".repeat(100_000), "body");
        for text in [many, folded, fields, "\r\n\r\n".repeat(LONGEST / 4)] {
            assert!(read(text.as_bytes()).is_err());
        }
    }
}
