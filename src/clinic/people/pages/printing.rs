//! Whether a person's address may be printed, as the form for how they are reached offers it, and who may lift that it may not.
//! Must not know: the address.

use crate::{
    access::{Caller, Choice, Permission, permission::allows},
    clinic::people::contact::Contact,
    db::closed,
    error::{Error, Result},
};

closed! {
    pub(super) enum Printing { Allowed = "allowed", Never = "never" }
}

impl Printing {
    pub fn is_never(self) -> bool {
        self == Printing::Never
    }
}

pub(super) fn choices(of: Option<&Contact>) -> Vec<Choice> {
    let restricted = of.is_some_and(Contact::is_restricted);
    vec![
        Choice::of(Printing::Allowed, "It may be printed on letters").chosen(!restricted),
        Choice::of(Printing::Never, "It must not be printed").chosen(restricted),
    ]
}

/// Anybody may say that an address must not be printed; that it may again is for whoever releases a hold.
pub(super) fn may_say(caller: &Caller, stands: Option<&Contact>, said: Option<Printing>) -> Result<()> {
    let lifts = said == Some(Printing::Allowed) && stands.is_some_and(Contact::is_restricted);
    if lifts && !allows(&caller.roles, Permission::SafetyRelease) {
        return Err(Error::not_allowed(Permission::SafetyRelease.as_str()));
    }
    Ok(())
}
