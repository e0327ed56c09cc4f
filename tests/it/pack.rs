//! The pack of evidence: the same bytes everywhere, believed only as it was packed, and no word more than the dossier would show.
#![expect(clippy::disallowed_methods, reason = "tests read and write packs")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;

use crate::support::{PROCEDURE, Repo, Run, command, git, lookback, record, run};

const DAY: &str = "2025-06-01";
const CANARY: &str = "canary7c2e";
const RECORD: &str = "docs/reviews/2025.md";

/// A pack of a repository, made in a time zone and a locale of its own, without network.
fn packed(root: &Path, issues: &str, name: &Path, zone: &str, locale: &str) -> Run {
    let mut command = command(&["collect", "--offline", "--committed", "--as-of", DAY, "--issues", issues, "--pack"]);
    command.arg(name).arg("--repo").arg(root).current_dir(root);
    run(command.env("TZ", zone).env("LC_ALL", locale).env("LANG", locale))
}

/// The files of a pack, by their paths in the bag.
fn opened(pack: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(std::fs::read(pack).unwrap())).unwrap();
    let mut files = BTreeMap::new();
    for n in 0..zip.len() {
        let mut file = zip.by_index(n).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().unwrap().strip_prefix("lookback-pack/").unwrap().to_owned(), bytes);
    }
    files
}

/// The same files in a zip again.
fn zipped(files: &BTreeMap<String, Vec<u8>>, to: &Path) {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (path, bytes) in files {
        out.start_file(format!("lookback-pack/{path}"), stored).unwrap();
        out.write_all(bytes).unwrap();
    }
    std::fs::write(to, out.finish().unwrap().into_inner()).unwrap();
}

fn judged(pack: &Path) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(&["check", "--format", "json", "--evidence"]);
    run(command.arg(pack).current_dir(folder.path()))
}

#[test]
fn the_same_bytes_everywhere_and_the_same_judgement_elsewhere() {
    let repo = crate::summary::neglected();
    let elsewhere = repo.beside("another folder");
    git(repo.root(), &["clone", "--quiet", repo.path(), elsewhere.to_str().unwrap()]);
    git(&elsewhere, &["remote", "set-url", "origin", "https://github.com/acme/pump.git"]);
    let (one, two) = (repo.beside("one.zip"), repo.beside("two.zip"));
    let absolute = elsewhere.join("issues.csv").display().to_string();
    let ran = packed(repo.root(), &repo.root().join("issues.csv").display().to_string(), &one, "UTC", "C");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(ran.out.contains("Packed: evidence, 2 documents and 1 issue file in "), "{}", ran.out);
    let again = packed(&elsewhere, &absolute, &two, "Pacific/Kiritimati", "tr_TR.UTF-8");
    assert_eq!(again.code, 0, "{}", again.all());
    assert!(std::fs::read(&one).unwrap() == std::fs::read(&two).unwrap());
    let line = |ran: &Run| ran.out.lines().find(|line| line.starts_with("SHA-256: ")).unwrap().to_owned();
    assert_eq!(line(&ran), line(&again));

    let files = opened(&one);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "bag-info.txt",
            "bagit.txt",
            "data/documents/docs/procedure.md",
            "data/documents/docs/reviews/2025.md",
            "data/evidence.json",
            "data/issues/01-issues.csv",
            "manifest-sha256.txt",
            "tagmanifest-sha256.txt"
        ]
    );
    for (packed, path) in [
        ("data/documents/docs/reviews/2025.md", RECORD),
        ("data/documents/docs/procedure.md", "docs/procedure.md"),
        ("data/issues/01-issues.csv", "issues.csv"),
    ] {
        assert_eq!(files[packed], std::fs::read(repo.root().join(path)).unwrap(), "{packed}");
    }
    let payload: usize = files.iter().filter(|(path, _)| path.starts_with("data/")).map(|(_, bytes)| bytes.len()).sum();
    let info = String::from_utf8(files["bag-info.txt"].clone()).unwrap();
    assert!(info.contains(&format!("Payload-Oxum: {payload}.4\n")), "{info}");
    assert!(
        !files.values().any(|bytes| String::from_utf8_lossy(bytes).contains(repo.path())),
        "no folder of this machine"
    );

    let there = judged(&two);
    let here = repo.run(
        "check",
        &[
            "--offline",
            "--committed",
            "--as-of",
            DAY,
            "--issues",
            &repo.beside("pump/issues.csv").display().to_string(),
            "--format",
            "json",
        ],
    );
    let (mut there_json, mut here_json) = (there.json(), here.json());
    // Where the file lay is the one thing that a pack does not tell.
    for report in [&mut there_json, &mut here_json] {
        for source in report["sources"].as_array_mut().unwrap() {
            source["name"] = source["name"].as_str().unwrap().rsplit('/').next().unwrap().into();
        }
    }
    assert_eq!(there.code, here.code, "{}", there.err);
    assert!(there_json == here_json, "{there_json:#}\n{here_json:#}");
    // What was judged can be read from a pipe, and every other command takes it.
    let dossier = lookback(&["report", "--evidence", two.to_str().unwrap()]);
    assert!(dossier.code == 0 && dossier.out.contains("</html>"), "{}", dossier.err);
}

#[test]
fn what_is_not_as_it_was_packed_is_refused_and_named() {
    let repo = crate::summary::neglected();
    let pack = repo.beside("evidence.zip");
    assert_eq!(packed(repo.root(), "issues.csv", &pack, "UTC", "C").code, 0);
    let sound = opened(&pack);
    assert!([1, 3].contains(&judged(&pack).code));
    let refused = |said: &str| {
        let ran = judged(&pack);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{said}: {}", ran.all());
        assert!(ran.err.contains(said) && ran.err.contains("evidence.zip"), "{said}: {}", ran.err);
        assert!(ran.err.contains("for the pack again"), "{}", ran.err);
    };
    let changed = |change: &dyn Fn(&mut BTreeMap<String, Vec<u8>>), said: &str| {
        let mut files = sound.clone();
        change(&mut files);
        zipped(&files, &pack);
        refused(said);
    };
    for path in sound.keys() {
        changed(&|files| files.get_mut(path).unwrap()[0] ^= 1, path);
        changed(&|files| drop(files.remove(path)), &format!("{path} is missing"));
    }
    changed(&|files| drop(files.insert("data/documents/added.md".into(), vec![])), "data/documents/added.md was added");
    changed(&|files| drop(files.insert("../../up.md".into(), vec![])), "up.md was added");
    // A byte of the file itself, wherever it stands.
    let mut bytes = {
        assert_eq!(packed(repo.root(), "issues.csv", &pack, "UTC", "C").code, 0);
        std::fs::read(&pack).unwrap()
    };
    let at = bytes.windows(10).position(|window| window == b"Date held ").unwrap();
    bytes[at] ^= 1;
    std::fs::write(&pack, &bytes).unwrap();
    refused(RECORD);
    std::fs::write(&pack, &bytes[..bytes.len() / 2]).unwrap();
    refused("it is no pack");
}

/// A confidential issue of a GitLab export, and an ordinary one.
fn export(title: &str) -> String {
    let issue = |iid: u32, title: &str, confidential: bool| {
        serde_json::json!({ "iid": iid, "id": iid, "project_id": 1, "title": title, "state": "opened",
            "created_at": "2024-05-01T00:00:00Z", "updated_at": "2024-05-01T00:00:00Z", "closed_at": null,
            "labels": ["security"], "confidential": confidential, "description": "", "author": { "username": "dev" },
            "web_url": format!("https://gitlab.com/acme/pump/-/issues/{iid}") })
    };
    serde_json::json!([issue(1, "An ordinary overflow", false), issue(2, title, true)]).to_string()
}

#[test]
fn what_is_under_embargo_is_masked_and_its_file_named_as_left_out() {
    let repo = Repo::new();
    git(repo.root(), &["remote", "add", "origin", "https://github.com/acme/pump.git"]);
    repo.write("docs/procedure.md", PROCEDURE).commit("2024-01-10", "First");
    repo.write("gitlab.json", export(&format!("{CANARY} stops")))
        .write("other.csv", "id,title,opened,labels\n#9,x,2024-05-01,security\n");
    repo.write("named.csv", "id,title,opened,labels\nCVE-2031-0002,x,2024-05-01,security\n");
    repo.write(RECORD, record("2025-01-10", "2024-01-11", "2025-01-10", &["#1"])).commit("2025-01-10", "Review");
    let pack = repo.beside("evidence.zip");
    let make = |more: &[&str]| {
        let issues = ["--issues", "gitlab.json", "other.csv"];
        let mut command = command(&["collect", "--offline", "--committed", "--as-of", DAY, "--pack"]);
        run(command.arg(&pack).args(issues).args(more).current_dir(repo.root()).env("CI_PROJECT_VISIBILITY", "private"))
    };
    let ran = make(&[]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(ran.out.contains("Left out: gitlab.json in the pack: it holds issues under embargo"), "{}", ran.out);
    // Stored as it is: a word of the file would stand in the pack.
    let bytes = String::from_utf8_lossy(&std::fs::read(&pack).unwrap()).into_owned();
    assert!(!bytes.contains(CANARY) && bytes.contains("An ordinary overflow"));
    let files = opened(&pack);
    assert!(files.contains_key("data/issues/01-other.csv") && !files.keys().any(|path| path.contains("gitlab")));
    assert!(String::from_utf8_lossy(&files["data/left-out.txt"]).starts_with("gitlab.json in the pack: "));
    let judged = judged(&pack);
    let limits = judged.json()["limits"].to_string();
    assert!(
        limits.contains("gitlab.json in the pack") && judged.json()["issues"].to_string().contains("under embargo")
    );
    // Nothing hangs on it: the issues are in the evidence.
    let whole = repo.run(
        "check",
        &["--offline", "--committed", "--as-of", DAY, "--issues", "gitlab.json", "other.csv", "--format", "json"],
    );
    assert_eq!(whole.code, 2, "relative to the current folder: {}", whole.err);

    // What the trusted configuration shows is shown here too, and the file is as it was read.
    repo.write("lookback.toml", "[embargo]\nshow = true\n").commit("2025-01-11", "Show");
    assert_eq!(make(&[]).code, 0);
    let files = opened(&pack);
    assert!(String::from_utf8_lossy(&files["data/issues/01-gitlab.json"]).contains(CANARY));
    assert!(!files.contains_key("data/left-out.txt"));
}

#[test]
fn what_is_not_committed_is_packed_as_it_was_judged() {
    let repo = crate::summary::neglected();
    repo.write("docs/procedure.md", format!("{PROCEDURE}\nNot committed.\n"));
    let pack = repo.beside("evidence.zip");
    let mut command = command(&["collect", "--offline", "--as-of", DAY, "--pack"]);
    let ran = run(command.arg(&pack).current_dir(repo.root()));
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(String::from_utf8_lossy(&opened(&pack)["data/documents/docs/procedure.md"]).contains("Not committed."));
    let ran = lookback(&["collect", "--pack", "x.zip", "-o", "y.json", "--repo", repo.path()]);
    assert!(ran.code == 2 && ran.err.contains("--pack"), "{}", ran.err);
}

#[test]
fn five_thousand_issues_are_packed_and_judged() {
    let repo = Repo::new();
    repo.write("docs/procedure.md", PROCEDURE).commit("2024-01-10", "First");
    let mut issues = String::from("id,title,severity,opened,closed,resolution,labels\n");
    for n in 1..=5_000 {
        issues += &format!("#{n},The parser of message {n},high,2024-05-15,2024-12-20,fixed,security\n");
    }
    repo.write("issues.csv", issues).commit("2024-01-11", "Issues");
    let pack = repo.beside("evidence.zip");
    let ran = packed(repo.root(), "issues.csv", &pack, "UTC", "C");
    assert_eq!(ran.code, 0, "{}", ran.all());
    let judged = judged(&pack);
    assert_eq!(judged.json()["issues"].as_array().unwrap().len(), 5_000, "{}", judged.err);
}
