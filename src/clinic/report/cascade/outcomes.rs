//! Where relatives stand: what a test of their own said, or why there is none.
//! Must not know: who they are, or what anybody said.

use super::{
    super::hiding::{CellId, Hiding, Told},
    cohort::Relative,
    figure::{Cell, Figure, Row, Table, many, percent},
    plot::{Anchor, Plot, Tone},
};
use crate::{
    clinic::{
        cascade::{closure::Outcome as ClosedAs, task::TaskState},
        tested::said::Says,
    },
    db::closed,
};

closed! {
    /// Each relative has one.
    enum Outcome {
        HasVariant = "has_variant",
        NoVariant = "no_variant",
        CouldNotTell = "could_not_tell",
        ToConfirm = "to_confirm",
        SaysTested = "says_tested",
        InTouch = "in_touch",
        WantsTime = "wants_time",
        NoReply = "no_reply",
        Objects = "objects",
        NotReached = "not_reached",
        LetterToCome = "letter_to_come",
        FamilyTells = "family_tells",
        NotAgreed = "not_agreed",
        NoContact = "no_contact",
        TooYoung = "too_young",
        Died = "died",
        Knows = "knows",
        WantsNone = "wants_none",
        TestedElsewhere = "tested_elsewhere",
        Abroad = "abroad",
        NotFound = "not_found",
        NoAnswer = "no_answer",
        NeverTold = "never_told",
        HandedOver = "handed_over",
        Closed = "closed",
    }
}

impl Outcome {
    const fn words(self) -> &'static str {
        match self {
            Outcome::HasVariant => "Tested: has the variant",
            Outcome::NoVariant => "Tested: does not have it",
            Outcome::CouldNotTell => "Tested: the test could not tell",
            Outcome::ToConfirm => "Tested: result to be confirmed",
            Outcome::SaysTested => "Says tested already; result asked for",
            Outcome::InTouch => "In touch: appointment or question",
            Outcome::WantsTime => "Wants time, or would rather not know now",
            Outcome::NoReply => "Written to, no reply",
            Outcome::Objects => "Asked not to be contacted",
            Outcome::NotReached => "Letter did not reach them",
            Outcome::LetterToCome => "Letter agreed, not sent yet",
            Outcome::FamilyTells => "The family tells them",
            Outcome::NotAgreed => "Nothing agreed or decided yet",
            Outcome::NoContact => "No contact details",
            Outcome::TooYoung => "Too young to be asked",
            Outcome::Died => "Died",
            Outcome::Knows => "Closed: told, no test on record",
            Outcome::WantsNone => "Closed: knows, wants no test for now",
            Outcome::TestedElsewhere => "Closed: tested elsewhere",
            Outcome::Abroad => "Closed: abroad, told where to ask",
            Outcome::NotFound => "Closed: could not be found",
            Outcome::NoAnswer => "Closed: no answer came",
            Outcome::NeverTold => "Closed: weighed, and not told",
            Outcome::HandedOver => "Closed: another service took over",
            Outcome::Closed => "Closed: no reason on record",
        }
    }

    const fn is_tested(self) -> bool {
        match self {
            Outcome::HasVariant | Outcome::NoVariant | Outcome::CouldNotTell | Outcome::ToConfirm => true,
            Outcome::SaysTested
            | Outcome::InTouch
            | Outcome::WantsTime
            | Outcome::NoReply
            | Outcome::Objects
            | Outcome::NotReached
            | Outcome::LetterToCome
            | Outcome::FamilyTells
            | Outcome::NotAgreed
            | Outcome::NoContact
            | Outcome::TooYoung
            | Outcome::Died
            | Outcome::Knows
            | Outcome::WantsNone
            | Outcome::TestedElsewhere
            | Outcome::Abroad
            | Outcome::NotFound
            | Outcome::NoAnswer
            | Outcome::NeverTold
            | Outcome::HandedOver
            | Outcome::Closed => false,
        }
    }
}

/// None for who is no longer at risk, is told from a joined file, or waits for an amended report, without a test.
fn outcome_of(relative: &Relative) -> Option<Outcome> {
    match (relative.result, relative.tested) {
        (Some(Says::Het | Says::Hom | Says::Hemi | Says::Carrier), _) => return Some(Outcome::HasVariant),
        (Some(Says::NonCarrier), _) => return Some(Outcome::NoVariant),
        (Some(Says::Uninformative), _) => return Some(Outcome::CouldNotTell),
        (Some(Says::Void) | None, Some(_)) => return Some(Outcome::ToConfirm),
        (Some(Says::Void) | None, None) => {}
    }
    let reachable = |otherwise| if relative.has_contact { otherwise } else { Outcome::NoContact };
    Some(match relative.state {
        TaskState::NotAtRisk | TaskState::Elsewhere | TaskState::Suspended => return None,
        TaskState::AlreadyTested | TaskState::Tested => Outcome::SaysTested,
        TaskState::WantsAppointment | TaskState::HasQuestion | TaskState::QuestionAnswered => {
            Outcome::InTouch
        }
        TaskState::WantsTime => Outcome::WantsTime,
        TaskState::Sent | TaskState::ToTell => Outcome::NoReply,
        TaskState::DoNotContact => Outcome::Objects,
        TaskState::NotReached => Outcome::NotReached,
        TaskState::RouteAgreed | TaskState::Writing => reachable(Outcome::LetterToCome),
        TaskState::ProbandTells => Outcome::FamilyTells,
        TaskState::Identified | TaskState::Thinking | TaskState::DecisionNeeded | TaskState::NotNow => {
            reachable(Outcome::NotAgreed)
        }
        TaskState::WaitAge => Outcome::TooYoung,
        TaskState::Deceased => Outcome::Died,
        TaskState::Done | TaskState::Waiting => return closed_as(relative.trace.closed_as),
    })
}

/// What became of somebody who was closed without a test of their own.
fn closed_as(closure: Option<ClosedAs>) -> Option<Outcome> {
    Some(match closure {
        None => Outcome::Closed,
        Some(ClosedAs::NotAtRisk | ClosedAs::ToldElsewhere) => return None,
        Some(ClosedAs::Told | ClosedAs::Tested) => Outcome::Knows,
        Some(ClosedAs::DeclinedInformed) => Outcome::WantsNone,
        Some(ClosedAs::TooYoung) => Outcome::TooYoung,
        Some(ClosedAs::TestedElsewhere) => Outcome::TestedElsewhere,
        Some(ClosedAs::Abroad) => Outcome::Abroad,
        Some(ClosedAs::Dead) => Outcome::Died,
        Some(ClosedAs::Untraceable) => Outcome::NotFound,
        Some(ClosedAs::NeverToldRefused | ClosedAs::NeverToldDecided) => Outcome::NeverTold,
        Some(ClosedAs::Objected) => Outcome::Objects,
        Some(ClosedAs::Lost) => Outcome::NoAnswer,
        Some(ClosedAs::Transferred) => Outcome::HandedOver,
    })
}

pub fn outcomes(relatives: &[Relative], limit: u64) -> Figure {
    let found: Vec<Outcome> = relatives.iter().filter_map(outcome_of).collect();
    let mut hiding = Hiding::below(limit);
    let cells: Vec<(Outcome, CellId)> = Outcome::ALL
        .iter()
        .map(|outcome| (*outcome, hiding.cell(many(found.iter().filter(|one| *one == outcome)))))
        .collect();
    let tested = hiding.cell(many(found.iter().filter(|one| one.is_tested())));
    let untested = hiding.cell(many(found.iter().filter(|one| !one.is_tested())));
    let whole = hiding.cell(many(found.iter()));
    let part = |tested: bool| {
        cells
            .iter()
            .filter(move |(one, _)| one.is_tested() == tested)
            .map(|(_, cell)| *cell)
            .collect::<Vec<_>>()
    };
    hiding.sum(tested, part(true));
    hiding.sum(untested, part(false));
    hiding.sum(whole, vec![tested, untested]);
    let told = hiding.told();
    let table = |id, caption: &str, first, of_tested: bool, sum: CellId| {
        let sum = sum.told_in(&told);
        let row = |name: &str, count: Told| Row {
            name: name.to_owned(),
            cells: vec![count.into(), Cell::share_and_interval(count, sum)],
        };
        let lines = cells.iter().filter(|(one, _)| one.is_tested() == of_tested);
        Table {
            id,
            caption: caption.to_owned(),
            first,
            columns: ["Relatives", "Share (95% interval)"].map(str::to_owned).to_vec(),
            rows: lines
                .map(|(one, cell)| row(one.words(), cell.told_in(&told)))
                .chain([row("All", sum)])
                .collect(),
        }
    };
    let tables = vec![
        table("tested", "Relatives with a test of their own on record", "Outcome", true, tested),
        table("untested", "Relatives without one: the reason not tested", "Reason", false, untested),
    ];
    let shown: Vec<(Outcome, Told)> = cells.iter().map(|(one, cell)| (*one, cell.told_in(&told))).collect();
    let finding = finding(&shown, tested.told_in(&told), untested.told_in(&told), whole.told_in(&told));
    Figure { plot: plot(&shown, &finding), finding, warning: None, tables, how: how() }
}

fn finding(shown: &[(Outcome, Told)], tested: Told, untested: Told, whole: Told) -> String {
    if whole.count() == Some(0) {
        return "No relative was put on a list in these months.".to_owned();
    }
    let share = percent(tested, whole).map_or_else(String::new, |percent| format!(" ({percent:.0}%)"));
    let reasons = shown.iter().filter(|(one, _)| !one.is_tested());
    let counted = reasons.filter_map(|(one, told)| Some((told.count().filter(|count| *count > 0)?, *one)));
    let most = counted.max_by_key(|(count, _)| *count).map_or_else(String::new, |(count, one)| {
        format!(" The commonest reason that can be shown: {} ({count}).", one.words())
    });
    format!("Tested: {}{share}; not tested: {}.{most}", tested.words(), untested.words())
}

const WIDTH: f64 = 720.0;
const LEFT: f64 = 290.0;
const LONGEST: f64 = 340.0;
const HIGH: f64 = 24.0;

fn plot(shown: &[(Outcome, Told)], finding: &str) -> Option<Plot> {
    let number = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let most =
        shown.iter().filter_map(|(_, told)| told.count()).max().filter(|most| *most > 0).map(number)?;
    let height = 16.0 + HIGH * f64::from(u32::try_from(shown.len()).ok()?);
    let desc = format!("{finding} The tables below have every number.");
    let mut plot = Plot::new("Outcomes, and reasons not tested", desc, WIDTH, height);
    let mut y = 8.0;
    for (one, told) in shown {
        plot.word((LEFT - 8.0, y + 14.0), Anchor::End, one.words());
        let length = told.count().map_or(0.0, |count| LONGEST * number(count) / most);
        if length > 0.0 {
            plot.bar((LEFT, y), length, HIGH - 6.0, if one.is_tested() { Tone::Three } else { Tone::One });
        }
        plot.word((LEFT + length + 8.0, y + 14.0), Anchor::Start, told.words());
        y += HIGH;
    }
    plot.line((LEFT, 4.0), (LEFT, height - 4.0), Tone::Two);
    Some(plot)
}

fn how() -> Vec<String> {
    [
        "Each relative has one line: what their own confirmed test said, or else where they stand today. Somebody at risk by two results counts once for each.",
        "Not counted: no longer at risk without a test, told from a joined file, and of a report that was amended. A relative who was closed is counted by what was chosen then, or by what the closing itself says.",
        "“Nothing agreed or decided yet” holds the proband's time to think, their no, and decisions that wait or were declined for now, together.",
    ]
    .map(str::to_owned)
    .to_vec()
}
