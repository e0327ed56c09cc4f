//! Which paths of a tree are documents, by the policy.

use globset::{Glob, GlobSet, GlobSetBuilder};

use lookback_core::model::DocumentPolicy;

/// Which paths are documents, by the policy.
pub(crate) fn document_filter(policy: &DocumentPolicy) -> Result<impl Fn(&str) -> bool, globset::Error> {
    let (include, exclude) = (globs(&policy.include)?, globs(&policy.exclude)?);
    Ok(move |path: &str| {
        let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default();
        policy.extensions.contains(&extension)
            && !exclude.is_match(path)
            && (policy.include.is_empty() || include.is_match(path))
    })
}

fn globs(patterns: &[String]) -> Result<GlobSet, globset::Error> {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        builder.add(Glob::new(pattern)?);
    }
    builder.build()
}
