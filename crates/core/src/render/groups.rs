//! Findings grouped as people read them: by rule, worst first, what is waived last.

use std::collections::BTreeMap;

use crate::model::finding::{Finding, Level};
use crate::model::report::Report;
use lookback_reading::Constraint;

/// Findings of one rule, level and standing.
pub(crate) struct FindingGroup {
    /// The rule.
    pub rule: &'static str,
    /// The level.
    pub level: Level,
    /// What it counts against.
    pub constraint: Option<Constraint>,
    /// Does somebody answer for them?
    pub waived: bool,
    /// Indexes into `Report::findings`.
    pub cases: Vec<usize>,
}

/// The groups, worst first, waived ones last.
pub(crate) fn groups(report: &Report) -> Vec<FindingGroup> {
    let mut out: Vec<FindingGroup> = Vec::new();
    for waived in [false, true] {
        for (at, finding) in report.findings.iter().enumerate().filter(|(_, one)| one.waived.is_some() == waived) {
            let same = |group: &&mut FindingGroup| {
                (group.rule, group.level, group.constraint, group.waived)
                    == (finding.rule, finding.level, finding.constraint, waived)
            };
            match out.iter_mut().find(same) {
                Some(group) => group.cases.push(at),
                None => out.push(FindingGroup {
                    rule: finding.rule,
                    level: finding.level,
                    constraint: finding.constraint,
                    waived,
                    cases: vec![at],
                }),
            }
        }
    }
    out
}

/// Findings that say the same of the same words: one rule, one place, one remedy. Such a place is quoted once.
pub(crate) fn alike<'r>(findings: &[&'r Finding]) -> Vec<Vec<&'r Finding>> {
    let mut out: Vec<Vec<&'r Finding>> = Vec::new();
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for finding in findings {
        let place = finding.location.as_ref().map(|at| (&at.path, at.line, at.column, &at.place));
        let key = (finding.rule, finding.level, finding.constraint, place, &finding.remedy, finding.uncommitted);
        if let Some(at) = known.get(&key) {
            out[*at].push(finding);
        } else {
            known.insert(key, out.len());
            out.push(vec![finding]);
        }
    }
    out
}

/// The number of the group of a finding, from 1.
pub(crate) fn number_of(groups: &[FindingGroup], finding: usize) -> usize {
    groups.iter().position(|group| group.cases.contains(&finding)).map_or(0, |at| at + 1)
}
