//! What `lookback init` writes: a commented `lookback.toml` and a GitHub workflow, never over an existing file. Writes files,
//! and reads only whether they exist.
#![expect(clippy::disallowed_methods, reason = "writes the files it is for")]

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use lookback_core::config::Key;
use lookback_core::config::keys::keys;
use lookback_core::config::page::about;

/// Name of the configuration file, at the root of the repository.
const CONFIG_FILE: &str = "lookback.toml";
/// Path of the workflow.
const WORKFLOW_FILE: &str = ".github/workflows/lookback.yml";

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// At least one of the files is there; none was touched.
    #[error("{} already there, so nothing was written; remove or rename what you want to have anew", listed(.0))]
    Exists(Vec<PathBuf>),
    /// A folder on the way is a symbolic link, which may lead out of the repository.
    #[error("{0} is a symbolic link and is not followed; make it a folder")]
    Link(PathBuf),
    /// What is named is no action.
    #[error("\"{}\" is no action; write OWNER/NAME@REF, with the full commit of a release as REF", lookback_core::render::escape::line(.0))]
    Action(String),
    /// A file could not be written; those already written are removed again.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

fn listed(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    format!("{} {}", names.join(" and "), if names.len() == 1 { "is" } else { "are" })
}

/// Writes the configuration and the workflow under `root`; returns their paths relative to it. `action`: `OWNER/NAME@REF` of the
/// action in the workflow; without it, that of the repository which published this program.
pub(crate) fn init(root: &Path, action: Option<&str>) -> Result<Vec<PathBuf>, InitError> {
    let action = match action {
        Some(action) if !is_action(action) => return Err(InitError::Action(action.to_owned())),
        Some(action) => action.to_owned(),
        None => default_action(),
    };
    let files = [(CONFIG_FILE, config_text()), (WORKFLOW_FILE, workflow_text(&action))];
    let there: Vec<PathBuf> = files
        .iter()
        .filter(|(path, _)| root.join(path).symlink_metadata().is_ok())
        .map(|(path, _)| path.into())
        .collect();
    if !there.is_empty() {
        return Err(InitError::Exists(there));
    }
    for folder in [".github", ".github/workflows"] {
        if root.join(folder).symlink_metadata().is_ok_and(|found| found.is_symlink()) {
            return Err(InitError::Link(folder.into()));
        }
    }
    let mut written: Vec<PathBuf> = Vec::new();
    for (path, text) in &files {
        if let Err(source) = write_new(&root.join(path), text) {
            for path in &written {
                // The first error is the one to tell; what cannot be removed stays for the user to see.
                let _ = fs::remove_file(root.join(path));
            }
            return Err(InitError::Write { path: path.into(), source });
        }
        written.push(path.into());
    }
    Ok(written)
}

/// Creates a file that must not exist yet.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes()).inspect_err(|_| {
        let _ = fs::remove_file(path);
    })
}

/// A `lookback.toml` in which every key stands commented out, with its default or an example.
fn config_text() -> String {
    let mut text = String::from(
        "# How Lookback judges the yearly review of security defect management (IEC 81001-5-1 4.1.6 and 4.1.8).\n\
         # Every key is optional. What is commented out shows the default, or an example where there is none.\n\
         # Unknown keys and wrong values are errors, all reported at once.\n",
    );
    let mut section = "";
    for key in keys() {
        let (table, name) = key.split();
        if table != section {
            section = table;
            text.push('\n');
            // Tables may stand empty; a [[list]] may not, so its head is commented out with its keys.
            let _ = match table.strip_suffix("[]") {
                Some(list) => writeln!(text, "# {}\n#[[{list}]]", about(table)),
                None => writeln!(text, "# {}\n[{table}]", about(table)),
            };
        }
        wrapped(&mut text, &says(key));
        let _ = match key.default() {
            Some(default) => writeln!(text, "#{name} = {default}"),
            None if name.starts_with('<') => writeln!(text, "#{}", key.example),
            None => writeln!(text, "#{name} = {}", key.example),
        };
    }
    text
}

fn says(key: &Key) -> String {
    match key.default().as_deref() {
        Some("[]") => format!("{} For example {}.", key.says, key.example),
        Some(_) => key.says.to_owned(),
        None => format!("{} (no default)", key.says),
    }
}

/// Writes comment lines of at most about a hundred characters.
fn wrapped(text: &mut String, words: &str) {
    let mut line = String::new();
    for word in words.split(' ') {
        if !line.is_empty() && line.len() + word.len() > 96 {
            let _ = writeln!(text, "#  {line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let _ = writeln!(text, "#  {line}");
}

/// Is it `OWNER/NAME@REF`?
fn is_action(text: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    text.split_once('@').is_some_and(|(name, reference)| {
        let parts: Vec<&str> = name.split('/').collect();
        parts.len() >= 2 && parts.into_iter().all(plain) && reference.split('/').all(plain)
    })
}

/// The action of the repository that published this program: a release is built with its name. A build of one's own has none
/// that could be known, so the user has to put it in.
fn default_action() -> String {
    let repository = option_env!("LOOKBACK_REPOSITORY").filter(|name| !name.is_empty()).unwrap_or("OWNER/lookback");
    format!("{repository}@v{}", env!("CARGO_PKG_VERSION"))
}

/// A GitHub workflow: pull requests are judged by what they change, the nightly run enforces.
fn workflow_text(action: &str) -> String {
    let todo = if action.starts_with("OWNER/") {
        "      # OWNER: whoever publishes the copy of Lookback that you use.\n"
    } else {
        ""
    };
    let pin = if action.split_once('@').is_some_and(|(_, reference)| is_commit(reference)) {
        ""
    } else {
        "      # A tag can be moved, a commit cannot: replace it by the full commit of the release.\n"
    };
    format!(
        r#"# Is the yearly review of security defect management held, and does it cover every security issue?
name: Lookback

on:
  pull_request:
  schedule:
    # Nightly: a review falls due also when nobody pushes.
    - cron: "23 3 * * *"
  workflow_dispatch:

permissions: {{}}

concurrency:
  group: lookback-${{{{ github.workflow }}}}-${{{{ github.ref }}}}
  cancel-in-progress: true

jobs:
  review:
    name: Security review
    runs-on: ubuntu-latest
    timeout-minutes: 30
    permissions:
      contents: read # reads the repository; writes nothing
      issues: read # security issues are a source
      pull-requests: read # who approved a record
    steps:
      - uses: actions/checkout@{CHECKOUT}
        with:
          fetch-depth: 0 # a shallow clone hides when documents, fixes and releases came
          persist-credentials: false
{todo}{pin}      - uses: {action}
"#
    )
}

fn is_commit(reference: &str) -> bool {
    reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// actions/checkout, by the commit of a release: a tag can be moved, a commit cannot.
const CHECKOUT: &str = "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";

#[cfg(test)]
mod tests {
    use super::*;
    use lookback_core::config::parse::parse;
    use lookback_core::model::Policy;
    use lookback_core::model::period::Window;

    const RULES: &[&str] = &["review-hollow", "issue-not-examined"];

    #[test]
    fn the_written_configuration_is_the_default() {
        let mut policy = parse(&config_text(), CONFIG_FILE, RULES).unwrap_or_else(|error| panic!("{error}"));
        policy.origin = None;
        assert_eq!(format!("{policy:?}"), format!("{:?}", Policy::default()));
    }

    #[test]
    fn every_key_stands_there_and_may_be_uncommented() {
        let text = config_text();
        let uncommented: String = text
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(rest) if !rest.starts_with(' ') => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            // Of a tracker's keys each kind has its own.
            .filter(|line| !line.starts_with("project =") && !line.starts_with("vulnerabilities ="))
            // A plan is only allowed with its window.
            .map(|line| line.replace("\"12-months\"\n", "\"iso13485-4.1.3\"\n"))
            .collect();
        let policy = parse(&uncommented, CONFIG_FILE, RULES).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(policy.cadence.window, Window::Iso13485 { plan: "MMP-001".into() });
        assert_eq!((policy.waivers.len(), policy.subjects.len(), policy.levels.len()), (1, 1, 1));
        assert_eq!((policy.issues.columns.len(), policy.targets.resolve_days.len()), (1, 4));
        assert!(text.lines().all(|line| !line.starts_with("#  ") || line.len() < 120));
    }

    #[test]
    fn the_workflow_has_least_rights_and_the_whole_history() {
        let text = workflow_text(&default_action());
        for part in [
            "permissions: {}\n",
            "contents: read",
            "fetch-depth: 0",
            "persist-credentials: false",
            "schedule:",
            "${{ github.ref }}",
        ] {
            assert!(text.contains(part), "{part}");
        }
        let pin = text.split("actions/checkout@").nth(1).unwrap();
        assert!(pin[..40].bytes().all(|byte| byte.is_ascii_hexdigit()));
    }

    #[test]
    fn the_workflow_uses_the_action_that_is_named() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let folder = tempfile::tempdir().unwrap();
        init(folder.path(), Some(&format!("acme/lookback@{commit}"))).unwrap();
        let text = fs::read_to_string(folder.path().join(WORKFLOW_FILE)).unwrap();
        assert!(
            text.ends_with(&format!("persist-credentials: false\n      - uses: acme/lookback@{commit}\n")),
            "{text}"
        );
        assert!(workflow_text("acme/lookback@v1").contains("replace it by the full commit"));
        assert!(workflow_text(&default_action()).contains(env!("CARGO_PKG_VERSION")));
        for wrong in
            ["lookback", "acme/lookback", "acme/lookback@", "a/b@c\n      - run: id", "/b@c", "a/b@c d", "a/b@c#"]
        {
            assert!(matches!(init(folder.path(), Some(wrong)), Err(InitError::Action(_))), "{wrong}");
        }
    }

    #[test]
    fn never_over_an_existing_file() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(init(folder.path(), None).unwrap(), [PathBuf::from(CONFIG_FILE), PathBuf::from(WORKFLOW_FILE)]);
        assert_eq!(fs::read_to_string(folder.path().join(WORKFLOW_FILE)).unwrap(), workflow_text(&default_action()));
        fs::write(folder.path().join(CONFIG_FILE), "mine").unwrap();
        fs::remove_file(folder.path().join(WORKFLOW_FILE)).unwrap();
        let error = init(folder.path(), None).unwrap_err().to_string();
        assert!(error.starts_with("lookback.toml is already there"), "{error}");
        assert_eq!(fs::read_to_string(folder.path().join(CONFIG_FILE)).unwrap(), "mine");
        assert!(!folder.path().join(WORKFLOW_FILE).exists());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_and_failures_leave_nothing() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(other.path(), folder.path().join(".github")).unwrap();
        assert!(matches!(init(folder.path(), None), Err(InitError::Link(_))));
        assert_eq!(fs::read_dir(other.path()).unwrap().count(), 0);
        fs::remove_file(folder.path().join(".github")).unwrap();
        fs::write(folder.path().join(".github"), "a file").unwrap();
        assert!(matches!(init(folder.path(), None), Err(InitError::Write { .. })));
        assert!(!folder.path().join(CONFIG_FILE).exists());
    }
}
