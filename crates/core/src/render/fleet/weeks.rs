//! The weeks of a fleet as columns, drawn as SVG: where the repositories stood on the last night of each. Its values stand in a table.

use serde::Serialize;

use crate::model::fleet_state::{FleetState, FleetWeek};

/// Units of the drawing.
const WIDTH: usize = 720;
const HEIGHT: usize = 120;
/// The widest column.
const WIDEST: usize = 40;

/// One week of the table.
#[derive(Serialize)]
pub(super) struct WeekView {
    night: String,
    counts: Vec<usize>,
}

/// The weeks for the table, the latest first.
pub(super) fn view(weeks: &[FleetWeek]) -> Vec<WeekView> {
    let of = |week: &FleetWeek| WeekView {
        night: week.night.to_string(),
        counts: FleetState::ALL.iter().map(|state| week.counts.get(*state)).collect(),
    };
    weeks.iter().rev().map(of).collect()
}

/// The drawing: a column a week, what needs somebody at the bottom.
pub(super) fn drawing(weeks: &[FleetWeek]) -> String {
    let most = weeks.iter().map(|week| week.counts.repositories).max().unwrap_or(0).max(1);
    let wide = (WIDTH / weeks.len().max(1)).clamp(2, WIDEST);
    let mut out =
        format!("<svg viewBox=\"0 0 {} {HEIGHT}\" aria-hidden=\"true\" class=\"weeks\">", wide * weeks.len().max(1));
    for (at, week) in weeks.iter().enumerate() {
        let (mut below, mut drawn) = (0, 0);
        for state in FleetState::ALL {
            below += week.counts.get(*state);
            // Whole units, so that the column is as high as its sum.
            let top = below * HEIGHT / most;
            if top > drawn {
                out += &format!(
                    "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                    state.word(),
                    at * wide,
                    HEIGHT - top,
                    wide - 1,
                    top - drawn
                );
                drawn = top;
            }
        }
    }
    out + "</svg>"
}
