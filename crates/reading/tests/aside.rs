//! Minutes that hold more than the review: what stands below headings of other matters refuses nothing and proves nothing, unless it
//! speaks of the review; in both languages and four formats.

use lookback_reading::{Answer, Constraint, Reader, Reading};

const EXTENSIONS: [&str; 4] = ["md", "adoc", "rst", "html"];

/// Headings and paragraphs in a format; a part is `# heading`, `## heading`, `- item` or a paragraph.
fn rendered(extension: &str, parts: &[String]) -> String {
    let one = |part: &String| {
        let (level, text) = match part.split_once(' ') {
            Some(("#", text)) => (1, text),
            Some(("##", text)) => (2, text),
            Some(("-", text)) => (9, text),
            _ => (0, part.as_str()),
        };
        match (extension, level) {
            (_, 0) if extension != "html" => text.to_owned(),
            ("md", 1 | 2) => format!("{} {text}", "#".repeat(level)),
            ("md" | "rst", 9) => format!("- {text}"),
            ("adoc", 1 | 2) => format!("{} {text}", "=".repeat(level)),
            ("adoc", _) => format!("* {text}"),
            ("rst", _) => format!("{text}\n{}", if level == 1 { "=" } else { "-" }.repeat(text.chars().count())),
            (_, 0) => format!("<p>{}</p>", text.replace('\n', "<br>")),
            (_, 9) => format!("<ul><li>{text}</li></ul>"),
            _ => format!("<h{level}>{text}</h{level}>"),
        }
    };
    parts.iter().map(one).collect::<Vec<_>>().join("\n\n")
}

/// Minutes of the management with a look back as one item, and this beside it.
fn minutes(german: bool, heading: &str, beside: &[&str]) -> Vec<(&'static str, Reading)> {
    let parts: [&str; 7] = if german {
        [
            "# Protokoll der Leitungsrunde vom 12.03.2025",
            "Datum der Sitzung: 12.03.2025\nTeilnehmer: Ida Kern, Ole Brandt",
            "## 2 Wie wir im letzten Jahr mit Sicherheitsproblemen umgegangen sind",
            "Zeitraum: 01.03.2024 bis 28.02.2025. Betrachtet wurden #12 und #13.",
            "Die Bearbeitung war vollständig, kein Schritt fehlt. Sie war effizient: 20 Tage, Ziel 30 Tage. Sie hat zur Lösung geführt: beide sind behoben.",
            "## 3 Verteiler",
            "Leitung, Entwicklung",
        ]
    } else {
        [
            "# Minutes of the management round of 12 March 2025",
            "Date held: 2025-03-12\nParticipants: Ida Kern, Ole Brandt",
            "## 2 How we dealt with security problems in the past year",
            "Period: 2024-03-01 to 2025-02-28. #12 and #13 were examined.",
            "The handling was complete, no step was left out. It was efficient: 20 days against a target of 30. It led to resolution: both are fixed.",
            "## 3 Distribution",
            "Management, development",
        ]
    };
    let mut all: Vec<String> = parts[..2].iter().map(|part| (*part).to_owned()).collect();
    all.push(format!("## {heading}"));
    all.extend(beside.iter().map(|part| (*part).to_owned()));
    all.extend(parts[2..].iter().map(|part| (*part).to_owned()));
    let reader = Reader::new(&[], &[]);
    let read = |extension| (extension, reader.read(&format!("a.{extension}"), rendered(extension, &all).as_bytes()));
    EXTENSIONS.into_iter().map(read).collect()
}

#[test]
fn what_stands_beside_refuses_nothing() {
    for (german, heading, beside) in [
        (false, "Project list", &["P-9 was stopped. The steering committee had no quorum."][..]),
        (false, "Training", &["The first aid course is called off.", "- fire drill: was held"]),
        (false, "Complaints", &["The evaluation of the foil is not finished and is postponed to the next meeting."]),
        (
            false,
            "Risk management file",
            &["Ida Kern read the report. The release is outstanding, a signature is missing."],
        ),
        (false, "Suppliers", &["The purchasing audit was cancelled.", "The offer is a draft."]),
        (
            false,
            "Risk management file",
            &[
                "The signature of the clinical expert is missing.",
                "It is kept in the lab.",
                "A copy goes to sales.",
                "All else is as it was.",
            ],
        ),
        (true, "Projektliste", &["P-9 ist gestoppt. Der Lenkungskreis war nicht beschlussfähig."]),
        (true, "Schulungen", &["Der Erste-Hilfe-Kurs fällt aus.", "- Räumungsübung hat stattgefunden"]),
        (
            true,
            "Reklamationen",
            &["Die Bewertung der Folie ist nicht abgeschlossen und wird auf die nächste Sitzung vertagt."],
        ),
        (true, "Risikomanagementakte", &["Ida Kern las den Bericht. Die Freigabe steht aus, eine Unterschrift fehlt."]),
        (true, "Lieferanten", &["Das Audit wurde abgesagt.", "Das Angebot ist ein Entwurf."]),
    ] {
        for (extension, reading) in minutes(german, heading, beside) {
            assert_eq!(reading.held.answer, Answer::Proven, "{extension} {heading}: {:?}", reading.held);
            assert!(reading.constraints[&Constraint::ProcessAssessed].met(), "{extension} {heading}");
        }
    }
}

#[test]
fn what_names_the_review_or_stands_alone_refuses_it_there_too() {
    for (german, heading, beside) in [
        (false, "Training", &["The review was not held."][..]),
        (false, "Project list", &["These minutes are a forgery."]),
        (false, "Any other business", &["Nobody came."]),
        (false, "Any other business", &["- Nobody attended."]),
        (false, "Budget", &["The review was postponed to the summer."]),
        (true, "Schulungen", &["Die Überprüfung hat nicht stattgefunden."]),
        (true, "Projektliste", &["Dieses Protokoll ist gefälscht."]),
        (true, "Sonstiges", &["Es kam niemand."]),
        (true, "Verschiedenes", &["- Getroffen hat sich niemand."]),
        (true, "Budget", &["Die Überprüfung wurde auf den Sommer verschoben."]),
    ] {
        for (extension, reading) in minutes(german, heading, beside) {
            assert_ne!(reading.held.answer, Answer::Proven, "{extension} {heading}: {beside:?}");
        }
    }
}

#[test]
fn who_signs_below_another_matter_signs_the_record() {
    for line in
        ["Accepted and signed: Ida Kern, 3 June 2025", "Minutes written by J. Low. Approved by: Ida Kern, 3 June 2025"]
    {
        for (extension, reading) in minutes(false, "Building", &["The lift is repaired.", line]) {
            assert!(reading.fields.approved_by.is_some_and(|by| by.value.contains("Ida Kern")), "{extension}: {line}");
        }
    }
    for (extension, reading) in minutes(false, "Building", &["The lift is repaired.", "Approval: still with Ida Kern."])
    {
        assert_ne!(reading.held.answer, Answer::Proven, "{extension}");
    }
    // Below the last section people sign, or don't.
    let reader = Reader::new(&[], &[]);
    let head = "# Review of security problem handling\n\nDate held: 2025-06-03\nPeriod: 2024-06-01 to 2025-05-31";
    let body = "Issues examined: #14, #15\n\nThe handling was complete.\n\nIt was efficient.\n\nIt led to resolution.";
    let read = |last: &str| {
        let text = format!("{head}\n\n{body}\n\n## Building\n\nThe lift is repaired.\n\n{last}\n");
        reader.read("a.md", text.as_bytes())
    };
    for last in
        ["Record of the office: I will not sign this. Ida Kern, 3 June 2025", "So zeichne ich das nicht ab. Ida Kern"]
    {
        assert_ne!(read(last).held.answer, Answer::Proven, "{last}");
    }
    assert_eq!(read("Approved by: Ida Kern, 3 June 2025").held.answer, Answer::Proven);
}

#[test]
fn a_security_review_that_speaks_of_no_problem_is_one_of_something_else() {
    let reader = Reader::new(&[], &[]);
    let held = |title: &str, body: &str| {
        let head = "Date held: 2025-10-08\nPeriod: 2024-10-01 to 2025-09-30\nApproved by: Ida Kern, 2025-10-12";
        reader.read("docs/review.md", format!("# {title}\n\n{head}\n\n{body}\n").as_bytes()).held.answer
    };
    let doors = "The walk round the building took place.\n\nThe round was complete.\n\nIt was efficient.\n\nThe latch was mended.";
    for title in ["Security review 2025", "Annual security review", "Sicherheitsreview 2025"] {
        assert_ne!(held(title, doors), Answer::Proven, "{title}");
    }
    let bare = "Completeness: complete, all was examined.\n\nEfficiency: efficient.\n\nResolution: nothing was open.";
    assert_ne!(held("Security review 2025", bare), Answer::Absent);
    let ours = "Issues examined: #14, #15\n\nThe handling was complete.\n\nIt was efficient: 20 days.\n\nIt led to resolution: both are fixed.";
    for title in ["Security review 2025", "Annual security review"] {
        assert_eq!(held(title, ours), Answer::Proven, "{title}");
    }
}

#[test]
fn rules_in_ordinary_words_bind() {
    let reader = Reader::new(&[], &[]);
    let months = |rule: &str| {
        let text = format!("# Resolving security problems\n\nStatus: approved\nVersion: 2.0\n\n## Review\n\n{rule}\n");
        let reading = reader.read("docs/sop.md", text.as_bytes());
        (reading.constraints[&Constraint::ReviewEstablished].met(), reading.interval.map(|interval| interval.months))
    };
    for rule in [
        "An auditor recommended it and it is now mandatory: the board reviews every year how security problems were handled.",
        "The team may choose the week; the review of the handling of security problems itself must be held every year.",
        "Each year the board reviews how security problems were handled; the record says which issues were considered and which were not.",
        "Each year the board reviews how security problems were handled in the past twelve months.",
        "Once a year the board reviews how security problems were handled; it is discussed whether that was complete.",
        "Every year the quality manager, with other departments, reviews how security problems were handled.",
        "Each year the board reviews how security problems were handled; improvements are proposed to the management.",
        "Unlike other manufacturers we review our handling of security problems every year.",
        "The review of how security problems are handled is no longer held every two years but every year.",
        "Jedes Jahr überprüft das Gremium, wie Sicherheitsprobleme behandelt wurden; Verbesserungen werden vorgeschlagen.",
        "Jedes Jahr überprüft das Gremium die Behandlung der Sicherheitsprobleme; es wird besprochen, ob sie vollständig war.",
        "Anders als andere Hersteller überprüfen wir die Behandlung der Sicherheitsprobleme jährlich.",
    ] {
        assert_eq!(months(rule), (true, Some(12)), "{rule}");
    }
    for rule in [
        "In the past the handling of security problems was reviewed every year; used to be.",
        "Other manufacturers review the handling of their security problems every year.",
        "It was recommended to review the handling of security problems every year.",
        "Früher wurde die Behandlung der Sicherheitsprobleme jährlich überprüft.",
        "Früher bewertete die Leitung jedes Jahr die Behandlung der Sicherheitsprobleme.",
        "The following paragraph is a proposal and not agreed: the board reviews the handling of problems every year.",
        "Eine jährliche Bewertung der Behandlung von Sicherheitsproblemen wurde erwogen und auf später verschoben.",
        "Die Behandlung von Sicherheitsproblemen wird jährlich bewertet, es sei denn, es fehlt die Zeit.",
        "Andere Hersteller überprüfen die Behandlung ihrer Sicherheitsprobleme jährlich.",
        "Es wurde empfohlen, die Behandlung der Sicherheitsprobleme jährlich zu überprüfen.",
    ] {
        assert!(!months(rule).0, "{rule}");
    }
}

#[test]
fn what_was_looked_at_counts_for_more_than_the_title() {
    let reader = Reader::new(&[], &[]);
    let held = |title: &str, subject: &str, judged: [&str; 3]| {
        let head = "Date held: 2025-10-08\nPeriod: 2024-10-01 to 2025-09-30\nApproved by: Ida Kern, 2025-10-12";
        let judged = judged.join("\n\n");
        reader.read("docs/review.md", format!("# {title}\n\n{head}\n\n{subject}\n\n{judged}\n").as_bytes()).held.answer
    };
    let plain = ["Completeness: complete.", "Efficiency: efficient.", "Resolution: resolved."];
    for (title, subject) in [
        ("Review of security problems", "Looked at: who attended the course, and the marks in its test."),
        (
            "Vulnerability review 2025",
            "The scanner of the office network was reviewed: how long it runs, and which hosts it sees.",
        ),
        ("Bewertung Sicherheitsprobleme 2025", "Durchgesehen wurden die verlorenen Ausweise und die Besucherliste."),
        (
            "Jahresbewertung Sicherheitsvorfälle",
            "Bewertet wurde, wie Auskunftsersuchen nach der DSGVO beantwortet wurden.",
        ),
        (
            "Yearly review of security issues",
            "Received from the supplier Orlin on 2 May and filed unchanged.\n\nWe handled #1 and #2.",
        ),
    ] {
        assert_ne!(held(title, subject, plain), Answer::Proven, "{title}: {subject}");
    }
    let ours = [
        "Completeness: complete; all security problems were recorded.",
        "Efficiency: efficient; two weeks on average.",
        "Resolution: all are resolved.",
    ];
    for (title, subject) in [
        ("Code review board", "No code was read. We looked back on how the security problems #4 and #9 were handled."),
        ("Scan results", "Not the scanner but our handling of the vulnerabilities #4 and #9 was reviewed."),
        (
            "Lieferantenrunde",
            "Ohne die Lieferanten wurde die Bearbeitung unserer Sicherheitsprobleme #4 und #9 bewertet.",
        ),
    ] {
        assert_eq!(held(title, subject, ours), Answer::Proven, "{title}: {subject}");
    }
}
