//! Relatives put where their relationship to the proband says, with placeholders on the way, and never by guess.
//! Must not know: FHIR beyond its codes.

use super::super::FamilyFile;
use super::role::{Bond, Role, Said, Side};
use crate::model::{ParentKind, Person, PersonId, Sex, Union};

/// A relative who is in the family and may not be tied to anybody yet.
pub(super) struct Relative {
    pub id: PersonId,
    pub role: Option<Role>,
    /// The relationship in the file's own words.
    pub words: String,
    pub line: usize,
    /// Whether an extension names a parent: then that places them.
    pub by_extension: bool,
}

pub(super) struct Placing<'a> {
    file: &'a mut FamilyFile,
    proband: PersonId,
    /// Numbers of placeholders.
    next: usize,
}

/// Why somebody stays untied.
type Why = &'static str;

impl<'a> Placing<'a> {
    pub fn new(file: &'a mut FamilyFile, proband: PersonId) -> Placing<'a> {
        Placing { file, proband, next: 1 }
    }

    /// Places everyone whose place is certain, and notes the others.
    pub fn place(mut self, mut relatives: Vec<Relative>) {
        relatives.sort_by_key(|relative| relative.role.map_or(u8::MAX, Role::turn));
        for relative in &relatives {
            // Whoever an extension has tied to somebody has the exact place already.
            let tied = relative.by_extension || self.is_tied(&relative.id);
            let result = match relative.role {
                Some(role) => self.tie(relative, role, tied),
                None if tied => Ok(()),
                None => Err("is not a code known here"),
            };
            if let Err(why) = result {
                let words = format!(
                    "{} ({}) is tied to nobody: the relationship {why}.",
                    relative.id, relative.words
                );
                self.file.note(relative.line, words);
            }
        }
    }

    fn is_tied(&self, id: &PersonId) -> bool {
        let family = &self.file.pedigree;
        ParentKind::ALL
            .iter()
            .any(|&kind| !family.children(id, kind).is_empty() || !family.parents(id, kind).is_empty())
    }

    fn tie(&mut self, relative: &Relative, role: Role, tied: bool) -> Result<(), Why> {
        let (me, id) = (self.proband.clone(), &relative.id);
        match role {
            Role::Oneself => Ok(()),
            Role::Parent(_) => self.parent(&me, id),
            Role::LegalParent(_) => self.link(&me, id, ParentKind::Legal),
            Role::Carrier => self.link(&me, id, ParentKind::Gestational),
            Role::Child(_, said) => {
                if said == Said::Open {
                    self.note_open(relative, "a child by descent");
                }
                self.link(id, &me, ParentKind::Biological)
            }
            Role::LegalChild(_) => self.link(id, &me, ParentKind::Legal),
            Role::Partner(_, bond) => {
                let ended = bond == Bond::Former;
                if ended || !self.file.pedigree.has_child_together(&me, id) {
                    self.file.pedigree.add_union(Union { ended, ..Union::new(me, id.clone()) });
                }
                Ok(())
            }
            Role::Twin(_, zygosity) => {
                if !tied {
                    self.sibling(&me, id)?;
                }
                self.file.pedigree.add_twins([me, id.clone()], zygosity);
                Ok(())
            }
            _ if tied => Ok(()),
            Role::Sibling(_, said) => {
                if said == Said::Open {
                    self.note_open(relative, "a full brother or sister");
                }
                self.sibling(&me, id)
            }
            Role::HalfSibling(_) => Err("does not say which parent they have in common"),
            Role::Grandparent(Some(side), _) => {
                let between = self.side(side)?;
                self.parent(&between, id)
            }
            Role::AuntOrUncle(Some(side), _) => {
                let between = self.side(side)?;
                self.sibling(&between, id)
            }
            Role::Cousin(Some(side)) => {
                let between = self.side(side)?;
                self.child_of_sibling(&between, id)
            }
            Role::NieceOrNephew(_) => self.child_of_sibling(&me, id),
            Role::Grandchild(_) => {
                if !self.file.pedigree.children(&me, ParentKind::Biological).is_empty() {
                    return Err("does not say whose child this is");
                }
                let between = self.placeholder(Sex::Unknown);
                self.link(&between, &me, ParentKind::Biological)?;
                self.link(id, &between, ParentKind::Biological)
            }
            Role::GreatGrandparent(Some(_), _) => Err("does not say through which grandparent"),
            Role::Grandparent(None, _)
            | Role::GreatGrandparent(None, _)
            | Role::AuntOrUncle(None, _)
            | Role::Cousin(None) => Err("does not say on which side"),
            Role::Other(_) => Err("is not one of descent or partnership"),
        }
    }

    fn note_open(&mut self, relative: &Relative, read_as: &str) {
        if !relative.by_extension {
            let words = format!(
                "{} ({}) is read as {read_as}; the file does not say so.",
                relative.id, relative.words
            );
            self.file.note(relative.line, words);
        }
    }

    fn placeholder(&mut self, sex: Sex) -> PersonId {
        loop {
            let id = PersonId::from(format!("placeholder-{}", self.next));
            self.next += 1;
            if self.file.pedigree.person(&id).is_none() {
                self.file.pedigree.add_person(Person::new(id.clone(), sex));
                return id;
            }
        }
    }

    fn link(&mut self, child: &PersonId, parent: &PersonId, kind: ParentKind) -> Result<(), Why> {
        if child == parent {
            return Err("would make somebody their own parent");
        }
        self.file.pedigree.add_parent(child, parent, kind);
        Ok(())
    }

    /// The biological parent of a sex; none where there is room for one.
    fn known(&self, child: &PersonId, sex: Sex) -> Result<Option<PersonId>, Why> {
        let family = &self.file.pedigree;
        let parents = family.parents(child, ParentKind::Biological);
        let mut fitting = parents.iter().filter(|parent| family.sex(parent) == sex);
        match (fitting.next(), fitting.next()) {
            (Some(parent), None) => Ok(Some(parent.clone())),
            (Some(_), Some(_)) => Err("fits two people"),
            (None, _)
                if parents.len() >= 2 || parents.iter().any(|parent| family.sex(parent) == Sex::Unknown) =>
            {
                Err("leads through a parent whose sex is not known")
            }
            (None, _) => Ok(None),
        }
    }

    fn known_or_placeholder(&mut self, child: &PersonId, sex: Sex) -> Result<PersonId, Why> {
        if let Some(parent) = self.known(child, sex)? {
            return Ok(parent);
        }
        let parent = self.placeholder(sex);
        self.link(child, &parent, ParentKind::Biological)?;
        Ok(parent)
    }

    fn side(&mut self, side: Side) -> Result<PersonId, Why> {
        let me = self.proband.clone();
        self.known_or_placeholder(
            &me,
            match side {
                Side::Mother => Sex::Female,
                Side::Father => Sex::Male,
            },
        )
    }

    /// Makes somebody a parent, where there is not another of that sex already.
    fn parent(&mut self, child: &PersonId, id: &PersonId) -> Result<(), Why> {
        let family = &self.file.pedigree;
        let parents = family.parents(child, ParentKind::Biological);
        if parents.contains(id) {
            return Ok(());
        }
        let sex = family.sex(id);
        if parents.len() >= 2
            || (sex != Sex::Unknown && parents.iter().any(|parent| family.sex(parent) == sex))
        {
            return Err("is that of somebody else already");
        }
        self.link(child, id, ParentKind::Biological)
    }

    /// Gives two people both parents in common.
    fn sibling(&mut self, of: &PersonId, id: &PersonId) -> Result<(), Why> {
        if self.file.pedigree.parents(of, ParentKind::Biological).len() < 2 {
            self.known_or_placeholder(of, Sex::Female)?;
            self.known_or_placeholder(of, Sex::Male)?;
        }
        let parents = self.file.pedigree.parents(of, ParentKind::Biological).to_vec();
        parents.iter().try_for_each(|parent| self.link(id, parent, ParentKind::Biological))
    }

    /// A child of a brother or sister, whom nobody has told of yet; where one is told of, it may be another's.
    fn child_of_sibling(&mut self, of: &PersonId, id: &PersonId) -> Result<(), Why> {
        if !self.file.pedigree.full_siblings(of).is_empty() {
            return Err("does not say whose child this is");
        }
        let between = self.placeholder(Sex::Unknown);
        self.sibling(of, &between)?;
        self.link(id, &between, ParentKind::Biological)
    }
}
