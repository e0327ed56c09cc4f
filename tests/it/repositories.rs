//! Repositories of every shape: what can be seen is judged, what cannot is a limit, nothing panics.
#![expect(clippy::disallowed_methods, reason = "tests break files on purpose")]

use std::path::Path;

use crate::support::{PROCEDURE, Repo, Run, git, lookback, record, rules, run_on};
use serde_json::Value;

/// The commits tell of every issue.
const HISTORY_ALONE: &str =
    "[issues]\nsources = [\"history\"]\nsources_reason = \"Each problem is a CVE that a commit names.\"\n";

/// A repository that conforms on 2025-06-01: procedure, release, one fixed issue, a review that examined it.
fn conforming() -> Repo {
    let repo = Repo::new();
    repo.write("lookback.toml", HISTORY_ALONE);
    reviewed(repo)
}

/// The same on top of what the folder holds.
fn reviewed(repo: Repo) -> Repo {
    repo.write("docs/security-procedure.md", PROCEDURE).commit("2023-01-10", "Procedure");
    repo.write("src/a.c", "1").commit("2023-03-01", "First");
    repo.tag("v1.0.0");
    repo.write("src/a.c", "2").commit("2024-02-20", "fix(security): bounds\n\nFixes CVE-2024-1111");
    repo.commit("2024-03-01", "Release");
    repo.tag("v1.1.0");
    let first = record("2024-03-01", "2023-03-01", "2024-02-29", &["CVE-2024-1111"]);
    repo.write("docs/reviews/security-review-2024.md", first).commit("2024-03-02", "Review of 2024");
    repo.write("src/a.c", "3").commit("2024-12-10", "Parser checks length\n\nFixes CVE-2024-2222");
    repo.commit("2025-01-10", "Release");
    repo.tag("v1.2.0");
    let second = record("2025-02-20", "2024-03-01", "2025-02-18", &["CVE-2024-2222"]);
    repo.write("docs/reviews/security-review-2025.md", second).commit("2025-02-21", "Review of 2025");
    repo
}

fn limits(report: &Value) -> Vec<String> {
    let all = report["limits"].as_array().expect("limits");
    all.iter().map(|limit| format!("{} {} {}", limit["what"], limit["why"], limit["remedy"])).collect()
}

#[test]
fn the_plain_case_conforms() {
    let repo = conforming();
    let run = repo.run("check", &["--as-of", "2025-06-01", "--format", "json"]);
    let report = run.json();
    assert_eq!((run.code, report["verdict"].as_str()), (0, Some("conforms")), "{}", run.out);
    assert_eq!(report["exit_code"], 0);
    assert_eq!(report["cadence"]["due"], "2026-02-20");
    assert_eq!(report["coverage"]["managed"], 1);
    let fix = report["issues"].as_array().unwrap().iter().find(|issue| issue["id"] == "CVE-2024-2222").unwrap();
    assert_eq!(fix["released_in"], serde_json::json!({"tag": "v1.2.0", "date": "2025-01-10"}));
}

#[test]
fn without_a_source_of_issues_nothing_passes_quietly() {
    let verdicts = |config: Option<&str>, more: &[&str]| {
        let repo = conforming();
        match config {
            Some(config) => drop(repo.write("lookback.toml", config)),
            None => std::fs::remove_file(repo.root().join("lookback.toml")).unwrap(),
        }
        repo.write(
            "issues.csv",
            "id,title,state,created,closed,labels\nCVE-2024-2222,Parser,closed,2024-12-01,2024-12-10,security\n",
        );
        repo.commit("2025-02-22", "Configuration");
        let run = repo.run("check", &[&["--as-of", "2025-06-01", "--format", "json"], more].concat());
        let report = run.json();
        let said = limits(&report).iter().any(|limit| limit.contains("nothing but the history was asked"));
        let open: Vec<String> = report["constraints"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|constraint| constraint["verdict"] == "undetermined")
            .map(|constraint| constraint["id"].as_str().unwrap().to_owned())
            .collect();
        (run.code, said, open.join(" "))
    };
    let stopped = (3, true, "4.1.6#b 4.1.8#b 4.1.8#c".to_owned());
    assert_eq!(verdicts(None, &[]), stopped);
    assert_eq!(verdicts(Some("[issues]\nsources = []\n"), &[]), stopped);
    for (config, more) in [(HISTORY_ALONE, &[][..]), ("[issues]\nfiles = [\"issues.csv\"]\n", &[])] {
        assert_eq!(verdicts(Some(config), more), (0, false, String::new()), "{config}");
    }
}

#[test]
fn until_the_first_review_is_due_a_source_is_only_missed() {
    let repo = Repo::new();
    repo.write("docs/security-procedure.md", PROCEDURE).write("src/a.c", "1").commit("2020-03-01", "First");
    repo.tag("v1.0.0");
    let said = |repo: &Path, day: &str| {
        let run = run_on(repo, "check", &["--as-of", day, "--format", "json"]);
        let of = |at: usize| run.json()["constraints"][at]["verdict"].as_str().unwrap().to_owned();
        (run.code, [1, 3, 4, 5].map(of).join(" "))
    };
    let not_due = (0, "not-due not-due not-due not-due".to_owned());
    assert_eq!(said(repo.root(), "2020-09-01"), not_due);
    assert_eq!(said(repo.root(), "2021-09-01").0, 1);
    // A clone that is cut off looks young.
    repo.write("src/a.c", "2").commit("2021-08-01", "Second");
    let shallow = repo.beside("shallow");
    let url = format!("file://{}", repo.path());
    git(repo.root(), &["clone", "--quiet", "--depth", "1", &url, shallow.to_str().unwrap()]);
    let (code, verdicts) = said(&shallow, "2021-09-01");
    assert_eq!((code, verdicts.contains("not-due")), (3, false), "{verdicts}");
}

#[test]
fn the_date_moves_tree_tags_and_state() {
    let repo = conforming();
    // Between the reviews: the second record does not exist yet, nor do its release and its issue.
    let report = repo.report("2024-06-01");
    assert_eq!(report["cadence"]["last_review"], "2024-03-01");
    let ids: Vec<&str> = report["issues"].as_array().unwrap().iter().filter_map(|issue| issue["id"].as_str()).collect();
    assert_eq!(ids, ["CVE-2024-1111"]);
    assert_eq!(report["verdict"], "conforms", "{report:#}");
    // Committed, not yet released.
    let report = repo.report("2024-12-31");
    let fix = report["issues"].as_array().unwrap().iter().find(|issue| issue["id"] == "CVE-2024-2222").unwrap();
    assert_eq!(fix["released_in"], Value::Null);
    // The day after the due date, and the day itself.
    for (day, state, code) in [("2026-02-20", "due-soon", 0), ("2026-02-21", "overdue", 1)] {
        let run = repo.run("check", &["--as-of", day, "--format", "json"]);
        assert_eq!((run.json()["cadence"]["state"].as_str(), run.code), (Some(state), code), "{day}");
    }
    // Before the first commit there is nothing to judge: never a pass.
    let run = repo.run("check", &["--as-of", "2022-12-31"]);
    assert_eq!(run.code, 3, "{}", run.all());
}

#[test]
fn bare_linked_and_nested() {
    let repo = conforming();
    let expected = repo.run("check", &["--as-of", "2025-06-01", "--format", "json"]).json()["constraints"].clone();
    let bare = repo.beside("bare.git");
    git(repo.root(), &["clone", "--quiet", "--bare", ".", bare.to_str().unwrap()]);
    let linked = repo.beside("linked");
    git(repo.root(), &["worktree", "add", "--quiet", "--detach", linked.to_str().unwrap()]);
    for place in [bare.as_path(), linked.as_path(), &repo.root().join("docs/reviews")] {
        let run = run_on(place, "check", &["--as-of", "2025-06-01", "--format", "json"]);
        assert_eq!(run.json()["constraints"], expected, "{}", place.display());
        assert_eq!(run.code, 0);
    }
    // Detached, and another revision.
    git(repo.root(), &["checkout", "--quiet", "HEAD~2"]);
    assert_eq!(repo.run("check", &["--as-of", "2025-02-10"]).code, 0);
    let run = repo.run("check", &["--rev", "main", "--as-of", "2025-06-01"]);
    assert_eq!(run.code, 0, "{}", run.all());
    let report = repo.run("check", &["--rev", "v1.1.0", "--as-of", "2024-03-01", "--format", "json"]).json();
    assert_eq!(report["reviews"], serde_json::json!([]), "the records are younger than the revision");
    assert_eq!(report["cadence"]["state"], "never");
}

#[test]
fn nothing_to_look_at() {
    let folder = tempfile::tempdir().unwrap();
    let run = run_on(folder.path(), "check", &[]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("is not in a Git repository") && run.err.contains("--repo"), "{}", run.err);
    let run = run_on(&folder.path().join("absent"), "check", &[]);
    assert_eq!(run.code, 2, "{}", run.all());

    let repo = Repo::new();
    let run = repo.run("check", &["--as-of", "2025-01-01", "--format", "json"]);
    assert_eq!(run.code, 3, "an unborn branch is no pass: {}", run.all());
    assert!(limits(&run.json()).iter().any(|limit| limit.contains("no commit")));
    for command in ["status", "issues", "timeline", "collect"] {
        assert!(repo.run(command, &[]).code <= 3, "{command}");
    }
    let run = repo.run("check", &["--rev", "v9"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no revision \"v9\""), "{}", run.err);
}

#[test]
fn a_shallow_clone_dates_nothing_and_says_how_to_see_more() {
    let repo = conforming();
    for depth in ["1", "3"] {
        let shallow = repo.beside(&format!("shallow-{depth}"));
        let url = format!("file://{}", repo.path());
        git(repo.root(), &["clone", "--quiet", "--depth", depth, &url, shallow.to_str().unwrap()]);
        let run = run_on(&shallow, "check", &["--as-of", "2025-06-01", "--format", "json"]);
        let report = run.json();
        assert_eq!(run.code, 3, "{}", run.out);
        assert!(limits(&report).iter().any(|limit| limit.contains("fetch-depth: 0")), "{report:#}");
        for constraint in report["constraints"].as_array().unwrap() {
            let dated = ["4.1.8#b", "4.1.8#c", "4.1.8#d"].contains(&constraint["id"].as_str().unwrap());
            assert!(!dated || constraint["verdict"] != "conforms", "{constraint:#}");
        }
    }
}

#[test]
fn a_blobless_clone_says_what_is_absent() {
    // Its configuration would be absent too, which stops the run.
    let repo = reviewed(Repo::new());
    git(repo.root(), &["config", "uploadpack.allowFilter", "true"]);
    let clone = repo.beside("blobless.git");
    let url = format!("file://{}", repo.path());
    git(repo.root(), &["clone", "--quiet", "--bare", "--filter=blob:none", &url, clone.to_str().unwrap()]);
    let run = run_on(&clone, "check", &["--as-of", "2025-06-01", "--format", "json"]);
    assert_eq!(run.code, 3, "{}", run.all());
    assert!(limits(&run.json()).iter().any(|limit| limit.contains("partial clone") && limit.contains("filter")));
}

#[test]
fn missing_and_corrupt_objects_are_limits_or_errors() {
    let repo = conforming();
    let objects = repo.root().join(".git/objects");
    let remove = |id: &str| std::fs::remove_file(objects.join(&id[..2]).join(&id[2..])).unwrap();
    // The blob of a record.
    let record = git(repo.root(), &["rev-parse", "HEAD:docs/reviews/security-review-2025.md"]);
    remove(&record);
    let run = repo.run("check", &["--as-of", "2025-06-01", "--format", "json"]);
    assert!(run.code == 3 || run.code == 1, "{}", run.all());
    assert_ne!(run.json()["verdict"], "conforms");
    assert!(limits(&run.json()).iter().any(|limit| limit.contains("security-review-2025.md")), "{}", run.out);
    // A commit in the middle.
    let middle = git(repo.root(), &["rev-parse", "HEAD~3"]);
    remove(&middle);
    let run = repo.run("check", &["--as-of", "2025-06-01"]);
    assert!(run.code != 0, "{}", run.all());
    // The commit of HEAD.
    let head = git(repo.root(), &["rev-parse", "HEAD"]);
    remove(&head);
    let run = repo.run("check", &[]);
    assert_eq!(run.code, 2, "{}", run.all());
    assert!(run.err.contains("git fsck"), "{}", run.err);
}

/// Whoever may write into `.git/objects` puts the sound object in the place of the faulty one: the revision keeps its name.
#[test]
fn an_object_that_was_put_in_the_place_of_another_is_no_evidence() {
    let path = "docs/reviews/security-review-2025.md";
    let faulty = || {
        let repo = conforming();
        let sound = std::fs::read(repo.root().join(path)).unwrap();
        let issues = "id,title,labels,state,opened\nSEC-9,Leak,security,open,2024-06-01\n";
        repo.write("issues.csv", issues).write("sound.csv", issues.lines().next().unwrap());
        repo.write(
            "lookback.toml",
            "[documents]\nexclude = [\"sound/**\"]\n[issues]\nsources = []\nfiles = [\"issues.csv\"]\n",
        );
        repo.write("sound.toml", "[documents]\nexclude = [\"sound/**\"]\n[issues]\nsources = []\nsources_reason = \"none\"\nfiles = [\"sound.csv\"]\n");
        repo.write("sound/security-review-2025.md", &sound);
        repo.write(
            "sound/security-review-2024.md",
            std::fs::read(repo.root().join("docs/reviews/security-review-2024.md")).unwrap(),
        );
        repo.write(
            path,
            String::from_utf8(sound).unwrap().replace("The handling was complete", "The handling was not complete"),
        );
        repo.commit("2025-02-22", "Faulty");
        repo
    };
    let check = |repo: &Repo| repo.run("check", &["--as-of", "2025-06-01", "--committed", "-v"]);
    let words = |run: &Run| run.all().split_whitespace().collect::<Vec<_>>().join(" ");
    let repo = faulty();
    let before = check(&repo);
    assert_eq!(before.code, 1, "{}", before.all());
    assert!(words(&before).contains("are taken for what their names say"), "{}", before.out);
    // The work tree agrees with the revision, whatever lies in the object database.
    for (name, put_in) in [
        (format!("HEAD:{path}"), "HEAD:sound/security-review-2025.md"),
        ("HEAD:docs/reviews".to_owned(), "HEAD:sound"),
        ("HEAD:docs".to_owned(), "HEAD~1:docs"),
        ("HEAD^{tree}".to_owned(), "HEAD~1^{tree}"),
        ("HEAD^{commit}".to_owned(), "HEAD~1^{commit}"),
        ("HEAD:lookback.toml".to_owned(), "HEAD:sound.toml"),
        ("HEAD:issues.csv".to_owned(), "HEAD:sound.csv"),
    ] {
        let repo = faulty();
        let at = |name: &str| {
            let id = git(repo.root(), &["rev-parse", name]);
            repo.root().join(".git/objects").join(&id[..2]).join(&id[2..])
        };
        let (victim, sound) = (at(&name), std::fs::read(at(put_in)).unwrap());
        std::fs::remove_file(&victim).unwrap();
        std::fs::write(&victim, sound).unwrap();
        let run = check(&repo);
        assert!(run.code != 0, "{name}: {}", run.all());
        assert!(words(&run).contains("not what its name says"), "{name}: {}", run.all());
    }
}

#[test]
fn a_corrupt_pack_ends_in_an_error_or_a_limit() {
    let repo = conforming();
    git(repo.root(), &["repack", "-a", "-d", "--quiet"]);
    let folder = repo.root().join(".git/objects/pack");
    let pack = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|extension| extension == "pack"))
        .unwrap();
    let whole = std::fs::read(&pack).unwrap();
    let mut permissions = std::fs::metadata(&pack).unwrap().permissions();
    #[expect(clippy::permissions_set_readonly_false, reason = "a file of this test")]
    permissions.set_readonly(false);
    std::fs::set_permissions(&pack, permissions).unwrap();
    let mut broken = vec![whole[..whole.len() / 2].to_vec(), Vec::new(), vec![0; whole.len()]];
    for at in (16..whole.len()).step_by(whole.len() / 25) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x5a;
        broken.push(bytes);
    }
    let sound = repo.run("check", &["--as-of", "2025-06-01", "--format", "json"]).out;
    for bytes in broken {
        std::fs::write(&pack, &bytes).unwrap();
        let run = repo.run("check", &["--as-of", "2025-06-01", "--format", "json"]);
        // The last review proves all without the one before, which is then named as not read.
        let earlier = || limits(&run.json()).iter().any(|limit| limit.contains("security-review-2024.md"));
        assert!(run.code != 0 || run.out == sound || earlier(), "a pass on a corrupt pack: {}", run.all());
        assert!(!run.err.contains("panicked"), "{}", run.err);
    }
}

#[test]
fn replaced_objects_are_seen_as_they_are_recorded() {
    let repo = conforming();
    let (old, new) = (git(repo.root(), &["rev-parse", "HEAD~4"]), git(repo.root(), &["rev-parse", "HEAD~6"]));
    let before = repo.report("2025-06-01");
    git(repo.root(), &["replace", &old, &new]);
    let after = repo.report("2025-06-01");
    assert_eq!(before["issues"], after["issues"], "a local replacement does not rewrite the evidence");
    assert!(limits(&after).iter().any(|limit| limit.contains("replace")), "{after:#}");
}

#[test]
fn submodules_are_named_and_links_are_not_followed() {
    let repo = conforming();
    let other = Repo::new();
    other
        .write("security-review-2020.md", record("2020-01-01", "2019-01-01", "2019-12-31", &[]))
        .commit("2020-01-02", "x");
    let url = format!("file://{}", other.path());
    git(repo.root(), &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "parts/other"]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc/passwd", repo.root().join("docs/security-review-link.md")).unwrap();
        std::os::unix::fs::symlink("loop", repo.root().join("docs/loop")).unwrap();
        std::os::unix::fs::symlink(".", repo.root().join("docs/here")).unwrap();
    }
    repo.commit("2025-03-01", "Submodule and links");
    let report = repo.report("2025-06-01");
    assert!(limits(&report).iter().any(|limit| limit.contains("parts/other")), "{report:#}");
    assert!(!report.to_string().contains("2020-01-01") && !report.to_string().contains("root:"));
    assert_eq!(report["verdict"], "conforms");
}

#[test]
#[cfg(unix)]
fn configuration_and_issue_files_do_not_lead_out_of_the_tree() {
    let repo = conforming();
    std::fs::write(repo.beside("secret"), "the-secret = 1\n").unwrap();
    std::fs::remove_file(repo.root().join("lookback.toml")).unwrap();
    std::os::unix::fs::symlink(repo.beside("secret"), repo.root().join("lookback.toml")).unwrap();
    let run = repo.run("check", &["--as-of", "2025-06-01"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("lookback.toml") && !run.all().contains("the-secret"), "{}", run.all());
    std::fs::remove_file(repo.root().join("lookback.toml")).unwrap();
    std::os::unix::fs::symlink(repo.beside("secret"), repo.root().join("issues.csv")).unwrap();
    repo.write("lookback.toml", "[issues]\nfiles = [\"issues.csv\"]\n");
    let run = repo.run("check", &["--as-of", "2025-06-01"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("issues.csv") && !run.all().contains("the-secret"), "{}", run.all());
}

#[test]
fn odd_names_and_contents() {
    let repo = conforming();
    repo.write("docs/security-review-\nnew\u{1b}[31mline.md", "# Security review\n\nStatus: Draft\n");
    repo.write(
        "docs/security-review-latin.md",
        b"# Sicherheits\xfcberpr\xfcfung\r\n\r\nDatum: 2025-01-01\r\n".as_slice(),
    );
    repo.write("docs/security-review-binary.md", [0u8, 1, 2, 255, 254].repeat(500));
    repo.write("docs/security-review-crlf.md", "# Notes\r\n\r\nNothing.\r\n".repeat(50));
    repo.write("docs/security-review-empty.md", "");
    repo.write("docs/security-review-large.md", vec![b'a'; 20 << 20]);
    repo.commit("2025-03-01", "Odd");
    let run = repo.run("check", &["--as-of", "2025-06-01"]);
    assert!(!run.all().contains('\u{1b}'), "no escape reaches the terminal");
    assert!(!run.err.contains("panicked"), "{}", run.err);
    let report = repo.report("2025-06-01");
    assert!(
        limits(&report).iter().any(|limit| limit.contains("large.md") && limit.contains("max_size_mib")),
        "{report:#}"
    );
    assert!(report["documents"].as_array().unwrap().iter().any(|d| d["path"].as_str().unwrap().contains("binary")));
}

#[test]
fn a_document_of_100_mb_is_a_limit_in_bounded_time() {
    let repo = conforming();
    repo.write("docs/security-review-huge.md", "# Security review\n\nheld 2025-01-01\n".repeat(3 << 20));
    repo.commit("2025-03-01", "Huge");
    let run = repo.run("check", &["--as-of", "2025-06-01", "--format", "json"]);
    // What the other documents prove it takes nothing from.
    assert_eq!(run.code, 0);
    assert!(limits(&run.json()).iter().any(|limit| limit.contains("huge.md")));
}

#[test]
fn absurd_commit_dates() {
    for date in ["@0 +0000", "@4294967295 +0000", "@946684799 -1200", "@2147483648 +1400", "@99999999999 -0000"] {
        let repo = conforming();
        repo.write("src/a.c", "9").commit(date, "Odd clock\n\nFixes CVE-2024-3333");
        for command in ["check", "status", "issues", "timeline", "collect"] {
            let run = repo.run(command, &["--as-of", "2025-06-01"]);
            assert!((0..=3).contains(&run.code) && !run.err.contains("panicked"), "{date} {command}: {}", run.all());
        }
    }
}

#[test]
#[cfg(unix)]
fn a_repository_of_another_user_is_read() {
    let repo = conforming();
    fn give(path: &Path) -> std::io::Result<()> {
        std::os::unix::fs::lchown(path, Some(12_345), Some(12_345))?;
        if path.is_dir() && !path.is_symlink() {
            for entry in std::fs::read_dir(path)? {
                give(&entry?.path())?;
            }
        }
        Ok(())
    }
    if give(repo.root()).is_err() {
        println!("skipped: only root can give files away");
        return;
    }
    assert_eq!(repo.run("check", &["--as-of", "2025-06-01"]).code, 0);
}

#[test]
fn nothing_is_written_into_the_repository_and_nothing_of_it_is_run() {
    let repo = conforming();
    let mark = repo.beside("mark");
    let touch = format!("touch {}", mark.display());
    for (key, value) in [
        ("core.fsmonitor", touch.as_str()),
        ("filter.x.smudge", &touch),
        ("diff.x.textconv", &touch),
        ("core.pager", &touch),
    ] {
        git(repo.root(), &["config", key, value]);
    }
    repo.write(".gitattributes", "*.md filter=x diff=x\n");
    for hook in ["post-checkout", "pre-auto-gc", "fsmonitor-watchman"] {
        repo.write(&format!(".git/hooks/{hook}"), format!("#!/bin/sh\n{touch}\n"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let path = repo.root().join(format!(".git/hooks/{hook}"));
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
    let files = |root: &Path| {
        let mut out = Vec::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let data = path.symlink_metadata().unwrap();
                out.push((path.clone(), data.len(), data.modified().unwrap()));
                if data.is_dir() {
                    folders.push(path);
                }
            }
        }
        out.sort();
        out
    };
    let before = files(repo.root());
    for command in ["check", "status", "issues", "timeline", "collect"] {
        repo.run(command, &["--as-of", "2025-06-01"]);
    }
    assert_eq!(files(repo.root()), before);
    assert!(!mark.exists());
}

#[test]
fn evidence_judged_elsewhere_and_runs_elsewhere_give_the_same_bytes() {
    let repo = conforming();
    repo.write("lookback.toml", "[cadence]\nnotice_days = 30\n").commit("2025-03-01", "Config");
    let file = repo.beside("evidence.json");
    let collected = repo.run("collect", &["--as-of", "2025-06-01", "-o", file.to_str().unwrap()]);
    assert_eq!(collected.code, 0, "{}", collected.all());
    for format in ["text", "json", "markdown", "github"] {
        let direct = repo.run("check", &["--as-of", "2025-06-01", "--format", format]);
        let later = lookback(&["check", "--evidence", file.to_str().unwrap(), "--format", format]);
        assert_eq!(direct.out, later.out, "{format}");
        assert_eq!(direct.code, later.code);
        let arguments = ["check", "--repo", repo.path(), "--as-of", "2025-06-01", "--format", format];
        let mut elsewhere = crate::support::command(&arguments);
        elsewhere
            .env("TZ", "Pacific/Kiritimati")
            .env("LANG", "de_DE.UTF-8")
            .env("LC_ALL", "tr_TR.UTF-8")
            .current_dir("/");
        assert_eq!(crate::support::run(&mut elsewhere).out, direct.out, "{format}");
    }
    // Another day can be judged from the same evidence.
    let run = lookback(&["check", "--evidence", file.to_str().unwrap(), "--as-of", "2026-03-01", "--format", "json"]);
    assert_eq!(run.json()["cadence"]["state"], "overdue");
    assert!(rules(&run.json()).contains(&"error review-overdue".to_owned()));
}

#[test]
fn a_git_directory_elsewhere_has_its_work_tree() {
    let repo = conforming();
    let (apart, borrowed) = (repo.beside("apart"), repo.beside("borrowed"));
    let elsewhere = format!("--separate-git-dir={}", repo.beside("apart.git").display());
    git(repo.root(), &["clone", "--quiet", &elsewhere, ".", apart.to_str().unwrap()]);
    git(repo.root(), &["clone", "--quiet", "--shared", ".", borrowed.to_str().unwrap()]);
    for place in [apart.as_path(), &apart.join("docs"), borrowed.as_path()] {
        let report = run_on(place, "check", &["--as-of", "2025-06-01", "--format", "json"]).json();
        assert_eq!(report["cadence"]["last_review"], "2025-02-20", "{}: {report:#}", place.display());
        assert_eq!(report["subject"]["uncommitted"], serde_json::json!([]), "{}", place.display());
    }
    // What is changed there is seen.
    std::fs::remove_file(apart.join("docs/reviews/security-review-2025.md")).unwrap();
    let report = run_on(&apart, "check", &["--format", "json"]).json();
    assert_eq!(report["subject"]["uncommitted"], serde_json::json!(["docs/reviews/security-review-2025.md"]));
}

#[test]
fn what_the_tree_only_points_to_may_be_the_record() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 24891\n";
    for (path, text) in [
        ("docs/reviews/security-review-2025.md", pointer),
        ("docs/reviews/security-review-2025.docx", pointer),
        ("docs/reviews/security-review-2025.txt", "/annex/objects/SHA256E-s24891--4d7a2146.txt\n"),
    ] {
        let repo = conforming();
        std::fs::remove_file(repo.root().join("docs/reviews/security-review-2025.md")).unwrap();
        repo.write(path, text).commit("2025-02-22", "Large files elsewhere");
        unseen(&repo.report("2026-06-01"), path);
    }
}

/// A limit names what may be the record, and nobody says that the review is overdue.
fn unseen(report: &Value, path: &str) {
    let told = report["limits"].as_array().expect("limits").iter().find(|limit| limit["what"] == path);
    let affects = told.map(|limit| limit["affects"].to_string()).unwrap_or_default();
    assert!(affects.contains("4.1.8#d"), "{path}: {:#}", report["limits"]);
    let held = report["constraints"]
        .as_array()
        .expect("constraints")
        .iter()
        .find(|one| one["id"] == "4.1.8#d")
        .expect("4.1.8#d");
    assert_eq!(held["verdict"], "undetermined", "{path}: {held:#}");
}

#[cfg(unix)]
#[test]
fn links_and_submodules_may_hold_the_record() {
    let path = "docs/reviews/security-review-2025.md";
    for (target, is_seen) in [
        ("../../../quality/r.md", false),
        ("/srv/quality/r.md", false),
        ("absent.md", false),
        ("../records/r.md", true),
    ] {
        let repo = conforming();
        let text = std::fs::read_to_string(repo.root().join(path)).unwrap();
        std::fs::remove_file(repo.root().join(path)).unwrap();
        if is_seen {
            repo.write("docs/records/r.md", text);
        }
        std::os::unix::fs::symlink(target, repo.root().join(path)).unwrap();
        repo.commit("2025-02-22", "A link");
        let report = repo.report("2026-06-01");
        if is_seen {
            assert_eq!(report["cadence"]["last_review"], "2025-02-20", "{target}");
        } else {
            unseen(&report, path);
        }
    }
    let repo = conforming();
    git(repo.root(), &["rm", "--quiet", path]);
    git(
        repo.root(),
        &[
            "update-index",
            "--add",
            "--cacheinfo",
            "160000,39406e42cb832f683daa691dd652a8dc36ee8930,docs/security-reviews",
        ],
    );
    crate::support::dated(repo.root(), "2025-02-22T12:00:00Z", &["commit", "--quiet", "-m", "Reviews as a submodule"]);
    unseen(
        &repo.run("check", &["--as-of", "2026-06-01", "--committed", "--format", "json"]).json(),
        "docs/security-reviews",
    );
}

#[test]
fn a_list_that_is_closed_and_says_not_when_refutes_no_claim() {
    let repo = conforming();
    let record = "docs/reviews/security-review-2025.md";
    let text = std::fs::read_to_string(repo.root().join(record)).unwrap();
    repo.write(record, text.replace("CVE-2024-2222", "CVE-2024-2222 and #14"));
    let list = "id,title,labels,state,created,closed\n14,Bounds,security,closed,2024-12-01,\n";
    repo.write("list.csv", list).commit("2025-02-22", "List");
    let list = repo.root().join("list.csv");
    let run = repo.run("check", &["--as-of", "2025-06-01", "--issues", list.to_str().unwrap(), "--format", "json"]);
    let report = run.json();
    assert!(!rules(&report).iter().any(|told| told.ends_with("conclusion-contradicted")), "{report:#}");
    assert_eq!(run.code, 3, "{}", run.out);
    let issue = report["issues"].as_array().unwrap().iter().find(|issue| issue["id"] == "#14").unwrap();
    assert_eq!((issue["state"].as_str(), issue["closed"].as_str()), (Some("closed"), None));
}
