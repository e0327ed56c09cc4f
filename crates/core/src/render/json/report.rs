//! Writes the JSON report, the list of readings and the list of issues.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::model::finding::Finding;
use crate::model::limit::Limit;
use crate::model::report::{ConstraintResult, DocumentResult, IssueResult, LaneResult, Report, Review};
use crate::model::span::Span;
use crate::render::json::reading::JsonReading;
use crate::render::json::rows::JsonRows;
use crate::render::json::safe::write;
use crate::render::json::shape::{
    JsonCadence, JsonConstraint, JsonCoverage, JsonDocument, JsonEvidence, JsonFinding, JsonIssue, JsonLane,
    JsonRelease, JsonReport, JsonReview, SCHEMA_VERSION, Tool,
};
use crate::render::{lane, words};
use lookback_reading::Reading;

/// Writes the report, one value with a line end.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write(&JsonReport::from(report), out)
}

/// Writes the security issues: the array `issues` of the report.
pub fn issues_json(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write(&issues(report), out)
}

/// Writes what the reader saw: an array with one value per file, in the order given.
pub fn read_json(readings: &[(String, Reading)], out: &mut dyn Write) -> io::Result<()> {
    write(&readings.iter().map(|(path, reading)| JsonReading::new(path, reading)).collect::<Vec<_>>(), out)
}

/// Writes the two lines of the timeline, and what could not be seen: `held`, the array `spans` of the report, and `on_record`, `null`
/// where it is not known.
pub fn timeline_json(
    held: &[Span],
    on_record: Option<&[Span]>,
    limits: &[Limit],
    out: &mut dyn Write,
) -> io::Result<()> {
    write(&serde_json::json!({ "held": held, "on_record": on_record, "limits": limits }), out)
}

impl<'a> From<&'a Report> for JsonReport<'a> {
    fn from(report: &'a Report) -> Self {
        JsonReport {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: "lookback".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            subject: report.subject.clone(),
            verdict: report.verdict,
            exit_code: report.exit_code,
            lane: lane(&report.lane),
            strict: report.strict,
            rules_off: report.rules_off.clone(),
            origin: report.origin.clone(),
            policy: report.policy.clone(),
            constraints: report.constraints.iter().map(constraint).collect(),
            cadence: JsonCadence {
                state: report.cadence.state,
                window: report.cadence.window.clone(),
                last_review: report.cadence.last_review,
                due: report.cadence.due,
                days_left: report.cadence.days_left,
                gaps: report.cadence.gaps.clone(),
            },
            spans: report.spans.clone(),
            documents: report.documents.iter().map(document).collect(),
            reviews: report.reviews.iter().map(review).collect(),
            sources: report.sources.clone(),
            issues: issues(report),
            coverage: report.coverage.as_ref().map(|coverage| JsonCoverage {
                period: coverage.period,
                record: coverage.record.clone(),
                managed: coverage.managed,
                examined: coverage.examined,
                missing: coverage.missing.clone(),
                unsure: coverage.unsure.clone(),
                balance: coverage.balance,
            }),
            next_population: report.next_population.clone(),
            actions: report.actions.clone(),
            analyses: report.analyses.clone(),
            metrics: report.metrics.clone(),
            findings: JsonRows::written(move || Box::new(report.findings.iter().map(finding))),
            limits: report.limits.clone(),
        }
    }
}

fn lane(result: &LaneResult) -> JsonLane {
    JsonLane {
        name: lane::name(result.lane).to_owned(),
        policy: lane::policy(result.lane).map(str::to_owned),
        verdict: result.verdict,
        exit_code: result.exit_code,
        base: result.base.clone(),
        changed: result.changed.clone(),
        enforced: result.enforced.clone(),
        not_enforced: result.not_enforced.clone(),
        not_seen: result.not_seen.clone(),
    }
}

fn constraint(result: &ConstraintResult) -> JsonConstraint {
    let evidence = result.evidence.iter().map(|(path, quote)| JsonEvidence {
        path: path.clone(),
        line: quote.line,
        place: quote.place.clone(),
        quote: quote.text.clone(),
    });
    JsonConstraint {
        id: result.constraint,
        verdict: result.verdict,
        not_assessed: result.not_assessed.clone(),
        findings: result.findings.clone(),
        evidence: evidence.collect(),
    }
}

fn document(document: &DocumentResult) -> JsonDocument {
    JsonDocument {
        path: document.path.clone(),
        matched_by: document.matched_by,
        kind: document.kind,
        content_match: document.content_match,
        counted_as: document.counted_as,
        why: document.why.clone(),
        confirmed_by: document.confirmed_by.clone(),
    }
}

fn review(review: &Review) -> JsonReview {
    JsonReview {
        path: review.path.clone(),
        doc_id: review.doc_id.clone(),
        title: review.title.clone(),
        date_held: review.date_held,
        date_source: review.date_source,
        period: review.period,
        period_stated: review.period_stated,
        status: review.status.clone(),
        approved_by: review.approved_by.clone(),
        approval: review.approval,
        counted: review.counted,
        why_not: review.why_not.clone(),
        examined: review.examined,
        words: review.words.clone(),
    }
}

fn issues(report: &Report) -> JsonRows<'_, JsonIssue<'_>> {
    JsonRows::written(move || {
        let known = report.issues.iter().map(|result| issue(result, false));
        Box::new(known.chain(report.candidates.iter().map(|result| issue(result, true))))
    })
}

fn issue(result: &IssueResult, candidate: bool) -> JsonIssue<'_> {
    let issue = &result.issue;
    JsonIssue {
        id: issue.id.as_str().into(),
        aliases: Cow::Borrowed(&issue.aliases),
        title: issue.title.as_str().into(),
        url: issue.url.as_deref().map(Cow::from),
        severity: issue.severity,
        cwe: Cow::Borrowed(&issue.cwe),
        sources: Cow::Borrowed(&issue.sources),
        why: words::why(issue).into(),
        candidate,
        state: result.state,
        opened: result.opened,
        closed: result.closed,
        resolution: issue.resolution,
        fix_commits: issue.fix_commits.as_slice().into(),
        released_in: issue.released_in.as_ref().map(|release| JsonRelease {
            tag: release.tag.clone(),
            date: release.date,
            rule: issue.release_rule,
        }),
        deployed: issue.deployed,
        closed_by: Cow::Borrowed(&issue.closed_by),
        private: issue.private,
        repositories: Cow::Borrowed(&issue.repositories),
        managed: result.managed,
        examined: result.examined,
        events: issue.events.as_slice().into(),
    }
}

fn finding(finding: &Finding) -> JsonFinding<'_> {
    JsonFinding {
        rule: finding.rule.into(),
        level: finding.level,
        constraint: finding.constraint,
        message: finding.message.as_str().into(),
        remedy: finding.remedy.as_ref().into(),
        form: finding.form.as_ref().into(),
        subject: finding.subject.as_str().into(),
        facet: finding.facet.as_deref().map(Cow::from),
        location: finding.location.as_ref().map(Cow::Borrowed),
        quote: finding.quote.as_ref().map(|quote| quote.text.as_str().into()),
        related: finding.related.as_slice().into(),
        waived: finding.waived.as_deref().map(Cow::from),
        uncommitted: finding.uncommitted,
    }
}
