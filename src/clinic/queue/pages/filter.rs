//! What stands in the address of a list of work: closed words alone, so that it can be kept, sent and read again.
//! Must not know: what an item's subject holds. Nobody's name stands in an address.

use crate::{
    access::{Caller, conflict::families_barred, family::family_by_reference},
    clinic::queue::{
        absence::covered_by,
        item::{Narrowed, Queue},
        listed::{Snoozed, Sort, Turn},
        priority::{CanBeDone, Place},
        team::teams_of,
    },
    db::{Conn, UtcDate, closed},
    error::{Error, Result},
    policy::Policy,
};
use serde::Deserialize;
use std::str::FromStr;

closed! {
    /// Whose work.
    pub enum Whose { All = "all", Me = "me", Nobody = "none", Team = "team" }
}

closed! {
    /// By when.
    pub enum Due { Any = "any", Today = "today", Overdue = "overdue", Week = "week", Escalated = "escalated" }
}

closed! {
    /// Work that was put off is out of the lists until its day.
    pub enum PutOff { Hidden = "no", Alone = "yes" }
}

/// What stands in the address of a list of work. An unknown word is refused; an empty one means "all".
#[derive(Clone, Default, Deserialize)]
pub(super) struct Filter {
    #[serde(default)]
    pub queue: String,
    #[serde(default)]
    pub owner: String,
    #[serde(default)]
    pub due: String,
    #[serde(default)]
    pub snoozed: String,
    /// What can be done about the condition.
    #[serde(default)]
    pub group: String,
    #[serde(default)]
    pub degree: String,
    #[serde(default)]
    pub priority: String,
    #[serde(default)]
    pub sort: String,
    /// References of families, separated by commas.
    #[serde(default)]
    pub family: String,
    /// The item after which the page begins, or before which it ends.
    #[serde(default)]
    pub after: String,
    #[serde(default)]
    pub before: String,
}

/// The furthest degree that a list can be narrowed to.
pub(super) const DEGREES: [&str; 4] = ["1", "2", "3", "4"];
/// References in one address.
const FAMILIES: usize = 5;

/// The same as words that are known.
pub(super) struct Words {
    pub queue: Option<Queue>,
    pub whose: Whose,
    pub due: Due,
    pub put_off: PutOff,
    pub group: Option<CanBeDone>,
    pub degree: Option<i32>,
    pub place: Option<Place>,
    pub sort: Sort,
    pub turn: Turn,
}

fn unknown() -> Error {
    Error::bad_input("These filters are not known. Go back to the queues and choose again.")
}

fn word<T: FromStr>(text: &str) -> Result<Option<T>> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| unknown()),
    }
}

impl Filter {
    /// # Errors
    /// A word that nobody knows.
    pub fn words(&self) -> Result<Words> {
        let degree = match self.degree.as_str() {
            "" => None,
            known if DEGREES.contains(&known) => known.parse().ok(),
            _ => return Err(unknown()),
        };
        Ok(Words {
            queue: word(&self.queue)?,
            whose: word(&self.owner)?.unwrap_or(Whose::All),
            due: word(&self.due)?.unwrap_or(Due::Any),
            put_off: word(&self.snoozed)?.unwrap_or(PutOff::Hidden),
            group: word(&self.group)?,
            degree,
            place: word(&self.priority)?,
            sort: word(&self.sort)?.unwrap_or(Sort::Due),
            turn: self.turn()?,
        })
    }

    fn turn(&self) -> Result<Turn> {
        match (word(&self.after)?, word(&self.before)?) {
            (None, None) => Ok(Turn::Start),
            (Some(last), None) => Ok(Turn::After(last)),
            (None, Some(first)) => Ok(Turn::Before(first)),
            (Some(_), Some(_)) => Err(unknown()),
        }
    }

    /// What the caller is listed: never what they are kept out of, or may not know.
    pub fn narrowed(
        &self,
        conn: &mut Conn,
        caller: &Caller,
        policy: &Policy,
        today: UtcDate,
    ) -> Result<Narrowed> {
        let words = self.words()?;
        let mut to = Narrowed {
            without: families_barred(conn, caller.service, caller.staff)?,
            hidden: Queue::ALL.iter().copied().filter(|q| q.is_hidden_from(&caller.roles)).collect(),
            queue: words.queue,
            due_by: due_by(words.due, today),
            escalated: words.due == Due::Escalated,
            can_be_done: words.group,
            degree: words.degree,
            priority: words.place.map(|place| place.orders(&policy.order)),
            snoozed: Some(match words.put_off {
                PutOff::Hidden => Snoozed::Hidden(today),
                PutOff::Alone => Snoozed::Alone(today),
            }),
            ..Narrowed::default()
        };
        match words.whose {
            Whose::All => {}
            Whose::Nobody => to.unowned = true,
            Whose::Me => {
                let mut theirs = covered_by(conn, caller.service, caller.staff, today)?;
                theirs.push(caller.staff);
                to.owners = Some(theirs);
            }
            Whose::Team => to.teams = Some(teams_of(conn, caller.staff)?),
        }
        let references: Vec<&str> = self.family.split(',').filter(|text| !text.trim().is_empty()).collect();
        if references.len() > FAMILIES {
            return Err(unknown());
        }
        if !references.is_empty() {
            let found = references.iter().map(|one| family_by_reference(conn, caller, one.trim()));
            to.families = Some(found.collect::<Result<_>>().map_err(|problem| problem.at("family"))?);
        }
        Ok(to)
    }

    /// The address of the same list, without the page.
    pub fn query(&self) -> String {
        let all = [
            ("queue", &self.queue),
            ("owner", &self.owner),
            ("due", &self.due),
            ("snoozed", &self.snoozed),
            ("group", &self.group),
            ("degree", &self.degree),
            ("priority", &self.priority),
            ("sort", &self.sort),
            ("family", &self.family),
        ];
        let kept: Vec<_> = all.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        serde_urlencoded::to_string(kept).unwrap_or_default()
    }

    pub fn address(&self, turn: Turn) -> String {
        let turned = match turn {
            Turn::Start => None,
            Turn::After(last) => Some(format!("after={last}")),
            Turn::Before(first) => Some(format!("before={first}")),
        };
        let query = self.query();
        let all: Vec<String> =
            Some(query).filter(|query| !query.is_empty()).into_iter().chain(turned).collect();
        if all.is_empty() { "/queues".into() } else { format!("/queues?{}", all.join("&")) }
    }

    /// A list that was kept under a name.
    pub fn of_query(query: &str) -> Result<Self> {
        serde_urlencoded::from_str(query).map_err(|_| unknown())
    }
}

fn due_by(due: Due, today: UtcDate) -> Option<UtcDate> {
    match due {
        Due::Any | Due::Escalated => None,
        Due::Today => Some(today),
        Due::Overdue => Some(today.plus_days(-1)),
        Due::Week => Some(today.plus_days(6 - i64::from(today.weekday()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_today_is_not_yet_overdue_and_a_week_ends_on_sunday() {
        let monday = UtcDate::new(2026, 11, 23).unwrap();
        assert_eq!(due_by(Due::Today, monday), Some(monday));
        assert_eq!(due_by(Due::Overdue, monday), UtcDate::new(2026, 11, 22));
        assert_eq!(due_by(Due::Week, monday), UtcDate::new(2026, 11, 29));
        assert_eq!(due_by(Due::Week, monday.plus_days(6)), UtcDate::new(2026, 11, 29));
        assert_eq!(due_by(Due::Any, monday), None);
    }

    #[test]
    fn a_filter_nobody_knows_is_refused_instead_of_showing_all() {
        for query in [
            "queue=secrets",
            "owner=you",
            "due=later",
            "group=x",
            "degree=9",
            "priority=0",
            "sort=name",
            "after=1",
            "before=x",
        ] {
            assert!(Filter::of_query(query).unwrap().words().is_err(), "{query}");
        }
    }

    #[test]
    fn an_address_is_read_again_as_it_was_written() {
        let query =
            "queue=replies&owner=me&due=week&group=reproductive&degree=2&sort=priority&family=KW-7F3K-9QXM";
        let filter = Filter::of_query(query).unwrap();
        assert_eq!(filter.query(), query);
        assert_eq!(Filter::default().address(Turn::Start), "/queues");
    }
}
