//! No sink tells what is under embargo.

use proptest::prelude::*;

use crate::join::embargo::{MASK, mask};
use crate::judge::testing::Scene;
use crate::judge::verdict::judge;
use crate::model::evidence::Evidence;
use crate::model::issue::EventKind::*;
use crate::model::issue::{Release, Severity};
use crate::render::Format;
use crate::render::style::Style;

const CANARY: &str = "canary-7f3a";

/// Two private issues (one not examined, one closed by hand) and a public one; every word of the private ones is `word`.
fn world(word: &str, severity: Severity) -> Scene {
    let mut world = Scene::new()
        .release("v1.0.0", "2024-06-01")
        .issue("GHSA-2222-3333-4444", &[("2025-01-10", Opened), ("2025-02-01", Fixed), ("2025-02-02", Closed)])
        .issue("alert 4", &[("2025-01-11", Opened), ("2025-02-03", Closed)])
        .issue("#9", &[("2025-01-12", Opened)])
        .procedure(Some(12))
        .record_with("2025-03-14", |reading| reading.names("GHSA-2222-3333-4444"));
    for issue in &mut world.evidence.issues[..2] {
        issue.private = true;
        issue.title = word.to_owned();
        issue.url = Some(format!("https://example.org/{word}"));
        issue.severity = Some(severity);
        issue.cwe = [word.to_owned()].into();
        issue.labels = [word.to_owned()].into();
        for event in &mut issue.events {
            event.actor = Some(word.to_owned());
            event.note = Some(word.to_owned());
        }
    }
    let advisory = &mut world.evidence.issues[0];
    advisory.fix_commits = vec![word.to_owned()];
    advisory.released_in = Some(Release { tag: word.to_owned(), date: "2025-02-05".parse().unwrap() });
    advisory.events.sort();
    world
}

/// Everything that a run can say about the evidence, in every format and loudness.
fn all_sinks(evidence: &Evidence, world: &Scene) -> String {
    let as_of = "2026-07-01".parse().unwrap();
    let report = judge(evidence, &world.policy, as_of, false);
    let mut out = Vec::new();
    for &format in Format::ALL {
        for verbosity in -1..=2 {
            crate::render::render(format, &report, &Style { verbosity, ..Style::default() }, &mut out).unwrap();
        }
    }
    let words = crate::render::dossier::DossierWords::shipped("en").unwrap();
    out.extend(crate::render::dossier::dossier(&report, &words).unwrap().into_bytes());
    // A statement is about a whole commit.
    let mut exported = report.clone();
    exported.subject.revision = Some("c0ffee".repeat(7)[..40].to_owned());
    for &wanted in crate::render::export::Export::ALL {
        out.extend(crate::render::export::export(wanted, &exported).unwrap().into_bytes());
    }
    crate::render::issues::render(&report, &mut out, &Style { verbosity: 2, ..Style::default() }).unwrap();
    crate::render::json::report::issues_json(&report, &mut out).unwrap();
    let mut text = String::from_utf8(out).unwrap();
    text += &format!("{}\n{}", crate::render::status::status_line(&report), crate::render::status::badge_json(&report));
    text += &serde_json::to_string(evidence).unwrap();
    text
}

#[test]
fn hidden_unless_private_or_shown() {
    for (private, show, hidden) in [
        (None, false, true),
        (Some(false), false, true),
        (Some(true), false, false),
        (None, true, false),
        (Some(false), true, false),
    ] {
        let world = world(CANARY, Severity::Critical);
        let mut evidence = world.evidence.clone();
        evidence.private = private;
        mask(&mut evidence, show);
        let text = all_sinks(&evidence, &world);
        assert_eq!(!text.contains(CANARY), hidden, "private {private:?}, show {show}");
        assert_eq!(text.contains(MASK), hidden);
        assert!(text.contains("GHSA-2222-3333-4444") && text.contains("2025-01-10"), "id and age remain");
    }
}

#[test]
fn the_judgement_stays_the_same() {
    let world = world(CANARY, Severity::Critical);
    let mut masked = world.evidence.clone();
    mask(&mut masked, false);
    let as_of = "2026-07-01".parse().unwrap();
    let seen = |evidence: &Evidence| {
        let report = judge(evidence, &world.policy, as_of, false);
        let findings: Vec<_> =
            report.findings.iter().map(|finding| (finding.rule, finding.level, finding.subject.clone())).collect();
        (report.verdict, report.exit_code, findings, report.coverage)
    };
    assert_eq!(seen(&masked), seen(&world.evidence));
    assert!(seen(&masked).2.iter().any(|(rule, _, subject)| *rule == "issue-not-examined" && subject == "alert 4"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Not only are the words absent: nothing in any sink depends on them.
    #[test]
    fn no_sink_depends_on_what_is_hidden(words in "\\PC{1,40}", high in any::<bool>()) {
        let severity = if high { Severity::High } else { Severity::Low };
        let sinks = |world: &Scene| {
            let mut evidence = world.evidence.clone();
            mask(&mut evidence, false);
            all_sinks(&evidence, world)
        };
        prop_assert_eq!(sinks(&world(&words, severity)), sinks(&world(CANARY, Severity::Critical)));
    }
}
