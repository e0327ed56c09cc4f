//! The values of the charts: open issues over time, days to the fix, how long issues stay open, ages of what is open. Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::join::population;
use crate::judge::facts::Facts;
use crate::judge::spread::spread;
use crate::judge::survival::survival;
use crate::judge::times::{age, fix_time, survived};
use crate::model::chart::{ChartValues, FixTaken, FixesOfSeverity, IssueAge, OpenFrom};
use crate::model::issue::{Issue, Severity};
use crate::model::period::end_of_day;
use crate::model::report::{IssueState, Report};

/// Severities, worst first; what nobody rated comes last.
const SEVERITIES: [Option<Severity>; 5] =
    [Some(Severity::Critical), Some(Severity::High), Some(Severity::Medium), Some(Severity::Low), None];

/// The values for everything that is known up to the date judged for.
pub fn of(facts: &Facts) -> ChartValues {
    values(facts.evidence.issues.iter(), facts.as_of)
}

/// The same of a finished report, whose issues are those of the day judged for.
pub fn of_report(report: &Report) -> ChartValues {
    values(report.issues.iter().map(|result| &result.issue), report.subject.as_of)
}

fn values<'a>(issues: impl Iterator<Item = &'a Issue>, as_of: NaiveDate) -> ChartValues {
    let end = end_of_day(as_of);
    let known = |issue: &&Issue| population::entered(issue).is_some_and(|at| at < end);
    let known: Vec<&Issue> = issues.filter(known).collect();
    let fixes = SEVERITIES.into_iter().filter_map(|severity| {
        let mut taken: Vec<FixTaken> =
            known.iter().filter(|issue| issue.severity == severity).filter_map(|issue| fix(issue, end)).collect();
        taken.sort_by(|a, b| a.days.total_cmp(&b.days).then_with(|| a.id.cmp(&b.id)));
        let spread = spread(taken.iter().map(|fix| fix.days).collect());
        (!taken.is_empty()).then_some(FixesOfSeverity { severity, taken, spread })
    });
    let reported = known.iter().filter(|issue| population::is_reported(issue));
    let lasted = reported.filter_map(|issue| survived(issue, as_of)).collect();
    let mut ages: Vec<IssueAge> = known
        .iter()
        .filter(|issue| population::state_before(issue, end) == Some(IssueState::Open))
        .filter_map(|issue| Some(IssueAge { id: issue.id.clone(), severity: issue.severity, days: age(issue, as_of)? }))
        .collect();
    ages.sort_by(|a, b| b.days.cmp(&a.days).then_with(|| a.id.cmp(&b.id)));
    ChartValues { open: open(&known, as_of), fixes: fixes.collect(), survival: survival(lasted), ages }
}

/// How long the last part of the fix took; what precedes the report took no time.
fn fix(issue: &Issue, end: DateTime<Utc>) -> Option<FixTaken> {
    let time = fix_time(issue, end).filter(|_| population::is_reported(issue))?;
    Some(FixTaken { id: issue.id.clone(), landed: time.available.date_naive(), days: time.days })
}

/// Days on which the number of open issues changed, and the last.
fn open(issues: &[&Issue], as_of: NaiveDate) -> Vec<OpenFrom> {
    let mut by_day: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    for issue in issues {
        // What was recognised late counts from then on.
        let entered = population::entered(issue);
        let mut before = IssueState::Closed;
        for (at, state) in population::changes(issue) {
            let at = entered.map_or(at, |entered| at.max(entered)).date_naive();
            if state != before && at <= as_of {
                *by_day.entry(at).or_default() += if state == IssueState::Open { 1 } else { -1 };
            }
            before = state;
        }
    }
    let mut now = 0;
    let mut out: Vec<OpenFrom> = Vec::new();
    for (day, change) in by_day.into_iter().filter(|(_, change)| *change != 0) {
        now += change;
        out.push(OpenFrom { day, open: usize::try_from(now).unwrap_or(0) });
    }
    if let Some(last) = out.last().filter(|last| last.day < as_of).copied() {
        out.push(OpenFrom { day: as_of, ..last });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::confirmed::Settled;
    use crate::judge::testing::Scene;
    use crate::model::issue::EventKind::*;

    fn drawn(scene: &Scene, day: &str) -> ChartValues {
        let as_of = day.parse().unwrap();
        let settled = Settled::new(&scene.evidence, as_of);
        of(&Facts::new(&settled, &scene.policy, as_of))
    }

    #[test]
    fn open_issues_are_those_of_the_balance_on_every_day() {
        let scene = Scene::new()
            .issue("#1", &[("2025-01-01", Opened), ("2025-01-10", Closed), ("2025-02-01", Reopened)])
            .issue("#2", &[("2025-01-05", Opened), ("2025-01-05", Fixed), ("2025-01-05", Closed)])
            .issue("#3", &[("2025-01-20", Opened), ("2025-03-01", Recognised), ("2025-03-05", Fixed)]);
        let found = drawn(&scene, "2025-04-01");
        let told: Vec<(String, usize)> = found.open.iter().map(|from| (from.day.to_string(), from.open)).collect();
        let expected = [("2025-01-01", 1), ("2025-01-10", 0), ("2025-02-01", 1), ("2025-03-01", 2), ("2025-04-01", 2)];
        assert_eq!(told, expected.map(|(day, open)| (day.to_owned(), open)));
        for (day, open) in told {
            let period = crate::fixtures::period("", &day);
            assert_eq!(population::balance(&scene.evidence.issues, period).open_end, open, "{day}");
        }
        assert_eq!(
            found.ages.iter().map(|age| (age.id.as_str(), age.days)).collect::<Vec<_>>(),
            [("#1", 90), ("#3", 71)]
        );
        let fixes: Vec<(&str, f64)> = found.fixes[0].taken.iter().map(|fix| (fix.id.as_str(), fix.days)).collect();
        assert_eq!(fixes, [("#2", 0.0), ("#3", 44.0)]);
        // Nothing of what comes later.
        assert_eq!(
            drawn(&scene, "2025-01-04").open,
            [
                OpenFrom { day: "2025-01-01".parse().unwrap(), open: 1 },
                OpenFrom { day: "2025-01-04".parse().unwrap(), open: 1 }
            ]
        );
        assert_eq!(drawn(&Scene::new(), "2025-01-04"), ChartValues::default());
    }
}
