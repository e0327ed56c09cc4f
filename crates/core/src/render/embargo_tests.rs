//! No sink tells what is under embargo.

use proptest::prelude::*;

use crate::join::embargo::{MASK, mask};
use crate::judge::testing::Scene;
use crate::judge::verdict::judge;
use crate::model::evidence::Evidence;
use crate::model::issue::EventKind::*;
use crate::model::issue::{Issue, Release, Severity};
use crate::model::visibility::Visibility;
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

#[test]
fn what_a_file_of_ones_own_calls_private_is_masked_where_more_people_are_known_to_read() {
    for (sink, own_file, masked) in [
        (None, true, false),
        (None, false, true),
        (Some(Visibility::Public), true, true),
        (Some(Visibility::Internal), true, true),
        (Some(Visibility::Private), true, false),
    ] {
        let mut world = world(CANARY, Severity::High);
        world.evidence.sink = sink;
        world.evidence.issues.iter_mut().for_each(|issue| issue.from_own_file = own_file);
        mask(&mut world.evidence, &world.policy);
        assert_eq!(world.evidence.issues[0].title == MASK, masked, "{sink:?} {own_file}");
    }
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
    for (sink, show, hidden) in [
        (None, false, true),
        (Some(Visibility::Public), false, true),
        (Some(Visibility::Internal), false, true),
        (Some(Visibility::Private), false, false),
        (None, true, false),
        (Some(Visibility::Public), true, false),
    ] {
        let mut world = world(CANARY, Severity::Critical);
        world.policy.show_embargoed = show;
        let mut evidence = world.evidence.clone();
        evidence.sink = sink;
        mask(&mut evidence, &world.policy);
        let text = all_sinks(&evidence, &world);
        assert_eq!(!text.contains(CANARY), hidden, "{sink:?}, show {show}");
        assert_eq!(text.contains(MASK), hidden);
        assert!(text.contains("GHSA-2222-3333-4444") && text.contains("2025-01-10"), "id and age remain");
    }
}

/// What a repository tells is masked where more people read the log than may read it; nobody's word is not the most open one.
#[test]
fn hidden_where_the_repository_is_more_private_than_the_log() {
    use Visibility::{Internal, Private, Public};
    for (of_product, sink, hidden) in [
        (Some(Private), Some(Public), true),
        (Some(Private), Some(Internal), true),
        (Some(Internal), Some(Internal), false),
        (Some(Private), Some(Private), false),
        (Some(Public), Some(Public), false),
        (Some(Private), None, true),
        (None, Some(Public), true),
        (None, Some(Private), false),
        (None, None, false),
    ] {
        let mut world = world(CANARY, Severity::Critical);
        world.evidence.sink = sink;
        world.evidence.visibilities.extend(of_product.map(|known| ("acme/secret".to_owned(), known)));
        world
            .evidence
            .releases
            .push(Release { tag: format!("acme/secret@{CANARY}"), date: "2024-05-01".parse().unwrap() });
        for issue in &mut world.evidence.issues[..2] {
            issue.private = false;
            issue.repositories = ["acme/Secret".to_owned()].into();
        }
        let candidate = Issue { id: "commit 0123456789ab".to_owned(), ..world.evidence.issues[1].clone() };
        world.evidence.candidates = vec![Issue { why: Some(CANARY.to_owned()), ..candidate }];
        let mut evidence = world.evidence.clone();
        mask(&mut evidence, &world.policy);
        let text = all_sinks(&evidence, &world);
        assert_eq!(!text.contains(CANARY), hidden, "{of_product:?} in {sink:?}");
    }
}

/// A public id tells what the problem is; where the repository names it itself, it stays.
#[test]
fn telling_ids_are_replaced_unless_the_repository_names_them() {
    for (named, shown) in [("GHSA-2222-3333-4444", true), ("#9", false)] {
        let mut world = world(CANARY, Severity::High);
        world.evidence.documents.retain(|document| document.path.contains("procedure"));
        let mut world = world.record_with("2025-03-14", |reading| reading.names(named));
        let aliases = ["CVE-2031-7777", "dependabot#3", "https://github.com/acme/pump/security/dependabot/3"];
        world.evidence.issues[0].aliases = aliases.map(str::to_owned).into();
        world.evidence.issues[0].url = Some(aliases[2].to_owned());
        mask(&mut world.evidence, &world.policy);
        let issue = &world.evidence.issues[0];
        assert_eq!(issue.id, if shown { "GHSA-2222-3333-4444" } else { "dependabot#3" });
        assert_eq!(all_sinks(&world.evidence, &world).contains("GHSA-2222-3333-4444"), shown);
        assert!(!all_sinks(&world.evidence, &world).contains("CVE-2031-7777"));
        assert!(!issue.aliases.iter().any(|alias| alias.contains("://")));
    }
}

#[test]
fn the_judgement_stays_the_same() {
    let world = world(CANARY, Severity::Critical);
    let mut masked = world.evidence.clone();
    mask(&mut masked, &world.policy);
    let as_of = "2026-07-01".parse().unwrap();
    let seen = |evidence: &Evidence| {
        let report = judge(evidence, &world.policy, as_of, false);
        let mut findings: Vec<_> =
            report.findings.iter().map(|finding| (finding.rule, finding.level, finding.subject.clone())).collect();
        // The order goes by severity, which is masked too.
        findings.sort();
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
            mask(&mut evidence, &world.policy);
            all_sinks(&evidence, world)
        };
        prop_assert_eq!(sinks(&world(&words, severity)), sinks(&world(CANARY, Severity::Critical)));
    }
}
