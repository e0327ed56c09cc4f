//! What real documents put around a review: days in sentences, letters, slides, sheets, signatures, matters that do not belong to it. Each kind
//! in both languages, with what must not be taken for it.

use lookback_reading::{Answer, Aspect, Kind, Reader, Reading};

fn read(path: &str, text: &str) -> Reading {
    Reader::new(&[], &[]).read(path, text.as_bytes())
}

/// The day held and the period of a document with these paragraphs, in each of three formats.
fn times(paragraphs: &str) -> Vec<String> {
    let title = "How we dealt with vulnerabilities";
    let html: String = paragraphs.split("\n\n").map(|text| format!("<p>{text}</p>")).collect();
    let formats = [
        ("a.md", format!("# {title}\n\n{paragraphs}\n")),
        ("a.txt", format!("{title}\n========================\n\n{paragraphs}\n")),
        ("a.html", format!("<h1>{title}</h1>{html}")),
    ];
    let one = |(path, text): &(&str, String)| {
        let fields = read(path, text).fields;
        let day = |day: Option<lookback_reading::Stated<chrono::NaiveDate>>| {
            day.map_or_else(String::new, |day| day.value.to_string())
        };
        format!("{} {}/{}", day(fields.date_held), day(fields.period_from), day(fields.period_to))
    };
    formats.iter().map(one).collect()
}

#[test]
fn the_day_and_the_period_stand_in_sentences() {
    for (text, expected) in [
        (
            "The group met on 4 March 2025 and looked at 1 March 2024 to 28 February 2025.",
            "2025-03-04 2024-03-01/2025-02-28",
        ),
        (
            "Our look-back took place on 4 March 2025. It spans 1 March 2024 until 28 February 2025.",
            "2025-03-04 2024-03-01/2025-02-28",
        ),
        (
            "On 4 March 2025 all of us sat down. Time looked at: 1 March 2024 through 28 February 2025.",
            "2025-03-04 2024-03-01/2025-02-28",
        ),
        // The earlier one is told as well, before it or after it.
        ("The meeting was on 4 March 2025. The review before that was held on 5 March 2024.", "2025-03-04 /"),
        ("The one before was held on 5 March 2024. We met on 4 March 2025.", "2025-03-04 /"),
        (
            "Die Runde traf sich am 4. März 2025 und sah die Zeit vom 1. März 2024 bis 28. Februar 2025 an.",
            "2025-03-04 2024-03-01/2025-02-28",
        ),
        (
            "Die Rückschau fand am 4. März 2025 statt. Angesehen wurde 1. März 2024 bis und mit 28. Februar 2025.",
            "2025-03-04 2024-03-01/2025-02-28",
        ),
        ("Am 4. März 2025 haben Frau Ott und Herr Jud die Nachschau abgehalten.", "2025-03-04 /"),
        ("Die Sitzung war am 4. März 2025. Die vorige Sitzung fand am 5. März 2024 statt.", "2025-03-04 /"),
        // None of these is the day or the period of the review.
        ("The next meeting will be held on 4 March 2026.", " /"),
        ("The training was held on 4 March 2025.", " /"),
        ("Frau Ott war vom 1. März 2024 bis 28. Februar 2025 im Urlaub.", " /"),
    ] {
        for found in times(text) {
            assert_eq!(found, expected, "{text}");
        }
    }
}

#[test]
fn a_letter_is_called_what_its_subject_says_and_quotes_what_it_answers() {
    let english = "From: Ann Lee\nTo: Bo Hart\nDate: Thu, 6 Mar 2025 09:00:00 +0100\nSubject: RE: yearly review of our vulnerability handling\n\n\
        Approved from my side.\n\nAnn Lee\nHead of Quality, 6 March 2025\n\n> From: Bo Hart\n>\n> Meeting was on 4 March 2025, with Ann and Cy. We took 1 March 2024 to\n> 28 February 2025.\n>\n\
        > - scan results are shown on the board (Cy Dunn, by 30 April 2025, #9)\n";
    let german = "Von: Anna Lenz\nAn: Bo Hart\nGesendet: 6. März 2025\nBetreff: AW: Jährliche Überprüfung der Sicherheitsprobleme\n\n\
        Das Protokoll ist hiermit freigegeben.\n\nAnna Lenz\nLeiterin Qualität, 6. März 2025\n\n> Von: Bo Hart\n>\n> Die Besprechung fand am 4. März 2025 statt, mit Anna und Cy. Betrachtet wurde 1. März 2024 bis\n\
        > 28. Februar 2025.\n>\n> - Ergebnisse der Scans kommen an die Tafel (Cy Dunn, bis 30. April 2025, #9)\n";
    for (text, title, approver) in [
        (english, "RE: yearly review of our vulnerability handling", "Ann Lee"),
        (german, "AW: Jährliche Überprüfung der Sicherheitsprobleme", "Anna Lenz"),
    ] {
        let reading = read("mail.txt", text);
        let fields = &reading.fields;
        assert_eq!(fields.title.as_ref().map(|title| title.value.as_str()), Some(title));
        assert_eq!(
            fields.date_held.as_ref().map(|day| day.value.to_string()).as_deref(),
            Some("2025-03-04"),
            "{title}"
        );
        assert_eq!(
            fields.period_to.as_ref().map(|day| day.value.to_string()).as_deref(),
            Some("2025-02-28"),
            "{title}"
        );
        assert_eq!(fields.approved_by.as_ref().map(|by| by.value.as_str()), Some(approver), "{title}");
        assert_eq!(reading.actions.len(), 1, "{title}: {:?}", reading.actions);
    }
    let refused = english.replace("Approved from my side.", "Not approved from my side, sorry.");
    assert!(read("mail.txt", &refused).fields.approved_by.is_none());
}

const ENGLISH: &str = "# Security problems of 2025: our yearly review

Date held: 2025-12-01. Period: 2024-12-01 to 2025-11-30.

## Issues

- #4 open port, fixed in 2.0
- #6 weak key, fixed in 2.1

## Judgement

The handling was complete, nothing was lost. It was efficient, both were fixed within the limit. It led to resolution: both are fixed and verified.
";
const GERMAN: &str = "# Sicherheitsprobleme 2025: unsere jährliche Überprüfung

Durchgeführt am: 01.12.2025. Zeitraum: 01.12.2024 bis 30.11.2025.

## Vorgänge

- #4 offener Port, behoben mit 2.0
- #6 schwacher Schlüssel, behoben mit 2.1

## Urteil

Die Bearbeitung war vollständig, nichts ging verloren. Sie war effizient, beide wurden in der Frist behoben. Sie führte zur Lösung: beide sind behoben und nachgeprüft.
";

#[test]
fn what_does_not_belong_to_the_review_refuses_nothing_and_what_does_refuses_anywhere() {
    for (record, harmless, refusing) in [
        (
            ENGLISH,
            [
                "## Coffee corner\n\nEverybody told of a film that should have been cancelled long ago.",
                "## Other business\n\nSome more things, off-topic:\n\n- The fair in Lyon is cancelled.\n- The leaflet is still a draft.",
                "## Notes\n\nThe date for the fire drill training is cancelled in March.",
                "Form F-8 rev. C. Rev. B withdrawn on 2021-05-02.",
            ],
            [
                "## Other business\n\nSome more things, off-topic:\n\n- The review was not held; these are notes for it.",
                "## Coffee corner\n\nEverybody agrees that the meeting of this year never took place.",
                "## Archive\n\nThis record was withdrawn on 2026-02-01.",
                "## Sign-off\n\n| Step | Who | Day | Result |\n|---|---|---|---|\n| Approval | Ann Lee | 2025-12-09 | refused, to be held again |",
            ],
        ),
        (
            GERMAN,
            [
                "## Kaffeerunde\n\nAlle erzählten von einem Film, der längst hätte abgesagt werden sollen.",
                "## Weiteres\n\nDas gehört nicht hierher:\n\n- Die Messe in Basel ist abgesagt.\n- Der Prospekt ist noch ein Entwurf.",
                "## Hinweise\n\nDer Termin für die Brandschutzunterweisung entfällt im März.",
                "Formblatt F-8 Rev. C. Rev. B zurückgezogen am 02.05.2021.",
            ],
            [
                "## Weiteres\n\nDas gehört nicht hierher:\n\n- Die Überprüfung wurde nicht durchgeführt, das sind Notizen dafür.",
                "## Kaffeerunde\n\nAlle sind sich einig, dass die Sitzung dieses Jahr nie stattgefunden hat.",
                "## Ablage\n\nDieses Protokoll wurde am 01.02.2026 zurückgezogen.",
                "## Freigabe\n\n| Schritt | Wer | Tag | Ergebnis |\n|---|---|---|---|\n| Freigabe | Anna Lenz | 09.12.2025 | verweigert, zu wiederholen |",
            ],
        ),
    ] {
        let held = |more: &str| read("review.md", &format!("{record}\n{more}\n")).held;
        assert_eq!(held("").answer, Answer::Proven, "{:?}", held(""));
        for text in harmless {
            assert_eq!(held(text).answer, Answer::Proven, "{text}: {:?}", held(text));
        }
        for text in refusing {
            assert_ne!(held(text).answer, Answer::Proven, "{text}");
        }
    }
}

#[test]
fn a_review_of_something_else_is_none() {
    for text in [
        "# Annual security review 2025\n\nDate held: 2025-12-01\nPeriod: 2024-12-01 to 2025-11-30\n\nThe accounts were examined. Each was found complete, the removal efficient, all findings are resolved.\n\n\
         How software vulnerabilities are handled was not part of this review.\n",
        "# Jährliche Sicherheitsüberprüfung 2025\n\nDurchgeführt am: 01.12.2025\nZeitraum: 01.12.2024 bis 30.11.2025\n\nDie Konten wurden geprüft. Jedes war vollständig, das Löschen effizient, alle Befunde sind gelöst.\n\n\
         Wie Schwachstellen der Software bearbeitet wurden, haben wir nicht betrachtet.\n",
    ] {
        assert_ne!(read("review.md", text).held.answer, Answer::Proven, "{text}");
    }
}

#[test]
fn a_day_a_period_and_three_judgements_make_a_record_whatever_it_is_called() {
    for (path, text) in [
        (
            "deck.txt",
            "--- Slide 1 ---\nDid our process work?\nMeeting of June 5, 2025\n\n--- Slide 2 ---\nPeriod: May 1, 2024 through April 30, 2025\n\n--- Slide 3 ---\nThe vulnerabilities\n  #17  pairing accepts any PIN  High  fixed in 3.0\n  #23  token never expires  High  fixed in 3.1\n\n\
             --- Slide 4 ---\nCompleteness ........ GREEN  every report has a ticket and all steps\nEfficiency .......... RED  both vulnerabilities took longer than 60 days\nResolution .......... GREEN  both fixed and verified\n",
        ),
        (
            "folien.txt",
            "--- Folie 1 ---\nHat unser Ablauf getaugt?\nSitzung vom 5. Juni 2025\n\n--- Folie 2 ---\nZeitraum: 01.05.2024 bis 30.04.2025\n\n--- Folie 3 ---\nDie Schwachstellen\n  #17  Kopplung ohne PIN  hoch  behoben mit 3.0\n  #23  Token läuft nie ab  hoch  behoben mit 3.1\n\n\
             --- Folie 4 ---\nVollständigkeit ..... GRÜN  jede Meldung hat ein Ticket und alle Schritte\nEffizienz ........... ROT  beide Schwachstellen brauchten länger als 60 Tage\nLösung .............. GRÜN  beide behoben und nachgeprüft\n",
        ),
    ] {
        let reading = read(path, text);
        let judged = |aspect| reading.assessments.iter().any(|a| a.aspect == aspect && a.answer == Answer::Proven);
        assert!(Aspect::ALL.into_iter().all(judged), "{path}: {:?}", reading.assessments);
        assert_eq!((reading.kind, reading.held.answer), (Kind::Record, Answer::Proven), "{path}: {:?}", reading.held);
    }
}

#[test]
fn heads_of_sheets_name_their_fields_in_any_column() {
    for (text, held) in [
        (
            "| Product | Pump | Status | RELEASED |\n|---|---|---|---|\n| Date of review | 2025-12-01 | Doc no. | R-4 |\n| Period | 2025 | Previous | R-3 |",
            "2025-12-01",
        ),
        (
            "| Field | Entry | Field | Entry |\n|---|---|---|---|\n| Record | F-8 | Product | Pump |\n| Evaluated on | 2025-12-01 | Span | 2025 |",
            "2025-12-01",
        ),
        (
            "| A | Head | |\n|---|---|---|\n| A1 | Sheet no. | 8 |\n| A2 | Date of the evaluation | 2025-12-01 |",
            "2025-12-01",
        ),
        (
            "| Erzeugnis | Pumpe | Status | FREIGEGEBEN |\n|---|---|---|---|\n| Durchgeführt am | 01.12.2025 | Dok.-Nr. | R-4 |\n| Zeitraum | 2025 | Vorige | R-3 |",
            "2025-12-01",
        ),
        // The rows of a list are none.
        (
            "| Step | Who | Done | Remark |\n|---|---|---|---|\n| Draft | Lee | 2025-11-01 | – |\n| Check | Ott | 2025-11-03 | – |",
            "",
        ),
    ] {
        let fields = read("sheet.md", &format!("# Yearly review of security problems\n\n{text}\n")).fields;
        assert_eq!(fields.date_held.map_or_else(String::new, |day| day.value.to_string()), held, "{text}");
    }
}

#[test]
fn who_signed_below_a_release_released_it_and_who_did_not_did_not() {
    for (text, approver) in [
        (
            "## Release of the record\n\n| Function | Name | Visa | Date |\n|---|---|---|---|\n| Quality | Ann Lee | AL | 2025-12-02 |",
            Some("Ann Lee"),
        ),
        (
            "## Freigaben\n\n| Funktion | Name | Visum | Datum |\n|---|---|---|---|\n| Qualität | Anna Lenz | AL | 02.12.2025 |",
            Some("Anna Lenz"),
        ),
        (
            "## Sign-off\n\n| | Author | Approver |\n|---|---|---|\n| Name | Bo Hart | Ann Lee |\n| Date | 2025-12-01 | 2025-12-02 |",
            Some("Ann Lee"),
        ),
        ("SIGN-OFF\n\nQuality   Ann Lee   /s/ A. Lee   2 December 2025", Some("Ann Lee")),
        // Somebody is still asked, wrote it, or checked it.
        (
            "## Release of the record\n\n| Function | Name | Visa | Date |\n|---|---|---|---|\n| Quality | Ann Lee | – | 2025-12-02 |",
            None,
        ),
        (
            "## Freigaben\n\n| Schritt | Name | Datum |\n|---|---|---|\n| Erstellt | Bo Hart | 01.12.2025 |\n| Geprüft | Cy Dunn | 02.12.2025 |",
            None,
        ),
        (
            "## Sign-off\n\n| | Author | Approver |\n|---|---|---|\n| Name | Bo Hart | Ann Lee |\n| Date | 2025-12-01 | pending |",
            None,
        ),
    ] {
        let path = if text.starts_with('#') { "review.md" } else { "review.txt" };
        let title = if path.ends_with("md") {
            "# Yearly review of security problems\n\n"
        } else {
            "Yearly review of security problems\n===========\n\n"
        };
        let by = read(path, &format!("{title}{text}\n")).fields.approved_by.map(|by| by.value);
        assert_eq!(by.is_some(), approver.is_some(), "{text}: {by:?}");
        assert!(approver.is_none_or(|name| by.as_deref().is_some_and(|by| by.contains(name))), "{text}: {by:?}");
    }
}

#[test]
fn what_is_said_not_to_be_judged_is_not() {
    for (heading, denied, more) in [
        ("Efficiency", "Not assessed this time.", "The figures of the handling times were not at hand."),
        ("Effizienz", "Heute nicht bewertet.", "Die Auswertung der Zeiten lag nicht vor."),
    ] {
        let text = format!(
            "# Yearly review of security problems\n\nDate held: 2025-12-01\n\n## {heading}\n\n{denied}\n\n- {more}\n"
        );
        let reading = read("review.md", &text);
        let judged = reading.assessments.iter().filter(|a| a.aspect == Aspect::Efficiency).map(|a| a.answer);
        assert!(!judged.clone().any(|answer| answer == Answer::Proven), "{:?}", reading.assessments);
        assert!(judged.into_iter().any(|answer| answer == Answer::Denied), "{:?}", reading.assessments);
    }
}
