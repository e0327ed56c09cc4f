//! Section 8: defects of deployed software: what documents say of how each escaped, which are not analysed, and classes that came again.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::issue::Issue;
use crate::model::report::{IssueResult, Report};
use crate::render::dossier::places::{PagePlaces, ShownQuote};
use crate::render::dossier::words::DossierWords;

/// The section.
#[derive(Serialize)]
pub(crate) struct DefectsView {
    analyses: Vec<AnalysisView>,
    /// Defects of the last period that no words name: id, title, state.
    open: Vec<(String, String, String)>,
    open_more: usize,
    classes: Vec<ClassView>,
}

#[derive(Serialize)]
struct AnalysisView {
    ids: String,
    quote: ShownQuote,
    cause: Option<ShownQuote>,
}

#[derive(Serialize)]
struct ClassView {
    cwe: String,
    n: usize,
    /// In percent of the largest class, for its bar.
    width: usize,
    ids: String,
    again: bool,
}

/// Classes, ids of each, defects, and analyses that are shown.
const CLASSES: usize = 10;
const IDS: usize = 6;
const OPEN: usize = 100;
const ANALYSES: usize = 300;

/// The section of a report.
pub(crate) fn view(report: &Report, words: &DossierWords, places: &PagePlaces<'_>) -> DefectsView {
    let analyses = report.analyses.iter().take(ANALYSES).map(|analysis| AnalysisView {
        ids: listed(&analysis.ids, words),
        quote: places.quote(&analysis.path, &analysis.quote),
        cause: analysis
            .cause
            .as_ref()
            .filter(|cause| cause.text != analysis.quote.text)
            .map(|cause| places.quote(&analysis.path, cause)),
    });
    let named: BTreeSet<String> =
        report.analyses.iter().flat_map(|analysis| &analysis.ids).map(|id| id.to_lowercase()).collect();
    let escaped = report.issues.iter().filter(|result| result.managed && result.issue.deployed == Some(true));
    let open: Vec<&IssueResult> = escaped.filter(|result| !is_named(&result.issue, &named)).collect();
    let told = |result: &&IssueResult| {
        let state = words.get("resolution", result.state.word()).to_owned();
        (words.cut(&result.issue.id, 80), words.cut(&result.issue.title, 240), state)
    };
    DefectsView {
        analyses: analyses.collect(),
        open: open.iter().take(OPEN).map(told).collect(),
        open_more: open.len().saturating_sub(OPEN),
        classes: classes(report, words),
    }
}

fn is_named(issue: &Issue, named: &BTreeSet<String>) -> bool {
    issue.aliases.iter().chain([&issue.id]).chain(issue.url.as_ref()).any(|id| named.contains(&id.to_lowercase()))
}

fn listed(ids: &[String], words: &DossierWords) -> String {
    let mut out = ids.iter().take(IDS).map(|id| words.cut(id, 60)).collect::<Vec<_>>().join(", ");
    if ids.len() > IDS {
        out += &words.say("text", "more", &[("n", &(ids.len() - IDS).to_string())]);
    }
    out
}

/// Classes that several issues have, the largest first.
fn classes(report: &Report, words: &DossierWords) -> Vec<ClassView> {
    let mut by_class: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for result in &report.issues {
        for cwe in &result.issue.cwe {
            by_class.entry(cwe).or_default().push(result.issue.id.clone());
        }
    }
    let trend = report.metrics.period.as_ref().and_then(|measured| measured.trend.as_ref());
    let again = |cwe: &str| trend.is_some_and(|trend| trend.recurring.iter().any(|class| class.cwe == cwe));
    let mut several: Vec<(&str, Vec<String>)> = by_class.into_iter().filter(|(_, ids)| ids.len() > 1).collect();
    several.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(b.0)));
    let most = several.first().map_or(1, |(_, ids)| ids.len());
    let told = several.into_iter().take(CLASSES).map(|(cwe, ids)| ClassView {
        cwe: words.cut(cwe, 40),
        n: ids.len(),
        width: ids.len() * 100 / most,
        ids: listed(&ids, words),
        again: again(cwe),
    });
    told.collect()
}
