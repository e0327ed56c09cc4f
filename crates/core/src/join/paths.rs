//! What a changed file is, told from its path: software, or something beside it. The words are data (`paths.toml`). Pure.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{RegexSet, RegexSetBuilder};
use serde::Deserialize;

/// What a changed file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathSort {
    /// Part of the product, or of how it is built.
    Software,
    /// Part of the product, or a test or a document: the path leaves it open.
    Doubtful,
    /// A document, a test or a part of CI.
    Beside,
    /// A list of findings that scanners shall pass over.
    IgnoreList,
}

/// Where a folder lies, as far as that tells what it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FolderPlace {
    /// In the root of the repository.
    #[default]
    Root,
    /// In a folder of packages.
    Packages,
    /// In a package.
    Package,
    /// In a folder of sources.
    Sources,
    /// In a folder of tests that lies in one of sources.
    SourceTests,
    /// Anywhere else.
    Elsewhere,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PathWords {
    folders: BTreeSet<String>,
    root_folders: BTreeSet<String>,
    package_folders: BTreeSet<String>,
    package_tests: BTreeSet<String>,
    source_folders: BTreeSet<String>,
    source_tests: BTreeSet<String>,
    source_test_parts: BTreeSet<String>,
    doubtful_folders: BTreeSet<String>,
    documents: BTreeSet<String>,
    tools: BTreeSet<String>,
    extensions: BTreeSet<String>,
    patterns: Vec<String>,
    doubtful_patterns: Vec<String>,
    ignore_lists: Vec<String>,
}

struct PathTable {
    words: PathWords,
    patterns: RegexSet,
    doubtful: RegexSet,
    ignore_lists: RegexSet,
}

static TABLE: LazyLock<PathTable> = LazyLock::new(|| {
    let words: PathWords = toml::from_str(include_str!("paths.toml")).expect("the words of paths are well-formed");
    let set = |patterns: &[String]| {
        RegexSetBuilder::new(patterns).case_insensitive(true).build().expect("a fixed pattern is valid")
    };
    let (patterns, doubtful) = (set(&words.patterns), set(&words.doubtful_patterns));
    PathTable { patterns, doubtful, ignore_lists: set(&words.ignore_lists), words }
});

/// What a folder is by its own name and by where it lies, whatever lies in it (one of documents, tests or CI; one that may be; or one
/// of the software), and where that lies.
pub fn folder_sort(name: &str, place: FolderPlace) -> (PathSort, FolderPlace) {
    let name = name.to_lowercase();
    let words = &TABLE.words;
    let here = match place {
        FolderPlace::Root => words.root_folders.contains(&name),
        FolderPlace::Package => words.package_tests.contains(&name),
        FolderPlace::SourceTests => words.source_test_parts.contains(&name),
        FolderPlace::Packages | FolderPlace::Sources | FolderPlace::Elsewhere => false,
    };
    let sort = if here || words.folders.contains(&name) {
        PathSort::Beside
    } else if words.doubtful_folders.contains(&name) {
        PathSort::Doubtful
    } else {
        PathSort::Software
    };
    let below = match place {
        FolderPlace::Root if words.package_folders.contains(&name) => FolderPlace::Packages,
        // `packages/@scope/name`.
        FolderPlace::Packages if name.starts_with('@') => FolderPlace::Packages,
        FolderPlace::Packages => FolderPlace::Package,
        FolderPlace::Sources if words.source_tests.contains(&name) => FolderPlace::SourceTests,
        _ if words.source_folders.contains(&name) => FolderPlace::Sources,
        _ => FolderPlace::Elsewhere,
    };
    (sort, below)
}

/// What a file is by its own name, in a folder [of the software](folder_sort).
pub fn file_sort(name: &str) -> PathSort {
    if TABLE.ignore_lists.is_match(name) {
        return PathSort::IgnoreList;
    }
    // A test by its capital letters is told before they are gone.
    if TABLE.patterns.is_match(name) {
        return PathSort::Beside;
    }
    let name = name.to_lowercase();
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, extension),
        _ => (name.as_str(), ""),
    };
    let words = &TABLE.words;
    let beside = words.tools.contains(stem)
        || words.tools.contains(&name)
        || words.extensions.contains(extension)
        || (words.documents.contains(stem) && matches!(extension, "" | "txt"));
    if beside {
        PathSort::Beside
    } else if TABLE.doubtful.is_match(&name) {
        PathSort::Doubtful
    } else {
        PathSort::Software
    }
}

/// What a file is by its whole path.
pub fn path_sort(path: &str) -> PathSort {
    let (folders, name) = path.rsplit_once('/').map_or((None, path), |(folders, name)| (Some(folders), name));
    let mut place = FolderPlace::Root;
    let own = |folder: &str| {
        let (sort, below) = folder_sort(folder, place);
        place = below;
        sort
    };
    let folders: Vec<PathSort> = folders.into_iter().flat_map(|folders| folders.split('/')).map(own).collect();
    match file_sort(name) {
        _ if folders.contains(&PathSort::Beside) => PathSort::Beside,
        PathSort::Software if folders.contains(&PathSort::Doubtful) => PathSort::Doubtful,
        sort => sort,
    }
}

#[cfg(test)]
mod tests {
    use super::path_sort as sort;
    use super::*;

    #[test]
    fn software_and_what_is_beside_it() {
        for path in [
            "src/parser.c",
            "lib/url.c",
            "CMakeLists.txt",
            "requirements.txt",
            "securedrop/requirements/python3/requirements.txt",
            "package-lock.json",
            "src/security.c",
            "src/history.py",
            "app/templates/login.html",
            "Dockerfile",
            "src/attest.rs",
            "src/contest.js",
            "lib/t/parse.c",
            "src/latest.go",
            "config/packages/security.yaml",
            "app/templates/news.html",
            "src/Audit.java",
            "src/Latest.java",
            "src/AUDIT.m",
            "src/SUBMIT.java",
            "lab/result.c",
            "src/main/java/Order.java",
            "packages/test-strip/index.js",
        ] {
            assert_eq!(sort(path), PathSort::Software, "{path}");
        }
        for path in [
            "src/test/order.c",
            "lab/test/result.py",
            "documentation/note.ts",
            "spec/sample.c",
            "src/test-strip.c",
            "src/test_strip_reader.cpp",
            "src/test/result/java/order.java",
            "lab/test/resources/limits.json",
            "packages/test/index.js",
            "packages/lab/src/test/result.js",
        ] {
            assert_eq!(sort(path), PathSort::Doubtful, "{path}");
        }
        for path in [
            "src/test/java/LoginTest.java",
            "src/test/java/org/acme/Fixture.java",
            "src/test/resources/frames/long.bin",
            "pump/gateway/src/test/kotlin/Server.kt",
            "src/androidTest/java/Screen.java",
            "src/integrationTest/resources/a.sql",
            "packages/parser/test/helper.js",
            "packages/@acme/parser/test/helper.js",
            "packages/parser/tests/helper.js",
            "crates/parser/tests/helper.rs",
            "src/test/java/LoginIT.java",
            "spec/login_spec.rb",
            "documentation/manual.md",
            "test/order.c",
            "docs/manual.html",
            "lib/README.md",
            "CHANGES.txt",
            "NEWS",
            "SECURITY.md",
            "tests/unit/parser.c",
            "src/parser_test.go",
            "src/test_parser.py",
            "web/login.spec.ts",
            "core/src/LoginTest.java",
            ".github/workflows/audit.yml",
            ".gitlab-ci.yml",
            ".travis.yml",
            "t/t0001-init.sh",
            "requirements-dev.txt",
            "requirements/test-requirements.txt",
            "RELEASE-NOTES",
        ] {
            assert_eq!(sort(path), PathSort::Beside, "{path}");
        }
        for path in [
            ".snyk",
            ".trivyignore",
            "web/.trivyignore.yaml",
            ".grype.yaml",
            "osv-scanner.toml",
            ".nsprc",
            "audit-ci.json",
            ".cargo/audit.toml",
            "dependency-check-suppressions.xml",
            "suppression.xml",
            ".auditignore",
            "cve-allowlist.txt",
        ] {
            assert_eq!(sort(path), PathSort::IgnoreList, "{path}");
        }
    }
}
