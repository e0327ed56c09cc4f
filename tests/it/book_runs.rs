//! The commands that the README and the book show are run, in the order of their page, in a copy of the demo that has the files which
//! they name: none may be refused.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "lays out what the pages name")]

use std::path::Path;
use std::process::Command;

use crate::book::{documentation, read, shell_lines};
use crate::support::{git, run};

/// What is not run here, and where it is.
const ELSEWHERE: [(&str, &str); 5] = [
    ("--issues github", "asks GitHub: github.rs, servers.rs"),
    ("fleet plan --org", "asks GitHub: fleet_plan.rs"),
    ("fleet plan --group", "asks GitLab: fleet_plan.rs"),
    ("--shard 3/16", "a plan of sixteen shards: fleet_run.rs"),
    ("merge shard-1", "results of three shards: fleet_merge.rs"),
];

/// A record in a language that is not judged, for the pages on confirmations.
const FRENCH: &str = "---\nlookback: review\n---\n# Revue annuelle du traitement des problèmes de sécurité\n\n\
    Réunion du 10 mars 2025. Le comité a passé en revue tous les problèmes de sécurité traités depuis la dernière revue, du \
    1er janvier 2024 au 28 février 2025. Le traitement a été complet. Il n'a pas été efficace pour deux d'entre eux, dont la \
    correction a dépassé le délai prévu. Tous les problèmes sont résolus.\n";

/// The demo of today, with the files and the branch that the pages name.
fn staged(place: &Path) {
    lookback::build_demo(place, chrono::Utc::now().date_naive(), false).unwrap();
    for folder in ["CodeAnalysisLogs", "docs/forms", "issues", "quality/pump", "quality/gateway"] {
        std::fs::create_dir_all(place.join(folder)).unwrap();
    }
    let reviews = std::fs::read_dir(place.join("docs/reviews")).unwrap().map(|entry| entry.unwrap().path());
    let last = reviews.max().unwrap();
    for copy in ["docs/reviews/review-2026.md", "docs/reviews/security-review-2027.md"] {
        // The demo may have it already.
        if place.join(copy) != last {
            std::fs::copy(&last, place.join(copy)).unwrap();
        }
    }
    for copy in ["export.json", "github", "issues/pump.json", "issues/gateway.json"] {
        std::fs::copy(place.join("issues.json"), place.join(copy)).unwrap();
    }
    let list = "id,title,severity,opened\nSEC-1,Overflow in the parser,high,2026-02-01\n";
    for (path, text) in [
        ("advisories.csv", list),
        ("docs/security-review-2025.md", FRENCH),
        ("quality/pump/lookback.toml", ""),
        ("quality/gateway/lookback.toml", ""),
        ("repositories.txt", "product visibility=public\n"),
    ] {
        std::fs::write(place.join(path), text).unwrap();
    }
    git(place, &["add", "--all"]);
    git(place, &["commit", "--quiet", "--message", "What the pages name"]);
    git(place, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    git(place, &["clone", "--quiet", ".", "product"]);
}

#[test]
fn every_command_that_is_shown_runs() {
    let folder = tempfile::tempdir().unwrap();
    let (origin, here) = (folder.path().join("origin"), folder.path().join("pump-firmware"));
    staged(&origin);
    let program = Path::new(env!("CARGO_BIN_EXE_lookback")).parent().unwrap().to_str().unwrap();
    let path = format!("{program}:{}", std::env::var("PATH").unwrap());
    let (mut ran, mut wrong) = (0, Vec::new());
    for page in documentation() {
        let lines = shell_lines(&read(&page));
        let lines = lines.iter().filter(|line| !ELSEWHERE.iter().any(|(part, _)| line.contains(part)));
        for (at, line) in lines.enumerate() {
            if at == 0 {
                let _ = std::fs::remove_dir_all(&here);
                assert!(Command::new("cp").arg("-a").args([&origin, &here]).status().unwrap().success());
            }
            let mut shell = Command::new("sh");
            shell.args(["-c", line]).current_dir(&here).env_clear().env("PATH", &path).env("HOME", folder.path());
            let done = run(&mut shell);
            ran += 1;
            if ![0, 1, 3].contains(&done.code) {
                wrong.push(format!("{}: {line} [{}]\n{}", page.display(), done.code, done.err));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(ran > 40, "only {ran} commands were run");
    for (part, reason) in ELSEWHERE {
        let shown = documentation().iter().any(|page| shell_lines(&read(page)).iter().any(|line| line.contains(part)));
        assert!(shown, "{part} ({reason}) is shown nowhere");
    }
}
