//! The referrals of a relative to a service of their own, as the relative's page lists them.
//! Must not know: to whom they go, or what was said.

use crate::{
    audit::Act,
    clinic::referral::{kept::referrals_of, states::ReferralState},
    db::UtcDate,
    error::Result,
    ids::{ReferralId, TaskId},
};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct ReferralLine {
    referral: ReferralId,
    prepared: String,
    state: ReferralState,
    state_words: &'static str,
    look_on: Option<String>,
}

/// The referrals of a relative, newest first.
pub(super) fn referrals_listed(act: &mut Act<'_>, task: TaskId) -> Result<Vec<ReferralLine>> {
    let all = referrals_of(act.conn, act.service, task)?;
    Ok(all
        .into_iter()
        .map(|one| ReferralLine {
            referral: one.id,
            prepared: one.prepared_at.shown(),
            state: one.state,
            state_words: one.state.title(),
            look_on: one.look_on.map(UtcDate::shown),
        })
        .collect())
}
