//! Workflow commands of GitHub Actions: findings as annotations, with a closing count in the log.
//!
//! GitHub shows ten annotations per level and step and drops the rest silently: the worst come first, cases of one rule at one place
//! are one annotation, and the rest are counted in words.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::model::finding::{Finding, Level};
use crate::model::report::{Report, Verdict};
use crate::render::escape::{command_data, command_property, line, lines, no_command};
use crate::render::lane;
use crate::render::status::status_line;
use crate::render::words;
use lookback_reading::{Location, count, listed, shorten};

/// Annotations that GitHub shows per level and step.
pub(crate) const PER_LEVEL: usize = 10;
/// Characters of one message; GitHub refuses annotations over 64 KB.
const MESSAGE: usize = 8_000;
/// Cases at one place named by what they are about.
const NAMED: usize = 20;
/// Bytes of a path that can still be one.
const PATH: usize = 4_096;

/// Writes at most [`PER_LEVEL`] annotations per level, worst first, then the closing lines.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let mut left_out = Vec::new();
    for level in [Level::Error, Level::Warning, Level::Note] {
        let mut commands = Vec::new();
        if level == Level::Warning && report.verdict == Verdict::Undetermined {
            // The reason why the run fails with exit code 3 must not drown among warnings that don't fail it.
            commands.extend(blocking_limits(report));
        }
        commands.extend(shown(report, level).iter().map(|alike| annotation(alike, level)));
        if level == Level::Warning && report.verdict != Verdict::Undetermined {
            commands.extend(blocking_limits(report));
        }
        if commands.len() > PER_LEVEL {
            left_out.push(count(commands.len() - PER_LEVEL, &format!("more {}", level.word())));
        }
        for command in commands.iter().take(PER_LEVEL) {
            text.push_str(command);
            text.push('\n');
        }
    }
    for closing in closing(report, &left_out) {
        text.push_str(&no_command(&line(&closing)));
        text.push('\n');
    }
    out.write_all(text.as_bytes())
}

fn blocking_limits(report: &Report) -> impl Iterator<Item = String> {
    report.limits.iter().filter(|limit| !limit.affects.is_empty()).map(|limit| {
        let affects: Vec<_> = limit.affects.iter().map(ToString::to_string).collect();
        let message = format!("Not seen: {}, because {}\nHelp: {}", limit.what, limit.why, limit.remedy);
        command(Level::Warning, None, &format!("undetermined: {}", affects.join(", ")), &message)
    })
}

/// Cases of one rule at one place, which are annotated together.
pub struct CasesAlike<'r> {
    /// The first, for which the place stands.
    pub first: &'r Finding,
    /// The others.
    pub more: Vec<&'r Finding>,
}

/// What is annotated at a level, in the order of the report: one annotation a rule and place.
pub fn shown(report: &Report, level: Level) -> Vec<CasesAlike<'_>> {
    let mut out: Vec<CasesAlike<'_>> = Vec::new();
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for finding in at_level(report, level) {
        let place = finding.location.as_ref().map(|location| (&location.path, location.line, &location.place));
        if let Some(at) = known.get(&(finding.rule, place)) {
            out[*at].more.push(finding);
        } else {
            known.insert((finding.rule, place), out.len());
            out.push(CasesAlike { first: finding, more: Vec::new() });
        }
    }
    out
}

/// The standing findings that are annotated at a level. An error that does not count on this pull request is a notice: a red
/// mark that fails nothing would be read as a fault of the change.
fn at_level(report: &Report, level: Level) -> impl Iterator<Item = &Finding> {
    let not_enforced = &report.lane.not_enforced;
    let of = move |level: Level, spared: bool| {
        report
            .findings
            .iter()
            .enumerate()
            .filter(move |(at, finding)| {
                finding.waived.is_none() && finding.level == level && not_enforced.contains(at) == spared
            })
            .map(|(_, finding)| finding)
    };
    let own = of(level, false);
    // Strictness makes warnings count; those that are spared are notices too.
    let spared = [Level::Error, Level::Warning].into_iter().filter(move |_| level == Level::Note);
    own.chain(spared.flat_map(move |spared| of(spared, true)))
}

/// The title of a finding's annotation.
pub fn title(finding: &Finding) -> String {
    match finding.constraint {
        Some(constraint) => format!("{constraint} {}", finding.rule),
        None => finding.rule.to_owned(),
    }
}

/// What an annotation says: the fault, what else shows it, what else is alike, what to do.
pub fn message(alike: &CasesAlike<'_>, shown_as: Level) -> String {
    let finding = alike.first;
    let mut message = words::told(finding);
    if let Some(place) = finding.location.as_ref().and_then(|location| location.place.as_ref()) {
        message.push_str("\nAt ");
        message.push_str(place);
    }
    for related in &finding.related {
        message.push_str("\nSee ");
        if let Some(location) = &related.location {
            message.push_str(&place(location));
            message.push_str(": ");
        }
        message.push_str(&related.message);
    }
    if !alike.more.is_empty() {
        let mut subjects: Vec<_> = alike.more.iter().map(|finding| shorten(&finding.subject, 80)).collect();
        subjects.dedup();
        let named = listed(&subjects, NAMED);
        message.push_str(&format!("\nAnd {} more like it at this place: {named}", alike.more.len()));
    }
    if finding.level > shown_as {
        message.push_str("\nNot enforced on this pull request, which does not cause it.");
    }
    message.push_str("\nHelp: ");
    message.push_str(&finding.remedy);
    message
}

fn annotation(alike: &CasesAlike<'_>, shown_as: Level) -> String {
    let finding = alike.first;
    command(shown_as, finding.location.as_ref(), &title(finding), &message(alike, shown_as))
}

/// `path:line`, as far as known.
pub fn place(location: &Location) -> String {
    location.position(&location.path)
}

/// Properties in the order of `@actions/core`; columns only within one line, because GitHub drops them otherwise.
fn command(level: Level, location: Option<&Location>, title: &str, message: &str) -> String {
    let name = if level == Level::Note { "notice" } else { level.word() };
    let mut properties = vec![("title", title.to_owned())];
    if let Some(location) = location {
        properties.push(("file", shorten(&location.path, PATH)));
        // Lines of an extracted text are not lines of the file.
        if let Some(first) = location.line.filter(|_| location.place.is_none()) {
            properties.push(("line", first.to_string()));
            let last = location.end_line.filter(|last| *last >= first);
            properties.extend(last.map(|last| ("endLine", last.to_string())));
            properties.extend(location.column.map(|column| ("col", column.to_string())));
            let end =
                location.end_column.filter(|_| location.column.is_some() && last.is_none_or(|last| last == first));
            properties.extend(end.map(|column| ("endColumn", column.to_string())));
        }
    }
    let properties: Vec<_> = properties
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", command_property(&lines(value))))
        .collect();
    format!("::{name} {}::{}", properties.join(","), command_data(&lines(&shorten(message, MESSAGE))))
}

fn closing(report: &Report, left_out: &[String]) -> Vec<String> {
    let mut out = Vec::new();
    if !left_out.is_empty() {
        out.push(format!(
            "Not annotated, because GitHub shows {PER_LEVEL} per level and step: {}. The JSON report lists all.",
            left_out.join(", ")
        ));
    }
    for finding in &report.findings {
        if let Some(reason) = &finding.waived {
            out.push(format!("Waived: {} [{}]: {reason}", finding.rule, finding.subject));
        }
    }
    let counts = report.counts();
    let counts: Vec<_> = [Level::Error, Level::Warning, Level::Note]
        .into_iter()
        .map(|level| count(counts.get(&level).copied().unwrap_or(0), level.word()))
        .collect();
    out.push(format!("Review state: {}", status_line(report)));
    out.extend(lane::lines(report));
    out.push(format!("Lookback: {}: {} (exit code {})", report.said(), counts.join(", "), report.exit_code));
    out
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use proptest::prelude::*;

    use super::*;
    use crate::render::sample;

    fn text(report: &Report) -> String {
        let mut out = Vec::new();
        render(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_sample() {
        insta::assert_snapshot!(text(&sample::report()), @r#"
        ::error title=IEC 81001-5-1 4.1.8#b issue-not-examined,file=docs/quality/SR-2024.md,line=18,endLine=18,col=1,endColumn=19::#12 (Service port accepts the default password) was managed in the period, but the record only lists it as out of scope%0AAnd 1 more like it at this place: CVE-2025-1234%0AHelp: examine #12 and name it in the record of the next review
        ::error title=IEC 81001-5-1 4.1.8#c conclusion-contradicted,file=docs/quality/SR-2024.md,line=41,endLine=41,col=3,endColumn=64::the record says that all security issues were resolved, but #12 was open at the cut-off 2025-01-31%0ASee docs/quality/SR-2024.md:22: #12 stands here as open%0ASee #12 was opened on 2024-06-03 and never closed%0AHelp: correct the conclusion, or name the open issues and why they may stay open
        ::error title=IEC 81001-5-1 4.1.8#d review-overdue,file=docs/quality/SR-2024.md,line=7,endLine=7,col=14,endColumn=24::the last review was held on 2025-02-03, the next was due on 2026-02-03: 101 days late%0AHelp: hold the review and commit its record; `lookback draft` writes one with the data filled in
        ::error title=IEC 81001-5-1 4.1.8#d review-unfilled,file=docs/quality/SR-2025.md,line=5,endLine=5,col=11,endColumn=48::the record still holds 3 placeholders and does not count as held%0AHelp: fill in the placeholders, or delete the file
        ::warning title=IEC 81001-5-1 4.1.6#a action-untracked,file=docs/quality/SR-2024.md,line=52,endLine=52,col=1,endColumn=45::the improvement action has no owner and no due date%0AHelp: name who does it, by when, and the issue that tracks it
        ::warning title=IEC 81001-5-1 4.1.8#d review-gap,file=docs/quality/SR-2024.md,line=7,endLine=7,col=14,endColumn=24::451 days lie between the reviews of 2023-11-10 and 2025-02-03; 12-months allow 366%0AHelp: explain the gap in the next record
        ::warning title=undetermined%3A IEC 81001-5-1 4.1.6#b::Not seen: which issues affect deployed software, because neither advisories nor labels were read: the run was offline%0AHelp: run with a token, or set the label `deployed` on such issues and export them
        ::notice title=IEC 81001-5-1 4.1.8#d review-altered,file=docs/quality/SR-2024.md::the record changed in 1a2b3c4d5e6f on 2025-03-20, after its approval on 2025-02-10%0AHelp: approve the changed record again
        Waived: closed-without-resolution [#9]: duplicate of #7, closed by hand (R. Vogel, until 2026-12-31)
        Review state: overdue: last review 2025-02-03, was due 2026-02-03, 101 days late
        Lookback: nonconforming: 5 errors, 2 warnings, 1 note (exit code 1)
        "#);
    }

    #[test]
    fn ten_per_level_and_the_rest_in_words() {
        let mut report = sample::report();
        let template = report.findings[0].clone();
        // Thirty other places, and thirty other cases at the place of the first.
        report.findings.extend((0..30).map(|n| {
            let mut other = template.clone();
            other.location.as_mut().unwrap().line = NonZeroU32::new(100 + n);
            other
        }));
        report.findings.extend((0..30).map(|n| Finding { subject: format!("#{}", 100 + n), ..template.clone() }));
        let text = text(&report);
        assert_eq!(text.lines().filter(|line| line.starts_with("::error ")).count(), 10);
        assert!(
            text.contains("\nNot annotated, because GitHub shows 10 per level and step: 24 more errors."),
            "{text}"
        );
        let first = text.lines().next().unwrap();
        assert!(first.contains("%0AAnd 31 more like it at this place: CVE-2025-1234, #100, "), "{first}");
        assert!(first.contains("#118 and 11 more%0AHelp: "), "{first}");
    }

    #[test]
    fn end_column_only_within_one_line() {
        let mut location = Location::of("a.md", &lookback_reading::Quote::at(3, 5, "words"));
        assert_eq!(
            command(Level::Note, Some(&location), "t", "m"),
            "::notice title=t,file=a.md,line=3,endLine=3,col=5,endColumn=10::m"
        );
        location.end_line = Some(lookback_reading::one_based(4));
        assert_eq!(
            command(Level::Note, Some(&location), "t", "m"),
            "::notice title=t,file=a.md,line=3,endLine=4,col=5::m"
        );
        assert_eq!(
            command(Level::Error, Some(&Location::file("a,b:c.md")), "t", "m"),
            "::error title=t,file=a%2Cb%3Ac.md::m"
        );
    }

    /// The lines were written by `@actions/core` 3 (`core.error(text, { title: text, file: text, startLine: 3, … })`).
    #[test]
    fn commands_are_byte_for_byte_those_of_actions_core() {
        for (text, expected) in [
            ("100%", "::error title=100%25,file=100%25,line=3,endLine=3,col=5,endColumn=10::100%25"),
            ("a:b,c", "::error title=a%3Ab%2Cc,file=a%3Ab%2Cc,line=3,endLine=3,col=5,endColumn=10::a:b,c"),
            ("%0A", "::error title=%250A,file=%250A,line=3,endLine=3,col=5,endColumn=10::%250A"),
            (
                "::error::x",
                "::error title=%3A%3Aerror%3A%3Ax,file=%3A%3Aerror%3A%3Ax,line=3,endLine=3,col=5,endColumn=10::::error::x",
            ),
            ("ü;=\"'", "::error title=ü;=\"',file=ü;=\"',line=3,endLine=3,col=5,endColumn=10::ü;=\"'"),
        ] {
            let location = Location::of(text, &lookback_reading::Quote::at(3, 5, "words"));
            assert_eq!(command(Level::Error, Some(&location), text, text), expected);
        }
    }

    /// As the runner reads a line: a command begins with `::` after blanks, or holds `##[`.
    fn is_command(line: &str) -> bool {
        line.trim_start().starts_with("::") || line.contains("##[")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn every_command_is_ours(words in "(::error::|##\\[|\r|\n|\r\n|%|,|:|\u{1b}|\u{85}|\u{2028}|\\PC){0,12}") {
            let plain = text(&sample::report());
            let hostile = text(&sample::poisoned(&words));
            prop_assert!(!hostile.contains('\r'));
            prop_assert!(!hostile.chars().any(|c| c != '\n' && c.is_control()));
            prop_assert_eq!(hostile.lines().count(), plain.lines().count());
            for (line, ours) in hostile.lines().zip(plain.lines()) {
                prop_assert_eq!(line.trim_start().starts_with("::"), is_command(ours), "{}", line);
                if is_command(ours) {
                    let (properties, message) = line[2..].split_once("::").unwrap();
                    let (name, _) = properties.split_once(' ').unwrap();
                    prop_assert!(["error", "warning", "notice"].contains(&name));
                    prop_assert!(!message.is_empty());
                } else {
                    prop_assert!(!is_command(line), "{}", line);
                }
            }
        }
    }
}
