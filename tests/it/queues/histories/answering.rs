//! What staff do, in a random history, about a question that a relative asked.
//! Must not know: what should happen; only that queue and state must tell the same.

use super::History;
use serde_json::json;

impl History<'_> {
    /// A question is answered, or an answer goes one step on, whichever way.
    pub(super) fn answers(&mut self, task: &str) {
        let page = self.case.counsellor.program.api(&format!("/tasks/{task}")).unwrap();
        let replies = page["replies"].as_array().unwrap().clone();
        let Some(asked) = replies.iter().find(|reply| reply["choice"] == "question") else { return };
        if let Some(at) = asked["to_answer"].as_str() {
            return self.tell(false, at, &json!({"answer_en": "It can be so. We can talk about it."}));
        }
        let at = format!("/answers/{}", asked["answer"]["answer"].as_str().unwrap());
        match asked["answer"]["state"].as_str() {
            Some("draft") => self.tell(false, &format!("{at}/submit"), &json!({})),
            Some("returned") => self.tell(false, &format!("{at}/words"), &json!({"answer_en": "It can."})),
            Some("submitted") if self.one(3) == 0 => self.tell(
                true,
                &format!("{at}/return"),
                &json!({"returned_why": "Shorter, please, by half."}),
            ),
            Some("submitted") => {
                let view = self.case.clinician.program.api(&at).unwrap();
                let seen = json!({"words_seen": view["answer"]["fingerprint"]});
                self.tell(true, &format!("{at}/release"), &seen);
            }
            Some("to_tell") => self.tell(false, &format!("{at}/told"), &json!({})),
            _ => self.tell(false, &format!("{at}/withdraw"), &json!({"withdrawn_why": "It was not right."})),
        }
    }
}
