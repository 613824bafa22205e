//! The JSON of a command, read so that it can mean one thing only: a key that stands twice is refused by its name.
//! Must not know: what any key means.

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::{cell::RefCell, fmt};

/// What a command's body cannot be taken for.
#[derive(Debug)]
pub(super) enum Unread {
    /// The key, where it looks like one: a broken body may hold anything in its place.
    Twice(Option<String>),
    NotJson {
        line: usize,
        column: usize,
    },
}

pub(super) fn read(bytes: &[u8]) -> Result<Value, Unread> {
    let twice = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    Node(&twice).deserialize(&mut reader).and_then(|value| reader.end().map(|()| value)).map_err(|problem| {
        match twice.take() {
            Some(key) => Unread::Twice(Some(key).filter(|key| looks_like_a_key(key))),
            None => Unread::NotJson { line: problem.line(), column: problem.column() },
        }
    })
}

fn looks_like_a_key(key: &str) -> bool {
    key.len() <= 40 && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[derive(Clone, Copy)]
struct Node<'t>(&'t RefCell<Option<String>>);

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, b: bool) -> Result<Value, E> {
        Ok(Value::Bool(b))
    }
    fn visit_u64<E>(self, n: u64) -> Result<Value, E> {
        Ok(Value::Number(n.into()))
    }
    fn visit_i64<E>(self, n: i64) -> Result<Value, E> {
        Ok(Value::Number(n.into()))
    }
    fn visit_f64<E: serde::de::Error>(self, n: f64) -> Result<Value, E> {
        Number::from_f64(n).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }
    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = from.next_element_seed(self)? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(key) = from.next_key::<String>()? {
            if members.contains_key(&key) {
                self.0.replace(Some(key));
                return Err(A::Error::custom("a key stands twice"));
            }
            let value = from.next_value_seed(self)?;
            members.insert(key, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_once_is_read_as_it_is() {
        let text = br#"{"a":[1,-2,0.5,true,null],"b":{"a":"x"}}"#;
        assert_eq!(read(text).unwrap(), serde_json::from_slice::<Value>(text).unwrap());
    }

    #[test]
    fn a_key_that_stands_twice_is_named_unless_it_looks_like_words() {
        let of = |text: &str| match read(text.as_bytes()) {
            Err(Unread::Twice(key)) => key,
            other => panic!("{other:?}"),
        };
        assert_eq!(of(r#"{"mark":"familial","mark":"personal"}"#).as_deref(), Some("mark"));
        assert_eq!(of(r#"{"x":[{"le\u0076el":1,"level":2}]}"#).as_deref(), Some("level"));
        assert_eq!(of(r#"{"Mrs A. Name":1,"Mrs A. Name":2}"#), None);
    }

    #[test]
    fn what_is_no_json_says_where() {
        assert!(matches!(read(b"{\n\"a\":}"), Err(Unread::NotJson { line: 2, .. })));
        assert!(matches!(read(b"{} {}"), Err(Unread::NotJson { .. })));
        assert!(matches!(read("[".repeat(100_000).as_bytes()), Err(Unread::NotJson { .. })));
    }
}
