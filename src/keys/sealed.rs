//! A sealed value: ciphertext at rest and in memory, bound to its service, column, row, holder and compartment.
//! Must not know: what is inside. It opens only with a `Grant` of its own compartment; it has no other way out.

use super::{compartment::Kind, service::Secret};
use crate::{
    clock::Chance,
    error::{Error, Result},
    ids::ServiceId,
};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql},
    expression::AsExpression,
    sql_types::Binary,
};
use std::marker::PhantomData;
use zeroize::Zeroizing;

/// What may be sealed: which compartment it is of, and the one column it may stand in.
pub trait Content: Sized {
    type In: Kind;
    /// `table.column`; part of what the ciphertext is bound to.
    const PLACE: &'static str;
    fn encode(&self) -> Result<Zeroizing<Vec<u8>>>;
    fn decode(bytes: &[u8]) -> Result<Self>;
}

/// Says where a type is sealed, and writes it as CBOR: deliberately not by serde, so that what was opened still cannot go
/// into JSON, a template or a log line by itself: `content!(K at "persons.sealed" holds Who);`
macro_rules! content {
    ($kind:ident at $place:literal holds $name:ty) => {
        impl crate::keys::Content for $name {
            type In = crate::keys::compartment::$kind;
            const PLACE: &'static str = $place;
            fn encode(&self) -> crate::error::Result<zeroize::Zeroizing<Vec<u8>>> {
                minicbor::to_vec(self)
                    .map(zeroize::Zeroizing::new)
                    .map_err(|_| crate::error::Error::inner(concat!($place, ": cannot be written")))
            }
            fn decode(bytes: &[u8]) -> crate::error::Result<Self> {
                minicbor::decode(bytes).map_err(|_| {
                    crate::error::Error::inner(concat!($place, ": what was sealed does not parse"))
                })
            }
        }
    };
}
pub(crate) use content;

/// Ciphertext of a `T`: one format byte, the data key's version, the nonce, the sealed bytes.
/// No Debug, Display, Serialize, Deref or comparison, on purpose: docs/assurance/separation.md.
#[derive(diesel::deserialize::FromSqlRow)]
pub struct Sealed<T> {
    bytes: Vec<u8>,
    content: PhantomData<fn() -> T>,
}

impl<T> Clone for Sealed<T> {
    fn clone(&self) -> Self {
        Self { bytes: self.bytes.clone(), content: PhantomData }
    }
}

const FORMAT: u8 = 1;
const NONCE: usize = 24;
const HEAD: usize = 1 + 4 + NONCE;

/// The key of one holder (a family, or a service for what has no family yet) in one compartment. Made by
/// `Unlocked::grant` alone, and that by the staff extractor after the relationship check, or by a named rule.
pub struct Grant<C> {
    service: ServiceId,
    holder: String,
    /// Newest last; older ones only open.
    keys: Vec<(i32, Secret)>,
    compartment: PhantomData<fn() -> C>,
}

impl<C: Kind> Grant<C> {
    pub(super) fn new(service: ServiceId, holder: &str, keys: Vec<(i32, Secret)>) -> Self {
        Self { service, holder: holder.to_owned(), keys, compartment: PhantomData }
    }

    /// What a ciphertext is bound to: moved to another row, column, family, compartment or service it does not open.
    fn bound(&self, place: &str, row: &str, version: i32) -> Vec<u8> {
        let parts = [
            "kinward-sealed-v1",
            self.service.as_str(),
            place,
            row,
            &self.holder,
            C::COMPARTMENT.as_str(),
            &version.to_string(),
        ];
        // Each part with its length, so that no two different lists make the same bytes.
        parts
            .iter()
            .flat_map(|part| {
                let length = u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes();
                length.into_iter().chain(part.bytes())
            })
            .collect()
    }
}

impl<T: Content> Sealed<T> {
    /// Seals `content` for the row `row`.
    ///
    /// # Errors
    /// A holder without a key, which is a fault of ours.
    pub fn seal(grant: &Grant<T::In>, chance: &dyn Chance, row: &str, content: &T) -> Result<Self> {
        let (version, key) =
            grant.keys.last().ok_or_else(|| Error::inner("a holder without a key in this compartment"))?;
        let mut nonce = [0u8; NONCE];
        chance.fill(&mut nonce);
        let clear = content.encode()?;
        let aad = grant.bound(T::PLACE, row, *version);
        let sealed = XChaCha20Poly1305::new(&(*key.bytes()).into())
            .encrypt(&XNonce::from(nonce), Payload { msg: &clear, aad: &aad })
            .map_err(|_| Error::inner("sealing failed"))?;
        let mut bytes = Vec::with_capacity(HEAD + sealed.len());
        bytes.push(FORMAT);
        bytes.extend(version.to_be_bytes());
        bytes.extend(nonce);
        bytes.extend(sealed);
        Ok(Self { bytes, content: PhantomData })
    }

    /// Opens what was sealed for the row `row`.
    ///
    /// # Errors
    /// Inner, naming the column and no more, where the bytes were changed, moved, or sealed with a key that is gone.
    pub fn open(&self, grant: &Grant<T::In>, row: &str) -> Result<T> {
        let fault = |what: &str| Error::inner(format!("{}: {what}", T::PLACE));
        let parts = self.bytes.split_first().and_then(|(format, rest)| {
            let (version, rest) = rest.split_first_chunk::<4>()?;
            let (nonce, sealed) = rest.split_first_chunk::<NONCE>()?;
            (*format == FORMAT).then_some((i32::from_be_bytes(*version), *nonce, sealed))
        });
        let (version, nonce, sealed) = parts.ok_or_else(|| fault("not a sealed value"))?;
        let key = grant.keys.iter().find(|(v, _)| *v == version);
        let (_, key) = key.ok_or_else(|| fault("sealed with a key that is gone"))?;
        let aad = grant.bound(T::PLACE, row, version);
        let clear = XChaCha20Poly1305::new(&(*key.bytes()).into())
            .decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: &aad })
            .map(Zeroizing::new)
            .map_err(|_| {
                fault("what was sealed was changed, or stands in another place than it was sealed for")
            })?;
        T::decode(&clear)
    }
}

// As a borrowed run of bytes, because a bound value of our own type would have to be `Debug`.
impl<'a, T> AsExpression<Binary> for &'a Sealed<T> {
    type Expression = <&'a [u8] as AsExpression<Binary>>::Expression;
    fn as_expression(self) -> Self::Expression {
        <&'a [u8] as AsExpression<Binary>>::as_expression(&self.bytes)
    }
}

impl<T> AsExpression<Binary> for Sealed<T> {
    type Expression = <Vec<u8> as AsExpression<Binary>>::Expression;
    fn as_expression(self) -> Self::Expression {
        <Vec<u8> as AsExpression<Binary>>::as_expression(self.bytes)
    }
}

impl<T, DB> FromSql<Binary, DB> for Sealed<T>
where
    DB: Backend,
    Vec<u8>: FromSql<Binary, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self { bytes: <Vec<u8> as FromSql<Binary, DB>>::from_sql(bytes)?, content: PhantomData })
    }
}
