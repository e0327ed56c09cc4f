//! The report for people at a terminal: verdict first, then the state of the window, the constraints, what is wrong and
//! what to do about it.

use std::io::{self, Write};

use super::escape::{line, no_command};
use super::layout::{Paint, columns, whole, wrap};
use super::snippet;
use super::status::status_line;
use super::{Style, issues, lane, metrics, words};
use crate::finding::{Finding, Level};
use crate::period::Period;
use crate::policy::PullRequestLane;
use crate::report::{Balance, Lane, Report, Verdict};
use crate::text::{Location, count, shorten};

/// Findings of one rule shown in full when concise; more are counted and named.
const ALIKE: usize = 3;
/// Rows of a table when concise.
const ROWS: usize = 12;
/// Worst first.
const LEVELS: [Level; 3] = [Level::Error, Level::Warning, Level::Note];
/// Ids named in a list when concise.
const NAMED: usize = 20;

/// Writes the report. Concise by default; the style says how much and how wide.
pub fn render(report: &Report, out: &mut dyn Write, style: &Style) -> io::Result<()> {
    let style = Style { width: style.width.clamp(40, 400), ..*style };
    let mut page = Page { text: String::new(), paint: Paint { color: style.color }, style };
    page.headline(report);
    if style.verbosity < 0 {
        page.findings(report, Level::Error);
    } else {
        page.state(report);
        page.constraints(report);
        page.findings(report, Level::Note);
        page.waived(report);
        page.coverage(report);
        page.documents(report);
        if style.verbosity > 0 {
            page.reviews(report);
            page.issues(report);
            page.metrics(report);
        }
        page.limits(report);
        page.closing(report);
    }
    let safe: String = page.text.lines().flat_map(|line| [no_command(line), "\n".to_owned()]).collect();
    out.write_all(safe.as_bytes())
}

/// `2023-11-01 to 2025-01-31`.
pub(super) fn period(period: Period) -> String {
    match period.from {
        Some(from) => format!("{from} to {}", period.to),
        None => format!("up to {}", period.to),
    }
}

/// `open at start 0 + opened 4 + reopened 0 − closed 2 = open at end 2`.
pub(super) fn balance(balance: &Balance) -> String {
    format!(
        "open at start {} + opened {} + reopened {} − closed {} = open at end {}",
        balance.open_start, balance.opened, balance.reopened, balance.closed, balance.open_end
    )
}

struct Page {
    text: String,
    paint: Paint,
    style: Style,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn heading(&mut self, text: &str) {
        let text = self.paint.bold(text);
        self.line("");
        self.line(&text);
    }

    /// Wrapped, with a first indent and one for the lines that follow. Takes harmless text.
    fn wrapped(&mut self, first: &str, rest: &str, text: &str) {
        let width = self.style.width.saturating_sub(rest.chars().count());
        for (at, part) in wrap(text, width).into_iter().enumerate() {
            self.line(&format!("{}{part}", if at == 0 { first } else { rest }));
        }
    }

    fn headline(&mut self, report: &Report) {
        let subject = &report.subject;
        let revision = subject.revision.as_deref().map_or_else(String::new, |revision| {
            format!(" at {}", line(&revision.chars().take(12).collect::<String>()))
        });
        let verdict = self.paint.verdict(report.verdict, report.verdict.word());
        let repository = self.paint.bold(&line(&shorten(&subject.repository, 200)));
        self.line(&format!("{repository}{revision} on {}: {verdict}", subject.as_of));
    }

    fn state(&mut self, report: &Report) {
        let cadence = &report.cadence;
        let status = line(&status_line(report));
        let window = format!("window {}", line(&shorten(&cadence.window, 100)));
        let painted = match status.split_once(':') {
            Some((state, rest)) if !self.paint.color => format!("{state}:{rest}"),
            Some((state, rest)) => format!("{}:{rest}", self.paint.state(cadence.state, state)),
            None => status.clone(),
        };
        self.line(&format!("{painted} ({window})"));
        for gap in &cadence.gaps {
            self.line(&format!("gap: {} between the reviews of {} and {}", days(gap.days), gap.from, gap.to));
        }
    }

    fn constraints(&mut self, report: &Report) {
        self.heading("Constraints");
        for result in &report.constraints {
            let standing = result.findings.iter().filter_map(|at| report.findings.get(*at));
            let standing: Vec<_> = standing.filter(|finding| finding.waived.is_none()).collect();
            let notes: Vec<_> = LEVELS
                .into_iter()
                .map(|level| (level, standing.iter().filter(|finding| finding.level == level).count()))
                .filter(|(_, n)| *n > 0)
                .map(|(level, n)| count(n, level.word()))
                .collect();
            let verdict = self.paint.verdict(result.verdict, &super::layout::pad(result.verdict.word(), 13));
            let mut text = format!("  {verdict}  {}  {:25}", result.constraint, result.constraint.info().title);
            text.push_str("  ");
            text.push_str(&notes.join(", "));
            self.line(text.trim_end());
            for why in &result.not_assessed {
                self.wrapped("                 not assessed: ", "                 ", &line(&shorten(why, 500)));
            }
            if self.style.verbosity > 0 {
                for (path, quote) in &result.evidence {
                    let place = line(&Location::of(path, quote).position(&shorten(path, 300)));
                    let text = format!("{place}: “{}”", line(&shorten(&quote.text, 300)));
                    self.wrapped("                 ", "                   ", &text);
                }
            }
        }
    }

    fn findings(&mut self, report: &Report, least: Level) {
        let standing: Vec<_> = report.standing().filter(|finding| finding.level >= least).collect();
        let mut start = 0;
        while let Some(first) = standing.get(start) {
            let alike = standing[start..]
                .iter()
                .take_while(|next| (next.rule, next.level) == (first.rule, first.level))
                .count();
            // One more in full is shorter than a line that says so.
            let shown = if self.style.verbosity > 0 || alike <= ALIKE + 1 { alike } else { ALIKE };
            for finding in &standing[start..start + shown] {
                self.line("");
                let text = snippet::render(finding, &self.style);
                self.line(text.trim_end());
            }
            if shown < alike {
                self.alike(first, &standing[start + shown..start + alike]);
            }
            start += alike;
        }
    }

    fn alike(&mut self, first: &Finding, rest: &[&Finding]) {
        let mut subjects: Vec<_> =
            rest.iter().take(NAMED).map(|finding| line(&shorten(&finding.subject, 80))).collect();
        subjects.dedup();
        if rest.len() > NAMED {
            subjects.push(format!("and {} more", rest.len() - NAMED));
        }
        let title = format!("{}[{}]", first.level.word(), first.rule);
        let title = self.paint.level(first.level, &title);
        self.line("");
        self.line(&format!("{title}: {} more like it (-v shows each):", rest.len()));
        self.wrapped("  ", "  ", &subjects.join(", "));
    }

    fn waived(&mut self, report: &Report) {
        let waived: Vec<_> =
            report.findings.iter().filter_map(|finding| Some((finding, finding.waived.as_deref()?))).collect();
        if waived.is_empty() {
            return;
        }
        self.heading(&format!("Waived ({})", waived.len()));
        for (finding, reason) in waived {
            let text = format!(
                "{} [{}]: {}; waived: {}",
                finding.rule,
                line(&shorten(&finding.subject, 200)),
                line(&shorten(&finding.message, 500)),
                line(&shorten(reason, 500))
            );
            self.wrapped("  ", "    ", &text);
        }
    }

    fn coverage(&mut self, report: &Report) {
        self.heading("Coverage");
        let Some(coverage) = &report.coverage else {
            let known = count(report.next_population.len(), "security issue");
            self.line(&format!("  no review was held, so none is examined; {known} would belong to the next one"));
            return;
        };
        let text = format!(
            "{}: {} managed in {}, {} examined, {} missing",
            line(&shorten(&coverage.record, 300)),
            count(coverage.managed, "security issue"),
            period(coverage.period),
            coverage.examined,
            coverage.missing.len()
        );
        self.wrapped("  ", "    ", &text);
        self.line(&format!("  {}", balance(&coverage.balance)));
        if !coverage.missing.is_empty() {
            let ids = self.ids(&coverage.missing);
            self.wrapped("  missing: ", "    ", &ids);
        }
        if !report.next_population.is_empty() {
            let ids = self.ids(&report.next_population);
            self.wrapped("  for the next review: ", "    ", &ids);
        }
    }

    fn ids(&self, ids: &[String]) -> String {
        let most = if self.style.verbosity > 0 { usize::MAX } else { NAMED };
        let mut named: Vec<_> = ids.iter().take(most).map(|id| line(&shorten(id, 80))).collect();
        if ids.len() > most {
            named.push(format!("and {} more", ids.len() - most));
        }
        named.join(", ")
    }

    fn documents(&mut self, report: &Report) {
        self.heading(&format!("Documents with a signal ({})", report.documents.len()));
        if report.documents.is_empty() {
            self.line("  none, by path or by content");
        }
        let most = if self.style.verbosity > 0 { usize::MAX } else { ROWS };
        // What counts is shown first, so that the cut falls on what doesn't.
        let (counting, idle): (Vec<_>, Vec<_>) =
            report.documents.iter().partition(|document| document.counted_as.is_some());
        for document in counting.iter().chain(&idle).take(most) {
            let counted = match document.counted_as {
                Some(role) => format!("counts as {role}"),
                None => "does not count".to_owned(),
            };
            let text = format!(
                "{}: {counted} ({}, matched by {}): {}",
                line(&shorten(&document.path, 300)),
                words::kind(document.kind),
                words::matched_by(document.matched_by),
                line(&shorten(&document.why, 500))
            );
            self.wrapped("  ", "    ", &text);
        }
        if report.documents.len() > most {
            self.line(&format!("  … and {} more (-v shows all)", report.documents.len() - most));
        }
    }

    fn reviews(&mut self, report: &Report) {
        self.heading(&format!("Reviews ({})", report.reviews.len()));
        for review in &report.reviews {
            let words = |text: &Option<String>| text.as_ref().map(|text| line(&shorten(text, 200)));
            let mut parts = vec![review.date_held.map_or_else(|| "undated".to_owned(), |day| format!("held {day}"))];
            parts.extend(review.period.map(|stated| format!("period {}", period(stated))));
            parts.extend(words(&review.status).map(|status| format!("status {status}")));
            parts.extend(words(&review.approved_by).map(|name| format!("approved by {name}")));
            parts.push(match words(&review.why_not) {
                _ if review.counted => "counted".to_owned(),
                Some(why) => format!("not counted: {why}"),
                None => "not counted".to_owned(),
            });
            let id = words(&review.doc_id).map_or_else(String::new, |id| format!(" ({id})"));
            let text = format!("{}{id}: {}", line(&shorten(&review.path, 300)), parts.join(", "));
            self.wrapped("  ", "    ", &text);
        }
    }

    fn issues(&mut self, report: &Report) {
        self.heading(&format!("Security issues ({})", report.issues.len()));
        if report.issues.is_empty() {
            self.line("  none known");
            return;
        }
        for row in issues::table(&report.issues, &self.style) {
            self.line(&format!("  {row}"));
        }
    }

    fn metrics(&mut self, report: &Report) {
        let measured = [&report.metrics.period, &report.metrics.previous];
        for metrics in measured.into_iter().flatten() {
            let rows = columns(&metrics::table(metrics), &[]);
            if !rows.is_empty() {
                self.heading(&format!("Measures for {}", period(metrics.period)));
            }
            for row in rows {
                self.line(&format!("  {row}"));
            }
        }
    }

    fn limits(&mut self, report: &Report) {
        if report.limits.is_empty() {
            return;
        }
        self.heading(&format!("Not seen ({})", report.limits.len()));
        let most = if self.style.verbosity > 0 { usize::MAX } else { ROWS };
        // Limits that stop a judgement come first, so that the cut falls on the others.
        let (blocking, idle): (Vec<_>, Vec<_>) = report.limits.iter().partition(|limit| !limit.affects.is_empty());
        for limit in blocking.iter().chain(&idle).take(most) {
            let what = format!("{}: {}", line(&shorten(&limit.what, 500)), line(&shorten(&limit.why, 500)));
            self.wrapped("  ", "    ", &what);
            if !limit.affects.is_empty() {
                let affects: Vec<_> = limit.affects.iter().copied().map(whole).collect();
                self.wrapped("    affects: ", "      ", &affects.join(", "));
            }
            let remedy = line(&shorten(&limit.remedy, 500));
            self.wrapped("    help: ", "      ", &remedy);
        }
        if report.limits.len() > most {
            self.line(&format!("  … and {} more (-v shows all)", report.limits.len() - most));
        }
    }

    fn closing(&mut self, report: &Report) {
        let counts = report.counts();
        let mut parts: Vec<_> =
            LEVELS.into_iter().map(|level| count(counts.get(&level).copied().unwrap_or(0), level.word())).collect();
        let waived = report.findings.iter().filter(|finding| finding.waived.is_some()).count();
        if waived > 0 {
            parts.push(format!("{waived} waived"));
        }
        if !report.limits.is_empty() {
            parts.push(format!("{} not seen", count(report.limits.len(), "thing")));
        }
        let exit = exit_meaning(report);
        self.line("");
        for sentence in lane::lines(report) {
            self.wrapped("", "  ", &line(&shorten(&sentence, 2_000)));
        }
        let text = format!("{}; exit code {}: {exit}", parts.join(", "), report.exit_code);
        // Painted after wrapping, because colour codes have no width.
        let verdict = report.verdict.word();
        let first = format!("{}: ", self.paint.verdict(report.verdict, verdict));
        for (at, part) in wrap(&text, self.style.width.saturating_sub(verdict.len() + 2)).into_iter().enumerate() {
            self.line(&format!("{}{part}", if at == 0 { &first } else { "  " }));
        }
    }
}

/// What the exit code says, also when strictness made it differ from the verdict.
fn exit_meaning(report: &Report) -> &'static str {
    match report.exit_code {
        0 if report.verdict == Verdict::Conforms => "nothing stands against the constraints",
        0 if matches!(report.lane.lane, Lane::PullRequest(PullRequestLane::Changed)) => {
            "the pull request causes no error"
        }
        0 => "reported only",
        1 if report.verdict == Verdict::Nonconforming => "an error stands",
        1 => "warnings count as errors (--strict)",
        3 => "something that decides could not be seen",
        _ => "could not run",
    }
}

fn days(n: i64) -> String {
    count(usize::try_from(n).unwrap_or(0), "day")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::render::sample;

    fn text(report: &Report, style: Style) -> String {
        let mut out = Vec::new();
        render(report, &mut out, &style).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_sample() {
        insta::assert_snapshot!(text(&sample::report(), Style::default()), @r#"
        acme/pump at 1a2b3c4d5e6f on 2026-05-15: nonconforming
        overdue: last review 2025-02-03, was due 2026-02-03, 101 days late (window 12-months)
        gap: 451 days between the reviews of 2023-11-10 and 2025-02-03

        Constraints
          conforms       IEC 81001-5-1 4.1.6#a  improvement established    1 warning
          undetermined   IEC 81001-5-1 4.1.6#b  deployed defects analysed
                         not assessed: nobody says which issues affect deployed software
          conforms       IEC 81001-5-1 4.1.8#a  review established
          nonconforming  IEC 81001-5-1 4.1.8#b  issues examined            2 errors
          nonconforming  IEC 81001-5-1 4.1.8#c  process assessed           1 error
          nonconforming  IEC 81001-5-1 4.1.8#d  held annually              2 errors, 1 warning, 1 note

        error[issue-not-examined]: #12 (Service port accepts the default password) was managed in the
                                   period, but the record only lists it as out of scope
                                   (IEC 81001-5-1 4.1.8#b)
          --> docs/quality/SR-2024.md:18:1
           |
        18 | ## Issues examined
           | ^^^^^^^^^^^^^^^^^^
           |
           = help: examine #12 and name it in the record of the next review

        error[issue-not-examined]: CVE-2025-1234 (Heap overflow in the drug library parser) was managed in
                                   the period, but the record does not name it (IEC 81001-5-1 4.1.8#b)
          --> docs/quality/SR-2024.md:18:1
           |
        18 | ## Issues examined
           | ^^^^^^^^^^^^^^^^^^
           |
           = note: docs/quality/SR-2024.md:9: the period of the review
           = help: examine CVE-2025-1234 and name it in the record of the next review

        error[conclusion-contradicted]: the record says that all security issues were resolved, but #12 was
                                        open at the cut-off 2025-01-31 (IEC 81001-5-1 4.1.8#c)
          --> docs/quality/SR-2024.md:41:3
           |
        41 |   All security issues of the period were resolved and released.
           |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = note: docs/quality/SR-2024.md:22: #12 stands here as open
           = note: #12 was opened on 2024-06-03 and never closed
           = help: correct the conclusion, or name the open issues and why they may stay open

        error[review-overdue]: the last review was held on 2025-02-03, the next was due on 2026-02-03: 101
                               days late (IEC 81001-5-1 4.1.8#d)
         --> docs/quality/SR-2024.md:7:14
          |
        7 |              2025-02-03
          |              ^^^^^^^^^^
          |
          = help: hold the review and commit its record; `lookback draft` writes one with the data filled in

        error[review-unfilled]: the record still holds 3 placeholders and does not count as held
                                (IEC 81001-5-1 4.1.8#d)
         --> docs/quality/SR-2025.md:5:11
          |
        5 |           TODO(reviewer): name the participants
          |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: fill in the placeholders, or delete the file

        warning[action-untracked]: the improvement action has no owner and no due date
                                   (IEC 81001-5-1 4.1.6#a)
          --> docs/quality/SR-2024.md:52:1
           |
        52 | - Improve fuzzing of the drug library parser
           | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: name who does it, by when, and the issue that tracks it

        warning[review-gap]: 451 days lie between the reviews of 2023-11-10 and 2025-02-03; 12-months allow
                             366 (IEC 81001-5-1 4.1.8#d)
         --> docs/quality/SR-2024.md:7:14
          |
        7 |              2025-02-03
          |              ^^^^^^^^^^
          |
          = help: explain the gap in the next record

        note[review-altered]: the record changed in 1a2b3c4d5e6f on 2025-03-20, after its approval on
                              2025-02-10 (IEC 81001-5-1 4.1.8#d)
        --> docs/quality/SR-2024.md
         = help: approve the changed record again

        Waived (1)
          closed-without-resolution [#9]: #9 was closed with neither fix, release, advisory, accepted risk
            nor reason; waived: duplicate of #7, closed by hand (R. Vogel, until 2026-12-31)

        Coverage
          docs/quality/SR-2024.md: 4 security issues managed in 2023-11-01 to 2025-01-31, 2 examined, 2
            missing
          open at start 0 + opened 4 + reopened 0 − closed 2 = open at end 2
          missing: #12, CVE-2025-1234
          for the next review: #12, #15, CVE-2025-1234

        Documents with a signal (4)
          docs/quality/SR-2024.md: counts as review (record, matched by content): held on 2025-02-03, the
            last review
          docs/quality/problem-resolution-review-procedure.md: counts as procedure (procedure, matched by
            path and content): prescribes a review once a year
          docs/quality/SR-2025.md: does not count (template, matched by content): 3 placeholders are not
            filled in
          docs/security-review.md: does not count (template, matched by path): an empty template: no date,
            no issues

        Not seen (1)
          which issues affect deployed software: neither advisories nor labels were read: the run was
            offline
            affects: IEC 81001-5-1 4.1.6#b
            help: run with a token, or set the label `deployed` on such issues and export them

        nonconforming: 5 errors, 2 warnings, 1 note, 1 waived, 1 thing not seen; exit code 1: an error
          stands
        "#);
    }

    #[test]
    fn the_sample_quiet() {
        insta::assert_snapshot!(text(&sample::report(), Style { verbosity: -1, ..Style::default() }), @r#"
        acme/pump at 1a2b3c4d5e6f on 2026-05-15: nonconforming

        error[issue-not-examined]: #12 (Service port accepts the default password) was managed in the
                                   period, but the record only lists it as out of scope
                                   (IEC 81001-5-1 4.1.8#b)
          --> docs/quality/SR-2024.md:18:1
           |
        18 | ## Issues examined
           | ^^^^^^^^^^^^^^^^^^
           |
           = help: examine #12 and name it in the record of the next review

        error[issue-not-examined]: CVE-2025-1234 (Heap overflow in the drug library parser) was managed in
                                   the period, but the record does not name it (IEC 81001-5-1 4.1.8#b)
          --> docs/quality/SR-2024.md:18:1
           |
        18 | ## Issues examined
           | ^^^^^^^^^^^^^^^^^^
           |
           = note: docs/quality/SR-2024.md:9: the period of the review
           = help: examine CVE-2025-1234 and name it in the record of the next review

        error[conclusion-contradicted]: the record says that all security issues were resolved, but #12 was
                                        open at the cut-off 2025-01-31 (IEC 81001-5-1 4.1.8#c)
          --> docs/quality/SR-2024.md:41:3
           |
        41 |   All security issues of the period were resolved and released.
           |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = note: docs/quality/SR-2024.md:22: #12 stands here as open
           = note: #12 was opened on 2024-06-03 and never closed
           = help: correct the conclusion, or name the open issues and why they may stay open

        error[review-overdue]: the last review was held on 2025-02-03, the next was due on 2026-02-03: 101
                               days late (IEC 81001-5-1 4.1.8#d)
         --> docs/quality/SR-2024.md:7:14
          |
        7 |              2025-02-03
          |              ^^^^^^^^^^
          |
          = help: hold the review and commit its record; `lookback draft` writes one with the data filled in

        error[review-unfilled]: the record still holds 3 placeholders and does not count as held
                                (IEC 81001-5-1 4.1.8#d)
         --> docs/quality/SR-2025.md:5:11
          |
        5 |           TODO(reviewer): name the participants
          |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: fill in the placeholders, or delete the file
        "#);
    }

    #[test]
    fn the_sample_in_full() {
        insta::assert_snapshot!(text(&sample::report(), Style { verbosity: 1, ..Style::default() }), @r#"
        acme/pump at 1a2b3c4d5e6f on 2026-05-15: nonconforming
        overdue: last review 2025-02-03, was due 2026-02-03, 101 days late (window 12-months)
        gap: 451 days between the reviews of 2023-11-10 and 2025-02-03

        Constraints
          conforms       IEC 81001-5-1 4.1.6#a  improvement established    1 warning
                         docs/quality/SR-2024.md:50: “The threat model is now updated at every change of
                           an interface.”
          undetermined   IEC 81001-5-1 4.1.6#b  deployed defects analysed
                         not assessed: nobody says which issues affect deployed software
          conforms       IEC 81001-5-1 4.1.8#a  review established
                         docs/quality/problem-resolution-review-procedure.md:12: “The security officer
                           reviews the problem resolution process once a year.”
          nonconforming  IEC 81001-5-1 4.1.8#b  issues examined            2 errors
          nonconforming  IEC 81001-5-1 4.1.8#c  process assessed           1 error
          nonconforming  IEC 81001-5-1 4.1.8#d  held annually              2 errors, 1 warning, 1 note
                         docs/quality/SR-2024.md:7: “2025-02-03”

        error[issue-not-examined]: #12 (Service port accepts the default password) was managed in the
                                   period, but the record only lists it as out of scope
                                   (IEC 81001-5-1 4.1.8#b)
          --> docs/quality/SR-2024.md:18:1
           |
        18 | ## Issues examined
           | ^^^^^^^^^^^^^^^^^^
           |
           = help: examine #12 and name it in the record of the next review

        error[issue-not-examined]: CVE-2025-1234 (Heap overflow in the drug library parser) was managed in
                                   the period, but the record does not name it (IEC 81001-5-1 4.1.8#b)
          --> docs/quality/SR-2024.md:18:1
           |
        18 | ## Issues examined
           | ^^^^^^^^^^^^^^^^^^
           |
           = note: docs/quality/SR-2024.md:9: the period of the review
           = help: examine CVE-2025-1234 and name it in the record of the next review

        error[conclusion-contradicted]: the record says that all security issues were resolved, but #12 was
                                        open at the cut-off 2025-01-31 (IEC 81001-5-1 4.1.8#c)
          --> docs/quality/SR-2024.md:41:3
           |
        41 |   All security issues of the period were resolved and released.
           |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = note: docs/quality/SR-2024.md:22: #12 stands here as open
           = note: #12 was opened on 2024-06-03 and never closed
           = help: correct the conclusion, or name the open issues and why they may stay open

        error[review-overdue]: the last review was held on 2025-02-03, the next was due on 2026-02-03: 101
                               days late (IEC 81001-5-1 4.1.8#d)
         --> docs/quality/SR-2024.md:7:14
          |
        7 |              2025-02-03
          |              ^^^^^^^^^^
          |
          = help: hold the review and commit its record; `lookback draft` writes one with the data filled in

        error[review-unfilled]: the record still holds 3 placeholders and does not count as held
                                (IEC 81001-5-1 4.1.8#d)
         --> docs/quality/SR-2025.md:5:11
          |
        5 |           TODO(reviewer): name the participants
          |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: fill in the placeholders, or delete the file

        warning[action-untracked]: the improvement action has no owner and no due date
                                   (IEC 81001-5-1 4.1.6#a)
          --> docs/quality/SR-2024.md:52:1
           |
        52 | - Improve fuzzing of the drug library parser
           | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: name who does it, by when, and the issue that tracks it

        warning[review-gap]: 451 days lie between the reviews of 2023-11-10 and 2025-02-03; 12-months allow
                             366 (IEC 81001-5-1 4.1.8#d)
         --> docs/quality/SR-2024.md:7:14
          |
        7 |              2025-02-03
          |              ^^^^^^^^^^
          |
          = help: explain the gap in the next record

        note[review-altered]: the record changed in 1a2b3c4d5e6f on 2025-03-20, after its approval on
                              2025-02-10 (IEC 81001-5-1 4.1.8#d)
        --> docs/quality/SR-2024.md
         = help: approve the changed record again

        Waived (1)
          closed-without-resolution [#9]: #9 was closed with neither fix, release, advisory, accepted risk
            nor reason; waived: duplicate of #7, closed by hand (R. Vogel, until 2026-12-31)

        Coverage
          docs/quality/SR-2024.md: 4 security issues managed in 2023-11-01 to 2025-01-31, 2 examined, 2
            missing
          open at start 0 + opened 4 + reopened 0 − closed 2 = open at end 2
          missing: #12, CVE-2025-1234
          for the next review: #12, #15, CVE-2025-1234

        Documents with a signal (4)
          docs/quality/SR-2024.md: counts as review (record, matched by content): held on 2025-02-03, the
            last review
          docs/quality/problem-resolution-review-procedure.md: counts as procedure (procedure, matched by
            path and content): prescribes a review once a year
          docs/quality/SR-2025.md: does not count (template, matched by content): 3 placeholders are not
            filled in
          docs/security-review.md: does not count (template, matched by path): an empty template: no date,
            no issues

        Reviews (4)
          docs/quality/SR-2022.md (SR-2022): held 2022-11-14, period up to 2022-10-31, status Approved,
            approved by R. Vogel, Head of Quality, counted
          docs/quality/SR-2023.md (SR-2023): held 2023-11-10, period 2022-11-01 to 2023-10-31, status
            Approved, approved by R. Vogel, Head of Quality, counted
          docs/quality/SR-2024.md (SR-2024): held 2025-02-03, period 2023-11-01 to 2025-01-31, status
            Approved, approved by R. Vogel, Head of Quality, counted
          docs/quality/SR-2025.md (SR-2025): undated, status Draft, not counted: 3 placeholders are not
            filled in

        Security issues (5)
          id             severity  state   opened      closed      resolution  release  managed  examined  title
          #12            high      open    2024-06-03  -           none        -        yes      no        Service port accepts the default password
          #15            low       open    2025-11-30  -           none        -        no       -         Bluetooth pairing without confirmation (審査中)
          #7             medium    closed  2023-12-01  2024-01-18  fixed       v2.3.0   yes      yes       Update check accepts an expired certificate
          #9             unrated   closed  2024-02-11  2024-12-30  none        -        yes      yes       Log shows the pairing key
          CVE-2025-1234  critical  closed  2025-01-20  2025-04-02  fixed       v2.4.1   yes      no        Heap overflow in the drug library parser

        Measures for 2023-11-01 to 2025-01-31
          measure                                        all
          managed                                        4
          identified                                     4
          resolved                                       2
          open at the cut-off                            2
          carried over                                   0
          reopened                                       0
          days to first response: median, p90 (n)        n/a (0)
          days to resolution: median, p90 (n)            185.5, 323.0 (2)
          days to release: median, p90 (n)               14.0, 14.0 (1)
          open for 0–30, 31–90, 91–180, over 180 days    1, 0, 0, 1
          identified in the period and fixed by its end  25.0 % of 4

        Not seen (1)
          which issues affect deployed software: neither advisories nor labels were read: the run was
            offline
            affects: IEC 81001-5-1 4.1.6#b
            help: run with a token, or set the label `deployed` on such issues and export them

        nonconforming: 5 errors, 2 warnings, 1 note, 1 waived, 1 thing not seen; exit code 1: an error
          stands
        "#);
    }

    #[test]
    fn many_alike_are_counted_and_named() {
        let mut report = sample::report();
        let template = report.findings[0].clone();
        report.findings = (0..200)
            .map(|n| Finding { subject: format!("#{n}"), message: format!("#{n} is not named"), ..template.clone() })
            .collect();
        let concise = text(&report, Style::default());
        assert!(
            concise.contains("error[issue-not-examined]: 197 more like it (-v shows each):\n  #3, #4, "),
            "{concise}"
        );
        assert!(concise.contains("#22, and\n  177 more\n"), "{concise}");
        assert_eq!(text(&report, Style { verbosity: 1, ..Style::default() }).matches("is not named").count(), 200);
    }

    #[test]
    fn exit_codes_are_explained() {
        let mut report = sample::report();
        report.verdict = Verdict::Conforms;
        for (code, meaning) in [(0, "nothing stands"), (1, "--strict"), (3, "could not be seen")] {
            report.exit_code = code;
            assert!(text(&report, Style { width: 200, ..Style::default() }).lines().last().unwrap().contains(meaning));
        }
    }

    fn without_color(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        for verbosity in -1..=1 {
            let style = Style { verbosity, ..Style::default() };
            let colored = text(&sample::report(), Style { color: true, ..style });
            assert!(colored.contains('\u{1b}'));
            assert_eq!(without_color(&colored), text(&sample::report(), style));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn hostile_words_stay_words(words in "(::error::| ::|##\\[|\r|\n|\u{1b}\\[31m|\u{9b}|\u{202e}|\u{7}|\u{2028}|\\PC){0,12}", verbosity in -1i8..=1, width in 30usize..140) {
            let style = Style { verbosity, width, color: false };
            let text = text(&sample::poisoned(&words), style);
            let obeyed = text.chars().find(|c| *c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(c)));
            prop_assert_eq!(obeyed, None);
            for line in text.lines() {
                prop_assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "{}", line);
            }
        }

        #[test]
        fn lines_fit_where_words_allow(width in 60usize..160) {
            let text = text(&sample::report(), Style { width, ..Style::default() });
            let too_wide: Vec<_> = text.lines().filter(|line| line.width() > width.max(100)).collect();
            prop_assert!(too_wide.is_empty(), "{too_wide:#?}");
        }
    }
}
