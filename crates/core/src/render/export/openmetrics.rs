//! The state and the measures in the text format `OpenMetrics`, for a monitoring that warns before a date passes. What is not known has no sample: neither
//! 0 nor 100 %. Times are seconds. Samples stand in a fixed order; the families of the library keep them in one of chance.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::{Registry, Unit};

use crate::model::finding::Level;
use crate::model::metrics::{Numbers, PeriodMetrics, Spread};
use crate::model::period::{State, start_of_day};
use crate::model::report::{IssueState, Report, Verdict};
use crate::render::escape::line;
use crate::render::words;
use lookback_reading::{Constraint, shorten};

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// The labels of a sample.
pub(crate) type Labels = Vec<(&'static str, String)>;

/// Gauges of one name.
#[derive(Debug)]
pub(crate) struct GaugeFamily {
    name: &'static str,
    help: &'static str,
    unit: Option<Unit>,
    samples: Vec<(Labels, f64)>,
}

/// All of them, and the repository that each sample names; `None`: each names its own.
#[derive(Debug)]
struct Gauges {
    repository: Option<String>,
    families: Vec<GaugeFamily>,
}

impl Collector for Gauges {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), std::fmt::Error> {
        for family in self.families.iter().filter(|family| !family.samples.is_empty()) {
            let mut samples =
                encoder.encode_descriptor(family.name, family.help, family.unit.as_ref(), MetricType::Gauge)?;
            for (labels, value) in &family.samples {
                let mut all: Labels = self.repository.iter().map(|name| ("repository", name.clone())).collect();
                all.extend(labels.iter().cloned());
                ConstGauge::new(*value).encode(samples.encode_family(&all)?)?;
            }
        }
        Ok(())
    }
}

/// The text, with its closing mark.
pub(crate) fn openmetrics(report: &Report) -> String {
    let mut families = state(report);
    families.extend(faults(report));
    // Numbers of issues are no numbers where the issues are not known.
    let of_issues = report.constraints.iter().find(|result| result.constraint == Constraint::IssuesExamined);
    if of_issues.is_some_and(|result| result.verdict != Verdict::Undetermined) {
        families.extend(issues(report));
        families.extend(report.metrics.period.iter().flat_map(measures));
    }
    text_of(Some(line(&shorten(&report.subject.repository, 200))), families)
}

/// The text of families whose samples name their repositories themselves.
pub(crate) fn encoded(families: Vec<GaugeFamily>) -> String {
    text_of(None, families)
}

fn text_of(repository: Option<String>, families: Vec<GaugeFamily>) -> String {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Gauges { repository, families }));
    let mut out = String::new();
    // Writing to a String can't fail.
    let _ = text::encode(&mut out, &registry);
    out
}

/// A family of seconds.
pub(crate) fn seconds(
    name: &'static str,
    help: &'static str,
    samples: impl IntoIterator<Item = (Labels, f64)>,
) -> GaugeFamily {
    GaugeFamily { unit: Some(Unit::Seconds), ..family(name, help, samples) }
}

/// A family.
pub(crate) fn family(
    name: &'static str,
    help: &'static str,
    samples: impl IntoIterator<Item = (Vec<(&'static str, String)>, f64)>,
) -> GaugeFamily {
    GaugeFamily { name, help, unit: None, samples: samples.into_iter().collect() }
}

/// 1 for the word that holds, 0 for the others.
fn one_of(label: &'static str, words: &[&str], holds: &str) -> Vec<(Vec<(&'static str, String)>, f64)> {
    words.iter().map(|word| (vec![(label, (*word).to_owned())], f64::from(u8::from(*word == holds)))).collect()
}

fn day(name: &'static str, help: &'static str, day: Option<NaiveDate>) -> GaugeFamily {
    #[expect(clippy::cast_precision_loss, reason = "seconds of a calendar are exact")]
    let samples = day.map(|day| (Vec::new(), start_of_day(day).timestamp() as f64));
    GaugeFamily { unit: Some(Unit::Seconds), ..family(name, help, samples) }
}

fn state(report: &Report) -> Vec<GaugeFamily> {
    let verdicts =
        [Verdict::Conforms, Verdict::NotDue, Verdict::Undetermined, Verdict::Nonconforming].map(Verdict::word);
    let states = [State::Never, State::Current, State::DueSoon, State::Overdue].map(State::word);
    let of_constraints = report.constraints.iter().flat_map(|result| {
        let samples = one_of("verdict", &verdicts, result.verdict.word());
        samples.into_iter().map(|(mut labels, value)| {
            labels.insert(0, ("constraint", result.constraint.id().to_owned()));
            (labels, value)
        })
    });
    let revision = report.subject.revision.as_deref().map_or_else(String::new, |id| line(&shorten(id, 64)));
    let info = vec![("revision", revision), ("version", env!("CARGO_PKG_VERSION").to_owned())];
    vec![
        family("lookback_report_info", "What was judged, and by which version", [(info, 1.0)]),
        day("lookback_judged_timestamp", "Begin of the day judged for", Some(report.subject.as_of)),
        family("lookback_verdict", "1 for the verdict that holds", one_of("verdict", &verdicts, report.verdict.word())),
        family("lookback_constraint_verdict", "1 for the verdict that holds of a constraint", of_constraints),
        family(
            "lookback_review_state",
            "1 for where the cadence stands",
            one_of("state", &states, report.cadence.state.word()),
        ),
        day("lookback_last_review_timestamp", "Begin of the day of the last held review", report.cadence.last_review),
        day("lookback_review_due_timestamp", "Begin of the day by which the next is due", report.cadence.due),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "counts of findings are small")]
fn faults(report: &Report) -> Vec<GaugeFamily> {
    let by_level = report.counts();
    let levels = [Level::Error, Level::Warning, Level::Note]
        .map(|level| (vec![("level", level.word().to_owned())], by_level.get(&level).copied().unwrap_or(0) as f64));
    let waived = report.findings.iter().filter(|finding| finding.waived.is_some()).count();
    let one = |n: usize| [(Vec::new(), n as f64)];
    vec![
        family("lookback_findings", "Findings that stand", levels),
        family("lookback_findings_waived", "Findings that somebody answers for", one(waived)),
        family("lookback_unseen", "What could not be seen", one(report.limits.len())),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "counts of issues are small")]
fn issues(report: &Report) -> Vec<GaugeFamily> {
    let coverage = report.coverage.iter().flat_map(|coverage| {
        let answers = [
            ("managed", coverage.managed),
            ("examined", coverage.examined),
            ("missing", coverage.missing.len()),
            ("unsure", coverage.unsure.len()),
        ];
        answers.map(|(answer, n)| (vec![("answer", answer.to_owned())], n as f64))
    });
    let mut open: BTreeMap<&str, usize> =
        ["critical", "high", "medium", "low", "unrated"].into_iter().map(|word| (word, 0)).collect();
    for issue in report.issues.iter().filter(|issue| issue.state == IssueState::Open) {
        *open.entry(words::severity(issue.issue.severity)).or_default() += 1;
    }
    let open = open.into_iter().map(|(severity, n)| (vec![("severity", severity.to_owned())], n as f64));
    let next = [(Vec::new(), report.next_population.managed.len() as f64)];
    vec![
        family("lookback_open_issues", "Security issues open at the end of the day judged for", open),
        family("lookback_review_issues", "Issues of the period of the last held review", coverage),
        family("lookback_next_review_issues", "Issues that the next review has to examine so far", next),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "counts of issues are small")]
fn measures(period: &PeriodMetrics) -> Vec<GaugeFamily> {
    let (mut issues, mut times, mut known, mut ages, mut patched) = (vec![], vec![], vec![], vec![], vec![]);
    for (group, numbers) in &period.groups {
        let of = |label: &'static str, word: &str| vec![("severity", group.clone()), (label, word.to_owned())];
        for (measure, n) in numbers.counts() {
            issues.push((of("measure", measure), n as f64));
        }
        for (measure, spread) in spreads(numbers) {
            known.push((of("measure", measure), spread.n as f64));
            for (statistic, days) in [("median", spread.median), ("p90", spread.p90), ("mean", spread.mean)] {
                let mut labels = of("measure", measure);
                labels.push(("statistic", statistic.to_owned()));
                times.extend(days.map(|days| (labels, days * DAY)));
            }
        }
        for (band, n) in ["0-30", "31-90", "91-180", "over-180"].iter().zip(numbers.open_ages) {
            ages.push((of("days", band), n as f64));
        }
        patched.extend(numbers.patched_percent.map(|share| (vec![("severity", group.clone())], share / 100.0)));
    }
    vec![
        family("lookback_period_issues", "Issues of the period, by what happened to them", issues),
        GaugeFamily {
            unit: Some(Unit::Seconds),
            ..family("lookback_period_time", "How long it took; what is still open is not in it", times)
        },
        family("lookback_period_time_issues", "Of how many issues each time is known", known),
        family("lookback_period_open_issues", "Issues open at the end of the period, by their age", ages),
        GaugeFamily {
            unit: Some(Unit::Ratios),
            ..family("lookback_period_fixed", "Of those identified in the period, the share fixed by its end", patched)
        },
    ]
}

fn spreads(numbers: &Numbers) -> [(&'static str, &Spread); 5] {
    [
        ("first_response", &numbers.days_to_first_response),
        ("resolution", &numbers.days_to_resolution),
        ("fix", &numbers.days_to_fix),
        ("identified_to_release", &numbers.days_identified_to_release),
        ("fix_to_release", &numbers.days_to_release),
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::render::sample;

    #[test]
    fn the_sample() {
        insta::assert_snapshot!(openmetrics(&sample::report()), @r#"
        # HELP lookback_report_info What was judged, and by which version
        # TYPE lookback_report_info gauge
        lookback_report_info{repository="acme/pump",revision="1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d",version="0.1.0"} 1.0
        # HELP lookback_judged_timestamp_seconds Begin of the day judged for
        # TYPE lookback_judged_timestamp_seconds gauge
        # UNIT lookback_judged_timestamp_seconds seconds
        lookback_judged_timestamp_seconds{repository="acme/pump"} 1778803200.0
        # HELP lookback_verdict 1 for the verdict that holds
        # TYPE lookback_verdict gauge
        lookback_verdict{repository="acme/pump",verdict="conforms"} 0.0
        lookback_verdict{repository="acme/pump",verdict="not-due"} 0.0
        lookback_verdict{repository="acme/pump",verdict="undetermined"} 0.0
        lookback_verdict{repository="acme/pump",verdict="nonconforming"} 1.0
        # HELP lookback_constraint_verdict 1 for the verdict that holds of a constraint
        # TYPE lookback_constraint_verdict gauge
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.6#a",verdict="conforms"} 1.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.6#a",verdict="not-due"} 0.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.6#a",verdict="undetermined"} 0.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.6#a",verdict="nonconforming"} 0.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.6#b",verdict="conforms"} 0.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.6#b",verdict="not-due"} 0.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.6#b",verdict="undetermined"} 1.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.6#b",verdict="nonconforming"} 0.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.8#a",verdict="conforms"} 1.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.8#a",verdict="not-due"} 0.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.8#a",verdict="undetermined"} 0.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.8#a",verdict="nonconforming"} 0.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.8#b",verdict="conforms"} 0.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.8#b",verdict="not-due"} 0.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.8#b",verdict="undetermined"} 0.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.8#b",verdict="nonconforming"} 1.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.8#c",verdict="conforms"} 0.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.8#c",verdict="not-due"} 0.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.8#c",verdict="undetermined"} 0.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.8#c",verdict="nonconforming"} 1.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.8#d",verdict="conforms"} 0.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.8#d",verdict="not-due"} 0.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.8#d",verdict="undetermined"} 0.0
        lookback_constraint_verdict{repository="acme/pump",constraint="4.1.8#d",verdict="nonconforming"} 1.0
        # HELP lookback_review_state 1 for where the cadence stands
        # TYPE lookback_review_state gauge
        lookback_review_state{repository="acme/pump",state="never"} 0.0
        lookback_review_state{repository="acme/pump",state="current"} 0.0
        lookback_review_state{repository="acme/pump",state="due-soon"} 0.0
        lookback_review_state{repository="acme/pump",state="overdue"} 1.0
        # HELP lookback_last_review_timestamp_seconds Begin of the day of the last held review
        # TYPE lookback_last_review_timestamp_seconds gauge
        # UNIT lookback_last_review_timestamp_seconds seconds
        lookback_last_review_timestamp_seconds{repository="acme/pump"} 1738540800.0
        # HELP lookback_review_due_timestamp_seconds Begin of the day by which the next is due
        # TYPE lookback_review_due_timestamp_seconds gauge
        # UNIT lookback_review_due_timestamp_seconds seconds
        lookback_review_due_timestamp_seconds{repository="acme/pump"} 1770076800.0
        # HELP lookback_findings Findings that stand
        # TYPE lookback_findings gauge
        lookback_findings{repository="acme/pump",level="error"} 5.0
        lookback_findings{repository="acme/pump",level="warning"} 2.0
        lookback_findings{repository="acme/pump",level="note"} 1.0
        # HELP lookback_findings_waived Findings that somebody answers for
        # TYPE lookback_findings_waived gauge
        lookback_findings_waived{repository="acme/pump"} 1.0
        # HELP lookback_unseen What could not be seen
        # TYPE lookback_unseen gauge
        lookback_unseen{repository="acme/pump"} 1.0
        # HELP lookback_open_issues Security issues open at the end of the day judged for
        # TYPE lookback_open_issues gauge
        lookback_open_issues{repository="acme/pump",severity="critical"} 0.0
        lookback_open_issues{repository="acme/pump",severity="high"} 1.0
        lookback_open_issues{repository="acme/pump",severity="low"} 1.0
        lookback_open_issues{repository="acme/pump",severity="medium"} 0.0
        lookback_open_issues{repository="acme/pump",severity="unrated"} 0.0
        # HELP lookback_review_issues Issues of the period of the last held review
        # TYPE lookback_review_issues gauge
        lookback_review_issues{repository="acme/pump",answer="managed"} 4.0
        lookback_review_issues{repository="acme/pump",answer="examined"} 2.0
        lookback_review_issues{repository="acme/pump",answer="missing"} 2.0
        lookback_review_issues{repository="acme/pump",answer="unsure"} 0.0
        # HELP lookback_next_review_issues Issues that the next review has to examine so far
        # TYPE lookback_next_review_issues gauge
        lookback_next_review_issues{repository="acme/pump"} 3.0
        # HELP lookback_period_issues Issues of the period, by what happened to them
        # TYPE lookback_period_issues gauge
        lookback_period_issues{repository="acme/pump",severity="all",measure="managed"} 4.0
        lookback_period_issues{repository="acme/pump",severity="all",measure="identified"} 4.0
        lookback_period_issues{repository="acme/pump",severity="all",measure="resolved"} 2.0
        lookback_period_issues{repository="acme/pump",severity="all",measure="open"} 2.0
        lookback_period_issues{repository="acme/pump",severity="all",measure="carry_over"} 0.0
        lookback_period_issues{repository="acme/pump",severity="all",measure="reopened"} 0.0
        # HELP lookback_period_time_seconds How long it took; what is still open is not in it
        # TYPE lookback_period_time_seconds gauge
        # UNIT lookback_period_time_seconds seconds
        lookback_period_time_seconds{repository="acme/pump",severity="all",measure="resolution",statistic="median"} 16027200.0
        lookback_period_time_seconds{repository="acme/pump",severity="all",measure="resolution",statistic="p90"} 27907200.0
        lookback_period_time_seconds{repository="acme/pump",severity="all",measure="resolution",statistic="mean"} 16027200.0
        lookback_period_time_seconds{repository="acme/pump",severity="all",measure="fix",statistic="median"} 4147200.0
        lookback_period_time_seconds{repository="acme/pump",severity="all",measure="fix",statistic="p90"} 4147200.0
        lookback_period_time_seconds{repository="acme/pump",severity="all",measure="fix",statistic="mean"} 4147200.0
        lookback_period_time_seconds{repository="acme/pump",severity="all",measure="identified_to_release",statistic="median"} 5356800.0
        lookback_period_time_seconds{repository="acme/pump",severity="all",measure="identified_to_release",statistic="p90"} 5356800.0
        lookback_period_time_seconds{repository="acme/pump",severity="all",measure="identified_to_release",statistic="mean"} 5356800.0
        lookback_period_time_seconds{repository="acme/pump",severity="all",measure="fix_to_release",statistic="median"} 1209600.0
        lookback_period_time_seconds{repository="acme/pump",severity="all",measure="fix_to_release",statistic="p90"} 1209600.0
        lookback_period_time_seconds{repository="acme/pump",severity="all",measure="fix_to_release",statistic="mean"} 1209600.0
        # HELP lookback_period_time_issues Of how many issues each time is known
        # TYPE lookback_period_time_issues gauge
        lookback_period_time_issues{repository="acme/pump",severity="all",measure="first_response"} 0.0
        lookback_period_time_issues{repository="acme/pump",severity="all",measure="resolution"} 2.0
        lookback_period_time_issues{repository="acme/pump",severity="all",measure="fix"} 1.0
        lookback_period_time_issues{repository="acme/pump",severity="all",measure="identified_to_release"} 1.0
        lookback_period_time_issues{repository="acme/pump",severity="all",measure="fix_to_release"} 1.0
        # HELP lookback_period_open_issues Issues open at the end of the period, by their age
        # TYPE lookback_period_open_issues gauge
        lookback_period_open_issues{repository="acme/pump",severity="all",days="0-30"} 1.0
        lookback_period_open_issues{repository="acme/pump",severity="all",days="31-90"} 0.0
        lookback_period_open_issues{repository="acme/pump",severity="all",days="91-180"} 0.0
        lookback_period_open_issues{repository="acme/pump",severity="all",days="over-180"} 1.0
        # HELP lookback_period_fixed_ratios Of those identified in the period, the share fixed by its end
        # TYPE lookback_period_fixed_ratios gauge
        # UNIT lookback_period_fixed_ratios ratios
        lookback_period_fixed_ratios{repository="acme/pump",severity="all"} 0.25
        # EOF
        "#);
    }

    #[test]
    fn what_is_not_known_has_no_sample() {
        let mut report = sample::report();
        report.coverage = None;
        report.cadence.due = None;
        report.cadence.last_review = None;
        report.metrics.period = None;
        let text = openmetrics(&report);
        for absent in ["lookback_review_issues", "due_timestamp", "last_review", "lookback_period"] {
            assert!(!text.contains(absent), "{absent}: {text}");
        }
        assert!(!openmetrics(&sample::report()).contains("measure=\"first_response\",statistic"), "n is 0");
        let mut report = sample::report();
        report.constraints[3].verdict = Verdict::Undetermined;
        let text = openmetrics(&report);
        assert!(!text.contains("issues") && text.contains("lookback_findings{"), "issues are not known: {text}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn hostile_words_stay_in_their_label(words in "(\r|\n|\"|\\\\|[{}=,#]|\u{2028}|\\PC){0,40}") {
            let names = |words: &str| -> Vec<String> {
                let text = openmetrics(&sample::poisoned(words));
                text.lines().map(|line| line.split('{').next().unwrap_or_default().to_owned()).collect()
            };
            let (plain, hostile) = (names("x"), names(&words));
            prop_assert_eq!(plain.len(), hostile.len());
            prop_assert_eq!(plain, hostile);
        }
    }
}
