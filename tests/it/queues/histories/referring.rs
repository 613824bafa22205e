//! A relative is handed to their own service in a history: prepared, sent, chased, acknowledged, declined, taken back.
//! Must not know: what should happen to any queue.

use super::History;
use serde_json::json;

impl History<'_> {
    /// Some steps of a referral, one after the other: alone they would hardly ever lead anywhere.
    pub(super) fn hands_over(&mut self, task: &str) {
        for _ in 0..=self.one(8) {
            self.refers(task);
        }
    }

    /// A referral is prepared, or goes one step on, whichever way.
    fn refers(&mut self, task: &str) {
        let page = self.case.counsellor.program.api(&format!("/tasks/{task}")).unwrap();
        let Some(referral) = page["referrals"][0]["referral"].as_str().map(str::to_owned) else {
            return self.prepares(task);
        };
        let at = format!("/referrals/{referral}");
        let view = self.case.counsellor.program.api(&at).unwrap();
        let letter = format!("/letters/{}", view["letter"].as_str().unwrap());
        let words = "So it was said.";
        let on = self.world.house.clock.now().date();
        match (view["state"].as_str().unwrap(), self.one(9)) {
            (_, 0) => self.tell(false, &format!("{at}/take-back"), &json!({"taken_back_why": words})),
            ("prepared", _) => match view["letter_words"].as_str().unwrap() {
                "Draft" => self.tell(false, &format!("{letter}/submit"), &json!({})),
                "Waits for a second person" => {
                    let seen = json!({"sheet_seen": view["certificate"]});
                    self.tell(true, &format!("{letter}/approve"), &seen)
                }
                "Stopped" => self.tell(false, &format!("{at}/letter"), &json!({})),
                _ => self.send(),
            },
            ("sent" | "chased", 1..=4) => self.tell(
                false,
                &format!("{at}/chase"),
                &json!({"chased_how": "phone", "chased_words": words}),
            ),
            ("sent" | "chased", _) => {
                let said =
                    json!({"acknowledged_by": "They", "acknowledged_how": "email", "acknowledged_on": on});
                self.tell(false, &format!("{at}/acknowledge"), &said)
            }
            ("acknowledged", 1..=3) => {
                let said = json!({"declined_words": words, "declined_then": "ours"});
                self.tell(false, &format!("{at}/decline"), &said)
            }
            ("acknowledged", 4 | 5) => {
                self.tell(false, &format!("{at}/look-again"), &json!({"looked_words": words}))
            }
            ("acknowledged" | "declined", _) => {
                self.tell(false, &format!("{at}/end"), &json!({"ended_words": words}))
            }
            ("to_tell", _) => self.tell(false, &format!("{at}/told"), &json!({"told_words": words})),
            _ => self.prepares(task),
        }
    }

    fn prepares(&mut self, task: &str) {
        let page = format!("/results/{}/certificate", self.case.result);
        let listed = self.case.counsellor.program.api(&page).unwrap();
        let Some(standing) =
            listed["certificates"].as_array().unwrap().iter().find(|one| one["stands"] == true)
        else {
            return self.tell(false, &page, &json!({"control": "no"}));
        };
        // The letter gives the variant, which mostly nothing on record allows yet.
        let given = json!({"route": "clinic_letter", "level": "L2", "stance": "given", "words": "Yes.",
            "inferable_why": super::WHY});
        self.tell(false, &format!("/tasks/{task}/consent"), &given);
        let entry = json!({"agreed_how": "phone", "agreed_by": "themselves", "handed_words": "Yes.",
            "agreed_on": self.world.house.clock.now().date(), "house_name": "Truro Genetics",
            "house_address": "2 Elm Road", "house_postcode": "TR1 2BB", "house_phone": "01632 960 555",
            "reason": "lives_there", "certificate": standing["certificate"]});
        self.tell(false, &format!("/tasks/{task}/referral"), &entry);
    }
}
