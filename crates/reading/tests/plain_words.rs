//! Plain words: procedures in the present tense, questions and short answers, what a sentence takes out of a list, signatures that are
//! awaited, states of other things, reviews that are moved. Each kind in both languages and three formats, with what must not be taken for it.

use lookback_reading::{Answer, Aspect, Constraint, Kind, Reader, Reading};

/// The same paragraphs below headings in Markdown, AsciiDoc and HTML. A part is `# heading`, or a paragraph.
fn read(parts: &[&str]) -> [Reading; 3] {
    let head = |part: &str| {
        part.strip_prefix("## ")
            .map(|text| (2, text.to_owned()))
            .or_else(|| part.strip_prefix("# ").map(|text| (1, text.to_owned())))
    };
    let join = |one: &dyn Fn(usize, &str) -> String, plain: &dyn Fn(&str) -> String| -> String {
        let part = |part: &&str| head(part).map_or_else(|| plain(part), |(level, text)| one(level, &text));
        parts.iter().map(part).collect::<Vec<_>>().join("\n\n")
    };
    let markdown = join(&|level, text| format!("{} {text}", "#".repeat(level)), &str::to_owned);
    let asciidoc = join(&|level, text| format!("{} {text}", "=".repeat(level)), &str::to_owned);
    let html = join(&|level, text| format!("<h{level}>{text}</h{level}>"), &|text| {
        format!("<p>{}</p>", text.replace('\n', "<br>"))
    });
    let reader = Reader::new(&[], &[]);
    [("a.md", markdown), ("a.adoc", asciidoc), ("a.html", html)].map(|(path, text)| reader.read(path, text.as_bytes()))
}

/// A record with one paragraph more in its head, and these in the sections named.
fn record(german: bool, note: &str, examined: &str, judged: &str, more: &[&str]) -> [Reading; 3] {
    let (title, head, sections) = if german {
        (
            "# Jährliche Überprüfung der Behebung von Sicherheitsproblemen 2025",
            "Datum der Sitzung: 10.03.2025\nZeitraum: 01.03.2024 bis 28.02.2025\nTeilnehmer: Ida Kern, Ole Brandt",
            ["## Betrachtete Vorgänge", "## Bewertung"],
        )
    } else {
        (
            "# Annual review of security problem resolution 2025",
            "Date held: 2025-03-10\nReview period: 2024-03-01 to 2025-02-28\nParticipants: Ida Kern, Ole Brandt",
            ["## Issues examined", "## Judgement"],
        )
    };
    let mut parts = vec![title, head];
    parts.extend(Some(note).filter(|note| !note.is_empty()));
    parts.extend([sections[0], examined, sections[1], judged]);
    parts.extend(more);
    read(&parts)
}

const EXAMINED: [&str; 2] = ["#12 and #13 were examined.", "#12 und #13 wurden betrachtet."];
const JUDGED: [&str; 2] = [
    "The handling was complete, no step was left out. It was efficient: 20 days against a target of 30. It led to resolution: both are fixed.",
    "Die Bearbeitung war vollständig, kein Schritt fehlt. Sie war effizient: 20 Tage, Ziel 30 Tage. Sie hat zur Lösung geführt: beide sind behoben.",
];

/// Every answer of the three formats.
fn all<T>(readings: &[Reading; 3], of: impl Fn(&Reading) -> T) -> Vec<T> {
    readings.iter().map(of).collect()
}

#[test]
fn a_procedure_in_the_present_tense_is_one() {
    let kept = [
        "Status: approved\nVersion: 2.0\nApproved by: Ida Kern, 2024-01-10",
        "Status: freigegeben\nVersion: 2.0\nFreigegeben von: Ida Kern, 10.01.2024",
    ];
    let procedure = |german: bool, rule: &str| {
        let (title, heading) = if german {
            ("# Behebung von Sicherheitsproblemen", "## Rückschau")
        } else {
            ("# Resolving security problems", "## Look back")
        };
        read(&[title, kept[usize::from(german)], heading, rule])
    };
    for (german, rule, months) in [
        (
            false,
            "The quality manager calls a review of the problem resolution process at least every twelve months.",
            Some(12),
        ),
        (
            false,
            "At intervals of no more than twelve months the board reviews how security problems were handled.",
            Some(12),
        ),
        (false, "Twice a year, in May and in November, the team reviews how security defects were handled.", Some(6)),
        (false, "Quality conducts a review of how security problems were resolved in each calendar year.", Some(12)),
        (false, "The quality manager calls a review of the problem resolution process when needed.", None),
        (true, "Das Gremium überprüft zweimal im Jahr, wie Sicherheitsmängel behandelt wurden.", Some(6)),
        (
            true,
            "In jedem Kalenderjahr überprüft die Qualitätsleitung die Behandlung der Sicherheitsprobleme.",
            Some(12),
        ),
        (true, "Bei Bedarf überprüft das Gremium, wie Sicherheitsprobleme bearbeitet wurden.", None),
    ] {
        for reading in procedure(german, rule) {
            assert_eq!(reading.kind, Kind::Procedure, "{rule}");
            assert!(reading.constraints[&Constraint::ReviewEstablished].met(), "{rule}");
            assert_eq!(reading.interval.as_ref().map(|interval| interval.months), months, "{rule}");
        }
    }
    for (german, rule) in [
        (false, "Suppliers are reviewed twice a year."),
        (false, "A review of how security problems were handled is not required each year."),
        (false, "The board reviews the training plan once in each calendar year."),
        (true, "Die Zugriffsrechte werden zweimal im Jahr überprüft."),
        (true, "Lieferanten werden in jedem Kalenderjahr bewertet."),
    ] {
        for reading in procedure(german, rule) {
            assert!(!reading.constraints[&Constraint::ReviewEstablished].met(), "{rule}");
        }
    }
}

#[test]
fn an_answer_below_its_question_judges() {
    let judged = |reading: &Reading, aspect: Aspect| {
        reading.assessments.iter().any(|found| found.aspect == aspect && found.answer == Answer::Proven)
    };
    for (german, text, aspect, expected) in [
        (
            false,
            "Was the handling complete? Yes, from report to closure no step is missing.",
            Aspect::Completeness,
            true,
        ),
        (
            false,
            "Was it efficient? Yes, 22 days against a target of 45.\nDid it lead to resolution? Partly, #13 is open.",
            Aspect::Efficiency,
            true,
        ),
        (
            false,
            "Was it efficient? Yes, 22 days against a target of 45. Did it lead to resolution? Partly, #13 is open.",
            Aspect::Resolution,
            true,
        ),
        (
            true,
            "War die Bearbeitung vollständig? Ja, von der Meldung bis zum Abschluss fehlt kein Schritt.",
            Aspect::Completeness,
            true,
        ),
        (true, "War sie effizient? Nein, 80 Tage bei einem Ziel von 45.", Aspect::Efficiency, true),
        // What is asked of something else is answered of that, and no answer judges nothing.
        (false, "Was the training complete? Yes, all attended.", Aspect::Completeness, false),
        (false, "Was the handling complete?", Aspect::Completeness, false),
        (true, "War die Schulung vollständig? Ja, alle waren da.", Aspect::Completeness, false),
    ] {
        let readings = record(german, "", EXAMINED[usize::from(german)], text, &[]);
        assert_eq!(all(&readings, |reading| judged(reading, aspect)), [expected; 3], "{text}");
    }
}

#[test]
fn what_a_sentence_takes_out_of_a_list_is_out() {
    let examined = |reading: &Reading| -> Vec<String> {
        let out: Vec<&str> =
            reading.references.iter().filter(|r| r.examined != Some(true)).map(|r| r.id.as_str()).collect();
        let mut ids: Vec<String> =
            reading.references.iter().map(|r| r.id.clone()).filter(|id| !out.contains(&id.as_str())).collect();
        ids.sort();
        ids.dedup();
        ids
    };
    for (german, text, expected) in [
        (false, "Issues examined: #12, #13, #14", ["#12", "#13", "#14"].as_slice()),
        (false, "Issues examined: #12, #13, #14\n\n#14 was not examined.", &["#12", "#13"]),
        (false, "Issues examined: #12 to #15, excluding #13", &["#12", "#14", "#15"]),
        (false, "Issues examined: #12–#15 except #14", &["#12", "#13", "#15"]),
        (false, "Issues examined: #12–#14. #13 was deferred to the next meeting.", &["#12", "#14"]),
        (true, "Betrachtete Vorgänge: #12 bis #15 ohne #14", &["#12", "#13", "#15"]),
        (true, "Betrachtete Vorgänge: #12, #13 und #14. #14 wurde nicht betrachtet.", &["#12", "#13"]),
    ] {
        let paragraphs: Vec<&str> = text.split("\n\n").collect();
        let more = ["## Notes", *paragraphs.last().unwrap_or(&"")];
        let more = if paragraphs.len() > 1 { &more[1..] } else { &[] };
        for reading in record(german, "", paragraphs[0], JUDGED[usize::from(german)], more) {
            let found: Vec<String> = examined(&reading).into_iter().filter(|id| id.len() == 3).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}

#[test]
fn what_is_awaited_or_moved_is_not_held_and_states_of_other_things_are_theirs() {
    let held = |readings: &[Reading; 3]| all(readings, |reading| reading.held.answer);
    for (german, note, expected) in [
        (false, "The signature of the head of quality is awaited.", Answer::Denied),
        (false, "The review has to be moved to the second quarter.", Answer::Denied),
        (false, "Today's review was pushed back to the autumn, Ida is ill.", Answer::Denied),
        (true, "Die Unterschrift der Qualitätsleitung steht noch aus.", Answer::Denied),
        (true, "Diese Überprüfung muss auf das zweite Quartal verlegt werden.", Answer::Denied),
        (false, "The signature of the supplier under the framework contract arrived in May.", Answer::Proven),
        (false, "The fix of #13 had to be moved to the second quarter.", Answer::Proven),
        (false, "The review of 2023 had to be moved to the next quarter.", Answer::Proven),
        (false, "The meeting was moved to the second floor.", Answer::Proven),
        (true, "Die Auslieferung wurde auf den Herbst verlegt.", Answer::Proven),
        (true, "Die Sitzung wurde in den großen Saal verlegt.", Answer::Proven),
    ] {
        let at = usize::from(german);
        assert_eq!(held(&record(german, note, EXAMINED[at], JUDGED[at], &[])), [expected; 3], "{note}");
    }
    for (german, more, expected) in [
        (false, ["## Canteen", "Status: draft"].as_slice(), Answer::Proven),
        (false, &["## #14 Password in the log", "Status: draft"], Answer::Proven),
        (false, &["## Opening hours", "Somebody wants other hours. Postponed."], Answer::Proven),
        (false, &["## Training", "The plan for 2026 is a draft and was not approved yet."], Answer::Proven),
        (true, &["## Kantine", "Status: Entwurf"], Answer::Proven),
        (true, &["## Verschiedenes", "Jemand wünscht andere Zeiten. Wird vertagt."], Answer::Proven),
        (false, &["## Canteen", "Our security review did not take place."], Answer::Denied),
        (false, &["## Canteen", "The approval by the quality manager has not been given."], Answer::Denied),
        (true, &["## Kantine", "Die Überprüfung fand nicht statt."], Answer::Denied),
    ] {
        let at = usize::from(german);
        assert_eq!(held(&record(german, "", EXAMINED[at], JUDGED[at], more)), [expected; 3], "{more:?}");
    }
}

#[test]
fn a_training_is_no_review_and_a_title_alone_may_name_the_matter() {
    let kept = |title: &str, head: &str, judged: &str| read(&[title, head, "## Judgement", judged]);
    for (title, head, judged) in [
        (
            "# Annual security review training 2025",
            "Date held: 2025-03-10\nApproved by: Ida Kern, 2025-03-10",
            JUDGED[0],
        ),
        (
            "# Schulung zur jährlichen Sicherheitsüberprüfung 2025",
            "Datum: 10.03.2025\nFreigegeben von: Ida Kern, 10.03.2025",
            JUDGED[1],
        ),
        (
            "# Jährliche Überprüfung der Sicherheit: Schulung 2025",
            "Datum: 10.03.2025\nFreigegeben von: Ida Kern, 10.03.2025",
            JUDGED[1],
        ),
    ] {
        for reading in kept(title, head, judged) {
            assert!(!reading.held.met() || !reading.presents_review, "{title}");
        }
    }
    let quiet = "Die Bearbeitung war vollständig, kein Schritt fehlt. Sie war effizient: 20 Tage, Ziel 30 Tage. Sie hat zur Lösung geführt, Nr. 31 ist ausgeliefert.";
    let title = "# Protokoll der Jahresbetrachtung 2025: Behebung von Sicherheitsproblemen";
    let head = "Sitzung am: 10.03.2025\nBerichtszeitraum: 01.03.2024 bis 28.02.2025\nAnwesend: Ida Kern, Ole Brandt\nFreigabe: Ida Kern, 10.03.2025";
    for reading in read(&[title, head, "## Vorgänge", "Nr. 31 wurde durchgesehen.", "## Beurteilung", quiet]) {
        assert!(reading.presents_review && reading.held.met());
    }
}
