//! Short invented documents in many styles, English and German, against what the reader must say of them: the guard
//! against a reader that knows its training documents only.

use lookback_reading::{Constraint, Kind, Reader, Reading};

struct Sample {
    path: &'static str,
    kind: &'static str,
    matches: bool,
    date: &'static str,
    text: &'static str,
}

fn samples(file: &'static str) -> Vec<Sample> {
    let mut out = Vec::new();
    for part in file.split("\n@@ ").skip(1) {
        let (head, text) = part.split_once('\n').unwrap_or((part, ""));
        let fields: Vec<&str> = head.split(" | ").collect();
        let [path, kind, matches, date] = fields[..] else { panic!("the head of a sample: {head}") };
        out.push(Sample { path, kind, matches: matches == "yes", date, text });
    }
    assert!(out.len() >= 10, "samples are missing");
    out
}

fn read(sample: &Sample) -> Reading {
    Reader::new(&[], &[]).read(sample.path, sample.text.as_bytes())
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Record => "record",
        Kind::Procedure => "procedure",
        Kind::Template => "template",
        Kind::Other => "other",
    }
}

/// What the reader got wrong, one line each.
fn wrong(file: &'static str) -> Vec<String> {
    let mut out = Vec::new();
    for sample in samples(file) {
        let reading = read(&sample);
        let path = sample.path;
        if word(reading.kind) != sample.kind {
            out.push(format!("{path}: {} {} %, not {}", word(reading.kind), reading.confidence, sample.kind));
        }
        if reading.content_match.is_proven() != sample.matches {
            out.push(format!("{path}: CONTENT_MATCH {}", reading.content_match.is_proven()));
        }
        let date = reading.fields.date_held.as_ref().map_or("-".to_owned(), |date| date.value.to_string());
        if sample.kind == "record" && date != sample.date {
            out.push(format!("{path}: date held {date}, not {}", sample.date));
        }
        let held = [Constraint::IssuesExamined, Constraint::ProcessAssessed];
        if !sample.matches && held.iter().any(|c| reading.constraints[c].met()) {
            out.push(format!("{path}: counts as a held review"));
        }
    }
    out
}

#[test]
fn records() {
    assert_eq!(wrong(include_str!("../styles/records.txt")), Vec::<String>::new());
}

#[test]
fn procedures() {
    assert_eq!(wrong(include_str!("../styles/procedures.txt")), Vec::<String>::new());
}

#[test]
fn templates() {
    assert_eq!(wrong(include_str!("../styles/templates.txt")), Vec::<String>::new());
}

#[test]
fn others() {
    assert_eq!(wrong(include_str!("../styles/others.txt")), Vec::<String>::new());
}

#[test]
fn what_looks_like_something_else() {
    assert_eq!(wrong(include_str!("../styles/tricky.txt")), Vec::<String>::new());
}
