//! To whom a letter is addressed, and so what stands in its window and in its greeting.
//! Must not know: how a person is related to anyone, or how the letter travels.

use std::fmt;

use crate::{
    kind::Form,
    person::{BadContact, PostalAddress, RecipientName, address_line},
};

/// Who a letter is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addressee {
    /// A person, by post.
    Person(RecipientName, PostalAddress),
    /// A person, from a relative's hand: their name stands in it and no address.
    ByHand(RecipientName),
    /// Whoever reads it.
    Whoever,
    /// A practice, a service or a register.
    House(HouseName, PostalAddress),
}

/// What a practice, service or register is called: one printed line.
#[derive(Clone, PartialEq, Eq)]
pub struct HouseName(String);

impl HouseName {
    pub fn parse(text: &str) -> Result<HouseName, BadContact> {
        address_line(text).map(HouseName)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for HouseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HouseName(..)")
    }
}

impl Addressee {
    pub fn form(&self) -> Form {
        match self {
            Addressee::Person(..) => Form::Person,
            Addressee::ByHand(_) => Form::ByHand,
            Addressee::Whoever => Form::Whoever,
            Addressee::House(..) => Form::House,
        }
    }

    /// The person, where it is one.
    pub fn person(&self) -> Option<&RecipientName> {
        match self {
            Addressee::Person(name, _) | Addressee::ByHand(name) => Some(name),
            Addressee::Whoever | Addressee::House(..) => None,
        }
    }

    pub fn address(&self) -> Option<&PostalAddress> {
        match self {
            Addressee::Person(_, address) | Addressee::House(_, address) => Some(address),
            Addressee::ByHand(_) | Addressee::Whoever => None,
        }
    }

    /// Whether it goes to another country.
    pub fn is_abroad(&self) -> bool {
        self.address().is_some_and(PostalAddress::is_abroad)
    }

    /// The first line of the window: the person or the house.
    pub fn name_line(&self) -> Option<String> {
        match self {
            Addressee::Person(name, _) => Some(name.full()),
            Addressee::House(name, _) => Some(name.as_str().to_owned()),
            Addressee::ByHand(_) | Addressee::Whoever => None,
        }
    }

    /// What shows in the window: 3 to 7 lines; none where the letter is not posted.
    pub fn window(&self) -> Vec<String> {
        match (self.name_line(), self.address()) {
            (Some(name), Some(address)) => {
                let mut lines = vec![name];
                lines.extend(address.lines().iter().cloned());
                lines.push(address.last_line().to_owned());
                lines
            }
            _ => Vec::new(),
        }
    }
}
