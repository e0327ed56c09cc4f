//! Documents that carry a signal, in a line or one by one.

use std::collections::BTreeMap;

use crate::model::report::{CountedAs, Report};
use crate::render::escape::line;
use crate::render::words;
use lookback_reading::shorten;

/// What they count as, in a line.
pub(crate) fn summary(report: &Report) -> String {
    let mut counts: BTreeMap<Option<CountedAs>, usize> = BTreeMap::new();
    for document in &report.documents {
        *counts.entry(document.counted_as).or_default() += 1;
    }
    let idle = counts.remove(&None).map(|n| format!("{n} without effect"));
    let counts = counts.into_iter().filter_map(|(role, n)| Some(format!("{n} as {}", role?.word())));
    match counts.chain(idle).collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => "none with a signal, by path or by content".to_owned(),
        some => format!("{some} (-v says why)"),
    }
}

/// One by one, with the reason; what counts first.
pub(crate) fn lines(report: &Report) -> Vec<String> {
    let (counting, idle): (Vec<_>, Vec<_>) =
        report.documents.iter().partition(|document| document.counted_as.is_some());
    let told = counting.iter().chain(&idle).map(|document| {
        let counted = match document.counted_as {
            Some(role) => format!("counts as {}", role.word()),
            None => "does not count".to_owned(),
        };
        format!(
            "{}{}: {counted} ({}, matched by {}): {}",
            line(&shorten(&document.path, 300)),
            words::not_committed(report.subject.uncommitted.contains(&document.path)),
            words::kind(document.kind),
            words::matched_by(document.matched_by),
            line(&shorten(&document.why, 500))
        )
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() { vec!["none, by path or by content".to_owned()] } else { told }
}
