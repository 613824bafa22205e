//! JSON whose elements know where they stand, so that an error can say line, column and path.
//! Must not know: any format that is written in JSON.

use super::FormatError;
use std::borrow::Cow;

/// A text of JSON, taken apart.
pub(crate) struct Document<'a> {
    text: &'a str,
    /// Where each line begins.
    lines: Vec<usize>,
    root: Node,
}

struct Node {
    start: usize,
    end: usize,
    value: Value,
}

enum Value {
    Null,
    Bool(bool),
    /// As it stands.
    Number,
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

/// One element of a document.
#[derive(Clone, Copy)]
pub(crate) struct Element<'a> {
    document: &'a Document<'a>,
    node: &'a Node,
}

impl<'a> Document<'a> {
    /// # Errors
    /// What is not JSON, is nested more than a hundred deep, or gives a name twice in one object.
    pub fn parse(text: &'a str) -> Result<Document<'a>, FormatError> {
        // The library's reading finds every error of syntax and limits the depth; the second one finds the places.
        serde_json::from_str::<serde_json::Value>(text).map_err(|error| syntax(text, &error))?;
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let root = Node { start: 0, end: text.len(), value: Value::Null };
        let mut document = Document { text, lines, root };
        let mut scan = Scan { text, at: 0 };
        document.root = scan
            .node()
            .map_err(|(at, name)| document.error(at, format!("the name {name} only once in this object")))?;
        Ok(document)
    }

    pub fn root(&'a self) -> Element<'a> {
        Element { document: self, node: &self.root }
    }

    /// Line and column of a byte, both from 1.
    fn place(&self, at: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= at);
        let start = line.checked_sub(1).and_then(|line| self.lines.get(line)).copied().unwrap_or(0);
        (line, self.text.get(start..at).map_or(0, |before| before.chars().count()) + 1)
    }

    fn error(&self, at: usize, expected: impl Into<Cow<'static, str>>) -> FormatError {
        let (line, column) = self.place(at);
        FormatError::new(line, column, expected)
    }

    /// The path from the root to the element that begins at a byte.
    fn path(&self, at: usize) -> String {
        let (mut path, mut node) = (String::new(), &self.root);
        while node.start < at {
            let inside = |child: &&Node| child.start <= at && at < child.end;
            let below = match &node.value {
                Value::List(items) => {
                    let found = items.iter().enumerate().find(|(_, item)| inside(item));
                    found.map(|(place, item)| (format!("[{place}]"), item))
                }
                Value::Object(members) => {
                    let found = members.iter().find(|(_, member)| inside(&member));
                    found.map(|(name, member)| {
                        (if path.is_empty() { name.clone() } else { format!(".{name}") }, member)
                    })
                }
                Value::Null | Value::Bool(_) | Value::Number | Value::Text(_) => None,
            };
            let Some((step, child)) = below else { return path };
            path += &step;
            node = child;
        }
        path
    }
}

fn syntax(text: &str, error: &serde_json::Error) -> FormatError {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let before = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    let bytes = before.as_bytes().get(..error.column().saturating_sub(1)).unwrap_or(before.as_bytes());
    let column = String::from_utf8_lossy(bytes).chars().count() + 1;
    let expected = match said.strip_prefix("expected ") {
        Some(expected) => expected.to_owned(),
        None => format!("JSON that can be read ({said})"),
    };
    FormatError::new(error.line().max(1), column, expected)
}

/// Walks a text that is known to be JSON.
struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl Scan<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn pass(&mut self, those: impl Fn(u8) -> bool) {
        while self.byte().is_some_and(&those) {
            self.at += 1;
        }
    }

    /// Passes over spaces and commas or a colon to the next element.
    fn next(&mut self) -> Option<u8> {
        self.pass(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':'));
        self.byte()
    }

    /// The element here, or where a name is given twice and which.
    fn node(&mut self) -> Result<Node, (usize, String)> {
        let first = self.next();
        let start = self.at;
        let value = match first {
            Some(b'{') => {
                self.at += 1;
                let mut members: Vec<(String, Node)> = Vec::new();
                let mut names = std::collections::BTreeSet::new();
                while let Some(byte) = self.next().filter(|byte| *byte != b'}') {
                    let at = self.at;
                    debug_assert_eq!(byte, b'"');
                    let name = self.string();
                    if !names.insert(name.clone()) {
                        return Err((at, name));
                    }
                    members.push((name, self.node()?));
                }
                self.at += 1;
                Value::Object(members)
            }
            Some(b'[') => {
                self.at += 1;
                let mut items = Vec::new();
                while self.next().is_some_and(|byte| byte != b']') {
                    items.push(self.node()?);
                }
                self.at += 1;
                Value::List(items)
            }
            Some(b'"') => Value::Text(self.string()),
            Some(b't') => self.word(4, Value::Bool(true)),
            Some(b'f') => self.word(5, Value::Bool(false)),
            Some(b'n') => self.word(4, Value::Null),
            Some(_) | None => {
                self.pass(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E'));
                Value::Number
            }
        };
        Ok(Node { start, end: self.at, value })
    }

    fn word(&mut self, length: usize, value: Value) -> Value {
        self.at += length;
        value
    }

    fn string(&mut self) -> String {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.byte() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                break;
            }
        }
        self.text.get(start..self.at).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }
}

impl<'a> Element<'a> {
    /// The line it begins on.
    pub fn line(self) -> usize {
        self.document.place(self.node.start).0
    }

    /// Its text in the document.
    pub fn raw(self) -> &'a str {
        self.document.text.get(self.node.start..self.node.end).unwrap_or_default()
    }

    pub fn wrong(self, expected: impl Into<Cow<'static, str>>) -> FormatError {
        let error = self.document.error(self.node.start, expected);
        match self.document.path(self.node.start) {
            path if path.is_empty() => error,
            path => error.at(path),
        }
    }

    /// The element under a name; none where there is none, or null.
    pub fn get(self, name: &str) -> Option<Element<'a>> {
        let Value::Object(members) = &self.node.value else { return None };
        let (_, node) = members.iter().find(|(own, _)| own == name)?;
        let element = Element { document: self.document, node };
        (!matches!(node.value, Value::Null)).then_some(element)
    }

    /// The element under the first of these names that there is.
    pub fn get_any(self, names: &[&str]) -> Option<Element<'a>> {
        names.iter().find_map(|name| self.get(name))
    }

    /// The element under a name that must be there.
    pub fn need(self, name: &str) -> Result<Element<'a>, FormatError> {
        self.object()?;
        self.get(name).ok_or_else(|| self.wrong(format!("{name} in this object")))
    }

    pub fn object(self) -> Result<Element<'a>, FormatError> {
        match self.node.value {
            Value::Object(_) => Ok(self),
            _ => Err(self.wrong("an object: { }")),
        }
    }

    pub fn text(self) -> Result<&'a str, FormatError> {
        match &self.node.value {
            Value::Text(text) => Ok(text),
            _ => Err(self.wrong("a text in quotation marks")),
        }
    }

    /// The text under a name, where there is one.
    pub fn text_of(self, name: &str) -> Result<Option<&'a str>, FormatError> {
        self.get(name).map(Element::text).transpose()
    }

    pub fn boolean(self) -> Result<bool, FormatError> {
        match self.node.value {
            Value::Bool(yes) => Ok(yes),
            _ => Err(self.wrong("true or false")),
        }
    }

    pub fn number(self) -> Result<f64, FormatError> {
        match self.node.value {
            Value::Number => self.raw().parse().map_err(|_| self.wrong("a number")),
            _ => Err(self.wrong("a number")),
        }
    }

    pub fn is_list(self) -> bool {
        matches!(self.node.value, Value::List(_))
    }

    /// The elements of a list.
    pub fn items(self) -> Result<Vec<Element<'a>>, FormatError> {
        match &self.node.value {
            Value::List(items) => {
                Ok(items.iter().map(|node| Element { document: self.document, node }).collect())
            }
            _ => Err(self.wrong("a list: [ ]")),
        }
    }

    /// The elements of the list under a name; none where there is no such name.
    pub fn items_of(self, name: &str) -> Result<Vec<Element<'a>>, FormatError> {
        self.get(name).map_or(Ok(Vec::new()), Element::items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_knows_its_line_column_and_path() {
        let text = "{\n  \"people\": [\n    {\"näme\": \"\\u00e4\\\"\", \"age\": -1.5e1},\n    7\n  ]\n}\n";
        let document = Document::parse(text).unwrap();
        let people = document.root().need("people").unwrap().items().unwrap();
        assert_eq!(people[0].text_of("näme").unwrap(), Some("ä\""));
        assert_eq!(people[0].get("age").unwrap().number().unwrap(), -15.0);
        assert_eq!(
            people[0].get("age").unwrap().text().unwrap_err().to_string(),
            "Line 3, column 33 (people[0].age): expected a text in quotation marks."
        );
        assert_eq!(
            people[1].object().err().unwrap().to_string(),
            "Line 4, column 5 (people[1]): expected an object: { }."
        );
        assert_eq!(people[1].raw(), "7");
        assert!(document.root().need("pets").err().unwrap().to_string().contains("pets in this object"));
    }

    #[test]
    fn what_is_not_json_is_refused_with_its_place() {
        for (text, line, column) in
            [("", 1, 1), ("{\"ä\" 1}", 1, 6), ("[1,\n 2", 2, 2), ("{\"a\":1,\"a\":2}", 1, 8)]
        {
            let error = Document::parse(text).err().unwrap();
            assert_eq!((error.line, error.column), (line, column), "{text}: {error}");
        }
        assert!(Document::parse(&"[".repeat(100_000)).is_err());
    }
}
