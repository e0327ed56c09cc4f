//! Lists of known exceptions, one a line. They may only shrink: what no longer applies has to leave, which `UPDATE=1` does;
//! nothing adds an entry.

use std::collections::BTreeSet;
use std::io::Write as _;

use super::tree::read;

/// Compares what was found with the list of that name, and prints both counts.
pub fn settle(name: &str, what: &str, found: &BTreeSet<String>) {
    let path = format!("tests/house/{name}.txt");
    let text = read(&path);
    let (notes, known): (Vec<&str>, Vec<&str>) =
        text.lines().filter(|line| !line.is_empty()).partition(|line| line.starts_with('#'));
    let known: BTreeSet<String> = known.into_iter().map(str::to_owned).collect();
    say(&format!("{what}: {} ({} known)", found.len(), known.len()));
    if std::env::var_os("UPDATE").is_some() {
        let kept = known.intersection(found).map(String::as_str);
        let lines: Vec<&str> = notes.into_iter().chain(kept).collect();
        std::fs::write(format!("{}/{path}", env!("CARGO_MANIFEST_DIR")), lines.join("\n") + "\n").unwrap();
    } else {
        let gone: Vec<&String> = known.difference(found).collect();
        assert!(gone.is_empty(), "{path} may shrink, run UPDATE=1 cargo test --test it house:: {gone:#?}");
    }
    let new: Vec<&String> = found.difference(&known).collect();
    assert!(new.is_empty(), "{what}: {new:#?}");
}

/// Prints a count straight to the stream: it is to be seen where nothing fails, too.
pub fn say(what: &str) {
    let _ = writeln!(std::io::stderr(), "house: {what}");
}
