//! Somebody acts for a relative in a history: asked, agreed to or not, locked by wrong codes, given another code, ended.
//! Must not know: what should happen to any queue.

use super::History;
use kinward::{
    audit::ActorKind,
    clinic::cascade::listener::Cascade,
    ids::InvitationId,
    relative::{
        invitation::invitation_get,
        proxy::{proxy_ask, proxy_list, second_code_try},
    },
};
use kinward_family::{invitation::InvitationCode, page::AskToAct};
use serde_json::json;

impl History<'_> {
    pub(super) fn acts_for_another(&mut self, id: InvitationId) {
        let service = self.world.service.id;
        match self.one(4) {
            0 => {
                let fields =
                    [("acting_as", "helper"), ("own_name", "Ann Lee"), ("own_phone", "01632 960 001")];
                let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
                let asking = AskToAct::parse(&fields).unwrap();
                self.act(ActorKind::Relative, |act| {
                    let invitation = invitation_get(act.conn, service, id)?;
                    proxy_ask(act, &Cascade, &invitation, &asking).map(|_| ())
                });
            }
            1 => {
                let code = InvitationCode::from_bytes(&[3; 8]);
                for _ in 0..5 {
                    self.act(ActorKind::Relative, |act| {
                        second_code_try(act, &Cascade, id, &code).map(|_| ())
                    });
                }
            }
            _ => self.settles_who_acts(),
        }
    }

    /// What staff do with one of those who asked, whatever became of it.
    fn settles_who_acts(&mut self) {
        let task = self.case.tasks[self.one(2)].clone();
        let all = self.world.house.db.read(|conn| proxy_list(conn, self.world.service.id, &task)).unwrap();
        if all.is_empty() {
            return;
        }
        let at = format!("/tasks/{task}/proxies/{}", all[self.one(all.len())].id);
        let granted = json!({"authority": "helper", "evidence": ["person_said"], "phoned": "yes", "finding": "agrees",
            "found_on": "2026-11-23", "found_how": "Said so on the telephone.", "proxy_words": "They read it together."});
        match self.one(6) {
            0..=2 => self.tell(false, &format!("{at}/grant"), &granted),
            3 => self.tell(false, &format!("{at}/decline"), &json!({"declined_why": "Nobody answered."})),
            4 => self.tell(false, &format!("{at}/code"), &json!({})),
            _ => {
                self.tell(false, &format!("{at}/end"), &json!({"withdrawn_why": "They asked us to end it."}))
            }
        }
    }
}
