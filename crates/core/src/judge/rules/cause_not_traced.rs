//! A deployed defect is discussed without the life-cycle activity that missed it.

use std::collections::BTreeSet;

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::judge::rules::deployed_defects_not_analysed::{analyses, cycle};
use crate::model::evidence::FoundDocument;
use crate::model::finding::Level;
use lookback_reading::Constraint;

/// The rule.
pub static RULE: Rule = Rule {
    id: "cause-not-traced",
    constraint: Some(Constraint::DeployedDefectsAnalysed),
    level: Level::Warning,
    title: "a deployed defect is discussed without the life-cycle activity that missed it",
    why: "\"Missing bounds check\" is a technical cause. The question is which activity should have caught it.",
    remedy: "Name the activity that was missing or too weak, and what changes in it.",
    form: "Escape cause: #12 was missed by threat modelling. Change: the model covers the serial interface.",
    calendar: false,
    good: "\"This interface was not in the fuzzing plan; the plan was changed.\"",
    bad: "\"Cause: missing bounds check.\"",
    example: Example::Told,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let Some(cycle) = cycle(facts) else { return Outcome::Satisfied };
    let documents: Vec<&FoundDocument> = analyses(facts, cycle).collect();
    // One sentence that names the activity is enough for a defect, wherever it stands.
    let traced: BTreeSet<&str> = documents
        .iter()
        .flat_map(|document| document.reading.analyses.iter().filter(|analysis| analysis.cause.is_some()))
        .flat_map(|analysis| analysis.references.iter().map(String::as_str))
        .collect();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut findings = Vec::new();
    for document in documents {
        let somewhere = document.reading.analyses.iter().any(|analysis| analysis.cause.is_some());
        for analysis in document.reading.analyses.iter().filter(|analysis| analysis.cause.is_none()) {
            let defects: Vec<&str> =
                analysis.references.iter().map(String::as_str).filter(|id| !traced.contains(id)).collect();
            let nameless = analysis.references.is_empty();
            if defects.is_empty() && (!nameless || somewhere) {
                continue;
            }
            let about = if nameless { "a deployed defect".to_owned() } else { defects.join(", ") };
            let subject = defects.first().map_or_else(|| document.path.clone(), |id| (*id).to_owned());
            if !seen.insert(if nameless { document.path.clone() } else { about.clone() }) {
                continue;
            }
            let message = format!("The analysis of {about} names no life-cycle activity that missed it.");
            findings.push(RULE.finding(subject, message).at(document, &analysis.quote));
        }
    }
    findings.into()
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use lookback_reading::{Analysis, Quote};

    #[test]
    fn a_technical_cause_is_not_enough() {
        let world = |cause: Option<&str>| {
            Scene::new().record_with("2025-03-14", |mut reading| {
                let cause = cause.map(|text| Quote::at(31, 1, text));
                reading.0.analyses = vec![Analysis {
                    references: vec!["#3".into()],
                    quote: Quote::at(30, 1, "Missing bounds check."),
                    whole: false,
                    cause,
                }];
                reading
            })
        };
        let found = world(None).fired("2025-07-01", "cause-not-traced");
        assert_eq!(found[0].message, "The analysis of #3 names no life-cycle activity that missed it.");
        let twice = Scene::new().record_with("2025-03-14", |mut reading| {
            let analysis = |line, cause: Option<Quote>| Analysis {
                references: vec!["#3".into()],
                quote: Quote::at(line, 1, "Missing bounds check."),
                whole: false,
                cause,
            };
            reading.0.analyses = vec![analysis(30, None), analysis(31, None)];
            reading
        });
        assert_eq!(twice.fired("2025-07-01", "cause-not-traced").len(), 1, "once per defect");
        assert!(world(Some("not in the fuzzing plan")).fired("2025-07-01", "cause-not-traced").is_empty());
    }
}
