//! A history with the result that a correct tool gives.

use crate::scenario::ScenarioCommit;
use lookback_core::model::Verdict;
use lookback_core::model::period::State;

/// A history with what a correct tool says of it.
pub struct Scenario {
    /// Name, and folder.
    pub id: &'static str,
    /// What it bears on: a constraint, or a promise of the tool.
    pub requirement: &'static str,
    /// What happens in it, and what has to follow.
    pub title: &'static str,
    /// The date it is judged for, `YYYY-MM-DD`.
    pub as_of: &'static str,
    /// Is the history cut off before its newest commit?
    pub shallow: bool,
    /// Further arguments of `check`.
    pub arguments: &'static [&'static str],
    /// The commits.
    pub history: fn() -> Vec<ScenarioCommit>,
    /// The correct result.
    pub expected: Expected,
}

/// The result of a check, as far as it is compared. Nothing beyond it may be found.
#[derive(Clone, Copy)]
pub struct Expected {
    /// Overall.
    pub verdict: Verdict,
    /// State of the window.
    pub state: State,
    /// All findings, `level rule` or `waived rule`, sorted; equal ones once.
    pub findings: &'static [&'static str],
    /// The constraints that are undetermined, in order.
    pub unseen: &'static [&'static str],
}
