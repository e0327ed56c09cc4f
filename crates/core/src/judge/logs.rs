//! A running log as so many records: each earlier review of it becomes a document of its own, at the same path, with the commits that
//! can have written it.

use crate::model::evidence::{DocumentHistory, FoundDocument};
use lookback_reading::Reading;

/// The documents in which a log stands once for each of its reviews; `None` where there is no log.
pub(crate) fn unrolled(documents: &[FoundDocument]) -> Option<Vec<FoundDocument>> {
    if documents.iter().all(|document| document.reading.earlier.is_empty()) {
        return None;
    }
    let mut out = Vec::new();
    let mut earlier = Vec::new();
    for document in documents {
        let mut own = document.clone();
        let rest = std::mem::take(&mut own.reading.earlier);
        if !rest.is_empty() {
            own.history = history(document, &own.reading, true);
        }
        earlier.extend(rest.into_iter().map(|reading| FoundDocument {
            history: history(document, &reading, false),
            reading,
            ..own.clone()
        }));
        out.push(own);
    }
    // Behind all others, so that indexes of documents stay what they were.
    out.extend(earlier);
    Some(out)
}

/// The first commit of the file on or after the day of an entry is taken for the one that added it; later ones may be those of later
/// entries, so only the latest entry has them for its own.
fn history(document: &FoundDocument, entry: &Reading, latest: bool) -> Option<DocumentHistory> {
    let history = document.history.as_ref()?;
    let day = entry.fields.date_held.as_ref()?.value;
    let at = history.revisions.iter().position(|revision| revision.committed.date_naive() >= day);
    let at = at.unwrap_or(history.revisions.len().saturating_sub(1));
    let own = history.revisions.get(at..)?;
    let (added, last) = (own.first()?.clone(), own.last()?.clone());
    Some(if latest {
        DocumentHistory { added, last_change: last, revisions: own.to_vec() }
    } else {
        DocumentHistory { revisions: vec![added.clone()], last_change: added.clone(), added }
    })
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use crate::judge::verdict::judge;
    use crate::model::evidence::EventKind::*;

    #[test]
    fn a_log_is_one_review_an_entry() {
        let world = || {
            Scene::new()
                .issue("#3", &[("2024-01-10", Opened), ("2024-02-01", Closed)])
                .issue("#7", &[("2025-01-11", Opened), ("2025-02-01", Closed)])
        };
        let entry = |day: &str, id: &str| {
            world().record_with(day, |reading| reading.names(id)).evidence.documents.pop().unwrap()
        };
        let (old, new) = (entry("2024-03-14", "#3"), entry("2025-03-14", "#7"));
        let mut log = world();
        let mut document = new;
        document.reading.earlier = vec![old.reading];
        log.evidence.documents.push(document);
        assert_eq!(log.held(), ["2024-03-14", "2025-03-14"]);
        assert!(log.fired("2025-07-01", "issue-not-examined").is_empty(), "each in its own period");
        let report = judge(&log.evidence, &log.policy, "2025-07-01".parse().unwrap(), false);
        assert_eq!(report.reviews.len(), 2);
        assert_eq!(report.documents.len(), 1, "it is one file");
    }
}
