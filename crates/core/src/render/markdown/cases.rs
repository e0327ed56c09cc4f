//! The findings of a summary: a heading a rule, its first cases with their places, the others by what they are about.

use std::fmt::Write as _;

use crate::judge::catalog;
use crate::model::finding::{Finding, Level};
use crate::model::report::Report;
use crate::render::groups::{FindingGroup, groups};
use crate::render::hosting::Hosting;
use crate::render::markdown::page::{BoundedPage, code, linked, piece};
use crate::render::words;
use lookback_reading::{Location, count, listed};

/// Cases of a rule in full.
const CASES: usize = 5;
/// Further cases named by what they are about.
const NAMED: usize = 60;
/// Bytes that a rule keeps for itself while those before it are written.
const GROUP: usize = 400;
/// Bytes kept for the end of a group: its remedy and how many cases are not shown.
const ENDING: usize = 500;
/// Further places of a case.
const RELATED: usize = 3;

/// Writes what stands, worst first, and leaves so many bytes free.
pub(crate) fn findings(page: &mut BoundedPage, report: &Report, reserve: usize) {
    let groups: Vec<_> = groups(report).into_iter().filter(|group| !group.waived).collect();
    if groups.is_empty() {
        return;
    }
    page.line("\n### Findings");
    let hosting = Hosting::of(report);
    let mut hidden: Vec<&FindingGroup> = Vec::new();
    for (at, one) in groups.iter().enumerate() {
        let after = groups.len() - at - 1;
        if !group(page, report, &hosting, one, reserve + GROUP * after.min(12)) {
            hidden.push(one);
        }
    }
    if !hidden.is_empty() {
        let cases: usize = hidden.iter().map(|group| group.cases.len()).sum();
        let rules: Vec<_> = hidden.iter().map(|group| group.rule).collect();
        page.leave_out(cases);
        page.line(&format!("\n… and {}: {}.", count(cases, "more finding"), listed(&rules, 20)));
    }
}

/// One rule; `false`: there is no place for it.
fn group(page: &mut BoundedPage, report: &Report, hosting: &Hosting<'_>, group: &FindingGroup, reserve: usize) -> bool {
    let cases: Vec<&Finding> = group.cases.iter().filter_map(|at| report.findings.get(*at)).collect();
    let Some(first) = cases.first() else { return true };
    let mark = match group.level {
        Level::Error => "❌",
        Level::Warning => "⚠️",
        Level::Note => "ℹ️",
    };
    let against = group.constraint.map_or_else(String::new, |constraint| format!(" against {constraint}"));
    let number = count(cases.len(), group.level.word());
    let mut heading = format!("\n#### {mark} {}: {number}{against}\n", group.rule);
    if let Some(rule) = catalog::find(group.rule) {
        let _ = writeln!(heading, "\n{}\n", words::sentence(rule.title));
    }
    // Without a case a heading says little.
    let alike = cases.iter().all(|finding| finding.remedy == first.remedy);
    let first_row = case(first, hosting, !alike);
    if !page.fits(&format!("{heading}{first_row}"), reserve.min(page.room() / 2) + ENDING) {
        return false;
    }
    let mut shown = 1;
    // One more in full is shorter than a line that says so.
    let most = if cases.len() == CASES + 1 { cases.len() } else { CASES };
    while shown < cases.len().min(most) && page.fits(&case(cases[shown], hosting, !alike), reserve + ENDING) {
        shown += 1;
    }
    if shown < cases.len() {
        let (text, unnamed) = others(&cases[shown..], page.room().saturating_sub(reserve + ENDING));
        page.line(&text);
        page.leave_out(unnamed);
    }
    if alike {
        page.line(&format!("\n**What to do:** {}", piece(&words::sentence(&first.remedy), 350)));
    }
    true
}

/// The cases that are not shown, by what they are about; and how many are not even named.
fn others(cases: &[&Finding], room: usize) -> (String, usize) {
    let mut subjects: Vec<String> = Vec::new();
    let mut used = 60;
    for finding in cases.iter().take(NAMED) {
        let subject = piece(&finding.subject, 60);
        used += subject.len() + 2;
        if used > room {
            break;
        }
        subjects.push(subject);
    }
    let unnamed = cases.len() - subjects.len();
    subjects.dedup();
    let named = match (subjects.is_empty(), unnamed) {
        (true, _) => String::new(),
        (false, 0) => format!(": {}", subjects.join(", ")),
        (false, _) => format!(": {} and {unnamed} more", subjects.join(", ")),
    };
    (format!("- and {} more like it{named}", cases.len()), unnamed)
}

fn case(finding: &Finding, hosting: &Hosting<'_>, remedy: bool) -> String {
    let mut out = String::from("- ");
    if let Some(location) = &finding.location {
        let _ = write!(out, "{}: ", place(location, hosting));
    }
    out += &piece(&words::told(finding), 500);
    if let Some(quote) = &finding.quote {
        let _ = write!(out, " “{}”", piece(&quote.text, 250));
    }
    for (at, related) in finding.related.iter().take(RELATED).enumerate() {
        let _ = write!(out, "{} ", if at == 0 { "; see" } else { "," });
        if let Some(location) = &related.location {
            let _ = write!(out, "{}: ", place(location, hosting));
        }
        out += &piece(&related.message, 200);
    }
    if finding.related.len() > RELATED {
        let _ = write!(out, " and {}", count(finding.related.len() - RELATED, "more place"));
    }
    if remedy {
        let _ = write!(out, "<br>**What to do:** {}", piece(&words::sentence(&finding.remedy), 350));
    }
    out
}

/// A place, linked where the host of the repository is known.
pub(crate) fn place(location: &Location, hosting: &Hosting<'_>) -> String {
    linked(code(&location.position(&location.path), 160), hosting.place(location))
}
