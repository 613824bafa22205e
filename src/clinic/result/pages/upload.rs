//! A report on its way in: a browser's file with its form token, or a program's body, read piece by piece up to a cap.
//! Must not know: what a report is. Nothing is read before the caller is known.

use crate::{
    access::{
        Caller,
        staff::{Via, is_api},
    },
    clinic::result::{
        intake::{size_check, too_large},
        report::MAX_BYTES,
    },
    error::{Error, Result},
};
use actix_multipart::{Field, Multipart};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Bytes};
use futures_util::{Stream, StreamExt as _};
use std::future::{Ready, ready};
use subtle::ConstantTimeEq as _;

/// Most bytes that are read at all: what lies above the longest report is let go, so that the sender hears the answer.
const READ: u64 = 64 * 1024 * 1024;
/// Longest form token, in bytes.
const TOKEN: usize = 256;

/// Longest reason for taking in what is there already, in bytes.
const REASON: usize = 8_000;
/// In which a program gives that reason.
const REASON_HEADER: &str = "x-again-why";

/// What came: a report's bytes, and why they are taken in although one that says the same is there.
#[derive(Debug, PartialEq)]
pub(super) struct Brought {
    pub bytes: Vec<u8>,
    pub again_why: Option<String>,
}

/// A body that nobody has read yet.
pub(super) struct Upload {
    kind: Kind,
    again_why: Option<String>,
    /// Bytes of the whole body as the sender declares them.
    declared: Option<u64>,
}

enum Kind {
    Form(Multipart),
    Raw(Payload),
    Another,
}

impl FromRequest for Upload {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = req.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let is = |wanted: &str| kind.split(';').next().is_some_and(|k| k.trim().eq_ignore_ascii_case(wanted));
        // Pages take forms and the API takes bodies, so that no page can be made to send a report to the API.
        let kind = match is_api(req) {
            false if is("multipart/form-data") => Kind::Form(Multipart::new(req.headers(), payload.take())),
            true if is("application/fhir+json") || is("application/json") => Kind::Raw(payload.take()),
            false | true => Kind::Another,
        };
        let declared = req.headers().get("content-length").and_then(|v| v.to_str().ok()?.parse().ok());
        let again_why = req.headers().get(REASON_HEADER).and_then(|v| v.to_str().ok()).map(str::to_owned);
        ready(Ok(Self { kind, again_why, declared }))
    }
}

impl Upload {
    /// The report's bytes, once the caller's form token is the session's.
    ///
    /// # Errors
    /// A form that was not made for this session, no file, a file past the cap, a body of another kind.
    pub(super) async fn open(self, caller: &Caller) -> Result<Brought> {
        match (self.kind, &caller.via) {
            (Kind::Form(form), Via::Cookie(expected)) => of_form(form, expected, self.declared).await,
            (Kind::Raw(body), Via::Token) => {
                Ok(Brought { bytes: read(body, self.declared).await?, again_why: self.again_why })
            }
            (Kind::Form(_) | Kind::Raw(_) | Kind::Another, Via::Cookie(_) | Via::Token) => {
                Err(Error::bad_input(
                    "A report comes as a file of the form, or to the API as application/fhir+json. Nothing was saved.",
                ))
            }
        }
    }
}

/// A file to its end. One that is longer than any report is counted and not held.
async fn read<E>(
    mut pieces: impl Stream<Item = std::result::Result<Bytes, E>> + Unpin,
    declared: Option<u64>,
) -> Result<Vec<u8>> {
    let (mut bytes, mut count) = (Vec::new(), 0u64);
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| broke_off())?;
        count = count.saturating_add(piece.len() as u64);
        if count > READ {
            return Err(too_large(declared));
        }
        if count > MAX_BYTES as u64 {
            bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&piece);
        }
    }
    size_check(count)?;
    Ok(bytes)
}

async fn of_form(mut form: Multipart, expected: &str, declared: Option<u64>) -> Result<Brought> {
    let (mut token, mut report, mut why) = (None::<Bytes>, None::<Result<Vec<u8>>>, None::<Bytes>);
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|_| broke_off())?;
        match field.name() {
            Some("form_token") if token.is_none() => token = Some(whole(&mut field, TOKEN).await?),
            Some("again_why") if why.is_none() => why = Some(whole(&mut field, REASON).await?),
            Some("report") if report.is_none() => {
                // A browser sends a nameless, empty file where none was chosen.
                let chosen =
                    field.content_disposition().and_then(|d| d.get_filename()).is_some_and(|n| !n.is_empty());
                let bytes = read(&mut field, declared).await;
                if !chosen && bytes.as_ref().is_ok_and(Vec::is_empty) {
                    return Err(no_file());
                }
                report = Some(bytes);
            }
            Some(_) | None => {
                return Err(Error::bad_input("The form holds a field nobody asked for. Nothing was saved."));
            }
        }
    }
    if !bool::from(token.unwrap_or_default().as_ref().ct_eq(expected.as_bytes())) {
        return Err(Error::bad_input(
            "You have signed in again since this page was opened, or it is not ours. Nothing was saved. \
             Choose the file again and send it now.",
        ));
    }
    let again_why = why.map(|why| String::from_utf8_lossy(&why).into_owned());
    Ok(Brought { bytes: report.ok_or_else(no_file)??, again_why })
}

async fn whole(field: &mut Field, most: usize) -> Result<Bytes> {
    field.bytes(most).await.map_err(|_| broke_off())?.map_err(|_| broke_off())
}

fn no_file() -> Error {
    Error::bad_input("Choose the report's file first. Nothing was saved.").at("report")
}

fn broke_off() -> Error {
    Error::bad_input("The file broke off on its way here. Nothing was saved. Send it again.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn form(parts: &[(&str, Option<&str>, &str)]) -> TestRequest {
        let mut body = String::new();
        for (name, file, text) in parts {
            let file = file.map(|f| format!("; filename=\"{f}\"")).unwrap_or_default();
            body.push_str(&format!(
                "--b\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{text}\r\n"
            ));
        }
        body.push_str("--b--\r\n");
        TestRequest::post()
            .insert_header(("content-type", "multipart/form-data; boundary=b"))
            .set_payload(body)
    }

    async fn sent(request: TestRequest, path: &str) -> Result<Vec<u8>> {
        let (req, mut payload) = request.uri(path).to_http_parts();
        let Upload { kind, declared, .. } = Upload::from_request(&req, &mut payload).await?;
        match kind {
            Kind::Form(form) => of_form(form, "right", declared).await.map(|brought| brought.bytes),
            Kind::Raw(body) => read(body, declared).await,
            Kind::Another => Err(Error::bad_input("another kind")),
        }
    }

    fn told(outcome: Result<Vec<u8>>) -> String {
        outcome.unwrap_err().public().to_owned()
    }

    #[actix_web::test]
    async fn a_file_with_the_sessions_token_comes_in_unchanged() {
        let parts = [("form_token", None, "right"), ("report", Some("a.json"), "{ \r\n}")];
        assert_eq!(sent(form(&parts), "/reports").await.unwrap(), b"{ \r\n}");
    }

    #[actix_web::test]
    async fn a_file_with_another_token_or_none_is_refused() {
        let forged = [("form_token", None, "wrong"), ("report", Some("a.json"), "{}")];
        assert!(told(sent(form(&forged), "/reports").await).contains("signed in again"));
        assert!(told(sent(form(&forged[1..]), "/reports").await).contains("signed in again"));
    }

    #[actix_web::test]
    async fn a_form_without_a_file_says_so_and_an_empty_file_is_a_file() {
        let none = [("form_token", None, "right"), ("report", Some(""), "")];
        assert!(told(sent(form(&none), "/reports").await).contains("Choose"));
        let empty = [("form_token", None, "right"), ("report", Some("a.json"), "")];
        assert_eq!(sent(form(&empty), "/reports").await.unwrap(), b"");
    }

    #[actix_web::test]
    async fn pages_take_no_bodies_and_the_api_takes_no_forms() {
        let parts = [("form_token", None, "right"), ("report", Some("a.json"), "{}")];
        assert_eq!(told(sent(form(&parts), "/api/v1/reports").await), "another kind");
        let body =
            || TestRequest::post().insert_header(("content-type", "application/fhir+json")).set_payload("{}");
        assert_eq!(told(sent(body(), "/reports").await), "another kind");
        assert_eq!(sent(body(), "/api/v1/reports").await.unwrap(), b"{}");
    }

    #[actix_web::test]
    async fn a_file_past_the_limit_is_refused_with_its_size_and_not_held() {
        let body = |length: u64| {
            let json = ("content-type", "application/json");
            let bytes = vec![b' '; usize::try_from(length).unwrap()];
            TestRequest::post()
                .insert_header(json)
                .insert_header(("content-length", length))
                .set_payload(bytes)
        };
        let most = MAX_BYTES as u64;
        assert_eq!(sent(body(most), "/api/v1/reports").await.unwrap().len(), MAX_BYTES);
        for (length, says) in [(most + 1, "20.1 MiB"), (50 << 20, "50.0 MiB"), (READ + (6 << 20), "70.0 MiB")]
        {
            let told = told(sent(body(length), "/api/v1/reports").await);
            assert!(told.contains("larger than 20 MiB") && told.contains(says), "{told}");
        }
    }
}
