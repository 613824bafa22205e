//! JSON read as strictly as a health record needs: no key twice, no bottomless nesting, no flood of values.
//! Must not know: FHIR, patients, databases or where the bytes came from.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Number;

use super::{Unreadable, UnreadableProblem as Problem};

/// Largest file that is looked at, in bytes (20 MiB).
pub const MAX_BYTES: usize = 20 * 1024 * 1024;
/// Deepest nesting of lists and objects.
pub const MAX_DEPTH: usize = 64;
/// Most list elements in one file, all lists together.
pub const MAX_ELEMENTS: usize = 200_000;
/// Most object members in one file, all objects together.
pub const MAX_MEMBERS: usize = 1_000_000;
/// Longest name, code or wording that is read, in bytes: values are passed on between findings, so none may be huge.
pub const MAX_LINE: usize = 500;
/// Above this many members, duplicate keys are looked up in a set: comparing each with each would be quadratic.
const SMALL_OBJECT: usize = 24;

/// One JSON value; an object keeps its members in the order of the file.
#[derive(Clone, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The member of that name; `None` also for anything that is not an object.
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) | Json::List(_) => None,
        }
    }

    /// Members of an object in file order; empty for everything else.
    pub fn members(&self) -> &[(String, Json)] {
        if let Json::Object(members) = self { members } else { &[] }
    }

    /// The elements of the list under `key`. A lone object counts as a list of one: some senders write it so.
    pub fn items(&self, key: &str) -> &[Json] {
        match self.get(key) {
            Some(Json::List(list)) => list,
            Some(one @ Json::Object(_)) => std::slice::from_ref(one),
            Some(Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_)) | None => &[],
        }
    }

    /// The text itself; empty when this is not text.
    pub fn as_str(&self) -> &str {
        if let Json::Text(text) = self { text } else { "" }
    }

    /// The text under `key` as received; empty when there is none.
    pub fn str(&self, key: &str) -> &str {
        self.get(key).map_or("", Json::as_str)
    }

    /// The text under `key` as one clean line, or `None` when nothing readable is there.
    pub fn line(&self, key: &str) -> Option<String> {
        one_line(self.str(key))
    }

    /// The text under `key` with its line breaks, otherwise cleaned as [`one_line`] does.
    pub fn prose(&self, key: &str) -> Option<String> {
        let lines: Vec<String> = self.str(key).lines().map(clean).collect();
        let text = lines.join("\n").trim().to_owned();
        (!text.is_empty()).then_some(text)
    }
}

/// One clean line; `None` when nothing is left or it is longer than [`MAX_LINE`].
pub fn one_line(text: &str) -> Option<String> {
    Some(clean(text)).filter(|line| !line.is_empty() && line.len() <= MAX_LINE)
}

/// One line without control or direction-changing characters (they can make a screen lie, and no database text
/// column holds a NUL), spaces collapsed; may be empty.
pub fn clean(text: &str) -> String {
    let hidden =
        |c: &char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let visible = text.chars().filter(|c| !hidden(c)).map(|c| if c.is_control() { ' ' } else { c });
    visible.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Says what kind of value it is and nothing of what it holds.
impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Json::Null => "Json(null)",
            Json::Bool(_) => "Json(bool)",
            Json::Number(_) => "Json(number)",
            Json::Text(_) => "Json(text)",
            Json::List(_) => "Json(list)",
            Json::Object(_) => "Json(object)",
        })
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => to.serialize_unit(),
            Json::Bool(b) => to.serialize_bool(*b),
            Json::Number(n) => n.serialize(to),
            Json::Text(t) => to.serialize_str(t),
            Json::List(list) => to.collect_seq(list),
            Json::Object(members) => {
                let mut map = to.serialize_map(Some(members.len()))?;
                members.iter().try_for_each(|(k, v)| map.serialize_entry(k, v))?;
                map.end()
            }
        }
    }
}

/// The text of the file: size, emptiness and encoding checked, a byte order mark taken off.
pub fn text_of(bytes: &[u8]) -> Result<&str, Unreadable> {
    if bytes.len() > MAX_BYTES {
        let place = format!("{} MiB", bytes.len() / (1024 * 1024));
        return Err(Unreadable::new(Problem::TooLarge, place));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let good = bytes.get(..e.valid_up_to()).unwrap_or_default();
        let line = good.iter().filter(|b| **b == b'\n').count() + 1;
        let column = good.iter().rev().take_while(|b| **b != b'\n').count() + 1;
        Unreadable::new(Problem::NotUtf8, position(line, column))
    })?;
    if text.trim().is_empty() {
        return Err(Unreadable::new(Problem::Empty, "line 1".to_owned()));
    }
    Ok(text)
}

/// Reads exactly one JSON value. Errors carry line and column and never a value from the file.
pub fn parse(bytes: &[u8]) -> Result<Json, Unreadable> {
    let text = text_of(bytes)?;
    let budget = Budget::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let value =
        Node { depth: 0, budget: &budget }.deserialize(&mut reader).and_then(|v| reader.end().map(|()| v));
    value.map_err(|error| {
        let place = position(error.line(), error.column());
        match budget.trouble.take() {
            Some(Trouble::TooDeep) => Unreadable::new(Problem::TooDeep, place),
            Some(Trouble::TooMany) => Unreadable::new(Problem::TooMany, place),
            Some(Trouble::Duplicate(key)) => {
                Unreadable::new(Problem::DuplicateKey, place + &key_in_words(&key))
            }
            None if error.is_eof() => Unreadable::new(Problem::NotJson, place).advise(
                "the file ends too early, so it was probably cut off on its way; ask for it to be sent again",
            ),
            None if text.trim_start().starts_with('<') => Unreadable::new(Problem::NotJson, place)
                .advise("it looks like XML; ask the laboratory for the report as FHIR JSON"),
            None if text.starts_with("%PDF") => Unreadable::new(Problem::NotJson, place)
                .advise("it is a PDF; ask the laboratory for the report as FHIR JSON"),
            None => Unreadable::new(Problem::NotJson, place),
        }
    })
}

fn position(line: usize, column: usize) -> String {
    format!("line {line}, column {column}")
}

/// A key is shown only when it looks like one: a broken file may hold a name where a key should be.
fn key_in_words(key: &str) -> String {
    let plain = key.len() <= 40 && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { format!(", key \"{key}\"") } else { String::new() }
}

#[derive(Default)]
struct Budget {
    elements: Cell<usize>,
    members: Cell<usize>,
    trouble: RefCell<Option<Trouble>>,
}

enum Trouble {
    TooDeep,
    TooMany,
    Duplicate(String),
}

impl Budget {
    fn refuse<E: serde::de::Error>(&self, trouble: Trouble) -> E {
        self.trouble.replace(Some(trouble));
        E::custom("refused")
    }

    fn spend<E: serde::de::Error>(&self, purse: &Cell<usize>, limit: usize) -> Result<(), E> {
        purse.set(purse.get() + 1);
        if purse.get() > limit { Err(self.refuse(Trouble::TooMany)) } else { Ok(()) }
    }
}

#[derive(Clone, Copy)]
struct Node<'b> {
    depth: usize,
    budget: &'b Budget,
}

impl Node<'_> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(self.budget.refuse(Trouble::TooDeep));
        }
        Ok(Node { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Json;
    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Json, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Json;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }
    fn visit_bool<E>(self, b: bool) -> Result<Json, E> {
        Ok(Json::Bool(b))
    }
    fn visit_u64<E>(self, n: u64) -> Result<Json, E> {
        Ok(Json::Number(n.into()))
    }
    fn visit_i64<E>(self, n: i64) -> Result<Json, E> {
        Ok(Json::Number(n.into()))
    }
    fn visit_f64<E: serde::de::Error>(self, n: f64) -> Result<Json, E> {
        Number::from_f64(n).map(Json::Number).ok_or_else(|| E::custom("number out of range"))
    }
    fn visit_str<E>(self, t: &str) -> Result<Json, E> {
        Ok(Json::Text(t.to_owned()))
    }
    fn visit_string<E>(self, t: String) -> Result<Json, E> {
        Ok(Json::Text(t))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Json, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(value) = from.next_element_seed(inner)? {
            self.budget.spend(&self.budget.elements, MAX_ELEMENTS)?;
            list.push(value);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Json, A::Error> {
        let inner = self.deeper()?;
        let mut members: Vec<(String, Json)> = Vec::new();
        let mut seen: HashSet<String> = HashSet::new();
        while let Some(key) = from.next_key::<String>()? {
            if members.len() == SMALL_OBJECT {
                seen = members.iter().map(|(k, _)| k.clone()).collect();
            }
            let small = members.len() < SMALL_OBJECT;
            let twice =
                if small { members.iter().any(|(k, _)| *k == key) } else { !seen.insert(key.clone()) };
            if twice {
                return Err(self.budget.refuse(Trouble::Duplicate(key)));
            }
            self.budget.spend(&self.budget.members, MAX_MEMBERS)?;
            members.push((key, from.next_value_seed(inner)?));
        }
        Ok(Json::Object(members))
    }
}

/// Cuts text that [`parse`] has accepted into its pieces, byte for byte as received: a decimal keeps its last zero.
/// Yields (raw key with quotes, or empty in a list; raw value) of the object or list that `text` is.
pub fn pieces(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let text = text.trim();
    let keyed = text.starts_with('{');
    let mut rest = if keyed || text.starts_with('[') { text.get(1..).unwrap_or("") } else { "" };
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n', ',']);
        let mut key = "";
        if keyed {
            (key, rest) = rest.split_at_checked(extent(rest))?;
            rest = rest.trim_start_matches([' ', '\t', '\r', '\n', ':']);
        }
        let (value, after) = rest.split_at_checked(extent(rest))?;
        rest = after;
        (!value.is_empty()).then_some((key, value))
    })
}

/// Length in bytes of the value at the start of `text`; 0 at a closing bracket or the end.
fn extent(text: &str) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        let closes = match byte {
            _ if escaped => {
                escaped = false;
                false
            }
            b'\\' if quoted => {
                escaped = true;
                false
            }
            b'"' => {
                quoted = !quoted;
                !quoted && depth == 0
            }
            _ if quoted => false,
            b'{' | b'[' => {
                depth += 1;
                false
            }
            b'}' | b']' if depth > 0 => {
                depth -= 1;
                depth == 0
            }
            b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return at,
            _ => false,
        };
        if closes {
            return at + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &[u8]) -> (Problem, String) {
        let error = parse(text).expect_err("must be refused");
        (error.problem, error.place)
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_with_its_name_and_place() {
        let (problem, place) = refusal(b"{\n \"status\": \"final\",\n \"status\": \"amended\"}");
        assert_eq!((problem, place.as_str()), (Problem::DuplicateKey, "line 3, column 9, key \"status\""));
        assert_eq!(
            refusal(br#"{"a":1,"\u0061":2}"#).0,
            Problem::DuplicateKey,
            "the same key, written with an escape"
        );
        let many: String = (0..60).map(|n| format!("\"k{n}\":0,")).collect();
        assert_eq!(refusal(format!("{{{many}\"k59\":1}}").as_bytes()).0, Problem::DuplicateKey);
        assert_eq!(refusal(format!("{{{many}\"k3\":1}}").as_bytes()).0, Problem::DuplicateKey);
        assert!(
            !refusal(br#"{"Mrs A. Name":1,"Mrs A. Name":2}"#).1.contains("Name"),
            "only what looks like a key is shown"
        );
    }

    #[test]
    fn nesting_stops_at_sixty_four() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert_eq!(refusal(nested(MAX_DEPTH + 1).as_bytes()).0, Problem::TooDeep);
        assert_eq!(refusal("[".repeat(100_000).as_bytes()).0, Problem::TooDeep);
    }

    #[test]
    fn a_flood_of_values_is_refused() {
        let list = |n: usize| format!("[{}0]", "0,".repeat(n - 1));
        assert!(parse(list(MAX_ELEMENTS).as_bytes()).is_ok());
        assert_eq!(refusal(list(MAX_ELEMENTS + 1).as_bytes()).0, Problem::TooMany);
        let members: String = (0..=MAX_MEMBERS).map(|n| format!("\"{n}\":0,")).collect();
        assert_eq!(refusal(format!("{{{members}\"x\":0}}").as_bytes()).0, Problem::TooMany);
    }

    #[test]
    fn the_size_is_refused_before_anything_is_read() {
        assert_eq!(refusal(&vec![b'x'; 50_000_000]), (Problem::TooLarge, "47 MiB".to_owned()));
    }

    #[test]
    fn what_is_no_json_is_told_apart() {
        assert_eq!(refusal(b"").0, Problem::Empty);
        assert_eq!(refusal(b"\xef\xbb\xbf \n").0, Problem::Empty);
        assert_eq!(refusal(b"{\n\"a\": \"caf\xe9\"}"), (Problem::NotUtf8, "line 2, column 10".to_owned()));
        assert_eq!(refusal(b"{\"a\":1,}").0, Problem::NotJson);
        assert_eq!(refusal(b"{} {}").0, Problem::NotJson);
        assert_eq!(refusal(b"[1e999]").0, Problem::NotJson);
        assert_eq!(refusal(b"[NaN]").0, Problem::NotJson);
        let cut = parse(b"{\"a\": [1,\n2").expect_err("cut off");
        assert!(cut.to_string().contains("ends too early") && cut.place == "line 2, column 1", "{cut}");
        assert!(parse(b"<Bundle/>").expect_err("XML").to_string().contains("XML"));
    }

    #[test]
    fn a_byte_order_mark_is_tolerated() {
        assert_eq!(parse(b"\xef\xbb\xbf{\"a\":true}").expect("read").get("a"), Some(&Json::Bool(true)));
    }

    #[test]
    fn pieces_are_the_bytes_as_received() {
        let text = r#" { "a" : 1.50 , "b":[ {"x":"}\"]"} , [ ] ], "c":null } "#;
        let found: Vec<_> = pieces(text).collect();
        assert_eq!(found, [("\"a\"", "1.50"), ("\"b\"", r#"[ {"x":"}\"]"} , [ ] ]"#), ("\"c\"", "null")]);
        assert_eq!(pieces(found[1].1).collect::<Vec<_>>(), [("", r#"{"x":"}\"]"}"#), ("", "[ ]")]);
        assert_eq!(pieces("[]").count() + pieces("{}").count() + pieces("7").count(), 0);
    }

    #[test]
    fn text_from_a_file_cannot_rearrange_a_line_on_the_screen() {
        assert_eq!(one_line(" a\u{0}\n b\u{202e}c ").as_deref(), Some("a bc"));
        assert_eq!(one_line(" \u{0} "), None);
        assert_eq!(format!("{:?}", Json::Text("Rosalind".into())), "Json(text)");
    }
}
