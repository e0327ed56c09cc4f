//! The site: what needs somebody first, counts that add up to the plan, and a row for each repository. Static, without network, complete
//! without scripts. A fleet that is too large for one page has one for each team.

use std::collections::BTreeMap;

use minijinja::value::Serde;
use serde::Serialize;

use crate::model::fleet_state::{Fleet, FleetCounts, FleetEntry, FleetState};
use crate::model::sha256;
use crate::render::dossier::DossierError;
use crate::render::dossier::page_text::{STYLE as DOSSIER, hash, pages};
use crate::render::fleet::weeks::{self, WeekView};
use lookback_reading::{STANDARD_EDITION, count, shorten};

/// Rows of one page.
const MOST_ROWS: usize = 2_000;
/// Of what needs somebody so many are named before the table.
const MOST_FIRST: usize = 40;

const TEMPLATES: [(&str, &str); 4] = [
    ("fleet.html", include_str!("page/fleet.html")),
    ("rows.html", include_str!("page/rows.html")),
    ("shapes.html", include_str!("page/shapes.html")),
    ("teams.html", include_str!("page/teams.html")),
];
const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/script.js");

/// A page of the site.
pub struct SitePage {
    /// Its file, in the folder of the site.
    pub file: String,
    /// Its text.
    pub text: String,
}

#[derive(Serialize)]
struct RowView<'f> {
    name: &'f str,
    page: Option<&'f str>,
    team: &'f str,
    state: &'static str,
    word: String,
    why: String,
    due: String,
    last: String,
    record: String,
    examined: String,
    missed: bool,
    open: String,
    oldest: String,
    errors: String,
    checked: String,
    version: &'f str,
}

#[derive(Serialize)]
struct CountView {
    state: &'static str,
    word: &'static str,
    n: usize,
}

#[derive(Serialize)]
struct TeamView {
    name: String,
    file: String,
    counts: Vec<usize>,
    repositories: usize,
}

#[derive(Serialize)]
struct SiteView<'f> {
    title: String,
    edition: &'static str,
    as_of: String,
    merged_on: String,
    silent: Option<i64>,
    version: &'f str,
    rules: &'f str,
    plan: &'f str,
    repositories: usize,
    shown: usize,
    not_shown: String,
    counts: Vec<CountView>,
    first: Vec<RowView<'f>>,
    first_more: usize,
    teams: Vec<TeamView>,
    team_names: Vec<String>,
    rows: Vec<RowView<'f>>,
    weeks: Vec<WeekView>,
    drawing: String,
    index: bool,
    policy: String,
    style: String,
    script: &'static str,
}

/// How a state is called.
fn called(state: FleetState) -> &'static str {
    match state {
        FleetState::Overdue => "overdue",
        FleetState::Nonconforming => "nonconforming",
        FleetState::NotChecked => "not checked",
        FleetState::DueSoon => "due soon",
        FleetState::Undetermined => "undetermined",
        FleetState::Conforming => "conforms",
    }
}

/// The pages of the site, the index first.
pub fn site(fleet: &Fleet) -> Result<Vec<SitePage>, DossierError> {
    let env = pages(&TEMPLATES)?;
    let page = env.get_template("fleet.html")?;
    let rows: Vec<&FleetEntry> = fleet.repositories.iter().collect();
    let large = rows.len() > MOST_ROWS;
    let mut made = Vec::new();
    let mut teams: BTreeMap<&str, Vec<&FleetEntry>> = BTreeMap::new();
    for entry in &rows {
        teams.entry(entry.team.as_deref().unwrap_or_default()).or_default().push(entry);
    }
    let mut index = view(fleet, if large { &[] } else { &rows }, &rows, None);
    if large {
        index.teams = teams.iter().map(|(team, entries)| team_view(team, entries)).collect();
    }
    made.push(SitePage { file: "index.html".to_owned(), text: page.render(Serde(&index))? });
    for (team, entries) in teams.iter().filter(|_| large) {
        // A team as large as that has its rows on several pages.
        let parts = entries.chunks(MOST_ROWS);
        let several = parts.len() > 1;
        for (at, part) in parts.enumerate() {
            let title = if several { format!("{}, part {}", team_name(team), at + 1) } else { team_name(team) };
            let text = page.render(Serde(&view(fleet, part, part, Some(title))))?;
            made.push(SitePage { file: team_file(team, at), text });
        }
    }
    Ok(made)
}

fn team_name(team: &str) -> String {
    if team.is_empty() { "no team".to_owned() } else { team.to_owned() }
}

fn team_file(team: &str, part: usize) -> String {
    let digest: String = sha256(team.as_bytes()).chars().take(12).collect();
    if part == 0 { format!("team-{digest}.html") } else { format!("team-{digest}-{}.html", part + 1) }
}

fn team_view(team: &str, entries: &[&FleetEntry]) -> TeamView {
    let counts = FleetCounts::of(entries.iter().map(|entry| entry.state));
    TeamView {
        name: team_name(team),
        file: team_file(team, 0),
        counts: FleetState::ALL.iter().map(|state| counts.get(*state)).collect(),
        repositories: counts.repositories,
    }
}

fn view<'f>(fleet: &'f Fleet, rows: &[&'f FleetEntry], all: &[&'f FleetEntry], team: Option<String>) -> SiteView<'f> {
    let mut first: Vec<&FleetEntry> = all.iter().copied().filter(|entry| entry.state <= FleetState::DueSoon).collect();
    first.sort_by_key(|entry| (entry.state, entry.due.is_none(), entry.due, entry.name.as_str()));
    let first_more = first.len().saturating_sub(MOST_FIRST);
    let index = team.is_none();
    let counts = if index { fleet.counts } else { FleetCounts::of(all.iter().map(|entry| entry.state)) };
    let mut team_names: Vec<String> = rows.iter().filter_map(|entry| entry.team.clone()).collect();
    team_names.sort();
    team_names.dedup();
    let mut ordered = rows.to_vec();
    ordered.sort_by_key(|entry| (entry.state, entry.due.is_none(), entry.due, entry.name.as_str()));
    let style = format!("{DOSSIER}{STYLE}");
    SiteView {
        title: team.unwrap_or_else(|| "All repositories".to_owned()),
        edition: STANDARD_EDITION,
        as_of: fleet.as_of.to_string(),
        merged_on: fleet.merged_on.to_string(),
        silent: fleet.silent_days(),
        version: &fleet.version,
        rules: fleet.rules.get(..12).unwrap_or(&fleet.rules),
        plan: fleet.plan.get(..12).unwrap_or(&fleet.plan),
        repositories: counts.repositories,
        shown: rows.len(),
        not_shown: if index && fleet.not_shown > 0 { repositories_not_shown(fleet.not_shown) } else { String::new() },
        counts: FleetState::ALL
            .iter()
            .map(|state| CountView { state: state.word(), word: called(*state), n: counts.get(*state) })
            .collect(),
        first: first.into_iter().take(MOST_FIRST).map(row).collect(),
        first_more,
        teams: Vec::new(),
        team_names,
        rows: ordered.into_iter().map(row).collect(),
        weeks: if index { weeks::view(&fleet.weeks) } else { Vec::new() },
        drawing: if index { weeks::drawing(&fleet.weeks) } else { String::new() },
        index,
        policy: format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
            hash(&style),
            hash(SCRIPT)
        ),
        style,
        script: SCRIPT,
    }
}

fn repositories_not_shown(n: usize) -> String {
    if n == 1 { "1 private repository not shown".to_owned() } else { format!("{n} private repositories not shown") }
}

fn row(entry: &FleetEntry) -> RowView<'_> {
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
    let number = |n: Option<usize>| n.map_or_else(String::new, |n| n.to_string());
    RowView {
        name: &entry.name,
        page: entry.page.as_deref(),
        team: entry.team.as_deref().unwrap_or_default(),
        state: entry.state.word(),
        word: called(entry.state).to_owned(),
        why: why(entry),
        due: day(entry.due),
        last: day(entry.last_review),
        record: shorten(entry.record.as_deref().unwrap_or_default(), 60),
        examined: match (entry.examined, entry.managed) {
            (Some(examined), Some(managed)) => format!("{examined} of {managed}"),
            _ => String::new(),
        },
        missed: entry.examined < entry.managed,
        open: number(entry.open),
        oldest: entry.oldest_open_days.map_or_else(String::new, |days| days.to_string()),
        errors: number(entry.errors),
        checked: day(entry.checked_on),
        version: entry.version.as_deref().unwrap_or_default(),
    }
}

/// What has to be said beside the state.
fn why(entry: &FleetEntry) -> String {
    let mut told = Vec::new();
    if entry.state == FleetState::NotChecked {
        let last = match entry.checked_on {
            Some(day) => format!("last checked on {day}"),
            None => "never checked".to_owned(),
        };
        told.push(last);
    }
    match (entry.covered_by.as_slice(), entry.last_review.is_some()) {
        ([], _) => {}
        ([one], _) => told.push(format!("reviewed in {one}")),
        (several, _) => told.push(format!("reviewed in {} repositories: {}", several.len(), several.join(", "))),
    }
    if let Some(days) = entry.days_left.filter(|days| *days < 0) {
        let late = usize::try_from(days.unsigned_abs()).unwrap_or(usize::MAX);
        told.push(format!("{} late", count(late, "day")));
    }
    if entry.state == FleetState::NotChecked && !entry.covered_by.is_empty() && entry.verdict.is_some() {
        told.push("the repository that keeps its reviews was not checked".to_owned());
    }
    if let Some(why) = &entry.why {
        told.push(shorten(why, 300));
    }
    if !entry.loosened.is_empty() {
        told.push(format!("judged by the floor: {}", entry.loosened.join("; ")));
    }
    told.join("; ")
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::model::fleet_state::FleetWeek;

    fn entry(n: usize) -> FleetEntry {
        FleetEntry {
            name: format!("acme/pump-{n:05}"),
            team: Some(format!("Team {}", n % 7)),
            state: FleetState::ALL[n % FleetState::ALL.len()],
            due: "2026-03-01".parse().ok(),
            days_left: Some(-3),
            last_review: "2025-03-01".parse().ok(),
            record: Some(format!("SEC-REV-{n}")),
            managed: Some(20),
            examined: Some(19),
            open: Some(3),
            oldest_open_days: Some(400),
            errors: Some(2),
            warnings: Some(1),
            checked_on: "2026-03-04".parse().ok(),
            version: Some("0.1.0".to_owned()),
            page: Some(format!("repositories/acme-pump-{n:05}-0123456789ab.html")),
            ..FleetEntry::default()
        }
    }

    fn fleet(n: usize) -> Fleet {
        let repositories: Vec<FleetEntry> = (0..n).map(entry).collect();
        let counts = FleetCounts::of(repositories.iter().map(|entry| entry.state));
        let day: NaiveDate = "2026-03-04".parse().unwrap();
        Fleet {
            schema_version: 1,
            as_of: day,
            merged_on: day,
            version: "0.1.0".to_owned(),
            rules: "r".repeat(64),
            plan: "p".repeat(64),
            counts,
            not_shown: 0,
            repositories,
            weeks: vec![FleetWeek { from: day, night: day, counts }],
        }
    }

    #[test]
    fn a_thousand_rows_are_one_page_that_is_not_too_large() {
        let made = site(&fleet(1000)).unwrap();
        assert_eq!(made.len(), 1);
        let text = &made[0].text;
        assert_eq!(text.matches("<tr data-s=").count(), 1000);
        assert!(text.len() <= 600_000, "{} bytes", text.len());
        assert!(!text.contains("src=") && !text.contains("http:"), "nothing is loaded");
    }

    #[test]
    fn a_large_fleet_has_a_page_for_each_team_and_every_row_once() {
        let made = site(&fleet(5000)).unwrap();
        assert_eq!(made.len(), 8);
        let rows: usize = made.iter().map(|page| page.text.matches("<tr data-s=").count()).sum();
        assert_eq!(rows, 5000);
        for page in &made[1..] {
            assert!(made[0].text.contains(&page.file), "{}", page.file);
        }
    }

    #[test]
    fn what_is_silent_is_said_first() {
        let mut fleet = fleet(3);
        fleet.merged_on = "2026-03-07".parse().unwrap();
        let text = site(&fleet).unwrap().remove(0).text;
        let (silent, counts) =
            (text.find("Nothing was checked for 3 days").unwrap(), text.find("class=\"counts\"").unwrap());
        assert!(silent < counts);
    }

    #[test]
    fn markup_in_names_stays_text() {
        let mut fleet = fleet(1);
        for hostile in ["<script>alert(1)</script>", "\"><img src=x onerror=y>", "'--></style>", "a&b"] {
            let one = &mut fleet.repositories[0];
            (one.name, one.team) = (hostile.to_owned(), Some(hostile.to_owned()));
            (one.record, one.why) = (Some(hostile.to_owned()), Some(hostile.to_owned()));
            one.covered_by = vec![hostile.to_owned()];
            let text = site(&fleet).unwrap().remove(0).text;
            assert_eq!(text.matches("<script>").count(), 1, "{hostile}");
            assert!(!text.contains("<img") && text.matches("</style>").count() == 1, "{hostile}");
        }
    }
}
