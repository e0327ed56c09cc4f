//! CycloneDX documents with vulnerabilities (VEX, VDR) → issues. Pure.

use serde_json::Value;

use crate::intake::format::IssueFormat;
use crate::intake::item::{Intake, JsonItem};
use crate::intake::products::OurProducts;
use crate::intake::severity;
use crate::intake::source::{Gaps, IssueFileError, IssueSource, SourceRead, add, settle};
use crate::intake::{cvss, words};
use crate::model::issue::{EventKind, Issue, Resolution};
use lookback_reading::{fold, shorten};

/// The row of the format.
pub(crate) static FORMAT: IssueFormat = IssueFormat { called: "CycloneDX with vulnerabilities", knows, read };

/// Is it a CycloneDX document?
fn knows(value: &Value) -> bool {
    value.get("bomFormat").and_then(Value::as_str) == Some("CycloneDX")
}

/// Reads the vulnerabilities of documents; a bill of materials without any has no issues.
fn read(source: &IssueSource<'_>, values: &[Value]) -> Result<SourceRead, IssueFileError> {
    let mut intake = Intake::new(source);
    for document in JsonItem::all(values) {
        let others = OurProducts::of(source.policy).is_some_and(|ours| is_of_another(&document, ours));
        let written = document.date("metadata.timestamp", &mut intake);
        for item in document.list("vulnerabilities") {
            let Some(id) = item.must("id", "an id such as CVE-2025-1234", &mut intake) else { continue };
            if others && !touches_ours(&document, &item, source) {
                intake.gaps.of_others.push(words::usual(&fold(id)));
                continue;
            }
            let mut issue = source.issue(words::usual(&fold(id)));
            let mut gaps = Gaps::default();
            describe(&item, &mut issue);
            let first = item.date("analysis.firstIssued", &mut intake).or(item.date("created", &mut intake));
            let last = item.date("analysis.lastUpdated", &mut intake).or(item.date("updated", &mut intake));
            let (published, rejected) = (item.date("published", &mut intake), item.date("rejected", &mut intake));
            if first.is_none() {
                // A scan finds it again every night; it was there to be known since it was published.
                gaps.opened_from_other.extend(published.map(|_| issue.id.clone()));
            }
            let found = first.or(published);
            add(&mut issue, EventKind::Opened, found, None, None);
            let state = item.text("analysis.state").unwrap_or_default();
            issue.resolution = match state {
                "resolved" | "resolved_with_pedigree" => Resolution::Fixed,
                "false_positive" | "not_affected" => Resolution::NotAffected,
                _ => Resolution::None,
            };
            if state == "exploitable" {
                issue.deployed = Some(true);
            }
            issue.untold = state.is_empty() && rejected.is_none();
            if rejected.is_some() && state != "exploitable" {
                issue.resolution = Resolution::NotAffected;
                add(&mut issue, EventKind::Closed, rejected, None, Some("rejected".to_owned()));
            } else if issue.resolution != Resolution::None {
                let at = last.or(first).or(written);
                if last.is_none() {
                    gaps.closed_from_other.push(issue.id.clone());
                }
                let why = item.any_text(&["analysis.justification", "analysis.detail"]);
                let note = why.map_or_else(|| state.to_owned(), |why| format!("{state}: {}", fold(why)));
                add(&mut issue, EventKind::Closed, at, None, Some(note));
            } else if found.is_none() {
                add(&mut issue, EventKind::Opened, written, None, None);
                gaps.opened_from_other.extend(written.map(|_| issue.id.clone()));
            }
            settle(&mut issue, &mut gaps);
            intake.take(issue, gaps, true);
        }
    }
    intake.finish()
}

/// Does any name of a component call it ours?
fn is_ours(component: &JsonItem<'_>, ours: OurProducts<'_>) -> bool {
    ["name", "purl", "cpe", "bom-ref"].iter().filter_map(|field| component.text(field)).any(|name| ours.is(name))
}

/// Is the document about one product, and not ours? That of a product of ours counts whole, whatever it is made of.
fn is_of_another(document: &JsonItem<'_>, ours: OurProducts<'_>) -> bool {
    document.child("metadata.component").is_some_and(|component| !is_ours(&component, ours))
}

/// Is what a vulnerability affects ours, by its reference or by the component that this one names? What names nothing may be.
fn touches_ours(document: &JsonItem<'_>, item: &JsonItem<'_>, source: &IssueSource<'_>) -> bool {
    let Some(ours) = OurProducts::of(source.policy) else { return true };
    let affected = item.list("affects");
    let references: Vec<&str> = affected.iter().filter_map(|one| one.text("ref")).collect();
    let tail = |reference: &str| reference.rsplit('#').next().unwrap_or_default().to_owned();
    references.is_empty()
        || references.iter().any(|reference| ours.is(reference) || ours.is(&tail(reference)))
        || document.list("components").iter().any(|component| {
            let named = component.text("bom-ref");
            named.is_some_and(|own| references.iter().any(|reference| *reference == own || tail(reference) == own))
                && is_ours(component, ours)
        })
}

fn describe(item: &JsonItem<'_>, issue: &mut Issue) {
    let title = item.any_text(&["description", "detail"]).unwrap_or_default();
    issue.title = shorten(&fold(title), 160);
    issue.url = item.text("source.url").map(str::to_owned);
    issue.aliases = item.list("references").iter().filter_map(|one| one.text("id")).map(words::usual).collect();
    issue.aliases.remove(&issue.id);
    let classes = item.get("cwes").and_then(Value::as_array).into_iter().flatten();
    issue.cwe = classes.filter_map(Value::as_u64).map(|number| format!("CWE-{number}")).collect();
    issue.severity = item
        .list("ratings")
        .iter()
        .filter_map(|one| {
            let stated = one.text("severity").and_then(severity::word);
            let score = || one.word("score").as_deref().and_then(severity::score);
            stated.or_else(score).or_else(|| one.text("vector").and_then(cvss::severity))
        })
        .max();
}

#[cfg(test)]
mod tests {
    use crate::intake::read::read_file;
    use crate::model::issue::{EventKind, Resolution};
    use crate::model::policy::Policy;

    #[test]
    fn publication_stands_in_for_the_opening_and_a_rejection_closes() {
        let text = r#"{"bomFormat": "CycloneDX", "metadata": {"timestamp": "2026-01-30T00:00:00Z"}, "vulnerabilities": [
            {"id": "CVE-2025-1001", "published": "2025-03-05T00:00:00Z"},
            {"id": "CVE-2025-1002", "published": "2025-04-05T00:00:00Z", "rejected": "2025-07-01T00:00:00Z"},
            {"id": "CVE-2025-1003", "published": "2025-04-05T00:00:00Z", "rejected": "2025-07-01T00:00:00Z", "analysis": {"state": "exploitable"}},
            {"id": "CVE-2025-1004"}]}"#;
        let read = read_file("sbom.json", text.as_bytes(), &Policy::default()).unwrap();
        let events = |at: usize| -> Vec<(EventKind, String)> {
            let events = read.issues[at].events.iter();
            events.map(|event| (event.kind, event.at.date_naive().to_string())).collect()
        };
        assert_eq!(events(0), [(EventKind::Opened, "2025-03-05".to_owned())]);
        assert_eq!(
            events(1),
            [(EventKind::Opened, "2025-04-05".to_owned()), (EventKind::Closed, "2025-07-01".to_owned())]
        );
        assert_eq!(read.issues[1].resolution, Resolution::NotAffected);
        assert_eq!(events(2), [(EventKind::Opened, "2025-04-05".to_owned())]);
        assert_eq!(events(3), [(EventKind::Opened, "2026-01-30".to_owned())]);
        assert!(read.limits.iter().any(|limit| limit.what.contains("CVE-2025-1001")));
    }
}
