//! The self-test of the real binary: every scenario gives its expected result, in a scrubbed environment.
#![expect(clippy::disallowed_methods, reason = "reads what the binary wrote")]

use std::process::Command;

#[test]
fn every_scenario_passes_and_the_record_names_the_executable() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("record.json");
    let ran = Command::new(env!("CARGO_BIN_EXE_lookback"))
        .env_clear()
        .env("HOME", folder.path())
        .args(["self-test", "--date", "2026-11-24", "--format", "json", "--output"])
        .arg(&record)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
    let text = std::fs::read_to_string(&record).unwrap_or_else(|error| panic!("{error}: {said}"));
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let failed: Vec<_> = value["rows"].as_array().unwrap().iter().filter(|row| row["passed"] == false).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!(ran.status.code(), Some(0), "{said}");
    assert!(said.starts_with("Passed: all "), "{said}");
    assert_eq!(value["date"], "2026-11-24");
    assert_eq!(value["executable_sha256"].as_str().map(str::len), Some(64));
}

#[cfg(unix)]
#[test]
fn without_a_folder_for_temporary_files_it_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lookback"));
        command.env_clear().env("TMPDIR", folder.path().join("missing")).args(arguments).output().unwrap()
    };
    for (arguments, advice) in [(&["self-test"][..], "--keep FOLDER"), (&["demo"][..], "lookback demo FOLDER")] {
        let ran = run(arguments);
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), Some(2), "{said}");
        assert!(said.contains("cannot make a temporary folder") && said.contains(advice), "{said}");
    }
}
