//! Lookback: has the yearly review of security defect management been held, did it examine every security issue of its
//! period, did it judge what IEC 81001-5-1 4.1.6 and 4.1.8 ask, and do the data agree?
//!
//! Arrows run one way: collect → judge → show. See CONTRIBUTING.md for the map.

pub mod action;
pub mod cli;
pub mod collect;
pub mod config;
pub mod demo;

pub mod embargo;
pub mod error;
pub mod event;
pub mod evidence;
pub mod facts;
pub mod finding;
pub mod init;
pub mod judge;
pub mod lane;
pub mod metrics;
pub mod net;
pub mod period;
pub mod policy;
pub mod population;
pub mod reading;
pub mod render;
pub mod report;
pub mod requirement;
pub mod rules;
pub mod run;
pub mod scenario;
pub mod selftest;
pub mod sources;
pub mod text;
pub mod timeline;
pub mod writeback;
