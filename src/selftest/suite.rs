//! The self-test: known histories through the whole pipeline (Git repository, command line, collectors, judgement, every format)
//! against the results that a correct tool gives. A firm can run it where the tool runs, and file the record.
//!
//! Owns what is tested and how it is compared; running the command line and the files belong to the caller.
#![expect(clippy::disallowed_methods, reason = "builds the scenarios' repositories")]

use std::path::Path;

use serde_json::Value;

use crate::scenario;
use crate::scenario::BuildError;
use crate::selftest::expected::{Expected, Scenario};
use crate::selftest::record::Row;
use crate::selftest::scenarios::SCENARIOS;
use lookback_core::model::Verdict;
use lookback_core::render::Format;
use lookback_core::render::bag::EVIDENCE;

/// What a run of the command line gave: exit code and standard output.
pub(crate) type Ran = Result<(u8, Vec<u8>), String>;

/// Builds every scenario in a folder of its own under `root`, runs it and compares. `run` does what the command line does with
/// these arguments.
pub(crate) fn run(root: &Path, run: &mut dyn FnMut(&[String]) -> Ran) -> Result<Vec<Row>, BuildError> {
    let mut rows = Vec::new();
    for scenario in SCENARIOS {
        let folder = root.join(scenario.id);
        if let (Some(head), true) = (scenario::build(&folder, &(scenario.history)())?, scenario.shallow) {
            scenario::make_shallow(&folder, head)?;
        }
        let expected = expected(scenario);
        let observed = observed(scenario, root, &folder, run).unwrap_or_else(|why| why);
        rows.push(Row {
            id: scenario.id,
            requirement: scenario.requirement,
            title: scenario.title,
            passed: observed == expected,
            expected,
            observed,
        });
    }
    Ok(rows)
}

fn expected(scenario: &Scenario) -> String {
    let Expected { verdict, state, findings, unseen } = scenario.expected;
    line(verdict.exit_code(), verdict.word(), state.word(), findings, unseen)
}

fn line(code: u8, verdict: &str, state: &str, findings: &[&str], unseen: &[&str]) -> String {
    let list = |words: &[&str]| if words.is_empty() { "none".to_owned() } else { words.join(", ") };
    format!("{verdict} ({code}), {state}; findings: {}; undetermined: {}", list(findings), list(unseen))
}

/// The result of the JSON report, once everything around it holds too: the same bytes twice, the same report from stored evidence and
/// from a pack, and every format and page written, with the same exit code and without a character that a terminal obeys.
fn observed(
    scenario: &Scenario,
    root: &Path,
    folder: &Path,
    run: &mut dyn FnMut(&[String]) -> Ran,
) -> Result<String, String> {
    let arguments = |command: &str, more: &[&str]| -> Vec<String> {
        let place = folder.display().to_string();
        let common = [command, "--repo", &place, "--as-of", scenario.as_of];
        common.iter().chain(more).map(|word| (*word).to_owned()).collect()
    };
    let with = |format: &str| {
        let more: Vec<&str> = ["--format", format].into_iter().chain(scenario.arguments.iter().copied()).collect();
        arguments("check", &more)
    };
    let (code, json) = run(&with("json"))?;
    if run(&with("json"))? != (code, json.clone()) {
        return Err("a second run gave another report".to_owned());
    }
    let evidence = root.join(format!("{}.evidence.json", scenario.id));
    let (_, collected) = run(&arguments("collect", &[]))?;
    std::fs::write(&evidence, collected).map_err(|error| format!("{}: {error}", evidence.display()))?;
    let mut later = vec!["check".to_owned(), "--evidence".to_owned(), evidence.display().to_string()];
    later.extend(with("json").split_off(3));
    if run(&later)? != (code, json.clone()) {
        return Err("the stored evidence gave another report".to_owned());
    }
    for &format in Format::ALL {
        let (other, bytes) = run(&with(format.name()))?;
        let text = String::from_utf8(bytes).map_err(|_| format!("the format {format} is not UTF-8"))?;
        if other != code {
            return Err(format!("the format {format} ended with exit code {other}, JSON with {code}"));
        }
        inert(&text, format.name())?;
    }
    for &(command, more, always) in OTHERS {
        let arguments = arguments(command, more);
        let (first, second) = (run(&arguments), run(&arguments));
        let name = [&[command], more].concat().join(" ");
        if first != second {
            return Err(format!("a second run of {name} gave something else"));
        }
        match first {
            Ok((0, bytes)) => inert(&String::from_utf8(bytes).map_err(|_| format!("{name} is not UTF-8"))?, &name)?,
            Ok((code, _)) if always => return Err(format!("{name} ended with exit code {code}")),
            Err(why) if always => return Err(format!("{name}: {why}")),
            Ok(_) | Err(_) => {}
        }
    }
    let file = root.join(format!("{}.evidence.zip", scenario.id));
    let path = file.display().to_string();
    run(&arguments("collect", &["--pack", &path]))?;
    let later: Vec<String> =
        later.into_iter().map(|word| if word.ends_with(".evidence.json") { path.clone() } else { word }).collect();
    if run(&later)? != (code, json.clone()) {
        return Err("the pack gave another report".to_owned());
    }
    spoil(&file)?;
    match run(&later) {
        Err(why) if why.contains(EVIDENCE) => {}
        _ => return Err("a pack with another byte in it is believed".to_owned()),
    }
    summary(code, &json)
}

/// What other commands write, and whether they always do: there may be no commit to name, no day to note.
const OTHERS: &[(&str, &[&str], bool)] = &[
    ("report", &["--lang", "en"], true),
    ("report", &["--lang", "de"], true),
    ("report", &["--format", "openmetrics"], true),
    ("report", &["--format", "oscal"], true),
    ("report", &["--format", "poam"], false),
    ("report", &["--format", "ics"], false),
    ("report", &["--format", "in-toto"], false),
    ("draft", &["-o", "-"], true),
    ("metrics", &[], true),
    ("issues", &[], true),
    ("timeline", &[], true),
];

/// Nothing that a terminal obeys.
fn inert(text: &str, name: &str) -> Result<(), String> {
    match text.chars().find(|c| c.is_control() && !['\n', '\r'].contains(c)) {
        Some(bad) => Err(format!("{name} holds the control character U+{:04X}", u32::from(bad))),
        None => Ok(()),
    }
}

/// Puts another byte into the evidence of a pack.
fn spoil(pack: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", pack.display());
    let mut bytes = std::fs::read(pack).map_err(failed)?;
    let version = b"\"schema_version\"";
    let at = bytes.windows(version.len()).position(|word| word == version);
    bytes[at.ok_or("the pack holds no evidence")? + 1] ^= 1;
    std::fs::write(pack, bytes).map_err(failed)
}

/// What a JSON report says, in the words of [`line`].
fn summary(code: u8, json: &[u8]) -> Result<String, String> {
    let report: Value = serde_json::from_slice(json).map_err(|error| format!("the JSON report is no JSON: {error}"))?;
    let list = |name: &str| report[name].as_array().cloned().unwrap_or_default();
    let word = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let mut findings: Vec<String> = list("findings")
        .iter()
        .map(|finding| {
            let level = if finding["waived"].is_null() { word(&finding["level"]) } else { "waived".to_owned() };
            format!("{level} {}", word(&finding["rule"]))
        })
        .collect();
    findings.sort();
    findings.dedup();
    let constraints = list("constraints");
    let undetermined = constraints.iter().filter(|result| result["verdict"] == Verdict::Undetermined.word());
    let unseen: Vec<String> = undetermined.map(|result| word(&result["id"])).collect();
    Ok(line(
        code,
        &word(&report["verdict"]),
        &word(&report["cadence"]["state"]),
        &findings.iter().map(String::as_str).collect::<Vec<_>>(),
        &unseen.iter().map(String::as_str).collect::<Vec<_>>(),
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::NaiveDate;

    use super::*;
    use lookback_reading::CONSTRAINTS;

    #[test]
    fn names_are_unique_and_lists_sorted_as_they_are_compared() {
        let names: BTreeSet<_> = SCENARIOS.iter().map(|scenario| scenario.id).collect();
        assert_eq!(names.len(), SCENARIOS.len());
        for scenario in SCENARIOS {
            assert!(scenario.expected.findings.is_sorted(), "{}", scenario.id);
            assert!(scenario.expected.unseen.is_sorted(), "{}", scenario.id);
            assert!(scenario.as_of.parse::<NaiveDate>().is_ok(), "{}", scenario.id);
        }
    }

    #[test]
    fn every_constraint_and_every_verdict_has_a_scenario() {
        for info in &CONSTRAINTS {
            let of = |scenario: &&Scenario| scenario.requirement.contains(info.id);
            assert!(SCENARIOS.iter().any(|scenario| of(&scenario)), "{}", info.id);
        }
        for verdict in [Verdict::Conforms, Verdict::Nonconforming, Verdict::Undetermined] {
            assert!(SCENARIOS.iter().any(|scenario| scenario.expected.verdict == verdict));
        }
    }

    /// A tool that always says the same must fail, whatever it says.
    #[test]
    fn a_tool_that_does_not_look_fails() {
        for answer in [Ok((0, b"{}".to_vec())), Err("no such thing".to_owned())] {
            let root = tempfile::tempdir().unwrap();
            let rows = run(root.path(), &mut |_: &[String]| answer.clone()).unwrap();
            assert!(rows.iter().all(|row| !row.passed));
        }
    }
}
