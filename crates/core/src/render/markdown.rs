//! The job summary, in GitHub flavoured Markdown: the verdict, what to do next, findings by rule, then all else folded. Everything that
//! comes from outside is inert text.
//!
//! A summary is read on one page beside those of other jobs: it stays short, and counts what it leaves out.

mod cases;
pub(crate) mod page;

use std::io::{self, Write};

use crate::model::evidence::Subject;
use crate::model::finding::Level;
use crate::model::report::{CountedAs, Coverage, DocumentResult, Report, Verdict};
use crate::render::hosting::Hosting;
use crate::render::limits::groups;
use crate::render::markdown::page::{BoundedPage, FoldedPart, code, kept, linked, piece};
use crate::render::next::steps;
use crate::render::status::status_line;
use crate::render::{lane, metrics, words};
use lookback_reading::{Location, STANDARD_EDITION, count, listed};

/// Most bytes of a summary.
pub const MOST: usize = 20_000;
/// Ids named in a list; bytes of one.
const NAMED: (usize, usize) = (100, 60);
/// Bytes of a cell.
const CELL: usize = 300;

/// Writes the summary.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(summary(report).as_bytes())
}

/// The report in at most [`MOST`] bytes; what is left out is counted.
pub fn summary(report: &Report) -> String {
    within(report, MOST)
}

fn within(report: &Report, most: usize) -> String {
    let mut page = BoundedPage::new(most);
    let parts = folded(report);
    verdict(&mut page, report);
    next(&mut page, report);
    cases::findings(&mut page, report, kept(&parts));
    page.folded(parts);
    page.finished()
}

fn verdict(page: &mut BoundedPage, report: &Report) {
    let subject = &report.subject;
    page.line(&format!("## {} Security review: {}\n", verdict_mark(report.verdict), report.said()));
    let hosting = Hosting::of(report);
    let revision = subject.revision.as_deref().map_or_else(String::new, |revision| {
        let shown = revision.chars().take(12).collect::<String>();
        format!(" at {}", linked(code(&shown, 100), hosting.commit(revision)))
    });
    page.line(&format!(
        "{}{revision}, judged for {} against {STANDARD_EDITION} 4.1.6 and 4.1.8: {}{}.\n",
        code(&subject.repository, 200),
        subject.as_of,
        counts(report),
        words::judged(subject)
    ));
    page.line(&format!("**Review state** {}", piece(&status_line(report), 500)));
    for sentence in lane::lines(report) {
        page.line(&format!("\n{}", piece(&sentence, 700)));
    }
    page.line("\n| Constraint | Says | Verdict | Findings |\n|---|---|---|---|");
    for result in &report.constraints {
        let standing = result.findings.iter().filter_map(|at| report.findings.get(*at));
        let standing = standing.filter(|finding| finding.waived.is_none()).count();
        let why = result.not_assessed.first().map(String::as_str).or_else(|| words::vacuous(report, result));
        let why = why.map_or_else(String::new, |why| format!(": {}", piece(why, CELL)));
        let (mark, word) = (verdict_mark(result.verdict), result.verdict.word());
        page.line(&format!(
            "| {} | {} | {mark} {word}{why} | {standing} |",
            result.constraint,
            result.constraint.info().title
        ));
    }
}

/// The one next step, and what stopped the judgement.
fn next(page: &mut BoundedPage, report: &Report) {
    let mut steps = steps(report);
    let (errors, warnings) = (at_level(report, Level::Error), at_level(report, Level::Warning));
    if steps.is_empty() {
        steps.push(match (errors, warnings, report.cadence.due) {
            (1.., ..) => format!("mend what is found below, the worst first: {}", count(errors, "error")),
            (0, 1.., _) => format!("nothing fails; mend {} before the audit", count(warnings, "warning")),
            (0, 0, Some(due)) => format!("nothing now; the next review is due by {due}"),
            (0, 0, None) => "nothing now".to_owned(),
        });
    }
    page.line("\n### What to do next\n");
    for step in steps {
        page.line(&format!("- {}", piece(&words::sentence(&step), 600)));
    }
}

/// What is folded, in the order of the page.
fn folded(report: &Report) -> Vec<FoldedPart> {
    let hosting = Hosting::of(report);
    let mut parts = vec![coverage(report.coverage.as_ref(), &hosting)];
    for measured in [&report.metrics.period, &report.metrics.previous].into_iter().flatten() {
        let mut rows = metrics::table(measured).into_iter().map(|row| {
            let cells: Vec<String> = row.iter().map(|cell| piece(cell, CELL)).collect();
            format!("| {} |", cells.join(" | "))
        });
        let head = rows.next().unwrap_or_default();
        let rows: Vec<String> = rows.collect();
        let noted = |heading: &str, notes: Vec<String>| {
            let lead = (!notes.is_empty()).then(|| format!("{heading}:\n"));
            lead.into_iter().chain(notes.iter().map(|note| format!("- {}", piece(note, 500)))).collect()
        };
        parts.push(FoldedPart {
            title: format!("Measures for {}", words::period(measured.period)),
            lead: Vec::new(),
            tables: vec![
                (head, rows),
                (String::new(), noted("Against the period before", metrics::trend(measured))),
                (String::new(), noted(metrics::FLATTER, metrics::caveats(measured))),
            ],
        });
    }
    let rows = |title: &str, head: &str, rows: Vec<String>| FoldedPart {
        title: format!("{title} ({})", rows.len()),
        lead: Vec::new(),
        tables: if rows.is_empty() { Vec::new() } else { vec![(head.to_owned(), rows)] },
    };
    let documents = report.documents.iter().map(|one| document(one, &report.subject, &hosting));
    parts.push(rows("Documents", "| Document | Found by | Kind | Counts as | Why |", documents.collect()));
    let waived = report.findings.iter().filter_map(|finding| {
        let reason = piece(finding.waived.as_deref()?, CELL);
        let (subject, message) = (piece(&finding.subject, CELL), piece(&finding.message, CELL));
        Some(format!("| {} | {subject} | {message} | {reason} |", finding.rule))
    });
    parts.push(rows("Waived", "| Rule | Subject | What | Reason |", waived.collect()));
    let limits = groups(&report.limits).into_iter().map(|group| {
        let [why, remedy] = [&group.first.why, &group.first.remedy].map(|text| piece(text, CELL));
        let what = piece(&listed(&group.what, 5), CELL);
        format!("| {what} | {why} | {remedy} | {} |", group.stops().unwrap_or_default().replace('\u{a0}', " "))
    });
    parts.push(rows("Not seen", "| What | Why | Remedy | Affects |", limits.collect()));
    parts
}

fn coverage(coverage: Option<&Coverage>, hosting: &Hosting<'_>) -> FoldedPart {
    let Some(coverage) = coverage else {
        let lead = vec!["No review was held, so no issue is examined.".to_owned()];
        return FoldedPart { title: "Issues examined: none".to_owned(), lead, tables: Vec::new() };
    };
    let (examined, managed) = (coverage.examined, coverage.managed);
    let mut lead = vec![
        format!(
            "{} examines {examined} of {} managed in the period {}.",
            cases::place(&Location::file(&coverage.record), hosting),
            count(managed, "security issue"),
            words::period(coverage.period)
        ),
        words::balance(&coverage.balance),
    ];
    for (ids, title) in [(&coverage.missing, "Not examined"), (&coverage.unsure, "Perhaps not examined")] {
        if ids.is_empty() {
            continue;
        }
        let shown: Vec<_> = ids.iter().take(NAMED.0).map(|id| piece(id, NAMED.1)).collect();
        let more = ids.len() - shown.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        lead.push(format!("{title} ({}): {}{more}", ids.len(), shown.join(", ")));
    }
    FoldedPart { title: format!("Issues examined: {examined} of {managed}"), lead, tables: Vec::new() }
}

fn document(document: &DocumentResult, subject: &Subject, hosting: &Hosting<'_>) -> String {
    format!(
        "| {}{} | {} | {} | {} | {} |",
        cases::place(&Location::file(&document.path), hosting),
        words::not_committed(subject.uncommitted.contains(&document.path)),
        words::matched_by(document.matched_by),
        words::kind(document.kind),
        document.counted_as.map_or("nothing", CountedAs::word),
        piece(&document.why, CELL)
    )
}

fn at_level(report: &Report, level: Level) -> usize {
    report.counts().get(&level).copied().unwrap_or(0)
}

fn counts(report: &Report) -> String {
    let levels = [Level::Error, Level::Warning, Level::Note];
    levels.map(|level| count(at_level(report, level), level.word())).join(", ")
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
        insta::assert_snapshot!(summary(&sample::report()), @r#"
        ## ❌ Security review: nonconforming

        <code>acme/pump</code> at [<code>1a2b3c4d5e6f</code>](<https://github.com/acme/pump/commit/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d>), judged for 2026-05-15 against IEC 81001-5-1:2021 4.1.6 and 4.1.8: 5 errors, 2 warnings, 1 note.

        **Review state** overdue: last review 2025-02-03, was due 2026-02-03, 101 days late

        | Constraint | Says | Verdict | Findings |
        |---|---|---|---|
        | IEC 81001-5-1 4.1.6#a | improvement established | ✅ conforms | 1 |
        | IEC 81001-5-1 4.1.6#b | deployed defects analysed | ❔ undetermined: nobody says which issues affect deployed software | 0 |
        | IEC 81001-5-1 4.1.8#a | review established | ✅ conforms | 0 |
        | IEC 81001-5-1 4.1.8#b | issues examined | ❌ nonconforming | 2 |
        | IEC 81001-5-1 4.1.8#c | process assessed | ❌ nonconforming | 1 |
        | IEC 81001-5-1 4.1.8#d | held annually | ❌ nonconforming | 4 |

        ### What to do next

        - Fill 1 place in docs/quality/SR-2025.md (\`lookback read docs/quality/SR-2025.md\` lists what is missing), then commit it on a branch.
        - To judge what is undetermined: which issues affect deployed software: run with a token, or set the label \`deployed\` on such issues and export them.

        ### Findings

        #### ❌ issue-not-examined: 2 errors against IEC 81001-5-1 4.1.8#b

        An issue managed in the period is not named in the record.

        - [<code>docs/quality/SR-2024.md:18</code>](<https://github.com/acme/pump/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d/docs/quality/SR-2024.md?plain=1#L18>): \#12 (Service port accepts the default password) was managed in the period, but the record only lists it as out of scope “\## Issues examined”<br>**What to do:** Examine #12 and name it in the record of the next review.
        - [<code>docs/quality/SR-2024.md:18</code>](<https://github.com/acme/pump/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d/docs/quality/SR-2024.md?plain=1#L18>): CVE-2025-1234 (Heap overflow in the drug library parser) was managed in the period, but the record does not name it “\## Issues examined”; see [<code>docs/quality/SR-2024.md:9</code>](<https://github.com/acme/pump/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d/docs/quality/SR-2024.md?plain=1#L9>): the period of the review<br>**What to do:** Examine CVE-2025-1234 and name it in the record of the next review.

        #### ❌ conclusion-contradicted: 1 error against IEC 81001-5-1 4.1.8#c

        The record's claim disagrees with the data at the cut-off.

        - [<code>docs/quality/SR-2024.md:41</code>](<https://github.com/acme/pump/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d/docs/quality/SR-2024.md?plain=1#L41>): the record says that all security issues were resolved, but #12 was open at the cut-off 2025-01-31 “All security issues of the period were resolved and released.”; see [<code>docs/quality/SR-2024.md:22</code>](<https://github.com/acme/pump/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d/docs/quality/SR-2024.md?plain=1#L22>): \#12 stands here as open, \#12 was opened on 2024-06-03 and never closed

        **What to do:** Correct the conclusion, or name the open issues and why they may stay open.

        #### ❌ review-overdue: 1 error against IEC 81001-5-1 4.1.8#d

        The due date has passed.

        - [<code>docs/quality/SR-2024.md:7</code>](<https://github.com/acme/pump/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d/docs/quality/SR-2024.md?plain=1#L7>): the last review was held on 2025-02-03, the next was due on 2026-02-03: 101 days late “2025-02-03”

        **What to do:** Hold the review and commit its record; \`lookback draft\` writes one with the data filled in.

        #### ❌ review-unfilled: 1 error against IEC 81001-5-1 4.1.8#d

        Placeholders or draft status: not counted as held.

        - [<code>docs/quality/SR-2025.md:5</code>](<https://github.com/acme/pump/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d/docs/quality/SR-2025.md?plain=1#L5>): the record still holds 3 placeholders and does not count as held “TODO(reviewer): name the participants”

        **What to do:** Fill in the placeholders, or delete the file.

        #### ⚠️ action-untracked: 1 warning against IEC 81001-5-1 4.1.6#a

        An improvement action has no owner, due date or issue.

        - [<code>docs/quality/SR-2024.md:52</code>](<https://github.com/acme/pump/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d/docs/quality/SR-2024.md?plain=1#L52>): the improvement action has no owner and no due date “\- Improve fuzzing of the drug library parser”

        **What to do:** Name who does it, by when, and the issue that tracks it.

        #### ⚠️ review-gap: 1 warning against IEC 81001-5-1 4.1.8#d

        Two consecutive reviews lie further apart than the window.

        - [<code>docs/quality/SR-2024.md:7</code>](<https://github.com/acme/pump/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d/docs/quality/SR-2024.md?plain=1#L7>): 451 days lie between the reviews of 2023-11-10 and 2025-02-03; 12-months allow 366 “2025-02-03”

        **What to do:** Explain the gap in the next record.

        #### ℹ️ review-altered: 1 note against IEC 81001-5-1 4.1.8#d

        The record changed after its approval.

        - [<code>docs/quality/SR-2024.md</code>](<https://github.com/acme/pump/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d/docs/quality/SR-2024.md>): the record changed in 1a2b3c4d5e6f on 2025-03-20, after its approval on 2025-02-10

        **What to do:** Approve the changed record again.

        <details><summary>Issues examined: 2 of 4</summary>

        [<code>docs/quality/SR-2024.md</code>](<https://github.com/acme/pump/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d/docs/quality/SR-2024.md>) examines 2 of 4 security issues managed in the period 2023-11-01 to 2025-01-31.

        open at start 0 + opened 4 + reopened 0 − closed 2 = open at end 2

        Not examined (2): \#12, CVE-2025-1234

        </details>

        <details><summary>Measures for 2023-11-01 to 2025-01-31</summary>

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

        How these may flatter:

        - fixed before the report, 0 days each: 1 (#9)
        - called no issue of security any more, and counted no longer: none known, and nothing of the kind is told by issues.json

        </details>

        <details><summary>Documents (4)</summary>

        | Document | Found by | Kind | Counts as | Why |
        |---|---|---|---|---|
        | [<code>docs/quality/SR-2024.md</code>](<https://github.com/acme/pump/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d/docs/quality/SR-2024.md>) | content | record | review | held on 2025-02-03, the last review |
        | [<code>docs/quality/SR-2025.md</code>](<https://github.com/acme/pump/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d/docs/quality/SR-2025.md>) | content | template | nothing | 3 placeholders are not filled in |
        | [<code>docs/quality/problem-resolution-review-procedure.md</code>](<https://github.com/acme/pump/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d/docs/quality/problem-resolution-review-procedure.md>) | path and content | procedure | procedure | prescribes a review once a year |
        | [<code>docs/security-review.md</code>](<https://github.com/acme/pump/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d/docs/security-review.md>) | path | template | nothing | an empty template: no date, no issues |

        </details>

        <details><summary>Waived (1)</summary>

        | Rule | Subject | What | Reason |
        |---|---|---|---|
        | closed-without-resolution | \#9 | \#9 was closed with neither fix, release, advisory, accepted risk nor reason | duplicate of #7, closed by hand (R. Vogel, until 2026-12-31) |

        </details>

        <details><summary>Not seen (1)</summary>

        | What | Why | Remedy | Affects |
        |---|---|---|---|
        | which issues affect deployed software | neither advisories nor labels were read: the run was offline | run with a token, or set the label \`deployed\` on such issues and export them | IEC 81001-5-1 4.1.6#b |

        </details>
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
        let text = summary(&report);
        assert!(text.len() <= MOST, "{}", text.len());
        for part in ["### What to do next", "### Findings", "Issues examined", "Documents (", "Not seen ("] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(
            text.trim_end().ends_with("of the report did not fit into this summary; the JSON report has them all.")
        );
        let (open, closed) = (text.matches("<details>").count(), text.matches("</details>").count());
        assert_eq!(open, closed);
    }

    /// One rule with 157 cases, as of a record that names 2 of 159 issues.
    #[test]
    fn many_cases_of_one_rule_are_counted_and_leave_room_for_the_rest() {
        let mut report = sample::report();
        let template = report.findings[1].clone();
        report.findings.splice(
            0..2,
            (0..157).map(|n| {
                let mut one = template.clone();
                one.subject = format!("CVE-2024-{n:05}");
                one.message = one.message.replace("CVE-2025-1234", &one.subject);
                one.remedy = one.remedy.replace("CVE-2025-1234", &one.subject).into();
                one
            }),
        );
        report.coverage.as_mut().unwrap().missing = (0..157).map(|n| format!("CVE-2024-{n:05}")).collect();
        let text = summary(&report);
        assert!(text.len() <= MOST, "{}", text.len());
        assert!(text.contains("issue-not-examined: 157 errors against IEC 81001-5-1 4.1.8#b"), "{text}");
        assert!(text.contains("- and 152 more like it: CVE-2024-00005, "), "{text}");
        assert!(text.contains(" and 92 more\n"), "{text}");
        for rule in ["review-overdue", "review-altered", "closed-without-resolution"] {
            assert!(text.contains(rule), "{rule}");
        }
        assert!(text.contains("92 pieces of the report did not fit"), "{text}");
    }

    #[test]
    fn places_are_links_where_the_host_is_known() {
        let mut report = sample::report();
        let record = "[<code>docs/quality/SR-2024.md:18</code>](<https://github.com/acme/pump/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d/docs/quality/SR-2024.md?plain=1#L18>)";
        assert!(summary(&report).contains(record), "{}", summary(&report));
        report.origin = None;
        assert!(!summary(&report).contains("](<"));
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
                Event::Start(Tag::Link { dest_url, .. }) => {
                    assert!(dest_url.starts_with("https://github.com/acme/pump/"), "{dest_url}");
                }
                Event::Start(tag @ (Tag::Image { .. } | Tag::CodeBlock(_) | Tag::Heading { .. } | Tag::HtmlBlock)) => {
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
            let plain = shape(&within(&sample::poisoned("x"), 1 << 20));
            prop_assert_eq!(shape(&within(&sample::poisoned(&words), 1 << 20)), plain);
            prop_assert!(summary(&sample::poisoned(&words)).len() <= MOST);
        }
    }
}
