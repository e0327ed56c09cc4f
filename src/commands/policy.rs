//! A policy as a command gets it: read from a configuration, with what was not to be seen of it and whose it is.
#![expect(clippy::disallowed_methods, reason = "looks where the configuration lies")]

use std::path::{Component, Path, PathBuf};

use crate::collect::files::BaseFile;
use crate::collect::git::repository::Repository;
use crate::error::Error;
use lookback_core::config::ConfigErrors;
use lookback_core::config::parse as config;
use lookback_core::judge::catalog as rules;
use lookback_core::judge::rules::policy_weakened;
use lookback_core::model::{ConfigText, Limit, Policy, PolicyBase};

/// The policy that judges.
#[derive(Default)]
pub(crate) struct Judging {
    /// As meant.
    pub policy: Policy,
    /// As written.
    pub config: Option<ConfigText>,
    /// Whose it is, where not the revision's own.
    pub base: Option<PolicyBase>,
    /// Issue files as the base has them.
    pub files: Vec<BaseFile>,
    /// What could not be seen of it.
    pub limits: Vec<Limit>,
}

/// The policy of a configuration (path and text); the defaults where there is none.
pub(crate) fn policy_of(config: Option<(&str, &str)>) -> Result<Policy, Error> {
    match config {
        Some((path, text)) => Ok(parsed(path, text)?),
        None => Ok(Policy::default()),
    }
}

/// The policy of a configuration.
pub(crate) fn parsed(path: &str, text: &str) -> Result<Policy, ConfigErrors> {
    config::parse(text, path, &rules::ids())
}

/// A policy without what is trusted only where it is merged.
pub(crate) fn distrusted(policy: Policy, own: &str) -> Policy {
    policy.distrusted(own, policy_weakened::RULE.id)
}

/// A configuration as text.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The path of a file in the repository, with `/`; `None` outside it. The file need not be there; a link to one inside lies inside.
pub(crate) fn inside(repository: &Repository, path: &Path) -> Option<String> {
    let root = repository.workdir()?;
    let whole = std::path::absolute(path).ok()?;
    let mut plain = PathBuf::new();
    for part in whole.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    let folder = plain.parent().and_then(|folder| folder.canonicalize().ok());
    let real = folder.zip(plain.file_name()).map(|(folder, name)| folder.join(name));
    let roots = [Some(root.to_owned()), root.canonicalize().ok()];
    let below = |path: &PathBuf| {
        roots.iter().flatten().find_map(|root| {
            let parts: Vec<String> = path
                .strip_prefix(root)
                .ok()?
                .components()
                .map(|part| part.as_os_str().to_string_lossy().into_owned())
                .collect();
            Some(parts.join("/"))
        })
    };
    below(&plain).or_else(|| below(real.as_ref()?)).or_else(|| below(&plain.canonicalize().ok()?))
}
