//! A family as genotypes: everyone by number, twins from one egg as one, whoever must be a man or a woman told.
//! Must not know: tables and chances.
#![expect(
    clippy::indexing_slicing,
    reason = "every number is one given out here; a wrong one must stop the work, never change a chance"
)]

use super::{
    RiskError,
    genes::{self, Kind},
    hash::Map,
};
use crate::{
    at_risk::Mode,
    model::{ParentKind, Pedigree, PersonId, Sex, Zygosity},
};

/// No parent recorded.
pub(super) const NOBODY: usize = usize::MAX;

/// The genotypes of a family. A person is a number in the order of [`Pedigree::persons`].
pub(super) struct People {
    /// Person to genotype.
    pub genotype: Vec<usize>,
    /// Genotype to the first person who has it.
    pub person: Vec<usize>,
    /// Genotype to those of the parents; of one only, the first place is filled.
    pub parents: Vec<[usize; 2]>,
    pub kinds: Vec<Kind>,
    /// How many people of unknown sex have the sex that another one's leaves to them, where sex is a part of the state.
    pub tied: u32,
}

impl People {
    /// # Errors
    /// A family that cannot be.
    pub fn of(family: &Pedigree, number: &Map<&PersonId, usize>, mode: Mode) -> Result<People, RiskError> {
        let impossible = || RiskError::family(family);
        if family.ids_given_twice().next().is_some() {
            return Err(impossible());
        }
        let find = |id: &PersonId| number.get(id).copied().ok_or_else(impossible);
        let mut own = vec![[NOBODY; 2]; family.persons().len()];
        let mut last = None;
        for (child, parent) in family.links_of(ParentKind::Biological) {
            // The links of one child follow each other.
            let at = match last {
                Some((id, at)) if id == child => at,
                _ => find(child)?,
            };
            last = Some((child, at));
            let free = own[at].iter_mut().find(|slot| **slot == NOBODY);
            *free.ok_or_else(impossible)? = find(parent)?;
        }
        let mut same: Vec<usize> = (0..own.len()).collect();
        for set in family.twins().iter().filter(|set| set.zygosity == Zygosity::Monozygotic) {
            let members = set.members.iter().map(find).collect::<Result<Vec<usize>, _>>()?;
            for &twin in &members {
                same[twin] = members.iter().copied().fold(twin, usize::min);
                if own[twin] != own[same[twin]] {
                    return Err(impossible());
                }
            }
        }
        let mut people = People::numbered(&same, &own);
        if !people.ends() {
            return Err(impossible());
        }
        let mut sexes = vec![Sex::Unknown; people.person.len()];
        for (person, &at) in family.persons().iter().zip(&people.genotype) {
            match (sexes[at], person.sex) {
                (_, Sex::Unknown) => {}
                (Sex::Male, Sex::Female) | (Sex::Female, Sex::Male) => return Err(impossible()),
                (_, known) => sexes[at] = known,
            }
        }
        people.tell_sexes(sexes, mode).map_err(|couple| {
            let ids =
                couple.map(|at| family.persons().get(people.person[at]).map(|person| person.id.clone()));
            RiskError::couple(family, ids.map(Option::unwrap_or_default))
        })?;
        Ok(people)
    }

    /// One genotype for each set of twins from one egg.
    fn numbered(same: &[usize], own: &[[usize; 2]]) -> People {
        let (mut genotype, mut person) = (Vec::with_capacity(same.len()), Vec::with_capacity(same.len()));
        for (at, &first) in same.iter().enumerate() {
            genotype.push(if first == at { person.len() } else { genotype[first] });
            if first == at {
                person.push(at);
            }
        }
        let of = |parent: usize| if parent == NOBODY { NOBODY } else { genotype[parent] };
        let parents = person.iter().map(|&at| own[at].map(of)).collect();
        People { parents, genotype, person, kinds: Vec::new(), tied: 0 }
    }

    /// The recorded parents.
    pub fn parents_of(&self, genotype: usize) -> impl Iterator<Item = usize> {
        self.parents[genotype].into_iter().filter(|&parent| parent != NOBODY)
    }

    /// Couples who have a child, once for each child.
    fn couples(&self) -> impl Iterator<Item = [usize; 2]> {
        self.parents.iter().copied().filter(|couple| !couple.contains(&NOBODY))
    }

    /// Whether every line upward ends: nobody is their own ancestor, and nobody has one genotype for both parents.
    fn ends(&self) -> bool {
        let mut children = vec![0usize; self.parents.len()];
        self.parents.iter().flatten().filter(|&&at| at != NOBODY).for_each(|&at| children[at] += 1);
        let mut childless: Vec<usize> = (0..children.len()).filter(|&at| children[at] == 0).collect();
        let mut gone = 0;
        while let Some(child) = childless.pop() {
            gone += 1;
            for parent in self.parents_of(child) {
                children[parent] -= 1;
                if children[parent] == 0 {
                    childless.push(parent);
                }
            }
        }
        gone == self.parents.len() && self.couples().all(|[one, other]| one != other)
    }

    /// The partner of a man is a woman, of a woman a man, as far as that leads. Fails with a couple that cannot be.
    fn tell_sexes(&mut self, mut sexes: Vec<Sex>, mode: Mode) -> Result<(), [usize; 2]> {
        let alike = |[one, other]: &[usize; 2]| sexes[*one] != Sex::Unknown && sexes[*one] == sexes[*other];
        if let Some(couple) = self.couples().find(alike) {
            return Err(couple);
        }
        let mut partners: Map<usize, Vec<usize>> = Map::default();
        for [one, other] in self.couples() {
            if sexes[one] == Sex::Unknown || sexes[other] == Sex::Unknown {
                partners.entry(one).or_default().push(other);
                partners.entry(other).or_default().push(one);
            }
        }
        let told = (0..sexes.len()).filter(|&at| sexes[at] != Sex::Unknown).collect();
        spread(&partners, &mut sexes, told)?;
        // Who is open still has open partners only. One sex is tried, to see that it leaves a sex for each of them.
        let mut tried = sexes.clone();
        for at in 0..tried.len() {
            if tried[at] == Sex::Unknown && partners.contains_key(&at) {
                tried[at] = Sex::Male;
                self.tied += spread(&partners, &mut tried, vec![at])?;
            }
        }
        if matches!(mode, Mode::AutosomalDominant | Mode::AutosomalRecessive) {
            self.tied = 0;
        }
        let mut is_parent = vec![false; sexes.len()];
        self.parents.iter().flatten().filter(|&&at| at != NOBODY).for_each(|&at| is_parent[at] = true);
        self.kinds =
            sexes.iter().zip(is_parent).map(|(&sex, parent)| genes::kind(mode, sex, parent)).collect();
        Ok(())
    }
}

/// Tells the sexes of partners, from those in `next` on; how many were told.
fn spread(
    partners: &Map<usize, Vec<usize>>,
    sexes: &mut [Sex],
    mut next: Vec<usize>,
) -> Result<u32, [usize; 2]> {
    let mut told = 0;
    while let Some(at) = next.pop() {
        let left = if sexes[at] == Sex::Male { Sex::Female } else { Sex::Male };
        for &partner in partners.get(&at).into_iter().flatten() {
            if sexes[partner] == Sex::Unknown {
                sexes[partner] = left;
                told += 1;
                next.push(partner);
            } else if sexes[partner] != left {
                return Err([at, partner]);
            }
        }
    }
    Ok(told)
}
