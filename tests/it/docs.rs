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
fn readme_names_every_configuration_section() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    for key in lookback_core::config::keys::keys() {
        let last = key.path.split('.').rfind(|part| !part.starts_with('<')).unwrap_or_default();
        assert!(readme.contains(last), "README.md does not name {}", key.path);
    }
}
