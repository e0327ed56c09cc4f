//! The baseline of a repository with a history: waivers for what stands today, a table a rule, in TOML.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde_json::json;

use crate::judge::rules::{policy_weakened, review_due_soon, review_never_held, review_overdue};
use crate::model::finding::{Finding, Level};
use crate::model::report::Report;
use crate::render::escape::line;
use lookback_reading::count;

/// Who answers for it, why, and how long.
pub struct BaselineTerms {
    /// Why it is acceptable.
    pub reason: String,
    /// Who answers for it.
    pub approver: String,
    /// The last day on which it holds.
    pub expires: NaiveDate,
}

/// Waivers, and what none is written for.
pub struct Baseline {
    /// The tables, to be added to a configuration; empty: there is nothing to waive.
    pub toml: String,
    /// How many findings they answer for.
    pub waived: usize,
    /// Rules of errors that stand all the same.
    pub left: BTreeSet<&'static str>,
}

/// Never waived: what is due has to be done, and who watches over the policy is not silenced by it.
const NEVER: [&str; 4] =
    [review_overdue::RULE.id, review_never_held::RULE.id, review_due_soon::RULE.id, policy_weakened::RULE.id];

/// The waivers of all standing errors and warnings. Texts and lists of JSON are such of TOML too.
pub fn baseline(report: &Report, terms: &BaselineTerms) -> Baseline {
    let standing: Vec<&Finding> = report.standing().filter(|finding| finding.level >= Level::Warning).collect();
    let may =
        |finding: &&&Finding| finding.constraint.is_some() && !NEVER.contains(&finding.rule) && finding.subject != "*";
    let mut of_rule: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for finding in standing.iter().filter(may) {
        let subjects = of_rule.entry(finding.rule).or_default();
        if !subjects.contains(&finding.subject.as_str()) {
            subjects.push(&finding.subject);
        }
    }
    let mut toml = String::new();
    for (rule, subjects) in &of_rule {
        let subjects: Vec<String> = subjects.iter().map(|subject| line(subject)).collect();
        toml += &format!(
            "\n# Baseline of {}: {}.\n[[waiver]]\nrule = {}\nsubject = {}\nreason = {}\napprover = {}\nexpires = {}\n",
            report.subject.as_of,
            count(subjects.len(), "finding"),
            json!(rule),
            json!(subjects),
            json!(line(&terms.reason)),
            json!(line(&terms.approver)),
            terms.expires
        );
    }
    let left = standing.iter().filter(|finding| finding.level == Level::Error && !may(finding));
    Baseline { waived: standing.iter().filter(may).count(), left: left.map(|finding| finding.rule).collect(), toml }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse::parse;
    use crate::judge::catalog;
    use crate::render::sample;

    #[test]
    fn what_stands_is_waived_by_rule_and_what_is_due_never() {
        let report = sample::report();
        let terms = BaselineTerms {
            reason: "Before \"Lookback\", see QM-117.".to_owned(),
            approver: "Jane Doe, QA".to_owned(),
            expires: "2027-01-31".parse().unwrap(),
        };
        let made = baseline(&report, &terms);
        let policy = parse(&made.toml, "lookback.toml", &catalog::ids()).unwrap();
        let waived: Vec<_> = policy.waivers.iter().map(|one| (one.rule.as_str(), one.subject.as_str())).collect();
        assert!(waived.contains(&("issue-not-examined", "CVE-2025-1234")), "{waived:?}");
        assert!(waived.iter().all(|(rule, _)| *rule != "review-overdue"), "{waived:?}");
        assert_eq!(made.left, BTreeSet::from(["review-overdue"]));
        assert_eq!(made.toml.matches("[[waiver]]").count(), made.toml.matches("# Baseline of").count());
        assert!(policy.waivers.iter().all(|one| one.reason == terms.reason && one.expires == terms.expires));
    }
}
