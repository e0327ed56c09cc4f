//! The numbers, against a real population: what curl published.
#![expect(clippy::disallowed_methods, reason = "looks whether the list is there, and runs the oracle")]

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::Repo;

#[test]
fn what_is_managed_of_curl_is_identified() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/curl-cves.csv");
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

/// The times and the estimate of who stays open, by another program that reads the list alone.
#[test]
fn times_by_year_are_those_of_an_oracle() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = home.join("../shared/data/curl-cves.csv");
    let python = |cut_off: &str| {
        let oracle = home.join("tests/it/metrics_oracle.py");
        let done = Command::new("python3").args([oracle.as_os_str(), list.as_os_str()]).arg(cut_off).output().ok()?;
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        serde_json::from_slice::<Value>(&done.stdout).ok()
    };
    let (true, Some(_)) = (list.exists(), python("2026-08-22")) else {
        eprintln!("skipped: it needs {} and python3", list.display());
        return;
    };
    let repo = Repo::new();
    repo.write("src/a.c", "1").commit("1998-03-20", "First");
    for cut_off in ["2026-08-22", "2024-06-30", "2020-06-01"] {
        let told = python(cut_off).unwrap();
        let issues = ["--as-of", cut_off, "--issues", list.to_str().unwrap(), "--format", "json"];
        let ours = |by: &str| repo.run("metrics", &[&["--by", by], &issues[..]].concat()).json();
        let spread = |value: &Value| json!([value["n"], value["median"], value["p90"], value["mean"]]);
        let numbers = |value: &Value| serde_json::from_str::<Value>(&value.to_string().replace(".0", "")).unwrap();
        let all = ours("period")["periods"][0]["groups"]["all"].clone();
        assert_eq!(numbers(&spread(&all["days_to_resolution"])), numbers(&told["all"]), "{cut_off}");
        assert_eq!(all["survival"]["open"], told["open"], "{cut_off}");
        for year in ours("year")["periods"].as_array().unwrap() {
            let name = &year["period"]["from"].as_str().unwrap()[..4];
            let (oracle, all) = (&told["years"][name], &year["groups"]["all"]);
            assert_eq!(all["open"], oracle["open"], "{cut_off} {name}");
            let [resolved, theirs] = [&spread(&all["days_to_resolution"]), &oracle["resolved"]].map(numbers);
            assert_eq!(resolved, theirs, "{cut_off} {name}");
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
