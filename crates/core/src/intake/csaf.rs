//! CSAF 2.0 documents (security advisories and VEX) → issues: one for each vulnerability, with the disposition that product
//! states, remediations and flags give it. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::intake::format::IssueFormat;
use crate::intake::item::{Intake, JsonItem};
use crate::intake::products::OurProducts;
use crate::intake::severity;
use crate::intake::source::{Gaps, IssueFileError, IssueSource, SourceRead, add, settle};
use crate::intake::{cvss, words};
use crate::model::issue::{EventKind, Resolution};
use lookback_reading::fold;

/// The row of the format.
pub(crate) static FORMAT: IssueFormat = IssueFormat { called: "CSAF 2.0", knows, read };

/// Is it a CSAF document?
fn knows(value: &Value) -> bool {
    value.pointer("/document/csaf_version").is_some()
}

/// Reads documents.
fn read(source: &IssueSource<'_>, values: &[Value]) -> Result<SourceRead, IssueFileError> {
    let mut intake = Intake::new(source);
    for item in JsonItem::all(values) {
        let Some(id) = item.must("document.tracking.id", "the id of the advisory", &mut intake) else { continue };
        let document = Document {
            id: fold(id),
            title: fold(item.text("document.title").unwrap_or_default()),
            first: item.date("document.tracking.initial_release_date", &mut intake),
            last: item.date("document.tracking.current_release_date", &mut intake),
            published: item.text("document.tracking.status") != Some("draft"),
            groups: groups(&item),
            ours: OurProducts::of(source.policy).map(|ours| own_products(&item, ours)),
        };
        let vulnerabilities = item.list("vulnerabilities");
        let alone = vulnerabilities.len() == 1;
        for (index, vulnerability) in vulnerabilities.iter().enumerate() {
            document.issue(source, vulnerability, index, alone, &mut intake);
        }
    }
    intake.finish()
}

struct Document {
    id: String,
    title: String,
    first: Option<DateTime<Utc>>,
    last: Option<DateTime<Utc>>,
    published: bool,
    /// Product groups with their products.
    groups: BTreeMap<String, Vec<String>>,
    /// Ids of the products that are ours; `None`: nobody says which are.
    ours: Option<BTreeSet<String>>,
}

/// Ids of the products of which a name, a package URL or a CPE is one of ours: their own, those of the branches above them, those of
/// what they are put together of.
fn own_products(item: &JsonItem<'_>, ours: OurProducts<'_>) -> BTreeSet<String> {
    let mut own = BTreeSet::new();
    let known = |product: &JsonItem<'_>| {
        let helper = "product_identification_helper";
        let [name, purl, cpe] = ["name".to_owned(), format!("{helper}.purl"), format!("{helper}.cpe")];
        let texts = [product.text(&name), product.text(&purl), product.text(&cpe)];
        let purls = product.texts(&format!("{helper}.purls"));
        texts.into_iter().flatten().chain(purls).any(|text| ours.is(text))
    };
    let take = |product: &JsonItem<'_>, above: bool, own: &mut BTreeSet<String>| {
        let id = product.text("product_id").filter(|_| above || known(product));
        own.extend(id.map(str::to_owned));
    };
    let mut open: Vec<(JsonItem<'_>, bool)> =
        item.list("product_tree.branches").into_iter().map(|branch| (branch, false)).collect();
    while let Some((branch, above)) = open.pop() {
        let names_one = matches!(branch.text("category"), Some("product_name" | "product_family"));
        let above = above || names_one && branch.text("name").is_some_and(|name| ours.is(name));
        if let Some(product) = branch.child("product") {
            take(&product, above, &mut own);
        }
        open.extend(branch.list("branches").into_iter().map(|below| (below, above)));
    }
    for product in item.list("product_tree.full_product_names") {
        take(&product, false, &mut own);
    }
    for relation in item.list("product_tree.relationships") {
        let parts = ["product_reference", "relates_to_product_reference"];
        let above = parts.iter().filter_map(|part| relation.text(part)).any(|id| own.contains(id));
        if let Some(product) = relation.child("full_product_name") {
            take(&product, above, &mut own);
        }
    }
    own
}

fn groups(item: &JsonItem<'_>) -> BTreeMap<String, Vec<String>> {
    let groups = item.list("product_tree.product_groups");
    let named = groups.iter().filter_map(|group| Some((group.text("group_id")?, group)));
    named.map(|(id, group)| (id.to_owned(), group.texts("product_ids").map(str::to_owned).collect())).collect()
}

impl Document {
    fn issue(&self, source: &IssueSource<'_>, item: &JsonItem<'_>, index: usize, alone: bool, intake: &mut Intake<'_>) {
        if self.is_of_others(item) {
            let name = item.text("cve").map_or_else(|| format!("{}/{}", self.id, index + 1), words::usual);
            intake.gaps.of_others.push(name);
            return;
        }
        let numbers = item.list("ids");
        let other: BTreeSet<String> = numbers.iter().filter_map(|one| one.text("text")).map(words::usual).collect();
        let cve = item.text("cve").map(words::usual);
        let place = || if alone { self.id.clone() } else { format!("{}/{}", self.id, index + 1) };
        let id = cve.or_else(|| other.iter().next().cloned()).unwrap_or_else(place);
        let mut issue = source.issue(id);
        let mut gaps = Gaps::default();
        issue.aliases = other;
        if alone {
            // An advisory about several vulnerabilities is not each of them.
            issue.aliases.insert(self.id.clone());
        }
        issue.aliases.remove(&issue.id);
        issue.title = item.text("title").map_or_else(|| self.title.clone(), fold);
        issue.cwe = item.text("cwe.id").map(words::cwes).unwrap_or_default();
        issue.cwe.extend(item.list("cwes").iter().filter_map(|one| one.text("id")).flat_map(words::cwes));
        issue.severity = severity(item);
        issue.private = !self.published;
        let state = self.disposition(item, intake);
        let found = item.date("discovery_date", intake);
        let released = item.date("release_date", intake).or(self.first);
        add(&mut issue, EventKind::Opened, found, None, None);
        if self.published {
            add(&mut issue, EventKind::Published, released, None, None);
        }
        issue.deployed = state.affected.then_some(true);
        issue.resolution = state.resolution;
        issue.untold = item.get("product_status").is_none();
        if state.closed {
            if state.at.is_none() {
                gaps.closed_from_other.push(issue.id.clone());
            }
            add(&mut issue, EventKind::Closed, state.at.or(self.last), None, state.note);
        }
        if issue.events.is_empty() {
            add(&mut issue, EventKind::Opened, self.first.or(self.last), None, None);
            gaps.opened_from_other.push(issue.id.clone());
        }
        settle(&mut issue, &mut gaps);
        intake.take(issue, gaps, true);
    }

    /// Does it speak of products, and of none that is ours?
    fn is_of_others(&self, item: &JsonItem<'_>) -> bool {
        let Some(ours) = &self.ours else { return false };
        let status = item.get("product_status").and_then(Value::as_object);
        let lists = status.into_iter().flat_map(|status| status.values()).filter_map(Value::as_array);
        let mut named = lists.flatten().filter_map(Value::as_str).peekable();
        named.peek().is_some() && !named.any(|id| ours.contains(id))
    }

    /// What is left open, and how the rest was disposed of: by the weakest of what its affected products got.
    fn disposition(&self, item: &JsonItem<'_>, intake: &mut Intake<'_>) -> Disposition {
        let of = |fields: &[&str]| -> BTreeSet<&str> {
            let named = fields.iter().flat_map(|field| item.texts(&format!("product_status.{field}")));
            named.filter(|id| self.ours.as_ref().is_none_or(|ours| ours.contains(*id))).collect()
        };
        let affected = of(&["known_affected", "first_affected", "last_affected"]);
        let (open, fixed) = (of(&["under_investigation"]), of(&["fixed", "first_fixed"]));
        let spared = of(&["known_not_affected"]);
        let mut out = Disposition { affected: !affected.is_empty() || !fixed.is_empty(), ..Disposition::default() };
        let remedies = self.remedies(item, intake);
        if !open.is_empty() {
            return out;
        }
        let mut weakest = None;
        for product in &affected {
            let Some((kind, at, note)) = remedies.get(*product) else { return out };
            if weakest.is_none_or(|weakest| weakest < *kind) {
                weakest = Some(*kind);
                out.note.clone_from(note);
            }
            out.at = out.at.max(*at);
        }
        let resolution = match weakest {
            Some(kind) => kind,
            None if !fixed.is_empty() => Resolution::Fixed,
            None if !spared.is_empty() => Resolution::NotAffected,
            None => return out,
        };
        if weakest.is_none() {
            (out.at, out.note) = flags(item, resolution, intake);
        }
        (out.closed, out.resolution) = (true, resolution);
        out
    }

    /// The best remedy of each product, with its date and words.
    fn remedies(&self, item: &JsonItem<'_>, intake: &mut Intake<'_>) -> BTreeMap<String, Remedy> {
        let mut best: BTreeMap<String, Remedy> = BTreeMap::new();
        for remedy in item.list("remediations") {
            let kind = match remedy.text("category") {
                Some("vendor_fix") => Resolution::Fixed,
                Some("mitigation" | "workaround") => Resolution::Mitigated,
                Some("no_fix_planned") => Resolution::Accepted,
                // `none_available` and words of later versions leave it open.
                _ => continue,
            };
            let at = remedy.date("date", intake);
            let note = remedy.text("details").map(|text| lookback_reading::shorten(&fold(text), 200));
            let grouped = remedy.texts("group_ids").filter_map(|id| self.groups.get(id)).flatten().map(String::as_str);
            for product in remedy.texts("product_ids").chain(grouped) {
                let better = best.get(product).is_none_or(|(known, ..)| kind < *known);
                if better {
                    best.insert(product.to_owned(), (kind, at, note.clone()));
                }
            }
        }
        best
    }
}

type Remedy = (Resolution, Option<DateTime<Utc>>, Option<String>);

#[derive(Default)]
struct Disposition {
    affected: bool,
    closed: bool,
    at: Option<DateTime<Utc>>,
    note: Option<String>,
    resolution: Resolution,
}

/// The date and the words of the flags that say why a product is not affected.
fn flags(
    item: &JsonItem<'_>,
    resolution: Resolution,
    intake: &mut Intake<'_>,
) -> (Option<DateTime<Utc>>, Option<String>) {
    if resolution != Resolution::NotAffected {
        return (None, None);
    }
    let flags = item.list("flags");
    let at = flags.iter().filter_map(|flag| flag.date("date", intake)).max();
    let threats = item.list("threats");
    let impact = threats
        .iter()
        .find(|threat| threat.text("category") == Some("impact"))
        .and_then(|threat| threat.text("details"));
    (at, flags.iter().find_map(|flag| flag.text("label")).or(impact).map(fold))
}

/// The highest of all scores.
fn severity(item: &JsonItem<'_>) -> Option<crate::model::issue::Severity> {
    let of = |score: &JsonItem<'_>| {
        ["cvss_v4", "cvss_v3", "cvss_v2"].iter().find_map(|version| {
            let word = score.text(&format!("{version}.baseSeverity")).and_then(severity::word);
            let number = || score.word(&format!("{version}.baseScore")).as_deref().and_then(severity::score);
            let vector = || score.text(&format!("{version}.vectorString")).and_then(cvss::severity);
            word.or_else(number).or_else(vector)
        })
    };
    let metrics = item.list("metrics");
    let newer = metrics.iter().filter_map(|metric| metric.child("content"));
    item.list("scores").into_iter().chain(newer).filter_map(|score| of(&score)).max()
}
