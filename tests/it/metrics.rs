//! The numbers, against a real population: what curl published.
#![expect(clippy::disallowed_methods, reason = "looks whether the list is there, and runs the oracle")]
#![expect(clippy::print_stderr, reason = "says what was skipped")]

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{Repo, run_on};

/// What curl published.
const LIST: &str = "../shared/data/curl-cves.csv";

#[test]
fn what_is_managed_of_curl_is_identified() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join(LIST);
    if !list.exists() {
        eprintln!("skipped: {} is not there", list.display());
        return;
    }
    let repo = Repo::new();
    repo.write("src/a.c", "1").commit("1998-03-20", "First");
    let list = list.to_str().unwrap();
    let report = repo.run("check", &["--as-of", "2026-08-22", "--issues", list, "--format", "json"]).json();
    let all = &report["metrics"]["period"]["groups"]["all"];
    let run = repo.run("metrics", &["--by", "year", "--as-of", "2026-08-22", "--issues", list, "--format", "json"]);
    let years = run.json();
    let years = years["periods"].as_array().unwrap();
    let identified: Vec<_> = years.iter().rev().take(5).map(|year| &year["groups"]["all"]["identified"]).collect();
    assert_eq!(identified, [30, 14, 11, 17, 23], "reported in 2026 back to 2022");
    assert_eq!((all["managed"].as_u64(), all["identified"].as_u64()), (Some(206), Some(206)), "{all:#}");
}

/// What another program counts of the list, and of a clone of curl where there is one; `None`: it says why.
fn oracle(cut_off: &str, clone: Option<&Path>) -> Option<Value> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = home.join(LIST);
    let mut python = Command::new("python3");
    python.arg(home.join("tests/it/metrics_oracle.py")).arg(&list).arg(cut_off).args(clone);
    let done = list.exists().then(|| python.output().ok()).flatten();
    let Some(done) = done else {
        eprintln!("skipped: it needs {} and python3", list.display());
        return None;
    };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let told: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    if told["lifelines"] == false {
        eprintln!("without lifelines: the estimate is compared with that of tests/it/metrics_oracle.py");
    }
    Some(told)
}

fn spread(value: &Value) -> Value {
    numbers(&json!([value["n"], value["median"], value["p90"], value["mean"]]))
}

/// Whole numbers alike, whoever wrote them.
fn numbers(value: &Value) -> Value {
    serde_json::from_str(&value.to_string().replace(".0,", ",").replace(".0]", "]")).expect("JSON")
}

/// The times and the estimate of who stays open, by another program that reads the list alone.
#[test]
fn times_by_year_are_those_of_an_oracle() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join(LIST);
    if oracle("2026-08-22", None).is_none() {
        return;
    }
    let repo = Repo::new();
    repo.write("src/a.c", "1").commit("1998-03-20", "First");
    for cut_off in ["2026-08-22", "2024-06-30", "2020-06-01"] {
        let told = oracle(cut_off, None).expect("it was there");
        let issues = ["--as-of", cut_off, "--issues", list.to_str().unwrap(), "--format", "json"];
        let ours = |by: &str| repo.run("metrics", &[&["--by", by], &issues[..]].concat()).json();
        let groups = ours("period")["periods"][0]["groups"].clone();
        let all = &groups["all"];
        assert_eq!(spread(&all["days_to_resolution"]), numbers(&told["all"]), "{cut_off}");
        for (severity, days) in told["severities"].as_object().unwrap() {
            let own = &groups[severity]["days_to_resolution"];
            assert!(
                own.is_null() && days[0] == 0 || spread(own) == numbers(days),
                "{cut_off} {severity}: {own} {days}"
            );
        }
        assert_eq!(all["survival"]["open"], told["open"], "{cut_off}");
        for year in ours("year")["periods"].as_array().unwrap() {
            let name = &year["period"]["from"].as_str().unwrap()[..4];
            let (oracle, all) = (&told["years"][name], &year["groups"]["all"]);
            assert_eq!(all["open"], oracle["open"], "{cut_off} {name}");
            assert_eq!(spread(&all["days_to_resolution"]), numbers(&oracle["resolved"]), "{cut_off} {name}");
            let survival = &all["survival"];
            assert_eq!((&survival["n"], &survival["open"]), (&oracle["survival"][0], &oracle["survival"][1]), "{name}");
            let steps = survival["steps"].as_array().unwrap();
            let theirs = oracle["survival"][2].as_array().unwrap();
            assert_eq!(steps.len(), theirs.len(), "{cut_off} {name}");
            for (step, other) in steps.iter().zip(theirs) {
                assert_eq!([&step["days"], &step["at_risk"], &step["resolved"]], [&other[0], &other[1], &other[2]]);
                let differ = step["open_share"].as_f64().unwrap() - other[3].as_f64().unwrap();
                assert!(differ.abs() < 1e-9, "{cut_off} {name}: {step}");
            }
        }
    }
}

/// What the list and its history say of all, to the tenth of a day.
#[test]
fn times_of_curl_are_those_that_were_counted_by_hand() {
    let clone = std::env::var_os("LOOKBACK_CURL").map(std::path::PathBuf::from);
    let Some(told) = oracle("2026-08-22", clone.as_deref()) else { return };
    assert_eq!(told["all"], json!([205, 25, 49, 26.6]));
    for (severity, days) in [("high", [27.0, 48.0, 26.9]), ("medium", [25.0, 52.0, 27.5]), ("low", [23.0, 45.0, 25.4])]
    {
        let found = &told["severities"][severity];
        let found = [1, 2, 3].map(|at| found[at].as_f64().expect("a number"));
        assert!(found.iter().zip(days).all(|(one, other)| (one - other).abs() < 1e-9), "{severity}: {found:?}");
    }
    let Some(clone) = clone else {
        eprintln!("skipped: when fixes landed; LOOKBACK_CURL names no clone of curl");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("lookback.toml");
    std::fs::write(&config, "[issues]\nfrom_history = false\n").expect("a file");
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join(LIST);
    let [list, config] = [&list, &config].map(|path| path.to_str().expect("UTF-8"));
    let run =
        run_on(&clone, "metrics", &["--as-of", "2026-08-22", "--issues", list, "--config", config, "--format", "json"]);
    let all = &run.json()["periods"][0]["groups"]["all"];
    assert_eq!(spread(&all["days_to_fix"]), numbers(&told["landed"]["days"]));
    assert_eq!(spread(&all["days_to_fix"]).as_array().expect("a list")[..3], [json!(203), json!(9.5), json!(41.8)]);
    assert_eq!(all["fixed_before_report"], told["landed"]["before"]);
    assert_eq!(all["days_identified_to_release"]["median"], 26.0);
}
