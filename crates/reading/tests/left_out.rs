//! What a record leaves out of its examination, in many forms: some of a list, a bracket, a footnote, a word behind the issue.

mod support;

use std::collections::BTreeSet;

use support::record;

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
