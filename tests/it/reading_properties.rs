//! What holds for every document: no panic, and every quote is the document's own text at its line.
#![expect(clippy::disallowed_methods, reason = "tests read files and take the time")]

use lookback_reading::{Quote, Reader, Reading, data_references, fold, normal};
use proptest::prelude::*;

fn quotes(reading: &Reading) -> Vec<Quote> {
    let fields = &reading.fields;
    let mut out: Vec<Quote> = Vec::new();
    out.extend(reading.constraints.values().flat_map(|answer| answer.quotes.clone()));
    out.extend(reading.assessments.iter().map(|a| a.quote.clone()));
    out.extend(reading.claims.iter().map(|c| c.quote.clone()));
    out.extend(reading.actions.iter().map(|a| a.quote.clone()));
    out.extend(reading.follow_ups.clone());
    out.extend(reading.placeholders.clone());
    out.extend(reading.establishes.iter().chain(&reading.elsewhere).cloned());
    out.extend(reading.interval.iter().map(|i| i.quote.clone()));
    out.extend(reading.analyses.iter().flat_map(|a| std::iter::once(a.quote.clone()).chain(a.cause.clone())));
    out.extend(fields.participants.iter().map(|p| p.quote.clone()));
    for field in [
        &fields.doc_id,
        &fields.title,
        &fields.version,
        &fields.status,
        &fields.product,
        &fields.author,
        &fields.approved_by,
    ] {
        out.extend(field.iter().map(|f| f.quote.clone()));
    }
    for field in [&fields.date_held, &fields.period_from, &fields.period_to, &fields.next_review, &fields.approved_on] {
        out.extend(field.iter().map(|f| f.quote.clone()));
    }
    out.extend(fields.draft.clone());
    out.extend(fields.ambiguous_date.clone());
    out
}

/// From the quote's line and column on, the text begins with the quote, white space folded, in one form of Unicode.
fn stands(text: &str, quote: &Quote) -> bool {
    let from = quote.line.get() as usize - 1;
    let column = quote.column.get() as usize - 1;
    let Some(start) = (0..from).try_fold(0, |at, _| text[at..].find('\n').map(|end| at + end + 1)) else {
        return quote.text.is_empty();
    };
    let rest: String = text[start..].chars().skip(column).take(2000).collect();
    fold(&normal(&rest)).starts_with(&quote.text)
}

fn check(path: &str, text: &str) {
    let reading = Reader::new(&[], &[]).read(path, text.as_bytes());
    for quote in quotes(&reading) {
        assert!(stands(text, &quote), "{quote:?} in {path}");
    }
}

const PIECES: [&str; 42] = [
    "# Security review 2025\n",
    "## Completeness\n",
    "Date held: 2025-03-14\n",
    "**Status:** Draft | **Version:** 2\n",
    "\n",
    "\n\n",
    "| ID | Action | Owner | Due |\n|---|---|---|---|\n| A1 | fix #12 – #15 | Ann | 2025-01-01 |\n",
    "| Date | 2025-03-14 |\n",
    "- [ ] TODO check CVE-2024-1234\n",
    "- [x] done\n",
    "> quoted security text was fixed\n",
    "All vulnerabilities were résolved in time. ",
    "Überprüfung: alle Schwachstellen wurden behoben. ",
    "😀",
    "`deadbeef1`",
    "<!-- hidden #9 -->\n",
    "```\ncode #8\n```\n",
    "---\n",
    "+++\n",
    "title: x\n",
    "&amp; #7\n",
    "~~struck~~ ",
    "[link](issues.csv) ",
    "![b](https://x/y-2025--01--01-blue)",
    "  * nested\n",
    "1. one\n",
    "\t",
    "[Date]",
    "TBD",
    "===\n",
    "|===\n",
    "+---+---+\n| a | b |\n+---+---+\n",
    ".. note:: x\n",
    "   indented security cause\n",
    ":Date: 2025\n",
    "Approved by:: Ann\n",
    "[.line-through]##88# ",
    "*",
    "**",
    "_",
    "|",
    "\u{FEFF}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
        extension in "md|rst|adoc|txt|csv|docx|xyz",
    ) {
        let reader = Reader::new(&[], &["SEC-1".to_owned()]);
        let path = format!("a/security-review.{extension}");
        let _ = reader.read(&path, &bytes);
        let mut known = b"# security review\n".to_vec();
        known.extend(&bytes);
        let _ = reader.read(&path, &known);
        let _ = data_references("a.csv", &bytes, &reader);
    }

    #[test]
    fn quotes_are_the_documents_own_words(
        pieces in proptest::collection::vec(0..PIECES.len(), 0..30),
        extension in "md|rst|adoc|txt",
    ) {
        let text: String = pieces.iter().map(|index| PIECES[*index]).collect();
        check(&format!("docs/security-review-2025-01-02.{extension}"), text.trim_start_matches('\u{FEFF}'));
    }

    #[test]
    fn quotes_in_arbitrary_text(text in "(?s).{0,300}", extension in "md|rst|adoc|txt") {
        let text = format!("security {text}").replace(['\r', '\0'], " ");
        check(&format!("a.{extension}"), &text);
    }
}

#[test]
fn deep_and_long_documents_stay_cheap() {
    let reader = Reader::new(&[], &[]);
    let texts = [
        "> ".repeat(20_000) + "security was fixed",
        "- ".repeat(20_000) + "security was fixed",
        "[".repeat(50_000) + " security",
        "*".repeat(50_000) + " security",
        "| a ".repeat(20_000) + " security\n|---|\n",
        "security issue was fixed. ".repeat(20_000),
        "all ".repeat(50_000) + "issues security",
        "#1-".repeat(30_000) + "security",
        "# security\n".repeat(20_000),
        "a: ".repeat(50_000) + "security",
        format!("security\n{}", "**a:** ".repeat(20_000)),
    ];
    // Each as Markdown, and as one other form in turn.
    for (text, other) in texts.iter().zip(["rst", "adoc", "txt"].into_iter().cycle()) {
        for extension in ["md", other] {
            let start = std::time::Instant::now();
            let _ = reader.read(&format!("a.{extension}"), text.as_bytes());
            // No target of speed: work that grows with the square takes minutes, on any machine.
            assert!(start.elapsed().as_secs() < 60, "{} as {extension} took {:?}", &text[..20], start.elapsed());
        }
    }
}

/// Runs over the labelled documents where they lie beside the project.
#[test]
fn quotes_in_real_documents() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/docs");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: {} is absent", folder.display());
        return;
    };
    for entry in entries.flatten() {
        if let Ok(text) = std::fs::read_to_string(entry.path()) {
            check(&format!("docs/{}", entry.file_name().to_string_lossy()), text.trim_start_matches('\u{FEFF}'));
        }
    }
}
