//! Adding a relative: which people and which links a family needs for "mother's sister" to be in it.
//! Must not know: where new ids come from, or who the people are.

use crate::{
    model::{ParentKind, Pedigree, Person, PersonId, Sex},
    relation::{Relation, Step},
};

/// What to add, in an order in which it can be added: people, then links. Nothing is changed until it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// New people: placeholders on the way, then the relative.
    pub people: Vec<(PersonId, Sex)>,
    /// New biological links, as (child, parent).
    pub parents: Vec<(PersonId, PersonId)>,
    /// The relative who was asked for; always the last of `people`.
    pub new_person: PersonId,
}

impl Plan {
    /// Adds everything to the family it was planned for.
    pub fn apply(&self, family: &mut Pedigree) {
        for (id, sex) in &self.people {
            family.add_person(Person::new(id.clone(), *sex));
        }
        for (child, parent) in &self.parents {
            family.add_parent(child, parent, ParentKind::Biological);
        }
    }
}

/// Why a relative cannot be placed. Staff decide; nothing is guessed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error("The person to start from is not in this family. Go back and choose again.")]
    UnknownPerson(PersonId),
    /// On the way: more than one person fits, or one who may fit (a sex or a parent is not recorded).
    #[error("It is not certain who is meant on the way. Choose the person and add the relative from there.")]
    Several(Vec<PersonId>),
    #[error("This relative is in the family already. Open their page and complete it there.")]
    AlreadyThere(PersonId),
    #[error(
        "{0} has two biological parents already, and neither is the one you name. Correct the parents first."
    )]
    NoRoom(PersonId),
    #[error("A new person was given the id of someone in the family. Try again.")]
    IdTaken(PersonId),
}

/// What adding a relative takes. Steps on the way use whoever fits for certain and alone, and make a placeholder
/// where nobody may fit. The last step makes a new person: with both parents for a sister or brother, with a parent
/// that differs for a half-sister or half-brother, with the one known parent for a son or daughter.
///
/// # Errors
/// The start is a stranger, a step on the way is not certain, or the mother or father is there already.
pub fn relation_plan(
    family: &Pedigree,
    from: &PersonId,
    relation: &Relation,
    new_id: &mut dyn FnMut() -> PersonId,
) -> Result<Plan, PlanError> {
    if family.person(from).is_none() {
        return Err(PlanError::UnknownPerson(from.clone()));
    }
    let plan = Plan { people: Vec::new(), parents: Vec::new(), new_person: from.clone() };
    let mut draft = Draft { family: family.clone(), plan, new_id };
    let Some((last, way)) = relation.steps().split_last() else {
        return Err(PlanError::AlreadyThere(from.clone()));
    };
    let mut at = from.clone();
    for &step in way {
        at = match draft.standing(&at, step)? {
            Some(person) => person,
            None => draft.add(&at, step)?,
        };
    }
    if let (Step::Mother | Step::Father, Some(person)) = (last, draft.standing_parent(&at, *last)?) {
        return Err(PlanError::AlreadyThere(person));
    }
    let new_person = draft.add(&at, *last)?;
    Ok(Plan { new_person, ..draft.plan })
}

/// The family as it will be, and what was added to make it so.
struct Draft<'a> {
    family: Pedigree,
    plan: Plan,
    new_id: &'a mut dyn FnMut() -> PersonId,
}

impl Draft<'_> {
    /// Whoever already stands where a step leads.
    fn standing(&self, at: &PersonId, step: Step) -> Result<Option<PersonId>, PlanError> {
        match step {
            Step::Mother | Step::Father => self.standing_parent(at, step),
            Step::Sister | Step::Brother => {
                self.only(step, self.family.siblings(at, ParentKind::Biological), |other| {
                    if self.family.are_full_siblings(at, other) {
                        Fit::Certain
                    } else if self.both_parents_known(at) && self.both_parents_known(other) {
                        Fit::No
                    } else {
                        Fit::Maybe
                    }
                })
            }
            Step::MaternalHalfSister | Step::MaternalHalfBrother => self.standing_half(at, step, Sex::Female),
            Step::PaternalHalfSister | Step::PaternalHalfBrother => self.standing_half(at, step, Sex::Male),
            Step::Son | Step::Daughter => {
                self.only(step, self.family.children(at, ParentKind::Biological).to_vec(), |_| Fit::Certain)
            }
        }
    }

    fn standing_half(&self, at: &PersonId, step: Step, through: Sex) -> Result<Option<PersonId>, PlanError> {
        self.only(step, self.family.half_siblings(at), |other| {
            let shared = self.family.shared_parents(at, other);
            let sex = shared.first().map_or(Sex::Unknown, |parent| self.family.sex(parent));
            let known = self.both_parents_known(at) && self.both_parents_known(other);
            match (sex == through, sex == Sex::Unknown) {
                (true, _) if known => Fit::Certain,
                (true, _) | (false, true) => Fit::Maybe,
                (false, false) => Fit::No,
            }
        })
    }

    /// A parent of unknown sex beside a parent of the other sex can only be the one meant.
    fn standing_parent(&self, at: &PersonId, step: Step) -> Result<Option<PersonId>, PlanError> {
        let parents = self.family.parents(at, ParentKind::Biological);
        let of = |sex| parents.iter().filter(|id| self.family.sex(id) == sex).cloned().collect::<Vec<_>>();
        let (wanted, unknown) = (of(step.sex()), of(Sex::Unknown));
        match (wanted.as_slice(), unknown.as_slice()) {
            ([one], _) => Ok(Some(one.clone())),
            ([], [one]) if parents.len() > 1 => Ok(Some(one.clone())),
            ([], []) if parents.len() > 1 => Err(PlanError::NoRoom(at.clone())),
            ([], []) => Ok(None),
            ([], several) | (several, _) => Err(PlanError::Several(several.to_vec())),
        }
    }

    /// The one who fits for certain, if nobody else may; nobody, if nobody may.
    fn only(
        &self,
        step: Step,
        people: Vec<PersonId>,
        fits: impl Fn(&PersonId) -> Fit,
    ) -> Result<Option<PersonId>, PlanError> {
        let mut certain = true;
        let mut fitting = Vec::new();
        for person in people {
            let sex = self.family.sex(&person);
            let fit = fits(&person);
            if fit == Fit::No || (sex != step.sex() && sex != Sex::Unknown) {
                continue;
            }
            certain &= fit == Fit::Certain && sex == step.sex();
            fitting.push(person);
        }
        match fitting.as_slice() {
            [] => Ok(None),
            [one] if certain => Ok(Some(one.clone())),
            _ => Err(PlanError::Several(fitting)),
        }
    }

    fn both_parents_known(&self, id: &PersonId) -> bool {
        self.family.parents(id, ParentKind::Biological).len() > 1
    }

    /// Adds whoever a step leads to, with the parents that make them what the step says.
    fn add(&mut self, at: &PersonId, step: Step) -> Result<PersonId, PlanError> {
        match step {
            Step::Mother | Step::Father => {
                let parent = self.person(step.sex())?;
                self.link(at, &parent);
                Ok(parent)
            }
            Step::Sister | Step::Brother => {
                let parents = self.both_parents(at)?;
                self.child(step.sex(), &parents)
            }
            Step::MaternalHalfSister | Step::MaternalHalfBrother => self.half(at, step, Step::Mother),
            Step::PaternalHalfSister | Step::PaternalHalfBrother => self.half(at, step, Step::Father),
            Step::Son | Step::Daughter => self.child(step.sex(), std::slice::from_ref(at)),
        }
    }

    /// The other parents are recorded as two people, or nothing would say that they differ.
    fn half(&mut self, at: &PersonId, step: Step, through: Step) -> Result<PersonId, PlanError> {
        let shared = match self.standing_parent(at, through)? {
            Some(parent) => parent,
            None => self.add(at, through)?,
        };
        self.both_parents(at)?;
        let others = self.family.parents(at, ParentKind::Biological).iter().find(|&parent| *parent != shared);
        let other_sex = others.map_or(Sex::Unknown, |parent| self.family.sex(parent));
        let other = self.person(other_sex)?;
        self.child(step.sex(), &[shared, other])
    }

    /// The two biological parents, with placeholders for those not recorded.
    fn both_parents(&mut self, at: &PersonId) -> Result<Vec<PersonId>, PlanError> {
        let known = self.family.parents(at, ParentKind::Biological).to_vec();
        let missing: &[Sex] = match known.as_slice() {
            [] => &[Sex::Female, Sex::Male],
            [one] => match self.family.sex(one) {
                Sex::Female => &[Sex::Male],
                Sex::Male => &[Sex::Female],
                Sex::Unknown => &[Sex::Unknown],
            },
            [_, _] => &[],
            _ => return Err(PlanError::NoRoom(at.clone())),
        };
        for &sex in missing {
            let parent = self.person(sex)?;
            self.link(at, &parent);
        }
        Ok(self.family.parents(at, ParentKind::Biological).to_vec())
    }

    fn child(&mut self, sex: Sex, parents: &[PersonId]) -> Result<PersonId, PlanError> {
        let child = self.person(sex)?;
        for parent in parents {
            self.link(&child, parent);
        }
        Ok(child)
    }

    fn person(&mut self, sex: Sex) -> Result<PersonId, PlanError> {
        let id = (self.new_id)();
        if self.family.person(&id).is_some() {
            return Err(PlanError::IdTaken(id));
        }
        self.family.add_person(Person::new(id.clone(), sex));
        self.plan.people.push((id.clone(), sex));
        Ok(id)
    }

    fn link(&mut self, child: &PersonId, parent: &PersonId) {
        self.family.add_parent(child, parent, ParentKind::Biological);
        self.plan.parents.push((child.clone(), parent.clone()));
    }
}

/// Whether someone is the relative a step names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Certain,
    Maybe,
    No,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn me() -> Pedigree {
        let mut family = Pedigree::new();
        family.add_person(Person::new("me", Sex::Female));
        family
    }

    /// Adds a relative; ids of new people are x0, x1, ..
    fn add(family: &mut Pedigree, from: &str, relation: &str) -> Result<Plan, PlanError> {
        let mut next = family.persons().len() - 1;
        let mut ids = || {
            next += 1;
            PersonId::from(format!("x{}", next - 1))
        };
        let relation = Relation::parse(relation).unwrap();
        let plan = relation_plan(family, &from.into(), &relation, &mut ids)?;
        plan.apply(family);
        Ok(plan)
    }

    #[test]
    fn an_aunt_brings_the_mother_and_both_grandparents() {
        let mut family = me();
        let plan = add(&mut family, "me", "mother's sister").unwrap();
        let sexes: Vec<Sex> = plan.people.iter().map(|(_, sex)| *sex).collect();
        assert_eq!(sexes, [Sex::Female, Sex::Female, Sex::Male, Sex::Female]);
        assert_eq!(plan.new_person, plan.people.last().unwrap().0);
        assert!(family.are_full_siblings(&"x0".into(), &plan.new_person));
        assert_eq!(family.validate(), []);
    }

    #[test]
    fn every_relation_of_the_picker_can_be_added_to_one_person_and_is_possible() {
        for relation in Relation::all() {
            let mut family = me();
            let plan = add(&mut family, "me", &relation.label()).unwrap();
            assert_eq!(family.sex(&plan.new_person), relation.steps().last().unwrap().sex(), "{relation}");
            assert_eq!(family.validate(), [], "{relation}");
        }
    }

    #[test]
    fn the_way_goes_through_whoever_is_there_and_the_relative_is_new() {
        let mut family = me();
        let aunt = add(&mut family, "me", "mother's sister").unwrap().new_person;
        let cousin = add(&mut family, "me", "mother's sister's daughter").unwrap();
        assert_eq!(cousin.people.len(), 1);
        assert_eq!(cousin.parents, [(cousin.new_person.clone(), aunt)]);
        let second_aunt = add(&mut family, "me", "mother's sister").unwrap();
        assert_eq!(second_aunt.people.len(), 1, "a sister is always a new person");
    }

    #[test]
    fn two_aunts_are_a_question_to_staff() {
        let mut family = me();
        let one = add(&mut family, "me", "mother's sister").unwrap().new_person;
        let two = add(&mut family, "me", "mother's sister").unwrap().new_person;
        let before = family.clone();
        assert_eq!(add(&mut family, "me", "mother's sister's son"), Err(PlanError::Several(vec![one, two])));
        assert_eq!(family, before);
    }

    #[test]
    fn there_is_one_mother() {
        let mut family = me();
        let mother = add(&mut family, "me", "mother").unwrap().new_person;
        assert_eq!(add(&mut family, "me", "mother"), Err(PlanError::AlreadyThere(mother.clone())));
        let father = add(&mut family, "me", "father").unwrap().new_person;
        assert_eq!(family.partners(&mother), [father]);
    }

    #[test]
    fn a_half_sister_has_one_parent_in_common_and_another_of_her_own() {
        let mut family = me();
        let half = add(&mut family, "me", "maternal half-sister").unwrap().new_person;
        assert_eq!(family.half_siblings(&"me".into()), std::slice::from_ref(&half));
        assert_eq!(family.shared_parents(&"me".into(), &half).len(), 1);
        let sister = add(&mut family, "me", "sister").unwrap().new_person;
        let niece = add(&mut family, "me", "sister's daughter").unwrap();
        assert_eq!(
            niece.parents,
            [(niece.new_person.clone(), sister)],
            "the half-sister is not taken for her"
        );
        let other = add(&mut family, "me", "paternal half-sister").unwrap().new_person;
        assert!(family.shared_parents(&half, &other).is_empty());
    }

    #[test]
    fn who_only_may_be_the_one_is_not_taken() {
        let mut family = me();
        family.add_person(Person::new("parent", Sex::Unknown));
        family.add_parent(&"me".into(), &"parent".into(), ParentKind::Biological);
        assert_eq!(add(&mut family, "me", "mother"), Err(PlanError::Several(vec!["parent".into()])));
        let father = Person::new("dad", Sex::Male);
        family.add_person(father);
        family.add_parent(&"me".into(), &"dad".into(), ParentKind::Biological);
        assert_eq!(add(&mut family, "me", "mother"), Err(PlanError::AlreadyThere("parent".into())));
        let mut siblings = me();
        add(&mut siblings, "me", "mother").unwrap();
        let brother = add(&mut siblings, "x0", "son").unwrap().new_person;
        assert_eq!(add(&mut siblings, "me", "brother's son"), Err(PlanError::Several(vec![brother])));
    }

    #[test]
    fn strangers_and_taken_ids_are_refused() {
        let mut family = me();
        assert_eq!(add(&mut family, "you", "mother"), Err(PlanError::UnknownPerson("you".into())));
        let taken =
            relation_plan(&family, &"me".into(), &Relation::parse("son").unwrap(), &mut || "me".into());
        assert_eq!(taken, Err(PlanError::IdTaken("me".into())));
    }
}
