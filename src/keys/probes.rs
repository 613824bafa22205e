//! Ways out of a sealed value that must not compile: each probe differs in one line from the twin above them, which does.
//! Must not know: anything else. Security N-23; the lines are run by `cargo test --doc`.
//!
//! The twin: a grant of its own compartment opens it.
//! ```
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     let _ = sealed.open(personal, "row");
//! }
//! ```
//!
//! It cannot be shown by Debug:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     let _ = format!("{sealed:?}");
//! }
//! ```
//!
//! It cannot be shown by Display:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     let _ = format!("{sealed}");
//! }
//! ```
//!
//! It cannot be turned into text:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     let _ = sealed.to_string();
//! }
//! ```
//!
//! It cannot be written as JSON:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     let _ = serde_json::to_string(&sealed);
//! }
//! ```
//!
//! It cannot be a template's value:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     let _ = serde_json::json!({ "note": sealed });
//! }
//! ```
//!
//! It cannot be a field of a log line:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     tracing::info!(note = ?sealed, "noted");
//! }
//! ```
//!
//! It cannot be a displayed field of a log line:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     tracing::info!(note = %sealed, "noted");
//! }
//! ```
//!
//! It cannot be converted:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     let _: String = sealed.into();
//! }
//! ```
//!
//! It cannot be made from text:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     let _: Sealed<Note> = Sealed::from("note".to_owned());
//! }
//! ```
//!
//! It cannot be borrowed as what is inside:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     let _: &Note = sealed.as_ref();
//! }
//! ```
//!
//! It cannot be dereferenced:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     let _: &str = &sealed.0;
//! }
//! ```
//!
//! It cannot be compared, which would tell equal from unequal:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     let _ = sealed == sealed.clone();
//! }
//! ```
//!
//! It cannot be hashed:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     let _ = std::collections::HashSet::from([sealed]);
//! }
//! ```
//!
//! It cannot be opened without a grant:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     let _ = sealed.open((), "row");
//! }
//! ```
//!
//! It cannot be opened with the grant of another compartment:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     let _ = sealed.open(contact, "row");
//! }
//! ```
//!
//! It cannot be given a grant made on the spot:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     let _ = sealed.open(&Grant::<P> { keys: Vec::new() }, "row");
//! }
//! ```
//!
//! It cannot be captured where a relative's page makes text:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     relatives_page(move || format!("{}", sealed));
//! }
//! ```
//!
//! It cannot be taken out of a grant:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     let _ = format!("{personal:?}");
//! }
//! ```
//!
//! It cannot be copied out of a grant:
//! ```compile_fail
//! # use kinward::{keys::{Content, Grant, Sealed, compartment::{K, P}}, error::Result};
//! # #[derive(Clone)] struct Note(String);
//! # impl Content for Note {
//! #     type In = P;
//! #     const PLACE: &'static str = "notes.sealed";
//! #     fn encode(&self) -> Result<zeroize::Zeroizing<Vec<u8>>> { Ok(self.0.clone().into_bytes().into()) }
//! #     fn decode(bytes: &[u8]) -> Result<Self> { Ok(Self(String::from_utf8_lossy(bytes).into_owned())) }
//! # }
//! # fn relatives_page(_: impl Fn() -> String) {}
//! fn probe(sealed: Sealed<Note>, personal: &Grant<P>, contact: &Grant<K>) {
//!     let _: Grant<P> = personal.clone();
//! }
//! ```
