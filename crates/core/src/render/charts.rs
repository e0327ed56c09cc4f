//! The charts of the numbers as SVG, and the values of each as a table. Colours are variables, so that a page can set them; the axes
//! are drawn by `plotters`.

use std::io;

use chrono::{Datelike, NaiveDate};
use plotters::chart::ChartContext;
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::prelude::{
    ChartBuilder, Circle, DrawingArea, IntoDrawingArea, IntoFont, PathElement, RGBColor, Rectangle, SVGBackend,
    ShapeStyle,
};
use plotters::style::Color;

use crate::model::chart::{ChartValues, FixesOfSeverity};
use crate::model::issue::Severity;
use crate::render::axis::Axis;
use crate::render::escape::{cell, xml};

/// Width and height in pixels: on a narrow page the text stays readable.
const SIZE: (u32, u32) = (440, 260);
/// Height of the text; the library draws it smaller than it is asked for.
pub(crate) const TEXT: f64 = 13.0 * 1.24;
/// Issues drawn one by one.
const DOTS: usize = 2_000;
/// Where an axis of days begins that has no place for 0: half a day.
const LEAST: f64 = 0.5;

/// What stands for a colour while it is drawn: the name of its variable, on a light page, on a dark one.
pub(crate) type Colour = (RGBColor, &'static str, &'static str, &'static str);

/// Words and lines of every picture.
pub(crate) const FRAME: [Colour; 2] = [(INK, "ink", "#1f2328", "#e6edf3"), (GRID, "grid", "#d0d7de", "#3d444d")];
const COLOURS: [Colour; 7] = [
    FRAME[0],
    FRAME[1],
    (ACCENT, "accent", "#0b5cad", "#6cb6ff"),
    (RGBColor(4, 4, 4), "critical", "#3c0f66", "#e2c5ff"),
    (RGBColor(5, 5, 5), "high", "#6f3aa8", "#c297f0"),
    (RGBColor(6, 6, 6), "medium", "#a074cf", "#9a6fd0"),
    (RGBColor(7, 7, 7), "low", "#b79ad6", "#7c58a8"),
];
pub(crate) const INK: RGBColor = RGBColor(1, 1, 1);
pub(crate) const GRID: RGBColor = RGBColor(2, 2, 2);
const ACCENT: RGBColor = RGBColor(3, 3, 3);

/// A chart: its name (of a file too), what it shows, its picture, its values.
pub struct Chart {
    /// `open`, `time-to-fix`, `survival`, `ages`.
    pub name: &'static str,
    /// One line.
    pub title: &'static str,
    /// What it shows, and of how many.
    pub description: String,
    /// The picture, a whole document.
    pub svg: String,
    /// The values: head and rows.
    pub rows: Vec<Vec<String>>,
}

impl Chart {
    /// The values as comma-separated text; cells that look like a formula begin with an apostrophe.
    pub fn csv(&self) -> io::Result<Vec<u8>> {
        let mut table = csv::Writer::from_writer(Vec::new());
        for row in &self.rows {
            table.write_record(row.iter().map(|text| cell(text)))?;
        }
        table.into_inner().map_err(|error| io::Error::other(error.to_string()))
    }
}

/// All charts; one that has nothing to show is left out.
pub fn charts(values: &ChartValues) -> io::Result<Vec<Chart>> {
    let drawn = [open(values)?, time_to_fix(values)?, survival(values)?, ages(values)?];
    Ok(drawn.into_iter().flatten().collect())
}

pub(crate) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

fn drawn(title: &str, description: &str, draw: impl FnOnce(&Area<'_>) -> io::Result<()>) -> io::Result<String> {
    picture((title, description), SIZE, &COLOURS, draw)
}

/// Draws on an empty picture, and gives it title, description and colours.
pub(crate) fn picture(
    (title, description): (&str, &str),
    size: (u32, u32),
    colours: &[Colour],
    draw: impl FnOnce(&Area<'_>) -> io::Result<()>,
) -> io::Result<String> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        draw(&area)?;
        area.present().map_err(wrong)?;
    }
    for (RGBColor(red, green, blue), name, ..) in colours {
        svg = svg.replace(&format!("\"#{red:02X}{green:02X}{blue:02X}\""), &format!("\"var(--{name})\""));
    }
    // What the library draws without being asked for a colour.
    svg = svg.replace("\"#000000\"", "\"var(--ink)\"");
    let root = svg.find('>').map_or(0, |at| at + 1);
    let (width, height) = size;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n<title>{}</title>\n<desc>{}</desc>\n<style>{}</style>{}",
        xml(title),
        xml(description),
        style(colours),
        &svg[root..]
    ))
}

/// The colours of a picture that stands alone.
fn style(colours: &[Colour]) -> String {
    let set = |colour: fn(&Colour) -> &'static str| {
        colours.iter().map(|row| format!("--{}:{};", row.1, colour(row))).collect::<String>()
    };
    format!(":root{{{}}}@media (prefers-color-scheme:dark){{:root{{{}}}}}", set(|row| row.2), set(|row| row.3))
}

/// The axes with their names, and a line across for each of those at the side.
pub(crate) fn framed<'a, 'b>(
    area: &'a Area<'b>,
    across: Axis,
    up: Axis,
) -> io::Result<ChartContext<'a, SVGBackend<'b>, Cartesian2d<Axis, Axis>>> {
    let mut chart = ChartBuilder::on(area)
        .margin(8)
        .margin_right(24)
        .x_label_area_size(28)
        .y_label_area_size(52)
        .build_cartesian_2d(across, up)
        .map_err(wrong)?;
    chart
        .configure_mesh()
        .max_light_lines(0)
        .disable_x_mesh()
        .bold_line_style(GRID)
        .axis_style(INK)
        .label_style(("sans-serif", TEXT).into_font().color(&INK))
        .draw()
        .map_err(wrong)?;
    Ok(chart)
}

pub(crate) fn wrong(error: impl std::fmt::Display) -> io::Error {
    io::Error::other(error.to_string())
}

/// Days since a fixed one, for the axis of time.
pub(crate) fn number(day: NaiveDate) -> f64 {
    f64::from(day.num_days_from_ce())
}

/// The years that an axis names, of a stretch that holds some; else its two ends.
fn years(from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
    let all: Vec<NaiveDate> = (from.year()..=to.year())
        .filter_map(|year| NaiveDate::from_ymd_opt(year, 1, 1))
        .filter(|day| *day >= from && *day <= to)
        .collect();
    match all.len() {
        0 | 1 => vec![from, to],
        // Six of them stand side by side.
        n => all.into_iter().step_by(n.div_ceil(6)).collect(),
    }
}

/// An axis of time, with its years, or its two days.
pub(crate) fn time(from: NaiveDate, to: NaiveDate) -> Axis {
    let named = years(from, to);
    let by_year = named.iter().all(|day| (day.month(), day.day()) == (1, 1));
    let name = |day: &NaiveDate| if by_year { day.year().to_string() } else { day.to_string() };
    let named = named.iter().map(|day| (number(*day), name(day))).collect();
    Axis::naming(number(from)..number(to).max(number(from) + 1.0), named)
}

fn open(values: &ChartValues) -> io::Result<Option<Chart>> {
    let (Some(first), Some(last)) = (values.open.first(), values.open.last()) else { return Ok(None) };
    let most = values.open.iter().map(|from| from.open).max().unwrap_or(0);
    let description =
        format!("Open security issues from {} to {}: {} at the end, {most} at most.", first.day, last.day, last.open);
    let title = "Open over time";
    let across = time(first.day, last.day);
    let svg = drawn(title, &description, |area| {
        let mut chart = framed(area, across, Axis::counting(count(most), |n| format!("{n:.0}")))?;
        let mut line: Vec<(f64, f64)> = Vec::new();
        for from in &values.open {
            line.extend(line.last().map(|(_, before)| (number(from.day), *before)));
            line.push((number(from.day), count(from.open)));
        }
        chart.draw_series([PathElement::new(line, ACCENT.stroke_width(2))]).map_err(wrong)?;
        Ok(())
    })?;
    let mut rows = vec![head(&["from", "open"])];
    rows.extend(values.open.iter().map(|from| vec![from.day.to_string(), from.open.to_string()]));
    Ok(Some(Chart { name: "open", title, description, svg, rows }))
}

fn time_to_fix(values: &ChartValues) -> io::Result<Option<Chart>> {
    if values.fixes.is_empty() {
        return Ok(None);
    }
    let n: usize = values.fixes.iter().map(|of| of.taken.len()).sum();
    let each: Vec<String> = values.fixes.iter().map(told).collect();
    let description = format!(
        "Days from the report to the fix, a dot an issue, {n} in all; median solid, 90th percentile dashed. {}",
        each.join("; ")
    );
    let title = "Time to fix available";
    let longest = values.fixes.iter().flat_map(|of| &of.taken).map(|fix| fix.days).fold(90.0, f64::max);
    let groups = values.fixes.iter().enumerate().map(|(at, of)| (count(at) + 0.5, severity(of.severity).to_owned()));
    let across = Axis::naming(0.0..count(values.fixes.len()), groups.collect());
    let days = [1.0, 7.0, 30.0, 90.0, 365.0, 1_000.0, 3_000.0].into_iter().filter(|at| *at <= longest * 1.3);
    let up = Axis::logarithmic(LEAST..longest * 1.3, days.map(|at| (at, format!("{at:.0} d"))).collect());
    let svg = drawn(title, &description, |area| {
        let mut chart = framed(area, across, up)?;
        for (place, of) in values.fixes.iter().enumerate() {
            let middle = count(place) + 0.5;
            let colour = colour(of.severity);
            // Every so many of very many: all stand in the table.
            let step = of.taken.len().div_ceil(DOTS).max(1);
            let dots = of.taken.iter().step_by(step).enumerate().map(|(at, fix)| {
                let aside = [0.0, 0.06, -0.06, 0.12, -0.12, 0.18, -0.18, 0.24, -0.24][at % 9];
                Circle::new((middle + aside, fix.days), 3, colour.mix(0.75).filled())
            });
            chart.draw_series(dots).map_err(wrong)?;
            if let Some(median) = of.spread.median {
                let line = vec![(middle - 0.38, median), (middle + 0.38, median)];
                chart.draw_series([PathElement::new(line, INK.stroke_width(2))]).map_err(wrong)?;
            }
            if let Some(p90) = of.spread.p90 {
                let dashes = (0..8).map(|dash| {
                    let from = middle - 0.38 + count(dash) * 0.1;
                    PathElement::new(vec![(from, p90), (from + 0.06, p90)], INK.stroke_width(2))
                });
                chart.draw_series(dashes).map_err(wrong)?;
            }
        }
        Ok(())
    })?;
    let mut rows = vec![head(&["severity", "issue", "fix landed", "days"])];
    for of in &values.fixes {
        rows.extend(of.taken.iter().map(|fix| {
            vec![severity(of.severity).to_owned(), fix.id.clone(), fix.landed.to_string(), format!("{:.1}", fix.days)]
        }));
    }
    Ok(Some(Chart { name: "time-to-fix", title, description, svg, rows }))
}

fn told(of: &FixesOfSeverity) -> String {
    let days = |value: Option<f64>| value.map_or_else(|| "n/a".to_owned(), |value| format!("{value:.1}"));
    format!(
        "{}: {} issues, median {}, 90th percentile {}",
        severity(of.severity),
        of.taken.len(),
        days(of.spread.median),
        days(of.spread.p90)
    )
}

fn survival(values: &ChartValues) -> io::Result<Option<Chart>> {
    let estimate = &values.survival;
    let Some(last) = estimate.steps.last() else { return Ok(None) };
    let median = estimate.median_days.map_or_else(|| "not reached".to_owned(), |days| format!("{days} days"));
    let description = format!(
        "Share of {} issues that stay open longer than so many days, {} of them still open (Kaplan and Meier); median {median}.",
        estimate.n, estimate.open
    );
    let title = "How long issues stay open";
    let longest = whole(last.days).max(1.0);
    let shares = [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| (share, format!("{:.0} %", share * 100.0)));
    let svg = drawn(title, &description, |area| {
        let across = Axis::counting(longest, |days| format!("{days:.0} d"));
        let mut chart = framed(area, across, Axis::naming(0.0..1.02, shares.to_vec()))?;
        let mut line = vec![(0.0, 1.0)];
        for step in &estimate.steps {
            let before = line.last().map_or(1.0, |(_, share)| *share);
            line.extend([(whole(step.days), before), (whole(step.days), step.open_share)]);
        }
        line.push((longest, last.open_share));
        chart.draw_series([PathElement::new(line, ACCENT.stroke_width(2))]).map_err(wrong)?;
        Ok(())
    })?;
    let mut rows = vec![head(&["days", "at risk", "resolved", "share open"])];
    rows.extend(estimate.steps.iter().map(|step| {
        vec![
            step.days.to_string(),
            step.at_risk.to_string(),
            step.resolved.to_string(),
            format!("{:.4}", step.open_share),
        ]
    }));
    Ok(Some(Chart { name: "survival", title, description, svg, rows }))
}

/// The bands of ages, by their last day.
const BANDS: [(&str, i64); 4] = [("0–30", 30), ("31–90", 90), ("91–180", 180), ("over 180", i64::MAX)];

fn ages(values: &ChartValues) -> io::Result<Option<Chart>> {
    let Some(oldest) = values.ages.first() else { return Ok(None) };
    let band = |days: i64| BANDS.iter().position(|(_, last)| days <= *last).unwrap_or(BANDS.len() - 1);
    let mut counts = [0_usize; BANDS.len()];
    for age in &values.ages {
        counts[band(age.days)] += 1;
    }
    let description = format!(
        "{} open issues by the days that they are known; the oldest, {}, for {}.",
        values.ages.len(),
        oldest.id,
        oldest.days
    );
    let title = "Ages of what is open";
    let most = count(counts.into_iter().max().unwrap_or(0));
    let svg = drawn(title, &description, |area| {
        let bands = BANDS.iter().enumerate().map(|(at, (name, _))| (count(at) + 0.5, (*name).to_owned()));
        let across = Axis::naming(0.0..count(BANDS.len()), bands.collect());
        let mut chart = framed(area, across, Axis::counting(most, |n| format!("{n:.0}")))?;
        let bars = counts.iter().enumerate().map(|(at, n)| {
            let style: ShapeStyle = ACCENT.filled();
            Rectangle::new([(count(at) + 0.2, 0.0), (count(at) + 0.8, count(*n))], style)
        });
        chart.draw_series(bars).map_err(wrong)?;
        Ok(())
    })?;
    let mut rows = vec![head(&["issue", "severity", "days", "band"])];
    rows.extend(values.ages.iter().map(|age| {
        let name = BANDS[band(age.days)].0;
        vec![age.id.clone(), severity(age.severity).to_owned(), age.days.to_string(), name.to_owned()]
    }));
    Ok(Some(Chart { name: "ages", title, description, svg, rows }))
}

fn head(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn severity(severity: Option<Severity>) -> &'static str {
    severity.map_or("unrated", Severity::word)
}

fn colour(severity: Option<Severity>) -> RGBColor {
    let name = severity.map_or("grid", Severity::word);
    let found = COLOURS.iter().find(|row| row.1 == name);
    found.map_or(INK, |row| if severity.is_none() { ACCENT } else { row.0 })
}

fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

fn whole(days: i64) -> f64 {
    f64::from(i32::try_from(days).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::charts::of;
    use crate::judge::confirmed::Settled;
    use crate::judge::facts::Facts;
    use crate::judge::testing::Scene;
    use crate::model::issue::EventKind::*;

    fn values() -> ChartValues {
        let mut scene = Scene::new()
            .issue("#1", &[("2022-01-01", Opened), ("2022-01-10", Fixed), ("2022-01-10", Closed)])
            .issue("</text><script>", &[("2023-01-05", Opened), ("2023-06-05", Fixed), ("2023-06-06", Closed)])
            .issue("#3", &[("2024-01-20", Opened)]);
        scene.evidence.issues[0].severity = Some(Severity::High);
        let as_of = "2025-04-01".parse().unwrap();
        let settled = Settled::new(&scene.evidence, as_of);
        of(&Facts::new(&settled, &scene.policy, as_of))
    }

    #[test]
    fn pictures_are_sound_and_the_same_each_time() {
        let (one, two) = (charts(&values()).unwrap(), charts(&values()).unwrap());
        assert_eq!(one.iter().map(|chart| chart.name).collect::<Vec<_>>(), ["open", "time-to-fix", "survival", "ages"]);
        for (chart, again) in one.iter().zip(&two) {
            assert_eq!(chart.svg, again.svg);
            let mut reader = quick_xml::Reader::from_str(&chart.svg);
            let mut depth = 0;
            loop {
                match reader.read_event().unwrap() {
                    quick_xml::events::Event::Start(_) => depth += 1,
                    quick_xml::events::Event::End(_) => depth -= 1,
                    quick_xml::events::Event::Eof => break,
                    _ => {}
                }
            }
            assert_eq!(depth, 0, "{}", chart.name);
            assert!(chart.svg.contains("<title>") && chart.svg.contains("<desc>") && chart.svg.contains("var(--ink)"));
            assert!(!chart.svg.contains("\"#0"), "a colour that no page can set: {}", chart.svg);
            assert!(!chart.svg.contains("<script>"));
            assert!(chart.rows.len() > 1 && chart.rows.iter().all(|row| row.len() == chart.rows[0].len()));
            assert!(chart.svg.len() < 30_000, "{} is {} bytes", chart.name, chart.svg.len());
        }
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert!(charts(&ChartValues::default()).unwrap().is_empty());
    }
}
