//! The exports by the binary: the same bytes in another folder, time zone and locale; what cannot be exported is said.

use std::path::Path;

use crate::support::{Repo, command, git, run};

const FORMATS: [&str; 2] = ["ics", "openmetrics"];

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
    let ran = repo.run("report", &["--format", "ics", "--lang", "de"]);
    assert_eq!(ran.code, 2, "{}", ran.all());
}
