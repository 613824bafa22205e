//! One item of work as a card: what it is, what comes next, by when, whose it is, why it comes here.
//! Must not know: what the subject holds. Nobody is named: a list stays on a screen for long.

use super::{next_step_of, subject_page};
use crate::{
    access::{
        Caller, InFamily,
        family::{families_related, family_references},
        permission::allows,
        staff::staff_names,
    },
    clinic::{
        cascade::task::{Position, Task, positions_of, task_classes_of, tasks_related},
        queue::{
            absence::covered_by,
            hands::snooze_last,
            item::{Queue, SubjectKind, WorkItem},
            priority::{CanBeDone, ChanceClass, Place, Reasons},
            team::{Team, team_list},
        },
    },
    db::{Conn, UtcTime},
    error::Result,
    ids::{FamilyId, StaffId, TaskId, WorkItemId},
    policy::Policy,
};
use serde::Serialize;

/// One item as a card. Where the viewer has nothing to do with its family, only its reference, queue and day are told.
#[derive(Serialize)]
pub(super) struct Card {
    pub id: WorkItemId,
    pub queue: Queue,
    pub title: &'static str,
    pub family: Option<String>,
    /// How the relative it is about stands to the proband, and what is to be done.
    pub relation: Option<String>,
    pub next_step: &'static str,
    /// First, soon or in turn; and why, for those who have to do with the family.
    pub place: Place,
    pub priority: String,
    pub due: String,
    pub overdue: bool,
    pub escalated: bool,
    pub age_days: i64,
    pub taken: bool,
    pub owner: Option<String>,
    /// When whoever has it took it; none where it was handed to them.
    pub taken_on: Option<String>,
    /// It is a colleague's for whom the viewer stands in.
    pub covered: bool,
    pub team: Option<String>,
    pub handed: Option<String>,
    pub snoozed: Option<String>,
    pub link: Option<String>,
    pub may_take: bool,
    pub may_hand_over: bool,
    pub may_snooze: bool,
}

/// What was looked up once for all cards of a page: as many statements for one item as for a page of them.
pub(super) struct Known<'a> {
    caller: &'a Caller,
    policy: &'a Policy,
    references: Vec<(FamilyId, String)>,
    related: Vec<InFamily>,
    tasks: Vec<Task>,
    positions: Vec<Position>,
    classes: Vec<(TaskId, ChanceClass, CanBeDone)>,
    covered: Vec<StaffId>,
    pub names: Vec<(StaffId, String)>,
    pub teams: Vec<Team>,
    now: UtcTime,
}

impl<'a> Known<'a> {
    pub fn of(
        conn: &mut Conn,
        caller: &'a Caller,
        policy: &'a Policy,
        now: UtcTime,
        items: &[WorkItem],
    ) -> Result<Self> {
        let families: Vec<FamilyId> = items.iter().filter_map(|item| item.family_id).collect();
        let related = families_related(conn, caller, &families)?;
        let of_task = [
            SubjectKind::Task,
            SubjectKind::Knowledge,
            SubjectKind::Urgency,
            SubjectKind::Agreement,
            SubjectKind::Proxy,
        ];
        let about = |item: &&WorkItem| of_task.contains(&item.subject_kind);
        let about = items.iter().filter(about).map(|item| item.subject_id.as_str()).collect();
        let tasks = tasks_related(conn, caller.service, about, &related)?;
        let ids: Vec<TaskId> = items.iter().filter_map(|item| item.task_id).collect();
        Ok(Self {
            caller,
            policy,
            references: family_references(conn, caller.service, &families)?,
            positions: positions_of(conn, &related, &tasks)?,
            tasks,
            related,
            classes: task_classes_of(conn, caller.service, &ids)?,
            covered: covered_by(conn, caller.service, caller.staff, now.date())?,
            names: staff_names(conn, caller.service)?,
            teams: team_list(conn, caller.service)?,
            now,
        })
    }

    pub fn name(&self, id: StaffId) -> Option<&str> {
        self.names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.as_str())
    }

    /// Whether the viewer has to do with what an item is about.
    pub fn related(&self, item: &WorkItem) -> bool {
        item.family_id.is_none_or(|family| self.related.iter().any(|proof| proof.family() == family))
    }

    /// Nobody's, the viewer's, or a colleague's for whom they stand in.
    pub fn free(&self, item: &WorkItem) -> bool {
        item.owner_id.is_none_or(|owner| owner == self.caller.staff || self.covered.contains(&owner))
    }

    fn priority(&self, item: &WorkItem, related: bool) -> (Place, String) {
        let place = Place::of(item.priority, &self.policy.order);
        if !related {
            return (place, place.title().to_owned());
        }
        let known = self.classes.iter().find(|(task, _, _)| Some(*task) == item.task_id);
        let (chance, can_be_done) =
            known.map_or((ChanceClass::Unknown, CanBeDone::Unknown), |(_, chance, can)| (*chance, *can));
        let reasons = Reasons { chance, can_be_done, pressure: item.pressure };
        (place, reasons.words(item.priority, &self.policy.order))
    }

    fn handed(&self, item: &WorkItem) -> Option<String> {
        let by = item.handed_by.and_then(|by| self.name(by))?;
        Some(match item.handed_why {
            Some(why) => format!("Handed over by {by}. {}", why.title()),
            None => format!("Handed over by {by}"),
        })
    }

    fn snoozed(&self, item: &WorkItem) -> Option<String> {
        let until = item.snoozed_until.filter(|until| *until > self.now.date())?;
        let by = item.snoozed_by.and_then(|by| self.name(by)).unwrap_or("a colleague");
        let why = item.snoozed_why.map_or("", |why| why.title());
        Some(format!("Put off until {} by {by}. {why}", until.shown()))
    }

    pub fn reference(&self, item: &WorkItem) -> Option<&str> {
        let known = self.references.iter().find(|(known, _)| Some(*known) == item.family_id);
        known.map(|(_, reference)| reference.as_str())
    }

    pub fn card(&self, item: &WorkItem) -> Card {
        let (related, today) = (self.related(item), self.now.date());
        let mine = item.owner_id == Some(self.caller.staff);
        let (page, needed) = subject_page(item);
        let page = allows(&self.caller.roles, needed).then_some(page);
        let covered = item.owner_id.is_some_and(|owner| self.covered.contains(&owner));
        let owner = item.owner_id.filter(|_| related || covered);
        let known =
            self.tasks.iter().zip(&self.positions).find(|(task, _)| task.id.as_str() == item.subject_id);
        let (place, priority) = self.priority(item, related);
        let last = snooze_last(item, today, self.policy.work.snooze_most_days);
        Card {
            id: item.id,
            queue: item.queue,
            title: item.queue.title(),
            relation: known.map(|(_, position)| position.path_words.clone()),
            next_step: known
                .map_or(item.queue.next_step(), |(task, _)| next_step_of(&self.caller.roles, item, task)),
            family: self.reference(item).map(str::to_owned),
            place,
            priority,
            due: item.due_words(),
            overdue: item.due_on < today,
            escalated: item.escalated_at.is_some(),
            age_days: self.now.days_since(item.opened_at),
            taken: item.owner_id.is_some(),
            owner: owner.and_then(|id| self.name(id)).map(str::to_owned),
            taken_on: item.taken_at.filter(|_| owner.is_some()).map(UtcTime::shown),
            covered,
            team: item
                .team_id
                .and_then(|id| self.teams.iter().find(|team| team.id == id))
                .map(|team| team.name.clone()),
            handed: self.handed(item).filter(|_| item.owner_id.is_some() && related),
            snoozed: self.snoozed(item),
            // Work that was handed to someone opens for them when they take it.
            may_take: page.is_some() && (item.owner_id.is_none() || (mine && !related) || covered),
            may_hand_over: item.owner_id.is_some() && (mine || related || covered),
            may_snooze: page.is_some() && self.free(item) && last.is_some(),
            link: page.filter(|_| related),
        }
    }
}
