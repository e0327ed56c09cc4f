//! The charts of section 6 inside the page: the pictures without colours of their own, with titles, axes and values in its language.

use std::io;

use serde::Serialize;

use crate::judge::charts;
use crate::model::chart::ChartValues;
use crate::model::issue::Severity;
use crate::model::report::Report;
use crate::render;
use crate::render::charts::Chart;
use crate::render::dossier::population::UNRATED;
use crate::render::dossier::words::DossierWords;

/// A figure.
#[derive(Serialize)]
pub(crate) struct FigureView {
    name: &'static str,
    title: String,
    caption: String,
    description: String,
    /// What is inside the picture; made by us, of numbers and words of ours alone.
    picture: String,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    /// How many values the table leaves out.
    left_out: usize,
}

/// Rows of values in the page.
const ROWS: usize = 40;

/// The figures of a report.
pub(crate) fn figures(report: &Report, words: &DossierWords) -> io::Result<Vec<FigureView>> {
    let values = charts::of_report(report);
    let drawn = render::charts::charts(&values)?;
    Ok(drawn.into_iter().map(|chart| figure(chart, &values, words)).collect())
}

fn figure(chart: Chart, values: &ChartValues, words: &DossierWords) -> FigureView {
    let mut rows = chart.rows.into_iter();
    let head = rows.next().unwrap_or_default();
    let head: Vec<String> = head.iter().map(|name| words.get("chart-head", name).to_owned()).collect();
    let all: Vec<Vec<String>> = rows.collect();
    let left_out = all.len().saturating_sub(ROWS);
    let shown = |text: String| words.find("severity", &text).map_or_else(|| words.cut(&text, 80), str::to_owned);
    // The last values are those of today.
    let kept = all.into_iter().skip(if chart.name == "open" { left_out } else { 0 }).take(ROWS);
    FigureView {
        name: chart.name,
        title: words.get("chart-title", chart.name).to_owned(),
        caption: words.get("chart-caption", chart.name).to_owned(),
        description: description(chart.name, values, words),
        picture: picture(&chart.svg, words),
        head,
        rows: kept.map(|row| row.into_iter().map(shown).collect()).collect(),
        left_out,
    }
}

/// What the picture draws: without its own style, which the page sets, and with the names of severities in its language.
fn picture(svg: &str, words: &DossierWords) -> String {
    let body = svg.split_once("</style>").map_or(svg, |(_, body)| body);
    let body = body.trim_end().strip_suffix("</svg>").unwrap_or(body);
    let mut out = body.to_owned();
    for name in ["critical", "high", "medium", "low", UNRATED] {
        out = out.replace(&format!("\n{name}\n"), &format!("\n{}\n", words.get("severity", name)));
    }
    // Digits behind the point that nobody sees.
    out.replace(" opacity=\"1\"", "").replace(" stroke-width=\"1\"", "")
}

fn description(name: &'static str, values: &ChartValues, words: &DossierWords) -> String {
    let days =
        |value: Option<f64>| value.map_or_else(|| words.get("text", "na").to_owned(), |value| words.number(value));
    match name {
        "open" => {
            let most = values.open.iter().map(|from| from.open).max().unwrap_or(0).to_string();
            let (Some(first), Some(last)) = (values.open.first(), values.open.last()) else { return String::new() };
            let (from, to, end) = (first.day.to_string(), last.day.to_string(), last.open.to_string());
            words.say("chart-told", name, &[("from", &from), ("to", &to), ("end", &end), ("most", &most)])
        }
        "time-to-fix" => {
            let each = values.fixes.iter().map(|of| {
                let severity = words.get("severity", of.severity.map_or(UNRATED, Severity::word));
                let (n, median, p90) = (of.taken.len().to_string(), days(of.spread.median), days(of.spread.p90));
                let told = [("severity", severity), ("n", n.as_str()), ("median", &median), ("p90", &p90)];
                words.say("chart-told", "one-severity", &told)
            });
            each.collect::<Vec<_>>().join("; ")
        }
        "survival" => {
            let of = &values.survival;
            let median = of.median_days.map(|days| days.to_string());
            let median = median.unwrap_or_else(|| words.get("numbers", "not-reached").to_owned());
            let (n, open) = (of.n.to_string(), of.open.to_string());
            words.say("chart-told", name, &[("n", &n), ("open", &open), ("median", &median)])
        }
        _ => {
            let Some(oldest) = values.ages.first() else { return String::new() };
            let (n, days, id) = (values.ages.len().to_string(), oldest.days.to_string(), words.cut(&oldest.id, 60));
            words.say("chart-told", name, &[("n", &n), ("id", &id), ("days", &days)])
        }
    }
}
