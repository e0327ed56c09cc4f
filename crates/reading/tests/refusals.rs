//! What refuses a record and what does not, wherever it stands: sentences of our own, in both languages, put into a sound record.

use std::collections::BTreeMap;

use lookback_reading::{Answer, Reader, Reading};

const ENGLISH: &str = "# Yearly review of how security problems were handled, 2025

| Field | Value |
|---|---|
| Document id | QR-25-7 |
| Status | approved |
| Date of review | 2025-11-20 |
| Review period | 2024-11-18 to 2025-11-16 |
| Participants | Ines Ortiz (Quality), Paul Frey (Product Security) |
| Approved by | Ines Ortiz, 2025-11-21 |

## Issues examined

| Issue | Matter |
|---|---|
| #21 | Service port open after restart |
| #27 | Token visible in the export |

Both vulnerabilities were looked at one by one.

## Judgement

The handling of the issues was complete: both reports were registered, assessed and decided.

The handling was efficient: the fixes were released within 18 days against a target of 30.

It led to resolution: both issues were fixed and released.

- The tracker was compared with the mailbox.
- The mailbox was tested in June.

## Improvement actions

| Action | Owner | Due |
|---|---|---|
| Add the export to the fuzzing plan (#31) | Paul Frey | 2026-02-27 |
";

const GERMAN: &str = "# Jährliche Überprüfung der Bearbeitung von Sicherheitsproblemen 2025

| Feld | Wert |
|---|---|
| Dokument-ID | QR-25-8 |
| Status | freigegeben |
| Datum der Überprüfung | 20.11.2025 |
| Berichtszeitraum | 18.11.2024 bis 16.11.2025 |
| Teilnehmer | Ines Ortiz (Qualität), Paul Frey (Produktsicherheit) |
| Freigegeben von | Ines Ortiz, 21.11.2025 |

## Betrachtete Sicherheitsprobleme

| Nr. | Gegenstand |
|---|---|
| #21 | Wartungszugang nach Neustart offen |
| #27 | Token im Export sichtbar |

Beide Schwachstellen wurden einzeln betrachtet.

## Bewertung

Die Bearbeitung war vollständig: Beide Meldungen wurden erfasst, bewertet und entschieden.

Die Bearbeitung war effizient: Die Korrekturen wurden innerhalb von 18 Tagen ausgeliefert, das Ziel sind 30.

Sie führte zur Lösung: Beide Sicherheitsprobleme wurden behoben und ausgeliefert.

- Der Tracker wurde mit dem Postfach verglichen.
- Das Postfach wurde im Juni erprobt.

## Maßnahmen

| Maßnahme | Verantwortlich | Frist |
|---|---|---|
| Export in den Fuzzing-Plan aufnehmen (#31) | Paul Frey | 27.02.2026 |
";

fn read(text: &str) -> Reading {
    Reader::new(&[], &[]).read("docs/quality/security-review-2025.md", text.as_bytes())
}

/// The record with a sentence before its first section, as an item, a cell, a line at the end, and behind two hundred paragraphs.
fn places(record: &str, sentence: &str) -> Vec<(&'static str, String)> {
    let section = record.find("\n## ").unwrap_or(0);
    let item = record.find("\n- ").unwrap_or(0);
    let row = record.find("\n| #27").unwrap_or(0);
    let insert = |at: usize, text: &str| format!("{}{text}{}", &record[..at], &record[at..]);
    let paragraphs = "The mailbox was read.\n\n".repeat(200);
    vec![
        ("below the head", insert(section, &format!("\n{sentence}\n"))),
        ("as an item", insert(item, &format!("\n- {sentence}"))),
        ("in a cell", insert(row, &format!("\n| Note | {sentence} |"))),
        ("at the end", format!("{record}\n{sentence}\n")),
        ("far below", format!("{record}\n## Notes\n\n{paragraphs}{sentence}\n")),
    ]
}

type Kinds = BTreeMap<String, BTreeMap<String, Vec<String>>>;

fn refusing() -> impl Iterator<Item = (String, BTreeMap<String, Vec<String>>)> {
    let read = |text: &str| toml::from_str::<Kinds>(text).expect("well-formed");
    read(include_str!("data/refusing.toml")).into_iter().chain(read(include_str!("data/denying.toml")))
}

#[derive(serde::Deserialize)]
struct Harmless {
    sentences: Vec<String>,
}

#[test]
fn the_plain_records_are_held() {
    for text in [ENGLISH, GERMAN] {
        let reading = read(text);
        assert_eq!(reading.held.answer, Answer::Proven, "{:?}", reading.held);
        assert!(reading.presents_review);
    }
}

#[test]
fn a_refusing_sentence_refuses_wherever_it_stands() {
    let mut let_through = Vec::new();
    let mut all = 0;
    for (kind, languages) in refusing() {
        for (language, sentences) in languages {
            let record = if language == "de" { GERMAN } else { ENGLISH };
            for sentence in sentences {
                for (place, text) in places(record, &sentence) {
                    all += 1;
                    if read(&text).held.answer == Answer::Proven {
                        let_through.push(format!("{kind} {place}: {sentence}"));
                    }
                }
            }
        }
    }
    assert!(let_through.is_empty(), "{} of {all} let through:\n{}", let_through.len(), let_through.join("\n"));
}

#[test]
fn a_harmless_sentence_refuses_nothing() {
    let harmless: Harmless = toml::from_str(include_str!("data/harmless.toml")).expect("well-formed");
    assert!(harmless.sentences.len() >= 60);
    let mut accused = Vec::new();
    for sentence in &harmless.sentences {
        let german = sentence
            .split(' ')
            .any(|word| ["Die", "Der", "Das", "wurde", "Eine", "Kein", "Frau", "Mit", "Wenn"].contains(&word));
        for (place, text) in places(if german { GERMAN } else { ENGLISH }, sentence) {
            let held = read(&text).held;
            if held.answer != Answer::Proven {
                accused.push(format!("{place}: {sentence} -> {:?}", held.why_not));
            }
        }
    }
    assert!(accused.is_empty(), "{}:\n{}", accused.len(), accused.join("\n"));
}

#[test]
fn statuses_of_the_document_decide() {
    let with =
        |status: &str| read(&ENGLISH.replace("| Status | approved |", &format!("| Status | {status} |"))).held.answer;
    for status in ["final", "closed", "signed", "active", "effective", "current", "published", "completed", "released"]
    {
        assert_eq!(with(status), Answer::Proven, "{status}");
    }
    for status in [
        "draft",
        "rejected",
        "void",
        "obsolete",
        "awaiting signature",
        "submitted for approval",
        "in preparation",
        "withdrawn",
    ] {
        assert_eq!(with(status), Answer::Denied, "{status}");
    }
    // An approval with name and day settles a word of neither list.
    assert_eq!(with("green"), Answer::Proven);
    let unapproved = ENGLISH
        .replace("| Status | approved |", "| Status | green |")
        .replace("| Approved by | Ines Ortiz, 2025-11-21 |\n", "");
    assert_eq!(read(&unapproved).held.answer, Answer::Unsure);
    // The status of an issue or a section is not the document's.
    let section = format!("{ENGLISH}\n## Migration\n\nStatus: in progress\n");
    assert_eq!(read(&section).held.answer, Answer::Proven);
    let flagged = format!("---\ntitle: Yearly review of security problem handling 2025\ndraft: true\n---\n{ENGLISH}");
    assert_eq!(read(&flagged).held.answer, Answer::Denied);
}

#[test]
fn gaps_where_a_value_belongs() {
    let judgement = "The handling was efficient: the fixes were released within 18 days against a target of 30.";
    for gap in [
        "The handling was efficient: …",
        "…",
        "(to be written)",
        "Efficiency: xxx",
        "<judgement on efficiency>",
        "[to be completed]",
        "Efficiency: ???",
        "(noch zu ergänzen)",
        "Lorem ipsum dolor sit amet.",
    ] {
        let held = read(&ENGLISH.replace(judgement, gap)).held;
        assert_eq!(held.answer, Answer::Denied, "{gap}");
    }
    for fine in [
        "- [ ] Extend the threat model by the export (Paul Frey, 2026-03-31)",
        "{{< toc >}}",
        "{{% notice tip %}}",
        "{{ \"now\" | date: \"%Y\" }}",
        "The rating was changed from [Medium] to [High].",
        "The build (see <https://ci.example.org/4711>) was green.",
        "He asked: why so late?",
        "The limits are `<minimum>` and `<maximum>`.",
    ] {
        let held = read(&ENGLISH.replace(judgement, &format!("{judgement}\n\n{fine}"))).held;
        assert_eq!(held.answer, Answer::Proven, "{fine}: {held:?}");
    }
}

#[test]
fn a_review_of_something_else_is_none() {
    for (title, body) in [
        (
            "Security review of the update service 2025",
            "The source code of the service was read line by line before release 3.1. Two findings were recorded and fixed.",
        ),
        (
            "Security review of suppliers 2025",
            "The suppliers of radio modules were assessed by questionnaire. All answers were complete.",
        ),
        (
            "Yearly security review: access rights",
            "The access rights of all accounts were reviewed; four accounts were closed.",
        ),
        (
            "Security review of the risk management file 2025",
            "The risk file was reviewed for security risks. It was complete and up to date.",
        ),
        (
            "Annual review of the security policy 2025",
            "The policy was reviewed for topicality. Two links were replaced.",
        ),
        (
            "Jährliches Sicherheitsreview der Lieferanten 2025",
            "Die Lieferanten wurden bewertet. Die Antworten waren vollständig.",
        ),
        (
            "Sicherheitsreview der Zugriffsrechte 2025",
            "Die Zugriffsrechte aller Konten wurden überprüft, vier Konten wurden geschlossen.",
        ),
    ] {
        let text = format!(
            "# {title}\n\nDate of review: 2025-11-20\nParticipants: Ines Ortiz, Paul Frey\nApproved by: Ines Ortiz, 2025-11-21\n\n{body}\n"
        );
        let reading = read(&text);
        assert_ne!(reading.held.answer, Answer::Proven, "{title}");
    }
}

#[test]
fn approvals_in_ordinary_words() {
    let plain = ENGLISH.replace("| Approved by | Ines Ortiz, 2025-11-21 |\n", "");
    let approver = |words: &str| read(&format!("{plain}\n{words}\n")).fields.approved_by.map(|by| by.value);
    for words in [
        "Approved: Ines Ortiz, 2025-11-21",
        "Approval (QA): I. Ortiz, 21 November 2025",
        "Released by: Ines Ortiz on 2025-11-21",
        "Ines Ortiz approved these minutes on 21 November 2025.",
        "The record was approved by Ines Ortiz on 2025-11-21.",
        "This report was signed off by the head of quality, Ines Ortiz, on 21 November 2025.",
        "Freigegeben: Ines Ortiz, 21.11.2025",
        "Genehmigt durch Ines Ortiz am 21.11.2025",
        "Ines Ortiz hat das Protokoll am 21.11.2025 freigegeben.",
        "Dieser Bericht wurde am 21.11.2025 von Ines Ortiz genehmigt.",
        "## Sign-off\n\n| Role | Name | Date |\n|---|---|---|\n| Author | Paul Frey | 2025-11-20 |\n| Approval | Ines Ortiz | 2025-11-21 |",
        "## Freigabe\n\n| Schritt | Wer | Wann |\n|---|---|---|\n| Erstellung | Paul Frey | 20.11.2025 |\n| Freigabe | Ines Ortiz | 21.11.2025 |",
        "| Prepared by | Date | Approved by | Date |\n|---|---|---|---|\n| Paul Frey | 2025-11-20 | Ines Ortiz | 2025-11-21 |",
    ] {
        assert!(approver(words).is_some_and(|by| by.contains("Ortiz")), "{words}: {:?}", approver(words));
    }
    for words in [
        "Approved by: none",
        "Approved by: –",
        "Approved by: pending",
        "Approved by: awaiting Ines Ortiz",
        "Freigegeben von: noch offen",
        "Genehmigt von: ausstehend (Ines Ortiz)",
        "Approval: not yet given",
        "Ines Ortiz will approve the record next week.",
        "The purchase of a scanner was approved by Ines Ortiz on 21 November 2025.",
        "Ines Ortiz hat die Freigabe verweigert.",
        "| Prepared by | Date | Approved by | Date |\n|---|---|---|---|\n| Paul Frey | 2025-11-20 | – | – |",
        "## Sign-off\n\n| Role | Name | Date |\n|---|---|---|\n| Author | Paul Frey | 2025-11-20 |\n| Approval | pending | |",
    ] {
        assert_eq!(approver(words), None, "{words}");
    }
}
