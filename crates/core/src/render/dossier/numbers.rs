//! Section 6: the measures by severity with the period before beside them, what changed, how they may flatter, and what each means.

use serde::Serialize;

use crate::model::metrics::{Caveat, Numbers, PeriodMetrics, Spread};
use crate::model::report::Report;
use crate::render::dossier::words::DossierWords;

/// The measures of a period.
#[derive(Serialize)]
pub(crate) struct MeasuresView {
    caption: String,
    head: Vec<String>,
    rows: Vec<MeasureRow>,
    changes: Vec<String>,
    flatter: Vec<FlatterView>,
    definitions: Vec<(String, String)>,
}

#[derive(Serialize)]
struct MeasureRow {
    name: String,
    note: String,
    cells: Vec<String>,
}

/// A caveat: what it is, and what it is about.
#[derive(Serialize)]
struct FlatterView {
    lead: String,
    rest: String,
}

/// Worst first.
const GROUPS: [&str; 6] = ["all", "critical", "high", "medium", "low", "unrated"];
/// The measures, in order.
const MEASURES: [&str; 14] = [
    "managed",
    "identified",
    "resolved",
    "open",
    "carry_over",
    "reopened",
    "days_to_first_response",
    "days_to_resolution",
    "days_to_fix",
    "days_identified_to_release",
    "days_to_release",
    "survival",
    "open_ages",
    "patched_percent",
];
const TARGETS: &str = "targets";
/// Ids beside a caveat.
const NAMED: usize = 8;

/// The section of a report; `None` where nothing was measured.
pub(crate) fn view(report: &Report, words: &DossierWords) -> Option<MeasuresView> {
    let measured = report.metrics.period.as_ref()?;
    let groups: Vec<(&str, &Numbers)> =
        GROUPS.iter().filter_map(|name| Some((*name, measured.groups.get(*name)?))).collect();
    let before = report.metrics.previous.as_ref().and_then(|before| before.groups.get("all"));
    let mut head: Vec<String> = groups.iter().map(|(name, _)| words.get("severity", name).to_owned()).collect();
    head.extend(before.map(|_| words.get("numbers", "before").to_owned()));
    let columns: Vec<&Numbers> = groups.iter().map(|(_, numbers)| *numbers).chain(before).collect();
    let targets = columns.iter().any(|of| of.targets_met.is_some() || of.targets_missed.is_some());
    let names = MEASURES.iter().copied().chain(targets.then_some(TARGETS));
    let rows = names.map(|name| MeasureRow {
        name: words.get("measure", name).to_owned(),
        note: words.find("measure-note", name).unwrap_or_default().to_owned(),
        cells: columns.iter().map(|numbers| cell(name, numbers, words)).collect(),
    });
    let caption = words.say("numbers", "caption", &[("period", &words.period(measured.period))]);
    let caption = match report.metrics.previous.as_ref() {
        Some(before) => {
            caption + " " + &words.say("numbers", "caption-before", &[("period", &words.period(before.period))])
        }
        None => caption,
    };
    let defined = MEASURES.iter().copied().chain([TARGETS]);
    Some(MeasuresView {
        caption,
        head,
        rows: if columns.is_empty() { Vec::new() } else { rows.collect() },
        changes: changes(measured, words),
        flatter: measured.caveats.iter().map(|caveat| flatter(caveat, words)).collect(),
        definitions: defined
            .map(|name| (words.get("measure", name).to_owned(), words.get("define", name).to_owned()))
            .collect(),
    })
}

fn cell(name: &str, of: &Numbers, words: &DossierWords) -> String {
    let na = || words.get("text", "na").to_owned();
    match name {
        "managed" => of.managed.to_string(),
        "identified" => of.identified.to_string(),
        "resolved" => of.resolved.to_string(),
        "open" => of.open.to_string(),
        "carry_over" => of.carry_over.to_string(),
        "reopened" => of.reopened.to_string(),
        "days_to_first_response" => spread(&of.days_to_first_response, words),
        "days_to_resolution" => spread(&of.days_to_resolution, words),
        "days_to_fix" => spread(&of.days_to_fix, words),
        "days_identified_to_release" => spread(&of.days_identified_to_release, words),
        "days_to_release" => spread(&of.days_to_release, words),
        "survival" if of.survival.n == 0 => format!("{} (0)", na()),
        "survival" => {
            let reached = of.survival.median_days.map(|days| days.to_string());
            let median = reached.unwrap_or_else(|| words.get("numbers", "not-reached").to_owned());
            format!("{median} ({}, {})", of.survival.n, of.survival.open)
        }
        "open_ages" => of.open_ages.map(|n| n.to_string()).join(" · "),
        "patched_percent" => match of.patched_percent {
            Some(percent) => format!("{} % ({})", words.number(percent), of.identified),
            None => format!("{} (0)", na()),
        },
        _ => match (of.targets_met, of.targets_missed) {
            (None, None) => na(),
            (met, missed) => format!("{} · {}", met.unwrap_or(0), missed.unwrap_or(0)),
        },
    }
}

fn spread(spread: &Spread, words: &DossierWords) -> String {
    match (spread.median, spread.p90) {
        (Some(median), Some(p90)) if spread.n > 0 => {
            format!("{} · {} ({})", words.number(median), words.number(p90), spread.n)
        }
        _ => format!("{} (0)", words.get("text", "na")),
    }
}

/// What changed since the period before, and what became of actions.
fn changes(measured: &PeriodMetrics, words: &DossierWords) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(trend) = &measured.trend {
        let changed: Vec<String> = trend
            .changes
            .iter()
            .filter(|(_, by)| **by != 0)
            .map(|(name, by)| format!("{} {by:+}", words.get("measure", name)))
            .collect();
        let period = words.period(trend.before);
        out.push(if changed.is_empty() {
            words.say("numbers", "no-change", &[("period", &period)])
        } else {
            words.say("numbers", "change", &[("period", &period), ("changes", &changed.join(", "))])
        });
    }
    let actions = &measured.actions;
    if actions.decided > 0 {
        let decided = words.count(actions.decided, "action");
        let (done, on_time, proven) =
            (actions.done.to_string(), actions.on_time.to_string(), actions.proven.to_string());
        let values = [("actions", decided.as_str()), ("done", &done), ("on_time", &on_time), ("proven", &proven)];
        out.push(words.say("numbers", "actions", &values));
    }
    out
}

fn flatter(caveat: &Caveat, words: &DossierWords) -> FlatterView {
    let name: &'static str = caveat.kind.into();
    let mut ids: Vec<String> = caveat.ids.iter().take(NAMED).map(|id| words.cut(id, 60)).collect();
    if caveat.ids.len() > NAMED {
        ids.push(words.say("text", "more", &[("n", &(caveat.ids.len() - NAMED).to_string())]));
    }
    let untold: Vec<String> = caveat.untold_by.iter().map(|source| words.cut(source, 100)).collect();
    let mut rest = ids.join(", ");
    if caveat.ids.is_empty() {
        words.get("numbers", "none-known").clone_into(&mut rest);
    }
    if !untold.is_empty() {
        rest += "; ";
        rest += &words.say("numbers", "untold", &[("sources", &untold.join(", "))]);
    }
    let lead = words.say("flatter", name, &[("n", &caveat.ids.len().to_string())]);
    FlatterView { lead, rest }
}
