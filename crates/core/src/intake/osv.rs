//! OSV records → issues: aliases, severity from CVSS vectors, ranges with the commits of their fixes. Pure.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::intake::format::IssueFormat;
use crate::intake::item::{Intake, JsonItem};
use crate::intake::products::OurProducts;
use crate::intake::severity;
use crate::intake::source::{Gaps, IssueFileError, IssueSource, SourceRead, add};
use crate::intake::{cvss, words};
use crate::model::issue::{EventKind, Issue, Resolution};
use lookback_reading::{fold, shorten};

/// The row of the format.
pub(crate) static FORMAT: IssueFormat = IssueFormat { called: "OSV", knows, read };

/// Is it a record of OSV, or the answer of a query for some?
fn knows(value: &Value) -> bool {
    let text = |field: &str| value.get(field).is_some_and(Value::is_string);
    let record = text("id") && text("modified");
    let rest = ["schema_version", "affected", "aliases", "details", "withdrawn", "published"];
    record && rest.iter().any(|field| value.get(*field).is_some())
        || value.get("vulns").and_then(Value::as_array).is_some_and(|list| list.first().is_none_or(knows))
}

/// Reads records.
fn read(source: &IssueSource<'_>, values: &[Value]) -> Result<SourceRead, IssueFileError> {
    let mut intake = Intake::new(source);
    let mut records = Vec::new();
    for item in JsonItem::all(values) {
        match item.get("vulns") {
            Some(_) => records.extend(item.list("vulns")),
            None => records.push(item),
        }
    }
    intake.each(
        records,
        |item, intake| item.must("id", "an id such as GHSA-… or CVE-…", intake).map(str::to_owned),
        |item, issue, gaps, intake| {
            describe(item, issue);
            events(item, issue, gaps, intake);
        },
    );
    intake.finish()
}

fn describe(item: &JsonItem<'_>, issue: &mut Issue) {
    let details = || item.text("details").map(|text| shorten(&fold(text), 160));
    issue.title = item.text("summary").map(fold).or_else(details).unwrap_or_default();
    issue.aliases = item.texts("aliases").map(words::usual).collect();
    issue.aliases.remove(&issue.id);
    issue.cwe = item.texts("database_specific.cwe_ids").flat_map(words::cwes).collect();
    let affected = item.list("affected");
    for one in &affected {
        issue.cwe.extend(
            one.list("database_specific.cwes").iter().filter_map(|class| class.text("cweId")).flat_map(words::cwes),
        );
    }
    let vectors = item.list("severity").into_iter().chain(affected.iter().flat_map(|one| one.list("severity")));
    let scored = vectors
        .filter_map(|one| one.text("score").and_then(|text| cvss::severity(text).or_else(|| severity::cell(text))))
        .max();
    let of = |one: &JsonItem<'_>, field: &str| one.text(field).and_then(severity::word);
    let word = || {
        of(item, "database_specific.severity").or_else(|| {
            let local = |one: &JsonItem<'_>| {
                of(one, "ecosystem_specific.severity").or_else(|| of(one, "database_specific.severity"))
            };
            affected.iter().filter_map(local).max()
        })
    };
    issue.severity = scored.or_else(word);
    issue.fix_commits = fixes(item, &affected);
    let versions = affected.iter().any(|one| one.texts("versions").next().is_some() || !one.list("ranges").is_empty());
    issue.deployed = versions.then_some(true);
    let references = item.list("references");
    let page =
        |kind: &str| references.iter().find(|one| one.text("type") == Some(kind)).and_then(|one| one.text("url"));
    issue.url = page("ADVISORY").or_else(|| page("WEB")).map(str::to_owned);
}

/// Commits that end a range of a repository, and those that references call a fix.
fn fixes(item: &JsonItem<'_>, affected: &[JsonItem<'_>]) -> Vec<String> {
    let mut commits: BTreeSet<String> = BTreeSet::new();
    for range in affected.iter().flat_map(|one| one.list("ranges")).filter(|range| range.text("type") == Some("GIT")) {
        for event in range.list("events") {
            commits.extend(event.text("fixed").map(words::commits).unwrap_or_default());
        }
    }
    for reference in item.list("references").iter().filter(|one| one.text("type") == Some("FIX")) {
        let url = reference.text("url").unwrap_or_default();
        if url.contains("/commit/") || url.contains("/commits/") {
            commits.extend(words::commits(url.split(['?', '#']).next().unwrap_or_default()));
        }
    }
    commits.into_iter().collect()
}

/// The packages that count: those that are ours, where any is. Else it is about what the product is made of.
fn counted<'a>(item: &JsonItem<'a>, ours: Option<OurProducts<'_>>) -> Vec<JsonItem<'a>> {
    let packages = item.list("affected");
    let own = |one: &JsonItem<'_>| {
        let names = ["package.purl", "package.name"].iter().filter_map(|field| one.text(field));
        names.into_iter().any(|name| ours.is_some_and(|ours| ours.is(name)))
    };
    let of_ours: Vec<JsonItem<'a>> = packages.iter().filter(|one| own(one)).cloned().collect();
    if of_ours.is_empty() { packages } else { of_ours }
}

/// Does every range of every package end in a fix? A package of which versions alone are named has none.
fn ended(packages: &[JsonItem<'_>]) -> bool {
    let ended = |one: &JsonItem<'_>| {
        let ranges = one.list("ranges");
        !ranges.is_empty() && ranges.iter().all(fixed)
    };
    !packages.is_empty() && packages.iter().all(ended)
}

/// Is there a fix after the last version that brings the problem in? A last affected version is none: nobody says what comes
/// after it.
fn fixed(range: &JsonItem<'_>) -> bool {
    let events = range.list("events");
    if range.text("type") == Some("GIT") {
        // Commits are in no order but that of the list.
        let last = |field: &str| events.iter().rposition(|event| event.get(field).is_some());
        return last("fixed").is_some() && last("fixed") > last("introduced");
    }
    let newest = |field: &str| events.iter().filter_map(|event| event.text(field)).map(version).max();
    newest("fixed").is_some() && newest("fixed") > newest("introduced")
}

/// A version as something that compares: numbers by their size, words, as of a release candidate, before their release; zeros
/// at its end add nothing.
fn version(text: &str) -> Vec<(u8, u64, String)> {
    let (letters, end, digits) = (0, 1, 2);
    let mut parts = Vec::new();
    let trim = |parts: &mut Vec<(u8, u64, String)>| {
        while parts.last().is_some_and(|(kind, number, _)| (*kind, *number) == (digits, 0)) {
            parts.pop();
        }
    };
    for part in text.split(|c: char| !c.is_alphanumeric()) {
        let (number, word) = part.split_at(part.bytes().take_while(u8::is_ascii_digit).count());
        parts.extend(number.parse().ok().map(|number| (digits, number, String::new())));
        if !word.is_empty() {
            trim(&mut parts);
            parts.push((letters, 0, word.to_lowercase()));
        }
    }
    trim(&mut parts);
    parts.push((end, 0, String::new()));
    parts
}

fn events(item: &JsonItem<'_>, issue: &mut Issue, gaps: &mut Gaps, intake: &mut Intake<'_>) {
    let published = item.date("published", intake);
    let (modified, withdrawn) = (item.date("modified", intake), item.date("withdrawn", intake));
    add(issue, EventKind::Published, published, None, None);
    let withdrawn_note = withdrawn.map(|_| "withdrawn".to_owned());
    if let Some(at) = withdrawn {
        issue.resolution = Resolution::NotAffected;
        add(issue, EventKind::Closed, Some(at), None, withdrawn_note);
    } else if ended(&counted(item, OurProducts::of(intake.source.policy)))
        || !issue.fix_commits.is_empty() && item.list("affected").is_empty()
    {
        issue.resolution = Resolution::Fixed;
        gaps.closed_from_publication.push(issue.id.clone());
        add(issue, EventKind::Closed, published.or(modified), None, Some("fixed".to_owned()));
    }
    // What a database of packages says is no state of ours.
    issue.untold = withdrawn.is_none();
    if issue.events.is_empty() {
        add(issue, EventKind::Opened, modified, None, None);
        gaps.opened_from_other.extend(modified.map(|_| issue.id.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_fixed_after_its_newest_beginning() {
        for (kind, events, expected) in [
            (
                "SEMVER",
                r#"{"introduced": "0"}, {"fixed": "1.4.9"}, {"fixed": "1.5.2"}, {"introduced": "2.0.0"}"#,
                false,
            ),
            ("ECOSYSTEM", r#"{"introduced": "2.0"}, {"introduced": "0"}, {"fixed": "1.5"}, {"fixed": "2.10"}"#, true),
            ("SEMVER", r#"{"introduced": "2.0.0-rc.1"}, {"fixed": "2.0.0"}"#, true),
            ("SEMVER", r#"{"introduced": "0"}, {"last_affected": "1.5"}"#, false),
            ("SEMVER", r#"{"introduced": "2.0.0"}, {"fixed": "2"}"#, false),
            ("GIT", r#"{"introduced": "0"}, {"fixed": "abc"}"#, true),
            ("GIT", r#"{"introduced": "0"}, {"fixed": "abc"}, {"introduced": "def"}"#, false),
            ("SEMVER", r#"{"introduced": "0"}"#, false),
        ] {
            let value = serde_json::from_str(&format!(r#"{{"type": "{kind}", "events": [{events}]}}"#)).unwrap();
            assert_eq!(fixed(&JsonItem::new(&value, "")), expected, "{events}");
        }
        let open = serde_json::json!({"affected": [{"ranges": [
            {"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.5"}]},
            {"type": "SEMVER", "events": [{"introduced": "2.0"}]}]}]});
        assert!(!ended(&JsonItem::new(&open, "").list("affected")));
        let ranges = serde_json::json!([{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.5"}]}]);
        let affected =
            |second: serde_json::Value| serde_json::json!({"affected": [{"ranges": ranges.clone()}, second]});
        let listed = affected(serde_json::json!({"versions": ["1.0"]}));
        let both = affected(serde_json::json!({"versions": ["1.0"], "ranges": ranges.clone()}));
        assert!(
            !ended(&JsonItem::new(&listed, "").list("affected")) && ended(&JsonItem::new(&both, "").list("affected"))
        );
    }
}
