//! One review over products in other repositories, and issue files of every format, with the real binary.
#![expect(clippy::disallowed_methods, reason = "tests write their repositories")]
#![allow(clippy::unwrap_used, reason = "a test may fail at any step")]

use crate::support::{PROCEDURE, Repo, git, record};
use serde_json::Value;

/// A product whose parser was fixed between two releases; the commit closes its issue #12.
fn product(origin: &str) -> Repo {
    let repo = Repo::new();
    repo.write("src/parser.c", "1").commit("2024-05-01", "Parser");
    repo.tag("v1.0.0");
    repo.write("src/parser.c", "2").commit("2025-02-01", "Fix the overflow of the parser, CVE-2025-1234\n\nFixes #12");
    repo.write("README", "3").commit("2025-03-01", "Release");
    repo.tag("v1.1.0");
    git(repo.root(), &["remote", "add", "origin", &format!("https://github.com/{origin}.git")]);
    repo
}

/// The repository of the quality department with a record that names these issues, over the product of this path.
fn quality(path: &str, issues: &[&str]) -> Repo {
    let repo = Repo::new();
    git(repo.root(), &["remote", "add", "origin", "https://github.com/acme/quality.git"]);
    let config = format!(
        "[[subject]]\nrepository = \"acme/pump\"\nname = \"Infusion pump\"\npath = '{path}'\n[issues]\nsources = [\"history\"]\nsources_reason = \"Commits name each.\"\n"
    );
    repo.write("lookback.toml", config)
        .write("docs/security-procedure.md", PROCEDURE)
        .commit("2024-05-02", "Procedure");
    repo.write("docs/security-review-2025.md", record("2025-06-02", "2024-06-01", "2025-06-01", issues));
    repo.commit("2025-06-02", "Review");
    repo
}

fn issue(report: &Value) -> Value {
    let issues = report["issues"].as_array().unwrap();
    assert_eq!(issues.len(), 1, "{issues:?}");
    issues[0].clone()
}

fn verdict(report: &Value, id: &str) -> String {
    let all = report["constraints"].as_array().unwrap();
    all.iter().find(|one| one["id"] == id).unwrap()["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn the_review_covers_the_issues_and_releases_of_a_clone() {
    let pump = product("acme/pump");
    let repo = quality(pump.path(), &["acme/pump#12"]);
    let report = repo.report("2025-07-01");
    let issue = issue(&report);
    assert_eq!(issue["id"], "acme/pump#12");
    assert!(issue["aliases"].as_array().unwrap().contains(&"CVE-2025-1234".into()), "{issue}");
    assert_eq!(issue["released_in"]["tag"], "acme/pump@v1.1.0");
    assert_eq!((&issue["deployed"], &issue["managed"], &issue["examined"]), (&true.into(), &true.into(), &true.into()));
    let limits: Vec<_> =
        report["limits"].as_array().unwrap().iter().map(|limit| (&limit["what"], &limit["affects"])).collect();
    assert_eq!(
        limits,
        [(&"sources of security issues".into(), &serde_json::json!([]))],
        "the team's word, and nothing else"
    );
    // As the clone stood before the fix, nothing had happened.
    assert!(repo.report("2025-01-01")["issues"].as_array().unwrap().is_empty());
}

#[test]
fn a_record_names_an_issue_of_a_product_by_product_repository_or_address() {
    let pump = product("acme/pump");
    for (named, examined) in [
        ("Infusion pump#12", true),
        ("pump#12", true),
        ("ACME/Pump#12", true),
        ("https://github.com/acme/pump/issues/12", true),
        ("CVE-2025-1234", true),
        ("#12", false),
        ("other/pump#12", false),
        ("pump#13", false),
    ] {
        let report = quality(pump.path(), &[named]).report("2025-07-01");
        assert_eq!(issue(&report)["examined"], examined, "{named}");
        assert_eq!(verdict(&report, "4.1.8#b") == "conforms", examined, "{named}");
    }
}

#[test]
fn a_bare_number_is_an_issue_of_the_records_own_repository() {
    let pump = product("acme/pump");
    let repo = quality(pump.path(), &["pump#12"]);
    repo.write("tool.c", "1").commit("2025-02-02", "Fix the leak of the tool, CWE-200\n\nFixes #12");
    let report = repo.report("2025-07-01");
    let examined: Vec<(String, bool)> = report["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["id"].as_str().unwrap().to_owned(), one["examined"].as_bool().unwrap()))
        .collect();
    assert_eq!(examined, [("#12".to_owned(), false), ("acme/pump#12".to_owned(), true)]);
}

#[test]
fn a_product_that_nobody_can_see_is_never_a_pass() {
    let other = product("acme/valve");
    let bare = Repo::new();
    for (path, words) in [
        ("../absent", "not in a Git repository"),
        (other.path(), "acme/valve"),
        ("docs", "in this repository"),
        (bare.path(), "no commit"),
    ] {
        let report = quality(path, &["#1"]).report("2025-07-01");
        let limits = report["limits"].as_array().unwrap();
        let limit = limits.iter().find(|one| one["what"].as_str().unwrap().contains("acme/pump")).unwrap();
        assert!(limit["why"].as_str().unwrap().contains(words), "{limit}");
        assert_ne!(verdict(&report, "4.1.8#b"), "conforms", "{path}");
        assert_ne!(report["verdict"], "conforms", "{path}");
    }
    let repo = quality(other.path(), &["#1"]);
    repo.write("lookback.toml", "[[subject]]\nrepository = \"acme/pump\"\n").commit("2025-06-03", "No clone");
    let report = repo.report("2025-07-01");
    assert!(report["limits"][0]["why"].as_str().unwrap().contains("names no clone"), "{}", report["limits"]);
    assert_ne!(report["verdict"], "conforms");
}

#[test]
fn issue_files_of_every_format_are_read_by_the_binary() {
    let repo = Repo::new();
    repo.write("a", "1").commit("2025-01-01", "One");
    for (text, id) in [
        (r#"[{"number": 1, "title": "x", "labels": [{"name": "security"}], "createdAt": "2025-02-01"}]"#, "#1"),
        (
            r#"{"issues": [{"key": "SEC-2", "fields": {"labels": ["security"], "created": "2025-02-01T00:00:00.000+0000"}}], "total": 1}"#,
            "SEC-2",
        ),
        ("Issue key,Summary,Issue Type,Labels,Labels,Created\nSEC-3,x,Bug,a,security,01/Feb/25 9:00 AM\n", "SEC-3"),
        (
            r#"[{"iid": 4, "project_id": 1, "title": "x", "labels": ["security"], "created_at": "2025-02-01T00:00:00Z"}]"#,
            "#4",
        ),
        (
            r#"[{"id": 5, "report_type": "sast", "state": "detected", "created_at": "2025-02-01T00:00:00Z"}]"#,
            "vulnerability 5",
        ),
        (
            "Title,Issue ID,URL,State,Author Username,Confidential,Created At (UTC),Labels\nx,6,,Open,ann,No,2025-02-01 10:00:00,security\n",
            "#6",
        ),
        (
            r#"{"document": {"csaf_version": "2.0", "tracking": {"id": "A", "initial_release_date": "2025-02-01T00:00:00Z"}}, "vulnerabilities": [{"cve": "CVE-2025-0007"}]}"#,
            "CVE-2025-0007",
        ),
        (
            r#"{"@context": "https://openvex.dev/ns", "timestamp": "2025-02-01T00:00:00Z", "statements": [{"vulnerability": {"name": "CVE-2025-0008"}, "status": "not_affected"}]}"#,
            "CVE-2025-0008",
        ),
        (r#"{"id": "CVE-2025-0009", "modified": "2025-02-01T00:00:00Z", "affected": []}"#, "CVE-2025-0009"),
        (
            r#"{"bomFormat": "CycloneDX", "metadata": {"timestamp": "2025-02-01T00:00:00Z"}, "vulnerabilities": [{"id": "CVE-2025-0010"}]}"#,
            "CVE-2025-0010",
        ),
    ] {
        // The content tells the format; the name tells nothing.
        let file = repo.beside("export.txt");
        std::fs::write(&file, text).unwrap();
        let run = repo.run("issues", &["--as-of", "2025-06-01", "--issues", file.to_str().unwrap()]);
        assert_eq!(run.code, 0, "{id}: {}", run.err);
        assert!(run.out.contains(id), "{id}: {}", run.out);
    }
    let file = repo.beside("export.json");
    std::fs::write(&file, r#"{"scan": {}, "vulnerabilities": []}"#).unwrap();
    let run = repo.run("issues", &["--issues", file.to_str().unwrap()]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("OpenVEX") && run.err.contains("scan, vulnerabilities"), "{}", run.err);
}

#[test]
fn a_record_of_another_product_is_no_review_of_ours() {
    for key in ["name", "product"] {
        for (product, counted) in [
            ("Meridian Gateway 2", Value::Bool(true)),
            ("Meridian", Value::Bool(true)),
            ("Tangent Console, Meridian Gateway", Value::Bool(true)),
            ("Tangent Console", Value::Bool(false)),
            ("Meridian GW", Value::Null),
        ] {
            let repo = Repo::new();
            repo.write("lookback.toml", format!("[[subject]]\n{key} = \"Meridian Gateway\"\n"))
                .write("docs/security-procedure.md", PROCEDURE)
                .commit("2024-05-02", "Procedure");
            let text = record("2025-06-02", "2024-06-01", "2025-06-01", &[]);
            let text = text.replace("| Version |", &format!("| Product | {product} |\n| Version |"));
            repo.write("docs/security-review-2025.md", text).commit("2025-06-02", "Review");
            let report = repo.report("2025-07-01");
            assert_eq!(report["reviews"][0]["counted"], counted, "{key} {product}: {}", report["reviews"]);
            let held = match counted {
                Value::Bool(true) => "conforms",
                Value::Bool(false) => "nonconforming",
                _ => "undetermined",
            };
            assert_eq!(verdict(&report, "4.1.8#d"), held, "{key} {product}");
        }
    }
}
