//! Pages of large fleets, for `tests/fleet/run`, which opens them in a browser.
#![expect(clippy::disallowed_methods, reason = "writes pages")]
#![allow(clippy::unwrap_used, reason = "a test may fail at any step")]

use std::path::Path;

use chrono::{Days, NaiveDate};
use lookback_core::model::{Fleet, FleetCounts, FleetEntry, FleetState, FleetWeek, NotChecked};
use lookback_core::render::fleet::site;

fn entry(n: usize, today: NaiveDate) -> FleetEntry {
    let state = FleetState::ALL[(n * 7 + n / 13) % FleetState::ALL.len()];
    let lost = state == FleetState::NotChecked;
    let seen = |value: usize| (!lost).then_some(value);
    let due = today.checked_add_days(Days::new(n as u64 * 37 % 400)).unwrap() - Days::new(200);
    FleetEntry {
        name: if n == 7 { "acme/<b>bold</b> & \"quoted\"".to_owned() } else { format!("acme/pump-{n:05}") },
        team: (!n.is_multiple_of(11)).then(|| format!("Team {} of <devices>", n % 6)),
        state,
        due: (!lost).then_some(due),
        days_left: (!lost).then(|| (due - today).num_days()),
        last_review: (!lost && !n.is_multiple_of(5)).then_some(due - Days::new(365)),
        record: (!lost && !n.is_multiple_of(5)).then(|| format!("SEC-REV-{n}")),
        managed: seen(20 + n % 9),
        examined: seen(20 + n % 9 - usize::from(n.is_multiple_of(4))),
        open: seen(n % 17),
        oldest_open_days: (!lost && !n.is_multiple_of(17)).then(|| i64::try_from(n * 31 % 2000).unwrap()),
        errors: seen(n % 5),
        warnings: seen(n % 3),
        covered_by: if n.is_multiple_of(29) { vec!["acme/quality".to_owned()] } else { Vec::new() },
        loosened: if n.is_multiple_of(31) {
            vec!["cadence.window: 12-months -> calendar-year".to_owned()]
        } else {
            Vec::new()
        },
        cause: lost.then_some(NotChecked::Access),
        why: lost.then(|| "access is refused; give GITHUB_TOKEN or GITLAB_TOKEN the right to read it".to_owned()),
        checked_on: (!lost || !n.is_multiple_of(3)).then_some(today),
        version: (!lost).then(|| "0.1.0".to_owned()),
        page: (!lost).then(|| format!("repositories/acme-pump-{n:05}-0123456789ab.html")),
        ..FleetEntry::default()
    }
}

fn fleet(n: usize) -> Fleet {
    let today: NaiveDate = "2026-03-04".parse().unwrap();
    let mut repositories: Vec<FleetEntry> = (0..n).map(|n| entry(n, today)).collect();
    repositories.sort_by(|a, b| a.name.cmp(&b.name));
    let counts = FleetCounts::of(repositories.iter().map(|entry| entry.state));
    let week = |back: u64| {
        let night = today - Days::new(7 * back);
        let of = |n: usize| FleetCounts::of(repositories.iter().take(n).map(|entry| entry.state));
        FleetWeek { from: night, night, counts: of(n - usize::try_from(back).unwrap() * n / 80) }
    };
    Fleet {
        schema_version: 1,
        as_of: today,
        merged_on: today,
        version: "0.1.0".to_owned(),
        rules: "0123456789abcdef".repeat(4),
        plan: "fedcba9876543210".repeat(4),
        counts,
        not_shown: 12,
        weeks: (0..30).rev().map(week).collect(),
        repositories,
    }
}

#[test]
#[ignore = "tests/fleet/run opens what it writes"]
fn pages_for_a_browser() {
    let folder = std::env::var("FLEET_PAGES").unwrap();
    for (name, rows) in [("small", 1000), ("large", 5000)] {
        let folder = Path::new(&folder).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        for page in site(&fleet(rows)).unwrap() {
            std::fs::write(folder.join(page.file), page.text).unwrap();
        }
    }
}
