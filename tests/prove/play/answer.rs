//! What staff answer to a relative who asked something: the same words in both worlds.
//! Must not know: what the relative asked.

use super::Play;
use crate::world::{CLINICIAN, COUNSELLOR};
use kinward::{demo::people::text_of, error::Result};
use serde_json::{Value, json};

impl Play<'_> {
    /// Answers the newest question of a relative, where there is one that nobody has answered.
    pub(super) fn answer(&mut self, label: &str, place: usize) -> Result<()> {
        let task = self.task(place)?;
        let page = self.world.get(COUNSELLOR, &format!("/tasks/{task}"))?;
        let open = page["replies"].as_array().into_iter().flatten().find_map(|one| one["to_answer"].as_str());
        let Some(question) = open.map(str::to_owned) else { return Ok(()) };
        self.world.chance.begin(&format!("{label} draft"));
        let words = json!({"answer_en": "Yes, if you wish.\n\nCome and talk to us."});
        let made: Value = self.world.post(COUNSELLOR, &question, &words)?;
        let answer = format!("/answers/{}", text_of(&made, "answer")?);
        self.world.chance.begin(&format!("{label} submit"));
        self.post(COUNSELLOR, &format!("{answer}/submit"), &json!({}))?;
        self.world.chance.begin(&format!("{label} release"));
        let seen = self.world.get(CLINICIAN, &answer)?;
        let read = json!({"words_seen": seen["answer"]["fingerprint"]});
        self.post(CLINICIAN, &format!("{answer}/release"), &read)
    }
}
