//! An action of the previous review is neither closed nor mentioned.

use crate::join::population;
use crate::judge::actions::{mentions, named_issues};
use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::evidence::FoundDocument;
use crate::model::finding::Level;
use crate::model::report::IssueState;
use lookback_reading::{Action, Constraint, Location, Progress};

/// The rule.
pub static RULE: Rule = Rule {
    id: "action-not-followed-up",
    constraint: Some(Constraint::ImprovementEstablished),
    level: Level::Warning,
    title: "an action of the previous review is neither closed nor mentioned",
    why: "Lessons that go nowhere are the gap auditors know best; the next review shows what became of them.",
    remedy: "Say in the record what became of the action, by its id, its issue or its words.",
    form: "Follow-up: A1 done, 2026-01-09",
    calendar: false,
    good: "\"Follow-up: A1 done, the fuzzing plan covers the serial interface since June.\"",
    bad: "Last year's A1 is not mentioned, and its issue is still open.",
    example: Example::FollowUp,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let mut findings = Vec::new();
    for pair in facts.held.windows(2) {
        let [earlier, later] = pair else { continue };
        let now: Vec<&FoundDocument> = facts.records(later).collect();
        for record in facts.records(earlier) {
            for action in record.reading.actions.iter().filter(|action| action.progress == Progress::Open) {
                if now.iter().any(|document| mentions(document, action))
                    || tracked_and_closed(facts, action, later.period.end())
                {
                    continue;
                }
                let name = action.id.as_deref().unwrap_or(&action.text);
                let message = format!(
                    "The action \"{}\" of the review of {} is neither closed nor mentioned in the review of {}.",
                    lookback_reading::shorten(&action.text, 100),
                    earlier.date,
                    later.date
                );
                let finding = RULE.about_review(facts, later, lookback_reading::shorten(name, 60), message);
                findings.push(finding.related("the action", Some(Location::of(&record.path, &action.quote))));
            }
        }
    }
    findings.into()
}

fn tracked_and_closed(facts: &Facts, action: &Action, end: chrono::DateTime<chrono::Utc>) -> bool {
    named_issues(facts.evidence, &action.references)
        .any(|issue| population::state_before(issue, end) == Some(IssueState::Closed))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::judge::testing::*;
    use lookback_reading::{Progress, Quote};

    fn fired(follow_up: &str) -> usize {
        Scene::new()
            .record_with("2024-03-14", |reading| {
                reading.action(
                    Some("A1"),
                    "Extend the fuzzing plan to the serial port",
                    Some("R"),
                    Some("2024-06-30"),
                    None,
                )
            })
            .record_with("2025-03-14", |mut reading| {
                reading.0.follow_ups = vec![Quote::at(40, 1, follow_up)];
                reading
            })
            .fired("2025-07-01", "action-not-followed-up")
            .len()
    }

    #[test]
    fn by_id_or_by_its_words() {
        assert_eq!(fired("A1: done in June."), 0);
        assert_eq!(fired("The fuzzing plan was extended to the serial port."), 0);
        assert_eq!(fired("A11: done."), 1);
        assert_eq!(fired("All actions of the last review have been carried out."), 0);
        assert_eq!(fired("Not all actions of the last review have been carried out."), 1);
        assert_eq!(fired("All is well."), 1);
    }

    #[test]
    fn the_same_id_on_another_action_is_no_follow_up() {
        let fired = |later: &str| {
            Scene::new()
                .record_with("2024-03-14", |reading| {
                    reading.action(Some("A1"), "Extend the fuzzing plan", Some("R"), Some("2024-06-30"), None)
                })
                .record_with("2025-03-14", |reading| {
                    reading.action(Some("A1"), later, Some("R"), Some("2025-06-30"), None)
                })
                .fired("2025-07-01", "action-not-followed-up")
                .len()
        };
        assert_eq!(fired("Fuzzing of the radio, carried over"), 0);
        assert_eq!(fired("Train the supplier"), 1);
    }

    #[test]
    fn what_was_done_needs_no_follow_up() {
        let fired = |progress: Progress| {
            Scene::new()
                .record_with("2024-03-14", |reading| {
                    let mut reading = reading.action(Some("A1"), "Extend the fuzzing plan", Some("R"), None, None);
                    reading.0.actions[0].progress = progress;
                    reading
                })
                .record("2025-03-14")
                .fired("2025-07-01", RULE.id)
                .len()
        };
        assert_eq!((fired(Progress::Open), fired(Progress::Done)), (1, 0));
    }
}
