//! Every route as every role.
//! Must not know: anything yet.
