//! What records state, in many wordings: judgements, exclusions, claims, actions, procedures.

mod support;

use support::{judged, record};

use lookback_reading::{Answer, Aspect, ClaimKind, Constraint, Reader};

fn examined(body: &str) -> String {
    let mut ids: Vec<String> =
        record(body).references.into_iter().filter(|r| r.examined == Some(true)).map(|r| r.id).collect();
    ids.dedup();
    ids.join(" ")
}

fn wrong<T: PartialEq + std::fmt::Debug>(cases: &[(&str, T)], found: impl Fn(&str) -> T) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(text, expected)| {
            let found = found(text);
            (found != *expected).then(|| format!("{text}: {found:?}, not {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn judgements_that_were_made() {
    use Aspect::{Completeness, Efficiency, Resolution};
    for (aspect, texts) in [
        (
            Completeness,
            vec![
                "## Completeness\n\nYes: mailbox, portal and tracker agree, and no report fell between them.",
                "Not a single report was forgotten.",
                "The treatment of the vulnerabilities was thorough and complete.",
                "Completeness: insufficient, two reports have no impact assessment.",
                "| Question | Answer |\n|---|---|\n| Complete? | yes, all eight tickets went through every step |",
                "Was the handling complete? No. Two tickets never got a severity.",
                "## Vollständigkeit\n\nGegeben, jede Meldung hat eine Bewertung und einen Abschluss.",
                "Keine Meldung wurde vergessen.",
                "Die Behandlung der Schwachstellen war lückenhaft: #4 erhielt nie eine Bewertung.",
                "Vollständigkeit: ja, alle neun Fälle durchliefen die vorgesehenen Schritte.",
            ],
        ),
        (
            Efficiency,
            vec![
                "## Efficiency\n\nAll four fixes were out in half of the time allowed.",
                "None of the deadlines was missed, and no target was exceeded.",
                "Processing of the reports was too slow: triage of #8 took five weeks.",
                "Efficiency: the median time to a fix was 19 days, the limit is 30.",
                "The effort for the fixes was reasonable.",
                "| Aspect | Finding |\n|---|---|\n| Efficiency | good, 12 days on average |",
                "## Effizienz\n\nDie Zielzeiten wurden in allen Fällen eingehalten.",
                "Der Aufwand für die Korrekturen war vertretbar.",
                "Keine Frist wurde überschritten.",
                "Die Bearbeitung der Meldungen verlief zügig; die längste Korrektur dauerte 22 Tage.",
            ],
        ),
        (
            Resolution,
            vec![
                "## Resolution\n\nAll three vulnerabilities are closed, the fixes were verified in the field.",
                "Nothing remained open at the end.",
                "Only two of the three defects were fixed; #9 is still in the product.",
                "Resolution: achieved for every issue.",
                "Did it lead to resolution? Yes, in each case.",
                "#5 was resolved and released; #6 is open with a date.",
                "## Lösung\n\nBeide Schwachstellen sind behoben und ausgeliefert.",
                "Die Bearbeitung führte in allen Fällen zur Lösung.",
                "Nichts blieb offen.",
                "Lösung: nein, #9 ist nicht behoben.",
            ],
        ),
    ] {
        let answers: Vec<(&str, Answer)> = texts.into_iter().map(|text| (text, Answer::Proven)).collect();
        wrong(&answers, |text| judged(text, aspect));
    }
}

#[test]
fn what_judges_nothing() {
    use Aspect::{Completeness, Efficiency, Resolution};
    for (aspect, text, denied) in [
        (Completeness, "## Completeness\n\nNot evaluated.", true),
        (Completeness, "## Completeness\n\nn/a", true),
        (Efficiency, "## Efficiency\n\nNot discussed, postponed to the next meeting.", true),
        (Efficiency, "Efficiency: not assessed this time.", true),
        (Efficiency, "The efficiency of the handling was not judged.", true),
        (Resolution, "## Resolution\n\nNo statement was made.", true),
        (Resolution, "Resolution: -", true),
        (Resolution, "## Resolution\n\nSee the dashboard of the security team.", false),
        (Completeness, "## Completeness\n\nWas the handling of all security issues complete?", false),
        (Completeness, "The review judges whether the handling was complete, efficient and led to resolution.", false),
        (Efficiency, "## Efficiency\n\nThe meeting was efficient and ended early.", false),
        (Completeness, "## Completeness\n\nThe list of participants was complete.", false),
        (Completeness, "## Vollständigkeit\n\nNicht bewertet.", true),
        (Efficiency, "## Effizienz\n\nWurde vertagt.", true),
        (Efficiency, "Effizienz: keine Angabe", true),
        (Resolution, "## Lösung\n\nKein Eintrag.", true),
        (Resolution, "## Lösung\n\nSiehe Anlage 3.", false),
        (Efficiency, "## Effizienz\n\nDie Sitzung war effizient.", false),
        (Completeness, "Zu prüfen ist, ob die Bearbeitung vollständig war.", false),
        (Resolution, "No text.", false),
    ] {
        let answer = judged(text, aspect);
        assert_ne!(answer, Answer::Proven, "{text}");
        assert_eq!(answer == Answer::Denied, denied, "{text}: {answer:?}");
    }
    let title = "# Completeness, efficiency and resolution of security problem handling 2025\n\nDate held: 2025-12-01\n\nThe members met in the small room.\n";
    let reading = Reader::new(&[], &[]).read("docs/security-review.md", title.as_bytes());
    assert!(!reading.assessments.iter().any(|found| found.answer == Answer::Proven), "{:#?}", reading.assessments);
}

#[test]
fn what_was_examined() {
    wrong(
        &[
            ("The board examined #21 to #24 except #23.", "#21 #22 #24".to_owned()),
            ("We went through #21, #22 and #23, but not #24.", "#21 #22 #23".to_owned()),
            ("The board examined #21 to #23. It did not get to #22.", "#21 #23".to_owned()),
            ("- #21, #22\n\n#22 has not been looked at.", "#21".to_owned()),
            ("#21 and #22 were reviewed. Time ran out for #22.", "#21".to_owned()),
            ("#21 is a leak. It was not discussed.", String::new()),
            ("| Issue | Examined |\n|---|---|\n| #21 | yes |\n| #22 | no |", "#21".to_owned()),
            ("| Issue | Result |\n|---|---|\n| 21 | fixed |\n| 22 | fixed |", "#21 #22".to_owned()),
            ("Issues 21 to 23 were discussed.", "#21 #22 #23".to_owned()),
            ("SEC-50/51 and #300, 301 and 302 were examined.", "#300 #301 #302 SEC-50 SEC-51".to_owned()),
            (
                "CVE-2024-20001/20002 were examined, as was CVE-2024-30001, -30002.",
                "CVE-2024-20001 CVE-2024-20002 CVE-2024-30001 CVE-2024-30002".to_owned(),
            ),
            ("Alle Meldungen von #21 bis #24 außer #23 wurden geprüft.", "#21 #22 #24".to_owned()),
            ("#21 und #22 wurden betrachtet, nur zu #23 kam das Gremium nicht mehr.", "#21 #22".to_owned()),
            ("Für #21 reichte die Zeit nicht. #22 wurde besprochen.", "#22".to_owned()),
            ("#21 konnte nicht mehr besprochen werden.", String::new()),
            ("Betrachtet wurden #21 bis #23 mit Ausnahme von #22.", "#21 #23".to_owned()),
            ("#22 wurde auf die nächste Sitzung vertagt.", String::new()),
            // Near, and no exclusion.
            ("#21 was examined; its fix was deferred to the next release.", "#21".to_owned()),
            ("All issues except #22 were fixed; the board reviewed #21 and #22.", "#21 #22".to_owned()),
            ("Nothing was left out: #21 and #22 were examined.", "#21 #22".to_owned()),
            ("Discussed: 21, 23-24. Skipped: 22, 25.", "#21 #23 #24".to_owned()),
            ("Issues 31-33 and 35,36 were discussed.", "#31 #32 #33 #35 #36".to_owned()),
            ("Die Vorgänge 31–33 wurden besprochen.", "#31 #32 #33".to_owned()),
            ("Besprochen: 21 und 23. Zurückgestellt: 22, 24.", "#21 #23".to_owned()),
            ("The board reviewed 21 reports and discussed 3 of them; #22 was examined.", "#22".to_owned()),
            (
                "Discussed: 12. Reviewed: 12/03/2025. Reviewed: 2025-12-01. Examined: 4 and 5 weeks old reports.",
                String::new(),
            ),
            ("Geprüft: 14. Besprochen: 03.12.2025. Es wurden 12 Meldungen besprochen.", String::new()),
            ("#21 was put aside in March. #21 was examined in this review.", "#21".to_owned()),
        ],
        examined,
    );
    let front = "---\ntitle: Annual review of security problem resolution\ndate: 2025-12-01\ndeferred_to_next_review: [\"#22\"]\n---\n\n#21 and #22 were on the list.\n";
    let reading = Reader::new(&[], &[]).read("docs/security-review.md", front.as_bytes());
    let ids: Vec<&str> =
        reading.references.iter().filter(|r| r.examined == Some(true)).map(|r| r.id.as_str()).collect();
    assert_eq!(ids, ["#21"]);
}

fn claims(body: &str) -> Vec<String> {
    let mut out: Vec<String> = record(body)
        .claims
        .into_iter()
        .filter(|claim| !claim.near)
        .map(|claim| {
            let among = [claim.among.severities, claim.among.ids].concat().join("+");
            let except = claim.among.except.join("+");
            format!("{:?} {among}{}{except}", claim.kind, if except.is_empty() { "" } else { "-" }).trim().to_owned()
        })
        .collect();
    out.sort();
    out
}

#[test]
fn what_is_claimed() {
    let one = |claim: &str| vec![claim.to_owned()];
    wrong(
        &[
            ("Each reported vulnerability reached closure.", one("AllResolved")),
            ("All security issues (see the table) have been resolved.", one("AllResolved")),
            ("Every one of the reported problems ended in a released fix.", one("AllResolved")),
            ("Nothing was left open.", one("AllResolved")),
            ("Open issues: none", one("Open(0)")),
            ("All issues except #22 were closed.", one("AllResolved -#22")),
            ("All critical and high vulnerabilities were fixed.", one("AllResolved critical+high")),
            ("Three of the four security issues were resolved.", one("ClosedOf(3, 4)")),
            ("90 % of the vulnerabilities were fixed.", one("ClosedPercent(90)")),
            ("The longest fix of a security issue took 41 days.", one("LongestDays(41)")),
            ("The median time to a fix was 12 days.", one("MedianDays(12)")),
            ("#21 is still open.", one("IsOpen #21")),
            ("#21 and #22 have not been fixed.", one("IsOpen #21+#22")),
            (
                "#21 was closed on 2025-03-04.",
                vec![format!("{:?} #21", ClaimKind::ClosedOn("2025-03-04".parse().unwrap()))],
            ),
            (
                "| Figure | Value |\n|---|---|\n| Security issues handled | 6 |\n| Still open | 1 |",
                vec!["Managed(6)".to_owned(), "Open(1)".to_owned()],
            ),
            ("Alle Meldungen sind erledigt.", one("AllResolved")),
            ("Es ist nichts mehr offen. Beide Schwachstellen wurden behoben.", one("AllResolved")),
            ("Alle Schwachstellen bis auf #22 wurden geschlossen.", one("AllResolved -#22")),
            ("Drei der vier Schwachstellen wurden behoben.", one("ClosedOf(3, 4)")),
            ("#22 ist noch nicht behoben.", one("IsOpen #22")),
        ],
        claims,
    );
}

#[test]
fn what_claims_nothing() {
    let none = Vec::new;
    wrong(
        &[
            ("Not all issues were resolved: the board asks for more people.", none()),
            ("In the year before, all security issues were resolved.", none()),
            ("The aim is that all vulnerabilities are closed within a month.", none()),
            ("The release is made once all issues are closed.", none()),
            ("All issues would have been closed with one more tester.", none()),
            ("It is not the case that no issue is open.", none()),
            ("All customers were informed.", none()),
            ("No security issues were reported by customers.", none()),
            ("The supplier patched all of its libraries.", none()),
            ("Issue 7 was discussed at length.", none()),
            ("At least three vulnerabilities were closed by the supplier.", none()),
            ("Nicht alle Schwachstellen wurden behoben.", none()),
            ("Im Vorjahr wurden alle Meldungen geschlossen.", none()),
            ("Ziel ist, dass alle Schwachstellen in 30 Tagen behoben werden.", none()),
            ("Alle Kunden wurden über die Schwachstellen informiert.", none()),
            ("Wenn alle Meldungen geschlossen sind, folgt die Freigabe.", none()),
        ],
        claims,
    );
}

#[test]
fn states_of_actions() {
    wrong(
        &[
            ("done", true),
            ("closed on 2025-03-01", true),
            ("effective", true),
            ("umgesetzt", true),
            ("erledigt am 3.4.2025", true),
            ("to be completed", false),
            ("ineffective", false),
            ("not done", false),
            ("partly implemented", false),
            ("noch nicht erledigt", false),
            ("nicht umgesetzt", false),
            ("offen", false),
            ("in progress", false),
            ("", false),
        ],
        |state| {
            let reading = record(&format!(
                "## Improvement actions\n\n| Action | Owner | Due | Status |\n|---|---|---|---|\n| Extend the fuzzing plan by the parser | offen | tbd | {state} |"
            ));
            assert_eq!(reading.actions.len(), 1, "{:?}", reading.actions);
            assert_eq!((&reading.actions[0].owner, &reading.actions[0].due), (&None, &None));
            reading.actions[0].progress == lookback_reading::Progress::Done
        },
    );
}

#[test]
fn procedures_in_force() {
    let established = |head: &str, sentence: &str| {
        let text = format!(
            "---\ntitle: Procedure for problem resolution\n{head}\n---\n\n# Procedure for security problem resolution\n\n{sentence}\n\nThe review shall examine all security issues managed since the last one.\n"
        );
        let reading = Reader::new(&[], &[]).read("docs/sop-problem-resolution.md", text.as_bytes());
        reading.constraints.get(&Constraint::ReviewEstablished).is_some_and(lookback_reading::Answered::met)
    };
    let yearly =
        "The management of security defects shall be reviewed by the product security officer at least annually.";
    for status in ["approved", "effective", "released", "gültig"] {
        assert!(established(&format!("status: {status}"), yearly), "{status}");
    }
    for status in ["obsolete", "superseded by SOP-9", "withdrawn", "retired", "draft", "ungültig", "zurückgezogen"] {
        assert!(!established(&format!("status: {status}"), yearly), "{status}");
    }
    let away = "A yearly review of the management of security defects is not required.";
    assert!(!established("status: approved", away));
}

#[test]
fn an_action_of_a_row_has_its_leading_id() {
    let reading = record(
        "## Improvement actions\n\n| Action | Owner | Due |\n|---|---|---|\n| M3 Review the parser of the log | Kim Roe | 2026-02-01 |",
    );
    assert_eq!(reading.actions[0].id.as_deref(), Some("M3"));
}

#[test]
fn a_day_in_a_form_that_is_not_read_is_no_missing_day() {
    let held = |value: &str| {
        let text =
            format!("# Annual review of security problem resolution\n\nDate held: {value}\nApproved by: R. Meyer\n");
        Reader::new(&[], &[]).read("docs/security-review.md", text.as_bytes()).fields
    };
    for value in ["week 3 of 2026", "KW 3/26", "11-Feb-26"] {
        let fields = held(value);
        assert_eq!(fields.date_held, None, "{value}");
        assert!(fields.ambiguous_date.is_some_and(|quote| quote.text.contains(value)), "{value}");
    }
    let fields = held("20260211");
    assert_eq!(fields.date_held.map(|stated| stated.value.to_string()).as_deref(), Some("2026-02-11"));
    assert_eq!(held("to be fixed").ambiguous_date, None);
}

#[test]
fn an_approval_after_something_was_done_is_one() {
    let approved = |words: &str| {
        let text = format!("# Annual review of security problem resolution 2025\n\nDate held: 2025-12-01\n\n{words}\n");
        Reader::new(&[], &[]).read("review.md", text.as_bytes()).fields.approved_by.is_some()
    };
    for words in [
        "After the corrections had been worked in, the record was approved by Ines Falk on 5 December 2025.",
        "This record was approved by Ines Falk when the figures were final.",
        "Nachdem die Zahlen ergänzt waren, hat Ines Falk dieses Protokoll genehmigt.",
    ] {
        assert!(approved(words), "{words}");
    }
    for words in [
        "Ines Falk approves this record as soon as the figures are there.",
        "Die Freigabe erfolgt durch Ines Falk, sobald die Zahlen ergänzt sind.",
    ] {
        assert!(!approved(words), "{words}");
    }
}

#[test]
fn only_a_review_that_is_not_held_is_taken_away() {
    let establishes = |words: &str| {
        let text = format!("# Procedure for security problems\n\nStatus: approved\n\n## Periodic review\n\n{words}\n");
        Reader::new(&[], &[]).read("sop.md", text.as_bytes()).establishes.is_some()
    };
    for words in [
        "Each year the team shall review how security problems were handled. We do not keep a list besides the tracker.",
        "Gab es keine Vorfälle, wird die Bearbeitung der Sicherheitsprobleme trotzdem einmal jährlich überprüft.",
        "Einmal jährlich wird die Bearbeitung der Sicherheitsprobleme überprüft. Auf Papier wird verzichtet.",
    ] {
        assert!(establishes(words), "{words}");
    }
    for words in [
        "We do not hold a yearly review of how security problems were handled.",
        "Auf eine jährliche Überprüfung der Bearbeitung von Sicherheitsproblemen wird verzichtet.",
    ] {
        assert!(!establishes(words), "{words}");
    }
}

/// The day held and the period, in a record that states neither elsewhere.
#[test]
fn days_and_periods_in_sentences() {
    let read = |text: &str| {
        let text = format!(
            "# Review of security problem resolution\n\n{text}\n\n## Completeness\n\nEvery report was triaged.\n"
        );
        let fields = Reader::new(&[], &[]).read("docs/reviews/security-review.md", text.as_bytes()).fields;
        let day = |stated: Option<lookback_reading::Stated<chrono::NaiveDate>>| {
            stated.map_or_else(|| "-".to_owned(), |stated| stated.value.to_string())
        };
        format!("{} {} {}", day(fields.date_held), day(fields.period_from), day(fields.period_to))
    };
    let cases = [
        ("We sat on Tue, Feb 4th, 2025; minutes typed Feb 7th, 2025.", "2025-02-04 - -"),
        ("Getagt haben wir am Di., 4.2.2025; unterschrieben wurde am 11.2.2025.", "2025-02-04 - -"),
        ("Das Protokoll ist am 11.2.2025 unterschrieben worden.", "- - -"),
        ("Graz, am 4. Februar 2025\n\nWir waren zu viert.", "2025-02-04 - -"),
        ("Graz, 4 February 2025\n\nThere were four of us.", "2025-02-04 - -"),
        ("Abgedeckt ist die Spanne vom 3. Quartal 2023 bis zum 2. Quartal 2024.", "- 2023-07-01 2024-06-30"),
        ("This review covers Q3 2023 up to Q2 2024.", "- 2023-07-01 2024-06-30"),
    ];
    wrong(&cases.map(|(text, wanted)| (text, wanted.to_owned())), read);
}

/// What proves that the issues were examined are the rows that name them, or what says that there were none; not the head.
#[test]
fn the_examined_issues_are_quoted() {
    let quoted = |body: &str| {
        let text = format!(
            "---\nlookback: review\n---\n# Review of security defect management\n\n| Field | Value |\n|---|---|\n\
             | Product | Pump |\n| Period | 2025-01-10 to 2026-01-06 |\n| Procedure | docs/procedure.md |\n\n{body}\n"
        );
        let reading = Reader::new(&[], &[]).read("docs/review.md", text.as_bytes());
        let answer = reading.constraints[&Constraint::IssuesExamined].clone();
        answer.quotes.into_iter().map(|quote| quote.text).collect::<Vec<_>>()
    };
    let rows = quoted(
        "## Issues examined\n\n| Issue | Severity | State |\n|---|---|---|\n| #17 | high | open |\n| #20 | low | fixed |",
    );
    assert_eq!(rows, ["#17 | high | open", "#20 | low | fixed"]);
    let rows = quoted("## Untersuchte Probleme\n\n| Problem | Schweregrad |\n|---|---|\n| SEC-4 | hoch |");
    assert_eq!(rows, ["SEC-4 | hoch"]);
    let none = quoted("## Issues examined\n\nNo security issue was managed in the period.");
    assert!(none.iter().all(|quote| quote.contains("No security issue")), "{none:?}");
}

/// A stand-in is one place, also where it says in its own line what is wanted, or fills its cell or line.
#[test]
fn a_stand_in_is_listed_once() {
    let listed = |body: &str| {
        let text = format!("# Annual review of security problem resolution\n\n{body}\n");
        let reading = Reader::new(&[], &[]).read("docs/review.md", text.as_bytes());
        reading.placeholders.into_iter().map(|quote| quote.text).collect::<Vec<_>>()
    };
    for (body, places) in [
        ("TODO(reviewer): the day held, YYYY-MM-DD", &["TODO(reviewer)"][..]),
        ("TODO: Tag der Durchführung, TT.MM.JJJJ\n\nFreigabe: TBD", &["TODO:", "TBD"]),
        (
            "| Field | Value |\n|---|---|\n| Owner | TODO(reviewer) |\n| Chair | [Name of the chair] |",
            &["TODO(reviewer)", "[Name of the chair]"],
        ),
        (
            "| #17 | TODO(reviewer): which activity | TODO(reviewer) |\n|---|---|---|\n| a | TODO(reviewer): why, or N.N. | TBD |",
            &["TODO(reviewer)", "TODO(reviewer)", "TODO(reviewer)", "TBD"],
        ),
        ("Chair: [Name]\n\nDate: YYYY-MM-DD to YYYY-MM-DD", &["[Name]", "YYYY-MM-DD", "YYYY-MM-DD"]),
        ("Completeness: …", &["Completeness: …"]),
        ("Completeness: <judgement on completeness>", &["<judgement on completeness>"]),
    ] {
        assert_eq!(listed(body), places, "{body}");
    }
}
