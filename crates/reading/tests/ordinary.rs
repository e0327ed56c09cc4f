//! Ordinary words for what a record has to say, and for what it must not be taken to say: approvals, judgements below their heading,
//! claims, heads that refuse, issues that were left out. Half of each table is the other answer.

mod support;

use std::collections::BTreeSet;

use support::{judged, record};

use lookback_reading::{Answer, Aspect, ClaimKind};

#[test]
fn who_approved_is_found_where_people_sign() {
    for (end, who) in [
        ("I approve this review.\n\nGraz, 5 December 2025, Petra Holm (head of quality)", "Petra Holm"),
        ("Einverstanden.\n\nGraz, am 5. Dezember 2025\n\nIng. Petra Holm", "Petra Holm"),
        ("Hiermit gebe ich die Aufzeichnung frei.\n\nPetra Holm, 5. Dezember 2025", "Petra Holm"),
        ("The approval of these minutes was granted by Petra Holm on 5 December 2025.", "Petra Holm"),
        (
            "Participants: Petra Holm (quality), Jan Vos (software)\n\nFrau Holm hat dem Protokoll am 5. Dezember 2025 zugestimmt.",
            "Petra Holm",
        ),
    ] {
        let by = record(end).fields.approved_by.map(|by| by.value).unwrap_or_default();
        assert!(by.contains(who), "{end} -> {by}");
    }
    for end in [
        "Petra Holm has approved the leave of Jan Vos on 5 December 2025.",
        "Den Reiseantrag hat Petra Holm am 5. Dezember 2025 genehmigt.",
        "I will approve this review once the figures are there. Petra Holm",
        "Everybody agreed that lunch was late.\n\nPetra Holm, 5 December 2025",
    ] {
        assert_eq!(record(end).fields.approved_by, None, "{end}");
    }
}

/// Where a section judges, little is needed to see that a sentence does; elsewhere the same words leave it open at most.
#[test]
fn a_section_of_judgements_judges() {
    let below = |heading: &str, text: &str| format!("## {heading}\n\n{text}\n");
    for (aspect, text) in [
        (Aspect::Completeness, "Whatever came in was taken in, rated, decided and answered; no gap was found."),
        (
            Aspect::Completeness,
            "The board finds the handling incomplete, although the procedure demands an answer to each reporter.",
        ),
        (Aspect::Efficiency, "Too slow: #3 lay three weeks in the queue before anybody took it up."),
        (
            Aspect::Resolution,
            "Nur zum Teil gelöst: Die Korrekturen sind da, auf vielen Geräten läuft aber noch der alte Stand.",
        ),
    ] {
        let answer = judged(&below("Judgement", text), aspect);
        assert!(matches!(answer, Answer::Proven | Answer::Unsure), "{text} -> {answer:?}");
    }
    for (aspect, text) in [
        (Aspect::Completeness, "See the dashboard."),
        (Aspect::Efficiency, "Efficiency: 8 d"),
        (Aspect::Efficiency, "The efficiency was not assessed this time."),
        (Aspect::Resolution, "The fixes are to be judged in spring."),
        (Aspect::Resolution, "Die Behebung war ☐ erfolgreich ☐ teilweise erfolgreich ☐ nicht erfolgreich"),
    ] {
        assert_ne!(judged(&below("Judgement", text), aspect), Answer::Proven, "{text}");
    }
}

/// What the data can refute is a claim where it is said plainly.
#[test]
fn what_a_section_of_judgements_claims() {
    let claims = |text: &str| -> Vec<ClaimKind> {
        let reading = record(&format!("## Judgement\n\n{text}\n"));
        reading.claims.iter().filter(|claim| !claim.near).map(|claim| claim.kind).collect()
    };
    for (text, claim) in [
        ("We kept our targets in every case.", ClaimKind::WithinTargets),
        ("Die Fristen wurden ausnahmslos eingehalten.", ClaimKind::WithinTargets),
        ("Nothing was left open at the end of the year.", ClaimKind::AllResolved),
        ("There was no critical issue in the period.", ClaimKind::Managed(0)),
        ("Von den vier Problemen war keines als hoch eingestuft.", ClaimKind::Managed(0)),
        ("#4 is still being worked on.", ClaimKind::IsOpen),
        ("#3 wurde im Mai geschlossen.", ClaimKind::IsClosed),
    ] {
        assert!(claims(text).contains(&claim), "{text} -> {:?}", claims(text));
    }
    for text in [
        "Our aim is to keep our targets in every case.",
        "Not all targets were kept in every case.",
        "There was no critical comment by the auditor.",
    ] {
        assert!(
            !claims(text)
                .iter()
                .any(|kind| matches!(kind, ClaimKind::WithinTargets | ClaimKind::AllResolved | ClaimKind::Managed(_))),
            "{text} -> {:?}",
            claims(text)
        );
    }
}

/// Rows of the head on who was there and who has still to sign; people who are going to meet.
#[test]
fn the_head_refuses() {
    let with = |line: &str| {
        record(&format!(
            "| Approved by | Petra Holm, 2025-12-05 |\n|---|---|\n{line}\n\nThe handling of the vulnerabilities was complete and efficient and led to resolution."
        ))
        .held
        .answer
    };
    for line in [
        "| Quorum | not met |",
        "| Attendance | two of six, below the minimum, session dissolved |",
        "| Beschlussfähigkeit | nein, nur zwei von sechs da |",
        "| Signature of the director | still awaited |",
        "| Gegenzeichnung Entwicklung | steht noch aus |",
    ] {
        assert_eq!(with(line), Answer::Denied, "{line}");
    }
    for line in [
        "| Quorum | met, five of six |",
        "| Attendance | all six |",
        "| Beschlussfähigkeit | gegeben |",
        "| Signature of the director | P. Holm, 2025-12-05 |",
        "| Excused | nobody |",
    ] {
        assert_ne!(with(line), Answer::Denied, "{line}");
    }
    let plan =
        record("On Monday the persons named above will come together and go through the list of vulnerabilities.");
    assert_ne!(plan.held.answer, Answer::Proven);
}

/// The numbers of the issues that a record examines.
fn examined(text: &str) -> BTreeSet<u64> {
    let reading = record(&format!("## Issues examined\n\n{text}\n"));
    let sure = |id: &str| reading.references.iter().filter(|r| r.id == id).all(|r| r.examined == Some(true));
    let ids = reading.references.iter().filter(|r| sure(&r.id));
    ids.filter_map(|r| r.id.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()).collect()
}

#[test]
fn some_of_a_list_are_left_out() {
    for (text, want) in [
        (
            "The register shows #3, #4, #5, #6. The last two arrived after the meeting had been prepared and were not discussed.",
            &[3, 4][..],
        ),
        ("Under management were #3, #4, #5 and #6; only the first two could be discussed.", &[3, 4]),
        ("Tickets #3 to #6. There was time for all but the last one.", &[3, 4, 5]),
        ("Auf der Liste standen #3, #4, #5 und #6. Die letzten beiden wurden nicht besprochen.", &[3, 4]),
        ("Vorgelegt wurden #3, #4, #5, #6. Nur die ersten drei konnten besprochen werden.", &[3, 4, 5]),
        ("Everything between #3 and #6 was discussed.", &[3, 4, 5, 6]),
        ("The issues of the last two weeks were discussed first: #3 and #4.", &[3, 4]),
    ] {
        assert_eq!(examined(text), want.iter().copied().collect(), "{text}");
    }
}

#[test]
fn a_word_behind_the_issue_leaves_it_out() {
    for (text, want) in [
        ("- #3: closed\n- #4: nobody had prepared it, not discussed\n- #5: closed", &[3, 5][..]),
        ("#3 to #6 (#5 left unread, its file is at the lab).", &[3, 4, 6]),
        ("#3, #4 (not discussed), #5", &[3, 5]),
        ("#3, #4*, #5\n\n\\* not examined, the reporter is still being asked", &[3, 5]),
        ("Reviewed: 3-4, 6. Unreviewed: 5.", &[3, 4, 6]),
        ("We discussed #3 and #4; #5 and #6 are parked until the next session.", &[3, 4]),
        ("Discussed: #3, #4. The remaining two (#5, #6) come up in autumn.", &[3, 4]),
        ("Die Nummern 3 bis 6 mit Ausnahme der 5.", &[3, 4, 6]),
        ("#3 und #4 haben wir besprochen, #5 nehmen wir uns im Frühjahr vor.", &[3, 4]),
    ] {
        assert_eq!(examined(text), want.iter().copied().collect(), "{text}");
    }
    // What was put off or took long is another matter.
    for text in [
        "#3 and #4 were discussed. For #4 the safety assessment was skipped at first.",
        "Three issues: #3, #4, #5. The board considered them all; #4 waited five weeks for a test bench.",
        "We discussed #3, then #4; there was no time for more.",
    ] {
        assert!(examined(text).is_superset(&[3, 4].into()), "{text}");
    }
}
