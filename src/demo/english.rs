//! The documents of the demo in English.

use chrono::{Datelike, NaiveDate};

use crate::demo::texts::{DemoDocuments, FIRST_REVIEW, Mend, SECOND_REVIEW, THIRD_REVIEW, before, cve};

/// All of them, as they stand for a day.
pub(crate) fn documents(today: NaiveDate) -> DemoDocuments {
    DemoDocuments {
        procedure: procedure(today),
        template: template(),
        threat_model: threat_model(),
        postmortem: postmortem(today),
        records: [first_record(today), second_record(today), third_record(today)],
        mends: vec![
            Mend::after(
                "| #17 |",
                "| #14 | medium | closed | risk accepted: pairing needs the pump in hand |\n| #18 | high | closed | fixed in v3.1.0 |",
            ),
            Mend::after(
                "The handling was complete",
                "## Efficiency\nThe handling was not efficient for #14 and #17, which missed their targets; a second engineer is on call now.",
            ),
            Mend::instead(
                "All security issues were resolved.",
                "The handling did not lead to resolution in every case: #17 is open, and its fix is planned for the next release.",
            ),
            Mend::after(
                "#12 was found in deployed software.",
                "#14 and #15 escaped because threat modelling did not cover pairing and sessions; the threat model now includes both. #18 escaped code review; the checklist now asks for downgrades.",
            ),
        ],
    }
}

fn procedure(today: NaiveDate) -> String {
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

fn template() -> String {
    "# Security review YYYY\n\n| Field | Value |\n|---|---|\n| Document ID | TBD |\n| Date held | YYYY-MM-DD |\n| Period | YYYY-MM-DD to YYYY-MM-DD |\n| Approved by | [Name] |\n\n## Issues examined\n\n| Issue | Severity | State | Disposition |\n|---|---|---|---|\n|  |  |  |  |\n\n## Completeness\n\n[To be determined]\n\n## Efficiency\n\n[To be determined]\n\n## Resolution\n\n[To be determined]\n".to_owned()
}

struct DocumentHead {
    number: u32,
    ago: u64,
    from: u64,
    to: u64,
    approved: u64,
}

fn head(today: NaiveDate, head: &DocumentHead) -> String {
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

fn table(rows: &[(u32, &str, &str, &str)]) -> String {
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
