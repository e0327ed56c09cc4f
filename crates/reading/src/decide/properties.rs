//! What holds of every finder on any text: it does not panic, and what it finds lies in the text. Letters whose small form has
//! another length and blanks of several bytes stand between the words that finders look for.

use std::ops::Range;

use proptest::prelude::*;
use regex::Regex;

use crate::decide::reader::{Reader, data_references};
use crate::facts::cadence::Cadence;
use crate::facts::statements::Titles;
use crate::facts::{actions, claims, examined, fields, statements, written};
use crate::formats::front_matter::front_matter;
use crate::formats::{delimited, html, markdown};
use crate::grammar::intervals::interval_in;
use crate::grammar::lexicon::{lexicon, words};
use crate::grammar::references::Extra;
use crate::grammar::{dates, language, names, references, tense, units};
use crate::value::document::Document;

/// What finders look for.
const WORDS: &[&str] = &[
    "every",
    "mindestens alle",
    "6",
    "six",
    "months",
    "Jahre",
    "once a year",
    "2025-03-14",
    "14. März 2025",
    "March",
    "Q1",
    "to",
    "bis",
    "2024",
    "20250314",
    "since",
    "#12",
    "–",
    "acme/pump#3",
    "pump#3",
    "CVE-2024-1234",
    "GHSA-2345-6789-cfgh",
    "SEC-3",
    "commit deadbee1",
    "https://a.example/issues/7",
    "1.2.3",
    "template",
    "Vorlage",
    "[v2.1]",
    "Unreleased",
    "review",
    "security issues",
    "Schwachstellen",
    "were not examined",
    "all",
    "closed",
    "no",
    "3",
    "open",
    "Date held",
    "Status",
    "Draft",
    "Participants",
    "Action",
    "Owner",
    "Due",
    "Completeness",
    "root cause",
    "TBD",
    "[Date]",
    "<enter name>",
    "{{x}}",
    "Next review",
    "Approved by",
    "was held on",
    "Period",
];

/// Markup, and letters that are longer or shorter in small letters.
const SIGNS: &[&str] = &[
    " ",
    "\u{A0}",
    "\u{3000}",
    "\n",
    "\n\n",
    "\t",
    ":",
    "：",
    "|",
    "**",
    "`",
    "# ",
    "## ",
    "- ",
    "- [ ] ",
    "> ",
    "1. ",
    "---\n",
    "+++\n",
    "===",
    "|---|---|\n",
    "* - ",
    ".. ",
    "|===\n",
    "(",
    ")",
    "[",
    "]",
    "<p>",
    "<td>",
    "&nbsp;",
    "\"",
    ";",
    ",",
    ".",
    "?",
    "_",
    "İ",
    "ẞ",
    "ß",
    "\u{212A}",
    "\u{17F}",
    "Å",
    "Σ",
    "ς",
    "ﬀ",
    "ŉ",
    "é",
    "e\u{301}",
    "日",
    "년",
    "🗹",
    "👩‍👩‍👧",
    "\u{FEFF}",
    "\u{202E}",
    "٣",
];

fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(WORDS).prop_map(str::to_owned),
        4 => prop::sample::select(SIGNS).prop_map(str::to_owned),
        1 => "(?s).{1,3}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn extra() -> Extra {
    Extra {
        keys: vec![Regex::new(r"PT-\d+").unwrap()],
        literals: Regex::new("SEC-1|İ12").ok(),
        products: vec![("pump".to_owned(), "acme/pump".to_owned()), ("i\u{307}n".to_owned(), "acme/in".to_owned())],
    }
}

fn lies_in(text: &str, range: &Range<usize>) {
    assert!(text.get(range.clone()).is_some(), "{range:?} in {text:?}");
}

/// Every finder of facts over a document.
fn find_all(doc: &Document, path: &str) {
    let lexicon = lexicon();
    let units = units::of(doc, lexicon);
    let titles = Titles::of(doc, lexicon, &units);
    let found = written::fields(doc, lexicon);
    let read = fields::read(doc, path, (&found, &units, &titles), lexicon, &|_| false);
    let title = read.title.map(|title| title.value).unwrap_or_default();
    let cadence = Cadence::of(doc, &units, lexicon, &title, path);
    let _ = (cadence.established(), cadence.elsewhere(), cadence.field(&found));
    let _ = examined::references(doc, &units, &titles, lexicon, &extra());
    let _ = (
        actions::actions(doc, &titles, lexicon, &extra(), &crate::value::reading::Fields::default()),
        crate::facts::gaps::placeholders(doc, path, &titles, lexicon),
    );
    let _ = (
        claims::find::claims(doc, &units, &titles, &extra(), &crate::value::reading::Fields::default()),
        statements::assessments(doc, &units, &titles),
    );
    let _ = (statements::follow_ups(doc, &units, &titles), language::fingerprint(&units));
    let _ = statements::analyses(doc, &units, &titles, &extra(), true);
    for unit in &units {
        lies_in(&doc.source, &(unit.span.start..unit.span.start));
        unit.hits.iter().for_each(|hit| lies_in(&unit.text, &hit.range));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn words_of_the_grammar(text in any_text()) {
        for found in dates::find(&text) {
            lies_in(&text, &found.range);
            let _ = (found.written.first(), found.written.last());
        }
        let _ = (dates::period(&text), dates::span(&text), dates::starts_with_month(&text), interval_in(&text));
        for named in references::find(&text, &[], &extra()) {
            lies_in(&text, &named.range);
        }
        let _ = references::of_link(&text);
        let _ = (names::template(&text), names::version(&text), names::names_version(&text), names::key(&text));
        let found = words(&text);
        for word in &found {
            lies_in(&text, &word.range);
        }
        lexicon().hits(&found).iter().for_each(|hit| lies_in(&text, &hit.range));
        for sentence in units::sentences(&text) {
            lies_in(&text, &sentence);
        }
        let _ = (units::is_field(&text), tense::stamped(&text), tense::tells(&found), tense::is_done(&found));
        let _ = language::language(lexicon(), &markdown::parse(text.clone()));
    }

    #[test]
    fn facts_of_a_document(text in any_text()) {
        let path = "docs/security-review-2025.md";
        find_all(&markdown::parse(text.clone()), path);
        find_all(&html::parse(&text), path);
        find_all(&delimited::parse(text.clone()), path);
        let mut doc = Document::over(text.clone());
        lies_in(&text, &(front_matter(&mut doc)..text.len()));
    }

    #[test]
    fn readings_meet_no_fault_of_ours(text in any_text(), file in any_text(), extension in "md|rst|adoc|txt|csv|html") {
        let path = format!("docs/{file}.{extension}");
        let reader = Reader::new(&[], &["SEC-1".to_owned()]).with_products(extra().products);
        let text = format!("security review {text}");
        let fault = |limits: &[String]| limits.iter().any(|limit| limit.contains("fault in lookback"));
        prop_assert!(!fault(&reader.read(&path, text.as_bytes()).limits), "{text:?}");
        prop_assert!(!fault(&data_references("a.csv", text.as_bytes(), &reader).limits), "{text:?}");
    }
}

#[test]
fn an_interval_after_wide_blanks() {
    let text = format!("every{}6 months", "\u{A0}".repeat(13));
    assert_eq!(interval_in(&text), Some(6));
}
