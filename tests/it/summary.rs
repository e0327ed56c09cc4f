//! The summary and the annotations of a repository in which one rule has very many cases: a record that names 2 of 159 issues.

use crate::support::{PROCEDURE, Repo, git, record};

const RECORD: &str = "docs/reviews/2025.md";

/// 159 issues of a year, and a record that names the first two.
pub(crate) fn neglected() -> Repo {
    let repo = Repo::new();
    repo.write("docs/procedure.md", PROCEDURE).write("src/a.c", "1").commit("2024-01-10", "First");
    repo.tag("v1.0.0");
    let mut issues = String::from("id,title,severity,opened,closed,resolution,labels\n");
    for n in 1..=159 {
        let (severity, month) = (["low", "medium", "high", "critical"][n % 4], 1 + n % 12);
        issues += &format!(
            "CVE-2024-{:05},The parser of message {n} reads past the end of its buffer,{severity},2024-{month:02}-15,2024-12-20,fixed,security\n",
            10_000 + n
        );
    }
    repo.write("issues.csv", issues);
    let named = ["CVE-2024-10001", "CVE-2024-10002"];
    repo.write(RECORD, record("2025-01-10", "2024-01-11", "2025-01-10", &named)).commit("2025-01-10", "Review");
    git(repo.root(), &["remote", "add", "origin", "https://github.com/acme/pump.git"]);
    repo
}

#[test]
fn a_hundred_and_fifty_seven_cases_of_one_rule_stay_on_one_page() {
    let repo = neglected();
    let issues = repo.root().join("issues.csv").display().to_string();
    let check =
        |format: &str| repo.run("check", &["--as-of", "2025-06-01", "--issues", &issues, "--format", format]).out;
    let summary = check("markdown");
    assert!(summary.len() <= 20_000, "{} bytes", summary.len());
    assert!(summary.contains("#### ❌ issue-not-examined: 157 errors against IEC 81001-5-1 4.1.8#b"), "{summary}");
    assert!(summary.contains("- and 152 more like it: CVE-2024-"), "{summary}");
    // The order of the page.
    let parts = [
        "## ❌ Security review",
        "### What to do next",
        "### Findings",
        "Issues examined: 2 of 159",
        "Measures for",
        "Documents (",
    ];
    let places: Vec<_> =
        parts.iter().map(|part| summary.find(part).unwrap_or_else(|| panic!("{part}: {summary}"))).collect();
    assert!(places.is_sorted(), "{places:?}");
    // Every link leads to a file, and a line of it, of the commit.
    let head = git(repo.root(), &["rev-parse", "HEAD"]);
    let prefix = format!("](<https://github.com/acme/pump/blob/{head}/");
    let links: Vec<_> = summary.split(&prefix).skip(1).filter_map(|rest| rest.split(">)").next()).collect();
    assert!(links.len() > 5, "{summary}");
    for link in links {
        let (path, line) = link.split_once("#L").unwrap_or((link, "1"));
        let text = git(repo.root(), &["show", &format!("HEAD:{}", path.trim_end_matches("?plain=1"))]);
        assert!(line.parse::<usize>().is_ok_and(|line| line <= text.lines().count()), "{link}");
    }
    let annotations = check("github");
    let of_rule: Vec<_> = annotations.lines().filter(|line| line.contains("issue-not-examined,")).collect();
    assert_eq!(of_rule.len(), 1, "{annotations}");
    assert!(
        annotations.starts_with("::error ") && of_rule[0].contains("And 156 more like it at this place"),
        "{annotations}"
    );
}
