//! Sections 9 and 10: what was not seen, documents read, sources, what the configuration switches off; and how the page is checked.

use std::io;

use serde::Serialize;

use crate::model::digest::sha256;
use crate::model::evidence::Judged;
use crate::model::report::{CountedAs, Report};
use crate::render::dossier::places::{PagePlaces, ShownCommit, ShownPlace};
use crate::render::dossier::told::CaseText;
use crate::render::dossier::words::DossierWords;
use crate::render::json;

/// Section 9.
#[derive(Serialize)]
pub(crate) struct UnseenView {
    limits: Vec<LimitView>,
    documents: Vec<DocumentView>,
    sources: Vec<SourceView>,
    rules_off: Vec<String>,
    waived: String,
    uncommitted: Vec<String>,
    not_looked_at: usize,
    strict: bool,
}

#[derive(Serialize)]
struct LimitView {
    what: CaseText,
    why: CaseText,
    remedy: CaseText,
    affects: Vec<&'static str>,
}

#[derive(Serialize)]
struct DocumentView {
    place: ShownPlace,
    found_by: String,
    counts: String,
    counted: bool,
    why: CaseText,
    confirmed_by: Option<String>,
}

#[derive(Serialize)]
struct SourceView {
    name: String,
    kind: String,
    read: Option<usize>,
    security: usize,
    limits: usize,
    untold: Vec<String>,
}

/// Section 10.
#[derive(Serialize)]
pub(crate) struct CheckView {
    /// The command that writes the page again; `None` where it rests on more than a commit.
    again: Option<String>,
    /// The command that prints the report, whose digest is told.
    report: Option<String>,
    /// SHA-256 of the JSON report.
    pub digest: String,
    revision: Option<String>,
    commit: Option<ShownCommit>,
    as_of: String,
    origin: Option<String>,
    version: &'static str,
}

/// Things not seen, and documents, that are shown.
const LIMITS: usize = 200;
const DOCUMENTS: usize = 500;

/// Section 9 of a report.
pub(crate) fn view(report: &Report, words: &DossierWords, places: &PagePlaces<'_>) -> UnseenView {
    let limits = report.limits.iter().take(LIMITS).map(|limit| LimitView {
        what: named(words, &limit.what),
        why: words.told(&limit.why, 600),
        remedy: words.told(&limit.remedy, 600),
        affects: limit.affects.iter().map(|constraint| constraint.id()).collect(),
    });
    let documents = report.documents.iter().take(DOCUMENTS).map(|document| {
        let found_by = serde_json::to_value(document.matched_by).ok();
        let found_by = found_by.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
        DocumentView {
            place: places.file(&document.path),
            found_by: words.get("found-by", found_by).to_owned(),
            counts: words.get("counts-as", document.counted_as.map_or("nothing", CountedAs::word)).to_owned(),
            counted: document.counted_as.is_some(),
            why: words.told(&document.why, 300),
            confirmed_by: document.confirmed_by.as_deref().map(|by| words.cut(by, 300)),
        }
    });
    let waived = report.findings.iter().filter(|finding| finding.waived.is_some()).count();
    UnseenView {
        limits: limits.collect(),
        documents: documents.collect(),
        sources: sources(report, words),
        rules_off: report.rules_off.iter().map(|rule| words.cut(rule, 80)).collect(),
        waived: words.count(waived, "waived"),
        uncommitted: report.subject.uncommitted.iter().map(|path| words.cut(path, 300)).collect(),
        not_looked_at: report.subject.not_looked_at,
        strict: report.strict,
    }
}

/// A path is in no language.
fn named(words: &DossierWords, what: &str) -> CaseText {
    let told = words.told(what, 400);
    if what.contains(char::is_whitespace) { told } else { CaseText { lang: words.code, ..told } }
}

fn sources(report: &Report, words: &DossierWords) -> Vec<SourceView> {
    let caveats = report.metrics.period.as_ref().map(|measured| measured.caveats.as_slice()).unwrap_or_default();
    let told = report.sources.iter().map(|source| SourceView {
        name: words.cut(&source.name, 300),
        kind: words.find("source-kind", &source.kind).map_or_else(|| words.cut(&source.kind, 100), str::to_owned),
        read: source.read,
        security: source.security,
        limits: source.limits,
        untold: caveats
            .iter()
            .filter(|caveat| caveat.untold_by.contains(&source.name))
            .map(|caveat| {
                let name: &'static str = caveat.kind.into();
                words.get("untold", name).to_owned()
            })
            .collect(),
    });
    told.collect()
}

/// Section 10 of a report.
pub(crate) fn check(report: &Report, words: &DossierWords, places: &PagePlaces<'_>) -> io::Result<CheckView> {
    let subject = &report.subject;
    let committed = subject.uncommitted.is_empty() && subject.not_looked_at == 0 && subject.judged == Judged::Commit;
    let sound = |id: &&str| id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let revision = subject.revision.as_deref().filter(sound);
    let command = |what: &str| {
        let revision = revision.filter(|_| committed)?;
        Some(format!("lookback {what} --rev {revision} --as-of {}", subject.as_of))
    };
    Ok(CheckView {
        again: command("report").map(|command| format!("{command} --lang {} -o dossier.html", words.code)),
        report: command("check").map(|command| format!("{command} --format json | sha256sum")),
        digest: digest(report)?,
        revision: revision.map(str::to_owned),
        commit: revision.map(|revision| places.commit(revision)),
        as_of: subject.as_of.to_string(),
        origin: report.origin.as_deref().map(|origin| words.cut(origin, 300)),
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// SHA-256 of the JSON report, in hexadecimal digits: what anybody gets who judges the same.
fn digest(report: &Report) -> io::Result<String> {
    let mut bytes = Vec::new();
    json::report::render(report, &mut bytes)?;
    Ok(sha256(&bytes))
}
