//! Door.

pub mod embargo;
pub mod issues;
pub mod population;
