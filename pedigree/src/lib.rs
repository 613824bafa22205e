//! Pedigrees: who is related to whom, how something heritable may have come down, and the drawing of it.
//! Must not know: names, letters, storage, a clock or chance. A person is an opaque id.
//!
//! ```
//! use kinward_pedigree::{Evidence, Locus, Mode, Pedigree, Person, PersonId, Relation, Sex, at_risk, draw, kin_path, relation_plan};
//! use std::collections::BTreeMap;
//!
//! let mut family = Pedigree::new();
//! let proband = PersonId::from("a");
//! family.add_person(Person { proband: true, ..Person::new("a", Sex::Female) });
//!
//! // A relative is added by relation; whoever is missing on the way becomes a placeholder.
//! let mut fresh = ["b", "c", "d", "e"].into_iter().map(PersonId::from);
//! let mut new_id = || fresh.next().unwrap();
//! let plan = relation_plan(&family, &proband, &Relation::parse("mother's sister")?, &mut new_id)?;
//! plan.apply(&mut family);
//! assert!(family.validate().is_empty());
//!
//! let path = kin_path(&family, &proband, &plan.new_person).unwrap();
//! assert_eq!((path.words.as_str(), path.degree), ("mother's sister", 2));
//!
//! let relatives = at_risk(&family, &proband, &Locus::rare(Mode::AutosomalDominant), &Evidence::new())?;
//! let aunt = relatives.iter().find(|relative| relative.id == plan.new_person).unwrap();
//! assert_eq!(aunt.present.to_string(), "1 in 4");
//!
//! assert!(draw(&family, &BTreeMap::new()).starts_with("<svg"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod at_risk;
mod drawing;
pub mod format;
mod inferable;
mod kinship;
mod layout;
mod model;
mod plan;
mod problem;
#[cfg(test)]
mod properties;
mod relation;
mod risk;
mod score;
mod svg;

pub use at_risk::{AtRisk, AtRiskError, Cascade, Chance, Change, Mode, Moved, Telling, at_risk};
pub use drawing::{Badge, DrawOptions, Drawing, Label};
pub use inferable::{Because, Inferable, inferable};
pub use kinship::{KinPath, Side, kin_path};
pub use layout::generation_numbers;
pub use model::{
    Affected, Childless, Condition, Consanguinity, Count, Gender, Life, ParentKind, Pedigree, Person,
    PersonId, Sex, Twins, Union, Zygosity,
};
pub use plan::{Plan, PlanError, relation_plan};
pub use problem::Problem;
pub use relation::{Relation, RelationError, Step};
pub use risk::{
    Answer, Band, Evidence, Known, Locus, Model, Penetrance, PenetranceError, PersonChance, RiskError, Row,
    RowError, TestQuality, read_likelihoods, read_results,
};
pub use score::{Gates, Score, score, stability};
pub use svg::{Paper, draw};

/// The README's examples run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
