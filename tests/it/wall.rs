//! The wall between the wings.
//! Must not know: anything yet.
