//! Which paths of a tree are documents, by the policy.

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::collect::passed_over;
use lookback_core::model::{DeclaredPath, DocumentPolicy};
use lookback_reading::{Declaration, DeclaredAs, further_extensions};

/// Which paths are documents, by the policy. One that is declared to be something need not lie where documents lie; a file
/// of a further format is one where its path carries the signal: it is read, or named as not read.
pub(crate) fn document_filter(policy: &DocumentPolicy) -> Result<impl Fn(&str) -> bool, globset::Error> {
    let (include, exclude) = (globs(&policy.include)?, globs(&policy.exclude)?);
    let declared = declarations(policy)?;
    Ok(move |path: &str| {
        let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default();
        let office = || further_extensions().any(|known| known == extension) && policy.path_signal.is_match(path);
        let signalled = || office() || passed_over::is_signalled(path, &extension, policy);
        (policy.extensions.contains(&extension) || signalled())
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

/// One matcher for all of them, in their order.
pub(crate) fn globs(patterns: &[String]) -> Result<GlobSet, globset::Error> {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        builder.add(Glob::new(pattern)?);
    }
    builder.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_other_formats_are_documents_by_their_path() {
        let policy = DocumentPolicy::default();
        let is_document = document_filter(&policy).unwrap_or_else(|error| panic!("{error}"));
        for (path, expected) in [
            ("docs/security-review-2026.doc", true),
            ("docs/Security Review 2026.RTF", true),
            ("docs/security-review-2026.docm", true),
            ("docs/security-review-2026.pages", true),
            ("docs/security-review-2026.csv", true),
            ("docs/security-review/2026.csv", true),
            ("docs/security-review-2026.eml", true),
            ("docs/security-review/invitation.eml", false),
            ("docs/security-review-2026.py", false),
            ("docs/issues.csv", false),
            ("docs/manual.doc", false),
            ("vendor/security-review.doc", false),
        ] {
            assert_eq!(is_document(path), expected, "{path}");
        }
    }
}
