//! One plain sentence for staff: why a relative may carry the variant, or does not.
//! Must not know: how chances are worked out, and anybody's name. What cannot be true together is named by ids alone.

use super::{BIOLOGICAL, Cascade, Chance, Mode};
use crate::{
    kinship::{KinPath, Side, kin_path},
    model::{PersonId, Sex},
    risk::Known,
};

/// The relative a sentence is about.
pub(super) struct Facts<'a> {
    pub cascade: &'a Cascade<'a>,
    pub relative: &'a PersonId,
    pub path: &'a KinPath,
}

/// Why someone must carry the variant without having been tested.
#[derive(Clone, Copy)]
enum Certainty {
    Twin,
    /// A parent of a proband with two copies.
    ParentOfTwoCopies,
    /// The proband has two copies, or another parent does.
    FromTwoCopies {
        proband: bool,
    },
    /// A parent passes it to every child of this sex.
    Inherited,
    /// No other line joins two people who carry it.
    Between,
}

/// What is known of the proband's parent through whom a relative is related.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parent {
    /// Either parent may have passed it on.
    Open,
    /// Nobody else can have, unless it is new in the proband.
    Only,
    /// Known to carry it.
    Carries,
}

/// Why nothing can have come to a relative.
#[derive(Clone, Copy)]
pub(super) enum NoWay {
    Tested,
    Twin,
    ByMode,
    ThroughTested,
    OtherSide,
    /// Both parents are tested and clear, and this is a brother or sister.
    NewInProband,
}

/// "mother's sister: her sister may have passed the variant to the proband; half the chance of the proband's mother; .."
pub(super) fn at_risk(facts: &Facts<'_>) -> String {
    let Facts { cascade, relative, path } = *facts;
    let (family, mode, proband) = (cascade.family, cascade.locus.mode, cascade.proband);
    let [she, her, them] = pronouns(family.sex(relative));
    let own = |to: &PersonId| kin_path(family, relative, to).map_or("relative".to_owned(), |back| back.words);
    let head = &path.words;
    if cascade.now.tested.get(relative).is_some_and(|known| known.is_carrier()) {
        return format!("{head}: was tested and carries the variant");
    }
    if cascade.must_carry(relative) {
        return format!("{head}: {}", facts.certainty().words(mode, them));
    }
    if let Some(source) = facts.source() {
        return format!("{head}: {her} {} carries the variant", own(source));
    }
    let parents = cascade.parents();
    let both_carry = mode == Mode::AutosomalRecessive && parents.iter().all(|parent| cascade.carries(parent));
    let parent = facts.parent_towards();
    let part = facts.part_of_the_one_between();
    let tail = match (parent, mode) {
        (Parent::Open, Mode::AutosomalDominant | Mode::XLinked) => {
            format!("{part}; both parents' sides stay open until one parent is tested")
        }
        (Parent::Open, Mode::AutosomalRecessive | Mode::Mitochondrial | Mode::YLinked)
        | (Parent::Only | Parent::Carries, _) => part.clone(),
    };
    let passed = |who: &str| match parent {
        Parent::Open => format!("{head}: {who} may have passed the variant to the proband{tail}"),
        Parent::Only => {
            format!("{head}: {who} passed the variant to the proband unless it is new in the proband{tail}")
        }
        Parent::Carries => format!("{head}: {who} carries the variant{tail}"),
    };
    match (path.through.first(), path.side) {
        (None, Side::Own) => format!("{head}: the proband may have passed the variant to this child"),
        (Some(_), Side::Own) => {
            let above = path.through.last().map_or_else(String::new, own);
            format!("{head}: {her} {above} may have inherited the variant from the proband{part}")
        }
        (None, _) if parents.contains(relative) => passed(she),
        (None, _) if both_carry && family.are_full_siblings(proband, relative) => {
            let [_, one, two] = cascade.row(&cascade.now.present, relative).map(Chance::new);
            format!(
                "{head}: both parents carry one copy, so {she} may be a carrier ({one}) or have two copies and be affected ({two})"
            )
        }
        (None, _) => {
            let parent = "the parent who passed the variant to the proband";
            format!("{head}: {parent} may have passed it to {them} too{tail}")
        }
        (Some(first), _) if parents.contains(first) => passed(&format!("{her} {}", own(first))),
        (Some(first), _) => {
            let line = "may have inherited the variant from the same parent as the proband";
            format!("{head}: {her} {} {line}{tail}", own(first))
        }
    }
}

impl<'a> Facts<'a> {
    fn certainty(&self) -> Certainty {
        let Facts { cascade, relative, .. } = *self;
        let (family, mode) = (cascade.family, cascade.locus.mode);
        let two_copies = |parent: &PersonId| {
            cascade.now.tested.get(parent) == Some(&Known::Homozygous)
                || (parent == cascade.proband && mode == Mode::AutosomalRecessive)
        };
        let parents = family.parents(relative, BIOLOGICAL);
        let (parent_sex, child_sex) = match mode {
            Mode::XLinked => (Sex::Male, Some(Sex::Female)),
            Mode::YLinked => (Sex::Male, Some(Sex::Male)),
            Mode::Mitochondrial => (Sex::Female, None),
            Mode::AutosomalDominant | Mode::AutosomalRecessive => (Sex::Unknown, Some(Sex::Unknown)),
        };
        let always = child_sex.is_none_or(|sex| sex != Sex::Unknown && sex == family.sex(relative));
        if cascade.twins.get(relative).into_iter().flatten().any(|twin| cascade.carries(twin)) {
            Certainty::Twin
        } else if mode == Mode::AutosomalRecessive && cascade.parents().contains(relative) {
            Certainty::ParentOfTwoCopies
        } else if let Some(parent) = parents.iter().find(|parent| two_copies(parent)) {
            Certainty::FromTwoCopies { proband: parent == cascade.proband }
        } else if always && parents.iter().any(|id| family.sex(id) == parent_sex && cascade.carries(id)) {
            Certainty::Inherited
        } else {
            Certainty::Between
        }
    }

    /// Someone tested who carries it and is nearer to the relative than the proband is: the nearest, then by id.
    fn source(&self) -> Option<&'a PersonId> {
        let Facts { cascade, relative, path } = *self;
        let carriers = cascade
            .now
            .tested
            .iter()
            .filter(|(id, known)| known.is_carrier() && *id != cascade.proband && *id != relative);
        carriers
            .filter_map(|(id, _)| Some((kin_path(cascade.family, relative, id)?.degree, id)))
            .filter(|(degree, _)| *degree < path.degree)
            .min()
            .map(|(_, id)| id)
    }

    /// What is known of the proband's parent on the relative's side; of any of them for full siblings' lines.
    fn parent_towards(&self) -> Parent {
        let Facts { cascade, relative, path } = *self;
        let parents = cascade.parents();
        let first = path.through.first().unwrap_or(relative);
        let on_side =
            |parent: &&PersonId| *parent == first || path.side == Side::Both || !parents.contains(first);
        let state = |parent: &PersonId| {
            let in_family = cascade.place.get(parent).and_then(|&at| cascade.now.in_family.get(at));
            match in_family {
                _ if cascade.carries(parent) => Parent::Carries,
                Some(&chance) if Chance::new(chance).is_certain() => Parent::Only,
                Some(_) | None => Parent::Open,
            }
        };
        let states: Vec<Parent> = parents.iter().filter(on_side).map(state).collect();
        let known = [Parent::Carries, Parent::Only].into_iter().find(|known| states.contains(known));
        known.unwrap_or(Parent::Open)
    }

    /// "; half the chance of the proband's mother", where that is so; of the last person on the way to the relative.
    fn part_of_the_one_between(&self) -> String {
        let Facts { cascade, relative, path } = *self;
        let Some(between) = path.through.last().filter(|id| !cascade.carries(id)) else {
            return String::new();
        };
        let present = |id: &PersonId| cascade.row(&cascade.now.present, id).iter().skip(1).sum::<f64>();
        let words =
            kin_path(cascade.family, cascade.proband, between).map_or_else(String::new, |path| path.words);
        let part = present(relative) / present(between);
        let is = |of: f64| (part - of).abs() <= 0.005 * of;
        if is(0.5) {
            format!("; half the chance of the proband's {words}")
        } else if is(1.0) {
            format!("; the same chance as the proband's {words}")
        } else {
            String::new()
        }
    }
}

impl Certainty {
    fn words(self, mode: Mode, them: &str) -> String {
        match (self, mode) {
            (Certainty::Twin, _) => "an identical twin carries the variant".to_owned(),
            (Certainty::ParentOfTwoCopies, _) => "each parent of the proband carries one copy".to_owned(),
            (Certainty::FromTwoCopies { proband: true }, _) => {
                "the proband has two copies and passes one to every child".to_owned()
            }
            (Certainty::FromTwoCopies { proband: false }, _) => {
                "a parent has two copies and passes one to every child".to_owned()
            }
            (Certainty::Inherited, Mode::YLinked) => "a man passes his Y chromosome to every son".to_owned(),
            (Certainty::Inherited, Mode::Mitochondrial) => {
                "a woman passes her mitochondria to every child, though how much of the variant differs"
                    .to_owned()
            }
            (Certainty::Inherited, Mode::XLinked | Mode::AutosomalDominant | Mode::AutosomalRecessive) => {
                "a man passes his X chromosome to every daughter".to_owned()
            }
            (Certainty::Between, _) => {
                format!(
                    "the variant can have come to both the proband and another carrier only through {them}"
                )
            }
        }
    }
}

/// Why a relative is not at risk.
pub(super) fn not_at_risk(no_way: NoWay, mode: Mode) -> String {
    match (no_way, mode) {
        (NoWay::Tested, _) => "was tested and does not carry the variant",
        (NoWay::Twin, _) => "an identical twin was tested and does not carry the variant",
        (NoWay::ByMode, Mode::XLinked) => {
            "a man passes his X chromosome to daughters and never to sons, so the variant cannot be shared this way"
        }
        (NoWay::ByMode, Mode::YLinked) => {
            "a man passes his Y chromosome to sons and never to daughters, so the variant cannot be shared this way"
        }
        (NoWay::ByMode, Mode::Mitochondrial) => {
            "only mothers pass on a mitochondrial variant, and no line from mother to child leads here"
        }
        (NoWay::ByMode, Mode::AutosomalDominant | Mode::AutosomalRecessive) => {
            "no line of descent leads here from anyone who may carry the variant"
        }
        (NoWay::ThroughTested, _) => {
            "the variant could only have come through someone who was tested and does not carry it"
        }
        (NoWay::OtherSide, _) => "a known carrier shows that the variant came down another line",
        (NoWay::NewInProband, _) => {
            "both parents were tested and do not carry the variant, so it is new in the proband; a small chance remains that a parent carries it in some cells only"
        }
    }
    .to_owned()
}

/// "she", "her" (whose), "her" (whom).
fn pronouns(sex: Sex) -> [&'static str; 3] {
    match sex {
        Sex::Female => ["she", "her", "her"],
        Sex::Male => ["he", "his", "him"],
        Sex::Unknown => ["they", "their", "them"],
    }
}
