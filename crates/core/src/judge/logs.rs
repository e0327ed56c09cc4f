//! A running log as so many records: each earlier review of it becomes a document of its own, at the same path, with the commits that
//! can have written it.

use std::collections::BTreeMap;

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

/// From the first revision that tells of the entry on; where nobody knows which that is, when it was written stays unknown. Later
/// revisions may be those of later entries, so only the latest entry has them for its own.
fn history(document: &FoundDocument, entry: &Reading, latest: bool) -> Option<DocumentHistory> {
    let history = document.history.as_ref()?;
    let day = entry.fields.date_held.as_ref()?.value;
    let own = history.revisions.get(*history.entries.get(&day)?..)?;
    let (added, last) = (own.first()?.clone(), own.last()?.clone());
    let (last_change, revisions) = if latest { (last, own.to_vec()) } else { (added.clone(), vec![added.clone()]) };
    Some(DocumentHistory { added, last_change, revisions, entries: BTreeMap::new() })
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use crate::judge::verdict::judge;
    use crate::model::issue::EventKind::*;

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
    #[test]
    fn an_entry_is_as_old_as_the_first_revision_that_tells_of_it() {
        let entry = |day: &str| Scene::new().record(day).evidence.documents.pop().unwrap();
        let (old, new) = (entry("2024-03-14"), entry("2025-03-14"));
        let judged = |entries: &[(&str, usize)]| {
            let mut log = Scene::new();
            let mut document = new.clone();
            document.reading.earlier = vec![old.reading.clone()];
            let history = document.history.as_mut().unwrap();
            history.revisions.insert(0, old.history.as_ref().unwrap().added.clone());
            history.entries = entries.iter().map(|(day, at)| (day.parse().unwrap(), *at)).collect();
            log.evidence.documents.push(document);
            let open = log.not_assessed("2025-07-01", "review-backdated");
            (log.fired("2025-07-01", "review-backdated"), open)
        };
        let (found, open) = judged(&[("2024-03-14", 0), ("2025-03-14", 1)]);
        assert!(found.is_empty() && !open, "{found:?}");
        let (found, open) = judged(&[("2024-03-14", 1), ("2025-03-14", 1)]);
        assert!(found[0].message.contains("committed 365 days later, on 2025-03-14") && !open, "{found:?}");
        // Nobody knows when the entry was written: no accusation, and no pass.
        let (found, open) = judged(&[("2025-03-14", 1)]);
        assert!(found.is_empty() && open, "{found:?}");
    }
}
