//! The exports by the binary: the same bytes in another folder, time zone and locale; what cannot be exported is said.

use std::path::Path;

use crate::support::{Repo, command, git, run};

const FORMATS: [&str; 5] = ["ics", "openmetrics", "in-toto", "oscal", "poam"];

#[test]
fn another_folder_zone_and_locale_change_nothing() {
    let repo = crate::summary::neglected();
    let elsewhere = repo.beside("another folder");
    git(repo.root(), &["clone", "--quiet", repo.path(), elsewhere.to_str().expect("UTF-8")]);
    git(&elsewhere, &["remote", "set-url", "origin", "https://github.com/acme/pump.git"]);
    for format in FORMATS {
        let written = |root: &Path, zone: &str, locale: &str| {
            let issues = root.join("issues.csv");
            let mut command =
                command(&["report", "--as-of", "2025-06-01", "--committed", "--format", format, "--repo"]);
            command.arg(root).arg("--issues").arg(issues).env("TZ", zone).env("LC_ALL", locale).env("LANG", locale);
            let ran = run(&mut command);
            assert_eq!(ran.code, 0, "{format}: {}", ran.err);
            ran.out
        };
        let one = written(repo.root(), "Pacific/Kiritimati", "tr_TR.UTF-8");
        let two = written(&elsewhere, "America/Los_Angeles", "C");
        assert!(one == two, "{format}\n{one}\n{two}");
        assert!(one.len() > 200, "{format}: {one}");
    }
}

#[test]
fn what_cannot_be_exported_is_said_with_what_to_do() {
    let repo = Repo::new();
    let ran = repo.run("report", &["--format", "ics", "--as-of", "2025-06-01"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.all());
    assert!(ran.err.contains("there is no due date") && ran.err.contains("cadence.start"), "{}", ran.err);
    let ran = repo.run("report", &["--format", "in-toto", "--as-of", "2025-06-01"]);
    assert!(ran.code == 2 && ran.err.contains("there is no commit"), "{}", ran.all());
    let ran = repo.run("report", &["--format", "ics", "--lang", "de"]);
    assert_eq!(ran.code, 2, "{}", ran.all());
}

#[test]
fn a_statement_names_the_commit_and_nothing_that_it_does_not_hold() {
    let repo = crate::summary::neglected();
    let issues = repo.root().join("issues.csv").display().to_string();
    let arguments = ["--as-of", "2025-06-01", "--issues", &issues, "--format", "in-toto"];
    let statement = repo.run("report", &arguments).json();
    assert_eq!(statement["subject"][0]["digest"]["gitCommit"], git(repo.root(), &["rev-parse", "HEAD"]).as_str());
    assert_eq!(statement["predicate"]["result"], "FAILED");
    repo.write("docs/procedure.md", "# Nothing");
    let ran = repo.run("report", &arguments);
    assert!(ran.code == 2 && ran.err.contains("1 file") && ran.err.contains("--committed"), "{}", ran.all());
    assert_eq!(repo.run("report", &[&arguments[..], &["--committed"]].concat()).json(), statement);
}
