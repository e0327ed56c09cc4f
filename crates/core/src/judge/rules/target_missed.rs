//! Issues exceeded the team's own time targets.

use std::collections::BTreeSet;

use crate::judge::facts::Facts;
use crate::judge::held::NamedIssues;
use crate::judge::metrics;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::evidence::FoundDocument;
use crate::model::finding::Level;
use lookback_reading::{Aspect, Constraint, gives_reason};

/// The rule.
pub static RULE: Rule = Rule {
    id: "target-missed",
    constraint: Some(Constraint::ProcessAssessed),
    level: Level::Note,
    title: "issues exceeded the team's own time targets",
    why: "Efficiency is judged against what the team set itself; a miss belongs into the judgement.",
    remedy: "Say in the record why the target was missed and what changes.",
    form: "Target missed: #12, 45 days instead of 30, because …",
    calendar: false,
    good: "A high issue fixed after 20 days, with a target of 30.",
    bad: "A high issue open for 94 days at the cut-off, with a target of 30.",
    example: Example::Told,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let Some(held) = facts.latest() else { return Outcome::Satisfied };
    let mut findings = Vec::new();
    let explained = explained(facts, facts.records(held));
    for (issue, days, target) in metrics::missed(facts, held.period) {
        if explained.names(issue) {
            continue;
        }
        let message = format!(
            "{} took {days} days up to the fix or the cut-off {}; the target is {target}.",
            issue.id, held.period.to
        );
        findings.push(RULE.about_review(facts, held, &issue.id, message).set_by(
            facts,
            facts.policy.targets.line,
            "the target",
        ));
    }
    findings.into()
}

/// The issues that a judgement on the pace names with a reason.
fn explained<'a>(facts: &Facts, records: impl Iterator<Item = &'a FoundDocument>) -> NamedIssues {
    let mut out = NamedIssues::default();
    for record in records {
        let reading = &record.reading;
        let reasoned = reading.assessments.iter().filter(|judged| judged.aspect == Aspect::Efficiency);
        let lines: BTreeSet<_> =
            reasoned.filter(|judged| gives_reason(&judged.quote.text)).map(|judged| judged.quote.line).collect();
        let named = reading.references.iter().filter(|reference| lines.contains(&reference.line));
        let ids: Vec<String> = named.map(|reference| reference.id.clone()).collect();
        out.add_ids(&ids, &facts.evidence.subject.repository);
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use crate::model::issue::EventKind::*;
    use crate::model::issue::Severity;
    use lookback_reading::{Answer, Aspect, Assessment, Quote};

    #[test]
    fn a_reason_in_the_judgement_on_the_pace_settles_it() {
        let fired = |line: usize, text: &str| {
            let mut world = Scene::new().issue("#2", &[("2025-01-01", Opened), ("2025-02-15", Closed)]).record_with(
                "2025-03-14",
                |mut reading| {
                    reading.0.assessments.push(Assessment {
                        aspect: Aspect::Efficiency,
                        answer: Answer::Proven,
                        favourable: None,
                        quote: Quote::at(line, 1, text),
                    });
                    reading.names("#2")
                },
            );
            world.evidence.issues[0].severity = Some(Severity::High);
            world.policy.targets.resolve_days = vec![(Severity::High, 30)];
            world.fired("2025-07-01", "target-missed").len()
        };
        // The scene names its issues in line 20.
        assert_eq!(fired(20, "Target missed: #2, 45 days instead of 30, because the supplier was late."), 0);
        assert_eq!(fired(20, "Ziel verfehlt: #2, 45 Tage statt 30, weil der Zulieferer spät lieferte."), 0);
        assert_eq!(fired(20, "Target missed: #2, 45 days instead of 30."), 1, "no reason");
        assert_eq!(fired(25, "Target missed: #9, because the supplier was late."), 1, "another issue");
    }

    #[test]
    fn counts_up_to_the_fix_or_the_cut_off() {
        let mut world = Scene::new()
            .issue("#1", &[("2025-01-01", Opened), ("2025-01-31", Fixed), ("2025-03-01", Closed)])
            .issue("#2", &[("2025-01-01", Opened), ("2025-02-01", Closed)])
            .issue("#3", &[("2025-01-01", Opened)])
            .record_with("2025-03-14", |reading| reading.names("#1").names("#2").names("#3"));
        for issue in &mut world.evidence.issues {
            issue.severity = Some(Severity::High);
        }
        assert!(world.fired("2025-07-01", "target-missed").is_empty(), "no targets, no misses");
        world.policy.targets.resolve_days = vec![(Severity::High, 30)];
        let found = world.fired("2025-07-01", "target-missed");
        let messages: Vec<_> = found.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "#2 took 31 days up to the fix or the cut-off 2025-03-14; the target is 30.",
                "#3 took 72 days up to the fix or the cut-off 2025-03-14; the target is 30.",
            ]
        );
    }
}
