//! Reports on the cascade, and whether what they reckon is right.
//! Must not know: how a page is drawn.

mod cascade;
mod counted;
mod statistics;
