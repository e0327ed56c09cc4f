//! What a sentence in the record of a review claims.

use lookback_reading::{ClaimKind, Reader};

/// The claims of a sentence in the record of a review.
fn claims(sentence: &str) -> Vec<ClaimKind> {
    let text = format!("# Security review 2025\n\nDate held: 2025-03-14\n\n{sentence}\n");
    Reader::new(&[], &[])
        .read("review.md", text.as_bytes())
        .claims
        .into_iter()
        .filter(|claim| !claim.near)
        .map(|claim| claim.kind)
        .collect()
}

#[test]
fn what_a_sentence_claims() {
    for (sentence, expected) in [
        ("No security issues were reported in the period.", vec![ClaimKind::NoIssues, ClaimKind::Opened(0)]),
        ("There were no security issues.", vec![ClaimKind::NoIssues]),
        ("No security issue was open at the cut-off.", vec![ClaimKind::AllResolved]),
        // "Both" is about two, "no issue" about all.
        (
            "Both issues were fixed and no security issue was open at the cut-off.",
            vec![ClaimKind::AllResolved, ClaimKind::Open(0)],
        ),
        ("No security issues remain unresolved.", vec![ClaimKind::AllResolved]),
        ("No security issue missed its target.", vec![]),
        ("3 security issues were open at the cut-off.", vec![ClaimKind::Open(3)]),
        ("3 security issues were open at the start of the period.", vec![]),
        ("Four security issues were closed in the period, two by the supplier.", vec![ClaimKind::Closed(4)]),
        ("Four security issues were closed by the supplier.", vec![]),
        ("12 security issues were reported since the last review.", vec![ClaimKind::Opened(12)]),
        ("12 security issues were reported through the bug bounty.", vec![]),
        ("Zwölf Schwachstellen wurden im Berichtszeitraum gemeldet.", vec![ClaimKind::Opened(12)]),
        ("7 vulnerabilities were examined.", vec![ClaimKind::Managed(7)]),
        // What is under way is not done, and what somebody does well is not open.
        ("All issues are being dealt with by the firmware team.", vec![]),
        ("All vulnerabilities are currently being fixed.", vec![]),
        ("Alle Schwachstellen werden derzeit behoben.", vec![]),
        ("Alle Schwachstellen wurden behoben.", vec![ClaimKind::AllResolved]),
        ("Three issues got outstanding reviews.", vec![]),
    ] {
        let mut found = claims(sentence);
        found.sort_by_key(|kind| format!("{kind:?}"));
        assert_eq!(found, expected, "{sentence}");
    }
}

#[test]
fn what_only_comes_near_to_a_claim() {
    let near = |sentence: &str| -> Vec<ClaimKind> {
        let text = format!("# Review of security problem resolution 2025\n\nDate held: 2025-12-01\n\n{sentence}\n");
        let reading = Reader::new(&[], &[]).read("review.md", text.as_bytes());
        reading.claims.into_iter().filter(|claim| claim.near).map(|claim| claim.kind).collect()
    };
    assert_eq!(near("Mit Jahresende war davon nichts mehr ungelöst."), [ClaimKind::AllResolved]);
    assert_eq!(near("Die Fristen wurden ausnahmslos eingehalten."), [ClaimKind::WithinTargets]);
    assert_eq!(near("On average the team needed nine days."), [ClaimKind::MeanDays(9)]);
    for other in
        ["The target for critical issues is 30 days.", "Were all issues closed?", "The fix of #3 was discussed."]
    {
        assert_eq!(near(other), [], "{other}");
    }
}
