//! Door.

mod check;
pub mod run;
mod self_test;
