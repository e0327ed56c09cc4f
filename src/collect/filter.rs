//! Which paths of a tree are documents, by the policy.

use globset::{Glob, GlobSet, GlobSetBuilder};

use lookback_core::model::{DeclaredPath, DocumentPolicy};
use lookback_reading::{Declaration, DeclaredAs};

/// Which paths are documents, by the policy. One that is declared to be something need not lie where documents lie.
pub(crate) fn document_filter(policy: &DocumentPolicy) -> Result<impl Fn(&str) -> bool, globset::Error> {
    let (include, exclude) = (globs(&policy.include)?, globs(&policy.exclude)?);
    let declared = declarations(policy)?;
    Ok(move |path: &str| {
        let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default();
        policy.extensions.contains(&extension)
            && (declared.of(path).is_some_and(|declared| declared.is != DeclaredAs::None)
                || !exclude.is_match(path) && (policy.include.is_empty() || include.is_match(path)))
    })
}

/// What the configuration declares documents to be.
pub(crate) struct Declarations<'p> {
    globs: GlobSet,
    of: &'p [DeclaredPath],
}

impl<'p> Declarations<'p> {
    /// The first declaration that matches a path.
    pub(crate) fn of(&self, path: &str) -> Option<&'p Declaration> {
        let first = self.globs.matches(path).into_iter().min()?;
        self.of.get(first).map(|declared| &declared.declaration)
    }
}

/// The declarations of a policy.
pub(crate) fn declarations(policy: &DocumentPolicy) -> Result<Declarations<'_>, globset::Error> {
    let patterns: Vec<String> = policy.declared.iter().map(|declared| declared.path.clone()).collect();
    Ok(Declarations { globs: globs(&patterns)?, of: &policy.declared })
}

fn globs(patterns: &[String]) -> Result<GlobSet, globset::Error> {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        builder.add(Glob::new(pattern)?);
    }
    builder.build()
}
