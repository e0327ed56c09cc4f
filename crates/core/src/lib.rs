//! Judges what was collected: evidence, policy and a date in, a report and its renderings out. No input or output.
//!
//! `model` are the values, `config` and `intake` make them of text, `join` puts together what several sources say of one problem,
//! `judge` decides, `render` shows. Arrows run `render → judge → join → intake → model`.

pub mod config;
#[cfg(any(test, feature = "fixtures"))]
pub mod fixtures;
pub mod intake;
pub mod join;
pub mod judge;
pub mod model;
pub mod render;
