//! Random histories of a family, by all the ways there are, and after each the comparison of queues with states.
//! Must not know: what should happen; only that queue and state must tell the same.

mod acting;
mod answering;
pub mod compared;
mod referring;

pub use compared::{compare, compare_on};

use super::numbered;
use crate::intake::number as intake_number;
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use kinward::{
    audit::{self, Act, ActorKind, Deed},
    clinic::{
        answers,
        cascade::{self, listener::Cascade},
        incident,
        incoming::call,
        letters::{letter, personal::kept},
        proxy,
        queue::item::{Queue, SubjectKind, Wanted, work_open_all},
        recontact,
        referral::{self, kept::referral_states},
        report::inquiry,
        request,
        result::{intake, state, unreadable},
        sharing::{emergency, knows, objection, run_out, whose_word},
        tested::{relative_result, said, telling},
        transfer,
    },
    clock::{Chance, SeededChance},
    db::{Conn, UtcDate},
    demo::people::{AtWork, weighed},
    ids::ServiceId,
    mail::{Parcel, PostRef, Sent, Transport},
    relative::{
        invitation::{InvitationState, birth_date_try, invitation_get, invitation_states},
        outbox::{self, PostState},
        proxy::proxy_states,
        reply::reply_give,
        wish,
    },
    worker::{Paper, Transports, begin, dispatch},
};
use kinward_family::page::{Answers, Choice};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Given wherever a level is chosen: whether it is asked for goes by the family's shape.
const WHY: &str = "She was told that they can work it out.";

/// Letters are in hand or on their way for these relatives, and no letter is: nobody would ever look at them again.
const FORGOTTEN: &str = "SELECT count(*) AS n FROM relative_tasks t WHERE t.state = 'writing' AND NOT EXISTS (
    SELECT 1 FROM letters l WHERE l.task_id = t.id AND (l.state IN ('draft', 'submitted') OR (l.state = 'approved'
    AND EXISTS (SELECT 1 FROM posts p WHERE p.invitation_id = l.invitation_id AND p.channel = 'paper'
    AND p.state IN ('queued', 'claimed', 'sending', 'retry', 'refused', 'uncertain')))))";
/// Relatives who would get two letters for one decision; what goes to their own service stands beside theirs.
const TWICE: &str = "SELECT count(*) AS n FROM (SELECT task_id FROM letters
    WHERE state IN ('draft', 'submitted', 'approved') AND template_id <> 'other_service' GROUP BY task_id HAVING count(*) > 1) AS twice";

struct Says(Sent);

impl Transport for Says {
    fn send(&self, _: &PostRef, _: &Parcel<'_>) -> Sent {
        self.0.clone()
    }
}

struct History<'a> {
    world: &'a World,
    case: Case,
    number: usize,
    chance: &'a SeededChance,
    /// How many commands were taken.
    taken: usize,
}

impl History<'_> {
    fn one(&self, of: usize) -> usize {
        let mut bytes = [0; 8];
        self.chance.fill(&mut bytes);
        usize::try_from(u64::from_be_bytes(bytes) % of as u64).unwrap()
    }

    fn of<T: Clone>(&self, all: &[T]) -> T {
        all[self.one(all.len())].clone()
    }

    /// Whatever the rules say to it; only a fault of ours is none of their answers.
    fn tell(&mut self, clinician: bool, path: &str, fields: &Value) {
        let work: &mut AtWork = if clinician { &mut self.case.clinician } else { &mut self.case.counsellor };
        let body = fields.to_string();
        let path = format!("/api/v1{path}");
        let seen = work.program.send("POST", &path, Some("application/json"), Some(body.as_bytes())).unwrap();
        assert!(seen.status < 500, "{path} {fields}: {}", seen.text());
        self.taken += usize::from(seen.status == 200);
    }

    fn act(&mut self, kind: ActorKind, work: impl FnOnce(&mut Act<'_>) -> kinward::error::Result<()>) {
        let done = self.world.house.act_as(kind, "history", self.world.service.id, work);
        assert!(!matches!(&done, Err(problem) if problem.cause().is_some()), "{done:?}");
        self.taken += usize::from(done.is_ok());
    }

    /// The step that leads on, as staff and relatives mostly take it.
    fn forward(&mut self) {
        let place = self.one(2);
        let task = self.case.tasks[place].clone();
        match self.case.state(place).as_str() {
            "route_agreed" | "writing" => self.write(&task, "L0"),
            "sent" | "wants_time" => self.relative(),
            "not_reached" => self.tell(false, &format!("/tasks/{task}/address-found"), &json!({})),
            "decision_needed" => self.decide(&task, "L1"),
            _ => {
                let given = json!({"route": "clinic_letter", "level": "L2", "stance": "given", "words": "Yes.",
                    "inferable_why": WHY, "ends_on": self.last_day()});
                self.tell(false, &format!("/tasks/{task}/consent"), &given);
            }
        }
    }

    /// Tomorrow, for one agreement in three.
    fn last_day(&self) -> Option<UtcDate> {
        (self.one(3) == 0).then(|| self.world.house.clock.now().date().plus_days(1))
    }

    fn command(&mut self) {
        if self.one(2) == 0 {
            return self.forward();
        }
        let task = self.case.tasks[self.one(2)].clone();
        let level = self.of(&["L0", "L1", "L2"]);
        match self.one(36) {
            0..=4 => {
                let stances = [
                    "given",
                    "given",
                    "given_with_limits",
                    "thinking",
                    "refused",
                    "withdrawn",
                    "not_obtainable",
                ];
                let fields = json!({"route": self.of(&["clinic_letter", "clinic_letter", "proband_tells"]),
                    "level": level, "stance": self.of(&stances), "words": "So she said.",
                    "inferable_why": WHY, "cause": "not_found"});
                self.tell(false, &format!("/tasks/{task}/consent"), &fields);
            }
            5 | 6 => self.decide(&task, level),
            7..=12 => self.write(&task, level),
            13..=16 => self.send(),
            17 => self.vanish(),
            18 => {
                let settled = json!({"how": self.of(&["came_through", "send_again", "not_sent", "give_up"])});
                for post in self.posts().into_iter().filter(|post| post.state.is_trouble()) {
                    self.tell(true, &format!("/outbox/{}/settle", post.id), &settled);
                }
            }
            19..=22 => self.relative(),
            23 => {
                let way = self.of(&["settle", "address-found", "object", "come-of-age", "came-back"]);
                self.tell(false, &format!("/tasks/{task}/{way}"), &json!({}));
            }
            24 | 26 => self.case_moves(),
            25 => self.unreadable(),
            27 => self.objections_seen(),
            29 => self.answers(&task),
            28 => self.emergency(&task),
            30..=32 if self.one(3) == 0 => self.closes(&task),
            30..=32 => self.knowing(),
            33..=35 => self.hands_over(&task),
            _ => self.work(),
        }
    }

    /// What a relative knows, and what they do not want to know.
    fn knowing(&mut self) {
        let place = self.one(2);
        let topic = self.of(&["condition_exists", "gene", "own_risk", "who_the_proband_is"]);
        let at = format!("/people/{}/not-to-know", self.case.people[place]);
        match self.one(3) {
            0 => {
                let known = self.of(&["unknown", "confirmed", "misinformed"]);
                let entry = json!({"topic": topic, "known": known, "how_known": "She said so."});
                self.tell(false, &format!("/tasks/{}/knows", self.case.tasks[place]), &entry);
            }
            1 => self.tell(false, &at, &json!({"topics": [topic], "scope": "self", "words": "Not that."})),
            _ => {
                let asked = json!({"topic": topic, "trigger": "they_ask", "words": "She rang."});
                self.tell(false, &format!("{at}/lift"), &asked);
            }
        }
    }

    fn decide(&mut self, task: &str, level: &str) {
        let outcome = self.of(&["applied", "declined"]);
        let reasons = if outcome == "applied" { ["A1", "RL2"] } else { ["RL2", "X4"] };
        let fields = json!({"model": "familial", "outcome": outcome, "level": level, "reasons": reasons,
            "harm_if_not_shared": "Written.", "harm_if_shared": "Written.", "steps_tried": "Written.",
            "adviser": "Written.", "proband_informed": "Written.", "inferable_why": WHY});
        self.tell(true, &format!("/tasks/{task}/decision"), &weighed(fields));
    }

    /// Closed with triggers, by any outcome; whether it fits is for the rules to say.
    fn closes(&mut self, task: &str) {
        let outcome =
            self.of(&["lost", "declined_informed", "never_told_decided", "tested_elsewhere", "told"]);
        let entry = json!({"outcome": outcome, "closed_why": "So it was agreed with all of us."});
        self.tell(false, &format!("/tasks/{task}/close"), &entry);
    }

    /// A decision that waits is let go, or one that was let go is reviewed by somebody who did neither.
    fn emergency(&mut self, task: &str) {
        let page = self.case.clinician.program.api(&format!("/tasks/{task}/decision")).unwrap();
        let decided = &page["decisions"][0];
        if let Some(emergency) = decided["emergency"]["emergency"].as_str() {
            let mut other = self.world.at_work("lee.outside");
            let _ = other.family_claim(&self.case.reference, "asked to review");
            let said =
                json!({"review": self.of(&["upheld", "not_upheld"]), "review_words": "So it was, I think."});
            let path = format!("/emergencies/{emergency}/review");
            self.taken += usize::from(other.program.api_post(&path, &said).is_ok());
        } else if let Some(decision) = decided["decision"].as_str() {
            let fields =
                json!({"emergency_cause": "pregnancy", "emergency_words": "Her operation is today."});
            self.tell(true, &format!("/tasks/{task}/decision/{decision}/emergency"), &fields);
        }
    }

    fn write(&mut self, task: &str, level: &str) {
        let page = self.case.counsellor.program.api(&format!("/tasks/{task}")).unwrap();
        let letters = page["letters"].as_array().unwrap();
        let own = letters.iter().find(|one| one["kind_words"] != "To another genetics service").cloned();
        let own = own.unwrap_or_default();
        let Some(letter) = own["letter"].as_str().filter(|_| own["state"] != "stopped") else {
            return self.tell(
                false,
                &format!("/tasks/{task}/letters"),
                &json!({"level": level, "inferable_why": WHY}),
            );
        };
        match own["state"].as_str() {
            Some("draft") => self.tell(false, &format!("/letters/{letter}/submit"), &json!({})),
            Some("submitted") if self.one(4) == 0 => {
                let why = json!({"return_why": "It needs other words."});
                self.tell(true, &format!("/letters/{letter}/return"), &why)
            }
            Some("submitted") => self.tell(true, &format!("/letters/{letter}/approve"), &json!({})),
            _ => self.send(),
        }
    }

    fn posts(&self) -> Vec<outbox::Post> {
        self.world.house.db.read(|conn| outbox::post_list(conn, self.world.service.id, 10_000)).unwrap()
    }

    /// Time passes, sessions end, and everyone signs in again.
    fn later(&mut self, seconds: i64) {
        self.world.clock.advance_seconds(seconds);
        (self.case.counsellor, self.case.clinician) = (self.world.counsellor(), self.world.clinician());
    }

    fn send(&mut self) {
        if self.one(8) == 0 {
            self.later(2 * 86_400);
        }
        let now = self.world.house.clock.now();
        let waits = |post: &outbox::Post| post.state == PostState::Queued && now < post.not_before;
        if self.posts().iter().any(|post| post.state == PostState::Retry) {
            self.later(60 * 720);
        } else if self.posts().iter().any(waits) && self.one(2) == 0 {
            self.later(60 * 60 * 24);
        }
        let words = String::from("said so");
        let says = self.of(&[
            Sent::Accepted { provider_ref: "taken".into() },
            Sent::Accepted { provider_ref: "taken".into() },
            Sent::Refused { code: 550, words: words.clone() },
            Sent::Retry { words: words.clone(), pause_channel: false },
            Sent::Uncertain { words },
        ]);
        let way = || Box::new(Says(says.clone()));
        let ways = Transports {
            paper: Paper::Each(way()),
            email: way(),
            text: Some(way()),
            host: "severnside.example".into(),
        };
        self.taken += dispatch(&self.world.house, &Cascade, &ways, "history").unwrap();
    }

    /// A worker begins to send and is never heard of again; its lease runs out.
    fn vanish(&mut self) {
        let Some(post) = self.posts().into_iter().find(|post| post.state == PostState::Queued) else {
            return;
        };
        let until = self.world.house.clock.now().plus_seconds(900);
        self.act(ActorKind::Worker, |act| outbox::post_claim(act, &post, "vanished", until).map(|_| ()));
        begin(&self.world.house, &Cascade, "vanished", self.world.service.id, post.id).unwrap();
        if self.one(2) == 0 {
            self.later(901);
            self.send();
        }
    }

    /// Somebody at the portal, with the right date or with wrong ones, and what they choose.
    fn relative(&mut self) {
        let service = self.world.service.id;
        let mine = self.world.house.db.read(|conn| {
            let mut mine = Vec::new();
            for (id, at) in invitation_states(conn, service)? {
                let of_mine = self.case.tasks.contains(&invitation_get(conn, service, id)?.task_ref);
                mine.extend((of_mine && at != InvitationState::Closed).then_some((id, at)));
            }
            mine.sort();
            Ok(mine)
        });
        let mine = mine.unwrap();
        if mine.is_empty() {
            return;
        }
        let (id, at) = self.of(&mine);
        if at == InvitationState::Locked {
            return self.tell(false, &format!("/invitations/{id}/reopen"), &json!({}));
        }
        if self.one(4) == 0 {
            for _ in 0..5 {
                self.act(ActorKind::Relative, |act| birth_date_try(act, &Cascade, id, None).map(|_| ()));
            }
            return;
        }
        if self.one(4) == 0 {
            return self.acts_for_another(id);
        }
        let choice = self.of(Choice::ALL);
        let fields =
            [("choice", choice.as_str()), ("by", "phone"), ("remind", "3"), ("question", "Is it so?")];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let reply = Answers::parse(&fields).unwrap();
        if at == InvitationState::Open {
            self.act(ActorKind::Relative, |act| {
                let invitation = invitation_get(act.conn, service, id)?;
                reply_give(act, &Cascade, &invitation, &reply, None)
            });
        }
    }

    fn case_moves(&mut self) {
        let person = self.case.people[self.one(2)].clone();
        match self.one(7) {
            4 => self.tell(false, &format!("/results/{}/relatives/{person}", self.case.result), &self.own()),
            5 | 6 => self.own_results(&person),
            0 => self.tell(false, &format!("/people/{person}/died"), &json!({"died_on": "2026-11-20"})),
            1 => {
                let mut newer: Value = serde_json::from_slice(&numbered(self.number)).unwrap();
                newer["timestamp"] = json!(format!("2026-11-{:02}T10:00:00Z", 1 + self.one(20)));
                self.tell(false, "/reports", &newer);
            }
            2 => self.tell(false, &format!("/results/{}/close", self.case.result), &json!({})),
            _ => self.tell(false, &format!("/results/{}/at-risk", self.case.result), &json!({})),
        }
    }

    /// What a relative's test said, whatever it is.
    fn own(&self) -> Value {
        json!({"says": self.of(&["het", "noncarrier", "noncarrier", "uninformative"]), "variant": "c.5946del",
            "tested_on": "2026-11-20", "laboratory": "Severnside", "source": "laboratory_report"})
    }

    /// The second person's word on it, or a correction of what stands.
    fn own_results(&mut self, person: &str) {
        let page = format!("/results/{}/relatives/{person}", self.case.result);
        let page = self.case.counsellor.program.api(&page).unwrap();
        let Some(newest) = page["results"][0]["relative_result"].as_str() else { return };
        let at = format!("/relative-results/{newest}");
        match (page["results"][0]["state"].as_str(), self.one(4)) {
            (Some("recorded"), 0) => {
                self.tell(true, &format!("{at}/reject"), &json!({"reason": "It says something else."}))
            }
            (Some("recorded"), _) => self.tell(true, &format!("{at}/confirm"), &json!({})),
            (Some("confirmed"), _) => {
                let void = json!({"says": "void", "reason": "It was another person's report."});
                self.tell(false, &format!("{at}/correct"), &void);
            }
            _ => {}
        }
    }

    fn unreadable(&mut self) {
        let open = self.world.house.db.read(|conn| work_open_all(conn, self.world.service.id)).unwrap();
        match open.iter().find(|item| item.queue == Queue::UnreadableReports) {
            Some(item) => {
                let done = json!({"what_was_done": "Asked again"});
                self.tell(false, &format!("/reports/{}/settle", item.subject_id), &done);
            }
            None => self.act(ActorKind::CommandLine, |act| {
                let mut bytes = [0u8; 8];
                act.chance().fill(&mut bytes);
                intake::report_receive(act, format!("no report {bytes:?}").as_bytes(), None, None).map(|_| ())
            }),
        }
    }

    fn objections_seen(&mut self) {
        let open = self.world.house.db.read(|conn| work_open_all(conn, self.world.service.id)).unwrap();
        for item in open.iter().filter(|item| item.queue == Queue::Objections) {
            self.tell(false, &format!("/objections/{}/seen", item.subject_id), &json!({}));
        }
    }

    fn work(&mut self) {
        let open = self.world.house.db.read(|conn| work_open_all(conn, self.world.service.id)).unwrap();
        if let Some(item) = open.get(self.one(open.len().max(1))) {
            let deed = self.of(&["take", "hand-over"]);
            self.tell(false, &format!("/work/{}/{deed}", item.id), &json!({}));
        }
    }
}

#[test]
fn after_any_history_the_queues_hold_what_the_states_ask_for() {
    let world = World::new(610);
    world.second_clinician();
    let seed = std::env::var("KINWARD_HISTORY_SEED").map_or(20_261_123, |text| text.parse().unwrap());
    let chance = SeededChance::new(seed);
    let mut taken = 0;
    for number in 0..20 {
        let case = Case::with(&world, &numbered(number), &[SISTER, AUNT]);
        let mut history = History { world: &world, case, number, chance: &chance, taken: 0 };
        for step in 0..25 {
            history.command();
            assert_eq!(compare(&world), (vec![], vec![]), "seed {seed}, history {number}, step {step}");
            let wrong = [FORGOTTEN, TWICE].map(|sql| intake_number(&world, sql));
            assert_eq!(wrong, [0, 0], "seed {seed}, history {number}, step {step}: forgotten, twice");
        }
        taken += history.taken;
    }
    let record = world.house.db.read(|conn| audit::of_service(conn, world.service.id)).unwrap();
    let moves = record.iter().filter(|row| row.deed == Deed::TaskMoved.as_str());
    let reached: BTreeSet<&str> = moves.filter_map(|row| row.note.split(" -> ").nth(1)).collect();
    let referred = record.iter().filter(|row| row.deed == Deed::ReferralMoved.as_str());
    let referred: BTreeSet<&str> = referred.filter_map(|row| row.note.split(" -> ").nth(1)).collect();
    assert!(referred.len() > 2, "referrals reached {referred:?}");
    assert!(taken > 250 && reached.len() > 12, "{taken} commands taken, states reached: {reached:?}");
}
