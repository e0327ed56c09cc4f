//! The report for people at a terminal: verdict first, then the state of the window, the constraints, what is wrong and
//! what to do about it.

#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeSet;
use std::io::{self, Write};

use crate::model::finding::{Finding, Level};
use crate::model::limit::Limit;
use crate::model::policy::PullRequestLane;
use crate::model::report::{Lane, Report, Verdict};
use crate::render::escape::{line, no_command};
use crate::render::groups::alike;
use crate::render::layout::{Paint, columns, wrap};
use crate::render::limits::groups;
use crate::render::next::steps;
use crate::render::snippet;
use crate::render::status::status_line;
use crate::render::style::Style;
use crate::render::{actions, documents, issues, lane, links, metrics, words};
use lookback_reading::{Location, STANDARD, count, shorten};

/// Places of one rule shown in full when concise; more are counted and named.
const PLACES: usize = 3;
/// Things named that could not be seen for one reason, when concise.
const THINGS: usize = 5;
/// Rows of a table when concise.
const ROWS: usize = 12;
/// Worst first.
const LEVELS: [Level; 3] = [Level::Error, Level::Warning, Level::Note];
/// Ids named in a list when concise.
const NAMED: usize = 10;

/// Writes the report. Concise by default; the style says how much and how wide.
pub(crate) fn render(report: &Report, out: &mut dyn Write, style: &Style) -> io::Result<()> {
    let style = Style { width: style.width.clamp(40, 400), ..*style };
    let mut page = Page { text: String::new(), paint: Paint { color: style.color }, style };
    page.headline(report);
    if style.verbosity < 0 {
        page.findings(report, Level::Error);
    } else {
        page.state(report);
        page.next(report);
        page.constraints(report);
        page.findings(report, Level::Note);
        page.waived(report);
        page.coverage(report);
        page.documents(report);
        if style.verbosity > 0 {
            page.reviews(report);
            page.actions(report);
            page.issues(report);
            page.metrics(report);
        }
        page.limits(report);
        page.closing(report);
    }
    let safe: String = page.text.lines().flat_map(|line| [no_command(line), "\n".to_owned()]).collect();
    let linked = if style.links { links::linked(&safe, &links::of(report)) } else { safe };
    out.write_all(linked.as_bytes())
}

/// What every run takes from the object database as it is.
const UNHASHED: &str = "Commits before the revision, and their trees, are taken for what their names say; the revision, its trees, its documents and \
    every other file that is read are hashed again. `git fsck` does it for all.";

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
        let lead = first.trim_start();
        let indent = &first[..first.len() - lead.len()];
        let width = self.style.width.saturating_sub(indent.len().max(rest.len()));
        for (at, part) in wrap(&format!("{lead}{text}"), width).into_iter().enumerate() {
            self.line(&format!("{}{part}", if at == 0 { indent } else { rest }));
        }
    }

    fn headline(&mut self, report: &Report) {
        let subject = &report.subject;
        let revision = subject.revision.as_deref().map_or_else(String::new, |revision| {
            format!(" at {}", line(&revision.chars().take(12).collect::<String>()))
        });
        let (repository, said) = (line(&shorten(&subject.repository, 200)), report.said());
        let judged = words::judged(subject);
        let counts = report.counts();
        let counts = LEVELS.into_iter().filter_map(|level| Some(count(*counts.get(&level)?, level.word())));
        let parts: Vec<String> = std::iter::once(said.clone()).chain(counts).collect();
        let text = format!("{repository}{revision} on {}: {}{judged}", subject.as_of, parts.join(", "));
        // Painted after wrapping, because colour codes have no width.
        for (at, part) in wrap(&text, self.style.width.saturating_sub(2)).into_iter().enumerate() {
            let part =
                part.replacen(&format!(": {said}"), &format!(": {}", self.paint.verdict(report.verdict, &said)), 1);
            let first = part.strip_prefix(&repository).filter(|_| at == 0);
            let part = first.map_or(part.clone(), |rest| format!("{}{rest}", self.paint.bold(&repository)));
            self.line(&format!("{}{part}", if at == 0 { "" } else { "  " }));
        }
    }

    fn state(&mut self, report: &Report) {
        let cadence = &report.cadence;
        let status = line(&status_line(report));
        let window = format!("window {}", line(&shorten(&cadence.window, 100)));
        let state = status.split(':').next().unwrap_or_default().to_owned();
        for (at, part) in wrap(&format!("{status} ({window})"), self.style.width.saturating_sub(2)).iter().enumerate() {
            match part.strip_prefix(&state).filter(|_| at == 0) {
                Some(rest) => self.line(&format!("{}{rest}", self.paint.state(cadence.state, &state))),
                None => self.line(&format!("  {part}")),
            }
        }
    }

    fn next(&mut self, report: &Report) {
        for sentence in lane::lines(report) {
            self.wrapped("", "  ", &line(&shorten(&sentence, 2_000)));
        }
        for step in steps(report) {
            self.wrapped("Next: ", "      ", &line(&shorten(&format!("{}.", step.trim_end_matches('.')), 800)));
        }
    }

    fn constraints(&mut self, report: &Report) {
        for gap in &report.cadence.gaps {
            self.line(&format!("Gap: {} between the reviews of {} and {}", days(gap.days), gap.from, gap.to));
        }
        self.heading(&format!("Constraints of {STANDARD}"));
        for result in &report.constraints {
            let standing = result.findings.iter().filter_map(|at| report.findings.get(*at));
            let standing: Vec<_> = standing.filter(|finding| finding.waived.is_none()).collect();
            let notes: Vec<_> = LEVELS
                .into_iter()
                .map(|level| (level, standing.iter().filter(|finding| finding.level == level).count()))
                .filter(|(_, n)| *n > 0)
                .map(|(level, n)| count(n, level.word()))
                .collect();
            let verdict = self.paint.verdict(result.verdict, &crate::render::layout::pad(result.verdict.word(), 13));
            let notes: Vec<_> = notes.into_iter().chain(words::vacuous(report, result).map(str::to_owned)).collect();
            let info = result.constraint.info();
            let text = format!("  {verdict} {}  {:25}  {}", info.id, info.title, notes.join(", "));
            self.line(text.trim_end());
            if self.style.verbosity > 0 {
                for (path, quote) in &result.evidence {
                    let place = line(&Location::of(path, quote).position(&shorten(path, 300)));
                    let text = format!("{place}: “{}”", line(&shorten(&quote.text, 300)));
                    self.wrapped("                 ", "                   ", &text);
                }
            }
        }
        self.not_assessed(report);
    }

    /// Why constraints were not judged, each reason once. What the limits tell stands there.
    fn not_assessed(&mut self, report: &Report) {
        let told: BTreeSet<String> = report.limits.iter().map(Limit::told).collect();
        let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
        for result in &report.constraints {
            for why in result.not_assessed.iter().filter(|why| !told.contains(*why)) {
                let id = result.constraint.id().to_owned();
                match reasons.iter_mut().find(|(known, _)| known == why) {
                    Some((_, ids)) if ids.contains(&id) => {}
                    Some((_, ids)) => ids.push(id),
                    None => reasons.push((why, vec![id])),
                }
            }
        }
        for (why, ids) in reasons {
            let text = format!("not assessed, {}: {}", ids.join(", "), line(&shorten(why, 500)));
            self.wrapped("  ", "    ", &text);
        }
    }

    fn findings(&mut self, report: &Report, least: Level) {
        let standing: Vec<_> = report.standing().filter(|finding| finding.level >= least).collect();
        let places = alike(&standing);
        let mut quoted: BTreeSet<&Location> = BTreeSet::new();
        let mut rest = places.as_slice();
        while let [first, ..] = rest {
            let same = |next: &&Vec<&Finding>| (next[0].rule, next[0].level) == (first[0].rule, first[0].level);
            let of_rule = rest.iter().take_while(same).count();
            // One more in full is shorter than a line that says so.
            let shown = if self.style.verbosity > 0 || of_rule <= PLACES + 1 { of_rule } else { PLACES };
            for cases in &rest[..shown] {
                self.line("");
                let again = cases[0].location.as_ref().is_some_and(|place| !quoted.insert(place));
                let text = snippet::render(cases, again, &self.style);
                self.line(text.trim_end());
            }
            if shown < of_rule {
                self.elsewhere(first[0], &rest[shown..of_rule].concat());
            }
            rest = &rest[of_rule..];
        }
    }

    fn elsewhere(&mut self, first: &Finding, others: &[&Finding]) {
        let title = self.paint.level(first.level, &format!("{}[{}]", first.level.word(), first.rule));
        self.line("");
        self.line(&format!("{title}: {} more at other places (-v shows each):", others.len()));
        self.wrapped("  ", "  ", &snippet::subjects(others));
    }

    fn waived(&mut self, report: &Report) {
        let waived: Vec<_> =
            report.findings.iter().filter_map(|finding| Some((finding, finding.waived.as_deref()?))).collect();
        if waived.is_empty() {
            return;
        }
        self.heading(&format!("Waived ({})", waived.len()));
        let most = if self.style.verbosity > 0 { usize::MAX } else { ROWS };
        if waived.len() > most {
            self.line(&format!("  the first {most}; -v shows all"));
        }
        for (finding, reason) in waived.into_iter().take(most) {
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
            let known = count(report.next_population.managed.len(), "security issue");
            self.line(&format!("  no review was held, so none is examined; {known} would belong to the next one"));
            return;
        };
        let mut text = format!(
            "{}: {} managed in {}, {} examined, {} missing",
            line(&shorten(&coverage.record, 300)),
            count(coverage.managed, "security issue"),
            words::period(coverage.period),
            coverage.examined,
            coverage.missing.len()
        );
        if !coverage.unsure.is_empty() {
            text += &format!(", {} unsure", coverage.unsure.len());
        }
        self.wrapped("  ", "    ", &text);
        self.line(&format!("  {}", words::balance(&coverage.balance)));
        // The findings name them.
        if !coverage.missing.is_empty() && self.style.verbosity > 0 {
            let ids = self.ids(&coverage.missing);
            self.wrapped("  missing: ", "    ", &ids);
        }
        if !coverage.unsure.is_empty() {
            let ids = self.ids(&coverage.unsure);
            self.wrapped("  perhaps not examined: ", "    ", &ids);
        }
        if !report.next_population.managed.is_empty() {
            let ids = self.ids(&report.next_population.managed);
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
        if self.style.verbosity <= 0 {
            return self.wrapped("  documents: ", "    ", &documents::summary(report));
        }
        self.heading(&format!("Documents with a signal ({})", report.documents.len()));
        for told in documents::lines(report) {
            self.wrapped("  ", "    ", &told);
        }
    }

    fn reviews(&mut self, report: &Report) {
        self.heading(&format!("Reviews ({})", report.reviews.len()));
        for review in &report.reviews {
            let words = |text: &Option<String>| text.as_ref().map(|text| line(&shorten(text, 200)));
            let mut parts = vec![review.date_held.map_or_else(|| "undated".to_owned(), |day| format!("held {day}"))];
            parts.extend(review.period.map(|stated| format!("period {}", words::period(stated))));
            parts.extend(words(&review.status).map(|status| format!("status {status}")));
            parts.extend(words(&review.approved_by).map(|name| format!("approved by {name}")));
            let counted = match review.counted {
                Some(true) => "counted",
                Some(false) => "not counted",
                None => "unclear whether it counts",
            };
            parts.push(match words(&review.why_not) {
                Some(why) if review.counted != Some(true) => format!("{counted}: {why}"),
                _ => counted.to_owned(),
            });
            let id = words(&review.doc_id).map_or_else(String::new, |id| format!(" ({id})"));
            let mark = words::not_committed(report.subject.uncommitted.contains(&review.path));
            let text = format!("{}{mark}{id}: {}", line(&shorten(&review.path, 300)), parts.join(", "));
            self.wrapped("  ", "    ", &text);
        }
    }

    fn actions(&mut self, report: &Report) {
        if !report.actions.is_empty() {
            self.heading(&format!("Improvement actions ({})", report.actions.len()));
        }
        for told in actions::lines(&report.actions) {
            self.wrapped("  ", "    ", &told);
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
                self.heading(&format!("Measures for {}", words::period(metrics.period)));
            }
            for row in rows.into_iter().chain(metrics::notes(metrics)) {
                self.line(&format!("  {row}"));
            }
        }
    }

    fn limits(&mut self, report: &Report) {
        let trusted = self.style.verbosity > 0 && report.subject.revision.is_some();
        if report.limits.is_empty() && !trusted {
            return;
        }
        self.heading(&format!("Not seen ({})", report.limits.len()));
        let most = if self.style.verbosity > 0 { usize::MAX } else { ROWS };
        let groups = groups(&report.limits);
        for group in groups.iter().take(most) {
            let named = if self.style.verbosity > 0 { usize::MAX } else { THINGS };
            self.wrapped("  ", "    ", &group.told(named));
            if let Some(stops) = group.stops() {
                self.wrapped("    not judged without it: ", "      ", &stops);
            }
            let remedy = line(&shorten(&group.first.remedy, 500));
            self.wrapped("    help: ", "      ", &remedy);
        }
        if groups.len() > most {
            self.line(&format!("  … and {} more (-v shows all)", groups.len() - most));
        }
        if trusted {
            self.wrapped("  ", "    ", UNHASHED);
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
        0 if report.verdict == Verdict::Conforms
            && report.constraints.iter().any(|one| one.verdict == Verdict::NotDue) =>
        {
            "nothing stands against the constraints that are due"
        }
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
