//! A procedure counts while it is in force: by its status, its words about itself, its name, its folder, its days.

use lookback_reading::{Answer, Constraint, Kind, Reader, Reading};

const RULE: &str = "The security problem resolution process shall be reviewed at least once a year.";

fn read_at(path: &str, text: &str) -> Reading {
    let reading = Reader::new(&[], &[]).read(path, text.as_bytes());
    assert_eq!(reading.kind, Kind::Procedure, "{text}");
    reading
}

fn procedure(head: &str) -> Reading {
    read_at("docs/SOP-7.md", &text(head))
}

fn text(head: &str) -> String {
    format!(
        "# SOP-7 Security problem resolution\n\n{head}\n\n## Purpose\n\nThis procedure describes how security problems of the \
         product are handled.\n\n## Periodic review\n\n{RULE} Inputs are all security issues since the last review.\n\n## \
         Lessons\n\nLessons learned from security vulnerabilities shall improve the development process.\n\n## Records\n\n\
         Withdrawn documents are kept in the archive. Obsolete copies are destroyed.\n"
    )
}

fn established(reading: &Reading) -> Answer {
    reading.constraints[&Constraint::ReviewEstablished].answer
}

#[test]
fn what_is_in_force() {
    for head in [
        "",
        "Status: effective",
        "Status: released, replaces SOP-3",
        "This procedure supersedes SOP-3, which was withdrawn.",
        "| Superseded by | – |\n|---|---|\n| Owner | Quality |",
        "This document is withdrawn when a newer edition is released.",
        "Status: blue\n\nApproved by: R. Meyer, 2024-02-01",
        "| Version | Date | Change |\n|---|---|---|\n| 1 | 2023-01-10 | Draft |\n| 2 | 2023-03-10 | Released, SOP-3 withdrawn |",
    ] {
        assert_eq!(established(&procedure(head)), Answer::Proven, "{head}");
    }
    for path in ["docs/SOP-7-archive-and-backup.md", "docs/obsolete-software.md", "archived-reports-tool/SOP-7.md"] {
        assert_eq!(established(&read_at(path, &text(""))), Answer::Proven, "{path}");
    }
}

#[test]
fn what_is_not() {
    for head in [
        "Status: retired",
        "| Field | Value |\n|---|---|\n| Document | SOP-7 |\n| Status | Withdrawn |",
        "This procedure was withdrawn on 2 June 2024.",
        "This SOP has been superseded by SOP-31.",
        "> This document is no longer in force.",
        "**OBSOLETE: do not use**",
        "Superseded by SOP-31.",
        "| Replaced by | SOP-31 |\n|---|---|\n| Owner | Quality |",
        "This procedure has not been approved yet.",
        "Diese Verfahrensanweisung wurde zurückgezogen.",
        "Dieses Dokument ist nicht mehr gültig.",
        "**UNGÜLTIG – ersetzt durch VA-31**",
    ] {
        let reading = procedure(head);
        assert_eq!(established(&reading), Answer::Denied, "{head}");
        assert!(!reading.in_force.quotes.is_empty(), "{head}: with its words");
    }
    let at_the_end = format!("{}\nThis procedure was discontinued in May 2024.\n", text(""));
    assert_eq!(established(&read_at("docs/SOP-7.md", &at_the_end)), Answer::Denied);
    for path in [
        "docs/SOP-7_withdrawn.md",
        "docs/archive/SOP-7.md",
        "obsolete/SOP-7.md",
        "docs/Veraltet/SOP-7.md",
        "SOP-7 (old).md",
    ] {
        assert_eq!(established(&read_at(path, &text(""))), Answer::Denied, "{path}");
    }
}

#[test]
fn what_cannot_be_told() {
    for head in ["Status: blue", "Status: level 4", "Effective date: tbd"] {
        let reading = procedure(head);
        assert_eq!(established(&reading), Answer::Unsure, "{head}");
        assert_eq!(reading.constraints[&Constraint::ImprovementEstablished].answer, Answer::Unsure, "{head}");
    }
}

#[test]
fn from_when_and_until_when() {
    let days = |head: &str| {
        let reading = procedure(head);
        let day = |stated: Option<lookback_reading::Stated<chrono::NaiveDate>>| stated.map(|day| day.value.to_string());
        (day(reading.effective), day(reading.expires))
    };
    for (head, from, to) in [
        ("Effective date: 2031-05-01", Some("2031-05-01"), None),
        ("This procedure becomes effective on 1 May 2031.", Some("2031-05-01"), None),
        ("Diese Anweisung tritt am 1. Mai 2031 in Kraft.", Some("2031-05-01"), None),
        ("Diese Anweisung gilt ab dem 1. Mai 2031.", Some("2031-05-01"), None),
        ("Valid until: 2021-05-01", None, Some("2021-05-01")),
        ("This procedure expired on 1 May 2021.", None, Some("2021-05-01")),
        ("Diese Anweisung tritt mit Wirkung vom 1. Mai 2021 außer Kraft.", None, Some("2021-05-01")),
        ("This procedure applies to all products.", None, None),
    ] {
        let (from, to) = (from.map(str::to_owned), to.map(str::to_owned));
        assert_eq!(days(head), (from, to), "{head}");
    }
}

#[test]
fn what_takes_the_review_away_establishes_none() {
    for rule in [
        "A yearly review of the security problem resolution process is not required.",
        "The team is not required to review the security problem resolution process every year.",
        "The yearly review of the security problem resolution process may be omitted.",
        "The yearly review of the security problem resolution process has been discontinued.",
        "Die Bearbeitung der Sicherheitsprobleme muss nicht jährlich überprüft werden.",
    ] {
        let reading = read_at("docs/SOP-7.md", &text("").replace(RULE, rule));
        assert_eq!(established(&reading), Answer::Absent, "{rule}");
    }
}

#[test]
fn what_is_reviewed_and_how_often_may_be_left_open() {
    for rule in [
        "A review shall be held once a year by the quality manager.",
        "The security problem resolution process shall be reviewed by the quality manager.",
    ] {
        let inputs = " Inputs are all security issues since the last review.";
        let text = text("").replace(inputs, "").replace(RULE, rule).replace("## Periodic review", "## Duties");
        let answer = &read_at("docs/SOP-7.md", &text).constraints[&Constraint::ReviewEstablished];
        assert_eq!(answer.answer, Answer::Unsure, "{rule}: {answer:?}");
        assert_eq!(answer.quotes[0].text, rule);
    }
}
