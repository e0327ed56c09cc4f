//! The procedure names no interval, or one longer than a year.

use crate::judge::facts::{Facts, first_quote};
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::Level;
use lookback_reading::Constraint;

/// The rule.
pub static RULE: Rule = Rule {
    id: "review-procedure-interval",
    constraint: Some(Constraint::ReviewEstablished),
    level: Level::Warning,
    title: "the procedure names no interval, or one longer than a year",
    why: "The review has to take place at least annually; \"regularly\" cannot be checked.",
    remedy: "State in the procedure that the review takes place at least annually.",
    form: "Interval: every 12 months",
    calendar: false,
    good: "\"The review takes place at least annually.\"",
    bad: "\"The review takes place regularly.\" or \"every two years\".",
    example: Example::Interval,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let documents: Vec<_> = facts.procedures.iter().map(|index| &facts.evidence.documents[*index]).collect();
    if documents.iter().any(|d| d.reading.interval.as_ref().is_some_and(|interval| interval.months <= 12)) {
        return Outcome::Satisfied;
    }
    let mut findings = Vec::new();
    for document in documents {
        let finding = match &document.reading.interval {
            Some(interval) => RULE
                .finding(
                    &document.path,
                    format!("The procedure reviews every {} months; at least annually is asked.", interval.months),
                )
                .at(document, &interval.quote),
            None => RULE
                .finding(&document.path, "The procedure names no interval.")
                .in_file(document)
                .at_some(document, first_quote(&document.reading, Constraint::ReviewEstablished)),
        };
        findings.push(finding);
    }
    findings.into()
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;

    #[test]
    fn at_least_annually() {
        for (months, message) in [
            (Some(12), None),
            (Some(3), None),
            (Some(24), Some("The procedure reviews every 24 months; at least annually is asked.")),
            (None, Some("The procedure names no interval.")),
        ] {
            let found = Scene::new().procedure(months).fired("2025-04-01", "review-procedure-interval");
            assert_eq!(found.first().map(|finding| finding.message.as_str()), message, "{months:?}");
        }
    }
}
