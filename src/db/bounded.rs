//! A count that stops: how many rows a limited query has, without reading any that lie beyond the limit.
//! Must not know: what is counted.

use super::Conn;
use diesel::{
    QueryResult, RunQueryDsl,
    backend::Backend,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::BigInt,
};

/// The most that is counted of anything whose number has no bound of its own.
pub const MOST: i64 = 1000;

/// `query` must be limited; its rows are counted.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Counted<Q>(pub Q);

impl<Q, DB> QueryFragment<DB> for Counted<Q>
where
    DB: Backend,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT count(*) FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted");
        Ok(())
    }
}

impl<Q: Query> Query for Counted<Q> {
    type SqlType = BigInt;
}

impl<Q> RunQueryDsl<Conn> for Counted<Q> {}

/// A number up to `MOST`, and whether there are more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Bounded {
    pub number: i64,
    pub more: bool,
}

impl Bounded {
    /// Of what was counted up to one more than `MOST`.
    pub fn of(counted: i64) -> Self {
        Self { number: counted.min(MOST), more: counted > MOST }
    }
}

/// How many rows a query would have, were it not limited to one more than `MOST`.
macro_rules! counted {
    ($query:expr, $conn:expr) => {{
        let most = $crate::db::bounded::MOST + 1;
        let number: i64 =
            diesel::RunQueryDsl::get_result($crate::db::bounded::Counted($query.limit(most)), $conn)?;
        $crate::db::bounded::Bounded::of(number)
    }};
}
pub(crate) use counted;
