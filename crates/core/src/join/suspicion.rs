//! Does the subject of a commit speak of a vulnerability? Then the commit is a candidate, where it changes software. Pure.

use std::sync::LazyLock;

use regex::Regex;
use regex::bytes::{self, RegexBuilder};

use crate::join::commit_words::{WORDS, any_word, pattern};

static VULNERABILITY: LazyLock<Regex> = LazyLock::new(|| pattern(&any_word(&WORDS.vulnerability)));
static WEAKNESS: LazyLock<Regex> = LazyLock::new(|| pattern(&any_word(&WORDS.weakness)));
static HARMLESS: LazyLock<Regex> = LazyLock::new(|| pattern(&format!("(?:{})", WORDS.harmless.join("|"))));
static QUIET: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"\A\W*(?:\w+(?:\([^)]*\))?!?: )?(?:{})", WORDS.quiet.join("|"))));
static CLAIMS: LazyLock<Regex> = LazyLock::new(|| pattern(&any_word(&WORDS.fixing)));
/// `parser: …`, `[parser] …`, `lib/parser.c: …`.
static PREFIX: LazyLock<Regex> = LazyLock::new(|| pattern(r"\A\s*(?:\[([\w ./-]+)\]|([\w./-]+)(?:\([^)]*\))?!?:)\s"));
/// Passes over subjects that say nothing; where it could not be built, all are read.
static MAYBE: LazyLock<Option<bytes::Regex>> = LazyLock::new(|| {
    let stems: Vec<String> = WORDS.stems.iter().map(|stem| regex::escape(stem)).collect();
    RegexBuilder::new(&stems.join("|")).case_insensitive(true).unicode(false).build().ok()
});

/// May the subject speak of one? Cheap, and asked of every commit.
pub(crate) fn maybe(subject: &[u8]) -> bool {
    MAYBE.as_ref().is_none_or(|maybe| maybe.is_match(subject))
}

/// Does a subject open like one of a commit that fixes nothing (`tests: …`, `Merge …`, `Document …`)?
pub(crate) fn is_quiet(subject: &str) -> bool {
    QUIET.is_match(subject)
}

/// The module that a subject names before all else, as written.
pub(crate) fn prefix(subject: &str) -> Option<&str> {
    let found = PREFIX.captures(subject)?;
    found.get(1).or_else(|| found.get(2)).map(|name| name.as_str())
}

/// The words of a vulnerability in a subject. `modules` are names of parts of the software: as a prefix they say nothing.
pub(crate) fn words(subject: &str, modules: &[String]) -> Option<String> {
    if is_quiet(subject) {
        return None;
    }
    let module = prefix(subject).is_some_and(|name| is_module(name, modules));
    let text = if module { PREFIX.replace(subject, "") } else { subject.into() };
    let text = HARMLESS.replace_all(&text, " ");
    let found = VULNERABILITY.find(&text).or_else(|| WEAKNESS.find(&text).filter(|_| CLAIMS.is_match(&text)))?;
    Some(found.as_str().trim().to_owned())
}

/// Is it the name of a part of the software?
pub(crate) fn is_module(name: &str, modules: &[String]) -> bool {
    modules.iter().any(|module| module.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(subject: &str) -> Option<String> {
        let found = words(subject, &["security".to_owned(), "xss".to_owned()]);
        assert!(found.is_none() || maybe(subject.as_bytes()), "{subject} is not passed over");
        found
    }

    #[test]
    fn words_of_a_vulnerability() {
        for subject in [
            "Fix buffer overflow in git diff",
            "http2: fix use-after-free on stream close",
            "parser: catch out-of-bounds read",
            "index-pack: prevent overflow in delta size",
            "pump: reject crafted frames",
            "Prevent SQL injection in the report filter",
            "escape user input in HTML of the comment list: fix it",
            "Fix stored XSS in the journal",
            "add CSRF token to the login form",
            "upload: fix path traversal",
            "fetch: SSRF through redirects",
            "limit recursion depth: denial of service by nested arrays",
            "sanitize file names: avoid writing outside of the folder",
            "Remove hard-coded credentials of the service account",
            "disallow spoofed origins",
            "Security fix for the update check",
            "Pufferüberlauf im Parser behoben",
            "Schließt eine Sicherheitslücke in der Anmeldung",
            "security: fix integer overflow",
        ] {
            assert!(found(subject).is_some(), "{subject}");
        }
    }

    #[test]
    fn words_that_only_look_like_it() {
        for subject in [
            "css: fix text overflow in the menu",
            "Set overflow: hidden on the container",
            "tests: cover the use-after-free",
            "Add unit tests for the integer overflow",
            "docs: explain the denial of service limit",
            "Merge branch 'fix-overflow'",
            "Revert \"fix buffer overflow\"",
            "leak tests: mark some as passing with SANITIZE=leak",
            "CMake: fix -fsanitize=fuzzer",
            "fix dependency injection of the logger",
            "dos.h: fix include",
            "xss: rename the filter",
            "Add vulnerability scanning to the pipeline",
            "use the overflow buffer for extra data",
            "Update README on XSS",
            "test1234: fix double free check",
        ] {
            assert_eq!(found(subject), None, "{subject}");
        }
    }
}
