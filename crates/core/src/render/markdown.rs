//! The job summary, in GitHub flavoured Markdown. Everything that comes from outside is inert text.
//!
//! GitHub drops a summary over 1 MiB whole and says nothing: the tables stop earlier and count what they leave out.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::model::finding::{Finding, Level};
use crate::model::report::{CountedAs, Coverage, Report, Verdict};
use crate::render::escape::{markdown, markdown_code};
use crate::render::status::status_line;
use crate::render::{lane, metrics, words};
use lookback_reading::{Location, STANDARD_EDITION, count, shorten};

/// Most bytes of a summary.
pub const MOST: usize = 1024 * 1024 - 1;
/// Bytes that tables leave for what follows them.
const RESERVE: usize = 64 * 1024;
/// Characters of one piece of text.
const PIECE: usize = 1_000;
/// Issues named one by one in a list.
const NAMED: usize = 500;

/// Writes the summary, below 1 MiB.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(summary(report, MOST).as_bytes())
}

/// A page that counts what no longer fits. Writing to a String can't fail.
struct Page {
    text: String,
    most: usize,
    left_out: usize,
}

impl Page {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }

    /// A table or list under a heading; nothing at all without rows. `reserve`: bytes kept free for what follows.
    fn rows(&mut self, heading: &str, head: &str, rows: impl Iterator<Item = String>, reserve: usize) {
        let mut rows = rows.peekable();
        if rows.peek().is_none() {
            return;
        }
        self.line(&format!("\n### {heading}\n"));
        if !head.is_empty() {
            self.line(head);
            self.line(&format!("|{}", "---|".repeat(head.matches('|').count().saturating_sub(1))));
        }
        let mut left_out = 0;
        for row in rows {
            if left_out > 0 || self.text.len() + row.len() + reserve > self.most {
                left_out += 1;
            } else {
                self.line(&row);
            }
        }
        if left_out > 0 {
            self.line(&format!(
                "\n… {} left out here, to stay within the size that GitHub shows.",
                count(left_out, "row")
            ));
            self.left_out += left_out;
        }
    }
}

/// The report in at most so many bytes; what is left out is counted.
pub fn summary(report: &Report, most: usize) -> String {
    let reserve = RESERVE.min(most / 8);
    let mut page = Page { text: String::new(), most, left_out: 0 };
    let mark = verdict_mark(report.verdict);
    page.line(&format!("## {mark} Security review: {}\n", report.said()));
    let revision = report
        .subject
        .revision
        .as_deref()
        .map_or_else(String::new, |revision| format!(" at {}", markdown_code(&shorten_commit(revision))));
    page.line(&format!(
        "{}{revision}, judged for {} against {STANDARD_EDITION} 4.1.6 and 4.1.8: {}{}.\n",
        markdown_code(&piece(&report.subject.repository)),
        report.subject.as_of,
        counts(report),
        words::judged(&report.subject)
    ));
    page.line(&format!("**Review state** {}", markdown(&piece(&status_line(report)))));
    for sentence in lane::lines(report) {
        page.line(&format!("\n{}", markdown(&piece(&sentence))));
    }

    page.rows(
        "Constraints",
        "| Constraint | Says | Verdict | Findings |",
        report.constraints.iter().map(|result| {
            let standing = result.findings.iter().filter_map(|at| report.findings.get(*at));
            let standing = standing.filter(|finding| finding.waived.is_none()).count();
            let why =
                result.not_assessed.first().map_or_else(String::new, |why| format!(": {}", markdown(&piece(why))));
            format!(
                "| {} | {} | {} {}{why} | {standing} |",
                result.constraint,
                result.constraint.info().title,
                verdict_mark(result.verdict),
                result.verdict.word()
            )
        }),
        reserve,
    );
    page.rows(
        "Findings",
        "| Level | Rule | Where | What | Remedy |",
        report.standing().map(finding_row),
        // The findings are the longest part; what follows must still get a place.
        reserve * 4,
    );
    page.rows(
        "Waived",
        "| Rule | Subject | What | Reason |",
        report.findings.iter().filter_map(|finding| {
            let reason = finding.waived.as_deref()?;
            Some(format!(
                "| {} | {} | {} | {} |",
                finding.rule,
                markdown(&piece(&finding.subject)),
                markdown(&piece(&finding.message)),
                markdown(&piece(reason))
            ))
        }),
        reserve * 3,
    );
    coverage(&mut page, report.coverage.as_ref(), reserve * 2);
    page.rows(
        "Documents",
        "| Document | Found by | Kind | Counts as | Why |",
        report.documents.iter().map(|document| {
            format!(
                "| {}{} | {} | {} | {} | {} |",
                markdown_code(&piece(&document.path)),
                words::not_committed(report.subject.uncommitted.contains(&document.path)),
                words::matched_by(document.matched_by),
                words::kind(document.kind),
                document.counted_as.map_or("nothing", CountedAs::word),
                markdown(&piece(&document.why))
            )
        }),
        reserve * 2,
    );
    for measured in [&report.metrics.period, &report.metrics.previous].into_iter().flatten() {
        let mut rows = metrics::table(measured).into_iter().map(|row| {
            let cells: Vec<String> = row.iter().map(|cell| markdown(cell)).collect();
            format!("| {} |", cells.join(" | "))
        });
        let head = rows.next().unwrap_or_default();
        let heading = format!("Measures for {}", words::period(measured.period));
        page.rows(&heading, &head, rows, reserve * 2);
        let item = |note: String| format!("- {}", markdown(&note));
        let heading = format!("Against the period before {}", words::period(measured.period));
        page.rows(&heading, "", metrics::trend(measured).into_iter().map(item), reserve * 2);
        let heading = format!("{}: {}", metrics::FLATTER, words::period(measured.period));
        page.rows(&heading, "", metrics::caveats(measured).into_iter().map(item), reserve * 2);
    }
    page.rows(
        "Not seen",
        "| What | Why | Remedy | Affects |",
        report.limits.iter().map(|limit| {
            let affects: Vec<_> = limit.affects.iter().map(ToString::to_string).collect();
            format!(
                "| {} | {} | {} | {} |",
                markdown(&piece(&limit.what)),
                markdown(&piece(&limit.why)),
                markdown(&piece(&limit.remedy)),
                affects.join(", ")
            )
        }),
        reserve,
    );
    if page.left_out > 0 {
        page.line(&format!(
            "\n{} did not fit into this summary; the JSON report has them all.",
            count(page.left_out, "row")
        ));
    }
    page.text
}

fn coverage(page: &mut Page, coverage: Option<&Coverage>, reserve: usize) {
    page.line("\n### Coverage\n");
    let Some(coverage) = coverage else {
        page.line("No review was held, so no issue is examined.");
        return;
    };
    let balance = &coverage.balance;
    page.line(&format!(
        "{} examines {} of {} managed in the period {}.\n",
        markdown_code(&piece(&coverage.record)),
        coverage.examined,
        count(coverage.managed, "security issue"),
        words::period(coverage.period)
    ));
    page.line(&words::balance(balance));
    for (ids, title) in [(&coverage.missing, "Not examined"), (&coverage.unsure, "Perhaps not examined")] {
        let shown = ids.iter().take(NAMED).map(|id| format!("- {}", markdown(&shorten(id, 200))));
        page.rows(&format!("{title} ({})", ids.len()), "", shown, reserve);
        if ids.len() > NAMED {
            let more = ids.len() - NAMED;
            page.line(&format!("\n… and {more} more."));
            page.left_out += more;
        }
    }
}

fn finding_row(finding: &Finding) -> String {
    let level = match finding.level {
        Level::Error => "❌ error",
        Level::Warning => "⚠️ warning",
        Level::Note => "ℹ️ note",
    };
    let constraint = finding.constraint.map_or_else(String::new, |constraint| format!("<br>{constraint}"));
    let mut what = markdown(&piece(&finding.message));
    if let Some(quote) = &finding.quote {
        let _ = write!(what, "<br>“{}”", markdown(&shorten(&quote.text, 300)));
    }
    for related in finding.related.iter().take(5) {
        let place = related.location.as_ref().map_or_else(String::new, |location| format!("{}: ", place(location)));
        let _ = write!(what, "<br>see {place}{}", markdown(&shorten(&related.message, 300)));
    }
    if finding.related.len() > 5 {
        let _ = write!(what, "<br>and {}", count(finding.related.len() - 5, "more place"));
    }
    format!(
        "| {level} | {}{constraint} | {}{} | {what} | {} |",
        finding.rule,
        finding.location.as_ref().map_or_else(String::new, place),
        words::not_committed(finding.uncommitted),
        markdown(&piece(&finding.remedy))
    )
}

fn place(location: &Location) -> String {
    let path = piece(&location.path);
    markdown_code(&piece(&location.position(&path)))
}

fn counts(report: &Report) -> String {
    let counts = report.counts();
    let counts: Vec<_> = [Level::Error, Level::Warning, Level::Note]
        .into_iter()
        .map(|level| count(counts.get(&level).copied().unwrap_or(0), level.word()))
        .collect();
    counts.join(", ")
}

fn piece(text: &str) -> String {
    shorten(text, PIECE)
}

fn shorten_commit(revision: &str) -> String {
    revision.chars().take(12).collect()
}

/// The sign of a verdict.
pub fn verdict_mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Conforms => "✅",
        Verdict::NotDue => "⏳",
        Verdict::Undetermined => "❔",
        Verdict::Nonconforming => "❌",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;
    use crate::render::sample;

    #[test]
    fn the_sample() {
        insta::assert_snapshot!(summary(&sample::report(), MOST), @r#"
        ## ❌ Security review: nonconforming

        <code>acme/pump</code> at <code>1a2b3c4d5e6f</code>, judged for 2026-05-15 against IEC 81001-5-1:2021 4.1.6 and 4.1.8: 5 errors, 2 warnings, 1 note.

        **Review state** overdue: last review 2025-02-03, was due 2026-02-03, 101 days late

        ### Constraints

        | Constraint | Says | Verdict | Findings |
        |---|---|---|---|
        | IEC 81001-5-1 4.1.6#a | improvement established | ✅ conforms | 1 |
        | IEC 81001-5-1 4.1.6#b | deployed defects analysed | ❔ undetermined: nobody says which issues affect deployed software | 0 |
        | IEC 81001-5-1 4.1.8#a | review established | ✅ conforms | 0 |
        | IEC 81001-5-1 4.1.8#b | issues examined | ❌ nonconforming | 2 |
        | IEC 81001-5-1 4.1.8#c | process assessed | ❌ nonconforming | 1 |
        | IEC 81001-5-1 4.1.8#d | held annually | ❌ nonconforming | 4 |

        ### Findings

        | Level | Rule | Where | What | Remedy |
        |---|---|---|---|---|
        | ❌ error | issue-not-examined<br>IEC 81001-5-1 4.1.8#b | <code>docs/quality/SR-2024.md:18</code> | \#12 (Service port accepts the default password) was managed in the period, but the record only lists it as out of scope<br>“\## Issues examined” | examine #12 and name it in the record of the next review |
        | ❌ error | issue-not-examined<br>IEC 81001-5-1 4.1.8#b | <code>docs/quality/SR-2024.md:18</code> | CVE-2025-1234 (Heap overflow in the drug library parser) was managed in the period, but the record does not name it<br>“\## Issues examined”<br>see <code>docs/quality/SR-2024.md:9</code>: the period of the review | examine CVE-2025-1234 and name it in the record of the next review |
        | ❌ error | conclusion-contradicted<br>IEC 81001-5-1 4.1.8#c | <code>docs/quality/SR-2024.md:41</code> | the record says that all security issues were resolved, but #12 was open at the cut-off 2025-01-31<br>“All security issues of the period were resolved and released.”<br>see <code>docs/quality/SR-2024.md:22</code>: \#12 stands here as open<br>see \#12 was opened on 2024-06-03 and never closed | correct the conclusion, or name the open issues and why they may stay open |
        | ❌ error | review-overdue<br>IEC 81001-5-1 4.1.8#d | <code>docs/quality/SR-2024.md:7</code> | the last review was held on 2025-02-03, the next was due on 2026-02-03: 101 days late<br>“2025-02-03” | hold the review and commit its record; \`lookback draft\` writes one with the data filled in |
        | ❌ error | review-unfilled<br>IEC 81001-5-1 4.1.8#d | <code>docs/quality/SR-2025.md:5</code> | the record still holds 3 placeholders and does not count as held<br>“TODO(reviewer): name the participants” | fill in the placeholders, or delete the file |
        | ⚠️ warning | action-untracked<br>IEC 81001-5-1 4.1.6#a | <code>docs/quality/SR-2024.md:52</code> | the improvement action has no owner and no due date<br>“\- Improve fuzzing of the drug library parser” | name who does it, by when, and the issue that tracks it |
        | ⚠️ warning | review-gap<br>IEC 81001-5-1 4.1.8#d | <code>docs/quality/SR-2024.md:7</code> | 451 days lie between the reviews of 2023-11-10 and 2025-02-03; 12-months allow 366<br>“2025-02-03” | explain the gap in the next record |
        | ℹ️ note | review-altered<br>IEC 81001-5-1 4.1.8#d | <code>docs/quality/SR-2024.md</code> | the record changed in 1a2b3c4d5e6f on 2025-03-20, after its approval on 2025-02-10 | approve the changed record again |

        ### Waived

        | Rule | Subject | What | Reason |
        |---|---|---|---|
        | closed-without-resolution | \#9 | \#9 was closed with neither fix, release, advisory, accepted risk nor reason | duplicate of #7, closed by hand (R. Vogel, until 2026-12-31) |

        ### Coverage

        <code>docs/quality/SR-2024.md</code> examines 2 of 4 security issues managed in the period 2023-11-01 to 2025-01-31.

        open at start 0 + opened 4 + reopened 0 − closed 2 = open at end 2

        ### Not examined (2)

        - \#12
        - CVE-2025-1234

        ### Documents

        | Document | Found by | Kind | Counts as | Why |
        |---|---|---|---|---|
        | <code>docs/quality/SR-2024.md</code> | content | record | review | held on 2025-02-03, the last review |
        | <code>docs/quality/SR-2025.md</code> | content | template | nothing | 3 placeholders are not filled in |
        | <code>docs/quality/problem-resolution-review-procedure.md</code> | path and content | procedure | procedure | prescribes a review once a year |
        | <code>docs/security-review.md</code> | path | template | nothing | an empty template: no date, no issues |

        ### Measures for 2023-11-01 to 2025-01-31

        | measure | all |
        |---|---|
        | managed | 4 |
        | identified | 4 |
        | resolved | 2 |
        | open at the cut-off | 2 |
        | carried over | 0 |
        | reopened | 0 |
        | days to first response: median, p90 (n) | n/a (0) |
        | days to resolution: median, p90 (n) | 185\.5, 323.0 (2) |
        | days to fix available: median, p90 (n) | 48\.0, 48.0 (1) |
        | fixed before the report: 0 days each | 1 (#9) |
        | days from identification to release: median, p90 (n) | 62\.0, 62.0 (1) |
        | days from fix to release: median, p90 (n) | 14\.0, 14.0 (1) |
        | days to resolution, or open: median (n, open) | 323 (4, 2) |
        | open for 0–30, 31–90, 91–180, over 180 days | 1, 0, 0, 1 |
        | identified in the period and fixed by its end | 25\.0 % of 4 |

        ### How these may flatter: 2023-11-01 to 2025-01-31

        - fixed before the report, 0 days each: 1 (#9)
        - called no issue of security any more, and counted no longer: none known, and nothing of the kind is told by issues.json

        ### Not seen

        | What | Why | Remedy | Affects |
        |---|---|---|---|
        | which issues affect deployed software | neither advisories nor labels were read: the run was offline | run with a token, or set the label \`deployed\` on such issues and export them | IEC 81001-5-1 4.1.6#b |
        "#);
    }

    #[test]
    fn a_huge_report_is_cut_and_says_so() {
        let mut report = sample::poisoned(&"|<&".repeat(2_000));
        let template = report.findings[0].clone();
        report.findings.extend(std::iter::repeat_n(template, 5_000));
        let limit = report.limits[0].clone();
        report.limits.extend(std::iter::repeat_n(limit, 5_000));
        let document = report.documents[0].clone();
        report.documents.extend(std::iter::repeat_n(document, 5_000));
        if let Some(coverage) = &mut report.coverage {
            coverage.missing = vec!["&".repeat(10_000); 5_000];
        }
        let text = summary(&report, MOST);
        assert!(text.len() <= MOST, "{}", text.len());
        for heading in ["Constraints", "Findings", "Coverage", "Not examined", "Documents", "Not seen"] {
            assert!(text.contains(&format!("### {heading}")), "{heading}");
        }
        assert!(text.trim_end().ends_with("rows did not fit into this summary; the JSON report has them all."));
    }

    /// Rows per table and everything that is not text, as another parser sees them.
    fn shape(text: &str) -> (Vec<usize>, Vec<String>) {
        let (mut rows, mut live) = (Vec::new(), Vec::new());
        for event in
            Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS)
        {
            match event {
                Event::Start(Tag::TableHead) => rows.push(0),
                Event::Start(Tag::TableRow) => *rows.last_mut().unwrap() += 1,
                Event::Start(
                    tag @ (Tag::Link { .. }
                    | Tag::Image { .. }
                    | Tag::CodeBlock(_)
                    | Tag::Heading { .. }
                    | Tag::HtmlBlock),
                ) => {
                    live.push(format!("{tag:?}"));
                }
                Event::Html(html) | Event::InlineHtml(html) => live.push(html.to_string()),
                Event::Code(_) | Event::Rule | Event::HardBreak => live.push(format!("{event:?}")),
                _ => {}
            }
        }
        (rows, live)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn hostile_words_change_nothing_but_words(words in "x(\\||`|\\\\|<b>|!\\[x\\]\\(y\\)|\r\n|\n\n|---|#|@me|&amp;|\\PC){0,12}") {
            let plain = shape(&summary(&sample::poisoned("x"), MOST));
            prop_assert_eq!(shape(&summary(&sample::poisoned(&words), MOST)), plain);
        }
    }
}
