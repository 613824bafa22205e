//! Being written.
//! Must not know: anything yet.
