//! The numbers of a report: counts, times and ages per severity, for the period and the one before. Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Duration, Months, NaiveDate, Utc};

use crate::join::population;
use crate::judge::action_numbers;
use crate::judge::caveats::{self, Telling};
use crate::judge::facts::Facts;
use crate::judge::spread::{round, spread};
use crate::judge::survival::{ratio, survival};
use crate::model::issue::{EventKind, Issue, Severity};
use crate::model::metrics::{Division, Metrics, Numbers, PeriodMetrics, Recurring, Trend};
use crate::model::period::{Period, start_of_day};

/// Computes the numbers for the last held review's period and the one before it.
pub(crate) fn compute(facts: &Facts) -> Metrics {
    let mut held = facts.held.iter().rev();
    let period = held.next().map_or_else(|| facts.open_window(), |held| held.period);
    let has_data = !facts.evidence.issues.is_empty() || !facts.held.is_empty();
    let told = Telling::new(&facts.evidence.issues);
    let previous = held.next().map(|held| period_metrics(facts, &told, held.period));
    let measured = has_data.then(|| period_metrics(facts, &told, period));
    Metrics { period: measured.map(|measured| against(facts, measured, previous.as_ref())), previous }
}

/// The numbers of every period of a division up to the date judged for, oldest first.
pub fn by(facts: &Facts, division: Division) -> Vec<PeriodMetrics> {
    let periods = match division {
        Division::Period => facts.held.iter().map(|held| held.period).chain([facts.open_window()]).collect(),
        Division::Quarter => calendar(facts, 3),
        Division::Year => calendar(facts, 12),
    };
    // A review of today leaves no open period behind.
    let begun = periods.into_iter().filter(|period: &Period| period.from.is_none_or(|from| from <= period.to));
    let told = Telling::new(&facts.evidence.issues);
    let mut out: Vec<PeriodMetrics> = Vec::new();
    for period in begun {
        let measured = against(facts, period_metrics(facts, &told, period), out.last());
        out.push(measured);
    }
    out
}

/// The numbers of a period, with what changed since the one before.
fn against(facts: &Facts, mut measured: PeriodMetrics, before: Option<&PeriodMetrics>) -> PeriodMetrics {
    measured.trend = before.map(|before| {
        let counts = |numbers: Option<&Numbers>| numbers.cloned().unwrap_or_default().counts();
        let (then, now) = (counts(before.groups.get("all")), counts(measured.groups.get("all")));
        let change = |((name, then), (_, now))| (String::from(name), signed(now) - signed(then));
        let changes = then.into_iter().zip(now).map(change).collect();
        Trend { before: before.period, changes, recurring: recurring(facts, before.period, measured.period) }
    });
    measured
}

fn signed(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Classes of weaknesses that issues identified in both periods have.
fn recurring(facts: &Facts, before: Period, now: Period) -> Vec<Recurring> {
    let mut of: BTreeMap<&str, Recurring> = BTreeMap::new();
    for issue in facts.evidence.issues.iter().filter(|issue| !issue.cwe.is_empty()) {
        let (then, now) = (population::balance_of(issue, before).opened, population::balance_of(issue, now).opened);
        for cwe in issue.cwe.iter().filter(|_| then + now > 0) {
            let found = of.entry(cwe).or_insert_with(|| Recurring { cwe: cwe.clone(), before: 0, ids: Vec::new() });
            found.before += then;
            found.ids.extend((now > 0).then(|| issue.id.clone()));
        }
    }
    of.into_values().filter(|one| one.before > 0 && !one.ids.is_empty()).collect()
}

/// Stretches of the calendar that are told apart; the first of more holds all before it.
const STRETCHES: u32 = 200;

/// Stretches of so many months of the calendar, from the first that is known of any issue; the last ends on the date judged for.
fn calendar(facts: &Facts, months: u32) -> Vec<Period> {
    let first = facts.evidence.issues.iter().filter_map(population::opened).min().map(|at| at.date_naive());
    let start = |day: NaiveDate| NaiveDate::from_ymd_opt(day.year(), day.month0() / months * months + 1, 1);
    let far = facts.as_of.checked_sub_months(Months::new(months * (STRETCHES - 1))).and_then(start);
    let begin = first.and_then(start);
    let mut periods = Vec::new();
    let mut next = begin.max(far.filter(|_| begin.is_some()));
    while let Some(from) = next.filter(|from| *from <= facts.as_of) {
        next = from.checked_add_months(Months::new(months));
        let to = next.and_then(|next| next.pred_opt()).unwrap_or(facts.as_of).min(facts.as_of);
        periods.push(Period { from: Some(from), to });
    }
    if let Some(oldest) = periods.first_mut().filter(|_| begin < far) {
        oldest.from = None;
    }
    periods
}

/// Issues managed in the period that exceeded the team's target by the fix or the cut-off: (issue, days, target).
pub(crate) fn missed<'a>(facts: &Facts<'a>, period: Period) -> Vec<(&'a Issue, i64, u32)> {
    let managed = facts.evidence.issues.iter().filter(|issue| population::managed(issue, period));
    managed
        .filter_map(|issue| {
            let target = facts.policy.targets.resolve(issue.severity)?;
            let days = days_taken(issue, period)?;
            (days > i64::from(target)).then_some((issue, days, target))
        })
        .collect()
}

/// Days to the fix of those of these issues that were resolved in the period.
pub(crate) fn days_to_fix(issues: &[&Issue], period: Period) -> Vec<f64> {
    days_to(issues, period, resolved_at)
}

/// Days to the closing of those of these issues that were closed in the period.
pub(crate) fn days_to_closing(issues: &[&Issue], period: Period) -> Vec<f64> {
    days_to(issues, period, |issue, period| population::closed_before(issue, period.end()))
}

fn days_to(issues: &[&Issue], period: Period, end: fn(&Issue, Period) -> Option<DateTime<Utc>>) -> Vec<f64> {
    let taken = |issue: &&Issue| {
        let at = end(issue, period).filter(|at| period.contains(*at))?;
        Some(days(population::opened(issue)?, at))
    };
    issues.iter().filter(|issue| population::is_reported(issue)).filter_map(taken).collect()
}

/// The median of some days.
pub(crate) fn median(days: Vec<f64>) -> Option<f64> {
    spread(days).median
}

/// The mean of some days.
pub(crate) fn mean(days: Vec<f64>) -> Option<f64> {
    spread(days).mean
}

/// The most of some days.
pub(crate) fn longest(days: Vec<f64>) -> Option<f64> {
    days.into_iter().max_by(f64::total_cmp).map(round)
}

/// Days from the earliest awareness to the fix, the closing or (still open) the cut-off.
pub(crate) fn days_taken(issue: &Issue, period: Period) -> Option<i64> {
    let opened = population::opened(issue)?;
    let stop = resolved_at(issue, period)
        .unwrap_or_else(|| crate::model::period::end_of_day(period.to) - Duration::seconds(1));
    Some((stop.date_naive() - opened.date_naive()).num_days())
}

/// When the fix landed, the last part of it, if that was before the end of the period.
fn fixed_at(issue: &Issue, period: Period) -> Option<DateTime<Utc>> {
    let fixed = issue.events.iter().filter(|event| event.kind == EventKind::Fixed && event.at < period.end());
    fixed.map(|event| event.at).max()
}

/// Did the fix land before anybody reported what it fixes?
fn fixed_before_report(issue: &Issue, period: Period) -> bool {
    fixed_at(issue, period).zip(population::opened(issue)).is_some_and(|(fixed, opened)| fixed < opened)
}

/// When the verified fix was available, else when it was closed; `None` while it is open at the cut-off without a fix. A fix that
/// precedes the report was available at once.
fn resolved_at(issue: &Issue, period: Period) -> Option<DateTime<Utc>> {
    let fixed = fixed_at(issue, period).zip(population::opened(issue)).map(|(fixed, opened)| fixed.max(opened));
    let closed = population::closed_before(issue, period.end());
    match (closed, fixed) {
        (Some(closed), Some(fixed)) => Some(fixed.min(closed)),
        (Some(closed), None) => Some(closed),
        // A fix without closing counts only where nothing reopened it.
        (None, fixed) => fixed.filter(|at| {
            !issue.events.iter().any(|e| e.kind == EventKind::Reopened && e.at > *at && e.at < period.end())
        }),
    }
}

/// The numbers of one period, against none.
pub(crate) fn of_period(facts: &Facts, period: Period) -> PeriodMetrics {
    period_metrics(facts, &Telling::new(&facts.evidence.issues), period)
}

fn period_metrics(facts: &Facts, told: &Telling<'_>, period: Period) -> PeriodMetrics {
    let managed: Vec<&Issue> =
        facts.evidence.issues.iter().filter(|issue| population::managed(issue, period)).collect();
    let mut groups = BTreeMap::new();
    groups.insert("all".to_owned(), numbers(facts, &managed, period));
    for severity in [Some(Severity::Critical), Some(Severity::High), Some(Severity::Medium), Some(Severity::Low), None]
    {
        let of: Vec<&Issue> = managed.iter().copied().filter(|issue| issue.severity == severity).collect();
        if !of.is_empty() {
            let name = severity.map_or("unrated", Severity::word).to_owned();
            groups.insert(name, numbers(facts, &of, period));
        }
    }
    let (mut cwe, mut sources) = (BTreeMap::new(), BTreeMap::new());
    for issue in &managed {
        for class in &issue.cwe {
            *cwe.entry(class.clone()).or_default() += 1;
        }
        for source in &issue.sources {
            *sources.entry(source.clone()).or_default() += 1;
        }
    }
    let actions = action_numbers::of(&facts.actions, period);
    let caveats = caveats::of(&facts.evidence.issues, told, (&managed, period), &groups["all"]);
    PeriodMetrics { period, groups, cwe, sources, caveats, actions, trend: None }
}

fn numbers(facts: &Facts, issues: &[&Issue], period: Period) -> Numbers {
    let balance = population::balance(issues.iter().copied(), period);
    let mut numbers = Numbers {
        managed: issues.len(),
        identified: balance.opened,
        open: balance.open_end,
        reopened: balance.reopened,
        ..Numbers::default()
    };
    let (mut response, mut resolution, mut fix) = (Vec::new(), Vec::new(), Vec::new());
    let (mut release, mut released) = (Vec::new(), Vec::new());
    let mut survived = Vec::new();
    let mut patched = 0;
    let (mut met, mut missed) = (0, 0);
    let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for issue in issues {
        let mut of = |name: &str, counts: bool| {
            if counts {
                ids.entry(name.to_owned()).or_default().push(issue.id.clone());
            }
        };
        let one = population::balance_of(issue, period);
        of("managed", true);
        of("identified", one.opened == 1);
        of("resolved", one.closed > 0 && one.open_end == 0);
        of("open", one.open_end == 1);
        of("carry_over", one.open_start == 1 && one.open_end == 1);
        // Once for each time.
        for _ in 0..one.reopened {
            of("reopened", true);
        }
        numbers.carry_over += usize::from(one.open_start == 1 && one.open_end == 1);
        numbers.resolved += usize::from(one.closed > 0 && one.open_end == 0);
        let Some(opened) = population::opened(issue) else { continue };
        if one.open_end == 1 {
            let age = (period.to - opened.date_naive()).num_days();
            let band = match age {
                ..=30 => 0,
                31..=90 => 1,
                91..=180 => 2,
                _ => 3,
            };
            numbers.open_ages[band] += 1;
        }
        let resolved = resolved_at(issue, period);
        let fixed = fixed_at(issue, period);
        let is_fixed = issue.resolution == crate::model::issue::Resolution::Fixed || fixed.is_some();
        let is_patched = one.opened == 1 && is_fixed && resolved.is_some();
        patched += usize::from(is_patched);
        of("patched_percent", is_patched);
        if let (Some(target), Some(taken)) = (facts.policy.targets.resolve(issue.severity), days_taken(issue, period)) {
            if taken > i64::from(target) {
                missed += 1;
                of("targets_missed", true);
            } else if resolved.is_some() {
                met += 1;
                of("targets_met", true);
            }
        }
        if !population::is_reported(issue) {
            continue;
        }
        if let Some(first) =
            issue.events.iter().find(|event| event.kind == EventKind::FirstResponse && event.at < period.end())
            && period.contains(first.at)
        {
            response.push(days(opened, first.at));
            of("days_to_first_response", true);
        }
        if one.opened == 1 {
            let until = resolved.map_or(period.to, |at| at.date_naive());
            survived.push(((until - opened.date_naive()).num_days(), resolved.is_some()));
        }
        if let Some(at) = resolved.filter(|at| period.contains(*at)) {
            resolution.push(days(opened, at));
            of("days_to_resolution", true);
        }
        if let Some(at) = fixed.map(|fixed| fixed.max(opened)).filter(|at| period.contains(*at)) {
            fix.push(days(opened, at));
            of("days_to_fix", true);
            if fixed_before_report(issue, period) {
                numbers.fixed_before_report.push(issue.id.clone());
            }
        }
        // A release has a day and no time.
        let day = issue.released_in.as_ref().map(|release| release.date);
        if let Some(day) = day.filter(|day| period.contains(start_of_day(*day))) {
            let since = |moment: DateTime<Utc>| days(start_of_day(moment.date_naive()), start_of_day(day)).max(0.0);
            released.push(since(opened));
            of("days_identified_to_release", true);
            of("days_to_release", fixed.is_some());
            release.extend(fixed.map(since));
        }
    }
    numbers.ids = ids;
    numbers.survival = survival(survived);
    numbers.days_to_first_response = spread(response);
    numbers.days_to_resolution = spread(resolution);
    numbers.days_to_fix = spread(fix);
    numbers.days_to_release = spread(release);
    numbers.days_identified_to_release = spread(released);
    numbers.patched_percent = (balance.opened > 0).then(|| round(100.0 * ratio(patched, balance.opened)));
    if !facts.policy.targets.resolve_days.is_empty() {
        numbers.targets_met = Some(met);
        numbers.targets_missed = Some(missed);
    }
    numbers
}

fn days(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    let seconds = i32::try_from((to - from).num_minutes()).unwrap_or(i32::MAX);
    f64::from(seconds) / (24.0 * 60.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::testing::Scene;
    use crate::model::issue::EventKind::*;
    use crate::model::metrics::Spread;

    #[test]
    fn numbers_of_a_period() {
        let world = Scene::new()
            .issue("#1", &[("2024-12-01", Opened), ("2025-01-31", Closed)])
            .issue("#2", &[("2025-01-01", Opened), ("2025-01-11", Fixed), ("2025-02-01", Closed)])
            .issue("#3", &[("2025-01-01", Opened)])
            .record_with("2025-03-14", |reading| reading.period("2025-01-01", "2025-03-14"));
        let report = crate::judge::verdict::judge(&world.evidence, &world.policy, "2025-07-01".parse().unwrap(), false);
        let all = &report.metrics.period.as_ref().unwrap().groups["all"];
        assert_eq!((all.managed, all.identified, all.resolved, all.open, all.carry_over), (3, 2, 2, 1, 0));
        assert_eq!(all.days_to_resolution, Spread { n: 2, median: Some(35.5), p90: Some(61.0), mean: Some(35.5) });
        assert_eq!(all.patched_percent, Some(50.0));
        assert_eq!(all.open_ages, [0, 1, 0, 0]);
        assert_eq!(all.targets_met, None);
    }

    #[test]
    fn calendar_periods_join_up_and_their_ids_reproduce_the_numbers() {
        let world = Scene::new()
            .issue("#1", &[("2024-12-01", Opened), ("2025-01-31", Closed)])
            .issue(
                "#2",
                &[("2025-01-01", Opened), ("2025-01-11", Fixed), ("2025-05-01", Closed), ("2025-05-02", Reopened)],
            )
            .record("2025-03-14");
        let as_of = "2025-05-20".parse().unwrap();
        let settled = crate::judge::confirmed::Settled::new(&world.evidence, as_of);
        let facts = Facts::new(&settled, &world.policy, as_of);
        let days = |division| -> Vec<String> {
            let one = |measured: PeriodMetrics| {
                let from = measured.period.from.map_or_else(String::new, |from| from.to_string());
                format!("{from}/{}", measured.period.to)
            };
            by(&facts, division).into_iter().map(one).collect()
        };
        assert_eq!(days(Division::Period), ["/2025-03-14", "2025-03-15/2025-05-20"]);
        assert_eq!(days(Division::Year), ["2024-01-01/2024-12-31", "2025-01-01/2025-05-20"]);
        assert_eq!(
            days(Division::Quarter),
            ["2024-10-01/2024-12-31", "2025-01-01/2025-03-31", "2025-04-01/2025-05-20"]
        );
        for measured in by(&facts, Division::Quarter) {
            for numbers in measured.groups.values() {
                let n = |name: &str| numbers.ids.get(name).map_or(0, Vec::len);
                assert_eq!(
                    [n("managed"), n("identified"), n("resolved"), n("open"), n("carry_over"), n("reopened")],
                    [
                        numbers.managed,
                        numbers.identified,
                        numbers.resolved,
                        numbers.open,
                        numbers.carry_over,
                        numbers.reopened
                    ]
                );
                assert_eq!(n("days_to_fix"), numbers.days_to_fix.n);
                assert_eq!(n("days_to_resolution"), numbers.days_to_resolution.n);
                assert_eq!(n("open"), numbers.open_ages.iter().sum::<usize>());
            }
        }
    }

    #[test]
    fn a_day_before_all_counting_makes_no_rows_of_its_own() {
        let world = Scene::new().issue("#1", &[("0001-01-01", Opened)]).issue("#2", &[("2025-01-01", Opened)]);
        let as_of = "2025-05-20".parse().unwrap();
        let settled = crate::judge::confirmed::Settled::new(&world.evidence, as_of);
        let facts = Facts::new(&settled, &world.policy, as_of);
        let quarters = by(&facts, Division::Quarter);
        assert_eq!((quarters.len(), quarters[0].period.from), (200, None));
        assert_eq!(quarters[0].groups["all"].identified, 1);
        assert_eq!(quarters[199].groups["all"].open, 2);
    }

    #[test]
    fn a_fix_is_reckoned_from_the_report_to_where_it_landed_and_was_released() {
        let mut world = Scene::new()
            // The fix landed in an earlier period than the report.
            .issue("#1", &[("2025-02-01", Opened), ("2024-12-01", Fixed), ("2025-02-11", Closed)])
            .issue("#2", &[("2025-01-01", Opened), ("2025-01-11", Fixed)])
            .record_with("2025-03-14", |reading| reading.period("2025-01-01", "2025-03-14"));
        for (issue, day) in [(0, "2025-01-05"), (1, "2025-01-31")] {
            let date = day.parse().unwrap();
            world.evidence.issues[issue].released_in = Some(crate::model::issue::Release { tag: "v1".into(), date });
        }
        let report = crate::judge::verdict::judge(&world.evidence, &world.policy, "2025-07-01".parse().unwrap(), false);
        let all = &report.metrics.period.as_ref().unwrap().groups["all"];
        assert_eq!(all.days_to_fix, Spread { n: 2, median: Some(5.0), p90: Some(10.0), mean: Some(5.0) });
        assert_eq!(all.days_to_resolution, all.days_to_fix);
        assert_eq!(all.fixed_before_report, ["#1"]);
        assert_eq!(
            all.days_identified_to_release,
            Spread { n: 2, median: Some(15.0), p90: Some(30.0), mean: Some(15.0) }
        );
        assert_eq!(all.days_to_release, Spread { n: 2, median: Some(27.5), p90: Some(35.0), mean: Some(27.5) });
        let taken = days_taken(&world.evidence.issues[0], report.metrics.period.as_ref().unwrap().period);
        assert_eq!(taken, Some(0));
    }

    #[test]
    fn what_flatters_is_told_with_its_issues_and_what_came_again() {
        let bulk = ["#11", "#12", "#13", "#14", "#15"];
        let mut world = Scene::new()
            .issue("#1", &[("2023-12-01", Opened), ("2024-01-31", Fixed), ("2024-01-31", Closed)])
            .issue("#2", &[("2024-06-01", Opened), ("2024-07-01", Closed), ("2024-08-01", Reopened)])
            .issue("#3", &[("2024-06-01", Opened), ("2024-06-11", Closed)])
            .issue("#4", &[("2024-06-01", Opened), ("2024-06-21", Fixed), ("2024-07-01", Closed)])
            .issue("#5", &[("2024-05-01", Opened), ("2024-09-01", Declassified)]);
        for id in bulk {
            world = world.issue(id, &[("2024-03-01", Opened), ("2024-12-20", Closed)]);
        }
        world.evidence.issues[2].resolution = crate::model::issue::Resolution::Accepted;
        for (issue, cwe) in [(0, "CWE-79"), (3, "CWE-79"), (2, "CWE-20")] {
            world.evidence.issues[issue].cwe = [cwe.to_owned()].into();
        }
        world.evidence.issues[3].sources = ["history".to_owned()].into();
        let as_of = "2024-12-31".parse().unwrap();
        let settled = crate::judge::confirmed::Settled::new(&world.evidence, as_of);
        let facts = Facts::new(&settled, &world.policy, as_of);
        let years = by(&facts, Division::Year);
        let told: BTreeMap<&str, Vec<&str>> = years[1]
            .caveats
            .iter()
            .filter(|caveat| !caveat.ids.is_empty())
            .map(|caveat| (caveat.kind.into(), caveat.ids.iter().map(String::as_str).collect()))
            .collect();
        assert_eq!(
            told.into_iter().collect::<Vec<_>>(),
            [
                ("clock-of-history", vec!["#4"]),
                ("closed-in-bulk", bulk.to_vec()),
                ("declassified", vec!["#5"]),
                ("reopened", vec!["#2"]),
                ("risk-accepted", vec!["#3"]),
                ("still-open", vec!["#2", "#5"]),
            ]
        );
        let untold = |kind| years[1].caveats.iter().find(|caveat| caveat.kind == kind).unwrap().untold_by.clone();
        use crate::model::metrics::CaveatKind;
        assert_eq!(untold(CaveatKind::Reopened), ["history"], "only what never tells of it");
        assert_eq!(untold(CaveatKind::SeverityChanged).len(), 2);
        let trend = years[1].trend.as_ref().unwrap();
        assert_eq!((trend.changes["identified"], years[0].trend.is_none()), (8, true));
        let [again] = trend.recurring.as_slice() else { panic!("{trend:?}") };
        assert_eq!((again.cwe.as_str(), again.before, again.ids.as_slice()), ("CWE-79", 1, &["#4".to_owned()][..]));
        let survival = &years[1].groups["all"].survival;
        assert_eq!((survival.n, survival.open, survival.median_days), (9, 2, Some(294)));
    }
}
