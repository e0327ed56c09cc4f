//! The JSON report → the report, so that what was judged once can be shown again, in every format and to the same bytes.

use std::borrow::Cow;

use crate::judge::catalog;
use crate::model::finding::Finding;
use crate::model::issue::{Issue, Release};
use crate::model::policy::PullRequestLane;
use crate::model::report::{
    CadenceResult, ConstraintResult, Coverage, DocumentResult, IssueResult, IssueState, Lane, LaneResult, Report,
    Review,
};
use crate::render::escape::line;
use crate::render::json::shape::{
    JsonConstraint, JsonDocument, JsonFinding, JsonIssue, JsonLane, JsonReport, JsonReview, SCHEMA_VERSION,
};
use crate::render::lane;
use lookback_reading::{Quote, one_based, shorten};

/// Why a JSON report could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Not JSON, or not the report of `check`.
    #[error("this is no report of `lookback check --format json`: {}", line(&.0.to_string()))]
    Shape(#[from] serde_json::Error),
    /// Of another version of the format.
    #[error("the report has version {0} of the format; this lookback reads version {SCHEMA_VERSION}")]
    Version(u32),
    /// A word that this version does not know.
    #[error("the report names the {what} `{}`, which this lookback does not know", line(&shorten(.word, 80)))]
    Unknown {
        /// What the word should be.
        what: &'static str,
        /// The word.
        word: String,
    },
}

/// Reads a report that [`render`](crate::render::json::report::render) wrote.
pub fn report(text: &str) -> Result<Report, ReportError> {
    let json: JsonReport = serde_json::from_str(text)?;
    if json.schema_version != SCHEMA_VERSION {
        return Err(ReportError::Version(json.schema_version));
    }
    let documents: Vec<DocumentResult> = json.documents.into_iter().map(document).collect();
    let (candidates, issues): (Vec<JsonIssue<'_>>, Vec<JsonIssue<'_>>) =
        json.issues.read().into_iter().partition(|issue| issue.candidate);
    let reviews = json.reviews.into_iter().map(|read| review(read, &documents)).collect();
    Ok(Report {
        subject: json.subject,
        verdict: json.verdict,
        exit_code: json.exit_code,
        strict: json.strict,
        rules_off: json.rules_off,
        origin: json.origin,
        policy: json.policy,
        lane: lane_result(json.lane)?,
        constraints: json.constraints.into_iter().map(constraint).collect(),
        cadence: CadenceResult {
            state: json.cadence.state,
            window: json.cadence.window,
            last_review: json.cadence.last_review,
            due: json.cadence.due,
            days_left: json.cadence.days_left,
            gaps: json.cadence.gaps,
        },
        spans: json.spans,
        documents,
        reviews,
        sources: json.sources,
        issues: issues.into_iter().map(issue).collect(),
        candidates: candidates.into_iter().map(issue).collect(),
        coverage: json.coverage.map(|coverage| Coverage {
            period: coverage.period,
            record: coverage.record,
            managed: coverage.managed,
            examined: coverage.examined,
            missing: coverage.missing,
            unsure: coverage.unsure,
            balance: coverage.balance,
        }),
        next_population: json.next_population,
        actions: json.actions,
        analyses: json.analyses,
        metrics: json.metrics,
        findings: json.findings.read().into_iter().map(finding).collect::<Result<_, _>>()?,
        limits: json.limits,
    })
}

fn lane_result(json: JsonLane) -> Result<LaneResult, ReportError> {
    let lanes = [
        Lane::Enforce,
        Lane::PullRequest(PullRequestLane::Changed),
        Lane::PullRequest(PullRequestLane::All),
        Lane::PullRequest(PullRequestLane::Report),
    ];
    let named = |one: &Lane| lane::name(*one) == json.name && lane::policy(*one) == json.policy.as_deref();
    let Some(lane) = lanes.into_iter().find(named) else {
        return Err(ReportError::Unknown { what: "lane", word: json.policy.unwrap_or(json.name) });
    };
    Ok(LaneResult {
        lane,
        verdict: json.verdict,
        exit_code: json.exit_code,
        base: json.base,
        changed: json.changed,
        enforced: json.enforced,
        not_enforced: json.not_enforced,
        not_seen: json.not_seen,
    })
}

fn constraint(json: JsonConstraint) -> ConstraintResult {
    let evidence = json.evidence.into_iter().map(|seen| {
        let quote = Quote { line: seen.line, column: one_based(1), text: seen.quote, place: seen.place };
        (seen.path, quote)
    });
    ConstraintResult {
        constraint: json.id,
        verdict: json.verdict,
        findings: json.findings,
        evidence: evidence.collect(),
        not_assessed: json.not_assessed,
    }
}

fn document(json: JsonDocument) -> DocumentResult {
    DocumentResult {
        path: json.path,
        matched_by: json.matched_by,
        kind: json.kind,
        content_match: json.content_match,
        counted_as: json.counted_as,
        why: json.why,
        confirmed_by: json.confirmed_by,
    }
}

fn review(json: JsonReview, documents: &[DocumentResult]) -> Review {
    // Documents stand in the order of the evidence.
    let document = documents.iter().position(|document| document.path == json.path).unwrap_or_default();
    Review {
        path: json.path,
        doc_id: json.doc_id,
        title: json.title,
        date_held: json.date_held,
        date_source: json.date_source,
        period: json.period,
        period_stated: json.period_stated,
        status: json.status,
        approved_by: json.approved_by,
        approval: json.approval,
        counted: json.counted,
        why_not: json.why_not,
        examined: json.examined,
        words: json.words,
        document,
    }
}

fn issue(json: JsonIssue<'_>) -> IssueResult {
    IssueResult {
        state: json.state,
        opened: json.opened,
        closed: json.closed,
        managed: json.managed,
        examined: json.examined,
        issue: Issue {
            aliases: json.aliases.into_owned(),
            title: json.title.into_owned(),
            url: json.url.map(Cow::into_owned),
            severity: json.severity,
            cwe: json.cwe.into_owned(),
            sources: json.sources.into_owned(),
            events: json.events.into_owned(),
            resolution: json.resolution,
            fix_commits: json.fix_commits.into_owned(),
            release_rule: json.released_in.as_ref().and_then(|release| release.rule),
            released_in: json.released_in.map(|release| Release { tag: release.tag, date: release.date }),
            deployed: json.deployed,
            why: Some(json.why.into_owned()),
            private: json.private,
            undated: json.state == IssueState::Closed && json.closed.is_none(),
            state_unknown: false,
            repositories: json.repositories.into_owned(),
            ..Issue::new(json.id.into_owned(), "")
        },
    }
}

fn finding(json: JsonFinding<'_>) -> Result<Finding, ReportError> {
    let Some(rule) = catalog::find(&json.rule) else {
        return Err(ReportError::Unknown { what: "rule", word: json.rule.into_owned() });
    };
    let at = json.location.as_ref();
    let quote = json.quote.map(|text| Quote {
        line: at.and_then(|at| at.line).unwrap_or(one_based(1)),
        column: at.and_then(|at| at.column).unwrap_or(one_based(1)),
        text: text.into_owned(),
        place: at.and_then(|at| at.place.clone()),
    });
    Ok(Finding {
        rule: rule.id,
        level: json.level,
        constraint: json.constraint,
        message: json.message.into_owned(),
        remedy: json.remedy.into_owned().into(),
        form: json.form.into_owned().into(),
        subject: json.subject.into_owned(),
        facet: json.facet.map(Cow::into_owned),
        location: json.location.map(Cow::into_owned),
        quote,
        related: json.related.into_owned(),
        waived: json.waived.map(Cow::into_owned),
        uncommitted: json.uncommitted,
    })
}
