//! The numbers, against a real population: what curl published.
#![expect(clippy::disallowed_methods, reason = "looks whether the list is there")]

use crate::support::Repo;
use std::path::Path;

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
