//! The files of the action stay what the tables say, and the real binary behaves as a container action does: environment in,
//! workflow commands, outputs, summary, report files and exit code out. `UPDATE=1 cargo test --test it action::` rewrites the files.
#![expect(clippy::disallowed_methods, reason = "tests read, write and run")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

fn committed(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_default()
}

fn update(path: &str, text: &str) {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(path), text).unwrap();
    }
}

/// A release puts the digest of its image into this one line.
fn without_image(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with("  image: ")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn action_yml_is_fresh() {
    let text = lookback::action_yml();
    update("action.yml", &text);
    assert!(
        without_image(&committed("action.yml")) == without_image(&text),
        "action.yml is not what the tables say; run UPDATE=1 cargo test --test it action::"
    );
}

/// What the Marketplace asks of an action: a name, a description of at most 125 characters, an icon and a colour that it knows.
#[test]
fn the_marketplace_takes_it() {
    let text = lookback::action_yml();
    let of = |key: &str| {
        let line = text.lines().find(|line| line.trim_start().starts_with(&format!("{key}: "))).unwrap();
        line.split_once(": ").unwrap().1.to_owned()
    };
    assert!(of("description").chars().count() <= 125, "{}", of("description"));
    assert_eq!((of("name"), of("icon"), of("color")), ("Lookback".into(), "rotate-ccw".into(), "blue".into()));
    assert!(!of("author").is_empty());
}

#[test]
fn the_page_is_fresh() {
    let page = committed("docs/action.md");
    let (inputs, outputs) = lookback::action_tables();
    let mut fresh = page.clone();
    for (name, table) in [("inputs", inputs), ("outputs", outputs)] {
        let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
        let from = fresh.find(&begin).unwrap() + begin.len();
        let to = fresh.find(&end).unwrap();
        fresh.replace_range(from..to, &format!("\n{table}\n"));
    }
    update("docs/action.md", &fresh);
    assert!(
        committed("docs/action.md") == fresh,
        "docs/action.md is not what the tables say; run UPDATE=1 cargo test --test it action::"
    );
}

/// A runner of our own: one workspace, the files that a runner hands over, and nothing else of this machine.
struct Runner {
    folder: tempfile::TempDir,
}

struct Ran {
    code: i32,
    log: String,
    outputs: BTreeMap<String, String>,
    summary: String,
}

impl Runner {
    /// With the demo repository, as it stood on a fixed day.
    fn new() -> Self {
        let runner = Runner { folder: tempfile::tempdir().unwrap() };
        let day = "2026-11-24".parse().unwrap();
        lookback::build_demo(&runner.workspace(), day, false).unwrap();
        runner
    }

    fn workspace(&self) -> PathBuf {
        self.folder.path().join("workspace")
    }

    fn run(&self, inputs: &[(&str, &str)]) -> Ran {
        self.on("schedule", "{}", inputs)
    }

    fn on(&self, event: &str, payload: &str, inputs: &[(&str, &str)]) -> Ran {
        self.done(&mut self.command(event, payload, inputs))
    }

    fn command(&self, event: &str, payload: &str, inputs: &[(&str, &str)]) -> Command {
        let file = |name: &str| self.folder.path().join(name);
        for name in ["set_output", "step_summary"] {
            std::fs::write(file(name), "").unwrap();
        }
        std::fs::write(file("event.json"), payload).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_lookback"));
        command
            .arg("action")
            .current_dir(self.workspace())
            .env_clear()
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_EVENT_NAME", event)
            .env("GITHUB_EVENT_PATH", file("event.json"))
            .env("GITHUB_WORKSPACE", self.workspace())
            .env("GITHUB_OUTPUT", file("set_output"))
            .env("GITHUB_STEP_SUMMARY", file("step_summary"))
            .env("INPUT_AS-OF", "2026-11-24")
            .env("INPUT_OFFLINE", "true")
            .env("INPUT_TOKEN", "ghs_canary");
        for (name, value) in inputs {
            command.env(format!("INPUT_{}", name.to_uppercase()), value);
        }
        command
    }

    fn done(&self, command: &mut Command) -> Ran {
        let file = |name: &str| self.folder.path().join(name);
        let done = command.output().unwrap();
        let log = String::from_utf8(done.stdout).unwrap() + &String::from_utf8(done.stderr).unwrap();
        let ran = Ran {
            code: done.status.code().unwrap(),
            log,
            outputs: outputs(&std::fs::read_to_string(file("set_output")).unwrap()),
            summary: std::fs::read_to_string(file("step_summary")).unwrap(),
        };
        for text in [&ran.log, &ran.summary, &format!("{:?}", ran.outputs)] {
            assert!(!text.contains("ghs_canary"), "the token is printed");
        }
        ran
    }
}

/// Runners other than GitHub's name the workspace by its path outside the container, and start the step inside.
#[test]
fn a_workspace_that_is_elsewhere_is_the_folder_of_the_step() {
    let runner = Runner::new();
    let here = runner.run(&[]);
    let elsewhere = runner.done(runner.command("schedule", "{}", &[]).env("GITHUB_WORKSPACE", "/outside/of/this"));
    assert_eq!((here.code, here.outputs), (elsewhere.code, elsewhere.outputs), "{}", elsewhere.log);
}

/// Commits everything in the workspace, on the day that the tests play on.
fn commit(runner: &Runner) -> String {
    let git = git2::Repository::open(runner.workspace()).unwrap();
    let mut index = git.index().unwrap();
    index.add_all(["."], git2::IndexAddOption::DEFAULT, None).unwrap();
    index.write().unwrap();
    let tree = git.find_tree(index.write_tree().unwrap()).unwrap();
    let at = "2026-11-24T12:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp();
    let who = git2::Signature::new("Kim", "kim@acme-medical.example", &git2::Time::new(at, 0)).unwrap();
    let parent = git.head().unwrap().peel_to_commit().unwrap();
    git.commit(Some("HEAD"), &who, &who, "Change", &tree, &[&parent]).unwrap().to_string()
}

/// The page of the action is that of `report`, and its path is an output; without the input there is neither.
#[test]
fn the_dossier_is_written_where_its_output_says() {
    let runner = Runner::new();
    assert_eq!(runner.run(&[]).outputs["dossier"], "");
    let page = |lang: &str| {
        let ran = runner.run(&[("dossier", lang)]);
        assert_eq!((ran.code, ran.outputs["dossier"].as_str()), (1, "lookback-report/dossier.html"), "{}", ran.log);
        std::fs::read_to_string(runner.workspace().join(&ran.outputs["dossier"])).unwrap()
    };
    for lang in ["en", "de"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lookback"));
        let arguments = ["report", "--offline", "--committed", "--as-of", "2026-11-24", "--lang", lang];
        let by_hand = command.args(arguments).current_dir(runner.workspace()).env_clear().output().unwrap();
        assert!(page(lang) == String::from_utf8(by_hand.stdout).unwrap(), "{lang}");
    }
    let ran = runner.run(&[("dossier", "fr")]);
    assert!(ran.code == 2 && ran.log.contains("allowed are en, de"), "{}", ran.log);
}

#[test]
fn a_pull_request_answers_for_what_it_changes() {
    let runner = Runner::new();
    let git = git2::Repository::open(runner.workspace()).unwrap();
    let base = git.head().unwrap().peel_to_commit().unwrap().id().to_string();
    let event = |head: &str| {
        format!(r#"{{"pull_request":{{"number":3,"base":{{"ref":"main","sha":"{base}"}},"head":{{"sha":"{head}"}}}}}}"#)
    };
    std::fs::write(runner.workspace().join("notes.txt"), "Nothing about reviews.\n").unwrap();
    let head = commit(&runner);
    let ran = runner.on("pull_request", &event(&head), &[]);
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert_eq!((ran.outputs["verdict"].as_str(), ran.outputs["exit-code"].as_str()), ("nonconforming", "0"));
    assert_eq!(runner.on("pull_request", &event(&head), &[("on-pull-request", "all")]).code, 1);
    let record = "docs/reviews/security-review-2026.md";
    let text = std::fs::read_to_string(runner.workspace().join(record)).unwrap();
    std::fs::write(runner.workspace().join(record), format!("{text}\nOne line more.\n")).unwrap();
    let head = commit(&runner);
    let ran = runner.on("pull_request", &event(&head), &[]);
    assert_eq!(ran.code, 1, "{}", ran.log);
    let on_a_line = format!("file={record},line=");
    assert!(ran.log.lines().any(|line| line.starts_with("::error ") && line.contains(&on_a_line)), "{}", ran.log);
    assert_eq!(runner.on("pull_request", &event(&head), &[("on-pull-request", "report")]).code, 0);
    assert_eq!(runner.run(&[]).code, 1);
}

/// As the runner reads its file: `name<<delimiter`, lines, the delimiter alone on a line.
fn outputs(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let (name, delimiter) = line.split_once("<<").unwrap();
        let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
        found.insert(name.to_owned(), value.join("\n"));
    }
    found
}

#[test]
fn the_demo_fails_with_annotations_outputs_summary_and_report() {
    let runner = Runner::new();
    let ran = runner.run(&[]);
    assert_eq!(ran.code, 1, "{}", ran.log);
    assert!(ran.log.contains("\n::error title=IEC 81001-5-1 4.1.8"), "{}", ran.log);
    assert!(ran.summary.starts_with('#'), "{}", ran.summary);
    let report = std::fs::read_to_string(runner.workspace().join(&ran.outputs["report"])).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["verdict"], ran.outputs["verdict"].as_str());
    assert_eq!(report["exit_code"].to_string(), ran.outputs["exit-code"]);
    assert_eq!(report["cadence"]["state"], ran.outputs["state"].as_str());
    assert_eq!(report["cadence"]["due"], ran.outputs["next-due"].as_str());
    assert_eq!(report["cadence"]["last_review"], ran.outputs["last-review"].as_str());
    assert_eq!(report["cadence"]["days_left"].to_string(), ran.outputs["days-left"]);
    let missing: serde_json::Value = serde_json::from_str(&ran.outputs["missing"]).unwrap();
    assert_eq!(report["coverage"]["missing"], missing);
}

#[test]
fn fail_on_decides_the_step_and_not_the_verdict() {
    let runner = Runner::new();
    for fail_on in ["never", "error", "warning"] {
        let ran = runner.run(&[("fail-on", fail_on)]);
        assert_eq!(ran.code, i32::from(fail_on != "never"), "{}", ran.log);
        assert_eq!((ran.outputs["verdict"].as_str(), ran.outputs["exit-code"].as_str()), ("nonconforming", "1"));
    }
}

#[test]
fn mistyped_inputs_stop_the_run_and_are_named() {
    let ran = Runner::new().run(&[("fail_on", "never"), ("summary", "perhaps"), ("as-of", "24.11.2026")]);
    assert_eq!(ran.code, 2);
    assert!(ran.log.starts_with("::error title=Lookback could not run::there is no input fail_on"), "{}", ran.log);
    assert!(ran.log.contains("%0Ainput summary is \"perhaps\"; allowed are true, false"), "{}", ran.log);
    assert_eq!((ran.outputs["verdict"].as_str(), ran.outputs["exit-code"].as_str()), ("", "2"));
    let ran = Runner::new().run(&[("as-of", "24.11.2026")]);
    assert_eq!(ran.code, 2);
    assert!(ran.log.contains("--as-of") && ran.log.contains("YYYY-MM-DD"), "{}", ran.log);
}

#[test]
fn a_shallow_checkout_is_said_at_once() {
    let runner = Runner::new();
    let git = git2::Repository::open(runner.workspace()).unwrap();
    let head = git.head().unwrap().peel_to_commit().unwrap().id();
    std::fs::write(git.path().join("shallow"), format!("{head}\n")).unwrap();
    let ran = runner.run(&[("fail-on-undetermined", "false"), ("fail-on", "never")]);
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert!(ran.log.starts_with("::warning title=Shallow checkout::"), "{}", ran.log);
    assert!(ran.log.lines().next().unwrap().contains("fetch-depth: 0"), "{}", ran.log);
    assert!(runner.run(&[]).log.starts_with("::error title=Shallow checkout::"));
}

#[test]
fn without_a_checkout_it_says_what_to_do() {
    let runner = Runner { folder: tempfile::tempdir().unwrap() };
    std::fs::create_dir(runner.workspace()).unwrap();
    let ran = runner.run(&[]);
    assert_eq!(ran.code, 2);
    assert!(ran.log.contains("actions/checkout with fetch-depth: 0"), "{}", ran.log);
}

/// What a release is made with, and by whom: code of others runs where nothing may be written, and no token stands in a command line.
#[test]
fn a_release_is_built_without_rights() {
    let read = |path: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let (release, docker, toolchain) =
        (read(".github/workflows/release.yml"), read("Dockerfile"), read("rust-toolchain.toml"));
    let channel = toolchain.lines().find_map(|line| line.strip_prefix("channel = ")).unwrap().trim_matches('"');
    assert!(docker.contains(&format!("library/rust:{channel}-slim")), "one toolchain: {channel}");
    let jobs: Vec<&str> = release.split("\n    name: ").skip(1).collect();
    assert!(jobs.len() >= 5, "{}", jobs.len());
    for job in jobs {
        let writes = job.contains(": write #");
        let builds = ["cargo ", "build-push-action"].iter().any(|tool| job.contains(tool));
        assert!(!(writes && builds), "{}", job.lines().next().unwrap());
        assert!(
            !job.lines().any(|line| line.contains("git -c") && line.contains("TOKEN")),
            "a token in a command line"
        );
    }
    assert!(release.contains(r#"[ "$GITHUB_REF" = "refs/heads/$DEFAULT" ]"#), "released from the default branch");
    for permission in ["issues: read", "pull-requests: read"] {
        assert!(read(".github/workflows/review.yml").contains(permission), "{permission}");
    }
}
