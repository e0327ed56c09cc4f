//! Drafts in the shipped forms, read again by the reader that judges records, and judged.

mod forms;
mod merging;
mod record;
mod word;

use lookback_reading::Reader;

use crate::judge::confirmed::Settled;
use crate::judge::draft::draft;
use crate::judge::facts::Facts;
use crate::judge::testing::Scene;
use crate::model::draft::{DraftSource, RecordDraft};
use crate::model::evidence::FoundDocument;
use crate::model::finding::Level;
use crate::model::issue::EventKind::*;
use crate::model::issue::{Resolution, Severity};
use crate::model::report::Report;
use crate::render::draft::form::{ReviewForm, write};

/// The day on which drafts are written here.
pub(super) const TODAY: &str = "2026-02-20";
pub(super) const PATH: &str = "docs/reviews/security-review-2026.md";
pub(super) const LANGUAGES: [&str; 2] = ["en", "de"];

/// A procedure, a review of last year with an open action, and no issue since.
pub(super) fn quiet() -> Scene {
    let mut scene =
        Scene::new().release("v1.0.0", "2024-03-01").procedure(Some(12)).record_with("2025-03-14", |reading| {
            let reading = reading.period("2024-03-01", "2025-03-14");
            reading.action(
                Some("A5"),
                "Add the Bluetooth interface to the fuzzing plan",
                Some("R. Meyer"),
                Some("2025-09-01"),
                None,
            )
        });
    scene.policy.targets.resolve_days = vec![(Severity::Critical, 30), (Severity::High, 60)];
    scene
}

/// The same with three issues: fixed and released, open in time, open too long.
pub(super) fn busy() -> Scene {
    let mut scene = quiet()
        .release("v1.1.0", "2025-06-01")
        .issue(
            "#12",
            &[("2025-05-01", Opened), ("2025-05-03", FirstResponse), ("2025-05-20", Fixed), ("2025-05-21", Closed)],
        )
        .issue("#15", &[("2026-02-01", Opened)])
        .issue("#17", &[("2025-09-01", Opened)]);
    for (n, title) in ["Bolus frame overruns a buffer", "Session token does not expire", "Audit log can be overwritten"]
        .iter()
        .enumerate()
    {
        let issue = &mut scene.evidence.issues[n];
        (*title).clone_into(&mut issue.title);
        issue.severity = Some(Severity::High);
        issue.url = Some(format!("https://tracker.example/issues/{}", &issue.id[1..]));
        issue.deployed = Some(n == 0);
    }
    scene.evidence.issues[0].resolution = Resolution::Fixed;
    scene.evidence.issues[0].released_in = scene.evidence.releases.last().cloned();
    scene
}

pub(super) fn drafted(scene: &Scene) -> RecordDraft {
    let as_of = TODAY.parse().unwrap();
    let mut values = draft(&Facts::new(&Settled::new(&scene.evidence, as_of), &scene.policy, as_of)).unwrap();
    let source = |name: &str, read| DraftSource {
        name: name.into(),
        kind: "issue file".into(),
        read,
        security: 3,
        digest: None,
    };
    values.sources = vec![source("issues.json", Some(40)), source("other.csv", None)];
    values
}

pub(super) fn text(scene: &Scene, language: &str) -> String {
    write(&drafted(scene), &ReviewForm::shipped(language).unwrap()).unwrap()
}

/// What people write, by the words of the place: nothing at all takes the line away.
fn answers(language: &str) -> &'static [(&'static str, &'static str)] {
    match language {
        "en" => &[
            ("Document ID:", "Document ID: SEC-REV-002"),
            ("Date held:", "Date held: 2026-02-20"),
            ("Participants:", "Participants: A. Weber, quality manager; R. Meyer, engineering"),
            ("Approved by:", "Approved by: A. Weber, 2026-02-20"),
            (
                "nothing to examine",
                "No security issue was managed in the period; intake was asked: the issue tracker, the mailbox and advisories.",
            ),
            ("go through every row", ""),
            ("Completeness:", "Completeness: complete. Every report was recorded, analysed and decided on."),
            (
                "Efficiency:",
                "Efficiency: not efficient. The audit log took longer than its target, because its storage is being replaced.",
            ),
            (
                "Resolution:",
                "Resolution: not achieved. The audit log and the session token are still open; their fixes are planned.",
            ),
            ("a row in the table below for each action", ""),
        ],
        _ => &[
            ("Dokument-ID:", "Dokument-ID: SEC-REV-002"),
            ("Durchgeführt am:", "Durchgeführt am: 2026-02-20"),
            ("Teilnehmer:", "Teilnehmer: A. Weber, Qualitätsmanagement; R. Meyer, Entwicklung"),
            ("Freigegeben von:", "Freigegeben von: A. Weber, 2026-02-20"),
            (
                "nichts zu untersuchen",
                "Im Zeitraum gab es keine Sicherheitsprobleme; die Meldewege wurden abgefragt: Issue-Tracker, Postfach und Hinweise der Lieferanten.",
            ),
            ("jede Zeile durchgehen", ""),
            (
                "Vollständigkeit:",
                "Vollständigkeit: vollständig. Jede Meldung wurde erfasst, analysiert und entschieden.",
            ),
            (
                "Effizienz:",
                "Effizienz: nicht effizient. Das Prüfprotokoll brauchte länger als sein Ziel, weil sein Speicher ersetzt wird.",
            ),
            (
                "Lösung:",
                "Lösung: nicht erreicht. Prüfprotokoll und Sitzungsschlüssel sind noch offen; ihre Behebung ist geplant.",
            ),
            ("eine Zeile für jede", ""),
        ],
    }
}

/// The answers where there was nothing to handle.
fn of_a_quiet_year(language: &str) -> &'static [(&'static str, &'static str)] {
    match language {
        "en" => &[
            ("Efficiency:", "Efficiency: efficient. Intake was watched every day and nothing came in."),
            ("Resolution:", "Resolution: achieved. Nothing was left open from the period before."),
        ],
        _ => &[
            ("Effizienz:", "Effizienz: effizient. Die Meldewege wurden täglich geprüft, und nichts ging ein."),
            ("Lösung:", "Lösung: erreicht. Aus dem Zeitraum davor blieb nichts offen."),
        ],
    }
}

/// The draft as people fill it.
pub(super) fn filled(scene: &Scene, language: &str) -> String {
    let quiet = if scene.evidence.issues.is_empty() { of_a_quiet_year(language) } else { &[] };
    let english = language == "en";
    let mut out = String::new();
    for line in text(scene, language).lines() {
        let mut line = line.to_owned();
        if line.starts_with("TODO(reviewer): ") {
            let mut known = quiet.iter().chain(answers(language));
            let (_, answer) =
                known.find(|(place, _)| line.contains(place)).unwrap_or_else(|| panic!("no answer to {line}"));
            (*answer).clone_into(&mut line);
        } else if line.starts_with("| A5") {
            line = line.replace(
                "TODO(reviewer)",
                if english {
                    "done, the plan covers it since May, see TP-2025-7"
                } else {
                    "erledigt, der Plan enthält sie seit Mai, siehe TP-2025-7"
                },
            );
        } else if line.contains("TODO(reviewer)") {
            let cells: Vec<&str> = line.split(" | ").collect();
            let (cause, change) = if english {
                ("#12 was missed by threat modelling", "the model covers the parser")
            } else {
                ("#12 wurde in der Bedrohungsmodellierung übersehen", "das Modell umfasst jetzt den Parser")
            };
            line = format!("{} | {cause} | {change} |", cells[..cells.len() - 2].join(" | "));
        }
        out += &format!("{line}\n");
    }
    let state = if english { "open" } else { "offen" };
    out + &format!("| A6 | Replace the storage of the audit log | R. Meyer | 2026-06-01 | #21 | {state} |\n")
}

pub(super) fn without_places(text: &str) -> String {
    text.lines().filter(|line| !line.contains("TODO")).map(|line| format!("{line}\n")).collect()
}

/// The judgement with this record committed today.
pub(super) fn judged(mut scene: Scene, record: &str) -> Report {
    let reading = Reader::new(&[], &[]).read(PATH, record.as_bytes());
    let found = FoundDocument { path: PATH.into(), path_signal: true, blob: None, reading, history: None };
    scene.evidence.documents.push(found);
    let scene = scene.committed(TODAY);
    crate::judge::verdict::judge(&scene.evidence, &scene.policy, TODAY.parse().unwrap(), false)
}

/// Errors and warnings, by rule and subject.
pub(super) fn faults(report: &Report) -> Vec<String> {
    let standing = report.findings.iter().filter(|finding| finding.level > Level::Note);
    standing.map(|finding| format!("{} {}", finding.rule, finding.subject)).collect()
}
