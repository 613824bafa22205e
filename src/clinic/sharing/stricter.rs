//! Two probands of one family, two files: what one agrees to stands, but for their name. Nobody is named to a relative while
//! the other proband, asked about that relative, has not agreed to a letter that names. Must not know: letters' words.

use super::consent::{Route, Stance, StanceNow, consent_last};
use crate::{
    audit::Act,
    clinic::{cascade::task::Task, kindred::joined::tasks_alike, letters::take_back::take_back_named},
    db::Conn,
    error::Result,
    ids::ServiceId,
};
use kinward_family::disclosure::Level;

/// True where a proband of a joined file was asked about this relative and has not agreed to be named.
pub fn is_naming_refused(conn: &mut Conn, service: ServiceId, task: &Task) -> Result<bool> {
    for other in tasks_alike(conn, service, task)? {
        if consent_last(conn, service, other.id)?.is_some_and(|last| !bears_naming(&last)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// After a stance: letters of joined files that name their proband and have not left stop, where it does not bear that.
pub(in crate::clinic) fn naming_follow(act: &mut Act<'_>, task: &Task) -> Result<()> {
    let bears = consent_last(act.conn, act.service, task.id)?.is_none_or(|last| bears_naming(&last));
    if bears {
        return Ok(());
    }
    for other in tasks_alike(act.conn, act.service, task)? {
        take_back_named(act, other.id)?;
    }
    Ok(())
}

fn bears_naming(stance: &StanceNow) -> bool {
    match (stance.stance, stance.route) {
        // Whoever tells a relative themselves is known to them by that.
        (Stance::Given | Stance::GivenWithLimits, Route::ProbandTells) => true,
        (Stance::Given | Stance::GivenWithLimits, Route::ClinicLetter) => stance.level == Level::L3.as_str(),
        (
            Stance::Thinking | Stance::Refused | Stance::Withdrawn | Stance::NotObtainable,
            Route::ProbandTells | Route::ClinicLetter,
        ) => false,
    }
}
