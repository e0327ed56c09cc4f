//! What lies in a repository leads nobody around the disk, and costs no more than its content.
#![expect(clippy::disallowed_methods, reason = "tests write and look")]
#![allow(clippy::unwrap_used, reason = "a test may fail at any step")]

use std::sync::Mutex;

use serde_json::{Value, json};

use crate::support::office::zipped;
use crate::support::server::{Reply, Server, Spoil};
use crate::support::{PROCEDURE, Repo, command, git, record, run};

fn with_record() -> Repo {
    let repo = Repo::new();
    repo.write("docs/security-procedure.md", PROCEDURE);
    repo.write("docs/security-review-2025.md", record("2025-06-02", "2024-06-01", "2025-06-01", &[]));
    repo.commit("2025-06-02", "Review");
    repo
}

#[test]
fn a_cache_that_git_tracks_is_refused() {
    let repo = with_record();
    repo.write(".cache/ab/cdef", "an answer that nobody gave").commit("2025-06-03", "Cache");
    let cache = repo.root().join(".cache");
    let ask = |folder: &std::path::Path| {
        run(&mut command(&["check", "--offline", "--repo", repo.path(), "--cache", folder.to_str().unwrap()]))
    };
    let refused = ask(&cache);
    assert_eq!(refused.code, 2, "{}", refused.all());
    assert!(refused.all().contains("is tracked by Git"), "{}", refused.all());
    let beside = tempfile::tempdir().unwrap();
    assert_ne!(ask(beside.path()).code, 2);
    std::fs::create_dir(repo.root().join(".other")).unwrap();
    assert_ne!(ask(&repo.root().join(".other")).code, 2, "not tracked");
}

#[test]
fn a_product_outside_the_workspace_is_not_looked_at() {
    let (repo, product) = (with_record(), with_record());
    git(product.root(), &["remote", "add", "origin", "https://github.com/acme/pump.git"]);
    let config = format!("[[subject]]\nrepository = \"acme/pump\"\npath = '{}'\n", product.path());
    repo.write("lookback.toml", config).commit("2025-06-04", "Product");
    let limits = |workspace: Option<&str>| {
        let mut command =
            command(&["check", "--offline", "--as-of", "2025-07-01", "--repo", repo.path(), "--format", "json"]);
        command.envs(workspace.map(|folder| ("GITHUB_WORKSPACE", folder)));
        run(&mut command).json()["limits"].to_string()
    };
    assert!(limits(Some(repo.path())).contains("leads out of the workspace"));
    assert!(!limits(None).contains("leads out of the workspace"), "outside CI the user's own disk");
    let both = product.root().parent().unwrap();
    assert!(!limits(Some(both.to_str().unwrap())).contains("leads out of the workspace"));
}

#[cfg(unix)]
#[test]
fn no_report_is_written_through_a_link_of_the_tree() {
    let repo = with_record();
    let elsewhere = tempfile::tempdir().unwrap();
    let victim = elsewhere.path().join("victim.md");
    std::fs::write(&victim, "mine").unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), repo.root().join("out")).unwrap();
    repo.commit("2025-06-05", "Link");
    for format in ["markdown=out/victim.md", "markdown=../victim.md"] {
        let mut action = command(&["action"]);
        action.current_dir(repo.root()).env("GITHUB_WORKSPACE", repo.path());
        action.env("INPUT_FORMAT", format).env("INPUT_OFFLINE", "true");
        let done = run(&mut action);
        assert_eq!(done.code, 2, "{}", done.all());
        assert!(done.all().contains("link") || done.all().contains("workspace"), "{}", done.all());
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), "mine");
    }
    let mut action = command(&["action"]);
    action.current_dir(repo.root()).env("GITHUB_WORKSPACE", repo.path());
    action.env("INPUT_CACHE", "out/answers").env("INPUT_OFFLINE", "true");
    let done = run(&mut action);
    assert_eq!(done.code, 2, "{}", done.all());
    assert!(done.all().contains("symbolic link"), "{}", done.all());
}

#[test]
fn one_content_at_many_paths_is_read_a_few_times() {
    let repo = with_record();
    let body = "<w:p><w:r><w:t>The security issues were reviewed.</w:t></w:r></w:p>".repeat(400);
    let document = zipped(&[(
        "word/document.xml",
        &format!(
            "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
        ),
    )]);
    for n in 0..200 {
        repo.write(&format!("docs/security-review-copy-{n}.docx"), &document);
    }
    repo.commit("2025-06-06", "Copies");
    let report = repo.report("2025-07-01");
    let read = report["documents"].as_array().unwrap().iter();
    let copies = read.filter(|one| one["path"].to_string().contains("-copy-")).count();
    assert_eq!(copies, 3, "another copy says nothing new");
    assert!(!report["limits"].to_string().contains(".docx"), "{}", report["limits"]);
}

/// A configuration is a small file: no device and no pipe keeps the run, and nothing fills its memory.
#[cfg(unix)]
#[test]
fn a_configuration_is_a_small_regular_file() {
    let repo = with_record();
    let pipe = repo.beside("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let large = repo.beside("large.toml");
    std::fs::write(&large, "# x\n".repeat(300_000)).unwrap();
    for (named, words) in [
        ("/dev/zero", "no regular file"),
        (pipe.to_str().unwrap(), "no regular file"),
        (large.to_str().unwrap(), "1048576"),
    ] {
        let run = repo.run("check", &["--offline", "--config", named]);
        assert_eq!(run.code, 2, "{named}: {}", run.all());
        assert!(run.err.contains(words), "{named}: {}", run.err);
    }
    let run = repo.run("check", &["--offline", "--issues", "/dev/zero"]);
    assert_eq!(run.code, 2, "{}", run.all());
    // The same of what is checked out, and of what is committed.
    std::fs::copy(&large, repo.root().join("lookback.toml")).unwrap();
    repo.commit("2025-06-07", "Large");
    for state in ["--work-tree", "--committed"] {
        let run = repo.run("check", &["--offline", state]);
        assert_eq!(run.code, 2, "{state}: {}", run.all());
        assert!(run.err.contains("1048576"), "{state}: {}", run.err);
    }
}

#[test]
fn a_tracker_without_end_is_a_limit() {
    let page = Mutex::new(0);
    let words = "Steps to reproduce. ".repeat(1000);
    let server = Server::start(Spoil::Nothing, move |seen, own| {
        if !seen.path.contains("/issues") {
            return Reply::json(200, &json!({ "path_with_namespace": "acme/pump" }));
        }
        let mut page = page.lock().unwrap();
        *page += 100;
        let issue = |n| {
            json!({ "iid": *page + n, "project_id": 1, "title": "x", "state": "opened", "labels": [],
            "created_at": "2025-01-01T00:00:00Z", "description": words })
        };
        let next = format!("<{own}/api/v4/projects/1/issues?cursor={page}>; rel=\"next\"");
        Reply::json(200, &Value::Array((0..100).map(issue).collect())).with("link", &next)
    });
    let repo = with_record();
    let config = repo.beside("policy.toml");
    let text = format!(
        "[[tracker]]\nkind = \"gitlab\"\nproject = \"acme/pump\"\nurl = \"{}\"\nvulnerabilities = false\n",
        server.address
    );
    std::fs::write(&config, text).unwrap();
    let run = repo.run("check", &["--config", config.to_str().unwrap(), "--as-of", "2025-07-01", "--format", "json"]);
    let limits = run.json()["limits"].to_string();
    assert!(limits.contains("takes 64 MiB from one server at most"), "{}", run.all());
    assert!(server.seen().len() < 60, "{}", server.seen().len());
    assert_ne!(run.code, 0);
}
