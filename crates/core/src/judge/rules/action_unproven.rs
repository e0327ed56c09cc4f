//! An action is called done, and nothing in the data shows it.

use crate::judge::actions::named_issues;
use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::action::{ActionResult, ProofKind, SaidInRecord};
use crate::model::finding::{Finding, Level};
use crate::model::limit::{Limit, LimitKind};
use lookback_reading::{Constraint, Location, shorten};

/// The rule.
pub static RULE: Rule = Rule {
    id: "action-unproven",
    constraint: Some(Constraint::ImprovementEstablished),
    level: Level::Warning,
    title: "an action is called done, and nothing in the data shows it",
    why: "An auditor asks what shows that a lesson became a change: a closed issue, a commit, a changed document, a release.",
    remedy: "Name the issue that tracks it and close it, name the action in the commit, or say in the record where its proof lies.",
    form: "A1: done, proof: TR-2025-11",
    calendar: false,
    good: "\"A1: done, proof: TR-2025-11\", or issue #41 of the action is closed, or a commit names the action.",
    bad: "\"A1: done.\", and no issue, commit, file or release since the review that decided it shows anything of it.",
    example: Example::FollowUp,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let Some(latest) = facts.latest() else { return Outcome::Satisfied };
    let hides = |limit: &&Limit| {
        limit.kind == LimitKind::History && limit.affects.contains(&Constraint::ImprovementEstablished)
    };
    if let Some(limit) = facts.evidence.limits.iter().find(hides) {
        return Outcome::NotAssessed(format!("what was done since cannot be seen in full: {}", limit.why));
    }
    let mut findings = Vec::new();
    for action in &facts.actions {
        let Some(said) = action.called_done.as_ref().filter(|said| said.on == latest.date) else { continue };
        // What the record says of a proof elsewhere weighs less than its own issue, which is open.
        let said_alone = action.proof.iter().all(|proof| proof.kind == ProofKind::Elsewhere);
        let unproven = action.proof.is_empty() || said_alone && !action.open_issues.is_empty();
        if unproven && !may_be_elsewhere(facts, action) {
            findings.push(finding(facts, action, said));
        }
    }
    findings.into()
}

fn finding(facts: &Facts, action: &ActionResult, said: &SaidInRecord) -> Finding {
    let shown = match &action.open_issues[..] {
        [] => format!("no closed issue, commit, changed file or release since {} shows it", action.decided_in.on),
        open => format!("its issue {} is still open", open.join(", ")),
    };
    let message = format!("The action \"{}\" is called done, and {shown}.", shorten(&action.text, 100));
    let finding = RULE.finding(shorten(action.name(), 60), message);
    let document = facts.evidence.documents.iter().find(|document| document.path == said.path);
    let finding = document.map_or_else(|| finding.clone(), |document| finding.clone().at(document, &said.quote));
    if action.decided_in == *said {
        return finding;
    }
    let decided = Location::of(&action.decided_in.path, &action.decided_in.quote);
    finding.related("the action", Some(decided))
}

/// Does it name an issue of which nobody says whether it is open, or that no source tells of, where a source tells of security issues
/// alone?
fn may_be_elsewhere(facts: &Facts, action: &ActionResult) -> bool {
    if named_issues(facts.evidence, &action.issues).any(|issue| issue.state_unknown) {
        return true;
    }
    let asked = facts.evidence.sources.iter().any(|source| source.kind != "issue file" && source.kind != "history");
    asked && !action.issues.is_empty() && named_issues(facts.evidence, &action.issues).next().is_none()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::fixtures::issue;
    use crate::judge::testing::*;
    use crate::model::action::{ActionTrace, Proof, ProofKind};
    use crate::model::evidence::SourceSummary;
    use crate::model::issue::EventKind::*;
    use lookback_reading::Quote;

    fn scene(follow_up: &str, reference: Option<&str>) -> Scene {
        Scene::new()
            .record_with("2024-03-14", |reading| {
                reading.action(Some("A1"), "Extend the fuzzing plan", Some("R"), Some("2024-06-30"), reference)
            })
            .record_with("2025-03-14", |mut reading| {
                reading.0.follow_ups = vec![Quote::at(40, 1, follow_up)];
                reading
            })
    }

    fn fired(world: &Scene) -> Vec<String> {
        world.fired("2025-07-01", RULE.id).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn what_nothing_shows_is_told() {
        assert_eq!(
            fired(&scene("A1: done.", None)),
            [
                "The action \"Extend the fuzzing plan\" is called done, and no closed issue, commit, changed file or release since 2024-03-14 shows it."
            ]
        );
        // What is not called done needs no proof.
        assert!(fired(&scene("A1: still open.", None)).is_empty());
        // Where it lies is said.
        assert!(fired(&scene("A1: done, proof: TR-2025-11", None)).is_empty());
    }

    #[test]
    fn an_issue_shows_it_by_its_closing() {
        for (events, count) in
            [(vec![("2024-04-01", Opened), ("2024-05-01", Closed)], 0), (vec![("2024-04-01", Opened)], 1)]
        {
            let mut world = scene("A1: done.", Some("#41"));
            world.evidence.tracked.push(issue("#41", &events));
            let found = fired(&world);
            assert_eq!(found.len(), count, "{found:?}");
            assert!(found.iter().all(|text| text.contains("its issue #41 is still open")), "{found:?}");
        }
        // Nobody has it.
        assert_eq!(fired(&scene("A1: done.", Some("#41"))).len(), 1);
        // Its own issue is called done, in other words than those of the action.
        let mut world = scene("#41 (corpus) is completed.", Some("#41"));
        world.evidence.tracked.push(issue("#41", &[("2024-04-01", Opened)]));
        assert_eq!(fired(&world).len(), 1);
        // Of a defect that led to the action it says nothing.
        let mut world = scene("#41 is fixed.", Some("#41"));
        world.evidence.issues.push(issue("#41", &[("2023-04-01", Opened), ("2023-05-01", Closed)]));
        assert!(fired(&world).is_empty());
        // The tracker knows better than what is said to lie elsewhere.
        let mut world = scene("A1: done, proof: TR-2025-11", Some("#41"));
        world.evidence.tracked.push(issue("#41", &[("2024-04-01", Opened)]));
        assert_eq!(fired(&world).len(), 1);
        // Nobody says whether it is open.
        world.evidence.tracked[0].state_unknown = true;
        assert!(fired(&world).is_empty());
        // A tracker that was asked for security issues alone may have it.
        let mut world = scene("A1: done.", Some("#41"));
        let kind = "github issues".to_owned();
        world.evidence.sources.push(SourceSummary {
            name: "acme/pump".into(),
            kind,
            read: None,
            security: 0,
            limits: 0,
        });
        assert!(fired(&world).is_empty());
    }

    #[test]
    fn the_last_action_of_an_id_is_meant_by_it() {
        let world = Scene::new()
            .record_with("2023-03-14", |reading| reading.action(Some("A1"), "Train the suppliers", None, None, None))
            .record_with("2024-03-14", |reading| {
                reading.action(Some("A1"), "Extend the fuzzing plan", None, None, None)
            })
            .record_with("2025-03-14", |mut reading| {
                reading.0.follow_ups = vec![Quote::at(40, 1, "A1: done.")];
                reading
            });
        let found = fired(&world);
        assert!(found.len() == 1 && found[0].contains("Extend the fuzzing plan"), "{found:?}");
    }

    #[test]
    fn what_was_closed_before_it_was_decided_shows_nothing() {
        let mut world = scene("A1: done.", Some("#41"));
        world.evidence.tracked.push(issue("#41", &[("2023-04-01", Opened), ("2023-05-01", Closed)]));
        assert_eq!(fired(&world).len(), 1);
    }

    #[test]
    fn a_commit_shows_it_once_it_is_there() {
        let mut world = scene("A1: done.", None);
        let quote = world.evidence.documents[0].reading.actions[0].quote.clone();
        let path = world.evidence.documents[0].path.clone();
        let on = Some("2025-08-01".parse().unwrap());
        let proof = Proof { on, kind: ProofKind::Commit, what: "c0ffee".into(), note: "fuzz the port".into() };
        world.evidence.traces.push(ActionTrace { path, quote, proof: vec![proof] });
        assert_eq!(fired(&world).len(), 1, "not yet on the day judged for");
        assert!(world.fired("2025-09-01", RULE.id).is_empty());
    }
}
