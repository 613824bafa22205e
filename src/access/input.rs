//! What a form or a program sent, as one value: parsed at the edge, opened only after the form token was compared.
//! Must not know: what the fields mean.

use super::{
    House, json,
    staff::{Caller, Via, is_api},
    text, upload,
};
use crate::{
    error::{Error, Result},
    keys::digest,
};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::{Payload, ServiceRequest},
    http::Method,
    web,
};
use kinward_family::writing::seen;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::{future::Future, marker::PhantomData, pin::Pin, sync::Arc};
use subtle::ConstantTimeEq;

/// Longest body of a form or a JSON command: every field of the longest form at its limit, in a script whose letters take
/// nine bytes each in a form.
pub const LONGEST: usize = 1024 * 1024;

/// What was typed into a form, for the page that refuses it: nobody types it twice. It holds what can be seen, and no
/// password. Shown to its writer, kept nowhere.
pub struct Typed {
    pairs: Vec<(String, String)>,
    /// A digest of each file that was chosen.
    files: Vec<String>,
    form_token: Option<String>,
    has_password: bool,
}

/// One longer text, for a page that has no form to put it into.
#[derive(serde::Serialize)]
pub struct TypedWords<'a> {
    field: String,
    words: &'a str,
}

/// Shorter than this is typed again as quickly as copied.
const WORTH_KEEPING: usize = 20;

impl Typed {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self::of_pairs(serde_urlencoded::from_bytes(bytes).unwrap_or_default())
    }

    pub(super) fn of_pairs(mut pairs: Vec<(String, String)>) -> Self {
        let form_token = pairs.iter().find(|(name, _)| name == "form_token").map(|(_, token)| token.clone());
        let has_password = pairs.iter().any(|(name, _)| name.contains("password"));
        pairs.retain(|(name, _)| name != "form_token" && !name.contains("password"));
        for (_, words) in &mut pairs {
            *words = seen(words);
        }
        Self { pairs, files: Vec::new(), form_token, has_password }
    }

    /// As above, with the files that came with it: another file is another form.
    pub(super) fn with_files<'a>(self, files: impl Iterator<Item = &'a [u8]>) -> Self {
        Self { files: files.map(digest).collect(), ..self }
    }

    /// The token of the session whose page sent this, and a digest of where to and what, files too; none where what it says is not kept here.
    pub fn digest(&self, path: &str) -> Option<(String, String)> {
        let token = self.form_token.clone().filter(|_| !self.has_password)?;
        let said = serde_json::to_vec(&(path, &self.pairs, &self.files)).ok()?;
        Some((token, digest(&said)))
    }

    /// What was sent under a name; nothing where it was left away.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// True for a value of a group from which several may be chosen.
    pub fn holds(&self, name: &str, is: impl Fn(&str) -> bool) -> bool {
        self.pairs.iter().any(|(known, value)| known == name && is(value))
    }

    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Every field in its order, for a form that carries it on.
    pub fn fields(&self) -> Value {
        self.pairs.iter().map(|(name, value)| serde_json::json!({"name": name, "value": value})).collect()
    }

    /// Everything typed, by name and in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// True for a form of this very session: what another page sent is never offered to be sent once more.
    pub fn of_session(&self, caller: Option<&Caller>) -> bool {
        caller.is_none_or(|caller| is_of_session(self.form_token.as_deref(), caller))
    }

    pub fn long_words(&self) -> Vec<TypedWords<'_>> {
        // An id is as long as a sentence, and nobody typed it.
        let long = self.pairs.iter().filter(|(_, words)| {
            words.contains(char::is_whitespace) && words.chars().count() > WORTH_KEEPING
        });
        long.map(|(name, words)| TypedWords { field: capital(&name.replace('_', " ")), words }).collect()
    }
}

fn capital(words: &str) -> String {
    let mut words = words.to_owned();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// Too long, or broken off: it could not be kept.
struct Unread;

fn is_form(req: &HttpRequest) -> bool {
    let kind = req.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
    kind.starts_with("application/x-www-form-urlencoded")
}

/// A form that may bring a file; one that is longer than any form brings one, and its words come with it or not at all.
fn is_short_in_parts(req: &HttpRequest) -> bool {
    let long =
        req.headers().get("content-length").and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    upload::is_in_parts(req) && long.is_some_and(|long| long < LONGEST)
}

/// Reads a page's form before anybody is asked who sent it, so that it can be given back also to whoever's session has
/// ended meanwhile.
pub async fn read_form(req: &mut ServiceRequest) {
    let (form, parts) = (is_form(req.request()), is_short_in_parts(req.request()));
    if is_api(req.request()) || req.method() != Method::POST || !(form || parts) {
        return;
    }
    match req.extract::<web::Bytes>().await {
        Ok(bytes) => {
            let typed = match form {
                true => Some(Typed::of(&bytes)),
                false => upload::typed_of(req.request(), bytes.clone()).await,
            };
            typed.map(|typed| req.extensions_mut().insert(typed));
            req.set_payload(Payload::from(bytes));
        }
        Err(_) => {
            req.extensions_mut().insert(Unread);
        }
    }
}

/// Programs come with a token that no page can send; a browser's form must carry its session's.
fn is_of_session(sent: Option<&str>, caller: &Caller) -> bool {
    match &caller.via {
        Via::Cookie(expected) => bool::from(sent.unwrap_or_default().as_bytes().ct_eq(expected.as_bytes())),
        Via::Token => true,
    }
}

/// A form that only has a button.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// The fields of a request, still closed: whatever they will be read as, so that this is compiled once and not for each form.
struct Closed {
    fields: Value,
    form_token: Option<String>,
    /// Typed into a page, not sent by a program.
    form: bool,
    house: Option<web::Data<Arc<House>>>,
}

impl Closed {
    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Pin<Box<dyn Future<Output = Result<Self>>>> {
        let api = is_api(req);
        let form = is_form(req);
        let kind = req.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let json = kind.starts_with("application/json");
        let unread = req.extensions().get::<Unread>().is_some();
        let house = req.app_data::<web::Data<Arc<House>>>().cloned();
        let bytes = web::Bytes::from_request(req, payload);
        Box::pin(async move {
            let Some(bytes) = bytes.await.ok().filter(|_| !unread) else {
                let most = LONGEST / 1024;
                let told =
                    format!("The request is longer than {most} KiB, or it broke off. Nothing was saved.");
                return Err(Error::bad_input(told));
            };
            // Pages take forms and the API takes JSON, so that no page can be made to send a command to the API.
            match (api, form, json) {
                (false, true, _) => Ok(Self { house, ..form_fields(&bytes)? }),
                (true, _, true) => Ok(Self { house, ..json_fields(&bytes)? }),
                _ => Err(Error::bad_input("The request has a content type that is not taken here.")),
            }
        })
    }

    /// The fields, as long as texts may be.
    fn sent(self) -> Result<Map<String, Value>> {
        // A list would be taken for the fields in their order, which no program should rely on.
        let Value::Object(sent) = self.fields else {
            return Err(Error::bad_input("The request must be a JSON object. Nothing was saved."));
        };
        if let Some(house) = &self.house {
            text::check(&sent, self.form, &house.policy.texts)?;
        }
        Ok(sent)
    }
}

/// The fields of a request, still closed. `open` compares the form token and parses them.
pub struct Input<T> {
    closed: Closed,
    target: PhantomData<T>,
}

impl<T: DeserializeOwned> FromRequest for Input<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let closed = Closed::from_request(req, payload);
        Box::pin(async move { Ok(Self { closed: closed.await?, target: PhantomData }) })
    }
}

impl<T: DeserializeOwned> Input<T> {
    /// The fields, once the caller's form token is the session's.
    ///
    /// # Errors
    /// A form that was not made for this session; a field that is missing, unknown or does not parse, by its name.
    pub fn open(self, caller: &Caller) -> Result<T> {
        if !is_of_session(self.closed.form_token.as_deref(), caller) {
            return Err(Error::bad_input(
                "This form belongs to another session. Open the page again and send it once more; nothing was saved.",
            ));
        }
        self.open_unbound()
    }

    /// The fields of a form that stands before any session: signing in.
    pub fn open_unbound(self) -> Result<T> {
        let form = self.closed.form;
        let sent = self.closed.sent()?;
        serde_json::from_value(Value::Object(sent.clone())).map_err(|problem| {
            refused(&problem.to_string(), &sent, form, |fields| {
                serde_json::from_value::<T>(fields).err().map(|problem| problem.to_string())
            })
        })
    }
}

fn refused(problem: &str, sent: &Map<String, Value>, form: bool, read: fn(Value) -> Option<String>) -> Error {
    let (field, told) = told_of(problem, sent, form, read);
    // On a page the heading above says that there is a problem.
    let told = if form { capital(&told) } else { format!("There is a problem: {told}") };
    let refused = Error::bad_input(format!("{told} Nothing was saved."));
    match field {
        Some(field) => refused.at(field),
        None => refused,
    }
}

/// What is wrong, in words, and with which field: serde quotes values, which may be personal, and Rust's names of types,
/// which help nobody.
fn told_of(
    problem: &str,
    sent: &Map<String, Value>,
    form: bool,
    read: fn(Value) -> Option<String>,
) -> (Option<String>, String) {
    let quoted = |start: &str| problem.strip_prefix(start).and_then(|rest| rest.split('`').next());
    if let Some(name) = quoted("missing field `") {
        return (Some(name.into()), format!("fill in or choose '{}'.", shown(name, form)));
    }
    if let Some(name) = quoted("unknown field `") {
        return (Some(name.into()), format!("nothing here is called '{name}'."));
    }
    let Some(name) = first_wrong(sent, read) else {
        return (None, "a field is not of the kind that is expected here.".into());
    };
    let words = shown(&name, form);
    let expected = problem.rsplit_once("expected ").map_or("", |(_, expected)| expected);
    let told = if expected == "a date" && form {
        format!("enter the {words} as day, month and year, for example 31 3 1980.")
    } else if expected == "a date" {
        format!("'{words}' must be a day as year, month, day: 1980-03-31.")
    } else if form && expected.starts_with("one of ") {
        format!("choose one of the answers for '{words}'.")
    } else if let Some(list) = expected.strip_prefix("one of ") {
        format!("'{words}' must be one of: {}.", list.replace('`', ""))
    } else {
        let kind = match expected {
            "a string" => "text",
            "a boolean" => "true or false",
            "a sequence" => "a list",
            "an integer" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number",
            _ => "of the kind that is expected here",
        };
        format!("'{words}' must be {kind}.")
    };
    (Some(name), told)
}

/// Most fields that are tried one after another; no form of ours has as many.
const MOST_TRIED: usize = 100;

/// The name of the first field that does not parse: fields are read in order, so it is the last one of the shortest
/// beginning that fails for another reason than what is still missing.
/// `read` says what is wrong with fields, if anything is.
fn first_wrong(sent: &Map<String, Value>, read: fn(Value) -> Option<String>) -> Option<String> {
    let mut beginning = Map::new();
    for (name, value) in sent.iter().take(MOST_TRIED) {
        beginning.insert(name.clone(), value.clone());
        let problem = read(Value::Object(beginning.clone()));
        if problem.is_some_and(|problem| !problem.starts_with("missing field")) {
            return Some(name.clone());
        }
    }
    None
}

/// A field in words, for a page that does not say how it calls it; programs know it by the name they sent.
pub(super) fn shown(name: &str, form: bool) -> String {
    const OTHERWISE: &[(&str, &str)] = &[
        ("birth_date", "date of birth"),
        ("died_on", "date of death"),
        ("held_on", "date of the conversation"),
        ("next_on", "day of what happens next"),
        ("as_of", "day on which this was known to be right"),
        ("revisit_on", "day on which this is asked again"),
        ("review_on", "day on which this is looked at again"),
        ("until", "last day"),
    ];
    if !form {
        return name.to_owned();
    }
    let known = OTHERWISE.iter().find(|(field, _)| *field == name);
    known.map_or_else(|| name.replace('_', " "), |(_, words)| (*words).to_owned())
}

fn json_fields(bytes: &[u8]) -> Result<Closed> {
    let fields = json::read(bytes).map_err(|unread| {
        Error::bad_input(match unread {
            json::Unread::Twice(Some(key)) => {
                format!("The key '{key}' stands twice in the request. Send it once. Nothing was saved.")
            }
            json::Unread::Twice(None) => {
                "A key stands twice in the request. Send each once. Nothing was saved.".into()
            }
            json::Unread::NotJson { line, column } => {
                format!("The request is not JSON (line {line}, column {column}). Nothing was saved.")
            }
        })
    })?;
    Ok(Closed { fields, form_token: None, form: false, house: None })
}

/// A form as the same value a program would send: empty fields are absent, repeated ones a list, `x-day`, `x-month`
/// and `x-year` the date `x`.
fn form_fields(bytes: &[u8]) -> Result<Closed> {
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
    Ok(Closed { fields: Value::Object(fields), form_token, form: true, house: None })
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

    fn opened<T: DeserializeOwned>(closed: Result<Closed>) -> Result<T> {
        Input { closed: closed?, target: PhantomData }.open_unbound()
    }

    fn form(text: &str) -> Result<Held> {
        opened(form_fields(text.as_bytes()))
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
        let kept = Typed::of(
            b"form_token=t&what_she_said=She+would+rather+tell+them+herself,+after+Christmas.&mark=familial\
            &result=3f0c7d2e-6c1d-4f57-9a53-0c1b2f7f9c11&password=a+long+one+with+spaces+in+it",
        );
        assert_eq!(
            (kept.get("mark"), kept.get("password"), kept.get("form_token")),
            (Some("familial"), None, None)
        );
        let kept: Vec<_> = kept.long_words().into_iter().map(|one| (one.field, one.words)).collect();
        let kept: Vec<_> = kept.iter().map(|(field, words)| (field.as_str(), *words)).collect();
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
        let refused = form("note=hello").unwrap_err();
        assert_eq!(refused.public(), "Fill in or choose 'on'. Nothing was saved.");
        assert_eq!(refused.field(), Some("on"));
    }

    #[test]
    fn a_date_that_does_not_exist_is_refused_without_repeating_it() {
        let told = form("on-day=31&on-month=2&on-year=2026").unwrap_err();
        assert_eq!(
            told.public(),
            "Enter the on as day, month and year, for example 31 3 1980. Nothing was saved."
        );
        #[derive(Debug, serde::Deserialize)]
        struct Born {
            #[allow(dead_code, reason = "only refused here")]
            birth_date: Option<UtcDate>,
        }
        let told = form_fields(b"birth_date-day=31&birth_date-month=2&birth_date-year=1980");
        let told = opened::<Born>(told).unwrap_err();
        assert!(told.public().starts_with("Enter the date of birth as day, month and year"), "{told}");
    }

    #[test]
    fn a_program_is_told_which_key_and_never_a_name_of_ours() {
        let told = |body: &str| opened::<Held>(json_fields(body.as_bytes())).unwrap_err().public().to_owned();
        assert!(
            told(r#"{"on":"31 March 1980"}"#).contains("'on' must be a day as year, month, day: 1980-03-31")
        );
        assert!(told(r#"{"codes":["A1"],"on":"2026-03-02","note":7}"#).contains("'note' must be text"));
        assert!(told(r#"{"on":"2026-03-02","codes":"A1"}"#).contains("'codes' must be a list"));
        assert!(told(r#"{"on":"2026-03-02","on":"2026-03-03"}"#).contains("'on' stands twice"));
        for body in ["[]", "7", r#""Held""#, r#"["2026-03-02"]"#, r#"{"on":{}}"#, r#"{"on":[1]}"#] {
            assert!(!told(body).contains("Held") && !told(body).contains("struct"), "{body}: {}", told(body));
        }
    }
}
