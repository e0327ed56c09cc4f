//! What a person sees: the demo at 80 and 160 columns, at a terminal with and without colour, in a pipe; and a review that names two of
//! many issues, whose one contradiction must not drown.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]
#![expect(clippy::disallowed_methods, reason = "a test takes a file away")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::support::{PROCEDURE, Repo, command, lookback, record, run};

const DAY: &str = "2026-11-24";

fn demo(folder: &Path) -> String {
    let place = folder.join("pump-firmware");
    assert_eq!(lookback(&["demo", place.to_str().unwrap(), "--as-of", DAY]).code, 0);
    place.to_str().unwrap().to_owned()
}

fn screen(place: &str, columns: &str, more: &[&str]) -> String {
    let arguments = [&["check", "--repo", place, "--as-of", DAY], more].concat();
    run(command(&arguments).env("COLUMNS", columns)).out
}

#[test]
fn the_demo_at_80_and_160_columns() {
    let folder = tempfile::tempdir().unwrap();
    let place = demo(folder.path());
    let (narrow, wide) = (screen(&place, "80", &[]), screen(&place, "160", &[]));
    for (text, columns) in [(&narrow, 80), (&wide, 160)] {
        let wider: Vec<_> = text.lines().filter(|line| line.chars().count() > columns).collect();
        assert!(wider.is_empty(), "{columns}: {wider:#?}");
        let head: Vec<&str> = text.lines().take(5).collect();
        assert!(head[0].contains("nonconforming") && head.iter().any(|line| line.starts_with("Next: ")));
        let levels: Vec<_> = ["\nerror[", "\nwarning[", "\nnote["].map(|level| text.find(level)).into();
        assert!(levels.is_sorted() && levels.iter().all(Option::is_some), "worst first: {levels:?}");
    }
    assert!(wide.lines().count() < narrow.lines().count(), "the width is used");
    insta::assert_snapshot!("demo-80", narrow);
    insta::assert_snapshot!("demo-160", wide);
    insta::assert_snapshot!("demo-80-quiet", screen(&place, "80", &["-q"]));
}

/// What the program writes at a terminal of 80 columns.
fn at_terminal(place: &str, env: &str, command: &str) -> String {
    let line = format!(
        "stty rows 40 cols 80; env -i TERM=xterm {env} {} {command} --repo {place} --as-of {DAY}",
        env!("CARGO_BIN_EXE_lookback")
    );
    let out = Command::new("script").args(["-qec", &line, "/dev/null"]).output().expect("script (util-linux) runs");
    String::from_utf8(out.stdout).unwrap().replace("\r\n", "\n")
}

/// Without colours (`ESC [ … m`) and links (`ESC ] … ESC \\`).
fn plain(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| match part.as_bytes().first() {
        Some(b'[') => out + part.split_once('m').map_or("", |(_, rest)| rest),
        Some(b'\\') => out + &part[1..],
        _ => out,
    })
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_has_its_width_its_colours_and_its_links() {
    let folder = tempfile::tempdir().unwrap();
    let place = demo(folder.path());
    let pipe = screen(&place, "80", &[]);
    let links = |text: &str| text.matches("\u{1b}]8;;https://github.com/acme-medical/pump-firmware/issues/").count();

    let coloured = at_terminal(&place, "", "check");
    assert!(coloured.contains("\u{1b}[") && links(&coloured) == 0, "an unknown terminal gets no links: {coloured}");
    assert_eq!(plain(&coloured), pipe, "colour changes nothing else, and the width is the terminal's");
    let linked = at_terminal(&place, "VTE_VERSION=7600", "check");
    assert!(links(&linked) > 0 && plain(&linked) == pipe, "{linked}");
    for quiet in ["NO_COLOR=1", "TERM=dumb", "TERM=dumb VTE_VERSION=7600"] {
        let text = at_terminal(&place, quiet, "check");
        assert!(!text.contains('\u{1b}'), "{quiet}: {text}");
        assert_eq!(text, pipe, "{quiet}");
    }
    assert!(links(&at_terminal(&place, "NO_COLOR=1 VTE_VERSION=7600", "check")) > 0, "a link is no colour");
}

/// 159 issues, and a record that names two of them and says that all were resolved.
fn many() -> Repo {
    let repo = Repo::new();
    let mut issues = "id,title,severity,state,created,closed,labels\n".to_owned();
    for number in 1..=159 {
        let severity = ["low", "medium", "high", "critical"][number % 4];
        let (state, closed) = if number == 77 { ("open", "") } else { ("closed", "2024-09-01") };
        let _ = writeln!(
            issues,
            "{number},Buffer overrun in parser {number},{severity},{state},2024-05-01,{closed},security"
        );
    }
    repo.write("docs/security-procedure.md", PROCEDURE).write("issues.csv", issues);
    repo.write("lookback.toml", "[issues]\nfiles = [\"issues.csv\"]\n");
    repo.commit("2024-01-10", "Procedure");
    repo.tag("v1.0.0");
    repo.write("docs/security-review-2025.md", record("2025-01-09", "2024-01-10", "2025-01-08", &["#1", "#2"]));
    repo.commit("2025-01-09", "Review");
    repo
}

#[test]
fn one_contradiction_among_157_rows_of_one_rule_is_seen() {
    let repo = many();
    let on = |more: &[&str]| repo.run("check", &[&["--as-of", "2025-03-01"], more].concat());
    let text = on(&[]).out;
    assert!(text.contains("error[issue-not-examined]: 157 cases"), "{text}");
    assert!(text.lines().count() <= 60, "{} lines: {text}", text.lines().count());
    assert!(text.find("error[conclusion-contradicted]") < text.find("error[issue-not-examined]"), "{text}");
    // Of the 157 the worst are shown, and the line that they share is quoted once.
    assert!(text.contains("= #3 (critical") && !text.contains("= #4 (low"), "{text}");
    let markdown = on(&["--format", "markdown"]).out;
    assert!(markdown.len() <= 20_000, "{}", markdown.len());
    let annotations = on(&["--format", "github"]).out;
    let first: Vec<&str> = annotations.lines().filter(|line| line.starts_with("::error ")).take(3).collect();
    assert!(first.iter().any(|line| line.contains("conclusion-contradicted")), "{first:#?}");
    // Every format of a list begins with the worst.
    let place = |text: &str, what: &str| text.find(what).unwrap_or(usize::MAX);
    for format in ["markdown", "csv", "sarif", "junit", "codequality", "json"] {
        let out = on(&["--format", format]).out;
        let out = out.split_once("\"results\"").map_or(out.as_str(), |(_, results)| results);
        let out = out.split_once("\"findings\": [\n    {").map_or(out, |(_, findings)| findings);
        let out = if format == "junit" {
            out.split_once("<failure").unwrap().0.rsplit_once("<testcase").unwrap().1
        } else {
            out
        };
        assert!(place(out, "conclusion-contradicted") < place(out, "issue-not-examined"), "{format}");
    }
    assert!(on(&["-v"]).out.contains("= #4 (low"), "-v shows each");
    // Where nothing else is there either, what is said wrongly still goes before what is missing.
    std::fs::remove_file(repo.root().join("docs/security-procedure.md")).unwrap();
    let text = on(&[]).out;
    assert!(text.contains("error[review-procedure-missing]") && text.lines().count() <= 60, "{text}");
    let annotations = on(&["--format", "github"]).out;
    assert!(annotations.lines().next().unwrap().contains("conclusion-contradicted"), "{annotations}");
}
