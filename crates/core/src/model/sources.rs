//! What may be named as a source of issues.

/// Name of the source that the repository's history is.
pub const HISTORY: &str = "history";

/// What GitHub knows of security problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum GitHubKind {
    /// Issues with their timelines.
    Issues,
    /// Security advisories of the repository, drafts included.
    Advisories,
    /// Alerts about dependencies.
    Dependabot,
    /// Alerts of static analysis.
    CodeScanning,
    /// Alerts about leaked secrets.
    SecretScanning,
}

impl GitHubKind {
    /// All of them.
    pub const ALL: &[GitHubKind] = <GitHubKind as strum::VariantArray>::VARIANTS;

    /// The word of the configuration.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A source of issues as `--issues` and `[issues] sources` name it: `github` is this repository with its subjects (an empty
/// name), `github:owner/name` that repository. `None`: something else, on the command line a file.
pub fn github_source(text: &str) -> Option<&str> {
    if text == "github" {
        return Some("");
    }
    let name = text.strip_prefix("github:")?;
    let word = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    let (owner, repository) = name.split_once('/')?;
    (word(owner) && word(repository)).then_some(name)
}
