//! A form that brings a file with its other fields, read piece by piece up to a cap; or the same as JSON from a program.
//! Must not know: what is in the file. Nothing is read before the caller is known.

use super::{
    Caller, House,
    input::Typed,
    json,
    staff::{Via, is_api},
    text,
};
use crate::error::{Error, Result};
use actix_multipart::Multipart;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use futures_util::StreamExt as _;
use serde_json::Value;
use std::{
    future::{Ready, ready},
    sync::Arc,
};

/// Most bytes of the whole form: a family of a thousand people in the longest of formats.
pub const MOST: usize = 2 * 1024 * 1024;

/// Most bytes that are read at all: what lies between is let go, so that the sender hears the answer.
const READ: usize = 64 * 1024 * 1024;

/// A form that nobody has read yet.
pub struct FileForm {
    body: Body,
    req: HttpRequest,
}

enum Body {
    Form(Multipart),
    /// Words alone, which had waited for somebody to sign in again.
    Words,
    Json(Payload),
    OfAnotherKind,
}

/// What a form brought: its fields by name, and the file in one of them.
pub struct Brought {
    pub fields: Vec<(String, String)>,
    pub file: Option<Vec<u8>>,
}

impl FromRequest for FileForm {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = req.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let is = |wanted: &str| kind.split(';').next().is_some_and(|k| k.trim().eq_ignore_ascii_case(wanted));
        // Pages take forms and the API takes JSON, so that no page can be made to send a command to the API.
        let body = match is_api(req) {
            false if is("multipart/form-data") => Body::Form(Multipart::new(req.headers(), payload.take())),
            false if is("application/x-www-form-urlencoded") => Body::Words,
            true if is("application/json") => Body::Json(payload.take()),
            false | true => Body::OfAnotherKind,
        };
        ready(Ok(Self { body, req: req.clone() }))
    }
}

impl FileForm {
    /// The fields and the file, once the caller's form token is the session's. `file` names the field of the file. What
    /// was typed stays with the request, for the page that shows it again.
    ///
    /// # Errors
    /// A form that was not made for this session, one past the cap, one of another kind.
    pub async fn open(self, caller: &Caller, file: &str) -> Result<Brought> {
        self.open_up_to(caller, file, MOST).await
    }

    /// As `open`, where a file may be larger: at most `most` bytes of the whole form.
    ///
    /// # Errors
    /// As `open`.
    pub async fn open_up_to(self, caller: &Caller, file: &str, most: usize) -> Result<Brought> {
        match (self.body, &caller.via) {
            (Body::Form(form), Via::Cookie(_)) => {
                let (fields, file) = of_form(form, file, most).await?;
                let typed = Typed::of_pairs(fields.clone());
                let ours = typed.of_session(Some(caller));
                // What is shown again was typed: a file is chosen again.
                if self.req.extensions().get::<Typed>().is_none() {
                    self.req.extensions_mut().insert(typed);
                }
                if !ours {
                    return Err(of_another_session());
                }
                let fields = fields.into_iter().filter(|(name, _)| name != "form_token").collect();
                checked(&self.req, Brought { fields, file }, "")
            }
            (Body::Words, Via::Cookie(_)) => {
                let extensions = self.req.extensions();
                let typed = extensions.get::<Typed>().filter(|typed| typed.of_session(Some(caller)));
                let pairs = typed.ok_or_else(of_another_session)?.pairs();
                let fields = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
                checked(&self.req, Brought { fields, file: None }, "")
            }
            (Body::Json(body), Via::Token) => checked(&self.req, of_json(body, most).await?, file),
            (
                Body::Form(_) | Body::Words | Body::Json(_) | Body::OfAnotherKind,
                Via::Cookie(_) | Via::Token,
            ) => Err(Error::bad_input("The request has a content type that is not taken here.")),
        }
    }
}

/// What was typed has a length and holds only what can be seen, as in every form; a file may hold what it likes.
fn checked(req: &HttpRequest, brought: Brought, file: &str) -> Result<Brought> {
    let typed = brought.fields.iter().filter(|(name, _)| name != file);
    let typed = typed.map(|(name, value)| (name.clone(), Value::String(value.clone()))).collect();
    if let Some(house) = req.app_data::<web::Data<Arc<House>>>() {
        text::check(&typed, file.is_empty(), &house.policy.texts)?;
    }
    Ok(brought)
}

impl Brought {
    /// A field, where it was filled.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        found.filter(|value| !value.trim().is_empty())
    }
}

/// One field of a form that is sent in parts.
struct Part {
    name: String,
    /// It is a file that was chosen, and not a text that was typed.
    chosen: bool,
    bytes: Vec<u8>,
}

/// What was typed into a form of parts that was read already; nothing of the files.
pub(super) async fn typed_of(req: &HttpRequest, bytes: web::Bytes) -> Option<Typed> {
    let whole = futures_util::stream::once(ready(Ok::<_, actix_web::error::PayloadError>(bytes)));
    let parts = parts_of(Multipart::new(req.headers(), whole), MOST).await.ok()?;
    let typed = parts.into_iter().filter(|part| !part.chosen);
    let pairs = typed.map(|part| String::from_utf8(part.bytes).ok().map(|text| (part.name, text)));
    pairs.collect::<Option<_>>().map(Typed::of_pairs)
}

async fn of_form(
    form: Multipart,
    file: &str,
    most: usize,
) -> Result<(Vec<(String, String)>, Option<Vec<u8>>)> {
    let (mut fields, mut brought) = (Vec::new(), None);
    for Part { name, chosen, bytes } in parts_of(form, most).await? {
        if name == file {
            // A browser sends a nameless, empty file where none was chosen.
            if chosen || !bytes.is_empty() {
                brought = Some(bytes);
            }
        } else {
            fields.push((name, String::from_utf8(bytes).map_err(|_| broke_off())?));
        }
    }
    Ok((fields, brought))
}

async fn parts_of(mut form: Multipart, most: usize) -> Result<Vec<Part>> {
    let (mut parts, mut read) = (Vec::new(), 0usize);
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|_| broke_off())?;
        let name = field.name().unwrap_or_default().to_owned();
        let chosen =
            field.content_disposition().and_then(|d| d.get_filename()).is_some_and(|n| !n.is_empty());
        let mut bytes = Vec::new();
        while let Some(piece) = field.next().await {
            let piece = piece.map_err(|_| broke_off())?;
            read = read.saturating_add(piece.len());
            if read > READ {
                return Err(too_large(most));
            }
            if read <= most {
                bytes.extend_from_slice(&piece);
            }
        }
        parts.push(Part { name, chosen, bytes });
    }
    if read > most { Err(too_large(most)) } else { Ok(parts) }
}

/// A flat object: texts, numbers and truths become the same words a form would send.
async fn of_json(mut body: Payload, most: usize) -> Result<Brought> {
    let (mut bytes, mut read) = (Vec::new(), 0usize);
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|_| broke_off())?;
        read = read.saturating_add(piece.len());
        if read > READ {
            return Err(too_large(most));
        }
        if read <= most {
            bytes.extend_from_slice(&piece);
        }
    }
    if read > most {
        return Err(too_large(most));
    }
    let wrong = || Error::bad_input("The request must be a JSON object of texts. Nothing was saved.");
    let Ok(Value::Object(sent)) = json::read(&bytes) else { return Err(wrong()) };
    let word = |value: Value| match value {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(truth) => Ok(truth.to_string()),
        Value::Null => Ok(String::new()),
        Value::Array(_) | Value::Object(_) => Err(wrong()),
    };
    let fields = sent.into_iter().map(|(name, value)| Ok((name, word(value)?))).collect::<Result<_>>()?;
    Ok(Brought { fields, file: None })
}

fn of_another_session() -> Error {
    Error::bad_input(
        "This form belongs to another session. Open the page again and send it once more; nothing was saved.",
    )
}

fn broke_off() -> Error {
    Error::bad_input(
        "The file broke off on its way here, or is not a text. Nothing was saved. Send it again.",
    )
    .at("file")
}

fn too_large(most: usize) -> Error {
    let least = if most > MOST { "Divide it" } else { "Export only this family" };
    let most = most / 1024 / 1024;
    Error::bad_input(format!(
        "This file is too large: {most} MiB is the most. Nothing was saved. {least}, and try again."
    ))
    .at("file")
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

    async fn sent(request: TestRequest) -> Result<(Vec<(String, String)>, Option<Vec<u8>>)> {
        let (req, mut payload) = request.to_http_parts();
        match FileForm::from_request(&req, &mut payload).await?.body {
            Body::Form(form) => of_form(form, "file", MOST).await,
            Body::Words | Body::Json(_) | Body::OfAnotherKind => Err(Error::bad_input("another kind")),
        }
    }

    #[actix_web::test]
    async fn fields_and_file_come_apart_and_no_file_is_none() {
        let parts =
            [("form_token", None, "t"), ("format", None, "ped"), ("file", Some("a.ped"), "F 1 0 0 1 1\n")];
        let (fields, file) = sent(form(&parts)).await.unwrap();
        assert_eq!(fields, [("form_token".into(), "t".into()), ("format".into(), "ped".into())]);
        assert_eq!(file.unwrap(), b"F 1 0 0 1 1\n");
        let (_, none) = sent(form(&[("file", Some(""), "")])).await.unwrap();
        assert!(none.is_none());
    }

    #[actix_web::test]
    async fn what_is_past_the_cap_is_not_kept_and_is_refused() {
        let long = "x".repeat(MOST + 1);
        let refused = sent(form(&[("file", Some("a"), long.as_str())])).await.unwrap_err();
        assert!(refused.public().contains("too large"), "{refused}");
    }
}
