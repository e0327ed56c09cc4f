//! No approval; claimed, merged through an approved pull request and signed commit are told apart.

use super::{Check, Outcome, Rule};
use crate::facts::Facts;
use crate::finding::Level;
use crate::report::Approval;
use crate::requirement::Constraint;

/// The rule.
pub static RULE: Rule = Rule {
    id: "review-unapproved",
    constraint: Some(Constraint::HeldAnnually),
    level: Level::Warning,
    title: "no approval; claimed, merged through an approved pull request and signed commit are told apart",
    why: "A record becomes one when somebody other than its author answers for it.",
    remedy: "Have the record approved: name the approver and the date, and merge it through an approved pull request or a signed commit.",
    good: "\"Approved by: Dr. A. Weber, 2025-03-20\"",
    bad: "No approver, or the author as the only approver.",
    check: Check::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let mut findings = Vec::new();
    for held in &facts.held {
        for record in &held.records {
            let review = &facts.reviews[*record];
            let document = facts.document(*record);
            let fields = &document.reading.fields;
            let approver = fields.approved_by.as_ref();
            // Who wrote it: as stated, else who committed it.
            let committer = document.history.as_ref().map(|history| history.added.author.as_str());
            let author = fields.author.as_ref().map(|stated| stated.value.as_str()).or(committer);
            let message = match approver {
                None if review.approval == Approval::None => "The record names no approval.".to_owned(),
                Some(approver) if author.is_some_and(|author| same_person(author, &approver.value)) => {
                    format!("The record is approved by its author alone: {}.", approver.value)
                }
                _ => continue,
            };
            findings.push(
                RULE.about_review(facts, held, &document.path, message)
                    .in_file(document)
                    .at_some(document, approver.map(|stated| &stated.quote)),
            );
        }
    }
    findings.into()
}

/// The same name, without regard to case, titles and what follows a comma or bracket.
fn same_person(a: &str, b: &str) -> bool {
    fn name(text: &str) -> String {
        let text = text.split([',', '(', '<', ';']).next().unwrap_or_default().to_lowercase();
        text.split_whitespace()
            .filter(|word| !word.ends_with('.') || word.chars().count() == 2)
            .collect::<Vec<_>>()
            .join(" ")
    }
    let (a, b) = (name(a), name(b));
    !a.is_empty() && a == b
}

#[cfg(test)]
mod tests {
    use super::same_person;
    use crate::reading::Stated;
    use crate::rules::testing::*;
    use crate::text::Quote;

    #[test]
    fn nobody_or_the_author_alone() {
        let world = |author: &str, approver: Option<&str>| {
            World::new().record_with("2025-03-14", |mut reading| {
                let stated = |text: &str| Stated { value: text.to_owned(), quote: Quote::at(5, 1, text) };
                reading.0.fields.author = Some(stated(author));
                reading.0.fields.approved_by = approver.map(stated);
                reading
            })
        };
        let rule = "review-unapproved";
        assert_eq!(world("R. Meyer", None).fired("2025-07-01", rule)[0].message, "The record names no approval.");
        assert_eq!(
            world("R. Meyer", Some("R. Meyer (QM)")).fired("2025-07-01", rule)[0].message,
            "The record is approved by its author alone: R. Meyer (QM)."
        );
        assert!(world("R. Meyer", Some("Dr. A. Weber")).fired("2025-07-01", rule).is_empty());
    }

    #[test]
    fn whoever_committed_it_is_its_author() {
        let world = |approver: &'static str| {
            World::new().record_with("2025-03-14", move |mut reading| {
                reading.0.fields.approved_by =
                    Some(Stated { value: approver.to_owned(), quote: Quote::at(5, 1, approver) });
                reading
            })
        };
        let rule = "review-unapproved";
        assert_eq!(
            world("R. Meyer").fired("2025-07-01", rule)[0].message,
            "The record is approved by its author alone: R. Meyer."
        );
        assert!(world("A. Weber").fired("2025-07-01", rule).is_empty());
    }

    #[test]
    fn names() {
        assert!(same_person("Dr. Anna Weber, QM", "anna weber"));
        assert!(!same_person("A. Weber", "B. Weber"));
        assert!(!same_person("", ""));
    }
}
