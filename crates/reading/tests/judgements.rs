//! Judgements in forms of their own: by issue, as figures, and with what stands behind the verdict.

mod support;

use support::{judged, record};

use lookback_reading::{Answer, Aspect, ClaimKind};

#[test]
fn judgements_by_issue_and_of_all_that_came_in() {
    use Aspect::{Completeness, Efficiency, Resolution};
    let table = |first: &str, second: &str| {
        format!(
            "| Ticket | Complete? | On time? | Closed out, resolved? |\n|---|---|---|---|\n| #3 | {first} | yes, 9 days | yes, patch 4.1 |\n| #4 | {second} | no, 50 days | yes, patch 4.2 |"
        )
    };
    let full = table("yes, no step left out", "yes");
    assert_eq!(judged(&full, Completeness), Answer::Proven);
    assert_eq!(judged(&full, Efficiency), Answer::Proven);
    assert_eq!(judged(&full, Resolution), Answer::Proven);
    assert_eq!(judged(&table("yes / no", "yes / no"), Completeness), Answer::Absent, "a form");
    assert_eq!(judged(&table("yes, no step left out", ""), Completeness), Answer::Absent, "one is not judged");
    let spoken = [
        ("We searched for alerts that never got an owner, but there were none.", Completeness, Answer::Proven),
        (
            "Wir haben nach Meldungen gesucht, die niemand bearbeitet hat, und keine gefunden.",
            Completeness,
            Answer::Proven,
        ),
        ("We looked for a new meeting room and found none.", Completeness, Answer::Absent),
        ("Whatever reached us was repaired.", Resolution, Answer::Proven),
        ("Alles, was einging, wurde behoben.", Resolution, Answer::Proven),
    ];
    for (text, aspect, answer) in spoken {
        assert_eq!(judged(text, aspect), answer, "{text}");
    }
    let claims = record("Alles, was gemeldet wurde, ist behoben.").claims;
    assert!(claims.iter().any(|claim| claim.kind == ClaimKind::AllResolved), "the data can contradict it");
}

#[test]
fn figures_answer_under_their_label() {
    use Aspect::{Completeness, Efficiency, Resolution};
    for (aspect, text) in [
        (Completeness, "Completeness: 3 of 3 recorded."),
        (Completeness, "Vollständigkeit: 4 von 4 erfasst"),
        (Completeness, "Completeness: 100 % triaged."),
        (Efficiency, "Efficiency: 8 d (limit 14 d)."),
        (Efficiency, "Efficiency: median 11 days, target 30."),
        (Efficiency, "Effizienz: 9 Tage (Ziel 21 Tage)"),
        (Resolution, "Resolution: 5/6 closed."),
        (Resolution, "Resolution: 3 of 3 patched and shipped."),
        (Resolution, "Lösung: 2 von 3 behoben."),
    ] {
        assert_eq!(judged(text, aspect), Answer::Proven, "{text}");
    }
    for (aspect, text) in [
        (Completeness, "Completeness: 4 of 5 people were in the room."),
        (Efficiency, "Efficiency: 8 d."),
        (Efficiency, "Effizienz: 3 von 4 Teilnehmern anwesend"),
        (Resolution, "Resolution: page 2 of 3."),
        (Resolution, "Lösung: 2 von 3 Seiten."),
    ] {
        assert_ne!(judged(text, aspect), Answer::Proven, "{text}");
    }
}

/// A verdict is one whatever is planned behind it; a plan in its place is none.
#[test]
fn a_verdict_stands_before_what_is_planned() {
    use Aspect::{Completeness, Efficiency, Resolution};
    let stands = [
        (Resolution, "Resolution: not achieved for all: #14 is open; its fix is planned for the next release."),
        (Resolution, "Resolution: achieved except for #17, whose fix is planned for May."),
        (Resolution, "Resolution: partly. #14 will be fixed with release 4.2."),
        (Resolution, "Resolution: no, #14 is still open and is to be fixed by March."),
        (Resolution, "Resolution: not complete (the fix of #14 shall follow in release 4.2)."),
        (Resolution, "Resolution: 5 of 6 are fixed and released; the last one is planned for May."),
        (Resolution, "## Resolution\n\nNot achieved for #14; we will ship its fix in May."),
        (Resolution, "## Resolution\n\nAll but #14 were resolved; #14 will be fixed in release 4.2."),
        (Resolution, "Lösung: nicht erreicht für #14; die Behebung ist für Mai geplant."),
        (Resolution, "Lösung: bis auf #17 erreicht, dessen Behebung für das nächste Release vorgesehen ist."),
        (Resolution, "Lösung: teilweise; #14 soll mit Version 4.2 behoben werden."),
        (Efficiency, "Efficiency: not sufficient, the median was 40 days; a second triager will be hired."),
        (Efficiency, "Efficiency: too slow: two fixes took 90 days; triage will be weekly from January."),
        (
            Efficiency,
            "Effizienz: unzureichend, zwei Fälle dauerten 90 Tage; künftig soll wöchentlich gesichtet werden.",
        ),
        (Completeness, "Completeness: incomplete: #9 was never assessed; intake shall be checked monthly."),
        (Completeness, "Completeness: given for all seven reports; the mailbox will be merged next year."),
        (
            Completeness,
            "Vollständigkeit: gegeben, alle sieben Meldungen wurden bewertet; das Postfach soll ersetzt werden.",
        ),
    ];
    let missed: Vec<&str> =
        stands.iter().filter(|(aspect, text)| judged(text, *aspect) != Answer::Proven).map(|(_, text)| *text).collect();
    assert!(missed.is_empty(), "{missed:#?}");
    let none = [
        (Resolution, "Resolution: will be achieved with release 4.2."),
        (Resolution, "Resolution: to be achieved by May; #14 is planned for release 4.2."),
        (Resolution, "Resolution: achieved as soon as the fix of #14 is released."),
        (Resolution, "Resolution: planned for May."),
        (Resolution, "Lösung: soll bis Mai erreicht werden."),
        (Efficiency, "Efficiency: shall be sufficient, the target is 30 days."),
        (Efficiency, "Efficiency: is to be judged in the next meeting; good so far as we know."),
        (Efficiency, "Effizienz: wird in der nächsten Sitzung bewertet."),
        (Completeness, "Completeness: must be given for every report."),
        (Completeness, "Vollständigkeit: muss gegeben sein, sonst ist die Freigabe zu versagen."),
    ];
    let taken: Vec<&str> =
        none.iter().filter(|(aspect, text)| judged(text, *aspect) == Answer::Proven).map(|(_, text)| *text).collect();
    assert!(taken.is_empty(), "{taken:#?}");
}

/// What is good once something ships is not yet good; what is planned in a sentence of its own leaves the verdict.
#[test]
fn a_verdict_that_hangs_on_what_comes_is_unclear() {
    use Aspect::{Completeness, Efficiency, Resolution};
    for (aspect, text) in [
        (Resolution, "Resolution: good, once #14 ships."),
        (Resolution, "Resolution: achieved when #14 is out."),
        (Resolution, "Resolution: achieved, pending #14."),
        (Resolution, "Resolution: yes (expected in May)."),
        (Resolution, "Resolution: achieved; to be verified."),
        (Efficiency, "Efficiency: sufficient, as soon as we have a second triager."),
        (Resolution, "Lösung: erreicht, sobald #14 erscheint."),
        (Resolution, "Lösung: gegeben, vorbehaltlich der Freigabe."),
    ] {
        assert_eq!(judged(text, aspect), Answer::Unsure, "{text}");
    }
    for (aspect, text) in [
        (Resolution, "Resolution: not achieved; #14 will be fixed once the vendor is ready."),
        (Resolution, "Resolution: partly; #14 is released as soon as the supplier has been certified."),
        (Completeness, "Vollständigkeit: gegeben, jede Meldung wurde erfasst, sobald sie eingegangen ist."),
    ] {
        assert_eq!(judged(text, aspect), Answer::Proven, "{text}");
    }
}

/// An exception from a verdict is no exception from the review.
#[test]
fn what_is_excepted_from_a_verdict_was_examined() {
    for text in ["Resolution: achieved except for #14.", "Lösung: erreicht außer für #14."] {
        let reading = record(&format!("We examined #13 and #14.\n\n{text}"));
        let open: Vec<_> = reading.references.iter().filter(|named| named.examined == Some(false)).collect();
        assert!(open.is_empty(), "{text}: {open:?}");
    }
}

/// What lists ages, open issues, targets or figures weighs none of them, whatever it stands under; a verdict in a row is one.
#[test]
fn a_table_of_data_judges_nothing() {
    use Aspect::{Completeness, Efficiency, Resolution};
    let english = [
        "| Issue | Days | Target |\n|---|---|---|\n| #17 | 390 | 60 |\n| #18 | 120 d | 90 d |",
        "| Issue | Severity | Open since |\n|---|---|---|\n| #18 | high | 2025-06-01 |",
        "| Open issue | Title | Age (days) |\n|---|---|---|\n| #18 | Overflow in the parser | 219 |",
        "| Severity | Target (days) | Met | Missed |\n|---|---|---|---|\n| high | 60 | 3 | 1 |\n| medium | 90 | 4 | 0 |",
        "| Severity | Target |\n|---|---|\n| Critical | 7 days |\n| High | 30 days |",
        "| Measure | Target | Actual |\n|---|---|---|\n| Time to first response | 3 | 5 |\n| Time to fix, high | 60 | 71 |",
        "| Measure | This period | Before |\n|---|---|---|\n| Open at the end | 1 | 2 |\n| Resolved | 7 | 5 |",
    ];
    let german = [
        "| Problem | Tage | Ziel |\n|---|---|---|\n| #17 | 390 | 60 |",
        "| Problem | Schweregrad | Offen seit |\n|---|---|---|\n| #18 | hoch | 01.06.2025 |",
        "| Offenes Problem | Titel | Alter (Tage) |\n|---|---|---|\n| #18 | Überlauf im Parser | 219 |",
        "| Schweregrad | Ziel (Tage) | Erreicht | Verfehlt |\n|---|---|---|---|\n| hoch | 60 | 3 | 1 |",
        "| Maß | Ziel | Ist |\n|---|---|---|\n| Zeit bis zur Behebung, hoch | 60 Tage | 71 Tage |",
        "| Maß | Dieser Zeitraum | Davor |\n|---|---|---|\n| Offen am Ende | 1 | 2 |\n| Gelöst | 7 | 5 |",
    ];
    let sections = [
        (["Outliers", "Judgements", "Assessment", "Efficiency", "Resolution", "Targets"], &english[..]),
        (["Ausreißer", "Bewertung", "Urteil", "Effizienz", "Lösung", "Ziele"], &german[..]),
    ];
    let mut judges = Vec::new();
    for (headings, tables) in sections {
        for (heading, table) in headings.iter().flat_map(|heading| tables.iter().map(move |table| (heading, table))) {
            let text = format!("## {heading}\n\n{table}");
            for aspect in [Completeness, Efficiency, Resolution] {
                if judged(&text, aspect) != Answer::Absent {
                    judges.push((aspect, text.clone()));
                }
            }
        }
    }
    assert!(judges.is_empty(), "{judges:#?}");
    let open = "## Efficiency\n\n| Issue | State | Assigned to |\n|---|---|---|\n| #18 | open | K. Meyer |";
    assert_eq!(judged(open, Efficiency), Answer::Absent, "that it is open says nothing of how long anything took");
    for (aspect, text) in [
        (Efficiency, "| Aspect | Verdict |\n|---|---|\n| Efficiency | sufficient |"),
        (Efficiency, "| Figure | Target | Actual | |\n|---|---|---|---|\n| MTTR of defects | < 10 d | 7 d | ✅ |"),
        (Efficiency, "## Efficiency\n\n| Issue | In time? |\n|---|---|\n| #17 | yes, 9 days |"),
        (Resolution, "## Resolution\n\n| Issue | State |\n|---|---|\n| #17 | fixed in 4.2 |"),
    ] {
        assert_eq!(judged(text, aspect), Answer::Proven, "{text}");
    }
}

/// A sentence that plainly judges one aspect comes near to no other because it stands in a section of judgements.
#[test]
fn what_judges_one_aspect_comes_near_to_no_other() {
    for (heading, text) in [
        ("Judgements", "Every issue was fixed and published."),
        ("Assessment", "All issues were resolved and their fixes released."),
        ("Bewertung", "Jedes Problem wurde behoben und veröffentlicht."),
    ] {
        let text = format!("## {heading}\n\n{text}");
        assert_eq!(judged(&text, Aspect::Resolution), Answer::Proven, "{text}");
        assert_eq!(judged(&text, Aspect::Efficiency), Answer::Absent, "{text}");
    }
}
