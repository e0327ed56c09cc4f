//! The measures as a table: one row a measure, one column a group of issues. Always with n; what has no denominator is
//! `n/a`; times of what is closed never stand without the ages of what is open.

use crate::model::metrics::{Numbers, PeriodMetrics, Spread};
use crate::render::escape::line;

/// Worst first; `all` leads, `unrated` ends.
const GROUPS: [&str; 6] = ["all", "critical", "high", "medium", "low", "unrated"];

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
        open for 0–30, 31–90, 91–180, over 180 days           1, 0, 0, 1
        identified in the period and fixed by its end         25.0 % of 4
        "#);
        let empty = Numbers::default();
        assert_eq!(spread(&empty.days_to_resolution), "n/a (0)");
    }
}
