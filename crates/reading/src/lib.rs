//! Reads quality records: bytes in, what they state and prove out. No input or output.
//!
//! A [`Reader`] makes a [`Reading`] of a document in any of the formats it knows; every statement in it carries the
//! document's own words ([`Quote`]). Inside, `decide` uses `facts`, these `grammar`, this `formats`, these `value`;
//! nothing points the other way.

mod decide;
mod facts;
mod formats;
mod grammar;
mod value;

pub use crate::decide::cut::Sought;
#[cfg(fuzzing)]
pub use crate::decide::doors;
pub use crate::decide::reader::{Attached, Reader, data_references};
pub use crate::facts::actions::{due_day, is_done, names_proof_elsewhere};
pub use crate::facts::statements::tells_of_all_actions;
pub use crate::formats::decode::decode;
pub use crate::formats::{document_extensions, further_extensions};
pub use crate::grammar::dates::month;
pub use crate::grammar::patterns::gives_reason;
pub use crate::value::constraint::{
    CONSTRAINTS, Constraint, ConstraintInfo, MAPPINGS, PATH_SIGNAL, STANDARD, STANDARD_EDITION,
};
pub use crate::value::declared::{Declaration, DeclaredAs};
pub use crate::value::reading::{
    Action, Among, Analysis, Answer, Answered, Aspect, Assessment, Claim, ClaimKind, DateSource, Fields, FiscalYear,
    Interval, Kind, Progress, Reading, Reference, Stated,
};
pub use crate::value::text::{Location, Quote, count, fold, listed, normal, one_based, shorten};
