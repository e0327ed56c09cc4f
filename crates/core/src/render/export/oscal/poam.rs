//! Plan of action and milestones: what is found as risks with their remedies, improvement actions that are open, what has to be seen to
//! be judged, and the next review.

use serde::Serialize;

use crate::judge::catalog as rules;
use crate::model::action::ActionState;
use crate::model::finding::Finding;
use crate::model::report::{Report, Verdict};
use crate::render::export::error::ExportError;
use crate::render::export::oscal::parts::{
    Observing, OscalMetadata, OscalObservation, RelatedObservation, document_uuid, line_of, metadata, text_of, uuid_of,
};
use crate::render::groups::{FindingGroup, groups};
use crate::render::words::{capital, sentence};
use lookback_reading::{count, listed};

/// Cases of a rule named in the text of a risk.
const NAMED: usize = 20;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct PlanOfActionFile {
    plan_of_action_and_milestones: PlanOfAction,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct PlanOfAction {
    uuid: String,
    metadata: OscalMetadata,
    system_id: SystemId,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    observations: Vec<OscalObservation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    risks: Vec<OscalRisk>,
    poam_items: Vec<PoamItem>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct SystemId {
    identifier_type: &'static str,
    id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct OscalRisk {
    uuid: String,
    title: String,
    description: String,
    statement: String,
    status: &'static str,
    remediations: [Remediation; 1],
    related_observations: Vec<RelatedObservation>,
}

#[derive(Serialize)]
struct Remediation {
    uuid: String,
    lifecycle: &'static str,
    title: &'static str,
    description: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct PoamItem {
    uuid: String,
    title: String,
    description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_risks: Vec<RelatedRisk>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct RelatedRisk {
    risk_uuid: String,
}

/// The file; an error where nothing at all is to be done.
pub(crate) fn plan_of_action(report: &Report) -> Result<PlanOfActionFile, ExportError> {
    let observing = Observing::new(report);
    let (mut risks, mut poam_items) = (Vec::new(), Vec::new());
    for group in &groups(report) {
        let cases: Vec<&Finding> = group.cases.iter().filter_map(|at| report.findings.get(*at)).collect();
        let Some(first) = cases.first() else { continue };
        let risk = risk(report, &observing, group, &cases);
        poam_items.push(PoamItem {
            uuid: group_uuid(report, "item", group),
            title: risk.title.clone(),
            description: text_of(&sentence(&first.remedy)),
            related_risks: vec![RelatedRisk { risk_uuid: risk.uuid.clone() }],
        });
        risks.push(risk);
    }
    poam_items.extend(to_be_seen(report));
    poam_items.extend(decided(report));
    if let Some(due) = report.cadence.due {
        poam_items.push(PoamItem {
            uuid: uuid_of(report, &["item", "review", &due.to_string()]),
            title: format!("Hold the next review by {due}"),
            description: "Review how security defects were managed since the last review, and keep the record."
                .to_owned(),
            related_risks: Vec::new(),
        });
    }
    if poam_items.is_empty() {
        return Err(ExportError {
            what: "there is nothing to plan: nothing is found, decided or due".to_owned(),
            next: "Tag the first release, or set cadence.start in lookback.toml: from then on reviews are due."
                .to_owned(),
        });
    }
    Ok(PlanOfActionFile {
        plan_of_action_and_milestones: PlanOfAction {
            uuid: document_uuid(report, "poam"),
            metadata: metadata(report, "Plan of action for security defect management"),
            system_id: SystemId { identifier_type: "http://ietf.org/rfc/rfc4122", id: uuid_of(report, &["system"]) },
            observations: observing.findings(),
            risks,
            poam_items,
        },
    })
}

/// An identifier that does not depend on what else is found.
fn group_uuid(report: &Report, kind: &str, group: &FindingGroup) -> String {
    let against = group.constraint.map_or("", |constraint| constraint.id());
    let standing = if group.waived { "waived" } else { "standing" };
    uuid_of(report, &[kind, group.rule, group.level.word(), against, standing])
}

fn risk(report: &Report, observing: &Observing<'_>, group: &FindingGroup, cases: &[&Finding]) -> OscalRisk {
    let rule = rules::find(group.rule);
    let against = group.constraint.map_or_else(String::new, |constraint| format!(" ({constraint})"));
    let mut subjects: Vec<&str> = cases.iter().map(|finding| finding.subject.as_str()).collect();
    subjects.dedup();
    let number = count(cases.len(), group.level.word());
    let answered = if group.waived { " Somebody answers for it; the observations say who and why." } else { "" };
    let remedy = cases.first().map_or("", |finding| finding.remedy.as_ref());
    OscalRisk {
        uuid: group_uuid(report, "risk", group),
        title: format!("{}{against}", group.rule),
        description: format!("{number}: {}.{answered}", text_of(&listed(&subjects, NAMED))),
        statement: rule
            .map_or_else(|| group.rule.to_owned(), |rule| format!("{} {}", sentence(rule.title), sentence(rule.why))),
        status: if group.waived { "deviation-approved" } else { "open" },
        remediations: [Remediation {
            uuid: group_uuid(report, "remediation", group),
            lifecycle: "recommendation",
            title: "What to do",
            description: text_of(&sentence(remedy)),
        }],
        related_observations: group.cases.iter().filter_map(|at| observing.of_finding(*at)).collect(),
    }
}

/// What stopped the judgement is work too.
fn to_be_seen(report: &Report) -> impl Iterator<Item = PoamItem> {
    let open = report.constraints.iter().filter(|result| result.verdict == Verdict::Undetermined);
    open.map(|result| {
        let limits = report.limits.iter().filter(|limit| limit.affects.contains(&result.constraint));
        let remedies = limits.map(|limit| format!("{}: {}", limit.what, limit.remedy));
        let said: Vec<String> = result.not_assessed.iter().cloned().chain(remedies).take(NAMED).collect();
        PoamItem {
            uuid: uuid_of(report, &["item", "undetermined", result.constraint.id()]),
            title: format!("Make {} ({}) possible to judge", result.constraint, result.constraint.info().title),
            description: text_of(&sentence(&capital(&said.join("; ")))),
            related_risks: Vec::new(),
        }
    })
}

/// Improvement actions that no record and no evidence shows to be carried out.
fn decided(report: &Report) -> impl Iterator<Item = PoamItem> {
    let open = report.actions.iter().enumerate().filter(|(_, action)| action.state == ActionState::Open);
    open.map(|(at, action)| {
        let said = |label: &str, value: &Option<String>| {
            let value = value.as_deref().unwrap_or("not stated");
            format!("{label}: {value}")
        };
        let decided = format!("decided on {} in {}", action.decided_in.on, action.decided_in.path);
        let description = [said("owner", &action.owner), said("due", &action.due_stated), decided].join("; ");
        PoamItem {
            uuid: uuid_of(report, &["item", "action", &action.decided_in.path, &action.text, &at.to_string()]),
            title: line_of(&action.text),
            description: text_of(&sentence(&description)),
            related_risks: Vec::new(),
        }
    })
}
