//! What a family's shape and every confirmed result say of each relative: a chance by position, a chance now, and why.
//! Must not know: what the variant is, or what is done about a chance.

use super::sealed::{standing, without};
use crate::{
    access::InFamily,
    clinic::{
        people::{
            kinship::{nearest_first, pedigree_from, pedigree_id, person_id, place_in},
            person::{Person, person_list},
        },
        result::{
            release::{Copies, proband_copies},
            state::TestResult,
        },
        tested::{
            relative_result::{inheritance_of, relative_results_of},
            said::Says,
        },
    },
    db::Conn,
    error::{Error, Result},
    ids::PersonId,
    policy::Chances as Figures,
};
use kinward_family::{condition::Condition, fact::Inheritance};
use kinward_pedigree as pedigree;
use pedigree::{
    AtRisk, AtRiskError, Cascade, Chance, Evidence, Known, Locus, Mode, ParentKind, Pedigree, RiskError, Side,
};
use std::collections::{BTreeMap, BTreeSet};

/// A family's relatives, nearest first, and whether its results fit together.
pub struct FamilyChances {
    pub relatives: Vec<Listed>,
    /// Related to the proband through a donor alone: nobody is contacted as a relative by that. Sealed.
    pub by_donor_alone: Vec<PersonId>,
    pub fit: Fit,
}

impl FamilyChances {
    /// What whoever checks the list has seen of it: who is on it, and who of them is at risk.
    pub fn mark(&self) -> String {
        let seen = self.relatives.iter().map(|one| format!("{} {}\n", one.person.id, one.is_at_risk()));
        crate::keys::digest(seen.collect::<String>().as_bytes())
    }
}

pub enum Fit {
    Together,
    /// The fewest people whose results cannot all be true, the proband's variant among them or not.
    Contradicting(Vec<PersonId>),
}

/// One relative on the list, before or after a task stands for them.
#[derive(Clone)]
pub struct Listed {
    pub person: Person,
    pub degree: u32,
    pub side: &'static str,
    pub path_words: String,
    /// By position alone: no relative's test is in it.
    pub by_position: Reading,
    /// With every confirmed result of the family; none where they do not fit together.
    pub now: Option<Reading>,
    /// What the relative's own test said, where it counts.
    pub own: Option<Says>,
}

impl Listed {
    /// At risk by every result that counts; where they do not fit together, by position.
    pub fn is_at_risk(&self) -> bool {
        self.now.as_ref().map_or(self.by_position.at_risk, |now| now.at_risk)
    }
}

/// The side of whoever is no relative by descent and has children with one.
pub const PARTNER: &str = "partner";

/// One way of reading a relative's chance.
#[derive(Clone)]
pub struct Reading {
    /// Of carrying the variant; none where it cannot be computed.
    pub chance: Option<Chance>,
    pub at_risk: bool,
    /// Carries it without a test and without doubt, because of who else does.
    pub obligate: bool,
    pub why: String,
}

impl Reading {
    fn of(one: &AtRisk) -> Self {
        Self {
            chance: Some(one.present),
            at_risk: one.not_at_risk.is_none(),
            obligate: one.obligate,
            why: one.why.clone(),
        }
    }

    /// The words of every relative of a family of which something is sealed: they tell the outcome, and no way to it.
    fn told_alike(self, relation: &str) -> Self {
        let outcome = if self.at_risk { "at risk" } else { "not at risk" };
        Self { why: format!("{relation}: {outcome} by the results on record, as they were weighed"), ..self }
    }

    /// "1 in 2"; "none" for who is not at risk, whose chance is anybody's.
    pub fn in_words(&self) -> String {
        match self.chance {
            _ if !self.at_risk => "none".into(),
            Some(chance) => chance.to_string(),
            None => "not computed".into(),
        }
    }

    /// "50%"; none for who is not at risk, and beside words that say all of it.
    pub fn percent(&self) -> Option<String> {
        let chance =
            self.chance.filter(|chance| self.at_risk && !chance.is_certain() && !chance.is_none())?;
        let percent = (100.0 * chance.value()).clamp(0.1, 99.9);
        let text = format!("{percent:.1}");
        Some(format!("{}%", text.strip_suffix(".0").unwrap_or(&text)))
    }
}

/// Something that is only tried: what a person's test might say.
pub type Pretend = (PersonId, Says);

/// Everyone who may be at risk by this result, nearest first, each with the path that says why.
pub fn family_chances(
    conn: &mut Conn,
    proof: &InFamily,
    result: &TestResult,
    figures: Figures,
) -> Result<FamilyChances> {
    Loaded::of(conn, proof, result, figures)?.chances(None)
}

/// A family as it was read once, of which several things may be asked.
pub struct Loaded {
    people: Vec<Person>,
    /// As it is recorded.
    tree: Pedigree,
    /// As copies of a gene were passed on in it: without what is sealed.
    passed: Pedigree,
    locus: Locus,
    /// What is sealed of this variant: how often a copy has it newly.
    de_novo: f64,
    /// Whether anything sealed stands: then no sentence is made from the tree as genes were passed on in it.
    sealed: bool,
    proband: pedigree::PersonId,
    /// What the proband's own report says of copies, where it is not what the inheritance says of anybody affected.
    copies: Option<Known>,
    own: BTreeMap<PersonId, Says>,
}

impl Loaded {
    pub fn of(conn: &mut Conn, proof: &InFamily, result: &TestResult, figures: Figures) -> Result<Self> {
        let people = person_list(conn, proof)?;
        let tree = pedigree_from(conn, proof, &people)?;
        let sealed = standing(conn, proof, result.id)?;
        let mode = mode_of(inheritance_of(result)?);
        let copies = match mode {
            Mode::AutosomalRecessive => known_copies(proband_copies(conn, proof, result.id)?),
            Mode::AutosomalDominant | Mode::XLinked | Mode::YLinked | Mode::Mitochondrial => None,
        };
        let counting = relative_results_of(conn, proof, result.id)?.into_iter().filter(|one| one.counts());
        Ok(Self {
            people,
            sealed: sealed.is_new || !sealed.apart.is_empty(),
            passed: without(&tree, &sealed.apart),
            tree,
            locus: Locus { mode, frequency: frequency_of(result, figures), de_novo: 0.0 },
            de_novo: if sealed.is_new { figures.new_variant } else { 0.0 },
            proband: pedigree_id(result.person_id),
            copies,
            own: counting.map(|one| (one.person_id, one.finding.says)).collect(),
        })
    }

    /// Everyone's chances, with what is pretended, where something is.
    pub fn chances(&self, pretend: Option<Pretend>) -> Result<FamilyChances> {
        let mut own = self.own.clone();
        own.extend(pretend);
        // By position nothing sealed counts, and no relative's result: everybody sees it.
        let place = Cascade::new(&self.tree, &self.proband, &self.locus, &self.evidence(&BTreeMap::new()));
        let place = place.map(|cascade| cascade.relatives()).map_err(not_computed)?;
        let locus = Locus { de_novo: self.de_novo, ..self.locus };
        let (now, fit) = match Cascade::new(&self.passed, &self.proband, &locus, &self.evidence(&own)) {
            Ok(cascade) => (Some(cascade.relatives()), Fit::Together),
            Err(AtRiskError::Contradiction { people }) => {
                (None, Fit::Contradicting(people.iter().map(person_id).collect::<Result<_>>()?))
            }
            Err(problem) => return Err(not_computed(problem)),
        };
        let mut relatives = Vec::new();
        for one in place {
            relatives.push(self.listed(&one, now.as_deref(), &own)?);
        }
        relatives.extend(self.partners(&relatives, &own)?);
        // A pregnancy or a loss is nobody who could be written to; what follows for the parents is theirs.
        relatives.retain(|one: &Listed| !one.person.life().is_unborn());
        // Donor conception has its own way to tell, and its own register: nobody learns of it by a letter of ours.
        let kin = self.without_donors();
        let by_donor_alone: Vec<PersonId> = relatives
            .iter()
            .filter(|one| one.side != PARTNER)
            .map(|one| one.person.id)
            .filter(|id| !kin.contains(&pedigree_id(*id)))
            .collect();
        relatives.retain(|one| !by_donor_alone.contains(&one.person.id));
        let order = nearest_first(&self.tree, &self.people);
        relatives.sort_by_key(|one: &Listed| place_in(&order, one.person.id));
        Ok(FamilyChances { relatives, by_donor_alone, fit })
    }

    /// Where two copies are needed, whoever has children with a carrier is asked, too: their chance is anybody's, and no letter
    /// about a variant of the family is for them. Kin who are partners stand on the list already.
    fn partners(&self, listed: &[Listed], own: &BTreeMap<PersonId, Says>) -> Result<Vec<Listed>> {
        if self.locus.mode != Mode::AutosomalRecessive {
            return Ok(Vec::new());
        }
        let carries =
            |one: &&Listed| one.own.is_some_and(|says| says.is_informative() && says != Says::NonCarrier);
        let mut carriers = vec![(self.proband.clone(), "the proband".to_owned())];
        carriers.extend(
            listed.iter().filter(carries).map(|one| (pedigree_id(one.person.id), one.path_words.clone())),
        );
        let mut found: Vec<Listed> = Vec::new();
        for (carrier, words) in carriers {
            for partner in self.tree.partners(&carrier) {
                if !self.is_couple(&carrier, &partner) {
                    continue;
                }
                let id = person_id(&partner)?;
                if partner == self.proband || listed.iter().chain(&found).any(|one| one.person.id == id) {
                    continue;
                }
                let Some(person) = self.person(id).cloned() else { continue };
                let path_words = format!("partner of {words}");
                let why = format!("{path_words}, who carries one copy or more: asked as anybody is (R246)");
                let reading = Reading { chance: None, at_risk: true, obligate: false, why };
                found.push(Listed {
                    person,
                    degree: 0,
                    side: PARTNER,
                    path_words,
                    by_position: reading.clone(),
                    now: Some(reading),
                    own: own.get(&id).copied(),
                });
            }
        }
        Ok(found)
    }

    /// A couple, or parents of a child of whom neither is a donor.
    fn is_couple(&self, one: &pedigree::PersonId, other: &pedigree::PersonId) -> bool {
        let mut children = self.tree.children(one, ParentKind::Biological).iter();
        self.tree.union_of(one, other).is_some()
            || children.any(|child| {
                self.tree.parents(child, ParentKind::Biological).contains(other)
                    && !self.tree.is_donor(child, one)
                    && !self.tree.is_donor(child, other)
            })
    }

    /// Everybody whom parents and children by descent lead to from the proband, past no donor.
    fn without_donors(&self) -> BTreeSet<pedigree::PersonId> {
        let mut found = BTreeSet::from([self.proband.clone()]);
        let mut open = vec![self.proband.clone()];
        while let Some(id) = open.pop() {
            let up = self.tree.parents(&id, ParentKind::Biological).iter();
            let down = self.tree.children(&id, ParentKind::Biological).iter();
            let kin: Vec<_> = up
                .filter(|parent| !self.tree.is_donor(&id, parent))
                .chain(down.filter(|child| !self.tree.is_donor(child, &id)))
                .cloned()
                .collect();
            open.extend(kin.into_iter().filter(|one| found.insert(one.clone())));
        }
        found
    }

    fn evidence(&self, own: &BTreeMap<PersonId, Says>) -> Evidence {
        let mut evidence = Evidence::new();
        if let Some(known) = self.copies {
            evidence.add_result(&self.proband, known);
        }
        for (person, says) in own {
            if let Some(known) = known_of(*says) {
                evidence.add_result(&pedigree_id(*person), known);
            }
        }
        evidence
    }

    fn listed(&self, one: &AtRisk, now: Option<&[AtRisk]>, own: &BTreeMap<PersonId, Says>) -> Result<Listed> {
        let id = person_id(&one.id)?;
        let person = self.person(id).cloned();
        let person = person.ok_or_else(|| Error::inner("the list names someone who is not in the family"))?;
        // Whoever is on the list by a tie that passes nothing on is nobody's relative by descent: the words are those of
        // anybody whose line results have closed.
        let closed = || Reading {
            chance: Some(Chance::NONE),
            at_risk: false,
            obligate: false,
            why: format!("{}: no line of descent is open, by the results on record", one.path.words),
        };
        let now = now.map(|now| now.iter().find(|now| now.id == one.id).map_or_else(closed, Reading::of));
        let now = now.map(|now| if self.sealed { now.told_alike(&one.path.words) } else { now });
        Ok(Listed {
            person,
            degree: one.path.degree,
            side: match one.path.side {
                Side::Maternal => "mother's side",
                Side::Paternal => "father's side",
                Side::Both => "both sides",
                Side::Own => "own line",
            },
            path_words: one.path.words.clone(),
            by_position: Reading::of(one),
            now,
            own: own.get(&id).copied(),
        })
    }

    /// Relatives who are alive, untested and open, by how much a test of each would tell of the others, most first.
    pub fn most_telling(&self) -> Result<Vec<(PersonId, f64)>> {
        let locus = Locus { de_novo: self.de_novo, ..self.locus };
        let told = Cascade::new(&self.passed, &self.proband, &locus, &self.evidence(&self.own))
            .and_then(|cascade| cascade.most_telling());
        match told {
            Ok(told) => told.iter().map(|one| Ok((person_id(&one.id)?, one.bits))).collect(),
            Err(AtRiskError::Contradiction { .. }) => Ok(Vec::new()),
            Err(problem) => Err(not_computed(problem)),
        }
    }

    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// A person's number in the drawing, "II-3".
    pub fn number(&self, id: PersonId) -> String {
        pedigree::generation_numbers(&self.tree).get(&pedigree_id(id)).cloned().unwrap_or_default()
    }

    pub fn frequency(&self) -> f64 {
        self.locus.frequency
    }
}

/// Told without ids: who it is stands on the family's page.
fn not_computed(problem: AtRiskError) -> Error {
    match problem {
        AtRiskError::Risk(RiskError::Tangled { .. }) => Error::not_now(
            "Too many couples in this family are related to each other for an exact answer. Leave out a link to a shared ancestor whom no result depends on. Nothing was changed.",
        ),
        AtRiskError::NoProband(_) | AtRiskError::Risk(_) | AtRiskError::Contradiction { .. } => {
            Error::not_now(
                "The tree of this family cannot be as it is recorded. See what is marked on the family's page, and correct it. Nothing was changed.",
            )
        }
    }
}

/// The condition's own figure, or the policy pack's for a rare variant.
fn frequency_of(result: &TestResult, figures: Figures) -> f64 {
    let condition = result.about.condition_key.as_deref().and_then(Condition::by_key);
    condition.and_then(Condition::frequency).unwrap_or(figures.variant_frequency)
}

/// What is not two copies is said; two are what the inheritance says of anybody affected.
fn known_copies(copies: Copies) -> Option<Known> {
    match copies {
        Copies::Both => None,
        Copies::One => Some(Known::Heterozygous),
        Copies::OneAtLeast => Some(Known::Carrier),
    }
}

fn known_of(says: Says) -> Option<Known> {
    match says {
        Says::Het => Some(Known::Heterozygous),
        Says::Hom => Some(Known::Homozygous),
        Says::Hemi => Some(Known::Hemizygous),
        Says::Carrier => Some(Known::Carrier),
        Says::NonCarrier => Some(Known::NonCarrier),
        Says::Uninformative | Says::Void => None,
    }
}

fn mode_of(inheritance: Inheritance) -> Mode {
    match inheritance {
        Inheritance::AutosomalDominant => Mode::AutosomalDominant,
        Inheritance::AutosomalRecessive => Mode::AutosomalRecessive,
        Inheritance::XLinked => Mode::XLinked,
        Inheritance::Mitochondrial => Mode::Mitochondrial,
    }
}
