//! What stands on a change: tasks, letters, conversations and results that came after it, addresses of people it added,
//! and what relatives' own tests said.
//! Must not know: what any of it says.

use super::Plan;
use crate::{
    access::InFamily,
    clinic::{
        cascade::task::relative_tasks, letters::letter::letters, people::contact::contacts_of,
        result::state::results, sharing::conversation::conversations,
        tested::relative_result::relative_results,
    },
    db::Conn,
    error::Result,
    ids::PersonId,
};
use diesel::prelude::*;

/// How much there was in the family; none of it is ever removed, so more means later.
#[derive(Clone, Copy, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Stood {
    #[n(0)]
    tasks: i64,
    #[n(1)]
    letters: i64,
    #[n(2)]
    conversations: i64,
    #[n(3)]
    results: i64,
    /// None in what was kept before relatives' own results were.
    #[n(4)]
    own_results: Option<i64>,
}

macro_rules! count {
    ($conn:ident, $proof:ident, $table:ident) => {
        $table::table
            .filter($table::service_id.eq($proof.service()))
            .filter($table::family_id.eq($proof.family()))
            .count()
            .get_result::<i64>($conn)?
    };
}

impl Stood {
    pub(super) fn now(conn: &mut Conn, proof: &InFamily) -> Result<Self> {
        Ok(Self {
            tasks: count!(conn, proof, relative_tasks),
            letters: count!(conn, proof, letters),
            conversations: count!(conn, proof, conversations),
            results: count!(conn, proof, results),
            own_results: Some(count!(conn, proof, relative_results)),
        })
    }

    /// What has come since, in words; nothing where nothing has.
    pub(super) fn since(self, now: Self) -> Vec<String> {
        let more = |was: i64, is: i64, one: &str, many: &str| match is - was {
            1 => Some(format!("1 {one}")),
            several if several > 1 => Some(format!("{several} {many}")),
            _ => None,
        };
        [
            more(
                self.tasks,
                now.tasks,
                "relative was put on the list of those at risk",
                "relatives were put on the list of those at risk",
            ),
            more(self.letters, now.letters, "letter was drafted", "letters were drafted"),
            more(
                self.conversations,
                now.conversations,
                "conversation was recorded",
                "conversations were recorded",
            ),
            more(self.results, now.results, "result came in", "results came in"),
            more(
                self.own_results.unwrap_or_default(),
                now.own_results.unwrap_or_default(),
                "relative's own result was recorded",
                "relatives' own results were recorded",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Those of the people a plan added whose address is on record.
pub(super) fn reached(conn: &mut Conn, proof: &InFamily, plan: &Plan) -> Result<Vec<PersonId>> {
    let added: Vec<PersonId> =
        plan.people.iter().filter(|one| one.before.is_none()).map(|one| one.id).collect();
    Ok(contacts_of(conn, proof, &added)?.into_iter().map(|contact| contact.person_id).collect())
}
