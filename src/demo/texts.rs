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

pub(crate) const FIRST_REVIEW: u64 = 1170;
/// 486 days after the first: late.
pub(crate) const SECOND_REVIEW: u64 = 684;
pub(crate) const THIRD_REVIEW: u64 = 320;

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

pub(crate) fn cve(today: NaiveDate, ago: u64, number: u32) -> String {
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

/// The documents of the demo, in one language.
pub(crate) struct DemoDocuments {
    pub procedure: String,
    pub template: String,
    pub threat_model: String,
    pub postmortem: String,
    /// The reviews, oldest first.
    pub records: [String; 3],
    /// What makes the last record sound, from its top to its bottom.
    pub mends: Vec<Mend>,
}

/// One change of a record.
pub(crate) struct Mend {
    /// How the line begins.
    pub at: &'static str,
    /// Does the text stand instead of the line? Else after it.
    pub instead: bool,
    /// What to write.
    pub text: String,
}

impl Mend {
    pub(crate) fn after(at: &'static str, text: impl Into<String>) -> Self {
        Mend { at, instead: false, text: text.into() }
    }

    pub(crate) fn instead(at: &'static str, text: impl Into<String>) -> Self {
        Mend { at, instead: true, text: text.into() }
    }
}

/// All commits, oldest first.
pub(crate) fn steps(today: NaiveDate, documents: &DemoDocuments) -> Vec<DemoStep> {
    let [first, second, third] = &documents.records;
    let src = |version: &str, lines: &[&str]| vec![("src/main.c".to_owned(), code(version, lines))];
    let step = |ago: u64, message: &str, files: Vec<(String, String)>, tag: Option<&'static str>| DemoStep {
        ago,
        message: message.to_owned(),
        files,
        tag,
    };
    let doc = |path: &str, text: &str| vec![(path.to_owned(), text.to_owned())];
    let review = |ago: u64, text: &str| doc(&format!("docs/reviews/{}", record_name(today, ago)), text);
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
            doc("docs/security-review-procedure.md", &documents.procedure),
            None,
        ),
        step(
            1345,
            "docs: form for the review record",
            doc("docs/templates/security-review-template.md", &documents.template),
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
        step(FIRST_REVIEW - 4, "Record the first security review", review(FIRST_REVIEW, first), None),
        step(
            1112,
            "docs: the threat model covers the service interface\n\nFixes #4",
            doc("docs/threat-model.md", &documents.threat_model),
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
        step(SECOND_REVIEW - 3, "Record the second security review", review(SECOND_REVIEW, second), None),
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
            doc(&format!("docs/postmortem-{}.md", before(today, 560)), &documents.postmortem),
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
        step(THIRD_REVIEW - 5, "Record the third security review", review(THIRD_REVIEW, third), None),
        step(
            152,
            "fix(security): authenticate answers of the time server\n\nFixes #20",
            src("3.1.1", &["ntp_authenticate();"]),
            None,
        ),
        step(30, "Export the issues for the coming review", vec![("issues.json".into(), tracker(today))], None),
    ]
}
