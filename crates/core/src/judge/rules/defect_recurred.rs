//! A deployed defect of the class and component of an earlier one came after the improvement for that was called done.

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::Level;
use lookback_reading::{Constraint, Location, shorten};

/// The rule.
pub static RULE: Rule = Rule {
    id: "defect-recurred",
    constraint: Some(Constraint::ImprovementEstablished),
    level: Level::Note,
    title: "a defect of the class of an earlier one, whose improvement was called done",
    why: "A class of weaknesses that comes again says that the improvement was not enough, or not the right one.",
    remedy: "Say in the next record why the improvement did not hold, and what changes now.",
    form: "| A7 | Extend A4 to the radio: #31 is of the class of #12 | R. Meyer | 2026-06-30 | #45 | open |",
    calendar: false,
    good: "After the action for #12 (CWE-787) was done, no deployed defect of CWE-787 became known.",
    bad: "The action for #12 (CWE-787) was called done in May; #31 of July is a CWE-787 in deployed software.",
    example: Example::Told,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let mut findings = Vec::new();
    // What earlier windows held is history; the report lists it all the same.
    let since = facts.held.iter().rev().nth(1).map(|held| held.period.to);
    for action in &facts.actions {
        let decided = Location::of(&action.decided_in.path, &action.decided_in.quote);
        for again in action.recurrence.iter().filter(|again| since.is_none_or(|since| again.on > since)) {
            let message = format!(
                "{} is of the class of {} ({}{}), and became known on {}, after \"{}\" was called done.",
                again.id,
                again.of,
                again.cwe,
                in_components(&again.components),
                again.on,
                shorten(&action.text, 100)
            );
            let finding = RULE.finding(&again.id, message);
            findings.push(finding.related("the action", Some(decided.clone())));
        }
    }
    findings.into()
}

fn in_components(components: &[String]) -> String {
    if components.is_empty() { String::new() } else { format!(" in {}", shorten(&components.join(", "), 100)) }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::fixtures::issue;
    use crate::judge::testing::*;
    use crate::model::issue::EventKind::*;
    use crate::model::issue::Issue;
    use lookback_reading::Quote;

    fn defect(id: &str, opened: &str, label: &str) -> Issue {
        Issue {
            cwe: ["CWE-787".to_owned()].into(),
            labels: [label.to_owned()].into(),
            deployed: Some(true),
            ..issue(id, &[(opened, Opened)])
        }
    }

    fn fired(opened: &str, label: &str, follow_up: &str) -> Vec<String> {
        let mut world = Scene::new()
            .release("v1.0.0", "2023-01-01")
            .record_with("2024-03-14", |reading| {
                reading.action(Some("A4"), "Fuzz the bolus protocol", Some("R"), None, Some("#12"))
            })
            .record_with("2025-03-14", |mut reading| {
                reading.0.follow_ups = vec![Quote::at(40, 1, follow_up)];
                reading
            });
        world.evidence.issues.push(defect("#12", "2024-01-01", "component: bolus"));
        world.evidence.issues.push(defect("#31", opened, label));
        world.fired("2025-12-01", RULE.id).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn of_the_same_class_and_component_after_the_improvement() {
        let done = "A4: done, proof: TR-2025-11";
        assert_eq!(
            fired("2025-07-01", "component: bolus", done),
            [
                "#31 is of the class of #12 (CWE-787 in bolus), and became known on 2025-07-01, after \"Fuzz the bolus protocol\" was called done."
            ]
        );
        assert_eq!(fired("2025-07-01", "help wanted", done).len(), 1, "no component is no other one");
        assert!(fired("2025-07-01", "component: radio", done).is_empty());
        assert!(fired("2024-09-01", "component: bolus", done).is_empty(), "before the improvement");
        assert!(fired("2025-07-01", "component: bolus", "A4: still open.").is_empty());
    }
}
