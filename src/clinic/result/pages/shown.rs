//! What the page of a result shows: who, from where, each finding with its mark, and the preview beside them.
//! Must not know: how a mark or a separation is made.

use super::preview::{Preview, Separation};
use crate::{
    access::{
        Caller, Choice, DayFields, Permission, family::family_reference, permission::allows,
        staff::staff_names,
    },
    audit::Act,
    clinic::{
        people::{
            dates::birth_possible,
            person::{Person, person_get},
        },
        result::{
            finding::{Finding, Mark, finding_list},
            intake::{birth_told, report_fetch},
            release,
            report::{self, BirthDate},
            state::{ResultCommand, ResultState, TestResult, result_list, result_open},
        },
        sharing::pages::died::ProbandDied,
    },
    db::UtcDate,
    error::Result,
    ids::{FamilyId, FindingId, PersonId, ResultId, StaffId},
    policy::DateLimits,
};
use kinward_family::condition::Condition;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct ResultPage {
    result: ResultId,
    family: FamilyId,
    family_reference: String,
    state: ResultState,
    state_title: &'static str,
    lab: Option<String>,
    /// As the report has it: naming system and number.
    report_identifier: Option<String>,
    /// The number alone, as people say it.
    report_number: Option<String>,
    report_status: String,
    issued: Option<String>,
    received: String,
    /// Why it was taken in although one that says the same was there.
    again_why: Option<String>,
    #[serde(skip)]
    received_on: UtcDate,
    conclusion: Option<String>,
    told_on: Option<String>,
    /// The result this one replaces, and the one that replaces it.
    elder: Option<ResultId>,
    successor: Option<ResultId>,
    proband: Proband,
    proband_died: Option<ProbandDied>,
    findings: Vec<FindingCard>,
    unmarked: usize,
    preview: Preview,
    separation: Option<Separation>,
    condition: Option<&'static str>,
    /// Resources of the report that are kept but not read.
    others: Vec<Other>,
    notes: Vec<String>,
    /// The test was not done for it: what the proband says of it by itself.
    additional: Option<&'static str>,
    additional_words: Option<String>,
    may: May,
}

/// What the caller may do from here, in the state the result is in.
#[derive(Serialize)]
struct May {
    mark: bool,
    identify: bool,
    talk: bool,
    talk_again: bool,
    check_at_risk: bool,
    see_at_risk: bool,
    close: bool,
    separate_again: bool,
    /// What the proband says of an additional finding can be recorded.
    additional: bool,
}

#[derive(Serialize)]
struct Proband {
    person: PersonId,
    name: String,
    complete: bool,
    given_name: Option<String>,
    family_name: Option<String>,
    birth_date: Option<String>,
    birth: Option<DayFields>,
    nhs_number: Option<String>,
    letter_given_name: Option<String>,
    letter_family_name: Option<String>,
    /// What the form carries, so that an old window does not undo a newer one.
    mark: String,
    /// The report's own words where they could not be taken over.
    report_says: Vec<String>,
}

#[derive(Serialize)]
struct Other {
    resource_type: String,
    id: Option<String>,
}

#[derive(Serialize)]
struct FindingCard {
    finding: FindingId,
    number: i32,
    kind: String,
    summary: String,
    gene: Option<String>,
    hgvs_c: Option<String>,
    hgvs_p: Option<String>,
    hgvs_g: Option<String>,
    /// Names that are not passed on, with position and reason.
    left_out: Vec<String>,
    zygosity: Option<String>,
    significance: Option<String>,
    condition: Option<String>,
    source_class: String,
    suggestion: Mark,
    suggestion_why: String,
    mark: Option<Mark>,
    marked_by: Option<String>,
    marked_at: Option<String>,
    mark_why: Option<String>,
    marks: Vec<Choice>,
    not_understood: Vec<String>,
    json: String,
}

/// The page, and the report's bytes for `add_what_was_not_read`. Reading leaves its record.
pub(super) fn result_page(act: &mut Act<'_>, caller: &Caller, id: ResultId) -> Result<(ResultPage, Vec<u8>)> {
    let (result, proof) = result_open(act.conn(), caller, id)?;
    let findings = finding_list(act, &proof, id)?;
    let report = report_fetch(act, result.report_id, Some(proof.family()))?;
    let preview = Preview::of(act, &proof, &result, &findings)?;
    let person = person_get(act.conn(), &proof, result.person_id)?;
    let successor =
        result_list(act.conn(), &proof)?.into_iter().find(|other| other.supersedes_id == Some(id));
    let names = staff_names(act.conn(), caller.service)?;
    let page = ResultPage {
        family_reference: family_reference(act.conn(), caller.service, result.family_id)?,
        unmarked: findings.iter().filter(|finding| finding.words.mark.is_none()).count(),
        separation: Separation::of(&result, &findings),
        findings: findings.into_iter().map(|finding| FindingCard::of(finding, &names)).collect(),
        preview,
        proband_died: ProbandDied::of(act.conn(), &proof, id)?,
        proband: Proband::of(person),
        successor: successor.map(|other| other.id),
        may: May::of(caller, &result),
        condition: result
            .about
            .condition_key
            .as_deref()
            .and_then(Condition::by_key)
            .map(Condition::staff_name),
        result: id,
        family: result.family_id,
        state: result.state,
        state_title: result.state.title(),
        lab: result.about.lab,
        report_number: result.about.report_identifier.as_deref().map(own_number),
        report_identifier: result.about.report_identifier,
        report_status: result.about.report_status,
        issued: result.about.issued.map(day_shown),
        received: result.received_at.shown(),
        again_why: report.again_why,
        received_on: result.received_at.date(),
        conclusion: result.about.conclusion,
        told_on: result.about.told_on.map(UtcDate::shown),
        elder: result.supersedes_id,
        others: vec![],
        notes: vec![],
        additional: result.about.additional.as_ref().map(|said| match said.agrees {
            None => "The proband has not been asked about it by itself: nobody is traced by it",
            Some(false) => "The proband does not agree that relatives are traced by it",
            Some(true) => "The proband agrees that relatives are traced by it",
        }),
        additional_words: result.about.additional.as_ref().and_then(|said| said.words.clone()),
    };
    Ok((page, report.bytes))
}

impl ResultPage {
    /// Names no person: titles stay in the history of a browser.
    pub(super) fn title(&self) -> String {
        let part = self.result.as_str().get(..8).unwrap_or_default();
        format!("Result {part} of {}", self.family_reference)
    }

    /// Reads the stored report again, so that nothing the laboratory sent stays unseen.
    pub(super) fn add_what_was_not_read(&mut self, bytes: &[u8], limits: DateLimits) {
        match report::read(bytes) {
            Ok(read) => {
                let other = |o: report::OtherResource| Other { resource_type: o.resource_type, id: o.id };
                self.others = read.others.into_iter().map(other).collect();
                self.notes = read.notes;
                // As on the day it came: a date in the future does not become right by waiting.
                let told = birth_told(&read.patient)
                    .filter(|born| birth_possible(*born, limits, self.received_on).is_err());
                self.notes.extend(told.map(|born| {
                    format!(
                        "The report gives {} as the proband's date of birth, which cannot be right. It was not taken over. Ask the laboratory, and check that the report is about this patient.",
                        born.shown()
                    )
                }));
                self.proband.hear(&read.patient);
            }
            Err(problem) => self.notes = vec![format!("The stored report can no longer be read. {problem}")],
        }
    }
}

/// The part of an identifier that is not the name of its naming system.
fn own_number(identifier: &str) -> String {
    identifier.rsplit('|').next().unwrap_or(identifier).to_owned()
}

/// A laboratory's timestamp as a day; what is no day stays as it came.
fn day_shown(stamp: String) -> String {
    stamp.get(..10).and_then(|day| day.parse::<UtcDate>().ok()).map_or(stamp, UtcDate::shown)
}

impl May {
    fn of(caller: &Caller, result: &TestResult) -> Self {
        let may = |permission| allows(&caller.roles, permission);
        let state = result.state;
        Self {
            mark: may(Permission::FindingMark) && state.permits(ResultCommand::SeparateFamilial),
            identify: may(Permission::PersonEdit),
            talk: may(Permission::ConversationRecord) && state == ResultState::Discuss,
            talk_again: may(Permission::ConversationRecord) && result.about.told_on.is_some(),
            check_at_risk: may(Permission::TaskMove)
                && matches!(state, ResultState::Pedigree | ResultState::CheckAgain | ResultState::Widened),
            see_at_risk: may(Permission::TaskView) && result.about.inheritance.is_some(),
            close: may(Permission::TaskMove) && state.permits(ResultCommand::Close),
            separate_again: may(Permission::FindingMark) && state.permits(ResultCommand::SeparateAgain),
            additional: may(Permission::ConversationRecord)
                && result.about.additional.is_some()
                && matches!(
                    state,
                    ResultState::Discuss
                        | ResultState::Pedigree
                        | ResultState::CheckAgain
                        | ResultState::Widened
                ),
        }
    }
}

impl Proband {
    fn of(person: Person) -> Self {
        Self {
            person: person.id,
            name: person.shown(),
            mark: person.identity().shown().mark(),
            complete: person.is_named() && person.birth_date.is_some(),
            birth_date: person.birth_date.map(UtcDate::shown),
            birth: person.birth_date.map(DayFields::from),
            given_name: person.given_name,
            family_name: person.family_name,
            nhs_number: person.nhs_number,
            letter_given_name: person.letter_given_name,
            letter_family_name: person.letter_family_name,
            report_says: vec![],
        }
    }

    /// Keeps what the report says of the patient where it did not fit, so that staff can complete it.
    fn hear(&mut self, patient: &report::Patient) {
        if self.complete {
            return;
        }
        if let Some(BirthDate::Partial(text)) = &patient.birth_date {
            self.report_says.push(format!("Date of birth: {text}"));
        }
        let parts = [patient.given.as_deref(), patient.family.as_deref()];
        let whole = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        for name in
            [patient.name_text.clone(), Some(whole)].into_iter().flatten().filter(|name| !name.is_empty())
        {
            self.report_says.push(format!("Name: {name}"));
        }
        self.report_says.extend(patient.local_ids.iter().map(|id| format!("Identifier: {id}")));
        self.report_says.dedup();
    }
}

impl FindingCard {
    fn of(finding: Finding, staff: &[(StaffId, String)]) -> Self {
        let name = |id: StaffId| staff.iter().find(|(other, _)| *other == id).map(|(_, name)| name.clone());
        let marks = Mark::ALL.iter().map(|mark| {
            let chosen = finding.words.mark == Some(*mark);
            Choice::of(mark, mark.title()).hint(mark.meaning()).chosen(chosen)
        });
        Self {
            left_out: release::left_out(&finding.words),
            marks: marks.collect(),
            finding: finding.id,
            number: finding.words.position + 1,
            kind: finding.words.kind.replace('_', " "),
            summary: finding.words.summary,
            gene: finding.words.gene,
            hgvs_c: finding.words.hgvs_c,
            hgvs_p: finding.words.hgvs_p,
            hgvs_g: finding.words.hgvs_g,
            zygosity: finding.words.zygosity,
            significance: finding.words.significance.map(|text| text.replace('_', " ")),
            condition: finding.words.condition,
            source_class: finding.words.source_class.replace('_', " "),
            suggestion: finding.words.suggestion,
            suggestion_why: finding.words.suggestion_why,
            mark: finding.words.mark,
            marked_by: finding.words.marked_by.and_then(name),
            marked_at: finding.words.marked_at.map(|at| at.shown()),
            mark_why: finding.words.mark_why,
            not_understood: finding.words.not_understood.lines().map(str::to_owned).collect(),
            json: finding.words.json,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_called_by_its_number_and_its_day() {
        assert_eq!(own_number("https://lab.example/report-number|R24-0061873"), "R24-0061873");
        assert_eq!(own_number("R24-0061873"), "R24-0061873");
        assert_eq!(day_shown("2025-11-18T14:05:00+00:00".into()), "18 November 2025");
        assert_eq!(day_shown("2025-11".into()), "2025-11");
    }
}
