//! What changes nothing for a reader of flesh and blood changes no answer: sections about other things, line ends, wrapping, levels of
//! headings, forms of Unicode. Over the labelled documents beside the repository (without them the test says so) and the demo's.
#![expect(clippy::disallowed_methods, reason = "one variable asks for all changes")]

use std::fmt::Write as _;

use lookback_reading::{Reader, Reading};
use unicode_normalization::UnicodeNormalization;

use crate::reading_inserted::documents;

/// What has to stay.
fn answers(reading: &Reading) -> Vec<String> {
    let fields = &reading.fields;
    let day = |found: Option<&chrono::NaiveDate>| found.map_or_else(String::new, ToString::to_string);
    let mut ids: Vec<&str> =
        reading.references.iter().filter(|named| named.examined == Some(true)).map(|named| named.id.as_str()).collect();
    // What a change adds by itself.
    ids.retain(|id| !id.starts_with(MANUAL));
    ids.sort_unstable();
    ids.dedup();
    let mut out = vec![
        format!("kind {:?}", reading.kind),
        format!("match {:?}", reading.content_match),
        format!("held {:?}", reading.held.answer),
        format!("date {}", day(fields.date_held.as_ref().map(|held| &held.value))),
        format!("from {}", day(fields.period_from.as_ref().map(|from| &from.value))),
        format!("to {}", day(fields.period_to.as_ref().map(|to| &to.value))),
        format!("examined {}", ids.join(" ")),
    ];
    out.extend(reading.constraints.iter().map(|(constraint, answer)| format!("{constraint:?} {:?}", answer.answer)));
    out
}

const MANUAL: &str = "https://example.org/acme/manual/blob/main/docs/chapter-";

fn links() -> String {
    let mut out = String::from("## Links\n\n| Page | Where |\n|---|---|\n");
    for n in 1..=60 {
        let _ = writeln!(out, "| Manual, chapter {n} | {MANUAL}{n}.md |");
    }
    out
}

const CODE: &str = "## Build\n\n```sh\nmake clean && make -j4 all\n./run --port 8080 --log info\n```\n";
const GLOSSARY: &str = "## Glossary\n\n- **BOM**: list of the parts of a product\n- **DUT**: device under test\n- **HMI**: what the nurse touches\n- **RTC**: clock of the board\n";
const AGENDA: &str = "## Other matters\n\n- The canteen moves to the second floor.\n- The car park is closed in August.\n- The new chairs have arrived.\n- The lease of the hall was prolonged.\n- The intern starts in May.\n- The printer on floor 3 was replaced.\n- The summer party is on a Friday.\n- The coffee machine was cleaned.\n- The plants are watered by the reception.\n- The shuttle bus leaves at five.\n";
const BOXES: &str =
    "## Errands\n\n- [ ] order paper\n- [ ] book the room for the party\n- [ ] return the borrowed projector\n";

/// A change and its name; `None` where it cannot be made.
type Change = (&'static str, fn(&str) -> Option<String>);

const CHANGES: [Change; 12] = [
    ("60 rows of links at the end", |text| Some(format!("{text}\n\n{}", links()))),
    ("60 rows of links between", |text| between(text, &links())),
    ("code at the end", |text| Some(format!("{text}\n\n{CODE}"))),
    ("a glossary at the end", |text| Some(format!("{text}\n\n{GLOSSARY}"))),
    ("ten other matters at the end", |text| Some(format!("{text}\n\n{AGENDA}"))),
    ("ten other matters between", |text| between(text, AGENDA)),
    ("open boxes at the end", |text| Some(format!("{text}\n\n{BOXES}"))),
    ("CRLF", |text| (!text.contains('\r')).then(|| text.replace('\n', "\r\n"))),
    ("headings one level lower", lower),
    ("lines joined", joined),
    ("decomposed letters", |text| (!text.is_ascii()).then(|| text.nfd().collect())),
    ("typographic hyphens in words", hyphens),
];

/// Before the last section of the second level.
fn between(text: &str, section: &str) -> Option<String> {
    let at = text.rfind("\n## ").filter(|_| !text.contains("\n```"))?;
    Some(format!("{}\n\n{section}\n{}", &text[..at], &text[at..]))
}

fn lower(text: &str) -> Option<String> {
    if !text.starts_with('#') || text.contains("\n#####") || text.contains("\n```") || text.contains("\n---") {
        return None;
    }
    Some(
        text.lines()
            .map(|line| if line.starts_with('#') { format!("#{line}\n") } else { format!("{line}\n") })
            .collect(),
    )
}

/// Wrapped paragraphs on one line each.
fn joined(text: &str) -> Option<String> {
    if text.contains("\n```") || text.starts_with("---") {
        return None;
    }
    let prose = |line: &str| line.starts_with(char::is_alphabetic) && !line.contains(": ") && !line.ends_with("  ");
    let mut out = String::new();
    let mut before = "";
    for line in text.lines() {
        if prose(before) && prose(line) && line.starts_with(char::is_lowercase) {
            out.push(' ');
        } else if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(line);
        before = line;
    }
    (out.lines().count() < text.lines().count()).then(|| format!("{out}\n"))
}

/// `follow-up` with U+2010 where both sides are words of the text.
fn hyphens(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let letter = |at: usize| chars.get(at).is_some_and(|c| c.is_lowercase());
    let mut changed = false;
    let out = chars.iter().enumerate().map(|(at, c)| {
        // Paths, ids and front matter keep theirs.
        let word = *c == '-' && at > 1 && [at - 2, at - 1, at + 1, at + 2].into_iter().all(letter);
        changed |= word;
        if word { '\u{2010}' } else { *c }
    });
    let out: String = out.collect();
    (changed && !text.contains("```") && !text.contains("](") && !text.contains("http")).then_some(out)
}

#[test]
fn what_says_nothing_changes_nothing() {
    let all = std::env::var_os("ALL").is_some();
    let reader = Reader::new(&[], &[]);
    let mut changed = Vec::new();
    let mut tried = 0;
    for (index, (path, text)) in documents().iter().enumerate() {
        let before = answers(&reader.read(path, text.as_bytes()));
        // Each document gets every fourth change, another fourth than the one before; with `ALL` set each gets all.
        for (name, change) in CHANGES.iter().skip(if all { 0 } else { index % 4 }).step_by(if all { 1 } else { 4 }) {
            let Some(other) = change(text) else { continue };
            let after = answers(&reader.read(path, other.as_bytes()));
            tried += before.len();
            let differs = before.iter().zip(&after).filter(|(before, after)| before != after);
            changed.extend(differs.map(|(before, after)| format!("{name}: {path}: {before} -> {after}")));
        }
    }
    eprintln!("{tried} answers after a change, {} differ", changed.len());
    assert!(tried > 100, "{tried}");
    // Measured; may only fall.
    assert!(changed.len() * 100 <= tried, "{}", changed.join("\n"));
}
