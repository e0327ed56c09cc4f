//! Which documents Lookback wrote itself: a dossier, a report. They repeat what records say and what is missing, so that one that lies
//! among the records of a repository would be taken for a review that was held.

use std::sync::LazyLock;

use regex::Regex;

/// Bytes at the head of a document by which it is known.
const HEAD: usize = 4096;

/// The first lines of a report as Markdown and as text, and the head of a dossier. Who pastes a report into a record has words of his own
/// before it.
static MARKS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r#"(?s)^\s*<!DOCTYPE html>.*<meta name="generator" content="Lookback [0-9]"#,
        r"(?s)^\s*## \S+ Security review[^\n]*\n.*judged for \d{4}-\d\d-\d\d against IEC 81001-5-1",
        r"(?s)^\s*\S[^\n]* on \d{4}-\d\d-\d\d: (conforms|nonconforming|undetermined).*\nConstraints of IEC 81001-5-1\n",
        r"(?s)^\s*Measures for [^\n]*\d{4}-\d\d-\d\d[^\n]*\n.*\n\s*managed\s",
    ]
    .iter()
    .filter_map(|mark| Regex::new(mark).ok())
    .collect()
});

/// Did Lookback write it?
pub fn is_ours(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    MARKS.iter().any(|mark| mark.is_match(&head))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::dossier::{DossierWords, dossier};
    use crate::render::{Format, Style, render, sample};

    #[test]
    fn what_is_rendered_is_known_again_and_a_record_that_quotes_it_is_none() {
        assert_eq!(MARKS.len(), 4);
        let report = sample::report();
        for format in [Format::Text, Format::Markdown] {
            let mut out = Vec::new();
            render(format, &report, &Style { width: 80, ..Style::default() }, &mut out).unwrap();
            assert!(is_ours(&out), "{format}");
            let quoted = [b"# Review of 2026\n\nDate held: 2026-01-09\n\n".to_vec(), out].concat();
            assert!(!is_ours(&quoted), "{format}");
        }
        for code in DossierWords::CODES {
            let page = dossier(&report, &DossierWords::shipped(code).unwrap()).unwrap();
            assert!(is_ours(page.as_bytes()), "{code}");
        }
        for record in [
            "# Security review\n\nDate held: 2026-01-09\n",
            "<!DOCTYPE html><html><head><meta name=\"generator\" content=\"pandoc\"></head></html>",
            "Review on 2026-01-09: conforms\n",
            "## 2026 Security review\n\nWe judged the handling.\n",
            "Measures for 2026\n\nThe handling was managed well.\n",
            "",
        ] {
            assert!(!is_ours(record.as_bytes()), "{record}");
        }
    }
}
