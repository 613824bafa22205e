//! One plain sentence for staff: why a relative may carry the variant, or does not.
//! Must not know: how chances are worked out, and anybody's name.

use super::{Mode, certain::Certainty};
use crate::{
    kinship::{KinPath, Side, kin_path},
    model::{ParentKind, Pedigree, PersonId, Sex},
    risk::Known,
};

/// What is known about one relative when the sentence is written.
pub(super) struct Facts<'a> {
    pub family: &'a Pedigree,
    pub mode: Mode,
    pub proband: &'a PersonId,
    pub relative: &'a PersonId,
    pub path: &'a KinPath,
    pub tested: Option<Known>,
    pub certain: Option<Certainty>,
    /// The nearest person other than the proband who is known to carry it and gives this relative their chance.
    pub source: Option<&'a PersonId>,
    /// How sure it is that the parent on this relative's side passed it to the proband.
    pub parent: Parent,
    /// Recessive: both parents of the proband carry one copy.
    pub both_parents_carry: bool,
}

/// What is known of the proband's parent through whom a relative is related.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Parent {
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
    ByMode,
    ThroughTested,
    OtherSide,
    /// Both parents are tested and clear, and this is a brother or sister.
    NewInProband,
}

/// "mother's sister: her sister may have passed the variant to the proband; .."
pub(super) fn at_risk(facts: &Facts<'_>) -> String {
    let Facts { family, mode, proband, relative, path, .. } = *facts;
    let [she, her, them] = pronouns(family.sex(relative));
    let own = |to: &PersonId| kin_path(family, relative, to).map_or("relative".to_owned(), |back| back.words);
    let head = &path.words;
    if facts.tested.is_some_and(Known::is_carrier) {
        return format!("{head}: was tested and carries the variant");
    }
    if let Some(certainty) = facts.certain {
        return format!("{head}: {}", certainly(certainty, mode, them));
    }
    if let Some(source) = facts.source {
        return format!("{head}: {her} {} carries the variant", own(source));
    }
    let tail = match (facts.parent, mode) {
        (Parent::Open, Mode::AutosomalDominant | Mode::XLinked) => {
            "; both parents' sides stay open until one parent is tested"
        }
        (Parent::Open, Mode::AutosomalRecessive | Mode::Mitochondrial | Mode::YLinked)
        | (Parent::Only | Parent::Carries, _) => "",
    };
    let passed = |who: &str| match facts.parent {
        Parent::Open => format!("{head}: {who} may have passed the variant to the proband{tail}"),
        Parent::Only => {
            format!("{head}: {who} passed the variant to the proband unless it is new in the proband")
        }
        Parent::Carries => format!("{head}: {who} carries the variant"),
    };
    let parents = family.parents(proband, ParentKind::Biological);
    match (path.through.first(), path.side) {
        (None, Side::Own) => format!("{head}: the proband may have passed the variant to this child"),
        (Some(_), Side::Own) => {
            let above = path.through.last().map_or_else(String::new, own);
            format!("{head}: {her} {above} may have inherited the variant from the proband")
        }
        (None, _) if parents.contains(relative) => passed(she),
        (None, _) if facts.both_parents_carry && family.are_full_siblings(proband, relative) => {
            format!(
                "{head}: both parents carry one copy, so {she} may be a carrier (1 in 2) or have two copies and be affected (1 in 4)"
            )
        }
        (None, _) => format!(
            "{head}: the parent who passed the variant to the proband may have passed it to {her_too} too{tail}",
            her_too = pronouns(family.sex(relative))[2]
        ),
        (Some(first), _) if parents.contains(first) => passed(&format!("{her} {}", own(first))),
        (Some(first), _) => {
            format!(
                "{head}: {her} {} may have inherited the variant from the same parent as the proband{tail}",
                own(first)
            )
        }
    }
}

fn certainly(certainty: Certainty, mode: Mode, them: &str) -> String {
    match (certainty, mode) {
        (Certainty::Between, _) => {
            format!("the variant can have come to both the proband and another carrier only through {them}")
        }
        (Certainty::ParentOfTwoCopies, _) => "each parent of the proband carries one copy".to_owned(),
        (Certainty::Inherited, Mode::XLinked) => "a man passes his X chromosome to every daughter".to_owned(),
        (Certainty::Inherited, Mode::YLinked) => "a man passes his Y chromosome to every son".to_owned(),
        (Certainty::Inherited, Mode::Mitochondrial) => {
            "a woman passes her mitochondria to every child, though how much of the variant differs"
                .to_owned()
        }
        (Certainty::Inherited, Mode::AutosomalRecessive | Mode::AutosomalDominant) => {
            "the proband has two copies and passes one to every child".to_owned()
        }
    }
}

/// Why a relative is not at risk.
pub(super) fn not_at_risk(no_way: NoWay, mode: Mode) -> String {
    match (no_way, mode) {
        (NoWay::Tested, _) => "was tested and does not carry the variant",
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
