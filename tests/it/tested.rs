//! Relatives' own results: written down by one person, compared with the source by another, corrected and never changed.
//! Must not know: how chances are computed.

mod contradiction;
mod copies;
mod effects;
mod what_if;

use crate::support::{
    TODAY, World,
    cases::{AUNT, Case, SISTER},
};
use kinward::demo::people::{last_part, list_of, text_of};
use serde_json::{Value, json};

pub const BRCA2: &str = "c.5946del";

impl Case {
    /// What a relative's test said, written down by the counsellor and confirmed by the clinician.
    pub fn tested(&mut self, person: &str, says: &str) -> String {
        let own =
            self.counsellor.own_result_record(&self.result.clone(), person, says, BRCA2, TODAY).unwrap();
        self.clinician.own_result_confirm(&own).unwrap();
        own
    }

    fn own(&mut self, own: &str) -> Value {
        self.counsellor.program.api(&format!("/relative-results/{own}")).unwrap()
    }
}

#[test]
fn a_result_counts_once_a_second_person_has_compared_it() {
    let world = World::new(801);
    let mut case = Case::new(&world, &[SISTER]);
    let (result, sister) = (case.result.clone(), case.people[0].clone());
    let own = case.counsellor.own_result_record(&result, &sister, "het", BRCA2, TODAY).unwrap();
    assert_eq!(case.own(&own)["state"], "recorded");
    let queue = case.clinician.program.api("/queues/results_to_confirm").unwrap();
    let item = &list_of(&queue, "items").unwrap()[0];
    assert_eq!(item["link"], format!("/relative-results/{own}"));
    let alone = case.counsellor.own_result_confirm(&own).unwrap_err().public().to_owned();
    assert!(alone.contains("409"), "who wrote it down does not confirm it: {alone}");
    case.clinician.own_result_confirm(&own).unwrap();
    let page = case.own(&own);
    assert_eq!(
        (page["state"].as_str(), page["says"].as_str()),
        (Some("confirmed"), Some("Has the variant: one copy"))
    );
    assert_eq!(page["verdict"]["by"], "Dr Amir Rahman");
    let queue = case.clinician.program.api("/queues/results_to_confirm").unwrap();
    assert!(list_of(&queue, "items").unwrap().is_empty());
    let twice = case.clinician.own_result_confirm(&own);
    assert!(twice.is_err(), "it is confirmed once");
}

#[test]
fn what_does_not_agree_is_rejected_with_a_reason_and_never_counts() {
    let world = World::new(802);
    let mut case = Case::new(&world, &[SISTER]);
    let (result, sister) = (case.result.clone(), case.people[0].clone());
    let own = case.counsellor.own_result_record(&result, &sister, "noncarrier", BRCA2, TODAY).unwrap();
    let page = format!("/relative-results/{own}");
    let reject = format!("{page}/reject");
    let silent = case.clinician.browser.submit(&page, &reject, &[("reason", "no")]).unwrap();
    assert!(silent.status == 422 && silent.text().contains("Write in a sentence"));
    let reason = "The report is of her daughter, who has the same name.";
    case.clinician.browser.done(&page, &reject, &[("reason", reason)]).unwrap();
    let view = case.own(&own);
    assert_eq!((view["state"].as_str(), view["verdict"]["why"].as_str()), (Some("rejected"), Some(reason)));
    assert!(case.clinician.own_result_confirm(&own).is_err());
    // Another may be written down now.
    case.counsellor.own_result_record(&result, &sister, "het", BRCA2, TODAY).unwrap();
}

#[test]
fn a_correction_stands_beside_what_it_corrects_and_takes_its_place_when_confirmed() {
    let world = World::new(803);
    let mut case = Case::new(&world, &[SISTER]);
    let (result, sister) = (case.result.clone(), case.people[0].clone());
    let old = case.tested(&sister, "noncarrier");
    let again = case.counsellor.own_result_record(&result, &sister, "het", BRCA2, TODAY);
    assert!(again.is_err(), "a result that stands is corrected, not outvoted");
    let fields = [
        ("says", "het"),
        ("variant", BRCA2),
        ("tested_on-day", "20"),
        ("tested_on-month", "11"),
        ("tested_on-year", "2026"),
        ("laboratory", "Severnside Genomic Laboratory Hub"),
        ("source", "laboratory_report"),
        ("reason", "The laboratory had swapped two samples and reported anew."),
    ];
    let new = case.counsellor.own_result_correct(&old, &fields).unwrap();
    assert_eq!(case.own(&old)["state"], "confirmed", "the old one counts until the correction is confirmed");
    case.clinician.own_result_confirm(&new).unwrap();
    let (before, after) = (case.own(&old), case.own(&new));
    assert_eq!((before["state"].as_str(), after["state"].as_str()), (Some("corrected"), Some("confirmed")));
    assert_eq!(
        (before["says"].as_str(), before["corrected_by"].as_str()),
        (Some("Does not have the variant"), Some(new.as_str()))
    );
    let listed = case.counsellor.program.api(&format!("/results/{result}/relatives/{sister}")).unwrap();
    assert_eq!(list_of(&listed, "results").unwrap().len(), 2, "both stay visible");
}

#[test]
fn a_result_that_was_never_theirs_is_taken_away_by_a_correction() {
    let world = World::new(804);
    let mut case = Case::new(&world, &[SISTER]);
    let (result, sister) = (case.result.clone(), case.people[0].clone());
    let old = case.tested(&sister, "het");
    let fields = [("says", "void"), ("reason", "It is the report of another family's patient.")];
    let new = case.counsellor.own_result_correct(&old, &fields).unwrap();
    case.clinician.own_result_confirm(&new).unwrap();
    assert_eq!(case.own(&old)["state"], "corrected");
    // Nothing stands now: her real result may be written down.
    case.counsellor.own_result_record(&result, &sister, "noncarrier", BRCA2, TODAY).unwrap();
}

#[test]
fn what_cannot_be_said_of_this_person_is_refused_beside_its_field() {
    let world = World::new(805);
    let mut case = Case::new(&world, &[SISTER]);
    let (result, sister) = (case.result.clone(), case.people[0].clone());
    let page = format!("/results/{result}/relatives/{sister}");
    let right = [
        ("says", "het"),
        ("variant", BRCA2),
        ("tested_on-day", "3"),
        ("tested_on-month", "5"),
        ("tested_on-year", "2020"),
        ("laboratory", "Severnside"),
        ("source", "laboratory_report"),
    ];
    for (field, value, told) in [
        ("says", "hemi", "not on the X"),
        ("says", "", "Choose what the report says"),
        ("variant", "c.68_69del", "not the family&#x27;s variant"),
        ("variant", "", "Copy the variant"),
        ("tested_on-year", "2030", "in the future"),
        ("tested_on-year", "1950", "before this person was born"),
        ("laboratory", "", "Name the laboratory"),
        ("source", "", "Choose how we know"),
    ] {
        let mut fields = right.to_vec();
        fields.retain(|(name, _)| *name != field);
        if !value.is_empty() {
            fields.push((field, value));
        }
        let seen = case.counsellor.browser.submit(&page, &page, &fields).unwrap();
        assert_eq!(seen.status, 422, "{field} {value}");
        assert!(seen.text().contains(told), "{field} {value}: {}", seen.text());
    }
    let view = case.counsellor.program.api(&page).unwrap();
    assert!(list_of(&view, "results").unwrap().is_empty(), "nothing half-made stays behind");
    let proband = text_of(&case.counsellor.result(&result).unwrap()["proband"], "person").unwrap();
    let own = format!("/api/v1/results/{result}/relatives/{proband}");
    let seen = case.counsellor.program.send("POST", &own, Some("application/json"), Some(b"{}")).unwrap();
    assert_eq!(seen.status, 409, "the proband's variant is not a relative's result");
}

#[test]
fn a_relatives_result_is_for_those_who_may_read_findings_and_the_reading_is_on_record() {
    let world = World::new(806);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let (result, sister) = (case.result.clone(), case.people[0].clone());
    let own = case.tested(&sister, "het");
    let (mut jo, mut ruth) = (world.at_work("jo.taylor"), world.at_work("ruth.adeyemi"));
    for work in [&mut jo, &mut ruth] {
        work.family_claim(&case.reference, "asked to look at the file").unwrap();
        for path in [format!("/relative-results/{own}"), format!("/results/{result}/relatives/{sister}")] {
            assert_eq!(work.browser.get(&path).unwrap().status, 403, "{path}");
        }
    }
    case.own(&own);
    let record = ruth.browser.page(&format!("/families/{}/record", case.family)).unwrap();
    for deed in ["relative result recorded", "relative result confirmed", "relative result read"] {
        assert!(record.contains(deed), "{deed}");
    }
    assert!(!record.contains("Has the variant"), "the record tells who read, not what");
}

#[test]
fn programs_record_and_confirm_by_the_same_rules() {
    let world = World::new(807);
    let mut case = Case::new(&world, &[SISTER]);
    let path = format!("/results/{}/relatives/{}", case.result, case.people[0]);
    let entry = json!({"says": "het", "variant": BRCA2, "tested_on": "2026-11-20",
        "laboratory": "Severnside", "source": "other_service"});
    let told = case.counsellor.program.api_post(&path, &entry).unwrap();
    let own = last_part(told["relative_result"].as_str().unwrap());
    case.clinician.program.api_post(&format!("/relative-results/{own}/confirm"), &json!({})).unwrap();
    assert_eq!(case.own(&own)["source"], "A letter from another service, with the report's words");
}
