//! The numbers of a report: counts, times and ages per severity, for the period and the one before. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

use crate::join::{components, population};
use crate::judge::action_numbers;
use crate::judge::caveats::{self, Telling};
use crate::judge::facts::Facts;
use crate::judge::spread::{round, spread};
use crate::judge::survival::{ratio, survival};
use crate::judge::times::{age, days, days_taken, fix_time, fixed_at, resolved_at, survived};
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

/// Classes of weaknesses that issues identified in both periods have, and the components in which such issues lie.
fn recurring(facts: &Facts, before: Period, now: Period) -> Vec<Recurring> {
    let mut of: BTreeMap<&str, (Vec<&Issue>, Vec<&Issue>)> = BTreeMap::new();
    for issue in facts.evidence.issues.iter().filter(|issue| !issue.cwe.is_empty()) {
        let identified = |period| population::balance_of(issue, period).opened > 0;
        let (then, now) = (identified(before), identified(now));
        for cwe in &issue.cwe {
            let (earlier, later) = of.entry(cwe).or_default();
            earlier.extend(then.then_some(issue));
            later.extend(now.then_some(issue));
        }
    }
    let told = |(cwe, (earlier, later)): (&str, (Vec<&Issue>, Vec<&Issue>))| {
        let pairs = earlier.iter().flat_map(|one| later.iter().filter_map(|other| components::shared(one, other)));
        let components: BTreeSet<String> = pairs.flatten().collect();
        let ids = later.iter().map(|issue| issue.id.clone()).collect();
        Recurring { cwe: cwe.to_owned(), before: earlier.len(), ids, components: components.into_iter().collect() }
    };
    of.into_iter().filter(|(_, (earlier, later))| !earlier.is_empty() && !later.is_empty()).map(told).collect()
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
    days_to(issues, period, |issue, period| resolved_at(issue, period.end()))
}

/// Days to the closing of those of these issues that were closed in the period.
pub(crate) fn days_to_closing(issues: &[&Issue], period: Period) -> Vec<f64> {
    days_to(issues, period, |issue, period| population::closed_before(issue, period.end()))
}

/// Days to the day on which a tracker says that it was closed, also where its fix came first.
pub(crate) fn days_to_own_closing(issues: &[&Issue], period: Period) -> Vec<f64> {
    days_to(issues, period, |issue, period| {
        let closed = issue.events.iter().filter(|event| event.kind == EventKind::Closed && event.at < period.end());
        closed.map(|event| event.at).max()
    })
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
    let (mut cwe, mut sources, mut ids) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::<String, Vec<String>>::new());
    for issue in &managed {
        for (names, counts) in [(&issue.cwe, &mut cwe), (&issue.sources, &mut sources)] {
            for name in names {
                *counts.entry(name.clone()).or_default() += 1;
                ids.entry(name.clone()).or_default().push(issue.id.clone());
            }
        }
    }
    let actions = action_numbers::of(&facts.actions, period);
    let caveats = caveats::of(&facts.evidence.issues, told, (&managed, period), &groups["all"]);
    PeriodMetrics { period, groups, cwe, sources, ids, caveats, actions, trend: None }
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
    let mut lasted = Vec::new();
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
            let band = match age(issue, period.to).unwrap_or_default() {
                ..=30 => 0,
                31..=90 => 1,
                91..=180 => 2,
                _ => 3,
            };
            numbers.open_ages[band] += 1;
        }
        let resolved = resolved_at(issue, period.end());
        let fixed = fixed_at(issue, period.end());
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
            lasted.extend(survived(issue, period.to));
            of("survival", true);
        }
        if let Some(at) = resolved.filter(|at| period.contains(*at)) {
            resolution.push(days(opened, at));
            of("days_to_resolution", true);
        }
        if let Some(time) = fix_time(issue, period.end()).filter(|time| period.contains(time.available)) {
            fix.push(time.days);
            of("days_to_fix", true);
            if time.before_report {
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
    numbers.survival = survival(lasted);
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
        world.evidence.issues[2].events[1].note = Some("accepted, 2024-11-30".to_owned());
        for (issue, cwe) in [(0, "CWE-79"), (3, "CWE-79"), (2, "CWE-20")] {
            world.evidence.issues[issue].cwe = [cwe.to_owned()].into();
        }
        for issue in [0, 3] {
            world.evidence.issues[issue].components = ["Radio".to_owned()].into();
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
                ("acceptance-past", vec!["#3"]),
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
        assert_eq!(again.components, ["radio"]);
        let survival = &years[1].groups["all"].survival;
        assert_eq!((survival.n, survival.open, survival.median_days), (9, 2, Some(294)));
    }

    use proptest::prelude::*;

    /// An issue that any source may tell of: which of a few, in which state, how bad, of which class.
    fn any_issue() -> impl Strategy<Value = Issue> {
        let event = (0u32..900, 0usize..8).prop_map(|(day, kind)| {
            let kinds = [Opened, Recognised, FirstResponse, Declassified, Fixed, Closed, Reopened, Published];
            let at = crate::fixtures::time("2023-01-01") + chrono::Duration::hours(i64::from(day) * 24);
            crate::model::issue::Event { at, kind: kinds[kind], actor: None, note: None }
        });
        let severities = [None, Some(Severity::Low), Some(Severity::High), Some(Severity::Critical)];
        let parts = (0u32..12, 0usize..3, prop::sample::select(severities.to_vec()), prop::option::of(20u32..23));
        (parts, prop::collection::vec(event, 0..7), prop::option::of(0u64..900)).prop_map(
            |((number, source, severity, cwe), events, released)| {
                let date = |days| crate::fixtures::time("2023-01-01").date_naive() + chrono::Days::new(days);
                Issue {
                    severity,
                    cwe: cwe.map(|class| format!("CWE-{class}")).into_iter().collect(),
                    events,
                    released_in: released
                        .map(|days| crate::model::issue::Release { tag: "v1".into(), date: date(days) }),
                    ..Issue::new(format!("#{number}"), ["tracker", "list", "alerts"][source])
                }
            },
        )
    }

    /// The numbers of the years, of the reviews and of the quarters, of what sources told.
    fn measured(told: Vec<Issue>) -> Vec<PeriodMetrics> {
        let mut world = Scene::new().record("2024-01-20").record("2024-12-31");
        world.policy.targets.resolve_days.push((Severity::High, 60));
        world.evidence.issues = crate::join::issues::join(told, "acme/pump");
        let as_of = "2025-05-20".parse().unwrap();
        let settled = crate::judge::confirmed::Settled::new(&world.evidence, as_of);
        let facts = Facts::new(&settled, &world.policy, as_of);
        [Division::Period, Division::Quarter, Division::Year]
            .into_iter()
            .flat_map(|division| by(&facts, division))
            .collect()
    }

    /// A measure by its name in JSON.
    fn value(numbers: &Numbers, name: &str) -> serde_json::Value {
        serde_json::to_value(numbers).unwrap()[name].clone()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_order_of_sources_changes_no_number(told in prop::collection::vec(any_issue(), 0..16), seed in any::<u64>()) {
            let mut other = told.clone();
            other.sort_by_key(|issue| {
                let mark = issue.events.len() as u64 * 31 + issue.sources.first().map_or(0, |name| name.len() as u64);
                mark.wrapping_mul(seed | 1).rotate_left(17)
            });
            prop_assert_eq!(measured(told), measured(other));
        }

        /// The issues that a number names give that number again when they are all that there is.
        #[test]
        fn ids_reproduce_every_number(told in prop::collection::vec(any_issue(), 0..16)) {
            let world = {
                let mut world = Scene::new();
                world.policy.targets.resolve_days.push((Severity::High, 60));
                world.evidence.issues = crate::join::issues::join(told, "acme/pump");
                world
            };
            let as_of = "2025-05-20".parse().unwrap();
            let settled = crate::judge::confirmed::Settled::new(&world.evidence, as_of);
            let facts = Facts::new(&settled, &world.policy, as_of);
            for measured in by(&facts, Division::Quarter) {
                for (group, numbers) in &measured.groups {
                    let empty = Numbers::default();
                    let named = |name: &str| numbers.ids.get(name).cloned().unwrap_or_default();
                    let again = |name: &str| {
                        let ids = named(name);
                        let known = |issue: &&Issue| ids.contains(&issue.id);
                        let of: Vec<&Issue> = world.evidence.issues.iter().filter(known).collect();
                        super::numbers(&facts, &of, measured.period)
                    };
                    for name in [
                        "managed", "identified", "resolved", "open", "carry_over", "reopened", "days_to_first_response",
                        "days_to_resolution", "days_to_fix", "days_identified_to_release", "days_to_release", "survival",
                        "targets_met", "targets_missed",
                    ] {
                        prop_assert_eq!(value(numbers, name), value(&again(name), name), "{} {}", group, name);
                        if named(name).is_empty() && !name.starts_with("targets") {
                            prop_assert_eq!(value(numbers, name), value(&empty, name), "{} {}", group, name);
                        }
                    }
                    for (of, name) in [("open", "open_ages"), ("identified", "patched_percent"), ("days_to_fix", "fixed_before_report")] {
                        prop_assert_eq!(value(numbers, name), value(&again(of), name), "{} {}", group, name);
                    }
                    let patched = named("patched_percent").len();
                    let share = (numbers.identified > 0).then(|| round(100.0 * ratio(patched, numbers.identified)));
                    prop_assert_eq!(numbers.patched_percent, share, "{}", group);
                }
                for (name, n) in measured.cwe.iter().chain(&measured.sources) {
                    prop_assert_eq!(measured.ids[name].len(), *n, "{}", name);
                }
            }
        }
    }
}
