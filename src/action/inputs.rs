//! The inputs of the action: one table, from which `action.yml` and the documentation derive, and the reading of `INPUT_*`
//! into arguments of `lookback check`. Pure: the environment is a map. Strict: an unknown input or value is an error, and all
//! mistakes are reported at once, because an input that is not understood would else weaken a check in silence.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use lookback_core::render::Format;
use lookback_core::render::escape;

/// Folder, in the workspace, of the report files that the action writes by itself.
pub(crate) const REPORT_FOLDER: &str = "lookback-report";

/// What an input holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InputKind {
    /// One text; empty: not given.
    Text,
    /// `true` or `false`; empty: the default.
    Flag,
    /// As `Flag`; `true` gives `lookback check` the option of the same name.
    Option,
    /// One of these words; empty: the default.
    Choice(&'static [&'static str]),
    /// Several texts, one per line or separated by commas.
    List,
}

/// An input of the action.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ActionInput {
    /// Its name in `with:`.
    pub name: &'static str,
    /// What it holds.
    pub kind: InputKind,
    /// The default, as written in `action.yml`; empty: none.
    pub default: &'static str,
    /// What it is for.
    pub says: &'static str,
}

/// When the step fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailOn {
    /// On an error finding, or when the verdict is undetermined.
    Error,
    /// On a warning too (`--strict`).
    Warning,
    /// Only when it could not run.
    Never,
}

/// Inputs of the runner itself, for any container action.
const RUNNER: [&str; 2] = ["args", "entrypoint"];

/// All inputs, in the order of `action.yml`.
pub(crate) const INPUTS: &[ActionInput] = &[
    ActionInput {
        name: "repo",
        kind: InputKind::Text,
        default: ".",
        says: "Folder of the repository in the workspace: the `path` of actions/checkout.",
    },
    ActionInput {
        name: "config",
        kind: InputKind::Text,
        default: "",
        says: "The configuration, from the workspace on; without it, `lookback.toml` in the repository's root.",
    },
    ActionInput {
        name: "as-of",
        kind: InputKind::Text,
        default: "",
        says: "Judge for this date (YYYY-MM-DD), and look at the repository as it stood then; without it, today in UTC.",
    },
    ActionInput {
        name: "issues",
        kind: InputKind::List,
        default: "",
        says: "Sources of security issues, as for `--issues`: one per line or separated by commas.",
    },
    ActionInput {
        name: "cache",
        kind: InputKind::Text,
        default: "",
        says: "Folder, from the workspace on, that keeps answers of the API; for actions/cache. It can hold private data.",
    },
    ActionInput { name: "offline", kind: InputKind::Option, default: "false", says: "Use no network." },
    ActionInput {
        name: "token",
        kind: InputKind::Text,
        default: "${{ github.token }}",
        says: "Token for the API. It is never printed. Empty: none is used.",
    },
    ActionInput {
        name: "comment",
        kind: InputKind::Option,
        default: "false",
        says: "Keep one comment on the pull request, updated in place. Needs `pull-requests: write`.",
    },
    ActionInput {
        name: "check-run",
        kind: InputKind::Option,
        default: "false",
        says: "Write a check run that annotates all findings, not only ten per level. Needs `checks: write`.",
    },
    ActionInput {
        name: "status",
        kind: InputKind::Option,
        default: "false",
        says: "Write a commit status where there is no check run. Needs `statuses: write`.",
    },
    ActionInput {
        name: "reminder",
        kind: InputKind::Option,
        default: "false",
        says: "Keep one issue that reminds of a review that is due. Needs `issues: write`.",
    },
    ActionInput {
        name: "fail-on",
        kind: InputKind::Choice(&["error", "warning", "never"]),
        default: "error",
        says: "When the step fails: on an `error`, on a `warning` too (as `--strict`), or `never`, unless it could not run. An undetermined verdict fails it with `error` and `warning`.",
    },
    ActionInput {
        name: "fail-on-undetermined",
        kind: InputKind::Flag,
        default: "true",
        says: "Fail when something could not be seen and the verdict is undetermined. With `false` the step passes, and the verdict stays undetermined.",
    },
    ActionInput {
        name: "on-pull-request",
        kind: InputKind::Choice(&["changed", "all", "report"]),
        default: "",
        says: "What a pull request enforces: what it changes, everything, or nothing. Without it, what `on.pull_request` of the configuration says.",
    },
    ActionInput {
        name: "policy-changes",
        kind: InputKind::Choice(&["error", "report"]),
        default: "error",
        says: "What it is when a change loosens the policy that judges it and nobody else has approved it: an `error`, or a warning. Only as good as the workflow is out of reach of the change.",
    },
    ActionInput {
        name: "name",
        kind: InputKind::Text,
        default: "",
        says: "Name of check run and status, which tells several runs in one repository apart. Without it, `github.name` of the configuration.",
    },
    ActionInput {
        name: "annotations",
        kind: InputKind::Flag,
        default: "true",
        says: "Annotate findings, in the files of a pull request and on the page of the run.",
    },
    ActionInput {
        name: "summary",
        kind: InputKind::Flag,
        default: "true",
        says: "Write the report into the job summary.",
    },
    ActionInput {
        name: "format",
        kind: InputKind::List,
        default: "json, sarif",
        says: "Report files: `FORMAT`, written into `lookback-report/`, or `FORMAT=FILE`, from the workspace on; one per line or separated by commas. Empty: none.",
    },
    ActionInput {
        name: "dossier",
        kind: InputKind::Choice(&["en", "de"]),
        default: "",
        says: "Write the dossier for auditors, in this language, to `lookback-report/dossier.html`; the output of the same name is its path, for actions/upload-artifact. Without it, none is written.",
    },
];

/// The inputs, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Inputs {
    /// Folder of the repository, relative to the workspace.
    pub repo: String,
    /// When the step fails.
    pub fail_on: FailOn,
    /// Does an undetermined verdict fail the step?
    pub fail_on_undetermined: bool,
    /// Write the job summary?
    pub summary: bool,
    /// Report files to write.
    pub files: Vec<ReportFile>,
    /// The language of the dossier to write.
    pub dossier: Option<&'static str>,
    config: Option<String>,
    as_of: Option<String>,
    /// Folder of kept answers, relative to the workspace.
    pub cache: Option<String>,
    on_pull_request: Option<&'static str>,
    policy_changes: &'static str,
    name: Option<String>,
    issues: Vec<String>,
    annotations: bool,
    options: Vec<&'static str>,
    token: Option<Token>,
}

/// A token; never shown, not even by a debug print.
#[derive(Clone, PartialEq, Eq)]
struct Token(String);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A report file that the action is to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportFile {
    /// The format.
    pub format: Format,
    /// Path from the workspace on.
    pub path: String,
    /// Did the user name the file? Then a failure to write it stops the run.
    pub named: bool,
}

/// Inputs that are not understood, all of them; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct InputError(pub Vec<String>);

/// Reads `INPUT_*`. The runner upper-cases names, turns blanks into `_` and leaves hyphens: `INPUT_FAIL-ON`.
pub(crate) fn inputs(env: &BTreeMap<String, String>) -> Result<Inputs, InputError> {
    let given =
        env.iter().filter_map(|(name, value)| Some((name.strip_prefix("INPUT_")?.to_lowercase(), value.trim())));
    let mut reader = InputReader { given: given.collect(), mistakes: Vec::new() };
    reader.unknown();
    let out = Inputs {
        repo: reader.text("repo").unwrap_or_else(|| ".".to_owned()),
        fail_on: match reader.choice("fail-on") {
            "never" => FailOn::Never,
            "warning" => FailOn::Warning,
            _ => FailOn::Error,
        },
        fail_on_undetermined: reader.flag("fail-on-undetermined"),
        summary: reader.flag("summary"),
        files: reader.files(),
        dossier: Some(reader.choice("dossier")).filter(|code| !code.is_empty()),
        config: reader.text("config"),
        as_of: reader.text("as-of"),
        cache: reader.text("cache"),
        policy_changes: reader.choice("policy-changes"),
        name: reader.text("name"),
        on_pull_request: Some(reader.choice("on-pull-request")).filter(|lane| !lane.is_empty()),
        issues: reader.list("issues"),
        annotations: reader.flag("annotations"),
        options: options().filter(|name| reader.flag(name)).collect(),
        token: reader.text("token").map(Token),
    };
    if reader.mistakes.is_empty() { Ok(out) } else { Err(InputError(reader.mistakes)) }
}

/// The inputs that are options of `lookback check`.
pub(crate) fn options() -> impl Iterator<Item = &'static str> {
    INPUTS.iter().filter(|input| input.kind == InputKind::Option).map(|input| input.name)
}

struct InputReader<'a> {
    given: BTreeMap<String, &'a str>,
    mistakes: Vec<String>,
}

impl InputReader<'_> {
    fn unknown(&mut self) {
        let known = |name: &str| RUNNER.contains(&name) || INPUTS.iter().any(|input| input.name == name);
        let names: Vec<&str> = INPUTS.iter().map(|input| input.name).collect();
        for name in self.given.keys().filter(|name| !known(name)) {
            self.mistakes.push(format!("there is no input {}; there are {}", escape::line(name), names.join(", ")));
        }
    }

    /// The value as given, else the default of the table (which the runner passes too). An expression is no value here.
    fn raw(&self, name: &str) -> &str {
        let default = INPUTS.iter().find(|input| input.name == name).map_or("", |input| input.default);
        let default = if default.starts_with("${{") { "" } else { default };
        self.given.get(name).copied().unwrap_or(default)
    }

    fn text(&self, name: &str) -> Option<String> {
        Some(self.raw(name)).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    fn list(&self, name: &str) -> Vec<String> {
        self.raw(name).split(['\n', ',']).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// As `@actions/core` reads a boolean: the YAML 1.2 core schema.
    fn flag(&mut self, name: &str) -> bool {
        let default = INPUTS.iter().any(|input| input.name == name && input.default == "true");
        match self.raw(name) {
            "true" | "True" | "TRUE" => return true,
            "false" | "False" | "FALSE" => return false,
            "" => {}
            other => {
                let mistake = format!("input {name} is \"{}\"; allowed are true, false", escape::line(other));
                self.mistakes.push(mistake);
            }
        }
        default
    }

    /// One of the words of the table; the default for an empty or wrong one.
    fn choice(&mut self, name: &str) -> &'static str {
        let row = INPUTS.iter().find(|input| input.name == name);
        let Some(ActionInput { kind: InputKind::Choice(words), default, .. }) = row else { return "" };
        let raw = self.raw(name);
        if let Some(word) = words.iter().find(|word| **word == raw) {
            return word;
        }
        if !raw.is_empty() {
            let mistake = format!("input {name} is \"{}\"; allowed are {}", escape::line(raw), words.join(", "));
            self.mistakes.push(mistake);
        }
        default
    }

    fn files(&mut self) -> Vec<ReportFile> {
        let mut files = Vec::new();
        for entry in self.list("format") {
            let (format, file) = match entry.split_once('=') {
                Some((format, file)) => (format.trim(), Some(file.trim())),
                None => (entry.as_str(), None),
            };
            match (format.parse::<Format>(), file) {
                (Err(error), _) => self.mistakes.push(format!("input format: {error}")),
                (Ok(_), Some("")) => self.mistakes.push(format!("input format: {format}= names no file")),
                (Ok(format), Some(file)) => files.push(ReportFile { format, path: file.to_owned(), named: true }),
                (Ok(format), None) => files.push(ReportFile { format, path: default_path(format), named: false }),
            }
        }
        files
    }
}

/// Where a report goes for which no file is named.
pub(crate) fn default_path(format: Format) -> String {
    let file = match format.name() {
        "json" => "report.json",
        "markdown" => "report.md",
        "text" => "report.txt",
        "sarif" => "report.sarif",
        "csv" => "report.csv",
        "html" => "report.html",
        "junit" => "junit.xml",
        "codequality" => "codequality.json",
        other => other,
    };
    format!("{REPORT_FOLDER}/{file}")
}

impl Inputs {
    /// The command line, program name included. Values are joined to their options, so that none is taken for an option.
    pub(crate) fn arguments(&self, workspace: &Path) -> Vec<String> {
        let in_workspace = |path: &str| workspace.join(path).display().to_string();
        let mut out = vec!["lookback".to_owned(), "check".to_owned(), format!("--repo={}", in_workspace(&self.repo))];
        out.extend(self.config.iter().map(|path| format!("--config={}", in_workspace(path))));
        out.extend(self.cache.iter().map(|path| format!("--cache={}", in_workspace(path))));
        out.extend(self.as_of.iter().map(|date| format!("--as-of={date}")));
        out.extend(self.on_pull_request.iter().map(|lane| format!("--on-pull-request={lane}")));
        out.extend((self.policy_changes != "error").then(|| format!("--policy-changes={}", self.policy_changes)));
        out.extend(self.name.iter().map(|name| format!("--name={name}")));
        out.extend(self.issues.iter().map(|source| format!("--issues={source}")));
        out.extend(self.options.iter().map(|name| format!("--{name}")));
        if self.fail_on == FailOn::Warning {
            out.push("--strict".to_owned());
        }
        out.push("--format=text".to_owned());
        if self.annotations {
            out.push("--format=github".to_owned());
        }
        out
    }

    /// What the check has to see for a variable of the environment, where that is not what it is: the token of the input
    /// instead of any other.
    pub(crate) fn variable(&self, name: &str) -> Option<Option<String>> {
        match name {
            "GITHUB_TOKEN" => Some(self.token.as_ref().map(|Token(token)| token.clone())),
            "GH_TOKEN" | "INPUT_TOKEN" => Some(None),
            _ => None,
        }
    }
}
