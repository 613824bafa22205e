//! What one world alone does between the common commands, and what staff see of it all at the end.
//! Must not know: what the other world does.

use super::Play;
use crate::{
    plan::{Extra, PROBAND, REPORTS},
    vary::{Kind, Rng},
    world::{CLINICIAN, COUNSELLOR, GUARDIAN},
};
use kinward::{demo::people::text_of, error::Result};
use serde_json::json;

impl Play<'_> {
    pub(super) fn extra(&mut self, label: &str, extra: Extra) -> Result<()> {
        match extra {
            Extra::Conversation => self.conversation(label, "after"),
            Extra::CorrectProband => {
                let before = self.personal.canaries.len();
                let fields = json!({
                    "given_name": self.personal.name(Kind::Identity, &format!("{label} given")),
                    "family_name": self.personal.name(Kind::Identity, &format!("{label} family")),
                    "birth_date": self.personal.date(Kind::Identity, &format!("{label} born"), PROBAND.0, PROBAND.1),
                    "nhs_number": self.personal.nhs_number(Kind::Identity, &format!("{label} number")),
                });
                self.post(COUNSELLOR, &format!("/people/{}/identity", self.here().proband), &fields)?;
                // An earlier correction is written over, and staff cannot find it any more.
                let newest = self.personal.canaries.split_off(before);
                let written_over = std::mem::replace(&mut self.file().corrected, newest.clone());
                self.personal.canaries.retain(|canary| !written_over.contains(canary));
                self.personal.canaries.extend(newest);
                self.written_over.extend(written_over);
                Ok(())
            }
            Extra::ReadResult => {
                self.world.get(COUNSELLOR, &format!("/results/{}", self.here().result)).map(|_| ())
            }
            Extra::OtherFamily => {
                let mut rng = Rng::new(self.plan.seed, label);
                let bytes = self.personal.report(rng.one(REPORTS).1, label, true);
                let result = text_of(&self.upload(&bytes)?, "result")?;
                self.other_results.push(result);
                Ok(())
            }
            Extra::Unreadable => {
                let words = self.personal.text(Kind::Conclusion, label);
                self.upload(format!("{{\"resourceType\": \"Bundle\", \"entry\": [\"{words}\"").as_bytes())?;
                self.personal.canaries.pop();
                Ok(())
            }
            Extra::FailedSignIn => {
                let fields = [("username", "nia.morgan"), ("password", "not the password at all")];
                let body =
                    fields.map(|(name, value)| format!("{name}={}", value.replace(' ', "+"))).join("&");
                let kind = Some("application/x-www-form-urlencoded");
                self.world.browser().send("POST", "/sign-in", kind, Some(body.as_bytes())).map(|_| ())
            }
            Extra::AddOther => {
                self.add_other(label, ("mother's brother's son", 1955, 50))?;
                if self.file().tasks.is_empty() { Ok(()) } else { self.confirm() }
            }
            Extra::OtherAgrees | Extra::OtherRefused => {
                let file = self.file();
                let task = file.others.iter().find_map(|person| file.tasks.get(person)).cloned();
                let Some(task) = task else { return Ok(()) };
                if extra == Extra::OtherAgrees {
                    return self.consent(&task, label, "given", "L1");
                }
                self.consent(&task, label, "refused", "L1")
            }
            Extra::OtherTested(place, says) => {
                let Some(person) = self.file().others.get(place).cloned() else { return Ok(()) };
                self.tested(label, &person, says)
            }
            Extra::GuardianReads => {
                self.world.get(GUARDIAN, &format!("/families/{}/record", self.here().family)).map(|_| ())
            }
        }
    }

    /// A relative's own test is written down, and a second person finds that it agrees with its source.
    pub(super) fn tested(&mut self, label: &str, person: &str, says: &str) -> Result<()> {
        let page = format!("/results/{}/relatives/{person}", self.here().result);
        let seen = self.world.get(COUNSELLOR, &page)?;
        let mut rng = self.personal.rng(Kind::OwnResults, label);
        let fields = json!({
            "says": says, "variant": seen["variants"][0],
            "tested_on": format!("2026-{:02}-{:02}", 1 + rng.below(10), 1 + rng.below(28)),
            "laboratory": format!("Laboratory of {}", self.personal.name(Kind::OwnResults, &format!("{label} laboratory"))),
            "source": rng.one(&["laboratory_report", "other_service", "own_record"]),
        });
        self.world.chance.begin(&format!("{label} recorded"));
        let own = text_of(&self.world.post(COUNSELLOR, &page, &fields)?, "relative_result")?;
        self.world.chance.begin(&format!("{label} confirmed"));
        self.post(CLINICIAN, &format!("/relative-results/{own}/confirm"), &json!({}))?;
        self.file().own_results.push(own);
        Ok(())
    }

    /// What the professionals see of all this: where the canaries are to be found.
    pub(super) fn staff_view(&mut self) -> Result<Vec<u8>> {
        self.world.sign_in()?;
        let mut paths = Vec::new();
        for result in &self.other_results {
            paths.extend([format!("/results/{result}"), format!("/results/{result}/report")]);
        }
        for file in &self.files {
            // What is drawn of the family and counted for its members is staff's alone.
            paths.extend(["", "/pedigree.svg"].map(|end| format!("/families/{}{end}", file.family)));
            paths.push(format!("/results/{}/at-risk", file.result));
            for result in file.elders.iter().chain([&file.result]) {
                paths.extend(
                    ["", "/report", "/conversations/new"].map(|end| format!("/results/{result}{end}")),
                );
            }
            paths.extend(file.own_results.iter().map(|own| format!("/relative-results/{own}")));
            for task in &file.every_task {
                paths.extend(["", "/consent", "/decision"].map(|end| format!("/tasks/{task}{end}")));
            }
            paths.extend(file.others.iter().chain([&file.proband]).map(|person| format!("/people/{person}")));
        }
        let mut all = Vec::new();
        for path in paths {
            all.extend(self.world.get_bytes(COUNSELLOR, &path)?);
            all.push(b'\n');
        }
        Ok(all)
    }
}
