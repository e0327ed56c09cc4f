//! Lookback: has the yearly review of security defect management been held, did it examine every security issue of its
//! period, did it judge what IEC 81001-5-1 4.1.6 and 4.1.8 ask, and do the data agree?
//!
//! Arrows run one way: collect → judge → show. See CONTRIBUTING.md for the map.

pub mod action;
pub mod cli;
pub mod collect;
pub mod commands;
pub mod demo;
#[cfg(fuzzing)]
pub mod doors;
pub mod error;
pub mod event;
pub mod init;
pub mod net;
pub mod scenario;
pub mod selftest;
pub mod sink;
pub mod sources;
pub mod writeback;
