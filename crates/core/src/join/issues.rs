//! The same problem seen by several sources is one issue: joined by id and alias. Pure, and independent of the order.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::intake::source::HISTORY;
use crate::intake::words;
use crate::join::population;
use crate::join::sets::Sets;
use crate::model::issue::{Event, EventKind, Issue};
use crate::model::report::IssueState;

/// Joins issues that share an id or an alias. `repository` (`owner/name`) is what a bare `#12` belongs to; an issue whose
/// aliases place it elsewhere (`other/repo#12`) is not ours. Weakness classes never join. The result is sorted by id, with
/// numbers in their natural order.
pub fn join(issues: Vec<Issue>, repository: &str) -> Vec<Issue> {
    sorted(absorb(merged(issues, repository)))
}

/// Joins records of one tracker: issues, advisories and alerts that each have a state of their own.
pub fn join_records(issues: Vec<Issue>, repository: &str) -> Vec<Issue> {
    sorted(merged(issues, repository))
}

fn merged(issues: Vec<Issue>, repository: &str) -> Vec<Issue> {
    groups(issues, repository).into_iter().filter_map(|group| merge(group, repository)).collect()
}

fn sorted(mut issues: Vec<Issue>) -> Vec<Issue> {
    issues.sort_by(|a, b| natural(&a.id, &b.id).then_with(|| precedence(a, b)));
    issues
}

/// Does a record say whether the problem is open? A commit that fixes it does not.
fn tells(record: &Issue) -> bool {
    !record.untold && from_file(record)
}

/// The states of a problem of which several records tell: it is open while any of them is.
struct States {
    events: Vec<Event>,
    open: bool,
}

/// `None`: one record alone, or none that tells.
fn states(records: &[Issue]) -> Option<States> {
    let telling: Vec<&Issue> = records.iter().filter(|record| records.len() > 1 && tells(record)).collect();
    let first = telling.iter().filter_map(|record| population::opened(record)).min()?;
    let mut changes: Vec<(DateTime<Utc>, bool, &Issue)> = Vec::new();
    for record in telling {
        let mut own = population::changes(record);
        if own.is_empty() {
            // Open, and nobody says since when.
            own.push((first, IssueState::Open));
        }
        let mut own = own.into_iter().map(|(at, state)| (at, state == IssueState::Closed)).peekable();
        while let Some((at, closes)) = own.next() {
            // Opened and closed at one moment: it only says closed.
            if !closes && at > first && own.next_if(|(closing, _)| *closing == at).is_some() {
                continue;
            }
            changes.push((at, closes, record));
        }
    }
    // At equal times the openings come first: the problem was open throughout.
    changes.sort_by_key(|(at, closes, _)| (*at, *closes));
    let (mut open, mut events) = (0usize, Vec::new());
    for (index, (at, closes, record)) in changes.into_iter().enumerate() {
        let kind = if closes { EventKind::Closed } else { EventKind::Reopened };
        open = if closes { open.saturating_sub(1) } else { open + 1 };
        if (closes && open == 0) || (!closes && open == 1 && index > 0) {
            let own = record.events.iter().find(|event| event.at == at && event.kind == kind);
            events.push(own.cloned().unwrap_or(Event { at, kind, actor: None, note: None }));
        }
    }
    Some(States { events, open: open > 0 })
}

/// Issues that share an id or an alias, each group in the order of the input.
fn groups(issues: Vec<Issue>, repository: &str) -> Vec<Vec<Issue>> {
    let mut sets = Sets::new(issues.len());
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for (index, issue) in issues.iter().enumerate() {
        for key in keys(issue, repository) {
            let other = *first.entry(key).or_insert(index);
            sets.union(index, other);
        }
    }
    let mut groups: BTreeMap<usize, Vec<Issue>> = BTreeMap::new();
    for (index, issue) in issues.into_iter().enumerate() {
        // Most stand alone; room for more would be most of what a long list takes.
        groups.entry(sets.find(index)).or_insert_with(|| Vec::with_capacity(1)).push(issue);
    }
    groups.into_values().collect()
}

/// An issue that is known only as a commit belongs to those that name the commit as their fix. Where there are several, it
/// gives each what it knows but not its name, for a shared name would merge them.
fn absorb(issues: Vec<Issue>) -> Vec<Issue> {
    let stem = |id: &String| id.get(..7).map(str::to_lowercase);
    let (commits, mut issues): (Vec<Issue>, Vec<Issue>) =
        issues.into_iter().partition(|issue| rank(&issue.id) == COMMIT);
    let mut owners: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (index, issue) in issues.iter().enumerate() {
        for commit in issue.fix_commits.iter().filter_map(stem) {
            owners.entry(commit).or_default().insert(index);
        }
    }
    let mut alone = Vec::new();
    for commit in commits {
        let same = |a: &String, b: &String| {
            a.len().min(b.len()) >= 7 && (a.starts_with(b.as_str()) || b.starts_with(a.as_str()))
        };
        let of: BTreeSet<usize> = commit
            .fix_commits
            .iter()
            .filter_map(stem)
            .filter_map(|stem| owners.get(&stem))
            .flatten()
            .copied()
            .filter(|at| issues[*at].fix_commits.iter().any(|a| commit.fix_commits.iter().any(|b| same(a, b))))
            .collect();
        for at in &of {
            let mut part = commit.clone();
            let names: BTreeSet<String> = part.aliases.iter().cloned().chain([part.id.clone()]).collect();
            part.aliases.clear();
            let owner = &mut issues[*at];
            combine(owner, part);
            if of.len() == 1 {
                owner.aliases = aliases(owner.aliases.union(&names).cloned().collect(), &owner.id);
            }
            tidy(owner);
        }
        if of.is_empty() {
            alone.push(commit);
        }
    }
    issues.extend(alone);
    issues
}

/// What an issue can be joined by, in one spelling.
pub fn keys(issue: &Issue, repository: &str) -> BTreeSet<String> {
    let home = home(issue, repository);
    std::iter::once(&issue.id).chain(&issue.aliases).filter_map(|id| key(id, &home)).collect()
}

/// One spelling of an id; `None` for what names no single problem.
fn key(id: &str, home: &str) -> Option<String> {
    let id = id.trim();
    if id.is_empty()
        || (id.len() >= 4
            && id.is_char_boundary(3)
            && id[..3].eq_ignore_ascii_case("cwe")
            && !words::cwes(id).is_empty())
    {
        return None;
    }
    if id.contains("://") {
        return Some(match words::issue_url(id) {
            Some((repository, number, false)) => format!("{repository}#{number}").to_uppercase(),
            _ => id.trim_end_matches('/').to_owned(),
        });
    }
    let id = id.strip_prefix(home).and_then(|rest| rest.strip_prefix(' ')).unwrap_or(id);
    match id.strip_prefix('#') {
        Some(number) => Some(format!("{home}#{number}").to_uppercase()),
        None => Some(id.to_uppercase()),
    }
}

/// The repository that a bare `#n` of this issue belongs to: that of an alias with the same number, else ours.
fn home(issue: &Issue, repository: &str) -> String {
    // A repository without an origin has no owner's name to compare with: then every bare number is taken to be its own.
    let number = issue.id.strip_prefix('#').filter(|_| repository.contains('/'));
    let Some(number) = number else { return repository.to_owned() };
    let homes: BTreeSet<String> = issue
        .aliases
        .iter()
        .filter_map(|alias| {
            let alias = match words::issue_url(alias) {
                Some((repository, number, _)) => format!("{repository}#{number}"),
                None => alias.clone(),
            };
            let (home, n) = alias.rsplit_once('#')?;
            (n == number && home.contains('/') && !home.contains(':')).then(|| home.to_owned())
        })
        .collect();
    // Named in two repositories at once, it is ours when one of them is.
    let ours = homes.iter().any(|home| home.eq_ignore_ascii_case(repository));
    homes.into_iter().next().filter(|_| !ours).unwrap_or_else(|| repository.to_owned())
}

/// The worth of an id that is only a commit.
const COMMIT: u8 = 5;

/// What an id is worth as the name of an issue; less is better.
fn rank(id: &str) -> u8 {
    let upper = id.to_uppercase();
    if upper.starts_with("COMMIT ") {
        COMMIT
    } else if upper.starts_with("CVE-") || upper.starts_with("CWE-") {
        4
    } else if upper.starts_with("GHSA-") {
        3
    } else if id.contains("://") {
        2
    } else {
        u8::from(id.contains('/'))
    }
}

fn from_file(issue: &Issue) -> bool {
    issue.sources.is_empty() || issue.sources.iter().any(|source| source != HISTORY)
}

/// Which of two members speaks for the group: a file before the history, then by the kind of id, then by all else, so that
/// the order of the input never decides.
fn precedence(a: &Issue, b: &Issue) -> Ordering {
    let worth = |issue: &Issue| (!from_file(issue), rank(&issue.id));
    worth(a)
        .cmp(&worth(b))
        .then_with(|| natural(&a.id, &b.id))
        .then_with(|| (&a.id, &a.sources, &a.title, &a.url).cmp(&(&b.id, &b.sources, &b.title, &b.url)))
        .then_with(|| (&a.aliases, &a.events, &a.labels, &a.cwe).cmp(&(&b.aliases, &b.events, &b.labels, &b.cwe)))
        .then_with(|| (a.severity, &a.fix_commits, a.deployed).cmp(&(b.severity, &b.fix_commits, b.deployed)))
}

fn merge(mut group: Vec<Issue>, repository: &str) -> Option<Issue> {
    for issue in &mut group {
        let home = home(issue, repository);
        if !home.eq_ignore_ascii_case(repository) {
            issue.id = placed(&issue.id, &home);
            issue.aliases = issue.aliases.iter().map(|alias| placed(alias, &home)).collect();
        }
        issue.id = words::usual(&issue.id);
        // An alert of this repository, named with it.
        if let Some(own) = issue.id.strip_prefix(repository).and_then(|rest| rest.strip_prefix(' ')) {
            issue.id = own.to_owned();
        }
    }
    group.sort_by(precedence);
    let states = states(&group);
    let closed_by = states.as_ref().filter(|states| states.open).map(|_| closed_by(&group)).unwrap_or_default();
    let undated = group.iter().any(|record| record.undated) && !group.iter().any(tells);
    let open_all_the_same = |record: &Issue| !record.state_unknown && tells(record) && is_open(record);
    let state_unknown = group.iter().any(|record| record.state_unknown) && !group.iter().any(open_all_the_same);
    let open = group.iter().filter(|record| !tells(record) || is_open(record)).map(|record| record.resolution).min();
    let severity = |file: bool| group.iter().filter(|i| from_file(i) == file).filter_map(|i| i.severity).max();
    let severity = severity(true).or_else(|| severity(false));
    let title = group.iter().map(|issue| &issue.title).find(|title| !title.is_empty()).cloned().unwrap_or_default();
    let url = group.iter().find_map(|issue| issue.url.clone());
    let mut members = group.into_iter();
    let mut one = members.next()?;
    (one.title, one.url) = (title, url);
    for other in members {
        one.aliases.insert(other.id.clone());
        combine(&mut one, other);
    }
    one.severity = severity;
    one.closed_by.extend(closed_by);
    (one.untold, one.undated, one.state_unknown) = (false, undated && is_open(&one), state_unknown);
    if let Some(states) = states {
        one.events.retain(|event| !matches!(event.kind, EventKind::Closed | EventKind::Reopened));
        one.events.extend(states.events);
        if states.open {
            // What others made of it disposes of nothing.
            one.resolution = open.unwrap_or_default();
        }
    }
    if one.id.starts_with('#') && repository.contains('/') {
        // Says whose number it is, also to those who join again.
        one.aliases.insert(format!("{repository}{}", one.id));
    }
    one.aliases = aliases(one.aliases, &one.id);
    tidy(&mut one);
    Some(one)
}

/// Which of the sources that tell call it closed, and since when.
fn closed_by(records: &[Issue]) -> BTreeMap<String, NaiveDate> {
    let closed = records.iter().filter(|record| tells(record)).filter_map(|record| {
        let at = population::closed_before(record, DateTime::<Utc>::MAX_UTC)?;
        Some(record.sources.iter().map(move |source| (source.clone(), at.date_naive())))
    });
    closed.flatten().collect()
}

fn is_open(record: &Issue) -> bool {
    population::changes(record).last().is_none_or(|(_, state)| *state == IssueState::Open)
}

/// A bare number with the repository that it belongs to.
fn placed(id: &str, home: &str) -> String {
    if id.starts_with('#') { format!("{home}{id}") } else { id.to_owned() }
}

/// Adds what another source knows, its id excepted.
fn combine(one: &mut Issue, other: Issue) {
    one.severity = one.severity.or(other.severity);
    one.aliases.extend(other.aliases);
    one.cwe.extend(other.cwe);
    one.labels.extend(other.labels);
    one.components.extend(other.components);
    one.sources.extend(other.sources);
    one.events.extend(other.events);
    one.fix_commits.extend(other.fix_commits);
    one.resolution = one.resolution.min(other.resolution);
    if one.released_in.as_ref().map(|r| (r.date, &r.tag)) < other.released_in.as_ref().map(|r| (r.date, &r.tag)) {
        one.released_in = other.released_in;
    }
    one.deployed = one.deployed.max(other.deployed);
    one.closed_by.extend(other.closed_by);
    // Where another one says it too, it is not by the word of a file alone.
    let words = [(one.private, one.from_own_file), (other.private, other.from_own_file)];
    one.from_own_file = words.iter().all(|(private, own)| !private || *own) && words.iter().any(|(_, own)| *own);
    one.private |= other.private;
    one.repositories.extend(other.repositories);
}

fn tidy(one: &mut Issue) {
    one.events = events(std::mem::take(&mut one.events));
    one.events.shrink_to_fit();
    one.fix_commits = commits(std::mem::take(&mut one.fix_commits));
}

/// One spelling of each alias, without the id itself.
fn aliases(names: BTreeSet<String>, id: &str) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for name in names {
        let name = words::usual(&name);
        let same = if name.contains("://") { name.clone() } else { name.to_uppercase() };
        if !name.is_empty() && name != id && same != id.to_uppercase() {
            seen.entry(same).or_insert(name);
        }
    }
    seen.into_values().collect()
}

/// In order of time; one opening and one first response, the earliest; equal things once, in the fullest words.
fn events(mut events: Vec<Event>) -> Vec<Event> {
    events.sort();
    let mut kept: Vec<Event> = Vec::new();
    let mut seen = BTreeSet::new();
    for event in events {
        let once = matches!(event.kind, EventKind::Opened | EventKind::FirstResponse);
        match kept.last_mut() {
            Some(equal) if (equal.at, equal.kind) == (event.at, event.kind) => {
                // Sorted, so an absent word comes before a present one: fill, never replace.
                equal.actor = equal.actor.take().or(event.actor);
                equal.note = equal.note.take().or(event.note);
            }
            _ if once && !seen.insert(event.kind) => {}
            _ => kept.push(event),
        }
    }
    kept
}

/// Sorted; of a short and a long form of one commit id only the long one.
fn commits(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids.dedup();
    let mut kept: Vec<String> = Vec::new();
    for id in ids {
        // Sorted, so a short form stands just before the long ones.
        if kept.last().is_some_and(|short| short.len() >= 7 && id.starts_with(short.as_str())) {
            kept.pop();
        }
        kept.push(id);
    }
    kept
}

/// Orders `#2` before `#10`: runs of digits compare as numbers.
fn natural(one: &str, two: &str) -> Ordering {
    let (mut one, mut two) = (one, two);
    loop {
        let (Some(first), Some(second)) = (one.chars().next(), two.chars().next()) else {
            return one.len().cmp(&two.len());
        };
        let order;
        if first.is_ascii_digit() && second.is_ascii_digit() {
            let (left, right);
            ((left, one), (right, two)) = (digits(one), digits(two));
            order = number(left).cmp(&number(right)).then_with(|| left.len().cmp(&right.len()));
        } else {
            order = first.cmp(&second);
            (one, two) = (&one[first.len_utf8()..], &two[second.len_utf8()..]);
        }
        if order.is_ne() {
            return order;
        }
    }
}

/// A run of digits as something that compares like its number, of any length.
fn number(digits: &str) -> (usize, &str) {
    let digits = digits.trim_start_matches('0');
    (digits.len(), digits)
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::issue;
    use crate::model::issue::Resolution;
    use EventKind::{Closed, Opened};

    fn record(id: &str, source: &str, events: &[(&str, EventKind)]) -> Issue {
        let mut one = issue(id, events);
        one.aliases = BTreeSet::from(["CVE-2025-1234".to_owned()]);
        one.sources = BTreeSet::from([source.to_owned()]);
        one
    }

    fn joined(records: &[Issue]) -> Issue {
        let mut turned = records.to_vec();
        turned.reverse();
        let [one] = join(records.to_vec(), "acme/pump").try_into().unwrap();
        assert_eq!(join(turned, "acme/pump"), std::slice::from_ref(&one));
        one
    }

    #[test]
    fn a_problem_is_open_while_any_source_says_open() {
        let open = record("#6", "tracker", &[("2025-02-01", Opened)]);
        let mut done = record("CVE-2025-1234", "vex.json", &[("2025-03-01", Opened), ("2025-03-01", Closed)]);
        done.resolution = Resolution::NotAffected;
        let one = joined(&[open.clone(), done.clone()]);
        assert!(is_open(&one));
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(one.closed_by, BTreeMap::from([("vex.json".to_owned(), day("2025-03-01"))]));
        assert!(one.is_disputed(day("2025-03-01")) && !one.is_disputed(day("2025-02-28")));
        assert_eq!(one.resolution, Resolution::None);
        // Nobody says since when.
        assert!(is_open(&joined(&[record("#6", "tracker", &[]), done.clone()])));
        // A list that leaves the state open says nothing, nor does a fix in the history.
        let closed = record("#6", "tracker", &[("2025-02-01", Opened), ("2025-04-01", Closed)]);
        let mut list = record("CVE-2025-1234", "cves.csv", &[("2025-01-01", Opened)]);
        list.untold = true;
        let fix = record("CVE-2025-1234", HISTORY, &[("2025-03-15", Opened)]);
        let one = joined(&[closed, list, fix, done]);
        assert_eq!(population::changes(&one).len(), 2, "{:?}", one.events);
        assert_eq!(one.events.iter().filter(|event| event.kind == Closed).count(), 1);
        assert!(!is_open(&one));
        assert!(one.closed_by.is_empty(), "all that tell agree");
    }

    #[test]
    fn an_alert_named_with_this_repository_is_ours() {
        let mut one = issue("acme/pump code-scanning#7", &[("2025-01-01", Opened)]);
        one.sources = BTreeSet::from(["alerts.json".to_owned()]);
        let mut two = issue("code-scanning#7", &[("2025-01-01", Opened)]);
        two.sources = BTreeSet::from(["github code-scanning".to_owned()]);
        let joined = join(vec![one, two], "acme/pump");
        assert_eq!(joined.iter().map(|issue| issue.id.as_str()).collect::<Vec<_>>(), ["code-scanning#7"]);
    }
}
