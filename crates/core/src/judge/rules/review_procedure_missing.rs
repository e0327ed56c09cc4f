//! No procedure establishes the periodic review.

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::Level;
use lookback_reading::{Constraint, Location};

/// The rule.
pub static RULE: Rule = Rule {
    id: "review-procedure-missing",
    constraint: Some(Constraint::ReviewEstablished),
    level: Level::Error,
    title: "no procedure establishes the periodic review",
    why: "An activity is established when it is documented and done. Records alone show that it was done once.",
    remedy: "Write a procedure that says who reviews how security defects were managed, how often (at least annually), and on which inputs.",
    form: "The security problem resolution process is reviewed at least every 12 months.",
    calendar: false,
    good: "`docs/security-review-procedure.md` prescribes a yearly review with participants and inputs.",
    bad: "Review records, and no document that prescribes the review.",
    example: Example::Told,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    if !facts.procedures.is_empty() {
        return Outcome::Satisfied;
    }
    if let Some(why) = facts.unseen() {
        return Outcome::NotAssessed(why);
    }
    let mut finding = RULE.finding(
        &facts.evidence.subject.repository,
        "No document prescribes a periodic review of how security defects are managed.",
    );
    for document in &facts.evidence.documents {
        if document.reading.kind == lookback_reading::Kind::Procedure {
            let answer = document.reading.constraints.get(&Constraint::ReviewEstablished);
            let why = answer
                .and_then(|answer| answer.why_not.as_deref())
                .unwrap_or("it does not prescribe the periodic review");
            let place = answer
                .and_then(|answer| answer.quotes.first())
                .map_or_else(|| Location::file(&document.path), |quote| Location::of(&document.path, quote));
            finding = finding.related(format!("{}: {why}", document.path), Some(place));
        }
        if finding.related.len() == 5 {
            break;
        }
    }
    vec![finding].into()
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;

    #[test]
    fn records_alone_do_not_establish_the_review() {
        let world = Scene::new().record("2025-03-14");
        assert_eq!(world.fired("2025-04-01", "review-procedure-missing").len(), 1);
        assert!(world.procedure(Some(12)).fired("2025-04-01", "review-procedure-missing").is_empty());
    }
}
