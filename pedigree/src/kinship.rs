//! How two people are related by descent: in words, in degrees, on which side, through whom.
//! Must not know: what is inherited, and legal parents, who pass nothing on.

use crate::model::{ParentKind, Pedigree, PersonId, Sex};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The side on which a relative stands, seen from the person the path starts at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Maternal,
    Paternal,
    /// Both parents lead to the relative, or it is not recorded which one does.
    Both,
    /// A descendant.
    Own,
}

impl Side {
    fn through(parent: Sex) -> Side {
        match parent {
            Sex::Female => Side::Maternal,
            Sex::Male => Side::Paternal,
            Sex::Unknown => Side::Both,
        }
    }

    fn and(self, other: Side) -> Side {
        if self == other { self } else { Side::Both }
    }
}

/// The nearest path by descent from one person to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KinPath {
    /// What the second person is to the first: "mother's sister".
    pub words: String,
    /// 1 parent, child, full sibling; 2 grandparent, aunt, niece, half-sibling; 3 first cousin; and so on.
    pub degree: u32,
    pub side: Side,
    /// Whom the words name on the way, nearest to the first person first; without the two themselves.
    pub through: Vec<PersonId>,
}

/// How two people are related, by biological links alone; none for strangers and for a person to themselves.
/// Siblings are full where two shared parents are recorded, and half siblings otherwise.
/// Of several nearest paths the words tell the first by id; the side tells of them all.
pub fn kin_path(family: &Pedigree, from: &PersonId, to: &PersonId) -> Option<KinPath> {
    if from == to || family.person(from).is_none() || family.person(to).is_none() {
        return None;
    }
    let (above_from, above_to) = (ancestry(family, from), ancestry(family, to));
    let mut meetings = Vec::new();
    if let Some(up) = above_from.get(to) {
        meetings.push(Meeting { degree: up.distance, turn: Turn::Above, side: up.side });
    }
    if let Some(up) = above_to.get(from) {
        meetings.push(Meeting { degree: up.distance, turn: Turn::Below, side: Side::Own });
    }
    for (near, up) in &above_from {
        for far in family.siblings(near, ParentKind::Biological) {
            let Some(down) = above_to.get(&far) else { continue };
            let shared = family.shared_parents(near, &far);
            let full = shared.len() >= 2;
            let side = match shared.first() {
                Some(parent) if near == from && !full => Side::through(family.sex(parent)),
                Some(_) | None if near == from => Side::Both,
                Some(_) | None => up.side,
            };
            let degree = up.distance + down.distance + if full { 1 } else { 2 };
            meetings.push(Meeting { degree, turn: Turn::Across(near.clone(), far), side });
        }
    }
    let nearest = meetings.iter().map(|meeting| meeting.degree).min()?;
    meetings.retain(|meeting| meeting.degree == nearest);
    let side = meetings.iter().map(|meeting| meeting.side).reduce(Side::and)?;
    meetings.sort_by(|a, b| a.turn.cmp(&b.turn));
    let steps = match &meetings.first()?.turn {
        Turn::Above => upward(family, &above_from, to),
        Turn::Below => downward(family, &above_to, from),
        Turn::Across(near, far) => {
            let mut steps = upward(family, &above_from, near);
            steps.push((far.clone(), sibling_word(family, near, far)));
            steps.extend(downward(family, &above_to, far));
            steps
        }
    };
    let (people, words): (Vec<PersonId>, Vec<String>) = steps.into_iter().unzip();
    let through = people.split_last().map_or_else(Vec::new, |(_, on_the_way)| on_the_way.to_vec());
    Some(KinPath { words: words.join("'s "), degree: nearest, side, through })
}

/// One way in which two people's lines of descent meet.
struct Meeting {
    degree: u32,
    turn: Turn,
    side: Side,
}

/// Where a path turns from going up to going down.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    /// The second person is an ancestor of the first.
    Above,
    /// The second person is a descendant of the first.
    Below,
    /// Between two siblings: one above or at the first person, one above or at the second.
    Across(PersonId, PersonId),
}

/// How an ancestor stands above a person.
struct Up {
    distance: u32,
    /// The child through whom the shortest way leads down again; none for the person themselves.
    child: Option<PersonId>,
    side: Side,
}

/// A person and all ancestors, each by the shortest way; ends even where someone is their own ancestor.
fn ancestry(family: &Pedigree, person: &PersonId) -> BTreeMap<PersonId, Up> {
    let mut above = BTreeMap::from([(person.clone(), Up { distance: 0, child: None, side: Side::Own })]);
    let mut level = vec![person.clone()];
    let mut distance = 0;
    while !level.is_empty() {
        distance += 1;
        let mut next: BTreeMap<PersonId, Up> = BTreeMap::new();
        for child in &level {
            let below = above.get(child).map_or(Side::Own, |up| up.side);
            for parent in family.parents(child, ParentKind::Biological) {
                if above.contains_key(parent) {
                    continue;
                }
                let side = if child == person { Side::through(family.sex(parent)) } else { below };
                next.entry(parent.clone())
                    .and_modify(|up| up.side = up.side.and(side))
                    .or_insert_with(|| Up { distance, child: Some(child.clone()), side });
            }
        }
        level = next.keys().cloned().collect();
        above.extend(next);
    }
    above
}

/// The people from an ancestor down to the person, without the ancestor.
fn line_below(above: &BTreeMap<PersonId, Up>, ancestor: &PersonId) -> Vec<PersonId> {
    let mut line = Vec::new();
    let mut at = ancestor;
    while let Some(child) = above.get(at).and_then(|up| up.child.as_ref()) {
        line.push(child.clone());
        at = child;
    }
    line
}

fn upward(family: &Pedigree, above: &BTreeMap<PersonId, Up>, ancestor: &PersonId) -> Vec<(PersonId, String)> {
    let mut line = vec![ancestor.clone()];
    line.extend(line_below(above, ancestor));
    // The line ends with the person it starts from, who is not a step.
    line.pop();
    let people = line.into_iter().rev();
    people.map(|id| (id.clone(), by_sex(family, &id, ["mother", "father", "parent"]).to_owned())).collect()
}

fn downward(
    family: &Pedigree,
    above: &BTreeMap<PersonId, Up>,
    ancestor: &PersonId,
) -> Vec<(PersonId, String)> {
    let line = line_below(above, ancestor).into_iter();
    line.map(|id| (id.clone(), by_sex(family, &id, ["daughter", "son", "child"]).to_owned())).collect()
}

fn sibling_word(family: &Pedigree, near: &PersonId, far: &PersonId) -> String {
    let word = by_sex(family, far, ["sister", "brother", "sibling"]);
    let shared = family.shared_parents(near, far);
    match shared.as_slice() {
        [parent] => by_sex(family, parent, ["maternal half-", "paternal half-", "half-"]).to_owned() + word,
        _ => word.to_owned(),
    }
}

fn by_sex<'a>(family: &Pedigree, id: &PersonId, [female, male, unknown]: [&'a str; 3]) -> &'a str {
    match family.sex(id) {
        Sex::Female => female,
        Sex::Male => male,
        Sex::Unknown => unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::Person, plan::relation_plan, relation::Relation};

    fn grow(family: &mut Pedigree, from: &str, relation: &str) -> PersonId {
        let mut next = family.persons().len();
        let mut ids = || {
            next += 1;
            PersonId::from(format!("x{next}"))
        };
        let plan =
            relation_plan(family, &from.into(), &Relation::parse(relation).unwrap(), &mut ids).unwrap();
        plan.apply(family);
        plan.new_person
    }

    fn me() -> Pedigree {
        let mut family = Pedigree::new();
        family.add_person(Person::new("me", Sex::Female));
        family
    }

    #[test]
    fn whoever_was_added_as_a_relation_is_found_as_that_relation() {
        for relation in Relation::all() {
            let mut family = me();
            let relative = grow(&mut family, "me", &relation.label());
            let path = kin_path(&family, &"me".into(), &relative).unwrap();
            assert_eq!(path.words, relation.label());
            assert_eq!(path.through.len() + 1, relation.steps().len(), "{relation}");
        }
    }

    #[test]
    fn degrees_and_sides_are_the_clinics() {
        for (relation, degree, side) in [
            ("mother", 1, Side::Maternal),
            ("son", 1, Side::Own),
            ("sister", 1, Side::Both),
            ("maternal half-sister", 2, Side::Maternal),
            ("father's mother", 2, Side::Paternal),
            ("father's brother", 2, Side::Paternal),
            ("sister's son", 2, Side::Both),
            ("son's daughter", 2, Side::Own),
            ("mother's sister's daughter", 3, Side::Maternal),
            ("mother's mother's brother", 3, Side::Maternal),
            ("father's maternal half-brother", 3, Side::Paternal),
        ] {
            let mut family = me();
            let relative = grow(&mut family, "me", relation);
            let path = kin_path(&family, &"me".into(), &relative).unwrap();
            assert_eq!((path.degree, path.side), (degree, side), "{relation}");
        }
    }

    #[test]
    fn the_path_back_has_the_same_length_and_other_words() {
        let mut family = me();
        let cousin = grow(&mut family, "me", "mother's brother's son");
        let back = kin_path(&family, &cousin, &"me".into()).unwrap();
        assert_eq!((back.words.as_str(), back.degree), ("father's sister's daughter", 3));
    }

    #[test]
    fn a_cousin_on_both_sides_stands_on_both() {
        let mut family = me();
        let uncle = grow(&mut family, "me", "mother's brother");
        let aunt = grow(&mut family, "me", "father's sister");
        family.add_person(Person::new("c", Sex::Male));
        for parent in [&uncle, &aunt] {
            family.add_parent(&"c".into(), parent, ParentKind::Biological);
        }
        let path = kin_path(&family, &"me".into(), &"c".into()).unwrap();
        assert_eq!((path.degree, path.side), (3, Side::Both));
    }

    #[test]
    fn in_laws_and_legal_parents_are_no_relatives_by_descent() {
        let mut family = me();
        let half = grow(&mut family, "me", "maternal half-brother");
        let step = family.parents(&half, ParentKind::Biological).last().unwrap().clone();
        assert_eq!(kin_path(&family, &"me".into(), &step), None);
        family.add_parent(&"me".into(), &step, ParentKind::Legal);
        assert_eq!(kin_path(&family, &"me".into(), &step), None);
        assert_eq!(kin_path(&family, &"me".into(), &"me".into()), None);
        assert_eq!(kin_path(&family, &"me".into(), &"nobody".into()), None);
    }

    #[test]
    fn unknown_sex_is_said_without_guessing() {
        let mut family = me();
        family.add_person(Person::new("p", Sex::Unknown));
        family.add_person(Person::new("s", Sex::Unknown));
        family.add_parent(&"me".into(), &"p".into(), ParentKind::Biological);
        family.add_parent(&"s".into(), &"p".into(), ParentKind::Biological);
        let words =
            |to: &str| kin_path(&family, &"me".into(), &to.into()).map(|path| (path.words, path.side));
        assert_eq!(words("p"), Some(("parent".into(), Side::Both)));
        assert_eq!(words("s"), Some(("half-sibling".into(), Side::Both)));
    }
}
