//! The example of a library user judges as the command line does.

#[expect(dead_code, reason = "its main asks for arguments")]
#[path = "../../examples/library.rs"]
pub(crate) mod example;

use crate::support::{Repo, record};

#[test]
fn a_repository_is_judged_without_command_line_network_or_terminal() {
    let repo = Repo::new();
    repo.write("docs/security-review-2024.md", record("2024-02-10", "2023-02-11", "2024-02-10", &[]));
    repo.commit("2024-02-10", "the review");
    repo.tag("v1.0.0");
    for day in ["2024-03-01", "2026-03-01"] {
        let report = example::judged(repo.root(), day).unwrap();
        let run = repo.run("check", &["--as-of", day, "--offline", "--format", "json"]);
        assert_eq!(i32::from(report.exit_code), run.code, "{day}: {}", run.all());
        assert_eq!(report.findings.len(), run.json()["findings"].as_array().unwrap().len(), "{day}");
    }
}
