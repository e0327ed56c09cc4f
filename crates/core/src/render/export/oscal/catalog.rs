//! The two clauses as a small catalog in our own words (the standard's text is licensed), and the plan that assesses them.

use serde::Serialize;

use crate::model::report::Report;
use crate::render::export::oscal::parts::{
    OscalBackMatter, OscalMetadata, OscalResource, document_uuid, metadata, uuid_of,
};
use crate::render::words::sentence;
use lookback_reading::{CONSTRAINTS, Constraint, STANDARD_EDITION};

/// The clauses and what they are about, in our words.
const CLAUSES: [(&str, &str); 2] =
    [("4.1.6", "Improvement of the security life cycle"), ("4.1.8", "Periodic review of security defect management")];

#[derive(Serialize)]
pub(crate) struct CatalogFile {
    catalog: OscalCatalog,
}

#[derive(Serialize)]
struct OscalCatalog {
    uuid: String,
    metadata: OscalMetadata,
    controls: Vec<OscalControl>,
}

#[derive(Serialize)]
struct OscalControl {
    id: String,
    title: String,
    parts: Vec<ControlPart>,
}

#[derive(Serialize)]
struct ControlPart {
    id: String,
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    prose: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<ControlPart>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct PlanFile {
    assessment_plan: AssessmentPlan,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct AssessmentPlan {
    uuid: String,
    metadata: OscalMetadata,
    import_ssp: OscalImport,
    reviewed_controls: ReviewedControls,
    back_matter: OscalBackMatter,
}

/// A document that another one builds on.
#[derive(Serialize)]
pub(crate) struct OscalImport {
    /// `#` and the identifier of a resource.
    pub href: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ReviewedControls {
    control_selections: Vec<ControlSelection>,
    control_objective_selections: Vec<ObjectiveSelection>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ControlSelection {
    include_controls: Vec<ControlId>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ControlId {
    control_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ObjectiveSelection {
    include_objectives: Vec<ObjectiveId>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ObjectiveId {
    objective_id: String,
}

fn control_id(clause: &str) -> String {
    format!("iec-81001-5-1-{clause}")
}

/// `iec-81001-5-1-4.1.8_obj.b`.
pub(crate) fn objective_id(constraint: Constraint) -> String {
    let letter = constraint.id().rsplit('#').next().unwrap_or_default();
    format!("{}_obj.{letter}", control_id(constraint.info().clause))
}

/// The catalog.
pub(crate) fn catalog(report: &Report) -> CatalogFile {
    let controls = CLAUSES.map(|(clause, title)| {
        let id = control_id(clause);
        let of_clause = || CONSTRAINTS.iter().filter(|info| info.clause == clause);
        let part =
            |id: String, name, prose: &str| ControlPart { id, name, prose: Some(sentence(prose)), parts: vec![] };
        let items =
            of_clause().map(|info| part(objective_id(info.constraint).replace("_obj.", "_smt."), "item", info.says));
        let statement = ControlPart { id: format!("{id}_smt"), name: "statement", prose: None, parts: items.collect() };
        let objectives =
            of_clause().map(|info| part(objective_id(info.constraint), "assessment-objective", info.question));
        let parts = std::iter::once(statement).chain(objectives).collect();
        OscalControl { title: title.to_owned(), parts, id }
    });
    CatalogFile {
        catalog: OscalCatalog {
            uuid: document_uuid(report, "catalog"),
            metadata: metadata(report, &format!("{STANDARD_EDITION} 4.1.6 and 4.1.8, paraphrased")),
            controls: controls.into(),
        },
    }
}

/// The plan.
pub(crate) fn plan(report: &Report) -> PlanFile {
    let system = uuid_of(report, &["system"]);
    let resource = OscalResource {
        uuid: system.clone(),
        title: "The software and its repository".to_owned(),
        description: "There is no system security plan: what is assessed is the process, by what its repository holds."
            .to_owned(),
        base64: None,
    };
    PlanFile {
        assessment_plan: AssessmentPlan {
            uuid: document_uuid(report, "plan"),
            metadata: metadata(report, "Plan of the assessment of security defect management"),
            import_ssp: OscalImport { href: format!("#{system}") },
            reviewed_controls: reviewed(),
            back_matter: OscalBackMatter { resources: vec![resource] },
        },
    }
}

/// Both clauses with all their objectives.
pub(crate) fn reviewed() -> ReviewedControls {
    let controls = CLAUSES.map(|(clause, _)| ControlId { control_id: control_id(clause) });
    let objectives = Constraint::ALL.map(|constraint| ObjectiveId { objective_id: objective_id(constraint) });
    ReviewedControls {
        control_selections: vec![ControlSelection { include_controls: controls.into() }],
        control_objective_selections: vec![ObjectiveSelection { include_objectives: objectives.into() }],
    }
}
