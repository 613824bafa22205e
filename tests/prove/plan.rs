//! The script of a pair: drawn from its seed, the same for both worlds but for commands that are one side's alone.
//! Must not know: how a command is carried out, or what is personal in it.

use crate::vary::{KINDS, Kind, Rng};
use std::collections::BTreeSet;

/// A relative who may be written to. All of this is the relative's own, and equal on both sides.
#[derive(Clone)]
pub struct Relative {
    pub relation: &'static str,
    pub given: &'static str,
    pub family: &'static str,
    pub born: (usize, usize, usize),
    pub email: bool,
    pub level: &'static str,
}

/// What a relative, or somebody with a letter in hand, does at the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scene {
    /// In, and on to an answer; every address is tried at the named stage, if there is one of that number.
    Answers {
        choice: &'static str,
        look_around_at: usize,
    },
    /// So many wrong dates of birth.
    WrongDates(usize),
    WrongCode,
    /// Says at the door whose the letter is.
    Door(&'static str),
    /// Wants to read later, or rather not.
    Before(&'static str),
    /// Leaves the page open and comes back by the date of birth, or too late for that.
    Idle {
        minutes: i64,
    },
}

/// Commands that only one side has. None of them is about a relative who is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extra {
    Conversation,
    CorrectProband,
    ReadResult,
    OtherFamily,
    Unreadable,
    FailedSignIn,
    AddOther,
    OtherAgrees,
    OtherRefused,
    GuardianReads,
    /// A brother, sister or child of the proband who is not written to was tested.
    OtherTested(usize, &'static str),
}

const EXTRAS: &[Extra] = &[
    Extra::Conversation,
    Extra::CorrectProband,
    Extra::ReadResult,
    Extra::OtherFamily,
    Extra::Unreadable,
    Extra::FailedSignIn,
    Extra::AddOther,
    // A death of the proband is not varied: after it nobody records what they say, in the one world and not in the other.
    Extra::Conversation,
    Extra::OtherAgrees,
    Extra::OtherRefused,
    Extra::GuardianReads,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Report,
    Mark,
    Separate,
    Conversation,
    AddRelative(usize),
    AddOther(usize),
    ConfirmList,
    Claim,
    Basis(usize),
    /// The proband does not agree, and the decision is not to write.
    Declined(usize),
    Letter(usize),
    /// Staff answer what a relative asked, if they did.
    Answer(usize),
    Withdraw(usize),
    RelativeDied(usize),
    /// A relative's own test, confirmed by a second person.
    Tested(usize, &'static str),
    Send,
    Hours(i64),
    Visit(usize, Scene),
    /// The laboratory's next word on the report: everything begins anew under a second result of the same family.
    Amended,
    /// Whoever has no letter at all.
    Stranger,
    Extra(Extra),
}

#[derive(Clone)]
pub struct Command {
    /// The only side that has it, or both.
    pub side: Option<usize>,
    /// Which of the plan's families it is about, where it is about one.
    pub family: usize,
    pub label: String,
    pub what: What,
}

#[derive(Clone)]
pub struct Plan {
    pub seed: u64,
    /// Letters go to the printer in batches, or each as a file.
    pub batches: bool,
    pub kinds: BTreeSet<Kind>,
    /// One, or two with relatives who are written to at the same time.
    pub families: Vec<Family>,
    /// After so many requests the second world's application dies and is started anew.
    pub crashes: BTreeSet<usize>,
    pub commands: Vec<Command>,
}

/// A family whose relatives are written to.
#[derive(Clone)]
pub struct Family {
    /// Which laboratory report it begins with.
    pub report: usize,
    pub relatives: Vec<Relative>,
    pub others: Vec<Kin>,
    pub amended: bool,
}

pub const REPORTS: &[(&str, &[u8])] = &[
    ("brca2_germline", include_bytes!("../data/reports/brca2_germline.json")),
    ("lynch_mlh1", include_bytes!("../data/reports/lynch_mlh1.json")),
    ("fh_ldlr", include_bytes!("../data/reports/fh_ldlr.json")),
    ("vhl_vhl", include_bytes!("../data/reports/vhl_vhl.json")),
    ("hcm_mybpc3", include_bytes!("../data/reports/hcm_mybpc3.json")),
    ("dmd_carrier", include_bytes!("../data/reports/dmd_carrier.json")),
];

/// The report whose condition goes with the sex chromosomes: there the proband's sex decides who is at risk, which is
/// eligibility and equal on both sides.
pub const X_LINKED: usize = 5;

/// How a relative may be related, and the years in which one is born: nobody is older than their parents.
pub type Kin = (&'static str, usize, usize);
const KIN: &[Kin] = &[
    ("sister", 1950, 30),
    ("brother", 1950, 30),
    ("mother's sister", 1930, 15),
    ("mother's brother", 1930, 15),
    ("father's sister", 1930, 15),
    ("father's brother", 1930, 15),
    ("mother's sister's daughter", 1955, 30),
    ("son", 1990, 15),
    ("daughter", 1990, 15),
];
const KIN_X: &[Kin] =
    &[("sister", 1950, 30), ("mother's sister", 1930, 15), ("mother's sister's daughter", 1955, 30)];
/// The proband's own years.
pub const PROBAND: (usize, usize) = (1950, 22);
const GIVEN: &[&str] = &["Tamsin", "Ottilie", "Jory", "Bethan", "Carys", "Ifan", "Lowri", "Gareth", "Seren"];
const FAMILY: &[&str] = &["Wray", "Farr", "Blewett", "Yarwood", "Ince", "Probert", "Penhale", "Vaughan"];
const CHOICES: &[&str] =
    &["appointment", "think", "not_know", "not_know", "already_tested", "question", "not_me"];

pub fn plan(seed: u64) -> Plan {
    let mut rng = Rng::new(seed, "plan");
    let families = families(&mut rng);
    let crashes =
        if rng.percent(20) { (0..3).map(|_| 10 + rng.below(120)).collect() } else { BTreeSet::new() };
    let mut plan = Plan {
        seed,
        batches: rng.percent(50),
        kinds: KINDS.iter().copied().collect(),
        families,
        crashes,
        commands: Vec::new(),
    };
    for (family, what) in course(&plan.families, &mut rng) {
        let label = format!("{:02} {what:?} of {family}", plan.commands.len());
        plan.commands.push(Command { side: None, family, label, what });
    }
    for number in 0..rng.below(6) {
        let (family, extra) = (rng.below(plan.families.len()), rng.one(EXTRAS));
        let label = format!("extra {number} {extra:?} of {family}");
        // An amended report about somebody who is called otherwise by now waits for a person: that is eligibility.
        if extra == Extra::CorrectProband && plan.families[family].amended {
            continue;
        }
        // Ids are drawn one after another where one act makes several: until the list is confirmed, both sides have
        // the same relatives.
        let first = match extra {
            Extra::AddOther => confirmed(&plan.commands, family),
            _ => 1 + reported(&plan.commands, family),
        };
        let at = first + rng.below(plan.commands.len() - first + 1);
        let side = Some(rng.below(2));
        plan.commands.insert(at, Command { side, family, label, what: What::Extra(extra) });
    }
    own_results(&mut plan);
    plan
}

/// Relatives of some families were tested themselves: what it said is theirs and equal on both sides, and where one who
/// is not written to was tested, one side alone may know.
fn own_results(plan: &mut Plan) {
    let mut rng = Rng::new(plan.seed, "own results");
    for family in 0..plan.families.len() {
        if rng.percent(15) {
            let place = rng.below(plan.families[family].relatives.len());
            let tested = What::Tested(place, rng.one(&["carrier", "noncarrier", "uninformative"]));
            for what in [tested, What::Send, What::Visit(place, scene(&mut rng))] {
                let label = format!("{:02} {what:?} of {family}", plan.commands.len());
                plan.commands.push(Command { side: None, family, label, what });
            }
        }
        // Of these nobody else's place at risk depends.
        let near = |kin: &Kin| ["sister", "brother", "son", "daughter"].contains(&kin.0);
        let other = plan.families[family].others.iter().position(near);
        if let Some(place) = other.filter(|_| rng.percent(25)) {
            let extra = Extra::OtherTested(place, rng.one(&["carrier", "noncarrier"]));
            let claim = |command: &Command| command.family == family && command.what == What::Claim;
            let claimed = 1 + plan.commands.iter().position(claim).unwrap();
            let first = claimed.max(confirmed(&plan.commands, family));
            let at = first + rng.below(plan.commands.len() - first + 1);
            let (side, label) = (Some(rng.below(2)), format!("{extra:?} of {family}"));
            plan.commands.insert(at, Command { side, family, label, what: What::Extra(extra) });
        }
    }
}

fn families(rng: &mut Rng) -> Vec<Family> {
    let two = rng.percent(22);
    let names = rng.below(72);
    let mut families: Vec<Family> = Vec::new();
    for family in 0..1 + usize::from(two) {
        let report = rng.below(REPORTS.len());
        let kin = if report == X_LINKED { KIN_X } else { KIN };
        let count = if two { 1 + rng.below(2) } else { 1 + rng.below(3) };
        let relatives = (0..count).map(|place| relative(rng, kin, names + 3 * family + place)).collect();
        let others = (0..rng.below(if two { 3 } else { 5 })).map(|_| rng.one(kin)).collect();
        families.push(Family { report, relatives, others, amended: rng.percent(10) });
    }
    // One person in both: two records, as a clinic has them, and letters about two results.
    if let [one, other] = families.as_mut_slice() {
        let both = one.relatives[0].clone();
        let kin = if other.report == X_LINKED { KIN_X } else { KIN };
        if rng.percent(60) && kin.iter().any(|(relation, ..)| *relation == both.relation) {
            other.relatives[0] = Relative { level: other.relatives[0].level, ..both };
        }
    }
    families
}

fn relative(rng: &mut Rng, kin: &[Kin], name: usize) -> Relative {
    let (relation, from, years) = rng.one(kin);
    Relative {
        relation,
        given: GIVEN[name % GIVEN.len()],
        family: FAMILY[name % FAMILY.len()],
        born: (from + rng.below(years), 1 + rng.below(12), 1 + rng.below(28)),
        email: rng.percent(60),
        level: rng.one(&["L0", "L1", "L2"]),
    }
}

/// The place after the last list of a family that is confirmed.
fn confirmed(commands: &[Command], family: usize) -> usize {
    let list = |command: &Command| command.family == family && command.what == What::ConfirmList;
    1 + commands.iter().rposition(list).unwrap()
}

fn reported(commands: &[Command], family: usize) -> usize {
    let report = |command: &Command| command.family == family && command.what == What::Report;
    commands.iter().position(report).unwrap()
}

/// What happens in each family, in its own order, and now in the one and now in the other.
fn course(families: &[Family], rng: &mut Rng) -> Vec<(usize, What)> {
    let mut courses: Vec<std::collections::VecDeque<What>> =
        families.iter().map(|family| course_of(family, rng).into()).collect();
    let mut all = Vec::new();
    while courses.iter().any(|course| !course.is_empty()) {
        let family = rng.below(courses.len());
        for _ in 0..1 + rng.below(4) {
            all.extend(courses[family].pop_front().map(|what| (family, what)));
        }
    }
    all
}

fn course_of(family: &Family, rng: &mut Rng) -> Vec<What> {
    let mut course = vec![What::Report, What::Mark, What::Separate, What::Conversation];
    course.extend((0..family.relatives.len()).map(What::AddRelative));
    course.extend((0..family.others.len()).map(What::AddOther));
    course.extend([What::ConfirmList, What::Claim]);
    if rng.percent(40) {
        course.push(What::Stranger);
    }
    for place in 0..family.relatives.len() {
        if rng.percent(8) {
            course.push(What::Declined(place));
            continue;
        }
        course.extend([What::Basis(place), What::Letter(place)]);
        if rng.percent(12) {
            course.push(What::Withdraw(place));
        }
        course.push(What::Send);
        if rng.percent(50) {
            course.push(What::Hours(1 + 24 * i64::try_from(rng.below(4)).unwrap()));
        }
        for _ in 0..1 + rng.below(2) {
            course.extend([What::Visit(place, scene(rng)), What::Answer(place)]);
        }
        if rng.percent(40) {
            course.extend([What::Send, What::Visit(place, scene(rng))]);
        }
        if rng.percent(10) {
            course.push(if rng.percent(60) { What::Withdraw(place) } else { What::RelativeDied(place) });
            course.push(What::Send);
            course.push(What::Visit(place, scene(rng)));
        }
    }
    if family.amended {
        // The letter in hand was withheld; a new one about the same person goes under another result.
        course.extend([What::Amended, What::Visit(0, scene(rng)), What::Mark, What::Separate]);
        course.extend([What::Conversation, What::ConfirmList, What::Basis(0), What::Letter(0), What::Send]);
        course.push(What::Visit(0, scene(rng)));
    }
    course.push(What::Send);
    course
}

fn scene(rng: &mut Rng) -> Scene {
    match rng.below(20) {
        0..11 => Scene::Answers { choice: rng.one(CHOICES), look_around_at: rng.below(16) },
        11 | 12 => Scene::WrongDates(1 + rng.below(6)),
        13 => Scene::WrongCode,
        14..17 => Scene::Door(rng.one(&["not_me", "carer", "carer", "died", ""])),
        17 | 18 => Scene::Before(rng.one(&["later", "rather_not", ""])),
        _ => Scene::Idle { minutes: rng.one(&[30, 60 * 30]) },
    }
}
