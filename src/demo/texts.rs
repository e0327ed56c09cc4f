//! What stands in the demo's commits. Days count back from the day the demo plays on.

use chrono::{Datelike, Days, NaiveDate};
use serde_json::json;

/// One commit of the demo.
pub(crate) struct DemoStep {
    /// Days before today.
    pub ago: u64,
    pub message: String,
    pub files: Vec<(String, String)>,
    pub tag: Option<&'static str>,
}

/// The day so many days before.
pub(crate) fn before(today: NaiveDate, ago: u64) -> NaiveDate {
    today.checked_sub_days(Days::new(ago)).unwrap_or(today)
}

const FIRST_REVIEW: u64 = 1170;
/// 486 days after the first: late.
pub(crate) const SECOND_REVIEW: u64 = 684;
const THIRD_REVIEW: u64 = 320;

/// An issue of the demo's tracker.
pub(crate) struct DemoIssue {
    number: u32,
    title: &'static str,
    labels: &'static [&'static str],
    opened: u64,
    closed: Option<(u64, &'static str)>,
}

pub(crate) const fn issue(
    number: u32,
    title: &'static str,
    labels: &'static [&'static str],
    opened: u64,
    closed: Option<(u64, &'static str)>,
) -> DemoIssue {
    DemoIssue { number, title, labels, opened, closed }
}

const DONE: &str = "COMPLETED";

pub(crate) const ISSUES: [DemoIssue; 16] = [
    issue(
        1,
        "Serial console accepts commands without login",
        &["security", "severity: high", "CWE-306"],
        1390,
        Some((1375, DONE)),
    ),
    issue(2, "Alarm text is cut off on the small display", &["bug"], 1380, Some((1370, DONE))),
    issue(
        3,
        "Default password is the same on every pump",
        &["security", "severity: critical"],
        1330,
        Some((1290, DONE)),
    ),
    issue(4, "Add the service interface to the threat model", &["process"], 1168, Some((1110, DONE))),
    issue(5, "Drug library update is not signed", &["security", "severity: high"], 1100, Some((1020, DONE))),
    issue(6, "Web service leaks patient id in the log", &["security", "severity: medium"], 960, Some((930, DONE))),
    issue(8, "Battery gauge jumps at 20 %", &["bug"], 900, Some((880, DONE))),
    issue(9, "TLS library with known vulnerability", &["security", "severity: high"], 800, Some((760, DONE))),
    issue(10, "Monitor the advisories of suppliers weekly", &["process"], 683, Some((650, DONE))),
    issue(11, "Translate the manual to French", &["documentation"], 700, None),
    issue(
        12,
        "Oversized bolus frame overruns the receive buffer",
        &["security", "severity: critical"],
        600,
        Some((570, DONE)),
    ),
    issue(
        14,
        "Bluetooth pairing without confirmation",
        &["security", "severity: medium"],
        540,
        Some((430, "NOT_PLANNED")),
    ),
    issue(15, "Session token does not expire", &["security", "severity: medium"], 470, Some((440, DONE))),
    issue(17, "Audit log can be overwritten by a local user", &["security", "severity: high"], 390, None),
    issue(18, "Firmware image accepts downgrade", &["security", "severity: high"], 380, Some((345, DONE))),
    issue(
        20,
        "Time server answers are not authenticated",
        &["security", "severity: low", "CWE-306"],
        190,
        Some((150, DONE)),
    ),
];

/// File name of the record with the gaps.
pub(crate) fn last_record_name(today: NaiveDate) -> String {
    record_name(today, THIRD_REVIEW)
}

fn record_name(today: NaiveDate, ago: u64) -> String {
    format!("security-review-{}.md", before(today, ago).year())
}

fn cve(today: NaiveDate, ago: u64, number: u32) -> String {
    format!("CVE-{}-{number}", before(today, ago).year())
}

pub(crate) fn tracker(today: NaiveDate) -> String {
    let time = |ago: u64| format!("{}T08:00:00Z", before(today, ago));
    let list: Vec<_> = ISSUES
        .iter()
        .map(|issue| {
            json!({
                "number": issue.number,
                "title": issue.title,
                "labels": issue.labels.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
                "state": if issue.closed.is_some() { "CLOSED" } else { "OPEN" },
                "stateReason": issue.closed.map_or("", |(_, reason)| reason),
                "createdAt": time(issue.opened),
                "closedAt": issue.closed.map(|(ago, _)| time(ago)),
                "url": format!("https://github.com/acme-medical/pump-firmware/issues/{}", issue.number),
            })
        })
        .collect();
    format!("{:#}\n", serde_json::Value::Array(list))
}

pub(crate) fn code(version: &str, lines: &[&str]) -> String {
    let mut text = format!("/* Infusion pump firmware {version} */\n#include \"pump.h\"\n\n");
    for line in lines {
        text += line;
        text.push('\n');
    }
    text
}

/// All commits, oldest first.
pub(crate) fn steps(today: NaiveDate) -> Vec<DemoStep> {
    let src = |version: &str, lines: &[&str]| vec![("src/main.c".to_owned(), code(version, lines))];
    let step = |ago: u64, message: &str, files: Vec<(String, String)>, tag: Option<&'static str>| DemoStep {
        ago,
        message: message.to_owned(),
        files,
        tag,
    };
    let doc = |path: &str, text: String| vec![(path.to_owned(), text)];
    let review = |ago: u64, text: String| doc(&format!("docs/reviews/{}", record_name(today, ago)), text);
    vec![
        step(
            1460,
            "Infusion pump firmware: first commit",
            {
                let mut files = src("0.1.0", &["int main(void) { return pump_run(); }"]);
                files.push((
                    "README.md".into(),
                    "# Pump firmware\n\nFirmware of the ACME P1 infusion pump (a demo made by `lookback demo`).\n"
                        .into(),
                ));
                files.push((
                    "lookback.toml".into(),
                    "[issues]\nfiles = [\"issues.json\"]\n\n[targets]\ncritical = 30\nhigh = 60\nmedium = 90\n".into(),
                ));
                files
            },
            None,
        ),
        step(1400, "Release 1.0.0", src("1.0.0", &["int main(void) { return pump_run(); }"]), Some("v1.0.0")),
        step(
            1376,
            "fix(security): ask for a login on the serial console\n\nFixes #1",
            src("1.0.1", &["console_require_login();", "int main(void) { return pump_run(); }"]),
            None,
        ),
        step(
            1374,
            "Release 1.0.1",
            src("1.0.1", &["console_require_login();", "int main(void) { return pump_run(); }"]),
            Some("v1.0.1"),
        ),
        step(
            1350,
            "docs: procedure for the review of security defect management",
            doc("docs/security-review-procedure.md", procedure(today)),
            None,
        ),
        step(
            1345,
            "docs: form for the review record",
            doc("docs/templates/security-review-template.md", template()),
            None,
        ),
        step(
            1292,
            "fix(security): a password of its own for every pump\n\nFixes #3",
            src("1.1.0", &["console_require_login();", "password_from_serial_number_and_seed();"]),
            None,
        ),
        step(
            1285,
            "Release 1.1.0",
            src("1.1.0", &["console_require_login();", "password_from_serial_number_and_seed();", "/* release */"]),
            Some("v1.1.0"),
        ),
        step(FIRST_REVIEW - 4, "Record the first security review", review(FIRST_REVIEW, first_record(today)), None),
        step(
            1112,
            "docs: the threat model covers the service interface\n\nFixes #4",
            doc("docs/threat-model.md", threat_model()),
            None,
        ),
        step(
            1022,
            "fix(security): verify the signature of the drug library\n\nFixes #5",
            src("2.0.0", &["verify_signature(library);"]),
            None,
        ),
        step(1010, "Release 2.0.0", src("2.0.0", &["verify_signature(library);", "/* release */"]), Some("v2.0.0")),
        step(
            932,
            "fix(security): no patient id in the log\n\nFixes #6",
            src("2.0.1", &["verify_signature(library);", "log_mask(PATIENT_ID);"]),
            None,
        ),
        step(
            925,
            "Release 2.0.1",
            src("2.0.1", &["verify_signature(library);", "log_mask(PATIENT_ID);", "/* release */"]),
            Some("v2.0.1"),
        ),
        step(
            762,
            &format!("build: upgrade the TLS library ({})\n\nFixes #9", cve(today, 762, 90_417)),
            src("2.1.0", &["tls_init_v3();"]),
            None,
        ),
        step(755, "Release 2.1.0", src("2.1.0", &["tls_init_v3();", "/* release */"]), Some("v2.1.0")),
        step(SECOND_REVIEW - 3, "Record the second security review", review(SECOND_REVIEW, second_record(today)), None),
        step(
            572,
            &format!("fix(security): reject oversized bolus frames ({})\n\nFixes #12", cve(today, 572, 90_512)),
            src("3.0.0", &["if (frame->length > MAX_FRAME) return REJECT;"]),
            None,
        ),
        step(
            565,
            "Release candidate 1 of 3.0.0",
            src("3.0.0-rc.1", &["if (frame->length > MAX_FRAME) return REJECT;"]),
            Some("v3.0.0-rc.1"),
        ),
        step(
            560,
            "docs: what the oversized bolus frame taught us",
            doc(&format!("docs/postmortem-{}.md", before(today, 560)), postmortem(today)),
            None,
        ),
        step(
            555,
            "Release 3.0.0",
            src("3.0.0", &["if (frame->length > MAX_FRAME) return REJECT;", "/* release */"]),
            Some("v3.0.0"),
        ),
        step(
            442,
            "fix(security): sessions expire after ten minutes\n\nFixes #15",
            src("3.0.1", &["session_timeout(600);"]),
            None,
        ),
        step(
            347,
            "fix(security): refuse older firmware images\n\nFixes #18",
            src("3.1.0", &["session_timeout(600);", "refuse_downgrade();"]),
            None,
        ),
        step(
            340,
            "Release 3.1.0",
            src("3.1.0", &["session_timeout(600);", "refuse_downgrade();", "/* release */"]),
            Some("v3.1.0"),
        ),
        step(THIRD_REVIEW - 5, "Record the third security review", review(THIRD_REVIEW, third_record(today)), None),
        step(
            152,
            "fix(security): authenticate answers of the time server\n\nFixes #20",
            src("3.1.1", &["ntp_authenticate();"]),
            None,
        ),
        step(30, "Export the issues for the coming review", vec![("issues.json".into(), tracker(today))], None),
    ]
}

pub(crate) fn procedure(today: NaiveDate) -> String {
    format!(
        "# Procedure: periodic review of security defect management\n\n| Field | Value |\n|---|---|\n| Document ID | SOP-SEC-07 |\n| Version | 1.0 |\n| Effective date | {} |\n\n\
## Purpose\n\nThis procedure establishes the periodic review of how security defects of the pump are managed, as IEC 81001-5-1 4.1.6 and 4.1.8 ask.\n\n\
## Periodic review\n\nThe quality manager shall review the management of security defects at least annually. The review shall examine every security-related issue managed since the last review and assess whether their management was complete, whether it was efficient, and whether it led to resolution. Inputs are the issue tracker, field reports and advisories of suppliers. Participants are quality, engineering and clinical affairs.\n\n\
## Continuous improvement\n\nThe team shall keep improving the security development life cycle. Every security defect found in deployed software shall be analysed: which activity missed it, and what changes in that activity. Changes become improvement actions with owner and due date.\n",
        before(today, 1350)
    )
}

fn threat_model() -> String {
    "# Threat model\n\n| Interface | Threat | Control |\n|---|---|---|\n| Service port | Commands without a login | Login, one password a pump |\n| Web service | Patient data in transit | TLS |\n".to_owned()
}

pub(crate) fn template() -> String {
    "# Security review YYYY\n\n| Field | Value |\n|---|---|\n| Document ID | TBD |\n| Date held | YYYY-MM-DD |\n| Period | YYYY-MM-DD to YYYY-MM-DD |\n| Approved by | [Name] |\n\n## Issues examined\n\n| Issue | Severity | State | Disposition |\n|---|---|---|---|\n|  |  |  |  |\n\n## Completeness\n\n[To be determined]\n\n## Efficiency\n\n[To be determined]\n\n## Resolution\n\n[To be determined]\n".to_owned()
}

pub(crate) struct DocumentHead {
    number: u32,
    ago: u64,
    from: u64,
    to: u64,
    approved: u64,
}

pub(crate) fn head(today: NaiveDate, head: &DocumentHead) -> String {
    let held = before(today, head.ago);
    format!(
        "# Review of security defect management {}\n\n| Field | Value |\n|---|---|\n| Document ID | SEC-REV-{:03} |\n| Version | 1.0 |\n| Status | Approved |\n| Product | P1 infusion pump firmware |\n| Procedure | SOP-SEC-07, IEC 81001-5-1 4.1.8 |\n| Date held | {held} |\n| Period | {} to {} |\n| Author | Robin Meyer, engineering |\n| Approved by | Dr. Anna Weber, quality manager |\n| Approval date | {} |\n\n## Participants\n\n- Dr. Anna Weber, quality manager\n- Robin Meyer, engineering\n- Sam Okafor, clinical affairs\n\n",
        held.year(),
        head.number,
        before(today, head.from),
        before(today, head.to),
        before(today, head.approved)
    )
}

pub(crate) fn table(rows: &[(u32, &str, &str, &str)]) -> String {
    let mut text =
        String::from("## Issues examined\n\n| Issue | Severity | State | Disposition |\n|---|---|---|---|\n");
    for (number, severity, state, disposition) in rows {
        text += &format!("| #{number} | {severity} | {state} | {disposition} |\n");
    }
    text.push('\n');
    text
}

fn first_record(today: NaiveDate) -> String {
    head(
        today,
        &DocumentHead { number: 1, ago: FIRST_REVIEW, from: 1460, to: FIRST_REVIEW + 2, approved: FIRST_REVIEW - 2 },
    ) + &table(&[(1, "high", "closed", "fixed in v1.0.1"), (3, "critical", "closed", "fixed in v1.1.0")])
        + "## Completeness\n\nThe handling was complete: both reports were triaged, fixed, tested and released, and the field was informed.\n\n\
## Efficiency\n\nThe handling was efficient for #1, which was fixed within 15 days. #3 took 40 days and missed the target of 30 days, because no engineer was on call.\n\n\
## Resolution\n\nThe handling led to resolution: both issues were fixed and no security issue was open at the cut-off.\n\n\
## Analysis of deployed defects\n\nBoth defects were found in deployed software. #1 and #3 escaped because threat modelling had not covered the service interface; the threat model now includes it.\n\n\
## Improvement actions\n\n| Id | Action | Owner | Due | Issue | State |\n|---|---|---|---|---|---|\n\
| A1 | Add the service interface to the threat model | Robin Meyer | "
        + &before(today, 1100).to_string()
        + " | #4, for #1 | open |\n| A2 | Set up an on-call rota for security reports | Sam Okafor | "
        + &before(today, 1080).to_string()
        + " |  | open |\n"
}

fn second_record(today: NaiveDate) -> String {
    head(
        today,
        &DocumentHead {
            number: 2,
            ago: SECOND_REVIEW,
            from: FIRST_REVIEW + 1,
            to: SECOND_REVIEW + 2,
            approved: SECOND_REVIEW - 1,
        },
    ) + &table(&[
        (5, "high", "closed", "fixed in v2.0.0"),
        (6, "medium", "closed", "fixed in v2.0.1"),
        (9, "high", "closed", "TLS library upgraded in v2.1.0"),
    ]) + "## Follow-up of earlier actions\n\n- A1: done, the threat model covers the service interface since spring.\n- A2: done, the on-call rota for security reports is filed as QM-LIST-12.\n\n\
## Completeness\n\nThe handling was complete: every report of the period was triaged, fixed, tested and released.\n\n\
## Efficiency\n\nThe handling was not efficient for #5, which took 80 days against a target of 60. The others met their targets.\n\n\
## Resolution\n\nThe handling led to resolution: no security issue was open at the cut-off. This review was held four months late, because the quality manager's post was vacant.\n\n\
## Analysis of deployed defects\n\nAll three defects were found in deployed software. #5 escaped because the security requirements did not name the drug library; the requirement was added. #6 escaped code review; the checklist now asks for personal data in logs. #9 escaped because supplier monitoring was not set up; it now runs weekly.\n\n\
## Improvement actions\n\n| Id | Action | Owner | Due | Issue | State |\n|---|---|---|---|---|---|\n\
| A3 | Monitor supplier advisories weekly | Robin Meyer | "
        + &before(today, 640).to_string()
        + " | #10 | open |\n| A4 | Fuzz the bolus protocol in every build | Sam Okafor | "
        + &before(today, 600).to_string()
        + " |  | open |\n| A5 | Ask for personal data in logs at every code review | Sam Okafor | "
        + &before(today, 610).to_string()
        + " |  | open |\n"
}

/// The record with the gaps: #14 and #18 are not named, efficiency is not judged, #17 was open, A4 is forgotten, nothing shows A5,
/// one action has no owner.
fn third_record(today: NaiveDate) -> String {
    head(
        today,
        &DocumentHead {
            number: 3,
            ago: THIRD_REVIEW,
            from: SECOND_REVIEW + 1,
            to: THIRD_REVIEW + 2,
            approved: THIRD_REVIEW - 3,
        },
    ) + &table(&[
        (12, "critical", "closed", "fixed in v3.0.0"),
        (15, "medium", "closed", "fixed, to be released"),
        (17, "high", "in work", "fix planned"),
    ]) + "## Follow-up of earlier actions\n\n- A3: done, supplier advisories are monitored weekly.\n- A5: done, reviewers ask for it.\n\n\
## Completeness\n\nThe handling was complete: every report was triaged and analysed.\n\n\
## Resolution\n\nAll security issues were resolved.\n\n\
## Analysis of deployed defects\n\n#12 was found in deployed software. It escaped because the bolus interface was not in the fuzzing plan; the plan was changed.\n\n\
## Improvement actions\n\n| Id | Action | Owner | Due | Issue | State |\n|---|---|---|---|---|---|\n\
| A6 | Add the Bluetooth interface to the fuzzing plan |  | "
        + &before(today, 250).to_string()
        + " |  | open |\n"
}

fn postmortem(today: NaiveDate) -> String {
    format!(
        "# Post-mortem: oversized bolus frame ({})\n\nDate: {}\n\n## What happened\n\nA hospital reported on {} that the pump restarted when it received an oversized bolus frame. The security defect #12 was in deployed firmware since v1.0.0: the receive buffer could be overrun by anyone on the ward network.\n\n\
## Why it was not found earlier\n\nThe bolus interface was not in the fuzzing plan, and code review did not ask for length checks.\n\n\
## What we changed\n\n- The fuzzing plan was extended to the bolus interface.\n- The code review checklist was updated and now asks for length checks.\n",
        cve(today, 572, 90_512),
        before(today, 560),
        before(today, 600)
    )
}
