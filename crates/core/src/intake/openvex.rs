//! OpenVEX documents → issues: one for each vulnerability, with the disposition that its statements give it. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::intake::format::IssueFormat;
use crate::intake::item::{Intake, JsonItem};
use crate::intake::products::OurProducts;
use crate::intake::source::{Gaps, IssueFileError, IssueSource, SourceRead, settle};
use crate::intake::vex;
use crate::intake::vex::{Standing, Statement};
use crate::intake::words;
use crate::model::issue::{EventKind, Resolution};
use lookback_reading::fold;

/// The row of the format.
pub(crate) static FORMAT: IssueFormat = IssueFormat { called: "OpenVEX", knows, read };

/// Is it an OpenVEX document?
fn knows(value: &Value) -> bool {
    let context = value.get("@context");
    let texts = context
        .and_then(Value::as_str)
        .into_iter()
        .chain(context.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str));
    texts.into_iter().any(|text| text.starts_with("https://openvex.dev/ns"))
}

#[derive(Default)]
struct Vulnerability {
    aliases: BTreeSet<String>,
    title: Option<String>,
    statements: Vec<Statement>,
    /// Was there a statement of products alone that are not ours?
    of_others: bool,
    author: Option<String>,
    deployed: bool,
}

/// Reads documents. Statements of several documents about one vulnerability follow one another by their times.
fn read(source: &IssueSource<'_>, values: &[Value]) -> Result<SourceRead, IssueFileError> {
    let mut intake = Intake::new(source);
    let mut found: BTreeMap<String, Vulnerability> = BTreeMap::new();
    for document in JsonItem::all(values) {
        if document.get("statements").is_none() {
            intake.wrong(&document.path("statements"), "is missing; expected a list of statements");
        }
        let of_document = document.date("timestamp", &mut intake);
        for statement in document.list("statements") {
            one(&document, &statement, of_document, &mut found, &mut intake);
        }
    }
    let statements = || found.values().flat_map(|vulnerability| &vulnerability.statements);
    let all: BTreeSet<String> = statements().flat_map(|statement| &statement.products).map(|id| product(id)).collect();
    let told = OurProducts::of(source.policy).is_some();
    for (name, vulnerability) in found {
        if vulnerability.statements.is_empty() && vulnerability.of_others {
            intake.gaps.of_others.push(name);
            continue;
        }
        let own: BTreeSet<String> =
            vulnerability.statements.iter().flat_map(|statement| &statement.products).map(|id| product(id)).collect();
        let mut issue = source.issue(name);
        issue.title = vulnerability.title.unwrap_or_default();
        issue.aliases = vulnerability.aliases;
        issue.aliases.remove(&issue.id);
        issue.deployed = vulnerability.deployed.then_some(true);
        vex::apply(vulnerability.statements, vulnerability.author.as_deref(), &mut issue);
        let mut gaps = Gaps::default();
        if issue.resolution != Resolution::None && !told && !own.is_empty() && own != all {
            gaps.closed_in_part.push(issue.id.clone());
        }
        if issue.events.iter().any(|event| event.kind == EventKind::Opened) {
            // The first statement says when it was spoken of, not when it was found.
            gaps.opened_from_other.push(issue.id.clone());
        }
        settle(&mut issue, &mut gaps);
        intake.take(issue, gaps, true);
    }
    intake.finish()
}

/// A product by its id: its versions are one.
fn product(id: &str) -> String {
    let whole = if id.starts_with("pkg:") { id.split(['@', '?', '#']).next().unwrap_or(id) } else { id };
    whole.to_owned()
}

fn one(
    document: &JsonItem<'_>,
    statement: &JsonItem<'_>,
    of_document: Option<DateTime<Utc>>,
    found: &mut BTreeMap<String, Vulnerability>,
    intake: &mut Intake<'_>,
) {
    // Version 0.0.1 writes the name alone, later ones an object.
    let name = statement.any_text(&["vulnerability.name", "vulnerability.@id", "vulnerability"]);
    let Some(name) = name.map(|name| words::usual(&fold(name))) else {
        intake.wrong(&statement.path("vulnerability.name"), "is missing; expected an id such as CVE-2025-1234");
        return;
    };
    let Some(status) = statement.must("status", "a status", intake) else { return };
    let standing = match status {
        "not_affected" => Standing::NotAffected,
        "fixed" => Standing::Fixed,
        "affected" | "under_investigation" => Standing::Open,
        other => {
            let why = format!(
                "is \"{}\"; expected not_affected, affected, fixed or under_investigation",
                crate::intake::source::printable(other)
            );
            intake.wrong(&statement.path("status"), &why);
            return;
        }
    };
    let at = statement.date("timestamp", intake).or(of_document);
    let entry = found.entry(name).or_default();
    entry.aliases.extend(statement.texts("vulnerability.aliases").map(words::usual));
    entry.aliases.extend(statement.text("vulnerability.@id").map(words::usual).filter(|id| !id.contains("://")));
    if let Some(text) = statement.text("vulnerability.description") {
        entry.title.get_or_insert_with(|| fold(text));
    }
    if entry.author.is_none() {
        entry.author = document.text("author").map(fold);
    }
    let note = ["justification", "impact_statement", "action_statement", "status_notes"];
    let note = note.iter().filter_map(|field| statement.text(field)).map(fold).collect::<Vec<_>>().join(": ");
    let listed = statement.list("products");
    let ours = OurProducts::of(intake.source.policy);
    let names = |product: &JsonItem<'_>| {
        let fields = ["@id", "identifiers.purl", "identifiers.cpe22", "identifiers.cpe23"];
        let texts = fields.iter().filter_map(|field| product.text(field)).chain(product.own_text());
        texts.map(str::to_owned).collect::<Vec<_>>()
    };
    let counts = |names: &Vec<String>| ours.is_none_or(|ours| names.iter().any(|name| ours.is(name)));
    let counted: Vec<Vec<String>> = listed.iter().map(names).filter(counts).collect();
    if counted.is_empty() && !listed.is_empty() && ours.is_some() {
        entry.of_others = true;
        return;
    }
    entry.deployed |= status == "affected";
    let products: Vec<String> = counted.into_iter().filter_map(|names| names.into_iter().next()).collect();
    if let Some(at) = at {
        let note = Some(if note.is_empty() { status.to_owned() } else { format!("{status}: {note}") });
        entry.statements.push(Statement { at, products, standing, note });
    }
}

#[cfg(test)]
mod tests {
    use crate::intake::read::read_file;
    use crate::model::policy::Policy;

    #[test]
    fn a_closing_for_some_of_several_products_is_a_limit() {
        let file = |statements: &[(&str, &str, &str)]| {
            let all: Vec<String> = statements
                .iter()
                .map(|(id, product, status)| {
                    format!(r#"{{"vulnerability": {{"name": "{id}"}}, "products": [{{"@id": "{product}"}}], "status": "{status}"}}"#)
                })
                .collect();
            let text = format!(
                r#"{{"@context": "https://openvex.dev/ns/v0.2.0", "timestamp": "2025-03-01T00:00:00Z", "statements": [{}]}}"#,
                all.join(",")
            );
            let read = read_file("vex.json", text.as_bytes(), &Policy::default()).unwrap();
            read.limits.iter().filter(|limit| limit.what.contains("for some products of several")).count()
        };
        let (pump, gateway) = ("pkg:generic/pump@1.0", "pkg:generic/gateway@1.0");
        let (one, two) = ("CVE-2025-1001", "CVE-2025-1002");
        assert_eq!(file(&[(one, gateway, "not_affected"), (two, pump, "affected")]), 1);
        assert_eq!(file(&[(one, gateway, "fixed"), (one, pump, "fixed")]), 0, "all are closed");
        assert_eq!(file(&[(one, pump, "fixed"), (two, "pkg:generic/pump@1.1", "affected")]), 0, "one product");
        assert_eq!(file(&[(one, gateway, "affected"), (two, pump, "affected")]), 0, "nothing is closed");
    }

    #[test]
    fn the_address_of_a_vulnerability_is_its_id() {
        let text = r#"{"@context": "https://openvex.dev/ns/v0.2.0", "timestamp": "2025-03-01T00:00:00Z", "statements": [
            {"vulnerability": {"@id": "https://nvd.nist.gov/vuln/detail/CVE-2025-1234"}, "status": "affected"},
            {"vulnerability": {"name": "GHSA-2222-3333-4444", "@id": "https://www.cve.org/CVERecord?id=CVE-2025-1235"}, "status": "fixed"}]}"#;
        let read = read_file("vex.json", text.as_bytes(), &Policy::default()).unwrap();
        let ids: Vec<&str> = read.issues.iter().map(|issue| issue.id.as_str()).collect();
        assert_eq!(ids, ["CVE-2025-1234", "GHSA-2222-3333-4444"]);
        assert!(read.issues[1].aliases.contains("CVE-2025-1235"));
    }
}
