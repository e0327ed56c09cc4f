//! Into any held record a sentence may be put: one that refuses makes it none, wherever it stands; one about something else leaves it
//! what it was. The records are the labelled ones beside the repository (without them the test says so) and the demo's.
#![expect(clippy::disallowed_methods, clippy::print_stderr, clippy::unwrap_used, reason = "a test that reads files")]

use std::collections::BTreeMap;
use std::path::Path;

use lookback_reading::{Answer, Reader, Reading};
use serde_json::Value;

use crate::support::{git, lookback};

type Kinds = BTreeMap<String, BTreeMap<String, Vec<String>>>;

fn sentences(text: &str, language: &str) -> Vec<String> {
    let kinds: Kinds = toml::from_str(text).unwrap_or_else(|error| panic!("{error}"));
    kinds.into_values().flat_map(|mut kind| kind.remove(language).unwrap_or_default()).collect()
}

/// Markdown documents of the labelled set and of the demo, with their paths.
pub fn documents() -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut add = |path: String, bytes: Vec<u8>| {
        if let (true, Ok(text)) =
            (Path::new(&path).extension().is_some_and(|own| own == "md"), String::from_utf8(bytes))
        {
            out.push((path, text));
        }
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    match std::fs::read_to_string(folder.join("manifest.jsonl")) {
        Ok(manifest) => {
            for label in manifest.lines() {
                let label: Value = serde_json::from_str(label).unwrap_or_else(|error| panic!("{error}"));
                let (Some(path), Some(file)) = (label["path"].as_str(), label["file"].as_str()) else { continue };
                add(path.to_owned(), std::fs::read(folder.join(file)).unwrap_or_default());
            }
        }
        Err(_) => eprintln!("skipped: {} is not here", folder.display()),
    }
    let demo = tempfile::tempdir().unwrap();
    let place = demo.path().join("demo");
    let run = lookback(&["demo", &place.to_string_lossy()]);
    assert_eq!(run.code, 0, "{}", run.all());
    for path in git(&place, &["ls-tree", "-r", "--name-only", "HEAD"]).lines() {
        add(path.to_owned(), git(&place, &["show", &format!("HEAD:{path}")]).into_bytes());
    }
    out
}

fn holds(reading: &Reading) -> bool {
    reading.presents_review && reading.held.answer == Answer::Proven
}

/// The text with a sentence below its first section's heading, in its last list, its last table, and behind two hundred paragraphs.
fn places(text: &str, sentence: &str) -> Vec<(&'static str, String)> {
    let insert = |at: usize, own: &str| format!("{}{own}{}", &text[..at], &text[at..]);
    let mut out =
        vec![("far below", format!("{text}\n\n## Notes\n\n{}{sentence}\n", "The mailbox was read.\n\n".repeat(200)))];
    if let Some(at) = text.find("\n## ") {
        out.push(("before the first section", insert(at, &format!("\n\n{sentence}\n"))));
    }
    if let Some(at) = text.rfind("\n- ") {
        out.push(("as an item", insert(at, &format!("\n- {sentence}"))));
    }
    if let Some(at) = text.rfind("\n| ") {
        out.push(("in a cell", insert(at, &format!("\n| Note | {sentence} |"))));
    }
    out
}

fn unlike(refusing: bool, all: &[(&'static str, Vec<String>)]) -> (usize, Vec<String>) {
    let reader = Reader::new(&[], &[]);
    let mut wrong = Vec::new();
    let mut tried = 0;
    let all_held = documents().into_iter().filter(|(path, text)| holds(&reader.read(path, text.as_bytes())));
    for (index, (path, text)) in all_held.enumerate() {
        let german = reader.read(&path, text.as_bytes()).language.as_deref() == Some("de");
        let sentences = &all.iter().find(|(language, _)| (*language == "de") == german).unwrap().1;
        // Each record gets every seventh sentence, another seventh than the record before.
        for sentence in sentences.iter().skip(index % 7).step_by(7) {
            for (place, changed) in places(&text, sentence) {
                tried += 1;
                if holds(&reader.read(&path, changed.as_bytes())) == refusing {
                    wrong.push(format!("{path}, {place}: {sentence}"));
                }
            }
        }
    }
    eprintln!("{tried} records with a sentence put in, {} read wrong", wrong.len());
    assert!(tried > 20, "{tried}");
    (tried, wrong)
}

#[test]
fn a_refusing_sentence_refuses_any_held_record() {
    let both = [
        include_str!("../../crates/reading/tests/data/refusing.toml"),
        include_str!("../../crates/reading/tests/data/denying.toml"),
    ];
    // What is said of another year than the record's is of another review.
    let dated = |text: &String| text.contains("20");
    let of = |language| {
        both.iter().flat_map(|text| sentences(text, language)).filter(|text| !dated(text)).collect::<Vec<_>>()
    };
    let (_, wrong) = unlike(true, &[("en", of("en")), ("de", of("de"))]);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_harmless_sentence_leaves_any_held_record_alone() {
    let of = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let all = [
        ("en", of(include_str!("../wording/harmless-en.txt"))),
        ("de", of(include_str!("../wording/harmless-de.txt"))),
    ];
    let (tried, wrong) = unlike(false, &all);
    // Measured; may only fall.
    assert!(wrong.len() * 100 <= tried * 12, "{}", wrong.join("\n"));
}
