//! Assessment results: a finding a constraint, an observation a quote and a fault. Plan and catalog lie inside, so that one file is whole.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::model::report::{ConstraintResult, Report, Verdict};
use crate::render::export::oscal::catalog::{OscalImport, ReviewedControls, catalog, objective_id, plan, reviewed};
use crate::render::export::oscal::parts::{
    EmbeddedFile, Observing, OscalBackMatter, OscalMetadata, OscalObservation, OscalResource, RelatedObservation,
    document_uuid, metadata, moment, text_of, uuid_of,
};
use crate::render::status::status_line;
use crate::render::words::{capital, sentence};
use lookback_reading::count;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ResultsFile {
    assessment_results: AssessmentResults,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct AssessmentResults {
    uuid: String,
    metadata: OscalMetadata,
    import_ap: OscalImport,
    results: [AssessmentResult; 1],
    back_matter: OscalBackMatter,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct AssessmentResult {
    uuid: String,
    title: String,
    description: String,
    start: String,
    end: String,
    reviewed_controls: ReviewedControls,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    observations: Vec<OscalObservation>,
    findings: Vec<ObjectiveFinding>,
    remarks: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ObjectiveFinding {
    uuid: String,
    title: String,
    description: String,
    target: ObjectiveTarget,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_observations: Vec<RelatedObservation>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ObjectiveTarget {
    r#type: &'static str,
    target_id: String,
    status: ObjectiveStatus,
}

#[derive(Serialize)]
struct ObjectiveStatus {
    state: &'static str,
    reason: &'static str,
    remarks: String,
}

/// The file.
pub(crate) fn results(report: &Report) -> ResultsFile {
    let observing = Observing::new(report);
    let mut observations = observing.findings();
    let mut findings = Vec::new();
    for result in &report.constraints {
        let support = result.evidence.iter().enumerate();
        let support = support.map(|(at, (path, quote))| observing.support(result.constraint.id(), path, quote, at));
        let support: Vec<_> = support.collect();
        let related = support.iter().map(|one| RelatedObservation { observation_uuid: one.uuid.clone() });
        let faults = result.findings.iter().filter_map(|at| observing.of_finding(*at));
        findings.push(finding(report, result, related.chain(faults).collect()));
        observations.extend(support);
    }
    let plan_id = uuid_of(report, &["resource", "plan"]);
    let embedded = |uuid: String, title: &str, filename, json: Result<String, serde_json::Error>| OscalResource {
        uuid,
        title: title.to_owned(),
        description: format!("{title}, in this file so that it is whole."),
        base64: Some(EmbeddedFile {
            filename,
            media_type: "application/json",
            // What is made of text and lists alone is always written.
            value: STANDARD.encode(json.unwrap_or_default()),
        }),
    };
    let catalog_id = uuid_of(report, &["resource", "catalog"]);
    let resources = vec![
        embedded(plan_id.clone(), "Assessment plan", "assessment-plan.json", serde_json::to_string(&plan(report))),
        embedded(catalog_id, "Catalog", "catalog.json", serde_json::to_string(&catalog(report))),
    ];
    ResultsFile {
        assessment_results: AssessmentResults {
            uuid: document_uuid(report, "results"),
            metadata: metadata(report, "Assessment of security defect management"),
            import_ap: OscalImport { href: format!("#{plan_id}") },
            results: [AssessmentResult {
                uuid: document_uuid(report, "result"),
                title: capital(&report.said()),
                description: text_of(&sentence(&status_line(report))),
                start: moment(report),
                end: moment(report),
                reviewed_controls: reviewed(),
                observations,
                findings,
                remarks: unseen(report),
            }],
            back_matter: OscalBackMatter { resources },
        },
    }
}

fn finding(report: &Report, result: &ConstraintResult, related: Vec<RelatedObservation>) -> ObjectiveFinding {
    let info = result.constraint.info();
    ObjectiveFinding {
        uuid: uuid_of(report, &["objective", info.id]),
        title: format!("{}: {}", result.constraint, info.title),
        description: sentence(info.says),
        target: ObjectiveTarget {
            r#type: "objective-id",
            target_id: objective_id(result.constraint),
            status: status(result),
        },
        related_observations: related,
    }
}

/// Satisfied is what conforms and was judged in full, and nothing else.
fn status(result: &ConstraintResult) -> ObjectiveStatus {
    let whole = result.not_assessed.is_empty();
    let (state, reason) = match result.verdict {
        Verdict::Conforms if whole => ("satisfied", "pass"),
        Verdict::Nonconforming => ("not-satisfied", "fail"),
        Verdict::Conforms | Verdict::NotDue | Verdict::Undetermined => ("not-satisfied", "other"),
    };
    let why = if whole { String::new() } else { format!(": {}", result.not_assessed.join("; ")) };
    ObjectiveStatus { state, reason, remarks: text_of(&sentence(&format!("{}{why}", result.verdict.word()))) }
}

fn unseen(report: &Report) -> String {
    let limits: Vec<_> = report.limits.iter().take(20).map(|limit| format!("{}: {}", limit.what, limit.why)).collect();
    match report.limits.len() {
        0 => "Nothing is known that could not be seen.".to_owned(),
        n => text_of(&format!("{} could not be seen: {}", count(n, "thing"), limits.join("; "))),
    }
}
