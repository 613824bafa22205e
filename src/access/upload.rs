//! A form that brings a file with its other fields, read piece by piece up to a cap; or from a program the same as JSON, or the
//! file alone. Must not know: what is in the file. Nothing is read before the caller is known.

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
use futures_util::{Stream, StreamExt as _};
use serde_json::Value;
use std::{
    future::{Ready, ready},
    sync::Arc,
};

/// Most bytes that are read at all: what lies between is let go, so that the sender hears the answer.
const READ: u64 = 64 * 1024 * 1024;

/// Most bytes of a whole body, and what is said of more, by its size.
#[derive(Clone, Copy)]
pub struct Cap {
    pub bytes: u64,
    pub refusal: fn(u64) -> Error,
}

/// A form that nobody has read yet.
pub struct FileForm {
    body: Body,
    /// Bytes of the whole body as the sender declares them.
    declared: Option<u64>,
    req: HttpRequest,
}

enum Body {
    Form(Multipart),
    /// Words alone, which had waited for somebody to sign in again.
    Words,
    Json(Payload),
    /// A report, and nothing beside it.
    Fhir(Payload),
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
        let header = |name| req.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = header("content-type");
        let is = |wanted: &str| kind.split(';').next().is_some_and(|k| k.trim().eq_ignore_ascii_case(wanted));
        // Pages take forms and the API takes JSON, so that no page can be made to send a command to the API.
        let body = match is_api(req) {
            false if is("multipart/form-data") => Body::Form(Multipart::new(req.headers(), payload.take())),
            false if is("application/x-www-form-urlencoded") => Body::Words,
            true if is("application/json") => Body::Json(payload.take()),
            true if is("application/fhir+json") => Body::Fhir(payload.take()),
            false | true => Body::OfAnotherKind,
        };
        ready(Ok(Self { body, declared: header("content-length").parse().ok(), req: req.clone() }))
    }
}

/// A form that may bring a file.
pub fn is_in_parts(req: &HttpRequest) -> bool {
    let kind = req.headers().get("content-type").and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

/// A whole body, read.
enum Came {
    Form(Brought),
    Json(Vec<u8>),
    Fhir(Vec<u8>),
}

impl FileForm {
    /// The fields and the file, once the caller's form token is the session's; a program sends them as JSON. `file` names the
    /// field of the file. What was typed stays with the request, for the page that shows it again.
    ///
    /// # Errors
    /// A form that was not made for this session, one past the cap, one of another kind.
    pub async fn open(self, caller: &Caller, file: &str, cap: Cap) -> Result<Brought> {
        let req = self.req.clone();
        match self.came(caller, file, cap).await? {
            Came::Form(brought) => Ok(brought),
            Came::Json(bytes) => checked(&req, of_json(&bytes)?, file),
            Came::Fhir(_) => Err(of_another_kind()),
        }
    }

    /// As `open`, where a program sends the file alone, as the whole body.
    ///
    /// # Errors
    /// As `open`.
    pub async fn open_file(self, caller: &Caller, file: &str, cap: Cap) -> Result<Brought> {
        match self.came(caller, file, cap).await? {
            Came::Form(brought) => Ok(brought),
            Came::Json(bytes) | Came::Fhir(bytes) => Ok(Brought { fields: Vec::new(), file: Some(bytes) }),
        }
    }

    async fn came(self, caller: &Caller, file: &str, cap: Cap) -> Result<Came> {
        let mut reading = Reading { cap, read: 0, declared: self.declared };
        let of_file = |error: Error| error.at(file);
        match (self.body, &caller.via) {
            (Body::Form(form), Via::Cookie(_)) => {
                let (fields, file) = of_form(form, file, &mut reading).await.map_err(of_file)?;
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
                Ok(Came::Form(checked(&self.req, Brought { fields, file }, "")?))
            }
            (Body::Words, Via::Cookie(_)) => {
                let extensions = self.req.extensions();
                let typed = extensions.get::<Typed>().filter(|typed| typed.of_session(Some(caller)));
                let pairs = typed.ok_or_else(of_another_session)?.pairs();
                let fields = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
                Ok(Came::Form(checked(&self.req, Brought { fields, file: None }, "")?))
            }
            (Body::Json(body), Via::Token) => Ok(Came::Json(reading.whole(body).await.map_err(of_file)?)),
            (Body::Fhir(body), Via::Token) => Ok(Came::Fhir(reading.whole(body).await.map_err(of_file)?)),
            (
                Body::Form(_) | Body::Words | Body::Json(_) | Body::Fhir(_) | Body::OfAnotherKind,
                Via::Cookie(_) | Via::Token,
            ) => Err(of_another_kind()),
        }
    }
}

/// A body on its way in. What lies past the cap is counted and not held.
struct Reading {
    cap: Cap,
    read: u64,
    declared: Option<u64>,
}

impl Reading {
    async fn part<E>(
        &mut self,
        mut pieces: impl Stream<Item = std::result::Result<web::Bytes, E>> + Unpin,
    ) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|_| broke_off())?;
            self.read = self.read.saturating_add(piece.len() as u64);
            if self.read > READ {
                return Err((self.cap.refusal)(self.declared.unwrap_or(self.read)));
            }
            if self.read <= self.cap.bytes {
                bytes.extend_from_slice(&piece);
            }
        }
        Ok(bytes)
    }

    fn ended(&self) -> Result<()> {
        if self.read > self.cap.bytes { Err((self.cap.refusal)(self.read)) } else { Ok(()) }
    }

    async fn whole(&mut self, body: Payload) -> Result<Vec<u8>> {
        let bytes = self.part(body).await?;
        self.ended()?;
        Ok(bytes)
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

/// What was typed into a form of parts that was read already; of the files only whether they are the same.
pub(super) async fn typed_of(req: &HttpRequest, bytes: web::Bytes) -> Option<Typed> {
    let whole = futures_util::stream::once(ready(Ok::<_, actix_web::error::PayloadError>(bytes)));
    let cap = Cap { bytes: READ, refusal: |_| broke_off() };
    let mut reading = Reading { cap, read: 0, declared: None };
    let parts = parts_of(Multipart::new(req.headers(), whole), &mut reading).await.ok()?;
    let (files, typed): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(|part| part.chosen);
    let pairs =
        typed.into_iter().map(|part| String::from_utf8(part.bytes).ok().map(|text| (part.name, text)));
    let pairs = pairs.collect::<Option<_>>()?;
    Some(Typed::of_pairs(pairs).with_files(files.iter().map(|file| &file.bytes[..])))
}

async fn of_form(
    form: Multipart,
    file: &str,
    reading: &mut Reading,
) -> Result<(Vec<(String, String)>, Option<Vec<u8>>)> {
    let (mut fields, mut brought) = (Vec::new(), None);
    for Part { name, chosen, bytes } in parts_of(form, reading).await? {
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

async fn parts_of(mut form: Multipart, reading: &mut Reading) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|_| broke_off())?;
        let name = field.name().unwrap_or_default().to_owned();
        let chosen =
            field.content_disposition().and_then(|d| d.get_filename()).is_some_and(|n| !n.is_empty());
        let bytes = reading.part(&mut field).await?;
        parts.push(Part { name, chosen, bytes });
    }
    reading.ended()?;
    Ok(parts)
}

/// A flat object: texts, numbers and truths become the same words a form would send.
fn of_json(bytes: &[u8]) -> Result<Brought> {
    let wrong = || Error::bad_input("The request must be a JSON object of texts. Nothing was saved.");
    let Ok(Value::Object(sent)) = json::read(bytes) else { return Err(wrong()) };
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

fn of_another_kind() -> Error {
    Error::bad_input("The request has a content type that is not taken here.")
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    const MOST: u64 = 2 * 1024 * 1024;
    const CAP: Cap = Cap { bytes: MOST, refusal: |size| Error::bad_input(format!("{size} is too large")) };

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
        let FileForm { body, declared, .. } = FileForm::from_request(&req, &mut payload).await?;
        let mut reading = Reading { cap: CAP, read: 0, declared };
        match body {
            Body::Form(form) => of_form(form, "file", &mut reading).await,
            Body::Json(body) | Body::Fhir(body) => Ok((Vec::new(), Some(reading.whole(body).await?))),
            Body::Words | Body::OfAnotherKind => Err(of_another_kind()),
        }
    }

    #[actix_web::test]
    async fn fields_and_file_come_apart_and_no_file_is_none() {
        let parts =
            [("form_token", None, "t"), ("format", None, "ped"), ("file", Some("a.ped"), "F 1 \r\n0")];
        let (fields, file) = sent(form(&parts)).await.unwrap();
        assert_eq!(fields, [("form_token".into(), "t".into()), ("format".into(), "ped".into())]);
        assert_eq!(file.unwrap(), b"F 1 \r\n0");
        let (_, none) = sent(form(&[("file", Some(""), "")])).await.unwrap();
        assert!(none.is_none());
        let (_, empty) = sent(form(&[("file", Some("a.ped"), "")])).await.unwrap();
        assert_eq!(empty.unwrap(), b"", "an empty file is a file");
    }

    #[actix_web::test]
    async fn pages_take_no_bodies_and_the_api_takes_no_forms() {
        let of_another = of_another_kind().public().to_owned();
        let told = |outcome: Result<_>| outcome.map(|_: (Vec<_>, _)| ()).unwrap_err().public().to_owned();
        let parts = [("file", Some("a.json"), "{}")];
        assert_eq!(told(sent(form(&parts).uri("/api/v1/reports")).await), of_another);
        for kind in ["application/json", "application/fhir+json"] {
            let body = || TestRequest::post().insert_header(("content-type", kind)).set_payload("{}");
            assert_eq!(told(sent(body().uri("/reports")).await), of_another);
            assert_eq!(sent(body().uri("/api/v1/reports")).await.unwrap().1.unwrap(), b"{}");
        }
    }

    #[actix_web::test]
    async fn what_is_past_the_cap_is_not_held_and_is_refused_with_its_size() {
        let long = "x".repeat(usize::try_from(MOST).unwrap() + 1);
        let refused = sent(form(&[("file", Some("a"), long.as_str())])).await.unwrap_err();
        assert_eq!(refused.public(), format!("{} is too large", MOST + 1));
        let body = |length: u64| {
            TestRequest::post()
                .uri("/api/v1/reports")
                .insert_header(("content-type", "application/json"))
                .insert_header(("content-length", length))
                .set_payload(vec![b' '; usize::try_from(length).unwrap()])
        };
        assert_eq!(sent(body(MOST)).await.unwrap().1.unwrap().len() as u64, MOST);
        // Also where the end was never read, because nobody reads for ever.
        for length in [MOST + 1, READ + MOST] {
            let told = sent(body(length)).await.unwrap_err().public().to_owned();
            assert_eq!(told, format!("{length} is too large"));
        }
    }
}
