//! Runs every rule over the facts, applies levels and waivers, and gives the verdict. Pure: same evidence, policy and date,
//! same report.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::join::population;
use crate::judge::confirmed::Settled;
use crate::judge::doubts_of_sources;
use crate::judge::facts::{Facts, met};
use crate::judge::held::NamedIssues;
use crate::judge::metrics;
use crate::judge::not_due::not_due;
use crate::judge::record_words;
use crate::judge::rule::{Outcome, Rule, RuleCheck};
use crate::judge::rules::RULES;
use crate::judge::security_reason;
use crate::judge::timeline;
use crate::model::evidence::Evidence;
use crate::model::finding::{Finding, Level};
use crate::model::issue::{Issue, Severity};
use crate::model::limit::{Limit, LimitKind};
use crate::model::policy::Policy;
use crate::model::report::{
    ConstraintResult, CountedAs, DocumentResult, IssueResult, IssueState, MatchedBy, NextPopulation, Report, Verdict,
};
use lookback_reading::{Constraint, Kind, Quote};

/// Why no rule of the facts was asked.
const NOTHING: &str = "there is no commit to look at";

/// Judges the evidence for a date. `strict` counts standing warnings as errors.
pub fn judge(evidence: &Evidence, policy: &Policy, as_of: NaiveDate, strict: bool) -> Report {
    let settled = Settled::new(evidence, as_of);
    let evidence = settled.evidence.as_ref();
    let facts = Facts::new(&settled, policy, as_of);
    let mut findings = Vec::new();
    let mut not_assessed: Vec<(Constraint, String)> = Vec::new();
    let mut matches = vec![0; policy.waivers.len()];

    for rule in RULES {
        let outcome = match rule.check {
            // Nothing was looked at, so nothing is known to be missing.
            RuleCheck::Facts(_) if evidence.subject.revision.is_none() => Outcome::NotAssessed(NOTHING.to_owned()),
            // By whose policy is not known.
            RuleCheck::Facts(_) if unread(evidence).is_some() => {
                Outcome::NotAssessed(unread(evidence).unwrap_or_default().to_owned())
            }
            RuleCheck::Facts(check) => check(&facts),
            RuleCheck::Waivers(check) => check(&facts, &matches),
        };
        let (found, why) = outcome.parts();
        findings.reserve_exact(found.len());
        for mut finding in found {
            if !set_level(&mut finding, policy, rule.level) {
                continue;
            }
            waive(&mut finding, policy, as_of, &mut matches);
            let lies_in = |path: &String| finding.location.as_ref().is_some_and(|at| at.path == *path);
            finding.uncommitted = evidence.subject.uncommitted.iter().any(lies_in);
            findings.push(finding);
        }
        not_assessed.extend(rule.constraint.zip(why));
    }
    sort(&mut findings, &evidence.issues);
    let mut limits = evidence.limits.clone();
    limits.extend(doubts_of_sources::limits(&facts, &findings));

    let constraints: Vec<ConstraintResult> = Constraint::ALL
        .map(|constraint| constraint_result(&facts, constraint, &findings, (&not_assessed, &limits), strict))
        .into();
    let verdict = overall(&constraints, &findings, strict);
    let named = examined_by_latest(&facts);
    let lane = crate::judge::lane::lane(&facts, &findings, &constraints, verdict, strict);
    let limits = limits.iter().map(|limit| still_open(limit, &constraints)).collect();
    Report {
        subject: crate::model::evidence::Subject { as_of, ..evidence.subject.clone() },
        verdict,
        strict,
        rules_off: rules_off(policy),
        origin: evidence.origin.clone(),
        policy: policy.origin.clone(),
        exit_code: lane.exit_code,
        lane,
        constraints,
        cadence: facts.cadence.clone(),
        spans: timeline::spans(&facts),
        documents: documents(&facts),
        sources: evidence.sources.clone(),
        issues: issues(&facts, &named, &evidence.issues),
        candidates: issues(&facts, &named, &evidence.candidates),
        coverage: facts.latest().map(|held| held.coverage.clone()),
        next_population: next_population(&facts),
        metrics: metrics::compute(&facts),
        actions: facts.actions.clone(),
        analyses: record_words::analyses(&facts),
        findings,
        limits,
        reviews: record_words::covered(facts.reviews, &facts.held),
    }
}

/// Why the policy that judges cannot be read, if so.
pub(crate) fn unread(evidence: &Evidence) -> Option<&str> {
    evidence.policy_base.as_ref()?.unread.as_deref()
}

/// A limit with what depends on it: on a document that was not read nothing does where all is proven without it.
fn still_open(limit: &Limit, constraints: &[ConstraintResult]) -> Limit {
    let mut limit = limit.clone();
    if limit.kind == LimitKind::Document {
        limit
            .affects
            .retain(|affected| constraints.iter().any(|result| result.constraint == *affected && result.is_open()));
    }
    limit
}

fn rules_off(policy: &Policy) -> Vec<String> {
    let off = |rule: &&Rule| policy.levels.iter().any(|(id, level)| id == rule.id && level.is_none());
    RULES.iter().copied().filter(off).map(|rule| rule.id.to_owned()).collect()
}

/// Applies the policy's level; `false` when the rule is off. A finding that a rule lowered on purpose is not raised above it.
fn set_level(finding: &mut Finding, policy: &Policy, default: Level) -> bool {
    let Some((_, level)) = policy.levels.iter().find(|(rule, _)| rule == finding.rule) else { return true };
    match level {
        None => return false,
        Some(level) if finding.level == default => finding.level = *level,
        Some(level) => finding.level = finding.level.min(*level),
    }
    true
}

fn waive(finding: &mut Finding, policy: &Policy, as_of: NaiveDate, matches: &mut [usize]) {
    for (waiver, matches) in policy.waivers.iter().zip(matches) {
        let subject = waiver.subject == "*" || waiver.subject.eq_ignore_ascii_case(&finding.subject);
        let path = finding.location.as_ref().is_some_and(|location| location.path == waiver.subject);
        if waiver.rule != finding.rule || !(subject || path) {
            continue;
        }
        *matches += 1;
        if waiver.expires >= as_of && finding.waived.is_none() {
            finding.waived = Some(format!("{} ({}, until {})", waiver.reason, waiver.approver, waiver.expires));
        }
    }
}

/// Findings of a rule that hide no other.
const FEW: usize = 3;

/// Worst first: what stands before what somebody answers for; errors before warnings; a rule with few findings before one with so many
/// that they would hide it; what a line says wrongly before what is said nowhere; of one rule the issue of the highest severity.
fn sort(findings: &mut [Finding], issues: &[Issue]) {
    let mut of_rule: BTreeMap<(&'static str, Level), usize> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.waived.is_none()) {
        *of_rule.entry((finding.rule, finding.level)).or_default() += 1;
    }
    let severity: BTreeMap<&str, Option<Severity>> =
        issues.iter().map(|issue| (issue.id.as_str(), issue.severity)).collect();
    // By the last of the keys first, which need no copy: there may be very many findings, and both sorts are stable.
    findings.sort_by(|a, b| (&a.location, &a.message).cmp(&(&b.location, &b.message)));
    findings.sort_by_cached_key(|finding| {
        let many = of_rule.get(&(finding.rule, finding.level)).is_some_and(|n| *n > FEW);
        let severity = severity.get(finding.subject.as_str()).copied().flatten();
        (
            finding.waived.is_some(),
            Reverse(finding.level),
            (many, finding.location.as_ref().is_none_or(|place| place.line.is_none())),
            (finding.constraint, finding.rule, Reverse(severity)),
            natural(&finding.subject),
        )
    });
}

/// Pads digits, so that `#2` sorts before `#10`.
fn natural(text: &str) -> String {
    let mut out = String::new();
    let mut digits = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            out += &format!("{digits:0>12}");
            digits.clear();
        }
        out.push(c);
    }
    out
}

fn is_error(finding: &Finding, strict: bool) -> bool {
    finding.waived.is_none() && (finding.level == Level::Error || strict && finding.level == Level::Warning)
}

fn constraint_result(
    facts: &Facts,
    constraint: Constraint,
    findings: &[Finding],
    (not_assessed, limits): (&[(Constraint, String)], &[Limit]),
    strict: bool,
) -> ConstraintResult {
    let of: Vec<usize> = findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| finding.constraint == Some(constraint))
        .map(|(n, _)| n)
        .collect();
    let mut stopped: Vec<String> =
        not_assessed.iter().filter(|(of, _)| *of == constraint).map(|(_, why)| why.clone()).collect();
    // A document that was not read, or not in full, stops only what a rule misses, there or anywhere: where all is proven it takes
    // nothing away.
    let missed = !stopped.is_empty();
    let found_in = |limit: &Limit| {
        let mut faults = of.iter().map(|n| &findings[*n]).filter(|finding| finding.level >= Level::Warning);
        faults.any(|finding| finding.location.as_ref().is_some_and(|location| location.path == limit.what))
    };
    let stops = |limit: &&Limit| {
        limit.affects.contains(&constraint) && (missed || limit.kind != LimitKind::Document || found_in(limit))
    };
    let limits: Vec<&Limit> = limits.iter().filter(stops).collect();
    // The limit says it better than each of the rules.
    stopped.retain(|why| why != NOTHING || limits.iter().all(|limit| limit.kind != LimitKind::NothingToLookAt));
    stopped.extend(limits.iter().map(|limit| limit.told()));
    let mut said = BTreeSet::new();
    stopped.retain(|why| said.insert(why.clone()));
    let verdict = if of.iter().any(|n| is_error(&findings[*n], strict)) {
        Verdict::Nonconforming
    } else if not_due(facts, constraint, !stopped.is_empty()) {
        Verdict::NotDue
    } else if stopped.is_empty() {
        Verdict::Conforms
    } else {
        Verdict::Undetermined
    };
    ConstraintResult { constraint, verdict, findings: of, evidence: proof(facts, constraint), not_assessed: stopped }
}

/// The words that support a constraint: from held reviews (the latest first), procedures and analyses, at most five.
fn proof(facts: &Facts, constraint: Constraint) -> Vec<(String, Quote)> {
    let mut documents = Vec::new();
    for held in facts.held.iter().rev() {
        documents.extend(held.records.iter().map(|record| facts.reviews[*record].document));
    }
    documents.extend(facts.meeting(constraint, &[Kind::Procedure, Kind::Record]));
    let mut proof: Vec<(String, Quote)> = Vec::new();
    for index in documents {
        let document = &facts.evidence.documents[index];
        if !met(&document.reading, constraint) || proof.iter().any(|(path, _)| *path == document.path) {
            continue;
        }
        if let Some(quote) = crate::judge::facts::first_quote(&document.reading, constraint) {
            proof.push((document.path.clone(), quote.clone()));
        }
        if proof.len() == 5 {
            break;
        }
    }
    proof
}

fn overall(constraints: &[ConstraintResult], findings: &[Finding], strict: bool) -> Verdict {
    // Errors of the waiver rules belong to no constraint and count all the same.
    let loose = findings.iter().any(|finding| finding.constraint.is_none() && is_error(finding, strict));
    let worst = constraints.iter().map(|result| result.verdict).max().unwrap_or(Verdict::Undetermined);
    match worst {
        _ if loose => Verdict::Nonconforming,
        Verdict::NotDue => Verdict::Conforms,
        worst => worst,
    }
}

fn examined_by_latest(facts: &Facts) -> NamedIssues {
    let mut named = NamedIssues::default();
    if let Some(held) = facts.latest() {
        for record in facts.records(held) {
            named.add(&record.reading, &facts.evidence.subject.repository);
        }
    }
    named
}

fn issues(facts: &Facts, named: &NamedIssues, of: &[Issue]) -> Vec<IssueResult> {
    let end = crate::model::period::end_of_day(facts.as_of);
    let latest = facts.latest();
    let known = of.iter().filter(|issue| population::entered(issue).is_none_or(|at| at < end));
    known
        .map(|issue| {
            let closed = population::closed_before(issue, end);
            let mut events: Vec<_> = issue.events.iter().filter(|event| event.at < end).cloned().collect();
            events.shrink_to_fit();
            IssueResult {
                issue: Issue {
                    released_in: issue.released_in.clone().filter(|release| release.date <= facts.as_of),
                    events,
                    // Labels and what tells components have been read; there may be many.
                    labels: BTreeSet::new(),
                    components: BTreeSet::new(),
                    fixed_in: BTreeSet::new(),
                    closed_by: issue.closed_by.clone().into_iter().filter(|(_, day)| *day <= facts.as_of).collect(),
                    // A limit says so.
                    state_unknown: false,
                    why: issue.why.clone().or_else(|| security_reason::of(issue, facts.policy)),
                    ..issue.clone()
                },
                state: if closed.is_some() || issue.undated { IssueState::Closed } else { IssueState::Open },
                opened: population::opened(issue).map(|at| at.date_naive()),
                closed: closed.map(|at| at.date_naive()),
                managed: latest.is_some_and(|held| population::managed(issue, held.period)),
                examined: latest.is_some() && named.names(issue),
            }
        })
        .collect()
}

fn next_population(facts: &Facts) -> NextPopulation {
    let period = facts.open_window();
    let managed = facts.evidence.issues.iter().filter(|issue| population::managed(issue, period));
    NextPopulation {
        period,
        managed: managed.map(|issue| issue.id.clone()).collect(),
        balance: population::balance(&facts.evidence.issues, period),
        places: None,
    }
}

fn documents(facts: &Facts) -> Vec<DocumentResult> {
    let mut out = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, document) in facts.evidence.documents.iter().enumerate() {
        // A running log is one file, whatever it holds.
        if !seen.insert(document.path.as_str()) {
            continue;
        }
        let reading = &document.reading;
        let review = facts.reviews.iter().find(|review| review.document == index);
        let counted_as = match review {
            Some(review) => (review.counted == Some(true)).then_some(CountedAs::Review),
            None if facts.procedures.contains(&index) => Some(CountedAs::Procedure),
            None if reading.kind == Kind::Record && met(reading, Constraint::DeployedDefectsAnalysed) => {
                Some(CountedAs::Analysis)
            }
            None if matches!(reading.kind, Kind::Record | Kind::Procedure)
                && met(reading, Constraint::ImprovementEstablished) =>
            {
                Some(CountedAs::Improvement)
            }
            None => None,
        };
        let content = reading.content_match.is_proven() || counted_as.is_some();
        let matched_by = match (document.path_signal, content) {
            _ if reading.declared.is_some() => MatchedBy::Declared,
            (true, true) => MatchedBy::Both,
            (true, false) => MatchedBy::Path,
            (false, _) => MatchedBy::Content,
        };
        let mut why = why(counted_as, review, document);
        if let Some(declared) = &reading.declared {
            why = format!("{}; {why}", declared.told());
        }
        let confirmed_by = confirmed_by(facts, &document.path);
        if let Some(by) = &confirmed_by {
            why = format!("{why}; confirmed by {by}");
        }
        out.push(DocumentResult {
            path: document.path.clone(),
            matched_by,
            kind: reading.kind,
            content_match: reading.content_match.met(),
            counted_as,
            why,
            confirmed_by,
        });
    }
    out
}

/// Who confirmed what of a document, as far as it settles something: `held by Jane Doe on 2026-01-09`.
fn confirmed_by(facts: &Facts, path: &str) -> Option<String> {
    let own = facts.confirmations.iter().filter(|outcome| outcome.settles.is_ok());
    let told: Vec<String> = own
        .map(|outcome| &outcome.confirmation)
        .filter(|confirmation| confirmation.path == path)
        .map(|confirmation| format!("{} ({})", confirmation.signed(), confirmation.fact.word()))
        .collect();
    (!told.is_empty()).then(|| told.join(", "))
}

fn why(
    counted_as: Option<CountedAs>,
    review: Option<&crate::model::report::Review>,
    document: &crate::model::evidence::FoundDocument,
) -> String {
    let reading = &document.reading;
    if let Some(why) = review.and_then(|review| review.why_not.as_ref()) {
        return format!("presents itself as a review and is not counted: {why}");
    }
    let quote = |constraint| {
        crate::judge::facts::first_quote(reading, constraint)
            .map(|q| format!(" (line {}: \"{}\")", q.line, lookback_reading::shorten(&q.text, 100)))
    };
    match counted_as {
        Some(CountedAs::Review) => {
            format!("records a review that was held{}", quote(Constraint::HeldAnnually).unwrap_or_default())
        }
        Some(CountedAs::Procedure) => {
            format!("prescribes the periodic review{}", quote(Constraint::ReviewEstablished).unwrap_or_default())
        }
        Some(CountedAs::Analysis) => format!(
            "analyses security defects in deployed software{}",
            quote(Constraint::DeployedDefectsAnalysed).unwrap_or_default()
        ),
        Some(CountedAs::Improvement) => format!(
            "establishes improvement of the security life cycle{}",
            quote(Constraint::ImprovementEstablished).unwrap_or_default()
        ),
        None => {
            let first = Constraint::ALL
                .iter()
                .find_map(|c| reading.constraints.get(c).and_then(|answer| answer.why_not.clone()));
            let limit = reading.limits.first().cloned();
            limit.or(first).unwrap_or_else(|| {
                match reading.kind {
                    Kind::Template => "a form to be filled in",
                    Kind::Procedure => {
                        "prescribes something else than the periodic review of security defect management"
                    }
                    Kind::Record => "records something else than a review of how security defects are managed",
                    Kind::Other => "neither records nor prescribes a review of how security defects are managed",
                }
                .to_owned()
            })
        }
    }
}

#[cfg(test)]
mod first_year {
    use crate::judge::testing::*;
    use crate::judge::verdict::judge;
    use crate::model::issue::EventKind::*;
    use crate::model::report::Verdict;

    fn verdicts(world: &Scene, day: &str) -> (String, Vec<Verdict>) {
        let report = judge(&world.evidence, &world.policy, day.parse().unwrap(), false);
        (report.said(), report.constraints.iter().map(|result| result.verdict).collect())
    }

    #[test]
    fn until_the_first_review_is_due_nothing_is_missed_and_nothing_granted() {
        use Verdict::*;
        let world = Scene::new().release("v1.0.0", "2025-03-01").procedure(Some(12));
        let (said, found) = verdicts(&world, "2025-09-01");
        assert_eq!(said, "conforms so far, first review due 2026-03-01");
        assert_eq!(found[3..], [NotDue, NotDue, NotDue], "{found:?}");
        // From the day after it is late.
        let (said, found) = verdicts(&world, "2026-03-02");
        assert_eq!((said.as_str(), found[5]), ("nonconforming", Nonconforming));
    }

    #[test]
    fn missing_sources_stop_nothing_before_the_first_review_is_due() {
        let mut world = Scene::new().release("v1.0.0", "2025-03-01").procedure(Some(12));
        world.evidence.limits.push(
            crate::model::limit::Limit::new(
                crate::model::limit::LimitKind::Other,
                "the issues of acme/pump",
                "no token",
                "Give one.",
            )
            .affecting(&[lookback_reading::Constraint::IssuesExamined]),
        );
        let (said, _) = verdicts(&world, "2025-09-01");
        assert_eq!(said, "conforms so far, first review due 2026-03-01");
    }

    #[test]
    fn a_defect_in_the_field_has_a_window_to_be_analysed() {
        let mut world = Scene::new()
            .release("v1.0.0", "2023-01-10")
            .issue("#3", &[("2025-04-10", Opened), ("2025-05-10", Closed)])
            .record_with("2025-03-14", |mut reading| {
                reading.0.constraints.remove(&lookback_reading::Constraint::DeployedDefectsAnalysed);
                reading
            });
        world.evidence.issues[0].deployed = Some(true);
        assert_eq!(verdicts(&world, "2025-09-01").1[1], Verdict::NotDue);
    }
}

#[cfg(test)]
mod unread_documents {
    use crate::judge::testing::*;
    use crate::judge::verdict::judge;
    use crate::model::issue::EventKind::*;
    use crate::model::limit::{Limit, LimitKind};
    use crate::model::report::Verdict;
    use lookback_reading::Constraint;

    fn unread(mut world: Scene, path: &str) -> Vec<(Verdict, usize)> {
        let limit = Limit::new(LimitKind::Document, path, "DOC is not read", "Save it as PDF.");
        world.evidence.limits.push(limit.affecting(&Constraint::ALL).may_hide_a_record());
        world.evidence.unseen.push(path.to_owned());
        let report = judge(&world.evidence, &world.policy, "2025-07-01".parse().unwrap(), false);
        let affects = |constraint| report.limits[0].affects.iter().filter(|affected| **affected == constraint).count();
        report.constraints.iter().map(|result| (result.verdict, affects(result.constraint))).collect()
    }

    #[test]
    fn they_stop_what_is_missed_and_nothing_that_is_proven() {
        let sound = || Scene::new().release("v1.0.0", "2024-03-01").procedure(Some(12)).record("2025-03-14");
        let found = unread(sound(), "docs/security-review-2019.doc");
        assert_eq!(found[3..], [(Verdict::Conforms, 0); 3]);
        let late = Scene::new().release("v1.0.0", "2024-03-01").procedure(Some(12));
        assert_eq!(unread(late, "docs/security-review-2025.doc")[5], (Verdict::Undetermined, 1));
    }

    #[test]
    fn what_an_unread_part_of_the_record_may_say_is_no_fault() {
        let world = || {
            let issue = [("2025-01-11", Opened), ("2025-02-01", Closed)];
            let scene = Scene::new().release("v1.0.0", "2024-03-01").procedure(Some(12));
            scene.issue("#7", &issue).record_with("2025-03-14", |reading| reading.names("#3"))
        };
        let path = world().evidence.documents.iter().find(|found| found.path.contains("2025")).unwrap().path.clone();
        assert_eq!(unread(world(), &path)[3], (Verdict::Undetermined, 1));
        assert_eq!(unread(world(), "docs/old.doc")[3], (Verdict::Nonconforming, 1));
    }
}
