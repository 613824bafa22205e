//! A report on its way in: a browser's file with its form token, or a program's body, read piece by piece up to a cap.
//! Must not know: what a report is. Nothing is read before the caller is known.

use crate::{
    access::{
        Caller,
        staff::{Via, is_api},
    },
    error::{Error, Result},
};
use actix_multipart::{Field, Multipart};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Bytes};
use futures_util::{Stream, StreamExt as _};
use std::future::{Ready, ready};
use subtle::ConstantTimeEq as _;

/// Most bytes of a file: a little above the longest report, so that one past the limit is told so by the reader of reports.
const MOST: usize = 21 * 1024 * 1024;
/// Most bytes that are read at all: what lies between is let go, so that the sender hears the answer and the report is kept
/// as one that could not be read.
const READ: usize = 64 * 1024 * 1024;
/// Longest form token, in bytes.
const TOKEN: usize = 256;

/// A body that nobody has read yet.
pub(super) enum Upload {
    Form(Multipart),
    Raw(Payload),
    OfAnotherKind,
}

impl FromRequest for Upload {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = req.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let is = |wanted: &str| kind.split(';').next().is_some_and(|k| k.trim().eq_ignore_ascii_case(wanted));
        // Pages take forms and the API takes bodies, so that no page can be made to send a report to the API.
        let upload = match is_api(req) {
            false if is("multipart/form-data") => Upload::Form(Multipart::new(req.headers(), payload.take())),
            true if is("application/fhir+json") || is("application/json") => Upload::Raw(payload.take()),
            false | true => Upload::OfAnotherKind,
        };
        ready(Ok(upload))
    }
}

impl Upload {
    /// The report's bytes, once the caller's form token is the session's.
    ///
    /// # Errors
    /// A form that was not made for this session, no file, a file past the cap, a body of another kind.
    pub(super) async fn open(self, caller: &Caller) -> Result<Vec<u8>> {
        match (self, &caller.via) {
            (Upload::Form(form), Via::Cookie(expected)) => of_form(form, expected).await,
            (Upload::Raw(body), Via::Token) => of_body(body).await,
            (Upload::Form(_) | Upload::Raw(_) | Upload::OfAnotherKind, Via::Cookie(_) | Via::Token) => {
                Err(Error::bad_input(
                    "A report comes as a file of the form, or to the API as application/fhir+json. Nothing was saved.",
                ))
            }
        }
    }
}

async fn of_body(body: Payload) -> Result<Vec<u8>> {
    cut(body).await
}

/// The first `MOST` bytes of what comes.
async fn cut<E>(mut pieces: impl Stream<Item = std::result::Result<Bytes, E>> + Unpin) -> Result<Vec<u8>> {
    let (mut bytes, mut read) = (Vec::new(), 0usize);
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| broke_off())?;
        read = read.saturating_add(piece.len());
        if read > READ {
            return Err(too_large());
        }
        let room = MOST.saturating_sub(bytes.len());
        bytes.extend_from_slice(piece.get(..room).unwrap_or(&piece));
    }
    Ok(bytes)
}

async fn of_form(mut form: Multipart, expected: &str) -> Result<Vec<u8>> {
    let (mut token, mut report) = (None::<Bytes>, None::<Vec<u8>>);
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|_| broke_off())?;
        match field.name() {
            Some("form_token") if token.is_none() => token = Some(whole(&mut field, TOKEN).await?),
            Some("report") if report.is_none() => {
                // A browser sends a nameless, empty file where none was chosen.
                let chosen =
                    field.content_disposition().and_then(|d| d.get_filename()).is_some_and(|n| !n.is_empty());
                let bytes = cut(&mut field).await?;
                if !chosen && bytes.is_empty() {
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
            "This form belongs to another session. Open the page again and send it once more; nothing was saved.",
        ));
    }
    report.ok_or_else(no_file)
}

async fn whole(field: &mut Field, most: usize) -> Result<Bytes> {
    field.bytes(most).await.map_err(|_| too_large())?.map_err(|_| broke_off())
}

fn no_file() -> Error {
    Error::bad_input("Choose the report's file first. Nothing was saved.").at("report")
}

fn broke_off() -> Error {
    Error::bad_input("The file broke off on its way here. Nothing was saved. Send it again.")
}

fn too_large() -> Error {
    Error::bad_input(
        "This file is too large for a laboratory report: the limit is 20 MiB. Nothing was saved. \
         Ask the laboratory for the report without attached images or raw data.",
    )
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
        match Upload::from_request(&req, &mut payload).await? {
            Upload::Form(form) => of_form(form, "right").await,
            Upload::Raw(body) => of_body(body).await,
            Upload::OfAnotherKind => Err(Error::bad_input("another kind")),
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
        assert!(told(sent(form(&forged), "/reports").await).contains("another session"));
        assert!(told(sent(form(&forged[1..]), "/reports").await).contains("another session"));
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
    async fn a_body_past_the_cap_is_cut_and_one_past_all_measure_is_refused() {
        let body = |length| {
            let json = ("content-type", "application/json");
            TestRequest::post().insert_header(json).set_payload(vec![b' '; length])
        };
        assert_eq!(sent(body(MOST + 1), "/api/v1/reports").await.unwrap().len(), MOST);
        assert!(told(sent(body(READ + 1), "/api/v1/reports").await).contains("too large"));
    }
}
