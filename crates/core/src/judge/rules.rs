//! The rules: one fault a file, one row here. The table is the only source of their words: the docs page, `explain`, SARIF
//! metadata and the ids in the configuration derive from it. Rules are pure functions of the facts.

use crate::judge::rule::Rule;

pub mod action_not_followed_up;
pub mod action_unproven;
pub mod action_untracked;
pub mod assessment_missing;
pub mod cause_not_traced;
pub mod closed_without_resolution;
pub mod conclusion_contradicted;
pub mod defect_recurred;
pub mod deployed_defects_not_analysed;
pub mod fix_untracked;
pub mod improvement_activity_missing;
pub mod issue_not_examined;
pub mod policy_weakened;
pub mod review_altered;
pub mod review_backdated;
pub mod review_due_soon;
pub mod review_gap;
pub mod review_hollow;
pub mod review_never_held;
pub mod review_overdue;
pub mod review_period_unclear;
pub mod review_procedure_interval;
pub mod review_procedure_missing;
pub mod review_unapproved;
pub mod review_undated;
pub mod review_unfilled;
pub mod target_missed;
pub mod waiver_expired;
pub mod waiver_unused;
pub mod wording_unclear;

/// All rules, in the order in which they are explained and listed.
pub static RULES: [&Rule; 30] = [
    &review_never_held::RULE,
    &review_overdue::RULE,
    &review_due_soon::RULE,
    &review_gap::RULE,
    &review_procedure_missing::RULE,
    &review_procedure_interval::RULE,
    &issue_not_examined::RULE,
    &fix_untracked::RULE,
    &review_period_unclear::RULE,
    &assessment_missing::RULE,
    &conclusion_contradicted::RULE,
    &target_missed::RULE,
    &improvement_activity_missing::RULE,
    &deployed_defects_not_analysed::RULE,
    &cause_not_traced::RULE,
    &action_untracked::RULE,
    &action_not_followed_up::RULE,
    &action_unproven::RULE,
    &defect_recurred::RULE,
    &review_undated::RULE,
    &review_backdated::RULE,
    &review_unfilled::RULE,
    &review_unapproved::RULE,
    &review_altered::RULE,
    &review_hollow::RULE,
    &closed_without_resolution::RULE,
    &wording_unclear::RULE,
    &policy_weakened::RULE,
    &waiver_expired::RULE,
    &waiver_unused::RULE,
];
