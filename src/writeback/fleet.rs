//! The one issue that says where a fleet stands, kept up to date as a reminder is: it changes with the state and not every night. Pure.

use crate::writeback::marker::digest;
use crate::writeback::reminder::{ReminderText, ReminderWanted, marker, titled};
use lookback_core::model::{Fleet, FleetEntry, FleetState};
use lookback_core::render::escape::markdown;
use lookback_reading::{STANDARD_EDITION, shorten};

/// Repositories that are named one by one.
const MOST: usize = 200;

/// What the issue is to say. `page`: where the site is shown.
pub(crate) fn summary(fleet: &Fleet, name: &str, page: Option<&str>) -> ReminderWanted {
    let body = body(fleet, page);
    let needs = FleetState::ALL.iter().filter(|state| **state <= FleetState::DueSoon);
    let needs: usize = needs.map(|state| fleet.counts.get(*state)).sum();
    let title = match needs {
        0 => "Security reviews of all repositories: nothing needs somebody".to_owned(),
        1 => "Security reviews of all repositories: 1 needs somebody".to_owned(),
        n => format!("Security reviews of all repositories: {n} need somebody"),
    };
    let id = digest(&[&title, &body]);
    // Who closes it keeps it closed until the state is another one.
    let marker = marker(name).with("due", "fleet").with("phase", &id[..16]).with("text", &id[..16]);
    let marker = marker.with("title", &titled(&title));
    ReminderWanted::Open(ReminderText { title, body: format!("{}\n{body}", marker.line()) })
}

fn body(fleet: &Fleet, page: Option<&str>) -> String {
    let mut out = format!("Where the reviews that {STANDARD_EDITION} 4.1.8 asks for stand.");
    if let Some(page) = page {
        out += &format!(" [The page of all repositories]({page})");
    }
    out += "\n\n| | repositories |\n|---|---:|\n";
    for state in FleetState::ALL {
        out += &format!("| {} | {} |\n", state.word().replace('-', " "), fleet.counts.get(*state));
    }
    if fleet.not_shown > 0 {
        out += &format!("\n{} private and not named here.\n", fleet.not_shown);
    }
    let mut first: Vec<&FleetEntry> =
        fleet.repositories.iter().filter(|entry| entry.state <= FleetState::DueSoon).collect();
    first.sort_by_key(|entry| (entry.state, entry.due.is_none(), entry.due, entry.name.as_str()));
    let mut before = None;
    for entry in first.iter().take(MOST) {
        if before != Some(entry.state) {
            out += &format!("\n### {}\n\n", entry.state.word().replace('-', " "));
            before = Some(entry.state);
        }
        let due = entry.due.map(|due| format!(", due {due}")).unwrap_or_default();
        let cause = entry.cause.map(|cause| format!(": {}", cause.word())).unwrap_or_default();
        let team = entry.team.as_deref().map(|team| format!(" ({})", markdown(&shorten(team, 80)))).unwrap_or_default();
        out += &format!("- {}{team}{due}{cause}\n", markdown(&shorten(&entry.name, 200)));
    }
    if first.len() > MOST {
        out += &format!("\n{} more are not named here.\n", first.len() - MOST);
    }
    out + "\nThis issue follows the state: it is updated when that changes.\n"
}
