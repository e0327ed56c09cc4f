//! The list of bad inputs of a fleet, over files and `git http-backend` on loopback: each is a row with its reason, never a pass and
//! never the end; a run that is killed anywhere ends with the same bytes; nothing of a repository is run.
#![expect(clippy::disallowed_methods, reason = "tests write their repositories")]
#![allow(clippy::unwrap_used, reason = "a test may fail at any step")]

use std::time::Duration;

use serde_json::json;

use crate::support::fleet::{Fleet, cause, json as read, of, results, reviewed, unreviewed};
use crate::support::git_server::{GitServer, Manner};
use crate::support::{Repo, files, git, run};

#[test]
fn over_http_and_files_with_and_without_filters_the_results_are_the_same() {
    let fleet = Fleet::new();
    let repo = reviewed();
    for (name, filter) in [("acme/with", "true"), ("acme/without", "false")] {
        fleet.serve(&repo, name);
        git(&fleet.at(&format!("srv/{name}.git")), &["config", "uploadpack.allowFilter", filter]);
    }
    let server = GitServer::start(&fleet.at("srv"), |_, _| Manner::Git);
    let lines = [
        format!("{}/acme/with.git name=with", server.address),
        format!("{}/acme/without.git name=without", server.address),
        format!("file://{} name=file", fleet.path("srv/acme/with.git")),
        format!("file://{} name=file-without", fleet.path("srv/acme/without.git")),
    ];
    fleet.plan(&lines, &[]);
    let ran = fleet.run("out", "cache", &[]);
    assert!(ran.out.contains("4 checked"), "{}", ran.all());
    let report = |name: &str| {
        let mut report = read(&fleet.at("out"), "results", name);
        report["subject"]["repository"] = json!("x");
        report["origin"] = json!("x");
        // The name of the repository stands in messages too.
        report.to_string().replace(&format!("\"{name}\""), "\"x\"")
    };
    for name in ["without", "file", "file-without"] {
        assert!(report("with") == report(name), "{name}");
    }
    for entry in std::fs::read_dir(fleet.at("cache/repositories")).unwrap() {
        git(&entry.unwrap().path().join("mirror.git"), &["fsck", "--no-progress"]);
    }
    // Nothing changed: one question each, and no byte.
    let before = server.asked().len();
    assert!(fleet.run("again", "cache", &[]).out.contains("4 unchanged"));
    assert!(server.asked().len() <= before + 4, "{:?}", &server.asked()[before..]);
    assert_eq!(results(&fleet.at("out")), results(&fleet.at("again")));
}

#[test]
fn what_servers_do_wrong_is_a_row_each() {
    let fleet = Fleet::new();
    let repo = reviewed();
    let faults: [(&str, Manner, &str); 11] = [
        ("moved", Manner::Status(301, "location: /acme/good.git/info/refs\r\n"), "moved"),
        ("asks", Manner::Status(401, "www-authenticate: Basic realm=x\r\n"), "access"),
        ("refuses", Manner::Status(403, ""), "access"),
        ("lacks", Manner::Status(404, ""), "missing"),
        ("often", Manner::Status(429, ""), "rate-limit"),
        ("often-after", Manner::Status(429, "retry-after: 1\r\n"), "rate-limit"),
        ("fails", Manner::Status(500, ""), "server"),
        ("unavailable", Manner::Status(503, "retry-after: 1\r\n"), "server"),
        ("resets", Manner::Reset, "connection"),
        ("halves", Manner::Half, "connection"),
        ("stalls", Manner::Stall, "budget"),
    ];
    fleet.serve(&repo, "acme/good");
    for (name, ..) in &faults {
        fleet.serve(&repo, &format!("acme/{name}"));
    }
    let server = GitServer::start(&fleet.at("srv"), move |path, _| {
        let found = faults.iter().find(|(name, ..)| path.starts_with(&format!("/acme/{name}.git/")));
        found.map_or(Manner::Git, |(_, manner, _)| *manner)
    });
    let line = |name: &str| format!("{}/acme/{name}.git", server.address);
    let mut lines = vec![line("good")];
    lines.extend(faults.iter().map(|(name, ..)| line(name)));
    fleet.plan(&lines, &["--shards", "1"]);
    let ran = fleet.run("out", "cache", &["--jobs", "12", "--time-each", "12"]);
    assert!(ran.code == 0 && ran.out.contains("1 checked") && ran.out.contains("11 not checked"), "{}", ran.all());
    for (name, _, told) in faults {
        let got = cause(&fleet.at("out"), &format!("acme-{name}"));
        assert_eq!(got, told, "{name}: {}", read(&fleet.at("out"), "costs", &format!("acme-{name}")));
    }
    // A moment later it goes better.
    let server = GitServer::start(&fleet.at("srv"), |path, before| {
        if path.ends_with("/info/refs") && before == 0 { Manner::Status(503, "") } else { Manner::Git }
    });
    fleet.plan(&[format!("{}/acme/good.git", server.address)], &[]);
    assert!(fleet.run("patient", "cache-2", &[]).out.contains("1 checked"));
    let good = of(&fleet.at("out"), "results", "acme-good").map(|bytes| String::from_utf8(bytes).unwrap());
    let patient = of(&fleet.at("patient"), "results", "acme-good").map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(good.is_some() && patient.is_some());
}

#[test]
fn a_token_goes_to_its_own_server_alone_and_into_no_file() {
    let fleet = Fleet::new();
    fleet.serve(&reviewed(), "acme/pump");
    let (ours, other) = (
        GitServer::start(&fleet.at("srv"), |_, _| Manner::Git),
        GitServer::start(&fleet.at("srv"), |_, _| Manner::Git),
    );
    fleet.plan(
        &[format!("{}/acme/pump.git name=a", ours.address), format!("{}/acme/pump.git name=b", other.address)],
        &[],
    );
    let mut command = fleet.running("out", "cache", &[]);
    let ran = run(command.env("GITHUB_TOKEN", "the-very-secret").env("GITHUB_SERVER_URL", &ours.address));
    assert!(ran.out.contains("2 checked"), "{}", ran.all());
    assert!(ours.asked().iter().all(|(_, who)| who.as_deref().is_some_and(|who| who.starts_with("Basic "))));
    assert!(other.asked().iter().all(|(_, who)| who.is_none()));
    let secret = ["the-very-secret", "eC1hY2Nlc3MtdG9rZW46dGhlLXZlcnktc2VjcmV0"];
    for path in files(fleet.folder.path()) {
        let bytes = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        assert!(!secret.iter().any(|secret| bytes.contains(secret)), "{}", path.display());
    }
    assert!(!secret.iter().any(|secret| ran.all().contains(secret)));
}

/// Programs that leave a mark where they are run, in every place where a repository may name one.
#[test]
fn no_program_of_a_repository_is_run() {
    let fleet = Fleet::new();
    let mark = fleet.at("ran");
    let program = fleet.at("program");
    std::fs::write(&program, format!("#!/bin/sh\necho run >> '{}'\nexit 0\n", mark.display())).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let repo = reviewed();
    let named = program.display().to_string();
    repo.write(".gitattributes", "*.md filter=evil diff=evil merge=evil\n");
    repo.write(".gitmodules", format!("[submodule \"x\"]\n\tpath = x\n\turl = ext::{named}\n\tupdate = !{named}\n"));
    repo.commit("2025-03-01", "Attributes");
    fleet.serve(&repo, "evil");
    let bare = fleet.at("srv/evil.git");
    for key in [
        "core.fsmonitor",
        "core.sshCommand",
        "core.gitProxy",
        "core.askPass",
        "core.alternateRefsCommand",
        "core.pager",
        "credential.helper",
        "filter.evil.smudge",
        "filter.evil.clean",
        "filter.evil.process",
        "diff.evil.textconv",
        "diff.external",
        "uploadpack.packObjectsHook",
        "remote.origin.uploadpack",
        "gpg.program",
        "core.editor",
    ] {
        git(&bare, &["config", key, &named]);
    }
    for hook in ["post-checkout", "pre-receive", "post-update", "reference-transaction", "pre-auto-gc", "post-rewrite"]
    {
        std::fs::create_dir_all(bare.join("hooks")).unwrap();
        std::fs::copy(&program, bare.join("hooks").join(hook)).unwrap();
    }
    let away = fleet.at("srv/away.git");
    git(fleet.folder.path(), &["clone", "--quiet", "--bare", bare.to_str().unwrap(), away.to_str().unwrap()]);
    std::fs::write(bare.join("objects/info/alternates"), format!("{}/objects\n", away.display())).unwrap();
    // A copy that lacks objects, and names a program that could fetch them.
    git(&bare, &["config", "remote.origin.url", &format!("ext::{named}")]);
    git(&bare, &["config", "remote.origin.promisor", "true"]);
    fleet.plan(&[format!("file://{}", bare.display())], &[]);
    let trace = fleet.at("trace");
    let traced = std::process::Command::new("strace").arg("-V").output().is_ok();
    let plain = fleet.running("out", "cache", &[]);
    let ran = if traced {
        let mut command = std::process::Command::new("strace");
        command
            .args(["-f", "-q", "-e", "trace=execve", "-o"])
            .arg(&trace)
            .arg(plain.get_program())
            .args(plain.get_args());
        command.env_clear().envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
        run(&mut command)
    } else {
        let mut plain = plain;
        run(&mut plain)
    };
    assert!(ran.out.contains("1 checked"), "{}", ran.all());
    assert!(!mark.exists(), "a program of the repository was run");
    if traced {
        let text = std::fs::read_to_string(&trace).unwrap();
        let started: Vec<&str> = text
            .lines()
            .filter(|line| line.contains("execve(\"") && line.ends_with("= 0"))
            .filter_map(|line| line.split("execve(\"").nth(1)?.split('"').next())
            .collect();
        assert!(started.len() > 2, "{text}");
        for program in started {
            let name = program.rsplit('/').next().unwrap_or_default();
            let fine = name == "lookback"
                || name == "git"
                || name.starts_with("git-")
                || (name == "sh" && program == "/bin/sh");
            assert!(fine, "{program} was run");
        }
    }
}

#[test]
fn a_run_that_is_killed_anywhere_ends_with_the_same_bytes() {
    let fleet = Fleet::new();
    let repo = reviewed();
    let lines: Vec<String> = (0..6).map(|n| fleet.serve(&repo, &format!("r{n}"))).collect();
    fleet.plan(&lines, &[]);
    let began = std::time::Instant::now();
    assert_eq!(fleet.run("whole", "whole-cache", &["--jobs", "2"]).code, 0);
    let took = began.elapsed();
    // Twenty moments, from the first to the last, in one folder after the other.
    for n in 0..20u32 {
        let (out, cache) = (format!("out-{}", n / 5), format!("cache-{}", n / 5));
        let mut child =
            fleet.running(&out, &cache, &["--jobs", "2"]).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(took.mul_f64(f64::from(n % 5 + n / 5) / 8.0) + Duration::from_millis(u64::from(n * 7 % 31)));
        child.kill().unwrap();
        child.wait().unwrap();
        if n % 5 == 4 {
            let rows = std::fs::read_dir(fleet.at(&out).join("rows")).into_iter().flatten().flatten();
            let done = rows.filter(|row| row.path().extension().is_some_and(|end| end == "json")).count();
            let ran = fleet.run(&out, &cache, &["--jobs", "2"]);
            assert!(ran.out.contains("6 checked"), "{}", ran.all());
            assert!(ran.out.contains(&format!("{done} finished before")), "{done}: {}", ran.out);
            let (own, whole) = (results(&fleet.at(&out)), results(&fleet.at("whole")));
            let names = |all: &[(String, Vec<u8>)]| all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
            assert_eq!(names(&own), names(&whole), "{out}");
            for ((name, own), (_, whole)) in own.iter().zip(&whole) {
                let (own, whole) = (String::from_utf8_lossy(own), String::from_utf8_lossy(whole));
                let differs = whole.lines().zip(own.lines()).find(|(one, other)| one != other);
                assert!(own == whole, "{out}, {name}: {differs:?}");
            }
        }
    }
}

#[test]
fn two_runs_on_one_cache_and_a_cache_that_takes_nothing() {
    let fleet = Fleet::new();
    let lines: Vec<String> = (0..4).map(|n| fleet.serve(&reviewed(), &format!("r{n}"))).collect();
    fleet.plan(&lines, &[]);
    let mut first = fleet.running("one", "cache", &[]).stdout(std::process::Stdio::null()).spawn().unwrap();
    let second = fleet.run("two", "cache", &[]);
    assert!(first.wait().unwrap().success() && second.out.contains("4 checked"), "{}", second.all());
    assert!(results(&fleet.at("one")) == results(&fleet.at("two")));
    // A file where the cache should be.
    std::fs::write(fleet.at("file"), "x").unwrap();
    let ran = fleet.run("none", "file", &[]);
    assert_eq!((ran.code, cause(&fleet.at("none"), "r0")), (0, "cache".to_owned()), "{}", ran.all());
    // A cache too small for what it keeps is emptied, and the results stand.
    assert!(fleet.run("small", "small", &["--cache-size", "0"]).out.contains("4 checked"));
    assert!(files(&fleet.at("small/repositories")).is_empty(), "bounded");
    assert!(results(&fleet.at("small")) == results(&fleet.at("one")));
    // Not only at its end: a run takes no more room than this, and two repositories at a time.
    let bounded = fleet.run("bounded", "bounded", &["--cache-size", "0", "--jobs", "2"]);
    assert!(bounded.out.contains("4 checked"), "{}", bounded.all());
    assert!(results(&fleet.at("bounded")) == results(&fleet.at("one")));
    // Results that cannot be written are no results.
    std::fs::create_dir_all(fleet.at("full/rows")).unwrap();
    std::fs::write(fleet.at("full/results"), "x").unwrap();
    let full = fleet.run("full", "cache", &[]);
    assert!(full.code == 2 && full.err.contains("hint:"), "{}", full.all());
}

/// It is stopped when it is larger than a repository may be, and not when all of it is here; nothing of it stays.
#[test]
fn a_pack_of_three_gigabytes_is_stopped_early() {
    let fleet = Fleet::new();
    fleet.serve(&reviewed(), "acme/huge");
    let server = GitServer::start(&fleet.at("srv"), |_, _| Manner::Huge);
    fleet.plan(&[format!("{}/acme/huge.git", server.address)], &[]);
    let ran = fleet.run("out", "cache", &["--disk-each", "4"]);
    assert_eq!((ran.code, cause(&fleet.at("out"), "acme-huge")), (0, "too-large".to_owned()), "{}", ran.all());
    let came = read(&fleet.at("out"), "costs", "acme-huge")["bytes"].as_u64().unwrap();
    assert!(came > 4 << 20 && came < 1 << 30, "{came} bytes came");
    let kept: u64 = files(&fleet.at("cache")).iter().map(|path| path.metadata().unwrap().len()).sum();
    assert!(kept < 100_000, "{kept} bytes stay");
}

/// A small file system of its own; it ends with the test.
struct Small(std::path::PathBuf);

impl Small {
    /// `None`: whoever runs the test may not mount.
    fn mount(at: &std::path::Path) -> Option<Small> {
        std::fs::create_dir_all(at).unwrap();
        let small = Small(at.to_owned());
        small.mounted(&["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).then_some(small)
    }

    fn mounted(&self, options: &[&str]) -> bool {
        let mut mount = std::process::Command::new("mount");
        mount.args(options).arg(&self.0).stderr(std::process::Stdio::null());
        mount.status().is_ok_and(|status| status.success())
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ended = std::process::Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_and_a_cache_that_is_only_read_are_rows() {
    let fleet = Fleet::new();
    let Some(small) = Small::mount(&fleet.at("small")) else {
        eprintln!("skipped: nobody but root may mount a small file system");
        return;
    };
    fleet.plan(&[fleet.serve(&reviewed(), "pump")], &[]);
    assert!(fleet.run("whole", "cache", &[]).out.contains("1 checked"));
    std::fs::write(small.0.join("filler"), vec![1; (4 << 20) - 24_000]).unwrap();
    let full = fleet.run("full", "small/cache", &[]);
    let said = read(&fleet.at("full"), "costs", "pump");
    assert_eq!((full.code, cause(&fleet.at("full"), "pump")), (0, "disk".to_owned()), "{}{said}", full.all());
    let out = fleet.run("small/out", "cache", &[]);
    assert!(out.code == 2 && out.err.contains("hint:"), "{}", out.all());
    std::fs::remove_file(small.0.join("filler")).unwrap();
    // With room again, it goes on.
    assert!(fleet.run("full", "small/cache", &[]).out.contains("1 checked"));
    assert!(fleet.run("small/out", "cache", &[]).out.contains("1 checked"));
    for out in ["full", "small/out"] {
        assert!(results(&fleet.at(out)) == results(&fleet.at("whole")), "{out}");
    }
    assert!(small.mounted(&["-o", "remount,ro"]));
    let only_read = fleet.run("only-read", "small/cache", &[]);
    assert_eq!((only_read.code, cause(&fleet.at("only-read"), "pump")), (0, "cache".to_owned()), "{}", only_read.all());
    assert_eq!(fleet.run("small/out", "cache", &["--as-of", "2026-01-21"]).code, 2);
}

/// Files that come from the future, or from long ago: what was kept counts by what it holds.
#[test]
fn a_clock_that_jumps_changes_no_result() {
    let fleet = Fleet::new();
    fleet.plan(&[fleet.serve(&reviewed(), "pump")], &[]);
    assert!(fleet.run("one", "cache", &[]).out.contains("1 checked"));
    for seconds in [0u64, 4_100_000_000] {
        for path in files(fleet.folder.path()) {
            let file = std::fs::File::options().append(true).open(path);
            if let Ok(file) = file {
                file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
            }
        }
        assert!(fleet.run("one", "cache", &[]).out.contains("1 finished before"));
        assert!(fleet.run(&format!("at-{seconds}"), "cache", &[]).out.contains("1 unchanged"));
        assert!(results(&fleet.at("one")) == results(&fleet.at(&format!("at-{seconds}"))));
    }
    // Evidence of a day that is to come is not that of an earlier one.
    assert!(fleet.run("back", "cache", &["--as-of", "2025-06-01"]).out.contains("0 unchanged"));
    assert!(fleet.run("anew", "other", &["--as-of", "2025-06-01"]).out.contains("1 checked"));
    assert!(results(&fleet.at("back")) == results(&fleet.at("anew")));
}

#[test]
fn hostile_documents_and_configurations_cost_their_own_row() {
    let fleet = Fleet::new();
    let hostile = Repo::new();
    hostile
        .write("docs/Security-Review.md", "x".repeat(3 << 20))
        .write("docs/Security-Review-2.pdf", b"%PDF-1.4 broken");
    hostile.write("docs/Security-Review-3.docx", bomb()).commit("2024-01-01", "Begin");
    let large = Repo::new();
    large.write("lookback.toml", "#".repeat(2 << 20)).commit("2024-01-01", "Begin");
    let lines = [fleet.serve(&hostile, "hostile"), fleet.serve(&large, "large"), fleet.serve(&reviewed(), "good")];
    fleet.plan(&lines, &[]);
    let ran = fleet.run("out", "cache", &[]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    let report = read(&fleet.at("out"), "results", "hostile");
    assert!(report["limits"].to_string().contains("Security-Review-3.docx"), "{}", report["limits"]);
    assert_ne!(report["verdict"], "conforms");
    assert_eq!(cause(&fleet.at("out"), "large"), "configuration");
    assert!(of(&fleet.at("out"), "results", "good").is_some());
}

/// A small archive that unpacks to very much.
fn bomb() -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let block = vec![b' '; 1 << 20];
    for _ in 0..400 {
        zip.write_all(&block).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn defaults_hold_and_the_floor_cannot_be_loosened() {
    let fleet = Fleet::new();
    let loose = reviewed();
    loose.write("lookback.toml", "[cadence]\nwindow = \"calendar-year\"\n[rules]\nreview-overdue = \"off\"\n");
    loose.commit("2025-02-05", "Loosen");
    let plain = unreviewed();
    let lines = [fleet.serve(&loose, "loose"), fleet.serve(&plain, "plain")];
    let config = "publish = \"private\"\n[defaults.cadence]\nwindow = \"6-months\"\n[floor.cadence]\nwindow = \"12-months\"\n[floor.rules]\nreview-overdue = \"error\"\n";
    fleet.plan_by(&lines, config, &[]);
    fleet.run("out", "cache", &["--as-of", "2026-02-10"]);
    let row = read(&fleet.at("out"), "rows", "loose");
    let told: Vec<&str> = row["outcome"]["checked"]["loosened"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["key"].as_str().unwrap())
        .collect();
    assert_eq!(told, ["cadence.window", "rules.review-overdue"]);
    let report = read(&fleet.at("out"), "results", "loose");
    assert_eq!((&report["cadence"]["window"], &report["cadence"]["state"]), (&json!("12-months"), &json!("overdue")));
    assert!(report["findings"].to_string().contains("review-overdue"));
    assert_eq!(read(&fleet.at("out"), "results", "plain")["cadence"]["window"], "6-months");
    let site = fleet.path("site");
    fleet.merge(&["out"], &["--site", &site, "--as-of", "2026-02-10"]);
    let index = std::fs::read_to_string(fleet.at("site/index.html")).unwrap();
    assert!(index.contains("judged by the floor: cadence.window: 12-months -&gt; calendar-year"), "shown in its row");
}
