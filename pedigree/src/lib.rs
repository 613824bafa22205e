//! Pedigrees: who is related to whom, how something heritable may have come down, and the drawing of it.
//! Must not know: names, letters, storage, a clock or chance. A person is an opaque id.

mod at_risk;
mod kinship;
mod layout;
pub mod model;
pub mod ped;
mod plan;
mod problem;
mod relation;
mod svg;

pub use at_risk::{AtRisk, Chance, Known, Mode, at_risk};
pub use kinship::{KinPath, Side, kin_path};
pub use layout::generation_numbers;
pub use model::{ParentKind, Pedigree, Person, PersonId, Sex};
pub use ped::{PedError, PedFamily, PedWriteError, read_ped, write_ped};
pub use plan::{Plan, PlanError, relation_plan};
pub use problem::Problem;
pub use relation::{Relation, RelationError, Step};
pub use svg::{Badge, Label, draw};
