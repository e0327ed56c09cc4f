//! No period stated, or it leaves a hole to, or overlaps, the previous one.

use crate::judge::facts::Facts;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::finding::Level;
use lookback_reading::{Constraint, DateSource};

/// The rule.
pub static RULE: Rule = Rule {
    id: "review-period-unclear",
    constraint: Some(Constraint::IssuesExamined),
    level: Level::Warning,
    title: "no period stated, or it leaves a hole to, or overlaps, the previous one",
    why: "Only consecutive periods show that no issue fell between two reviews.",
    remedy: "State the period as first and last day; the first day follows the previous cut-off.",
    form: "Period: 2025-01-01 to 2025-12-31",
    calendar: false,
    good: "\"Period: 2024-03-15 to 2025-03-14\" after a cut-off of 2024-03-14.",
    bad: "No period at all, or one that begins on 2024-06-01 after a cut-off of 2024-03-14.",
    example: Example::Periods,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let mut findings = Vec::new();
    for (index, held) in facts.held.iter().enumerate() {
        for record in &held.records {
            let review = &facts.reviews[*record];
            let document = facts.document(*record);
            let fields = &document.reading.fields;
            let quote = fields.period_from.as_ref().or(fields.period_to.as_ref()).map(|stated| &stated.quote);
            let mut say = |message: String| {
                let finding = RULE.about_review(facts, held, &document.path, message).in_file(document);
                findings.push(finding.at_some(document, quote));
            };
            if !review.period_stated {
                say(format!(
                    "The record states no period; the day of the review, {}, is taken as its cut-off.",
                    held.date
                ));
                continue;
            }
            let Some(period) = review.period else { continue };
            if period.to > held.date && review.date_source != Some(DateSource::StatedMonth) {
                say(format!(
                    "The period ends on {}, after the review was held on {}; the day of the review is taken as the cut-off.",
                    period.to, held.date
                ));
            }
            let Some(from) = period.from else {
                if index > 0 {
                    say(format!("The record states the cut-off {} and not the first day of its period.", period.to));
                }
                continue;
            };
            if from > period.to {
                say(format!("The period begins on {from}, after its end on {}.", period.to));
                continue;
            }
            let Some(previous) = index.checked_sub(1).map(|before| &facts.held[before]) else { continue };
            let cut_off = previous.period.to;
            if cut_off.succ_opt().is_some_and(|next| from > next) {
                say(format!(
                    "The period begins on {from}; the days since the previous cut-off, {cut_off}, are in no review. Issues are counted from that cut-off."
                ));
            } else if from < cut_off {
                say(format!("The period begins on {from} and overlaps the previous one, which ended on {cut_off}."));
            }
        }
    }
    findings.into()
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;

    #[test]
    fn holes_overlaps_and_silence() {
        let fired = |from: &str| {
            Scene::new()
                .record_with("2024-03-14", |reading| reading.period("2023-03-15", "2024-03-14"))
                .record_with(
                    "2025-03-14",
                    |reading| if from.is_empty() { reading } else { reading.period(from, "2025-03-14") },
                )
                .fired("2025-07-01", "review-period-unclear")
                .into_iter()
                .map(|finding| finding.message)
                .collect::<Vec<_>>()
        };
        assert!(fired("2024-03-15").is_empty());
        assert!(fired("2024-03-14").is_empty(), "sharing the day of the cut-off is no overlap");
        assert!(fired("2024-06-01")[0].contains("are in no review"));
        assert!(fired("2024-01-01")[0].contains("overlaps"));
        assert!(fired("")[0].contains("states no period"));
        assert!(fired("2025-05-01")[0].contains("after its end"));
    }
}
