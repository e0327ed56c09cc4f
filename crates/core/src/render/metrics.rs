//! The measures as a table: one row a measure, one column a group of issues. Always with n; what has no denominator is
//! `n/a`; times of what is closed never stand without the ages of what is open.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::model::metrics::{
    ActionNumbers, Caveat, CaveatKind, Division, Numbers, PeriodMetrics, Recurring, Spread, Survival,
};
use crate::render::escape::{cell, line, no_command};
use crate::render::json::safe::write as write_json;
use crate::render::layout::{Paint, columns};
use crate::render::style::Style;
use crate::render::words;
use lookback_reading::count;

/// Worst first; `all` leads, `unrated` ends.
const GROUPS: [&str; 6] = ["all", "critical", "high", "medium", "low", "unrated"];

/// What each number means, by its name in JSON and CSV.
const DEFINITIONS: [(&str, &str); 16] = [
    ("managed", "open at any moment of the period, or with any event in it"),
    ("identified", "became known as a security issue in the period; closed at the same moment counts too"),
    ("resolved", "closed in the period, and closed at its end"),
    ("open", "open at the end of the period"),
    ("carry_over", "open at the start of the period, and at its end"),
    ("reopened", "times that an issue was opened again in the period"),
    ("days_to_first_response", "days from the report to the first answer by another person; answers of the period"),
    ("days_to_resolution", "days from the report to the fix or the closing, whichever was first; of the period"),
    (
        "days_to_fix",
        "days from the report to where the last part of the fix landed (committer time); a fix before the report counts 0",
    ),
    (
        "days_identified_to_release",
        "days from the report to the first release that contains the fix; releases of the period",
    ),
    ("days_to_release", "days from where the fix landed to the first release that contains it; releases of the period"),
    (
        "survival",
        "of those identified in the period, the share that is open after so many whole days, open ones counted until the end of the period (Kaplan and Meier)",
    ),
    ("patched_percent", "of those identified in the period, the share that was fixed by its end"),
    ("open_ages", "of what is open at the end of the period: known for 0–30, 31–90, 91–180, over 180 days"),
    ("targets_met", "resolved within the team's own target for the severity"),
    ("targets_missed", "not resolved within it by the end of the period"),
];

/// The same of what stands beside the measures of groups.
const FURTHER: [(&str, &str); 5] = [
    ("cwe", "issues managed in the period, by class of weakness; the ids of each class stand in `ids`"),
    ("sources", "issues managed in the period, by the source that tells of them; the ids of each stand in `ids`"),
    ("caveats", "how the numbers may flatter: the issues of each kind, and the sources that tell of no such thing"),
    (
        "actions",
        "improvement actions that reviews held in the period decided, and what became of them by the day judged for",
    ),
    ("trend", "by how much the counts changed since the period before, and the classes of weaknesses that came again"),
];

/// Writes a table a period.
pub fn render(measured: &[PeriodMetrics], out: &mut dyn Write, style: &Style) -> io::Result<()> {
    let paint = Paint { color: style.color };
    let mut text = String::new();
    for one in measured {
        let rows = columns(&table(one), &[]);
        text += &format!("{}\n", paint.bold(&format!("Measures for {}", words::period(one.period))));
        for row in rows.into_iter().chain(notes(one)) {
            text += &format!("  {}\n", no_command(&row));
        }
        text.push('\n');
    }
    if text.is_empty() {
        text.push_str("nothing to measure: no security issue is known\n");
    } else {
        text.push_str("What each number means, and the issues behind it: --format json\n");
    }
    out.write_all(text.as_bytes())
}

/// Writes the numbers with their definitions and the ids behind them.
pub fn json(division: Division, measured: &[PeriodMetrics], out: &mut dyn Write) -> io::Result<()> {
    let definitions: Map<String, Value> =
        DEFINITIONS.iter().chain(&FURTHER).map(|(name, text)| ((*name).to_owned(), json!(text))).collect();
    write_json(&json!({ "by": division, "definitions": definitions, "periods": measured }), out)
}

/// Head of the measures as comma-separated values.
const COLUMNS: [&str; 9] = ["from", "to", "group", "measure", "value", "n", "median", "p90", "mean"];

/// Writes one row a period, group and measure. What has no denominator is `n/a`.
pub fn csv(measured: &[PeriodMetrics], out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    for one in measured {
        let from = one.period.from.map_or_else(String::new, |from| from.to_string());
        for (group, numbers) in GROUPS.iter().filter_map(|name| Some((*name, one.groups.get(*name)?))) {
            let Ok(Value::Object(values)) = serde_json::to_value(numbers) else { continue };
            for (measure, _) in DEFINITIONS {
                let value = &values[measure];
                let of = |key: &str| value.get(key).map_or_else(String::new, plain);
                let (single, n) = match value {
                    Value::Object(_) => (String::new(), of("n")),
                    Value::Array(bands) => (bands.iter().map(plain).collect::<Vec<_>>().join(" "), String::new()),
                    other => (plain(other), String::new()),
                };
                let to = one.period.to.to_string();
                // A table of steps has its median alone.
                let median = value.get("median").or_else(|| value.get("median_days")).map_or_else(String::new, plain);
                let row = [&from, &to, group, measure, &single, &n, &median, &of("p90"), &of("mean")];
                table.write_record(row.map(|text: &str| cell(text)))?;
            }
        }
    }
    table.flush()
}

fn plain(value: &Value) -> String {
    if value.is_null() { "n/a".to_owned() } else { value.to_string() }
}

/// Head and rows, as plain words of ours.
pub(crate) fn table(metrics: &PeriodMetrics) -> Vec<Vec<String>> {
    let groups: Vec<_> = GROUPS.iter().filter_map(|name| Some((*name, metrics.groups.get(*name)?))).collect();
    if groups.is_empty() {
        return Vec::new();
    }
    let mut head = vec!["measure".to_owned()];
    head.extend(groups.iter().map(|(name, _)| (*name).to_owned()));
    let mut rows = vec![head];
    let mut row = |name: &str, cell: &dyn Fn(&Numbers) -> String| {
        let mut cells = vec![name.to_owned()];
        cells.extend(groups.iter().map(|(_, numbers)| cell(numbers)));
        rows.push(cells);
    };
    row("managed", &|numbers| numbers.managed.to_string());
    row("identified", &|numbers| numbers.identified.to_string());
    row("resolved", &|numbers| numbers.resolved.to_string());
    row("open at the cut-off", &|numbers| numbers.open.to_string());
    row("carried over", &|numbers| numbers.carry_over.to_string());
    row("reopened", &|numbers| numbers.reopened.to_string());
    row("days to first response: median, p90 (n)", &|numbers| spread(&numbers.days_to_first_response));
    row("days to resolution: median, p90 (n)", &|numbers| spread(&numbers.days_to_resolution));
    row("days to fix available: median, p90 (n)", &|numbers| spread(&numbers.days_to_fix));
    row("fixed before the report: 0 days each", &|numbers| listed(&numbers.fixed_before_report));
    row("days from identification to release: median, p90 (n)", &|numbers| spread(&numbers.days_identified_to_release));
    row("days from fix to release: median, p90 (n)", &|numbers| spread(&numbers.days_to_release));
    row("days to resolution, or open: median (n, open)", &|numbers| {
        let Survival { n, open, median_days, .. } = &numbers.survival;
        let median =
            median_days.map_or_else(|| if *n == 0 { "n/a" } else { "not reached" }.to_owned(), |days| days.to_string());
        format!("{median} ({n}, {open})")
    });
    row("open for 0–30, 31–90, 91–180, over 180 days", &|numbers| {
        numbers.open_ages.map(|n| n.to_string()).join(", ")
    });
    row("identified in the period and fixed by its end", &|numbers| match numbers.patched_percent {
        Some(percent) => format!("{percent:.1} % of {}", numbers.identified),
        None => "n/a".to_owned(),
    });
    if groups.iter().any(|(_, numbers)| numbers.targets_met.is_some() || numbers.targets_missed.is_some()) {
        row("own targets met, missed", &|numbers| match (numbers.targets_met, numbers.targets_missed) {
            (None, None) => "n/a".to_owned(),
            (met, missed) => format!("{}, {}", met.unwrap_or(0), missed.unwrap_or(0)),
        });
    }
    rows
}

/// What changed since the period before, and how the numbers may flatter: a line each.
pub(crate) fn notes(metrics: &PeriodMetrics) -> Vec<String> {
    let mut out = trend(metrics);
    out.extend(actions(&metrics.actions));
    let flattering = caveats(metrics);
    if !flattering.is_empty() {
        out.push(format!("{FLATTER}:"));
    }
    out.extend(flattering.into_iter().map(|caveat| format!("- {caveat}")));
    out
}

/// What leads the list of caveats.
pub(crate) const FLATTER: &str = "How these may flatter";

/// What became of the improvement actions that reviews of the period decided.
pub(crate) fn actions(numbers: &ActionNumbers) -> Option<String> {
    let ActionNumbers { decided, done, on_time, proven, days, .. } = numbers;
    (*decided > 0).then(|| {
        let days = spread(days);
        format!(
            "{}: {done} called done, {on_time} of them in time, {proven} with something that shows it; days: {days}.",
            count(*decided, "improvement action")
        )
    })
}

/// What changed since the period before.
pub(crate) fn trend(metrics: &PeriodMetrics) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(trend) = &metrics.trend {
        let changed = trend.changes.iter().filter(|(_, by)| **by != 0);
        let changed: Vec<String> = changed.map(|(name, by)| format!("{} {by:+}", name.replace('_', " "))).collect();
        let changed = if changed.is_empty() { "no count changed".to_owned() } else { changed.join(", ") };
        out.push(format!("Against {}: {changed}.", words::period(trend.before)));
        for Recurring { cwe, before, ids, components } in &trend.recurring {
            let places =
                if components.is_empty() { String::new() } else { format!(", in {}", line(&components.join(", "))) };
            out.push(format!("{} came again: {before} before, now {}{places}.", line(cwe), listed(ids)));
        }
    }
    out
}

/// How the numbers may flatter.
pub(crate) fn caveats(metrics: &PeriodMetrics) -> Vec<String> {
    let told = |Caveat { kind, ids, untold_by }: &Caveat| {
        let untold: Vec<String> = untold_by.iter().map(|source| line(source)).collect();
        let said = flatters(*kind);
        match (ids.is_empty(), untold.is_empty()) {
            (false, true) => format!("{said}: {}", listed(ids)),
            (true, _) => format!("{said}: none known, and nothing of the kind is told by {}", untold.join(", ")),
            (false, false) => format!("{said}: {}; nothing of the kind is told by {}", listed(ids), untold.join(", ")),
        }
    };
    metrics.caveats.iter().map(told).collect()
}

fn flatters(kind: CaveatKind) -> &'static str {
    match kind {
        CaveatKind::FixedBeforeReport => "fixed before the report, 0 days each",
        CaveatKind::ReportUnknown => "reported nobody knows when, and left out of all times",
        CaveatKind::ClockOfHistory => "known from the history alone, so that the clock starts with the fix",
        CaveatKind::ClosedInBulk => {
            "closed without a fix, five or more within an hour (on a day, where only days are known)"
        }
        CaveatKind::RiskAccepted => "closed because the risk was accepted, not fixed",
        CaveatKind::AcceptancePast => "accepted as a risk until a day that has passed",
        CaveatKind::StillOpen => "still open, and left out of the times of what is closed",
        CaveatKind::SeverityChanged => "severity changed, counted under the last one",
        CaveatKind::Declassified => "called no issue of security any more, and counted no longer",
        CaveatKind::Reopened => "opened again after a closing",
    }
}

fn spread(spread: &Spread) -> String {
    match (spread.median, spread.p90) {
        (Some(median), Some(p90)) if spread.n > 0 => format!("{median:.1}, {p90:.1} ({})", spread.n),
        _ => "n/a (0)".to_owned(),
    }
}

/// How many, and the first of their ids.
fn listed(ids: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<String> = ids.iter().take(SHOWN).map(|id| line(id)).collect();
    let more = if ids.len() > SHOWN { ", …" } else { "" };
    if ids.is_empty() { "0".to_owned() } else { format!("{} ({}{more})", ids.len(), shown.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::{layout, sample};

    #[test]
    fn empty_denominators_are_not_numbers() {
        let metrics = sample::report().metrics.period.unwrap();
        insta::assert_snapshot!(layout::columns(&table(&metrics), &[]).join("\n"), @r#"
        measure                                               all
        managed                                               4
        identified                                            4
        resolved                                              2
        open at the cut-off                                   2
        carried over                                          0
        reopened                                              0
        days to first response: median, p90 (n)               n/a (0)
        days to resolution: median, p90 (n)                   185.5, 323.0 (2)
        days to fix available: median, p90 (n)                48.0, 48.0 (1)
        fixed before the report: 0 days each                  1 (#9)
        days from identification to release: median, p90 (n)  62.0, 62.0 (1)
        days from fix to release: median, p90 (n)             14.0, 14.0 (1)
        days to resolution, or open: median (n, open)         323 (4, 2)
        open for 0–30, 31–90, 91–180, over 180 days           1, 0, 0, 1
        identified in the period and fixed by its end         25.0 % of 4
        "#);
        let measured = [metrics];
        let mut out = Vec::new();
        csv(&measured, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("2023-11-01,2025-01-31,all,days_to_first_response,,0,n/a,n/a,n/a\n"), "{text}");
        assert!(text.contains("2023-11-01,2025-01-31,all,open_ages,1 0 0 1,,,,\n"), "{text}");
        let mut out = Vec::new();
        json(Division::Year, &measured, &mut out).unwrap();
        let value: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["by"], "year");
        let numbers = value["periods"][0]["groups"]["all"].as_object().unwrap();
        let named: Vec<&str> = DEFINITIONS.iter().map(|(name, _)| *name).collect();
        for name in numbers.keys().filter(|name| !["ids", "fixed_before_report"].contains(&name.as_str())) {
            assert!(named.contains(&name.as_str()), "{name} has a definition");
        }
        let empty = Numbers::default();
        assert_eq!(spread(&empty.days_to_resolution), "n/a (0)");
    }
}
