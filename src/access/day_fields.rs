//! A date as the three inputs of a form hold it, for a form that is filled in already.
//! Must not know: which date it is.

use crate::db::UtcDate;

#[derive(serde::Serialize)]
pub struct DayFields {
    day: u32,
    month: u32,
    year: i32,
}

impl From<UtcDate> for DayFields {
    fn from(date: UtcDate) -> Self {
        let (year, month, day) = date.ymd();
        Self { day, month, year }
    }
}
