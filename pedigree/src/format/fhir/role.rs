//! Relationship codes of HL7 v3 RoleCode, as FHIR's family history uses them, by where they place a relative.
//! Must not know: any family.

use crate::model::{Sex, Zygosity};

/// What a relative is to the proband. The sex is that of the relative, or that of the parent through whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Oneself,
    Parent(Sex),
    LegalParent(Sex),
    Carrier,
    /// Natural, or only "child", of which the code does not say whether it is natural.
    Child(Sex, Said),
    LegalChild(Sex),
    Sibling(Sex, Said),
    Twin(Sex, Zygosity),
    /// By which parent is not said.
    HalfSibling(Sex),
    Grandparent(Option<Side>, Sex),
    GreatGrandparent(Option<Side>, Sex),
    AuntOrUncle(Option<Side>, Sex),
    Cousin(Option<Side>),
    NieceOrNephew(Sex),
    Grandchild(Sex),
    Partner(Sex, Bond),
    /// A relation that places nobody: foster, step and in-law relatives, "family member".
    Other(Sex),
}

/// Whether a code says that a relation is by descent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Said {
    Natural,
    Open,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Mother,
    Father,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bond {
    Lasting,
    Former,
}

const F: Sex = Sex::Female;
const M: Sex = Sex::Male;
const U: Sex = Sex::Unknown;

/// Of two codes for one role the first is the one that is written.
pub(super) const CODES: &[(&str, Role)] = &[
    ("ONESELF", Role::Oneself),
    ("NMTH", Role::Parent(F)),
    ("NFTH", Role::Parent(M)),
    ("NPRN", Role::Parent(U)),
    ("MTH", Role::Parent(F)),
    ("FTH", Role::Parent(M)),
    ("PRN", Role::Parent(U)),
    ("ADOPTM", Role::LegalParent(F)),
    ("ADOPTF", Role::LegalParent(M)),
    ("ADOPTP", Role::LegalParent(U)),
    ("GESTM", Role::Carrier),
    ("DAU", Role::Child(F, Said::Natural)),
    ("SON", Role::Child(M, Said::Natural)),
    ("NCHILD", Role::Child(U, Said::Natural)),
    ("DAUC", Role::Child(F, Said::Open)),
    ("SONC", Role::Child(M, Said::Open)),
    ("CHILD", Role::Child(U, Said::Open)),
    ("DAUADOPT", Role::LegalChild(F)),
    ("SONADOPT", Role::LegalChild(M)),
    ("CHLDADOPT", Role::LegalChild(U)),
    ("NSIS", Role::Sibling(F, Said::Natural)),
    ("NBRO", Role::Sibling(M, Said::Natural)),
    ("NSIB", Role::Sibling(U, Said::Natural)),
    ("SIS", Role::Sibling(F, Said::Open)),
    ("BRO", Role::Sibling(M, Said::Open)),
    ("SIB", Role::Sibling(U, Said::Open)),
    ("ITWINSIS", Role::Twin(F, Zygosity::Monozygotic)),
    ("ITWINBRO", Role::Twin(M, Zygosity::Monozygotic)),
    ("ITWIN", Role::Twin(U, Zygosity::Monozygotic)),
    ("FTWINSIS", Role::Twin(F, Zygosity::Dizygotic)),
    ("FTWINBRO", Role::Twin(M, Zygosity::Dizygotic)),
    ("FTWIN", Role::Twin(U, Zygosity::Dizygotic)),
    ("TWINSIS", Role::Twin(F, Zygosity::Unknown)),
    ("TWINBRO", Role::Twin(M, Zygosity::Unknown)),
    ("TWIN", Role::Twin(U, Zygosity::Unknown)),
    ("HSIS", Role::HalfSibling(F)),
    ("HBRO", Role::HalfSibling(M)),
    ("HSIB", Role::HalfSibling(U)),
    ("MGRMTH", Role::Grandparent(Some(Side::Mother), F)),
    ("MGRFTH", Role::Grandparent(Some(Side::Mother), M)),
    ("MGRPRN", Role::Grandparent(Some(Side::Mother), U)),
    ("PGRMTH", Role::Grandparent(Some(Side::Father), F)),
    ("PGRFTH", Role::Grandparent(Some(Side::Father), M)),
    ("PGRPRN", Role::Grandparent(Some(Side::Father), U)),
    ("GRMTH", Role::Grandparent(None, F)),
    ("GRFTH", Role::Grandparent(None, M)),
    ("GRPRN", Role::Grandparent(None, U)),
    ("MGGRMTH", Role::GreatGrandparent(Some(Side::Mother), F)),
    ("MGGRFTH", Role::GreatGrandparent(Some(Side::Mother), M)),
    ("MGGRPRN", Role::GreatGrandparent(Some(Side::Mother), U)),
    ("PGGRMTH", Role::GreatGrandparent(Some(Side::Father), F)),
    ("PGGRFTH", Role::GreatGrandparent(Some(Side::Father), M)),
    ("PGGRPRN", Role::GreatGrandparent(Some(Side::Father), U)),
    ("GGRMTH", Role::GreatGrandparent(None, F)),
    ("GGRFTH", Role::GreatGrandparent(None, M)),
    ("GGRPRN", Role::GreatGrandparent(None, U)),
    ("MAUNT", Role::AuntOrUncle(Some(Side::Mother), F)),
    ("MUNCLE", Role::AuntOrUncle(Some(Side::Mother), M)),
    ("PAUNT", Role::AuntOrUncle(Some(Side::Father), F)),
    ("PUNCLE", Role::AuntOrUncle(Some(Side::Father), M)),
    ("AUNT", Role::AuntOrUncle(None, F)),
    ("UNCLE", Role::AuntOrUncle(None, M)),
    ("MCOUSN", Role::Cousin(Some(Side::Mother))),
    ("PCOUSN", Role::Cousin(Some(Side::Father))),
    ("COUSN", Role::Cousin(None)),
    ("NIECE", Role::NieceOrNephew(F)),
    ("NEPHEW", Role::NieceOrNephew(M)),
    ("NIENEPH", Role::NieceOrNephew(U)),
    ("GRNDDAU", Role::Grandchild(F)),
    ("GRNDSON", Role::Grandchild(M)),
    ("GRNDCHILD", Role::Grandchild(U)),
    ("SIGOTHR", Role::Partner(U, Bond::Lasting)),
    ("WIFE", Role::Partner(F, Bond::Lasting)),
    ("HUSB", Role::Partner(M, Bond::Lasting)),
    ("SPS", Role::Partner(U, Bond::Lasting)),
    ("DOMPART", Role::Partner(U, Bond::Lasting)),
    ("FMRSPS", Role::Partner(U, Bond::Former)),
    ("FAMMEMB", Role::Other(U)),
    ("STPMTH", Role::Other(F)),
    ("STPFTH", Role::Other(M)),
    ("STPSIS", Role::Other(F)),
    ("STPBRO", Role::Other(M)),
    ("STPDAU", Role::Other(F)),
    ("STPSON", Role::Other(M)),
    ("MTHFOST", Role::Other(F)),
    ("FTHFOST", Role::Other(M)),
    ("DAUFOST", Role::Other(F)),
    ("SONFOST", Role::Other(M)),
    ("MTHINLAW", Role::Other(F)),
    ("FTHINLAW", Role::Other(M)),
    ("DAUINLAW", Role::Other(F)),
    ("SONINLAW", Role::Other(M)),
    ("SISINLAW", Role::Other(F)),
    ("BROINLAW", Role::Other(M)),
];

impl Role {
    pub fn coded(code: &str) -> Option<Role> {
        CODES.iter().find(|(own, _)| *own == code).map(|(_, role)| *role)
    }

    pub fn code(self) -> Option<&'static str> {
        CODES.iter().find(|(_, role)| *role == self).map(|(code, _)| *code)
    }

    /// The sex that the code gives the relative.
    pub fn sex(self) -> Sex {
        match self {
            Role::Oneself | Role::Cousin(_) => U,
            Role::Carrier => F,
            Role::Parent(sex)
            | Role::LegalParent(sex)
            | Role::Child(sex, _)
            | Role::LegalChild(sex)
            | Role::Sibling(sex, _)
            | Role::Twin(sex, _)
            | Role::HalfSibling(sex)
            | Role::Grandparent(_, sex)
            | Role::GreatGrandparent(_, sex)
            | Role::AuntOrUncle(_, sex)
            | Role::NieceOrNephew(sex)
            | Role::Grandchild(sex)
            | Role::Partner(sex, _)
            | Role::Other(sex) => sex,
        }
    }

    /// In which order relatives are placed: parents before grandparents before aunts, so that few placeholders are needed.
    pub fn turn(self) -> u8 {
        match self {
            Role::Oneself => 0,
            Role::Parent(_) | Role::LegalParent(_) | Role::Carrier => 1,
            Role::Grandparent(..) => 2,
            Role::Sibling(..) | Role::Twin(..) | Role::Child(..) | Role::LegalChild(_) => 3,
            Role::AuntOrUncle(..) => 4,
            Role::HalfSibling(_)
            | Role::GreatGrandparent(..)
            | Role::Cousin(_)
            | Role::NieceOrNephew(_)
            | Role::Grandchild(_)
            | Role::Partner(..)
            | Role::Other(_) => 5,
        }
    }
}
