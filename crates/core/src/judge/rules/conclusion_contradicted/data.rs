//! Claims of a record, held against the data at its cut-off.

use chrono::NaiveDate;

use crate::join::population;
use crate::judge::facts::Facts;
use crate::judge::held::{Held, NamedIssues};
use crate::judge::{metrics, times};
use crate::model::evidence::FoundDocument;
use crate::model::issue::EventKind;
use crate::model::issue::{Issue, Resolution};
use crate::model::period::Period;
use crate::model::report::{Balance, IssueState};
use lookback_reading::{Among, Claim, ClaimKind, count};

/// A claim that the data refute, or that its words only come near to.
pub(crate) struct Refuted<'a> {
    /// The record that claims.
    pub(crate) record: &'a FoundDocument,
    /// What it claims.
    pub(crate) claim: &'a Claim,
    /// What the data say instead.
    pub(crate) data: String,
}

/// The claims of a held review with which the data disagree: those that it states, or those to which it only comes near. What another
/// sentence of the record states exactly settles what comes near.
pub(crate) fn refuted<'a>(facts: &Facts<'a>, held: &Held, near: bool) -> Vec<Refuted<'a>> {
    let mut out = Vec::new();
    for record in held.records.iter().map(|review| facts.document(*review)) {
        let claims = &record.reading.claims;
        for claim in claims.iter().filter(|claim| claim.near == near) {
            // Times of an earlier review were reckoned by the data of its day.
            let time =
                matches!(claim.kind, ClaimKind::MedianDays(_) | ClaimKind::MeanDays(_) | ClaimKind::LongestDays(_));
            if (time || near) && !facts.is_latest(held) {
                continue;
            }
            if near && claims.iter().any(|other| !other.near && settles(other.kind, claim.kind)) {
                continue;
            }
            out.extend(contradiction(facts, held, claim).map(|data| Refuted { record, claim, data }));
        }
    }
    out
}

/// Does an exact statement say how it is with what another only comes near to?
fn settles(exact: ClaimKind, near: ClaimKind) -> bool {
    match near {
        ClaimKind::AllResolved | ClaimKind::IsClosed | ClaimKind::IsFixed => {
            matches!(exact, ClaimKind::Open(1..) | ClaimKind::IsOpen | ClaimKind::ClosedOf(..))
        }
        ClaimKind::WithinTargets | ClaimKind::MeanDays(_) | ClaimKind::LongestDays(_) | ClaimKind::WithinDays(_) => {
            matches!(exact, ClaimKind::MedianDays(_) | ClaimKind::MeanDays(_) | ClaimKind::LongestDays(_))
        }
        _ => false,
    }
}

/// The issues that a claim is about, as the data hold them.
struct Meant<'a> {
    managed: Vec<&'a Issue>,
    open: Vec<&'a Issue>,
    balance: Balance,
    /// All issues of the period?
    whole: bool,
}

impl<'a> Meant<'a> {
    fn of(facts: &Facts<'a>, held: &Held, among: &Among) -> Self {
        let named = |ids: &[String], issue: &Issue| {
            let mut names = NamedIssues::default();
            names.add_ids(ids, &facts.evidence.subject.repository);
            names.names(issue)
        };
        let severity = |issue: &Issue| {
            let own = issue.severity.map(|severity| format!("{severity:?}").to_lowercase());
            own.is_some_and(|own| among.severities.contains(&own))
        };
        let meant = |issue: &&Issue| {
            (among.severities.is_empty() || severity(issue))
                && (among.ids.is_empty() || named(&among.ids, issue))
                && !(!among.except.is_empty() && named(&among.except, issue))
        };
        let issues: Vec<&'a Issue> = facts.evidence.issues.iter().filter(meant).collect();
        let end = held.period.end();
        Meant {
            managed: issues.iter().copied().filter(|issue| population::managed(issue, held.period)).collect(),
            open: issues
                .iter()
                .copied()
                .filter(|issue| population::state_before(issue, end) == Some(IssueState::Open) && !issue.state_unknown)
                .collect(),
            balance: population::balance(issues.iter().copied(), held.period),
            whole: among.severities.is_empty() && among.ids.is_empty() && among.except.is_empty(),
        }
    }

    fn open_at(&self, to: NaiveDate) -> String {
        let list = if self.open.is_empty() { String::new() } else { format!(": {}", names(&self.open)) };
        format!("{} open at the cut-off {to}{list}", were(self.open.len()))
    }
}

/// What the data say, when they disagree with the claim.
fn contradiction(facts: &Facts, held: &Held, claim: &Claim) -> Option<String> {
    let among = &claim.among;
    let meant = Meant::of(facts, held, among);
    let to = held.period.to;
    let period = held.period;
    let differs = |n: u32, real: usize| usize::try_from(n) != Ok(real);
    // "Both were fixed" among five issues is about two that nobody knows.
    if among.count.is_some_and(|n| among.ids.is_empty() && differs(n, meant.managed.len())) {
        return None;
    }
    // Closed, and nobody knows when: the data refute nothing.
    if meant.managed.iter().any(|issue| issue.undated) {
        return None;
    }
    // One may be open or not: only what does not go by that is held against the data.
    let plain = matches!(claim.kind, ClaimKind::AllResolved | ClaimKind::Opened(_) | ClaimKind::AllExamined);
    if !plain && meant.managed.iter().any(|issue| issue.state_unknown) {
        return None;
    }
    match claim.kind {
        ClaimKind::AllResolved if !meant.open.is_empty() => Some(meant.open_at(to)),
        ClaimKind::Open(n) if differs(n, meant.open.len()) => Some(meant.open_at(to)),
        ClaimKind::Managed(n) if differs(n, meant.managed.len()) => {
            Some(format!("{} managed in the period up to {to}", were(meant.managed.len())))
        }
        ClaimKind::Opened(n) if differs(n, meant.balance.opened) => {
            Some(format!("{} opened in the period up to {to}", were(meant.balance.opened)))
        }
        ClaimKind::Closed(n) if differs(n, meant.balance.closed) => {
            Some(format!("{} closed in the period up to {to}", were(meant.balance.closed)))
        }
        ClaimKind::ClosedOf(n, of) => {
            let closed = meant.managed.len().saturating_sub(meant.open.len());
            // Another whole is counted: of one product, of one source.
            let same = !differs(of, meant.managed.len()) || meant.whole;
            (same && (differs(n, closed) || differs(of, meant.managed.len()))).then(|| {
                format!("{closed} of {} managed in the period were closed at the cut-off {to}", meant.managed.len())
            })
        }
        ClaimKind::ClosedPercent(percent) => {
            let (all, open) = (meant.managed.len(), meant.open.len());
            let low = (all.saturating_sub(open) * 100).checked_div(all)?;
            let differs = usize::try_from(percent).is_ok_and(|said| said + 1 < low || said > low + 1);
            differs.then(|| format!("{} of {all} issues were closed at the cut-off {to}: {low} %", all - open))
        }
        ClaimKind::NoIssues if !meant.managed.is_empty() => {
            Some(format!("{} managed in the period up to {to}", were(meant.managed.len())))
        }
        ClaimKind::AllExamined => {
            let missing: Vec<&Issue> =
                meant.managed.iter().copied().filter(|issue| held.coverage.missing.contains(&issue.id)).collect();
            (!missing.is_empty()).then(|| format!("it does not name {}", names(&missing)))
        }
        ClaimKind::WithinTargets => {
            let ids: Vec<&str> = metrics::missed(facts, period)
                .into_iter()
                .map(|(issue, ..)| issue.id.as_str())
                .filter(|id| meant.managed.iter().any(|issue| issue.id == *id))
                .collect();
            (!ids.is_empty()).then(|| format!("{} missed the target: {}", count(ids.len(), "issue"), ids.join(", ")))
        }
        ClaimKind::WithinDays(days) => {
            let late: Vec<&Issue> = meant
                .managed
                .iter()
                .copied()
                .filter(|issue| times::days_taken(issue, period).is_some_and(|taken| taken > i64::from(days) + 1))
                .collect();
            (!late.is_empty()).then(|| format!("{} took longer: {}", count(late.len(), "issue"), names(&late)))
        }
        ClaimKind::MedianDays(days) if !running(facts, &meant, held, days) => {
            duration(&meant, held, days, "median", metrics::median)
        }
        ClaimKind::MeanDays(days) if !running(facts, &meant, held, days) => {
            duration(&meant, held, days, "mean", metrics::mean)
        }
        ClaimKind::LongestDays(days) => duration(&meant, held, days, "longest", metrics::longest),
        ClaimKind::IsClosed | ClaimKind::IsFixed | ClaimKind::ClosedOn(_) | ClaimKind::IsOpen => {
            single(facts, held, claim)
        }
        _ => None,
    }
}

/// A duration disagrees where none of the usual ways to reckon it comes within a day and a tenth of it.
fn duration(
    meant: &Meant<'_>,
    held: &Held,
    said: u32,
    what: &str,
    reckon: fn(Vec<f64>) -> Option<f64>,
) -> Option<String> {
    let opened = |issue: &&&Issue| population::opened(issue).is_some_and(|at| held.period.contains(at));
    let identified: Vec<&Issue> = meant.managed.iter().filter(opened).copied().collect();
    // A time to the fix may leave out what was closed by a decision and never fixed.
    let decided = |issue: &&&Issue| {
        matches!(issue.resolution, Resolution::Accepted | Resolution::NotAffected | Resolution::Duplicate)
    };
    let fixed: Vec<&Issue> = meant.managed.iter().filter(|issue| !decided(issue)).copied().collect();
    let ways = [
        metrics::days_to_fix(&meant.managed, held.period),
        metrics::days_to_closing(&meant.managed, held.period),
        metrics::days_to_own_closing(&meant.managed, held.period),
        metrics::days_to_fix(&identified, held.period),
        metrics::days_to_fix(&fixed, held.period),
    ];
    let real: Vec<f64> = ways.into_iter().filter_map(reckon).collect();
    let first = *real.first()?;
    let near = |real: &f64| (real - f64::from(said)).abs() <= (real / 10.0).max(1.0);
    (!real.iter().any(near)).then(|| format!("the {what} time to the fix was {first} days"))
}

/// One issue in a period shorter than a year has no median: the figure may be reckoned over a longer time, and then lies between the
/// shortest and the longest so far.
fn running(facts: &Facts, meant: &Meant<'_>, held: &Held, said: u32) -> bool {
    const YEAR: i64 = 350;
    let short = held.period.from.is_some_and(|from| (held.period.to - from).num_days() < YEAR);
    if !short || metrics::days_to_fix(&meant.managed, held.period).len() > 1 {
        return false;
    }
    let all: Vec<&Issue> = facts.evidence.issues.iter().collect();
    let mut so_far = metrics::days_to_fix(&all, Period { from: None, ..held.period });
    so_far.sort_by(f64::total_cmp);
    let said = f64::from(said);
    match so_far.as_slice() {
        [shortest, .., longest] => said >= shortest - 1.0 && said <= longest + 1.0,
        _ => false,
    }
}

/// Single issues, each by its own events.
fn single(facts: &Facts, held: &Held, claim: &Claim) -> Option<String> {
    let to = held.period.to;
    let day_held = crate::model::period::end_of_day(held.date);
    claim.among.ids.iter().find_map(|id| {
        let mut named = NamedIssues::default();
        named.add_ids(std::slice::from_ref(id), &facts.evidence.subject.repository);
        let issue = facts.evidence.issues.iter().find(|issue| named.names(issue) && !issue.state_unknown)?;
        let state = |moment| population::state_before(issue, moment);
        let closed: Vec<NaiveDate> = issue
            .events
            .iter()
            .filter(|event| matches!(event.kind, EventKind::Closed | EventKind::Fixed))
            .map(|event| event.at.date_naive())
            .collect();
        let fixed = issue.events.iter().any(|event| event.kind == EventKind::Fixed && event.at < day_held);
        match claim.kind {
            ClaimKind::IsOpen if state(held.period.end()) == Some(IssueState::Closed) => {
                let at = population::closed_before(issue, held.period.end())?.date_naive();
                Some(format!("{id} was closed on {at}, before the cut-off {to}"))
            }
            ClaimKind::IsClosed | ClaimKind::IsFixed
                if state(day_held) == Some(IssueState::Open) && !(fixed && claim.kind == ClaimKind::IsFixed) =>
            {
                Some(format!("{id} was open at the cut-off {to}"))
            }
            ClaimKind::ClosedOn(day)
                if state(day_held).is_some() && !closed.iter().any(|at| (*at - day).num_days().abs() <= 1) =>
            {
                Some(match closed.last() {
                    Some(at) => format!("{id} was closed on {at}"),
                    None => format!("{id} was open at the cut-off {to}"),
                })
            }
            _ => None,
        }
    })
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
