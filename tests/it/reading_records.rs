//! Records and procedures as people write them, in several styles and two languages, with what the reader must find.

use lookback_reading::{Aspect, ClaimKind, DateSource, Kind, Reader, Reading, Stated};

fn read(path: &str, text: &str) -> Reading {
    Reader::new(&[], &[]).read(path, text.as_bytes())
}

fn met(reading: &Reading) -> Vec<&'static str> {
    reading.constraints.iter().filter(|(_, answer)| answer.met()).map(|(constraint, _)| constraint.id()).collect()
}

fn date(value: Option<&Stated<chrono::NaiveDate>>) -> String {
    value.map_or("-".to_owned(), |date| date.value.to_string())
}

fn word(value: Option<&Stated<String>>) -> &str {
    value.map_or("-", |stated| stated.value.as_str())
}

fn people(reading: &Reading) -> Vec<&str> {
    reading.fields.participants.iter().map(|p| p.value.as_str()).collect()
}

fn examined(reading: &Reading) -> Vec<&str> {
    reading.references.iter().filter(|r| r.examined == Some(true)).map(|r| r.id.as_str()).collect()
}

fn claims(reading: &Reading) -> Vec<ClaimKind> {
    reading.claims.iter().filter(|claim| !claim.near).map(|claim| claim.kind).collect()
}

/// A complete held review: all that every style must yield.
fn complete(reading: &Reading) {
    assert_eq!(reading.kind, Kind::Record, "{reading:#?}");
    assert!(reading.content_match.is_proven(), "{:#?}", reading.constraints);
    assert!(reading.presents_review);
    assert!(reading.fields.draft.is_none(), "{:?}", reading.fields.draft);
    assert_eq!(reading.placeholders, [], "placeholders");
    let aspects: Vec<Aspect> =
        Aspect::ALL.into_iter().filter(|aspect| reading.assessments.iter().any(|a| a.aspect == *aspect)).collect();
    assert_eq!(aspects, Aspect::ALL, "{:#?}", reading.assessments);
    for id in ["4.1.8#a", "4.1.8#b", "4.1.8#c", "4.1.8#d"] {
        assert!(met(reading).contains(&id), "{id} of {:?}", met(reading));
    }
    for answer in reading.constraints.values() {
        assert!(answer.met() || answer.why_not.is_some());
        assert!(!answer.met() || !answer.quotes.is_empty(), "{:#?}", reading.constraints);
    }
}

const HEADER_TABLE: &str = "\
# Security Defect Management Review 2025

| Field | Value |
|---|---|
| Document ID | QR-2025-004 |
| Version | 1.0 |
| Status | Approved |
| Product | Infusion pump firmware |
| Procedure | SOP-017, IEC 81001-5-1 4.1.8 |
| Date of review | 2025-03-14 |
| Review period | 2024-03-15 to 2025-03-14 |
| Next review | 2026-03-14 |
| Approved by | Dr. Jane Roe (Head of Quality) |
| Approval date | 2025-03-20 |

## Participants

| Name | Role |
|---|---|
| Jane Roe | Quality management |
| John Doe | Security officer |

## Issues examined

| Issue | Severity | State | Disposition |
|---|---|---|---|
| #12 | high | closed | fixed in v2.1.0 |
| #15, CVE-2024-1234 | critical | closed | fixed in v2.1.1 |
| SEC-3..SEC-5 | low | closed | duplicates of #12 |

The full list is in [issues.csv](data/issues.csv).

## Not examined

- #99 concerns the web shop and is out of scope.

## Assessment

### Completeness

All reports that arrived through the mailbox and the scanner were triaged and are in the list above; the sample of 20 commits found no untracked fix.

### Efficiency

The median time from report to released fix was 21 days; one critical issue exceeded the 30-day target by four days.

### Resolution

Every issue led to a released fix or a documented reason; none was reopened.

## Escape analysis

CVE-2024-1234 was missed because the parser interface was not in the fuzzing plan. The fuzzing plan was extended.

## Improvement actions

| ID | Action | Owner | Due | Issue | Status |
|---|---|---|---|---|---|
| A1 | Add the parser to the nightly fuzzing | John Doe | 2025-06-30 | #120 | open |
| A2 | Review the triage mailbox weekly | Jane Roe | 2025-04-30 | #121 | done |

## Follow-up of previous actions

| Action | Status |
|---|---|
| 2024-A1 Introduce secret scanning | closed, effective |
";

#[test]
fn a_record_with_a_header_table() {
    let reading = read("docs/reviews/security-review-2025.md", HEADER_TABLE);
    complete(&reading);
    let fields = &reading.fields;
    assert_eq!(word(fields.doc_id.as_ref()), "QR-2025-004");
    assert_eq!(word(fields.title.as_ref()), "Security Defect Management Review 2025");
    assert_eq!(word(fields.version.as_ref()), "1.0");
    assert_eq!(word(fields.status.as_ref()), "Approved");
    assert_eq!(word(fields.product.as_ref()), "Infusion pump firmware");
    assert_eq!(date(fields.date_held.as_ref()), "2025-03-14");
    assert_eq!(fields.date_source, Some(DateSource::Stated));
    assert_eq!(fields.date_held.as_ref().map(|d| d.quote.line.get()), Some(10));
    assert_eq!(date(fields.period_from.as_ref()), "2024-03-15");
    assert_eq!(date(fields.period_to.as_ref()), "2025-03-14");
    assert_eq!(date(fields.next_review.as_ref()), "2026-03-14");
    assert_eq!(word(fields.approved_by.as_ref()), "Dr. Jane Roe (Head of Quality)");
    assert_eq!(date(fields.approved_on.as_ref()), "2025-03-20");
    assert_eq!(people(&reading), ["Jane Roe (Quality management)", "John Doe (Security officer)"]);
    for id in ["#12", "#15", "CVE-2024-1234", "SEC-3", "SEC-4", "SEC-5"] {
        assert!(examined(&reading).contains(&id), "{id} in {:?}", examined(&reading));
    }
    assert!(reading.references.iter().any(|r| r.id == "#99" && r.examined == Some(false)));
    assert_eq!(reading.actions.len(), 2, "{:#?}", reading.actions);
    assert_eq!(reading.actions[0].id.as_deref(), Some("A1"));
    assert_eq!(reading.actions[0].owner.as_deref(), Some("John Doe"));
    assert_eq!(reading.actions[0].due.as_deref(), Some("2025-06-30"));
    assert_eq!(reading.actions[0].references, ["#120"]);
    assert_eq!(reading.actions[1].state.as_deref(), Some("done"));
    assert_eq!(reading.follow_ups.len(), 1, "{:#?}", reading.follow_ups);
    assert_eq!(reading.attachments, ["data/issues.csv"]);
    assert!(reading.analyses.iter().any(|a| a.cause.is_some()), "{:#?}", reading.analyses);
    assert_eq!(met(&reading).len(), 6, "{:#?}", reading.constraints);
    assert_eq!(reading.language.as_deref(), Some("en"));
    // One target was missed, and "a documented reason" is no fix.
    assert!(!claims(&reading).contains(&ClaimKind::WithinTargets));
}

/// What a record says it did not examine does not come in again by an attachment.
#[test]
fn attachments_of_what_was_not_examined_are_left_out() {
    let head = "# Security review 2025\n\nDate held: 2025-03-14\n\n";
    for (text, expected) in [
        ("All issues are in [the table](issues.csv).\n", &["issues.csv"][..]),
        ("Not examined:\n\n- [issues of the supplier](supplier.csv)\n", &[]),
        ("## Not examined\n\n[issues of the supplier](supplier.csv)\n", &[]),
        ("Examined: [ours](ours.csv), but not examined: [theirs](theirs.csv).\n", &["ours.csv"]),
        (
            "| List | State |\n|---|---|\n| [old](old.csv) | out of scope |\n| [new](new.csv) | examined |\n",
            &["new.csv"],
        ),
    ] {
        assert_eq!(read("docs/security-review.md", &format!("{head}{text}")).attachments, expected, "{text}");
    }
}

#[test]
fn a_terse_record() {
    let reading = read(
        "docs/reviews/security-review-2025.md",
        "# Security defect review 2025\n\nDate held: 2025-03-14\nPeriod: 2024-03-15 to 2025-03-14\nParticipants: A. Roe (QM), B. Doe\nIssues examined: #3, #5,\nCVE-2024-1000\n\n## Completeness\nAll reports were triaged and recorded.\n\n## Efficiency\nAll issues were fixed within the 30-day target.\n\n## Resolution\nAll issues were resolved.\n",
    );
    complete(&reading);
    assert_eq!(date(reading.fields.date_held.as_ref()), "2025-03-14");
    assert_eq!(date(reading.fields.period_from.as_ref()), "2024-03-15");
    assert_eq!(date(reading.fields.period_to.as_ref()), "2025-03-14");
    assert_eq!(people(&reading), ["A. Roe (QM)", "B. Doe"]);
    assert_eq!(examined(&reading), ["#3", "#5", "CVE-2024-1000"]);
    assert!(claims(&reading).contains(&ClaimKind::AllResolved), "{:?}", reading.claims);
    assert!(claims(&reading).contains(&ClaimKind::WithinTargets), "{:?}", reading.claims);
}

#[test]
fn a_record_with_front_matter_and_lists() {
    let reading = read(
        "quality/records/SR-2024.md",
        "---\ndoc_id: SR-2024\ntitle: \"Annual review of security problem resolution\"\nversion: 2\nstatus: approved\ndate: 2024-11-20\nchair: M. Muster\nattendees: [A. Bee, C. Dee]\nreview_period: 2023-11-01 to 2024-10-31\napproved_by: E. Eff\n---\n\nThe review was held on 20 November 2024 in line with SOP-9.\n\n## Inputs\n\n- All security issues labelled `security` since the last review: #40-#42, GHSA-2345-6789-cfgh\n- Previous review SR-2023\n\n## Conclusions\n\n- **Completeness:** every reported vulnerability was recorded and assessed.\n- **Timeliness:** handling took 12 days on average, well within the target.\n- **Resolution:** 3 of 4 issues were fixed; #42 is still open and has an accepted risk.\n\n## Improvements\n\n- Extend the threat model by the update channel (owner: A. Bee, due 2025-02-28, #51)\n- Add a regression test for each fix, C. Dee by 2025-01-31\n",
    );
    complete(&reading);
    assert_eq!(word(reading.fields.doc_id.as_ref()), "SR-2024");
    assert_eq!(date(reading.fields.date_held.as_ref()), "2024-11-20");
    assert_eq!(date(reading.fields.period_to.as_ref()), "2024-10-31");
    assert_eq!(word(reading.fields.approved_by.as_ref()), "E. Eff");
    assert_eq!(people(&reading), ["M. Muster", "A. Bee", "C. Dee"]);
    assert_eq!(reading.actions.len(), 2, "{:#?}", reading.actions);
    assert_eq!(reading.actions[0].owner.as_deref(), Some("A. Bee"));
    assert_eq!(reading.actions[0].due.as_deref(), Some("2025-02-28"));
    assert_eq!(reading.actions[1].due.as_deref(), Some("2025-01-31"));
    for id in ["#40", "#41", "#42", "GHSA-2345-6789-cfgh"] {
        assert!(examined(&reading).contains(&id), "{id}");
    }
    assert!(!claims(&reading).contains(&ClaimKind::AllResolved), "{:?}", reading.claims);
}

#[test]
fn a_record_with_bold_pairs_and_emoji() {
    let reading = read(
        "docs/vulnerability-review.md",
        "# 🔐 Annual vulnerability handling review\n\n**📅 Meeting Date:** March 9, 2024 | **👥 Participants:** Ann (CISO), Ben\n**Review Period:** Q1 2023 – Q4 2023 **Status:** ✅ Final\n**Approved by:** Ann **Approval Date:** 2024-03-11\n\nWe examined all vulnerabilities since the last review: #7, #9 and https://github.com/acme/pump/issues/11.\n\n## Findings\n\nThe handling was complete: all reports were triaged within two days.\nHandling was efficient, the median time to fix was 9 days.\nAll vulnerabilities were fixed and released in 3.2.0.\n\n## Lessons learned\n\nThe dependency scan missed #9 because lock files were not covered. We added the lock files to the scan.\n",
    );
    complete(&reading);
    assert_eq!(date(reading.fields.date_held.as_ref()), "2024-03-09");
    assert_eq!(date(reading.fields.period_from.as_ref()), "2023-01-01");
    assert_eq!(date(reading.fields.period_to.as_ref()), "2023-12-31");
    assert_eq!(date(reading.fields.approved_on.as_ref()), "2024-03-11");
    assert_eq!(people(&reading), ["Ann (CISO)", "Ben"]);
    assert!(examined(&reading).contains(&"acme/pump#11"));
}

#[test]
fn a_german_record() {
    let reading = read(
        "doku/reviews/sicherheitsreview-2025.md",
        "# Jährliche Überprüfung der Bearbeitung von Sicherheitsmängeln 2025\n\n| Dokument-ID | QM-SR-2025 |\n|---|---|\n| Version | 1.0 |\n| Status | Freigegeben |\n| Datum der Überprüfung | 14. März 2025 |\n| Berichtszeitraum | 15.03.2024 bis 14.03.2025 |\n| Teilnehmer | Erika Muster (QMB), Max Beispiel (Entwicklung) |\n| Genehmigt von | Dr. Ida Ernst |\n| Genehmigt am | 20.03.2025 |\n| Nächste Überprüfung | 14.03.2026 |\n\n## Untersuchte Vorgänge\n\n| Vorgang | Schweregrad | Stand |\n|---|---|---|\n| #12 | hoch | geschlossen |\n| #15 bis #17 | niedrig | geschlossen |\n| CVE-2024-1001 bis CVE-2024-1003 | mittel | geschlossen |\n\n## Bewertung\n\n### Vollständigkeit\n\nAlle Meldungen wurden erfasst und bewertet; eine Stichprobe ergab keine Lücke.\n\n### Effizienz\n\nDie Bearbeitung erfolgte im Median innerhalb von 18 Tagen und damit innerhalb der Zielvorgabe.\n\n### Behebung\n\nAlle Schwachstellen wurden behoben und die Korrekturen ausgeliefert.\n\n## Ursachenanalyse\n\nCVE-2024-1001 wurde in der Bedrohungsanalyse übersehen; die Checkliste wurde ergänzt.\n\n## Maßnahmen\n\n| Nr. | Maßnahme | Verantwortlich | Frist | Status |\n|---|---|---|---|---|\n| M1 | Fuzzing des Parsers einführen (#130) | Max Beispiel | 30.06.2025 | offen |\n\n## Nachverfolgung früherer Maßnahmen\n\n- M1 aus 2024 (Secret-Scanning) wurde umgesetzt und ist wirksam.\n\n## Nicht untersucht\n\n#77 betrifft den Webshop.\n",
    );
    complete(&reading);
    assert_eq!(reading.language.as_deref(), Some("de"));
    assert_eq!(word(reading.fields.doc_id.as_ref()), "QM-SR-2025");
    assert_eq!(date(reading.fields.date_held.as_ref()), "2025-03-14");
    assert_eq!(date(reading.fields.period_from.as_ref()), "2024-03-15");
    assert_eq!(date(reading.fields.next_review.as_ref()), "2026-03-14");
    assert_eq!(date(reading.fields.approved_on.as_ref()), "2025-03-20");
    assert_eq!(people(&reading), ["Erika Muster (QMB)", "Max Beispiel (Entwicklung)"]);
    for id in ["#12", "#16", "CVE-2024-1002"] {
        assert!(examined(&reading).contains(&id), "{id}");
    }
    assert!(reading.references.iter().any(|r| r.id == "#77" && r.examined == Some(false)));
    assert_eq!(reading.actions.len(), 1, "{:#?}", reading.actions);
    assert_eq!(reading.actions[0].references, ["#130"]);
    assert_eq!(reading.follow_ups.len(), 1, "{:#?}", reading.follow_ups);
    assert!(claims(&reading).contains(&ClaimKind::AllResolved), "{:?}", reading.claims);
    assert_eq!(met(&reading).len(), 6, "{:#?}", reading.constraints);
}

#[test]
fn plain_text() {
    let reading = read(
        "records/security-review.txt",
        "SECURITY DEFECT REVIEW 2025\n\nReview date: 14.03.2025\nReview period: January to December 2024\nAttendees: A. Roe, B. Doe\nIssues reviewed: #1, #2 and #3\n\nCOMPLETENESS\n\nAll defects that were reported in the period were recorded and triaged.\n\nEFFICIENCY\n\nOne issue took 45 days, longer than the target of 30 days.\n\nRESOLUTION\n\nTwo issues were resolved; #3 remains open.\n",
    );
    complete(&reading);
    assert_eq!(date(reading.fields.period_from.as_ref()), "2024-01-01");
    assert_eq!(date(reading.fields.period_to.as_ref()), "2024-12-31");
    assert!(!claims(&reading).contains(&ClaimKind::AllResolved), "{:?}", reading.claims);
}

#[test]
fn restructured_text() {
    let reading = read(
        "docs/security-review.rst",
        "Security defect management review\n=================================\n\n:Date held: 2025-03-14\n:Review period: 2024\n:Participants: A. Roe, B. Doe\n:Approved by: C. Poe\n\nIssues examined\n---------------\n\n===== ======== =======\nIssue Severity State\n===== ======== =======\n#1    high     closed\n#2    low      closed\n===== ======== =======\n\n.. comment about #88\n\nCompleteness\n------------\n\nAll reports were registered and triaged.\n\nEfficiency\n----------\n\nFixes took 10 days in the median, which is in time.\n\nResolution\n----------\n\nEvery issue was resolved.\n",
    );
    complete(&reading);
    assert_eq!(examined(&reading), ["#1", "#2"]);
    assert_eq!(date(reading.fields.period_from.as_ref()), "2024-01-01");
    assert_eq!(word(reading.fields.approved_by.as_ref()), "C. Poe");
}

#[test]
fn asciidoc() {
    let reading = read(
        "docs/security-review.adoc",
        "= Security defect management review\n:revdate: 2025-03-20\n\n[cols=\"1,2\"]\n|===\n|Document ID |SR-7\n|Date of review |2025-03-14\n|Review period |2024-03-01 to 2025-02-28\n|Participants |A. Roe, B. Doe\n|===\n\n// a comment about #88\n\n== Issues examined\n\n* #1\n* #2 to #4\n\n== Judgement\n\n=== Completeness\n\nEvery report was triaged.\n\n=== Efficiency\n\nAll fixes were released on time.\n\n=== Resolution\n\nAll issues were closed with a released fix.\n",
    );
    complete(&reading);
    let ids: Vec<&str> = examined(&reading).into_iter().filter(|id| id.starts_with('#')).collect();
    assert_eq!(ids, ["#1", "#2", "#3", "#4"]);
    assert_eq!(word(reading.fields.doc_id.as_ref()), "SR-7");
    assert_eq!(date(reading.fields.date_held.as_ref()), "2025-03-14");
}

#[test]
fn a_year_without_issues() {
    let reading = read(
        "docs/reviews/2025.md",
        "# Security defect management review 2025\n\n**Date of review:** 2025-12-01\n**Period:** 2024-12-01 to 2025-11-30\n**Participants:** A. Roe, B. Doe\n\nNo security issues were reported in the period. The intake was tested with a trial report on 2025-06-01, which reached the team within a day.\n\n| Aspect | Judgement | Reason |\n|---|---|---|\n| Completeness | adequate | The mailbox, the scanner and the advisory feed were all checked. |\n| Efficiency | adequate | The trial report was handled within a day. |\n| Resolution | adequate | There was nothing to resolve; earlier fixes were verified again. |\n",
    );
    complete(&reading);
    assert!(claims(&reading).contains(&ClaimKind::NoIssues), "{:?}", reading.claims);
}

#[test]
fn procedures() {
    let reading = read(
        "docs/procedures/security-review.md",
        "# Security defect management review procedure\n\nDocument ID: SOP-017\nVersion: 3\nEffective date: 2024-01-10\n\n## Purpose\n\nThis procedure establishes the periodic review of how security problems are resolved (IEC 81001-5-1 4.1.8).\n\n## Frequency\n\nThe review of security defect management shall be held at least annually. This procedure is reviewed every two years.\n\n## Inputs\n\nThe review shall examine all security issues managed since the last review.\n\n## Assessment\n\nThe review shall judge whether the management was complete, efficient and led to resolution.\n\n## Improvement\n\nFor each security defect found in released software, the team shall analyse which life-cycle activity missed it and improve that activity.\n",
    );
    assert_eq!(reading.kind, Kind::Procedure, "{reading:#?}");
    assert!(!reading.content_match.is_proven());
    assert_eq!(reading.interval.as_ref().map(|i| i.months), Some(12), "{:?}", reading.interval);
    assert_eq!(reading.assessments, []);
    assert_eq!(met(&reading), ["4.1.6#a", "4.1.6#b", "4.1.8#a", "4.1.8#d"]);
    assert!(reading.fields.date_held.is_none());
    let german = read(
        "qm/VA-12-sicherheitsreview.md",
        "# Verfahrensanweisung: Überprüfung der Bearbeitung von Sicherheitsproblemen\n\nDokument-ID: VA-12\nGültig ab: 01.02.2024\n\n## Durchführung\n\nDie Überprüfung der Bearbeitung von Sicherheitsmängeln muss mindestens alle 6 Monate erfolgen. Diese Verfahrensanweisung wird jährlich überprüft.\n\n## Inhalt\n\nEs ist zu bewerten, ob die Bearbeitung vollständig und effizient war und zur Lösung geführt hat. Für jeden Sicherheitsmangel im Feld ist die Ursache zu analysieren und der Prozess zu verbessern.\n",
    );
    assert_eq!(german.kind, Kind::Procedure, "{german:#?}");
    assert_eq!(german.interval.as_ref().map(|i| i.months), Some(6), "{:?}", german.interval);
    assert_eq!(german.assessments, []);
    assert!(german.fields.date_held.is_none());
    assert!(met(&german).contains(&"4.1.8#a"), "{:#?}", german.constraints);
}

#[test]
fn a_post_mortem_is_evidence_but_no_review() {
    let reading = read(
        "docs/postmortem-2025-03.md",
        "# Post-mortem: authentication bypass CVE-2025-1111\n\nDate: 2025-03-20\n\n## Summary\n\nOn 3 March 2025 a customer reported that the released version 2.0 accepted expired tokens. An attacker could log in to devices in the field.\n\n## Root cause\n\nThe token check was introduced in 1.8 without a security requirement, and code review did not catch the missing expiry test.\n\n## What went well\n\nThe fix was released within two days and customers were informed.\n\n## Lessons learned\n\nThe review checklist did not include session handling; we added it. Static analysis rules for token handling were introduced.\n",
    );
    assert_eq!(reading.kind, Kind::Record, "{reading:#?}");
    assert!(reading.content_match.is_proven(), "{:#?}", reading.constraints);
    assert!(!reading.presents_review);
    assert_eq!(met(&reading), ["4.1.6#a", "4.1.6#b"]);
    assert!(reading.analyses.iter().any(|a| a.cause.is_some()));
}

#[test]
fn what_is_not_held_is_not_a_record() {
    let done = "All reports were triaged. All issues were fixed in time. All vulnerabilities were resolved.\n";
    for (name, text) in [
        ("template", "# Security defect review template\n\nDate held: YYYY-MM-DD\nPeriod: [from] to [to]\nParticipants: TBD\n\n## Completeness\n\n[Describe whether all reports were triaged]\n\n## Efficiency\n\nTODO(reviewer): judge\n\n## Resolution\n\nTBD\n".to_owned()),
        ("planned", "# Security defect review 2026\n\nDate: 2026-03-01\nStatus: planned\n\nThe review will be held in March. We will examine all issues and judge completeness.\n".to_owned()),
        ("denied", "# Security defect review 2025\n\nDate: 2025-03-01\n\nThe review has not been carried out this year because the team was busy. Issues #1 and #2 were closed.\n".to_owned()),
        ("simulated", format!("# Security defect review 2025 (Simulated)\n\nDate: 2025-03-01\n\n{done}")),
        ("draft", format!("# Security defect review 2025\n\nStatus: Draft\nDate: 2025-03-01\n\n{done}")),
        ("obligation", "# Security defect review\n\nThe reviewer shall assess whether all reports were triaged. All vulnerabilities must be resolved within the target.\n".to_owned()),
        ("unticked", "# Security defect review 2025\n\nDate: 2025-03-01\n\n- [ ] all reports were triaged\n- [ ] all issues were fixed in time\n- [ ] all vulnerabilities were resolved\n".to_owned()),
    ] {
        let reading = read("docs/security-review.md", &text);
        // A status says nothing of what the text records; it keeps the record from being held.
        assert!(name == "draft" || !reading.content_match.is_proven(), "{name}: {reading:#?}");
        assert!(!reading.held.met(), "{name}");
        assert!(reading.constraints.values().all(|answer| answer.why_not.is_some() || answer.met()), "{name}");
    }
}

#[test]
fn dates_that_are_not_the_date_held() {
    let head = "# Security defect review\n\n";
    for (line, expected) in [
        ("Effective date: 2025-01-01", "-"),
        ("Last updated: 2025-01-01", "-"),
        ("Next review: 2026-01-01", "-"),
        ("Review date: 03/04/2026", "-"),
        ("Review date: 13/04/2026", "2026-04-13"),
        ("Review date: 4/13/2026", "2026-04-13"),
        ("Datum: 14. November 2025", "2025-11-14"),
        ("| Date of Review | Next Review |\n|---|---|\n| 2025-03-14 | 2026-03-14 |", "2025-03-14"),
        ("The review was held on 14 March 2025 at noon.", "2025-03-14"),
        ("The next review will be held on 14 March 2027.", "-"),
        ("**Date**: Januar 2025", "2025-01-01"),
        ("Date: Q4 2025", "2025-10-01"),
        ("Fecha: 14 de noviembre de 2025", "2025-11-14"),
        ("**Дата:** 14 ноября 2025", "2025-11-14"),
        ("日期：2025年11月14日", "2025-11-14"),
        ("- Date opened: 2025-11-14\n- Date closed: —", "2025-11-14"),
        ("Last updated: 2025-11-14\n\n## State of 2025-11-14\n\nAll is well.", "2025-11-14"),
        ("Last updated: 2025-11-14\n\n## State of 2025-10-01\n\nAll is well.", "-"),
    ] {
        let reading = read("docs/security-review.md", &format!("{head}{line}\n"));
        assert_eq!(date(reading.fields.date_held.as_ref()), expected, "{line}");
    }
    let ambiguous = read("docs/security-review.md", &format!("{head}Review date: 03/04/2026\n"));
    assert!(ambiguous.fields.ambiguous_date.is_some());
    let file = read("docs/security-review-2025-03-14.md", head);
    assert_eq!(file.fields.date_source, Some(DateSource::FileName));
    let compact = read("docs/security_review_20250314.md", head);
    assert_eq!(date(compact.fields.date_held.as_ref()), "2025-03-14");
    let revised = "---\ntitle: Security review\nrevisions:\n  - date: 2024-06-01\n    comment: first\n  - date: Jun 3 2025\n    comment: second\n---\n\n# Security review\n";
    assert_eq!(date(read("docs/security-review.md", revised).fields.date_held.as_ref()), "2025-06-03");
    let event = read("docs/security-review-2025-03-20.md", "# Security review after the attack of 14 March 2025\n");
    assert_eq!(date(event.fields.date_held.as_ref()), "-");
    let title = read("docs/security-review.md", "# Security review of 14 March 2025\n");
    assert_eq!(title.fields.date_source, Some(DateSource::Title));
}

#[test]
fn other_formats_and_languages_are_limits() {
    let reader = Reader::new(&[], &[]);
    let limits = reader.read("a/review.docx", b"PK").limits;
    assert_eq!(limits, ["DOCX not read: it is damaged or cut off: not a complete ZIP archive"]);
    assert_eq!(reader.read("a/review.doc", b"x").limits, ["DOC is not read: save it as DOCX or PDF"]);
    assert!(!reader.read("a/review.md", b"").limits.is_empty());
    assert!(!reader.read("a/review.md", b"\x00\x01\x02security").limits.is_empty());
    let french = read(
        "docs/revue.md",
        "# Revue de sécurité\n\nLa revue des problèmes de sécurité est faite une fois par an. Les participants sont dans la liste et les vulnérabilités ont été examinées avec soin par le comité.\n",
    );
    assert_eq!(french.language.as_deref(), Some("fr"));
    assert_eq!(french.limits, ["written in French: not judged"]);
    assert!(!french.content_match.is_proven());
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(HEADER_TABLE.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    complete(&reader.read("docs/security-review.md", &utf16));
    complete(&read("docs/security-review.md", &HEADER_TABLE.replace('\n', "\r\n")));
    complete(&read("docs/security-review.md", &format!("\u{FEFF}{HEADER_TABLE}")));
}

/// "Missing bounds check" is an analysis, and names no activity that missed the defect: `cause-not-traced` has to see it.
#[test]
fn a_technical_cause_is_an_analysis_without_an_activity() {
    let record = "# Security review 2025\n\nStatus: Approved\nDate held: 2025-03-14\n\n## Completeness\n\nThe handling was complete: every security issue was triaged.\n\n## Resolution\n\nThe handling led to resolution: #3 was fixed and released.\n\n## Analysis of deployed defects\n\n#3 was found in deployed software. Cause: missing bounds check.\n\n## Improvement actions\n\n| Id | Action | Owner | Due |\n|---|---|---|---|\n| A1 | Add fuzzing to the build | R. Meyer | 2025-06-01 |\n";
    let reading = read("docs/security-review-2025.md", record);
    let analysed: Vec<&str> = reading.analyses.iter().map(|analysis| analysis.quote.text.as_str()).collect();
    assert!(analysed.contains(&"Cause: missing bounds check."), "{analysed:?}");
    assert!(reading.analyses.iter().all(|analysis| analysis.cause.is_none()), "{:?}", reading.analyses);
    assert!(reading.fields.author.is_none(), "the owner of an action is not the author: {:?}", reading.fields.author);
}

/// It is established, if without an interval: `review-procedure-interval` says what is missing.
#[test]
fn a_procedure_that_asks_for_regular_reviews() {
    let procedure = "# Security defect management procedure\n\nThe quality manager shall review the management of security defects regularly.\nThe review shall examine every security issue managed since the last review.\n";
    let reading = read("docs/procedure.md", procedure);
    assert_eq!(reading.kind, Kind::Procedure);
    assert!(met(&reading).contains(&"4.1.8#a"), "{:#?}", reading.constraints);
    assert!(!met(&reading).contains(&"4.1.8#d") && reading.interval.is_none(), "{:#?}", reading.constraints);
}

/// A quote is a sentence that decides, not the document's title.
/// Whoever wonders why a policy is not enough sees what it reviews instead.
#[test]
fn a_policy_that_reviews_something_else() {
    let text = "# Vulnerability management policy\n\nVersion: 2\n\n## Scope\n\nAll vulnerabilities of the product must be recorded and fixed.\n\n## Reviews\n\nVulnerability scans are performed monthly and the results must be reviewed by the security officer.\n";
    let reading = read("docs/policy.md", text);
    assert_eq!(reading.kind, Kind::Procedure, "{reading:#?}");
    assert_eq!(reading.interval, None);
    let answer = &reading.constraints[&lookback_reading::Constraint::ReviewEstablished];
    assert!(!answer.met());
    assert!(answer.why_not.as_deref().is_some_and(|why| why.contains("something else")), "{answer:?}");
    assert_eq!(answer.quotes.iter().map(|quote| quote.line.get()).collect::<Vec<_>>(), [11]);
}

#[test]
fn the_sentences_that_decide_are_quoted() {
    let report = "# Security report Q3 2025\n\n## Handling of vulnerability reports\n\nThe response team received 14 vulnerability reports and triaged all of them within three days. CVE-2025-4410 was fixed and released on 9 August.\nTwo vulnerabilities were found by customers and patched in August; one of them was exploited.\n\n## Improvements\n\nWe added the upload handler to the fuzzing pipeline.\n";
    let reading = read("reports/2025-q3.md", report);
    assert_eq!(reading.kind, Kind::Record, "{reading:#?}");
    for id in ["4.1.6#a", "4.1.8#a", "4.1.8#b", "4.1.8#d"] {
        let answer = reading.constraints.iter().find(|(constraint, _)| constraint.id() == id).map(|(_, answer)| answer);
        let Some(answer) = answer.filter(|answer| answer.met()) else { panic!("{id}: {:#?}", reading.constraints) };
        assert!(!answer.quotes.is_empty(), "{id}");
        if id != "4.1.8#d" {
            assert!(answer.quotes.iter().all(|quote| quote.line.get() > 2), "{id}: {:?}", answer.quotes);
        }
    }
    let improved = &reading.constraints[&lookback_reading::Constraint::ImprovementEstablished].quotes;
    assert!(improved.iter().any(|quote| quote.text.contains("fuzzing pipeline")), "{improved:?}");
}

/// What an agenda bids to do has not been done.
#[test]
fn an_agenda_item_improves_nothing() {
    let minutes = |items: &str| {
        format!(
            "# Security working group meeting 2025-03-04\n\n## Present\n\n- R. Lind\n- T. Okafor\n\n## Vulnerability review\n\nThe group reviewed the quarterly list: 4 vulnerabilities were reported in production, 3 were fixed, 1 was exploited.\n\n## Agenda\n\n{items}"
        )
    };
    let bid = read(
        "meetings/2025-03-04.md",
        &minutes(
            "- Automate the security release process\n- Improve the scorecard\n- Automatic check of dependencies #80\n",
        ),
    );
    assert!(bid.content_match.is_proven(), "{:#?}", bid.constraints);
    assert!(!met(&bid).contains(&"4.1.6#a"), "{:#?}", bid.constraints);
    let done = read(
        "meetings/2025-03-04.md",
        &minutes("- We automated the security release process\n- The scorecard was improved\n"),
    );
    assert!(met(&done).contains(&"4.1.6#a"), "{:#?}", done.constraints);
}

/// A procedure for corrective action improves what it is applied to; only security counts here.
#[test]
fn corrective_action_counts_where_it_names_security() {
    let procedure = |sources: &str| {
        format!(
            "# CAPA procedure\n\nVersion: 2\n\n## Sources\n\n{sources}\n\n## Steps\n\n1. Record the problem in the list.\n2. Perform a root cause analysis.\n3. Define corrective actions and verify that they are effective.\n4. The quality manager shall close the entry.\n"
        )
    };
    let named = read(
        "qms/capa.md",
        &procedure(
            "Complaints shall be entered. Security incidents shall be entered too. A vulnerability shall be rated first.",
        ),
    );
    assert_eq!(named.kind, Kind::Procedure, "{named:#?}");
    assert_eq!(met(&named), ["4.1.6#a"], "{:#?}", named.constraints);
    let other = read("qms/capa.md", &procedure("Complaints shall be entered. Returns shall be entered too."));
    assert_eq!(other.kind, Kind::Procedure);
    assert!(met(&other).is_empty(), "{:#?}", other.constraints);
}

/// A yearly management review that looks at security among other matters is a yearly review of it too.
#[test]
fn management_reviews_that_look_at_security() {
    let procedure = |input: &str| {
        format!(
            "# Management review procedure\n\nVersion: 4\nOwner: quality manager\n\n## Frequency\n\nThe management review shall be held at least annually.\n\n## Inputs\n\n- complaints\n- results of audits\n{input}\n## Outputs\n\nTop management shall decide on improvements and resources.\n"
        )
    };
    let reading = read(
        "qms/management-review.md",
        &procedure("- security incidents\n- vulnerabilities in released products\n\n"),
    );
    assert_eq!(reading.kind, Kind::Procedure, "{reading:#?}");
    assert_eq!(met(&reading), ["4.1.6#a", "4.1.8#d"], "{:#?}", reading.constraints);
    let other = read("qms/management-review.md", &procedure("- returns\n- supplier scores\n\n"));
    assert_eq!(other.kind, Kind::Procedure);
    assert!(met(&other).is_empty(), "{:#?}", other.constraints);
}

/// Why a defect came about is analysed where somebody looks back, not wherever something may "cause" something.
#[test]
fn a_procedure_that_looks_back_at_each_defect() {
    let procedure = |last: &str| {
        format!(
            "# Vulnerability handling procedure\n\nVersion: 3\n\n## Intake\n\nReports of vulnerabilities must be acknowledged within three days. A vulnerability that may cause harm must be rated first.\n\n## Fix\n\nThe maintainer must prepare the fix in private. Missing tests of a vulnerability can cause problems and must be added.\n\n## Release\n\nThe CVE must be requested before the release of a fixed vulnerability.\n\n## {last}\n"
        )
    };
    let plain =
        read("docs/handling.md", &procedure("Contact\n\nThe security team answers questions on vulnerabilities."));
    assert_eq!(plain.kind, Kind::Procedure, "{plain:#?}");
    assert!(!met(&plain).contains(&"4.1.6#b"), "{:#?}", plain.constraints);
    let looking = read(
        "docs/handling.md",
        &procedure(
            "Retrospective\n\nThe lead must hold a retrospective within a week, with the changes that introduced the vulnerability.",
        ),
    );
    assert!(met(&looking).contains(&"4.1.6#b"), "{:#?}", looking.constraints);
}

/// What a site generator puts in by itself is not for a person to fill in.
#[test]
fn variables_of_a_site_are_no_placeholders() {
    let text = |link: &str| format!("# Post-mortem\n\nDate: 2025-03-20\n\nThe [fix]({link}) of {link} was released.\n");
    assert_eq!(read("_posts/2025-03-20-fix.md", &text("{{ site.baseurl }}/2025/fix")).placeholders, []);
    assert!(!read("_posts/2025-03-20-fix.md", &text("{{COMPANY_NAME}}")).placeholders.is_empty());
}

#[test]
fn a_title_with_a_quarter_and_a_day_names_both() {
    let text = |title: &str| {
        format!(
            "# {title}\n\nApproved by: A. Roe\n\nCompleteness: complete.\n\nEfficiency: efficient.\n\nResolution: achieved.\n"
        )
    };
    for title in
        ["Security defect management review Q4 2025 – 14 January 2026", "Security review 2025-Q4 - 14 January 2026"]
    {
        let fields = read("docs/review.md", &text(title)).fields;
        assert_eq!(date(fields.date_held.as_ref()), "2026-01-14", "{title}");
        assert_eq!(date(fields.period_to.as_ref()), "2025-12-31", "{title}");
    }
}
