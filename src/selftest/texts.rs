//! The documents, issues and commits that scenarios are made of. A conforming whole; each scenario changes what it is about.

use chrono::NaiveDate;
use serde_json::json;

use crate::scenario::ScenarioCommit;

/// A commit on a day.
pub(crate) fn commit(on: &str, message: &str, files: &[(&str, String)]) -> ScenarioCommit {
    ScenarioCommit {
        // The days are constants of this folder; a test builds every scenario.
        on: on.parse().unwrap_or(NaiveDate::MIN),
        message: message.to_owned(),
        files: files.iter().map(|(path, text)| ((*path).to_owned(), text.clone())).collect(),
        tag: None,
    }
}

/// A release of the product.
fn release(on: &str, tag: &str) -> ScenarioCommit {
    let file = ("src/pump.c", format!("/* {tag} */\nint main(void) {{ return pump_run(); }}\n"));
    ScenarioCommit { tag: Some(tag.to_owned()), ..commit(on, &format!("Release {tag}"), &[file]) }
}

/// A security issue as `gh issue list --json` writes it: number, title, severity, opened, (closed, reason).
pub(crate) type ExampleIssue<'a> = (u32, &'a str, &'a str, &'a str, Option<(&'a str, &'a str)>);

/// The issue file.
pub(crate) fn issues(issues: &[ExampleIssue]) -> String {
    let list: Vec<_> = issues
        .iter()
        .map(|(number, title, severity, opened, closed)| {
            json!({
                "number": number,
                "title": title,
                "labels": [{"name": "security"}, {"name": format!("severity: {severity}")}],
                "state": if closed.is_some() { "CLOSED" } else { "OPEN" },
                "stateReason": closed.map_or("", |(_, reason)| reason),
                "createdAt": format!("{opened}T08:00:00Z"),
                "closedAt": closed.map(|(day, _)| format!("{day}T08:00:00Z")),
                "url": format!("https://tracker.example/acme/pump/issues/{number}"),
            })
        })
        .collect();
    format!("{:#}\n", serde_json::Value::Array(list))
}

/// The procedure that prescribes review and improvement.
pub(crate) const PROCEDURE: &str = "\
# Procedure: periodic review of security defect management

| Field | Value |
|---|---|
| Document ID | SOP-SEC-07 |
| Version | 1.0 |
| Effective date | 2024-02-15 |
| Owner | Dr. Anna Weber, quality manager |

## Purpose

This procedure establishes the periodic review of the problem resolution process for security issues.

## Periodic review

The quality manager shall review the management of security defects at least annually. The review shall examine every \
security-related issue managed since the last review and assess whether their management was complete, whether it was \
efficient, and whether it led to resolution. Inputs are the issue tracker, field reports and advisories of suppliers. \
Participants are quality, engineering and clinical affairs.

## Continuous improvement

The team shall keep improving the security development life cycle. Every security defect found in deployed software shall be \
analysed: which activity missed it, and what changes in that activity. Changes become improvement actions with owner and due \
date.
";

/// A review record; every part can be changed.
#[derive(Clone)]
pub(crate) struct ExampleRecord {
    pub status: &'static str,
    pub held: &'static str,
    pub period: &'static str,
    pub approved_by: &'static str,
    pub approved_on: &'static str,
    pub rows: Vec<(u32, &'static str, &'static str, &'static str)>,
    pub follow_up: &'static str,
    pub completeness: &'static str,
    pub efficiency: &'static str,
    pub resolution: &'static str,
    pub analysis: &'static str,
    pub actions: &'static str,
}

/// The review of January 2025: issues #1 and #2.
pub(crate) fn first() -> ExampleRecord {
    ExampleRecord {
        status: "Approved",
        held: "2025-01-10",
        period: "2024-01-10 to 2025-01-08",
        approved_by: "Dr. Anna Weber, quality manager",
        approved_on: "2025-01-14",
        rows: vec![(1, "high", "closed", "fixed in v1.0.1"), (2, "medium", "closed", "fixed in v1.1.0")],
        follow_up: "",
        completeness: "The handling was complete: both reports were triaged, fixed, tested and released.",
        efficiency: "The handling was efficient: #1 was fixed within 15 days and #2 within 30, against targets of 30 and 90.",
        resolution: "The handling led to resolution: both issues were fixed and none was open at the cut-off.",
        analysis: "Both defects were found in deployed software. #1 and #2 escaped because threat modelling had not covered the service interface; the threat model now includes it.",
        actions: "| A1 | Add the service interface to the threat model | Robin Meyer | 2025-03-31 | #4 | open |",
    }
}

/// The review of January 2026: issue #3, and the follow-up of A1.
pub(crate) fn second() -> ExampleRecord {
    ExampleRecord {
        status: "Approved",
        held: "2026-01-09",
        period: "2025-01-09 to 2026-01-07",
        approved_by: "Dr. Anna Weber, quality manager",
        approved_on: "2026-01-13",
        rows: vec![(3, "high", "closed", "fixed in v1.2.0")],
        follow_up: "- A1: done, the threat model covers the service interface since March, see TM-2025-3.",
        completeness: "The handling was complete: the one report of the period was triaged, fixed, tested, released and announced.",
        efficiency: "The handling was efficient: #3 was fixed within 20 days against a target of 30.",
        resolution: "The handling led to resolution: #3 was fixed and no security issue was open at the cut-off.",
        analysis: "#3 was found in deployed software. It escaped because the update interface was not in the fuzzing plan; the plan was changed.",
        actions: "| A2 | Fuzz the update interface in every build | Sam Okafor | 2026-09-30 | #5 | open |",
    }
}

impl ExampleRecord {
    /// The Markdown text.
    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "# Review of security defect management {}\n\n| Field | Value |\n|---|---|\n| Document ID | SEC-REV-{} |\n\
             | Version | 1.0 |\n| Status | {} |\n| ExampleProduct | P1 infusion pump firmware |\n| Procedure | SOP-SEC-07, IEC 81001-5-1 4.1.8 |\n\
             | Date held | {} |\n| Period | {} |\n| Author | Robin Meyer, engineering |\n| Approved by | {} |\n| Approval date | {} |\n\n\
             ## Participants\n\n- Dr. Anna Weber, quality manager\n- Robin Meyer, engineering\n- Sam Okafor, clinical affairs\n\n\
             ## Issues examined\n\n| ExampleIssue | Severity | State | Disposition |\n|---|---|---|---|\n",
            self.approved_on.get(..4).unwrap_or_default(),
            self.approved_on.get(..4).unwrap_or_default(),
            self.status,
            self.held,
            self.period,
            self.approved_by,
            self.approved_on
        );
        for (number, severity, state, disposition) in &self.rows {
            text += &format!("| #{number} | {severity} | {state} | {disposition} |\n");
        }
        let parts = [
            ("Follow-up of earlier actions", self.follow_up),
            ("Completeness", self.completeness),
            ("Efficiency", self.efficiency),
            ("Resolution", self.resolution),
            ("Analysis of deployed defects", self.analysis),
        ];
        for (heading, words) in parts.iter().filter(|(_, words)| !words.is_empty()) {
            text += &format!("\n## {heading}\n\n{words}\n");
        }
        let head = "| Id | Action | Owner | Due | ExampleIssue | State |\n|---|---|---|---|---|---|";
        if !self.actions.is_empty() {
            text += &format!("\n## Improvement actions\n\n{head}\n{}\n", self.actions);
        }
        text
    }
}

/// Everything that a product's repository holds.
pub(crate) struct ExampleProduct {
    pub config: String,
    pub procedure: Option<&'static str>,
    pub issues: Option<String>,
    pub first: Option<ExampleRecord>,
    pub second: Option<ExampleRecord>,
    /// Where the second record lies, and the day of the commit that adds it.
    pub second_at: (&'static str, &'static str),
    pub more: Vec<ScenarioCommit>,
}

/// The issues of the conforming product.
pub(crate) const ISSUES: [ExampleIssue; 3] = [
    (1, "Serial console accepts commands without login", "high", "2024-03-01", Some(("2024-03-16", "COMPLETED"))),
    (2, "Web service leaks patient id in the log", "medium", "2024-08-01", Some(("2024-08-31", "COMPLETED"))),
    (3, "Firmware image accepts downgrade", "high", "2025-05-05", Some(("2025-05-25", "COMPLETED"))),
];

/// A product that conforms: released since February 2024, reviewed in January 2025 and 2026.
pub(crate) fn product() -> ExampleProduct {
    ExampleProduct {
        config: "[issues]\nfiles = [\"issues.json\"]\n\n[targets]\ncritical = 14\nhigh = 30\nmedium = 90\n".to_owned(),
        procedure: Some(PROCEDURE),
        issues: Some(issues(&ISSUES)),
        first: Some(first()),
        second: Some(second()),
        second_at: ("docs/reviews/security-review-2026.md", "2026-01-13"),
        more: Vec::new(),
    }
}

impl ExampleProduct {
    /// Its history, oldest first.
    pub(crate) fn commits(self) -> Vec<ScenarioCommit> {
        let mut files = vec![
            ("README.md", "# Pump firmware\n\nFirmware of the ACME P1 infusion pump.\n".to_owned()),
            ("lookback.toml", self.config),
        ];
        files.extend(self.issues.map(|text| ("issues.json", text)));
        let fix = |on: &str, number: u32, what: &str| {
            let file = ("src/fix.c", format!("/* {what} */\n"));
            commit(on, &format!("fix(security): {what}\n\nFixes #{number}"), &[file])
        };
        let mut commits = vec![commit("2024-01-10", "Pump firmware", &files), release("2024-02-01", "v1.0.0")];
        if let Some(text) = self.procedure {
            let file = ("docs/security-review-procedure.md", text.to_owned());
            commits.push(commit("2024-02-15", "docs: procedure of the security review", &[file]));
        }
        commits.push(fix("2024-03-15", 1, "ask for a login on the serial console"));
        commits.push(release("2024-03-20", "v1.0.1"));
        commits.push(fix("2024-08-30", 2, "no patient id in the log"));
        commits.push(release("2024-09-05", "v1.1.0"));
        if let Some(record) = self.first {
            let file = ("docs/reviews/security-review-2025.md", record.text());
            commits.push(commit("2025-01-14", "docs: security review", &[file]));
        }
        commits.push(fix("2025-05-24", 3, "refuse older firmware images"));
        commits.push(release("2025-06-02", "v1.2.0"));
        if let Some(record) = self.second {
            let (path, on) = self.second_at;
            commits.push(commit(on, "docs: security review", &[(path, record.text())]));
        }
        commits.extend(self.more);
        commits
    }
}
