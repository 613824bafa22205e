//! One line of the notation: a couple with or without children, or children.
//! Must not know: other lines; which people are the same.

use super::super::FormatError;
use super::symbol::{Fact, Symbol};
use crate::model::{Childless, Consanguinity, Life, Zygosity};
use std::borrow::Cow;

/// A line, cut into what it says.
pub(super) struct Line {
    pub number: usize,
    /// How far it is indented, a tab being four.
    pub indent: usize,
    /// None on a line of children.
    pub head: Option<Head>,
    pub children: Vec<Child>,
}

/// The couple that a line begins with; nobody for `?`.
pub(super) struct Head {
    pub first: Option<Symbol>,
    pub partner: Option<(Tie, Symbol)>,
}

/// A child with the partner beside them.
pub(super) struct Child {
    pub column: usize,
    /// What the twin sign says, and its number.
    pub twins: Option<(Zygosity, String)>,
    pub symbol: Symbol,
    pub partner: Option<(Tie, Symbol)>,
}

/// What the sign between two partners says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tie {
    pub consanguinity: Consanguinity,
    pub ended: bool,
    pub childless: Option<Childless>,
}

/// The signs of pregnancies and losses after a child sign; longer ones first.
pub(super) const LIVES: [(&str, Life); 5] = [
    ("XT", Life::Termination),
    ("XE", Life::Ectopic),
    ("XS", Life::Stillbirth),
    ("X", Life::Miscarriage),
    ("P", Life::Pregnancy),
];

/// A place on a line.
pub(super) struct Cursor<'a> {
    pub line: usize,
    rest: &'a str,
    column: usize,
}

/// A text of a symbol, and whether it stood in quotation marks.
pub(super) struct Text {
    pub text: String,
    pub quoted: bool,
}

impl<'a> Cursor<'a> {
    pub fn new(line: usize, text: &'a str) -> Cursor<'a> {
        Cursor { line, rest: text, column: 1 }
    }

    pub fn column(&self) -> usize {
        self.column
    }

    pub fn wrong(&self, expected: impl Into<Cow<'static, str>>) -> FormatError {
        self.wrong_at(self.column, expected)
    }

    pub fn wrong_at(&self, column: usize, expected: impl Into<Cow<'static, str>>) -> FormatError {
        FormatError::new(self.line, column, expected)
    }

    pub fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub fn next(&mut self) -> Option<char> {
        let mut marks = self.rest.chars();
        let mark = marks.next()?;
        self.rest = marks.as_str();
        self.column += 1;
        Some(mark)
    }

    /// Whether a sign stands here; if so it is passed over.
    pub fn takes(&mut self, sign: &str) -> bool {
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                self.column += sign.chars().count();
                true
            }
            None => false,
        }
    }

    pub fn spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next();
        }
    }

    /// A text up to one of the marks, without the spaces around it; or one in quotation marks, and the spaces after it.
    pub fn text(&mut self, ends: &[char]) -> Result<Text, FormatError> {
        self.spaces();
        let start = self.column;
        let mut text = String::new();
        if !self.takes("\"") {
            while let Some(mark) = self.peek().filter(|mark| !ends.contains(mark)) {
                if matches!(mark, '"' | '[' | ']' | '(' | ')' | '<' | '>' | '{' | '}') {
                    return Err(self
                        .wrong("quotation marks around a text with signs in it, or the end of the symbol"));
                }
                text.push(mark);
                self.next();
            }
            return Ok(Text { text: text.trim_end().to_owned(), quoted: false });
        }
        loop {
            if self.takes("\"\"") {
                text.push('"');
            } else if self.takes("\"") {
                self.spaces();
                return Ok(Text { text, quoted: true });
            } else {
                match self.next() {
                    Some(mark) => text.push(mark),
                    None => return Err(self.wrong_at(start, "a closing quotation mark")),
                }
            }
        }
    }

    /// A child sign with what it says of twins.
    fn child_sign(&mut self) -> Option<Option<(Zygosity, String)>> {
        let zygosity = if self.takes("--") {
            return Some(None);
        } else if self.takes("-%") {
            Zygosity::Dizygotic
        } else if self.takes("%%") {
            Zygosity::Monozygotic
        } else if self.takes("-?") {
            Zygosity::Unknown
        } else {
            return None;
        };
        let digits: String = self.rest.chars().take_while(char::is_ascii_digit).collect();
        self.takes(&digits);
        Some(Some((zygosity, digits)))
    }

    fn tie(&mut self) -> Option<Tie> {
        let mut tie = Tie::default();
        if self.takes("++") {
            tie.consanguinity = Consanguinity::Stated;
        } else if self.takes("+-") {
            tie.consanguinity = Consanguinity::Denied;
        } else if !self.takes("+") {
            return None;
        }
        tie.ended = self.takes("//");
        if self.takes("||") {
            tie.childless = Some(Childless::Infertile);
        } else if self.takes("|") {
            tie.childless = Some(Childless::Choice);
        }
        self.spaces();
        Some(tie)
    }

    fn partner(&mut self) -> Result<Option<(Tie, Symbol)>, FormatError> {
        self.spaces();
        let Some(tie) = self.tie() else { return Ok(None) };
        let symbol = Symbol::read(self)?;
        if symbol.adopted {
            return Err(self.wrong_at(
                symbol.column,
                "braces only where a child is named under the couple that adopted it",
            ));
        }
        if symbol.is_nameless_group() {
            return Err(self.wrong_at(
                symbol.column,
                "one person; a bare number is how many people it is, the id 2 is written [2:]",
            ));
        }
        if self.peek() == Some('+') {
            return Err(self.wrong("one partner; the next couple stands on a line of its own"));
        }
        Ok(Some((tie, symbol)))
    }

    fn child(&mut self, twins: Option<(Zygosity, String)>, column: usize) -> Result<Child, FormatError> {
        self.spaces();
        let sign = LIVES.iter().find(|(sign, _)| self.rest.starts_with(sign)).copied();
        let at = self.column;
        let mut symbol = match sign {
            None => Symbol::read(self)?,
            Some((sign, _)) => {
                self.takes(sign);
                self.spaces();
                if matches!(self.peek(), Some('[' | '(' | '<' | '{')) {
                    Symbol::read(self)?
                } else {
                    self.bare_loss(at)?
                }
            }
        };
        if let Some((_, life)) = sign {
            if symbol.facts.iter().any(|fact| matches!(fact, Fact::Life(_))) {
                return Err(
                    self.wrong_at(symbol.column, "no sign of death beside that of a pregnancy or a loss")
                );
            }
            symbol.facts.push(Fact::Life(life));
        }
        let partner = self.partner()?;
        if let Some((_, other)) = partner.as_ref().filter(|_| symbol.is_nameless_group()) {
            return Err(
                self.wrong_at(other.column, "no partner for several people; the id 2 is written [2:]")
            );
        }
        Ok(Child { column, twins, symbol, partner })
    }

    /// A loss without a symbol, with its weeks or nothing.
    fn bare_loss(&mut self, column: usize) -> Result<Symbol, FormatError> {
        let digits: String = self.rest.chars().take_while(char::is_ascii_digit).collect();
        let mut facts = Vec::new();
        if !digits.is_empty() {
            self.takes(&digits);
            let weeks = digits.parse().ok().filter(|_| self.takes("w"));
            facts.push(Fact::Weeks(weeks.ok_or_else(|| self.wrong("weeks, as in 9w"))?));
            self.spaces();
        }
        let (line, sex) = (self.line, crate::model::Sex::Unknown);
        Ok(Symbol { line, column, sex, adopted: false, handle: None, label: None, facts, links: Vec::new() })
    }
}

/// The name after `=`.
pub(super) fn family_name(line: usize, text: &str) -> Result<String, FormatError> {
    let mut at = Cursor::new(line, text);
    at.spaces();
    if at.peek() != Some('"') {
        return Ok(text.trim().to_owned());
    }
    let name = at.text(&[])?;
    if at.peek().is_some() {
        Err(at.wrong("nothing after the closing quotation mark"))
    } else {
        Ok(name.text)
    }
}

/// Cuts a filled line.
pub(super) fn parse(number: usize, text: &str) -> Result<Line, FormatError> {
    let mut at = Cursor::new(number, text);
    let mut indent = 0;
    while let Some(mark) = at.peek().filter(|mark| mark.is_whitespace()) {
        indent += if mark == '\t' { 4 } else { 1 };
        at.next();
    }
    let head = match at.peek() {
        Some('-' | '%') => None,
        Some('?') => {
            at.next();
            at.spaces();
            Some(Head { first: None, partner: None })
        }
        _ => Some(head(&mut at)?),
    };
    let mut children = Vec::new();
    loop {
        at.spaces();
        if at.peek().is_none() {
            return Ok(Line { number, indent, head, children });
        }
        let column = at.column();
        let Some(twins) = at.child_sign() else {
            return Err(
                at.wrong("a child (--, or -%, %%, -? for twins), a partner (+, ++) or the end of the line")
            );
        };
        children.push(at.child(twins, column)?);
    }
}

fn head(at: &mut Cursor<'_>) -> Result<Head, FormatError> {
    if !matches!(at.peek(), Some('[' | '(' | '<' | '{')) {
        return Err(at.wrong(
            "a symbol ([ ], ( ) or < >), a child (--), ? (parents not known), = (a family) or # (a comment)",
        ));
    }
    let first = Symbol::read(at)?;
    if first.adopted {
        return Err(
            at.wrong_at(first.column, "braces only where a child is named under the couple that adopted it")
        );
    }
    if first.is_nameless_group() {
        return Err(at.wrong_at(
            first.column,
            "one person; a bare number is how many people it is, the id 2 is written [2:]",
        ));
    }
    let partner = at.partner()?;
    Ok(Head { first: Some(first), partner })
}
