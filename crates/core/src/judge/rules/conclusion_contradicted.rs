//! The record's claim disagrees with the data at the cut-off.

use crate::judge::facts::{Facts, Held, open_at_end};
use crate::judge::metrics;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::model::evidence::Issue;
use crate::model::finding::Level;
use lookback_reading::{ClaimKind, Constraint, count};

/// The rule.
pub static RULE: Rule = Rule {
    id: "conclusion-contradicted",
    constraint: Some(Constraint::ProcessAssessed),
    level: Level::Error,
    title: "the record's claim disagrees with the data at the cut-off",
    why: "A conclusion that the data refute is worse than none: it shows that nobody looked.",
    remedy: "Correct the record, or the data; if both are right, say in the record why they differ.",
    form: "Open at the cut-off: #14",
    calendar: false,
    good: "\"All issues were resolved\", and none was open at the cut-off.",
    bad: "\"All issues were resolved\", and #14 was open at the cut-off.",
    example: Example::Conclusion,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let mut findings = Vec::new();
    for held in &facts.held {
        for record in facts.records(held) {
            for claim in &record.reading.claims {
                let Some(data) = contradiction(facts, held, claim.kind) else { continue };
                let message =
                    format!("The record says \"{}\", but {data}.", lookback_reading::shorten(&claim.quote.text, 160));
                findings.push(RULE.about_review(facts, held, &record.path, message).at(record, &claim.quote));
            }
        }
    }
    findings.into()
}

/// What the data say, when they disagree with the claim.
fn contradiction(facts: &Facts, held: &Held, claim: ClaimKind) -> Option<String> {
    let balance = held.coverage.balance;
    let to = held.period.to;
    let differs = |n: u32, real: usize| usize::try_from(n) != Ok(real);
    match claim {
        ClaimKind::AllResolved if balance.open_end > 0 => {
            let open = open_at_end(&facts.evidence.issues, held.period);
            Some(format!("{} open at the cut-off {to}: {}", were(open.len()), names(&open)))
        }
        ClaimKind::Open(n) if differs(n, balance.open_end) => {
            let open = open_at_end(&facts.evidence.issues, held.period);
            let list = if open.is_empty() { String::new() } else { format!(": {}", names(&open)) };
            Some(format!("{} open at the cut-off {to}{list}", were(open.len())))
        }
        ClaimKind::Managed(n) if differs(n, held.coverage.managed) => {
            Some(format!("{} managed in the period up to {to}", were(held.coverage.managed)))
        }
        ClaimKind::Opened(n) if differs(n, balance.opened) => {
            Some(format!("{} opened in the period up to {to}", were(balance.opened)))
        }
        ClaimKind::Closed(n) if differs(n, balance.closed) => {
            Some(format!("{} closed in the period up to {to}", were(balance.closed)))
        }
        ClaimKind::NoIssues if held.coverage.managed > 0 => {
            Some(format!("{} managed in the period up to {to}", were(held.coverage.managed)))
        }
        ClaimKind::AllExamined if !held.coverage.missing.is_empty() => {
            Some(format!("it does not name {}", held.coverage.missing.join(", ")))
        }
        ClaimKind::WithinTargets => {
            let missed = metrics::missed(facts, held.period);
            (!missed.is_empty()).then(|| {
                let ids: Vec<&str> = missed.iter().map(|(issue, ..)| issue.id.as_str()).collect();
                format!("{} missed the target: {}", count(missed.len(), "issue"), ids.join(", "))
            })
        }
        _ => None,
    }
}

fn were(n: usize) -> String {
    if n == 1 { "1 issue was".to_owned() } else { format!("{n} issues were") }
}

fn names(issues: &[&Issue]) -> String {
    let mut out: Vec<&str> = issues.iter().take(10).map(|issue| issue.id.as_str()).collect();
    let rest = format!("and {} more", issues.len().saturating_sub(10));
    if issues.len() > 10 {
        out.push(&rest);
    }
    out.join(", ")
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use crate::model::evidence::EventKind::*;
    use lookback_reading::ClaimKind;

    #[test]
    fn claims_meet_the_data_at_the_cut_off() {
        for (claim, message) in [
            (ClaimKind::AllResolved, Some("but 1 issue was open at the cut-off 2025-03-14: #14.")),
            (ClaimKind::Open(1), None),
            (ClaimKind::Open(0), Some("but 1 issue was open at the cut-off 2025-03-14: #14.")),
            (ClaimKind::Managed(2), None),
            (ClaimKind::Managed(5), Some("but 2 issues were managed in the period up to 2025-03-14.")),
            (ClaimKind::Opened(2), None),
            (ClaimKind::Closed(2), Some("but 1 issue was closed in the period up to 2025-03-14.")),
            (ClaimKind::NoIssues, Some("but 2 issues were managed in the period up to 2025-03-14.")),
            (ClaimKind::AllExamined, Some("but it does not name #14.")),
            (ClaimKind::WithinTargets, None),
        ] {
            let world = World::new()
                .issue("#3", &[("2025-01-10", Opened), ("2025-02-10", Closed)])
                .issue("#14", &[("2025-01-10", Opened), ("2025-05-10", Closed)])
                .record_with("2025-03-14", |reading| reading.names("#3").claims(claim));
            let found = world.fired("2025-07-01", "conclusion-contradicted");
            assert_eq!(
                found.first().map(|f| f.message.replace("The record says \"the claim\", ", "")).as_deref(),
                message,
                "{claim:?}"
            );
        }
    }
}
