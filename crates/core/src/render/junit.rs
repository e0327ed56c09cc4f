//! JUnit XML, for Jenkins, GitLab and others: one suite per constraint, one case per rule and subject.
//!
//! Red is what makes the run fail: a finding that counts is a failure; a constraint that could not be judged in full is an error.
//! Warnings, waived findings, errors that do not count on a pull request, rules that are switched off, and silent rules of a
//! constraint that could not be judged in full are skipped cases: not red, and no pass either. A case passes only where its rule
//! looked and found nothing above a note.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::judge::rule::Rule;
use crate::judge::rules::RULES;
use crate::model::finding::{Finding, Level};
use crate::model::report::{Lane, Report, Verdict};
use crate::render::anchor::UNSEEN;
use crate::render::escape::xml;
use crate::render::status::status_line;
use crate::render::words;
use lookback_reading::{Constraint, shorten};

/// Characters of one message.
const MESSAGE: usize = 8_000;

/// How a case ended.
enum End {
    Passed,
    /// Passed, with something worth knowing.
    Noted(String),
    Skipped(String),
    Failed {
        message: String,
        details: String,
    },
    Unseen(String),
}

impl End {
    /// How soon it has to be seen.
    fn rank(&self) -> u8 {
        match self {
            End::Failed { .. } => 0,
            End::Unseen(_) => 1,
            End::Skipped(_) => 2,
            End::Noted(_) => 3,
            End::Passed => 4,
        }
    }
}

struct Case {
    name: String,
    end: End,
    /// Where it stands among the findings, worst first.
    at: usize,
}

impl Case {
    fn order(&self) -> (u8, usize) {
        (self.end.rank(), self.at)
    }
}

struct Suite {
    name: String,
    class: String,
    properties: Vec<(&'static str, String)>,
    cases: Vec<Case>,
}

/// Writes one document. Same report: same bytes; no durations, as they would differ.
pub(crate) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: Vec<Suite> =
        Constraint::ALL.iter().map(|constraint| constraint_suite(report, *constraint)).collect();
    suites.push(Suite {
        name: "waivers".to_owned(),
        class: "lookback.waivers".to_owned(),
        properties: Vec::new(),
        cases: rules_of(None).flat_map(|rule| cases(report, rule, false)).collect(),
    });
    for suite in &mut suites {
        suite.cases.sort_by_key(Case::order);
    }
    suites.sort_by_key(|suite| suite.cases.first().map(Case::order));
    let count =
        |of: fn(&End) -> bool| suites.iter().flat_map(|suite| &suite.cases).filter(|case| of(&case.end)).count();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a String can't fail.
    let _ = writeln!(
        text,
        r#"<testsuites name="Lookback: {}" tests="{}" failures="{}" errors="{}">"#,
        xml(report.verdict.word()),
        count(|_| true),
        count(failed),
        count(unseen)
    );
    for suite in &suites {
        write_suite(&mut text, suite, report);
    }
    text.push_str("</testsuites>\n");
    out.write_all(text.as_bytes())
}

fn failed(end: &End) -> bool {
    matches!(end, End::Failed { .. })
}

fn unseen(end: &End) -> bool {
    matches!(end, End::Unseen(_))
}

fn skipped(end: &End) -> bool {
    matches!(end, End::Skipped(_))
}

fn rules_of(constraint: Option<Constraint>) -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().filter(move |rule| rule.constraint == constraint)
}

fn constraint_suite(report: &Report, constraint: Constraint) -> Suite {
    let info = constraint.info();
    let result = report.constraints.iter().find(|result| result.constraint == constraint);
    let blind = result.is_none_or(|result| result.verdict != Verdict::NotDue && !result.not_assessed.is_empty());
    let mut cases: Vec<Case> = rules_of(Some(constraint)).flat_map(|rule| self::cases(report, rule, blind)).collect();
    if blind {
        let why = result.map_or_else(|| "it was not judged".to_owned(), |result| result.not_assessed.join("; "));
        let message = format!("could not be judged in full: {why}");
        // A pull request that does not touch what could not be seen is not failed by it.
        let red = report.lane.lane == Lane::Enforce || report.lane.exit_code == Verdict::Undetermined.exit_code();
        cases.push(Case {
            name: UNSEEN.to_owned(),
            end: if red { End::Unseen(message) } else { End::Skipped(message) },
            at: usize::MAX,
        });
    }
    let verdict = result.map_or("undetermined", |result| result.verdict.word());
    Suite {
        name: format!("{constraint} {}", info.title),
        // Jenkins reads a dot as the end of a package.
        class: format!("lookback.{}", info.id.replace(['.', '#'], "_")),
        properties: vec![
            ("verdict", verdict.to_owned()),
            ("requirement", info.says.to_owned()),
            ("repository", report.subject.repository.clone()),
            ("revision", report.subject.revision.clone().unwrap_or_default()),
            ("state", status_line(report)),
        ],
        cases,
    }
}

/// The cases of a rule: one per finding, else one for the rule.
fn cases(report: &Report, rule: &Rule, blind: bool) -> Vec<Case> {
    let all = report.findings.iter().enumerate();
    let found: Vec<(usize, &Finding)> = all.filter(|(_, finding)| finding.rule == rule.id).collect();
    if found.is_empty() {
        let end = if report.rules_off.iter().any(|off| off == rule.id) {
            End::Skipped("switched off in the configuration".to_owned())
        } else if blind {
            End::Skipped("not decided: the constraint could not be judged in full".to_owned())
        } else {
            End::Passed
        };
        return vec![Case { name: rule.id.to_owned(), end, at: usize::MAX }];
    }
    let name = |finding: &Finding| match &finding.facet {
        Some(facet) => format!("{}: {} ({facet})", rule.id, finding.subject),
        None => format!("{}: {}", rule.id, finding.subject),
    };
    found.into_iter().map(|(at, finding)| Case { name: name(finding), end: end(report, at, finding), at }).collect()
}

fn end(report: &Report, at: usize, finding: &Finding) -> End {
    if let Some(reason) = &finding.waived {
        return End::Skipped(format!("waived: {reason}. {}", words::told(finding)));
    }
    if report.lane.enforced.contains(&at) {
        return End::Failed { message: words::told(finding), details: details(finding) };
    }
    let level = finding.level.word();
    match finding.level {
        Level::Error => End::Skipped(format!("{level} that does not count on this pull request: {}", details(finding))),
        Level::Warning => End::Skipped(format!("{level}: {}", details(finding))),
        Level::Note => End::Noted(format!("{level}: {}", details(finding))),
    }
}

fn details(finding: &Finding) -> String {
    let place = |location: &lookback_reading::Location| {
        location.line.map_or_else(|| location.path.clone(), |line| format!("{}:{line}", location.path))
    };
    let mut text = words::told(finding);
    if let Some(location) = &finding.location {
        text += &format!("\nAt {}", place(location));
    }
    for related in &finding.related {
        let at = related.location.as_ref().map_or_else(String::new, |location| format!("{}: ", place(location)));
        text += &format!("\nSee {at}{}", related.message);
    }
    text + &format!("\nHelp: {}", finding.remedy)
}

fn write_suite(text: &mut String, suite: &Suite, report: &Report) {
    let count = |of: fn(&End) -> bool| suite.cases.iter().filter(|case| of(&case.end)).count();
    let _ = writeln!(
        text,
        r#"  <testsuite name="{}" tests="{}" failures="{}" errors="{}" skipped="{}" timestamp="{}T00:00:00">"#,
        xml(&suite.name),
        suite.cases.len(),
        count(failed),
        count(unseen),
        count(skipped),
        report.subject.as_of
    );
    if !suite.properties.is_empty() {
        text.push_str("    <properties>\n");
        for (name, value) in &suite.properties {
            let _ = writeln!(text, r#"      <property name="{name}" value="{}"/>"#, xml(value));
        }
        text.push_str("    </properties>\n");
    }
    for case in &suite.cases {
        write_case(text, &suite.class, case);
    }
    text.push_str("  </testsuite>\n");
}

fn write_case(text: &mut String, class: &str, case: &Case) {
    let message = |words: &str| xml(&shorten(words, MESSAGE));
    let head = format!(r#"    <testcase name="{}" classname="{class}""#, xml(&case.name));
    let _ = match &case.end {
        End::Passed => writeln!(text, "{head}/>"),
        End::Noted(words) => {
            writeln!(text, "{head}>\n      <system-out>{}</system-out>\n    </testcase>", message(words))
        }
        End::Skipped(why) => writeln!(text, "{head}>\n      <skipped message=\"{}\"/>\n    </testcase>", message(why)),
        End::Failed { message: words, details } => writeln!(
            text,
            "{head}>\n      <failure type=\"nonconforming\" message=\"{}\">{}</failure>\n    </testcase>",
            message(words),
            message(details)
        ),
        End::Unseen(why) => {
            writeln!(
                text,
                "{head}>\n      <error type=\"undetermined\" message=\"{}\"/>\n    </testcase>",
                message(why)
            )
        }
    };
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::render::sample;

    fn text(report: &Report) -> String {
        let mut out = Vec::new();
        render(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// Names of cases with how they ended.
    fn ends(report: &Report) -> Vec<(String, String)> {
        let text = text(report);
        let lines: Vec<_> = text.lines().collect();
        let cases = lines.iter().enumerate().filter(|(_, line)| line.starts_with("    <testcase"));
        cases
            .map(|(at, line)| {
                let name = line.split('"').nth(1).unwrap().to_owned();
                let end = if line.ends_with("/>") { "passed" } else { lines[at + 1].trim() };
                (name, end.trim_start_matches('<').split([' ', '>']).next().unwrap().to_owned())
            })
            .collect()
    }

    fn end_of(report: &Report, name: &str) -> String {
        ends(report).into_iter().find(|(case, _)| case == name).unwrap_or_else(|| panic!("no case {name}")).1
    }

    #[test]
    fn a_suite_of_the_sample() {
        let text = text(&sample::report());
        let suite = text.split("  <testsuite ").nth(1).unwrap();
        // How many cases there are grows with every rule.
        let cases = |text: &str| (text.matches("<testcase").count(), text.to_owned());
        let counted = |(n, text): (usize, String)| text.replacen(&format!("tests=\"{n}\""), "tests=\"N\"", 1);
        let (head, suite) = (counted(cases(&text)), counted(cases(suite)));
        let first = suite.split_inclusive("</testcase>\n").next().unwrap();
        insta::assert_snapshot!(format!("{}\n{first}", head.lines().nth(1).unwrap()), @r##"
        <testsuites name="Lookback: nonconforming" tests="N" failures="5" errors="1">
        name="IEC 81001-5-1 4.1.8#b issues examined" tests="N" failures="2" errors="0" skipped="0" timestamp="2026-05-15T00:00:00">
            <properties>
              <property name="verdict" value="nonconforming"/>
              <property name="requirement" value="each review examines the security-related issues managed since the last review"/>
              <property name="repository" value="acme/pump"/>
              <property name="revision" value="1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"/>
              <property name="state" value="overdue: last review 2025-02-03, was due 2026-02-03, 101 days late"/>
            </properties>
            <testcase name="issue-not-examined: #12" classname="lookback.4_1_8_b">
              <failure type="nonconforming" message="#12 (Service port accepts the default password) was managed in the period, but the record only lists it as out of scope">#12 (Service port accepts the default password) was managed in the period, but the record only lists it as out of scope&#10;At docs/quality/SR-2024.md:18&#10;Help: examine #12 and name it in the record of the next review</failure>
            </testcase>
        "##);
    }

    #[test]
    fn only_what_was_looked_at_passes() {
        let report = sample::report();
        assert_eq!(end_of(&report, "issue-not-examined: #12"), "failure");
        assert_eq!(end_of(&report, "review-gap: docs/quality/SR-2023.md"), "skipped", "a warning");
        assert_eq!(end_of(&report, "review-altered: docs/quality/SR-2024.md"), "system-out", "a note");
        assert_eq!(end_of(&report, "closed-without-resolution: #9"), "skipped", "waived");
        assert_eq!(end_of(&report, "target-missed"), "skipped", "switched off");
        assert_eq!(end_of(&report, "cause-not-traced"), "skipped", "the constraint is undetermined");
        assert_eq!(end_of(&report, "not-assessed"), "error");
        assert_eq!(end_of(&report, "review-procedure-missing"), "passed");
    }

    #[test]
    fn red_is_what_fails_the_run() {
        let mut report = sample::report();
        let gap = report.findings.iter().position(|finding| finding.rule == "review-gap").unwrap();
        report.lane.enforced.push(gap);
        assert_eq!(end_of(&report, "review-gap: docs/quality/SR-2023.md"), "failure", "strict");
        report.lane.lane = Lane::PullRequest(crate::model::policy::PullRequestLane::Report);
        report.lane.exit_code = 0;
        report.lane.not_enforced = std::mem::take(&mut report.lane.enforced);
        let red: Vec<_> = ends(&report).into_iter().filter(|(_, end)| end == "failure" || end == "error").collect();
        assert!(red.is_empty(), "{red:?}");
        assert_eq!(end_of(&report, "issue-not-examined: #12"), "skipped");
    }

    #[test]
    fn every_rule_has_a_case() {
        let ends = ends(&sample::report());
        for rule in RULES {
            assert!(ends.iter().any(|(name, _)| name.split(": ").next() == Some(rule.id)), "{}", rule.id);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn hostile_words_change_no_structure(words in any::<String>()) {
            let tags = |text: &str| {
                let mut reader = quick_xml::Reader::from_str(text);
                let mut tags = Vec::new();
                loop {
                    match reader.read_event().unwrap() {
                        quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                            tags.push((tag.name().as_ref().to_owned(), tag.attributes().map(Result::unwrap).count()));
                        }
                        quick_xml::events::Event::Eof => return tags,
                        _ => {}
                    }
                }
            };
            prop_assert_eq!(tags(&text(&sample::poisoned(&words))), tags(&text(&sample::poisoned("plain"))));
        }
    }
}
