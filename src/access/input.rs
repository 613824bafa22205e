//! What a form or a program sent, as one value: parsed at the edge, opened only after the form token was compared.
//! Must not know: what the fields mean.

use super::staff::{Caller, Via, is_api};
use crate::error::{Error, Result};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::{future::Future, marker::PhantomData, pin::Pin};
use subtle::ConstantTimeEq;

/// Longest body of a form or a JSON command.
pub const LONGEST: usize = 256 * 1024;

/// The longer texts of a form, for the page that refuses it: nobody types them twice. Shown to their writer, kept nowhere.
#[derive(serde::Serialize)]
pub struct Typed(Vec<TypedWords>);

#[derive(serde::Serialize)]
struct TypedWords {
    field: String,
    words: String,
}

/// Shorter than this is typed again as quickly as copied.
const WORTH_KEEPING: usize = 20;

impl Typed {
    fn of(fields: &Value) -> Self {
        let long = |(name, value): (&String, &Value)| {
            let words = value.as_str().filter(|words| words.chars().count() > WORTH_KEEPING)?;
            let mut field = name.replace('_', " ");
            if let Some(first) = field.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            Some(TypedWords { field, words: words.to_owned() })
        };
        // An id is as long as a sentence, and nobody typed it.
        let fields = fields.as_object().into_iter().flatten().filter(|(name, value)| {
            !name.contains("password")
                && value.as_str().is_some_and(|words| words.contains(char::is_whitespace))
        });
        Self(fields.filter_map(long).collect())
    }
}

/// The fields of a request, still closed. `open` compares the form token and parses them.
pub struct Input<T> {
    fields: Value,
    form_token: Option<String>,
    target: PhantomData<T>,
}

impl<T: DeserializeOwned> FromRequest for Input<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let api = is_api(req);
        let kind = req.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let form = kind.starts_with("application/x-www-form-urlencoded");
        let json = kind.starts_with("application/json");
        let bytes = web::Bytes::from_request(req, payload);
        let req = req.clone();
        Box::pin(async move {
            let bytes = bytes
                .await
                .map_err(|_| Error::bad_input("The request is too large or broke off. Nothing was saved."))?;
            if bytes.len() > LONGEST {
                return Err(Error::bad_input("The request is too large. Nothing was saved."));
            }
            // Pages take forms and the API takes JSON, so that no page can be made to send a command to the API.
            match (api, form, json) {
                (false, true, _) => {
                    let input = form_fields(&bytes)?;
                    req.extensions_mut().insert(Typed::of(&input.fields));
                    Ok(input)
                }
                (true, _, true) => json_fields(&bytes),
                _ => Err(Error::bad_input("The request has a content type that is not taken here.")),
            }
        })
    }
}

impl<T: DeserializeOwned> Input<T> {
    /// The fields, once the caller's form token is the session's.
    ///
    /// # Errors
    /// A form that was not made for this session; a field that is missing, unknown or does not parse, by its name.
    pub fn open(self, caller: &Caller) -> Result<T> {
        if let Via::Cookie(expected) = &caller.via {
            let sent = self.form_token.as_deref().unwrap_or_default();
            if !bool::from(sent.as_bytes().ct_eq(expected.as_bytes())) {
                return Err(Error::bad_input(
                    "This form belongs to another session. Open the page again and send it once more; nothing was saved.",
                ));
            }
        }
        parse(self.fields)
    }

    /// The fields of a form that stands before any session: signing in.
    pub fn open_unbound(self) -> Result<T> {
        parse(self.fields)
    }
}

fn parse<T: DeserializeOwned>(fields: Value) -> Result<T> {
    serde_json::from_value(fields).map_err(|problem| {
        let told = problem.to_string();
        // serde quotes a wrong value; only what it expected is repeated, because the value may be personal.
        let told = match told.split_once("expected ") {
            Some((unknown, _)) if unknown.starts_with("unknown field") => {
                unknown.trim_end_matches([',', ' ']).replace('`', "'")
            }
            Some((_, expected)) => format!("a field is not as expected: {}", expected.replace('`', "'")),
            None => match told.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
                Some(field) => format!("fill in or choose '{}'", field.replace('_', " ")),
                None => told.replace('`', "'"),
            },
        };
        Error::bad_input(format!("There is a problem: {told}. Nothing was saved."))
    })
}

fn json_fields<T>(bytes: &[u8]) -> Result<Input<T>> {
    let fields = serde_json::from_slice::<Value>(bytes).map_err(|e| {
        Error::bad_input(format!("The request is not JSON (line {}, column {}).", e.line(), e.column()))
    })?;
    Ok(Input { fields, form_token: None, target: PhantomData })
}

/// A form as the same value a program would send: empty fields are absent, repeated ones a list, `x-day`, `x-month`
/// and `x-year` the date `x`.
fn form_fields<T>(bytes: &[u8]) -> Result<Input<T>> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(bytes)
        .map_err(|_| Error::bad_input("The form cannot be read. Nothing was saved."))?;
    let mut form_token = None;
    let mut fields = Map::new();
    let mut dates = std::collections::BTreeMap::<String, [String; 3]>::new();
    for (name, value) in pairs {
        if name == "form_token" {
            form_token = Some(value);
            continue;
        }
        if value.trim().is_empty() {
            continue;
        }
        let part = [("-day", 2usize), ("-month", 1), ("-year", 0)]
            .into_iter()
            .find_map(|(ending, place)| name.strip_suffix(ending).map(|base| (base.to_owned(), place)));
        if let Some((base, place)) = part {
            if let Some(slot) = dates.entry(base).or_default().get_mut(place) {
                *slot = value.trim().to_owned();
            }
        } else if let Some(list) = name.strip_suffix("[]") {
            let values = fields.entry(list.to_owned()).or_insert_with(|| Value::Array(Vec::new()));
            match values.as_array_mut() {
                Some(values) => values.push(Value::String(value)),
                None => return Err(Error::bad_input("A field was sent twice. Nothing was saved.")),
            }
        } else if fields.insert(name, Value::String(value)).is_some() {
            return Err(Error::bad_input("A field was sent twice. Nothing was saved."));
        }
    }
    for (name, [year, month, day]) in dates {
        fields.insert(name, Value::String(format!("{year:0>4}-{month:0>2}-{day:0>2}")));
    }
    Ok(Input { fields: Value::Object(fields), form_token, target: PhantomData })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::UtcDate;

    #[derive(Debug, serde::Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Held {
        on: UtcDate,
        #[serde(default)]
        codes: Vec<String>,
        note: Option<String>,
    }

    fn form(text: &str) -> Result<Held> {
        form_fields::<Held>(text.as_bytes())?.open_unbound()
    }

    #[test]
    fn a_form_becomes_what_a_program_would_have_sent() {
        let held = form("on-day=2&on-month=3&on-year=2026&codes[]=A1&codes[]=RL2&note=").unwrap();
        assert_eq!(held.on, UtcDate::new(2026, 3, 2).unwrap());
        assert_eq!(held.codes, ["A1", "RL2"]);
        assert_eq!(held.note, None);
    }

    #[test]
    fn a_refused_form_gives_back_what_was_written_but_no_id_and_no_password() {
        let fields = serde_json::json!({
            "what_she_said": "She would rather tell them herself, after Christmas.",
            "mark": "familial",
            "result": "3f0c7d2e-6c1d-4f57-9a53-0c1b2f7f9c11",
            "password": "a long one with spaces in it",
        });
        let Typed(kept) = Typed::of(&fields);
        let kept: Vec<_> = kept.iter().map(|one| (one.field.as_str(), one.words.as_str())).collect();
        assert_eq!(kept, [("What she said", "She would rather tell them herself, after Christmas.")]);
    }

    #[test]
    fn a_field_nobody_asked_for_is_refused() {
        assert!(
            form("on-day=2&on-month=3&on-year=2026&approved_by=me")
                .unwrap_err()
                .public()
                .contains("approved_by")
        );
    }

    #[test]
    fn a_field_left_empty_is_named_in_words() {
        assert!(form("note=hello").unwrap_err().public().contains("fill in or choose 'on'"));
    }

    #[test]
    fn a_date_that_does_not_exist_is_refused_without_repeating_it() {
        let told = form("on-day=31&on-month=2&on-year=2026").unwrap_err();
        assert!(!told.public().contains("31"), "{told}");
    }
}
