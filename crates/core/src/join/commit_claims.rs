//! Ids of vulnerabilities in the messages of commits, and the words that claim their fix. Pure.

use std::sync::LazyLock;

use regex::Regex;

use crate::join::commit_words::{WORDS, any_word, pattern};

/// The id of a published vulnerability, as a pattern.
pub(crate) const ID: &str = r"(?:CVE-\d{4}-\d{4,19}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3})\b";
pub(crate) static IDS: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"\b{ID}")));
/// In a first line: it claims a fix.
pub(crate) static VERB: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!("{}|{}", any_word(&WORDS.fixing), any_word(&WORDS.renewing))));
/// `Fixes CVE-…` or `resolves SEC-12` as a sentence of the body.
pub(crate) static FIXES_ID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?:{})[\s:]+(?:for\s+|the\s+|against\s+)?(?:security\s+)?(?:(?:issue|vulnerability|bug|advisory)\s+)?[\[(]?(?:CVE-\d|GHSA-|[A-Z][A-Z0-9]{{1,14}}-\d)",
        WORDS.fixing_an_id.join("|")
    ))
});

/// Ids of vulnerabilities in a text, in their usual spelling.
pub(crate) fn ids_in(text: &str) -> Vec<String> {
    let usual = |id: &str| {
        let id = id.to_uppercase();
        // GHSA ids are written in lower case behind the prefix.
        id.strip_prefix("GHSA").map(|rest| format!("GHSA{}", rest.to_lowercase())).unwrap_or(id)
    };
    IDS.find_iter(text).map(|found| usual(found.as_str())).collect()
}
