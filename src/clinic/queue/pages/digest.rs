//! Whether somebody wants the day's e-mail, and where to.
//! Must not know: any item of work.

use crate::{
    access::{Answer, Choice, Input, Staff, pages::Here, permission::may},
    clinic::queue::digest::{DigestState, digest_choose, digest_last, digest_of},
    db::closed,
    error::{Error, Result},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

closed! {
    /// Whether it is sent.
    pub enum Wanted { Yes = "yes", No = "no" }
}

#[derive(Serialize)]
struct View {
    email: Option<String>,
    wanted: Vec<Choice>,
    hour: i64,
    /// The last one, and what became of it.
    last: Option<String>,
}

pub(super) async fn page(staff: Staff<may::QueueView>, house: Here) -> Result<Answer> {
    let caller = staff.caller;
    let by = caller.staff;
    let view = house
        .read(move |conn, house| {
            let email = digest_of(conn, by)?;
            let last = digest_last(conn, by)?.map(|(day, state)| {
                let words = match state {
                    DigestState::Sending => "nobody knows whether it went; it is not sent again",
                    DigestState::Sent => "sent",
                    DigestState::Failed => "could not be sent",
                };
                format!("{}: {words}", day.shown())
            });
            Ok(View {
                wanted: vec![
                    Choice::of(Wanted::Yes, "Yes, on working days").chosen(email.is_some()),
                    Choice::of(Wanted::No, "No").chosen(email.is_none()),
                ],
                email,
                hour: house.policy.work.digest_hour,
                last,
            })
        })
        .await?;
    Answer::page("digest", "An e-mail each morning", &caller, view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Choose {
    digest: Wanted,
    email: Option<String>,
}

pub(super) async fn choose(
    staff: Staff<may::QueueView>,
    house: Here,
    input: Input<Choose>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (Choose { digest, email }, by) = (input.open(&caller)?, caller.staff);
    let email = match digest {
        Wanted::No => None,
        Wanted::Yes => Some(email.ok_or_else(|| {
            Error::bad_input("Write the address to which it is sent. Nothing was saved.").at("email")
        })?),
    };
    house.act(&caller, move |act, _| digest_choose(act, by, email.as_deref())).await?;
    Ok(Answer::done("/digest", json!({"digest": digest})))
}
