//! What several sources say of one problem, and its state at a moment.

pub mod embargo;
pub mod issues;
pub mod population;
