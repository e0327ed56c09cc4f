//! An improvement action has no owner, due date or issue.

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::Level;
use lookback_reading::Constraint;

/// The rule.
pub static RULE: Rule = Rule {
    id: "action-untracked",
    constraint: Some(Constraint::ImprovementEstablished),
    level: Level::Warning,
    title: "an improvement action has no owner, due date or issue",
    why: "An action that nobody owns and no date binds is forgotten by the next review.",
    remedy: "Give the action an owner and a due date, or the issue that tracks it.",
    form: "| Action | Owner | Due | Issue |",
    calendar: false,
    good: "\"Extend the fuzzing plan | R. Meyer | 2025-06-30\", or the action names issue #41.",
    bad: "\"Extend the fuzzing plan.\"",
    example: Example::ActionRow,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let Some(held) = facts.latest() else { return Outcome::Satisfied };
    let mut findings = Vec::new();
    for record in facts.records(held) {
        for action in &record.reading.actions {
            if !action.references.is_empty() || (action.owner.is_some() && action.due.is_some()) {
                continue;
            }
            let lacks = match (&action.owner, &action.due) {
                (None, None) => "neither owner nor due date nor issue",
                (None, Some(_)) => "no owner and no issue",
                _ => "no due date and no issue",
            };
            let name = action.id.as_deref().unwrap_or(&action.text);
            let message = format!("The action \"{}\" has {lacks}.", lookback_reading::shorten(&action.text, 100));
            findings.push(RULE.finding(lookback_reading::shorten(name, 60), message).at(record, &action.quote));
        }
    }
    findings.into()
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;

    #[test]
    fn owner_and_due_date_or_an_issue() {
        for (owner, due, reference, expected) in [
            (Some("R. Meyer"), Some("2025-06-30"), None, None),
            (None, None, Some("#41"), None),
            (
                Some("R. Meyer"),
                None,
                None,
                Some("The action \"Extend the fuzzing plan\" has no due date and no issue."),
            ),
            (None, Some("2025-06-30"), None, Some("The action \"Extend the fuzzing plan\" has no owner and no issue.")),
            (
                None,
                None,
                None,
                Some("The action \"Extend the fuzzing plan\" has neither owner nor due date nor issue."),
            ),
        ] {
            let world = Scene::new().record_with("2025-03-14", |reading| {
                reading.action(None, "Extend the fuzzing plan", owner, due, reference)
            });
            let found = world.fired("2025-07-01", "action-untracked");
            assert_eq!(found.first().map(|finding| finding.message.as_str()), expected);
        }
    }
}
