//! The table of `lookback issues`.

use std::io::{self, Write};

use crate::model::report::{IssueResult, Report};
use crate::render::escape::{line, no_command};
use crate::render::layout::{Paint, columns, cut, wrap};
use crate::render::limits;
use crate::render::style::Style;
use crate::render::words;
use lookback_reading::{count, listed, shorten};

/// Widest id or release tag that gets a column of its own width.
const WIDEST: usize = 28;

/// Writes two lines an issue, what looks like one apart, then what was asked and what could not be seen.
pub fn render(report: &Report, out: &mut dyn Write, style: &Style) -> io::Result<()> {
    let paint = Paint { color: style.color };
    let mut text = String::new();
    let rows = |rows: Vec<String>, text: &mut String| {
        for (at, row) in rows.into_iter().enumerate() {
            let row = no_command(&row);
            text.push_str(&if at == 0 { paint.bold(&row) } else { row });
            text.push('\n');
        }
    };
    if report.issues.is_empty() {
        text.push_str("no security issues known\n");
    } else {
        rows(table(&report.issues, style), &mut text);
        text.push_str(&closing(report));
    }
    if !report.candidates.is_empty() {
        let found = count(report.candidates.len(), "candidate");
        text.push_str(&format!(
            "\n{found}: commits that look like security fixes and that no issue knows; nobody has to examine them\n\n"
        ));
        rows(candidates(&report.candidates, style), &mut text);
    }
    sources(report, style, &mut text);
    limits::closing(&report.limits, style, &mut text);
    out.write_all(text.as_bytes())
}

/// One line a source.
fn sources(report: &Report, style: &Style, text: &mut String) {
    if !report.sources.is_empty() {
        text.push_str(&format!("\n{}\n", Paint { color: style.color }.bold("Sources")));
    }
    for source in &report.sources {
        let name = line(&shorten(&source.name, 200));
        let read = source.read.map_or_else(String::new, |read| format!("{read} read, "));
        let told = format!("  {name} ({}): {read}{} security", line(&source.kind), source.security);
        text.push_str(&no_command(&told));
        text.push('\n');
    }
}

fn closing(report: &Report) -> String {
    let managed = report.issues.iter().filter(|issue| issue.managed).count();
    let examined = report.issues.iter().filter(|issue| issue.managed && issue.examined).count();
    match &report.coverage {
        Some(coverage) => format!(
            "\n{}; {managed} managed in the period of the last review ({}), {examined} examined\n",
            count(report.issues.len(), "issue"),
            words::period(coverage.period)
        ),
        None => format!("\n{}; no review was held, so none is examined\n", count(report.issues.len(), "issue")),
    }
}

/// The head, and two lines a candidate: its dates, and why it looks like one.
fn candidates(candidates: &[IssueResult], style: &Style) -> Vec<String> {
    let mut rows = vec![["id", "landed", "release"].map(str::to_owned).to_vec()];
    rows.extend(candidates.iter().map(|result| {
        let issue = &result.issue;
        vec![
            cut(&line(&issue.id), WIDEST),
            result.closed.map_or_else(|| "-".to_owned(), |day| day.to_string()),
            issue.released_in.as_ref().map_or_else(|| "-".to_owned(), |release| cut(&line(&release.tag), WIDEST)),
        ]
    }));
    explained(columns(&rows, &[]), candidates, style)
}

/// The head, and two lines an issue: what is known of it, and what and why it is one.
pub fn table(issues: &[IssueResult], style: &Style) -> Vec<String> {
    let head = ["id", "severity", "state", "opened", "closed", "resolution", "release", "managed", "examined"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(issues.iter().map(|result| {
        let issue = &result.issue;
        let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
        let release = issue.released_in.as_ref().map(|release| cut(&line(&release.tag), WIDEST));
        let rule = issue.release_rule.filter(|_| style.verbosity > 0);
        let rule = rule.map_or_else(String::new, |rule| format!(" ({})", rule.word()));
        vec![
            cut(&line(&issue.id), WIDEST),
            words::severity(issue.severity).to_owned(),
            result.state.word().to_owned(),
            day(result.opened),
            day(result.closed),
            issue.resolution.word().to_owned(),
            release.map_or_else(|| "-".to_owned(), |release| release + &rule),
            words::yes(result.managed).to_owned(),
            // A record that covers another period can't be blamed for this issue.
            if result.managed || result.examined { words::yes(result.examined) } else { "-" }.to_owned(),
        ]
    }));
    explained(columns(&rows, &[]), issues, style)
}

/// Below each row title, reason and source.
fn explained(rows: Vec<String>, issues: &[IssueResult], style: &Style) -> Vec<String> {
    let mut rows = rows.into_iter();
    let mut out: Vec<String> = rows.next().into_iter().collect();
    for (row, result) in rows.zip(issues) {
        let issue = &result.issue;
        let why = line(&shorten(&words::why(issue), 300));
        let sources: Vec<String> = issue.sources.iter().map(|source| line(&shorten(source, 100))).collect();
        let from = format!("told by {}", listed(&sources, 5));
        let mut reason = if sources.is_empty() || why == from { why } else { format!("{why}; {from}") };
        if style.verbosity > 0 && !issue.closed_by.is_empty() {
            let closed =
                issue.closed_by.iter().map(|(source, day)| format!("{} since {day}", line(&shorten(source, 100))));
            reason += &format!(
                "; they disagree, and it counts as open: closed by {}",
                listed(&closed.collect::<Vec<_>>(), 5)
            );
        }
        out.push(row);
        let said = format!("{} ({reason})", line(&shorten(&issue.title, 300)));
        let width = style.width.max(40) - INDENT.len();
        let most = if style.verbosity > 0 { usize::MAX } else { 2 };
        let lines = wrap(&said, width);
        let cut_off = lines.len() > most;
        for (at, text) in lines.into_iter().take(most).enumerate() {
            let end = if cut_off && at + 1 == most { "…" } else { "" };
            out.push(format!("{INDENT}{text}{end}"));
        }
    }
    out
}

/// Before title and reason.
const INDENT: &str = "    ";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;

    fn text(report: &Report, verbosity: i8) -> String {
        let mut out = Vec::new();
        render(report, &mut out, &Style { verbosity, ..Style::default() }).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_sample() {
        insta::assert_snapshot!(text(&sample::report(), 0), @r#"
        id             severity  state   opened      closed      resolution  release  managed  examined
        #12            high      open    2024-06-03  -           none        -        yes      no
            Service port accepts the default password (told by history, issues.json)
        #15            low       open    2025-11-30  -           none        -        no       -
            Bluetooth pairing without confirmation (審査中) (told by history, issues.json)
        #7             medium    closed  2023-12-01  2024-01-18  fixed       v2.3.0   yes      yes
            Update check accepts an expired certificate (told by history, issues.json)
        #9             unrated   closed  2024-02-11  2024-12-30  none        -        yes      yes
            Log shows the pairing key (told by history, issues.json)
        CVE-2025-1234  critical  closed  2025-01-20  2025-04-02  fixed       v2.4.1   yes      no
            Heap overflow in the drug library parser (told by history, issues.json)

        5 issues; 4 managed in the period of the last review (2023-11-01 to 2025-01-31), 2 examined

        Sources
          issues.json (issue file): 40 read, 5 security

        Not seen (1)
          which issues affect deployed software: neither advisories nor labels were read: the run was
            offline
            help: run with a token, or set the label `deployed` on such issues and export them
        "#);
        assert_eq!(text(&sample::report(), 1), text(&sample::report(), 0), "nobody disagrees there");
    }

    #[test]
    fn candidates_are_listed_apart() {
        let mut report = sample::report();
        report.candidates = vec![sample::candidate()];
        let text = text(&report, 0);
        let (issues, candidates) = text.split_once("\n\n1 candidate: ").unwrap();
        assert!(!issues.contains("commit 9e8d7c6b5a49") && issues.contains("5 issues;"), "{issues}");
        insta::assert_snapshot!(candidates, @r#"
        commits that look like security fixes and that no issue knows; nobody has to examine them

        id                   landed      release
        commit 9e8d7c6b5a49  2025-12-02  -
            Reject oversized infusion profiles (the subject of a commit speaks of "oversized"; told by
            history)

        Sources
          issues.json (issue file): 40 read, 5 security

        Not seen (1)
          which issues affect deployed software: neither advisories nor labels were read: the run was
            offline
            help: run with a token, or set the label `deployed` on such issues and export them
        "#);
        report.issues.clear();
        assert!(super::tests::text(&report, 0).starts_with("no security issues known\n\n1 candidate"));
    }

    #[test]
    fn who_calls_an_open_issue_closed_is_said_on_request() {
        let mut report = sample::report();
        report.issues[0].issue.closed_by.insert("vex.json".to_owned(), "2025-02-01".parse().unwrap());
        let said = |verbosity| text(&report, verbosity).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said(1).contains("they disagree, and it counts as open: closed by vex.json since 2025-02-01)"));
        assert!(!said(0).contains("disagree"));
    }

    #[test]
    fn hostile_words_stay_in_their_row() {
        let hostile = text(&sample::poisoned("::error::a\nb\u{1b}[2J##[group]"), 1);
        assert!(!hostile.contains('\u{1b}') && !hostile.contains("##["));
        assert!(hostile.lines().all(|line| !line.starts_with("::")));
        // However a long title wraps: what begins a line is ours.
        let begun = |text: &str| text.lines().filter(|line| !line.starts_with(' ')).count();
        assert_eq!(begun(&hostile), begun(&text(&sample::poisoned("plain"), 1)), "{hostile}");
    }

    #[test]
    fn nothing_is_said_as_such() {
        let mut report = sample::report();
        report.issues.clear();
        report.limits.clear();
        report.sources.clear();
        assert_eq!(text(&report, 0), "no security issues known\n");
    }
}
