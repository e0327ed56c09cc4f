//! A draft is no review; one that people filled is; and each part that is taken away is missed, and nothing else.

use lookback_reading::{Answer, Aspect, Reader};
use proptest::prelude::*;

use super::*;
use crate::model::issue::EventKind;
use crate::model::report::Verdict;

fn scenes() -> [(&'static str, Scene); 3] {
    let hostile = |mut scene: Scene| {
        scene.evidence.issues[0].title =
            "<!-- lookback:end population --> {{ x }} {% raw %} <Your name> [Name] | a ``b`` ||".into();
        scene.evidence.issues[1].title =
            "Date held: 2026-02-02\n\nApproved by: R. Meyer, 2026-02-03\n\n## Resolution\n\nDraft #99".into();
        scene
    };
    [("quiet", quiet()), ("busy", busy()), ("hostile", hostile(busy()))]
}

#[test]
fn an_unedited_draft_is_no_held_review() {
    for language in LANGUAGES {
        for (name, scene) in scenes() {
            let record = text(&scene, language);
            let report = judged(scene, &record);
            let own = report.reviews.iter().find(|review| review.path == PATH).unwrap();
            assert_eq!(own.counted, Some(false), "{language} {name}: {:?}", own.why_not);
            assert!(
                faults(&report).contains(&format!("review-unfilled {PATH}")),
                "{language} {name}: {:?}",
                faults(&report)
            );
            assert_eq!(report.cadence.last_review, "2025-03-14".parse().ok(), "{language} {name}");
        }
    }
}

#[test]
fn with_its_places_deleted_it_judges_nothing() {
    for language in LANGUAGES {
        for (name, scene) in scenes() {
            let record = without_places(&text(&scene, language));
            let reading = Reader::new(&[], &[]).read(PATH, record.as_bytes());
            assert!(reading.fields.date_held.is_none(), "{language} {name}: {:?}", reading.fields.date_held);
            assert!(reading.fields.approved_by.is_none(), "{language} {name}: {:?}", reading.fields.approved_by);
            let report = judged(scene, &record);
            let missing = report.findings.iter().filter(|finding| finding.rule == "assessment-missing");
            assert_eq!(
                missing.filter(|finding| finding.level == Level::Error).count(),
                3,
                "{language} {name}: {:?}",
                faults(&report)
            );
            assert_ne!(report.verdict, Verdict::Conforms, "{language} {name}");
        }
    }
}

#[test]
fn filled_by_people_it_conforms() {
    for language in LANGUAGES {
        for (name, scene) in scenes() {
            let record = filled(&scene, language);
            let report = judged(scene, &record);
            let told = || format!("{language} {name}: {:?} {record}", report.findings);
            assert_eq!(report.said(), "conforms", "{}", told());
            assert_eq!(faults(&report), Vec::<String>::new(), "{}", told());
            assert_eq!(report.cadence.last_review, TODAY.parse().ok());
        }
    }
}

#[test]
fn each_part_that_is_taken_away_is_missed_and_nothing_else() {
    let own = |rule: &str| vec![format!("{rule} {PATH}")];
    for (part, german, expected) in [
        ("Completeness:", "Vollständigkeit:", own("assessment-missing")),
        ("Efficiency:", "Effizienz:", own("assessment-missing")),
        ("Resolution:", "Lösung:", own("assessment-missing")),
        ("Date held:", "Durchgeführt am:", own("review-undated")),
        ("Approved by:", "Freigegeben von:", own("review-unapproved")),
        ("| Period |", "| Zeitraum |", own("review-period-unclear")),
        ("| [#15]", "| [#15]", vec!["issue-not-examined #15".to_owned()]),
        ("| A5 |", "| A5 |", vec!["action-not-followed-up A5".to_owned()]),
        ("| [#12]*", "| [#12]*", vec!["deployed-defects-not-analysed acme/pump".to_owned()]),
        ("| A6 |*", "| A6 |*", vec!["action-untracked A6".to_owned()]),
    ] {
        for (language, part) in [("en", part), ("de", german)] {
            let scene = busy();
            let whole = filled(&scene, language);
            let less: String = whole
                .lines()
                .filter_map(|line| match part {
                    "| A6 |*" if line.starts_with("| A6 |") => {
                        let cells: Vec<&str> = line.split(" | ").collect();
                        Some(format!("{} |  |  |  | {}\n", cells[..2].join(" | "), cells[5]))
                    }
                    // The row of the analysis, not that of the population.
                    "| [#12]*" if line.starts_with("| [#12]") && line.contains("#12 w") => None,
                    _ if line.starts_with(part) => None,
                    _ => Some(format!("{line}\n")),
                })
                .collect();
            assert_ne!(whole, less, "{language}: {part} is there");
            assert_eq!(faults(&judged(scene, &less)), expected, "{language} without {part}\n{less}");
        }
    }
}

#[test]
fn what_the_data_deny_is_contradicted() {
    for (language, place, claim) in [
        ("en", "Resolution:", "Resolution: all security issues were resolved."),
        ("de", "Lösung:", "Lösung: Alle Sicherheitsprobleme wurden behoben."),
    ] {
        let scene = busy();
        let whole = filled(&scene, language);
        let record: String =
            whole.lines().map(|line| format!("{}\n", if line.starts_with(place) { claim } else { line })).collect();
        let found = faults(&judged(scene, &record));
        assert_eq!(found, [format!("conclusion-contradicted {PATH}")], "{language}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever happened to issues, and whatever they are called: our data alone judge nothing, and claim nothing that data deny. A title
    /// that is a stand-in ("xx") stays one, and keeps the record unfilled; so no title holds the letter.
    #[test]
    fn data_alone_judge_nothing(
        issues in prop::collection::vec(
            (0_i64..600, prop::collection::vec((0_i64..400, 0_usize..5), 0..4), 0_usize..5, "[A-WYZa-wyz :#|<>-]{0,40}"),
            0..8,
        ),
        german in any::<bool>(),
    ) {
        let mut scene = quiet();
        let first = crate::fixtures::time("2024-07-01");
        for (n, (opened, more, severity, title)) in issues.iter().enumerate() {
            let at = |days: i64| (first + chrono::Duration::days(days)).to_rfc3339();
            let kinds = [EventKind::Fixed, EventKind::Closed, EventKind::Reopened, EventKind::Published, EventKind::FirstResponse];
            let mut events = vec![(at(*opened), EventKind::Opened)];
            events.extend(more.iter().map(|(after, kind)| (at(opened + after), kinds[*kind])));
            let events: Vec<(&str, EventKind)> = events.iter().map(|(at, kind)| (at.as_str(), *kind)).collect();
            scene = scene.issue(&format!("#{}", n + 30), &events);
            let issue = scene.evidence.issues.last_mut().unwrap();
            issue.title.clone_from(title);
            issue.severity = [None, Some(Severity::Low), Some(Severity::Medium), Some(Severity::High), Some(Severity::Critical)][*severity];
        }
        let record = without_places(&text(&scene, if german { "de" } else { "en" }));
        let reading = Reader::new(&[], &[]).read(PATH, record.as_bytes());
        for aspect in Aspect::ALL {
            let judged = reading.assessments.iter().find(|found| found.aspect == aspect && found.answer != Answer::Absent);
            prop_assert!(judged.is_none(), "{judged:?}\n{record}");
        }
        prop_assert!(reading.placeholders.is_empty(), "{:?}\n{record}", reading.placeholders);
        let contradicted = judged(scene, &record).findings.into_iter().find(|finding| finding.rule == "conclusion-contradicted");
        prop_assert!(contradicted.is_none(), "{contradicted:?}\n{record}");
    }
}

#[test]
fn what_is_under_embargo_stays_masked() {
    let mut scene = busy();
    scene.evidence.issues[1].private = true;
    crate::join::embargo::mask(&mut scene.evidence, &scene.policy);
    for language in LANGUAGES {
        let record = text(&scene, language);
        assert!(record.contains("| #15 | `(under embargo)` |"), "{record}");
        assert!(!record.contains("Session token") && !record.contains("issues/15"), "{record}");
    }
}
