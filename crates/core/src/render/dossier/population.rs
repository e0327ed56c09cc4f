//! Section 7: the balance as an equation, every security issue, and the commits that look like fixes and that no issue knows.

use std::cmp::Reverse;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::model::issue::{EventKind, Severity};
use crate::model::period::Period;
use crate::model::report::{Balance, IssueResult, IssueState, Report};
use crate::render::dossier::places::{PagePlaces, ShownCommit};
use crate::render::dossier::words::DossierWords;
use crate::render::hosting::web;

/// The section.
#[derive(Serialize)]
pub(crate) struct PopulationView {
    balances: Vec<BalanceView>,
    issues: Vec<IssueRow>,
    candidates: Vec<IssueRow>,
    /// For the filters.
    severities: Vec<(&'static str, String)>,
    years: Vec<i32>,
}

#[derive(Serialize)]
struct BalanceView {
    title: String,
    start: String,
    end: String,
    balance: Balance,
}

#[derive(Serialize)]
struct IssueRow {
    id: String,
    url: Option<String>,
    commit: Option<ShownCommit>,
    aliases: String,
    title: String,
    severity: &'static str,
    severity_word: String,
    opened: Option<String>,
    year: i32,
    fixed: Option<String>,
    fix: Option<ShownCommit>,
    release: Option<String>,
    released: Option<String>,
    days: Option<i64>,
    state: &'static str,
    disposition: String,
    /// `yes`, `no`: was it examined, where the last review had to.
    examined: &'static str,
    next: bool,
    why: String,
}

/// Other ids shown beside one; characters of a title.
const ALIASES: usize = 3;
const TITLE: usize = 240;

/// The word of what nobody rated.
pub(crate) const UNRATED: &str = "unrated";

/// The section of a report.
pub(crate) fn view(report: &Report, words: &DossierWords, places: &PagePlaces<'_>) -> PopulationView {
    let mut balances = Vec::new();
    if let Some(coverage) = &report.coverage {
        balances.push(balance(words, "balance-last", coverage.period, coverage.balance));
    }
    let next = &report.next_population;
    balances.push(balance(words, "balance-next", next.period, next.balance));
    let mut issues: Vec<&IssueResult> = report.issues.iter().collect();
    issues.sort_by_key(|result| Reverse(result.opened));
    let rows: Vec<IssueRow> = issues.into_iter().map(|result| row(report, result, words, places)).collect();
    let mut years: Vec<i32> = rows.iter().filter(|row| row.opened.is_some()).map(|row| row.year).collect();
    years.sort_unstable();
    years.dedup();
    let severities = ["critical", "high", "medium", "low", UNRATED];
    let severities = severities.into_iter().filter(|of| rows.iter().any(|row| row.severity == *of));
    PopulationView {
        balances,
        severities: severities.map(|of| (of, words.get("severity", of).to_owned())).collect(),
        years,
        candidates: report.candidates.iter().map(|result| row(report, result, words, places)).collect(),
        issues: rows,
    }
}

fn balance(words: &DossierWords, title: &str, period: Period, balance: Balance) -> BalanceView {
    BalanceView {
        title: words.say("population", title, &[("period", &words.period(period))]),
        start: period.from.map_or_else(String::new, |from| from.to_string()),
        end: period.to.to_string(),
        balance,
    }
}

fn row(report: &Report, result: &IssueResult, words: &DossierWords, places: &PagePlaces<'_>) -> IssueRow {
    let issue = &result.issue;
    let severity = issue.severity.map_or(UNRATED, Severity::word);
    let landed = issue.events.iter().filter(|event| event.kind == EventKind::Fixed).map(|event| event.at.date_naive());
    let fixed = landed.max();
    let release = issue.released_in.as_ref();
    let days = |to: NaiveDate| result.opened.map(|from| (to - from).num_days().max(0));
    // Addresses are in the link, and longer names of the same issue say nothing new.
    let further = |alias: &&String| web(alias).is_none() && !alias.ends_with(issue.id.as_str());
    let aliases: Vec<String> =
        issue.aliases.iter().filter(further).take(ALIASES).map(|alias| words.cut(alias, 60)).collect();
    let own = issue.id.starts_with("commit ");
    IssueRow {
        id: words.cut(&issue.id, 80),
        url: issue.url.as_deref().and_then(web).map(str::to_owned),
        commit: issue.fix_commits.first().filter(|_| own).map(|id| places.commit(id)),
        aliases: aliases.join(", "),
        title: words.cut(&issue.title, TITLE),
        severity,
        severity_word: words.get("severity", severity).to_owned(),
        opened: result.opened.map(|day| day.to_string()),
        year: result.opened.map_or(0, |day| day.year()),
        fixed: fixed.map(|day| day.to_string()),
        fix: issue.fix_commits.last().map(|id| places.commit(id)),
        release: release.map(|release| words.cut(&release.tag, 60)),
        released: release.map(|release| release.date.to_string()),
        days: release.and_then(|release| days(release.date)),
        state: result.state.word(),
        disposition: disposition(result, words),
        examined: match (result.managed, result.examined) {
            (true, true) => "yes",
            (true, false) => "no",
            (false, _) => "",
        },
        next: report.next_population.managed.contains(&issue.id),
        why: issue.why.as_deref().map(|why| words.cut(why, 160)).unwrap_or_default(),
    }
}

fn disposition(result: &IssueResult, words: &DossierWords) -> String {
    let name = match result.state {
        IssueState::Open => "open",
        IssueState::Closed => result.issue.resolution.word(),
    };
    let word = words.get("resolution", name);
    match (result.state, result.closed) {
        (IssueState::Closed, Some(day)) => words.say("resolution", "on", &[("word", word), ("day", &day.to_string())]),
        _ => word.to_owned(),
    }
}
