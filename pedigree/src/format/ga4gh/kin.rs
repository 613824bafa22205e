//! Relationships of the Kinship Ontology (KIN) that say where somebody stands in a tree.
//! Must not know: FHIR.

use crate::model::{Consanguinity, ParentKind, Pedigree, PersonId, Sex, Union, Zygosity};

/// What a relative is to a person. The codes before the ontology (REL:) had the same numbers for the first 26.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kin {
    Parent,
    Mother,
    Father,
    SpermDonor,
    OvumDonor,
    SurrogateOvumDonor,
    GestationalCarrier,
    AdoptiveParent,
    Child,
    HasChild,
    HasParent,
    HasFather,
    HasMother,
    HasSpermDonor,
    HasOvumDonor,
    HasSurrogateOvumDonor,
    HasGestationalCarrier,
    Twin,
    MonozygoticTwin,
    PolyzygoticTwin,
    Partner,
    ConsanguineousPartner,
}

impl Kin {
    const CODES: [(Kin, &'static str); 22] = [
        (Kin::Parent, "KIN:003"),
        (Kin::Mother, "KIN:027"),
        (Kin::Father, "KIN:028"),
        (Kin::SpermDonor, "KIN:004"),
        (Kin::OvumDonor, "KIN:038"),
        (Kin::SurrogateOvumDonor, "KIN:006"),
        (Kin::GestationalCarrier, "KIN:005"),
        (Kin::AdoptiveParent, "KIN:022"),
        (Kin::Child, "KIN:032"),
        (Kin::HasChild, "KIN:033"),
        (Kin::HasParent, "KIN:034"),
        (Kin::HasFather, "KIN:040"),
        (Kin::HasMother, "KIN:041"),
        (Kin::HasSpermDonor, "KIN:044"),
        (Kin::HasOvumDonor, "KIN:042"),
        (Kin::HasSurrogateOvumDonor, "KIN:043"),
        (Kin::HasGestationalCarrier, "KIN:039"),
        (Kin::Twin, "KIN:009"),
        (Kin::MonozygoticTwin, "KIN:010"),
        (Kin::PolyzygoticTwin, "KIN:011"),
        (Kin::Partner, "KIN:026"),
        (Kin::ConsanguineousPartner, "KIN:030"),
    ];

    /// The relationship of a code, if it is one of these.
    pub fn coded(code: &str) -> Option<Kin> {
        let (ontology, number) = code.split_once(':')?;
        let known = ontology == "KIN" || (ontology == "REL" && number <= "026");
        Kin::CODES
            .iter()
            .find(|(_, own)| known && own.strip_prefix("KIN:") == Some(number))
            .map(|(kin, _)| *kin)
    }

    pub fn code(self) -> &'static str {
        Kin::CODES.iter().find(|(kin, _)| *kin == self).map_or("KIN:001", |(_, code)| code)
    }

    /// The sex that the code gives the relative.
    pub fn sex_of_relative(self) -> Option<Sex> {
        match self {
            Kin::Mother | Kin::OvumDonor | Kin::SurrogateOvumDonor | Kin::GestationalCarrier => {
                Some(Sex::Female)
            }
            Kin::Father | Kin::SpermDonor => Some(Sex::Male),
            Kin::Parent
            | Kin::AdoptiveParent
            | Kin::Child
            | Kin::HasChild
            | Kin::HasParent
            | Kin::HasFather
            | Kin::HasMother
            | Kin::HasSpermDonor
            | Kin::HasOvumDonor
            | Kin::HasSurrogateOvumDonor
            | Kin::HasGestationalCarrier
            | Kin::Twin
            | Kin::MonozygoticTwin
            | Kin::PolyzygoticTwin
            | Kin::Partner
            | Kin::ConsanguineousPartner => None,
        }
    }

    /// Whether it can be said of a relative of this sex. That a man carried a pregnancy is a problem of the family, which
    /// names him, and not of the file.
    pub fn fits(self, sex: Sex) -> bool {
        self == Kin::GestationalCarrier || self.sex_of_relative().is_none_or(|said| said == sex)
    }

    /// The same in one way of saying it: what the second of the two is to the first, whoever's code it was. Mothers and
    /// fathers are parents, sperm and egg donors donors; of twins and partners the order does not matter.
    pub fn plainly<'a>(self, person: &'a str, relative: &'a str) -> (Kin, &'a str, &'a str) {
        let sorted = |kin| if person <= relative { (kin, person, relative) } else { (kin, relative, person) };
        match self {
            Kin::Parent | Kin::Mother | Kin::Father | Kin::HasChild => (Kin::Parent, person, relative),
            Kin::Child | Kin::HasParent | Kin::HasFather | Kin::HasMother => (Kin::Parent, relative, person),
            Kin::SpermDonor | Kin::OvumDonor => (Kin::SpermDonor, person, relative),
            Kin::HasSpermDonor | Kin::HasOvumDonor => (Kin::SpermDonor, relative, person),
            Kin::SurrogateOvumDonor => (Kin::SurrogateOvumDonor, person, relative),
            Kin::HasSurrogateOvumDonor => (Kin::SurrogateOvumDonor, relative, person),
            Kin::GestationalCarrier => (Kin::GestationalCarrier, person, relative),
            Kin::HasGestationalCarrier => (Kin::GestationalCarrier, relative, person),
            Kin::AdoptiveParent => (Kin::AdoptiveParent, person, relative),
            Kin::Twin
            | Kin::MonozygoticTwin
            | Kin::PolyzygoticTwin
            | Kin::Partner
            | Kin::ConsanguineousPartner => sorted(self),
        }
    }

    /// Adds to the family that the relative is this to the person.
    pub fn place(self, family: &mut Pedigree, person: &PersonId, relative: &PersonId) {
        let pair = [person.clone(), relative.clone()];
        match self {
            Kin::Parent | Kin::Mother | Kin::Father | Kin::HasChild => {
                family.add_parent(person, relative, ParentKind::Biological);
            }
            Kin::Child | Kin::HasParent | Kin::HasFather | Kin::HasMother => {
                family.add_parent(relative, person, ParentKind::Biological);
            }
            Kin::SpermDonor | Kin::OvumDonor => family.add_donor(person, relative),
            Kin::HasSpermDonor | Kin::HasOvumDonor => family.add_donor(relative, person),
            Kin::SurrogateOvumDonor => {
                family.add_donor(person, relative);
                family.add_parent(person, relative, ParentKind::Gestational);
            }
            Kin::HasSurrogateOvumDonor => {
                family.add_donor(relative, person);
                family.add_parent(relative, person, ParentKind::Gestational);
            }
            Kin::GestationalCarrier => family.add_parent(person, relative, ParentKind::Gestational),
            Kin::HasGestationalCarrier => family.add_parent(relative, person, ParentKind::Gestational),
            Kin::AdoptiveParent => family.add_parent(person, relative, ParentKind::Legal),
            Kin::Twin => family.add_twins(pair, Zygosity::Unknown),
            Kin::MonozygoticTwin => family.add_twins(pair, Zygosity::Monozygotic),
            Kin::PolyzygoticTwin => family.add_twins(pair, Zygosity::Dizygotic),
            Kin::Partner => {
                if family.union_of(person, relative).is_none() {
                    family.add_union(Union::new(person.clone(), relative.clone()));
                }
            }
            Kin::ConsanguineousPartner => {
                let union = Union::new(person.clone(), relative.clone());
                family.add_union(Union { consanguinity: Consanguinity::Stated, ..union });
            }
        }
    }
}
