//! Door: the dossier, one page of HTML in which every statement can be followed to file, line and commit. Each section is a view derived
//! from the finished report alone; its words are data, its markup lies in `page/`.

mod cadence;
mod defects;
mod figures;
mod findings;
mod glance;
mod numbers;
pub(crate) mod page_text;
mod phrase;
mod places;
mod population;
mod said;
pub mod statement;
mod strip;
#[cfg(test)]
mod tests;
mod told;
mod unseen;
mod words;

pub use crate::render::dossier::page_text::{DossierError, dossier};
pub use crate::render::dossier::statement::{
    AuditClause, AuditStatement, ClauseProof, ProofPart, ProvenClause, UnprovenClause, Want, statement,
};
pub use crate::render::dossier::words::DossierWords;
