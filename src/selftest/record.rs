//! The record of a self-test, to be filed.

use chrono::NaiveDate;
use serde::Serialize;

/// The record of a self-test.
#[derive(Serialize)]
pub(crate) struct SelfTestRecord {
    /// Name of the tool.
    pub tool: &'static str,
    /// Its version.
    pub version: &'static str,
    /// SHA-256 of the executable that ran, in hexadecimal; `None` where it could not be read.
    pub executable_sha256: Option<String>,
    /// Operating system and processor.
    pub platform: String,
    /// The day of the run, as given.
    pub date: NaiveDate,
    /// One row per scenario, in order.
    pub rows: Vec<Row>,
    /// Did all pass?
    pub passed: bool,
}

/// One scenario, run.
#[derive(Serialize)]
pub(crate) struct Row {
    /// The scenario.
    pub id: &'static str,
    /// What it bears on.
    pub requirement: &'static str,
    /// What happens in it, and what has to follow.
    pub title: &'static str,
    /// The correct result in one line.
    pub expected: String,
    /// The result in one line, or what went wrong.
    pub observed: String,
    /// Are they equal?
    pub passed: bool,
}
