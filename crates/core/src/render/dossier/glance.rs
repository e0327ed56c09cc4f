//! Sections 1 and 5: the verdict, four facts, the six constraints with their findings and evidence, and why one is not judged.

use serde::Serialize;

use crate::model::finding::Level;
use crate::model::period::State;
use crate::model::report::{ConstraintResult, Report, Verdict};
use crate::render::dossier::findings::anchor;
use crate::render::dossier::places::{PagePlaces, ShownQuote};
use crate::render::dossier::statement::last_record;
use crate::render::dossier::told::CaseText;
use crate::render::dossier::words::DossierWords;
use lookback_reading::Constraint;

/// A fact: what it is, what is told, a word more; `tone` as of a verdict.
#[derive(Serialize)]
pub(crate) struct FactView {
    label: String,
    value: String,
    note: String,
    tone: &'static str,
}

/// A constraint.
#[derive(Serialize)]
pub(crate) struct ConstraintView {
    id: &'static str,
    anchor: String,
    title: String,
    says: String,
    question: String,
    verdict: &'static str,
    verdict_word: String,
    findings: String,
    why: Vec<CaseText>,
    evidence: Vec<ShownQuote>,
}

/// Reasons shown beside a verdict; the others are counted.
const REASONS: usize = 3;
/// Issues named beside a count.
const NAMED: usize = 3;

/// `4 errors, 5 warnings, 2 notes`; only what there is.
pub(crate) fn counted(report: &Report, words: &DossierWords, of: Option<&ConstraintResult>) -> String {
    let findings: Vec<_> = match of {
        Some(result) => result.findings.iter().filter_map(|at| report.findings.get(*at)).collect(),
        None => report.findings.iter().collect(),
    };
    let at = |level: Level| findings.iter().filter(|one| one.waived.is_none() && one.level == level).count();
    let mut parts: Vec<String> = [Level::Error, Level::Warning, Level::Note]
        .into_iter()
        .filter(|level| at(*level) > 0)
        .map(|level| words.count(at(level), level.word()))
        .collect();
    let waived = findings.iter().filter(|finding| finding.waived.is_some()).count();
    if waived > 0 {
        parts.push(words.count(waived, "waived"));
    }
    if parts.is_empty() { words.get("glance", "none").to_owned() } else { parts.join(", ") }
}

/// The overall verdict in words.
pub(crate) fn said(report: &Report, words: &DossierWords) -> String {
    let early = report.constraints.iter().any(|result| result.verdict == Verdict::NotDue);
    let due = report.cadence.due.filter(|_| report.cadence.last_review.is_none());
    match (report.verdict, early, due) {
        (Verdict::Conforms, true, Some(due)) => words.say("verdict", "so-far-due", &[("due", &words.day(due))]),
        (Verdict::Conforms, true, None) => words.get("verdict", "so-far").to_owned(),
        (verdict, ..) => words.verdict(verdict).to_owned(),
    }
}

/// The six constraints.
pub(crate) fn constraints(report: &Report, words: &DossierWords, places: &PagePlaces<'_>) -> Vec<ConstraintView> {
    report.constraints.iter().map(|result| constraint(report, words, places, result)).collect()
}

fn constraint(
    report: &Report,
    words: &DossierWords,
    places: &PagePlaces<'_>,
    result: &ConstraintResult,
) -> ConstraintView {
    let id = result.constraint.id();
    let own = |text: String| CaseText { text, lang: words.code };
    let mut why: Vec<CaseText> = result.not_assessed.iter().take(REASONS).map(|why| words.told(why, 400)).collect();
    if result.not_assessed.len() > REASONS {
        why.push(own(words.say("text", "more", &[("n", &(result.not_assessed.len() - REASONS).to_string())])));
    }
    if result.verdict == Verdict::NotDue {
        why.insert(0, own(not_due(report, words, result.constraint)));
    }
    ConstraintView {
        id,
        anchor: anchor(result.constraint),
        title: words.get("title", id).to_owned(),
        says: words.get("says", id).to_owned(),
        question: words.get("question", id).to_owned(),
        verdict: result.verdict.word(),
        verdict_word: words.verdict(result.verdict).to_owned(),
        findings: counted(report, words, Some(result)),
        why,
        evidence: result.evidence.iter().map(|(path, quote)| places.quote(path, quote)).collect(),
    }
}

fn not_due(report: &Report, words: &DossierWords, constraint: Constraint) -> String {
    match report.cadence.due.filter(|_| constraint != Constraint::DeployedDefectsAnalysed) {
        Some(due) => words.say("glance", "first-due", &[("due", &words.day(due))]),
        None => words.get("glance", "no-defect-due").to_owned(),
    }
}

/// The four facts.
pub(crate) fn facts(report: &Report, words: &DossierWords) -> Vec<FactView> {
    vec![due(report, words), last(report, words), examined(report, words), released(report, words)]
}

fn fact(words: &DossierWords, label: &str, value: String, note: String, tone: &'static str) -> FactView {
    FactView { label: words.get("glance", label).to_owned(), value, note, tone }
}

fn due(report: &Report, words: &DossierWords) -> FactView {
    let cadence = &report.cadence;
    let first = if cadence.last_review.is_none() { "first-review-due" } else { "next-review-due" };
    let (Some(due), Some(left)) = (cadence.due, cadence.days_left) else {
        return fact(
            words,
            first,
            words.get("glance", "no-date").to_owned(),
            words.get("glance", "no-clock").to_owned(),
            "",
        );
    };
    let days = words.count(usize::try_from(left.unsigned_abs()).unwrap_or(usize::MAX), "day");
    let (name, tone) = match left {
        ..=-1 => ("late", "nonconforming"),
        0 => ("today", "undetermined"),
        _ if cadence.state == State::DueSoon => ("in-days", "undetermined"),
        _ => ("in-days", ""),
    };
    fact(words, first, words.day(due), words.say("glance", name, &[("days", &days)]), tone)
}

fn last(report: &Report, words: &DossierWords) -> FactView {
    match (last_record(report), report.cadence.last_review) {
        (Some(record), Some(day)) => {
            let name = record.doc_id.as_deref().unwrap_or(&record.path);
            fact(words, "last-review", words.day(day), words.cut(name, 120), "")
        }
        _ => fact(
            words,
            "last-review",
            words.get("glance", "none").to_owned(),
            words.get("glance", "no-review").to_owned(),
            "nonconforming",
        ),
    }
}

fn examined(report: &Report, words: &DossierWords) -> FactView {
    let Some(coverage) = &report.coverage else {
        let n = report.next_population.managed.len();
        let note = words.say("glance", "to-examine", &[("issues", &words.count(n, "issue"))]);
        return fact(words, "examined", words.get("text", "na").to_owned(), note, "");
    };
    let (n, of) = (coverage.examined.to_string(), coverage.managed.to_string());
    let open: Vec<&String> = coverage.missing.iter().chain(&coverage.unsure).collect();
    let mut ids = open.iter().take(NAMED).map(|id| words.cut(id, 40)).collect::<Vec<_>>().join(", ");
    if open.len() > NAMED {
        ids += &words.say("text", "more", &[("n", &(open.len() - NAMED).to_string())]);
    }
    let (note, tone) = if open.is_empty() {
        (words.period(coverage.period), "")
    } else {
        (words.say("glance", "not-named", &[("ids", &ids)]), "nonconforming")
    };
    fact(words, "examined", words.say("glance", "n-of", &[("n", &n), ("of", &of)]), note, tone)
}

fn released(report: &Report, words: &DossierWords) -> FactView {
    let all = report.metrics.period.as_ref().and_then(|measured| measured.groups.get("all"));
    let na = || words.get("text", "na").to_owned();
    let Some(all) = all else {
        return fact(words, "to-release", na(), words.get("glance", "nothing-measured").to_owned(), "");
    };
    let spread = &all.days_identified_to_release;
    let days = |days: f64| words.say("count", "day-many", &[("n", &words.number(days))]);
    match (spread.median, spread.p90) {
        (Some(median), Some(p90)) => {
            let (n, p90, open) = (spread.n.to_string(), words.number(p90), all.open.to_string());
            let note = words.say("glance", "spread", &[("n", &n), ("p90", &p90), ("open", &open)]);
            fact(words, "to-release", days(median), note, "")
        }
        _ => fact(words, "to-release", na(), words.get("glance", "nothing-released").to_owned(), ""),
    }
}
