//! The schema of both databases.
//! Must not know: anything yet.
