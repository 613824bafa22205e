//! Whether the shape of a family tells a reader who was tested, though a letter names nobody.
//! Must not know: names, what was found, or what is done about it.

use crate::{
    kinship::kin_path,
    model::{ParentKind, Pedigree, PersonId},
};
use std::collections::BTreeSet;

/// Why a reader can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// Nobody else of their blood relatives on file is alive and not a reader of such a letter too.
    NobodyElse,
    /// Of their parents only this one can be meant: the other is dead, or a reader too, or not on file.
    OnlyParent,
    /// They have one brother or sister who can be meant.
    OnlySibling,
    /// They have one child who can be meant.
    OnlyChild,
}

/// What the reader can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inferable {
    /// What the person tested is to the reader: "sister".
    pub relation: String,
    pub because: Because,
}

/// Whether `reader` can tell that `proband` is the one who was tested. `fellows` are those who get such a letter
/// themselves, so that the reader can know it is not about them. A person who has died can have been tested only if they
/// are the proband: whoever is on file as dead is taken out of the reader's guess, as the reader would.
pub fn inferable(
    family: &Pedigree,
    reader: &PersonId,
    proband: &PersonId,
    fellows: &BTreeSet<PersonId>,
) -> Option<Inferable> {
    let relation = kin_path(family, reader, proband)?.words;
    let possible = |id: &PersonId| {
        id == proband
            || (!fellows.contains(id) && family.person(id).is_some_and(|person| !person.life.is_over()))
    };
    let only =
        |group: Vec<PersonId>| group.contains(proband) && group.iter().filter(|id| possible(id)).count() == 1;
    let kind = ParentKind::Biological;
    let others = family.persons().iter().map(|person| &person.id).filter(|id| *id != proband && possible(id));
    let because = if others.filter(|id| kin_path(family, reader, id).is_some()).count() == 0 {
        Because::NobodyElse
    } else if only(family.siblings(reader, kind)) {
        Because::OnlySibling
    } else if only(family.children(reader, kind).to_vec()) {
        Because::OnlyChild
    } else if only(family.parents(reader, kind).to_vec()) {
        Because::OnlyParent
    } else {
        return None;
    };
    Some(Inferable { relation, because })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Life, Person, Sex};

    /// A mother m and father f with the children given; m has a sister a (their parents g and h), a has a child c.
    fn family(children: &[&str], dead: &[&str]) -> Pedigree {
        let mut family = Pedigree::new();
        for id in ["m", "f", "a", "g", "h", "c"].iter().chain(children) {
            let sex = if ["f", "h"].contains(id) { Sex::Male } else { Sex::Female };
            family.add_person(Person {
                life: if dead.contains(id) { Life::Deceased } else { Life::Living },
                ..Person::new(*id, sex)
            });
        }
        let mut parents: Vec<(&str, &str)> = vec![("m", "g"), ("m", "h"), ("a", "g"), ("a", "h"), ("c", "a")];
        parents.extend(children.iter().flat_map(|child| [(*child, "m"), (*child, "f")]));
        for (child, parent) in parents {
            family.add_parent(&child.into(), &parent.into(), ParentKind::Biological);
        }
        family
    }

    #[test]
    fn the_shape_of_a_family_tells_or_does_not() {
        type Row<'a> = (
            &'a str,
            &'a [&'a str],
            &'a [&'a str],
            &'a str,
            &'a str,
            &'a [&'a str],
            Option<(&'a str, Because)>,
        );
        let table: &[Row<'_>] = &[
            ("an only sister", &["p", "s"], &[], "s", "p", &[], Some(("sister", Because::OnlySibling))),
            ("one of two sisters", &["p", "s", "t"], &[], "s", "p", &[], None),
            (
                "the other sister reads too",
                &["p", "s", "t"],
                &[],
                "s",
                "p",
                &["t"],
                Some(("sister", Because::OnlySibling)),
            ),
            (
                "the other sister is dead",
                &["p", "s", "t"],
                &["t"],
                "s",
                "p",
                &[],
                Some(("sister", Because::OnlySibling)),
            ),
            ("a parent of an only child", &["p"], &[], "m", "p", &[], Some(("daughter", Because::OnlyChild))),
            ("a parent of two", &["p", "s"], &[], "m", "p", &[], None),
            ("an aunt of one niece among many", &["p"], &[], "a", "p", &[], None),
            ("a child whose other parent lives", &["p"], &[], "p", "m", &[], None),
            (
                "a child whose other parent is dead",
                &["p"],
                &["f"],
                "p",
                "m",
                &[],
                Some(("mother", Because::OnlyParent)),
            ),
            (
                "an aunt all of whose others are dead or read too",
                &["p"],
                &["g", "h", "c"],
                "a",
                "p",
                &["m"],
                Some(("sister's daughter", Because::NobodyElse)),
            ),
            (
                "a proband who has died is still the only sister",
                &["p", "s"],
                &["p"],
                "s",
                "p",
                &[],
                Some(("sister", Because::OnlySibling)),
            ),
            ("the father is no blood relative of the aunt", &["p"], &[], "a", "f", &[], None),
            ("nobody is their own relative", &["p"], &[], "p", "p", &[], None),
        ];
        for (what, children, dead, reader, proband, fellows, expected) in table {
            let fellows: BTreeSet<PersonId> = fellows.iter().map(|id| (*id).into()).collect();
            let told = inferable(&family(children, dead), &(*reader).into(), &(*proband).into(), &fellows);
            let told = told.as_ref().map(|told| (told.relation.as_str(), told.because));
            assert_eq!(told, *expected, "{what}");
        }
    }
}
