//! What a document states.

pub(crate) mod actions;
pub(crate) mod answered;
pub(crate) mod approval;
pub(crate) mod blanks;
pub(crate) mod cadence;
pub(crate) mod claims;
pub(crate) mod clauses;
pub(crate) mod declared;
pub(crate) mod disowns;
pub(crate) mod doubts;
pub(crate) mod examined;
pub(crate) mod fields;
pub(crate) mod figures;
pub(crate) mod force;
pub(crate) mod gaps;
pub(crate) mod held;
pub(crate) mod judged;
pub(crate) mod left_out;
pub(crate) mod owners;
pub(crate) mod periods;
pub(crate) mod refusals;
pub(crate) mod scope;
pub(crate) mod statements;
pub(crate) mod status;
pub(crate) mod told_times;
pub(crate) mod written;
