//! What titles and file names say by the place of a word in them.

use crate::value::text::fold;

/// Words for a form to be filled in.
const TEMPLATE: [&str; 9] =
    ["template", "vorlage", "formblatt", "formular", "boilerplate", "skeleton", "form", "muster", "questionnaire"];

/// Does the name say that the document is a template? The word stands alone in brackets, at the end, or before the
/// rest: "Review (Template)", "Post-mortem template", "Template: review", "Vorlage Protokoll". "Template engine" is none.
pub(crate) fn template(name: &str) -> bool {
    let lower = name.to_lowercase();
    let is = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        TEMPLATE.contains(&word) || word.len() > 9 && word.ends_with("vorlage")
    };
    let parts =
        lower.split(['(', ')', '[', ']', ':', '–', '—', '|', '/']).map(str::trim).filter(|part| !part.is_empty());
    parts.into_iter().any(|part| part.split_whitespace().next_back().is_some_and(is))
        || lower.split_whitespace().next().is_some_and(|first| {
            is(first) && (first.ends_with(':') || first != "form" && !first.is_ascii() || GERMAN.contains(&first))
        })
        || lower.starts_with("template for ")
        || lower.starts_with("vorlage für ")
}

/// Words for what only shows how a document may look. A sample may be one of blood, so that those words count by their place alone.
const EXAMPLE: [&str; 4] = ["example", "examples", "beispiel", "beispiele"];
const SAMPLE: [&str; 2] = ["sample", "samples"];

/// Does a path lead to a sample: "15. Example project/minutes.md", "samples/review.md", "minutes-sample.md"?
pub(crate) fn sample(path: &str) -> bool {
    let lower = path.to_lowercase();
    let words = |part: &str| part.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>();
    let by_place =
        |part: &str| SAMPLE.contains(&part) || words(part).last().is_some_and(|last| SAMPLE.contains(&last.as_str()));
    let parts = || stem(&lower).split('/');
    parts().any(|part| words(part).iter().any(|word| EXAMPLE.contains(&word.as_str()))) || parts().any(by_place)
}

/// German words that stand before what they are a form for: "Formblatt Korrekturmaßnahme".
const GERMAN: [&str; 3] = ["vorlage", "formblatt", "formular"];

/// A name of a field in its normal form: lower case, no emoji, no punctuation.
pub(crate) fn key(name: &str) -> String {
    let lower = name.to_lowercase();
    let plain: String =
        lower.chars().map(|c| if c.is_alphanumeric() || c == '_' || c == '/' { c } else { ' ' }).collect();
    fold(plain.trim_matches(['_', ' ']))
}

/// A file's name without its extension, as words.
pub(crate) fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// Is the heading a version, as in a change log: `1.2.0 - 2025-03-02`, `[v2.1]`, `Unreleased`?
pub(crate) fn version(heading: &str) -> bool {
    let heading = heading.trim_start_matches(['[', 'v', 'V', ' ']);
    let lower = heading.to_lowercase();
    if lower.starts_with("unreleased") || lower.starts_with("ersion ") {
        return true;
    }
    let number: &str = lower.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').next().unwrap_or("");
    // "2.3.1 Findings" is a numbered section.
    let rest = lower[number.len()..].trim_start_matches([']', ' ']);
    if rest.starts_with(char::is_alphabetic) {
        return false;
    }
    let parts: Vec<&str> = number.split('.').filter(|part| !part.is_empty()).collect();
    parts.len() >= 3
        && parts[0].len() <= 4
        && parts.iter().take(2).all(|part| part.bytes().all(|b| b.is_ascii_digit()))
        && !(parts.len() == 3 && parts[2].len() == 4 && parts[0].len() <= 2)
}

/// Does the text name a version of something: `1.2.3`, `v2.1`, `5.6.0-rc1`?
pub(crate) fn names_version(text: &str) -> bool {
    if !text.as_bytes().windows(2).any(|pair| pair[0].is_ascii_digit() && pair[1] == b'.') {
        return false;
    }
    text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '[' | ']' | '@' | '|' | '/' | '`')).any(
        |word| {
            let word = word.trim_end_matches(['.', ':', ';']);
            let bare = word.trim_start_matches(['v', 'V', '<', '>', '=', '~', '^']);
            let number = bare.split(['-', '+', '_']).next().unwrap_or(bare);
            let parts: Vec<&str> = number.split('.').collect();
            let digits = |part: &&str| {
                !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit() || b == b'x')
            };
            let marked = word.starts_with(['v', 'V']) && bare.len() < word.len();
            parts.iter().all(digits)
                && (parts.len() == 3 && parts[2].len() < 4 && parts[0].len() < 4
                    || parts.len() == 4
                    || parts.len() == 2 && marked)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_by_name() {
        for name in [
            "Security Review Cadence (Template)",
            "Post-mortem template",
            "Template: security review",
            "Vorlage Protokoll",
            "Formblatt Korrekturmaßnahme",
            "Corrective Action Form",
            "Protokollvorlage",
            "Review template – yearly",
        ] {
            assert!(template(name), "{name}");
        }
        for name in [
            "Template engine vulnerability",
            "Form validation bypass",
            "Security review 2025",
            "Plattform",
            "",
            "Reform of reviews",
        ] {
            assert!(!template(name), "{name}");
        }
    }

    #[test]
    fn versions_as_headings() {
        for heading in ["1.2.0 - 2025-03-02", "[2.3.1]", "v1.0.0-rc.1", "Unreleased", "[Unreleased]"] {
            assert!(version(heading), "{heading}");
        }
        for heading in [
            "2025-03-14",
            "14.03.2025",
            "1.2 Scope",
            "3. Decisions",
            "Findings",
            "1. Purpose",
            "2.3.1 Security figures",
        ] {
            assert!(!version(heading), "{heading}");
        }
    }

    #[test]
    fn versions_in_a_text() {
        for text in ["Upgrade to 1.2.3.", "fixed in `v2.1`", "(5.6.0-rc1)", "npm@8.1.0", "< 3.2.1", "build 10.0.1904.1"]
        {
            assert!(names_version(text), "{text}");
        }
        for text in ["On 14.03.2025 we met.", "Section 4.2", "12.5 hours", "IEC 81001-5-1", "v", "...", "1.2.", ""] {
            assert!(!names_version(text), "{text}");
        }
    }
}
