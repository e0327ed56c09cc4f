//! Inputs as a runner passes them.

use clap::Parser;

use std::collections::BTreeMap;
use std::path::Path;

use super::{CheckLine, OnlyCheck};
use crate::action::inputs::*;
use crate::commands::check::CheckArguments;
use lookback_core::render::Format;

fn env(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn read(pairs: &[(&str, &str)]) -> Inputs {
    inputs(&env(pairs)).unwrap_or_else(|error| panic!("{error}"))
}

fn check(inputs: &Inputs) -> CheckArguments {
    let line = CheckLine::try_parse_from(inputs.arguments(Path::new("/w"))).unwrap_or_else(|error| panic!("{error}"));
    let OnlyCheck::Check(check) = line.command;
    check
}

#[test]
fn nothing_given_is_what_the_table_says() {
    let nothing = read(&[]);
    let defaults: BTreeMap<String, String> = INPUTS
        .iter()
        .filter(|input| !input.default.starts_with("${{"))
        .map(|input| (format!("INPUT_{}", input.name.to_uppercase()), input.default.to_owned()))
        .collect();
    assert_eq!(nothing, inputs(&defaults).unwrap(), "the runner passes the defaults of action.yml");
    assert_eq!(
        nothing.arguments(Path::new("/github/workspace")),
        ["lookback", "check", "--repo=/github/workspace/.", "--format=text", "--format=github"]
    );
    assert_eq!((nothing.fail_on, nothing.fail_on_undetermined, nothing.summary), (FailOn::Error, true, true));
}

#[test]
fn inputs_reach_the_command_line_and_it_understands_them() {
    let check = check(&read(&[
        ("INPUT_REPO", "pump"),
        ("INPUT_CONFIG", "quality/lookback.toml"),
        ("INPUT_AS-OF", "2026-03-14"),
        ("INPUT_CACHE", ".cache"),
        ("INPUT_ISSUES", "a.json, b.csv\n--offline\n"),
        ("INPUT_FAIL-ON", "warning"),
        ("INPUT_ON-PULL-REQUEST", "all"),
        ("INPUT_ANNOTATIONS", "false"),
        ("GITHUB_SHA", "not an input"),
    ]));
    assert_eq!(check.input.source.repo.as_deref(), Some(Path::new("/w/pump")));
    assert_eq!(check.input.source.config.as_deref(), Some(Path::new("/w/quality/lookback.toml")));
    assert_eq!(check.input.source.cache.as_deref(), Some(Path::new("/w/.cache")));
    assert_eq!(check.input.source.as_of, Some("2026-03-14".parse().unwrap()));
    assert_eq!(check.input.source.issues.len(), 3);
    assert!(!check.input.source.offline, "a value that looks like an option stays a value");
    assert!(check.strict);
    assert_eq!(check.on_pull_request, Some(lookback_core::model::PullRequestLane::All));
    assert_eq!(check.format, ["text"]);
}

#[test]
fn every_option_is_one_of_the_command_line() {
    for name in options() {
        let given = read(&[(&format!("INPUT_{}", name.to_uppercase()), "TRUE")]);
        assert!(given.arguments(Path::new("/w")).contains(&format!("--{name}")));
        check(&given);
    }
}

#[test]
fn all_mistakes_at_once_each_with_what_is_allowed() {
    let error = inputs(&env(&[
        ("INPUT_FAIL_ON", "never"),
        ("INPUT_FAIL-ON", "errors"),
        ("INPUT_SUMMARY", "yes"),
        ("INPUT_FORMAT", "json, yaml\njson="),
        ("INPUT_ARGS", "action"),
    ]))
    .unwrap_err()
    .0;
    assert_eq!(error.len(), 5, "{error:#?}");
    assert!(error[0].starts_with("there is no input fail_on; there are repo, config"), "{}", error[0]);
    for part in [
        "input fail-on is \"errors\"; allowed are error, warning, never",
        "input summary is \"yes\"; allowed are true, false",
        "input format: unknown format `yaml`",
        "input format: json= names no file",
    ] {
        assert!(error.iter().any(|line| line.starts_with(part)), "{part}: {error:#?}");
    }
}

#[test]
fn report_files_have_a_place_of_their_own_or_the_one_named() {
    assert_eq!(
        read(&[("INPUT_FORMAT", "json, markdown=out/review.md")]).files,
        [
            ReportFile { format: Format::Json, path: "lookback-report/report.json".into(), named: false },
            ReportFile { format: Format::Markdown, path: "out/review.md".into(), named: true },
        ]
    );
    assert_eq!(read(&[("INPUT_FORMAT", "")]).files, []);
    let paths: std::collections::BTreeSet<String> = Format::ALL.iter().copied().map(default_path).collect();
    assert_eq!(paths.len(), Format::ALL.len(), "no two formats share a file");
}

#[test]
fn the_token_of_the_input_is_the_only_one() {
    let read = read(&[("INPUT_TOKEN", " t0ken ")]);
    assert_eq!(read.variable("GITHUB_TOKEN"), Some(Some("t0ken".to_owned())));
    assert_eq!(read.variable("GH_TOKEN"), Some(None));
    assert_eq!(read.variable("HOME"), None);
    assert!(!format!("{read:?}").contains("t0ken"), "not even in a debug print");
    let none = self::read(&[("INPUT_TOKEN", "")]);
    assert_eq!(none.variable("GITHUB_TOKEN"), Some(None), "an empty input switches the token off");
}
