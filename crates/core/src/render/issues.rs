//! The table of `lookback issues`.

use std::io::{self, Write};

use crate::model::report::{IssueResult, Report};
use crate::render::escape::{line, no_command};
use crate::render::layout::{Paint, columns, cut};
use crate::render::style::Style;
use crate::render::words;
use lookback_reading::count;

/// Widest id or release tag that gets a column of its own width.
const WIDEST: usize = 28;

/// Writes one line per issue; with more than the concise verbosity, titles too.
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
    out.write_all(text.as_bytes())
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

/// The head and one row per candidate.
fn candidates(candidates: &[IssueResult], style: &Style) -> Vec<String> {
    let mut rows = vec![["id", "landed", "release", "why", "title"].map(str::to_owned).to_vec()];
    rows.extend(candidates.iter().map(|result| {
        let issue = &result.issue;
        vec![
            cut(&line(&issue.id), WIDEST),
            result.closed.map_or_else(|| "-".to_owned(), |day| day.to_string()),
            issue.released_in.as_ref().map_or_else(|| "-".to_owned(), |release| cut(&line(&release.tag), WIDEST)),
            cut(&line(&words::why(issue)), style.width.max(40)),
            cut(&line(&issue.title), style.width.max(40)),
        ]
    }));
    columns(&rows, &[])
}

/// The head and one row per issue.
pub fn table(issues: &[IssueResult], style: &Style) -> Vec<String> {
    let head = ["id", "severity", "state", "opened", "closed", "resolution", "release", "managed", "examined"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(issues.iter().map(|result| {
        let issue = &result.issue;
        let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
        vec![
            cut(&line(&issue.id), WIDEST),
            words::severity(issue.severity).to_owned(),
            result.state.word().to_owned(),
            day(result.opened),
            day(result.closed),
            issue.resolution.word().to_owned(),
            issue.released_in.as_ref().map_or_else(|| "-".to_owned(), |release| cut(&line(&release.tag), WIDEST)),
            words::yes(result.managed).to_owned(),
            // A record that covers another period can't be blamed for this issue.
            if result.managed || result.examined { words::yes(result.examined) } else { "-" }.to_owned(),
        ]
    }));
    if style.verbosity > 0 {
        rows[0].extend(["why", "title"].map(str::to_owned));
        for (row, result) in rows.iter_mut().skip(1).zip(issues) {
            if let Some(rule) = result.issue.release_rule {
                row[6] = format!("{} ({})", row[6], rule.word());
            }
            row.push(cut(&line(&words::why(&result.issue)), style.width.max(40)));
            row.push(cut(&line(&result.issue.title), style.width.max(40)));
        }
    }
    columns(&rows, &[])
}

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
        #15            low       open    2025-11-30  -           none        -        no       -
        #7             medium    closed  2023-12-01  2024-01-18  fixed       v2.3.0   yes      yes
        #9             unrated   closed  2024-02-11  2024-12-30  none        -        yes      yes
        CVE-2025-1234  critical  closed  2025-01-20  2025-04-02  fixed       v2.4.1   yes      no

        5 issues; 4 managed in the period of the last review (2023-11-01 to 2025-01-31), 2 examined
        "#);
        insta::assert_snapshot!(text(&sample::report(), 1), @r#"
        id             severity  state   opened      closed      resolution  release  managed  examined  why                           title
        #12            high      open    2024-06-03  -           none        -        yes      no        told by history, issues.json  Service port accepts the default password
        #15            low       open    2025-11-30  -           none        -        no       -         told by history, issues.json  Bluetooth pairing without confirmation (審査中)
        #7             medium    closed  2023-12-01  2024-01-18  fixed       v2.3.0   yes      yes       told by history, issues.json  Update check accepts an expired certificate
        #9             unrated   closed  2024-02-11  2024-12-30  none        -        yes      yes       told by history, issues.json  Log shows the pairing key
        CVE-2025-1234  critical  closed  2025-01-20  2025-04-02  fixed       v2.4.1   yes      no        told by history, issues.json  Heap overflow in the drug library parser

        5 issues; 4 managed in the period of the last review (2023-11-01 to 2025-01-31), 2 examined
        "#);
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

        id                   landed      release  why                                            title
        commit 9e8d7c6b5a49  2025-12-02  -        the subject of a commit speaks of "oversized"  Reject oversized infusion profiles
        "#);
        report.issues.clear();
        assert!(super::tests::text(&report, 0).starts_with("no security issues known\n\n1 candidate"));
    }

    #[test]
    fn hostile_words_stay_in_their_row() {
        let plain = text(&Report { candidates: vec![sample::candidate()], ..sample::report() }, 1).lines().count();
        let hostile = text(&sample::poisoned("::error::a\nb\u{1b}[2J##[group]"), 1);
        assert_eq!(hostile.lines().count(), plain);
        assert!(!hostile.contains('\u{1b}') && !hostile.contains("##["));
        assert!(hostile.lines().all(|line| !line.starts_with("::")));
    }

    #[test]
    fn nothing_is_said_as_such() {
        let mut report = sample::report();
        report.issues.clear();
        assert_eq!(text(&report, 0), "no security issues known\n");
    }
}
