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
    sql_types::{Binary, Nullable},
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

impl<T> Sealed<T> {
    /// The ciphertext, for a column that may be empty.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self { bytes, content: PhantomData }
    }
}

/// Seals bytes for a column and a row.
pub(super) fn enclose<C: Kind>(
    grant: &Grant<C>,
    chance: &dyn Chance,
    place: &str,
    row: &str,
    clear: &[u8],
) -> Result<Vec<u8>> {
    let (version, key) =
        grant.keys.last().ok_or_else(|| Error::inner("a holder without a key in this compartment"))?;
    let mut nonce = [0u8; NONCE];
    chance.fill(&mut nonce);
    let aad = grant.bound(place, row, *version);
    let sealed = XChaCha20Poly1305::new(&(*key.bytes()).into())
        .encrypt(&XNonce::from(nonce), Payload { msg: clear, aad: &aad })
        .map_err(|_| Error::inner("sealing failed"))?;
    let mut bytes = Vec::with_capacity(HEAD + sealed.len());
    bytes.push(FORMAT);
    bytes.extend(version.to_be_bytes());
    bytes.extend(nonce);
    bytes.extend(sealed);
    Ok(bytes)
}

/// Opens what was sealed for a column and a row.
pub(super) fn disclose<C: Kind>(
    grant: &Grant<C>,
    place: &str,
    row: &str,
    bytes: &[u8],
) -> Result<Zeroizing<Vec<u8>>> {
    let fault = |what: &str| Error::inner(format!("{place}: {what}"));
    let parts = bytes.split_first().and_then(|(format, rest)| {
        let (version, rest) = rest.split_first_chunk::<4>()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>()?;
        (*format == FORMAT).then_some((i32::from_be_bytes(*version), *nonce, sealed))
    });
    let (version, nonce, sealed) = parts.ok_or_else(|| fault("not a sealed value"))?;
    let key = grant.keys.iter().find(|(v, _)| *v == version);
    let (_, key) = key.ok_or_else(|| fault("sealed with a key that is gone"))?;
    let aad = grant.bound(place, row, version);
    XChaCha20Poly1305::new(&(*key.bytes()).into())
        .decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: &aad })
        .map(Zeroizing::new)
        .map_err(|_| fault("what was sealed was changed, or stands in another place than it was sealed for"))
}

impl<T: Content> Sealed<T> {
    /// Seals `content` for the row `row`.
    ///
    /// # Errors
    /// A holder without a key, which is a fault of ours.
    pub fn seal(grant: &Grant<T::In>, chance: &dyn Chance, row: &str, content: &T) -> Result<Self> {
        Ok(Self { bytes: enclose(grant, chance, T::PLACE, row, &content.encode()?)?, content: PhantomData })
    }

    /// Opens what was sealed for the row `row`.
    ///
    /// # Errors
    /// Inner, naming the column and no more, where the bytes were changed, moved, or sealed with a key that is gone.
    pub fn open(&self, grant: &Grant<T::In>, row: &str) -> Result<T> {
        T::decode(&disclose(grant, T::PLACE, row, &self.bytes)?)
    }
}

// As a borrowed run of bytes, because a bound value of our own type would have to be `Debug`.
impl<'a, T> AsExpression<Binary> for &'a Sealed<T> {
    type Expression = <&'a [u8] as AsExpression<Binary>>::Expression;
    fn as_expression(self) -> Self::Expression {
        <&'a [u8] as AsExpression<Binary>>::as_expression(&self.bytes)
    }
}

impl<'a, T> AsExpression<Nullable<Binary>> for &'a Sealed<T> {
    type Expression = <&'a [u8] as AsExpression<Nullable<Binary>>>::Expression;
    fn as_expression(self) -> Self::Expression {
        <&'a [u8] as AsExpression<Nullable<Binary>>>::as_expression(&self.bytes)
    }
}

impl<T> AsExpression<Nullable<Binary>> for Sealed<T> {
    type Expression = <Vec<u8> as AsExpression<Nullable<Binary>>>::Expression;
    fn as_expression(self) -> Self::Expression {
        <Vec<u8> as AsExpression<Nullable<Binary>>>::as_expression(self.bytes)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::SeededChance,
        keys::compartment::{K, P},
    };

    struct Note(Vec<u8>);
    struct Elsewhere;
    macro_rules! plain {
        ($name:ident in $kind:ident at $place:literal, $bytes:expr, $back:expr) => {
            impl Content for $name {
                type In = $kind;
                const PLACE: &'static str = $place;
                fn encode(&self) -> Result<Zeroizing<Vec<u8>>> {
                    Ok(Zeroizing::new($bytes(self)))
                }
                fn decode(bytes: &[u8]) -> Result<Self> {
                    Ok($back(bytes))
                }
            }
        };
    }
    plain!(Note in P at "notes.sealed", |note: &Note| note.0.clone(), |bytes: &[u8]| Note(bytes.to_vec()));
    plain!(Elsewhere in P at "others.sealed", |_: &Elsewhere| Vec::new(), |_: &[u8]| Elsewhere);
    struct Address;
    plain!(Address in K at "notes.sealed", |_: &Address| Vec::new(), |_: &[u8]| Address);

    fn service(seed: u64) -> ServiceId {
        ServiceId::new(&SeededChance::new(seed))
    }

    fn key() -> Secret {
        Secret::new([7; 32])
    }

    fn moved<A, B>(sealed: &Sealed<A>) -> Sealed<B> {
        Sealed { bytes: sealed.bytes.clone(), content: PhantomData }
    }

    #[test]
    fn it_opens_in_its_own_place_and_nowhere_else() {
        let chance = SeededChance::new(5);
        let grant: Grant<P> = Grant::new(service(1), "family", vec![(1, key())]);
        let sealed = Sealed::seal(&grant, &chance, "row", &Note(b"words of a note".to_vec())).unwrap();
        assert_eq!(sealed.open(&grant, "row").unwrap().0, b"words of a note");
        assert!(!sealed.bytes.windows(5).any(|run| run == b"words"));
        // The same key each time: it is the place that differs.
        let refused = [
            ("another row", sealed.open(&grant, "row2").is_err()),
            (
                "another family",
                sealed.open(&Grant::new(service(1), "family2", vec![(1, key())]), "row").is_err(),
            ),
            (
                "another service",
                sealed.open(&Grant::new(service(2), "family", vec![(1, key())]), "row").is_err(),
            ),
            (
                "another key",
                sealed
                    .open(&Grant::new(service(1), "family", vec![(1, Secret::new([8; 32]))]), "row")
                    .is_err(),
            ),
            (
                "a key that is gone",
                sealed.open(&Grant::new(service(1), "family", vec![(2, key())]), "row").is_err(),
            ),
            ("another column", moved::<Note, Elsewhere>(&sealed).open(&grant, "row").is_err()),
            (
                "another compartment",
                moved::<Note, Address>(&sealed)
                    .open(&Grant::<K>::new(service(1), "family", vec![(1, key())]), "row")
                    .is_err(),
            ),
        ];
        for (place, refused) in refused {
            assert!(refused, "opened in {place}");
        }
    }

    #[test]
    fn parts_that_run_together_are_not_one_place() {
        let chance = SeededChance::new(6);
        let one: Grant<P> = Grant::new(service(1), "ab", vec![(1, key())]);
        let other: Grant<P> = Grant::new(service(1), "b", vec![(1, key())]);
        let sealed = Sealed::seal(&one, &chance, "row", &Note(vec![1])).unwrap();
        assert!(sealed.open(&other, "rowa").is_err());
    }

    #[test]
    fn every_changed_byte_is_found_and_no_two_sealings_are_alike() {
        let chance = SeededChance::new(7);
        let grant: Grant<P> = Grant::new(service(1), "family", vec![(1, key())]);
        let note = Note(b"x".to_vec());
        let sealed = Sealed::seal(&grant, &chance, "row", &note).unwrap();
        for place in 0..sealed.bytes.len() {
            let mut bytes = sealed.bytes.clone();
            bytes[place] ^= 1;
            assert!(
                Sealed::<Note> { bytes, content: PhantomData }.open(&grant, "row").is_err(),
                "byte {place}"
            );
            let bytes = sealed.bytes[..place].to_vec();
            assert!(
                Sealed::<Note> { bytes, content: PhantomData }.open(&grant, "row").is_err(),
                "cut at {place}"
            );
        }
        assert_ne!(sealed.bytes, Sealed::seal(&grant, &chance, "row", &note).unwrap().bytes);
    }

    #[test]
    fn after_a_new_key_old_words_open_and_new_ones_use_it() {
        let chance = SeededChance::new(8);
        let old: Grant<P> = Grant::new(service(1), "family", vec![(1, key())]);
        let sealed = Sealed::seal(&old, &chance, "row", &Note(vec![1])).unwrap();
        let both: Grant<P> = Grant::new(service(1), "family", vec![(1, key()), (2, Secret::new([9; 32]))]);
        assert!(sealed.open(&both, "row").is_ok());
        let newer = Sealed::seal(&both, &chance, "row", &Note(vec![1])).unwrap();
        assert!(newer.open(&old, "row").is_err());
    }
}
