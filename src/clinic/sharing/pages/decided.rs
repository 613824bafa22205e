//! A decision as the page and the PDF say it, every field in words.
//! Must not know: findings, the words of letters, or whether another decision may follow.

use super::{About, emergency::EmergencyShown, name_of};
use crate::{
    access::{Caller, Choice, Permission, permission::allows},
    clinic::{
        letters::letter::LetterRow,
        sharing::{
            decision::{
                AdviceNamed, Balance, Decision, Fact, FirstView, Grade, LegalBasis, Model, Outcome, Weighed,
            },
            signature::Signature,
        },
    },
    db::{UtcDate, UtcTime},
    ids::{DecisionId, StaffId},
    policy::{Policy, Side},
};
use kinward_family::{Block, disclosure::Level};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct ReasonSaid {
    code: String,
    side: Option<Side>,
    text: String,
}

#[derive(Serialize)]
pub(super) struct Decided {
    pub(super) decision: DecisionId,
    /// "Dr Rahman, 23 November 2026"; none where no signature was asked for, or none was given yet.
    signed: Option<String>,
    /// Of every field, and of the decision before: the record of deeds keeps the same one.
    fingerprint: String,
    /// Whether what was decided was done.
    done: String,
    /// Waits for a second clinician.
    waits: bool,
    /// The caller may sign it.
    pub(super) may_sign: bool,
    /// Until when no letter leaves by it, and why.
    pub(super) cooling: Option<String>,
    /// That it was held, once that is over.
    pub(super) waited: Option<String>,
    /// The caller may let it go before then.
    pub(super) may_let_go: bool,
    /// That it was let go, and its review.
    pub(super) emergency: Option<EmergencyShown>,
    at: String,
    by: String,
    by_role: String,
    model: &'static str,
    outcome: &'static str,
    level: String,
    harm_if_not_shared: String,
    harm_if_shared: String,
    reasons: Vec<ReasonSaid>,
    steps_tried: String,
    adviser: String,
    proband_informed: String,
    /// Heading and words of all else that was weighed; nothing in decisions from before it was asked.
    weighed: Vec<(&'static str, String)>,
    facts: Vec<Fact>,
    review_on: String,
    /// "England 2020".
    pub(super) policy: String,
    /// What that pack said of a proband who does not agree, with its source.
    refusal: String,
    reason_codes_version: String,
}

impl Decided {
    pub(super) fn of(
        (row, balance): (Decision, Balance),
        (fingerprint, set_aside): (String, Option<String>),
        policy: &Policy,
        names: &[(StaffId, String)],
        signatures: &[Signature],
        left: Option<Left<'_>>,
        caller: &Caller,
    ) -> Self {
        let done = match (row.outcome, &set_aside, left) {
            (Outcome::Applied, Some(how), None) => format!("No: set aside on {how}"),
            (Outcome::Applied | Outcome::Declined, _, _) => acted_on(&row, &balance, left),
        };
        let signature = signatures.iter().find(|one| one.decision_id == row.id);
        let waits = set_aside.is_none() && signature.is_some_and(|one| one.by_staff.is_none());
        let pack = policy.pack(&row.policy_pack).ok();
        let edition = pack.and_then(|pack| pack.editions().find(|one| one.version == row.policy_version));
        let level = row.level.parse::<Level>().map_or("", Level::plain);
        Self {
            decision: row.id,
            fingerprint,
            done,
            signed: signature
                .and_then(|one| Some(format!("{}, {}", name_of(names, one.by_staff?), one.at?.shown()))),
            waits,
            cooling: None,
            waited: None,
            may_let_go: false,
            emergency: None,
            may_sign: waits
                && row.by_staff != caller.staff
                && allows(&caller.roles, Permission::DecisionRecord),
            at: row.at.shown(),
            by: name_of(names, row.by_staff),
            by_role: row.by_role,
            model: model_words(row.model).0,
            outcome: outcome_words(row.outcome).0,
            level: format!("{}: {level}", row.level),
            harm_if_not_shared: balance.harm_if_not_shared,
            harm_if_shared: balance.harm_if_shared,
            reasons: balance.reasons.into_iter().map(|code| reason_said(policy, code)).collect(),
            steps_tried: balance.steps_tried,
            adviser: balance.adviser,
            proband_informed: balance.proband_informed,
            weighed: balance.weighed.as_ref().map(weighed).unwrap_or_default(),
            facts: balance.weighed.map(|weighed| weighed.facts).unwrap_or_default(),
            review_on: row.review_on.shown(),
            policy: format!(
                "{} {}",
                pack.map_or(row.policy_pack.as_str(), |pack| &pack.name),
                row.policy_version
            ),
            refusal: edition.map_or_else(String::new, |one| one.quoted(&one.against_refusal.rule)),
            reason_codes_version: row.reason_codes_version,
        }
    }

    /// Every field with its heading, as the page and the PDF say it.
    pub(super) fn sections(&self, about: &About) -> Vec<(String, Vec<Block>)> {
        let fact = |label: &str, value: &str| (label.to_owned(), value.to_owned());
        let reasons =
            self.reasons.iter().map(|r| format!("{} ({}) {}", r.code, r.side_words(), r.text)).collect();
        let mut facts = vec![
            fact("Family", &about.reference),
            fact("Relative", &format!("{} ({})", about.name, about.relation)),
            fact("Decided on", &self.at),
            fact("Decided by", &format!("{}, {}", self.by, self.by_role)),
            fact(
                "Second signature",
                match (&self.signed, self.waits) {
                    (Some(signed), _) => signed,
                    (None, true) => "Asked for, and not there yet",
                    (None, false) => "Not asked for by the policy pack",
                },
            ),
            fact("Model", self.model),
            fact("Outcome", self.outcome),
            fact("Level", &self.level),
            fact("Acted on", &self.done),
            fact("Looked at again on", &self.review_on),
            fact("Policy pack", &self.policy),
            fact("Where the proband does not agree", &self.refusal),
            fact("Reason codes", &self.reason_codes_version),
            fact("Fingerprint of all fields", &self.fingerprint),
        ];
        facts.extend(
            self.cooling.iter().chain(&self.waited).map(|words| fact("Before a letter leaves", words)),
        );
        facts.extend(self.emergency.iter().map(|one| fact("Let go at once", &one.told())));
        let known = self.facts.iter().map(|one| fact(&one.what, &one.known)).collect();
        let mut sections = vec![
            ("Decision".into(), vec![Block::Facts(facts)]),
            ("What was known".into(), vec![Block::Facts(known)]),
            ("What may happen if this is not shared".into(), paragraphs(&self.harm_if_not_shared)),
            ("What may happen if it is shared".into(), paragraphs(&self.harm_if_shared)),
            ("Reasons".into(), vec![Block::List(reasons)]),
            ("What was tried first".into(), paragraphs(&self.steps_tried)),
            ("Advice".into(), paragraphs(&self.adviser)),
            ("Whether the proband was told".into(), paragraphs(&self.proband_informed)),
        ];
        sections.retain(|(_, blocks)| {
            !blocks.iter().all(|block| matches!(block, Block::Facts(facts) if facts.is_empty()))
        });
        sections.extend(self.weighed.iter().map(|(what, words)| ((*what).to_owned(), paragraphs(words))));
        sections
    }
}

/// A letter that has left, and when, where that is on record.
pub(super) type Left<'a> = (&'a LetterRow, Option<UtcTime>);

/// What came of it; `left` is the newest letter that rests on this very decision and has left.
fn acted_on(row: &Decision, balance: &Balance, left: Option<Left<'_>>) -> String {
    let due = balance.weighed.as_ref().and_then(|weighed| weighed.execute_by);
    match (row.outcome, left, due) {
        (Outcome::Declined, _, _) => "Nobody was written to on this decision".into(),
        (Outcome::Applied, Some((letter, at)), _) => {
            let approved =
                letter.approved_at.map_or_else(String::new, |at| format!(", approved {}", at.shown()));
            let at = at.map_or_else(String::new, |at| format!(" {}", at.shown()));
            format!("Yes: a letter at {}{approved}, has left{at}", letter.level)
        }
        (Outcome::Applied, None, Some(day)) => format!("Not yet: no letter has left; due by {}", day.shown()),
        (Outcome::Applied, None, None) => "Not yet: no letter has left".into(),
    }
}

fn weighed(of: &Weighed) -> Vec<(&'static str, String)> {
    let after_death = of.after_death.clone().map(|words| ("After the proband's death", words));
    let due = of.execute_by.map_or_else(|| "Nothing to act on".to_owned(), UtcDate::shown);
    let mut weighed = vec![
        ("Harm if not shared", grade_words(of.not_shared_grade).to_owned()),
        ("Harm if shared", grade_words(of.shared_grade).to_owned()),
        ("What the service knows of the relative", of.proximity.clone()),
        ("Autonomy", of.autonomy.clone()),
        ("Doing good", of.beneficence.clone()),
        ("Avoiding harm", of.non_maleficence.clone()),
        ("Justice", of.justice.clone()),
        ("Why a lower level would not do", of.least_level.clone()),
        ("Ground of law", ground_words(of.legal_basis).to_owned()),
        ("Did the adviser know who the proband is", advice_words(of.advice_named).to_owned()),
        ("Who disagreed", of.dissent.clone()),
        ("Pressure", of.pressure.clone()),
        ("To be acted on by", due),
    ];
    let on_file =
        of.documents.as_ref().filter(|list| !list.is_empty()).map(|list| ("On file", list.join("; ")));
    let view =
        of.first_view.map(|view| ("First view, before what the pack asks", view_words(view).to_owned()));
    weighed.extend(view);
    weighed.extend(after_death.into_iter().chain(on_file));
    weighed
}

pub(super) fn view_words(view: FirstView) -> &'static str {
    match view {
        FirstView::Apply => "I would apply the familial approach",
        FirstView::Decline => "I would not apply it now",
        FirstView::Undecided => "I do not know yet",
    }
}

pub(super) fn grade_words(grade: Grade) -> &'static str {
    match grade {
        Grade::Slight => "Slight",
        Grade::Moderate => "Moderate",
        Grade::Severe => "Severe",
        Grade::NotKnown => "Not known",
    }
}

pub(super) fn ground_words(ground: LegalBasis) -> &'static str {
    match ground {
        LegalBasis::PublicInterest => "Public interest: serious harm to somebody else",
        LegalBasis::BestInterests => "Best interests of somebody who cannot decide",
        LegalBasis::DirectCare => "Implied consent: the relative's own direct care",
        LegalBasis::Statute => "A law requires it",
        LegalBasis::CourtOrder => "A court has ordered it",
        LegalBasis::NoneNeeded => "None: nobody is told",
    }
}

pub(super) fn advice_words(named: AdviceNamed) -> &'static str {
    match named {
        AdviceNamed::Unnamed => "No, the proband was not named",
        AdviceNamed::Named => "Yes",
        AdviceNamed::Nobody => "Nobody was asked",
    }
}

impl ReasonSaid {
    fn side_words(&self) -> &'static str {
        match self.side {
            Some(Side::For) => "for",
            Some(Side::Against) => "against",
            None => "of an earlier pack",
        }
    }
}

fn reason_said(policy: &Policy, code: String) -> ReasonSaid {
    match policy.reason(&code) {
        Some(reason) => ReasonSaid { code, side: Some(reason.side), text: reason.text.clone() },
        None => ReasonSaid { code, side: None, text: "no longer in the pack in force".into() },
    }
}

fn paragraphs(text: &str) -> Vec<Block> {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| Block::Paragraph(line.trim().into()))
        .collect()
}

pub(super) fn models() -> Vec<Choice> {
    let choice = |model: &Model| {
        let (label, hint) = model_words(*model);
        Choice::of(model, label).hint(hint)
    };
    Model::ALL.iter().map(choice).collect()
}

/// Label and hint of a model.
pub(super) fn model_words(model: Model) -> (&'static str, &'static str) {
    match model {
        Model::Individual => (
            "The individual model",
            "The whole result is the proband's own. Telling a relative is an exception to confidentiality.",
        ),
        Model::Familial => (
            "The familial model",
            "The familial variant belongs to the family, like a joint account. All else stays the proband's own.",
        ),
    }
}

/// Label and hint of an outcome.
pub(super) fn outcome_words(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Applied => (
            "Apply the familial approach",
            "This relative may be written to, up to the level chosen. The proband is not named.",
        ),
        Outcome::Declined => (
            "Do not apply it now",
            "This relative is not written to. The decision is looked at again on its review date.",
        ),
    }
}
