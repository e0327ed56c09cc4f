//! No analysis of security defects in deployed software in the last cycle, though there were some.

use chrono::NaiveDate;

use crate::join::population;
use crate::judge::facts::{Facts, met};
use crate::judge::held::NamedIssues;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::judge::unclear;
use crate::model::evidence::FoundDocument;
use crate::model::finding::Level;
use crate::model::issue::{Issue, Resolution};
use crate::model::period::Period;
use crate::model::report::IssueState;
use lookback_reading::{Constraint, Kind};

/// The rule.
pub static RULE: Rule = Rule {
    id: "deployed-defects-not-analysed",
    constraint: Some(Constraint::DeployedDefectsAnalysed),
    level: Level::Error,
    title: "no analysis of security defects in deployed software in the last cycle, though there were some",
    why: "Improvement feeds on defects that escaped: for each one in the field, which life-cycle activity missed it?",
    remedy: "Add to the record, or to a post-mortem, which activity (threat modelling, code review, fuzzing, supplier monitoring…) missed each deployed defect and what changes in it.",
    form: "Escape cause: #12 was missed by threat modelling. Change: the model covers the serial interface.",
    calendar: false,
    good: "\"#12: the serial interface was not in the fuzzing plan; the plan was changed.\"",
    bad: "Three defects of released versions were fixed in the cycle and no document asks how they escaped.",
    example: Example::Analysis,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let Some(cycle) = cycle(facts) else { return Outcome::Satisfied };
    let managed: Vec<&Issue> = facts.evidence.issues.iter().filter(|issue| population::managed(issue, cycle)).collect();
    let deployed: Vec<&Issue> =
        managed.iter().copied().filter(|issue| issue.deployed == Some(true) && is_defect(issue)).collect();
    if deployed.is_empty() {
        return match managed.iter().find(|issue| issue.deployed.is_none() && is_defect(issue)) {
            Some(issue) => {
                Outcome::NotAssessed(format!("nothing tells whether {} affects deployed software", issue.id))
            }
            None => Outcome::Satisfied,
        };
    }
    let left = left_over(facts, cycle, &deployed);
    if left.is_empty() {
        return Outcome::Satisfied;
    }
    let unclear = || unclear::why(facts, Constraint::DeployedDefectsAnalysed);
    if let Some(why) = facts.unseen().or_else(unclear) {
        return Outcome::NotAssessed(why);
    }
    let ids: Vec<&str> = left.iter().take(10).map(|issue| issue.id.as_str()).collect();
    let more = if left.len() > 10 { format!(" and {} more", left.len() - 10) } else { String::new() };
    let message = if left.len() < deployed.len() {
        format!(
            "{} of {} security defects of deployed software managed up to {} are analysed; no document analyses how {}{more} escaped.",
            deployed.len() - left.len(),
            deployed.len(),
            cycle.to,
            ids.join(", ")
        )
    } else {
        format!(
            "{} of deployed software {} managed up to {} ({}{more}), and no document analyses how they escaped.",
            lookback_reading::count(deployed.len(), "security defect"),
            if deployed.len() == 1 { "was" } else { "were" },
            cycle.to,
            ids.join(", ")
        )
    };
    let finding = match facts.latest() {
        Some(held) => RULE.about_review(facts, held, &facts.evidence.subject.repository, message),
        None => RULE.finding(&facts.evidence.subject.repository, message),
    };
    vec![finding].into()
}

/// The deployed defects that no analysis is about. One that names no issue stands for one defect, or for all where it says so.
fn left_over<'a>(facts: &Facts, cycle: Period, deployed: &[&'a Issue]) -> Vec<&'a Issue> {
    let mut named = NamedIssues::default();
    let mut nameless = 0;
    let mut names_any = false;
    for document in analyses(facts, cycle) {
        let reading = &document.reading;
        // The reader took the whole for an analysis and found no single sentence.
        if reading.analyses.is_empty() || reading.analyses.iter().any(|analysis| analysis.whole) {
            return Vec::new();
        }
        for analysis in &reading.analyses {
            names_any = names_any || !analysis.references.is_empty();
            named.add_ids(&analysis.references, &facts.evidence.subject.repository);
        }
        nameless += reading.analyses.iter().filter(|analysis| analysis.references.is_empty()).count();
    }
    // Where no analysis names an issue, nothing tells them apart, and one stands for all.
    if nameless > 0 && !names_any {
        return Vec::new();
    }
    let mut left: Vec<&Issue> = deployed.iter().copied().filter(|issue| !named.names(issue)).collect();
    // Where defects are analysed, one that came up in the cycle and is still worked on is analysed with its fix.
    if left.len() < deployed.len() {
        left.retain(|issue| !pending(issue, cycle));
    }
    if nameless >= left.len() { Vec::new() } else { left }
}

/// Came up in the cycle and was open at its end.
fn pending(issue: &Issue, cycle: Period) -> bool {
    population::opened(issue).is_some_and(|at| cycle.contains(at))
        && population::state_before(issue, cycle.end()) == Some(IssueState::Open)
}

/// The last cycle: the period of the last held review; when none was held and one was due, everything so far.
pub fn cycle(facts: &Facts) -> Option<Period> {
    match facts.latest() {
        Some(held) => Some(held.period),
        None => facts.overdue().then(|| facts.open_window()),
    }
}

/// Documents that analyse deployed defects, written in the cycle or since. The record of the review before is none of them, also
/// where it was held after its cut-off and so in this cycle.
pub fn analyses<'a>(facts: &'a Facts, cycle: Period) -> impl Iterator<Item = &'a FoundDocument> {
    let since: Option<NaiveDate> = cycle.from;
    // Several entries of a log share their path.
    let documents = facts.evidence.documents.iter().enumerate();
    let analysing = documents.filter(move |(index, document)| {
        let reading = &document.reading;
        let counts = reading.kind == Kind::Record && met(reading, Constraint::DeployedDefectsAnalysed);
        let held =
            !reading.presents_review || facts.reviews.iter().any(|r| r.counted == Some(true) && r.document == *index);
        let earlier = facts.held.iter().filter(|held| !facts.is_latest(held));
        let before = earlier.flat_map(|held| facts.records(held)).any(|record| std::ptr::eq(record, *document));
        let day = facts.day_of(document);
        counts && held && !before && day.is_some_and(|day| day <= facts.as_of && since.is_none_or(|since| day >= since))
    });
    analysing.map(|(_, document)| document)
}

pub(crate) fn is_defect(issue: &Issue) -> bool {
    !matches!(issue.resolution, Resolution::NotAffected | Resolution::Duplicate)
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use crate::model::issue::EventKind::*;
    use lookback_reading::Constraint::DeployedDefectsAnalysed;
    use lookback_reading::{Analysis, Quote};

    fn world(analysed: bool, deployed: Option<bool>) -> Scene {
        let mut world = Scene::new().issue("#3", &[("2025-01-10", Opened), ("2025-02-10", Closed)]).record_with(
            "2025-03-14",
            |mut reading| {
                if !analysed {
                    reading.0.constraints.remove(&DeployedDefectsAnalysed);
                }
                reading.names("#3")
            },
        );
        world.evidence.issues[0].deployed = deployed;
        world
    }

    #[test]
    fn deployed_defects_need_an_analysis() {
        let rule = "deployed-defects-not-analysed";
        assert!(world(true, Some(true)).fired("2025-07-01", rule).is_empty());
        assert!(world(false, Some(false)).fired("2025-07-01", rule).is_empty());
        let found = world(false, Some(true)).fired("2025-07-01", rule);
        assert_eq!(
            found[0].message,
            "1 security defect of deployed software was managed up to 2025-03-14 (#3), and no document analyses how they escaped."
        );
        let after_its_cut_off = |reading: Draft| reading.period("2024-01-01", "2024-12-20");
        let before = world(false, Some(true)).record_with("2025-01-05", after_its_cut_off);
        assert_eq!(before.fired("2025-07-01", rule).len(), 1, "last year's analysis is not this year's");
        assert!(world(false, None).not_assessed("2025-07-01", rule), "unknown is never a pass");
    }

    #[test]
    fn one_that_is_worked_on_is_analysed_with_its_fix() {
        let fired = |named: &str, opened: &str| {
            let mut world = Scene::new()
                .record("2024-03-14")
                .issue("#3", &[("2024-06-10", Opened), ("2024-07-10", Closed)])
                .issue("#4", &[(opened, Opened)])
                .record_with("2025-03-14", |mut reading| {
                    reading.0.analyses = vec![Analysis {
                        references: vec![named.to_owned()],
                        quote: Quote::at(30, 1, "not in the fuzzing plan"),
                        cause: None,
                        whole: false,
                    }];
                    reading.names("#3").names("#4")
                });
            world.evidence.issues.iter_mut().for_each(|issue| issue.deployed = Some(true));
            world.fired("2025-07-01", "deployed-defects-not-analysed").len()
        };
        assert_eq!(fired("#3", "2025-02-10"), 0);
        assert_eq!(fired("#3", "2023-05-10"), 1, "open since before the cycle");
        assert_eq!(fired("#9", "2025-02-10"), 1, "nothing of its own is analysed");
    }

    #[test]
    fn they_are_counted_one_by_one() {
        let analysis = |ids: &[&str], whole: bool| Analysis {
            references: ids.iter().map(|id| (*id).to_owned()).collect(),
            quote: Quote::at(30, 1, "not in the fuzzing plan"),
            cause: Some(Quote::at(30, 1, "not in the fuzzing plan")),
            whole,
        };
        let fired = |analyses: Vec<Analysis>| {
            let mut world = Scene::new();
            for id in ["#3", "#4", "#5"] {
                world = world.issue(id, &[("2025-01-10", Opened), ("2025-02-10", Closed)]);
            }
            let mut world = world.record_with("2025-03-14", |mut reading| {
                reading.0.analyses = analyses;
                reading
            });
            world.evidence.issues.iter_mut().for_each(|issue| issue.deployed = Some(true));
            let found = world.fired("2025-07-01", "deployed-defects-not-analysed");
            found.first().map(|finding| finding.message.clone())
        };
        assert_eq!(
            fired(vec![analysis(&["#3"], false), analysis(&["#4"], false)]).unwrap(),
            "2 of 3 security defects of deployed software managed up to 2025-03-14 are analysed; no document analyses how #5 escaped."
        );
        assert!(fired(vec![analysis(&["#9"], false)]).unwrap().starts_with("3 security defects"), "of something else");
        assert!(fired(vec![analysis(&["#3", "#4"], false), analysis(&[], false)]).is_none());
        assert!(fired(vec![analysis(&[], true)]).is_none());
    }
}
