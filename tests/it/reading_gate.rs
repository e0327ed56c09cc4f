//! What is left out of many documents before it is understood holds nothing that would have counted. The documents are those of the
//! demo in both languages, of this repository, and the labelled ones, which lie beside it: without them the test says so.
#![expect(clippy::disallowed_methods, reason = "a test that reads files")]

use std::path::{Path, PathBuf};

use lookback_reading::{Answer, Constraint, Kind, Reader, Reading, Sought, document_extensions};

use crate::support::lookback;

/// The documents below a folder, by the path under which they are read.
fn below(folder: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(one) = folders.pop() {
        for entry in std::fs::read_dir(one).unwrap_or_else(|error| panic!("{error}")) {
            let path = entry.unwrap_or_else(|error| panic!("{error}")).path();
            let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
            let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
            if path.is_dir() && !["target", ".git"].iter().any(|left| path.ends_with(left)) {
                folders.push(path);
            } else if document_extensions().any(|known| known == extension) {
                found.push((name, path));
            }
        }
    }
    found.sort();
    found
}

/// Does it record a periodic review, or establish one?
fn bears_on_cadence(reading: &Reading) -> bool {
    let establishes = reading.kind == Kind::Procedure && reading.establishes.is_some();
    establishes || reading.presents_review || reading.declared.is_some() || reading.misdeclared.is_some()
}

/// How many there are, and how many are left out.
fn compared(folder: &Path) -> (usize, usize) {
    let reader = Reader::new(&[], &[]);
    let (mut all, mut left_out) = (0, 0);
    for (path, file) in below(folder) {
        let bytes = std::fs::read(&file).unwrap_or_else(|error| panic!("{error}"));
        let whole = reader.read_as(&path, &bytes, None);
        let (quick, _) = reader.read_sized(&path, &bytes, (None, Sought::Security));
        all += 1;
        let (cadence, _) = reader.read_sized(&path, &bytes, (None, Sought::Cadence));
        assert!(cadence == whole || !bears_on_cadence(&whole), "{path}");
        if quick == whole {
            continue;
        }
        left_out += 1;
        assert!(!whole.presents_review && whole.declared.is_none() && whole.misdeclared.is_none(), "{path}");
        assert_eq!(whole.content_match, Answer::Absent, "{path}");
        assert_eq!((&quick.constraints, &quick.limits), (&whole.constraints, &whole.limits), "{path}");
        assert_eq!(reader.read_sized(&path, &bytes, (None, Sought::Everything)).0, whole, "{path}: it is sought");
    }
    (all, left_out)
}

#[test]
fn what_is_left_out_would_not_have_counted() {
    for language in [None, Some("--german")] {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
        let folder = folder.path().join("demo");
        let made = ["demo", folder.to_str().unwrap_or_default(), "--as-of", "2026-11-25"];
        lookback(&made.into_iter().chain(language).collect::<Vec<_>>());
        let (all, left_out) = compared(&folder);
        assert!(all > left_out && all > 5, "{all}, {left_out}");
    }
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert!(compared(&home.join("docs")).0 > 20);
    let labelled = home.join("../shared/corpus");
    if !labelled.join("manifest.jsonl").is_file() {
        eprintln!("skipped: {} is not here", labelled.display());
        return;
    }
    let (all, left_out) = compared(&labelled);
    assert!(all > 100 && left_out > 0, "{all}, {left_out}");
}

/// A single word lets a document in, in its text, its path or its properties.
#[test]
fn one_word_is_enough() {
    let reader = Reader::new(&[], &[]);
    let understood = |path: &str, text: &str| {
        reader.read_sized(path, text.as_bytes(), (None, Sought::Security)).0.language.is_some()
    };
    let plain =
        "# Minutes\n\nThe team met on Monday and had a look at the plans for the next year with all of the others.\n";
    assert!(!understood("docs/minutes.md", plain));
    assert!(understood("docs/security/minutes.md", plain));
    assert!(understood("docs/minutes.md", &format!("{plain}One vulnerability is open.\n")));
    assert!(understood("docs/minutes.md", &format!("---\nLookBack: procedure\n---\n{plain}")));
    let absent = reader.read_sized("docs/minutes.md", plain.as_bytes(), (None, Sought::Security)).0;
    assert!(Constraint::ALL.iter().all(|one| absent.constraints[one].answer == Answer::Absent));
}
