//! The house itself: who may use whom (the table of CONTRIBUTING.md), no circles, small files that open with what they own, one
//! word for one type, no words of a language in code, no input or output in the libraries.
//! What is known to be otherwise stands in `tests/house/`; `UPDATE=1 cargo test --test it house::` takes out what no longer is.
#![expect(clippy::disallowed_methods, reason = "reads the source")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod lexer;
mod list;
mod rooms;
mod source;
mod tree;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use list::{say, settle};
use rooms::Rooms;
use source::Source;
use tree::{Edges, Tree, circles, read, rust_files};

static TREE: LazyLock<Tree> = LazyLock::new(Tree::read);
static EDGES: LazyLock<Edges> = LazyLock::new(|| TREE.edges());

/// The most lines of a file without its tests.
const LONGEST: usize = 450;
/// Crates that touch the world.
const OF_THE_WORLD: [&str; 5] = ["git2", "tokio", "clap", "reqwest", "octocrab"];
/// What touches it in the standard library.
const STD_OF_THE_WORLD: [&str; 6] =
    ["std::fs", "std::env", "std::net", "std::process", "std::time::SystemTime", "std::time::Instant"];

fn libraries() -> impl Iterator<Item = &'static Source> {
    TREE.files.iter().filter(|file| file.krate != "app")
}

#[test]
fn rooms_use_what_the_map_says() {
    let rooms = Rooms::read();
    let of = |at: usize| rooms.of(&TREE.files[at]);
    let lived_in: BTreeSet<String> = (0..TREE.files.len()).filter_map(of).collect();
    let empty: Vec<&String> = rooms.names().filter(|name| !lived_in.contains(*name)).collect();
    assert!(empty.is_empty(), "CONTRIBUTING.md names rooms that are not there: {empty:?}");
    let homeless = TREE.files.iter().filter(|file| !file.module.is_empty() && rooms.of(file).is_none());
    let homeless: Vec<&String> = homeless.map(|file| &file.path).collect();
    assert!(homeless.is_empty(), "CONTRIBUTING.md has no room for {homeless:?}");
    let mut wrong = BTreeSet::new();
    for &(from, to) in EDGES.iter() {
        let (Some(user), used) = (of(from), of(to).unwrap_or_else(|| TREE.files[to].krate.to_owned())) else {
            continue;
        };
        if !rooms.allows(&user, &used) {
            wrong.insert(format!("{} -> {used}", TREE.files[from].path));
        }
    }
    settle("imports", "uses of rooms that the map does not name", &wrong);
}

#[test]
fn rooms_stand_in_no_circle() {
    let rooms = Rooms::read();
    let names: Vec<&String> = rooms.names().collect();
    let mut edges = Edges::new();
    for (from, user) in names.iter().enumerate() {
        let used = names.iter().enumerate().filter(|(to, name)| *to != from && rooms.allows(user, name));
        edges.extend(used.map(|(to, _)| (from, to)));
    }
    let found: Vec<Vec<&String>> =
        circles(&edges).iter().map(|circle| circle.iter().map(|at| names[*at]).collect()).collect();
    assert!(found.is_empty(), "the map of CONTRIBUTING.md has circles: {found:#?}");
}

#[test]
fn files_stand_in_no_circle() {
    let groups = circles(&EDGES);
    let pairs = EDGES.iter().filter(|(from, to)| from < to && EDGES.contains(&(*to, *from))).count();
    say(&format!("circles of files: {}, pairs that use each other: {pairs}", groups.len()));
    let inside =
        EDGES.iter().filter(|(from, to)| groups.iter().any(|group| group.contains(from) && group.contains(to)));
    let found = inside.map(|(from, to)| format!("{} -> {}", TREE.files[*from].path, TREE.files[*to].path)).collect();
    settle("circles", "uses that close a circle of files", &found);
}

#[test]
fn files_are_small() {
    let long = TREE.files.iter().filter(|file| file.lines > LONGEST).map(|file| file.path.clone());
    settle("long", "files of more than 450 lines without tests", &long.collect());
}

#[test]
fn files_open_with_what_they_own() {
    let headless = TREE.files.iter().filter(|file| !file.head).map(|file| file.path.clone());
    settle("heads", "files without a head", &headless.collect());
}

#[test]
fn one_word_is_one_type() {
    let mut owners: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for file in &TREE.files {
        for name in file.public_types() {
            owners.entry(name).or_default().push(&file.path);
        }
    }
    let twice = owners.iter().filter(|(_, files)| files.len() > 1);
    let told = twice.map(|(name, files)| {
        say(&format!("  {name} is a type of {}", files.join(", ")));
        name.clone()
    });
    settle("types", "names of several public types", &told.collect());
}

/// Where what the libraries show may be used, beside the libraries themselves.
const USERS: [&str; 5] = ["src", "tests", "examples", "fuzz", "crates/reading/tests"];

#[test]
fn what_the_libraries_show_is_used_outside() {
    let users: Vec<String> = USERS.iter().flat_map(|folder| rust_files(folder)).map(|path| read(&path)).collect();
    let core: Vec<String> = libraries().filter(|file| file.krate == "core").map(|file| read(&file.path)).collect();
    // A door may hand something on under another name.
    let handed_on: BTreeSet<String> = libraries().flat_map(|file| file.exports().into_keys()).collect();
    let mut found = BTreeSet::new();
    for (krate, texts) in [("core", vec![&users]), ("reading", vec![&users, &core])] {
        let texts = texts.into_iter().flatten();
        let used: BTreeSet<&str> =
            texts.flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '_')).collect();
        for file in libraries().filter(|file| file.krate == krate) {
            let unused = file
                .public_items()
                .into_iter()
                .filter(|item| !used.contains(item.as_str()) && !handed_on.contains(item));
            found.extend(unused.map(|item| format!("{}: {item}", file.path)));
        }
    }
    settle("public", "functions that are public and used by nobody outside", &found);
}

#[test]
fn languages_are_data() {
    let listed = words::listed();
    let mut found = BTreeSet::new();
    for file in libraries() {
        let room = file.module.first().map_or("", String::as_str);
        let reads = file.krate == "reading" && ["grammar", "facts", "decide"].contains(&room);
        let worded = |text: &str| words::worded(text) || (reads && listed.contains(text));
        // What is shown is worded where it is rendered; the words of a rule and of its findings stand in the rule's own file, those
        // of a key of the configuration beside the key.
        let inside: Vec<&str> = file.module.iter().take(2).map(String::as_str).collect();
        let own = [["judge", "rules"], ["config", "tables"], ["config", "key"], ["config", "page"]];
        let shows = file.krate == "core" && (room == "render" || own.iter().any(|own| inside == own));
        if !shows && file.texts().iter().any(|(_, text)| worded(text)) {
            found.insert(file.path.clone());
        }
    }
    settle("literals", "files with words of a language", &found);
}

/// Where rules are named beside their own files: what the self-test must give, the report of the tests, an example of a waiver.
const NAMING_RULES: [&str; 3] =
    ["src/selftest/scenarios.rs", "crates/core/src/render/sample.rs", "crates/core/src/config/tables/waiver.rs"];

#[test]
fn a_rule_is_named_in_its_own_file() {
    let ids: BTreeSet<&str> = lookback_core::judge::RULES.iter().map(|rule| rule.id).collect();
    let mut found = BTreeSet::new();
    // The patterns of the reader have names of their own.
    for file in TREE.files.iter().filter(|file| file.krate != "reading" && !NAMING_RULES.contains(&file.path.as_str()))
    {
        for text in file.literals().filter(|text| ids.contains(text)) {
            if !file.path.ends_with(&format!("/rules/{}.rs", text.replace('-', "_"))) {
                found.insert(format!("{}: {text}", file.path));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// Names in the tables of dependencies of a manifest, also those behind a `package` key.
fn dependencies(value: &toml::Value, inside: bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let toml::Value::Table(table) = value {
        for (name, value) in table {
            let named = if name == "package" { value.as_str().unwrap_or(name) } else { name };
            found.extend(inside.then(|| named.to_owned()));
            found.extend(dependencies(value, inside || name.ends_with("dependencies")));
        }
    }
    found
}

#[test]
fn libraries_touch_nothing_of_the_world() {
    let mut found = BTreeSet::new();
    for file in libraries() {
        for path in file.paths() {
            let path = path.join("::");
            let named = STD_OF_THE_WORLD.iter().find(|name| path == **name || path.starts_with(&format!("{name}::")));
            found.extend(named.map(|name| format!("{}: {name}", file.path)));
        }
    }
    for manifest in ["crates/reading/Cargo.toml", "crates/core/Cargo.toml"] {
        let table: toml::Table = read(manifest).parse().unwrap();
        let named = dependencies(&toml::Value::Table(table), false);
        let worldly = OF_THE_WORLD.iter().filter(|name| named.contains(**name));
        found.extend(worldly.map(|name| format!("{manifest}: {name}")));
    }
    settle("world", "uses of the world by the libraries", &found);
}
