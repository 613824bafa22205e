//! What comes first, and why: the class of a relative's chance by position, what can be done, and whether it presses.
//! Must not know: anybody's test, or why something presses; a chance with results in it is not told by the order of a list.

use crate::{
    audit::Act,
    clinic::{
        cascade::task::relative_tasks,
        queue::item::{Queue, work_items},
    },
    db::closed,
    error::Result,
    ids::{TaskId, WorkItemId},
    policy::Order,
};
use diesel::prelude::*;
use kinward_family::condition::Actionability;

closed! {
    /// The chance of carrying the variant by position in the family, in classes.
    pub enum ChanceClass {
        Half = "half",
        Quarter = "quarter",
        Eighth = "eighth",
        Less = "less",
        Unknown = "unknown",
    }
}

impl ChanceClass {
    /// Of a chance from 0 to 1; none where it could not be computed.
    pub fn of(chance: Option<f64>) -> Self {
        match chance {
            None => Self::Unknown,
            Some(chance) if chance >= 0.5 => Self::Half,
            Some(chance) if chance >= 0.25 => Self::Quarter,
            Some(chance) if chance >= 0.125 => Self::Eighth,
            Some(_) => Self::Less,
        }
    }

    const fn words(self) -> Option<&'static str> {
        match self {
            Self::Half => Some("a chance of 1 in 2 or more"),
            Self::Quarter => Some("a chance of 1 in 4"),
            Self::Eighth => Some("a chance of 1 in 8"),
            Self::Less => Some("a small chance"),
            Self::Unknown => None,
        }
    }
}

closed! {
    /// What can be done about the condition. The classes of the table of conditions, and none where none was chosen yet.
    pub enum CanBeDone {
        Childhood = "childhood_actionable",
        Adult = "adult_actionable",
        Reproductive = "reproductive",
        NotPreventable = "not_preventable",
        Unknown = "unknown",
    }
}

impl CanBeDone {
    pub const fn of(class: Option<Actionability>) -> Self {
        match class {
            Some(Actionability::ChildhoodActionable) => Self::Childhood,
            Some(Actionability::AdultActionable) => Self::Adult,
            Some(Actionability::Reproductive) => Self::Reproductive,
            Some(Actionability::NotPreventable) => Self::NotPreventable,
            None => Self::Unknown,
        }
    }

    /// As the filter calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Childhood => "Something can be done from childhood",
            Self::Adult => "Something can be done for adults",
            Self::Reproductive => "Matters when planning a family",
            Self::NotPreventable => "Not preventable at present",
            Self::Unknown => "Not known",
        }
    }

    const fn words(self) -> Option<&'static str> {
        match self {
            Self::Childhood => Some("something can be done from childhood"),
            Self::Adult => Some("something can be done for adults"),
            Self::Reproductive => Some("it matters when planning a family"),
            Self::NotPreventable => Some("nothing can prevent it at present"),
            Self::Unknown => None,
        }
    }
}

closed! {
    /// What presses, and nothing of why: whose pregnancy or operation it is stands with the relative, sealed.
    pub enum Pressure {
        /// Somebody recorded that this relative cannot wait.
        CannotWait = "cannot_wait",
        /// This kind of work waits for nobody.
        Kind = "kind",
        /// A child has reached the age, or reaches it.
        Age = "age",
        None = "none",
    }
}

impl Pressure {
    /// The strongest of what presses on one item.
    pub const fn of(queue: Queue, task_cannot_wait: bool) -> Self {
        if task_cannot_wait {
            Self::CannotWait
        } else if queue.cannot_wait() {
            Self::Kind
        } else if matches!(queue, Queue::WaitingForAge) {
            Self::Age
        } else {
            Self::None
        }
    }

    const fn words(self) -> Option<&'static str> {
        match self {
            Self::CannotWait => Some("this relative cannot wait"),
            Self::Kind => Some("this kind of work cannot wait"),
            Self::Age => Some("an age is reached"),
            Self::None => None,
        }
    }
}

closed! {
    /// Three places in a list, as people speak of it.
    pub enum Place { First = "first", Soon = "soon", InTurn = "in_turn" }
}

impl Place {
    pub const fn title(self) -> &'static str {
        match self {
            Self::First => "First",
            Self::Soon => "Soon",
            Self::InTurn => "In turn",
        }
    }

    /// The stored orders that belong to it, from and up to and with.
    pub const fn orders(self, order: &Order) -> (i32, i32) {
        match self {
            Self::First => (0, MOST - order.first_from),
            Self::Soon => (MOST - order.first_from + 1, MOST - order.soon_from),
            Self::InTurn => (MOST - order.soon_from + 1, MOST),
        }
    }

    pub const fn of(priority: i32, order: &Order) -> Self {
        if priority <= MOST - order.first_from {
            Self::First
        } else if priority <= MOST - order.soon_from {
            Self::Soon
        } else {
            Self::InTurn
        }
    }
}

/// What is stored rises as work can wait, so that the first is found at the beginning of an index.
const MOST: i32 = 1000;

/// The three together, as they are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reasons {
    pub chance: ChanceClass,
    pub can_be_done: CanBeDone,
    pub pressure: Pressure,
}

impl Reasons {
    /// Chance times what can be done times pressure; what cannot wait is first whatever the other two say.
    pub fn priority(self, order: &Order) -> i32 {
        let weight = |table: &std::collections::BTreeMap<String, i32>, key: &str| {
            table.get(key).copied().unwrap_or(1).clamp(1, 30)
        };
        let product = weight(&order.chance, self.chance.as_str())
            * weight(&order.can_be_done, self.can_be_done.as_str());
        let points = match self.pressure {
            Pressure::CannotWait => 2 * order.first_from + product,
            Pressure::Kind => order.first_from + product,
            Pressure::Age => product * order.age.clamp(1, 30),
            Pressure::None => product,
        };
        (MOST - points).clamp(0, MOST)
    }

    /// "First: this relative cannot wait; a chance of 1 in 2 or more; something can be done for adults".
    pub fn words(self, priority: i32, order: &Order) -> String {
        let place = Place::of(priority, order).title();
        let known = [self.pressure.words(), self.chance.words(), self.can_be_done.words()];
        let words: Vec<&str> = known.into_iter().flatten().collect();
        if words.is_empty() { place.to_owned() } else { format!("{place}: {}", words.join("; ")) }
    }
}

/// The two classes of a relative's task; unknown where work is about nobody in particular.
pub(super) fn classes_of(act: &mut Act<'_>, task: Option<TaskId>) -> Result<(ChanceClass, CanBeDone)> {
    let known = match task {
        Some(task) => relative_tasks::table
            .find(task)
            .select((relative_tasks::chance_class, relative_tasks::can_be_done))
            .first(act.conn())
            .optional()?,
        None => None,
    };
    Ok(known.unwrap_or((ChanceClass::Unknown, CanBeDone::Unknown)))
}

/// Orders the open work about a relative anew, because something began to press or presses no more, or their chance is
/// known otherwise. What cannot wait is not put off either.
pub(in crate::clinic) fn work_order(act: &mut Act<'_>, task: TaskId, cannot_wait: bool) -> Result<()> {
    let (chance, can_be_done) = classes_of(act, Some(task))?;
    let open: Vec<(WorkItemId, Queue)> = work_items::table
        .filter(work_items::service_id.eq(act.service))
        .filter(work_items::task_id.eq(task))
        .filter(work_items::closed_at.is_null())
        .select((work_items::id, work_items::queue))
        .load(act.conn())?;
    for (id, queue) in open {
        let pressure = Pressure::of(queue, cannot_wait);
        let priority = Reasons { chance, can_be_done, pressure }.priority(&act.policy().order);
        diesel::update(work_items::table.find(id))
            .set((work_items::priority.eq(priority), work_items::pressure.eq(pressure)))
            .execute(act.conn())?;
        if pressure == Pressure::CannotWait {
            diesel::update(work_items::table.find(id))
                .set(work_items::snoozed_until.eq(None::<crate::db::UtcDate>))
                .execute(act.conn())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> Order {
        crate::policy::Policy::embedded().unwrap().order
    }

    fn place(chance: ChanceClass, can_be_done: CanBeDone, pressure: Pressure) -> Place {
        Place::of(Reasons { chance, can_be_done, pressure }.priority(&order()), &order())
    }

    #[test]
    fn what_cannot_wait_is_first_whatever_else_is_known() {
        for chance in ChanceClass::ALL {
            for can in CanBeDone::ALL {
                for pressure in [Pressure::CannotWait, Pressure::Kind] {
                    assert_eq!(place(*chance, *can, pressure), Place::First);
                }
            }
        }
    }

    #[test]
    fn a_greater_chance_and_more_that_can_be_done_never_come_later() {
        let order = order();
        for pressure in Pressure::ALL {
            let at =
                |chance, can_be_done| Reasons { chance, can_be_done, pressure: *pressure }.priority(&order);
            let chances = [ChanceClass::Half, ChanceClass::Quarter, ChanceClass::Eighth, ChanceClass::Less];
            let cans =
                [CanBeDone::Childhood, CanBeDone::Adult, CanBeDone::Reproductive, CanBeDone::NotPreventable];
            for can in cans {
                assert!(chances.windows(2).all(|pair| at(pair[0], can) <= at(pair[1], can)));
            }
            for chance in chances {
                assert!(cans.windows(2).all(|pair| at(chance, pair[0]) <= at(chance, pair[1])));
            }
        }
    }

    #[test]
    fn the_three_places_leave_no_gap_and_the_policy_weighs_every_class() {
        let order = order();
        let [first, soon, turn] =
            [Place::First, Place::Soon, Place::InTurn].map(|place| place.orders(&order));
        assert!(first.0 == 0 && first.1 + 1 == soon.0 && soon.1 + 1 == turn.0 && turn.1 == MOST);
        for priority in 0..=MOST {
            let (from, to) = Place::of(priority, &order).orders(&order);
            assert!((from..=to).contains(&priority));
        }
        assert!(ChanceClass::ALL.iter().all(|class| order.chance.contains_key(class.as_str())));
        assert!(CanBeDone::ALL.iter().all(|class| order.can_be_done.contains_key(class.as_str())));
        assert_eq!(
            order.chance.len() + order.can_be_done.len(),
            ChanceClass::ALL.len() + CanBeDone::ALL.len()
        );
        assert_eq!(place(ChanceClass::Half, CanBeDone::Adult, Pressure::None), Place::Soon);
        assert_eq!(place(ChanceClass::Less, CanBeDone::NotPreventable, Pressure::None), Place::InTurn);
    }

    #[test]
    fn the_reason_is_said_in_words() {
        let reasons = Reasons {
            chance: ChanceClass::Half,
            can_be_done: CanBeDone::Adult,
            pressure: Pressure::CannotWait,
        };
        assert_eq!(
            reasons.words(reasons.priority(&order()), &order()),
            "First: this relative cannot wait; a chance of 1 in 2 or more; something can be done for adults"
        );
    }
}
