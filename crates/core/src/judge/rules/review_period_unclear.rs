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

/// A cut-off further before the review leaves out what was known, in days.
const LONG_BEFORE: i64 = 60;

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
            if let (false, Some(year)) = (review.period_stated, &fields.fiscal_year) {
                say(format!(
                    "The record names its period \"{}\", whose days are not known (`cadence.fiscal_year_start` in lookback.toml tells when the fiscal year begins; a single year is clear only where one year of that name had ended by the day of the review); the day of the review, {}, is taken as its cut-off.",
                    lookback_reading::shorten(&year.quote.text, 80),
                    held.date
                ));
                continue;
            }
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
            let days = (held.date - period.to).num_days();
            if days > LONG_BEFORE {
                say(format!(
                    "The period ends on {}, {days} days before the review was held on {}: what happened in between was known and is not in it.",
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
    fn a_cut_off_long_before_the_review() {
        for (to, unclear) in [("2025-03-10", false), ("2025-01-13", false), ("2025-01-12", true), ("2024-12-01", true)]
        {
            let world = Scene::new().record_with("2025-03-14", |mut reading| {
                let quote = lookback_reading::Quote::at(3, 1, to);
                let value = to.parse().unwrap();
                reading.0.fields.period_to = Some(lookback_reading::Stated { value, quote });
                reading
            });
            let told = world.fired("2025-12-01", "review-period-unclear");
            assert_eq!(told.iter().any(|finding| finding.message.contains("days before")), unclear, "{to}: {told:?}");
        }
    }

    #[test]
    fn a_fiscal_year_is_known_once_its_first_day_is() {
        use crate::model::period::YearStart;
        use lookback_reading::{FiscalYear, Quote, Stated};
        let period = |start: Option<&str>, first: i32, last: Option<i32>, held: &str| {
            let mut world = Scene::new().record_with(held, |mut reading| {
                let quote = Quote::at(3, 1, "FY2025");
                (reading.0.fields.period_from, reading.0.fields.period_to) = (None, None);
                reading.0.fields.fiscal_year = Some(Stated { value: FiscalYear { first, last }, quote });
                reading
            });
            world.policy.cadence.fiscal_year_start = start.map(|text| YearStart::parse(text).unwrap());
            let told = world.fired("2027-01-01", "review-period-unclear");
            if told.is_empty() {
                "clear"
            } else {
                assert!(told[0].message.contains("FY2025"));
                "unclear"
            }
        };
        assert_eq!(period(None, 2025, None, "2025-11-20"), "unclear");
        assert_eq!(period(Some("10-01"), 2025, None, "2025-11-20"), "clear", "2024-10-01 to 2025-09-30 had ended");
        assert_eq!(period(Some("10-01"), 2025, None, "2026-11-20"), "unclear", "two years of that name had ended");
        assert_eq!(period(Some("10-01"), 2024, Some(2025), "2025-11-20"), "clear");
        assert_eq!(period(Some("01-01"), 2025, None, "2026-01-20"), "clear");
        for text in ["02-29", "13-01", "10-1", "1001", ""] {
            assert_eq!(YearStart::parse(text), None, "{text}");
        }
    }

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
