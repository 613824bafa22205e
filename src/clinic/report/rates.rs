//! Objections and letters that left, month by month: what the chart of objections is drawn from. For the service as a whole.
//! Must not know: who objects, or who wrote to them.

use super::month::Month;
use crate::{
    clinic::sharing::{
        objection::{Scope, objections},
        topic::Topic,
    },
    db::Conn,
    error::Result,
    ids::ServiceId,
    relative::outbox::{Channel, PostState, posts},
};
use diesel::prelude::*;
use serde::Serialize;

/// One whole month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counted {
    pub month: Month,
    pub objections: i64,
    /// Paper letters that left.
    pub letters: i64,
}

impl Counted {
    /// Objections for each hundred letters; none where no letter left.
    pub fn rate(&self) -> Option<f64> {
        let (objections, letters) = (u32::try_from(self.objections).ok()?, u32::try_from(self.letters).ok()?);
        (letters > 0).then(|| f64::from(objections) * 100.0 / f64::from(letters))
    }
}

/// The `months` whole months before `this`, oldest first, from the first in which a letter left. Two statements a month,
/// answered from an index, whatever has been counted.
pub fn rates(conn: &mut Conn, service: ServiceId, this: Month, months: u32) -> Result<Vec<Counted>> {
    let mut counted = Vec::new();
    let last = this.previous();
    for month in this.earlier(months).up_to(last) {
        let (objections, letters) = (objections_in(conn, service, month)?, letters_in(conn, service, month)?);
        if letters > 0 || !counted.is_empty() {
            counted.push(Counted { month, objections, letters });
        }
    }
    Ok(counted)
}

/// Objections to being contacted at all that were made in a month; whoever came back is not counted again.
pub fn objections_in(conn: &mut Conn, service: ServiceId, month: Month) -> Result<i64> {
    Ok(objections::table
        .filter(objections::service_id.eq(service))
        .filter(objections::at.ge(month.begins()))
        .filter(objections::at.lt(month.next().begins()))
        .filter(objections::scope.ne(Scope::Lifted))
        .filter(objections::topic.eq(Topic::ConditionExists))
        .count()
        .get_result(conn)?)
}

fn letters_in(conn: &mut Conn, service: ServiceId, month: Month) -> Result<i64> {
    Ok(posts::table
        .filter(posts::service_id.eq(service))
        .filter(posts::channel.eq(Channel::Paper))
        .filter(posts::state.eq(PostState::Accepted))
        .filter(posts::changed_at.ge(month.begins()))
        .filter(posts::changed_at.lt(month.next().begins()))
        .count()
        .get_result(conn)?)
}
