//! What `lookback init` writes: a commented `lookback.toml`, a GitHub workflow, a procedure and the form of a record, never over an
//! existing file. Writes files, and reads only whether they exist.
#![expect(clippy::disallowed_methods, reason = "writes the files it is for")]

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use lookback_core::config::Key;
use lookback_core::config::keys::keys;
use lookback_core::config::page::about;

/// Name of the configuration file, at the root of the repository.
const CONFIG_FILE: &str = "lookback.toml";
/// Path of the procedure.
pub(crate) const PROCEDURE_FILE: &str = "docs/security-review-procedure.md";
/// Path of the form for records.
const FORM_FILE: &str = "docs/templates/security-review-form.md";
/// Path of the workflow.
const WORKFLOW_FILE: &str = ".github/workflows/lookback.yml";

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// All of the files are there; none was touched.
    #[error("{} already there, so nothing was written; remove or rename what you want to have anew", listed(.0))]
    Nothing(Vec<PathBuf>),
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

/// What is asked for.
pub(crate) struct StarterFiles<'a> {
    /// `OWNER/NAME@REF` of the action in the workflow; `None`: that of the repository which published this program, if any did.
    pub action: Option<&'a str>,
    /// The language of the procedure and of the form.
    pub language: FormLanguage,
    /// The day from which the procedure is in force.
    pub today: NaiveDate,
}

/// A language in which forms are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum FormLanguage {
    /// English
    #[default]
    En,
    /// German
    De,
}

/// What became of it. Paths are relative to the root.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct StartedWith {
    /// New files.
    pub new: Vec<PathBuf>,
    /// Files that were there, and stay as they are.
    pub kept: Vec<PathBuf>,
    /// Was no workflow written, because nobody says which action it is to use?
    pub without_workflow: bool,
}

/// Writes configuration, workflow, procedure and form under `root`. What is there stays as it is; all files are written, or none.
pub(crate) fn init(root: &Path, wanted: &StarterFiles<'_>) -> Result<StartedWith, InitError> {
    let action = match wanted.action {
        Some(action) if !is_action(action) => return Err(InitError::Action(action.to_owned())),
        Some(action) => Some(action.to_owned()),
        None => published_action(),
    };
    let (procedure, form) = match wanted.language {
        FormLanguage::En => (include_str!("init/procedure.en.md"), include_str!("init/form.en.md")),
        FormLanguage::De => (include_str!("init/procedure.de.md"), include_str!("init/form.de.md")),
    };
    let mut files = vec![
        (CONFIG_FILE, config_text()),
        (PROCEDURE_FILE, procedure.replace("{today}", &wanted.today.to_string())),
        (FORM_FILE, form.to_owned()),
    ];
    files.extend(action.as_deref().map(|action| (WORKFLOW_FILE, workflow_text(action))));
    let mut out = StartedWith { without_workflow: action.is_none(), ..StartedWith::default() };
    for (path, _) in &files {
        // A folder on the way that leads elsewhere is never followed.
        let folders = Path::new(path).ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
        let link = |folder: &&Path| root.join(folder).symlink_metadata().is_ok_and(|found| found.is_symlink());
        if let Some(folder) = folders.into_iter().find(link) {
            return Err(InitError::Link(folder.into()));
        }
        if root.join(path).symlink_metadata().is_ok() {
            out.kept.push(path.into());
        }
    }
    if out.kept.len() == files.len() {
        return Err(InitError::Nothing(out.kept));
    }
    for (path, text) in files.iter().filter(|(path, _)| !out.kept.contains(&PathBuf::from(path))) {
        if let Err(source) = write_new(&root.join(path), text) {
            for path in &out.new {
                // The first error is the one to tell; what cannot be removed stays for the user to see.
                let _ = fs::remove_file(root.join(path));
            }
            return Err(InitError::Write { path: path.into(), source });
        }
        out.new.push(path.into());
    }
    Ok(out)
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

/// Keys that are set, to what, and why: everything else is the default.
const SET: [(&str, &str, &str); 1] = [(
    "issues.github",
    "[\"issues\"]",
    "Set, because the token of a workflow sees neither draft advisories nor secret scanning nor, without a permission of its own, other \
     alerts: until a token or an App that may read them is set, examine them by hand. With `security-events: read` add \"code-scanning\".",
)];

/// A `lookback.toml` in which every other key stands commented out, with its default or an example.
fn config_text() -> String {
    let mut text = String::from(
        "# How Lookback judges the yearly review of security defect management (IEC 81001-5-1 4.1.6 and 4.1.8).\n\
         # Every key is optional. What is commented out shows the default, or an example where there is none.\n\
         # Unknown keys and wrong values are errors, all reported at once.\n",
    );
    text += &schema_lines();
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
        if let Some((_, set, why)) = SET.iter().find(|(path, ..)| key.path == *path) {
            wrapped(&mut text, why);
            let _ = writeln!(text, "{name} = {set}");
            continue;
        }
        let _ = match key.default() {
            Some(default) => writeln!(text, "#{name} = {default}"),
            None if name.starts_with('<') => writeln!(text, "#{}", key.example),
            None => writeln!(text, "#{name} = {}", key.example),
        };
    }
    text
}

/// Where an editor finds the schema: with the release, else in a file beside the configuration.
fn schema_lines() -> String {
    match option_env!("LOOKBACK_REPOSITORY").filter(|name| !name.is_empty()) {
        Some(name) => {
            let version = env!("CARGO_PKG_VERSION");
            format!("#:schema https://raw.githubusercontent.com/{name}/v{version}/schemas/config.schema.json\n")
        }
        None => "# Editors help with the keys: `lookback schema config > .lookback.schema.json`\n#:schema ./.lookback.schema.json\n".to_owned(),
    }
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

/// The action of the repository that published this program, by its commit: a release is built with both. A build of one's own has
/// none that could be known.
fn published_action() -> Option<String> {
    let built_with = |name: Option<&'static str>| name.filter(|name| !name.is_empty());
    let repository = built_with(option_env!("LOOKBACK_REPOSITORY"))?;
    let commit = built_with(option_env!("LOOKBACK_COMMIT"));
    let version = concat!("v", env!("CARGO_PKG_VERSION"));
    Some(match commit {
        Some(commit) => format!("{repository}@{commit} # {version}"),
        None => format!("{repository}@{version}"),
    })
}

/// A GitHub workflow: pull requests are judged by what they change, the nightly run enforces.
fn workflow_text(action: &str) -> String {
    let pin = if action
        .split_once('@')
        .is_some_and(|(_, reference)| is_commit(reference.split(' ').next().unwrap_or_default()))
    {
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
{pin}      - uses: {action}
        # What the workflow's own token cannot see (draft advisories, alerts) is left out in lookback.toml. To see it, put a token that
        # may read it, or an App, into the secrets of the repository, and name it here (docs/github.md):
        # with:
        #   token: ${{{{ secrets.LOOKBACK_TOKEN }}}}
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
    use lookback_core::model::period::Window;
    use lookback_core::model::{GitHubKind, Policy};

    const RULES: &[&str] = &["review-hollow", "issue-not-examined"];
    const ACTION: &str = "acme/lookback@0123456789abcdef0123456789abcdef01234567";

    fn wanted(action: Option<&str>) -> StarterFiles<'_> {
        StarterFiles { action, language: FormLanguage::En, today: "2026-11-30".parse().unwrap() }
    }

    fn paths(names: &[&str]) -> Vec<PathBuf> {
        names.iter().map(PathBuf::from).collect()
    }

    #[test]
    fn the_written_configuration_is_the_default_but_for_what_it_sets() {
        let mut policy = parse(&config_text(), CONFIG_FILE, RULES).unwrap_or_else(|error| panic!("{error}"));
        policy.origin = None;
        assert_eq!(policy.issues.github, [GitHubKind::Issues]);
        policy.issues.github = Policy::default().issues.github;
        assert_eq!(format!("{policy:?}"), format!("{:?}", Policy::default()));
    }

    #[test]
    fn every_key_stands_there_and_may_be_uncommented() {
        let text = config_text();
        let uncommented: String = text
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(rest) if !rest.starts_with([' ', ':']) => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            // Of a tracker's keys each kind has its own.
            .filter(|line| !line.starts_with("project =") && !line.starts_with("vulnerabilities ="))
            // A reason is only allowed where the history stands alone.
            .filter(|line| !line.starts_with("sources_reason ="))
            // A plan is only allowed with its window.
            .map(|line| line.replace("\"12-months\"\n", "\"iso13485-4.1.3\"\n"))
            .collect();
        let policy = parse(&uncommented, CONFIG_FILE, RULES).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(policy.cadence.window, Window::Iso13485 { plan: "MMP-001".into() });
        assert_eq!((policy.waivers.len(), policy.subjects.len(), policy.levels.len()), (1, 1, 1));
        assert_eq!((policy.issues.columns.len(), policy.targets.resolve_days.len()), (1, 4));
        assert!(text.lines().any(|line| line.starts_with("#:schema ")), "editors find the schema");
        assert!(text.lines().all(|line| !line.starts_with("#  ") || line.len() < 120));
    }

    #[test]
    fn the_workflow_has_least_rights_and_the_whole_history() {
        let text = workflow_text(ACTION);
        for part in [
            "permissions: {}\n",
            "contents: read",
            "fetch-depth: 0",
            "persist-credentials: false",
            "schedule:",
            "${{ github.ref }}",
            "#   token: ${{ secrets.LOOKBACK_TOKEN }}",
        ] {
            assert!(text.contains(part), "{part}");
        }
        assert!(!text.contains("OWNER"), "{text}");
        let pin = text.split("actions/checkout@").nth(1).unwrap();
        assert!(pin[..40].bytes().all(|byte| byte.is_ascii_hexdigit()));
    }

    #[test]
    fn the_workflow_uses_the_action_that_is_named() {
        let folder = tempfile::tempdir().unwrap();
        init(folder.path(), &wanted(Some(ACTION))).unwrap();
        let text = fs::read_to_string(folder.path().join(WORKFLOW_FILE)).unwrap();
        assert!(text.contains(&format!("persist-credentials: false\n      - uses: {ACTION}\n")), "{text}");
        assert!(workflow_text("acme/lookback@v1").contains("replace it by the full commit"));
        assert!(!workflow_text(&format!("{ACTION} # v0.1.0")).contains("replace it by the full commit"));
        for wrong in
            ["lookback", "acme/lookback", "acme/lookback@", "a/b@c\n      - run: id", "/b@c", "a/b@c d", "a/b@c#"]
        {
            assert!(matches!(init(folder.path(), &wanted(Some(wrong))), Err(InitError::Action(_))), "{wrong}");
        }
    }

    #[test]
    fn never_over_an_existing_file() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(CONFIG_FILE), "mine").unwrap();
        let written = init(folder.path(), &wanted(Some(ACTION))).unwrap();
        assert_eq!(written.kept, paths(&[CONFIG_FILE]));
        assert_eq!(written.new, paths(&[PROCEDURE_FILE, FORM_FILE, WORKFLOW_FILE]));
        assert_eq!(fs::read_to_string(folder.path().join(CONFIG_FILE)).unwrap(), "mine");
        let error = init(folder.path(), &wanted(Some(ACTION))).unwrap_err().to_string();
        assert!(error.starts_with("lookback.toml and ") && error.contains("are already there"), "{error}");
    }

    #[test]
    fn a_build_of_ones_own_writes_no_workflow_that_nobody_can_run() {
        let folder = tempfile::tempdir().unwrap();
        let written = init(folder.path(), &wanted(None)).unwrap();
        assert_eq!(written.without_workflow, published_action().is_none());
        assert_eq!(folder.path().join(WORKFLOW_FILE).exists(), published_action().is_some());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_and_failures_leave_nothing() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(other.path(), folder.path().join(".github")).unwrap();
        assert!(matches!(init(folder.path(), &wanted(Some(ACTION))), Err(InitError::Link(_))));
        assert_eq!(fs::read_dir(other.path()).unwrap().count(), 0);
        fs::remove_file(folder.path().join(".github")).unwrap();
        fs::write(folder.path().join(".github"), "a file").unwrap();
        assert!(matches!(init(folder.path(), &wanted(Some(ACTION))), Err(InitError::Write { .. })));
        assert!(!folder.path().join(CONFIG_FILE).exists() && !folder.path().join(PROCEDURE_FILE).exists());
    }
}
