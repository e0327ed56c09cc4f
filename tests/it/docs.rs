//! Committed documents that derive from tables stay fresh: `UPDATE=1 cargo test --test it docs::` rewrites them.
#![expect(clippy::disallowed_methods, reason = "tests read and refresh files")]

#[test]
fn rules_page_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules.md");
    let page = lookback_core::render::rules::page();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == page,
        "docs/rules.md is not what the rule table says; run UPDATE=1 cargo test --test it docs::"
    );
}

#[test]
fn the_readme_is_a_page_and_the_rest_is_in_the_book() {
    let root = env!("CARGO_MANIFEST_DIR");
    let read = |name: &str| std::fs::read_to_string(format!("{root}/{name}")).unwrap();
    let readme = read("README.md");
    assert!(readme.lines().count() <= 60, "README.md has {} lines", readme.lines().count());
    let (configuration, commands) = (read("docs/configuration.md"), read("docs/commands.md"));
    for key in lookback_core::config::keys::keys() {
        let last = key.path.split('.').rfind(|part| !part.starts_with('<')).unwrap_or_default();
        assert!(configuration.contains(last), "docs/configuration.md does not name {}", key.path);
    }
    for command in <lookback::Cli as clap::CommandFactory>::command().get_subcommands() {
        assert!(commands.contains(command.get_name()), "docs/commands.md does not name {}", command.get_name());
    }
}

/// The hook runs where a document changed, whatever sort it is of.
#[test]
fn the_hook_knows_every_sort_of_document() {
    let hook = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.pre-commit-hooks.yaml")).unwrap();
    let pattern = hook.lines().find_map(|line| line.trim().strip_prefix("files: '")).unwrap().trim_end_matches('\'');
    let pattern = regex::Regex::new(pattern).unwrap();
    for extension in &lookback_core::model::Policy::default().documents.extensions {
        assert!(pattern.is_match(&format!("docs/review.{extension}")), "{extension}");
    }
}

/// What nobody can run, because nothing is published, is promised nowhere.
#[test]
fn no_page_promises_a_registry() {
    let mut pages = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"))];
    for folder in ["docs", "docs/ci"] {
        let folder = std::fs::read_dir(format!("{}/{folder}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        pages.extend(
            folder.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "md")),
        );
    }
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        for words in ["cargo install lookback", "pip install lookback", "checkout@v4", "--limit 5000"] {
            assert!(!text.contains(words), "{}: {words}", page.display());
        }
    }
}

/// Who installs without Rust finds the files of a release under the names that it gives them.
#[test]
fn the_ways_in_name_the_files_of_a_release() {
    let root = env!("CARGO_MANIFEST_DIR");
    let read = |name: &str| std::fs::read_to_string(format!("{root}/{name}")).unwrap();
    let release = read(".github/workflows/release.yml");
    assert!(release.contains("name=lookback-$VERSION-$TARGET"));
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).unwrap();
    let binstall = &manifest["package"]["metadata"]["binstall"];
    for key in ["pkg-url", "bin-dir"] {
        assert!(binstall[key].as_str().unwrap().contains("{ name }-{ version }-{ target }"), "{key}");
    }
    let version = manifest["workspace"]["package"]["version"].as_str().unwrap();
    for page in ["docs/installing.md", "docs/ci/gitlab.md", "docs/ci/azure-pipelines.md", "templates/review.yml"] {
        let text = read(page);
        assert!(
            text.contains(version) && text.contains("SHA256SUMS"),
            "{page} names another version, or checks no sum"
        );
        assert!(text.contains("x86_64-unknown-linux-musl") && release.contains("x86_64-unknown-linux-musl"), "{page}");
    }
}
