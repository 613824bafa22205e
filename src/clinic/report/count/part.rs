//! Relatives of a count that is under way, as they were counted: sealed with a key of the count's own, and gone with it once the
//! figures are there. Must not know: what is drawn from them.

use super::state::Count;
use crate::{
    audit::Act,
    clinic::report::cascade::cohort::Relative,
    error::Result,
    keys::{Grant, Sealed, compartment::P, content},
};
use diesel::prelude::*;

diesel::table! {
    report_count_parts (count_id, place) {
        count_id -> Text,
        place -> Integer,
        service_id -> Text,
        sealed -> Binary,
    }
}

#[derive(minicbor::Encode, minicbor::Decode)]
struct Part(#[n(0)] Vec<Relative>);
content!(P at "report_count_parts.sealed" holds Part);

/// The row of a part, as it is bound to what it holds.
fn row(count: &Count, place: i32) -> String {
    format!("{}:{place}", count.id)
}

/// Keeps a part at the place that the count has come to.
pub fn part_keep(act: &mut Act<'_>, grant: &Grant<P>, count: &Count, relatives: Vec<Relative>) -> Result<()> {
    let place = count.counted;
    let sealed = Sealed::seal(grant, act.chance(), &row(count, place), &Part(relatives))?;
    diesel::insert_into(report_count_parts::table)
        .values((
            report_count_parts::count_id.eq(count.id),
            report_count_parts::place.eq(place),
            report_count_parts::service_id.eq(count.service_id),
            report_count_parts::sealed.eq(sealed),
        ))
        .execute(act.conn())?;
    Ok(())
}

/// Everybody who was counted.
pub fn parts_open(act: &mut Act<'_>, grant: &Grant<P>, count: &Count) -> Result<Vec<Relative>> {
    let parts: Vec<(i32, Sealed<Part>)> = report_count_parts::table
        .filter(report_count_parts::count_id.eq(count.id))
        .filter(report_count_parts::service_id.eq(count.service_id))
        .order(report_count_parts::place.asc())
        .select((report_count_parts::place, report_count_parts::sealed))
        .load(act.conn())?;
    let mut all = Vec::new();
    for (place, sealed) in parts {
        all.extend(sealed.open(grant, &row(count, place))?.0);
    }
    Ok(all)
}

/// What stands here of any one relative goes, and the key of it.
pub fn parts_forget(act: &mut Act<'_>, count: &Count) -> Result<()> {
    let parts = report_count_parts::table
        .filter(report_count_parts::count_id.eq(count.id))
        .filter(report_count_parts::service_id.eq(count.service_id));
    diesel::delete(parts).execute(act.conn())?;
    act.holder_close(count.id.as_str())
}
